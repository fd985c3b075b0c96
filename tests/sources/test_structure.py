"""Blocks and lists, on releases made up for the purpose."""

from pathlib import Path

import pytest

from sources.bulletin import Enumeration
from sources.structure import blocks_of, chinese_number, enumerations_of

REAL = Path(__file__).resolve().parents[2] / "../shared/bulletins"

LONG_ZH = "各地要把倉庫的消防通道全部清理乾淨，並在月底以前把檢查的結果報送到市裡，逾期不報的要說明理由。"
LONG_EN = (
    "Every depot has to clear its fire lanes before the end of the month and to send in a report on what was found "
    "there, with reasons where the date cannot be kept."
)


def blocks(text: str) -> list[tuple[str, str]]:
    return [(b.kind, text[b.start : b.end]) for b in blocks_of(text)]


def kinds(text: str) -> list[str]:
    return [b.kind for b in blocks_of(text)]


def lists(text: str) -> tuple[Enumeration, ...]:
    return enumerations_of(text, blocks_of(text))


def items(text: str, which: int = 0) -> list[str]:
    return [text[i.start : i.end] for i in lists(text)[which].items]


def heads(text: str, which: int = 0) -> list[str]:
    return [text[i.start : i.head_end] for i in lists(text)[which].items]


# Blocks


def test_a_column_label_a_title_and_a_source_line_stand_above_the_text() -> None:
    text = f"行業動態\n\n全市倉庫開展消防檢查工作\n\n2022年05月06日來源:市消防局\n\n{LONG_ZH}"
    assert kinds(text) == ["meta", "title", "meta", "paragraph"]


@pytest.mark.parametrize(
    "line",
    [
        "发布日期: 2022-05-06 10:00:00",
        "欄目:通知公告 發布時間:2022-05-06",
        "2022年05月06日來源:市消防局",
        "2022-05-06 10:20  来源：新华网  【字体：大 中 小】",
        "Source: Harbour News",
        "Published on: May 6, 2022 | Source: Harbour News | Views: 12",
        "May 6, 2022",
        "中国新闻网 2022年05月06日 10:20",
        "Posted on 6 May 2022",
        "时间：2022-05-06",
    ],
)
def test_lines_about_the_page_are_meta(line: str) -> None:
    assert blocks(f"Depots are inspected\n\n{line}\n\n{LONG_EN}")[1] == ("meta", line)


@pytest.mark.parametrize("line", ["時間：明天上午九時，地點：二號會議室。", "來源：" + LONG_ZH + LONG_ZH])
def test_what_is_told_is_not_meta(line: str) -> None:
    assert ("paragraph", line) in blocks(f"消防檢查\n\n{LONG_ZH}\n\n{line}\n\n{LONG_ZH}")


@pytest.mark.parametrize(
    "line",
    [
        "Data sheet: workers carry boxes. Photo by Anna Berg",
        "資料圖：工人搬運紙箱。記者 王五 攝",
        "图为仓库一角。",
        "![the depot](depot.png)",
    ],
)
def test_words_under_a_picture_are_a_caption(line: str) -> None:
    assert ("caption", line) in blocks(f"{LONG_ZH}{LONG_ZH}\n\n{line}\n\n{LONG_ZH}")


def test_a_text_may_begin_without_a_title() -> None:
    assert kinds(f"{LONG_EN}\n{LONG_EN}") == ["paragraph", "paragraph"]


def test_a_single_line_is_a_paragraph() -> None:
    assert kinds("Depots are inspected") == ["paragraph"]


def test_empty_text_has_no_blocks() -> None:
    assert blocks_of(" \n\n") == ()


def test_short_lines_between_long_ones_are_headings() -> None:
    assert kinds(f"倉庫消防\n\n{LONG_ZH}\n清理通道\n{LONG_ZH}\n報送結果\n{LONG_ZH}") == [
        "title", "paragraph", "heading", "paragraph", "heading", "paragraph",
    ]  # fmt: skip


