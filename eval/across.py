"""Fits what the grounding check weighs across languages, on labelled pairs of our own.

    python -m eval.across [--pairs FILE]... [--write]

The pairs are `eval/gold/across.jsonl` and those of `eval/gold/check.jsonl` in two languages; each true sentence
is also laid beside a text that it was not taken from. Every tenth of the texts is judged by weights fitted on the rest.
What that catches and rejects is printed; --write keeps the weights of all pairs in `assistant/across.json`.

The weights that go with the model that reads both together (`eval/tune.py`) are fitted on the pairs that it was not
tuned on ("unseen"), which may be joined by those of further files, and on clauses of their true sentences.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.check import Check, open_check
from assistant.prepared import clauses, prepare
from assistant.settings import load_settings

from .judge import Pair, read_pairs

SHIPPED = Path(__file__).parent.parent / "assistant" / "across.json"
GOLD = Path(__file__).parent / "gold"
# Share of the true sentences as they were written, of those that no fact decides, that the threshold rejects.
WRONG_REJECTIONS = {"alone": 0.04, "read": 0.06}
_STRENGTH = 0.3  # inverse, of measures brought to one scale
_ELSEWHERE = 0.2  # what a pair with another text counts, of which facts alone refuse most
_AGAINST = ("doubts", "clashes")  # measures that can only speak against a sentence
_EITHER = ("chinese",)  # those that may speak for it or against it; the others can only speak for it
_FOLDS = 10
_ENDS = " ,，;；:：、.。"


@dataclass(frozen=True)
class Row:
    """A pair and its measures. kind: what was altered, or "elsewhere". group: those of one text are fitted together."""

    kind: str
    supported: bool
    group: int
    measures: dict[str, float]


def pairs_across(more: Sequence[Path] = ()) -> list[Pair]:
    """The pairs of two languages of both gold files and of others, and true sentences beside texts of others."""
    found = [pair for name in ("across.jsonl", "check.jsonl") for pair in read_pairs(GOLD / name)]
    texts = {pair.spans: pair.unseen for pair in found}
    order = list(texts)
    for pair in list(found):
        if pair.supported:
            others = (order[(order.index(pair.spans) + step) % len(order)] for step in (1, 2))
            found += [
                Pair(pair.id, pair.sentence, other, False, "elsewhere", pair.unseen and texts[other])
                for other in others
                if not set(other) & set(pair.spans)
            ]
    found += (pair for file in more for pair in read_pairs(file))
    return [pair for pair in found if _chinese(pair.sentence) != _chinese(" ".join(pair.spans))]


def measured(judge: Check, pairs: Sequence[Pair]) -> tuple[list[Row], Counter[tuple[bool, str]]]:
    """The pairs that are weighed, and how many of each (supported, kind) facts alone reject."""
    rows: list[Row] = []
    decided: Counter[tuple[bool, str]] = Counter()
    groups: dict[tuple[str, ...], int] = {}
    for pair in pairs:
        values = judge.measures(pair.sentence, pair.spans)
        if values is not None:
            rows.append(Row(pair.kind, pair.supported, groups.setdefault(pair.spans, len(groups)), values))
        elif judge(pair.sentence, pair.spans).verdict != "supported":
            decided[pair.supported, pair.kind] += 1
    return rows, decided


def part_of(sentence: str, rng: random.Random) -> str:
    """A clause or some of a sentence, ended as a sentence is: its end must not tell that it is a part. "" for none."""
    places = list(clauses(sentence))
    if len(places) < 2:
        return ""
    first = rng.randrange(len(places))
    last = min(len(places) - (2 if first == 0 else 1), rng.randrange(first, len(places)))
    part = sentence[places[first][0] : places[last][1]].strip(_ENDS)
    chinese = prepare(sentence).chinese
    if len(part) <= (8 if chinese else 25):
        return ""
    return part[0].upper() + part[1:] + ("" if part[-1] in "!！?？" else "。" if chinese else ".")


def _chinese(text: str) -> bool:
    return sum("\u3400" <= c <= "\u9fff" for c in text) * 6 > sum(c.isascii() and c.isalpha() for c in text)


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """Weights by measure and "intercept". Their signs are bounded: no measure may count for what it speaks against."""
    from scipy.optimize import minimize

    names = list(rows[0].measures)
    values = np.array([[row.measures[name] for name in names] for row in rows], float)
    scale = values.std(axis=0) + 1e-9
    scaled = np.c_[np.ones(len(rows)), values / scale]
    truth = np.array([row.supported for row in rows], float)
    counts = np.array([_ELSEWHERE if row.kind == "elsewhere" else 1.0 for row in rows])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = scaled @ w
        error = counts * (1 / (1 + np.exp(-np.clip(z, -30, 30))) - truth)
        gradient = scaled.T @ error
        gradient[1:] += w[1:] / _STRENGTH
        return float((counts * (np.logaddexp(0, z) - truth * z)).sum() + (w[1:] ** 2).sum() / (2 * _STRENGTH)), gradient

    bounds = [(None, None), *(_bounds(name) for name in names)]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return {"intercept": float(found[0])} | dict(zip(names, map(float, found[1:] / scale), strict=True))


def _bounds(measure: str) -> tuple[float | None, float | None]:
    return (None if measure in (*_AGAINST, *_EITHER) else 0.0, 0.0 if measure in _AGAINST else None)


def held_out(rows: Sequence[Row]) -> np.ndarray:
    """The probability of each row by weights that saw nothing of its text, shape (rows,)."""
    found = np.zeros(len(rows))
    for fold in range(_FOLDS):
        weights = fit([row for row in rows if row.group % _FOLDS != fold])
        for i, row in enumerate(rows):
            if row.group % _FOLDS == fold:
                found[i] = _probability(row, weights)
    return found


def _probability(row: Row, weights: dict[str, float]) -> float:
    z = weights["intercept"] + sum(weights[name] * value for name, value in row.measures.items())
    return float(1 / (1 + np.exp(-np.clip(z, -30, 30))))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, action="append", default=[], help="further unseen pairs")
    parser.add_argument("--write", action="store_true", help="keep the weights")
    args = parser.parse_args(arguments)
    settings, rng = load_settings(), random.Random(1)
    judge = open_check(settings.cache, settings.embedding)
    pairs, more = pairs_across(), pairs_across(args.pairs)
    rows, decided = measured(judge, pairs)
    alone = [replace(row, measures={k: v for k, v in row.measures.items() if k != "read"}) for row in rows]
    fitted = {"alone": fit_and_tell(alone, decided, WRONG_REJECTIONS["alone"])}
    if any("read" in row.measures for row in rows):
        unseen = [pair for pair in more if pair.unseen]
        parts = [replace(pair, kind="part", sentence=part_of(pair.sentence, rng)) for pair in unseen if pair.supported]
        read = measured(judge, [*unseen, *(part for part in parts if part.sentence)])
        fitted["read"] = fit_and_tell(*read, WRONG_REJECTIONS["read"])
    if args.write:
        SHIPPED.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def fit_and_tell(rows: Sequence[Row], decided: Counter[tuple[bool, str]], wrong: float) -> dict[str, float]:
    """The weights, and the threshold; prints what they catch and reject of texts that they were not fitted on."""
    likely = held_out(rows)
    true = np.sort([p for p, row in zip(likely, rows, strict=True) if row.supported and row.kind != "part"])
    threshold = float(true[int(wrong * len(true))])
    rejected, all_pairs = decided.copy(), decided.copy()
    for p, row in zip(likely, rows, strict=True):
        rejected[row.supported, row.kind] += int(p < threshold)
        all_pairs[row.supported, row.kind] += 1
    for supported, kind in sorted(all_pairs):
        told = "true, rejected" if supported else "caught"
        print(f"{kind:18} {told:15} {rejected[supported, kind]:4} of {all_pairs[supported, kind]}")
    weights = {name: round(weight, 3) for name, weight in fit(rows).items()} | {"threshold": round(threshold, 3)}
    print(json.dumps(weights))
    return weights


if __name__ == "__main__":
    main()
