"""From bytes to text: which encoding makes the most plausible reading. Pure."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sources.errors import Unreadable

# The 600 most frequent characters of Simplified news and the Traditional forms among the 600 most frequent of
# Traditional news (frequencies of the jieba dictionary, MIT). They are three quarters of all Chinese prose.
FREQUENT = frozenset(
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生学说道民家子也成行下们于后就发自之对得主长可过天作分方"
    "用多你着部能市等业全里工公经本都而高政法面门动日进区事代那去心小同北定开产前其军还然起种所如现理机体表力好外与"
    "文当两实重新三么只山水关明从化平建又制南内西没此将员名手最东头者月间无安看见各城十相但已些正口通想度加第她合院"
    "物性战由位常点海意场武使次二向治因立数样身情入原问把路被并利石老教万知级量任江及应省资委务元美特期世湖回系比气"
    "汉总展电科金先声提品设或义王社很统处四首共马形己儿司太目基领队直计别女权话少流命至报米给打变果书清活几州华解议"
    "更称程今决张导术府才保交放管结师便走达族反再题色五京河接条规式县白它改风光运信受什组听布百济党指论强做取技黄神"
    "选记斯真却职号界件花类何眼兵传带空干农边据集联古广完质阳难增历史专官每住商即步认车台林必死游举线言皇土团收考求"
    "德叫近备研争非具李众连调感转笑革该持始英克士尔让拉思根格造较际亲单朝红型价校约器字段周亚深候则功属积快图火千准"
    "究往极育装许参半令吃观鱼精办像帝八复影告远群包整构料随划算象容示投势热值夫网望源息语股铁断派速怎需片爱律纪支早"
    "况病境证编越局推满且列觉服双未居除乐企引标确织初青志率项飞球节察龙响药站施均消客失轻存低甚般击曾防请离落显罗营"
    "足素视护副食创余照兴占巴虽洲村费易试星木黑左宝置跟央识维采六底宫房音环案批切斗富乡另倒若按查故突责严國這個來會"
    "為時學們於後發對長過業經說門動進區產開還軍爲種現體機與當兩實麼從關沒內將員東頭間見無戰點場裏樣數問級資應務萬説"
    "並著總漢氣電設聲義統處領隊兒馬別話計權給報稱議變書幾決華導術張結題師達規條運組聽縣風濟黨強論卻選記職號黃類傳帶"
    "據農邊聯廣質難陽專認舉備裡車爭線歷該調轉連團讓較際親約單價紅則屬積亞爾極圖許佈參裝遊觀辦魚隨構遠劃勢熱斷鐵語況"
    "紀網編證愛覺滿織確項標雙響樂藥幹準飛節擊輕請眾臺顯龍離營創護雖視佔興羅餘試識費寶宮環責維僅鄉嚴圍"
)
_SAMPLE_BYTES = 4_000  # what the choice looks at: it does not get surer with more
_FIRST_BYTES, _SURE_BITS = 240, 250.0  # fewer will do where the next best reading is that much less likely
_SHORT_BYTES = 120  # so few bytes of GB18030 or UTF-16 may be valid UTF-8 by chance
# Prose costs 5 to 12 bits a character. Random bytes hold control bytes, which no reading in single bytes survives, but
# as UTF-16 they cost 19. A byte lost in GB18030 garbles all up to the next ASCII: up to 17 on 400 characters.
_MAX_BITS, _MAX_BITS_WIDE = 19.0, 16.5

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the UTF-16 mark: ask for it first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (doc, xls, ppt)"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"RIFF", "a RIFF sound, film or picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf'\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ID3", "an MP3 sound"),
    (b"OggS", "an Ogg sound or film"),
)
_TEXTUAL_MAGIC = (b"BZh", b"MZ", b"ID3", b"RIFF")  # plain text may begin so: it takes a NUL byte to believe them
_CONTROL_BYTES = bytes((*range(0x00, 0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
_UTF8_LEAD = re.compile(rb"[\xc2-\xf4]")
_ASCII = bytes(range(0x80))
_CONTEXT_BYTES = 30
_LONG_ASCII = re.compile(rb"[\x00-\x7f]{70,}")

# What a character costs in bits: -log2 of its share, as counted over news and encyclopaedia text of both scripts and of
# English. The classes in which readings of the same bytes differ are what matters.
_BITS = {
    "l": 5.0,  # Latin small letter
    "U": 9.0,  # capital
    "d": 7.5,  # digit
    "s": 4.0,  # space, tab
    "n": 7.5,  # line end
    "p": 8.5,  # ASCII punctuation of prose
    "q": 14.0,  # other ASCII
    "F": 9.5,  # frequent Chinese
    "E": 12.5,  # everyday Chinese
    "R": 18.0,  # other Chinese
    "P": 7.5,  # Chinese punctuation and what both scripts share
    "a": 10.0,  # small letter with an accent
    "A": 14.0,  # capital with an accent
    "w": 12.0,  # Western signs
    "g": 15.0,  # Greek, Cyrillic
    "o": 18.0,  # kana, box drawing, Hangul: rare in bulletins, common in misreadings
    "x": 32.0,  # private use, control characters beyond ASCII, U+FFFD
    "c": 32.0,  # control characters
}
# What neighbours add or take, in classes of characters.
_NEIGHBOURS = (
    # One or two Chinese characters alone among Latin letters or figures: "caf茅s", "1348每50".
    (re.compile("(?<![FERPog])[FERo]{1,2}(?![FERPog])"), 7.0),
    (re.compile("(?<=l)[FERo](?![FERPog])"), 4.0),
    (re.compile("(?<=[ld])P(?=[lUd])"), 2.0),
    (re.compile("lU"), 5.0),
    (re.compile("[lU]d|d[lU]"), 2.0),
    (re.compile("[aAw](?=[aAwFERP])"), 4.0),  # accents stand among plain letters
    (re.compile("(?<![lUaAsnp])a"), 3.0),
    (re.compile("lA"), 4.0),
    (re.compile("(?:d|s(?=wU))w"), -4.0),  # 28.5°, 5 °C
)
_CP1252_BITS, _WIDE_BITS = 2.0, 12.0  # rarer than the others, wide without its mark above all
# A label is right so much more often than wrong; what 20 Chinese characters tell outweighs it several times.
_HINT_BITS = 8.0
# Two bytes of another encoding are a character of UTF-8 by chance only once in sixteen.
_UTF8_BITS = -4.0

_PUNCTUATION = frozenset("，。、；：？！（）《》“”‘’【】「」『』—–…·％－　①②③④⑤⑥⑦⑧⑨⑩〔〕／＋０１２３４５６７８９")
_WESTERN = frozenset("～•·«»°©®§£€±×½¼¾™\xa0\xad")
# The everyday characters of each script: the first level of each national standard.
_EVERYDAY = frozenset(
    [
        *(bytes((a, b)).decode("gb2312", "ignore") for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF)),
        *(bytes((a, b)).decode("big5", "ignore") for a in range(0xA4, 0xC7) for b in range(0x40, 0xFF)),
    ]
)


class _Classes(dict[int, str]):
    """Code point → class, for str.translate; worked out when first seen."""

    def __missing__(self, point: int) -> str:
        self[point] = found = _class_of(chr(point))
        return found


def _class_of(c: str) -> str:
    if c < "\x80":
        if c.isalpha():
            return "l" if c.islower() else "U"
        if c.isdigit():
            return "d"
        if c in " \t":
            return "s"
        if c in "\r\n":
            return "n"
        if c in ",.'\"-():;%/?!&":
            return "p"
        return "q" if c.isprintable() else "c"
    if c in _PUNCTUATION:
        return "P"
    if c in FREQUENT:
        return "F"
    if c in _EVERYDAY:
        return "E"
    if "\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or "\U00020000" <= c <= "\U0003ffff":
        return "R"
    if c in _WESTERN:
        return "w"
    if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or c < "\xa0" or c >= "\U000e0000":
        return "x"
    if "\u00c0" <= c <= "\u00ff" and c not in "×÷" or c in "ŒœŠšŽžŸ":
        return "a" if c.islower() else "A"
    return "g" if "\u0370" <= c <= "\u04ff" else "o"


_CLASSES = _Classes()


@dataclass(frozen=True)
class Decoded:
    """A text and how it was read.

    text == data.decode(encoding, "replace"), with line ends as in the file and without byte-order mark.
    score: how sure the encoding is, in [0, 1]: 1 for a byte-order mark and for valid UTF-8, .5 when another reading is
    as likely.
    """

    text: str
    encoding: str
    score: float


def decode(data: bytes, *named: str) -> Decoded:
    """The most plausible reading of the bytes as UTF-8, UTF-16, GB18030, Big5 or Windows-1252.

    named: encodings that a server's header or the file itself names. They are hints, no orders, since pages are copied,
    converted and served by others and keep their label: each settles what is nearly even and nothing else.
    Damaged bytes are read as U+FFFD. Raises Unreadable, saying what they are, for bytes that are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, "replace"), encoding, 1.0)
    _refuse_binary(data)
    nul = b"\x00" in data
    if not nul:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            if _mostly_utf8(data):
                return Decoded(data.decode("utf-8", "replace"), "utf-8", 0.9)
        else:
            if len(data) > _SHORT_BYTES or text.isascii() and not _maybe_utf16(data):
                return Decoded(text, "utf-8", 1.0)
    hints = Counter(e for name in named for e in _NAMED.get(_codec(name), ()))
    encoding, score = _choose(data, nul, hints)
    text = data.decode(encoding, "replace")
    if encoding == "cp950" and "\ufffd" in text:
        other = data.decode("big5hkscs", "replace")  # more characters of the same bytes
        if other.count("\ufffd") < text.count("\ufffd"):
            return Decoded(other, "big5hkscs", score)
    return Decoded(text, encoding, score)


