from __future__ import annotations

import pytest

from sources import Bulletin, Unreadable
from tests.sources.making import EN, HANS, HANT, TEXTS, archive, bulletin, mail, quoted, read, refusal


@pytest.mark.parametrize(
    ("language", "charset"), [("zh-Hans", "gb18030"), ("zh-Hant", "big5"), ("en", "us-ascii"), ("zh-Hans", "utf-8")]
)
def test_a_mail_gives_its_text_and_its_head(language: str, charset: str) -> None:
    found = bulletin(mail(TEXTS[language], subject="转发: 第三期簡報", charset=charset), "a.eml")
    assert (found.text.strip(), found.format, found.language) == (TEXTS[language], "eml", language)
    assert found.told == {
        "title": "第三期簡報",
        "published": "2023-06-08",
        "issuer": "Bureau of Posts",
        "author": "Bureau of Posts <news@example.org>",
    }
    assert found.published == "2023-06-08"


def test_a_mail_that_is_a_page_is_read_as_a_page() -> None:
    found = bulletin(mail(html=f"<html><body><p>{HANS[:20]}<b>{HANS[20:]}</b></p></body></html>"), "a.eml")
    assert found.text.strip() == HANS and "<b>" in quoted(found, HANS)


def test_what_is_attached_is_read_too_and_named() -> None:
    data = mail(
        HANT,
        attached={"附件一.txt": HANS.encode(), "logo.png": b"\x89PNG\r\n", "b.zip": archive({"c.txt": EN.encode()})},
    )
    found = read(data, "a.eml")
    assert [b.source for b in found if isinstance(b, Bulletin)] == ["a", "a#附件一", "a#b#c"]
    assert not [b for b in found if isinstance(b, Unreadable)]


def test_a_web_archive_is_a_page_with_its_address() -> None:
    page = f"<html><head><title>进展通报</title></head><body><h1>进展通报</h1><p>{HANS}</p></body></html>"
    data = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/n/1.html\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 00:00:00 -0000\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----b"\r\n\r\n------b\r\n'
        f"Content-Type: text/html\r\nContent-Transfer-Encoding: binary\r\n\r\n{page}\r\n------b\r\n"
        "Content-Type: text/css\r\n\r\na{}\r\n------b--\r\n"
    ).encode()
    found = bulletin(data, "a.mhtml")
    assert (found.format, found.title, found.told["url"]) == ("html", "进展通报", "https://example.org/n/1.html")
    assert found.published is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\r\n\r\nno head", "no e-mail"),
        (mail(" "), "no word"),
        (
            b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(2000)),
            "deep",
        ),
    ],
)
def test_what_is_no_mail_is_named(data: bytes, reason: str) -> None:
    assert reason in refusal(data, "a.eml").reason


def test_a_part_names_its_encoding_and_a_wrong_name_does_no_harm() -> None:
    head = (
        b"From: a@b.example\nSubject: quay\nContent-Type: text/plain; charset=%s\nContent-Transfer-Encoding: 8bit\n\n"
    )
    line, long = "Port Office: 港", "碼頭消防檢查昨日結束，各倉庫已清出通道。"
    for encoding in ("big5", "gb2312"):
        assert bulletin(head % encoding.encode() + line.encode(encoding), "a.eml").raw == line
    for name in (b"gb2312", b"utf-8", b"x\x00y", b"''", b"*0*=gb'"):
        assert bulletin(head % name + long.encode("big5"), "a.eml").raw == long
