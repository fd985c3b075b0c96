"""Which bulletins tell the same event: copies, near copies, other reports of it, translations. Pure."""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sources.bulletin import Bulletin
from sources.fold import fold

# Two texts of which this share of three-character (three-word) pieces is common are one text; so are a text and an
# excerpt of it. Releases of one office on different events stay under 0.35.
_SAME_TEXT, _EXCERPT = 0.6, 0.85
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
_WHO_AND_WHERE = ("name:", "org:", "place:")


@dataclass(frozen=True)
class Link:
    """Two bulletins are versions of one event. score in [0, 1].

    reasons: the fact tokens that both tell, rarest kinds first; "similarity" when their words alone decide, "lists"
    when they make lists of the same lengths.
    """

    kind: Literal["copy", "near-copy", "same-event", "translation"]
    score: float
    reasons: tuple[str, ...]


def event_keys(b: Bulletin) -> frozenset[str]:
    """Keys for finding candidates: versions of one event share one, so bulletins that share none need no comparison.

    The event's days with and without their year, the folded title, and four pieces of the text that near copies share.
    """
    keys = {f"day:{day[-5:]}" for day in b.events} | {f"day:{day}" for day in b.events}
    keys.add("title:" + _plain(b.title))
    return frozenset(keys | _sketch(_prose(b)))


def same_event(a: Bulletin, b: Bulletin) -> Link | None:
    """How two bulletins are versions of one event, None when they are not or when nothing sure says so."""
    across = (a.language == "en") != (b.language == "en")
    if not across:
        one, other = _plain(_prose(a)), _plain(_prose(b))
        if one == other:
            return Link("copy", 1.0, ("similarity",))
        common, share, contained = _overlap(_pieces(one), _pieces(other))
        if (share >= _SAME_TEXT or (contained >= _EXCERPT and common >= 60)) and not _told_apart(a, b):
            return Link("near-copy", round(max(share, contained * 0.95), 3), ("similarity",))
    else:
        share = 0.0
    if not _same_day(a, b) or _other_years(a, b):
        return None
    facts_a, facts_b = _telling(a, across), _telling(b, across)
    shared = facts_a & facts_b
    weight, covered = _weight(shared), _covered(facts_a, facts_b)
    lists = _lists(a, b)
    # One office meets twice a day with the same people in the same town: what is said has to agree too.
    what_a, what_b = (frozenset(t for t in x if not t.startswith(_WHO_AND_WHERE)) for x in (facts_a, facts_b))
    if min(_weight(what_a), _weight(what_b)) < 1.5:
        if lists < 1 and share < 0.3:
            return None
    elif _covered(what_a, what_b) < 0.5:
        return None
    # Words speak for one event only within a language; across, the lists' lengths stand in for them.
    score = min(1.0, 0.5 * covered + 0.05 * min(weight, 6) + (0.25 * lists if across else min(0.3, share)))
    needed = 3.0 if lists == 1 or share >= 0.2 else 4.5
    if weight < needed or len(shared) < 3 or covered < (0.5 if lists == 1 else 0.6) or score < 0.5:
        return None
    reasons = (*sorted(shared, key=lambda t: (-_weight([t]), t)), *(("lists",) if lists == 1 else ()))
    return Link("translation" if across else "same-event", round(score, 3), reasons)


# Days -----------------------------------------------------------------------------------------------------------------


def _same_day(a: Bulletin, b: Bulletin) -> bool:
    """The likeliest event day of one is a day that the other tells."""
    days_a, days_b = a.events[:3], b.events[:3]
    if not days_a or not days_b:
        return False
    return any(_one_day(days_a[0], day) for day in days_b) or any(_one_day(days_b[0], day) for day in days_a)


def _one_day(a: str, b: str) -> bool:
    return a == b or (a[-5:] == b[-5:] and "-" in (a[0], b[0]))


def _told_apart(a: Bulletin, b: Bulletin) -> bool:
    """One form filled in twice ("as of March 1 …", "as of March 2 …"): the days or most figures differ."""
    if a.events and b.events and not _same_day(a, b):
        return True
    figures = re.compile(r"(?:num|pct|cny|date):")
    one, other = ({f.token for f in x.facts if figures.match(f.token) and not _SMALL.match(f.token)} for x in (a, b))
    return min(len(one), len(other)) >= 4 and len(one & other) * 2 < min(len(one), len(other))


def _other_years(a: Bulletin, b: Bulletin) -> bool:
    """The yearly conference of two years, where no event day has its year: both name years and none in common."""
    if any(len(day) == 10 and day[0] != "-" for x in (a, b) for day in x.events[:1]):
        return False
    one, other = ({d.value for d in x.dates if d.role == "period"} for x in (a, b))
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
    return "\n".join(b.text[x.start : x.end] for x in b.blocks if x.kind in ("paragraph", "heading"))


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
