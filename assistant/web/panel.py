"""What stands beside the chat: the sources of an answer, why it is what it is, and one bulletin to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sources.bulletin import Bulletin, Edit, Language

from ..answer import Answer, Citation, Sentence
from ..layout import event_dates, shortened
from .conversation import Conversation, Turn, View
from .marks import MARKUP, Mark, marked_html, repair_name
from .reasons import reason_words
from .render import Collection, button, chip, escape, filter_words, numbered
from .words import LANES, NAMES, WORDS, Words, date_words

_EXAMPLES = 4  # of each kind of repair
_AROUND = 12  # characters shown on each side of a repaired place
# Says of a sentence and what it cites why the one is doubted.
Reasons = Callable[[str, Sequence[str]], Sequence[str]]

Read = Callable[[str], Bulletin]  # a bulletin by its id; raises KeyError when it is gone


def panel_html(
    conversation: Conversation,
    collection: Collection,
    read: Read,
    body: str | None = None,
    focus: int | None = None,
    admin: bool = False,
    reasons: Reasons = lambda *_: (),
) -> str:
    """The panel at the view that is chosen.

    body: of a view that is made elsewhere ("bulletins", "history", "manage"). focus: the citation number to bring into
    view, from 1.
    """
    words, view, number = WORDS[conversation.language], conversation.view, conversation.shown
    turn = None if number is None else conversation.turns[number]
    answer = turn.answer if turn else None
    kind, data = "", ""
    if view in ("sources", "why"):
        if answer is None or turn is None or number is None:
            body = f'<p class="hint">{words.sources_empty}</p>'
        elif view == "why":
            body = why_html(turn, number, words, reasons)
        else:
            kind = "" if answer.citations else " weak"
            data = f' data-turn="{number}" data-focus="{focus or ""}" data-first="{first_shown(answer)}"'
            body = _sources_html(answer, collection, read, conversation.language)
    notice = ""
    if conversation.notice:
        told = "".join(f"<p>{escape(text)}</p>" for text in conversation.notice)
        notice = f'<div class="notice broken" role="alert">{told}</div>'
    return (
        f'<section class="panel {view}{kind}" lang="{conversation.language}"{data}>'
        f"{_tabs(view, words, admin)}{notice}{body or ''}</section>"
    )


def _tabs(view: View, words: Words, admin: bool) -> str:
    named: list[tuple[View, str]] = [
        ("sources", words.sources),
        ("why", words.why),
        ("bulletins", words.collection),
        ("history", words.history),
    ]
    if admin:
        named.append(("manage", words.manage))
    tabs = "".join(
        f'<button type="button" id="tab-{name}" data-do="view" data-view="{name}"'
        f' aria-pressed="{"true" if name == view else "false"}">{text}</button>'
        for name, text in named
    )
    return f'<nav class="tabs" aria-label="{escape(words.panel)}">{tabs}</nav>'


# ---------------------------------------------------------------- sources


def _sources_html(answer: Answer, collection: Collection, read: Read, language: Language) -> str:
    words = WORDS[language]
    if not (answer.citations or answer.related):
        return f'<p class="hint">{words.sources_none}</p>'
    cards = "".join(
        _card_or_note(read, collection, key, cited, language)
        for key, cited in numbered(answer.citations or answer.related).items()
    )
    title = words.sources if answer.citations else words.related
    note = "" if answer.citations else f'<p class="hint">{words.related_note}</p>'
    return f'<div class="panel-head"><h2>{title}</h2>{_switch(words)}</div>{note}{cards}'


def _switch(words: Words) -> str:
    return (
        f'<div class="reading" role="group" aria-label="{escape(words.reading)}">'
        f'<button type="button" data-reading="raw" aria-pressed="true">{words.as_published}</button>'
        f'<button type="button" data-reading="clean" aria-pressed="false">{words.repaired}</button></div>'
    )


def first_shown(answer: Answer) -> int:
    """The number of the citation at which its bulletin is opened: the first of what is said, not of what leads to it.

    "“Title”, dated 2 June 2021, says:" cites the title and the date line, and those nobody needs to see first.
    """
    for sentence in answer.sentences:
        if sentence.citations and not sentence.text.rstrip().endswith((":", "：")):
            return sentence.citations[0] + 1
    return 1


def _card_or_note(
    read: Read, collection: Collection, key: str, cited: Sequence[tuple[int, Citation]], language: Language
) -> str:
    """The card, or what is left to say of a bulletin that the index lost since it was cited."""
    try:
        return card_html(read(key), cited, collection, language)
    except KeyError:
        numbers = " ".join(str(number) for number, _ in cited)
        title = escape(cited[0][1].title or cited[0][1].source)
        quotes = "".join(f"<p><q>{escape(shortened(citation.quote, 300))}</q></p>" for _, citation in cited)
        note = f"<p>{numbers}. {WORDS[language].gone}</p>{quotes}"
        return f'<article class="card"><div class="card-head"><h3>{title}</h3>{note}</div></article>'


def card_html(
    bulletin: Bulletin, cited: Sequence[tuple[int, Citation]], collection: Collection, language: Language
) -> str:
    """One bulletin with the cited spans marked in its place, as published and as repaired."""
    words = WORDS[language]
    chips = "".join(
        f'<button type="button" class="chip" data-number="{n}" aria-label="{escape(words.source_number.format(n))}">{n}'
        f"</button>{_page_html(citation.page, words)}"
        for n, citation in cited
    )
    marks = [(citation.start, citation.end, number) for number, citation in cited]
    versions = list(dict.fromkeys(version for _, citation in cited for version in citation.other_versions))
    opened = button("open", words.open_bulletin, bulletin=bulletin.id, kind="quiet open")
    return (
        f'<article class="card" data-bulletin="{escape(bulletin.id)}"><div class="card-head"><div class="chips">{chips}'
        f"{opened}</div>{_about_html(bulletin, 'h3')}</div>{_dates_html(bulletin, language)}"
        f"{_versions_html(versions, collection, words)}{_contradictions_html(bulletin, words)}"
        f"{_damage_html(bulletin, words)}{texts_html(bulletin, marks, words)}</article>"
    )


def texts_html(bulletin: Bulletin, marks: Sequence[Mark], words: Words) -> str:
    """The text as published and as repaired, of which one is shown."""
    clean_marks = [(*bulletin.map.clean_span(start, end), number) for start, end, number in marks]
    label = escape(words.text_of.format(bulletin.title or bulletin.source))
    head = f'lang="{bulletin.language}" tabindex="0" role="region" aria-label="{label}"'
    return (
        f'<div class="excerpt raw" {head}>{marked_html(bulletin.raw, marks, words, bulletin.map.edits)}</div>'
        f'<div class="excerpt clean" {head}>{marked_html(bulletin.text, clean_marks, words)}</div>'
    )


def _about_html(bulletin: Bulletin, heading: str) -> str:
    about = " · ".join(escape(part) for part in (bulletin.issuer, bulletin.column, bulletin.document_number) if part)
    return (
        f'<{heading} lang="{bulletin.language}">{escape(bulletin.title or bulletin.source)}</{heading}>'
        f"<p>{about}{' · ' if about else ''}{source_html(bulletin.source)}</p>"
    )


def _page_html(page: int | None, words: Words) -> str:
    return "" if page is None else f'<small class="page">{words.page.format(page)}</small>'


def source_html(source: str) -> str:
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


def _versions_html(versions: Sequence[str], collection: Collection, words: Words) -> str:
    """Bulletins on the same event, by source, each a way to it."""
    if not versions:
        return ""
    rows = []
    for source in versions:
        entry = collection.by_source.get(source)
        if entry is None:
            rows.append(f"<li>{escape(source)}</li>")
            continue
        facts = [NAMES.get(entry.language, entry.language), entry.issuer]
        facts.append(date_words(entry.published, words.code) if entry.published else None)
        title = f'<span lang="{entry.language}">{escape(shortened(entry.title or entry.source, 70))}</span>'
        told = escape(" · ".join(fact for fact in facts if fact))
        rows.append(f"<li>{button('open', title, kind='link', bulletin=entry.id)} <small>{told}</small></li>")
    return f'<div class="versions"><p>{words.versions}</p><ul>{"".join(rows)}</ul></div>'


def _contradictions_html(bulletin: Bulletin, words: Words) -> str:
    told = dict.fromkeys(contradiction.values for contradiction in bulletin.contradictions)
    return "".join(_contradiction_html(values, words) for values in told)


def _contradiction_html(values: Sequence[str], words: Words) -> str:
    shown = " ↔ ".join(date_words(value, words.code) for value in values)
    return f'<p class="contradiction">{words.contradiction}{words.colon}{escape(shown)}</p>'


def _damage(bulletin: Bulletin) -> dict[str, int]:
    return {kind: count for kind, count in bulletin.repairs.items() if kind not in MARKUP}


def _damage_html(bulletin: Bulletin, words: Words) -> str:
    if not (damage := _damage(bulletin)):
        return ""
    repairs = ", ".join(f"{repair_name(kind, words)} ×{count:,}" for kind, count in damage.items())
    return f'<p class="repairs">{words.repairs}{words.colon}{escape(repairs)}</p>'


# ---------------------------------------------------------------- one bulletin


def bulletin_html(
    bulletin: Bulletin,
    versions: Sequence[str],
    cited: Sequence[tuple[int, Citation]],
    collection: Collection,
    words: Words,
) -> str:
    """The whole bulletin, with what is cited of it in the answer shown, its versions and what was repaired in it."""
    marks = [(citation.start, citation.end, number) for number, citation in cited]
    only = button("only", words.only_this, kind="action", source=bulletin.source)
    return (
        f'<p class="back">{button("back", "← " + words.all_bulletins, kind="quiet")}{only}</p>'
        f'<div class="panel-head"><span></span>{_switch(words)}</div>'
        f'<article class="card whole" data-bulletin="{escape(bulletin.id)}"><div class="card-head">'
        f"{_about_html(bulletin, 'h2')}</div>{_dates_html(bulletin, words.code)}"
        f"{_versions_html(versions, collection, words)}{_contradictions_html(bulletin, words)}"
        f"{texts_html(bulletin, marks, words)}{_repairs_html(bulletin, words)}</article>"
    )


def _repairs_html(bulletin: Bulletin, words: Words) -> str:
    """What was repaired, by kind, with the first places as they were and as they are."""
    found = [f"<p>{words.encoding}{words.colon}{escape(bulletin.encoding)}</p>"]
    for kind, count in _damage(bulletin).items():
        edits = [edit for edit in bulletin.map.edits if edit.kind == kind][:_EXAMPLES]
        rows = "".join(f"<li>{_edit_html(bulletin, edit)}</li>" for edit in edits)
        found.append(f"<h4>{escape(repair_name(kind, words))} <small>×{count:,}</small></h4><ul>{rows}</ul>")
    if len(found) == 1:
        found.append(f"<p>{words.no_repairs}</p>")
    return f'<div class="repair-report"><h3>{words.repair_report}</h3>{"".join(found)}</div>'


def _edit_html(bulletin: Bulletin, edit: Edit) -> str:
    before = shortened(bulletin.raw[max(0, edit.raw_start - _AROUND) : edit.raw_start], _AROUND)
    after = shortened(bulletin.raw[edit.raw_end : edit.raw_end + _AROUND], _AROUND)
    was, now = _visible(bulletin.raw[edit.raw_start : edit.raw_end]), _visible(edit.text)
    return (
        f'<span lang="{bulletin.language}">{escape(before)}<del>{escape(was)}</del>'
        f"{f'<ins>{escape(now)}</ins>' if now else ''}{escape(after)}</span>"
    )


def _visible(text: str) -> str:
    """Text of which nothing is invisible, and not much of it."""
    shown = "".join(
        "⏎" if c in "\r\n" else "␣" if c.isspace() else c if c.isprintable() else f"U+{ord(c):04X}" for c in text
    )
    return shown if len(shown) <= 40 else shown[:39] + "…"


# ---------------------------------------------------------------- why


def why_html(turn: Turn, number: int, words: Words, reasons: Reasons = lambda *_: ()) -> str:
    """How the answer of a turn came to be: what was searched, whether it was enough, what was checked, how long."""
    answer = turn.answer
    assert answer is not None
    rows = [
        (words.question_asked, escape(answer.question)),
        (words.searched_as, escape(answer.searched_as) if answer.searched_as != answer.question else words.as_asked),
        (words.looked_in, escape(" · ".join(filter_words(turn.filters, words)) or words.everything)),
        (words.enough, _enough(answer, words)),
        (words.written_by, escape(words.quoted if answer.answerer == "extractive" else answer.answerer)),
        (words.check, _check(answer, words)),
        (words.time, _times(answer, words)),
    ]
    facts = "".join(f"<div><dt>{name}</dt><dd>{told}</dd></div>" for name, told in rows)
    checked = _sentences_html(answer, number, words, reasons)
    return f'<dl class="facts-of">{facts}</dl>{checked}{_passages_html(answer, words)}'


def _enough(answer: Answer, words: Words) -> str:
    percent = f"{100 * answer.probability:.0f} %"
    told = words.evidence_enough if answer.outcome == "answered" else words.evidence_short
    return (
        f'<span class="meter" role="img" aria-label="{percent}">'
        f'<i style="width:{100 * answer.probability:.0f}%"></i></span>'
        f" {percent} · {told}"
    )


def _check(answer: Answer, words: Words) -> str:
    total = len(answer.sentences)
    if not total:
        return "–"
    return escape(words.check_count.format(sum(s.supported for s in answer.sentences), total))


def _times(answer: Answer, words: Words) -> str:
    # Who waited for nobody need not be told so.
    steps = [(step, s) for step, s in answer.seconds.items() if step != "total" and (step != "wait" or s >= 0.001)]
    told = " · ".join(f"{words.step(step)} {seconds * 1000:,.0f} ms" for step, seconds in steps)
    total = answer.seconds.get("total")
    whole = f"<b>{words.seconds.format(format(total, '.2f'))}</b> " if total is not None else ""
    return f"{whole}<small>{escape(told)}</small>"


def _sentences_html(answer: Answer, number: int, words: Words, reasons: Reasons) -> str:
    if not answer.sentences:
        return ""

    def doubts(sentence: Sentence) -> str:
        quotes = [answer.citations[n].quote for n in sentence.citations]
        told = () if sentence.supported else reasons(sentence.text, quotes)
        return "".join(_doubt(reason, words) for reason in told)

    rows = "".join(
        f'<li class="{"yes" if sentence.supported else "no"}">'
        f'<b title="{escape(words.borne_out if sentence.supported else words.unsupported)}">'
        f"{'✓' if sentence.supported else '✗'}</b><span>{escape(shortened(sentence.text, 160))}"
        f'<span class="chips">{"".join(chip(number, n + 1, words) for n in sentence.citations)}</span>'
        f"{doubts(sentence)}</span></li>"
        for sentence in answer.sentences
    )
    return f'<h3>{words.sentences_checked}</h3><ol class="checked" lang="{answer.language}">{rows}</ol>'


def _doubt(reason: str, words: Words) -> str:
    told = reason_words(reason, words.code)
    return f'<small class="doubts" lang="{words.code if told else "en"}">{escape(told or reason)}</small>'


def _passages_html(answer: Answer, words: Words) -> str:
    """The passages found, best first, with the share of each lane."""
    if not answer.evidence:
        return f'<p class="hint">{words.from_catalogue}</p>' if answer.outcome == "answered" else ""
    used = {citation.bulletin: [] for citation in answer.citations} if answer.citations else dict[str, list[Citation]]()
    for citation in answer.citations:
        used[citation.bulletin].append(citation)
    rows = []
    for rank, hit in enumerate(answer.evidence, 1):
        passage = hit.passage
        lanes = "".join(_lane(name, hit.lanes[name], words) for name in LANES if name in hit.lanes)
        title = f'<span lang="{passage.language}">{escape(shortened(passage.title or passage.source, 60))}</span>'
        cited = f" <em>{words.cited}</em>" if passage.bulletin in used else ""
        rows.append(
            f'<li><p class="passage-head"><b>{rank}</b>{button("open", title, kind="link", bulletin=passage.bulletin)}'
            f'{cited}<span class="score">{hit.score:.2f}</span></p>'
            f'<p class="lanes">{lanes}</p>'
            f'<p class="passage" lang="{passage.language}">{escape(shortened(passage.text, 180))}</p></li>'
        )
    return f'<h3>{words.passages}</h3><p class="hint">{words.lanes_note}</p><ol class="passages">{"".join(rows)}</ol>'


def _lane(name: str, share: float, words: Words) -> str:
    width = max(0.0, min(1.0, share)) * 100
    return f'<span class="lane {name}">{words.lane(name)} <i><b style="width:{width:.0f}%"></b></i> {share:.2f}</span>'


def cited_in(answer: Answer | None, bulletin_id: str) -> Iterable[tuple[int, Citation]]:
    """What the answer cites of a bulletin, numbered as there."""
    cited = (answer.citations or answer.related) if answer else ()
    return [(number, citation) for number, citation in enumerate(cited, 1) if citation.bulletin == bulletin_id]
