"""Cases and answers made up for this room's tests, small enough to score by hand."""

from __future__ import annotations

from typing import Any

from assistant.answer import Answer, Citation, Sentence
from eval.cases import Case
from index.passage import Hit, Passage


def case(**given: Any) -> Case:
    """An answerable English case with two facts, unless told otherwise."""
    values: dict[str, Any] = {
        "id": "c1",
        "question": "Who opened the depot, and when?",
        "language": "en",
        "kind": "factoid",
        "bulletins": ("depot",),
        "facts": (("Chen Yulan", "陳玉蘭"), ("June 15", "6月15日")),
    }
    if given.get("kind") == "unanswerable":
        values |= {"bulletins": (), "facts": ()}
    return Case(**(values | given))


def hit(source: str, text: str, score: float = 0.5, heading: str = "") -> Hit:
    spans = ((0, len(text)),)
    passage = Passage(source, source, 0, 0, len(text), text, spans, "en", f"Title of {source}", heading)
    return Hit(passage, score, {"words": score}, (0, len(text)))


def citation(source: str, quote: str, start: int = 0) -> Citation:
    return Citation(source, source, f"Title of {source}", "2021-06-02", None, quote, start, start + len(quote))


def answer(
    sentences: list[tuple[str, list[int]]],
    citations: list[Citation],
    evidence: list[Hit] | None = None,
    **given: Any,
) -> Answer:
    """sentences: text and the positions of its citations."""
    values: dict[str, Any] = {
        "question": "?",
        "outcome": "answered",
        "language": "en",
        "text": "\n".join(text for text, _ in sentences),
        "sentences": tuple(Sentence(text, True, tuple(marks)) for text, marks in sentences),
        "citations": tuple(citations),
        "searched_as": "?",
        "answerer": "fake",
        "seconds": {"search": 0.004, "total": 0.005},
        "probability": 0.9,
        "evidence": tuple(evidence or ()),
    }
    return Answer(**(values | given))


def refusal(**given: Any) -> Answer:
    values = {"outcome": "not_found", "text": "The bulletins do not say.", "probability": 0.1}
    return answer([], [], **(values | given))


def right_answer() -> Answer:
    """Answers `case()` entirely right."""
    quote = "Chen Yulan opened the depot on June 15."
    return answer([(quote, [0])], [citation("depot", quote)], [hit("other", "Nothing."), hit("depot", quote)])


def same_words(sentence: str, spans: list[str]) -> bool:
    """A judge that can be followed by eye: supported when each word of the sentence stands in the spans."""
    return set(sentence.split()) <= set(" ".join(spans).split())
