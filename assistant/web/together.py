"""Questions that wait are embedded together, which takes half the time that each takes alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sources.language import language_of

if TYPE_CHECKING:
    import numpy as np

    from index.embed import Embedder, Kind
    from index.token_vectors import TokenVectors
    from sources.bulletin import Language


class Together:
    """An Embedder that gives what another does. Questions that it was told of ahead are embedded already."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dim = embedder.name, embedder.dim
        self._known: dict[tuple[str, Language], tuple[np.ndarray, TokenVectors]] = {}

    @classmethod
    def within(cls, assistant: Any) -> Together:
        """Put before the embedder of the assistant's index."""
        assistant.index.embedder = together = cls(assistant.index.embedder)
        return together

    def embed_ahead(self, questions: Sequence[str]) -> None:
        """What is asked next. Those of before are forgotten."""
        self._known = {}
        if len(questions) > 1:
            languages = [language_of(question) for question in questions]
            vectors, tokens = self._embedder.embed_tokens(questions, "question", languages)
            made = zip(vectors, tokens, strict=True)
            self._known = dict(zip(zip(questions, languages, strict=True), made, strict=True))

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        return self._embedder.embed(texts, kind, languages)

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        # A question that is searched in other words than it was asked in is embedded anew.
        if kind == "question" and len(texts) == 1 and (known := self._known.get((texts[0], languages[0]))):
            return known[0][None], [known[1]]
        return self._embedder.embed_tokens(texts, kind, languages)
