"""The dates and the languages that a request for bulletins names, as both its readers take them out of the text."""

from __future__ import annotations

import re
from datetime import date, timedelta

from sources.bulletin import Language
from sources.facts import facts

Range = tuple[str | None, str | None]
"""First and last day, ISO and partial, both included; None where the range is open."""


def _day_before(value: str) -> str:
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 1:
        return f"{parts[0] - 1:04}"
    if len(parts) == 2:
        return f"{parts[0]:04}-{parts[1] - 1:02}" if parts[1] > 1 else f"{parts[0] - 1:04}-12"
    return (date(*parts) - timedelta(days=1)).isoformat()


def _day_after(value: str) -> str:
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 1:
        return f"{parts[0] + 1:04}"
    if len(parts) == 2:
        return f"{parts[0]:04}-{parts[1] + 1:02}" if parts[1] < 12 else f"{parts[0] + 1:04}-01"
    return (date(*parts) + timedelta(days=1)).isoformat()


def dated(text: str) -> list[tuple[str, int, int]]:
    """Dates with a year, in order: (ISO, start, end); of those that overlap the longest."""
    found: list[tuple[str, int, int]] = []
    for fact in sorted(facts(text), key=lambda f: f.start - f.end):
        value = fact.token.removeprefix("date:")
        if value == fact.token or not re.fullmatch(r"\d{4}(?:-\d\d){0,2}", value):
            continue
        if not any(fact.start < end and start < fact.end for _, start, end in found):
            found.append((value, fact.start, fact.end))
    return sorted(found, key=lambda d: d[1])


_BEFORE = re.compile(r"(?i)(?:\b(?:before|until|till|up to|by|prior to|earlier than))\s+(?:the (?:year|end of) )?$")
_STRICTLY_BEFORE = re.compile(r"(?i)(?:before|prior to|earlier than)\s+(?:the year )?$")
_SINCE = re.compile(r"(?i)\b(?:since|from|starting(?: in| from)?|as of)\s+(?:the year )?$")
_AFTER = re.compile(r"(?i)\b(?:after|later than)\s+(?:the year )?$")
_IN = re.compile(r"(?i)\b(?:in|from|of|on|during|for|dated|between|within|throughout)\s+(?:the year )?$")
_ONWARDS = re.compile(r"(?i)\s*(?:onwards?|on\b|and later|or later|and after|to (?:date|now|today))")
_TO_EN = re.compile(r"(?i)\s*(?:and|to|until|till|through|-|–)\s*(?:the (?:year|end of) )?$")


def take_dates(text: str, chinese: bool) -> tuple[Range, str]:
    """The range of dates that a text names, and the text without it. Raises ValueError when they make no range."""
    found = dated(text)
    if not found:
        return (None, None), text
    if len(found) > 2:
        raise ValueError("more dates than a range has")
    value, start, end = found[0]
    before, after = text[:start], text[end:]
    if len(found) == 2:
        second, begin, stop = found[1]
        between, after = text[end:begin], text[stop:]
        joined = (
            re.fullmatch(r"\s*(?:年)?(?:到|至|和|与|與|-|—|~)\s*", between) if chinese else _TO_EN.fullmatch(between)
        )
        if not joined:
            raise ValueError("two dates, no range")
        before = re.sub(r"(?i)(?:between|from|in|从|從|在|自|介于|介於)\s*$", "", before)
        after = re.sub(r"^\s*(?:之间|之間|期间|期間|年间|年間)", "", after)
        return (min(value, second), max(value, second)), f"{before} {after}"
    if chinese:
        if cut := re.match(r"\s*(?P<too>及其?)?(?:以前|之前|前)", after):
            return (None, value if cut["too"] else _day_before(value)), before + after[cut.end() :]
        if cut := re.match(r"\s*(?P<too>及其?)?(?:以后|以後|之后|之後|后|後)", after):
            first = value if cut["too"] else _day_after(value)
            return (first, None), re.sub(r"[在自从從]$", "", before) + after[cut.end() :]
        if cut := re.match(r"\s*(?:以来|以來|至今|到现在|到現在|起|开始|開始)", after):
            return (value, None), re.sub(r"[在自从從]$", "", before) + after[cut.end() :]
        return (value, value), re.sub(r"[在于於]$", "", before) + re.sub(
            r"^\s*(?:年?(?:里|裡|内|內|中|间|間|度))", "", after
        )
    if cut := _STRICTLY_BEFORE.search(before):
        return (None, _day_before(value)), before[: cut.start()] + after
    if cut := _BEFORE.search(before):
        return (None, value), before[: cut.start()] + after
    if cut := _AFTER.search(before):
        return (_day_after(value), None), before[: cut.start()] + after
    onwards, cut = _ONWARDS.match(after), _SINCE.search(before)
    if onwards and cut:
        return (value, None), before[: cut.start()] + after[onwards.end() :]
    if cut and not cut[0].lower().startswith("from"):
        return (value, None), before[: cut.start()] + after
    if cut := _IN.search(before):
        return (value, value), before[: cut.start()] + after
    return (value, value), before + after


_ZH: tuple[Language, ...] = ("zh-Hans", "zh-Hant")
IN_ENGLISH = re.compile(
    r"(?i)\b(?:(?:are |were )?(?:written )?in )?(?P<script>simplified |traditional )?(?P<language>english|"
    r"chinese)\b(?: language)?"
)
IN_CHINESE = re.compile(
    r"(?:用|是)?(?P<language>英文|英语|中文|汉语|繁体(?:中文|字)?|简体(?:中文|字)?)(?:写|版|撰写)?的?"
)


def languages_named(match: re.Match[str]) -> tuple[Language, ...]:
    word = (match.groupdict().get("script") or "") + match["language"]
    low = word.lower()
    if low in ("english", "英文", "英语"):
        return ("en",)
    if low.startswith(("simplified", "简")):
        return ("zh-Hans",)
    if low.startswith(("traditional", "繁")):
        return ("zh-Hant",)
    return _ZH
