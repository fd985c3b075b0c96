"""The server, which is there before the application: within a second of the start it shows where to ask.

Gradio and FastAPI take seconds to load. Until the application stands, the first screen, the login and the two probes
are served behind a Guard of their own, so that from the first request on nobody sees more than later. Every other
request waits, as it would in the backlog of the port, and is the application's.
One uvicorn serves both, on one socket, in a thread: the libraries come in by the main one, where an error or Ctrl-C
ends them as it ends any command.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

import uvicorn
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import Settings
from .accounts import Accounts
from .first import first_page
from .forwarded import Proxies
from .guard import Guard, path_below
from .login import login_page
from .metrics import Metrics

if TYPE_CHECKING:
    from fastapi import FastAPI

# What still runs is cancelled after this; all of the end takes less than 10 s.
SHUTDOWN_S = 7
# An idle connection is kept for longer than clients and proxies do (nginx: 60 s), so that it is they who close it: a
# question that crosses our closing would be lost.
_IDLE_S = 75
_MOST_CONNECTIONS = 1_000


def config(app: ASGIApp) -> uvicorn.Config:
    """How it is served. X-Forwarded headers are read by the Guard, which knows whose to believe."""
    return uvicorn.Config(
        app, log_level="warning", proxy_headers=False, server_header=False, limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=SHUTDOWN_S, timeout_keep_alive=_IDLE_S,
    )  # fmt: skip


class Server:
    """Serves while it is a context, and is itself what uvicorn calls. at: the socket that it listens on."""

    def __init__(self, settings: Settings, at: socket.socket) -> None:
        self._at = at
        self._uvicorn = _Uvicorn(config(self), self._leave)
        self._thread = threading.Thread(target=self._run, daemon=True, name="server")
        self._accounts = Accounts(settings.data / "accounts.db")
        # The application has a Guard of its own, which counts what it lets in.
        self._before = Guard(self._early, settings, self._accounts, Metrics(lambda: 0, lambda: 0))
        self._proxies = Proxies(settings.proxies, root_path=settings.root_path)
        self._first = first_page(settings.page_language)
        self._coming: Future[FastAPI] = Future()
        self._app: FastAPI | None = None
        self._changed = asyncio.Event()
        self._failure: BaseException | None = None

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._thread.join()
        self._accounts.close()

    def carry(self, app: FastAPI) -> None:
        """Serves the application until interrupted. Raises what keeps it from being served."""
        self._coming.set_result(app)
        with self._uvicorn.capture_signals():
            while self._thread.is_alive():
                self._thread.join(1)  # on Windows no signal is taken while one waits
        if self._failure:
            raise self._failure

    def end(self) -> None:
        """As a signal does; from any thread."""
        self._uvicorn.should_exit = True

    def _run(self) -> None:
        try:
            self._uvicorn.run([self._at])
        except BaseException as error:  # raised where it is waited for
            self._failure = error

    def _leave(self) -> None:
        """Nothing waits any longer."""
        self._changed.set()
        if page := self._app and getattr(self._app.state, "page", None):
            # Each open page listens to signs of life, which would use up the time that answers have.
            page.stop_event.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if self._app is None and not _is_early(self._proxies.read(scope)[0]):
            await self._changed.wait()
        await (self._app or self._before)(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The application's own life, from when it comes to the server's end."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        ending, coming = asyncio.ensure_future(receive()), asyncio.wrap_future(self._coming)
        await asyncio.wait((ending, coming), return_when=asyncio.FIRST_COMPLETED)
        if coming.done():
            app = coming.result()
            try:
                async with app.router.lifespan_context(app):
                    self._app = app
                    self._changed.set()
                    await ending
            except Exception as error:
                self._failure = error
                self.end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _early(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = path_below(scope)
        response: Response
        if path == "/readyz" or not _is_early(scope):
            told = {"error": "The server is starting.", "remedy": "Ask again in a few seconds."}
            response = JSONResponse(told, 503, {"Retry-After": "1"})
        elif path == "/healthz":
            response = JSONResponse({"status": "alive"})
        elif path == "/login":
            response = login_page(Request(scope))
        else:
            response = HTMLResponse(self._first, headers={"Cache-Control": "no-store"})
        await response(scope, receive, send)


def _is_early(scope: Scope) -> bool:
    """Whether it is answered without the application. Only a browser that opens the page is shown the first screen:
    what asks for the page otherwise, as that screen does, gets the whole of it when it stands."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path, accepted = path_below(scope), Headers(scope=scope).get("accept", "")
    return path in ("/healthz", "/readyz", "/login") or (path == "/" and "text/html" in accepted)


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, leave: Callable[[], None]) -> None:
        super().__init__(config)
        self._leave = leave

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leave()
        await super().shutdown(sockets)
