"""The chat page: what is shown, and that nothing in a bulletin or a question can act on it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Sentence
from assistant.settings import Settings
from assistant.web.conversation import Conversation
from assistant.web.page import Page, collection
from assistant.web.render import (
    WHOLE_CHARS,
    Collection,
    answer_html,
    card_html,
    chat_html,
    escape,
    head_html,
    marked_html,
    panel_html,
    stretches,
)
from assistant.web.words import NAMES, WORDS, browser_language, date_words, examples
from sources.bulletin import Edit, TextMap, apply_edits
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
SPECIMENS = Collection(3, "2023-11-20", (("Lockers", "2021-06-02", "en"),), specimens=True)


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
        self.depth += tag not in ("path", "rect")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in ("path", "rect")

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
    return panel_html(conversation, SPECIMENS, STORED.__getitem__, focus)


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
    answer = answered(HOSTILE, "en", HOSTILE, [Sentence(HOSTILE, False, (0,))], [quoted], HOSTILE + "?", (HOSTILE,))
    refused = dataclasses.replace(not_found(HOSTILE), text=HOSTILE, related=(quoted,))
    titles = Collection(1, HOSTILE, ((HOSTILE, HOSTILE, "en"),), specimens=False)
    yield "answer", chat_html(after(answer), titles, ())
    yield "not found", chat_html(after(refused), titles, ())
    yield "error", chat_html(Conversation().asking(HOSTILE).failed(HOSTILE, HOSTILE), titles, ())
    yield "welcome", chat_html(Conversation(), titles, [("en", HOSTILE)])
    yield "head", head_html(titles, "en")
    yield "panel", panel_html(after(answer), titles, lambda _: evil)
    yield "related panel", panel_html(after(refused), titles, lambda _: evil)
    yield "empty panel", panel_html(Conversation(), titles, lambda _: evil)


@pytest.mark.parametrize("name", [name for name, _ in hostile_parts()])
def test_hostile_text_stays_text(name: str) -> None:
    html = dict(hostile_parts())[name]
    seen = Seen(html)
    assert not seen.all("script") + seen.all("img") + seen.all("a") + seen.all("iframe")
    assert not [key for _, attributes in seen.elements for key in attributes if key.startswith("on")]
    assert seen.depth == 0, "every element that was opened is closed, and no text closes one"
    assert "<script>window.hacked=1</script>" in seen.text
    assert not re.search(r"\{\{|\$\{", html)


@pytest.mark.parametrize("source", ["javascript:alert(1)", "data:text/html,x", "//far.example", " http://x"])
def test_only_web_addresses_become_links(source: str) -> None:
    evil = bulletin(source, "words", "en", None, None)
    assert not Seen(card_html(evil, [(1, citing(evil, "words"))], "en")).all("a")


def test_a_web_address_is_a_link_that_tells_nobody_where_it_was_clicked() -> None:
    page = bulletin('https://post.example/a?b="c"', "words", "en", None, None)
    (link,) = Seen(card_html(page, [(1, citing(page, "words"))], "en")).all("a")
    assert link["href"] == 'https://post.example/a?b="c"'
    assert link["rel"] == "noopener noreferrer"


# ---------------------------------------------------------------- marks


def test_a_mark_lands_on_the_words_as_published_with_their_damage() -> None:
    answer = date_answer("何時?")
    raw = card_html(BULLETINS[1], list(enumerate(answer.citations, 1)), "en").split('class="excerpt clean"')[0]
    assert marks(raw) == [("1", "3月7日,海島郵路巡查組從舟山出發"), ("2", "組長(zhǎng)方若水表示")]
    assert '<span class="edit" title="pinyin">(zhǎng)</span>' in raw


def test_the_same_mark_in_the_repaired_text_is_without_damage() -> None:
    answer = date_answer("何時?")
    clean = card_html(BULLETINS[1], list(enumerate(answer.citations, 1)), "en").split('class="excerpt clean"')[1]
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


def test_an_answer_grows_sentence_by_sentence_and_is_never_cut_within_one() -> None:
    answer = list_answer("Which rules?")
    texts = [Seen(answer_html(answer, 0, EN, count)).text for count in range(5)]
    assert texts[1].startswith("Three rules were agreed for parcel lockers.")
    assert all(later.startswith(earlier) and later != earlier for earlier, later in zip(texts, texts[1:], strict=False))
    assert "Copy" not in texts[4]
    assert "Copy" in Seen(answer_html(answer, 0, EN)).text


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
    (button,) = [e for e in Seen(answer_html(list_answer("rules"), 0, EN)).all("button") if "data-copy" in e]
    assert "[1] Parcel lockers to follow one standard" in (button["data-copy"] or "")


def test_not_found_is_a_notice_with_related_passages() -> None:
    html = answer_html(not_found("Who won?"), 0, EN)
    assert 'class="answer notice none"' in html
    text = Seen(html).text
    assert text.startswith("Not in the bulletinsThe bulletins do not say.")
    assert "Near to the question, but no answer to it" in text
    assert "海島郵路春季巡查啟動" in text


# ---------------------------------------------------------------- panel


def test_one_bulletin_is_one_card_with_all_its_numbers() -> None:
    html = panel(after(list_answer("rules")))
    assert html.count('<article class="card">') == 1
    text = Seen(html).text
    for part in (
        "Parcel lockers to follow one standard",
        "Standards Office",
        "2 June 2021",
        "15 June",
        "Also reported in 104",
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
    assert text.startswith("May be related")
    assert "Sources" not in text


def test_before_the_first_answer_the_panel_lists_the_collection() -> None:
    text = Seen(panel(Conversation(language="zh-Hant"))).text
    assert "本庫公告" in text
    assert "2021年6月2日" in text


# ---------------------------------------------------------------- wording


@pytest.mark.parametrize("language", NAMES)
def test_every_language_says_everything(language: Any) -> None:
    for field in dataclasses.fields(WORDS["en"]):
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
    assert {language for language, _ in examples(True, "2024")} == set(NAMES)
    assert {language for language, _ in examples(False, None)} == set(NAMES)
    assert not set(examples(True, "2024")) & set(examples(False, "2024"))


# ---------------------------------------------------------------- callbacks


def shown(page: Page, conversation: Conversation, question: Any) -> list[tuple[Any, ...]]:
    return list(page.ask(conversation, question))


def test_asking_clears_the_box_streams_the_answer_and_fills_the_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.page.SENTENCE_S", 0)
    steps = shown(Page(FakeAssistant(), Settings()), Conversation(), " Which rules? ")
    assert steps[0][1] == ""
    assert "Searching the bulletins" in steps[0][2]
    assert len(steps) == 1 + 4
    conversation, _, chat, _ = steps[-1]
    assert conversation.turns[0].question == "Which rules?"
    assert "a courier must ask before using a locker" in chat
    assert 'class="card"' in steps[1][3]


def test_earlier_questions_are_the_history_of_the_next() -> None:
    assistant = FakeAssistant()
    page = Page(assistant, Settings())
    conversation = Conversation()
    for question in ("Which rules?", "no index here", "何時?"):
        conversation = shown(page, conversation, question)[-1][0]
    assert assistant.asked[-1] == ("何時?", ["Which rules?"]), "a question that failed is no history"


@pytest.mark.parametrize("question", ["", "  \n", None, 7])
def test_nothing_typed_asks_nothing(question: Any) -> None:
    assistant = FakeAssistant()
    assert len(shown(Page(assistant, Settings()), Conversation(), question)) == 1
    assert not assistant.asked


def test_an_endless_question_gets_its_error_and_remedy_on_the_page() -> None:
    chat = shown(Page(FakeAssistant(), Settings()), Conversation(), "x" * 100_000)[-1][2]
    assert "at most 2,000 are read" in chat
    assert "Ask one thing at a time" in chat


def test_a_broken_index_is_an_error_and_not_an_answer() -> None:
    chat = shown(Page(FakeAssistant(), Settings()), Conversation(), "no index")[-1][2]
    assert 'class="answer notice broken" role="alert"' in chat
    assert "Make one: bulletins index FOLDER" in chat


@pytest.mark.parametrize(("turn", "number"), [(1, 1), (-1, 1), ("0", 1), (None, None), (0, "<b>")])
def test_a_forged_choice_of_sources_changes_nothing(turn: Any, number: Any) -> None:
    page = Page(FakeAssistant(), Settings())
    conversation = after(list_answer("rules"))
    assert page.show(conversation, turn, number)[0] == conversation


def test_another_language_keeps_the_conversation_and_an_unknown_one_is_ignored() -> None:
    page = Page(FakeAssistant(), Settings())
    conversation = after(list_answer("rules"))
    changed = page.language(conversation, "zh-Hans")[0]
    assert (changed.language, changed.turns) == ("zh-Hans", conversation.turns)
    assert page.language(conversation, "<script>")[0] == conversation


def test_clearing_forgets_everything_but_the_language() -> None:
    page = Page(FakeAssistant(), Settings())
    cleared = page.clear(dataclasses.replace(after(list_answer("rules")), language="zh-Hant"))[0]
    assert cleared == Conversation(language="zh-Hant")


def test_the_head_counts_bulletins_and_names_the_newest_date() -> None:
    head = Seen(head_html(collection(FakeAssistant(), False), "en")).text
    assert "3 bulletins · newest 20 November 2023" in head


def test_a_bulletin_that_left_the_index_is_said_to_be_gone() -> None:
    html = panel_html(after(list_answer("rules")), SPECIMENS, {}.__getitem__)
    assert "Parcel lockers to follow one standard" in Seen(html).text
    assert EN.gone in Seen(html).text
