"""From the text as it came to the text as it was published, and the way back. Pure.

A text is repaired in passes, each a function from text to edits, until no pass finds anything more: so a repaired text
needs no repair. What is certain is repaired. A character that is gone becomes □, which is how Chinese typesetting marks
one (GB/T 15834), and is listed as suspicious. Where one byte of it is left, and the bulletin itself or a known term has
one character only that fits, it is restored, and listed too.
"""

from __future__ import annotations

import bisect
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from html.entities import html5
from importlib import resources
from itertools import accumulate, compress, cycle, islice, pairwise, repeat
from operator import attrgetter
from statistics import median

from sources.bulletin import Edit, TextMap, compose, replaced
from sources.decode import FREQUENT
from sources.sentences import columns, lost_character

LOST = "□"
# Real damage is one or two layers deep (an escaped entity, a tag behind it); the bound keeps hostile nesting cheap.
_MAX_ROUNDS = 50

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"


@dataclass(frozen=True)
class Repaired:
    """Clean text, the map from each of its characters to the raw ones, and what was done.

    counts: how often each kind of repair was made. suspicious: (start, end, reason) in the clean text, in order:
    places where something is lost or looks wrong, for a reader to judge.
    """

    text: str
    map: TextMap
    counts: Mapping[str, int]
    suspicious: tuple[tuple[int, int, str], ...] = ()


def repair(raw: str) -> Repaired:
    """The text as published. repair(repair(raw).text) changes nothing, and clean raw text comes back as it is.

    >>> repaired = repair("行業(yè)&nbsp;綠色</span>發展")
    >>> repaired.text, repaired.counts
    ('行業 綠色發展', {'entity': 1, 'pinyin': 1, 'space': 1, 'tag': 1})
    """
    text, counts = raw, Counter[str]()
    # The edits of the first pass that found any, which may be thousands, and those made on the text behind them.
    first: list[Edit] = []
    behind, more = raw, ()  # type: str, tuple[Edit, ...]
    # Triggers in the text behind the first pass, and all that edits put in since: what they take out is not worth
    # another look.
    present: set[str] | None = None
    absent: set[Pass] = set()  # passes that have nothing to do with the characters present
    idle = 0  # passes in a row that found nothing: when all have, on the same text, it is done
    for trigger, repairs in islice(cycle(_PASSES), _MAX_ROUNDS * len(_PASSES)):
        if trigger is not None and repairs not in absent:
            present = _occurring(text) if present is None else present
            if present.isdisjoint(trigger):
                absent.add(repairs)
        found = [] if repairs in absent else list(repairs(text))
        idle = 0 if found else idle + 1
        if found:
            text = replaced(text, found)
            if first:
                more = compose(behind, more, found)
            else:
                first, behind = found, text
            counts.update(map(_kind, found))
            if present is not None:
                known = len(present)
                present.update(*map(_put_in, found))
                if len(present) > known:
                    absent.clear()
        elif idle == len(_PASSES):
            break
    edits = compose(raw, first, more)
    return Repaired(text, TextMap(edits), dict(sorted(counts.items())), suspicious(text, edits))


_kind, _put_in = attrgetter("kind"), attrgetter("text")


# ---- the passes ----------------------------------------------------------------------------------------------------

# UTF-8 read as Windows-1252: each byte became one character.
_BYTE_OF = {chr(b): b for b in range(0x80, 0x100)}
_BYTE_OF |= {c: b for b in range(0x80, 0xA0) if (c := bytes([b]).decode("cp1252", "ignore"))}


def _characters(low: int, high: int) -> str:
    return "".join(re.escape(c) for c, b in _BYTE_OF.items() if low <= b <= high)


