"""Texts to vectors, with the language taken out.

A multilingual model's vectors say which language a text is in almost as loudly as what it says, so passages of the
question's own language fill any ranking. Subtracting each language's mean, taken from parallel texts outside the
collection (index/data/parallel.jsonl), cures that: .04 to .56 of questions whose answer stands only in the other
language find it first, by vectors alone. Chinese is embedded in Simplified script, so that script never matters.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from sources.bulletin import Language

from .errors import ModelUnavailable
from .normalise import simplify

BUNDLED = "bundled"
Kind = Literal["question", "passage"]
_PARALLEL = Path(__file__).parent / "data" / "parallel.jsonl"


class Embedder(Protocol):
    """Texts to unit vectors. name: two embedders of one name give the same vectors."""

    @property
    def name(self) -> str: ...
    @property
    def dim(self) -> int: ...
    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        """float32, shape (texts, dim), unit length; languages: one for each text."""
        ...


class CentredEmbedder:
    """An Embedder over any encoder of plain texts. prefixes: what the model wants before a text of each kind."""

    def __init__(
        self, name: str, encode: Callable[[Sequence[str]], np.ndarray], prefixes: Mapping[Kind, str], means: Path
    ) -> None:
        self.name = f"{name}/{_fingerprint()}"
        self._encode, self._prefixes = encode, prefixes
        self._means = self._load_means(means)
        self.dim = int(next(iter(self._means.values())).shape[0])

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        means = np.stack([self._means[f"{kind}-{_family(language)}"] for language in languages])
        return _unit(self._raw(texts, kind) - means)

    def _raw(self, texts: Sequence[str], kind: Kind) -> np.ndarray:
        prefix = self._prefixes[kind]
        forms = [prefix + simplify(unicodedata.normalize("NFKC", text)) for text in texts]
        return np.asarray(self._encode(forms), np.float32)

    def _load_means(self, path: Path) -> dict[str, np.ndarray]:
        if path.is_file():
            with np.load(path, allow_pickle=False) as stored:
                return {key: stored[key] for key in stored.files}
        pairs = [json.loads(line) for line in _PARALLEL.read_text(encoding="utf-8").splitlines()]
        kinds: tuple[Kind, ...] = ("question", "passage")
        means = {
            f"{kind}-{family}": self._raw([pair[family] for pair in pairs if pair["kind"] == kind], kind).mean(0)
            for kind in kinds
            for family in ("en", "zh")
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, work = tempfile.mkstemp(dir=path.parent, suffix=".npz")
        os.close(handle)
        np.savez(work, **means)
        os.replace(work, path)
        return means


def open_embedder(model: str, cache: Path) -> Embedder:
    """The bundled model, or any sentence-transformers name or folder. Raises ModelUnavailable."""
    if model == BUNDLED:
        from . import bundled
        from .encoder import Encoder, compile_model

        graph = cache / f"{bundled.NAME}-graph"
        if not (graph / "graph.xml").is_file():
            compile_model(bundled.sentence_transformer(cache / bundled.NAME), graph)
        means = cache / f"{bundled.NAME}-means-{_fingerprint()}.npz"
        return CentredEmbedder(
            bundled.NAME, Encoder(graph).encode, {"question": "query: ", "passage": "passage: "}, means
        )
    return _sentence_transformer(model, cache)


def _sentence_transformer(model: str, cache: Path) -> Embedder:
    from sentence_transformers import SentenceTransformer

    try:
        loaded = SentenceTransformer(model, device="cpu")
    except (OSError, ValueError, RuntimeError) as problem:
        raise ModelUnavailable(
            f"The embedding model {model!r} cannot be loaded: {str(problem).splitlines()[0]}",
            'Name a sentence-transformers folder or an installed model, or set model = "bundled".',
        ) from problem
    prompts = dict(loaded.prompts or {})
    prefixes: dict[Kind, str] = {
        "question": prompts.get("query") or "",
        "passage": prompts.get("document") or prompts.get("passage") or "",
    }

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(loaded.encode(list(texts), prompt="", show_progress_bar=False, convert_to_numpy=True))

    plain = re.sub(r"[^\w.-]+", "_", model)
    # Weights of the same name may change in a folder of the user's, so the means carry a probe of the vectors.
    probe = hashlib.sha256(encode(["probe"]).round(3).tobytes()).hexdigest()[:8]
    return CentredEmbedder(f"{model}@{probe}", encode, prefixes, cache / f"{plain}-means-{_fingerprint()}-{probe}.npz")


def _fingerprint() -> str:
    return hashlib.sha256(_PARALLEL.read_bytes()).hexdigest()[:8]


def _family(language: Language) -> str:
    return "en" if language == "en" else "zh"


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
