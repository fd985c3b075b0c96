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
_ASKS = re.compile(r"[吗嗎呢么麼谁誰哪何几幾怎吧]|什|多少|是否|能否|[为為]啥|[还還]是|[难難]道")
_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\?(?=[\u3400-\u9fff，。、；：”』」》）,;:])")
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
        if lost_character(text, match.start()):
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


def lost_character(text: str, at: int) -> bool:
    """Whether the half-width question mark at a place seems to stand for a character that a conversion lost.

    >>> [lost_character(text, text.index("?")) for text in ("清空氣?新", "你去嗎?我去", "Why?")]
    [True, False, False]
    """
    return bool(_IN_CHINESE.match(text, at)) and not _ASKS.search(text, max(0, at - 40), at)


def wrapped_lines(text: str, start: int = 0, end: int | None = None) -> frozenset[int]:
    r"""Positions of the line ends in text[start:end] that stand there only because a line was full.

    A line is full when the next line's first word would have made it the longest of its paragraph; paragraphs with
    lines over 120 columns were not broken by width. An English line that goes on in lower case was broken too.

    >>> sorted(wrapped_lines("The office of the bureau said on Friday that\nit had agreed.\n\nA\nB"))
    [44]
    """
    end = len(text) if end is None else end
    soft: list[int] = []
    if "\n" not in text[start:end].strip():
        return frozenset()
    for group in re.finditer(r"(?:[^\n]*\S[^\n]*\n?)+", text[start:end]):
        lines = [m for m in re.finditer(r"[^\n]+", group.group())]
        if len(lines) < 2:
            continue
        widths = [columns(m.group().strip()) for m in lines]
        widest = max(widths)
        stopped = [bool(_LINE_STOP.search(m.group().rstrip())) for m in lines]
        # Paragraphs of one line each, some of them of like length: most end with a stop.
        broken = (
            40 <= widest <= 120 and sum(stopped[:-1]) * 2 < len(lines) and all(w >= 0.6 * widest for w in widths[:-1])
        )
        for i, following in enumerate(lines[1:]):
            after = following.group().lstrip()
            word = after[:1] if ord(after[0]) > 0x2E80 else re.split(r"\s", after, maxsplit=1)[0]
            full = broken and widths[i] + 1 + columns(word) > widest
            goes_on = widths[i] >= 40 and not stopped[i] and after[0].isascii() and after[0].islower()
            if (full or goes_on) and not _NEW_ITEM.match(after):
                soft.append(start + group.start() + lines[i].end())
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
