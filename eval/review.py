"""Proposed questions before a person: each is accepted, edited or rejected, and what is decided is in the file at once.

The gold file itself is what is reviewed: nothing else is kept, so a review goes on where it was left, in the page, in
an editor, or in turns. Lines that nobody decides on stay as they are, to the letter.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.errors import BadInput
from eval.cases import Case, Evidence, GoldError, State, case_from, read_lines, record_of, to_line
from eval.curate import unstated
from sources.bulletin import Bulletin

FindBulletin = Callable[[str], Bulletin | None]
"""The bulletin of a source; None when the index has none."""

_AROUND = 700  # characters shown before and after the words of an evidence


class ReviewRefused(BadInput):
    """What a person wrote makes no sound case, or the case is gone from the file."""


@dataclass(frozen=True)
class Place:
    """Evidence as it stands in its bulletin: before + quote + after are the raw text around it. found: False when it
    stands there no more; then quote is what the case says. title: "" when the bulletin is not in the index.
    """

    source: str
    title: str
    before: str
    quote: str
    after: str
    found: bool


class Review:
    """A gold file under review. Every call reads the file anew: another may be editing it."""

    def __init__(self, path: Path, bulletin: FindBulletin) -> None:
        """Raises GoldError when there is no such file or no line in it."""
        self.path = path
        self._bulletin = bulletin
        self._writing = Lock()
        read_lines(path)

    def cases(self) -> list[Case]:
        """The file's cases in its order; lines that are none are left out."""
        return [case for _, case in read_lines(self.path) if isinstance(case, Case)]

    def wrong(self) -> list[str]:
        """Why lines are no cases."""
        return [str(case) for _, case in read_lines(self.path) if isinstance(case, GoldError)]

    def counts(self) -> dict[State, int]:
        counted = Counter(case.state for case in self.cases())
        return {state: counted[state] for state in ("proposed", "accepted", "rejected")}

    def case(self, name: str) -> Case:
        """Raises ReviewRefused."""
        for case in self.cases():
            if case.id == name:
                return case
        raise ReviewRefused(f"{self.path} has no case {name!r} any more.", "Load the page again.")

    def after(self, name: str | None, step: int = 1, proposed: bool = False) -> Case | None:
        """The case that many steps on, round at the ends; the first when name is None or gone; None when there is none.

        proposed: only those that are to be decided on.
        """
        every = self.cases()
        names = [case.id for case in every]
        at = names.index(name) if name in names else -1 if step > 0 else 0
        turned = [every[(at + step * n) % len(every)] for n in range(1, len(every) + 1)]
        return next((case for case in turned if not proposed or case.state == "proposed"), None)

    def decide(self, name: str, state: State, changes: Mapping[str, Any] | None = None) -> Case:
        """Writes what was decided on a case. changes: keys of a gold file with what they hold now.

        Evidence may be given by its quote alone: it is then looked for in its bulletin. The file is replaced as a
        whole, so that no moment leaves half of it. Raises ReviewRefused, and writes nothing, when it is no sound case
        or when facts were changed to what no right bulletin states.
        """
        old = self.case(name)
        record = record_of(old) | dict(changes or {}) | {"id": name, "state": state}
        try:
            record["evidence"] = [self._located(each, old) for each in record.get("evidence", [])]
            new = case_from(record)
            if state == "accepted" and new.facts != old.facts:
                right = [bulletin for source in new.bulletins if (bulletin := self._bulletin(source))]
                if wrong := unstated(new, right):
                    raise ValueError(f"no right bulletin states {' / '.join(wrong[0])}")
        except ValueError as error:
            raise ReviewRefused(f"{name}: {error}.", "Correct it; nothing was written.") from error
        with self._writing:
            self.case(name)  # it may be gone by now
            lines = self.path.read_text(encoding="utf-8-sig").split("\n")
            (number,) = [n for n, case in read_lines(self.path) if isinstance(case, Case) and case.id == name]
            lines[number - 1] = to_line(new)
            _replace(self.path, "\n".join(lines))
        return new

    def _located(self, given: Mapping[str, Any], old: Case) -> dict[str, Any]:
        """Evidence with its place, nearest to where it stood before. Raises ValueError."""
        source, quote = str(given.get("source", "")), str(given.get("quote", ""))
        before = next((each.start for each in old.evidence if (each.source, each.quote) == (source, quote)), None)
        bulletin = self._bulletin(source)
        places = _places(bulletin.raw, quote) if bulletin else []
        if not places and before is None:  # what an unedited case says is left to `check-gold`
            where = f"{source!r}" if bulletin else f"{source!r}, which the index does not hold"
            raise ValueError(f"the evidence does not stand in {where}: {quote[:60]!r}")
        near = before if before is not None else next((e.start for e in old.evidence if e.source == source), 0)
        start = min(places, key=lambda place: abs(place - near), default=near)
        return {"source": source, "quote": quote, "start": start}

    def places(self, case: Case) -> list[Place]:
        """Where each evidence stands, to be shown; without any, the beginnings of the right bulletins."""
        shown = case.evidence or tuple(Evidence(source, "", 0) for source in case.bulletins)
        return [self._place(each) for each in shown]

    def _place(self, evidence: Evidence) -> Place:
        bulletin = self._bulletin(evidence.source)
        if bulletin is None:
            return Place(evidence.source, "", "", evidence.quote, "", False)
        places = _places(bulletin.raw, evidence.quote)
        if not places:
            return Place(evidence.source, bulletin.title, bulletin.raw[:_AROUND], evidence.quote, "", False)
        start = min(places, key=lambda place: abs(place - evidence.start))
        end = start + len(evidence.quote)
        before, after = bulletin.raw[max(0, start - _AROUND) : start], bulletin.raw[end : end + _AROUND]
        return Place(evidence.source, bulletin.title, before, evidence.quote, after, True)


