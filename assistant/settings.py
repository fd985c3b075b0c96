"""Every setting, from bulletins.toml and the environment. Environment variables are read here and nowhere else."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path, user_data_path

from index.place import Place, read_place
from sources.collection import Collection
from sources.fetch import Limits, is_address, is_web_address

from .errors import QuestionRefused, SettingsError

FILE = "bulletins.toml"
SOURCES = "sources"
PREFIX = "BULLETINS_"
UNSUPPORTED = ("drop", "mark")
PAGE_LANGUAGES = ("auto", "en", "zh-Hant", "zh-Hans")
ACCESS = ("open", "open-to-all", "accounts", "proxy")
ROLES = ("reader", "admin")


@dataclass(frozen=True)
class Settings:
    """What a user may choose. A field is a key in bulletins.toml and, in capitals after BULLETINS_, a variable.

    index: folder of the index, or its place on Milvus; None when nobody named one (`index_folder` is then ".index").
    embedding: "bundled"; "bundled-exact", the same to the last digit on every processor and slower; or the name or
    folder of a sentence-transformers model.
    reranker: name or folder of a sentence-transformers cross-encoder that looks last at the best passages; "" for none.
    entailment: name or folder of a cross-encoder that decides what the grounding check leaves open; "" for none.
    model: the chat model that writes answers, PROVIDER:NAME; "none" when the bulletins are quoted only.
    model_url: address of the model's server; None for the provider's own. model_timeout_s: of one request;
    model_budget_s: of all tries for one answer; model_retries: after "too many requests" and failures of the server.
    context_tokens: how much of the bulletins the model is shown, about; reply_tokens: the longest reply.
    unsupported: what becomes of a sentence that the bulletins do not bear out, "drop" or "mark".
    cache: folder for what can be made again: the bundled model in its usable form, the specimens' index.
    threshold: probability in [0, 1] from which evidence is enough to answer; None takes the calibrated one.
    hits: passages that a search gives.
    page_language: wording of the chat page; "auto" follows the browser.
    data: folder for what must be kept: accounts, feedback, the log of questions.
    workers: processes that answer while no chat model is set; None takes one for each processor, at most 4; 0 lets the
    server's own process answer, which also does with a chat model.
    access: who may ask. "open": whoever reaches the server, which then listens on this computer only; "open-to-all":
    the same anywhere; "accounts": users with a password; "proxy": whom a trusted reverse proxy names. open_role: what
    whoever reaches an open server may do; admins: names of administrators whom a proxy names.
    proxies: addresses or networks of reverse proxies whose X-Forwarded headers are believed; user_header: the one that
    names the user. root_path: path below which a proxy shows the server, "" for none. hosts: further names of the
    server. origins: portals, as https://host, that may frame the page and call the API.
    questions_per_minute: of one user; an address may ask four times as many; 0 for no limit.
    max_request_bytes, max_upload_bytes: longest body of a request, and of a file that an administrator uploads.
    audit_days: how long questions and answers are kept in the log, history_days: how long a reader's conversations are
    kept for that reader; 0 keeps none. session_hours: how long a login lasts.
    """

    index: Place | None = None
    embedding: str = "bundled"
    reranker: str = ""
    entailment: str = ""
    model: str = "none"
    model_url: str | None = None
    model_timeout_s: int = 60
    model_budget_s: int = 90
    model_retries: int = 2
    context_tokens: int = 2_500
    reply_tokens: int = 1_200
    unsupported: str = "drop"
    cache: Path = field(default_factory=lambda: user_cache_path("bulletin-assistant"))
    threshold: float | None = None
    max_question_chars: int = 2_000
    hits: int = 10
    host: str = "127.0.0.1"
    port: int = 7860
    page_language: str = "auto"
    data: Path = field(default_factory=lambda: user_data_path("bulletin-assistant"))
    workers: int | None = None
    access: str = "open"
    open_role: str = "reader"
    admins: tuple[str, ...] = field(default_factory=tuple)
    proxies: tuple[str, ...] = field(default_factory=tuple)
    user_header: str = "X-Forwarded-User"
    root_path: str = ""
    hosts: tuple[str, ...] = field(default_factory=tuple)
    origins: tuple[str, ...] = field(default_factory=tuple)
    questions_per_minute: int = 60
    max_request_bytes: int = 1_000_000
    max_upload_bytes: int = 50_000_000
    audit_days: int = 30
    history_days: int = 90
    session_hours: int = 12

    @property
    def index_folder(self) -> Place:
        return self.index or Path(".index")

    def accept(self, question: str) -> str:
        """The question without surrounding space. Raises QuestionRefused when it is empty or too long."""
        # Half a surrogate pair comes from broken arguments or JSON, and neither tokenisers nor SQLite take it.
        question = question.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", " ").strip()
        if not question:
            raise QuestionRefused("The question is empty.", "Ask in a sentence or a few words.")
        if len(question) > self.max_question_chars:
            raise QuestionRefused(
                f"The question has {len(question):,} characters; at most {self.max_question_chars:,} are read.",
                "Ask one thing at a time, or raise max_question_chars in the settings.",
            )
        return question

    def but(self, **given: Any) -> Settings:
        """These settings with the given ones changed; a value of None (an option that nobody typed) changes nothing."""
        values = {name: _checked(name, value, f"--{name}") for name, value in given.items() if value is not None}
        return replace(self, **values)


def load_settings(environment: Mapping[str, str] | None = None, folder: Path = Path(".")) -> Settings:
    """Defaults, then bulletins.toml of the folder, then the environment (os.environ when None is given).

    Raises SettingsError naming the key or variable that is unknown or out of bounds.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for key, value in _from_file(folder / FILE).items():
        if key != SOURCES:  # a table of its own: `load_sources`
            values[key] = _checked(key, value, f"{key} in {FILE}")
    for variable, text in environment.items():
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX)
            if name not in {known.upper() for known in _READERS}:
                raise _unknown(variable, [PREFIX + known.upper() for known in _READERS], "environment variable")
            values[name.lower()] = _checked(name.lower(), text, variable)
    return Settings(**values)


