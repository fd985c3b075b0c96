"""Dates in Chinese and English, read as ISO 8601 tokens. Pure: folded text in (sources/fold.py), facts out.

Tokens: date:2020-02-28, date:2020-02, date:2020, date:--02-28, date:--02 (the year is not told), date:1990s.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from sources.bulletin import Fact
from sources.fold import fold
from sources.scan import listed, scan, scan_words
from sources.weekdays import days_by_weekday

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "O": 0, "o": 0}
_MONTHS = {m: i for i, m in enumerate(listed("jan feb mar apr may jun jul aug sep oct nov dec"), 1)}

# ---------------------------------------------------------------- Chinese

_ZH_RELATIVE = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_ZH_NUMBER = (
    r"(?:\d{1,4}|[一二][〇零O一二三四五六七八九]{3}|[一二三四五六七八九十廿]{1,3}|元(?=月[份\s\d一二三四五六七八九十]))"
)
# One step of a date: a number with its unit, perhaps the first number of a range that shares the unit (12至14日).
_ZH_STEP = re.compile(
    r"(?<![\d:%$¥零〇一二三四五六七八九十百千万亿第每个])(?<!\d[.,])"
    rf"(?:(?:(?P<first>{_ZH_NUMBER})\s?(?:至|到|或|和|、|[-–—~]{{1,2}})\s?)?(?P<n>{_ZH_NUMBER})\s?"
    r"(?P<unit>年(?!级)度?|月(?![牙饼球票台])份?|[日号](?![线楼码文件令]))"
    r"|(?:中华)?民国\s?(?P<roc>\d{1,3}|[〇零一二三四五六七八九十百]{1,5})\s?年"
    rf"|(?P<rel>{'|'.join(_ZH_RELATIVE)})度?)"
)
_ZH_SAME_DATE = re.compile(r"[\s的,]{0,2}\Z")
_ZH_NEXT_DATE = re.compile(r"\s?(?:至|到|或|和|及|与|、|,|[-–—~]{1,2})\s?\Z")
# "2000年历史", "1000年前": a round number of years told as a length of time.
_ZH_SPAN_OF_YEARS = re.compile(r"\s?(?:的?历史|以?前|以?来|之久|左右)")
_ZH_DECADE = re.compile(
    r"(?:(?P<c>1[5-9]|2[01]|十[五六七八九]|二十一?)世纪|(?P<last>上个?世纪))(?P<d>\d0|[一二三四五六七八九]?十)年代"
)
# The days of a range that shares the news verb: the 9日 of 9日至10日在…
_ZH_TO_DAY = re.compile(rf"\s?(?:至|到|、|和|[-–—~]{{1,2}})\s?(?P<d>{_ZH_NUMBER})[日号]")
# A lone day is a date only where news says it like one, and only a published date can complete it.
_ZH_NEWS_DAY = re.compile(r"\s?(?:电|讯|上午|下午|晚|凌晨|清晨|中午|获悉|在|从|召开|举行|发布|公布|表示|消息)")
_ZH_NOT_A_DAY = re.compile(r"(?:为期|历时|共|第|每|近|满|达|超过|不足|长达|\d)\s?\Z")

# ---------------------------------------------------------------- numeric

_NUMERIC = re.compile(
    r"(?<![\d./-])(?:(?P<y>(?:1[89]|20)\d\d|(?<=民国)\d{2,3}|(?<=民国\s)\d{2,3})(?P<s>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>3[01]|[12]\d|"
    r"0?[1-9])(?![\d])"
    r"|(?P<ym>(?:19|20)\d\d)-(?P<mm>0[1-9]|1[0-2])(?![\d年-])"
    r"|(?P<a>\d{1,2})(?P<t>[/.])(?P<b>\d{1,2})(?P=t)(?P<yy>(?:19|20)\d\d)(?![\d]))"
)

# ---------------------------------------------------------------- English

_EN_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![A-Za-z])"
)
_EN_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:\(?(?:st|nd|rd|th)\)?)?(?![\dA-Za-z%]|,\d{3}|\.\d)"
_EN_JOIN = r"\s*(?:[-–—~]|to|and|through|until|or)\s*"
_EN_YEAR = r"(?:1\d{3}|20\d{2})(?![\d%]|,\d|\.\d)"
_EN = re.compile(
    r"(?<![A-Za-z\d])(?:"
    rf"(?P<m1>{_EN_MONTH})\s*(?:the\s+)?(?P<d1>{_EN_DAY})(?:{_EN_JOIN}(?:the\s+)?(?P<e1>{_EN_DAY})(?!\s*{_EN_MONTH}))?"
    rf"(?:(?:\s*,\s*|\s+(?:of\s+)?)(?P<y1>{_EN_YEAR}))?"
    rf"|(?:(?P<d2>{_EN_DAY}){_EN_JOIN}(?:the\s+)?)?(?P<e2>{_EN_DAY})\s*(?:day\s+)?(?:of\s+)?(?P<m2>{_EN_MONTH})"
    rf"(?:(?:\s*,\s*|\s+(?:of\s+)?)?(?P<y2>{_EN_YEAR}))?"
    rf"|(?P<m3>{_EN_MONTH})(?:\s*,\s*|\s+(?:of\s+)?)?(?P<y3>{_EN_YEAR})"
    rf"|(?P<m4>{_EN_MONTH})"
    r")(?:\s+(?:of\s+)?(?P<rel>this|last|next)\s+year)?",
    re.IGNORECASE,
)
_EN_LINK = re.compile(r"\s*(?:[-–—~]|to|and|through|until|or)\s*\Z")
_EN_WHEN = re.compile(
    r"(?:^|[^A-Za-z])(?:in|on|of|by|since|until|till|from|to|during|through|between|and|before|after|for|this|"
    r"last|next|early|late|mid|the)"
    r"[\s-]+\Z",
    re.IGNORECASE,
)
# Where even "may" without its capital is the month.
_EN_IN = re.compile(
    r"(?:^|[^A-Za-z])(?:(?:in|during|since|until|till|by|before|after|of|from|early|late|mid)(?: (?:this|last|next))?|"
    rf"{_EN_MONTH}\s(?:to|until|through|and))[\s-]+\Z",
    re.IGNORECASE,
)
_ORDINAL_DAY = re.compile(r"\d+\(?(?:st|nd|rd|th)")
_FULL_MONTH = re.compile(
    r"(?:January|February|April|June|July|August|September|October|November|December)\Z", re.IGNORECASE
)

# ---------------------------------------------------------------- bare years

_YEAR = re.compile(
    r"(?<![\d$€£¥#:/A-Za-z_])(?<!\d[.,])(?P<a>1[0-9]\d\d|20\d\d)"
    r"(?:(?P<j>\s?[-–—~至到]\s?|\s(?:to|through)\s)(?P<b>1[0-9]\d\d|20\d\d|\d\d))?(?![\dA-Za-z%_:]|[.,]\d|/\d|\s?年)"
)
_DECADE = re.compile(r"(?<![\dA-Za-z])((?:1[5-9]|20)\d0)['’]?s(?![A-Za-z])")
_COUNTED = re.compile(
    r"\s?(?:多|余)?(?:[万亿千个名家件人次项吨元辆台座处所间套份张条公平亩户村种类批分秒米克倍]|美元|港元|欧元)"
    r"|[\s-](?:million|billion|thousand|hundred|yuan|percent|per\scent|dollars?|euros?|people|km|kg|tons?|tonnes?|"
    r"sq|meters?|metres?"
    r"|square|staff|personnel|RMB|degrees?)(?![A-Za-z])"
    r"|\s+(?!(?:was|is|has|as|its|this|across|thus|versus|vs|towards|sees|plans|calls|focuses|news|process|"
    r"progress|business|express)\b)"
    r"[a-z]{2,}s(?![A-Za-z])",
)
_NUMBERED = re.compile(
    r"(?:RMB|CNY|USD|No\.?|number|article|room|page|p\.|pp\.|line|model|flight|about|nearly|some|over|than|approximately|约|近|共|达|超)\s*\Z",
    re.I,
)
_SURELY_WHEN = re.compile(
    r"(?:^|[^A-Za-z])(?:in|since|during|until|till|year|years|early|late|mid|end\sof|beginning\sof|as\sof|circa|"
    r"c\.|AD|around|\(|©)[\s-]*\Z",
    re.IGNORECASE,
)

# ---------------------------------------------------------------- relative

_RELATIVE = re.compile(
    r"(?P<year>前年|去年|上年|今年|本年|明年|后年|(?<![A-Za-z])(?:this|last|next)\s+year(?![A-Za-z]))"
    r"|(?P<month>本月|上个?月|下个?月|(?<![A-Za-z])(?:this|last|next)\s+month(?![A-Za-z]))(?:(?P<of>\d{1,2})[日号])?"
    r"|(?P<day>今[日天晨早晚]|昨[日天晚夜]|明[日天]|前天|(?<![A-Za-z])the\s+day\s+before\s+yesterday(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:today|yesterday|tomorrow)(?![A-Za-z]))",
    re.IGNORECASE,
)
_SHIFT = {
    "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2, "this": 0, "last": -1, "next": 1,
    "本月": 0, "上月": -1, "上个月": -1, "下月": 1, "下个月": 1, "今": 0, "昨": -1, "明": 1, "前天": -2, "the day": -2,
    "today": 0, "yesterday": -1, "tomorrow": 1,
}  # fmt: skip
# How far before and after the published date a year-less date is still certainly of that year: news tells of the last
# weeks and of the next few; the same day of another year is more than 240 days away.
_BEFORE_DAYS, _AFTER_DAYS = 92, 31
_SENTENCE_END = re.compile(r"[。！？!?\n]|\.\s")

# Where each pattern can begin (see scan.py).
_DIGIT = re.compile(r"\d+")
_STEP_FIRST = re.compile(r"\d+|[一二三四五六七八九十廿元中民前去上今本明后]")
_RELATIVE_FIRST = re.compile(
    r"[前去上今本明后下昨]|[TtLlNnYy](?=his\s|ast\s|ext\s|oday|omorrow|esterday|he\s+day\s+b)", re.IGNORECASE
)
_EN_FIRST = frozenset(
    [*_MONTHS, "sept", *listed("january february march april june july august september october november december")]
)


@dataclass
class _Date:
    """A date while it is being read; missing parts are None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    relative_year: int | None = None

    def unit(self) -> int:
        """0 when it tells a year only, 1 a month, 2 a day."""
        return 0 if self.month is None else 1 if self.day is None else 2

    def with_part(self, unit: int, value: int) -> _Date:
        """The same date told more finely: unit 0 year (a shift less 10,000 when relative), 1 month, 2 day."""
        if unit == 0:
            return replace(self, relative_year=value + 10_000) if value < 0 else replace(self, year=value)
        return replace(self, month=value) if unit == 1 else replace(self, day=value)

    def token(self, year: int | None) -> str | None:
        """The ISO token, None when the calendar has no such day."""
        try:
            datetime.date(year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return None
        if self.month is None:
            return None if year is None else f"date:{year:04d}"
        head = "-" if year is None else f"{year:04d}"
        return f"date:{head}-{self.month:02d}" + ("" if self.day is None else f"-{self.day:02d}")


def read_dates(text: str, reference: str | None = None, *, of_event: bool = False) -> list[Fact]:
    """Dates of a folded text. reference: ISO date (may be partial) on which the text was published.

    A year-less date stays year-less; with a reference it is given once more with its year when that is safe: near the
    reference, and no other year told in the same sentence. of_event: the reference is the day of the event, since no
    other is known: what a weekday means is then told only where it is that very day.
    """
    told = _when(reference)
    dates: list[_Date] = []
    taken = bytearray(len(text))
    facts: list[Fact] = []
    for match in _ZH_DECADE.finditer(text):
        century = 20 if match["last"] else _zh_int(match["c"])
        facts.append(Fact(f"date:{(century - 1) * 100 + _zh_int(match['d'])}s", *match.span()))
        _take(taken, match)
    for match in scan(_DECADE, _DIGIT, text):
        facts.append(Fact(f"date:{match[1]}s", *match.span()))
        _take(taken, match)
    for read in (_numeric, _chinese, _english, _bare_years):
        dates += read(text, taken, told)
    for date in sorted(dates, key=lambda d: (d.start, d.end)):
        token = date.token(date.year)
        if token:
            facts.append(Fact(token, date.start, date.end))
        if date.year is None and told:
            year = _year_of(date, told, text, dates)
            full = date.token(year) if year else None
            if full:
                facts.append(Fact(full, date.start, date.end))
    if told:
        facts += _relative(text, taken, told)
        facts += _weekdays(text, taken, told, dates, of_event)
    return sorted(set(facts), key=lambda f: (f.start, f.end, f.token))


def implied_dates(value: str) -> tuple[str, ...]:
    """Coarser dates that a date entails, as values without "date:"; a decade and a bare month entail nothing."""
    if value.startswith("--"):
        return (value[:4],) if len(value) == 7 else ()
    year, *rest = value.split("-")
    coarser = ["-".join([year, *rest[:n]]) for n in range(len(rest) - 1, -1, -1)]
    if rest:
        coarser.append("--" + rest[0])
    if len(rest) == 2:
        coarser.append("--" + "-".join(rest))
    return tuple(coarser)


# What programs write: 2024-01-09T10:00:00Z, 20240109, D:20240109120000+08'00' (PDF), 2024/01.
_PROGRAM_DATE = re.compile(
    r"\s*(?:D:)?(?P<y>(?:19|20)\d\d)"
    r"(?:(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:\d{4,6}.*)?|[/.](?P<n>0?[1-9]|1[0-2]))?\s*\Z"
)


def iso_date(value: str) -> str | None:
    """The first date in what a file says of itself, in ISO 8601 and partial when it is partial; None without one.

    >>> iso_date("Tue, 09 Jan 2024 10:00:00 GMT"), iso_date("2024年1月"), iso_date("20240109"), iso_date("soon")
    ('2024-01-09', '2024-01', '2024-01-09', None)
    """
    program = _PROGRAM_DATE.match(value)
    if program and (program["d"] or program["n"]):
        month, day = program["m"] or program["n"], program["d"]
        date = _Date(0, 0, int(program["y"]), int(month), int(day) if day else None)
        token = date.token(date.year)
        if token:
            return token.removeprefix("date:")
    found = [f.token.removeprefix("date:") for f in read_dates(fold(value)) if not f.token.endswith("s")]
    return max(found, key=lambda v: (len(v.strip("-")), v[0] != "-"), default=None)


def _take(taken: bytearray, match: re.Match[str]) -> None:
    taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())


