"""What a question asks for: a person, a date, a figure, a list… read from its wording. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.normalise import fold
from index.words import content_spans
from sources.bulletin import Fact, Language
from sources.facts import facts

from .events import event_asked
from .listed import ORDINALS, numbered

Kind = Literal["who", "when", "where", "count", "share", "money", "list", "compare", "why", "how", "yes-no", "what"]

# What is measured or counted, who somebody is to something: asked for as "length of the border", "Acme's founder", too.
_QUANTITY = (
    "length|height|width|depth|diameter|weight|mass|area|size|altitude|elevation|distance|speed|range|capacity|score"
    "|temperature|wavelength|frequency|efficiency|density|lifespan|total|number"
)
_OF_SOMETHING = (
    "founder|author|writer|architect|designer|inventor|director|creator|composer|owner|winner|leader|husband|wife|father"
    "|mother|son|daughter|brother|sister|teacher|successor|predecessor|chairman|president|mayor|captain|coach"
)
_PERSONS = (
    f"{_OF_SOMETHING}|person|people|official|deputy|reporter|journalist|photographer|minister|governor|premier|secretary"
    "|king|queen|emperor|actor|player|scientist|general|man|woman|poet|painter|singer|dancer|swimmer|runner|artist"
    "|pianist|musician|chemist|physicist|biologist|economist|mathematician|engineer|philosopher|historian|novelist"
    "|explorer|missionary|commander|officer|soldier|lawyer|doctor|professor|scholar|sculptor|editor|conductor|critic"
    "|politician|statesman|businessman|ambassador|senator|judge|candidate|student|monk|bishop|pope"
)
# First match wins, so the narrow ones stand first. Chinese is matched in Simplified script.
_ENGLISH: tuple[tuple[Kind, str], ...] = (
    ("compare",
     r"\bcompar(e|ed|ing|ison)\b|\bdifferen(ce|t from|tly)\b|\bdiffer\b|\brespectively\b|\bversus\b|\bvs\b|"
     r"\bin common\b"),
    ("share",
     r"\b(what|which) (percentage|proportion|share|fraction|percent)\b|\bper ?cent(age)?\b|\bwhat share\b|"
     r"\bproportion of\b|\bturnout\b|\b(literacy|unemployment|approval|success|growth|tax|birth|death) rate\b"),
    ("money",
     r"\bhow much (money|does|did|was|were|is|are|will|would)\b.*\b(cost|costs|pay|paid|fine|fined|budget|spent|"
     r"spend|invest\w*|price|earn\w*|worth|charge\w*|raise\w*|fund\w*|give|gave|given|donat\w*|contribut\w*|buy|"
     r"bought|sell|sold|borrow\w*|lend|lent|owe[ds]?)\b|"
     r"\b(budget|fine|salary|salaries|price|cost|fee|fare|toll|rent|wage|revenue|earn|income|profit|turnover)s?\b|"
     r"\bhow much [\w ]{0,12}(money|funding|cash|capital)\b|"
     r"\bhow many ((million|billion|thousand|silver|gold|us|hong kong) )*"
     r"(dollars|yuan|euros|pounds|francs|marks|rou?bles|yen|won|rupees|taels|coins)\b"),
    ("count",
     r"\bhow (many|often|large|big|long|far|high|old|tall|deep|fast|heavy)\b|\bnumber of\b|\bhow much\b|"
     r"\bwhat number\b|\bwhich edition\b|\bhow numerous\b|\bpopulation\b|\bwhich number\b|"
     rf"\bwhat (is|was|are|were)\b.{{0,40}}?\b({_QUANTITY})\b|^\W*(the )?(\w+ )?({_QUANTITY}) of\b|"
     rf"['’]s (\w+ )?({_QUANTITY})\W*$"),
    ("when",
     r"^\W*((and|but|so|then|also|ok|okay)\W+)?(exactly )?when\b|"
     r"\b(since|until|till|by|from|know|tells?|told|says?|said|state|mention(ed)?|remember|wonder|ask|exactly) when\b|"
     r"\bwhen (was|were|is|are|did|does|do|will|would|has|have|had|can|should|exactly)\b|"
     r"\b(what|which|on what|on which|in what|in which) (exact )?(date|day|year|month|time|century|"
     r"decade)s?\b|\bdate(s|d)? (is|was|of|did|does)\b|\bsince when\b|\bwhat time\b"),
    ("who",
     rf"\bwho\b|\bwhom\b|\bwhose\b|\b(which|what) ((deputy|vice) )?({_PERSONS})s?\b|"
     rf"\b(which|what) (?!(is|are|was|were)\b)[a-z-]+ ({_PERSONS})\b|"
     rf"^\W*(the )?({_OF_SOMETHING}) of\b|['’]s ({_OF_SOMETHING})\W*$|"
     r"\b(head|chief|director|official|leader|representative)s? of (which|what)\b"),
    ("where",
     r"\bwhere\b|\b(which|what|in which|in what) (city|country|place|town|location|venue|province|region|state(?!-)|"
     r"village|district|site)\b"),
    ("why", r"\bwhy\b|\bfor what reason\b|\bwhat (caused|causes|reason)\b|\bwhat is the (reason|cause|purpose)\b"),
    ("list",
     r"\b(which|what) (are|were|other)\b|\blist\b|\bname (the|all|some|every|each|of the (two|three|four|five))\b|"
     r"\bgive me (the|all|a list)\b|\b(which|what) (\w+ ){0,3}?(two|three|four|five|six|seven|eight|nine|ten|"
     r"\d+)\b|\b(which|what) (\w+ ){0,2}?(?!is\b|was\b|does\b|has\b|this\b|its\b|status\b|business\b|process\b|"
     r"basis\b)[a-z]{3,}s (are|were|did|do|have|had|will|should|must|can|was|is|took|attended|participated|sent|"
     r"shared|need)\b|\bwhich ones\b|\bwhich ([a-z-]+ ){0,2}(cities|provinces|countries|regions|companies|agencies|"
     r"departments|offices|units|measures|documents|officials|leaders|areas|tasks|rules|bodies|groups|firms|types|"
     r"organi[sz]ations|enterprises|kinds)\b"),
    ("how", r"\bhow\b|\bin what way\b|\bby what means\b"),
    ("yes-no", r"^(is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|must|may)\b"),
)  # fmt: skip
_PRICE = "价钱|作价|售价|租金|市值|票价|造价|[车船运传输路电水学杂]费"
_SIZE = (
    "[长高宽深厚]度|身[长高]|面积|射程|航程|[总人件个票次]数|数量|总量|产量|重量|体重|海拔|比分|容量|[时航流]速|速度|距离|直径"
    "|年龄|寿命|温度|密度|人口"
)
_WHOSE = (
    "创[办始立建]人|创办者|作者|设计[者师]|发明[者人]|导演|主[编演席持]|得主|冠军|校长|市长|总统|院长|会长|队长|教练|父亲|母亲"
    "|丈夫|妻子|儿子|女儿"
)
_CHINESE: tuple[tuple[Kind, str], ...] = (
    ("compare", r"比较|对比|区别|不同|异同|有什么不一样|有何不一样|各自?有?多少|各是|各有|分别(?:由|是|走|在|有)|相比"),
    ("share",
     r"百分之几|百分之多少|占.{0,12}(?:多少|几成|比例|几)|"
     r"(?:比例|比重|占比|份额|百分比)(?:是|为|有)?(?:多少|几|多大)|几成"),
    ("money",
     r"多少(?:钱|[万亿]?(?:元|美元|港元|欧元|日元|英镑|法郎|卢布)|[银金]两|[银大]洋|银元|资金|经费|预算|工资|薪水|费用|罚款|奖金|补贴)|"
     r"(?:工资|薪资|月薪|年薪|薪水|预算|票价|罚款|费用|价格|收入|营收|营业额|奖金|补贴|经费|资金|成本|造价|投资额?|报名费|门票"
     rf"|价值|{_PRICE}).{{0,6}}(?:多少|几)|罚多少|花多少|(?:{_PRICE})\s*\??$"),
    ("when",
     r"何时|什么时候|什么时间|哪一?天|哪一?日|哪一?年|几月|几号|几日|哪个?月|哪个?年|日期|何年|何月|什么日子|几点|"
     r"哪个世纪|哪个朝代|时间是|(?:年份|年代|时间|生日|出生年月?|期限)\s*\??$|"
     r"\d{1,4}[年月日号][^,?]{0,4}还是[^,?]{0,4}\d{1,4}[年月日号]"),
    ("list",
     r"哪些|有哪|哪几|哪(?:两|二|三|四|五|六|七|八|九|十|\d+)|列出|列举|分别是|"
     r"什么(?:文件|措施|任务|方面|内容|要求|工作|地方)|"
     r"(?:两|三|四|五|六|七|八|九|十|\d+)(?:个|项|条|点|种|大|方面|件)[^?]{0,10}(?:是什么|是啥|什么)"),
    ("count",
     r"多少|几(?:个|项|名|位|次|家|条|种|件|座|省|届|人|岁|万|亿|处|篇|成|天|小时|所|艘|只|部|层|颗|集|款|辆|支|"
     r"场|座|架|间|台|套|组|类|期|级|本|份|张|栋|幢)|第几|多[长高远久深重快宽厚]|多大(?!学)|"
     r"(?:[长高宽深厚]度|身[长高]|面积|射程|航程|[总人件个票次]数|数量|总量|产量|重量|体重|海拔|比分|容量|[时航流速]速|速度|距离|直径|年龄|寿命|温度|密度|人口)"
     r"(?:[是为有约大]{0,3}(?:什么|如何))?\s*\??$"),
    ("who",
     r"谁|哪一?位|何人|什么人|哪个人|叫什么名字|哪一?名(?!单)|"
     r"哪一?个(?:司|局|处|厅|部门?|单位|机构|公司|企业)的?(?:负责人|领导|代表|主管)|"
     r"哪一?个(?:皇帝|国王|总统|作家|演员|导演|科学家|领导|记者|官员|人物|球员)|"
     rf"(?:{_WHOSE})\s*\??$"),
    ("where",
     r"哪里|哪儿|何处|什么地方|在哪(?!一?[本部篇封场次届集期份首张种类位名年天个月日])|"
     r"哪一?个?(?:城市|国家|地方|省|地区|县|村|镇|市|洲|区|地点)|哪一?座(?:城|山|岛)|"
     r"何地|哪国"),
    # "It is called what?" ends with 为什么, too.
    ("why", r"(?<![称名作])为(?:什么|何)(?!\s*\??$)|^为(?:什么|何)|因(?:为什么|为何|何)|原因|为啥|怎么会|何以"),
    ("how", r"如何|怎么|怎样|怎么样|通过什么"),
    ("yes-no", r"是否|吗[?？]?$|有没有|能不能|是不是|会不会|要不要|可不可以|去没去"),
)  # fmt: skip
_MANY_WHO = re.compile(r"哪几位|哪两位|哪些人|who else|who (all )?(attended|were)|name(s)? of", re.IGNORECASE)

_MONEY = ("cny:", "usd:", "eur:", "hkd:", "jpy:", "gbp:")
# A question of a kind is answered by a sentence that holds a fact of one of these token families.
FAMILIES: dict[str, tuple[str, ...]] = {
    "who": ("name:",),
    "person": ("name:",),
    "when": ("date:", "time:"),
    "where": ("place:",),
    "count": ("num:", "ord:", "frac:", "code:", "pct:", *_MONEY),
    "share": ("pct:", "frac:"),
    "money": _MONEY,
}

# What is asked of a person, as told in either language: who spoke there did not therefore chair it.
ROLES = {
    "chair": re.compile(
        r"\b(?:chair(?:ed|s|ing|man|woman|person)?|presid(?:ed|es?|ing)|moderat(?:ed|es?|ing|or)|host(?:ed|s|ing)?)\b"
        r"|主持|主办|承办"
    ),
    "speak": re.compile(
        r"\b(?:sp(?:oke|eaks?|eaking|eaker|eech(?:es)?)|address(?:ed|es)?|remarks|keynote"
        r"|stress(?:ed|es)|emphasi[sz](?:ed|es)|point(?:ed|s) out)\b|讲话|致[辞词]|发言|演讲|强调|指出"
    ),
    "picture": re.compile(r"\b(?:photo\w*|pictures?|images?)\b|摄影?|拍|图片?|照片"),
    "write": re.compile(
        r"\b(?:wr(?:ote|ites?|itten)|authors?|reporters?|journalists?|correspondents?|by)\b|记者|作者|撰|写"
    ),
}
# Offices, in either language; who holds the one may not be told by who holds the other.
_OFFICES = {
    "governor": ("governors?", "省长"), "mayor": ("mayors?", "市长"), "minister": ("ministers?", "部长"),
    "premier": ("premiers?|prime ministers?", "总理|首相"), "president": ("presidents?", "总统"),
    "chairman": ("chair(?:man|woman|person)", "董事长|主席"), "secretary": ("secretar(?:y|ies)", "书记|秘书长"),
    "director": ("directors?(?:[- ]general)?", "[局司厅处]长|主任"), "spokesman": ("spokes\\w+", "发言人"),
}  # fmt: skip
OFFICES = {
    f"{deputy}{office}": re.compile(
        rf"\b(?:deputy|vice)[ -](?:{english})\b|副(?:{chinese})"
        if deputy
        else rf"(?<!deputy )(?<!vice )(?<!vice-)\b(?:{english})\b(?!['’]? (?:office|meeting))"
        rf"|(?<!副)(?:{chinese})(?!办公)"
    )
    for office, (english, chinese) in _OFFICES.items()
    for deputy in ("deputy ", "")
}
# What is measured, as a question asks for it, and the units in which a text tells it.
_MEASURES = {
    "length": (
        r"\bhow (?:tall|high|deep|wide|far|thick)\b|\b(?:height|depth|width|altitude|elevation|distance|diameter)\b"
        r"|(?<![别率度平价比量性])(?<![别率度平价比量性]有)多[高深宽远厚]|多长(?!时|久)|[长高深宽]度|海拔|直径|身[高长]|距离|[射航]程",
        r"[千毫厘公]?[米尺分]|公里|英[里尺寸]|海里|[丈尺寸里]|(?:k|c|m)?m\b|\w*met(?:er|re)s?\b|feet\b|foot\b|ft\b|inch"
        r"|miles?\b",
    ),
    "weight": (
        r"\bhow heavy\b|\bweighs?\b|\bweight\b|多重|[体重]重|重量",
        r"[千毫]?克|公?[斤吨]|磅|盎司|kg\b|kilo|grams?\b|ton(?:ne)?s?\b|pounds?\b|lbs?\b|ounces?\b",
    ),
    "age": (r"\bhow old\b|\bat what age\b|多大年纪|多少岁|几岁|享年|年龄", r"岁|[万亿]年|(?:[mb]illion )?years?"),
    "people": (
        r"\bpopulation\b|人口",
        r"[万亿]?[多余]?(?:人|居民)|(?:(?:million|thousand) )?(?:people|inhabitants|residents)",
    ),
    "area": (
        r"\barea of\b|\bwhat area\b|面积|占地",
        r"[万千]?(?:平方|公顷|亩|坪|甲)|sq\b|square|k?m[2²]|hectares?|acres?",
    ),
    "temperature": (r"\bhow (?:hot|cold|warm)\b|\btemperature\b|[气体水]温|温度", r"度|°|℃|degrees"),
}
MEASURES = {
    measure: (re.compile(asks), re.compile(rf"[\s\d.,~－–—至到-]*(?:{units})", re.IGNORECASE))
    for measure, (asks, units) in _MEASURES.items()
}
# What stands near to the question word: "who chaired", 由誰來主持, 主持的是誰.
_BESIDE_WHO = re.compile(
    r"\b(?:who|whom|(?:which|what) [a-z]+)(?: [a-z]+){1,4}|[^,?]{0,8}(?:谁|哪一?个)[^,?]{0,12}"
    r"|(?:主持|拍摄?|撰写|讲话|致辞|发言)[^,?]{0,20}的[^,?]{1,6}(?:叫什么|是哪)"
)

WANTED = (*FAMILIES, "city", "company", "contact", "duration", "members", "reason", "said", "title")


@dataclass(frozen=True)
class Asked:
    """kind: what is asked for. number: how many members a list is asked of ("the five tasks"), None when not told.

    nth: which member alone is asked for ("the third of them"), -1 for the last, None for all. many: more than one thing
    is asked for.
    wants: what an answer must tell, None when any sentence may do: a key of FAMILIES, "city" (a town, province or
    country), "company" (one by its name), "contact", "duration", "members" (each of as many as the question says),
    "reason", "said" (words of a person who is named, or whose office is) or "title" (what a project or document is
    called).
    counted: the words after "how many", folded. members: the word after the number ("five systems"), folded.
    published: whether the day is asked for on which a bulletin itself was published.
    role: what the person asked for did ("chair"…), a key of ROLES, or what happened on the day ("open"…); else empty.
    office: that of the person who is asked for or after ("deputy mayor"), a key of OFFICES; else empty.
    measure: what the figure asked for is of, a key of MEASURES; else empty.
    bare: whether it asks for a person's words, whatever they are about ("What did Liu Jun say?").
    named: whether it is the name of a person that is asked for. countries: whether countries are asked for.
    ahead: whether it asks of a day to come ("tomorrow"), of which no bulletin tells: what one calls so has passed.
    holding: what the member of a list that alone is asked for holds ("which of the tasks is about…"); empty for others.
    """

    kind: Kind
    number: int | None = None
    nth: int | None = None
    many: bool = False
    wants: str | None = None
    counted: tuple[str, ...] = ()
    members: str = ""
    published: bool = False
    role: str = ""
    office: str = ""
    measure: str = ""
    holding: str = ""
    named: bool = False
    ahead: bool = False
    countries: bool = False
    bare: bool = False


def asked(question: str, language: Language) -> Asked:
    """What the question asks for.

    >>> asked("What are the five key tasks?", "en")
    Asked(kind='list', number=5, nth=None, many=True, wants='members', counted=(), members='key', published=False, \
role='', office='', measure='', holding='', named=False, ahead=False, countries=False, bare=False)
    >>> asked("Which three cities take part?", "en").wants
    'city'
    >>> asked("會議在哪天召開？", "zh-Hant").kind
    'when'
    """
    if language == "en":
        question = numbered(question)
    folded = fold(question)
    table = _ENGLISH if language == "en" else _CHINESE
    kind: Kind = next((k for k, pattern in table if re.search(pattern, folded)), "what")
    told = facts(question)
    if _names_two_years(question, told):
        # Two years in one question: what each of them brought is wanted, whatever the wording.
        kind = "compare"
    numbers = [
        (int(fact.token[4:]), _MEMBERS.match(fold(question[fact.end :])))
        for fact in told
        if re.fullmatch(r"num:\d{1,2}", fact.token) and not _MEASURED.match(fold(question[fact.end :]))
    ]
    number, members = numbers[0] if numbers else (None, None)
    ordinals = [int(fact.token[4:]) for fact in told if re.fullmatch(r"ord:\d{1,2}", fact.token)]
    nth = ordinals[0] if ordinals and _NTH.search(folded) else -1 if _LAST.search(folded) else None
    many = kind in ("list", "compare") or bool(_MANY_WHO.search(folded))
    held = next((office for office, words in OFFICES.items() if words.search(folded)), "")
    wants = _wants(kind, folded, bool(held) or any(fact.token.startswith("name:") for fact in told))
    if kind == "list" and nth is None and number is not None and number >= _SEVERAL and _SET.search(folded):
        wants = "members"
    held_by = _HOLDING.search(folded) if kind != "compare" else None
    holding = (folded[held_by.end() :].strip(" ?") or folded[: held_by.start()]) if held_by else ""
    if holding:
        kind, wants, many = "what", None, False
    published = kind in ("when", "compare", "list") and _asks_publication(folded)
    role = _role(kind, folded)
    counted = _COUNTED.search(folded) if "count" in (kind, wants) else None
    words = re.findall(r"[a-z]+|[^\W\d_a-z]+", next(filter(None, counted.groups()))) if counted else []
    named = wants in ("who", "person") and bool(_NAME.search(folded))
    counts_of = members[1] if members else ""
    ahead = bool(_AHEAD.search(folded))
    office = held if wants in ("who", "person", "said") else ""
    measured = next((m for m, (asks, _) in MEASURES.items() if asks.search(folded)), "") if wants == "count" else ""
    return Asked(
        kind,
        number,
        nth,
        many,
        wants,
        counted=tuple(words),
        members=counts_of,
        published=published,
        role=role,
        office=office,
        measure=measured,
        holding=holding,
        named=named,
        ahead=ahead,
        countries=wants in ("where", "city") and bool(_COUNTRY.search(folded)),
        bare=wants == "said" and _is_bare(question, told),
    )


def _is_bare(question: str, told: Sequence[Fact]) -> bool:
    """Whether a question for somebody's words holds nothing but who that is."""
    rest = question
    for fact in sorted(told, key=lambda fact: -fact.start):
        if fact.token.startswith("name:"):
            rest = f"{rest[: fact.start]} {rest[fact.end :]}"
    rest = fold(rest)
    for words in (*OFFICES.values(), _SAYING):
        rest = words.sub(" ", rest)
    return not content_spans(rest)


