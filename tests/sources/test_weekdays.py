"""Days told by their weekday: a date only where nothing else can be meant. Written on Thursday, 11 January 2024."""

from __future__ import annotations

import pytest

from sources.bulletin import Bulletin
from sources.describe import describe
from sources.facts import facts
from sources.repair import repair
from sources.weekdays import weekday_beside


def days(text: str, written: str | None = "2024-01-11", **more: bool) -> list[str]:
    found = [f.token.removeprefix("date:") for f in facts(text, written, **more) if f.token.startswith("date:")]
    return [value for value in found if len(value) == 10]


def read(raw: str) -> Bulletin:
    return describe(raw=raw, repaired=repair(raw), encoding="utf-8", source="a", path="a.txt")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("周二，港务局召开会议。", "2024-01-09"),
        ("港务局星期二表示，检查已经结束。", "2024-01-09"),
        ("港務局禮拜二宣布三項措施。", "2024-01-09"),
        ("記者從週二召開的會議上獲悉，碼頭擴建。", "2024-01-09"),
        ("周四下午，港务局召开会议。", "2024-01-11"),  # the day of writing
        ("周五，港务局召开会议。", "2024-01-05"),  # it happened: the last one
        ("港务局将于周五召开会议。", "2024-01-12"),  # it is to come: the next one
        ("上周三，港务局召开会议。", "2024-01-03"),
        ("上週三（3日），港務局召開會議。", "2024-01-03"),
        ("上个星期日，港务局举行演练。", "2024-01-07"),
        ("本周三，港务局召开会议。", "2024-01-10"),
        ("这周五将召开会议。", "2024-01-12"),
        ("下周三，港务局将召开会议。", "2024-01-17"),
        ("On Tuesday, the port office held a meeting.", "2024-01-09"),
        ("The port office met late on Tuesday in the capital.", "2024-01-09"),
        ("The port office said on Friday that the checks are over.", "2024-01-05"),
        ("The port office said Thursday that the checks are over.", "2024-01-11"),
        ("On Friday, the port office will hold a meeting.", "2024-01-12"),
        ("Last Friday the port office closed a quay.", "2024-01-05"),
        ("It met this past Tuesday.", "2024-01-09"),
        ("It met this Tuesday.", "2024-01-09"),
        ("It will meet this Friday.", "2024-01-12"),
        ("The port office met on Monday last week.", "2024-01-01"),
        ("It will meet next Tuesday.", "2024-01-16"),
    ],
)
def test_a_weekday_is_told_from_the_day_of_writing(text: str, day: str) -> None:
    assert days(text) == [day]
    assert days(text, None) == days(text, "2024") == days(text, "2024-01") == []  # which needs to be known


@pytest.mark.parametrize(
    "text",
    [
        # No one day
        "每周三召开例会。",
        "周一至周五召开会议。",
        "周一、周三召开会议。",
        "每逢星期三举行开放日。",
        "第一个星期三举行了演练。",
        "双周五召开会议。",
        "The office met every Tuesday.",
        "The office met on a Tuesday.",
        "It met on the first Tuesday of the month.",
        "The office opened Monday to Friday.",
        "The office met on Tuesday and Wednesday.",
        "It met on Tuesdays.",
        "They sold it on Black Friday.",
        # No weekday at all
        "上周三亚港召开会议。",
        "上周日均处理三万件。",
        "本周五家企业表示愿意。",
        "每周三次召开会议。",
        "仓库四周一片水，会议召开。",
        "两周三场会议召开。",
        # Limits
        "请于周五前报送。",
        "周五前完成检查。",
        "Reports were due by Friday.",
        "The quay has been closed since Tuesday.",
        # Neither past nor to come for sure
        "周五开会。",
        "关于周五召开会议的通知",
        "会议周五召开，请准时出席。",
        "The office said that it opens on Friday.",
        "The office agreed to meet on Friday.",
        "The office said the new rules take effect on Friday.",
        "The meeting scheduled for Friday was called off.",
        "Friday is the day of the fleet.",
        # Two days could be meant
        "Last Tuesday the port office closed a quay.",  # two days ago, or nine?
        "It will meet next Friday.",  # tomorrow, or in eight days?
        "港务局将于周四召开会议。",  # written on a Thursday
        "下周日，港务局将举行演练。",  # weeks may begin on Sunday
        "本周日，港务局举行演练。",
        # What it says elsewhere
        "本周五，港务局召开了会议。",  # not yet
        "上周三（5日），港务局召开会议。",  # it was the third
        "他说：“周二我们召开了会议。”",
        "2021年港区关闭。周二，港务局召开会议。",  # still told of 2021?
    ],
)
def test_what_can_mean_another_day_is_left_alone(text: str) -> None:
    assert days(text) == []