_NEXT = _characters(0x80, 0xBF)
_WESTERN_MISREAD = re.compile(
    rf"[{_characters(0xC2, 0xDF)}][{_NEXT}]"
    rf"|[{_characters(0xE0, 0xEF)}][{_NEXT}]{{2}}"
    rf"|[{_characters(0xF0, 0xF4)}][{_NEXT}]{{3}}"
)
_FROM_WESTERN = re.compile(  # what such a run may stand for; É» is a capital and a quotation mark, not ɻ
    r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dcāēīōūǎěǐǒǔǖǘǚǜ"
    r"\u2002-\u2064\u20ac\u2100-\u2bff\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\ufeff-\uffef\ufffd"
    r"\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)


def _western_misread(text: str) -> Iterator[Edit]:
    for match in _WESTERN_MISREAD.finditer(text):
        try:
            character = bytes(_BYTE_OF[c] for c in match.group()).decode("utf-8")
        except UnicodeDecodeError:
            continue
        if _FROM_WESTERN.match(character):
            yield Edit(match.start(), match.end(), character, "mojibake")


_REPLACED = re.compile(r"[\ufffd\ud800-\udfff]+|(?:锟斤拷)+")  # 锟斤拷: U+FFFD twice, read as GBK

# UTF-8 read as GBK: bytes paired across characters. Every such text has one of these, which come from the lead bytes of
# punctuation and of the most frequent characters.
_CHINESE_MISREAD_MARKS = frozenset("銆锛鈥鐨勬鍥涓鏄鍦浠鏈")
_CHINESE_MISREAD_MARK = re.compile(f"[{''.join(sorted(_CHINESE_MISREAD_MARKS))}]")
_NOT_ASCII_RUN = re.compile(r"[^\x00-\x7f]{4,}")


def _chinese_misread(text: str) -> Iterator[Edit]:
    # 鏈 alone is an ordinary character; misread text has one of the marks in every ten characters or so.
    runs = list(_NOT_ASCII_RUN.finditer(text))
    starts = [run.start() for run in runs]
    marks = Counter[int]()
    for mark in _CHINESE_MISREAD_MARK.finditer(text):
        i = bisect.bisect_right(starts, mark.start()) - 1
        if i >= 0 and mark.start() < runs[i].end():
            marks[i] += 1
    sure = {i: _meant(runs[i].group()) for i, n in marks.items() if n * 40 >= len(runs[i].group())}
    if not any(sure.values()):
        return
    for i, run in enumerate(runs):
        meant = sure.get(i) or _meant(run.group())  # where one stretch was misread, one without a mark was too
        if meant:
            yield Edit(*run.span(), meant, "mojibake")


def _meant(run: str) -> str:
    """What a stretch of misread text stands for; "" when that is no better."""
    data = b"\xff".join(part.encode("gb18030", "replace") for part in run.split("\ufffd"))
    meant = _REPLACED.sub(LOST, data.decode("utf-8", "replace"))
    sure = meant.replace(LOST, "")
    return meant if _familiar(sure) > max(0.6, _familiar(run) + 0.3) and len(sure) > 2 / 3 * len(meant) else ""


_PUNCTUATION = frozenset("，。、；：？！（）《》“”‘’【】「」『』—…·")


def _familiar(text: str) -> float:
    """The share of frequent Chinese characters and punctuation, in [0, 1]."""
    return sum(c in FREQUENT or c in _PUNCTUATION for c in text) / max(len(text), 1)


def _replaced(text: str) -> Iterator[Edit]:
    for match in _REPLACED.finditer(text):
        yield Edit(match.start(), match.end(), LOST, "lost")


_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def _line_ends(text: str) -> Iterator[Edit]:
    for match in _LINE_END.finditer(text):
        yield Edit(match.start(), match.end(), "\n", "line-end")


# Zero-width, directional and soft-hyphen characters; control characters but for tab and line feed.
_INVISIBLE_CODES = (
    *range(0x00, 0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, 0x61C, 0x115F, 0x1160, 0x180E,
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, 0xFEFF, 0xFFA0,
    *range(0xFFF9, 0xFFFC),
)  # fmt: skip
_INVISIBLE_CHARACTERS = frozenset(map(chr, _INVISIBLE_CODES))
_INVISIBLE = re.compile(f"[{''.join(map(re.escape, sorted(_INVISIBLE_CHARACTERS)))}]+")


def _invisible(text: str) -> Iterator[Edit]:
    for match in _INVISIBLE.finditer(text):
        yield Edit(match.start(), match.end(), "", "control" if match.group() < "\xa0" else "invisible")


_ENTITY = re.compile(
    r"&(?:amp;)*(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};|nbsp(?![a-z]))|&(?:amp;)+"
)


def _entities(text: str) -> Iterator[Edit]:
    for match in _ENTITY.finditer(text):
        name = match.group(1)
        if not name or (name[0] != "#" and name.removesuffix(";") + ";" not in html5):
            if "&amp;" in match.group():  # "&amp;Co;" is "&Co;"
                yield Edit(match.start(), match.end(), "&" + (name or ""), "entity")
            continue
        yield Edit(match.start(), match.end(), html.unescape("&" + name.removesuffix(";") + ";"), "entity")


_BLOCK_TAGS = (
    "address|article|blockquote|br|center|div|dd|dl|dt|footer|form|h[1-6]|header|hr|li|ol|p|section|table|tbody|thead|"
    "title|tr|ul"
)
_INLINE_TAGS = (
    "a|abbr|acronym|b|big|body|cite|code|del|em|figure|figcaption|font|head|html|i|iframe|img|input|ins|label|link|main|"
    "meta|nav|o:p|object|option|param|pre|s|select|small|source|span|st1:[a-z]+|strike|strong|style|script|sub|sup|td|"
    "textarea|th|tt|u|var|video|v:[a-z]+"
)
_ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}'|[^\s"'<>]{1,2000})){0,30}\s*"""
_TAG = re.compile(
    r"(?P<comment><!--)"
    r"|<!doctype[^<>]{0,500}>"
    rf"|</?(?P<block>{_BLOCK_TAGS})\b(?![\w:-]){_ATTRIBUTES}/?>"
    r"|<(?P<hidden>script|style)\b[^<>]{0,2000}>"
    rf"|</?(?:{_INLINE_TAGS})\b(?![\w:-]){_ATTRIBUTES}/?>"
    # The last character gone: "</span".
    rf"|</(?:{_BLOCK_TAGS}|{_INLINE_TAGS})(?![A-Za-z0-9:>-])",
    re.IGNORECASE | re.DOTALL,
)
# The first character gone: "/span>", "span>". Looked for back from each ">", of which there are few.
_CUT_TAG = re.compile(
    rf"(?:(?<![<A-Za-z0-9/:.=&-])/(?P<block>{_BLOCK_TAGS})|(?<![<A-Za-z0-9/:.=&-])/(?:{_INLINE_TAGS})"
    r"|(?<![<A-Za-z0-9/-])(?:span|font|strong|div|table|tbody))>\Z",
    re.IGNORECASE,
)
_CUT_TAG_CHARS = 16
_ALONE = re.compile(rf"<(?:script|style){_ATTRIBUTES}/?>", re.IGNORECASE)
# Where comments and scripts end, and how many characters after their beginning at most.
_ENDS = {
    "comment": (re.compile(r"-->"), 5_000),
    "hidden": (re.compile(r"</(?:script|style)\s*>", re.IGNORECASE), 50_000),
}


def _tags(text: str) -> Iterator[Edit]:
    found = list(_whole_tags(text))
    at, end = text.find(">"), 0
    whole = iter(found)
    following = next(whole, None)
    cut: list[tuple[int, int, bool]] = []
    while at >= 0:
        while following and following[1] <= at:
            end, following = following[1], next(whole, None)
        if not (following and following[0] <= at):
            match = _CUT_TAG.search(text, max(end, at - _CUT_TAG_CHARS), at + 1)
            if match:
                cut.append((*match.span(), bool(match["block"])))
                end = at + 1
        at = text.find(">", at + 1)
    first = last = 0  # of the tags that stand together
    for start, end, block in sorted([*found, *cut]) if cut else found:
        first, last = (start if start != last else first), end
        glued = start > 0 and end < len(text) and text[start - 1] != "\n" and text[end] != "\n"
        ends = block and glued and not _is_stray(text, first, text[start:end])
        yield Edit(start, end, "\n" if ends else "", "tag")


def _is_stray(text: str, before: int, tag: str) -> bool:
    """Whether a closing tag that was never opened stands in the middle of a sentence, which ends at `before`."""
    opened = tag.replace("/", "").rstrip("> ").lower()
    if not tag.startswith("</") or re.search(rf"{re.escape(opened)}\b", text, re.IGNORECASE):
        return False
    line = text[max(text.rfind("\n", 0, before), before - 200) + 1 : before]
    return bool(_INNER_MARK.search(line)) and not _LINE_STOP.search(line)


def _whole_tags(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether it ends a paragraph) of tags, comments and scripts."""
    ends: dict[str, list[re.Match[str]]] = {}
    at = 0
    while match := _TAG.search(text, at):
        start, at = match.span()
        name = "comment" if match["comment"] else "hidden" if match["hidden"] else ""
        if name:
            pattern, reach = _ENDS[name]
            if name not in ends:  # looked for once: text with many beginnings and no end would take for ever
                ends[name] = list(pattern.finditer(text))
            following = bisect.bisect_left(ends[name], at, key=re.Match.start)
            if following < len(ends[name]) and ends[name][following].start() - at <= reach:
                at = ends[name][following].end()
            elif name == "comment" or not _ALONE.fullmatch(match.group()):
                at = start + 1
                continue
        yield start, at, bool(match["block"])


