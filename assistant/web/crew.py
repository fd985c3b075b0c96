"""Who makes the answers: this process and some beside it, since Python runs one thread at a time in each.

Questions wait in the order in which they came for whichever process is free. Only answers that need no chat model are
made so: a chat model is waited for outside of the index's lock anyway, and takes longer than all of the rest.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from ..answer import Answer, Progress
from ..model import BEAT_S
from ..within import Keep

_MOST = 3
_END_S = 1.0
_log = logging.getLogger(__name__)

Work = tuple[str, tuple[Any, ...]]  # a method of the Assistant and what it is given
Opener = Callable[[], Any]  # gives an Assistant, in whatever process it is called


def helpers(chosen: int | None) -> int:
    """How many processes answer beside the server's own. chosen: the setting; None leaves a processor to the server."""
    return min(_MOST, (os.cpu_count() or 1) - 1) if chosen is None else chosen


class Gone(Exception):
    """A process ended, or could not do what it was to do."""


class Crew:
    """An Assistant for the faces; what it does not do itself, the given one does."""

    def __init__(self, assistant: Any, opener: Opener, beside: int, questions: Sequence[str] = ()) -> None:
        """opener, questions: each process opens an Assistant and asks it these before it takes part."""
        self._assistant, self._opener, self._questions = assistant, opener, questions
        self._here = _Here(assistant)
        self._turn = threading.Lock()
        self._free: list[_Here | _Beside] = [self._here]
        self._waiting: deque[_Ticket] = deque()
        self._beside: set[_Beside] = set()
        self._closed = False
        self._starting = [threading.Thread(target=self._start, daemon=True) for _ in range(beside)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    @property
    def processes(self) -> int:
        """How many answer now."""
        return 1 + len(self._beside)

    def start(self) -> None:
        """Begins to open the processes; until they are ready, questions are answered without them."""
        for thread in self._starting:
            thread.start()

    def stream(
        self, question: str, history: Sequence[str] = (), keep: Keep | None = None
    ) -> Generator[Progress | Answer, None, None]:
        """As `Assistant.stream`. While the question waits, a Progress a second, so that whoever leaves is noticed."""
        began = time.perf_counter()
        yield Progress("search", 0.0)
        ticket = self._take()
        try:
            while not ticket.given.wait(BEAT_S):
                yield Progress("search", round(time.perf_counter() - began, 5))
            waited = time.perf_counter() - began
            steps = self._done(ticket, ("stream", (question, tuple(history), keep)))
        finally:
            self._leave(ticket)
        for step in steps[1:]:
            yield _after(step, waited)

    def ask(self, question: str, history: Sequence[str] = (), keep: Keep | None = None) -> Answer:
        *_, answer = self.stream(question, history, keep)
        assert isinstance(answer, Answer)
        return answer

    def follow_ups(self, answer: Answer, keep: Keep | None = None) -> tuple[str, ...]:
        """None while questions wait: finding out what can be answered takes as long as several answers."""
        ticket = self._take()
        try:
            return tuple(self._done(ticket, ("follow_ups", (answer, keep)))) if ticket.given.is_set() else ()
        finally:
            self._leave(ticket)

    def close(self) -> None:
        """Ends the processes; the Assistant belongs to whoever opened it."""
        with self._turn:
            self._closed, beside = True, list(self._beside)
        for one in beside:
            one.end()

    # Turns

    def _take(self) -> _Ticket:
        ticket = _Ticket()
        with self._turn:
            if self._free:
                ticket.give(self._free.pop())
            else:
                self._waiting.append(ticket)
        return ticket

    def _leave(self, ticket: _Ticket) -> None:
        """Its place is the next one's."""
        with self._turn:
            if ticket.place is None:
                self._waiting.remove(ticket)
            elif ticket.place.alive:
                self._place(ticket.place)

    def _place(self, place: _Here | _Beside) -> None:
        if self._waiting:
            self._waiting.popleft().give(place)
        else:
            self._free.append(place)

    def _done(self, ticket: _Ticket, work: Work) -> Any:
        assert ticket.place
        try:
            return ticket.place.do(work)
        except Gone:
            # What the question itself does wrong is raised here; a process that ended is no fault of the question.
            return self._here.do(work)

    def _start(self) -> None:
        """Keeps one process going: a new one for each that ended, unless it ended before it was ready."""
        while not self._closed:
            try:
                one = _Beside(self._opener, self._questions)
            except Gone:
                if not self._closed:
                    _log.warning("A process that was to answer beside the server could not begin.")
                return
            with self._turn:
                self._beside.add(one)
                self._place(one)
            if self._closed:
                one.end()
            one.wait()
            with self._turn:
                one.alive = False
                self._beside.discard(one)
                if one in self._free:
                    self._free.remove(one)


class _Ticket:
    """A question's place in the row. given: set as soon as it has who answers it."""

    def __init__(self) -> None:
        self.given = threading.Event()
        self.place: _Here | _Beside | None = None

    def give(self, place: _Here | _Beside) -> None:
        self.place = place
        self.given.set()


class _Here:
    """This process."""

    alive = True

    def __init__(self, assistant: Any) -> None:
        self._assistant = assistant

    def do(self, work: Work) -> Any:
        name, given = work
        made = getattr(self._assistant, name)(*given)
        # All at once: whoever reads slowly keeps nobody waiting.
        return list(made) if name == "stream" else made


class _Beside:
    """A process of its own; one thread at a time has it."""

    def __init__(self, opener: Opener, questions: Sequence[str]) -> None:
        """Returns when it is ready. Raises Gone."""
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        self._ours = ours
        self._process = multiprocessing.get_context("spawn").Process(
            target=_answer, args=(opener, tuple(questions), theirs), daemon=True, name="answers"
        )
        self.alive = True
        self._process.start()
        theirs.close()
        self._told()

    def do(self, work: Work) -> Any:
        """Raises Gone."""
        try:
            self._ours.send(work)
        except (OSError, ValueError) as error:
            raise Gone from error
        return self._told()

    def wait(self) -> None:
        """Until it has ended."""
        self._process.join()

    def end(self) -> None:
        """What it is at is not waited for."""
        self.alive = False
        self._process.terminate()
        self._process.join(_END_S)
        if self._process.is_alive():
            self._process.kill()

    def _told(self) -> Any:
        try:
            fine, told = self._ours.recv()
        except (EOFError, OSError) as error:
            self.alive = False
            raise Gone from error
        if not fine:
            raise Gone
        return told


def _answer(opener: Opener, questions: Sequence[str], server: Connection) -> None:
    """In the process of its own, until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the server ends this in its order
    here = _Here(opener())
    for question in questions:
        here.do(("stream", (question,)))
    gc.freeze()
    try:
        server.send((True, None))
        while True:
            work = server.recv()
            try:
                told = (True, here.do(work))
            except Exception:
                told = (False, None)
            server.send(told)
    except (EOFError, OSError):
        return


def _after(step: Progress | Answer, waited: float) -> Progress | Answer:
    if isinstance(step, Progress):
        return replace(step, seconds=round(step.seconds + waited, 5))
    return replace(step, seconds={"wait": round(waited, 5), **step.seconds, "total": step.seconds["total"] + waited})