def _role(kind: Kind, folded: str) -> str:
    if kind == "when":
        return event_asked(folded)
    near = _BESIDE_WHO.search(folded) if kind == "who" else None
    return next((role for role, words in ROLES.items() if near and words.search(near[0])), "")


def _asks_publication(folded: str) -> bool:
    """Whether the page's own date may be meant: not where a law or a plan is what was published."""
    return bool(_PUBLICATION.search(folded)) and bool(_BULLETIN.search(folded) or not _DOCUMENT.search(folded))


def without_publication(question: str, language: Language) -> str:
    """What a question for a bulletin's own date says of the bulletin; in Chinese in Simplified script.

    >>> without_publication("When was the report on the Harbin depot published?", "en")
    'on Harbin depot'
    """
    plain = question if language == "en" else fold(question)
    for words in (_PUBLICATION, _BULLETIN, _WHEN_THIS):
        plain = words.sub(" ", plain)
    return " ".join(plain.strip(" ?？。.").split())


def _names_two_years(question: str, told: Sequence[Fact]) -> bool:
    """Whether two years are named that are not the ends of one span ("from 2015 to 2019", 2015年至2019年间)."""
    years = sorted((f for f in told if re.match(r"date:\d{4}", f.token)), key=lambda fact: fact.start)
    named = {fact.token[:9] for fact in years}
    if len(years) == 2 and len(named) == 2:
        first, last = years
        between = _between(question, first, last)
        if first.end > last.start or _TO.fullmatch(between):
            return False
        if _AND.fullmatch(between):
            before, after = fold(question[: first.start]), fold(question[last.end :])
            return not (before.endswith("between") or re.match("年?[之期]?间", after))
    return len(named) > 1


