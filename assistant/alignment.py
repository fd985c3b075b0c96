"""Which words of a sentence are met by which of its source, across languages too: by the vectors of their tokens.

A word in its context has a vector of its own, and a translation's lies near it, whatever the dictionary knows; so does
an opposite's, so only likeness is told here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.words import english_words
from sources.fold import fold
from sources.language import language_of

from .prepared import Prepared

if TYPE_CHECKING:
    from index.embed import Embedder
    from index.token_vectors import TokenVectors

# [start, end) of stretches of a text, in characters.
Places = Sequence[tuple[int, int]]

# Mean best cosine from which a word has a translation in the other text, and by how much better that must meet it than
# an opposite does for the two to tell of different things.
_TRANSLATED, _OPPOSED = 0.5, 0.15
_KEPT, _KEPT_PARTS = 256, 2048  # texts kept with their tokens, and without
_FUNCTION_WORDS = frozenset("的了在是和与及或而也就都将于对为由从把被其该此这那并还等着过地得之以")


@dataclass(frozen=True)
class _Tokens:
    """The content tokens of a text. vectors: float32, shape (tokens, dim), unit length; starts, ends: in characters."""

    vectors: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def within(self, places: Places) -> np.ndarray:
        inside = [(self.starts >= start) & (self.ends <= end) for start, end in places]
        return np.flatnonzero(np.any(inside, axis=0)) if inside else np.empty(0, np.int64)


class Alignment:
    """Places of one text that another text meets, and how alike texts are. Offsets are of `Prepared.text`.

    What was read of a text is kept for when it comes again: one span is cited by many sentences.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, tuple[np.ndarray, _Tokens]] = OrderedDict()
        self._parts: OrderedDict[str, np.ndarray] = OrderedDict()

    def read(self, texts: Iterable[str], parts: Iterable[str] = ()) -> None:
        """Reads texts together, which takes less than one after the other. parts: those whose words are not needed."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if new:
            vectors, read = self._embedder.embed_tokens([fold(t) for t in new], "passage", list(map(language_of, new)))
            for text, vector, tokens in zip(new, vectors, read, strict=True):
                self._kept[text] = vector, _content(text, tokens)
        others = [part for part in dict.fromkeys(parts) if part not in self._parts and part not in self._kept]
        if others:
            found = self._embedder.embed([fold(t) for t in others], "passage", list(map(language_of, others)))
            self._parts.update(zip(others, found, strict=True))

    def forget(self) -> None:
        """Lets go of what was read longest ago, when there is much of it."""
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        while len(self._parts) > _KEPT_PARTS:
            self._parts.popitem(last=False)

    def cosines(self, texts: Sequence[str], parts: Sequence[str]) -> list[float]:
        """Of each text with the nearest of the parts."""
        self.read([], [*texts, *parts])
        mine, theirs = ([self._vector(text) for text in some] for some in (texts, parts))
        return [float(best) for best in (np.stack(mine) @ np.stack(theirs).T).max(axis=1)]

    def reads(self, text: Prepared) -> bool:
        """Whether the model tells anything of the tokens of a text; not every one does."""
        return bool(len(self._tokens(text.text).starts))

    def met(self, said: Prepared, places: Places, source: Prepared, parts: Sequence[Places]) -> list[float]:
        """How well the content words in places of `said` are met in each part of the source, by mean best cosine.

        -1 for a part, or for all, without content words.
        """
        mine, theirs = self._tokens(said.text), self._tokens(source.text)
        own = mine.vectors[mine.within(places)]
        columns = [theirs.vectors[theirs.within(part)] for part in parts]
        return [float((own @ column.T).max(axis=1).mean()) if len(own) and len(column) else -1.0 for column in columns]

    def told_apart(self, said: Prepared, word: tuple[int, int], source: Prepared, other: tuple[int, int]) -> bool:
        """Whether one of two opposite words has a translation of its own: "arrested, then released" of 被捕, 保释.

        Within a language a word has itself, and perhaps of another thing; there nothing is told.
        """
        for one, place, text, opposite in ((said, word, source, other), (source, other, said, word)):
            against, own = self.met(one, [place], text, [[opposite], [(0, len(text.text))]])
            if said.chinese != source.chinese and own >= _TRANSLATED and own - against >= _OPPOSED:
                return True
        return False

    def _vector(self, text: str) -> np.ndarray:
        return self._kept[text][0] if text in self._kept else self._parts[text]

    def _tokens(self, text: str) -> _Tokens:
        if text not in self._kept:
            self.read([text])
            self.forget()
        self._kept.move_to_end(text)
        return self._kept[text][1]


def _content(text: str, read: TokenVectors) -> _Tokens:
    starts = np.r_[0, read.ends[:-1]].astype(np.int64) if len(read.ends) else read.ends
    kept = [i for i, (a, b) in enumerate(zip(starts, read.ends, strict=True)) if _says(text[a:b])]
    starts = starts + [text[a : a + 1] == " " for a in starts]  # an English token begins with the space before it
    return _Tokens(read.vectors[kept], starts[kept], read.ends[kept])


def _says(token: str) -> bool:
    """Whether a token is more than a mark or a function word."""
    word = fold(token.strip()).lower()
    if not word or not any(c.isalnum() for c in word):
        return False
    if word.isascii():
        return not word.isalpha() or len(word) > 2 and bool(english_words(word))
    return not all(c in _FUNCTION_WORDS for c in word)
