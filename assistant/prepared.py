"""A text made ready for the grounding check: repaired, folded, its facts read. Pure, and kept for the next sentence."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.words import stem
from sources.bulletin import Fact
from sources.facts import facts
from sources.fold import fold as fold_characters
from sources.names import read_names
from sources.repair import repair

_HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")
_MARKS = re.compile(r"[\W_]+")
_CLAUSE_END = re.compile(r"[，；。：！？!?;]|[,:](?!\d)|\.(?=\s|$)|\s[–—-]\s|\n")


@dataclass(frozen=True)
class Prepared:
    """A text made ready for comparison. plain: one script, lower case, character by character that of `text`."""

    text: str
    plain: str
    chinese: bool
    latin: bool
    facts: tuple[Fact, ...]
    tokens: frozenset[str]
    stems: frozenset[str]
    compact: str
    digits: str


@functools.lru_cache(512)
def prepare(text: str) -> Prepared:
    """`text` with its damage repaired, and everything that is compared of it."""
    text = repair(text).text
    plain = fold_characters(text)
    lower = plain.lower()
    plain = lower if len(lower) == len(plain) else plain
    han, latin = len(_HAN.findall(plain)), len(LATIN_WORD.findall(plain))
    read = tuple(_decade(fact, plain) for fact in facts(text))
    read += tuple(f for f in _names_beside_dates(text, read) if f not in read)
    return Prepared(
        text,
        plain,
        chinese=han > 1.5 * latin or han >= 40,
        latin=latin >= 1 and latin * 1.5 >= han or latin >= 25,
        facts=read,
        tokens=frozenset(f.token for f in read),
        stems=_stems(plain),
        compact=_MARKS.sub("", plain),
        digits=plain.replace(",", ""),
    )


def _decade(fact: Fact, plain: str) -> Fact:
    """1930年代 is no year."""
    if re.fullmatch(r"date:\d{3}0", fact.token) and plain.startswith("代", fact.end):
        return Fact(f"{fact.token}s", fact.start, fact.end + 1)
    return fact


def _stems(plain: str) -> frozenset[str]:
    return frozenset(stem(w) for found in LATIN_WORD.findall(plain) for w in (found, *re.split(r"['’-]", found)) if w)


def _names_beside_dates(text: str, read: Iterable[Fact]) -> list[Fact]:
    """Names that a date parts from their verb: 刘君于2月28日出席."""
    plain = list(fold_characters(text))
    dates = [f for f in read if f.token.startswith("date:")]
    if not dates or not _HAN.search(text):
        return []
    gone: set[int] = set()
    for date in dates:
        start = date.start - 1 if date.start and plain[date.start - 1] in "于在" else date.start
        gone.update(range(start, date.end))
    kept = [i for i in range(len(plain)) if i not in gone]
    found = read_names("".join(plain[i] for i in kept))
    # 2005年和2010年却表示 tells of no 和却.
    whole = (f for f in found if kept[f.end - 1] - kept[f.start] == f.end - 1 - f.start)
    return [Fact(f.token, kept[f.start], kept[f.end - 1] + 1) for f in whole]


def clauses(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in _CLAUSE_END.finditer(text):
        if text[at : match.start()].strip():
            yield at, match.start()
        at = match.end()
    if text[at:].strip():
        yield at, len(text)


def same_language(said: Prepared, source: Prepared) -> bool:
    return source.chinese if said.chinese else source.latin
