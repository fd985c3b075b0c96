"""Vectors that the store holds already: a text that was embedded once is not embedded again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from sources.bulletin import Bulletin, Language

from .embed import Embedder, Kind
from .store import Store, content_of
from .token_vectors import TokenVectors

# So many texts are remembered beyond the bulletin in hand: about 30 MB. Rows of a table move down when one is added on
# top, and then each row's text is that of the row which was stored over just before.
_REMEMBERED = 20_000
_TOKENS_REMEMBERED = 3_000  # passages; about 30 MB as well


def passage_text(title: str, heading: str, text: str) -> str:
    """What is embedded for a passage."""
    context = "\n".join(filter(None, (title, heading)))
    return f"{context}\n{text}"


class Reuse:
    """An Embedder of passages that gives the stored vector of a text where there is one, and asks another otherwise."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self.name, self.dim = embedder.name, embedder.dim
        self._store, self._embedder = store, embedder
        self._vectors: OrderedDict[tuple[str, str], np.ndarray] = OrderedDict()
        self._token_vectors: OrderedDict[tuple[str, str], bytes] = OrderedDict()  # packed

    def recall(self, bulletin: Bulletin) -> None:
        """Remembers what was embedded of the bulletin's former state and of its text under another name."""
        for old in self._store.embedded(bulletin.source, content_of(bulletin)):
            for text, vector in zip(old.sentences, old.sentence_vectors, strict=True):
                self._remember(old.language, text, vector)
            # After its sentences: the vector of a passage is kept in full precision.
            text = passage_text(old.title, old.heading, old.text)
            self._remember(old.language, text, old.vector)
            self._token_vectors[old.language, text] = old.token_vectors
            self._token_vectors.move_to_end((old.language, text))
        while len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)
        while len(self._token_vectors) > _TOKENS_REMEMBERED:
            self._token_vectors.popitem(last=False)

    def _remember(self, language: str, text: str, vector: np.ndarray) -> None:
        self._vectors[language, text] = vector
        self._vectors.move_to_end((language, text))

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        found = [self._vectors.get((language, text)) for text, language in zip(texts, languages, strict=True)]
        missing = [i for i, vector in enumerate(found) if vector is None]
        vectors = np.empty((len(texts), self.dim), np.float32)
        for i, vector in enumerate(found):
            if vector is not None:
                vectors[i] = vector
        if missing:
            vectors[missing] = self._embedder.embed([texts[i] for i in missing], kind, [languages[i] for i in missing])
        return vectors

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        keys = list(zip(languages, texts, strict=True))
        known = {i for i, key in enumerate(keys) if key in self._vectors and key in self._token_vectors}
        vectors = np.empty((len(texts), self.dim), np.float32)
        tokens = [TokenVectors.none(self.dim)] * len(texts)
        for i in known:
            vectors[i] = self._vectors[keys[i]]
            tokens[i] = TokenVectors.unpacked(self._token_vectors[keys[i]], self.dim)
        missing = [i for i in range(len(texts)) if i not in known]
        if missing:
            made = self._embedder.embed_tokens([texts[i] for i in missing], kind, [languages[i] for i in missing])
            vectors[missing] = made[0]
            for i, own in zip(missing, made[1], strict=True):
                tokens[i] = own
        return vectors, tokens
