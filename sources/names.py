"""Personal names in Chinese and English, met through pinyin: 劉君 and "Liu Jun" are both name:liu-jun.

Pure: folded text in (sources/fold.py), facts out. A Chinese name is a surname and one or two characters that stand
like a name: beside a title (副局长刘君, 刘君教授), at the start of a clause before a verb of speech or presence
(刘君指出), in a list with a name (张三、李四), alone in a short question (刘君是谁), or wherever a name so found is
repeated. Words that only begin with a surname (高度, 方面, 安全) are told apart by surname_words.tsv. Of several
readings a surname takes its own (单 shan, 曾 zeng), the given name the first that pypinyin has.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib import resources

from sources.bulletin import Fact
from sources.fold import fold
from sources.scan import listed, scan

# ---------------------------------------------------------------- surnames (Simplified)

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付傅"
    "方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂"
    "章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝"
    "包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓"
    "古吉缪简车项连芦麦褚娄窦戚岑景党"
    "宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡"
    "鞠惠荆乐冀郁胥南班储原栗燕楚鄢"
    "奚皮平伊钮嵇茅计伏狄宣贲郦雍璩濮扈郏浦农别阴鬱能苍闻莘贡逄申扶堵宰郤寿通慕茹宦鱼容慎戈庾终暨居衡步都弘国广"
    "禄阙殳沃利蔚越夔隆厍晁勾融訾阚那"
    "空毋乜养须丰巢蒯相后红竺权逯盖益桓公湛禹贝宋屠池乔胥双闵席路危支昝经裘干诸洪杭左程邢陆甯水酆凤俞花柏章云酆"
    "廉岑倪殷罗毕安常乐元顾黄"
    "芮羿汲邴糜松井富乌巴弓牧隗山蓬郗仰秋暴钭厉戎祖束幸韶郜蓟薄印宿怀邰从鄂索咸籍赖蔺习冼幺仝邸揭来代强占练展揣"
    "郇牙占凃邹迪粟蒿谌谯撒闭呼尔母把"
)
# Read as surnames only beside a title: elsewhere they are prepositions, adverbs and everyday words far more often.
_FUNCTION_SURNAMES = frozenset(
    "和于向从曾应时同都经全能通国公相后来代别原平明成方万文安高关常连有任计关边南东当支双把占强利益广红水山元能都商师"
)
_NOT_SURNAMES = frozenset("国公相后都能来代别通有空须益红利尔母把占展养双从益牙闭呼当官原")
_COMPOUND = listed(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 宇文 长孙 轩辕 端木 独孤 南宫 西门 东郭 百里 "
    "呼延 淳于 单于 太史 申屠 公冶 宗政 濮阳 "
    "澹台 赫连 闻人 钟离 鲜于 闾丘 亓官 仲孙 颛孙 乐正 漆雕 公西 壤驷 拓跋 夹谷 谷梁 第五 万俟 完颜 纳兰 叶赫 "
    "爱新觉罗"
)
_SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "朴": "piao", "盖": "ge",
    "任": "ren", "华": "hua",
    "缪": "miao", "翟": "zhai", "乐": "yue", "覃": "qin", "员": "yun", "黑": "he", "重": "chong",
    "种": "chong", "召": "shao",
    "繁": "po", "折": "she", "逄": "pang", "那": "na", "盛": "sheng", "柏": "bai", "石": "shi", "行": "xing",
    "相": "xiang", "藏": "zang",
    "尉": "wei", "宁": "ning", "牟": "mou", "隗": "kui", "冼": "xian", "洗": "xian", "秘": "bi", "宓": "mi",
    "纪": "ji", "尹": "yin",
    "车": "che", "葛": "ge", "谌": "chen", "晁": "chao", "祭": "zhai", "褚": "chu", "郇": "xun", "郗": "xi",
    "阚": "kan",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "令狐": "linghu", "澹台": "tantai", "单于": "chanyu",
    "乐正": "yuezheng",
    "吕": "lv", "闾": "lv",
}  # fmt: skip
_SINGLE = frozenset(_SURNAMES) - _NOT_SURNAMES


def is_surname(character: str) -> bool:
    """Whether a character, Simplified, is a usual surname and hardly anything else."""
    return character in _SINGLE


# Characters that hardly ever stand in a given name but often follow one, or end the name of an office.
_NOT_GIVEN = (
    "的了是在与及或就对从被把将等各某每本该此这那也都又不没未无已很更最较个位条项件次号分秒第局部委厅司处"
    "科室省市县区乡镇村院所站组队团员者们会议说讲问谁什么吗呢吧啊哪怎几多为于以到由并要请让给使得着过地他"
    "她它我你您但而且因只仅曾再还机统网务摄影性型类种级届期率额量价费税款币角吨度%制律规案报告通知电话址"
    "去做作"
)
# Nor do these at the end of one: 刘君和…, 刘君向…, though 李和平 and 王向东 are names.
_NOT_LAST = "和向时其之来日"
# Two-character words of which a name before them would swallow the first: 刘君 正在, 王强 如何.
_STRADDLED = frozenset(
    listed(
        "正在 正式 正是 如何 如果 如今 如是 若干 来到 来自 少数 信心 书面 书记 月份 法律 系统 "
        "万元 则是 主要 元旦 业务 业内 少有 少不 拍摄"
    )
)
_FIRST_GIVEN = rf"[\u4e00-\u9fff](?<![{_NOT_GIVEN}])"
_LAST_GIVEN = rf"[\u4e00-\u9fff](?<![{_NOT_GIVEN}{_NOT_LAST}])"
_GIVEN_WORDS = frozenset(
    listed(
        "大学 中学 小学 科学 工程 管理 安全 经济 社会 历史 文化 法学 医学 化学 数学 哲学 文学 技术 国际 政治 研究 "
        "国家 中国 全国 中央 政府 人民 "
        "公开 明确 同志 先生 女士 有关 相关 主要 重点 高度 领导 负责 主任 主席 教授 总理 总统 书记 记者 代表 专家 "
        "学生 老师 快递 邮政 企业 发展 "
        "建设 生产 市场 服务 监管 行政 农村 城市 绿色 东方 西方 南方 北方 东部 西部 明年 今年 去年 目前 日前 近日 "
        "昨天 今天 明天 期间 同时 "
        "随后 首先 其中 此外 另外 表示 指出 强调 要求 认为 介绍"
    )
)

_TITLE = (
    "副?(?:局长|主任|部长|省长|市长|县长|区长|州长|镇长|乡长|村长|司长|厅长|处长|科长|院长|校长|会长|行长|所长|"
    "站长|队长|董事长|理事长|秘书长|检察长|社长|"
    "台长|馆长|组长|团长|总理|主席|书记|总书记|总统|首相|总裁|总经理|经理|总干事|教授|研究员|委员长|大使|专员|"
    "主编|总编辑|总监|总工程师|"
    "首席执行官|议长|巡视员|调研员)"
)
_TITLE_BEFORE = re.compile(
    rf"(?:{_TITLE}|党组成员|党委委员|常委|成员|委员|负责人|发言人|记者|通讯员|摄影|编辑|作者|代表|院士|专家|学者|"
    rf"分析师|博士|医生|律师|队员|快递员|"
    r"快递小哥|小哥|投递员|邮递员|店主|村民|市民|居民|司机|同志|主持人[是为]?|导演|演员|歌手|作家|诗人|画家|皇帝|将军|"
    r"选手|冠军|工程师|老师|教师|学生|"
    r"创始人|创办人|联合创始人|法人|烈士|英雄|夫人|妻子|丈夫|儿子|女儿|名叫|叫做|名为|会见了?|会晤了?|拜会了?|"
    r"约谈了?|任命|聘任|推选)"
    r"[:\s]?\s?(?=[\u4e00-\u9fff])"
)
_TITLE_AFTER = re.compile(
    rf"(?:{_TITLE}(?!团|会|处|室|们|级|任|办)|同志|先生|女士|博士|院士|老师|医生|律师|将军|新时代中国特色|"
    rf"一行(?=[到赴在前来]))"
)
# Every character that a title can begin with (see scan.py).
_TITLE_FIRST = re.compile(
    "[副局主部省市县区州镇乡村司厅处科院校会行所站队董理秘检社台馆组团总书首经教研委大专议巡调党常成负发记通摄任聘推"
    "编作代学分博医律快小投邮店居同导演歌诗画"
    "皇将选冠工老创联法烈英夫妻丈儿女名叫拜约先新一]"
)
_VERB = (
    "(?:指出|强调|要求|表示|认为|说道?|称(?!号|为|谓)|谈到|介绍|透露|宣布|告诉|回答|提出|呼吁|坦言|解释|部署|"
    "传达|致辞|讲话|发言|发表|出席|主持|参加|参会|列席|"
    "会见|会晤|会谈|陪同|率队|率领|率团|率[\u4e00-\u9fff]|带队|带领|赴|调研|考察|视察|检查|慰问|走访|看望|听取|"
    "接受|担任|出任|当选|当选为|获得|荣获|签署|作了?(?:工作)?(?:报告|讲话|发言|部署|介绍|总结)|"
    "代表[\u4e00-\u9fff]{2}|一行|同志|先生|女士|讲道|写道|回忆|建议|直言|补充|总结|分析|肯定|充分肯定|高度评价|"
    "号召|勉励|叮嘱|嘱咐|祝贺|感谢|欢迎|通报|"
    "宣读|主讲|到会|到场|现场|致信|会上|此前|分别|首先|最后|随后|还(?:说|表示|指出|强调|要求)|也(?:说|表示)|"
    r"正?在(?=[^。\n]{0,16}(?:指出|强调|要求|表示|说|称|讲话|致辞|发言|会见|调研|考察|主持|介绍))|"
    r"对(?:记者|媒体|此)|向(?:记者|媒体|大会|会议)|就(?=[^。\n]{1,20}(?:指出|强调|要求|表示|说|作|提出|回答))|"
    r"围绕|深入|专程"
    # 刘君任副局长; 刘君(副局长); 刘君,国家邮政局副局长,
    r"|(?:[现兼]|(?<![出担现兼接继升转就调改信责]))任(?=[\u4e00-\u9fff]{0,16}(?:长|书记|主任|成员|委员|主席|总裁|经理|专员))"
    r"|[(,](?=[^,。;:()\n]{0,24}(?:[局部省市司厅处会院校]长|主任|书记|主席|总裁|经理|党组成员|教授)[,。)、]))"
)
_FOLLOW = re.compile(
    rf"$|[^\u4e00-\u9fff]|{_VERB}|{_TITLE}|[和与及等在对向就从赴率为以并也还曾的到于将已同由是]|今天|昨天|近日|"
    rf"日前|目前|主动|任|兼|出生|毕业|谁|都|两人|分别|拍?摄|报|文"
)
_BEFORE_VERB = re.compile(
    r"(?<![^\s,。;:、!?\"”“’‘()\[\]》」』…—·\-\d据由对请日上后中时随讯电闻间])"
    rf"(?P<n>(?:{'|'.join(_COMPOUND)})(?:{_FIRST_GIVEN})?{_LAST_GIVEN}|[{''.join(sorted(_SINGLE))}](?:{_FIRST_GIVEN})?{_LAST_GIVEN})(?={_VERB})"
)
_IN_QUESTION = re.compile(
    r"(?<![^\s,。;:、!?\"”“’‘()于问是到和与对由及跟像])"
    rf"(?P<n>(?:{'|'.join(_COMPOUND)})(?:{_FIRST_GIVEN})?{_LAST_GIVEN}|[{''.join(sorted(_SINGLE))}](?:{_FIRST_GIVEN})?{_LAST_GIVEN})"
    rf"(?=$|[?、,。!]|{_VERB}|[说讲是在的有对向就和与及担任做作去到提为曾谁都]|两人|分别|何时|什么|哪|怎么|参与|要|"
    rf"{_TITLE})"
)
_QUESTION_SIGN = re.compile(
    r"[?谁吗呢]|什么|哪|何时|何地|何人|怎|多少|几|如何|为何|是否|有没有|请|介绍|总结|说说|列出|告诉"
)
_ENUMERATED = re.compile(r"\s?(?:、|和|与|及|以及)\s?(?=[\u4e00-\u9fff])")
_MAX_QUESTION_CHARS = 60


@functools.cache
def _surname_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words that begin with a surname and are no names: (all, the common ones)."""
    text = resources.files("sources").joinpath("surname_words.tsv").read_text(encoding="utf-8")
    every: set[str] = set()
    common: set[str] = set()
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        surname, often, seldom = line.split("\t")
        common.update(surname + rest for rest in often.split())
        every.update(surname + rest for rest in seldom.split())
    return frozenset(every | common), frozenset(common)


