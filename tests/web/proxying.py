"""A reverse proxy for tests: it shows a server below a path, as nginx would with proxy_pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from .serving import listening

_OWN = {"connection", "content-length", "host", "transfer-encoding", "content-encoding", "accept-encoding"}


@contextmanager
def proxying(server: str, prefix: str, scheme: str = "http") -> Iterator[str]:
    """The address of what the proxy shows. The prefix is cut off; host, scheme and browser are told."""
    client = httpx.AsyncClient(timeout=30)

    async def passed(request: Request) -> Response:
        path = request.url.path.removeprefix(prefix)
        headers = {name: value for name, value in request.headers.items() if name not in _OWN}
        headers |= {
            "X-Forwarded-Host": request.headers["host"],
            "X-Forwarded-Proto": scheme,
            "X-Forwarded-For": request.client.host if request.client else "",
            "X-Forwarded-Prefix": prefix,
        }
        url = httpx.URL(server + (path or "/"), query=request.url.query.encode())
        asked = client.build_request(request.method, url, headers=headers, content=await request.body())
        answer = await client.send(asked, stream=True)

        async def body() -> AsyncIterator[bytes]:
            async for piece in answer.aiter_bytes():
                yield piece

        response = StreamingResponse(body(), answer.status_code, background=BackgroundTask(answer.aclose))
        response.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in _OWN
        ]
        return response

    methods = ["GET", "POST", "HEAD", "OPTIONS"]
    routes = [Route(f"{prefix}/{{path:path}}", passed, methods=methods), Route(prefix, passed, methods=methods)]
    app = Starlette(routes=routes)
    with listening(app, uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)) as address:
        yield address + prefix
