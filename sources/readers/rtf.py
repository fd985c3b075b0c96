"""RTF files, read by striprtf. The only file that meets it."""

from __future__ import annotations

import re

from sources.errors import Unreadable
from sources.readers import Reading, Told, known

_MAX_BYTES = 20_000_000
_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
_RAW_BYTE = re.compile(r"[\x80-\xff]")
_PICTURE = re.compile(
    r"\{\\\*?\\?(?:pict|objdata|shppict|nonshppict|blipuid|themedata|colorschememapping|datastore|latentstyles)\b[^{}]*\}"
)
_ROW = re.compile(r"^[^|\n]*\|.*\|$", re.M)  # the library ends each cell with a stroke
_TITLE = re.compile(r"\{\\title (?P<title>(?:[^{}]|\{[^{}]*\})*)\}")


def read(data: bytes) -> Reading:
    """The text of an RTF; a table row is a line, its cells set apart by " | ". Raises Unreadable."""
    if len(data) > _MAX_BYTES:
        raise Unreadable("", f"it has more than {_MAX_BYTES // 1_000_000} MB", "Save it as plain text.")
    # Some editors write bytes of the code page as they are; \'xx is the written form that the library knows.
    source = _RAW_BYTE.sub(lambda m: f"\\'{ord(m.group()):02x}", data.decode("latin-1"))
    source = _PICTURE.sub("", source)
    page = _CODE_PAGE.search(source)
    encoding = {"936": "gb18030", "950": "cp950"}.get(page[1], f"cp{page[1]}") if page else "cp1252"
    try:
        "".encode(encoding)
    except LookupError:
        encoding = "cp1252"
    if page:
        source = source.replace(page.group(), "")
    text = _plain(source, encoding)
    raw = _ROW.sub(lambda m: " | ".join(cell.strip() for cell in m.group().split("|")[:-1]), text)
    title = _TITLE.search(source[:100_000])
    named = " ".join(_plain("{\\rtf1 " + title["title"] + "}", encoding).split()) if title else ""
    return Reading(raw, "rtf", "rtf", told=known({"title": Told(named, "RTF property title")}))


def _plain(source: str, encoding: str) -> str:
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text(source, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    return text
