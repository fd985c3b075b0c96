"""An answer as it comes: sentence by sentence, for several callers at once, and broken off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Progress
from assistant.errors import QuestionRefused
from assistant.settings import Settings
from assistant.write import Draft, sentences_so_far
from index.build import build_index
from index.search import Index
from tests import fakes
from tests.cache import cache
from tests.endpoint import Endpoint, Says, passages, scripted, sentences
from tests.fakes import FakeEmbedder

from .test_model import chat

pytest.importorskip("langchain_openai", reason="comes with the extra dev")

MAKERS = "How many makers of lockers sent engineers?"
QUOTE = "Seventeen makers of lockers sent their engineers"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with scripted() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Bulletins in a folder, and beside it their index."""
    bulletins = tmp_path / "bulletins"
    bulletins.mkdir()
    for source, text in {"101": fakes.LOCKERS, "102": fakes.ISLANDS, "103": fakes.BICYCLES}.items():
        (bulletins / f"{source}.txt").write_text(text, encoding="utf-8")
    build_index([bulletins], tmp_path / "index", FakeEmbedder(), cache=cache())
    return tmp_path


@pytest.fixture
def assistant(folder: Path, endpoint: Endpoint) -> Iterator[Callable[..., Assistant]]:
    index = Index(folder / "index", FakeEmbedder(), cache())
    settings = Settings(cache=cache(), threshold=0.0, context_tokens=800)
    yield lambda model=True, **changes: Assistant(
        index, settings.but(**changes), chat(endpoint, timeout_s=20, budget_s=20) if model else None
    )
    index.close()


def writing(*texts: str, **how: float) -> Callable[[dict[str, object]], Says]:
    """A model that rests each text on the same words."""
    return lambda request: Says(
        sentences(*((QUOTE, next(k for k, t in passages(request) if QUOTE[:12] in t), text) for text in texts)),
        **how,  # type: ignore[arg-type]
    )


def test_a_sentence_is_told_when_it_is_checked_and_the_answer_comes_last(
    assistant: Callable[..., Assistant], endpoint: Endpoint
) -> None:
    endpoint.script = writing(
        "Seventeen makers sent engineers.", "Ninety makers sent engineers.", "Their makers sent seventeen engineers."
    )
    opened = assistant()
    first, *between, answer = opened.stream(MAKERS)
    assert isinstance(first, Progress) and first.step == "search" and first.so_far is None
    grown = [event.so_far for event in between if isinstance(event, Progress) and event.so_far]
    assert grown and grown[0].text == "Seventeen makers sent engineers."
    assert isinstance(answer, Answer) and "Ninety" not in answer.text and len(answer.notes) == 1
    for so_far in grown:
        assert so_far.sentences == answer.sentences[: len(so_far.sentences)]
        assert so_far.citations == answer.citations[: len(so_far.citations)]
    asked = opened.ask(MAKERS)
    assert (asked.text, asked.sentences, asked.notes) == (answer.text, answer.sentences, answer.notes)


def test_the_first_sentence_is_there_before_the_reply_is_whole(
    assistant: Callable[..., Assistant], endpoint: Endpoint
) -> None:
    slow = "Seventeen makers sent engineers.", *(f"Word upon word, number {n}." for n in range(40))
    endpoint.script = writing(*slow, drip_s=0.01, piece=12)
    began = time.monotonic()
    with closing(assistant().stream(MAKERS)) as events:
        next(event for event in events if isinstance(event, Progress) and event.so_far)
        soon = time.monotonic() - began
        *_, _last = events
    assert soon < (time.monotonic() - began) / 2


@pytest.mark.parametrize(
    "question", [MAKERS, "海島郵路巡查組配備了幾艘補給船?", "Which bulletins were published in 2021?"]
)
def test_without_a_model_the_quotes_are_told_one_by_one(assistant: Callable[..., Assistant], question: str) -> None:
    first, *between, answer = assistant(model=False).stream(question)
    assert isinstance(first, Progress) and isinstance(answer, Answer)
    counts = [len(event.so_far.sentences) for event in between if isinstance(event, Progress) and event.so_far]
    assert counts == list(range(1, len(answer.sentences) + 1)) and counts
    last = between[-1]
    assert isinstance(last, Progress) and last.so_far
    assert (last.so_far.text, last.so_far.citations) == (answer.text, answer.citations)


