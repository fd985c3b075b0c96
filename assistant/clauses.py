"""Clause against clause, within a language: must or may, more or less, denied or not, done or planned.

Across languages the clause on the same thing is found by vectors, and only what the two demand is compared here.

Two statements of the same words are told apart by a few of them, and only where these stand beside the same words: so
each clause of a sentence is laid beside the clause of its source that tells the most of it, and only these two are
compared. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.words import chinese_words, english_words
from sources.facts import compatible

from .contrast import denials, done_or_planned, opposite_words
from .prepared import Prepared

_CLAUSE_STOP = re.compile(
    r"[，；。：！？!?;]|[,:](?!\d)|(?<![ap]\.m)\.(?=\s|$)|\n|(?<![a-z])(?:but|while|whereas|although)(?![a-z])"
    r"|(?<![a-z])and(?=\s(?:they|it|he|she|there|no|not|will|would|is|are|was|were|has|have|had|may|must|can)\s)"
    r"|但是?|却|(?<![a-z])so that(?![a-z])"
    r"|(?:(?<=said)|(?<=announced)|(?<=out)|(?<=stressed)|(?<=reported)|(?<=added)|(?<=agreed)) that"
)
_PURPOSE = re.compile(r"(?<![a-z])so that\s*\Z")
_SENTENCE_STOP = "。！？!?;；\n."
_HAN = re.compile(r"[\u3400-\u9fff]")
# Share of a clause's words that the clause beside it must tell, and by how much more than the next best.
_BESIDE, _CLEARLY = 0.3, 0.1
_FOCUS_WORDS = 1
# What a clause demands or leaves open. Patterns of texts in lower case and Simplified script.
_FREE, _BANNED, _BOUND, _WEAK, _ADVISED, _OPEN = "need not", "must not", "must", "should", "is advised", "may"
_MODES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (mode, re.compile(rf"(?<![a-z])(?:{en})(?![a-z])|{zh}"))
    for mode, en, zh in (
        (
            _FREE,
            r"needs? not|needn't|(?:no|without) need|needs? no|(?:not|no longer) (?:be )?(?:required|obliged|necessary|"
            r"compulsory|mandatory|obligatory)|exempt\w*|(?:do|does|did)(?: not|n't) (?:need|have to|require)|"
            r"no longer (?:needs?|ha(?:ve|s)) to|voluntar\w+|optional\w*|if they wish",
            r"豁免|免于|不作[^，。；]{0,4}(?:要求|规定)|无需|不必(?!要)|无须|毋须|不用|不需要?|自愿|不强制|自行决定",
        ),
        (
            _BANNED,
            r"(?:neither|nor|none|nobody|no)(?: [a-z]+){0,3} (?:must|may|shall|can|should)|"
            r"(?:must|may|shall|can|should) (?:not|never)|mustn't|cannot|can't|(?:not|no longer) (?:be )?(?:allowed|"
            r"permitted)|prohibit\w*|forbid\w*|forbade|barred|ban(?:s|ned|ning)?",
            r"不得(?!不|超过|高于|低于|少于)|不[准许]|不可(?!或缺|忽视|避免|能|少|分割|抗)|不能(?!不)|禁止|严禁|不应|不允许|切勿|请勿",
        ),
        (
            _BOUND,
            r"must|shall|required|obliged|obligatory|mandatory|compulsory|ha(?:s|ve|d) to|needs? to",
            r"必须|务必|强制(?!执)|须(?!知)|一律",
        ),
        (
            _WEAK,
            r"should|ought",
            r"应当|应该|(?<![不适相对供反响])应(?!急|用|对|邀|变|届|届|聘|战|付|收)|"
            r"(?<![的主重需必只若将快就还想首紧纲能])要(?!求|点|素|闻|是|么|件|害|塞|价|职|地|不)",
        ),
        (_ADVISED, r"encourag\w+|advis(?:e|es|ed|able)|recommend\w*|urge[sd]?", r"鼓励|建议|倡导|提倡"),
        (
            _OPEN,
            r"(?<!\d )(?<!in )(?<!of )(?<!since )(?<!by )(?<!until )may(?! \d)|allowed|permitted|can|free to",
            r"可以|允许|准许|获准|准予|解禁|(?<![认许不宁尚])可(?![能靠见谓持行爱观信再循降贵怕惜笑口乐燃溶以达容望])",
        ),
    )
)
# Two clauses on one thing of which one has the first and not the second do not say the same.
_CLASH = {
    frozenset(pair)
    for pair in (
        *((_BANNED, other) for other in (_FREE, _BOUND, _WEAK, _ADVISED, _OPEN)),
        *((_BOUND, other) for other in (_FREE, _ADVISED, _OPEN)),
        *((_WEAK, other) for other in (_FREE, _OPEN)),
    )
}


@dataclass(frozen=True)
class Clause:
    """[start, end) of a text's `plain`; sentence: which one it is of."""

    text: Prepared
    start: int
    end: int
    sentence: int

    @property
    def plain(self) -> str:
        return self.text.plain[self.start : self.end]

    @property
    def chinese(self) -> bool:
        return bool(_HAN.search(self.plain))

    @property
    def facts(self) -> tuple[str, ...]:
        """Tokens of its dates and figures."""
        kinds = ("date:", "num:", "pct:", "cny:", "usd:", "quote:")
        return tuple(f.token for f in self.text.facts if f.token.startswith(kinds) and self.start <= f.start < self.end)


