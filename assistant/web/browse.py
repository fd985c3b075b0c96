"""The collection to look through: a search box, a picture of the bulletins by date and issuer, and their list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.normalise import fold
from index.passage import Hit

from ..layout import shortened
from .conversation import Conversation, Looking
from .filters import Filters
from .render import Collection, button, escape, filter_words
from .words import NAMES, WORDS, Words, date_words

FIRST, MOST = 30, 500  # bulletins listed at first, and at all
ROWS = 6  # issuers with a row of their own in the picture; the others share one
_MONTHS, _FEW = 48, 80  # so many months or bulletins are shown by month, more by year
_ROW_PX, _TOP_PX, _AXIS_PX = 46, 8, 26
_SMALLEST_PX, _LARGEST_PX = 5.5, 13.0


def known_date(entry: Any) -> str:
    """When a bulletin was published, else its first event that has a year; "" when nothing is known."""
    return next((d for d in (entry.published, *entry.events) if d and not d.startswith("--")), "")


def matching(entries: Sequence[Any], looking: Looking) -> list[Any]:
    """The bulletins that the timeline was clicked at, and whose title, issuer, source or date holds the words."""
    words = fold(looking.query).split()
    return [
        entry
        for entry in entries
        if looking.within.match(entry)
        and all(
            word in fold(f"{entry.title} {entry.issuer or ''} {entry.source} {known_date(entry)}") for word in words
        )
    ]


def browse_html(conversation: Conversation, collection: Collection, hits: Sequence[Hit]) -> str:
    """hits: passages that hold what is searched for, best first."""
    words, looking = WORDS[conversation.language], conversation.looking
    if not collection.entries:
        return f'<p class="hint">{words.opening if collection.opening else words.nothing_here}</p>'
    found = matching(collection.entries, looking)
    box = (
        f'<form class="browse-search" role="search"><input type="search" id="browse" name="query" maxlength="200"'
        f' value="{escape(looking.query)}" placeholder="{escape(words.search_collection)}"'
        f' aria-label="{escape(words.search_collection)}"><button type="submit" class="action">{words.search}</button>'
        "</form>"
    )
    narrowed = ""
    if looking.within:
        told = escape(" · ".join(filter_words(looking.within, words)))
        narrowed = (
            f'<p class="narrowed"><span class="filter">{told}'
            f"{button('back', '×', words.remove_filter.format(told), 'x')}</span></p>"
        )
    picture = timeline_html(collection.entries, words) if not looking.query else ""
    shown = found[: MOST if looking.all else FIRST]
    more = ""
    if len(found) > len(shown) and not looking.all:
        more = button("all", words.show_all.format(f"{len(found):,}"))
    listed = "".join(_row(entry, words) for entry in shown) or f'<li class="hint">{words.no_title}</li>'
    return (
        f'{box}{picture}{narrowed}<h3 class="count">{words.listed.format(f"{len(found):,}")}</h3>'
        f'<ul class="titles">{listed}</ul>{more}{_mentions(hits, collection, words)}'
    )


def _row(entry: Any, words: Words) -> str:
    date = known_date(entry)
    facts = " · ".join(fact for fact in (entry.issuer, NAMES.get(entry.language, entry.language)) if fact)
    title = (
        f'<span lang="{entry.language}">{escape(shortened(entry.title or entry.source, 110))}</span>'
        f"<small>{escape(facts)}</small>"
    )
    when = escape(date_words(date, words.code)) if date else words.no_date
    return f"<li>{button('open', title, kind='link', bulletin=entry.id)}<time>{when}</time></li>"


def _mentions(hits: Sequence[Hit], collection: Collection, words: Words) -> str:
    """Bulletins by what they say rather than what they are called, each once."""
    rows, seen = [], set[str]()
    for hit in hits:
        passage = hit.passage
        if passage.bulletin in seen:
            continue
        seen.add(passage.bulletin)
        title = (
            f'<span lang="{passage.language}">{escape(shortened(passage.title or passage.source, 80))}</span>'
            f'<small lang="{passage.language}">{escape(shortened(passage.text, 110))}</small>'
        )
        rows.append(f"<li>{button('open', title, kind='link', bulletin=passage.bulletin)}</li>")
    return f'<h3>{words.in_the_text}</h3><ul class="titles">{"".join(rows)}</ul>' if rows else ""


# ---------------------------------------------------------------- the picture


@dataclass(frozen=True)
class Dot:
    """Bulletins of one issuer in one month or year. at: 0 to 1 from left to right. language: None when they differ."""

    row: int
    at: float
    period: str
    entries: tuple[Any, ...]

    @property
    def language(self) -> str | None:
        found = {entry.language for entry in self.entries}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class Timeline:
    """rows: issuers from top to bottom; None is everybody else, or nobody named. ticks: (0 to 1, year)."""

    rows: tuple[str | None, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, str], ...]
    undated: int


def timeline(entries: Sequence[Any]) -> Timeline:
    """The bulletins by month, or of a long time by year."""
    dated = [(known_date(entry), entry) for entry in entries if known_date(entry)[:4].isdigit()]
    if not dated:
        return Timeline((), (), (), len(entries))
    years = sorted(int(date[:4]) for date, _ in dated)
    first, last = years[0], years[-1]
    by_month = (last - first + 1) * 12 <= _MONTHS or len(dated) <= _FEW
    counted = Counter(entry.issuer for _, entry in dated if entry.issuer)
    rows: list[str | None] = [name for name, _ in counted.most_common(ROWS)]
    if any(entry.issuer not in rows for _, entry in dated):
        rows.append(None)
    binned: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for date, entry in dated:
        row = rows.index(entry.issuer) if entry.issuer in rows else len(rows) - 1
        binned[row, date[:7] if by_month else date[:4]].append(entry)
    span = last - first + 1
    dots = tuple(
        Dot(row, (_place(period) - first) / span, period, tuple(of_period))
        for (row, period), of_period in sorted(binned.items())
    )
    step = max(1, -(-span // 8))
    ticks = tuple(((year - first) / span, str(year)) for year in range(first, last + 1, step))
    return Timeline(tuple(rows), dots, ticks, len(entries) - len(dated))


def _place(period: str) -> float:
    """The middle of a month or year, in years; of a year known alone among months, the middle of the year."""
    year, _, month = period.partition("-")
    return int(year) + (0.5 if not month else (int(month) - 0.5) / 12)


def timeline_html(entries: Sequence[Any], words: Words) -> str:
    """An SVG as wide as there is room. Every dot is a button; the list below says the same in words."""
    made = timeline(entries)
    if not made.dots:
        return ""
    height = _TOP_PX + len(made.rows) * _ROW_PX + _AXIS_PX
    parts = []
    for at, year in made.ticks:
        parts.append(
            f'<line class="tick" x1="{_x(at)}" x2="{_x(at)}" y1="0" y2="{height - _AXIS_PX + 4}"/>'
            f'<text class="year" x="{_x(at)}" dx="4" y="{height - 8}">{year}</text>'
        )
    for row, issuer in enumerate(made.rows):
        y = _TOP_PX + row * _ROW_PX
        name = (
            escape(shortened(issuer, 40)) if issuer else words.other_issuers if len(made.rows) > 1 else words.no_issuer
        )
        parts.append(
            f'<text class="issuer" x="2" y="{y + 11}">{name}</text>'
            f'<line class="row" x1="0" x2="100%" y1="{y + 30}" y2="{y + 30}"/>'
        )
    parts += [_dot(dot, made.rows[dot.row], words) for dot in made.dots]
    legend = "".join(
        f'<span><i class="dot-{code}"></i>{name}</span>'
        for code, name in NAMES.items()
        if any(entry.language == code for entry in entries)
    )
    if any(dot.language is None for dot in made.dots):
        legend += f'<span><i class="dot-several"></i>{words.several}</span>'
    undated = f'<span class="undated">{words.undated.format(f"{made.undated:,}")}</span>' if made.undated else ""
    return (
        f'<figure class="timeline"><figcaption>{words.timeline}</figcaption>'
        f'<svg width="100%" height="{height}" role="group" aria-label="{escape(words.timeline)}">{"".join(parts)}</svg>'
        f'<p class="legend">{legend}{undated}</p></figure>'
    )


def _x(at: float) -> str:
    # Room for a dot at either end.
    return f"{2.5 + 95 * at:.2f}%"


def _dot(dot: Dot, issuer: str | None, words: Words) -> str:
    count = len(dot.entries)
    radius = min(_LARGEST_PX, _SMALLEST_PX + 2 * (count - 1) ** 0.5)
    period = date_words(dot.period, words.code)
    if count == 1:
        (entry,) = dot.entries
        label = f"{date_words(known_date(entry), words.code)}{words.colon}{shortened(entry.title or entry.source, 90)}"
        data = f'data-do="open" data-bulletin="{escape(entry.id)}"'
    else:
        label = f"{period}{words.colon}{words.bulletins.format(count)}" + (f", {issuer}" if issuer else "")
        data = f'data-do="within" data-period="{dot.period}" data-issuer="{escape(issuer or "")}"'
    y = _TOP_PX + dot.row * _ROW_PX + 30
    number = f'<text x="{_x(dot.at)}" y="{y + 3.5}" aria-hidden="true">{count}</text>' if count > 2 else ""
    return (
        f'<g class="dot" role="button" tabindex="0" {data} aria-label="{escape(label)}"><title>{escape(label)}</title>'
        f'<circle class="hit" cx="{_x(dot.at)}" cy="{y}" r="14"/>'
        f'<circle class="dot-{dot.language or "several"}" cx="{_x(dot.at)}" cy="{y}" r="{radius:.1f}"/>{number}</g>'
    )


def within(period: object, issuer: object) -> Filters:
    """What a dot stands for, from what the browser sent: anything else is no filter."""
    date = period if isinstance(period, str) else ""
    filters = Filters(since=date, until=date) if date[:4].isdigit() and len(date) in (4, 7) else Filters()
    if isinstance(issuer, str) and issuer:
        filters = Filters(filters.since, filters.until, issuer)
    return filters
