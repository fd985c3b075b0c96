"""What a good answer is, in numbers. Pure functions; a share lies in [0, 1] and higher is better unless said otherwise.

Nothing here splits text at spaces or at English full stops, so that Chinese is measured by the same rule as English:
an answer brings its own sentences, and a gold case names facts, not sentences.

Where the formulas come from:
  fact_recall         the exact-match recall of ASQA (Stelmakh et al. 2022) and ALCE (Gao et al. 2023, section 4.2): the
                      share of gold short answers, each with alternatives, that occur in the folded answer.
  fact_precision      RAGChecker's precision (Ru et al. 2024, section 3.3): the share of an answer's claims that the
                      gold answer bears out; claims are sentences here, and the gold answer is the case's facts.
  cohens_kappa        Cohen 1960: agreement of two judges beyond what their habits alone would give.
  citation_recall,    ALCE (Gao et al. 2023, section 4.3), judged by our own check in place of its
  citation_precision  entailment model.
  recall_at           subtopic recall (Zhai, Cohen and Lafferty 2003): a fact is a subtopic. With one fact it is plain
                      recall at k. A gold file that names facts needs no list of all relevant passages.
  reciprocal_rank     Voorhees 1999 (TREC-8 question answering).
  success_at          Craswell and Hawking 2004 (TREC web track).
  risk_coverage       El-Yaniv and Wiener 2010.
  risk_area           the area under that curve, as Geifman, Uziel and El-Yaniv 2019 sum it.
  calibration_bins,   reliability diagram and expected calibration error (Naeini, Cooper and Hauskrecht 2015).
  calibration_error
  grounded            faithfulness, hallucination and self-knowledge of RAGChecker (Ru et al. 2024, section 3.3): its
                      claims are the answer's own sentences, its judge our check, its gold answer the case's facts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.normalise import fold
from sources.bulletin import Language
from sources.facts import facts as read_facts
from sources.facts import implied
from sources.language import SIMPLIFIED_ONLY, TRADITIONAL_ONLY
from sources.repair import repair

Supports = Callable[[str, list[str]], bool]
"""Judge of the citation measures: do these spans, taken together, support this sentence?"""

# ---------------------------------------------------------------------------------------------------- facts stated

_QUOTE_MARKS = re.compile(r"[\"“”„‟«»「」『』《》〈〉]|(?<!\w)['‘’]|['‘’](?!\w)")
# Hyphens that look alike; "’" between letters is an apostrophe.
_LOOKALIKES = str.maketrans("’\u2010\u2011\u2012\u2013", "'----")
_SPACE = re.compile(r"\s+")
# White space that separates no words: beside a character of a script written without spaces, or before a per-cent sign.
_NO_BREAK = r"[\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]"
_EMPTY_SPACE = re.compile(rf"(?<={_NO_BREAK}) | (?={_NO_BREAK}|%)")
# 12,500 and 12.5 are one number each, but in 2020.2.28 the points separate.
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+(?!\d|\.\d))?")
_SCALES = "十百千万亿"
_DIGITS = "一二三四五六七八九"
# Figures and dates are equal when their values are. Names are compared as words: 劉君 and 劉軍 share one reading.
_NAMES = ("name:", "place:", "org:", "term:", "quote:", "prog:")


@dataclass(frozen=True)
class _Text:
    """A text made ready for comparing. cuts: positions inside a number, where no figure may begin or end.

    values: tokens of its figures and dates, and what those entail.
    """

    folded: str
    cuts: frozenset[int]
    values: frozenset[str]


@lru_cache(maxsize=8192)
def _prepare(text: str) -> _Text:
    clean = repair(text).text
    folded = _comparable(clean)
    cuts = frozenset(i for number in _NUMBER.finditer(folded) for i in range(number.start() + 1, number.end()))
    tokens = [f.token for f in read_facts(clean) if not f.token.startswith(_NAMES)]
    # Who says 2020-02-28 has also said February 28 and 2020; who says February 28 has not said the year.
    return _Text(folded, cuts, frozenset(tokens).union(*(implied(token) for token in tokens)))


def _comparable(clean: str) -> str:
    """Folded, without quotation marks (one name is written “X”, 「X」 and X), with white space only between words."""
    spaced = _SPACE.sub(" ", _QUOTE_MARKS.sub(" ", fold(clean)).translate(_LOOKALIKES))
    return _EMPTY_SPACE.sub("", spaced).strip()


def states(wording: str, text: str) -> bool:
    """Whether the text says the wording, or the same figure or date written differently.

    Script, width, case, white space, quotation marks and pinyin notes do not matter; words and figures match whole.

    >>> states("25萬", "培訓 250,000 人次"), states("10", "in 2010"), states("70%", "達170%")
    (True, False, False)
    """
    wanted, said = _prepare(wording), _prepare(text)
    return _occurs(wanted.folded, said) or not said.values.isdisjoint(_whole_values(wording))


def _occurs(wanted: str, said: _Text) -> bool:
    if not wanted:
        return False
    at = said.folded.find(wanted)
    while at >= 0:
        if _stands_alone(said, at, at + len(wanted)):
            return True
        at = said.folded.find(wanted, at + 1)
    return False


def _stands_alone(said: _Text, start: int, end: int) -> bool:
    """Neither end of [start, end) cuts a word of letters, a number in figures or a number in Chinese characters."""
    return _parts(said, start) and _parts(said, end)


def _parts(said: _Text, at: int) -> bool:
    if at in (0, len(said.folded)):
        return True
    left, right = said.folded[at - 1], said.folded[at]
    if at in said.cuts or (_is_letter(left) and _is_letter(right)):
        return False
    # 25 is not said by 25万, 三项 not by 十三项, 十项 not by 二十项; but 三项 is said by 统一三项.
    if right in _SCALES and (left.isdigit() or left in _DIGITS or left in _SCALES):
        return False
    return not (left in _SCALES and right in _DIGITS)


def _is_letter(character: str) -> bool:
    """A letter of a script that is written with spaces between words."""
    return character.isalpha() and character < "\u2e80"


@lru_cache(maxsize=8192)
def _whole_values(wording: str) -> frozenset[str]:
    """Tokens of figures and dates that fill the wording: none for 25萬人次, where 人次 must be said too."""
    clean = repair(wording).text.strip()
    found = read_facts(clean)
    return frozenset(f.token for f in found if (f.start, f.end) == (0, len(clean)) and not f.token.startswith(_NAMES))


def stated_facts(facts: Sequence[Sequence[str]], texts: Iterable[str]) -> frozenset[int]:
    """Positions of the facts of which some wording is said by some text; never pieced together from two texts."""
    texts = list(texts)
    return frozenset(
        i for i, wordings in enumerate(facts) if any(states(wording, text) for wording in wordings for text in texts)
    )


def fact_recall(facts: Sequence[Sequence[str]], texts: Iterable[str]) -> float:
    """Share of the facts that the texts (an answer and its quotes) state. Raises ValueError without facts."""
    if not facts:
        raise ValueError("fact recall needs at least one fact")
    return len(stated_facts(facts, texts)) / len(facts)


def fact_precision(facts: Sequence[Sequence[str]], sentences: Sequence[str]) -> float:
    """Share of the sentences that state a fact of the case; 0 without sentences. Low where an answer rambles."""
    return sum(bool(stated_facts(facts, [sentence])) for sentence in sentences) / len(sentences) if sentences else 0.0


# ------------------------------------------------------------------------------------------------------- citations


def right_bulletin(sources: Sequence[str], right: Collection[str]) -> float:
    """Share of citations whose source is a right one; 0 when nothing is cited."""
    return sum(source in right for source in sources) / len(sources) if sources else 0.0


def citation_recall(cited: Sequence[tuple[str, Sequence[str]]], supports: Supports) -> float:
    """Share of sentences that have citations and are supported by all their citations together.

    cited: each sentence of the answer with the quotes it cites. 0 when there is no sentence.
    """
    supported = [bool(quotes) and supports(sentence, list(quotes)) for sentence, quotes in cited]
    return sum(supported) / len(supported) if supported else 0.0


def supported_sentences(cited: Sequence[tuple[str, Sequence[str]]], supports: Supports) -> float:
    """As citation_recall, but of the sentences that cite something; 0 when none does."""
    return citation_recall([(sentence, quotes) for sentence, quotes in cited if quotes], supports)


def citation_precision(cited: Sequence[tuple[str, Sequence[str]]], supports: Supports) -> float:
    """Share of citations (one for each sentence and quote) that their sentence needs; 0 when nothing is cited.

    A citation counts when all citations of its sentence together support it and either this one does so alone or the
    others do not without it.
    """
    marks: list[bool] = []
    for sentence, quotes in cited:
        together = bool(quotes) and supports(sentence, list(quotes))
        for i, quote in enumerate(quotes):
            others = [*quotes[:i], *quotes[i + 1 :]]
            marks.append(together and (supports(sentence, [quote]) or not (others and supports(sentence, others))))
    return sum(marks) / len(marks) if marks else 0.0


def grounded(
    cited: Sequence[tuple[str, Sequence[str]]],
    context: Sequence[str],
    facts: Sequence[Sequence[str]],
    supports: Supports,
) -> dict[str, float]:
    """Shares of an answer's sentences: faithfulness, hallucination and self_knowledge, which make 1.

    context: what was found; a sentence is faithful that its quotes or the context supports. One that neither does is
    self-knowledge when it states a fact of the case, else a hallucination. No sentence at all is faithful to nothing.
    """
    if not cited:
        return {"faithfulness": 0.0, "hallucination": 1.0, "self_knowledge": 0.0}
    loose = [
        sentence
        for sentence, quotes in cited
        if not (quotes and supports(sentence, list(quotes))) and not (context and supports(sentence, list(context)))
    ]
    known = sum(bool(stated_facts(facts, [sentence])) for sentence in loose)
    return {
        "faithfulness": 1 - len(loose) / len(cited),
        "hallucination": (len(loose) - known) / len(cited),
        "self_knowledge": known / len(cited),
    }


def quoted_chars(spans: Iterable[tuple[str, int, int]]) -> int:
    """Characters that the spans (source, start, end) cover; what two of them share counts once."""
    total, at = 0, ("", 0)
    for source, start, end in sorted(spans):
        reached = at[1] if at[0] == source else 0
        total += max(0, end - max(start, reached))
        at = (source, max(end, reached))
    return total


# -------------------------------------------------------------------------------------------------------- language

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』|《[^》]*》")


def language_match(expected: Language, declared: Language, lead: str) -> float:
    """1 when the answer declares the expected language and its lead is written so, in the right script too, else 0.

    Of the lead, what stands in quotation marks is not looked at: a title is quoted as it is.
    """
    if declared != expected:
        return 0.0
    own = _QUOTED.sub(" ", lead)
    characters = sum("\u3400" <= c <= "\u9fff" for c in own)
    # A word of English says about as much as two Chinese characters.
    words = 2 * len(re.findall(r"[A-Za-z]+", own))
    if characters and characters > words:
        return float(expected != "en" and _in_script(own, expected))
    return float(characters == words == 0 or expected == "en")


def _in_script(text: str, expected: Language) -> bool:
    """Whether no more characters are of the other script than of this; a name may stand as published."""
    traditional = sum(c in TRADITIONAL_ONLY for c in text)
    simplified = sum(c in SIMPLIFIED_ONLY for c in text)
    return traditional >= simplified if expected == "zh-Hant" else simplified >= traditional


# ------------------------------------------------------------------------------------------------------- retrieval


def recall_at(k: int, found: Sequence[Collection[int]], facts: int) -> float:
    """Share of the facts that the first k passages state. found: for each passage, best first, the facts it states."""
    if facts < 1:
        raise ValueError("recall needs at least one fact")
    return len(set().union(*found[:k])) / facts


def success_at(k: int, relevant: Sequence[bool]) -> float:
    """1 when one of the first k is relevant, else 0. relevant: best ranked first."""
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """1 / rank of the first relevant one, ranks from 1; 0 when none is. relevant: best ranked first."""
    return next((1 / rank for rank, is_relevant in enumerate(relevant, start=1) if is_relevant), 0.0)


# ------------------------------------------------------------------------------------------------------ many cases


def mean(values: Iterable[float | None]) -> float | None:
    """Arithmetic mean of the values that are not None; None when there is none."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least this share of the values do not exceed (nearest rank); None without values.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([4.0, 1.0, 3.0, 2.0], 0.95)
    (2.0, 4.0)
    """
    ordered = sorted(values)
    if not ordered:
        return None
    # -(-a // b) rounds up; the rounding inside keeps 0.95 * 20 from becoming 19.000000000000004.
    rank = int(-(-round(share * len(ordered), 9) // 1))
    return ordered[min(max(rank, 1), len(ordered)) - 1]


def risk_coverage(answered: Iterable[tuple[float, float]], cases: int) -> list[tuple[float, float]]:
    """How wrong the answers are when only the most probable ones are given: points (coverage, risk), coverage rising.

    answered: probability and loss in [0, 1] of each answer given. cases: all cases, the refused ones too. Coverage is
    the share of all cases answered, risk the mean loss of those answered. Equal probabilities make one point, since no
    threshold can part them. Losses of refused cases are unknown, so the curve ends at the coverage of the run.
    """
    ordered = sorted(answered, reverse=True)
    points: list[tuple[float, float]] = []
    lost = 0.0
    for number, (probability, loss) in enumerate(ordered, start=1):
        lost += loss
        if number == len(ordered) or ordered[number][0] != probability:
            points.append((number / cases, lost / number))
    return points


def risk_area(answered: Iterable[tuple[float, float]]) -> float | None:
    """Mean risk over the thresholds that each give one answer more; None without answers. 0 is best.

    Two answers that only a threshold could part, the wrong one less probable: risks 0 and 1/2, so 1/4. The other way
    round: risks 1 and 1/2, so 3/4. Equal probabilities have the risk of the point that they make together.

    >>> risk_area([(0.9, 0.0), (0.4, 1.0)]), risk_area([(0.9, 1.0), (0.4, 0.0)]), risk_area([(0.9, 1.0), (0.9, 0.0)])
    (0.25, 0.75, 0.5)
    """
    given = list(answered)
    if not given:
        return None
    total, before = 0.0, 0
    for coverage, risk in risk_coverage(given, len(given)):
        reached = round(coverage * len(given))
        total, before = total + risk * (reached - before), reached
    return total / len(given)


def calibration_bins(judged: Iterable[tuple[float, bool]], bins: int = 5) -> list[tuple[float, float, int]]:
    """What a probability is worth: bins of equal width that hold any, as (mean probability, share true, how many).

    judged: a probability in [0, 1] and whether what it is of came true.

    >>> calibration_bins([(0.1, False), (0.3, True), (0.9, True), (0.7, False)], bins=2)
    [(0.2, 0.5, 2), (0.8, 0.5, 2)]
    """
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for probability, came_true in judged:
        held[min(int(probability * bins), bins - 1)].append((probability, came_true))
    return [
        (sum(p for p, _ in some) / len(some), sum(t for _, t in some) / len(some), len(some)) for some in held if some
    ]


def calibration_error(bins: Iterable[tuple[float, float, int]]) -> float | None:
    """Mean distance of probability and share true, bins weighing what they hold; None without any. 0 is best."""
    known = list(bins)
    total = sum(count for _, _, count in known)
    return sum(abs(p - true) * count for p, true, count in known) / total if total else None


def cohens_kappa(a: Sequence[object], b: Sequence[object]) -> float | None:
    """Agreement of two judges of the same things, at most 1; 0 is what chance gives, below 0 is worse.

    None without any, and where both call everything the same, of which no agreement beyond chance can be told.

    >>> cohens_kappa([1, 1, 0, 0], [1, 0, 0, 0])  # agree on 3/4; by chance 1/2 * 1/4 + 1/2 * 3/4 = 1/2
    0.5
    """
    if not a:
        return None
    agreed = sum(x == y for x, y in zip(a, b, strict=True)) / len(a)
    of_a, of_b = Counter(a), Counter(b)
    by_chance = sum(of_a[label] * of_b[label] for label in of_a) / len(a) ** 2
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)
