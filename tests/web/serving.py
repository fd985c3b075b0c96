"""The server of ours for tests: in memory, or really listening on a port of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from assistant.settings import Settings
from assistant.web.api import create_app
from assistant.web.server import Server, config
from tests.fakes import FakeAssistant


def made(folder: Path, assistant: Any = None, page: bool = False, **settings: Any) -> Any:
    """An application over the fake assistant. settings: as in the settings' own file.

    page: with the chat page, which takes long to build.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not page:
            patch.setattr("assistant.web.api.mount", lambda *_: None)
        return create_app(assistant or FakeAssistant(), Settings(data=folder).but(**settings), specimens=True)


@contextmanager
def client(folder: Path, assistant: Any = None, address: str = "127.0.0.1", **settings: Any) -> Iterator[TestClient]:
    """address: of the one who asks."""
    app = made(folder, assistant, **settings)
    with TestClient(app, base_url="http://127.0.0.1", client=(address, 5000), follow_redirects=False) as client:
        yield client


@contextmanager
def listening(app: Any, settings: uvicorn.Config | None = None) -> Iterator[str]:
    """The address under which the application is really served. settings: plain ones of ours, unless told."""
    at = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(settings or config(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [at]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{at.getsockname()[1]}"
    server.should_exit = True
    thread.join(12)
    at.close()
    assert not thread.is_alive(), "the server does not end"


@contextmanager
def starting(folder: Path, **settings: Any) -> Iterator[tuple[str, Server]]:
    """A server that has no application yet, and its address."""
    chosen = Settings(data=folder).but(**settings)
    with socket.create_server(("127.0.0.1", 0)) as at, Server(chosen, at) as server:
        yield f"http://127.0.0.1:{at.getsockname()[1]}", server


@contextmanager
def carrying(server: Server, app: Any) -> Iterator[None]:
    """It serves the application, and has ended afterwards."""
    thread = threading.Thread(target=server.carry, args=(app,), daemon=True)
    thread.start()
    yield
    server.end()
    thread.join(12)
    assert not thread.is_alive(), "the server does not end"
