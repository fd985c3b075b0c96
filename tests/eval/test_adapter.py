from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document

from eval import Case, evaluate
from eval.adapter import answer_from_json, chain_answerer
from eval.suites import Remembering
from index.embed import open_embedder
from tests.cache import cache
from tests.endpoint import Says, scripted
from tests.eval.fakes import case, right_answer, same_words

DOCS = Path(__file__).parents[2] / "docs" / "evaluation.md"


def _chain(given: dict[str, Any]) -> dict[str, Any]:
    """A chain that repeats what it found, and says so when it found nothing."""
    found = [Document(page_content="Chen Yulan opened the depot on June 15.", metadata={"source": "depot"})]
    if "depot" not in given["input"]:
        return {"answer": "I do not know.", "context": []}
    return {"answer": found[0].page_content, "context": found}


def test_an_answer_comes_back_from_its_json() -> None:
    given = right_answer()
    assert answer_from_json(json.loads(json.dumps(given.to_json()))) == replace(given, evidence=())


def test_a_chain_is_measured_as_our_own_assistant_is() -> None:
    cases = [case(), case(id="u", kind="unanswerable", question="Who sank the ferry?")]
    run = evaluate(chain_answerer(_chain, lambda text: "do not know" in text), cases, supports=same_words)
    assert [each.outcome for each in run.cases] == ["answered", "not_found"]
    assert run.summary["fact_recall"] == run.summary["right_bulletin"] == run.summary["recall_at_5"] == 1
    assert run.summary["right_refusals"] == 1
    assert not run.failing


def test_the_history_is_handed_on_and_a_refusal_must_be_recognised() -> None:
    asked: list[dict[str, Any]] = []

    def chain(given: dict[str, Any]) -> dict[str, Any]:
        asked.append(given)
        return {"answer": "I do not know.", "context": []}

    reply = chain_answerer(chain)("And when?", ["Who?"])
    assert asked == [{"input": "And when?", "chat_history": ["Who?"]}]
    assert reply.outcome == "answered" and reply.sentences[0].citations == ()
    assert chain_answerer(lambda given: {"answer": " "})("When?", []).outcome == "not_found"


EXAMPLES = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_of_a_chain_runs(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"chain": type("Chain", (), {"invoke": staticmethod(_chain)})}
    exec(compile(EXAMPLES[0], "evaluation.md", "exec"), given)
    assert capsys.readouterr().out == "1.0 1.0\n"
    assert Case.__module__ == "eval.cases"


@pytest.fixture(scope="module")
def embedder() -> Remembering:
    return Remembering(open_embedder("bundled", cache()))


@pytest.fixture
def embedded_once(embedder: Remembering, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real embedder, of which both runs of the example have the same vectors."""
    monkeypatch.setattr("index.embed.open_embedder", lambda name, folder: embedder)


@pytest.mark.model
@pytest.mark.usefixtures("embedded_once")
def test_the_example_of_the_stock_pipeline_runs_without_a_chat_model(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLETINS_CACHE", str(cache()))
    given: dict[str, Any] = {}
    exec(compile(EXAMPLES[1], "evaluation.md", "exec"), given)
    assert "3 cases in both runs" in capsys.readouterr().out
    theirs, ours = given["theirs"], given["ours"]
    assert theirs.summary["recall_at_10"] > 0 and theirs.summary["right_refusals"] == 0  # it cannot refuse
    assert ours.summary["fact_recall"] == ours.summary["right_refusals"] == 1
    assert {each.right for scored in theirs.cases[:2] for each in scored.citations} <= {True, False}


@pytest.mark.model
@pytest.mark.usefixtures("embedded_once")
def test_the_example_of_the_stock_pipeline_runs_with_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="comes with the extra dev")

    def says(request: dict[str, Any]) -> Says:
        asked = request["messages"][-1]["content"]
        return Says("I do not know." if "台北" in asked else "Ma Junsheng 刘君 took the chair and spoke.")

    with scripted() as server:
        server.script = says
        monkeypatch.setenv("BULLETINS_CACHE", str(cache()))
        monkeypatch.setenv("BULLETINS_MODEL", "openai:scripted")
        monkeypatch.setenv("BULLETINS_MODEL_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        given: dict[str, Any] = {}
        exec(compile(EXAMPLES[1], "evaluation.md", "exec"), given)
    assert [each.outcome for each in given["theirs"].cases] == ["answered", "answered", "not_found"]
    assert given["theirs"].summary["fact_recall"] == 1
