"""Fits the decision "is the evidence enough?" and the ranking of sentences on cases whose answers are known.

    python -m eval.calibrate            # on eval/gold/calibration.jsonl over the specimens; writes the shipped weights

The gold set that measures the assistant takes no part in it. Weights are those of logistic regressions, stored as plain
JSON.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import Assistant
from assistant.asking import asked
from assistant.evidence import Candidate, calibration, signals
from assistant.settings import load_settings
from eval.cases import Case, read_cases
from eval.measures import states

CASES = Path(__file__).parent / "gold" / "calibration.jsonl"
SHIPPED = Path(__file__).parent.parent / "assistant" / "calibration.json"
# What a sentence is ranked by. More features (facts, the bulletin's subject, the passage's own vector) were fitted and
# ranked no better on the gold set: .58 to .61 with the right sentence first, whatever the set.
_SENTENCE = ("dense", "cover", "hit", "typed")
_AGAINST = ("lacks_", "yes_no")  # signals that can only speak against an answer
_CANDIDATES = 40  # sentences of a case that take part in the fit
_INVERSE_STRENGTH = 10.0  # little regularisation: some features, such as a lack of money, are rare and decisive
# Answerable questions that may be refused. Their share falls on the threshold that is written.
WRONG_REFUSALS = 0.07


def fit(assistant: Assistant, cases: Sequence[Case], wrong_refusals: float = WRONG_REFUSALS) -> dict[str, dict[str, float]]:
    """The content of calibration.json. Raises ValueError when the cases are all answerable or all not."""
    sentence_rows, sentence_labels, answer_rows, answerable = [], [], [], []
    for case in cases:
        candidates = _candidates(assistant, case)
        if not candidates:
            continue
        answer_rows.append(signals(candidates, asked(case.question, case.language)))
        answerable.append(case.kind != "unanswerable")
        labels = [_answers(candidate, case) for candidate in candidates[:_CANDIDATES]]
        if any(labels):
            sentence_rows += [{name: c.features[name] for name in _SENTENCE} for c in candidates[:_CANDIDATES]]
            sentence_labels += labels
    answer = _logistic(answer_rows, answerable, _INVERSE_STRENGTH, balanced=True)
    names = [name for name in answer if name != "intercept"]
    scores = _probabilities(answer_rows, answer, names)
    threshold = float(np.quantile(scores[np.array(answerable)], wrong_refusals))
    return {
        "sentence": _logistic(sentence_rows, sentence_labels, 1.0, balanced=False),
        "answer": answer,
        "threshold": {"probability": round(threshold, 4), "wrong_refusals": wrong_refusals},
    }


def _candidates(assistant: Assistant, case: Case) -> list[Candidate]:
    question = assistant.understand(case.question, case.history)
    return assistant.evidence(question)[1]


def _answers(candidate: Candidate, case: Case) -> bool:
    return candidate.bulletin.source in case.bulletins and any(
        states(wording, candidate.text) for fact in case.facts for wording in fact
    )


def _logistic(rows: list[dict[str, float]], labels: list[bool], strength: float, balanced: bool) -> dict[str, float]:
    """Weights of a logistic regression in which nothing that speaks for an answer may count against it.

    Signs are bounded (evidence at least 0, what it lacks at most 0): with a few hundred cases a free fit gives some
    signals the wrong sign, and then more evidence can turn an answer into a refusal.
    """
    from scipy.optimize import minimize

    names = list(rows[0])
    values = np.array([[1.0, *(row[name] for name in names)] for row in rows])
    truth = np.array(labels, float)
    share = truth.mean()
    weight = np.where(truth == 1, 0.5 / share, 0.5 / (1 - share)) if balanced else np.ones(len(truth))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = values @ w
        error = 1 / (1 + np.exp(-np.clip(z, -30, 30))) - truth
        value = float((weight * (np.logaddexp(0, z) - truth * z)).sum() + (w[1:] ** 2).sum() / (2 * strength))
        gradient = values.T @ (weight * error)
        gradient[1:] += w[1:] / strength
        return value, gradient

    bounds = [(None, None), *((None, 0.0) if n.startswith(_AGAINST) else (0.0, None) for n in names)]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, bounds=bounds, method="L-BFGS-B")
    return {name: round(float(w), 4) for name, w in zip(["intercept", *names], found.x, strict=True)}


def _probabilities(rows: list[dict[str, float]], weights: dict[str, float], names: list[str]) -> np.ndarray:
    values = np.array([[row[name] for name in names] for row in rows])
    return np.asarray(1 / (1 + np.exp(-(values @ np.array([weights[n] for n in names]) + weights["intercept"]))))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the shipped calibration.")
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--index", type=Path, required=True, help="an index of the bulletins that the cases are about")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    args = parser.parse_args()
    assistant = Assistant.open(args.index, load_settings())
    try:
        fitted: Any = fit(assistant, read_cases(args.cases))
    finally:
        assistant.close()
    args.out.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    calibration.cache_clear()
    print(f"{args.out}: threshold {fitted['threshold']['probability']}")


if __name__ == "__main__":
    main()
