"""The question and what stands around a sentence, read together: how surely the one is answered by the other.

A cross-encoder tuned for it, the bundled model with small changes (`index/together.py`). Words and vectors tell what a
passage is about; whether it tells the thing asked for, or only speaks of it, is seen by who reads both at once. How it
was trained and what it is worth: docs/answers.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from index.gloss import Gloss
from index.together import PairReader
from sources.bulletin import Language
from sources.fold import fold
from sources.sentences import sentences

from .evidence import Candidate, log_odds
from .glossed import glossed

CHANGES = Path(__file__).parent / "reading.npz"
# A sentence is shown as far as this, in characters of Chinese and in Latin ones; with its neighbours as far as that.
_SHOWN, _SHOWN_LATIN = 300, 720
_BESIDE, _BESIDE_LATIN = 110, 264
_TITLE, _TITLE_LATIN = 40, 80
_LEFT = 20  # no neighbour is shown in less room than this
_BEFORE = 0.6  # of the room, for the sentence before
_FAR = 400  # characters within which the neighbours are looked for
# Read are so many of the best sentences at most, and none that is further behind the best one, in logits of the score:
# of those few the answer is hardly ever. They take 21 ms of a processor each.
_READ, _BEHIND = 4, 2.0
# The logit that is told as the surest, and that of half of the sentences that answer.
_SURE, _USUAL = 4.0, 1.0
# What reading tells counts in full for the order. For how much is quoted, what is near to the best is told better by
# the scores as they were: counted in full, two answers in three are one sentence, and lists lose members.
_IN_SCORE = 0.2


class Reader:
    """Reads the best of a question's sentences.

    cache: the folder of the bundled model in its usable form. exact: see `PairReader`.
    """

    def __init__(self, cache: Path, exact: bool = False) -> None:
        self._pairs = PairReader(cache, CHANGES, exact)

    def open(self) -> None:
        """Gets ready before the first question; the first time of all this takes a quarter of a minute."""
        self._pairs.open()

    def chooses(self, candidates: Sequence[Candidate]) -> bool:
        """Whether more than the first of the candidates, which are in the order of their scores, would be read."""
        return len(candidates) > 1 and _is_near(candidates[1], candidates[0])

    def __call__(
        self, question: str, language: Language, across: Sequence[Gloss], candidates: Sequence[Candidate]
    ) -> list[Candidate]:
        """The candidates, given in the order of their scores, in that which reading makes; those read with "read".

        language: that of the question. across: its words in the other language.

        That feature is how surely a sentence answers, in [0, 1]: of a logit of nothing a half. A sentence that is not
        read counts as the least promising of those that are. Raises ModelUnavailable.
        """
        near = [one for one in candidates[:_READ] if _is_near(one, candidates[0])]
        logits = self._pairs([pair(question, language, across, one) for one in near])
        told = [max(-_SURE, min(_SURE, logit)) for logit in logits]
        told += [min(told)] * (len(candidates) - len(near))
        found: list[tuple[float, Candidate]] = []
        for place, (candidate, logit) in enumerate(zip(candidates, told, strict=True)):
            score, features = log_odds(candidate.score), candidate.features
            if place < len(near):
                features = {**features, "read": 0.5 + logit / (2 * _SURE)}
            moved = 1 / (1 + math.exp(-score - _IN_SCORE * (logit - _USUAL)))
            found.append((score + logit, replace(candidate, features=features, score=moved)))
        return [candidate for _, candidate in sorted(found, key=lambda one: -one[0])]


def _is_near(candidate: Candidate, first: Candidate) -> bool:
    return log_odds(candidate.score) > log_odds(first.score) - _BEHIND


def pair(question: str, language: Language, across: Sequence[Gloss], candidate: Candidate) -> tuple[str, str]:
    """The question and the sentence, as they are read together."""
    shown, english = window(candidate), language == "en"
    foreign = (candidate.bulletin.language == "en") != english
    return fold(glossed(question, across, shown, english=english) if foreign else question), shown


def window(candidate: Candidate) -> str:
    """The title, the sentence and what room is left for of the sentences beside it, folded."""
    bulletin, start, end = candidate.bulletin, candidate.start, candidate.end
    latin = bulletin.language == "en"
    own = bulletin.text[start : min(end, start + (_SHOWN_LATIN if latin else _SHOWN))]
    room = (_BESIDE_LATIN if latin else _BESIDE) - len(own)
    before, after = "", ""
    if room > _LEFT:
        found = list(sentences(bulletin.text, max(0, start - _FAR), start))
        before = bulletin.text[slice(*found[-1])][-int(_BEFORE * room) :] if found else ""
        room -= len(before)
    if room > _LEFT:
        found = list(sentences(bulletin.text, end, min(len(bulletin.text), end + _FAR)))
        after = bulletin.text[slice(*found[0])][:room] if found else ""
    title = (bulletin.title or "")[: _TITLE_LATIN if latin else _TITLE]
    return fold(f"{title}。{before}{own}{after}" if title else f"{before}{own}{after}")
