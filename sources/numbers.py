"""Numbers in Chinese and English, read as language-neutral tokens. Pure: folded text in (sources/fold.py), facts out.

Tokens: num:250000, pct:70, pp:3 (percentage points), ord:9, frac:2/3, cny:1200000 (also usd, eur, hkd, jpy, gbp),
time:09:30, code:4a, and prog:13-5 for a numbered five-year plan.

What counts as a number:
- arabic digits always, with the multiplier and unit that follow (25万, 0.25 million, 3-5亿元);
- Chinese numerals only before a measure word or unit (十项, 三十六个) or when they hold a multiplier after a digit
  (二十五万, 三百六十五), because characters such as those of 统一, 一定, 四川 or 三农 are no counts;
- English number words anywhere, up to trillions;
- never a lone 一 or "one", which seldom counts anything (一个又一个, "one after another").
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from sources.bulletin import Fact
from sources.scan import listed, scan, scan_words

# ---------------------------------------------------------------- numerals

_ZH_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ZH_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ONES = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_EN_VALUES = {w: i for i, w in enumerate(_ONES)} | {w: 10 * i for i, w in enumerate(_TENS, 2)} | {"dozen": 12}
_EN_POWERS = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_EN_ORDINALS = {
    w: i
    for i, w in enumerate(
        listed(
            "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
            "fourteenth fifteenth "
            "sixteenth seventeenth eighteenth nineteenth"
        )
    )
} | {w[:-1] + "ieth": 10 * i for i, w in enumerate(_TENS, 2)}


def chinese_number(text: str) -> int | None:
    """The value of a numeral in Simplified script, None when it is none ("三四": three or four; "二〇二〇": a year).

    >>> chinese_number("一百二十"), chinese_number("二十五万"), chinese_number("两"), chinese_number("三四")
    (120, 250000, 2, None)
    """
    total = section = 0
    digit: int | None = None
    for character in text:
        if character in _ZH_DIGITS:
            if digit:
                return None
            digit = _ZH_DIGITS[character]
        elif character in _ZH_POWERS:
            power = _ZH_POWERS[character]
            if power >= 10_000:
                section += digit or 0
                total = (total + section or 1) * power if power > 10_000 else total + (section or 1) * power
                section = 0
            else:
                section += (1 if digit is None else digit) * power
            digit = None
        else:
            return None
    return total + section + (digit or 0)


def english_number(text: str) -> int | None:
    """The value of English number words, None when they do not make one number ("two three").

    >>> english_number("two hundred and fifty thousand"), english_number("thirty-six"), english_number("two three")
    (250000, 36, None)
    """
    total = section = 0
    last = 10**18
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in ("and", "a"):
            continue
        if word in _EN_POWERS:
            power = _EN_POWERS[word]
            if power == 100:
                section = (section or 1) * 100
                last = 100
            else:
                total += (section or 1) * power
                section, last = 0, 10**18
            continue
        if word not in _EN_VALUES:
            return None
        value = _EN_VALUES[word]
        # After "thirty" only one to nine may follow, after a hundred anything below it.
        if not (last == 10**18 or last == 100 or (20 <= last <= 90 and 1 <= value <= 9)):
            return None
        section += value
        last = value
    return total + section


# ---------------------------------------------------------------- what stands around a number

_CURRENCY_BEFORE = re.compile(
    r"(?P<usd>US\$|USD|(?<!HK)(?<!NT)(?<!A)(?<!C)(?<!S)\$)|(?P<hkd>HK\$|HKD|港币)|(?P<eur>€|EUR)|(?P<gbp>£|GBP)"
    r"|(?P<jpy>JPY)|(?P<cny>¥|RMB|CNY|人民币)",
)
_CURRENCY_BEFORE_END = re.compile(rf"(?:{_CURRENCY_BEFORE.pattern})\s?\Z", re.IGNORECASE)
_UNIT = re.compile(
    r"(?P<pct>\s?%|[\s-]per[\s-]?cent(?:age)?(?![A-Za-z])(?!\s+points?)|[\s-]?pct(?![A-Za-z]))"
    r"|(?P<pp>\s?个百分点|[\s-]percentage[\s-]points?)"
    r"|(?P<tenth>成(?![员立为功都就长果本效交品熟年分语份套不人形绩])"
    r"(?P<tenths>[一二三四五六七八九半](?![是一二三四五六七八九十百千万亿个名位家项条件次年月日天]))?)"
    r"|(?P<usd>\s?美元|[\s-]?(?:US|U\.S\.)\s?(?:dollars?|\$)|[\s-]?dollars?(?![A-Za-z])|\s?USD(?![A-Za-z]))"
    r"|(?P<hkd>\s?港[元币]|\s(?:HK|Hong\sKong)\sdollars?|\s?HKD(?![A-Za-z]))"
    r"|(?P<eur>\s?欧元|[\s-]euros?(?![A-Za-z])|\s?EUR(?![A-Za-z]))"
    r"|(?P<jpy>\s?日元|[\s-]yen(?![A-Za-z])|\s?JPY(?![A-Za-z]))"
    r"|(?P<gbp>\s?英镑|[\s-]pounds?\ssterling|\s?GBP(?![A-Za-z]))"
    r"|(?P<cny>\s?(?:元人民币|元(?![旦宵素老首帅月气件代朝])|块钱|人民币)|[\s-]?(?:yuan|renminbi|RMB|"
    r"CNY)(?![A-Za-z]))",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\s?[多余几]")
_ZH_MULTIPLIER = re.compile(r"\s?(?P<a>[十百千](?![米克瓦卡赫帕分])|万(?!一)|亿)(?:[多余几]?(?P<b>[万亿]))?")
_EN_MULTIPLIER = re.compile(
    r"[\s-]?(?:(hundred|thousand|million|billion|trillion|dozen|bn|mn|tn)|(k)|(giga|mega)ton(?:ne)?s?)(?![A-Za-z])",
    re.IGNORECASE,
)
_EN_SHORT = {"bn": 10**9, "mn": 10**6, "tn": 10**12, "k": 1000, "dozen": 12, "giga": 10**9, "mega": 10**6}
_RANGE = re.compile(r"\s?(?:[-–—~至到]|to|and|或)\s?\Z")
_BETWEEN = re.compile(r"between\s\Z", re.IGNORECASE)

# Measure words that may follow a count written in Chinese numerals. Left out: those that stand in names and idioms far
# more often than in counts (手, 线, 面, 门, 心, 方, 分, 角, 点, 里, 度 …).
_MEASURE = (
    "(?:个|名|位|人(?![民工大类才事])|家(?!村)|项|条|件|次(?![于要])|辆|台(?![山湾州])|座|处(?![于理])|所(?!以|"
    "有)|间|套|份|张(?!家)|"
    "只|艘|架|吨|公斤|千克|公里|千米|米|厘米|毫米|平方|立方|亩|公顷|升|千瓦|兆瓦|小时|分钟|秒|天|日(?!本)|"
    "周(?!围|边|期)|年(?![级轻代华龄])|"
    "个?月|岁|倍|批|届|类|种|级|层|方面|支|队|组|户|村|省|市|县|区|国(?![演志时])|部(?![门委队分署])|部门|场|轮|"
    "期|笔|单位|单(?!位)|票|包|箱|桶|"
    "瓶|片|块|颗|棵|株|头|匹|根|字|页|篇|章|节|步|段|对|双|封|幅|床|班|款|股|航线|"
    "大(?![家会众小于学队厦型多师约])|强|者|"
    "省份|城市|企业|机构|环节|阶段|环境|措施|任务|行动|体系|机制|制度|领域|指标|工程|原则)"
)
_ZH_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"
_ZH_COUNT = re.compile(
    rf"(?<![{_ZH_NUMERAL[1:-1]}第几数初星礼\d])(?P<n>[一二两三四五六七八九十]{_ZH_NUMERAL}*)(?P<about>[多余几]?)"
    rf"(?:(?P<measure>{_MEASURE})|(?P<unit>个百分点|成|元|块钱|美元|港元|港币|欧元|日元|英镑|人民币)|)"
)
# 七点四公里; a part of the day or a date before it makes it an hour (晚上七点三人…).
_ZH_DECIMAL = re.compile(
    rf"(?<![{_ZH_NUMERAL[1:-1]}第几数初\d上下午晚晨早日])(?P<n>[零〇一二两三四五六七八九十]{_ZH_NUMERAL}*)点(?P<p>[零〇一二三四五六七八九]+)"
    rf"(?P<power>[百千]?[万亿])?(?={_MEASURE}|个百分点|英里|海里|元|块钱|美元|港元|港币|欧元|日元|英镑|人民币|度(?!过)|%)"
    rf"|(?<=规模|震级|指数)(?P<n2>[{_ZH_NUMERAL[1:-1]}]+)点(?P<p2>[零〇一二三四五六七八九]+)"
)
# 四元一角 is 4.10.
_ZH_MONEY = re.compile(
    rf"(?<![{_ZH_NUMERAL[1:-1]}第几数\d.])(?P<n>\d{{1,9}}|{_ZH_NUMERAL}+)[元块](?P<j>[一二两三四五六七八九1-9])[角毛]"
    rf"(?:(?P<f>[一二三四五六七八九1-9])分(?!之))?"
)
# 84万6千 is one number, 1亿2千万 and 6千6百多万 too.
_ZH_STEPS = re.compile(r"(?<![\d.,])\d{1,4}[亿万千](?:\d{1,4}[千百万]+)+(?:[多余](?P<more>[万亿]))?(?!\d)")
_ZH_STEP = re.compile(r"(\d+)(\D+)")
# 五万两: 两 after a power is a tael, no digit.
_TAELS = re.compile(r"(?<=[十百千万亿])两\Z")
# Numerals that count nothing: the Red Cross, a crossroads.
_ZH_NO_COUNT = re.compile(r"十字(?=[会架路军街形头绣星花勋]|标志|徽)|(?<=红)十字|三级跳|二次元|八股文|三段论")
_ZH_PERCENT = re.compile(
    rf"(?P<base>[百千])分之\s?(?:(?P<d>\d+(?:\.\d+)?)|(?P<n>{_ZH_NUMERAL}+)(?:点(?P<p>[零〇一二三四五六七八九]+))?)"
)
_ZH_FRACTION = re.compile(rf"(?P<y>\d+|{_ZH_NUMERAL}+)分之(?P<x>\d+|{_ZH_NUMERAL}+)|(?P<half>一半|半数|过半)")
_ZH_ORDINAL = re.compile(
    rf"第\s?(?P<n>\d+|{_ZH_NUMERAL}+)(?:个(?P<five>五年(?:规划|计划)))?"
    rf"|(?<![第\d{_ZH_NUMERAL[1:-1]}])(?P<session>[三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?|"
    rf"\d{{1,3}})"
    r"(?:届(?!时|满)|(?=中全会)|世纪|季度|期工程|号文件)"
    rf"|(?<=党的)(?P<congress>[一二]?十[一二三四五六七八九]?)大|"
    rf"(?<![第{_ZH_NUMERAL[1:-1]}])(?P<congress2>十[六七八九]|二十)大(?=[精报以召代提作闭胜对])"
    rf"|(?P<quarter>[一二三四])季度|[(](?P<phase>[一二三四])期[)]|(?P<phase2>[一二三四])期(?![间限望待权货刊])"
    r"|(?P<first>首)(?=[次届个批家条架座季艘])"
)
_FIVE_YEAR_ZH = re.compile(
    r"(?<![一二三四五六七八九\d])(?P<n>十?[一二三四五六七八九])\s?[·.]?五(?=[\"”’」』》]|规划|计划|时期|期间|以来|末|收官|开局|发展|[,、。)和与及]|\s|\Z)"
)
_MARKER = re.compile(
    r"(?:^|\n)[^\S\n]{0,40}[（(]?(?:(?P<d>\d{1,2})[.)、](?![\d])|(?P<n>[一二三四五六七八九十]{1,3})[)、])"
    r"|(?:(?<=[,。;:、!?\s])|(?<=[”」]))(?P<is>[一二三四五六七八九十]{1,2})是(?!否)|"
    r"^(?P<is0>[一二三四五六七八九十]{1,2})是(?!否)"
    r"|(?P<circle>[①-⑳])"
)

_EN_ORDINAL = re.compile(
    rf"(?<![A-Za-z\d])(?:(?:(?P<tens>{'|'.join(_TENS)})[\s-])?"
    rf"(?P<w>{'|'.join(k for k in _EN_ORDINALS if k != 'zeroth')})(?P<ly>ly)?"
    r"|(?P<d>\d{1,4})\s?(?:st|nd|rd|th))(?![A-Za-z\d])(?P<five>[\s-]five[\s-]year[\s-]plan)?",
    re.IGNORECASE,
)
_EN_ORDINAL_NOT = re.compile(
    r"[\s-](?:hand|line|class|rate|tier|responder|aid|lady|thought|nature|name)s?(?![A-Za-z])", re.I
)
_EN_NUMBERED = re.compile(
    r"(?<![A-Za-z])(?:No\.|Nos\.|Article|Chapter|Section|Phase|Number|Volume|Vol\.|Issue)\s?(?P<d>\d{1,5}|"
    r"[IVX]{1,5})(?![A-Za-z\d]|[.,]\d)",
)
_ROMAN = {r: i for i, r in enumerate(listed("I II III IV V VI VII VIII IX X XI XII XIII XIV XV"), 1)}
_EN_FRACTION = re.compile(
    r"(?<![A-Za-z])(?P<x>one|two|three|four)[\s-](?P<y>third|quarter|fourth|fifth|sixth|"
    r"tenth)s?(?![A-Za-z])(?=[\s,.]|$)"
    r"|(?<![A-Za-z])(?P<half>half)(?=\s(?:of|the|a)(?![A-Za-z]))",
    re.IGNORECASE,
)
_EN_WORD = "|".join(sorted([*_EN_VALUES, *_EN_POWERS], key=len, reverse=True))
_EN_COUNT = re.compile(
    rf"(?<![A-Za-z])(?:a\s(?=hundred|thousand|million|billion|trillion|dozen))?(?:{_EN_WORD})(?:(?:[\s-]|"
    rf"\sand\s)(?:{_EN_WORD}))*(?![A-Za-z])",
    re.IGNORECASE,
)
_EN_WORD_ALONE = re.compile(rf"(?:{_EN_WORD})(?![A-Za-z])", re.IGNORECASE)

# A number of 16 digits or more is an identity, not a quantity.
_DIGITS = re.compile(r"(?<![A-Za-z0-9_])(?<!\d[.,])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:\.\d{1,9})?(?!\d)")
_CODE = re.compile(
    r"(?<![A-Za-z0-9-])(?:[A-Za-z]{1,6}\d[A-Za-z0-9]*(?:\.\d+)?|[A-Z][A-Za-z]{0,9}-\d{1,4}|"
    r"\d{1,6}[A-Za-z]{1,3}(?:-\d+)?)(?![A-Za-z0-9])"
)
_NOT_CODE = re.compile(
    r"\d+(?:st|nd|rd|th|km|kg|m|cm|mm|g|t|kw|mw|kwh|h|hr|hrs|min|mins|s|am|pm|bn|mn|tn|k|x|ha|a|b)\Z|\d\d+K\Z|"
    r".*-(?:19|20)\d\d\Z|(?:RMB|CNY|USD|US|HKD|EUR|GBP|JPY)\d+\Z"
)
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?:\s?(?P<half>[ap])\.?m(?![A-Za-z])\.?)?"
    r"|(?<![\d:.])(?P<h4>1[0-2]|[1-9])\.(?P<m4>[0-5]\d)\s?(?P<half4>[ap])\.?m(?![A-Za-z])\.?"
    r"|(?<![\d:.])(?P<h3>1[0-2]|[1-9])\s?(?P<half3>[ap])\.?m(?![A-Za-z])\.?"
    r"|(?P<part>上午|下午|晚上?|凌晨|中午|早上?|傍晚|当晚)\s?(?P<h1>\d{1,2}|[一二两三四五六七八九十]{1,3})\s?[时点]"
    r"(?:(?P<m1>\d{1,2}|[零〇一二三四五六七八九十]{1,3})分|(?P<half1>半))?"
    r"|(?<!\d)(?P<h2>[01]?\d|2[0-4])\s?[时点](?:(?P<m2>[0-5]?\d)分|整)",
    re.IGNORECASE,
)

# Where each pattern can begin (see scan.py).
_CLOCK_FIRST = re.compile(r"\d+|[上下晚凌中早傍当]")
_PERCENT_FIRST = re.compile(r"[百千]")
_FRACTION_FIRST = re.compile(r"\d+|[零〇一二两三四五六七八九十百千万亿]+|[半过]")
_DECIMAL_FIRST = re.compile(r"[零〇一二两三四五六七八九十]")
_NUMERAL_FIRST = re.compile(r"[一二两三四五六七八九十]")
_ORDINAL_FIRST = re.compile(r"\d+|[第一二三四五六七八九十首(]")
_MARKER_FIRST = re.compile(r"\A|\n|[一二三四五六七八九十①-⑳]")
_DIGIT = re.compile(r"\d+")
_FRACTION_WORDS = frozenset(listed("one two three four half"))
_NUMBERED_WORDS = frozenset(listed("no nos article chapter section phase number volume vol issue"))
_ORDINAL_WORDS = frozenset([*_EN_ORDINALS, *(w + "ly" for w in _EN_ORDINALS), *_TENS])
_COUNT_WORDS = frozenset(["a", *_EN_VALUES, *_EN_POWERS])


class _Reader:
    """One reading of one text: `taken` marks characters that a fact already has, so that no number is read twice."""

    def __init__(self, text: str, taken: bytearray) -> None:
        self.text, self.taken, self.facts = text, taken, list[Fact]()

    def free(self, matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
        return (m for m in matches if not any(self.taken[m.start() : m.end()]))

    def add(self, token: str, start: int, end: int) -> None:
        self.facts.append(Fact(token, start, end))
        self.taken[start:end] = b"\1" * (end - start)


def plain(value: Decimal | int) -> str:
    """The shortest decimal writing: 250000, 0.5.

    >>> plain(Decimal("1.50") * 1000)
    '1500'
    """
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_numbers(text: str, taken: bytearray) -> list[Fact]:
    """Numbers of a folded text.

    taken: one byte a character, non-zero where another fact (a date) already stands; updated.
    """
    reader = _Reader(text, taken)
    for step in (
        _clocks,
        _codes,
        _fractions,
        _ordinals,
        _chinese_wholes_and_parts,
        _chinese_counts,
        _digits,
        _english_counts,
    ):
        step(reader)
    return sorted(reader.facts, key=lambda f: (f.start, f.end, f.token))


def numerals(text: str) -> tuple[int, ...]:
    """Every numeral of a short folded text in order, counts and ordinals alike, lone 一 and "one" too.

    >>> numerals("两进一出"), numerals("two-in, one-out"), numerals("Thirteenth Five-Year Plan"), numerals("十三五")
    ((2, 1), (2, 1), (13, 5), (13, 5))
    """
    found: list[int] = []
    for match in _ANY.finditer(text):
        if match["fy"]:
            found += [chinese_number(match["fy"]) or 0, 5]
        elif match["zh"]:
            whole = chinese_number(_TAELS.sub("", match["zh"]))
            found += [whole] if whole is not None else [_ZH_DIGITS.get(c, _ZH_POWERS.get(c, 0)) for c in match["zh"]]
        elif match["d"]:
            found.append(int(match["d"].replace(",", "")))
        elif match["ord"]:
            tens, _, ones = re.sub(r"\s", "-", match["ord"].lower()).rpartition("-")
            found.append((_EN_VALUES[tens] if tens else 0) + _EN_ORDINALS[ones])
        else:
            whole = english_number(match["en"])
            words = re.findall(r"[a-z]+", match["en"].lower())
            found += [whole] if whole is not None else [_EN_VALUES[w] for w in words if w in _EN_VALUES]
    return tuple(found)


_ANY = re.compile(
    rf"(?P<fy>(?<![一二三四五六七八九])十?[一二三四五六七八九])五(?=$|规划|计划|时期)|(?P<zh>{_ZH_NUMERAL}+)"
    r"|(?P<d>\d{1,3}(?:,\d{3})+|\d{1,15})"
    rf"|(?<![A-Za-z])(?P<ord>(?:(?:{'|'.join(_TENS)})[\s-])?(?:{'|'.join(_EN_ORDINALS)}))(?![A-Za-z])"
    rf"|(?<![A-Za-z])(?P<en>(?:{_EN_WORD})(?:(?:[\s-]|\sand\s)(?:{_EN_WORD}))*)(?![A-Za-z])",
    re.IGNORECASE,
)


def _clocks(reader: _Reader) -> None:
    for m in reader.free(scan(_CLOCK, _CLOCK_FIRST, reader.text)):
        hour = _any_int(m["h"] or m["h1"] or m["h2"] or m["h3"] or m["h4"])
        minute = _any_int(m["m"] or m["m1"] or m["m2"] or m["m4"] or ("30" if m["half1"] else "0"))
        half = (m["half"] or m["half3"] or m["half4"] or "").lower()
        if hour is None or minute is None:
            continue
        if hour < 12 and (half == "p" or m["part"] in ("下午", "晚", "晚上", "傍晚", "当晚")):
            hour += 12
        if hour == 12 and half == "a":
            hour = 0
        if hour <= 24 and minute < 60:
            reader.add(f"time:{hour:02d}:{minute:02d}", *m.span())


def _codes(reader: _Reader) -> None:
    for m in reader.free(_CODE.finditer(reader.text)):
        if not _NOT_CODE.match(m[0]):
            reader.add(f"code:{m[0].lower()}", *m.span())


def _fractions(reader: _Reader) -> None:
    for m in reader.free(scan(_ZH_PERCENT, _PERCENT_FIRST, reader.text)):
        whole = Decimal(m["d"]) if m["d"] else chinese_number(m["n"])
        if whole is None:
            continue
        value = Decimal(whole)
        if m["p"]:
            value += Decimal("0." + "".join(str(_ZH_DIGITS[c]) for c in m["p"]))
        reader.add(f"pct:{plain(value if m['base'] == '百' else value / 10)}", *m.span())
    for m in reader.free(scan(_ZH_FRACTION, _FRACTION_FIRST, reader.text)):
        x, y = (1, 2) if m["half"] else (_any_int(m["x"]), _any_int(m["y"]))
        if x and y and y > 1:
            reader.add(f"frac:{x}/{y}", *m.span())
    for m in reader.free(scan_words(_EN_FRACTION, _FRACTION_WORDS, reader.text)):
        if m["half"]:
            reader.add("frac:1/2", *m.span())
        elif not re.match(r"\s+(?:of\s+)?(?:quarter|\d{4})", reader.text[m.end() :][:12]):
            y = 4 if m["y"].lower() == "quarter" else _EN_ORDINALS[m["y"].lower()]
            reader.add(f"frac:{_EN_VALUES[m['x'].lower()]}/{y}", *m.span())


def _any_int(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese_number(text)


def _ordinals(reader: _Reader) -> None:
    text = reader.text
    for m in reader.free(scan(_FIVE_YEAR_ZH, _NUMERAL_FIRST, text)):
        reader.add(f"prog:{chinese_number(m['n'])}-5", *m.span())
    for m in reader.free(scan(_ZH_ORDINAL, _ORDINAL_FIRST, text)):
        name = next(k for k in ("n", "session", "congress", "congress2", "quarter", "phase", "phase2", "first") if m[k])
        value = 1 if name == "first" else _any_int(m[name])
        if value is not None:
            reader.add(f"prog:{value}-5" if m["five"] else f"ord:{value}", *m.span())
    for m in reader.free(scan(_MARKER, _MARKER_FIRST, text)):
        name = next(k for k in ("d", "n", "is", "is0", "circle") if m[k])
        value = ord(m["circle"]) - ord("①") + 1 if name == "circle" else _any_int(m[name])
        if value:
            reader.add(f"ord:{value}", m.start(name), m.end(name))
    for m in reader.free(scan_words(_EN_NUMBERED, _NUMBERED_WORDS, text)):
        value = int(m["d"]) if m["d"].isdecimal() else _ROMAN.get(m["d"])
        if value:
            reader.add(f"ord:{value}", *m.span())
    for m in reader.free(scan_words(_EN_ORDINAL, _ORDINAL_WORDS, text, digits=True)):
        if m["d"]:
            value = int(m["d"])
        else:
            value = _EN_ORDINALS[m["w"].lower()] + (_EN_VALUES[m["tens"].lower()] if m["tens"] else 0)
            if _EN_ORDINAL_NOT.match(text, m.end()):
                continue
            # A second of time, or "second" after a count.
            before = text[max(0, m.start() - 5) : m.start()]
            if m["w"].lower() == "second" and not m["tens"] and re.search(r"(?:\d|per|each|a)[\s-]\Z", before):
                continue
        reader.add(f"prog:{value}-5" if m["five"] else f"ord:{value}", *m.span())


def _chinese_wholes_and_parts(reader: _Reader) -> None:
    """七点四公里, 84万6千元, 四元一角."""
    for m in reader.free(scan(_ZH_STEPS, _DIGIT, reader.text)):
        steps = [
            int(d) * functools.reduce(lambda n, c: n * _ZH_POWERS[c], p, 1)
            for d, p in _ZH_STEP.findall(m[0][: m.start("more") - m.start() - 1] if m["more"] else m[0])
        ]
        if all(a > b for a, b in itertools.pairwise(steps)):
            value = Decimal(sum(steps) * _ZH_POWERS.get(m["more"], 1))
            _add_value(reader, value, *m.span(), _UNIT.match(reader.text, m.end()))
    for m in reader.free(scan(_ZH_DECIMAL, _DECIMAL_FIRST, reader.text)):
        whole = chinese_number(m["n"] or m["n2"])
        if whole is not None:
            value = whole + Decimal("0." + "".join(str(_ZH_DIGITS[c]) for c in m["p"] or m["p2"]))
            for power in m["power"] or "":
                value *= _ZH_POWERS[power]
            _add_value(reader, value, *m.span(), _UNIT.match(reader.text, m.end()))
    for m in reader.free(scan(_ZH_MONEY, _FRACTION_FIRST, reader.text)):
        whole = _any_int(m["n"])
        if whole is not None:
            tenths, hundredths = (_any_int(m[part]) or 0 if m[part] else 0 for part in "jf")
            reader.add(f"cny:{plain(whole + Decimal(10 * tenths + hundredths) / 100)}", *m.span())


def _chinese_counts(reader: _Reader) -> None:
    for m in reader.free(scan(_ZH_COUNT, _NUMERAL_FIRST, reader.text)):
        numeral = _TAELS.sub("", m["n"])
        value = chinese_number(numeral)
        if value is None or numeral == "一" or _ZH_NO_COUNT.match(reader.text, m.start()):
            continue
        unit = _UNIT.match(reader.text, m.end("about"))
        multiplied = numeral[0] != "十" and numeral[-1] not in _ZH_DIGITS and len(numeral) > 1 or len(numeral) > 2
        if unit or m["measure"] or multiplied:
            end = m.end("about") if numeral == m["n"] else m.start("n") + len(numeral)
            _add_value(reader, Decimal(value), m.start("n"), end, unit)


def _digits(reader: _Reader) -> None:
    text = reader.text
    waiting: tuple[int, int, Decimal, int] | None = None  # a first number of a range that has no unit of its own yet
    for m in reader.free(scan(_DIGITS, _DIGIT, text)):
        try:
            value = Decimal(m[0].replace(",", ""))
        except InvalidOperation:
            continue
        end, power = _multiplier(text, m.end())
        about = _ABOUT.match(text, end)
        unit = _UNIT.match(text, about.end() if about else end)
        if unit and unit["tenth"] and (value > 10 or value != int(value)):
            unit = None
        joint = waiting is not None and _RANGE.match(text[waiting[1] : m.start()])
        if waiting is not None:
            start, stop, first, first_power = waiting
            inherits = bool(joint) and (unit is not None or power > 1)
            if inherits and text[stop : m.start()].strip() == "and":
                inherits = bool(_BETWEEN.search(text, max(0, start - 8), start))
            first *= power if inherits and first_power == 1 else first_power
            _add_value(reader, first, start, stop, unit if inherits else None)
            waiting = None
        if unit or _currency_before(text, m.start()):
            _add_value(reader, value * power, m.start(), end, unit)
        else:
            waiting = (m.start(), end, value, power)
    if waiting is not None:
        _add_value(reader, waiting[2] * waiting[3], waiting[0], waiting[1], None)


def _multiplier(text: str, at: int) -> tuple[int, int]:
    about = _ABOUT.match(text, at)
    zh = _ZH_MULTIPLIER.match(text, about.end() if about else at)
    if zh:
        power = _ZH_POWERS[zh["a"]] * (_ZH_POWERS[zh["b"]] if zh["b"] else 1)
        return zh.end(), power
    en = _EN_MULTIPLIER.match(text, at)
    if en:
        word = (en[1] or en[2] or en[3]).lower()
        return en.end(), _EN_POWERS.get(word) or _EN_SHORT[word]
    return at, 1


def _english_counts(reader: _Reader) -> None:
    for m in reader.free(scan_words(_EN_COUNT, _COUNT_WORDS, reader.text)):
        value = english_number(m[0])
        spans = [(m.start(), m.end(), value)]
        if value is None:
            words = _EN_WORD_ALONE.finditer(reader.text, *m.span())
            spans = [(w.start(), w.end(), english_number(w[0])) for w in words]
        for start, end, number in spans:
            if number is None or number == 0 or reader.text[start:end].lower() in ("one", *_EN_POWERS, "dozen"):
                continue
            _add_value(reader, Decimal(number), start, end, _UNIT.match(reader.text, end))


def _currency_before(text: str, start: int) -> re.Match[str] | None:
    return _CURRENCY_BEFORE_END.search(text, max(0, start - 5), start)


def _add_value(reader: _Reader, value: Decimal, start: int, end: int, unit: re.Match[str] | None) -> None:
    kind = "num"
    if unit:
        kind = str(unit.lastgroup)
        end = unit.end()
        if kind == "tenth":
            tenths = unit["tenths"] or ""
            kind, value = "pct", value * 10 + (5 if tenths == "半" else _ZH_DIGITS.get(tenths, 0))
    else:
        before = _currency_before(reader.text, start)
        if before:
            kind, start = str(before.lastgroup), before.start()
            if re.match(r"\s?m(?![A-Za-z])", reader.text[end : end + 3]):
                value *= 10**6
    reader.add(f"{kind}:{plain(value)}", start, end)
