"""What in a cited text bears out a fact of a sentence: the same token, words, value, or another way to tell it.

Figures are strict within a language and a little wider across, where 两 may be "both" and 18日 "the 18th".
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from typing import Literal

from index.normalise import fold
from index.words import english_words, frequency, stem
from sources.bulletin import Fact
from sources.facts import compatible, facts
from sources.fold import fold as fold_characters
from sources.numbers import numerals
from sources.romanised import written_at
from sources.sounds import is_read_in, is_syllable

from .amounts import amount_stands, century_told, dollars_stand
from .counted import list_sizes
from .prepared import LATIN_WORD, Prepared, clauses, same_language
from .same_name import PINYIN, place_of
from .shares import share_told, shares

_NUMERIC = frozenset("num pct pp frac cny usd hkd eur jpy gbp".split())
_ABOUT = re.compile(
    r"(?P<over>(?:more than|over|above|exceed(?:s|ed|ing)?|at least|upwards of|超过|超|逾|多于|至少|"
    r"(?:no|not|never)(?: be)? (?:fewer|less|lower) than|不[得应宜能可会]?(?:低于|少于))\s?\Z)"
    r"|(?P<under>(?:less than|fewer than|under|below|at most|up to|不到|不足|少于|低于|至多|"
    r"(?:no|not|never)(?: be)? (?:more|higher|greater|longer) than|(?:not|never) exceed(?:ing)?|"
    r"不[得应宜能可会]?(?:超过|高于|多于))\s?\Z)"
    r"|(?P<near>(?:about|around|some|roughly|approximately|nearly|almost|close to|约|近|大约|将近|接近)\s?\Z)",
    re.IGNORECASE,
)
_HEDGE = 22  # characters before a figure in which its hedge stands
_OVER_AFTER = re.compile(r"\s?[\u4e00-\u9fff]{0,2}?(?:以上|(?<!之)多|余|or more|and above|\s?plus)")
_COUNTED_FIRST = re.compile(r"\s(?!of all|and foremost)[a-z]")
_ADVERB_BEFORE = re.compile(r"(?<![a-z])(?:ha[ds]|have|having|were|been|he|she|they|it|who|we)\s\Z")
_UNDER_AFTER = re.compile(r"\s?[\u4e00-\u9fff]{0,2}?(?:以下|以内|之内|or less|or fewer|and below|and under)")
# What a unit measures, and how many of the first of its kind it is.
_UNITS = {
    "length": {
        "m meter metre 米 公尺": 1, "km kilometer kilometre 公里 千米": 1000,
        "cm centimeter centimetre 厘米 公分": 0.01,
        "mm millimeter millimetre 毫米 公厘": 0.001, "mile mi 英里": 1609.344, "foot feet ft 英尺": 0.3048,
        "inch inche 英寸 英吋": 0.0254, "yard 码": 0.9144, "nautical-mile 海里": 1852,
    },
    "area": {
        "square-metre square-meter sq-m m2 m² 平方米 平方公尺": 1, "hectare 公顷": 10000, "亩 mu": 666.667,
        "square-kilometre square-kilometer sq-km km2 km² 平方公里 平方千米": 1e6, "acre 英亩": 4046.856,
        "square-mile sq-mi 平方英里": 2589988, "square-foot square-feet sq-ft 平方英尺": 0.092903,
    },
    "weight": {
        "kg kilogram kilo 公斤 千克": 1, "ton tonne 吨": 1000, "gram 克": 0.001, "pound lb 磅": 0.45359,
        "ounce 盎司": 0.02835, "斤": 0.5,
    },
    "power": {"kw kilowatt 千瓦": 1, "mw megawatt 兆瓦": 1000, "gw gigawatt 吉瓦": 1e6},
}  # fmt: skip
_SCALES = {
    unit.replace("-", " "): (kind, float(scale))
    for kind, scales in _UNITS.items()
    for units, scale in scales.items()
    for unit in units.split()
}
_UNIT = re.compile(
    # Of "16 to 65 feet" the first figure has its unit behind the last.
    r"(?:\s?(?:to|and|by|or|[-–—~至到乘×x])\s?\d[\d,.]*)?"
    rf"\s?-?(?P<unit>{'|'.join(sorted(map(re.escape, _SCALES), key=len, reverse=True))})(?:s?(?![a-z²])|(?<=[^a-z]))"
)
_LIST_MARK = re.compile(r"(?:^|[,，;；:：.。]\s*)(?:the\s)?\Z", re.IGNORECASE)
# Where a name may open a clause without a verb of speech to tell it: 刘君从五个方面, 刘君与代表们.
_NAME_OPENS = re.compile(r"\s*([\u4e00-\u9fff]{2,3}?)(?=[从在对就与和于把])")
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?P<kind>有限公司|公司|集团|大学|学院|协会|研究院|研究所|研究中心|中心|银行|法院|"
    r"实验室|报社|委员会)"
)
_NOT_PROPER = frozenset(
    "mr mrs ms dr i the a an he she they it we in on at of for and but or to by with from as also this that "
    "chinese china "
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday first second third fourth fifth sixth finally department bureau office "
    "ministry".split()
)
_NAME = r"(?:(?![和与及])[\u4e00-\u9fff]){2,4}?"
_ROW = re.compile(
    rf"(?:{_NAME}[、和与及]){{1,12}}{_NAME}(?=等|[，。；]|出席|参加|参会|列席|到会|\Z)"
)  # 甲甲、乙乙和丙丙等
# A tongue that Chinese names by its city: how English calls 广州话.
_TONGUES = {
    "place:guangzhou": re.compile(r"cantonese"),
    "place:guangdong": re.compile(r"cantonese"),
    "place:shanghai": re.compile(r"shanghainese|shanghai dialect"),
    "place:taiwan": re.compile(r"taiwanese|hokkien|min ?nan|minnan"),
    "place:chongqing": re.compile(r"chongqingese|chongqing dialect"),
    "place:wenzhou": re.compile(r"wenzhounese|wenzhou dialect"),
    "place:chaozhou": re.compile(r"teochew|chaozhou|chiu ?chow"),
}
# What a text calls by its full name it may call shorter, and the answer longer: (organisation, short forms).
_SHORT_FORMS = {
    "org:state-post-bureau": re.compile(r"(?<![a-z])bureau(?![a-z])|邮政局|[全本]局|局党组"),
    "org:cpc-central-committee": re.compile(r"(?<![a-z])(?:central|center|centre|party)(?![a-z])|中央"),
    "org:provincial-postal-administration": re.compile(r"administration|邮政管理|local postal|postal management"),
    "org:china-post": re.compile(r"(?<![a-z])china post(?![a-z])|邮政企业|中国邮政"),
    "org:china-news-service": re.compile(r"china news"),
    **{
        f"place:{place}": re.compile("|".join(filter(None, (rf"(?<![a-z])(?:{english})" if english else "", chinese))))
        for place, english, chinese in (
            ("china", "", ""),
            ("hong-kong", "", "[本全访来抵赴返]港|港[府人商]"),
            ("taiwan", "taiwan", "[返来抵赴离全访驻]台|台(?:商|胞|北|南|中市)"),
            ("united-kingdom", "british|english|england|britons?", "英|不列颠"),
            ("united-states", r"\w*americ", "美"),
            ("france", "french", "法"),
            ("germany", "german", "德"),
            ("europe", r"\w*europ|meps?(?![a-z])|eu(?![a-z])|continental", "欧"),
            ("asia", r"\w*asia", "亚"),
            ("africa", r"\w*africa", "非"),
            ("japan", "japan", "日|抗战"),
            ("russia", "russia", "俄"),
            ("spain", "spanish|spaniards?", "西班牙"),
            ("greece", "greeks?|hellenic", "希腊"),
            ("netherlands", "dutch|holland", "荷"),
            ("switzerland", "swiss", "瑞士"),
            ("poland", "polish|poles(?![a-z])", "波兰"),
            ("australia", "austral|oceania", "澳"),
            ("italy", "ital", "意|义大利"),
            ("india", "india", "印"),
            ("south-korea", "korea|seoul", "韩"),
            ("north-korea", "north korea|pyongyang", "朝鲜|北朝|北韩|朝[方美韩中]"),
            ("turkey", "turk|türk", "土耳其"),
            ("norway", "norw", "挪威"),
            ("portugal", "portug|lusitan", "葡"),
            ("denmark", "danish|danes?(?![a-z])", "丹麦"),
            ("sweden", "swed", "瑞典"),
            ("finland", "finn", "芬兰"),
            ("belgium", "belgi", "比利时"),
            ("austria", "austria", "奥地利"),
            ("hungary", "hungar|magyar", "匈牙利"),
            ("czech", "czech", "捷克"),
            ("ukraine", "ukrain", "乌克兰"),
            ("belarus", "belarus", "白俄"),
            ("serbia", "serb", "塞尔维亚"),
            ("mongolia", "mongol", "(?<!内)蒙古|外蒙"),
            ("pakistan", "pakistan", "巴基斯坦"),
            ("bangladesh", "bangla|bengal", "孟加拉"),
            ("sri-lanka", r"sri lanka|\w*lanka", "斯里兰卡"),
            ("nepal", "nepal", "尼泊尔"),
            ("myanmar", "myanma|burm", "缅"),
            ("thailand", "thai", "泰国|泰[语文人铢方]"),
            ("vietnam", "viet", "越南|越[方共军语文]"),
            ("laos", "lao(?:s|tians?)?(?![a-z])", "老挝|寮"),
            ("cambodia", "cambodia|khmer", "柬|高棉"),
            ("malaysia", "malay", "马来|大马"),
            ("singapore", "singapor", "新加坡|狮城|星洲"),
            ("indonesia", "indones", "印尼"),
            ("philippines", "filipin|philippin|pinoy", "菲律宾|菲[方佣]"),
            ("kazakhstan", "kazak", "哈萨克"),
            ("uzbekistan", "uzbek", "乌兹别克"),
            ("kyrgyzstan", "kyrgyz|kirghiz", "吉尔吉斯"),
            ("tajikistan", "tajik", "塔吉克"),
            ("iran", "iran|persia", "伊朗|波斯"),
            ("iraq", "iraq", "伊拉克"),
            ("saudi-arabia", "saudi", "沙特|沙乌地"),
            ("uae", "emirat", "阿联酋"),
            ("israel", "israel", "以色列|以[军方]"),
            ("egypt", "egypt", "埃及"),
            ("ethiopia", "ethiop", "埃塞俄比亚"),
            ("kenya", "kenya", "肯尼亚"),
            ("nigeria", "nigeria", "尼日利亚"),
            ("south-africa", "south africa", "南非"),
            ("ivory-coast", "ivorian", "科特迪瓦"),
            ("canada", "canad", "加拿大|[中美]加"),
            ("mexico", "mexic", "墨西哥|美墨"),
            ("brazil", "bra[zs]il", "巴西"),
            ("argentina", "argentin", "阿根廷"),
            ("chile", "chile", "智利"),
            ("peru", "peru", "秘鲁"),
            ("cuba", "cuba", "古巴"),
            ("new-zealand", "new zealand|kiwis?(?![a-z])", "新西兰|纽"),
        )
    },
}


def borne_out(token: str, source: Prepared) -> bool:
    if token in source.tokens or any(compatible(token, other) for other in source.tokens):
        return True
    kind, _, value = token.partition(":")
    # A counted name that stands without quotation marks is read as a bare count.
    return kind == "prog" and f"num:{value}" in source.tokens


def surface_stands(words: str, source: Prepared, unread: bool = False) -> bool:
    """Whether the same words stand in the source, and not as a part of longer ones ("5" in "15").

    unread: only where no date, time or percentage was read.
    """
    words = words.replace(",", "").strip()
    text = _without_dates(source).replace(",", "") if unread else source.digits
    at = text.find(words)
    while at >= 0 and words:
        before, after = text[max(0, at - 1) : at], text[at + len(words) : at + len(words) + 1]
        if not (_continues(before, words[0]) or _continues(words[-1], after)):
            return True
        at = text.find(words, at + 1)
    return False


@functools.lru_cache(256)
def _without_dates(source: Prepared) -> str:
    text = list(source.plain)
    for fact in source.facts:
        if fact.token.startswith(("date:", "time:", "pct:")):
            text[fact.start : fact.end] = " " * (fact.end - fact.start)
    return "".join(text)


_CHINESE_NUMERALS = "零一二两三四五六七八九十百千万亿"


def _continues(left: str, right: str) -> bool:
    if not left or not right:
        return False
    if left in _CHINESE_NUMERALS or right in _CHINESE_NUMERALS:
        return left in _CHINESE_NUMERALS + "第" and right in _CHINESE_NUMERALS
    return left.isascii() and right.isascii() and (left.isalnum() or left == ".") and (right.isalnum() or right in "%")


# A year told by its distance from another one.
_NEXT_YEAR = {
    1: re.compile(r"[翌次隔]年|第二年|(?:following|next) year|(?:a|one) year later|the year after"),
    -1: re.compile(r"[前上]一年|头一年|previous year|year (?:before|earlier)"),
}


def date_stands(token: str, source: Prepared, said: str = "") -> Literal["yes", "year", "no"]:
    """said: the words of the sentence; a year that they do not tell was inferred (this September to May 2021)."""
    inferred = re.match(r"date:\d{4}-", token) and said and token[5:9] not in said and not _YEAR_IN_WORDS.search(said)
    if inferred and date_stands("date:--" + token[10:], source) == "yes":
        return "yes"
    if token in source.tokens:
        return "yes"
    value = token.partition(":")[2]
    bearing = [other for other in source.tokens if compatible(token, other)]
    if len(value) == 4 and value.startswith("--") and re.search(_month_words(int(value[2:])), source.plain):
        return "yes"  # "in July" alone is read as no date
    if not bearing and (told := _told_otherwise(value)) and re.search(told, source.plain):
        return "yes"
    if not bearing and (
        _ends_a_range(value, source) or century_told(value, source) or _day_of_that_month(value, source)
    ):
        return "yes"
    years = {t[5:9] for t in source.tokens if t.startswith("date:") and t[5] != "-"}
    if re.fullmatch(r"\d{4}", value):
        bearing += [f"date:{int(value) - step}" for step, told in _NEXT_YEAR.items()
                    if str(int(value) - step) in years and told.search(source.plain)]  # fmt: skip
    if value.startswith("--") or not any(other.startswith("date:--") for other in bearing) or len(value) == 4:
        return "yes" if bearing else "no"
    if value[:4] in years:
        return "yes"
    return "no" if years else "year"


_YEAR_IN_WORDS = re.compile(r"[一二][零〇一二三四五六七八九]{3}年|民国")
_LONE_DAY = re.compile(
    r"(?<![\d月.-])(?P<d>[12]\d|3[01]|[1-9])[日号](?!本)|"
    r"(?<![a-z])on the (?P<e>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)(?![a-z])"
)


def _ends_a_range(value: str, source: Prepared) -> bool:
    """1576 and 1577 of 1576–77."""
    if not re.fullmatch(r"\d{4}", value):
        return False
    return any(value in (m[1] + m[2], m[1] + m[3]) for m in _SHORT_RANGE.finditer(source.plain))


_SHORT_RANGE = re.compile(r"(?<![\d,.])(1\d|20)(\d\d)[–—/-](\d\d)(?![\d%,.-])")


def _day_of_that_month(value: str, source: Prepared) -> bool:
    """20日 after 8月9日 is August 20."""
    day = re.fullmatch(r"(?:\d{4}-|--)(\d\d)-(\d\d)", value)
    if not day:
        return False
    month, number = day.groups()
    for lone in _LONE_DAY.finditer(source.plain):
        if int(lone["d"] or lone["e"]) == int(number):
            before = [f.token for f in source.facts if f.token.startswith("date:") and f.end <= lone.start()]
            last = re.search(r"-(\d\d)(?:-(\d\d))?$", before[-1]) if before else None
            if last and last[1] == month and (last[2] or "00") < number:
                return True
    return False


def _told_otherwise(value: str) -> str:
    """Words for a decade, or for the month that ends a quarter: 九十年代, 三季度末."""
    if decade := re.fullmatch(r"\d\d([2-9])0s", value):
        return rf"(?:{_CHINESE_NUMERALS[int(decade[1]) + (int(decade[1]) > 2)]}十|{decade[1]}0)年代"
    if value in ("--03", "--06", "--09", "--12"):
        quarter = int(value[2:]) // 3
        word, year = ("first", "second", "third", "fourth")[quarter - 1], "|年[底末]" if quarter == 4 else ""
        return rf"[{quarter}{'一二三四'[quarter - 1]}]季度?末|end of the {word} quarter{year}"
    return ""


def _month_words(month: int) -> str:
    """The name of a month where it cannot be another word ("may", "march")."""
    name = _MONTHS[month - 1]
    return rf"(?<![a-z]){'in ' if name in ('may', 'march') else ''}{name}(?![a-z])"


def figure_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    kind, _, value = fact.token.partition(":")
    words = said.plain[fact.start : fact.end]
    before = said.plain[max(0, fact.start - _HEDGE) : fact.start]
    if borne_out(fact.token, source):
        return kind not in _NUMERIC or not (_other_bound(fact, said, source) or _other_unit(fact, said, source))
    if kind == "ord" and not any(t.startswith("ord:") for t in source.tokens) and _LIST_MARK.search(before):
        return True  # the place in a list that the answer makes of what is cited
    if kind == "num" and float(value) == len({f.token for f in said.facts if f.token.startswith("name:")}) > 1:
        return True  # "the four deputies", and then their names, each of which is looked for
    if words in ("firstly", "首先"):
        return True
    if words == "first" and (_ADVERB_BEFORE.search(before) or not _COUNTED_FIRST.match(said.plain, fact.end)):
        return True  # "must be solved first" counts nothing, nor does "had first been"
    if fact.token == "num:2" and re.search(r"(?<![a-z])(?:both|pair|couple)(?![a-z])|双|两", source.plain):
        return True
    if dollars_stand(fact, said, source) or _months_stand(fact, said, source):
        return True
    if kind == "num" and _ratio_stands(fact, said, source):
        return True  # "nine in ten" of 九成
    part = kind in ("frac", "pct", "pp") or kind == "ord" and _OF_A_PERCENT.match(said.plain, fact.end)
    if part and _part_stands(fact, said, source):
        return True
    if kind == "num" and (clock := _CLOCK.fullmatch(words)):
        minutes = f":{clock[2]}"
        hours = {int(clock[1]), (int(clock[1]) + 12) % 24}
        if any(t.startswith("time:") and t.endswith(minutes) and int(t[5:-3]) in hours for t in source.tokens):
            return True  # "at 5.20 in the morning"
    numbered = re.fullmatch(r"([1-9])([a-z])", words) if kind == "code" else None
    if numbered and surface_stands(_ROMAN[int(numbered[1]) - 1] + numbered[2], source):
        return True  # "1B" of IB
    if kind in ("code", "time", "ord", "num") and surface_stands(words, source, unread=kind == "num"):
        return True
    # "the 18th" is a day; 第二 never is, nor is "the second runway".
    dated = (
        kind == "ord"
        and not said.chinese
        and float(value) > 3
        or bool(_TIME_AFTER.match(said.plain, fact.end) or _WEEK.search(before))
    )
    if not same_language(said, source) and (
        _value_stands(fact, words, source, dated)
        or kind == "num"
        and _list_stands(fact, said, source)
        or amount_stands(fact, said, source)
        or fact.token == "code:covid-19"
        and "新冠" in source.plain
    ):
        return True
    if kind not in _NUMERIC or kind == "frac":
        return False
    amount = float(value)
    return _rounded(amount, kind, before, source) or kind == "num" and _converted(fact, amount, said, source)


# What is measured or paid, not counted; a list bears out a count of things alone.
_MEASURED = re.compile(
    r"\s?(?:[余多来几]?个?(?:[元块角分镑年月日天时点周岁秒米里吨克斤升度倍成折万亿千百层楼号级次回届期代刻半]|小时|分钟|星期|"
    r"世纪|季度|公里|千米|厘米|毫米|公斤|公顷|平方|立方|百分|欧元|美元|英镑|港元|英里|英尺|海里|光年)|"
    r"[-\s]?(?:and a half|half|hundred|thousand|million|billion|dozen|per ?cent|percentage|%|(?:[a-z]+ )?(?:years?|"
    r"months?|days?|weeks?|hours?|minutes?|seconds?|decades?|centur(?:y|ies)|quarters?|nights?|times|fold|dollars?|euros?|pounds?|"
    r"cents?|yuan|k?m|km|metres?|meters?|kilomet(?:re|er)s?|miles?|feet|foot|inch(?:es)?|hectares?|tons?|tonnes?|"
    r"kilos?|kilograms?|grams?|lit(?:re|er)s?|degrees?|points?|goals?|sacks?|tenths?|o'clock|p\.?m|a\.?m))(?![a-z]))"
)


def _list_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """四位副局長 where the source names four of them, and tells the figure of nothing."""
    amount = float(fact.token[4:])
    counts = "." not in said.plain[fact.start : fact.end] and not _MEASURED.match(said.plain, fact.end)
    return counts and amount in list_sizes(source.text)


_WEEK = re.compile(r"(?:周|星期|礼拜)\Z")
_TIME_AFTER = re.compile(
    r"\s?(?:[日号时点年天]|个?月|个?小时|(?:(?:to|until|and|[-–])\s?\d{1,2}\s?)?(?:p\.?m|a\.?m)|"
    r"o'clock|an? (?:year|month|day|hour)|(?:in the|at|this|that|every) (?:early )?(?:morning|afternoon|evening|night))"
)


_CLOCK = re.compile(r"(\d{1,2})\.([0-5]\d)")
_QUARTERS = re.compile(
    r"(?<![a-z])(?:first|last|past|previous|next) (?:two|three) quarters|前[二两三]季度?|[前三]个季度"
)
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii".split()


_MONTHS_TOLD = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![a-z])first (?:three quarters|(?:nine|9) months)(?![a-z])|前三个?季度?|前[九9]个月|"
        r"[1一][-—至到][9九]月",
        r"(?<![a-z])first (?:two quarters|half|(?:six|6) months)(?![a-z])|前[二两]个?季度?|前[六6]个月|"
        r"[1一][-—至到][6六]月|上半年",
    )
)


def _months_stand(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "the first nine months" of 前三季度."""
    for told in _MONTHS_TOLD:
        mine = any(m.start() <= fact.start and fact.end <= m.end() for m in told.finditer(said.plain))
        if mine and told.search(source.plain):
            return True
    return False


