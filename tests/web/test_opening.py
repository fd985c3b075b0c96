"""The server is there before its application, and that before the bulletins are open: what is asked meanwhile waits, and
what cannot be opened ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from assistant.settings import Settings
from assistant.web import api
from assistant.web.accounts import Accounts
from assistant.web.conversation import Conversation
from assistant.web.crew import Crew
from assistant.web.guard import CONTENT_POLICY, COOKIE
from assistant.web.page import Page
from assistant.web.service import Service
from index.errors import IndexMismatch
from tests.fakes import FakeAssistant
from tests.web.serving import carrying, client, made, starting

ROOT = Path(__file__).parents[2]
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


class Opening(FakeAssistant):
    """Becomes ready by the first question, and holds nothing before."""

    ready = False

    def bulletins(self) -> Any:
        return super().bulletins() if self.ready else []

    def stream(self, question: str, history: Any = (), keep: Any = None) -> Any:
        for step in super().stream(question, history, keep):
            yield step
            self.ready = True


def other_model() -> Any:
    raise IndexMismatch("The index was built with another model.", "Build it again.")


def test_the_first_screen_is_there_before_the_application_and_nothing_is_refused(tmp_path: Path) -> None:
    asked = {"json": {"question": "Which rules?"}, "timeout": 30}
    with (
        starting(tmp_path) as (address, server),
        httpx.Client(base_url=address) as asking,
        ThreadPoolExecutor(3) as beside,
    ):
        first = asking.get("/?q=x", headers=BROWSER)
        assert first.status_code == 200 and "<h1>Bulletin Assistant" in first.text and "gradio" not in first.text
        assert first.headers["content-security-policy"] == CONTENT_POLICY
        assert first.headers["x-frame-options"] == "SAMEORIGIN" and first.headers["cache-control"] == "no-store"
        assert asking.get("/healthz").json() == {"status": "alive"}
        early = asking.get("/readyz")
        assert (early.status_code, early.headers["retry-after"]) == (503, "1")
        waiting = [
            beside.submit(httpx.post, f"{address}/api/ask", **asked),
            beside.submit(httpx.get, f"{address}/", timeout=30),
            beside.submit(httpx.get, f"{address}/embed.js", timeout=30),
        ]
        assert not wait(waiting, 0.3).done
        with carrying(server, made(tmp_path, page=True)):
            answer, page, script = (each.result() for each in waiting)
            assert answer.json()["outcome"] == "answered"
            assert "gradio_config" in page.text and "attachShadow" in script.text
            assert "gradio_config" in asking.get("/", headers=BROWSER).text
            assert asking.get("/readyz").json() == {"status": "ready"}


def test_nobody_sees_more_while_the_server_starts(tmp_path: Path) -> None:
    Accounts(tmp_path / "accounts.db").set_user("wei", "correct horse battery", "reader")
    session = Accounts(tmp_path / "accounts.db").begin_session("wei", 1)
    chosen = {"access": "accounts", "proxies": "127.0.0.1", "hosts": "portal.example"}
    with (
        starting(tmp_path, **chosen) as (address, _),
        httpx.Client(base_url=address, headers=BROWSER | {"Host": "portal.example"}) as asking,
    ):
        below = {"X-Forwarded-Prefix": "/bulletins"}
        told = asking.get("/?lang=en", headers=below)
        assert (told.status_code, told.headers["location"]) == (303, "/bulletins/login?next=%2F%3Flang%3Den")
        login = asking.get("/login?next=%2F%3Flang%3Den", headers=below)
        assert 'action="/bulletins/login"' in login.text and 'value="/?lang=en"' in login.text
        first = asking.get("/bulletins/", headers=below | {"Cookie": f"{COOKIE}={session}"})
        assert "<h1>Bulletin Assistant" in first.text
        assert asking.get("/", headers={"Host": "elsewhere.example"}).status_code == 421


def test_what_waits_for_an_application_that_never_comes_is_told_so(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as beside:
        with starting(tmp_path) as (address, _):
            waiting = beside.submit(httpx.get, f"{address}/api/bulletins", timeout=30)
            assert not wait([waiting], 0.3).done
            began = time.monotonic()
        assert time.monotonic() - began < 2
        assert (waiting.result().status_code, waiting.result().headers["retry-after"]) == (503, "1")


def test_an_application_that_cannot_begin_ends_the_server(tmp_path: Path) -> None:
    @asynccontextmanager
    async def life(_: Any) -> AsyncIterator[None]:
        raise OSError("no")
        yield

    with starting(tmp_path) as (_, server), pytest.raises(OSError, match="no"):
        server.carry(FastAPI(lifespan=life))


_STARTING = """
import signal, socket, sys, time
from pathlib import Path
from assistant.settings import Settings
from assistant.web.server import Server
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
with socket.create_server(("127.0.0.1", 0)) as at, Server(Settings(data=Path(sys.argv[1])), at):
    print(at.getsockname()[1], flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_ends_the_start_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STARTING, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout and server.stderr
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            waiting.sendall(b"GET /api/bulletins HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            time.sleep(0.3)
            server.send_signal(signal.SIGINT)
            began = time.monotonic()
            assert server.wait(10) == -signal.SIGINT
            assert time.monotonic() - began < 3
        assert "KeyboardInterrupt" in server.stderr.read()


def test_the_server_is_alive_before_it_is_ready(tmp_path: Path) -> None:
    assistant = Opening()
    with client(tmp_path, assistant) as asking:
        assert asking.get("/healthz").status_code == 200
        early = asking.get("/readyz")
        assert (early.status_code, early.json()["remedy"]) == (503, "Ask again in a few seconds.")
        assert asking.post("/api/ask", json={"question": "Which rules?"}).json()["outcome"] == "answered"
        assert asking.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Opening the bulletins"), ("zh-Hant", "開啟公告庫"), ("zh-Hans", "打开公告库")]
)
def test_the_page_says_that_the_bulletins_are_being_opened_and_then_answers(
    tmp_path: Path, language: Any, told: str
) -> None:
    assistant = Opening()
    page = Page(Service(assistant, Settings(data=tmp_path)), Settings(data=tmp_path))  # type: ignore[arg-type]
    assert page.open(Conversation(), SimpleNamespace(query_params={"lang": language}))["tick"].active
    shown = [step["chat"] for step in page.ask(Conversation(language), "Which rules were agreed?")]
    assert told in shown[0] and not any(told in chat for chat in shown[1:])
    assert "three rules" in shown[-1].lower()
    assert not page.tick(Conversation())["tick"].active


def test_while_the_index_is_made_the_page_does_not_say_that_it_is_empty_and_then_shows_it(tmp_path: Path) -> None:
    assistant = Opening()
    page = Page(Service(assistant, Settings(data=tmp_path)), Settings(data=tmp_path))  # type: ignore[arg-type]
    before = page.open(Conversation(), SimpleNamespace(query_params={"lang": "en"}))
    assert "Opening the bulletins" in before["panel"] and "bulletins</span>" not in before["head"]
    assistant.ready = True
    after = page.tick(Conversation())
    assert "3 bulletins" in after["head"] and 'id="browse"' in after["panel"]


def test_an_index_that_cannot_be_opened_ends_the_server_with_its_own_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.api.mount", lambda *_: None)
    crew = Crew(other_model, 1, tmp_path)
    crew.start()
    with starting(tmp_path) as (_, server), pytest.raises(IndexMismatch, match="another model"):
        api.serve(crew, Settings(data=tmp_path), server)
    crew.close()


def test_an_open_page_does_not_hold_up_the_end(tmp_path: Path) -> None:
    app = api.create_app(FakeAssistant(), Settings(data=tmp_path), True)  # type: ignore[arg-type]
    assert not app.state.page.stop_event.is_set()
    with (
        starting(tmp_path) as (address, server),
        carrying(server, app),
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as page,
    ):
        page.sendall(b"GET /gradio_api/heartbeat/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in page.recv(1000)
    assert app.state.page.stop_event.is_set()


def test_the_start_loads_nothing_that_only_answers_need_and_hides_it_from_nobody() -> None:
    script = """
import sys, app
from importlib.util import find_spec
from assistant.settings import load_settings
from assistant.web import api, gradio_import, listen, server
load_settings()
heavy = ["assistant.assistant", "assistant.check", "faiss", "index.search", "jieba", "mcp", "openvino", "pandas",
         "sources.facts", "sources.files", "torch"]
print([name for name in heavy if name in sys.modules])
with gradio_import._without_pandas():
    import pandas  # as another thread may, which opens the index meanwhile
    print(find_spec("pandas").name, pandas.NA)
print(sys.modules["pandas"].NA)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\npandas <NA>\n<NA>\n"
