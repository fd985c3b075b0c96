"""What each stretch of a bulletin is for, and the lists that its text makes. Pure: text in, spans out."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sources.bulletin import Block, Enumeration, Item
from sources.scan import scan, scan_words
from sources.sentences import columns, sentences, wrapped_lines

# Blocks ---------------------------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.S)
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+\S")
_SENTENCE_END = re.compile(r"[。！？!?…；;.][”’」』）)】》\"']*$")
# A stop inside a line: it is prose, not a heading. "U.S. policy" and "No. 5" are no prose.
_INNER_STOP = re.compile(r"[。！？；]|[a-z)]{2,}[.!?;]\s+[A-Z“\"]")

_BULLET = re.compile(r"[-*•·●◆■▪–]\s+\S")
_NUMBERED = re.compile(rf"{_BULLET.pattern}|\d{{1,2}}[.)、．]|[（(]?[一二三四五六七八九十]{{1,3}}[）)、]")

_LABEL = (
    r"(?:[发發][布佈表]|刊[发發]|更新|[录錄]入|成文|印[发發]|上[传傳])?(?:日期|[时時][间間])"
    r"|[来來]源|信息[来來]源|[文稿]章?[来來]源|[栏欄]目|[频頻]道|作者|[记記]者|[责責]任[编編][辑輯]|[责責][编編]|[编編][辑輯]|[审審]核|"
    r"字[号號體体]|[浏瀏][览覽](?:次[数數]|量)?|[点點][击擊](?:次?[数數]|量)?|[阅閱][读讀](?:次[数數]|量)?|(?:[发發]文)?(?:文[号號]|字[号號])|文件[编編]?[号號]|索引[号號]|[发發][布佈文](?:[机機][构構]|[单單]位)|"
    r"主[题題]分[类類]|公[开開]方式|[关關][键鍵][词詞]|[标標][签籤]|"
    r"(?:date\s+)?(?:published|posted|updated|issued|released)(?:\s+(?:on|at|date|time|by))?|(?:publication|release|issue|publish)\s+(?:date|time)|"
    r"document\s+(?:no\.?|number)|date|time|source|author|reporter|editor|column|category|section|tags?|keywords?|views?|by"
)
LABELLED = re.compile(rf"(?:^|(?<=[\s|｜【\[（(日年0-9]))({_LABEL})\s*[:：]\s*", re.I)
_POSTED_ON = re.compile(r"(?:published|posted|updated|issued|released)\s+(?:on\s+)?(?=\w+ \d|\d)", re.I)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
# 二〇二四年, 民國113年, 中華民國一百一十三年: official papers are signed so.
_YEAR_ZH = (
    r"(?:\d{4}|[一二][〇零○O一二三四五六七八九]{3}"
    r"|(?:中[華华])?民[國国]\s?(?:\d{1,3}|[〇零○一二三四五六七八九十百]{1,6}))\s*年"
)
_MONTH_ZH, _DAY_ZH = (
    r"(?:\d{1,2}|[元一二三四五六七八九十]{1,3})\s*月",
    r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})\s*日",
)
_FULL_DATE = re.compile(
    r"(?:(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?"
    rf"(?:{_YEAR_ZH}\s*{_MONTH_ZH}\s*{_DAY_ZH}|(?:\d{{4}}|民[國国]\s?\d{{2,3}})\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}\s*日?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}"
    r"|(?<!\d)\d{1,2}(?P<sign>[/.])\d{1,2}(?P=sign)(?:19|20)\d{2}(?!\d)))"
    r"(?:\s*[（(]?(?:星期|周|週)[一二三四五六日天][)）]?)?"
    r"(?:[T\s]*(?:[上下]午)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?)?",
    re.I,
)
# What a label may say instead of a day: May 2022, 2022年5月.
_MONTH_OF_YEAR = re.compile(rf"{_YEAR_ZH}\s*{_MONTH_ZH}|(?:19|20)\d\d[-/.]\d{{1,2}}|{_MONTH}\s+(?:19|20)\d\d", re.I)
PUBLISHER = re.compile(
    r"^.{0,24}?(?:网|網|报|報|社|局|部|委|[厅廳]|日[报報]|[办辦]公室|中心|[协協][会會]|News|Daily|Agency|Times|Post|Bureau|Xinhua|"
    r"CCTV|Ministry|Service|Press|Online|Administration|Association|Commission|Committee|Council|Department|Office|Board)$"
)
# 国邮发〔2023〕15号, 交通运输部令2019年第2号, "No. 15 [2023]"; the bracketed year may stand in any kind of bracket.
_NUMERAL = r"[\d〇零一二三四五六七八九十百]{1,6}"
_BRACKETED_YEAR = r"[〔［【\[(（﹝〈]\s?(?:19|20)\d{2}\s?[〕］】\])）﹞〉]"
DOCUMENT_NUMBER = re.compile(
    rf"(?:[\u4e00-\u9fff]{{1,12}}(?<!第))?{_BRACKETED_YEAR}\s?第?\s?{_NUMERAL}\s?[号號]"
    rf"|(?:[\u4e00-\u9fff]{{2,16}})?(?:令|公告|通告|通[报報]|[决決]定)\s?(?:\d{{4}}年)?第\s?{_NUMERAL}\s?[号號]"
    rf"|\d{{4}}年第\s?{_NUMERAL}\s?[号號](?:令|公告|通告)?"
    rf"|第\s?{_NUMERAL}\s?[号號]令"
    r"|(?<![A-Za-z])(?:(?:[A-Z][A-Za-z]*\s){1,4})?"
    r"(?:No\.?\s?\d{1,4},?\s?[\[(〔]\s?(?:19|20)\d{2}\s?[\])〕]|[\[(〔]\s?(?:19|20)\d{2}\s?[\])〕],?\s?No\.?\s?\d{1,4}(?!\d)"
    r"|No\.?\s?\d{1,4}\sof\s(?:19|20)\d{2}(?!\d))"
)
_FURNITURE = re.compile(
    r"^[【\[（(]?\s*(?:字[体體号號]|打印|[关關][闭閉]|分享|收藏|[责責]任?[编編][辑輯]?|print\b|share\b|close\b)[^。]{0,40}$",
    re.I,
)
_CAPTION = re.compile(
    r"^(?:data sheet|data ?map|file photo|photo|image|picture|caption|figure)\b[^.:：]{0,20}[:：]"
    r"|\bphoto(?:s|graph)? (?:by|courtesy|provided)\b|\((?:photo|xinhua)[^)]*\)$|^!\[[^\]]*\]\([^)]*\)$"
    r"|^(?:資料[圖图]|资料图|[圖图][为為爲片]|[圖图]\s*\d{0,2}\s*[:：]|[图圖]片[说說]明)|[^。]{0,30}[摄攝](?:影)?[。）)]?$",
    re.I,
)


@dataclass
class _Unit:
    """A line, or several that only the writer's line length broke."""

    start: int
    end: int
    text: str
    columns: int
    kind: Literal["title", "meta", "heading", "paragraph", "caption"] = "paragraph"
    level: int = 0


