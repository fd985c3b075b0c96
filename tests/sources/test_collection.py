"""What a collection is: what is found in folders, and what feeds, sitemaps and lists of addresses tell of."""

from __future__ import annotations

import gzip
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.collection import Collection, Listed, PageList, addresses_in, find, named, read_list
from sources.errors import Unreadable
from sources.fetch import checked

AT = "http://example.org/lists/one"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Notices</title><link>http://example.org/</link>
<item><title>One</title><link>http://example.org/1.html</link></item>
<item><title>Two</title><link>/2.html#top</link></item>
<item><title>No page of its own</title></item>
<item><title>One again</title><link>http://example.org/1.html</link></item>
<item><title>A trap</title><link>file:///etc/passwd</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notices</title>
<entry><title>One</title><link rel="enclosure" href="http://example.org/1.mp3"/><link href="http://example.org/1.html"/></entry>
</feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<item rdf:about="http://example.org/1.html"><title>One</title><link>http://example.org/1.html</link></item></rdf:RDF>"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><!-- <html> made by a machine -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> http://example.org/1.html </loc><lastmod>2024-05-06T07:08:09+08:00</lastmod></url>
<url><loc>http://example.org/2.html</loc><lastmod>2024-05-06</lastmod></url>
<url><loc>http://example.org/3.html</loc><lastmod>yesterday</lastmod></url>
<url><loc>/relative</loc></url><url/></urlset>"""
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://example.org/s1.xml</loc></sitemap></sitemapindex>'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    + "]>"
)


def listed(text: str | bytes) -> PageList:
    found = read_list(text.encode() if isinstance(text, str) else text, AT)
    assert found
    return found


def addresses(text: str | bytes) -> list[str]:
    return [entry.address for entry in listed(text).entries]


def test_a_feed_tells_of_its_pages_once_each() -> None:
    assert addresses(RSS) == ["http://example.org/1.html", "http://example.org/2.html"]
    assert addresses(ATOM) == addresses(RDF) == ["http://example.org/1.html"]
    assert {listed(text).kind for text in (RSS, ATOM, RDF)} == {"feed"}


def test_a_feed_in_a_chinese_encoding_is_read() -> None:
    text = RSS.replace("UTF-8", "GB2312").replace("Notices", "邮政新闻通告")
    assert len(addresses(text.encode("gb18030"))) == 2


def test_a_feed_with_a_slip_in_it_is_read_as_far_as_it_goes() -> None:
    assert addresses(RSS.replace("<title>Two</title>", "<title>Two & more</title>"))[0] == "http://example.org/1.html"


def test_a_sitemap_tells_of_its_pages_and_when_they_changed() -> None:
    found = listed(SITEMAP)
    assert found.kind == "sitemap"
    first, second, third = found.entries
    assert first == Listed("http://example.org/1.html", datetime.fromisoformat("2024-05-06T07:08:09+08:00"))
    # A day is not over before it is over everywhere.
    assert second.changed and datetime(2024, 5, 7, 11, tzinfo=UTC) < second.changed < datetime(
        2024, 5, 7, 13, tzinfo=UTC
    )
    assert third.changed is None


def test_sitemaps_may_be_packed_and_may_list_sitemaps() -> None:
    assert listed(gzip.compress(SITEMAP.encode())) == listed(SITEMAP)
    assert listed(INDEX) == PageList("sitemaps", (Listed("http://example.org/s1.xml"),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain text",
        "<html><body>a &lt;rss> b</body></html>",
        "<!DOCTYPE html><html><head><title>rss</title></head>",
    ],
)
def test_a_page_is_no_list(text: str) -> None:
    assert read_list(text.encode(), AT) is None


@pytest.mark.parametrize(
    "text",
    [
        "<urlset><url><loc>http://example.org/1.html</loc></url>",
        BOMB + "<urlset><url><loc>&a9;</loc></url></urlset>",
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>&f;</loc></url></urlset>',
        "<rss><channel><item><<<",
        BOMB + "<rss><channel><item><title>&a9;</title><link>http://example.org/1.html</link></item></channel></rss>",
        (BOMB + "<rss><channel><item><title>&a9;</title></item></channel></rss>").encode("utf-16"),
    ],
    ids=["cut off", "billion laughs", "outside entity", "cut off feed", "billion laughs feed", "in UTF-16"],
)
def test_a_list_that_cannot_be_read_says_so_with_its_address(text: str | bytes) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable, match="no well-formed|declares entities") as caught:
        read_list(text.encode() if isinstance(text, str) else text, AT)
    assert caught.value.path == AT
    assert time.monotonic() - began < 1


# Lists of addresses


def test_a_file_of_addresses_has_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        "\ufeff# news\nhttp://example.org/a#part\n\n  https://example.org/b  \nhttp://example.org/a\n", encoding="utf-8"
    )
    assert [entry.address for entry in addresses_in(path)] == ["http://example.org/a", "https://example.org/b"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://example.org/a\nfolder/file.txt\n", "line 2 is no address"),
        (
            "http://example.org/a\nftp://example.org/b\n",
            "line 2: it is an address of the kind ftp, and only http and https are fetched",
        ),
        ("http:///a\n", "line 1: it is no http or https address"),
        ("# nothing\n", "there is no address in it"),
        ("", "it is empty"),
    ],
)
def test_a_file_of_something_else_says_so(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(Unreadable) as caught:
        addresses_in(path)
    assert (caught.value.path, caught.value.reason) == (str(path), reason)


def test_a_list_of_addresses_may_be_in_any_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    for encoding in ("utf-16", "gb18030", "utf-8"):
        path.write_bytes("# 公告\nhttp://example.org/a\n".encode(encoding))
        assert [entry.address for entry in addresses_in(path)] == ["http://example.org/a"]


@pytest.mark.parametrize("text", [RSS, ATOM, SITEMAP.replace("<!-- <html> made by a machine -->", "")])
def test_a_list_with_harmless_entities_is_read(text: str) -> None:
    head, root = ("", text) if not text.startswith("<?") else text.split("\n", 1)
    declared = head + "<!DOCTYPE x [<!ENTITY dash '&#8211;'><!ENTITY host 'example.org'>]>"
    told = declared + root.replace("Notices", "Notices &dash; news").replace("http://example.org", "http://&host;")
    assert addresses(told) == addresses(text)


# What is named, and what is found


@pytest.mark.parametrize("name", ["ftp://example.org/a", "file:///etc/passwd", "FILE:a.txt", "mailto:a@b.example"])
def test_what_is_an_address_of_another_kind_is_no_missing_file(name: str) -> None:
    collection = named([name])
    assert (collection.addresses, collection.paths) == ((name,), ())
    with pytest.raises(Unreadable, match="only http and https are fetched") as caught:
        checked(name)
    assert name.split(":")[0].lower() in caught.value.reason


def test_a_drive_letter_is_no_kind_of_address() -> None:
    assert named(["C:/bulletins/a.txt", "a:b.txt"]).addresses == ()


def test_a_command_line_names_folders_files_and_addresses(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A boat")
    found = named([str(tmp_path), str(tmp_path / "a.txt"), "HTTP://example.org/feed"])
    assert found == Collection(folders=(tmp_path,), files=(tmp_path / "a.txt",), addresses=("HTTP://example.org/feed",))
    assert found.remote and not named([tmp_path]).remote


def test_each_file_is_found_once_and_what_failed_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "a" / "one.txt").write_text("A boat")
    found = find([tmp_path / "a", tmp_path / "a" / "one.txt", tmp_path / "gone", tmp_path / "empty"])
    assert found.files == (tmp_path / "a" / "one.txt",)
    assert [(problem.path, problem.reason) for problem in found.failed] == [
        (str(tmp_path / "gone"), "it is not there"),
        (str(tmp_path / "empty"), "there is nothing to read in it"),
    ]


def test_a_folder_that_may_not_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "one.txt").write_text("A boat")
    listing = Path.iterdir

    def refused(path: Path) -> object:
        if path.name == "inner":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", refused)
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("inner"))
    found = find([tmp_path])
    assert [path.name for path in found.files] == ["one.txt"]
    assert [problem.reason for problem in found.failed] == ["it is a folder that may not be listed"]
