from __future__ import annotations

import io
import zipfile

import pytest

from tests.sources.making import EN, HANS, HANT, TEXTS, archive, bulletin, docx, odt, refusal, rtf

TABLE = [["地区", "件数"], ["东部", "700"], ["西部", "1,300"]]


@pytest.mark.parametrize("language", TEXTS)
def test_each_language_comes_out_of_each_format(language: str) -> None:
    text = TEXTS[language]
    page = {"zh-Hans": 936, "zh-Hant": 950, "en": 1252}[language]
    for data, name in (
        (docx([text]), "a.docx"),
        (odt(f"<text:p>{text}</text:p>"), "a.odt"),
        (rtf([text], page), "a.rtf"),
    ):
        found = bulletin(data, name)
        assert (found.text.strip(), found.language, found.format) == (text, language, name[2:])


def test_a_table_of_a_word_file_stands_in_its_place_as_rows_of_cells() -> None:
    found = bulletin(docx([HANS], TABLE, title="进展通报", after=HANT), "a.docx")
    assert found.raw == f"{HANS}\n\n地区 | 件数\n东部 | 700\n西部 | 1,300\n\n{HANT}\n"
    assert found.told == {"title": "进展通报"} and found.title == "进展通报"
    assert found.told_by == {"title": "Word property title"}


def rewritten(data: bytes, old: str, new: str) -> bytes:
    """The Word file with other XML in its main part."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        files = {name: made.read(name) for name in made.namelist()}
    document = files["word/document.xml"].decode()
    assert old in document
    files["word/document.xml"] = document.replace(old, new).encode()
    return archive(files)


def test_what_is_deleted_in_a_word_file_is_out_and_what_is_inserted_or_boxed_is_in() -> None:
    new = (
        "<w:p><w:del><w:r><w:delText>旧的数字。</w:delText></w:r></w:del><w:ins><w:r><w:t>新的数字。</w:t></w:r></w:ins>"
        "<w:hyperlink><w:r><w:t>见网站。</w:t></w:r></w:hyperlink></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的一段。</w:t></w:r></w:p></w:sdtContent></w:sdt><w:p>"
    )
    found = bulletin(rewritten(docx([HANS]), "<w:p>", new), "a.docx")
    assert "新的数字。见网站。\n控件里的一段。\n" in found.text and "旧的" not in found.text


def test_an_odt_gives_headings_paragraphs_tables_and_spaces() -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row)
        + "</table:table-row>"
        for row in TABLE
    )
    body = (
        f"<text:h>进展通报</text:h><text:p>甲<text:span>乙<text:s text:c='2'/></text:span>丙<text:line-break/>丁</text:p>"
        f"<text:tracked-changes><text:p>删去的话</text:p></text:tracked-changes><table:table>{rows}</table:table><text:p>{HANS}</text:p>"
    )
    found = bulletin(odt(body, title="第三期"), "a.odt")
    assert found.raw == f"进展通报\n甲乙  丙\n丁\n\n地区 | 件数\n东部 | 700\n西部 | 1,300\n\n{HANS}\n"
    assert found.told == {"title": "第三期"} and found.told_by == {"title": "OpenDocument property title"}


def test_an_rtf_tells_its_title_and_reads_bytes_of_its_code_page_however_written() -> None:
    found = bulletin(rtf([HANS], 936, title="进展通报"), "a.rtf")
    assert found.told == {"title": "进展通报"}
    plain = rb"{\rtf1\ansi\ansicpg936 " + HANS.encode("gbk") + rb"\par }"
    assert bulletin(plain, "a.rtf").text.strip() == HANS
    unicode = rb"{\rtf1\ansi\ansicpg936\uc0 " + b"".join(rb"\u%d " % ord(c) for c in HANT) + rb"\par }"
    assert bulletin(unicode, "a.rtf").text.strip() == HANT


def test_rows_of_an_rtf_table_are_lines() -> None:
    cells = (
        rb"{\rtf1\ansi \trowd\cellx100\cellx200 Area\cell Parcels\cell\row \trowd East\cell 700\cell\row "
        + EN.encode()
        + rb"\par}"
    )
    assert "Area | Parcels\nEast | 700\n" in bulletin(cells, "a.rtf").text


def test_an_rtf_under_the_ending_of_a_word_file_is_read_as_what_it_is() -> None:
    assert bulletin(rtf([HANS], 936), "a.doc").format == "rtf"
    assert bulletin(docx([HANS]), "a.zip").format == "docx"


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{('&' + a + ';') * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip


def test_a_billion_laughs_are_refused() -> None:
    assert refusal(odt("<text:p>&j;</text:p>", doctype=LAUGHS), "a.odt")
    one = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    assert "entities" in refusal(odt("<text:p>x &a;</text:p>", doctype=one), "a.odt").reason
    data = rewritten(docx([HANS]), "<w:document", LAUGHS.replace("x [", "w:document [") + "<w:document")
    data = rewritten(data, "<w:p>", "<w:p><w:r><w:t>&j;</w:t></w:r></w:p><w:p>")
    found = bulletin_or_refusal(data, "a.docx")
    assert len(found) < 10_000 and "hahaha" not in found


def test_harmless_entities_are_read_as_what_they_stand_for() -> None:
    head = "<!DOCTYPE x [<!ENTITY b 'Canal Board'>]>"
    assert "x Canal Board y" in bulletin(odt("<text:p>x &b; y</text:p>", doctype=head), "a.odt").text
    data = rewritten(docx([EN]), "<w:document", head + "<w:document")
    data = rewritten(data, "<w:p>", "<w:p><w:r><w:t>x &b; y</w:t></w:r></w:p><w:p>")
    found = bulletin(data, "a.docx")
    assert "x Canal Board y" in found.text and EN in found.text


def bulletin_or_refusal(data: bytes, name: str) -> str:
    from sources import Bulletin
    from tests.sources.making import read

    (found,) = read(data, name)
    return found.raw if isinstance(found, Bulletin) else found.reason


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (docx([HANS])[:-300], "a.docx", "damaged"),
        (odt("<text:p>x</text:q>"), "a.odt", "damaged"),
        (odt(""), "a.odt", "no word"),
        (docx([]), "a.docx", "no word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx", "old Office"),
        (archive({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "a.docx", "Excel"),
        (archive({"word/document.xml": b"<x/>"}), "a.docx", "damaged"),
        (b"{\\rtf1}", "a.rtf", "no word"),
        (b"{\\rtf1" + b"{" * 100_000, "a.rtf", "no word"),
    ],
)
def test_damage_is_named(data: bytes, name: str, reason: str) -> None:
    assert reason in refusal(data, name).reason
