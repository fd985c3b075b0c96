"""Two texts read together by the tuned model."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.across import CHANGES
from index.together import PairReader, filled_up, joined
from tests.cache import cache


def test_a_pair_is_the_text_then_the_source_between_marks() -> None:
    ids, own = joined([7, 8], [9])

    assert ids == [0, 7, 8, 2, 2, 9, 2]
    assert own.tolist() == [0, 1, 1, 0, 0, 0, 0]


def test_a_source_too_long_is_cut_and_the_pair_still_ends() -> None:
    ids, own = joined([7] * 600, [9] * 600)

    assert len(ids) == len(own) == 512 and ids[-1] == 2
    assert 9 in ids and own.sum() == 256


def test_pairs_of_several_lengths_are_filled_up_to_one() -> None:
    tokens, whose = filled_up([joined([7] * 10, [9] * 8), joined([7], [9])])

    assert tokens.shape == whose.shape == (2, 32)
    assert whose[1].tolist() == [0, 1, 0, 0, 0, 0, *[-1] * 26]


@pytest.mark.model
def test_a_translation_is_told_from_another_telling_of_the_same_people() -> None:
    reader = PairReader(cache(), CHANGES)
    source = "市长感谢志愿者清理了河岸。"
    true = "the mayor thanked the volunteers for clearing the river bank."
    other = "the volunteers thanked the mayor because it had snowed for a week."

    assert reader([(true, source)]) > reader([(other, source)])


@pytest.mark.model
def test_what_a_pair_is_read_with_changes_nothing_for_it() -> None:
    reader = PairReader(cache(), CHANGES)
    said, source = "who thanked the volunteers?", "市长感谢志愿者清理了河岸。"
    longer = source + "他说，明年春天还要再清理一次，届时将邀请全市中小学生参加，并为每个班级颁发奖状。"

    [alone], [beside, _] = reader([(said, source)]), reader([(said, source), (said, longer)])

    assert beside == pytest.approx(alone, abs=0.05)


@pytest.mark.model
def test_every_processor_counts_alike() -> None:
    reader = PairReader(cache(), CHANGES)
    reader.open()
    kind = reader._request.get_compiled_model().get_property("INFERENCE_PRECISION_HINT")

    assert kind.get_type_name() == "f32"  # where there is bf16, too


@pytest.mark.model
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux tells")
def test_reading_is_tied_to_no_processor() -> None:
    reader = PairReader(cache(), CHANGES)
    reader.open()
    seen: set[frozenset[int]] = set()
    with ThreadPoolExecutor(1) as beside:
        thread = beside.submit(threading.get_native_id).result()
        reading = beside.submit(
            lambda: [reader([("who thanked them?", "市长感谢志愿者。" * 20)] * 4) for _ in range(5)]
        )
        while not reading.done():
            seen.add(frozenset(os.sched_getaffinity(thread)))

    assert seen == {frozenset(os.sched_getaffinity(0))}


def test_nothing_is_loaded_before_the_first_pair() -> None:
    assert PairReader(cache() / "absent", CHANGES)._request is None
