"""Questions about the collection itself are answered from the catalogue, whose entries say what each bulletin is.

`assistant/request.py` reads them, `answer_request` finds the bulletins, `describe_found` words the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from index.normalise import fold as index_fold
from index.normalise import simplify
from index.search import Index
from index.store import Entry
from index.words import english_words, segment, terms
from sources.bulletin import Bulletin, Language
from sources.facts import facts, implied
from sources.fold import fold
from sources.sentences import sentences

from .phrases import date_in_words
from .request_parts import Request

_EVIDENCE_PER_BULLETIN = 2
# Bulletins on a topic in other words: at most so many, from this score of their best passage, and from this share of
# the best one's. Of 26 topics tried on five bulletins (22 November 2026) those told nowhere reach .45.
_NEAR, _NEAR_SCORE, _NEAR_SHARE = 3, 0.5, 0.7
# Bulletins shown where none is what was asked for.
_INSTEAD = 3


@dataclass(frozen=True)
class Found:
    """entries: newest first; those whose id is in `versions` do not match themselves, but report an event that does,
    and those in `near` are on the topic in other words.

    count: entries that match themselves. evidence: (bulletin id, start, end), clean spans that show why: sentences that
    mention the topic, or title and date. total: bulletins that there are. undated: those that would match had they a
    date. instead: where none matches and the catalogue is sure of it, what there is: the nearest by date, or the newest
    of each language or issuer.
    """

    entries: tuple[Entry, ...]
    count: int
    evidence: tuple[tuple[str, int, int], ...]
    versions: frozenset[str] = field(default_factory=frozenset)
    near: frozenset[str] = field(default_factory=frozenset)
    total: int = 0
    undated: int = 0
    instead: tuple[Entry, ...] = ()


def answer_request(request: Request, index: Index) -> Found:
    """The bulletins that a request is for. Nothing found is a Found without entries."""
    entries = index.entries
    chosen = [entry for entry in entries.values() if _fits(entry, request)]
    evidence: dict[str, list[tuple[int, int]]] = {}
    near: frozenset[str] = frozenset()
    if request.topic is not None:
        evidence = _mentioning(request.topic, [entry.id for entry in chosen], index)
        if request.about and request.want in ("list", "count"):
            fitting = {entry.id for entry in chosen} - evidence.keys()
            others = _near(request.topic, fitting, index)
            near = frozenset(others)
            evidence |= others
        chosen = [entry for entry in chosen if entry.id in evidence]
    count, undated = len(chosen) - len(near), 0
    if request.want in ("latest", "oldest"):
        undated = sum(not _known_date(entry) for entry in chosen)
        chosen = _extreme(chosen, request)
        count = len(chosen)
    elif request.dates != (None, None):
        anytime = replace(request, dates=(None, None))
        undated = sum(not entry.published and not entry.events and _fits(entry, anytime) for entry in entries.values())
    versions: set[str] = set()
    if request.topic is not None and request.want in ("list", "count"):
        ids = {entry.id for entry in chosen}
        versions = {v for i in ids for v in index.versions(i) if v not in ids and _fits(entries[v], request)}
        chosen = [entry for entry in entries.values() if entry.id in ids | versions]
    instead = () if chosen or request.topic is not None else _instead(request, tuple(entries.values()))
    spans_of = [
        (entry.id, start, end)
        for entry in chosen or instead
        for start, end in evidence.get(entry.id) or _title_and_date(index.bulletin(entry.id))
    ]
    return Found(tuple(chosen), count, tuple(spans_of), frozenset(versions), near, len(entries), undated, instead)


def _mentioning(topic: str, among: Sequence[str], index: Index) -> dict[str, list[tuple[int, int]]]:
    """Spans of the mentions by bulletin: of the topic as it is named, else of all or any of the things it joins."""

    def of(one: str) -> dict[str, list[tuple[int, int]]]:
        held = index.holding(*_needed(one))
        return {i: spans for i in among if i in held and (spans := mentions(index.bulletin(i), one))}

    things, any_of = _joined(topic)
    found = {} if any_of else of(topic)
    if found or len(things) < 2:
        return found
    each = [of(one) for one in things]
    ids = [i for i in among if (any if any_of else all)(i in spans for spans in each)]
    return {i: sorted({spans[i][0] for spans in each if i in spans}) for i in ids}


_JOINING = re.compile(r"(?i)\s*,?\s+(and|or)\s+|\s*,\s+|\s*(或者?|以及|[和与及、])\s*")


def _joined(topic: str) -> tuple[list[str], bool]:
    """The things that a topic joins, and whether any of them will do ("Harbin or Dalian")."""
    shadow, things, at, any_of = fold(topic), [], 0, False
    for match in _JOINING.finditer(shadow):
        things.append(topic[at : match.start()].strip())
        at = match.end()
        any_of = any_of or (match[1] or match[2] or "").lower() in ("or", "或", "或者")
    things.append(topic[at:].strip())
    return [thing for thing in things if thing], any_of


def _near(topic: str, among: Collection[str], index: Index) -> dict[str, list[tuple[int, int]]]:
    """The nearest sentence of each bulletin that the search finds near enough to the topic, by bulletin."""
    if not among:
        return {}
    query = index.query(topic)
    hits = index.search(query, 4 * _NEAR)
    best = hits[0].score if hits else 0.0
    found: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        passage = hit.passage
        near_enough = hit.score >= max(_NEAR_SCORE, _NEAR_SHARE * best)
        if near_enough and passage.bulletin in among and len(found) < _NEAR:
            _, vectors = index.passages(passage.bulletin)[passage.number]
            found.setdefault(passage.bulletin, [passage.sentences[int((vectors @ query.vector).argmax())]])
    return found


def _instead(request: Request, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    if request.dates != (None, None):
        first, last = request.dates
        dated = [entry for entry in entries if _known_date(entry)]
        later = [entry for entry in dated if last is not None and _known_date(entry)[: len(last)] > last][-1:]
        earlier = [entry for entry in dated if first is not None and _known_date(entry)[: len(first)] < first][:1]
        return (*later, *earlier)
    kinds = {(entry.language if request.languages else entry.issuer): entry for entry in reversed(entries)}
    return tuple(entry for entry in entries if entry in kinds.values() and (request.languages or entry.issuer))[
        :_INSTEAD
    ]


def _extreme(entries: Sequence[Entry], request: Request) -> list[Entry]:
    dated = [entry for entry in entries if _known_date(entry)]
    if request.want == "oldest":
        dated.sort(key=_known_date)
    else:
        dated.sort(key=_known_date, reverse=True)
    taken = dated[: request.number]
    # Of two that came out on one day neither is the latest.
    return taken + [
        e for e in dated[request.number :] if taken and request.number == 1 and _known_date(e) == _known_date(taken[-1])
    ]


def _known_date(entry: Entry) -> str:
    return next((d for d in (entry.published, *entry.events) if d and not d.startswith("--")), "")


def _fits(entry: Entry, request: Request) -> bool:
    if request.languages and entry.language not in request.languages:
        return False
    if request.issuer is not None and not _same_issuer(entry.issuer or "", request.issuer):
        return False
    first, last = request.dates
    if first is None and last is None:
        return True
    dates = [entry.published] if entry.published and not entry.published.startswith("--") else []
    if not request.published_only or not dates:
        dates += [d for d in entry.events if not d.startswith("--")]
    return any(d is not None and _within(d, first, last) for d in dates)


def _within(value: str, first: str | None, last: str | None) -> bool:
    """Whether a partial date may lie in the range: they are compared as far as both go."""
    return (first is None or value[: len(first)] >= first[: len(value)]) and (
        last is None or value[: len(last)] <= last[: len(value)]
    )


def _same_issuer(issuer: str, asked: str) -> bool:
    a, b = _low(issuer), _low(asked)
    if not a:
        return False
    tokens = [{f.token for f in facts(x) if f.token.startswith("org:")} for x in (issuer, asked)]
    return b in a or bool(tokens[0] & tokens[1])


# Whether a bulletin mentions something

_GENERIC = frozenset(
    "工程 项目 行动 计划 公司 会议 企业 工作 集团 活动 方案 体系 战略 副局长 局长 先生 女士 同志 领导 问题 事情 "
    "情况 的 project programme program plan action company "
    "group campaign scheme initiative director deputy mr ms mrs system strategy issue matter".split()
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_MARKS = r"[\s“”\"「」『』《》‘’·\-—]*"
_NAMED = ("name", "org", "place", "term", "prog", "quote", "code")
_FIGURES = ("date", "num", "pct", "cny", "usd", "ord")


@dataclass(frozen=True)
class _Unit:
    """One thing that a sentence must hold: a fact by any of its tokens, or a word. word: folded."""

    tokens: frozenset[str]
    word: str


def mentions(bulletin: Bulletin, topic: str) -> list[tuple[int, int]]:
    """Clean spans of the first sentences that mention the topic literally, in any script or by a known name in the
    other language; [] when none does. A word alike in meaning is no mention.
    """
    pattern, units = _wording(topic), _units(topic)
    if not pattern:
        return []
    low = _low(bulletin.text)
    at = [m.start() for m in pattern.finditer(low)]
    if len(units) == 1 and units[0].tokens:
        at += [f.start for f in bulletin.facts if _borne(f.token, units[0].tokens)]
    spans = sentences(bulletin.text)
    found = [(start, end) for start, end in spans if any(start <= a < end for a in at)]
    if not found and units:
        found = [span for span in spans if all(_holds(bulletin, low, span, unit) for unit in units)]
    return found[:_EVIDENCE_PER_BULLETIN]


def _borne(token: str, asked: frozenset[str]) -> bool:
    return token in asked or any(coarser in asked for coarser in implied(token))


def _holds(bulletin: Bulletin, low: str, span: tuple[int, int], unit: _Unit) -> bool:
    start, end = span
    if unit.tokens:
        return any(start <= f.start < end and _borne(f.token, unit.tokens) for f in bulletin.facts)
    sentence = low[start:end]
    return unit.word in english_words(sentence) if unit.word.isascii() else unit.word in sentence


def _low(text: str) -> str:
    """The folded text in lower case, every character where it was."""
    folded = fold(text)
    low = folded.lower()
    return low if len(low) == len(folded) else "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


def _wording(topic: str) -> re.Pattern[str] | None:
    """The topic as it may stand in a text: quotation marks and spaces anywhere, whole words of English."""
    pieces = re.findall(r"[a-z0-9.%+&]+|[^\W_]", _low(topic))
    if not pieces:
        return None
    body = _MARKS.join(re.escape(p) for p in pieces)
    before = r"(?<![a-z0-9])" if pieces[0][0].isascii() else ""
    after = r"(?:s|es)?(?![a-z0-9])" if pieces[-1][-1].isascii() else ""
    return re.compile(before + body + after)


def _units(topic: str) -> list[_Unit]:
    folded = fold(topic)
    found = facts(topic)
    named = [f for f in found if f.token.partition(":")[0] in _NAMED] or [
        f for f in found if f.token.partition(":")[0] in _FIGURES
    ]
    units: list[_Unit] = []
    taken = bytearray(len(topic))
    for fact in sorted(named, key=lambda f: f.start - f.end):
        if any(taken[fact.start : fact.end]):
            continue
        taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
        # Tokens of the same words are one thing said in several ways.
        units.append(_Unit(frozenset(f.token for f in named if (f.start, f.end) == (fact.start, fact.end)), ""))
    left = "".join(" " if taken[i] else c for i, c in enumerate(folded))
    words = english_words(left.lower())
    for run in _HAN.findall(left):
        words += [w for w in segment(run) if w not in "的和与及在了"]
    kept = [w for w in dict.fromkeys(words) if w not in _GENERIC] if units else list(dict.fromkeys(words))
    return [*units, *(_Unit(frozenset(), w) for w in kept)]


def _needed(topic: str) -> tuple[list[str], list[str]]:
    """Terms of which a passage that mentions the topic in its own words holds all, and facts of which it holds one when
    it mentions the topic in other words. Of Chinese words only pairs of characters: the segmenter may cut a text
    differently than it cuts the topic."""
    folded = index_fold(topic)
    needed = english_words(folded)
    kept = [word for run in _HAN.findall(folded) for word in segment(run) if word not in _GENERIC]
    needed += [pair for word in kept for i in range(len(word) - 1) if (pair := word[i : i + 2]) in terms(word)]
    return list(dict.fromkeys(needed)), [token for unit in _units(topic) for token in unit.tokens]


def _title_and_date(bulletin: Bulletin) -> list[tuple[int, int]]:
    spans = [(b.start, b.end) for b in bulletin.blocks if b.kind == "title"][:1]
    if not spans:
        spans = sentences(bulletin.text)[:1]
    spans += [(d.start, d.end) for d in bulletin.dates if d.role == "published" and d.end > d.start][:1]
    return spans


# Wording


def describe_found(found: Found, request: Request, language: Language, at_most: int = 20) -> list[str]:
    """A lead sentence, then a line for each bulletin: title as published and dates. In the language asked.

    at_most: bulletins listed; a last line counts those left out.
    """
    words = _WORDS[language]
    if found.entries:
        lead = _lead_english(found, request) if language == "en" else _lead_chinese(found, request)
    else:
        lead = _none_english(found, request) if language == "en" else _none_chinese(found, request)
    if language == "zh-Hans":
        lead = _simplified(lead, request)
    lines = [_line(entry, found, request, words) for entry in (found.entries or found.instead)[:at_most]]
    if left := len(found.entries) - at_most:
        lines += [words.left.format(left)] if left > 0 else []
    return [lead, *lines]


def describe_collection(entries: Sequence[Entry], language: Language) -> list[str]:
    """What the assistant does and from what: how many bulletins, of which dates and languages."""
    dates = sorted(date for entry in entries if (date := _known_date(entry)))
    counts = sorted(Counter(entry.language for entry in entries).items(), key=lambda kind: (-kind[1], kind[0]))
    n, undated = len(entries), len(entries) - len(dates)
    first, last = (date_in_words(date, language) for date in (dates[0], dates[-1])) if dates else ("", "")
    if language == "en":
        told = f"I answer questions from {_counted_english(n)}, in their own words, and show where these stand."
        kinds = ", ".join(f"{_number_english(k)} in {_LANGUAGE_NAMES_EN[(one,)]}" for one, k in counts)
        span = f"Their dates run from {first} to {last}" if dates else "None of them has a date"
        span += f" ({_number_english(undated)} without)" if dates and undated else ""
        return [told, f"{span}: {kinds}."]
    told = f"我根據{_number_chinese(n)}篇公告回答問題，引用原文並標明出處。"
    span = f"公告的日期從{first}到{last}" if dates else "公告都沒有日期"
    span += f"（{_number_chinese(undated)}篇未註明）" if dates and undated else ""
    kinds = "，".join(f"{_LANGUAGE_NAMES_ZH[(one,)]}{_number_chinese(k)}篇" for one, k in counts)
    lines = [told, f"{span}；{kinds}。"]
    return [simplify(line) for line in lines] if language == "zh-Hans" else lines


def ends_of(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The newest and the oldest of the bulletins whose date is known; the first where none is."""
    dated = sorted((entry for entry in entries if _known_date(entry)), key=_known_date)
    return tuple(dict.fromkeys((dated[-1], dated[0]))) if dated else tuple(entries[:1])


