"""What one visitor has asked and is looking at: the single object that every callback of the page passes on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import Literal

from sources.bulletin import Language

from ..answer import Answer
from .filters import Filters

# What the panel beside the chat shows. "manage" is for administrators.
View = Literal["sources", "why", "bulletins", "history", "manage"]
VIEWS: tuple[View, ...] = ("sources", "why", "bulletins", "history", "manage")
Verdict = Literal["", "up", "down", "report"]


@dataclass(frozen=True)
class Turn:
    """A question with its answer, or with the message and remedy of an error; with neither while it is looked up.

    so_far: what may be shown of an answer that is being made. filters: within which it was looked for; read: whether
    their year was read from the question. stopped: by the reader, before the answer was whole. follow_ups: questions
    that the bulletins can answer next. verdict: what the reader thought of it.
    """

    question: str
    answer: Answer | None = None
    error: tuple[str, str] | None = None
    so_far: Answer | None = None
    filters: Filters = Filters()
    read: bool = False
    stopped: bool = False
    follow_ups: tuple[str, ...] = ()
    verdict: Verdict = ""

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None or self.stopped


@dataclass(frozen=True)
class Looking:
    """What is looked at in the collection: one bulletin by its id, or those that a search or the timeline leaves.

    query: words that are searched for. within: what the timeline was clicked at.
    """

    bulletin: str | None = None
    query: str = ""
    within: Filters = Filters()
    all: bool = False


@dataclass(frozen=True)
class Conversation:
    """language: of the page's wording, not of the answers. shown: the turn whose sources the panel shows.

    key: under which it is kept. filters: chosen for the questions to come. small: in a small frame of a portal. notice:
    what was wrong with the last click, and its remedy.
    """

    language: Language = "en"
    turns: tuple[Turn, ...] = ()
    shown: int | None = None
    view: View = "bulletins"
    filters: Filters = Filters()
    looking: Looking = Looking()
    small: bool = False
    notice: tuple[str, str] | None = None
    key: str = field(default_factory=lambda: uuid.uuid4().hex, compare=False)

    @property
    def history(self) -> list[str]:
        """Earlier questions that were answered one way or the other."""
        return [turn.question for turn in self.turns if turn.answer]

    @property
    def busy(self) -> bool:
        return bool(self.turns) and not self.turns[-1].done

    def asking(self, question: str, filters: Filters | None = None, read: bool = False) -> Conversation:
        """filters: None for those that were chosen."""
        turn = Turn(question, filters=self.filters if filters is None else filters, read=read)
        return replace(self, turns=(*self.turns, turn))

    def coming(self, so_far: Answer | None) -> Conversation:
        return self.last(so_far=so_far)

    def answered(self, answer: Answer) -> Conversation:
        return replace(self.last(answer=answer, so_far=None), shown=len(self.turns) - 1, view="sources")

    def failed(self, message: str, remedy: str) -> Conversation:
        return self.last(error=(message, remedy), so_far=None)

    def broken_off(self) -> Conversation:
        """What was shown of the answer stays as all there is of it."""
        if not self.busy:
            return self
        answer = self.turns[-1].so_far
        shown = self.last(answer=answer, so_far=None, stopped=True)
        return replace(shown, shown=len(self.turns) - 1, view="sources") if answer else shown

    def without_last(self) -> Conversation:
        kept = self.turns[:-1]
        return replace(self, turns=kept, shown=len(kept) - 1 if kept else None)

    def last(self, **changes: object) -> Conversation:
        return self.change(len(self.turns) - 1, **changes)

    def change(self, number: int, **changes: object) -> Conversation:
        """One turn changed."""
        turn = replace(self.turns[number], **changes)  # type: ignore[arg-type]
        return replace(self, turns=(*self.turns[:number], turn, *self.turns[number + 1 :]))
