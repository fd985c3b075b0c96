"""How a question is answered: understood, searched, decided, answered, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .answer import Answer, Citation, Progress, Question, Sentence

if TYPE_CHECKING:
    from .assistant import Assistant

__all__ = ["Answer", "Assistant", "Citation", "Progress", "Question", "Sentence"]


def __getattr__(name: str) -> Any:
    # Whoever only needs the nouns, as the server does whose processes answer, need not wait for all of the rest.
    if name == "Assistant":
        from .assistant import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
