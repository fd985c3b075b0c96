"""From answers and bulletins to HTML: pure functions, strings out.

Whatever comes from a bulletin or a visitor goes through `escape`, and nothing else makes it HTML: there is no Markdown.
"""

from __future__ import annotations

import bisect
import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sources.bulletin import Bulletin, Edit, Language

from ..answer import Answer, Citation, Sentence
from ..layout import event_dates, joined, lines, plain, shortened
from .conversation import Conversation, Turn
from .words import NAMES, REPAIRS, WORDS, Words, date_words

# A bulletin up to this long is shown whole; of a longer one, this much around each cited span.
WHOLE_CHARS = 30_000
AROUND_CHARS = 2_000
_MARKUP = ("markup", "furniture")  # kinds of edits that take out what is no text of the bulletin

# Gradio reads a component's value as a template too: its brackets must not come from a text.
_TEMPLATE_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;", "\0": "\ufffd"})


def escape(text: str) -> str:
    """Text as HTML that shows it as it is, in element content and in quoted attributes."""
    return html.escape(text, quote=True).translate(_TEMPLATE_SIGNS)


@dataclass(frozen=True)
class Collection:
    """What the page says of the index. newest: ISO date; titles: of the newest bulletins, (title, date, language)."""

    bulletins: int
    newest: str | None
    titles: tuple[tuple[str, str | None, str], ...]
    specimens: bool


# ---------------------------------------------------------------- head


def head_html(collection: Collection, language: Language) -> str:
    words = WORDS[language]
    count = words.one_bulletin if collection.bulletins == 1 else words.bulletins.format(f"{collection.bulletins:,}")
    newest = words.newest.format(date_words(collection.newest, language)) if collection.newest else ""
    summary = "<i> · </i>".join(f"<span>{escape(part)}</span>" for part in (count, newest) if part)
    switch = "".join(
        f'<button type="button" class="switch" data-language="{code}" lang="{code}"'
        f' aria-pressed="{"true" if code == language else "false"}">{name}</button>'
        for code, name in NAMES.items()
    )
    return (
        f'<header class="masthead" lang="{language}">{_EMBLEM}'
        f'<div class="names"><h1>{words.name}</h1><p>{words.tagline}</p></div>'
        f'<div class="facts"><p class="summary">{summary}</p>'
        f'<nav class="switches" aria-label="English 繁體 简体">{switch}</nav></div></header>'
    )


_EMBLEM = (
    '<svg class="emblem" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">'
    '<rect width="40" height="40" rx="9" fill="var(--seal)"/>'
    '<path d="M12 9h12l5 5v17H12z" fill="none" stroke="#fff" stroke-width="1.8" stroke-linejoin="round"/>'
    '<path d="M24 9v5h5M16 19h9M16 23.5h9" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/>'
    '<path d="M15.5 27.5h6" stroke="var(--gold)" stroke-width="3" stroke-linecap="round"/></svg>'
)


# ---------------------------------------------------------------- conversation


def chat_html(
    conversation: Conversation,
    collection: Collection,
    examples: Iterable[tuple[Language, str]],
    sentences: int | None = None,
) -> str:
    """The whole conversation, or the welcome. sentences: how many of the last answer are shown; None for all."""
    words = WORDS[conversation.language]
    if not conversation.turns:
        return _welcome(words, conversation.language, collection, examples)
    last = len(conversation.turns) - 1
    turns = (
        _turn_html(turn, number, words, sentences if number == last else None)
        for number, turn in enumerate(conversation.turns)
    )
    clear = f'<button type="button" class="quiet" data-clear="1">{words.clear}</button>'
    return (
        f'<div class="turns" role="log" aria-live="polite" lang="{conversation.language}">{"".join(turns)}'
        f'<div class="after">{clear}</div></div>'
    )


def _welcome(words: Words, language: Language, collection: Collection, examples: Iterable[tuple[Language, str]]) -> str:
    note = f'<p class="specimens">{escape(words.specimens)}</p>' if collection.specimens else ""
    buttons = "".join(
        f'<button type="button" class="example" lang="{code}" data-question="{escape(question)}">'
        f"<small>{NAMES[code]}</small>{escape(question)}</button>"
        for code, question in examples
    )
    return (
        f'<div class="welcome" lang="{language}"><h2>{words.welcome}</h2><p>{words.welcome_more}</p>'
        f'<h3>{words.try_one}</h3><div class="examples">{buttons}</div>{note}</div>'
    )


