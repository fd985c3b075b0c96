"""Which words of a sentence are met by which of its source, across languages too: by the vectors of their tokens.

A word in its context has a vector of its own, and a translation's lies near it, whatever the dictionary knows; so does
an opposite's, so only places are told here: `contrast` and `clauses` say whether what stands there agrees.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.words import english_words
from sources.fold import fold
from sources.language import language_of

from .prepared import Prepared

if TYPE_CHECKING:
    from index.embed import Embedder

# [start, end) of stretches of a text, in characters.
Places = Sequence[tuple[int, int]]

_KEPT = 256  # texts whose tokens are kept
_FUNCTION_WORDS = frozenset("的了在是和与及或而也就都将于对为由从把被其该此这那并还等着过地得之以")


@dataclass(frozen=True)
class _Tokens:
    """The content tokens of a text. vectors: float32, shape (tokens, dim), unit length; starts, ends: in characters."""

    vectors: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def within(self, places: Places) -> np.ndarray:
        inside = [(self.starts >= start - 1) & (self.ends <= end) for start, end in places]
        return np.flatnonzero(np.any(inside, axis=0)) if inside else np.empty(0, np.int64)


class Alignment:
    """Places of one text that another text meets. Offsets are of `Prepared.text`."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, _Tokens] = OrderedDict()

    def reads(self, text: Prepared) -> bool:
        """Whether the model tells anything of the tokens of a text."""
        return bool(len(self._tokens(text.text).starts))

    def met(self, said: Prepared, places: Places, source: Prepared, parts: Sequence[Places]) -> list[float]:
        """How well the content words in places of `said` are met in each part of the source, by mean best cosine.

        -1 for a part, or for all, without content words.
        """
        return [float(best.mean()) if len(best) else -1.0 for best in self._best(said, places, source, parts)]

    def least(self, said: Prepared, places: Places, source: Prepared, part: Places) -> float:
        """How well the word that is met worst is met in the part of the source, by best cosine; -1 without words."""
        (best,) = self._best(said, places, source, [part])
        return float(best.min()) if len(best) else -1.0

    def _best(self, said: Prepared, places: Places, source: Prepared, parts: Sequence[Places]) -> list[np.ndarray]:
        mine, theirs = self._tokens(said.text), self._tokens(source.text)
        cosines = mine.vectors[mine.within(places)] @ theirs.vectors.T
        columns = [theirs.within(part) for part in parts]
        return [cosines[:, own].max(axis=1) if len(own) else np.empty(0, np.float32) for own in columns]

    def _tokens(self, text: str) -> _Tokens:
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        _, (read,) = self._embedder.embed_tokens([fold(text)], "passage", [language_of(text)])
        starts = np.r_[0, read.ends[:-1]].astype(np.int64) if len(read.ends) else read.ends
        kept = [i for i, (a, b) in enumerate(zip(starts, read.ends, strict=True)) if _says(text[a:b])]
        tokens = _Tokens(read.vectors[kept], starts[kept], read.ends[kept])
        self._kept[text] = tokens
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return tokens


def _says(token: str) -> bool:
    """Whether a token is more than a mark or a function word."""
    word = fold(token.strip()).lower()
    if not word or not any(c.isalnum() for c in word):
        return False
    if word.isascii():
        return not word.isalpha() or len(word) > 2 and bool(english_words(word))
    return not all(c in _FUNCTION_WORDS for c in word)
