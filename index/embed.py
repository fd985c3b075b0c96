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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from sources.bulletin import Language

from .bundled import quiet
from .errors import ModelUnavailable
from .normalise import one_script
from .token_vectors import TokenVectors, layers_joined, rotated

BUNDLED, EXACT = "bundled", "bundled-exact"
Kind = Literal["question", "passage"]
_PARALLEL = Path(__file__).parent / "data" / "parallel.jsonl"


def is_bundled(model: str) -> bool:
    """Whether a model is the one that comes with the project, in either form."""
    return model in (BUNDLED, EXACT)


class Embedder(Protocol):
    """Texts to unit vectors. name: two embedders of one name give the same vectors."""

    @property
    def name(self) -> str: ...
    @property
    def dim(self) -> int: ...
    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        """float32, shape (texts, dim), unit length; languages: one for each text."""
        ...

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        """What `embed` gives, and the tokens of each text; none where the model tells nothing of them."""
        ...


# What a model makes of plain texts: vectors, float32, (texts, dim); and with them, of each text without its first so
# many characters, (vectors of its tokens in some layers, (layers, tokens, dim), where each token ends).
Encode = Callable[[Sequence[str]], np.ndarray]
EncodeTokens = Callable[[Sequence[str], int], tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]]


class CentredEmbedder:
    """An Embedder over any encoder of plain texts.

    prefixes: what the model wants before a text of each kind; layers: those whose token vectors are told, () for the
    last alone; cache: where the means are kept.
    """

    def __init__(
        self,
        name: str,
        encode: Encode,
        encode_tokens: EncodeTokens,
        prefixes: Mapping[Kind, str],
        cache: Path,
        layers: Sequence[int] = (),
    ) -> None:
        made_of = _fingerprint(layers)
        self.name = f"{name}/{made_of}"
        self._encode, self._encode_tokens, self._prefixes = encode, encode_tokens, prefixes
        plain = re.sub(r"[^\w.@-]+", "_", name)
        self._means = self._load_means(cache / f"{plain}-means-{made_of}.npz")
        self.dim = int(self._means["passage-en"].shape[0])

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        return self._centred(np.asarray(self._encode(self._forms(texts, kind)), np.float32), kind, languages)

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        if not texts:
            return np.empty((0, self.dim), np.float32), []
        vectors, found = self._encode_tokens(self._forms(texts, kind), len(self._prefixes[kind]))
        tokens = [
            TokenVectors(rotated(layers_joined(own - self._means[f"{kind}-token-{_family(language)}"])), ends)
            if own.shape[-1] == self.dim
            else TokenVectors.none(self.dim)
            for (own, ends), language in zip(found, languages, strict=True)
        ]
        return self._centred(np.asarray(vectors, np.float32), kind, languages), tokens

    def _centred(self, vectors: np.ndarray, kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        return _unit(vectors - np.stack([self._means[f"{kind}-{_family(language)}"] for language in languages]))

    def _forms(self, texts: Sequence[str], kind: Kind) -> list[str]:
        return [self._prefixes[kind] + one_script(text) for text in texts]

    def _load_means(self, path: Path) -> dict[str, np.ndarray]:
        if path.is_file():
            with np.load(path, allow_pickle=False) as stored:
                return {key: stored[key] for key in stored.files}
        pairs = [json.loads(line) for line in _PARALLEL.read_text(encoding="utf-8").splitlines()]
        kinds: tuple[Kind, ...] = ("question", "passage")
        means: dict[str, np.ndarray] = {}
        for kind in kinds:
            for family in ("en", "zh"):
                texts = [pair[family] for pair in pairs if pair["kind"] == kind]
                vectors, tokens = self._encode_tokens(self._forms(texts, kind), len(self._prefixes[kind]))
                means[f"{kind}-{family}"] = np.asarray(vectors, np.float32).mean(0)
                of_tokens = np.concatenate([own for own, _ in tokens], axis=-2)
                means[f"{kind}-token-{family}"] = of_tokens.mean(axis=-2, keepdims=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, work = tempfile.mkstemp(dir=path.parent, suffix=".npz")
        os.close(handle)
        np.savez(work, allow_pickle=False, **means)
        os.replace(work, path)
        return means


def open_embedder(model: str, cache: Path) -> Embedder:
    """The bundled model, or any sentence-transformers name or folder. Raises ModelUnavailable."""
    if is_bundled(model):
        from . import bundled
        from .encoder import LAYERS, open_encoder

        encoder = open_encoder(cache, model == EXACT)
        prefixes: dict[Kind, str] = {"question": "query: ", "passage": "passage: "}
        name = f"{bundled.NAME}-exact" if model == EXACT else bundled.NAME
        return CentredEmbedder(name, encoder.encode, encoder.encode_tokens, prefixes, cache, LAYERS)
    return _sentence_transformer(model, cache)


@contextmanager
def loading(what: str, model: str, remedy: str) -> Iterator[None]:
    """Raises ModelUnavailable in place of what a library meets when it loads a model by its name; shows no progress."""
    try:
        with quiet():
            yield
    except (OSError, ValueError, RuntimeError) as problem:
        reason = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise ModelUnavailable(f"The {what} {model!r} cannot be loaded: {reason}", remedy) from problem


def _sentence_transformer(model: str, cache: Path) -> Embedder:
    from sentence_transformers import SentenceTransformer

    remedy = 'Name a sentence-transformers folder or an installed model, or set embedding = "bundled".'
    with loading("embedding model", model, remedy):
        loaded = SentenceTransformer(model, device="cpu")
    prompts = dict(loaded.prompts or {})
    prefixes: dict[Kind, str] = {
        "question": prompts.get("query") or "",
        "passage": prompts.get("document") or prompts.get("passage") or "",
    }

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(loaded.encode(list(texts), prompt="", show_progress_bar=False, convert_to_numpy=True))

    def encode_tokens(texts: Sequence[str], skip: int) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
        told = loaded.encode(list(texts), prompt="", show_progress_bar=False, output_value=None)
        vectors = np.stack([one["sentence_embedding"].float().numpy() for one in told])
        tokens = []
        for text, one in zip(texts, told, strict=True):
            own = one.get("token_embeddings")
            if own is None or not getattr(loaded.tokenizer, "is_fast", False):
                tokens.append((vectors[None, :0], np.empty(0, np.int64)))
                continue
            read = loaded.tokenizer(
                text, return_offsets_mapping=True, return_special_tokens_mask=True, truncation=True,
                max_length=loaded.max_seq_length,
            )  # fmt: skip
            ends = np.array([end for _, end in read["offset_mapping"]], np.int64)
            wanted = np.flatnonzero((ends > skip) & ~np.array(read["special_tokens_mask"], bool))
            tokens.append((own.float().numpy()[None, wanted], ends[wanted] - skip))
        return vectors, tokens

    # Weights of the same name may change in a folder of the user's, so the means carry a probe of the vectors.
    probe = hashlib.sha256(encode(["probe"]).round(3).tobytes()).hexdigest()[:8]
    return CentredEmbedder(f"{model}@{probe}", encode, encode_tokens, prefixes, cache)


def _fingerprint(layers: Sequence[int]) -> str:
    """Of all that the means and the token vectors are made of: the parallel texts and the layers."""
    told = f"tokens {' '.join(map(str, layers))}".strip()
    return hashlib.sha256(told.encode() + _PARALLEL.read_bytes()).hexdigest()[:8]


def _family(language: Language) -> str:
    return "en" if language == "en" else "zh"


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
