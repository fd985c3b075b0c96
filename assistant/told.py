"""Whether a sentence tells what is asked for: a person, a day, a place, a count of the thing named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.normalise import fold, simplify
from index.words import persons
from sources.bulletin import Fact
from sources.sounds import sounds_in

from .asking import FAMILIES, MEASURES, OFFICES, ROLES, Asked
from .events import STRICT, tells_event

# A count belongs to the thing that stands this near to it, in characters before and after.
_NEAR_CHINESE, _NEAR_LATIN = 12, 45
# An age is told before its figure, too: "aged 38".
_AGED = re.compile(r"\b[Aa]ged? (?:of )?$")
# How surely a figure is the count when only other words of the question stand near to it, and when none does.
_OTHER_THING, _ELSEWHERE = 0.6, 0.2
# What a figure with a unit of its own measures: it counts nothing else, however near. The unit stands behind it.
_UNIT = re.compile(
    r"(?:[千毫厘公]?[米克]|公[里斤顷吨]|英[里尺寸]|海里|吨|平方|立方|秒|分(?=钟|\d)|小时|天|岁|年|个月|%|[美欧港日]?元(?![旦素老首])|英镑"
    r"|(?:[kcm]?m|kg|met(?:er|re)s?|kilo\w+|miles?|feet|foot|ton(?:ne)?s?|grams?|seconds?|minutes?|hours?|days?|weeks?|months?"
    r"|years?|percent|per cent|yuan|dollars|euros|pounds)\b)"
)
_BEFORE_UNIT = "多余几 -"
# People are counted under many names.
_PEOPLE = re.compile(
    r"people|persons|participants|members|delegates|attendees|workers|staff|employees|residents|inhabitants"
    r"|人|名|位|代表|员"
)
# Somebody by what only the segmenter takes for a name. It finds one in 56 of 59 Chinese sentences that answer "who",
# what is above in half of them; and in 43 of 81 sentences that come near to a question that nothing answers.
_BY_LIKELY_NAME = 0.8
# Places are told in more ways than the list of place names knows.
_ENGLISH_PLACE = re.compile(
    r"\b(?:in|at|from|near|outside|to|into)\s+(?:the\s+|central\s+|downtown\s+|(?:north|south|east|west)(?:ern)?\s+)*"
    r"(?!(?:Janu|Febru|March|April|May|June|July|August|Sept|Octo|Novem|Decem|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|Q\d)"
    r"\w*\b)([A-Z][a-z]+(?: (?:[A-Z]\w*|and|of|for)\b)*)"
)
_BODY = re.compile(
    r"\b(?:State|Party|Bureau|Ministry|Office|Department|Commission|Committee|Council|Congress|Government|Group|Company|"
    r"Association|Union|Agency|Service|News|Law|Regulations?|Plan|Project|Conference|Meeting|Directors?|Post|Thought)\b"
)
# Somebody who did it, though not by name; how surely that is who is asked for.
_OFFICE = re.compile(
    r"负责人|负责同志|发言人|有关领导|工作人员|代表(?![着著性了作])|\b(?:persons?|people|staff) in charge\b"
    r"|\bresponsible (?:persons?|people)\b"
    r"|\b(?:heads?|officials?|leaders?|representatives?|spokes\w+|directors?) (?:of|from)\b"
)
_BY_OFFICE = 0.7
# Where the sentence says that this somebody did what is asked: whoever asks who chaired is told.
_DONE_BY_OFFICE = 0.9
# Somebody by a name that no list knows: after what that person is (诗人白石), or as foreign names are written.
_CHINESE_PERSON = re.compile(
    r"(?:(?:小说|作|画|专|科学|数学|物理|化学|艺术|哲学|历史|音乐|思想|企业|革命)家|诗人|导演|演员|歌手|皇帝|皇后|国王|女王|总统|首相|"
    r"将军|教授|博士|校长|院长|队长|教练|球员|主教|律师|工程师|建筑师|设计师|摄影师|作者|创始人|发明者)"
    r"(?P<name>(?![兼和与及的在是之们等])[\u4e00-\u9fff]{2,4})"
    r"|(?P<foreign>[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,12}|\b[A-Z][a-z]+(?: [A-Z][\w.’'-]*)+)"
)
_ENGLISH_PERSON = re.compile(
    r"\b[A-Z][a-zà-ÿ]+(?:[’'-][A-Z]?[a-zà-ÿ]+)*(?: [A-Z]\.| van| von| de| der| la| bin| al)*"
    r"(?: [A-Z][a-zà-ÿ]+(?:[’'-][A-Z]?[a-zà-ÿ]+)*)+"
)
# And where the sentence tells nothing of what that person did: somebody else may have.
_OTHER_ROLE = 0.5
# How surely a day is the one asked for where its sentence does not tell what happened on it: the one before may.
_OTHER_EVENT = 0.3
# How surely a sentence with one person or town tells which ones, when several are asked for.
_ONE_OF_SEVERAL = 0.5
# Years of which the facts tell nothing: those of three digits.
_EARLY_YEAR = re.compile(r"(?:[在于至自到]|公元前?)\d{1,3}年(?!代)|\b(?:in|AD|BC) \d{3}\b|\b\d{1,3} (?:AD|BCE?)\b")
# Where everything here takes place and in whose thought answers no question for a place or a person.
_EVERYWHERE = {"place:china", "name:xi-jinping"}
_CONTINENTS = {"place:asia", "place:europe", "place:africa"}  # no cities
_CHINESE_PLACE = re.compile(
    r"[在于至赴往到自位驻抵][^,。;:、在于]{1,14}?"
    r"(?:镇|乡(?!村)|山|河|湖|港|路|街|馆|学院|医院|校|大学|广场|车站|机场|会场|总部|大厦|酒店|公园)"
)
_CITY = re.compile(
    r"[^\W\d_](?:(?<![城都门上全各本该我超夜菜股省])市(?![场监级民区内])|(?<![全各节本该我])省(?![级份])"
    r"|(?<![全各本该])县(?!级)|自治区|州|群岛)"
)
# Countries by what unites them: RCEP成员国.
_COUNTRIES = re.compile(r"(?:[A-Za-z]{2,}|[”」])(?:成员国|国家)|\b[A-Z]{3,} (?:countries|members|member states)\b")
# A telephone number, an address of mail or of a page.
_CONTACT = re.compile(r"\d[\d\- ]{5,}\d|\w@\w|https?://|www\.|[\u4e00-\u9fff](?:路|街|大道)\d+号")
_SAID = re.compile(
    r"\b(?:sa(?:y|ys|id)|spoke|speech|point(?:ed|s) out|stress(?:ed|es)|emphasi[sz](?:ed|es)|demand(?:ed|s)"
    r"|request(?:ed|s)|requir(?:ed|es)|propos(?:ed|es)|told|noted|explained|add(?:ed|s)|according to|urged"
    r"|call(?:ed|s) (?:for|on)|hop(?:ed|es)|believ(?:ed|es)|argu(?:ed|es)|stat(?:ed|es)|announc(?:ed|es)|thinks?"
    r"|thought|asked|want(?:ed|s)?)\b"
    r"|指出|强调|要求|表示|说|讲话|提出|认为|希望|介绍|宣布|透露|呼吁|谈到|坦言|称"
)
# What tells a cause, a purpose or a consequence: 34 of 41 public answers to a question for a reason do, 28 % of others.
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|thanks to|so that|so as|in order|results?|resulted|reasons?|caus\w+|therefore|thus"
    r"|hence|le(?:d|ads?|ading) to|account of|so|since|given that"
    r"|to (?:avoid|prevent|ensure|protect|make|help|allow|reduce|keep|give))\b"
    r"|因|由于|为了|以[便免]|所以|导致|使|故|致|缘|出于|目的|理由|为[^,。]{1,12}而|从而|鉴于|以[^,。]{2,20}|令"
)
# Money of which the facts know no unit, after its figure: 三万钱, 300 francs.
_COINS = re.compile(
    r"[多余]?(?:个|枚)?(?:钱|文(?![件章化字])|贯|两(?![国岸人个])|银[洋元两]|大洋|金币|英?镑|便士|先令|法郎|马克|卢[布比]|比索|里拉|盾|"
    r"克朗|第纳尔|[韩日]?圆|韩元|泰?铢|令吉|铜钱)"
    r"|\s?(?:(?:silver|gold) )?(?:coins?|dollars|cents?|pounds?|pence|shillings?|francs?|marks|rou?bles?"
    r"|rupees?|pesos?|lir[ae]|guilders?|kron[ae]r?|won|baht|ringgit|taels?|ducats?|florins?|dinars?|drachmas?"
    r"|pieces of (?:silver|gold))\b",
    re.IGNORECASE,
)
_COUNTS = ("num:", "ord:", "frac:")
_NO_PERSONS = ("place:", "org:", "term:", "date:", "quote:")
_TITLES = ("prog:", "quote:")
_QUOTED = re.compile(r"[“「『《\"][^”」』》\"\n]{2,40}[”」』》\"]|\b[A-Z]?\d{3,}\b.{0,3}(?:[Pp]roject|工程)")
_CALLED = re.compile(
    r"\b(?:called|named|known as|titled|entitled|dubbed|termed|nicknamed)\b"
    r"|称[为作之呼]|[俗简合并统自被人]称|叫[做作]?|[名题]为|[又原别取得本定改]名|命名|名字|译[为作]"
)
# A company by its name; "express companies" and 快递企业 are many.
_ANY_COMPANY = re.compile(r"公司|集团|企业|银行|航空|股份|实业|科技|compani|firm|bank|group|corpor")
_ENGLISH_COMPANY = re.compile(r"(?<=[a-z,;(“\"’'] )(?!I\b)[A-Z][\w&.-]+")
_CHINESE_COMPANY = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[由为是在与和及对向给被让的])"
    r"(?!(?:快递|寄递|邮政|有关|相关|各|大|小|该|本|此|分|子|母|总|这|那)[\u4e00-\u9fff]{0,4}公司)"
    r"[\u4e00-\u9fff]{2,10}(?:公司|集团|银行|航空|股份|实业|科技)|[A-Za-z][\w&.-]+"
)
_DURATION = re.compile(
    r"(?<![\d年月])(?:\d{1,3}|[一二两三四五六七八九十百半几数]+)[多余]?个?多?(?:年|月|周|星期|天|日|小时|分钟|秒|世纪)"
    r"(?![一二三四五六七八九十\d]*[月日号])"
    r"|(?:\d[\d,.]*|[一二两三四五六七八九十百千万半几数]+)[多余]?个?(?:[千毫厘公]?[米尺]|公?里|海里)"
    r"|\b(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|many|half)[ -]"
    r"(?:and a half )?(?:year|month|week|day|hour|minute|second|centur|decade|kilomet|met(?:er|re)|mile|km|feet|foot)"
    r"|\b(?:from|since|between|until)\b.{0,40}\d|[从自].{0,14}[到至]|直到|至今",
    re.IGNORECASE,
)
# What stands between the members of a list within a sentence.
_ENGLISH_COMMA = re.compile(r"[,;]\s+(?:and\s+)?|\band\s+")
_LONGEST_ITEM = 6  # words
_CHINESE_COMMA = re.compile(r"、|[和与及]")
_CLAUSE = re.compile(r"[,;。:]")
_SAID_WITHIN = 60  # characters from the name to the verb


@dataclass(frozen=True)
class Sought:
    """What a sentence is looked through for.

    known: tokens that the question itself holds. words: its content words in every form in which they may stand in a
    text, folded; counted: those of them that "how many" asks for; spelled: names in Latin letters among them.
    """

    asked: Asked
    known: Sequence[str]
    words: frozenset[str]
    counted: frozenset[str]
    spelled: frozenset[str] = frozenset()


def told(sought: Sought, text: str, facts: Sequence[Fact], english: bool, *, thoroughly: bool = False) -> float:
    """How surely the text tells what is asked for, in [0, 1]; 0 when the question wants no fact of a certain kind.

    facts: those of the text, with offsets in it. english: whether the text is. thoroughly: looking for persons at the
    cost of a millisecond.
    """
    asked, wants = sought.asked, sought.asked.wants
    if wants == "contact":
        return float(bool(_CONTACT.search(fold(text))))
    if wants == "duration":
        return float(bool(_DURATION.search(fold(text))))
    if wants == "company":
        return float(_names_company(text, facts, sought, english))
    if wants == "said":
        by_name = any(
            _said(text, fact.end) for fact in facts if fact.token.startswith("name:") and fact.token in sought.known
        )
        return float(by_name or bool(asked.office and _said_by(asked.office, text)))
    if wants == "reason":
        return float(bool(_BECAUSE.search(fold(text))))
    if wants == "title":
        return float(
            any(fact.token.startswith(_TITLES) for fact in facts)
            or any(pattern.search(shadow) for pattern, shadow in ((_QUOTED, text), (_CALLED, fold(text))))
        )
    if wants == "members":
        return float(_members(text, english) >= (asked.number or 0))
    families = FAMILIES.get("where" if wants == "city" else wants, ()) if wants else ()
    if not families:
        return 0.0
    known = {*sought.known, *_EVERYWHERE, *(_CONTINENTS if wants == "city" else ())}
    found = [fact for fact in facts if fact.token.startswith(families) and fact.token not in known]
    if wants == "count":
        return max((_counts(text, fact, sought, english) for fact in found), default=0.0)
    if wants == "when" and asked.role and not tells_event(asked.role, fold(text)):
        return _OTHER_EVENT * bool(found) if asked.role not in STRICT else 0.0
    other_role = wants != "when" and (
        (asked.role and not ROLES[asked.role].search(fold(text)))
        or (asked.office and not OFFICES[asked.office].search(fold(text)))
    )
    if found:
        enough = not asked.many or len({fact.token for fact in found}) > 1
        return _OTHER_ROLE if other_role else 1.0 if enough else _ONE_OF_SEVERAL
    if wants == "money":
        return float(any(_COINS.match(simplify(text), fact.end) for fact in facts if fact.token.startswith("num:")))
    if wants in ("where", "city"):
        by_group = asked.countries and bool(_COUNTRIES.search(simplify(text)))
        return float(by_group or _tells_place(text, english, wants == "city"))
    if wants in ("who", "person"):
        if any(not _is_known(person, sought) for person in _persons(text, facts, english)):
            return _OTHER_ROLE if other_role else 1.0
        if thoroughly and not english and _likely_person(text, facts, sought):
            return _OTHER_ROLE if other_role else _BY_LIKELY_NAME
        # Whose name is asked for is not told by an office.
        if asked.named or not _OFFICE.search(fold(text)):
            return 0.0
        return _OTHER_ROLE * _BY_OFFICE if other_role else _DONE_BY_OFFICE if asked.role else _BY_OFFICE
    return float(wants == "when" and bool(_EARLY_YEAR.search(fold(text))))


def _counts(text: str, fact: Fact, sought: Sought, english: bool) -> float:
    """How surely the figure counts what is asked for: by what stands near to it."""
    if measure := sought.asked.measure:
        aged = measure == "age" and _AGED.search(text[: fact.start])
        return 1.0 if aged or MEASURES[measure][1].match(simplify(text), fact.end) else _ELSEWHERE
    reach = _NEAR_LATIN if english else _NEAR_CHINESE
    near = fold(text[max(0, fact.start - reach) : fact.end + reach])
    if sought.asked.counted:
        after = simplify(fold(text[fact.end : fact.end + reach])).lstrip(_BEFORE_UNIT)
        if after.startswith(tuple(sought.counted)):
            return 1.0
        by_unit = any(_UNIT.fullmatch(word) for word in sought.asked.counted)
        if by_unit or not fact.token.startswith(_COUNTS) or _UNIT.match(after):
            return _ELSEWHERE
    if any(word in near for word in sought.counted):
        return 1.0
    if any(_PEOPLE.fullmatch(word) for word in sought.counted) and _PEOPLE.search(
        fold(text[fact.start : fact.end + 25])
    ):
        return 1.0
    return _OTHER_THING if any(word in near for word in sought.words if len(word) > 1) else _ELSEWHERE


def _members(text: str, english: bool) -> int:
    """How many things the text names one after the other, at most."""
    if english:
        run = most = 0
        for piece in _ENGLISH_COMMA.split(text)[1:]:
            run = run + 1 if len(piece.split()) <= _LONGEST_ITEM else 0
            most = max(most, run)
        # The first stands at the end of what comes before, the last may go on with the rest of the sentence.
        return most + 2
    return max(1 + len(_CHINESE_COMMA.findall(clause)) for clause in _CLAUSE.split(fold(text)))


def _names_company(text: str, facts: Sequence[Fact], sought: Sought, english: bool) -> bool:
    if any(fact.token.startswith("org:") and fact.token not in sought.known for fact in facts):
        return True
    names = (_ENGLISH_COMPANY if english else _CHINESE_COMPANY).findall(text if english else fold(text))
    asked = [word for word in sought.words if len(word) > 1 and not _ANY_COMPANY.fullmatch(word)]
    return any(not any(word in fold(name) for word in asked) for name in names)


def _said(text: str, after: int) -> bool:
    return bool(_SAID.search(fold(text[after : after + _SAID_WITHIN])))


def _said_by(office: str, text: str) -> bool:
    return any(_said(text, holder.end()) for holder in OFFICES[office].finditer(simplify(text).lower()))


def _persons(text: str, facts: Sequence[Fact], english: bool) -> Iterator[str]:
    """What reads like a person's name, and is no place, body or thing that the facts know."""
    other = [fact for fact in facts if fact.token.startswith(_NO_PERSONS)]
    shadow = text if english else simplify(text)
    for match in (_ENGLISH_PERSON if english else _CHINESE_PERSON).finditer(shadow):
        known = any(fact.start < match.end() and match.start() < fact.end for fact in other)
        if not known and not _BODY.search(match[0]):
            yield match[match.lastgroup or 0]


def _likely_person(text: str, facts: Sequence[Fact], sought: Sought) -> bool:
    """Whether a Chinese text holds what reads like a person's name, and is no place or body nor in the question."""
    other = [simplify(text[fact.start : fact.end]) for fact in facts if fact.token.startswith(_NO_PERSONS)]
    return any(
        not _is_known(name, sought)
        and not any(name in told for told in other)
        and not any(sounds_in(spelled, name) for spelled in sought.spelled)
        for name in persons(simplify(text))
    )


def _is_known(name: str, sought: Sought) -> bool:
    """Whether the question names it, too."""
    return any(word in fold(name) for word in sought.words if len(word) > 1)


def _tells_place(text: str, english: bool, city: bool) -> bool:
    if english:
        return any(not _BODY.search(place[1]) for place in _ENGLISH_PLACE.finditer(text))
    folded = fold(text)
    return bool(_CITY.search(folded) or (not city and _CHINESE_PLACE.search(folded)))
