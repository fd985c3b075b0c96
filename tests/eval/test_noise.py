from __future__ import annotations

import pytest

from eval.benchmarks import encodings, repair
from eval.noise import KINDS, damage, other_script

TEXT = "本市上週啟用了第二個包裹分揀中心，首批員工清晨上崗。\n2024年預計每天可以處理三萬件郵件，居民對此表示歡迎，也提出了停車難等問題。\n"
ENGLISH = (
    "The city opened another sorting centre for parcels last week – its manager said so “today”.\nResidents agreed.\n"
    * 2
)


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_repeatable_and_none_of_it_is_none(kind: str) -> None:
    text = ENGLISH if kind in ("hyphens", "spaces") else TEXT * 3
    assert damage(text, kind, share=0.5, seed=1) == damage(text, kind, share=0.5, seed=1) != text
    if kind not in ("hyphens", "wraps"):  # they break lines in any case
        assert damage(text, kind, share=0.0, seed=1) == text


def test_a_conversion_goes_either_way() -> None:
    assert other_script("郵政") == "邮政"
    assert other_script("邮政") == "郵政"


def test_what_must_come_back_after_damage_comes_back() -> None:
    report = repair.measure(dict(repair.specimens()))
    assert report["false_repairs"] == {}
    for kind in ("pinyin", "tags", "widths", "entities", "zero-width", "spaces", "doubled lines", "misread as cp1252"):
        assert report["kinds"][kind]["after"] >= 0.99, kind


def test_the_encoding_of_every_longer_text_is_found() -> None:
    texts = dict(list(repair.specimens())[-4:])
    report = encodings.measure(texts)
    assert report["written_over_200"] > 500
    assert report["failures"] == []
