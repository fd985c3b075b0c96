"""Known terms, organisations and places in both languages, from terms.tsv. Pure: folded text in (sources/fold.py), facts out."""

from __future__ import annotations

import functools
import re
from importlib import resources

from sources.bulletin import Fact

_LATIN = re.compile(r"[A-Za-z0-9]")


def read_terms(text: str) -> list[Fact]:
    """Facts term:…, org:… and place:…; at each place the longest known wording counts."""
    found: list[Fact] = []
    chinese, english = _patterns()
    for pattern, tokens in ((chinese, _tokens()[0]), (english, _tokens()[1])):
        for match in pattern.finditer(text):
            found += [Fact(token, *match.span()) for token in tokens[_key(match[0])]]
    return sorted(found, key=lambda f: (f.start, f.end, f.token))


def _key(wording: str) -> str:
    """What must be equal for two wordings to be one: letters and digits, case folded ("Two-in, one-out", "two in one out")."""
    return re.sub(r"[\s\-,、·'’“”\"「」]+", "", wording).lower()


@functools.cache
def _tokens() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Token of each Chinese and of each English wording."""
    chinese: dict[str, list[str]] = {}
    english: dict[str, list[str]] = {}
    for row in _rows():
        token, zh, en = row
        for wordings, tokens in ((zh, chinese), (en, english)):
            for wording in filter(None, wordings.split("|")):
                tokens.setdefault(_key(wording), []).append(token)
    return chinese, english


@functools.cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    text = resources.files("sources").joinpath("terms.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((token, zh, en) for token, zh, en in rows)


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    zh = {w for _, wordings, _ in _rows() for w in wordings.split("|") if w}
    en = {w for _, _, wordings in _rows() for w in wordings.split("|") if w}
    latin_zh = {w for w in zh if _LATIN.match(w)}
    chinese = re.compile(_trie_pattern(zh - latin_zh, gap=r"[、·]?"))
    english = re.compile(rf"(?<![A-Za-z0-9])(?:{_trie_pattern(en | latin_zh, gap='')})(?![A-Za-z0-9])", re.IGNORECASE)
    return chinese, english


def _trie_pattern(wordings: set[str], gap: str) -> str:
    """One pattern of all wordings, longest first, that shares beginnings: many times faster than a plain alternation."""
    trie: dict[str, dict] = {}  # type: ignore[type-arg]
    for wording in wordings:
        node = trie
        for piece in re.findall(r"[\s\-,、·'’“”\"「」]+|.", wording):
            node = node.setdefault(piece if not re.match(r"[\s\-,、·'’“”\"「」]", piece) else " ", {})
        node[""] = {}
    return _alternatives(trie)


def _alternatives(node: dict) -> str:  # type: ignore[type-arg]
    branches = []
    for piece, below in sorted(node.items(), key=lambda item: item[0] == " "):
        if piece:
            branches.append((r"[\s\-,、·'’“”\"「」]{1,3}" if piece == " " else re.escape(piece)) + _alternatives(below))
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return body + ("?" if "" in node else "")
