"""Names of one alphabet in the other, by their sound: 严范孙 is read Yan Fansun, Chinese writes Birmingham as 伯明翰.

A foreign name is written with characters whose consonants follow those of the name, chosen from a few hundred that
hardly mean anything there. So both are compared by their consonants, in classes that the two languages tell apart.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

# Characters that foreign names are written with, Simplified.
_FOREIGN = frozenset(
    "阿埃艾爱安昂奥巴拜班邦包保鲍贝本比彼毕宾波伯博布柏庞佛堡查茨达戴丹道德登邓迪蒂丁东杜顿多恩尔法凡范菲费芬弗福盖冈高戈格葛根贡古哈海汉豪"
    "赫亨胡华怀霍基吉加贾简杰金卡凯坎康考科克肯孔库夸奎喀拉莱赖兰朗劳勒雷蕾里利莉林龙卢鲁伦罗洛律吕马麦曼芒毛梅门蒙米密明摩莫默姆穆内纳娜南"
    "尼年涅宁纽努诺欧帕派潘佩彭皮珀普奇钱乔切琼丘让热日荣儒瑞若撒萨塞瑟森沙山珊尚舍申圣施史斯丝什松苏孙索濑滨塔泰坦汤陶特滕提廷图托拖脱瓦万"
    "威韦维魏温翁沃乌伍翰西希锡夏香肖谢辛欣休许雅亚扬耶叶伊因英尤于约泽扎詹珍芝朱兹诸佐朵伽嘉仑悉底倍昆贺"
)
# Of a stretch that is known to be a name these, too; in a running text they are words.
_IN_NAMES = _FOREIGN | frozenset("路冯逊治琳修易方白")
_SHORTEST, _LONGEST = 2, 7  # characters of one name
_TELLING = 3  # characters of what surely is one
# The class of a consonant: b and p, d and t, g and k, l and r are not told apart, nor are the hisses.
_INITIAL = {
    **dict.fromkeys(("b", "p"), "B"), **dict.fromkeys(("d", "t"), "T"), **dict.fromkeys(("g", "k"), "K"),
    **dict.fromkeys(("l", "r"), "L"), **dict.fromkeys(("z", "c", "s", "zh", "ch", "sh", "j", "q", "x"), "S"),
    **{letter: letter.upper() for letter in "fhmnwy"},
}  # fmt: skip
_SPELLED = {
    "sch": "S", "tch": "S", "sh": "S", "ch": "S", "ph": "F", "th": "T", "gh": "", "ck": "K", "qu": "KW", "wh": "W",
    "ps": "BS", "stl": "SL", "x": "KS", "ts": "S", "tz": "S", "dg": "S", "kn": "N", "wr": "L", "ng": "N",
    "c": "K", "g": "K", "q": "K", "v": "W",
    **{letter: found for letter, found in _INITIAL.items() if letter not in "gcxq"},
}  # fmt: skip
_SOFT = re.compile(r"[cg](?=[eiy])")
_SILENT = re.compile(r"w(?![aeiouhr])")
# No Chinese syllable ends with m: Birmingham is 伯明翰, read with an n.
_CLOSED_M = re.compile(r"m(?![aeiouy])")
_LETTERS = re.compile("|".join(sorted(_SPELLED, key=len, reverse=True)) + "|.")
_TWICE = re.compile(r"(.)\1+")
_RUN = re.compile(f"[{''.join(sorted(_FOREIGN))}]{{2,}}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_CAPITALISED = re.compile(r"\b[A-Z][a-zà-ÿ]{2,}")
_APART = 0.2  # of a name's consonants may differ
_FEWEST = 2  # consonants that tell a name


def is_read_in(name: str, chinese: str) -> bool:
    """Whether a Chinese person's name, "yan-fansun" or its token "name:yan-fansun", is read in a Chinese text."""
    wanted = re.sub("[^a-z]", "", name.removeprefix("name:"))
    for start in range(len(chinese)):
        rest, at = wanted, start
        while rest and at < len(chinese) and (read := _reading(chinese[at])) and rest.startswith(read):
            rest, at = rest[len(read) :], at + 1
        if wanted and not rest and at - start > 1:
            return True
    return False


def is_syllable(character: str, reading: str) -> bool:
    """Whether a character is read so in pinyin, as far as its commonest reading tells."""
    return _reading(character) == reading


def sounds_in(name: str, text: str) -> bool:
    """Whether a name of one alphabet may stand in a text of the other by its sound.

    name: one word in Latin letters, the text Chinese in Simplified characters; or the reverse. Of 50 foreign
    names 42 % are found so in the text that has them, and 7 % in one that has not.

    >>> sounds_in("Birmingham", "他生于伯明翰。"), sounds_in("伯明翰", "He was born in Birmingham.")
    (True, True)
    """
    if _RUN.search(name):
        # What stands beside it may be written with such characters, too: 纽卡斯尔本地.
        return any(_is_among(own, _names_of_english(text)) for own in _names_of_chinese(name, _TELLING))
    return _is_among(_spelled(name), _names_of_chinese(text, _SHORTEST))


def may_sound_in(name: str, chinese: str) -> bool:
    """Whether anything in a Simplified text sounds a little like a name of one word in Latin letters, whatever
    characters it is written with: the first consonant is the same, and of the others a third may differ.

    >>> may_sound_in("Cardiff", "首府卡地夫"), may_sound_in("Madagascar", "原生于巴西")
    (True, False)
    """
    from rapidfuzz.distance import Levenshtein

    own = _spelled(name)
    most = len(own) // 3
    return len(own) >= _FEWEST and any(
        own[0] == other[0] and Levenshtein.distance(own, other, score_cutoff=most) <= most
        for other in _consonants_of(chinese)
    )


