"""What happened on the day that a question asks for, in the words of questions and of texts, in both languages. Pure.

"When did the museum open?" is not answered by the day on which it was founded. Of 171 questions for a day in public
sets 51 name one of these events; the sentence that answers tells it in 49 of these, of other sentences with a date 31 %
do.
"""

from __future__ import annotations

import re

# Of each event: how a question names it, and how a text may tell it. Folded, Chinese in Simplified characters.
_EVENTS: dict[str, tuple[str, str]] = {
    "effect": (
        r"\b(?:into (?:force|effect)|takes? effect|took effect|taking effect|effective|implemented)\b"
        r"|生效|施行|实施|起执行",
        r"\b(?:into (?:force|effect)|(?:takes?|took|taking) effect|effective|implement(?:ed|s)? (?:from|on|since))\b"
        r"|生效|施行|实施|起执行",
    ),
    "complete": (
        r"\b(?:complet(?:ed?|ion)|finish(?:ed)?)\b|完成|竣工|完工",
        r"\b(?:complet\w*|finish\w*|end(?:ed|s)?|conclud\w*)\b|完[成工毕]|竣工|[建落]成|结束|收官|统一",
    ),
    "open": (
        r"\b(?:open(?:ed|ing)?|inaugurated)\b(?! (?:with|by|for))|开[放业馆幕通园张]|通车|启用",
        r"\b(?:open(?:ed|s|ing)?|inaugurat\w*|launch\w*|unveil\w*|into (?:service|use|operation)|start\w*|beg[aiu]n\w*"
        r"|held|conven\w*|call(?:ed)? together|t(?:ook|akes?) place)\b"
        r"|开[放业馆幕通园张启工播]|启[用动]|揭幕|落成|投入(?:使用|运营|营运|服务)|通车|首航|运营|营运|投产|召[开集]|举[行办]|开始",
    ),
    "found": (
        r"\b(?:founded|founding|established|foundation of)\b|创[立办建]|成立|设立|组建",
        r"\b(?:found(?:ed|ing|er|ers|ation)|co-found\w*|establish\w*|creat(?:ed|ion|or)|set up|form(?:ed|ation)"
        r"|start(?:ed|s)?|began|begun|institut\w*|incorporat\w*)\b|创[立办建始设造社于]|[成建设]立|组建|始[建于]|[兴筹]建|建[于国]|开办|立国|发起|起源",
    ),
    "build": (
        r"\b(?:built|constructed|erected)\b|[兴修始]建|建[成造于]",
        r"\b(?:buil[dt]\w*|construct\w*|erect\w*)\b|[兴建修始]建|建[成造于设筑]|[落盖]成|[动开竣完]工|修筑",
    ),
    "born": (
        r"\bborn\b|出生|生于",
        r"\b(?:born|birth\w*)\b|出生|[生诞]于|诞生|[(]\s?(?:约|公元)?前?\d{3,4}|\d{4}\s?[-–—~]",
    ),
    "die": (
        r"\b(?:die|died|death|killed|assassinated|executed)\b|[去逝过]世|死|身亡|病故",
        r"\b(?:die[ds]?|dead|death\w*|kill\w*|pass(?:ed|es) away|assassinat\w*|execut\w*|murder\w*|suicide)\b"
        r"|[去辞过]世|逝|死|卒|身亡|病故|遇[害难]|阵亡|自[杀尽缢刎]|崩|薨|牺牲|[-–—~]\s?(?:[a-z]+ )?\d{1,4}",
    ),
    "marry": (
        r"\b(?:marry|married|wed)\b|结婚|嫁给|成婚|娶",
        r"\b(?:marr\w*|wed\w*|wife|husband)\b|婚|嫁|娶|妻",
    ),
    "publish": (
        r"\b(?:published|released|premiered?|aired|broadcast|debut(?:ed)?)\b|出版|发[行售]|上映|首[播映演]|播出|问世|创刊",
        r"\b(?:publish\w*|releas\w*|issu\w*|appear\w*|print\w*|broadcast\w*|air(?:ed|s)?|premier\w*|debut\w*)\b"
        r"|出[版刊]|发[表行布售]|刊|推出|[上公]映|首[播映演]|播[出放]|问世|印行|上市|放送",
    ),
    "appoint": (
        r"\b(?:appointed|elected|t(?:ake|ook) office|crowned"
        r"|bec[ao]me (?:the |an? )?(?:[\w-]+ ){0,3}(?:president|director|minister|king|queen|emperor|head|chair\w*"
        r"|governor|mayor|captain|manager|pope|bishop|secretary|leader))\b|[就上接继出]任|当[选上]|任命|即位|登基|继位",
        r"\b(?:appoint\w*|elect\w*|bec[ao]me|t(?:ook|ake) (?:office|over)|succeed\w*|nam(?:ed|ing)|inaugurat\w*"
        r"|assum\w*|crowned|ascen\w*|promot\w*)\b|[就上接继出担升转留]任|[当获被][选上]|任[命职期]|[选成]为|[继即]位|登基|晋升|[接执]掌"
        r"|\d年?[^,。]{0,8}任",
    ),
    "discover": (
        r"\b(?:discovered|invented|identified|patented)\b|发[现明]",
        r"\b(?:discover\w*|found|identif\w*|detect\w*|observ\w*|isolat\w*|invent\w*|devis\w*|develop\w*|patent\w*|describ\w*)\b"
        r"|发[现明掘]|找到|观测|出土|研制|描述|辨认|首次",
    ),
    "win": (
        r"\b(?:win|won|awarded)\b|获[得奖胜]|赢|夺[得冠]",
        r"\b(?:w[io]n\w*|beat|defeat\w*|award\w*|champion\w*|receiv\w*|grant\w*|victor\w*|medal\w*|title)\b|获|赢|夺|胜|冠军|奖|得主|取?得",
    ),
    "move": (
        r"\b(?:moved?|relocated?)\b|迁|搬",
        r"\b(?:mov\w*|relocat\w*|transfer\w*|migrat\w*|settl\w*)\b|迁|搬|移|转",
    ),
    "close": (
        r"\b(?:closed?|abolished|dissolved|disbanded|demolished)\b|关闭|停[办刊播]|解散|废[止除]|撤销|倒闭|拆除",
        r"\b(?:clos\w*|abolish\w*|dissol\w*|disband\w*|cease\w*|end(?:ed|s)?|shut\w*|demolish\w*|destroy\w*|retir\w*|stop\w*)\b"
        r"|关闭|停[办刊播业产止用运]|解散|废|撤销|结束|倒闭|拆|毁|[退终]",
    ),
    "sign": (
        r"\b(?:signed|ratified)\b|签[署订]|缔结",
        r"\b(?:sign\w*|ratif\w*|conclud\w*|agree\w*)\b|签|缔结|达成|批准|订立|条约",
    ),
    "join": (
        r"\b(?:join(?:ed)?|enlisted|enrolled)\b|加[入盟]|入学|考入",
        r"\b(?:join\w*|enter\w*|member\w*|sign(?:ed|s)?|enrol\w*|enlist\w*|admitted|accede\w*)\b|加[入盟]|参[加军]"
        r"|入[学读选伍团社会]|[进考]入|就读|[签转][约会]|成为",
    ),
}  # fmt: skip
# Of a law several days are told side by side: only a sentence which says so tells the one from which it holds.
STRICT = frozenset({"effect"})
_ASKED = {event: re.compile(asked) for event, (asked, _) in _EVENTS.items()}
_TOLD = {event: re.compile(told) for event, (_, told) in _EVENTS.items()}


def event_asked(question: str) -> str:
    """The event whose day a folded question asks for; empty when it names none of these, or several.

    >>> event_asked("when did the museum open?"), event_asked("when was the founder of it born?")
    ('open', 'born')
    """
    found = [event for event, asked in _ASKED.items() if asked.search(question)]
    return found[0] if len(found) == 1 else ""


def tells_event(event: str, text: str) -> bool:
    """Whether a folded text tells that event, of whatever it is."""
    return bool(_TOLD[event].search(text))
