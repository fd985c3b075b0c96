"""Two runs side by side: what differs, how surely, and which cases were won and lost.

Runs are compared case by case: only cases that both have, with the same question and facts, and of those, for each
measure, only the cases that have it in both. So a case that is answered in one run and refused in the other takes part
in `fact_recall`, but not in `citation_recall`, which refusals do not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from eval.intervals import SEED, adjusted, interval, p_value
from eval.run import AVERAGES, LOWER_IS_BETTER, Run, Scored, groups, own_value

SIGNIFICANT = 0.05
MEASURES = ("passed", *AVERAGES, "seconds")


@dataclass(frozen=True)
class Difference:
    """One measure over one group. where: "overall", "language en", "kind date". a, b: means over the same cases.

    low, high: where b - a lies with 95 % confidence, None for fewer than two cases. p: of the paired randomisation
    test; p_adjusted: the same, corrected for how many measures of this group were looked at.
    """

    where: str
    measure: str
    cases: int
    a: float
    b: float
    low: float | None
    high: float | None
    p: float
    p_adjusted: float = 1.0

    @property
    def difference(self) -> float:
        return self.b - self.a

    @property
    def better(self) -> bool | None:
        """Whether b is better, None when it is not significantly anything."""
        if self.p_adjusted >= SIGNIFICANT:
            return None
        return (self.difference < 0) == (self.measure in LOWER_IS_BETTER)


@dataclass(frozen=True)
class Changed:
    """A case that came out differently: its problems and its answer in a and in b."""

    id: str
    language: str
    kind: str
    question: str
    a_problems: tuple[str, ...]
    b_problems: tuple[str, ...]
    a_text: str
    b_text: str


@dataclass(frozen=True)
class Comparison:
    """won: fails in a and passes in b; lost: the other way round. left_out: ids that only one run has or that differ
    in question or facts.
    """

    cases: int
    differences: tuple[Difference, ...]
    won: tuple[Changed, ...]
    lost: tuple[Changed, ...]
    left_out: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        rows = [{**asdict(each), "difference": each.difference, "better": each.better} for each in self.differences]
        return {
            "cases": self.cases,
            "differences": rows,
            "won": [asdict(each) for each in self.won],
            "lost": [asdict(each) for each in self.lost],
            "left_out": list(self.left_out),
        }

    def __str__(self) -> str:
        return "\n".join(_text(self))


def compare_runs(a: Run, b: Run, seed: int = SEED, *, same_questions: bool = True) -> Comparison:
    """What changes from a to b. same_questions: False pairs cases by id alone, for questions changed on purpose."""
    of_a, of_b = ({case.id: case for case in run.cases} for run in (a, b))
    same = [i for i, case in of_a.items() if i in of_b and (not same_questions or _asked(case) == _asked(of_b[i]))]
    pairs = [(of_a[i], of_b[i]) for i in same]
    return Comparison(
        cases=len(pairs),
        differences=tuple(each for where, some in _groups(pairs) for each in _differences(where, some, seed)),
        won=tuple(_changed(x, y) for x, y in pairs if y.passed and not x.passed),
        lost=tuple(_changed(x, y) for x, y in pairs if x.passed and not y.passed),
        left_out=tuple(sorted((of_a.keys() | of_b.keys()) - set(same))),
    )


def value_of(case: Scored, measure: str) -> float | None:
    """What a case contributes to one of MEASURES; None when it has no part in it."""
    if measure == "passed":
        return float(case.passed)
    return case.seconds.get("asked") if measure == "seconds" else own_value(case, measure)


_Pair = tuple[Scored, Scored]


def _asked(case: Scored) -> tuple[object, ...]:
    return case.question, case.history, case.facts


def _groups(pairs: Sequence[_Pair]) -> Iterator[tuple[str, list[_Pair]]]:
    partner = {x.id: y for x, y in pairs}
    first = [x for x, _ in pairs]
    yield "overall", list(pairs)
    for name, cases in groups(first, "language").items():
        yield f"language {name}", [(case, partner[case.id]) for case in cases]
    for name, cases in groups(first, "kind").items():
        yield f"kind {name}", [(case, partner[case.id]) for case in cases]


def paired(
    where: str,
    pairs: Sequence[tuple[Mapping[str, float | None], Mapping[str, float | None]]],
    measures: Sequence[str],
    seed: int = SEED,
) -> list[Difference]:
    """What changes in a group of cases, each given by its values before and after; a measure that no case has in both
    is left out.
    """
    found: list[Difference] = []
    for measure in measures:
        both = [(x.get(measure), y.get(measure)) for x, y in pairs]
        known = [(x, y) for x, y in both if x is not None and y is not None]
        if not known:
            continue
        before, after = [x for x, _ in known], [y for _, y in known]
        low, high = interval([y - x for x, y in known], seed) or (None, None)
        p = p_value(before, after, seed)
        mean_a, mean_b = sum(before) / len(known), sum(after) / len(known)
        found.append(Difference(where, measure, len(known), mean_a, mean_b, low, high, p))
    corrected = adjusted([each.p for each in found])
    return [replace(each, p_adjusted=p) for each, p in zip(found, corrected, strict=True)]


def _differences(where: str, pairs: Sequence[_Pair], seed: int) -> list[Difference]:
    values = [tuple({name: value_of(case, name) for name in MEASURES} for case in pair) for pair in pairs]
    return paired(where, [(x, y) for x, y in values], MEASURES, seed)


def _changed(a: Scored, b: Scored) -> Changed:
    return Changed(a.id, a.language, a.kind, a.question, a.problems, b.problems, a.text, b.text)


_LINE = "{:<24} {:>5} {:>8} {:>8} {:>8}  {:<18} {:>7}  {}"


def _text(found: Comparison) -> Iterator[str]:
    yield f"{found.cases} cases in both runs; b - a, with the interval of 95 % confidence and p (adjusted)"
    where = ""
    for each in found.differences:
        if each.where not in ("overall", where) and all(
            # Seconds always differ a little; a group is shown for what else does.
            other.difference == 0
            for other in found.differences
            if other.where == each.where and other.measure != "seconds"
        ):
            continue
        if each.where != where:
            where = each.where
            yield ""
            yield _LINE.format(where, "cases", "a", "b", "b - a", "between", "p", "").rstrip()
        between = "" if each.low is None or each.high is None else f"{each.low:+.3f} … {each.high:+.3f}"
        verdict = {True: "better", False: "WORSE", None: ""}[each.better]
        yield _LINE.format(
            f"  {each.measure}", each.cases, f"{each.a:.3f}", f"{each.b:.3f}", f"{each.difference:+.3f}", between,
            f"{each.p_adjusted:.3f}", verdict,
        ).rstrip()  # fmt: skip
    for name, cases in (("won", found.won), ("lost", found.lost)):
        yield ""
        yield f"{len(cases)} cases {name}" + (":" if cases else ".")
        for case in cases:
            yield f"  {case.id}: {case.question}"
            yield f"    a: {_given(case.a_problems, case.a_text)}"
            yield f"    b: {_given(case.b_problems, case.b_text)}"
    if found.left_out:
        yield ""
        yield f"Left out, as not asked alike in both runs: {', '.join(found.left_out)}"


def _given(problems: Sequence[str], text: str, most: int = 160) -> str:
    line = " ".join(text.split())
    shown = line if len(line) <= most else line[: most - 1] + "…"
    return f"[{'; '.join(problems) or 'right'}] {shown}"
