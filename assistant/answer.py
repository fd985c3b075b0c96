"""The nouns of this room: `Question`, `Answer`, its `Sentence`s and `Citation`s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from index.passage import Hit
from sources.bulletin import Language

# Answer.answerer where no chat model wrote.
EXTRACTIVE = "extractive"


@dataclass(frozen=True)
class Question:
    """What was asked.

    standalone: the same question, with what the history supplies. asks: the words that tell what is asked for.
    language: of the answer, as asked for or as the question is written. written: of the question.
    after: the earlier question, stand-alone, that it goes on from; None for one that takes nothing from another.
    beside: another wording to search for beside it, "" for none.
    """

    text: str
    standalone: str
    asks: str
    language: Language
    written: Language
    history: tuple[str, ...] = ()
    after: str | None = None
    beside: str = ""


@dataclass(frozen=True)
class Citation:
    """Where words of the answer stand.

    quote == raw[start:end] of the bulletin's file decoded as text, damage included; start/end count its characters.
    bulletin: Bulletin.id. published: ISO date, may be partial, None when the page names none.
    other_versions: sources of bulletins that tell the same event, the best to quote first. page: where the quote
    begins, from 1, None when the file has no pages.
    """

    source: str
    bulletin: str
    title: str
    published: str | None
    issuer: str | None
    quote: str
    start: int
    end: int
    other_versions: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence or list item of the answer; citations are positions in Answer.citations."""

    text: str
    supported: bool
    citations: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """What the bulletins say, or that they do not.

    text: what a reader is shown, without mark-up: the sentences, a list item on a line of its own ("- …").
    probability: how likely the evidence is enough, in [0, 1]; outcome is "answered" at or above the threshold.
    related: for "not_found", the nearest passages; they are no evidence. evidence: the hits the answer was made from.
    seconds: time by step, and "total". written: how many sentences a chat model wrote, None when none was asked;
    unsupported: how many of those the bulletins do not bear out, shown or not.
    """

    question: str
    outcome: Literal["answered", "not_found"]
    language: Language
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    searched_as: str
    answerer: str
    seconds: Mapping[str, float]
    probability: float
    notes: tuple[str, ...] = ()
    related: tuple[Citation, ...] = ()
    evidence: tuple[Hit, ...] = field(default=(), repr=False)
    written: int | None = None
    unsupported: int = 0

    def to_json(self) -> dict[str, Any]:
        """The machine interface's Answer, without `evidence`, the page of a citation without pages, and what only an
        answer has that a chat model was asked for."""
        # Without the passages first: taking them apart as well would be nine tenths of the work.
        record = asdict(replace(self, evidence=()))
        del record["evidence"]
        if self.written is None:
            del record["written"], record["unsupported"]
        for citation in (*record["citations"], *record["related"]):
            if citation["page"] is None:
                del citation["page"]
        return record


@dataclass(frozen=True)
class Progress:
    """How far an answer has come.

    step: what is being done; "write" only while sentences come. seconds: since the question was asked. so_far: what is
    checked and may be shown, an Answer of the sentences so far without notes; None before the first. The sentences and
    citations of one stream only ever grow at their end.
    """

    step: Literal["search", "write"]
    seconds: float
    so_far: Answer | None = None
