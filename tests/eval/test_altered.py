"""Pairs altered by machine."""

from __future__ import annotations

import random

from eval.altered import Pair, altered

PARAGRAPH = [
    ("The hospital opened a clinic in March.", "医院三月开设了诊所。"),
    ("The mayor thanked the doctors, and the school sent flowers.", "市长感谢医生，学校送来鲜花。"),
]


def pairs() -> list[Pair]:
    return list(altered([PARAGRAPH], random.Random(1)))


def test_a_sentence_is_true_beside_its_translation_and_its_altered_forms_are_not() -> None:
    found = pairs()

    assert {
        pair.supported for pair in found if pair.kind in ("true", "part", "replaced in both", "swapped in both")
    } == {True}
    assert not any(pair.supported for pair in found if pair.kind in ("replaced", "swapped", "put in", "added"))


def test_what_was_altered_is_marked_in_the_sentence() -> None:
    for pair in pairs():
        assert pair.supported != bool(pair.marks)
        assert all(0 <= start < end <= len(pair.sentence) for start, end in pair.marks)


def test_a_word_exchanged_in_the_source_leaves_the_sentence_as_it_was() -> None:
    written = {text for pair in PARAGRAPH for text in pair}

    assert {pair.sentence for pair in pairs() if pair.kind == "replaced in the source"} <= written
