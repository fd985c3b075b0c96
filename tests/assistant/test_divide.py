"""What one question holds of several, and what must stay one."""

from __future__ import annotations

import pytest

from assistant.divide import divide
from sources.language import language_of


def parts(question: str) -> list[str]:
    return [turn.question for turn in divide(question, language_of(question))]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How many lockers were built in 2021 and what did the depot cost?",
            ["How many lockers were built in 2021?", "What did the depot cost?"],
        ),
        ("Who opened the forum? How long did it last?", ["Who opened the forum?", "How long did the forum last?"]),
        ("Who opened the harbour forum, and when was it held?", ["Who opened the harbour forum?"]),
        ("When and where was the forum held?", ["When was the forum held?", "Where was the forum held?"]),
        (
            "At the 2021 forum, who spoke and how many towns sent papers?",
            ["At the 2021 forum, who spoke?", "At the 2021 forum, how many towns sent papers?"],
        ),
        (
            "What did Lu Hai and Chen Bo respectively propose?",
            ["What did Lu Hai propose?", "What did Chen Bo propose?"],
        ),
        (
            "What were the shares of Ningbo, Wuxi and Zibo, respectively?",
            ["What were the shares of Ningbo?", "What were the shares of Wuxi?", "What were the shares of Zibo?"],
        ),
        (
            "What are the second and the fourth of the five goals?",
            ["What are the second of the five goals?", "What are the fourth of the five goals?"],
        ),
        ("五項目標的第二和第四項各是什麼？", ["五項目標的第二項是什麼？", "五項目標的第四項是什麼？"]),
        ("Is the label compulsory and does it bring a fee?", ["Is the label compulsory?"]),
        ("2021年新增多少個郵筒，改造花了多少錢？", ["2021年新增多少個郵筒？", "改造花了多少錢？"]),
        ("论坛由谁主持以及有哪些城市参加？", ["论坛由谁主持？"]),
        ("論壇什麼時候、在哪裡舉行？", ["論壇什麼時候舉行？", "論壇在哪裡舉行？"]),
        ("关于港口论坛，谁到场了，花了多少钱？", ["关于港口论坛，谁到场了？"]),
        ("宁波和无锡的占比分别是多少？", ["宁波的占比是多少？", "无锡的占比是多少？"]),
        ("論壇的時間和地點分別是什麼？", ["論壇的時間是什麼？", "論壇的地點是什麼？"]),
        ("陳波提出了什麼？他的年薪是多少？", ["陳波提出了什麼？", "陳波的年薪是多少？"]),
    ],
)
def test_what_is_asked_apart_is_divided(question: str, expected: list[str]) -> None:
    found = parts(question)
    assert len(found) >= 2 and found[: len(expected)] == expected


def test_a_part_that_leans_on_the_part_before_is_completed() -> None:
    assert parts("Who opened the harbour forum, and when was it held?")[1] == "When was the harbour forum held?"
    assert "港口论坛" in parts("关于港口论坛，谁到场了，花了多少钱？")[1]


@pytest.mark.parametrize(
    "question",
    [
        "What did Lu Hai say about lockers and bicycles?",
        "Which towns came and took part?",
        "What does the notice say about how boxes are reduced and how waste is treated?",
        "What is the “Blue Lamp” project, which was told of in Ningbo?",
        "What is the scheme that was begun in 2018 and which covers villages?",
        "Did the office adopt the plan and carry it out?",
        "I read about the forum in Ningbo. Who opened it?",
        "What was wanted in 2018 and what in 2024?",
        "How did Lu Hai rate the lockers, and how did Chen Bo?",
        "Does it say what to do and when to do it?",
        "谁和谁会谈？",
        "哪些单位参加了论坛并作了交流？",
        "参加论坛的有哪些部门、单位和个人？",
        "邮筒条例和车辆条例有什么不同？",
        "无论多少人到场，论坛都要说明什么？",
        "無人車、無人機和無人倉要怎麼推動？",
        "? ? ?",
        "",
    ],
)
def test_what_only_looks_double_stays_one(question: str) -> None:
    assert divide(question, language_of(question)) == ()


def test_a_text_of_many_questions_is_asked_as_it_is() -> None:
    assert divide(" ".join(f"How many boxes did town {n} build?" for n in range(9)), "en") == ()
