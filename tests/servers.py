"""A web server in a thread, whose pages a test writes, and which remembers what it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What a page answers. etag: a request that shows it gets 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass
class Site:
    """pages: path → what it answers, or a list of answers that are used up one by one, the last staying.

    asked: (path, status given) in order; headers: those of each request.
    """

    root: str
    pages: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, **more: object) -> str:
        data = body.encode("utf-8") if isinstance(body, str) else body
        self.pages[path] = Reply(data, **more)  # type: ignore[arg-type]
        return self.root + path

    def paths(self) -> list[str]:
        """What was asked for, robots.txt apart."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def serving() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = site.pages.get(self.path, Reply(status=404))
            if isinstance(found, list):
                found = found.pop(0) if len(found) > 1 else found[0]
            same = found.etag and self.headers.get("If-None-Match") == found.etag
            status = 304 if same else found.status
            site.asked.append((self.path, status))
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            if found.act:
                found.act(self)
                return
            body = b"" if same else found.body
            self.send_response(status)
            if found.etag:
                self.send_header("ETag", found.etag)
            for name, value in {"Content-Length": str(len(body)), **found.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