def _ratio_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    told = share_told(fact, said.plain)
    return told is not None and any(abs(told[0] - other) < 1e-6 for other in shares(source))


_OF_A_PERCENT = re.compile(r"\s?of (?:a|one) ?per ?cent")


def _part_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """A part told otherwise: 一成半 for 15 %, "seven tenths" for 十分之七; quarters of a year are no parts."""
    kind, _, value = fact.token.partition(":")
    if kind == "ord":  # "a tenth of a percent"
        return any(abs(0.01 / float(value) - other) < 1e-6 for other in shares(source))
    if kind == "frac" and any(m.start() <= fact.start < m.end() or fact.start < m.end() <= fact.end + 9
                              for m in _QUARTERS.finditer(said.plain)):  # fmt: skip
        return bool(_QUARTERS.search(source.plain))
    above, _, below = value.partition("/")
    share = float(above) / float(below or (1 if kind == "pp" else 100))
    return any(abs(share - other) < 1e-6 for other in shares(source))


def _value_stands(fact: Fact, words: str, source: Prepared, dated: bool) -> bool:
    """Across languages: the same value, however it is told there (the 18th, 18日; a third, 三分之一).

    dated: the figure is a day, an hour or a part of one ("half a year"), so those of the source count.
    """
    kind, _, value = fact.token.partition(":")
    if kind == "frac" and value == "1/2" and not dated:
        return bool(re.search("半|hal[fv]", source.plain))
    if words in ("first", "second", "首", "一") or kind == "frac" and value == "1/2":
        return bool(_FIRST_OR_SECOND.search(source.plain))
    if words == "两" or fact.token == "num:2":
        return bool(_TWO.search(source.plain) or re.search(r"(?<![a-z])(?:each|either)(?![a-z])|各", source.plain))
    values = _values(source) | (_calendar(source) if dated or kind == "time" else frozenset())
    if kind == "time":
        hour, minute = map(int, value.split(":"))
        return bool({hour, (hour - 12) % 24} & values) and (minute in values or not minute or minute == 30)
    if kind == "frac":
        return int(value.split("/")[1]) in values
    if kind in ("num", "ord"):
        return float(value) in values
    return kind not in ("code", "pct") and surface_stands(value, source, unread=True)


