"""Fitting what the grounding check weighs across languages."""

from __future__ import annotations

import json

from assistant.across import judged, weights
from eval.across import SHIPPED, Row, fit, held_out, pairs_across


def rows() -> list[Row]:
    """Sixty pairs: the true ones are alike, the altered ones less so, and half of these clash."""
    found = []
    for i in range(60):
        true = i % 2 == 0
        measures = {"cosine": 0.5 - 0.2 * (not true) + 0.01 * (i % 7), "clashes": float(i % 4 == 1)}
        found.append(Row("true" if true else "negation", true, i // 3, measures))
    return found


def test_likeness_speaks_for_a_sentence_and_a_clash_against_it() -> None:
    weights = fit(rows())

    assert weights["cosine"] > 0 > weights["clashes"]


def test_no_measure_counts_for_what_it_speaks_against() -> None:
    turned = [Row(row.kind, not row.supported, row.group, row.measures) for row in rows()]

    assert fit(turned)["cosine"] == 0


def test_a_text_is_judged_by_weights_that_saw_nothing_of_it() -> None:
    pairs = rows()
    alone = [row for row in pairs if row.group % 10 != 3]
    other = [Row(row.kind, not row.supported, 3, row.measures) for row in pairs if row.group % 10 == 3]

    # Turning the labels of a text changes what the others are judged by, never what it is judged by itself.
    assert held_out([*alone, *other])[-1] == held_out([*alone, *(Row("true", True, 3, r.measures) for r in other)])[-1]


def test_the_shipped_weights_take_a_likely_sentence_for_supported() -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == weights()
    likely, least = judged({"cosine": 0.6, "facts": 2})
    unlikely, _ = judged({"cosine": 0.1, "facts": 0})
    assert likely > least > unlikely


def test_the_word_of_the_model_that_reads_both_is_weighed() -> None:
    (likely, least), (unlikely, _) = (judged({"cosine": 0.3, "facts": 1, "read": read}) for read in (4.0, -4.0))

    assert likely > least > unlikely


def test_the_pairs_are_labelled_and_no_sentence_is_called_untrue_of_its_own_text() -> None:
    pairs = pairs_across()
    true = {(pair.sentence, pair.spans) for pair in pairs if pair.supported}

    assert len(pairs) > 900
    assert not any((pair.sentence, pair.spans) in true for pair in pairs if not pair.supported)


def test_all_pairs_of_a_text_are_unseen_or_none() -> None:
    texts: dict[tuple[str, ...], set[bool]] = {}
    for pair in pairs_across():
        if pair.kind != "elsewhere":
            texts.setdefault(pair.spans, set()).add(pair.unseen)

    assert all(len(found) == 1 for found in texts.values())
    assert sum(found == {True} for found in texts.values()) > 30
