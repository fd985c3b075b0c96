"""The assistants that the page is tried on."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.answer import Answer, Progress, Sentence
from assistant.web.manage import Order
from index.build import BuildReport
from tests.fakes import BULLETINS, HOSTILE, FakeAssistant, answered, bulletin, citing, list_answer

EVIL = bulletin("evil", f"{HOSTILE}\n\n{HOSTILE} end", "en", "2020-01-01", None, issuer=HOSTILE, title=HOSTILE)
LONG = bulletin("long", "one line\n" * 300 + "the words looked for\n" + "one line\n" * 300, "en", "2019-01-01", None)


class Scripted(FakeAssistant):
    """Also answers with hostile text, and with words far down in a bulletin."""

    def __init__(self) -> None:
        super().__init__((*BULLETINS, EVIL, LONG))
        self.closed_streams = 0

    def ask(self, question: str, history: Any = (), keep: Any = None) -> Answer:
        if "hacked" in question:
            return answered(
                question,
                "en",
                HOSTILE,
                [Sentence(HOSTILE, True, (0,))],
                [citing(EVIL, HOSTILE)],
                HOSTILE * 2,
                (HOSTILE,),
            )
        if "far down" in question:
            text = "It stands far down."
            return answered(question, "en", text, [Sentence(text, True, (0,))], [citing(LONG, "the words looked for")])
        return super().ask(question, history, keep)

    def stream(self, question: str, history: Any = (), keep: Any = None) -> Generator[Progress | Answer, None, None]:
        """As told, or, of what takes long, one sentence and then nothing until it is closed."""
        if "takes long" not in question:
            yield from super().stream(question, history, keep)
            return
        try:
            answer = list_answer(question)
            yield Progress("search", 0.0)
            while True:
                first = dataclasses.replace(answer, text=answer.sentences[0].text, sentences=answer.sentences[:1])
                yield Progress("write", 0.1, first)
                time.sleep(0.2)
        finally:
            self.closed_streams += 1


class Managed(FakeAssistant):
    """Knows one bulletin more as soon as one was indexed."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.index = SimpleNamespace(folder=folder)

    def bulletins(self) -> list[Any]:
        done = self.index.folder / "done"
        more = [dataclasses.replace(super().bulletins()[0], id="new", source="new", title="Newly added")]
        return super().bulletins() + (more if done.exists() else [])


def slow_work(order: Order, progress: Any) -> BuildReport:
    """Stands in for the making of an index, in a process of its own: says how far it is until it is told to end."""
    until = time.monotonic() + 60
    while not (order.folder / "end").exists() and time.monotonic() < until:
        progress(1, 5, "file 1")
        time.sleep(0.2)
    (order.folder / "done").touch()
    return BuildReport(4, 9, 1, 0, 0, (), 2.0)