_NARROW = ("utf-8", "gb18030", "cp950", "big5hkscs", "cp1252")  # of two that cost the same the former is taken
_WIDE = ("utf-16-le", "utf-16-be")
_BIG5 = {"cp950", "big5hkscs"}  # differ in few characters: no rivals


# What a name may mean among the candidates; others say nothing.
_NAMED = {
    **{e: (e,) for e in ("utf-8", "utf-16-le", "utf-16-be")},
    "utf-16": _WIDE,
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), ("gb18030",)),
    **dict.fromkeys(("big5", "cp950", "big5hkscs"), ("cp950", "big5hkscs")),
    **dict.fromkeys(("cp1252", "iso8859-1", "ascii"), ("cp1252",)),
}


def _codec(name: str) -> str:
    """The one name of an encoding that Python knows by several; "" for what it does not know."""
    try:
        return codecs.lookup(name.strip(" \t\"'")).name
    except (LookupError, ValueError):  # a NUL in it
        return ""


def _choose(data: bytes, nul: bool, hints: Counter[str]) -> tuple[str, float]:
    """The encoding that makes the likeliest text of the bytes, and how sure that is. hints: how often it was named."""
    if not len(data.translate(None, _CONTROL_BYTES)) * 100 >= len(data) * 99:
        return _cheapest(data[:_SAMPLE_BYTES], _WIDE, hints)
    # UTF-16 reads every byte its own way and is compared on the same bytes. Without a NUL byte there is no space, digit
    # or line end in it, as only short texts have none.
    if nul or len(data) % 2 == 0 and len(data) <= _SAMPLE_BYTES:
        best, sure = _cheapest(data[:_SAMPLE_BYTES], (*_NARROW, *_WIDE), hints)
        if best in _WIDE or sure == 1.0 and not data[:_FIRST_BYTES].isascii():
            return best, sure
    # Encodings that share ASCII differ in the other lines only.
    return _cheapest(_beyond_ascii(data), _NARROW, hints)


