"""From a clean text to a `Bulletin`: its title, who issued it, its dates, and where these disagree. Pure.

Every value that was read in the text remembers where: `Bulletin.evidence`.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sources.bulletin import Block, Bulletin, Contradiction, TextDate
from sources.dates import iso_date, read_dates
from sources.facts import facts
from sources.fold import fold
from sources.language import language_of
from sources.people import people_of, programmes_of
from sources.repair import Repaired
from sources.sentences import columns, sentences
from sources.structure import DOCUMENT_NUMBER, LABELLED, PUBLISHER, blocks_of, enumerations_of
from sources.weekdays import weekday_beside

# A release reports what happened within this many days before it; only then does the page's date tell the event's year.
_NEWS_DAYS = 60
_UNTOLD = {"source": "name of the source"}
# Characters of a paragraph's beginning that can hold the day of the event.
_OPENING = 1500

Span = tuple[int, int]


@dataclass(frozen=True)
class _Value:
    """A described value and where it was read; None when the text does not tell it, but the file by `told` does."""

    text: str
    span: Span | None = None
    told: str = ""


@dataclass(frozen=True)
class _Page:
    """What the lines around the text say about it."""

    dates: tuple[TextDate, ...]
    issuer: _Value | None
    column: _Value | None
    title: _Value | None
    document_number: _Value | None


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
    told_by: Mapping[str, str] | None = None,
) -> Bulletin:
    """The bulletin read from `raw`.

    source: file stem or URL; path: where it was read. format, pages, told, told_by: as in `Bulletin`; what the file
    says of itself ("title", "issuer", "site", "column", "published" in any common form) fills in what the text does not
    tell; a date that it tells otherwise than the text is a contradiction. A date's year is told only when the text or
    the page's date makes it safe; otherwise the value is partial ("--03-20").
    """
    text = repaired.text
    blocks = blocks_of(text)
    paragraphs = [b for b in blocks if b.kind == "paragraph"]
    page = _page(text, blocks)
    told, told_by = told or {}, told_by or {}
    told_date = iso_date(told.get("published", ""))
    dateline = _dateline(text, paragraphs)
    title = (
        page.title or _title(text, blocks, told) or _gist(text, paragraphs, dateline) or _Value(source, told="source")
    )
    published = page.dates[0].value if page.dates else told_date
    if told_date and published and published != told_date and _refines(told_date, published):
        published = told_date
    printed = _dateline_date(dateline, published, ())
    # "Yesterday" is told from the day of writing, which a dateline names better than the page.
    written = printed.value if printed and _day(printed.value) else published
    events = _events(text, blocks, title.text, dateline, written)
    printed = printed and _dateline_date(dateline, published, [e.date for e in events])
    printed_dates = (*page.dates, *((printed,) if printed else ()))
    published = published or (printed.value if printed else None)
    days = tuple(e.date for e in events)
    reference = next((d for d in (written, published, *(e.value for e in days)) if d and not d.startswith("-")), None)
    issuer = (
        page.issuer
        or (_Value(dateline.agency, dateline.agency_span) if dateline and dateline.agency else None)
        or _told(told, "issuer")
        or _named_source(text, paragraphs)
        or _told(told, "site")  # whose pages they are, where nothing names the publisher
    )
    column = page.column or _told(told, "column")
    dated = printed_dates[0] if printed_dates else None
    values = {"title": title, "issuer": issuer, "column": column, "document_number": page.document_number}
    origins = {name: value.told for name, value in values.items() if value and not value.span}
    if published and not (dated and dated.value == published):
        origins["published"] = "published"
    found = facts(text, reference=reference, of_event=reference not in (written, published))
    evidence = {name: value.span for name, value in values.items() if value and value.span}
    if dated and published and (dated.value == published or _refines(published, dated.value)):
        evidence["published"] = dated.start, dated.end
    return Bulletin(
        id=hashlib.sha256(f"{source}\0{raw}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        source=source,
        path=path,
        raw=raw,
        text=text,
        map=repaired.map,
        encoding=encoding,
        repairs=repaired.counts,
        language=language_of(text),
        title=title.text,
        issuer=issuer.text if issuer else None,
        column=column.text if column else None,
        published=published,
        dates=(*printed_dates, *days, *_periods(text, blocks, written)),
        contradictions=_contradictions(text, printed_dates, events, told_date),
        blocks=blocks,
        enumerations=enumerations_of(text, blocks),
        facts=found,
        format=format,
        pages=pages,
        told=told,
        told_by=told_by,
        evidence=evidence,
        origins={name: told_by.get(key, _UNTOLD.get(key, "the file")) for name, key in origins.items()},
        document_number=page.document_number.text if page.document_number else None,
        people=people_of(text, found),
        programmes=programmes_of(text),
    )


def _told(told: Mapping[str, str], name: str) -> _Value | None:
    value = " ".join(told.get(name, "").split())
    return _Value(value, told=name) if value else None


def _refines(fine: str, coarse: str) -> bool:
    """Whether one date tells more of the other: "2024-01-09" of "2024-01" and of "--01-09"."""
    return fine.startswith(coarse + "-") or (coarse[0] == "-" and len(fine) == 10 and fine.endswith(coarse[1:]))


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
    issuer = column = title = number = None
    before_title = True
    for block in blocks:
        before_title = before_title and block.kind not in ("title", "paragraph")
        if block.kind != "meta":
            continue
        line = text[block.start : block.end]
        labels = list(LABELLED.finditer(line))
        for i, label in enumerate(labels):
            value = line[label.end() : labels[i + 1].start() if i + 1 < len(labels) else len(line)]
            at = block.start + label.end()
            dates = _page_dates(value, at) or _republican_date(value, at)
            if _NOT_PUBLISHED.search(label[1]):
                lesser += dates
            elif _PUBLISHED.search(label[1]):
                published += dates
            elif dates:
                lesser += dates
            if _SOURCE.search(label[1]):
                # 来源:新华社 2024-01-10: the date beside the name is no part of it.
                undated = value[: dates[0].start - at] if dates else value
                issuer = issuer or _name(undated, at)
            elif _COLUMN.search(label[1]):
                column = column or _name(value, at)
            elif _NUMBER.search(label[1]):
                number = number or _document_number(value, at)
        head = line[: labels[0].start()] if labels else line
        bare = [d for d in _page_dates(head, block.start) if _day(d.value)]
        published += bare
        if bare:
            after_date = bare[-1].end - block.start
            if weekday := weekday_beside(head, bare[-1].start - block.start, after_date):
                after_date = max(after_date, weekday[2])
            if time := _TIME.match(head, after_date):
                after_date = time.end()
            issuer = issuer or _name(head[after_date:], block.start + after_date)
            issuer = issuer or _name(head[: bare[0].start - block.start], block.start)
        elif not labels and (alone := _document_number(line, block.start)):
            number = number or alone
        elif not labels and (office := _LETTERHEAD.fullmatch(line)):
            issuer = issuer or _Value(office[1], (block.start, block.start + office.end(1)))
        elif not labels and before_title and not re.search(r"[:：]", line):
            column = column or _name(line, block.start)
        elif not labels and PUBLISHER.match(line):
            issuer = issuer or _name(line, block.start)
        named = re.match(r"title\s*[:：]\s*(\S.*)", line, re.I)
        title = title or (_stripped(text, block.start + named.start(1), block.end, " \"'") if named else None)
    heading = next((b for b in blocks if b.kind == "title"), None)
    if heading:
        office = _LETTERHEAD.fullmatch(text, heading.start, heading.end)
        issuer = issuer or (_Value(office[1], office.span(1)) if office else None)
        number = number or _document_number(text[heading.start : heading.end], heading.start)
    days = [d for d in published if _day(d.value)]
    return _Page(tuple(days or published or lesser), issuer, column, title, number)


# The line at the head of an official paper: 国家邮政局文件, 交通运输部令.
_LETTERHEAD = re.compile(r"([\u4e00-\u9fff]{2,30}[局部委院厅廳署府会會])(?:文件|令|公告|通告)")
_NUMBER = re.compile(r"文[号號]|字[号號]$|文件|document", re.I)


def _document_number(part: str, offset: int) -> _Value | None:
    """国邮发〔2023〕15号 in a line of the page."""
    match = DOCUMENT_NUMBER.search(part)
    return _Value(match[0], (offset + match.start(), offset + match.end())) if match else None


def _page_dates(part: str, offset: int) -> list[TextDate]:
    """Dates of a line of the page: days, or where it tells none, months and years."""
    found = [TextDate(d.value, "published", d.start, d.end) for d in _dates(part, offset)]
    days = [d for d in found if _day(d.value)]
    return days or [d for d in found if re.fullmatch(r"\d{4}(?:-\d\d)?", d.value)]


# 發布日期：113-01-09, 113年1月9日: pages of Taiwan, which leave the era out.
_REPUBLICAN = re.compile(
    r"(?:9\d|1[0-4]\d)\s?(?:年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|(?P<sign>[-/.])\d{1,2}(?P=sign)\d{1,2})(?!\d)"
)


def _republican_date(value: str, offset: int) -> list[TextDate]:
    """The day behind the label of a page whose year is counted from 1912."""
    match = _REPUBLICAN.match(value)
    day = iso_date("民國" + match[0]) if match else None
    return [TextDate(day, "published", offset, offset + match.end())] if match and day and _day(day) else []


def _dates(part: str, offset: int) -> list[TextDate]:
    found = read_dates(fold(part))
    return [TextDate(f.token.removeprefix("date:"), "event", offset + f.start, offset + f.end) for f in found]


_NO_NAME = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?|(?:星期|[周週])[一二三四五六日天]", re.I)


def _name(value: str, offset: int) -> _Value | None:
    """The first name in a label's value: "國家郵政局 點擊：12" → 國家郵政局. None for what is no name."""
    name = re.split(r"\s{2,}|[|｜\t]|\s(?=[【\[(（])", value.strip(_MARKS))[0].strip(_MARKS)
    if not name or columns(name) > 60 or not re.search(r"[^\W\d_]{2}", name) or _NO_NAME.fullmatch(name):
        return None
    start = offset + value.index(name)
    return _Value(name, (start, start + len(name)))


