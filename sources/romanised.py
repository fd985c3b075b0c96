"""Chinese persons' names as they are spelled outside pinyin: Wade-Giles as in Taiwan (Kao Shih-chieh is 高世傑), and
Cantonese as in Hong Kong (Lau Kam-hoi is 劉錦開). Pure.

Both write the given name as two syllables apart, with a hyphen or a space, and so it is looked for. Wade-Giles is
made from pinyin by rule; of Cantonese the commonest surnames and syllables of given names are known, by a table.
"""

from __future__ import annotations

import functools
import re

from sources.fold import fold
from sources.names import is_surname
from sources.scan import listed

# ---------------------------------------------------------------- Wade-Giles

_WHOLE = {
    "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tzu", "si": "ssu szu", "er": "erh",
    "you": "yu", "yan": "yen", "ye": "yeh", "yi": "i", "yong": "yung", "yue": "yueh", "ge": "ko ke", "ke": "ko ke",
    "he": "ho", "e": "o", "gui": "kuei", "kui": "kuei", "guo": "kuo", "kuo": "kuo", "huo": "huo", "shuo": "shuo",
    "lv": "lu lü", "nv": "nu nü", "lve": "lueh", "nve": "nueh",
}  # fmt: skip
_INITIALS = {
    "zh": "ch", "ch": "ch", "sh": "sh", "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "r": "j",
    "z": "ts", "c": "ts",
}  # fmt: skip
_FINALS = {"ian": "ien", "ie": "ieh", "ue": "ueh", "ong": "ung", "iong": "iung", "uo": "o"}
_PARTS = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)")


@functools.lru_cache(2048)
def wade_giles(pinyin: str) -> frozenset[str]:
    """How Wade-Giles spells a syllable of pinyin, without apostrophes, which custom leaves out.

    >>> sorted(wade_giles("jie")), sorted(wade_giles("yi"))
    (['chieh'], ['i', 'yi'])
    """
    if pinyin in _WHOLE:
        return frozenset(_WHOLE[pinyin].split()) | ({"yi"} if pinyin == "yi" else set())
    initial, final = _PARTS.fullmatch(pinyin).groups()  # type: ignore[union-attr]
    return frozenset({_INITIALS.get(initial, initial) + _FINALS.get(final, final)})


# ---------------------------------------------------------------- Cantonese