def _turn_html(turn: Turn, number: int, words: Words, sentences: int | None) -> str:
    asked = f'<div class="question"><p>{escape(turn.question)}</p></div>'
    if turn.error:
        message, remedy = turn.error
        body = (
            f'<div class="answer notice broken" role="alert"><h3>{words.broken}</h3>'
            f"<p>{escape(message)}</p><p>{escape(remedy)}</p></div>"
        )
    elif turn.answer:
        body = answer_html(turn.answer, number, words, sentences)
    else:
        body = f'<div class="answer waiting"><p>{words.searching}<i></i><i></i><i></i></p></div>'
    return f'<article class="turn" data-turn="{number}">{asked}{body}</article>'


def answer_html(answer: Answer, turn: int, words: Words, sentences: int | None = None) -> str:
    """One answer with its numbered chips. sentences: how many are shown so far; None for all and what follows them."""
    left = len(answer.sentences) if sentences is None else sentences
    parts: list[str] = []
    in_list = False
    for line in lines(answer):
        shown = line.sentences[: max(left, 0)]
        left -= len(line.sentences)
        if not shown:
            break
        text = joined([_sentence_html(sentence, turn, words) for sentence in shown], shown)
        if line.item != in_list:
            parts.append("<ul>" if line.item else "</ul>")
            in_list = line.item
        parts.append(f"<li>{text}</li>" if line.item else f"<p>{text}</p>")
    if in_list:
        parts.append("</ul>")
    if not answer.sentences:
        parts.append(f"<p>{escape(answer.text)}</p>")
    kind = "found" if answer.outcome == "answered" else "notice none"
    title = "" if answer.outcome == "answered" else f"<h3>{words.not_found}</h3>"
    end = _after_answer(answer, turn, words) if sentences is None else ""
    return f'<div class="answer {kind}" lang="{answer.language}">{title}{"".join(parts)}{end}</div>'


def _sentence_html(sentence: Sentence, turn: int, words: Words) -> str:
    chips = "".join(_chip(turn, position + 1, words) for position in sentence.citations)
    chips = f'<span class="chips">{chips}</span>' if chips else ""
    if sentence.supported:
        return f"<span>{escape(sentence.text)}{chips}</span>"
    return f'<span class="unsupported" title="{escape(words.unsupported)}">{escape(sentence.text)}{chips}</span>'


def _chip(turn: int, number: int, words: Words) -> str:
    label = escape(words.source_number.format(number))
    return (
        f'<button type="button" class="chip" data-turn="{turn}" data-number="{number}"'
        f' aria-label="{label}" title="{label}">{number}</button>'
    )


def _after_answer(answer: Answer, turn: int, words: Words) -> str:
    parts = [f'<p class="note">{escape(note)}</p>' for note in answer.notes]
    if answer.outcome == "not_found" and answer.related:
        rows = "".join(
            f"<li>{_chip(turn, n, words)} <span>{escape(c.title or c.source)}</span>"
            f"<q>{escape(shortened(c.quote, 90))}</q></li>"
            for n, c in enumerate(answer.related, 1)
        )
        parts.append(f'<div class="related"><h4>{words.related}</h4><p>{words.related_note}</p><ol>{rows}</ol></div>')
    foot = []
    if answer.searched_as != answer.question:
        foot.append(f'<span class="searched">{words.searched_as}: {escape(answer.searched_as)}</span>')
    if "total" in answer.seconds:
        foot.append(f"<span>{words.seconds.format(format(answer.seconds['total'], '.2f'))}</span>")
    copy = (
        f'<button type="button" class="quiet" data-copy="{escape(plain(answer, {}))}"'
        f' data-copied="{words.copied}">{words.copy}</button>'
    )
    if answer.citations or answer.related:
        foot.append(f'<button type="button" class="quiet" data-show="{turn}">{words.show_sources}</button>')
    return "".join(parts) + f'<div class="foot">{"".join(foot)}{copy}</div>'


# ---------------------------------------------------------------- panel


def panel_html(
    conversation: Conversation,
    collection: Collection,
    bulletin: Callable[[str], Bulletin],
    focus: int | None = None,
) -> str:
    """The sources of the shown turn, one card a bulletin. focus: the citation number to bring into view, from 1."""
    words = WORDS[conversation.language]
    turn = conversation.shown
    answer = None if turn is None else conversation.turns[turn].answer
    if answer is None or not (answer.citations or answer.related):
        return _empty_panel(collection, conversation.language)
    cited = answer.citations or answer.related
    cards = "".join(
        _card_or_note(bulletin, key, numbered, conversation.language) for key, numbered in by_bulletin(cited).items()
    )
    title = words.sources if answer.citations else words.related
    note = "" if answer.citations else f'<p class="related-note">{words.related_note}</p>'
    kind = "" if answer.citations else " weak"
    switch = (
        f'<div class="views" role="group"><button type="button" data-view="raw">{words.as_published}</button>'
        f'<button type="button" data-view="clean">{words.repaired}</button></div>'
    )
    return (
        f'<section class="panel{kind}" lang="{conversation.language}" data-turn="{turn}"'
        f' data-focus="{focus or ""}" data-first="{first_shown(answer)}">'
        f'<div class="panel-head"><h2>{title}</h2>{switch}</div>{note}{cards}</section>'
    )


