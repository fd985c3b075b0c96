"""Embedding ahead of storing, by many workers: the files of a bulk are read and embedded by Ray Data, then stored here.

Storing is the work of one process, and quick; embedding is not. So of some hundred files at a time workers do all that
leads to vectors, on this machine or on those of a Ray cluster, and the ordinary run finds the vectors ready.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sources.bulletin import Language
from sources.errors import Unreadable
from sources.files import bulletins_of, read_bytes

from .embed import Embedder, Kind
from .errors import IndexUnusable
from .store import digest_of
from .token_vectors import TokenVectors

FILES_AHEAD = 500  # some 100 MB of vectors
_FILES_AT_ONCE = 8

# What stands for a text and its language → its vector, and its packed token vectors, None when nobody asked for them.
Texts = dict[str, tuple[np.ndarray, bytes | None]]


class Ahead:
    """An Embedder that asks another, unless workers have embedded a text already.

    make: opens the embedder in each worker. workers: how many, each on a processor of its own. The cluster is the one
    that RAY_ADDRESS names; without it Ray starts on this machine.
    """

    def __init__(self, embedder: Embedder, make: Callable[[], Embedder], workers: int) -> None:
        self.name, self.dim = embedder.name, embedder.dim
        self._embedder, self._make, self._workers = embedder, make, workers
        self._ready: Texts = {}
        self.waited = 0  # texts that no worker had embedded

    def ahead(self, paths: Sequence[Path], text_column: str | None) -> None:
        """Embeds what is in these files; what was embedded ahead before is forgotten."""
        self._ready.clear()
        if not paths:
            return
        data = _ray(self._workers)
        blocks = -(-len(paths) // _FILES_AT_ONCE)
        files = data.from_items([{"path": str(path.absolute())} for path in paths], override_num_blocks=blocks)
        embedded = files.map_batches(
            Worker,
            fn_constructor_args=(self._make, text_column),
            batch_size=_FILES_AT_ONCE,
            compute=data.ActorPoolStrategy(size=min(self._workers, blocks)),
            num_cpus=1,
        )
        for batch in embedded.iter_batches(batch_format="numpy"):
            tokens = (packed if there else None for packed, there in zip(batch["tokens"], batch["told"], strict=True))
            self._ready.update(zip(batch["key"].tolist(), zip(batch["vector"], tokens, strict=True), strict=True))

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        ready = [self._ready.get(_key(text, language)) for text, language in zip(texts, languages, strict=True)]
        missing = [i for i, one in enumerate(ready) if one is None]
        found = iter(self._embedder.embed([texts[i] for i in missing], kind, [languages[i] for i in missing]))
        self.waited += len(missing)
        return np.array([one[0] if one else next(found) for one in ready], np.float32).reshape(len(texts), self.dim)

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        vectors, tokens = np.empty((len(texts), self.dim), np.float32), [TokenVectors.none(self.dim)] * len(texts)
        missing = []
        for i, key in enumerate(map(_key, texts, languages)):
            vector, packed = self._ready.get(key, (None, None))
            if vector is None or packed is None:
                missing.append(i)
            else:
                vectors[i], tokens[i] = vector, TokenVectors.unpacked(packed, self.dim)
        self.waited += len(missing)
        made = self._embedder.embed_tokens([texts[i] for i in missing], kind, [languages[i] for i in missing])
        for i, vector, own in zip(missing, *made, strict=True):
            vectors[i], tokens[i] = vector, own
        return vectors, tokens

    def close(self) -> None:
        """Lets the workers go."""
        import ray

        ray.shutdown()


class Worker:
    """Reads files and embeds what a run will ask for."""

    def __init__(self, make: Callable[[], Embedder], text_column: str | None) -> None:
        self._embedder, self._text_column = _Noting(make()), text_column

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        from .build import prepare

        for path in map(Path, batch["path"]):
            try:
                for part in bulletins_of(read_bytes(path), path, path.stem, text_column=self._text_column):
                    if not isinstance(part, Unreadable):
                        prepare(part, self._embedder)
            except Unreadable:
                continue  # the run that stores meets it as well, and tells of it
        return self._embedder.noted()


class _Noting:
    """An Embedder that remembers what it has given."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dim, self._embedder = embedder.name, embedder.dim, embedder
        self._noted: Texts = {}

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        vectors = self._embedder.embed(texts, kind, languages)
        for key, vector in zip(map(_key, texts, languages), vectors, strict=True):
            self._noted.setdefault(key, (vector, None))
        return vectors

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        vectors, tokens = self._embedder.embed_tokens(texts, kind, languages)
        for key, vector, own in zip(map(_key, texts, languages), vectors, tokens, strict=True):
            self._noted[key] = (vector, own.packed())
        return vectors, tokens

    def noted(self) -> dict[str, Any]:
        """What was given since the last time."""
        noted, self._noted = self._noted, {}
        return {
            "key": np.array(list(noted), dtype="U64"),
            "vector": np.array([vector for vector, _ in noted.values()], np.float32).reshape(-1, self.dim),
            "tokens": [packed or b"" for _, packed in noted.values()],
            "told": np.array([packed is not None for _, packed in noted.values()], bool),
        }


def _key(text: str, language: Language) -> str:
    return digest_of(f"{language}\0{text}".encode("utf-8", "surrogatepass"))


def _ray(workers: int) -> Any:
    """Ray Data, ready."""
    # Nothing is told to anybody about the use of this program.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError as problem:
        raise IndexUnusable(
            "Embedding by several workers needs Ray, which is not installed.",
            'Install it: pip install "bulletin-assistant[ray]", or leave --workers out.',
        ) from problem
    if not ray.is_initialized():
        # One processor more than workers take: without it what feeds them would wait for them.
        here: dict[str, Any] = {"num_cpus": workers + 1, "include_dashboard": False}
        if os.environ.get("RAY_ADDRESS"):
            here = {}
        try:
            _start(ray, here)
        except Exception as problem:  # of all kinds, a bare Exception among them
            raise IndexUnusable(
                f"Ray does not start: {(str(problem) or repr(problem)).splitlines()[0]}",
                "See that the cluster of RAY_ADDRESS runs, or leave --workers out.",
            ) from problem
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray.data


def _start(ray: Any, options: Mapping[str, Any]) -> None:
    """A node of its own on a busy machine may take longer than the 30 s that Ray gives it: it is tried once more."""
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
    except Exception:
        ray.shutdown()
        if not options:  # a cluster that is away stays away
            raise
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
