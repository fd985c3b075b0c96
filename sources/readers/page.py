"""Web pages: the main text in its place in the page source, and what the page says of itself.

The page is walked once by a tokeniser that knows offsets and cut into units, each a paragraph, a line or a table row.
A library judges what the main text is; its lines are found again among the units. Whatever else stands in the element
that holds them and does not look like furniture is kept too: libraries drop signatures, dates and short paragraphs.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sources.bulletin import Edit
from sources.dates import read_dates
from sources.decode import decode
from sources.fold import fold
from sources.readers import Reading, Told, known
from sources.readers.markup import Token, tokens
from sources.structure import LABELLED

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNSEEN = frozenset(
    "script style template head svg math select button datalist iframe object canvas noscript noembed noframes "
    "textarea audio video dialog xmp".split()
)
_BLOCK = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul".split()
)
_HOLDER = frozenset(
    "article aside blockquote body center div dl fieldset footer form header main nav section td ul ol".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_FURNITURE_TAG = frozenset("nav aside footer form menu".split())
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|crumbs?|breadcrumbs?|share|bdshare\w*|social|related|relate|recommend\w*|comments?|side|"
    r"sidebar|foot|footer|copyright|toolbar|tools?|pager|pagination|advert\w*|ads?|banner|hot|rank|login|search|location|"
    r"position|hidden|sr-only)(?=$|[\s_-])",
    re.I,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![\d.])", re.I)
# Start tag → open elements that it ends; a block ends a paragraph.
_CLOSED_BY = {
    "block": ("p",), "li": ("p", "li"), "dt": ("p", "dt", "dd"), "dd": ("p", "dt", "dd"), "td": ("p", "td", "th"),
    "th": ("p", "td", "th"), "tr": ("p", "td", "th", "tr"),
}  # fmt: skip
_SCOPE = frozenset("td th table body".split())
_BEYOND = frozenset("td th tr table tbody thead tfoot body html".split())
_MAX_MAIN_TEXT = 3_000_000  # characters of source; larger pages are read whole
_MAX_DEPTH = 1_000  # open elements; deeper pages are made to hurt parsers
_CELL = 300  # characters that a cell of a table of data may have; in larger ones stands the layout of a page


@dataclass(frozen=True, slots=True)
class _Piece:
    """source[start:end] is read as text."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Unit:
    """A paragraph, a line or a table row. holders: numbers of the elements that it stands in, outermost first."""

    pieces: list[_Piece]
    holders: tuple[int, ...]
    tag: str
    furniture: bool = False
    break_before: str = "\n"
    linked: int = 0
    cell: tuple[int, int, int] | None = None  # table, row, column, for a unit that stands in a table
    marks: list[tuple[int, str]] = field(default_factory=list)  # piece number → what separates it from the one before
    key: str = ""

    @property
    def text(self) -> str:
        separators = dict(self.marks)
        return "".join(separators.get(i, "") + piece.text for i, piece in enumerate(self.pieces))


@dataclass
class _Page:
    units: list[_Unit] = field(default_factory=list)
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)  # meta → "meta name=PubDate", as it is written
    linked_data: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    address: str = ""
    depth: int = 0


@dataclass(slots=True)
class _Open:
    name: str
    unseen: bool
    furniture: bool
    holders: tuple[int, ...]
    cell: tuple[int, int, int] | None


# ---- the door of this file -------------------------------------------------------------------------------------------


def read(data: bytes, charset: str = "") -> Reading:
    """The bulletin of a web page. charset: the encoding that its server names, "" when it names none."""
    from sources.readers.main_text import main_text

    return read_page(data, main_text, charset)


def read_fragment(data: bytes) -> Reading:
    """The bulletin in a piece of a page in UTF-8, such as a table's cell holds: all of it but what is hidden."""
    return read_source(data.decode("utf-8", "replace"), "utf-8", lambda _: "")


def read_page(data: bytes, judge: Callable[[str], str], charset: str = "") -> Reading:
    """The same, with another judge. judge: source → its main text, as `main_text` gives it."""
    source, encoding = decode_page(data, charset)
    return read_source(source, encoding, judge)


