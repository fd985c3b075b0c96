"""From a conversation to the HTML of the head, the chat and the filters: pure functions, strings out.

Whatever comes from a bulletin or a visitor goes through `escape`, and nothing else makes it HTML: there is no Markdown.
"""

from __future__ import annotations

import html
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sources.bulletin import Language

from ..answer import Answer, Citation, Sentence
from ..layout import joined, lines, plain, shortened
from .conversation import Conversation, Turn
from .filters import Filters
from .words import NAMES, WORDS, Words, date_words

# Of a large collection the filters offer the issuers with the most bulletins; a bulletin is chosen where it is read.
_ISSUERS, _BULLETINS = 200, 200
# Gradio reads a component's value as a template too: its brackets must not come from a text.
_TEMPLATE_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;", "\0": "\ufffd"})


def escape(text: str) -> str:
    """Text as HTML that shows it as it is, in element content and in quoted attributes."""
    return html.escape(text, quote=True).translate(_TEMPLATE_SIGNS)


@dataclass(frozen=True)
class Collection:
    """What the page knows of the index without reading a bulletin. entries: of the catalogue, newest first.

    opening: the index is still being made, so nothing is known of it.
    """

    entries: tuple[Any, ...]
    specimens: bool = False
    opening: bool = False

    @property
    def bulletins(self) -> int:
        """How many."""
        return len(self.entries)

    @cached_property
    def newest(self) -> str | None:
        """ISO date."""
        return max((e.published for e in self.entries if e.published and e.published[0].isdigit()), default=None)

    @cached_property
    def issuers(self) -> tuple[str, ...]:
        """Those with the most bulletins first."""
        return tuple(name for name, _ in Counter(e.issuer for e in self.entries if e.issuer).most_common())

    @cached_property
    def by_source(self) -> dict[str, Any]:
        return {entry.source: entry for entry in self.entries}


# ---------------------------------------------------------------- pictures


def _icon(paths: str, size: int = 16) -> str:
    return (
        f'<svg class="icon" viewBox="0 0 16 16" width="{size}" height="{size}" aria-hidden="true" fill="none"'
        f' stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
    )


COPY = _icon('<path d="M5.5 5.5h8v8h-8z"/><path d="M10.5 5.5V2.5h-8v8h3"/>')
AGAIN = _icon('<path d="M13 8a5 5 0 1 1-1.6-3.7"/><path d="M13.3 2.3v2.8h-2.8"/>')
UP = _icon(
    '<path d="M5 7.2 8 2c1.1 0 1.7.8 1.5 1.9L9 6.5h3.6c.9 0 1.5.8 1.3 1.7l-1 4.3c-.2.7-.7 1-1.4 1H5z"/>'
    '<path d="M2.3 7.2H5v6.3H2.3z"/>'
)
DOWN = _icon(
    '<path d="M11 8.8 8 14c-1.1 0-1.7-.8-1.5-1.9L7 9.5H3.4c-.9 0-1.5-.8-1.3-1.7l1-4.3c.2-.7.7-1 1.4-1H11z"/>'
    '<path d="M13.7 8.8H11V2.5h2.7z"/>'
)
FLAG = _icon('<path d="M3.5 14V2.5M3.5 3h8.7L10.3 6l1.9 3H3.5"/>')
PENCIL = _icon('<path d="m10.5 3 2.5 2.5-7.3 7.3-3 .5.5-3z"/>')
STOP = _icon('<path d="M4.5 4.5h7v7h-7z" fill="currentColor"/>')
FUNNEL = _icon('<path d="M2.5 3.5h11M4.5 8h7M6.5 12.5h3"/>')
EMBLEM = (
    '<svg class="emblem" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">'
    '<rect width="40" height="40" rx="9" fill="var(--seal)"/>'
    '<path d="M12 9h12l5 5v17H12z" fill="none" stroke="var(--on-seal)" stroke-width="1.8" stroke-linejoin="round"/>'
    '<path d="M24 9v5h5M16 19h9M16 23.5h9" fill="none" stroke="var(--on-seal)" stroke-width="1.8"'
    ' stroke-linecap="round"/>'
    '<path d="M15.5 27.5h6" stroke="var(--gold)" stroke-width="3" stroke-linecap="round"/></svg>'
)


