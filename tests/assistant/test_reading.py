"""The question and what stands around a sentence, read together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant import reading
from assistant.reading import Reader, window
from tests.assistant.candidates import candidate, described

TEXT = """Depots of the north

The bureau met in Harbin on 3 May 2021. It opened four depots. Zhou Ning spoke of the vans.
"""


def test_a_sentence_is_shown_under_its_title_between_its_neighbours() -> None:
    bulletin = described("depots", TEXT)
    shown = window(candidate(bulletin, "four depots", 0.9))
    assert shown.startswith("Depots of the north")
    assert shown.index("met in Harbin") < shown.index("four depots") < shown.index("Zhou Ning")


def test_a_long_sentence_is_shown_alone_and_cut() -> None:
    long = "局" * 400
    bulletin = described("long", f"新站啟用\n\n會議在哈爾濱召開。{long}。代表們參觀了車間。")
    shown = window(candidate(bulletin, long, 0.9))
    assert "哈尔滨" not in shown and shown.startswith("新站启用")
    assert len(shown) < 310


def test_only_the_best_few_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    class Stub:
        def __init__(self, cache: Path, changes: Path, exact: bool) -> None: ...

        def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
            asked.extend(pairs)
            return [-9.0, 2.0]

    monkeypatch.setattr(reading, "PairReader", Stub)
    bulletin = described("depots", TEXT)
    found = [
        candidate(bulletin, words, score)
        for words, score in (("Harbin", 0.9), ("four depots", 0.88), ("Zhou Ning", 0.3))
    ]
    read = Reader(Path("unused"))("How many depots did it open？", "en", (), found)
    # The third is too far behind, and counts as the one of which reading tells least.
    assert [question for question, _ in asked] == ["How many depots did it open?"] * 2
    assert ["read" in one.features for one in read] == [True, True, False]
    # What reads best is first, and a logit far below nothing is as sure as can be.
    assert [one.text for one in read] == [found[1].text, found[0].text, found[2].text]
    assert [one.features["read"] for one in read[:2]] == [0.75, 0.0]
    # How much is quoted beside the first goes by the scores, which reading moves little.
    assert read[0].score > 0.88 and 0.6 < read[1].score < 0.9


def test_what_is_shipped_is_small_and_holds_no_objects() -> None:
    shipped = Path(reading.__file__).parent / "reading.npz"
    assert shipped.stat().st_size < 3_000_000
    with np.load(shipped, allow_pickle=False) as stored:
        assert {"head", "bias", "other"} < set(stored.files)
        assert all(stored[name].dtype == np.float16 for name in stored.files)
