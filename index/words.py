"""The words of a text, for the word lane: jieba words and character pairs of Chinese, stems of English."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from .normalise import fold

_RUN = re.compile(r"(?P<chinese>[\u3400-\u9fff\U00020000-\U0003ffff]+)|(?P<latin>[a-z0-9]+(?:[.,'’][a-z0-9]+)*)")
_ENGLISH_STOP = frozenset(
    "a an the of in on at to for from by with as and or but if is are was were be been being am do does did done "
    "has have had having it its this that these those there here he she they them his her their we our us you "
    "your i me my who whom whose which what when where why how many much will would shall should can could may "
    "might must not no so than then also into about over under between during after before such some any each "
    "other s t".split()
)
_CHINESE_STOP = frozenset(
    "的 了 和 与 及 是 在 有 为 于 对 把 被 由 从 以 等 并 而 或 也 都 就 又 之 其 这 那 哪 什么 哪些 哪个 哪里 "
    "哪位 哪一 谁 吗 呢 吧 啊 多少 几 怎么 怎样 如何 为什么 何时 何 请问 请 一个 个 所 将 向 到 会 要 能 可 可以 "
    "我 你 他 她 它 我们 他们 这个 那个 称为 叫 叫做 什么样 是否 有没有 哪 几个 何种 何处 为何".split()
)

_ASKING = re.compile("谁|什么|哪|多少|几|何|怎|多[长高大远久深重快]")
# The segmenter's tags for a person's name: Chinese, foreign, well known.
_PERSON_TAGS = frozenset(("nr", "nrt", "nrfg"))


@functools.cache
def _segmenter() -> Any:
    import logging
    import tempfile

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba caches its dictionary as a file that other users of the machine could replace when it lies in /tmp.
    tokenizer.tmp_dir = str(_cache_folder or tempfile.mkdtemp(prefix="jieba"))
    return tokenizer


_cache_folder: Path | None = None


def keep_dictionary_in(folder: Path) -> None:
    """Where the segmenter may keep its prepared dictionary between runs (saves half a second at start)."""
    global _cache_folder
    folder.mkdir(parents=True, exist_ok=True)
    _cache_folder = folder


@functools.cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@functools.lru_cache(100_000)
def stem(word: str) -> str:
    """The stem of an English word's dictionary form: "held" and "holding" are one word, which no stemmer knows.

    >>> stem("met") == stem("meetings")
    True
    """
    import simplemma

    return str(_stemmer().stemWord(simplemma.lemmatize(word, lang="en").lower()))


@functools.lru_cache(20_000)
def segment(chinese: str) -> tuple[str, ...]:
    """Words of a run of folded Chinese characters, in order."""
    return tuple(_segmenter().cut(chinese))


@functools.cache
def _tagger() -> Any:
    from jieba.posseg import POSTokenizer

    return POSTokenizer(_segmenter())


@functools.lru_cache(20_000)
def persons(chinese: str) -> tuple[str, ...]:
    """What reads like a person's name, or like a part of a foreign one, in a text in Simplified characters.

    A millisecond a sentence: for the few that matter.

    >>> persons("1997年由丁磊在广州创立")
    ('丁磊',)
    """
    return tuple(word for word, tag in _tagger().cut(chinese) if tag in _PERSON_TAGS and len(word) > 1)


@functools.cache
def _tags() -> dict[str, str]:
    tagger = _tagger()
    tagger.initialize()
    return dict(tagger.word_tag_tab)


def is_named(chinese: str) -> bool:
    """Whether the segmenter's dictionary knows a word in Simplified characters as the name of somebody, of a place or
    of an organisation."""
    return _tags().get(chinese, "").startswith(("nr", "ns", "nt", "nz"))


# A name that the dictionary saw so often is a word as well.
_COMMON = 3000


def is_foreign_name(chinese: str) -> bool:
    """Whether the segmenter's dictionary knows it as the name of a place, or of somebody as foreign names are written,
    and as no common one, as 城市 and 高峰 would be."""
    tag = _tags().get(chinese, "")
    if frequency(chinese) > _COMMON or len(chinese) < 2 or chinese[-1] in "院寺庙堂馆校场街路桥":
        return False
    return tag.startswith("ns") or tag.startswith("nr") and len(chinese) > 2


def frequency(chinese: str) -> int:
    """How often the segmenter's dictionary saw the word, 0 for one it lacks."""
    segmenter = _segmenter()
    segmenter.check_initialized()
    return int(segmenter.FREQ.get(chinese) or 0)


def likelihood(chinese: str) -> float:
    """The logarithm, in nats, of how likely the segmenter's dictionary makes a run of characters."""
    segmenter = _segmenter()
    segmenter.check_initialized()
    route: dict[int, tuple[float, int]] = {}
    segmenter.calc(chinese, segmenter.get_DAG(chinese), route)
    return float(route[0][0])


def is_everyday(english: str) -> bool:
    """Whether a dictionary of English has the word, in small letters."""
    import simplemma

    return bool(simplemma.is_known(english, lang="en")) or is_stop_word(english)


def is_stop_word(word: str) -> bool:
    """Whether a folded word says nothing of what a text is about."""
    return word in _ENGLISH_STOP or word in _CHINESE_STOP


def english_words(folded: str) -> list[str]:
    """Stems of the English words and the figures, stop words left out."""
    words = (word.replace("’", "'").removesuffix("'s") for word in _latin(folded))
    return [stem(word) for word in words if word not in _ENGLISH_STOP]


def _latin(folded: str) -> list[str]:
    return [m.group("latin") for m in _RUN.finditer(folded) if m.lastgroup == "latin"]


def chinese_words(folded: str) -> list[str]:
    """Words of two characters or more, and single ones that carry meaning; stop words left out."""
    return [
        word
        for match in _RUN.finditer(folded)
        if match.lastgroup == "chinese"
        for word in segment(match.group())
        if word not in _CHINESE_STOP
    ]


def content_spans(folded: str) -> list[tuple[int, int]]:
    """Where the content words of a folded text stand, [start, end) in characters; question words left out.

    >>> [("who opened the depot")[a:b] for a, b in content_spans("who opened the depot")]
    ['opened', 'depot']
    """
    spans = []
    for match in _RUN.finditer(folded):
        at = match.start()
        for word in segment(match.group()) if match.lastgroup == "chinese" else (match.group(),):
            if not is_stop_word(word) and not _ASKING.search(word):
                spans.append((at, at + len(word)))
            at += len(word)
    return spans


def terms(text: str) -> list[str]:
    """Every term of the word lane in a text: Chinese words and pairs of characters, English stems, figures."""
    folded = fold(text)
    found = english_words(folded)
    for match in _RUN.finditer(folded):
        if match.lastgroup != "chinese":
            continue
        run = match.group()
        found += [word for word in segment(run) if word not in _CHINESE_STOP]
        # The pairs find what the segmenter cut differently on the two sides.
        found += [pair for i in range(len(run) - 1) if (pair := run[i : i + 2]) not in _CHINESE_STOP]
    return found


@functools.lru_cache(20_000)
def forms_of(text: str) -> frozenset[str]:
    """The words of a text as evidence compares them: stems, and Chinese words with their character pairs."""
    folded = fold(text)
    chinese = chinese_words(folded)
    return frozenset(english_words(folded)) | frozenset(chinese) | frozenset(
        pair for word in chinese for pair in (word[i : i + 2] for i in range(len(word) - 1))
    )  # fmt: skip
