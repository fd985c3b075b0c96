"""One voice for each event."""

from __future__ import annotations

import pytest

from assistant.asking import asked
from assistant.extract import extract
from assistant.voices import in_force, voices

from .candidates import candidate, described, index_of

TOLD = (
    "Published: 2022-06-{day}\n\nSource: {source}\n\nThe island post office of Linhai opened {count} new counters on June 1, "
    "said Fang Ruoshui, head of the office. The counters take parcels until nine in the evening, and two of them are "
    "kept for fishermen. Fang Ruoshui thanked the eleven builders, who had worked through the rains of May.\n"
)
FIRST = described("first", "Counters open in Linhai\n\n" + TOLD.format(day="02", source="Island Post Office", count=36))
COPY = described("copy", "Counters open in Linhai\n\n" + TOLD.format(day="05", source="Coast News", count=36))
MENDED = described(
    "mended",
    "Correction: Counters open in Linhai\n\n" + TOLD.format(day="09", source="Island Post Office", count=38),
)


def test_the_original_comes_before_its_repost() -> None:
    index = index_of(FIRST, COPY, versions=[("first", "copy")])
    assert [one.bulletin.source for one in voices(COPY.id, index)] == ["first", "copy"]


def test_a_bulletin_alone_is_its_own_voice() -> None:
    assert [one.bulletin.source for one in voices(FIRST.id, index_of(FIRST))] == ["first"]


def test_one_sentence_of_two_versions_is_quoted_from_the_better_one() -> None:
    index = index_of(FIRST, COPY, versions=[("first", "copy")])
    kept = in_force([candidate(COPY, "thanked", 0.9), candidate(FIRST, "thanked", 0.8)], index)
    assert [c.bulletin.source for c in kept] == ["first"]


def test_what_a_correction_has_put_right_is_not_quoted() -> None:
    index = index_of(FIRST, MENDED, versions=[("first", "mended")])
    kept = in_force([candidate(FIRST, "new counters", 0.9), candidate(MENDED, "new counters", 0.8)], index)
    assert [c.text for c in kept] == [candidate(MENDED, "new counters", 1).text]
    assert "38" in kept[0].text


@pytest.mark.parametrize(
    ("told", "otherwise", "where"),
    [("36 new", "63 new", "new counters"), ("eleven builders", "twelve builders", "thanked")],
)
def test_versions_that_disagree_without_a_correction_are_both_kept(told: str, otherwise: str, where: str) -> None:
    other = described("other", FIRST.raw.replace(told, otherwise).replace("06-02", "06-03"))
    index = index_of(FIRST, other, versions=[("first", "other")])
    kept = in_force([candidate(FIRST, where, 0.9), candidate(other, where, 0.8)], index)
    assert {c.bulletin.source for c in kept} == {"first", "other"}


def test_whoever_asks_sees_that_versions_disagree_however_long_the_answer_grows() -> None:
    long = FIRST.raw.replace(
        "who had worked", "who had worked in wind and in the cold, as long as there was light, and"
    )
    one, other = described("one", long), described("other", long.replace("eleven", "twelve").replace("06-02", "06-03"))
    index = index_of(one, other, versions=[("one", "other")])
    found = [
        candidate(each, where, score, typed=0)
        for each, where, score in ((one, "thanked", 0.9), (one, "new", 0.8), (other, "thanked", 0.7))
    ]
    question = "For what did Fang Ruoshui thank them?"
    told = [part.text for part in extract(asked(question, "en"), question, "en", found, index)]
    assert sum("eleven builders" in text for text in told) == sum("twelve builders" in text for text in told) == 1
