"""Chinese follow-up questions completed from a topic: `completed`. Pure, by rule.

Read on the folded shadow, which has every character where the question has it.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from index.words import segment
from sources.facts import facts
from sources.fold import fold
from sources.language import language_of

from .listed import UNIT, corrected_member, spoken_of, with_member
from .request import read_request
from .topic import Topic, fill, is_event, is_only, kinds_of, listed, naming, other_event, with_topic, without_dates

_SHORT_PHRASE = 20  # characters; a longer one before a Chinese question makes it unreadable
_ASKING = re.compile(
    r"(?:在|是|由|于|从|到)?(?:什么(?:时候|时间|地方|地点)|何时|何地|何处|哪一?[天年]|几月几?[日号]?|哪个?月|哪里|"
    r"哪儿|哪[一几]?[位名个项些家份篇种款届次类条方]|几[个位名项家次份条成点月天年日号期座种场届]"
    r"|哪些|哪|谁|什么|啥|多少|怎么样|怎样|怎么|如何|为什么|为何|为啥|是否|有没有|是不是|会不会|能不能|要不要|"
    r"多[大长久高远重快])|[吗呢吧]"
)
_GENERIC = listed(
    "会议 大会 座谈会 研讨会 论坛 会上 活动 会 文件 计划 任务 重点 措施 目标 要求 人 人员 代表 领导 官员 负责人 "
    "主持人 副局长 局长 主任 部门 单位 省 市 "
    "省份 城市 省市 地方 地区 企业 公司 国家 地点 时间 日期 日子 天 年 月 日 原因 理由 结果 成果 主题 议题 议程 "
    "内容 细节 详情 例子 数字 数量 人数 名字 名称 "
    "姓名 标题 职务 职位 身份 目的 意义 作用 部分 方面 步骤 事情 事 工作 问题 建议 意见 项 点 条 个 名 位 家 份 篇 "
    "次 项目 工程 行动 "
    "出席 参加 主持 召开 举行 举办 召集 讲话 发言 讲 说 说到 说了 讲了 强调 指出 提出 提到 要求 表示 部署 安排 通过 "
    "审议 决定 讨论 发布 公布 印发 出台 见 会见 参观 "
    "考察 走访 调研 去 来 派 派人 派人参加 做 干 办 开 通过了 介绍 负责 需要 开始 结束 完成 实施 落实 推进 进行 "
    "包括 包含 涉及 列席 参会 与会 邀请 认为 回应 回答 "
    "具体 主要 详细 分别 一共 总共 共 总计 最后 首先 其次 然后 接着 之后 之前 后来 随后 当时 那时 同时 另外 此外 还 "
    "还有 又 再 也 都 就 才 已经 曾 曾经 只 更 最 "
    "第一 第二 第三 第四 第五 第六 第七 第八 第九 第十 前者 后者 最后一 一个 其中 其 它 它们 他 她 他们 她们 这 那 "
    "该 此 这个 那个 这些 那些 这里 那里 那边 "
    "的 了 在 是 有 要 和 与 及 或 对 为 于 由 从 到 被 把 将 给 向 跟 让 使 以 等 吗 呢 吧 啊 呀 得 着 过 地 上 下 "
    "里 中 内 外 前 后 会不会 请 请问 一下 说说 谈谈 告诉 我 "
    "什么样 样 能 可以 应该 想 打算 准备 叫 叫做 称 属于 多 少 大 小 哪 几 谁 不 没 没有 所 之 而 并 但 那么 好 "
    "具体内容 讲的 说的 人士 一些 各 各自 每 时 时候 解释 展开 "
    "多 点 更多 详细说明 说明 总结 谁 项任务 项工作 大任务 大重点 任务是 重点是 派出 出席者 参会者 参加者 来自 增长 "
    "增加 下降 减少 上升 投资 投入 花 花费 费用 用 公告 报道 文章 新闻稿 嘉宾 多少钱 钱 效果 影响 期限 截止 持续 "
    "建 建设 设立 扩大 覆盖 投入 一线 最终 最重要 重要 关键 核心 分工 第几 又是 是从 开始时 达到 达成 对象 范围 "
    "条件 标准 流程 程序 依据 背景 到场 在场 到会 致辞 意思 含义 办法 方案 安排 做法 举措 为了 "
    "主席 主办 主办方 承办 承办方 组织者 主讲 主讲人 发言人 演讲者 来宾 贵宾 观众 听众 记者 作者 来源 出处 开会"
)
_COUNTED = re.compile(r"[第一二三四五六七八九十两百千万\d]+[个名位项家省市次条点大份篇种届]?")
# Verbs and helpers that end a noun phrase, unless 的 makes them part of one (会议部署的五个重点).
_VERB = listed(
    "要 将 是 说 讲 通过 审议 部署 强调 要求 指出 提出 提到 表示 召开 举行 举办 参观 考察 占 有 打算 准备 能 可以 "
    "应该 需要 包括 出席 参加 主持 讲话 发言 发布 印发 出台 "
    "会见 见 去 派 派人参加 做 开 说了 讲了 决定 讨论 对 把 被 让 为 给 由 在 关于 介绍 认为 列席 想 宣布 计划 负责 "
    "安排 属于 获 达到 达 增长 下降 完成 又 还 也 都 就 说说 谈谈 "
    "告诉 我 请 请问 解释 总结 列出 一下 列举"
)
_EDGE = listed(
    "的 了 分 上 里 中 下 时 内 和 与 跟 及 从 到 向 于 以 等 之 具体 主要 分别 一共 总共 共 那 那么 请问 请 会 过 着 "
    "所 并 指 指的是 ， , 、 ： : ? 。 ！ ! ； “ ”"
) - {"“", "”"}
_OPENER = re.compile(
    r"(?:那么|那(?![个些次里儿边场位项份天年种届时条家张篇部款座辆件段句批类名几两三四五六七八九十]|么)|还有(?!谁|哪|什么|多少|几|没有|人)|另外|此外|然后|接着|"
    r"以及|至于|再说|好的?[,，]|再问|还想问)[,，:：\s]*"
)
_FRAGMENT = re.compile(r"(?P<new>.{0,40}?)(?:那边|这边|方面|的话|那里)?(?:呢|又?如何|怎么样|又怎么样|又?怎么说)\W*")
_SORRY = r"(?:(?:不是的?|不对|不|错了|抱歉|对不起|不好意思|哦|啊|等等|噢)[,。!.、\s]+|不是(?=我))*"
_CORRECTION = re.compile(
    rf"{_SORRY}(?:(?:不是|不要|不指|不问)(?P<not>[^,;。]{{1,20}})[,;。]\s*)?"
    r"我?(?:本来|其实|刚才)?(?:是(?:想|要)?(?:问|说|指|讲)的?|(?:想|要)?(?:问|说|指|讲)的?(?:是|的是))[,:\s]*(?P<new>.+)"
    r"|(?:(?:不是|不对|不|错了)[,，。!\s]*)我?是?(?:想|要)?(?:问|说|指|讲)的?[,:\s]*(?P<other>.+)"
    rf"|{_SORRY}(?:(?:我)?(?:说|问|打|写|记|讲)错了?[,。!\s]*(?:应该)?是?|(?:应该)?(?:不是|并非)(?P<not_>[^,;。]{{1,20}})[,;。]\s*(?:而)?(?:应该)?是)"
    r"[,:\s]*(?P<instead>.{2,60})"
)
_NOUN = (
    "(?:工程|项目|行动|计划|文件|工作|任务|措施|目标|要求|办法|规定|意见|方案|数字|人|公司|企业|机构|部门|平台|联盟|"
    "协会|问题|事|局|省|地方)"
)
_POINTING = re.compile(
    r"(?P<event>(?:[这那此该本]一?(?:次|场|届|个)?|上述|前述|[这那]一)(?:会议|大会|座谈会|研讨会|论坛|活动|会|展览|"
    r"比赛|调研))"
    r"|(?P<meeting>(?<![^\W在于])会上|(?<![^\W在于])会议上|(?<![\w])会中)"
    r"|(?P<thing>(?<!其)它们?)"
    r"|(?P<its>(?<![尤极与何任更])其(?![他它中次实余间后前]))|(?P<among>其中)"
    r"|(?P<he>(?<!其)[他她]们?)"
    r"|(?P<then>当时|那时候?|[那这][里儿边]|同一?天)"
    rf"|(?P<that>(?:这|那|上述|前述|该|此)[些几一]?(?:个|项|份|位|件|条|种|家|篇|天|年|名)?(?={_NOUN}|是|有|怎|"
    rf"为什么|什么|又|跟|和|与|比))"
)
# 這個 before any noun, which counts where what was spoken of has it.
_THAT = re.compile(
    r"(?<!\w)(?:这|那|上述|前述|该|此)[些几一]?(?:个|项|份|位|件|条|种|家|篇|名|座|场|次|部|款|张|辆)?(?=[\u4e00-\u9fff]{2})"
)
_BARE_EVENT = re.compile(
    r"(?P<event>会议|大会|座谈会|研讨会|论坛|活动|展览)(?=[是由在上有什何谁哪几多通讲开召举部强要提决到参怎为])"
)
_COUNT = "[一二两三四五六七八九十\\d]+"
_NTH_UNIT = "(?:个方面|方面|个|项|条|点|大|类|种|步|位|份|件|家|篇)"
_ORDINAL = re.compile(
    rf"(?:第{_COUNT}(?:{_NTH_UNIT}|(?=\W*$|呢))(?!月|季度|年)|最后一?{_NTH_UNIT}|前[两三二\d]+[个项条点]|后[两三二\d]+[个项条点]|"
    r"前者|后者)"
)
# All of what was listed, or one of it: 這幾項, 這些措施, 其中, 這四個裡面, 哪一項, 綠色那項.
_INSIDE = "(?:里面|里头|里边|当中|之中|其中|里|中|内)"
_ALL = re.compile(
    rf"(?:(?P<those>(?:[这那]|上述|前述|该)(?:些|[几{_COUNT[1:-2]}]+{UNIT}))(?P<inside>{_INSIDE})?"
    rf"|(?P<among>其中))"
)
_WHICH = re.compile(
    rf"(?:是|有|那么?|请问)*哪[一几两二三四五六七八九]?(?P<unit>{_NTH_UNIT})(?=[最讲说谈提涉跟与和对是有属关适要会能由先]|\W*$)"
)
_UNDERTAKINGS = listed("工程 项目 行动 计划 方案 办法 规定 标准 平台 条例 措施 任务")
_ONE = re.compile(r"(?P<which>[^\W这那哪]{2,8})的?[那这]一?(?P<unit>[个项条点类种份篇位])(?=\w|$)")
# "列席的企業呢？" asks for a part of the event, and is no other.
_OF_EVENT = re.compile(r"(?:列席|出席|参加|参会|与会|到场|受邀|发言|讲话|通过|讨论|审议|发布|提出)的\w")
# "國家郵政局是哪位領導去的？": who is told, but not where.
_ATTENDED = re.compile(
    r"(?:谁|哪一?[位名些个几]|几[位名个])[^,，?]{0,6}?(?:去|来|出席|参加|列席|主持|到场|到会|在场|参会|与会|讲话|"
    r"发言)(?:的|了|过)?\W*$"
)
_SLOT = re.compile(
    r"(?:具体)?(?:时间|日期|地点|主持人|主持|参加者|参会人员|出席者|主题|议题|内容|目的|原因|结果|职务|人数|任务|"
    r"措施|目标|要求|来源|标题)"
)

_OF_THE_EVENT = re.compile(rf"(?:会议|大会|座谈会|研讨会|论坛|活动)的?(?={_SLOT.pattern}$)")


def completed(text: str, topic: Topic) -> str | None:
    """The question with what it takes from the topic; None when it takes nothing."""
    folded = fold(text)
    if correction := _CORRECTION.fullmatch(folded):
        meant = next(key for key in ("new", "other", "instead") if correction[key])
        old = next((correction[key] for key in ("not", "not_") if correction[key]), "")
        new = text[slice(*correction.span(meant))].strip(" ？?。！!，,")
        return _corrected(new, old, topic) or completed(new, topic) or with_topic(new, topic)
    opener = _OPENER.match(folded)
    begin = opener.end() if opener else 0
    if same := _SAME.match(folded, begin):
        return _fragment(text[same.end() :].strip(" ？?。！!，,呢"), topic) or with_topic(text[same.end() :], topic)
    rest, shadow = text[begin:], folded[begin:]
    if topic.listed and topic.listed in rest and spoken_of(rest):
        return None  # it names the list itself
    if of_list := _of_the_list(rest, shadow, topic):
        return of_list
    # "那2020年呢", "無人機呢？", and after an opener also "那2020年？"
    fragment = _FRAGMENT.fullmatch(shadow)
    if fragment and not _ASKING.search(fragment["new"]):
        new = rest[slice(*fragment.span("new"))].strip(" ，,、")
        return (_fragment(new, topic) if new else None) or with_topic(text, topic)
    bare = rest.strip("？?。！!，, ")
    if not _ASKING.search(shadow):
        kinds = kinds_of(bare)
        is_date = "date" in kinds and is_only(bare, kinds["date"][0])
        if bare and (opener or is_date or (len(bare) <= 8 and text.endswith(("?", "？")) and fill(bare, topic))):
            return _fragment(bare, topic) or with_topic(text, topic)
    if read_request(rest, "zh-Hans") and not _pointing(shadow):
        return None
    if (that := _THAT.match(shadow)) and (named := _named_again(shadow[that.end() :], topic)) and topic.chinese:
        return named[0] + rest[that.end() + named[1] :]
    # "行動在哪裡開展？": the one spoken of.
    if topic.chinese and not is_event(topic.phrases[0] if topic.phrases else ""):
        for noun in (shadow[:4], shadow[:3], shadow[:2]):
            whole = next((p for p in topic.phrases if fold(p).endswith(noun) and len(p) > len(noun)), None)
            if whole and noun in _UNDERTAKINGS and _ASKING.search(shadow):
                return whole + rest[len(noun) :]
    if pointing := _pointing(shadow):
        return _replaced(rest, shadow, pointing, topic)
    if naming(rest) and _ATTENDED.search(shadow) and kinds_of(rest).keys() <= {"org", "name"} and not is_event(rest):
        return with_topic(rest, topic)
    if naming(rest):
        # "圓通那邊去的是哪個點？": the new subject stands within the old scene.
        if re.match(r".{1,8}[那这]边", shadow):
            return with_topic(text, topic)
        # "2024年還有嗎？": another year, and nothing else.
        dateless = fold(without_dates(rest))
        again = kinds_of(rest).keys() == {"date"} and re.match("还|也|又|有没有|有吗", dateless)
        return with_topic(rest, topic) if again and _says_nothing(dateless) else None
    # "還說了什麼關於疫情的？", "那企業要交多少？": it goes on.
    if _GOING_ON.match(folded) and len(folded) <= 20 and not _says_nothing(shadow):
        return with_topic(rest, topic)
    if not (_ASKING.search(shadow) or _ORDINAL.match(shadow)):
        return None
    if not _says_nothing(shadow):
        if not _WITHOUT_OWNER.fullmatch(shadow.strip(" ?,.!。")):
            return None
        main = next((p for p in topic.phrases if kinds_of(p).keys() != {"date"}), "") if topic.chinese else ""
        alone = main and not any(naming(p) for p in topic.phrases if p != main)
        return f"{main}，{rest}" if alone else with_topic(rest, topic)
    if topic.chinese and topic.phrases:
        if _ORDINAL.match(shadow):
            return f"{topic.phrases[0]}的{rest}"
        event = next((p for p in topic.phrases if is_event(p) and not (topic.listed and topic.listed in p)), None)
        if topic.member and event and _AT_EVENT.search(shadow):
            return f"{event}，{rest}"
        return with_topic(rest, topic) if topic.phrases[1:] else f"{topic.phrases[0]}，{rest}"
    return with_topic(rest, topic)


# "同樣的問題，改問綠色包裝"
_SAME = re.compile(
    r"(?:同样|一样|同一个?|相同)的?(?:问题|问法)[,:。\s]*(?:改|换|再|来|那)*(?:成|问)*(?:一下)?(?:关于|对于|对)?(?=\w{2,20}\W*$)"
)


def _of_the_list(text: str, shadow: str, topic: Topic) -> str | None:
    """The question with the list in the place of 這幾項 and the like; None when it has none of them."""
    listed = topic.listed
    if listed is None:
        return None
    if not topic.chinese:
        found = _ORDINAL.match(shadow) or _ALL.search(shadow) or _WHICH.match(shadow)
        return with_topic(text, replace(topic, phrases=(listed, *topic.phrases))) if found else None
    bare = shadow.strip(" ?,.!。")
    of = re.sub(r"(?:又|呢|吗|是|的话)*$", "", bare)
    nth = _ORDINAL.fullmatch(of)
    if nth and (made := with_member(topic.question, text[slice(*nth.span())])):
        return made  # 第四項呢 after 第三項: in its place
    if nth:
        return f"{listed}中，{text[nth.start() : nth.end()]}是{_what(topic.question)}？"
    if _ORDINAL.match(shadow):
        return f"{listed}中，{text}"
    if found := _ALL.search(shadow):
        rest = text[found.end() :]
        if found["among"]:
            return f"{text[: found.start()]}{listed}中{rest}"
        noun = next((n for n in (4, 3, 2) if rest[:n] and fold(rest[:n]) in fold(listed) and len(rest) >= n), 0)
        same = bool(noun) or bool(found["inside"]) or rest[:1] in _GOES_ON or not rest
        inside = text[slice(*found.span("inside"))] if found["inside"] else ""
        return f"{text[: found.start()]}{listed}{inside}{rest[noun:]}" if same else None
    one = _ONE.match(shadow)
    one_of = one is not None and (one["unit"] in "项条点" or one["unit"] in fold(listed))
    if not naming(text) and (_WHICH.match(shadow) or one_of):
        return f"{listed}中，{text}"
    if topic.member and (
        found := re.match(r"(?:这|那|该)一?(?:个|项|条|点)(?:工程|项目|任务|工作|措施|行动)?|它", shadow)
    ):
        return topic.member + text[found.end() :]
    return None


# What follows 這些 when it stands for things by itself.
_GOES_ON = frozenset("有是都会要能可应占在由被对跟和与怎为适包涉说讲提到？?，,里裡中")


_AT_EVENT = re.compile("参加|出席|列席|主持|讲话|发言|召开|举行|到场|与会")
_GOING_ON = re.compile(
    r"(?:还|也|又|另外还|那么|那(?![个些次里儿边场位项份天年种届时条家张篇部款座辆件段句批类名几两三四五六七八九十]))"
)
# "造價多少？", "什麼時候開工的？": what is asked for, but not of what.
_WITHOUT_OWNER = re.compile(
    r"(?:具体|到底|究竟|将|都)?(?:\w{2}(?:是|有|要|为)?(?:多少|几\w|多[大长高久远快])\w{0,2}"
    r"|(?:什么时候|何时|哪一?[年天]|在?哪里|在?哪儿|由?谁|为什么|为何|怎么|如何)(?:会|要|能|可以|来)?\w{2}(?:的|了|过)?"
    r"|(?:一共|总共|共)?有(?:几\w|多少)\w{1,4}|\w{2}(?:了|的|过)?(?:吗|没有)"
    r"|\w{2}(?:是|属于?|用的?是)(?:什么|哪一?[种类])样?的?(?!意思|东西|时候|地方|人)\w{2})"
)


def _corrected(new: str, old: str, topic: Topic) -> str | None:
    """The last question with what was meant in the place of what was not; None when that is not clear."""
    if _ASKING.search(fold(new)) or not topic.chinese:
        return None
    old = re.sub("^[这那][个次场位]?", "", old)
    if made := corrected_member(topic.question, new, old):  # 不是第四項，是第二項: of the same list
        return made
    at = fold(topic.question).find(fold(old)) if old else -1
    if at >= 0:
        around = next((p for p in topic.phrases if is_event(p) and fold(old) in fold(p)), None)
        # 不是座談會，是辦公會: all of the name gives way.
        if around is None or not is_event(new):
            return topic.question[:at] + new + topic.question[at + len(old) :]
    return _fragment(new, topic)


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring Chinese characters that say something, folded."""
    found = set()
    for run in re.findall(r"[\u4e00-\u9fff]+", _LITTLE.sub(" ", _ASKING.sub(" ", fold(text)))):
        found |= {run[i : i + 2] for i in range(len(run) - 1)}
    return found


