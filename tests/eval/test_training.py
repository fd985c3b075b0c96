"""What the small models are trained on says what it claims."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest

from eval.cases import Case, read_cases
from eval.judge import read_pairs

TRAINING = Path(__file__).resolve().parents[2] / "eval" / "training"
COLLECTIONS = {"news": ("news", "decision_news"), "bulletins": ("bulletins",)}
PAIRS = read_pairs(TRAINING / "pairs.jsonl")


def texts(folder: str) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (TRAINING / folder).glob("*.txt")}


def cases(folder: str) -> list[Case]:
    return [case for name in COLLECTIONS[folder] for case in read_cases(TRAINING / f"{name}.jsonl")]


@pytest.mark.parametrize("folder", COLLECTIONS)
def test_every_fact_of_a_case_stands_in_a_text_that_is_named_for_it(folder: str) -> None:
    published = texts(folder)
    untold = [
        case.id
        for case in cases(folder)
        for fact in case.facts
        if not any(wording in published[stem] for stem in case.bulletins for wording in fact)
    ]
    assert not untold


@pytest.mark.parametrize("folder", COLLECTIONS)
def test_near_misses_are_about_as_many_as_answered_questions_in_every_language(folder: str) -> None:
    found = Counter((case.language, case.answerable) for case in cases(folder))
    assert all(found[language, False] > 0.95 * found[language, True] > 400 for language in ("en", "zh-Hant", "zh-Hans"))


def test_the_spans_of_a_pair_are_quoted_from_one_text() -> None:
    published = list(texts("news").values())
    unquoted = [pair.id for pair in PAIRS if not any(all(span in text for span in pair.spans) for text in published)]
    assert not unquoted


def test_the_length_of_a_sentence_does_not_tell_whether_it_was_altered() -> None:
    for chinese in (True, False):
        true, altered = (
            mean(len(p.sentence) for p in PAIRS if p.supported == supported and is_chinese(p.sentence) == chinese)
            for supported in (True, False)
        )
        assert abs(true - altered) < 0.1 * true


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None
