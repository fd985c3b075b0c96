"""A question that asks several things, answered thing by thing: what is told of each, and what of none. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.passage import Hit

from .answer import Question
from .asking import Asked
from .evidence import Candidate
from .extract import Part


@dataclass(frozen=True)
class Asking:
    """One question and what the index holds for it.

    hits, candidates: best first. probability: that they are enough, in [0, 1].
    """

    question: Question
    wanted: Asked
    hits: Sequence[Hit]
    candidates: Sequence[Candidate]
    probability: float


def joined(answers: Sequence[Sequence[Part]]) -> list[Part]:
    """Answers one after the other; what was quoted is not quoted again, nor is its bulletin named twice in a row."""
    parts: list[Part] = []
    lead: Part | None = None
    for part in (part for answer in answers for part in answer):
        if not part.quoted and part.text.endswith((":", "：")):
            lead = part
        elif not any(_holds(told, part) for told in parts):
            if lead and lead != next((told for told in reversed(parts) if not told.quoted), None):
                parts.append(lead)
            parts.append(part)
            lead = None
    return parts


def _holds(told: Part, part: Part) -> bool:
    """Whether a part tells all that another does."""
    if not (told.quoted and part.quoted):
        return told == part
    ours, theirs = told.spans[0], part.spans[0]
    return ours.bulletin.id == theirs.bulletin.id and ours.start <= theirs.start and theirs.end <= ours.end


def covers(parts: Sequence[Part], askings: Sequence[Asking]) -> bool:
    """Whether an answer to the whole question quotes the best sentence for each thing that it asks."""
    return all(
        any(
            part.quoted and span.bulletin.id == best.bulletin.id and span.start <= best.start and best.end <= span.end
            for part in parts
            for span in part.spans
        )
        for best in (asking.candidates[0] for asking in askings)
    )


def in_turn(askings: Sequence[Asking]) -> list[Candidate]:
    """The best candidate of each, then the second of each, and so on, each sentence once."""
    found: dict[tuple[str, int], Candidate] = {}
    for row in zip_longest(*(asking.candidates for asking in askings)):
        for candidate in filter(None, row):
            found.setdefault((candidate.bulletin.id, candidate.start), candidate)
    return list(found.values())