_FIRST_OR_SECOND = re.compile(
    r"半|half|一|首|第二|秒|上|前|先|first|second|one|初|元年|次[名席位大]|[高大]二(?![十百千万])|"
    r"二战|亚军|冠军|榜首|最早|"
    r"(?<![a-z])(?:ii|never|earliest|debut|maiden|inaugural|initial(?:ly)?)(?![a-z])"
)
_TWO = re.compile(r"(?<![a-z])(?:both|twice|doubl\w*|two|pairs?|couple|second|twin|fortnight\w*)(?![a-z])|[两二双俩对]")
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday".split()
_MONTHS = "january february march april may june july august september october november december".split()


@functools.lru_cache(256)
def _values(source: Prepared) -> frozenset[float]:
    """Every value that a text tells in figures or in words, whatever it counts; dates and times apart."""
    plain = _without_dates(source)
    found = set(map(float, numerals(plain)))
    found |= {float(f.replace(",", "")) for f in re.findall(r"\d[\d,]*(?:\.\d+)?", plain)}
    found |= {4.0} if "quarter" in plain else set()
    for token in source.tokens:
        kind, _, value = token.partition(":")
        if kind in ("num", "ord", "pp", "cny", "usd", "eur", "hkd"):
            found.add(float(value))
    return frozenset(found)


