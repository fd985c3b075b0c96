"""The noun `Request`, and how one is made of what a reader of either language found in a question."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from sources.bulletin import Language
from sources.fold import fold

from .request_dates import Range, languages_named, take_dates

Want = Literal["list", "count", "latest", "oldest", "collection"]


@dataclass(frozen=True)
class Request:
    """What is asked of the catalogue.

    topic: what the bulletins must mention, in the asker's words. dates: first and last day, ISO and partial, both
    included; None where the range is open. published_only: whether the dates are those of publication, or may be
    those of the event as well. number: how many of the latest or oldest ones. about: whether the bulletins may tell of
    the topic in other words. issuers: whether who published them is asked. want "collection": what there is as a whole,
    and what is done with it ("What can you do?", "Which years do your bulletins cover?").
    """

    want: Want
    topic: str | None = None
    dates: tuple[str | None, str | None] = (None, None)
    published_only: bool = False
    issuer: str | None = None
    languages: tuple[Language, ...] = ()
    number: int = 1
    about: bool = False
    issuers: bool = False


class NoTopic(ValueError):
    """What was taken for a topic is no name of a thing."""


@dataclass(frozen=True)
class Words:
    """What the parts of a question are told by in one language.

    published: found where a date is that of publication. language: one that bulletins are written in, found in folded
    text. issuer: who is told to have published, None where nobody is, and the text without it. topic: a topic without
    the courtesies, dates and languages that trail it, and those; raises NoTopic. all_read: whether every word of a text
    is known, the noun that stands for bulletins aside.
    """

    chinese: bool
    published: re.Pattern[str]
    language: re.Pattern[str]
    issuer: Callable[[str], tuple[str | None, str]]
    topic: Callable[[str], tuple[str, Range, tuple[Language, ...]]]
    all_read: Callable[[str, str], bool]


def make_request(
    want: Want, topic: str | None, rest: str, words: Words, *, number: int = 1, noun: str = ""
) -> Request | None:
    """The request of a topic and of what stands around it; None when words are left that nobody read."""
    languages: tuple[Language, ...] = ()
    dates: Range = (None, None)
    published = bool(words.published.search(fold(rest) if words.chinese else rest))
    try:
        if topic is not None:
            topic, dates, languages = words.topic(topic)
        if not noun:
            return Request(want, topic, dates, published, None, languages)
        more, rest = take_dates(rest, words.chinese)
    except ValueError:
        return None
    dates = more if dates == (None, None) else dates
    if match := words.language.search(fold(rest)):
        languages = languages or languages_named(match)
        rest = rest[: match.start()] + " " + rest[match.end() :]
    issuer, rest = words.issuer(rest)
    if not words.all_read(rest, noun):
        return None
    return Request(want, topic, dates, published, issuer, languages, number)


def name_of_thing(topic: str) -> str:
    """A topic without its quotation marks. Raises NoTopic when nothing is left, or more than a name."""
    topic = topic.strip(" ,，、的")
    if re.search(r"[?？!！;；。]", topic):
        raise NoTopic(topic)
    if len(topic) >= 2 and (topic[0], topic[-1]) in {("“", "”"), ("「", "」"), ('"', '"'), ("'", "'"), ("‘", "’")}:
        topic = topic[1:-1]
    if not topic:
        raise NoTopic(topic)
    return topic


_LITERAL = re.compile(
    r"(?i)\b(?:mention|contain|name|refer|appear|occur|come up|turn up|show up|say)|提到|提及|出现|写有|包含|含有|写"
)


def told_of(request: Request | None, asked: str) -> Request | None:
    """The request, which words alike in meaning meet as well where no literal mention is asked for."""
    if request is None or request.topic is None or _LITERAL.search(asked.replace(request.topic, " ")):
        return request
    return replace(request, about=True)
