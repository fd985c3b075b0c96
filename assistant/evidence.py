"""The sentences that may answer a question, each with what speaks for it, and the weighing of it."""

from __future__ import annotations

import functools
import json
import math
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.normalise import fold, simplify
from index.passage import Hit, Passage
from index.search import Index, Query
from index.token_vectors import likeness
from index.words import chinese_words, content_spans, english_words, forms_of, frequency, stem
from sources.bulletin import Bulletin, Fact, is_of_year
from sources.facts import compatible, facts, implied
from sources.sounds import foreign_names, is_read_in, sounds_in

from .asking import WANTED, Asked
from .lists import fitting_lists
from .told import Sought, told

# Facts that pin a question down: evidence without them is about something else.
_HARD = ("date:", "num:", "pct:", "name:", "place:", "org:", "ord:", "prog:", "term:", "code:", "quote:")
_NAMED = ("name:", "place:", "ord:", "prog:", "code:")
_NAMES = (*_NAMED, "org:", "quote:")
# Names by their spelling, for those that no fact is made of: words that begin with a capital within an English
# sentence, and Latin words in a Chinese one.
_CAPITALISED = re.compile(r"(?<=[a-z,'’\"“(] )[\"“(]?([A-Z][\w’'-]+)")
_LATIN = re.compile(r"[A-Za-z][A-Za-z-]+")
_SPOKEN = 0.5  # how surely a sentence in which somebody speaks answers what that person said, of whatever
# How surely a list of the number that the question names tells the member asked for, and what remains without one.
_MEMBER, _NO_MEMBER = 0.5, 0.3
_OF_BEST = ("least_met", "word_met", "next_word_met", "size")
_LOOKED_AT = 12  # the candidates among which the bulletins of a comparison are looked for
_TOLD_OF = ("year_told", "ordinals_told", "names_told", "spelled_told", "spelled_across", "facts_told")
# What remains of an answer from a bulletin that never mentions the year, the session or the plan asked about, or of a
# day to come, however well all other words fit.
# The fit cannot learn this: encyclopaedia questions name years that their texts tell in other ways.
_ANOTHER_ONE = 0.3
# Which one of a row a question asks for: the 13th meeting, the 14th Five-Year Plan. First and second are left out, they
# are told in many ways; and a bulletin that has the number in any form may mean it: the third season is "season 3".
_ORDINAL = re.compile(r"(?:ord:(?![12]$)|prog:(?=\d+-5$))(\d+)")
_NUMBERED = re.compile(r"(?:(?:ord|num):(?=\d+$)|prog:(?=\d+-5$)|date:.*-(?=\d\d$))(\d+)")
# What an answer without the fact asked for loses, where such a fact is always told in a form that is recognised.
_STRICT = (
    "count", "share", "money", "city", "company", "contact", "duration", "said", "when", "person", "members", "where",
)  # fmt: skip
_LACKING = 0.7
# The least met tokens of a question are this share of them.
_LEAST_MET = 0.25
# For a model without vectors of its tokens: between what half of the answerable questions of the fit reach in their own
# language (.47) and in the other (.31).
_WITHOUT_TOKENS = 0.35
_WORD_WITHOUT_TOKENS = (0.5, 0.6)  # likewise, of the two content words that are met least
_UNREAD = 0.5  # where no reader says how surely a sentence answers
_LONG = 10  # content words: a long question of which every word is met is answered more surely than a short one
# Passages of the smallest and of the largest collection that the decision was fitted on.
_FEW, _MANY = 300, 5_000
_YEAR = re.compile(r"date:\d{4}")
# What goes with a year: "in the year 2024", 在2024年的. And what tells that the year itself is asked about.
_BEFORE_YEAR = re.compile(r"(?i)(?:\b(?:in|of|for|during|from|throughout)\s+)?(?:\b(?:the|year)\s+)*$|[在於于]$")
_AFTER_YEAR = re.compile(r"年?[度里裡中]?的?|['’]s\b")
_SUBJECT_BEFORE = re.compile(r"(?i)\b(?:is|was|about)\s+$")
_SUBJECT_AFTER = re.compile(r"\s*(?:(?:is|was)\b|年?(?:[是为為被很最更]|特别|特別|非常|如此|[这這][么麼]|意味))")
# A question is asked without its year when so many content words are left.
_TELLING_WORDS = 2
# What tells more or less when the sentence is in another language than the question.
_OTHERWISE_ACROSS = ("dense", "cover", "cover_context", "met", "met_context", "hit")
# A sentence of this share of the best one's score, or above, tells fully.
_TOLD_BY = 3.0  # the inverse of that share
_PLACED_BY = 1.3  # a place is told where the event is: the next sentence's is another's
# A gloss is met by a term that stands for at least this share of the word's meanings.
_GLOSS_WEIGHT = 0.08