def _places(text: str, words: str) -> list[int]:
    if not words:
        return [0]
    found, at = [], text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def _replace(path: Path, text: str) -> None:
    """The file with other words, which are on the disk when this returns."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(name, path.stat().st_mode & 0o777)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# ---------------------------------------------------------------- a case as a person edits it


@dataclass(frozen=True)
class Form:
    """A case as lines of text: one fact a line with its wordings parted by " | ", one bulletin, question or quote a
    line; a quote begins with its source and a colon.
    """

    question: str
    language: str
    kind: str
    cross: bool
    history: str
    bulletins: str
    facts: str
    evidence: str
    why: str


def form_of(case: Case) -> Form:
    return Form(
        question=case.question,
        language=case.language,
        kind=case.kind,
        cross=case.cross,
        history="\n".join(case.history),
        bulletins="\n".join(case.bulletins),
        facts="\n".join(" | ".join(wordings) for wordings in case.facts),
        # Quotes of raw text may hold line ends, which a line of the form cannot.
        evidence="\n".join(f"{each.source}: {_escaped(each.quote)}" for each in case.evidence),
        why=case.why,
    )


def changes_of(form: Form) -> dict[str, Any]:
    """What the form says, as keys of a gold file. Raises ReviewRefused when a line of evidence names no source."""

    def lines(text: str) -> list[str]:
        return [line.strip() for line in text.splitlines() if line.strip()]

    evidence = []
    for line in lines(form.evidence):
        source, colon, quote = line.partition(": ")
        if not colon:
            raise ReviewRefused(f"Evidence is written SOURCE: WORDS, not {line[:60]!r}.", "Name the bulletin first.")
        evidence.append({"source": source, "quote": _unescaped(quote)})
    return {
        "question": form.question.strip(),
        "language": form.language,
        "kind": form.kind,
        "cross": form.cross,
        "history": lines(form.history),
        "bulletins": lines(form.bulletins),
        "facts": [[part.strip() for part in line.split(" | ") if part.strip()] for line in lines(form.facts)],
        "evidence": evidence,
        "why": form.why.strip(),
    }


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda mark: {"n": "\n", "r": "\r"}.get(mark[1], mark[1]), text)
