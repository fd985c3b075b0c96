"""Embedding ahead by workers of Ray, two of them, for real."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.ahead import Ahead, _start
from index.build import build_index
from index.embed import Embedder
from index.errors import IndexUnusable
from index.store import Store
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder


@pytest.fixture(scope="module")
def ahead() -> Iterator[Ahead]:
    """Its own embedder is another than the workers': what it embeds itself can be told."""
    found = Ahead(FakeEmbedder(), FakeEmbedder, 2)
    yield found
    found.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "bulletins"
    path.mkdir()
    texts = {"lockers": LOCKERS, "islands": ISLANDS, "bicycles": BICYCLES}
    texts |= {f"boats-{n}": f"Boats of pier {n}\n\nNine boats lie at pier {n}. {n} more will come." for n in range(20)}
    for name, text in texts.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    (path / "nothing.txt").write_bytes(b"")
    return path


def test_workers_give_the_vectors_that_one_process_gives(folder: Path, tmp_path: Path, ahead: Ahead) -> None:
    here: Embedder = FakeEmbedder()
    build_index([folder], tmp_path / "one", here)
    report = build_index([folder], tmp_path / "many", ahead)
    assert report.added == 23
    assert [path for path, _ in report.skipped] == [str(folder / "nothing.txt")]
    assert ahead.waited == 0
    one, many = Store(tmp_path / "one"), Store(tmp_path / "many")
    try:
        assert len(one.vectors()) > 23
        np.testing.assert_array_equal(one.vectors(), many.vectors())
        for entry in one.entries():
            for here_, there in zip(*(s.passages(s.bulletin(entry.id)) for s in (one, many)), strict=True):
                assert here_[0] == there[0]
                np.testing.assert_array_equal(here_[1], there[1])
    finally:
        one.close()
        many.close()


def test_only_what_is_new_is_given_to_workers(folder: Path, tmp_path: Path) -> None:
    asked: list[list[str]] = []

    class Noting(Ahead):
        def ahead(self, paths: Sequence[Path], text_column: str | None) -> None:
            asked.append([path.name for path in paths])

    noting = Noting(FakeEmbedder(), FakeEmbedder, 2)
    build_index([folder], tmp_path / "index", noting)
    (folder / "boats-3.txt").write_text("Boats of pier 3\n\nThey were sold.", encoding="utf-8")
    assert build_index([folder], tmp_path / "index", noting).updated == 1
    assert len(asked[0]) == 24
    assert asked[1] == ["boats-3.txt"]


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(IndexUnusable, match="Ray") as found:
        build_index([folder], tmp_path / "index", Ahead(FakeEmbedder(), FakeEmbedder, 2))
    assert "bulletin-assistant[ray]" in found.value.remedy


class Starting:
    """Ray as far as its start goes, which fails some times."""

    def __init__(self, failures: int) -> None:
        self.failures, self.calls = failures, 0

    def init(self, **options: object) -> None:
        self.calls += 1
        if self.calls <= self.failures:
            raise Exception("The current node timed out during startup.")

    def shutdown(self) -> None:
        pass


def test_a_node_that_starts_too_slowly_is_started_again() -> None:
    slow, never, away = Starting(1), Starting(2), Starting(1)
    _start(slow, {"num_cpus": 2})
    assert slow.calls == 2
    with pytest.raises(Exception, match="timed out"):
        _start(never, {"num_cpus": 2})
    with pytest.raises(Exception, match="timed out"):
        _start(away, {})
    assert away.calls == 1
