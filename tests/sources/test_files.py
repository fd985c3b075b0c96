from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from sources import Bulletin, find_files, read_bulletin, source_names
from sources.errors import Missing, NoBulletins, SourceError, Unreadable
from sources.files import MAX_CHARACTERS, bulletins_of, read_bytes

TEXT = "本市启用第二个包裹分拣中心\n\n3月1日，首批员工上岗。负责人说，新设备每天可以处理三万件邮件。\n"


def write(path: Path, text: str = TEXT, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def found(*paths: Path) -> list[Path]:
    return list(find_files(paths))


def test_folders_are_searched_in_order_however_deep(tmp_path: Path) -> None:
    expected = [write(tmp_path / name) for name in ("a.txt", "b/c.md", "b/d/e.TXT", "z.txt")]
    write(tmp_path / "b/picture.png")
    write(tmp_path / "noending")
    assert found(tmp_path) == expected


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    seen = write(tmp_path / "seen.txt")
    write(tmp_path / ".hidden.txt")
    write(tmp_path / ".git/notes.txt")
    assert found(tmp_path) == [seen]


def test_links_in_a_circle_end_and_no_file_comes_twice(tmp_path: Path) -> None:
    file = write(tmp_path / "a/one.txt")
    (tmp_path / "a/back").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    assert found(tmp_path, file, tmp_path / "a") == [file]


def test_a_named_file_counts_whatever_its_ending(tmp_path: Path) -> None:
    file = write(tmp_path / "notice.text")
    assert found(file) == [file]


def test_a_missing_path_is_named_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    with pytest.raises(Missing, match="nowhere") as error:
        find_files([tmp_path, tmp_path / "nowhere"])
    assert error.value.remedy


@pytest.mark.parametrize("paths", [0, 1])
def test_nothing_to_read_is_an_error_with_a_remedy(tmp_path: Path, paths: int) -> None:
    write(tmp_path / "only.exe")
    with pytest.raises(NoBulletins) as error:
        find_files([tmp_path] * paths)
    assert "folder" in error.value.remedy


def test_names_are_stems_and_longer_only_where_stems_meet() -> None:
    paths = [Path(p) for p in ("/r/a.txt", "/r/2019/b.txt", "/r/2020/b.txt", "/r/c.txt", "/r/c.md")]
    assert list(source_names(paths).values()) == ["a", "2019/b", "2020/b", "c.txt", "c.md"]


def test_names_differ_even_when_the_nearest_folders_do_not() -> None:
    paths = [Path(p) for p in ("/r/x/k/a.txt", "/r/y/k/a.txt", "/r/y/k/a.md", "/s/k/a.txt", "a.txt", "k/a.txt")]
    names = source_names(paths)
    assert len(set(names.values())) == len(paths)
    assert source_names([]) == {}


def test_bytes_come_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\r\ntwo")
    assert read_bytes(tmp_path / "a.txt") == b"one\r\ntwo"


def refused(path: Path, **limits: int) -> str:
    with pytest.raises(Unreadable) as error:
        read_bytes(path, **limits)
    assert error.value.path == str(path)
    assert error.value.remedy
    assert isinstance(error.value, SourceError)
    return error.value.reason


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path / "a.txt", "")) == "it is empty"


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    assert "60.0 MB" in refused(path) and "50.0 MB" in refused(path)
    assert read_bytes(write(tmp_path / "a.txt", "12345"), max_bytes=5)
    assert "allowed" in refused(tmp_path / "a.txt", max_bytes=4)


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    started = time.perf_counter()
    assert "pipe" in refused(tmp_path / "pipe.txt")
    assert time.perf_counter() - started < 1


def test_a_folder_and_a_vanished_file_are_refused(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path)
    assert "no longer" in refused(tmp_path / "gone.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_and_folders_without_permission_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a/b.txt")
    file.chmod(0)
    assert "permission" in refused(file)
    (tmp_path / "a").chmod(0)
    try:
        assert found(tmp_path) == [tmp_path / "a"]
        assert "listed" in refused(tmp_path / "a")
    finally:
        (tmp_path / "a").chmod(0o700)