def _free(taken: bytearray, match: re.Match[str]) -> bool:
    return not any(taken[match.start() : match.end()])


def _when(reference: str | None) -> tuple[int, int | None, int | None] | None:
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", reference or "")
    if not match:
        return None
    return int(match[1]), int(match[2]) if match[2] else None, int(match[3]) if match[3] else None


_Told = tuple[int, int | None, int | None] | None


def _numeric(text: str, taken: bytearray, told: _Told) -> list[_Date]:
    dates = []
    for m in scan(_NUMERIC, _DIGIT, text):
        if m["y"]:
            year = int(m["y"])
            date = _Date(*m.span(), year if year > 999 else year + 1911, int(m["m"]), int(m["d"]))
        elif m["ym"]:
            date = _Date(*m.span(), int(m["ym"]), int(m["mm"]))
        else:
            first, second = int(m["a"]), int(m["b"])
            # 28/02/2020 and 02/28/2020 can be told apart; 03/04/2020 cannot, so only its year is read.
            if first > 12 >= second:
                date = _Date(*m.span(), int(m["yy"]), second, first)
            elif second > 12 >= first:
                date = _Date(*m.span(), int(m["yy"]), first, second)
            else:
                date = _Date(*m.span(), int(m["yy"]))
        if date.token(date.year):
            dates.append(date)
            _take(taken, m)
    return dates


