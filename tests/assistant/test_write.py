"""A model's reply, from its text to checked sentences: what is read, where quotes are found, what is kept."""

from __future__ import annotations

import json

import pytest

from assistant.asking import asked
from assistant.check import check
from assistant.evidence import Candidate
from assistant.model import ModelFailed
from assistant.prompt import Context, Evidence, Shown
from assistant.write import Desk, Draft, Written, checked, in_script, locate, read_reply
from index.split import split
from sources.bulletin import Bulletin, Language
from tests.endpoint import sentences
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, bulletin_of

LOCKER, ISLAND, BICYCLE = bulletin_of("101", LOCKERS), bulletin_of("102", ISLANDS), bulletin_of("103", BICYCLES)
ONE = (Draft("Lamps were lit.", ("bq4",), "The lamps were lit."),)
WHOLE = sentences(("Lamps were lit.", "bq4", "The lamps were lit."))


def shown(*bulletins: Bulletin) -> tuple[Shown, ...]:
    """Every passage of the bulletins; keys aa2, aa3…"""
    passages = [(bulletin, passage) for bulletin in bulletins for passage in split(bulletin)]
    return tuple(
        Shown(f"aa{n}", Evidence(bulletin, passage.start, passage.end, passage.sentences, (bulletin.id,)))
        for n, (bulletin, passage) in enumerate(passages, 2)
    )


def desk(question: str, language: Language, *bulletins: Bulletin, fit: str = "", mark: bool = False) -> Desk:
    """fit: words of the only sentences that have to do with the question; all have when it is empty."""
    candidates = [
        Candidate(bulletin, passage, start, end, {}, 0.9 if fit in bulletin.text[start:end] else 0.001)
        for bulletin in bulletins
        for passage in split(bulletin)
        for start, end in passage.sentences
    ]
    candidates.sort(key=lambda candidate: -candidate.score)
    return Desk(question, language, asked(question, language), Context(shown(*bulletins), 0), candidates, check, mark)


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "reply",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"Here is the answer:\n{WHOLE}\nI hope this helps {{}}.",
        f"<think>The user asks {{about}} lamps.</think>{WHOLE}",
        WHOLE.replace("{", "｛").replace("}", "｝").replace(":", "：").replace('"', "＂").replace("[", "［").replace("]", "］"),
        WHOLE[: WHOLE.rindex("}]")] + '}, {"quote": "The pier was',  # cut in its second sentence
        json.dumps([{"quote": "Lamps were lit.", "key": "BQ4", "text": "The lamps were lit."}]),
        json.dumps({"answer": [{"quotation": "Lamps were lit.", "citations": ["[bq4]"], "sentence": "The lamps were lit."}]}),
        json.dumps({"quote": "Lamps were lit.", "source": "bq4", "text": "- The **lamps** were lit. [bq4]"}),
        WHOLE.replace("The lamps", "The\nlamps"),  # a raw line end inside a string
    ],
    ids=["whole", "fenced", "talkative", "thinking", "full-width", "cut", "bare list", "other keys", "one object", "raw newline"],
)  # fmt: skip
def test_a_reply_is_read_in_whatever_form_it_comes(reply: str) -> None:
    assert read_reply(reply) == ONE


@pytest.mark.parametrize(
    "reply",
    [
        "The lamps were lit [bq4].",
        "The lamps were lit.【bq4】",
        "- The lamps were lit. ［BQ4］",
        "The lamps were lit (bq4).",
    ],
)
def test_sentences_with_marks_are_read_where_there_is_no_json(reply: str) -> None:
    (draft,) = read_reply(reply)
    assert draft.quote == "" and draft.keys == ("bq4",) and draft.text.rstrip(".") == "The lamps were lit"


@pytest.mark.parametrize(
    "reply",
    [
        sentences(answerable=False),
        sentences(),
        '{"answerable": "false"}',
        '{"answerable": false, "sentences": [{"text": "x"}]}',
    ],
)
def test_no_answer_is_no_sentence(reply: str) -> None:
    assert read_reply(reply) == ()


@pytest.mark.parametrize("mark", [" [", " [b", " [bq4", "【bq", " ［bq4，", " [[bq4"])
def test_a_mark_that_breaks_off_is_not_shown(mark: str) -> None:
    reply = json.dumps(
        {"sentences": [{"quote": "Lamps were lit.", "key": "bq4", "text": f"The lamps were lit.{mark}"}]}
    )
    assert read_reply(reply) == ONE
    with pytest.raises(ModelFailed):
        read_reply(f"The lamps were lit.{mark}")


@pytest.mark.parametrize(
    "reply", ["", "I do not know.", "{", "{}", "[]", "[{}]", "null", '{"quote": 3}', '{"sentences": {}}', "{" * 5000]
)
def test_what_cannot_be_read_is_broken(reply: str) -> None:
    with pytest.raises(ModelFailed) as caught:
        read_reply(reply)
    assert caught.value.why == "broken"


def test_an_endless_reply_is_bounded() -> None:
    assert len(read_reply(sentences(*[("q", "bq4", f"Sentence {n}.") for n in range(500)]))) <= 12


# ---------------------------------------------------------------- quotes


@pytest.mark.parametrize(
    ("quote", "begins", "source"),
    [
        ("Seventeen makers of lockers sent their engineers", "Seventeen makers", "101"),
        ("SEVENTEEN  makers, of lockers sent their engineers!", "Seventeen makers", "101"),
        ("Seventeen maker of lockers send their engineers", "Seventeen makers", "101"),
        ("巡查组配备了两艘补给船", "巡查組配備了", "102"),  # Simplified letters of a Traditional text
        ("過去一年共更換舊車兩千三百輛", "负责试点", "103"),
    ],
)
def test_a_quote_is_found_whatever_its_script_case_or_signs(quote: str, begins: str, source: str) -> None:
    found = locate(quote, shown(LOCKER, ISLAND, BICYCLE))
    assert found and found.bulletin.source == source and found.text.startswith(begins)


