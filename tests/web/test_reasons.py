"""Whatever the check doubts is told in each of the page's languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.check import Check
from assistant.web.reasons import reason_words

_ROOMS = Path(__file__).parents[2] / "assistant"
# Blanks that hold words of the check itself; in any other stand words of the texts.
_OWN = {"act.label": "presided", "' and '.join(sorted(mine))": "must", "' and '.join(sorted(theirs))": "may"}


def reasons() -> Iterator[str]:
    """Every sentence in which the check's files speak of the sentence or the cited text, its blanks filled in."""
    for name in ("check", "borne_out", "clauses", "contrast", "parties", "across"):
        tree = ast.parse((_ROOMS / f"{name}.py").read_text(encoding="utf-8"))
        explained = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and isinstance(node.body[0], ast.Expr)
        }
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if id(node) in explained or id(node) in parts:
                continue
            if isinstance(node, ast.JoinedStr):
                text = "".join(map(_filled, node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if "cited" in text or "the sentence" in text:
                yield text


def _filled(part: Any) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return _OWN.get(ast.unparse(part.value), "Zhao Min 95")


@pytest.mark.parametrize("reason", sorted(set(reasons())))
def test_each_reason_of_the_check_has_its_words_in_chinese(reason: str) -> None:
    for language in ("zh-Hant", "zh-Hans"):
        told = reason_words(reason, language)  # type: ignore[arg-type]
        assert told and told.count("Zhao Min 95") == reason.count("Zhao Min 95")
        assert "cited" not in told and "sentence" not in told
    assert reason_words(reason, "en") == reason


@pytest.mark.parametrize(
    ("reason", "hant", "hans"),
    [
        ("the figure 25 % is not in the cited text", "所引原文沒有數字「25 %」", "所引原文没有数字“25 %”"),
        ("the sentence says it must and should, the cited text may", "句子說必須、應當，所引原文說可以", "句子说必须、应当，所引原文说可以"),
        ("Zhao Min is not who presided in the cited text (Li Hua)", "所引原文中主持的不是「Zhao Min」，而是「Li Hua」", "所引原文中主持的不是“Zhao Min”，而是“Li Hua”"),
        ("a new doubt about the cited text", None, None),
    ],
)  # fmt: skip
def test_a_reason_is_told_in_the_pages_language(reason: str, hant: str | None, hans: str | None) -> None:
    assert (reason_words(reason, "zh-Hant"), reason_words(reason, "zh-Hans")) == (hant, hans)


def test_what_the_check_really_says_is_understood() -> None:
    found = Check()("Zhao Min said on 3 May 2021 that 95 lockers were closed.", ["Li Hua opened 40 lockers in Harbin."])
    assert found.reasons and all(reason_words(reason, "zh-Hant") for reason in found.reasons)