_LITTLE = re.compile(
    r"(?:[那这该][一二两三四五六七八九十几]?[个次场届位名项条份家件些座点种]|[的了是在有和与及吗呢吧啊也都还再就]|"
    r"年|具体|分别)"
)


def _says_nothing(shadow: str) -> bool:
    return not any(_specific(word) for part in _ASKING.split(shadow) for word in segment(part))


@functools.lru_cache(10_000)
def _specific(word: str) -> bool:
    """Whether a word tells what a question is about. 具體措施 tells no more than its halves."""
    if word in _GENERIC or not word[0].isalnum() or _COUNTED.fullmatch(word):
        return False
    if len(word) > 2 or word[0] in "要会能想再又也还都":
        return not any(word[:i] in _GENERIC and word[i:] in _GENERIC for i in range(1, len(word)))
    # A single character tells little; a Latin word or a figure of any length does.
    return len(word) > 1 or word.isascii()


def _fragment(new: str, topic: Topic) -> str | None:
    if not topic.chinese or not topic.phrases:
        return None
    folded = fold(new)
    if _pointing(folded):
        return None
    if about := _OF_THE_EVENT.match(folded):
        new, folded = new[about.end() :], folded[about.end() :]
    main = topic.phrases[0]
    if folded.endswith("的") and not naming(new):
        return None  # "湖北的呢？" asks of a part
    if in_series := _of_its_series(new, topic):
        return in_series
    if other := other_event(new, topic) or _after_preposition(new, topic):
        return other
    if is_event(main) and _OF_EVENT.match(folded):
        return f"{main}{new}有哪些？"
    if _SLOT.fullmatch(folded):
        return f"{main}的{new}是{_what(topic.question)}？"
    if _ORDINAL.match(folded):
        return f"{main}的{new}是{_what(topic.question)}？"
    kinds = kinds_of(new)
    # 綠盾 is only a part of 綠盾工程二期: of terms and quoted names the whole subject gives way, below.
    if not kinds.keys() <= {"term", "quote"} and (filled := fill(new, topic)):
        return filled
    if "date" in kinds and is_only(new, kinds["date"][0]):
        return f"{new}{topic.question}"
    if topic.person and topic.question.startswith(topic.person) and 2 <= len(new) <= 4 and not kinds.keys() - {"name"}:
        return new + topic.question[len(topic.person) :]
    # The subject gives way when the question begins with it: 綠盾工程二期｜要做什麼.
    subject, at = _without_date(main)
    where = topic.question.find(main)
    if where in (0, 1, 2, 3) and subject and topic.person is None:
        start = where + at
        after = topic.question[start + len(subject) :]
        before = replace(topic, question=topic.after) if topic.after and after[:1] in ("，", ",") else topic
        if placed := _after_preposition(new, before) or _object(new, before):
            return placed
        if (
            after[:1] in ("，", ",")
            or _ASKING.match(fold(after))
            or (_ASKING.search(fold(after)) and _says_nothing(fold(after)))
        ):
            return topic.question[:start] + new + after
    return fill(new, topic) or _object(new, topic)


