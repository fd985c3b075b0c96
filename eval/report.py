"""An evaluation for people: report.html (one file, nothing loaded from elsewhere) and a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.measures import risk_coverage
from eval.run import Measures, Run, Scored, write_json

_ROOM = Path(__file__).parent

LANGUAGE_NAMES = {"en": "English", "zh-Hant": "Traditional Chinese", "zh-Hans": "Simplified Chinese"}
STAGE_NAMES = {
    "broken": "an error was raised",
    "search": "search: no passage that states it was found",
    "decision": "decision: whether the evidence is enough was judged wrongly",
    "answer": "answer: the evidence was there, the answer was made wrongly from it",
    "check": "check: a sentence passed that its citations do not support",
}


@dataclass(frozen=True)
class Measure:
    """How a measure is shown. unit "share" in [0, 1], "rank" (its reciprocal), "seconds", "characters" or "cases".

    target: what the product promises, None for no promise; at_most: it is a ceiling, not a floor.
    """

    name: str
    label: str
    meaning: str
    unit: str = "share"
    target: float | None = None
    at_most: bool = False

    def reached(self, value: float | None) -> bool | None:
        """Whether the promise is kept; None when there is no promise or no value."""
        if self.target is None or value is None:
            return None
        return value <= self.target if self.at_most else value >= self.target

    def show(self, value: float | None) -> str:
        """For reading: "93.3 %", "48 ms", "–" for None. A share below 1 is never rounded up to 100 %."""
        if value is None:
            return "–"
        if self.unit == "share":
            text = f"{100 * value:.1f}"
            return "99.9 %" if text == "100.0" and value < 1 else f"{text} %"
        if self.unit == "seconds":
            return f"{value:.1f} s" if value >= 1 else f"{1000 * value:.{0 if value >= 0.01 else 1}f} ms"
        if self.unit == "rank":
            return f"{value:.3f}"
        return f"{value:,.0f}"


MEASURES = (
    Measure("cases", "cases", "questions asked", "cases"),
    Measure("fact_recall", "facts stated", "key facts that answers or their quotes state", target=0.85),
    Measure("right_bulletin", "right bulletin", "citations that point to a right bulletin", target=0.95),
    Measure("citation_precision", "citations needed", "citations that help to support their sentence"),
    Measure("citation_recall", "sentences supported", "sentences of answers that their citations support"),
    Measure("right_refusals", "right refusals", "unanswerable questions that were refused", target=0.8),
    Measure("wrong_refusals", "wrong refusals", "answerable questions that were refused", target=0.08, at_most=True),
    Measure("language_match", "language kept", "answers in the language and script of the question"),
    Measure("recall_at_5", "facts in first 5", "facts that the first five passages found state"),
    Measure("recall_at_10", "facts in first 10", "facts that the first ten passages found state"),
    Measure("mrr", "rank (MRR)", "1 / rank of the first passage that states a fact", "rank"),
    Measure("quoted_chars_median", "quoted", "characters quoted by an answer, median", "characters", 400, True),
    Measure("seconds_p50", "time, median", "from question to answer, half are faster", "seconds", 0.1, True),
    Measure("seconds_p95", "time, 95 %", "from question to answer, 95 % are faster", "seconds"),
    Measure("failed", "failed", "questions that ended in an error; they count as wrong everywhere", "cases", 0, True),
)
_BY_NAME = {measure.name: measure for measure in MEASURES}


def write_report(run: Run, folder: Path) -> Path:
    """Writes report.html and report.json into the folder, made when missing. The path of report.html."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(run, folder / "report.json")
    page = folder / "report.html"
    page.write_text(render(run), encoding="utf-8")
    return page


