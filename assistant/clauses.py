"""Clause against clause, within a language and across: must or may, more or less, denied or not, done or planned, who.

Two statements of the same words are told apart by a few of them, and only where these stand beside the same words: so
each clause of a sentence is laid beside the clause of its source that tells the most of it, and only these two are
compared. Pure but for the dictionary, which is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.words import chinese_words, english_words
from sources.facts import compatible

from .alignment import Alignment
from .borne_out import reading_stands, readings
from .contrast import actions, denials, done_or_planned, opposite_words, roles, without_roles
from .prepared import Prepared

# For each content word of a text what it may be in the other language.
Translate = Callable[[str], Sequence[tuple[str, tuple[str, ...]]]]

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
# Mean best cosine of a clause's words with those of a clause of the source, and of several short ones, from which the
# two tell of one thing, and by how much more than the next; the least best cosine of a source clause's words
# from which a clause retells it; and how much less than the best may still tell of the same.
_MEETS, _MEETS_JOINED, _CLEARLY_MET, _RETELLS, _NEARLY_MET = 0.3, 0.36, 0.05, 0.33, 0.12
_DENIED_WORD, _NEAR_BEST = 0.4, 0.03
_FEW_WORDS = 4
# Of a statement's words, but who makes it; and how much better those who make it must be met in another's place.
_SAME_STATEMENT, _OTHER_PARTY, _PARTY, _SAME_PARTY = 0.33, 0.15, 0.38, 0.65

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
            r"(?:must|may|shall|can|should) not|mustn't|cannot|can't|(?:not|no longer) (?:be )?(?:allowed|"
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
class _Clause:
    """[start, end) of a text's `plain`; sentence: which one it is of."""

    text: Prepared
    start: int
    end: int
    sentence: int

    @property
    def plain(self) -> str:
        return self.text.plain[self.start : self.end]

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        return ((self.start, self.end),)

    @property
    def chinese(self) -> bool:
        return bool(_HAN.search(self.plain))

    @property
    def facts(self) -> tuple[str, ...]:
        """Tokens of its dates and figures."""
        kinds = ("date:", "num:", "pct:", "cny:", "usd:", "quote:")
        return tuple(f.token for f in self.text.facts if f.token.startswith(kinds) and self.start <= f.start < self.end)

    def actors(self) -> frozenset[str]:
        """Names, organisations and roles ("experts", 专家) that the clause tells."""
        named = (
            fact.token
            for fact in self.text.facts
            if fact.token.startswith(("name:", "org:")) and self.start <= fact.start < self.end
        )
        return frozenset(named) | roles(self.plain)


def _clauses(text: Prepared) -> list[_Clause]:
    found, at, sentence = [], 0, 0
    stops = [(m.start(), m.end()) for m in _CLAUSE_STOP.finditer(text.plain)]
    for start, end in [*stops, (len(text.plain), len(text.plain))]:
        if text.plain[max(0, start - 1) : end] in ("的，", "的,"):
            continue  # "寄件人拒绝验视的，不得收寄": the first half says of whom
        if text.plain[at:start].strip():
            found.append(_Clause(text, at, start, sentence))
        sentence += text.plain[start:end].strip() in tuple(_SENTENCE_STOP)
        at = end
    return found


class _Meaning:
    """The content words of a clause, ready to be looked for in clauses of either language."""

    def __init__(self, clause: str, translate: Translate, facts: Sequence[str] = ()) -> None:
        chinese = bool(_HAN.search(clause))
        self.own = tuple(dict.fromkeys(chinese_words(clause) if chinese else english_words(clause)))
        self.other = translate(clause)
        self.chinese, self.facts = chinese, facts

    def share(self, clause: _Clause) -> float:
        """How much of it the clause tells, in [0, 1]."""
        told = [float(any(compatible(fact, other) for other in clause.facts)) for fact in self.facts]
        if clause.chinese == self.chinese:
            told += [self._stands(word, clause.plain) for word in self.own]
        else:
            told += [float(tells(options, clause)) for _, options in self.other]
        return sum(told) / len(told) if told else 0.0

    def _stands(self, word: str, plain: str) -> float:
        if self.chinese:
            return 1.0 if word in plain else 0.5 * sum(c in plain for c in word) / len(word)
        return float(word in english_words(plain))


def tells(options: Sequence[str], clause: _Clause) -> bool:
    """Whether a clause has one of the translations of a word."""
    if clause.chinese:
        return any(option in clause.plain for option in options)
    stems = set(english_words(clause.plain))
    return any(set(option.split()) <= stems for option in options)


