"""Small files of every format, made for one test each. The words are our own."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path

from sources import Bulletin, Unreadable
from sources.files import bulletins_of

HANS = "6月7日，省邮政管理局召开乡镇网点改造推进会，局长陈大同主持会议。会议指出，全省已经完成改造的网点共计1280个。"
HANT = "4月2日，郵政管理處舉行雨季投遞座談會，處長林小平說，今年要為山區的八十條投遞路線加設避雨站。"
EN = "The harbour office opened a night sorting hall on Thursday, and 140 people will handle 52,000 parcels a shift."
TEXTS = {"zh-Hans": HANS, "zh-Hant": HANT, "en": EN}


def read(data: bytes, name: str, **options: str) -> list[Bulletin | Unreadable]:
    """What the file of this name holds."""
    return list(bulletins_of(data, Path(name), Path(name).stem, **options))


def bulletin(data: bytes, name: str, **options: str) -> Bulletin:
    """The one bulletin in it."""
    (found,) = read(data, name, **options)
    assert isinstance(found, Bulletin), found
    return found


def refusal(data: bytes, name: str, **options: str) -> Unreadable:
    """The one error that says why there is none."""
    (found,) = read(data, name, **options)
    assert isinstance(found, Unreadable), found.text[:200]
    assert found.reason and found.remedy and found.path
    return found


def quoted(found: Bulletin, words: str) -> str:
    """The raw characters where the words stand in the clean text."""
    start = found.text.index(words)
    a, b = found.map.raw_span(start, start + len(words))
    return found.raw[a:b]


def pdf(
    pages: Sequence[Sequence[tuple[str, float, float]]], title: str = "", password: str = "", size: float = 12
) -> bytes:
    """A PDF of A4 pages; a line is (text, x, y) in points from the lower left corner."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    for font in ("STSong-Light", "MSung-Light"):
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    data = io.BytesIO()
    canvas = Canvas(data, encrypt=StandardEncryption(password) if password else None, invariant=1)
    for lines in pages:
        for text, x, y in lines:
            traditional = any(c in text for c in "郵務與圍處說區雨")
            canvas.setFont("Helvetica" if text.isascii() else "MSung-Light" if traditional else "STSong-Light", size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    if title:
        canvas.setTitle(title)
    canvas.save()
    return data.getvalue()


def scan() -> bytes:
    """A PDF of one page that is a picture."""
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(data, "PDF")
    return data.getvalue()


def docx(paragraphs: Sequence[str], table: Sequence[Sequence[str]] = (), title: str = "", after: str = "") -> bytes:
    import docx as library

    document = library.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for i, row in enumerate(table):
            for j, cell in enumerate(row):
                made.cell(i, j).text = cell
    if after:
        document.add_paragraph(after)
    document.core_properties.title = title
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


_NAMES = (
    "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "text", "table", "meta")
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def odt(body: str, title: str = "", doctype: str = "") -> bytes:
    content = f"<?xml version='1.0'?>{doctype}<office:document-content{_NAMES}><office:body><office:text>{body}"
    content += "</office:text></office:body></office:document-content>"
    meta = (
        f"<office:document-meta{_NAMES}><office:meta><dc:title>{title}</dc:title></office:meta></office:document-meta>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind.encode(), "content.xml": content.encode(), "meta.xml": meta.encode()})


def rtf(paragraphs: Sequence[str], code_page: int = 1252, title: str = "") -> bytes:
    """As word processors write it: bytes of the code page as \\'xx."""
    codec = {936: "gbk", 950: "big5"}.get(code_page, f"cp{code_page}")

    def written(text: str) -> str:
        return "".join(c if c.isascii() else "".join(f"\\'{b:02x}" for b in c.encode(codec)) for c in text)

    head = rf"{{\rtf1\ansi\ansicpg{code_page}\deff0{{\fonttbl{{\f0 SimSun;}}}}{{\info{{\title {written(title)}}}}}"
    return (head + "".join(rf"\pard {written(p)}\par" + "\n" for p in paragraphs) + "}").encode("ascii")


def mail(
    text: str = "",
    html: str = "",
    attached: Mapping[str, bytes] | None = None,
    subject: str = "",
    charset: str = "utf-8",
) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Bureau of Posts <news@example.org>"
    message["Date"] = "Thu, 08 Jun 2023 09:30:00 +0800"
    if text:
        message.set_content(text, charset=charset)
    if html:
        (message.add_alternative if text else message.set_content)(html, subtype="html", charset=charset)
    for name, data in (attached or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def archive(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return data.getvalue()


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def samples() -> dict[str, bytes]:
    """A good file of each format, by name."""
    page = f"<html><head><title>x</title></head><body><p>{HANS}</p><table><tr><td>甲</td><td>1</td></tr></table></body></html>"
    return {
        "a.txt": HANS.encode("gb18030"),
        "a.html": page.encode(),
        "a.pdf": pdf([[(EN, 72, 700)], [(HANS[:30], 72, 700)]]),
        "a.docx": docx([HANS, EN], [["甲", "乙"], ["1", "2"]]),
        "a.odt": odt(f"<text:h>题目</text:h><text:p>{HANS}</text:p>"),
        "a.rtf": rtf([HANS, EN], 936, "题目"),
        "a.eml": mail(HANT, f"<p>{HANT}</p>", {"b.txt": EN.encode()}, "題目"),
        "a.zip": archive(
            {"b/通知.txt": HANS.encode(), "c.html": page.encode(), "d.zip": archive({"e.txt": EN.encode()})}
        ),
        "a.csv": f"id,title,text\n7,甲,{HANS}\n8,乙,{HANT}\n".encode(),
        "a.jsonl": f'{{"id": 1, "text": "{EN}"}}\n{{"id": 2, "text": "{HANT}"}}\n'.encode(),
        "a.json": f'[{{"title": "t", "content": "{EN}"}}]'.encode(),
        "a.txt.gz": gz(EN.encode()),
    }
