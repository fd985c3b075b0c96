"""What else in a text of the other language tells an amount: "four decades" of 四十年, 兩百多 of 233, 55 to 38 "by 17".

A form counts only where value and unit agree; what was reckoned (a difference, a sum, years between years) only where
the sentence has a word for it. Pure. Figures told as they stand are compared in borne_out.py.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import re
from collections.abc import Iterator

from sources.bulletin import Fact
from sources.language import language_of
from sources.numbers import chinese_number, english_number

from .prepared import Prepared, same_language
from .shares import share_told, shares

_MONEY = frozenset("cny usd hkd eur jpy gbp".split())
_AMOUNTS = frozenset("num pct pp frac".split()) | _MONEY
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_POWERS = {"十": 10.0, "百": 100.0, "千": 1000.0, "万": 1e4, "亿": 1e8}
_HEDGED = 24  # characters before a figure in which its hedge stands
_NEAR = re.compile(r"(?:nearly|almost|close to|just under|not quite|近|将近|接近|几近)\s?(?:a |an |one )?\Z")
_SOME = re.compile(r"(?:about|around|some|roughly|approximately|约|大约|大概)\s?(?:a |an |one )?\Z")
_MORE = re.compile(
    r"(?:(?:more|greater) than|over|above|exceed(?:s|ed|ing)?|超过|超|逾|多于|高于|过)\s?(?:a |an |one )?\Z"
)
_LESS = re.compile(
    r"(?:(?:less|fewer) than|under|below|up to|(?:no|not) more than|不到|不足|少于|低于|不超过)\s?(?:a |an |one )?\Z"
)
_MORE_AFTER = re.compile(r"\s?(?:以上|or more|强)")
_LESS_AFTER = re.compile(r"\s?(?:以下|以内|之内|or less|弱)")
_SOME_AFTER = re.compile(r"\s?[个件人名年]?(?:左右|上下)")
_VAGUE = re.compile(r"[多余馀几]")
_VAGUE_AFTER = re.compile(r"[多余馀](?![于样元种])|几(?=[万亿])")


def amount_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """Whether a text of the other language tells a figure of the sentence in another form."""
    kind = fact.token.partition(":")[0]
    if kind == "time":
        return _clock_stands(fact, source)
    if kind == "ord":
        return _century_stands(fact, said, source) or _share_stands(fact, said, source)
    if kind == "pp":
        return _bare_percent(fact, said, source)
    if kind not in _AMOUNTS:
        return False
    if kind != "num" and _share_stands(fact, said, source):
        return True
    if kind == "frac":
        return False
    return any(
        rule(fact, said, source)
        for rule in (
            _value_stands, _cents_stand, _duration_stands, _years_between, _decade_stands,
            _reckoned, _days_between, _bare_percent, _share_stands, _round_word_stands,
        )
    )  # fmt: skip


# ---------------------------------------------------------------- how exactly a figure is meant


def _interval(fact: Fact, value: float, plain: str) -> tuple[float, float] | None:
    """The lowest and the highest value that a hedged figure admits, None without a hedge.

    71万多: 710,000 to 720,000, the last place told; 近二十: 18 to 20.
    """
    place = _vague_place(fact, plain)
    if place:
        return value, value + place * (1 - 1e-9)
    before = plain[max(0, fact.start - _HEDGED) : fact.start]
    if _NEAR.search(before):
        return 0.9 * value, value
    if _MORE.search(before) or _MORE_AFTER.match(plain, fact.end):
        return value, 1.3 * value
    if _LESS.search(before) or _LESS_AFTER.match(plain, fact.end):
        return 0.77 * value, value
    if _SOME.search(before) or _SOME_AFTER.match(plain, fact.end):
        return 0.95 * value, 1.06 * value
    return None


def _vague_place(fact: Fact, plain: str) -> float:
    """What the last place told of a figure with 多 or 余 counts, 0 without: 100 of 一千四百多, 10,000 of 71万多."""
    told = plain[fact.start : fact.end]
    vague = _VAGUE.search(told)
    if not vague and not _VAGUE_AFTER.match(plain, fact.end):
        return 0.0
    told, power = (told[: vague.start()], told[vague.end() :]) if vague else (told, "")
    told, scale = told.strip(), 1.0
    for character in power:
        scale *= _POWERS.get(character, 1.0)
    if told.endswith("成"):
        return 10.0
    if told and told[-1] in _POWERS:
        return _POWERS[told[-1]] * scale
    digits = re.search(r"([\d,]*\d)(\.\d+)?\Z", told)
    if not digits:
        return 0.0
    if digits[2]:
        return 0.1 ** (len(digits[2]) - 1) * scale
    whole = digits[1].replace(",", "")
    return 10.0 ** (len(whole) - len(whole.rstrip("0"))) * scale


def _alike(kind: str, source: Prepared) -> Iterator[float]:
    """Values of the source that are told in such a unit, or in none."""
    for token in source.tokens:
        other, _, value = token.partition(":")
        if other == kind or {kind, other} <= _MONEY | {"num"} and "num" in (kind, other):
            yield float(value)


def _value_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """A hedged figure that holds an exact one; "1.31 million" of 1,313,222."""
    kind, _, told = fact.token.partition(":")
    value = float(told)
    found = _interval(fact, value, said.plain)
    if found:
        low, high = found
        low = max(low, 0.94 * value)
        # Rounded is what has fewer digits than the source.
        return any(low <= other <= high and _digits(other) > _digits(value) for other in _alike(kind, source))
    if value < 10_000:
        return False
    last = 10.0 ** (len(told) - len(told.rstrip("0")))
    digits = len(told.rstrip("0"))
    return digits >= 2 and any(abs(other - value) <= last / 2 and other % last for other in _alike(kind, source))


# ---------------------------------------------------------------- shares


def _share_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """A share told roughly: 過半 of 55 %, "nearly nine in ten" of 89 %, "about a third" of 112 and 37."""
    told = share_told(fact, said.plain)
    if told is None:
        return False
    share, start, end = told
    meant = _interval(Fact("", start, end), share * 100, said.plain)
    meant = meant and (meant[0] / 100, meant[1] / 100)
    if "过半" in said.plain[start:end] or said.plain.startswith("半数以上", start):
        meant = share, 1.5 * share
    if share == 0.5 and meant and meant[0] == share:
        meant = share, 0.75
    there = shares(source)
    # 33 % is a third, 67 % two.
    if any(abs(share - other) < (0.0051 if _is_third(share) or _is_third(other) else 1e-6) for other in there):
        return True
    if meant is None:
        return any(abs(part / whole - share) < 1e-9 for part, whole in _parts_of(source))
    low, high = meant
    rough = _ROUGH.search(said.plain, start, end) is not None
    return any(low <= other <= high for other in there if rough or _digits(other) > _digits(share)) or any(
        rough and low <= part / whole <= (high if share == 0.5 else min(high, 1.15 * share))
        for part, whole in _pairs_of_counts(source)
    )


_ROUGH = re.compile(r"half|半|third|quarter|分之")


def _is_third(share: float) -> bool:
    return abs(share * 3 - round(share * 3)) < 1e-9 and round(share * 3) in (1, 2)


def _digits(value: float) -> int:
    """How many digits tell a value: 1 of 300, 2 of 0.35."""
    return len(f"{value:.9f}".rstrip("0").rstrip(".").replace(".", "").strip("0"))


@functools.lru_cache(256)
def _pairs_of_counts(source: Prepared) -> tuple[tuple[float, float], ...]:
    """Counts of the source as part and whole: of two that stand in a sentence or in one beside it."""
    counts = [(start, value) for start, _, unit, value in _counts(source) if unit != "pct" and value > 0]
    reach, found = 50 if source.chinese else 160, []
    for i, (here, a) in enumerate(counts):
        for there, b in counts[i + 1 : i + 6]:
            if there - here <= reach and a != b and max(a, b) > 10:
                found.append((min(a, b), max(a, b)))
    return tuple(found)


@functools.lru_cache(256)
def _parts_of(source: Prepared) -> tuple[tuple[float, float], ...]:
    """Part and whole of "9 of 30 bottles"."""
    found = []
    for (_, end, _, a), (start, _, _, b) in itertools.pairwise(_counts(source)):
        if re.fullmatch(r" (?:out )?of (?:the |its |all )?", source.plain[end:start]) and b:
            found.append((a, b))
    return tuple(found)


def _bare_percent(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "1.4 percent as against 2.3": one of two that are compared has no unit; "six points" beside a percentage."""
    kind, _, value = fact.token.partition(":")
    if kind == "pp":
        points = (f for f in source.facts if f.token == f"num:{value}")
        return any(re.match(r" points?(?![a-z])", source.plain[f.end :][:8]) for f in points) and any(
            t.startswith("pct:") for t in source.tokens
        )
    if kind not in ("num", "pct") or "." not in value:
        return False
    other, bare = ("pct", said) if kind == "num" else ("num", source)
    return f"{other}:{value}" in source.tokens and any(t.startswith("pct:") for t in bare.tokens)


