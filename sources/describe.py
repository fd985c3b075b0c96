"""From a clean text to a `Bulletin`: its title, who issued it, its dates, and where these disagree. Pure."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sources.bulletin import Block, Bulletin, Contradiction, TextDate
from sources.dates import read_dates
from sources.facts import facts
from sources.fold import fold
from sources.language import language_of
from sources.repair import Repaired
from sources.sentences import columns, sentences
from sources.structure import LABELLED, PUBLISHER, blocks_of, enumerations_of

# A release reports what happened within this many days before it; only then does the page's date tell the event's year.
_NEWS_DAYS = 60
# Characters of a paragraph's beginning that can hold the day of the event.
_OPENING = 1500

Span = tuple[int, int]


@dataclass(frozen=True)
class _Page:
    """What the lines around the text say about it."""

    dates: tuple[TextDate, ...]
    issuer: str | None
    column: str | None
    title: str | None


def describe(
    *,
    raw: str,
    repaired: Repaired,
    encoding: str,
    source: str,
    path: str,
    format: str = "text",
    pages: tuple[int, ...] = (),
    told: Mapping[str, str] | None = None,
) -> Bulletin:
    """The bulletin read from `raw`.

    source: file stem or URL; path: where it was read. format, pages, told: as in `Bulletin`; what the file says of
    itself ("title", "issuer", "column", "published") fills in what the text does not tell. A date's year is told only when the text or the page's date
    makes it safe; otherwise the value is partial ("--03-20").
    """
    text = repaired.text
    language = language_of(text)
    blocks = blocks_of(text)
    paragraphs = [b for b in blocks if b.kind == "paragraph"]
    page = _page(text, blocks)
    told = told or {}
    dateline = _dateline(text, paragraphs)
    title = page.title or told.get("title") or _title_line(text, blocks) or _gist(text, paragraphs, dateline) or source
    published = page.dates[0].value if page.dates else told.get("published")
    events = _events(text, blocks, title, dateline, published)
    printed = _dateline_date(dateline, page.dates, events)
    printed_dates = (*page.dates, *((printed,) if printed else ()))
    published = published or (printed.value if printed else None)
    reference = next((d for d in (published, *(e.value for e in events)) if d and not d.startswith("-")), None)
    return Bulletin(
        id=hashlib.sha256(f"{source}\0{raw}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        source=source,
        path=path,
        raw=raw,
        text=text,
        map=repaired.map,
        encoding=encoding,
        repairs=repaired.counts,
        language=language,
        title=title,
        issuer=page.issuer
        or told.get("issuer")
        or (dateline.agency if dateline else None)
        or _named_source(text, paragraphs),
        column=page.column or told.get("column"),
        published=published,
        dates=(*printed_dates, *events, *_periods(text, blocks)),
        contradictions=_contradictions(printed_dates, events),
        blocks=blocks,
        enumerations=enumerations_of(text, blocks),
        facts=facts(text, reference=reference),
        format=format,
        pages=pages,
        told=told,
    )


_A_DAY = re.compile(r"(?:\d{4}|-)-\d\d-\d\d")

# The page -------------------------------------------------------------------------------------------------------------

_PUBLISHED = re.compile(r"[发發][布佈表]|刊[发發]|publi|post|issue|release|^(?:date|time)$|^日期|^[时時][间間]", re.I)
_NOT_PUBLISHED = re.compile(r"更新|updated|[录錄]入|上[传傳]|成文|印[发發]", re.I)
_SOURCE = re.compile(r"[来來]源|[发發][布佈文](?:[机機][构構]|[单單]位)|^source", re.I)
_COLUMN = re.compile(r"[栏欄]目|[频頻]道|主[题題]分[类類]|^(?:column|category|section)", re.I)
_TIME = re.compile(r"^\W*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\W*")
_MARKS = " \t\"'“”|｜·-—,，;；()（）[]【】*_"


def _page(text: str, blocks: tuple[Block, ...]) -> _Page:
    published: list[TextDate] = []
    lesser: list[TextDate] = []
    issuer = column = title = None
    before_title = True
    for block in blocks:
        before_title = before_title and block.kind not in ("title", "paragraph")
        if block.kind != "meta":
            continue
        line = text[block.start : block.end]
        labels = list(LABELLED.finditer(line))
        for i, label in enumerate(labels):
            value = line[label.end() : labels[i + 1].start() if i + 1 < len(labels) else len(line)]
            dates = _full_dates(value, block.start + label.end())
            if _NOT_PUBLISHED.search(label[1]):
                lesser += dates
            elif _PUBLISHED.search(label[1]):
                published += dates
            elif dates:
                lesser += dates
            if _SOURCE.search(label[1]):
                # 来源:新华社 2024-01-10: the date beside the name is no part of it.
                undated = value[: dates[0].start - block.start - label.end()] if dates else value
                issuer = issuer or _name(undated)
            elif _COLUMN.search(label[1]):
                column = column or _name(value)
        head = line[: labels[0].start()] if labels else line
        bare = _full_dates(head, block.start)
        published += bare
        if bare:
            before, after = head[: bare[0].start - block.start], head[bare[-1].end - block.start :]
            issuer = issuer or _name(_TIME.sub("", after)) or _name(before)
        elif not labels and before_title and not re.search(r"[:：]", line):
            column = column or _name(line)
        elif not labels and PUBLISHER.match(line):
            issuer = issuer or _name(line)
        named = re.match(r"title\s*[:：]\s*(\S.*)", line, re.I)
        title = title or (named[1].strip(" \"'") if named else None)
    return _Page(tuple(published or lesser), issuer, column, title)


def _full_dates(part: str, offset: int) -> list[TextDate]:
    return [TextDate(d.value, "published", d.start, d.end) for d in _dates(part, offset) if _day(d.value)]


def _dates(part: str, offset: int) -> list[TextDate]:
    found = read_dates(fold(part))
    return [TextDate(f.token.removeprefix("date:"), "event", offset + f.start, offset + f.end) for f in found]


def _name(value: str) -> str | None:
    """The first name in a label's value: "國家郵政局 點擊：12" → 國家郵政局. None for what is no name."""
    name = re.split(r"\s{2,}|[|｜\t]|\s(?=[【\[(（])", value.strip(_MARKS))[0].strip(_MARKS)
    return name if name and columns(name) <= 60 and re.search(r"[^\W\d_]{2}", name) else None


