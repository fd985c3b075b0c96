from __future__ import annotations

import pytest

from sources.readers.pdf import _Line, join
from tests.sources.making import EN, HANS, HANT, bulletin, pdf, quoted, refusal, scan


def test_each_language_comes_out_right() -> None:
    for text in (HANS, HANT, EN):
        lines = [(text[i : i + 30], 72.0, 700.0 - 20 * (i // 30)) for i in range(0, len(text), 30)]
        found = bulletin(pdf([lines]), "a.pdf")
        assert found.format == "pdf"
        assert found.text.replace("\n", "").replace(" ", "") == text.replace(" ", "")


def report() -> bytes:
    """Two pages with running head and page numbers; a paragraph goes on over the page end."""
    first = [
        ("某市邮政简报", 250.0, 805.0),
        ("网点改造进展", 240.0, 740.0),
        ("    今年以来，全市各区县加快改造乡镇邮政网点，到五月底已经完成", 72.0, 700.0),
        ("三十六处，占全年计划的六成。", 72.0, 680.0),
        ("    下半年还要改造二十四处，其中山区十五处，平原九处，资金已经全", 72.0, 660.0),
        ("- 1 -", 290.0, 30.0),
    ]
    second = [
        ("某市邮政简报", 250.0, 805.0),
        ("部到位，九月开工。", 72.0, 740.0),
        ("    各区县每月报送一次进度，由市局汇总以后在网站上公布。", 72.0, 720.0),
        ("特此通报。", 72.0, 690.0),
        ("- 2 -", 290.0, 30.0),
    ]
    return pdf([first, second], title="某市邮政简报第三期")


def test_printed_lines_become_paragraphs_over_the_page_end_too() -> None:
    found = bulletin(report(), "a.pdf")
    lines = [line for line in found.text.splitlines() if line]
    assert lines == [
        "网点改造进展",
        "今年以来，全市各区县加快改造乡镇邮政网点，到五月底已经完成三十六处，占全年计划的六成。",
        "下半年还要改造二十四处，其中山区十五处，平原九处，资金已经全部到位，九月开工。",
        "各区县每月报送一次进度，由市局汇总以后在网站上公布。",
        "特此通报。",
    ]


def test_every_character_knows_its_page() -> None:
    found = bulletin(report(), "a.pdf")
    pages = {words: found.page_of(found.text.index(words)) for words in ("网点改造", "资金已经全", "部到位", "特此")}
    assert pages == {"网点改造": 1, "资金已经全": 1, "部到位": 2, "特此": 2}


def test_running_heads_and_page_numbers_stay_in_the_raw_text_alone() -> None:
    found = bulletin(report(), "a.pdf")
    assert found.raw.count("某市邮政简报\n") == 2 and "- 2 -" in found.raw
    assert "某市邮政简报" not in found.text and "- 2 -" not in found.text
    assert quoted(found, "资金已经全部到位") == "资金已经全\n- 1 -\n\n某市邮政简报\n部到位"
    assert found.repairs["furniture"] == 4


def test_a_word_broken_at_the_line_end_is_whole_again() -> None:
    lines = [
        ("The council agreed that parcels left unclaimed go back after thirty days, and that the offi-", 72.0, 700.0),
        ("ces keep a list of them. The list is public.", 72.0, 680.0),
    ]
    found = bulletin(pdf([lines]), "a.pdf")
    assert "the offices keep a list" in found.text
    assert quoted(found, "offices") == "offi-\nces"


def test_the_properties_tell_a_title_and_the_day_of_making_is_no_day_of_publication() -> None:
    found = bulletin(report(), "a.pdf")
    assert found.told["title"] == "某市邮政简报第三期" and "created" in found.told
    assert "published" not in found.told
    assert (found.told_by["title"], found.told_by["created"]) == ("PDF property Title", "PDF property CreationDate")
    assert "title" not in bulletin(pdf([[(EN, 72, 700)]], title="Microsoft Word - x.docx"), "a.pdf").told


def test_a_scan_a_password_and_damage_are_named() -> None:
    assert "scan" in (error := refusal(scan(), "a.pdf")).reason and "OCR" in error.remedy
    assert "password" in refusal(pdf([[(EN, 72, 700)]], password="secret"), "a.pdf").reason
    assert "no text" in refusal(pdf([[]]), "a.pdf").reason
    assert "damaged PDF" in refusal(report()[:300], "a.pdf").reason
    assert "not a PDF" in refusal(EN.encode(), "a.pdf").reason


def lines(*texts: str, page: int = 0, right: float = 500.0) -> list[_Line]:
    return [_Line(page, t, 72.0, right, 700.0 - 20 * i, 712.0 - 20 * i, 842.0) for i, t in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (("the first half", "and the second"), "the first half and the second\n"),
        (("前一半文字在这里", "后一半在这里"), "前一半文字在这里后一半在这里\n"),
        (("2024年快递", "Express 100"), "2024年快递Express 100\n"),
        (("the follow-", "ing day"), "the following day\n"),
        (("the words", "1. A list"), "the words\n1. A list\n"),
        (("前一段的内容", "二、后一段的内容"), "前一段的内容\n二、后一段的内容\n"),
    ],
)
def test_full_lines_are_joined_as_their_script_asks(texts: tuple[str, ...], joined: str) -> None:
    from sources.bulletin import apply_edits

    raw, edits, starts = join([lines(*texts)])
    assert raw == "\n".join(texts) + "\n" and starts == ()
    assert apply_edits(raw, edits)[0] == joined
