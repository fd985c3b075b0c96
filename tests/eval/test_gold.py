"""The gold and the calibration cases hold on the specimens, and on the public bulletins whose facts these restate."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from eval.cases import KINDS, LANGUAGES, Case, read_cases
from index.normalise import fold

ROOT = Path(__file__).resolve().parents[2]
SPECIMENS = ROOT / "sources" / "specimens"
PUBLIC = ROOT / "../shared/bulletins"
STEMS = ("000", "001", "002", "003", "004")
CASES = read_cases(ROOT / "eval" / "gold" / "specimens.jsonl")
CALIBRATION = read_cases(ROOT / "eval" / "gold" / "calibration.jsonl")
DIALOGUES = read_cases(ROOT / "eval" / "gold" / "dialogues.jsonl")
EVERY = CASES + CALIBRATION + DIALOGUES
SHORT = {"en": "en", "zh-Hant": "hant", "zh-Hans": "hans"}
TURNS = (
    "ellipsis",
    "pronoun",
    "year",
    "ordinal",
    "language",
    "correction",
    "topic",
    "switch",
    "return",
    "unanswerable",
)

_PINYIN_NOTE = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}\)")
_WHITE_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s|\s(?=[^\x00-\x7f])")


def comparable(text: str) -> str:
    return _WHITE_BESIDE_HAN.sub("", fold(_PINYIN_NOTE.sub("", text)))


def says(text: str, wording: str) -> bool:
    """Whether a comparable text has the wording, neither end of it inside a Latin word or a number."""
    wanted = comparable(wording)
    # A \b would see no edge between a figure and a Chinese character, which are separate words.
    before = "(?<![a-z0-9])" if re.match(r"[a-z0-9]", wanted) else ""
    after = "(?![a-z0-9])" if re.search(r"[a-z0-9]$", wanted) else ""
    return re.search(f"{before}{re.escape(wanted)}{after}", text) is not None


def unsaid(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    texts = {stem: comparable((folder / f"{stem}.txt").read_text(encoding="utf-8")) for stem in STEMS}
    return [
        (case.id, fact)
        for case in EVERY
        for fact in case.facts
        if not any(says(texts[stem], wording) for stem in case.bulletins for wording in fact)
    ]


def script(text: str) -> str:
    """Language and script of a text: "en" without Chinese characters, "zh-Hans" when folding changes none."""
    han = "".join(re.findall(r"[\u4e00-\u9fff]", text))
    if not han:
        return "en"
    return "zh-Hans" if fold(han) == han else "zh-Hant"


def is_asked_in(language: str, case: Case) -> bool:
    # Many a Traditional text has characters only that are the same in Simplified script.
    return script(case.question) in ({language, "zh-Hans"} if language == "zh-Hant" else {language})


def test_every_fact_is_said_by_a_right_specimen() -> None:
    assert unsaid(SPECIMENS) == []


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public bulletins are not at hand")
def test_every_fact_is_said_by_a_right_public_bulletin() -> None:
    assert unsaid(PUBLIC) == []


def test_a_figure_is_not_said_by_a_longer_one() -> None:
    assert says(comparable("rose by 70% in May"), "70%")
    assert not says(comparable("rose by 170% in May"), "70%")
    assert says(comparable("行業(yè)增 長70%"), "行业增长")


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.id)
def test_a_case_is_consistent(case: Case) -> None:
    assert set(case.bulletins) <= set(STEMS)
    if case.answerable:
        assert case.bulletins and case.facts
    else:
        assert not case.bulletins and case.why
    for fact in case.facts:
        assert len(set(fact)) == len(fact)


@pytest.mark.parametrize("case", CASES + CALIBRATION, ids=lambda case: case.id)
def test_an_id_tells_language_and_kind(case: Case) -> None:
    assert case.id.removeprefix("cal-").startswith(f"{SHORT[case.language]}-{case.kind}")
    assert is_asked_in(case.language, case)


@pytest.mark.parametrize("case", DIALOGUES, ids=lambda case: case.id)
def test_a_dialogue_tells_what_its_last_turn_does(case: Case) -> None:
    first, asked, turn, _ = case.id.split("-")
    assert first == "dialogue" and turn in TURNS
    assert case.history
    assert case.why.split(":")[0] == turn
    assert (turn == "unanswerable") == (not case.answerable)
    assert is_asked_in(next(language for language in LANGUAGES if SHORT[language] == asked), case)
    # The answer is due in the language of the question, unless the turn is a request for another one.
    assert (SHORT[case.language] == asked) == (turn != "language")


@pytest.mark.parametrize("case", [c for c in EVERY if c.cross], ids=lambda case: case.id)
def test_a_cross_language_case_has_right_bulletins_in_the_other_language_only(case: Case) -> None:
    english = {"000", "001", "002"}
    assert set(case.bulletins) <= (set(STEMS) - english if case.language == "en" else english)


@pytest.mark.parametrize("case", [c for c in EVERY if c.answerable and not c.cross], ids=lambda case: case.id)
def test_a_case_that_only_the_other_language_answers_is_marked(case: Case) -> None:
    # A catalogue answer is read off descriptions, not off passages: language does not separate it from the question.
    if case.kind != "catalogue":
        own = {"000", "001", "002"} if case.language == "en" else {"003", "004"}
        assert own & set(case.bulletins)


def test_no_question_is_asked_twice() -> None:
    asked = Counter((comparable(case.question), case.history) for case in EVERY)
    assert [question for question, times in asked.items() if times > 1] == []


def test_no_answer_is_given_away_by_its_question() -> None:
    """A fact whose every wording stands in the question or its history measures nothing."""
    given = []
    for case in EVERY:
        words = comparable(" ".join((case.question, *case.history)))
        if case.facts and all(any(says(words, wording) for wording in fact) for fact in case.facts):
            given.append(case.id)
    assert given == []


def test_there_are_enough_cases_of_every_sort() -> None:
    languages = Counter[str](case.language for case in CASES)
    kinds = Counter[str](case.kind for case in CASES)
    assert len(CASES) >= 110
    assert min(languages[language] for language in LANGUAGES) >= 0.28 * len(CASES)
    floors = {
        "factoid": 40,
        "list": 18,
        "date": 12,
        "comparison": 8,
        "follow-up": 14,
        "catalogue": 6,
        "unanswerable": 28,
    }
    assert set(floors) == set(KINDS)
    assert {kind: kinds[kind] for kind in KINDS if kinds[kind] < floors[kind]} == {}


def test_cross_language_cases_go_both_ways() -> None:
    asked = Counter(case.language for case in CASES if case.cross)
    assert asked["en"] >= 10
    assert asked["zh-Hant"] + asked["zh-Hans"] >= 15


def test_every_specimen_is_asked_about() -> None:
    asked = Counter(stem for case in CASES for stem in case.bulletins)
    assert min(asked[stem] for stem in STEMS) >= 15


def test_unanswerable_cases_are_half_near_misses() -> None:
    why = Counter(case.why.split(":")[0] for case in CASES if not case.answerable)
    assert why["off-topic"] >= 14
    assert why["near miss"] >= 14
    assert why["follow-up without answer"] >= 2


def test_a_calibration_case_is_told_from_a_gold_case_by_its_id() -> None:
    assert all(case.id.startswith("cal-") for case in CALIBRATION)
    assert not any(case.id.startswith("cal-") for case in CASES)


def test_no_calibration_question_is_measured_too() -> None:
    # Whatever came before it: a decision fitted on the words of a question is not measured by them.
    measured = {comparable(case.question) for case in CASES + DIALOGUES}
    assert [case.id for case in CALIBRATION if comparable(case.question) in measured] == []


def test_calibration_weighs_answers_and_languages_evenly() -> None:
    assert not any(case.history for case in CALIBRATION)
    sorts = Counter((case.language, case.answerable) for case in CALIBRATION)
    assert set(sorts) == {(language, answerable) for language in LANGUAGES for answerable in (True, False)}
    assert len(CALIBRATION) >= 240
    assert len(set(sorts.values())) == 1
    answerable = [case for case in CALIBRATION if case.answerable]
    assert 3 * sum(case.cross for case in answerable) >= len(answerable)
    why = Counter(case.why.split(":")[0] for case in CALIBRATION if not case.answerable)
    assert set(why) == {"off-topic", "near miss"}
    assert why["near miss"] >= 2 * why["off-topic"]


def test_every_turn_of_a_dialogue_is_tried_in_each_language() -> None:
    tried = Counter(tuple(case.id.split("-")[1:3]) for case in DIALOGUES)
    assert set(tried) == {(language, turn) for language in SHORT.values() for turn in TURNS}
    assert min(tried.values()) >= 2
