"""The nouns of this room: a `Bulletin` and the small things it is made of.

All offsets called `start`/`end` count characters of the clean text, half-open, unless a name says `raw`.
Dates are ISO 8601 strings and may be partial: "2024", "2024-01", "2024-01-09", or "--01-09" when the year is not told.
A quarter or half-year is an interval of months: "2024-01/2024-03".
"""

from __future__ import annotations

import bisect
import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Language = Literal["en", "zh-Hans", "zh-Hant"]


class Edit(NamedTuple):
    """One repair: raw characters [raw_start, raw_end) are read as `text`; "" when they are dropped.

    A tuple, since a megabyte may need 50,000 of them and a dataclass takes several times as long to make.
    """

    raw_start: int
    raw_end: int
    text: str
    kind: str


_RAW_START, _RAW_END = operator.itemgetter(0), operator.itemgetter(1)


def _shifts(edits: Iterable[Edit]) -> Iterator[int]:
    """For each edit, and behind the last: its position once those before it are made, less its position before."""
    return itertools.accumulate([len(text) - end + start for start, end, text, _ in edits], initial=0)


@dataclass(frozen=True)
class TextMap:
    """Where every clean character stands in the raw text.

    edits: in raw order, not overlapping. Characters outside the edits are the same in both texts.

    >>> clean, where = apply_edits("行業(yè)綠色", [Edit(2, 6, "", "pinyin")])
    >>> clean, where.raw_span(1, 3)
    ('行業綠色', (1, 7))
    """

    edits: tuple[Edit, ...] = ()
    _clean_starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # map stops at the shorter: behind the last edit nothing starts.
        object.__setattr__(
            self, "_clean_starts", tuple(map(operator.add, map(_RAW_START, self.edits), _shifts(self.edits)))
        )

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw characters that clean [start, end) was read from; damage inside it included, damage around it not."""
        if end <= start:
            at = self._raw_char(start)[0]
            return at, at
        return self._raw_char(start)[0], self._raw_char(end - 1)[1]

    def clean_span(self, raw_start: int, raw_end: int) -> tuple[int, int]:
        """The clean characters that were read from raw [raw_start, raw_end); of a repair cut in two, all of it.

        The way back from `raw_span`.
        """
        start, shift = raw_start, 0
        for edit in self.edits:
            if edit.raw_end > raw_start:
                start = min(start, edit.raw_start)
                break
            shift += len(edit.text) - (edit.raw_end - edit.raw_start)
        start += shift
        end, shift = raw_end, 0
        for edit in self.edits:
            if edit.raw_start >= raw_end:
                break
            shift += len(edit.text) - (edit.raw_end - edit.raw_start)
            end = max(end, edit.raw_end)
        return start, max(start, end + shift)

    def clean_position(self, raw: int) -> int:
        """Where the clean text goes on at a raw position: how many clean characters were read from what is before it.

        Inside what was replaced: the beginning of what replaces it.
        """
        i = bisect.bisect_right(self.edits, raw, key=lambda e: e.raw_start) - 1
        if i < 0:
            return raw
        edit = self.edits[i]
        return self._clean_starts[i] + (len(edit.text) + raw - edit.raw_end if raw >= edit.raw_end else 0)

    def _raw_char(self, position: int) -> tuple[int, int]:
        # The last edit that begins at or before the position and whose replacement may hold it. Of several edits that
        # begin at one clean position all but the last were deletions, so bisect_right lands on the right one.
        i = bisect.bisect_right(self._clean_starts, position) - 1
        if i < 0:
            return position, position + 1
        edit, inside = self.edits[i], position - self._clean_starts[i]
        if inside < len(edit.text):
            return edit.raw_start, edit.raw_end
        raw = edit.raw_end + inside - len(edit.text)
        return raw, raw + 1


def apply_edits(raw: str, edits: Iterable[Edit]) -> tuple[str, TextMap]:
    """The clean text and its map. Raises ValueError when edits overlap or leave the text."""
    ordered = tuple(sorted(edits, key=lambda e: (e.raw_start, e.raw_end)))
    parts, at = [], 0
    for edit in ordered:
        if edit.raw_start < at or edit.raw_end > len(raw):
            raise ValueError(f"edit {edit} overlaps an earlier one or ends after the text ({len(raw)} characters)")
        parts += [raw[at : edit.raw_start], edit.text]
        at = edit.raw_end
    parts.append(raw[at:])
    return "".join(parts), TextMap(ordered)


def replaced(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made, which are in order and do not overlap."""
    parts: list[str] = []
    at = 0
    for start, end, put_in, _ in edits:
        parts.append(text[at:start])
        if put_in:
            parts.append(put_in)
        at = end
    parts.append(text[at:])
    return "".join(parts)


