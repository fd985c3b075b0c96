from __future__ import annotations

import json
from pathlib import Path

import pytest

import app
from eval.cases import read_lines
from eval.report import write_report
from eval.run import evaluate
from tests.endpoint import Says, scripted
from tests.eval.fakes import case, refusal, right_answer, same_words


def test_compare_reads_two_runs_and_prints_text_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, reply in (("a", refusal()), ("b", right_answer())):
        run = evaluate(lambda question, history, reply=reply: reply, [case()], supports=same_words)  # type: ignore[misc]
        write_report(run, tmp_path / name)
    names = [str(tmp_path / "a"), str(tmp_path / "b")]
    assert app.main(["eval", "compare", *names]) == 0
    assert "1 cases won:" in capsys.readouterr().out
    assert app.main(["eval", "compare", *names, "--json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)["won"]] == ["c1"]


def test_runs_that_asked_nothing_alike_are_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in "ab":
        asked = [case(id=name, question=f"Is it {name}?")]
        write_report(evaluate(lambda question, history: refusal(), asked, supports=same_words), tmp_path / name)
    assert app.main(["eval", "compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "no question alike" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["compare"], ["compare", "a"], ["compare", "none", "none"], ["new", "."], ["nonsense"]]
)
def test_a_tool_that_is_none_or_lacks_something_is_two_lines_and_exit_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["eval", *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_new_writes_a_gold_file_and_never_over_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "texts", tmp_path / "gold.jsonl"
    folder.mkdir()
    (folder / "depot.txt").write_text(
        "Depot opened\n\nThe new depot in the east holds 45,200 parcels.\n", encoding="utf-8"
    )
    (folder / "empty.txt").write_text("", encoding="utf-8")
    assert app.main(["eval", "new", str(folder), "--out", str(out), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["cases"] == len(read_lines(out)) >= 1
    assert "skipped" in printed.err and "empty.txt" in printed.err
    before = out.read_bytes()
    assert app.main(["eval", "new", str(folder), "--out", str(out)]) == 2
    assert out.read_bytes() == before


def test_new_asks_the_model_too_and_goes_on_by_rule_when_it_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="comes with the extra dev")
    folder, out = tmp_path / "texts", tmp_path / "gold.jsonl"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.txt").write_text("Depot opened\n\nThe depot holds 45,200 parcels.\n", encoding="utf-8")
    row = {"quote": "The depot holds 45,200 parcels.", "answer": "45,200", "question": "How large is it?"}
    with scripted() as server:
        server.says(json.dumps({"questions": [row]}), Says(status=401))
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        monkeypatch.setenv("BULLETINS_MODEL_URL", server.url)
        assert app.main(["eval", "new", str(folder), "--out", str(out), "--model", "openai:scripted"]) == 0
    cases = [case for _, case in read_lines(out)]
    assert {case.id for case in cases} >= {"a-model-1", "b-figure-1"}  # type: ignore[union-attr]
    assert "b-model-1" not in {case.id for case in cases}  # type: ignore[union-attr]
    assert "b.txt: the chat model failed (refused)" in capsys.readouterr().err
