"""What tells two statements of the same words apart: who acts, whether it is denied, what is its opposite, must or may.

Word tables of both languages stand side by side, so that a sentence and its translation are compared by one rule.
Pure: texts in lower case and Simplified script (`Prepared.plain`) in; all offsets are of those texts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.words import chinese_words, english_words
from sources.bulletin import Fact
from sources.sentences import sentences

# ---------------------------------------------------------------- who acts

_ACTS = {
    "say": (
        "said it",
        r"point(?:s|ed)\sout|stress(?:es|ed)|emphasi[sz](?:es|ed)|sa(?:id|ys)(?!\sto)|demand(?:s|ed)|asked|"
        r"asks|urge[sd]|"
        r"requested|required|noted|notes\sthat|states?\sthat|stated|explained|explains|added|announce[sd]|"
        r"declare[sd]|"
        r"call(?:s|ed)\s(?:for|on|upon)|told|remark(?:s|ed)|underlin(?:es|ed)|underscore[sd]|warned|"
        r"insisted|reported",
        r"指出|强调|要求(?!是)|表示|说(?!明|法)|认为|提出(?!来)|介绍(?!信)|透露|宣布|呼吁|谈到|作了?部署|部署了",
    ),
    "chair": ("presided", r"presid(?:es|ed|ing)|chair(?:ed|s|ing)(?!\s?(?:man|person))|in\sthe\schair|"
    r"hosted\sby", r"主持人[是为]|主持"),
    "attend": (
        "attended",
        r"attend(?:s|ed)|(?:was|were|is|are)\s(?:also\s)?present|also\spresent|took\spart|takes\spart|"
        r"participated|joined",
        r"出席|参加|参会|到会|列席|与会",
    ),
    "meet": ("met", r"met(?:\swith)?|held\stalks|a\smeeting\swith|talked\swith", r"会见|会谈|会晤|见面"),
    "hold": ("held it", r"held|holds|convene[sd]|called\stogether|organi[sz]ed|hosted(?!\sby)", r"召开|举行|"
    r"召集|举办|组织召开"),
    "photo": ("took the photo", r"photo(?:graph(?:ed)?)?(?:\s?:|\s(?:was\s)?(?:taken\s)?by)|took\sthe\sphoto", r"摄"),
    "visit": ("visited", r"visit(?:s|ed)|went\sto|toured|inspected", r"参观|考察|走访|视察"),
}  # fmt: skip
_ACT = re.compile(
    "|".join(f"(?P<{kind}>(?<![a-z])(?:{en})(?![a-z])|{zh})" for kind, (_, en, zh) in _ACTS.items()), re.IGNORECASE
)
_AFTER_ACT = re.compile(r"[\s,:：]*(?:over\s)?(?:the\s[^,.;]{0,50}?)?(?<![a-z])by(?![a-z])|\s?[:：]")
# (words of the role in English, in Chinese): an actor that is no name, only told by what it is.
_ROLES = (
    (r"experts?|specialists?|scholars?", "专家|学者"), (r"analysts?", "分析师|分析人士"), (r"residents?|"
     r"citizens?", "居民|市民"),
    (r"couriers?|deliverymen", "快递员|小哥"), (r"reporters?|journalists?|correspondents?", "记者"),
    (r"enterprises?|companies|company|firms?", "企业|公司"), (r"(?:deputy\s)?ministers?", "部长"),
    (r"(?:deputy\s)?governors?", "省长"), (r"premier|prime\sminister", "总理"), (r"president", "主席|总统"),
    (r"mayors?", "市长"), (r"spokes(?:man|woman|person)", "发言人"), (r"media", "媒体"), (r"delegates?|"
     r"representatives?", "代表"),
    (r"lawyers?", "律师"), (r"users?|customers?|consumers?", "用户|消费者|"
     "客户"), (r"professors?", "教授"), (r"workers?|staff", "工人|员工|职工|工作人员"),
    (r"parents?", "家长|父母"), (r"engineers?", "工程师"), (r"pharmacists?", "药剂师"),
    (r"farmers?|villagers?", "农民|村民"), (r"governments?", "政府"), (r"associations?", "协会"),
)  # fmt: skip
_AGREED = re.compile(
    r"(?:experts?|analysts?|residents?|couriers?|reporters?|journalists?|lawyers?|parents?|engineers?|专家|分析师|居民|"
    r"快递员|记者|律师|家长|父母|工程师).*"
)
_ROLE_BEFORE = tuple(
    (
        re.compile(rf"(?:(?<![a-z])(?:{en})|{zh})\s?(?:还|也|则|们|also\s|have\s|has\s)?\Z"),
        re.compile(rf"(?<![a-z])(?:{en})(?![a-z])|{zh}"),
    )
    for en, zh in _ROLES
)


@dataclass(frozen=True)
class Action:
    """One thing done and who did it. actors: tokens of names and organisations. end: where what was said begins."""

    kind: str
    label: str
    actors: frozenset[str]
    end: int
    role: str = ""
    role_words: re.Pattern[str] | None = None

    def role_stands(self, plain: str, across: bool) -> bool:
        """Whether the text has such an actor. across: only roles that translations agree on are looked for."""
        if self.role_words is None or across and not _AGREED.fullmatch(self.role):
            return True
        return bool(self.role_words.search(plain))


def actions(plain: str, facts: Sequence[Fact]) -> list[Action]:
    """Who says, chairs, attends, meets, holds, photographs or visits; in order of the text."""
    persons = [f for f in facts if f.token.startswith(("name:", "org:"))]
    found: list[Action] = []
    for start, end in sentences(plain):
        at, before = start, frozenset[str]()
        for match in _ACT.finditer(plain, start, end):
            kind = str(match.lastgroup)
            actors = _actors(persons, at, match.start())
            role, words = "", None
            by = _AFTER_ACT.match(plain, match.end(), end)
            passive = (
                by is not None and kind in ("chair", "hold", "photo", "attend") or match[0].rstrip().endswith("by")
            )
            if match[0].endswith(("主持人是", "主持人为")):  # whoever stands before it did something else
                actors = _actors(persons, match.end(), _next_stop(plain, match.end(), end))
            elif passive:
                stop = _next_stop(plain, match.end(), end)
                actors = _actors(persons, match.end(), stop) or actors
            elif not _has_name(actors):
                for ends, stands in _ROLE_BEFORE:
                    hit = ends.search(plain, max(at, match.start() - 24), match.start())
                    if hit and not actors:
                        role, words = hit[0].strip(), stands
                if not actors and kind in ("attend", "chair", "photo"):
                    actors = _actors(persons, match.end(), _next_stop(plain, match.end(), end))
            if kind == "meet":  # both sides meet
                actors |= _actors(persons, match.end(), _next_stop(plain, match.end(), end))
            if not actors and not role and kind == "say":
                actors = before
            found.append(Action(kind, _ACTS[kind][0], actors, match.end(), role, words))
            # "Zhao Min met the governors and said": whom one met does not speak.
            before = before | actors if kind == "meet" else actors or before
            at = match.end()
    return found


def _actors(persons: Iterable[Fact], start: int, end: int) -> frozenset[str]:
    """Names in the stretch; without any, the organisations."""
    inside = [f.token for f in persons if start <= f.start and f.end <= end]
    return frozenset([t for t in inside if t.startswith("name:")] or inside)


def _has_name(actors: frozenset[str]) -> bool:
    return any(t.startswith("name:") for t in actors)


def _next_stop(plain: str, start: int, end: int) -> int:
    following = _ACT.search(plain, start + 1, end)
    return following.start() if following else end


_TITLES = (
    ("director", r"directors?(?:[-\s]general)?|局长|主任"),
    ("minister", r"ministers?|部长"),
    ("governor", r"governors?|省长"),
    ("mayor", r"mayors?|市长"),
    ("president", r"presidents?|主席|总统|会长"),
    ("secretary", r"secretar(?:y|ies)(?:[-\s]general)?|书记|秘书长"),
    ("reporter", r"reporters?|correspondents?|journalists?|记者"),
    ("manager", r"(?:general\s)?managers?|总经理|经理"),
)
_TITLE = re.compile(
    r"(?P<deputy>(?:deputy|vice)[-\s]|副)?(?:"
    + "|".join(rf"(?P<{k}>(?<![a-z])(?:{p}))(?![a-z])" for k, p in _TITLES)
    + ")"
)
_BETWEEN = re.compile(
    r"(?:[\s,、，\0]|和|与|及|党组(?:成员|副?书记)|党委(?:委员|副?书记)|and|as well as|of (?:the "
    r")?[a-z]+(?: [a-z]+){0,4} )*"
)


@functools.lru_cache(512)
def titles(plain: str, facts: tuple[Fact, ...]) -> dict[str, frozenset[str]]:
    """Offices told beside a name, such as "deputy director", by name token."""
    names = [f for f in facts if f.token.startswith("name:")]
    veiled = plain
    for name in names:
        veiled = veiled[: name.start] + "\0" * (name.end - name.start) + veiled[name.end :]
    found: dict[str, set[str]] = {}
    for match in _TITLE.finditer(veiled):
        office = ("deputy " if match["deputy"] else "") + str(match.lastgroup)
        for name in names:
            if match.end() <= name.start and _BETWEEN.fullmatch(veiled, match.end(), name.start):
                found.setdefault(name.token, set()).add(office)
            # "Zhao Min, member of the party group and deputy director": an apposition that no verb ends.
            elif name.end <= match.start() <= name.end + 70:
                between = veiled[name.end : match.start()]
                if re.fullmatch(
                    r",\s(?:the\s|a\s)?(?:(?:bureau['’]s|(?:member|head)[a-z ]*,?\s(?:and|as well as))\s)?", between
                ) or (between == "" and not match[0].isascii()):
                    found.setdefault(name.token, set()).add(office)
    return {name: frozenset(offices) for name, offices in found.items()}


# ---------------------------------------------------------------- opposites

# A group: its members exclude each other. Each member: English pattern, Chinese pattern.
_GROUPS: tuple[tuple[tuple[str, str], ...], ...] = (
    ((r"increas\w*|rais\w+|rise[sn]?|rose|rising|grow\w*|grew|expan\w+|higher|up (?:by )?\d|up from|surg\w*|soar\w*|"
      r"climb\w*", "增加|增长|提高|提升|扩大|上升|上涨|增至|加大|增强|上调|涨"),
     (r"decreas\w*|reduc\w+|lower(?:ed|s|ing)?|declin\w+|f[ae]ll(?:en|s|ing)?|shr[aiu]nk\w*|cut(?:s|ting)?|"
      r"down (?:by )?\d|down from|drop(?:s|ped|ping)?|slump\w*|plung\w*",
      "减少|降低|下降|缩小|下滑|减量|削减|缩减|回落|下跌|下调|跌"),
     (r"unchanged|(?:stay|remain|kept?)\w* (?:the same|stable)|no change", "不变|持平|不作调整")),
    ((r"strengthen\w*|strong(?:er)?|stronger|reinforc\w+|tighten\w*", "加强|强化|增强|夯实|加大|收紧|从严"),
     (r"weaken\w*|weaker|relax\w*|loosen\w*", "削弱|减弱|弱化|放松|放宽")),
    ((r"encourag\w+|support\w*|promot\w+|advocat\w+|allow\w*|permit\w*|welcom\w+", "鼓励|支持|推动|促进|"
     "推进|提倡|允许|倡导|欢迎"),
     (r"prohibit\w*|ban(?:s|ned|ning)?|forbid\w*|forbade|discourag\w+|oppos\w+|hinder\w*|prevent(?:s|"
      r"ed)\s[a-z ]*from", "禁止|严禁|反对|阻止|阻碍|抵制|不准|不许")),
    ((r"start\w*|launch\w*|begin\w*|began|initiat\w+|open(?:s|ed|ing)?|implement\w*|carr(?:y|ied|ying) (?:\w+ )?out|"
      r"push\w*|continu\w*|go(?:es)? on", "启动|开始|开展|开通|发起|推出|实施|落实|继续|推进"),
     (r"stop(?:s|ped|ping)?|halt\w*|suspend\w*|cancel\w*|terminat\w+|abandon\w*|clos(?:ed|es|ing)|"
      r"abolish\w*|ended", "停止|暂停|取消|终止|中止|放弃|关闭|叫停|废止")),
    ((r"adopt\w*|approv\w+|accept(?:s|ed)|pass(?:es|ed)", "通过|批准|审议通过|采纳"),
     (r"reject\w*|refus\w+|vetoe?d?|turned down|declined", "否决|拒绝|驳回|未通过|未获通过")),
    ((r"accelerat\w+|speed\w*|sped|faster|quick\w*|hasten\w*", "加快|加速|提速|快速"),
     (r"slow\w*|delay\w*|postpon\w+|put off", "减缓|放缓|延缓|推迟|延迟|暂缓|放慢")),
    ((r"success\w*|succe\w+|won|win", "成功|胜利|打赢|取得"), (r"fail\w*|lost|defeat\w*", "失败|失利|未能|输掉")),
    ((r"before|prior to", "之前|会前|以前|前夕"), (r"after(?:wards)?|following", "之后|会后|"
     "以后|此后")),
    ((r"domestic\w*", "国内|境内"), (r"abroad|foreign|overseas|international\w*", "国外|境外|海外|国际|跨境")),
    ((r"rural|villages?|countryside", "农村|乡村|村|乡"), (r"urban", "城市|城镇|市区|城区|同城")),
    ((r"upstream", "上游"), (r"downstream", "下游")), ((r"import\w*", "进口"), (r"export\w*", "出口")),
    ((r"mandatory|compulsory|obligatory", "强制|必须"), (r"voluntar\w+|optional", "自愿|自选|推荐性")),
    ((r"green", "绿"), (r"blue", "蓝"), (r"red", "红"), (r"black", "黑"), (r"yellow", "黄"), (r"purple", "紫"),
     (r"golden?", "金")),
    (
        (r"east\w*", "东[部方面边侧]"), (r"west\w*", "西[部方面边侧]"),
        (r"south\w*", "(?<![东西])南[部方面边侧]"), (r"north\w*", "(?<![东西])北[部方面边侧]"),
    ),
    ((r"public(?:ly)?|open(?:ly)?|disclos\w*", "公开|公示|公布"), (r"secret\w*|confidential\w*|hidden|"
     r"conceal\w*", "保密|秘密|隐瞒")),
    ((r"strict\w*|rigorous\w*", "严格|(?<!不)严"), (r"lenient\w*|loose\w*|lax", "不严|宽松|放宽|宽大")),
    ((r"improv\w*|better|enhanc\w+|upgrad\w+|optimi[sz]\w+|perfect\w*", "改善|完善|提升|提高|优化|改进|健全|"
     "增强|升级"),
     (r"worse\w*|deteriorat\w+|downgrad\w+|degrad\w+", "恶化|下降|变差|降级|降低")),
    ((r"\d[\d.,]*%? (?:[a-z]+ )?(?:more|higher)", "上升|增加|增多|增长"),
     (r"\d[\d.,]*%? (?:[a-z]+ )?(?:fewer|less|lower)", "减少|下降|降低")),
    ((r"ahead of schedule|earlier", "提前|提早"), (r"later than|behind schedule|overdue", "推迟|延后|滞后|逾期")),
    ((r"extend\w*|prolong\w*|(?<!no )longer", "延长"), (r"shorten\w*|shorter", "缩短")),
    ((r"(?:take|takes|took|taken|taking) effect|in force|effective", "生效|施行|实施"),
     (r"expir\w+|laps\w+|repeal\w*", "失效|到期|废止")),
    ((r"free of charge|free", "免费|免收"), (r"charge[sd]?|fees?|paid|pay", "收费|付费|收取|购票|缴费")),
    ((r"open(?:s|ed|ing)?", "开放|开馆|开通|开门"), (r"clos(?:e|es|ed|ing|ure)", "关闭|闭馆|关门|停业")),
    ((r"long[- ]term", "长期|长远"), (r"short[- ]term", "短期|短暂")),
    ((r"joint(?:ly)?|together|cooperat\w+|collaborat\w+", "联合|共同|协同|合作|协作"), (r"separately|alone|"
     r"independent(?:ly)?", "单独|独立|各自|独自")),
    ((r"temporar\w+|occasional\w*", "临时|偶尔"), (r"permanent\w*|regular\w*|normali[sz]\w+", "常态化|长期|"
     "定期|永久|经常")),
    ((r"air", "航空|空运"), (r"railways?|rail|high-speed rail\w*", "铁路|高铁"), (r"road", "公路"), (r"sea "
     r"freight|shipping by sea|waterway", "海运|水运")),
    ((r"mid-?term|interim (?:review|assess|evaluat)\w*", "中期"), (r"final (?:review|assess|"
     r"evaluat)\w*", "终期|最终")),
    ((r"spring", "春"), (r"summer", "夏季|暑期"), (r"autumn", "秋"), (r"winter", "冬")),
    ((r"more|higher|above|exceed\w*|greater than|larger than|no(?:t)? (?:less|fewer|lower|smaller) than|at least",
      "高于|多于|超过|大于|高出|不少于|不低于|不小于|至少|多(?=[\d一二三四五六七八九十])"),
     (r"less|fewer|lower than|below|smaller than|no(?:t)? (?:more|higher|greater|larger|longer) than|at most|"
      r"(?:not|never) exceed\w*",
      "低于|少于|小于|不及|不到|不足|不超过|不多于|不高于|不大于|至多|最多|少(?=[\d一二三四五六七八九十])")),
    ((r"at least|no less than|minimum", "至少|最少|不少于|不低于|最低"),
     (r"at most|no more than|up to|maximum", "至多|最多|不超过|上限|最高")),
    ((r"profit\w*", "盈利|利润|获利|赚"), (r"loss(?:es)?|lost|deficit|in the red", "亏损|赔本|赤字")),
    ((r"won|wins?|winning|victor\w*", "胜诉|获胜|战胜|夺冠|赢"),
     (r"lost|los(?:e|es|ing)|defeat\w*", "败诉|落败|失利|输")),
    ((r"br(?:ought|ing\w*) forward|moved up|earlier than|ahead of", "提前|提早"),
     (r"postpon\w+|delay\w*|put (?:off|back)|pushed back|later than", "推迟|延至|延期|延后|押后|顺延|延迟")),
    ((r"resum\w+|restor\w+|reopen\w*|restart\w*", "恢复|重启|复工|复航|复产|重开"),
     (r"suspend\w*|halt\w*|stop(?:s|ped|ping)?|cancel\w*",
      "停飞|停运|停航|停产|停工|停驶|暂停|中止|停止|取消")),
    ((r"weak(?!en)\w*|feeble|insufficient|inadequate|poor(?:ly)?", "薄弱|无力|不力|乏力|疲软"),
     (r"strong\w*|powerful\w*|robust|effective", "有力|强劲|强大|得力|有效")),
    ((r"surplus|ample|plentiful|abundant", "过剩|充足|盈余|充裕|富余"),
     (r"shortages?|short(?: supply)?|scarc\w*|lack\w*", "短缺|不足|紧缺|匮乏|缺乏|紧张")),
    ((r"men|men's|males?|boys?", "男"), (r"women|women's|females?|girls?", "女")),
    ((r"young\w*|youths?|children|child|minors?", "青年|年轻|儿童|未成年|少年"),
     (r"elderly|older|seniors?|adults?|aged", "老年|老人|长者|成年(?!前)|年长")),
    ((r"east(?:ern)?", "(?<![山广关])东(?=[部翼侧段线区岸郊面门边站馆楼半])"),
     (r"west(?:ern)?", "(?<![山广])西(?=[部翼侧段线区岸郊面门边站馆楼半])"),
     (r"south(?:ern)?", "(?<![湖海云河])南(?=[部翼侧段线区岸郊面门边站馆楼半])"),
     (r"north(?:ern)?", "(?<![湖河])北(?=[部翼侧段线区岸郊面门边站馆楼半])")),
    ((r"left", "左"), (r"right", "右(?!江)")),
    ((r"upper", "上层|上半|上部"), (r"lower", "下层|下半|下部")),
    ((r"indoors?", "室内"), (r"outdoors?|open-air", "室外|户外|露天")),
    ((r"daytime|by day", "白天|日间"), (r"nights?|overnight|nighttime", "夜间|夜里|晚间|夜晚|通宵")),
    ((r"mornings?|a\.m", "上午|早上|清晨|早晨|凌晨"), (r"afternoons?|evenings?|p\.m", "下午|傍晚|晚上")),
    ((r"weekdays?|working days?", "工作日|平日"), (r"weekends?", "周末|双休日")),
    ((r"agree(?:s|d)?|support\w*|endors\w*|favou?r\w*|backs|backed", "赞成|同意|赞同|支持|拥护"),
     (r"oppos\w+|object(?:s|ed) to|against", "反对|抵制")),
    ((r"prais\w*|commend\w*|applaud\w*|thank\w*|welcom\w*", "赞扬|表扬|称赞|赞赏|感谢|致谢|欢迎"),
     (r"critici\w*|condemn\w*|complain\w*|blam\w*|denounc\w*", "批评|谴责|抱怨|指责|投诉|责备")),
    ((r"hir(?:e|es|ed|ing)|recruit\w*", "招聘|聘用|增聘|招收|招募"),
     (r"la(?:y|ys|id|ying) off|layoffs?|dismiss\w*|redundan\w*|job cuts", "裁员|解雇|辞退|裁减")),
    ((r"cheap\w*|inexpensive", "便宜|廉价|低价"), (r"expensive|costl\w*|dear(?:er)?", "昂贵|高价|更贵")),
    ((r"state-owned|state-run|publicly owned", "国有|国营|公营|公办|公立"),
     (r"private(?:ly)?", "私营|私人|民营|私有|民办|私立")),
    ((r"majority|most (?:of|people|residents)|mostly", "多数|大部分|过半"),
     (r"minority|a few|small part", "少数|小部分")),
    ((r"(?<!at )all|every|each|entire\w*|whole", "全部|所有|均|悉数|全都|一律"),
     (r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+) of (?:the|its|their|these)|partly|part of|"
      r"only some|half of", "部分|一半|其中[一二两三四五六七八九十\d]")),
    ((r"join\w*|enter(?:s|ed|ing)?|t[ao]+ke?s? part|took part|participat\w*", "参加|加入|参与|进入"),
     (r"withdr[ae]w\w*|quit(?:s|ting)?|pull(?:s|ed|ing)? out|exit(?:s|ed)?", "退出|撤出")),
    ((r"build(?:s|ing)?|built|construct\w*|erect\w*", "建成|建设|修建|新建|建造|兴建"),
     (r"demoli\w*|t(?:ea|o)rn? (?:\w+ )?down|dismantl\w*|pull(?:ed|ing)? down", "拆除|拆毁|拆掉")),
    ((r"retain\w*|keep(?:s|ing)?|kept|preserv\w*", "保留|留存|沿用"),
     (r"remov\w*|delet\w*|drop(?:s|ped)?|scrap(?:s|ped|ping)?|abolish\w*|abandon\w*", "删去|删除|移除|去掉|废除|取消")),
    ((r"merg\w*", "合并|并入"), (r"split\w*|separat\w*|spun off", "拆分|分拆|分立")),
    ((r"guilty|convict\w*", "有罪|定罪"), (r"innocent|acquit\w*|not guilty", "无罪|清白")),
    ((r"surviv\w*|rescued|alive", "生还|幸存|获救"), (r"killed|died|dead|deaths?|fatal\w*", "死亡|遇难|身亡|丧生|死")),
    ((r"arrest\w*|detain\w*", "逮捕|拘留|被捕|羁押"), (r"released|freed", "释放|获释")),
    ((r"lead(?:s|ing)?|led|ahead", "领先"), (r"lag\w*|trail\w*|behind", "落后")),
    ((r"optimis\w*|confident", "乐观|有信心"), (r"pessimis\w*|gloomy", "悲观")),
    ((r"satisf\w*|happy|pleased", "(?<!不)满意"), (r"dissatisf\w*|unhappy|displeased", "不满")),
    ((r"online", "线上|网上"), (r"offline|in person|on site|face to face", "线下|现场|当面")),
    ((r"large(?:st|r)?|big(?:gest|ger)?", "大型|最大"), (r"small(?:est|er)?", "小型|小微|最小")),
    ((r"legal\w*|lawful\w*", "合法"), (r"illegal\w*|unlawful\w*", "非法|违法|不合法")),
    ((r"widen\w*", "扩大|拓宽|加宽"), (r"narrow\w*", "收窄|缩小|变窄")),
    ((r"confirm\w*|admit\w*", "证实|确认|承认"), (r"den(?:y|ies|ied|ying)|refut\w*", "否认|辟谣|驳斥")),
    ((r"centrali[sz]\w*|concentrat\w*", "集中"), (r"decentrali[sz]\w*|dispers\w*|scatter\w*", "分散|下放")),
    ((r"subsidi\w*|reward\w*", "补贴|补助|奖励"), (r"fin(?:es|ed|ing)|penal\w*|punish\w*", "罚款|处罚|惩罚")),
    ((r"employers?|compan(?:y|ies)", "雇主|企业|公司|用人单位"),
     (r"themselves|own pockets?", "本人|自费|自己|自行负担")),
    ((r"births?|born", "出生|诞生"), (r"deaths?|died", "死亡|去世")),
    ((r"tax (?:reduction|cut|relief|break)s?|reduction of tax\w*", "减税|税收优惠"), (r"tax (?:increase|"
     r"rise|hike)s?", "增税|加税")),
)  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff]")
_WITHOUT = re.compile(r"(?<![a-z])without(?![a-z])")
_DENIAL = r"(?:not|no|never|cannot|without|n't|不|未|没有|无|非|勿)"


@functools.cache
def _groups() -> tuple[tuple[re.Pattern[str], ...], ...]:
    return tuple(tuple(re.compile(rf"(?<![a-z])(?:{en})(?![a-z])|{zh}") for en, zh in group) for group in _GROUPS)


@dataclass(frozen=True)
class Opposed:
    """Words of two texts that exclude each other, as [start, end) in each, and why."""

    said: tuple[int, int]
    source: tuple[int, int]
    reason: str


def _opposed(word: re.Match[str], other: re.Match[str]) -> Opposed:
    return Opposed(word.span(), other.span(), f"the sentence has “{word[0]}”, the cited text has “{other[0]}”")


def opposites(said: str, source: str, nearest: str) -> Iterator[Opposed]:
    """Words of which the source has not one like it, while its nearest sentence has an opposite; told as of these."""
    for group in _groups():
        hits = [member.search(said) for member in group]
        if not any(hits):
            continue
        there, near = [[member.search(text) for member in group] for text in (source, nearest)]
        for i, hit in enumerate(hits):
            # 停止实施, "stopped pushing": of two poles side by side the first one rules.
            ruled = [bool(h and hit and 0 <= h.start() - hit.end() <= 1) for h in hits]
            other = next((t for j, t in enumerate(near) if t and j != i and (not hits[j] or ruled[j])), None)
            # "not stop" for "go on": a denial on one side only is for the negation check.
            if hit and not there[i] and other and not re.search(_DENIAL, said) and not re.search(_DENIAL, source):
                yield _opposed(hit, other)


def _rules(plain: str, cues: Sequence[tuple[int, int]], at: int, reach: int) -> bool:
    """Whether a denial stands right before a word, by no more than so many characters."""
    return any(0 <= at - end <= reach and "的" not in plain[end:at] for _, end in cues)


def _poles(group: Sequence[re.Pattern[str]], plain: str) -> dict[tuple[int, bool], re.Match[str]]:
    """Members of a group of opposites that a clause has, by (which, whether it is denied there), where they stand.

    Where a denial stands elsewhere in the clause, a member is taken for both.
    """
    matches = [(i, match) for i, member in enumerate(group) for match in member.finditer(plain)]
    if not matches:
        return {}
    cues, reach = denials(plain), 4 if _HAN.search(plain) else 12
    ruling = [*cues, *(m.span() for m in _WITHOUT.finditer(plain))]
    found: dict[tuple[int, bool], re.Match[str]] = {}
    for i, match in matches:
        if any(j != i and m.start() <= match.start() and match.end() <= m.end() for j, m in matches):
            continue  # "charge" in "free of charge"
        ruled = _rules(plain, ruling, match.start(), reach)
        outside = any(end <= match.start() or match.end() <= start for start, end in cues)
        for denied in (True, False) if outside and not ruled else (ruled,):
            found.setdefault((i, denied), match)
    return found


def opposite_words(said: str, source: str, near: str = "", rest: str = "") -> Iterator[Opposed]:
    """Words of one clause of which another clause on the same thing has only an opposite; a denial turns them over.

    near: other words of the source that may tell of the same thing, whose words count as the clause's own. rest: what
    else the sentence says; the opposite may stand there: "fewer days, but never fewer than three".
    """
    for group in _groups():
        mine = _poles(group, said)
        theirs = _poles(group, source) if mine else {}
        if len({i for i, _ in mine}) != 1 or len({i for i, _ in theirs}) != 1:
            continue
        beside = _poles(group, near) if near else {}
        if theirs.keys() & _poles(group, rest).keys():
            continue
        (i, word), (j, other) = ((next(iter(poles))[0], next(iter(poles.values()))) for poles in (mine, theirs))
        if i == j and mine.keys().isdisjoint(theirs) and mine.keys().isdisjoint(beside):
            reason = f"“{word[0]}” is denied in one of the sentence and the cited text, not in the other"
            yield Opposed(word.span(), other.span(), reason)
        if i != j and (i, False) in mine and (j, False) in theirs and (i, False) not in beside:
            yield _opposed(word, other)


# ---------------------------------------------------------------- must, may; planned, done

_MUST = re.compile(
    r"(?<![a-z])(?:must|shall|required to|mandatory|compulsory|obliged|obligatory|has to|have to|needs? "
    r"to)(?![a-z])|必须|应当|须|务必|强制|一律"
)
_MUST_SOFT = re.compile(
    r"(?<![a-z])(?:should|ought|demand\w*|necessary|is to|are to|be to|strict\w*|ensure\w*)(?![a-z])|要|应|"
    r"需|严格|确保|不得"
)
_MAY = re.compile(
    r"(?<![a-z])(?:(?<!\d )(?<!in )(?<!of )(?<!since )(?<!by )(?<!until )may (?!\d|not)|might|optional\w*|"
    r"voluntar\w+|at (?:its|their) (?:own )?discretion|if (?:they|it) (?:wish\w*|like|want))|"
    r"可以|可自[愿行主]|自愿|可选|不强制|酌情|自行决定"
)
_CAN = re.compile(
    r"(?<![a-z])(?:can|could|able|allow\w*|permit\w*|encourag\w+|free to)(?![a-z])|可|能|鼓励|允许|准许|自主"
)
_DONE = re.compile(
    r"(?<![a-z])already(?![a-z])|(?<![a-z])(?:has|have|had)\s(?:now\s|all\s|"
    r"since\s)?been\s(?:fully\s)?(?:complet|finish|built|establish|launch|"
    r"implement|introduc|issu|set up|abolish|achiev|put into)\w*|(?<![a-z])(?:has|have|had)\s(?:complet|"
    r"finish|establish|launch|introduc|"
    r"issu|achiev|built|set up)\w*|(?:was|were)\s(?:complet|finish)ed|已(?!久)|业已|圆满完成|均完成"
)
_DONE_LOOSE = re.compile(
    r"(?<![a-z])(?:has|have|had|was|were|did|since)(?![a-z])|(?<![a-z])(?<!be )[a-z]{3,}ed(?![a-z])|已|了|"
    r"(?<!前)完成|取得|以来"
)
_PLANNED = re.compile(
    r"(?<![a-z])(?:will|plans? to|intends? to|going to|is to be|are to be|to be|must|should|shall|needs?|"
    r"has to|have to|necessary|"
    r"next year|would|aims?|goals?)(?![a-z])|将|拟|计划|要|应|准备|预计|争取|力争"
)
_WILL = re.compile(
    r"(?<![a-z])(?:will|plans? to|intends? to|going to|next year)(?![a-z])|将(?!来)|拟(?!定)|"
    r"准备|打算|明年"
)


_BAN = re.compile(
    r"(?<![a-z])(?:(?:neither|nor|none|nobody|no)(?: [a-z]+){0,3} (?:must|may|shall|can|should)|"
    r"(?:may|can)(?: [a-z]+){1,2} (?:no|at most|only))(?![a-z])"
)


def _without_bans(plain: str) -> str:
    """ "No company may", "parcels may weigh no more than" leave nothing open."""
    return _BAN.sub(lambda found: " " * len(found[0]), plain)


def modality(said: str, source: str) -> Iterator[str]:
    """A duty made a choice or a choice a duty; a plan told as done or what is done as a plan."""
    said, source = _without_bans(said), _without_bans(source)
    if (_MUST.search(said) or _MUST_SOFT.search(said)) and not _MAY.search(said):
        free = _MAY.search(source)
        if _MUST.search(said) and free and not (_MUST.search(source) or _MUST_SOFT.search(source)):
            yield f"the sentence says it must be, the cited text “{free[0].strip()}”"
    free = _MAY.search(said)
    if free and not (_MAY.search(source) or _CAN.search(source)):
        bound = _MUST.search(source) or _MUST_SOFT.search(source)
        if bound:
            yield f"the sentence says “{free[0].strip()}”, the cited text “{bound[0]}”"
    done = _DONE.search(said)
    if done and not _DONE.search(source) and not _DONE_LOOSE.search(source) and _PLANNED.search(source):
        yield f"the sentence says it is done (“{done[0]}”), the cited text plans it"
    will = _WILL.search(said)
    if will and _DONE.search(source) and not _PLANNED.search(source):
        yield f"the sentence plans it (“{will[0]}”), the cited text says it is done"


def done_or_planned(said: str, source: str) -> Iterator[str]:
    """Of two clauses on the same thing, one that plans it and one that tells it as done."""
    will, done = _WILL.search(said), _DONE.search(said)
    if will and not done and (there := _DONE.search(source)) and not _WILL.search(source):
        yield f"the sentence plans it (“{will[0]}”), the cited text says it is done (“{there[0]}”)"
    if done and not will and (there := _WILL.search(source)) and not _DONE_LOOSE.search(source):
        yield f"the sentence says it is done (“{done[0]}”), the cited text plans it (“{there[0]}”)"


# ---------------------------------------------------------------- negation


@dataclass(frozen=True)
class Negation:
    """Where a text denies. plain: by "not" or 不 themselves, rather than by a verb such as "refuse"."""

    start: int
    end: int
    plain: bool


_NO = re.compile(
    r"(?P<en>(?<![a-z])(?:not(?!\s(?:only|just|merely|least))|never|no(?!\s(?:doubt|later|less|matter|\.))|"
    r"none|nor|neither|cannot|nothing|nobody|rather than|"
    r"without(?!\s(?:pause|stop|delay|fail|exception|rest|end|interruption|doubt|cease))|refus\w+|"
    r"prohibit\w*|ban(?:s|ned|ning)?|forbid\w*|forbade|"
    r"fail(?:s|ed)?\sto|oppos\w+|reject\w*|den(?:y|ies|ied)|stop(?:s|ped)?|cancel\w*|ceas\w+|"
    r"abolish\w*)(?![a-z])|[a-z]n['’]t(?![a-z]))"
    r"|(?P<zh>不得(?!不)|不(?:准|许|再|予|能|会|是|可(?!或缺|忽视))|(?<!(?:无|得|能|可|会))不(?!断|仅|但|只|"
    r"光|少|同|久|管|论|过|如|愧|乏|止|得|能|可|妨|懈|动|畏|忘|移|平|良|法|足|当|利|锈|动产|等(?!于)|满|准|许|再|"
    r"予|会|是|留|到|低|低于|少于|超|一|力|变|改|时|限|折|合格|善|安|便|明|易|遗|亮)"
    r"|未(?!来|必|成年|婚|知数|满)|(?<![淹埋沉吞出])没有?(?!收)|无(?!人[机车仓化]|线|锡|论|疑|障碍|缝|害|私|限|偿|纸|接触|"
    r"不|菌|声|数|形|效)|禁止|严禁|拒绝|取消|停止|暂停|放弃|反对|否认|叫停|勿|并非|而非|不留|尚无)"
)
_LEXICAL = re.compile(
    r"without|不[大多高低小少远久易难长短严同足佳]|不相|refus|prohibit|ban|forb|fail|oppos|reject|den(?:y|ie)|stop|"
    r"cancel|ceas|abolish|禁|拒绝|取消|停止|暂停|放弃|反对|否认|叫停"
)
_HIDDEN = re.compile(
    r"不(?!断|仅|但|只|光|管|论|过|良|同)|无(?!人)|未(?!来|满)|(?<![淹埋沉吞出])没|停(?!车|泊|靠|留)|免|缺|防|避|阻|难以|以外|除外|而非|绝|"
    r"(?<![a-z])(?:un(?!der|it|i)[a-z]{4,}|lack|without|free of|exempt|except|less than|short of|rather "
    r"than|instead of|"
    r"hardly|barely|little|few(?:er)?|unable|closed|exclud|impossib|fail|refus|stop|prevent|avoid|out of|"
    r"beyond|prohibit|forb|"
    r"abandon|give up|independen|regardless|in[a-z]+(?:able|ible))|[a-z]less(?![a-z])"
)
_DOUBLE = re.compile(r"不得不|不能不|不会不|不可不|无不|不无|并非不|not without|cannot but|never without")


def negations(plain: str) -> list[Negation]:
    """Denials of a text; double ones ("not without") are none."""
    doubled = [m.span() for m in _DOUBLE.finditer(plain)]
    return [
        Negation(m.start(), m.end(), not _LEXICAL.match(plain, m.start()))
        for m in _NO.finditer(plain)
        if not any(a <= m.start() < b for a, b in doubled)
    ]


def denials(plain: str, hidden: bool = False) -> list[tuple[int, int]]:
    """Where a text denies by "not" or 不 itself; hidden: also by a verb, or where another language may say "not"."""
    found = negations(plain)
    if hidden:
        return [(n.start, n.end) for n in found] + [match.span() for match in _HIDDEN.finditer(plain)]
    return [(n.start, n.end) for n in found if n.plain]


_CLAUSE_STOP = re.compile(r"[，。；：！？!?;、]|[,:](?!\d)|\.(?=\s|$)|\n")
_FOCUS_WORDS = 2
# Share of its words that a sentence has from its source when it is that source with a denial put in.
_RETOLD = 0.6


def _focus(plain: str, cue: Negation) -> list[str]:
    """The first words after a denial, which it denies; "fails to" and 不 deny what follows them in their clause."""
    stop = _CLAUSE_STOP.search(plain, cue.end)
    return _content(plain[cue.end : stop.start() if stop else len(plain)])[:_FOCUS_WORDS]


def _content(plain: str) -> list[str]:
    return chinese_words(plain) if re.search(r"[\u3400-\u9fff]", plain) else english_words(plain)


class _Affirmed:
    """The content words of a text that no denial rules."""

    def __init__(self, plain: str) -> None:
        for cue in negations(plain):
            stop = _CLAUSE_STOP.search(plain, cue.end)
            end = stop.start() if stop else len(plain)
            plain = plain[: cue.start] + " " * (end - cue.start) + plain[end:]
        self._plain, self._words = plain, set(_content(plain))

    def __contains__(self, word: object) -> bool:
        # 不断扩大 is one word to the segmenter, and 扩大 stands in it.
        chinese = isinstance(word, str) and len(word) > 1 and not word.isascii()
        return word in self._words or chinese and str(word) in self._plain


def negated(said: str, source: str) -> str:
    """Why one text denies what the other says, "" when neither does. Both in one language."""
    mine = [_focus(said, cue) for cue in negations(said)]
    theirs = [_focus(source, cue) for cue in negations(source)]
    denied_there, denied_here = {w for f in theirs for w in f}, {w for f in mine for w in f}
    affirmed_there, affirmed_here = _Affirmed(source), _Affirmed(said)
    for focus in mine:
        known = [w for w in focus if w in affirmed_there or w in denied_there]
        if focus and not known and not theirs:
            words = _content(said)
            if sum(w in affirmed_there for w in words) >= _RETOLD * len(words):
                return f"the sentence denies “{focus[0]}”, the cited text denies nothing"
        if known and not any(w in denied_there for w in known) and known[0] in affirmed_there:
            return f"the sentence denies “{known[0]}”, the cited text does not"
    for cue, focus in zip(negations(source), theirs, strict=True):
        if not focus or focus[0] not in affirmed_here or focus[0] in denied_here or focus[0] in affirmed_there:
            continue
        if len(focus) > 1 and focus[1] not in affirmed_here and focus[1] not in denied_here:
            continue
        return f"the cited text denies “{focus[0]}” (“{source[cue.start : cue.end].strip()}”)"
    return ""