def _simplified(lead: str, request: Request) -> str:
    """The lead in Simplified script; what was looked for stays as it was typed, for it may be quoted."""
    if not request.topic or request.topic not in lead:
        return simplify(lead)
    before, after = lead.split(request.topic, 1)
    return f"{simplify(before)}{request.topic}{simplify(after)}".replace("「", "“").replace("」", "”")


def _looked_for(topic: str, chinese: bool) -> str:
    """The words looked for, in quotation marks: it was these words that were looked for."""
    if re.search(r"[“”\"「」『』《》]", topic):
        return topic
    return f"「{topic}」" if chinese else f"“{topic}”"


@dataclass(frozen=True)
class _Words:
    published: str
    event: str
    undated: str
    version: str
    near: str
    issuer: str
    untold: str
    joint: str
    left: str


_WORDS: dict[Language, _Words] = {
    "en": _Words("published {}", "event {}", "undated", "another report of the same event", "in other words",
                 "from {}", "names no issuer", ", ", "… and {} more"),
    "zh-Hant": _Words("{}發布", "事件日期{}", "未註明日期", "同一事件的另一篇報道", "用詞不同", "發布機構{}",
                      "未註明發布機構", "，", "……另有{}篇"),
    "zh-Hans": _Words("{}发布", "事件日期{}", "未注明日期", "同一事件的另一篇报道", "用词不同", "发布机构{}",
                      "未注明发布机构", "，", "……另有{}篇"),
}  # fmt: skip