def button(do: str, text: str, label: str = "", kind: str = "quiet", **data: object) -> str:
    """A button that the page's script sends on. text: HTML. label: what a picture does. data: what goes along."""
    told = "".join(f' data-{name.replace("_", "-")}="{escape(str(value))}"' for name, value in data.items())
    named = f' aria-label="{escape(label)}" title="{escape(label)}"' if label else ""
    return f'<button type="button" class="{kind}" data-do="{do}"{told}{named}>{text}</button>'


# ---------------------------------------------------------------- head


def head_html(collection: Collection, conversation: Conversation, user: Any = None) -> str:
    """user: a `User` who has logged in by a session is named, with a way out."""
    language = conversation.language
    words = WORDS[language]
    count = collection.bulletins
    counted = words.one_bulletin if count == 1 else words.bulletins.format(f"{count:,}")
    newest = words.newest.format(date_words(collection.newest, language)) if collection.newest else ""
    known = () if collection.opening else (counted, newest)
    summary = "<i> · </i>".join(f"<span>{escape(part)}</span>" for part in known if part)
    switch = "".join(
        f'<button type="button" class="switch" data-do="language" data-language="{code}" lang="{code}"'
        f' aria-pressed="{"true" if code == language else "false"}">{name}</button>'
        for code, name in NAMES.items()
    )
    who = ""
    if getattr(user, "via", "") == "session":
        out = f'<button class="quiet">{words.log_out}</button>'
        who = f'<form class="who" method="post" action="logout"><span>{escape(user.name)}</span>{out}</form>'
    return (
        f'<a class="skip" href="#question">{words.skip}</a>'
        f'<header class="masthead{" small" if conversation.small else ""}" lang="{language}">{EMBLEM}'
        f'<div class="names"><h1>{words.name}</h1><p>{words.tagline}</p></div>'
        f'<div class="facts"><p class="summary">{summary}</p>{who}'
        f'<nav class="switches" aria-label="{escape(words.page_language)}">{switch}</nav></div></header>'
    )


# ---------------------------------------------------------------- conversation


def chat_html(
    conversation: Conversation,
    collection: Collection,
    examples: Iterable[tuple[Language, str]],
    opening: bool = False,
) -> str:
    """The whole conversation, or the welcome. opening: what is asked waits until the bulletins are opened."""
    words = WORDS[conversation.language]
    if not conversation.turns:
        return _welcome(words, conversation.language, collection, examples)
    last = len(conversation.turns) - 1
    turns = "".join(
        _turn_html(turn, number, words, number == last, opening) for number, turn in enumerate(conversation.turns)
    )
    after = ""
    if not conversation.busy:
        after = (
            f'<div class="after">{button("clear", words.clear)}{button("export", words.as_markdown, format="md")}'
            f"{button('export', words.as_word, format='docx')}</div>"
        )
    busy = ' aria-busy="true"' if conversation.busy else ""
    return f'<div class="turns" lang="{conversation.language}"{busy}>{turns}{after}</div>'


def _welcome(words: Words, language: Language, collection: Collection, examples: Iterable[tuple[Language, str]]) -> str:
    note = f'<p class="specimens">{escape(words.specimens)}</p>' if collection.specimens else ""
    buttons = "".join(
        f'<button type="button" class="example" lang="{code}" data-ask="{escape(question)}">'
        f"<small>{NAMES[code]}</small>{escape(question)}</button>"
        for code, question in examples
    )
    return (
        f'<div class="welcome" lang="{language}"><h2>{words.welcome}</h2><p>{words.welcome_more}</p>'
        f'<h3>{words.try_one}</h3><div class="examples">{buttons}</div>{note}</div>'
    )