def _of_its_series(new: str, topic: Topic) -> str | None:
    """ "二号线" in the place of 三号线."""
    if not (count := re.match(r"第?[一二三四五六七八九十\d]+(?=\w)", fold(new))):
        return None
    kind = re.escape(fold(new)[count.end() :])
    old = list(re.finditer(rf"第?[一二三四五六七八九十\d]+{kind}", fold(topic.question)))
    return topic.question[: old[0].start()] + new + topic.question[old[0].end() :] if len(old) == 1 else None


def _object(new: str, topic: Topic) -> str | None:
    """ "綠色包裝呢？" in the place of what was spoken about: 怎麼談三新認定."""
    shadow = fold(topic.question)
    if kinds_of(new).keys() - {"term", "quote"} or _says_nothing(fold(new)):
        return None
    old = re.search(
        r"(?:谈到?|谈及|讲到|说到|提到|看待|评价|说明|介绍|解释|规定|关于)(?P<thing>[^,，。?？的了]{2,12})\W*$", shadow
    )
    if old is None or _ASKING.search(old["thing"]):
        return None
    return topic.question[: old.start("thing")] + new + topic.question[old.end("thing") :]


def _after_preposition(new: str, topic: Topic) -> str | None:
    """ "對寄遞安全呢？", or "寄遞安全呢？", in the place of what stands after "對"."""
    placing = new[0] if fold(new[:1]) in ("对", "给", "向", "为") and len(new) > 2 else ""
    thing = new.removeprefix(placing)
    old = next((p for p in topic.phrases if re.search(f"[对给向]{re.escape(fold(p))}", fold(topic.question))), None)
    if old is None or kinds_of(thing).keys() - {"term"} or _says_nothing(fold(thing)) or topic.question.count(old) > 1:
        return None
    return topic.question.replace(old, thing)