@dataclass(frozen=True)
class Candidate:
    """A sentence of a bulletin, [start, end) of its clean text, and what speaks for it: features, about in [0, 1]."""

    bulletin: Bulletin
    passage: Passage
    start: int
    end: int
    features: Mapping[str, float]
    score: float

    @property
    def text(self) -> str:
        return self.bulletin.text[self.start : self.end]


@dataclass(frozen=True)
class Wanted:
    """The content words of a question, each with its rarity and the ways it may stand in a text.

    words: (rarity in nats, own form, forms in the other language with their weights).
    """

    words: tuple[tuple[float, str, Mapping[str, float]], ...]
    facts: tuple[str, ...]
    rarity: float

    def spellings(self, only: Collection[str] | None = None) -> frozenset[str]:
        """Every form in which one of the words, or of those in `only`, may stand in a text, in either language."""
        found: set[str] = set()
        for _, own, across in self.words:
            if only is None or own in only:
                found |= {own, *(form for form, weight in across.items() if weight >= _GLOSS_WEIGHT)}
        return frozenset(found)

    def covered(self, forms: frozenset[str], same_language: bool) -> float:
        """The share of the question's words, by rarity, that stand among the forms, in [0, 1]."""
        if not self.rarity:
            return 0.0
        got = 0.0
        for rarity, own, across in self.words:
            if own in forms:
                got += rarity
            elif not same_language:
                met = sum(w for form, w in across.items() if form in forms)
                got += rarity * min(1.0, math.sqrt(met)) if met >= _GLOSS_WEIGHT else 0.0
        return got / self.rarity


@functools.lru_cache(20_000)
def facts_of(text: str) -> tuple[str, ...]:
    """Fact tokens of a short text, the coarser ones they entail included."""
    return tuple(dict.fromkeys(t for fact in facts(text) for t in (fact.token, *implied(fact.token))))


def wanted(query: Query, index: Index) -> Wanted:
    """The question's content words with their rarity in the collection."""
    folded = fold(query.text)
    own = english_words(folded) if query.language == "en" else [*chinese_words(folded), *english_words(folded)]
    across: dict[str, Mapping[str, float]] = {}
    for gloss in query.glosses:
        for word in gloss.word.split():
            across[word] = dict(gloss.terms)
    found = []
    for word in dict.fromkeys(own):
        rarity = index.words.rarity(word)
        if word in across:
            # A word of the other language is as rare as its commonest rendering.
            rarity = min([rarity, *(index.words.rarity(t) for t, w in across[word].items() if w >= _GLOSS_WEIGHT)])
        found.append((rarity, word, across.get(word, {})))
    return Wanted(tuple(found), query.facts, sum(rarity for rarity, _, _ in found))


