"""Processes answer as one Assistant does, in the order in which questions came, and none is waited for in vain."""

from __future__ import annotations

import dataclasses
import functools
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answer import Answer, Progress
from assistant.errors import ERRORS
from assistant.web.crew import Crew, Gone, processes
from assistant.web.together import Together
from index.errors import IndexMissing
from sources.errors import Unreadable
from tests.fakes import FakeAssistant, FakeEmbedder


class Logging(FakeEmbedder):
    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log

    def embed_tokens(self, texts: Any, kind: Any, languages: Any) -> Any:
        with self._log.open("a") as log:
            log.write(f"embedded {len(texts)}\n")
        return super().embed_tokens(texts, kind, languages)


class Slow(FakeAssistant):
    """Tells in each answer which process made it. "slow" takes half a second, "die" ends the process.

    log: file to which each question is added that it is asked, and how many texts are embedded at a time.
    """

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log
        self.index = SimpleNamespace(embedder=Logging(log))

    def stream(self, question: str, history: Any = (), keep: Any = None) -> Iterator[Progress | Answer]:  # type: ignore[override]
        with self._log.open("a") as log:
            log.write(f"{question}\n")
        if "slow" in question:
            time.sleep(0.5)
        if "die" in question and ("again" in question or self._log.read_text().count("die") == 1):
            os._exit(1)
        if "wrong" in question:
            raise KeyError(question)
        if "ill" in question:
            raise Unreadable("a.txt", "it is empty")
        self.index.embedder.embed_tokens([question], "question", ["en"])
        for step in super().stream(question, history, keep):
            yield step if isinstance(step, Progress) else dataclasses.replace(step, answerer=str(os.getpid()))


def late(log: Path) -> Slow:
    """Opens as long as there is a file of that name with "wait" at its end."""
    while log.with_suffix(".wait").exists():
        time.sleep(0.02)
    return Slow(log)


def never() -> Any:
    raise IndexMissing("There is no index.", "Make one.")


def once(log: Path) -> Slow:
    """The second process cannot open."""
    if log.exists():
        raise RuntimeError("no memory")
    log.touch()
    return Slow(log)


def until(true: Any, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(true())


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crew") / "asked"


@pytest.fixture(scope="module")
def crew(log: Path) -> Iterator[Crew]:
    made = Crew(functools.partial(Slow, log), 2, log.parent, ["first"])
    made.start()
    assert until(lambda: made.processes == 2)
    yield made
    made.close()


def test_two_questions_at_once_are_answered_by_two_processes(crew: Crew) -> None:
    with ThreadPoolExecutor(2) as pool:
        began = time.monotonic()
        found = list(pool.map(crew.ask, ["slow one", "slow two"]))
        assert time.monotonic() - began < 0.95
    assert len({answer.answerer for answer in found} - {str(os.getpid())}) == 2


def test_what_comes_first_is_answered_first(crew: Crew) -> None:
    done: list[str] = []
    threads = []
    for question in ["slow a", "slow b", "slow c", "slow d", "slow e", "slow f"]:
        thread = threading.Thread(target=lambda q=question: done.append(crew.ask(q).question))
        thread.start()
        threads.append(thread)
        time.sleep(0.03)
    for thread in threads:
        thread.join()
    assert [sorted(done[i : i + 2]) for i in (0, 2, 4)] == [
        ["slow a", "slow b"],
        ["slow c", "slow d"],
        ["slow e", "slow f"],
    ]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(functools.partial(Slow, tmp_path / "asked"), 1, tmp_path)
    crew.start()
    assert until(lambda: crew.processes == 1)
    yield crew
    crew.close()


def ask_while_busy(crew: Crew, questions: list[str]) -> list[Any]:
    """Their answers, or what was raised in place of them. All wait before the first is answered."""
    with ThreadPoolExecutor(len(questions) + 1) as pool:
        busy = pool.submit(crew.ask, "slow")
        assert until(lambda: not crew._free)
        asked = [pool.submit(crew.ask, question) for question in questions]
        assert until(lambda: len(crew._waiting) == len(questions)) and not busy.done()
        return [one.exception() or one.result() for one in asked]


def test_where_many_wait_their_questions_are_embedded_together(alone: Crew, tmp_path: Path) -> None:
    questions = [f"Which rules, {n}?" for n in range(8)]
    assert [answer.question for answer in ask_while_busy(alone, questions)] == questions
    told = (tmp_path / "asked").read_text().splitlines()
    # Half of those who wait, and no more than four: of eight four, of the four left then two, and then each alone.
    assert [line for line in told if line.startswith("embedded")] == [f"embedded {n}" for n in (1, 4, 2, 1, 1)]


def test_a_process_that_dies_of_one_of_several_questions_costs_the_others_nothing(alone: Crew) -> None:
    questions = ["Which rules?", "die again", *(f"Which rules, {n}?" for n in range(6))]
    first, died, *others = ask_while_busy(alone, questions)
    assert isinstance(died, Gone) and all(isinstance(one, Answer) for one in (first, *others))


def test_a_question_embedded_ahead_has_the_vectors_that_it_has_alone() -> None:
    together, plain = Together(FakeEmbedder()), FakeEmbedder()
    together.embed_ahead(["Who?", "何時?"])
    for question, language in (("Who?", "en"), ("何時?", "zh-Hant"), ("Where?", "en")):
        vectors, tokens = together.embed_tokens([question], "question", [language])
        expected, _ = plain.embed_tokens([question], "question", [language])
        assert (vectors == expected).all() and vectors.shape == expected.shape and len(tokens) == 1
    assert together._embedder.embedded == 3


def test_the_wait_counts_as_seconds_of_the_answer(crew: Crew) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(crew.ask, ["slow 1", "slow 2", "slow 3"]))
    assert max(answer.seconds["wait"] for answer in found) > 0.3
    assert all(answer.seconds["total"] >= answer.seconds["wait"] for answer in found)