def _what(like: str) -> str:
    return "什麼" if language_of(like) == "zh-Hant" else "什么"


def _without_date(phrase: str) -> tuple[str, int]:
    """A phrase without the date, and the preposition, that it begins with, and where the rest begins."""
    dates = [f for f in facts(phrase) if f.token.startswith("date:")]
    at = max((f.end for f in dates if f.start == 0), default=0)
    while at < len(phrase) and fold(phrase[at]) in "的对在就":
        at += 1
    return phrase[at:], at


def _pointing(shadow: str) -> re.Match[str] | None:
    for match in _POINTING.finditer(shadow):
        before = shadow[: match.start()]
        kind = match.lastgroup
        if kind == "he" and any(f.token.startswith("name:") for f in facts(before)):
            continue
        # "我兒子在送快遞，公司要替他繳什麼？"
        if kind == "he" and re.search(r"(?:儿子|女儿|老板|小哥|客户|用户|司机|员工|员)[^,]*,", before):
            continue
        # "2024年1月那次會議" tells which.
        if kind == "event" and any(f.end == len(before.rstrip("的")) for f in naming(before)):
            continue
        if kind in ("its", "among", "that") and not _says_nothing(before):
            continue
        # 企業及它的用戶 explains itself, 哪些公告提到它 does not.
        explained = shadow.startswith("的", match.end()) or re.search(r"[，,、；和与及并]", before)
        if kind == "thing" and explained and not _says_nothing(before):
            continue
        if kind == "then" and re.search(r"\w$", before) and not _says_nothing(before):
            continue
        if kind == "meeting" and naming(before):
            continue
        return match
    # A bare 會議 at the beginning is the one that was spoken of.
    return _BARE_EVENT.match(shadow)


