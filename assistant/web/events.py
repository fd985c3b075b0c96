"""Answers as server-sent events: a stream of steps made in threads, sent by the loop, ended when its reader goes."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from contextlib import closing
from typing import Any

import anyio
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from ..answer import Answer, Progress
from ..errors import ERRORS

Steps = Generator[Progress | Answer, None, None]
# Streams wait in threads for a chat model. They have their own, so that other requests never wait for them.
_MOST_STREAMS = 64


class EventStream(StreamingResponse):
    """However it ends, the steps are closed, which ends the work behind them."""

    def __init__(
        self, steps: Steps, first: Progress | Answer, told: Callable[[Progress | Answer], Iterable[str]],
        failed: Callable[[Exception], str],
    ) -> None:  # fmt: skip
        """first: what the steps gave already. told: the events of a step. failed: of an error that ends the stream."""
        self._steps = steps
        super().__init__(
            self._events(first, told, failed),
            media_type="text/event-stream",
            # nginx would keep events back until the answer is whole.
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(self._steps.close)

    async def _events(
        self,
        first: Progress | Answer,
        told: Callable[[Progress | Answer], Iterable[str]],
        failed: Callable[[Exception], str],
    ) -> AsyncIterator[str]:
        limiter = _limiter()
        step: Progress | Answer | None = first
        try:
            while step is not None:
                for event in told(step):
                    yield event
                step = await run_sync(next, self._steps, None, limiter=limiter)
        except ERRORS as error:
            yield failed(error)


async def begun(steps: Steps) -> tuple[Steps, Progress | Answer]:
    """The steps and the first of them. A question that is refused raises here, before anything is sent."""
    return steps, await run_sync(next, steps)


async def finished(steps: Steps, request: Request) -> Answer:
    """The Answer that the steps end with, for a reader who waits for the whole.

    When that reader goes, the work ends: raises ClientDisconnect.
    """
    gone = threading.Event()

    def last() -> Answer | None:
        with closing(steps):
            for step in steps:
                if isinstance(step, Answer):
                    return step
                if gone.is_set():
                    return None
        raise AssertionError("a stream ends with its Answer")

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    made: Answer | Exception | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        try:
            made = await run_sync(last, limiter=_limiter())
        except Exception as error:  # the group would wrap it into one of its own
            made = error
        group.cancel_scope.cancel()
    if made is None:
        raise ClientDisconnect
    if isinstance(made, Exception):
        raise made
    return made


def event(name: str, data: dict[str, Any]) -> str:
    """JSON has no line ends of its own, so nothing in an answer can begin another event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


class Growing:
    """The events of `POST /api/ask`: what is new since the last step."""

    def __init__(self) -> None:
        self._sentences = self._citations = 0

    def __call__(self, step: Progress | Answer) -> list[str]:
        if isinstance(step, Answer):
            return [event("answer", step.to_json())]
        events = [event("progress", {"step": step.step, "seconds": round(step.seconds, 3)})]
        if step.so_far is not None:
            record = step.so_far.to_json()
            sentences, citations = record["sentences"][self._sentences :], record["citations"][self._citations :]
            if sentences:
                events.append(event("sentences", {"sentences": sentences, "citations": citations}))
            self._sentences, self._citations = len(record["sentences"]), len(record["citations"])
        return events


_limiters = RunVar[anyio.CapacityLimiter]("streams")


def _limiter() -> anyio.CapacityLimiter:
    try:
        return _limiters.get()
    except LookupError:
        _limiters.set(limiter := anyio.CapacityLimiter(_MOST_STREAMS))
        return limiter
