from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answer import Answer
from assistant.check import check
from assistant.settings import Settings
from eval.cases import Case, to_line
from eval.parallel import WorkerDied, workers
from eval.run import Scored, evaluate, run_eval, score, score_all
from index.build import build_index
from index.embed import open_embedder
from index.errors import IndexMissing
from tests.cache import cache
from tests.eval.fakes import case, refusal, right_answer, same_words

CASES = [case(id=f"c{n}", question=f"Question {n}?") for n in range(8)]


def _meeting() -> Callable[[str, list[str]], Answer]:
    """Answers only when another question is asked at the same time; the first asked is answered last."""
    both = threading.Barrier(2, timeout=10)

    def ask(question: str, history: list[str]) -> Answer:
        both.wait()
        return refusal() if "3" in question else right_answer()

    return ask


def test_two_at_once_are_asked_at_once_and_come_back_in_the_order_of_the_cases() -> None:
    told: list[tuple[int, int]] = []
    kept: list[Scored] = []
    run = evaluate(_meeting(), CASES, supports=same_words, jobs=2, progress=lambda *n: told.append(n), keep=kept.append)
    assert [each.id for each in run.cases] == [each.id for each in CASES]
    assert [each.outcome for each in run.cases].index("not_found") == 3
    assert told == [(n, 8) for n in range(1, 9)]
    assert sorted(each.id for each in kept) == [each.id for each in CASES]


def test_cases_scored_earlier_are_not_asked_again_and_stand_in_their_place() -> None:
    earlier = {each.id: each for each in evaluate(lambda q, h: refusal(), CASES[1::2], supports=same_words).cases}
    asked: list[str] = []

    def ask(question: str, history: list[str]) -> Answer:
        asked.append(question)
        return right_answer()

    run = evaluate(ask, CASES, supports=same_words, jobs=3, earlier=earlier)
    assert sorted(asked) == [each.question for each in CASES[::2]]
    assert [each.outcome for each in run.cases] == ["answered", "not_found"] * 4


def test_an_error_of_the_judge_ends_the_run_and_what_has_not_begun_is_not_asked() -> None:
    begun: list[str] = []

    def broken(each: Case) -> Scored:
        begun.append(each.id)
        raise RuntimeError("no judge")

    with pytest.raises(RuntimeError, match="no judge"):
        score_all([case(id=str(n)) for n in range(500)], broken, jobs=2)
    assert len(begun) < 500


@pytest.fixture
def own_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    yield


def test_processes_tell_why_there_is_no_index(tmp_path: Path, own_modules: None) -> None:
    with workers(tmp_path / "none", Settings(cache=tmp_path), 1) as score_one, pytest.raises(IndexMissing) as raised:
        score_one(case())
    assert "none" in str(raised.value) and raised.value.remedy


@pytest.mark.model
def test_processes_find_what_a_single_one_finds(tmp_path: Path, own_modules: None) -> None:
    folder = tmp_path / "bulletins"
    folder.mkdir()
    (folder / "depot.txt").write_text("Depot opened\n\nChen Yulan opened the depot on June 15.\n", encoding="utf-8")
    settings = Settings(cache=cache())
    build_index([folder], tmp_path / "index", open_embedder(settings.embedding, settings.cache), cache=settings.cache)
    cases = [case(), case(id="u", kind="unanswerable", question="Who sank the ferry?")]
    assistant = Assistant.open(tmp_path / "index", settings)
    here = evaluate(lambda question, history: assistant.ask(question, history=history), cases)
    assistant.close()
    with workers(tmp_path / "index", settings, 1) as score_one:
        there = score_all(cases, score_one, jobs=2)
    assert [replace(each, seconds={}) for each in there.cases] == [replace(each, seconds={}) for each in here.cases]


def test_a_run_asks_here_and_in_other_processes_and_never_two_at_once_here(tmp_path: Path) -> None:
    at_once, here, there = 0, list[str](), list[str]()
    both = threading.Barrier(2, timeout=10)

    class Meeting:
        def ask(self, question: str, *, history: Sequence[str]) -> Answer:
            nonlocal at_once
            at_once += 1
            assert at_once == 1
            here.append(question)
            both.wait()
            at_once -= 1
            return right_answer()

    def in_another(each: Case) -> Scored:
        there.append(each.question)
        both.wait()
        return score(each, lambda q, h: refusal(), same_words)

    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(f"{to_line(each)}\n" for each in CASES), encoding="utf-8")
    run = run_eval(Meeting(), check, gold=gold, score_one=in_another, jobs=2)
    assert sorted(here + there) == [each.question for each in CASES] and len(here) == len(there) == 4
    assert [each.id for each in run.cases] == [each.id for each in CASES]
    assert {each.question for each in run.cases if each.outcome == "answered"} == set(here)


def test_threads_wait_for_a_server_together() -> None:
    began = time.perf_counter()

    def slow(question: str, history: list[str]) -> Answer:
        time.sleep(0.2)
        return right_answer()

    assert len(evaluate(slow, CASES, supports=same_words, jobs=8).cases) == 8
    assert time.perf_counter() - began < 0.8  # one after the other they wait 1.6 s


def _die(each: Case) -> Scored:
    os._exit(1)


def test_a_process_that_is_ended_is_told_with_its_remedy(
    tmp_path: Path, own_modules: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.parallel._score", _die)
    with workers(tmp_path, Settings(cache=tmp_path), 1) as score_one, pytest.raises(WorkerDied) as raised:
        score_one(case())
    assert "--jobs" in raised.value.remedy