# Each spelling of Hong Kong with characters read so, Simplified; surnames and what given names are made of.
_CANTONESE_ROWS = (
    "au:区欧 chai:齐 chak:泽 cham:湛 chan:陈灿詹 cheng:郑成 cheung:张章璋祥 chi:志子智芝之池枝 chim:詹 "
    "chin:钱展 chit:哲 chiu:赵超钊昭照朝 cho:左祖楚 choi:蔡才财彩 chor:楚初 chow:周 chu:朱 chuen:全泉川存 "
    "chui:翠徐 chun:俊秦进珍震春津泉骏 chung:钟忠仲松聪 fai:辉晖 fan:范芬 fat:发 fei:飞菲 fong:方芳 fook:福 "
    "foon:欢宽 fu:富傅符夫 fuk:福 fun:芬 fung:冯凤峰丰锋枫 ha:霞夏 han:娴 hang:恒行杏 hau:侯厚孝 hay:希 "
    "hee:喜 hei:希熙喜曦禧 heung:香向 him:谦 hin:轩宪显 hing:兴庆卿馨 hiu:晓 ho:何浩河可好豪 hoi:海开凯 "
    "hok:学鹤 hon:汉翰韩 hong:康匡 hoo:豪 hor:可 hui:许 hung:洪红雄鸿虹 ip:叶 ka:家嘉加佳 kai:启佳楷继 "
    "kam:金锦甘琴 kan:简勤 kar:家嘉 kau:九球 kei:基奇琪祺纪其 keung:强 ki:琪基奇 kin:健建坚 king:景敬琼劲 "
    "kit:杰洁 kiu:乔娇 ko:高 kong:江刚光港广 ku:古顾 kuen:娟权 kun:冠观 kung:龚功公 kwai:贵桂 "
    "kwan:关君坤筠群 kwok:郭国 kwong:邝广光 kwun:冠官 lai:黎丽励礼莱赖 lam:林蓝琳 lan:兰 lap:立 lau:刘 "
    "law:罗 lee:李利莉理 lei:李莉 leuk:略 leung:梁良亮 lik:力 lim:廉 lin:莲连练 ling:玲灵令龄凌苓 liu:廖 "
    "lo:罗卢劳 lok:乐洛 long:朗 lui:吕雷 luk:陆禄 lun:伦麟 lung:龙隆 lut:律 ma:马 mak:麦 man:文万民敏曼雯 "
    "mau:茂 mei:美薇 mi:美 ming:明铭名鸣 miu:妙苗 mo:武 mok:莫 mong:望 mui:梅妹 muk:木 nam:南楠 ng:吴伍五 "
    "nga:雅 ngai:倪艺毅 ning:宁 nok:诺 oi:爱 on:安 pak:白柏 pang:彭鹏 pik:碧璧 ping:平萍炳 po:宝保步波葆 "
    "pong:邦 poon:潘 pui:佩培沛贝 pun:潘 sai:世细 san:山新珊 sang:生 sau:秀寿修 shan:山珊 shek:石锡 "
    "sheung:常尚双 shing:成诚胜盛承 shiu:少邵绍兆 shu:树淑书 shue:舒 shui:瑞水 shuk:淑 shum:沈岑 shun:顺信舜 "
    "sik:锡石 sim:婵 sin:冼倩善 sing:星声成 sit:薛 siu:萧肖少兆绍小 so:苏 suen:孙宣 suet:雪 suk:淑 "
    "sum:心深森 sun:新辛信 sung:宋崇嵩 sze:施思诗斯史 tai:戴泰大 tak:德 tam:谭 tang:邓 tat:达 tim:添甜 "
    "tin:田天 ting:婷庭廷丁定 to:杜陶涛 tong:唐汤堂棠 tsang:曾 tse:谢 tsoi:蔡 tsui:徐崔 tsun:骏俊进 "
    "tsz:子梓芷紫慈 tung:东董冬桐 wah:华 wai:韦卫伟惠慧威为维怀蕙玮 wan:温尹云韵运 wang:宏弘 wing:永荣咏颖 "
    "wo:和 wong:王黄皇煌 wu:胡 wui:会 wun:焕桓 yan:甄欣恩仁人殷忻昕因 yat:一日逸溢 yau:邱丘游友有佑 "
    "yee:仪怡宜依绮儿意伊 yeuk:若 yeung:杨洋扬阳 yi:仪怡宜依 yik:益翼 yim:严 yin:然贤言彦燕嫣妍 "
    "ying:英应莹瑛盈颖影 yip:叶 yiu:姚耀瑶尧 yu:余俞于宇如儒裕渝 yuen:袁阮元源远婉 yuet:月悦粤玥 yuk:玉旭煜 "
    "yun:润欣昕恩 yung:容翁勇雍蓉 zi:子"
)


@functools.cache
def _cantonese() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in listed(_CANTONESE_ROWS):
        spelling, _, characters = row.partition(":")
        for character in characters:
            found.setdefault(character, set()).add(spelling)
    return {character: frozenset(spellings) for character, spellings in found.items()}


# ---------------------------------------------------------------- both

_NAME = re.compile(r"[\u4e00-\u9fff]{3}")
_SPELLED_TOGETHER = re.compile(r"[A-Z][a-zü]+\s[A-Z][a-zü'’]+")
_SPELLED_APART = re.compile(r"[A-Za-zü]+(?:[\s-]+[A-Za-zü]+){2}")


