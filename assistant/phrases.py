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
    "says-disputed": {
        "en": "{title}, dated {date} (its text says {text}), says:",
        "zh-Hant": "{title}（頁面標示{date}，正文為{text}）寫道：",
        "zh-Hans": "{title}（页面标示{date}，正文为{text}）写道：",
    },
    # A bulletin without a title, by its issuer and date. In Chinese the day stands beside the year, as in most texts.
    "untitled-issued": {
        "en": "The {issuer} bulletin of {date} says:",
        "zh-Hant": "{issuer} {date}的公告寫道：",
        "zh-Hans": "{issuer} {date}的公告写道：",
    },
    "untitled": {
        "en": "The bulletin of {date} says:",
        "zh-Hant": "{date}的公告寫道：",
        "zh-Hans": "{date}的公告写道：",
    },
    "untitled-event": {
        "en": "The bulletin on the event of {day} {year} says:",
        "zh-Hant": "有關{year}（{day}）一事的公告寫道：",
        "zh-Hans": "有关{year}（{day}）一事的公告写道：",
    },
    "member": {
        "en": "This is number {number} of {of}.",
        "zh-Hant": "這是第{number}項，共{of}項。",
        "zh-Hans": "这是第{number}项，共{of}项。",
    },
    "title": {"en": "“{title}”", "zh-Hant": "《{title}》", "zh-Hans": "《{title}》"},
    "published": {
        "en": "{title} is dated {date}.",
        "zh-Hant": "{title}的發布日期是{date}。",
        "zh-Hans": "{title}的发布日期是{date}。",
    },
    "conflict": {
        "en": "On the page {first}, in the text {second}: these do not agree.",
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
    "missing": {
        "en": "The bulletins do not answer this part of the question: “{asked}”",
        "zh-Hant": "問題的這一部分，公告沒有回答：「{asked}」",
        "zh-Hans": "问题的这一部分，公告没有回答：“{asked}”",
    },
    "silent": {
        "en": "The bulletins of {year} say nothing on it.",
        "zh-Hant": "{year}年的公告沒有談到這一點。",
        "zh-Hans": "{year}年的公告没有谈到这一点。",
    },
    # Why the bulletins are quoted where a chat model should have written: "model-" and a reason of `ModelFailed`.
    "model-time-out": {
        "en": "The chat model {model} did not answer in time, so the bulletins are quoted instead.",
        "zh-Hant": "對話模型 {model} 未在時限內作答，改為直接引用公告。",
        "zh-Hans": "对话模型 {model} 未在时限内作答，改为直接引用公告。",
    },
    "model-busy": {
        "en": "The chat model {model} is too busy, so the bulletins are quoted instead.",
        "zh-Hant": "對話模型 {model} 過於繁忙，改為直接引用公告。",
        "zh-Hans": "对话模型 {model} 过于繁忙，改为直接引用公告。",
    },
    "model-down": {
        "en": "The chat model {model} reports a failure of its own, so the bulletins are quoted instead.",
        "zh-Hant": "對話模型 {model} 回報內部故障，改為直接引用公告。",
        "zh-Hans": "对话模型 {model} 报告内部故障，改为直接引用公告。",
    },
    "model-unreachable": {
        "en": "The chat model {model} cannot be reached, so the bulletins are quoted instead.",
        "zh-Hant": "無法連上對話模型 {model}，改為直接引用公告。",
        "zh-Hans": "无法连接对话模型 {model}，改为直接引用公告。",
    },
    "model-refused": {
        "en": "The chat model {model} refused the request, so the bulletins are quoted instead.",
        "zh-Hant": "對話模型 {model} 拒絕了請求，改為直接引用公告。",
        "zh-Hans": "对话模型 {model} 拒绝了请求，改为直接引用公告。",
    },
    "model-cut": {
        "en": "The reply of the chat model {model} was cut off, so the bulletins are quoted instead.",
        "zh-Hant": "對話模型 {model} 的回覆被截斷，改為直接引用公告。",
        "zh-Hans": "对话模型 {model} 的回复被截断，改为直接引用公告。",
    },
    "model-broken": {
        "en": "The reply of the chat model {model} cannot be read, so the bulletins are quoted instead.",
        "zh-Hant": "對話模型 {model} 的回覆無法解讀，改為直接引用公告。",
        "zh-Hans": "对话模型 {model} 的回复无法解读，改为直接引用公告。",
    },
    "model-silent": {
        "en": "The chat model {model} gave no answer that the bulletins bear out, so they are quoted instead.",
        "zh-Hant": "對話模型 {model} 未給出有公告依據的回答，改為直接引用公告。",
        "zh-Hans": "对话模型 {model} 未给出有公告依据的回答，改为直接引用公告。",
    },
    "dropped": {
        "en": "Left out, as the bulletins do not bear it out: {count} of the sentences that the chat model wrote.",
        "zh-Hant": "對話模型所寫句子中有 {count} 句缺乏公告依據，已略去。",
        "zh-Hans": "对话模型所写句子中有 {count} 句缺乏公告依据，已略去。",
    },
    "marked": {
        "en": "Marked, as the bulletins do not bear it out: {count} of the sentences that the chat model wrote.",
        "zh-Hant": "對話模型所寫句子中有 {count} 句缺乏公告依據，已標出。",
        "zh-Hans": "对话模型所写句子中有 {count} 句缺乏公告依据，已标出。",
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
