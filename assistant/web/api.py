"""The HTTP API, and the application that it and the chat page make.

    POST /api/ask             {"question", "history": [earlier questions], "filters"}   → an Answer, or events with
                              "Accept: text/event-stream"
    GET  /api/search          ?question=…&k=10                               → {"passages": [...]}
    GET  /api/bulletins       ?limit=…&offset=…&since=…&until=…&issuer=…&language=…&source=…
    GET  /api/bulletins/{id}  one bulletin with its texts
    POST /api/feedback        {"question", "verdict", …}; GET, for administrators: all of it
    GET  /api/health, /healthz, /readyz, /metrics

What the caller got wrong is 400, what is wrong with the set-up 503; both say {"error", "remedy"}.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from anyio.to_thread import run_sync
from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import IndexUnusable
from sources.bulletin import Language

from ..errors import ERRORS, AssistantError
from ..layout import hit_json
from ..settings import Settings
from .access import user_of
from .accounts import Accounts
from .crew import Crew
from .embed import add_embed
from .events import EventStream, Growing, begun, event, finished
from .feedback import Feedback, Verdict
from .filters import Filters
from .first import FirstScreen
from .gradio_import import gr, not_served
from .guard import Guard
from .limits import TooOften
from .login import add_login
from .metrics import CONTENT_TYPE
from .openai_api import add_openai
from .page import Page, build, collection, look
from .server import Server
from .service import Service
from .words import WARMING

if TYPE_CHECKING:
    from .. import Assistant

_CLICKS_S = 0.02


IsoDate = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]


class Problem(BaseModel):
    """What was wrong, and what to do."""

    error: str
    remedy: str


class AskFilters(BaseModel):
    """What a question is put to. since, until: ISO dates of publishing or event, both included; "2020" is all of it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    since: IsoDate | None = None
    until: IsoDate | None = None
    issuer: str | None = None
    language: Language | None = None
    source: str | None = None


class AskRequest(BaseModel):
    """Body of POST /api/ask. history: earlier questions, oldest first."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {"question": "And who took the chair?", "history": ["Which rules were agreed for parcel lockers?"]}
            ]
        },
    )

    question: str
    history: list[str] = Field(default=[], max_length=1_000)
    filters: AskFilters = AskFilters()


class FeedbackRequest(BaseModel):
    """Body of POST /api/feedback. answer: the Answer as it was shown; expected, sources: what would be right."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {"question": "Who took the chair?", "verdict": "report", "expected": "Chen Yulan", "sources": ["101"]}
            ]
        },
    )

    question: str = Field(max_length=100_000)
    verdict: Verdict
    answer: dict[str, Any] = {}
    history: list[str] = Field(default=[], max_length=1_000)
    comment: str = ""
    expected: str = ""
    sources: list[str] = Field(default=[], max_length=100)


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is wrong."},
    401: {"model": Problem, "description": "Nobody is logged in."},
    403: {"model": Problem, "description": "Not allowed."},
    413: {"model": Problem, "description": "The request is too long."},
    421: {"model": Problem, "description": "The server is not known by this name."},
    429: {"model": Problem, "description": "Too many questions in a short time."},
    503: {"model": Problem, "description": "The index or the set-up is ill."},
}
_ANSWER = {
    "question": "Who?",
    "outcome": "not_found",
    "language": "en",
    "text": "The bulletins do not say.",
    "citations": [],
}


def create_app(assistant: Assistant | Crew, settings: Settings, specimens: bool = False) -> FastAPI:
    """The API at /api, OpenAI's at /v1, MCP at /mcp and the page at /."""
    service = Service(assistant, settings)
    accounts = Accounts(settings.data / "accounts.db")
    page = Page(service, settings, specimens)
    tools = _Tools(service)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with anyio.create_task_group() as beside:
            beside.start_soon(tools.serve)
            yield
            beside.cancel_scope.cancel()
        service.close()
        accounts.close()

    app = FastAPI(
        title="Bulletin Assistant", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", lifespan=life
    )
    app.state.service = service
    add_errors(app)
    add_api(app, service, specimens)
    add_openai(app, service)
    add_login(app, settings, accounts)
    add_embed(app)
    app.router.routes.append(Route("/mcp", tools))
    _describe(app)
    mount(app, page, settings)
    # Last, so that it stands outermost: nothing is reached but through it.
    app.add_middleware(Guard, settings=settings, accounts=accounts, metrics=service.metrics)
    return app


