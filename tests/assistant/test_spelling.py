"""Slips of the hand in questions, over a few words that bulletins are said to hold."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.settings import Settings
from assistant.spelling import spelled
from index.search import Index
from index.words import terms
from tests.cache import cache

from .test_model import index
from .test_several import asked

__all__ = ["index"]  # the fixture
TOLD = (
    "The meeting of parcel lockers agreed on rules. Officials inspected the harbour. "
    "包裹櫃會議議定了規則,巡查組檢查了碼頭,市場監管工作會議提出了標準。"
)


def held(term: str) -> float:
    return float(term in terms(TOLD))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Who chaired the metting on parcel lockers?", "Who chaired the meeting on parcel lockers?"),
        ("Wehn was the harbour inpsected?", "When was the harbour inspected?"),
        ("Waht did the oficials say abuot lockers?", "What did the officials say about lockers?"),
        ("whats a locker, and wheres the harbour?", "what's a locker, and where's the harbour?"),
        ("包裹柜会倚议定了什么?", "包裹柜会议议定了什么?"),
        ("巡查組撿查了哪裡?", "巡查組檢查了哪裡?"),
        ("市场监管工作会议是那天开的?", "市场监管工作会议是哪天开的?"),
    ],
)
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    language = "en" if typed.isascii() else "zh-Hant" if "組" in typed else "zh-Hans"
    assert spelled(typed, language, held) == meant
    assert spelled(meant, language, held) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who is Meting Officia?",  # names may be spelled in any way
        "What is a fetlock?",  # a word, though no bulletin holds it
        "Which grobnik was inspected?",  # nothing like it is held
        "Who wrote to metting@post.example?",
        "会意字是什么?",  # a word of its own
        "栉会说了什么?",  # a character this rare is meant
        "那天的會議議定了什麼?",  # it asks something else
        "",
    ],
)
def test_what_may_be_meant_as_it_stands_stays(question: str) -> None:
    assert spelled(question, "en" if question.isascii() else "zh-Hant", held) == question


def test_a_figure_or_a_name_is_never_changed() -> None:
    for question in ("劉軍君檢查了幾個碼頭?", "張會意檢查了幾個碼頭?", "2018年有多少個?"):
        assert spelled(question, "zh-Hant", held) == question
    for question in ("Did Mr Metting attend?", "Who inspected Habour Ltd in 2018?"):
        assert spelled(question, "en", held) == question


def test_an_answer_shows_how_the_question_was_understood(index: Index) -> None:
    answer = asked(index, "How many makers of lokcers sent their engineers?")
    assert "Seventeen makers" in answer.text
    assert answer.searched_as == "How many makers of lockers sent their engineers?"


def test_a_search_puts_slips_right(index: Index) -> None:
    assistant = Assistant(index, Settings(cache=cache()))
    first, second = (assistant.search(question, 3) for question in ("the makers of lokcers", "the makers of lockers"))
    assert [hit.passage for hit in first] == [hit.passage for hit in second]
