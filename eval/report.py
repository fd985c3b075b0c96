"""An evaluation for people: report.html (one file, nothing loaded from elsewhere) and a table for the terminal.

And for CI: summary.md, to be shown beside a change, and junit.xml, in which each case is a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.intervals import interval
from eval.measures import calibration_bins, calibration_error, risk_coverage
from eval.run import AVERAGES, Measures, Run, Scored, groups, own_value, write_json

_ROOM = Path(__file__).parent

LANGUAGE_NAMES = {"en": "English", "zh-Hant": "Traditional Chinese", "zh-Hans": "Simplified Chinese"}
STAGE_NAMES = {
    "broken": "an error was raised",
    "reading": "reading: the text as it was read does not state it",
    "search": "search: no passage that states it was found",
    "decision": "decision: whether the evidence is enough was judged wrongly",
    "answer": "answer: the evidence was there, the answer was made wrongly from it",
    "check": "check: a sentence passed that its citations do not support",
}


@dataclass(frozen=True)
class Measure:
    """How a measure is shown. unit "share" in [0, 1], "rank" (its reciprocal), "seconds", "characters", "money" or
    "cases".

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
        if self.unit == "money":
            return f"{value:.3g}"
        return f"{value:,.0f}"


MEASURES = (
    Measure("cases", "cases", "questions asked", "cases"),
    Measure("fact_recall", "facts stated", "key facts that answers or their quotes state", target=0.85),
    Measure("fact_precision", "sentences to the point", "sentences of answers that state a key fact"),
    Measure("right_bulletin", "right bulletin", "citations that point to a right bulletin", target=0.95),
    Measure("citation_precision", "citations needed", "citations that help to support their sentence"),
    Measure("citation_recall", "sentences supported", "sentences of answers that their citations support"),
    Measure("right_refusals", "right refusals", "unanswerable questions that were refused", target=0.8),
    Measure("wrong_refusals", "wrong refusals", "answerable questions that were refused", target=0.08, at_most=True),
    Measure("refusal_precision", "refusals right", "refusals of questions that indeed had no answer"),
    Measure("faithfulness", "faithful", "sentences of answers that what was found supports"),
    Measure(
        "hallucination",
        "invented",
        "sentences that neither what was found nor the known answer bears out",
        at_most=True,
    ),
    Measure("language_match", "language kept", "answers in the language and script of the question"),
    Measure("recall_at_5", "facts in first 5", "facts that the first five passages found state"),
    Measure("recall_at_10", "facts in first 10", "facts that the first ten passages found state"),
    Measure("mrr", "rank (MRR)", "1 / rank of the first passage that states a fact", "rank"),
    Measure("ndcg_at_10", "order (nDCG)", "right bulletins among the first ten, the earlier the better", "rank"),
    Measure("risk_area", "risk", "how wrong answers are on average when only the surest are given", at_most=True),
    Measure("quoted_chars_median", "quoted", "characters quoted by an answer, median", "characters", 400, True),
    Measure("answer_chars_median", "length", "characters of an answer, median", "characters"),
    Measure("model_tokens_mean", "model tokens", "to and from the chat model for a question, about", "characters"),
    Measure("model_cost_mean", "cost", "of the chat model for a question, at the price told", "money"),
    Measure("seconds_p50", "time, median", "from question to answer, half are faster", "seconds", 0.1, True),
    Measure("seconds_p95", "time, 95 %", "from question to answer, 95 % are faster", "seconds"),
    Measure("failed", "failed", "questions that ended in an error; they count as wrong everywhere", "cases", 0, True),
)
_BY_NAME = {measure.name: measure for measure in MEASURES}


# What the first screen shows besides what is promised.
_FIRST = ("citation_recall", "hallucination")


def write_report(run: Run, folder: Path) -> Path:
    """Writes report.html, report.json, summary.md and junit.xml into the folder, made when missing.

    The path of report.html.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_json(run, folder / "report.json")
    (folder / "summary.md").write_text(markdown(run), encoding="utf-8")
    (folder / "junit.xml").write_bytes(junit(run))
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
        measures=(measures := _with_values(run)),
        first=[measure for measure in measures if measure.target is not None or measure.name in _FIRST],
        story=_story(run.cases),
        tables=_tables(run),
        between=_intervals(run.cases),
        between_of=_intervals_of_groups(run),
        bars=_bars(run),
        curve=_curve(run),
        bins=(bins := _bins(run)),
        bins_error=calibration_error(bins),
        recalls=_recalls(run),
        lanes=_lanes(run),
        failing=run.failing,
        stages=_stages(run.failing),
        language_names=LANGUAGE_NAMES,
        stage_names=STAGE_NAMES,
    )


def _with_values(run: Run) -> list[Measure]:
    """The measures of which the run has any value: nobody needs the cost of a model that was not asked."""
    return [measure for measure in MEASURES if run.summary[measure.name] is not None]


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
    for title, table in _tables(run)[:-1]:
        for name, values in table:
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


def _story(cases: Sequence[Scored]) -> list[str]:
    """What came of the questions, in numbers of questions."""
    asked = [case for case in cases if case.answerable]
    refused = sum(case.outcome == "not_found" for case in asked)
    broken = sum(case.outcome == "failed" for case in asked)
    right = sum(case.passed for case in asked)
    told = []
    if asked:
        partly = len(asked) - right - refused - broken
        parts = [f"{right} got a complete and right answer", f"{partly} an incomplete or partly wrong one"]
        parts += [f"{refused} a refusal"] + ([f"{broken} an error"] if broken else [])
        told.append(f"Of {len(asked)} that the bulletins answer, {', '.join(parts[:-1])} and {parts[-1]}.")
    if others := [case for case in cases if not case.answerable]:
        kept, answered = (sum(case.outcome == end for case in others) for end in ("not_found", "answered"))
        error = f", {len(others) - kept - answered} ended in an error" if kept + answered < len(others) else ""
        known = f"{kept} were refused and {answered} answered all the same{error}"
        told.append(f"Of {len(others)} that they do not answer, {known}.")
    return told


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


def _intervals_of_groups(run: Run) -> dict[str, dict[str, str]]:
    """The same for each row of the tables, by the row's name."""
    named: list[tuple[str, Sequence[Scored]]] = [("all", run.cases)]
    for language, cases in groups(run.cases, "language").items():
        named.append((LANGUAGE_NAMES[language], cases))
        named += [(f"{LANGUAGE_NAMES[language]}, {kind}", some) for kind, some in groups(cases, "kind").items()]
    named += groups(run.cases, "kind").items()
    return {name: _intervals(cases) for name, cases in named}


