"""What users say of answers: a thumb, or a report that can become a gold case. Each stands with the answer as shown."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sources.language import language_of

from ..errors import BadInput
from .records import Records

Verdict = Literal["up", "down", "report"]
LONGEST_COMMENT = 4_000
LONGEST_ANSWER = 500_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL, verdict TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS feedback_at ON feedback (at);
"""


class FeedbackRefused(BadInput):
    """The feedback is empty or too long."""


@dataclass(frozen=True)
class Feedback:
    """answer: `Answer.to_json()` as it was shown, {} when nobody tells. history: the earlier questions.

    expected: what a right answer says. sources: of the bulletins that hold it. id and at (ISO, UTC) are the store's.
    """

    question: str
    verdict: Verdict
    answer: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    comment: str = ""
    expected: str = ""
    sources: tuple[str, ...] = ()
    user: str = ""
    id: str = ""
    at: str = ""


class FeedbackStore:
    """Feedback in the order in which it came."""

    def __init__(self, path: Path) -> None:
        self._records = Records(path, _SCHEMA)

    def add(self, feedback: Feedback) -> Feedback:
        """The feedback with its id and time, safe on the disk. Raises FeedbackRefused."""
        if not feedback.question.strip():
            raise FeedbackRefused("The feedback names no question.", "Send the question that was answered.")
        written = len(feedback.comment) + len(feedback.expected) + sum(map(len, feedback.sources))
        if written > LONGEST_COMMENT:
            raise FeedbackRefused(
                f"The feedback has {written:,} characters; at most {LONGEST_COMMENT:,} are kept.", "Say it shorter."
            )
        kept = replace(feedback, id=uuid.uuid4().hex, at=datetime.now(UTC).isoformat(timespec="milliseconds"))
        record = json.dumps(asdict(kept), ensure_ascii=True)
        if len(record) > LONGEST_ANSWER:
            raise FeedbackRefused(f"The feedback has {len(record):,} characters.", "Leave the answer out.")
        self._records.run(
            "INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", (kept.id, kept.at, kept.user, kept.verdict, record)
        )
        return kept

    def all(self) -> Iterator[Feedback]:
        """Oldest first."""
        for (record,) in self._records.run("SELECT record FROM feedback ORDER BY at, rowid"):
            values = json.loads(record)
            yield Feedback(**{**values, "history": tuple(values["history"]), "sources": tuple(values["sources"])})

    def close(self) -> None:
        self._records.close()


def gold_case(feedback: Feedback) -> dict[str, Any] | None:
    """The feedback as a line of a gold file, to be read and reworded by a person; None when it tells too little.

    What was praised becomes a case that its own sentences answer; a report becomes one of what it says was expected,
    or, with nothing expected of an answer that was given, an unanswerable one.
    """
    answer = feedback.answer
    cited = [one["source"] for one in _objects(answer, "citations") if isinstance(one.get("source"), str)]
    case: dict[str, Any] = {
        "id": f"feedback-{feedback.id[:12]}",
        "question": feedback.question,
        "history": list(feedback.history),
        "language": language_of(feedback.question),
        "kind": "follow-up" if feedback.history else "factoid",
        "why": f"{feedback.verdict} of {feedback.at[:10]}" + (f": {feedback.comment}" if feedback.comment else ""),
        # Nobody has looked at it yet: `bulletins eval review` shows it with what the answer had cited.
        "state": "proposed",
        "evidence": [
            {key: one[key] for key in ("source", "quote", "start")}
            for one in _objects(answer, "citations")
            if isinstance(one.get("source"), str)
            and isinstance(one.get("quote"), str)
            and type(one.get("start")) is int
            and one["source"].strip()
            and one["quote"].strip()
            and one["start"] >= 0
        ],
    }
    if feedback.verdict == "up" and cited:
        sentences = _objects(answer, "sentences")
        said = [one["text"] for one in sentences if one.get("citations") and isinstance(one.get("text"), str)]
        return {**case, "bulletins": list(dict.fromkeys(cited)), "facts": [[text] for text in said]} if said else None
    if feedback.verdict != "report":
        return None
    if not feedback.expected.strip():
        return {**case, "kind": "unanswerable"} if answer.get("outcome") == "answered" else None
    expected = [[line.strip()] for line in feedback.expected.splitlines() if line.strip()]
    bulletins = list(feedback.sources) or list(dict.fromkeys(cited))
    return {**case, "bulletins": bulletins, "facts": expected} if bulletins else None


def _objects(answer: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    # Who sends feedback sends the answer with it, so it may have any shape.
    listed = answer.get(key)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