def read_source(source: str, encoding: str, judge: Callable[[str], str]) -> Reading:
    """The bulletin of a web page that is decoded already."""
    page = _walk(source)
    _join_rows(page)
    for unit in page.units:
        unit.key = _key(unit.text)
    page.units = [u for u in page.units if u.key]
    small = len(source) <= _MAX_MAIN_TEXT and page.depth <= _MAX_DEPTH
    title = _title(page)
    chosen = _choose(page, judge(source) if small else "", title.value)
    return Reading(source, encoding, "html", tuple(_edits(source, page.units, chosen)), told=_told(page, title))


_DECLARED = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w-]{2,20})|<\?xml[^>]{0,100}encoding=[\"']([\w-]{2,20})", re.I
)
_NO_TEXT = re.compile(rb"<script\b.*?</script|<style\b.*?</style|<[^<>]{0,2000}>|[ \t\r\n]{2,}", re.I | re.S)
_SURE = 0.8


def decode_page(data: bytes, charset: str = "") -> tuple[str, str]:
    """Source and encoding. What server and page name counts only when the text alone leaves doubt: pages are copied,
    converted and served by other servers, and keep their declaration."""
    visible = data if b"\x00" in data[:1000] else _NO_TEXT.sub(b" ", data)
    declared = _DECLARED.search(data[:4096])
    named = [charset] if charset else []
    named += [(declared[1] or declared[2]).decode("ascii")] if declared else []
    decoded = decode(visible if visible.strip() else data, *named)
    encoding = decoded.encoding
    # An encoding that is none of the candidates, Shift_JIS or KOI8-R, is believed where none of these is likely.
    for name in named if decoded.score < _SURE else ():
        name = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252"}.get(
            name.lower(), name.lower()
        )
        try:
            data.decode(name)
        except (LookupError, ValueError):
            continue
        encoding = name
        break
    return data.decode(encoding, "replace"), encoding


# ---- from tokens to units --------------------------------------------------------------------------------------------

_REFERENCE = re.compile(
    r"(?P<space>[ \t\r\n\f]{2,}|[\t\r\n\f])|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?"
)
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")


