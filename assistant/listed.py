"""The list that a question asks for, in words that can stand in another question. Pure.

"the second", "these" and 其中 mean members of what was asked for, so they need its noun and what tells it apart: of
"Which key tasks were deployed for 2020?" not the year but "the key tasks deployed for 2020".
"""

from __future__ import annotations

import re

from index.words import segment
from sources.fold import fold
from sources.language import language_of

_NUMBER = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|few|[2-9]|1\\d"
ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth tenth".split())
NTH = "|".join((*ORDINALS, "last", "final"))
# "the third quarter", "the 12th meeting", "the first half" are no members of a list.
NO_MEMBER = "quarter|half|time|batch|phase|century|generation|edition|session|year|month|week|day|class|hand|line|place"
_IN_ENGLISH = re.compile(
    rf"(?i)\b(?:the )?(?P<nth>{NTH})\b(?! (?:{NO_MEMBER})s?\b)(?P<of> of (?=the\b|these\b|those\b|them\b))?"
)
_BE = r"(?:is|are|was|were|'s)"
_IS = re.compile(rf"(?i)(?:what|which|who)(?: {_BE}|'s) (?P<list>\S.+)")
_NAME = re.compile(
    r"(?i)(?:please )?(?:name|list|give(?: me| us)?|tell me|show me|explain|describe)(?: all)? (?P<list>the .+)"
)
_WHICH = re.compile(
    r"(?i)(?:(?P<at>from|in|on|at|for|to|of|with|by|under|against|through) )?(?:what|which|how many) (?P<noun>.+?) "
    r"(?P<how>did|does|do|will|would|can|could|should|must|may|has|have|had|is|are|was|were) (?P<rest>.+)"
)
_PLURAL = re.compile(
    rf"(?i)(?:the |all )?(?:(?:{_NUMBER})\b.*|(?:[\w'-]+ )*?(?:[\w'-]*[^su\W]s|people|criteria)(?:\b.*)?)"
)
_PARTICIPLE = re.compile(r"(?i)(?:\w+ed|set|made|given|taken|held|drawn|written|chosen|laid|put|told|sent|built)\b")
# Verbs that tell in news of offices what is done with a list, as "did" has them; what is not regular with its past.
_VERB = re.compile(
    r"(?i)\b(?:adopt|announce|approve|ask|assign|attend|call|carry|check|choose|cite|cover|declare|decide|define|demand|"
    r"deploy|describe|develop|discuss|draw|emphasi[sz]e|encourage|establish|examine|expect|explain|fix|focus|follow|form|"
    r"get|give|handle|have|hold|identify|include|inspect|introduce|invite|issue|join|launch|lay|list|make|mention|meet|"
    r"name|need|note|open|order|outline|pass|pick|plan|point|pledge|present|promise|promote|propose|provide|publish|put|"
    r"raise|recommend|release|report|represent|request|require|review|see|select|send|set|sign|specify|stress|submit|"
    r"suggest|support|take|tell|test|tour|use|visit|want|warn|work|write)\b"
    r"(?! (?:of|committee|department|office|team)\b)"
)
_IRREGULAR = {
    "choose": "chose", "draw": "drew", "get": "got", "give": "gave", "have": "had", "hold": "held", "lay": "laid",
    "make": "made", "meet": "met", "put": "put", "see": "saw", "send": "sent", "set": "set", "take": "took",
    "tell": "told", "write": "wrote", "submit": "submitted", "plan": "planned",
}  # fmt: skip


def list_asked_for(question: str) -> str | None:
    """The list, as a noun phrase; None when the question asks for none.

    >>> list_asked_for("Which five rules did the harbour office name?")
    'the five rules that the harbour office named'
    >>> list_asked_for("2021年公布了哪四項措施？")
    '2021年公布的四項措施'
    """
    plain = question.strip(" ?.!？。！")
    found = _english(plain) if language_of(question) == "en" else _chinese(plain)
    # Who set the five tasks was said before: they are known by their number without it.
    found = found and re.sub(f"^[他她](?:[们們])?(?=.*{COUNT}{UNIT})", "", found)
    return None if found and _POINTS.search(fold(found)) else found


# What is still to be told cannot tell anything.
_POINTS = re.compile(
    r"(?i)^(?:its|his|her|their)\b|\b(?:it|he|she|they|them|these|those|this|that one)\b|[他她它][们的]?|其|[这那该]"
)


def spoken_of(text: str) -> re.Match[str] | None:
    """Where a text speaks of one member of a list by its number ("the third", 第三項), folded when it is Chinese.

    Its group "nth" is the number alone, in Chinese with the unit.
    """
    return _IN_ENGLISH.search(text) if language_of(text) == "en" else _IN_CHINESE.search(fold(text))


def with_member(question: str, nth: str) -> str | None:
    """The question with another member of its list in the place of the one it speaks of; None when it speaks of none.

    >>> with_member("What is the third of the five rules about?", "fourth")
    'What is the fourth of the five rules about?'
    """
    old = spoken_of(question)
    return question[: old.start("nth")] + nth + question[old.end("nth") :] if old else None


