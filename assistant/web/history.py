"""Conversations kept for their reader, each turn with its evidence, so that they can be taken up again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from index.passage import Hit, Passage

from ..answer import Answer, Citation, Sentence
from ..layout import shortened
from .conversation import Conversation, Turn
from .filters import Filters
from .records import Records
from .render import button, escape
from .words import WORDS, Words

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
    key TEXT PRIMARY KEY, reader TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL, turns TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS conversation_reader ON conversation (reader, at);
CREATE INDEX IF NOT EXISTS conversation_at ON conversation (at);
"""
LISTED = 50
_HITS = 14  # passages kept with a turn, as many as an answer names


@dataclass(frozen=True)
class Kept:
    """A conversation in the list. at: ISO, UTC, of its last turn."""

    key: str
    title: str
    at: str


class History:
    """Each conversation belongs to one reader and is shown to no other. days: how long it is kept; 0 keeps none."""

    def __init__(self, path: Path, days: int) -> None:
        self._days = days
        self._records = Records(path, _SCHEMA)
        self._forget_old()

    def keep(self, reader: str, conversation: Conversation) -> None:
        """Stores the conversation as it is now. Nothing without a reader, a finished turn or days to keep it."""
        turns = [turn for turn in conversation.turns if turn.done]
        if not (reader and turns and self._days):
            return
        self._forget_old()
        told = json.dumps([_turn_json(turn) for turn in turns], ensure_ascii=True)
        self._records.run(
            "INSERT INTO conversation VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
            " title = excluded.title, at = excluded.at, turns = excluded.turns WHERE reader = excluded.reader",
            (conversation.key, reader, shortened(turns[0].question, 120), _now(), told),
        )

    def listed(self, reader: str) -> list[Kept]:
        """The latest first."""
        rows = self._records.run(
            "SELECT key, title, at FROM conversation WHERE reader = ? ORDER BY at DESC LIMIT ?", (reader, LISTED)
        )
        return [Kept(*row) for row in rows]

    def resume(self, reader: str, key: str, now: Conversation) -> Conversation | None:
        """The conversation in the wording and with the filters of now; None when the reader has none of that key."""
        rows = self._records.run("SELECT turns FROM conversation WHERE reader = ? AND key = ?", (reader, key))
        if not rows:
            return None
        turns = tuple(_turn(record) for record in json.loads(rows[0][0]))
        shown = max((n for n, turn in enumerate(turns) if turn.answer), default=None)
        return replace(now, turns=turns, shown=shown, view="sources", key=key)

    def forget(self, reader: str, key: str | None = None) -> None:
        """One conversation of the reader, or all of them."""
        if key is None:
            self._records.run("DELETE FROM conversation WHERE reader = ?", (reader,))
        else:
            self._records.run("DELETE FROM conversation WHERE reader = ? AND key = ?", (reader, key))

    def close(self) -> None:
        self._records.close()

    def _forget_old(self) -> None:
        before = datetime.now(UTC) - timedelta(days=self._days)
        self._records.run("DELETE FROM conversation WHERE at < ?", (before.isoformat(timespec="seconds"),))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


# ---------------------------------------------------------------- turns as JSON


def _turn_json(turn: Turn) -> dict[str, Any]:
    record = asdict(replace(turn, answer=None, so_far=None))
    if turn.answer:
        record["answer"] = asdict(replace(turn.answer, evidence=()))
        record["evidence"] = [_hit_json(hit) for hit in turn.answer.evidence[:_HITS]]
    return record


def _hit_json(hit: Hit) -> dict[str, Any]:
    # The context is wide and only search needs it; the passage itself is what the page shows.
    return {**asdict(hit), "text": "", "lanes": dict(hit.lanes)}


def _turn(record: Mapping[str, Any]) -> Turn:
    values = dict(record)
    hits = tuple(_hit(hit) for hit in values.pop("evidence", ()))
    answer = values.pop("answer")
    error = values.pop("error")
    return Turn(
        **{
            **values,
            "filters": Filters(**values["filters"]),
            "follow_ups": tuple(values["follow_ups"]),
            "error": tuple(error) if error else None,
            "answer": replace(answer_of(answer), evidence=hits) if answer else None,
        }
    )


def answer_of(record: Mapping[str, Any]) -> Answer:
    """The Answer of which this is `asdict`, without evidence."""
    values = dict(record)
    values["sentences"] = tuple(Sentence(s["text"], s["supported"], tuple(s["citations"])) for s in values["sentences"])
    for key in ("citations", "related"):
        values[key] = tuple(Citation(**{**c, "other_versions": tuple(c["other_versions"])}) for c in values[key])
    return Answer(**{**values, "notes": tuple(values["notes"]), "evidence": ()})


def _hit(record: Mapping[str, Any]) -> Hit:
    passage = dict(record["passage"])
    passage["sentences"] = tuple((a, b) for a, b in passage["sentences"])
    a, b = record["context"]
    return Hit(
        Passage(**passage), record["score"], record["lanes"], (a, b), tuple(record["other_versions"]), record["text"]
    )


# ---------------------------------------------------------------- the list


def history_html(kept: list[Kept], conversation: Conversation, days: int) -> str:
    words = WORDS[conversation.language]
    if not days:
        return f'<p class="hint">{words.history_off}</p>'
    note = f'<p class="hint">{words.history_kept.format(days)}</p>'
    if not kept:
        return f'{note}<p class="hint">{words.history_empty}</p>'
    rows = "".join(_kept_html(one, one.key == conversation.key, words) for one in kept)
    return f'{note}<ul class="titles kept">{rows}</ul>{button("forget", words.forget_all, key="all")}'


def _kept_html(one: Kept, now: bool, words: Words) -> str:
    title = f"<span>{escape(one.title)}</span>"
    current = ' aria-current="true"' if now else ""
    gone = button("forget", "×", words.forget.format(one.title), "x", key=one.key)
    at = escape(one.at[:16].replace("T", " "))
    resume = button("resume", title, kind="link", key=one.key)
    return f'<li{current}>{resume}<time datetime="{escape(one.at)}">{at}</time>{gone}</li>'