def possible_names(text: str) -> Iterator[str]:
    """Tokens of every two or three Chinese characters that begin with a surname, whatever stands around them.

    Far too many to take for names, but a question's may be looked up among the names a collection is known to hold.

    >>> list(possible_names("趙民在"))
    ['name:zhao-min', 'name:zhao-minzai']
    """
    plain = fold(text)
    for at, character in enumerate(plain):
        if character in _SINGLE:
            for size in (2, 3):
                found = plain[at : at + size]
                if len(found) == size and all("\u4e00" <= c <= "\u9fff" for c in found):
                    yield f"name:{name_reading(found)}"


@functools.lru_cache(maxsize=4096)
def name_reading(chinese: str) -> str:
    """Pinyin of a Chinese personal name in either script, surname first: 马军胜 → "ma-junsheng".

    ü is written v, so that 吕 is "lv".
    """
    from pypinyin import lazy_pinyin

    from sources.fold import fold

    name = fold(chinese)
    cut = next((len(c) for c in _COMPOUND if name.startswith(c) and len(name) > len(c)), 1)
    surname = _SURNAME_READINGS.get(name[:cut]) or "".join(lazy_pinyin(name[:cut]))
    return "-".join(part for part in (surname, "".join(lazy_pinyin(name[cut:]))) if part)


