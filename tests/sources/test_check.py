from __future__ import annotations

from pathlib import Path

import pytest

from sources.check import Checked, check_files
from sources.errors import Missing, Unreadable

TEXT = "第一分拣中心今天启用。\n\n负责人说，首批员工清晨上岗，预计每天可以处理三万件邮件。\n"


def test_a_report_tells_encoding_language_repairs_and_doubts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode("gb18030"))
    (tmp_path / "b.txt").write_text(TEXT.replace("启用", "启(qǐ)用").replace("首批", "首\ufffd"), encoding="utf-8")
    a, b = check_files([tmp_path])
    assert isinstance(a, Checked) and isinstance(b, Checked)
    assert (a.encoding, a.language, a.repairs, a.doubts) == ("gb18030", "zh-Hans", {}, ())
    assert a.sure is not None and a.sure > 0.99
    assert b.repairs == {"pinyin": 1, "lost": 1}
    (doubt,) = b.doubts
    assert (doubt.line, doubt.reason) == (3, "a character is lost")
    assert "首□员工" in doubt.excerpt


PAGE = """<html><head><meta name="PubDate" content="2024-06-07"><meta property="og:site_name" content="Canal Board">
<link rel="canonical" href="https://canal.example/1"><title>Lock reopens</title></head><body><h1>Lock reopens</h1>
<p>On June 6 (Friday), Director Anna Berg reopened the lock of the old harbour, after two years of work on it.</p>
<p>The board will keep it open all night in the summer months.</p></body></html>"""
MAIL = "From: Canal Board <a@b.example>\nSubject: Lock\nDate: Fri, 07 Jun 2024 10:00:00 +0000\n\nThe lock is open.\n"
TABLE = "id,headline,date,source,text\n7,Lock reopens,2024-06-07,Canal Board,The lock of the old harbour is open.\n"


def values(checked: object) -> dict[str, tuple[str, str]]:
    assert isinstance(checked, Checked)
    return {value.name: (value.value, value.where) for value in checked.values}


def test_each_described_value_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "b.eml").write_text(MAIL, encoding="utf-8")
    (tmp_path / "c.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "d.txt").write_text("Lock reopens\n\n2024-06-07\n\nIt is open.\n", encoding="utf-8")
    page, mail, row, text = check_files([tmp_path])
    assert values(page) == {
        "title": ("Lock reopens", "line 2"),
        "issuer": ("Canal Board", "meta property=og:site_name"),
        "published": ("2024-06-07", "meta name=PubDate"),
        "event": ("2024-06-06", "line 3"),
        "person": ("Anna Berg, Director", "line 3"),
        "site": ("Canal Board", "meta property=og:site_name"),
        "url": ("https://canal.example/1", "link rel=canonical"),
    }
    assert isinstance(page, Checked) and page.contradictions == ("weekday: 2024-06-06, Friday",)
    assert values(mail) == {
        "title": ("Lock", "mail header Subject"),
        "issuer": ("Canal Board", "mail header From"),
        "published": ("2024-06-07", "mail header Date"),
        "author": ("Canal Board <a@b.example>", "mail header From"),
    }
    assert values(row) == {
        "title": ("Lock reopens", "column headline"),
        "issuer": ("Canal Board", "column source"),
        "published": ("2024-06-07", "column date"),
    }
    assert values(text)["published"] == ("2024-06-07", "line 3")


def test_a_file_that_cannot_be_read_is_told_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    skipped, good = check_files([tmp_path])
    assert isinstance(skipped, Unreadable) and skipped.reason == "it is empty"
    assert isinstance(good, Checked)


def test_a_packed_text_is_told_without_a_guess_of_its_encoding(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (one,) = check_files([tmp_path / "a.txt.gz"])
    assert isinstance(one, Checked) and one.sure is None


def test_a_missing_folder_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        check_files([tmp_path / "none"])