def test_a_question_that_is_left_while_it_waits_is_not_answered(
    crew: Crew, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.crew._BEAT_S", 0.05)
    with ThreadPoolExecutor(2) as pool:
        busy = [pool.submit(crew.ask, "slow") for _ in range(2)]
        assert until(lambda: not crew._free)
        left = crew.stream("never mind")
        assert isinstance(next(left), Progress) and isinstance(next(left), Progress)
        left.close()
        assert [one.result().question for one in busy] == ["slow", "slow"]
    assert "never mind" not in log.read_text() and not crew._waiting
    assert until(lambda: len(crew._free) == 2)


def test_nothing_is_held_between_two_steps(crew: Crew) -> None:
    steps = [crew.stream("Which rules?") for _ in range(5)]
    for one in steps:
        next(one)
        next(one)
    assert until(lambda: len(crew._free) == 2)
    for one in steps:
        one.close()


def test_an_error_is_raised_as_without_processes(crew: Crew) -> None:
    for _ in range(3):
        with pytest.raises(KeyError, match="wrong"):
            crew.ask("wrong")
    # One that cannot be made again from its words alone.
    with pytest.raises(ERRORS, match="a.txt cannot be read: it is empty") as ill:
        crew.ask("ill")
    assert ill.value.remedy == "Leave it out, or save it as plain text."
    assert until(lambda: len(crew._free) == 2)


def test_what_a_click_waits_for_goes_before_the_questions(crew: Crew) -> None:
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(crew.ask, f"slow {n}") for n in range(4)]
        assert until(lambda: len(crew._waiting) == 2)
        assert [hit.passage.source for hit in crew.search("parcels", 2)] == ["101", "102"]
        assert not asked[3].done()
        assert crew.call(str.upper, "a") == "A"
        for one in asked:
            one.result()


def test_further_questions_are_sought_only_while_nobody_waits(crew: Crew) -> None:
    answer = crew.ask("Which rules?")
    assert crew.follow_ups(answer) == FakeAssistant().follow_ups(answer)
    with ThreadPoolExecutor(2) as pool:
        busy = [pool.submit(crew.ask, "slow") for _ in range(2)]
        assert until(lambda: not crew._free)
        assert crew.follow_ups(answer) == ()
        for one in busy:
            one.result()


def test_only_some_bulletins_may_be_used(crew: Crew) -> None:
    # As filters give it; it goes to the other process as it is.
    keep = {"101"}.__contains__
    for _ in range(3):
        assert crew.ask("Which rules?", (), keep).question == "Which rules?"
    assert until(lambda: len(crew._free) == 2)


def test_a_process_that_dies_costs_no_answer_and_is_replaced(crew: Crew) -> None:
    assert crew.ask("die").question == "die"
    assert until(lambda: crew.processes == 2)


def test_a_question_that_ends_each_process_ends_not_all_of_them(crew: Crew) -> None:
    with pytest.raises(Gone):
        crew.ask("die again")
    assert crew.ask("Which rules?").question == "Which rules?"
    assert until(lambda: crew.processes == 2)


def test_what_is_asked_before_a_process_is_ready_is_answered_then(tmp_path: Path) -> None:
    (waiting := tmp_path / "asked.wait").touch()
    crew = Crew(functools.partial(late, tmp_path / "asked"), 1, tmp_path)
    crew.start()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(crew.ask, "Which rules?")
        assert until(lambda: bool(crew._waiting)) and not crew.ready and crew.bulletins() == []
        waiting.unlink()
        assert asked.result(30).question == "Which rules?" and crew.ready
    crew.close()


def test_when_none_can_be_opened_whoever_waits_is_told_and_the_server_too(tmp_path: Path) -> None:
    crew, told = Crew(never, 3, tmp_path), threading.Event()
    crew.on_failure = told.set
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(crew.ask, "Which rules?")
        crew.start()
        with pytest.raises(IndexMissing, match="There is no index"):
            asked.result(30)
    assert told.wait(5) and isinstance(crew.failure, IndexMissing)
    with pytest.raises(IndexMissing):
        crew.search("parcels")
    crew.close()


def test_a_further_process_that_cannot_be_opened_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    crew = Crew(functools.partial(once, tmp_path / "asked"), 2, tmp_path)
    crew.start()
    assert until(lambda: "could not begin" in caplog.text)
    assert crew.ask("Which rules?").question == "Which rules?" and crew.failure is None
    crew.close()


def test_the_end_waits_for_no_process(tmp_path: Path) -> None:
    crew = Crew(functools.partial(Slow, tmp_path / "asked"), 1, tmp_path)
    crew.start()
    assert until(lambda: crew.processes == 1)
    (one,) = crew._beside
    began = time.monotonic()
    crew.close()
    assert time.monotonic() - began < 2
    assert until(lambda: not one._process.is_alive())


def test_there_is_a_process_for_each_processor_but_not_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert (processes(None), processes(0), processes(5)) == (2, 0, 5)
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert processes(None) == 4