def _turn_html(turn: Turn, number: int, words: Words, last: bool, opening: bool) -> str:
    edit = button("edit", PENCIL, words.edit, "edit-question") if last and turn.done else ""
    asked = f'<div class="question">{edit}<p>{escape(turn.question)}</p></div>'
    if turn.error:
        message, remedy = turn.error
        again = f"<p>{button('again', words.again, kind='action')}</p>" if last else ""
        body = (
            f'<div class="answer notice broken" role="alert"><h2>{words.broken}</h2>'
            f"<p>{escape(message)}</p><p>{escape(remedy)}</p>{again}</div>"
        )
    elif turn.answer:
        body = answer_html(turn.answer, number, words, turn=turn, last=last)
    elif turn.stopped:
        again = f" {button('again', words.again, kind='action')}" if last else ""
        body = f'<div class="answer notice stopped"><p>{words.stopped}{again}</p></div>'
    elif turn.so_far:
        body = answer_html(turn.so_far, number, words, done=False)
    else:
        stop = button("stop", STOP + words.stop, kind="action stop")
        doing = words.opening if opening else words.searching
        body = f'<div class="answer waiting"><p>{doing}<i></i><i></i><i></i>{stop}</p></div>'
    return f'<article class="turn" data-turn="{number}">{asked}{_scope(turn, number, words, last)}{body}</article>'


def _scope(turn: Turn, number: int, words: Words, last: bool) -> str:
    """Within what the question was asked, and the way to ask it of everything."""
    if not turn.filters:
        return ""
    told = escape(" · ".join(filter_words(turn.filters, words)))
    if turn.read:
        told = words.read_from_question.format(told)
    wider = button("wider", words.ask_everything) if last and turn.done else ""
    return f'<p class="scope">{FUNNEL}<span>{told}</span>{wider}</p>'


def answer_html(
    answer: Answer, number: int, words: Words, done: bool = True, turn: Turn | None = None, last: bool = False
) -> str:
    """One answer with its numbered chips, and when it is done what can be done with it. number: of its turn."""
    parts: list[str] = []
    in_list = False
    for line in lines(answer):
        text = joined([_sentence_html(sentence, number, words) for sentence in line.sentences], line.sentences)
        if line.item != in_list:
            parts.append("<ul>" if line.item else "</ul>")
            in_list = line.item
        parts.append(f"<li>{text}</li>" if line.item else f"<p>{text}</p>")
    if in_list:
        parts.append("</ul>")
    if not answer.sentences:
        parts.append(f"<p>{escape(answer.text)}</p>")
    kind = "found" if answer.outcome == "answered" else "notice none"
    title = "" if answer.outcome == "answered" else f"<h2>{words.not_found}</h2>"
    if done:
        end = _after_answer(answer, number, words, turn or Turn(answer.question), last)
    else:
        end = f'<div class="foot">{button("stop", STOP + words.stop, kind="action stop")}</div>'
    shown = f'<div class="answer {kind}" lang="{answer.language}">{title}{"".join(parts)}{end}</div>'
    if last and turn and turn.follow_ups:
        asked = "".join(
            f'<button type="button" class="follow-up" data-ask="{escape(question)}">{escape(question)}</button>'
            for question in turn.follow_ups
        )
        shown += f'<div class="follow-ups" lang="{answer.language}"><h2>{words.follow_ups}</h2>{asked}</div>'
    return shown


def _sentence_html(sentence: Sentence, turn: int, words: Words) -> str:
    chips = "".join(chip(turn, position + 1, words) for position in sentence.citations)
    chips = f'<span class="chips">{chips}</span>' if chips else ""
    if sentence.supported:
        return f"<span>{escape(sentence.text)}{chips}</span>"
    return f'<span class="unsupported" title="{escape(words.unsupported)}">{escape(sentence.text)}{chips}</span>'