def _zh_int(text: str) -> int:
    """一…三十一, 廿八 and arabic digits; 二〇二〇 read digit by digit."""
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("元", "一")
    if "百" in text or "十" in text:
        hundreds, _, rest = text.rpartition("百")
        tens, ten, ones = rest.lstrip("零〇").rpartition("十")
        value = _DIGITS.get(hundreds, 0) * 100 + (_DIGITS.get(tens, 1) * 10 if ten else 0)
        return value + _DIGITS.get(ones, 0)
    return int("".join(str(_DIGITS[c]) for c in text))


def _chinese(text: str, taken: bytearray, told: _Told) -> list[_Date]:
    dates: list[_Date] = []
    current: _Date | None = None  # the date that the next step may refine or be joined to
    for m in scan(_ZH_STEP, _STEP_FIRST, text):
        if not _free(taken, m):
            continue
        steps = _steps(m, text)
        if not steps:
            current = None
            continue
        unit = steps[0][0]
        gap = text[current.end : m.start()] if current and m.start() - current.end <= 3 else None
        if current and gap is not None and unit == current.unit() + 1 and _ZH_SAME_DATE.match(gap):
            # 2020年 | 2月 | 28日: the same date goes on, unless the calendar has no such day.
            refined = [current.with_part(unit, value) for unit, value in steps]
            if not all(d.token(d.year) for d in refined):
                continue
            dates.pop()  # it is the last one found
            base = _Date(current.start, m.end(), current.year, current.month, None, current.relative_year)
        elif current and gap is not None and 0 < unit <= current.unit() and _ZH_NEXT_DATE.match(gap):
            # 2020年12月30日至1月2日: what the second does not tell, the first did.
            base = _Date(
                m.start(), m.end(), current.year, current.month if unit == 2 else None, None, current.relative_year
            )
            if base.year and unit == 1 and current.month and steps[0][1] < current.month:
                base.year += 1
        elif unit == 2:
            if told and told[1] and told[2] and _is_news_day(text, m) and steps[-1][1] <= told[2]:
                dates += [_Date(*m.span(), told[0], told[1], value) for _, value in steps]
                _take(taken, m)
            current = None
            continue
        else:
            base = _Date(*m.span())
        found = [base.with_part(unit, value) for unit, value in steps]
        found = [d for d in found if unit == 0 or d.token(d.year)]
        dates += found
        current = found[-1] if found else None
        _take(taken, m)
    # A year told only as 今年 is a relative date, read elsewhere.
    return [d for d in dates if d.month is not None or d.year is not None]