def render(run: Run) -> str:
    """report.html as text. Everything from bulletins, questions and answers is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_ROOM),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        run=run,
        summary=run.summary,
        measures=MEASURES,
        tables=_tables(run),
        times=_times(run),
        curve=_curve(run),
        lanes=_lanes(run),
        failing=run.failing,
        stages=_stages(run.failing),
        language_names=LANGUAGE_NAMES,
        stage_names=STAGE_NAMES,
    )


# What a line of a terminal has room for.
_TERMINAL = (
    "cases",
    "fact_recall",
    "right_bulletin",
    "citation_recall",
    "right_refusals",
    "wrong_refusals",
    "recall_at_10",
    "mrr",
    "quoted_chars_median",
    "seconds_p50",
    "failed",
)


def summary_text(run: Run, names: Sequence[str] = _TERMINAL) -> str:
    """An aligned table of the groups, then one line for each failing case. names: measures to show, in this order."""
    chosen = [_BY_NAME[name] for name in names]
    heads = [measure.label.split(" ", 1) for measure in chosen]
    rows = [["", *(head[i] if i < len(head) else "" for head in heads)] for i in range(2)]
    for title, groups in _tables(run)[:-1]:
        for name, values in groups:
            label = name if title == "all" else f"  {name}"
            rows.append([label, *(measure.show(values[measure.name]) for measure in chosen)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    if run.failing:
        lines += ["", f"{len(run.failing)} of {len(run.cases)} cases fail:"]
        width = max(len(case.id) for case in run.failing)
        lines += [f"  {case.id.ljust(width)}  {_problem_line(case)}" for case in run.failing]
    return "\n".join(lines)


def _problem_line(case: Scored) -> str:
    told = "; ".join(case.problems)
    if case.error:
        told += f" ({case.error})"
    return f"{told} [{case.stage}]"


def _tables(run: Run) -> list[tuple[str, list[tuple[str, Measures]]]]:
    """Groups of measures to show, the finest division last."""
    both = [
        (f"{LANGUAGE_NAMES[language]}, {kind}", values)
        for language, kinds in run.by_language_and_kind.items()
        for kind, values in kinds.items()
    ]
    cross = {"same": "answer in same language", "cross": "answer only in another"}
    return [
        ("all", [("all", run.summary)]),
        ("by language", [(LANGUAGE_NAMES[name], values) for name, values in run.by_language.items()]),
        ("by kind", list(run.by_kind.items())),
        ("across languages", [(cross[name], values) for name, values in run.by_cross.items()]),
        ("by language and kind", both),
    ]


def _times(run: Run) -> dict[str, list[str]]:
    show = _BY_NAME["seconds_p50"].show
    return {step: [show(seconds) for seconds in each.values()] for step, each in run.seconds_by_step.items()}


def _stages(failing: Iterable[Scored]) -> list[tuple[str, int]]:
    """How many failing cases each stage is blamed for, stages in the order in which a question passes them."""
    blamed = [case.stage for case in failing]
    return [(stage, blamed.count(stage)) for stage in STAGE_NAMES if stage in blamed]


def _curve(run: Run) -> list[tuple[float, float]]:
    answered = [(case.probability or 0.0, case.loss) for case in run.cases if case.outcome == "answered"]
    return risk_coverage(answered, len(run.cases)) if answered else []


def _lanes(run: Run) -> list[tuple[str, list[Scored]]]:
    """The cases by what should and did happen, for the drawing of their probabilities; empty lanes are left out."""
    known = [case for case in run.cases if case.probability is not None]
    lanes = [
        ("answered, right", [c for c in known if c.outcome == "answered" and c.loss == 0]),
        ("answered, facts missing", [c for c in known if c.outcome == "answered" and c.answerable and c.loss > 0]),
        ("refused, answerable", [c for c in known if c.outcome == "not_found" and c.answerable]),
        ("refused, unanswerable", [c for c in known if c.outcome == "not_found" and not c.answerable]),
        ("answered, unanswerable", [c for c in known if c.outcome == "answered" and not c.answerable]),
    ]
    return [(name, cases) for name, cases in lanes if cases]
