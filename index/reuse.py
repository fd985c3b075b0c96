"""Vectors that the store holds already: a text that was embedded once is not embedded again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

import numpy as np

from sources.bulletin import Bulletin, Language

from .embed import Embedder, Kind
from .passage import Passage
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


def embedded_texts(bulletin: Bulletin, passages: Iterable[Passage]) -> tuple[list[str], list[str]]:
    """What is embedded of a bulletin: (for each of its passages, each of their sentences)."""
    texts, sentences = [], []
    for passage in passages:
        texts.append(passage_text(passage.title, passage.heading, passage.text))
        sentences += [bulletin.text[a:b] for a, b in passage.sentences]
    return texts, sentences


class Reuse:
    """An Embedder of passages that gives the vector of a text that is stored or was embedded ahead, and asks another
    for that of any other text."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self.name, self.dim = embedder.name, embedder.dim
        self._store, self._embedder = store, embedder
        self._vectors: OrderedDict[tuple[str, str], np.ndarray] = OrderedDict()
        self._token_vectors: OrderedDict[tuple[str, str], bytes] = OrderedDict()  # packed
        self._ahead_vectors: dict[tuple[str, str], np.ndarray] = {}
        self._ahead_tokens: dict[tuple[str, str], tuple[np.ndarray, TokenVectors]] = {}

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

    def ahead(self, bulletins: Iterable[tuple[Bulletin, Sequence[Passage]]]) -> None:
        """Embeds all that will be asked for of these bulletins, in few calls; what was ahead before is forgotten."""
        self._ahead_vectors, self._ahead_tokens = {}, {}
        passages: dict[tuple[Language, str], None] = {}
        sentences: dict[tuple[Language, str], None] = {}
        for bulletin, own in bulletins:
            texts, parts = embedded_texts(bulletin, own)
            passages |= dict.fromkeys((bulletin.language, text) for text in texts)
            sentences |= dict.fromkeys((bulletin.language, text) for text in parts)
        if passages:
            languages, wanted = zip(*passages, strict=True)
            made = zip(*self.embed_tokens(wanted, "passage", languages), strict=True)
            self._ahead_tokens = dict(zip(passages, made, strict=True))
        if sentences:
            languages, wanted = zip(*sentences, strict=True)
            self._ahead_vectors = dict(zip(sentences, self.embed(wanted, "passage", languages), strict=True))

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        vectors = np.empty((len(texts), self.dim), np.float32)
        missing = []
        for i, key in enumerate(zip(languages, texts, strict=True)):
            vector = self._vectors.get(key)
            if vector is None:
                vector = self._ahead_vectors.get(key)
            if vector is None:
                missing.append(i)
            else:
                vectors[i] = vector
        if missing:
            vectors[missing] = self._embedder.embed([texts[i] for i in missing], kind, [languages[i] for i in missing])
        return vectors

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        vectors = np.empty((len(texts), self.dim), np.float32)
        tokens = [TokenVectors.none(self.dim)] * len(texts)
        missing = []
        for i, key in enumerate(zip(languages, texts, strict=True)):
            if key in self._vectors and key in self._token_vectors:
                vectors[i] = self._vectors[key]
                tokens[i] = TokenVectors.unpacked(self._token_vectors[key], self.dim)
            elif key in self._ahead_tokens:
                vectors[i], tokens[i] = self._ahead_tokens[key]
            else:
                missing.append(i)
        if missing:
            made = self._embedder.embed_tokens([texts[i] for i in missing], kind, [languages[i] for i in missing])
            vectors[missing] = made[0]
            for i, own in zip(missing, made[1], strict=True):
                tokens[i] = own
        return vectors, tokens