def _walk(source: str) -> _Page:
    page = _Page()
    saved = _SAVED_FROM.search(source[:2000])
    if saved:
        page.address = saved[1]
    stack: list[_Open] = [_Open("", False, False, (), None)]
    counts: Counter[str] = Counter()
    links = holders = tables = 0
    tags: list[str] = ["p"]
    unit: _Unit | None = None
    gap = "\n"
    raw_text = ""
    rows: dict[int, list[int]] = {}  # table → row and column that are open

    for token in tokens(source):
        top = stack[-1]
        if token.kind == "text":
            if raw_text == "title" and not page.title:
                page.title = _line(source[token.start : token.end])
            elif raw_text == "script:ld" and len(page.linked_data) < 20:
                page.linked_data.append(source[token.start : token.end])
            if top.unseen:
                continue
            pieces = _pieces(source, token.start, token.end, keep_lines="pre" in counts and counts["pre"] > 0)
            if unit is None:
                if not any(piece.text.strip() for piece in pieces):
                    continue
                unit = _Unit([], top.holders, tags[-1], top.furniture, gap, cell=top.cell)
                gap = "\n"
                page.units.append(unit)
            unit.pieces += pieces
            if links:
                unit.linked += sum(len(piece.text.strip()) for piece in pieces)
            continue
        name = token.name
        if token.kind == "start":
            if name == "meta":
                _meta(page, token)
            elif name == "time" and token.get("datetime"):
                page.times.append(token.get("datetime"))
            elif name == "link" and "canonical" in token.get("rel").lower():
                page.meta.setdefault("canonical", token.get("href"))
                page.named.setdefault("canonical", "link rel=canonical")
            raw_text = "script:ld" if name == "script" and "ld+json" in token.get("type").lower() else name
            if name == "br" or name in _BLOCK:
                unit = None
                if name != "br":
                    gap = "\n\n"
            if name == "body" and counts["head"]:  # the end tag of the head may be left out
                _close(stack, counts, "head")
                top = stack[-1]
            if name in _VOID or len(stack) > 200_000:
                continue
            if name == "a" and counts["a"]:
                _close(stack, counts, "a")
                links, top = 0, stack[-1]
            while top.name in _CLOSED_BY.get(name, _CLOSED_BY["block"] if name in _BLOCK else ()):
                _close(stack, counts, top.name)
                top = stack[-1]
            within, cell = top.holders, top.cell
            if name in _HOLDER:
                holders += 1
                # Depth is bounded so that a page of nested elements alone does not take memory by its square.
                within = (*within, holders) if len(within) < 60 else within
            if name == "table":
                tables += 1
                rows[tables] = [0, 0]
                cell = (tables, 0, 0)
            elif name == "tr" and cell:
                rows[cell[0]][0] += 1
                rows[cell[0]][1] = 0
            elif name in ("td", "th") and cell:
                rows[cell[0]][1] += 1
                row, column = rows[cell[0]]
                cell = (cell[0], row, column)
            attributes = token.attributes or {}
            hidden = "hidden" in attributes or bool(_HIDDEN_STYLE.search(token.get("style")))
            named = f"{token.get('class')} {token.get('id')}" if name not in ("body", "html", "article", "main") else ""
            furniture = top.furniture or name in _FURNITURE_TAG or bool(_FURNITURE_NAME.search(named))
            stack.append(_Open(name, top.unseen or hidden or name in _UNSEEN, furniture, within, cell))
            page.depth = max(page.depth, len(stack))
            counts[name] += 1
            if name == "a":
                links = 1
            if name in _HEADINGS:
                tags.append(name)
        else:
            raw_text = ""
            if name in _BLOCK:
                unit, gap = None, "\n\n"
            if name == "a":
                links = 0
            if name in _HEADINGS and len(tags) > 1:
                tags.pop()
            if counts[name]:
                _close(stack, counts, name)
                links = links if counts["a"] else 0
    return page


def _close(stack: list[_Open], counts: Counter[str], name: str) -> None:
    # A stray end tag inside a table closes nothing around it; nor does one that is far off.
    for element in reversed(stack[-1000:]):
        if element.name == name:
            break
        if element.name in _SCOPE and name not in _BEYOND:
            return
    else:
        return
    while len(stack) > 1:
        closed = stack.pop().name
        counts[closed] -= 1
        if closed == name:
            return


def _pieces(source: str, start: int, end: int, *, keep_lines: bool) -> list[_Piece]:
    """The text between two tags, white space as a browser shows it."""
    found, at = [], start
    for match in _REFERENCE.finditer(source, start, end):
        a, b = match.span()
        if match["space"] is not None:
            wide = start < a and b < end and _WIDE.match(source[a - 1]) and _WIDE.match(source[b])
            text = "\n" if keep_lines and "\n" in match["space"] else "" if wide else " "
        else:
            text = html.unescape(match.group())
            if text == match.group():
                continue
        if at < a:
            found.append(_Piece(at, a, source[at:a]))
        found.append(_Piece(a, b, text))
        at = b
    if at < end:
        found.append(_Piece(at, end, source[at:end]))
    return found


