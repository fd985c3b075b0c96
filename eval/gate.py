"""Quality has a floor: compares a run with the committed baseline and names the cases that were lost.

baseline.json:

    format          2
    fingerprints    as in report.json: what was asked and searched when the floors were set
    cases           how many
    floors          {"overall": {measure: value}, "language": {"en": {measure: value}, …}, "kind": {"date": {…}, …}}
                    for the measures of CEILINGS the value is the highest allowed, for the others the lowest
    passing         ids of the cases that came out entirely right
    lowered         the floors that sank when this baseline was written, so that a change shows them in its diff
    values          {case: {measure: value}} of every case, a case a line, for the paired test

A run fails that breaks a floor, and one that is significantly worse than the baseline on the cases that both asked:
many small losses can stay above each floor. The test is that of `compare`: paired, at 5 %, its p values adjusted for
the measures of a group.

Tolerance: a share over n cases may be 2/n worse, that is two cases may be lost in each group. Over the specimens a run
for the gate embeds with "bundled-exact", because the faster "bundled" rounds to 8 bits, and what another processor adds
up in another order then comes out as other vectors: noise of that size turned none to two of our cases in each of six
trials, and with them an answer that quotes one sentence or another. Floors are not moved by a run that passes, so a
loss that is tolerated once is not tolerated twice. Groups of language and kind together are too small to hold to
anything; seconds belong to the machine, not to the change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from eval.compare import paired
from eval.run import AVERAGES, Measures, Run, Scored, groups, own_value, summarise

BASELINE = Path(__file__).parent / "baseline.json"
FORMAT = 2

FLOORS = (
    "fact_recall",
    "right_bulletin",
    "citation_precision",
    "citation_recall",
    "right_refusals",
    "language_match",
    "recall_at_5",
    "recall_at_10",
    "mrr",
)
CEILINGS = ("wrong_refusals", "failed", "quoted_chars_median")
_TESTED = (*FLOORS, "wrong_refusals")
_LENGTH = "quoted_chars_median"
# Longer answers state more facts by chance, so their length is held too, over all cases: in a small group the median
# jumps by a half from one answer. A tenth is a sentence more in some answers.
_LENGTH_TOLERANCE = 0.1
_MAY_BE_LOST = 2  # cases of a group
# Floors are written with six decimals; what is below that is rounding.
_ROUNDING = 1e-6


class BaselineError(AssistantError):
    """There is no baseline, it cannot be read, or a run would lower it and nobody said that it may."""


@dataclass(frozen=True)
class Failure:
    """One thing that is worse than the baseline allows.

    where: "overall", "language en", "kind date", or "fingerprint". floor: None for a fingerprint. value: None where the
    run has none. cases: ids, of this group and with a part in this measure, that passed in the baseline and fail now;
    where there is none, those that fail now. p: of the paired test, where it is what failed; floor is then the mean
    that the same cases had.
    """

    where: str
    measure: str
    floor: float | None
    value: float | None
    cases: tuple[str, ...] = ()
    p: float | None = None

    def __str__(self) -> str:
        if self.where == "fingerprint":
            return f"the {self.measure} is not what the baseline was made with: read the report, then write a new one"
        if self.value is None:
            return f"{self.where}: the baseline has {self.measure}, this run has no case with it"
        if self.p is not None:
            told = f"{self.where}: {self.measure} is {self.value:.4g} on the cases of which it was {self.floor:.4g}"
            return f"{told}, and that is no chance (p {self.p:.4f}, adjusted); cases: {', '.join(self.cases)}"
        bound = "at most" if self.measure in CEILINGS else "at least"
        named = f"; cases: {', '.join(self.cases)}" if self.cases else ""
        return f"{self.where}: {self.measure} is {self.value:.4g}, the baseline wants {bound} {self.floor:.4g}{named}"


@dataclass(frozen=True)
class Gate:
    """The verdict on a run. lost: cases that passed in the baseline and fail now, even where no floor was broken."""

    failures: tuple[Failure, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures

    def __str__(self) -> str:
        lines = [f"FAILED  {failure}" for failure in self.failures] or ["No floor of the baseline is broken."]
        lines += [f"Cases that passed in the baseline and fail now: {', '.join(self.lost)}"] if self.lost else []
        lines += [f"Cases that pass now and did not in the baseline: {', '.join(self.won)}"] if self.won else []
        return "\n".join(lines)


def gate(run: Run, path: Path = BASELINE) -> Gate:
    """The run held against a baseline file. Raises BaselineError when the file is missing or no baseline."""
    baseline = read_baseline(path)
    known = {case.id for case in run.cases}
    passing, before = {case.id for case in run.cases if case.passed}, set(baseline["passing"])
    return Gate(
        failures=(*compare(run, baseline), *significant_losses(run, baseline)),
        lost=tuple(sorted((before & known) - passing)),
        won=tuple(sorted(passing - before)),
    )


def compare(run: Run, baseline: Mapping[str, Any]) -> list[Failure]:
    """What is worse than the baseline allows: changed fingerprints first, then overall, languages and kinds."""
    failures = [
        Failure("fingerprint", name, None, None)
        for name, digest in baseline["fingerprints"].items()
        if run.fingerprints.get(name) != digest
    ]
    before = frozenset(baseline["passing"])
    cases_of = dict(_groups(run.cases))
    for where, floors in _named(baseline["floors"]):
        cases = cases_of.get(where, [])
        values = summarise(cases)
        for measure, floor in floors.items():
            value = values.get(measure) if cases else None
            if value is None or _worse_by(measure, value, floor) > _tolerance(measure, floor, cases) + _ROUNDING:
                failures.append(Failure(where, measure, floor, value, _to_blame(cases, measure, before)))
    return failures


def significant_losses(run: Run, baseline: Mapping[str, Any]) -> list[Failure]:
    """Where the cases that both asked fare worse than chance explains, overall, by language and by kind."""
    before = baseline["values"]
    found: list[Failure] = []
    for where, cases in _groups([case for case in run.cases if case.id in before]):
        pairs = [(before[case.id], _values(case)) for case in cases]
        for each in paired(where, pairs, _TESTED):
            if each.better is False:
                worse = [
                    case.id
                    for case, (old, new) in zip(cases, pairs, strict=True)
                    if _worse_by(each.measure, new.get(each.measure) or 0.0, old.get(each.measure) or 0.0) > 0
                ]
                found.append(Failure(where, each.measure, each.a, each.b, tuple(worse), each.p_adjusted))
    return found


def _values(case: Scored) -> dict[str, float | None]:
    return {name: own_value(case, name) for name in _TESTED}


def write_baseline(run: Run, path: Path = BASELINE, lower: bool = False) -> list[str]:
    """Makes the run the baseline. The floors that sink, told; they stand in the file too.

    Raises BaselineError, and writes nothing, when that would lower a floor and `lower` is not set. Losing a group or a
    measure lowers its floor too.
    """
    floors, lowered = _floors(run), list[str]()
    if path.exists():
        old = read_baseline(path)["floors"]
        _keep_length(old, floors)
        lowered = _lowered(old, floors)
    if lowered and not lower:
        raise BaselineError(
            f"The run would lower the baseline ({'; '.join(lowered)}).",
            "Mend what got worse, or lower the floors and say why: bulletins eval --set-baseline --lower.",
        )
    baseline = {
        "format": FORMAT,
        "fingerprints": dict(run.fingerprints),
        "cases": len(run.cases),
        "floors": floors,
        "lowered": lowered,
        "passing": sorted(case.id for case in run.cases if case.passed),
    }
    # A case a line: a changed value is then a changed line, and the file stays short.
    rows = [
        f"  {json.dumps(case.id, ensure_ascii=False)}: {json.dumps(_known(_values(case)))}"
        for case in sorted(run.cases, key=lambda each: each.id)
    ]
    head = json.dumps(baseline, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n".join(rows)
    path.write_text(f'{head},\n "values": {{\n{lines}\n }}\n}}\n', encoding="utf-8")
    return lowered


def _known(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in values.items() if value is not None}


def _keep_length(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Leaves the ceiling of a length that has grown within its tolerance where it was: no case was lost by that."""
    floors, ceiling = new["overall"], old["overall"].get(_LENGTH)
    if ceiling is not None and ceiling < floors.get(_LENGTH, 0.0) <= (1 + _LENGTH_TOLERANCE) * ceiling:
        floors[_LENGTH] = ceiling


