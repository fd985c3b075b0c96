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
