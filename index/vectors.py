"""The vectors of all passages in memory, and the FAISS files that keep them: caches of what SQLite holds.

A file that is missing, damaged, or of a state too far from the store's is made again. Of few passages every vector is
compared; of many, an approximate index puts forward candidates, whose vectors are compared exactly.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np

from .kept import keep, whole
from .store import Store

# Up to so many passages all are scored in every lane. Beyond, only the lanes' best are, those of the vectors by an
# approximate index: from about 25,000 on that takes less time (21 ms of a processor instead of 55 at 100,000).
EXACT = 30_000
# Below this a file is written at every change. Above, only when a tenth of its passages are others: the vectors of new
# passages are read from SQLite meanwhile, those of passages that are gone are not looked at.
_WRITTEN_ANEW = 20_000
_STALE = 0.1
_FETCHED = 512  # vectors at once
_SAMPLE = 4096  # passages that tell the median of all
# The approximate index: 2 bits a number, read sixteen vectors at once, in as many lists as the root of the number of
# passages, so many of them read. Chosen from the curve of eval/benchmarks/growth.py (docs/scaling.md).
LISTS_READ = 128
_TRAINED_ON = 64  # vectors for each list


class Vectors:
    """The vectors of passages by row, float32, unit length.

    base: those that `nearest`, the approximate index, knows, rows[i] the row of its i-th vector, -1 for one that is
    gone; tail: those of the rows after them.
    """

    def __init__(
        self, base: np.ndarray, tail: np.ndarray, nearest: Any = None, rows: np.ndarray | None = None, held: Any = None
    ) -> None:
        self._base, self._tail, self._nearest, self._rows = base, tail, nearest, rows
        self._held = held  # the memory of `base` is its
        n = len(self)
        self._sample = self.of(np.sort(np.random.default_rng(0).choice(n, min(n, _SAMPLE), replace=False)))

    def __len__(self) -> int:
        return len(self._base) + len(self._tail)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """float32, shape (rows, dim)."""
        edge = len(self._base)
        if not len(self._tail):
            return self._base[rows]
        found = np.empty((len(rows), self._base.shape[1]), np.float32)
        first = rows < edge
        found[first], found[~first] = self._base[rows[first]], self._tail[rows[~first] - edge]
        return found

    def score(self, vector: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """float32: the cosines of all rows, or of these."""
        if rows is None:
            return np.concatenate([self._base @ vector, self._tail @ vector])
        # So many at once that what is fetched stays at the processor until it is multiplied.
        blocks = (rows[at : at + _FETCHED] for at in range(0, len(rows), _FETCHED))
        return np.concatenate([np.empty(0, np.float32), *(self.of(block) @ vector for block in blocks)])

    def median(self, vector: np.ndarray) -> float:
        """The median cosine of a sample of the rows."""
        return float(np.median(self._sample @ vector))

    def best(self, vector: np.ndarray, k: int) -> np.ndarray:
        """Some rows among which are the k nearest, or most of them, in no order."""
        edge = len(self._base)
        newest = edge + _largest(self._tail @ vector, k)
        if self._nearest is None:
            return np.append(_largest(self._base @ vector, k), newest)
        found = self._nearest.search(vector[None, :], k)[1][0]
        found = found[found >= 0]
        if self._rows is not None:
            found = self._rows[found]
            found = found[found >= 0]
        return np.append(found, newest)

    def add(self, vectors: np.ndarray) -> None:
        """Adds rows after the others."""
        self._tail = np.concatenate([self._tail, vectors])


def refresh(store: Store) -> Vectors:
    """The vectors of the store's present passages in the order of their ids.

    From the files where they serve; they are made anew where not.
    """
    wanted = store.passage_ids()
    return _of_passages(store, wanted, *(_kept(store, wanted) or _made(store, wanted)))


def of_earlier(store: Store, passages: np.ndarray) -> Vectors | None:
    """The vectors of the passages of an earlier state of the store, in the order of their ids; 0 for those that are
    gone. None where the files are of none so early. passages: ids, int64, ascending."""
    import faiss

    kept = _kept(store, passages)
    if kept is None:
        return None
    had = faiss.vector_to_array(kept[0].id_map)
    new = np.setdiff1d(passages, had, assume_unique=True)
    # Of a later state there are none of what is gone since, in the middle of the others.
    return None if len(new) and len(had) and new[0] < had[-1] else _of_passages(store, passages, *kept)


def _of_passages(store: Store, wanted: np.ndarray, flat: Any, digest: str) -> Vectors:
    import faiss

    base, had = _matrix(flat), faiss.vector_to_array(flat.id_map)
    nearest = _approximate(store, base, digest) if len(had) > EXACT else None
    rows = None
    here = np.isin(had, wanted, assume_unique=True)
    new = np.setdiff1d(wanted, had, assume_unique=True)
    if not here.all():
        rows = np.where(here, np.cumsum(here) - 1, -1)
        base = base[here]
    tail = store.vectors(new.tolist()) if len(new) else np.empty((0, base.shape[1]), np.float32)
    return Vectors(base, tail, nearest, rows, flat)


def _kept(store: Store, wanted: np.ndarray) -> tuple[Any, str] | None:
    """(flat index with ids, digest) of the file, None when it does not serve."""
    import faiss

    # The name carries the revision, so that a reader can never pair a file with a later or another state of the store.
    # A passage never changes under its id, so of an earlier state the passages that are still there serve.
    name, _, now = store.revision.rpartition("-")
    for path in store.folder.glob(f"vectors-{name}-*.faiss"):
        number = path.stem.split("-")[2]
        if not number.isdigit() or int(number) > int(now) or (len(wanted) <= _WRITTEN_ANEW and number != now):
            continue
        if (index := _read(path)) is None:
            continue
        had = faiss.vector_to_array(index.id_map)
        others = 0 if np.array_equal(had, wanted) else len(np.setxor1d(had, wanted, assume_unique=True))
        if others <= _STALE * len(wanted) and (number == now or len(wanted) > _WRITTEN_ANEW):
            return index, path.stem.rpartition("-")[2]
    return None


def _made(store: Store, wanted: np.ndarray) -> tuple[Any, str]:
    import faiss

    vectors = store.vectors()
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    index.add_with_ids(vectors, wanted)
    del vectors
    return index, _save(index, store.folder, "vectors", store.revision)


def _matrix(index: Any) -> np.ndarray:
    """The vectors of a flat index with ids, where FAISS keeps them: they live as long as it."""
    import faiss

    flat: Any = faiss.downcast_index(index.index)
    if not flat.ntotal:
        return np.empty((0, flat.d), np.float32)
    return np.asarray(faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d))


def _approximate(store: Store, base: np.ndarray, name: str) -> Any:
    """The approximate index of these vectors. name: the digest of their file, "" when it could not be kept."""
    for path in store.folder.glob(f"nearest-{name}-*.faiss") if name else ():
        if (index := _read(path)) is not None:
            break
    else:
        index = approximate(base)
        _save(index, store.folder, "nearest", name or "none")
    index.nprobe = LISTS_READ
    return index


def approximate(vectors: np.ndarray) -> Any:
    """A FAISS index that finds most of the nearest of many vectors in little time.

    Of what it finds the cosines are worked out anew, so that each pair of numbers may be one of 16 (product
    quantisation, four bits): as many of the nearest ten are among 300 as with 8 bits a number, in a fifth of the time.
    """
    import faiss

    n, dim = vectors.shape
    lists = max(1, int(n**0.5))
    metric = faiss.METRIC_INNER_PRODUCT
    pairs = dim // 2 if dim % 2 == 0 else dim
    index = faiss.IndexIVFPQFastScan(faiss.IndexFlatIP(dim), dim, lists, pairs, 4, metric)
    chosen = np.sort(np.random.default_rng(0).choice(n, min(n, _TRAINED_ON * lists), replace=False))
    # By one processor: some thousand small steps would each wait for the slowest, on a busy machine a hundred times
    # longer than they take.
    processors = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        index.train(vectors[chosen])
        index.add(vectors)
    finally:
        faiss.omp_set_num_threads(processors)
    return index


def _largest(scores: np.ndarray, k: int) -> np.ndarray:
    return np.arange(len(scores)) if len(scores) <= k else np.argpartition(scores, -k)[-k:]


def _read(path: Path) -> Any:
    """The FAISS index in a file, None when the file is damaged or gone."""
    import faiss

    with contextlib.suppress(OSError, RuntimeError):  # a writer that ended just now has taken it away
        return faiss.read_index(str(path)) if whole(path) else None


def _save(index: Any, folder: Path, kind: str, name: str) -> str:
    """Writes the file in place of the others of its kind; its digest, "" when it could not be kept."""
    import faiss

    return keep(lambda path: faiss.write_index(index, str(path)), folder, kind, name, "faiss")