def _cheapest(sample: bytes, encodings: Sequence[str], hints: Counter[str]) -> tuple[str, float]:
    for size in (_FIRST_BYTES, len(sample)):
        part = sample[:size]
        plain = {e: _cost(part, e) + (_WIDE_BITS if e in _WIDE and b"\x00" not in part else 0.0) for e in encodings}
        costs = {e: bits - _HINT_BITS * hints[e] for e, bits in plain.items()}
        best = min(costs, key=costs.__getitem__)
        text = part.decode(best, "replace")
        bits = plain[best] / max(len(text), 1)
        others = set(encodings) - {best} - (_BIG5 if best in _BIG5 else set())
        rivals = [costs[e] for e in others if part.decode(e, "replace") != text]
        margin = min(rivals, default=costs[best] + 2.0 * _SURE_BITS) - costs[best]
        if margin > _SURE_BITS:
            break
    if bits > (_MAX_BITS_WIDE if best in _WIDE else _MAX_BITS):
        raise Unreadable("", "it is binary data of an unknown kind")
    return best, round(1 / (1 + 2 ** -min(margin, 99.0)), 3)


def _beyond_ascii(data: bytes) -> bytes:
    """The stretches that hold more than ASCII, to a few thousand bytes; the first bytes when there are none."""
    parts, size, at = [], 0, 0
    for match in _LONG_ASCII.finditer(data):
        # The first byte of the run may belong to the character before it.
        parts.append(data[at : match.start() + _CONTEXT_BYTES])
        size += len(parts[-1])
        at = match.end() - _CONTEXT_BYTES
        if size >= _SAMPLE_BYTES:
            break
    else:
        parts.append(data[at : at + _SAMPLE_BYTES])
    return b"".join(parts)[:_SAMPLE_BYTES]


