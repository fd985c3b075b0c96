"""The chat page: what is shown, and that nothing in a bulletin or a question can act on it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Sentence
from assistant.settings import Settings
from assistant.web.access import User
from assistant.web.browse import browse_html
from assistant.web.conversation import Conversation, Looking
from assistant.web.feedback import gold_case
from assistant.web.filters import Filters
from assistant.web.history import Kept, history_html
from assistant.web.marks import WHOLE_CHARS, marked_html, stretches
from assistant.web.page import Page, collection, reader_of
from assistant.web.panel import bulletin_html, card_html, panel_html, why_html
from assistant.web.render import Collection, answer_html, chat_html, escape, filters_html, head_html
from assistant.web.service import Service
from assistant.web.words import NAMES, WORDS, browser_language, date_words, examples
from index.passage import Hit, Passage
from index.store import Entry
from sources.bulletin import Edit, TextMap, apply_edits
from sources.language import language_of
from tests.fakes import (
    BULLETINS,
    HOSTILE,
    FakeAssistant,
    answered,
    bulletin,
    citing,
    date_answer,
    list_answer,
    not_found,
    number_answer,
)

STORED = {one.id: one for one in BULLETINS}
EN = WORDS["en"]
SPECIMENS = Collection(tuple(FakeAssistant().bulletins()), specimens=True)
ADMIN = SimpleNamespace(state=SimpleNamespace(user=User("root", "admin", "session")))


VOID = ("path", "rect", "circle", "line", "input")


class Seen(HTMLParser):
    """What a browser would make of a string: elements with their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.depth += tag not in VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def marks(html: str) -> list[tuple[str, str]]:
    """(numbers, text) of each mark; of one that is split, the pieces together."""
    found: list[tuple[str, str]] = []
    for numbers, inner in re.findall(r'<mark data-n="([\d ]+)">(.*?)</mark>', html, flags=re.S):
        text = Seen(re.sub(r"<sup>\d+</sup>", "", inner)).text
        if found and found[-1][0] == numbers:
            found[-1] = (numbers, found[-1][1] + text)
        else:
            found.append((numbers, text))
    return found


def after(*answers: Any) -> Conversation:
    conversation = Conversation()
    for answer in answers:
        conversation = conversation.asking(answer.question).answered(answer)
    return conversation


def panel(conversation: Conversation, focus: int | None = None) -> str:
    return panel_html(conversation, SPECIMENS, STORED.__getitem__, focus=focus)


# ---------------------------------------------------------------- nothing acts


@given(st.text())
def test_escaped_text_is_seen_as_it_is_and_makes_no_element(text: str) -> None:
    seen = Seen(f'<p title="{escape(text)}">{escape(text)}</p>')
    shown = text.replace("\0", "\ufffd")
    assert [tag for tag, _ in seen.elements] == ["p"]
    # The parser, as a browser does, reads some line ends and references to odd characters its own way.
    if shown.isprintable():
        assert seen.text == shown
        assert seen.all("p")[0]["title"] == shown


def test_template_signs_never_reach_gradio() -> None:
    assert not set("{}$`") & set(escape("{{x}} ${y} `z`"))