def _title_line(text: str, blocks: tuple[Block, ...]) -> str | None:
    line = next((text[b.start : b.end] for b in blocks if b.kind == "title"), None)
    return (" ".join(line.split()).lstrip("# ").strip("*_ ") or None) if line else None


# The opening ----------------------------------------------------------------------------------------------------------

_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY_EN = rf"{_MONTHS}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,\s\d{{4}})?"
_DATELINES = (
    # 新华社北京1月9日电（记者…）, 中新网3月1日电, 本報訊
    re.compile(
        r"(?P<agency>[\u4e00-\u9fff]{1,8}?(?:社|[网網]|[报報]|[台臺]))(?:[\u4e00-\u9fff]{2,6}?)?"
        r"(?P<date>(?:\d{4}年)?\d{1,2}月\d{1,2}日)(?:[电電讯訊]|消息)(?:\s*[（(][^）)]{0,30}[）)])?[，,\s]*"
    ),
    re.compile(
        r"(?P<agency>[\u4e00-\u9fff]{1,8}?(?:社|[网網]|[报報]|[台臺]))(?P<date>)[讯訊](?:\s*[（(][^）)]{0,30}[）)])?[，,：:\s]*"
    ),
    # BEIJING, Jan. 9 (Xinhua) --
    re.compile(
        rf"(?:[A-Z][A-Za-z.'-]+,?\s){{1,4}}(?P<date>{_DAY_EN})\s\((?!Reporter|By\b)(?P<agency>[^)]{{2,40}})\)\s*[-–—]*\s*"
    ),
    # China News Service, March 1.  /  Xinhua News Agency, Beijing, January 9 (Reporter …)
    re.compile(
        r"(?P<agency>(?:[A-Z][\w.&'-]*\s){0,4}(?:News\s(?:Service|Agency|Network)|Agency|Daily|Press|Network|News|Xinhua|Times|CCTV|Net)),?"
        rf"\s(?:[A-Z][a-z]+,\s)?(?:on\s)?(?P<date>{_DAY_EN})(?:\s*\([^)]{{0,60}}\))?\s*[.:：—–-]*\s*"
    ),
)
_ACCORDING = re.compile(
    r"(?:According to|As reported by)\s(?:a\s(?:notice|report|statement)\s(?:on|from|by)\s)?"
    r"(?:the\s)?(?:official\s)?(?:website|news)\s(?:of|from)\s(?:the\s)?(?P<en>[A-Z][^,.]{2,60}?),\s*"
    r"|The\s(?:official\s)?website\sof\s(?:the\s)?(?P<says>[A-Z][^,.]{2,60}?)\s(?:reports|reported|says|said)(?:\sthat|,|:)\s*"
    r"|[据據](?P<zh>[\u4e00-\u9fff]{2,20}?)(?:官方|官)?(?:[网網]站?|[官网網]{2})(?:消息|[报報]道|[发發]布)?[，,]\s*"
)


