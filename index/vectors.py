"""The FAISS file: a cache of the vectors in SQLite, made again when it is missing, damaged or of another revision."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

import numpy as np

from .store import Store, replace_file

_log = logging.getLogger(__name__)


def refresh(store: Store) -> Any:
    """The FAISS index of the store's present revision, inner product over unit vectors, row i = i-th passage."""
    import faiss

    # The name carries the revision, so that a reader can never pair a file with another state of the store, and the
    # digest of its bytes, so that damage is noticed.
    revision = store.revision
    for path in store.folder.glob(f"vectors-{revision}-*.faiss"):
        try:
            data = path.read_bytes()
        except OSError:  # a writer that ended just now has taken it away
            continue
        if path.stem.rpartition("-")[2] == hashlib.sha256(data).hexdigest()[:16]:
            return faiss.deserialize_index(np.frombuffer(data, np.uint8))
        _log.warning("%s is damaged; it is made again from the store", path.name)
    vectors = store.vectors()
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    _save(index, store.folder, revision)
    return index


def _save(index: Any, folder: Path, revision: str) -> None:
    import faiss

    data = faiss.serialize_index(index).tobytes()
    path = folder / f"vectors-{revision}-{hashlib.sha256(data).hexdigest()[:16]}.faiss"
    try:
        replace_file(path, lambda work: work.write_bytes(data))
        for old in folder.glob("vectors-*.faiss"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as problem:
        # A reader may have no right to write, or the disk be full: the index in memory serves all the same.
        _log.warning("the FAISS file could not be kept: %s", problem)
