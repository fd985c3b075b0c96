"""Who is named with which post, and which programmes are named in quotation marks. Pure: text and facts in, spans out.

A post stands before the name (国家邮政局局长马军胜, "Deputy Director Liu Jun"), after it ("Liu Jun, deputy director of
the bureau,", 刘君（副局长）), or is said of it (刘君任副局长). One post may head several names (副局长戴应军、刘君).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sources.bulletin import Fact, Person
from sources.fold import fold

# Chinese ------------------------------------------------------------------------------------------------------------

# What a post ends with. 书记处 and 主席团 are no posts, hence the look-ahead where a clause goes on.
_POST = (
    r"(?:董事长|理事长|秘书长|检察长|委员长|总干事|总经理|总工程师|总会计师|总经济师|总编辑|首席执行官|研究员|巡视员|调研员|监察专员|"
    r"局长|主任|部长|省长|市长|县长|区长|州长|镇长|乡长|村长|司长|厅长|处长|科长|院长|校长|会长|行长|所长|站长|队长|社长|台长|"
    r"馆长|组长|团长|总理|总书记|书记|主席|总统|首相|总裁|经理|教授|大使|专员|主编|总监|议长|党组成员|党委委员|委员|常委|成员|"
    r"负责人|负责同志|发言人|记者|通讯员|院士|专家|学者|分析师|律师|工程师|创始人|代表|快递员|投递员)"
)
_POST_END = re.compile(rf"{_POST}(?:[(（][^()（）\n]{{1,12}}[)）])?\Z")
# Posts that only courtesy gives; kept when a bulletin tells no other.
_COURTESY = re.compile(r"同志|[Cc]omrades?")
_CLAUSE = re.compile(r"[,，。;；:：!！?？\n“”‘’\"「」『』《》()（）…]")
# Words after which a post begins: 由局长…主持, 会见了副省长…, 与会长… Not within 经济, 有限, 责任, 同志, 对外, 和谐.
_OPENS = re.compile(
    r"由|请(?!示)|经(?![济营贸理])|与(?!会)|及|据|(?<!国)是|有(?![限色关])|会见了?|会晤了?|拜会了?|约谈了?|陪同|邀请|听取了?|的|了|"
    r"率(?!先)|和(?![平田县谐])|同(?![市志济心])|对(?!外)|在|到(?!期)|赴|任命|任(?=命)|报道|摄影|介绍|"
    r"\d+日(?:上午|下午|晚)?|[今昨明][天日]|近日|日前|召开|举行|出席|主持|参加|欢迎|通讯(?!员)"
)
_JOINED = re.compile(r"\s?(?:、|和|与|及|以及)\s?")
_HOLDS = re.compile(
    rf"(?:同志)?(?:现|兼|出|接|继|担|转)?(?:任|担任|当选为?|是|为)(?P<post>[^,，。;；:：\n、的]{{0,24}}?{_POST})(?=$|[^\u4e00-\u9fff]|职务)"
)
_APPOINTED = re.compile(r"(?:任命|聘任|选举|推选)\Z")
_APPOSED = re.compile(
    rf"[(（](?P<post>[^()（）,，。;；\n]{{0,30}}?{_POST})[)）]|[,，](?P<comma>[^,，。;；()（）\n]{{0,30}}?{_POST})(?=[,，。])"
)
_POST_AFTER = re.compile(rf"(?P<post>副?{_POST})(?![会团处室们级助办])|(?P<courtesy>同志)")


def _chinese(text: str, folded: str, name: Fact) -> tuple[int, int] | None:
    """Where the post of a name in Chinese stands."""
    start = _before_chinese(folded, name.start)
    if start is not None:
        return start, len(folded[: name.start].rstrip())
    apposed = _APPOSED.match(folded, name.end)
    if apposed:
        group = "post" if apposed["post"] else "comma"
        # 刘君，副局长赵民: the post heads the next name.
        return _trimmed(folded, *apposed.span(group))
    said = _HOLDS.match(folded, name.end)
    if said and (said[0][0] != "为" or _APPOINTED.search(folded[: name.start])):
        return said.span("post")
    after = _POST_AFTER.match(folded, name.end)
    if after:
        return after.span("post" if after["post"] else "courtesy")
    return None


def _before_chinese(folded: str, end: int) -> int | None:
    """Where the posts that end at `end` begin; None when none does."""
    end = len(folded[:end].rstrip(" "))
    clause = folded[max(0, end - 60) : end]
    if not _POST_END.search(clause):
        return None
    # 党组书记、局长: each part is a post; 邮政管理局、协会会长 is cut at what is none.
    cuts = [m.end() for m in _CLAUSE.finditer(clause)]
    start = cuts[-1] if cuts and not clause.endswith((")", "）")) else 0
    at = clause.rfind("、", start)
    first = at + 1
    while at >= start and _POST_END.search(clause[start:at]):
        at = clause.rfind("、", start, at)
        first = at + 1
    first = max(first, start)
    opened = [m.end() for m in _OPENS.finditer(clause, first) if m.end() < len(clause)]
    first = opened[-1] if opened else first
    first += len(clause[first:]) - len(clause[first:].lstrip(" 　"))
    return max(0, end - 60) + first if len(clause) - first >= 2 else None


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int]:
    opened = [m.end() for m in _OPENS.finditer(folded, start, end) if m.end() < end]
    return (opened[-1] if opened else start), end


# English ------------------------------------------------------------------------------------------------------------

_RANK = (
    r"(?:deputy|vice|executive|assistant|acting|associate|former|then|first|senior|chief|standing|"
    r"general|managing|honorary|party)"
)
_OFFICE = (
    r"(?:directors?(?:[-\s]generals?)?|secretar(?:y|ies)(?:[-\s]generals?)?|ministers?|governors?|mayors?|chair(?:man|men|woman|persons?|s)?|"
    r"presidents?|vice-presidents?|premiers?|commissioners?|heads?|chiefs?|members?|inspectors?|spokes(?:man|woman|persons?|men)|"
    r"ambassadors?|professors?|academicians?|researchers?|engineers?|managers?|CEO|editors?(?:-in-chief)?|reporters?|correspondents?|"
    r"analysts?|economists?|experts?|leaders?|representatives?|presidents?|deans?|principals?|founders?|couriers?|counsel(?:l?ors?)?)"
)
_TITLE = rf"(?i:(?:{_RANK}[-\s])*{_OFFICE}(?![A-Za-z]))"
_ORG = (
    r"(?:\s(?:of|for|from|at|in|to)\s(?:the\s)?[A-Z][\w&'’-]*"
    r"(?:\s(?:of\s(?:the\s)?|and\s|for\s|the\s)?[A-Z][\w&'’-]*){0,8})"
)
_BEFORE = re.compile(
    rf"(?P<post>(?:(?:[A-Z][\w&'’.-]*\s(?:of\s(?:the\s)?|and\s)?){{0,6}}?)(?i:(?:party\s)?group\smember(?:\sand\s|,\s))?"
    rf"{_TITLE}{_ORG}?(?:(?:,\s|\sand\s){_TITLE}{_ORG}?)?),?\s\Z|(?P<courtesy>[Cc]omrades?)\s\Z"
)
_AFTER = re.compile(
    r"(?:\s[Cc]omrade)?(?:,\s|\s\()"
    rf"(?P<post>(?:(?:an?|the|its|both)\s)?(?:(?:[A-Za-z][\w&.-]*(?:['’]s?)?\s){{0,5}}?){_TITLE}[^,;:()\n.。“”\"]{{0,110}})"
    r"(?=,|\)|;|\.\s|\.$|:|$|\n|\sand\s[A-Z])",
    re.IGNORECASE,
)
_SAID_EN = re.compile(
    rf"\s(?:was\s(?:appointed|elected|named)(?:\sas)?|serves?\sas|served\sas|is|was)\s(?:the\s|an?\s)?"
    rf"(?P<post>(?:[A-Za-z-]+\s){{0,2}}?{_TITLE}{_ORG}?)"
    r"(?=[,.;\n]|$|\s)",
    re.IGNORECASE,
)
# Where a post ends although no comma says so.
_VERB = re.compile(
    r"\s(?:attend|said|say|presid|point|stress|emphasi|demand|request|require|met\b|meet|visit|inspect|deliver|held|hold|made\b|gave\b|announc|"
    r"chair(?:ed|s\b)|led\b|was\b|were\b|is\b|are\b|has\b|had\b|will\b|told\b|also\b|and\s(?:said|attended|others?)|participat|accompan|call|"
    r"note|urge|add|who\b|which\b|in\sthe\schair|together|as\swell)"
)
_ARTICLE = re.compile(r"(?:the|an?|its|both|with|by|and|of)\s", re.IGNORECASE)
_PLURAL = re.compile(
    r"(?:directors|secretaries|ministers|governors|mayors|chairmen|presidents|members|heads|chiefs|commissioners|"
    r"inspectors|leaders|managers|experts|researchers|engineers|reporters|comrades)\b",
    re.IGNORECASE,
)
_JOINED_EN = re.compile(r",?\s(?:and|as well as)\s|,\s|\s?、\s?")
_SENTENCE_STOP = re.compile(r"[.;:!?。，,]\s|[\n“”\"()]|[a-z]\.(?=[A-Z])")


def _english(text: str, name: Fact) -> tuple[int, int] | None:
    """Where the post of a name in English stands."""
    begin = max(0, name.start - 160)
    stops = [m.end() for m in _SENTENCE_STOP.finditer(text, begin, name.start)]
    before = text[(stops[-1] if stops else begin) : name.start]
    offset = name.start - len(before)
    found = _BEFORE.search(before)
    if found:
        start, end = found.span("post" if found["post"] else "courtesy")
        while article := _ARTICLE.match(before, start):
            start = article.end()
        courtesy = found["post"] is None
        if courtesy and (after := _after_english(text, name.end)):
            return after
        return offset + start, offset + len(before[:end].rstrip(" ,"))
    return _after_english(text, name.end)


def _after_english(text: str, at: int) -> tuple[int, int] | None:
    found = _AFTER.match(text, at)
    if found:
        start, end = found.span("post")
        verb = _VERB.search(text, start, end)
        end = verb.start() if verb else end
        article = re.match(r"(?:an?|the|its|both)\s", text[start:end], re.IGNORECASE)
        start += article.end() if article else 0
        # "Zhao Min, who …": what stands before the title must be of the post, not of a sentence.
        if re.search(rf"{_TITLE}", text[start:end], re.IGNORECASE):
            return start, end
    said = _SAID_EN.match(text, at)
    return said.span("post") if said else None


# Both ---------------------------------------------------------------------------------------------------------------


def people_of(text: str, facts: Iterable[Fact]) -> tuple[Person, ...]:
    """Persons named with a post, each once with each of his posts, in reading order.

    facts: those of `text`; the names among them are the persons. A post given only by courtesy (同志, "Comrade") is
    told when the text tells no other.

    >>> from sources.facts import facts
    >>> text = "会议由市消防局副局长王小强主持。"
    >>> [(p.name, p.post) for p in people_of(text, facts(text))]
    [('王小强', '市消防局副局长')]
    """
    folded = fold(text)
    found: dict[tuple[str, str], Person] = {}
    names = [fact for fact in facts if fact.token.startswith("name:")]
    last: tuple[Fact, tuple[int, int]] | None = None  # the name before, and its post
    waiting: list[Fact] = []  # names without a post, joined to one another: "A, B and C, deputy governors of …"
    for name in names:
        if waiting and not _JOINED_EN.fullmatch(text, waiting[-1].end, name.start):
            waiting = []
        chinese = "\u3400" <= text[name.start] <= "\u9fff"
        post = _chinese(text, folded, name) if chinese else _english(text, name)
        if (post is None or post[0] > name.end and _shared(text, folded, last, name)) and last:
            post = _shared(text, folded, last, name) or post
        if post is None:
            last = None
            waiting.append(name)
            continue
        last = (name, post)
        words = " ".join(text[slice(*post)].split())
        many = _PLURAL.search(words)
        heads = [*waiting, name] if many and post[0] > name.end else [name]
        waiting = []
        if many:
            words = words[: many.start()] + _one(many[0]) + words[many.end() :]
        for head in heads:
            key = (head.token, fold(words).casefold())
            found.setdefault(key, Person(text[head.start : head.end], words, head.start, head.end))
    told = {token for token, words in found if not _COURTESY.fullmatch(words)}
    kept = [p for (token, words), p in found.items() if token not in told or not _COURTESY.fullmatch(words)]
    return tuple(sorted(kept, key=lambda p: (p.start, p.end)))


def _one(plural: str) -> str:
    """Directors → Director, secretaries → secretary, chairmen → chairman."""
    for many, one in (("ies", "y"), ("men", "man"), ("s", "")):
        if plural.endswith(many):
            return plural.removesuffix(many) + one
    return plural


def _shared(text: str, folded: str, last: tuple[Fact, tuple[int, int]] | None, name: Fact) -> tuple[int, int] | None:
    """The post of the name before, when it heads this one too: 副局长戴应军、刘君; "Deputy Directors A, B and C"."""
    if last is None or last[1][0] > last[0].start:
        return None
    between = folded[last[0].end : name.start]
    if "\u3400" <= text[name.start] <= "\u9fff":
        return last[1] if _JOINED.fullmatch(between) else None
    plural = _PLURAL.search(text[slice(*last[1])])
    return last[1] if plural and _JOINED_EN.fullmatch(between) else None


# Programmes ---------------------------------------------------------------------------------------------------------

_QUOTED = re.compile(
    r"“([^“”\n]{1,90})”|「([^「」\n]{1,60})」|『([^『』\n]{1,60})』|《([^《》\n]{1,60})》|\"([^\"\n]{1,90})\""
)
_LONGEST_CHARACTERS, _LONGEST_WORDS = 20, 12
_IS_PROGRAMME = re.compile(
    r"[）)]?\s?(?:工程|行动|行動|计划|計劃|规划|規劃|战略|戰略|项目|項目|体系|體系|改革|制度|机制|機制|模式|活动|活動|方案|专项|專項|试点|試點|"
    r"工作|建设|建設|监管|監管|原则|原則|倡议|倡議)"
    r"|\s(?:(?:[a-z-]+)\s)?(?:project|programme|program|plan|action|campaign|initiative|reform|strategy|system|scheme|mechanism|"
    r"pilot|supervision|principles?|project)s?\b",
    re.IGNORECASE,
)
_DONE_TO = re.compile(
    r"(?:[实實]施|推[进進动動行]|[开開]展|[启啟][动動]|落[实實]|深化|[坚堅]持|[贯貫][彻徹]|[执執]行|印[发發]|[发發]布|做好|抓好|打造|完善|"
    r"建[设設]|[围圍][绕繞])了?(?:好)?\Z"
    r"|\b(?:implement(?:ed|ing|s)?|launch(?:ed|ing|es)?|carry(?:ing)? out|start(?:ed|ing|s)?|promot(?:e|ed|ing)|"
    r"advanc(?:e|ed|ing)|"
    r"deepen(?:ed|ing)?|issu(?:e|ed|ing))\s(?:the\s)?\Z",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"[一二两兩三四五六七八九十\d].{0,4}[一二两兩三四五六七八九十\d]|^[一二两兩三四五六七八九十\d]{1,2}[个個项項大]?[\u3400-\u9fff]{2}$|\d{3}"
)
_STOPPED = re.compile(r"[。！？!?；;：:]|[.,，]\Z")


def programmes_of(text: str) -> tuple[tuple[int, int], ...]:
    """Spans, inside the marks, of quoted names of programmes, projects and documents, each name where it first stands.

    Quoted speech and figures of speech (the “lifeline” of the city) are none.

    >>> text = "要实施“快递进山”工程，打通“最后一步”。"
    >>> [text[a:b] for a, b in programmes_of(text)]
    ['快递进山']
    """
    found: dict[str, tuple[int, int]] = {}
    for match in _QUOTED.finditer(text):
        group = int(match.lastindex or 0)
        inside = match[group].strip()
        if not re.search(r"\w", inside) or _STOPPED.search(inside):
            continue
        chinese = bool(re.search(r"[\u3400-\u9fff]", inside))
        document = text[match.start()] == "《"
        if not document and (len(inside) > _LONGEST_CHARACTERS if chinese else len(inside.split()) > _LONGEST_WORDS):
            continue
        if document or _names_programme(text, match, inside, chinese):
            start = match.start(group) + match[group].index(inside)
            found.setdefault(" ".join(fold(inside).casefold().split()), (start, start + len(inside)))
    return tuple(sorted(found.values()))


def _names_programme(text: str, match: re.Match[str], inside: str, chinese: bool) -> bool:
    if _IS_PROGRAMME.match(text, match.end()) or _DONE_TO.search(text[max(0, match.start() - 16) : match.start()]):
        return True
    if chinese:
        return bool(_COUNTED.search(inside))
    words = re.findall(r"[A-Za-z][\w-]*", inside)
    capital = [w for w in words if w[0].isupper()]
    # "Green Post Action": a name of its own; "lifeline" and "three new" are not known to be one by their letters.
    return len(words) > 1 and len(capital) * 2 > len(words) and words[-1][0].isupper()