def corrected_member(question: str, meant: str, not_meant: str | None) -> str | None:
    """The question with the member that was meant ("the second", 第二項); None when no members of a list are told."""
    another = spoken_of(meant)
    if another is None or (not_meant and not spoken_of(not_meant)):
        return None
    return with_member(question, meant[slice(*another.span("nth"))])


def last_member(text: str, listed: str) -> str | None:
    """The member of a list that a text speaks of, list and all; None for none."""
    found, at = spoken_of(text), text.find(listed)
    if found is None or at < 0:
        return None
    if at < found.start():
        return f"{listed}中的{text[found.start() : found.end()]}"
    return text[found.start() : at + len(listed)]


# ---------------------------------------------------------------- English


def numbered(text: str) -> str:
    """ "number seven", "#7" and "the 7th one" as "the seventh", "task no. 7" as "the seventh task"."""

    def put(match: re.Match[str]) -> str:
        told = (match["number"] or match["figure"]).lower()
        names = "one two three four five six seven eight nine ten".split()
        at = names.index(told) if told in names else int(told) - 1
        noun = f" {match['noun']}" if match["noun"] else ""
        return f"the {ORDINALS[at]}{noun}" if 0 <= at < 10 else match[0]

    return _NUMBERED.sub(put, text)


_NUMBERED = re.compile(
    r"(?i)(?:\b(?:the |key )*(?P<noun>task|item|point|measure|requirement|priority|goal|step) (?:(?:number|no\.?) |#)?"
    r"|\b(?:number|no\.) |#)"
    r"(?P<number>one|two|three|four|five|six|seven|eight|nine|ten|10|[1-9])\b(?![%.,]\d)"
    r"|\b(?:the )?(?P<figure>10|[1-9])(?:st|nd|rd|th)(?= one\b|\W*$| (?:key )?(?:task|item|point|measure|step|goal)\b)"
)


# "the third key task of 2020"
_ONE_OF = re.compile(
    rf"(?i)the (?:{'|'.join(ORDINALS)}) (?!{NO_MEMBER}|of )(?P<noun>[\w' -]+?)(?P<of> (?:of|for|in|at|named|set) .+)"
)


def _english(plain: str) -> str | None:
    plain = re.sub(r"(?: \([^()]*\))+$", "", plain)
    plain = re.sub(r"(?i)^(?:(?:and|but|so|then|now|ok(?:ay)?|well)\b[, ]*)+", "", plain)
    if found := _IS.fullmatch(plain) or _NAME.fullmatch(plain):
        told = re.sub(rf"(?i)^(?:the )?(?:{NTH})(?: one)? of (?=the )", "", found["list"])
        if one := _ONE_OF.fullmatch(told):
            return f"the {_with_s(one['noun'])}{one['of']}"
        if re.match(rf"(?i)the (?:{NTH})\b", told):
            return None
        begins = re.match(rf"(?i)(?:the|its|their|his|her|these|those|{_NUMBER}|[\w.'-]+(?: [\w.'-]+)?'s)\b", told)
        return told if begins and _plural(told) else None
    if found := _WHICH.fullmatch(plain):
        noun, rest = _noun(found["noun"]), found["rest"]
        if not _plural(noun):
            return None
        at, how = found["at"], found["how"].lower()
        which = f"{at.lower()} which" if at else "that"
        if how in ("is", "are", "was", "were"):
            return f"{noun} {rest}" if _PARTICIPLE.match(rest) and not at else f"{noun} {which} {how} {rest}"
        verb = next((v for v in _VERB.finditer(rest) if v.start()), None)
        if verb is None:
            return None
        before, after = rest[: verb.start()], rest[verb.end() :]
        if how == "did":
            made = _past(verb[0])
        elif how in ("do", "does"):
            made = verb[0] if how == "do" else _third_person(verb[0])
        else:
            made = f"{how} {verb[0]}"
        return f"{noun} {which} {before}{made}{after}"
    # "Which firms attended the forum?": the list is the subject.
    for found in re.finditer(
        rf"(?i)\b(?:[a-z]+ed|took|met|sent|came|spoke|got|won|made|gave|had|saw|wrote|built|paid|lost|led|left|grew|rose|fell)\b|{_VERB.pattern[4:]}",
        plain,
    ):
        asked = re.fullmatch(r"(?i)(?:what|which|how many) (?P<noun>[\w' -]+) ", plain[: found.start()])
        if asked and _plural(asked["noun"]):
            return f"{_noun(asked['noun'])} that {plain[found.start() :]}"
    return None


def _with_s(noun: str) -> str:
    return (
        f"{noun[:-1]}ies"
        if re.search("[^aeou]y$", noun)
        else f"{noun}{'es' if re.search('(?:s|x|ch|sh)$', noun) else 's'}"
    )


def _noun(noun: str) -> str:
    return f"the {re.sub('(?i)^(?:of )?(?:the )?', '', noun)}"


def _plural(noun: str) -> bool:
    head = re.split(r"(?i) (?:of|for|in|on|at|to|from|by|with|that|which|deployed|planned|named|set) ", noun)[0]
    return bool(_PLURAL.fullmatch(head))


