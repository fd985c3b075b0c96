"""One Assistant for the many threads of a server."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from index.passage import Hit
from sources.bulletin import Bulletin

from ..answer import Answer, Progress

if TYPE_CHECKING:
    from index.store import Entry

    from .. import Assistant


class Shared:
    """What the faces ask of an Assistant, which itself lets threads take turns."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        return self._assistant.ask(question, history)

    def stream(self, question: str, history: Sequence[str] = ()) -> Generator[Progress | Answer, None, None]:
        return self._assistant.stream(question, history)

    def search(self, question: str, k: int) -> list[Hit]:
        return self._assistant.search(question, k)

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id, or none any more."""
        return self._assistant.bulletin(bulletin_id)

    def bulletins(self) -> list[Entry]:
        return self._assistant.bulletins()
