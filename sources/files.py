"""Finds the files that hold bulletins and reads them, one `Bulletin` a file."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sources.bulletin import Bulletin
from sources.decode import decode
from sources.errors import Missing, NoBulletins, Unreadable
from sources.repair import repair

ENDINGS = (".txt", ".md")
MAX_BYTES = 50_000_000
_CHUNK_BYTES = 1 << 20
_LETTER = re.compile(r"[^\W\d_]")


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The bulletins in the folders, however deep, in the order of their paths; each file once.

    In folders only .txt and .md files that are not hidden count; a file that is named itself always does. A folder that
    may not be listed is given as if it were a file, so that reading it tells why. Raises Missing when a path does not
    exist and NoBulletins when there is nothing to read, both before the first file is given.
    """
    for path in paths:
        if not os.path.exists(path):
            raise Missing(path)
    first = next(_walk(paths), None)
    if first is None:
        raise NoBulletins(tuple(paths))
    return _walk(paths)


def _walk(paths: Sequence[Path]) -> Iterator[Path]:
    seen: set[str] = set()
    for path in paths:
        for found in _inside(path, frozenset()) if os.path.isdir(path) else (path,):
            real = os.path.realpath(found)
            if real not in seen:
                seen.add(real)
                yield found


def _inside(folder: Path, above: frozenset[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above:  # a symbolic link back to a folder that holds it
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if os.path.isdir(entry):
            yield from _inside(entry, above | {real})
        elif entry.suffix.lower() in ENDINGS and (os.path.exists(entry) or not os.path.islink(entry)):
            yield entry


def source_names(paths: Iterable[Path]) -> dict[Path, str]:
    """A short name for each file that no other file has: its stem, with as much of its folders or ending as it takes.

    >>> list(source_names([Path("a/x.txt"), Path("b/x.txt"), Path("b/y.txt"), Path("b/y.md")]).values())
    ['a/x', 'b/x', 'y.txt', 'y.md']
    """
    files = list(dict.fromkeys(paths))
    names = {file: file.stem for file in files}
    for depth in range(1, max((len(file.parts) for file in files), default=0) + 2):
        count = Counter(names.values())
        clashing = [file for file in files if count[names[file]] > 1]
        if not clashing:
            break
        # Files of one folder can differ only in their ending: 2020.txt, 2020.md.
        places = Counter((file.parent, file.stem) for file in clashing)
        for file in clashing:
            twins = places[file.parent, file.stem] > 1
            name = file.name if twins else file.stem
            lone = twins and len({f.parent for f in clashing if f.stem == file.stem}) == 1
            folders = file.parent.parts[-depth:] if not lone else ()
            names[file] = "/".join((*(part.strip("/\\") or part for part in folders), name))
    return names


def read_bytes(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file, as they were at one moment.

    Raises Unreadable when the file is empty, larger than max_bytes, no regular file, may not be read, or is written to
    while it is read, twice in a row.
    """
    for _ in range(2):
        data = _read_once(path, max_bytes)
        if data is not None:
            if not data:
                raise Unreadable(path, "it is empty", "Leave it out, or save the bulletin again.")
            return data
    raise Unreadable(path, "it changes while it is read", "Wait until it is written, then index again.")


def _read_once(path: Path, max_bytes: int) -> bytes | None:
    """None when the file changed meanwhile."""
    try:
        _require_regular(path, path.stat())
        # Without O_NONBLOCK, opening a pipe that took the file's place would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        before = os.fstat(handle)
        _require_regular(path, before)
        data = bytearray()
        if before.st_size <= max_bytes:
            # One byte past the size is enough to see that it grows.
            while len(data) <= before.st_size and (chunk := os.read(handle, _CHUNK_BYTES)):
                data += chunk
        if before.st_size > max_bytes:
            size, limit = before.st_size / 1e6, max_bytes / 1e6
            remedy = "Split it, or leave it out; a bulletin is a few pages."
            raise Unreadable(path, f"it has {size:,.1f} MB, more than the {limit:,.1f} MB allowed", remedy)
        after = os.fstat(handle)
        same = _state(before) == _state(after) == _state(path.stat()) and len(data) == after.st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(handle)
    return bytes(data) if same else None


def _state(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _require_regular(path: Path, status: os.stat_result) -> None:
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        if os.access(path, os.R_OK | os.X_OK):
            raise Unreadable(path, "it is a folder", "Name the folder to index what is in it.")
        raise Unreadable(path, "it is a folder that may not be listed", "Grant the right to read it.")
    kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    raise Unreadable(path, f"it is {kind}, not a file", "Leave it out.")


def _unreadable(path: Path, error: OSError) -> Unreadable:
    if error.errno in (errno.EACCES, errno.EPERM):
        return Unreadable(path, "permission is denied", "Grant the right to read it, or leave it out.")
    if error.errno == errno.ENOENT:
        return Unreadable(path, "it is no longer there", "Index again.")
    if error.errno == errno.ELOOP:
        return Unreadable(path, "it is a symbolic link to itself", "Leave it out.")
    return Unreadable(path, (error.strerror or str(error)).lower(), "Check the disk, or leave it out.")


def read_bulletin(path: Path, root: Path | None = None, *, source: str | None = None) -> Bulletin:
    """The bulletin in a file.

    source: its name, as `source_names` gives it; without one the file's stem, below `root` when that is given
    ("2020/notice"). Raises Unreadable, with the path, when there is no text in it.
    """
    if source is None:
        source = (path.relative_to(root) if root else Path(path.name)).with_suffix("").as_posix()
    return describe_bytes(read_bytes(path), path, source)


def bulletins_of(data: bytes, path: Path | str, source: str) -> Iterator[Bulletin | Unreadable]:
    """The bulletins in the bytes of a file or page, in their order: one in a text, many in an archive or a table.

    path: where the bytes were found, a file or an address. A part that cannot be read is given as the error that says
    why; the others are still given. A part's source is "SOURCE#PART".
    """
    try:
        yield describe_bytes(data, Path(path), source)
    except Unreadable as error:
        yield error


def describe_bytes(data: bytes, path: Path, source: str) -> Bulletin:
    """The bulletin in the bytes of the file at `path`. Raises Unreadable, with the path, when they hold no text."""
    from sources.describe import describe  # brings dictionaries of names and terms along

    try:
        decoded = decode(data)
    except Unreadable as error:
        raise error.at(path) from error
    repaired = repair(decoded.text)
    if not _LETTER.search(repaired.text):
        raise Unreadable(path, "there is no word in it", "Leave it out, or save the bulletin again.")
    return describe(raw=decoded.text, repaired=repaired, encoding=decoded.encoding, source=source, path=str(path))