@functools.lru_cache(256)
def _calendar(source: Prepared) -> frozenset[float]:
    """Days, months and hours of the text, the evening's in both counts."""
    found: set[float] = set()
    for names in (_WEEKDAYS, _MONTHS):
        found |= {float(i) for i, name in enumerate(names, 1) if name in source.plain}
    for token in source.tokens:
        kind, _, value = token.partition(":")
        if kind == "time":
            found |= {float(value[:2]), (float(value[:2]) + 12) % 24}
        elif kind == "date":
            found |= {float(part) for part in re.findall(r"\d+", value)}
    for hour in re.findall(r"(?<!\d)(1[3-9]|2[0-4])[时点]", source.plain):
        found.add(float(hour) - 12)
    return frozenset(found)


def _rounded(amount: float, kind: str, before: str, source: Prepared) -> bool:
    """ "about 300,000" of 298,000, "more than 200,000" of 250,000."""
    hedge = _ABOUT.search(before)
    if not hedge:
        return False
    low, high = (1.0, 1.3) if hedge["over"] else (0.77, 1.0) if hedge["under"] else (0.95, 1.06)
    same = [float(t.partition(":")[2]) for t in source.tokens if t.partition(":")[0] == kind]
    # Rounded is what has fewer digits than the source: "about 2,790" for 2,700 is another figure.
    return any(low * amount <= exact <= high * amount and _digits(amount) < _digits(exact) for exact in same)


