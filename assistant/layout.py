"""How answers and hits are laid out: in lines, as plain text, as JSON. Every face shows them through this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.passage import Hit
from sources.bulletin import Bulletin, Language

from .answer import Answer, Citation, Sentence


@dataclass(frozen=True)
class Line:
    """A paragraph or, with item, one entry of a list; its sentences in reading order."""

    item: bool
    sentences: tuple[Sentence, ...]


def lines(answer: Answer) -> tuple[Line, ...]:
    """The answer's sentences in the lines that Answer.text puts them in. An entry's leading "- " is left out."""
    found: list[tuple[bool, list[Sentence]]] = []
    at = 0
    for sentence in answer.sentences:
        words = sentence.text.removeprefix("- ")
        begin = answer.text.find(words, at)
        # A sentence that the text does not hold stands on a line of its own: nothing may go unseen.
        before = answer.text[at:begin] if begin >= 0 else "\n"
        item = before.endswith("- ") and before[:-2].strip(" ")[-1:] in ("", "\n")
        kept = sentence if words == sentence.text else Sentence(words, sentence.supported, sentence.citations)
        if not found or item or "\n" in before:
            found.append((item, [kept]))
        else:
            found[-1][1].append(kept)
        at = max(at, begin + len(words))
    return tuple(Line(item, tuple(sentences)) for item, sentences in found)


def joined(shown: Sequence[str], sentences: Sequence[Sentence]) -> str:
    """The sentences of a line as they are shown, one after another: a space stands before a Latin one."""
    spaced = [
        f" {text}" if number and sentence.text[:1] < "\u2e80" else text
        for number, (text, sentence) in enumerate(zip(shown, sentences, strict=True))
    ]
    return "".join(spaced)


@dataclass(frozen=True)
class _Words:
    sources: str
    related: str
    published: str
    event: str
    page: str
    versions: str
    searched: str
    unsupported: str
    quotes: tuple[str, str]


_WORDS: Mapping[Language, _Words] = {
    "en": _Words(
        "Sources",
        "May be related, but is no answer",
        "published",
        "event",
        "page {}",
        "also reported in",
        "Searched as",
        "not supported",
        ("“", "”"),
    ),
    "zh-Hant": _Words(
        "來源", "或有關聯，但不足以回答", "發布", "事件", "第 {} 頁", "另見", "檢索用語", "未獲原文支持", ("「", "」")
    ),
    "zh-Hans": _Words(
        "来源", "或有关联，但不足以回答", "发布", "事件", "第 {} 页", "另见", "检索用语", "未获原文支持", ("“", "”")
    ),
}


def plain(answer: Answer, bulletins: Mapping[str, Bulletin]) -> str:
    """The answer with its [n] marks, then its numbered sources. bulletins: by id, those that the citations name."""
    words = _WORDS[answer.language]
    parts = [marked(answer)]
    parts += [f"({note})" for note in answer.notes]
    if answer.searched_as != answer.question:
        parts.append(f"{words.searched}: {answer.searched_as}")
    cited, heading = (answer.citations, words.sources) if answer.citations else (answer.related, words.related)
    if cited:
        parts.append(f"{heading}:\n" + "\n".join(_source(n, c, bulletins, words) for n, c in enumerate(cited, 1)))
    return "\n\n".join(part for part in parts if part)


def marked(answer: Answer) -> str:
    """The answer's lines with their [n] marks, which count its citations from 1."""
    words, rows = _WORDS[answer.language], list[str]()
    for line in lines(answer):
        row = joined([_sentence(sentence, words) for sentence in line.sentences], line.sentences)
        rows.append(f"- {row}" if line.item else row)
    return "\n".join(rows) or answer.text


def _sentence(sentence: Sentence, words: _Words) -> str:
    marks = "".join(f"[{n + 1}]" for n in sentence.citations)
    doubt = "" if sentence.supported else f" ({words.unsupported})"
    return f"{sentence.text}{' ' if marks else ''}{marks}{doubt}"


def _source(number: int, citation: Citation, bulletins: Mapping[str, Bulletin], words: _Words) -> str:
    facts = [citation.source]
    if citation.issuer:
        facts.append(citation.issuer)
    if citation.published:
        facts.append(f"{words.published} {citation.published}")
    if citation.bulletin in bulletins and (events := event_dates(bulletins[citation.bulletin])):
        days = (event.removeprefix("--") for event in events)  # a day whose year is not told
        facts.append(f"{words.event} {', '.join(days)}")
    if citation.page is not None:
        facts.append(words.page.format(citation.page))
    if citation.other_versions:
        facts.append(f"{words.versions} {', '.join(citation.other_versions)}")
    opening, closing = words.quotes
    quote = " ".join(_readable(citation, bulletins.get(citation.bulletin)).split())
    return f"[{number}] {citation.title}\n    {' · '.join(facts)}\n    {opening}{quote}{closing}"


def _readable(citation: Citation, bulletin: Bulletin | None) -> str:
    """The quote as published, but for a web page without the markup in it."""
    if bulletin is None or bulletin.format != "html":
        return citation.quote
    return bulletin.text[slice(*bulletin.map.clean_span(citation.start, citation.end))]


def event_dates(bulletin: Bulletin, at_most: int = 3) -> Sequence[str]:
    """Dates of what the bulletin reports, most likely first."""
    return list(dict.fromkeys(d.value for d in bulletin.dates if d.role == "event"))[:at_most]


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit in the machine interface; its text is the passage with its neighbours."""
    return {
        "source": hit.passage.source,
        "text": hit.text or hit.passage.text,
        "score": round(hit.score, 6),
        "title": hit.passage.title,
        "heading": hit.passage.heading,
        "lanes": {lane: round(share, 6) for lane, share in hit.lanes.items()},
        "other_versions": list(hit.other_versions),
    }


def plain_hits(hits: Sequence[Hit]) -> str:
    """Hits as numbered plain text, each with its score and the lanes that brought it."""
    rows = []
    for number, hit in enumerate(hits, 1):
        lanes = ", ".join(f"{lane} {share:.2f}" for lane, share in hit.lanes.items())
        text = " ".join(hit.passage.text.split())
        title = shortened(hit.passage.title, 60)
        also = f" · also in {', '.join(hit.other_versions)}" if hit.other_versions else ""
        rows.append(f"[{number}] {hit.score:.3f} ({lanes})  {hit.passage.source} · {title}{also}\n    {text}")
    return "\n\n".join(rows)


def shortened(text: str, at_most: int) -> str:
    """The text on one line, cut to that many characters."""
    text = " ".join(text.split())
    return text if len(text) <= at_most else text[: at_most - 1].rstrip() + "…"
