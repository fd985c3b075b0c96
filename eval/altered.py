"""Sentences altered by machine beside their source in the other language: what the check's reader is tuned on first.

Made of parallel paragraphs: words exchanged, swapped or put in, clauses and causes added, and the contraries of
`assistant/contrary.py`. An altered sentence reads oddly, and a model would learn just that; so words are exchanged in
both languages at once too, which stays true, and in the source alone, which leaves the sentence as people wrote it.
"""

from __future__ import annotations

import logging
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.contrary import contraries
from assistant.prepared import clauses, prepare
from index.embed import Embedder
from index.words import english_words, is_stop_word, stem
from sources.fold import fold
from sources.language import language_of
from sources.lexicon import entries
from sources.sentences import sentences

Place = tuple[int, int]  # [start, end) of a text, in characters
Edit = tuple[int, int, str]  # a place and what comes there

_JOINED = 0.08  # what it costs to lay two sentences beside one
_SKIPPED = 0.05  # and to lay one beside none
_TRANSLATED = 0.42  # cosine from which two sentences are each other's translation
_CONTENT = frozenset("n nr ns nt nz nrt v vn a t s j l i".split())  # jieba's kinds of words
_PUT_IN = {
    True: "只有 首次 所有 唯一的 全部 一律 永远 从未 必须 完全 独自 立即".split(),
    False: ["only", "for the first time", "all", "the only", "always", "never", "must", "entirely", "alone", "every"],
}
# What is added, and whether it comes at the end.
_ADDED = {
    True: [("由于{}，", False), ("，原因是{}", True), ("，同时{}", True), ("，并{}", True), ("在{}之后，", False),
           ("，费用由{}承担", True), ("据{}称，", False)],
    False: [(" because of {}", True), (" due to {}", True), (", and {}", True), (" after {}", True),
            (" in order to {}", True), (", at the expense of {}", True), ("According to {}, ", False)],
}  # fmt: skip
_ENDS = re.compile(r"[。.!！?？\"”」]*$")
_LISTED = re.compile(r"\W*(?:,|、|and|or|和|及|与|以及|或)?\W*")
_NOUNS = re.compile(r"\b(?:the|a|an|his|her|their|its) (?:[a-z-]+ )?[A-Za-z-]+|\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")


@dataclass(frozen=True)
class Pair:
    """A sentence and what it is laid beside. marks: the places of the sentence that the source does not bear out."""

    kind: str
    sentence: str
    source: str
    supported: bool
    marks: tuple[Place, ...] = ()


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    text: str
    kind: str  # as jieba tells it; of an English word how it ends, and "C" for a capital

    def as_this(self, other: str) -> str:
        """Another word with a capital where this one has it."""
        return other[0].upper() + other[1:] if self.text[0].isupper() else other


@dataclass(frozen=True)
class _Line:
    """A sentence in both languages. links: places among the words of each that translate each other."""

    texts: dict[bool, str]  # by whether it is Chinese
    words: dict[bool, list[_Word]]
    links: list[tuple[_Word, _Word]]  # English, Chinese


def aligned(english: str, chinese: str, embedder: Embedder) -> list[tuple[str, str]]:
    """The sentences of a paragraph in both languages, one beside one or two, by the likeness of their vectors."""
    sides = [[text[a:b].strip() for a, b in sentences(text) if text[a:b].strip()] for text in (english, chinese)]
    ours, theirs = sides
    texts = {(s, i, n): " "[s:].join(side[i : i + n]) for s, side in enumerate(sides) for i in range(len(side))
             for n in (1, 2) if i + n <= len(side)}  # fmt: skip
    found = embedder.embed([fold(text) for text in texts.values()], "passage", [*map(language_of, texts.values())])
    vectors = dict(zip(texts, found, strict=True))
    Step = tuple[float, tuple[int, int, int, int] | None]
    best: dict[tuple[int, int], Step] = {(0, 0): (0.0, None)}
    for i in range(len(ours) + 1):
        for j in range(len(theirs) + 1):
            for a, b in ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1)):
                if (i, j) not in best or i + a > len(ours) or j + b > len(theirs):
                    continue
                gain = -_SKIPPED
                if a and b:
                    gain = float(vectors[0, i, a] @ vectors[1, j, b]) * (a + b) / 2 - _JOINED * (a + b == 3)
                if (i + a, j + b) not in best or best[i + a, j + b][0] < best[i, j][0] + gain:
                    best[i + a, j + b] = best[i, j][0] + gain, (i, j, a, b)
    pairs, at = list[tuple[str, str]](), (len(ours), len(theirs))
    while (step := best[at][1]) is not None:
        i, j, a, b = step
        if a and b and float(vectors[0, i, a] @ vectors[1, j, b]) > _TRANSLATED:
            pairs.append((texts[0, i, a], texts[1, j, b]))
        at = i, j
    return pairs[::-1]


