"""Cases asked and scored by more processes beside this one, each with an assistant of its own over the same index.

Processes and not threads: quoting is work of the processor, of which threads of Python share one. What comes back is
what a single process finds, in the same order; only seconds differ, as the machine does several things at once. Where a
chat model answers or judges there is a server to wait for, and threads do (`eval.run.run_eval`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from assistant.errors import ERRORS, AssistantError
from eval.cases import Case
from eval.run import Scored, grounding_check, remembering, score, text_reader

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.settings import Settings
    from index.place import Place


class WorkerDied(AssistantError):
    """A process that asks cases was ended from outside, most often for want of memory."""


@contextmanager
def workers(folder: Place, settings: Settings, processes: int) -> Iterator[Callable[[Case], Scored]]:
    """What scores one case in one of so many processes and may be called by as many threads, while the block lasts.

    They begin to load at once. Raises what opening the index raises.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Not forked: the libraries below have threads of their own, which a fork leaves behind holding their locks.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _start, (folder, settings, processes + 1))
    for _ in range(processes):
        pool.submit(_open)

    def score_there(case: Case) -> Scored:
        try:
            scored = pool.submit(_score, case).result()
        except BrokenProcessPool as error:
            remedy = "Go on with fewer at once: the same command with a smaller --jobs."
            raise WorkerDied("A process that asks cases was ended.", remedy) from error
        if isinstance(scored, _Raised):
            raise scored.kind(*scored.told)
        return scored

    try:
        yield score_there
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_worker: dict[str, Callable[[], Callable[[Case], Scored]]] = {}


def _start(folder: Place, settings: Settings, jobs: int) -> None:
    import os
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's, which ends the others
    # Together they should take the machine once, not each of them the whole of it.
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    os.environ |= {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}

    @cache
    def opened() -> Callable[[Case], Scored]:
        from assistant import Assistant

        assistant = Assistant.open(folder, settings)
        supports, read = remembering(grounding_check), text_reader(assistant)

        def ask(question: str, history: list[str]) -> Answer:
            return assistant.ask(question, history=history)

        return lambda case: score(case, ask, supports, read=read)

    # Not opened here: an error of a pool's start cannot be told from a death.
    _worker["opened"] = opened


@dataclass(frozen=True)
class _Raised:
    """An error of ours on its way between processes, which carry no exception that is made of two texts."""

    kind: type[Exception]
    told: tuple[str, str]


def _open() -> None:
    with suppress(*ERRORS):  # the first case tells it
        _worker["opened"]()


def _score(case: Case) -> Scored | _Raised:
    try:
        return _worker["opened"]()(case)
    except ERRORS as error:
        return _Raised(type(error), (str(error), error.remedy))