def _intervals(cases: Sequence[Scored]) -> dict[str, str]:
    """Where each average lies with 95 % confidence, for reading; measures without one are left out."""
    found = {}
    for measure in MEASURES:
        if measure.name in AVERAGES:
            values = [value for case in cases if (value := own_value(case, measure.name)) is not None]
            if between := interval(values):
                found[measure.name] = " – ".join(measure.show(end) for end in between)
    return found


def _bins(run: Run) -> list[tuple[float, float, int]]:
    """The probability that the evidence is enough, against how often there was an answer.

    Without questions to the catalogue: they are not decided by evidence.
    """
    return calibration_bins(
        (case.probability, case.answerable)
        for case in run.cases
        if case.probability is not None and case.kind != "catalogue"
    )


def _recalls(run: Run) -> list[tuple[str, list[float]]]:
    """Facts stated by the first 1, 2, … passages, over all and by language."""
    groups = [("all", [case for case in run.cases if case.recall_by_rank])]
    for language, name in LANGUAGE_NAMES.items():
        groups.append((name, [case for case in groups[0][1] if case.language == language]))
    return [
        (name, [sum(each) / len(each) for each in zip(*(case.recall_by_rank for case in cases), strict=True)])
        for name, cases in groups
        if cases
    ]


def _bars(run: Run) -> list[tuple[str, float, float, str]]:
    """Seconds by step: (step, median and 95 % as shares of the longest, both for reading)."""
    show = _BY_NAME["seconds_p50"].show
    steps = [(step, each["p50"] or 0.0, each["p95"] or 0.0) for step, each in run.seconds_by_step.items()]
    longest = max((p95 for _, _, p95 in steps), default=0.0) or 1.0
    return [(step, p50 / longest, p95 / longest, f"{show(p50)}, {show(p95)}") for step, p50, p95 in steps]


def markdown(run: Run) -> str:
    """A table of the averages with their intervals, and the failing cases by problem, to be shown beside a change."""
    between, summary = _intervals(run.cases), run.summary
    lines = [
        f"## Evaluation: {len(run.cases) - len(run.failing)} of {len(run.cases)} questions entirely right",
        "",
        "| measure | value | 95 % interval | wanted | |",
        "| --- | ---: | --- | --- | --- |",
    ]
    for measure in _with_values(run)[1:]:
        value = summary[measure.name]
        wanted = ""
        if measure.target is not None:
            wanted = f"{'at most' if measure.at_most else 'at least'} {measure.show(measure.target)}"
        verdict = {True: "reached", False: "**missed**", None: ""}[measure.reached(value)]
        lines.append(
            f"| {measure.label} | {measure.show(value)} | {between.get(measure.name, '')} | {wanted} | {verdict} |"
        )
    if run.failing:
        lines += ["", f"<details><summary>{len(run.failing)} cases fail</summary>", ""]
        lines += [f"- `{case.id}` {_in_markdown(_problem_line(case))}" for case in run.failing]
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def _in_markdown(text: str) -> str:
    return " ".join(re.sub(r"([\\`*_\[\]<>|&])", r"\\\1", text).split())


def junit(run: Run) -> bytes:
    """The run as JUnit reads it: a suite for each language, a test for each case; a case that broke is an error."""
    from xml.etree import ElementTree as xml

    top = xml.Element("testsuites", name="bulletins eval")
    for language in dict.fromkeys(case.language for case in run.cases):
        cases = [case for case in run.cases if case.language == language]
        broken = sum(case.outcome == "failed" for case in cases)
        suite = xml.SubElement(
            top, "testsuite", name=language, tests=str(len(cases)), errors=str(broken),
            failures=str(sum(not case.passed for case in cases) - broken),
            time=f"{sum(case.seconds.get('asked', 0.0) for case in cases):.3f}",
        )  # fmt: skip
        for case in cases:
            seconds = f"{case.seconds.get('asked', 0.0):.3f}"
            test = xml.SubElement(suite, "testcase", classname=f"{language}.{case.kind}", name=case.id, time=seconds)
            if not case.passed:
                kind = "error" if case.outcome == "failed" else "failure"
                told = xml.SubElement(test, kind, message=_printable(_problem_line(case)))
                missing = [" / ".join(case.facts[i]) for i in case.missing]
                told.text = _printable(
                    "\n".join(
                        [f"asked: {case.question}", *(f"missing: {each}" for each in missing), f"given: {case.text}"]
                    )
                )
    return xml.tostring(top, encoding="utf-8", xml_declaration=True)


def _printable(text: str) -> str:
    """Without the characters that XML cannot carry."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