_NOTHING = (_Unit(0, 0, "", 0), False)


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a clean text: one for each line that is not empty, broken lines of one paragraph joined.

    A text without a title line gets no title block. Text that is one line is one paragraph.

    >>> text = "Parcel news\\n\\nDate: 2021-03-04\\n\\nThe bureau met on Monday. It agreed on a plan."
    >>> [(b.kind, text[b.start:b.end]) for b in blocks_of(text)][:2]
    [('title', 'Parcel news'), ('meta', 'Date: 2021-03-04')]
    """
    front = _FRONT_MATTER.match(text)
    units = (
        [replace(u, kind="meta") for u in _lines(text, front.start(1), front.end(1), wrapped=False)] if front else []
    )
    body = list(_lines(text, front.end() if front else 0, len(text)))
    _mark_furniture(body)
    _mark_headings(body)
    _mark_title(body)
    return tuple(Block(u.kind, u.start, u.end) for u in units + body)


def _lines(text: str, start: int, end: int, wrapped: bool = True) -> Iterator[_Unit]:
    soft = wrapped_lines(text, start, end) if wrapped else frozenset()
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        while stop in soft:
            stop = text.find("\n", stop + 1, end)
        stop = end if stop < 0 else stop
        line = text[at:stop]
        content = line.strip()
        if content and re.search(r"\w", content):
            begin = at + line.index(content)
            yield _Unit(begin, begin + len(content), content, columns(content))
        at = stop + 1


def _mark_furniture(units: list[_Unit]) -> None:
    """Metadata stands before the second paragraph or at the end; in between, "Time: …" is part of what is told."""
    long = [i for i, u in enumerate(units) if u.columns > 160]
    head = long[0] if long else min(len(units), 6)
    tail = max(len(units) - 4, 0)
    for i, unit in enumerate(units):
        if unit.columns <= 500 and _CAPTION.search(unit.text) and len(sentences(unit.text)) <= 4:
            unit.kind = "caption"
        elif unit.columns <= 160 and (i < head or i >= tail) and len(units) > 1 and _is_meta(unit.text, i < head):
            unit.kind = "meta"
    # A notice is signed: the office on a line of its own, then the date.
    if len(units) > 3 and units[-1].kind == "meta" and units[-2].columns <= 60 and PUBLISHER.match(units[-2].text):
        units[-2].kind = "meta"


def _is_meta(line: str, at_top: bool) -> bool:
    if _FURNITURE.match(line) or DOCUMENT_NUMBER.fullmatch(line.strip(" （()）")):
        return True
    line = line.lstrip("【[（(* ")
    label = LABELLED.match(line)
    if label:
        # "時間：明天上午" tells of a meeting; only a full date makes a bare "time" or "date" label one of the page.
        bare = re.fullmatch(r"[时時][间間]|time|日期|date|by", label[1], re.I)
        return not bare or bool(_FULL_DATE.search(line) or _MONTH_OF_YEAR.fullmatch(line[label.end() :].strip()))
    if _POSTED_ON.match(line) and _FULL_DATE.search(line):
        return True
    date = _FULL_DATE.search(line)
    if not date:
        return False
    rest = (line[: date.start()] + " " + line[date.end() :]).strip(" \t|｜·-—,，()（）[]")
    if not rest or LABELLED.match(rest):
        return True
    return at_top and bool(PUBLISHER.match(rest)) and not rest.startswith(("年", "日"))


def _is_short(unit: _Unit) -> bool:
    """Could be a heading: one line without a stop."""
    text = unit.text
    limit = 80 if _has_chinese(text) else 110
    return (
        unit.kind == "paragraph"
        and unit.columns <= limit
        and not _SENTENCE_END.search(text)
        and text[-1] not in "，,、：:"
        and not _INNER_STOP.search(text)
        and not _BULLET.match(text)
    )


def _mark_headings(units: list[_Unit]) -> None:
    for unit in units:
        markdown = _MARKDOWN_HEADING.match(unit.text)
        if markdown and unit.kind == "paragraph":
            unit.kind, unit.level = "heading", len(markdown[1])
    body = [(u, u.kind == "heading" or _is_short(u)) for u in units if u.kind not in ("caption", "meta")]
    for (unit, short), below, second in zip(body, [*body[1:], _NOTHING], [*body[2:], _NOTHING, _NOTHING], strict=False):
        # A heading stands over text longer than itself; one more heading may come between ("Part two", "Safety").
        under, under_short = second if below[1] else below
        if short and under.kind == "paragraph" and not under_short and under.columns > unit.columns:
            unit.kind = "heading"


def _mark_title(units: list[_Unit]) -> None:
    """The title is the first line above the first paragraph that is more than a column's name."""
    first = next((i for i, u in enumerate(units) if u.kind == "paragraph" and not _may_be_title(units, i)), len(units))
    above = [u for u in units[:first] if u.kind in ("heading", "paragraph")]
    only_short_lines = first == len(units) > 3 and len(above) == len(units)
    if not above or len(units) < 2 or only_short_lines:
        return
    title = above[0]
    if title.level == 0 and _is_label(title) and len(above) > 1 and above[1].columns >= 2 * title.columns:
        title.kind, title = "meta", above[1]
    title.kind = "title"


