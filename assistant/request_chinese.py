"""Chinese requests for bulletins, read on the folded shadow."""

from __future__ import annotations

import re

from sources.bulletin import Language
from sources.fold import fold

from .request_dates import IN_CHINESE, Range
from .request_parts import Request, Want, Words, make_request, name_of_thing, told_of

STRONG = r"(?:新闻公告|公告|通告|新闻稿件?|稿件|稿子|通稿|简报|报道|文章|新闻)"
_WEAK = r"(?:文件|通知|消息|资料|文本|材料|内容|来源|文献|报告)"
CLASSIFIER = r"[篇份则条]"
_ANY_NOUN = rf"(?:{STRONG}|{_WEAK})"
_MENTION = (
    r"(?:有?提到|有?提及|谈到|讲到|说到|写到|谈及|涉及|论及|述及|出现|写有|包含|含有|有关于|关于|有关|"
    r"报道了?|介绍了?|谈论|讲述|讲了|谈的?是|讲的?是|说的?是|是关于|是有关|跟|里有)"
)
_MENTION_SURE = r"(?:有?提到|有?提及|谈到|讲到|说到|写到|谈及|涉及|关于|有关于)"
WHICH = (
    rf"(?:哪些|哪几{CLASSIFIER}|哪一?{CLASSIFIER}|哪几个|哪一?个|什么|几{CLASSIFIER}|"
    rf"多少{CLASSIFIER}?|哪里|哪儿)"
)
ASKED = re.compile(
    rf"{WHICH}|有没有|有无|是否有|列出|列举|列一下|给我看|显示|收录|最[新旧早近老]|第一{CLASSIFIER}|吗$|"
    rf"有[些]?什么"
)
_PUBLISHED = re.compile(r"发布|发表|发出|刊登|刊发|公布|印发")
_ISSUER = re.compile(
    r"(?:由|来自|来源[是为于])(?P<by>[^的由来\s]{2,20}?)(?:所)?(?:发布|发表|发出|刊登|刊发|公布|印发)?的|"
    r"(?P<did>[^\s的由在有年月日，,]{2,20}?)(?:所|一共|总共|共)?(?:发布|发表|刊登|刊发|公布|印发)(?:的|了|过)?"
)
# 最近發布的公告: what stands before 發布 is an issuer only when it looks like an office or a paper.
_NAME_OF_ISSUER = re.compile(r"(?:局|部|委|院|府|厅|处|社|网|报|台|会|司|办|协会|集团|公司|中心|大学|银行|党)$")
_COLLECTION = re.compile(
    r"收录|收了|库[里中内]|资料库|数据库|索引[里中]|知识库|目录[里中]|你(?:们)?(?:这里|手头|手上|那里)?有|一共有|总共有|共有"
)
_LEFT = re.compile(
    rf"{_ANY_NOUN}|{WHICH}|最新|最旧|最早|最近|最老|第一{CLASSIFIER}|"
    rf"[一两二三四五六七八九十\d]*{CLASSIFIER}|收录|收集|收藏|收|索引|资料库|数据库|知识库|目录|库|"
    r"有没有?|有无|是否有|列出|列举|列一下|显示|给我看?|告诉我|请问|请|帮我|麻烦|一下|所有|全部|全都|都|一共|总共|共|"
    r"总计|共计|分别|目前|现在|里面|里|中|内|上|"
    r"你们?|我|这里|手头|手上|发布|发表|发出|刊登|刊发|公布|印发|日期|标题|时间|"
    r"的|了|是|有|在|于|过|吗|呢|吧|啊|呀|和|以及|及|并|且|那|那么|想|看|看看|知道|被|会|曾|曾经|哪|几|多少|些|个|"
    r"什么时候|这些|其|它们|说|讲|什么|主要|年|度|[，,。?!；:\s]"
)
# 最早的公告是哪一天的, 最新的公告講了什麼: its day and title are told with it.
_TOLD_WITH_IT = re.compile(
    r"(?<=[篇份则条告稿闻道章件])(?:(?:是|于|在)?(?:什么时候|何时|哪一?[天日年]|几号)(?:发布|发表|刊登|登出|登|发)?(?:出来)?的?"
    r"|(?:主要|都|是|里|里面)*(?:讲|说|写|谈)[的了到些是]*(?:什么|啥|哪些)(?:内容|事情?)?)$"
)
_TOPICS = re.compile(
    rf"(?:请问)?(?:这些|你们?(?:的|有的)?|库里的?|所有的?|全部的?|这里的?|收录的?)+{STRONG}(?:都|主要|分别|大概|各)*(?:是)?"
    r"(?:讲|说|谈|关于|涉及|涵盖|覆盖|报道|有)(?:的|了|到)?(?:是)?(?:些)?(?:什么|哪些|啥)(?:样?的)?(?:主题|话题|内容|题目|事情?|议题|方面)?(?:的)?[呢啊]?"
)


def _issuer(rest: str) -> tuple[str | None, str]:
    issued = _ISSUER.search(fold(rest))
    if not issued or not _NAME_OF_ISSUER.search(fold(issued["by"] or issued["did"])):
        return None, rest
    issuer = rest[slice(*issued.span("by" if issued["by"] else "did"))].strip()
    return issuer, rest[: issued.start()] + " " + rest[issued.end() :]


def _topic(topic: str) -> tuple[str, Range, tuple[Language, ...]]:
    return name_of_thing(topic.strip(" ,，、?？.。!！")), (None, None), ()


