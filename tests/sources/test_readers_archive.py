from __future__ import annotations

import io
import struct
import zipfile

import pytest

import sources.files
from sources import Bulletin, Unreadable
from tests.sources.making import EN, HANS, HANT, TEXTS, archive, bulletin, gz, read, refusal


def sources_of(data: bytes, name: str = "a.zip") -> list[str]:
    return [found.source if isinstance(found, Bulletin) else f"! {found.path}" for found in read(data, name)]


def test_each_file_in_an_archive_is_a_bulletin_named_by_its_stem() -> None:
    data = archive(
        {"x/甲.txt": HANS.encode(), "x/b.md": EN.encode(), "x/picture.png": b"\x89PNG", "y/乙.txt": HANT.encode("big5")}
    )
    found = read(data, "a.zip")
    assert [b.source for b in found if isinstance(b, Bulletin)] == ["a#甲", "a#b", "a#乙"]
    assert [b.text for b in found if isinstance(b, Bulletin)] == [HANS, EN, HANT]


def test_names_are_longer_where_stems_meet_and_numbered_where_names_do() -> None:
    data = archive({"x/a.txt": EN.encode(), "y/a.txt": EN.encode(), "b.txt": EN.encode(), "b.md": EN.encode()})
    assert sources_of(data) == ["a#x/a.txt", "a#y/a.txt", "a#b.txt", "a#b.md"]
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("c.txt", HANS)
        made.writestr("c.txt", HANT)
    assert sources_of(twice.getvalue()) == ["a#c.txt", "a#c.txt (2)"]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "big5"])
def test_names_of_old_packers_are_decoded(encoding: str) -> None:
    names = (
        ["通报/工作动态.txt", "通报/人事任免.txt"] if encoding != "big5" else ["通報/工作動態.txt", "通報/人事任免.txt"]
    )
    data = archive({f"{i}" * len(name.encode(encoding)): EN.encode() for i, name in enumerate(names)})
    for i, name in enumerate(names):
        data = data.replace(f"{i}".encode() * len(name.encode(encoding)), name.encode(encoding))
    assert sources_of(data) == ["a#" + name[3:-4] for name in names]


def test_paths_in_an_archive_are_labels_only() -> None:
    data = archive({"../../etc/x.txt": EN.encode(), "C:\\Users\\y.txt": EN.encode(), "/z.txt": EN.encode()})
    assert sources_of(data) == ["a#x", "a#y", "a#z"]
    found = read(archive({"../../up.txt": b""}), "in/a.zip")
    assert isinstance(found[0], Unreadable) and found[0].path == "in/a.zip#up"


def test_hidden_files_and_those_of_file_systems_are_passed_over() -> None:
    data = archive({"__MACOSX/._a.txt": b"\x00\x05", ".git/x.txt": EN.encode(), "a.txt": EN.encode()})
    assert sources_of(data) == ["a#a"]


def test_a_part_that_cannot_be_read_is_named_and_the_others_are_read() -> None:
    data = archive({"a.txt": b"", "b.pdf": b"%PDF-1.7 gone", "c.txt": HANS.encode(), "d.zip": b"PK\x03\x04"})
    found = read(data, "box.zip")
    assert [f.path if isinstance(f, Unreadable) else f.source for f in found] == [
        "box.zip#a",
        "box.zip#b",
        "box#c",
        "box.zip#d",
    ]


def test_archives_in_archives_are_read_to_a_small_depth() -> None:
    data = archive({"c.txt": EN.encode()})
    for _ in range(2):
        data = archive({"b.zip": data})
    assert sources_of(data) == ["a#b#b#c"]
    for _ in range(2):
        data = archive({"b.zip": data})
    assert "too deep" in refusal(data, "a.zip").reason


def test_an_archive_without_bulletins_says_so() -> None:
    assert "no file" in refusal(archive({"a.png": b"x"}), "a.zip").reason
    assert "no file" in refusal(archive({}), "a.zip").reason


def test_a_bomb_is_stopped_and_the_others_are_read() -> None:
    data = archive({"bomb.txt": b"a" * 30_000_000, "b.txt": EN.encode()})
    found = read(data, "a.zip")
    assert isinstance(found[0], Unreadable) and "200 times" in found[0].reason
    assert isinstance(found[1], Bulletin)


def test_all_archives_of_a_file_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources.files, "MAX_UNPACKED_BYTES", 500)
    data = archive(
        {
            "a.zip": archive({"a.txt": EN.encode() * 2}),
            "b.zip": archive({"b.txt": EN.encode() * 2}),
            "c.txt": EN.encode(),
        }
    )
    found = read(data, "a.zip")
    assert isinstance(found[-1], Unreadable) and "unpacks to more" in found[-1].reason
    assert len(found) <= 3


def test_an_archive_of_a_million_entries_is_refused_before_it_is_listed() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    data = (
        b"PK\x03\x04"
        + entry * 20_000
        + b"PK\x05\x06"
        + struct.pack("<HHHHLLH", 0, 0, 20_000, 20_000, 46 * 20_000, 4, 0)
    )
    assert "10,000 files" in refusal(data, "a.zip").reason


def test_a_password_is_named() -> None:
    data = bytearray(archive({"a.txt": EN.encode()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(bytes(data), "a.zip").reason


@pytest.mark.parametrize("language", TEXTS)
def test_a_gzip_file_is_its_content(language: str) -> None:
    found = bulletin(gz(TEXTS[language].encode()), "a.txt.gz")
    assert found.text == TEXTS[language] and found.source == "a.txt"


def test_damaged_and_hostile_gzip_files_are_named() -> None:
    assert "damaged gzip" in refusal(gz(EN.encode())[:-12], "a.gz").reason
    assert "200 times" in refusal(gz(b"a" * 30_000_000), "a.gz").reason
    nested = EN.encode()
    for _ in range(5):
        nested = gz(nested)
    assert "too deep" in refusal(nested, "a.gz").reason