def hostile_parts() -> Iterator[tuple[str, str]]:
    evil = bulletin(
        HOSTILE,
        f"{HOSTILE}\n\n{HOSTILE} words",
        "en",
        HOSTILE,
        HOSTILE,
        issuer=HOSTILE,
        title=HOSTILE,
    )
    evil = dataclasses.replace(
        evil,
        column=HOSTILE,
        repairs={HOSTILE: 1},
        contradictions=(dataclasses.replace(BULLETINS[0].contradictions[0], values=(HOSTILE, HOSTILE)),),
    )
    quoted = citing(evil, HOSTILE, HOSTILE)
    passage = Passage(evil.id, HOSTILE, 0, 0, 5, HOSTILE, ((0, 5),), "en", HOSTILE, HOSTILE)
    hits = (Hit(passage, 0.9, {"dense": 0.5}, (0, 5), (HOSTILE,)),)
    answer = dataclasses.replace(
        answered(HOSTILE, "en", HOSTILE, [Sentence(HOSTILE, False, (0,))], [quoted], HOSTILE + "?", (HOSTILE,)),
        evidence=hits,
        answerer=HOSTILE,
    )
    refused = dataclasses.replace(not_found(HOSTILE), text=HOSTILE, related=(quoted,))
    entry = Entry(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, "2020-01-01", "en", "", ())
    titles = Collection((entry, dataclasses.replace(entry, published="2021-02-02", source="x")))
    filters = Filters(None, None, HOSTILE, HOSTILE, HOSTILE)
    talk = after(answer).last(filters=filters, follow_ups=(HOSTILE,))
    looked = dataclasses.replace(
        Conversation(), looking=Looking(query=HOSTILE, within=filters), notice=(HOSTILE, HOSTILE)
    )
    yield "answer", chat_html(talk, titles, ())
    yield "not found", chat_html(after(refused), titles, ())
    yield "error", chat_html(Conversation().asking(HOSTILE).failed(HOSTILE, HOSTILE), titles, ())
    yield "half an answer", chat_html(Conversation().asking(HOSTILE).coming(answer), titles, ())
    yield "welcome", chat_html(Conversation(), titles, [("en", HOSTILE)])
    yield "head", head_html(titles, Conversation(), User(HOSTILE, "reader", "session"))
    yield "filters", filters_html(dataclasses.replace(Conversation(), filters=filters), titles)
    yield "panel", panel_html(after(answer), titles, lambda _: evil)
    yield "related panel", panel_html(after(refused), titles, lambda _: evil)
    yield "lost bulletin", panel_html(after(answer), titles, {}.__getitem__)
    yield "why", why_html(talk.turns[0], 0, EN)
    yield "notice", panel_html(looked, titles, lambda _: evil, "")
    yield "bulletin", bulletin_html(evil, [HOSTILE, "unknown " + HOSTILE], [(1, quoted)], titles, EN)
    yield "browser", browse_html(looked, titles, hits)
    yield "timeline", browse_html(Conversation(), titles, ())
    yield "history", history_html([Kept(HOSTILE, HOSTILE, HOSTILE)], Conversation(), 30)


@pytest.mark.parametrize("name", [name for name, _ in hostile_parts()])
def test_hostile_text_stays_text(name: str) -> None:
    html = dict(hostile_parts())[name]
    seen = Seen(html)
    assert not seen.all("script") + seen.all("img") + seen.all("iframe")
    assert {link.get("href") for link in seen.all("a")} <= {"#question"}
    assert not [key for _, attributes in seen.elements for key in attributes if key.startswith("on")]
    assert seen.depth == 0, "every element that was opened is closed, and no text closes one"
    shown = seen.text + "".join(value or "" for _, attributes in seen.elements for value in attributes.values())
    assert "<script>window.hacked=1</script>" in shown
    assert not re.search(r"\{\{|\$\{", html)


@pytest.mark.parametrize("source", ["javascript:alert(1)", "data:text/html,x", "//far.example", " http://x"])
def test_only_web_addresses_become_links(source: str) -> None:
    evil = bulletin(source, "words", "en", None, None)
    assert not Seen(card_html(evil, [(1, citing(evil, "words"))], SPECIMENS, "en")).all("a")


def test_a_web_address_is_a_link_that_tells_nobody_where_it_was_clicked() -> None:
    page = bulletin('https://post.example/a?b="c"', "words", "en", None, None)
    (link,) = Seen(card_html(page, [(1, citing(page, "words"))], SPECIMENS, "en")).all("a")
    assert link["href"] == 'https://post.example/a?b="c"'
    assert link["rel"] == "noopener noreferrer"


# ---------------------------------------------------------------- marks


def test_a_mark_lands_on_the_words_as_published_with_their_damage() -> None:
    answer = date_answer("何時?")
    raw = card_html(BULLETINS[1], list(enumerate(answer.citations, 1)), SPECIMENS, "en").split('class="excerpt clean"')[
        0
    ]
    assert marks(raw) == [("1", "3月7日,海島郵路巡查組從舟山出發"), ("2", "組長(zhǎng)方若水表示")]
    assert '<span class="edit" title="pinyin notes">(zhǎng)</span>' in raw


def test_the_same_mark_in_the_repaired_text_is_without_damage() -> None:
    answer = date_answer("何時?")
    clean = card_html(BULLETINS[1], list(enumerate(answer.citations, 1)), SPECIMENS, "en").split(
        'class="excerpt clean"'
    )[1]
    assert marks(clean) == [("1", "3月7日,海島郵路巡查組從舟山出發"), ("2", "組長方若水表示")]


