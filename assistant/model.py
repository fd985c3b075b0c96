"""Chat models, through LangChain's own initialiser: the only file of this room that meets them.

    open_model("openai:gpt-4.1-mini", …)     OpenAI, or with an address any server that speaks its protocol
    open_model("anthropic:…", …)             Anthropic
    open_model("ollama:qwen3:4b", …)         Ollama

A provider's package is an optional extra; its key is read by that package from the environment and is never shown: what
a provider says of a failure is not repeated, as it may quote the key.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import queue
import random
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .errors import SettingsError
from .prompt import Message

if TYPE_CHECKING:
    from .settings import Settings

NONE = "none"
# The package that each provider's extra of the same name installs.
EXTRAS = {"openai": "langchain_openai", "anthropic": "langchain_anthropic", "ollama": "langchain_ollama"}
# Where the key of a provider is expected.
_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
# Seconds after which a wait is told, so that whoever waits can break it off.
BEAT_S = 1.0
# Seconds before the second try, doubled for each further one; a little by chance, lest clients march in step.
_BACKOFF_S = 0.5
_BUSY, _REFUSED_FORM = 429, (400, 404, 415, 422)

Why = Literal["time-out", "busy", "down", "unreachable", "refused", "cut", "broken"]


class ModelFailed(Exception):
    """The chat model gave no answer to work with. why: what happened, a key of the notes that tell it."""

    def __init__(self, why: Why, message: str = "") -> None:
        super().__init__(message or why)
        self.why: Why = why


@dataclass(frozen=True)
class _Form:
    """How a request is put. Servers and models take different ones; one that is refused gives way to the next."""

    schema: bool
    cool: bool


# The schema and temperature 0; models that fix their own temperature; servers that know no schema.
_FORMS = (_Form(True, True), _Form(True, False), _Form(False, False))


class ChatModel:
    """One configured chat model. name: as in the settings. One instance may serve several threads."""

    def __init__(
        self, name: str, url: str | None = None, *, timeout_s: float, budget_s: float, retries: int, reply_tokens: int,
        context_tokens: int,
    ) -> None:  # fmt: skip
        """timeout_s: of one try; budget_s: of all tries and the pauses between them.

        Raises SettingsError when the provider is unknown, its package is not installed, or it has no key.
        """
        self.name, self._url = name, url
        self._timeout_s, self._budget_s, self._retries = timeout_s, budget_s, retries
        self._reply_tokens, self._context_tokens = reply_tokens, context_tokens
        self._form = 0
        self._chains = {form: self._open(form) for form in _FORMS}

    def write(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> str:
        """The model's reply, whole, as it came. Raises ModelFailed within about budget_s seconds."""
        return "".join(self.stream(messages, schema))

    def stream(
        self, messages: Sequence[Message], schema: Mapping[str, Any], budget_s: float | None = None
    ) -> Generator[str, None, None]:
        """The model's reply piece by piece, as it comes; "" every second in which nothing comes.

        budget_s: less than what this model has in any case. Closing it ends the request and its connection, so that the
        server stops writing. Raises ModelFailed within about that time; once a piece has come, nothing is tried again.
        """
        deadline = time.monotonic() + min(self._budget_s, budget_s or self._budget_s)
        tries, form = 0, self._form
        while True:
            begun = False
            try:
                with closing(self._once(messages, schema, _FORMS[form], deadline)) as pieces:
                    for piece in pieces:
                        begun = begun or bool(piece)
                        yield piece
                return
            except ModelFailed as failed:
                status = getattr(failed.__cause__, "status_code", None)
                if not begun and failed.why == "refused" and status in _REFUSED_FORM and form + 1 < len(_FORMS):
                    form = self._form = form + 1
                    continue
                tries += 1
                pause = _BACKOFF_S * 2 ** (tries - 1) * (1 + random.random() / 4)
                if (
                    begun
                    or failed.why not in ("busy", "down", "unreachable")
                    or tries > self._retries
                    or time.monotonic() + pause >= deadline
                ):
                    raise
                while (left := min(pause, BEAT_S)) > 0:
                    time.sleep(left)
                    pause -= left
                    yield ""
                if failed.why == "down" and tries == self._retries:
                    form = len(_FORMS) - 1  # some servers answer 500 to a schema that they cannot follow

    def _once(
        self, messages: Sequence[Message], schema: Mapping[str, Any], form: _Form, deadline: float
    ) -> Generator[str, None, None]:
        until = min(time.monotonic() + self._timeout_s, deadline)
        model = self._asked_for(schema, form)
        turns = [(message.role, message.text) for message in messages]
        came: queue.SimpleQueue[Any] = queue.SimpleQueue()

        async def ask() -> None:
            try:
                async with aclosing(model.astream(turns)) as chunks:
                    async for chunk in chunks:
                        came.put(chunk)
                came.put(None)
            except Exception as error:  # it is raised where it is awaited
                came.put(error)

        # Only a request in an event loop can be broken off while it waits, and a server that sends a byte now and then
        # is never late for a time-out on reading: so a clock of our own ends the wait, and with it the request.
        task = asyncio.run_coroutine_threadsafe(ask(), _loop())
        written = False
        try:
            while True:
                left = until - time.monotonic()
                if left <= 0:
                    raise ModelFailed("time-out")
                try:
                    found = came.get(timeout=min(left, BEAT_S))
                except queue.Empty:
                    yield ""
                    continue
                if isinstance(found, Exception):
                    raise ModelFailed(_why(found)) from found
                if found is None:
                    break
                if piece := _text(found):
                    written = written or bool(piece.strip())
                    yield piece
                if _was_cut(found):
                    raise ModelFailed("cut")
        finally:
            task.cancel()
        if not written:
            raise ModelFailed("broken")

    def _asked_for(self, schema: Mapping[str, Any], form: _Form) -> Any:
        """The client, bound to reply in the schema in whatever way its provider takes one."""
        model = self._chains[form]
        if not form.schema:
            return model
        try:
            # A client followed by a parser. The parser wants a whole reply and is stricter than we are: only the client
            # is taken, with all that binds it to the schema.
            return getattr(model.with_structured_output(dict(schema), **_method(self.name)), "first", model)
        except NotImplementedError:
            return model

    def _open(self, form: _Form) -> Any:
        provider, _, model = self.name.partition(":")
        package = EXTRAS.get(provider)
        if package and importlib.util.find_spec(package) is None:
            raise SettingsError(
                f"The chat model {self.name} needs a package that is not installed.",
                f'Install the extra: pip install -e ".[{provider}]" -c constraints.txt',
            )
        from langchain.chat_models import init_chat_model

        options: dict[str, Any] = {"temperature": 0} if form.cool else {}
        if provider == "ollama":
            # Ollama cuts what is longer than its context without a word, so the context is asked for.
            room = self._context_tokens + self._reply_tokens + 2_000
            options |= {"num_predict": self._reply_tokens, "num_ctx": room}
            options |= {"client_kwargs": {"timeout": self._timeout_s}}
        else:
            options |= {"max_tokens": self._reply_tokens, "timeout": self._timeout_s, "max_retries": 0}
        if provider == "openai":
            # A clock of this client's own for each piece keeps a request from ending when it is broken off.
            options |= {"stream_chunk_timeout": None}
        if self._url:
            options["base_url"] = self._url
        if self._url and provider == "openai" and not _has_key(provider):
            options["api_key"] = "none"  # servers of one's own want no key, the client does
        try:
            return init_chat_model(model, model_provider=provider, **options)
        except ImportError as error:
            raise SettingsError(
                f"The chat model {self.name} needs a package that is not installed.",
                f"Known extras are {', '.join(EXTRAS)}; another provider's package is installed by hand.",
            ) from error
        except Exception as error:
            if provider in _KEYS and not _has_key(provider):
                raise SettingsError(
                    f"The chat model {self.name} needs a key.", f"Set {_KEYS[provider]} in the environment."
                ) from None
            # The provider's words are left out: they may quote what it was given.
            raise SettingsError(
                f"The chat model {self.name} cannot be set up ({type(error).__name__}).",
                'Write PROVIDER:NAME, as in "openai:gpt-4.1-mini"; see the settings in the README.',
            ) from None


