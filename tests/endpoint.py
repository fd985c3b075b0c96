"""A chat model's server in a thread, that speaks the protocol of OpenAI and answers what a test scripts."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Says:
    """One reply. finish: "length" for one that was cut. wait_s: before it; drip_s: between its bytes, or pieces when
    it is streamed; a piece is of so many characters."""

    text: str = ""
    status: int = 200
    finish: str = "stop"
    wait_s: float = 0.0
    drip_s: float = 0.0
    piece: int = 7
    body: bytes | None = None


Script = Callable[[dict[str, Any]], Says]


@dataclass
class Endpoint:
    """url: what `model_url` names. script: replies in turn, the last staying, or a function of the request.

    left: set when a client went away before its reply was whole.
    """

    url: str
    script: Sequence[Says] | Script = ()
    asked: list[dict[str, Any]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def says(self, *replies: Says | str) -> None:
        self.script = [Says(reply) if isinstance(reply, str) else reply for reply in replies]
        self.asked.clear()

    def prompt(self, number: int = -1) -> str:
        return "\n".join(message["content"] for message in self.asked[number]["messages"])


def sentences(*written: tuple[str, str, str], answerable: bool = True) -> str:
    """The reply of a model that keeps to the schema: (quote, key, text) of each sentence."""
    rows = [{"quote": quote, "key": key, "text": text} for quote, key, text in written]
    return json.dumps({"answerable": answerable, "sentences": rows}, ensure_ascii=False)


def passages(request: dict[str, Any]) -> list[tuple[str, str]]:
    """Key and text of each passage in the last turn of a request."""
    return re.findall(r"^\[(\w+)\] <<<(.*)>>>$", request["messages"][-1]["content"], re.MULTILINE)


@contextmanager
def scripted() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.asked.append(request)
            if callable(endpoint.script):
                reply = endpoint.script(request)
            else:
                reply = endpoint.script[min(len(endpoint.asked), len(endpoint.script)) - 1]
            endpoint.ended.wait(reply.wait_s)
            streamed = bool(request.get("stream")) and reply.status == 200 and reply.body is None
            pieces = _events(reply) if streamed else _bytes(reply)
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
                if not streamed:
                    self.send_header("Content-Length", str(sum(map(len, pieces))))
                self.end_headers()
                for piece in pieces:
                    self.wfile.write(piece)
                    if reply.drip_s and endpoint.ended.wait(reply.drip_s):
                        return
            except OSError:
                endpoint.left.set()  # the client has given up, as it should

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield endpoint
    finally:
        endpoint.ended.set()
        server.shutdown()
        server.server_close()


def _bytes(reply: Says) -> list[bytes]:
    body = reply.body if reply.body is not None else _body(reply)
    return [body[at : at + 1] for at in range(len(body))] if reply.drip_s else [body]


def _events(reply: Says) -> list[bytes]:
    """The reply as a stream of server-sent events."""
    texts = [reply.text[at : at + reply.piece] for at in range(0, len(reply.text), reply.piece)]
    deltas: list[dict[str, Any]] = [{"delta": {"role": "assistant", "content": text}} for text in texts]
    deltas.append({"delta": {}, "finish_reason": reply.finish})
    base = {"id": "1", "object": "chat.completion.chunk", "created": int(time.time()), "model": "m"}
    records = [{**base, "choices": [{"index": 0, "finish_reason": None, **delta}]} for delta in deltas]
    return [f"data: {json.dumps(record)}\n\n".encode() for record in records] + [b"data: [DONE]\n\n"]


def _body(reply: Says) -> bytes:
    if reply.status != 200:
        return json.dumps({"error": {"message": "as scripted, sk-secret-1", "type": "scripted"}}).encode()
    choice = {"index": 0, "message": {"role": "assistant", "content": reply.text}, "finish_reason": reply.finish}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return json.dumps(
        {"id": "1", "object": "chat.completion", "created": int(time.time()), "model": "m", "choices": [choice], "usage": usage},
        ensure_ascii=False,
    ).encode()  # fmt: skip