def _title(text: str, blocks: tuple[Block, ...], told: Mapping[str, str]) -> _Value | None:
    """The line that says what the file calls itself, else the title line, else what the file calls itself."""
    own = _told(told, "title")
    lines = [b for b in blocks[:8] if b.kind in ("title", "heading") or (own and b.end - b.start < 300)]
    values = {b: _stripped(text, b.start, b.end, "#*_ \t") for b in lines}
    named = next((v for v in values.values() if v and own and v.text == own.text), None)
    return named or next((values[b] for b in lines if b.kind == "title" and values[b]), None) or own


def _stripped(text: str, start: int, end: int, marks: str) -> _Value | None:
    """What stands in [start, end) without marks around it, on one line; None when nothing is left."""
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip(marks))
    inside = inside.strip(marks)
    return _Value(" ".join(inside.split()), (start, start + len(inside))) if inside.strip() else None


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
        # but not "On January 9 (Tuesday) the board met"
        rf"(?:(?!On\s|In\s|By\s)[A-Z][A-Za-z.'-]+,?\s){{1,4}}(?P<date>{_DAY_EN})\s"
        r"\((?!Reporter|By\b|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?\))(?P<agency>[^)]{2,40})\)\s*[-–—]*\s*"
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
    agency_span: Span
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
        agency = None if match["agency"].startswith(("本", "我")) else match["agency"].rstrip()
        dates = _dates(match["date"], match.start("date"))
        date = TextDate(dates[0].value, "published", dates[0].start, dates[0].end) if dates else None
        at = match.start("agency")
        return _Dateline(agency, (at, at + len(agency or "")), date, match.start(), match.end())
    return None


