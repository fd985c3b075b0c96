"""The HTTP API, and the server that carries it and the chat page.

    POST /api/ask       {"question", "history": [earlier questions]}   → an Answer
    GET  /api/search    ?question=…&k=10                               → {"passages": [...]}
    GET  /api/health                                                   → {"bulletins", "newest"}

What the caller got wrong is 400, what is wrong with the set-up 503; both say {"error", "remedy"}.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

# Gradio reads this when it is imported; nothing of ours calls home.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from ..errors import ERRORS, AssistantError, SettingsError
from ..layout import hit_json
from ..settings import Settings
from .page import Page, build, collection, look
from .shared import Shared
from .words import examples

if TYPE_CHECKING:
    from .. import Assistant

# Everything comes from this server. Gradio's own scripts need inline and eval; nothing may be fetched from elsewhere,
# so that even a slip in escaping could not load or send anything.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class AskRequest(BaseModel):
    """Body of POST /api/ask."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str
    history: list[str] = []


def create_app(assistant: Assistant, settings: Settings, specimens: bool = False) -> FastAPI:
    """The API at /api and the page at /."""
    shared = Shared(assistant)
    page = Page(shared, settings, specimens)
    app = FastAPI(title="Bulletin Assistant", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    async def explain(request: Request, error: Exception) -> JSONResponse:
        status = 400 if isinstance(error, AssistantError) else 503
        return JSONResponse({"error": str(error), "remedy": getattr(error, "remedy", "")}, status)

    async def misshapen(request: Request, error: Exception) -> JSONResponse:
        first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
        where = ".".join(str(part) for part in first.get("loc", ()) if part not in ("body", "query"))
        told = f"{where or 'The request'}: {first.get('msg', 'it has another shape than wanted')}."
        return JSONResponse({"error": told, "remedy": "See /api/openapi.json for the shape of requests."}, 400)

    for kind in ERRORS:
        app.add_exception_handler(kind, explain)
    app.add_exception_handler(RequestValidationError, misshapen)

    @app.post("/api/ask")
    def ask(body: AskRequest) -> dict[str, Any]:
        return shared.ask(settings.accept(body.question), body.history).to_json()

    @app.get("/api/search")
    def search(question: str, k: int = settings.hits) -> dict[str, Any]:
        hits = shared.search(settings.accept(question), settings.but(hits=k).hits)
        return {"passages": [hit_json(hit) for hit in hits]}

    @app.get("/api/health")
    def health() -> dict[str, Any]:
        found = collection(shared, specimens)
        return {"bulletins": found.bulletins, "newest": found.newest}

    return gr.mount_gradio_app(
        app, build(page), path="/", footer_links=[], show_error=False, ssr_mode=False, run_history=False, **look()
    )


def listen(settings: Settings) -> socket.socket:
    """The port of the settings, taken. Raises SettingsError when it is another's or there is no such address."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise SettingsError(
            f"The page cannot be served at {settings.host} port {settings.port}: {error.strerror or error}.",
            "Name another: bulletins serve --port 8000",
        ) from error


def serve(assistant: Assistant, settings: Settings, at: socket.socket, specimens: bool = False) -> None:
    """Until interrupted."""
    # Dictionaries are loaded by the first question, which takes seconds: let that be ours, not a visitor's.
    for _, question in examples(specimens=True, newest_year=None)[::2]:
        assistant.ask(question)
    app = create_app(assistant, settings, specimens)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[at])
