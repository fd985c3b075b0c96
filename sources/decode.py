"""From bytes to text: which encoding makes the most plausible reading. Pure."""

from __future__ import annotations

import codecs
import re
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
_SAMPLE_BYTES = 200_000  # what the scoring looks at: a choice does not get surer with more
# Prose scores above .5. Compressed or random bytes hold control bytes, which no reading in single bytes survives, but
# as UTF-16 they come to .1. A byte lost in GB18030 garbles all up to the next ASCII: down to -.4 on 400 characters.
_PLAUSIBLE, _PLAUSIBLE_WIDE = -0.6, 0.3

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
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

_ASCII_BYTES = re.compile(rb"[\x00-\x7f]+")

_PUNCTUATION = frozenset("，。、；：？！（）《》“”‘’【】「」『』—…·％－　①②③④⑤⑥⑦⑧⑨⑩〔〕～／＋０１２３４５６７８９")
_WESTERN = frozenset("’‘“”–—…•·«»°©®§£€±×½¼¾\xa0\xad")
# The everyday characters of each script: the first level of each national standard.
_EVERYDAY = frozenset(
    [
        *(bytes((a, b)).decode("gb2312", "ignore") for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF)),
        *(bytes((a, b)).decode("big5", "ignore") for a in range(0xA4, 0xC7) for b in range(0x40, 0xFF)),
    ]
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LETTER = re.compile(r"[A-Za-z]")
_TWICE_ENCODED = re.compile(r"[Â-ô][\x80-\xbf€-™œžŸ]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# A Chinese character between small Latin letters is a misread accent or apostrophe: "industry抯", "caf茅".
_WEDGED = re.compile(r"(?<=[a-z])[\u3400-\u9fff](?=[a-z \n,.]|$)")


@dataclass(frozen=True)
class Decoded:
    """A text and how it was read.

    text == data.decode(encoding, "replace"), with line ends as in the file and without byte-order mark.
    score: how plausible the reading is, from 0 (not at all) to 1; 1 for undamaged UTF-8.
    """

    text: str
    encoding: str
    score: float


def decode(data: bytes) -> Decoded:
    """The most plausible reading of the bytes as UTF-8, UTF-16, GB18030, Big5 or Windows-1252.

    Damaged bytes are read as U+FFFD. Raises Unreadable, saying what they are, for bytes that are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, "replace"), encoding, 1.0)
    _refuse_binary(data)
    if b"\x00" not in data[:_SAMPLE_BYTES]:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            if _mostly_utf8(data):
                return Decoded(data.decode("utf-8", "replace"), "utf-8", 0.9)
        else:
            if text.isascii() and not _maybe_utf16(data) or not text.isascii() and not _accidental_utf8(text):
                return Decoded(text, "utf-8", 1.0)
    sample = data[:_SAMPLE_BYTES]
    if len(data) > _SAMPLE_BYTES:
        sample = sample[: max(sample.rfind(b"\n") + 1, _SAMPLE_BYTES // 2) // 4 * 4]
    scores = {encoding: _score(sample, encoding) for encoding in _candidates(data)}
    # Encodings that share ASCII differ in the rest only; UTF-16 reads every byte its own way.
    wide = [e for e in scores if e.startswith("utf-16")]
    narrow = sorted(scores.keys() - set(wide), key=lambda e: (scores[e][0], e))
    best = max(wide + narrow[-1:], key=lambda e: scores[e][1])
    plausible = scores[best][1]
    if plausible < (_PLAUSIBLE_WIDE if best in wide else _PLAUSIBLE):
        raise Unreadable("", "it is binary data of an unknown kind")
    return Decoded(data.decode(best, "replace"), best, round(plausible, 3))


def _refuse_binary(data: bytes) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (magic not in _TEXTUAL_MAGIC or b"\x00" in data[:4096]):
            raise Unreadable("", f"it is {kind}")
    if data[4:8] == b"ftyp":
        raise Unreadable("", "it is an MP4 film or a HEIC picture")


def _mostly_utf8(data: bytes) -> bool:
    # Counted over the whole file: damage stands anywhere. U+FFFD written as such is damage done earlier, and valid.
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    # Characters of three bytes hardly come about by accident; of two they do (any pair of GB18030 may be one).
    whole: float = len(re.findall(r"[\u0800-\ufffc\U00010000-\U0010ffff]", text))
    whole += len(re.findall(r"[\u0080-\u02ff]", text)) / 4
    # In English prose one pair of quotation marks in UTF-8 tells more than three broken bytes.
    english = len(_ASCII_BYTES.sub(b"", data)) < len(data) / 5
    return whole > (damaged / 3 if english else 2 * damaged)


def _accidental_utf8(text: str) -> bool:
    # A few GB18030 pairs are also characters of two bytes ("模" is "ģ"), so a short Chinese text may be valid UTF-8.
    odd = _NOT_ASCII.findall(text)
    return all("\u0100" <= c <= "\u07ff" for c in odd) and not re.search(r"[A-Za-z\u0370-\u07ff]{2}", text)


def _maybe_utf16(data: bytes) -> bool:
    # Chinese in UTF-16 may consist of ASCII bytes only, but then without the spaces and common letters of prose.
    return len(data) % 2 == 0 and len(data) > 8 and b" " not in data and not re.search(rb"[a-z]{4}|\d{3}|\n", data)


def _candidates(data: bytes) -> list[str]:
    wide = ["utf-16-le", "utf-16-be"]
    if b"\x00" in data[:_SAMPLE_BYTES]:
        return wide  # no other encoding of text has a NUL byte
    return ["utf-8", "gb18030", "big5hkscs", "cp950", "cp1252", *wide]


def _score(data: bytes, encoding: str) -> tuple[float, float]:
    """How plausible the characters beyond ASCII are in this reading, and how plausible all of it is; each at most 1."""
    text = data.decode(encoding, "replace")
    wide = encoding.startswith("utf-16")
    if not text or not wide and len(_CONTROL_BYTES.findall(data)) > len(data) / 100:
        return -9.0, -9.0
    odd = _NOT_ASCII.findall(text)
    controls = len(_CONTROL.findall(text))
    if encoding == "cp1252":
        value = sum(map(_western_value, odd))
        # Western accents and quotation marks stand among Latin letters; without these they are misread Chinese.
        value -= max(0.0, 2.0 * len(odd) - len(_LETTER.findall(text))) + 2.0 * len(_TWICE_ENCODED.findall(text))
    elif encoding in ("gb18030", "big5hkscs", "cp950"):
        value = sum(map(_value, odd)) - 2.0 * len(_WEDGED.findall(text))
    else:
        value = sum(max(_value(c), _western_value(c)) for c in odd)
    value -= 3.0 * controls
    whole = (value + len(text) - len(odd)) / len(text)
    return value / max(len(odd), 1), whole


def _value(c: str) -> float:
    if c in FREQUENT or c in _PUNCTUATION:
        return 1.0
    if c in _EVERYDAY:
        return 0.3
    if "\u4e00" <= c <= "\u9fff":
        return -0.5
    if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or "\x80" <= c <= "\x9f":
        return -4.0
    if "\u00c0" <= c <= "\u024f":
        return 0.0
    return -1.0  # kana, box drawing, Greek, Hangul, half-width katakana: rare in bulletins, common in misreadings


def _western_value(c: str) -> float:
    if c in _WESTERN or "\u00c0" <= c <= "\u00ff" and c not in "×÷" or c in "ŒœŠšŽžŸ":
        return 0.8
    return -4.0 if c == "\ufffd" else -1.0
