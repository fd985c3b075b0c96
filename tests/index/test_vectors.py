"""The FAISS file: reused while it fits, made again from SQLite whenever it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.store import Store
from index.vectors import refresh
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder, bulletin_of
from tests.index.test_store import put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, writable=True)
    with opened.transaction():
        opened.set_meta(model="fake", dim=str(FakeEmbedder.dim))
    put(opened, bulletin_of("one", LOCKERS))
    put(opened, bulletin_of("two", ISLANDS))
    yield opened
    opened.close()


def file_of(store: Store) -> Path:
    (path,) = store.folder.glob("vectors-*.faiss")
    return path


def held(index: object) -> np.ndarray:
    return np.asarray(index.reconstruct_n(0, index.ntotal))  # type: ignore[attr-defined]


def test_holds_the_vectors_of_the_store_in_their_order(store: Store) -> None:
    assert np.array_equal(held(refresh(store)), store.vectors())


def test_the_file_is_reused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = held(refresh(store))
    monkeypatch.setattr(Store, "vectors", lambda self: pytest.fail("made again although the file was there"))
    assert np.array_equal(held(refresh(store)), first)


@pytest.mark.parametrize("damage", ["missing", "truncated", "one bit", "empty"])
def test_a_missing_or_damaged_file_is_made_again(store: Store, damage: str) -> None:
    refresh(store)
    path = file_of(store)
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        broken = {"truncated": whole[: len(whole) // 2], "empty": b"", "one bit": bytes([*whole[:-1], whole[-1] ^ 1])}
        path.write_bytes(broken[damage])
    assert np.array_equal(held(refresh(store)), store.vectors())
    assert file_of(store).read_bytes() == whole


def test_a_file_that_vanishes_while_it_is_read_is_made_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # A writer that ends just now puts its own file in place and takes the older ones away.
    refresh(store)

    def vanished(self: Path) -> bytes:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "read_bytes", vanished)
    assert np.array_equal(held(refresh(store)), store.vectors())


def test_the_file_of_another_revision_is_never_used(store: Store) -> None:
    refresh(store)
    old = file_of(store)
    kept = old.read_bytes()
    put(store, bulletin_of("one", BICYCLES))
    old.write_bytes(kept)
    assert np.array_equal(held(refresh(store)), store.vectors())
    assert file_of(store) != old


def test_an_index_of_no_passages_has_the_width_of_its_model(tmp_path: Path) -> None:
    empty = Store(tmp_path / "empty", writable=True)
    with empty.transaction():
        empty.set_meta(model="fake", dim="8")
    index = refresh(empty)
    assert (index.ntotal, index.d) == (0, 8)
    empty.close()


def test_a_file_that_cannot_be_written_does_no_harm(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, write: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("index.vectors.replace_file", full)
    assert np.array_equal(held(refresh(store)), store.vectors())
    assert not list(store.folder.glob("*.faiss"))


def test_nothing_is_left_but_the_file(store: Store) -> None:
    refresh(store)
    assert not list(store.folder.glob(".vectors*"))