def _steps(m: re.Match[str], text: str) -> list[tuple[int, int]]:
    """(unit, value) of a step: unit 0 year, 1 month, 2 day; -1 and the shift for 今年; nothing when it is no date."""
    if m["rel"]:
        return [(0, _ZH_RELATIVE[m["rel"]] - 10_000)]
    if m["roc"]:
        return [(0, _zh_int(m["roc"]) + 1911)]
    unit = "年月日号".index(m["unit"][0])
    unit = min(unit, 2)
    values = [_zh_int(x) for x in (m["first"], m["n"]) if x]
    low, high = ((1000, 2099), (1, 12), (1, 31))[unit]
    if unit == 0 and (len(m["n"]) != 4 or (values[-1] % 100 == 0 and _ZH_SPAN_OF_YEARS.match(text, m.end()))):
        return []
    return [(unit, v) for v in values if low <= v <= high] if low <= values[-1] <= high else []


def _is_news_day(text: str, m: re.Match[str]) -> bool:
    if _ZH_NOT_A_DAY.search(text, max(0, m.start() - 4), m.start()):
        return False
    onward = _ZH_TO_DAY.match(text, m.end())
    return bool(_ZH_NEWS_DAY.match(text, onward.end() if onward else m.end()))


def _english(text: str, taken: bytearray, told: _Told) -> list[_Date]:
    dates: list[_Date] = []
    last: _Date | None = None
    for m in scan_words(_EN, _EN_FIRST, text, digits=True):
        if not _free(taken, m) or not _is_month_name(text, m):
            continue
        name = m["m1"] or m["m2"] or m["m3"] or m["m4"]
        month = _MONTHS[name[:3].lower()]
        year = int(m["y1"] or m["y2"] or m["y3"] or 0) or None
        shift = {"this": 0, "last": -1, "next": 1}[m["rel"].lower()] if m["rel"] else None
        days = [int(re.match(r"\d+", d)[0]) for d in (m["d1"], m["e1"], m["d2"], m["e2"]) if d]  # type: ignore[index]
        found = [_Date(*m.span(), year, month, day, shift) for day in days or (None,)]
        found = [d for d in found if d.token(d.year)]
        # "from March 12 to April 2, 2020": the year stands once, at the end.
        joined = last and m.start() - last.end <= 9 and _EN_LINK.match(text[last.end : m.start()])
        if last and joined and year and last.year is None:
            last.year = year - (last.month is not None and last.month > month)
        dates += found
        last = found[-1] if found else None
        _take(taken, m)
    return dates