def clashes(
    said: Prepared, source: Prepared, translate: Translate, alignment: Alignment | None = None
) -> Iterator[str]:
    """Why clauses of a sentence and their source do not say the same, though their words are alike."""
    here, there = _clauses(said), _clauses(source)
    if alignment and not alignment.reads(source):
        alignment = None  # a model may tell nothing of its tokens
    if alignment:
        for clause, beside, near in _aligned(here, there, alignment):
            yield from _differ(clause, beside, translate, near, alignment)
        yield from _other_party(said, source, alignment)
        yield from _other_demand(said, source, alignment)
        for cue in _unanswered(said, source, alignment, cited=False):
            yield f"the sentence denies it (“{cue}”), the cited text does not"
        for cue in _unanswered(source, said, alignment, cited=True):
            yield f"the cited text denies it (“{cue}”), the sentence does not"
    else:
        for clause in here:
            if other := _beside(clause, there, translate):
                yield from _differ(clause, other, translate)
            yield from _other_actor(clause, there, translate)
    yield from _other_speaker(said, source, translate)


def _aligned(
    here: Sequence[_Clause], there: Sequence[_Clause], alignment: Alignment
) -> Iterator[tuple[_Clause, _Clause, str]]:
    """Clauses of a sentence and of its source that tell of one thing, with others of the source that may tell of it."""
    found: dict[tuple[_Clause, _Clause], list[float]] = {}
    figured: dict[tuple[_Clause, _Clause], list[float]] = {}
    joined = _joined(there)
    places = [part.places for part in there]
    table = [alignment.met(clause.text, clause.places, there[0].text, places) for clause in here]
    for clause, met in zip(here, table, strict=True):
        demands = [part for part, value in zip(there, met, strict=True) if value >= max(met) - _NEARLY_MET]
        demands = [part for part in demands if _modes(part.plain)[0]]
        if max(met) >= _MEETS and len(demands) == 1 and _same_party(clause, demands[0], alignment):
            found[clause, demands[0]] = met
        if (best := _clearly_best(met, _MEETS, _CLEARLY_MET)) is not None:
            found[clause, there[best]] = met
        for part, value in zip(there, met, strict=True):
            if value < max(met) - _NEARLY_MET or _content_count(part) < 2:
                continue
            if alignment.least(part.text, part.places, clause.text, clause.places) >= _RETELLS:
                found[clause, part] = met
        for fact in clause.facts:
            # A figure that one clause alone has tells of the same thing, whatever the words.
            bearing = [part for part in there if any(compatible(fact, other) for other in part.facts)]
            if fact.startswith(("pct:", "cny:", "usd:")) and len(bearing) == 1:
                figured[clause, bearing[0]] = met
        if joined:
            by_more = alignment.met(clause.text, clause.places, there[0].text, [more.places for more in joined])
            if (best := _clearly_best(by_more, max(_MEETS_JOINED, max(met) + _CLEARLY_MET), _CLEARLY_MET)) is not None:
                found[clause, joined[best]] = met
    for (clause, beside), met in (figured | found).items():
        if beside in there:
            k = there.index(beside)
            if any(other[k] > met[k] + _CLEARLY_MET for other in table):
                continue  # another clause of the sentence tells it
        near = [
            part
            for part, value in zip(there, met, strict=True)
            if value >= max(met) - _NEARLY_MET and not beside.start <= part.start < beside.end
        ]
        yield clause, beside, "; ".join(part.plain for part in near)


def _same_party(clause: _Clause, other: _Clause, alignment: Alignment) -> bool:
    """Whether a clause demands something, and of nobody whom the other text tells of elsewhere alone."""
    cues = [m.start() for mode, pattern in _MODES for m in pattern.finditer(clause.plain)]
    if not cues:
        return False
    party, whole = (clause.start, clause.start + min(cues)), (0, len(other.text.text))
    here, anywhere = alignment.met(clause.text, [party], other.text, [other.places, [whole]])
    return anywhere - here < _OTHER_PARTY


def _joined(there: Sequence[_Clause]) -> list[_Clause]:
    """Neighbouring short clauses of one sentence as one: "banks are encouraged, not obliged, to waive it"."""
    found: list[_Clause] = []
    parts = 1
    for part in there:
        before = found[-1] if found else None
        if before and before.sentence == part.sentence and (_is_short(part) or parts == 1 and _is_short(before)):
            found[-1] = _Clause(part.text, before.start, part.end, part.sentence)
            parts += 1
        else:
            found.append(part)
            parts = 1
    return [clause for clause in found if clause not in there]


