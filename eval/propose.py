"""Questions proposed from bulletins by rule, each with its evidence, to be accepted, edited or struck out by a person.

They ask for what the description of a bulletin already found: when it was published, who has which post, what a list
names, and figures, whose sentence is asked with a gap. Questions so close to the text are easy to search for: reword
them as readers ask before they measure anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from eval.cases import Case, Evidence
from eval.measures import stated_facts
from sources.bulletin import Bulletin
from sources.sentences import sentences

_MOST = 3  # of each kind of question, from one bulletin
_LONGEST = 120  # characters of what a question quotes
_FIGURES = ("pct:", "money:", "num:")
_WORDS = {
    "date": {
        "en": "When was “{title}” published?",
        "zh-Hans": "“{title}”是何时发布的？",
        "zh-Hant": "「{title}」是何時發布的？",
    },
    "person": {
        "en": "Who is named as {what} in “{title}”?",
        "zh-Hans": "“{title}”中，{what}是谁？",
        "zh-Hant": "「{title}」中，{what}是誰？",
    },
    "list": {
        "en": "What does “{title}” list here: “{what}”?",
        "zh-Hans": "“{title}”提到“{what}”，具体有哪些？",
        "zh-Hant": "「{title}」提到「{what}」，具體有哪些？",
    },
    "figure": {
        "en": "Which figure belongs in the gap in “{title}”: “{what}”?",
        "zh-Hans": "“{title}”中的空格应填什么数字：“{what}”？",
        "zh-Hant": "「{title}」中的空格應填什麼數字：「{what}」？",
    },
}


def propose(bulletins: Iterable[Bulletin]) -> list[Case]:
    """Cases in the order of the bulletins. None whose evidence, repaired, does not state its facts."""
    found: list[Case] = []
    for bulletin in bulletins:
        counts = Counter[str]()
        for rule, case, words in (*_date(bulletin), *_people(bulletin), *_lists(bulletin), *_figures(bulletin)):
            counts[rule] += 1
            if counts[rule] <= _MOST and len(stated_facts(case.facts, [words])) == len(case.facts):
                found.append(replace(case, id=f"{bulletin.source}-{rule}-{counts[rule]}"))
    return found


_Proposed = Iterator[tuple[str, Case, str]]


def _case(b: Bulletin, rule: str, what: str, facts: tuple[tuple[str, ...], ...], span: tuple[int, int]) -> Case:
    start, end = b.map.raw_span(*span)
    return Case(
        id="",
        question=_WORDS[rule][b.language].format(title=" ".join(b.title.split()), what=what),
        language=b.language,
        kind={"date": "date", "list": "list"}.get(rule, "factoid"),  # type: ignore[arg-type]
        bulletins=(b.source,),
        facts=facts,
        why=f"proposed by rule: {rule}",
        state="proposed",
        evidence=(Evidence(b.source, b.raw[start:end], start),),
    )


def _date(b: Bulletin) -> _Proposed:
    if b.published and (span := b.evidence.get("published")):
        yield "date", _case(b, "date", "", ((b.published, b.text[slice(*span)]),), span), b.text[slice(*span)]


def _people(b: Bulletin) -> _Proposed:
    holders: dict[str, set[str]] = {}
    for person in b.people:
        holders.setdefault(person.post, set()).add(person.name)
    told: set[str] = set()
    for person in b.people:
        # A post that two hold has no one answer.
        if person.post and len(holders[person.post]) == 1 and person.post not in told:
            told.add(person.post)
            span = _sentence(b, person.start)
            yield "person", _case(b, "person", person.post, ((person.name,),), span), b.text[slice(*span)]


def _lists(b: Bulletin) -> _Proposed:
    for each in b.enumerations:
        if each.lead is None or len(each.items) < 2:
            continue
        lead = b.text[slice(*each.lead)].strip(" :：。.")
        facts = tuple((b.text[item.start : item.head_end].strip(),) for item in each.items)
        if len(lead) <= _LONGEST and all(0 < len(fact) <= _LONGEST for (fact,) in facts):
            span = (each.items[0].start, each.items[-1].end)
            yield "list", _case(b, "list", lead, facts, span), b.text[slice(*span)]


def _figures(b: Bulletin) -> _Proposed:
    told: set[tuple[int, int]] = set()
    for fact in b.facts:
        words = b.text[fact.start : fact.end]
        span = _sentence(b, fact.start)
        # Bare small numbers are mostly numbering.
        if not fact.token.startswith(_FIGURES) or len(words) < 2 or span in told or fact.end > span[1]:
            continue
        gap = b.text[span[0] : fact.start] + "____" + b.text[fact.end : span[1]]
        if words not in gap and len(gap) <= 2 * _LONGEST and "\n" not in gap:
            told.add(span)
            yield "figure", _case(b, "figure", gap, ((words,),), span), b.text[slice(*span)]


def _sentence(b: Bulletin, position: int) -> tuple[int, int]:
    """The sentence of a paragraph in which a position lies."""
    for block in b.blocks:
        if block.start <= position < block.end:
            for start, end in sentences(b.text, block.start, block.end):
                if start <= position < end:
                    return start, end
            return block.start, block.end
    return position, position