def _replaced(text: str, shadow: str, match: re.Match[str], topic: Topic) -> str:
    if not topic.phrases:
        return text
    main, kind = topic.phrases[0], match.lastgroup
    put: str | None = None
    if not topic.chinese:
        put = topic.person if kind == "he" and not topic.unknown else None
    elif kind == "he" and not match[0].endswith("们"):
        if topic.person is None or topic.unknown:
            return with_topic(text, topic, topic.unknown)
        put = topic.person
    elif kind == "event":
        put = main if is_event(main) else None
    elif kind == "meeting":
        put = f"{main}上" if is_event(main) else None
    elif kind == "thing" and match[0] == "它":
        put = main
    elif kind == "its":
        put = f"{main}的"
    elif kind == "that" and (named := _named_again(shadow[match.end() :], topic)):
        return text[: match.start()] + named[0] + text[match.end() + named[1] :]
    if put is None:
        return with_topic(text, topic)
    return text[: match.start()] + put + text[match.end() :]


def _named_again(after: str, topic: Topic) -> tuple[str, int] | None:
    """The phrase that a noun after 這個 shortens, and the length of the noun: 標準 of 校車的新標準."""
    for length in (6, 5, 4, 3, 2):
        noun = after[:length]
        if len(noun) == length and re.fullmatch(r"[\u4e00-\u9fff]+", noun):
            for phrase in topic.phrases:
                if noun in fold(phrase) and len(phrase) > length:
                    return phrase, length
    return None


