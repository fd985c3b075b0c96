"""Gradio, imported and assembled in a third of the time."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

# Gradio reads these when it is imported or a page is made. Nothing of ours calls home.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
# At the end of each click it would sum up the last 10,000 of them, in tables of pandas, for a view that is not shown.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))


@contextmanager
def _without_stubs() -> Iterator[None]:
    """At each import Gradio parses the source of its 81 components to bring stub files for editors up to date, in its
    own folder. A component whose source is not to be had it leaves alone."""
    source_of = inspect.getfile

    def source(of: Any) -> str:
        if isinstance(of, type) and of.__module__.startswith("gradio."):
            raise OSError("no stubs are wanted")
        return source_of(of)

    inspect.getfile = source  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = source_of


@contextmanager
def _without_mcp() -> Iterator[None]:
    """Gradio has an MCP server of its own, which is not used, and does without its library where there is none: ours
    loads that when it is first asked for."""
    if "mcp" in sys.modules:
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["mcp"]


class _Later(ModuleType):
    """Stands in for a module that takes long to load, until something of it is used: by Gradio later, or now by another
    thread, as libraries that open the index look for it, too."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = find_spec(name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.step_aside()
        return getattr(import_module(self.__name__), name)

    def step_aside(self) -> None:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]


@contextmanager
def _without_pandas() -> Iterator[None]:
    """Its tables, which the page has none of, are what Gradio needs it for."""
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = later = _Later("pandas")
    try:
        yield
    finally:
        later.step_aside()


@contextmanager
def not_served() -> Iterator[None]:
    """Within it the parts of a page are put together without a server of their own.

    Gradio makes two with each page, of some 130 routes each, and a third when it is mounted, which alone is served.
    """
    served = gradio.blocks.App
    gradio.blocks.App = _NoApp
    try:
        yield
    finally:
        gradio.blocks.App = served


class _NoApp:
    @staticmethod
    def create_app(*given: Any, **options: Any) -> None:
        return None


with _without_stubs(), _without_mcp(), _without_pandas():
    import gradio
    import gradio.blocks

gr = gradio

__all__ = ["gr", "not_served"]