# One byte lost inside GBK text shifts the pairing of all bytes up to the next ASCII one: 省（區 = CA A1 A3 A8 85 5E
# with CA gone reads "?。▍^". Shifting back is exact, but for the two characters at the ends, which keep one byte each.
_SHIFTED = re.compile(r"\?(!?[^\x00-\x7f]{0,200})([@-~?]?)")
_OPENERS = {"”": "“", "’": "‘", "》": "《", "」": "「", "』": "『", "】": "【"}


def _shifted(text: str) -> Iterator[Edit]:
    for match in _SHIFTED.finditer(text):
        run, tail = match.groups()
        if not run or not match.start() or not _is_han(text[match.start() - 1]):
            continue
        run = run.replace("!", "！")  # folded to half width by whoever converted the text last
        try:
            data = run.encode("gb18030")
            if len(data) != 2 * len(run):
                continue
            inner = (data[1:-1] if tail == "?" or not tail else data[1:] + tail.encode()).decode("gb18030")
        except UnicodeError:
            continue
        if tail == "?" and len(run) == 1:
            inner = _closing_quote(text, match.start(), match.end(), data[-1])
            if inner:
                first = _lost_first(text, match.start(), inner, data[0])
                yield Edit(match.start(), match.end(), first + inner, "shifted")
            continue
        if not tail or not inner or _familiar(inner) < 0.75 or _familiar(run[1:]) > _familiar(inner) - 0.4:
            continue
        last = _lost_last(text, inner, data[-1]) if tail == "?" else ""
        first = _lost_first(text, match.start(), inner, data[0])
        yield Edit(match.start(), match.end(), first + inner + last, "shifted")


