"""Question sets that others have published, read from a path that the user gives; none of their data is ours.

a JSON file    as SQuAD 1.1 and 2.0 have it (DRCD, CMRC 2018 and XQuAD too): paragraphs are the bulletins, each answer
               is a fact, "is_impossible" questions are unanswerable
JSON Lines     as RGB has it (Chen et al. 2023): {"id", "query", "answer", "positive", "negative"} a line. Measured
               twice: over all texts (noise), and over the negative ones alone, where a refusal is due (rejection). Of
               "answer" each item is a fact, a list in it its wordings
JSON Lines     as a retrieval task has it: {"id", "question", "gold": [{"source", "answer"}]} a line, beside tasks.json,
               which names the folder of texts in docs/
a folder       as BEIR has it: corpus.jsonl, queries.jsonl, and judgements in qrels/test.tsv, or in a file of TREC's
               four columns (query, 0, document, gain) called qrels.txt; only the search is measured
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import BadInput
from eval.cases import Case
from eval.ranking import SHOWN, judged
from sources.language import language_of

if TYPE_CHECKING:
    from assistant import Assistant

_REMEDY = (
    "Name a SQuAD-style or RGB-style file, a task file, or a folder with corpus.jsonl, queries.jsonl, qrels/test.tsv."
)
_DEEP = 100  # documents of a ranking that are looked at


class ExternalError(BadInput):
    """A published set is not in one of the forms above. The message names the file and the place."""


@dataclass(frozen=True)
class QuestionSet:
    """texts by source; cases with their facts. rejection: the same questions over texts that do not answer them."""

    texts: Mapping[str, str]
    cases: tuple[Case, ...]
    rejection: QuestionSet | None = None


@dataclass(frozen=True)
class SearchSet:
    """texts by source; questions that have a relevant source, and for each the gains of sources."""

    texts: Mapping[str, str]
    questions: Mapping[str, str]
    gains: Mapping[str, Mapping[str, int]]


def read_external(path: Path) -> QuestionSet | SearchSet:
    """Raises ExternalError."""
    try:
        return _search_set(path) if path.is_dir() else _question_set(path)
    except OSError as error:
        raise ExternalError(f"{error.filename or path}: cannot be read ({error.strerror}).", _REMEDY) from error
    except UnicodeDecodeError as error:
        raise ExternalError(f"{path}: is not UTF-8.", _REMEDY) from error


def _question_set(path: Path) -> QuestionSet:
    first = path.read_text(encoding="utf-8-sig").lstrip().split("\n", 1)[0]
    try:
        keys = set(json.loads(first))
    except (ValueError, TypeError):
        keys = set()  # JSON that is spread over lines
    if {"query", "positive", "negative"} <= keys:
        return _rgb(path)
    return _task(path) if {"question", "gold"} <= keys else _squad(path)


def _rgb(path: Path) -> QuestionSet:
    texts: dict[str, str] = {}
    noise: list[Case] = []
    rejection: list[Case] = []
    for row in _rows(path, "id", "query", "answer", "positive", "negative"):
        name, question = str(row["id"]), row["query"].strip()
        sources: dict[str, list[str]] = {}
        for kind in ("positive", "negative"):
            given = [text for text in _flat(row[kind]) if text.strip()]
            sources[kind] = [f"{name}-{kind}-{number}" for number in range(len(given))]
            texts |= dict(zip(sources[kind], given, strict=True))
        answers = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
        facts = tuple(tuple(_flat(each if isinstance(each, list) else [each])) for each in answers)
        language = language_of(question)
        if facts and all(facts) and sources["positive"]:
            noise.append(Case(name, question, language, "factoid", bulletins=tuple(sources["positive"]), facts=facts))
        rejection.append(Case(name, question, language, "unanswerable"))
    if not noise:
        raise ExternalError(f"{path}: holds no question with an answer and a positive text.", _REMEDY)
    negative = {source: text for source, text in texts.items() if "-negative-" in source}
    return QuestionSet(texts, tuple(noise), QuestionSet(negative, tuple(rejection)) if negative else None)


def _flat(value: Any) -> list[str]:
    return [text for each in value for text in (_flat(each) if isinstance(each, list) else [str(each)])]


def _task(path: Path) -> QuestionSet:
    cases = []
    for row in _rows(path, "id", "question", "gold"):
        try:
            answers = tuple(dict.fromkeys(each["answer"] for each in row["gold"]))
            sources = tuple(dict.fromkeys(each["source"] for each in row["gold"]))
        except (KeyError, TypeError) as error:
            raise ExternalError(f"{path}: {row['id']} has gold without source and answer.", _REMEDY) from error
        question = row["question"]
        cases.append(
            Case(str(row["id"]), question, language_of(question), "factoid", bulletins=sources, facts=(answers,))
        )
    try:
        folder = (
            path.parent.parent / "docs" / json.loads((path.parent / "tasks.json").read_text("utf-8"))[path.stem]["docs"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ExternalError(f"{path.parent / 'tasks.json'}: names no texts for {path.stem}.", _REMEDY) from error
    texts = {each.stem: each.read_text(encoding="utf-8-sig") for each in sorted(folder.glob("*.txt"))}
    if not texts:
        raise ExternalError(f"{folder}: holds no texts.", _REMEDY)
    return QuestionSet(texts, tuple(cases))


def _squad(path: Path) -> QuestionSet:
    texts: dict[str, str] = {}
    cases: dict[str, Case] = {}
    try:
        articles = json.loads(path.read_text(encoding="utf-8-sig"))["data"]
        for a, article in enumerate(articles):
            for p, paragraph in enumerate(article["paragraphs"]):
                source = f"{a:04}-{p:04}"
                title = str(article.get("title", "")).strip()
                texts[source] = f"{title}\n\n{paragraph['context']}\n" if title else f"{paragraph['context']}\n"
                for asked in paragraph["qas"]:
                    case = _case(asked, source)
                    cases[case.id] = case
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExternalError(f"{path}: is no SQuAD-style set ({type(error).__name__}: {error}).", _REMEDY) from error
    if not cases:
        raise ExternalError(f"{path}: holds no question.", _REMEDY)
    return QuestionSet(texts, tuple(cases.values()))


def _case(asked: Mapping[str, Any], source: str) -> Case:
    question = asked["question"].strip()
    given = asked.get("answers", [])
    answers = tuple(dict.fromkeys(text for answer in given if (text := answer["text"].strip())))
    if asked.get("is_impossible") or not answers:
        return Case(str(asked["id"]), question, language_of(question), "unanswerable")
    return Case(
        str(asked["id"]), question, language_of(question), "factoid", bulletins=(source,), facts=(answers,)
    )  # fmt: skip


def _search_set(folder: Path) -> SearchSet:
    texts = {
        str(row["_id"]): "\n\n".join(part for part in (row.get("title", ""), row["text"]) if part) + "\n"
        for row in _rows(folder / "corpus.jsonl", "_id", "text")
    }
    questions = {str(row["_id"]): row["text"] for row in _rows(folder / "queries.jsonl", "_id", "text")}
    tsv = folder / "qrels" / "test.tsv"
    gains = _gains(tsv if tsv.exists() else folder / "qrels.txt")
    unknown = sorted({source for each in gains.values() for source in each} - texts.keys())
    if unknown:
        raise ExternalError(f"{folder}: judges {unknown[0]!r}, which the corpus does not hold.", _REMEDY)
    asked = {i: question for i, question in questions.items() if any(gain > 0 for gain in gains.get(i, {}).values())}
    if not asked:
        raise ExternalError(f"{folder}: no query has a relevant document.", _REMEDY)
    return SearchSet(texts, asked, gains)


def _rows(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
                for key in keys:
                    row[key]
            except (ValueError, KeyError, TypeError) as error:
                told = f"{path}, line {number}: {type(error).__name__}: {error}."
                raise ExternalError(told, _REMEDY) from error
            yield row


def _gains(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        columns = line.split()
        if not columns or (number == 1 and columns[-1] == "score"):
            continue
        try:
            question, source, gain = columns if len(columns) == 3 else (columns[0], *columns[2:])
            found.setdefault(question, {})[source] = int(gain)
        except ValueError as error:
            told = f"{path}, line {number}: expected query, document and gain, or TREC's four columns."
            raise ExternalError(told, _REMEDY) from error
    return found


def measure_search(assistant: Assistant, given: SearchSet, sources: Mapping[str, str]) -> dict[str, float]:
    """Means of `eval.ranking.SHOWN` over the questions. sources: what each source of the index stands for.

    A bulletin stands where its best passage does; versions of an event come after the one that was found.
    """
    totals = dict.fromkeys(SHOWN, 0.0)
    for name, question in given.questions.items():
        hits = assistant.search(question, _DEEP)
        found = [sources[s] for hit in hits for s in (hit.passage.source, *hit.other_versions)]
        for measure, value in judged(given.gains[name], list(dict.fromkeys(found))).items():
            totals[measure] += value / len(given.questions)
    return totals