def chip(turn: int, number: int, words: Words) -> str:
    label = escape(words.source_number.format(number))
    return (
        f'<button type="button" class="chip" data-turn="{turn}" data-number="{number}"'
        f' aria-label="{label}">{number}</button>'
    )


def _after_answer(answer: Answer, number: int, words: Words, turn: Turn, last: bool) -> str:
    parts = [f'<p class="note">{escape(note)}</p>' for note in answer.notes]
    if turn.stopped:
        parts.append(f'<p class="note">{words.stopped}</p>')
    if answer.outcome == "not_found" and answer.related:
        rows = "".join(
            f"<li>{chip(number, n, words)} <span>{escape(c.title or c.source)}</span>"
            f"<q>{escape(shortened(c.quote, 90))}</q></li>"
            for n, c in enumerate(answer.related, 1)
        )
        parts.append(f'<div class="related"><h3>{words.related}</h3><ol>{rows}</ol></div>')
    if answer.searched_as != answer.question:
        parts.append(f'<p class="searched">{words.searched_as}{words.colon}{escape(answer.searched_as)}</p>')
    seconds = ""
    if "total" in answer.seconds:
        seconds = f'<span class="seconds">{words.seconds.format(format(answer.seconds["total"], ".2f"))}</span>'
    told = []
    if answer.citations or answer.related:
        told.append(button("show", words.show_sources, turn=number))
    told.append(button("why", words.why, turn=number))
    copied = button("copy", COPY, words.copy, "tool", copy=plain(answer, {}), copied=words.copied)
    tools = [copied, button("again", AGAIN, words.again, "tool") if last else "", *_verdicts(turn, number, words)]
    foot = f'<div class="foot">{"".join(told)}{seconds}<span class="tools">{"".join(tools)}</span></div>'
    return "".join(parts) + foot + _report_form(number, words) + _previews(answer, words)


def _verdicts(turn: Turn, number: int, words: Words) -> list[str]:
    def one(verdict: str, picture: str, label: str) -> str:
        pressed = "true" if turn.verdict == verdict else "false"
        made = button("verdict", picture, label, "tool", turn=number, verdict=verdict)
        return made.replace(" data-do", f' aria-pressed="{pressed}" data-do', 1)

    report = button("report", FLAG, words.report, "tool", turn=number)
    if turn.verdict == "report":
        report = f'<span class="thanks">{words.reported}</span>'
    return [one("up", UP, words.good), one("down", DOWN, words.bad), report]


def _report_form(number: int, words: Words) -> str:
    """Hidden until it is asked for; what is written there can become a gold case."""
    return (
        f'<form class="report" data-turn="{number}" hidden><p>{words.report_more}</p>'
        f'<label>{words.expected}<textarea name="expected" rows="2" maxlength="3000"></textarea></label>'
        f'<label>{words.comment}<textarea name="comment" rows="2" maxlength="900"></textarea></label>'
        f'<p class="buttons"><button type="submit" class="action">{words.send_report}</button>'
        f'<button type="button" class="quiet" data-do="report" data-turn="{number}">{words.cancel}</button></p></form>'
    )


def _previews(answer: Answer, words: Words) -> str:
    """What a chip shows when a pointer or the keyboard rests on it."""
    cited = answer.citations or answer.related
    return f'<div class="previews" hidden>{"".join(_preview(n, c, words) for n, c in enumerate(cited, 1))}</div>'


def _preview(number: int, citation: Citation, words: Words) -> str:
    date = date_words(citation.published, words.code) if citation.published else ""
    about = " · ".join(escape(part) for part in (citation.issuer, date) if part)
    return (
        f'<div data-preview="{number}"><b>{escape(citation.title or citation.source)}</b>'
        f"{f'<small>{about}</small>' if about else ''}<q>{escape(shortened(citation.quote, 220))}</q></div>"
    )


# ---------------------------------------------------------------- filters


def filter_words(filters: Filters, words: Words) -> list[str]:
    """Each filter in words."""
    return [text for _, text in _named(filters, words)]


