"""Who makes the answers: processes beside the server, each with the index open, since Python runs one thread at a time.

The server itself opens no index: its page is there while the first process still opens its own, and stays quick while
all of them work. Questions wait in the order in which they came for whichever process is free. Where many wait, it
takes a handful of them: embedded together they take half the time for that, and it need not be handed each. Only
answers that need no chat model are made so: a chat model is waited for outside of the index's lock anyway, and takes
longer than all of the rest.
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
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamaged, IndexingError, IndexMismatch, IndexMissing
from index.place import Place, open_store

from ..answer import Answer, Progress
from ..errors import ERRORS
from .together import Together

if TYPE_CHECKING:
    from index.passage import Hit
    from index.store import Entry, Store
    from sources.bulletin import Bulletin

    from ..check import Verdict
    from ..within import Keep

_MOST = 4
_HANDFUL = 4  # more would be embedded not much faster and have longer to wait for the first of them
_BEAT_S = 1.0
_END_S = 1.0
_TRIES = 2  # of a question whose process ends while it is at it
_log = logging.getLogger(__name__)

# A method of the Assistant by its name, or a function, and what it is given.
Work = tuple[str | Callable[..., Any], tuple[Any, ...]]
Opener = Callable[[], Any]  # gives an Assistant, in whatever process it is called


def processes(chosen: int | None) -> int:
    """How many processes answer. chosen: the setting; None takes one for each processor."""
    return min(_MOST, os.cpu_count() or 1) if chosen is None else chosen


class Gone(Exception):
    """A process ended before it told anything."""


class Crew:
    """An Assistant for the faces. What is asked before a process is ready waits for it."""

    def __init__(self, opener: Opener, count: int, place: Place, questions: Sequence[str] = ()) -> None:
        """opener, questions: each process opens an Assistant and asks it these before it takes part. place: of the
        index that it opens."""
        self._opener, self._questions = opener, questions
        self.folder = place
        self._catalogue = _Catalogue(place)
        self._turn = threading.Lock()
        self._free: list[_Beside] = []
        self._waiting: deque[_Ticket] = deque()
        self._beside: set[_Beside] = set()
        self._kept = count
        self._closed = False
        # Two that open at once would only hinder each other.
        self._first_ready = threading.Event()
        self._keepers = [threading.Thread(target=self._keep, args=(n,), daemon=True) for n in range(count)]
        self.failure: Exception | None = None
        self.on_failure: Callable[[], None] = lambda: None

    @property
    def processes(self) -> int:
        """How many answer now."""
        return len(self._beside)

    @property
    def ready(self) -> bool:
        """Whether a question would be answered now, or soon."""
        return bool(self._beside)

    def start(self) -> None:
        """Begins to open the processes. When none can be had, `failure` says why and `on_failure` is called."""
        for thread in self._keepers:
            thread.start()

    def stream(
        self, question: str, history: Sequence[str] = (), keep: Keep | None = None
    ) -> Generator[Progress | Answer, None, None]:
        """As `Assistant.stream`. While the question waits, a Progress a second, so that whoever leaves is noticed."""
        began = time.perf_counter()
        yield Progress("search", 0.0)
        ticket = self._take(("stream", (question, tuple(history), keep)))
        try:
            while not ticket.done.wait(_BEAT_S):
                yield Progress("search", round(time.perf_counter() - began, 5))
        finally:
            self._leave(ticket)
        steps = ticket.result()
        waited = max(0.0, time.perf_counter() - began - steps[-1].seconds["total"])
        for step in steps[1:]:
            yield _after(step, waited)

    def ask(self, question: str, history: Sequence[str] = (), keep: Keep | None = None) -> Answer:
        *_, answer = self.stream(question, history, keep)
        assert isinstance(answer, Answer)
        return answer

    def follow_ups(self, answer: Answer, keep: Keep | None = None) -> tuple[str, ...]:
        """None while questions wait: finding out what can be answered takes as long as several answers."""
        return tuple(self._soon("follow_ups", answer, keep)) if self._free else ()

    def search(self, question: str, k: int = 10) -> list[Hit]:
        return list(self._soon("search", question, k))

    def versions(self, bulletin_id: str) -> tuple[str, ...]:
        return tuple(self._soon("versions", bulletin_id))

    def check(self, sentence: str, spans: Sequence[str]) -> Verdict:
        verdict: Verdict = self._soon("check", sentence, tuple(spans))
        return verdict

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """A function of a module, called where its dictionaries are loaded already."""
        return self._soon(function, *given)

    # These the server reads itself, as they are shown before any process is ready, and quickly after.

    def bulletins(self) -> list[Entry]:
        """Every bulletin, newest first; none while the index itself is still being made."""
        try:
            return self._catalogue.entries()
        except (IndexMissing, IndexMismatch, IndexDamaged):
            if self.ready:
                raise
            return []

    def bulletin(self, bulletin_id: str) -> Bulletin:
        return self._catalogue.bulletin(bulletin_id)

    def close(self) -> None:
        """Ends the processes. What is at work is not waited for."""
        with self._turn:
            self._closed, beside = True, list(self._beside)
            self._hand_out()
        self._first_ready.set()
        for one in beside:
            one.end()
        self._catalogue.close()

    # Turns

    def _soon(self, what: str | Callable[..., Any], *given: Any) -> Any:
        """What a click waits for goes before the questions."""
        ticket = self._take((what, given), first=True)
        ticket.done.wait()
        return ticket.result()

    def _take(self, work: Work, first: bool = False) -> _Ticket:
        ticket = _Ticket(work)
        with self._turn:
            if first:
                self._waiting.appendleft(ticket)
            else:
                self._waiting.append(ticket)
            self._hand_out()
        return ticket

    def _leave(self, ticket: _Ticket) -> None:
        """Whoever waited for it has gone."""
        with self._turn:
            if ticket in self._waiting:
                self._waiting.remove(ticket)

    def _hand_out(self) -> None:
        """To be called in turn: whatever has changed of who waits, who is free and whether there is anybody."""
        while self._waiting and (self.failure or self._closed):
            self._waiting.popleft().tell(self.failure or Gone())
        while self._waiting and self._free:
            # No more than half of its share, so that hardly any question is overtaken by one that came later.
            many = max(1, min(_HANDFUL, len(self._waiting) // (2 * len(self._beside))))
            self._free.pop().give([self._waiting.popleft() for _ in range(many)])

    def _keep(self, number: int) -> None:
        """Keeps one process going: a new one for each that ended, unless it cannot be opened."""
        if number:
            self._first_ready.wait()
        while not (self._closed or self.failure):
            try:
                one = _Beside(self._opener, self._questions)
            except Exception as error:
                self._give_up(error)
                return
            if not self._first_ready.is_set():
                self._catalogue.close()  # opening may have made the index anew in its place
            with self._turn:
                self._beside.add(one)
            self._first_ready.set()
            if self._closed:
                one.end()
            self._attend(one)

    def _attend(self, one: _Beside) -> None:
        """Gives a process work as soon as it is free, until it ends. What it then still has is another's."""
        going = True
        while going:
            with self._turn:
                self._free.append(one)
                self._hand_out()
            going = one.work()
        one.end()
        with self._turn:
            self._beside.discard(one)
            if one in self._free:
                self._free.remove(one)
            for ticket in reversed(one.left()):
                if ticket.tries == _TRIES:
                    ticket.tell(Gone())
                else:
                    self._waiting.appendleft(ticket)
            self._hand_out()

    def _give_up(self, error: Exception) -> None:
        """One process cannot be had. It is done without, unless it was the last, or what is wrong is so for all."""
        if self._closed or self.failure:
            return
        set_up = isinstance(error, ERRORS) and not self._first_ready.is_set()
        if isinstance(error, Gone):
            error = IndexingError(
                "A process that was to answer ended before it was ready.", "See what stands above; is there memory?"
            )
        with self._turn:
            self._kept -= 1
            if self._kept and not set_up:
                self._first_ready.set()
                _log.warning("A process that was to answer could not begin: %s", error)
                return
            self.failure = error
            self._first_ready.set()
            self._hand_out()
        self.on_failure()