def _digits(value: float) -> int:
    return len(f"{value:f}".rstrip("0").rstrip(".").replace(".", "").strip("0"))


def _other_bound(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "less than 70 %" where the source has "more than 70 %"."""
    mine = _bound(said.plain, fact)
    if mine in ("", "near"):
        return False
    theirs = {_bound(source.plain, other) for other in source.facts if compatible(fact.token, other.token)}
    if not theirs or mine in theirs or "near" in theirs:
        return False
    # Bounds are told in too many ways to miss one across languages; only the opposite one counts there.
    return same_language(said, source) or theirs <= {"over", "under"}


def _bound(plain: str, fact: Fact) -> str:
    hedge = _ABOUT.search(plain[max(0, fact.start - _HEDGE) : fact.start])
    if hedge:
        return str(hedge.lastgroup)
    return "over" if _OVER_AFTER.match(plain, fact.end) else "under" if _UNDER_AFTER.match(plain, fact.end) else ""


def _converted(fact: Fact, amount: float, said: Prepared, source: Prepared) -> bool:
    """10 公里 and "10,000 metres", "1,670 feet" of 509.2公尺."""
    mine = _measured(said.plain, fact)
    if not mine or not amount:
        return False
    kind, scale = mine
    for other in source.facts:
        theirs = _measured(source.plain, other) if other.token.startswith("num:") else None
        if not theirs or theirs[0] != kind or theirs[1] == scale:
            continue
        # Feet, miles and mu come out rounded, to the last digit that is told at least; metres do not.
        metric = all(math.log10(each).is_integer() for each in (scale, theirs[1]))
        slack = 1e-9 if metric else max(0.02, 0.5 * _last_place(amount) / amount)
        if abs(float(other.token[4:]) * theirs[1] / (amount * scale) - 1) <= slack:
            return True
    return False


def _last_place(amount: float) -> float:
    """What the last digit of a figure counts that is no nought: 10 of 1,670."""
    place = 10.0 ** -len(f"{amount:f}".rstrip("0").partition(".")[2])
    while amount % (place * 10) < place / 2 and place < amount:
        place *= 10
    return place


def _measured(plain: str, fact: Fact) -> tuple[str, float] | None:
    """What the figure measures, and in how large a unit; None where no unit stands behind it."""
    unit = _UNIT.match(plain, fact.end)
    return _SCALES[unit["unit"]] if unit else None


def _other_unit(fact: Fact, said: Prepared, source: Prepared) -> bool:
    """ "1,700 feet" where the source has 1,700米."""
    mine = _measured(said.plain, fact)
    theirs = [_measured(source.plain, other) for other in source.facts if compatible(fact.token, other.token)]
    if not mine or not theirs:
        return False
    return all(other and other[0] == mine[0] and other[1] != mine[1] for other in theirs)


def name_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    if borne_out(fact.token, source) or surface_stands(said.plain[fact.start : fact.end], source):
        return True
    if said.chinese and not source.chinese and place_of(said.plain[fact.start : fact.end], source):
        return True
    reading = fact.token.partition(":")[2]
    parts = reading.split("-")
    if not all(PINYIN.fullmatch(part) for part in parts) and not same_language(said, source):
        return True  # how Samat Orazov is written in Chinese is not known here
    if source.chinese and not said.chinese and written_at(said.text[fact.start : fact.end], source.plain):
        return True
    if len(parts) < 2:
        # "Prince De" of 德王, "Emperor Taizong" of 太宗
        characters = set(source.plain) if source.chinese and not said.chinese else set()
        return bool(characters) and (
            is_read_in(reading, source.text) or any(is_syllable(c, reading) for c in characters)
        )
    if re.search(r"(?<![a-z])" + r"[\s'’-]?".join(parts) + "(?![a-z])", source.plain):
        return True
    joined = re.sub(r"['’\s-]", "", source.plain)
    if not said.chinese and source.latin and "".join(parts) in joined and not source.chinese:
        return True
    # "Chenggong Ying", which is read as if it were a Western name, is 成公英.
    return source.chinese and any(is_read_in("-".join(order), source.text) for order in (parts, parts[::-1]))


def reading_stands(name: str, words: str) -> bool:
    """Whether a person's name token, such as "name:zhao-min", is read in words that stand in either language."""
    parts = name.partition(":")[2].split("-")
    if len(parts) < 2:
        return False
    return is_read_in(name, words) or bool(
        re.search(r"(?<![a-z])" + r"[\s'’-]?".join(map(re.escape, parts)) + "(?![a-z])", words.lower())
    )


def other_name(said: Prepared, source: Prepared) -> Iterator[str]:
    """Names of the source that a Chinese sentence tells with another character: 谭秋云 for Tan Qiuyue."""
    if not said.chinese or source.chinese:
        return
    from pypinyin import lazy_pinyin

    plain = fold_characters(said.text)
    names = {f.token for f in source.facts if f.token.startswith("name:")}
    wanted = [name.partition(":")[2].split("-", 1) for name in names if not reading_stands(name, said.text)]
    for run in re.finditer(r"[\u4e00-\u9fff]{3,}", plain) if wanted else ():
        syllables = lazy_pinyin(run[0])
        for at in range(len(syllables) - 2):
            surname, first, second = syllables[at : at + 3]
            for parts in wanted:
                given = re.sub(r"['’-]", "", parts[-1])
                alike = given.startswith(first) != given.endswith(second) and given not in (first, second)
                name = run[0][at : at + 3]
                if parts[0] == surname and alike and _reads_as_name(name) and not place_of(name, source):
                    yield f"the name {name} is not in the cited text"


def place_or_office_stands(fact: Fact, said: Prepared, source: Prepared) -> bool:
    short = _SHORT_FORMS.get(fact.token)
    if said.plain.startswith("印度教", fact.start):
        return True  # no India
    if (
        fact.token in _TONGUES
        and re.match("[话语]", said.plain[fact.end :])
        and _TONGUES[fact.token].search(source.plain)
    ):
        return True
    if borne_out(fact.token, source) or short and short.search(source.plain):
        return True
    name = fact.token.partition(":")[2]
    if fact.token.startswith("place:") and source.chinese and not said.chinese and is_read_in(name, source.text):
        return True  # a town that sounds as one that is known
    if name.startswith("ministry-of-") and re.search(_minister(name.removeprefix("ministry-of-")), source.plain):
        return True
    if said.chinese and source.latin and phrase_share(fact.token.partition(":")[2].replace("-", " "), source) == 1:
        return True  # "the Education Ministry" of org:ministry-of-education
    return surface_stands(said.plain[fact.start : fact.end], source)


def _minister(domain: str) -> str:
    words = domain.replace("-", " ")
    return rf"(?<![a-z]){words} minist|minister (?:of|for) {words}(?![a-z])"


def in_series(title: str, source: Prepared) -> str:
    """A quoted title without its number, where the source numbers one so: 古橋（二） and "Old Bridges (II)"."""
    number = _IN_SERIES.search(title)
    if not number:
        return ""
    there = {_series_number(match[1]) for match in _IN_SERIES.finditer(source.plain)}
    return title[: number.start()] if _series_number(number[1]) in there else ""


_IN_SERIES = re.compile(r"\s?[(（](?P<number>[一二三四五六七八九十]|1?\d|[ivx]{1,4})[)）](?=[\"'”」』》]|\Z)")


def _series_number(words: str) -> int:
    if words in _ROMAN:
        return _ROMAN.index(words) + 1
    return int(words) if words.isdecimal() else "一二三四五六七八九十".find(words) + 1


def phrase_share(words: str, source: Prepared) -> float:
    """Share of the content words of an English name that stand together somewhere in the source, in any order."""
    wanted = set(english_words(fold(words)))
    if not wanted:
        return 1.0
    have = [stem(word) for word in re.findall(r"[a-z0-9]+", source.plain)]
    size = len(words.split()) + 5
    ends = range(max(1, len(have) - len(wanted) + 1))
    return max(len(wanted.intersection(have[i : i + size])) for i in ends) / len(wanted)


_WEEKDAY = re.compile(
    r"(?<![a-z])(?P<english>mon|tues|wednes|thurs|fri|satur|sun)days?(?![a-z])|(?:周|星期|礼拜)(?P<chinese>[一二三四五六日天])"
)
_SOME_WEEKDAYS = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天](?:至|到|[-–—~])|days?(?: to|[-–—])|weekdays?|weekends?|daily|every day|"
    r"每[天日]|工作日|周末|双休"
)