def altered(paragraphs: Sequence[Sequence[tuple[str, str]]], rng: random.Random) -> Iterator[Pair]:
    """True and altered sentences of aligned paragraphs, some twenty of each sentence, in both directions."""
    read = [[_line(*pair) for pair in paragraph] for paragraph in paragraphs]
    everything = [line for paragraph in read for line in paragraph]
    pools = defaultdict[tuple[bool, str], list[str]](list)
    linked = defaultdict[tuple[str, str], list[tuple[_Word, _Word]]](list)
    for line in everything:
        for chinese, words in line.words.items():
            for word in words:
                pools[chinese, word.kind].append(word.text)
        for english, other in line.links:
            linked[english.kind, other.kind].append((english, other))
    for paragraph in read:
        for number in range(len(paragraph)):
            for chinese in (False, True):
                yield from _Altered(paragraph, number, chinese, everything, pools, linked, rng).pairs()


class _Altered:
    """What becomes of one sentence, told in one language beside its source in the other."""

    def __init__(
        self,
        paragraph: Sequence[_Line],
        number: int,
        chinese: bool,
        everything: Sequence[_Line],
        pools: dict[tuple[bool, str], list[str]],
        linked: dict[tuple[str, str], list[tuple[_Word, _Word]]],
        rng: random.Random,
    ) -> None:
        self.paragraph, self.number, self.chinese, self.rng = paragraph, number, chinese, rng
        self.everything, self.pools, self.linked = everything, pools, linked
        self.line = paragraph[number]
        self.said, self.theirs = self.line.texts[chinese], self.line.texts[not chinese]
        self.words = self.line.words[chinese]
        # Of each link the sentence's own word first.
        self.links = [(z, e) if chinese else (e, z) for e, z in self.line.links]

    def pairs(self) -> Iterator[Pair]:
        yield self._pair("true", self.said, self.theirs)
        yield from self._parts()
        for _ in range(2):
            yield from self._replaced()
            yield from self._replaced_in_both()
            yield from self._swapped()
        yield from self._swapped_in_both()
        yield from self._put_in()
        yield from self._contrary()
        yield from self._added()
        others = [line.texts[not self.chinese] for line in self.paragraph if line is not self.line]
        if others:
            yield Pair("elsewhere", self.said, self.rng.choice(others), False, ((0, len(self.said)),))

    def _pair(self, kind: str, said: str, theirs: str, marks: Sequence[Place] | None = None) -> Pair:
        """Beside the source stand up to two sentences before and after it."""
        first = max(0, self.number - self.rng.choice((0, 0, 1, 2)))
        last = self.number + 1 + self.rng.choice((0, 0, 1, 2))
        around = [theirs if line is self.line else line.texts[not self.chinese] for line in self.paragraph[first:last]]
        return Pair(kind, said, (" " if self.chinese else "").join(around), marks is None, tuple(marks or ()))

    def _parts(self) -> Iterator[Pair]:
        places = list(clauses(self.said))
        first = self.rng.randrange(len(places)) if places else 0
        last = self.rng.randrange(first, len(places)) if places else 0
        if 0 < last - first + 1 < len(places):
            part = self.said[places[first][0] : places[last][1]].strip()
            if len(part) > (7 if self.chinese else 25):
                yield self._pair("part", part[0].upper() + part[1:], self.theirs)

    def _replaced(self) -> Iterator[Pair]:
        edits = list[Edit]()
        for word in self.rng.sample(self.words, min(self.rng.choice((1, 1, 2)), len(self.words))):
            other = self.rng.choice(self.pools[self.chinese, word.kind])
            if stem(other.lower())[:5] != stem(word.text.lower())[:5] and not _alike(word.text, other):
                edits.append((word.start, word.end, word.as_this(other)))
        if edits:
            told, marks = _edited(self.said, edits)
            yield self._pair("replaced", told, self.theirs, marks)

    def _replaced_in_both(self) -> Iterator[Pair]:
        """A word and its translation exchanged for another such two; and in the source alone, or for others there."""
        if not self.links:
            return
        own, their = self.rng.choice(self.links)
        english, chinese = (their, own) if self.chinese else (own, their)
        options = self.linked[english.kind, chinese.kind]
        (e, z), (other_e, other_z) = self.rng.choice(options), self.rng.choice(options)
        if _alike(z.text, chinese.text):
            return
        mine, there, elsewhere = (z, e, other_e) if self.chinese else (e, z, other_z)
        told, marks = _edited(self.said, [(own.start, own.end, own.as_this(mine.text))])
        source, _ = _edited(self.theirs, [(their.start, their.end, their.as_this(there.text))])
        yield self._pair("replaced in both", told, source)
        yield self._pair("replaced in the source", self.said, source, [(own.start, own.end)])
        if not _alike(other_z.text, z.text):
            apart, _ = _edited(self.theirs, [(their.start, their.end, their.as_this(elsewhere.text))])
            yield self._pair("replaced differently", told, apart, marks)

    def _swapped(self) -> Iterator[Pair]:
        places = _noun_phrases(self.said, self.chinese)
        options = [(a, b) for i, a in enumerate(places) for b in places[i + 1 :] if _swappable(self.said, a, b)]
        if options:
            a, b = self.rng.choice(options)
            told, marks = _edited(self.said, [(*a, self.said[slice(*b)]), (*b, self.said[slice(*a)])])
            yield self._pair("swapped", told[0].upper() + told[1:], self.theirs, marks)

    def _swapped_in_both(self) -> Iterator[Pair]:
        options = [
            (one, two)
            for i, one in enumerate(self.links)
            for two in self.links[i + 1 :]
            if one[0].kind == two[0].kind
            and all(_swappable(text, *sorted(((x.start, x.end), (y.start, y.end)))) for text, x, y in
                    zip((self.said, self.theirs), one, two, strict=True))
        ]  # fmt: skip
        if not options:
            return
        one, two = self.rng.choice(options)
        (told, marks), (source, _) = (
            _edited(text, [(x.start, x.end, y.text), (y.start, y.end, x.text)])
            for text, x, y in zip((self.said, self.theirs), one, two, strict=True)
        )
        yield self._pair("swapped in both", told, source)
        yield self._pair("swapped", told, self.theirs, marks)
        yield self._pair("swapped in the source", self.said, source, [(w.start, w.end) for w in (one[0], two[0])])

    def _put_in(self) -> Iterator[Pair]:
        word = self.rng.choice(_PUT_IN[self.chinese])
        if self.words and word not in self.said.lower():
            at = self.rng.choice(self.words).start
            told, marks = _edited(self.said, [(at, at, word + ("" if self.chinese else " "))])
            yield self._pair("put in", told, self.theirs, marks)

    def _contrary(self) -> Iterator[Pair]:
        found = list(contraries(prepare(self.said)))
        for contrary in self.rng.sample(found, min(2, len(found))):
            # What begins and ends as the sentence does is not what was altered.
            same = next((i for i, (x, y) in enumerate(zip(contrary.text, self.said, strict=False)) if x != y), 0)
            rest = len(contrary.text) - len(self.said) + same + 1
            marks = [(max(0, same - 1), max(same + 1, rest))]
            yield self._pair(f"contrary: {contrary.kind}", contrary.text, self.theirs, marks)

    def _added(self) -> Iterator[Pair]:
        other = self.rng.choice(self.everything).texts[self.chinese]
        parts = [other[a:b].strip() for a, b in clauses(other)]
        lengths = range(5, 27) if self.chinese else range(18, 76)
        parts = [part for part in parts if len(part) in lengths]
        if other == self.said or not parts:
            return
        form, last = self.rng.choice(_ADDED[self.chinese])
        at = ends.start() if last and (ends := _ENDS.search(self.said)) else 0
        told, marks = _edited(self.said, [(at, at, form.format(self.rng.choice(parts)))])
        yield self._pair("added", told, self.theirs, marks)