def compares_years(question: str) -> bool:
    """Whether it asks how one thing differs from year to year ("Compare 2018 and 2020 on …"), not for two things."""
    years = sorted((f for f in facts(question) if re.fullmatch(r"date:\d{4}", f.token)), key=lambda fact: fact.start)
    if len(years) != 2 or not _DIFFER.search(fold(question)):
        return False
    return bool(_BOTH.fullmatch(_between(question, *years)))


def _between(question: str, first: Fact, last: Fact) -> str:
    """The words between two years, folded."""
    return fold(question[first.end : last.start]).strip(" 年")


_DIFFER = re.compile(r"\bcompar|\bdiffer|\bversus\b|\bvs\b|比较|对比|区别|不同|异同|不一样|相比")
_BOTH = re.compile("and|with|to|versus|vs[.]?|和|与|跟|同|、|相?比|对比")
_TO = re.compile("to|until|till|through|[-–—~]+|到|至|直到|直至")
_AND = re.compile("and|和|与|跟|同")


def _wants(kind: Kind, folded: str, somebody: bool) -> str | None:
    """What an answer must tell: mostly the kind of question says it, but a list may be one of cities.

    somebody: whether a person is named, or an office.
    """
    if _CONTACT.search(folded):
        return "contact"
    if kind in ("where", "list", "what") and _CITY.search(folded):
        return "city"
    if kind == "who":
        return "title" if _THING_NAMED.search(folded) else "person" if _PERSON.search(folded) else kind
    if kind == "why":
        return "reason"
    if kind == "count" and _HOW_LONG.search(folded):
        return "duration"
    if kind in ("what", "list") and _COMPANY.search(folded):
        return "company"
    if kind in FAMILIES:
        return None if kind == "where" and _SOURCE.search(folded) else kind
    if kind == "compare":
        return "count" if _COUNTED.search(folded) else None
    if somebody and kind in ("what", "list") and _SAID.search(folded):
        return "said"
    if kind in ("what", "yes-no") and _TITLE.search(folded):
        return "title"
    if kind == "list":
        return next((wanted for wanted, pattern in _LISTED if pattern.search(folded)), None)
    return None


