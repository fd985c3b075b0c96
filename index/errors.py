"""What can go wrong in this room. Every error says what happened and what to do about it."""

from __future__ import annotations


class IndexingError(Exception):
    """Base of this room's errors. remedy: what the reader of the message can do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class IndexMissing(IndexingError):
    """There is no index where one was expected."""


class IndexDamaged(IndexingError):
    """The index is there but cannot be read."""


class IndexUnusable(IndexingError):
    """The index is whole, but the disk is full, the folder forbidden or the file held by another program."""


class IndexHeld(IndexingError):
    """Another run is writing the index."""


class IndexMismatch(IndexingError):
    """The index was made with another embedding model, or by another version of this program."""


class ModelUnavailable(IndexingError):
    """The embedding model or the reranker cannot be loaded."""
