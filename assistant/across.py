"""Whether a text supports a sentence of the other language: a few measures, weighed together.

No single one decides: words may be told freely, and an altered sentence is nearly as like its source as a true one.
What weighs how much was fitted on labelled pairs (`python -m eval.across`), and is kept as plain JSON.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from sources.sentences import sentences

from .alignment import Alignment
from .contrary import contraries
from .contrast import Opposed, done_or_planned, modality, opposite_words, opposites
from .evidence import weigh
from .prepared import Prepared, clauses

Place = tuple[int, int]  # [start, end) of a text

_SHORTEST_PART = 4  # characters
_MANY = 3  # facts; more of them tell no more
_NEARLY = 0.12  # how much less than the best a part of the source may meet a clause and still tell of the same


@functools.lru_cache(1)
def weights() -> dict[str, float]:
    """By measure, with "intercept"; "threshold" is the probability from which a sentence is supported."""
    return dict(json.loads((Path(__file__).parent / "across.json").read_text(encoding="utf-8")))


def judged(measured: dict[str, float]) -> float:
    """The probability, in [0, 1], that the sentence is supported."""
    return weigh(measured, {name: weight for name, weight in weights().items() if name != "threshold"})


def parts(source: Prepared) -> list[str]:
    """What a sentence may retell of a text: a sentence, two that follow each other, or a clause."""
    whole = list(sentences(source.text))
    pairs = [(first[0], second[1]) for first, second in zip(whole, whole[1:], strict=False)]
    places = (*whole, *pairs, *clauses(source.plain))
    return [source.text[a:b] for a, b in places if b - a >= _SHORTEST_PART]


def measures(said: Prepared, source: Prepared, alignment: Alignment, doubts: int) -> tuple[dict[str, float], list[str]]:
    """What is weighed, and reasons to give should the sentence be rejected.

    cosine: with the nearest part of the source. facts: how many of its own stand there. doubts: those that do in part.
    denied, duty, opposed: how much nearer to the source a contrary of it is, as a cosine, at most 0. clashes: words
    that exclude words of the source. chinese: whether it is the sentence, whose cosines are higher then.

    Its words, by the dictionary and by their vectors, were measured too, and weigh nothing beside these.
    """
    changed = list(contraries(said))
    own, *others = alignment.cosines([said.text, *(text for _, text in changed)], [source.text, *parts(source)])
    nearer = {"denied": 0.0, "duty": 0.0, "opposed": 0.0}
    told = dict.fromkeys(nearer, "")
    for (kind, text), cosine in zip(changed, others, strict=True):
        if own - cosine < nearer[kind]:
            nearer[kind], told[kind] = own - cosine, f"the cited text is nearer to “{text.strip()}”"
    clashing = _clashes(said, source, alignment)
    measured = {
        "cosine": own,
        "facts": float(min(_MANY, sum(fact.token in source.tokens for fact in said.facts))),
        "doubts": float(doubts),
        **nearer,
        "clashes": float(min(_MANY, len(set(clashing)))),
        "chinese": float(said.chinese),
    }
    return measured, [*clashing, *filter(None, told.values())]


def _clashes(said: Prepared, source: Prepared, alignment: Alignment) -> list[str]:
    """Why words of the sentence exclude those of the sentence or clause of the source that tells the most of it."""
    there = list(sentences(source.text))
    (start, end), others = _nearest(said, (0, len(said.text)), source, there, alignment)
    near = source.plain[start:end]
    found = _reasons(opposites(said.plain, source.plain, near), said, 0, source, start, alignment)
    found += modality(said.plain, others)
    for begin, stop in clauses(said.plain):
        (start, end), others = _nearest(said, (begin, stop), source, list(clauses(source.plain)), alignment)
        mine, theirs = said.plain[begin:stop], source.plain[start:end]
        rest = f"{said.plain[:begin]}，{said.plain[stop:]}"
        found += _reasons(opposite_words(mine, theirs, others, rest), said, begin, source, start, alignment)
        found += done_or_planned(mine, theirs)
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