def other_weekday(said: Prepared, source: Prepared) -> Iterator[str]:
    """A day of the week where the source tells other ones, each by its name."""
    there = {_weekday(match) for match in _WEEKDAY.finditer(source.plain)}
    if not there or _SOME_WEEKDAYS.search(source.plain):
        return
    for match in _WEEKDAY.finditer(said.plain):
        if _weekday(match) not in there:
            yield f"{said.text[match.start() : match.end()]} is not in the cited text"


# What tells each of the seasons, and each part of the day.
_SPANS = tuple(
    tuple(map(re.compile, span))
    for span in (
        (
            r"(?<![a-z])(?:in (?:the |early |late )?spring|spring (?:of |term|semester|\d)|and spring(?! fest))"
            r"|春[夏秋冬]{0,2}[季天]|年春(?!节)",
            r"(?<![a-z])summer(?! olymp)|[夏暑][秋冬春]{0,2}[季天](?!奥)|年夏",
            r"(?<![a-z])(?:autumn|in the fall|fall (?:of |term|semester|\d))|秋[冬春夏]{0,2}[季天]|年秋",
            r"(?<![a-z])winter(?! olymp)|冬[春夏秋]{0,2}[季天](?!奥)|年冬",
        ),
        (
            r"(?<![a-z])(?:mornings?|dawn)(?![a-z])|早[上晨]|[清凌]晨|上午|今早",
            r"(?<![a-z])afternoons?(?![a-z])|下午|午后",
            r"(?<![a-z])(?:evenings?|nights?)(?![a-z])|晚[上间]|[昨今当]晚|傍晚|夜",
        ),
    )
)
_CLOCK_TIME = re.compile(r"\d ?[ap]\.?m|\d[点时:：]\d*")


