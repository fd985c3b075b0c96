"""The parallel texts behind the language means: enough of them, well formed, and the same on both sides."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PARALLEL = Path(__file__).resolve().parents[2] / "index" / "data" / "parallel.jsonl"
PAIRS: list[dict[str, str]] = [json.loads(line) for line in PARALLEL.read_text(encoding="utf-8").splitlines()]
PASSAGES = [pair for pair in PAIRS if pair["kind"] == "passage"]
QUESTIONS = [pair for pair in PAIRS if pair["kind"] == "question"]

HAN = re.compile(r"[\u4e00-\u9fff]")
POST = re.compile(r"\b(?:post(?:al|age|man)?|parcels?|couriers?|express)\b", re.IGNORECASE)


def test_every_line_has_a_kind_and_two_texts() -> None:
    for pair in PAIRS:
        assert set(pair) == {"kind", "en", "zh"}
        assert all(isinstance(text, str) and text and text == text.strip() for text in pair.values()), pair


def test_there_are_at_least_160_of_each_kind_and_no_other_kind() -> None:
    assert len(PASSAGES) >= 160
    assert len(QUESTIONS) >= 160
    assert len(PASSAGES) + len(QUESTIONS) == len(PAIRS)


@pytest.mark.parametrize("side", ["en", "zh"])
def test_no_text_stands_twice(side: str) -> None:
    texts = [re.sub(r"\W", "", pair[side]).lower() for pair in PAIRS]
    assert len(texts) == len(set(texts))


def test_passages_are_one_to_four_sentences_long() -> None:
    for pair in PASSAGES:
        assert 120 <= len(pair["en"]) <= 420, pair["en"]
        assert 50 <= len(pair["zh"]) <= 180, pair["zh"]


def test_english_holds_no_chinese_and_chinese_is_simplified() -> None:
    for pair in PAIRS:
        assert not HAN.search(pair["en"]), pair["en"]
        assert HAN.search(pair["zh"]), pair["zh"]
        # GB 2312 has no traditional characters: encoding one raises.
        "".join(HAN.findall(pair["zh"])).encode("gb2312")


def test_both_sides_give_the_same_percentages_and_years() -> None:
    percentage = re.compile(r"(\d+(?:\.\d+)?)(?:%| percent)")
    # Years have no comma in English, where other numbers above 999 do; the 1920s are 20世纪20年代 in Chinese.
    year_en, year_zh = re.compile(r"(?<![\d,.])(\d{4})(?!\d|,\d|s)"), re.compile(r"(?<!\d)(\d{4})年")
    for pair in PAIRS:
        assert sorted(percentage.findall(pair["en"])) == sorted(percentage.findall(pair["zh"])), pair
        assert set(year_en.findall(pair["en"])) == set(year_zh.findall(pair["zh"])), pair


def test_post_and_express_stay_a_small_part() -> None:
    # The means must carry the language, not the subject of our bulletins.
    for pairs in (PASSAGES, QUESTIONS):
        assert sum(bool(POST.search(pair["en"])) for pair in pairs) <= 0.15 * len(pairs)
