"""Which bulletins tell the same event: copies, near copies, corrections, other reports, translations; and which of
them to quote. Pure.
"""

from __future__ import annotations

import datetime
import difflib
import functools
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sources.bulletin import Bulletin
from sources.fold import fold
from sources.lexicon import said_alike
from sources.names import is_pinyin, possible_names
from sources.sentences import sentences

# Two texts of which this share of three-character (three-word) pieces is common are one text; so are a text and an
# excerpt of it. Releases of one office on different events stay under 0.35.
_SAME_TEXT, _EXCERPT = 0.6, 0.85
# Pieces that an excerpt has in common with the whole: fewer may be one stock sentence, unless the day agrees too.
_EXCERPT_PIECES, _EXCERPT_PIECES_OF_DAY = 60, 25
# Two issues of one text that lie further apart are this year's form and last year's.
_REISSUED_DAYS = 31
# Of a filled-in form every line has its figure; of a text, one passage has one that was wrong.
_CHARACTERS_OF_A_CHANGE = 150
# Short releases are full of stock phrases: two that share most words are two when each says this share of its own.
_OWN_WORDS = 0.08
# A shared fact counts by how rarely two bulletins of one day share it by chance: everybody names the office, the
# current plan and small counts; few tell the same programme, person or figure.
_WEIGHTS = {
    "name": 2.0, "prog": 2.0, "term": 1.0, "quote": 1.0, "place": 0.7, "org": 0.3, "num": 1.5, "pct": 2.0, "cny": 2.0,
    "code": 1.5, "date": 1.5,
}  # fmt: skip
# A five-year plan, the head of state, a year, a name of one numeral ("five systems"): in most releases of their time.
_COMMON = re.compile(r"(?:prog:(?:1\d-5|\d)|name:xi-jinping|date:\d{4})$")
_COMMON_WEIGHT = 0.6
_SMALL = re.compile(r"num:(?:\d|10)$")
# Halfway between what translations and what other texts of the trade had (sources/lexicon.py); and a name with a place
# or an office, which alone prove little.
_SAID_ALIKE, _NAMED_WEIGHT = 0.36, 1.0
_WHO_AND_WHERE = ("name:", "org:", "place:")


@dataclass(frozen=True)
class Link:
    """Two bulletins are versions of one event. score in [0, 1].

    kind "correction": one text with figures or dates changed, or with a note that it corrects.
    reasons: the fact tokens that both tell, rarest kinds first; "similarity" when their words alone decide, "lists"
    when they make lists of the same lengths, "words" when a dictionary finds one text's words in the other's; of a
    correction "note" and each change ("18600/18900", whichever was first).
    """

    kind: Literal["copy", "near-copy", "correction", "same-event", "translation"]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Ranked:
    """A bulletin's place among the versions of one event.

    role "repost" is the original's text elsewhere, "report" another text in its language. reasons: why it has this
    role and place, as words: "corrected", "issuer", "first", "longest", "similarity", or the signs of a machine.
    """

    bulletin: Bulletin
    role: Literal["original", "official-translation", "machine-translation", "repost", "report"]
    reasons: tuple[str, ...]


def event_keys(b: Bulletin) -> frozenset[str]:
    """Keys for finding candidates: versions of one event share one, so bulletins that share none need no comparison.

    The event's days with and without their year, the folded title, the document number, rare figures, who is named
    about which time, and pieces of the text that near copies and excerpts share.
    """
    keys = {f"day:{day[-5:]}" for day in _days(b)} | {f"day:{day}" for day in _days(b)}
    keys.add("title:" + _plain(b.title))
    if b.document_number:
        keys.add("number:" + _plain(b.document_number))
    keys |= {f"fact:{token}" for token in sorted(_rare_figures(b))[:8]}
    keys |= _who_and_when(b)
    return frozenset(keys | _sketch(_prose(b)) | _sentence_keys(b))


