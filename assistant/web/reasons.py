"""What the grounding check doubts, in the page's languages.

The machine interface tells reasons in English, and so does the check. Here each of its sentences is known by its shape;
one that is not is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from sources.bulletin import Language

# (a sentence of the check, Traditional, Simplified). What stands for {a} and {b} comes from the texts. The first shape
# that fits counts, so those that say more stand before those that say less.
_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("nothing is cited", "沒有引用任何原文", "没有引用任何原文"),
    ("the sentence is empty", "句子是空的", "句子是空的"),
    ("the sentence says nothing that could be checked", "句中沒有可以核對的內容", "句中没有可以核对的内容"),
    (
        "the cited text is in another language, and its facts alone decide nothing",
        "所引原文是另一種語言，單憑其中的事實無法判斷",
        "所引原文是另一种语言，单凭其中的事实无法判断",
    ),
    (
        "hardly a word of the sentence is in the cited text",
        "句中用詞幾乎都不見於所引原文",
        "句中用词几乎都不见于所引原文",
    ),
    (
        "only {a} of the sentence's words are in the cited text",
        "句中用詞只有 {a} 見於所引原文",
        "句中用词只有 {a} 见于所引原文",
    ),
    (
        "the entailment model reads the contrary in the cited text",
        "蘊涵模型認為所引原文說的正相反",
        "蕴涵模型认为所引原文说的正相反",
    ),
    (
        "the entailment model does not find it in the cited text",
        "蘊涵模型在所引原文中找不到這個意思",
        "蕴涵模型在所引原文中找不到这个意思",
    ),
    ("the cited text hardly says this", "所引原文不大像是這樣說的", "所引原文不大像是这样说的"),
    ("the cited text is nearer to “{a}”", "所引原文更接近「{a}」", "所引原文更接近“{a}”"),
    ("nothing in the cited text says “{a}”", "所引原文沒有說「{a}」", "所引原文没有说“{a}”"),
    ("the cited text means something else", "所引原文說的是另一個意思", "所引原文说的是另一个意思"),
    ("the name “{a}” is not in the cited text", "所引原文沒有「{a}」這個名稱", "所引原文没有“{a}”这个名称"),
    ("the name {a} is not in the cited text", "所引原文沒有「{a}」這個名字", "所引原文没有“{a}”这个名字"),
    ("the date {a} is not in the cited text", "所引原文沒有日期「{a}」", "所引原文没有日期“{a}”"),
    ("the cited text tells no year for {a}", "所引原文未載明「{a}」是哪一年", "所引原文未载明“{a}”是哪一年"),
    ("the figure {a} is not in the cited text", "所引原文沒有數字「{a}」", "所引原文没有数字“{a}”"),
    (
        "the figure {a} stands elsewhere in the cited text",
        "數字「{a}」在所引原文中說的是別的事",
        "数字“{a}”在所引原文中说的是别的事",
    ),
    (
        "the cited text has {a} where the sentence has {b}",
        "句中的「{b}」在所引原文中是「{a}」",
        "句中的“{b}”在所引原文中是“{a}”",
    ),
    ("“{a}” is not who {verb} in the cited text", "所引原文中{verb}的不是「{a}」", "所引原文中{verb}的不是“{a}”"),
    (
        "{a} is not who {verb} in the cited text ({b})",
        "所引原文中{verb}的不是「{a}」，而是「{b}」",
        "所引原文中{verb}的不是“{a}”，而是“{b}”",
    ),
    ("{a} has another office in the cited text", "所引原文中「{a}」是別的職務", "所引原文中“{a}”是别的职务"),
    (
        "{a} did or said it in the cited text, not {b}",
        "所引原文中這樣做或這樣說的是「{a}」，不是「{b}」",
        "所引原文中这样做或这样说的是“{a}”，不是“{b}”",
    ),
    (
        "{a} did it in the cited text, not {b}",
        "所引原文中這樣做的是「{a}」，不是「{b}」",
        "所引原文中这样做的是“{a}”，不是“{b}”",
    ),
    (
        "{a} said it in the cited text, not {b}",
        "所引原文中這樣說的是「{a}」，不是「{b}」",
        "所引原文中这样说的是“{a}”，不是“{b}”",
    ),
    (
        "the sentence denies (“{a}”), the cited text does not",
        "句子作了否定（「{a}」），所引原文沒有",
        "句子作了否定（“{a}”），所引原文没有",
    ),
    (
        "the sentence denies it (“{a}”), the cited text does not",
        "句子作了否定（「{a}」），所引原文沒有",
        "句子作了否定（“{a}”），所引原文没有",
    ),
    (
        "the cited text denies it (“{a}”), the sentence does not",
        "所引原文作了否定（「{a}」），句子沒有",
        "所引原文作了否定（“{a}”），句子没有",
    ),
    (
        "the sentence denies “{a}”, the cited text denies nothing",
        "句子否定了「{a}」，所引原文沒有否定什麼",
        "句子否定了“{a}”，所引原文没有否定什么",
    ),
    (
        "the sentence denies “{a}”, the cited text does not",
        "句子否定了「{a}」，所引原文沒有",
        "句子否定了“{a}”，所引原文没有",
    ),
    (
        "the cited text denies “{a}” (“{b}”)",
        "所引原文否定了「{a}」（「{b}」）",
        "所引原文否定了“{a}”（“{b}”）",
    ),
    ("the cited text denies: “{a}”", "所引原文作了否定：「{a}」", "所引原文作了否定：“{a}”"),
    (
        "“{a}” is denied in one of the sentence and the cited text, not in the other",
        "句子與所引原文，一個否定了「{a}」，另一個沒有",
        "句子与所引原文，一个否定了“{a}”，另一个没有",
    ),
    (
        "the sentence has “{a}”, the cited text has “{b}”",
        "句子說「{a}」，所引原文說「{b}」",
        "句子说“{a}”，所引原文说“{b}”",
    ),
    (
        "the sentence says it must be, the cited text “{a}”",
        "句子說必須如此，所引原文說「{a}」",
        "句子说必须如此，所引原文说“{a}”",
    ),
    (
        "the sentence says “{a}”, the cited text “{b}”",
        "句子說「{a}」，所引原文說「{b}」",
        "句子说“{a}”，所引原文说“{b}”",
    ),
    (
        "the sentence says it is done (“{a}”), the cited text plans it (“{b}”)",
        "句子說已經做了（「{a}」），所引原文說計劃要做（「{b}」）",
        "句子说已经做了（“{a}”），所引原文说计划要做（“{b}”）",
    ),
    (
        "the sentence says it is done (“{a}”), the cited text plans it",
        "句子說已經做了（「{a}」），所引原文說計劃要做",
        "句子说已经做了（“{a}”），所引原文说计划要做",
    ),
    (
        "the sentence plans it (“{a}”), the cited text says it is done (“{b}”)",
        "句子說計劃要做（「{a}」），所引原文說已經做了（「{b}」）",
        "句子说计划要做（“{a}”），所引原文说已经做了（“{b}”）",
    ),
    (
        "the sentence plans it (“{a}”), the cited text says it is done",
        "句子說計劃要做（「{a}」），所引原文說已經做了",
        "句子说计划要做（“{a}”），所引原文说已经做了",
    ),
    (
        "the sentence says it {mode}, the cited text {other}",
        "句子說{mode}，所引原文說{other}",
        "句子说{mode}，所引原文说{other}",
    ),
    ("“{a}” is not in the cited text", "所引原文沒有「{a}」", "所引原文没有“{a}”"),
    ("{a} is not in the cited text", "所引原文沒有「{a}」", "所引原文没有“{a}”"),
)
_VERBS: Mapping[str, tuple[str, str]] = {
    "said": ("這樣說", "这样说"),
    "said it": ("這樣說", "这样说"),
    "presided": ("主持", "主持"),
    "attended": ("出席", "出席"),
    "met": ("會見", "会见"),
    "held it": ("舉辦", "举办"),
    "took the photo": ("攝影", "摄影"),
    "visited": ("考察", "考察"),
}
_MODES: Mapping[str, tuple[str, str]] = {
    "need not": ("不必", "不必"),
    "must not": ("不得", "不得"),
    "must": ("必須", "必须"),
    "should": ("應當", "应当"),
    "is advised": ("宜", "宜"),
    "may": ("可以", "可以"),
}


def reason_words(reason: str, language: Language) -> str | None:
    """A reason of the check in the page's language; None when only its English is known.

    >>> reason_words("the figure 25 % is not in the cited text", "zh-Hans")
    '所引原文没有数字“25 %”'
    """
    if language == "en":
        return reason
    for shape, (_, hant, hans) in zip(_shapes(), _SHAPES, strict=True):
        if match := shape.fullmatch(reason):
            found = {name: _word(name, text, language) for name, text in match.groupdict().items()}
            if None not in found.values():
                return (hant if language == "zh-Hant" else hans).format(**found)
    return None


def _word(name: str, text: str, language: Language) -> str | None:
    """What a blank holds: words of the texts as they are, words of the check in the page's language."""
    if name in ("a", "b"):
        return text
    known = _VERBS if name == "verb" else _MODES
    words = [known.get(word) for word in text.split(" and ")]
    return "、".join(word[language == "zh-Hans"] for word in words if word) if all(words) else None


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(shape)), re.S) for shape, _, _ in _SHAPES)