def _named_source(text: str, paragraphs: list[Block]) -> _Value | None:
    for block in paragraphs[:1]:
        match = _ACCORDING.search(text, block.start, min(block.end, block.start + 200))
        group = match.lastgroup if match else None
        if match and group:
            return _stripped(text, *match.span(group), " ")
    return None


_LONGEST_WORDS, _LONGEST_CHARACTERS = 25, 60


def _gist(text: str, paragraphs: list[Block], dateline: _Dateline | None) -> _Value | None:
    """The first sentence, cut at a clause's end to at most 25 words or 60 Chinese characters."""
    for block in paragraphs:
        start = dateline.end if dateline and block.start <= dateline.start < block.end else block.start
        for a, b in sentences(text, start, block.end):
            according = _ACCORDING.match(text, a, b)
            a = according.end() if according else a
            a += len(text[a:b]) - len(text[a:b].lstrip("#-*• \t\n\u3000\xa0"))
            sentence = " ".join(text[a:b].split())
            if re.search(r"[^\W\d_]{2}", sentence):
                shown = _cut(sentence)
                words = len("".join(shown.removesuffix("…").split()))
                return _Value(shown[:1].upper() + shown[1:], (a, _after_characters(text, a, words)))
    return None


def _after_characters(text: str, at: int, count: int) -> int:
    """The position after `count` characters that are no white space."""
    while count and at < len(text):
        count -= not text[at].isspace()
        at += 1
    return at


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


