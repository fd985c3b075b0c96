"""Names of persons spelled by Wade-Giles and in Cantonese."""

from __future__ import annotations

import pytest

from sources.romanised import spelled_at, wade_giles, written_at


@pytest.mark.parametrize(
    ("pinyin", "spelled"),
    [
        ("zhang", "chang"),
        ("xu", "hsu"),
        ("jie", "chieh"),
        ("shi", "shih"),
        ("zi", "tzu"),
        ("long", "lung"),
        ("yan", "yen"),
        ("tian", "tien"),
    ],
)
def test_wade_giles_is_made_of_pinyin(pinyin: str, spelled: str) -> None:
    assert spelled in wade_giles(pinyin)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("徐志杰", "Hsu Chih-chieh"),
        ("許天龍", "Hsu Tien-lung"),
        ("張子嚴", "Chang Tzu-yen"),
        ("黃家輝", "Wong Ka-fai"),
        ("梁美玲", "Leung Mei Ling"),
        ("陳永康", "Chan Wing-hong"),
        ("徐志杰", "Chih-chieh Hsu"),
        ("徐長仁", "Xu Changren"),
    ],
)
def test_a_name_is_found_both_ways(name: str, spelled: str) -> None:
    assert spelled_at(name, f"Last week {spelled} spoke first.") == (10, 10 + len(spelled))
    assert written_at(spelled, f"上週{name}致詞。") == (2, 5)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("徐志明", "Hsu Chih-chieh"),  # another given name
        ("王家輝", "Leung Ka-fai"),  # another surname
        ("徐志杰", "Hsu Chih"),  # half of it
        ("徐傑", "Hsu Chieh"),  # too little to tell
    ],
)
def test_another_name_is_not(name: str, spelled: str) -> None:
    assert spelled_at(name, f"Last week {spelled} spoke first.") is None
    assert written_at(spelled, f"上週{name}致詞。") is None
