"""Where sentences end, in Chinese and in English. Pure: text in, spans out."""

from __future__ import annotations

import re
import unicodedata

_CLOSERS = "”’」』）)】》\"'"
# Chinese full stops end a sentence wherever they stand; the half-width ; and the full-width ； do not.
_END = re.compile(
    rf"[。！？…]+[{_CLOSERS}]*"
    # Half-width ones may stand in an address ("list?page=2").
    rf"|[!?]+[{_CLOSERS}]*(?=\s|$|[^\x00-\x7f]|[A-Z])"
    # A full stop ends one before white space or before a capital glued to it ("Shenzhen.And organized").
    rf"|(?<=[^\s.])\.[{_CLOSERS}]*(?=\s|$)"
    r"|(?<=[a-z)\"”’])\.(?=[A-Z\"“])"
    r"|\n+"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"])(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Vol|Art|Sec|vs|etc|e\.g|i\.e|cf|al|Co|Ltd|Inc|Corp|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sep|Sept|Oct|Nov|Dec|Gen|Gov|Sen|Rep|Lt|Col|Sgt|Capt|approx|[A-Z]|U\.S|U\.K|U\.N|a\.m|p\.m)\.$"
)
_LIST_NUMBER = re.compile(r"\s*[(\[]?\d{1,2}")
_LOWER_NEXT = re.compile(r"\s+[a-z,;]")
_LINE_STOP = re.compile(rf"[。！？…!?.；;：:][{_CLOSERS}]*$")
_NEW_ITEM = re.compile(r"\s*(?:[-*•·●#>|]|\d{1,2}[.)、]|[（(]?[一二三四五六七八九十]+[）)、是])")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans of the sentences of text[start:end], trimmed of white space, in order.

    A line end always ends one, but for those of `wrapped_lines`.

    >>> text = "Liu Jun spoke.He agreed. 會議召開。“好！”他說。"
    >>> [text[a:b] for a, b in sentences(text)]
    ['Liu Jun spoke.', 'He agreed.', '會議召開。', '“好！”他說。']
    """
    end = len(text) if end is None else end
    soft = wrapped_lines(text, start, end)
    spans: list[tuple[int, int]] = []
    at = start
    for match in _END.finditer(text, start, end):
        stop = match.end()
        ended = match.group()
        if ended[0] == "\n":
            if match.start() in soft:
                continue
            _add(spans, text, at, stop)
            at = stop
            continue
        mark = ended.rstrip(_CLOSERS)
        if mark.endswith("."):
            if _ABBREVIATION.search(text[max(at, match.start() - 8) : match.start() + 1]):
                continue
            if _LIST_NUMBER.fullmatch(text, at, match.start()):
                continue
        if mark.endswith((".", "…")) and _LOWER_NEXT.match(text, stop, end):
            continue
        # A straight quotation mark after the stop opens the next sentence when none is open in this one.
        if ended[-1] in "\"'" and text.count(ended[-1], at, stop) % 2 and stop < end and not text[stop].isspace():
            stop -= 1
        # “好！”他說: a quotation that goes on is not the end of the sentence.
        elif stop < end and ended[-1] in "”」』" and "\u4e00" <= text[stop] <= "\u9fff":
            opened = text.rfind({"”": "“", "」": "「", "』": "『"}[ended[-1]], at, stop)
            if opened >= 0 and stop - opened < 20:
                continue
        _add(spans, text, at, stop)
        at = stop
    _add(spans, text, at, end)
    return spans


def wrapped_lines(text: str, start: int = 0, end: int | None = None) -> frozenset[int]:
    r"""Positions of the line ends in text[start:end] that stand there only because a line was full.

    A line is full when the next line's first word would have made it the longest of its paragraph. Paragraphs of lines
    longer than 120 columns were not broken by width.

    >>> sorted(wrapped_lines("The office of the bureau said on Friday that\nit had agreed with the twelve firms on a\nplan.\n\nA\nB"))
    [44, 85]
    """
    end = len(text) if end is None else end
    soft: list[int] = []
    if "\n" not in text[start:end].strip():
        return frozenset()
    for group in re.finditer(r"(?:[^\n]*\S[^\n]*\n?)+", text[start:end]):
        lines = [m for m in re.finditer(r"[^\n]+", group.group())]
        widths = [columns(m.group().strip()) for m in lines]
        widest = max(widths)
        if len(lines) < 2 or not 40 <= widest <= 120:
            continue
        inner = []
        for line, following, width in zip(lines, lines[1:], widths, strict=False):
            stripped, after = line.group().rstrip(), following.group().lstrip()
            word = after[:1] if ord(after[0]) > 0x2E80 else re.split(r"\s", after, maxsplit=1)[0]
            full = width + 1 + columns(word) > widest
            lower = after[0].islower() and not _LINE_STOP.search(stripped)
            inner.append((line.end(), (full or lower) and not _NEW_ITEM.match(after), bool(_LINE_STOP.search(stripped))))
        # Every paragraph on one line each, some of them of like length: most end with a stop.
        if sum(1 for _, _, stopped in inner if stopped) * 2 <= len(inner) and all(w >= 0.6 * widest for w in widths[:-1]):
            soft += [start + group.start() + at for at, full, _ in inner if full]
    return frozenset(soft)


def columns(text: str) -> int:
    """Width in half-width columns: a Chinese character takes two, so that both scripts share one limit."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))