@dataclass(frozen=True)
class _Event:
    """A day of what is reported. ahead: it is announced, not reported."""

    date: TextDate
    ahead: bool = False


def _events(
    text: str, blocks: tuple[Block, ...], title: str, dateline: _Dateline | None, written: str | None
) -> tuple[_Event, ...]:
    """Days of what is reported, likeliest first: those of the opening's sentences that say something happened.

    written: the day of writing, as far as it is known. Without any day, the month that leads a sentence.
    """
    found: list[tuple[int, _Event]] = []
    months: list[_Event] = []
    years_of_title = _years(title)
    for rank, (start, end) in enumerate(_opening(text, blocks, dateline)):
        sentence = text[start:end]
        happens = bool(_HAPPENS.search(sentence))
        dates = _dates(sentence, start)
        for date, following in zip(dates, [*dates[1:], None], strict=False):
            before = text[max(start, date.start - 16) : date.start]
            leads = date.start - start <= 4
            if not _A_DAY.fullmatch(date.value):
                if happens and leads and rank and re.fullmatch(r"(?:\d{4}|-)-\d\d", date.value):
                    months.append(_Event(_dated(date, _with_near_month(date.value, written))))
                continue
            if _ERA_BEFORE.search(before) or _in_parentheses(sentence, date.start - start):
                continue
            joined = _joined(text, date, following)
            if _LIMIT_AFTER.match(text, date.end) and not joined:
                continue
            if _LIMIT_BEFORE.search(before) and not any(
                e.date.end + 4 >= date.start and _joined(text, e.date, date) for _, e in found
            ):
                continue
            # Later sentences tell of other days too; in the first two any day is likely the news.
            if not happens and not leads and rank > 1:
                continue
            value = _with_year(date.value, sentence, years_of_title, written)
            ahead = False
            if value[0] == "-" and _ahead(text, start, end, date) and (year := _near_year(value, written, ahead=True)):
                value, ahead = f"{year}-{value[2:]}", True
            likely = rank - (2 if happens else 0) - (1 if leads else 0)
            found.append((likely, _Event(_dated(date, value), ahead or _ahead(text, start, end, date))))
        if happens and written and _day(written):
            for date in _relative_days(text, start, end, written, dates):
                to_come = date.value > written
                if not to_come or _ahead(text, start, end, date):
                    found.append((rank - 2, _Event(date, to_come)))
    found.sort(key=lambda f: f[0])
    return tuple(event for _, event in found) or tuple(months[:1])


def _dated(date: TextDate, value: str) -> TextDate:
    return TextDate(value, "event", date.start, date.end)


_RANGE = re.compile(r"\s*(?:至|到|[—–~～-]|to|through|until)\s*", re.I)
# A meeting of some days is an event with a first and a last day; a longer stretch is a term, a campaign or a life.
_LONGEST_EVENT_DAYS = 14


def _joined(text: str, first: TextDate, second: TextDate | None) -> bool:
    """Whether two dates are the ends of a stretch of some days: 1月9日至10日."""
    if second is None or not _A_DAY.fullmatch(second.value) or not _RANGE.fullmatch(text, first.end, second.start):
        return False
    one, other = (datetime.date(2000, int(d.value[-5:-3]), int(d.value[-2:])) for d in (first, second))
    return (other - one).days % 366 <= _LONGEST_EVENT_DAYS


