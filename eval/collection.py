"""Sentences about the collection ("Two bulletins mention X:") are judged by what they claim of the bulletins cited.

The words of such a sentence stand in no bulletin, so whoever compares words finds no support. What can be held against
the cited words is its claim: that so many bulletins hold the topic, are of these dates, in this language, from this
issuer. That there are no more of them no citation can show; `fact_recall` and `right_bulletin` tell that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.request import read_request
from assistant.request_parts import Request
from eval.measures import Supports, states
from index.words import english_words, segment
from sources.facts import facts, implied
from sources.fold import fold
from sources.language import language_of
from sources.repair import repair


@dataclass(frozen=True)
class Claim:
    """At least `count` bulletins are what `request` asks for, or none is.

    versions: how many more report an event that one of those does. others: how many more may be on the topic.
    """

    request: Request
    count: int
    versions: int = 0
    others: int = 0
    none: bool = False


@dataclass(frozen=True)
class _Cited:
    """One bulletin by the words cited from it.

    issuer: as its citations give it. dates: ISO, with a year, borne out by its words.
    """

    source: str
    issuer: str
    quotes: tuple[str, ...]
    dates: frozenset[str]
    versions: frozenset[str]


# What is said of a bulletin that tells no issuer; the rest of such a line is its title and dates.
_NO_ISSUER = re.compile(r"(?<=[(（])(?:names no issuer, |未[註注]明[發发][布佈][機机][構构]，)")


def with_claims(supports: Supports, citations: Sequence[Citation]) -> Supports:
    """The judge of what bulletins say; what is said of the collection is judged by its claim.

    citations: the answer's, to tell of which bulletin each span is.
    """
    of_quote: dict[str, list[Citation]] = {}
    for citation in citations:
        of_quote.setdefault(repair(citation.quote).text, []).append(citation)

    def judge(sentence: str, spans: list[str]) -> bool:
        cited = [each for span in spans for each in of_quote.get(span, ())]
        if (told := _NO_ISSUER.sub("", sentence)) != sentence:
            return not any(each.issuer for each in cited) and supports(told, spans)
        # A claim is not left to the words: "two" stands in many a text that is not two bulletins.
        claim = None if any(sentence in span for span in spans) else read_claim(sentence)
        return supports(sentence, spans) if claim is None else claim_stands(claim, cited)

    return judge


# ---------------------------------------------------------------- what is claimed

_EN = {name: n for n, name in enumerate("no one two three four five six seven eight nine ten".split())}
_ZH = {"没有": 0, "两": 2, **{name: n for n, name in enumerate("一二三四五六七八九十", start=1)}}
_N_EN = rf"(?:{'|'.join(_EN)}|\d+)"
_N_ZH = r"(?:[一两二三四五六七八九十]|\d+)"
_BULLETINS = r"(?:[\w-]+ ){0,2}bulletins?"
_COUNTED_EN = re.compile(rf"(?i)(?P<n>{_N_EN}) (?P<what>{_BULLETINS}\b.+)")
_THERE_EN = re.compile(rf"(?i)there (?:is|are) (?P<n>{_N_EN}) (?P<what>{_BULLETINS})(?P<more>.*)")
_FIRST_EN = re.compile(rf"(?i)the (?:(?P<n>{_N_EN}) )?(?P<what>(?:latest|oldest) {_BULLETINS}.*)")
_NONE_EN = re.compile(rf"(?i)none of the {_N_EN} bulletins (?:is|was|names|mentions) (?P<what>[^.]+)\..*")
_OTHERS_EN = re.compile(
    rf"(?i); (?P<n>{_N_EN}) (?:more )?(?:(?P<may>may be about it in other words)|reports? the same event)"
)
_COUNTED_ZH = re.compile(rf"(?:共?有(?P<n>{_N_ZH})篇|(?P<none>没有))(?P<what>.*公告.*)")
_FIRST_ZH = re.compile(rf"最[新早]的(?:(?P<n>{_N_ZH})篇)?.*公告")
_NONE_ZH = re.compile(rf"{_N_ZH}篇公告中没有(?P<what>[^。]+公告)。.*")
_OTHERS_ZH = re.compile(rf",另有(?P<n>{_N_ZH})篇(?:(?P<may>可能用其他说法谈到)|报道同一事件)")


def read_claim(sentence: str) -> Claim | None:
    """What a sentence says of bulletins as such; None for one that says anything else, or more.

    >>> claim = read_claim("Two bulletins mention drones; one more reports the same event:")
    >>> claim.request.topic, claim.count, claim.versions
    ('drones', 2, 1)
    """
    language = language_of(sentence)
    text = sentence.strip().rstrip(":：")
    english = language == "en"
    shadow = text if english else fold(text)
    numbers = _EN if english else _ZH
    more = {"versions": 0, "others": 0}
    found = list((_OTHERS_EN if english else _OTHERS_ZH).finditer(shadow))
    for match in found:
        more["others" if match["may"] else "versions"] += _number(match["n"], numbers)
    if found:
        text, shadow = text[: found[0].start()], shadow[: found[0].start()]
    read = _english(text) if english else _chinese(text, shadow)
    if read is None:
        return None
    question, number, none = read
    request = read_request(question, language)
    if request is None or request.want == "collection":
        return None
    count = 0 if none else 1 if number is None else _number(number, numbers)
    # A sentence that claims nothing but that there is nothing has no words to rest on.
    return Claim(request, count, none=none, **more) if count or none or any(more.values()) else None


def _number(word: str, names: Mapping[str, int]) -> int:
    return int(word) if word.isdecimal() else names[word.lower()]


def _english(text: str) -> tuple[str, str | None, bool] | None:
    """The question that the sentence would answer, the number it tells, and whether it says that there are none."""
    if match := _THERE_EN.fullmatch(text):
        return f"Which {match['what']} are there{match['more']}", match["n"], False
    if match := _FIRST_EN.fullmatch(text):
        return f"What is the {match['what']}", match["n"], False
    if match := _NONE_EN.fullmatch(text):
        return f"Which bulletins are {match['what']}", None, True
    if match := _COUNTED_EN.fullmatch(text):
        return f"Which {match['what']}", match["n"], False
    return None


def _chinese(text: str, shadow: str) -> tuple[str, str | None, bool] | None:
    if match := _NONE_ZH.fullmatch(shadow):
        return f"有哪些{text[slice(*match.span('what'))]}", None, True
    if match := _FIRST_ZH.fullmatch(shadow):
        return text, match["n"], False
    if match := _COUNTED_ZH.fullmatch(shadow):
        return f"有哪些{text[slice(*match.span('what'))]}", match["n"] or match["none"], False
    return None


# ---------------------------------------------------------------- whether the cited words bear it out


def claim_stands(claim: Claim, citations: Iterable[Citation]) -> bool:
    """Whether what is cited shows as many bulletins as the claim tells; of none, that no cited one is such."""
    cited = _by_bulletin(citations)
    fitting = [one for one in cited if _fits(one, claim.request)]
    if claim.none:
        return bool(cited) and not fitting
    if len(fitting) < claim.count:
        return False
    related = {source for one in fitting for source in one.versions}
    versions = [one for one in cited if one not in fitting and one.source in related]
    return len(versions) >= claim.versions and len(cited) - len(fitting) >= claim.versions + claim.others


def _by_bulletin(citations: Iterable[Citation]) -> list[_Cited]:
    grouped: dict[str, list[Citation]] = {}
    for citation in citations:
        grouped.setdefault(citation.source, []).append(citation)
    found = []
    for source, some in grouped.items():
        quotes = tuple(repair(one.quote).text for one in some)
        told = {f.token for quote in quotes for f in facts(quote) if f.token.startswith("date:")}
        published = {f"date:{one.published}" for one in some if one.published}
        # The page's date counts where its words are cited: "March 1" bears out 2020-03-01, and no words bear out none.
        told |= {token for token in published if not told.isdisjoint(implied(token))}
        dates = {token.removeprefix("date:") for token in told if re.match(r"date:\d{4}", token)}
        versions = {other for one in some for other in one.other_versions}
        found.append(_Cited(source, some[0].issuer or "", quotes, frozenset(dates), frozenset(versions)))
    return found


def _fits(one: _Cited, request: Request) -> bool:
    if request.languages and language_of("\n".join(one.quotes)) not in request.languages:
        return False
    if request.issuer and not _holds(request.issuer, one.issuer):
        return False
    if request.dates != (None, None) and not any(_within(date, *request.dates) for date in one.dates):
        return False
    if request.want in ("latest", "oldest") and not one.dates:
        return False
    return (
        request.topic is None or any(_holds(request.topic, quote) for quote in one.quotes) or _holds_each(one, request)
    )


def _within(date: str, first: str | None, last: str | None) -> bool:
    """Partial dates are compared as far as both go."""
    return (first is None or date[: len(first)] >= first[: len(date)]) and (
        last is None or date[: len(last)] <= last[: len(date)]
    )


_AND = re.compile(r"(?i)\s*,?\s+and\s+|\s*(?:以及|[和与及、])\s*")


def _holds_each(one: _Cited, request: Request) -> bool:
    """Whether the words cited hold each of the things that the topic joins ("Harbin and Dalian")."""
    parts = _AND.split(fold(request.topic or ""))
    return len(parts) > 1 and all(any(_holds(part, quote) for quote in one.quotes) for part in parts)


_NAMED = ("name:", "org:", "place:", "term:", "prog:")


def _holds(topic: str, quote: str) -> bool:
    """Whether the quote says the topic, names it in the other language, or holds all its words."""
    if states(topic, quote):
        return True
    if not topic.strip():
        return False
    named = {
        f.token for f in facts(topic) if f.token.startswith(_NAMED) and f.end - f.start == len(topic.strip('“”「」" '))
    }
    if named and not named.isdisjoint(f.token for f in facts(quote)):
        return True
    folded = fold(topic)
    words = english_words(folded.lower())
    if words:
        return set(words) <= set(english_words(fold(quote).lower()))
    return all(word in fold(quote) for word in segment(folded) if word.strip('“”「」" '))