def _may_be_title(units: list[_Unit], i: int) -> bool:
    unit = units[i]
    if unit.columns > 160 or _NUMBERED.match(unit.text) or unit.text[-1] in "，,、：:；;":
        return False
    if not _SENTENCE_END.search(unit.text):
        return not _INNER_STOP.search(unit.text) and i + 1 < len(units)
    # A title that ends like a sentence is known by what follows it: the page's date or source, or, for a question or
    # an exclamation, a blank line and a longer text.
    if len(sentences(unit.text)) != 1 or any(u.kind != "meta" for u in units[:i]):
        return False
    after = units[i + 1] if i + 1 < len(units) else None
    if after is None:
        return False
    return after.kind == "meta" or (unit.text[-1] in "？！?!" and after.columns > 2 * unit.columns)


def _is_label(unit: _Unit) -> bool:
    return unit.columns <= 16 if _has_chinese(unit.text) else len(unit.text.split()) <= 3


def _has_chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


# Enumerations ---------------------------------------------------------------------------------------------------------

_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"兩": 2, "两": 2}
_ENGLISH_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_ENGLISH_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"
_LAST = 0  # "Finally": the number after whatever came before
_N = "([一二三四五六七八九十]{1,3})"
_BEFORE = r"(?:^|(?<=[\s。！？；;，,：:、”」』）)…—]))"  # where a Chinese item may begin
_ORDINAL = "|".join(_ENGLISH_ORDINALS)