def clauses_of(text: Prepared) -> list[Clause]:
    found, at, sentence = [], 0, 0
    stops = [(m.start(), m.end()) for m in _CLAUSE_STOP.finditer(text.plain)]
    for start, end in [*stops, (len(text.plain), len(text.plain))]:
        if text.plain[max(0, start - 1) : end] in ("的，", "的,"):
            continue  # "寄件人拒绝验视的，不得收寄": the first half says of whom
        if text.plain[at:start].strip():
            found.append(Clause(text, at, start, sentence))
        sentence += text.plain[start:end].strip() in tuple(_SENTENCE_STOP)
        at = end
    return found


class _Meaning:
    """The content words and facts of a clause, ready to be looked for in other clauses."""

    def __init__(self, clause: str, facts: Sequence[str] = ()) -> None:
        self.chinese, self.facts = bool(_HAN.search(clause)), facts
        self.words = tuple(dict.fromkeys(chinese_words(clause) if self.chinese else english_words(clause)))

    def share(self, clause: Clause) -> float:
        """How much of it the clause tells, in [0, 1]."""
        told = [float(any(compatible(fact, other) for other in clause.facts)) for fact in self.facts]
        if clause.chinese == self.chinese:
            told += [self._stands(word, clause.plain) for word in self.words]
        return sum(told) / len(told) if told else 0.0

    def _stands(self, word: str, plain: str) -> float:
        if self.chinese:
            return 1.0 if word in plain else 0.5 * sum(c in plain for c in word) / len(word)
        return float(word in english_words(plain))


def clashes(said: Prepared, source: Prepared) -> Iterator[str]:
    """Why clauses of a sentence and their source do not say the same, though their words are alike."""
    there = clauses_of(source)
    for clause in clauses_of(said):
        if other := _beside(clause, there):
            yield from _differ(clause, other)


def _beside(clause: Clause, there: Sequence[Clause]) -> Clause | None:
    """The clause of the source that tells clearly the most of a clause; None when there is none."""
    meaning = _Meaning(modes(clause.plain)[1], clause.facts)
    if len(meaning.words) + len(meaning.facts) < 2:
        return None
    ranked = sorted(((meaning.share(other), -i) for i, other in enumerate(there)), reverse=True)
    if not ranked or ranked[0][0] < _BESIDE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY:
        return None
    return there[-ranked[0][1]]


def _differ(said: Clause, source: Clause) -> Iterator[str]:
    mine, theirs = demands(said), demands(source)
    if mine and theirs:
        if mine.isdisjoint(theirs) and any(frozenset((a, b)) in _CLASH for a in mine for b in theirs):
            yield f"the sentence says it {' and '.join(sorted(mine))}, the cited text {' and '.join(sorted(theirs))}"
    elif cue := _denied(said, source):
        yield f"the sentence denies it (“{cue}”), the cited text does not"
    elif cue := _denied(source, said):
        yield f"the cited text denies it (“{cue}”), the sentence does not"
    rest = said.text.plain[: said.start] + "，" + said.text.plain[said.end :]
    for opposed in opposite_words(said.plain, source.plain, rest=rest):
        yield opposed.reason
    yield from done_or_planned(said.plain, source.plain)


def demands(clause: Clause) -> frozenset[str]:
    """ "so that all may sleep" leaves nothing open."""
    return frozenset() if _PURPOSE.search(clause.text.plain, 0, clause.start) else modes(clause.plain)[0]


def modes(plain: str) -> tuple[frozenset[str], str]:
    """What a clause demands or leaves open, and the clause without the words that say so."""
    found = set()
    for mode, pattern in _MODES:  # "must not" is read, and taken out, before "must"
        if pattern.search(plain):
            found.add(mode)
            plain = pattern.sub(" ", plain)
    return frozenset(found), plain


def other_demand(said: str, source: str, near: str) -> Iterator[str]:
    """Why a clause and the clause on the same thing, in either language, do not demand the same.

    near: whatever else of the source may tell of it.
    """
    mine, theirs = modes(said)[0], modes(source)[0]
    clash = mine and theirs and all(frozenset((a, b)) in _CLASH for a in mine for b in theirs)
    if clash and mine.isdisjoint(modes(near)[0]):
        yield f"the sentence says it {' and '.join(sorted(mine))}, the cited text {' and '.join(sorted(theirs))}"


def _denied(one: Clause, other: Clause) -> str:
    """The word by which one clause denies what the other tells as so, "" when it does not."""
    if one.chinese != other.chinese or denials(other.plain, hidden=True):
        return ""
    for start, end in denials(one.plain):
        if any(word in other.plain for word in _Meaning(one.plain[end:]).words[:_FOCUS_WORDS]):
            return one.plain[start:end].strip()
    return ""
