"""An optional model that says whether a text entails a sentence, in place of the check's own estimate.

Facts are checked before it: a figure that stands nowhere is no matter of opinion.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numpy as np

from index.embed import loading
from index.errors import ModelUnavailable
from index.normalise import one_script

Reading = Literal["entailed", "contradicted", "neither"]

_REMEDY = (
    "Name a sentence-transformers folder or an installed model that was trained on entailment, "
    'such as "MoritzLaurer/mDeBERTa-v3-base-mnli-xnli", or set entailment = "".'
)


class Entailment(Protocol):
    @property
    def name(self) -> str: ...
    def reading(self, text: str, sentence: str) -> Reading:
        """Whether the text says what the sentence says, its contrary, or neither."""
        ...


class CrossEncoderEntailment:
    """A cross-encoder of sentence-transformers. It is given Chinese in Simplified script, so script never matters."""

    def __init__(self, name: str, model: Any, labels: dict[int, Reading]) -> None:
        """labels: the reading that each of the model's scores is for."""
        self.name, self._model, self._labels = name, model, labels

    def reading(self, text: str, sentence: str) -> Reading:
        scores = self._model.predict([(one_script(text), one_script(sentence))], show_progress_bar=False)[0]
        return self._labels[int(np.argmax(scores))]


def open_entailment(model: str) -> Entailment | None:
    """The cross-encoder of a sentence-transformers name or folder, None for "". Raises ModelUnavailable."""
    if not model:
        return None
    from sentence_transformers import CrossEncoder

    with loading("entailment model", model, _REMEDY):
        loaded = CrossEncoder(model, device="cpu")
    names = {int(place): str(label).lower() for place, label in (loaded.config.id2label or {}).items()}
    labels = {place: _reading(label) for place, label in names.items()}
    # Models name their scores in orders of their own; "LABEL_0" tells nothing of what it is for.
    if len(labels) < 2 or list(labels.values()).count("entailed") != 1:
        told = ", ".join(names[place] for place in sorted(names))
        problem = f"The entailment model {model!r} does not say which of its scores is entailment ({told})."
        raise ModelUnavailable(problem, _REMEDY)
    return CrossEncoderEntailment(model, loaded, labels)


def _reading(label: str) -> Reading:
    if label.startswith("entail"):
        return "entailed"
    return "contradicted" if label.startswith("contradict") else "neither"
