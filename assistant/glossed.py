"""A question with those of its words that a text of the other language tells put as that text writes them.

A small model that reads "the pension that Charles II gave Hobbes" beside 霍布斯 does not know that they are one. The
dictionary does, and sounds tell. Words that are not found stay as they were asked.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from index.gloss import Gloss
from index.normalise import fold, simplify
from index.words import english_words, is_everyday, is_named, stem
from sources.bulletin import Fact
from sources.facts import facts
from sources.romanised import written_at
from sources.sounds import foreign_at, foreign_written_at

_NAMES = ("name:", "place:", "org:", "prog:")
_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ’'-]*")
_POSSESSIVE = re.compile(r"['’]s$")
_SOUNDED = re.compile(r"[A-ZÀ-Þ][a-zà-ÿ]{2,}")
# Roman numerals behind a name: Charles II is 查理二世, Louis XIV 路易十四.
_ROMAN = dict(
    zip(
        "II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI".split(),
        "二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六".split(),
        strict=True,
    )
)
_NUMBERED = re.compile(rf"(?<=[a-zà-ÿ] )(?:{'|'.join(_ROMAN)})\b")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# A gloss counts when it stands for at least this share of a word's meanings; one that the text does not have, a name's,
# for at least that.
_MEETS, _SURELY = 0.08, 0.5
_LONGEST_NAME = 6  # characters of a foreign name in a Chinese question
_TOGETHER = 2  # words of one gloss that are put in its place

Place = tuple[int, int]


def glossed(question: str, glosses: Sequence[Gloss], text: str, *, english: bool) -> str:
    """The question as it is read beside a text of the other language, which is in Simplified characters if Chinese.

    glosses: of the question's words, into the other language. english: whether the question is.
    """
    own, there = _names(question), {fact.token: fact for fact in reversed(_names(text))}
    found: dict[Place, str] = {}
    for fact in own:
        if fact.token in there:
            _put(found, (fact.start, fact.end), text[there[fact.token].start : there[fact.token].end])
    ways = _of_english(question, glosses, own, text) if english else _of_chinese(question, glosses, text)
    for place, words in ways:
        _put(found, place, words)
    for (start, end), words in sorted(found.items(), reverse=True):
        question = question[:start] + (words if english else f" {words} ") + question[end:]
    return question


@functools.lru_cache(256)
def _names(text: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts(text) if fact.token.startswith(_NAMES))


def _put(found: dict[Place, str], place: Place, words: str) -> None:
    """Keeps the first that is found for a stretch."""
    if not any(start < place[1] and place[0] < end for start, end in found):
        found[place] = words


def _of_english(
    question: str, glosses: Sequence[Gloss], own: Sequence[Fact], chinese: str
) -> Iterator[tuple[Place, str]]:
    """Where something of an English question stands, and how the Chinese text writes it."""
    persons = [fact for fact in own if fact.token.startswith("name:")]
    for fact in persons:
        if place := written_at(question[fact.start : fact.end], chinese, shortest=2):
            yield (fact.start, fact.end), chinese[slice(*place)]
    words = [(m.span(), stems[0]) for m in _WORD.finditer(question) if (stems := english_words(fold(m[0])))]
    for gloss in glosses:
        stems = gloss.word.split()
        for at in range(len(words) - len(stems) + 1):
            if [word for _, word in words[at : at + len(stems)]] != stems:
                continue
            start, end = words[at][0][0], words[at + len(stems) - 1][0][1]
            said = question[start:end]
            if any(said != question[f.start : f.end] and f.start <= start and end <= f.end for f in persons):
                continue  # a part of a name in pinyin is no word
            there = [(weight, term) for term, weight in gloss.terms if weight >= _MEETS and term in chinese]
            term, weight = gloss.terms[0]
            if there:
                yield (start, end), max(there)[1]
            elif weight >= _SURELY and said[0].isupper() and is_named(term):
                yield (start, end), term
    for match in _NUMBERED.finditer(question):
        number = _ROMAN[match[0]]
        if written := next((w for w in (f"{number}世", number) if len(w) > 1 and w in chinese), None):
            yield match.span(), written
    for match in _WORD.finditer(question):
        name = _POSSESSIVE.sub("", match[0])
        if _SOUNDED.fullmatch(name) and not is_everyday(name.lower()) and (place := foreign_written_at(name, chinese)):
            yield match.span(), chinese[slice(*place)]


def _of_chinese(question: str, glosses: Sequence[Gloss], english: str) -> Iterator[tuple[Place, str]]:
    """Where something of a Chinese question stands, and how the English text writes it."""
    simple = simplify(question)
    if len(simple) != len(question):
        return
    told: dict[str, str] = {}
    for match in _WORD.finditer(english):
        word = _POSSESSIVE.sub("", match[0])
        told.setdefault(stem(word.lower()), word)
    for gloss in glosses:
        at = simple.lower().find(gloss.word)
        if at >= 0 and len(gloss.word) > 1:
            there = [told[term] for term, weight in gloss.terms if weight >= _MEETS and term in told]
            if there:
                yield (at, at + len(gloss.word)), " ".join(there[:_TOGETHER])
    for match in _CHINESE.finditer(simple):
        for size in range(_LONGEST_NAME, 2, -1):
            for at in range(match.start(), match.end() - size + 1):
                if place := foreign_at(simple[at : at + size], english):
                    yield (at, at + size), english[slice(*place)]