def _lowered(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    floors = dict(_named(new))
    return [
        f"{where}: {measure} from {floor:.4g} to {_shown(floors.get(where, {}).get(measure))}"
        for where, before in _named(old)
        for measure, floor in before.items()
        if measure not in floors.get(where, {}) or _worse_by(measure, floors[where][measure], floor) > _ROUNDING
    ]


def read_baseline(path: Path) -> dict[str, Any]:
    """Raises BaselineError when the file is missing or is no baseline of this format."""
    remedy = "Write one from a run that you trust: bulletins eval --set-baseline."
    try:
        baseline = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BaselineError(f"There is no baseline at {path}.", remedy) from error
    except (OSError, ValueError) as error:
        raise BaselineError(f"The baseline {path} cannot be read: {error}", remedy) from error
    if not isinstance(baseline, dict) or baseline.get("format") != FORMAT:
        raise BaselineError(f"{path} is not a baseline of format {FORMAT}.", remedy)
    if missing := {"fingerprints", "floors", "passing", "values"} - baseline.keys():
        raise BaselineError(f"The baseline {path} lacks {', '.join(sorted(missing))}.", remedy)
    return baseline


def _floors(run: Run) -> dict[str, Any]:
    return {
        "overall": _held(run.summary),
        "language": {name: _held(values, but=_LENGTH) for name, values in run.by_language.items()},
        "kind": {name: _held(values, but=_LENGTH) for name, values in run.by_kind.items()},
    }


def _held(values: Measures, but: str = "") -> dict[str, float]:
    held = {name: values[name] for name in (*FLOORS, *CEILINGS) if name != but}
    return {name: round(value, 6) for name, value in held.items() if value is not None}


def _named(floors: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, float]]]:
    """The floors of each group under the name that a Failure calls it by."""
    yield "overall", floors["overall"]
    for by in ("language", "kind"):
        for name, values in floors[by].items():
            yield f"{by} {name}", values


def _groups(cases: Sequence[Scored]) -> Iterator[tuple[str, Sequence[Scored]]]:
    yield "overall", cases
    for name, some in groups(cases, "language").items():
        yield f"language {name}", some
    for name, some in groups(cases, "kind").items():
        yield f"kind {name}", some


def _worse_by(measure: str, value: float, floor: float) -> float:
    return value - floor if measure in CEILINGS else floor - value


def _tolerance(measure: str, floor: float, cases: Sequence[Scored]) -> float:
    if measure == "failed":
        return 0.0
    if measure == _LENGTH:
        return _LENGTH_TOLERANCE * floor
    return _MAY_BE_LOST / max(1, sum(own_value(case, measure) is not None for case in cases))


def _to_blame(cases: Sequence[Scored], measure: str, before: frozenset[str]) -> tuple[str, ...]:
    concerned = [case for case in cases if measure not in AVERAGES or own_value(case, measure) is not None]
    failing = [case.id for case in concerned if not case.passed]
    return tuple(name for name in failing if name in before) or tuple(failing)


def _shown(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.4g}"
