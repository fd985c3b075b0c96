"""Entities that an XML file declares for itself: harmless ones are written out, others refused. Pure.

Parsers are told to expand nothing, since ten lines of entities can make a gigabyte or name a file of this disk; but
then they leave out what a sound file says through one.
"""

from __future__ import annotations

import codecs
import re

from sources.errors import Unreadable

_MAX_VALUE = 1_000  # characters of one entity: a name, a sign, a stock phrase
_MAX_ADDED = 1_000_000  # characters that all of them may add to a file
_PROLOG = re.compile(r"\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->)*+(?=<!DOCTYPE\b)", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^\[>\"']*)*(?P<open>\[)?")
_DECLARED = re.compile(
    r"\s+|<!--.*?-->|<\?.*?\?>|<!ENTITY\s+(?P<name>[\w:.-]+)\s+(?P<value>\"[^\"]*\"|'[^']*')\s*>"
    r"|<!(?:ELEMENT|ATTLIST|NOTATION)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL,
)
_CLOSE = re.compile(r"\]\s*>")
_NAMED = re.compile(r"&([A-Za-z_:][\w:.-]*);")
_USED = re.compile(r"<!\[CDATA\[(?:.*?\]\]>|.*\Z)|<!--(?:.*?-->|.*\Z)|&([A-Za-z_:][\w:.-]*);", re.DOTALL)
_ESCAPED_TWICE = re.compile(r"&#(?:38|x26);(?=(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot|apos);)")
_OF_XML = frozenset(("lt", "gt", "amp", "quot", "apos"))


def written_out(xml: bytes) -> bytes:
    """The same XML without a document type, what its entities stand for in their places.

    >>> written_out(b'<!DOCTYPE a [<!ENTITY b "Board">]><a>Canal &b;</a>')
    b'<a>Canal Board</a>'

    Raises Unreadable for entities that hold markup, other files or addresses, or make the file much larger.
    """
    plain = _without_doctype(xml)
    if plain != xml and _without_doctype(plain) != plain:  # what is taken away must not bring another to light
        raise _refused()
    if b"<!ENTITY" in (plain.replace(b"\0", b"") if b"\0" in plain[:200] else plain):  # where none can be declared
        raise _refused()
    return plain


def _without_doctype(xml: bytes) -> bytes:
    wide = xml.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if (b"<\0!\0D\0" if xml.startswith(codecs.BOM_UTF16_LE) else b"\0<\0!\0D" if wide else b"<!DOCTYPE") not in xml:
        return xml
    # Signs of markup are ASCII in every other encoding: what lies between them passes unread.
    encoding = "utf-16" if wide else "latin-1"
    try:
        text = xml.decode(encoding)
    except UnicodeDecodeError:  # its parser will say so
        return xml
    prolog = _PROLOG.match(text) if wide or not xml.startswith(codecs.BOM_UTF8) else _PROLOG.match(text, 3)
    opening = _DOCTYPE.match(text, prolog.end()) if prolog else None
    if prolog is None or opening is None:
        return xml
    values: dict[str, str] = {}
    at = opening.end()
    while opening["open"]:
        declared = _DECLARED.match(text, at)
        if not declared:
            break
        at = declared.end()
        if declared["name"]:  # of two the first counts
            values.setdefault(declared["name"], _value(declared["value"][1:-1], values))
    end = (_CLOSE if opening["open"] else re.compile(">")).match(text, at)
    if not end:
        raise _refused()
    body = _put_in(text[end.end() :], values)
    return (text[: prolog.end()] + body).encode(encoding)


def _value(said: str, earlier: dict[str, str]) -> str:
    """What an entity stands for; those in it are declared before it."""
    value = _NAMED.sub(lambda m: m[0] if m[1] in _OF_XML else earlier.get(m[1], "<"), _ESCAPED_TWICE.sub("&", said))
    if "<" in value or len(value) > _MAX_VALUE:
        raise _refused()
    return value


def _put_in(body: str, values: dict[str, str]) -> str:
    added = 0

    def put(match: re.Match[str]) -> str:
        nonlocal added
        value = values.get(match[1] or "")
        if value is None:
            return match[0]
        added += len(value)
        if added > _MAX_ADDED:
            raise _refused()
        return value

    return _USED.sub(put, body) if values else body


def _refused() -> Unreadable:
    return Unreadable("", "its XML declares entities that no editor does", "Leave it out.")
