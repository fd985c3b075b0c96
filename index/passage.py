"""The nouns of this room: a `Passage` of a bulletin, and a `Hit`, a passage with why it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sources.bulletin import Language


@dataclass(frozen=True)
class Passage:
    """A stretch of whole sentences of one bulletin.

    bulletin: Bulletin.id. number: place within its bulletin, from 0. text: bulletin.text[start:end].
    sentences: spans within the bulletin's clean text, in reading order, that fill the passage.
    heading: the nearest heading above, "" when there is none.
    """

    bulletin: str
    source: str
    number: int
    start: int
    end: int
    text: str
    sentences: tuple[tuple[int, int], ...]
    language: Language
    title: str
    heading: str


@dataclass(frozen=True)
class Hit:
    """A passage that a question found. score in [0, 1], higher is better; lanes: each lane's own share of it.

    context: the passage with its neighbours, as clean span of the bulletin; text: its words.
    other_versions: sources of bulletins that tell the same event.
    """

    passage: Passage
    score: float
    lanes: Mapping[str, float]
    context: tuple[int, int]
    other_versions: tuple[str, ...] = ()
    text: str = ""