def chinese_number(text: str) -> int | None:
    """The value of a Chinese or Arabic numeral under 100, None for anything else.

    >>> chinese_number("十二"), chinese_number("三十"), chinese_number("兩"), chinese_number("7")
    (12, 30, 2, 7)
    """
    if text.isdecimal():
        return int(text)
    if any(c not in _CHINESE_DIGITS for c in text) or not text:
        return None
    tens, ten, units = text.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS[text] if len(text) == 1 else None
    if len(tens) > 1 or len(units) > 1:
        return None
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[units] if units else 0)


def _english_number(text: str) -> int | None:
    word = text.lower().removesuffix("ly")
    if word in ("final", "last"):
        return _LAST
    for words in (_ENGLISH_ORDINALS, _ENGLISH_NUMBERS):
        if word in words:
            return words.index(word) + 1
    return None


def _then(text: str) -> int:
    return {"首": 1, "其": 2, "再": 3, "最": _LAST}[text[0]]


def _circled(text: str) -> int:
    return _CIRCLED.index(text) + 1


_A_NUMERAL = re.compile("[一二三四五六七八九十]+")


@dataclass(frozen=True)
class _Series:
    """One way to count: a pattern with the number in its only group that matches.

    first: where the pattern can begin (see scan.py); None when only at the beginning of a block.
    """

    name: str
    pattern: re.Pattern[str]
    number: Callable[[str], int | None]
    kind: Literal["ordinal", "numbered"]
    first: re.Pattern[str] | frozenset[str] | None


