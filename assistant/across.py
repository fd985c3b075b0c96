"""Whether a text supports a sentence of the other language: a few measures, weighed together.

No single one decides: words may be told freely, and an altered sentence is nearly as like its source as a true one.
What weighs how much was fitted on labelled pairs (`python -m eval.across`), and is kept as plain JSON.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sources.fold import fold
from sources.sentences import sentences

from .alignment import Alignment
from .claims import denied_there, unshared
from .clauses import other_demand
from .contrary import contraries
from .contrast import Opposed, denials, done_or_planned, modality, opposite_words, opposites
from .evidence import weigh
from .prepared import Prepared, clauses

if TYPE_CHECKING:
    from index.together import PairReader

# What was changed of the bundled model's weights for it to read a sentence and its source together.
CHANGES = Path(__file__).parent / "across.npz"

Place = tuple[int, int]  # [start, end) of a text

_SHORTEST_PART = 4  # characters
_MANY = 3  # facts; more of them tell no more
_NEARLY = 0.12  # how much less than the best a part of the source may meet a clause and still tell of the same


@functools.lru_cache(1)
def weights() -> dict[str, dict[str, float]]:
    """By measure, with "intercept"; "threshold" is the probability from which a sentence is supported.

    "alone": where the model that reads both texts together is not at hand; "read": where it is.
    """
    return dict(json.loads((Path(__file__).parent / "across.json").read_text(encoding="utf-8")))


def judged(measured: dict[str, float]) -> tuple[float, float]:
    """The probability, in [0, 1], that the sentence is supported, and the one from which it is."""
    fitted = weights()["read" if "read" in measured else "alone"]
    measuring = {name: weight for name, weight in fitted.items() if name != "threshold"}
    return weigh(measured, measuring), fitted["threshold"]


def parts(source: Prepared) -> list[str]:
    """What a sentence may retell of a text: a sentence, two that follow each other, or a clause."""
    whole = list(sentences(source.text))
    pairs = [(first[0], second[1]) for first, second in zip(whole, whole[1:], strict=False)]
    places = (*whole, *pairs, *clauses(source.plain))
    return [source.text[a:b] for a, b in places if b - a >= _SHORTEST_PART]


def measures(
    said: Prepared, source: Prepared, alignment: Alignment, reader: PairReader | None, doubts: int
) -> tuple[dict[str, float], list[str]]:
    """What is weighed, and reasons to give should the sentence be rejected.

    cosine: with the nearest part of the source. facts: how many of its own stand there. doubts: those that do in part.
    denied, duty, opposed: how much nearer to the source a contrary of it is, as a cosine, at most 0; not of a denial
    that stands in both. clashes: words that exclude words of the source, or would need the like of them there.
    chinese: whether it is the sentence, whose cosines are higher then. read: what the model says that reads both
    together, as a logit; where it is at hand.

    Its words, by the dictionary and by their vectors, were measured too, and weigh nothing beside these.
    """
    beside = _beside(said, source, alignment)
    changed = [c for c in contraries(said) if c.kind != "denied" or not _both_deny(said, c.at, beside)]
    own, *others = alignment.cosines([said.text, *(c.text for c in changed)], [source.text, *parts(source)])
    nearer = {"denied": 0.0, "duty": 0.0, "opposed": 0.0}
    told = dict.fromkeys(nearer, "")
    for contrary, cosine in zip(changed, others, strict=True):
        if own - cosine < nearer[contrary.kind]:
            nearer[contrary.kind] = own - cosine
            told[contrary.kind] = f"the cited text is nearer to “{contrary.text.strip()}”"
    clashing = _clashes(said, source, beside, alignment)
    measured = {
        "cosine": own,
        "facts": float(min(_MANY, sum(fact.token in source.tokens for fact in said.facts))),
        "doubts": float(doubts),
        **nearer,
        "clashes": float(min(_MANY, len(set(clashing)))),
        "chinese": float(said.chinese),
    }
    if reader:
        [measured["read"]] = reader([(fold(said.text), fold(source.text))])
    return measured, [*clashing, *filter(None, told.values())]


@dataclass(frozen=True)
class _Beside:
    """A clause of the sentence and the clause of its source that tells the most of it. near: all that tell as much."""

    said: Place
    source: Place
    clause: str
    near: str


def _beside(said: Prepared, source: Prepared, alignment: Alignment) -> list[_Beside]:
    there = list(clauses(source.plain))
    found = ((place, *_nearest(said, place, source, there, alignment)) for place in clauses(said.plain))
    return [_Beside(place, theirs, source.plain[slice(*theirs)], near) for place, theirs, near in found]


def _both_deny(said: Prepared, at: int, beside: Sequence[_Beside]) -> bool:
    """Whether the clause that holds a place denies something, and what tells of the same does, too.

    Not where the nearest clause demands what it does not.
    """
    held = next((one for one in beside if one.said[0] <= at < one.said[1]), None)
    if held is None or any(other_demand(said.plain[slice(*held.said)], held.clause, "")):
        return False
    return bool(denials(said.plain[slice(*held.said)]) and denials(held.near, hidden=True))


def _clashes(said: Prepared, source: Prepared, beside: Sequence[_Beside], alignment: Alignment) -> list[str]:
    """Why words of the sentence exclude those of the sentence or clause of the source that tells the most of it."""
    there = list(sentences(source.text))
    (start, end), others = _nearest(said, (0, len(said.text)), source, there, alignment)
    found = _reasons(opposites(said.plain, source.plain, source.plain[start:end]), said, 0, source, start, alignment)
    found += modality(said.plain, others)
    found += unshared(said, others)
    for one in beside:
        (begin, stop), start = one.said, one.source[0]
        mine, theirs = said.plain[begin:stop], one.clause
        rest = f"{said.plain[:begin]}，{said.plain[stop:]}"
        found += _reasons(opposite_words(mine, theirs, one.near, rest), said, begin, source, start, alignment)
        found += done_or_planned(mine, theirs)
        found += other_demand(mine, theirs, one.near)
        found += denied_there(said, theirs)
    return found


def _nearest(
    said: Prepared, place: Place, source: Prepared, there: Sequence[Place], alignment: Alignment
) -> tuple[Place, str]:
    """Of places of the source the one that meets the words best, and the text of all that do nearly as well."""
    met = alignment.met(said, [place], source, [[other] for other in there])
    near = [source.plain[a:b] for (a, b), value in zip(there, met, strict=True) if value >= max(met) - _NEARLY]
    return there[met.index(max(met))], "; ".join(near)


def _reasons(
    opposed: Iterable[Opposed], said: Prepared, start: int, source: Prepared, begin: int, alignment: Alignment
) -> list[str]:
    """Of opposites found in texts that begin there, those of which neither has a translation of its own."""
    return [
        one.reason
        for one in opposed
        if not alignment.told_apart(said, _moved(one.said, start), source, _moved(one.source, begin))
    ]


def _moved(place: Place, by: int) -> Place:
    return place[0] + by, place[1] + by
