"""An optional last look at the best passages by a cross-encoder: it reads the question and a passage together.

It knows neither what the lanes know of a passage's bulletin (its year, its meeting, its people) nor how likely an
answer is, so it changes the order of the best passages and nothing else: `reordered`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from .embed import loading
from .errors import ModelUnavailable
from .normalise import one_script

# How much its opinion counts beside the lanes', both scaled to [0, 1] over the passages that are looked at. No model
# was at hand to measure it with: more than half, as whoever names a model trusts it, and not all, as the lanes know
# what a bulletin is about.
_SHARE = 0.7
_REMEDY = 'Name a sentence-transformers folder or an installed model that scores pairs, or set reranker = "".'


class Reranker(Protocol):
    @property
    def name(self) -> str: ...
    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """float32, (texts,): how well each answers the question, higher is better, on a scale of the model's own."""
        ...


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers. It is given Chinese in Simplified script, so script never matters."""

    def __init__(self, name: str, model: Any) -> None:
        self.name, self._model = name, model

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        pairs = [(one_script(question), one_script(text)) for text in texts]
        return np.asarray(self._model.predict(pairs, batch_size=len(pairs), show_progress_bar=False), np.float32)


def open_reranker(model: str) -> Reranker | None:
    """The cross-encoder of a sentence-transformers name or folder, None for "". Raises ModelUnavailable."""
    if not model:
        return None
    from sentence_transformers import CrossEncoder

    with loading("reranker", model, _REMEDY):
        loaded = CrossEncoder(model, device="cpu")
        shape = np.shape(loaded.predict([("Who came?", "Nine came.")], show_progress_bar=False))
    # A model without a head of its own is given one of chance, and would order the passages by it.
    kinds = getattr(loaded.config, "architectures", None) or [""]
    if not kinds[0].endswith(("ForSequenceClassification", "ForCausalLM")):
        raise ModelUnavailable(f"The reranker {model!r} was not trained to score pairs of texts ({kinds[0]}).", _REMEDY)
    if shape != (1,):
        raise ModelUnavailable(f"The reranker {model!r} gives {shape[-1]} scores for a pair, not one.", _REMEDY)
    return CrossEncoderReranker(model, loaded)


def reordered(scores: np.ndarray, opinions: np.ndarray) -> list[tuple[int, float]]:
    """(place, score) of each passage in its new order. scores: of the lanes; opinions: the reranker's.

    The scores are dealt out anew, the best to the first, so that they still come best first and mean what they meant:
    the best is as high as before.
    """
    fused = (1 - _SHARE) * _scaled(scores) + _SHARE * _scaled(opinions)
    order = np.lexsort((-scores, -fused))
    return list(zip(order.tolist(), np.sort(scores)[::-1].tolist(), strict=True))


def _scaled(scores: np.ndarray) -> np.ndarray:
    """To [0, 1]; all the same: 0."""
    spread = float(np.ptp(scores))
    return np.asarray((scores - scores.min()) / spread if spread else np.zeros(len(scores)), np.float32)
