"""One Assistant for the many threads of a server."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.passage import Hit
from sources.bulletin import Bulletin

from ..answer import Answer

if TYPE_CHECKING:
    from index.store import Entry

    from .. import Assistant


class Shared:
    """Takes questions one after the other: an Assistant serves one thread at a time, and an answer is soon done."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._turn = threading.Lock()

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        with self._turn:
            return self._assistant.ask(question, history)

    def search(self, question: str, k: int) -> list[Hit]:
        with self._turn:
            return self._assistant.search(question, k)

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id, or none any more."""
        with self._turn:
            return self._assistant.bulletin(bulletin_id)

    def bulletins(self) -> list[Entry]:
        with self._turn:
            return list(self._assistant.bulletins())
