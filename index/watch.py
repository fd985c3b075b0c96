"""Keeps an index in step with its collection for as long as it runs.

Folders are looked at every few seconds rather than watched through the system: notices of changes do not come from
network shares, from most mounts of containers, or for folders that are put in place of others, and are dropped when
many come at once. Looking costs a `stat` a file.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sources.collection import Collection
from sources.fetch import Stop, is_address
from sources.files import ENDINGS

from .build import BuildReport
from .errors import IndexHeld, IndexUnusable

LOOK_S = 2.0
_REST = 20  # looking at a very large collection takes at most a twentieth of the time
Look = dict[str, tuple[int, int, int]]


def watch(
    collection: Collection,
    bring_in_step: Callable[[bool], BuildReport],
    stop: Stop,
    done: Callable[[BuildReport], None],
    waiting: Callable[[str], None],
    look_s: float = LOOK_S,
) -> None:
    """Brings the index in step at once, then whenever a file has changed or the lists are due, until `stop` is set.

    bring_in_step(fetch) does one run. done is called after each, waiting with the reason when the index cannot be
    written now: it is tried again. A file that is still being written is left until it has been the same for one look.
    """
    lists = [Path(name) for name in collection.addresses if not is_address(name)]
    indexed: Look | None = None
    fetched_lists: Look | None = None
    fetched = -float("inf")
    before = look(collection.paths)
    while not stop.is_set():
        began = time.monotonic()
        now, now_lists = look(collection.paths), look(lists)
        took = time.monotonic() - began
        late = time.monotonic() - fetched >= collection.limits.interval_s
        due = collection.remote and (late or now_lists != fetched_lists)
        if now == before and (now != indexed or due):
            try:
                done(bring_in_step(due))
            except (IndexHeld, IndexUnusable) as problem:
                waiting(str(problem))
            else:
                indexed = now
                if due:
                    fetched, fetched_lists = time.monotonic(), now_lists
        before = now
        stop.wait(max(look_s, took * _REST))


def look(paths: Iterable[Path]) -> Look:
    """Every file that may hold bulletins, with what changes when it is written.

    Path → (size, time of its last change in ns, number on disk). What cannot be looked at is left out.
    """
    seen: Look = {}
    for path in paths:
        with contextlib.suppress(OSError):
            if path.is_dir():
                _look_into(path, seen, set())
            else:
                seen[str(path)] = _state(path.stat())
    return seen


def _look_into(folder: Path | str, seen: Look, above: set[tuple[int, int]]) -> None:
    # Not `find_files`, which takes twenty times as long to tell every link and reason apart.
    status = os.stat(folder)
    here = (status.st_dev, status.st_ino)
    if here in above:  # a symbolic link back to a folder that holds it
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            with contextlib.suppress(OSError):
                if entry.is_dir():
                    _look_into(entry.path, seen, above | {here})
                elif entry.name.lower().endswith(ENDINGS):
                    seen[entry.path] = _state(entry.stat())


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino
