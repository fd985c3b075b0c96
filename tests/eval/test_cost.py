from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.model import ChatModel, ModelFailed
from assistant.prompt import Message, token_count
from eval.cost import Metered, metered

TURNS = (Message("system", "Be brief."), Message("user", "何時開幕?"))


class Scripted:
    name = "openai:scripted"

    def stream(self, messages: Any, schema: Any, budget_s: float | None = None) -> Iterator[str]:
        yield "June "
        yield ""
        if schema:
            raise ModelFailed("cut")
        yield "15"


def test_a_metered_model_says_what_the_model_says_and_counts_both_ways() -> None:
    meter = Metered(Scripted())  # type: ignore[arg-type]
    assert meter.write(TURNS, {}) == "June 15" and meter.name == "openai:scripted"
    assert meter.sent == token_count("Be brief.") + token_count("何時開幕?")
    assert meter.received == token_count("June 15")
    assert (meter.calls, meter.spent()) == (1, (meter.sent, meter.received))
    assert meter.seconds > 0


def test_it_is_asked_like_a_chat_model_also_with_less_time() -> None:
    assert inspect.signature(Metered.stream) == inspect.signature(ChatModel.stream)
    assert "".join(Metered(Scripted()).stream(TURNS, {}, 15.0)) == "June 15"  # type: ignore[arg-type]


def test_what_a_failing_call_has_cost_is_counted_too() -> None:
    meter = Metered(Scripted())  # type: ignore[arg-type]
    with pytest.raises(ModelFailed):
        meter.write(TURNS, {"type": "object"})
    assert meter.sent and meter.received == token_count("June ")


def test_each_thread_is_told_what_it_has_asked_for_itself() -> None:
    meter, both = Metered(Scripted()), threading.Barrier(2, timeout=10)  # type: ignore[arg-type]

    def spend(times: int) -> tuple[int, int]:
        for _ in range(times):
            meter.write(TURNS, {})
        both.wait()
        return meter.spent()

    with ThreadPoolExecutor(2) as threads:
        once, thrice = threads.map(spend, (1, 3))
    assert thrice == (3 * once[0], 3 * once[1]) and once[0] > 0
    assert (meter.sent, meter.received, meter.calls) == (4 * once[0], 4 * once[1], 4)
    assert meter.spent() == (0, 0)


def test_an_assistant_without_a_model_has_no_cost() -> None:
    assert metered(SimpleNamespace(_model=None)) is None  # type: ignore[arg-type]
    assistant = SimpleNamespace(_model=Scripted())
    assert metered(assistant) is assistant._model  # type: ignore[arg-type]
