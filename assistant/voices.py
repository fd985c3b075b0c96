"""One voice for each event: which of its versions is quoted, and which a correction has put out of date."""

from __future__ import annotations

import difflib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from rapidfuzz import fuzz

from index.normalise import fold
from sources.bulletin import Bulletin
from sources.versions import Ranked, is_correction, ranked

from .evidence import Candidate, facts_of

# Sentences of two versions that share this much are one sentence, as published here and there.
_ONE_SENTENCE = 0.85
_VALUES = ("num:", "pct:", "frac:", "date:", "time:", "ord:", "cny:", "usd:", "eur:", "hkd:", "jpy:", "gbp:")
_EVENTS_IN_MEMORY = 256
_ranked: OrderedDict[tuple[str, ...], tuple[Ranked, ...]] = OrderedDict()


class Versions(Protocol):
    """What an index knows of bulletins and of the events that they tell."""

    def bulletin(self, bulletin_id: str) -> Bulletin: ...

    def versions(self, bulletin_id: str) -> tuple[str, ...]: ...


def voices(bulletin_id: str, index: Versions) -> tuple[Ranked, ...]:
    """The versions of a bulletin's event, the best to quote first; the bulletin alone when there is no other."""
    ids = tuple(sorted((bulletin_id, *index.versions(bulletin_id))))
    if ids not in _ranked:  # an id is a digest of what the bulletin says, so what is kept stays true
        _ranked[ids] = ranked([index.bulletin(one) for one in ids])
        if len(_ranked) > _EVENTS_IN_MEMORY:
            _ranked.popitem(last=False)
    _ranked.move_to_end(ids)
    return _ranked[ids]


def in_force(candidates: Sequence[Candidate], index: Versions) -> list[Candidate]:
    """The candidates without those that a corrected version has put out of date, each in its best version's words.

    Of one sentence in several versions of one language only that of the version to quote first is left.
    """
    if len({candidate.bulletin.id for candidate in candidates}) < 2:
        return list(candidates)
    order = voices(candidates[0].bulletin.id, index)
    place = {one.bulletin.id: number for number, one in enumerate(order)}
    corrected = any(is_correction(one.bulletin) for one in order)
    out_of_date = {one.bulletin.id for one in order if corrected and _put_right(one)}
    kept: list[Candidate] = []
    for candidate in candidates:
        if candidate.bulletin.id in out_of_date:
            continue
        twin = next((i for i, other in enumerate(kept) if _one_sentence(candidate, other)), None)
        if twin is None:
            kept.append(candidate)
        elif place.get(candidate.bulletin.id, 0) < place.get(kept[twin].bulletin.id, 0):
            kept[twin] = candidate
    return kept or list(candidates)


def _put_right(one: Ranked) -> bool:
    """Whether the correction says otherwise what this version says: a mere repost is no less true for it."""
    return one.role == "repost" and not is_correction(one.bulletin) and one.reasons != ("similarity",)


def disagreeing(candidate: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    """Of each other version the sentence that says the same but for a figure or a date, the best of each."""
    found: dict[str, Candidate] = {}
    for other in others:
        if other.bulletin.id not in found and _alike(candidate, other) and not _same_values(candidate, other):
            found[other.bulletin.id] = other
    return list(found.values())


def _one_sentence(a: Candidate, b: Candidate) -> bool:
    return _alike(a, b) and _same_values(a, b)  # versions that disagree are both quoted


def _same_values(a: Candidate, b: Candidate) -> bool:
    return _figures(fold(a.text)) == _figures(fold(b.text)) and _values(a.text) == _values(b.text)


def _alike(a: Candidate, b: Candidate) -> bool:
    """Whether two sentences of different bulletins are worded alike."""
    if a.bulletin.id == b.bulletin.id or (a.bulletin.language == "en") != (b.bulletin.language == "en"):
        return False
    one, other = fold(a.text), fold(b.text)
    # The longest common subsequence, quick to find, has all that the blocks in common have, and more.
    if not fuzz.ratio(one, other, score_cutoff=100 * _ONE_SENTENCE):
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ONE_SENTENCE


def _values(text: str) -> set[str]:
    """What figures, dates and shares say, however they are written: "five offices" and "six offices" differ."""
    return {token for token in facts_of(text) if token.startswith(_VALUES)}


def _figures(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
