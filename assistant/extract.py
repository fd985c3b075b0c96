"""The extractive answerer: it chooses the sentences or list items that answer and quotes them as published.

It needs no model and cannot invent. Everything here works on spans of the clean text; `assistant/cite.py` turns them
into citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from index.search import Index
from index.split import weight
from sources.bulletin import Bulletin, Contradiction, Language, TextDate
from sources.sentences import sentences

from .asking import ROLES, Asked
from .events import STRICT
from .evidence import Candidate, by_event, facts_of, is_of, years_of
from .lists import OTHER_LANGUAGE, fitting_lists, member_asked_for
from .phrases import date_in_words, say
from .voices import disagreeing, in_force

# How much is quoted, in Chinese characters (a Latin one counts 0.45), and how near to the best a further sentence must
# come to be quoted too: a factoid wants one sentence, a list or a reason a few.
_BUDGET = {"narrow": 230.0, "broad": 240.0}
# And no more sentences than this: further ones state no more of the facts asked for, they only lengthen the answer.
_SENTENCES = {"narrow": 3, "broad": 4}
_NEAR_BEST = {"narrow": 0.2, "broad": 0.1}
_BROAD = ("list", "why", "how", "what")
# A sentence that tells a fact of the kind asked for, which the best one lacks, is quoted from this share of its score.
_TELLING = 0.05
# From here on a sentence tells what is asked for: "those in charge" for who, but no figure of another thing.
_TOLD = 0.7
_DAY = re.compile(r"date:(?:\d{4}-\d\d|--\d\d)-\d\d")
# From this share of the best one's score a sentence of another version is quoted beside it.
_OTHER_VERSION = 0.4
# Of an event that another comes so near to, by the odds of their best sentences, one sentence is quoted: the other one
# is meant as often.
_RIVALLED = 0.55
# A second event is compared when its best sentence reaches this share of the first one's.
_COMPARABLE = 0.35
# "Postal News Agency, Harbin, 3 May." says who reports and when, and nothing else.
_DATELINE = 60  # characters
_CLOSE = 300  # characters that the words which name a bulletin may fill, to be cited as one stretch


@dataclass(frozen=True)
class Span:
    """A stretch of the clean text of a bulletin."""

    bulletin: Bulletin
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.bulletin.text[self.start : self.end]


@dataclass(frozen=True)
class Part:
    """One sentence of an answer with the spans it rests on. quoted: its words are those of its only span."""

    text: str
    spans: tuple[Span, ...]
    item: bool = False
    quoted: bool = True


def extract(
    asked: Asked, question: str, language: Language, candidates: Sequence[Candidate], index: Index
) -> list[Part]:
    """The answer in parts, lead first; candidates: most promising first, at least one."""
    groups = by_event(candidates, index)
    told = (group for group in groups.values() if _in_role(asked, group, candidates[0].score))
    best = next(told if _is_of_office(asked) else iter(groups.values()), next(iter(groups.values())))
    if asked.kind == "compare" and len(groups) > 1:
        compared = _compared(question, list(groups.values()))
        return [part for group in compared for part in _told_by(asked, language, group, index)]
    if asked.published:
        ids = [best[0].bulletin.id, *index.versions(best[0].bulletin.id)]
        if parts := _publication(language, [index.bulletin(i) for i in ids], asked.many):
            return parts
    others = [group for group in groups.values() if group is not best]
    rivalled = bool(others) and _odds(others[0][0]) > _RIVALLED * _odds(best[0])
    return _told_by(asked, language, best, index, at_most=1 if rivalled else None)


def _odds(candidate: Candidate) -> float:
    return candidate.score / max(1e-9, 1 - candidate.score)


def _compared(question: str, groups: Sequence[list[Candidate]]) -> list[list[Candidate]]:
    """The events to set side by side: one for each year that the question names, else the two best."""
    years = years_of(facts_of(question))
    if len(years) < 2:
        return [group for group in groups if group[0].score >= _COMPARABLE * groups[0][0].score][:2]
    chosen: list[list[Candidate]] = []
    for year in years:
        of_year = [group for group in groups if any(is_of(candidate.bulletin, year) for candidate in group)]
        chosen += [group for group in of_year[:1] if group not in chosen]
    return chosen or [groups[0]]


def _told_by(
    asked: Asked, language: Language, candidates: Sequence[Candidate], index: Index, at_most: int | None = None
) -> list[Part]:
    """What one event's bulletins say. at_most: so many sentences, where it is not a list; None as the question asks."""
    candidates = in_force(candidates, index)
    if asked.holding and (member := _member(asked, candidates, language)):
        return member
    spans = _listed(asked, candidates, language)
    item = bool(spans)
    if not spans:
        spans = _sentences(asked, candidates, language, at_most)
    if asked.kind == "when" and not any(_tells_a_day(span) for span in spans):
        # What was said or decided is told far from the day on which it was.
        spans += [span for span in event_spans(spans[0].bulletin) if span not in spans]
    parts: list[Part] = []
    for bulletin in dict.fromkeys(span.bulletin.id for span in spans):
        own = [span for span in spans if span.bulletin.id == bulletin]
        parts.append(lead(own[0].bulletin, language))
        parts += [Part(span.text, (span,), item) for span in own]
    if asked.kind == "when":
        parts += _conflicts(language, spans[0].bulletin)
    return parts