def spelled_at(name: str, text: str) -> tuple[int, int] | None:
    """Where a text in Latin letters spells a Chinese name of three characters by Wade-Giles, in Cantonese, or by any
    reading in pinyin that its characters have.

    >>> spelled_at("高世傑", "Director Kao Shih-chieh spoke."), spelled_at("高世傑", "Director Kao Shih-chung spoke.")
    ((9, 23), None)
    """
    name = fold(name)
    if not _NAME.fullmatch(name):
        return None
    match = _pattern(name).search(text)
    return match.span() if match else None


def written_at(spelled: str, chinese: str, shortest: int = 3) -> tuple[int, int] | None:
    """Where a Chinese text has the name that is spelled so: the reverse of `spelled_at`.

    shortest: characters of the name, 2 or 3. Two are read so by chance in many a text.

    >>> written_at("Lau Kam-hoi", "前局長劉錦開到會。")
    (3, 6)
    >>> written_at("Chenggong Ying", "成公英投降曹操。"), written_at("Liu Liu", "刘六、刘七在霸州起义。", shortest=2)
    ((0, 3), (0, 2))
    """
    if _SPELLED_TOGETHER.fullmatch(spelled):
        return _read_at(re.sub("['’]", "", spelled.lower()).split(), fold(chinese), shortest)
    if not _SPELLED_APART.fullmatch(spelled):
        return None
    words = re.split(r"[\s-]+", spelled.lower())
    folded = fold(chinese)
    for surname, first, second in (words, [words[2], *words[:2]]):
        for at in range(len(folded) - 2):
            if all(
                word in _spellings(character)
                for word, character in zip((surname, first, second), folded[at : at + 3], strict=True)
            ):
                return at, at + 3
    return None


def _read_at(words: list[str], folded: str, shortest: int) -> tuple[int, int] | None:
    """Where two to four characters have the reading in pinyin, whichever they have of several: 长 is chang and zhang.

    A surname has one character or two, a given name likewise; of two characters the first must be a usual surname.
    """
    for surname, given in (words, words[::-1]):
        for at in range(len(folded) - 1):
            for middle, end in ((1, 3), (2, 3), (2, 4), (1, 2)):
                if end < shortest or end == 2 and not is_surname(folded[at]):
                    continue
                if _is_read(folded[at : at + middle], surname) and _is_read(folded[at + middle : at + end], given):
                    return at, at + end
    return None


def _is_read(characters: str, reading: str) -> bool:
    if len(characters) < 2:
        return bool(characters) and reading in _readings(characters)
    return any(one + two == reading for one in _readings(characters[0]) for two in _readings(characters[1]))


@functools.lru_cache(4096)
def _readings(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin

    if not "\u4e00" <= character <= "\u9fff":
        return frozenset()
    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


@functools.lru_cache(4096)
def _spellings(character: str) -> frozenset[str]:
    """Every spelling of a Simplified character; that of pinyin too, as Huang Chao-ming keeps it beside Wade-Giles."""
    readings = _readings(character)
    found = {spelling for reading in readings for spelling in wade_giles(reading)}
    return frozenset(found | readings | _cantonese().get(character, frozenset()))


@functools.lru_cache(512)
def _pattern(name: str) -> re.Pattern[str]:
    surname, first, second = ("(?:" + "|".join(sorted(_spellings(c), key=len, reverse=True)) + ")" for c in name)
    given = rf"{first}[\s'’-]\s?{second}"
    read = ["(?:" + "|".join(sorted(_readings(c), key=len, reverse=True)) + ")" for c in name]
    # Pinyin writes the given name as one word.
    ways = rf"{surname},?\s{given}", rf"{given}\s{surname}", rf"{read[0]}\s{read[1]}{read[2]}"
    either = "|".join(ways)
    return re.compile(rf"(?<![A-Za-z'’-])(?-i:(?=[A-Z]))(?:{either})(?![A-Za-z'’-](?!s\b))", re.IGNORECASE)
