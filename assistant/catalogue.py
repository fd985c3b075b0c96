"""Questions about the collection itself: which bulletins mention X, the latest one, how many of 2020.

`read_request` reads such a question, `answer_request` answers it from the catalogue, `describe_found` words the answer.
Precision first: a question of which any word is left unread ("Which documents were adopted?") is about what the
bulletins say, and None comes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from index.normalise import fold as index_fold
from index.normalise import simplify
from index.search import Index
from index.store import Entry
from index.words import english_words, segment, terms
from sources.bulletin import Bulletin, Language
from sources.facts import facts, implied
from sources.fold import fold
from sources.sentences import sentences

Want = Literal["list", "count", "latest", "oldest"]
_LONG = 300  # characters; nobody asks for a list of bulletins at such length
_EVIDENCE_PER_BULLETIN = 2


@dataclass(frozen=True)
class Request:
    """What is asked of the catalogue.

    topic: what the bulletins must mention, in the asker's words. dates: first and last day, ISO and partial, both
    included; None where the range is open. published_only: whether the dates are those of publication, or may be
    those of the event as well. number: how many of the latest or oldest ones.
    """

    want: Want
    topic: str | None = None
    dates: tuple[str | None, str | None] = (None, None)
    published_only: bool = False
    issuer: str | None = None
    languages: tuple[Language, ...] = ()
    number: int = 1


@dataclass(frozen=True)
class Found:
    """entries: newest first; those whose id is in `versions` do not match themselves, but report an event that does.

    count: entries that match themselves. evidence: (bulletin id, start, end), clean spans that show why: sentences that
    mention the topic, or title and date.
    """

    entries: tuple[Entry, ...]
    count: int
    evidence: tuple[tuple[str, int, int], ...]
    versions: frozenset[str] = field(default_factory=frozenset)


def read_request(question: str, language: Language) -> Request | None:
    """The request that a question makes of the catalogue; None for a question of what the bulletins say.

    >>> read_request("Which bulletins mention drones?", "en")
    Request(want='list', topic='drones', dates=(None, None), published_only=False, issuer=None, languages=(), number=1)
    """
    if len(question) > _LONG:
        return None
    text = " ".join(question.split())
    return _read_english(text) if language == "en" else _read_chinese(text)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Dates and languages, the same in both readers


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


def _dates(text: str) -> list[tuple[str, int, int]]:
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

_Range = tuple[str | None, str | None]


def _take_dates(text: str, chinese: bool) -> tuple[_Range, str]:
    """The range of dates that a text names, and the text without it. Raises ValueError when they make no range."""
    found = _dates(text)
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
        if cut := re.match(r"\s*(?:及其?)?(?:以前|之前|前)", after):
            return (None, _day_before(value)), before + after[cut.end() :]
        if cut := re.match(r"\s*(?:以后|以後|之后|之後|后|後)", after):
            return (_day_after(value), None), re.sub(r"[在自从從]$", "", before) + after[cut.end() :]
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
_LANGUAGE_EN = re.compile(
    r"(?i)\b(?:(?:are |were )?(?:written )?in )?(?P<script>simplified |traditional )?(?P<language>english|"
    r"chinese)\b(?: language)?"
)
_LANGUAGE_ZH = re.compile(
    r"(?:用|是)?(?P<language>英文|英语|中文|汉语|繁体(?:中文|字)?|简体(?:中文|字)?)(?:写|版|撰写)?的?"
)


def _languages(match: re.Match[str]) -> tuple[Language, ...]:
    word = (match.groupdict().get("script") or "") + match["language"]
    low = word.lower()
    if low in ("english", "英文", "英语"):
        return ("en",)
    if low.startswith(("simplified", "简")):
        return ("zh-Hans",)
    if low.startswith(("traditional", "繁")):
        return ("zh-Hant",)
    return _ZH


# English

_STRONG_EN = (
    r"(?:news bulletins?|bulletins?|news releases?|press releases?|news articles?|articles?|news items?|"
    r"news stories|news story)"
)
_WEAK_EN = (
    r"(?:documents?|reports?|announcements?|notices?|texts?|files?|releases?|sources?|publications?|pieces|items)"
)
_NOUN_EN = re.compile(rf"(?i)\b(?:(?P<strong>{_STRONG_EN})|(?P<weak>{_WEAK_EN}))\b")
_COLLECTION_EN = re.compile(
    r"(?i)\b(?:in|of|from) (?:the|your|this|our) (?:collection|index|database|archive|catalogue|catalog|library|"
    r"corpus|data ?base|system)\b"
    r"|\b(?:do|did) you have\b|\bhave you (?:got|indexed)?\b|\byou have\b|\b(?:are|were|been) (?:indexed|stored|"
    r"loaded|ingested|collected)\b|\bindexed\b|\bon file\b"
)
_ABOUT_EN = (
    r"(?:mention(?:s|ed|ing)?|talk(?:s|ed|ing)? (?:about|of)|speak(?:s|ing)? (?:about|of)|refer(?:s|red|ring)? to|"
    r"discuss(?:es|ed|ing)?|"
    r"say(?:s|ing)? (?:anything|something) (?:about|on)|(?:is|are|was|were) (?:all )?about|about|"
    r"(?:do|does|did|make|makes) (?:any )?mention(?: of)?|name(?:s)? |tell(?:s|ing)? (?:us |me )?about)"
)
_ABOUT_STRONG_EN = (
    r"(?:cover(?:s|ed|ing)?|deal(?:s|ing|t)? with|contain(?:s|ed|ing)?(?: the (?:word|name|phrase|term)s?)?|"
    r"concern(?:s|ed|ing)?|report(?:s|ed|ing)? on|on|"
    r"regarding|touch(?:es|ing)? (?:up)?on|relat(?:ed|ing) to|featur(?:e|es|ing)|describ(?:e|es|ing)|includ(?:e|es|"
    r"ing))"
)
_TOPIC_STRONG_EN = re.compile(rf"(?i)\s+(?:that |which |who )?(?:{_ABOUT_EN}|{_ABOUT_STRONG_EN})\s+(?P<topic>\S.*)$")
_TOPIC_WEAK_EN = re.compile(rf"(?i)\s+(?:that |which )?{_ABOUT_EN}\s+(?P<topic>\S.*)$")
_PASSIVE_EN = re.compile(
    r"(?i)\b(?:is|are|was|were) (?P<topic>\S.*?) (?:mentioned|named|discussed|covered|referred to|talked about|"
    r"brought up)\b(?: in)?(?P<rest>.*)$"
    r"|\b(?:does|do|did) (?P<appears>\S.*?) (?:appear|occur|feature|come up|show up|turn up)\b(?: in)?(?P<after>.*)$"
)
_TAIL_EN = re.compile(
    r"(?i)[,\s]+(?:are there|is there|do you have|have you got|you have|exist|in total|in all|altogether|please|"
    r"if any|there are|"
    r"(?:in|of|from) (?:the|your|this|our) (?:collection|index|database|archive|catalogue|catalog|library|corpus)|"
    r"and (?:what|when|who|which|where)\b.*)$"
)
_ANYTHING_EN = re.compile(
    r"(?i)^(?:(?:so|and|well|ok)[, ]+)?(?:do you have|have you got|have you|is there|"
    r"are there)(?: got)? (?:anything|something|any (?:information|material|news|texts?|coverage))"
    r"(?P<where> (?:in (?:the|your|this) (?:collection|index|database|archive|catalogue|library|"
    r"bulletins?)))? (?:about|on|regarding|concerning|mentioning|that mentions|related to|with) (?P<topic>.+?)"
    r"(?P<there> (?:in (?:the|your|this) (?:collection|index|database|archive|catalogue|library|bulletins?)|on file|"
    r"indexed))?$"
)
_WHERE_EN = re.compile(r"(?i)^where (?:is|are) (?P<topic>.+?) mentioned$")
_CONTENTS_EN = re.compile(
    r"(?i)^(?:what(?:'s| is| do you have| have you got)|list|show me|show)(?: everything| all)? (?:stored |indexed |"
    r"there )?(?:in|(?:the )?contents of) (?:the|your|this) (?:collection|index|database|archive|catalogue|catalog|"
    r"library|corpus)$"
)
_HEAD_EN = re.compile(
    r"(?i)^(?:(?:so|and|well|ok|please|hi|hello)[, ]+)?(?:(?:can|could|would) you (?:please )?|please |i(?:'d|"
    r" would) like (?:to see|to know)? ?|i want (?:to see|to know)? ?|tell me |let me (?:see|know) )?"
    r"(?:(?P<which>(?:in |from )?(?:which|what)\b(?! (?:do|does|did|has|have) )(?!(?:'s|\s+(?:is|are|was|"
    r"were)) (?!the (?:title of the |name of the |date of the )?(?:\w+ )?(?:latest|newest|most recent|last|first|"
    r"oldest|earliest|number)))|what(?:'s| is| was| are| were) the)|(?P<count>how many\b|the number of|"
    r"count(?: all)?(?: the)?)|"
    r"(?P<list>(?:list|show|give|find|name|get)(?: me)?\b)|(?P<any>(?:are|is|were) there\b|do you have\b|"
    r"have you (?:got )?any\b|do any\b|does any\b)|(?P<when>when (?:was|were|is) the (?:latest|newest|most recent|"
    r"last|first|oldest|earliest))|(?P<the>the (?=latest|newest|most recent|oldest|earliest))|"
    r"(?P<bare>(?:all )?(?:bulletins|news releases|press releases) (?=published|issued|released|from|by|since|"
    r"before|about|in )))"
)
_LATEST_EN = re.compile(r"(?i)\b(?:latest|newest|most recent(?:ly)?|last)\b")
_OLDEST_EN = re.compile(r"(?i)\b(?:oldest|earliest|first)\b")
_ISSUER_EN = re.compile(
    r"(?i)\b(?:(?:(?:published|issued|released|written|put out|posted|made)\s+)?(?:by|"
    r"from)\s+(?P<by>(?:the )?\S.*?)|(?:did|has|have) (?P<did>(?:the )?\S.*?) (?:publish|published|issue|issued|"
    r"release|released|put out))"
    r"(?=$| (?:are|is|were|do|in|since|before|after|between|that|which|from|during|on|about|mention)\b)"
)
_PUBLISHED_EN = re.compile(r"(?i)\b(?:publish(?:ed)?|issued?|released?|put out|posted|came out|come out|dated)\b")
_ALLOWED_EN = _words(
    "which what how many much list show give get find name please can could would you i me a an the all any every "
    "each some of in on from by for is are "
    "was were be been there do does did have has had got your our this these those that collection index indexed "
    "database archive catalogue "
    "library corpus stored available here total altogether number count counted published issued released written "
    "dated publish issue release "
    "come came out put posted and also titles title date when ones one it its most recently so far now currently "
    "them they about held loaded included "
    "ingested collected added first last latest newest oldest recent earliest two three four five six seven eight "
    "nine ten s i'd like want to see know "
    "tell let who different together well ok hi hello them each us everything full complete whole exist file system "
    "up were only just exactly"
)
_NUMBERS_EN = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip


def _read_english(text: str) -> Request | None:
    text = text.strip(" ?.!")
    if match := _ANYTHING_EN.match(text):
        about_collection = (
            re.match(r"(?i)\W*(?:\w+[, ]+)?(?:do you have|have you)", text) or match["where"] or match["there"]
        )
        return _request("list", match["topic"], text, chinese=False) if about_collection else None
    if match := _WHERE_EN.match(text):
        return _request("list", match["topic"], text, chinese=False)
    if _CONTENTS_EN.match(text):
        return Request("list")
    head, noun = _HEAD_EN.match(text), _NOUN_EN.search(text)
    if re.match(r"(?i)(?:is|are|was|were) (?!there)", text):
        # "Is SF mentioned in any bulletin?"
        asked = re.fullmatch(
            rf"(?i)(?:is|are) (?P<topic>.+?) (?:mentioned|named|discussed) in any (?:of the )?(?:{_STRONG_EN}|"
            rf"{_WEAK_EN})",
            text,
        )
        return _request("list", asked["topic"], text, chinese=False) if asked else None
    if not head or not noun or re.match(r"(?i)\s*(?:of|on) the (?:law|code|charter)", text[noun.end() :]):
        return None
    strong = bool(noun["strong"])
    rest, topic = text, None
    tail = text[noun.end() :]
    while cut := _TAIL_EN.search(tail):
        tail = tail[: cut.start()]
    if passive := _PASSIVE_EN.search(tail):
        topic = passive["topic"] or passive["appears"]
        rest = f"{text[: noun.end()]} {passive['rest'] or passive['after'] or ''}"
    elif about := (_TOPIC_STRONG_EN if strong else _TOPIC_WEAK_EN).search(tail):
        try:
            only_date = not re.search(r"\w", _take_dates(" in " + about["topic"], chinese=False)[1])
        except ValueError:
            only_date = False
        preposition = re.match(r"(?i)\s+on\s", about[0])
        if not (only_date and preposition):
            topic = about["topic"]
            rest = text[: noun.end()] + tail[: about.start()]
    else:
        rest = text[: noun.end()] + tail
    if not strong and re.search(r"(?i)\b(?:did|has|have) (?!you\b)\w", tail):
        return None
    if not strong and topic is None and not _COLLECTION_EN.search(text) and not re.search(r"(?i)\bare there$", text):
        return None
    if (
        topic is None
        and head["which"]
        and not _LATEST_EN.search(text)
        and not _OLDEST_EN.search(text)
        and re.match(r"(?i)what(?:'s| is| was) the", text)
        and "number of" not in text
    ):
        return None
    want: Want = "list"
    around = rest[: noun.end()]
    predicate = re.search(
        r"(?i)(?:is|was|are|were) (?:the )?(?:latest|newest|most recent|oldest|earliest|first|last)(?: ones?)?\b", rest
    )
    if head["count"] or re.search(r"(?i)\b(?:number|count) of\b", around):
        want = "count"
    elif _LATEST_EN.search(around) or (predicate and _LATEST_EN.search(predicate[0])):
        want = "latest"
    elif _OLDEST_EN.search(around) or (predicate and _OLDEST_EN.search(predicate[0])):
        want = "oldest"
    number = 1
    if want in ("latest", "oldest") and (
        how_many := re.search(r"(?i)\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b", around)
    ):
        number = _NUMBERS_EN.get(how_many[1].lower()) or int(how_many[1])
        rest = rest[: how_many.start()] + rest[how_many.end() :]
    elif want in ("latest", "oldest") and noun[0].lower().endswith("s"):
        number = 3
    request = _request(want, topic, rest, chinese=False, number=number, noun=noun[0])
    return request


def _request(
    want: Want, topic: str | None, rest: str, *, chinese: bool, number: int = 1, noun: str = ""
) -> Request | None:
    """The request of a topic and of what stands around it; None when words are left that nobody read."""
    languages: tuple[Language, ...] = ()
    dates: _Range = (None, None)
    issuer: str | None = None
    published = bool((_PUBLISHED_ZH if chinese else _PUBLISHED_EN).search(fold(rest) if chinese else rest))
    try:
        if topic is not None:
            topic, dates, languages = _trimmed(topic, chinese)
            if topic is None:
                return None
            published = published or bool(_PUBLISHED_EN.search(rest))
        if not noun:
            return Request(want, topic, dates, published, None, languages)
        more, rest = _take_dates(rest, chinese)
        dates = more if dates == (None, None) else dates
    except ValueError:
        return None
    pattern = _LANGUAGE_ZH if chinese else _LANGUAGE_EN
    folded = fold(rest)
    if match := pattern.search(folded):
        languages = languages or _languages(match)
        rest = rest[: match.start()] + " " + rest[match.end() :]
    issued = _ISSUER_ZH.search(fold(rest)) if chinese else _ISSUER_EN.search(rest)
    if issued and chinese and not _NAME_OF_ISSUER_ZH.search(fold(issued["by"] or issued["did"])):
        issued = None
    if issued:
        name = next(g for g in ("by", "did") if issued.groupdict().get(g))
        issuer = rest[slice(*issued.span(name))].strip()
        rest = rest[: issued.start()] + " " + rest[issued.end() :]
        if not chinese:
            issuer = re.sub(r"(?i)^the ", "", issuer)
            if issuer.lower() in ("collection", "you", "index") or set(issuer.lower().split()) <= _ALLOWED_EN:
                issuer = None
    if not _all_read(rest, noun, chinese):
        return None
    return Request(want, topic, dates, published, issuer, languages, number)


_FINITE_EN = re.compile(r"(?i)\b(?:was|were|is|are|did|does|do|has|have|had|will|should|must|would|can|could)\b")


def _trimmed(topic: str, chinese: bool) -> tuple[str | None, _Range, tuple[Language, ...]]:
    """A topic without the dates, languages and courtesies that trail it; None for one that is no name of a thing."""
    languages: tuple[Language, ...] = ()
    dates: _Range = (None, None)
    topic = topic.strip(" ,，、?？.。!！")
    if not chinese:
        while cut := _TAIL_EN.search(topic):
            topic = topic[: cut.start()]
        if match := re.search(
            r"(?i)\s+(?:and (?:are|were) )?(?:written )?in (?P<script>simplified |"
            r"traditional )?(?P<language>english|chinese)$",
            topic,
        ):
            languages, topic = _languages(match), topic[: match.start()]
        trailing = re.search(
            r"(?i)[\s,]+(?:(?:and |that |which )*(?:were |was |are )?(?:published|issued|released|dated) )?(?:in|"
            r"from|since|before|after|until|between|during|on)\s+\S.{2,40}$",
            topic,
        )
        if trailing and (found := _dates(trailing[0])):
            taken, left = _take_dates(trailing[0], chinese=False)
            if found and not re.sub(
                r"(?i)\b(?:and|that|which|were|was|are|published|issued|released|dated)\b", "", left
            ).strip(" ,"):
                dates, topic = taken, topic[: trailing.start()]
        topic = re.sub(r"(?i)^(?:the (?:word|name|term|phrase|topic|subject)s? |a |an |the )", "", topic)
        if _FINITE_EN.search(topic) or re.fullmatch(
            r"(?i)(?:what|it|them|that|this|these|those|him|her|you|me)", topic
        ):
            return None, dates, languages
    topic = topic.strip(" ,，、的")
    if len(topic) >= 2 and (topic[0], topic[-1]) in {("“", "”"), ("「", "」"), ('"', '"'), ("'", "'"), ("‘", "’")}:
        topic = topic[1:-1]
    return (topic or None), dates, languages


def _all_read(rest: str, noun: str, chinese: bool) -> bool:
    if chinese:
        return not _LEFT_ZH.sub("", fold(rest)).strip()
    words = re.findall(r"[\w']+|[\u3400-\u9fff]", rest.lower().replace(noun.lower(), " "))
    return all(w in _ALLOWED_EN or w.rstrip("'s") in _ALLOWED_EN or re.fullmatch(r"\d{1,2}", w) for w in words)


# Chinese: read on the folded shadow

_STRONG_ZH = r"(?:新闻公告|公告|通告|新闻稿件?|稿件|稿子|通稿|简报|报道|文章|新闻)"
_WEAK_ZH = r"(?:文件|通知|消息|资料|文本|材料|内容|来源|文献|报告)"
_CLASSIFIER_ZH = r"[篇份则条]"
_ANY_NOUN_ZH = rf"(?:{_STRONG_ZH}|{_WEAK_ZH})"
_MENTION_ZH = (
    r"(?:有?提到|有?提及|谈到|讲到|说到|写到|谈及|涉及|论及|述及|出现|写有|包含|含有|有关于|关于|有关|"
    r"报道了?|介绍了?|谈论|讲述|讲了|谈的?是|讲的?是|说的?是|是关于|是有关|跟|里有)"
)
_MENTION_SURE_ZH = r"(?:有?提到|有?提及|谈到|讲到|说到|写到|谈及|涉及|关于|有关于)"
_WHICH_ZH = (
    rf"(?:哪些|哪几{_CLASSIFIER_ZH}|哪一?{_CLASSIFIER_ZH}|哪几个|哪一?个|什么|几{_CLASSIFIER_ZH}|"
    rf"多少{_CLASSIFIER_ZH}?|哪里|哪儿)"
)
_ASKED_ZH = re.compile(
    rf"{_WHICH_ZH}|有没有|有无|是否有|列出|列举|列一下|给我看|显示|收录|最[新旧早近老]|第一{_CLASSIFIER_ZH}|吗$|"
    rf"有[些]?什么"
)
_PUBLISHED_ZH = re.compile(r"发布|发表|发出|刊登|刊发|公布|印发")
_ISSUER_ZH = re.compile(
    r"(?:由|来自|来源[是为于])(?P<by>[^的由来\s]{2,20}?)(?:所)?(?:发布|发表|发出|刊登|刊发|公布|印发)?的|"
    r"(?P<did>[^\s的由在有年月日，,]{2,20}?)(?:所|一共|总共|共)?(?:发布|发表|刊登|刊发|公布|印发)(?:的|了|过)?"
)
# 最近發布的公告: what stands before 發布 is an issuer only when it looks like an office or a paper.
_NAME_OF_ISSUER_ZH = re.compile(r"(?:局|部|委|院|府|厅|处|社|网|报|台|会|司|办|协会|集团|公司|中心|大学|银行|党)$")
_COLLECTION_ZH = re.compile(
    r"收录|库[里中内]|资料库|数据库|索引[里中]|知识库|目录[里中]|你(?:们)?(?:这里|手头|手上|那里)?有|一共有|总共有|共有"
)
_LEFT_ZH = re.compile(
    rf"{_ANY_NOUN_ZH}|{_WHICH_ZH}|最新|最旧|最早|最近|最老|第一{_CLASSIFIER_ZH}|"
    rf"[一两二三四五六七八九十\d]*{_CLASSIFIER_ZH}|收录|收集|索引|资料库|数据库|知识库|目录|库|"
    r"有没有?|有无|是否有|列出|列举|列一下|显示|给我看?|告诉我|请问|请|帮我|麻烦|一下|所有|全部|全都|都|一共|总共|共|"
    r"总计|共计|分别|目前|现在|里面|里|中|内|上|"
    r"你们?|我|这里|手头|手上|发布|发表|发出|刊登|刊发|公布|印发|日期|标题|时间|"
    r"的|了|是|有|在|于|过|吗|呢|吧|啊|呀|和|以及|及|并|且|那|那么|想|看|看看|知道|被|会|曾|曾经|哪|几|多少|些|个|"
    r"什么时候|这些|其|它们|说|讲|什么|主要|年|度|[，,。?!；:\s]"
)


def _read_chinese(text: str) -> Request | None:
    text = text.strip(" ?？。！!")
    folded = fold(text)
    if match := re.fullmatch(
        r"(?:那|那么)?(?:请问)?(?:你们?)?(?:这里|库里|资料库里|数据库里|索引里)?(?:一共|总共|共)?(?:收录|"
        r"收集)了?(?:哪些|什么|多少)(?:内容|东西|资料|公告|文章)?",
        folded,
    ):
        return Request("count" if "多少" in match[0] else "list")
    noun = re.search(_STRONG_ZH, folded)
    counted = re.search(
        rf"(?:哪几?|哪一|[几多少]{{1,2}}|[一两二三四五六七八九十\d])(?P<c>{_CLASSIFIER_ZH})|"
        rf"最[新早](?:发布)?的?一?{_CLASSIFIER_ZH}|第一{_CLASSIFIER_ZH}",
        folded,
    )
    weak = re.search(_WEAK_ZH, folded)
    if not _ASKED_ZH.search(folded) or re.search(
        r"(?:说|讲|写|谈|提)(?:了|的|到)?(?:是)?(?:些|有)?(?:什么|哪些|啥)|怎么说", folded
    ):
        return None
    pieces = _topic_chinese(text, folded)
    topic, rest = pieces if pieces else (None, text)
    sure = bool(topic) and bool(re.search(_MENTION_SURE_ZH, folded) or "有关" in folded)
    if not noun:
        # 哪些文件 are those that were adopted; 哪些文件提到X and 庫裡有哪些文件 are ours.
        if not (counted and not weak) and not (weak and (sure or _COLLECTION_ZH.search(folded) and not topic)):
            return None
        if (
            counted
            and not weak
            and not topic
            and counted.groupdict().get("c") in ("条", "份")
            and not _COLLECTION_ZH.search(folded)
        ):
            return None
    elif noun[0] in ("新闻", "报道", "文章", "简报", "通告") and not (
        topic or _COLLECTION_ZH.search(folded) or counted or re.search(r"最[新早近旧]|发布|哪些", folded)
    ):
        return None
    want: Want = "list"
    rest_folded = fold(rest)
    if re.search(rf"(?<!哪)(?:几|多少){_CLASSIFIER_ZH}|(?<!哪)(?:几|多少)个?{_ANY_NOUN_ZH}|数量|总数", rest_folded):
        want = "count"
    elif re.search(r"最新|最近", rest_folded):
        want = "latest"
    elif re.search(rf"最早|最旧|最老|第一{_CLASSIFIER_ZH}", rest_folded):
        want = "oldest"
    number = 1
    if want in ("latest", "oldest") and (
        how_many := re.search(rf"(?P<n>[两二三四五六七八九十]|\d{{1,2}}){_CLASSIFIER_ZH}", rest_folded)
    ):
        number = {"两": 2}.get(how_many["n"]) or (
            "一二三四五六七八九十".find(how_many["n"]) + 1 if not how_many["n"].isdecimal() else int(how_many["n"])
        )
    return _request(want, topic, rest, chinese=True, number=max(1, number), noun=noun[0] if noun else "篇")


def _topic_chinese(text: str, folded: str) -> tuple[str, str] | None:
    """The topic, and the question without it and the words that lead to it."""
    unit = rf"(?:{_ANY_NOUN_ZH}|(?:哪|几|多少|一|两|三|第)\S?{_CLASSIFIER_ZH})"
    patterns = (
        # 哪些公告提到X, 有沒有公告提到X, 哪幾篇講到X
        rf"(?:{unit}|{_WHICH_ZH})(?:[里中内]|当中|里面)?(?:都|有|曾|曾经|会|分别)?{_MENTION_ZH}(?:过|"
        rf"了)?(?P<topic>.+?)(?P<tail>的)?$",
        # 提到X的公告有哪些, 關於X的公告有幾篇, 有哪些提到X的公告
        rf"{_MENTION_ZH}(?:过|了)?(?P<topic>.+?)(?:有关|相关)?的(?={unit}|有{_WHICH_ZH}|有几|有多少)",
        # 跟X有關的公告
        rf"(?:跟|与|和|同)(?P<topic>.+?)(?:有关|相关)的?(?={unit})",
        # X出現在哪些公告裡, X在哪幾篇公告裡提到
        rf"^(?P<topic>.+?)(?:都)?(?:被)?(?:出现|提到|提及|写)?(?:过)?(?:在|于)(?={_WHICH_ZH})",
        # 有沒有關於X的(內容)
        r"(?:有没有|有无|是否有)(?:任何)?(?:关于|有关|提到|提及|涉及)(?P<topic>.+?)(?:的(?:内容|资料|消息|信息|东西|"
        r"报道|新闻|公告|文章)?)?(?=[吗呢]?$)",
    )
    for number, pattern in enumerate(patterns):
        match = re.search(pattern, folded)
        if not match:
            continue
        if number == 3 and not re.search(r"出现|提到|提及|写", folded):
            continue
        topic = text[slice(*match.span("topic"))]
        if number == 0 and (later := re.search(rf"的{_ANY_NOUN_ZH}(?:有{_WHICH_ZH})?$", fold(topic))):
            topic = topic[: later.start()]
        topic = re.sub(r"^(?:一下|到)", "", topic)
        shadow = fold(topic)
        if re.search(r"什么|哪|多少|怎|为何|谁|[吗呢]$", shadow):
            topic = topic[:-1] if re.search(r"[吗呢]$", shadow) else ""
            if not topic or re.search(r"什么|哪|多少|怎|谁", fold(topic)):
                continue
        rest = text[: match.start("topic")] + " " + text[match.start("topic") + len(topic) :]
        cleaned = re.sub(rf"{_MENTION_ZH}|相关|跟|与|和|同|出现", lambda m: " " * len(m[0]), fold(rest))
        return topic, cleaned
    return None


# Answering


def answer_request(request: Request, index: Index) -> Found:
    """The bulletins that a request is for. Nothing found is a Found without entries."""
    chosen = [entry for entry in index.entries.values() if _fits(entry, request)]
    evidence: dict[str, list[tuple[int, int]]] = {}
    if request.topic is not None:
        near = index.holding(*_needed(request.topic))
        for entry in chosen:
            if entry.id in near and (spans := mentions(index.bulletin(entry.id), request.topic)):
                evidence[entry.id] = spans
        chosen = [entry for entry in chosen if entry.id in evidence]
    count = len(chosen)
    if request.want in ("latest", "oldest"):
        chosen = _extreme(chosen, request)
        count = len(chosen)
    versions: set[str] = set()
    if request.topic is not None and request.want in ("list", "count"):
        ids = {entry.id for entry in chosen}
        versions = {v for i in ids for v in index.versions(i) if v not in ids and _fits(index.entries[v], request)}
        chosen = [entry for entry in index.entries.values() if entry.id in ids | versions]
    spans_of = [
        (entry.id, start, end)
        for entry in chosen
        for start, end in evidence.get(entry.id) or _title_and_date(index.bulletin(entry.id))
    ]
    return Found(tuple(chosen), count, tuple(spans_of), frozenset(versions))


def _extreme(entries: Sequence[Entry], request: Request) -> list[Entry]:
    dated = [entry for entry in entries if _known_date(entry)]
    if request.want == "oldest":
        dated.sort(key=_known_date)
    else:
        dated.sort(key=_known_date, reverse=True)
    taken = dated[: request.number]
    # Of two that came out on one day neither is the latest.
    return taken + [
        e for e in dated[request.number :] if taken and request.number == 1 and _known_date(e) == _known_date(taken[-1])
    ]


def _known_date(entry: Entry) -> str:
    return next((d for d in (entry.published, *entry.events) if d and not d.startswith("--")), "")


def _fits(entry: Entry, request: Request) -> bool:
    if request.languages and entry.language not in request.languages:
        return False
    if request.issuer is not None and not _same_issuer(entry.issuer or "", request.issuer):
        return False
    first, last = request.dates
    if first is None and last is None:
        return True
    dates = [entry.published] if entry.published and not entry.published.startswith("--") else []
    if not request.published_only or not dates:
        dates += [d for d in entry.events if not d.startswith("--")]
    return any(d is not None and _within(d, first, last) for d in dates)


def _within(value: str, first: str | None, last: str | None) -> bool:
    """Whether a partial date may lie in the range: they are compared as far as both go."""
    return (first is None or value[: len(first)] >= first[: len(value)]) and (
        last is None or value[: len(last)] <= last[: len(value)]
    )


def _same_issuer(issuer: str, asked: str) -> bool:
    a, b = _low(issuer), _low(asked)
    if not a:
        return False
    tokens = [{f.token for f in facts(x) if f.token.startswith("org:")} for x in (issuer, asked)]
    return b in a or bool(tokens[0] & tokens[1])


# Whether a bulletin mentions something

_GENERIC = _words(
    "工程 项目 行动 计划 公司 会议 企业 工作 集团 活动 方案 体系 战略 副局长 局长 先生 女士 同志 领导 问题 事情 "
    "情况 的 project programme program plan action company "
    "group campaign scheme initiative director deputy mr ms mrs system strategy issue matter"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_MARKS = r"[\s“”\"「」『』《》‘’·\-—]*"
_NAMED = ("name", "org", "place", "term", "prog", "quote", "code")
_FIGURES = ("date", "num", "pct", "cny", "usd", "ord")


@dataclass(frozen=True)
class _Unit:
    """One thing that a sentence must hold: a fact by any of its tokens, or a word. word: folded."""

    tokens: frozenset[str]
    word: str


def mentions(bulletin: Bulletin, topic: str) -> list[tuple[int, int]]:
    """Clean spans of the first sentences that mention the topic literally, in any script or by a known name in the
    other language; [] when none does. A word alike in meaning is no mention.
    """
    pattern, units = _wording(topic), _units(topic)
    if not pattern:
        return []
    low = _low(bulletin.text)
    at = [m.start() for m in pattern.finditer(low)]
    if len(units) == 1 and units[0].tokens:
        at += [f.start for f in bulletin.facts if _borne(f.token, units[0].tokens)]
    spans = sentences(bulletin.text)
    found = [(start, end) for start, end in spans if any(start <= a < end for a in at)]
    if not found and units:
        found = [span for span in spans if all(_holds(bulletin, low, span, unit) for unit in units)]
    return found[:_EVIDENCE_PER_BULLETIN]


def _borne(token: str, asked: frozenset[str]) -> bool:
    return token in asked or any(coarser in asked for coarser in implied(token))


def _holds(bulletin: Bulletin, low: str, span: tuple[int, int], unit: _Unit) -> bool:
    start, end = span
    if unit.tokens:
        return any(start <= f.start < end and _borne(f.token, unit.tokens) for f in bulletin.facts)
    sentence = low[start:end]
    return unit.word in english_words(sentence) if unit.word.isascii() else unit.word in sentence


def _low(text: str) -> str:
    """The folded text in lower case, every character where it was."""
    folded = fold(text)
    low = folded.lower()
    return low if len(low) == len(folded) else "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


def _wording(topic: str) -> re.Pattern[str] | None:
    """The topic as it may stand in a text: quotation marks and spaces anywhere, whole words of English."""
    pieces = re.findall(r"[a-z0-9.%+&]+|[^\W_]", _low(topic))
    if not pieces:
        return None
    body = _MARKS.join(re.escape(p) for p in pieces)
    before = r"(?<![a-z0-9])" if pieces[0][0].isascii() else ""
    after = r"(?:s|es)?(?![a-z0-9])" if pieces[-1][-1].isascii() else ""
    return re.compile(before + body + after)


def _units(topic: str) -> list[_Unit]:
    folded = fold(topic)
    found = facts(topic)
    named = [f for f in found if f.token.partition(":")[0] in _NAMED] or [
        f for f in found if f.token.partition(":")[0] in _FIGURES
    ]
    units: list[_Unit] = []
    taken = bytearray(len(topic))
    for fact in sorted(named, key=lambda f: f.start - f.end):
        if any(taken[fact.start : fact.end]):
            continue
        taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
        # Tokens of the same words are one thing said in several ways.
        units.append(_Unit(frozenset(f.token for f in named if (f.start, f.end) == (fact.start, fact.end)), ""))
    left = "".join(" " if taken[i] else c for i, c in enumerate(folded))
    words = english_words(left.lower())
    for run in _HAN.findall(left):
        words += [w for w in segment(run) if w not in "的和与及在了"]
    kept = [w for w in dict.fromkeys(words) if w not in _GENERIC] if units else list(dict.fromkeys(words))
    return [*units, *(_Unit(frozenset(), w) for w in kept)]


def _needed(topic: str) -> tuple[list[str], list[str]]:
    """Terms of which a passage that mentions the topic in its own words holds all, and facts of which it holds one when
    it mentions the topic in other words. Of Chinese words only pairs of characters: the segmenter may cut a text
    differently than it cuts the topic."""
    folded = index_fold(topic)
    needed = english_words(folded)
    kept = [word for run in _HAN.findall(folded) for word in segment(run) if word not in _GENERIC]
    needed += [pair for word in kept for i in range(len(word) - 1) if (pair := word[i : i + 2]) in terms(word)]
    return list(dict.fromkeys(needed)), [token for unit in _units(topic) for token in unit.tokens]


def _title_and_date(bulletin: Bulletin) -> list[tuple[int, int]]:
    spans = [(b.start, b.end) for b in bulletin.blocks if b.kind == "title"][:1]
    if not spans:
        spans = sentences(bulletin.text)[:1]
    spans += [(d.start, d.end) for d in bulletin.dates if d.role == "published" and d.end > d.start][:1]
    return spans


# Wording


def describe_found(found: Found, request: Request, language: Language, at_most: int = 20) -> list[str]:
    """A lead sentence, then a line for each bulletin: title as published and dates. In the language asked.

    at_most: bulletins listed; a last line counts those left out.
    """
    lead = _lead_english(found, request) if language == "en" else _lead_chinese(found, request)
    words = _WORDS[language]
    lines = [_line(entry, entry.id in found.versions, words) for entry in found.entries[:at_most]]
    if left := len(found.entries) - len(lines):
        lines.append(words.left.format(left))
    return [simplify(lead) if language == "zh-Hans" else lead, *lines]


@dataclass(frozen=True)
class _Words:
    published: str
    event: str
    undated: str
    version: str
    joint: str
    left: str


_WORDS: dict[Language, _Words] = {
    "en": _Words("published {}", "event {}", "undated", "another report of the same event", ", ", "… and {} more"),
    "zh-Hant": _Words("{}發布", "{}舉行", "未註明日期", "同一事件的另一篇報道", "，", "……另有{}篇"),
    "zh-Hans": _Words("{}发布", "{}举行", "未注明日期", "同一事件的另一篇报道", "，", "……另有{}篇"),
}


def _shown(value: str, words: _Words) -> str:
    """An ISO date as it is; what is no full date in words."""
    if value.startswith("--"):
        month, *day = (int(part) for part in value[2:].split("-"))
        if words.joint == ", ":
            return " ".join([_MONTHS[month - 1], *map(str, day)])
        return f"{month}月{day[0]}日" if day else f"{month}月"
    return f"{value}年" if len(value) == 4 and words.joint != ", " else value


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def _line(entry: Entry, version: bool, words: _Words) -> str:
    facts_of = [words.published.format(_shown(entry.published, words))] if entry.published else []
    if entry.events and entry.events[0] != entry.published:
        facts_of.append(words.event.format(_shown(entry.events[0], words)))
    parts = [*(facts_of or [words.undated]), *([words.version] if version else [])]
    title = " ".join(entry.title.split()) or entry.source
    return f"{title} ({words.joint.join(parts)})" if words.joint == ", " else f"{title}（{words.joint.join(parts)}）"


_COUNT_EN = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_COUNT_ZH = ("沒有", "一", "兩", "三", "四", "五", "六", "七", "八", "九", "十")
_LANGUAGE_NAMES_EN: dict[tuple[Language, ...], str] = {
    ("en",): "English", ("zh-Hans",): "Simplified Chinese", ("zh-Hant",): "Traditional Chinese",
}  # fmt: skip
_LANGUAGE_NAMES_ZH: dict[tuple[Language, ...], str] = {
    ("en",): "英文",
    ("zh-Hans",): "簡體中文",
    ("zh-Hant",): "繁體中文",
}


def _lead_english(found: Found, request: Request) -> str:
    first, last = request.dates
    if first == last:
        when = f" {'published' if request.published_only else 'dated'} {first}" if first else ""
    else:
        when = f" {'published' if request.published_only else 'dated'} " + (
            f"from {first} to {last}" if first and last else f"since {first}" if first else f"up to {last}"
        )
    by = f" from {request.issuer}" if request.issuer else ""
    language = f"{_LANGUAGE_NAMES_EN.get(request.languages, 'Chinese')} " if request.languages else ""
    n, topic = found.count, request.topic
    if request.want in ("latest", "oldest"):
        about = f" that mentions {topic}" if topic else ""
        if not found.entries:
            return f"No {language}bulletin{by}{when}{about} has a date."
        which = {"latest": "latest", "oldest": "oldest"}[request.want]
        if n == 1:
            return f"The {which} {language}bulletin{by}{when}{about}:"
        many = (
            f"Two {language}bulletins{by}{when}"
            if n == 2 and request.number == 1
            else f"The {n} {which} {language}bulletins{by}{when}"
        )
        about = f" that mention {topic}" if topic else ""
        return f"{many}{about}{' share that place' if request.number == 1 else ''}:"
    count = _COUNT_EN[n] if n < len(_COUNT_EN) else str(n)
    noun = "bulletin" if n == 1 else "bulletins"
    if topic:
        verb = "mentions" if n == 1 else "mention"
        lead = f"{count} {language}{noun}{by}{when} {verb} {topic}"
        if found.versions:
            more = len(found.versions)
            lead += f"; {'one more reports' if more == 1 else f'{more} more report'} the same event"
    elif n == 0:
        lead = f"There are no {language}bulletins{by}{when}"
    else:
        lead = f"There {'is' if n == 1 else 'are'} {count.lower()} {language}{noun}{by}{when}"
    return lead + (":" if found.entries else ".")


def _lead_chinese(found: Found, request: Request) -> str:
    """In Traditional script; `describe_found` converts it."""
    first, last = (value and _shown(value, _WORDS["zh-Hant"]) for value in request.dates)
    if first == last:
        when = first or ""
    else:
        when = f"{first}至{last}" if first and last else f"{first}以來" if first else f"{last}及以前"
    when += ("發布的" if request.published_only else "的") if when else ""
    by = f"{request.issuer}的" if request.issuer else ""
    language = _LANGUAGE_NAMES_ZH.get(request.languages, "中文") if request.languages else ""
    what = f"{when}{by}{language}公告"
    n, topic = found.count, request.topic
    if request.want in ("latest", "oldest"):
        which = "最新" if request.want == "latest" else "最早"
        about = f"提到{topic}的" if topic else ""
        if not found.entries:
            return f"沒有註明日期的{about}{what}。"
        return f"{which}的{about}{what}：" if n == 1 else f"{which}的{n}篇{about}{what}："
    count = _COUNT_ZH[n] if n < len(_COUNT_ZH) else str(n)
    if topic:
        lead = f"有{count}篇{what}提到{topic}" if n else f"沒有{what}提到{topic}"
        if found.versions:
            more = len(found.versions)
            lead += f"，另有{_COUNT_ZH[more] if more < len(_COUNT_ZH) else more}篇報道同一事件"
    else:
        lead = f"共有{count}篇{what}" if n else f"沒有{what}"
    return lead + ("：" if found.entries else "。")
