"""Files of many questions: one JSON object a line in, one a line out, the same id on both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from .errors import AssistantError, BadInput
from .settings import Settings

_AHEAD = 32  # lines: what a model reads of as many fills its batches, and takes some megabytes


def answer_lines(
    lines: Iterable[bytes],
    name: str,
    answer: Callable[[dict[str, Any]], dict[str, Any]],
    ahead: Callable[[Sequence[dict[str, Any]]], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """{"id", ...answer} for each line in turn; blank lines are passed over.

    name: of the file, for messages. ahead: told the objects of the next lines before they are answered; without it no
    line is read before the one before is answered. Raises BadInput naming the line that is no object with an id, or
    that `answer` refuses; what was yielded before stands.
    """
    numbered = enumerate(lines, 1)
    while block := list(islice(numbered, _AHEAD if ahead else 1)):
        if ahead:
            ahead([record for _, line in block if (record := _readable(line))])
        for number, line in block:
            if not line.strip():
                continue
            try:
                record = _record(line)
                result = answer(record)
            except AssistantError as error:
                raise BadInput(f"{name}, line {number}: {error}", error.remedy) from error
            yield {"id": record["id"], **result}


def question_of(record: dict[str, Any], settings: Settings) -> tuple[str, list[str]]:
    """The question and the earlier questions of a line."""
    history = record.get("history", [])
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        raise BadInput('"history" is not a list of texts.', 'Give the earlier questions: "history": ["…", "…"]')
    return settings.accept(_text(record, "question")), history


def sentence_of(record: dict[str, Any]) -> tuple[str, list[str]]:
    """The sentence and the cited spans of a line."""
    spans = record.get("spans")
    if not isinstance(spans, list) or not all(isinstance(span, str) for span in spans):
        raise BadInput('"spans" is not a list of texts.', 'Give the cited words: "spans": ["…", "…"]')
    return _text(record, "sentence"), spans


def pairs_of(records: Iterable[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """Those of the lines that can be read as a sentence with its spans; the others are complained of in their turn."""
    for record in records:
        try:
            yield sentence_of(record)
        except BadInput:
            continue


def _readable(line: bytes) -> dict[str, Any] | None:
    try:
        return _record(line)
    except BadInput:
        return None


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except ValueError as error:
        raise BadInput(f"this is not JSON in UTF-8 ({error}).", "Each line is one JSON object.") from error
    except RecursionError as error:
        raise BadInput("this JSON is nested too deeply.", "Each line is one flat JSON object.") from error
    if not isinstance(record, dict) or "id" not in record:
        raise BadInput('this is not an object with an "id".', "Each line is one JSON object that says which it is.")
    return record


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise BadInput(f'"{key}" is missing or not a text.', f'Each line has "id" and "{key}".')
    return value
