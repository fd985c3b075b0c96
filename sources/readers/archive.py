"""ZIP archives and gzip files, unpacked in memory within limits. Names in them are labels, never paths of this disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from sources.decode import decode
from sources.errors import Unreadable
from sources.readers import Part

MAX_ENTRIES = 10_000
MAX_RATIO = 200  # text packs 3 to 20 times smaller, a table of numbers up to 50
_RATIO_FROM = 1_000_000  # bytes; what is smaller harms nobody
_MAX_OFFICE = 300_000_000  # bytes that an Office document may unpack to
_CHUNK = 1 << 18
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)
_LEAVE_OUT = "Unpack it and leave this file out."


def _too_large(max_bytes: int) -> Unreadable:
    remedy = "Unpack it, and name what is to be read."
    return Unreadable("", f"it unpacks to more than {max_bytes / 1e6:,.0f} MB", remedy)


def _too_dense() -> Unreadable:
    return Unreadable("", f"it unpacks to more than {MAX_RATIO} times its size", "Leave it out.")


class Room:
    """How many bytes may still be unpacked from one file, all archives in it together."""

    def __init__(self, left: int) -> None:
        self.whole = self.left = left

    def take(self, size: int) -> None:
        """Raises Unreadable when there is not so much left."""
        self.left -= size
        if self.left < 0:
            raise Unreadable(
                "", f"it unpacks to more than {self.whole / 1e6:,.0f} MB", "Unpack it and name the folder."
            )


def kind_of(data: bytes) -> str:
    """What the archive is: "zip", "docx", "odt", or in words what no reader takes. Raises Unreadable when damaged."""
    with _open(data) as archive:
        names = set(archive.namelist())
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
            return "an Excel workbook"
        if "ppt/presentation.xml" in names:
            return "a PowerPoint presentation"
        if "EncryptedPackage" in names:
            return "a protected Office document"
        if "mimetype" in names:
            info = archive.getinfo("mimetype")
            if info.file_size > 200 or info.flag_bits & 1 or info.compress_type not in _METHODS:
                return "zip"
            try:
                kind = archive.read(info)
            except BROKEN:
                return "zip"
            if kind.startswith(b"application/vnd.oasis.opendocument.text"):
                return "odt"
            if kind.startswith(b"application/epub"):
                return "an EPUB book"
            if kind.startswith(b"application/vnd.oasis"):
                return "an OpenDocument file that is no text"
    return "zip"


def _open(data: bytes) -> zipfile.ZipFile:
    # Each entry of the directory begins so: an archive of millions is refused before its directory is read.
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise Unreadable("", f"it holds more than {MAX_ENTRIES:,} files", "Unpack it and name the folder.")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise Unreadable(
            "", "it is a damaged ZIP archive or Office document", "Fetch it again, or leave it out."
        ) from error


def require_modest(data: bytes) -> None:
    """Raises Unreadable when an Office document would unpack to something huge or far larger than it is."""
    with _open(data) as archive:
        sizes = [(info.file_size, info.compress_size) for info in archive.infolist()]
    if sum(size for size, _ in sizes) > _MAX_OFFICE:
        raise _too_large(_MAX_OFFICE)
    if any(size > 50 * _RATIO_FROM and size > MAX_RATIO * packed for size, packed in sizes):
        raise _too_dense()


def parts_of(data: bytes, endings: tuple[str, ...], max_bytes: int, room: Room) -> Iterator[Part]:
    """The files in the archive that have one of the endings, unpacked one at a time, in their order.

    What cannot be unpacked is a part with a problem. Hidden files and those that file systems add are passed over.
    """
    with _open(data) as archive:
        infos = [info for info in archive.infolist() if info.filename and not info.filename.endswith("/")]
        names = [label(name) for name in _names(infos)]
        wanted = [
            (info, name)
            for info, name in zip(infos, names, strict=True)
            if name.lower().endswith(endings) and not any(p.startswith((".", "__MACOSX")) for p in name.split("/"))
        ]
        short = short_names([name for _, name in wanted])
        for (info, name), part in zip(wanted, short, strict=True):
            try:
                yield Part(part, name, _unpack(archive, info, max_bytes, room))
            except Unreadable as error:
                yield Part(part, name, b"", problem=(error.reason, error.remedy))
                if room.left < 0:
                    return
    if not wanted:
        raise Unreadable("", "there is no file in it that can hold a bulletin", "Leave it out.")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int, room: Room) -> bytes:
    if info.flag_bits & 1:
        raise Unreadable("", "it is protected by a password", "Unpack the archive with the password.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable("", "it is a symbolic link", _LEAVE_OUT)
    if info.compress_type not in _METHODS:
        raise Unreadable("", "it is packed in a way that is not read here", "Unpack the archive and name the folder.")
    found = bytearray()
    try:
        with archive.open(info) as file:
            while chunk := file.read(_CHUNK):
                found += chunk
                room.take(len(chunk))
                if len(found) > max_bytes:
                    raise _too_large(max_bytes)
                if len(found) > _RATIO_FROM and len(found) > MAX_RATIO * max(info.compress_size, 1):
                    raise _too_dense()
    except BROKEN as error:
        raise Unreadable("", "it is damaged in the archive", "Fetch the archive again.") from error
    if not found:
        raise Unreadable("", "it is empty", "Leave it out, or save the bulletin again.")
    return bytes(found)


def gunzip(data: bytes, max_bytes: int, room: Room) -> bytes:
    """The one file in a gzip file. Raises Unreadable."""
    found = bytearray()
    left = data
    try:
        while left:
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                chunk = member.decompress(left, _CHUNK)
                left = member.unconsumed_tail
                if not chunk and not left and not member.eof:
                    raise EOFError
                found += chunk
                room.take(len(chunk))
                if len(found) > max_bytes:
                    raise Unreadable(
                        "", f"it unpacks to more than {max_bytes / 1e6:,.0f} MB", "Unpack it and split it."
                    )
                if len(found) > _RATIO_FROM and len(found) > MAX_RATIO * len(data):
                    raise _too_dense()
            left = member.unused_data
            if not left.startswith(b"\x1f\x8b"):  # padding
                break
    except (zlib.error, EOFError) as error:
        raise Unreadable("", "it is a damaged gzip file", "Fetch it again, or leave it out.") from error
    if found[257:262] == b"ustar":
        raise Unreadable("", "it is a tar archive", "Unpack it and name the folder.")
    if not found:
        raise Unreadable("", "it is empty", "Leave it out, or save the bulletin again.")
    return bytes(found)


def _names(infos: list[zipfile.ZipInfo]) -> list[str]:
    """Their names. Those not marked as UTF-8 are in the code page of whoever packed them: one for the archive."""
    unmarked = [info for info in infos if not info.flag_bits & 0x800]
    data = [info.filename.encode("cp437", "replace") for info in unmarked]
    joined = b"\n".join(name for name in data if not name.isascii())
    encoding = "cp437"
    if joined:
        try:
            encoding = decode(joined).encoding
        except Unreadable:
            encoding = "cp437"
        if encoding.startswith("utf-16"):  # a name packed so has NUL bytes
            encoding = "cp437"
    read = {id(info): name.decode(encoding, "replace") for info, name in zip(unmarked, data, strict=True)}
    return [read.get(id(info), info.filename) for info in infos]


def label(name: str) -> str:
    """Without steps up, drive letters and control characters; folders set apart by "/"."""
    name = "".join(c for c in name.replace("\\", "/") if c.isprintable())
    parts = [part.strip() for part in name.split("/")]
    return "/".join(part[-120:] for part in parts if part not in ("", ".", "..") and not part.endswith(":"))[-300:]


def short_names(names: list[str]) -> list[str]:
    """Stems; whole names where stems meet, numbered where names do."""
    found = [PurePosixPath(name).stem for name in names]
    for longer in ([PurePosixPath(name).name for name in names], names):
        counts = Counter(found)
        found = [long if counts[short] > 1 else short for short, long in zip(found, longer, strict=True)]
    seen = Counter[str]()
    unique = []
    for name in found:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique
