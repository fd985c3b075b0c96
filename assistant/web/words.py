"""The wording of the chat page in its three languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sources.bulletin import Language


@dataclass(frozen=True)
class Words:
    """Fields with {} are filled in with str.format."""

    name: str
    tagline: str
    ask: str
    send: str
    clear: str
    copy: str
    copied: str
    welcome: str
    welcome_more: str
    try_one: str
    specimens: str
    bulletins: str
    one_bulletin: str
    newest: str
    searching: str
    searched_as: str
    not_found: str
    related: str
    related_note: str
    unsupported: str
    source_number: str
    sources: str
    sources_empty: str
    collection: str
    published: str
    event: str
    period: str
    no_date: str
    as_published: str
    repaired: str
    repairs: str
    versions: str
    contradiction: str
    page: str
    left_out: str
    gone: str
    show_sources: str
    broken: str
    seconds: str


WORDS: Mapping[Language, Words] = {
    "en": Words(
        name="Bulletin Assistant",
        tagline="Answers from official bulletins, each sentence with its source",
        ask="Ask in English, 繁體 or 简体",
        send="Ask",
        clear="New conversation",
        copy="Copy",
        copied="Copied",
        welcome="What would you like to know?",
        welcome_more="Every answer quotes the bulletins and shows where the words stand. "
        "When the bulletins do not say, you are told so.",
        try_one="For example",
        specimens="These are the specimen bulletins that come with the program. "
        "For your own: bulletins index FOLDER, then start again.",
        bulletins="{} bulletins",
        one_bulletin="1 bulletin",
        newest="newest {}",
        searching="Searching the bulletins",
        searched_as="Searched as",
        not_found="Not in the bulletins",
        related="May be related",
        related_note="Near to the question, but no answer to it",
        unsupported="The cited words do not fully support this sentence",
        source_number="Show source {}",
        sources="Sources",
        sources_empty="The bulletins that an answer cites appear here, with the cited words marked.",
        collection="In this collection",
        published="Published",
        event="Event",
        period="Period",
        no_date="no date given",
        as_published="As published",
        repaired="Repaired",
        repairs="Damage repaired for reading",
        versions="Also reported in",
        contradiction="The dates in this bulletin disagree",
        page="page {}",
        left_out="{} characters left out",
        gone="This bulletin was changed or removed after it was cited.",
        show_sources="Sources of this answer",
        broken="That did not work",
        seconds="{} s",
    ),
    "zh-Hant": Words(
        name="公告問答",
        tagline="依官方公告作答，句句附出處",
        ask="以繁體、简体或 English 提問",
        send="提問",
        clear="新對話",
        copy="複製",
        copied="已複製",
        welcome="您想了解什麼？",
        welcome_more="每個回答都引用公告原文，並標出原文所在。公告沒有寫的，會直接告訴您。",
        try_one="例如",
        specimens="目前使用的是隨程式附帶的樣例公告。要使用自己的公告，請執行 bulletins index 資料夾，再重新啟動。",
        bulletins="{} 篇公告",
        one_bulletin="1 篇公告",
        newest="最新 {}",
        searching="正在檢索公告",
        searched_as="檢索用語",
        not_found="公告中沒有答案",
        related="或有關聯",
        related_note="與問題相近，但不足以回答",
        unsupported="所引原文未能完全支持這一句",
        source_number="查看出處 {}",
        sources="出處",
        sources_empty="回答所引用的公告會顯示在這裡，並標出所引的文字。",
        collection="本庫公告",
        published="發布",
        event="事件",
        period="所述時期",
        no_date="未註明日期",
        as_published="原貌",
        repaired="修復後",
        repairs="為便於閱讀而修復的損壞",
        versions="另見",
        contradiction="這篇公告中的日期互相矛盾",
        page="第 {} 頁",
        left_out="略去 {} 字",
        gone="這篇公告在引用之後已被修改或移除。",
        show_sources="查看此回答的出處",
        broken="未能完成",
        seconds="{} 秒",
    ),
    "zh-Hans": Words(
        name="公告问答",
        tagline="依官方公告作答，句句附出处",
        ask="以简体、繁體或 English 提问",
        send="提问",
        clear="新对话",
        copy="复制",
        copied="已复制",
        welcome="您想了解什么？",
        welcome_more="每个回答都引用公告原文，并标出原文所在。公告没有写的，会直接告诉您。",
        try_one="例如",
        specimens="目前使用的是随程序附带的样例公告。要使用自己的公告，请运行 bulletins index 文件夹，再重新启动。",
        bulletins="{} 篇公告",
        one_bulletin="1 篇公告",
        newest="最新 {}",
        searching="正在检索公告",
        searched_as="检索用语",
        not_found="公告中没有答案",
        related="或有关联",
        related_note="与问题相近，但不足以回答",
        unsupported="所引原文未能完全支持这一句",
        source_number="查看出处 {}",
        sources="出处",
        sources_empty="回答所引用的公告会显示在这里，并标出所引的文字。",
        collection="本库公告",
        published="发布",
        event="事件",
        period="所述时期",
        no_date="未注明日期",
        as_published="原貌",
        repaired="修复后",
        repairs="为便于阅读而修复的损坏",
        versions="另见",
        contradiction="这篇公告中的日期互相矛盾",
        page="第 {} 页",
        left_out="略去 {} 字",
        gone="这篇公告在引用之后已被修改或移除。",
        show_sources="查看此回答的出处",
        broken="未能完成",
        seconds="{} 秒",
    ),
}

NAMES: Mapping[Language, str] = {"en": "English", "zh-Hant": "繁體", "zh-Hans": "简体"}

# The same things are asked in each language, so that a reader sees that any of the three will do.
SPECIMEN_EXAMPLES: tuple[tuple[Language, str], ...] = (
    ("en", "What share of the country's express volume do the seven key provinces handle?"),
    ("en", "Which five tasks were set for market supervision in 2020?"),
    ("zh-Hant", "2024年國家郵政局將開展哪十項工作？"),
    ("zh-Hant", "2020年郵政市場監管工作會議是何時召開的？"),
    ("zh-Hans", "2024年计划培训多少名快递从业人员？"),
    ("zh-Hans", "谁主持了2018年第12次局长办公会议？"),
)

_ISO = re.compile(r"(?:(\d{4})|-)(?:-(\d{2}))?(?:-(\d{2}))?$")
_MONTHS = ("January", "February", "March", "April", "May", "June") + (
    ("July", "August", "September", "October", "November", "December")
)


def examples(specimens: bool, newest_year: str | None) -> tuple[tuple[Language, str], ...]:
    """Questions to begin with. Of a collection that we do not know, only questions about the collection are safe."""
    if specimens:
        return SPECIMEN_EXAMPLES
    asked: list[tuple[Language, str]] = [
        ("en", "What is the latest bulletin?"),
        ("zh-Hant", "最新的公告是哪一篇？"),
        ("zh-Hans", "最新的公告是哪一篇？"),
    ]
    if newest_year:
        asked.insert(1, ("en", f"How many bulletins are from {newest_year}?"))
    return tuple(asked)


def date_words(iso: str, language: Language) -> str:
    """A date as people write it; partial ones stay partial, and what is no ISO date comes back as it is.

    >>> date_words("2024-01-09", "en"), date_words("--01-09", "zh-Hant"), date_words("2024-01", "en")
    ('9 January 2024', '1月9日', 'January 2024')
    """
    match = _ISO.match(iso)
    if not match or (match[2] and not 1 <= int(match[2]) <= 12):
        return iso
    year, month, day = match[1], match[2] and int(match[2]), match[3] and int(match[3])
    if language == "en":
        return " ".join(str(part) for part in (day, month and _MONTHS[month - 1], year) if part)
    return (f"{year}年" if year else "") + (f"{month}月" if month else "") + (f"{day}日" if day else "")


def browser_language(accepted: str) -> Language:
    """The page's language from an Accept-Language header.

    >>> browser_language("zh-TW,zh;q=0.9,en;q=0.8"), browser_language("zh-CN"), browser_language("fr")
    ('zh-Hant', 'zh-Hans', 'en')
    """
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-Hant" if re.search(r"hant|tw|hk|mo", tag) else "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "en"


# What a repair is called. Another kind is shown by its own name.
REPAIRS: Mapping[str, Mapping[Language, str]] = {
    "pinyin": {"en": "pinyin notes", "zh-Hant": "拼音註", "zh-Hans": "拼音注"},
    "tag": {"en": "stray tags", "zh-Hant": "多餘標籤", "zh-Hans": "多余标签"},
    "entity": {"en": "HTML entities", "zh-Hant": "HTML 實體", "zh-Hans": "HTML 实体"},
    "lost": {"en": "lost characters", "zh-Hant": "缺字", "zh-Hans": "缺字"},
    "mojibake": {"en": "misread encoding", "zh-Hant": "亂碼", "zh-Hans": "乱码"},
    "width": {"en": "character widths", "zh-Hant": "全形半形", "zh-Hans": "全角半角"},
    "space": {"en": "odd spaces", "zh-Hant": "多餘空格", "zh-Hans": "多余空格"},
    "doubled": {"en": "doubled lines and marks", "zh-Hant": "重複的行與標點", "zh-Hans": "重复的行与标点"},
    "hyphen": {"en": "line-end hyphens", "zh-Hant": "行末連字號", "zh-Hans": "行末连字符"},
    "wrap": {"en": "broken lines", "zh-Hant": "斷行", "zh-Hans": "断行"},
    "invisible": {"en": "invisible characters", "zh-Hant": "不可見字元", "zh-Hans": "不可见字符"},
    "control": {"en": "control characters", "zh-Hant": "控制字元", "zh-Hans": "控制字符"},
    "compatibility": {"en": "compatibility characters", "zh-Hant": "相容字元", "zh-Hans": "兼容字符"},
    "shifted": {"en": "shifted bytes", "zh-Hant": "錯位字節", "zh-Hans": "错位字节"},
    "block": {"en": "garbled stretches", "zh-Hant": "錯亂段落", "zh-Hans": "错乱段落"},
    "line-end": {"en": "line ends", "zh-Hant": "換行符", "zh-Hans": "换行符"},
}
