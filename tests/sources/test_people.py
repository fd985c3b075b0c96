"""Who has which post, and which quoted names are programmes, on sentences made up for the purpose."""

import pytest

from sources.facts import facts
from sources.people import people_of, programmes_of


def posts(text: str) -> list[tuple[str, str]]:
    return [(p.name, p.post) for p in people_of(text, facts(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("港口消防局黨組書記、局長王小強到會講話。", [("王小強", "港口消防局黨組書記、局長")]),
        ("检查由市消防局仓库处处长李大海主持。", [("李大海", "市消防局仓库处处长")]),
        ("副局长戴大军、刘小君、杨春晖和赵小民参加。", [(n, "副局长") for n in ("戴大军", "刘小君", "杨春晖", "赵小民")]),
        ("市消防局局长王小强会见了邻市副市长张大军、林小春。", [("王小强", "市消防局局长"), ("张大军", "邻市副市长"), ("林小春", "邻市副市长")]),
        ("5月6日市消防局副局长刘小君出席会议", [("刘小君", "市消防局副局长")]),
        ("局长王小强、副局长刘小君在场。", [("王小强", "局长"), ("刘小君", "副局长")]),
        ("王小强局长指出，仓库要查。", [("王小强", "局长")]),
        ("刘小君（市消防局副局长）表示，检查开始。", [("刘小君", "市消防局副局长")]),
        ("任命刘小君为市消防局副局长。", [("刘小君", "市消防局副局长")]),
        ("刘小君任党组成员。", [("刘小君", "党组成员")]),
        ("刘小君同志强调，要做好工作。", [("刘小君", "同志")]),
        ("刘小君强调，要做好工作。", []),
        ("安全局面稳定，各部门负责。", []),
    ],
)  # fmt: skip
def test_posts_in_chinese(text: str, expected: list[tuple[str, str]]) -> None:
    assert posts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Director-General Wang Xiaoqiang said so.", [("Wang Xiaoqiang", "Director-General")]),
        ("Wang Xiaoqiang, Director of the Fire Office, presided.", [("Wang Xiaoqiang", "Director of the Fire Office")]),
        ("Liu Xiaojun, member of the party group and deputy director of the office, came.", [("Liu Xiaojun", "member of the party group and deputy director of the office")]),
        ("Deputy Directors of the Fire Office Dai Dajun, Liu Xiaojun and Zhao Xiaomin came.", [(n, "Deputy Director of the Fire Office") for n in ("Dai Dajun", "Liu Xiaojun", "Zhao Xiaomin")]),
        ("He met Zhang Dajun and Lin Xiaochun, deputy mayors of the next town, there.", [("Zhang Dajun", "deputy mayor of the next town"), ("Lin Xiaochun", "deputy mayor of the next town")]),
        ("Fire Office Director Wang Xiaoqiang said so.", [("Wang Xiaoqiang", "Fire Office Director")]),
        ("Liu Xiaojun (deputy director of the office) said so.", [("Liu Xiaojun", "deputy director of the office")]),
        ("Wang Wei was appointed deputy director of the Depot Department.", [("Wang Wei", "deputy director of the Depot Department")]),
        ("Comrade Liu Xiaojun stressed it.", [("Liu Xiaojun", "Comrade")]),
        ("Comrade Liu Xiaojun, deputy director of the office, stressed it.", [("Liu Xiaojun", "deputy director of the office")]),
        ("Liu Xiaojun stressed it. The director agreed.", []),
    ],
)  # fmt: skip
def test_posts_in_english(text: str, expected: list[tuple[str, str]]) -> None:
    assert posts(text) == expected


def test_a_person_stands_where_the_name_stands_and_is_told_once() -> None:
    text = "副局长刘小君到会。副局长刘小君说，会议要短。"
    (person,) = people_of(text, facts(text))
    assert text[person.start : person.end] == person.name and person.start == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("實施“消防進村”工程，守住“生命線”。", ["消防進村"]),
        ("推进「两查一改」，学习《消防条例》。", ["两查一改", "消防条例"]),
        ('Carrying out the "Clean Depots" project is the city\'s "lifeline".', ["Clean Depots"]),
        ("the “Quiet Harbour Action” and again the “Quiet Harbour Action”", ["Quiet Harbour Action"]),
        ("他说：“仓库要查，而且要天天查。”", []),
        ("“” 「」", []),
    ],
)
def test_programmes_in_quotation_marks(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in programmes_of(text)] == expected
