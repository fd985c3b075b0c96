"""How much reading tells beside the other signals of the decision."""

from __future__ import annotations

import random

from eval.calibrate import _Rows, _with_reading

WEIGHTS = {"intercept": -2.0, "words": 4.0, "read": 1.0}


def rows(told: list[float], untold: list[float]) -> _Rows:
    """Near misses as their answered questions: of both all words are met."""
    rng, found = random.Random(1), _Rows()
    found.add([{"words": rng.uniform(0.6, 1), "read": read} for read in told], True, 1.0)
    found.add([{"words": rng.uniform(0.6, 1), "read": read} for read in untold], False, 1.0)
    return found


def test_of_near_misses_reading_tells_more_than_words_that_are_met_anyway() -> None:
    told = _with_reading(WEIGHTS, rows([0.9, 0.8, 0.7, 0.9, 0.3] * 20, [0.1, 0.2, 0.3, 0.1, 0.7] * 20))

    assert told["read"] > 3 > told["words"]


def test_reading_that_tells_nothing_weighs_nothing() -> None:
    told = _with_reading(WEIGHTS, rows([0.2, 0.8] * 50, [0.2, 0.8] * 50))

    assert abs(told["read"]) < 0.3


def test_without_near_misses_the_weights_stay() -> None:
    assert _with_reading(WEIGHTS, _Rows()) == WEIGHTS
