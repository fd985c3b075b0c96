"""The word and fact lanes, worked out by hand on three passages."""

from __future__ import annotations

from collections import Counter
from math import log, log1p

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import lanes
from index.gloss import Gloss
from index.lanes import FactLane, Rows, WordLane
from index.store import Lanes, word_code


def lanes_of(
    words: list[dict[str, int]],
    english: list[bool] | None = None,
    facts: list[list[str]] | None = None,
    bulletins: list[str] | None = None,
    bulletin_facts: dict[str, tuple[list[str], list[str]]] | None = None,
) -> Lanes:
    n = len(words)
    counts = [(row, word_code(term), count) for row, found in enumerate(words) for term, count in found.items()]
    names = bulletins or [f"b{i}" for i in range(n)]
    return Lanes(
        ids=np.arange(1, n + 1),
        bulletins=names,
        numbers=np.zeros(n, np.int32),
        english=np.array(english or [True] * n, bool),
        bulletin_facts=bulletin_facts or {name: ([], []) for name in names},
        word_rows=np.array([c[0] for c in counts], np.int32),
        word_codes=np.array([c[1] for c in counts], np.uint32),
        word_counts=np.array([c[2] for c in counts], np.float32),
        facts=facts or [[] for _ in range(n)],
    )


# Lengths 4, 2, 6; mean 4.
THREE = lanes_of([{"boat": 1, "pier": 3}, {"boat": 2}, {"sack": 6}])


def bm25(count: float, length: float, mean: float, frequency: float, n: int = 3) -> float:
    idf = log1p((n + 30 - frequency + 0.5) / (frequency + 0.5))  # thirty further passages without the term
    return idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))


def test_bm25_by_hand() -> None:
    expected = [bm25(1, 4, 4, 2), bm25(2, 2, 4, 2), 0]
    assert WordLane(THREE).score(["boat"], ()) == pytest.approx(expected, rel=1e-5)


def test_a_term_asked_twice_counts_once() -> None:
    lane = WordLane(THREE)
    assert lane.score(["boat", "boat"], ()).tolist() == lane.score(["boat"], ()).tolist()


def test_scores_of_terms_add_up() -> None:
    lane = WordLane(THREE)
    both = lane.score(["boat", "pier"], ())
    assert both == pytest.approx(lane.score(["boat"], ()) + lane.score(["pier"], ()))


def test_a_rarer_term_weighs_more_and_an_unknown_one_most() -> None:
    lane = WordLane(THREE)
    assert lane.rarity("boat") < lane.rarity("sack") < lane.rarity("never seen")
    assert not lane.score(["never seen"], ()).any()


def test_lengths_are_compared_within_a_language() -> None:
    # A Chinese passage has more terms than an English one that says as much; both are average in their language.
    lane = WordLane(lanes_of([{"gps": 1, "a": 1}, {"gps": 1, "邮": 9}], english=[True, False]))
    english, chinese = lane.score(["gps"], ())
    assert english == pytest.approx(chinese)


def test_the_words_of_a_gloss_count_as_one_term() -> None:
    lane = WordLane(lanes_of([{"船": 2, "港": 2}, {"艇": 2, "港": 2}, {"港": 4}], english=[False] * 3))
    gloss = Gloss("boat", (("船", 0.75), ("艇", 0.25)))
    # Together they stand in .75 · 1 + .25 · 1 passages, and 1.5 or .5 times in a passage.
    expected = [bm25(1.5, 4, 4, 1), bm25(0.5, 4, 4, 1), 0]
    assert lane.score((), [gloss]) == pytest.approx(expected, rel=1e-5)


def test_the_ceiling_is_the_rarity_of_all_that_is_asked() -> None:
    lane = WordLane(THREE)
    own, across = lane.ceiling(["boat", "sack", "sack"], [Gloss("x", (("pier", 0.5), ("boat", 0.5)))])
    assert own == pytest.approx(lane.rarity("boat") + lane.rarity("sack"))
    assert across == pytest.approx(log1p((33 - 1.5 + 0.5) / (1.5 + 0.5)))


def test_a_passage_of_average_length_with_each_term_once_reaches_the_ceiling() -> None:
    lane = WordLane(lanes_of([{"boat": 1, "pier": 1}, {"sack": 1, "rope": 1}]))
    own, _ = lane.ceiling(["boat", "pier"], ())
    assert lane.score(["boat", "pier"], ())[0] == pytest.approx(own, rel=1e-5)


def test_no_passages_no_scores() -> None:
    empty = lanes_of([])
    assert WordLane(empty).score(["boat"], [Gloss("x", (("pier", 1.0),))]).shape == (0,)
    assert FactLane(empty).score(["num:9"]).shape == (0,)
    assert FactLane(empty).bulletin_score(["date:2022"]).shape == (0,)


FACTS = lanes_of(
    [{}, {}, {}],
    facts=[["num:9", "date:2022-05-03"], ["num:9"], []],
    bulletins=["harbour", "harbour", "island"],
    bulletin_facts={
        "harbour": (["date:2022-05-03"], ["date:2022-05-03", "num:9", "name:fang-ruoshui"]),
        "island": (["name:fang-ruoshui"], ["name:fang-ruoshui"]),
    },
)


def test_a_rare_fact_weighs_more_than_a_common_one() -> None:
    rare, common = log1p(3 / 2), log1p(3 / 3)
    # Few facts shared prove little: the sum is measured against 4 nats at least.
    assert FactLane(FACTS).score(["num:9", "date:2022-05-03"]) == pytest.approx([(rare + common) / 4, common / 4, 0])


def test_many_facts_told_are_the_whole_of_them() -> None:
    tokens = [f"num:{i}" for i in range(100, 110)]
    lane = FactLane(lanes_of([{}, {}], facts=[tokens, []]))
    assert lane.score(tokens) == pytest.approx([1, 0])


