"""Personal names are found where they stand like names, and meet across languages through pinyin."""

from __future__ import annotations

import pytest

from sources.facts import compatible, facts
from sources.names import name_reading


def names(text: str) -> list[str]:
    return [fact.token.removeprefix("name:") for fact in facts(text) if fact.token.startswith("name:")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # beside a title
        ("副局長林書恆到場", ["lin-shuheng"]),
        ("副局长林书恒到场", ["lin-shuheng"]),
        ("由林书恒局长主持", ["lin-shuheng"]),
        ("局长和林书恒教授", ["lin-shuheng"]),
        ("记者：魏亮", ["wei-liang"]),
        ("歐陽鋒教授", ["ouyang-feng"]),
        # before a verb, at the start of a clause; the longest reading that leaves a verb
        ("李克明调研时说", ["li-keming"]),
        ("王強強調", ["wang-qiang"]),
        ("会后，许文在会上指出", ["xu-wen"]),
        # in a list, and repeated
        ("副省长赵一鸣、林少卿会见来客", ["zhao-yiming", "lin-shaoqing"]),
        ("局长钱康出席。大家听了钱康的话", ["qian-kang", "qian-kang"]),
        # surnames with a reading of their own
        ("單田立先生", ["shan-tianli"]),
        ("曾毅出席", ["zeng-yi"]),
        ("仇英民指出", ["qiu-yingmin"]),
        # questions
        ("林書恆說了什麼", ["lin-shuheng"]),
        ("林书恒是谁", ["lin-shuheng"]),
        ("谁是林书恒？", ["lin-shuheng"]),
        ("趙敏參加了哪些會議", ["zhao-min"]),
        ("刘君和赵敏谁出席了会议", ["liu-jun", "zhao-min"]),
        ("林书恒", ["lin-shuheng"]),
        ("Who is Lin Shuheng?", ["lin-shuheng"]),
        ("what did lin shuheng say", ["lin-shuheng"]),
        # English
        ("Lin Shuheng said", ["lin-shuheng"]),
        ("LIN Shuheng's speech", ["lin-shuheng"]),
        ("Shuheng Lin said", ["lin-shuheng"]),
        ("Ouyang Feng and Lyu Bo", ["ouyang-feng", "lv-bo"]),
        ("Zhang Guang and Lin Shao, deputy governors", ["zhang-guang", "lin-shao"]),
        ("Director-General Masahiko Sato spoke", ["masahiko-sato"]),
        ("Secretary-General António Pereira", ["antonio-pereira"]),
        ("Mr. Smith's reply", ["smith"]),
        ("Liu Bei and Sun Bin", ["liu-bei", "sun-bin"]),
        ("李和平正在主持会议。王向东指出", ["li-heping", "wang-xiangdong"]),
    ],
)
def test_a_name_is_found(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "高質量發展要求高度重視，全面加強安全工作",
        "有關方面表示，高层指出，全会强调，文件要求，党组要求",
        "江蘇、廣東、安徽表示支持",
        "马上就办，五十周年，周边国家",
        "管理局局长、苏州市长、师范大学教授、项目经理、时任局长",
        "安全生产专家指出，记者从会上了解到，向记者表示",
        "周年活動有哪些？方面有哪些要求？",
        "什么时候开会？全国会议说了什么？",
        "首席执行官索菲亚·林奎斯特说",
        "Shan Dong, Hong Kong and Tian Jin",
        "He Said He Can. Long Range Plan. Song Change.",
        "Yun Shan Road and Ming Hu Park",
        "Deputy Director of the State Office",
        "what progress have they made with the plan",
        "Mr. Liu",  # one surname names nobody in particular
    ],
)
def test_words_that_only_look_like_names_are_left_alone(text: str) -> None:
    assert names(text) == []


def test_general_news_gives_only_its_persons() -> None:
    text = (
        "昨晚，东岭大学举办音乐会。常务副校长何晓岚致辞，她说，高水平的演出离不开平时的训练。方案公布后，安排十分紧凑，"
        "经过三个月排练，全体成员终于登台。万众期待的时刻，江边灯火通明，马路两旁站满了人。何晓岚还向连续工作多年的"
        "乐团团长程立群表示感谢。关于明年的计划，校方没有透露。"
    )
    assert set(names(text)) == {"he-xiaolan", "cheng-liqun"}


def test_a_span_covers_the_name_as_published() -> None:
    text = "會上，副局長劉君出席"
    (fact,) = [f for f in facts(text) if f.token == "name:liu-jun"]
    assert text[fact.start : fact.end] == "劉君"


@pytest.mark.parametrize(
    ("chinese", "reading"),
    [
        ("劉君", "liu-jun"),
        ("马军胜", "ma-junsheng"),
        ("歐陽鋒", "ouyang-feng"),
        ("尉迟恭", "yuchi-gong"),
        ("吕布", "lv-bu"),
    ],
)
def test_a_chinese_name_has_a_reading(chinese: str, reading: str) -> None:
    assert name_reading(chinese) == reading


def test_a_surname_alone_is_borne_out_by_the_whole_name() -> None:
    assert compatible("name:smith", "name:john-smith")
    assert not compatible("name:john-smith", "name:jane-smith")
