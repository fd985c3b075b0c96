"""Whether a sentence is supported by the words that it cites: facts, who, then words or, across languages, meaning.

No model is needed. A sentence that stands verbatim in its spans is supported at once; for any other the checks go from
what can be decided surely (a figure that stands nowhere) to what can only be estimated (words and meaning).
Facts are read in the language of each text and compared as tokens, so a translation is checked like a paraphrase.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.normalise import fold
from index.words import chinese_words, english_words
from sources.bulletin import Fact
from sources.facts import compatible
from sources.sentences import sentences

from . import across
from .alignment import Alignment
from .borne_out import (
    borne_out,
    date_stands,
    figure_stands,
    in_series,
    name_stands,
    other_name,
    other_time,
    other_weekday,
    phrase_share,
    place_or_office_stands,
    reading_stands,
    surface_stands,
    unknown_names,
    word_stands,
)
from .claims import turned
from .clauses import clashes
from .contrary import contraries
from .contrast import Action, actions, denials, modality, negated, opposite_words, opposites, titles
from .parties import other_party
from .prepared import Prepared, clauses, prepare, same_language
from .same_name import with_names_met
from .unmet import unmet_names

if TYPE_CHECKING:
    from index.embed import Embedder
    from index.gloss import Glosses
    from index.together import PairReader

    from .entailment import Entailment, Reading

# Shares of content words found from which a sentence is supported, or at least partly; see eval/gold/check.jsonl.
_ENOUGH, _SOME = 0.45, 0.25
_ENOUGH_ACROSS, _SOME_ACROSS = 0.25, 0.08
# A quoted name told in another language: shares of its words found from which it stands, or may stand.
_QUOTE_SURE, _QUOTE_DOUBT = 0.67, 0.34
# Mean best cosine of the words of two quoted names from which one is the other's translation.
_QUOTE_ALIKE = 0.38
# A clause of this many content words of which hardly any is found is a statement of its own without support.
_CLAUSE_WORDS, _CLAUSE_SHARE = 5, 0.13
# Share of a sentence's words from which a sentence of the source is the one it retells.
_NEAR = 0.45
_LIKE_SIZE = 100  # 3 provinces were not mistaken for 650,000 km²
_PLACED = frozenset("num pct pp ord cny usd date".split())

_CONTRADICTED = "the entailment model reads the contrary in the cited text"
_NOT_ENTAILED = "the entailment model does not find it in the cited text"
_HARDLY_A_WORD = "hardly a word of the sentence is in the cited text"
_HAN = re.compile(r"[\u3400-\u9fff]")
_EDGES = "\"'“”‘’「」『』《》 .。,，;；:：!！?？-–—…"
_AFTER_CLAUSE = re.compile(r"[^\w\s)）]\s*\Z|\n\s*\Z")
_NAMED_AFTER = re.compile(
    r"[\"”」』]?\s?(?:工程|行动|计划|战略|项目|大赛|条例|规划|措施|initiative|project|action|plan|campaign|program)",
    re.I,
)


@dataclass(frozen=True)
class Verdict:
    """reasons: what stands nowhere in the cited text, in English; empty when the sentence is supported."""

    verdict: Literal["supported", "partly", "unsupported"]
    reasons: tuple[str, ...] = ()


class Check:
    """The grounding check. glosses reach across languages; without them only facts do. All models are optional."""

    def __init__(
        self,
        glosses: Glosses | None = None,
        embedder: Embedder | None = None,
        entailment: Entailment | None = None,
        reader: PairReader | None = None,
    ) -> None:
        """entailment: decides in place of words and vectors what facts and contrasts leave open.

        reader: across languages its word is weighed with what the vectors tell.
        """
        self._glosses, self._entailment, self._reader = glosses, entailment, reader
        self._alignment = Alignment(embedder) if embedder else None

    def __call__(self, sentence: str, spans: Sequence[str]) -> Verdict:
        """Judges one sentence against all spans it cites. Without words, or without spans, nothing is supported."""
        found = self._found(sentence, spans)
        return found if isinstance(found, Verdict) else _weighed(*found)

    def measures(self, sentence: str, spans: Sequence[str]) -> dict[str, float] | None:
        """What the verdict across languages is weighed from; None where it is decided without."""
        found = self._found(sentence, spans)
        return None if isinstance(found, Verdict) else found[0]

    def _found(self, sentence: str, spans: Sequence[str]) -> Verdict | tuple[dict[str, float], list[str]]:
        """The verdict, or measures to weigh and the reasons to give should they weigh too little."""
        sentence, spans = _told(sentence, spans)
        if not sentence.strip(_EDGES) or not spans:
            return Verdict("unsupported", ("nothing is cited" if not spans else "the sentence is empty",))
        if _is_quoted(sentence, spans):
            return Verdict("supported")
        said, source = prepare(sentence), prepare("\n".join(spans))
        if source.text.count("\n") < len(spans) and _stands_in(fold(said.text), fold(source.text)):
            return Verdict("supported")  # once the damage is repaired on both sides
        said, source = with_names_met(said, source)
        same = same_language(said, source)
        alignment = self._alignment if self._alignment and not same and self._alignment.reads(source) else None
        grave, light = self._facts(said, source)
        grave += _misattributed(said, source)
        grave += other_party(said, source, alignment) if alignment else self._contrasts(said, source)
        if grave:
            return Verdict("unsupported", tuple(dict.fromkeys(grave)))
        if self._entailment:
            return _entailed(self._entailment.reading(source.text, said.text), light)
        if alignment:
            measured, reasons = across.measures(said, source, alignment, self._reader, len(light))
            return measured, [*light, *reasons]
        verdict, reasons = self._words(said, source)
        if light and verdict == "supported":
            verdict = "partly"
        return Verdict(verdict, tuple(dict.fromkeys([*light, *reasons])))

    def read(self, pairs: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Has the model read sentences and spans that are soon to be judged together: twice as quick as one by one."""
        if self._alignment is None:
            return
        texts, parts = list[str](), list[str]()
        for sentence, spans in (_told(*pair) for pair in pairs):
            if not spans or _is_quoted(sentence, spans):
                continue
            said, source = prepare(sentence), prepare("\n".join(spans))
            texts += said.text, source.text
            if not same_language(said, source):
                parts += [*across.parts(source), *(contrary.text for contrary in contraries(said))]
        self._alignment.forget()
        self._alignment.read(texts, parts)

    # ------------------------------------------------------------ facts

    def _facts(self, said: Prepared, source: Prepared) -> tuple[list[str], list[str]]:
        """Reasons to reject the sentence, and reasons to doubt a part of it."""
        grave: list[str] = []
        light: list[str] = []
        quotes = [fact for fact in said.facts if fact.token.startswith("quote:")]
        for quote in quotes:
            share = self._quote_stands(quote, said, source)
            if share < _QUOTE_SURE:
                reason = f"the name “{said.text[quote.start : quote.end]}” is not in the cited text"
                (grave if share < _QUOTE_DOUBT else light).append(reason)
        for fact in said.facts:
            kind = fact.token.partition(":")[0]
            words = said.text[fact.start : fact.end].strip()
            quoted = any(q.start <= fact.start and fact.end <= q.end for q in quotes)
            if kind == "quote" or quoted and kind in ("prog", "term", "num", "ord", "org"):
                continue
            if kind == "term":
                if self._term_is_named(fact, said) and not self._term_stands(fact, said, source):
                    grave.append(f"“{words}” is not in the cited text")
            elif kind == "date":
                verdict = date_stands(fact.token, source, said.plain)
                if verdict == "no":
                    grave.append(f"the date {words} is not in the cited text")
                elif verdict == "year":
                    light.append(f"the cited text tells no year for {words}")
            elif kind == "prog":
                if not borne_out(fact.token, source) and not self._prog_in_words(fact, said, source):
                    grave.append(f"“{words}” is not in the cited text")
            elif kind == "name":
                if not name_stands(fact, said, source):
                    grave.append(f"the name {words} is not in the cited text")
            elif kind in ("org", "place"):
                if not place_or_office_stands(fact, said, source):
                    grave.append(f"{words} is not in the cited text")
            elif not figure_stands(fact, said, source):
                # "two" may be "both sides" or 双方 in another language.
                small = kind == "num" and float(fact.token[4:]) <= 2 and not same_language(said, source)
                (light if small else grave).append(f"the figure {words} is not in the cited text")
        grave += unknown_names(said, source)
        if self._glosses and not same_language(said, source):
            grave += unmet_names(said, source, self._glosses)
        grave += other_name(said, source)
        grave += other_weekday(said, source)
        grave += other_time(said, source)
        grave += turned(said, source)
        return grave or self._misplaced(said, source), light

    def _misplaced(self, said: Prepared, source: Prepared) -> list[str]:
        """Figures that the source has, but of another thing: "line 2 carried" where line 5 did."""
        figures = [f for f in said.facts if f.token.partition(":")[0] in _PLACED]
        if not figures:
            return []
        there = [f for f in source.facts if f.token.partition(":")[0] in _PLACED]
        if same_language(said, source):
            for fact in figures:
                mine = _neighbours(said, fact)
                bearing = [_neighbours(source, f) for f in there if compatible(fact.token, f.token)]
                others = {
                    f.token: _neighbours(source, f)
                    for f in there
                    if f.token.partition(":")[0] == fact.token.partition(":")[0] and not compatible(fact.token, f.token)
                }
                close = [token for token, words in others.items() if _agree(mine, words) == 2]
                if close and bearing and all(_agree(mine, words) == 0 for words in bearing):
                    return [
                        f"the cited text has {close[0].partition(':')[2]} where the sentence has {_words(said, fact)}"
                    ]
        nearest = self._nearest(said, source)
        if nearest is source or (self._share(said, nearest) or 0) < _NEAR:
            return []
        here = [f for f in nearest.facts if f.token.partition(":")[0] in _PLACED]
        missing = [
            f
            for f in figures
            if not any(compatible(f.token, n.token) for n in here)
            and (same_language(said, source) or f.token.startswith("date:") or not figure_stands(f, said, nearest))
        ]
        unsaid = [
            n for n in here if not any(compatible(f.token, n.token) or compatible(n.token, f.token) for f in figures)
        ]
        # As many figures as the nearest sentence, and one of them is not there: it was taken from elsewhere.
        for fact in missing:
            if len(figures) == len(here) and len(missing) == 1 and any(_may_stand_for(fact, other) for other in unsaid):
                return [f"the figure {_words(said, fact)} stands elsewhere in the cited text"]
        return []

    def _quote_stands(self, quote: Fact, said: Prepared, source: Prepared) -> float:
        """How surely the source has the quoted name, in [0, 1]; below 1 only where its words had to be translated."""
        name = quote.token.partition(":")[2]
        if name in source.compact:
            return 1.0
        inside = [f.token for f in said.facts if quote.start <= f.start and f.end <= quote.end and f != quote]
        terms = [t for t in inside if t.startswith(("term:", "org:"))]
        if terms and all(t in source.tokens for t in terms):
            return 1.0
        words = said.plain[quote.start : quote.end]
        if (title := in_series(words, source)) and not same_language(said, source):
            found = self._share_across(title, source)
            return _QUOTE_SURE if found is None or found >= 0.5 else found
        progs = [t for t in inside if t.startswith("prog:")]
        if progs and not any(borne_out(t, source) for t in progs):
            return 0.0
        if _HAN.search(words):
            if source.chinese:
                return 0.0
        elif source.latin:
            share = phrase_share(words, source)
            return share if share == 1 or len(words.split()) >= 6 and share >= _QUOTE_SURE else 0.0
        if terms and any(t.startswith("term:") for t in source.tokens):
            # A known name of which no known wording is there.
            known = (self._share_across(words, source) or 0.0) - 0.3
            return max(0.0, known) if not progs else known + 0.6
        found = self._share_near(words, progs, source) if progs else self._share_across(words, source)
        if self._alignment and not progs:
            found = max(found or 0.0, self._quoted_alike(quote, said, source))
        if found is None or words.endswith((".", "!", "?", "。", "！", "？")):
            return 1.0  # speech is no name
        return min(1.0, found + 0.4) if progs else max(found, _QUOTE_DOUBT)

    def _quoted_alike(self, quote: Fact, said: Prepared, source: Prepared) -> float:
        """1 where a quoted name of the source is as like as translations are (.38 and more, others mostly less)."""
        there = [[(f.start, f.end)] for f in source.facts if f.token.startswith("quote:")]
        if not there or self._alignment is None:
            return 0.0
        own = said.plain[quote.start : quote.end]
        met = self._alignment.met(said, [(quote.start, quote.end)], source, there)
        best = max(range(len(met)), key=lambda i: met[i])
        ((start, end),) = there[best]
        return float(met[best] >= _QUOTE_ALIKE and not any(opposite_words(own, source.plain[start:end])))

    def _share_near(self, words: str, progs: Sequence[str], source: Prepared) -> float | None:
        """How much of a counted name stands beside its count: “four systems” is no “four mechanisms”."""
        shares = []
        for fact in source.facts:
            if any(compatible(prog, fact.token) or prog.replace("prog:", "num:") == fact.token for prog in progs):
                around = source.text[max(0, fact.start - 4) : fact.end + (12 if source.chinese else 40)]
                shares.append(self._share_across(words, prepare(around)))
        known = [share for share in shares if share is not None]
        return max(known) if known else None

    def _prog_in_words(self, fact: Fact, said: Prepared, source: Prepared) -> bool:
        """十五五 and "15th five-year plan" agree as tokens; a counted name told freely is left to its terms."""
        inside = {
            f.token for f in said.facts if f.start < fact.end and fact.start < f.end and f.token.startswith("term:")
        }
        return bool(inside) and inside <= source.tokens or said.plain[fact.start : fact.end] in source.plain

    def _term_is_named(self, fact: Fact, said: Prepared) -> bool:
        """Whether the words are a programme's name here, not the everyday words that they may be as well."""
        words = said.text[fact.start : fact.end]
        if _NAMED_AFTER.match(said.text, fact.end):
            return True
        return words[:1].isupper() and len(words.split()) > 1 and sum(w[:1].isupper() for w in words.split()) > 1

    def _term_stands(self, fact: Fact, said: Prepared, source: Prepared) -> bool:
        if fact.token in source.tokens:
            return True
        words = said.plain[fact.start : fact.end]
        if words in source.plain:
            return True
        if _HAN.search(words):
            return not source.chinese and (self._share_across(words, source) or 0) >= 0.75
        if source.latin:
            return phrase_share(words, source) == 1
        return (self._share_across(words, source) or 0) >= 0.75

    # ------------------------------------------------------------ who, whether, how

    def _contrasts(self, said: Prepared, source: Prepared) -> list[str]:
        """Words that exclude words of the source: all of them within a language, else the plainest."""
        nearest = self._nearest(said, source)
        found = [opposed.reason for opposed in opposites(said.plain, source.plain, nearest.plain)]
        found += modality(said.plain, nearest.plain)
        if not same_language(said, source):
            for start, end in () if denials(nearest.plain, hidden=True) else denials(said.plain)[:1]:
                found.append(f"the sentence denies (“{said.text[start:end].strip()}”), the cited text does not")
            return found
        if wrong := negated(said.plain, source.plain):
            found.append(wrong)
        return [*found, *clashes(said, source)]

    def _nearest(self, said: Prepared, source: Prepared) -> Prepared:
        """The sentence of the source with most of the words."""
        parts = [prepare(source.text[a:b]) for a, b in sentences(source.text)]
        if len(parts) < 2:
            return source
        return max(parts, key=lambda part: self._share(said, part) or 0.0)

    # ------------------------------------------------------------ words

    def _words(
        self, said: Prepared, source: Prepared
    ) -> tuple[Literal["supported", "partly", "unsupported"], list[str]]:
        same = same_language(said, source)
        share = self._share(said, source)
        if share == 1.0 and not said.facts and not _content(said):
            return "unsupported", ["the sentence says nothing that could be checked"]
        enough, some = (_ENOUGH, _SOME) if same else (_ENOUGH_ACROSS, _SOME_ACROSS)
        if share is None and not any(fact.token in source.tokens for fact in said.facts):
            return "partly", ["the cited text is in another language, and its facts alone decide nothing"]
        share = enough if share is None else share
        # Of a few words of another language the dictionary may lack every one.
        if share < some and (same or said.chinese or len(said.plain.split()) > 5):
            return "unsupported", [_HARDLY_A_WORD]
        if loose := self._unsupported_clause(said, source):
            return "partly", [f"nothing in the cited text says “{loose}”"]
        if share < enough:
            return "partly", [f"only {share:.0%} of the sentence's words are in the cited text"]
        return "supported", []

    def _share(self, said: Prepared, source: Prepared) -> float | None:
        """Share of the content words of `said` that `source` has, in [0, 1]; None when it cannot be told."""
        same = same_language(said, source)
        shares = [_share_of_words(said.plain, said.chinese, source)] if same else []
        other = source.latin if said.chinese else source.chinese
        if other and (not shares or shares[0] < _ENOUGH):
            across = self._share_across(_without_borne_out(said, source), source, _borne_out_count(said, source))
            if across is not None:
                shares.append(across)
        return max(shares) if shares else None

    def _share_across(self, words: str, source: Prepared, borne_out: int = 0) -> float | None:
        """Share of the words that have a translation in `source`; None without a dictionary or a known word.

        borne_out: facts that were found in it already; each counts as a word and a half.
        """
        if self._glosses is None:
            return None
        chinese = bool(_HAN.search(words))
        glosses = _glosses_of(self._glosses, words, chinese)
        if not glosses:
            return 1.0 if borne_out else None
        found = 1.5 * borne_out
        for word, options in glosses:
            if chinese:
                found += any(o in source.stems for o in options)
            elif any(o in source.plain or len(o) > 2 and o[:2] in source.plain for o in options):
                found += 1
            elif " " in word:
                # "law enforcement" as a phrase is 执法, "law" alone 法律: either will do.
                parts = [_glosses_of(self._glosses, part, False) for part in word.split()]
                found += sum(any(o in source.plain for _, more in part for o in more) for part in parts) / len(parts)
        return found / (len(glosses) + 1.5 * borne_out)

    def _unsupported_clause(self, said: Prepared, source: Prepared) -> str:
        spans = list(clauses(said.plain))
        if len(spans) < 2:
            return ""
        for start, end in spans:
            clause = said.plain[start:end]
            words = chinese_words(clause) if said.chinese else english_words(clause)
            # Half a fact is a support; and short clauses have few words to judge by.
            if len(words) < _CLAUSE_WORDS or any(
                f.token in source.tokens or f.token.startswith("name:") and name_stands(f, said, source)
                for f in said.facts
                if start <= f.start < end
            ):
                continue
            share = self._share(prepare(said.text[start:end]), source)
            if share is not None and share <= _CLAUSE_SHARE:
                return said.text[start:end].strip(_EDGES)
        return ""


