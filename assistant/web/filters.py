"""Which bulletins a question is put to: by date, issuer, language or bulletin, chosen or read from the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index.normalise import fold
from sources.language import language_of

if TYPE_CHECKING:
    from ..within import Keep

_DATE = re.compile(r"(?:1[89]|2\d)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_YEAR = re.compile(r"date:(\d{4})")
_DAY = re.compile(r"date:[\d-]*-\d\d-?\d\d")
_LONGEST = 300
# Names of the filters in an address, and the fields they fill.
KEYS: Mapping[str, str] = {
    "from": "since",
    "to": "until",
    "issuer": "issuer",
    "bulletin_lang": "language",
    "source": "source",
}
LANGUAGES = ("en", "zh-Hant", "zh-Hans")


@dataclass(frozen=True)
class Filters:
    """since, until: ISO dates, both included, which may end at the year or month. source: of one bulletin."""

    since: str | None = None
    until: str | None = None
    issuer: str | None = None
    language: str | None = None
    source: str | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def year(self) -> str | None:
        """The year, when the dates are one whole year."""
        return self.since if self.since and self.since == self.until and len(self.since) == 4 else None

    def without(self, field: str) -> Filters:
        """field: one of this class, or "dates" for both of these."""
        gone = ("since", "until") if field == "dates" else (field,)
        return replace(self, **{name: None for name in gone})

    def match(self, entry: Any) -> bool:
        """Whether a bulletin (an `Entry` of the index) is among those asked for."""
        if self.issuer and fold(self.issuer) != fold(entry.issuer or ""):
            return False
        if (self.language and self.language != entry.language) or (self.source and self.source != entry.source):
            return False
        if not (self.since or self.until):
            return True
        if self.year:
            return bool(entry.is_of(self.year))
        dates = [date for date in (entry.published, *entry.events) if date and not date.startswith("--")]
        return any(self._holds(date) for date in dates)

    def _holds(self, date: str) -> bool:
        # "2020" and "2020-03" share what both of them say: a partial date is held by any part of its time.
        since, until = self.since or "", self.until or "9999"
        return date[: len(since)] >= since[: len(date)] and date[: len(until)] <= until[: len(date)]

    def keep(self, entries: Iterable[Any]) -> Keep | None:
        """What may be used of these bulletins; None for everything."""
        return {entry.id for entry in entries if self.match(entry)}.__contains__ if self else None


def filters_of(values: Mapping[str, Any]) -> Filters:
    """From an address or a form, whoever wrote it: what is no filter is left out. The keys are those of `KEYS`."""
    found: dict[str, str] = {}
    for key, field in KEYS.items():
        value = values.get(key)
        if not isinstance(value, str) or not (value := value.strip()) or len(value) > _LONGEST:
            continue
        if field in ("since", "until") and not _DATE.fullmatch(value):
            continue
        if field == "language" and value not in LANGUAGES:
            continue
        found[field] = value
    return Filters(**found)


def year_asked(question: str) -> str | None:
    """The one year that a question of what the bulletins say asks for; None when it names several, or a day.

    >>> year_asked("Which tasks were set in 2020?")
    '2020'
    """
    # Imported here: both load dictionaries, which the server leaves to those who answer.
    from sources.facts import facts

    from ..request import read_request

    tokens = [fact.token for fact in facts(question)]
    years = {match[1] for token in tokens if (match := _YEAR.match(token))}
    if len(years) != 1 or any(_DAY.match(token) for token in tokens):
        return None
    # A question of the collection itself reads its dates itself.
    return None if read_request(question, language_of(question)) else years.pop()