def same_event(a: Bulletin, b: Bulletin) -> Link | None:
    """How two bulletins are versions of one event, None when they are not or when nothing sure says so."""
    across = (a.language == "en") != (b.language == "en")
    share = 0.0
    if not across:
        one, other = _plain(_prose(a)), _plain(_prose(b))
        if not one or not other:
            return None
        if one == other and is_correction(a) == is_correction(b):
            return Link("copy", 1.0, ("similarity",))
        common, share, contained = _overlap(_pieces(one), _pieces(other))
        close = _same_day(a, b) or _plain(a.title) == _plain(b.title) and not (_days(a) and _days(b))
        enough = _EXCERPT_PIECES_OF_DAY if close else _EXCERPT_PIECES
        alike = share >= _SAME_TEXT or (contained >= _EXCERPT and common >= enough)
        if alike and not _said_otherwise(a, b):
            return _reissue(a, b, round(max(share, contained * 0.95), 3))
    return _by_facts(a, b, share, across) or (_by_words(a, b) if across else None)


def _by_facts(a: Bulletin, b: Bulletin, share: float, across: bool) -> Link | None:
    """The link that shared facts make between texts of different words."""
    undated = not (_days(a) and _days(b)) and _published_together(a, b)
    if not (undated or _same_day(a, b)) or _other_years(a, b):
        return None
    facts_a, facts_b = _telling(a, across), _telling(b, across)
    shared = facts_a & facts_b
    weight, covered = _weight(shared), _covered(facts_a, facts_b)
    lists = _lists(a, b)
    # One office meets twice a day with the same people in the same town: what is said has to agree too.
    what_a, what_b = (frozenset(t for t in x if not t.startswith(_WHO_AND_WHERE)) for x in (facts_a, facts_b))
    if _weight(what_a & what_b) < 1.5 and lists < 1 and (share < 0.3 or _said_otherwise(a, b)):
        return None
    if min(_weight(what_a), _weight(what_b)) >= 1.5 and _covered(what_a, what_b) < 0.5:
        return None
    # Words speak for one event only within a language; across, the lists' lengths stand in for them.
    score = min(1.0, 0.5 * covered + 0.05 * min(weight, 6) + (0.25 * lists if across else min(0.3, share)))
    needed = 3.0 if lists == 1 or share >= 0.2 else 4.5
    if undated:
        needed = 6.0
    if weight < needed or len(shared) < 3 or covered < (0.5 if lists == 1 else 0.6) or score < 0.5:
        return None
    reasons = (*sorted(shared, key=lambda t: (-_weight([t]), t)), *(("lists",) if lists == 1 else ()))
    return Link("translation" if across else "same-event", round(score, 3), reasons)


def _by_words(a: Bulletin, b: Bulletin) -> Link | None:
    """The link between a Chinese and an English text that tell few facts, of which one says what the other says.

    Somebody or something that both name, and no other day or figures, make it worth the dictionary's while.
    """
    if not (_same_day(a, b) if _days(a) and _days(b) else _published_together(a, b)) or _other_years(a, b):
        return None
    chinese, english = (b, a) if a.language == "en" else (a, b)
    facts_zh, facts_en = _telling(chinese, True), _telling(english, True)
    # In Chinese a name is known by what stands around it; what may be one is, where the English says so.
    facts_zh |= {t for t in facts_en if t.startswith("name:")} & set(possible_names(chinese.text))
    shared, figures = facts_zh & facts_en, (_figures(a), _figures(b))
    if _weight(shared) < _NAMED_WEIGHT or len(shared) < 2 or _covered(facts_zh, facts_en) < 0.5:
        return None
    if all(figures) and 2 * len(figures[0] & figures[1]) < min(map(len, figures)):
        return None
    alike = said_alike(_prose(chinese), _prose(english))
    if alike < _SAID_ALIKE:
        return None
    reasons = sorted(shared, key=lambda t: (-_weight([t]), t))
    return Link("translation", round(min(1.0, 0.3 + alike), 3), (*reasons, "words"))


# One text twice -------------------------------------------------------------------------------------------------------

# 更正, 勘误, "Correction": said of the bulletin itself, at its head or foot; within a sentence 更正 is of other things.
_NOTE = re.compile(
    r"^\W{0,3}(?:更正|勘[误誤]|[订訂]正|重要更正|编者按.{0,12}更正|correct(?:ion|ed)\b|erratum|errata|update\s*[:：])"
    r"|[（(【\[](?:更正|勘[误誤]|[订訂]正|修[订訂正]|corrected)[^）)】\]]{0,8}[）)】\]]"
    r"|(?:此前|先前|原)[稿文]?[^。\n]{0,20}(?:有[误誤]|[错錯][误誤])|特此更正|以此[稿文]?[为為]准"
    r"|\b(?:an earlier version|corrects? (?:the|a|an)|this (?:story|release|version) (?:has been|is) corrected)\b",
    re.I | re.M,
)
_FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十百千万亿]|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b"
)