def test_a_row_of_short_lines_is_no_row_of_headings() -> None:
    assert "heading" not in kinds(f"Names\n\n{LONG_EN}\nAnna Berg\nBo Li\nCarl Ek\nDora Fry\n")


def test_markdown_headings_front_matter_and_broken_lines() -> None:
    text = "---\ntitle: Depots\ndate: 2022-05-06\n---\n\n# Depots\n\nAll of the depots in the old harbour are\ninspected.\n\n## When\n\nNow.\n"
    assert kinds(text) == ["meta", "meta", "title", "paragraph", "heading", "paragraph"]
    assert blocks(text)[3][1].endswith("inspected.")


def test_the_signature_below_a_notice_is_meta() -> None:
    text = f"关于消防检查的通知\n\n{LONG_ZH}\n\n{LONG_ZH}\n\n市消防局\n2022年5月6日"
    assert kinds(text)[-2:] == ["meta", "meta"]


# Lists


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("會議要求，一是清理通道；二是檢查設備；三是報送結果。", 3),
        ("第一，清理通道。第二，检查设备。", 2),
        ("首先，清理通道。其次，检查设备。再次，报送结果。最后，整改。", 4),
        ("（一）清理通道。（二）检查设备。", 2),
        ("①清理通道；②检查设备；③报送结果。", 3),
        ("其一，通道；其二，设备。", 2),
        ("He stressed that the first is to clear lanes. The second is to check. Third, report.", 3),
        ("First of all, clear lanes. Secondly, check. Third, report. Finally, repair.", 4),
        ("First, clear lanes. Second, check.", 2),
        ("One is to clear lanes. Two is to check.", 2),
        ("It has two parts: (1) the lanes; (2) the tools.", 2),
        ("1. Clear lanes\n2. Check tools\n3. Report", 3),
        ("1、清理通道\n2、检查设备", 2),
        ("- clear lanes\n- check tools", 2),
    ],
)
def test_ways_to_count(text: str, count: int) -> None:
    assert [len(e.items) for e in lists(text)] == [count]


@pytest.mark.parametrize(
    "text",
    [
        "She was the first to attend. The second batch came in May.",
        "第一批試點已經完成，第二批試點即將開始。",
        "首先，要清理通道。",
        "The first is the oldest.",
        "Second, nobody came.",
        "版本 1.5 和 2.5 都可用。",
        "In 2020. In 2021.",
    ],
)
def test_an_ordinal_alone_makes_no_list(text: str) -> None:
    assert lists(text) == ()


def test_sub_sentences_belong_to_their_item_and_the_head_is_the_first() -> None:
    text = "局長要求，一是清理通道。要每週檢查。二是檢查設備。要每月登記。"
    assert items(text) == ["一是清理通道。要每週檢查。", "二是檢查設備。要每月登記。"]
    assert heads(text) == ["一是清理通道。", "二是檢查設備。"]


def test_a_last_item_does_not_swallow_the_rest_of_its_paragraph() -> None:
    text = "會議要求：一是清理通道；二是檢查設備。會議還聽取了匯報。代表們隨後參觀了倉庫。"
    assert items(text)[-1] == "二是檢查設備。"


def test_items_may_begin_paragraphs_with_the_first_inside_one() -> None:
    text = f"局長要求，一是清理通道。{LONG_ZH}\n\n二是檢查設備。{LONG_ZH}\n\n三是報送結果。{LONG_ZH}\n\n會後參觀了倉庫。{LONG_ZH}"
    assert [i[:2] for i in items(text)] == ["一是", "二是", "三是"]
    assert items(text)[-1].endswith(LONG_ZH)


