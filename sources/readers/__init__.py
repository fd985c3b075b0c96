"""One file for each kind of file a bulletin comes in; each meets one library, if any. `sources/files.py` is the door.

A reader takes bytes and gives a `Reading`, or the `Part`s of which the file consists. What the parsers of others do is
done in a child process (`worker.py`): the reader of a format that needs one is a function named there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sources.bulletin import Edit


class Told(NamedTuple):
    """What a file says of itself, and where: Told("2024-01-09", "meta name=pubdate")."""

    value: str
    by: str


def known(found: Mapping[str, Told]) -> dict[str, Told]:
    """Those that say something."""
    return {name: told for name, told in found.items() if told.value}


@dataclass(frozen=True)
class Reading:
    """What a file that holds one bulletin says.

    raw: as in `Bulletin`. edits: what is dropped or replaced in it to get from a file's text to a bulletin's: markup,
    page furniture, the line ends of a printed page. page_starts: where in raw each page after the first begins.
    told: "title", "published", "author", "url"… → what the file says of itself.
    """

    raw: str
    encoding: str
    format: str
    edits: tuple[Edit, ...] = ()
    page_starts: tuple[int, ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A file inside a file, or a row of a table.

    name: as a reader should know it, no two alike in one file. file: what its format is guessed from, such as
    "notice.html". problem: why there are no bytes, with the remedy; None when there are. charset: the encoding that a
    server or a mail names for it, "" when none does.
    """

    name: str
    file: str
    data: bytes
    told: Mapping[str, Told] = field(default_factory=dict)
    problem: tuple[str, str] | None = None
    charset: str = ""