def gather(
    query: Query, asked: Asked, hits: Sequence[Hit], index: Index, weights: Mapping[str, float]
) -> list[Candidate]:
    """Sentences of the hits' contexts, most promising first.

    Those of a bulletin that is of the question's year are ranked by the rest of the question: the year says which
    bulletin is meant, and would set those apart that happen to name it. Where one member of a list is asked for, all
    are ranked by what it holds.
    """
    shown = [[p for p, _ in index.passages(h.passage.bulletin) if _overlaps(p, h.context)] for h in hits]
    whole = _Features(query, asked, index, shown)
    years = years_of(query.facts)
    # Some of what was found is from the year, so what is from another year is hardly meant.
    of_years = {h.passage.bulletin for h in hits if any(is_of(index.bulletin(h.passage.bulletin), y) for y in years)}
    # Likewise where some of it has the session or the plan that is asked for.
    numbered = any(whole.bulletin(index.bulletin(h.passage.bulletin))["ordinals_told"] == 1 for h in hits)
    rest = _apart_from_its_bulletin(query, asked, index)
    of_rest = _Features(rest, asked, index, shown) if rest else None
    found: dict[tuple[str, int], Candidate] = {}
    for hit, passages in zip(hits, shown, strict=True):
        bulletin = index.bulletin(hit.passage.bulletin)
        speaks = ranks = whole.of(hit, passages)
        if of_rest and (asked.holding or bulletin.id in of_years):
            ranks = of_rest.of(hit, passages)
        of_year = float(not of_years or bulletin.id in of_years)
        another = float(numbered and not whole.bulletin(bulletin)["ordinals_told"])
        for passage, said, ranked in zip(passages, speaks, ranks, strict=True):
            for (start, end), features, by in zip(passage.sentences, said, ranked, strict=True):
                one = {"of_year": of_year, "another": another}
                candidate = Candidate(bulletin, passage, start, end, features | one, score(by | one, weights))
                key = (bulletin.id, start)
                if key not in found or found[key].score < candidate.score:
                    found[key] = candidate
    ordered = _in_order(found.values(), asked)
    if asked.wants in ("who", "person"):
        ordered = _in_order(whole.with_persons(ordered, weights), asked)
    return _of_one_event(ordered, index)


def _in_order(candidates: Iterable[Candidate], asked: Asked) -> list[Candidate]:
    """Most promising first."""
    # What a person said is told where that person speaks, in whichever language; who is only named there says nothing.
    spoken = asked.wants == "said"
    return sorted(candidates, key=lambda c: (-c.features["typed"] if spoken else 0.0, -c.score))


def _of_one_event(candidates: list[Candidate], index: Index) -> list[Candidate]:
    """The same, those of other versions of what the best one's bulletin tells with the feature "version"."""
    versions = index.versions(candidates[0].bulletin.id) if candidates else ()
    return [replace(c, features={**c.features, "version": 1.0}) if c.bulletin.id in versions else c for c in candidates]


