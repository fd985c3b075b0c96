"""Title, issuer, column, dates and contradictions, on releases made up for the purpose."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.bulletin import Bulletin
from sources.dates import iso_date, read_dates
from sources.describe import describe
from sources.files import describe_bytes
from sources.fold import fold
from sources.repair import repair

REAL = Path(__file__).resolve().parents[2] / "../shared/bulletins"


def read(raw: str, source: str = "a", **told: str) -> Bulletin:
    return describe(raw=raw, repaired=repair(raw), encoding="utf-8", source=source, path=f"{source}.txt", told=told)


def release(meta: str, text: str, title: str = "港口倉庫消防工作會議召開") -> Bulletin:
    return read(f"{title}\n\n{meta}\n\n{text}\n\n與會代表隨後參觀了三座倉庫，並就消防通道的清理交換了意見。")


# Title


def test_the_title_line_is_the_title() -> None:
    assert release("2022-05-06", "市消防局召開會議。").title == "港口倉庫消防工作會議召開"


def test_a_markdown_title_loses_its_marks_and_front_matter_wins() -> None:
    assert read("# **Depots**\n\nAll depots were inspected.").title == "Depots"
    assert (
        read("---\ntitle: 'Depots inspected'\n---\n\n# Other\n\nAll depots were inspected.").title == "Depots inspected"
    )


def test_without_a_title_line_the_first_clauses_stand_for_it() -> None:
    text = (
        "On May 6, the fire office of the city inspected all of the depots that stand in the old harbour, asking for reports "
        "on lanes, tools and staff from the firms that run them, and fined two. Later it left."
    )
    bulletin = read(text)
    assert bulletin.title.startswith("On May 6, the fire office") and len(bulletin.title.split()) <= 25
    assert text.startswith(bulletin.title) and text[len(bulletin.title)] == ","


@pytest.mark.parametrize(
    "text",
    [
        "word " * 400,
        "消防" * 400,
        "x" * 5000,
        "On Friday the office " + "and another office " * 40 + ".",
        "。",
        "",
        "1",
    ],
)
def test_there_is_always_a_title_of_bearable_length(text: str) -> None:
    assert 0 < len(read(text).title) <= 5001
    if " " in text:
        assert len(read(text).title.split()) <= 25


def test_the_gist_leaves_out_dateline_and_website() -> None:
    text = "中新网5月8日电 据市消防局网站消息，5月6日，市消防局召开会议部署检查。会后参观仓库。"
    assert read(text).title == "5月6日，市消防局召开会议部署检查"


# Issuer and column


@pytest.mark.parametrize(
    ("raw", "issuer"),
    [
        ("倉庫消防\n\n2022年05月06日來源:市消防局\n\n會議召開了。", "市消防局"),
        ("仓库消防\n\n2022-05-06 10:20  来源：港口日报  【字体：大 中 小】\n\n会议召开了。", "港口日报"),
        ("Depots\n\nPublished on: May 6, 2022 | Source: Harbour News | Views: 3\n\nThey met.", "Harbour News"),
        ("新华社北京5月6日电（记者王五）会议召开了。", "新华社"),
        ("中新网5月6日电 会议召开了。", "中新网"),
        ("BEIJING, May 6 (Xinhua) -- They met.", "Xinhua"),
        ("China News Service, May 6. They met.", "China News Service"),
        ("Xinhua News Agency, Beijing, May 6 (Reporter Wang Wu) They met.", "Xinhua News Agency"),
        ("According to the website of the Harbour Office, they met.", "Harbour Office"),
        ("本報訊 會議召開了。", None),  # "this paper" is nobody's name
        ("On May 6 (Friday) they met.", None),
        ("Harbour, May 6 (Fri.) -- They met.", None),
        ("Depots\n\nThey met.", None),
        (
            "市消防局文件\n\n港消发〔2022〕7号\n\n关于检查的通知\n\n请各单位在月底以前检查所有的仓库，并报送结果。",
            "市消防局",
        ),
        (
            "港口管理部令\n\n2022年第7号\n\n《仓库办法》已经通过，现予公布。各单位在月底以前检查所有的仓库。",
            "港口管理部",
        ),
        ("关于检查的通知\n\n请各单位检查。\n\n月底前报送。\n\n市消防局\n2022年5月6日", "市消防局"),
    ],
)
def test_issuer(raw: str, issuer: str | None) -> None:
    assert read(raw).issuer == issuer


def test_column_from_a_label_or_from_the_line_above_the_title() -> None:
    assert release("欄目:通知公告 發布時間:2022-05-06", "會議召開了。").column == "通知公告"
    assert read("行業動態\n\n港口倉庫消防工作會議召開\n\n2022-05-06\n\n會議召開了。").column == "行業動態"
    assert read("Depots\n\nThey met.").column is None


# Dates


@pytest.mark.parametrize(
    "line",
    [
        "发布日期: 2022-05-06 11:29:00",
        "發布時間：2022年5月6日",
        "2022.05.06",
        "Date: 6 May 2022",
        "Posted on May 6, 2022",
        "2022年05月06日來源:市消防局",
        "成文日期：2022年05月01日　发布日期：2022年05月06日",  # written, then put up
        "更新时间：2023-01-01 发布时间：2022-05-06",
        "二〇二二年五月六日",
        "（二〇二二年五月六日）",
        "2022年5月6日 星期五",
        "2022年5月6日（星期五）10:20",
        "Friday, 6 May 2022",
        "民國111年5月6日 來源：市消防局",
        "中華民國一百一十一年五月六日",
        "日期：民國111年5月6日",
        "發布日期：民國111-05-06",
        "發布日期：111-05-06",  # as pages of Taiwan write it
        "更新日期：111/05/07 發布日期：111/05/06",
        "發布日期：111年5月6日",
        "Published: 5/6/2022 Date: 6 May 2022",  # June or May? the other says
    ],
)
def test_published(line: str) -> None:
    bulletin = release(line, "會議召開了。")
    assert bulletin.published == "2022-05-06"
    assert not bulletin.contradictions


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("日期：二〇二二年五月", "2022-05"),
        ("Date: May 2022", "2022-05"),
        ("发布时间：2022-05", "2022-05"),
        ("Published: 05/06/2022", "2022"),  # the fifth of June, or the sixth of May
        ("Published: 25/06/2022", "2022-06-25"),
        ("05/06/2022", None),
        ("日期：明天上午", None),
    ],
)
def test_a_page_may_tell_a_part_of_its_date(line: str, published: str | None) -> None:
    bulletin = release(line, "會議召開了。")
    assert (bulletin.published, bulletin.title, bulletin.issuer) == (published, "港口倉庫消防工作會議召開", None)


def test_a_notice_is_signed_and_dated_in_chinese_numerals() -> None:
    notice = "关于检查的通知\n\n请各单位检查。\n\n月底前报送。\n\n市消防局\n{}"
    for day in ("二〇二二年五月六日", "中华民国一百一十一年五月六日", "二○二二年五月六日"):
        bulletin = read(notice.format(day))
        assert (bulletin.published, evident(bulletin, "published"), bulletin.issuer) == ("2022-05-06", day, "市消防局")


def test_no_date_on_the_page_is_no_published_date() -> None:
    assert read("Depots\n\nThey met in 1990 and on May 6, 1991.").published is None


def test_a_dateline_gives_a_date_without_a_year() -> None:
    assert read("中新网5月8日电 市消防局召开会议。").published == "--05-08"


def test_the_events_year_completes_the_dateline() -> None:
    assert read("中新网5月8日电 2022年5月6日，市消防局召开会议。").published == "2022-05-08"
    assert read("中新网1月2日电 2021年12月30日，市消防局召开会议。").published == "2022-01-02"


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("5月6日，市消防局召開會議。", "2022-05-06"),
        ("記者從5月6日召開的會議上獲悉，檢查開始。", "2022-05-06"),
        ("12月30日，市消防局召開會議。", "--12-30"),  # four months and more before the page: which year?
        ("2021年5月6日，市消防局召開會議。", "2021-05-06"),
        ("On May 6th, the office held a meeting.", "2022-05-06"),
        ("On April 29 the office held its 2022 meeting.", "2022-04-29"),
    ],
)
def test_the_year_of_an_event(text: str, event: str) -> None:
    assert release("2022-05-08", text).events[0] == event


def test_a_year_in_the_sentence_or_the_title_serves_without_a_page_date() -> None:
    assert read("On May 6, the office held its 2022 conference on depots.").events == ("2022-05-06",)
    assert read("2022年消防會議召開\n\n5月6日，會議在港口召開。").events == ("2022-05-06",)
    assert read("5月6日，會議總結2021年工作，部署2022年工作，在港口召開。").events == ("--05-06",)  # which of two?


def test_a_december_conference_may_bear_the_next_years_name() -> None:
    assert read("12月30日，2022年消防工作會議召開。").events == ("--12-30",)
    assert release("2022-01-05", "12月30日，2022年消防工作會議召開。").events == ("2021-12-30",)


@pytest.mark.parametrize(
    "text",
    [
        "截至5月6日，已檢查三座倉庫。",
        "自5月6日起施行的辦法已經印發。",
        "Reports are due before May 6, the office said.",
        "張三（1950年5月6日－2001年5月7日）是消防員。",
        "Anna Berg (born 6 May 1950) is a fire officer.",
    ],
)
def test_limits_and_lifetimes_are_no_events(text: str) -> None:
    assert read(text).events == ()


def test_event_spans_point_at_the_words() -> None:
    bulletin = release("2022-05-08", "5月6日，市消防局召開會議。")
    day = next(d for d in bulletin.dates if d.role == "event")
    assert bulletin.text[day.start : day.end] == "5月6日"


def test_years_spoken_of_are_periods() -> None:
    bulletin = release("2022-05-08", "會議總結2021年工作，部署2022年任務。")
    assert [d.value for d in bulletin.dates if d.role == "period"] == ["2021", "2022"]


# Contradictions


@pytest.mark.parametrize(
    ("page", "text", "kind"),
    [
        ("2022-05-08", "2022年6月1日，市消防局召開會議。", "published-before-event"),
        ("2022-12-20", "5月6日，市消防局召開會議。", "published-far-from-event"),
        ("2022-05-08", "5月6日，市消防局召開會議。", None),
        ("2022-05-08", "市消防局召開會議。", None),
        ("2022-05-08", "2020年5月6日，市消防局召開會議。", None),  # an old event told later contradicts nothing
        ("发布日期: 2022-05-08 发布时间: 2020-05-08", "市消防局召開會議。", "two-published-dates"),
    ],
)
def test_dates_that_do_not_fit_together(page: str, text: str, kind: str | None) -> None:
    found = release(page, text).contradictions
    assert [c.kind for c in found] == ([kind] if kind else [])


def test_a_contradiction_shows_both_places() -> None:
    bulletin = release("2022-12-20", "5月6日，市消防局召開會議。")
    found = bulletin.contradictions[0]
    assert found.values == ("2022-12-20", "--05-06")
    assert [bulletin.text[a:b] for a, b in found.spans] == ["2022-12-20", "5月6日"]


# The whole


def test_the_same_file_has_the_same_id_and_another_source_another() -> None:
    assert read("Text.").id == read("Text.").id
    assert len({read("Text.").id, read("Text.", "b").id, read("Text!").id}) == 3


def test_facts_are_read_with_the_pages_date() -> None:
    tokens = {f.token for f in release("2022-05-08", "5月6日，市消防局檢查了250座倉庫。").facts}
    assert {"num:250", "date:2022-05-06"} <= tokens


@pytest.mark.skipif(not REAL.exists(), reason="the five public bulletins are not here")
@pytest.mark.parametrize(
    ("name", "issuer", "published", "event", "contradictions"),
    [
        ("000", None, None, "2018-12-12", []),
        ("001", None, "2017-12-20", "--03-20", ["published-far-from-event"]),
        ("002", "China News Service", "2020-03-01", "2020-02-28", []),
        ("003", "國家郵政局", "2024-01-10", "2024-01-09", []),
        ("004", None, "2020-03-02", "2020-02-28", []),
    ],
)
def test_the_public_bulletins(
    name: str, issuer: str | None, published: str | None, event: str, contradictions: list[str]
) -> None:
    bulletin = read((REAL / f"{name}.txt").read_text("utf-8"), name)
    found = (bulletin.issuer, bulletin.published, bulletin.events[0], [c.kind for c in bulletin.contradictions])
    assert found == (issuer, published, event, contradictions)


def test_a_date_beside_the_source_is_no_part_of_the_issuer() -> None:
    raw = "海岛邮路恢复通航\n\n来源:邮路周刊 2023年11月20日\n\n邮船十八日从舟山出发，沿途停靠六个码头。\n"
    described = describe_bytes(raw.encode(), Path("a.txt"), "a")
    assert (described.issuer, described.published) == ("邮路周刊", "2023-11-20")


# Evidence


def evident(bulletin: Bulletin, name: str) -> str | None:
    span = bulletin.evidence.get(name)
    return bulletin.text[slice(*span)] if span else None


def test_every_value_remembers_where_it_was_read() -> None:
    raw = (
        "港口快訊\n\n# 港口倉庫消防工作會議召開\n\n港消發〔2022〕7號\n\n2022年5月8日 星期日 來源：市消防局\n\n"
        "5月6日，市消防局召開會議，局長王小強主持。"
    )
    bulletin = read(raw)
    assert {name: evident(bulletin, name) for name in bulletin.evidence} == {
        "title": "港口倉庫消防工作會議召開", "issuer": "市消防局", "column": "港口快訊", "published": "2022年5月8日",
        "document_number": "港消發〔2022〕7號",
    }  # fmt: skip
    assert bulletin.document_number == "港消發〔2022〕7號" and [p.name for p in bulletin.people] == ["王小強"]


def test_a_gist_is_evident_too() -> None:
    bulletin = read("BEIJING, May 6 (Xinhua) -- the fire office\nmet. It left.")
    assert bulletin.title.lower() == " ".join((evident(bulletin, "title") or "").split()).lower().rstrip(".")
    assert evident(bulletin, "issuer") == "Xinhua"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("国邮发〔2023〕15号", "国邮发〔2023〕15号"),
        ("发文字号：港消发［2022］7号  公开方式：主动公开", "港消发［2022］7号"),
        ("令2019年第2号", "令2019年第2号"),
        ("（2019年第2号）", "2019年第2号"),
        ("Document No.: Gang Xiao [2022] No. 7", "Gang Xiao [2022] No. 7"),
        ("No. 15 [2023]", "No. 15 [2023]"),
    ],
)
def test_document_number(line: str, number: str) -> None:
    assert release(line, "市消防局召開會議。").document_number == number


def test_a_number_that_the_text_only_cites_is_not_its_own() -> None:
    assert release("2022-05-06", "根據《倉庫辦法》（港消發〔2020〕3號），會議召開。").document_number is None


# What the file says of itself


def test_the_file_fills_in_what_the_text_does_not_tell() -> None:
    told = {
        "title": "Depots inspected",
        "issuer": "Fire Office",
        "column": "News",
        "published": "Fri, 06 May 2022 10:00:00 GMT",
    }
    bulletin = read("Yesterday the office inspected all of the depots. Nothing was found.", **told)
    assert (bulletin.title, bulletin.issuer, bulletin.column) == ("Depots inspected", "Fire Office", "News")
    assert bulletin.published == "2022-05-06" and bulletin.events == ("2022-05-05",)
    assert bulletin.evidence == {} and bulletin.told == told


def test_the_text_outranks_the_file_and_a_title_that_stands_in_it_is_evident() -> None:
    raw = (
        "Harbour News\n\nDepots inspected\n\nMay 6, 2022\n\nThe office inspected all depots. Nothing was found in them."
    )
    bulletin = read(raw, title="Depots inspected", issuer="Elsewhere", published="2022-05-07")
    assert (bulletin.published, evident(bulletin, "title")) == ("2022-05-06", "Depots inspected")
    assert not bulletin.contradictions  # a day's difference is that of time zones


@pytest.mark.parametrize(
    ("page", "file", "published", "contradicts"),
    [
        ("2022-05-06", "2022-05-06T23:00:00Z", "2022-05-06", False),
        ("2022-05-06", "2022-09-01", "2022-05-06", True),
        ("2022年5月", "2022-05-06", "2022-05-06", False),  # the file tells more
        ("2022年5月", "2021", "2022-05", True),
    ],
)
def test_page_and_file_may_disagree(page: str, file: str, published: str, contradicts: bool) -> None:
    bulletin = read(f"倉庫消防\n\n發布日期：{page}\n\n會議召開了，各倉庫都派人參加。", published=file)
    assert bulletin.published == published
    values = [c.values for c in bulletin.contradictions]
    assert values == ([(page, iso_date(file))] if contradicts and "年" not in page else values)
    assert bool(values) == contradicts


# Days that need the day of writing


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("昨日，市消防局召開會議。", ("2022-01-02",)),
        ("近日，市消防局召開會議。", ()),
        ("Yesterday the office held a meeting.", ("2022-01-02",)),
        ("今天的港口很忙。", ()),
        ("市消防局2日在港口召開會議。", ("2022-01-02",)),
        ("12月30日至1月1日，市消防局舉行演練。", ("2021-12-30", "2022-01-01")),
        ("12月，市消防局舉行演練。", ("2021-12",)),
        ("演練將於1月20日舉行。", ("2022-01-20",)),
        ("On December 28 the office held a drill.", ("2021-12-28",)),
    ],
)
def test_a_day_is_told_from_the_page(text: str, events: tuple[str, ...]) -> None:
    bulletin = release("2022-01-03", text)
    assert bulletin.events == events and not bulletin.contradictions


def test_yesterday_is_told_from_the_dateline_before_the_page() -> None:
    bulletin = release("2022-01-05", "中新网1月3日电 昨日，市消防局召開會議。")
    assert bulletin.events == ("2022-01-02",)


def test_a_month_is_a_period() -> None:
    bulletin = release("2022-04-08", "2022年1-3月，市消防局檢查倉庫250座。")
    assert [d.value for d in bulletin.dates if d.role == "period"] == ["2022-01", "2022-03"]


@pytest.mark.parametrize(
    ("sentence", "periods"),
    [
        ("2021年第三季度，市消防局檢查倉庫250座。", ["2021-07/2021-09"]),
        ("去年下半年檢查倉庫250座，今年一季度檢查80座。", ["2021-07/2021-12", "2022-01/2022-03"]),
        ("四季度檢查倉庫250座。", ["2021-10/2021-12"]),  # told in April: the one before
        ("In the first half of 2021 the Office inspected 250 depots.", ["2021-01/2021-06"]),
        ("The Office inspected 80 depots in the first quarter.", ["2022-01/2022-03"]),
        ("The second half was quieter.", []),
    ],
)
def test_quarters_and_half_years_are_periods(sentence: str, periods: list[str]) -> None:
    bulletin = release("2022-04-08", sentence)
    assert [d.value for d in bulletin.dates if d.role == "period"] == periods


def test_a_weekday_that_does_not_fit_is_a_contradiction() -> None:
    wrong = release("2022-05-08", "5月6日（星期四），市消防局召開會議。")
    assert [(c.kind, c.values) for c in wrong.contradictions] == [("weekday", ("2022-05-06", "星期四"))]
    assert not release("2022-05-08 星期日", "5月6日（星期五），市消防局召開會議。").contradictions


def test_a_value_that_only_the_file_tells_remembers_where_the_file_does() -> None:
    told = {"title": "Depots", "issuer": "Fire Office", "published": "2022-05-06", "site": "Harbour"}
    by = {"title": "column title", "issuer": "column source", "published": "column date", "site": "column site"}
    raw = "They met again in the old harbour."
    bulletin = describe(
        raw=raw, repaired=repair(raw), encoding="utf-8", source="a", path="a.txt", told=told, told_by=by
    )
    assert (bulletin.evidence, bulletin.told_by) == ({}, by)
    assert bulletin.origins == {"title": "column title", "issuer": "column source", "published": "column date"}


def test_what_was_read_in_the_text_has_a_span_and_no_other_origin() -> None:
    bulletin = read("Depots\n\nMay 6, 2022 Source: Fire Office\n\nThey met again.", published="2022-05-06", issuer="x")
    assert bulletin.origins == {} and {"title", "issuer", "published"} <= bulletin.evidence.keys()
    # The text tells the month, the file the day.
    bulletin = read("Depots\n\nDate: May 2022\n\nThey met again. They agreed.", published="2022-05-06")
    assert bulletin.published == "2022-05-06" and "published" in bulletin.evidence and "published" in bulletin.origins


def test_a_name_made_of_the_files_says_so() -> None:
    assert read("1", source="a").origins == {"title": "name of the source"}


# Whatever the text

PIECES = st.sampled_from(
    [
        "2022年5月8日", "5月6日", "昨日，", "至", "（星期四）", "來源：", "市消防局", "发布日期: ", "港消發〔2022〕7號", "\n", "\n\n", "# ", "。", "，",
        "“兩查一改”工程", "局長王小強", "副局长刘小君、赵民", "召開會議", "中新网5月8日电 ", "---\ntitle: x\n---\n", "May 6, 2022", " ", "the office held ",
        "Deputy Director Liu Jun", ", director of the Fire Office, ", "On May 6, ", "yesterday", "第一，", "一是", "二是", "(xìng)", "\u3000", "\t", "《", "》", "\"",
        "According to the website of the Harbour Office, ", "令2019年第2号", "0001-01-01", "9999年12月31日",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=25).map("".join)),
    st.sampled_from(["", "2022-05-08", "5月", "x"]),
)
def test_any_text_is_described_and_the_evidence_reads_as_the_value(raw: str, told: str) -> None:
    bulletin = read(raw, published=told)
    spans = [*bulletin.evidence.values(), *bulletin.programmes, *((p.start, p.end) for p in bulletin.people)]
    spans += [(d.start, d.end) for d in bulletin.dates]
    spans += itertools.chain.from_iterable(c.spans for c in bulletin.contradictions)
    assert all(0 <= a < b <= len(bulletin.text) for a, b in spans)
    values = {"issuer": bulletin.issuer, "column": bulletin.column, "document_number": bulletin.document_number}
    for name, value in values.items():
        assert name not in bulletin.evidence or evident(bulletin, name) == value
    assert all(bulletin.text[p.start : p.end] == p.name and p.post for p in bulletin.people)
    if "title" in bulletin.evidence:
        shown = re.sub(r"\s", "", evident(bulletin, "title") or "").casefold()
        title = re.sub(r"\s", "", bulletin.title.removesuffix("…")).casefold()
        assert shown.startswith(title[1:], 1) and shown[:1] == title[:1]
    for date in bulletin.dates:
        written = fold(bulletin.text[date.start : date.end])
        day = {f.token[-5:] for f in read_dates(written)} | {f.token[5:] for f in read_dates(written, date.value)}
        assert date.value[-5:] in day or date.value in day or re.search(r"昨|yesterday|[日号周]|星期|day$", written)


def test_a_pages_site_is_its_issuer_where_nothing_names_another() -> None:
    page = '<meta property="og:site_name" content="Canal Board"><h1>Lock reopens</h1>{}<p>On June 6, 2024 the lock reopened.</p>'
    found = [
        describe_bytes(f"<html>{page.format(line)}</html>".encode(), Path("a.html"), "a")
        for line in ("", "<p>Source: River Office 2024-06-07</p>")
    ]
    assert [b.issuer for b in found] == ["Canal Board", "River Office"]
