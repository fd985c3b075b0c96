"""What a sentence claims must have a word for it in the other language, and a figure goes one way in both."""

from __future__ import annotations

import pytest

from assistant.claims import denied_there, turned, unshared
from assistant.prepared import prepare

BRIDGE = "The stone bridge was opened to carts in June, and a toll is collected from drivers."
PIER = "渡轮公司昨天宣布，新码头五月启用，乘客凭票上船。"


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("The ferry company alone decides, and only passengers board.", PIER),
        ("It is the first new pier ever, opened for the first time.", "渡轮公司昨天宣布，码头五月启用。"),
        ("Every passenger boards with a ticket.", PIER),
        ("Passengers do not board with tickets.", PIER),
        ("Passengers board with a ticket if they wish.", PIER),
        ("只有馬車可以過橋。", BRIDGE),
        ("司机自愿付过桥费。", BRIDGE),
        ("全体司机都付过桥费。", BRIDGE),
        ("不向司机收过桥费。", BRIDGE),
    ],
)
def test_a_claim_without_any_word_for_it_is_told(sentence: str, cited: str) -> None:
    assert list(unshared(prepare(sentence), prepare(cited).plain))


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("Only passengers with tickets may board.", "渡轮公司昨天宣布，乘客凭票方可上船。"),
        ("The first two piers open in May.", PIER),
        ("Every passenger boards with a ticket.", "凡乘客均凭票上船。"),
        ("Nobody may board without a ticket.", "无票乘客谢绝上船。"),
        ("桥上禁止卡车通行。", "Lorries are barred from the bridge, which is closed to them."),
        ("这座桥不断加固。", BRIDGE),
    ],
)
def test_other_words_for_a_claim_are_known(sentence: str, cited: str) -> None:
    assert not list(unshared(prepare(sentence), prepare(cited).plain))


def test_a_denial_of_the_clause_beside_it_must_be_told() -> None:
    assert list(denied_there(prepare("The pier opens in May."), "码头五月不启用"))
    assert not list(denied_there(prepare("The pier stays closed in May."), "码头五月不启用"))


@pytest.mark.parametrize(
    ("sentence", "cited", "is_turned"),
    [
        ("Freight fell by 9.3 percent.", "货运量同比增长9.3%。", True),
        ("Freight rose by 9.3 percent.", "货运量同比增长9.3%。", False),
        ("Freight fell by 9.3 percent.", "货运量同比变化9.3%。", False),  # whichever way
        ("Freight fell by 9.3 percent.", "货运量增长9.3%，客运量下降9.3%。", False),
        ("Gains made up for the 12,900 jobs lost.", "新增岗位足以弥补减少的1.29万个。", False),
        ("Freight fell by 9.3 percent.", "Freight grew by 9.3 percent.", True),
    ],
)
def test_a_figure_goes_one_way_in_both(sentence: str, cited: str, is_turned: bool) -> None:
    assert bool(list(turned(prepare(sentence), prepare(cited)))) is is_turned