def _entailed(reading: Reading, light: Sequence[str]) -> Verdict:
    if reading == "entailed":
        return Verdict("partly" if light else "supported", tuple(dict.fromkeys(light)))
    return Verdict("unsupported", (_CONTRADICTED if reading == "contradicted" else _NOT_ENTAILED,))


def open_check(cache: Path, model: str | None, entailment: str = "") -> Check:
    """The check with the dictionary, and with the embedding model unless that is None. No index is needed.

    cache: folder where both keep their prepared files. entailment: a cross-encoder's name, "" for none. Raises
    ModelUnavailable.
    """
    from index import gloss
    from index.embed import open_embedder
    from index.words import keep_dictionary_in

    from .entailment import open_entailment

    keep_dictionary_in(cache / "jieba")
    glosses = gloss.Glosses(gloss.prepare(cache / "glosses.sqlite"))
    embedder = open_embedder(model, cache) if model else None
    return Check(glosses, embedder, open_entailment(entailment), open_reader(cache, model))


def open_reader(cache: Path, model: str | None) -> PairReader | None:
    """The model that reads a sentence and its source together; it is the bundled one, tuned. Nothing is loaded yet."""
    from index.embed import EXACT, is_bundled
    from index.together import PairReader

    if model is None or not is_bundled(model) or not across.CHANGES.is_file():
        return None
    return PairReader(cache, across.CHANGES, model == EXACT)


