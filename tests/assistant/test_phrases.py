"""The assistant's own few words."""

from __future__ import annotations

import re
import string

import pytest

from assistant.phrases import _PHRASES, date_in_words, say
from index.normalise import simplify

LANGUAGES = ("en", "zh-Hant", "zh-Hans")


@pytest.mark.parametrize("key", sorted(_PHRASES))
def test_every_phrase_is_there_in_three_languages_with_the_same_places_to_fill(key: str) -> None:
    places = [{name for _, name, _, _ in string.Formatter().parse(_PHRASES[key][one]) if name} for one in LANGUAGES]
    assert places[0] == places[1] == places[2]


@pytest.mark.parametrize("key", sorted(_PHRASES))
def test_simplified_wording_is_simplified_and_english_has_no_chinese(key: str) -> None:
    assert simplify(_PHRASES[key]["zh-Hans"]) == _PHRASES[key]["zh-Hans"]
    assert not re.search(r"[\u4e00-\u9fff]", _PHRASES[key]["en"])


def test_braces_in_a_title_are_words_and_no_places_to_fill() -> None:
    assert say("says", "en", title="{date} {0} {title.__class__}") == "{date} {0} {title.__class__} says:"


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("2021-06-02", "2 June 2021", "2021年6月2日"),
        ("2021-06", "June 2021", "2021年6月"),
        ("2021", "2021", "2021年"),
        ("--06-02", "2 June", "6月2日"),
        ("not a date", "not a date", "not a date"),
    ],
)
def test_dates_are_written_as_people_write_them(value: str, english: str, chinese: str) -> None:
    assert date_in_words(value, "en") == english
    assert date_in_words(value, "zh-Hant") == date_in_words(value, "zh-Hans") == chinese
