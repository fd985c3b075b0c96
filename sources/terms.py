"""Known terms, organisations and places in both languages, from terms.tsv.

Pure: folded text in (sources/fold.py), facts out.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

from sources.bulletin import Fact

_GAP = r"[\s\-,.、·'’“”\"「」]"
_GAPS = re.compile(_GAP + "+")
_PIECE = re.compile(_GAP + "+|.")
_LATIN = re.compile(r"[A-Za-z]")
# Characters before and after which a Chinese wording is no such word: 今日本报, 其中通过, 教育部门, 扩大数据共享.
_NOT_AFTER = {
    "日本": "今近每昨明当往平", "成都": "变形组构完达", "中通": "空途其集", "大数据": "扩加庞", "中国": "集",
    "四化": "第",
    "社保": "旅", "三农": "第",
}  # fmt: skip
_NOT_BEFORE = {
    "日本": "报次周期", "大连": "接", "西安": "全排置装宁", "南通": "过道知", "中通": "过道知信",
    "中国邮政": "业快", "京东": "方",
    "快递员": "工", "教育部": "门", "公安部": "门", "商务部": "门", "财政部": "门", "科技部": "门",
    "外交部": "门", "应急管理部": "门",
    "交通运输部": "门", "人社部": "门", "工信部": "门", "农业农村部": "门", "生态环境部": "门", "国庆": "阳",
    "双碳": "酸", "乌兹别克": "族语", "吉尔吉斯": "族语", "不列颠": "哥",
}  # fmt: skip

_Node = dict[str, "_Node"]


def read_terms(text: str) -> list[Fact]:
    """Facts term:…, org:… and place:…; at each place the longest known wording counts."""
    tokens = _tokens()
    found = [
        Fact(token, *match.span())
        for pattern in _patterns()
        for match in pattern.finditer(text)
        for token in tokens.get(_key(match[0]), ())  # İ matches i whatever its case, but has no key
    ]
    return sorted(found, key=lambda f: (f.start, f.end, f.token))


@functools.cache
def wordings(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(Simplified Chinese wordings, English wordings) of a known token; both empty for any other."""
    for known, zh, en in _lines():
        if known == token:
            return tuple(filter(None, zh.split("|"))), tuple(filter(None, en.split("|")))
    return (), ()


def _key(wording: str) -> str:
    """What two spellings of one wording have in common: "Two-in, one-out", "two in one out"."""
    return _GAPS.sub("", wording).lower()


@functools.cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Token and wordings of every line; a wording in both columns counts once."""
    return tuple((token, tuple(filter(None, f"{zh}|{en}".split("|")))) for token, zh, en in _lines())


@functools.cache
def _lines() -> tuple[tuple[str, str, str], ...]:
    text = resources.files("sources").joinpath("terms.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((token, zh, en) for token, zh, en in rows)


@functools.cache
def _tokens() -> dict[str, tuple[str, ...]]:
    """Tokens by key; 港澳 is two places."""
    found: dict[str, tuple[str, ...]] = {}
    for token, wordings in _rows():
        for wording in wordings:
            found[_key(wording)] = tuple(dict.fromkeys((*found.get(_key(wording), ()), token)))
    return found


@functools.cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Chinese wordings, English wordings in any case, and abbreviations in capitals ("US" is no "us")."""
    wordings = {w for _, row in _rows() for w in row}
    latin = {w for w in wordings if _LATIN.match(w)}
    capitals = {w for w in latin if w == w.upper()}
    bounds = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
    return (
        re.compile(_trie_pattern(wordings - latin)),
        re.compile(_starting_with_a_word(latin - capitals, bounds), re.IGNORECASE),
        re.compile(_starting_with_a_word(capitals, bounds)),
    )


def _starting_with_a_word(wordings: set[str], bounds: str) -> str:
    return bounds.format(f"(?:{_trie_pattern(wordings)})")


def _trie_pattern(wordings: set[str]) -> str:
    """One pattern of all wordings that shares beginnings, longest first: many times faster than a plain alternation."""
    trie: _Node = {}
    for wording in wordings:
        node = trie
        for piece in _PIECE.findall(wording):
            node = node.setdefault(" " if _GAPS.match(piece) else piece, {})
        after, before = _NOT_BEFORE.get(wording), _NOT_AFTER.get(wording)
        end = (f"(?<![{before}].{{{len(wording)}}})" if before else "") + (f"(?![{after}])" if after else "")
        node["\0" + end] = {}
    return _alternatives(trie)


def _alternatives(node: _Node) -> str:
    branches, ends = [], []
    for piece, below in node.items():
        if piece[0] == "\0":
            ends.append(piece[1:])
        else:
            branches.append((_GAP + "{1,3}" if piece == " " else re.escape(piece)) + _alternatives(below))
    whole = branches + ends
    return whole[0] if len(whole) == 1 else f"(?:{'|'.join(whole)})"
