"""The contraries of a sentence: a denial taken out or put in, a duty made a choice, a word its opposite, all a part.

A sentence that a text supports is nearer to it than its contrary is; nothing needs to be known of how the text, in
another language, says so. Crude grammar does: both are only compared. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .prepared import Prepared, clauses

Kind = Literal["denied", "duty", "opposed"]
_Change = tuple[re.Pattern[str], str]


@dataclass(frozen=True)
class Contrary:
    """at: the first character of the sentence that is told otherwise."""

    kind: Kind
    text: str
    at: int


_MOST_OPPOSED = 8  # of a sentence; each is read by the model


def _changes(*pairs: tuple[str, str]) -> tuple[_Change, ...]:
    return tuple((re.compile(pattern), told) for pattern, told in pairs)


_MAY = r"(?<!\d )(?<!in )(?<!since )(?<!of )(?<!before )(?<!by )(?<!until )may(?! \d)"  # not the month
# 应 as a word, not as part of 应急, 供应 and the like.
_SHOULD = r"(?<![不供反相适对效响感答顺呼回照])应当?(?![急用对答届收付征聘邀酬变战验])"
# In order: of those that begin at one place the first is taken. Patterns of `Prepared.plain`.
_DENIED = {
    True: _changes(
        (r"不得不", "可以不"), (r"不得", "可以"), (r"不(?=[能会可])", ""), (r"[无毋]须|[无不]需要?", "须"),
        (r"不必(?!要)", "必须"), (r"没有", "有"), (r"尚未", "已"), (r"从未", "曾"), (r"禁止|严禁|不[准许]", "允许"),
        (r"不再", "仍"), (r"未(?![来成])", "已"), (r"无(?!人机|[论线])", "有"), (r"不(?![断仅但同少过论管久])", ""),
    ),
    False: _changes(
        (r"\bcannot\b", "can"), (r"\b(\w+)n['’]t\b", r"\1"), (r"\b(?:not|never|no longer)\b ?", ""),
        (r"\bno ", "some "), (r"\bwithout\b", "with"), (r"\bnone\b", "all"), (r"\bneither\b", "both"),
        (r"\bnobody\b", "everybody"), (r"\bnothing\b", "everything"),
    ),
}  # fmt: skip
_AFFIRMED = {
    True: _changes(
        (r"必须", "不必"), (r"可以", "不得"), (r"已", "尚未"), (r"须", "不须"), (r"将", "将不"),
        (r"有", "没有"), (rf"({_SHOULD}|[能是会可在为])", r"不\1"),
    ),
    False: _changes(
        (rf"\b(is|are|was|were|has|have|had|will|would|can|could|must|{_MAY}|should|be)\b", r"\1 not"),
        (r"\b([a-z]+ed|rose|fell|took|made|began|grew|won|held|kept|told|met|saw|paid|sold|comes?|takes?|makes?|needs?)\b",
         r"did not \1"),
    ),
}  # fmt: skip
_DUTY = {
    True: _changes(
        (r"必须", "可以"), (r"(?<![无毋必])须", "可"), (r"可以", "必须"), (_SHOULD, "可"), (r"允许", "要求"),
        (r"鼓励", "强制"),
    ),
    False: _changes(
        (r"\b(?:must|shall|ha(?:s|ve) to|(?:is|are) (?:required|obliged) to)\b(?! not)", "may"),
        (rf"\b(?:{_MAY}|can)\b(?! not)", "must"), (r"\bshould\b(?! not)", "may"),
        (r"\b(?:is|are) (?:allowed|free|permitted) to\b", "must"),
    ),
}  # fmt: skip

# Words and their opposites, of which either may stand in a sentence; endings that both may have after a colon.
_OPPOSITES_ENGLISH = (
    "increas/decreas:e,ed,es,ing rose/fell rise/fall:,s grew/shrank grow/shrink:,s,ing expand/shrink:,s,ing "
    "higher/lower more/fewer above/below earlier/later early/late opened/closed "
    "opens/closes start/stop:,s started/stopped began/ended begins/ends launched/cancelled accept/reject:,s,ed,ing "
    "approved/rejected adopted/rejected supported/opposed supports/opposes praised/criticised welcomed/criticised "
    "succeeded/failed success/failure won/lost win/lose:,s cheap/expensive large/small:,r,st big/small "
    "longer/shorter longest/shortest faster/slower quick/slow:,ly strong/weak:,er "
    "strengthen/weaken:,ed,s,ing tighten/relax:,ed,ing better/worse best/worst improved/worsened urban/rural "
    "city/village cities/villages domestic/foreign upper/lower upstream/downstream male/female men/women "
    "north/south:,ern east/west:,ern free/paid public/private temporary/permanent mandatory/voluntary "
    "easy/difficult easier/harder young/old:,er day/night daytime/night-time morning/evening weekdays/weekends "
    "summer/winter maximum/minimum gain/loss:,es profit/loss:,es surplus/shortage import/export:,s,ed "
    "buy/sell:,s,ing bought/sold joined/left gave/took guilty/innocent confirmed/denied admitted/denied "
    "encourag/discourag:e,ed,es,ing allow/forbid:,s allowed/forbidden extended/shortened jointly/separately "
    "together/separately indoor/outdoor:,s safe/dangerous rich/poor wet/dry same/different known/unknown "
    "possible/impossible"
)
_OPPOSITES_CHINESE = (
    "增加/减少 增长/下降 上升/下降 提高/降低 扩大/缩小 加强/削弱 增强/减弱 收紧/放宽 加快/放慢 高于/低于 多于/少于 "
    "超过/不到 以上/以下 之前/之后 会前/会后 提前/推迟 早于/晚于 开放/关闭 开始/停止 启动/终止 继续/停止 "
    "暂停/恢复 接受/拒绝 通过/否决 批准/驳回 支持/反对 赞成/反对 赞扬/批评 表扬/批评 欢迎/批评 成功/失败 获胜/落败 "
    "胜诉/败诉 便宜/昂贵 大型/小型 最大/最小 最高/最低 最多/最少 最早/最晚 至少/至多 延长/缩短 "
    "改善/恶化 提升/下降 城市/农村 城区/乡村 国内/国外 上游/下游 上层/下层 男性/女性 北部/南部 东部/西部 "
    "免费/收费 公开/保密 公立/私立 国有/私营 临时/永久 强制/自愿 容易/困难 年轻/年老 白天/夜间 "
    "上午/下午 工作日/周末 夏季/冬季 盈利/亏损 过剩/短缺 进口/出口 买入/卖出 购买/出售 加入/退出 有罪/无罪 "
    "承认/否认 证实/否认 鼓励/禁止 允许/禁止 联合/单独 共同/单独 室内/室外 安全/危险 相同/不同 直接/间接 主动/被动 "
    "获得/失去 保留/删除 合并/拆分 乐观/悲观 涨/跌 正常/异常"
)


def _opposites(pairs: str, word: str) -> tuple[_Change, ...]:
    """word: a pattern with a place for the words that it finds."""
    found: list[_Change] = []
    for pair in pairs.split():
        words, _, endings = pair.partition(":")
        for one, other in (words.split("/"), words.split("/")[::-1]):
            found.append((re.compile(word.format(f"{one}({endings.replace(',', '|')})")), rf"{other}\1"))
    return tuple(found)


_OPPOSED = {
    True: _opposites(_OPPOSITES_CHINESE, "{}") + _changes(
        (r"全部|所有|全体", "部分"), (r"一切|一律|每[个名位家一]", "有的"), (r"唯一", "之一"),
        (r"只[有能是]?|仅", "也"), (r"都", "有的"), (r"均|完全|彻底", "部分"), (r"首次|第一次", "再次"),
        (r"首[个位家]", "又一个"), (r"始终|一直|总是|从不|从来", "有时"),
        (r"大部分|大多数?|多数|部分|一些|有些|若干|半数|一半", "全部"), (r"主要|之一", "唯一"),
        (r"许多|不少", "所有"), (r"最", "较"),
    ),
    False: _opposites(_OPPOSITES_ENGLISH, r"\b{}\b") + _changes(
        (r"\ball (?:of )?(?:the |its |their |her |his )?", "some "), (r"\b(?:every|each)\b", "one"),
        (r"\beveryone\b", "somebody"), (r"\beverything\b", "something"), (r"\beverywhere\b", "somewhere"),
        (r"\bonly\b", "also"), (r"\bsole\b", "another"), (r"\balways\b", "sometimes"), (r"\bthe first\b", "another"),
        (r"\b(?:entire(?:ly)?|completely|fully|wholly)\b", "partly"), (r"\bwhole\b", "part of the"),
        (r"\b(?:most|some|part|many|half) of\b", "all of"), (r"\b(?:most|some|many)\b", "all"),
        (r"\b(?:mainly|mostly|chiefly|largely|main|chief|major)\b", "only"), (r"\bnothing\b", "some things"),
        (r"(?<!as )(?<!than )(?<!ever )\bbefore\b", "after"), (r"\bafter\b", "before"),
        (r"\bfor good\b", "for a time"), (r"\balone\b", "too"),
    ),
}  # fmt: skip


def contraries(said: Prepared) -> Iterator[Contrary]:
    """Each changes one place: in every clause the first two denials, or else the first verb; every kind of duty; and
    each word of which an opposite is known, or that tells how many it holds of."""
    for start, end in clauses(said.plain):
        denials = sorted(_found(_DENIED[said.chinese], said.plain, start, end), key=lambda one: one[0].start())
        if not denials:
            affirmed = (_found((change,), said.plain, start, end) for change in _AFFIRMED[said.chinese])
            denials = [found[0] for found in affirmed if found][:1]
        for match, told in denials[:2]:
            yield Contrary("denied", _with(said, match, told), match.start())
    for change in _DUTY[said.chinese]:
        for match, told in _found((change,), said.plain, 0, len(said.plain))[:1]:
            yield Contrary("duty", _with(said, match, told), match.start())
    for match, told in _firsts(_OPPOSED[said.chinese], said.plain)[:_MOST_OPPOSED]:
        yield Contrary("opposed", _with(said, match, told), match.start())


def _firsts(changes: tuple[_Change, ...], plain: str) -> list[tuple[re.Match[str], str]]:
    """The first of each, none within another, in order of the text."""
    found: list[tuple[re.Match[str], str]] = []
    for pattern, told in changes:
        match = pattern.search(plain)
        if match and not any(m.start() < match.end() and match.start() < m.end() for m, _ in found):
            found.append((match, told))
    return sorted(found, key=lambda one: one[0].start())


def _found(changes: tuple[_Change, ...], plain: str, start: int, end: int) -> list[tuple[re.Match[str], str]]:
    """Those that stand in [start, end), none within another."""
    found: list[tuple[re.Match[str], str]] = []
    for pattern, told in changes:
        for match in pattern.finditer(plain, start, end):
            if not any(m.start() < match.end() and match.start() < m.end() for m, _ in found):
                found.append((match, told))
    return found


def _with(said: Prepared, match: re.Match[str], told: str) -> str:
    return said.text[: match.start()] + match.expand(told) + said.text[match.end() :]