def _refuse_binary(data: bytes) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (magic not in _TEXTUAL_MAGIC or b"\x00" in data[:4096]):
            raise Unreadable("", f"it is {kind}")
    if data[4:8] == b"ftyp":
        raise Unreadable("", "it is an MP4 film or a HEIC picture")


def _mostly_utf8(data: bytes) -> bool:
    beyond = len(data.translate(None, _ASCII))
    sound = len(data.decode("utf-8", "ignore").encode()) - (len(data) - beyond)
    if sound < 0.4 * beyond:
        return False
    # Counted over the whole file: damage stands anywhere. U+FFFD written as such is damage done earlier, and valid.
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    # Characters of three bytes hardly come about by accident; of two they do (any pair of GB18030 may be one).
    whole: float = len(re.findall(r"[\u0800-\ufffc\U00010000-\U0010ffff]", text))
    whole += len(re.findall(r"[\u0080-\u02ff]", text)) / 4
    # In English prose one pair of quotation marks in UTF-8 tells more than three broken bytes.
    english = beyond < len(data) / 5
    return whole > (damaged / 3 if english else 2 * damaged)


def _maybe_utf16(data: bytes) -> bool:
    # Chinese in UTF-16 may consist of ASCII bytes only, but then without the spaces and common letters of prose.
    return len(data) % 2 == 0 and len(data) > 8 and b" " not in data and not re.search(rb"[a-z]{4}|\d{3}|\n", data)


def _cost(data: bytes, encoding: str) -> float:
    """How unlikely the bytes are as text in this encoding, in bits."""
    classes = data.decode(encoding, "replace").translate(_CLASSES)
    bits = sum(each * classes.count(name) for name, each in _BITS.items())
    bits += sum(each * len(pattern.findall(classes)) for pattern, each in _NEIGHBOURS)
    if encoding == "utf-8" and "x" not in classes:
        bits += _UTF8_BITS * len(_UTF8_LEAD.findall(data))
    return bits + (_CP1252_BITS if encoding == "cp1252" else 0.0)