def _past(verb: str) -> str:
    low = verb.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low.endswith("e"):
        return f"{low}d"
    return f"{low[:-1]}ied" if re.search("[^aeou]y$", low) else f"{low}ed"


def _third_person(verb: str) -> str:
    return "has" if verb.lower() == "have" else _with_s(verb.lower())


# ---------------------------------------------------------------- Chinese, matched in Simplified script

COUNT = r"[一二两三四五六七八九十\d]+"
UNIT = "(?:方面|个|项|条|点|大|类|种|步|位|份|件|家|名|座|篇|次|场|届)"
_IN_CHINESE = re.compile(
    rf"(?P<nth>第{COUNT}(?:个|项|条|点|类|种|步|大|方面|件|位|份|篇|家)+(?!月|季度|年)"
    r"|最后一?(?:个|项|条|点|种|类|步|份|位|篇|家))"
)
_ASKED = re.compile(
    rf"(?P<has>有)?(?P<by>从|在|对|由|为)?(?:哪(?:(?P<some>些)|(?P<few>几{UNIT})|(?P<count>(?!一){COUNT}{UNIT}))"
    rf"|什么(?=文件|措施|任务|要求|安排|问题|规定|建议|工作|目标|办法|活动|项目)|(?P<number>几{UNIT}|{COUNT}{UNIT})什么)"
)
_ARE = re.compile(
    rf"(?P<list>.+?)[,]?(?:中|里)?(?:分别|各自|具体|一共|总共|主要)*(?:(?:有|是|包括|包含|指|指的是|分为)(?:哪些|哪几{UNIT}|哪(?!一){COUNT}{UNIT})"
    rf"|(?:分别)?(?:是|指|指的是|包括|包含)?(?:什么|啥))"
)
_COUNTED = re.compile(rf"{COUNT}{UNIT}|各[项种类]|这些|那些")
_NOUNS = tuple("任务 措施 工作 要求 文件 规定 目标 重点 安排 建议 问题 原则 治理 方面 内容".split())
_VERBS = frozenset(
    "要 将 是 说 讲 通过 审议 部署 强调 要求 指出 提出 提到 提 表示 召开 举行 举办 参观 考察 占 有 打算 "
    "准备 能 可以 应该 需要 包括 出席 参加 主持 讲话 发言 发布 公布 印发 出台 会见 见 去 派 派人 做 开 "
    "决定 讨论 介绍 列席 宣布 负责 获 达到 完成 解决 实施 落实 推进 加强 管 抓 参与 加入 得到 受到 发现 "
    "公开 解释 处理 会 被 由 可 组织 牵头 起草 签 签署 获得 在 于 把 向 和 与 以 因".split()
)


def _chinese(plain: str) -> str | None:
    plain = re.sub(r"（[^（）]*）$", "", plain).strip(" ，,？?")
    shadow = fold(plain)
    if one := _IN_CHINESE.search(shadow):
        # 四項措施中，第三項: the list stands before its member.
        before = re.sub(r"(?:的|之中|当中|中的?|里面?的?|[,，])+$", "", shadow[: one.start()])
        return plain[: len(before)] if before and _COUNTED.search(before) or before.endswith(_NOUNS) else None
    found = _ARE.fullmatch(shadow)
    # 有哪五項任務 has the noun after it, 任務有哪五項 before.
    if (asked := _ASKED.search(shadow)) and (found is None or asked.end() < len(shadow)):
        return _turned_round(plain, shadow, asked)
    if found:
        told = found["list"].rstrip(",")
        some = re.search("哪", shadow[found.end("list") :])
        return plain[: len(told)] if some or _COUNTED.search(told) else None
    return None


# What stands between the verb and 哪 and is no part of either.
_HELPERS = re.compile("(?:都|又|还|一共|总共|分别|具体|主要|了|(?<!通)过|有|的?是|中|里|,)+$")


def _turned_round(plain: str, shadow: str, asked: re.Match[str]) -> str | None:
    """部署了哪五項任務 as 部署的五項任務."""
    before = plain[: len(_HELPERS.sub("", shadow[: asked.start()]))]
    noun_end = at = asked.end()
    for word in segment(shadow[at:]):
        # 有哪三項要求: the first word is what is counted, even when it is a verb elsewhere.
        named = at > asked.end() and shadow[:at].endswith(_NOUNS)
        if not word[0].isalnum() or (word not in _NOUNS and (named or word in _VERBS)) or (word in _VERBS and named):
            break
        at += len(word)
        noun_end = at
    noun, after = plain[asked.end() : noun_end], plain[noun_end:].strip(" ，,")
    after = re.sub("^(.[^了過过]?)[了過过]", r"\1", after) if fold(after[:2]) != "通过" else after
    counted = next((plain[slice(*asked.span(name))] for name in ("few", "count", "number") if asked[name]), "")
    if not (noun or counted):
        return None
    after = after.removesuffix("的")
    told = after + before if asked["by"] == "由" and after else before + after
    return f"{told}的{counted}{noun}" if told else f"{counted}{noun}"
