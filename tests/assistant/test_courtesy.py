"""Courtesy is taken off a question, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.courtesy import without_courtesy
from assistant.followup import read_turn


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Could you tell me who opened the ferry line?", "Who opened the ferry line?"),
        ("Hello, I'd like to know: when did it open? Thanks a lot!", "When did it open?"),
        ("do you happen to know which piers it serves", "which piers it serves"),
        ("A quick question about these documents: who opened it?", "Who opened it?"),
        ("Which piers? Thank you very much for your help.", "Which piers?"),
        ("Thanks! And which piers does it serve?", "And which piers does it serve?"),
        ("謝謝，那碼頭呢？", "那碼頭呢？"),
        ("我想知道：渡轮什么时候开？", "渡轮什么时候开？"),
        ("麻煩幫我查一下，渡輪是誰開的？謝謝您！", "渡輪是誰開的？"),
        ("您好，请问渡轮停几个码头", "渡轮停几个码头"),
    ],
)
def test_what_is_said_around_a_question_is_taken_off(said: str, asked: str) -> None:
    assert without_courtesy(said) == asked


@pytest.mark.parametrize(
    "question",
    [
        "A question about the ferry line: who opened it?",
        "What did the crew thank the mayor for?",
        "Whom did the crew thank? The mayor or his deputy?",
        "会议对船员表示感谢",
        "谁要感谢船员？",
        "我想问题出在哪里",
        "Thank you.",
        "谢谢",
        "请问",
        "",
    ],
)
def test_what_belongs_to_the_question_stays(question: str) -> None:
    assert without_courtesy(question) == question


@given(st.text(max_size=80))
def test_what_is_left_is_a_part_of_what_was_said(question: str) -> None:
    assert without_courtesy(question).lower() in question.lower()


def test_a_follow_up_in_a_frame_is_a_follow_up() -> None:
    plain = read_turn("具体是哪七个？", ["渡轮停哪些码头？"]).question
    assert read_turn("我想知道：具体是哪七个？谢谢。", ["渡轮停哪些码头？"]).question == plain != "具体是哪七个？"