def mount(app: FastAPI, page: Page, settings: Settings) -> None:
    """The chat page at /."""
    with not_served():
        blocks = build(page)
    gr.mount_gradio_app(
        app, blocks, path="/", footer_links=[], show_error=False, ssr_mode=False, run_history=False,
        max_file_size=settings.max_upload_bytes, **look(),
    )  # fmt: skip
    # Gradio looks for clicks a thousand times a second, whether anybody is there or not.
    blocks._queue.sleep_when_free = _CLICKS_S
    mounted: Any = app.router.routes[-1]
    app.state.page = blocks.app = mounted.app
    mounted.app = FirstScreen(mounted.app, settings.page_language)


class _Tools:
    """The MCP server. Its library takes a second to load, which is the first one's who asks for it, not the start's."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._wanted, self._ready = anyio.Event(), anyio.Event()
        self._app: ASGIApp | None = None

    async def serve(self) -> None:
        """Until cancelled."""
        await self._wanted.wait()
        mcp_server = await run_sync(import_module, ".mcp_server", __package__)
        server = mcp_server.mcp_server(self._service)
        self._app = mcp_server.http_app(server)
        async with server.session_manager.run():
            self._ready.set()
            await anyio.sleep_forever()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await self._ready.wait()
        assert self._app
        await self._app(scope, receive, send)


def add_errors(app: FastAPI) -> None:
    """Each error of ours as {"error", "remedy"}."""

    async def explain(request: Request, error: Exception) -> JSONResponse:
        told = {"error": str(error), "remedy": getattr(error, "remedy", "")}
        if isinstance(error, TooOften):
            return JSONResponse(told, 429, {"Retry-After": str(error.retry_s)})
        return JSONResponse(told, 400 if isinstance(error, AssistantError) else 503)

    async def misshapen(request: Request, error: Exception) -> JSONResponse:
        first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
        where = ".".join(str(part) for part in first.get("loc", ()) if part not in ("body", "query"))
        told = f"{where or 'The request'}: {first.get('msg', 'it has another shape than wanted')}."
        remedy = "See /api/openapi.json for the shape of requests."
        if request.url.path.removeprefix(request.scope.get("root_path", "")).startswith("/v1/"):
            said = {
                "message": f"{told} {remedy}",
                "type": "invalid_request_error",
                "param": where or None,
                "code": None,
            }
            return JSONResponse({"error": said}, 400)
        return JSONResponse({"error": told, "remedy": remedy}, 400)

    async def left(request: Request, error: Exception) -> Response:
        return Response(status_code=499)  # nobody reads it; the log and the metrics do

    app.add_exception_handler(ClientDisconnect, left)
    for kind in ERRORS:
        app.add_exception_handler(kind, explain)
    app.add_exception_handler(RequestValidationError, misshapen)


def add_api(app: FastAPI, service: Service, specimens: bool) -> None:
    settings = service.settings

    @app.post(
        "/api/ask",
        tags=["bulletins"],
        responses={
            **_PROBLEMS,
            200: {
                "description": "An Answer; or, as `text/event-stream`, events: progress, sentences, answer, error.",
                "content": {
                    "application/json": {"example": _ANSWER},
                    "text/event-stream": {"schema": {"description": "Server-sent events."}},
                },
            },
        },
    )
    async def ask(body: AskRequest, request: Request) -> Response:
        """Answers a question from the bulletins."""
        filters = Filters(**body.filters.model_dump())
        keep = filters.keep(await run_sync(service.bulletins)) if filters else None
        steps, first = await begun(service.stream(body.question, body.history, user_of(request), "api", keep))
        if "text/event-stream" in request.headers.get("accept", ""):
            return EventStream(steps, first, Growing(), _failed_event)
        return JSONResponse((await finished(steps, request)).to_json())

    @app.get("/api/search", tags=["bulletins"], responses=_PROBLEMS)
    def search(
        request: Request,
        question: Annotated[str, Query(examples=["parcel lockers"])],
        k: Annotated[int, Query(examples=[3], description="How many passages, 1 to 100.")] = settings.hits,
    ) -> dict[str, Any]:
        """The passages found, best first, without an answer."""
        hits = service.search(question, settings.but(hits=k).hits, user_of(request))
        return {"passages": [hit_json(hit) for hit in hits]}

    @app.get("/api/bulletins", tags=["bulletins"], responses=_PROBLEMS)
    def bulletins(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
        since: Annotated[IsoDate | None, Query(description="Of this ISO date or later.", examples=["2021"])] = None,
        until: Annotated[IsoDate | None, Query(description="Of this ISO date or before.", examples=["2023-06"])] = None,
        issuer: Annotated[str | None, Query(examples=["Standards Office"])] = None,
        language: Language | None = None,
        source: str | None = None,
    ) -> dict[str, Any]:
        """What is in the collection, newest first."""
        filters = Filters(since, until, issuer, language, source)
        found = [one for one in service.bulletins() if filters.match(one)]
        keys = ("id", "source", "title", "issuer", "published", "language")
        shown = [{key: getattr(one, key) for key in keys} for one in found[offset : offset + limit]]
        return {"total": len(found), "bulletins": shown}

    @app.get(
        "/api/bulletins/{bulletin_id:path}",
        tags=["bulletins"],
        responses={**_PROBLEMS, 404: {"model": Problem, "description": "There is no such bulletin."}},
    )
    def bulletin(bulletin_id: str) -> Response:
        """One bulletin: as published (`raw`, which citations count) and repaired for reading (`text`)."""
        try:
            one = service.bulletin(bulletin_id)
        except KeyError:
            told = {"error": "There is no such bulletin, or none any more.", "remedy": "See /api/bulletins."}
            return JSONResponse(told, 404)
        keys = ("id", "source", "title", "issuer", "published", "language", "encoding", "raw", "text")
        return JSONResponse({key: getattr(one, key) for key in keys} | {"repairs": dict(one.repairs)})

    @app.post("/api/feedback", tags=["feedback"], status_code=201, responses=_PROBLEMS)
    def give(body: FeedbackRequest, request: Request) -> dict[str, str]:
        """Keeps what a user says of an answer."""
        given = body.model_dump() | {"history": tuple(body.history), "sources": tuple(body.sources)}
        kept = service.take_feedback(Feedback(**given, user=user_of(request).name))
        return {"id": kept.id, "at": kept.at}

    @app.get("/api/feedback", tags=["feedback"], responses=_PROBLEMS)
    def given(request: Request) -> Response:
        """All feedback, oldest first; for administrators."""
        if not user_of(request).is_admin:
            return JSONResponse({"error": "This is for administrators.", "remedy": "Ask one of them."}, 403)
        return JSONResponse({"feedback": [asdict(one) for one in service.feedback.all()]})

    @app.get("/api/health", tags=["state"], responses=_PROBLEMS)
    def health() -> dict[str, Any]:
        """How many bulletins there are, and the date of the newest."""
        found = collection(service, specimens)
        return {"bulletins": found.bulletins, "newest": found.newest}

    @app.get("/healthz", tags=["state"])
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @app.get("/readyz", tags=["state"], responses={503: _PROBLEMS[503]})
    def ready() -> dict[str, str]:
        """The index is open and can be read: send questions."""
        if not service.ready:
            raise IndexUnusable("The bulletins are still being opened.", "Ask again in a few seconds.")
        service.bulletins()
        return {"status": "ready"}

    @app.get("/metrics", tags=["state"], responses={200: {"content": {"text/plain": {}}}, 403: _PROBLEMS[403]})
    def metrics() -> Response:
        """For Prometheus."""
        return Response(service.metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def _failed_event(error: Exception) -> str:
    return event("error", {"error": str(error), "remedy": getattr(error, "remedy", "")})


def _describe(app: FastAPI) -> None:
    """OpenAPI as it is: mistakes in a request are 400 here, and keys are sent as bearer tokens."""
    make = app.openapi

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = make()
            for path in schema["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
            schemes = {"key": {"type": "http", "scheme": "bearer"}}
            schema.setdefault("components", {})["securitySchemes"] = schemes
            schema["security"] = [{}, {"key": []}]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def serve(assistant: Assistant | Crew, settings: Settings, server: Server, specimens: bool = False) -> None:
    """Until interrupted. Raises what keeps a Crew from opening the index."""
    app = create_app(assistant, settings, specimens)
    if isinstance(assistant, Crew):
        assistant.on_failure = server.end
        if assistant.failure:
            raise assistant.failure
    else:
        threading.Thread(target=_warm, args=(assistant,), daemon=True).start()
    server.carry(app)
    if isinstance(assistant, Crew) and assistant.failure:
        raise assistant.failure


def _warm(assistant: Assistant) -> None:
    # Dictionaries are loaded by the first question, which takes seconds: let that be ours, not a visitor's.
    with suppress(*ERRORS):  # the first visitor is told in our place
        for question in WARMING:
            assistant.ask(question)
