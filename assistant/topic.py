"""What an earlier question was about, and a question asked anew of something else. Pure; for both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sources.bulletin import Fact
from sources.facts import facts
from sources.fold import fold

_PHRASES_ADDED = 3
# Facts that say which thing, person or time is meant; a bare number or "the third" does not.
_NAMING = ("date", "name", "org", "place", "term", "quote", "prog", "code")


EVENT_EN = (
    "meeting|conference|seminar|session|forum|summit|symposium|workshop|talks|gathering|event|exhibition|competition|"
    "ceremony|congress|inspection|visit"
)
EVENT_ZH = (
    "会议|会上|座谈会|研讨会|工作会|大会|论坛|例会|办公会|电视电话会|培训班|展览|比赛|大赛|活动|仪式|峰会|年会|发布会|"
    "推进会|调研|[^机社开]会$"
)


@dataclass(frozen=True)
class Topic:
    """What an earlier question was about, in its own words.

    question: as made stand-alone. phrases: noun phrases, the main one first. person: the last one named.
    unknown: who "he" is when the question asked for a person ("the person who chaired …").
    after: the question that this one went on from, None when it took nothing from another. listed: the list asked for
    ("the key tasks deployed for 2020"). member: the one of it that was spoken of last ("the third of the key tasks …").
    """

    question: str
    chinese: bool
    phrases: tuple[str, ...]
    person: str | None
    unknown: str | None
    after: str | None = None
    listed: str | None = None
    member: str | None = None


def naming(text: str) -> list[Fact]:
    """What in a text says which thing, person or time is meant."""
    return [f for f in facts(text) if f.token.partition(":")[0] in _NAMING]


def is_event(phrase: str) -> bool:
    """Whether a phrase names something that was held or took place."""
    folded = fold(phrase).lower()
    return bool(re.search(rf"\b(?:{EVENT_EN})s?\b|{EVENT_ZH}", folded))


def fill(new: str, topic: Topic) -> str | None:
    """The last question with the one thing of the same kind as `new` replaced by it; None when that is not clear."""
    new = _year_meant(_PLACING.sub("", new), topic.question)
    if filled := other_event(new, topic):
        return filled
    kinds, old = kinds_of(new), kinds_of(topic.question)
    for kind in ("date", "name", "org", "place", "term", "quote"):
        if kind not in kinds or kind not in old:
            continue
        # Two of a kind: which of them is meant, nobody said. Of dates the last one counts, nearest to what was asked.
        if len(old[kind]) > 1 and kind != "date":
            return None
        start, end = old[kind][-1]
        # What was only added in brackets is what is gone on from, and no place for another thing.
        if kind == "term" and topic.question.endswith((")", "）")) and start > max(map(topic.question.rfind, "(（")):
            return None
        if kind in ("date", "name"):
            if kind == "date" and not is_only(new, kinds[kind][0]):
                return None
            new = new[slice(*kinds[kind][0])]
        elif new != new[slice(*kinds[kind][0])]:
            # "the Nanjing seminar" takes the place of all of "the Hangzhou seminar".
            around = next((p for p in topic.phrases if topic.question[start:end] in p), None)
            if around is None or topic.question.count(around) != 1:
                return None
            start = topic.question.index(around)
            end = start + len(around)
        filled = topic.question[:start] + new + topic.question[end:]
        return filled if filled != topic.question else None
    return None


def _year_meant(new: str, question: str) -> str:
    """ "the year before" as the year before that of the question."""
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", question)
    for step, words in ((-1, _YEAR_BEFORE), (1, _YEAR_AFTER)):
        if years and words.fullmatch(fold(new)):
            return f"{int(years[-1]) + step}{'' if new.isascii() else '年'}"
    return new


_YEAR_BEFORE = re.compile(r"(?i)the (?:year before|(?:previous|preceding|prior) year)(?: that)?|[前上]一年|头一年")
_YEAR_AFTER = re.compile(r"(?i)the (?:year after|(?:following|next) year)(?: that)?|[后下次]一?年|第二年")


def other_event(new: str, topic: Topic) -> str | None:
    """The question asked of another event. One that is named has a date of its own, so that of the old one goes."""
    # The event alone, of "the officials that attended the meeting".
    events = [p for p in topic.phrases if is_event(p) and topic.question.count(p) == 1]
    of_list = topic.listed is not None and any(topic.listed in p for p in events)
    old = min(events, key=len) if of_list else next(iter(events), None)
    if old is None or not is_event(new) or any(c in "，,？?" for c in new):
        return None
    before, after = topic.question.split(old)
    if naming(new):
        before, after = without_dates(before), without_dates(after)
    filled = before + new + after
    return filled if filled != topic.question else None


def without_dates(text: str) -> str:
    """A piece of a question without the dates in it and the words that put them there ("in 2018", "2018年的")."""
    for start, end in reversed(kinds_of(text).get("date", [])):
        before = re.sub(r"(?i)(?:\s*\b(?:in|on|of|for|during|from)(?: the year)?\s*|[在于於])$", "", text[:start])
        text = before + re.sub(r"^(?:的|\s(?=\w))" if before == text[:start] else r"^的", "", text[end:])
    return text


_PLACING = re.compile(r"(?i)^(?:(?:in|at|on|for|by|to|from|with|of)\s+|[在于於对對到从從由])")


def kinds_of(text: str) -> dict[str, list[tuple[int, int]]]:
    """Spans of what a text names, by kind; of those that overlap the longest."""
    spans: list[tuple[int, int, str]] = []
    for fact in sorted(naming(text), key=lambda f: f.start - f.end):
        if not any(fact.start < end and start < fact.end for start, end, _ in spans):
            spans.append((fact.start, fact.end, fact.token.partition(":")[0]))
    kinds: dict[str, list[tuple[int, int]]] = {}
    for start, end, kind in sorted(spans):
        kinds.setdefault(kind, []).append((start, end))
    return kinds


_ROUND_A_DATE = re.compile(r"(?i)(?:in|on|for|during|of|from|the|year|at|也|在|到|于|於|[的份里裡]|\W)*")


def is_only(text: str, span: tuple[int, int]) -> bool:
    """Whether the text is a date and little words around it."""
    return bool(_ROUND_A_DATE.fullmatch(text[: span[0]]) and _ROUND_A_DATE.fullmatch(text[span[1] :]))


def with_topic(question: str, topic: Topic, first: str | None = None) -> str:
    """The question with the topic after it in brackets, without what it says already."""
    said = fold(question).lower()
    phrases = list(dict.fromkeys((*([first] if first else []), *topic.phrases)))
    members = [p for p in phrases if topic.listed and topic.listed in p]
    phrases = [p for p in phrases if p not in members[1:]]  # of a list the member that was spoken of last
    if kinds_of(question).get("date"):  # "2024年還有嗎？" asks of another year than the question before
        phrases = [without_dates(p) for p in phrases]
    phrases = [p for p in phrases if p.strip() and fold(p).lower() not in said]
    kept: list[str] = []
    for phrase in phrases[:_PHRASES_ADDED]:
        if not any(phrase in other for other in kept):
            kept.append(phrase)
    if not kept:
        return question
    chinese = any("\u3400" <= c <= "\u9fff" for c in question)
    return f"{question}（{'，'.join(kept)}）" if chinese else f"{question} ({', '.join(kept)})"


def listed(words: str) -> frozenset[str]:
    """Words of a list that is written as a text."""
    return frozenset(words.split())
