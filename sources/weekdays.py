"""Days told by their weekday ("on Friday", 上周三), and the weekday written beside a date. Pure.

A weekday is a date only where nothing else can be meant: 下周五, "last Friday" and a bare 周五 are each read by rules
of their own, which give nothing where two readers could understand two days. Weeks begin on Monday (ISO 8601, GB/T
7408); where a week that begins on Sunday would give another day, nothing is told.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from sources.scan import listed, scan

# Beside a date -------------------------------------------------------------------------------------------------------

_WEEKDAYS = {name: i for i, name in enumerate(listed("mon tue wed thu fri sat sun"))}
_WEEKDAY_EN = listed(
    r"Mon(?:day)? Tue(?:s(?:day)?)? Wed(?:nesday)? Thu(?:r(?:s(?:day)?)?)? Fri(?:day)? Sat(?:urday)? Sun(?:day)?"
)
_WEEKDAY = (
    r"(?P<w>(?:星期|周|週|礼拜|禮拜)(?P<zh>[一二三四五六日天])"
    rf"|(?<![A-Za-z])(?P<en>{'|'.join(_WEEKDAY_EN)})(?![A-Za-z]))"
)
_WEEKDAY_AFTER = re.compile(rf"[^\S\n]?[（(,，]?[^\S\n]?{_WEEKDAY}(?!\s?[至到、—–-])", re.IGNORECASE)
_WEEKDAY_BEFORE = re.compile(rf"{_WEEKDAY}\.?[)）]?,?[^\S\n](?:the\s)?\Z", re.IGNORECASE)


def weekday_beside(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    """The day of the week written beside a date at [start, end): (0 for Monday, where it starts, where it ends).

    >>> weekday_beside("1月9日（星期二）开会", 0, 4)
    (1, 5, 8)
    """
    found = _WEEKDAY_AFTER.match(text, end) or _WEEKDAY_BEFORE.search(text[max(0, start - 14) : start])
    if not found:
        return None
    offset = 0 if found.re is _WEEKDAY_AFTER else max(0, start - 14)
    day = _zh_weekday(found["zh"]) if found["zh"] else _WEEKDAYS[found["en"][:3].lower()]
    return day, offset + found.start("w"), offset + found.end("w")


def _zh_weekday(sign: str) -> int:
    return "一二三四五六日".index(sign.replace("天", "日"))


# In place of a date --------------------------------------------------------------------------------------------------

_ZH_DAY = r"(?:周[一二三四五六日]|(?:星期|礼拜)[一二三四五六日天])"
_ZH = re.compile(
    r"(?:(?P<shift>(?<!上)上个?|(?<![日基根样成资版课文剧原脚书标])本|这个?|(?<!下)下个?)"
    # "每周三次", "三个星期五", 四周, 双周一: no day; 上上周 is rare enough to be left out.
    r"|(?<![一二两三四五六七八九十百半几数多\d每逢单双隔第整某该当那各圆外周个上下本这黑]))"
    # What may follow a day; 周三亚, 上周日均, 本周五家 and 周三到周五 are something else.
    rf"(?P<day>{_ZH_DAY})(?=\s*(?:[,。;:)(]|$|(?:[上下]午|早|晚|中午|凌晨|清晨|夜|深夜|傍晚)|[在于召举向对就从由将与]|发布"
    r"|公布|宣布|表示|[说称]|获悉|通报|印发|启动|开[幕始展]|正式|出席|主持|会[见晤]|前往|赴|抵|电|讯|消息|透露|介绍|指出"
    r"|强调|签署|审议|通过|揭牌|结束|闭幕|完成)|\s)"
)
_ZH_ANOTHER_AFTER = re.compile(
    rf"[^,。;\n]{{0,4}}?(?:至|到|、|和|及|与|或|[—–~-]+)\s*[上本这下]?个?(?:{_ZH_DAY}|[一二三四五六日]\b)"
)
_ZH_ANOTHER_BEFORE = re.compile(rf"{_ZH_DAY}(?:上午|下午|晚)?\s*(?:至|到|、|和|及|与|或|[—–~-]+)\s*\Z")
_ZH_PAST = re.compile(
    r"召开|举行|举办|主持|出席|会见|会晤|调研|发布|公布|宣布|印发|启动|开幕|闭幕|签署|审议|通过|成立|揭牌|表示|获悉|通报|透露"
    r"|介绍|指出|强调|[说称]|了|结束|完成|赴|抵达|检查"
)
_ZH_TO_COME = re.compile(r"将|拟|定于|计划|预计|届时|安排|准备|有望|如[果遇]|若|一旦")
_ZH_NOTICE = re.compile(r"请|[须需]|务必|应当|通知|每[周逢]")
_ZH_CLAUSE = re.compile(r"[,。;:!?\n]")
_ZH_DAY_OF_MONTH = re.compile(r"\s?\((?P<day>\d{1,2})[日号]\)")

_EN_DAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_EN_DAY = "|".join(_EN_DAYS)
_EN = re.compile(
    rf"(?<![A-Za-z-])(?:(?P<shift>[Tt]his\spast|[Tt]his\scoming|[Ll]ast|[Tt]his|[Nn]ext)\s)?(?P<day>{_EN_DAY})"
    r"(?![A-Za-z-])(?:,?\s(?:of\s)?(?P<week>last|this|next)\sweek(?![A-Za-z]))?"
)
# "every Friday", "the first Friday", "by Friday", "Black Friday": no one day, or only a limit of what is told.
_EN_NOT = re.compile(
    r"(?:^|[^A-Za-z])(?:every|each|any|an?|one|another|other|first|second|third|fourth|last\sof\sthe|per|black|good|holy|"
    r"easter|ash|cyber|super|by|before|until|till|from|since|after|starting|effective|for|through|or|and|to|between|"
    r"alternate|most|some|following|previous)\s+\Z",
    re.IGNORECASE,
)
_EN_ANOTHER_AFTER = re.compile(rf"\s?(?:to|through|and|or|until|[-–—,/])\s?(?:on\s)?(?:{_EN_DAY})")
_EN_ANOTHER_BEFORE = re.compile(rf"(?:{_EN_DAY})\s?(?:,|to|through|and|or|until|[-–—/])\s?\Z")
_EN_PAST = re.compile(
    r"\b(?:said|told|held|met|took|began|went|came|gave|made|saw|sent|rose|fell|paid|won|hit|struck|was|were|had|did|ran|"
    r"convened|presided|opened|launched|attended|visited|issued|released|announced|inspected|signed|adopted|reviewed|"
    r"organi[sz]ed|hosted|kicked\soff|inaugurated|published|started|occurred|happened|reported|stated|stressed|pointed|"
    r"called|asked|urged|warned|added|noted|unveiled|approved|passed|ended|closed|concluded|completed|finished|arrived|"
    r"received|delivered|discussed|chaired|addressed|spoke|heard|decided|agreed|toured|checked|confirmed|denied|"
    r"introduced|presented|appointed|elected|fined|ordered|reopened|resumed|wrapped\sup)\b"
)
_EN_TO_COME = re.compile(
    r"\b(?:will|shall|would|should|could|can|may|must|might|scheduled|planned|plans?|expected|slated|due|set|postponed|"
    r"delayed|proposed|upcoming|tentatively|to\s(?:be|[a-z]+)|is|are|has|have|"
    r"(?:meet|hold|open|start|begin|close|end|launch|host|resume|expire|run|take|come|go|leave|arrive)(?:s|es)?|"
    r"if|unless|when|whenever|usually|please)\b"
)
_EN_WILL = re.compile(r"\b(?:will|is\sto|are\sto|scheduled|slated|to\sbe\sheld)\b")
_EN_LEADS = re.compile(r"\W*(?:(?:Late|Early|Only|Also)\s)?(?:[Oo]n\s)?\Z")
_SENTENCE = re.compile(r"[。！？!?;\n“”\"]|\.(?=\s|$)")
_FIRST = re.compile(
    r"[周星礼上本这下]|[MTWFSLNtln](?=onday|uesday|ednesday|hursday|riday|aturday|unday|ast\s|his\s|ext\s)"
)
_CLAUSE_BEFORE = re.compile(r",|\b(?:that|which|who|while|because)\b")
_BESIDE = " \t,)(."


def days_by_weekday(
    text: str, day: datetime.date, dated: bytearray, *, of_event: bool = False
) -> Iterator[tuple[int, int, datetime.date]]:
    """(start, end, day) of what names a day by its weekday in a folded text that was written on `day`.

    dated: 1 for each character of a date that is told otherwise; a weekday beside one is a part of it. of_event: `day`
    is not the day of writing but that of the event: then only its own weekday is known, and only where it was.
    """
    for match in scan(_ZH, _FIRST, text):
        found = _chinese(text, match, day, of_event)
        if found and not _beside(text, match, dated):
            yield *match.span(), found
    for match in scan(_EN, _FIRST, text):
        found = _english(text, match, day, of_event)
        if found and not _beside(text, match, dated):
            yield *match.span(), found


def _beside(text: str, match: re.Match[str], dated: bytearray) -> bool:
    """Whether a date stands right before or after, with no word between."""
    before, after = match.start() - 1, match.end()
    while before >= 0 and text[before] in _BESIDE and match.start() - before < 4:
        before -= 1
    while after < len(text) and text[after] in _BESIDE and after - match.end() < 4:
        after += 1
    if text.startswith("the ", after):
        after += 4
    return bool(before >= 0 and dated[before]) or bool(after < len(text) and dated[after])


def _sentence(text: str, match: re.Match[str]) -> tuple[int, int]:
    low = max(0, match.start() - 300)
    start = max((m.end() for m in _SENTENCE.finditer(text, low, match.start())), default=low)
    following = _SENTENCE.search(text, match.end(), match.end() + 300)
    return start, following.start() if following else min(len(text), match.end() + 300)


def _chinese(text: str, match: re.Match[str], day: datetime.date, of_event: bool) -> datetime.date | None:
    start, end = _sentence(text, match)
    if _ZH_NOTICE.search(text, start, end) or _quoted(text, match.start()):
        return None
    if _ZH_ANOTHER_AFTER.match(text, match.end()) or _ZH_ANOTHER_BEFORE.search(text, start, match.start()):
        return None
    weekday, shift = _zh_weekday(match["day"][-1]), (match["shift"] or "")[:1]
    clause = max((m.end() for m in _ZH_CLAUSE.finditer(text, start, match.start())), default=start)
    past = _ZH_PAST.search(text, match.end(), end)
    tells_past = past is not None and not _ZH_TO_COME.search(text, clause, past.end())
    ahead = _ZH_TO_COME.search(text, clause, min(end, match.end() + 6)) is not None
    if shift:
        found = _of_week(day, weekday, {"上": -1, "本": 0, "这": 0, "下": 1}[shift]) if not of_event else None
        # What has happened lies behind: 本周五 told on Wednesday as done is some other week's.
        contradicted = found and (tells_past and found > day or ahead and found < day)
        found = None if contradicted else found
    else:
        found = _bare(day, weekday, tells_past, ahead, of_event)
    told = _ZH_DAY_OF_MONTH.match(text, match.end())  # 上周五(6日)
    return None if found and told and int(told["day"]) != found.day else found


def _english(text: str, match: re.Match[str], day: datetime.date, of_event: bool) -> datetime.date | None:
    start, end = _sentence(text, match)
    if _EN_NOT.search(text, start, match.start()) or _quoted(text, match.start()):
        return None
    if _EN_ANOTHER_AFTER.match(text, match.end()) or _EN_ANOTHER_BEFORE.search(text, start, match.start()):
        return None
    weekday, shift = _EN_DAYS.index(match["day"]), " ".join((match["shift"] or "").lower().split())
    if match["week"]:
        weeks = {"last": -1, "this": 0, "next": 1}[match["week"]]
        return None if of_event or shift else _of_week(day, weekday, weeks)
    past, ahead = _tense(text, match, start, end)
    if not shift:
        return _bare(day, weekday, past, ahead, of_event)
    if of_event:
        return None
    before, after = _most_recent(day - _DAY, weekday), day + _DAY + _DAY * ((weekday - day.weekday() - 1) % 7)
    if shift == "this past":
        return before
    if shift == "this coming":
        return after
    if shift == "last":  # the most recent one, and that of last week: the same day, or not to be told
        return before if before == _of_week(day, weekday, -1) else None
    if shift == "next":
        return after if after == _of_week(day, weekday, 1) else None
    this = _of_week(day, weekday, 0)
    return this if this and (this >= day and not past or this <= day and past) else None


def _tense(text: str, match: re.Match[str], start: int, end: int) -> tuple[bool, bool]:
    """Whether what is told of the day has happened, and whether it is said to come; seldom both, often neither.

    Of "held on Friday" the verb before counts, of "On Friday, the office held" the one behind; words of what is to come
    between the two ("said that it opens on Friday") make it neither.
    """
    clause = max((m.end() for m in _CLAUSE_BEFORE.finditer(text, start, match.start())), default=start)
    leads = bool(_EN_LEADS.fullmatch(text, start, match.start()))
    ahead = bool(_EN_WILL.search(text, clause, min(end, match.end() + (60 if leads else 20))))
    verb = None if leads else max(_EN_PAST.finditer(text, clause, match.start()), key=re.Match.start, default=None)
    if verb:
        return not _EN_TO_COME.search(text, verb.end(), match.start()) and not ahead, ahead
    if not leads and _EN_TO_COME.search(text, clause, match.start()):
        return False, ahead
    verb = _EN_PAST.search(text, match.end(), end)
    return bool(verb and not _EN_TO_COME.search(text, match.end(), verb.start())) and not ahead, ahead


_DAY = datetime.timedelta(days=1)


def _bare(day: datetime.date, weekday: int, past: bool, ahead: bool, of_event: bool) -> datetime.date | None:
    """A weekday alone: the last one for what happened, the next one for what is announced."""
    if of_event:
        return day if past and day.weekday() == weekday else None
    if past and not ahead:
        return _most_recent(day, weekday)
    if ahead and not past and day.weekday() != weekday:  # of two Fridays a Friday's paper may mean either
        return day + _DAY * ((weekday - day.weekday()) % 7)
    return None


def _most_recent(day: datetime.date, weekday: int) -> datetime.date:
    return day - _DAY * ((day.weekday() - weekday) % 7)


def _of_week(day: datetime.date, weekday: int, weeks: int) -> datetime.date | None:
    """That day of this week or so many weeks from it; None where weeks that begin on Sunday would have another."""
    if weekday == 6 and weeks >= 0 and not (weeks == 0 and day.weekday() == 6):
        return None
    if day.weekday() == 6 and not (weeks == 0 and weekday == 6):
        return None
    return day + _DAY * (weekday - day.weekday() + 7 * weeks)


def _quoted(text: str, at: int) -> bool:
    """Whether the words are somebody's, inside quotation marks: he may have said them on another day."""
    line = text.rfind("\n", 0, at) + 1
    return text.count("“", line, at) > text.count("”", line, at)