@dataclass(frozen=True)
class _Dateline:
    agency: str | None
    date: TextDate | None
    start: int
    end: int


def _dateline(text: str, paragraphs: list[Block]) -> _Dateline | None:
    if not paragraphs:
        return None
    first = paragraphs[0]
    for pattern in _DATELINES:
        match = pattern.match(text, first.start, first.end)
        if not match:
            continue
        # "This paper" names nobody who reads it elsewhere.
        agency = None if match["agency"].startswith(("本", "我")) else match["agency"].strip()
        dates = _dates(match["date"], match.start("date"))
        date = TextDate(dates[0].value, "published", dates[0].start, dates[0].end) if dates else None
        return _Dateline(agency, date, match.start(), match.end())
    return None


def _named_source(text: str, paragraphs: list[Block]) -> str | None:
    for block in paragraphs[:1]:
        match = _ACCORDING.search(text, block.start, min(block.end, block.start + 200))
        if match:
            return (match["en"] or match["says"] or match["zh"]).strip()
    return None


_LONGEST_WORDS, _LONGEST_CHARACTERS = 25, 60


def _gist(text: str, paragraphs: list[Block], dateline: _Dateline | None) -> str:
    """The first sentence, cut at a clause's end to at most 25 words or 60 Chinese characters."""
    for block in paragraphs:
        start = dateline.end if dateline and block.start <= dateline.start < block.end else block.start
        for a, b in sentences(text, start, block.end):
            according = _ACCORDING.match(text, a, b)
            sentence = " ".join(text[according.end() if according else a : b].split()).lstrip("#-*• ")
            if re.search(r"[^\W\d_]{2}", sentence):
                return _cut(sentence[:1].upper() + sentence[1:])
    return ""