def other_time(said: Prepared, source: Prepared) -> Iterator[str]:
    """A season or a part of the day where the source tells another: "in spring" of 秋天.

    None beside a clock time, which may be called by several.
    """
    if _CLOCK_TIME.search(source.plain):
        return
    for members in _SPANS:
        there = [member for member in members if member.search(source.plain)]
        for member in members:
            found = member.search(said.plain)
            if found and there and member not in there:
                yield f"{said.text[found.start() : found.end()]} is not in the cited text"


def _weekday(match: re.Match[str]) -> int:
    if match["english"]:
        return ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun").index(match["english"])
    return "一二三四五六日天".index(match["chinese"].replace("天", "日"))


def unknown_names(said: Prepared, source: Prepared) -> Iterator[str]:
    """Names of which the fact reader knows nothing: capitals in English, what ends like an organisation in Chinese."""
    taken = {i for f in said.facts for i in range(f.start, f.end)}
    if not said.chinese and source.latin:
        words = list(LATIN_WORD.finditer(said.text))
        # A headline has capitals everywhere.
        if len(words) > 3 and sum(w[0][0].isupper() for w in words) > 0.6 * len(words):
            return
        for i, word in enumerate(words):
            lower = word[0].lower().removesuffix("'s").removesuffix("’s")
            starts = i == 0 or re.search(r"[.!?:;“\"‘(\n]\s*\Z", said.text[: word.start()])
            if not word[0][0].isupper() or starts or word.start() in taken or lower in _NOT_PROPER:
                continue
            if not word_stands(lower, source) and not _is_acronym(word[0], source):
                yield f"the name {word[0]} is not in the cited text"
    if said.chinese:
        for start, _ in clauses(said.plain):
            unread = (
                None
                if any(f.start < start + 4 and start < f.end for f in said.facts)
                else _NAME_OPENS.match(said.plain, start)
            )
            # 路德反对 opens with no 路德反.
            if unread and (
                unread[1][-1] in "桥街路镇村县站馆寺塔" or frequency(said.plain[unread.end() - 1 : unread.end() + 1])
            ):
                unread = None
            if unread and _reads_as_name(unread[1]) and unread[1] not in source.plain:
                reading = next(f.token for f in facts(unread[1] + "指出") if f.token.startswith("name:"))
                if not name_stands(Fact(reading, start, start + len(unread[1])), said, source):
                    yield f"the name {said.text[start : start + len(unread[1])]} is not in the cited text"
        yield from _unknown_among_names(said, source)
    if said.chinese and source.chinese:
        for match in _ORGANISATION.finditer(fold_characters(said.text)):
            name, kind = match[0], match["kind"]
            known = max((n for n in range(len(name) + 1) if name[len(name) - n :] in source.plain), default=0)
            if known <= len(kind) and kind in source.plain:
                yield f"the name {said.text[match.start() : match.end()]} is not in the cited text"


