"""To RAGAS and back (Es et al. 2024), by the columns that its EvaluationDataset has; RAGAS itself is not needed here.

user_input              the question; of a follow-up, the question as it was understood alone
retrieved_contexts      the first passages found, retrieved_context_ids their sources
response                the answer as shown
reference               the facts that the case names; what is due where there are none
reference_context_ids   the right bulletins
reference_contexts      words that answer (only read, from test sets that RAGAS made)

RAGAS asks a chat model for its metrics and wants other versions of its libraries than ours: it runs in an environment
of its own (`make ragas`), by `eval/ragas_metrics.py`, and the scores that it writes are read here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.errors import BadInput
from eval.cases import Case, Evidence
from eval.intervals import interval
from eval.run import Run, Scored, groups
from sources.bulletin import Bulletin
from sources.language import language_of

_REMEDY = "Give JSON Lines with RAGAS's columns: user_input, response, retrieved_contexts, reference, …"
_COLUMNS = frozenset(
    {
        "user_input", "retrieved_contexts", "reference_contexts", "retrieved_context_ids", "reference_context_ids",
        "response", "multi_responses", "reference", "rubrics", "persona_name", "query_style", "query_length",
    }
)  # fmt: skip
_NONE_DUE = "The bulletins do not answer this question."


_STDERR = 2  # what RAGAS prints is no result of ours
_INSTALL = "make ragas, then name its interpreter: --python .ragas/bin/python"


class RagasError(BadInput):
    """A file is no data set of RAGAS, or not of this run."""


def to_ragas(run: Run) -> list[dict[str, Any]]:
    """A row for each case, in the order of the run; an error has an empty response."""
    return [_row(case) for case in run.cases]


def _row(case: Scored) -> dict[str, Any]:
    return {
        "user_input": _asked(case),
        "retrieved_contexts": [each.text for each in case.top],
        "retrieved_context_ids": [each.source for each in case.top],
        "response": case.text,
        "reference": "; ".join(wordings[0] for wordings in case.facts) or _NONE_DUE,
        "reference_context_ids": list(case.bulletins),
    }


def _asked(case: Scored) -> str:
    return case.searched_as if case.history and case.searched_as else case.question


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Raises RagasError with the line that is no row."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RagasError(f"{path}: cannot be read ({error}).", _REMEDY) from error
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                row = row.get("eval_sample", row)  # a test set that RAGAS made wraps its rows
                if not isinstance(row["user_input"], str) or not row["user_input"].strip():
                    raise ValueError("user_input is no text")
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                told = f"{path}, line {number}: is no row of a data set ({type(error).__name__}: {error})."
                raise RagasError(told, _REMEDY) from error
            rows.append(row)
    if not rows:
        raise RagasError(f"{path}: holds no row.", _REMEDY)
    return rows


def from_ragas(rows: Iterable[Mapping[str, Any]], bulletins: Sequence[Bulletin]) -> tuple[list[Case], int]:
    """Proposed cases, and how many rows make none: those without a reference, or of no bulletin that there is.

    A reference is one fact as it stands; it is most often a sentence, to be cut to the fact when it is reviewed. The
    right bulletins are those named, and those in which a reference context stands.
    """
    known = {each.source: each for each in bulletins}
    found: list[Case] = []
    left_out = 0
    for number, row in enumerate(rows, 1):
        evidence = [
            Evidence(each.source, text, at)
            for text in map(str, row.get("reference_contexts") or ())
            for each in bulletins
            if text.strip() and (at := each.raw.find(text)) >= 0
        ]
        named = [str(source) for source in row.get("reference_context_ids") or () if str(source) in known]
        sources = tuple(dict.fromkeys([*named, *(each.source for each in evidence)]))
        reference = str(row.get("reference") or "").strip()
        if not sources or not reference:
            left_out += 1
            continue
        question = row["user_input"].strip()
        language = language_of(question)
        found.append(
            Case(
                id=f"ragas-{number}",
                question=question,
                language=language,
                kind="factoid",
                cross=all((known[source].language == "en") != (language == "en") for source in sources),
                bulletins=sources,
                facts=((reference,),),
                why="from a RAGAS test set",
                evidence=tuple(evidence),
                state="proposed",
            )
        )
    return found, left_out


def measured_by_ragas(run: Run, python: str, model: str, url: str | None) -> list[dict[str, Any]]:
    """The rows of a run with what RAGAS makes of them, by the interpreter named, in whose environment it is installed.

    model: as the settings name it; only "openai:NAME", which every server of that protocol can be. Its progress goes to
    stderr. Raises RagasError.
    """
    provider, _, name = model.partition(":")
    if provider != "openai" or not name:
        raise RagasError(f"RAGAS's metrics cannot ask {model!r}.", "Name a model as openai:NAME: --model openai:NAME")
    with TemporaryDirectory() as place:
        rows, scored = Path(place) / "rows.jsonl", Path(place) / "scored.jsonl"
        rows.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in to_ragas(run)), encoding="utf-8")
        command = [python, "-I", str(Path(__file__).with_name("ragas_metrics.py")), str(rows), str(scored), name]
        try:
            subprocess.run([*command, url or ""], check=True, stdout=_STDERR)
        except (OSError, subprocess.CalledProcessError) as error:
            raise RagasError(f"RAGAS did not run with {python} ({error}).", _INSTALL) from error
        return read_rows(scored)


@dataclass(frozen=True)
class RagasScore:
    """The mean of one metric of RAGAS over a group of the run's cases that have it, and where it lies with 95 %
    confidence.
    """

    where: str
    metric: str
    cases: int
    mean: float
    between: tuple[float, float] | None

    def __str__(self) -> str:
        between = f"  {self.between[0]:.3f} … {self.between[1]:.3f}" if self.between else ""
        return f"{self.where:<20} {self.metric:<28} {self.cases:>5} {self.mean:8.3f}{between}"


def ragas_scores(run: Run, rows: Sequence[Mapping[str, Any]]) -> list[RagasScore]:
    """What RAGAS made of the rows that `to_ragas` gave, overall, by language and by kind.

    A metric is any further column of numbers. Raises RagasError when the rows are not those of the run.
    """
    if [row["user_input"] for row in rows] != [_asked(case) for case in run.cases]:
        raise RagasError("The rows are not those of this run, in its order.", "Export the run again: to-ragas RUN")
    metrics = sorted({key for row in rows for key, value in row.items() if key not in _COLUMNS and _is_score(value)})
    row_of = dict(zip((case.id for case in run.cases), rows, strict=True))
    named: list[tuple[str, Sequence[Scored]]] = [("overall", run.cases)]
    named += [(f"language {name}", some) for name, some in groups(run.cases, "language").items()]
    named += [(f"kind {name}", some) for name, some in groups(run.cases, "kind").items()]
    found = []
    for where, cases in named:
        for metric in metrics:
            given = [row_of[case.id].get(metric) for case in cases]
            values = [float(value) for value in given if value is not None and _is_score(value)]
            if values:
                found.append(RagasScore(where, metric, len(values), sum(values) / len(values), interval(values)))
    return found


def _is_score(value: Any) -> bool:
    # NaN is what RAGAS writes for a row of which its model made nothing.
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
