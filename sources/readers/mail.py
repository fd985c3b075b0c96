"""E-mails (.eml) and web archives (.mht): the text, or the page, of a message and the files attached to it."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from sources.decode import decode
from sources.errors import Unreadable
from sources.readers import Part, Reading, Told, known
from sources.readers.archive import label, short_names
from sources.readers.page import read as read_page

_MAX_PARTS = 500
_MAX_DEPTH = 20
_PREFIX = re.compile(r"^(?:(?:re|fwd?|转发|轉寄|回复|答复|回覆)\s*[:：]\s*)+", re.I)


def read(data: bytes) -> tuple[Reading | None, tuple[Part, ...]]:
    """The message, None when it says nothing itself, and its attachments. Raises Unreadable."""
    message = BytesParser(policy=email.policy.compat32).parsebytes(data)
    if not message.keys() or not (message.get("From") or message.get("Content-Type") or message.get("Subject")):
        raise Unreadable("", "it is no e-mail: it has no head", "Leave it out, or save it as plain text.")
    leaves = list(_leaves(message))
    pages = [part for part in leaves if part.get_content_type() == "text/html" and not _attached(part)]
    plains = [part for part in leaves if part.get_content_type() == "text/plain" and not _attached(part)]
    told = _told(message)
    reading = None
    for part in plains + pages if not _is_archive(message) else pages:
        body = _bytes(part)
        if not re.search(rb"[A-Za-z\x80-\xff]", body):
            continue
        if part.get_content_type() == "text/html":
            reading = read_page(body, _charset(part))
        else:
            decoded = decode(body, _charset(part))
            reading = Reading(decoded.text, decoded.encoding, "text")
        break
    if reading is not None:
        kind = "html" if _is_archive(message) else "eml"
        told = {**told, **reading.told} if _is_archive(message) else {**reading.told, **told}
        reading = replace(reading, format=kind, told=told)
    files = [part for part in leaves if _attached(part)]
    names = [label(_file_name(part)) or f"attachment {i}" for i, part in enumerate(files, 1)]
    attached = []
    for part, name, short in zip(files, names, short_names(names), strict=True):
        attached.append(Part(short, name, _bytes(part), charset=_charset(part)))
    if reading is None and not attached:
        raise Unreadable("", "there is no word in it", "Leave it out.")
    return reading, tuple(attached)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold content, in order; those of messages inside it too. Bounded in number and depth."""
    waiting = [(message, 0)]
    count = 0
    while waiting:
        part, depth = waiting.pop()
        if part.is_multipart() and isinstance(part.get_payload(), list):
            if depth > _MAX_DEPTH:
                raise Unreadable("", "it is nested too deeply", "Leave it out.")
            inner = [p for p in part.get_payload() if isinstance(p, Message)]
            waiting += [(p, depth + 1) for p in reversed(inner)]
        else:
            count += 1
            if count > _MAX_PARTS:
                raise Unreadable("", f"it has more than {_MAX_PARTS} parts", "Leave it out.")
            yield part


def _is_archive(message: Message) -> bool:
    return message.get_content_type() == "multipart/related" and bool(
        message.get("Snapshot-Content-Location") or "saved by" in str(message.get("From", "")).lower()
    )


def _attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(
        part.get_filename() and part.get_content_maintype() == "application"
    )


def _file_name(part: Message) -> str:
    return _decoded(part.get_filename() or "")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str:
    """The encoding that a part names for itself, "" when none."""
    try:
        return part.get_content_charset("") or ""
    except (LookupError, ValueError):  # RFC 2231 lets the name be encoded itself
        return ""


def _decoded(value: object) -> str:
    """A header as text: encoded words, or bytes written as they are in whatever encoding."""
    from email.header import decode_header

    try:
        pieces = decode_header(str(value) if isinstance(value, str) else value)  # type: ignore[arg-type]
    except ValueError:
        return str(value)
    found = []
    for piece, encoding in pieces:
        if isinstance(piece, str):
            found.append(piece)
            continue
        try:
            named = {"gb2312": "gb18030", "gbk": "gb18030"}.get((encoding or "").lower(), encoding or "")
            found.append(piece.decode(named) if named and named != "unknown-8bit" else decode(piece).text)
        except (LookupError, ValueError, Unreadable):  # a NUL in the name of an encoding
            found.append(piece.decode("utf-8", "replace"))
    return " ".join("".join(found).split())


def _told(message: Message) -> dict[str, Told]:
    subject, sender = _decoded(message.get("Subject", "")), _decoded(message.get("From", ""))
    title = Told(_PREFIX.sub("", subject), "mail header Subject")
    if _is_archive(message):
        # The program that saved a page is not who wrote it, and the day it was saved is not the day it was published.
        place = str(message.get("Snapshot-Content-Location", ""))
        return known({"title": title, "url": Told(place, "mail header Snapshot-Content-Location")})
    try:
        sent = parsedate_to_datetime(str(message["Date"])).date().isoformat() if message["Date"] else ""
    except (ValueError, TypeError, OverflowError):
        sent = ""
    name, address = parseaddr(sender)
    return known(
        {
            "title": title,
            "published": Told(sent, "mail header Date"),
            "issuer": Told(name or address, "mail header From"),
            "author": Told(sender, "mail header From"),
        }
    )
