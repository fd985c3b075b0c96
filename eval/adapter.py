"""Other people's assistants, made to answer as ours does, so that the same harness measures them.

    evaluate(chain_answerer(chain.invoke), read_cases(path))

where the chain takes {"input": question, "chat_history": […]} and gives {"answer": text, "context": documents}, as
LangChain's retrieval chains do. `answer_from_json` reads the documented Answer of anything that speaks JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.answer import Answer, Citation, Sentence
from eval.run import Ask
from index.passage import Hit, Passage
from sources.language import language_of
from sources.sentences import sentences

Refused = Callable[[str], bool]


def answer_from_json(record: Mapping[str, Any]) -> Answer:
    """The Answer of which `Answer.to_json` is the record. Raises KeyError or TypeError for others.

    Without the passages found, which JSON leaves out, retrieval measures 0.
    """

    def citation(each: Mapping[str, Any]) -> Citation:
        return Citation(**{**each, "other_versions": tuple(each.get("other_versions", ()))})

    made = dict(record)
    made["sentences"] = tuple(Sentence(**{**s, "citations": tuple(s["citations"])}) for s in record["sentences"])
    made["citations"] = tuple(map(citation, record["citations"]))
    made["related"] = tuple(map(citation, record.get("related", ())))
    made["notes"] = tuple(record.get("notes", ()))
    return Answer(**made)


def chain_answerer(invoke: Callable[[dict[str, Any]], Mapping[str, Any]], refused: Refused | None = None) -> Ask:
    """What asks a retrieval chain. refused: says whether an answer is a refusal; by default only an empty one is.

    The chain does not say which document supports which sentence, so each sentence cites all of them: that is what its
    reader is left with. A document's source is the "source" of its metadata.
    """

    def ask(question: str, history: list[str]) -> Answer:
        given = invoke({"input": question, "chat_history": list(history)})
        text = str(given["answer"]).strip()
        found = [_hit(rank, document) for rank, document in enumerate(given.get("context", ()), 1)]
        answered = bool(text) and not (refused and refused(text))
        citations = tuple(_citation(hit) for hit in found) if answered else ()
        return Answer(
            question=question,
            outcome="answered" if answered else "not_found",
            language=language_of(text or question),
            text=text,
            sentences=_sentences(text, len(citations)) if answered else (),
            citations=citations,
            searched_as=question,
            answerer="chain",
            seconds={},
            probability=float(answered),
            evidence=tuple(found),
        )

    return ask


def _sentences(text: str, citations: int) -> tuple[Sentence, ...]:
    spans: Sequence[tuple[int, int]] = sentences(text)
    return tuple(Sentence(text[start:end].strip(), True, tuple(range(citations))) for start, end in spans)


def _hit(rank: int, document: Any) -> Hit:
    text, told = document.page_content, document.metadata
    source, whole = str(told.get("source", "")), (0, len(text))
    title = str(told.get("title", ""))
    passage = Passage(source, source, rank, 0, len(text), text, (whole,), language_of(text), title, "")
    return Hit(passage, 1 / rank, {}, whole, text=text)


def _citation(hit: Hit) -> Citation:
    one = hit.passage
    return Citation(one.source, one.bulletin, one.title, None, None, one.text, 0, len(one.text))