def _shown(value: str, words: _Words) -> str:
    """An ISO date as it is; what is no full date in words."""
    if value.startswith("--"):
        month, *day = (int(part) for part in value[2:].split("-"))
        if words.joint == ", ":
            return " ".join([_MONTHS[month - 1], *map(str, day)])
        return f"{month}月{day[0]}日" if day else f"{month}月"
    return f"{value}年" if len(value) == 4 and words.joint != ", " else value


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def _line(entry: Entry, found: Found, request: Request, words: _Words) -> str:
    facts_of = [words.published.format(_shown(entry.published, words))] if entry.published else []
    if entry.events and entry.events[0] != entry.published:
        facts_of.append(words.event.format(_shown(entry.events[0], words)))
    parts = facts_of or [words.undated]
    if request.issuers:
        parts = [words.issuer.format(entry.issuer) if entry.issuer else words.untold, *parts]
    parts += [words.version] if entry.id in found.versions else [words.near] if entry.id in found.near else []
    title = " ".join(entry.title.split()) or entry.source
    return f"{title} ({words.joint.join(parts)})" if words.joint == ", " else f"{title}（{words.joint.join(parts)}）"


_COUNT_EN = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_COUNT_ZH = ("沒有", "一", "兩", "三", "四", "五", "六", "七", "八", "九", "十")
_LANGUAGE_NAMES_EN: dict[tuple[str, ...], str] = {
    ("en",): "English", ("zh-Hans",): "Simplified Chinese", ("zh-Hant",): "Traditional Chinese",
}  # fmt: skip
_LANGUAGE_NAMES_ZH: dict[tuple[str, ...], str] = {
    ("en",): "英文",
    ("zh-Hans",): "簡體中文",
    ("zh-Hant",): "繁體中文",
}


