"""The contraries of a sentence: with a denial taken out or put in, a duty made a choice, a choice a duty.

A sentence that a text supports is nearer to it than its contrary is; nothing needs to be known of how the text, in
another language, says so. Crude grammar does: both are only compared. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from .prepared import Prepared, clauses

Kind = Literal["denied", "duty"]
_Change = tuple[re.Pattern[str], str]


def _changes(*pairs: tuple[str, str]) -> tuple[_Change, ...]:
    return tuple((re.compile(pattern), told) for pattern, told in pairs)


_MAY = r"(?<!\d )(?<!in )(?<!since )(?<!of )may(?! \d)"  # not the month
# In order: of those that begin at one place the first is taken. Patterns of `Prepared.plain`.
_DENIED = {
    True: _changes(
        (r"不得不", "可以不"), (r"不得", "可以"), (r"不(?=[能会可])", ""), (r"[无毋]须|[无不]需要?", "须"),
        (r"不必(?!要)", "必须"), (r"没有", "有"), (r"尚未", "已"), (r"从未", "曾"), (r"禁止|严禁|不[准许]", "允许"),
        (r"不再", "仍"), (r"未(?![来成])", "已"), (r"无(?!人机|[论线])", "有"), (r"不(?![断仅但同少过论管久])", ""),
    ),
    False: _changes(
        (r"\bcannot\b", "can"), (r"\b(\w+)n['’]t\b", r"\1"), (r"\b(?:not|never|no longer)\b ?", ""),
        (r"\bno ", "some "), (r"\bwithout\b", "with"), (r"\bnone\b", "all"), (r"\bneither\b", "both"),
        (r"\bnobody\b", "everybody"), (r"\bnothing\b", "everything"),
    ),
}  # fmt: skip
_AFFIRMED = {
    True: _changes(
        (r"必须", "不必"), (r"可以", "不得"), (r"已", "尚未"), (r"须", "不须"), (r"将", "将不"),
        (r"有", "没有"), (r"([应能是会可在为])", r"不\1"),
    ),
    False: _changes(
        (rf"\b(is|are|was|were|has|have|had|will|would|can|could|must|{_MAY}|should|be)\b", r"\1 not"),
        (r"\b([a-z]+ed|rose|fell|took|made|began|grew|won|held|kept|told|met|saw|paid|sold|comes?|takes?|makes?|needs?)\b",
         r"did not \1"),
    ),
}  # fmt: skip
_DUTY = {
    True: _changes(
        (r"必须", "可以"), (r"(?<![无毋必])须", "可"), (r"可以", "必须"), (r"(?<!不)应当?", "可"), (r"允许", "要求"),
        (r"鼓励", "强制"),
    ),
    False: _changes(
        (r"\b(?:must|shall|ha(?:s|ve) to|(?:is|are) (?:required|obliged) to)\b(?! not)", "may"),
        (rf"\b(?:{_MAY}|can)\b(?! not)", "must"), (r"\bshould\b(?! not)", "may"),
        (r"\b(?:is|are) (?:allowed|free|permitted) to\b", "must"),
    ),
}  # fmt: skip


def contraries(said: Prepared) -> Iterator[tuple[Kind, str]]:
    """Each changes one place: in every clause the first two denials, or else the first verb; and every kind of duty."""
    for start, end in clauses(said.plain):
        denials = sorted(_found(_DENIED[said.chinese], said.plain, start, end), key=lambda one: one[0].start())
        if not denials:
            affirmed = (_found((change,), said.plain, start, end) for change in _AFFIRMED[said.chinese])
            denials = [found[0] for found in affirmed if found][:1]
        for match, told in denials[:2]:
            yield "denied", _with(said, match, told)
    for change in _DUTY[said.chinese]:
        for match, told in _found((change,), said.plain, 0, len(said.plain))[:1]:
            yield "duty", _with(said, match, told)


def _found(changes: tuple[_Change, ...], plain: str, start: int, end: int) -> list[tuple[re.Match[str], str]]:
    """Those that stand in [start, end), none within another."""
    found: list[tuple[re.Match[str], str]] = []
    for pattern, told in changes:
        for match in pattern.finditer(plain, start, end):
            if not any(m.start() < match.end() and match.start() < m.end() for m, _ in found):
                found.append((match, told))
    return found


def _with(said: Prepared, match: re.Match[str], told: str) -> str:
    return said.text[: match.start()] + match.expand(told) + said.text[match.end() :]
