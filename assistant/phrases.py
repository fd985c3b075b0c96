"""The few words of its own that the assistant says. Traditional wording is written, not converted from Simplified."""

from __future__ import annotations

import re

from sources.bulletin import Language

_PHRASES: dict[str, dict[Language, str]] = {
    "says": {"en": "{title} says:", "zh-Hant": "{title}寫道：", "zh-Hans": "{title}写道："},
    "says-dated": {
        "en": "{title}, dated {date}, says:",
        "zh-Hant": "{title}（{date}）寫道：",
        "zh-Hans": "{title}（{date}）写道：",
    },
    "title": {"en": "“{title}”", "zh-Hant": "《{title}》", "zh-Hans": "《{title}》"},
    "published": {
        "en": "{title} is dated {date}.",
        "zh-Hant": "{title}的發布日期是{date}。",
        "zh-Hans": "{title}的发布日期是{date}。",
    },
    "conflict": {
        "en": "Note that the dates do not agree: the page says {first}, the text {second}.",
        "zh-Hant": "請注意日期互相矛盾：頁面標示{first}，正文所述為{second}。",
        "zh-Hans": "请注意日期互相矛盾：页面标示{first}，正文所述为{second}。",
    },
    "not-found": {
        "en": "The bulletins do not answer this question.",
        "zh-Hant": "這些公告沒有回答這個問題。",
        "zh-Hans": "这些公告没有回答这个问题。",
    },
    "related": {
        "en": "The passages listed with it may be related; they do not answer it.",
        "zh-Hant": "所附段落可能相關，但並不構成回答。",
        "zh-Hans": "所附段落可能相关，但并不构成回答。",
    },
}
_MONTHS = "January February March April May June July August September October November December".split()


def say(key: str, language: Language, **values: str) -> str:
    """A phrase with its places filled."""
    return _PHRASES[key][language].format(**values)


def date_in_words(value: str, language: Language) -> str:
    """An ISO date, also a partial one, as people write it.

    >>> date_in_words("2020-02-28", "en"), date_in_words("--03-20", "zh-Hant"), date_in_words("2024-01", "en")
    ('28 February 2020', '3月20日', 'January 2024')
    """
    match = re.fullmatch(r"(\d{4})?(?:-{0,2}(\d{2}))?(?:-(\d{2}))?", value)
    if not match:
        return value
    year, month, day = match.groups()
    if language == "en":
        return " ".join(filter(None, (day and str(int(day)), month and _MONTHS[int(month) - 1], year)))
    parts = (year and f"{year}年", month and f"{int(month)}月", day and f"{int(day)}日")
    return "".join(filter(None, parts))
