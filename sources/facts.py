"""Facts of a text as language-neutral tokens with their spans: the same tokens from Chinese (both scripts) and English.

`facts` is the one entry. Dates are read in dates.py, numbers in numbers.py, personal names in names.py, known terms,
places and organisations in terms.py; quoted names here.

    date:2020-02-28   num:250000   pct:70   cny:1200000   ord:9   code:4a   name:liu-jun   place:hubei   org:china-post
    term:liangjin-yichu   quote:两进一出   prog:2-1 (the numerals of a quoted name: “两进一出”, "two-in, one-out")
"""

from __future__ import annotations

import re
from fractions import Fraction

from sources.bulletin import Fact
from sources.dates import implied_dates, read_dates
from sources.fold import fold
from sources.names import read_names
from sources.numbers import numerals, read_numbers
from sources.terms import read_terms

_ADDRESS = re.compile(r"(?:https?://|www\.)[\x21-\x7e]+|[\w.+-]+@[\w-]+\.[\w.]+", re.ASCII)
_QUOTED = re.compile(
    r"“([^“”\n]{1,90})”|「([^「」\n]{1,90})」|『([^『』\n]{1,90})』|《([^《》\n]{1,90})》|\"([^\"\n]{1,90})\""
)
_MAX_QUOTED_CHARS, _MAX_QUOTED_WORDS = 20, 8
_MAX_NAME_CHARS, _MAX_NAME_WORDS = 12, 5
_DROPPED = re.compile(r"[^\w+]|_")
# 两进一出, 三通一达: a name made of counts, known as one even without quotation marks. 一X一Y is an idiom (一心一意).
_COUNTED_NAME = re.compile(
    r"(?:[两三四五六七八九十])[^\W\d一二三四五六七八九十两百千万](?:[一两三四五六七八九])[^\W\d一二三四五六七八"
    r"九十两百千万年月日]"
    r"(?=[\"”’」』》]|工程|行动|战略|体系|模式|格局|计划|改革|布局|是什么|项目)"
)
_COUNTED_NAME_EN = re.compile(
    r"(?<![A-Za-z])(?:two|three|four|five|six|seven|eight|nine|ten)-[a-z]+(?:,\s?|\s)(?:and\s)?"
    r"(?:one|two|three|four|five)-[a-z]+(?![A-Za-z-])",
    re.IGNORECASE,
)


def facts(text: str, reference: str | None = None, *, of_event: bool = False) -> tuple[Fact, ...]:
    """Facts of `text`, sorted by start; spans are of `text` and may overlap.

    reference: ISO date (may be partial) of publication; with it, 今年, "yesterday", weekdays and, where that is safe,
    year-less dates are given a second time with their year. of_event: it is the event's day, since no other is known.

    >>> [fact.token for fact in facts("2月28日，25萬人次")], [fact.token for fact in facts("February 28: 250,000")]
    (['date:--02-28', 'num:250000'], ['date:--02-28', 'num:250000'])
    """
    folded = fold(text)
    if "@" in text or "://" in text or "www." in text:
        folded = _ADDRESS.sub(lambda m: " " * len(m[0]), folded)
    dates = read_dates(folded, reference, of_event=of_event)
    taken = bytearray(len(folded))
    for fact in dates:
        taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
    terms = read_terms(folded)
    found = [*dates, *read_numbers(folded, taken), *_quotes(folded), *terms, *read_names(folded, terms)]
    return tuple(sorted(dict.fromkeys(found), key=lambda f: (f.start, f.end, f.token)))


def implied(token: str) -> tuple[str, ...]:
    """Coarser tokens that `token` entails.

    >>> implied("date:2020-02-28")
    ('date:2020-02', 'date:2020', 'date:--02', 'date:--02-28')
    """
    kind, _, value = token.partition(":")
    if kind == "date":
        return tuple(f"date:{v}" for v in implied_dates(value))
    if kind == "prog" and value.isdecimal():
        return (f"num:{value}",)
    return ()


def compatible(a: str, b: str) -> bool:
    """Whether token `a` of an answer is borne out by token `b` of its source.

    It is when they are equal, when b entails a, when the answer adds the year to a date that the source tells without
    one or tells its decade alone, when a bare number is the year or the amount that the other names, and when a
    fraction equals a percentage.
    """
    if a == b or a in implied(b):
        return True
    (kind_a, _, value_a), (kind_b, _, value_b) = a.partition(":"), b.partition(":")
    if kind_a == kind_b == "date":
        if decade := _DECADE.fullmatch(value_a):
            return value_b.startswith(decade[1]) and _IN_ONE_YEAR.match(value_b) is not None
        # The source says 2月28日, the answer 2020年2月28日: the year came from elsewhere, the day is borne out.
        return value_b.startswith("--") and f"date:{value_b}" in implied(a) and len(value_a) - len(value_b) in (3, 2)
    kinds = {kind_a, kind_b}
    if kinds == {"num", "date"}:
        return value_a == value_b
    if "num" in kinds and kinds & _MONEY:
        return value_a == value_b
    if kinds == {"frac", "pct"}:
        fraction, percent = (value_a, value_b) if kind_a == "frac" else (value_b, value_a)
        return Fraction(fraction) * 100 == Fraction(percent)
    if kind_b == "prog" and kind_a in ("num", "ord"):
        return value_a in value_b.split("-")
    if kinds == {"name"}:
        # "Secretary Blinken" and "Antony Blinken"; a pinyin name always has both parts.
        return "-" not in value_a and value_b.endswith("-" + value_a)
    return False


_DECADE = re.compile(r"(\d{3})0s")
_IN_ONE_YEAR = re.compile(r"\d{4}(?:$|-)")
_MONEY = {"cny", "usd", "hkd", "eur", "jpy", "gbp"}


def _quotes(folded: str) -> list[Fact]:
    found = []
    for match in _QUOTED.finditer(folded):
        group = int(match.lastindex or 0)
        inside = match[group].strip()
        chinese = any("\u3400" <= c <= "\u9fff" for c in inside)
        if len(inside) > _MAX_QUOTED_CHARS if chinese else len(inside.split()) > _MAX_QUOTED_WORDS:
            continue
        name = _DROPPED.sub("", inside).lower()
        if not name:
            continue
        found.append(Fact(f"quote:{name}", *match.span(group)))
        counts = numerals(inside)
        # A lone one is seldom a count (“一站式”, "one-stop"), and quoted speech is no name.
        short = len(name) <= _MAX_NAME_CHARS if chinese else len(inside.split()) <= _MAX_NAME_WORDS
        if counts and counts != (1,) and short and not (chinese and inside[-1] in ",。!?"):
            found.append(Fact("prog:" + "-".join(map(str, counts)), *match.span(group)))
    for pattern in (_COUNTED_NAME, _COUNTED_NAME_EN):
        for match in pattern.finditer(folded):
            counts = numerals(match[0])
            found.append(Fact("prog:" + "-".join(map(str, counts)), *match.span()))
    return found
