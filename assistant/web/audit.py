"""The log of questions and answers: who asked what, by which face, and what was answered. Kept for so many days."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..answer import Answer
from .access import User
from .records import Records

_SCHEMA = """
CREATE TABLE IF NOT EXISTS questions (
    at TEXT NOT NULL, user TEXT NOT NULL, via TEXT NOT NULL, face TEXT NOT NULL, question TEXT NOT NULL,
    searched_as TEXT NOT NULL, outcome TEXT NOT NULL, answer TEXT NOT NULL, sources TEXT NOT NULL,
    answerer TEXT NOT NULL, seconds REAL NOT NULL);
CREATE INDEX IF NOT EXISTS questions_at ON questions (at);
"""
_SWEEP_S = 3_600.0


@dataclass(frozen=True)
class Entry:
    """One question. at: ISO, UTC. outcome: as of the Answer, or as of `Audit.unanswered`."""

    at: str
    user: str
    via: str
    face: str
    question: str
    searched_as: str
    outcome: str
    answer: str
    sources: tuple[str, ...]
    answerer: str
    seconds: float


class Audit:
    """Writes nothing at all, and makes no file, when days is 0."""

    def __init__(self, path: Path, days: int) -> None:
        self._days = days
        self._records = Records(path, _SCHEMA) if days else None
        self._swept = -_SWEEP_S
        self._turn = threading.Lock()

    def answered(self, user: User, face: str, answer: Answer, seconds: float) -> None:
        sources = tuple(dict.fromkeys(one.source for one in answer.citations))
        self._write(
            user,
            face,
            answer.question,
            answer.searched_as,
            answer.outcome,
            answer.text,
            sources,
            answer.answerer,
            seconds,
        )

    def unanswered(self, user: User, face: str, question: str, outcome: str, told: str, seconds: float) -> None:
        """outcome: "failed", told being the error, or "left" when the reader of a stream went before the answer."""
        self._write(user, face, question, question, outcome, told, (), "", seconds)

    def _write(
        self, user: User, face: str, question: str, searched_as: str, outcome: str, answer: str,
        sources: tuple[str, ...], answerer: str, seconds: float,
    ) -> None:  # fmt: skip
        if self._records is None:
            return
        self._sweep(self._records)
        row: tuple[Any, ...] = (
            _now(), user.name, user.via, face, question, searched_as, outcome, answer, json.dumps(sources), answerer,
            round(seconds, 3),
        )  # fmt: skip
        self._records.run(f"INSERT INTO questions VALUES ({', '.join('?' * len(row))})", row)

    def _sweep(self, records: Records) -> None:
        with self._turn:
            if time.monotonic() - self._swept < _SWEEP_S:
                return
            self._swept = time.monotonic()
        records.run("DELETE FROM questions WHERE at < ?", (_now(timedelta(days=-self._days)),))

    def all(self) -> Iterator[Entry]:
        """Oldest first."""
        if self._records is None:
            return
        self._sweep(self._records)
        for row in self._records.run("SELECT * FROM questions ORDER BY at, rowid"):
            values = [*row[:8], tuple(json.loads(row[8])), *row[9:]]
            yield Entry(*values)

    def close(self) -> None:
        if self._records is not None:
            self._records.close()


def _now(shift: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + shift).isoformat(timespec="milliseconds")
