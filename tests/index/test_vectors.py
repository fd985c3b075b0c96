"""The FAISS file: reused while it fits, made again from SQLite whenever it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.store import Store
from index.vectors import Vectors, refresh
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder, bulletin_of
from tests.index.test_store import put

# As many passages as an approximate index needs to learn from.
PIERS = "The piers\n\n" + "\n\n".join(
    f"Pier {n} takes boats of up to {n} metres. Its crane lifts {n} sacks an hour, and its keeper has {n} keys."
    for n in range(20, 60)
)


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


def held(vectors: Vectors) -> np.ndarray:
    return vectors.of(np.arange(len(vectors)))


def test_holds_the_vectors_of_the_store_in_their_order(store: Store) -> None:
    assert np.array_equal(held(refresh(store)), store.vectors())


def test_the_file_is_reused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = held(refresh(store))
    monkeypatch.setattr(Store, "vectors", lambda self, ids=None: pytest.fail("made again although the file was there"))
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

    whole = vectors._read

    def vanished(path: Path) -> object:
        path.unlink()
        return whole(path)

    monkeypatch.setattr(vectors, "_read", vanished)
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
    found = refresh(empty)
    assert len(found) == 0 and found.score(np.zeros(8, np.float32)).shape == (0,)
    empty.close()


def test_a_file_that_cannot_be_written_does_no_harm(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(index: object, path: str) -> None:
        raise RuntimeError("no space left on device")

    monkeypatch.setattr("faiss.write_index", full)
    assert np.array_equal(held(refresh(store)), store.vectors())
    assert not list(store.folder.glob("*.faiss"))


def test_nothing_is_left_but_the_file(store: Store) -> None:
    refresh(store)
    assert not list(store.folder.glob(".vectors*"))


def test_of_many_passages_an_earlier_file_serves_for_those_that_are_still_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(store)
    kept = file_of(store)
    monkeypatch.setattr(vectors, "_WRITTEN_ANEW", 0)
    monkeypatch.setattr(vectors, "_STALE", 3.0)
    put(store, bulletin_of("three", BICYCLES))
    with store.transaction():
        store.remove("one")
    assert np.array_equal(held(refresh(store)), store.vectors())
    assert file_of(store) == kept
    monkeypatch.setattr(vectors, "_STALE", 0.1)
    assert np.array_equal(held(refresh(store)), store.vectors())
    assert file_of(store) != kept


def test_a_file_of_a_later_state_is_never_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # A copy of the store was put back: its next passages take the numbers of others.
    monkeypatch.setattr(vectors, "_WRITTEN_ANEW", 0)
    monkeypatch.setattr(vectors, "_STALE", 3.0)
    refresh(store)
    kept = file_of(store)
    name, number = store.revision.split("-")
    with store.transaction():
        store.set_meta(revision=f"{name}-{int(number) - 1}")
    refresh(store)
    assert file_of(store) != kept


def test_the_approximate_index_puts_forward_the_nearest_and_the_newest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT", 0)
    put(store, bulletin_of("piers", PIERS))
    exact = store.vectors()
    for found in (refresh(store), refresh(store)):  # made, then read
        (path,) = store.folder.glob("nearest-*.faiss")
        assert path.stat().st_size
        assert 0 in found.best(exact[0], 2)
        found.add(exact[:1])
        assert len(found) - 1 in found.best(exact[0], 2)
    put(store, bulletin_of("three", BICYCLES))
    monkeypatch.setattr(vectors, "_WRITTEN_ANEW", 0)
    monkeypatch.setattr(vectors, "_STALE", 3.0)
    with store.transaction():
        store.remove("one")
    found, exact = refresh(store), store.vectors()
    for row in range(len(exact)):
        nearest = found.best(exact[row], len(exact))
        assert row in nearest and nearest.max() < len(exact)
