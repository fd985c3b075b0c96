"""Damage of the kinds that bulletins come with, made to order: sound text in, damaged text out. Pure and seeded.

What a kind adds can be taken out again (notes, tags, spaces, copies) or be read back (misread bytes, widths); a lost
character is gone, and a mixture of scripts is nothing to repair. `KINDS` names them all.

>>> damage("郵政行業發展", "pinyin", share=1.0, seed=1)
'郵(yóu)政(zhèng)行(xíng)業(yè)發(fā)展(zhǎn)'
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

Damage = Callable[[str, float, random.Random], str]

_HAN = re.compile(r"[\u4e00-\u9fff]")
_BETWEEN_WORDS = re.compile(r"(?<=\w) (?=\w)")


def damage(text: str, kind: str, *, share: float, seed: int) -> str:
    """The text with this kind of damage; the same arguments always give the same text.

    share: how many of the places that can be damaged are, in [0, 1]. Raises KeyError for a kind that is none.
    """
    return KINDS[kind](text, share, random.Random(f"{kind} {seed}"))


def other_script(text: str) -> str:
    """Chinese text converted to the script that it is not in."""
    simplified = _converter("t2s")(text)
    return simplified if simplified != text else _converter("s2t")(text)


def to_traditional(text: str) -> str:
    return _converter("s2t")(text)


def is_chinese(text: str) -> bool:
    return 4 * len(_HAN.findall(text)) > len(text)


@cache
def _converter(way: str) -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC(way).convert
    return convert


# ---- what is put between the characters


def _pinyin(text: str, share: float, chance: random.Random) -> str:
    return _after_each(text, _HAN, share, chance, lambda c: _note(c, chance))


def _note(character: str, chance: random.Random) -> str:
    from pypinyin import Style, lazy_pinyin

    style = chance.choice((Style.TONE, Style.TONE, Style.TONE, Style.TONE3))
    syllable = lazy_pinyin(character, style=style)[0]
    if syllable == character or len(syllable) < 2:
        return ""
    space = chance.choice(("", "", "", " "))
    opening, closing = chance.choice(("()", "()", "（）", "(）"))
    return f"{opening}{space}{syllable}{space}{closing}"


_TAGS = (
    "<span>", "</span>", "<b>", "</b>", '<font color="red">', "</font>", "<o:p></o:p>", "/span>",
    "<!-- -->", '<span style="font-size: 14px">', "</a>", '<a href="http://example.org/a?b=1">', "&#8203;",
    "&zwnj;",
)  # fmt: skip


def _tags(text: str, share: float, chance: random.Random) -> str:
    # Between Chinese characters: inside an English word they would not be stray.
    between = re.compile(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])")
    return _after_each(text, between, share, chance, lambda _: chance.choice(_TAGS))


_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;"}


def _entities(text: str, share: float, chance: random.Random) -> str:
    return _each(text, re.compile(r"[^\w\s]"), share, chance, lambda c: _NAMED.get(c, f"&#{ord(c)};"))


def _zero_width(text: str, share: float, chance: random.Random) -> str:
    return _after_each(text, re.compile(r"\w"), share, chance, lambda _: chance.choice("\u200b\u200c\ufeff\u2060\xad"))


def _spaces(text: str, share: float, chance: random.Random) -> str:
    odd = ("\xa0", "  ", " \t", "\u2003", "\u3000")
    return _each(text, _BETWEEN_WORDS, share, chance, lambda _: chance.choice(odd))


# ---- the same characters otherwise


_FULL_MARKS = dict(zip("，；：（）", ",;:()", strict=True))
_HALF_MARKS = {half: full for full, half in _FULL_MARKS.items()}


def _widths(text: str, share: float, chance: random.Random) -> str:
    """Letters and figures in full width, and the marks of Chinese sentences in the width that is not theirs."""

    def other(c: str) -> str:
        return _FULL_MARKS.get(c) or _HALF_MARKS.get(c) or chr(ord(c) + 0xFEE0)

    pattern = r"[0-9A-Za-z]|(?<=[\u4e00-\u9fff])[，；：,;:]" if is_chinese(text) else r"[0-9A-Za-z]"
    return _each(text, re.compile(pattern), share, chance, other)


def _misread(encoding: str) -> Damage:
    def misread(text: str, share: float, chance: random.Random) -> str:
        def line(match: str) -> str:
            data = match.encode("utf-8")
            if encoding == "gbk":
                return data.decode("gbk", "replace")
            return "".join(_byte(byte, encoding) for byte in data)

        # GBK pairs bytes across characters: what it makes of a lone one can be anything.
        run = r"[^\x00-\x7f]{4,}" if encoding == "gbk" else r"[^\x00-\x7f]+"
        return _each(text, re.compile(run), share, chance, line)

    return misread


def _byte(byte: int, encoding: str) -> str:
    # The five bytes that Windows-1252 leaves open are read as control characters, as browsers do.
    return bytes((byte,)).decode(encoding, "ignore") or chr(byte)


def _compatibility(text: str, share: float, chance: random.Random) -> str:
    return _each(text, re.compile(r"[\u4e00-\u9fff]"), share, chance, lambda c: _radicals().get(c, c))


@cache
def _radicals() -> Mapping[str, str]:
    return {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)}


def _scripts(text: str, share: float, chance: random.Random) -> str:
    other = other_script(text)
    if len(other) != len(text):
        return text
    return "".join(b if chance.random() < share else a for a, b in zip(text, other, strict=True))


# ---- what is gone or there twice


def _lost(text: str, share: float, chance: random.Random) -> str:
    return _each(text, _HAN, share, chance, lambda _: chance.choice(("?", "□", "\ufffd", "\ufffd\ufffd")))


def _lost_byte(text: str, share: float, chance: random.Random) -> str:
    """Bytes lost in GB18030, and the rest read on from there."""
    data = text.encode("gb18030", "replace")
    kept = bytes(b for b in data if b < 0x80 or chance.random() >= share)
    return kept.decode("gb18030", "replace")


def _doubled_lines(text: str, share: float, chance: random.Random) -> str:
    return _each(text, re.compile(r"[^\n]{12,}\n"), share, chance, lambda line: line + line)


def _doubled_marks(text: str, share: float, chance: random.Random) -> str:
    return _each(text, re.compile(r"(?<=\w)[，。；：、,](?=\w)"), share, chance, lambda c: c + c)


# ---- lines


def _hyphens(text: str, share: float, chance: random.Random) -> str:
    """English broken at about 70 columns, words too."""
    return "\n".join(_broken_words(line, share, chance) for line in text.split("\n"))


def _broken_words(line: str, share: float, chance: random.Random) -> str:
    out, width = [], 0
    for word in re.findall(r"\s*\S+", line):
        room = 70 - width
        inside = word.strip()
        if width + len(word) > 70:
            cut = min(room - 2, len(inside) - 3)
            if inside.isalpha() and inside.islower() and cut >= 3 and chance.random() < share:
                out.append(f" {inside[:cut]}-\n{inside[cut:]}")
                width = len(inside) - cut
            else:
                out.append("\n" + inside)
                width = len(inside)
        else:
            out.append(word)
            width += len(word)
    return "".join(out)


def _wraps(text: str, share: float, chance: random.Random) -> str:
    """Every line broken at a fixed width: 35 Chinese characters, or about 70 Latin ones."""
    if is_chinese(text):
        return re.sub(r"([^\n]{35})(?=[^\n])", r"\1\n", text)
    return "\n".join(_broken_words(line, 0.0, chance) for line in text.split("\n"))


def _after_each(
    text: str, pattern: re.Pattern[str], share: float, chance: random.Random, more: Callable[[str], str]
) -> str:
    return _each(text, pattern, share, chance, lambda c: c + more(c))


def _each(text: str, pattern: re.Pattern[str], share: float, chance: random.Random, new: Callable[[str], str]) -> str:
    return pattern.sub(lambda m: new(m.group()) if chance.random() < share else m.group(), text)


KINDS: Mapping[str, Damage] = {
    "pinyin": _pinyin,
    "tags": _tags,
    "entities": _entities,
    "widths": _widths,
    "zero-width": _zero_width,
    "spaces": _spaces,
    "compatibility": _compatibility,
    "misread as cp1252": _misread("cp1252"),
    "misread as latin-1": _misread("latin-1"),
    "misread as gbk": _misread("gbk"),
    "doubled lines": _doubled_lines,
    "doubled marks": _doubled_marks,
    "hyphens": _hyphens,
    "wraps": _wraps,
    "lost characters": _lost,
    "lost bytes": _lost_byte,
    "scripts": _scripts,
}
