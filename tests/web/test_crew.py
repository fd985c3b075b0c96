"""Several processes answer as one does, in the order in which questions came, and none of them is waited for in vain."""

from __future__ import annotations

import dataclasses
import functools
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.answer import Answer, Progress
from assistant.web.crew import Crew, helpers
from tests.fakes import FakeAssistant


class Slow(FakeAssistant):
    """Tells in each answer which process made it. "slow" takes half a second, "die" ends the process."""

    def __init__(self, home: int = 0) -> None:
        """home: the process that "die" does not end."""
        super().__init__()
        self._home, self.asked = home, list[str]()

    def stream(self, question: str, history: Any = (), keep: Any = None) -> Iterator[Progress | Answer]:  # type: ignore[override]
        self.asked.append(question)
        if "slow" in question:
            time.sleep(0.5)
        if "die" in question and os.getpid() != self._home:
            os._exit(1)
        if "wrong" in question:
            raise KeyError(question)
        for step in super().stream(question, history, keep):
            yield step if isinstance(step, Progress) else _by(step, os.getpid())


def _by(answer: Answer, process: int) -> Answer:
    return dataclasses.replace(answer, answerer=str(process))


def never() -> Any:
    raise RuntimeError("there is no index")


def until(true: Any, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(true())


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    made = Crew(Slow(os.getpid()), functools.partial(Slow, os.getpid()), 1, ["first"])
    made.start()
    assert until(lambda: made.processes == 2)
    yield made
    made.close()


def test_two_questions_at_once_are_answered_by_two_processes(crew: Crew) -> None:
    with ThreadPoolExecutor(2) as pool:
        began = time.monotonic()
        found = list(pool.map(crew.ask, ["slow one", "slow two"]))
        assert time.monotonic() - began < 0.95
    assert {answer.answerer for answer in found} >= {str(os.getpid())}
    assert len({answer.answerer for answer in found}) == 2


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


def test_the_wait_counts_as_seconds_of_the_answer(crew: Crew) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(crew.ask, ["slow 1", "slow 2", "slow 3"]))
    assert max(answer.seconds["wait"] for answer in found) > 0.3
    assert all(answer.seconds["total"] >= answer.seconds["wait"] for answer in found)


def test_a_question_that_is_left_while_it_waits_is_not_answered(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.crew.BEAT_S", 0.05)
    with ThreadPoolExecutor(2) as pool:
        busy = [pool.submit(crew.ask, "slow") for _ in range(2)]
        assert until(lambda: not crew._free)
        left = crew.stream("never mind")
        assert isinstance(next(left), Progress) and isinstance(next(left), Progress)
        left.close()
        assert [one.result().question for one in busy] == ["slow", "slow"]
    assert "never mind" not in crew.asked and not crew._waiting
    assert len(crew._free) == 2


def test_nothing_is_held_between_two_steps(crew: Crew) -> None:
    steps = [crew.stream("Which rules?") for _ in range(5)]
    for one in steps:
        next(one)
        next(one)
    assert len(crew._free) == 2
    for one in steps:
        one.close()


def test_an_error_is_raised_as_without_other_processes(crew: Crew) -> None:
    for _ in range(3):
        with pytest.raises(KeyError, match="wrong"):
            crew.ask("wrong")
    assert len(crew._free) == 2


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
    assert len(crew._free) == 2


def test_a_process_that_dies_costs_no_answer_and_is_replaced(crew: Crew) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(crew.ask, ["slow die", "slow die"]))
    assert {answer.answerer for answer in found} == {str(os.getpid())}
    assert until(lambda: crew.processes == 2)


def test_a_process_that_cannot_begin_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    crew = Crew(Slow(), never, 1)
    crew.start()
    assert until(lambda: "could not begin" in caplog.text)
    assert crew.ask("Which rules?").answerer == str(os.getpid()) and crew.processes == 1
    crew.close()


def test_the_end_waits_for_no_process() -> None:
    crew = Crew(Slow(), Slow, 1)
    crew.start()
    assert until(lambda: crew.processes == 2)
    (one,) = crew._beside
    began = time.monotonic()
    crew.close()
    assert time.monotonic() - began < 2
    assert until(lambda: not one._process.is_alive())


def test_a_processor_is_left_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert (helpers(None), helpers(0), helpers(5)) == (1, 0, 5)
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert helpers(None) == 3