def _number_english(n: int) -> str:
    return _COUNT_EN[n].lower() if n < len(_COUNT_EN) else str(n)


def _counted_english(n: int) -> str:
    return f"the {_number_english(n)} bulletins held here" if n != 1 else "the one bulletin held here"


def _number_chinese(n: int) -> str:
    return _COUNT_ZH[n] if n < len(_COUNT_ZH) else str(n)


def _when_english(request: Request) -> str:
    first, last = request.dates
    if first is None and last is None:
        return ""
    verb = "published" if request.published_only else "dated"
    if first == last and first:
        return f" {verb} {'on' if len(first) == len('2020-02-28') else 'in'} {first}"
    return f" {verb} {f'from {first} to {last}' if first and last else f'since {first}' if first else f'up to {last}'}"


def _none_english(found: Found, request: Request) -> str:
    """That none of the bulletins is what was asked for: the answer, where the catalogue is sure of it."""
    of_dates = request.dates != (None, None)
    if request.want in ("latest", "oldest") and found.undated:
        return "None of the bulletins asked for has a date."
    what = [f"is in {_LANGUAGE_NAMES_EN.get(request.languages, 'Chinese')}"] if request.languages else []
    what += [f"names {request.issuer} as its issuer"] if request.issuer else []
    what += [f"{'was' if request.published_only else 'is'}{_when_english(request)}"] if of_dates else []
    what += [f"mentions {_looked_for(request.topic, chinese=False)}"] if request.topic else []
    told = f"None of the {_number_english(found.total)} bulletins {' and '.join(what) or 'has a date'}"
    if found.undated and of_dates:
        told += f"; {_number_english(found.undated)} {'has' if found.undated == 1 else 'have'} no date"
    return (
        f"{told}. {'The nearest in date' if of_dates else 'There are, for example'}:" if found.instead else f"{told}."
    )


