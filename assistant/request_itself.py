"""Questions about the assistant itself: what it is and can do, what it holds, who published that."""

from __future__ import annotations

import re

from sources.bulletin import Language
from sources.fold import fold

from . import request_chinese as chinese
from . import request_english as english
from .request_dates import IN_ENGLISH, take_dates

_SELF_EN = re.compile(
    r"(?i)(?:(?:who|what) (?:exactly )?are you|what(?:'s| is) your (?:name|purpose|job)|"
    r"(?:please )?introduce yourself|"
    r"tell me about yourself|help|"
    r"what (?:can|do|could) (?:you|this (?:tool|assistant|service|site|program|system|chatbot)) "
    r"(?:do|know|answer|offer|help(?: me)? with|cover|know about)(?: for me)?|"
    r"what (?:can|could|may|should) i ask(?: you)?(?: about)?(?: here)?|how can you help(?: me)?|how do you work|"
    r"what (?:kinds?|sorts?|types?) of questions (?:can|do|could) (?:you|i) (?:answer|ask)(?: you)?|"
    rf"(?:what|which)(?: exact)? (?:period|years?|dates?|time ?(?:span|range|frame|period)|"
    rf"span of time)(?: of time)? (?:do|does|is|are) {english.BULLETINS} "
    r"(?:cover|span|run over|reach|from|covered by)|"
    rf"(?:what|how long)(?:'s| is| are) (?:the )?(?:{english.BULLETINS}(?:'s)? )?(?:period|time ?(?:span|range|"
    rf"frame|period)|date range|dates)(?: (?:covered by|of|in) {english.BULLETINS})?|"
    rf"(?:what|which) (?:period|years|dates|time ?(?:span|range|frame)) (?:is|are) covered(?: by {english.BULLETINS})?|"
    rf"(?:how far back|from when (?:to|till|until) when|over what period|how (?:recent|old|"
    rf"up[- ]to[- ]date)) (?:do|does|is|are) {english.BULLETINS}(?: (?:go|reach|run|cover|span))?(?: back)?|"
    rf"(?:(?:in|for) )?(?:what|which|how many) languages? (?:are|is|do|does) (?:{english.BULLETINS}|"
    rf"you)(?: (?:written in|in|written|available in|available|speak|support|understand|know|use|have))?|"
    rf"(?:in )?(?:what|which) languages? (?:are|is) {english.BULLETINS}(?: written)?(?: in)?)"
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


def asks_for_collection(folded: str) -> bool:
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
_ISSUERS_EN = re.compile(
    r"(?i)(?:which|what|who) (?:are the )?(?:issuers?|publishers?|agencies|sources)(?: are)?(?: (?:there|represented))?"
)
_HELD_EN = re.compile(
    r"(?i) (?:(?:that |which )?you (?:hold|have|keep|know|contain)|"
    r"(?:that are )?in (?:the|your|this) (?:collection|index|library|database|archive))$"
)
_WHOSE_ZH = re.compile(
    r"(?P<what>\S+?)(?:都|分别|各自?|各)*(?:是)?由?(?:谁|哪些?(?:个|家)?(?:机构|单位|部门|媒体))(?:所)?(?:发布|发表|发|公布|刊登|写|印发|登)的?|"
    r"(?:谁|哪些?(?:个|家)?(?:机构|单位|部门|媒体))(?:发布|发表|发|公布|刊登|写|印发)(?:了|的)?(?P<of>\S+)|"
    r"(?P<its>\S+?)的?(?:发布|发文)?(?:机构|单位|发布者|发布方|来源)(?:都|分别)?(?:是|有)(?:谁|哪些|什么|哪里)"
)


def without_issuer(text: str, language: Language) -> str:
    """A question for who published bulletins, as one for the bulletins; "" for any other question."""
    bare = text.strip(" ?？.。!！")
    if language == "en":
        bare = _HELD_EN.sub("", held := bare)
        if bare != held and _ISSUERS_EN.fullmatch(bare):
            return "List all bulletins"
        match = _WHOSE_EN.fullmatch(bare)
        what = (match["what"] or match["come"] or "") if match else ""
        named = re.fullmatch(
            rf"(?i)(?P<the>all(?: of)? |the |these |your |this |that )*(?P<which>.*?) ?(?P<noun>{english.STRONG})", what
        )
        if not named:
            return ""
        which = named["which"].strip()
        if not which:
            return f"List all {named['noun']}" if named["noun"].endswith("s") else ""
        if english.LATEST.fullmatch(which) or english.OLDEST.fullmatch(which):
            return f"What is the {which} {named['noun']}"
        try:
            only_date = not re.search(r"\w", take_dates(f"in {which}", chinese=False)[1])
        except ValueError:
            return ""
        if IN_ENGLISH.fullmatch(which) or only_date:
            return f"List all bulletins in {which}"
        return f"Which bulletins are about {which}"
    if not (match := _WHOSE_ZH.fullmatch(fold(bare))):
        return ""
    name = next(group for group in ("what", "of", "its") if match[group])
    what = bare[slice(*match.span(name))]
    folded = fold(what)
    if not re.search(rf"{chinese.STRONG}$", folded):
        return ""
    which = re.sub(
        rf"^(?:这[些几]?{chinese.CLASSIFIER}?|那些|所有|全部|你们?|库里|各{chinese.CLASSIFIER}?|的)*|的?{chinese.STRONG}$",
        "",
        folded,
    )
    return f"列出{what}" if which else "列出所有公告"