def is_correction(b: Bulletin) -> bool:
    """Whether a bulletin says of itself that it corrects an earlier one."""
    lines = [b.text[x.start : x.end] for x in b.blocks]
    ends = [line for line in (*lines[:3], *lines[-2:]) if len(line) < 240]
    return any(_NOTE.search(line) for line in (b.title, *ends))


def _reissue(a: Bulletin, b: Bulletin, score: float) -> Link | None:
    """The link between two issues of one text; None between two fillings of one form."""
    note = is_correction(a) != is_correction(b)
    changes = _changes(a, b)
    kept = _figures(a) & _figures(b)
    if not note and (_other_place(a, b) or _other_day(a, b, changes, kept) or _mostly_changed(a, b, changes, kept)):
        return None
    if note or changes:
        return Link("correction", score, ("similarity", *(("note",) if note else ()), *changes))
    return Link("near-copy", score, ("similarity",))


def _figures(b: Bulletin) -> frozenset[str]:
    figures = ("num:", "pct:", "cny:")
    return frozenset(f.token for f in b.facts if f.token.startswith(figures) and not _SMALL.match(f.token))


def _other_day(a: Bulletin, b: Bulletin, changes: tuple[str, ...], kept: frozenset[str]) -> bool:
    """The form of another day ("as of March 1 …", "as of March 2 …"), not one day put right."""
    if not _published_together(a, b, unknown=True) or _other_years(a, b):
        return True
    if not _days(a) or not _days(b) or _same_day(a, b):
        return False
    # A wrong day put right leaves the figures as they were.
    return len(kept) < 3 or bool(_figures(a) ^ _figures(b)) or len(changes) > 2


def _mostly_changed(a: Bulletin, b: Bulletin, changes: tuple[str, ...], kept: frozenset[str]) -> bool:
    """A form is its figures; a long text stays itself with two of them put right."""
    one, other = _figures(a), _figures(b)
    if min(len(one), len(other)) >= 4 and len(kept) * 2 < min(len(one), len(other)):
        return True
    prose = min(len(_plain(_prose(x))) for x in (a, b))
    dense = len(changes) * _CHARACTERS_OF_A_CHANGE > prose
    return dense and len(changes) > max(len(kept), 1)


def _other_place(a: Bulletin, b: Bulletin) -> bool:
    """The form of another office or town: most of who and where differs."""
    one, other = ({f.token for f in x.facts if f.token.startswith(_WHO_AND_WHERE)} for x in (a, b))
    return bool(one - other and other - one) and len(one & other) * 2 < min(len(one), len(other))


def _changes(a: Bulletin, b: Bulletin) -> tuple[str, ...]:
    """What stands for what where one text has other figures than the other: ("18600/18900",), at most eight."""
    words_a, words_b = _own_words(a, b), _own_words(b, a)
    if max(len(words_a), len(words_b)) > _MOST_OWN_WORDS:
        return ()
    found = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, words_a, words_b, autojunk=False).get_opcodes():
        old, new = "".join(words_a[i:j]), "".join(words_b[k:m])
        if kind == "replace" and max(j - i, m - k) <= 4 and _FIGURE.search(old) and _FIGURE.search(new):
            found.append("/".join(sorted((old, new))))
    return tuple(sorted(dict.fromkeys(found)))[:8]


_WORD = re.compile(r"[\u3400-\u9fff]|\d[\d.]*|[^\W\d_\u3400-\u9fff]+")


_MOST_OWN_WORDS = 3000  # comparing takes the square of it


def _said_otherwise(a: Bulletin, b: Bulletin) -> bool:
    """Whether each of two like texts says a good deal that the other does not."""
    own_a, own_b = _own_words(a, b), _own_words(b, a)
    if max(len(own_a), len(own_b)) > _MOST_OWN_WORDS:
        return False
    same = sum(m.size for m in difflib.SequenceMatcher(None, own_a, own_b, autojunk=False).get_matching_blocks())
    totals = (len(_WORD.findall(_plain(_prose(x)))) for x in (a, b))
    return all(len(own) - same > _OWN_WORDS * n for own, n in zip((own_a, own_b), totals, strict=True))


def _own_words(a: Bulletin, b: Bulletin) -> list[str]:
    """The words of the clauses that only the first has."""
    there = set(_clauses(b))
    return _WORD.findall("\n".join(c for c in _clauses(a) if c not in there))