def _is_month_name(text: str, m: re.Match[str]) -> bool:
    """Whether "may", "march", "Jan" … stands for the month here."""
    name = m["m1"] or m["m2"] or m["m3"] or m["m4"]
    capital = name[0].isupper()
    before = text[max(0, m.start() - 12) : m.start()]
    if m["m1"] or m["m2"] or m["m3"]:
        if name == "may" and not (m["m3"] or m["y1"] or m["y2"] or _ORDINAL_DAY.match(m["d1"] or m["e2"])):
            return bool(_EN_IN.search(before))  # "the 12 may cancel", "may 12 leave?"
        return capital or len(name) > 3 and name.lower() != "march" or bool(_EN_WHEN.search(before))
    if not _FULL_MONTH.match(name) and name.lower() not in ("march", "may"):
        return False
    if name == "may":
        return bool(_EN_IN.search(before))
    if name.lower() in ("march", "may", "august") or not capital:
        return bool(_EN_WHEN.search(before)) and not re.search(r"long\s\Z", before, re.I)
    return True


def _bare_years(text: str, taken: bytearray, told: _Told) -> list[_Date]:
    dates = []
    for m in scan(_YEAR, _DIGIT, text):
        if not _free(taken, m):
            continue
        first, second = int(m["a"]), int(m["b"]) if m["b"] else None
        if second is not None and second < 100:
            second = first // 100 * 100 + second
            if second <= first or m["j"].strip() not in "–—":
                second = None
        before = text[max(0, m.start() - 16) : m.start()]
        surely = bool(_SURELY_WHEN.search(before))
        if second is not None and first < second <= 2099 and (first >= 1900 or surely):
            dates += [_Date(*m.span("a"), first), _Date(*m.span("b"), second)]
            _take(taken, m)
            continue
        if _COUNTED.match(text, m.end("a")) and not surely or _NUMBERED.search(before):
            continue
        if 1900 <= first <= 2099 or surely and not _COUNTED.match(text, m.end("a")):
            dates.append(_Date(*m.span("a"), first))
            taken[m.start("a") : m.end("a")] = b"\1" * 4
    return dates


