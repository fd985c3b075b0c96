"""The bulletins as a chat model that OpenAI's clients can talk to.

    GET  /v1/models
    POST /v1/chat/completions    {"model": "bulletins", "messages": […], "stream": true|false}

The last message of the user is the question, earlier ones are its history. Messages of the system and of the assistant
are not read: what the bulletins say does not depend on them. The content has the answer with its [n] marks and its
numbered sources, as Markdown in which nothing of a bulletin becomes a link, a picture or HTML. As data they stand in
the extra field `bulletins` of the message, or of the last delta of a stream.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from sources.bulletin import Bulletin

from ..answer import Answer, Progress
from ..errors import ERRORS, AssistantError, BadInput
from ..layout import marked, plain
from .access import user_of
from .events import EventStream, begun, finished
from .limits import TooOften
from .service import Service

MODEL = "bulletins"


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatRequest(BaseModel):
    """What else OpenAI's clients send (temperature, tools, …) changes nothing here."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "Which rules were agreed?"}], "stream": False}
            ]
        },
    )

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=1_000)
    stream: bool = False


class OpenAIError(BaseModel):
    """An error in the form that OpenAI's clients read."""

    error: dict[str, Any]


_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": OpenAIError, "description": told}
    for status, told in (
        (400, "The request is wrong."),
        (401, "No key."),
        (429, "Too often."),
        (503, "The index is ill."),
    )
}

_COMPLETION: dict[str, Any] = {
    "description": "A chat completion; with `stream`, its pieces as `text/event-stream`.",
    "content": {"application/json": {}, "text/event-stream": {"schema": {"description": "Server-sent events."}}},
}


def add_openai(app: FastAPI, service: Service) -> None:
    @app.get("/v1/models", tags=["openai"], responses={401: _ERRORS[401]})
    async def models() -> dict[str, Any]:
        """The one model there is."""
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "bulletins"}]}

    @app.post("/v1/chat/completions", tags=["openai"], responses={**_ERRORS, 200: _COMPLETION})
    async def complete(body: ChatRequest, request: Request) -> Response:
        """A chat completion; with "stream" as server-sent events."""
        questions = [one.text.strip() for one in body.messages if one.role == "user" and one.text.strip()]
        try:
            if not questions or body.messages[-1].role == "assistant":
                raise BadInput("There is no question.", "Let the last message be one of the user.")
            steps = service.stream(questions[-1], questions[:-1], user=user_of(request), face="openai")
            stream, first = await begun(steps)
            completion = _Completion(service)
            if body.stream:
                return EventStream(stream, first, completion.events, _failed_event)
            answer = await finished(stream, request)
        except ERRORS as error:
            return failed(error)
        return JSONResponse(completion.body(answer))


class _Completion:
    """One reply, as a whole or in pieces."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._id, self._created = f"chatcmpl-{uuid.uuid4().hex}", int(time.time())
        self._sent: str | None = None

    def body(self, answer: Answer) -> dict[str, Any]:
        message = {
            "role": "assistant",
            "content": self._content(answer),
            "refusal": None,
            "bulletins": answer.to_json(),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return self._record("chat.completion", choice)

    def events(self, step: Progress | Answer) -> Iterator[str]:
        if self._sent is None:
            # An empty piece tells the client at once that an answer is on its way.
            self._sent = ""
            yield self._chunk({"role": "assistant", "content": ""})
        if isinstance(step, Answer):
            yield self._chunk({"content": self._more(self._content(step)), "bulletins": step.to_json()})
            yield self._chunk({}, "stop")
            yield "data: [DONE]\n\n"
        elif step.so_far and (more := self._more(as_markdown(marked(step.so_far)))):
            yield self._chunk({"content": more})

    def _more(self, content: str) -> str:
        """What is to be sent so that the content has been. An answer that turned out otherwise follows as a whole."""
        sent = self._sent or ""
        more = content[len(sent) :] if content.startswith(sent) else f"\n\n{content}"
        self._sent = sent + more
        return more

    def _content(self, answer: Answer) -> str:
        cited = {one.bulletin for one in (*answer.citations, *answer.related)}
        return as_markdown(plain(answer, {key: found for key in cited if (found := self._bulletin(key))}))

    def _bulletin(self, key: str) -> Bulletin | None:
        try:
            return self._service.bulletin(key)
        except KeyError:
            return None

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return f"data: {json.dumps(self._record('chat.completion.chunk', choice), ensure_ascii=False)}\n\n"

    def _record(self, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._created, "model": MODEL, "choices": [choice]}


def as_markdown(text: str) -> str:
    """The text as chat clients are to show it: what stands in it as it stands, our [n] marks included.

    >>> print(as_markdown("See ![a](http://far.example/b.png) <b> [2]"))
    See !\\[a](http://far.example/b.png) \\<b> [2]
    """
    return _ACTING.sub(r"\\\g<0>", text)


# What can begin a link, a picture, a definition of one, HTML or code; and the sign that would undo its own escape.
# A number in brackets that nothing of this kind follows is one of our marks, or looks like one and does as little.
_ACTING = re.compile(r"\\|`|(?<=!)\[|\[(?!\d+\](?![(:]))|<(?=[A-Za-z/!?])")


def failed(error: Exception) -> JSONResponse:
    """The error in OpenAI's form."""
    extra = {"Retry-After": str(error.retry_s)} if isinstance(error, TooOften) else None
    status = 429 if isinstance(error, TooOften) else 400 if isinstance(error, AssistantError) else 503
    return JSONResponse(_told(error, status), status, extra)


def _failed_event(error: Exception) -> str:
    return f"data: {json.dumps(_told(error, 503), ensure_ascii=False)}\n\n"


def _told(error: Exception, status: int) -> dict[str, Any]:
    kind = {400: "invalid_request_error", 429: "rate_limit_error"}.get(status, "server_error")
    told = f"{error} {getattr(error, 'remedy', '')}".strip()
    return {"error": {"message": told, "type": kind, "param": None, "code": None}}
