"""Parts of a whole that a text tells, however it tells them: 55 %, 三成五, "two thirds", "nine in ten". Pure."""

from __future__ import annotations

import functools
import re

from sources.bulletin import Fact
from sources.numbers import chinese_number

from .prepared import Prepared

_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_PARTS = dict(
    zip(
        "half third quarter fourth fifth sixth seventh eighth ninth tenth".split(),
        (2, 3, 4, 4, 5, 6, 7, 8, 9, 10),
        strict=True,
    )
)
_FINE = {"twelfth": 12, "fifteenth": 15, "twentieth": 20, "fiftieth": 50, "hundredth": 100, "thousandth": 1000}
_ALL = _PARTS | _FINE
_SMALL = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)} | {
    "a": 1,
    "an": 1,
}
# What is finer than a tenth is a part only where its whole follows: "a twentieth of", but the twentieth century.
_PART = re.compile(
    rf"(?<![a-z])(?P<many>[a-z]+)(?: mere| bare| full| good)?[ -]"
    rf"(?P<of>(?:{'|'.join(_PARTS)})(?=s?(?![a-z]))|(?:{'|'.join(_FINE)})(?=s? of ))s?"
)
_RATIO = re.compile(
    r"(?<![a-z\d])(?P<many>[a-z]+|\d+) (?:in|out of)(?: every)? (?P<of>ten|10|five|5|four|4|three|3)(?![a-z\d,.%])"
)
_TENTHS = re.compile(r"(?P<whole>[一二两三四五六七八九\d])成(?P<half>半|[一二三四五六七八九])?")
_TENTHS_TO = re.compile(rf"(?<![{_NUMERAL}])([一二两三四五六七八九])[至到]?(?=[一二两三四五六七八九]?成)")
_DIGIT = {word: n for n, word in enumerate("一二三四五六七八九", 1)} | {"两": 2}


def share_told(fact: Fact, plain: str) -> tuple[float, int, int] | None:
    """The share that a figure tells, in [0, 1], and where it is told."""
    kind, _, value = fact.token.partition(":")
    if kind == "pct":
        return float(value) / 100, fact.start, fact.end
    if kind == "frac":
        above, _, below = value.partition("/")
        return float(above) / float(below), fact.start, fact.end
    for pattern in (_PART, _RATIO):
        for match in pattern.finditer(plain, max(0, fact.start - 20)):
            if match.start() <= fact.start < match.end():
                many = _SMALL.get(match["many"]) or (int(match["many"]) if match["many"].isdigit() else 0)
                of = _ALL.get(match["of"]) or _SMALL.get(match["of"]) or int(match["of"])
                start = fact.start if match["many"] in ("a", "an") else match.start()
                if 0 < many <= of:
                    return many / of, start, match.end()
    return None


@functools.lru_cache(256)
def shares(source: Prepared) -> frozenset[float]:
    """Every part of a whole that a text tells, in [0, 1] mostly."""
    found = {told[0] for fact in source.facts if (told := share_told(fact, source.plain))}
    found |= {(_SMALL[m["many"]] / _ALL[m["of"]]) for m in _PART.finditer(source.plain) if m["many"] in _SMALL}
    found |= {(chinese_number(m[1]) or 0) / 10 for m in _TENTHS_TO.finditer(source.plain)}
    for match in _TENTHS.finditer(source.plain):
        half = match["half"] or ""
        whole = _DIGIT.get(match["whole"]) or int(match["whole"])
        found.add((whole + (0.5 if half == "半" else _DIGIT.get(half, 0) / 10)) / 10)
    return frozenset(found)
