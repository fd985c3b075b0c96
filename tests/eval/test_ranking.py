from __future__ import annotations

import math

import pytest

from eval.ranking import judged, ndcg


def test_ndcg_discounts_by_rank_and_divides_by_the_best_order() -> None:
    # Found: gain 1 at rank 1, 3 at rank 3. Best: 3 then 1.
    got, best = 1 + 3 / math.log2(4), 3 + 1 / math.log2(3)
    assert ndcg(10, ["b", "x", "a"], {"a": 3, "b": 1}) == pytest.approx(got / best)


def test_what_is_past_the_cut_does_not_count() -> None:
    assert ndcg(1, ["x", "a"], {"a": 1}) == 0


def test_the_order_given_is_the_order_measured() -> None:
    assert judged({"z": 1}, ["z", "a"], ("RR@10",)) == {"RR@10": 1}
    assert judged({"a": 1}, ["z", "a"], ("RR@10",)) == {"RR@10": 0.5}


def test_nothing_found_is_zero_and_nothing_to_find_is_an_error() -> None:
    assert judged({"a": 1}, [])["nDCG@10"] == 0
    with pytest.raises(ValueError, match="nothing is"):
        ndcg(10, ["a"], {"a": 0})