def _clauses(b: Bulletin) -> list[str]:
    return [c for c in re.split(r"[。；;！？!?，]|[,.](?!\d)|\n", fold(_prose(b)).casefold()) if c.strip()]


# Which to quote -------------------------------------------------------------------------------------------------------

_OFFICE = re.compile(
    r"(?:[局部委厅廳署院府]|办公[厅室廳]|委[员員][会會]|管理局)$|\b(?:Bureau|Ministry|Administration|Commission|Council|Office|Government)\b"
)


def ranked(versions: Sequence[Bulletin]) -> tuple[Ranked, ...]:
    """Versions of one event, the best to quote first.

    A corrected text stands before the one that it corrects; an office's own before an agency's, the earlier before the
    later, the longer before an excerpt. Where Chinese and English tell one event the Chinese is the original; without
    Chinese an English text that reads like a machine's is still called so.
    """
    chinese = [b for b in versions if b.language != "en"]
    english = [b for b in versions if b.language == "en"]
    signs = {b.id: machine_signs(b) for b in english}
    first = sorted(chinese or [b for b in english if not signs[b.id]], key=functools.partial(_order, versions))
    original = first[0] if first else None
    found = []
    for b in versions:
        if original is not None and b.id == original.id:
            found.append(Ranked(b, "original", _why(b, versions)))
        elif b.language == "en" and signs[b.id]:
            found.append(Ranked(b, "machine-translation", signs[b.id]))
        elif b.language == "en" and chinese:
            found.append(Ranked(b, "official-translation", _why(b, english)))
        else:
            link = same_event(original, b) if original else None
            same = link is not None and link.kind in ("copy", "near-copy", "correction")
            found.append(Ranked(b, "repost" if same else "report", link.reasons if link else ()))
    roles = ("original", "official-translation", "repost", "report", "machine-translation")
    return tuple(sorted(found, key=lambda r: (roles.index(r.role), _order(versions, r.bulletin))))


def _order(versions: Sequence[Bulletin], b: Bulletin) -> tuple[bool, bool, str, int, int, str]:
    published = b.published if b.published and b.published[0] != "-" else "9999"
    # Half a text is no text to quote, however early: an excerpt comes after what it was cut from.
    longest = max(len(_prose(x)) for x in versions if (x.language == "en") == (b.language == "en"))
    excerpt = len(_prose(b)) < 0.7 * longest
    own = bool(b.issuer and _OFFICE.search(b.issuer))
    return (
        not is_correction(b),
        excerpt,
        "0" + published if own else "1" + published,
        -len(_prose(b)),
        sum(b.repairs.values()),
        b.source,
    )


def _why(b: Bulletin, versions: Sequence[Bulletin]) -> tuple[str, ...]:
    days = [x.published for x in versions if x.published and x.published[0] != "-"]
    told = (
        ("corrected", is_correction(b)),
        ("issuer", bool(b.issuer and _OFFICE.search(b.issuer))),
        ("first", bool(days) and b.published == min(days)),
        ("longest", len(_prose(b)) == max(len(_prose(x)) for x in versions)),
    )
    return tuple(name for name, holds in told if holds)


_THREE_WORDS = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,6}(?:\s[A-Za-z]{2,6}){2,}(?![A-Za-z])")


def _pinyin_left(text: str) -> list[str]:
    """Runs of three and more words that are all syllables of pinyin and no English: "Kuaidi Jin Cun"."""
    found = []
    for match in _THREE_WORDS.finditer(text):
        run: list[str] = []
        for word in (*match[0].lower().split(), ""):
            # Few syllables end in e, many English words do ("share one route").
            if word and is_pinyin(word) and not word.endswith("e"):
                run.append(word)
                continue
            found += [" ".join(run)] if len(run) > 2 else []
            run = []
    return found


