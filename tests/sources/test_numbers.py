"""Numbers, amounts, shares and ordinals in Chinese and English become the same tokens."""

from __future__ import annotations

import pytest

from sources.facts import compatible, facts, implied
from sources.numbers import chinese_number, english_number

_KINDS = ("num", "pct", "pp", "ord", "frac", "cny", "usd", "hkd", "eur", "gbp", "code", "time", "prog")


def numbers(text: str) -> list[str]:
    return [fact.token for fact in facts(text) if fact.token.split(":")[0] in _KINDS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25萬", "num:250000"),
        ("25万人次", "num:250000"),
        ("二十五萬", "num:250000"),
        ("250,000", "num:250000"),
        ("0.25 million", "num:250000"),
        ("250 thousand", "num:250000"),
        ("two hundred and fifty thousand", "num:250000"),
        ("830多亿件", "num:83000000000"),
        ("83 billion", "num:83000000000"),
        ("１２個", "num:12"),
        ("十項工作", "num:10"),
        ("兩個", "num:2"),
        ("三十六個", "num:36"),
        ("一百二十件", "num:120"),
        ("二十多家", "num:20"),
        ("七大行動", "num:7"),
        ("seven provinces", "num:7"),
        ("a dozen", "num:12"),
        ("工號9751", "num:9751"),
        ("70%", "pct:70"),
        ("70％", "pct:70"),
        ("七成", "pct:70"),
        ("百分之七十", "pct:70"),
        ("70 percent", "pct:70"),
        ("seventy per cent", "pct:70"),
        ("百分之三点五", "pct:3.5"),
        ("3.50%", "pct:3.5"),
        ("三个百分点", "pp:3"),
        ("3 percentage points", "pp:3"),
        ("三分之二", "frac:2/3"),
        ("two-thirds", "frac:2/3"),
        ("1.2亿元", "cny:120000000"),
        ("120 million yuan", "cny:120000000"),
        ("RMB 120 million", "cny:120000000"),
        ("¥120,000,000", "cny:120000000"),
        ("$3 million", "usd:3000000"),
        ("300万美元", "usd:3000000"),
        ("第九屆", "ord:9"),
        ("the ninth", "ord:9"),
        ("the 9th", "ord:9"),
        ("首届", "ord:1"),
        ("第二十二条", "ord:22"),
        ("Article 22", "ord:22"),
        ("twenty-first century", "ord:21"),
        ("21世纪", "ord:21"),
        ("二季度", "ord:2"),
        ("(二期)", "ord:2"),
        ("Phase II", "ord:2"),
        ("4A級", "code:4a"),
        ("5G網絡", "code:5g"),
        ("上午9時30分", "time:09:30"),
        ("9:30 p.m.", "time:21:30"),
        ("9.30 p.m.", "time:21:30"),
        ("上午九時半", "time:09:30"),
        ("晚上九点三十分", "time:21:30"),
        ("三成五", "pct:35"),
        ("六成半", "pct:65"),
        ("三点六公里", "num:3.6"),
        ("兩點五億元", "cny:250000000"),
        ("二元五角", "cny:2.5"),
        ("十二元五角五分", "cny:12.55"),
        ("£30m", "gbp:30000000"),
        ("十三五規劃", "prog:13-5"),
        ("the Thirteenth Five-Year Plan", "prog:13-5"),
        ("the 13th five-year plan", "prog:13-5"),
        ("第十三个五年规划", "prog:13-5"),
        ("下个规划(十五五)", "prog:15-5"),
        ("5 gigatonnes", "num:5000000000"),
        ("6千6百多万美元", "usd:66000000"),
    ],
)
def test_a_number_is_read(text: str, expected: str) -> None:
    assert numbers(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("70%至80%", ["pct:70", "pct:80"]),
        ("10 to 15 percent", ["pct:10", "pct:15"]),
        ("between 10 and 15 percent", ["pct:10", "pct:15"]),
        ("3-5亿元", ["cny:300000000", "cny:500000000"]),
        ("3,000-5,000 yuan", ["cny:3000", "cny:5000"]),
        ("5 and 15 percent more", ["num:5", "pct:15"]),  # "and" alone makes no range
    ],
)
def test_a_range_shares_its_unit(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "統一領導，一定要做好，一手抓生產一手抓安全",
        "三農問題，四川、三亞、五台山",
        "十分重要，千家万户，万无一失",
        "紅十字會，十字路口",
        "一个又一个困难",
        "one after another, one of them",
        "三四个人",  # three or four: no one number
        "星期三、周五",
        "first-line staff with a second-hand car",
        "hundreds of parcels",
        "三成员小组",
        "https://example.org/2020/15.html",
    ],
)
def test_characters_that_count_nothing_are_left_alone(text: str) -> None:
    assert numbers(text) == []


def test_a_share_ends_before_the_next_count() -> None:
    assert numbers("三成五个省") == ["pct:30", "num:5"]
    assert numbers("晚上七点三人到场") == ["time:19:00", "num:3"]


def test_list_markers_are_ordinals_in_both_languages() -> None:
    assert numbers("會議要求，一是加強領導。二是抓好落實。") == ["ord:1", "ord:2"]
    assert numbers("The first is to lead. The second is to act.") == ["ord:1", "ord:2"]


def test_a_number_inside_a_date_is_not_read_again() -> None:
    assert numbers("2020年2月28日，February 28, 2020") == []


def test_numerals_are_parsed() -> None:
    assert [chinese_number(n) for n in ("十", "二十", "一百零五", "三千六百", "两亿三千万", "二〇二〇")] == [
        10, 20, 105, 3600, 230_000_000, None,
    ]  # fmt: skip
    assert [english_number(n) for n in ("forty-two", "nine hundred", "one million two thousand", "two three")] == [
        42, 900, 1_002_000, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "source", "borne_out"),
    [
        ("num:7", "num:7", True),
        ("num:7", "ord:7", False),
        ("num:70", "pct:70", False),
        ("cny:70", "pct:70", False),
        ("num:70", "cny:70", True),
        ("num:70", "cny:71", False),
        ("frac:1/2", "pct:50", True),
        ("frac:1/3", "pct:33", False),
        ("pp:3", "pct:3", False),
        ("num:5", "prog:5", True),
        ("ord:13", "prog:13-5", True),
        ("prog:5", "num:5", False),
    ],
)
def test_numbers_bear_each_other_out(answer: str, source: str, borne_out: bool) -> None:
    assert compatible(answer, source) is borne_out


def test_a_counted_name_entails_its_count() -> None:
    assert implied("prog:5") == ("num:5",)
