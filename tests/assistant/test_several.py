"""Questions that ask several things: what is told of each, and that what is missing is said."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from assistant import Answer, Assistant
from assistant.extract import Part, Span
from assistant.settings import Settings
from assistant.several import joined
from index.search import Index
from tests.cache import cache
from tests.endpoint import Endpoint, Says, scripted

from .candidates import described
from .test_model import chat, index, quoting

pytest.importorskip("langchain_openai", reason="comes with the extra dev")
__all__ = ["index"]  # the fixture
TWO = "How many makers of lockers sent their engineers, and what is the salary of Chen Yulan?"
SHIPS = "巡查組配備了幾艘補給船，船票多少錢？"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with scripted() as server:
        yield server


def asked(index: Index, question: str, endpoint: Endpoint | None = None) -> Answer:
    # A client that is loaded for the first time on a busy machine takes longer than the other tests allow it.
    model = chat(endpoint, timeout_s=60, budget_s=120) if endpoint else None
    return Assistant(index, Settings(cache=cache()), model).ask(question)


@pytest.mark.parametrize(
    ("question", "told", "missing"),
    [
        (TWO, "Seventeen makers", "do not answer this part of the question: “What is the salary of Chen Yulan?”"),
        (SHIPS, "兩艘補給船", "公告沒有回答：「船票多少錢？」"),
    ],
)
def test_one_part_is_answered_and_the_other_said_to_be_missing(
    index: Index, question: str, told: str, missing: str
) -> None:
    answer = asked(index, question)
    assert answer.outcome == "answered" and told in " ".join(c.quote for c in answer.citations)
    (note,) = answer.notes
    assert missing in note and answer.text.endswith("\n" + note)
    assert all(sentence.supported and note not in sentence.text for sentence in answer.sentences)
    assert note in json.loads(json.dumps(answer.to_json(), ensure_ascii=False))["text"]


def test_nothing_is_missing_where_one_thing_is_asked_or_all_is_told(index: Index) -> None:
    both = asked(
        index, "How many makers of lockers sent their engineers, and who took the chair of the lockers meeting?"
    )
    assert "Seventeen" in both.text and "Chen Yulan" in both.text and both.notes == ()
    assert asked(index, "How many makers of lockers sent their engineers?").notes == ()


def test_nothing_is_answered_where_no_part_is(index: Index) -> None:
    answer = asked(index, "船票多少錢，組長的年薪是多少元？")
    assert answer.outcome == "not_found" and answer.notes == ()


def test_what_is_missing_is_said_beside_what_a_model_writes(index: Index, endpoint: Endpoint) -> None:
    endpoint.script = quoting("巡查組配備了兩艘補給船", "巡查組配備了兩艘補給船。")
    answer = asked(index, SHIPS, endpoint)
    assert answer.answerer == "openai:scripted" and answer.text.startswith("巡查組配備了兩艘補給船。\n")
    assert len(answer.notes) == 1 and "船票多少錢" in answer.notes[0]
    endpoint.says(Says(status=401))
    assert ["船票" in note for note in asked(index, SHIPS, endpoint).notes] == [True, False]


def test_of_two_answers_what_both_quote_is_quoted_once() -> None:
    one = described("201", "Lamps\n\nThe lamps were lit. The pier was closed.")
    lead = Part("“Lamps” says:", (Span(one, 0, 5),), quoted=False)
    lit, closed = (Part(text, (Span(one, one.text.index(text), one.text.index(text) + len(text)),))
                   for text in ("The lamps were lit.", "The pier was closed."))  # fmt: skip
    assert joined([[lead, lit], [lead, lit, closed]]) == [lead, lit, closed]
    assert joined([[lead, lit], [lead, lit]]) == [lead, lit]
