"""ODT files: paragraphs and tables of their content, read with lxml. The only file that meets it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from sources.errors import Unreadable
from sources.readers import Reading, Told, known
from sources.readers.archive import BROKEN, require_modest
from sources.readers.entities import written_out
from sources.readers.page import day_of

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = (f"{{{_NAMES}{name}:1.0}}" for name in ("text", "table", "office"))
_DC, _META = "{http://purl.org/dc/elements/1.1/}", f"{{{_NAMES}meta:1.0}}"
_UNSEEN = frozenset(
    (
        f"{_TEXT}tracked-changes",
        f"{_OFFICE}annotation",
        f"{_TEXT}note-citation",
        f"{_TEXT}sequence-decls",
        f"{_OFFICE}forms",
    )
)
_DAMAGED = "it is a damaged OpenDocument text", "Fetch it again, or open it and save it as plain text."


def read(data: bytes) -> Reading:
    """The text of an ODT. raw: a line for each paragraph, for each row of a table its cells. Raises Unreadable."""
    require_modest(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = archive.read("content.xml")
            meta = archive.read("meta.xml") if "meta.xml" in archive.namelist() else b""
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
    except (*BROKEN, KeyError) as error:
        raise Unreadable("", *_DAMAGED) from error
    if b"encryption-data" in manifest:
        raise Unreadable("", "it is protected by a password", "Save it again without the password.")
    body = _parse(content).find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise Unreadable("", *_DAMAGED)
    raw = "\n".join(_blocks(body)) + "\n"
    return Reading(raw, "odt", "odt", told=_told(meta))


def _parse(content: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True
    )
    try:
        tree = etree.fromstring(written_out(content), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("", *_DAMAGED) from error
    return tree


def _told(meta: bytes) -> dict[str, Told]:
    if not meta:
        return {}
    tree = _parse(meta)
    first, last = tree.findtext(f".//{_META}initial-creator"), tree.findtext(f".//{_DC}creator")
    title, created = tree.findtext(f".//{_DC}title") or "", tree.findtext(f".//{_META}creation-date") or ""
    author = "initial-creator" if first else "creator"
    return known(
        {
            "title": Told(" ".join(title.split()), "OpenDocument property title"),
            "author": Told((first or last or "").strip(), f"OpenDocument property {author}"),
            "created": Told(day_of(created), "OpenDocument property creation-date"),
        }
    )


def _blocks(body: Any) -> Iterator[str]:
    waiting = [iter(body)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield _text(element)
        elif element.tag == f"{_TABLE}table":
            yield ""
            for row in element.iter(f"{_TABLE}table-row"):
                cells = row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
                line = " | ".join(
                    " ".join(filter(None, (_text(p).strip() for p in cell.iter(f"{_TEXT}p")))) for cell in cells
                )
                if line.strip(" |"):
                    yield line
            yield ""
        elif element.tag not in _UNSEEN:
            waiting.append(iter(element))


def _cell(cell: Any) -> str:
    return " ".join(filter(None, (_text(p).strip() for p in cell.iter(f"{_TEXT}p"))))


def _text(paragraph: Any) -> str:
    """Its text with spaces, tabs and line breaks, without recursion."""
    parts = [paragraph.text or ""]
    waiting = [(iter(paragraph), "")]
    while waiting:
        children, tail = waiting[-1]
        element = next(children, None)
        if element is None:
            waiting.pop()
            parts.append(tail)
            continue
        after = element.tail or ""
        if element.tag in _UNSEEN:
            parts.append(after)
        elif element.tag == f"{_TEXT}s":
            count = element.get(f"{_TEXT}c", "1")
            parts.append(" " * (min(int(count), 100) if count.isdecimal() else 1) + after)
        elif element.tag == f"{_TEXT}tab":
            parts.append("\t" + after)
        elif element.tag == f"{_TEXT}line-break":
            parts.append("\n" + after)
        else:
            parts.append(element.text or "")
            waiting.append((iter(element), after))
    return "".join(parts)
