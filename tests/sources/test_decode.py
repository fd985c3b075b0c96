from __future__ import annotations

import codecs
import random
import time

import pytest

from sources.decode import decode
from sources.errors import Unreadable

TEXTS = {
    "simplified": (
        "本市上周启用第二个包裹分拣中心，首批员工清晨上岗。负责人说：“新设备投入使用之后，每天可以处理三万件邮件。”\n"
        "据介绍，这里还设有一个培训室，今年计划培训两百人。居民对此表示欢迎，但是也提出了停车难、夜间噪音大等问题。\r\n"
    ),
    "traditional": (
        "本市上週啟用第二個包裹分揀中心，首批員工清晨上崗。負責人說：「新設備投入使用之後，每天可以處理三萬件郵件。」\n"
        "據介紹，這裡還設有一個培訓室，今年計畫培訓兩百人。居民對此表示歡迎，但是也提出了停車難、夜間噪音大等問題。\r\n"
    ),
    "english": (
        "The city opened its second sorting centre last week – the first shift began at dawn. “We can handle 30,000\n"
        "items a day,” the manager said. Residents’ groups welcomed jobs but asked about parking and noise.\r\n"
    ),
    "french": "La réunion s’est tenue à l’hôtel de ville. Où sont passés les élèves ? Ça coûte cher, même à Noël.\n",
}
ENCODINGS = {
    "simplified": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gb2312"),
    "traditional": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp950"),
    "english": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"),
    "french": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"),
}
CASES = [(kind, encoding) for kind in TEXTS for encoding in ENCODINGS[kind]]


@pytest.mark.parametrize(("kind", "encoding"), CASES)
def test_each_encoding_is_read_back_with_its_line_ends(kind: str, encoding: str) -> None:
    assert decode(TEXTS[kind].encode(encoding)).text == TEXTS[kind]


@pytest.mark.parametrize(("kind", "encoding"), CASES)
def test_any_stretch_of_twenty_characters_is_enough(kind: str, encoding: str) -> None:
    text = TEXTS[kind]
    for start in range(len(text) - 20):
        piece = text[start : start + 20]
        assert decode(piece.encode(encoding)).text == piece


@pytest.mark.parametrize(("kind", "encoding"), CASES)
def test_the_named_encoding_reads_the_bytes_the_same_way(kind: str, encoding: str) -> None:
    data = TEXTS[kind].encode(encoding)
    decoded = decode(data)
    assert data.decode(decoded.encoding) == decoded.text
    assert not decoded.text.startswith("\ufeff")


@pytest.mark.parametrize("kind", ["simplified", "traditional"])
def test_damage_in_the_middle_leaves_utf8_utf8(kind: str) -> None:
    data = TEXTS[kind].encode()
    chance = random.Random(7)
    for _ in range(50):
        damaged = bytearray(data)
        for _ in range(6):
            damaged[chance.randrange(len(damaged))] = chance.randrange(0x80, 0x100)
        decoded = decode(bytes(damaged))
        assert decoded.encoding == "utf-8"
        assert decoded.text == bytes(damaged).decode("utf-8", "replace")


def test_a_lost_byte_does_not_turn_gb18030_into_something_else() -> None:
    data = TEXTS["simplified"].encode("gb18030") * 4
    decoded = decode(data[:101] + data[102:])
    assert decoded.encoding == "gb18030"
    assert decoded.text.endswith(TEXTS["simplified"] * 3)


def test_a_character_cut_at_the_end_is_no_reason_to_give_up_utf8() -> None:
    assert decode(TEXTS["simplified"].encode()[:-3]).encoding == "utf-8"


def test_hong_kong_characters_are_read() -> None:
    text = "佢哋喺度做咗好多嘢，啲人話唔該。" * 3
    assert decode(text.encode("big5hkscs")).text == text


def test_plain_ascii_is_utf8() -> None:
    assert decode(b"Bush hid the facts").encoding == "utf-8"
    assert decode(b"No 7").text == "No 7"


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00", "ZIP"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"\x7fELF\x02\x01\x01\x00", "program"),
        (b"MZ\x90\x00\x03\x00", "program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"{\\rtf1\\ansi", "RTF"),
    ],
)
def test_binary_data_is_refused_by_its_name(data: bytes, named: str) -> None:
    with pytest.raises(Unreadable, match=named) as refused:
        decode(data + bytes(100))
    assert refused.value.remedy


def test_random_bytes_are_refused() -> None:
    chance = random.Random(3)
    for size in (100, 1_000, 300_000):
        with pytest.raises(Unreadable, match="binary"):
            decode(chance.randbytes(size))


def test_text_that_begins_like_a_program_is_text() -> None:
    assert decode(b"MZ is a postcode area.").text.startswith("MZ")


def test_a_byte_order_mark_alone_is_an_empty_text() -> None:
    assert decode(codecs.BOM_UTF8).text == ""
    assert decode(b"").text == ""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_ten_megabytes_take_a_few_seconds_at_most(encoding: str) -> None:
    text = TEXTS["simplified"] * 25_000
    started = time.perf_counter()
    assert decode(text.encode(encoding)).text == text
    assert time.perf_counter() - started < 5


# What a server or the file itself names is a hint


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        ("Port Office: 港", "big5", "Big5"),
        ("Port Office: 港", "gb2312", "GB2312"),
        ("Office 局", "big5", "big5-hkscs"),
        ("Office 局", "gb18030", '"gbk"'),
    ],
)
def test_a_name_settles_what_is_nearly_even(text: str, encoding: str, named: str) -> None:
    other = {"big5": "gbk", "gb2312": "big5", "gb18030": "big5"}[encoding]
    assert decode(text.encode(encoding), named).text == text
    assert decode(text.encode(encoding), other).text != text  # so it was nearly even


@pytest.mark.parametrize("named", ["utf-8", "gb2312", "big5", "iso-8859-1", "utf-16", "windows-1252", "ascii"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be"])
def test_a_name_that_lies_changes_nothing_that_is_clear(encoding: str, named: str) -> None:
    text = "碼頭消防檢查昨日結束，市內各倉庫已清出通道。"
    assert decode(text.encode(encoding), named, named).text == text
    assert decode(("\ufeff" + text).encode(encoding), named).text == text if encoding.startswith("utf") else True


@pytest.mark.parametrize(
    "named", ["", "none", "x-user-defined", "koi8-r", "\x00", "utf-8\x00", "base64", "é", "a" * 999]
)
def test_a_name_that_means_nothing_here_says_nothing(named: str) -> None:
    for text, encoding in (("倉庫", "big5"), ("café", "cp1252"), ("notice", "ascii")):
        assert decode(text.encode(encoding), named) == decode(text.encode(encoding))


def test_two_names_that_disagree_say_nothing() -> None:
    data = "Port Office: 港".encode("big5")
    assert decode(data, "big5", "gb2312").text == decode(data).text