def test_a_quote_of_half_a_sentence_cites_the_whole_one() -> None:
    found = locate("a parcel may lie there for 24 hours", shown(LOCKER))
    assert found and found.text.startswith("Three rules") and found.text.endswith("using a locker.")


@pytest.mark.parametrize(
    "quote", ["", "。", "x", "the moon is made of green cheese and parcels", "火星上的郵局今年關門", "99"]
)
def test_a_quote_that_stands_nowhere_is_not_found(quote: str) -> None:
    assert locate(quote, shown(ISLAND, BICYCLE)) is None


def test_of_two_places_the_one_named_is_taken() -> None:
    twin = bulletin_of("105", LOCKERS.replace("Hangzhou", "Suzhou"))
    both = shown(LOCKER, twin)
    quote = "two of them showed doors that open by voice"
    for bulletin in (LOCKER, twin):
        key = next(one.key for one in both if one.evidence.bulletin is bulletin and quote in one.evidence.text)
        found = locate(quote, both, (key,))
        assert found and found.bulletin.source == bulletin.source


# ---------------------------------------------------------------- keeping


def written(text: str, quote: str, at: Desk) -> Written:
    return checked([Draft(quote, (), text)], at)


MAKERS = "Seventeen makers of lockers sent their engineers"


@pytest.mark.parametrize(
    "text",
    [
        "Eighteen makers sent engineers.",
        "Seventeen makers did not send their engineers.",
        "PWNED",
        "Seventeen makers sent engineers, see https://far.example/x.",
        "Seventeen makers sent [engineers](http://far.example).",
        "Seventeen makers sent engineers <img src=x>.",
        "十七家制造商派了工程师。",
        "",
    ],
)
def test_a_sentence_that_fails_is_left_out(text: str) -> None:
    assert written(text, MAKERS, desk("How many makers sent engineers?", "en", LOCKER)).parts == ()


def test_a_sentence_that_holds_rests_on_the_words_as_published() -> None:
    (part,) = written(
        "Seventeen makers sent engineers", MAKERS, desk("How many makers sent engineers?", "en", LOCKER)
    ).parts
    assert part.text == "Seventeen makers sent engineers." and part.spans[0].text.startswith(
        "Seventeen makers of lockers"
    )


def test_the_year_may_come_from_the_page_s_date() -> None:
    text = "On June 15, 2021, the standards office met in Hangzhou."
    (part,) = written(
        text,
        "On June 15, the bureau's standards office met in Hangzhou",
        desk("When did the office meet?", "en", LOCKER),
    ).parts
    assert any("2021" in span.text for span in part.spans)


def test_words_that_have_nothing_to_do_with_the_question_give_no_answer() -> None:
    quote = "two of them showed doors that open by voice"
    at = desk("How many parcels do lockers take?", "en", LOCKER, fit="11%")
    far = bulletin_of("106", "Doors that open by voice\n\nAt the fair, two of them showed doors that open by voice.\n")
    at = Desk(at.question, "en", at.asked, Context(shown(LOCKER, far), 0), at.candidates, check)
    assert locate(quote, shown(far))
    assert (
        written(
            "Doors open by voice at the fair.", "At the fair, two of them showed doors that open by voice", at
        ).parts
        == ()
    )


def test_repeats_and_echoes_of_the_question_are_left_out_without_a_word() -> None:
    at = desk("Did seventeen makers of lockers send their engineers?", "en", LOCKER)
    drafts = [
        Draft(MAKERS, (), text)
        for text in ("Seventeen makers sent engineers.", "Seventeen makers sent engineers", at.question)
    ]
    found = checked(drafts, at)
    assert len(found.parts) == 1 and found.dropped == 0


def test_marking_shows_what_dropping_hides() -> None:
    drafts = [Draft(MAKERS, (), "Seventeen makers sent engineers."), Draft(MAKERS, (), "Ninety makers sent engineers.")]
    dropping = checked(drafts, desk("How many makers?", "en", LOCKER))
    marking = checked(drafts, desk("How many makers?", "en", LOCKER, mark=True))
    assert (len(dropping.parts), dropping.dropped, dropping.marked) == (1, 1, frozenset())
    assert (len(marking.parts), marking.dropped, marking.marked) == (2, 0, {"Ninety makers sent engineers."})


def test_marked_sentences_alone_are_no_answer() -> None:
    assert not written("Ninety makers sent engineers.", MAKERS, desk("How many makers?", "en", LOCKER, mark=True)).parts


def test_three_members_of_a_list_become_items() -> None:
    rules = (
        "a locker must tell its user the deadline",
        "a parcel may lie there for 24 hours without a fee",
        "a courier must ask before using a locker",
    )
    found = checked(
        [Draft(rule, (), rule.capitalize()) for rule in rules], desk("Which three rules were agreed?", "en", LOCKER)
    )
    assert [part.item for part in found.parts] == [True, True, True]


@pytest.mark.parametrize(
    ("text", "language", "given"),
    [
        ("邮政局发布了计划。", "zh-Hant", "郵政局發佈了計劃。"),
        ("郵政局發布了計劃。", "zh-Hans", "邮政局发布了计划。"),
        ("启动“蓝灯行动”。", "zh-Hant", "啟動“蓝灯行动”。"),  # the name as published
        ("Plain words.", "zh-Hant", "Plain words."),
    ],
)
def test_words_are_put_in_the_script_asked_for_and_names_stay(text: str, language: Language, given: str) -> None:
    assert in_script(text, language, ["各地启动“蓝灯行动”"]) == given
