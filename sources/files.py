"""Finds the files that hold bulletins and reads them, whatever their format: a `Bulletin` for each that is in them."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from sources.bulletin import Bulletin, TextMap, apply_edits, compose
from sources.decode import decode
from sources.describe import describe
from sources.errors import Missing, NoBulletins, Unreadable
from sources.readers import Part, Reading, Told
from sources.readers.archive import Room, gunzip, kind_of, parts_of
from sources.readers.page import read_fragment
from sources.readers.table import rows_of
from sources.readers.worker import read_apart
from sources.repair import Repaired, repair

# Ending → format; what begins with the signature of another format is read as that.
_FORMATS = {
    ".txt": "text", ".text": "text", ".md": "text", ".markdown": "text",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html", ".fragment": "fragment",
    ".pdf": "pdf", ".docx": "docx", ".odt": "odt", ".rtf": "rtf",
    ".eml": "eml", ".mht": "eml", ".mhtml": "eml",
    ".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
    ".zip": "zip", ".gz": "gzip",
}  # fmt: skip
ENDINGS = tuple(ending for ending in _FORMATS if ending != ".fragment")
MAX_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 300_000_000  # of all archives in one file
# A thousand printed pages. Describing them takes 3 (English) to 7 seconds (Chinese), the worst made-up text 40.
MAX_CHARACTERS = 1_000_000
_MAX_DEPTH = 3  # archives in archives
_CHUNK_BYTES = 1 << 20
_SAVED_BESIDE = re.compile(r"(?:_files|\.files|_html)$")
_LETTER = re.compile(r"[^\W\d_]")


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The bulletins in the folders, however deep, in the order of their paths; each file once.

    In folders only files with one of ENDINGS that are not hidden count; a file that is named itself always does. The
    folder of pictures and scripts that a browser saves beside a page is passed over. A folder that may not be listed is
    given as if it were a file, so that reading it tells why. Raises Missing when a path does not exist and NoBulletins
    when there is nothing to read, both before the first file is given.
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
    pages = {entry.stem for entry in entries if entry.suffix.lower() in (".html", ".htm")}
    for entry in entries:
        if entry.name.startswith(".") or _SAVED_BESIDE.sub("", entry.name) in pages and os.path.isdir(entry):
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
    """The bulletin in a file that holds one.

    source: its name, as `source_names` gives it; without one the file's stem, below `root` when that is given
    ("2020/notice"). Raises Unreadable, with the path, when there is no text in it, or more than one bulletin.
    """
    if source is None:
        source = (path.relative_to(root) if root else Path(path.name)).with_suffix("").as_posix()
    return describe_bytes(read_bytes(path), path, source)


def describe_bytes(data: bytes, path: Path, source: str) -> Bulletin:
    """The bulletin in the bytes of a file that holds one. Raises Unreadable, with the path."""
    found = bulletins_of(data, path, source)
    first = next(found)
    if isinstance(first, Unreadable):
        raise first
    if next(found, None) is not None:
        raise Unreadable(path, "it holds more than one bulletin", "Index it: every bulletin in it is read then.")
    return first


def bulletins_of(
    data: bytes, path: Path | str, source: str, *, text_column: str | None = None, charset: str = ""
) -> Iterator[Bulletin | Unreadable]:
    """The bulletins in the bytes of a file or page, in their order: one in a text, many in an archive or a table.

    path: where the bytes were found, a file or an address. A part that cannot be read is given as the error that says
    why, its path "PATH#PART"; the others are still given. A part's source is "SOURCE#PART": the name of the file inside
    or the row's id or number. text_column: the column of a table that holds the texts; None to know it by its name.
    charset: the encoding that a server names for it, a hint.
    At least one is given, and nothing is raised, whatever the bytes are.
    """
    file = urlsplit(str(path)).path if "://" in str(path) else str(path)
    whole = Part("", file, data, charset=charset)
    yield from _bulletins(whole, str(path), source, text_column, 0, Room(MAX_UNPACKED_BYTES))


def _bulletins(
    part: Part, path: str, source: str, text_column: str | None, depth: int, room: Room
) -> Iterator[Bulletin | Unreadable]:
    try:
        if part.problem:
            raise Unreadable(path, *part.problem)
        kind = format_of(part.data, part.file, page="://" in path)
        if kind == "gzip":
            unpacked = Part("", part.file.removesuffix(".gz"), gunzip(part.data, MAX_BYTES, room), part.told)
            _require_shallow(depth)
            yield from _bulletins(unpacked, path, source, text_column, depth + 1, room)
            return
        inside: Iterable[Part]
        if kind == "zip":
            _require_shallow(depth)
            reading, inside = None, parts_of(part.data, ENDINGS, MAX_BYTES, room)
        elif kind in ("csv", "tsv", "json", "jsonl"):
            reading, inside = None, rows_of(part.data, kind, text_column, part.charset)
        else:
            reading, inside = _read(kind, part.data, part.charset)
        if reading:
            yield _described(reading, part.told, path, source)
        for piece in inside:
            # A mail gives all its attachments, whether a bulletin can be in them or not; pictures are no news.
            if kind == "eml" and not piece.file.lower().endswith(ENDINGS):
                continue
            if kind == "eml":
                _require_shallow(depth)
            yield from _bulletins(piece, f"{path}#{piece.name}", f"{source}#{piece.name}", text_column, depth + 1, room)
    except Unreadable as error:
        yield error.at(path)


def _require_shallow(depth: int) -> None:
    if depth >= _MAX_DEPTH:
        raise Unreadable("", "it is an archive in an archive, too deep", "Unpack it and name the folder.")


_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_MARKUP = re.compile(
    rb"\s*<(?:!--|meta|title|script|style|div|p|table|h[1-6]|span|link|center|article|section)\b", re.I
)
_NAMED = {
    "pdf": "a PDF document",
    "docx": "a Word document",
    "odt": "an OpenDocument text",
    "zip": "a ZIP archive",
    "gzip": "a gzip file",
}


def format_of(data: bytes, file: str, *, page: bool = False) -> str:
    """What the bytes are: by their beginning, then by the ending of the file's name; "text" when neither tells.

    page: they come from an address, where names have no endings. Raises Unreadable for formats that are not read.
    """
    told = _FORMATS.get(PurePosixPath(file.lower()).suffix, "text")
    if data.startswith(b"%PDF-") or told == "pdf" and b"%PDF-" in data[:1024]:
        return "pdf"
    if (
        data.startswith(b"PK\x03\x04")
        or data.startswith(b"PK\x05\x06")
        or told in ("zip", "docx", "odt")
        and b"PK\x03\x04" in data[:4096]
    ):
        kind = kind_of(data)
        if " " in kind:
            raise Unreadable("", f"it is {kind}", "Save it as plain text, CSV or PDF.")
        return kind
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"\x1f\x8b"):
        return "gzip"
    if told != "html" and (_HTML.match(data) or page and told == "text" and _MARKUP.match(data)):
        return "html"
    if told in _NAMED:
        decode(data)  # names what it is when it has the signature of something else
        raise Unreadable("", f"it is not {_NAMED[told]}, though its name says so", "Fetch it again, or leave it out.")
    return "text" if told == "rtf" else told


def _read(kind: str, data: bytes, charset: str) -> tuple[Reading | None, Iterable[Part]]:
    if kind == "text":
        decoded = decode(data, charset)
        return Reading(decoded.text, decoded.encoding, "text"), ()
    if kind == "fragment":
        return read_fragment(data), ()
    return read_apart(kind, data, charset)


def _line(value: str) -> str:
    """Without control characters: what a file says of itself is shown as it is."""
    return "".join(c if c.isprintable() else " " for c in value).strip()


def _described(reading: Reading, told: Mapping[str, Told], path: str, source: str) -> Bulletin:
    text, map_ = apply_edits(reading.raw, reading.edits) if reading.edits else (reading.raw, TextMap())
    if len(text) > MAX_CHARACTERS:
        reason = f"it has {len(text):,} characters, more than the {MAX_CHARACTERS:,} allowed"
        raise Unreadable("", reason, "Split it, or leave it out; a bulletin is a few pages.")
    repaired = repair(text)
    if not _LETTER.search(repaired.text):
        raise Unreadable("", "there is no word in it", "Leave it out, or save the bulletin again.")
    if map_.edits:
        edits = compose(reading.raw, map_.edits, repaired.map.edits)
        counts = Counter(repaired.counts) + Counter(edit.kind for edit in map_.edits)
        repaired = Repaired(repaired.text, TextMap(edits), dict(sorted(counts.items())), repaired.suspicious)
    says = {name: said for name, said in {**reading.told, **told}.items() if _line(said.value)}
    return describe(
        raw=reading.raw,
        repaired=repaired,
        encoding=reading.encoding,
        source=source,
        path=path,
        format=reading.format,
        pages=tuple(repaired.map.clean_position(start) for start in reading.page_starts),
        told={name: _line(said.value) for name, said in says.items()},
        told_by={name: _line(said.by) for name, said in says.items()},
    )