def _unknown_among_names(said: Prepared, source: Prepared) -> Iterator[str]:
    """Names in a row of names (甲、乙、丙等) of which the source has some, and not these."""
    from pypinyin import lazy_pinyin

    known = {"".join(f.token.partition(":")[2].split("-")) for f in source.facts if f.token.startswith("name:")}
    for row in _ROW.finditer(fold_characters(said.text)) if known else ():
        names = {name: "".join(lazy_pinyin(name)) for name in re.split("[、和与及]", row[0]) if 1 < len(name) < 5}
        if sum(read in known for read in names.values()) < 2:
            continue
        for name, read in names.items():
            if read not in known and name not in source.plain and _reads_as_name(name):
                yield f"the name {name} is not in the cited text"


@functools.lru_cache(1024)
def _reads_as_name(chinese: str) -> bool:
    """Whether the characters read as a person's name and are no word (从 or 对 follows many a word too)."""
    return not frequency(chinese) and any(
        f.token.startswith("name:") and f.end - f.start == len(chinese) for f in facts(chinese + "指出")
    )


def word_stands(lower: str, source: Prepared) -> bool:
    root = stem(lower)
    if root in source.stems or all(stem(p) in source.stems for p in re.split(r"['’-]", lower) if p):
        return True
    return len(root) >= 4 and any(s.startswith(root[:5]) or root.startswith(s) and len(s) >= 4 for s in source.stems)


def _is_acronym(word: str, source: Prepared) -> bool:
    letters = word.lower()
    if not word.isupper() or len(letters) < 2:
        return False
    initials = "".join(w[0] for w in re.findall(r"[a-z]+", source.plain) if w not in ("of", "the", "and", "for"))
    return letters in initials