def _edited(text: str, edits: Sequence[Edit]) -> tuple[str, list[Place]]:
    """The text with the places exchanged, and where what is new stands."""
    told, at, marks = "", 0, list[Place]()
    for start, end, new in sorted(edits):
        told += text[at:start]
        marks.append((len(told), len(told) + len(new)))
        told, at = told + new, end
    return told + text[at:], marks


def _line(english: str, chinese: str) -> _Line:
    words = {False: _english(english), True: _chinese(chinese)}
    by_stem = defaultdict[str, list[_Word]](list)
    for word in words[False]:
        by_stem[stem(word.text.lower())].append(word)
    once = Counter(word.text for word in words[True])
    links = list[tuple[_Word, _Word]]()
    for word in words[True]:
        found = {w.start: w for s in _translations().get(word.text, ()) for w in by_stem.get(s, ())}
        if once[word.text] == 1 and len(found) == 1:
            links.append((next(iter(found.values())), word))
    used = Counter(english.start for english, _ in links)
    return _Line({False: english, True: chinese}, words, [link for link in links if used[link[0].start] == 1])


def _english(text: str) -> list[_Word]:
    found = list[_Word]()
    for match in re.finditer(r"[A-Za-z][A-Za-z'’-]+", text):
        word = match.group()
        if len(word) > 2 and not is_stop_word(word.lower()):
            ending = re.search(r"(?:ing|ed|ly|tion|ment|ness|ity|ers|er|es|s)$", word.lower())
            found.append(_Word(*match.span(), word, f"{ending.group() if ending else ''}{'C' * word[0].isupper()}"))
    return found


