"""One person's name in two texts of two alphabets, made one token where its spelling or its sound tells so.

Pinyin meets characters by itself (劉君, "Liu Jun"). Here met are 高世傑 and "Kao Shih-chieh", 劉錦開 and "Lau Kam-hoi",
霍爾登 and "Holden". Pure.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from sources.bulletin import Fact
from sources.romanised import spelled_at, written_at
from sources.sounds import foreign_at

from .prepared import Prepared

PINYIN = re.compile(r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouv]+(?:ng|n|r)?)+")


def with_names_met(said: Prepared, source: Prepared) -> tuple[Prepared, Prepared]:
    """Both texts, where a name that one spells and the other writes has the same token in both."""
    if said.chinese == source.chinese or (said.latin and source.latin):
        return said, source
    han, latin = (said, source) if said.chinese else (source, said)
    for fact in _names(han):
        place = place_of(han.plain[fact.start : fact.end], latin) if fact.token not in latin.tokens else None
        if place:
            latin = _named(latin, Fact(fact.token, *place))
    for fact in _names(latin):
        written = written_at(latin.text[fact.start : fact.end], han.plain) if fact.token not in han.tokens else None
        if written:
            han = _named(han, Fact(fact.token, *written))
    return (han, latin) if said.chinese else (latin, han)


def place_of(name: str, latin: Prepared) -> tuple[int, int] | None:
    """Where a text in Latin letters spells a name that Simplified characters write."""
    return spelled_at(name, latin.text) or foreign_at(name, _without_pinyin(latin))


def _without_pinyin(latin: Prepared) -> str:
    """Without names of pinyin, which sound like many another."""
    text = list(latin.text)
    for fact in latin.facts:
        if fact.token.startswith("name:") and all(PINYIN.fullmatch(part) for part in fact.token[5:].split("-")):
            text[fact.start : fact.end] = " " * (fact.end - fact.start)
    return "".join(text)


def _names(text: Prepared) -> Iterable[Fact]:
    return [fact for fact in text.facts if fact.token.startswith("name:")]


def _named(text: Prepared, name: Fact) -> Prepared:
    """With this name in place of those that were read there."""
    kept = [f for f in text.facts if not f.token.startswith("name:") or f.end <= name.start or name.end <= f.start]
    facts = tuple(sorted((*kept, name), key=lambda f: (f.start, f.end)))
    return dataclasses.replace(text, facts=facts, tokens=frozenset(f.token for f in facts))
