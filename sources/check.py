"""What was done to each bulletin of a folder while it was read, and what still looks wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sources.bulletin import Bulletin, Language
from sources.decode import decode
from sources.errors import Unreadable
from sources.files import bulletins_of, find_files, read_bytes, source_names
from sources.repair import suspicious

_AROUND = 12  # characters shown on either side of a doubtful place


@dataclass(frozen=True)
class Doubt:
    """A place of the repaired text that a reader should look at. line: of the raw text, the first being 1."""

    line: int
    excerpt: str
    reason: str


@dataclass(frozen=True)
class Value:
    """What a bulletin is described by, and where that was read: "line 3" of the raw text, or "meta name=pubdate".

    name: "title", "issuer", "column", "document number", "published", "event", "period", "person", "programme", or what
    the file says of itself: "url", "author", "created"…
    """

    name: str
    value: str
    where: str


@dataclass(frozen=True)
class Checked:
    """How one bulletin was read.

    contradictions: kind and values of each, "weekday: 2024-01-09, 星期三".
    sure: of the encoding, in [0, 1]; None for a part of a file and for formats that name their encoding.
    """

    path: str
    source: str
    format: str
    encoding: str
    sure: float | None
    language: Language
    characters: int
    repairs: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    values: tuple[Value, ...] = ()
    contradictions: tuple[str, ...] = ()


def check_files(paths: Sequence[Path]) -> Iterator[Checked | Unreadable]:
    """Every bulletin in the folders and files, in the order of their paths, or the error that says why it has none.

    Raises Missing and NoBulletins like `find_files`, before the first is given.
    """
    files = list(find_files(paths))
    names = source_names(files)
    return (one for file in files for one in _check(file, names[file]))


def _check(file: Path, name: str) -> Iterator[Checked | Unreadable]:
    try:
        data = read_bytes(file)
    except Unreadable as error:
        yield error
        return
    for found in bulletins_of(data, file, name):
        yield found if isinstance(found, Unreadable) else _checked(found, data)


def _checked(bulletin: Bulletin, data: bytes) -> Checked:
    return Checked(
        path=bulletin.path,
        source=bulletin.source,
        format=bulletin.format,
        encoding=bulletin.encoding,
        sure=_sure(bulletin, data),
        language=bulletin.language,
        characters=len(bulletin.text),
        repairs=bulletin.repairs,
        doubts=tuple(_doubts(bulletin)),
        values=tuple(_values(bulletin)),
        contradictions=tuple(f"{c.kind}: {', '.join(c.values)}" for c in bulletin.contradictions),
    )


def _sure(bulletin: Bulletin, data: bytes) -> float | None:
    if bulletin.format != "text" or "#" in bulletin.source:
        return None
    try:
        return decode(data).score
    except Unreadable:  # the text was packed in these bytes
        return None


_DESCRIBED = ("title", "issuer", "column", "document_number", "published")


def _values(bulletin: Bulletin) -> Iterator[Value]:
    def line(start: int, end: int) -> str:
        return f"line {bulletin.raw.count(chr(10), 0, bulletin.map.raw_span(start, end)[0]) + 1}"

    for name in _DESCRIBED:
        value = getattr(bulletin, name)
        if value:
            places = [line(*bulletin.evidence[name])] if name in bulletin.evidence else []
            places += [bulletin.origins[name]] if name in bulletin.origins else []
            yield Value(name.replace("_", " "), value, " and ".join(places))
    for date in bulletin.dates:
        if date.role != "published":
            yield Value(date.role, date.value, line(date.start, date.end))
    for person in bulletin.people:
        yield Value("person", f"{person.name}, {person.post}", line(person.start, person.end))
    for start, end in bulletin.programmes:
        yield Value("programme", bulletin.text[start:end], line(start, end))
    for name, told in bulletin.told.items():
        if name not in _DESCRIBED:
            yield Value(name, told, bulletin.told_by.get(name, ""))


def _doubts(bulletin: Bulletin) -> Iterator[Doubt]:
    line, at = 1, 0
    for start, end, reason in suspicious(bulletin.text, bulletin.map.edits):
        raw_start = bulletin.map.raw_span(start, end)[0]
        line, at = line + bulletin.raw.count("\n", at, raw_start), max(at, raw_start)
        low, high = max(0, start - _AROUND), min(len(bulletin.text), end + _AROUND)
        yield Doubt(line, " ".join(bulletin.text[low:high].split()), reason)