def _none_chinese(found: Found, request: Request) -> str:
    """As `_none_english`, in Traditional script."""
    of_dates = request.dates != (None, None)
    if request.want in ("latest", "oldest") and found.undated:
        return "所問的公告都未註明日期。"
    what = _what_chinese(request)
    told = f"{_number_chinese(found.total)}篇公告中沒有" + (what if what != "公告" else "一篇")
    if request.topic:
        told += f"提到{_looked_for(request.topic, chinese=True)}"
    elif what == "公告":
        told += "註明日期"
    if found.undated and of_dates:
        told += f"；{_number_chinese(found.undated)}篇未註明日期"
    return f"{told}。{'日期最接近的是' if of_dates else '現有的例如'}：" if found.instead else f"{told}。"


def _lead_english(found: Found, request: Request) -> str:
    when = _when_english(request)
    by = f" from {request.issuer}" if request.issuer else ""
    language = f"{_LANGUAGE_NAMES_EN.get(request.languages, 'Chinese')} " if request.languages else ""
    n = found.count
    topic = _looked_for(request.topic, chinese=False) if request.topic else None
    if request.want in ("latest", "oldest"):
        about = f" that mentions {topic}" if topic else ""
        which = {"latest": "latest", "oldest": "oldest"}[request.want]
        if n == 1:
            return f"The {which} {language}bulletin{by}{when}{about}:"
        many = (
            f"Two {language}bulletins{by}{when}"
            if n == 2 and request.number == 1
            else f"The {_number_english(n)} {which} {language}bulletins{by}{when}"
        )
        about = f" that mention {topic}" if topic else ""
        return f"{many}{about}{' share that place' if request.number == 1 else ''}:"
    noun = "bulletin" if n == 1 else "bulletins"
    if topic:
        verb = "mentions" if n == 1 else "mention"
        lead = f"{_number_english(n).capitalize()} {language}{noun}{by}{when} {verb} {topic}"
        if found.near:
            more = len(found.near)
            lead += f"; {_number_english(more)}{' more' if n else ''} may be about it in other words"
        if found.versions:
            more = len(found.versions)
            lead += f"; {'one more reports' if more == 1 else f'{more} more report'} the same event"
    else:
        lead = f"There {'is' if n == 1 else 'are'} {_number_english(n)} {language}{noun}{by}{when}"
    return f"{lead}:"