def open_model(settings: Settings) -> ChatModel | None:
    """The chat model that the settings name; None for "none". Raises SettingsError."""
    if settings.model == NONE:
        return None
    return ChatModel(
        settings.model,
        settings.model_url,
        timeout_s=settings.model_timeout_s,
        budget_s=settings.model_budget_s,
        retries=settings.model_retries,
        reply_tokens=settings.reply_tokens,
        context_tokens=settings.context_tokens,
    )


def _has_key(provider: str) -> bool:
    from langchain_core.utils import get_from_env

    return bool(get_from_env("key", _KEYS[provider], ""))


def _method(name: str) -> dict[str, str]:
    """The way in which a provider takes a JSON schema, where LangChain would choose one that fewer servers know."""
    return {"method": "json_schema"} if name.startswith(("openai:", "ollama:")) else {}


def _text(chunk: Any) -> str:
    """The words of a piece of a reply; a provider that takes a schema as a tool sends them as the tool's input."""
    text = chunk.content
    if not isinstance(text, str):
        text = "".join(block if isinstance(block, str) else str(block.get("text", "")) for block in text)
    return text + "".join(call["args"] or "" for call in chunk.tool_call_chunks)


def _was_cut(chunk: Any) -> bool:
    about = chunk.response_metadata or {}
    ended = about.get("finish_reason") or about.get("stop_reason") or about.get("done_reason")
    return ended in ("length", "max_tokens")


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop for the program, as clients keep connections that belong to a loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat models", daemon=True).start()
    return loop


def _why(error: BaseException) -> Why:
    """What an exception of a provider's client means. Their classes differ; names and statuses are alike."""
    if isinstance(error, ModelFailed):
        return error.why
    status = getattr(error, "status_code", None)
    names = {kind.__name__ for each in _causes(error) for kind in type(each).__mro__}
    if any("Timeout" in name for name in names):
        return "time-out"
    if "LengthFinishReasonError" in names:
        return "cut"
    if isinstance(status, int) and status >= 400:
        return "busy" if status == _BUSY else "down" if status >= 500 else "refused"
    if any(name in names for name in ("APIConnectionError", "TransportError", "ConnectionError", "ConnectError")):
        return "unreachable"
    return "broken"


def _causes(error: BaseException) -> list[BaseException]:
    found = [error]
    while (cause := found[-1].__cause__) is not None and cause not in found:
        found.append(cause)
    return found