def _is_han(c: str) -> bool:
    return "\u3400" <= c <= "\u9fff"


def _closing_quote(text: str, start: int, end: int, lead: int) -> str:
    """The mark that lost its last byte, when a quotation is open before it and never closed; else ""."""
    if lead != 0xA1:  # first byte of all of them
        return ""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    for closer, opener in _OPENERS.items():
        opened = line.rfind(opener)
        if opened > line.rfind(closer):
            after = re.match(rf"[^\n]*?([{opener}{closer}])", text[end:])
            return closer if not after or after[1] == opener else ""
    return ""


def _lost_first(text: str, at: int, after: str, trail: int) -> str:
    """The character before `after` of which only the last byte is left."""
    fitting = _ending_in(trail)
    if re.match("（(?:自治)?[區区]", after) and "省" in fitting:
        return "省"  # 省（區、市）, 省（自治區、直轄市）: the fixed phrase for all provinces
    return _witnessed(text, text[max(0, at - 2) : at], fitting) or _known(text[max(0, at - 5) : at], fitting) or LOST


def _lost_last(text: str, before: str, lead: int) -> str:
    """The character after `before` of which only the first byte is left."""
    fitting = _beginning_with(lead)
    return _witnessed(text, before[-2:], fitting) or LOST


@cache
def _ending_in(trail: int) -> frozenset[str]:
    characters = {c for lead in range(0x81, 0xF8) if (c := _pair(lead, trail))}
    return frozenset(c for c in characters if _is_han(c) or c.encode("gbk")[0] >= 0xB0)


@cache
def _beginning_with(lead: int) -> frozenset[str]:
    return frozenset(c for trail in range(0x40, 0xFF) if (c := _pair(lead, trail)))


def _pair(lead: int, trail: int) -> str:
    return bytes((lead, trail)).decode("gbk", "ignore")


def _witnessed(text: str, before: str, fitting: Collection[str]) -> str:
    """The one fitting character that follows the same two characters elsewhere in the text; "" when not just one."""
    if len(before) < 2:
        return ""
    places = islice(re.finditer(re.escape(before), text), 200)
    seen = {text[m.end()] for m in places if m.end() < len(text)} & set(fitting)
    return seen.pop() if len(seen) == 1 else ""


@lru_cache(maxsize=1024)
def _known(before: str, fitting: frozenset[str]) -> str:
    """The one fitting character that completes a known term of four characters or more; "" when not just one.

    Words of a general dictionary will not do: those of two characters were wrong in 7 of 100 places in news and
    encyclopaedia text, longer ones in 1 of 100, and a wrong character looks as right as a right one.
    """
    from sources.fold import fold

    folded = fold(before)
    seen = {c for c in fitting for n in range(3, len(folded) + 1) if folded[-n:] + fold(c) in _known_terms()}
    return seen.pop() if len(seen) == 1 else ""