_SERIES = (
    _Series(
        "一是", re.compile(rf"{_BEFORE}{_N}(?:是|要(?!素)|[则則]|曰)(?!否)"), chinese_number, "ordinal", _A_NUMERAL
    ),
    _Series(
        "第一",
        re.compile(rf"{_BEFORE}第{_N}(?:[，,、：:]|是|[个個]?方面|要|[应應])"),
        chinese_number,
        "ordinal",
        re.compile("第"),
    ),
    _Series("其一", re.compile(rf"{_BEFORE}其{_N}(?:[，,、：:]|是)"), chinese_number, "ordinal", re.compile("其")),
    _Series(
        "首先",
        re.compile(rf"{_BEFORE}(首先|其次|再次|再者|最[後后])(?=[，,、：:是]|要|\w)"),
        _then,
        "ordinal",
        re.compile("[首其再最]"),
    ),
    _Series("（一）", re.compile(rf"{_BEFORE}[（(]{_N}[）)]"), chinese_number, "numbered", re.compile("[（(]")),
    _Series("一、", re.compile(rf"^{_N}[、．.]"), chinese_number, "numbered", None),
    _Series("1.", re.compile(r"^(\d{1,2})(?:[、．]|[.)]\s|[.](?=[^\d\s]))"), chinese_number, "numbered", None),
    _Series(
        "；1.",
        re.compile(r"(?:(?<=[。；;：:])|(?<=[.;:]\s))(\d{1,2})(?:[、．]|[.)](?=[\s\u4e00-\u9fff]))"),
        chinese_number,
        "numbered",
        re.compile(r"\d+"),
    ),
    _Series("(1)", re.compile(rf"{_BEFORE}[（(](\d{{1,2}})[）)]"), chinese_number, "numbered", re.compile("[（(]")),
    _Series("①", re.compile(rf"([{_CIRCLED}])"), _circled, "numbered", re.compile(f"[{_CIRCLED}]")),
    _Series(
        "first",
        re.compile(
            # "The first is …", also after "stressed that" and "tasks: "; "Fifth, …" begins a sentence or a clause.
            r"(?:^|(?<=[.!?;:,]\s)|(?<=[a-z][.;])|(?<=\bthat\s)|(?<=\band\s))(?:the\s)?"
            rf"({_ORDINAL}|last|one|two|three|four|five|six)"
            r"(?:\s(?:one|thing|task|point|aspect|requirement|step|priority))?\s(?:is|was|are)\b(?!\s+(?:of|the\s+\w+est)\b)"
            r"|(?:^|(?<=[.!?:]\s)|(?<=;\s)|(?<=[a-z][.;])|(?<=;\sand\s)|(?<=\bthat\s))"
            rf"({_ORDINAL}|(?:{_ORDINAL})ly|finally|lastly)"
            r"(?:\sof\sall)?(?:,|\s(?=we\b|it is\b|is to\b))",
            re.I,
        ),
        _english_number,
        "ordinal",
        frozenset(
            [
                "the",
                "last",
                "lastly",
                "finally",
                *_ENGLISH_ORDINALS,
                *(f"{o}ly" for o in _ENGLISH_ORDINALS),
                *_ENGLISH_NUMBERS[:6],
            ]
        ),
    ),
)
_FAR = 3000  # characters between two members of one list
# Someone begins to speak: what comes after it no longer belongs to the last item.
_REPORT = re.compile(
    r"(?:[会會][议議]|[\u4e00-\u9fff]{2,3})(?:最[后後]|[还還]|[并並]|同[时時])?(?:[强強][调調]|指出|表示|[认認][为為]|介[绍紹]|透露)"
    r"|[会會][议議](?:最[后後]|[还還]|[并並]|同[时時])?[\u4e00-\u9fff]"
    r"|(?:(?:The|This)\s(?:meeting|conference|seminar|forum|event)\s|(?:[A-Z][\w-]+\s){1,3})(?:also\s|finally\s)?"
    r"(?:stressed|pointed\sout|emphasi[sz]ed|requested|required|demanded|said|noted|called|urged|added|heard|reviewed|was\sheld)\b"
)
_COUNTED = (
    r"方面|工作|任[务務]|措施|要求|重[点點]|意[见見]|建[议議]|[举舉]措|[内內]容|行[动動]|原[则則]|[问問][题題]|目[标標]|工程|"
    r"[环環][节節]|步|[点點]|[条條]|事"
)
# A count in quotation marks is part of a name: the “四個體系” announce no list.
_COUNT_CHINESE = re.compile(
    rf"(?<![“「\"第\d])([一二两兩三四五六七八九十]{{1,3}}|\d{{1,2}})(?:(?:[个個项項大条條种種件]|[点點])(?:[^，。；,]{{0,8}}?(?:{_COUNTED}))?|方面|[点點])"
)
_COUNT_ENGLISH = re.compile(
    rf"(?<![“\"\d.])\b({'|'.join(_ENGLISH_NUMBERS)}|\d{{1,2}})\s(?:[a-z-]+\s){{0,3}}?(?:aspects?|tasks?|requirements?|points?|measures?|areas?|priorities|"
    r"items?|things|steps|ways|parts|suggestions|proposals|goals|objectives|targets|principles|reasons|types|kinds|categories|projects|"
    r"works|jobs|efforts|actions|fields|directions|questions|issues|problems|fronts|respects|recommendations|pillars|"
    r"initiatives|focuses|stages|conditions|rules|factors|features|key\s\w+)\b",
    re.I,
)
_ANNOUNCES = re.compile(
    r"[：:]$|以下|如下|下列|\b(?:following|as follows|namely|requirements|tasks|aspects|measures)\b", re.I
)


@dataclass(frozen=True)
class _Marker:
    series: str
    number: int
    start: int
    end: int
    block: int
    kind: Literal["ordinal", "numbered"]


def enumerations_of(text: str, blocks: tuple[Block, ...]) -> tuple[Enumeration, ...]:
    """The lists of the text, in the order of their first items.

    A list needs two members that follow one another; "the first batch" alone is none. Of a list that begins with
    "Second, …" on a line of its own the first member is the paragraph above, unless that one is spoken for.
    """
    found = _headings(text, blocks)
    found += [_list(text, blocks, chain) for chain in _chains(_markers(text, blocks), blocks)]
    found += _bullets(text, blocks)
    return tuple(sorted(found, key=lambda e: (e.items[0].start, -e.items[-1].end)))