def test_what_is_not_found_is_told_at_once(assistant: Callable[..., Assistant]) -> None:
    first, answer = assistant(threshold=1.0).stream(MAKERS)
    assert isinstance(first, Progress) and isinstance(answer, Answer) and answer.outcome == "not_found"


def test_a_refused_question_is_refused_by_the_first_step(assistant: Callable[..., Assistant]) -> None:
    with pytest.raises(QuestionRefused):
        next(assistant().stream("  "))


def test_closing_a_stream_ends_the_work_of_the_model(assistant: Callable[..., Assistant], endpoint: Endpoint) -> None:
    endpoint.left.clear()
    endpoint.script = writing("Seventeen makers sent engineers.", *(f"More, {n}." for n in range(400)), drip_s=0.05)
    with closing(assistant().stream(MAKERS)) as events:
        next(event for event in events if isinstance(event, Progress) and event.step == "write")
    assert endpoint.left.wait(3)


def test_a_silent_model_can_be_left_within_about_a_second(
    assistant: Callable[..., Assistant], endpoint: Endpoint
) -> None:
    endpoint.script = writing("Late.", wait_s=15)
    began = time.monotonic()
    with closing(assistant().stream(MAKERS)) as events:
        assert [next(events).step for _ in range(2)] == ["search", "write"]  # type: ignore[union-attr]
    assert time.monotonic() - began < 3


def test_two_are_answered_at_once_and_a_search_waits_for_neither(
    assistant: Callable[..., Assistant], endpoint: Endpoint
) -> None:
    opened = assistant()
    opened.search(MAKERS)  # dictionaries are read
    both = threading.Barrier(2, timeout=10)

    def together(request: dict[str, object]) -> Says:
        both.wait()  # neither is replied to before both have asked
        return writing("Seventeen makers sent engineers.", drip_s=0.02)(request)

    endpoint.script = together
    answers: list[Answer] = []
    callers = [threading.Thread(target=lambda: answers.append(opened.ask(MAKERS))) for _ in range(2)]
    callers[0].start()
    time.sleep(0.3)  # the first now waits for its model
    began = time.monotonic()
    assert opened.search(MAKERS) and opened.bulletins()
    assert time.monotonic() - began < 1
    callers[1].start()
    for caller in callers:
        caller.join(15)
    assert [answer.answerer for answer in answers] == ["openai:scripted"] * 2


@pytest.mark.parametrize("reply", [Says(status=401), Says(sentences((QUOTE, "", "Seventeen makers sent engineers.")))])
def test_an_answer_stands_though_its_bulletin_went_while_the_model_wrote(
    assistant: Callable[..., Assistant], endpoint: Endpoint, folder: Path, reply: Says
) -> None:
    opened = assistant()

    def meanwhile(request: dict[str, object]) -> Says:
        for gone in ("101", "102"):
            (folder / "bulletins" / f"{gone}.txt").unlink()
        build_index([folder / "bulletins"], folder / "index", FakeEmbedder(), cache=cache())
        assert len(opened.bulletins()) == 1
        return reply

    endpoint.script = meanwhile
    answer = opened.ask(MAKERS)
    assert answer.outcome == "answered" and {cited.source for cited in answer.citations} <= {"101", "102"}


def test_a_reply_that_breaks_off_gives_way_to_quotes(assistant: Callable[..., Assistant], endpoint: Endpoint) -> None:
    whole = sentences((QUOTE, "", "Seventeen makers sent engineers."))
    endpoint.says(Says(whole.removesuffix("]}") + ', {"quote": "Sev', finish="length"))
    answer = assistant().ask(MAKERS)
    assert answer.outcome == "answered" and answer.answerer == "extractive"
    assert "cut off" in answer.notes[0] and answer.written == 1


def test_sentences_are_read_as_soon_as_they_are_whole_and_never_taken_back() -> None:
    reply = sentences(("one", "ab2", "First."), ("two", "cd3", 'A "brace" } in it.'))
    found = [sentences_so_far(reply[:end]) for end in range(len(reply) + 1)]
    assert found[-1] == (Draft("one", ("ab2",), "First."), Draft("two", ("cd3",), 'A "brace" } in it.'))
    assert all(later[: len(earlier)] == earlier for earlier, later in zip(found, found[1:], strict=False))
    assert {len(each) for each in found} == {0, 1, 2}
    assert sentences_so_far('{"answerable": false, "sentences": [{"quote": "", "key": "", "text": "No."}') == ()