def first_shown(answer: Answer) -> int:
    """The number of the citation at which its bulletin is opened: the first of what is said, not of what leads to it.

    "“Title”, dated 2 June 2021, says:" cites the title and the date line, and those nobody needs to see first.
    """
    for sentence in answer.sentences:
        if sentence.citations and not sentence.text.rstrip().endswith((":", "：")):
            return sentence.citations[0] + 1
    return 1


def _empty_panel(collection: Collection, language: Language) -> str:
    words = WORDS[language]
    rows = "".join(
        f'<li lang="{code}"><span>{escape(title)}</span>'
        f"<time>{escape(date_words(date, language)) if date else words.no_date}</time></li>"
        for title, date, code in collection.titles
    )
    listed = f'<h3>{words.collection}</h3><ul class="titles">{rows}</ul>' if rows else ""
    return (
        f'<section class="panel empty" lang="{language}"><div class="panel-head"><h2>{words.sources}</h2></div>'
        f"<p>{words.sources_empty}</p>{listed}</section>"
    )


def by_bulletin(citations: Sequence[Citation]) -> dict[str, list[tuple[int, Citation]]]:
    """Citations under the id of their bulletin, each with its number from 1; bulletins in order of first mention."""
    found: dict[str, list[tuple[int, Citation]]] = {}
    for number, citation in enumerate(citations, 1):
        found.setdefault(citation.bulletin, []).append((number, citation))
    return found


def _card_or_note(
    bulletin: Callable[[str], Bulletin], key: str, numbered: Sequence[tuple[int, Citation]], language: Language
) -> str:
    """The card, or what is left to say of a bulletin that the index lost since it was cited."""
    try:
        return card_html(bulletin(key), numbered, language)
    except KeyError:
        numbers = " ".join(str(number) for number, _ in numbered)
        title = escape(numbered[0][1].title or numbered[0][1].source)
        note = f"<p>{numbers}. {WORDS[language].gone}</p>"
        return f'<article class="card"><div class="card-head"><h3>{title}</h3>{note}</div></article>'


def card_html(bulletin: Bulletin, numbered: Sequence[tuple[int, Citation]], language: Language) -> str:
    """One bulletin with the cited spans marked in its place, as published and as repaired."""
    words = WORDS[language]
    chips = "".join(
        f'<button type="button" class="chip" data-number="{n}">{n}</button>{_page_html(citation.page, words)}'
        for n, citation in numbered
    )
    raw_marks = [(citation.start, citation.end, number) for number, citation in numbered]
    clean_marks = [(*bulletin.map.clean_span(start, end), number) for start, end, number in raw_marks]
    versions = dict.fromkeys(version for _, citation in numbered for version in citation.other_versions)
    about = " · ".join(escape(part) for part in (bulletin.issuer, bulletin.column) if part)
    rows = [_dates_html(bulletin, language)]
    if versions:
        rows.append(f'<p class="versions">{words.versions} {escape(", ".join(versions))}</p>')
    rows += [_contradiction_html(values, words, language) for values in _contradicting(bulletin)]
    damage = {kind: count for kind, count in bulletin.repairs.items() if kind not in _MARKUP}
    if damage:
        repairs = ", ".join(f"{REPAIRS.get(kind, {}).get(language, kind)} ×{count:,}" for kind, count in damage.items())
        rows.append(f'<p class="repairs">{words.repairs}: {escape(repairs)}</p>')
    return (
        f'<article class="card"><div class="card-head"><div class="chips">{chips}</div>'
        f'<h3 lang="{bulletin.language}">{escape(bulletin.title or bulletin.source)}</h3>'
        f"<p>{about}{' · ' if about else ''}{_source_html(bulletin.source)}</p></div>{''.join(rows)}"
        f'<div class="excerpt raw" lang="{bulletin.language}" tabindex="0">'
        f"{marked_html(bulletin.raw, raw_marks, words, bulletin.map.edits)}</div>"
        f'<div class="excerpt clean" lang="{bulletin.language}" tabindex="0">'
        f"{marked_html(bulletin.text, clean_marks, words)}</div></article>"
    )


