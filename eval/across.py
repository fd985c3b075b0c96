"""Fits what the grounding check weighs across languages, on labelled pairs of our own.

    python -m eval.across [--write]

The pairs are `eval/gold/across.jsonl` and those of `eval/gold/check.jsonl` in two languages; each true sentence
is also laid beside a text that it was not taken from. Every tenth of the texts is judged by weights fitted on the rest.
What that catches and rejects is printed; --write keeps the weights of all pairs in `assistant/across.json`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.check import Check, open_check
from assistant.settings import load_settings

SHIPPED = Path(__file__).parent.parent / "assistant" / "across.json"
GOLD = Path(__file__).parent / "gold"
# Share of the true sentences, of those that no fact decides, that the threshold rejects.
WRONG_REJECTIONS = 0.04
_STRENGTH = 0.3  # inverse, of measures brought to one scale
_ELSEWHERE = 0.2  # what a pair with another text counts, of which facts alone refuse most
_AGAINST = ("doubts", "clashes")  # measures that can only speak against a sentence
_EITHER = ("chinese",)  # those that may speak for it or against it; the others can only speak for it
_FOLDS = 10


@dataclass(frozen=True)
class Row:
    """A pair and its measures. kind: what was altered, or "elsewhere". group: those of one text are fitted together."""

    kind: str
    supported: bool
    group: int
    measures: dict[str, float]


def read_pairs() -> list[tuple[str, str, tuple[str, ...], bool]]:
    """(kind, sentence, spans, supported) of both files, and of true sentences beside texts of others."""
    found: list[tuple[str, str, tuple[str, ...], bool]] = []
    for name in ("across.jsonl", "check.jsonl"):
        for line in (GOLD / name).read_text(encoding="utf-8").splitlines():
            pair = json.loads(line)
            found.append((pair["kind"], pair["sentence"], tuple(pair["spans"]), pair["label"] == "supported"))
    texts = list(dict.fromkeys(spans for _, _, spans, _ in found))
    for _, sentence, spans, supported in list(found):
        if supported:
            others = (texts[(texts.index(spans) + step) % len(texts)] for step in (1, 2))
            found += [("elsewhere", sentence, other, False) for other in others if not set(other) & set(spans)]
    return found


def measured(judge: Check) -> tuple[list[Row], Counter[tuple[bool, str]]]:
    """The pairs that are weighed, and how many of each (supported, kind) facts alone reject."""
    rows: list[Row] = []
    decided: Counter[tuple[bool, str]] = Counter()
    groups: dict[tuple[str, ...], int] = {}
    for kind, sentence, spans, supported in read_pairs():
        if _chinese(sentence) == _chinese(" ".join(spans)):
            continue
        values = judge.measures(sentence, spans)
        if values is not None:
            rows.append(Row(kind, supported, groups.setdefault(spans, len(groups)), values))
        elif judge(sentence, spans).verdict != "supported":
            decided[supported, kind] += 1
    return rows, decided


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
    parser.add_argument("--write", action="store_true", help="keep the weights")
    args = parser.parse_args(arguments)
    settings = load_settings()
    rows, decided = measured(open_check(settings.cache, settings.embedding))
    likely = held_out(rows)
    true = np.sort([p for p, row in zip(likely, rows, strict=True) if row.supported])
    threshold = float(true[int(WRONG_REJECTIONS * len(true))])
    rejected, all_pairs = decided.copy(), decided.copy()
    for p, row in zip(likely, rows, strict=True):
        rejected[row.supported, row.kind] += int(p < threshold)
        all_pairs[row.supported, row.kind] += 1
    for supported, kind in sorted(all_pairs):
        told = "true, rejected" if supported else "caught"
        print(f"{kind:18} {told:15} {rejected[supported, kind]:4} of {all_pairs[supported, kind]}")
    weights = {name: round(weight, 3) for name, weight in fit(rows).items()} | {"threshold": round(threshold, 3)}
    print(json.dumps(weights))
    if args.write:
        SHIPPED.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