@cache
def _known_terms() -> frozenset[str]:
    """Asked for only when a text is damaged in this way."""
    rows = resources.files("sources").joinpath("terms.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(w for row in rows if not row.startswith("#") for w in row.split("\t")[1].split("|"))


_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿɑɡ"
_SYLLABLE = rf"[a-z?{_TONES}\u0300-\u030c]"
# A line may end before it or inside.
_NOTE = re.compile(rf"([(（](?:(?<=[{_HAN}].)|(?<=[{_HAN}]\n.))\s?(?:{_SYLLABLE}[ \n]{{0,2}}){{1,12}}[1-5]?\s?[)）])")
_NOTE_SIGNS = "()（） \t\n\u3000\xa0"


_edit = partial(tuple.__new__, Edit)  # of four values in a tuple; a third faster than by their names


def _pinyin(text: str) -> list[Edit]:
    if "(" not in text and "（" not in text:
        return []
    # A note may stand at every second character: splitting and summing do the work of many matches in one call each.
    parts = _NOTE.split(text)  # what is before, a note, what is between …
    at = list(accumulate(map(len, parts)))
    starts = [end - before.endswith("\n") for before, end in zip(parts[0::2], at[0::2], strict=False)]
    spans = zip(starts, at[1::2], repeat(""), repeat("pinyin"), strict=False)
    are = [_is_note(before.rstrip("\n")[-1] + note) for before, note in zip(parts[0::2], parts[1::2], strict=False)]
    return list(map(_edit, compress(spans, are)))


@lru_cache(maxsize=16384)
def _is_note(noted: str) -> bool:
    """Whether the character that comes first is read as the parentheses behind it say: "業(yè)"."""
    character, note = noted[0], noted[1:].strip(_NOTE_SIGNS).replace("\n", "").replace(" ", "")
    syllable = note.rstrip("12345")
    plain = _plain(syllable)
    readings = _readings(character)
    if "?" in plain:  # a toned vowel that an encoding could not hold: "qi?ng"
        pattern = re.compile(re.escape(plain).replace(r"\?", "[aeiouv]"))
        return plain.count("?") == 1 and len(plain) > 1 and any(pattern.fullmatch(r) for r in readings)
    toned = syllable != note or plain != syllable
    return plain in readings and (toned or len(plain) > 1)  # "(a)" after 啊 is the head of a list


def _plain(syllable: str) -> str:
    """Without tones, ü as v."""
    letters = unicodedata.normalize("NFC", syllable).replace("ɡ", "g").replace("ɑ", "a")
    decomposed = "".join("v" if c in "üǖǘǚǜ" else c for c in letters)
    return "".join(c for c in unicodedata.normalize("NFD", decomposed) if not "\u0300" <= c <= "\u036f")


@lru_cache(maxsize=8192)
def _readings(character: str) -> frozenset[str]:
    """Every reading of the character, without tones."""
    from pypinyin.pinyin_dict import pinyin_dict

    readings = {_plain(r) for r in pinyin_dict.get(ord(character), "").split(",") if r}
    return frozenset(readings | {r.replace("v", "u") for r in readings})


_FULL_WIDTH = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_FULL_WIDTH_CHARACTERS = frozenset(map(chr, (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))))
_MIXED_WIDTH = re.compile(rf"(?<![{_FULL_WIDTH}])[{_FULL_WIDTH}]++(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])[{_FULL_WIDTH}]+")
_ANY_FULL_WIDTH = re.compile(rf"[{_FULL_WIDTH}]+")
_HALF_WIDTH = re.compile(r"[0-9A-Za-z]")


def _mixed_width(text: str) -> Iterator[Edit]:
    # A text that writes its letters and figures in half width writes a few in full by accident.
    full = sum(map(len, _ANY_FULL_WIDTH.findall(text)))
    few = full and sum(1 for _ in islice(_HALF_WIDTH.finditer(text), 2 * full + 9)) == 2 * full + 9
    for match in (_ANY_FULL_WIDTH if few else _MIXED_WIDTH).finditer(text):
        half = "".join(chr(ord(c) - 0xFEE0) for c in match.group())
        yield Edit(match.start(), match.end(), half, "width")


# A mark of a Chinese sentence: after a Chinese character or a closing sign. A question mark may be a lost character.
_MARK = re.compile(rf"[，；：,;:](?<=[{_HAN}”」』》].)")
_OTHER_WIDTH = {"，": ",", "；": ";", "：": ":", ",": "，", ";": "；", ":": "："}


def _mark_width(text: str) -> Iterator[Edit]:
    """Marks in the width that at most every third of its kind has in this text."""
    counts = Counter(_MARK.findall(text))
    stray = {m for m, n in counts.items() if counts[_OTHER_WIDTH[m]] >= max(2 * n, 3)}
    if stray:
        for match in _MARK.finditer(text):
            if match.group() in stray:
                yield Edit(match.start(), match.end(), _OTHER_WIDTH[match.group()], "width")