def test_a_second_list_begins_anew() -> None:
    text = (
        f"The meeting asked that the first is lanes. {LONG_EN}\n\nThe second is tools. {LONG_EN}\n\n"
        "It set three key tasks this year. The first was rain. The second is wind. Third, snow."
    )
    assert [(len(e.items), e.announced) for e in lists(text)] == [(2, None), (3, 3)]


def test_a_list_whose_first_member_has_no_mark_takes_the_paragraph_above() -> None:
    text = f"We must clear the lanes. {LONG_EN}\nSecond, we must check. {LONG_EN}\nThird, we should report. {LONG_EN}"
    assert [i.split()[0] for i in items(text)] == ["We", "Second,", "Third,"]


def test_what_somebody_says_is_not_an_unmarked_first() -> None:
    text = (
        f"The meeting stressed safety. {LONG_EN}\nSecond, we must check. {LONG_EN}\nThird, we should report. {LONG_EN}"
    )
    assert len(items(text)) == 2


@pytest.mark.parametrize(
    ("text", "lead", "announced"),
    [
        ("他部署了四個方面工作，一是甲；二是乙；三是丙；四是丁。", "他部署了四個方面工作，", 4),
        ("要抓好三项任务。局长要求，第一，甲。第二，乙。第三，丙。", "要抓好三项任务。", 3),
        (
            "Improve it from two aspects.\nFirst, lanes matter.\nSecond, tools matter.",
            "Improve it from two aspects.",
            2,
        ),
        ("局長要求，一是甲；二是乙。", "局長要求，", None),
        ("按照“五個體系”推進。一是甲。二是乙。", None, None),  # a name, not a count
    ],
)
def test_the_lead_and_the_count_it_announces(text: str, lead: str | None, announced: int | None) -> None:
    found = lists(text)[0]
    assert (text[found.lead[0] : found.lead[1]] if found.lead else None, found.announced) == (lead, announced)


def test_headings_in_a_row_are_a_list_with_their_texts() -> None:
    text = f"消防工作\n\n今年將開展三項工作。{LONG_ZH}\n清理通道\n{LONG_ZH}\n檢查設備\n{LONG_ZH}\n報送結果\n{LONG_ZH}"
    found = lists(text)[0]
    assert (found.kind, found.announced) == ("headings", 3)
    assert heads(text) == ["清理通道", "檢查設備", "報送結果"]
    assert items(text)[1] == f"檢查設備\n{LONG_ZH}"


def test_numbered_headings_hold_lists_of_their_own() -> None:
    text = f"通知\n\n{LONG_ZH}\n一、通道\n（一）清理。{LONG_ZH}\n（二）標線。{LONG_ZH}\n二、設備\n{LONG_ZH}\n三、報送\n{LONG_ZH}"
    assert [(e.kind, len(e.items)) for e in lists(text)] == [("headings", 3), ("numbered", 2)]


@pytest.mark.parametrize(
    ("text", "value"), [("十", 10), ("二十", 20), ("廿", None), ("", None), ("九十九", 99), ("一一", None)]
)
def test_chinese_numbers(text: str, value: int | None) -> None:
    assert chinese_number(text) == value


@pytest.mark.skipif(not REAL.exists(), reason="the five public bulletins are not here")
@pytest.mark.parametrize(
    ("name", "shape"),
    [("000", [4, 4]), ("001", [3]), ("002", [4, 5]), ("003", [10]), ("004", [4, 5])],
)
def test_lists_of_the_public_bulletins(name: str, shape: list[int]) -> None:
    from sources.repair import repair

    text = repair((REAL / f"{name}.txt").read_text("utf-8")).text
    assert [len(e.items) for e in lists(text)] == shape


def test_a_line_that_is_the_documents_number_is_no_title() -> None:
    text = (
        "港消發〔2022〕7號\n\n關於檢查倉庫的通知\n\n各消防站要在月底前檢查所有的倉庫，並把結果報上來。檢查後要寫報告。"
    )
    assert [b.kind for b in blocks_of(text)][:2] == ["meta", "title"]