def _join_rows(page: _Page) -> None:
    """Makes one unit of each row of a table of data, its cells set apart by " | "."""
    tables: dict[int, list[_Unit]] = {}
    for unit in page.units:
        if unit.cell:
            tables.setdefault(unit.cell[0], []).append(unit)
    outer = {u.cell[0] for u in page.units if u.cell} - tables.keys()
    data = set()
    for number, units in tables.items():
        lengths: Counter[tuple[int, int]] = Counter()
        columns: dict[int, set[int]] = {}
        for unit in units:
            if unit.cell and unit.cell[2]:
                lengths[unit.cell[1:]] += len(unit.text)
                columns.setdefault(unit.cell[1], set()).add(unit.cell[2])
        wide = sum(len(found) > 1 for found in columns.values())
        if (
            wide >= 2
            and max(lengths.values()) <= _CELL
            and number not in outer
            and all(u.cell and u.cell[2] for u in units)
        ):
            data.add(number)
    joined: list[_Unit] = []
    for unit in page.units:
        last = joined[-1] if joined else None
        if (
            last and unit.cell and last.cell and unit.cell[0] in data
            and unit.cell[:2] == last.cell[:2]
        ):  # fmt: skip
            last.marks.append((len(last.pieces), " " if unit.cell == last.cell else " | "))
            last.marks += [(len(last.pieces) + i, mark) for i, mark in unit.marks]
            last.pieces += unit.pieces
            last.linked += unit.linked
            last.cell = unit.cell
            continue
        if last and unit.cell and last.cell and unit.cell[0] in data and unit.cell[0] == last.cell[0]:
            unit.break_before = "\n"
        joined.append(unit)
    page.units = joined


# ---- what is main ----------------------------------------------------------------------------------------------------

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE = re.compile(
    rf"\d{{4}}\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}"
    rf"|{_MONTH}\.? \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH}\.?,? \d{{4}}"
)
_BRACKET = r"[\[【(（「]?\s*"
_SHUT = r"\s*[\]】)）」]?"
_SIZES = rf"(?:{_BRACKET}(?:特大|超大|大|中|小|默认|預設|标准|標準|[Aa][+-]?|[ＡA]){_SHUT}[\s|·]*)+"
_TOOL = re.compile(
    rf"{_BRACKET}(?:字\s*[体體号號][大小]{{0,2}}|Font(?: size)?)\s*[:：]?\s*{_SIZES}{_SHUT}"
    rf"|{_BRACKET}(?:打印(?:本[页稿文])?|列印|友善列印|关闭(?:窗口|本页)?|關閉(?:視窗)?|加入收藏|收藏|复制链接|"
    rf"複製連結|返回(?:顶部|列表|首页)|语音播报|我要纠错|扫一扫[^\s]{{0,20}}|"
    rf"Print(?: this page)?|Share(?: this(?: page| article)?)?|Close){_SHUT}(?=\s|$|[【\[（(|])"
    r"|(?:分享(?:到|至)?|轉寄|转发)\s*[:：]?.{0,60}$|(?:Share (?:on|to|via))\b.{0,60}$"
    r"|(?:点击|點擊|浏览|瀏覽|阅读|閱讀|访问)(?:量|次数|次數|数|數|人次)?\s*[:：]\s*\d*\s*次?",
    re.I,
)
_FURNITURE = re.compile(
    r"^\W*(?:首\s?[页頁]\W|(?:您|你)?(?:现在|現在)?(?:的)?(?:所在|当前|當前)(?:的)?(?:位置|栏目|欄目)|上一[篇页頁]|下一[篇页頁]|相关(?:阅读|链接|新闻|文章|稿件|报道|推荐)|"
    r"相關(?:閱讀|連結|新聞|文章|報導)|延伸(?:阅读|閱讀)|推荐阅读|推薦閱讀|热门|熱門|猜你喜欢|更多|返回|版权所有|版權所有|免责声明|网站地图|網站地圖|联系我们|"
    r"聯絡我們|主办单位|主辦單位|技术支持|ICP备|.{0,30}ICP\s*[备備]|.{0,30}公网安备|扫码|扫一扫|关注我们|微信公众号|网站标识码|"
    r"skip to|home\s*[>»/|›]|you are here|related (?:articles|stories|news|links)|read more|more (?:news|stories|from)|"
    r"copyright|©|all rights reserved|privacy|terms of|cookie|subscribe|sign (?:in|up)|follow us|advertisement|"
    r"(?:previous|next)(?: article| post| page)?\s*[:：>»]?|print\s*$|share\s*$|back to top)",
    re.I,
)
_KEPT_LINK = re.compile(r"^\W*(?:附件|附錄|附录|Attachment|Annex|Appendix)", re.I)
_NOT_WORD = re.compile(r"[\W_]+")