_TO_COME = re.compile(
    r"将|將|[拟擬定]于|[拟擬]在|定於|即[将將]|\bwill\b|\bto be held\b|\bscheduled\b|\bis to\b|\bare to\b|\bupcoming\b"
)


def _ahead(text: str, start: int, end: int, date: TextDate) -> bool:
    """Whether the words around a date speak of what is still to come."""
    reach = 12 if "\u3400" <= text[date.end - 1] <= "\u9fff" else 60
    return bool(_TO_COME.search(text, max(start, date.start - reach), min(end, date.end + reach)))


_NEEDS_A_DAY = re.compile(
    r"[昨今明前][日天晚夜晨早]|[本上][个個]?月|[日号號]|[周週]|星期|[礼禮]拜|yesterday|today|tomorrow|[a-z]{3,6}day\b",
    re.I,
)
# 昨日的中国, "today's world": no day is meant.
_FIGURATIVE = re.compile(r"\s?(?:的(?!会|會)|['’]s)")


def _relative_days(text: str, start: int, end: int, written: str, dates: list[TextDate]) -> list[TextDate]:
    """昨日, "yesterday", "on Friday", 9日 (of the month of writing): the days that only the day of writing tells.

    dates: those of text[start:end] that are told without it.
    """
    if not _NEEDS_A_DAY.search(text, start, end):
        return []
    found = read_dates(fold(text[start:end]), written)
    without = {(f.start, f.end) for f in found if f.token.startswith("date:--")}
    told = {(d.start - start, d.end - start) for d in dates}
    return [
        TextDate(f.token.removeprefix("date:"), "event", start + f.start, start + f.end)
        for f in found
        if _day(f.token.removeprefix("date:"))
        and (f.start, f.end) not in without | told
        and not _FIGURATIVE.match(text, start + f.end)
    ]


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


def _with_year(value: str, sentence: str, of_title: list[int], written: str | None) -> str:
    if not value.startswith("--"):
        return value
    near = _near_year(value, written)
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


def _with_near_month(value: str, written: str | None) -> str:
    """--12 written about in January is last year's."""
    near = _near_year(f"{value}-15", f"{written[:8]}28" if written and _day(written) else None)
    return f"{near}-{value[2:]}" if value[0] == "-" and near else value


def _near_year(value: str, written: str | None, ahead: bool = False) -> int | None:
    """The year in which month and day `value` fall within the news days before `written`; ahead: after it."""
    page = _day(written) if written else None
    if not page:
        return None
    for year in (page.year, page.year + (1 if ahead else -1)):
        day = _day(f"{year}-{value[2:]}")
        if day and 0 <= (day - page if ahead else page - day).days <= _NEWS_DAYS:
            return year
    return None


def _dateline_date(dateline: _Dateline | None, published: str | None, events: Sequence[TextDate]) -> TextDate | None:
    """The dateline's date, with the year that the published date or the event's leaves as the only one."""
    date = dateline.date if dateline else None
    if not date or not date.value.startswith("--"):
        return date
    known_days = ([(published, True)] if published else []) + [(e.value, False) for e in events]
    for known, before in known_days:
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


