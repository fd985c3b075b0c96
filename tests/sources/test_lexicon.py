"""How far two texts in two languages can say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.lexicon import entries, names, said_alike

PAIRS = Path(__file__).resolve().parents[2] / "eval/benchmarks/bilingual.jsonl"
TEA_ZH = "茶农把嫩叶装进冷藏箱，快递员当天下午开车送到火车站。县里的老师傅教他们怎样称重、怎样装罐。"
TEA_EN = (
    "Tea growers put the tender leaves in cool boxes, and couriers drive them to the railway station that afternoon. "
    "Old masters of the county teach them how to weigh and how to fill tins."
)
FIRE_EN = (
    "Couriers took part in a drill against forest fires in the county. They learned to use beaters, to call the tower on "
    "the hill and to drive their vans where no fire engine goes."
)


def test_a_translation_is_said_alike_and_another_text_of_the_trade_is_not() -> None:
    assert said_alike(TEA_ZH, TEA_EN) > 0.4
    assert said_alike(TEA_ZH, FIRE_EN) < 0.25


def test_scripts_do_not_matter() -> None:
    import opencc

    assert said_alike(opencc.OpenCC("s2t").convert(TEA_ZH), TEA_EN) == pytest.approx(
        said_alike(TEA_ZH, TEA_EN), abs=0.1
    )


def test_a_long_text_is_not_like_everything() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    both = [(row["zh"], row["en"]) for row in rows if "zh" in row and "en" in row]
    long_zh, long_en = ("\n".join(text) for text in zip(*both, strict=True))
    assert said_alike(long_zh, long_en) > 0.36
    half = len(both) // 2
    assert said_alike("\n".join(zh for zh, _ in both[:half]), "\n".join(en for _, en in both[half:])) < 0.25


def test_the_dictionary_is_read_as_text() -> None:
    found = dict(entries())
    assert len(found) > 100_000 and any("tea" in sense for sense in found["茶"])


def test_names_are_spelled_as_english_spells_them() -> None:
    found = dict(names())
    assert [found[name] for name in ("曹操", "乐山", "毛泽东")] == ["Cao Cao", "Leshan", "Mao Zedong"]
    assert "茶叶" not in found and all(len(name) > 1 for name in found)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="茶叶快递员的一 a\n，。", max_size=60), st.text(max_size=60))
def test_any_two_texts_are_alike_between_none_and_all(chinese: str, english: str) -> None:
    assert 0 <= said_alike(chinese, english) <= 1
