"""What belongs to a collection: folders and files here, and lists of pages on the web (feeds, sitemaps, addresses)."""

from __future__ import annotations

import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

from sources.decode import decode
from sources.errors import Missing, NoBulletins, Unreadable
from sources.fetch import Limits, checked, is_address
from sources.readers.entities import written_out

Kind = Literal["feed", "sitemap", "sitemaps"]
_MAX_LIST_BYTES = 50_000_000  # what the sitemap protocol allows a sitemap, unpacked
_HEAD_CHARS = 4_000
_ROOT = re.compile(r"<(?!\?|!)(?:\w+:)?(\w+)[\s>/]")
_KINDS: dict[str, Kind] = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemaps",
}


@dataclass(frozen=True)
class Collection:
    """What an index is to hold.

    addresses: of pages, or files with one address a line. text_column: the column of tables that holds the text of a
    bulletin, None to find it by its heading.
    """

    folders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    text_column: str | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def paths(self) -> tuple[Path, ...]:
        return (*self.folders, *self.files)

    @property
    def remote(self) -> bool:
        """Whether anything is to be fetched."""
        return bool(self.feeds or self.sitemaps or self.addresses)


@dataclass(frozen=True)
class Found:
    """The files of a collection, in order, each once. failed: folders and files that are not there or cannot be listed;
    what was read from them earlier is not known to be gone.
    """

    files: tuple[Path, ...]
    failed: tuple[Unreadable, ...]


@dataclass(frozen=True)
class Listed:
    """A page that a list tells of. changed: when it last changed, None when the list does not tell."""

    address: str
    changed: datetime | None = None


@dataclass(frozen=True)
class PageList:
    """A feed or sitemap. kind "sitemaps": its entries are sitemaps themselves."""

    kind: Kind
    entries: tuple[Listed, ...]


def named(names: Iterable[str | Path], limits: Limits | None = None, text_column: str | None = None) -> Collection:
    """The collection that a command line names: folders, files and addresses of pages, feeds or sitemaps."""
    addresses = [str(name) for name in names if is_address(str(name))]
    paths = [Path(name) for name in names if not is_address(str(name))]
    return Collection(
        folders=tuple(path for path in paths if path.is_dir()),
        files=tuple(path for path in paths if not path.is_dir()),
        addresses=tuple(dict.fromkeys(addresses)),
        limits=limits or Limits(),
        text_column=text_column,
    )


def find(paths: Sequence[Path]) -> Found:
    """All files in folders and files that are named, as far as they are there and can be listed."""
    from sources.files import find_files  # here and below: settings are read long before a file is

    files: dict[str, Path] = {}
    failed = []
    for root in paths:
        try:
            for path in find_files([root]):
                if os.path.isdir(path):  # given like a file when it may not be listed
                    failed.append(_why(path))
                else:
                    files.setdefault(os.path.realpath(path), path)
        except Missing as problem:
            failed.append(Unreadable(root, "it is not there", problem.remedy))
        except NoBulletins as problem:
            failed.append(Unreadable(root, "there is nothing to read in it", problem.remedy))
    return Found(tuple(files.values()), tuple(failed))


def _why(folder: Path) -> Unreadable:
    from sources.files import read_bytes

    try:
        read_bytes(folder)
    except Unreadable as problem:
        return problem
    return Unreadable(folder, "it cannot be listed", "Index again.")


def addresses_in(path: Path) -> tuple[Listed, ...]:
    """The addresses in a file, one a line; lines that begin with "#" are remarks.

    Raises Unreadable when it cannot be read, names no address, or a line is none that can be fetched.
    """
    from sources.files import read_bytes

    found: dict[str, Listed] = {}
    data = read_bytes(path)
    try:
        lines = decode(data).text.splitlines()
    except Unreadable as problem:
        raise problem.at(path) from problem
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            if not is_address(text):
                raise Unreadable(path, f"line {number} is no address", "Put one address on each line.")
            try:
                address = str(checked(text))
            except Unreadable as problem:
                raise Unreadable(path, f"line {number}: {problem.reason}", "Leave the line out.") from problem
            found.setdefault(address, Listed(address))
    if not found:
        raise Unreadable(path, "there is no address in it", "Put one address on each line.")
    return tuple(found.values())


# ---------------------------------------------------------------- feeds and sitemaps


def read_list(data: bytes, address: str) -> PageList | None:
    """The feed or sitemap in the bytes of a page, None when it is neither.

    Raises Unreadable, with the address, when it begins as one and cannot be read.
    """
    if data[:2] == b"\x1f\x8b":  # sitemaps are often stored packed
        data = _unpacked(data, address)
    head = data[:_HEAD_CHARS].replace(b"\0", b"").decode("utf-8", "replace")
    root = _ROOT.search(re.sub(r"<!--.*?-->", "", head, flags=re.DOTALL))
    kind = _KINDS.get(root[1].lower()) if root else None
    if kind is None:
        return None
    entries = _feed(data, address) if kind == "feed" else _sitemap(data, address)
    unique: dict[str, Listed] = {}
    for entry in entries:
        unique.setdefault(entry.address, entry)
    return PageList(kind, tuple(unique.values()))


def _unpacked(data: bytes, address: str) -> bytes:
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(data, _MAX_LIST_BYTES + 1)
    except zlib.error as problem:
        raise Unreadable(address, "what came is damaged") from problem
    if len(found) > _MAX_LIST_BYTES:
        raise Unreadable(address, f"it has more than {_MAX_LIST_BYTES / 1e6:.0f} MB, unpacked", "Leave it out.")
    return found


def _feed(data: bytes, address: str) -> Iterator[Listed]:
    import feedparser

    data = _plain(data, address)
    # As a stream: feedparser takes plain bytes for the name of a file first.
    parsed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": address}, sanitize_html=False)
    links = [link for entry in parsed.entries if (link := _clean(str(entry.get("link") or "")))]
    if parsed.bozo and not links:
        raise Unreadable(address, f"it is no well-formed feed ({type(parsed.bozo_exception).__name__})")
    yield from map(Listed, links)


def _plain(data: bytes, address: str) -> bytes:
    """The list with the entities that it declares written out: few need any, and ten small ones make a gigabyte."""
    try:
        return written_out(data)
    except Unreadable as problem:
        raise problem.at(address) from problem


def _sitemap(data: bytes, address: str) -> Iterator[Listed]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Any = fromstring(_plain(data, address))
    except (ParseError, DefusedXmlException, LookupError, ValueError) as problem:
        raise Unreadable(address, f"it is no well-formed sitemap ({type(problem).__name__})") from problem
    for entry in root:
        told = {part.tag.rpartition("}")[2]: (part.text or "").strip() for part in entry if isinstance(part.tag, str)}
        if link := _clean(told.get("loc", "")):
            yield Listed(link, _moment(told.get("lastmod", "")))


def _clean(address: str) -> str:
    """The address in one form, "" when it is none."""
    try:
        return str(checked(address)) if is_address(address) else ""
    except Unreadable:
        return ""


def _moment(text: str) -> datetime | None:
    """The latest moment that a W3C date may mean; of a mere day its end, wherever on earth."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= 10:
        return datetime.combine(when.date(), time.max, UTC) + timedelta(hours=12)
    return when if when.tzinfo else when.replace(tzinfo=UTC) + timedelta(hours=12)