def _year_of(date: _Date, told: tuple[int, int | None, int | None], text: str, dates: list[_Date]) -> int | None:
    """The year of a year-less date, when the published date settles it."""
    if date.relative_year is not None:
        return told[0] + date.relative_year
    if told[1] is None or date.month is None:
        return None
    sentence = text[max(0, date.start - 200) : date.start]
    since = date.start - len(sentence) + max((m.end() for m in _SENTENCE_END.finditer(sentence)), default=0)
    others = {d.year for d in dates if d.year is not None and since <= d.start < date.start}
    try:
        published = datetime.date(told[0], told[1], told[2] or 15)
    except ValueError:
        return None
    for year in (told[0] - 1, told[0], told[0] + 1):
        try:
            day = datetime.date(year, date.month, date.day or 15)
        except ValueError:
            continue
        if -_BEFORE_DAYS <= (day - published).days <= _AFTER_DAYS:
            return year if others <= {year} else None
    return None


def _shift(word: str) -> int:
    """Years, months or days from the reference that a relative word is."""
    for key in (word, " ".join(word.split()[:2]), word.split()[0], word[0]):
        if key in _SHIFT:
            return _SHIFT[key]
    return 0


def _relative(text: str, taken: bytearray, told: tuple[int, int | None, int | None]) -> list[Fact]:
    facts = []
    year, month, day = told
    for m in scan(_RELATIVE, _RELATIVE_FIRST, text):
        word = m["year"] or m["month"] or m["day"]
        shift = _shift(word.lower())
        if m["year"]:
            if _free(taken, m) or not m["year"].isascii():
                facts.append(Fact(f"date:{year + shift}", *m.span()))
        elif m["month"] and month:
            index = year * 12 + month - 1 + shift
            of_month = _Date(*m.span(), index // 12, index % 12 + 1, int(m["of"]) if m["of"] else None)
            token = of_month.token(of_month.year)
            facts += [Fact(token, *m.span())] if token else []
        elif m["day"] and month and day:
            try:
                date = datetime.date(year, month, day) + datetime.timedelta(days=shift)
            except (ValueError, OverflowError):  # the reference is no day of the calendar
                continue
            facts.append(Fact(f"date:{date.isoformat()}", *m.span()))
    return facts


def _weekdays(
    text: str, taken: bytearray, told: tuple[int, int | None, int | None], dates: list[_Date], of_event: bool
) -> list[Fact]:
    """Days told by their weekday. Where the paragraph has spoken of another year, it may still be in that year."""
    year, month, day = told
    if not (month and day):
        return []
    try:
        named = list(days_by_weekday(text, datetime.date(year, month, day), taken, of_event=of_event))
    except (ValueError, OverflowError):  # the reference is no day of the calendar, or the first or last of all
        return []
    facts = []
    for start, end, found in named:
        paragraph = text.rfind("\n", 0, start) + 1
        others = {d.year for d in dates if d.year is not None and paragraph <= d.start < start}
        if others <= {year, found.year}:
            facts.append(Fact(f"date:{found.isoformat()}", start, end))
    return facts