# ". ." and "..." are left alone, and "a,,b", an empty field of a table.
_DOUBLED_MARK = re.compile(rf"(?<=[{_HAN}”」』》）])([，。、；：,])\1(?!\1)(?=[{_HAN}“「『《\n]|$)")


def _doubled_marks(text: str) -> Iterator[Edit]:
    if not any(twice in text for twice in ("，，", "。。", "、、", "；；", "：：", ",,")):
        return
    for match in _DOUBLED_MARK.finditer(text):
        yield Edit(match.start() + 1, match.end(), "", "doubled")


# The same line again, at once; short ones may be meant ("0" under "0" in a table).
_DOUBLED_LINE = re.compile(r"^([^\n]{12,}+)((?:\n\1)+)$", re.MULTILINE)


def _doubled_lines(text: str) -> Iterator[Edit]:
    for match in _DOUBLED_LINE.finditer(text):
        line = match[1]
        if columns(line) >= 24 and sum(map(str.isalpha, line)) * 2 > len(line):
            yield Edit(*match.span(2), "", "doubled")


# ---- lines that a program broke

_BROKEN_WORD = re.compile(r"(?<![A-Za-z-])([A-Za-z]+)-\n([a-z]+)(?![A-Za-z-])[^\s]*( ?)")
_WORD_BROKEN, _WORD_ENDS = re.compile(r"(?<![A-Za-z-])([A-Za-z]+)-$"), re.compile(r"[a-z]+(?![A-Za-z-])")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


def _broken_words(text: str) -> Iterator[Edit]:
    if "-\n" not in text:
        return
    for match in _BROKEN_WORD.finditer(text):
        stays = _hyphen_stays(text, match[1], match[2])
        yield Edit(match.end(1) + stays, match.end(1) + 2, "", "hyphen")
        if match[3]:  # the line ends behind the word instead
            yield Edit(match.start(3), match.end(3), "\n", "hyphen")


def _hyphen_stays(text: str, first: str, second: str) -> bool:
    """Whether the text has the compound elsewhere, or both of its parts as words and never as one."""
    words = _words(text)
    first = first.lower()
    return f"{first}-{second}" in words or first + second not in words and {first, second} <= words


@lru_cache(maxsize=1)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(_BROKEN_WORD.sub(" ", text)))


_LINE_STOP = re.compile(r"[。！？…!?.；;：:][”’」』）)】》\"']*$")
_NEW_ITEM = re.compile(r"(?:[-*•·●#>|]|\d{1,2}[.)、]|[（(]?[一二三四五六七八九十]+[）)、是])")
_INNER_MARK = re.compile(r"[，。；、,.;:：](?=.*\w)")
_LINES_TOUCH = re.compile(r"[^\n]\n[^\n]")
_LINE = re.compile(r"[^\r\n]+")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")


def _wraps(text: str) -> Iterator[Edit]:
    """Line ends inside sentences, where the whole text was broken at about one width.

    Prose has its marks inside lines as well, a list of like lines or a heading has not. Damage that has been taken out
    since has left the lines of unequal width.
    """
    if not _LINES_TOUCH.search(text):
        return
    lines = text.split("\n")
    open_ended = [
        i
        for i, (line, following) in enumerate(pairwise(lines))
        if line.strip() and following.strip() and not _LINE_STOP.search(line.rstrip())
        and not _NEW_ITEM.match(following.lstrip())
    ]  # fmt: skip
    widths = {i: columns(lines[i].strip()) for i in open_ended if _INNER_MARK.search(lines[i])}
    if len(widths) < max(5, sum(map(bool, map(str.strip, lines))) / 3):
        return
    usual = median(widths.values())
    if not 40 <= usual <= 120 or sum(0.65 <= width / usual <= 1.35 for width in widths.values()) < 0.8 * len(widths):
        return
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    for i in open_ended:
        line, following = lines[i].rstrip(), lines[i + 1].lstrip()
        # A line without marks may be a heading.
        if columns(line.strip()) < (0.4 if i in widths else 0.8) * usual:
            continue
        start, end = starts[i] + len(line), starts[i + 2] - 1 - len(following)
        first, second = _WORD_BROKEN.search(line), _WORD_ENDS.match(following)
        if first and second:
            stays = _hyphen_stays(text, first[1], second[0])
            yield Edit(start - 1 + stays, end, "", "hyphen")
        else:
            yield Edit(start, end, "" if _is_glued(text[start - 1], text[end], line) else " ", "wrap")


