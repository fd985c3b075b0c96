"""The list that a question asks for."""

from __future__ import annotations

import pytest

from assistant.listed import last_member, list_asked_for, numbered


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which tram lines were approved for 2027?", "the tram lines approved for 2027"),
        ("What are the three goals of the plan?", "the three goals of the plan"),
        ("Which four lines did the council plan in May?", "the four lines that the council planned in May"),
        ("Which documents does the law require?", "the documents that the law requires"),
        ("Which six parks will the city open?", "the six parks that the city will open"),
        ("From which two sides did the mayor want it checked?", None),
        ("On which two days did the mayor meet farmers?", "the two days on which the mayor met farmers"),
        ("Which firms joined the fair?", "the firms that joined the fair"),
        ("How many rules were set for ferries?", "the rules set for ferries"),
        ("What is the second of the five rules for ferries?", "the five rules for ferries"),
        ("What is the third goal of 2021?", "the goals of 2021"),
        ("2023年公布了哪六項渡輪措施？", "2023年公布的六項渡輪措施"),
        ("2023年有哪些重點工作？", "2023年的重點工作"),
        ("重點工作有哪五個方面？", "重點工作的五個方面"),
        ("市長要求從哪三個方面改善交通？", "市長要求改善交通的三個方面"),
        ("哪些企业参加了车展？", "参加车展的企业"),
        ("两个计划是哪两个？", "两个计划"),
        ("部长提出的四条建议中，第三条是什么？", "部长提出的四条建议"),
    ],
)
def test_a_list_is_told_with_its_noun_and_what_tells_it_apart(question: str, expected: str | None) -> None:
    assert list_asked_for(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who chaired the meeting?",
        "What is the date of the fair?",
        "What did the mayor say?",
        "What are its goals?",
        "Which city hosts the fair?",
        "主持會議的是哪一位副市長？",
        "车展是什么时候开的？",
        "暖冬计划是什么？",
    ],
)
def test_what_asks_for_one_thing_asks_for_no_list(question: str) -> None:
    assert list_asked_for(question) is None


def test_a_member_is_known_by_its_number() -> None:
    assert last_member("Explain the second of the two goals", "the two goals") == "the second of the two goals"
    assert last_member("兩項措施中，第一項是什麼？", "兩項措施") == "兩項措施中的第一項"
    assert last_member("Who pays for the two goals?", "the two goals") is None


def test_a_number_is_read_as_an_ordinal() -> None:
    assert numbered("Tell me about number seven.") == "Tell me about the seventh."
    assert numbered("And the 3rd one?") == "And the third one?"
    assert numbered("What is task no. 4 of the plan?") == "What is the fourth task of the plan?"
    assert numbered("Explain the 3rd key goal") == "Explain the third key goal"
    assert numbered("What is the number of 7 lines?") == "What is the number of 7 lines?"
