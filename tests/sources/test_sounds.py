"""Names in the other alphabet by their sound."""

from __future__ import annotations

import pytest

from sources.sounds import foreign_names, foreign_written_at, is_read_in, sounds_in


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("name:yan-fansun", "校长严范孙特捐款设奖学金。", True),
        ("name:ouyang-xiu", "歐陽修作序。", True),
        ("name:yan-fansun", "校长严范致辞。", False),
        ("name:yan-fansun", "The headmaster gave a prize.", False),
        ("name:", "校长致辞。", False),
    ],
)
def test_a_chinese_person_is_read_where_no_name_is_expected(name: str, text: str, told: bool) -> None:
    assert is_read_in(name, text) is told


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Birmingham", "他生于伯明翰。", True),
        ("Newcastle", "球队来自纽卡斯尔本地。", True),
        ("Chicago", "他生于伯明翰。", False),
        ("Leo", "他生于伯明翰。", False),  # one consonant tells nothing
        ("纽卡斯尔本", "The team is from Newcastle.", True),
        ("纽卡斯尔", "The team is from Birmingham.", False),
    ],
)
def test_a_foreign_name_is_known_by_its_consonants(name: str, text: str, told: bool) -> None:
    assert sounds_in(name, text) is told


def test_foreign_names_of_a_question_are_seen_by_their_characters() -> None:
    assert list(foreign_names("出生在纽卡斯尔的是谁?")) == ["纽卡斯尔"]
    assert list(foreign_names("会议由谁主持?")) == []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Birmingham", "伯明翰"),
        ("Hobbes", "霍布斯"),
        ("Halloran", None),
    ],
)
def test_where_a_foreign_name_is_written(name: str, written: str | None) -> None:
    text = "他生于伯明翰，师从霍布斯。"
    place = foreign_written_at(name, text)
    assert (text[slice(*place)] if place else None) == written