def lead(bulletin: Bulletin, language: Language) -> Part:
    """One plain sentence that says which bulletin speaks, by its title or, without one, by issuer and date."""
    dated = _published(bulletin)
    date = date_in_words(dated.value, language) if dated else ""
    if _has_title(bulletin):
        name, spans = say("title", language, title=_short(bulletin.title)), naming_spans(bulletin)
        if conflict := next(_of_page_and_text(bulletin), None):
            text = date_in_words(conflict.values[1], language)
            start, end = conflict.spans[1]
            # With the word before it: a date alone beside the page's date reads like one figure with it.
            before = re.search(r"\w*\W*$", bulletin.text[max(0, start - 15) : start])
            spans += (Span(bulletin, start - len(before[0]) if before else start, end),)
            return Part(say("says-disputed", language, title=name, date=date, text=text), spans, quoted=False)
        return Part(say("says-dated" if date else "says", language, title=name, date=date), spans, quoted=False)
    # The opening words, cut, look like a title that the bulletin does not have, and mostly stand below once more.
    if dated:
        issuer = bulletin.evidence.get("issuer")
        spans = (*((Span(bulletin, *issuer),) if issuer else ()), *_date_spans(dated, bulletin))
        told = say("untitled-issued" if issuer else "untitled", language, issuer=bulletin.issuer or "", date=date)
        return Part(told, _as_one(spans), quoted=False)
    if len(bulletin.events) == 1 and (full := re.fullmatch(r"(\d{4})-(\d\d-\d\d)", bulletin.events[0])):
        year, day = date_in_words(full[1], language), date_in_words(f"--{full[2]}", language)
        told = say("untitled-event", language, year=year, day=day)
        return Part(told, event_spans(bulletin), quoted=False)
    opening = say("title", language, title=_short(bulletin.title))
    return Part(say("says", language, title=opening), (_title_span(bulletin),), quoted=False)


