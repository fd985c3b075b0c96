"""Gold files in order: held against the bulletins they ask about, and split without a leak."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eval.cases import Case, GoldError, read_cases, read_lines
from eval.measures import stated_facts
from sources.bulletin import Bulletin


def check_gold(path: Path, bulletins: Iterable[Bulletin]) -> list[str]:
    """What is wrong with a gold file, each with its line, all lines looked at; empty when nothing is.

    Lines that are no case, and, where the bulletins have changed since it was written: right bulletins that are gone,
    facts that none of them states any more, and evidence that is gone or stands elsewhere now.
    Raises GoldError when the file cannot be read or holds no line.
    """
    by_source = {each.source: each for each in bulletins}
    found: list[str] = []
    for number, case in read_lines(path):
        if isinstance(case, GoldError):
            found.append(str(case))
        elif case.state != "rejected":
            found += [f"{path}, line {number} ({case.id}): {trouble}" for trouble in _troubles(case, by_source)]
    return found


def asked_about(path: Path) -> set[str]:
    """Sources of all bulletins that the cases of a gold file name. Raises GoldError."""
    cases = [case for _, case in read_lines(path) if isinstance(case, Case)]
    return {source for case in cases for source in (*case.bulletins, *(each.source for each in case.evidence))}


def unstated(case: Case, right: Sequence[Bulletin]) -> list[tuple[str, ...]]:
    """The case's facts that none of its right bulletins states; none where those are not at hand."""
    if not right or case.kind == "catalogue":
        return []
    # What is told of a bulletin as a whole, its date for one, need not stand in its text.
    texts = [part for each in right for part in (each.text, each.title, each.issuer or "", each.published or "")]
    stated = stated_facts(case.facts, texts)
    return [fact for i, fact in enumerate(case.facts) if i not in stated]


def _troubles(case: Case, bulletins: Mapping[str, Bulletin]) -> list[str]:
    found = [f"the bulletin {source!r} is not in the index" for source in case.bulletins if source not in bulletins]
    right = [bulletins[source] for source in case.bulletins if source in bulletins]
    found += [f"no right bulletin states {' / '.join(fact)}" for fact in unstated(case, right)]
    for evidence in case.evidence:
        if (bulletin := bulletins.get(evidence.source)) is None:
            found.append(f"evidence: the bulletin {evidence.source!r} is not in the index")
        elif not bulletin.raw.startswith(evidence.quote, evidence.start):
            at = bulletin.raw.find(evidence.quote)
            where = "is gone" if at < 0 else f"moved from {evidence.start} to {at}"
            found.append(f"evidence in {evidence.source!r} {where}: {evidence.quote[:60]}")
    return found


def split(
    path: Path, same_event: Sequence[Iterable[str]], held_out: float = 0.5, seed: int = 1
) -> tuple[list[str], list[str]]:
    """The lines of a gold file as (dev, held-out), such that no event is asked about in both.

    same_event: groups of sources that are versions of one event. held_out: share of the cases wanted there, in [0, 1];
    as near as whole events allow. Cases that name no bulletin are dealt singly; those not accepted are left out. Raises
    GoldError.
    """
    cases = read_cases(path)
    written = path.read_text(encoding="utf-8-sig").split("\n")
    lines = {case.id: written[number - 1].strip() for number, case in read_lines(path) if case in cases}
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for group in [*map(list, same_event), *(list(case.bulletins) for case in cases)]:
        for name in group[1:]:
            leader[lead(name)] = lead(group[0])
    together: dict[str, list[str]] = {}
    for case in cases:
        key = f"of {lead(case.bulletins[0])}" if case.bulletins else f"case {case.id}"
        together.setdefault(key, []).append(case.id)
    groups = list(together.values())
    random.Random(seed).shuffle(groups)
    groups.sort(key=len, reverse=True)  # the large ones first, so that the small ones can even it out
    chosen: set[str] = set()
    for each in groups:
        if len(chosen) + len(each) / 2 <= held_out * len(cases):
            chosen |= {*each}
    return (
        [line for name, line in lines.items() if name not in chosen],
        [line for name, line in lines.items() if name in chosen],
    )