def read_names(text: str, terms: Iterable[Fact] = ()) -> list[Fact]:
    """Facts name:… of a folded text. terms: places and organisations already found there, which are no persons."""
    occupied = {i for f in terms if not f.token.startswith("term:") for i in range(f.start, f.end)}
    found = [Fact("name:" + name_reading(text[a:b]), a, b) for a, b in _chinese_names(text, occupied)]
    found += _english_names(text, occupied)
    return sorted(set(found), key=lambda f: (f.start, f.end))


# ---------------------------------------------------------------- Chinese


def _chinese_names(text: str, occupied: set[int]) -> list[tuple[int, int]]:
    spans: set[tuple[int, int]] = set()
    for m in scan(_TITLE_BEFORE, _TITLE_FIRST, text):
        for end in _ends(text, m.end()):
            if _FOLLOW.match(text, end) and _plausible(text, m.end(), end, beside_title=True):
                spans.add((m.end(), end))
                break
    for m in scan(_TITLE_AFTER, _TITLE_FIRST, text):
        start = _start_before(text, m.start())
        if start is not None:
            spans.add((start, m.start()))
    for m in _BEFORE_VERB.finditer(text):
        start, end = m.span("n")
        usual = text[start] not in _FUNCTION_SURNAMES or _clause_starts(text, start)
        if usual and _plausible(text, start, end, beside_title=False):
            spans.add((start, end))
    if len(text) <= _MAX_QUESTION_CHARS and (_QUESTION_SIGN.search(text) or len(text.strip(" ?。")) <= 4):
        for m in _IN_QUESTION.finditer(text):
            if _plausible(text, *m.span("n"), beside_title=False):
                spans.add(m.span("n"))
    spans = {s for s in spans if not occupied.intersection(range(*s))}
    _add_enumerated(text, spans)
    spans = {s for s in spans if not occupied.intersection(range(*s))}
    spans.update(_again(text, {text[a:b] for a, b in spans}))
    # 刘君 inside 刘君强: the longer reading wins.
    longest: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not longest or end > longest[-1][1]:
            longest.append((start, end))
    return longest


