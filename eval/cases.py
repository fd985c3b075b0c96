"""The noun of this room: a gold `Case`, and the file that holds many.

A gold file is JSON Lines, UTF-8, one case a line; blank lines are skipped:

    {"id": "date-en-03", "question": "…", "history": ["earlier question of the user", …],
     "language": "en"|"zh-Hant"|"zh-Hans",                          language and script of the question
     "kind": "factoid"|"list"|"date"|"comparison"|"follow-up"|"catalogue"|"unanswerable",
     "cross": true when the answer stands only in bulletins of another language than the question's,
     "bulletins": ["source stem", …],                               every right one, all versions of an event
     "facts": [["one wording", "another", …], …],                   each inner list is one fact; any wording states it
     "evidence": [{"source": "stem", "quote": "words of the raw file", "start": 120}, …],   where the answer stands
     "why": "what the case is there to show",
     "state": "proposed"|"accepted"|"rejected"}                     whether a person has looked at it

history, cross, bulletins, facts, evidence, why and state may be left out; without a state it is accepted. Only accepted
cases are asked. Facts, not sentences: the same file then judges any wording.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from assistant.errors import BadInput
from sources.bulletin import Language

Kind = Literal["factoid", "list", "date", "comparison", "follow-up", "catalogue", "unanswerable"]
State = Literal["proposed", "accepted", "rejected"]

LANGUAGES: tuple[str, ...] = get_args(Language)
KINDS: tuple[str, ...] = get_args(Kind)
STATES: tuple[str, ...] = get_args(State)

_REQUIRED = frozenset({"id", "question", "language", "kind"})
_KEYS = _REQUIRED | {"history", "cross", "bulletins", "facts", "evidence", "why", "state"}


class GoldError(BadInput):
    """A gold file is missing or a line of it is no case. The message begins with the file and the line's number."""


@dataclass(frozen=True)
class Evidence:
    """Where the answer stands: raw[start : start + len(quote)] of the source is the quote."""

    source: str
    quote: str
    start: int


@dataclass(frozen=True)
class Case:
    """A gold question. facts: each is a tuple of wordings, any of which states it; empty for "unanswerable" only.

    bulletins: sources of every right bulletin; may be empty for "unanswerable" and "catalogue".
    """

    id: str
    question: str
    language: Language
    kind: Kind
    history: tuple[str, ...] = ()
    cross: bool = False
    bulletins: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    state: State = "accepted"

    @property
    def answerable(self) -> bool:
        return self.kind != "unanswerable"


def read_cases(path: Path | str) -> tuple[Case, ...]:
    """The accepted cases of a gold file, in its order. Raises GoldError at the first line that is no case, or when none
    is accepted.
    """
    cases: list[Case] = []
    for _, case in read_lines(Path(path)):
        if isinstance(case, GoldError):
            raise case
        cases.append(case)
    accepted = tuple(case for case in cases if case.state == "accepted")
    if not accepted:
        raise GoldError(f"{path}: none of its {len(cases)} cases is accepted.", f"bulletins eval review {path}")
    return accepted


def record_of(case: Case) -> dict[str, Any]:
    """The case as the JSON of a gold file has it, without what may be left out."""
    made = {key: value for key, value in asdict(case).items() if value not in ((), "", False, "accepted")}
    return cast(dict[str, Any], json.loads(json.dumps(made)))


def to_line(case: Case) -> str:
    """The case as a line of a gold file."""
    return json.dumps(record_of(case), ensure_ascii=False)


