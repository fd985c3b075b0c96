"""What a chat model costs: tokens to and from it, its calls and its seconds, by a wrapper that looks like the model.
At a price for each way, that is money.

Tokens are estimated as the assistant estimates them (`assistant.prompt.token_count`), the same for every provider:
what a provider bills differs by its own tokeniser.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.prompt import Message, token_count

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.model import ChatModel


def cost(sent: float, received: float, price: Sequence[float]) -> float:
    """Money for tokens. price: of a million tokens to and of a million from the model.

    >>> cost(2_000_000, 500_000, (0.5, 2.0))
    2.0
    """
    return (sent * price[0] + received * price[1]) / 1_000_000


class Metered:
    """A chat model whose use is counted. sent, received: tokens; a call that failed has sent what it sent.

    May be called by several threads; a reply is read by the thread that asked for it.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.name = model.name
        self.calls = self.sent = self.received = 0
        self.seconds = 0.0
        self._counting = threading.Lock()
        self._by_thread: dict[int, tuple[int, int]] = {}

    def spent(self) -> tuple[int, int]:
        """Tokens to it and from it so far that this thread asked for, which so knows what its own case costs."""
        return self._by_thread.get(threading.get_ident(), (0, 0))

    def _count(self, *, calls: int = 0, sent: int = 0, received: int = 0, seconds: float = 0.0) -> None:
        with self._counting:
            self.calls, self.seconds = self.calls + calls, self.seconds + seconds
            self.sent, self.received = self.sent + sent, self.received + received
            before = self.spent()
            self._by_thread[threading.get_ident()] = before[0] + sent, before[1] + received

    def write(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> str:
        return "".join(self.stream(messages, schema))

    def stream(
        self, messages: Sequence[Message], schema: Mapping[str, Any], budget_s: float | None = None
    ) -> Generator[str, None, None]:
        began = time.perf_counter()
        self._count(calls=1, sent=sum(token_count(message.text) for message in messages))
        pieces: list[str] = []
        try:
            for piece in self._model.stream(messages, schema, budget_s):
                pieces.append(piece)
                yield piece
        finally:
            self._count(received=token_count("".join(pieces)), seconds=time.perf_counter() - began)


def metered(assistant: Assistant) -> Metered | None:
    """The assistant's chat model, counted from now on; None when it has none."""
    if assistant._model is None:
        return None
    meter = Metered(assistant._model)
    assistant._model = meter  # type: ignore[assignment]
    return meter