def _markers(text: str, blocks: tuple[Block, ...]) -> list[_Marker]:
    found = []
    for i, block in enumerate(blocks):
        if block.kind != "paragraph":
            continue
        content = text[block.start : block.end]
        for series in _SERIES:
            for match in _in_series(series, content):
                number = series.number(next(g for g in match.groups() if g))
                if number is not None:
                    at = block.start + match.start()
                    found.append(_Marker(series.name, number, at, block.start + match.end(), i, series.kind))
    return sorted(found, key=lambda m: m.start)


def _in_series(series: _Series, content: str) -> Iterable[re.Match[str]]:
    if series.first is None:
        match = series.pattern.match(content)
        return (match,) if match else ()
    if isinstance(series.first, frozenset):
        return scan_words(series.pattern, series.first, content)
    return scan(series.pattern, series.first, content)


def _chains(markers: list[_Marker], blocks: tuple[Block, ...]) -> list[list[_Marker]]:
    """Members that count on from one another, each in its own series."""
    done: list[list[_Marker]] = []
    opened: dict[str, list[_Marker]] = {}
    for marker in markers:
        chain = opened.get(marker.series)
        if chain and (marker.start - chain[-1].start > _FAR or _heading_between(blocks, chain[-1].block, marker.block)):
            done.append(opened.pop(marker.series))
            chain = None
        # A lost member ("…三是…", damaged) does not end a list that has already shown itself to be one.
        steps = (1, 2) if chain and len(chain) > 1 else (1,)
        if chain and (marker.number == _LAST or marker.number - chain[-1].number in steps):
            chain.append(replace(marker, number=marker.number or chain[-1].number + 1))
        elif marker.number in (1, 2) and not (chain and marker.number == chain[-1].number == 2):
            if chain:
                done.append(chain)
            opened[marker.series] = [marker]
    done += opened.values()
    return [c for c in done if len(c) > 1]


def _heading_between(blocks: tuple[Block, ...], first: int, last: int) -> bool:
    return any(b.kind == "heading" for b in blocks[first + 1 : last])


def _list(text: str, blocks: tuple[Block, ...], chain: list[_Marker]) -> Enumeration:
    starts = [m.start for m in chain]
    unmarked = _unmarked_first(text, blocks, chain)
    if unmarked is not None:
        starts.insert(0, unmarked)
    ends = [*starts[1:], _last_end(text, blocks, chain)]
    items = []
    for start, end in zip(starts, ends, strict=True):
        end = _prose_end(text, blocks, start, end)
        end = start + len(text[start:end].rstrip())
        items.append(Item(start, end, _head_end(text, start, end)))
    lead, announced = _lead(text, blocks, chain[0].block, starts[0], len(items))
    return Enumeration(chain[0].kind, tuple(items), lead, announced)


def _prose_end(text: str, blocks: tuple[Block, ...], start: int, end: int) -> int:
    """Where the paragraphs of [start, end) end: a caption between two items belongs to neither."""
    i = bisect.bisect_left(blocks, end, key=lambda b: b.start) - 1
    while blocks[i].kind != "paragraph" and blocks[i].start > start:
        end = blocks[i].start
        i -= 1
    return end


def _head_end(text: str, start: int, end: int) -> int:
    for _, stop in sentences(text, start, end):
        # "1." is no sentence.
        if re.search(r"[^\W\d_]", text[start:stop]):
            return stop
    return end


def _unmarked_first(text: str, blocks: tuple[Block, ...], chain: list[_Marker]) -> int | None:
    second = chain[0]
    if second.number != 2 or second.block == 0 or second.start != blocks[second.block].start:
        return None
    before = blocks[second.block - 1]
    if before.kind != "paragraph":
        return None
    return None if _REPORT.match(text, before.start, before.end) else before.start


def _last_end(text: str, blocks: tuple[Block, ...], chain: list[_Marker]) -> int:
    """Where the last item ends: at the end of its paragraph, or, of a list inside one paragraph, after as many
    sentences as the longest of the items before it has; in any case before someone begins to speak."""
    last = chain[-1]
    block = blocks[last.block]
    spans = sentences(text, last.end, block.end)
    if chain[-2].block == last.block:
        inside = [m for m in chain if m.block == last.block]
        most = max(len(sentences(text, a.end, b.start)) for a, b in zip(inside, inside[1:], strict=False))
        spans = spans[: max(most, 1)]
    for i, (start, _) in enumerate(spans[1:], 1):
        if _REPORT.match(text, start, block.end):
            return spans[i - 1][1]
    return spans[-1][1] if spans else block.end