def _is_short(clause: _Clause) -> bool:
    return len(re.findall(r"[\u3400-\u9fff]{2}|[a-z]+", clause.plain)) <= _FEW_WORDS


def _content_count(clause: _Clause) -> int:
    return len(chinese_words(clause.plain) if clause.chinese else english_words(clause.plain))


def _clearly_best(met: Sequence[float], least: float, margin: float) -> int | None:
    ranked = sorted(range(len(met)), key=lambda k: -met[k])
    if met[ranked[0]] < least or len(ranked) > 1 and met[ranked[0]] - met[ranked[1]] < margin:
        return None
    return ranked[0]


def _beside(clause: _Clause, there: Sequence[_Clause], translate: Translate, words: str = "") -> _Clause | None:
    """The clause of the source that tells clearly the most of a clause; None when there is none."""
    meaning = _Meaning(words or _modes(clause.plain)[1], translate, clause.facts)
    if len(meaning.own) + len(meaning.facts) < 2:
        return None
    ranked = sorted(((meaning.share(other), -i) for i, other in enumerate(there)), reverse=True)
    if not ranked or ranked[0][0] < _BESIDE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY:
        return None
    return there[-ranked[0][1]]


def _differ(
    said: _Clause, source: _Clause, translate: Translate, near: str = "", alignment: Alignment | None = None
) -> Iterator[str]:
    joined = alignment is not None and source not in _clauses(source.text)
    mine, theirs = (_demands(clause) for clause in (said, source))
    if mine and theirs:
        if _clash(mine, theirs) and (alignment is None or joined or _same_party(said, source, alignment)):
            yield _clash_told(mine, theirs)
    elif alignment:
        pass  # `_unanswered` looks for what is denied word by word
    elif cue := _denied(said, source, translate):
        yield f"the sentence denies it (“{cue}”), the cited text does not"
    elif cue := _denied(source, said, translate):
        yield f"the cited text denies it (“{cue}”), the sentence does not"
    rest = said.text.plain[: said.start] + "，" + said.text.plain[said.end :]
    for opposed in opposite_words(said.plain, source.plain, near, rest):
        word, other = (_within(c, place) for c, place in ((said, opposed.said), (source, opposed.source)))
        if not alignment or not alignment.told_apart(said.text, word, source.text, other):
            yield opposed.reason
    yield from done_or_planned(said.plain, source.plain)


def _within(clause: _Clause, place: tuple[int, int]) -> tuple[int, int]:
    return clause.start + place[0], clause.start + place[1]


def _demands(clause: _Clause) -> frozenset[str]:
    """ "so that all may sleep" leaves nothing open."""
    return frozenset() if _PURPOSE.search(clause.text.plain, 0, clause.start) else _modes(clause.plain)[0]


def _modes(plain: str) -> tuple[frozenset[str], str]:
    """What a clause demands or leaves open, and the clause without the words that say so."""
    found = set()
    for mode, pattern in _MODES:  # "must not" is read, and taken out, before "must"
        if pattern.search(plain):
            found.add(mode)
            plain = pattern.sub(" ", plain)
    return frozenset(found), plain


def _denied(one: _Clause, other: _Clause, translate: Translate) -> str:
    """The word by which one clause denies what the other tells as so, "" when it does not."""
    if denials(other.plain, hidden=True):
        return ""
    for start, end in denials(one.plain):
        focus = _Meaning(one.plain[end:], translate)
        if one.chinese == other.chinese:
            known = any(word in other.plain for word in focus.own[:_FOCUS_WORDS])
        else:
            known = any(tells(options, other) for _, options in focus.other[:_FOCUS_WORDS])
        if known:
            return one.plain[start:end].strip()
    return ""


def _unanswered(one: Prepared, other: Prepared, alignment: Alignment, cited: bool) -> Iterator[str]:
    """Words by which one text denies what the other tells, word beside word, without any denial near it.

    cited: the first is the source, which may deny much of which the sentence says nothing.
    """
    here, there = _clauses(one), _clauses(other)
    for clause in here:
        for start, end in denials(clause.plain):
            if any(m.start() <= start < m.end() for m in _MODES[0][1].finditer(clause.plain)):
                continue  # "need not" is compared with what the other demands
            met = alignment.mutual(one, [_focus_at(clause, start, end)], other)
            cosine, at = max(met, default=(0.0, 0))
            beside = next((part for part in there if part.start <= at < part.end), None)
            if beside is None or cosine < _DENIED_WORD or denials(beside.plain, hidden=True):
                continue
            if any(_tells_denied(part, clause, alignment) for part in there if part.sentence == beside.sentence):
                continue
            if any(denials(part.plain, hidden=True) for part in _nearly_best(clause, there, alignment)):
                continue
            if cited and not all(denials(part.plain) for part in _nearly_best(beside, here, alignment)):
                continue
            yield clause.plain[start:end].strip()


