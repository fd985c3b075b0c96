"""One shadow of a text for reading facts: Simplified script, half-width ASCII, and every character where it was.

The search index folds further and may shorten the text; here offsets must hold: one character becomes one character.
"""

from __future__ import annotations

import functools

_CJK = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


def fold(text: str) -> str:
    """`text` in Simplified script and half-width ASCII; as long as `text`, case kept.

    >>> fold("二十五萬　ＡＢ７０％")
    '二十五万 AB70%'
    """
    return text.translate(_table())


@functools.cache
def _table() -> dict[int, str]:
    import opencc

    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {0x3000: " ", 0xA0: " ", 0xFFE5: "¥", ord("○"): "〇", ord("Ο"): "O"}
    # Characters on lines of their own get no phrase rules, so one character always becomes one character.
    characters = [chr(code) for first, end in _CJK for code in range(first, end)]
    folded = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return table | {ord(old): new for old, new in zip(characters, folded, strict=True) if old != new and len(new) == 1}
