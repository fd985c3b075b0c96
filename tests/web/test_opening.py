"""The server is there before the bulletins are open: what is asked meanwhile waits, and what cannot be opened ends it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.settings import Settings
from assistant.web import api
from assistant.web.conversation import Conversation
from assistant.web.crew import Crew
from assistant.web.page import Page
from assistant.web.service import Service
from index.errors import IndexMismatch
from tests.fakes import FakeAssistant
from tests.web.serving import client, listening


class Opening(FakeAssistant):
    """Becomes ready by the first question."""

    ready = False

    def stream(self, question: str, history: Any = (), keep: Any = None) -> Any:
        for step in super().stream(question, history, keep):
            yield step
            self.ready = True


def other_model() -> Any:
    raise IndexMismatch("The index was built with another model.", "Build it again.")


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


def test_an_index_that_cannot_be_opened_ends_the_server_with_its_own_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.api.mount", lambda *_: None)
    crew = Crew(other_model, 1, tmp_path)
    crew.start()
    with socket.create_server(("127.0.0.1", 0)) as at, pytest.raises(IndexMismatch, match="another model"):
        api.serve(crew, Settings(data=tmp_path), at)
    crew.close()


def test_an_open_page_does_not_hold_up_the_end(tmp_path: Path) -> None:
    app = api.create_app(FakeAssistant(), Settings(data=tmp_path), True)  # type: ignore[arg-type]
    assert not app.state.page.stop_event.is_set()
    with (
        listening(app, server=api._Server(api.config(app), app)) as address,
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as page,
    ):
        page.sendall(b"GET /gradio_api/heartbeat/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in page.recv(1000)
    assert app.state.page.stop_event.is_set()


def test_the_start_loads_nothing_that_only_answers_need() -> None:
    script = """
import sys, app
from assistant.settings import load_settings
from assistant.web import api, listen
load_settings()
heavy = ["assistant.assistant", "assistant.check", "faiss", "index.search", "jieba", "mcp", "openvino", "pandas",
         "sources.facts", "sources.files", "torch"]
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