def test_overlapping_marks_carry_both_numbers_where_they_meet() -> None:
    html = marked_html("abcdef", [(0, 4, 1), (2, 6, 2)], EN)
    assert marks(html) == [("1", "ab"), ("1 2", "cd"), ("2", "ef")]


@given(
    st.text(alphabet="ab<&行{", min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4),
    st.lists(st.integers(0, 29), max_size=4, unique=True),
)
def test_marking_changes_no_text(text: str, spans: list[tuple[int, int]], edited: list[int]) -> None:
    numbered = [(min(a, b), max(a, b), n) for n, (a, b) in enumerate(spans, 1)]
    edits = [Edit(at, at + 1, "x", "k") for at in sorted(edited) if at < len(text)]
    html = marked_html(text, numbered, EN, edits)
    assert Seen(re.sub(r"<sup>\d+</sup>", "", html)).text == text
    for number, (start, end, _) in enumerate(numbered, 1):
        marked = "".join(words for numbers, words in marks(html) if str(number) in numbers.split())
        assert marked == text[start:end]


@given(st.text(alphabet="行業(yè)綠abc", min_size=1, max_size=40), st.integers(0, 39), st.integers(1, 40))
def test_clean_span_is_the_way_back_from_raw_span(raw: str, start: int, length: int) -> None:
    edits = [Edit(m.start(), m.end(), "", "pinyin") for m in re.finditer(r"\(yè\)", raw)]
    edits += [Edit(m.start(), m.end(), "dd", "letter") for m in re.finditer("a", raw)]
    clean, where = apply_edits(raw, edits)
    start, end = min(start, len(clean)), min(start + length, len(clean))
    if start < end:
        raw_start, raw_end = where.raw_span(start, end)
        found = where.clean_span(raw_start, raw_end)
        # A replacement of two characters is one place in the raw text: it comes back whole.
        assert found[0] <= start < end <= found[1]
        assert clean[found[0] : found[1]].strip("d") == clean[start:end].strip("d")


def test_clean_span_of_a_text_without_damage_is_the_span() -> None:
    assert TextMap().clean_span(3, 9) == (3, 9)


def test_a_long_bulletin_is_shown_around_its_marks_only() -> None:
    length = 5 * WHOLE_CHARS
    shown = stretches(length, [(70_000, 70_010, 1), (71_000, 71_020, 2), (140_000, 140_010, 3)])
    assert shown == [(68_000, 73_020), (138_000, 142_010)]
    html = marked_html("x" * length, [(70_000, 70_010, 1)], EN)
    assert len(html) < 10_000
    assert "68,000 characters left out" in html
    assert "77,990 characters left out" in html


# ---------------------------------------------------------------- answers


def test_every_citation_of_a_sentence_is_a_numbered_chip() -> None:
    chips = [e for e in Seen(answer_html(date_answer("何時?"), 2, EN)).all("button") if e.get("class") == "chip"]
    assert [(chip["data-turn"], chip["data-number"]) for chip in chips] == [("2", "1"), ("2", "2")]
    assert chips[0]["aria-label"] == "Show source 1"


def test_an_answer_that_is_being_made_can_be_stopped_and_one_that_is_done_can_be_copied() -> None:
    answer = list_answer("Which rules?")
    doing, done = answer_html(answer, 0, EN, done=False), answer_html(answer, 0, EN)
    assert 'data-do="stop"' in doing and 'data-do="copy"' not in doing
    assert 'data-do="stop"' not in done and 'data-do="copy"' in done


def test_only_the_last_question_can_be_changed_or_asked_again() -> None:
    html = chat_html(after(list_answer("rules"), date_answer("何時?")), SPECIMENS, ())
    assert html.count('data-do="edit"') == html.count('data-do="again"') == 1
    assert html.index('data-turn="1"') < html.index('data-do="edit"')


def test_a_chip_has_a_preview_of_what_it_cites() -> None:
    previews = answer_html(date_answer("何時?"), 0, EN).split('class="previews"')[1]
    assert "海島郵路巡查組 · 9 March 2022" in Seen(previews).text
    assert "組長(zhǎng)方若水表示" in Seen(previews).text


