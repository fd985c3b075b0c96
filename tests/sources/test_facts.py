"""Chinese in both scripts and English give the same facts, with spans of the text as published."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.facts import compatible, facts, implied
from sources.fold import fold
from sources.terms import _rows, read_terms

_BULLETINS = Path(__file__).resolve().parents[2] / "../shared/bulletins"


def tokens(text: str, *kinds: str) -> set[str]:
    return {f.token for f in facts(text) if not kinds or f.token.split(":")[0] in kinds}


@pytest.mark.parametrize(
    ("traditional", "simplified", "english"),
    [
        (
            "3月5日，國家郵政局副局長何立群在武漢出席第七屆論壇，參會25萬人次，同比增長七成。",
            "3月5日，国家邮政局副局长何立群在武汉出席第七届论坛，参会25万人次，同比增长七成。",
            "On March 5, He Liqun, deputy director of the State Post Bureau, attended the seventh forum in Wuhan, with "
            "250,000 visits, up 70 percent.",
        ),
        (
            "“十三五”期間，廣東等五個省投入1.5億元推進“快遞進村”。",
            "“十三五”期间，广东等五个省投入1.5亿元推进“快递进村”。",
            'During the "Thirteenth Five-Year Plan", five provinces such as Guangdong spent 150 million yuan on "Express '
            'Delivery to Village".',
        ),
    ],
)
def test_three_scripts_tell_the_same_facts(traditional: str, simplified: str, english: str) -> None:
    kinds = ("date", "num", "pct", "cny", "ord", "name", "place", "org", "term", "prog")
    assert tokens(traditional, *kinds) == tokens(simplified, *kinds) == tokens(english, *kinds)


@pytest.mark.parametrize(
    ("chinese", "english", "token"),
    [
        ("“兩進一出”", '"two-in, one-out"', "prog:2-1"),
        ("「五個體系」", '"five systems"', "prog:5"),
        ("『六穩』", '"six stability"', "prog:6"),
        ("“9751”工程", 'the "9751" project', "prog:9751"),
        ("两进一出是什么", "the two-in, one-out project", "prog:2-1"),
    ],
)
def test_a_quoted_name_made_of_counts_has_one_signature(chinese: str, english: str, token: str) -> None:
    assert token in tokens(chinese) & tokens(english)


def test_a_quotation_is_one_token_in_both_scripts() -> None:
    assert tokens("“暖風驛站”", "quote") == tokens("《暖风驿站》", "quote") == {"quote:暖风驿站"}


@pytest.mark.parametrize(
    "text", ["“一站式”服務", 'a "one-stop" shop', "“他说，今天来了三十个人，都很高兴，”", "“互聯網”"]
)
def test_a_quotation_without_counts_or_of_speech_has_no_signature(text: str) -> None:
    assert tokens(text, "prog") == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“雙隨機、一公開”監管", {"term:shuang-suiji"}),
        ('"double random, one open" supervision', {"term:shuang-suiji"}),
        ("港澳台", {"place:hong-kong", "place:macao", "place:taiwan"}),
        ("SF and YTO", {"org:sf-express", "org:yto-express"}),
        ("順豐、圓通", {"org:sf-express", "org:yto-express"}),
        ("tell us who can", set()),  # "us", "who": no abbreviations
        ("the US and the WHO", {"place:united-states", "org:who"}),
        ("今日本報訊，其中通过，教育部门，扩大数据共享", set()),
        ("中国邮政业", {"place:china"}),
        ("上海南站", {"place:shanghai"}),
    ],
)
def test_known_terms_places_and_organisations_are_found(text: str, expected: set[str]) -> None:
    assert tokens(text, "term", "place", "org") == expected


def test_every_wording_of_the_table_is_found_as_its_token() -> None:
    missed = [
        (token, wording)
        for token, wordings in _rows()
        for wording in wordings
        if token not in {f.token for f in read_terms(fold(f" {wording} "))}
    ]
    assert missed == []


def test_the_table_is_written_in_simplified_script() -> None:
    assert [w for _, wordings in _rows() for w in wordings if fold(w) != w] == []


def test_an_answer_is_borne_out_by_what_its_source_implies() -> None:
    assert compatible("place:hubei", "place:hubei")
    assert not compatible("place:hubei", "place:hunan")
    assert implied("place:hubei") == ()


@given(
    st.text(
        alphabet=st.sampled_from(
            "2020年二月28日第十三五“”兩進一出%元萬25.,- \n劉君指出Liu JunMarchone two 國家郵政局:/（）"
        ),
        max_size=60,
    )
)
def test_any_text_gives_ordered_spans_within_it(text: str) -> None:
    found = facts(text, "2020-03-02")
    assert [f.start for f in found] == sorted(f.start for f in found)
    assert all(0 <= f.start < f.end <= len(text) for f in found)


@given(st.text(max_size=80))
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000,
        "一" * 5000,
        "one " * 3000,
        "1," * 5000,
        "“" * 5000,
        "January " * 2000,
        "第" * 5000,
        "1-" * 5000,
        "Li " * 3000,
    ],
)
def test_monotonous_text_is_read_in_little_time(text: str) -> None:
    began = time.process_time()  # what others do on the machine does not count
    facts(text, "2020-03-02")
    assert time.process_time() - began < 2


@pytest.mark.skipif(not _BULLETINS.is_dir(), reason="the real bulletins are not at hand")
def test_real_bulletins_of_one_event_share_its_facts() -> None:
    english, chinese = (tokens((_BULLETINS / name).read_text(encoding="utf-8")) for name in ("002.txt", "004.txt"))
    assert {
        "date:--02-28",
        "date:2020",
        "date:2019",
        "prog:13-5",
        "prog:2-1",
        "prog:6",
        "num:5",
        "place:wuhan",
    } <= english & chinese
