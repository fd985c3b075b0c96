"""Who does or says in a sentence what somebody else does or says in its source, told in the other language.

The statement of the source that the vectors of the words find for one of the sentence must have the same party.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sources.facts import compatible

from .alignment import Alignment
from .borne_out import reading_stands
from .clauses import Clause, clauses_of, modes
from .contrast import actions
from .prepared import Prepared

# Mean best cosine from which two statements, but for who makes them, are one, and by how much more than the next.
_SAME_STATEMENT, _CLEARLY_MET = 0.33, 0.05
# How well a party must be met by another, and how much better than by the one of its statement; from where two are one.
_PARTY, _OTHER_PARTY, _SAME_PARTY = 0.38, 0.15, 0.65
_LONGEST_SPEAKER = 70  # characters before the verb; more is no speaker
_SAID = (
    r"said|says|told|states?|stated|stress\w*|emphasi[sz]\w*|point(?:s|ed)? out|noted|notes|announce[sd]?|reported|"
    r"reports(?= that)|declare[sd]?|warn(?:s|ed)|added|explain(?:s|ed)|confirm(?:s|ed)|remind(?:s|ed)|repli(?:es|ed)|"
    r"responded|critici[sz]e[sd]|call(?:s|ed)|hope[sd]?|believe[sd]?|promise[sd]?|pledge[sd]?|thank(?:s|ed)|praise[sd]?|"
    r"welcome[sd]?|urge[sd]?|demand(?:s|ed)|ask(?:s|ed)|ruled|decide[sd]?|propose[sd]?|suggest(?:s|ed)|"
    r"recommend(?:s|ed)|denie[sd]|reject(?:s|ed)",
    r"表示|说(?![明法服])|称(?![号为呼职])|指出|强调|宣布|通报|报告(?![厅书])|认为|批评|希望|承诺|感谢|致谢|赞扬|欢迎|呼吁|"
    r"要求(?!是)|提醒|回应|证实|确认|解释|介绍(?!信)|透露|警告|提出|建议|否认|裁定|规定(?!的)|决定(?!的)",
)
_DONE = (
    r"admit(?:s|ted)|advise[sd]?|complain(?:s|ed)|chaired|chairs|presid(?:es|ed)|attend(?:s|ed)|hosted|visited|met|"
    r"inspected|w[io]ns?|lost|sold|bought|paid|sued|withdrew|appealed|signed|opened|launched|adjusted|revised|published|"
    r"released|issued|started|founded|designed|wrote|organi[sz]ed|approved|refused|accepted|received|provided|took|led|"
    r"heads",
    r"汇报|抱怨|主持|出席|列席|会见|参观|考察|走访|签署|宣读|发言|启动|夺得|赢得|获得|赔偿|支付|起诉|撤回|上诉|购买|出售|批准|"
    r"拒绝|设计|创办|调整|修订|发布|公布|组织|举办|补充",
)


def _verbs(*tables: tuple[str, str]) -> re.Pattern[str]:
    """Of tables of English and Chinese verbs."""
    return re.compile(
        rf"(?<![a-z])(?:{'|'.join(english for english, _ in tables)})(?![a-z])|{'|'.join(han for _, han in tables)}"
    )


_SAYS, _DOES = _verbs(_SAID), _verbs(_SAID, _DONE)
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

    def going_on(self, clause: Clause) -> _Statement:
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
    last = {clause.sentence: clause for clause in clauses_of(text)}
    for clause in clauses_of(text):
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
        if verb is None or modes(text.plain[clause.start : verb.start()])[0]:  # what is demanded is done by nobody
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


def other_party(said: Prepared, source: Prepared, alignment: Alignment) -> Iterator[str]:
    """Who does or says in a sentence what somebody else, named or told of in the source, does or says there."""
    there = _statements(source) if not _act_alike(said, source) else []
    names = frozenset(f.token for text in (said, source) for f in text.facts if f.token.startswith("name:"))
    for mine in _statements(said) if there else ():
        met = alignment.met(said, mine.told, source, [other.told for other in there])
        best = _clearly_best(met)
        if best is None:
            continue
        theirs = there[best]
        if _is_pronoun(mine) or _is_pronoun(theirs):
            continue  # "…," she said: whoever was named before
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


_PRONOUN_ALONE = re.compile(
    r"\W*(?:and |but |as )?(?:(?:s?he|it|they|i|we|who|you) ?(?:also|then|later)?|[他她它我]们?[也还又则均]?)\W*"
)


def _is_pronoun(party: _Statement) -> bool:
    """Whether no more is told of who does or says it than that it is somebody."""
    return bool(_PRONOUN_ALONE.fullmatch(party.text.plain[slice(*party.party)]))


def _may_be(party: _Statement, other: _Statement, alignment: Alignment) -> bool:
    """Whether the party of one statement may be that of another of the text: an office, or a pronoun after it."""
    words = party.text.plain[slice(*party.party)]
    pronoun = not words.strip() or bool(_PRONOUN.search(words))
    return pronoun and other.party < party.party or _alike(party, other, alignment) >= _SAME_PARTY


def _says_more(text: Prepared, place: tuple[int, int]) -> bool:
    return bool(re.search(r"[a-z]{3}|[\u3400-\u9fff]{2}", text.plain[slice(*place)]))


def _clearly_best(met: Sequence[float]) -> int | None:
    ranked = sorted(range(len(met)), key=lambda k: -met[k])
    if met[ranked[0]] < _SAME_STATEMENT or len(ranked) > 1 and met[ranked[0]] - met[ranked[1]] < _CLEARLY_MET:
        return None
    return ranked[0]


def _meet(some: frozenset[str], others: frozenset[str]) -> bool:
    return any(compatible(a, b) or compatible(b, a) for a in some for b in others)


def _told(actors: frozenset[str]) -> str:
    return ", ".join(sorted(actor.partition(":")[2].replace("-", " ") for actor in actors))
