"""A bulletin's text as HTML: cited spans marked in their place, and what repair changed to be seen."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from sources.bulletin import Edit

from .render import escape
from .words import REPAIRS, Words

# A bulletin up to this long is shown whole; of a longer one, this much around each cited span.
WHOLE_CHARS = 30_000
AROUND_CHARS = 2_000
MARKUP = ("markup", "furniture")  # kinds of edits that take out what is no text of the bulletin

Mark = tuple[int, int, int]  # start, end, citation number


def marked_html(text: str, marks: Sequence[Mark], words: Words, edits: Sequence[Edit] = ()) -> str:
    """The text with <mark> around cited spans, and with the places that repair changed. Marks may overlap.

    A mark carries the numbers of all citations that it belongs to: data-n="1 3".
    """
    marks = [(max(0, start), min(end, len(text)), number) for start, end, number in marks]
    parts, at = [], 0
    for begin, end in stretches(len(text), marks):
        parts += [_gap(begin - at, words), _stretch_html(text, begin, end, marks, edits, words)]
        at = end
    return "".join(parts) + _gap(len(text) - at, words)


def stretches(length: int, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """The parts of a text of that length that are shown: all of a short one, of a long one what surrounds the marks.

    Of a long one without marks, its beginning.
    """
    if length <= WHOLE_CHARS:
        return [(0, length)]
    if not marks:
        return [(0, WHOLE_CHARS)]
    found: list[tuple[int, int]] = []
    for start, end, _ in sorted(marks):
        begin, stop = max(0, start - AROUND_CHARS), min(length, end + AROUND_CHARS)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((begin, stop))
    return found


def repair_name(kind: str, words: Words) -> str:
    return REPAIRS.get(kind, {}).get(words.code, kind)


def _gap(chars: int, words: Words) -> str:
    return f'<span class="gap">⋯ {words.left_out.format(f"{chars:,}")} ⋯</span>' if chars else ""


def _stretch_html(text: str, begin: int, stop: int, marks: Sequence[Mark], edits: Sequence[Edit], words: Words) -> str:
    inside = [edit for edit in edits if edit.raw_start < edit.raw_end and begin <= edit.raw_start < stop]
    starts = [edit.raw_start for edit in inside]
    bounds = {begin, stop}
    bounds.update(bound for edit in inside for bound in (edit.raw_start, min(edit.raw_end, stop)))
    bounds.update(bound for start, end, _ in marks for bound in (start, end) if begin < bound < stop)
    ordered = sorted(bounds)
    parts = []
    for start, end in zip(ordered, ordered[1:], strict=False):
        piece = escape(text[start:end])
        i = bisect.bisect_right(starts, start) - 1
        if i >= 0 and start < inside[i].raw_end and inside[i].kind in MARKUP:
            # A page's markup and furniture were never meant to be read; where they stood, so does what they stand for.
            piece = escape(inside[i].text) if start == inside[i].raw_start else ""
        elif i >= 0 and start < inside[i].raw_end:
            piece = f'<span class="edit" title="{escape(_edit_words(inside[i], words))}">{piece}</span>'
        numbers = sorted(number for first, last, number in marks if first <= start and end <= last)
        if numbers:
            begun = [number for first, _, number in marks if first == start]
            signs = "".join(f"<sup>{number}</sup>" for number in sorted(begun))
            piece = f'<mark data-n="{" ".join(map(str, numbers))}">{signs}{piece}</mark>'
        parts.append(piece)
    return "".join(parts)


def _edit_words(edit: Edit, words: Words) -> str:
    name = repair_name(edit.kind, words)
    return f"{name} → {edit.text}" if edit.text else name