# ---------------------------------------------------------------- money

_CENTS = re.compile(r"[\s-](?:cents?|pence)(?![a-z])")
_JIAO = re.compile(r"(?<![元块\d])(?P<n>[一二两三四五六七八九\d])[角毛](?![形度楼色落])")


def dollars_stand(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """元 of "dollars" and "HK$10 million" of 一千萬元, which in a text in Traditional script are the local dollar's;
    where neither names another country's."""
    kind, _, value = fact.token.partition(":")
    words = said.plain[max(0, fact.start - 3) : fact.end]
    if kind in ("hkd", "usd") and not re.search(r"u\.?s", words) and language_of(source.text) == "zh-Hant":
        yuan = (source.plain[: f.start].rstrip() for f in source.facts if f.token == f"cny:{value}")
        return not all(before.endswith("人民币") for before in yuan)
    if kind != "cny" or same_language(said, source) or not said.chinese or words.endswith("人民币"):
        return False
    return any(
        f.token in (f"usd:{value}", f"hkd:{value}") and not re.search(r"u\.?s", source.plain[f.start : f.end])
        for f in source.facts
    )


def _cents_stand(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "sixty cents" of 六角."""
    if not fact.token.startswith("num:") or not _CENTS.match(said.plain, fact.end):
        return False
    amount = round(float(fact.token[4:]) / 100, 2)
    jiao = {(chinese_number(m["n"]) or int(m["n"])) / 10 for m in _JIAO.finditer(source.plain)}
    return amount in jiao or any(amount in _alike(kind, source) for kind in _MONEY)


# ---------------------------------------------------------------- clock, centuries, decades

_CENTURY_AFTER = re.compile(r"\s?(?:世纪|century|centuries)")


def _clock_stands(fact: Fact, source: Prepared) -> bool:
    """ "at 3.20 in the afternoon" of 下午三時二十分, with the full stop of British times."""
    hour, minute = map(int, fact.token[5:].split(":"))
    return any(
        re.search(rf"(?<![\d.:]){h}[.:]{minute:02d}(?!\d|\.\d| ?%)", source.plain)
        for h in {hour, (hour - 12) % 24, hour % 12 or 12}
    )


def century_told(value: str, source: Prepared) -> bool:
    """Whether "the 1600s" are told as the 17th century."""
    if not re.fullmatch(r"\d\d00s", value):
        return False
    century = int(value[:2]) + 1
    return any(
        f.token == f"ord:{century}"
        and ("世纪" in source.plain[f.start : f.end] or _CENTURY_AFTER.match(source.plain, f.end))
        for f in source.facts
    )


def _century_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """17世紀 of "the 1600s", or of a year of it."""
    if "世纪" not in said.plain[fact.start : fact.end] and not _CENTURY_AFTER.match(said.plain, fact.end):
        return False
    century = int(fact.token[4:])
    return any(re.match(rf"date:{century - 1:02d}\d\d", token) for token in source.tokens)


def _decade_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """三十年代 of the 1930s, or of a year of them."""
    if not said.plain.startswith("年代", fact.end):
        return False
    tens = fact.token[4:-1]
    return any(re.match(rf"date:\d\d{tens}\d", token) for token in source.tokens)


# ---------------------------------------------------------------- lengths of time

# (dimension, length): months and minutes are the measures, which have no exact relation.
_LENGTHS = {
    "century": ("months", 1200.0), "centuries": ("months", 1200.0), "decade": ("months", 120.0),
    "year": ("months", 12.0), "month": ("months", 1.0), "fortnight": ("minutes", 20160.0),
    "week": ("minutes", 10080.0), "day": ("minutes", 1440.0),
    "hour": ("minutes", 60.0), "minute": ("minutes", 1.0), "世纪": ("months", 1200.0), "年": ("months", 12.0),
    "月": ("months", 1.0), "周": ("minutes", 10080.0), "星期": ("minutes", 10080.0), "天": ("minutes", 1440.0),
    "日": ("minutes", 1440.0), "小时": ("minutes", 60.0), "钟头": ("minutes", 60.0), "分钟": ("minutes", 1.0),
    "刻钟": ("minutes", 15.0),
}  # fmt: skip
_LENGTH_ENGLISH = re.compile(
    r"(?<![a-z\d.,])(?P<n>\d[\d,]*(?:\.\d+)?|(?:a |one |three[ -])?quarters? of an?|half an?|half|[a-z]+(?:-[a-z]+)?)"
    r"(?P<and> and a half)?[ -]"
    r"(?P<unit>centur(?:y|ies)|decade|year|month|fortnight|week|day|hour|minute)s?(?P<after> and a half)?(?![a-z])"
)
_LENGTH_CHINESE = re.compile(
    rf"(?<![{_NUMERAL}\d第])(?P<n>\d[\d,]*(?:\.\d+)?|半|[{_NUMERAL}]+)(?P<half>个半|半)?[多余]?个?"
    r"(?P<unit>世纪|年(?![代级])|月|星期|周|天|日|小时|钟头|分钟|刻钟)(?P<after>半(?!数))?"
)


@functools.lru_cache(256)
def _lengths(text: Prepared) -> tuple[tuple[int, int, str, float], ...]:
    """Lengths of time: where they stand, their dimension and how long they are."""
    dated = [(f.start, f.end) for f in text.facts if f.token.startswith(("date:", "time:"))]
    found = []
    for match in itertools.chain(_LENGTH_ENGLISH.finditer(text.plain), _LENGTH_CHINESE.finditer(text.plain)):
        if any(start < match.end() and match.start() < end for start, end in dated):
            continue
        count = _counted(match["n"])
        if count is None:
            continue
        unit = match["unit"]
        dimension, length = _LENGTHS[unit]
        half = match["after"] or match.groupdict().get("and") or match.groupdict().get("half")
        found.append((*match.span(), dimension, (count + (0.5 if half else 0.0)) * length))
    return tuple(found)


def _counted(words: str) -> float | None:
    if words[0].isdigit():
        return float(words.replace(",", ""))
    if "quarter" in words:
        return 0.75 if words.startswith("three") else 0.25
    if words.startswith("half") or words == "半":
        return 0.5
    if words in ("a", "an", "one", "the", "past", "last", "next", "per", "each", "every"):
        return 1.0
    number = english_number(words) if words.isascii() else chinese_number(words)
    return float(number) if number else None


_FIRST_MONTHS = re.compile(rf"(?<![\d{_NUMERAL}])[1一]月?[至到–—-]([{_NUMERAL}]+|\d+)月")


def _duration_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "four decades" of 四十年, "a quarter of an hour" of 十五分鐘, "the first four months" of 一至四月."""
    if said.plain[max(0, fact.start - 6) : fact.start] == "first " and said.plain.startswith(" months", fact.end):
        until = _FIRST_MONTHS.search(source.plain)
        if until and _counted(until[1]) == float(fact.token.partition(":")[2]):
            return True
    mine = [(d, length) for start, end, d, length in _lengths(said) if start < fact.end and fact.start < end]
    there = [(d, length) for _, _, d, length in _lengths(source)]
    if _BY.search(said.plain[max(0, fact.start - 34) : fact.end + 34]):
        there += [(d, abs(a - b)) for (d, a), (other, b) in itertools.pairwise(there) if d == other]
    return any(d == other and abs(length - theirs) < 1e-6 for d, length in mine for other, theirs in there)


_AFTERWARDS = re.compile(
    r"(?<![a-z])(?:later|after|afterwards|since|for|over|last\w*|earlier|before|ago|older|younger|years on|took|spent)"
    r"(?![a-z])|"
    r"后|前|历时|长达|以来|之久|为期|早|晚|间|了|达|有|设"
)


def _years_between(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "three years later" of 1808 and 1811; one year more or less where it is told roughly."""
    mine = [
        length / 12
        for start, end, d, length in _lengths(said)
        if start < fact.end and fact.start < end and d == "months"
    ]
    if not mine or mine[0] < 2 or not _AFTERWARDS.search(said.plain[max(0, fact.start - 30) : fact.end + 40]):
        return False
    years = [
        int(m[1])
        for f in source.facts
        if (m := re.match(r"(?:date|num):(1\d{3}|20\d\d)(?![s.\d])", f.token))
        and not source.plain[f.start : f.end].startswith(("1,", "2,"))
    ]
    few = set(years)
    gaps = {abs(a - b) for a, b in (itertools.combinations(few, 2) if len(few) <= 3 else itertools.pairwise(years))}
    value = mine[0]
    meant = _interval(fact, value, said.plain)
    if meant is None:
        return value in gaps
    low, high = meant if _vague_place(fact, said.plain) else (min(meant[0], value - 1), max(meant[1], value + 1))
    return any(low <= gap <= high for gap in (abs(a - b) for a, b in itertools.pairwise(years)))


# ---------------------------------------------------------------- differences and sums

_BY = re.compile(
    r"(?<![a-z])(?:by|fewer|less|shorter|longer|more|extra|additional|another|faster|slower|earlier|lower|higher|cheaper|"
    r"dearer|adds?|added|further|rose|fell|up|down|gain\w*|lost|increase\w*|rise|drop\w*|difference|saved?|"
    r"gap|ahead)(?![a-z])|少|缩短|减|快|慢|增|多|加|降|升|提高|跌|提前|推迟|差|省|涨"
)
_IN_ALL = re.compile(
    r"(?<![a-z])(?:in all|altogether|total\w*|between|combined|together|overall|both)(?![a-z])|"
    r"共|合计|总|连同|加起来|先后"
)
_COMPARED = re.compile(
    r"(?:more|fewer|less|higher|lower|up|down) (?:than|from|on) |"
    r"(?:than|on) (?:last|the (?:year|month|week) before|the previous|a year)|"
    r"比[^，。]{0,14}[多少增减]|较[^，。]{0,14}[多少增减]|[增减](?:加|少)了?"
)
_SENTENCE = re.compile(r"[。！？!?\n]|\.(?:\s|$)")


@functools.lru_cache(256)
def _counts(source: Prepared) -> tuple[tuple[int, int, str, float], ...]:
    """Counts and amounts: where they stand, what they count (its first character or word) and their value."""
    found = []
    for fact in source.facts:
        kind, _, value = fact.token.partition(":")
        if kind not in _MONEY and kind not in ("num", "pct"):
            continue
        after = re.match(r"\s?([\u4e00-\u9fff]|-?[a-z]+)?", source.plain[fact.end : fact.end + 24])
        unit = kind if kind != "num" else (after[1] or "").removesuffix("s") if after else ""
        found.append((fact.start, fact.end, unit, float(value)))
    return tuple(found)


def _reckoned(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """A difference or a sum of figures that stand side by side, where the sentence has a word for it."""
    value = float(fact.token.partition(":")[2])
    around = said.plain[max(0, fact.start - 34) : fact.end + 34]
    if value < 2:
        return False
    if _BY.search(around):
        low, high = _interval(fact, value, said.plain) or (value, value)
        for step in _steps(source):
            exact = abs(step - value) < 1e-6 * value
            if exact or low <= step <= high and _digits(step) > _digits(value):
                return True
    if _IN_ALL.search(said.plain[max(0, fact.start - 60) : fact.end + 34]) and any(
        abs(total - value) < 1e-6 * value for total in _sums(source)
    ):
        return True
    return _before_the_change(value, said, source)


@functools.lru_cache(256)
def _steps(source: Prepared) -> tuple[float, ...]:
    """Differences of two counts of the same thing, side by side in a sentence."""
    found = []
    for (_, end, unit, a), (start, _, other, b) in itertools.pairwise(_counts(source)):
        between = source.plain[end:start]
        same = unit == other or not other or unit in _LINKS or other in _LINKS
        if same and len(between) <= (24 if source.chinese else 60) and not _SENTENCE.search(between):
            found.append(abs(a - b))
    return tuple(found)


@functools.lru_cache(256)
def _sums(source: Prepared) -> tuple[float, ...]:
    """Sums of two to four counts in a row, of the same thing or joined by a word for "and"."""
    counts, found = _counts(source), []
    for size in (2, 3, 4):
        for row in zip(*(counts[i:] for i in range(size)), strict=False):
            gaps = [source.plain[a[1] : b[0]] for a, b in itertools.pairwise(row)]
            alike = len({unit for _, _, unit, _ in row}) == 1 and row[0][2] != ""
            if (alike or all(map(_JOINED.fullmatch, gaps))) and max(map(len, gaps)) <= (60 if source.chinese else 120):
                found.append(sum(value for *_, value in row))
    return tuple(found)


_JOINED = re.compile(r"[^,.;，。；]{0,20}(?: and |, |[、和与及])(?:[a-z]+ )?")
_LINKS = frozenset("to in from and of by at on this last for the was were a".split())
_OTHER_TIME = re.compile(
    r"(?<![a-z])(?:last|previous|before|earlier|ago|(?:19|20)\d\d)(?![a-z])|去年|上年|前一|上一|以前|原|(?:19|20)\d\d年"
)


def _before_the_change(value: float, said: Prepared, source: Prepared) -> bool:
    """ "92 stalls last year" of 112 stalls, 20 more than last year."""
    if not _OTHER_TIME.search(said.plain):
        return False
    for (_, end, _, a), (start, last, _, change) in itertools.pairwise(_counts(source)):
        between = source.plain[end : last + 24]
        if start - end <= 60 and not _SENTENCE.search(source.plain[end:start]) and _COMPARED.search(between):
            less = re.search(r"fewer|less|lower|down|drop|fell|少|减|降|跌", between)
            if value == (a + change if less else a - change):
                return True
    return False


_DAYS_CUE = re.compile(
    r"(?<![a-z])(?:sooner|earlier|later|after|within|for|over|days?|closed|lasted)(?![a-z])|提前|推迟|早|晚|后|内|历时|达"
)


def _days_between(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "eleven days sooner" of 4月19日 and 4月8日."""
    mine = [
        length / 1440
        for start, end, d, length in _lengths(said)
        if start < fact.end and fact.start < end and d == "minutes"
    ]
    if not mine or mine[0] < 2 or not _DAYS_CUE.search(said.plain[max(0, fact.start - 20) : fact.end + 24]):
        return False
    days = [
        datetime.date(int(m[1]) if m[1] != "-" else 2001, int(m[2]), int(m[3])).toordinal()
        for f in source.facts
        if (m := re.fullmatch(r"date:(\d{4}|-)-(\d\d)-(\d\d)", f.token)) and m[2] + m[3] != "0229"
    ]
    whole = re.search(r"within|over|之内|内", said.plain[max(0, fact.start - 12) : fact.end + 8])
    return any(
        abs(a - b) + (1 if whole and extra else 0) == mine[0] for a, b in itertools.pairwise(days) for extra in (0, 1)
    )


# ---------------------------------------------------------------- round words

_ROUND = {100.0: "百", 1000.0: "千", 10_000.0: "万", 100_000_000.0: "亿"}
_SCALED = re.compile(r"(?<![a-z])(?P<part>half|(?:a |one )?quarter of|three[ -]quarters of|half of)\s\Z")


def _round_word_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """上億元 of "over a hundred million yuan", 萬兩 of "10,000 taels", 25萬 of "a quarter of a million"."""
    kind, _, told = fact.token.partition(":")
    value = float(told)
    if value in _ROUND and re.search(
        rf"上{_ROUND[value]}|(?<![{_NUMERAL}\d.多余几数成]){_ROUND[value]}[多余]?(?=[两人名户斤元里件家])", source.plain
    ):
        return True
    part = _SCALED.search(said.plain[max(0, fact.start - 20) : fact.start])
    if not part or value < 10:
        return False
    scaled = value * (0.75 if part["part"].startswith("three") else 0.5 if "half" in part["part"] else 0.25)
    return scaled in _alike(kind, source)