def phrases(text: str) -> list[str]:
    """Noun phrases of a question, in order: what stands between question words, verbs and commas."""
    folded = fold(text)
    phrases: list[str] = []
    at = 0
    cuts = [m.span() for m in _ASKING.finditer(folded)]
    for number, (begin, end) in enumerate([*cuts, (len(folded), len(folded))]):
        phrases += _noun_phrases(text, folded, at, begin, asked=number > 0)
        at = end
    return phrases


_ATTRIBUTES = listed(
    "投资 造价 费用 价格 面积 长度 高度 人数 数量 比例 时间 日期 地点 原因 目的 预算 规模 产量 业务量 成本 罚款"
)


def _noun_phrases(text: str, folded: str, begin: int, end: int, asked: bool) -> list[str]:
    runs: list[list[tuple[str, int, int]]] = [[]]
    at, quoted = begin, False
    words = segment(folded[begin:end])
    for i, word in enumerate(words):
        span = (word, at, at + len(word))
        at += len(word)
        relative = i + 1 < len(words) and words[i + 1] == "的" and i > 0
        # What is quoted is one name: “兩山計劃”.
        quoted = (quoted or word[-1] in "“「『《") and word[-1] not in "”」』》"
        if quoted:
            runs[-1].append(span)
        elif word in "，,。;；：:()（）?？!！ " or (word in _VERB and not relative):
            runs.append([])
        else:
            runs[-1].append(span)
    if runs[-1][-1:] and len(runs[-1]) > 1 and runs[-1][-1][0] in _ATTRIBUTES:
        runs[-1].pop()  # 三號線投資多少
    found = []
    for run in runs:
        while run and run[0][0] in _EDGE:
            run = run[1:]
        while run and run[-1][0] in _EDGE:
            run = run[:-1]
        if not run:
            continue
        phrase = text[run[0][1] : run[-1][2]]
        # 勞動合同2024年: two things, side by side.
        if (dates := kinds_of(phrase).get("date")) and dates[-1][0] > 1 and dates[-1][1] == len(phrase):
            found.append(phrase[: dates[-1][0]])
            phrase = phrase[dates[-1][0] :]
        if any(_specific(word) for word, *_ in run) or naming(phrase):
            found.append(phrase)
    return found


def unknown_person(text: str) -> str | None:
    """ "主持会议的人" for "谁主持会议？" """
    folded = fold(text)
    asked = re.search(
        r"(?P<by>是|由)?(?:谁|哪[一几]?[位名个](?:领导|官员|负责人|副局长|局长|人)?)(?P<did>.*?)\W*$", folded
    )
    if not asked:
        return None
    before, did = text[: asked.start()].strip("，, 是由"), text[slice(*asked.span("did"))].strip("的了")
    if not did:
        # 講話的又是誰: the one who spoke.
        before = re.sub("[又都]$", "", before)
        who = before + "人" if before.endswith("的") else before
        tells = bool(naming(who)) or not _says_nothing(fold(who))
        return who if tells and "的" in who[1:-1] and not naming(who[-3:]) else None
    if not before:
        return f"{did}的人"
    if asked["by"] and fold(did) in ("讲话", "发言", "致辞", "去", "来"):
        return f"在{before.removeprefix('在')}{did}的人"
    if asked["by"]:
        return f"{did}{before}的人"
    if cleft := re.fullmatch(r"(.{2,}?)是(.+)", before):
        return f"{cleft[2]}{did}{cleft[1]}的人"
    return f"{before.rstrip('的')}，{did}的人"
