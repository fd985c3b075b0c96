from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import app
from eval.cases import read_lines
from eval.ragas import RagasError, from_ragas, measured_by_ragas, ragas_scores, read_rows, to_ragas
from eval.report import write_report
from eval.run import Run, evaluate
from tests.eval.fakes import answer, case, citation, hit, refusal, right_answer, same_words
from tests.fakes import bulletin_of

DEPOT = bulletin_of("depot", "Depot opened\n\nChen Yulan opened the depot on June 15.\n")


def _run() -> Run:
    replies = iter(
        [
            right_answer(),
            refusal(),
            answer(
                [("June", [0])], [citation("depot", "June")], [hit("depot", "June")], searched_as="When did it open?"
            ),
            ValueError("broken"),
        ]
    )

    def ask(question: str, history: list[str]) -> Any:
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return reply

    cases = [
        case(id="a"),
        case(id="b", kind="unanswerable", question="Who sank?"),
        case(id="c", kind="follow-up", question="And when?", history=("Who?",), language="zh-Hans"),
        case(id="d"),
    ]
    return evaluate(ask, cases, supports=same_words)


def test_a_run_becomes_the_rows_that_ragas_reads() -> None:
    first, second, third, fourth = to_ragas(_run())
    assert first == {
        "user_input": "Who opened the depot, and when?",
        "retrieved_contexts": ["Nothing.", "Chen Yulan opened the depot on June 15."],
        "retrieved_context_ids": ["other", "depot"],
        "response": "Chen Yulan opened the depot on June 15.",
        "reference": "Chen Yulan; June 15",
        "reference_context_ids": ["depot"],
    }
    assert second["reference"] == "The bulletins do not answer this question."
    assert third["user_input"] == "When did it open?"  # RAGAS knows nothing of what was asked before
    assert (fourth["response"], fourth["retrieved_contexts"]) == ("", [])


def test_a_test_set_of_ragas_becomes_proposed_cases() -> None:
    rows = [
        {"user_input": "Who opened it?", "reference": "Chen Yulan did.", "reference_contexts": ["Chen Yulan opened"]},
        {"user_input": "由誰開幕?", "reference": "陳玉蘭", "reference_context_ids": ["depot", "gone"]},
        {"user_input": "Where?", "reference": "There.", "reference_contexts": ["In no bulletin."]},
        {"user_input": "Why?", "reference_context_ids": ["depot"]},
    ]
    (first, second), left_out = from_ragas(rows, [DEPOT])
    assert left_out == 2
    assert (first.id, first.state, first.facts, first.bulletins) == (
        "ragas-1",
        "proposed",
        (("Chen Yulan did.",),),
        ("depot",),
    )
    assert DEPOT.raw.startswith(first.evidence[0].quote, first.evidence[0].start)
    assert (second.language, second.cross, second.bulletins) == ("zh-Hant", True, ("depot",))


def test_the_scores_of_ragas_are_told_by_group_and_what_it_made_nothing_of_is_left_out() -> None:
    run = _run()
    rows = [
        row | {"faithfulness": score} for row, score in zip(to_ragas(run), (1.0, 0.5, float("nan"), None), strict=True)
    ]
    found = {(each.where, each.metric): each for each in ragas_scores(run, rows)}
    assert (found["overall", "faithfulness"].mean, found["overall", "faithfulness"].cases) == (0.75, 2)
    assert found["language en", "faithfulness"].cases == 2 and ("language zh-Hans", "faithfulness") not in found
    assert found["kind unanswerable", "faithfulness"].mean == 0.5
    assert {metric for _, metric in found} == {"faithfulness"}
    with pytest.raises(RagasError, match="not those of this run"):
        ragas_scores(run, rows[::-1])


@pytest.mark.parametrize("line", ["[]", "{", '{"question": "?"}', '{"user_input": 3}', '{"user_input": " "}'])
def test_a_line_that_is_no_row_is_told_with_its_number(line: str, tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"eval_sample": {"user_input": "Who?"}}\n' + line, encoding="utf-8")
    with pytest.raises(RagasError, match="line 2"):
        read_rows(path)


def test_the_commands_write_rows_and_read_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, rows = str(tmp_path / "run"), tmp_path / "rows.jsonl"
    write_report(_run(), Path(run))
    assert app.main(["eval", "to-ragas", run, "--out", str(rows)]) == 0
    assert app.main(["eval", "to-ragas", run, "--out", str(rows)]) == 2  # never over a file
    scored = [json.dumps(row | {"context_recall": 1.0}) for row in read_rows(rows)]
    rows.write_text("\n".join(scored), encoding="utf-8")
    capsys.readouterr()
    assert app.main(["eval", "ragas-scores", run, str(rows), "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["where"], first["metric"], first["cases"], first["mean"]) == ("overall", "context_recall", 4, 1.0)


_STANDS_IN = """\
import json, sys
isolated, script, rows, scored, name, url = sys.argv[1:]
assert isolated == "-I" and script.endswith("ragas_metrics.py")
with open(rows, encoding="utf-8") as given, open(scored, "w", encoding="utf-8") as out:
    for line in given:
        out.write(json.dumps(json.loads(line) | {"faithfulness": 0.5, "told": name + " " + url}) + "\\n")
"""


def interpreter(folder: Path, program: str) -> str:
    """A stand-in for the interpreter of an environment that has RAGAS."""
    (folder / "stands_in.py").write_text(program, encoding="utf-8")
    command = folder / "python"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder / "stands_in.py"}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return str(command)


def test_ragas_is_run_where_it_is_installed_and_its_scores_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLETINS_MODEL_URL", "http://127.0.0.1:9/v1")
    write_report(_run(), tmp_path / "run")
    command = ["eval", "ragas", str(tmp_path / "run"), "--python", interpreter(tmp_path, _STANDS_IN), "--json"]
    assert app.main([*command, "--model", "openai:judge", "--out", str(tmp_path / "scored.jsonl")]) == 0
    overall = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (overall["metric"], overall["cases"], overall["mean"]) == ("faithfulness", 4, 0.5)
    assert {row["told"] for row in read_rows(tmp_path / "scored.jsonl")} == {"judge http://127.0.0.1:9/v1"}
    assert app.main([*command, "--model", "none"]) == 2  # its metrics are a model's judgements
    assert "openai:NAME" in capsys.readouterr().err


def test_where_ragas_does_not_run_the_remedy_is_told(tmp_path: Path) -> None:
    for python in (str(tmp_path / "none"), interpreter(tmp_path, "raise SystemExit(1)")):
        with pytest.raises(RagasError) as raised:
            measured_by_ragas(_run(), python, "openai:judge", None)
        assert "make ragas" in raised.value.remedy


@pytest.mark.model
def test_the_command_makes_a_gold_file_to_be_reviewed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, gold = tmp_path / "rows.jsonl", tmp_path / "gold.jsonl"
    row = {"user_input": "Who chaired?", "reference": "Ma Junsheng", "reference_context_ids": ["000"]}
    rows.write_text(json.dumps(row), encoding="utf-8")
    assert app.main(["eval", "from-ragas", str(rows), "--out", str(gold)]) == 0
    ((_, made),) = read_lines(gold)
    assert made.state == "proposed" and made.bulletins == ("000",)  # type: ignore[union-attr]