def _all_read(rest: str, noun: str) -> bool:
    return not _LEFT.sub("", fold(rest)).strip()


_WORDS = Words(True, _PUBLISHED, IN_CHINESE, _issuer, _topic, _all_read)


def read_chinese(text: str) -> Request | None:
    text = text.strip(" ?？。！!")
    if (told := _TOLD_WITH_IT.search(fold(text))) and re.search("最[新旧早近老]", fold(text)):
        text = text[: told.start()]
    folded = fold(text)
    if match := re.fullmatch(
        r"(?:那|那么)?(?:请问)?(?:你们?)?(?:这里|库里|资料库里|数据库里|索引里)?(?:一共|总共|共)?(?:收录|"
        r"收集)了?(?:哪些|什么|多少)(?:内容|东西|资料|公告|文章)?",
        folded,
    ):
        return Request("count" if "多少" in match[0] else "list")
    if _TOPICS.fullmatch(folded):
        return Request("list")
    noun = re.search(STRONG, folded)
    counted = re.search(
        rf"(?:哪几?|哪一|[几多少]{{1,2}}|[一两二三四五六七八九十\d])(?P<c>{CLASSIFIER})|"
        rf"最[新早](?:发布)?的?一?{CLASSIFIER}|第一{CLASSIFIER}",
        folded,
    )
    weak = re.search(_WEAK, folded)
    if not ASKED.search(folded) or re.search(
        r"(?:说|讲|写|谈|提)(?:了|的|到)?(?:是)?(?:些|有)?(?:什么|哪些|啥)|怎么说", folded
    ):
        return None
    pieces = _topic_chinese(text, folded)
    topic, rest = pieces if pieces else (None, text)
    sure = bool(topic) and bool(re.search(_MENTION_SURE, folded) or "有关" in folded)
    if not noun:
        # 哪些文件 are those that were adopted; 哪些文件提到X and 庫裡有哪些文件 are ours.
        if not (counted and not weak) and not (weak and (sure or _COLLECTION.search(folded) and not topic)):
            return None
        if (
            counted
            and not weak
            and not topic
            and counted.groupdict().get("c") in ("条", "份")
            and not _COLLECTION.search(folded)
        ):
            return None
    elif noun[0] in ("新闻", "报道", "文章", "简报", "通告") and not (
        topic or _COLLECTION.search(folded) or counted or re.search(r"最[新早近旧]|发布|哪些", folded)
    ):
        return None
    want: Want = "list"
    rest_folded = fold(rest)
    if re.search(rf"(?<!哪)(?:几|多少){CLASSIFIER}|(?<!哪)(?:几|多少)个?{_ANY_NOUN}|数量|总数", rest_folded):
        want = "count"
    elif re.search(r"最新|最近", rest_folded):
        want = "latest"
    elif re.search(rf"最早|最旧|最老|第一{CLASSIFIER}", rest_folded):
        want = "oldest"
    number = 1
    if want in ("latest", "oldest") and (
        how_many := re.search(rf"(?P<n>[两二三四五六七八九十]|\d{{1,2}}){CLASSIFIER}", rest_folded)
    ):
        number = {"两": 2}.get(how_many["n"]) or (
            "一二三四五六七八九十".find(how_many["n"]) + 1 if not how_many["n"].isdecimal() else int(how_many["n"])
        )
    request = make_request(want, topic, rest, _WORDS, number=max(1, number), noun=noun[0] if noun else "篇")
    return told_of(request, folded)


def _topic_chinese(text: str, folded: str) -> tuple[str, str] | None:
    """The topic, and the question without it and the words that lead to it."""
    unit = rf"(?:{_ANY_NOUN}|(?:哪|几|多少|一|两|三|第)\S?{CLASSIFIER})"
    patterns = (
        # 哪些公告提到X, 有沒有公告提到X, 哪幾篇講到X
        rf"(?:{unit}|{WHICH})(?:[里中内]|当中|里面)?(?:都|有|曾|曾经|会|分别)?{_MENTION}(?:过|"
        rf"了)?(?P<topic>.+?)(?P<tail>的)?$",
        # 提到X的公告有哪些, 關於X的公告有幾篇, 有哪些提到X的公告
        rf"{_MENTION}(?:过|了)?(?P<topic>.+?)(?:有关|相关)?的(?={unit}|有{WHICH}|有几|有多少)",
        # 跟X有關的公告
        rf"(?:跟|与|和|同)(?P<topic>.+?)(?:有关|相关)的?(?={unit})",
        # X出現在哪些公告裡, X在哪幾篇公告裡提到
        rf"^(?P<topic>.+?)(?:都)?(?:被)?(?:出现|提到|提及|写)?(?:过)?(?:在|于)(?={WHICH})",
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
        if number == 0 and (later := re.search(rf"的{_ANY_NOUN}(?:有{WHICH})?$", fold(topic))):
            topic = topic[: later.start()]
        topic = re.sub(r"^(?:一下|到)", "", topic)
        shadow = fold(topic)
        if re.search(r"什么|哪|多少|怎|为何|谁|[吗呢]$", shadow):
            topic = topic[:-1] if re.search(r"[吗呢]$", shadow) else ""
            if not topic or re.search(r"什么|哪|多少|怎|谁", fold(topic)):
                continue
        rest = text[: match.start("topic")] + " " + text[match.start("topic") + len(topic) :]
        cleaned = re.sub(rf"{_MENTION}|相关|跟|与|和|同|出现", lambda m: " " * len(m[0]), fold(rest))
        return topic, cleaned
    return None
