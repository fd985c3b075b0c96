"""Looks at the set-up and says how to mend it. Each check stands alone: one that fails does not hide the next."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .errors import ERRORS
from .settings import Settings

if TYPE_CHECKING:
    from index.embed import Embedder

Model = TypeVar("Model")

# The bundled model in its two forms takes 0.9 GB; an index of some thousand bulletins far less.
NEEDED_BYTES = 1_500_000_000

# One statement in two languages, and another: whatever the model, the first two must be nearer to each other.
_SAME = ("The post office was closed on Monday because of the storm.", "由于暴风雨，邮局星期一关门了。")
_OTHER = "他在音乐学院教了二十年小提琴。"
# What the first of them tells, and its contrary.
_TOLD, _DENIED = "The post office stayed shut on Monday.", "The post office was open on Monday."
# What it answers, and a sentence that does not.
_ASKED, _ELSE = "Why was the post office closed on Monday?", "She has taught the violin for twenty years."
# The bundled model gives .50; damaged weights or a wrong tokeniser bring it to about 0.
_MARGIN = 0.25


@dataclass(frozen=True)
class Check:
    """remedy: what to do; "" when there is nothing to do."""

    name: str
    ok: bool
    message: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """All checks, in the order in which their failures should be mended."""
    yield packages()
    yield writable("cache", settings.cache)
    yield writable("data folder", settings.data)
    yield access(settings)
    yield disk_space(settings.cache)
    if isinstance(settings.index_folder, Path):
        yield writable("index folder", settings.index_folder)
    embedder, checked = model(settings)
    yield checked
    yield reranker(settings)
    yield entailment(settings)
    yield from index(settings, embedder)
    yield chat_model(settings)


def chat_model(settings: Settings) -> Check:
    """Whether the chat model answers one small request. What it costs is some hundred tokens."""
    from .model import ModelFailed, open_model
    from .prompt import SCHEMA, Context, messages

    name = "chat model"
    try:
        found = open_model(settings)
        if found is None:
            return Check(name, True, "None is set: the bulletins are quoted.")
        began = time.monotonic()
        found.write(messages("?", "en", Context((), 0)), SCHEMA)
    except ERRORS as error:
        return Check(name, False, str(error), error.remedy)
    except ModelFailed as failed:
        remedy = "Look at model, model_url and the key, and whether its server runs. Till then bulletins are quoted."
        return Check(name, False, f"{settings.model} gives no answer: {failed.why}.", remedy)
    return Check(name, True, f"{settings.model} answered in {time.monotonic() - began:.1f} s.")


def packages() -> Check:
    """The installed versions against what the project asks for."""
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement

    remedy = "Install the requirements: pip install -e . -c constraints.txt"
    try:
        wanted = [Requirement(line) for line in requires("bulletin-assistant") or []]
    except PackageNotFoundError:
        return Check("packages", False, "The project itself is not installed here.", remedy)
    wrong = []
    for requirement in wanted:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, wanted is {requirement.specifier}")
    if wrong:
        return Check("packages", False, "; ".join(wrong) + ".", remedy)
    return Check("packages", True, "All Python packages are there.")


def writable(name: str, folder: Path) -> Check:
    """Whether files can be made in the folder, or the folder itself where there is none yet."""
    nearest = _nearest(folder)
    if not nearest.is_dir():
        return Check(name, False, f"{nearest} is a file.", "Move it away, or name another folder in the settings.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Check(
            name, False, f"Nothing may be written in {nearest}.", "Change its permissions or name another folder."
        )
    return Check(name, True, f"{folder} can be written.")


def access(settings: Settings) -> Check:
    """Whether the page may be served to those whom the settings let in."""
    from .web.listen import check_access

    try:
        check_access(settings)
    except ERRORS as error:
        return Check("access", False, str(error), error.remedy)
    return Check("access", True, f"{settings.access}, at {settings.host} port {settings.port}.")


def disk_space(folder: Path) -> Check:
    free = shutil.disk_usage(_nearest(folder)).free
    message = f"{free / 1e9:.1f} GB are free for {folder}."
    remedy = f"{NEEDED_BYTES / 1e9:.1f} GB are wanted: make room, or set cache to a folder on another disk."
    return Check("disk space", free >= NEEDED_BYTES, message, "" if free >= NEEDED_BYTES else remedy)


def model(settings: Settings) -> tuple[Embedder | None, Check]:
    """The embedding model, made ready if need be, and whether its vectors mean what they should."""
    from index.embed import open_embedder

    try:
        embedder = open_embedder(settings.embedding, settings.cache)
        same, translated, other = embedder.embed([*_SAME, _OTHER], "passage", ["en", "zh-Hans", "zh-Hans"])
    except ERRORS as error:
        return None, Check("embedding model", False, str(error), error.remedy)
    except Exception as error:  # a damaged cache can fail in any library, and this command is there to say so
        remedy = f"Delete {settings.cache} and try again: it is made anew."
        return None, Check("embedding model", False, f"{settings.embedding}: {type(error).__name__}: {error}", remedy)
    near, far = float(same @ translated), float(same @ other)
    message = f"{embedder.name}: cosine {near:.2f} for a sentence and its translation, {far:.2f} for another sentence."
    if near - far < _MARGIN:
        remedy = f"The vectors do not tell meanings apart. Delete {settings.cache}, or set another embedding model."
        return embedder, Check("embedding model", False, message, remedy)
    return embedder, Check("embedding model", True, message)


def reranker(settings: Settings) -> Check:
    """Whether the cross-encoder, if one is set, can be loaded and prefers what answers to what does not."""
    from index.reranker import Reranker, open_reranker

    def tried(found: Reranker) -> tuple[bool, str]:
        near, far = found.scores(_ASKED, [_SAME[0], _ELSE]).tolist()
        return near > far, f"{found.name}: {near:.2f} for a sentence that answers, {far:.2f} for one that does not."

    absent = "None is set: the best passages stay in the order of the search."
    remedy = "It would spoil the order: set another reranker."
    return _optional("reranker", lambda: open_reranker(settings.reranker), absent, tried, remedy)


def entailment(settings: Settings) -> Check:
    """Whether the entailment model, if one is set, can be loaded and tells a sentence from its contrary."""
    from .entailment import Entailment, open_entailment

    def tried(found: Entailment) -> tuple[bool, str]:
        told, denied = (found.reading(_SAME[0], sentence) for sentence in (_TOLD, _DENIED))
        message = f"{found.name}: a sentence that the text tells is {told}, its contrary is {denied}."
        return told == "entailed" != denied, message

    absent = "None is set: the check weighs words and vectors."
    remedy = "It would misjudge answers: set another entailment model."
    return _optional("entailment", lambda: open_entailment(settings.entailment), absent, tried, remedy)


def _optional(
    name: str,
    opened: Callable[[], Model | None],
    absent: str,
    tried: Callable[[Model], tuple[bool, str]],
    remedy: str,
) -> Check:
    """A model that need not be set. absent: what is said without one. tried: whether one judges soundly, and how."""
    try:
        found = opened()
        if found is None:
            return Check(name, True, absent)
        sound, message = tried(found)
    except ERRORS as error:
        return Check(name, False, str(error), error.remedy)
    return Check(name, sound, message, "" if sound else remedy)


def index(settings: Settings, embedder: Embedder | None) -> Iterator[Check]:
    """The index: there, readable, of this model, and how new its newest bulletin is."""
    from index.place import open_store

    folder = settings.index_folder
    try:
        store = open_store(folder)
    except ERRORS as error:
        yield Check("index", False, str(error), error.remedy)
        return
    try:
        bulletins, passages = store.counts()
        found = f"{bulletins:,} bulletins in {passages:,} passages in {folder}."
        yield Check("index", bulletins > 0, found, "" if bulletins else "Index a folder: bulletins index FOLDER")
        if embedder:
            made_with = store.meta("model")
            agree = made_with == embedder.name
            message = f"The index was made with {made_with}, the settings name {embedder.name}."
            remedy = "Set the model back, or delete the index folder and build it again."
            yield Check("index and model", agree, message, "" if agree else remedy)
        newest = max((entry.published for entry in store.entries() if entry.published), default=None)
        yield Check("newest bulletin", True, f"Published {newest}." if newest else "No bulletin names a date.")
    except ERRORS as error:
        yield Check("index", False, str(error), error.remedy)
    finally:
        store.close()


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest of those above it that exists."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder
