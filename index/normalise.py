"""The folded shadow of a text that search compares: one script, one width, one case. Never shown to anybody."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

_SPACE = re.compile(r"\s+")
# Half of a character, as a careless program cuts it; OpenCC takes only text that UTF-8 can carry.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# OpenCC leaves some variants alone that occur in mixed texts.
_VARIANTS = str.maketrans("妳祂牠喫裏囯朶箇傢蔘", "你他它吃里国朵个家参")


@functools.cache
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional Chinese characters as Simplified ones; everything else as it is."""
    return str(_to_simplified().convert(_LONE_SURROGATE.sub("\ufffd", text))) if not text.isascii() else text


def one_script(text: str) -> str:
    """NFKC, Simplified script, as models are given a text: the script and the width of its characters never matter."""
    return simplify(unicodedata.normalize("NFKC", text))


def fold(text: str) -> str:
    """NFKC, Simplified script, lower case, single spaces. Folding twice equals folding once.

    >>> fold("國家郵政局 ２０２０年 Green  POST")
    '国家邮政局 2020年 green post'
    """
    text = one_script(text).translate(_VARIANTS)
    # Lower-casing may bring back characters that NFKC composes (İ), hence the second normalisation.
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text.lower())).strip()