@functools.lru_cache(64)
def _consonants_of(chinese: str) -> frozenset[str]:
    """Of every stretch of characters, whatever they are, that may be a name or a part of one."""
    return frozenset(_TWICE.sub(r"\1", read) for _, _, read in _stretches(chinese, _CHINESE, _SHORTEST)) - {""}


def _stretches(chinese: str, pattern: re.Pattern[str], shortest: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, consonants) of the stretches, of so many characters or more, within what matches the pattern."""
    for run in pattern.finditer(chinese):
        classes = [_class_of(_reading(character)) for character in run[0]]
        for start in range(len(classes)):
            for end in range(start + shortest, min(start + _LONGEST, len(classes)) + 1):
                yield run.start() + start, run.start() + end, "".join(classes[start:end])


def foreign_names(chinese: str) -> Iterator[str]:
    """Stretches of three characters and more of a Simplified text that are written as foreign names are."""
    yield from (run[0] for run in _RUN.finditer(chinese) if len(run[0]) >= _TELLING)


def is_in_names(character: str) -> bool:
    """Whether foreign names are written with a Simplified character."""
    return character in _FOREIGN


def foreign_at(name: str, text: str) -> tuple[int, int] | None:
    """Where a text in Latin letters has the name that a stretch of Simplified characters writes by its sound.

    Stricter than `sounds_in`: every consonant is the same, but for an r that ends a syllable (霍尔 or 霍 for Hor-)
    and a last letter that the French do not speak.

    >>> foreign_at("路德", "As Luther wrote"), foreign_at("路德", "As Calvin wrote")
    ((3, 9), None)
    """
    if len(name) < _SHORTEST or not _IN_NAMES.issuperset(name):
        return None
    own = _TWICE.sub(r"\1", "".join(_class_of(_reading(character)) for character in name))
    if len(own) < _FEWEST:
        return None
    names = (match.span(1) for pattern in _NAMES for match in pattern.finditer(text))
    return next((place for place in names if own in _spoken(text[slice(*place)])), None)


def foreign_written_at(name: str, chinese: str) -> tuple[int, int] | None:
    """Where a Simplified text writes a name of Latin letters by its sound; the longest stretch that is read so.

    >>> foreign_written_at("Birmingham", "他生于伯明翰。")
    (3, 6)
    """
    from rapidfuzz.distance import Levenshtein

    own = _spelled(name)
    if len(own) < _FEWEST:
        return None
    most = int(_APART * len(own))
    best, place = (0, 0), None
    for start, end, told in _stretches(chinese, _RUN, _SHORTEST):
        read = _TWICE.sub(r"\1", told)
        if not read or read[0] != own[0]:
            continue
        apart = Levenshtein.distance(own, read, score_cutoff=most)
        if apart <= most and (place is None or (-apart, end - start) > best):
            best, place = (-apart, end - start), (start, end)
    return place


# One word of a name, or two.
_NAMES = tuple(
    re.compile(rf"(?=(?<![A-Za-zà-ÿ'’-])({before}[A-Z][a-zà-ÿ]+)(?![a-zà-ÿ]))")
    for before in ("", r"(?:[Dd]u|[Dd]e|[Vv]an|[Vv]on|[Ll]e|[Ll]a|[Dd]i|[Dd]a|[A-Z][a-zà-ÿ]+)\s")
)
_ENDS_SYLLABLE = re.compile(r"r(?![aeiouyà-ÿ])")
_UNSPOKEN = re.compile(r"[tdxz]\Z")
_FINAL_Y = re.compile(r"(?<=[b-df-hj-np-tv-z])y(?![aeiou])|y(?=[rn])")


@functools.lru_cache(4096)
def _spoken(latin: str) -> frozenset[str]:
    """The consonants of a name as it may be spoken."""
    plain = unicodedata.normalize("NFD", re.sub(r"[^a-zà-ÿ]", "", latin.lower())).encode("ascii", "ignore").decode()
    plain = _FINAL_Y.sub("i", plain)
    spoken = {plain, _ENDS_SYLLABLE.sub("", plain)}
    return frozenset(_spelled(way) for found in spoken for way in (found, _UNSPOKEN.sub("", found)))


def _is_among(own: str, others: frozenset[str]) -> bool:
    from rapidfuzz.distance import Levenshtein

    if len(own) < _FEWEST:
        return False
    most = int(_APART * len(own))
    return any(own[0] == other[0] and Levenshtein.distance(own, other, score_cutoff=most) <= most for other in others)


@functools.lru_cache(20_000)
def _reading(character: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(character)) if "\u3400" <= character <= "\u9fff" else ""


def _class_of(syllable: str) -> str:
    """The classes of the consonants of a syllable in pinyin; a vowel is of none."""
    if syllable == "er":
        return "L"
    initial = syllable[:2] if syllable[:2] in _INITIAL else syllable[:1]
    return _INITIAL.get(initial, "") + ("N" if syllable.endswith(("n", "ng")) else "")


@functools.lru_cache(20_000)
def _spelled(latin: str) -> str:
    latin = _SILENT.sub("", _CLOSED_M.sub("n", latin.lower()))
    found = _LETTERS.sub(lambda letters: _SPELLED.get(letters[0], ""), _SOFT.sub("s", latin))
    return _TWICE.sub(r"\1", found)


@functools.lru_cache(64)
def _names_of_chinese(text: str, shortest: int) -> frozenset[str]:
    """The consonants of every stretch, of so many characters or more, that may be a foreign name or a part of one."""
    return frozenset(read for _, _, read in _stretches(text, _RUN, shortest)) - {""}


@functools.lru_cache(64)
def _names_of_english(text: str) -> frozenset[str]:
    return frozenset({_spelled(word) for word in _CAPITALISED.findall(text)} - {""})