def test_lists_are_lists_and_carry_the_language_of_the_answer() -> None:
    html = answer_html(list_answer("Which rules?"), 0, WORDS["zh-Hans"])
    assert html.startswith('<div class="answer found" lang="en">')
    assert len(Seen(html).all("li")) == 3
    assert Seen(html).depth == 0


def test_an_unsupported_sentence_is_marked_and_says_why() -> None:
    (doubtful,) = [
        e for e in Seen(answer_html(number_answer("古城?"), 0, EN)).all("span") if e.get("class") == "unsupported"
    ]
    assert doubtful["title"] == EN.unsupported


def test_what_was_searched_is_shown_only_when_it_differs() -> None:
    assert "Searched as: 海島郵路春季巡查何時開始?" in answer_html(date_answer("何時?"), 0, EN)
    assert "Searched as" not in answer_html(list_answer("rules"), 0, EN)


def test_copying_takes_the_answer_with_its_sources() -> None:
    (button,) = [
        e
        for e in Seen(answer_html(list_answer("rules"), 0, EN)).all("button")
        if "data-copy" in e and e.get("data-do") == "copy"
    ]
    assert "[1] Parcel lockers to follow one standard" in (button["data-copy"] or "")


def test_not_found_is_a_notice_with_related_passages() -> None:
    html = answer_html(not_found("Who won?"), 0, EN)
    assert 'class="answer notice none"' in html
    text = Seen(html).text
    assert text.startswith("Not in the bulletinsThe bulletins do not say.")
    assert "海島郵路春季巡查啟動" in text


# ---------------------------------------------------------------- panel


def test_one_bulletin_is_one_card_with_all_its_numbers() -> None:
    html = panel(after(list_answer("rules")))
    assert html.count('<article class="card"') == 1
    text = Seen(html).text
    for part in (
        "Parcel lockers to follow one standard",
        "Standards Office",
        "2 June 2021",
        "15 June",
        "Also reported in104",
    ):
        assert part in text
    assert "The dates in this bulletin disagree: 2 June 2021 ↔ 15 June" in text


def test_the_panel_shows_the_turn_that_was_chosen() -> None:
    conversation = after(list_answer("rules"), number_answer("古城?"))
    assert "三轮车" in panel(conversation)
    earlier = panel(dataclasses.replace(conversation, shown=0), focus=3)
    assert "三轮车" not in earlier
    assert 'data-turn="0" data-focus="3"' in earlier


def test_a_bulletin_is_opened_at_what_is_said_and_not_at_the_title_that_leads_to_it() -> None:
    sentences = [Sentence("“Lockers” says:", True, (0, 1)), Sentence("Seventeen makers came.", True, (2,))]
    quotes = ("Parcel lockers", "2021-06-02", "Seventeen makers")
    text = "\n".join(sentence.text for sentence in sentences)
    answer = answered("?", "en", text, sentences, [citing(BULLETINS[0], quote) for quote in quotes])
    assert 'data-first="3"' in panel(after(answer))
    assert 'data-first="1"' in panel(after(number_answer("古城?")))


def test_related_passages_are_not_called_sources() -> None:
    text = Seen(panel(after(not_found("Who won?")))).text
    assert "May be related" in text and "Near to the question, but no answer to it" in text
    assert text.count("Sources") == 1, "the name of the tab"


def test_before_the_first_answer_the_panel_lists_the_collection() -> None:
    text = Seen(browse_html(Conversation(language="zh-Hant"), SPECIMENS, ())).text
    assert "公告：3 篇" in text
    assert "2021年6月2日" in text


# ---------------------------------------------------------------- wording