def _again(text: str, names: set[str]) -> Iterator[tuple[int, int]]:
    """Where one of the names stands, the longest first; none inside another."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    firsts = {name[0] for name in names}
    until = 0
    for m in re.finditer(f"[{''.join(map(re.escape, sorted(firsts)))}]", text) if firsts else ():
        at = m.start()
        name = next((text[at : at + n] for n in lengths if text[at : at + n] in names), "") if at >= until else ""
        if name:
            until = at + len(name)
            yield at, until


def _ends(text: str, start: int) -> Iterator[int]:
    """Where a name that starts here may end, longest first."""
    cut = next((len(c) for c in _COMPOUND if text.startswith(c, start)), 0)
    cut = cut or (1 if text[start : start + 1] in _SINGLE else 0)
    if not cut:
        return
    for given in (2, 1):
        end = start + cut + given
        part = text[start + cut : end]
        chinese = len(part) == given and all("\u4e00" <= c <= "\u9fff" and c not in _NOT_GIVEN for c in part)
        if chinese and part[-1] not in _NOT_LAST:
            yield end


def _start_before(text: str, end: int) -> int | None:
    """Where a name that ends before a title starts."""
    for length in (4, 3, 2):
        start = end - length
        if start < 0 or end not in _ends(text, start):
            continue
        if length == 4 and text[start : start + 2] not in _COMPOUND:
            continue
        # 和刘君局长: the shorter reading, when the first character joins or governs and the next is a surname.
        joins = text[start] == "和" or text[start] in "向从同于经" and not _clause_starts(text, start)
        if length == 3 and joins and text[start + 1] in _SINGLE:
            continue
        if _plausible(text, start, end, beside_title=True):
            return start
    return None


def _clause_starts(text: str, start: int) -> bool:
    return start == 0 or not "\u4e00" <= text[start - 1] <= "\u9fff"


_AFTER_DOT = re.compile(r"·(?:(?![和与及对向同在是说由])[\u4e00-\u9fff]){0,4}\Z")


def _plausible(text: str, start: int, end: int, beside_title: bool) -> bool:
    """Whether these characters are no everyday word. beside_title: strong evidence, only common words outweigh it."""
    every, common = _surname_words()
    words = common if beside_title else every
    name = text[start:end]
    # 索菲亚·林奎斯特: a foreign name in Chinese characters is not read through pinyin.
    if (
        _AFTER_DOT.search(text, max(0, start - 5), start)
        or text[end : end + 1] == "·"
        or text[end - 1 : end + 1] in _STRADDLED
    ):
        return False
    if name[1:] in _GIVEN_WORDS or name[-2:] in _GIVEN_WORDS:
        return False
    if name[:2] in _COMPOUND:
        return True
    return not (name[:2] in words or name in every or text[start : start + 3] in every)


def _add_enumerated(text: str, spans: set[tuple[int, int]]) -> None:
    """张光军、林少春: a neighbour in a list of names is a name."""
    todo = list(spans)
    while todo:
        start, end = todo.pop()
        join = _ENUMERATED.match(text, end)
        if join:
            for stop in _ends(text, join.end()):
                if _FOLLOW.match(text, stop) and _plausible(text, join.end(), stop, beside_title=True):
                    _note(spans, todo, (join.end(), stop))
                    break
        if start and text[start - 1] == "、":
            before = _start_before(text, start - 1)
            titled = before is not None and _TITLE_BEFORE.search(text, max(0, before - 6), before + 1)
            if before is not None and (titled or _clause_starts(text, before)):
                _note(spans, todo, (before, start - 1))


def _note(spans: set[tuple[int, int]], todo: list[tuple[int, int]], span: tuple[int, int]) -> None:
    if span not in spans:
        spans.add(span)
        todo.append(span)


# ---------------------------------------------------------------- English

_SYLLABLE = re.compile(
    r"(?:zh|ch|sh)(?:uang|uai|uan|ang|eng|ong|uo|ui|un|ua|ai|ao|an|ou|en|ei|a|e|i|u)"
    r"|[bpm](?:iang|iao|ian|ing|ang|eng|ie|in|iu|ai|ei|ao|an|en|ou|a|o|i|u|e)"
    r"|f(?:ang|eng|ei|an|en|ou|a|o|u)"
    r"|[dt](?:iao|ian|ing|uan|ang|eng|ong|ie|iu|ui|un|uo|ai|ei|ao|ou|an|en|a|e|i|u)"
    r"|[nl](?:iang|iao|ian|ing|uan|ang|eng|ong|ie|in|iu|ue|un|uo|ai|ei|ao|ou|an|en|a|e|i|u|v|ü)"
    r"|[gkh](?:uang|uai|uan|ang|eng|ong|ua|ui|un|uo|ai|ei|ao|ou|an|en|a|e|u)"
    r"|[jqx](?:iang|iong|iao|ian|ing|uan|ia|ie|in|iu|ue|un|i|u)"
    r"|[zcs](?:uan|ang|eng|ong|ui|un|uo|ai|ei|ao|ou|an|en|a|e|i|u)"
    r"|r(?:uan|ang|eng|ong|ui|un|uo|ao|ou|an|en|e|i|u)"
    r"|w(?:ang|eng|ai|ei|an|en|a|o|u)"
    r"|y(?:uan|ang|ing|ong|ue|un|ao|ou|an|in|a|e|i|o|u)"
    r"|ang|ai|ao|an|en|er|ou|a|e|o"
)
_PINYIN = re.compile(rf"(?:{_SYLLABLE.pattern})(?:['’-]?(?:{_SYLLABLE.pattern}))?")
_TWO_SYLLABLES = re.compile(rf"(?:{_SYLLABLE.pattern})['’-]?(?:{_SYLLABLE.pattern})")
_PAIR = re.compile(
    r"(?<![A-Za-z'’-])(?P<a>[A-Z][A-Za-zü]{0,10})"
    r"(?=\s{1,2}(?P<b>[A-Z][A-Za-zü]{1,11}(?:['’-](?!s(?![a-z]))[A-Za-z]{1,6})?)(?![A-Za-z]))"
)
_LOWER_PAIR = re.compile(r"(?<![A-Za-z'’-])(?P<a>[a-z]{2,8})(?=\s{1,2}(?P<b>[a-z]{2,12})(?![A-Za-z]))", re.IGNORECASE)
# English words that also read as pinyin.
_WORDS = frozenset(
    listed(
        "a age ai an ane are ate bade baidu bake ban bang bei beige being beta bin bite bo bone bungee cainiao can "
        "canada cane casa chance change che chi chide chile china come cope cute dan dang dao data date die done "
        "dude "
        "due duke dune en er fade fan fate gage game gang gene genre gun hang hate he hen hence here hide home huge "
        "jan june kong lama lane late lie like lima lime line lone luna lung made make male mali mama man manage "
        "mane "
        "manga mange mango mate me media men mile mine mo more name nan nine no none note nude ode page pale panda "
        "pandemic pane pang papa pen pie pile pine pizza polo pone qi quite rage ran rang range ren rule run rune "
        "rung sage sake sale same sane sang sha shade shake shame she shine shone side site sofa sue suite sung tai "
        "take tale tame ten tie tile time tone tuna tune wage wake wan wane we wo ya ye yen yet you zone"
    )
)
# Of these, the ones that a capital letter does not make a given name: "Long Range", "He Can"; but "Li Bin", "Liu Bei".
_NEVER_GIVEN = {w for w in _WORDS if len(w) > 4 or w.endswith("e") and w not in ("che", "die", "he", "lie", "ye")} | {
    "can", "men", "ten", "pen", "you", "yet", "gun", "data", "beta", "sofa",
}  # fmt: skip
_ENGLISH_SURNAMES = frozenset(
    listed(
        "he she an can long song sun pan ban man men tan bo ding dan you gong hang sha bin gun lie tie die mo lang sang"
    )
)
_ENGLISH_GIVEN = frozenset(listed("long song sun pan tan ding tong ping dong tang wang kang hong yang shan"))
_NOT_PERSONS = frozenset(
    listed(
        "hong kong|tai wan|wan chai|tai po|sha tin|hang seng|tian jin|xi an|bo ao|chang jiang|huang he|lan cang|tong "
        "ren|zhong guan|"
        "yuan tong|zhong tong|shen tong|yun da|shun feng|cai niao|guang zhou|shen zhen|bei jing|shang hai|zhe jiang|"
        "yi wu|shan dong|shan xi|"
        "he nan|he bei|hu nan|hu bei|an hui|fu jian|guang dong|guang xi|hai nan|jiang su|jiang xi|ji lin|liao ning|"
        "gan su|qing hai|yun nan|gui zhou|"
        "si chuan|ning xia|xin jiang|wu han|nan jing|hang zhou|su zhou|wen zhou|chang sha|cheng du|da lian|"
        "ning bo|xia men|tai yuan",
        "|",
    )
)
_PLACE_NOUN = re.compile(
    r"(?:['’]s)?\s(?:Province|City|County|District|Road|River|Lake|Mountain|University|Airport|Street|Town|"
    r"Village|Temple|Dynasty|Bay|Island|Group|"
    r"Technology|Company|Co\b|Logistics|Express|Industrial|Station|Bridge|Port|Railway|Prefecture|Autonomous|"
    r"Township|Park)"
)
_WESTERN = re.compile(
    r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Dr|Prof|President|Minister|Secretary(?:[-\s]General)?|Director(?:[-\s]General)?|"
    r"Chairman|Chairwoman|"
    r"Chairperson|Governor|Mayor|Ambassador|Premier|Chancellor|Senator|CEO|[Ss]pokes(?:man|woman|person)|"
    r"[Rr]eporter|[Cc]orrespondent|Professor|"
    r"[Ee]conomist|[Aa]nalyst|King|Queen|Emperor|Pope|Prince|Princess|Sir|Judge|Justice)(?![A-Za-z])\.?,?\s"
    r"(?P<n>[A-Z][A-Za-zÀ-ÿ'’-]+(?:\s(?:[A-Z]\.|de|van|von|der|bin|al|da|dos|la|le))*(?:\s[A-Z][A-Za-zÀ-ÿ-]+){0,2})"
)
_NOT_WESTERN = frozenset(
    listed(
        "general deputy director of state post bureau office national party republic central committee china chinese "
        "council department ministry "
        "of the and for at in on to from with secretary president minister chairman group company united nations "
        "foreign affairs commission association "
        "union board conference meeting administration university institute center centre group congress press news "
        "agency office bank vice premier "
        "standing first second third great conference january february march april may june july august september "
        "october november december monday "
        "tuesday wednesday thursday friday saturday sunday"
    )
)
_ENGLISH_QUESTION = re.compile(
    r"^\W*(?:who|what|when|where|which|why|how|did|does|do|is|was|were|are|has|have|tell|list|summari[sz]e)(?![a-z])|\?\s*$",
    re.I,
)
_MAX_ENGLISH_QUESTION_CHARS = 160


@functools.cache
def _pinyin_surnames() -> frozenset[str]:
    """Readings of all surnames; ü as v, also written lyu or lu by passports."""
    from pypinyin import lazy_pinyin

    single = {_SURNAME_READINGS.get(c) or lazy_pinyin(c)[0] for c in _SINGLE}
    compound = {_SURNAME_READINGS.get(c) or "".join(lazy_pinyin(c)) for c in _COMPOUND}
    return frozenset(single | compound | {"lyu", "lü"})


def _english_names(text: str, occupied: set[int]) -> list[Fact]:
    found: list[Fact] = []
    for m in _PAIR.finditer(text):
        fact = _pinyin_name(text, m)
        if fact and not occupied.intersection(range(fact.start, fact.end)):
            found.append(fact)
    if len(text) <= _MAX_ENGLISH_QUESTION_CHARS and not found and _ENGLISH_QUESTION.search(text):
        for m in _LOWER_PAIR.finditer(text):
            a, b = m["a"].lower(), m["b"].lower()
            rare = a not in _WORDS | _ENGLISH_SURNAMES and b not in _pinyin_surnames() | _ENGLISH_GIVEN
            if b not in _WORDS and (rare or a in _COMMON_SURNAMES):
                fact = _pinyin_name(text, m)
                if fact and not occupied.intersection(range(fact.start, fact.end)):
                    found.append(fact)
    taken = {i for f in found for i in range(f.start, f.end)}
    for m in _WESTERN.finditer(text):
        words = m["n"].split()
        while words and words[-1].lower().rstrip(".") in _NOT_WESTERN:
            words.pop()
        if not words or any(w.lower() in _NOT_WESTERN for w in words):
            continue
        name = " ".join(words)
        name = re.sub(r"['’]s?$", "", name)
        start, end = m.start("n"), m.start("n") + len(name)
        # A lone pinyin surname ("Mr. Liu") names nobody in particular.
        if name.lower() in _pinyin_surnames() or (taken | occupied).intersection(range(start, end)):
            continue
        plain = unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()
        found.append(Fact("name:" + re.sub(r"[^a-z]+", "-", plain).strip("-"), start, end))
    return found


_COMMON_SURNAMES = frozenset(
    listed(
        "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo lin gao luo zheng liang xie tang deng "
        "feng song han cao zeng peng xiao cai "
        "pan tian dong yuan yu jiang du wei su lv cheng shen ye lu ding fu zhong cui tan liao fan xia ren jin jia "
        "yao shi hou zou qin meng bai duan "
        "jiang qian yin qiu yan"
    )
)


def is_pinyin(word: str) -> bool:
    """Whether a lower-case word is one or two syllables of pinyin and no word of English.

    >>> is_pinyin("kuaidi"), is_pinyin("time"), is_pinyin("post")
    (True, False, False)
    """
    return word not in _WORDS and bool(_PINYIN.fullmatch(word))


def _pinyin_name(text: str, m: re.Match[str]) -> Fact | None:
    a, b = m["a"].lower(), m["b"].lower()
    start, end = m.start(), m.start("b") + len(m["b"])
    surnames = _pinyin_surnames()
    if f"{a} {b}" in _NOT_PERSONS or _PLACE_NOUN.match(text, end):
        return None
    if (m["a"].isupper() and len(a) > 1) and not (m["b"].isupper() or m["b"][1:].islower()):
        return None
    if a in surnames and _PINYIN.fullmatch(b):
        # "He Wang …", "An Yang": words of English that are surnames too, before another surname.
        doubtful = b in _ENGLISH_GIVEN or a in ("he", "she", "an") and b in surnames and not _TWO_SYLLABLES.fullmatch(b)
        if b in _NEVER_GIVEN or a in _ENGLISH_SURNAMES and doubtful:
            return None
        surname, given = a, b
    elif b in surnames and b not in _WORDS and _TWO_SYLLABLES.fullmatch(a) and a not in _WORDS and m["b"] != "He":
        # Given name first: "Junsheng Ma".
        surname, given = b, a
    else:
        return None
    given = re.sub(r"['’-]", "", given)
    return Fact("name:" + re.sub("lyu|lü", "lv", surname) + "-" + given.replace("ü", "v"), start, end)