def load_sources(folder: Path = Path(".")) -> Collection:
    """What the [sources] table of bulletins.toml names; an empty collection without one.

    Paths in it are below the folder of the file. Raises SettingsError naming the key that is unknown or out of bounds.
    """
    table = _from_file(folder / FILE).get(SOURCES, {})
    if not isinstance(table, dict):
        raise SettingsError(
            f"{SOURCES} in {FILE} is no table.", f"Write [{SOURCES}] on a line of its own above its keys."
        )
    values: dict[str, Any] = {}
    for key, value in table.items():
        readers = {**_LISTS, **_LIMITS}
        if key not in readers:
            raise _unknown(key, list(readers), f"key of [{SOURCES}] in {FILE}")
        values[key] = _read(readers[key], value, f"{key} of [{SOURCES}] in {FILE}")
    for key in ("folders", "files"):
        values[key] = tuple(folder / Path(name).expanduser() for name in values.get(key, ()))
    values["addresses"] = tuple(
        name if is_address(name) else str(folder / Path(name).expanduser()) for name in values.get("addresses", ())
    )
    limits = Limits(**{key: values.pop(key) for key in _LIMITS if key in values})
    return Collection(**values, limits=limits)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}", "Mend the file or take it away.") from error
    for key in found:
        if key not in _READERS and key != SOURCES:
            raise _unknown(key, [*_READERS, SOURCES], f"key in {FILE}")
    return found


def _unknown(name: str, known: list[str], what: str) -> SettingsError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    remedy = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(sorted(known))}."
    return SettingsError(f"{name} is not a known {what}.", remedy)


def _checked(name: str, value: Any, where: str) -> Any:
    return _read(_READERS[name], value, where)


def _read(reader: Callable[[Any], Any], value: Any, where: str) -> Any:
    try:
        return reader(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{where} cannot be {value!r}: {error}.", f"Correct {where} or leave it out.") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it takes a name")
    return value.strip()


def _text_or_none(value: Any) -> str:
    return "" if value == "" else _text(value)


def _path(value: Any) -> Path:
    return value if isinstance(value, Path) else Path(_text(value)).expanduser()


def _place(value: Any) -> Place:
    return value if isinstance(value, Place) else read_place(_text(value))


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        try:
            number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else low - 1
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ValueError(f"it takes a whole number from {low} to {high}")
        return number

    return read


