"""PDF files, read by PDFium: their text by pages, printed lines joined to paragraphs. The only file that meets it."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sources.bulletin import Edit
from sources.errors import Unreadable
from sources.readers import Reading, Told, known
from sources.readers.page import day_of

_MAX_PAGES = 5_000
_MAX_CHARS = 20_000_000
_SCANNED = "Run text recognition (OCR) over it and save it as a PDF with text, or as plain text."


@dataclass(frozen=True, slots=True)
class _Line:
    """A printed line. Distances in points from the page's left and lower edge; height: of the page."""

    page: int
    text: str
    left: float
    right: float
    bottom: float
    top: float
    height: float


def read(data: bytes) -> Reading:
    """The text of a PDF. raw: its lines as printed, a blank line between pages. Raises Unreadable."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("", "it is protected by a password", "Save it again without the password.") from error
        if "security" in str(error).lower():
            raise Unreadable("", "it is encrypted in a way that is not known", "Print it to a new PDF.") from error
        raise Unreadable("", "it is a damaged PDF document", "Fetch it again, or leave it out.") from error
    if len(document) > _MAX_PAGES:
        raise Unreadable("", f"it has {len(document):,} pages, more than the {_MAX_PAGES:,} allowed", "Split it.")
    pages: list[list[_Line]] = []
    letters = pictures = 0
    for number in range(len(document)):
        try:
            page = document[number]
            lines = list(_lines(page, number))
        except pypdfium2.PdfiumError:  # this page alone is damaged
            pages.append([])
            continue
        letters += sum(len(line.text) for line in lines)
        if letters > _MAX_CHARS:
            raise Unreadable("", f"it holds more than {_MAX_CHARS:,} characters", "Split it.")
        if not lines and number < 20:
            pictures += any(True for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
        pages.append(lines)
        page.close()
    if pictures and letters < 20 * len(pages):
        raise Unreadable("", "it is a scan: pictures of pages without text", _SCANNED)
    if not letters:
        raise Unreadable("", "there is no text in it", _SCANNED)
    raw, edits, starts = join(pages)
    return Reading(raw, "pdf", "pdf", edits, starts, _told(document.get_metadata_dict(skip_empty=True)))


_HYPHEN = "\ufffe"  # what PDFium makes of a hyphen and the line end after it
_BREAK = re.compile(r"[^\r\n]+")


def _lines(page: object, number: int) -> Iterator[_Line]:
    text_page, height = page.get_textpage(), page.get_height()  # type: ignore[attr-defined]
    text: str = text_page.get_text_range(errors="replace")
    # PDFium counts characters beyond the basic plane twice, as UTF-16 does.
    plain = all(c <= "\uffff" for c in text)
    for match in _BREAK.finditer(text.replace(_HYPHEN, "-\n")):
        shown = match.group()
        if not shown.strip():
            continue
        # Every hyphen replaced before this line made the text one longer.
        shift = text.replace(_HYPHEN, "-\n").count("-\n", 0, match.start()) if _HYPHEN in text else 0
        first = match.start() + len(shown) - len(shown.lstrip()) - shift
        last = match.start() + len(shown.rstrip()) - 1 - shift
        if not plain:
            first = len(text[:first].encode("utf-16-le", "surrogatepass")) // 2
            last = len(text[:last].encode("utf-16-le", "surrogatepass")) // 2
        left, bottom, _, top = _box(text_page, first)
        _, low, right, high = _box(text_page, last)
        yield _Line(number, shown.strip(), left, right, min(bottom, low), max(top, high), height)
    text_page.close()


def _box(text_page: object, index: int) -> tuple[float, float, float, float]:
    from pypdfium2 import PdfiumError

    try:
        return tuple(text_page.get_charbox(index, loose=True))  # type: ignore[attr-defined]
    except (PdfiumError, IndexError):
        return (0.0, 0.0, 0.0, 0.0)


# ---- from printed lines to text; pure --------------------------------------------------------------------------------


def join(pages: Sequence[Sequence[_Line]]) -> tuple[str, tuple[Edit, ...], tuple[int, ...]]:
    """Raw text, the edits that make paragraphs of its lines and drop running heads, and where pages begin in it."""
    furniture = _running(pages)
    parts: list[str] = []
    starts: list[int] = []
    edits: list[Edit] = []
    at = 0
    last: _Line | None = None  # the last line that is kept, and where it ends in the raw text
    last_end = 0
    for number, lines in enumerate(pages):
        if number:
            parts.append("\n")
            at += 1
            starts.append(at)
        body = [line for i, line in enumerate(lines) if (number, i) not in furniture]
        right = max((line.right for line in body), default=0.0)
        left = min((line.left for line in body), default=0.0)
        gaps = [a.bottom - b.bottom for a, b in zip(body, body[1:], strict=False) if a.bottom > b.bottom]
        step = statistics.median_low(gaps) if gaps else 0.0
        for i, line in enumerate(lines):
            if (number, i) in furniture:
                edits.append(Edit(at, at + len(line.text) + 1, "", "furniture"))
            else:
                if last:
                    between = _between(last, line, left, right, step)
                    if between is not None:
                        edits += _joined(last, last_end, line, at, between, edits)
                last, last_end = line, at + len(line.text)
            parts.append(line.text + "\n")
            at += len(line.text) + 1
    raw = "".join(parts)
    return raw, tuple(_merged(raw, edits)), tuple(starts)


def _joined(last: _Line, last_end: int, line: _Line, at: int, between: str, edits: list[Edit]) -> list[Edit]:
    # The furniture between two pages has its own edits already: what is left of the gap is cut around them.
    spans, position = [], last_end - (1 if between == "-" else 0)
    for edit in edits:
        if edit.raw_start >= last_end and edit.kind == "furniture":
            if position < edit.raw_start:
                spans.append((position, edit.raw_start))
            position = edit.raw_end
    if position < at:
        spans.append((position, at))
    text = "" if between == "-" else between
    kind = "hyphen" if between == "-" else "wrap"
    return [Edit(a, b, text if i == 0 else "", kind) for i, (a, b) in enumerate(spans)]


def _merged(raw: str, edits: list[Edit]) -> Iterator[Edit]:
    yield from sorted((e for e in edits if raw[e.raw_start : e.raw_end] != e.text), key=lambda e: e.raw_start)


_SENTENCE_END = re.compile(r"[。！？…：!?.:；;][”’」』）)】》\"']*$")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]")
_ITEM = re.compile(
    r"[-•·●◆■▪]\s|\d{1,2}[.)、．]\s?\D|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、是]|第[一二三四五六七八九十百]+[章节節条條]"
)


def _between(last: _Line, line: _Line, left: float, right: float, step: float) -> str | None:
    """What stands for the line end between them: "" or " " inside a paragraph, "-" in a broken word; None keeps it."""
    height = max(last.top - last.bottom, 1.0)
    if last.page != line.page:
        reaches = last.right >= right - 2.5 * height
        if not reaches or _SENTENCE_END.search(last.text) or line.left > left + height or _ITEM.match(line.text):
            return None
    else:
        if last.bottom <= line.bottom:  # the next column, or a cell beside
            return None
        if abs(height - (line.top - line.bottom)) > 0.3 * height:  # another size of letters
            return None
        if step and last.bottom - line.bottom > 1.45 * step:
            return None
        if last.right < right - (3.5 if _HAN.match(last.text[-1]) else 9.0) * height or _ITEM.match(line.text):
            return None
        indent = line.left - left
        if indent > 1.3 * height and abs(line.left - last.left) > 0.5 * height:  # a first line is set in
            return None
    if last.text.endswith("-") and re.search(r"[a-z]-$", last.text) and re.match(r"[a-z]", line.text):
        return "-"
    return "" if _HAN.match(last.text[-1]) or _HAN.match(line.text[0]) else " "


_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.I)
_PAGE_NUMBER = re.compile(
    r"[-–—·\s]*(?:第\s*)?\d{1,4}(?:\s*[页頁])?(?:\s*[/／,，]?\s*(?:共|of)?\s*\d{1,4}\s*[页頁]?)?[-–—·\s]*"
    r"|(?:page\s+)?\d{1,4}(?:\s+of\s+\d{1,4})?",
    re.I,
)


def _running(pages: Sequence[Sequence[_Line]]) -> frozenset[tuple[int, int]]:
    """(page, line) of running heads, feet and page numbers: the same words at the edge of most pages."""
    places = [(n, i) for n, lines in enumerate(pages) for i in _edges(lines)]

    def key(n: int, i: int) -> tuple[str, int]:
        line = pages[n][i]
        return _DIGITS.sub("#", line.text).replace(" ", ""), round(line.bottom / 12)

    counts = Counter(key(n, i) for n, i in places)
    # Left and right pages may have heads of their own.
    enough = max(2, 0.4 * sum(bool(lines) for lines in pages))
    found = {(n, i) for n, i in places if counts[key(n, i)] >= enough and len(pages[n][i].text) <= 100}
    found |= {(n, i) for n, i in places if _PAGE_NUMBER.fullmatch(pages[n][i].text) and i in _outermost(pages[n])}
    return frozenset(found)


def _edges(lines: Sequence[_Line]) -> list[int]:
    """The two highest and two lowest lines, where these stand in the margins: a head may come last in a PDF."""
    order = sorted(range(len(lines)), key=lambda i: -lines[i].bottom)
    head = [i for i in order[:2] if lines[i].bottom > 0.88 * lines[i].height]
    foot = [i for i in order[-2:] if lines[i].top < 0.12 * lines[i].height]
    return list(dict.fromkeys(head + foot)) if len(lines) > 2 else []


def _outermost(lines: Sequence[_Line]) -> set[int]:
    bottoms = [line.bottom for line in lines]
    return {bottoms.index(min(bottoms)), bottoms.index(max(bottoms))} if len(lines) > 2 else set()


_NO_TITLE = re.compile(
    r"untitled|microsoft word|\.(?:docx?|wps|pdf|indd|ppt)|^(?:文档|文件|幻灯片)?\d*$|unspecified|anonymous",
    re.I,
)


def _told(properties: dict[str, str]) -> dict[str, Told]:
    """A document's properties. The day it was made is not the day it was published."""
    title, author = properties.get("Title", "").strip(), properties.get("Author", "").strip()
    made = day_of(properties.get("CreationDate", "").removeprefix("D:")[:8])
    return known(
        {
            "title": Told("" if _NO_TITLE.search(title) else " ".join(title.split()), "PDF property Title"),
            "author": Told("" if _NO_TITLE.search(author) else author, "PDF property Author"),
            "created": Told(made, "PDF property CreationDate"),
        }
    )