def _key(text: str) -> str:
    return _NOT_WORD.sub("", text)


def _choose(page: _Page, main: str, title: str) -> dict[int, list[tuple[int, int]]]:
    """Numbers of the units that are the bulletin → spans of their text that are furniture all the same."""
    units = page.units
    lines = {_key(line) for line in main.split("\n")}
    joined = _key(main)
    found: list[int] = []
    at = 0
    for i, unit in enumerate(units):
        if unit.key in lines:
            found.append(i)
        elif len(unit.key) >= 12:
            place = joined.find(unit.key, at)
            place = joined.find(unit.key) if place < 0 else place
            if place >= 0:
                found.append(i)
                at = place + len(unit.key)
    found = [i for i in found if not _is_furniture(units[i], matched=True)]
    known = sum(len(units[i].key) for i in found)
    plain = [i for i, u in enumerate(units) if not _is_furniture(u)]
    # Extraction gave little: less than a fifth of what is no furniture by its look.
    if not found or known < 60 and known < sum(len(units[i].key) for i in plain) / 5:
        return {i: _tools(units[i]) for i in plain or range(len(units))}
    root = _root([units[i] for i in found], 0.85)
    first, last = found[0], found[-1]
    chosen = set(found)
    for i in range(first, last + 1):
        if units[i].holders[: len(root)] == root and not _is_furniture(units[i]):
            chosen.add(i)
    _add_signature(units, chosen, root, last)
    _add_head(units, chosen, title)
    return {i: _tools(units[i]) for i in sorted(chosen)}


def _root(units: Sequence[_Unit], share: float) -> tuple[int, ...]:
    """The innermost element that holds this share of their characters, as `holders` tell it."""
    weights: Counter[tuple[int, ...]] = Counter()
    for unit in units:
        for depth in range(len(unit.holders) + 1):
            weights[unit.holders[:depth]] += len(unit.key)
    return max((h for h, weight in weights.items() if weight >= share * weights[()]), key=len)


def _is_furniture(unit: _Unit, matched: bool = False) -> bool:
    text = unit.text.strip()
    length = max(len(text), 1)
    linked = unit.linked / length
    if linked > 0.5 and not _KEPT_LINK.match(text) and (unit.furniture or length < 60 and not unit.tag.startswith("h")):
        return True
    if length <= 120 and _FURNITURE.match(text):
        return True
    if length <= 80 and not _key(_TOOL.sub("", text)):
        return True
    return unit.furniture and not matched


def _add_signature(units: Sequence[_Unit], chosen: set[int], root: tuple[int, ...], last: int) -> None:
    """Short lines that end the text in the element that holds it: who signs, the day, what is attached."""
    for i in range(last + 1, min(last + 9, len(units))):
        unit = units[i]
        if not root or unit.holders[: len(root)] != root or len(unit.key) > 120:
            return
        if _is_furniture(unit):
            if _FURNITURE.match(unit.text.strip()):
                return
            continue
        chosen.add(i)


def _add_head(units: Sequence[_Unit], chosen: set[int], title: str) -> None:
    """The title and the line of date and source, which often stand outside the element of the text."""
    first = min((i for i in chosen if len(units[i].key) >= 30), default=min(chosen))
    wanted = _key(title)
    places = [
        i for i in range(max(0, first - 40), first + 1) if wanted and units[i].key == wanted and units[i].linked == 0
    ]
    if not places:
        headings = [i for i in range(max(0, first - 40), first + 1) if units[i].tag in ("h1", "h2")]
        keys = {i: units[i].key for i in headings if len(units[i].key) >= 6}
        places = [i for i, key in keys.items() if not wanted or key in wanted or wanted in key]
    start = places[-1] if places else first
    chosen.update(places[-1:])
    for i in range(max(0, start - 3), first):
        text = units[i].text.strip()
        told = LABELLED.search(text) or _DATE.search(text)
        if told and len(text) <= 200 and not units[i].linked > len(text) / 2 and not _FURNITURE.match(text):
            chosen.add(i)
        elif places and i < start:
            continue
    for i in [i for i in chosen if i < start - 3]:
        chosen.discard(i)