def _lead_chinese(found: Found, request: Request) -> str:
    """In Traditional script; `describe_found` converts it."""
    what = _what_chinese(request)
    n = found.count
    topic = _looked_for(request.topic, chinese=True) if request.topic else None
    if request.want in ("latest", "oldest"):
        which = "最新" if request.want == "latest" else "最早"
        about = f"提到{topic}的" if topic else ""
        return f"{which}的{about}{what}：" if n == 1 else f"{which}的{n}篇{about}{what}："
    count = _number_chinese(n)
    if topic:
        lead = f"有{count}篇{what}提到{topic}" if n else f"沒有{what}提到{topic}"
        if found.near:
            lead += f"，另有{_number_chinese(len(found.near))}篇可能用其他說法談到"
        if found.versions:
            lead += f"，另有{_number_chinese(len(found.versions))}篇報道同一事件"
    else:
        lead = f"共有{count}篇{what}"
    return f"{lead}："


def _what_chinese(request: Request) -> str:
    """The bulletins asked for, in Traditional script."""
    first, last = (value and _shown(value, _WORDS["zh-Hant"]) for value in request.dates)
    if first == last:
        when = first or ""
    else:
        when = f"{first}至{last}" if first and last else f"{first}以來" if first else f"{last}及以前"
    when += ("發布的" if request.published_only else "的") if when else ""
    by = f"{request.issuer}的" if request.issuer else ""
    language = _LANGUAGE_NAMES_ZH.get(request.languages, "中文") if request.languages else ""
    return f"{when}{by}{language}公告"