def read_lines(path: Path) -> list[tuple[int, Case | GoldError]]:
    """Each line's number and its case, or why it is none. Raises GoldError when there is no line or no file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        remedy = "Name a file of gold cases, one JSON object a line."
        raise GoldError(f"{path}: cannot be read ({error.strerror or error}).", remedy) from error
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: is not UTF-8 (byte {error.start}).", "Save the file as UTF-8.") from error

    found: list[tuple[int, Case | GoldError]] = []
    lines_by_id: dict[str, int] = {}
    # Not str.splitlines: it also cuts at U+2028 and other characters that may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            case = case_from(json.loads(line))
            if case.id in lines_by_id:
                raise ValueError(f'"id": {case.id!r} was used on line {lines_by_id[case.id]} already')
        except ValueError as error:
            remedy = "Correct that line; the keys of a case are described at the top of eval/cases.py."
            wrong = GoldError(f"{path}, line {number}: {_message(error)}.", remedy)
            wrong.__cause__ = error
            found.append((number, wrong))
            continue
        lines_by_id[case.id] = number
        found.append((number, case))
    if not found:
        raise GoldError(f"{path}: holds no case.", "Put one JSON object on each line.")
    return found


def _message(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON ({error.msg} at column {error.colno})"
    return str(error)


def case_from(record: object) -> Case:
    """The case that a line's JSON is. Raises ValueError, telling what is wrong with it."""
    if not isinstance(record, dict):
        raise ValueError("is not a JSON object")
    if missing := sorted(_REQUIRED - record.keys()):
        raise ValueError(f"lacks {', '.join(missing)}")
    if unknown := sorted(record.keys() - _KEYS):
        raise ValueError(f"has the unknown key {', '.join(unknown)}")
    case = Case(
        id=_text(record, "id"),
        question=_text(record, "question"),
        language=cast(Language, _one_of(record, "language", LANGUAGES)),
        kind=cast(Kind, _one_of(record, "kind", KINDS)),
        history=_texts(record.get("history", []), "history"),
        cross=_flag(record, "cross"),
        bulletins=_texts(record.get("bulletins", []), "bulletins"),
        facts=_facts(record.get("facts", [])),
        why=_text(record, "why") if record.get("why") else "",
        evidence=_evidence(record.get("evidence", [])),
        state=cast(State, _one_of({"state": "accepted"} | record, "state", STATES)),
    )
    if case.answerable and not case.facts:
        raise ValueError(f'"facts" is empty, but a case of kind {case.kind!r} needs at least one fact')
    if case.answerable and not case.bulletins and case.kind != "catalogue":
        raise ValueError(f'"bulletins" is empty, but a case of kind {case.kind!r} needs the right ones')
    if not case.answerable and case.facts:
        raise ValueError('a case of kind "unanswerable" has no "facts"')
    if case.kind == "follow-up" and not case.history:
        raise ValueError('a case of kind "follow-up" needs the earlier questions in "history"')
    return case


def _text(record: dict[str, Any], key: str) -> str:
    value = record[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'"{key}" is {value!r}, expected a text that is not empty')
    return value


def _one_of(record: dict[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = record[key]
    if value not in allowed:
        raise ValueError(f'"{key}" is {value!r}, expected one of {", ".join(allowed)}')
    return str(value)


def _flag(record: dict[str, Any], key: str) -> bool:
    value = record.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f'"{key}" is {value!r}, expected true or false')
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ValueError(f'"{key}" is {value!r}, expected a list of texts that are not empty')
    return tuple(value)


def _evidence(value: object) -> tuple[Evidence, ...]:
    if not isinstance(value, list):
        raise ValueError(f'"evidence" is {value!r}, expected a list')
    found = []
    for each in value:
        if not isinstance(each, dict) or each.keys() != {"source", "quote", "start"}:
            raise ValueError(f'"evidence" holds {each!r}, expected an object of source, quote and start')
        if type(each["start"]) is not int or each["start"] < 0:
            raise ValueError(f'"start" of evidence is {each["start"]!r}, expected a number of characters')
        found.append(Evidence(_text(each, "source"), _text(each, "quote"), each["start"]))
    return tuple(found)


def _facts(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise ValueError(f'"facts" is {value!r}, expected a list of facts, each a list of wordings')
    facts = tuple(_texts(fact, "facts") for fact in value)
    if not all(facts):
        raise ValueError('"facts" holds a fact without any wording')
    return facts