def test_no_facts_asked_no_score() -> None:
    lane = FactLane(FACTS)
    assert not lane.score([]).any() and not lane.bulletin_score([]).any()


def test_what_a_bulletin_opens_with_counts_twice_what_it_tells_in_passing() -> None:
    name = "name:fang-ruoshui"
    weight = log(3 / 2.5)
    expected = [0.5 * weight / 2, 0.5 * weight / 2, weight / 2]
    assert FactLane(FACTS).bulletin_score([name]) == pytest.approx(expected)


def test_of_many_bulletins_a_common_fact_does_not_tell_one_from_the_others() -> None:
    def apart(bulletins: int, of_these: int) -> float:
        ids = [f"b{i}" for i in range(bulletins)]
        own = {b: (["place:kassel"], []) if i < of_these else ([], []) for i, b in enumerate(ids)}
        lane = FactLane(lanes_of([{} for _ in ids], facts=[[] for _ in ids], bulletins=ids, bulletin_facts=own))
        return lane.apart(["place:kassel", "num:9"])

    assert apart(6, 2) == 1
    assert apart(30, 10) == pytest.approx(2 / log(31 / 1.5))
    assert apart(300, 30) == pytest.approx(log(301 / 30.5) / 4)
    assert apart(300, 1) == 1


def test_every_passage_gains_by_what_its_bulletin_is_about() -> None:
    scores = FactLane(FACTS).bulletin_score(["date:2022-05-03"])
    assert scores[0] == scores[1] > scores[2] == 0


def test_a_bare_figure_says_nothing_of_what_a_bulletin_is_about() -> None:
    assert not FactLane(FACTS).bulletin_score(["num:9"]).any()


def test_knows_what_some_bulletin_tells() -> None:
    lane = FactLane(FACTS)
    assert lane.knows("name:fang-ruoshui") and not lane.knows("name:zhou-yining")


def test_counts_of_a_passage_are_those_of_its_words() -> None:
    words = Counter("boat boat pier".split())
    assert WordLane(lanes_of([dict(words), {"x": 3}])).score(["boat"], ())[0] == pytest.approx(bm25(2, 3, 3, 1, n=2))


ENTRIES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(1, 300)), max_size=12)


@given(st.lists(ENTRIES, max_size=6), st.sets(st.integers(0, 23)), st.booleans(), st.sampled_from([0, 3, 1 << 20]))
def test_rows_of_a_key_are_the_same_however_their_blocks_are_put_together(
    blocks: list[list[tuple[int, int, int]]], gone: set[int], together: bool, small: int
) -> None:
    expected: dict[int, dict[int, int]] = {key: {} for key in range(6)}
    rows = Rows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes, "_SMALL", small)
        for number, block in enumerate(blocks):
            once = {(key, row): value for key, row, value in block}
            columns = np.array([(key, row, value) for (key, row), value in once.items()], np.int64).reshape(-1, 3).T
            rows.add(columns[0].astype(np.uint32), columns[1], columns[2], 4)
            for (key, row), value in once.items():
                expected[key][4 * number + row] = min(value, 255)
    if together:
        rows.together()
    there = {row for row in gone if row < rows.n}
    rows.remove(np.array(sorted(there), np.int64))
    for key, held in expected.items():
        left = {row: value for row, value in sorted(held.items()) if row not in there}
        found, values = rows.find(key)
        assert (found.tolist(), values.tolist()) == (list(left), list(left.values()))
        assert rows.frequency(key) == len(left)
        assert [row for part, _ in rows.parts(key) for row in part] == sorted(held)
    assert rows.left == rows.n - len(there)


def test_the_best_rows_of_each_language_are_put_forward_and_none_that_is_gone() -> None:
    words = [{"boat": 1 + row % 3, "pier": 1} for row in range(20)] + [{"sack": 1}]
    lane = WordLane(lanes_of(words, english=[row < 10 for row in range(21)]))
    put_forward = set(lane.best(["boat"], (), 3).tolist())
    assert put_forward == {row for row in range(20) if row % 3 == 2}  # three boats each: 2, 5, 8 and 11, 14, 17
    lane.remove(np.array([2, 11]))
    assert put_forward - {2, 11} < set(lane.best(["boat"], (), 3).tolist()) and lane.passages == 19
    assert {2, 11}.isdisjoint(lane.best(["boat"], (), 3).tolist())


def test_terms_that_are_everywhere_put_nothing_forward_beside_rare_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "_FOLLOWED", 5)
    lane = WordLane(lanes_of([{"boat": 1}] * 9 + [{"sack": 1, "boat": 1}]))
    assert lane.best(["boat", "sack"], (), 4).tolist() == [9]
    assert len(lane.best(["boat"], (), 4)) == 4  # unless there is nothing rarer


def test_the_passages_that_tell_most_facts_are_put_forward() -> None:
    told, about = FactLane(FACTS).best(["num:9", "date:2022-05-03", "name:fang-ruoshui"], 1)
    assert told.tolist() == [0] and about == [0]
    assert [len(found) for found in FactLane(FACTS).best([], 3)] == [0, 0]


def test_facts_that_are_told_everywhere_put_nothing_forward_beside_rare_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = FactLane(lanes_of([{}] * 9, facts=[["place:china"]] * 8 + [["date:2022"]]))
    monkeypatch.setattr(lanes, "_FACTS_FOLLOWED", 5)
    assert lane.best(["place:china", "date:2022"], 4)[0].tolist() == [8]
    assert lane.best(["place:china"], 4)[0].tolist() == [0, 1, 2, 3]  # unless there is nothing rarer