def _tools(unit: _Unit) -> list[tuple[int, int]]:
    text = unit.text
    if len(text) > 300 or not (LABELLED.search(text) or _DATE.search(text) or len(text) < 60):
        return []
    return [m.span() for m in _TOOL.finditer(text) if m.group().strip()]


# ---- from units to edits ---------------------------------------------------------------------------------------------


def _edits(source: str, units: Sequence[_Unit], chosen: dict[int, list[tuple[int, int]]]) -> Iterator[Edit]:
    at, gap = 0, ""
    passed = False  # whether text was left out since the last piece
    for i, unit in enumerate(units):
        if i not in chosen:
            passed = True
            continue
        separators = dict(unit.marks)
        gap = unit.break_before if at else ""
        place = 0  # in unit.text
        for j, whole in enumerate(unit.pieces):
            gap += separators.get(j, "")
            place += len(separators.get(j, ""))
            for piece, kept in _cut(whole, place, chosen[i]):
                if not kept:
                    passed = True
                    continue
                if at < piece.start or gap:
                    yield Edit(at, piece.start, gap, "furniture" if passed else "markup")
                if source[piece.start : piece.end] != piece.text:
                    yield Edit(piece.start, piece.end, piece.text, "entity" if source[piece.start] == "&" else "markup")
                at, gap, passed = piece.end, "", False
            place += len(whole.text)
    if at < len(source):
        yield Edit(at, len(source), "", "furniture" if passed else "markup")


def _cut(piece: _Piece, place: int, cuts: Sequence[tuple[int, int]]) -> Iterator[tuple[_Piece, bool]]:
    """The piece in stretches that are kept and that are not; place: where it begins in the text of `cuts`."""
    at, end = 0, len(piece.text)
    verbatim = piece.end - piece.start == end
    for a, b in cuts:
        a, b = max(a - place, at), min(b - place, end)
        if a >= b:
            continue
        if not verbatim:
            yield piece, False
            return
        if at < a:
            yield _Piece(piece.start + at, piece.start + a, piece.text[at:a]), True
        yield _Piece(piece.start + a, piece.start + b, piece.text[a:b]), False
        at = b
    if at < end:
        yield (_Piece(piece.start + at, piece.end, piece.text[at:]) if verbatim else piece), True


# ---- what the page says of itself ------------------------------------------------------------------------------------

# GB/T standard pages of Chinese government (ArticleTitle, PubDate …), Open Graph, Dublin Core; the first that is there.
_TITLES = ("articletitle", "og:title", "twitter:title", "dc.title", "citation_title")
_DAYS = (
    "pubdate article:published_time og:published_time publishdate publish_date publishedtime firstpublishedtime "
    "datepublished dc.date dc.date.issued dcterms.date dcterms.issued date parsely-pub-date citation_date"
).split()
_ISSUERS = ("contentsource", "dc.publisher", "dcterms.publisher", "citation_publisher", "sitename")
_COLUMNS = ("columnname", "article:section")
_CRUMBS = re.compile(r"首\s?[页頁]|^\W*home\b|所在(?:的)?位置|当前位置|當前位置|you are here", re.I)
_CRUMB_SIGNS = re.compile(r"\s*(?:[>＞»›→]+|&gt;)\s*|\s+[/|-]\s+|(?<=[\u4e00-\u9fff])[/|-](?=[\u4e00-\u9fff])")
_TITLE_SIGNS = re.compile(r"\s*(?:[_|｜»]|--|\s[-–—·]\s|[—–-](?=[^-–—]*$))\s*")


def _meta(page: _Page, token: Token) -> None:
    kind = next((kind for kind in ("name", "property", "itemprop") if token.get(kind)), "")
    name, content = _line(token.get(kind))[:60], _line(token.get("content"))
    if name and content and len(page.meta) < 200 and name.lower() not in page.meta:
        page.meta[name.lower()] = content
        page.named[name.lower()] = f"meta {kind}={name}"