def _named(filters: Filters, words: Words, collection: Collection | None = None) -> list[tuple[str, str]]:
    """(field, its words) of each filter that is set; both dates are one, "dates"."""
    found = []
    since, until = (date_words(date, words.code) if date else "" for date in (filters.since, filters.until))
    if since and since == until:
        found.append(("dates", since))
    elif since or until:
        found.append(("dates", f"{since} – {until}".strip() if since and until else _open(since, until, words)))
    if filters.issuer:
        found.append(("issuer", filters.issuer))
    if filters.language:
        found.append(("language", NAMES.get(filters.language, filters.language)))  # type: ignore[call-overload]
    if filters.source:
        entry = collection.by_source.get(filters.source) if collection else None
        found.append(("source", shortened(entry.title or entry.source, 40) if entry else filters.source))
    return found


def _open(since: str, until: str, words: Words) -> str:
    return words.since.format(since) if since else words.until.format(until)


def filters_html(conversation: Conversation, collection: Collection) -> str:
    """What the questions to come are put to: chips that can be removed, and the form that sets them."""
    words, chosen = WORDS[conversation.language], conversation.filters
    chips = "".join(
        f'<span class="filter">{escape(text)}'
        f"{button('unfilter', '×', words.remove_filter.format(text), 'x', field=field)}</span>"
        for field, text in _named(chosen, words, collection)
    )
    since, until = _padded(chosen.since, "-01-01"), _padded(chosen.until, "-12-31")
    issuers = _options(((name, name) for name in collection.issuers[:_ISSUERS]), chosen.issuer, words)
    languages = _options(((code, name) for code, name in NAMES.items()), chosen.language, words)
    of_bulletin = ""
    if len(collection.entries) <= _BULLETINS:
        titles = [(e.source, f"{e.published or '–'}  {shortened(e.title or e.source, 60)}") for e in collection.entries]
        of_bulletin = (
            f'<label>{words.bulletin}<select name="source">{_options(titles, chosen.source, words)}</select></label>'
        )
    form = (
        f'<form class="filter-form">'
        f'<label>{words.from_date}<input type="date" name="from" value="{escape(since)}"></label>'
        f'<label>{words.to_date}<input type="date" name="to" value="{escape(until)}"></label>'
        f'<label>{words.issuer}<select name="issuer">{issuers}</select></label>'
        f'<label>{words.bulletin_language}<select name="bulletin_lang">{languages}</select></label>{of_bulletin}'
        f'<p class="buttons"><button type="submit" class="action">{words.apply}</button>'
        f"{button('unfilter', words.no_filter, field='all')}</p></form>"
    )
    return (
        f'<div class="filters" lang="{conversation.language}"><details><summary>{FUNNEL}{words.filter}</summary>'
        f"{form}</details>{chips}</div>"
    )


def _padded(date: str | None, rest: str) -> str:
    """The whole day that the form's fields want, of a date that may end at the year or month."""
    if not date or len(date) == 10:
        return date or ""
    if len(date) == 4:
        return date + rest
    year, month = map(int, date.split("-"))
    return f"{date}-01" if rest == "-01-01" else f"{date}-{monthrange(year, month)[1]}"


def _options(values: Iterable[tuple[str, str]], chosen: str | None, words: Words) -> str:
    values = list(values)
    if chosen and all(value != chosen for value, _ in values):
        values.append((chosen, chosen))
    rows = [
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(shown)}</option>'
        for value, shown in values
    ]
    return f'<option value="">{words.any}</option>{"".join(rows)}'


def numbered(citations: Sequence[Citation]) -> dict[str, list[tuple[int, Citation]]]:
    """Citations under the id of their bulletin, each with its number from 1; bulletins in order of first mention."""
    found: dict[str, list[tuple[int, Citation]]] = {}
    for number, citation in enumerate(citations, 1):
        found.setdefault(citation.bulletin, []).append((number, citation))
    return found