_EXCEPTS = re.compile(
    r"除(?![非夕了])(?P<zh>[^，。；]{2,20}?)(?:以外|之外|外)(?![^。；]{0,10}[还也另])"
    r"|(?<![a-z])(?:except(?: for| on| in| at)?|other than|with the exception of|excluding|save for|all but|but not)\s"
    r"(?P<en>[^,.;]{3,60}?)(?=\s(?:ha[sd]|have|is|are|w[ae]s|were|must|may|will|can|shall|should)\s|[,.;]|\Z)"
)


# The sentence may tell the exception as such.
_EXCEPTING = re.compile(
    r"除|以外|不[含包]|"
    r"(?<![a-z])(?:except\w*|apart from|aside from|other than|exclud\w+|exclusion|save for|but|unless)(?![a-z])"
)


def excepted(said: Prepared, source: Prepared, alignment: Alignment) -> tuple[str, bool] | None:
    """What the source excepts and the sentence tells of, and whether it tells of it otherwise than of the rest.

    "The museum is open except on Mondays": "on Mondays it is closed" does, "it is open on Mondays too" does not.
    """
    if not alignment.reads(source) or _EXCEPTING.search(said.plain):
        return None
    whole = [(0, len(said.text))]
    for found in _EXCEPTS.finditer(source.plain):
        place = found.span("zh" if found["zh"] else "en")
        if not any(_is_told(source, each, said, alignment) for each in _members(source.plain, *place)):
            continue
        parts = _clauses(source)
        number = next(part.sentence for part in parts if place[0] < part.end)
        start = min(part.start for part in parts if part.sentence == number)
        end = max(part.end for part in parts if part.sentence == number)
        if alignment.met(said, whole, source, [[(start, found.start()), (found.end(), end)]])[0] < _MEETS:
            continue
        rest = f"{source.plain[start : found.start()]}，{source.plain[found.end() : end]}"
        turned = bool(denials(rest, hidden=True)) != bool(denials(said.plain, hidden=True))
        turned = turned or _clash(_modes(said.plain)[0], _modes(rest)[0]) or any(opposite_words(said.plain, rest))
        return source.text[slice(*place)].strip(), turned
    return None