class _Features:
    """What speaks for the sentences of bulletins as an answer to one question; worked out once, however many hits show
    them."""

    def __init__(self, query: Query, asked: Asked, index: Index, shown: Sequence[Sequence[Passage]]) -> None:
        """shown: the passages that will be looked at."""
        self._query, self._asked, self._index = query, asked, index
        index.met(query, [(p.bulletin, p.number) for passages in shown for p in passages])  # all at once
        self._wanted = wanted(query, index)
        # A count's thing is looked for as it is asked, too: words that are everywhere are no content words.
        counting = [*chinese_words("".join(asked.counted))[:1], *map(stem, asked.counted)]
        counted = self._wanted.spellings(counting) | {*asked.counted}
        spelled = frozenset(name for _, name in _spelled_names(query))
        self._sought = Sought(asked, self._wanted.facts, self._wanted.spellings(), counted, spelled)
        self._hard = [t for t in self._wanted.facts if t.startswith(_HARD) and not _is_plain_word(t)]
        # Who or where the question names, as far as the collection knows of it: some bulletin tells it, so others do
        # not.
        self._named = [token for token in self._hard if token.startswith(_NAMED) and index.knows(token)]
        # One of a list's members is told by its place, not by its number.
        self._ordinals = {int(m[1]) for token in self._hard if (m := _ORDINAL.match(token))} if not asked.nth else set()
        self._spelled, self._foreign = dict(_spelled_names(query)), dict(_names_of_no_fact(query))
        self._words = _words(query)
        self._size = _size(index)
        self._of_bulletins: dict[str, dict[str, float]] = {}
        self._of_sentences: dict[tuple[str, int], list[dict[str, float]]] = {}

    def of(self, hit: Hit, passages: Sequence[Passage]) -> list[list[dict[str, float]]]:
        """Of each of the passages around a hit, what speaks for each of its sentences."""
        bulletin = self._index.bulletin(hit.passage.bulletin)
        around = self.bulletin(bulletin) | self.context(hit, passages)
        found = []
        for passage in passages:
            scored = {"hit": hit.score if passage.number == hit.passage.number else 0.8 * hit.score}
            found.append([_scaled(around | own | scored) for own in self.sentences(bulletin, passage)])
        return found

    def _same(self, bulletin: Bulletin) -> bool:
        return (bulletin.language == "en") == (self._query.language == "en")

    def bulletin(self, bulletin: Bulletin) -> dict[str, float]:
        """What the bulletin as a whole tells of what the question names."""
        if bulletin.id not in self._of_bulletins:
            hard, told_there = self._hard, _told(bulletin)
            same, forms = self._same(bulletin), self._index.forms(bulletin.id)[0]
            names = [token for token in hard if token.startswith(_NAMES)]
            spelled = len(self._spelled.keys() & forms) / len(self._spelled) if same and self._spelled else 1.0
            across = 1.0
            if self._foreign and not same:
                across = sum(self._tells(bulletin, name) for name in self._foreign) / len(self._foreign)
            self._of_bulletins[bulletin.id] = {
                "told": self._wanted.covered(forms, same),
                "facts_told": _share(hard, told_there),
                "ordinals_told": _share_numbered(self._ordinals, told_there),
                "year_told": _share([t for t in hard if _YEAR.match(t)], told_there),
                "names_told": _share(names, told_there | self._read_in(bulletin, set(names) - told_there)),
                "named_told": _share(self._named, told_there),
                "spelled_told": spelled,
                "spelled_across": across,
                "same": float(same),
                "across": float(not same),
                "size": self._size,
                "length": min(1.0, len(self._words) / _LONG),
            }
        return self._of_bulletins[bulletin.id]

    def _read_in(self, bulletin: Bulletin, names: Collection[str]) -> set[str]:
        """Those of the names, persons', that a Chinese bulletin tells, though where no name is expected."""
        persons = [name for name in names if name.startswith("name:")] if bulletin.language != "en" else []
        return {name for name in persons if is_read_in(name, bulletin.text)}

    def _tells(self, bulletin: Bulletin, name: str) -> bool:
        """Whether a bulletin of the other language tells a name: as it is spelled, by a gloss, or by its sound."""
        forms = self._index.forms(bulletin.id)[0]
        glossed = next((across for _, own, across in self._wanted.words if own == name), {})
        known = name in forms or sum(weight for form, weight in glossed.items() if form in forms) >= _GLOSS_WEIGHT
        return known or sounds_in(self._foreign[name], _simplified(bulletin.text))

    def context(self, hit: Hit, passages: Sequence[Passage]) -> dict[str, float]:
        """What the passage that was found tells with those around it, which are `passages`, itself among them."""
        bulletin = self._index.bulletin(hit.passage.bulletin)
        _, forms = self._index.forms(bulletin.id)
        words = forms_of(bulletin.title).union(
            forms_of(hit.passage.heading), *(words for passage in passages for words in forms[passage.number])
        )
        features = {
            "about": hit.lanes["bulletin"],
            "cover_context": self._wanted.covered(words, self._same(bulletin)),
            "met_context": likeness(np.concatenate([self._met(passage) for passage in passages])),
            "dense_passage": max(0.0, hit.lanes["dense"]),
            "words": hit.lanes["words"],
        }
        if self._asked.holding:  # what a member of a list holds, its heading says first
            features["headed"] = self._wanted.covered(forms_of(hit.passage.heading), self._same(bulletin))
        return features

    def sentences(self, bulletin: Bulletin, passage: Passage) -> list[dict[str, float]]:
        """What each of a passage's sentences tells itself."""
        key = (bulletin.id, passage.number)
        if key not in self._of_sentences:
            same, english = self._same(bulletin), bulletin.language == "en"
            vectors = self._index.passages(bulletin.id)[passage.number][1]
            nearness = np.maximum(0, vectors @ self._query.vector).tolist()
            rows = self._met(passage)  # `likeness` of each
            of_least = least_met(rows)
            word, next_word = self._least_words(passage)
            met = np.maximum(0, rows.mean(axis=1)).tolist() if rows.size else [0.0] * len(rows)
            forms = self._index.forms(bulletin.id)[1][passage.number]
            found = []
            for (start, end), near, tokens, words in zip(passage.sentences, nearness, met, forms, strict=True):
                within = _facts_in(bulletin, start, end)
                found.append(
                    {
                        "dense": near,
                        "cover": self._wanted.covered(words, same),
                        "met": tokens,
                        "least_met": of_least,
                        "word_met": word,
                        "next_word_met": next_word,
                        "typed": told(self._sought, bulletin.text[start:end], within, english),
                        "facts": _share(self._hard, _tokens(within)),
                        "short": float(end - start < (40 if english else 12)),
                    }
                )
            self._of_sentences[key] = found
        return self._of_sentences[key]

    def _least_words(self, passage: Passage) -> tuple[float, float]:
        """How well the two content words of the question are met in a passage, or its title, that are met least."""
        key = (passage.bulletin, passage.number)
        rows = self._index.met(self._query, [key])[key]
        if not rows.size or not self._words:
            return _WORD_WITHOUT_TOKENS
        best = np.maximum(0, rows.max(axis=0))
        least, *others = sorted(float(best[first:last].mean()) for first, last in self._words)
        return least, min(others, default=least)

    def with_persons(self, candidates: Sequence[Candidate], weights: Mapping[str, float]) -> list[Candidate]:
        """The same, the best of them looked through for persons' names thoroughly."""
        looked = []
        for candidate in candidates[:_LOOKED_AT]:
            bulletin, start, end = candidate.bulletin, candidate.start, candidate.end
            within, english = _facts_in(bulletin, start, end), bulletin.language == "en"
            typed = told(self._sought, bulletin.text[start:end], within, english, thoroughly=True)
            gained = weights["typed"] * (typed - candidate.features["typed"])
            score = 1 / (1 + math.exp(-log_odds(candidate.score) - gained))
            looked.append(replace(candidate, features={**candidate.features, "typed": typed}, score=score))
        return [*looked, *candidates[_LOOKED_AT:]]

    def _met(self, passage: Passage) -> np.ndarray:
        """How well the question's tokens are met in each sentence of a passage."""
        key = (passage.bulletin, passage.number)
        return self._index.met(self._query, [key])[key][1:]