def _lead(
    text: str, blocks: tuple[Block, ...], block: int, first: int, size: int
) -> tuple[tuple[int, int] | None, int | None]:
    """What announces a list: the words before it in its sentence, or the sentence before."""
    before = sentences(text, blocks[block].start, first)
    same_sentence = None
    if before:
        stop = before[-1][1]
        if not re.search(r"[。！？!?.]$", text[:stop]) and columns(text[before[-1][0] : stop]) >= 6:
            same_sentence = before.pop()
    if not before:
        told = ("paragraph", "heading", "title")
        above = next((blocks[i] for i in range(block - 1, -1, -1) if blocks[i].kind in told), None)
        before = sentences(text, above.start, above.end) if above and above.kind == "paragraph" else []
    previous = before[-1] if before else None
    counts = {span: _counts(text[span[0] : span[1]]) for span in (same_sentence, previous) if span}
    for span, numbers in counts.items():
        if size in numbers:
            return span, size
    if same_sentence:
        numbers = counts[same_sentence]
        return same_sentence, numbers[-1] if numbers else None
    if previous and (counts[previous] or _ANNOUNCES.search(text[previous[0] : previous[1]])):
        return previous, counts[previous][-1] if counts[previous] else None
    return None, None


def _counts(sentence: str) -> list[int]:
    found = [(m.start(), chinese_number(m[1])) for m in _COUNT_CHINESE.finditer(sentence)]
    found += [(m.start(), _english_number(m[1]) or chinese_number(m[1])) for m in _COUNT_ENGLISH.finditer(sentence)]
    return [n for _, n in sorted(found, key=lambda f: f[0]) if n and n > 1]


def _bullets(text: str, blocks: tuple[Block, ...]) -> list[Enumeration]:
    found, run = [], []
    for i, block in enumerate([*blocks, None]):
        if block and block.kind == "paragraph" and _BULLET.match(text, block.start, block.end):
            run.append(i)
            continue
        if len(run) > 1:
            spans = [(blocks[j].start, blocks[j].end) for j in run]
            items = tuple(Item(a, b, _head_end(text, a, b)) for a, b in spans)
            lead, announced = _lead(text, blocks, run[0], spans[0][0], len(items))
            found.append(Enumeration("numbered", items, lead, announced))
        run = []
    return found


def _headings(text: str, blocks: tuple[Block, ...]) -> list[Enumeration]:
    """Headings of one style in a row, each over its text; a heading of a style met earlier closes the inner ones."""
    rows: list[list[int]] = []  # numbers of blocks; the last one is where the row's text ends
    opened: dict[str, list[int]] = {}
    for i, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        style = _heading_style(text[block.start : block.end])
        if style in opened:
            while (inner := next(reversed(opened))) != style:
                rows.append([*opened.pop(inner), i])
        opened.setdefault(style, []).append(i)
    rows += [[*row, len(blocks)] for row in opened.values()]
    return [made for row in rows if len(row) > 3 and (made := _heading_list(text, blocks, row))]


def _heading_style(heading: str) -> str:
    markdown = _MARKDOWN_HEADING.match(heading)
    if markdown:
        return markdown[1]
    return next((s.name for s in _SERIES if s.kind == "numbered" and s.pattern.match(heading)), "")


def _heading_list(text: str, blocks: tuple[Block, ...], row: list[int]) -> Enumeration | None:
    items = []
    for i, following in zip(row, row[1:], strict=False):
        under = [b for b in blocks[i + 1 : following] if b.kind == "paragraph"]
        if not under:
            return None
        items.append(Item(blocks[i].start, under[-1].end, blocks[i].end))
    announcing = [s for b in blocks[: row[0]] if b.kind == "paragraph" for s in sentences(text, b.start, b.end)]
    exact = [s for s in announcing if len(items) in _counts(text[s[0] : s[1]])]
    return Enumeration("headings", tuple(items), exact[-1] if exact else None, len(items) if exact else None)