def _as_one(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Spans that stand close together, as a dateline and what it reports, as the one stretch they are."""
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return (Span(spans[0].bulletin, start, end),) if end - start <= _CLOSE else spans


def _has_title(bulletin: Bulletin) -> bool:
    """Whether its title is one, and not the gist of its opening."""
    return "title" in bulletin.origins or any(block.kind == "title" for block in bulletin.blocks)


def naming_spans(bulletin: Bulletin) -> tuple[Span, ...]:
    """Where the title and the published date of a bulletin stand."""
    title, dated = _title_span(bulletin), _published(bulletin)
    if dated is None:
        return (title,)
    return title, *(s for s in _date_spans(dated, bulletin) if not title.start <= s.start < title.end)


def _date_spans(dated: TextDate, bulletin: Bulletin) -> tuple[Span, ...]:
    """Where a date stands, and where its year does: a dateline's "March 1" tells none."""
    at, year = Span(bulletin, dated.start, dated.end), dated.value[:4]
    if year in at.text:
        return (at,)
    others = (Span(bulletin, date.start, date.end) for date in bulletin.dates)
    return at, *islice((span for span in others if year in span.text), 1)


def _of_page_and_text(bulletin: Bulletin) -> Iterator[Contradiction]:
    """Where the page's date and the text's disagree: the two values and where they stand, the page's first."""
    for conflict in bulletin.contradictions:
        if len(conflict.values) == len(conflict.spans) == 2 and "published" in conflict.kind:
            yield conflict


def in_reading_order(parts: Sequence[Part]) -> list[Part]:
    """The parts, with the sentences that stand under one lead as the bulletin has them."""
    ordered: list[Part] = []
    for together, run in groupby(parts, lambda part: part.quoted and not part.item and part.spans[0].bulletin.id):
        among = list(run)
        ordered += sorted(among, key=lambda part: part.spans[0].start) if together else among
    return ordered


def without_furniture(parts: Sequence[Part], best: Candidate) -> list[Part]:
    """The parts without the quotes that are words of a picture or a dateline alone, unless the best sentence is one.

    A lead under which nothing is left goes too. Where nothing else is quoted, they stay.
    """
    if _is_furniture(Span(best.bulletin, best.start, best.end)):
        return list(parts)
    kept: list[Part] = []
    for part in parts:
        if part.quoted and _is_furniture(part.spans[0]):
            continue
        if kept and _is_lead(kept[-1]) and _is_lead(part):
            kept.pop()
        kept.append(part)
    kept = kept[:-1] if kept and _is_lead(kept[-1]) else kept
    return kept or list(parts)


def _is_lead(part: Part) -> bool:
    return not part.quoted and part.text.endswith((":", "："))


def _is_furniture(span: Span) -> bool:
    if any(b.kind == "caption" and b.start <= span.start < b.end for b in span.bulletin.blocks):
        return True
    dated, issuer = _published(span.bulletin), span.bulletin.evidence.get("issuer")
    if not dated or not issuer or span.end - span.start > _DATELINE:
        return False
    return span.start <= min(dated.start, issuer[0]) and max(dated.end, issuer[1]) <= span.end


def _published(bulletin: Bulletin) -> TextDate | None:
    return next((date for date in bulletin.dates if date.role == "published"), None)


def event_spans(bulletin: Bulletin) -> tuple[Span, ...]:
    """The sentence that tells when the event was, where one does."""
    for date in bulletin.dates:
        if date.role == "event":
            return (Span(bulletin, *_sentence_at(bulletin, date.start)),)
    return ()


def _tells_a_day(span: Span) -> bool:
    within = (fact.token for fact in span.bulletin.facts if span.start <= fact.start < span.end)
    return any(_DAY.match(token) for token in within)


def _sentence_at(bulletin: Bulletin, at: int) -> tuple[int, int]:
    found = (span for span in sentences(bulletin.text) if span[0] <= at < span[1])
    return next(found, (0, len(bulletin.text)))


def _title_span(bulletin: Bulletin) -> Span:
    if title := bulletin.evidence.get("title"):
        return Span(bulletin, *title)
    for block in bulletin.blocks:
        if block.kind == "title":
            return Span(bulletin, block.start, block.end)
    # Without a title line the title is the gist of one of the first sentences, which may have begun with other words.
    at = max(0, bulletin.text.lower().find(bulletin.title.rstrip("…")[4:40].lower()))
    return Span(bulletin, *_sentence_at(bulletin, at))


def _short(title: str, limit: int = 90) -> str:
    return title if len(title) <= limit else title[:limit].rsplit(" ", 1)[0].rstrip(" ,，、") + "…"


def _publication(language: Language, bulletins: Sequence[Bulletin], many: bool) -> list[Part]:
    """When the page was published, one part for each version when several are asked for."""
    parts = []
    for bulletin in bulletins if many else bulletins[:1]:
        dated = _published(bulletin)
        if dated is None:
            continue
        title = say("title", language, title=_short(bulletin.title))
        text = say("published", language, title=title, date=date_in_words(dated.value, language))
        parts += [Part(text, naming_spans(bulletin), quoted=False), *_conflicts(language, bulletin)]
    return parts


def _conflicts(language: Language, bulletin: Bulletin) -> list[Part]:
    """The contradiction between the page's date and the text's, where there is one."""
    parts = []
    for conflict in _of_page_and_text(bulletin):
        first, second = (date_in_words(value, language) for value in conflict.values)
        (page_start, page_end), (at, _) = conflict.spans
        # The text's date is shown in its sentence: alone it does not say of what it is the date.
        spans = (Span(bulletin, page_start, page_end), Span(bulletin, *_sentence_at(bulletin, at)))
        parts.append(Part(say("conflict", language, first=first, second=second), spans, quoted=False))
    return parts


# Lists


def _listed(asked: Asked, candidates: Sequence[Candidate], language: Language) -> list[Span]:
    """The items of the enumeration asked for, as published; empty when none is."""
    found = fitting_lists(asked, candidates)
    if not found:
        return []
    # Of versions that fit about as well, or have as many items as were asked for, the one in the asker's language.
    best = max(found, key=lambda fitting: fitting.score)
    enough = OTHER_LANGUAGE * best.score
    near = [f for f in found if f.score >= enough or (f.counted and best.counted and f.bulletin is not best.bulletin)]
    chosen = max(near, key=lambda f: ((f.bulletin.language == "en") == (language == "en"), f.score))
    bulletin, items = chosen.bulletin, chosen.enumeration.items
    if not asked.nth:
        return [Span(bulletin, item.start, item.head_end) for item in items]
    if asked.nth > len(items):
        return []
    item = items[asked.nth - (asked.nth > 0)]
    return _within(bulletin, sentences(bulletin.text, item.start, item.end), _BUDGET["broad"])


def _member(asked: Asked, candidates: Sequence[Candidate], language: Language) -> list[Part]:
    """The one item of a list that holds what the question says, and which one it is; empty when no list has it."""
    found = member_asked_for(asked, candidates)
    if not found:
        return []
    bulletin, items, number = found.candidate.bulletin, found.enumeration.items, found.number
    heads = [Span(bulletin, item.start, item.head_end) for item in items[: number + 1]]
    heading = found.enumeration.kind == "headings"
    parts = [lead(bulletin, language), Part(heads[-1].text, (heads[-1],), item=heading)]
    if found.candidate.start >= heads[-1].end:
        says = Span(bulletin, found.candidate.start, found.candidate.end)
        parts.append(Part(says.text, (says,)))
    if heading:  # other items tell their number themselves
        told = say("member", language, number=str(number + 1), of=str(len(items)))
        parts.append(Part(told, tuple(heads), quoted=False))
    return parts


# Sentences


def _sentences(asked: Asked, candidates: Sequence[Candidate], language: Language, at_most: int | None) -> list[Span]:
    """The few best sentences, in reading order."""
    breadth = "broad" if asked.kind in _BROAD or asked.many else "narrow"
    at_most = at_most or _SENTENCES[breadth]
    if in_role := _in_role(asked, candidates, candidates[0].score):
        candidates = in_role
    first = _preferred(candidates, language)
    # Where versions contradict each other, whoever asks must see it, however long the answer grows.
    chosen = [first, *disagreeing(first, candidates)]
    filled = sum(weight(candidate.text) for candidate in chosen)
    told = {fact for candidate in chosen for fact in facts_of(candidate.text)}
    for candidate in (*_body(breadth, first, candidates), *_telling(asked, first, candidates), *candidates):
        if len(chosen) >= at_most:
            break
        near = _NEAR_BEST[breadth] if candidate.bulletin.id == first.bulletin.id else _OTHER_VERSION
        if (
            any(candidate.start == c.start and candidate.bulletin is c.bulletin for c in chosen)
            or candidate.score < near * first.score
        ):
            continue
        new = bool(candidate.features["typed"]) and bool(set(facts_of(candidate.text)) - told)
        if not new and (
            candidate.bulletin.id != first.bulletin.id or (breadth == "narrow" and first.features["typed"] == 1)
        ):
            # Another version repeats the first one, and what was asked for is told already, unless the candidate tells
            # a further fact of the kind.
            continue
        # One short sentence may always follow: a long first one must not crowd out the name that stands in the second.
        short = chosen == [first] and weight(candidate.text) <= _BUDGET["narrow"] / 2
        if filled + weight(candidate.text) > _BUDGET[breadth] and not short:
            continue
        for one in (candidate, *disagreeing(candidate, candidates)):
            chosen.append(one)
            told |= set(facts_of(one.text))
            filled += weight(one.text)
    ordered = sorted(chosen, key=lambda c: (c.bulletin.id != first.bulletin.id, c.bulletin.id, c.start))
    return [Span(c.bulletin, c.start, c.end) for c in ordered]


def _body(breadth: str, first: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """When the sentence only names a member of a list ("Second, carry out the plan."), those that say what it is."""
    if breadth == "narrow":
        return []
    for enumeration in first.bulletin.enumerations:
        for item in enumeration.items:
            if item.start <= first.start < item.head_end < item.end:
                score = _NEAR_BEST[breadth] * first.score
                said = (
                    c for c in candidates if c.bulletin.id == first.bulletin.id and item.head_end <= c.start < item.end
                )
                return [replace(c, score=max(c.score, score)) for c in sorted(said, key=lambda c: c.start)]
    return []


def _is_of_office(asked: Asked) -> bool:
    """Whether it asks who holds an office, which may be told in passing in a bulletin on anything."""
    return bool(asked.office) and not asked.role and asked.wants in ("who", "person")


def _in_role(asked: Asked, candidates: Sequence[Candidate], best: float) -> list[Candidate]:
    """The sentences that tell who did what is asked ("chaired") or holds the office, or from when it holds.

    Whatever else they say; but far behind the best of all, whose score is `best`, it may be an office elsewhere.
    """
    of_office = _is_of_office(asked)
    if not (asked.role in ROLES or asked.role in STRICT or of_office):
        return []
    return [c for c in candidates if c.features["typed"] >= _TOLD and (c.score >= _TELLING * best or not of_office)]


def _telling(asked: Asked, first: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence that tells what is asked for, a person or a figure, when the first one does not."""
    if not asked.wants or first.features["typed"] == 1:
        return []
    score = _NEAR_BEST["narrow"] * first.score
    found = (c for c in candidates if c.features["typed"] >= _TOLD and c.score >= _TELLING * first.score)
    return [replace(c, score=max(c.score, score)) for c in found][:1]


def _preferred(candidates: Sequence[Candidate], language: Language) -> Candidate:
    """The best candidate, or one nearly as good in the asker's language."""
    best = candidates[0]
    english = language == "en"
    for candidate in candidates:
        if candidate.score < OTHER_LANGUAGE * best.score:
            break
        if (candidate.bulletin.language == "en") == english and candidate.features["typed"] >= best.features["typed"]:
            return candidate
    return best


def _within(bulletin: Bulletin, spans: Sequence[tuple[int, int]], budget: float) -> list[Span]:
    chosen: list[Span] = []
    filled = 0.0
    for start, end in spans:
        filled += weight(bulletin.text[start:end])
        if chosen and filled > budget:
            break
        chosen.append(Span(bulletin, start, end))
    return chosen
