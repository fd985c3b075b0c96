"""Two texts read together by the tuned model."""

from __future__ import annotations

import pytest

from assistant.across import CHANGES
from index.together import PairReader, joined
from tests.cache import cache


def test_a_pair_is_the_text_then_the_source_between_marks() -> None:
    ids, own = joined([7, 8], [9])

    assert ids == [0, 7, 8, 2, 2, 9, 2]
    assert own.tolist() == [0, 1, 1, 0, 0, 0, 0]


def test_a_source_too_long_is_cut_and_the_pair_still_ends() -> None:
    ids, own = joined([7] * 600, [9] * 600)

    assert len(ids) == len(own) == 512 and ids[-1] == 2
    assert 9 in ids and own.sum() == 256


@pytest.mark.model
def test_a_translation_is_told_from_another_telling_of_the_same_people() -> None:
    reader = PairReader(cache(), CHANGES)
    source = "市长感谢志愿者清理了河岸。"

    assert reader("the mayor thanked the volunteers for clearing the river bank.", source) > reader(
        "the volunteers thanked the mayor because it had snowed for a week.", source
    )


def test_nothing_is_loaded_before_the_first_pair() -> None:
    assert PairReader(cache() / "absent", CHANGES)._request is None