def _line(text: str) -> str:
    return " ".join(html.unescape(text[:2000]).split())[:500]


def _title(page: _Page) -> Told:
    """The title, and what tells it."""
    told = _first(page, _TITLES) or _linked(page, "headline") or Told("", "")
    headings = [u.text.strip() for u in page.units if u.tag == "h1" and len(u.key) >= 4]
    whole = told.value or page.title
    by = told.by or "title"
    # The page's title as it stands in the text is free of the name of the site.
    for unit in page.units:
        if (
            6 <= len(unit.key) <= 200
            and unit.linked == 0
            and unit.key in _key(whole)
            and _key(whole).startswith(unit.key)
        ):
            return Told(" ".join(unit.text.split()), by)
    if told.value:
        return told
    if len(headings) == 1:
        return Told(" ".join(headings[0].split()), "heading h1")
    parts = [part for part in _TITLE_SIGNS.split(page.title) if part.strip()]
    # "Title_Column_Site" and "Title - Site": the title is first, unless the first is the site's short name.
    return Told(max(parts[:2], key=len).strip() if parts else "", by)


def _first(page: _Page, names: Sequence[str]) -> Told | None:
    """The first of these tags of the page's head that says something."""
    return next((Told(page.meta[name], page.named[name]) for name in names if page.meta.get(name)), None)


def _linked(page: _Page, key: str) -> Told | None:
    """A value of the page's JSON-LD: "headline", "datePublished", "publisher"."""
    for text in page.linked_data:
        try:
            known = json.loads(text)
        except (ValueError, RecursionError):
            continue
        items = known if isinstance(known, list) else known.get("@graph", [known]) if isinstance(known, dict) else []
        for item in items if isinstance(items, list) else []:
            value = item.get(key) if isinstance(item, dict) else None
            value = value.get("name") if isinstance(value, dict) else value
            if isinstance(value, str) and value.strip():
                return Told(_line(value), f"JSON-LD {key}")
    return None


def _told(page: _Page, title: Told) -> dict[str, Told]:
    days = [Told(page.meta[name], page.named[name]) for name in _DAYS if page.meta.get(name)]
    days += [*filter(None, [_linked(page, "datePublished")]), *(Told(t, "time datetime") for t in page.times[:1])]
    address = Told(page.address, "saved from url") if page.address else _first(page, ("canonical", "og:url", "url"))
    told = {
        "title": title,
        "published": next((Told(day, said.by) for said in days if (day := day_of(said.value))), None),
        "issuer": _first(page, _ISSUERS) or _linked(page, "publisher"),
        "column": _first(page, _COLUMNS) or Told(_crumb(page, title.value), "path of links"),
        "site": _first(page, ("og:site_name", "sitename")),
        "author": _first(page, ("author",)) or _linked(page, "author"),
        "url": address if address and address.value.startswith(("http://", "https://")) else None,
    }
    return known({name: said for name, said in told.items() if said})


def day_of(text: str) -> str:
    """The first full date in what a file says of itself, as ISO 8601; "" without one."""
    compact = re.match(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)(?!\d{1,2}\b)", text)
    told = f"{compact[1]}-{compact[2]}-{compact[3]}" if compact else text[:200]
    values = [fact.token.removeprefix("date:") for fact in read_dates(fold(told))]
    return next((value for value in values if re.fullmatch(r"\d{4}-\d\d-\d\d", value)), "")


def _crumb(page: _Page, title: str) -> str:
    """The column from "首页 > 新闻 > 通知公告 > 正文"."""
    lines = [u.text for u in page.units if len(u.text) <= 200 and _CRUMBS.search(u.text)]
    for line in lines:
        crumbs = [c.strip(" \t\r\n:：") for c in _CRUMB_SIGNS.split(line)]
        inner = [
            c
            for c in crumbs[1:]
            if c and not re.fullmatch(r"正文|内容|內容|详情|詳情|(?:article|content|detail)s?", c, re.I)
        ]
        inner = [c for c in inner if _key(c) != _key(title) and len(c) <= 20]
        if inner:
            return inner[-1]
    return ""
