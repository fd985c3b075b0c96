"""One name in two alphabets."""

from __future__ import annotations

import pytest

from assistant.check import check

_TOLD = (
    ("局長徐志杰表示將擴建。", "Director Hsu Chih-chieh said it would be enlarged."),
    ("局長黃永康表示將擴建。", "Director Wong Wing-hong said it would be enlarged."),
    ("莫里斯表示將擴建。", "Morris said it would be enlarged."),
    ("班克斯博士表示將擴建。", "Dr Banks said it would be enlarged."),
)


@pytest.mark.parametrize(("sentence", "source"), _TOLD)
def test_a_name_that_is_spelled_is_no_reason_to_reject(sentence: str, source: str) -> None:
    assert not any("name" in reason or "not who" in reason for reason in check(sentence, [source]).reasons)


@pytest.mark.parametrize(("sentence", "source"), _TOLD)
def test_another_name_is_one(sentence: str, source: str) -> None:
    altered = source.replace("Hsu Chih-chieh", "Hsu Chih-yung").replace("Wong Wing-hong", "Wong Siu-ming")
    altered = altered.replace("Morris", "Carter").replace("Banks", "Turner")
    assert any("name" in reason or "not who" in reason for reason in check(sentence, [altered]).reasons)


def test_a_verb_is_no_part_of_a_name() -> None:
    assert not any("name" in reason for reason in check("莫里斯反對擴建。", ["Morris was against it."]).reasons)