def _chinese(text: str) -> list[_Word]:
    return [word for word in _cut(text) if len(word.text) > 1 and word.kind in _CONTENT]


def _cut(text: str) -> list[_Word]:
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    found, at = list[_Word](), 0
    for word, kind in jieba.posseg.cut(text):
        found.append(_Word(at, at + len(word), word, kind))
        at += len(word)
    return found


@lru_cache(1)
def _translations() -> dict[str, set[str]]:
    """The stems of the single English words that the dictionary gives a Chinese one."""
    found = defaultdict[str, set[str]](set)
    for word, senses in entries():
        for sense in senses:
            for part in sense.split(";"):
                stems = english_words(fold(part).lower())
                if len(stems) == 1:
                    found[word].add(stems[0])
    return found


def _alike(word: str, other: str) -> bool:
    known = _translations()
    return word in other or other in word or bool(known.get(word, set()) & known.get(other, set()))


def _noun_phrases(text: str, chinese: bool) -> list[Place]:
    if not chinese:
        return [match.span() for match in _NOUNS.finditer(text) if len(match.group()) > 4]
    found = list[Place]()
    for word in _cut(text):
        if word.kind[0] in "njl" or word.kind == "vn":
            joined = found and found[-1][1] == word.start
            found[-1:] = [(found[-1][0], word.end)] if joined else [*found[-1:], (word.start, word.end)]
    return [(a, b) for a, b in found if b - a > 1]


def _swappable(text: str, first: Place, second: Place) -> bool:
    """Whether it makes a difference: not of two things of one list, nor of a thing and itself."""
    between = text[first[1] : second[0]]
    return (
        first[1] <= second[0]
        and text[slice(*first)].lower() != text[slice(*second)].lower()
        and not _LISTED.fullmatch(between)
    )