def _page_html(page: int | None, words: Words) -> str:
    return "" if page is None else f'<small class="page">{words.page.format(page)}</small>'


def _source_html(source: str) -> str:
    if source.startswith(("https://", "http://")):
        return f'<a href="{escape(source)}" target="_blank" rel="noopener noreferrer">{escape(source)}</a>'
    return f'<span class="source">{escape(source)}</span>'


def _dates_html(bulletin: Bulletin, language: Language) -> str:
    words = WORDS[language]
    periods = list(dict.fromkeys(d.value for d in bulletin.dates if d.role == "period"))[:2]
    found = (
        (words.published, [bulletin.published] if bulletin.published else []),
        (words.event, event_dates(bulletin)),
        (words.period, periods),
    )
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{escape(' · '.join(date_words(value, language) for value in values))}</dd></div>"
        for name, values in found
        if values
    )
    return f'<dl class="dates">{rows or f"<div><dt>{words.published}</dt><dd>{words.no_date}</dd></div>"}</dl>'


def _contradicting(bulletin: Bulletin) -> Iterable[tuple[str, ...]]:
    return dict.fromkeys(contradiction.values for contradiction in bulletin.contradictions)


def _contradiction_html(values: Sequence[str], words: Words, language: Language) -> str:
    shown = " ↔ ".join(date_words(value, language) for value in values)
    return f'<p class="contradiction">{words.contradiction}: {escape(shown)}</p>'


# ---------------------------------------------------------------- text with marks

Mark = tuple[int, int, int]  # start, end, citation number


def marked_html(text: str, marks: Sequence[Mark], words: Words, edits: Sequence[Edit] = ()) -> str:
    """The text with <mark> around cited spans, and with the places that repair changed. Marks may overlap.

    A mark carries the numbers of all citations that it belongs to: data-n="1 3".
    """
    marks = [(max(0, start), min(end, len(text)), number) for start, end, number in marks]
    parts, at = [], 0
    for begin, end in stretches(len(text), marks):
        parts += [_gap(begin - at, words), _stretch_html(text, begin, end, marks, edits)]
        at = end
    return "".join(parts) + _gap(len(text) - at, words)


def stretches(length: int, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """The parts of a text of that length that are shown: all of a short one, of a long one what surrounds the marks."""
    if length <= WHOLE_CHARS:
        return [(0, length)]
    found: list[tuple[int, int]] = []
    for start, end, _ in sorted(marks):
        begin, stop = max(0, start - AROUND_CHARS), min(length, end + AROUND_CHARS)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((begin, stop))
    return found


def _gap(chars: int, words: Words) -> str:
    return f'<span class="gap">⋯ {words.left_out.format(f"{chars:,}")} ⋯</span>' if chars else ""


def _stretch_html(text: str, begin: int, stop: int, marks: Sequence[Mark], edits: Sequence[Edit]) -> str:
    inside = [edit for edit in edits if edit.raw_start < edit.raw_end and begin <= edit.raw_start < stop]
    starts = [edit.raw_start for edit in inside]
    bounds = {begin, stop}
    bounds.update(bound for edit in inside for bound in (edit.raw_start, min(edit.raw_end, stop)))
    bounds.update(bound for start, end, _ in marks for bound in (start, end) if begin < bound < stop)
    ordered = sorted(bounds)
    parts = []
    for start, end in zip(ordered, ordered[1:], strict=False):
        piece = escape(text[start:end])
        i = bisect.bisect_right(starts, start) - 1
        if i >= 0 and start < inside[i].raw_end and inside[i].kind in _MARKUP:
            # A page's markup and furniture were never meant to be read; where they stood, so does what they stand for.
            piece = escape(inside[i].text) if start == inside[i].raw_start else ""
        elif i >= 0 and start < inside[i].raw_end:
            piece = f'<span class="edit" title="{escape(_edit_words(inside[i]))}">{piece}</span>'
        numbers = sorted(number for first, last, number in marks if first <= start and end <= last)
        if numbers:
            begun = [number for first, _, number in marks if first == start]
            signs = "".join(f"<sup>{number}</sup>" for number in sorted(begun))
            piece = f'<mark data-n="{" ".join(map(str, numbers))}">{signs}{piece}</mark>'
        parts.append(piece)
    return "".join(parts)


def _edit_words(edit: Edit) -> str:
    return f"{edit.kind} → {edit.text}" if edit.text else edit.kind
