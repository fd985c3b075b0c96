"""What the check's reader is tuned on."""

from __future__ import annotations

import random

import numpy as np

from eval.across import part_of
from eval.tune import Example, weighed


def example(length: int, supported: bool) -> Example:
    own = np.zeros(100, np.float32)
    own[1 : 1 + length] = 1
    return Example([5] * 100, own, supported, (), False)


def test_a_part_of_a_sentence_ends_as_a_sentence_does() -> None:
    sentence = "The clinic opened in the north of the city, the mayor thanked all of the doctors, and flowers came."
    parts = {part_of(sentence, random.Random(seed)) for seed in range(20)} - {""}

    assert parts and all(part.endswith(".") and part[0].isupper() for part in parts)
    assert all(part[1:-1] in sentence for part in parts)


def test_a_sentence_of_one_clause_has_no_part() -> None:
    assert part_of("The clinic opened.", random.Random(1)) == ""


def test_a_short_true_sentence_counts_for_more_where_most_short_ones_are_altered() -> None:
    short = [example(10, i % 5 == 0) for i in range(50)]
    long = [example(40, i % 5 != 0) for i in range(50)]
    told = weighed([*short, *long])

    assert told[0].weight > 1 > told[1].weight


def test_pairs_longer_than_the_model_was_tuned_on_are_left_out() -> None:
    assert weighed([Example([5] * 300, np.ones(300, np.float32), True, (), True)]) == []