def test_denied_permission_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt")

    def deny(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", deny)
    assert "permission" in refused(path)


class Writer:
    """Appends to a file each time its bytes are read, `times` times."""

    def __init__(self, path: Path, times: int) -> None:
        self.path, self.times, self.read = path, times, os.read

    def __call__(self, handle: int, size: int) -> bytes:
        data = self.read(handle, size)
        if self.times and data:
            self.times -= 1
            with self.path.open("ab") as file:
                file.write(b" more")
        return data


def test_a_file_that_changes_once_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", "text")
    monkeypatch.setattr(os, "read", Writer(path, 1))
    assert read_bytes(path) == b"text more"


def test_a_file_that_keeps_changing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", "text")
    monkeypatch.setattr(os, "read", Writer(path, 100))
    assert "changes" in refused(path)


def test_reading_from_many_threads_needs_no_care(tmp_path: Path) -> None:
    path, results = write(tmp_path / "a.txt"), list[bytes]()
    threads = [threading.Thread(target=lambda: results.append(read_bytes(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [TEXT.encode()] * 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_bulletin_is_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    bulletin = read_bulletin(write(tmp_path / "notice.txt", encoding=encoding))
    assert (bulletin.raw, bulletin.text, bulletin.language) == (TEXT, TEXT, "zh-Hans")
    assert bulletin.source == "notice"
    assert bulletin.path.endswith("notice.txt")


def test_a_bulletin_keeps_its_damage_in_raw_and_counts_it(tmp_path: Path) -> None:
    bulletin = read_bulletin(write(tmp_path / "a.txt", "行業(yè)&nbsp;規劃\r\n" + TEXT))
    assert bulletin.raw.startswith("行業(yè)&nbsp;規劃\r\n")
    assert bulletin.text.startswith("行業 規劃\n")
    assert bulletin.repairs == {"entity": 1, "line-end": 1, "pinyin": 1, "space": 1}


def test_the_source_may_be_named_or_told_by_its_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "2020/notice.v2.txt")
    assert read_bulletin(path).source == "notice.v2"
    assert read_bulletin(path, tmp_path).source == "2020/notice.v2"
    assert read_bulletin(path, source="x").source == "x"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4\n\x00\x01", "PDF"),
        (b"PK\x03\x04\x00\x00", "ZIP"),
        (bytes(range(256)) * 8, "binary"),
        (b"\xef\xbb\xbf", "no word"),
        ("12 34 — 56！\n".encode(), "no word"),
        (b"<p></p>\n<br>", "no word"),
    ],
)
def test_files_without_text_are_refused_by_name(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match=reason) as error:
        read_bulletin(path)
    assert error.value.path == str(path)
    assert str(path) in str(error.value)


def test_the_real_bulletins_are_read(real_bulletins: list[Path]) -> None:
    languages = [read_bulletin(path).language for path in find_files(real_bulletins)]
    assert languages == ["en", "en", "en", "zh-Hant", "zh-Hant"]


# What takes too long


def test_a_text_too_long_for_one_bulletin_is_refused_before_it_is_worked_on() -> None:
    began = time.process_time()
    [error] = bulletins_of(b"word " * (MAX_CHARACTERS // 4), "long.txt", "long")
    assert (
        isinstance(error, Unreadable) and error.reason == "it has 1,250,000 characters, more than the 1,000,000 allowed"
    )
    assert time.process_time() - began < 1


@pytest.mark.parametrize("piece", ["\n", "\r", "２", "王小明局長", "2020年1月1日", "<script>", "<!--", "1月"])
def test_no_text_takes_more_than_its_length(piece: str) -> None:
    """40,000 characters take at most a second; each of these took 5 to 80 when time grew with the square."""
    text = "開頭\n" + piece * (40_000 // len(piece))
    began = time.process_time()
    assert list(bulletins_of(text.encode(), "a.txt", "a"))
    assert time.process_time() - began < 4


@pytest.mark.parametrize("name", ["a", "a.html", "a.csv"])
@pytest.mark.parametrize(("encoding", "other"), [("big5", "gb2312"), ("gb2312", "big5")])
def test_the_encoding_that_a_server_names_is_a_hint_in_every_format(name: str, encoding: str, other: str) -> None:
    line, address = "Port Office: 港", f"http://site.example/{name}"
    page = f"<html><body><h1>{line}</h1><p>The quay is open.</p></body></html>"
    text = {"a": line, "a.html": page, "a.csv": f"id,text\n1,{line}\n"}[name]
    (right,) = bulletins_of(text.encode(encoding), address, "a", charset=encoding)
    (wrong,) = bulletins_of(text.encode(encoding), address, "a", charset=other)
    assert isinstance(right, Bulletin) and isinstance(wrong, Bulletin)
    assert line in right.text and line not in wrong.text
    clear = text.replace("港", "港务局昨日公布，所有的检查已经完成")
    (read,) = bulletins_of(clear.encode("gb2312"), address, "a", charset="big5")
    assert isinstance(read, Bulletin) and "检查已经完成" in read.text


def test_what_the_server_names_and_what_the_page_names_weigh_alike() -> None:
    page = '<html><head><meta charset="{}"></head><body><p>Port Office: 港</p><p>The quay is open.</p></body></html>'
    for named, charset, right in (("big5", "", True), ("big5", "big5", True), ("gb2312", "gb2312", False)):
        (read,) = bulletins_of(page.format(named).encode("big5"), "http://site.example/a", "a", charset=charset)
        assert isinstance(read, Bulletin) and ("港" in read.text) is right
