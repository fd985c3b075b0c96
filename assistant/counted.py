"""How many members the enumerations of a text have: "France, England and Italy" are three, 急性、慢性和隐性 too.

Pure: text in, sizes out. A list that is left open (等, "such as", "and others") has no size, nor has one that holds
figures of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sources.fold import fold
from sources.numbers import numerals
from sources.sentences import sentences

SMALLEST, LARGEST = 3, 12  # "A and B" stands in every other sentence and tells nothing
_JOINS = r"(?:以及|及其?|(?<![平温缓柔暖调饱总])和(?![平谐睦解缓])|(?<![参给赋])与(?!会)|(?<![抑])或(?!许|然)|暨)"
_CLAUSE_END = re.compile(r"[，。；：:！？!?;\n（）()]|,(?!\d)")
_JOINED_ON = re.compile(rf"[，,]\s?(?={_JOINS})")
_LAST_JOINS = re.compile(rf"[^、]{{1,14}}?{_JOINS}")
_OPEN = re.compile(r"等(?![级待于候同])|之类|诸如")
_SEMICOLON = re.compile(r"[;；]")

_OPEN_ENGLISH = re.compile(
    r"(?<![a-z])(?:such as|includ\w+|for example|e\.g|among (?:others|them)|and (?:many )?(?:others?|more|so on)|etc)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_COMMA = re.compile(r",\s+|,(?=[”\"’'])")
_AND = re.compile(r"(?:and|or|as well as)\s", re.IGNORECASE)
_INNER_AND = re.compile(r"\s(?:and|or|&|as well as)\s(?=\S)", re.IGNORECASE)
_TWO_NAMES = re.compile(r"(?<=[a-z]) and (?=[A-Z])")
_OPENS_SENTENCE = re.compile(
    r"(?:in|on|at|by|for|from|after|before|during|since|until|as|with|under|according|however|moreover|also|besides|"
    r"meanwhile|today|yesterday|when|while|if|although|then|later|now|\d)(?![a-z])",
    re.IGNORECASE,
)
# What begins no member, but a clause of its own.
_OPENS_CLAUSE = re.compile(
    r"(?:(?:and|or) )?(?:it|its|he|his|she|her|they|their|there|this|that|these|those|we|i|you|who|whom|whose|which|"
    r"where|when|while|after|before|because|since|until|if|as|so|but|with|without|though|although|including|then|thus|having|"
    r"being)(?![a-z])",
    re.IGNORECASE,
)
_NO_MEMBER = re.compile(r"\s\S+\s\S+\s[a-z]+\Z")
_REACHING = re.compile(r"[a-z]+ing [A-Z]")  # "reaching Oslo, Bergen and Tromso"
_LONGEST_MEMBER = 7  # words


def list_sizes(text: str) -> frozenset[int]:
    """How many members each enumeration within one sentence has, of 3 to 12.

    >>> sorted(list_sizes("France, England and Italy signed.")), sorted(list_sizes("分急性、慢性和隐性。"))
    ([3], [3])
    """
    sizes = {size for start, end in sentences(text) for size in _sizes(text[start:end])}
    return frozenset(size for size in sizes if SMALLEST <= size <= LARGEST)


def _sizes(sentence: str) -> Iterator[int]:
    if parts := len([part for part in _SEMICOLON.split(sentence.strip(" 。.;；\n")) if part.strip()]) - 1:
        yield parts + 1
    for clause in _CLAUSE_END.split(_JOINED_ON.sub("", sentence)):
        if marks := clause.count("、"):
            tail = clause[clause.rindex("、") + 1 :]
            if not _OPEN.search(tail) and not _counts(clause):
                yield marks + (2 if _LAST_JOINS.match(tail) else 1)
    for part in _SEMICOLON.split(sentence):
        yield from _sizes_in_english(part)


def _counts(words: str) -> bool:
    """Whether a list counts something itself: of 四隻犬、兩名醫生 a third figure is told by nothing."""
    return any(2 <= count <= LARGEST for count in numerals(fold(words)))


def _sizes_in_english(words: str) -> Iterator[int]:
    """Of lists of words joined by commas that end with "and": each from its first member on."""
    if _OPEN_ENGLISH.search(words) or _counts(words):
        return
    pieces = [piece.strip() for piece in _COMMA.split(words)]
    if pieces and len(pieces) > 1 and _OPENS_SENTENCE.match(pieces[0]):
        pieces = pieces[1:]
    first = 0
    if len(pieces) > 2 and _NO_MEMBER.search(pieces[0]) and all(piece[:1].isupper() for piece in pieces[1:3]):
        first = 1  # "A decade after the fire, Oslo, Bergen and Tromso …"
    for at, piece in enumerate(pieces):
        if at > first and _REACHING.match(piece):
            first = at
            continue
        if at > first and _OPENS_CLAUSE.match(piece):
            first = at + 1
            continue
        follows = at + 1 < len(pieces) and bool(_AND.match(pieces[at + 1]))
        if at > first and not follows and (_AND.match(piece) or _INNER_AND.search(piece)):
            members = pieces[first : at + 1]
            joined = sum(bool(_TWO_NAMES.search(member)) for member in members[:-1])
            yield len(members) + joined + (0 if _AND.match(piece) else 1)
            first = at + 1
        elif at > first and len(piece.split()) > _LONGEST_MEMBER:
            first = at
