"""Where bulletins come from: finds them, reads them, repairs and describes them."""

from __future__ import annotations

from sources.bulletin import Bulletin
from sources.errors import SourceError, Unreadable
from sources.files import find_files, read_bulletin, source_names
from sources.language import language_of

__all__ = ["Bulletin", "SourceError", "Unreadable", "find_files", "language_of", "read_bulletin", "source_names"]
