"""What can go wrong, in one short tree. A face catches `ERRORS` and prints two lines: the message and its remedy.

    sources.errors.SourceError      a bulletin or folder cannot be read
    index.errors.IndexingError      the index or the embedding model is missing, damaged or another's
    AssistantError
        SettingsError               a setting is unknown or out of bounds
        QuestionRefused             the question is empty or too long
        BadInput                    a line of a batch is not what was promised

Everything else that is raised is a bug of ours.
"""

from __future__ import annotations

from index.errors import IndexingError
from sources.errors import SourceError


class AssistantError(Exception):
    """Base of this room's errors. remedy: what the reader of the message can do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class SettingsError(AssistantError):
    """A setting is unknown or out of bounds."""


class QuestionRefused(AssistantError):
    """The question is empty or too long to be one."""


class BadInput(AssistantError):
    """A file or line that a command was given is not what the machine interface promises."""


ERRORS = (AssistantError, IndexingError, SourceError)