def _is_glued(before: str, after: str, line: str) -> bool:
    """Whether nothing stood between two characters that a line end parts; Chinese has spaces between foreign words."""
    if max(before, after) > "\u2e80":
        return True
    return not (before.isalpha() and after.isalpha()) and 2 * len(_HAN_CHARACTER.findall(line)) > len(line)


def _cut(text: str) -> Iterator[Edit]:
    """Line ends of a text that was cut after every so many characters, inside words and notes too."""
    lines = list(_LINE.finditer(text))
    longest = max((len(line[0]) for line in lines), default=0)
    if not 20 <= longest <= 120:
        return
    full = [
        (line, following)
        for line, following in pairwise(lines)
        if len(line[0]) == longest and following.start() - line.end() <= 2 and _HAN_CHARACTER.search(line[0])
    ]
    # Lines of a list may be alike by chance; prose has its marks inside lines.
    if len(full) < max(5, len(lines) / 3) or 2 * sum(bool(_INNER_MARK.search(one[0])) for one, _ in full) < len(full):
        return
    for line, following in full:
        between = text[line.end() : following.start()]
        if between in ("\n", "\r\n") and not _LINE_STOP.search(line[0]) and not _NEW_ITEM.match(following[0]):
            yield Edit(line.end(), following.start(), "", "wrap")


# Radicals and compatibility forms that PDF extraction leaves in place of ordinary characters, and Latin ligatures.
_COMPATIBILITY = re.compile(r"[\u2e9f\u2ef3\u2f00-\u2fd5\uf900-\ufaff\ufb00-\ufb06\U0002f800-\U0002fa1f]")
_COMPATIBILITY_CHARACTERS = frozenset(
    map(chr, (0x2E9F, 0x2EF3, *range(0x2F00, 0x2FD6), *range(0xF900, 0xFB07), *range(0x2F800, 0x2FA20)))
)


def _compatibility(text: str) -> Iterator[Edit]:
    for match in _COMPATIBILITY.finditer(text):
        ordinary = unicodedata.normalize("NFKC", match.group())
        if ordinary != match.group():
            yield Edit(match.start(), match.end(), ordinary, "compatibility")


_ODD = "\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD_CHARACTERS = re.compile(rf"[{_ODD}]")
# An odd space, or a plain one beside another or at a line's edge, and those behind it; said so that `re` looks at
# spaces only.
_SPACES = re.compile(rf"[ {_ODD}](?:(?<=[{_ODD}])|(?=[ {_ODD}\n]|\Z)|(?<=\n.)|(?<=\A.))[ {_ODD}]*")
# Characters set apart: a heading 通　知, a name 劉　君 in a list of names of three, letter-spaced 國 家 郵 政.
_SPACED_OUT = re.compile(rf"(?<![{_HAN}{LOST}])[{_HAN}](?:[ {_ODD}]+[{_HAN}](?![{_HAN}]))+(?![ {_ODD}]*[{_HAN}])")
_GAP = re.compile(rf"[ {_ODD}]+")


_GAP_AFTER = re.compile(rf"[ {_ODD}](?=[{_HAN}])(?<=[{_HAN} {_ODD}].)")