def _members(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for mark in re.finditer(r"[、和及或与]|\s(?:and|or)\s", plain[start:end]):
        yield at, start + mark.start()
        at = start + mark.end()
    yield at, end


def _is_told(source: Prepared, place: tuple[int, int], said: Prepared, alignment: Alignment) -> bool:
    """Whether every word of a place is met, or a name in it is read in the other script."""
    if alignment.least(source, [place], said, [(0, len(said.text))]) >= _RETELLS:
        return max((cosine for cosine, _ in alignment.mutual(source, [place], said)), default=0.0) >= _DENIED_WORD
    named, read_in = source.plain[slice(*place)], said.text
    if _HAN.search(named):
        named, read_in = said.plain, named
    return any(word in readings(read_in) for word in re.findall(r"[a-z]{4,}", named))


def _nearly_best(clause: _Clause, there: Sequence[_Clause], alignment: Alignment) -> list[_Clause]:
    """The clauses of the other text that tell the most of a clause."""
    met = alignment.met(clause.text, clause.places, there[0].text, [part.places for part in there])
    return [part for part, value in zip(there, met, strict=True) if value >= max(met) - _NEAR_BEST]


def _tells_denied(part: _Clause, clause: _Clause, alignment: Alignment) -> bool:
    """Whether what a clause of one text denies is told in a clause of the other."""
    for start, end in denials(part.plain):
        for _, at in alignment.mutual(part.text, [_focus_at(part, start, end)], clause.text):
            if clause.start <= at < clause.end:
                return True
    return False


def _focus_at(clause: _Clause, start: int, end: int) -> tuple[int, int]:
    """Where what is denied stands: after the denial at [start, end) of the clause, else before: "had killed nobody"."""
    reach = 8 if clause.chinese else 25
    found = clause.start + end, min(clause.end, clause.start + end + reach)
    if not re.search(r"\w{2}", clause.text.plain[slice(*found)]):
        found = max(clause.start, clause.start + start - reach), clause.start + start
    return found


def _other_actor(clause: _Clause, there: Sequence[_Clause], translate: Translate) -> Iterator[str]:
    """Who does in a clause what another does in the source, told in the other language."""
    mine = clause.actors()
    if not mine or there and _act_alike(clause.text, there[0].text):
        return
    beside = _beside(clause, there, translate, _without(clause))
    if beside is None or beside.chinese == clause.chinese:  # within a language the wording itself tells who does it
        return
    theirs, at = beside.actors(), there.index(beside)
    while not theirs and at and there[at - 1].sentence == beside.sentence:
        at -= 1
        theirs = there[at].actors()
    everyone = {actor for other in there for actor in other.actors()}
    if theirs and not _meet(mine, theirs) and all(_meet({actor}, everyone) for actor in mine):
        yield f"{_told(theirs)} did it in the cited text, not {_told(mine)}"


# ---------------------------------------------------------------- what is demanded of whom


@dataclass(frozen=True)
class _Demand:
    """modes: what is demanded or left open. party: of whom, before the words that say so; told: what, after them."""

    text: Prepared
    modes: frozenset[str]
    party: tuple[int, int]
    told: tuple[int, int]


def _demands_of(text: Prepared) -> list[_Demand]:
    """In order of the text. "are encouraged, not obliged, to waive" demands one thing in two ways."""
    found: list[_Demand] = []
    sentence, begin = -1, 0
    for clause in _clauses(text):
        if clause.sentence != sentence:
            sentence, begin = clause.sentence, clause.start
        modes = _demands(clause)
        if not modes:
            continue
        cues = [m.span() for mode, pattern in _MODES if mode in modes for m in pattern.finditer(clause.plain)]
        start, end = min(a for a, _ in cues), max(b for _, b in cues)
        demand = _Demand(text, modes, (begin, clause.start + start), (clause.start + end, clause.end))
        if found and begin > 0 and not _says_more(text, found[-1].told) and found[-1].told[1] <= begin + 1:
            modes, demand = found[-1].modes | modes, found.pop()
            demand = _Demand(text, modes, demand.party, (clause.start + end, clause.end))
        elif found and begin > 0 and not _says_more(text, demand.party):
            demand = _Demand(text, modes, found[-1].party, demand.told)  # "must report it and must not conceal it"
        found.append(demand)
        begin = clause.end
    return found


def _says_more(text: Prepared, place: tuple[int, int]) -> bool:
    return bool(re.search(r"[a-z]{3}|[\u3400-\u9fff]{2}", text.plain[slice(*place)]))


def _other_demand(said: Prepared, source: Prepared, alignment: Alignment) -> Iterator[str]:
    """What a sentence demands of someone, or leaves open, of whom the source demands another thing."""
    there = _demands_of(source)
    others = [part for part in _clauses(source) if not any(part.start < d.told[1] <= part.end for d in there)]
    for mine in _demands_of(said) if there else ():
        regions = [(other.party, other.told) for other in there]
        met = alignment.met(said, (mine.party, mine.told), source, regions)
        near = [k for k, value in enumerate(met) if value >= max(met) - _NEARLY_MET]
        if max(met) < _MEETS:
            continue
        if len(near) > 1:
            parties = alignment.met(said, [mine.party], source, [[there[k].party] for k in near])
            best = _clearly_best(parties, _PARTY, _CLEARLY_MET)
            if best is None:
                continue
            near = [near[best]]
        (k,) = near
        theirs = there[k]
        least, *told = alignment.met(said, [mine.told], source, [[theirs.told], *(part.places for part in others)])
        beside = [part.start < theirs.told[1] and theirs.party[0] <= part.start for part in others]
        if any(value > least + (0 if near_by else _NEARLY_MET) for value, near_by in zip(told, beside, strict=True)):
            continue  # it stands in a clause that demands nothing in words known here
        whole = alignment.met(said, [mine.party], source, [regions[k], [(0, len(source.text))]])
        if whole[1] - whole[0] >= _OTHER_PARTY:
            continue  # it is told of somebody else
        if _clash(mine.modes, theirs.modes):
            yield _clash_told(mine.modes, theirs.modes)


def _clash(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return mine.isdisjoint(theirs) and any(frozenset((a, b)) in _CLASH for a in mine for b in theirs)


def _clash_told(mine: frozenset[str], theirs: frozenset[str]) -> str:
    return f"the sentence says it {' and '.join(sorted(mine))}, the cited text {' and '.join(sorted(theirs))}"


# ---------------------------------------------------------------- who does it

_DOES = re.compile(
    r"(?<![a-z])(?:said|says|told|stress\w*|emphasi[sz]\w*|point(?:s|ed)? out|noted|announce[sd]?|reported|"
    r"declare[sd]?|warn(?:s|ed)|added|explain(?:s|ed)|confirm(?:s|ed)|remind(?:s|ed)|repli(?:es|ed)|responded|admit(?:s|ted)|"
    r"critici[sz]e[sd]|call(?:s|ed)|hope[sd]?|believe[sd]?|promise[sd]?|pledge[sd]?|thank(?:s|ed)|praise[sd]?|"
    r"welcome[sd]?|urge[sd]?|demand(?:s|ed)|ask(?:s|ed)|ruled|decide[sd]?|propose[sd]?|suggest(?:s|ed)|"
    r"recommend(?:s|ed)|advise[sd]?|denie[sd]|reject(?:s|ed)|complain(?:s|ed)|chaired|chairs|presid(?:es|ed)|attend(?:s|ed)|"
    r"hosted|visited|met|inspected|won|w[io]ns?|lost|sold|bought|paid|sued|withdrew|appealed|signed|opened|launched|"
    r"adjusted|revised|published|released|issued|started|founded|designed|wrote|organi[sz]ed|approved|refused|accepted|received|provided|proposed|took|led|heads)"
    r"(?![a-z])"
    r"|表示|说(?![明法服])|称(?![号为呼职])|指出|强调|宣布|通报|报告(?![厅书])|汇报|认为|批评|希望|承诺|感谢|致谢|赞扬|"
    r"欢迎|呼吁|要求(?!是)|提醒|回应|证实|确认|解释|介绍(?!信)|透露|警告|提出|建议|否认|裁定|规定(?!的)|决定(?!的)|抱怨|"
    r"主持|出席|列席|会见|参观|考察|走访|签署|宣读|发言|启动|夺得|赢得|获得|赔偿|支付|起诉|撤回|上诉|购买|出售|批准|拒绝|"
    r"设计|创办|调整|修订|发布|公布|组织|举办|补充"
)
_BY = re.compile(r"\s+(?:over\s+)?by\s+")
# The speaker after the verb: "…, said the mayor"; "according to the mayor".
_INVERTED = re.compile(
    r"\W*(?:(?:said|says|added|noted|explained|announced|warned|stressed|reported|complained|confirmed|replied|recalled|"
    r"argued|insisted)\s(?!that|in|on|at|to|it|there|this)|according to\s)(?=[a-z])"
)
_LINKS = re.compile(r"(?:[并且也还又则均都就再]|同时|此外|通过|经过?|根据|为了?|(?<![a-z])(?:and|also|but|then))+\s*\Z")
_THROUGH = re.compile(r"由(?=[^，。；]{2,24}\Z)")


@dataclass(frozen=True)
class _Statement:
    """party: who does or says it. told: where what they do or say stands."""

    text: Prepared
    party: tuple[int, int]
    told: tuple[tuple[int, int], ...]

    def going_on(self, clause: _Clause) -> _Statement:
        return _Statement(self.text, self.party, (*self.told, (clause.start, clause.end)))

    def names(self, others: frozenset[str]) -> frozenset[str]:
        """Persons named as its party; others: name tokens to look for besides those that are read here."""
        start, end = self.party
        own = {f.token for f in self.text.facts if f.token.startswith("name:") and start <= f.start and f.end <= end}
        words = self.text.text[start:end]
        return frozenset(own | {name for name in others if reading_stands(name, words)})


def _statements(text: Prepared) -> list[_Statement]:
    found: list[_Statement] = []
    sentence, opening, begin, fresh, bare = -1, 0, 0, False, False
    last = {clause.sentence: clause for clause in _clauses(text)}
    for clause in _clauses(text):
        if clause.sentence != sentence:
            sentence, opening, begin, fresh, bare = clause.sentence, clause.start, clause.start, True, False
        elif bare:  # "she added" tells nothing before the next clause
            found[-1] = found[-1].going_on(clause)
            begin, bare = clause.end, False
            continue
        elif clause.start - begin > (_LONGEST_SPEAKER // 5 if clause.chinese else _LONGEST_SPEAKER):
            begin = clause.start
        inverted = _INVERTED.match(text.plain, clause.start, clause.end)
        if inverted and inverted.end() < clause.end and begin < clause.start:
            found.append(_Statement(text, (inverted.end(), clause.end), ((begin, clause.start),)))
            begin, fresh = clause.end, False
            continue
        verb = next(
            (m for m in _DOES.finditer(text.plain, clause.start, clause.end) if not _is_noun(text.plain, m)), None
        )
        if verb is None or _modes(text.plain[clause.start : verb.start()])[0]:  # what is demanded is done by nobody
            if found and not fresh:
                found[-1] = found[-1].going_on(clause)
            continue
        told: tuple[tuple[int, int], ...] = ((verb.start(), clause.end),)
        party = (begin, verb.start())
        if by := _BY.match(text.plain, verb.end(), clause.end):
            party, told = (by.end(), clause.end), ((clause.start, verb.end()),)
        elif through := _THROUGH.search(text.plain, clause.start, verb.start()):
            party, told = (through.end(), verb.start()), ((clause.start, through.start()), (verb.start(), clause.end))
        if _LINKS.sub("", text.plain[slice(*party)]).strip(" ,，") and party[1] - party[0] <= _LONGEST_SPEAKER:
            says = _SAYS.search(text.plain, verb.start(), clause.end)
            bare = says is not None and not _says_more(text, (says.end(), clause.end))
            if bare and opening < begin and clause == last[sentence]:
                told, bare = ((opening, begin),), False  # "…, the company said."
            found.append(_Statement(text, party, told))
        elif found and not fresh:
            found[-1] = found[-1].going_on(clause)
        begin, fresh = clause.end, False
    return found


def _act_alike(said: Prepared, source: Prepared) -> bool:
    """Whether somebody chairs, attends or visits in both, in words that tell it surely; saying it is not enough."""
    mine, theirs = (
        {(act.kind, actor) for act in actions(text.plain, text.facts) if act.kind != "say" for actor in act.actors}
        for text in (said, source)
    )
    return bool(mine & theirs)


def _is_noun(plain: str, verb: re.Match[str]) -> bool:
    """开发商的上诉, "the appeal": no deed of whoever stands before it."""
    return plain[verb.start() - 1 : verb.start()] == "的"


def _other_party(said: Prepared, source: Prepared, alignment: Alignment) -> Iterator[str]:
    """Who does or says in a sentence what somebody else, named or told of in the source, does or says there."""
    there = _statements(source) if not _act_alike(said, source) else []
    names = frozenset(f.token for text in (said, source) for f in text.facts if f.token.startswith("name:"))
    for mine in _statements(said) if there else ():
        met = alignment.met(said, mine.told, source, [other.told for other in there])
        best = _clearly_best(met, _SAME_STATEMENT, _CLEARLY_MET)
        if best is None:
            continue
        theirs = there[best]
        my_names, their_names = mine.names(names), theirs.names(names)
        if my_names and their_names:
            if not _meet(my_names, their_names):
                yield f"{_told(their_names)} did or said it in the cited text, not {_told(my_names)}"
            continue
        alike = [_alike(mine, other, alignment) for other in there]
        for k, other in enumerate(there):
            # "The mayor added" may be the one who was named before.
            if _meet(my_names, other.names(names)) and not _may_be(theirs, other, alignment):
                alike[k] = 1.0
        if max(alike) >= _PARTY and max(alike) - alike[best] >= _OTHER_PARTY:
            told = (source.text[slice(*theirs.party)].strip(" ,，"), said.text[slice(*mine.party)].strip(" ,，"))
            yield f"{told[0]} did or said it in the cited text, not {told[1]}"


def _alike(one: _Statement, other: _Statement, alignment: Alignment) -> float:
    there = alignment.met(one.text, [one.party], other.text, [[other.party]])[0]
    return max(there, alignment.met(other.text, [other.party], one.text, [[one.party]])[0])


_PRONOUN = re.compile(r"(?<![a-z])(?:he|she|it|they|who|which|this|the meeting)(?![a-z])|[他她它其]|会议|会上")


def _may_be(party: _Statement, other: _Statement, alignment: Alignment) -> bool:
    """Whether the party of one statement may be that of another of the same text, told by a pronoun or an office."""
    words = party.text.plain[slice(*party.party)]
    return not words.strip() or bool(_PRONOUN.search(words)) or _alike(party, other, alignment) >= _SAME_PARTY


# ---------------------------------------------------------------- who says it

_SAYS = re.compile(
    r"(?<![a-z])(?:said|says|told|states?|stated|stress(?:es|ed)|emphasi[sz](?:es|ed)|point(?:s|ed) out|noted|notes|"
    r"announce[sd]|reported|reports(?= that)|declare[sd]|warn(?:s|ed)|added|explain(?:s|ed)|confirm(?:s|ed)|"
    r"remind(?:s|ed)|repli(?:es|ed)|responded|critici[sz](?:es|ed)|call(?:s|ed)|hope[sd]|"
    r"believe[sd]|promise[sd]|pledge[sd]|"
    r"thank(?:s|ed)|praise[sd]|welcome[sd]|urge[sd]|demand(?:s|ed)|asked|ruled|"
    r"decide[sd]|propose[sd]|suggest(?:s|ed)|recommend(?:s|ed)|"
    r"denie[sd]|rejected)(?![a-z])"
    r"|表示|说(?![明法服])|称(?![号为呼职])|指出|强调|宣布|通报|报告(?![厅书])|认为|批评|希望|承诺|感谢|致谢|赞扬|"
    r"欢迎|呼吁|要求(?!是)|提醒|回应|证实|确认|解释|介绍(?!信)|透露|警告|提出|建议|否认|裁定|规定(?!的)|决定(?!的)"
)
# Words of a speaker that must be known among those of one who says something else for the two to be the same.
_SPEAKER = 0.5
_LONGEST_SPEAKER = 70  # characters before the verb; more is no speaker


@dataclass(frozen=True)
class _Saying:
    """speaker: the words before a verb of saying. said: what follows, to the end of the sentence or a next speaker."""

    speaker: _Clause
    said: _Clause


def _sayings(text: Prepared) -> list[_Saying]:
    found: list[_Saying] = []
    for clause in _clauses(text):
        verb = _SAYS.search(text.plain, clause.start, clause.end)
        if verb and 0 < len(text.plain[clause.start : verb.start()].strip()) <= _LONGEST_SPEAKER:
            speaker = _Clause(text, clause.start, verb.start(), clause.sentence)
            found.append(_Saying(speaker, _Clause(text, verb.end(), clause.end, clause.sentence)))
        elif found and found[-1].said.sentence == clause.sentence:
            found[-1] = _Saying(found[-1].speaker, _Clause(text, found[-1].said.start, clause.end, clause.sentence))
    return [saying for saying in found if saying.said.plain.strip()]


def _other_speaker(said: Prepared, source: Prepared, translate: Translate) -> Iterator[str]:
    """Who says in a sentence what somebody else says in the source, where both are told to say something."""
    there = _sayings(source)
    for saying in _sayings(said) if len(there) > 1 else ():
        meaning = _Meaning(saying.said.plain, translate, saying.said.facts)
        if len(meaning.own) + len(meaning.facts) < 2:
            continue
        best = max(there, key=lambda other: meaning.share(other.said))
        share = meaning.share(best.said)
        if share < _BESIDE or best.speaker.chinese == saying.speaker.chinese or _is_speaker(saying, best, translate):
            continue
        if _PRONOUN.fullmatch(best.speaker.plain.strip()):
            continue  # "she added" may be whoever spoke before
        for other in there:
            if other.speaker != best.speaker and _is_speaker(saying, other, translate):
                if share - meaning.share(other.said) >= _CLEARLY:
                    told = (best.speaker.plain.strip(), saying.speaker.plain.strip())
                    yield f"{told[0]} said it in the cited text, not {told[1]}"
                break


def _is_speaker(saying: _Saying, other: _Saying, translate: Translate) -> bool:
    """Whether two may be the same: a name or an office in common, or else most words."""
    mine, theirs = saying.speaker.actors(), other.speaker.actors()
    names = [{actor for actor in actors if actor.startswith("name:")} for actors in (mine, theirs)]
    if all(names):
        return _meet(*names)
    if _meet(mine, theirs):
        return True
    meaning = _Meaning(_without(saying.speaker), translate)
    return bool(meaning.other) and meaning.share(other.speaker) >= _SPEAKER


def _meet(some: frozenset[str] | set[str], others: frozenset[str] | set[str]) -> bool:
    return any(compatible(a, b) or compatible(b, a) for a in some for b in others)


def _without(clause: _Clause) -> str:
    """A clause without those who act in it."""
    text = list(clause.text.plain)
    for fact in clause.text.facts:
        if fact.token.startswith(("name:", "org:")):
            text[fact.start : fact.end] = " " * (fact.end - fact.start)
    return without_roles("".join(text[clause.start : clause.end]))


def _told(actors: frozenset[str]) -> str:
    return ", ".join(sorted(actor.partition(":")[2].replace("-", " ") for actor in actors))
