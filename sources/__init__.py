"""Where bulletins come from: finds them, reads them, repairs and describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sources.bulletin import Bulletin
from sources.errors import SourceError, Unreadable
from sources.language import language_of

if TYPE_CHECKING:
    from sources.files import find_files, read_bulletin, source_names

__all__ = ["Bulletin", "SourceError", "Unreadable", "find_files", "language_of", "read_bulletin", "source_names"]


def __getattr__(name: str) -> Any:
    # All that reads and describes files comes with these, and whoever only needs the nouns need not wait for it.
    if name in ("find_files", "read_bulletin", "source_names"):
        from sources import files

        return getattr(files, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
