"""The way to a chat model with a real server and the smallest real model; nothing is asked of what it says.

`make smoke` fetches the weights and runs these. What comes is looked at, how long it takes and what it is worth is not.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Progress
from assistant.model import ChatModel, ModelFailed
from assistant.prompt import Message
from assistant.settings import Settings
from index.build import build_index
from index.search import Index
from tests import fakes, smallest_model
from tests.cache import cache
from tests.fakes import FakeEmbedder

pytestmark = pytest.mark.real_model

MAKERS = "How many makers of lockers sent engineers?"
# Every text is bounded, so that a model that knows no end comes to one.
SHORT = {
    "title": "short_reply",
    "description": "One sentence and the words that it goes by.",
    "type": "object",
    "properties": {
        "answerable": {"type": "boolean"},
        "sentences": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "key": {"type": "string", "enum": ["bq4", "kr3"]},
                    "text": {"type": "string", "maxLength": 80},
                },
                "required": ["key", "text"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answerable", "sentences"],
    "additionalProperties": False,
}
LONG = {
    "title": "long_reply",
    "description": "Words.",
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 8_000}},
    "required": ["text"],
    "additionalProperties": False,
}
TURNS = (
    Message("system", "Answer from the passage with one JSON object."),
    Message("user", "[bq4] The night ferry leaves at nine.\nQUESTION: When does the ferry leave?"),
    Message("assistant", '{"answerable": true, "sentences": [{"key": "bq4", "text": "It leaves at nine."}]}'),
    Message("user", "[kr3] The museum reopened on 1 June.\nQUESTION: When did the museum reopen?"),
)


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    if "real_model" not in str(request.config.option.markexpr):
        pytest.skip("a real model is run by `make smoke` only")
    pytest.importorskip("langchain_openai", reason="comes with the extra dev")
    pytest.importorskip("xllamacpp", reason="xllamacpp, which serves the model, comes with the extra smoke")
    if not smallest_model.weights().is_file():
        pytest.skip(f"the weights are not at {smallest_model.weights()}; `make smoke` fetches them")
    with smallest_model.served(smallest_model.weights()) as running:
        yield running


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    bulletins = folder / "bulletins"
    bulletins.mkdir()
    (bulletins / "101.txt").write_text(fakes.LOCKERS, encoding="utf-8")
    build_index([bulletins], folder / "index", FakeEmbedder(), cache=cache())
    opened = Index(folder / "index", FakeEmbedder(), cache())
    yield opened
    opened.close()


def chat(url: str, reply_tokens: int = 200, timeout_s: float = 300) -> ChatModel:
    return ChatModel(
        "openai:smollm2", url, timeout_s=timeout_s, budget_s=timeout_s, retries=0, reply_tokens=reply_tokens,
        context_tokens=300,
    )  # fmt: skip


def sound(answer: Answer) -> Answer:
    """What must hold whatever a model says."""
    assert answer.outcome == "answered" and answer.sentences and answer.text
    assert all(sentence.supported and sentence.citations for sentence in answer.sentences)
    assert all(fakes.LOCKERS[cited.start : cited.end] == cited.quote for cited in answer.citations)
    assert answer.written is not None and answer.answerer in ("openai:smollm2", "extractive")
    assert answer.notes or answer.answerer == "openai:smollm2"
    return answer


def test_a_reply_streams_and_is_in_the_schema(server: tuple[str, subprocess.Popen[bytes]]) -> None:
    pieces = [piece for piece in chat(server[0]).stream(TURNS, SHORT) if piece]
    assert len(pieces) > 3
    reply = json.loads("".join(pieces), strict=False)
    assert set(reply) == {"answerable", "sentences"} and isinstance(reply["answerable"], bool)
    (sentence,) = reply["sentences"]
    assert set(sentence) == {"key", "text"} and sentence["key"] in ("bq4", "kr3") and len(sentence["text"]) <= 80


def test_a_reply_that_is_too_long_is_told_as_cut(server: tuple[str, subprocess.Popen[bytes]]) -> None:
    with pytest.raises(ModelFailed) as caught:
        chat(server[0], reply_tokens=5).write(TURNS, SHORT)
    assert caught.value.why == "cut"


def test_a_broken_off_reply_leaves_the_server_to_the_next(server: tuple[str, subprocess.Popen[bytes]]) -> None:
    endless = (Message("user", "Count from one to a thousand, in words."),)
    with closing(chat(server[0], reply_tokens=3_000).stream(endless, LONG)) as pieces:
        assert next(piece for piece in pieces if piece)
    # It takes one request at a time: had the first gone on, thousands of words would have to be waited for.
    assert chat(server[0], timeout_s=60).write(TURNS, SHORT)


def test_a_question_is_answered_in_checked_sentences(server: tuple[str, subprocess.Popen[bytes]], index: Index) -> None:
    settings = Settings(cache=cache(), threshold=0.0, context_tokens=300)
    first, *between, answer = Assistant(index, settings, chat(server[0])).stream(MAKERS)
    assert isinstance(first, Progress) and all(isinstance(event, Progress) for event in between)
    assert isinstance(answer, Answer)
    sound(answer)


def test_when_the_server_dies_the_bulletins_are_quoted(
    index: Index, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("server")  # or the reason to skip
    settings = Settings(cache=cache(), threshold=0.0, context_tokens=300)
    with smallest_model.served(smallest_model.weights()) as (url, process):
        events = Assistant(index, settings, chat(url)).stream(MAKERS)
        assert isinstance(next(events), Progress)
        process.kill()
        process.wait()
        *_, answer = events
    assert isinstance(answer, Answer)
    assert sound(answer).answerer == "extractive" and "openai:smollm2" in answer.notes[0]