# Signs that a machine, or somebody who followed the Chinese word by word, wrote the English: each with its weight.
# Texts of people have at most one or two of them in a thousand words; machine-translated releases have six to thirty.
_SIGNS = (
    ("glued-sentences", 3.0, re.compile(r"[a-z]{2,}\.(?=[A-Z][a-z])")),
    (
        "capital-within-sentence",
        2.0,
        re.compile(
            r"(?<=[a-z,;])\s(?:The|And|All|Be|In|We|It|This|To|Local|Discuss|Development|By|For|Is|Are)\s"
            r"(?=[a-z])"
        ),
    ),
    ("chinese-left", 3.0, re.compile(r"[\u4e00-\u9fff]+")),
    (
        "calque",
        1.0,
        re.compile(
            r"(?:do|did|doing|done) a good job|it is necessary to|the (?:first|second|third|fourth|fifth) is to|"
            r"new crown|symptoms and the root|comrades?\b|party group|fully implement|earnestly|vigorously|"
            r"conscientiously|solidly|persist in|adhere to|in accordance with the law|political (?:standing|position)|"
            r"political stance|the spirit of|grasp|courier brothers?|all walks of life|work deployment|fighting skills|"
            r"relevant (?:departments?|person|units?)|two-in|dead (?:spots|corners)|with quality and quantity|"
            r"hot and difficult|person in charge|main line|starting point",
            re.I,
        ),
    ),
    (
        "orders-without-subject",
        1.0,
        re.compile(
            r"(?<=[.;]\s)(?:Strengthen|Promote|Improve|Implement|Adhere|Insist|Strict|Fully|Actively|Continue to|"
            r"Give full play|Establish|Enhance|Accelerate|Vigorously|Research and formulate|Encourage and support)\b"
        ),
    ),
)
_SIGNS_PER_1000_WORDS = 8.0


def machine_signs(b: Bulletin) -> tuple[str, ...]:
    """The signs by which an English text shows that it was translated by machine; none when they are too few."""
    if b.language != "en":
        return ()
    text = _prose(b)
    words = len(re.findall(r"[A-Za-z]+", text))
    found = {name: weight * len(sign.findall(text)) for name, weight, sign in _SIGNS}
    found["pinyin-left"] = 3.0 * len(_pinyin_left(text))
    # Officials write calques as well; a machine is known by what no writer would leave standing.
    careless = any(value for name, value in found.items() if name != "calque")
    total = sum(found.values())
    if words < 40 or not careless or total < 3 or total * 1000 < _SIGNS_PER_1000_WORDS * words:
        return ()
    return tuple(sorted((name for name, value in found.items() if value), key=lambda n: -found[n]))


# Days -----------------------------------------------------------------------------------------------------------------


def _days(b: Bulletin) -> tuple[str, ...]:
    """The event's days, likeliest first; months are no days."""
    return tuple(day for day in b.events if len(day) == 10 or day.startswith("--") and len(day) == 7)


def _same_day(a: Bulletin, b: Bulletin) -> bool:
    """The likeliest event day of one is a day that the other tells."""
    days_a, days_b = _days(a)[:3], _days(b)[:3]
    if not days_a or not days_b:
        return False
    return any(_one_day(days_a[0], day) for day in days_b) or any(_one_day(days_b[0], day) for day in days_a)


def _one_day(a: str, b: str) -> bool:
    return a == b or (a[-5:] == b[-5:] and "-" in (a[0], b[0]))


def _published_together(a: Bulletin, b: Bulletin, unknown: bool = False) -> bool:
    """Whether the two were published within a month. unknown: what to say when a day is not told."""
    try:
        one, other = (datetime.date.fromisoformat(x.published or "") for x in (a, b))
    except ValueError:
        return unknown
    return abs((one - other).days) <= _REISSUED_DAYS


def _other_years(a: Bulletin, b: Bulletin) -> bool:
    """The yearly conference of two years, where no event day has its year: both name years and none in common."""
    if any(len(day) == 10 for x in (a, b) for day in _days(x)[:1]):
        return False
    one, other = ({d.value[:4] for d in x.dates if d.role == "period"} for x in (a, b))
    return bool(one and other and not one & other)


# Facts ----------------------------------------------------------------------------------------------------------------


def _telling(b: Bulletin, across: bool) -> frozenset[str]:
    """The facts that can tell two bulletins of one day apart. Quoted names are words of one language."""
    days = {d.value for d in b.dates if d.role in ("event", "published")}
    own = {f"date:{day}" for day in days} | {f"date:--{day[-5:]}" for day in days}
    kinds = _WEIGHTS.keys() - ({"quote"} if across else set())
    tokens = {f.token for f in b.facts if f.token.partition(":")[0] in kinds}
    return frozenset(t for t in tokens - own if not _SMALL.match(t))