def _scaled(features: dict[str, float]) -> dict[str, float]:
    """With those that tell more or less across languages on a scale of their own."""
    if not features["across"]:
        return features
    return features | {f"{name}_across": features[name] for name in _OTHERWISE_ACROSS}


def _apart_from_its_bulletin(query: Query, asked: Asked, index: Index) -> Query | None:
    """The question without what only says where the answer stands; None when that is all or nothing of it."""
    if asked.holding:
        return index.query(asked.holding, query.language)
    return without_years(query, index) if asked.kind != "compare" else None


def without_years(query: Query, index: Index) -> Query | None:
    """The question without the years that it names; None when it names none or hardly anything else."""
    rest = query.text
    # A stretch from one year to another is two facts, of the same words.
    spans = {(fact.start, fact.end) for fact in facts(query.text) if _YEAR.fullmatch(fact.token)}
    for start, end in sorted(spans, reverse=True):
        before, after = rest[:start], rest[end:]
        if not (_SUBJECT_BEFORE.search(before) or _SUBJECT_AFTER.match(after)):
            rest = f"{_BEFORE_YEAR.sub('', before)} {_AFTER_YEAR.sub('', after, count=1)}"
    if rest == query.text:
        return None
    without = index.query(rest, query.language)
    return without if len(wanted(without, index).words) >= _TELLING_WORDS else None


def says_little(query: Query, index: Index) -> bool:
    """Whether a question names nothing and has hardly a word that tells what it is about."""
    return not query.facts and len(wanted(query, index).words) <= _TELLING_WORDS


def _overlaps(passage: Passage, span: tuple[int, int]) -> bool:
    return passage.start < span[1] and span[0] < passage.end


def log_odds(probability: float) -> float:
    """The inverse of the logistic, bounded where a score tells no more."""
    return math.log(max(probability, 1e-9) / max(1 - probability, 1e-9))