class _Catalogue:
    """What of the index needs no model: the list of bulletins, and each of them."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._turn = threading.Lock()
        self._store: Store | None = None
        self._revision, self._entries = "", list[Any]()

    def entries(self) -> list[Entry]:
        with self._turn:
            store = self._fresh()
            if (revision := store.revision) != self._revision:
                self._revision, self._entries = revision, store.entries()
            return list(self._entries)

    def bulletin(self, bulletin_id: str) -> Bulletin:
        with self._turn:
            return self._fresh().bulletin(bulletin_id)

    def _fresh(self) -> Store:
        if self._store is None:
            self._store = open_store(self._place)
        self._store.snapshot()
        return self._store

    def close(self) -> None:
        with self._turn:
            if self._store:
                self._store.close()
            self._store = None


class _Ticket:
    """A place in the row. done: set as soon as there is a result."""

    def __init__(self, work: Work) -> None:
        # What cannot be sent is found out here, by whoever asks it.
        self.work = bytes(ForkingPickler.dumps(work))
        self.tries, self.done = 0, threading.Event()
        self._told: Any = None

    def tell(self, told: Any) -> None:
        """told: what the work gave, or the Exception that it raised."""
        self._told = told
        self.done.set()

    def result(self) -> Any:
        """Raises what the work raises, and Gone."""
        if isinstance(self._told, Exception):
            raise self._told
        return self._told


class _Beside:
    """A process of its own, that does a handful of work at a time, one after the other."""

    def __init__(self, opener: Opener, questions: Sequence[str]) -> None:
        """Returns when it is ready. Raises what kept it from opening, or Gone."""
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        self._ours = ours
        self._process = multiprocessing.get_context("spawn").Process(
            target=_answer, args=(opener, tuple(questions), theirs), daemon=True, name="answers"
        )
        self._process.start()
        theirs.close()
        self._given: deque[_Ticket] = deque()
        if isinstance(told := self._told(), Exception):
            raise told

    def give(self, tickets: Sequence[_Ticket]) -> None:
        """To be called while it has nothing to do."""
        self._given.extend(tickets)
        with suppress(OSError):  # it has ended, which `work` will see
            self._ours.send([ticket.work for ticket in tickets])

    def work(self) -> bool:
        """Returns when all is done that it was given, each ticket being told as soon as its own is. False when the
        process has ended."""
        while True:
            try:
                told = self._told()
            except Gone:
                return False
            self._given.popleft().tell(told)
            if not self._given:
                return True

    def left(self) -> list[_Ticket]:
        """What an ended process has not done. The first of it may be why it ended."""
        if self._given:
            self._given[0].tries += 1
        return list(self._given)

    def end(self) -> None:
        """What it is at is not waited for."""
        self._process.terminate()
        self._process.join(_END_S)
        if self._process.is_alive():
            self._process.kill()

    def _told(self) -> Any:
        try:
            fine, told = self._ours.recv()
        except (EOFError, OSError) as error:
            raise Gone from error
        return told if fine else _error(*told)


def _answer(opener: Opener, questions: Sequence[str], server: Connection) -> None:
    """In the process of its own, until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the server ends this in its order
    try:
        try:
            assistant = opener()
            # Dictionaries are loaded by the first question, which takes seconds: let that be ours, not a visitor's.
            for question in questions:
                _do(assistant, ("stream", (question,)))
        except Exception as error:
            server.send((False, _told_of(error)))
            return
        gc.freeze()
        server.send((True, None))
        together = Together.within(assistant)
        while True:
            handful: list[Work] = [ForkingPickler.loads(work) for work in server.recv()]
            # One that cannot be embedded is told so when its turn has come.
            with suppress(Exception):
                together.embed_ahead([given[0] for what, given in handful if what == "stream" and not given[1]])
            for work in handful:
                try:
                    told = (True, _do(assistant, work))
                except Exception as error:
                    told = (False, _told_of(error))
                server.send(told)
    except (EOFError, OSError):
        return


def _do(assistant: Any, work: Work) -> Any:
    what, given = work
    made = getattr(assistant, what)(*given) if isinstance(what, str) else what(*given)
    # All at once: whoever reads slowly keeps nobody waiting.
    return list(made) if what == "stream" else made


def _told_of(error: Exception) -> tuple[type[Exception], tuple[Any, ...], dict[str, Any]]:
    """The error as another process can be told of it. One that nobody expected goes into the log with its place."""
    if isinstance(error, (*ERRORS, KeyError)):
        return type(error), error.args, vars(error)
    _log.error("A process that answers has met an error of the program.", exc_info=error)
    return RuntimeError, (f"{type(error).__name__}: {error}",), {}


def _error(kind: type[Exception], args: tuple[Any, ...], remembered: dict[str, Any]) -> Exception:
    # Not by its __init__, which makes the message of an error from other things.
    made = kind.__new__(kind, *args)
    vars(made).update(remembered)
    return made


def _after(step: Progress | Answer, waited: float) -> Progress | Answer:
    if isinstance(step, Progress):
        return replace(step, seconds=round(step.seconds + waited, 5))
    return replace(step, seconds={"wait": round(waited, 5), **step.seconds, "total": step.seconds["total"] + waited})