def compose(raw: str, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits of raw that do what `first` and then `second`, made on the text after `first`, do.

    Both in order and without overlaps. Few of either touch, so that what lies between is copied whole.
    """
    if not first or not second:
        return tuple(first or second)
    shifts = list(_shifts(first))
    # Where each edit of `first` ends in the middle text.
    ends = list(map(operator.add, map(_RAW_END, first), shifts[1:]))
    out: list[Edit] = []
    i = k = 0
    while k < len(second):
        edit = second[k]
        # A deletion in the middle text has no width: one where this edit begins or ends is an edit of its own.
        j = bisect.bisect_right(ends, edit.raw_start, lo=i)
        out += first[i:j]
        i, k = j, k + 1
        if j == len(first) or first[j].raw_start + shifts[j] >= edit.raw_end:
            out.append(_moved(edit, -shifts[j]) if shifts[j] else edit)
            continue
        low, high, changes = min(first[j].raw_start + shifts[j], edit.raw_start), edit.raw_end, [edit]
        while True:
            if i < len(first) and first[i].raw_start + shifts[i] < high:
                high, i = max(high, ends[i]), i + 1
            elif k < len(second) and second[k].raw_start < high:
                high, k = max(high, second[k].raw_end), k + 1
                changes.append(second[k - 1])
            else:
                break
        start, end = low - shifts[j], high - shifts[i]
        middle = replaced(raw[start:end], [_moved(e, -start) for e in first[j:i]])
        text = replaced(middle, [_moved(e, -low) for e in changes])
        within = ((e.raw_start + shift, e) for e, shift in zip(first[j:i], shifts[j:i], strict=True))
        places = sorted([*within, *((e.raw_start, e) for e in changes)], key=_place)
        kinds = (kind for _, e in places for kind in e.kind.split("+"))
        out += _trimmed(raw, Edit(start, end, text, "+".join(dict.fromkeys(kinds))))
    return (*out, *first[i:])


def _place(pair: tuple[int, Edit]) -> int:
    return pair[0]


def _moved(edit: Edit, by: int) -> Edit:
    return Edit(edit.raw_start + by, edit.raw_end + by, edit.text, edit.kind)


def _trimmed(raw: str, edit: Edit) -> list[Edit]:
    """The edit without the characters at its ends that it does not change; nothing when it changes nothing."""
    start, end, text = edit.raw_start, edit.raw_end, edit.text
    while start < end and text and raw[end - 1] == text[-1]:
        end, text = end - 1, text[:-1]
    while start < end and text and raw[start] == text[0]:
        start, text = start + 1, text[1:]
    return [Edit(start, end, text, edit.kind)] if start < end else []


def is_of_year(year: str, title: str, dates: Iterable[str]) -> bool:
    """Whether a bulletin is from the year or reports an event of it; mentioning it in passing does not count.

    dates: when it was published and when its events were, ISO.
    """
    return year in title or any(date.startswith(year) for date in dates)


@dataclass(frozen=True)
class Fact:
    """A language-neutral token and the words it was read from: `Fact("num:250000", 31, 36)` for 25萬人次."""

    token: str
    start: int
    end: int


@dataclass(frozen=True)
class TextDate:
    """A date that the bulletin tells, and what it is the date of."""

    value: str
    role: Literal["published", "event", "period"]
    start: int
    end: int


@dataclass(frozen=True)
class Contradiction:
    """Two places of one bulletin that cannot both be right. kind: "published-before-event", "two-published-dates", …"""

    kind: str
    values: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Block:
    """A stretch of the bulletin with one job; blocks are in reading order and do not overlap.

    kind "meta" is a date line, source line or column label; "caption" words of a picture or its credit.
    """

    kind: Literal["title", "meta", "heading", "paragraph", "caption"]
    start: int
    end: int


@dataclass(frozen=True)
class Item:
    """One member of an enumeration: [start, end) in full, [start, head_end) the part that names it.

    For "一是堅持統籌謀劃,加強系統治理。要處理好…" the head ends after the first sentence; for a heading followed
    by its paragraph the head is the heading.
    """

    start: int
    end: int
    head_end: int


@dataclass(frozen=True)
class Enumeration:
    """A list that the text makes: 一是…二是…, First…Second…, numbered lines, or headings in a row.

    lead: span of the sentence that announces it ("the meeting deployed five key tasks"), None when nothing does.
    announced: the count that the lead names (五個方面 → 5), None when it names none.
    """

    kind: Literal["ordinal", "numbered", "headings"]
    items: tuple[Item, ...]
    lead: tuple[int, int] | None = None
    announced: int | None = None


@dataclass(frozen=True)
class Person:
    """A person whom the bulletin names with a post, as in `Person("劉君", "國家郵政局黨組成員", 12, 14)`.

    The span is the name's.
    """

    name: str
    post: str
    start: int
    end: int


@dataclass(frozen=True)
class Bulletin:
    """One document as published.

    id: hex digest of the raw text and the source: the same file read twice has the same id.
    source: file stem, or the URL. raw: the file decoded as text, line ends as in the file, no byte-order mark.
    repairs: how often each kind of repair was made. published: None when the page names no date.
    format: what it was read from, "text", "html", "pdf"…; the raw text of a format that is no text itself (PDF, DOCX)
    is the text that it holds. pages: where in the clean text each page after the first begins; () without pages.
    told: what the file says of itself beside its text ("url", "author"…), told_by: where in the file ("meta
    name=author", "column date"). evidence: where a described value was read: "title", "issuer", "column", "published",
    "document_number" → span. origins: where a described value comes from that was not read in the text, as in told_by.
    """

    id: str
    source: str
    path: str
    raw: str
    text: str
    map: TextMap
    encoding: str
    repairs: Mapping[str, int]
    language: Language
    title: str
    issuer: str | None
    column: str | None
    published: str | None
    dates: tuple[TextDate, ...]
    contradictions: tuple[Contradiction, ...]
    blocks: tuple[Block, ...]
    enumerations: tuple[Enumeration, ...]
    facts: tuple[Fact, ...]
    format: str = "text"
    pages: tuple[int, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    told_by: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    document_number: str | None = None
    people: tuple[Person, ...] = ()
    programmes: tuple[tuple[int, int], ...] = ()

    def page_of(self, position: int) -> int | None:
        """The number of the page that a clean character stands on, the first being 1; None without pages."""
        return bisect.bisect_right(self.pages, position) + 1 if self.pages else None

    @property
    def events(self) -> tuple[str, ...]:
        """Dates of what the bulletin reports, most likely first."""
        return tuple(dict.fromkeys(d.value for d in self.dates if d.role == "event"))
