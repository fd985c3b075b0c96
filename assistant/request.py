"""Questions about the collection itself are read: which bulletins mention X, the latest one, how many of 2020.

Precision first: a question of which any word is left unread ("Which documents were adopted?") is about what the
bulletins say, and None comes back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from sources.bulletin import Language
from sources.facts import facts
from sources.fold import fold

Want = Literal["list", "count", "latest", "oldest", "collection"]
_LONG = 300  # characters; nobody asks for a list of bulletins at such length


@dataclass(frozen=True)
class Request:
    """What is asked of the catalogue.

    topic: what the bulletins must mention, in the asker's words. dates: first and last day, ISO and partial, both
    included; None where the range is open. published_only: whether the dates are those of publication, or may be
    those of the event as well. number: how many of the latest or oldest ones. about: whether the bulletins may tell of
    the topic in other words. issuers: whether who published them is asked. want "collection": what there is as a whole,
    and what is done with it ("What can you do?", "Which years do your bulletins cover?").
    """

    want: Want
    topic: str | None = None
    dates: tuple[str | None, str | None] = (None, None)
    published_only: bool = False
    issuer: str | None = None
    languages: tuple[Language, ...] = ()
    number: int = 1
    about: bool = False
    issuers: bool = False


def read_requests(question: str, language: Language) -> tuple[Request, ...]:
    """The requests that a question makes one after the other; () for a question of what the bulletins say.

    >>> [request.topic for request in read_requests("Which bulletins mention drones, and which mention vans?", "en")]
    ['drones', 'vans']
    """
    if len(question) > _LONG:
        return ()
    text = " ".join(question.split())
    chinese = language != "en"
    first, *more = _clauses(text, chinese)
    requests = [request] if (request := read_request(first, language)) else []
    for clause in more if requests else ():
        if _ADDS_NOTHING.fullmatch(fold(clause)):
            continue
        if not (request := _further(clause, requests[-1], language)):
            requests = []
            break
        if request not in requests:
            requests.append(request)
    if not requests and (request := read_request(text, language)):
        requests = [request]
    return tuple(requests)


_NEXT_EN = re.compile(
    r"(?i)\s*[?;!]+\s*|\s*,?\s+and (?:also )?(?=(?:which|what|who|how many)\b)|\s*,\s+(?=(?:which|how many)\b)"
)
_NEXT_ZH = re.compile(r"[?;!。]+\s*|[,、]?(?:以及|还有|另外|和|,)(?=哪[些几一篇份]|有?多少|有?几[篇份则条]|有没有)")
_ADDS_NOTHING = re.compile(
    r"(?i)(?:and )?(?:what are they(?: about)?|which ones(?: are they)?|which are they|what else|anything else|"
    r"any others?|"
    r"any more|who else)\W*|(?:还有|其他|其它|别的|另外|那么?)*(?:呢|吗|有吗|哪些|是哪些|有哪些)?\W*"
)


def _clauses(text: str, chinese: bool) -> list[str]:
    found, at = [], 0
    for match in (_NEXT_ZH if chinese else _NEXT_EN).finditer(fold(text)):
        found.append(text[at : match.start()])
        at = match.end()
    return [clause for clause in (*found, text[at:]) if clause.strip()] or [text]


def _further(clause: str, before: Request, language: Language) -> Request | None:
    """What a later clause asks, which may leave out what the one before said: 「還有趙民？」, "and which mention X"."""
    if request := read_request(clause, language):
        return request
    if language == "en":
        whole = re.sub(r"(?i)^(?:and |also )*(which|how many)(?: of them| ones)?\b", r"\1 bulletins", clause.strip())
        named = re.fullmatch(r"(?i)(?:and |also |what about |how about )+(\w[\w .&'’-]{1,40})", clause.strip(" ?"))
    else:
        shadow = fold(clause)
        lead = re.match(r"(?:还有|以及|另外|那么?|,|\s)*", shadow)
        clause = clause[lead.end() if lead else 0 :]
        which = re.match(rf"{_WHICH_ZH}", fold(clause))
        at = which.end() if which else 0
        whole = f"{clause[:at]}公告{clause[at:]}" if which else clause
        named = (
            re.fullmatch(r"([^?？,，。]{2,15}?)(?:的?呢|的)?", clause.strip(" ?？"))
            if not _ASKED_ZH.search(fold(clause))
            else None
        )
    if request := read_request(whole, language):
        return request
    return replace(before, topic=named[1].strip()) if named and before.topic else None


def read_request(question: str, language: Language) -> Request | None:
    """The request that a question makes of the catalogue; None for a question of what the bulletins say.

    >>> read_request("Which bulletins mention drones?", "en") == Request("list", "drones")
    True
    """
    if len(question) > _LONG:
        return None
    text = " ".join(question.split())
    if _asks_for_collection(fold(text)):
        return Request("collection")
    if of_issuer := _without_issuer(text, language):
        text = of_issuer
    request = _read_english(text) if language == "en" else _read_chinese(text)
    return replace(request, issuers=True) if request and of_issuer else request


# What the assistant is, what it holds, who published it

_BULLETINS_EN = (
    r"(?:the|your|these|this|all(?: of)?(?: the| your| these)?|our)? ?(?:bulletins?|news releases?|"
    r"press releases?|documents?|collection|archive|corpus|"
    r"database|library|articles?|texts?|files?|index)"
)
_SELF_EN = re.compile(
    r"(?i)(?:(?:who|what) (?:exactly )?are you|what(?:'s| is) your (?:name|purpose|job)|"
    r"(?:please )?introduce yourself|"
    r"tell me about yourself|help|"
    r"what (?:can|do|could) (?:you|this (?:tool|assistant|service|site|program|system|chatbot)) "
    r"(?:do|know|answer|offer|help(?: me)? with|cover|know about)(?: for me)?|"
    r"what (?:can|could|may|should) i ask(?: you)?(?: about)?(?: here)?|how can you help(?: me)?|how do you work|"
    r"what (?:kinds?|sorts?|types?) of questions (?:can|do|could) (?:you|i) (?:answer|ask)(?: you)?|"
    rf"(?:what|which)(?: exact)? (?:period|years?|dates?|time ?(?:span|range|frame|period)|"
    rf"span of time)(?: of time)? (?:do|does|is|are) {_BULLETINS_EN} "
    r"(?:cover|span|run over|reach|from|covered by)|"
    rf"(?:what|how long)(?:'s| is| are) (?:the )?(?:{_BULLETINS_EN}(?:'s)? )?(?:period|time ?(?:span|range|"
    rf"frame|period)|date range|dates)(?: (?:covered by|of|in) {_BULLETINS_EN})?|"
    rf"(?:what|which) (?:period|years|dates|time ?(?:span|range|frame)) (?:is|are) covered(?: by {_BULLETINS_EN})?|"
    rf"(?:how far back|from when (?:to|till|until) when|over what period|how (?:recent|old|"
    rf"up[- ]to[- ]date)) (?:do|does|is|are) {_BULLETINS_EN}(?: (?:go|reach|run|cover|span))?(?: back)?|"
    rf"(?:(?:in|for) )?(?:what|which|how many) languages? (?:are|is|do|does) (?:{_BULLETINS_EN}|"
    rf"you)(?: (?:written in|in|written|available in|available|speak|support|understand|know|use|have))?|"
    rf"(?:in )?(?:what|which) languages? (?:are|is) {_BULLETINS_EN}(?: written)?(?: in)?)"
)
_HOLDING_ZH = (
    r"(?:(?:你们?|这里|库里|资料库|收录|收集|现有|全部|所有|这些|这几篇|的)*(?:公告|新闻稿|资料库|库|收藏)|"
    r"(?:你们?|这里|库里|收录|这些)(?:的|里)*(?:文件|资料|稿件|文章|内容))"
)
_YEARS_ZH = r"(?:时间|日期|年份|年代|时期|时段)"
_SELF_ZH = re.compile(
    r"(?:请问)?(?:"
    r"(?P<who>你们?|您|这个?(?:系统|助手|工具|网站|程序|机器人))?(?:到底|究竟)?(?:都|还)?(?:"
    r"(?:是|叫)(?:谁|什么|啥|什么名字|干什么的|做什么的|干嘛的|什么东西)|"
    r"(?:是)?(?:谁|哪家公司)(?:开发|做|制作|设计)的?(?:助手|系统|工具)?|"
    r"(?:能够?|可以|会)(?:帮我|为我)?(?:做|干|回答|提供|解答|帮忙|帮)(?:些|到我)?(?:什么|哪些|啥|哪方面)(?:样?的)?"
    r"(?:问题|事情?|服务|忙)?|"
    r"有(?:什么|哪些|啥)(?:功能|用途|本事|用处|用)|(?:是)?(?:怎么|如何)(?:用|使用|工作)的?)|"
    r"(?P<ask>我?(?:可以|能)(?:向你)?(?:问|查|查询)你?些?(?:什么|哪些|啥)(?:问题|内容)?|"
    r"请?(?:自我介绍|介绍(?:一下)?你?自己)(?:一下)?)|"
    rf"(?P<held>{_HOLDING_ZH}(?:"
    rf"所?都?(?:覆盖|涵盖|跨越)(?:了|的)?{_YEARS_ZH}?(?:跨度|范围|区间|段)?(?:都|是|有|从)*(?:多久|多长(?:时间)?|什么|哪些|"
    r"哪几年|多大|怎样|如何)?(?:年份|时期|时段)?|"
    rf"的?{_YEARS_ZH}(?:跨度|范围|区间)(?:都|是|有|从)*(?:多久|多长|什么|怎样|哪些|哪几年|多大|如何)?|"
    r"(?:都|分别|是)*从(?:什么时候|哪一?年|何时)的?到(?:什么时候|哪一?年|何时)的?|"
    r"(?:都|分别|是|用)*(?:什么|哪些|哪几种|几种|哪种)(?:语言|文字|语种)(?:写成?|撰写|发布)?的?|"
    r"都?有(?:哪些|哪几种|几种|什么)(?:语言|文字|语种)(?:版本|的)?))"
    r")[吗呢啊呀吧]?"
)


def _asks_for_collection(folded: str) -> bool:
    """Whether a question asks what the assistant is or holds, and nothing else."""
    asked = folded.strip(" ?.!。")
    pieces = [piece for piece in re.split(r"(?i)\s*[,?!;。]\s*(?:and )?|\s+and\s+|还有|以及", asked) if piece]
    found = [_SELF_EN.fullmatch(piece) or _SELF_ZH.fullmatch(piece) for piece in pieces]
    # Without somebody whom it is asked of, "是谁？" goes on from the last question.
    named = found and found[0] and (found[0].re is _SELF_EN or any(found[0].group("who", "ask", "held")))
    return bool(named) and all(found)


_WHOSE_EN = re.compile(
    r"(?i)(?:who (?:has |have )?(?:published|issued|released|wrote|put out|posted)|(?:which|what) (?:agencies|agency|"
    r"organi[sz]ations?|offices?|bodies|issuers?|publishers?) (?:has |have )?(?:published|issued|released|wrote|"
    r"put out)|"
    r"who (?:is|are) the (?:issuers?|publishers?|authors?) of|where (?:do|"
    r"does) (?P<come>.+) come from$)(?: (?P<what>.+))?"
)
_WHOSE_ZH = re.compile(
    r"(?P<what>\S+?)(?:都|分别|各自?|各)*(?:是)?由?(?:谁|哪些?(?:个|家)?(?:机构|单位|部门|媒体))(?:所)?(?:发布|发表|发|公布|刊登|写|印发|登)的?|"
    r"(?:谁|哪些?(?:个|家)?(?:机构|单位|部门|媒体))(?:发布|发表|发|公布|刊登|写|印发)(?:了|的)?(?P<of>\S+)|"
    r"(?P<its>\S+?)的?(?:发布|发文)?(?:机构|单位|发布者|发布方|来源)(?:都|分别)?(?:是|有)(?:谁|哪些|什么|哪里)"
)


def _without_issuer(text: str, language: Language) -> str:
    """A question for who published bulletins, as one for the bulletins; "" for any other question."""
    bare = text.strip(" ?？.。!！")
    if language == "en":
        match = _WHOSE_EN.fullmatch(bare)
        what = (match["what"] or match["come"] or "") if match else ""
        named = re.fullmatch(
            rf"(?i)(?P<the>all(?: of)? |the |these |your |this |that )*(?P<which>.*?) ?(?P<noun>{_STRONG_EN})", what
        )
        if not named:
            return ""
        which = named["which"].strip()
        if not which:
            return f"List all {named['noun']}" if named["noun"].endswith("s") else ""
        if _LATEST_EN.fullmatch(which) or _OLDEST_EN.fullmatch(which):
            return f"What is the {which} {named['noun']}"
        try:
            only_date = not re.search(r"\w", _take_dates(f"in {which}", chinese=False)[1])
        except ValueError:
            return ""
        if _LANGUAGE_EN.fullmatch(which) or only_date:
            return f"List all bulletins in {which}"
        return f"Which bulletins are about {which}"
    if not (match := _WHOSE_ZH.fullmatch(fold(bare))):
        return ""
    name = next(group for group in ("what", "of", "its") if match[group])
    what = bare[slice(*match.span(name))]
    folded = fold(what)
    if not re.search(rf"{_STRONG_ZH}$", folded):
        return ""
    which = re.sub(
        rf"^(?:这[些几]?{_CLASSIFIER_ZH}?|那些|所有|全部|你们?|库里|各{_CLASSIFIER_ZH}?|的)*|的?{_STRONG_ZH}$",
        "",
        folded,
    )
    return f"列出{what}" if which else "列出所有公告"


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
    r"|\b(?:do|did|can) you (?:have|hold|keep|store|cover|search|know|contain)\b|\bhave you (?:got|indexed)?\b|"
    r"\byou (?:have|hold)\b|\b(?:are|were|been) (?:indexed|stored|"
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
_TOPICS_EN = re.compile(
    rf"(?i)(?:what|which) (?:topics?|subjects?|themes?|events?|meetings?)(?: (?:do|does|are|"
    rf"is))? (?:{_BULLETINS_EN} (?:cover|treat|deal with|report(?: on)?|about)|"
    rf"(?:covered|treated|reported)(?: (?:in|by) {_BULLETINS_EN})?|(?:in|there in) {_BULLETINS_EN})|what (?:are|"
    rf"is) (?:the|your|these|all the) "
    r"(?:bulletins|news releases|press releases) (?:all )?about"
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
    "hold keep cover search contain both oldest tell let who different together well ok hi hello them each us "
    "everything full complete whole exist file system "
    "up were only just exactly"
)
_NUMBERS_EN = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip


# "Which of your bulletins is the newest?" asks for one.
_ONE_OF_EN = re.compile(
    rf"(?i)\b(?:which|what)(?: one)? of (?:the|your|these|all(?: the| your)?) (?:{_STRONG_EN}|{_WEAK_EN}) (?:is|"
    rf"was)\b"
)


def _read_english(text: str) -> Request | None:
    text = text.strip(" ?.!")
    if match := _ANYTHING_EN.match(text):
        about_collection = (
            re.match(r"(?i)\W*(?:\w+[, ]+)?(?:do you have|have you)", text) or match["where"] or match["there"]
        )
        return _told_of(_request("list", match["topic"], text, chinese=False), text) if about_collection else None
    if match := _WHERE_EN.match(text):
        return _request("list", match["topic"], text, chinese=False)
    if _CONTENTS_EN.match(text) or _TOPICS_EN.fullmatch(text):
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
    how_many = re.search(r"(?i)\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b", rest)
    if want in ("latest", "oldest") and how_many and (how_many.start() < noun.end() or predicate):
        number = _NUMBERS_EN.get(how_many[1].lower()) or int(how_many[1])
        rest = rest[: how_many.start()] + rest[how_many.end() :]
    elif want in ("latest", "oldest") and noun[0].lower().endswith("s") and not _ONE_OF_EN.search(rest):
        number = 3
    return _told_of(_request(want, topic, rest, chinese=False, number=number, noun=noun[0]), text)


_LITERAL = re.compile(
    r"(?i)\b(?:mention|contain|name|refer|appear|occur|come up|turn up|show up|say)|提到|提及|出现|写有|包含|含有|写"
)


def _told_of(request: Request | None, asked: str) -> Request | None:
    """The request, which words alike in meaning meet as well where no literal mention is asked for."""
    if request is None or request.topic is None or _LITERAL.search(asked.replace(request.topic, " ")):
        return request
    return replace(request, about=True)


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
        topic = re.sub(r"(?i)^(?:both|either) (?=.+ (?:and|or) )", "", topic)
        topic = re.sub(r"(?i)^(?:the (?:word|name|term|phrase|topic|subject)s? |a |an |the )", "", topic)
        if _FINITE_EN.search(topic) or re.fullmatch(
            r"(?i)(?:what|it|them|that|this|these|those|him|her|you|me)", topic
        ):
            return None, dates, languages
    topic = topic.strip(" ,，、的")
    if re.search(r"[?？!！;；。]", topic):
        return None, dates, languages
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
    r"收录|收了|库[里中内]|资料库|数据库|索引[里中]|知识库|目录[里中]|你(?:们)?(?:这里|手头|手上|那里)?有|一共有|总共有|共有"
)
_LEFT_ZH = re.compile(
    rf"{_ANY_NOUN_ZH}|{_WHICH_ZH}|最新|最旧|最早|最近|最老|第一{_CLASSIFIER_ZH}|"
    rf"[一两二三四五六七八九十\d]*{_CLASSIFIER_ZH}|收录|收集|收藏|收|索引|资料库|数据库|知识库|目录|库|"
    r"有没有?|有无|是否有|列出|列举|列一下|显示|给我看?|告诉我|请问|请|帮我|麻烦|一下|所有|全部|全都|都|一共|总共|共|"
    r"总计|共计|分别|目前|现在|里面|里|中|内|上|"
    r"你们?|我|这里|手头|手上|发布|发表|发出|刊登|刊发|公布|印发|日期|标题|时间|"
    r"的|了|是|有|在|于|过|吗|呢|吧|啊|呀|和|以及|及|并|且|那|那么|想|看|看看|知道|被|会|曾|曾经|哪|几|多少|些|个|"
    r"什么时候|这些|其|它们|说|讲|什么|主要|年|度|[，,。?!；:\s]"
)


_TOPICS_ZH = re.compile(
    rf"(?:请问)?(?:这些|你们?(?:的|有的)?|库里的?|所有的?|全部的?|这里的?|收录的?)+{_STRONG_ZH}(?:都|主要|分别|大概|各)*(?:是)?"
    r"(?:讲|说|谈|关于|涉及|涵盖|覆盖|报道|有)(?:的|了|到)?(?:是)?(?:些)?(?:什么|哪些|啥)(?:样?的)?(?:主题|话题|内容|题目|事情?|议题|方面)?(?:的)?[呢啊]?"
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
    if _TOPICS_ZH.fullmatch(folded):
        return Request("list")
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
    request = _request(want, topic, rest, chinese=True, number=max(1, number), noun=noun[0] if noun else "篇")
    return _told_of(request, folded)


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
