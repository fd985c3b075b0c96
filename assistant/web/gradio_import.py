"""Gradio, imported in half the time."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Gradio reads this when it is imported; nothing of ours calls home.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")


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


with _without_stubs(), _without_mcp():
    import gradio as gr

__all__ = ["gr"]
