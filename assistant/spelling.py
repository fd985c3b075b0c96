"""Slips of the hand in a question, put right by the words that the bulletins hold. Pure.

English: letters swapped, lost, doubled or mistaken in a word that no dictionary knows; "whats" is "what's". Chinese: a
character typed for another one of its sound, where neither its neighbours nor the bulletins know it. It is a noisy
channel (Kernighan, Church and Gale 1990): a word is replaced when another one, one slip away, is much likelier. Names
and figures stay as they are: one letter more is another person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from index.words import frequency, is_everyday, is_stop_word, likelihood, segment, stem
from sources.bulletin import Language
from sources.facts import facts
from sources.fold import fold

Held = Callable[[str], float]  # how many passages hold a term; above 0 too for one that only the dictionary knows

_WORD = re.compile(r"(?<![\w@./])[A-Za-z]{4,}(?![\w@/]|\.\w)")
# "whats" is "what's", which takes a mark and no letter away.
_CONTRACTED = re.compile(r"(?i)\b(what|who|where|when|how|that|there|here)s\b(?!['’])")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_EVERYWHERE = 1000.0  # "which" and "about", in passages
_SWAPPED = 30.0  # letters in the wrong order are the commonest slip
_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_LONGEST = 4  # characters of a word that a slip is looked for in
# How much likelier, in nats, a run of characters must be with another one in place of that typed: where bulletins hold
# the word that it makes or it asks, where our dictionary has it, and where only the segmenter's has.
_HELD, _TRANSLATED, _ONLY_A_WORD = 7.0, 11.0, 13.0
_MOST = 2  # slips in one question
_FIRST_LEVEL = range(0xB0, 0xD8)  # the first bytes of the 3,755 common characters of GB 2312
_ASKS = re.compile(r"[谁哪何几吗呢]|多[少大长高久远]|什么|怎|是否|为啥|有没有|能不能|会不会|([\u4e00-\u9fff])不\1")
_THAT = re.compile(r"那(?=[位些个天年月里种家项座条]|[一二两三几])")


def spelled(question: str, language: Language, held: Held) -> str:
    """The question without its slips; as it is when none is sure.

    >>> spelled("Who chaired the metting?", "en", lambda term: float(term == stem("meeting")))
    'Who chaired the meeting?'
    >>> spelled("會意在哪裡召開?", "zh-Hant", lambda term: 0.0)
    '會意在哪裡召開?'
    """
    sure = [(fact.start, fact.end) for fact in facts(question)]
    return _english(question, sure, held) if language == "en" else _chinese(question, language, sure, held)


# ---------------------------------------------------------------- English


def _english(question: str, sure: list[tuple[int, int]], held: Held) -> str:
    def common(word: str) -> float:
        return _EVERYWHERE if is_stop_word(word) else held(stem(word))

    for match in reversed(list(_CONTRACTED.finditer(question))):
        question = f"{question[: match.end(1)]}'{question[match.end(1) :]}"
        sure = [(a + (a > match.start()), b + (b > match.start())) for a, b in sure]
    for match in reversed(list(_WORD.finditer(question))):
        word, start = match[0].lower(), match.start()
        named = not match[0].islower() and not (start == 0 and match[0][1:].islower())
        if named or _overlaps(match.span(), sure) or is_everyday(word) or held(stem(word)):
            continue
        best, likely = "", 0.0
        for other, chance in _one_slip_away(word):
            if other != best and is_everyday(other) and chance * common(other) > likely:
                best, likely = other, chance * common(other)
        if best:
            best = best.capitalize() if match[0][0].isupper() else best
            question = question[:start] + best + question[match.end() :]
    return question


def _one_slip_away(word: str) -> Iterator[tuple[str, float]]:
    """(word, how likely the slip is beside others)."""
    for i in range(len(word)):
        before, after = word[:i], word[i:]
        if len(after) > 1 and after[0] != after[1]:
            yield before + after[1] + after[0] + after[2:], _SWAPPED
        if len(word) > 4:
            yield before + after[1:], 1.0
            for letter in _LETTERS:
                yield before + letter + after, 1.0
                yield before + letter + after[1:], 0.5
    if len(word) > 4:
        for letter in _LETTERS:
            yield word + letter, 1.0


# ---------------------------------------------------------------- Chinese


def _chinese(question: str, language: Language, sure: list[tuple[int, int]], held: Held) -> str:
    folded = fold(question)
    if len(folded) != len(question):
        return question
    asks = bool(_ASKS.search(folded))
    for _ in range(_MOST):
        found = [
            (gain, run.start() + at, other)
            for run in _RUN.finditer(folded)
            for gain, at, other in _likelier(run[0], asks, held)
            if not _overlaps((run.start() + at, run.start() + at + 1), sure)
        ]
        if not found:
            break
        _, at, other = max(found)
        folded = folded[:at] + other + folded[at + 1 :]
        question = question[:at] + _written(folded, at, language) + question[at + 1 :]
    if not asks and not _ASKS.search(folded) and (those := list(_THAT.finditer(folded))):
        at = those[-1].start()
        question = question[:at] + "哪" + question[at + 1 :]
    return question


def _likelier(run: str, asks: bool, held: Held) -> Iterator[tuple[float, int, str]]:
    """(gain in nats, place, character) of what makes a run of characters much likelier. asks: whether the question has
    a word that asks; one that has none may have lost it."""
    plain = None
    at = 0
    for word in segment(run):
        places = range(at, at + len(word))
        at += len(word)
        if len(word) > 1 and frequency(word):
            continue
        for i in places:
            # What is typed by mistake is a common character; a rare one is meant.
            if run[i] not in _common() or any(held(run[k : k + 2]) for k in (i - 1, i) if 0 <= k < len(run) - 1):
                continue
            for other, least in sorted(_fitting(run, i, asks, held).items()):
                plain = likelihood(run) if plain is None else plain
                gain = likelihood(run[:i] + other + run[i + 1 :]) - plain
                if gain >= least:
                    yield gain, i, other


def _fitting(run: str, i: int, asks: bool, held: Held) -> dict[str, float]:
    """Characters of the same sound as the one at i that make a known word there, each with the gain it must have."""
    found: dict[str, float] = {}
    for other in _of_one_sound(run[i]):
        for size in range(2, _LONGEST + 1):
            for start in range(max(0, i - size + 1), min(i, len(run) - size) + 1):
                word = run[start:i] + other + run[i + 1 : start + size]
                if not frequency(word):
                    continue
                known = held(word)
                if known >= 1 or not asks and _ASKS.search(word):
                    least = _HELD
                else:
                    least = _TRANSLATED if known else _ONLY_A_WORD
                found[other] = min(least, found.get(other, least))
    return found


def _written(folded: str, at: int, language: Language) -> str:
    """The character in the script of the question, as the word around it is written."""
    if language != "zh-Hant":
        return folded[at]
    from .write import in_script

    whole = in_script(folded, language, ())
    return whole[at] if len(whole) == len(folded) else in_script(folded[at], language, ())


@cache
def _sounds() -> dict[str, frozenset[str]]:
    """Common characters by syllable, without tones."""
    from pypinyin import lazy_pinyin

    found: dict[str, set[str]] = {}
    for first in _FIRST_LEVEL:
        for second in range(0xA1, 0xFF):
            if character := bytes((first, second)).decode("gb2312", "ignore"):
                found.setdefault(lazy_pinyin(character)[0], set()).add(character)
    return {sound: frozenset(characters) for sound, characters in found.items()}


@cache
def _common() -> frozenset[str]:
    return frozenset().union(*_sounds().values())


def _of_one_sound(character: str) -> frozenset[str]:
    from pypinyin import lazy_pinyin

    return _sounds().get(lazy_pinyin(character)[0], frozenset()) - {character}


def _overlaps(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)