def _spaced_out(text: str) -> Iterator[Edit]:
    if not _GAP_AFTER.search(text):
        return
    at = 0
    for before in _GAP.finditer(text):  # it can only begin right before one
        match = _SPACED_OUT.match(text, before.start() - 1) if before.start() > at else None
        if not match:
            continue
        start, at = match.start(), match.end()
        end = at
        gaps = list(_GAP.finditer(text, start, end))
        whole_line = (not start or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n")
        # "甲 乙" with one plain space inside a line may be two things.
        if len(gaps) > 1 or whole_line or gaps[0].group() != " ":
            for gap in gaps:
                yield Edit(*gap.span(), "", "space")


def _spaces(text: str) -> Iterator[Edit]:
    # Looking at each space of an English text takes longer than all other passes together.
    signs = any(sign in text for sign in ("  ", "\n ", " \n"))
    if not (signs or text != text.strip(" ") or _ODD_CHARACTERS.search(text)):
        return
    for match in _SPACES.finditer(text):
        start, end = match.span()
        at_edge = not start or text[start - 1] == "\n" or end == len(text) or text[end] == "\n"
        if at_edge or match.group() != " ":
            yield Edit(start, end, "" if at_edge else " ", "space")


Pass = Callable[[str], Iterable[Edit]]
# What hides other damage comes before it, for the most part; what one round leaves the next one finds. A pass whose
# characters are not in the text is skipped; None: never.
_PASSES: tuple[tuple[Collection[str] | None, Pass], ...] = (
    ("\n", _cut),  # before anything changes how long a line is
    (None, _pinyin),  # there may be thousands: their composition with all others is left to the end
    (frozenset(map(chr, range(0xC2, 0xF5))), _western_misread),
    (_CHINESE_MISREAD_MARKS, _chinese_misread),
    (frozenset("\ufffd锟") | frozenset(map(chr, range(0xD800, 0xE000))), _replaced),
    (frozenset("\r\x0b\x0c\x85\u2028\u2029"), _line_ends),
    (_INVISIBLE_CHARACTERS, _invisible),
    ("&", _entities),
    ("?", _shifted),
    ("<>", _tags),
    (_FULL_WIDTH_CHARACTERS, _mixed_width),
    ("，；：", _mark_width),
    (_COMPATIBILITY_CHARACTERS, _compatibility),
    (" \t\u3000\xa0", _spaced_out),
    (None, _spaces),
    ("，。、；：,", _doubled_marks),
    ("\n", _doubled_lines),
    ("\n", _wraps),
    ("-", _broken_words),
)

_PLAIN_TRIGGERS = " \t\u3000\xa0\n-,，。、；：&?<>"  # found fastest one by one
_BEYOND = "\U0002f800-\U0002fa1f"  # a range: `re` would try the others beyond the basic plane one by one
_OTHER_TRIGGERS = re.compile(
    "["
    + "".join(
        re.escape(c) for trigger, _ in _PASSES for c in trigger or () if c <= "\uffff" and c not in _PLAIN_TRIGGERS
    )
    + f"{_BEYOND}]"
)


def _occurring(text: str) -> set[str]:
    """The triggers of passes that occur in a text; asking for all its characters takes five times as long."""
    return {*_OTHER_TRIGGERS.findall(text), *(c for c in _PLAIN_TRIGGERS if c in text)}


# ---- what looks wrong ----------------------------------------------------------------------------------------------

_QUESTION_MARK = re.compile(r"\?")
_DOUBTFUL_FIRST = re.compile("[\ue000-\uf8ffÃÂâ]")
_MARKED_LOST = re.compile(rf"{LOST}(?<=[{_HAN}].)")  # at the head of a line or after a space it is a box to tick
_DOUBTFUL = re.compile("(?P<private>[\ue000-\uf8ff]+)|[ÃÂâ][\x80-\xbf€-™œžŸ]")


def suspicious(text: str, edits: Sequence[Edit]) -> tuple[tuple[int, int, str], ...]:
    """(start, end, reason) of the places of a clean text where something is lost or looks wrong.

    edits: those that made the clean text, as `Repaired.map` or `Bulletin.map` has them.
    """
    found: list[tuple[int, int, str]] = []
    shift = 0
    doubtful = any([True for _, _, put_in, kind in edits if put_in and (LOST in put_in or "shifted" in kind)])
    for raw_start, raw_end, put_in, kind in edits if doubtful else ():
        start = raw_start + shift
        shift += len(put_in) - (raw_end - raw_start)
        if put_in and LOST in put_in:
            found.append((start, start + len(put_in), "a character is lost"))
        elif "shifted" in kind:
            found.append((start, start + len(put_in), "a character was restored from one byte and its neighbours"))
    for match in _QUESTION_MARK.finditer(text):
        if reason := _doubt(text, match.start()):
            found.append((*match.span(), reason))
    listed = {at for start, end, _ in found for at in range(start, end)}
    for match in _MARKED_LOST.finditer(text):  # by whoever had the text before us
        if match.start() not in listed:
            found.append((*match.span(), "a character is lost"))
    if _DOUBTFUL_FIRST.search(text):
        for match in _DOUBTFUL.finditer(text):
            found.append((*match.span(), "a private-use character" if match["private"] else "bytes that were misread"))
    return tuple(sorted(found))


def _doubt(text: str, at: int) -> str:
    """Why the question mark at this place may stand for a lost character; "" when it need not."""
    before, after = text[max(0, at - 60) : at], text[at + 1 : at + 2]
    if lost_character(text, at):
        return "a question mark where nothing is asked: a lost character?"
    if before[-1:].isascii() and before[-1:].islower() and after.isascii() and after.islower():
        address = re.search(r"[/.=]", before.split()[-1])  # the query of an address
        return "" if address else "a question mark inside a word: a lost character?"
    return ""
