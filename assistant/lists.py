"""Which enumeration of a bulletin a question asks for, if any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.normalise import fold
from sources.bulletin import Bulletin, Enumeration

from .asking import Asked

if TYPE_CHECKING:
    from .evidence import Candidate

_BEST = 12  # candidates that may point to an enumeration
_BEST_ITEMS = 6  # candidates that do so by being one of its items
# From this share of the best candidate's score a list with the number asked for need not be called what was asked for.
_POINTED_TO = 0.45
# How near to the best candidate the sentence that announces a list must come when the question gives no count.
_NEAR_BEST = 0.85
# What is told in another language than the question counts for this share.
OTHER_LANGUAGE = 0.8


@dataclass(frozen=True)
class FittingList:
    """An enumeration that a question may ask for. counted: it has as many items as the question says."""

    score: float
    bulletin: Bulletin
    enumeration: Enumeration
    counted: bool


@dataclass(frozen=True)
class Member:
    """An item of an enumeration and the sentence in it that was found. number: of the item, from 0."""

    enumeration: Enumeration
    number: int
    candidate: Candidate


def fitting_lists(asked: Asked, candidates: Sequence[Candidate]) -> list[FittingList]:
    """The enumerations that fit, in no order; candidates: most promising first."""
    if not (asked.many or asked.number or asked.nth):
        return []
    found = []
    for bulletin in {c.bulletin.id: c.bulletin for c in candidates[:_BEST]}.values():
        for enumeration in bulletin.enumerations:
            counted = asked.number is not None and asked.number in (len(enumeration.items), enumeration.announced)
            score = _score(asked, bulletin, enumeration, counted, candidates)
            if score > 0:
                found.append(FittingList(score, bulletin, enumeration, counted))
    return found


def _score(
    asked: Asked, bulletin: Bulletin, enumeration: Enumeration, counted: bool, candidates: Sequence[Candidate]
) -> float:
    """How well an enumeration fits the question, 0 when it does not."""
    first, last = enumeration.items[0].start, enumeration.items[-1].end
    if enumeration.lead:
        first = min(first, enumeration.lead[0])
    leads = items = 0.0
    for rank, candidate in enumerate(candidates[:_BEST]):
        if candidate.bulletin.id != bulletin.id or not first <= candidate.start < last:
            continue
        share = candidate.score / max(candidates[0].score, 1e-9)
        if enumeration.lead and enumeration.lead[0] <= candidate.start < enumeration.lead[1]:
            leads = max(leads, share)
        elif rank < _BEST_ITEMS and any(item.start <= candidate.start < item.head_end for item in enumeration.items):
            items += share / 2
    pointed = leads + items
    if counted and (pointed >= _POINTED_TO or (pointed > 0 and _called(asked.members, bulletin, enumeration))):
        return 1 + pointed
    if asked.nth:
        return pointed if pointed >= 0.5 else 0.0
    if asked.number is not None:
        return 0.0
    # Without a count the lead must be about the best that was found: a list of something else is worse than a sentence.
    return leads if asked.kind == "list" and leads >= _NEAR_BEST else 0.0


def member_asked_for(asked: Asked, candidates: Sequence[Candidate]) -> Member | None:
    """The item of a list that holds the most promising candidate of any; None when hardly one stands in a list."""

    # What an item is headed with is no sentence of it; of versions the one in the asker's language is quoted.
    def fit(candidate: Candidate) -> float:
        same = 1.0 if candidate.features["same"] else OTHER_LANGUAGE
        return candidate.score * (1 + candidate.features["headed"]) * same

    for candidate in sorted(candidates[:_BEST], key=fit, reverse=True):
        if candidate.score < _POINTED_TO * candidates[0].score:
            continue
        bulletin = candidate.bulletin
        around = [
            (enumeration, number)
            for enumeration in bulletin.enumerations
            for number, item in enumerate(enumeration.items)
            if item.start <= candidate.start < item.end
            and asked.number in (None, len(enumeration.items), enumeration.announced)
        ]
        if around:
            best = max(around, key=lambda one: (_called(asked.members, bulletin, one[0]), len(one[0].items)))
            return Member(*best, candidate)
    return None


def _called(members: str, bulletin: Bulletin, enumeration: Enumeration) -> bool:
    """Whether its lead or most of its items hold what its members are called: five tasks are not the five systems."""
    if not members:
        return True
    lead = enumeration.lead and fold(bulletin.text[slice(*enumeration.lead)])
    named = sum(members in fold(bulletin.text[item.start : item.head_end]) for item in enumeration.items)
    return bool(lead and members in lead) or named > len(enumeration.items) / 2
