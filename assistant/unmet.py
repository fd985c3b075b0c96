"""Names that the dictionary knows and that a text of the other language does not have, neither as the dictionary puts
them nor by their sound.

Of 615 true sentences of two languages 3 are said to lack one, all told by another (the Pentagon of 國防部); of 50 with
another name put in, 10. Names that no dictionary knows are left to the model: anything in a passage sounds a little
like them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence

from index.gloss import Gloss, Glosses
from index.words import chinese_words, is_foreign_name
from sources.sounds import foreign_at, is_in_names, is_read_in, may_sound_in

from .prepared import Prepared

_CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][a-zà-ÿ]{2,}(?:['’-][A-Za-zà-ÿ]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_SYLLABLE = 3  # letters; so short a name may be one of pinyin
_RENDERS = 0.05  # what stands for less of a name is another's
_SURELY = 0.4  # of what a word may be, a name's
_ROOT = 4  # letters; Venice and Venetian share fewer
_SHARED = 2  # characters: 新西兰 and 纽西兰 are one


def unmet_names(said: Prepared, source: Prepared, glosses: Glosses) -> Iterator[str]:
    """Reasons to reject a sentence beside a source of the other language."""
    names = _of_chinese(said, source, glosses) if said.chinese else _of_english(said, source, glosses)
    for name in dict.fromkeys(names):
        yield f"the name {name} is not in the cited text"


def _of_english(said: Prepared, source: Prepared, glosses: Glosses) -> Iterator[str]:
    taken = {i for fact in said.facts for i in range(fact.start, fact.end)}
    for match in _CAPITALISED.finditer(said.text):
        name = _POSSESSIVE.sub("", match[0])
        if match.start() in taken or len(name) <= _SYLLABLE or name.lower() in source.plain:
            continue
        terms = _renderings(glosses.of_english(name))
        if not terms or terms[0][1] < _SURELY or not is_foreign_name(terms[0][0]):
            continue
        sounds = may_sound_in(name, source.plain) or is_read_in(name.lower(), source.plain)
        if not sounds and not any(_shares(term, source.plain) for term, _ in terms):
            yield name


def _of_chinese(said: Prepared, source: Prepared, glosses: Glosses) -> Iterator[str]:
    taken = " ".join(said.plain[fact.start : fact.end] for fact in said.facts)
    for word in chinese_words(said.plain):
        if len(word) <= _SHARED or word in taken or not is_foreign_name(word) or _goes_on(word, said.plain):
            continue
        stems = [stem for stem, _ in _renderings(glosses.of_chinese(word))]
        there = any(_is_there(stem, source) for stem in stems) or foreign_at(word, source.text)
        if not there and _is_name(stems, glosses):
            yield word


def _is_name(stems: Sequence[str], glosses: Glosses) -> bool:
    """Whether a Chinese word of these English stems is a name in English, too: 占上风, the upper hand, is none."""
    back = (term for stem in stems for term, _ in _renderings(glosses.of_english(stem))[:1])
    return any(is_foreign_name(term) for term in back)


def _goes_on(name: str, chinese: str) -> bool:
    """Whether it is the beginning of a longer name: 伦巴 of 伦巴底人."""
    return is_in_names(chinese[chinese.find(name) + len(name) :][:1])


def _renderings(glosses: Sequence[Gloss]) -> list[tuple[str, float]]:
    return [(term, weight) for gloss in glosses for term, weight in gloss.terms if weight >= _RENDERS]


def _shares(term: str, chinese: str) -> bool:
    return any(term[at : at + _SHARED] in chinese for at in range(max(1, len(term) - _SHARED + 1)))


def _is_there(stem: str, source: Prepared) -> bool:
    return stem in source.stems or bool(re.search(rf"\b{re.escape(stem[:_ROOT])}", _bare(source.plain)))


@functools.lru_cache(64)
def _bare(text: str) -> str:
    """Without accents: Zürich is the dictionary's Zurich."""
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
