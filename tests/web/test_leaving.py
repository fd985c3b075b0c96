"""Readers who go away, take nothing or send nothing free what they hold; and the server ends in time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.answer import Answer, Progress
from assistant.web.audit import Audit
from assistant.web.server import config
from tests.fakes import FakeAssistant, list_answer
from tests.web.serving import listening, made

ROOT = Path(__file__).parents[2]
STREAM = {"Accept": "text/event-stream"}


class Writing(FakeAssistant):
    """Writes on without end, a sign of life every 50 ms, until its stream is closed; "long" sends much each time."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.ended = threading.Event(), threading.Event()

    def stream(
        self, question: str, history: Sequence[str] = (), keep: Any = None
    ) -> Generator[Progress | Answer, None, None]:
        if "endless" not in question:
            yield from super().stream(question, history, keep)
            return
        try:
            yield Progress("search", 0.0)
            self.begun.set()
            answer = list_answer("x" * (1_000_000 if "long" in question else 1))
            while True:
                time.sleep(0.05)
                yield Progress("write", 0.1, answer)
                if "long" in question:
                    yield answer
        finally:
            self.ended.set()


@pytest.fixture
def assistant() -> Writing:
    return Writing()


@pytest.fixture
def address(assistant: Writing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("assistant.web.guard.SLOW_S", 1.0)
    with listening(made(tmp_path, assistant, questions_per_minute=0)) as address:
        yield address


def metric(address: str, name: str) -> float:
    text = httpx.get(f"{address}/metrics").text
    return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(name)), 0.0)


def until(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return true()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", {"question": "endless"}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "endless"}], "stream": True}),
    ],
)
def test_a_stream_that_its_reader_leaves_ends_its_work(
    address: str, assistant: Writing, tmp_path: Path, path: str, body: dict[str, Any]
) -> None:
    with httpx.stream("POST", address + path, json=body, headers=STREAM) as response:
        next(response.iter_lines())
        assert assistant.begun.wait(5) and not assistant.ended.is_set()
    assert assistant.ended.wait(3)
    assert until(lambda: metric(address, "bulletins_answers_running") == 0)
    assert metric(address, "bulletins_streams_left_total") == 1
    (entry,) = Audit(tmp_path / "audit.db", 1).all()
    assert (entry.question, entry.outcome) == ("endless", "left")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", {"question": "endless"}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "endless"}]}),
    ],
)
def test_who_waits_for_the_whole_answer_and_leaves_ends_its_work(
    address: str, assistant: Writing, path: str, body: dict[str, Any]
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(address + path, json=body, timeout=httpx.Timeout(10, read=0.5))
    assert assistant.begun.is_set() and assistant.ended.wait(3)
    assert until(lambda: metric(address, "bulletins_streams_left_total") == 1)
    assert metric(address, "bulletins_answers_running") == 0


def test_a_reader_who_takes_nothing_is_given_up(address: str, assistant: Writing) -> None:
    host, port = address.removeprefix("http://").split(":")
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    slow.connect((host, int(port)))
    body = json.dumps({"question": "endless long"}).encode()
    head = (
        f"POST /api/ask HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    slow.sendall(head.encode() + body)
    assert assistant.begun.wait(5)
    assert assistant.ended.wait(8), "it is not read, and yet goes on"
    assert httpx.post(f"{address}/api/ask", json={"question": "Which rules?"}).status_code == 200
    slow.close()


def test_a_body_that_does_not_come_is_not_waited_for(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=8) as slow:
        slow.sendall(
            f"POST /api/ask HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode()
        )
        began = time.monotonic()
        answer = slow.recv(1_000)
        assert time.monotonic() - began < 6
        assert answer == b"" or b" 408 " in answer.split(b"\r\n")[0] or b" 400 " in answer.split(b"\r\n")[0]


def test_an_idle_connection_is_left_to_the_other_side_to_close() -> None:
    nginx = 60  # seconds that it keeps one by default
    assert config(FakeAssistant()).timeout_keep_alive > nginx  # type: ignore[arg-type]


def test_other_requests_are_answered_while_many_streams_are_open(address: str, assistant: Writing) -> None:
    opened = []
    with httpx.Client(limits=httpx.Limits(max_connections=80), timeout=20) as client:
        for _ in range(60):
            response = client.send(
                client.build_request("POST", f"{address}/api/ask", json={"question": "endless"}, headers=STREAM),
                stream=True,
            )
            opened.append(response)
        began = time.monotonic()
        assert client.get(f"{address}/readyz").status_code == 200
        assert client.get(f"{address}/api/bulletins").json()["total"] == 3
        assert time.monotonic() - began < 5
        for response in opened:
            response.close()
    assert until(lambda: metric(address, "bulletins_answers_running") == 0, 10)


_SERVER = """
import sys
from pathlib import Path
from assistant.settings import Settings
from assistant.web import api, server
from assistant.web.listen import listen
assert "mcp" not in sys.modules, "what the start does not need would make it longer"
from tests.web.test_leaving import Writing
server.SHUTDOWN_S = 1
settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]))
with listen(settings) as at, server.Server(settings, at) as serving:
    api.serve(Writing(), settings, serving)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_ends_the_server_in_time_with_streams_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(tmp_path), str(port)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        address = f"http://127.0.0.1:{port}"

        def alive() -> bool:
            try:
                return httpx.get(f"{address}/readyz").status_code == 200
            except httpx.HTTPError:
                return False

        assert until(alive, 90)
        with httpx.stream("POST", f"{address}/api/ask", json={"question": "endless"}, headers=STREAM) as response:
            next(response.iter_lines())
            began = time.monotonic()
            server.send_signal(signal.SIGTERM)
            server.wait(20)
            assert time.monotonic() - began < 1 + 3, "3 s is what SHUTDOWN_S leaves of the 10 s that are promised"
        assert "Traceback" not in server.stderr.read()
    finally:
        server.kill()
        server.wait(5)