def test_weeks_that_may_begin_on_sunday_settle_nothing_on_a_sunday() -> None:
    sunday = "2024-01-14"
    assert days("上周三，港务局召开会议。", sunday) == days("本周三，港务局召开会议。", sunday) == []
    assert days("Last Friday the port office closed a quay.", sunday) == []
    assert days("周三，港务局召开会议。", sunday) == ["2024-01-10"]


def test_a_weekday_beside_a_date_is_a_part_of_it() -> None:
    assert days("1月9日（星期二），港务局召开会议。") == ["2024-01-09"]
    assert days("On Tuesday, January 9, the office met.") == ["2024-01-09"]
    assert days("On January 3 (Tuesday), the office met.") == ["2024-01-03"]  # wrong, and no second day


def test_where_only_the_event_has_a_day_its_own_weekday_is_that_day() -> None:
    assert days("On Tuesday, the office met.", "2024-01-09", of_event=True) == ["2024-01-09"]
    assert days("On Friday, the office met.", "2024-01-09", of_event=True) == []  # before it, or after?
    assert days("上周二，港务局召开会议。", "2024-01-09", of_event=True) == []


def test_the_event_is_on_the_weekday_that_the_opening_tells() -> None:
    text = "港口倉庫消防工作會議召開\n\n2024-01-11\n\n週二，市消防局召開會議，部署倉庫檢查。\n\n與會代表參觀了倉庫。"
    bulletin = read(text)
    (event,) = [d for d in bulletin.dates if d.role == "event"]
    assert (event.value, bulletin.text[event.start : event.end]) == ("2024-01-09", "週二")
    assert not bulletin.contradictions


def test_the_dateline_is_the_day_of_writing_where_there_is_one() -> None:
    text = "Depots\n\nJanuary 20, 2024\n\nHARBOUR, Jan. 11 (Port Press) -- The office held a meeting on Tuesday."
    assert read(text).events == ("2024-01-09",)


def test_what_is_announced_for_a_weekday_is_no_contradiction() -> None:
    bulletin = read("Depots\n\nJanuary 11, 2024\n\nOn Friday, the fire office will hold a meeting on depots.")
    assert bulletin.events == ("2024-01-12",) and not bulletin.contradictions


def test_without_a_published_date_a_weekday_is_no_event() -> None:
    assert read("Depots\n\nOn Tuesday, the fire office held a meeting on depots.").events == ()


def test_without_a_published_date_the_events_own_weekday_is_its_day() -> None:
    text = "Depots\n\nOn January 9, 2024, the fire office held a meeting.\n\nIt met on Tuesday in two rooms. It met on Friday."
    bulletin = read(text)
    tokens = {bulletin.text[f.start : f.end]: f.token for f in bulletin.facts if f.token.startswith("date:")}
    assert tokens["Tuesday"] == "date:2024-01-09" and "Friday" not in tokens


@pytest.mark.parametrize(
    ("text", "date", "weekday"),
    [
        ("1月9日（星期二）", "1月9日", (1, "星期二")),
        ("2024年1月9日 週二", "2024年1月9日", (1, "週二")),
        ("Sunday, January 7, 2024", "January 7, 2024", (6, "Sunday")),
        ("January 9 (Tue.)", "January 9", (1, "Tue")),
        ("1月9日起周一至周五", "1月9日", None),
        ("January 9, 2024", "January 9, 2024", None),
    ],
)
def test_the_weekday_beside_a_date(text: str, date: str, weekday: tuple[int, str] | None) -> None:
    start = text.index(date)
    found = weekday_beside(text, start, start + len(date))
    assert (found and (found[0], text[found[1] : found[2]])) == weekday


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31", "2024-02-31"])
def test_the_ends_of_the_calendar_raise_nothing(written: str) -> None:
    for text in ("上周三，会议召开。", "下周三将召开会议。", "On Tuesday, it met.", "It will meet next Monday."):
        days(text, written)