def _weight(tokens: Iterable[str]) -> float:
    return sum(_COMMON_WEIGHT if _COMMON.match(t) else _WEIGHTS[t.partition(":")[0]] for t in tokens)


def _covered(a: frozenset[str], b: frozenset[str]) -> float:
    """How much of what the less telling bulletin tells the other tells too."""
    return _weight(a & b) / max(min(_weight(a), _weight(b)), 1.0)


def _lists(a: Bulletin, b: Bulletin) -> float:
    """1 when both make the same row of lists and few bulletins do; 0.5 when they share the length of a long one."""
    one, other = ([len(e.items) for e in x.enumerations] for x in (a, b))
    if one == other and (len(one) > 1 or sum(one) > 5):
        return 1.0
    return 0.5 if max({0} | (set(one) & set(other))) > 4 else 0.0


# Words ----------------------------------------------------------------------------------------------------------------


def _prose(b: Bulletin) -> str:
    """The bulletin without its page: title, dates, credits and captions differ between copies."""
    prose = "\n".join(b.text[x.start : x.end] for x in b.blocks if x.kind in ("paragraph", "heading"))
    return prose or b.text


@functools.lru_cache(maxsize=512)
def _plain(text: str) -> str:
    """Folded words, one space between them."""
    return " ".join(re.findall(r"[^\W_]+", fold(text).casefold()))


@functools.lru_cache(maxsize=512)
def _pieces(plain: str) -> frozenset[str]:
    """Three words in a row; in Chinese three characters."""
    words = re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+", plain)
    return frozenset("\0".join(words[i : i + 3]) for i in range(max(len(words) - 2, 1)))


def _overlap(a: frozenset[str], b: frozenset[str]) -> tuple[int, float, float]:
    """Common pieces, their share of all, and of the smaller text's."""
    common = len(a & b)
    return common, common / max(len(a | b), 1), common / max(min(len(a), len(b)), 1)


def _sketch(text: str) -> set[str]:
    """The pieces that come first in four shufflings: of texts with nine tenths in common at least one is the same."""
    marks = [zlib.crc32(p.encode("utf-8", "surrogatepass")) for p in _pieces(_plain(text))]
    turns = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)
    return {f"text{i}:{min((m * turn) & 0xFFFFFFFF ^ m >> 7 for m in marks):08x}" for i, turn in enumerate(turns)}


def _sentence_keys(b: Bulletin) -> set[str]:
    """Sentences that an excerpt shares with the whole: the first of each paragraph, and each fourth by its own hash."""
    keys: dict[str, None] = {}
    for block in b.blocks:
        if block.kind != "paragraph":
            continue
        for i, (start, end) in enumerate(sentences(b.text, block.start, block.end)):
            plain = _plain(b.text[start:end])
            mark = zlib.crc32(plain.encode("utf-8", "surrogatepass"))
            if len(plain) >= 16 and (i == 0 or mark % 4 == 0):
                keys[f"sentence:{mark:08x}"] = None
        if len(keys) >= 24:
            break
    return set(keys)


_TIME_DAYS = 14  # bulletins that far apart or less share at least one of two times


def _who_and_when(b: Bulletin) -> set[str]:
    """Who and what is named, with the time of publication: how a text without a day is found by its translation.

    A dated one is found by its day; it gives its names for a translation that leaves the day out.
    """
    try:
        day = datetime.date.fromisoformat(b.published or "").toordinal()
    except ValueError:
        return set()
    kinds = ("name:",) if _days(b) else ("name:", "place:", "prog:", "term:")
    named = dict.fromkeys(f.token for f in b.facts if f.token.startswith(kinds) and not _COMMON.match(f.token))
    first = sorted(named, key=lambda token: kinds.index(token.partition(":")[0] + ":"))[:8]
    times = (day // _TIME_DAYS, (day + _TIME_DAYS // 2) // _TIME_DAYS)
    return {f"about:{token}:{'ab'[i]}{time}" for token in first for i, time in enumerate(times)}


def _rare_figures(b: Bulletin) -> set[str]:
    """Figures of three and more digits, closing zeros not counted, and no years: seldom shared by chance."""
    found = set()
    for fact in b.facts:
        kind, _, value = fact.token.partition(":")
        digits = value.replace(".", "").rstrip("0")
        year = kind == "num" and re.fullmatch(r"(?:19|20)\d\d", value)
        if kind in ("num", "pct", "cny") and len(digits) > 2 and not year:
            found.add(fact.token)
    return found
