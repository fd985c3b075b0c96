"""Keeps an index in step with its collection for as long as it runs.

Folders are looked at every few seconds rather than watched through the system: notices of changes do not come from
network shares, from most mounts of containers, or for folders that are put in place of others, and are dropped when
many come at once. Looking costs a `stat` a file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sources.collection import Collection, find
from sources.fetch import Stop, is_address

from .build import BuildReport
from .errors import IndexHeld, IndexUnusable

LOOK_S = 2.0
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
    before = look(collection)
    while not stop.is_set():
        now, now_lists = look(collection), _states(lists)
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
        stop.wait(look_s)


def look(collection: Collection) -> Look:
    """Every file with what changes when it is written: path → (size, time of its last change in ns, number on disk)."""
    return _states(find(collection.paths).files)


def _states(paths: Iterable[Path]) -> Look:
    seen: Look = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:  # gone since it was listed
            continue
        seen[str(path)] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return seen