# What is listed, where its members are facts of one family.
_LISTED = (
    ("who", re.compile(
        r"\b(?:which|what)\b.{0,30}?\b(?:people|persons|leaders|officials|directors|governors|ministers|reporters)\b"
        r"|哪几位|哪[两二三四五六七八九十\d]+位|(?:哪些|哪几个)(?:人|领导|官员|副?局长|副?省长|记者|专家)"
    )),
)  # fmt: skip
_CITY = re.compile(
    r"\b(?:which|what|list|name)\b.{0,30}?"
    r"\b(?:cit(?:y|ies)|provinces?|countr(?:y|ies)|towns?|count(?:y|ies)|municipalit(?:y|ies))\b"
    r"|(?:哪一?[些个座]?|哪几个?|哪[两二三四五六七八九十\d]+[个座]?|什么)(?:城市|省|市|国家|国|县)"
    r"|(?:城市|省份|国家)[^,?]{0,4}(?:哪几个|哪些|哪里|哪一?个)"
)
_COUNTRY = re.compile(r"\bcountr(?:y|ies)\b|(?:哪[^,?]{0,4}|什么)国")
# "What are the five systems?", 五个体系是哪五个. Two or three things may be told in sentences of their own.
_SEVERAL = 4
_SET = re.compile(
    r"\b(?:what|which|name|list)(?: are| were)?(?: all)?(?: (?:the|these|those|its|their))?(?: [a-z-]+)? "
    r"(?:four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)\b"
    r"|哪[四五六七八九十\d]"
    r"|[四五六七八九十\d](?:个|项|大|种|点|条|方面|家|省|座)[^?,]{0,14}(?:是|指|为|有|包括)(?:了|的是)?(?:哪|什么|啥)"
)
# What only a person does or is, so that a body is no answer.
_PERSON = re.compile(
    r"\bwho(?:\s+\w+){0,2}?\s+(?:chaired|chairs|presided|presides|spoke|speaks|wrote|photographed|reported|heads?|"
    r"headed|leads|led)\b|\bwho (?:is|was) (?:the )?(?:\w+ ){0,4}(?:chair\w*|director|head|minister|governor|secretary|"
    r"president|author|reporter|photographer|speaker|host)\b|\b(?:gave|made|delivered) (?:the|a) speech\b"
    r"|\bwho took the (?:pictures?|photos?|chair)\b"
    r"|谁(?:来|在会上)?(?:主持|讲话|发言|致辞|拍|写|采访|报道|当选|出任|担任)"
    r"|(?:主任|[局部省市会司处厅院校行区县队馆台站]长|书记|主席|董事长|总经理|总统|首相|总理|教练|作者|记者|摄影师|负责人|冠军|得主).{0,4}(?:是谁|叫什么|哪一?位)"
    r"|谁是[^,?]{0,12}(?:主任|[局部省市会司处厅院校行区县队馆台站]长|书记|主席|董事长|总经理|总统|首相|总理|教练|作者|负责人|冠军|得主)"
)
_COMPANY = re.compile(
    r"\b(?:which|what) (?:[a-z-]+ )?(?:compan(?:y|ies)|contractors?|firms?|suppliers?|manufacturers?|vendors?|"
    r"airlines?|banks?)\b(?! (?:policy|law|size|rules?|structure))"
    r"|(?:哪一?些?[家个]?|哪几家|什么)[^,?的]{0,4}(?:公司|企业|厂商|厂家|承包商|供应商|银行)"
)
_AHEAD = re.compile(
    r"\b(?:tomorrow|tonight|this weekend|next week(?:end)?)\b"
    r"|明天|明日|明早|明晚|后天|今晚|下周|下星期|[这本]周末"
)
_NAME = re.compile(r"\bnames?\b|\b(?:called|named)\b|叫什么|名字|姓名|姓什么")
_HOW_LONG = re.compile(r"\bhow long (?:did|does|do|has|have|had|will|was|were|is|are)\b|多久|多长时间")
# "Where did they take it from?" asks for no place.
_SOURCE = re.compile(r"\bwhere\b.*\b(?:take|took|taken|get|got|quote\w*|cop(?:y|ied))\b.*\bfrom\b")
_THING_NAMED = re.compile(
    r"(?:工程|行动|计划|项目|活动|文件|条例|法规|办法|规划|专项|平台|系统|站|学|校|公司|舰|船|山|河|湖|岛|物|城|镇|村|县|书|小说|歌曲?"
    r"|电影|剧|专辑|节目|组织|院|银行|桥|[街道铁公]路|[寺庙宫殿楼]|店|号|星|刊|报|奖|队|党|国)[^,?]{0,4}叫什么名字"
)
_SAID = re.compile(
    r"\b(?:what|which)\b.*\b(?:say|said|point(?:ed)? out|stress(?:ed)?|emphasi[sz]ed?|demand(?:ed)?|tell|told|speak|"
    r"spoke|propose[ds]?|promise[ds]?|suggest(?:ed)?|call(?:ed)? for)\b"
    r"|(?:说|讲|谈|指出|强调|要求|表示|提出|发言|讲话|谈到|提到)(?:了|过|到)?(?:什么|哪|啥)"
)
_SAYING = re.compile(
    r"\b(?:sa(?:y|ys|id)|tell|told|speak|spoke|point(?:ed)? out|stress(?:ed)?|emphasi[sz]ed?|demand(?:ed)?"
    r"|propose[ds]?)\b"
    r"|说|讲话?|谈|指出|强调|要求|表示|提出|发言|[了过到]"
)
_TITLE = re.compile(
    r"\bname of\b|\bwhat\b.{0,60}\b(?:called|named|entitled)\b"
    r"|\b(?:which|what) (?:(?!(?:is|are|was|were|do|does|did|will|has|have|had)\b)[a-z-]+ ){0,2}"
    r"(?:project|programme|program|campaign|scheme|action|initiative|plan|document|law|regulations?|guidelines?|rules)\b"
    r"|叫(?:什么|啥|做什么)|[称名][之作]?为(?:什么|何|啥)|(?:什么|哪个|哪项|哪部|哪份)(?:工程|行动|计划|项目|活动|文件|条例|法规|办法|规划|专项)|名称是"
)
_COUNTED = re.compile(
    r"\b(?:how many|number of) (?:of (?:the|these|those) |more |other |new |different )*"
    r"(?P<latin>[a-z]+(?:[ -](?!(?:is|are|was|were|do|did|does|has|have|had|will|can|in|of|at|on|for|to|there|they|it|"
    r"the|a)\b)[a-z]+){0,2})"
    r"|第几(?P<nth>[届次个位名版期批代])"
    r"|(?:多少|几)(?:个|名|家|座|条|项|件|位|次|所|辆|艘|种|届|处|篇|场|层|章|卷|集|款|颗|首)?+(?P<chinese>[^\W\d_a-z]{1,4})"
    r"|(?:多少|几)(?P<unit>[个名家座条项件位次所辆艘种届处篇场层章卷集款颗首])"
)
_CONTACT = re.compile(
    r"\b(?:tele)?phone( number)?\b|\bhotline\b|\be-?mail address\b|\bfax\b|\bcontact (?:number|details)\b|"
    r"\bhome address\b"
    r"|(?<!电视)电话(?:号码)?(?:是|多少|几)|(?:哪个|什么|几号)(?:投诉|客服|服务)?电话|打.{0,6}电话|手机号|联系方式|联系电话|热线|邮箱|家庭住址|住址"
)
# "three-year plan", "5 days": a number that measures something counts no list.
_MEASURED = re.compile(
    r"[ -]?(?:years?|months?|weeks?|days?|hours?|minutes?|km|yuan)\b|个?(?:年|月|周|星期|天|日|小时|分钟|元|公里)"
)
_MEMBERS = re.compile(r"[\s\W]*(?:个|项|条|点|种|类|大|方面的?)?([a-z]+|[^\W\d_a-z]{2})")
_MEMBER = "task|item|point|measure|aspect|requirement|priority|goal|step|rule|area|heading"
_LAST = re.compile(
    rf"\blast (of (them|the|these|those|its)\b|one\b|(\w+ )?({_MEMBER})\b)"
    r"|(?:最后|末)一?(?:项|条|点|个(?!月|星期|季)|方面|件)"
)
_NTH = re.compile(
    rf"\b({'|'.join(ORDINALS)})( \w+){{0,2}} ?(of (them|the|these|those|its)\b|one|{_MEMBER}|is\b|say|about)"
    r"|第[一二三四五六七八九十\d]+(?:项|条|点|个|方面|件|大)"
)
# "Which of the five tasks covers parcels?", 第幾項講綠色發展, 無人機屬於哪一項.
_HOLDING = re.compile(
    rf"\bwhich (?:one |item )?(?:of (?:the|these|those|its|them)\b[^?]{{0,40}}?|(?:{_MEMBER})[^?]{{0,30}}?) "
    r"(?:(?:is|was|are|were|has to do) (?:about|on|devoted|dedicated|with|related)|covers?|covered|concern(?:s|ed)"
    r"|mention(?:s|ed)|deal(?:s|t) with|includ(?:es|ed)|speaks?|spoke|talk(?:s|ed)|call(?:s|ed) for|relat(?:es|ed)"
    r"|contain(?:s|ed)|address(?:es|ed)|refer(?:s|red)|has to do)\b"
    r"|(?:第几|哪一?|哪一?个)(?:项|条|点|方面|件|任务|重点)[^?,]{0,10}?(?:讲|说|谈|提|涉及|有关|关于|包括|包含|针对|跟|和|与)"
    r"|(?:是|属于|在|算)[^?,]{0,10}?(?:第几|哪一?)(?:项|条|点|个?方面)"
)
_PUBLICATION = re.compile(
    r"(?i)\b(publish\w*|post(ed|ing) (on|date)|release[ds]?|issued|dated|page('s)? date|date of (publication|release)|"
    r"go(es)? online|went online)\b"
    r"|发布|刊登|发表|刊发|登出|上网|稿件?日期|页面日期|日期各|哪天出的|登载|上线"
)
# What is published may be a bulletin or what a bulletin tells of.
_BULLETIN = re.compile(
    r"(?i)\b(bulletins?|articles?|pages?|news|reports?|pieces?|releases?|notices?|announcements?|stor(y|ies)|texts?|items?)\b"
    r"|公告|文章|新闻|消息|稿|网页|页面|[这那哪][一几]?篇|报道"
)
# How the day on which a bulletin was published is asked for, besides these.
_WHEN_THIS = re.compile(
    r"(?i)\b(?:(?:on )?(?:when|(?:what|which) (?:date|day|month|year))|(?:exact )?date of"
    r"|was|were|is|did|the|this|that|about|appear)\b|什么时候|什么时间|何时|哪一?[天日年]|哪个?月|几月几?[日号]?|几号|日期|[那这该][一]?[则篇条个]?|[是在有的]|关于|出来"
)
_DOCUMENT = re.compile(
    r"\b(laws?|acts?|regulations?|rules?|plans?|standards?|guides?|guidelines?|measures|catalogues?|catalogs?|provisions|"
    r"white papers?|polic(y|ies)|opinions|schemes?|programmes?|programs?|stamps?|statistics|data)\b"
    r"|法(?!国)|条例|规定|规划|标准|指南|办法|目录|方案|意见|细则|政策|白皮书|制度|邮票|数据"
)