def weigh(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The logistic of the weighted features; `weights` holds one for each feature used and "intercept"."""
    total = weights["intercept"] + sum(w * features.get(name, 0.0) for name, w in weights.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def score(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """How promising a sentence of these features is, in [0, 1]. weights: those of sentences."""
    return weigh(features, weights) * (_ANOTHER_ONE if features["another"] else 1)


@functools.lru_cache(1)
def calibration() -> dict[str, dict[str, float]]:
    """The shipped weights: "sentence" ranks sentences, "answer" decides whether they are enough."""
    return dict(json.loads((Path(__file__).parent / "calibration.json").read_text(encoding="utf-8")))


@functools.lru_cache(512)
def _told_tokens(bulletin_id: str, tokens: tuple[str, ...]) -> frozenset[str]:
    return frozenset(t for token in tokens for t in (token, *implied(token)))


def _told(bulletin: Bulletin) -> frozenset[str]:
    """Every fact of a bulletin, its dates included."""
    dates = tuple(f"date:{d.value}" for d in bulletin.dates)
    title = facts_of(bulletin.title)
    return _told_tokens(bulletin.id, tuple(f.token for f in bulletin.facts) + dates + title)


def is_of(bulletin: Bulletin, year: str) -> bool:
    """Whether it is from the year, or reports an event of it."""
    return is_of_year(year, bulletin.title, (date.value for date in bulletin.dates if date.role != "period"))


def years_of(tokens: Sequence[str]) -> list[str]:
    """The years that fact tokens name: "2018", "2024"."""
    return list(dict.fromkeys(match[0][5:] for token in tokens if (match := _YEAR.match(token))))


def _share(needed: Sequence[str], told: Sequence[str] | frozenset[str]) -> float:
    """The share of the needed facts that are borne out, 1 when none is needed."""
    if not needed:
        return 1.0
    borne_out = sum(token in told or any(compatible(token, other) for other in told) for token in needed)
    return borne_out / len(needed)


def _share_numbered(needed: Collection[int], told: frozenset[str]) -> float:
    """The share of the numbers that a bulletin has in any form, 1 when none is needed."""
    if not needed:
        return 1.0
    numbers = {int(match[1]) for token in told if (match := _NUMBERED.match(token))}
    return sum(number in numbers for number in needed) / len(needed)


def _facts_in(bulletin: Bulletin, start: int, end: int) -> list[Fact]:
    """The facts that begin in [start, end), with offsets in it; read from the bulletin, not anew."""
    first, last = (bisect_left(bulletin.facts, at, key=lambda fact: fact.start) for at in (start, end))
    within = bulletin.facts[first:last]
    return [Fact(fact.token, fact.start - start, fact.end - start) for fact in within]


def _tokens(found: Sequence[Fact]) -> tuple[str, ...]:
    """Their tokens and those that they entail."""
    return tuple(dict.fromkeys(token for fact in found for token in (fact.token, *implied(fact.token))))


@functools.lru_cache(16)
def _simplified(text: str) -> str:
    return simplify(text)


def _spelled_names(query: Query) -> Iterator[tuple[str, str]]:
    """The names in a question as its spelling shows them, each with the form in which words are looked up first."""
    pattern = _CAPITALISED if query.language == "en" else _LATIN
    for match in pattern.finditer(query.text):
        name = match[match.lastindex or 0]
        yield from ((form, name) for form in english_words(fold(name)))


def _names_of_no_fact(query: Query) -> Iterator[tuple[str, str]]:
    """Those that the facts know nothing of, and in a Chinese question what is written as foreign names are."""
    known = " ".join(query.text[fact.start : fact.end] for fact in facts(query.text))
    yield from ((form, name) for form, name in _spelled_names(query) if name not in known)
    if query.language != "en":
        yield from ((name, name) for name in foreign_names(simplify(query.text)) if name not in known)


def _words(query: Query) -> list[tuple[int, int]]:
    """The tokens, [first, last), of each of a question's content words."""
    ends = query.token_ends
    begins = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    spans = [
        (int(np.searchsorted(ends, start, side="right")), int(np.searchsorted(begins, end)))
        for start, end in content_spans(fold(query.text))
    ]
    return [(first, last) for first, last in spans if first < last]


def least_met(rows: np.ndarray) -> float:
    """How well those of the question's tokens are met in a passage that are met least, in [0, 1].

    One thing that is told nowhere hardly changes the mean over a question of many words.
    rows: of each sentence, float32, (sentences, tokens).
    """
    if not rows.size:
        return _WITHOUT_TOKENS
    best = np.sort(rows.max(axis=0))
    return max(0.0, float(best[: math.ceil(_LEAST_MET * len(best))].mean()))


def _size(index: Index) -> float:
    """How much there is to search, in [0, 1]: among more passages something is nearer to any question by chance."""
    passages = math.expm1(index.words.rarity("\0"))  # that of a word which none holds
    return min(1.0, max(0.0, math.log(max(1.0, passages) / _FEW) / math.log(_MANY / _FEW)))


def _is_plain_word(token: str) -> bool:
    """Whether a quoted word is an everyday one: “减肥” is put in quotes for fun, it names no programme."""
    kind, _, text = token.partition(":")
    return kind == "quote" and frequency(fold(text)) > 0


def by_event(candidates: Sequence[Candidate], index: Index) -> dict[tuple[str, ...], list[Candidate]]:
    """Candidates by the group of bulletins that tell one event, groups and members in order of score."""
    groups: dict[tuple[str, ...], list[Candidate]] = {}
    for candidate in candidates:
        key = tuple(sorted((candidate.bulletin.id, *index.versions(candidate.bulletin.id))))
        groups.setdefault(key, []).append(candidate)
    return groups


def confidence(candidates: Sequence[Candidate], asked: Asked) -> float:
    """The calibrated probability, in [0, 1], that the best evidence answers the question."""
    if not candidates:
        return 0.0
    probability = probability_of(signals(candidates, asked), calibration()["answer"])
    if asked.ahead:
        probability *= _ANOTHER_ONE
    if asked.bare and candidates[0].features["typed"] == 1:
        return max(probability, _SPOKEN)
    if asked.nth and asked.number:
        # One of so many is told by the list that has so many, whatever else the question says, and by no other words.
        there = asked.nth <= asked.number and _is_counted(candidates, asked)
        return max(probability, _MEMBER) if there else probability * _NO_MEMBER
    return probability


def probability_of(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """That evidence of these signals answers, in [0, 1]. weights: those of the decision."""
    told_of = found["year_told"] and found["ordinals_told"]
    probability = weigh(found, weights) * (1 if told_of else _ANOTHER_ONE)
    # Were there a figure further down, it would not be quoted either.
    return probability * (1 - _LACKING * max(found[f"lacks_{wanted}"] for wanted in _STRICT))


def signals(candidates: Sequence[Candidate], asked: Asked) -> dict[str, float]:
    """What speaks for and against the best candidates being an answer, each in [0, 1].

    Within a language words tell more, across languages vectors do, so each counts on its own scale ("_same" and
    "_across").
    """
    top = candidates[:3]
    best = top[0].features
    found = {"same": best["same"]} | {name: _told_of(name, candidates, asked) for name in _TOLD_OF}
    values = {name: max(candidate.features[name] for candidate in top) for name in ("dense", "words", "hit", "told")}
    for name, value in (values | {name: best[name] for name in _OF_BEST}).items():
        found[f"{name}_same"] = value * best["same"]
        found[f"{name}_across"] = value * (1 - best["same"])
    # What is told far from the best sentence is told of something else; who speaks stands long before some sayings.
    near = _PLACED_BY if asked.wants in ("where", "city") else _TOLD_BY
    typed = max(c.features["typed"] * min(1.0, near * c.score / max(top[0].score, 1e-9)) for c in top)
    if asked.wants == "members" and _is_counted(candidates, asked):
        typed = 1.0
    if asked.wants == "said" or (asked.wants == "person" and not asked.named):
        event = (c for c in candidates if c.bulletin.id == top[0].bulletin.id or "version" in c.features)
        typed = max(c.features["typed"] for c in event)
    found["length"] = best["length"]
    found["read"] = best.get("read", _UNREAD)
    # What is asked for should be told by the best sentence itself.
    found["lacks_first"] = (1 - best["typed"]) * (asked.wants is not None and not asked.published)
    for wanted in WANTED:
        # A question for money that no sentence with money is found for has no answer; a name is told in many ways.
        # When a bulletin was published its page tells, no sentence need.
        found[f"lacks_{wanted}"] = (1 - typed) * (asked.wants == wanted and not asked.published)
    return found


def _told_of(name: str, candidates: Sequence[Candidate], asked: Asked) -> float:
    """How much of what the question names is told by the best sentence's bulletin; by several where it asks of several.

    Of two years that are compared each has a bulletin of its own. Their shares are added up, which is the most that
    may be told: two bulletins may tell the same half.
    """
    best = candidates[0].features
    if asked.kind != "compare" and best["year_told"] in (0.0, 1.0):
        return best[name]
    return min(1.0, sum({one.bulletin.id: one.features[name] for one in candidates[:_LOOKED_AT]}.values()))


def _is_counted(candidates: Sequence[Candidate], asked: Asked) -> bool:
    """Whether a list of as many members as the question says is among the evidence."""
    return any(fitting.counted for fitting in fitting_lists(asked, candidates))