_PART_OF_YEAR = re.compile(
    r"(?:(?P<zy>\d{4}|今|去|上|本)年(?:的)?)?(?:第?(?P<zq>[一二三四1-4])季度|(?P<zh>[上下])半年)"
    r"|(?<![A-Za-z])(?P<eq>first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter"
    r"(?:\sof\s(?:the\syear\s)?(?P<ey>\d{4}|this year|last year))?"
    r"|(?<![A-Za-z])(?P<eh>first|second|1st|2nd)[ -]half"
    r"(?:\sof\s(?:the\syear\s)?(?P<hy>\d{4}|this year|last year)|\sof\sthe\syear)"
    r"|(?<![A-Za-z\d])(?:Q(?P<q>[1-4])|H(?P<h>[12]))\s(?P<qy>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_PART_NUMBER = {
    "上": 1, "下": 2, "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip
_SHIFTED_YEARS = {"今": 0, "本": 0, "this year": 0, "去": -1, "上": -1, "last year": -1}


def _parts_of_years(text: str, offset: int, written: str | None) -> Iterator[TextDate]:
    """Quarters and half-years, as the months from and to: "2024-01/2024-03"."""
    day = _day(written) if written else None
    for match in _PART_OF_YEAR.finditer(text):
        half = match["zh"] or match["eh"] or match["h"]
        number = _PART_NUMBER[(half or match["zq"] or match["eq"] or match["q"]).lower()]
        months = 6 if half else 3
        first, last = (number - 1) * months + 1, number * months
        said = (match["zy"] or match["ey"] or match["hy"] or match["qy"] or "").lower()
        if said.isdecimal():
            year = int(said)
        elif day and said:
            year = day.year + _SHIFTED_YEARS[said]
        elif day:
            # What is reported on has begun: the last one that has.
            year = day.year if first <= day.month else day.year - 1
        else:
            continue
        value = f"{year:04d}-{first:02d}/{year:04d}-{last:02d}"
        yield TextDate(value, "period", offset + match.start(), offset + match.end())


def _periods(text: str, blocks: tuple[Block, ...], written: str | None) -> tuple[TextDate, ...]:
    """Years, half-years, quarters and months that the title and the first three paragraphs speak of."""
    first: dict[str, TextDate] = {}
    told = [b for b in blocks if b.kind == "title"] + [b for b in blocks if b.kind == "paragraph"][:3]
    for block in told:
        part = text[block.start : min(block.end, block.start + _OPENING)]
        parts = list(_parts_of_years(part, block.start, written))
        for period in parts:
            first.setdefault(period.value, period)
        for date in _dates(part, block.start):
            if any(period.start <= date.start < period.end for period in parts):  # the year of that quarter
                continue
            value = _with_near_month(date.value, written) if re.fullmatch(r"--\d\d", date.value) else date.value
            if re.fullmatch(r"\d{4}(?:-\d\d)?", value):
                first.setdefault(value, TextDate(value, "period", date.start, date.end))
    return tuple(first.values())[:6]


def _contradictions(
    text: str, told: tuple[TextDate, ...], events: tuple[_Event, ...], told_by_file: str | None
) -> tuple[Contradiction, ...]:
    found = []
    for other in told[1:]:
        if not _agree(told[0].value, other.value):
            found.append(_between("two-published-dates", (told[0], other)))
    page, event = told[0] if told else None, events[0].date if events else None
    if page and told_by_file and not _one_date(page.value, told_by_file):
        # What the file says of itself has no place in the text.
        values = (page.value, told_by_file)
        found.append(Contradiction("published-told-otherwise", values, ((page.start, page.end),)))
    day = _day(page.value) if page else None
    if page and event and day and not events[0].ahead:
        happened = _day(event.value)
        if happened and happened > day:
            found.append(_between("published-before-event", (page, event)))
        elif not happened and re.fullmatch(r"--\d\d-\d\d", event.value) and _near_year(event.value, page.value) is None:
            # No year is told, and in no year does the day fall shortly before the page's date.
            found.append(_between("published-far-from-event", (page, event)))
    for date in dict.fromkeys((*told, *(e.date for e in events))):
        beside = weekday_beside(text, date.start, date.end)
        day = _day(date.value)
        if beside and day and day.weekday() != beside[0]:
            weekday = beside[1:]
            spans = ((date.start, date.end), weekday)
            found.append(Contradiction("weekday", (date.value, text[slice(*weekday)]), spans))
    return tuple(found)


def _one_date(text: str, file: str) -> bool:
    """Whether two tellings can be one date; a day's difference is that of time zones."""
    a, b = _day(text), _day(file)
    if a and b:
        return abs((a - b).days) <= 1
    parts = zip(text.replace("--", "-").split("-"), file.replace("--", "-").split("-"), strict=False)
    return all(one == other or not one or not other for one, other in parts)


def _agree(page: str, other: str) -> bool:
    """Whether two dates of publication can both be right: a page may go up some days after its dateline."""
    a, b = _day(page), _day(other)
    if a and b:
        return abs((a - b).days) <= _NEWS_DAYS
    return page[-5:] == other[-5:] or a is None


def _between(kind: str, dates: Iterable[TextDate]) -> Contradiction:
    dates = tuple(dates)
    return Contradiction(kind, tuple(d.value for d in dates), tuple((d.start, d.end) for d in dates))