def _number(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = low - 1
        if isinstance(value, bool) or not low <= number <= high:
            raise ValueError(f"it takes a number from {low:g} to {high:g}")
        return number

    return read


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("it takes true or false")
    return value


def _names(value: Any) -> tuple[str, ...]:
    """One name or a list of names."""
    return tuple(dict.fromkeys(map(_text, [value] if isinstance(value, str) else _listed(value))))


def _listed(value: Any) -> Iterable[Any]:
    if not isinstance(value, list):
        raise ValueError("it takes a list of names")
    return value


def _addresses(value: Any) -> tuple[str, ...]:
    names = _names(value)
    for name in names:
        if not is_web_address(name):
            raise ValueError(f"{name} is no http or https address")
    return names


def _address(value: Any) -> str:
    if not is_web_address(name := _text(value)):
        raise ValueError("it takes an http or https address")
    return name


def _chat_model(value: Any) -> str:
    name = _text(value)
    provider, _, model = name.partition(":")
    if name != "none" and not (provider and model):
        raise ValueError(
            'it takes "none" or PROVIDER:NAME, as in openai:gpt-4.1-mini (embedding names the other model)'
        )
    return name


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"it takes one of {', '.join(allowed)}")
        return str(value)

    return read


def _several(read_one: Callable[[str], str]) -> Callable[[Any], tuple[str, ...]]:
    """A list, or one text with commas between (a variable holds no list)."""

    def read(value: Any) -> tuple[str, ...]:
        names = value.split(",") if isinstance(value, str) else value if isinstance(value, tuple) else _listed(value)
        return tuple(
            dict.fromkeys(read_one(_text(name)) for name in names if not isinstance(name, str) or name.strip())
        )

    return read


def _network(name: str) -> str:
    return str(ipaddress.ip_network(name, strict=False))


def _origin(name: str) -> str:
    # What else an address may hold (a path, a user) a browser never sends as an Origin; wildcards are too wide a door.
    if not re.fullmatch(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?", name.lower()):
        raise ValueError(f"{name} is no origin such as https://portal.example.org")
    return name.lower()


def _host(name: str) -> str:
    if not re.fullmatch(r"\[[0-9a-f:]+\]|[a-z0-9.-]+", name.lower()):
        raise ValueError(f"{name} is no host name (leave the port out)")
    return name.lower()


def _header(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", name := _text(value)):
        raise ValueError("it takes the name of a header")
    return name


def _root_path(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", path := value.strip().rstrip("/")):
        raise ValueError("it takes a path such as /bulletins")
    return path


_READERS: dict[str, Callable[[Any], Any]] = {
    "index": _place,
    "embedding": _text,
    "reranker": _text_or_none,
    "entailment": _text_or_none,
    "model": _chat_model,
    "model_url": _address,
    "model_timeout_s": _whole(1, 3_600),
    "model_budget_s": _whole(1, 3_600),
    "model_retries": _whole(0, 10),
    "context_tokens": _whole(200, 100_000),
    "reply_tokens": _whole(50, 100_000),
    "unsupported": _one_of(*UNSUPPORTED),
    "cache": _path,
    "threshold": _number(0, 1),
    "max_question_chars": _whole(1, 100_000),
    "hits": _whole(1, 100),
    "host": _text,
    "port": _whole(1, 65_535),
    "page_language": _one_of(*PAGE_LANGUAGES),
    "data": _path,
    "workers": _whole(0, 64),
    "access": _one_of(*ACCESS),
    "open_role": _one_of(*ROLES),
    "admins": _several(str),
    "proxies": _several(_network),
    "user_header": _header,
    "root_path": _root_path,
    "hosts": _several(_host),
    "origins": _several(_origin),
    "questions_per_minute": _whole(0, 1_000_000),
    "max_request_bytes": _whole(1_000, 1_000_000_000),
    "max_upload_bytes": _whole(1_000, 1_000_000_000),
    "audit_days": _whole(0, 36_500),
    "history_days": _whole(0, 36_500),
    "session_hours": _whole(1, 8_760),
}
# The keys of [sources]: what the collection is, and how far fetching goes.
_LISTS: dict[str, Callable[[Any], Any]] = {
    "folders": _names,
    "files": _names,
    "feeds": _addresses,
    "sitemaps": _addresses,
    "addresses": _names,
    "text_column": _text,
}
_LIMITS: dict[str, Callable[[Any], Any]] = {
    "allow_private": _switch,
    "delay_s": _number(0, 3_600),
    "timeout_s": _number(1, 3_600),
    "max_bytes": _whole(1_000, 1_000_000_000),
    "max_pages": _whole(1, 1_000_000),
    "retries": _whole(0, 10),
    "interval_s": _number(10, 1_000_000),
    "contact": _text,
}
if set(_READERS) != {known.name for known in fields(Settings)}:
    raise TypeError("every setting needs a reader")
if {*_LISTS, *_LIMITS} != {key.name for noun in (Collection, Limits) for key in fields(noun)} - {"limits"}:
    raise TypeError("every key of [sources] needs a reader")