def check(sentence: str, spans: Sequence[str]) -> Verdict:
    """The check by facts and words alone, with nothing loaded; across languages it decides less than `open_check`'s."""
    return _PLAIN(sentence, spans)


_PLAIN = Check()


# ---------------------------------------------------------------- preparing


def _whole(text: str) -> str:
    """Half a surrogate pair, which broken JSON brings, is taken by no library below."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _told(sentence: str, spans: Sequence[str]) -> tuple[str, list[str]]:
    """Both without broken characters, and the spans that hold anything."""
    return _whole(sentence), [span for span in map(_whole, spans) if span.strip()]


def _is_quoted(sentence: str, spans: Sequence[str]) -> bool:
    """Extractive answers are quotations: they are known as such before anything is folded or read."""
    return any(_stands_in(sentence, span) for span in spans) or any(
        _stands_in(_folded(sentence), _folded(span)) for span in spans
    )


@functools.lru_cache(1024)
def _folded(text: str) -> str:
    return fold(text)


def _stands_in(sentence: str, span: str) -> bool:
    """Whether the folded sentence stands in the folded span as clauses of their own.

    Half a clause may have lost its "not" or its speaker, so it is no quotation here.
    """
    wanted = sentence.strip(_EDGES)
    at = span.find(wanted)
    while at >= 0 and wanted:
        before, after = span[:at].rstrip("\"'“‘「『《"), span[at + len(wanted) :]
        opens = not before or bool(_AFTER_CLAUSE.search(before[-3:]))
        if opens and not (after and after[0].isalnum()):
            return True
        at = span.find(wanted, at + 1)
    return False


def _weighed(measured: dict[str, float], reasons: Sequence[str]) -> Verdict:
    """A sentence that is half as likely as it must be to be supported is so in part."""
    probability, least = across.judged(measured)
    if probability >= least:
        return Verdict("supported")
    told = tuple(dict.fromkeys(reasons)) or ("the cited text hardly says this",)
    return Verdict("partly" if probability >= least / 2 else "unsupported", told)


def _facts_borne_out(said: Prepared, source: Prepared) -> list[Fact]:
    return [f for f in said.facts if borne_out(f.token, source)]


def _without_borne_out(said: Prepared, source: Prepared) -> str:
    """The sentence without the facts that its source has, and without figures and names, whose words say nothing."""
    text = list(said.plain)
    for fact in said.facts:
        if not fact.token.startswith(("term:", "quote:", "prog:")) or borne_out(fact.token, source):
            text[fact.start : fact.end] = " " * (fact.end - fact.start)
    return "".join(text)


def _borne_out_count(said: Prepared, source: Prepared) -> int:
    """Stretches of the sentence that hold a fact of the source; "two-in, one-out" is one, whatever it is read as."""
    count, reached = 0, -1
    for fact in _facts_borne_out(said, source):
        count += fact.start >= reached
        reached = max(reached, fact.end)
    return count


def _words(text: Prepared, fact: Fact) -> str:
    return text.text[fact.start : fact.end].strip()


def _neighbours(text: Prepared, fact: Fact) -> tuple[str, str]:
    """The word before and the word after a figure; of Chinese the two characters."""
    before, after = text.plain[max(0, fact.start - 24) : fact.start], text.plain[fact.end : fact.end + 24]
    if text.chinese:
        return before[-2:].strip(), after[:2].strip()
    words_before, words_after = re.findall(r"[a-z]+", before), re.findall(r"[a-z]+", after)
    return (words_before[-1] if words_before else ""), (words_after[0] if words_after else "")


def _may_stand_for(fact: Fact, other: Fact) -> bool:
    """Whether a figure may have been taken for another: of its kind, a number no further off than a hundredfold."""
    (kind, _, value), (other_kind, _, other_value) = fact.token.partition(":"), other.token.partition(":")
    if kind != "num" or other_kind != "num":
        return kind == other_kind
    small, large = sorted((abs(float(value)), abs(float(other_value))))
    return large <= _LIKE_SIZE * small


def _agree(one: tuple[str, str], other: tuple[str, str]) -> int:
    return sum(bool(a) and a == b for a, b in zip(one, other, strict=True))


# ---------------------------------------------------------------- who


def _misattributed(said: Prepared, source: Prepared) -> Iterator[str]:
    """Names that the source gives another part: B presided, where it was A; a deputy made a director."""
    mine, theirs = actions(said.plain, said.facts), actions(source.plain, source.facts)
    for act in mine:
        there = [other for other in theirs if other.kind == act.kind]
        if act.role and not act.role_stands(source.plain, across=not same_language(said, source)):
            yield f"“{act.role}” is not who {act.label} in the cited text"
        for kind in ("name:", "org:"):
            actors = {t for t in act.actors if t.startswith(kind)}
            known = {t for other in there for t in other.actors if t.startswith(kind)}
            if kind == "org:" and any(t.startswith("name:") for t in act.actors):
                continue
            if kind == "org:" and any(t.startswith("name:") for other in there for t in other.actors):
                continue
            if not actors or not known:
                continue
            for actor in actors:
                # A name that stands but was not read as one is left to the comparison of statements.
                unread = actor.startswith("name:") and actor not in source.tokens and reading_stands(actor, source.text)
                if unread and not same_language(said, source):
                    continue
                if not any(compatible(actor, other) or compatible(other, actor) for other in known):
                    told = ", ".join(map(_shown, sorted(known)))
                    yield f"{_shown(actor)} is not who {act.label} in the cited text ({told})"
            if kind == "name:" and act.kind == "say" and len(known) > 1 and len(actors) == 1:
                yield from _other_speaker(next(iter(actors)), act, there, said, source)
    for name, mine_titles in titles(said.plain, said.facts).items():
        given = titles(source.plain, source.facts).get(name)
        if given and mine_titles.isdisjoint(given):
            yield f"{_shown(name)} has another office in the cited text"


def _other_speaker(actor: str, act: Action, there: Sequence[Action], said: Prepared, source: Prepared) -> Iterator[str]:
    """Of several speakers, the one whose words hold most of the sentence must be the one it names."""
    best: dict[str, float] = {}
    if said.chinese is not source.chinese:
        return
    starts = [other.end for other in there]
    for i, other in enumerate(there):
        stop = starts[i + 1] if i + 1 < len(starts) else len(source.plain)
        part = prepare(source.text[other.end : stop])
        value = _share_of_words(said.plain[act.end :], said.chinese, part)
        for name in other.actors:
            best[name] = max(best.get(name, 0.0), value)
    leader = max(best, key=lambda name: best[name], default=actor)
    if leader != actor and best[leader] - best.get(actor, 0.0) >= 0.3:
        yield f"{_shown(leader)} said it in the cited text, not {_shown(actor)}"


def _shown(token: str) -> str:
    return " ".join(part.capitalize() for part in token.partition(":")[2].split("-"))


# ---------------------------------------------------------------- words


def _content(text: Prepared) -> list[str]:
    return chinese_words(fold(text.plain)) if text.chinese else english_words(fold(text.plain))


def _share_of_words(plain: str, chinese: bool, source: Prepared) -> float:
    """Share of the content words of a text in its source's own language; 1 when it has none."""
    if not chinese:
        words = english_words(fold(plain))
        return (
            sum(word_stands(w, source) or not w.isalpha() and surface_stands(w, source) for w in words) / len(words)
            if words
            else 1.0
        )
    have = set(source.plain)
    total = credit = 0.0
    for word in chinese_words(fold(plain)):
        total += len(word)
        if word in source.plain:
            credit += len(word)
        elif len(word) > 1:
            # 健全机制 for 机制健全, 赞 for 称赞: characters in common are worth something, not all.
            credit += 0.6 * sum(c in have for c in word)
    return credit / total if total else 1.0


@functools.lru_cache(4096)
def _glosses_of(glosses: Glosses, words: str, chinese: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words and phrases that the dictionary knows, each with what it may be in the other language."""
    found = glosses.of_chinese(words) if chinese else glosses.of_english(words)
    return tuple((gloss.word, tuple(term for term, _ in gloss.terms)) for gloss in found if gloss.terms)
