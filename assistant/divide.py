"""The questions that one question holds: "How many came, and what did it cost?" asks two things. Pure.

Only what is plainly two questions is divided: two question sentences, two clauses that each ask, question words side by
side ("when and where"), and members asked for one by one ("respectively", 分別, "the second and the fourth"). A part
that leans on the part before it ("and when was it held") is completed like a follow-up (`assistant/followup.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.words import english_words
from sources.bulletin import Language
from sources.facts import facts
from sources.fold import fold

from .followup import Turn, read_turn
from .listed import COUNT, NO_MEMBER, ORDINALS, UNIT, numbered

_AT_MOST = 4  # questions in one; what holds more is a text, and is asked as it is


def divide(question: str, language: Language, history: Sequence[str] = ()) -> tuple[Turn, ...]:
    """The questions in the order asked, each made stand-alone; empty when the question asks one thing only.

    history: the user's earlier questions, oldest first.

    >>> [turn.question for turn in divide("Who runs the depot, and how many parcels came in 2020?", "en")]
    ['Who runs the depot?', 'How many parcels came in 2020?']
    >>> [turn.question for turn in divide("座談會的時間和地點分別是什麼？", "zh-Hant")]
    ['座談會的時間是什麼？', '座談會的地點是什麼？']
    """
    found = _english(question) if language == "en" else _chinese(question)
    if not 2 <= len(found) <= _AT_MOST or not all(map(_asks_enough, found)):
        return ()
    turns: list[Turn] = []
    for part in found:
        turns.append(read_turn(part, [*history, *(turn.question for turn in turns)]))
    return tuple(turns) if len({turn.question for turn in turns}) == len(turns) else ()


def _asks_enough(part: str) -> bool:
    """Whether a part says what it asks: "how did Zhao Min?" and 2024年又是什麼 ask it only beside the part before."""
    plain = fold(part)
    for fact in facts(part):
        plain = plain[: fact.start] + " " * (fact.end - fact.start) + plain[fact.end :]
    plain = _WEN.sub(" ", plain)
    return bool(english_words(plain.lower())) or len(re.findall(r"[\u3400-\u9fff]", _EMPTY.sub("", plain))) >= 2


# ---------------------------------------------------------------- English

_WORD = r"(?:who|whom|whose|what|which|when|where|why|how)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|must|may)"
_BEFORE = r"(?:(?:in|on|at|by|to|from|for|of|under|since|with|until|during) )?"
_ASKS = re.compile(rf"\b{_BEFORE}{_WORD}\b(?! to\b)", re.IGNORECASE)
_JOIN = re.compile(
    rf"(?:\s*[,;]\s*|\s+)(?:and|but|plus|as well as)\s+(?:also\s+)?(?={_BEFORE}{_WORD}\b(?! to\b))", re.I
)
# "and did the bureau", not "and did it well" of a verb that goes on.
_JOIN_INVERTED = re.compile(
    rf"(?:\s*[,;]\s*|\s+)and\s+(?:also\s+)?(?={_AUXILIARY} (?:the|it|he|she|they|there|this|these|those|its|his|her|"
    r"their|any)\b)", re.I)  # fmt: skip
# A clause that asks by itself; "how waste is treated" goes on from what somebody said.
_ASKS_BY_ITSELF = re.compile(
    rf"{_BEFORE}(?:who\b|whose\b|(?:what|which|whom|how (?:many|much|long|often|far|large|big|high|old))"
    rf"(?: [\w'%-]+){{0,5}}? {_AUXILIARY}\b|(?:how|when|where|why) {_AUXILIARY}\b|{_AUXILIARY}\b)",
    re.IGNORECASE,
)
_TELLS_OF = re.compile(rf"\b(?:that|whether|{_WORD})\b", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(
    rf"^(?P<before>.{{0,120}}?\b)?(?P<one>when|where|why|how|who)(?:,? and |, | or )(?P<two>when|where|why|how|by whom)"
    rf"(?P<rest> {_AUXILIARY}\b.+)$", re.IGNORECASE)  # fmt: skip
_RESPECTIVELY = re.compile(r",?\s*\brespectively\b", re.IGNORECASE)
_STOPS = frozenset(
    "in on at by to from for of under since with until during about between among who whom whose what which when where "
    "why how is are was were do does did has have had will would can could should must may say said make made".split()
)
_ENDS = " ?.!,;"


def _english(question: str) -> list[str]:
    sentences = _question_sentences(question, r"(?<=\?)\s+", _asks_in_english)
    parts: list[str] = []
    for sentence in sentences:
        parts += _members(sentence) or _each_of(sentence) or _beside(sentence) or _joined(sentence)
    return [_as_question(part) for part in parts] if len(parts) > 1 else []


# "What are the second and the fourth of the five goals?"
_NTH = "|".join(ORDINALS)
_MEMBERS = re.compile(
    rf"(?P<before>.*?)\b(?P<one>the (?:{_NTH}))(?:,? and|,) (?P<two>(?:the )?(?:{_NTH}))\b(?! (?:{NO_MEMBER})s?\b)"
    r"(?P<after>.+)", re.IGNORECASE)  # fmt: skip


def _members(sentence: str) -> list[str]:
    """The members of a list, asked for by their numbers, one by one."""
    found = _MEMBERS.fullmatch(numbered(sentence))
    if not found:
        return []
    two = re.sub("(?i)^(?:the )?", "the ", found["two"])
    return [f"{found['before']}{member}{found['after']}" for member in (found["one"], two)]


def _asks_in_english(sentence: str) -> bool:
    return bool(_ASKS.search(sentence) or re.match(rf"{_AUXILIARY}\b", sentence, re.IGNORECASE))


def _joined(sentence: str) -> list[str]:
    """Clauses that each ask, the words that lead up to the first one ("At the forum, …") put before each."""
    first = _ASKS.search(sentence) or re.match(rf"{_AUXILIARY}\b", sentence, re.IGNORECASE)
    if first is None:
        return [sentence]
    joins = sorted(
        (m.start(), m.end()) for pattern in (_JOIN, _JOIN_INVERTED) for m in pattern.finditer(sentence, first.end())
    )
    parts: list[str] = []
    at = 0
    for start, end in joins:
        told_of = _TELLS_OF.search(sentence, max(at, first.end() if at == 0 else at + 5), start)
        if told_of and not _ASKS_BY_ITSELF.match(sentence, end):
            continue
        parts.append(sentence[at:start])
        at = end
    parts.append(sentence[at:])
    before = sentence[: first.start()]
    about = before if re.match(r"(?:in|at|on|for|during|under|according to|regarding|concerning|about|as (?:for|to))\b"
                               r".*,\s*\Z", before, re.IGNORECASE) else ""  # fmt: skip
    return [parts[0], *(about + part for part in parts[1:])]


def _beside(sentence: str) -> list[str]:
    """ "When and where was it held?" """
    found = _SIDE_BY_SIDE.match(sentence)
    if not found or _ASKS.search(found["before"] or ""):
        return []
    return [f"{found['before'] or ''}{found[word]}{found['rest']}" for word in ("one", "two")]


def _each_of(sentence: str) -> list[str]:
    """ "What did A and B respectively say?" """
    told = _RESPECTIVELY.search(sentence)
    if not told:
        return []
    plain = sentence[: told.start()] + sentence[told.end() :]
    for joined in reversed(list(re.finditer(r",? and ", plain[: told.start()]))):
        right = _run(plain[joined.end() : told.start() or None].split(" "))
        left = plain[: joined.start()]
        words = left.split(" ")
        length = len(_run(list(reversed(words))))
        if not right or not length:
            continue
        before, members = " ".join(words[:-length]), re.split(r", ", " ".join(words[-length:]))
        after = plain[joined.end() + len(" ".join(right)) :]
        return [f"{before} {member}{after}".strip() for member in (*members, " ".join(right))]
    return []


def _run(words: Sequence[str]) -> list[str]:
    """The words up to the first that ends a name or a noun."""
    ends = next((i for i, word in enumerate(words) if word.strip(_ENDS).lower() in _STOPS or not word), len(words))
    return list(words[:ends])


def _as_question(part: str) -> str:
    part = part.strip(_ENDS)
    return part[:1].upper() + part[1:] + "?"


def _question_sentences(question: str, stop: str, asks: Callable[[str], bool]) -> list[str]:
    """The sentences; one that asks nothing stays with the one before it."""
    found: list[str] = []
    for sentence in re.split(stop, question.strip()):
        if found and not asks(sentence):
            found[-1] = f"{found[-1]} {sentence}"
        elif sentence.strip():
            found.append(sentence.strip())
    return found


# ---------------------------------------------------------------- Chinese, matched in Simplified script

_WEN = re.compile(
    r"谁|哪|多少|多[大长高远久](?!期|度)|几(?![乎近率])|何[时地人处种日年]|"
    r"什么|为何|如何|怎么|怎样|是否|是不是|有没有|能不能|会不会|吗"
)
_TURNS = re.compile(r"[，,](?:并且|而且|另外|同时|此外|还有|以及|那么|而|且|又|并)?|以及|还有|并且|而且")
_AND = re.compile(r"[和与及]")
_EMPTY = re.compile(r"[\s，,、。？?的了呢啊是在于由有为会要被又也都还各与和年]|请问|请|告诉我")
_ABOUT = re.compile(r"(?:在|关于|根据|按照?|对于|就|针对|至于).+|.+(?:中|里|上|时|期间|方面)$")
_SIDE = (
    r"(?:[在于由是])?(?:什么时候|何时|哪一?天|哪一?年|什么时间|哪里|哪儿|何地|何处|什么地方|谁|何人|为什么|为何|如何|"
    r"怎么|怎样)"
)
_BESIDE = re.compile(rf"(?P<before>.*?)(?P<one>{_SIDE})(?:[、，]|和|与|以及|及)(?P<two>{_SIDE})(?P<rest>.*)")
_EACH = re.compile(r"(?:各自)?(?:分别|各(?=[是有为占说讲提]))")
_JOINS = re.compile(r"[、和与及跟]")
_OF = re.compile(r"的(?=[^的]+$)")
_NUMBERED = re.compile(
    rf"(?P<before>.*?)(?P<one>第{COUNT}{UNIT}?)(?:[、和与及跟]|以及)(?P<two>第{COUNT}{UNIT})(?!月|季度|年)(?:各自|分别|各(?=[是有为]))?"
    r"(?P<after>.+)"
)
_WHATEVER = re.compile(r"无论|不论|不管")


def _chinese(question: str) -> list[str]:
    text = " ".join(question.split())
    sentences = _question_sentences(text, r"(?<=[？?；;])\s*", lambda part: bool(_WEN.search(fold(part))))
    parts: list[str] = []
    for sentence in sentences:
        if _WHATEVER.search(fold(sentence)):
            return []
        sentence = sentence.strip("？?；; ")
        parts += _numbered(sentence) or _each_in_turn(sentence) or _words_beside(sentence) or _clauses(sentence)
    return [part.strip("，,；; ") + "？" for part in parts] if len(parts) > 1 else []


def _numbered(sentence: str) -> list[str]:
    """五項任務中的第二項和第四項分別是什麼"""
    found = _NUMBERED.fullmatch(fold(sentence))
    if not found:
        return []
    before, after = sentence[: found.end("before")], sentence[found.start("after") :]
    unit = sentence[found.end("two") - 1 : found.end("two")]
    members = [sentence[slice(*found.span(word))] for word in ("one", "two")]
    return [f"{before}{member if member.endswith(unit) else member + unit}{after}" for member in members]


def _clauses(sentence: str) -> list[str]:
    """Clauses that each ask; one that does not stays with its neighbour, and a topic before them is put before each."""
    plain = fold(sentence)
    cuts = [(m.start(), m.end()) for m in _TURNS.finditer(plain)]
    cuts += [(m.start(), m.end()) for m in _AND.finditer(plain) if not any(a <= m.start() < b for a, b in cuts)]
    parts: list[str] = []
    at, lead = 0, ""
    for start, end in sorted(cuts):
        before, after = plain[at:start], plain[end:]
        if not _WEN.search(before):
            if not parts and plain[start] in "，," and not lead:
                lead = sentence[at:end]
            continue
        following = re.split(r"[，,]", after)[0] if plain[start] in "和与及" else after
        if _WEN.search(following) and _says(before) and _says(following):
            parts.append(sentence[at:start])
            at = end
    parts.append(sentence[at:])
    if len(parts) > 1 and lead and _ABOUT.fullmatch(fold(lead).rstrip("，,")):
        return [parts[0], *(lead + part for part in parts[1:])]
    return parts


def _says(plain: str) -> bool:
    """Whether a clause tells what it asks about, besides its question word."""
    return len(_EMPTY.sub("", _WEN.sub("", plain))) >= 2


def _words_beside(sentence: str) -> list[str]:
    """什麼時候、在哪裡召開"""
    found = _BESIDE.fullmatch(fold(sentence))
    if not found or _WEN.search(found["before"]) or _WEN.search(found["rest"]):
        return []
    before, rest = sentence[: found.end("before")], sentence[found.start("rest") :]
    if not _says(fold(before + rest)):
        return []
    return [before + sentence[found.start(word) : found.end(word)] + rest for word in ("one", "two")]


def _each_in_turn(sentence: str) -> list[str]:
    """甲、乙和丙的占比分別是多少"""
    plain = fold(sentence)
    told = _EACH.search(plain)
    if not told or not _WEN.search(plain, told.end()):
        return []
    lead = max(plain.rfind("，", 0, told.start()), plain.rfind(",", 0, told.start())) + 1
    end = told.start()
    joins = list(_JOINS.finditer(plain, lead, end))
    if not joins:
        return []
    last = joins[-1].end()
    shared = _OF.search(plain, last, end)  # 甲和乙的占比
    tail = shared.start() if shared else end
    before = lead
    if not shared and (own := _OF.search(plain, lead, joins[0].start())):  # 座談會的時間和地點
        before = own.end()
    bounds = [before, *(at for join in joins for at in join.span()), tail]
    members = [sentence[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    if not all(member.strip() for member in members):
        return []
    after = sentence[tail:end] + sentence[told.end() :]
    return [sentence[:before] + member + after for member in members]
