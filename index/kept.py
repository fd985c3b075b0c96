"""Files beside the store that save a start the work of making what it holds: caches, each with a digest of its bytes in
its name, so that damage is noticed, and put in place at once, so that a reader never meets half of one."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

_log = logging.getLogger(__name__)
_ALIGNED = 64  # bytes


def keep(write: Callable[[Path], object], folder: Path, kind: str, name: str, suffix: str) -> str:
    """Has `write` make a file, in place of the others of its kind; its digest, "" when it could not be kept."""
    work = folder / f".{kind}-{name}.{os.getpid()}"
    try:
        write(work)
        digest = _digest(work)
        path = folder / f"{kind}-{name}-{digest}.{suffix}"
        os.replace(work, path)
        for old in folder.glob(f"{kind}-*.{suffix}"):
            if old != path:
                old.unlink(missing_ok=True)
        return digest
    except (OSError, RuntimeError) as problem:
        # A reader may have no right to write, or the disk be full: what is in memory serves all the same.
        _log.warning("the file of the %s could not be kept: %s", kind, problem)
        return ""
    finally:
        with contextlib.suppress(OSError):
            work.unlink(missing_ok=True)


def whole(path: Path) -> bool:
    """Whether a file is there, and as it was written."""
    try:
        if path.stem.rpartition("-")[2] == _digest(path):
            return True
    except OSError:  # a writer that ended just now has taken it away
        return False
    _log.warning("%s is damaged; it is made again from the store", path.name)
    return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """One after the other, after a table of them in JSON."""
    table, at = {}, 0
    for name, array in arrays.items():
        table[name] = (array.dtype.str, len(array), at)
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps(table).encode()
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for array in arrays.values():
            file.write(bytes(-file.tell() % _ALIGNED))
            file.write(np.ascontiguousarray(array).data)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Arrays of one dimension. They stay in the file until they are looked at, and are not to be changed."""
    data = np.asarray(np.memmap(path, np.uint8, "r"))
    size = 8 + int.from_bytes(data[:8].tobytes(), "little")
    first = -(-size // _ALIGNED) * _ALIGNED
    arrays = {}
    for name, (kind, length, at) in json.loads(data[8:size].tobytes()).items():
        begin = first + at
        arrays[name] = data[begin : begin + length * np.dtype(kind).itemsize].view(kind)
    return arrays


def as_array(texts: Iterable[str]) -> np.ndarray:
    """Texts as bytes, uint8. None of them holds a NUL."""
    return np.frombuffer("".join(f"{text}\0" for text in texts).encode(), np.uint8)


def as_texts(array: np.ndarray) -> list[str]:
    return array.tobytes().decode().split("\0")[:-1]
