"""What one visitor has asked so far: the single object that every callback of the page passes on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sources.bulletin import Language

from ..answer import Answer


@dataclass(frozen=True)
class Turn:
    """A question with its answer, or with the message and remedy of an error; with neither while it is looked up."""

    question: str
    answer: Answer | None = None
    error: tuple[str, str] | None = None


@dataclass(frozen=True)
class Conversation:
    """language: of the page's wording, not of the answers. shown: the turn whose sources the panel shows."""

    language: Language = "en"
    turns: tuple[Turn, ...] = ()
    shown: int | None = None

    @property
    def history(self) -> list[str]:
        """Earlier questions that were answered one way or the other."""
        return [turn.question for turn in self.turns if turn.answer]

    def asking(self, question: str) -> Conversation:
        return replace(self, turns=(*self.turns, Turn(question)))

    def answered(self, answer: Answer) -> Conversation:
        last = replace(self.turns[-1], answer=answer)
        return replace(self, turns=(*self.turns[:-1], last), shown=len(self.turns) - 1)

    def failed(self, message: str, remedy: str) -> Conversation:
        return replace(self, turns=(*self.turns[:-1], replace(self.turns[-1], error=(message, remedy))))