@pytest.mark.parametrize("language", NAMES)
def test_every_language_says_everything(language: Any) -> None:
    for field in dataclasses.fields(WORDS["en"]):
        if field.name in ("lanes", "steps"):
            assert len(getattr(WORDS[language], field.name).split()) == len(getattr(EN, field.name).split())
        text = getattr(WORDS[language], field.name)
        assert text.strip(), field.name
        assert text.count("{}") == getattr(WORDS["en"], field.name).count("{}"), field.name


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-MO", "zh-Hant"),
        ("zh-CN,en;q=0.5", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("en-GB", "en"),
        ("de,zh-TW;q=0.5", "zh-Hant"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_browser_chooses_the_wording(accepted: str, language: str) -> None:
    assert browser_language(accepted) == language


@pytest.mark.parametrize(
    ("iso", "en", "zh"),
    [
        ("2024-01-09", "9 January 2024", "2024年1月9日"),
        ("--01-09", "9 January", "1月9日"),
        ("2024-01", "January 2024", "2024年1月"),
        ("2024", "2024", "2024年"),
        ("2024-13-01", "2024-13-01", "2024-13-01"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_are_written_as_people_write_them(iso: str, en: str, zh: str) -> None:
    assert (date_words(iso, "en"), date_words(iso, "zh-Hant")) == (en, zh)


def test_examples_are_in_all_three_languages_and_about_the_specimens_only_when_these_are_shown() -> None:
    for language in NAMES:
        for offered in (examples(True, "2024", language), examples(False, "2024", language)):
            assert {code for code, _ in offered} == set(NAMES)
            assert [code for code, _ in offered[:2]] == [language, language], "the reader's own come first"
            assert all(language_of(question) == code for code, question in offered)
    assert not set(examples(True, "2024", "en")) & set(examples(False, "2024", "en"))


# ---------------------------------------------------------------- callbacks


def page_over(assistant: FakeAssistant | None = None, **settings: Any) -> Page:
    settings = {"questions_per_minute": 0, **settings}
    chosen = Settings(**settings)
    return Page(Service(assistant or FakeAssistant(), chosen), chosen)  # type: ignore[arg-type]


def asked(page: Page, conversation: Conversation, question: Any, **more: Any) -> Conversation:
    for step in page.ask(conversation, question, **more):
        conversation = step["state"]
    return conversation


def acted(page: Page, conversation: Conversation, do: str, request: Any = None, reader: str = "", **data: Any) -> Any:
    return page.act(conversation, {"do": do, **data}, request, reader)["state"]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.page.SENTENCE_S", 0)


def test_asking_clears_the_box_streams_the_answer_and_fills_the_panel() -> None:
    steps = list(page_over().ask(Conversation(), " Which rules? "))
    assert steps[0]["box"].value == ""
    assert "Searching the bulletins" in steps[0]["chat"]
    assert [step["chat"].count("<li>") for step in steps[1:5]] == [0, 1, 2, 3]
    assert 'class="card"' in steps[5]["panel"]
    assert "What did Chen Yulan say?" in steps[-1]["chat"]
    assert steps[-1]["state"].turns[0].question == "Which rules?"


def test_earlier_questions_are_the_history_of_the_next() -> None:
    assistant = FakeAssistant()
    page, conversation = page_over(assistant), Conversation()
    for question in ("Which rules?", "no index here", "何時?"):
        conversation = asked(page, conversation, question)
    assert assistant.asked[-1] == ("何時?", ["Which rules?"]), "a question that failed is no history"


@pytest.mark.parametrize("question", ["", "  \n", None, 7])
def test_nothing_typed_asks_nothing(question: Any) -> None:
    assistant = FakeAssistant()
    assert list(page_over(assistant).ask(Conversation(), question)) == []
    assert not assistant.asked


def test_an_endless_question_gets_its_error_and_remedy_on_the_page() -> None:
    *_, last = page_over().ask(Conversation(), "x" * 100_000)
    assert "at most 2,000 are read" in last["chat"]
    assert "Ask one thing at a time" in last["chat"]


def test_a_broken_index_is_an_error_and_not_an_answer() -> None:
    *_, last = page_over().ask(Conversation(), "no index")
    assert 'class="answer notice broken" role="alert"' in last["chat"]
    assert "Make one: bulletins index FOLDER" in last["chat"]


def test_the_last_question_is_asked_again_or_in_other_words() -> None:
    assistant = FakeAssistant()
    page = page_over(assistant)
    first = asked(page, Conversation(), "Which rules?")
    for data, question in (({"do": "again"}, "Which rules?"), ({"do": "edit", "question": "何時?"}, "何時?")):
        *_, last = page.retry(first, data)
        assert [turn.question for turn in last["state"].turns] == [question]
        assert assistant.asked[-1] == (question, [])


def test_what_was_shown_when_the_reader_stopped_stays_as_it_was() -> None:
    page = page_over()
    steps = page.ask(Conversation(), "Which rules?")
    halfway = [next(steps) for _ in range(3)][-1]["state"]
    assert list(page.ask(halfway, "何時?")) == [], "one question at a time"
    page.stop(halfway)
    stopped = next(steps)
    assert stopped["state"].turns[0].answer.text.endswith("deadline for collecting")
    assert EN.stopped in stopped["chat"] and 'data-do="stop"' not in stopped["chat"]
    *_, last = [stopped, *steps]
    assert asked(page, last["state"], "何時?").turns[1].answer


def test_a_question_whose_reader_left_in_the_middle_keeps_nobody_from_asking() -> None:
    page = page_over()
    steps = page.ask(Conversation(), "Which rules?")
    waiting = next(steps)["state"]
    steps.close()  # type: ignore[attr-defined]
    turns = asked(page, waiting, "何時?").turns
    assert turns[0].stopped and turns[1].answer


def test_a_bug_is_told_and_does_not_leave_the_page_waiting() -> None:
    page = page_over()
    *_, last = page.ask(Conversation(), "a bug")
    assert EN.bug in last["chat"]
    assert asked(page, last["state"], "何時?").turns[1].answer


# ---------------------------------------------------------------- filters of a question


class Keeping(FakeAssistant):
    """Notes what may be used for each question, and answers only of what it finds there."""

    kept: list[set[str] | None]

    def ask(self, question: str, history: Any = (), keep: Any = None) -> Any:
        kept = None if keep is None else {key for key in self.stored if keep(key)}
        self.kept = [*getattr(self, "kept", []), kept]
        return super().ask(question, history)


def test_a_year_in_the_question_is_a_filter_that_can_be_taken_off() -> None:
    assistant = Keeping()
    page = page_over(assistant)
    conversation = asked(page, Conversation(), "Which rules were set in 2021?")
    assert assistant.kept == [{"id-101"}]
    chat = page._chat(conversation)
    assert "2021, as your question says" in chat and 'data-do="wider"' in chat
    list(page.retry(conversation, {"do": "wider"}))
    assert assistant.kept[-1] is None


def test_where_the_years_bulletins_do_not_answer_all_are_asked() -> None:
    assistant = Keeping()
    conversation = asked(page_over(assistant), Conversation(), "Who won the cup in 2021?")
    assert assistant.kept == [{"id-101"}, None]
    assert not conversation.turns[0].filters


def test_filters_of_the_form_hold_until_they_are_removed() -> None:
    assistant = Keeping()
    page = page_over(assistant)
    conversation = acted(page, Conversation(), "filter", bulletin_lang="zh-Hant", issuer="")
    conversation = asked(page, conversation, "Which rules in 2021?")
    assert assistant.kept == [{"id-102"}], "no bulletin that is left is of that year"
    conversation = acted(page, conversation, "unfilter", field="language")
    asked(page, conversation, "Which rules?")
    assert assistant.kept[-1] is None


def test_one_bulletin_can_be_asked_alone() -> None:
    page = page_over()
    assert acted(page, Conversation(), "only", source="103").filters == Filters(source="103")
    assert not acted(page, Conversation(), "only", source=HOSTILE).filters


# ---------------------------------------------------------------- clicks


@pytest.mark.parametrize(("turn", "number"), [(1, 1), (-1, 1), ("9", 1), (None, None), ([0], "<b>"), (True, 1)])
def test_a_forged_choice_of_sources_changes_nothing(turn: Any, number: Any) -> None:
    page, conversation = page_over(), after(list_answer("rules"))
    assert acted(page, conversation, "show", turn=turn, number=number) == conversation


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "nothing"},
        {"do": ["view"]},
        {"do": "view", "view": "manage"},
        {"do": "view", "view": HOSTILE},
        {"do": "open", "bulletin": HOSTILE},
        {"do": "unfilter", "field": "since; DROP"},
        {"do": "verdict", "turn": 0, "verdict": "best"},
        {"do": "verdict", "turn": 7, "verdict": "up"},
        {"do": "report", "turn": 0, "expected": " "},
        {"do": "resume", "key": "another's"},
        {"do": "add", "files": [{"path": "/etc/hostname", "name": "a.txt"}]},
        {"do": "remove", "name": "../../a"},
        {"do": "reindex"},
    ],
    ids=str,
)
def test_a_click_that_makes_no_sense_changes_nothing(data: Any) -> None:
    conversation = after(list_answer("rules"))
    assert page_over().act(conversation, data)["state"] == conversation


def test_a_bulletin_is_opened_whole_with_what_is_cited_of_it() -> None:
    page = page_over()
    shown = page.act(after(date_answer("何時?")), {"do": "open", "bulletin": "id-102"})["panel"]
    assert ("2", "組長(zhǎng)方若水表示") in marks(shown.split('class="excerpt clean"')[0])
    report = Seen(shown[shown.index("repair-report") :]).text
    assert "pinyin notes ×4" in report and "海島(dǎo)郵" in report


def test_the_collection_is_searched_by_title_in_either_script_and_by_what_is_said() -> None:
    shown = page_over().act(Conversation(), {"do": "browse", "query": "三輪車"})["panel"]
    listed, mentioned = Seen(shown).text.split("In the text")
    assert "三轮车配送试点扩大到九座古城" in listed and "Parcel lockers" not in listed
    assert "Parcel lockers" in mentioned


def test_the_timeline_has_a_row_for_each_issuer_and_a_dot_for_each_bulletin() -> None:
    dots = [e for e in Seen(browse_html(Conversation(), SPECIMENS, ())).all("g")]
    assert [dot["data-bulletin"] for dot in dots] == ["id-101", "id-102", "id-103"]
    assert dots[0]["aria-label"] == "2 June 2021: Parcel lockers to follow one standard"


def test_bulletins_of_one_issuer_and_month_are_one_dot_that_leads_to_them() -> None:
    entry = SPECIMENS.entries[0]
    many = [dataclasses.replace(entry, id=str(n), source=str(n), published=f"2021-06-{n:02}") for n in range(1, 10)]
    page = page_over()
    page.collection = Collection((*SPECIMENS.entries[1:], *many))
    (dot,) = [e for e in Seen(browse_html(Conversation(), page.collection, ())).all("g") if "data-period" in e]
    found = page.act(Conversation(), {"do": "within", "period": dot["data-period"], "issuer": dot["data-issuer"]})
    assert "Bulletins: 9" in Seen(found["panel"]).text
    assert acted(page, found["state"], "back").looking == Looking()


def test_why_tells_what_was_searched_checked_and_how_long_it_took() -> None:
    text = Seen(page_over().act(after(number_answer("古城?")), {"do": "why", "turn": 0})["panel"]).text
    for part in ("Asked古城?", "91 % · enough to answer", "1 of 2 sentences borne out", "0.04 s"):
        assert part in text


def test_a_thumb_is_kept_with_the_answer_and_its_evidence() -> None:
    page = page_over()
    conversation = acted(page, after(list_answer("rules?")), "verdict", turn=0, verdict="up")
    (kept,) = [one for one in page.service.feedback.all() if one.question == "rules?"]
    assert (kept.verdict, kept.answer["citations"][0]["source"]) == ("up", "101")
    assert 'aria-pressed="true" data-do="verdict"' in page._chat(conversation)


def test_a_report_can_become_a_gold_case() -> None:
    page = page_over()
    acted(page, after(list_answer("rules, wrongly?")), "report", turn="0", expected="48 hours", comment="old")
    (kept,) = [one for one in page.service.feedback.all() if one.question == "rules, wrongly?"]
    case = gold_case(kept)
    assert case and (case["facts"], case["bulletins"]) == ([["48 hours"]], ["101"])


def test_another_language_keeps_the_conversation_and_an_unknown_one_is_ignored() -> None:
    page, conversation = page_over(), after(list_answer("rules"))
    changed = acted(page, conversation, "language", language="zh-Hans")
    assert (changed.language, changed.turns) == ("zh-Hans", conversation.turns)
    assert acted(page, conversation, "language", language="<script>") == conversation


def test_clearing_forgets_everything_but_the_language_and_the_filters() -> None:
    conversation = dataclasses.replace(after(list_answer("rules")), language="zh-Hant", filters=Filters("2020"))
    assert acted(page_over(), conversation, "clear") == Conversation("zh-Hant", filters=Filters("2020"))


def test_an_address_sets_wording_filters_and_question() -> None:
    query = {"lang": "zh-Hans", "from": "2021", "to": "<b>", "issuer": "X", "embed": "1", "q": "Which rules?"}
    request, page = SimpleNamespace(query_params=query, headers={}), page_over()
    conversation = page.open(Conversation(), request)["state"]
    assert (conversation.language, conversation.filters, conversation.small) == (
        "zh-Hans",
        Filters(since="2021", issuer="X"),
        True,
    )
    *_, last = page.linked(conversation, request)
    assert last["state"].turns[0].question == "Which rules?"
    assert list(page.linked(last["state"], request)) == [], "once"


# ---------------------------------------------------------------- history


def test_a_conversation_is_kept_with_its_evidence_and_taken_up_again() -> None:
    page = page_over()
    passage = Passage("id-101", "101", 0, 0, 5, "Parcel", ((0, 5),), "en", "Lockers", "")
    answer = dataclasses.replace(list_answer("rules"), evidence=(Hit(passage, 0.9, {"dense": 0.5}, (0, 5)),))
    conversation = after(answer).last(filters=Filters("2021", "2021"), read=True, follow_ups=("What next?",))
    page.history.keep("browser a", conversation)
    again = page.act(Conversation(), {"do": "resume", "key": conversation.key}, reader="browser a")["state"]
    assert again.turns == conversation.turns
    assert again.turns[0].answer.evidence == answer.evidence


def test_nobody_sees_or_deletes_anothers_conversations() -> None:
    page, conversation = page_over(), after(list_answer("rules"))
    page.history.keep("browser one", conversation)
    for reader in ("browser two", ""):
        assert acted(page, Conversation(), "resume", reader=reader, key=conversation.key) == Conversation()
        acted(page, Conversation(), "forget", reader=reader, key=conversation.key)
        acted(page, Conversation(), "forget", reader=reader, key="all")
        page.history.keep(reader, dataclasses.replace(after(date_answer("何時?")), key=conversation.key))
    (kept,) = page.history.listed("browser one")
    assert kept.title == "rules"
    acted(page, Conversation(), "forget", reader="browser one", key=conversation.key)
    assert page.history.listed("browser one") == []


def test_what_is_older_than_its_days_is_gone_and_no_days_keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_over()
    with monkeypatch.context() as patch:
        patch.setattr("assistant.web.history._now", lambda: "2020-01-01T00:00:00+00:00")
        page.history.keep("browser old", after(list_answer("rules")))
    assert page_over().history.listed("browser old") == []
    page = page_over(history_days=0)
    page.history.keep("browser none", after(list_answer("rules")))
    assert page.history.listed("browser none") == []


def test_a_user_who_logged_in_finds_the_conversations_anywhere() -> None:
    assert reader_of(ADMIN, "one") == reader_of(ADMIN, "two") == "user root"
    assert reader_of(None, "one") == "browser one"
    assert reader_of(None, {"forged": 1}) == ""


# ---------------------------------------------------------------- the rest


def test_the_head_counts_bulletins_and_names_the_newest_date() -> None:
    head = Seen(head_html(collection(page_over().service, False), Conversation())).text
    assert "3 bulletins · newest 20 November 2023" in head


def test_who_logged_in_is_named_with_a_way_out() -> None:
    html = head_html(SPECIMENS, Conversation(), ADMIN.state.user)
    assert 'method="post" action="logout"' in html and "root" in Seen(html).text
    assert "logout" not in head_html(SPECIMENS, Conversation(), User())


def test_a_bulletin_that_left_the_index_is_said_to_be_gone_and_its_quote_is_left() -> None:
    html = panel_html(after(list_answer("rules")), SPECIMENS, {}.__getitem__)
    assert "Parcel lockers to follow one standard" in Seen(html).text
    assert EN.gone in Seen(html).text
    assert "a courier must ask before using a locker" in Seen(html).text


def test_why_says_what_the_check_finds_nowhere_in_the_cited_words() -> None:
    answer = list_answer("Which rules?")
    doubted = dataclasses.replace(answer.sentences[0], text="Nine thousand rules were agreed", supported=False)
    conversation = after(dataclasses.replace(answer, sentences=(doubted, *answer.sentences[1:])))
    text = page_over().act(conversation, {"do": "why", "turn": 0})["panel"]
    assert text.count('class="doubts"') == 1 and "the figure Nine thousand is not in the cited text" in text
