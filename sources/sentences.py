"""Where sentences end, in Chinese and in English. Pure: text in, spans out."""

from __future__ import annotations

import re

_CLOSERS = "”’」』）)】》\"'"
# Chinese full stops end a sentence wherever they stand; the half-width ; and the full-width ； do not.
_END = re.compile(
    rf"[。！？!?…]+[{_CLOSERS}]*"
    # A full stop ends one before white space or before a capital glued to it ("Shenzhen.And organized").
    rf"|(?<=[^\s.])\.[{_CLOSERS}]*(?=\s|$)"
    r"|(?<=[a-z)\"”’])\.(?=[A-Z\"“])"
    r"|\n+"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"])(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Vol|Art|Sec|vs|etc|e\.g|i\.e|cf|al|Co|Ltd|Inc|Corp|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sep|Sept|Oct|Nov|Dec|Gen|Gov|Sen|Rep|Lt|Col|Sgt|Capt|approx|[A-Z]|U\.S|U\.K|U\.N|a\.m|p\.m)\.$"
)
_LOWER_NEXT = re.compile(r"\s+[a-z,;]")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans of the sentences of text[start:end], trimmed of white space, in order; a line end always ends one.

    >>> text = "Liu Jun spoke.He agreed. 會議召開。“好！”他說。"
    >>> [text[a:b] for a, b in sentences(text)]
    ['Liu Jun spoke.', 'He agreed.', '會議召開。', '“好！”他說。']
    """
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    at = start
    for match in _END.finditer(text, start, end):
        stop = match.end()
        mark = match.group().rstrip("\n" + _CLOSERS)
        if mark.endswith(".") and "\n" not in match.group():
            if _ABBREVIATION.search(text[max(at, match.start() - 8) : match.start() + 1]):
                continue
            if _LOWER_NEXT.match(text, stop):
                continue
        # “好！”他說: a quotation that goes on is not the end of the sentence.
        if mark and stop < end and match.group()[-1] in "”」』" and "\u4e00" <= text[stop] <= "\u9fff":
            opened = text.rfind("“" if match.group()[-1] == "”" else "「", at, stop)
            if opened >= 0 and stop - opened < 20:
                continue
        _add(spans, text, at, stop)
        at = stop
    _add(spans, text, at, end)
    return spans


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))
