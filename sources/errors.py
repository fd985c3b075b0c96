"""What can go wrong while bulletins are found and read.

SourceError
    Missing        a path that was named does not exist
    NoBulletins    the paths exist and hold nothing to read
    Unreadable     one file cannot be read as a bulletin; the others can
"""

from __future__ import annotations

from pathlib import Path


class SourceError(Exception):
    """Base of this room's errors. The message says what happened, `remedy` what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class Missing(SourceError):
    """A path that was named does not exist."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(f"There is no file or folder {path}.", "Check the spelling, or name another folder.")
        self.path = str(path)


class NoBulletins(SourceError):
    """The paths exist, but no file in them has a format that is read."""

    def __init__(self, paths: tuple[Path | str, ...]) -> None:
        named = ", ".join(str(p) for p in paths) or "no folder at all"
        super().__init__(
            f"There is no file that can hold bulletins in {named}.",
            "Name a folder with bulletins as text, HTML, PDF, DOCX, ODT, RTF, e-mail, CSV, JSON or ZIP.",
        )
        self.paths = tuple(str(p) for p in paths)


class Unreadable(SourceError):
    """One file cannot be read as a bulletin. reason: one lower-case phrase, such as "it is empty".

    path: "" while only bytes are known; whoever knows the path raises it again with `at`.
    """

    def __init__(self, path: Path | str, reason: str, remedy: str = "Leave it out, or save it as plain text.") -> None:
        super().__init__(f"{path or 'The file'} cannot be read: {reason}.", remedy)
        self.path = str(path)
        self.reason = reason

    def at(self, path: Path | str) -> Unreadable:
        """The same error, naming the file."""
        return Unreadable(path, self.reason, self.remedy)
