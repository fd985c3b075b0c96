"""Which language an answer is due in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.wish import Wish, languages, read_wish


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Now in English, please.", "en"),
        ("And in Chinese?", "zh"),
        ("Could you repeat that in simplified Chinese?", "zh-Hans"),
        ("Translate it into traditional Chinese", "zh-Hant"),
        ("I don't understand Chinese, English please.", "en"),
        ("請改用英語作答", "en"),
        ("能不能換成简体？", "zh-Hans"),
        ("麻烦用繁体中文再讲一次", "zh-Hant"),
        ("我看不懂英文，說中文好嗎", "zh"),
        ("英文怎麼說？", "en"),
        ("Please say that again", None),
        ("再說一遍", None),
    ],
)
def test_a_turn_that_asks_for_nothing_but_a_language(text: str, language: str | None) -> None:
    assert read_wish(text) == Wish(language, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        ("Who drove the vans? In Chinese please.", "zh", "Who drove the vans?"),
        ("Answer in English: 誰開的車？", "en", "誰開的車？"),
        ("用繁體中文回答，who drove the vans?", "zh-Hant", "who drove the vans?"),
        ("Tell me in English who drove the vans.", "en", "who drove the vans."),
    ],
)
def test_a_question_that_comes_with_the_request_is_kept(text: str, language: str, question: str) -> None:
    assert read_wish(text) == Wish(language, question)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Which bulletins are in Chinese?",
        "What is the lantern plan called in English?",
        "哪些公告是中文的？",
        "中文公告有几篇？",
        "不要用英文",
        "簡化手續的規定",
        "traditional crafts",
        "Thank you!",
    ],
)
def test_a_question_about_a_language_asks_for_none(text: str) -> None:
    assert read_wish(text) is None


@pytest.mark.parametrize(
    ("history", "question", "written", "due"),
    [
        ([], "Who drove the vans?", "en", "en"),
        (["誰開的車？"], "那2020年呢?", "zh-Hant", "zh-Hant"),
        (["谁开的车？"], "2021?", "zh-Hans", "zh-Hans"),
        (["誰開的車？"], "And where to?", "en", "en"),
        (["谁开的车？"], "“綠燈”呢？", "zh-Hans", "zh-Hans"),
        (["谁开的车？"], "哪一篇提到「綠燈」?", "zh-Hans", "zh-Hans"),
        ([], "哪一篇提到「綠燈」?", "zh-Hant", "zh-Hant"),
        ([], "哪一篇提到「七化」?", "zh-Hant", "zh-Hant"),
        (["哪一篇提到「綠燈」?"], "那2020年呢?", "zh-Hant", "zh-Hant"),
        ([], "哪一篇提到“绿灯”?", "zh-Hans", "zh-Hans"),
    ],
)
def test_a_turn_that_shows_no_language_is_in_that_of_the_turns_before(
    history: list[str], question: str, written: str, due: str
) -> None:
    found = languages(question, history)
    assert (found.written, found.due) == (written, due)


@pytest.mark.parametrize(
    ("history", "question", "due"),
    [
        (["Who drove the vans?", "in simplified Chinese please"], "And where to?", "zh-Hans"),
        (["誰開的車？", "請用英文"], "那2020年呢？", "en"),
        (["誰開的車？", "In English please"], "開去哪裡？", "en"),
        (["誰開的車？", "請用英文", "用中文吧"], "開去哪裡？", "zh-Hant"),
        (["Who drove the vans?", "in Chinese"], "去哪裡？誰說的？", "zh-Hant"),
        (["谁开的车？", "说英文", "And where to?"], "那是谁说的？", "zh-Hans"),
        (["第一批面包车是谁开的？", "Who paid?"], "In Chinese please", "zh-Hans"),
        (["Who drove the vans?"], "in Chinese", "zh-Hans"),
    ],
)
def test_a_request_holds_until_another_or_until_the_user_changes_over(
    history: list[str], question: str, due: str
) -> None:
    assert languages(question, history).due == due


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=4))
def test_whatever_is_typed_has_a_language(question: str, history: list[str]) -> None:
    assert languages(question, history).due in ("en", "zh-Hant", "zh-Hans")
