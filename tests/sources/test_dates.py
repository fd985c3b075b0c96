"""Dates in Chinese and English become the same ISO tokens."""

from __future__ import annotations

import pytest

from sources.dates import iso_date
from sources.facts import compatible, facts, implied


def dates(text: str, reference: str | None = None) -> list[str]:
    return [fact.token.removeprefix("date:") for fact in facts(text, reference) if fact.token.startswith("date:")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020年2月28日", ["2020-02-28"]),
        ("２０２０年２月２８日", ["2020-02-28"]),
        ("2020 年 2 月 28 日", ["2020-02-28"]),
        ("二〇二〇年二月二十八日", ["2020-02-28"]),
        ("民國109年2月28日", ["2020-02-28"]),
        ("2020-02-28 11:29:00", ["2020-02-28"]),
        ("2020/2/28", ["2020-02-28"]),
        ("2020.2.28", ["2020-02-28"]),
        ("28/02/2020", ["2020-02-28"]),
        ("02/28/2020", ["2020-02-28"]),
        ("February 28, 2020", ["2020-02-28"]),
        ("February 28(th), 2020", ["2020-02-28"]),
        ("28 February 2020", ["2020-02-28"]),
        ("the 28th of February, 2020", ["2020-02-28"]),
        ("2月28日，局裡開會", ["--02-28"]),
        ("On February 28, the bureau met", ["--02-28"]),
        ("on Feb. 28", ["--02-28"]),
        ("On March 20th the bureau met", ["--03-20"]),
        ("二〇二〇年二月", ["2020-02"]),
        ("in February 2020", ["2020-02"]),
        ("2020-02", ["2020-02"]),
        ("in May", ["--05"]),
        ("十月", ["--10"]),
        ("2019年", ["2019"]),
        ("since 2018", ["2018"]),
        ("the 2020 national conference", ["2020"]),
        ("中國2024郵票展覽", ["2024"]),
        ("founded in 1368", ["1368"]),
        ("20世纪90年代", ["1990s"]),
        ("二十世纪九十年代", ["1990s"]),
        ("十九世紀三十年代", ["1830s"]),
        ("in the 1990s", ["1990s"]),
        ("since may", ["--05"]),
        ("in may 2020", ["2020-05"]),
    ],
)
def test_a_date_is_read(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3月12日至14日", ["--03-12", "--03-14"]),
        ("3月12至14日", ["--03-12", "--03-14"]),
        ("3月12日、13日和14日", ["--03-12", "--03-13", "--03-14"]),
        ("2020年12月30日至1月2日", ["2020-12-30", "2021-01-02"]),
        ("2019—2021年", ["2019", "2021"]),
        ("2020年1-11月", ["2020-01", "2020-11"]),
        ("March 12-14, 2020", ["2020-03-12", "2020-03-14"]),
        ("12 to 14 March 2020", ["2020-03-12", "2020-03-14"]),
        ("from March 12 to April 2, 2020", ["2020-03-12", "2020-04-02"]),
        ("January and February 2020", ["2020-01", "2020-02"]),
        ("2016–2020", ["2016", "2020"]),
    ],
)
def test_a_range_gives_both_ends(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "历时19年",  # a length of time
        "三年行动",
        "2000年历史",
        "14日内整改",  # a day needs its month
        "三个月",
        "about 2020 parcels",
        "2,020 staff",
        "RMB 2020",
        "you may 20 times",
        "it can and may cancel",
        "the 12 may leave",
        "the Long March",
        "troops march in step",
        "第二日",
    ],
)
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert dates(text) == []


def test_an_impossible_day_keeps_its_month() -> None:
    assert dates("2021年2月30日") == ["2021-02"]


def test_the_published_date_completes_a_near_date() -> None:
    assert dates("2月28日，開會", "2020-03-02") == ["--02-28", "2020-02-28"]
    assert dates("On December 30, it met", "2020-01-02") == ["--12-30", "2019-12-30"]


def test_a_far_date_stays_without_its_year() -> None:
    # Published in December, told of March: the bulletin may be wrongly dated, so nobody guesses.
    assert dates("On March 20th it met", "2017-12-20") == ["--03-20"]


def test_another_year_in_the_sentence_forbids_guessing() -> None:
    assert dates("2018年成立，2月28日更名", "2020-03-02") == ["2018", "--02-28"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年的任務", ["2020"]),
        ("去年同期", ["2019"]),
        ("this year", ["2020"]),
        ("last year", ["2019"]),
        ("昨日", ["2020-03-01"]),
        ("yesterday", ["2020-03-01"]),
        ("上个月", ["2020-02"]),
        ("去年3月5日", ["2019", "--03-05", "2019-03-05"]),
        ("记者28日获悉", []),  # the 28th had not come yet
        ("记者1日获悉", ["2020-03-01"]),
    ],
)
def test_relative_dates_need_a_published_date(text: str, expected: list[str]) -> None:
    assert dates(text, "2020-03-02") == expected
    assert not [d for d in dates(text) if d.startswith("20")]


def test_a_date_entails_its_coarser_forms() -> None:
    assert set(implied("date:2020-02-28")) == {"date:2020-02", "date:2020", "date:--02-28", "date:--02"}
    assert implied("date:2020") == ()


@pytest.mark.parametrize(
    ("answer", "source", "borne_out"),
    [
        ("date:2020", "date:2020-02-28", True),
        ("date:--02-28", "date:2020-02-28", True),
        ("date:2020-02-28", "date:--02-28", True),  # the year came from the page's date
        ("date:2020-02-28", "date:2020", False),
        ("date:2020-02-28", "date:--02", False),
        ("date:2020-02-28", "date:2020-02-27", False),
        ("date:2020-02", "date:2021-02", False),
        ("date:2020", "num:2020", True),
        ("date:1990s", "date:1994-05", True),
        ("date:1990s", "date:2004", False),
        ("date:1994", "date:1990s", False),
    ],
)
def test_dates_bear_each_other_out(answer: str, source: str, borne_out: bool) -> None:
    assert compatible(answer, source) is borne_out


# Days told from the page's date, and what programs write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("前天", ["2024-01-09"]),
        ("the day before yesterday", ["2024-01-09"]),
        ("昨晚", ["2024-01-10"]),
        ("本月3日", ["2024-01-03"]),
        ("上月28日", ["2023-12-28"]),
        ("8日至10日在港口举行", ["2024-01-08", "2024-01-10"]),
        ("8日、9日在港口举行", ["2024-01-08", "2024-01-09"]),
        ("近日举行", []),
        ("日前举行", []),
        ("recently", []),
    ],
)
def test_a_day_told_from_the_day_of_publication(text: str, expected: list[str]) -> None:
    assert sorted(set(dates(text, "2024-01-11"))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tue, 09 Jan 2024 10:00:00 GMT", "2024-01-09"),
        ("2024-01-09T10:00:00+08:00", "2024-01-09"),
        ("D:20240109120000+08'00'", "2024-01-09"),
        ("20240109", "2024-01-09"),
        ("2024/01", "2024-01"),
        ("中華民國一百一十三年元月九日", "2024-01-09"),
        ("二〇二四年一月", "2024-01"),
        ("2024", "2024"),
        ("January 9", "--01-09"),
        ("03/04/2024", "2024"),  # the third of April, or the fourth of March
        ("soon", None),
        ("20240231", None),
        ("", None),
    ],
)
def test_what_a_file_says_of_its_date_becomes_iso(value: str, expected: str | None) -> None:
    assert iso_date(value) == expected
