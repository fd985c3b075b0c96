"""Trains the reader that says how surely a passage answers a question (`assistant/reading.py`).

    bulletins index eval/training/news --index NEWS
    bulletins index eval/training/bulletins --index BULLETINS
    python -m eval.reading --index NEWS --cases eval/training/news.jsonl \\
        --index BULLETINS --cases eval/training/bulletins.jsonl \\
        --index SPECIMENS --cases eval/training/specimens.jsonl --out assistant/reading.npz

An answerable case teaches with the sentences that state its facts and the best two that do not, an unanswerable one
with the best sentences that are found for it, each shown as the reader will see it. It begins with what the check's
reader has learned (`eval/tune.py`): to lay a text beside another. An hour or more on one processor. The shipped file
was also trained on 8,094 questions over public encyclopaedia texts (DRCD, CMRC 2018, XQuAD), which like the texts are
not part of the project, and in several goes (docs/answers.md, Reading), the first of them from questions as they were
asked: across languages they are read in the words of the text since (`assistant/glossed.py`), as this script shows
them.
"""

from __future__ import annotations

import argparse
import functools
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from assistant import Assistant, across
from assistant.evidence import Candidate
from assistant.reading import CHANGES, pair
from assistant.settings import load_settings
from index.bundled import NAME, sentence_transformer

from .calibrate import answers, found_for
from .cases import Case, read_cases
from .tune import Tokens, Tuned

_NEAR = 160  # characters: what stands so near to a sentence that answers is shown with it
_SECOND = 0.6  # of the unanswerable cases teach with two sentences
_TOKENS = 240  # longer pairs are left out
_RATE, _EPOCHS = 5e-4, 2
# A sentence that answers counts for so much of what all that do not count for together.
_ANSWERED = 0.8


def pairs(assistant: Assistant, cases: Sequence[Case], rng: random.Random) -> Iterator[tuple[str, str, bool]]:
    """Question, what it is read with, and whether that answers it."""
    for case in cases:
        found = found_for(assistant, case)
        question = assistant.understand(case.question, case.history)
        across = assistant.index.across(question.standalone, question.written)
        read = functools.partial(pair, question.standalone, question.written, across)
        right = [one for one in found if answers(case, one)]
        wrong = [one for one in found if one not in right and not any(_near(one, other) for other in right)]
        most = 2 if case.answerable or rng.random() < _SECOND else 1
        yield from ((*read(one), True) for one in right[:2])
        yield from ((*read(one), False) for one in wrong[:most])


def _near(one: Candidate, other: Candidate) -> bool:
    return one.bulletin.id == other.bulletin.id and abs(one.start - other.start) < _NEAR


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, action="append", required=True, help="an index; one for each --cases")
    parser.add_argument("--cases", type=Path, action="append", required=True, help="cases over it (JSONL)")
    parser.add_argument("--out", type=Path, default=CHANGES, help="the .npz to write")
    args = parser.parse_args(arguments)
    settings, rng = load_settings(), random.Random(5)
    found: list[tuple[str, str, bool]] = []
    with ExitStack() as stack:
        for index, cases in zip(args.index, args.cases, strict=True):
            assistant = Assistant.open(index, settings)
            stack.callback(assistant.close)
            found += pairs(assistant, read_cases(cases), rng)
    folder = sentence_transformer(settings.cache / NAME)
    tokens = Tokens(folder)
    share = sum(answered for _, _, answered in found) / len(found)
    weight = _ANSWERED * (1 - share) / share
    examples = [tokens.answered(text, shown, right, weight if right else 1.0) for text, shown, right in found]
    tuned = Tuned(folder, across.CHANGES)
    tuned.fit([one for one in examples if len(one.ids) <= _TOKENS], _RATE, _EPOCHS, rng)
    np.savez(args.out, allow_pickle=False, **tuned.changes())
    print(f"{args.out}: {len(examples)} pairs, {share:.0%} of them answered")


if __name__ == "__main__":
    main()