def _cut(sentence: str) -> str:
    chinese = len(re.findall(r"[\u3400-\u9fff]", sentence)) * 3 > len(sentence)
    if chinese:
        room = sentence[: _LONGEST_CHARACTERS + 1]
        short = len(sentence) <= _LONGEST_CHARACTERS
    else:
        words = list(re.finditer(r"\S+", sentence))
        short = len(words) <= _LONGEST_WORDS
        room = sentence[: words[min(len(words), _LONGEST_WORDS) - 1].end()]
    if short:
        return sentence.rstrip("。.；;，, ") or sentence
    breaks = [m.start() for m in re.finditer(r"[，；：。]|[,;:](?!\d)" if chinese else r"[,;:](?=\s)|\s[–—-]\s", room)]
    good = [at for at in breaks if at >= len(room) // 3]
    if good:
        return room[: good[-1]].rstrip("，；：,;: 、")
    if chinese:
        # No clause ends here: stop after a particle or an enumeration mark, which no word spans.
        marks = [m.end() for m in re.finditer(r"[、的了和及]", room[:-1])]
        return room[: marks[-1] if marks and marks[-1] > 20 else -1].rstrip("、") + "…"
    # Stop before the last phrase that was begun ("… on February").
    phrases = [m.start() for m in re.finditer(r"\s(?:on|in|of|at|to|for|with|by|from|and|that|which|as)\s", room)]
    good = [at for at in phrases if at >= len(room) // 2]
    return room[: good[-1] if good else len(room)] + "…"


# Dates of the event ---------------------------------------------------------------------------------------------------

_HAPPENS = re.compile(
    r"召[开開]|[举舉][行办辦]|主持|出席|[会會][见見談谈]|[调調]研|[发發][布佈生]|印[发發]|[启啟][动動]|[开開][幕展通业業]|[签簽][署订訂]"
    r"|[审審][议議]|通[过過]|成立|[赴到]|揭牌"
    r"|\b(?:held|holds?|convened|presided|took place|opened|launched|attended|met|visited|issued|released|announced|"
    r"inspected|signed|adopted|reviewed|organi[sz]ed|hosted|kicked off|inaugurated|published|started|began|occurred|"
    r"hit|struck)\b"
)
# "As of March 1", "from March 1 on", "before March 1": a limit, not the day of what is told; also a life's dates.
_LIMIT_BEFORE = re.compile(
    r"(?:截至|截止|至|到|[—–~～-])\s*$"
    r"|\b(?:as of|from|since|until|till|by|before|after|through|effective|starting|born|died)(?:\s(?:on|in))?\s*$",
    re.I,
)
_LIMIT_AFTER = re.compile(
    r"\s*(?:起|前(?!往)|之前|以[来來前后後]|止|生效|[施实實]行|出生|逝世|[—–~～－]|to take effect)"
)
# "承久3年5月14日": a year in an era that is not ours.
_ERA_BEFORE = re.compile(r"年\s*$")
_YEAR = re.compile(r"(?<![\d.-])((?:19|20)\d{2})(?![\d.]|-\d)")


def _events(
    text: str, blocks: tuple[Block, ...], title: str, dateline: _Dateline | None, published: str | None
) -> tuple[TextDate, ...]:
    """Days of what is reported, likeliest first: those of the opening's sentences that say something happened."""
    found: list[tuple[int, TextDate]] = []
    years_of_title = _years(title)
    for rank, (start, end) in enumerate(_opening(text, blocks, dateline)):
        sentence = text[start:end]
        happens = bool(_HAPPENS.search(sentence))
        for date in _dates(sentence, start):
            before = text[max(start, date.start - 16) : date.start]
            if not _A_DAY.fullmatch(date.value) or _ERA_BEFORE.search(before):
                continue
            if _LIMIT_BEFORE.search(before) or _LIMIT_AFTER.match(text, date.end):
                continue
            if _in_parentheses(sentence, date.start - start):
                continue
            leads = date.start - start <= 4
            # Later sentences tell of other days too; in the first two any day is likely the news.
            if not happens and not leads and rank > 1:
                continue
            value = _with_year(date.value, sentence, years_of_title, published)
            likely = rank - (2 if happens else 0) - (1 if leads else 0)
            found.append((likely, TextDate(value, "event", date.start, date.end)))
    found.sort(key=lambda f: f[0])
    return tuple(date for _, date in found)


def _opening(text: str, blocks: tuple[Block, ...], dateline: _Dateline | None) -> Iterator[Span]:
    """The title and the first sentences, without the dateline."""
    for block in blocks:
        if block.kind == "title":
            yield block.start, block.end
    count = 0
    for block in [b for b in blocks if b.kind == "paragraph"][:3]:
        start = dateline.end if dateline and block.start <= dateline.start < block.end else block.start
        for a, b in sentences(text, start, min(block.end, start + _OPENING))[:3]:
            yield a, b
            count += 1
            if count == 6:
                return


def _in_parentheses(sentence: str, at: int) -> bool:
    opened = max(sentence.rfind("(", 0, at), sentence.rfind("（", 0, at))
    return opened > max(sentence.rfind(")", 0, at), sentence.rfind("）", 0, at))


def _years(sentence: str) -> list[int]:
    return list(dict.fromkeys(int(y) for y in _YEAR.findall(sentence)))


def _with_year(value: str, sentence: str, of_title: list[int], published: str | None) -> str:
    if not value.startswith("--"):
        return value
    near = _year_before(value, published)
    if near:
        return f"{near}-{value[2:]}"
    told = _years(sentence)
    years = told if len(told) == 1 else of_title
    if len(years) != 1:
        return value
    # The annual conference of a year may sit in the December before it; "in 2018" leaves no doubt.
    if value[2:4] == "12" and not re.search(rf"\b(?:in|of)\s{years[0]}\b|{years[0]}年第", sentence):
        return value
    full = f"{years[0]}-{value[2:]}"
    return full if _day(full) else value


def _year_before(value: str, published: str | None) -> int | None:
    """The year in which month and day `value` fall within the news days before `published`."""
    page = _day(published) if published else None
    if not page:
        return None
    for year in (page.year, page.year - 1):
        day = _day(f"{year}-{value[2:]}")
        if day and 0 <= (page - day).days <= _NEWS_DAYS:
            return year
    return None


def _dateline_date(
    dateline: _Dateline | None, page: tuple[TextDate, ...], events: tuple[TextDate, ...]
) -> TextDate | None:
    """The dateline's date, with the year that the page's date or the event's leaves as the only one."""
    date = dateline.date if dateline else None
    if not date or not date.value.startswith("--"):
        return date
    for known, before in [(d.value, True) for d in page] + [(e.value, False) for e in events]:
        day = _day(known)
        for year in (day.year - 1, day.year, day.year + 1) if day else ():
            printed = _day(f"{year}-{date.value[2:]}")
            if day and printed and 0 <= ((day - printed) if before else (printed - day)).days <= _NEWS_DAYS:
                return TextDate(printed.isoformat(), "published", date.start, date.end)
    return date


def _day(value: str) -> datetime.date | None:
    """The day of a full ISO date; None for partial dates and for days that no calendar has."""
    try:
        return datetime.date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


# Periods and contradictions -------------------------------------------------------------------------------------------


def _periods(text: str, blocks: tuple[Block, ...]) -> tuple[TextDate, ...]:
    """Years that the title and the first three paragraphs speak of."""
    first: dict[str, TextDate] = {}
    told = [b for b in blocks if b.kind == "title"] + [b for b in blocks if b.kind == "paragraph"][:3]
    for block in told:
        for date in _dates(text[block.start : min(block.end, block.start + _OPENING)], block.start):
            if re.fullmatch(r"\d{4}", date.value):
                first.setdefault(date.value, TextDate(date.value, "period", date.start, date.end))
    return tuple(first.values())[:6]


def _contradictions(told: tuple[TextDate, ...], events: tuple[TextDate, ...]) -> tuple[Contradiction, ...]:
    found = []
    for other in told[1:]:
        if not _agree(told[0].value, other.value):
            found.append(_between("two-published-dates", (told[0], other)))
    page, event = told[0] if told else None, events[0] if events else None
    day = _day(page.value) if page else None
    if page and event and day:
        happened = _day(event.value)
        if happened and happened > day:
            found.append(_between("published-before-event", (page, event)))
        elif not happened and _year_before(event.value, page.value) is None:
            # No year is told, and in no year does the day fall shortly before the page's date.
            found.append(_between("published-far-from-event", (page, event)))
    return tuple(found)


def _agree(page: str, other: str) -> bool:
    """Whether two dates of publication can both be right: a page may go up some days after its dateline."""
    a, b = _day(page), _day(other)
    if a and b:
        return abs((a - b).days) <= _NEWS_DAYS
    return page[-5:] == other[-5:] or a is None


def _between(kind: str, dates: Iterable[TextDate]) -> Contradiction:
    dates = tuple(dates)
    return Contradiction(kind, tuple(d.value for d in dates), tuple((d.start, d.end) for d in dates))
