"""From folders to an index: what changed is done again, the rest is left alone, nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from index import build
from index.build import BuildReport, build_index
from index.embed import Kind
from index.errors import IndexDamaged, IndexingError, IndexMismatch
from index.search import Index
from index.store import FILE, Store
from index.token_vectors import TokenVectors
from sources.bulletin import Language
from sources.errors import SourceError
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "bulletins"
    path.mkdir()
    for name, text in (("lockers", LOCKERS), ("islands", ISLANDS), ("bicycles", BICYCLES)):
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "index"


def state(where: Path) -> dict[str, tuple[str, int]]:
    """source → (bulletin id, passages)."""
    store = Store(where)
    try:
        rows = store.lanes().bulletins
        return {entry.source: (entry.id, rows.count(entry.id)) for entry in store.entries()}
    finally:
        store.close()


def counts(report: BuildReport) -> tuple[int, int, int]:
    return report.added, report.updated, report.removed


def test_a_first_run_adds_every_bulletin(folder: Path, where: Path) -> None:
    report = build_index([folder], where, FakeEmbedder())
    assert counts(report) == (3, 0, 0)
    assert (report.bulletins, report.skipped) == (3, ())
    assert report.passages == sum(passages for _, passages in state(where).values()) > 3


def test_the_same_folder_again_does_nothing(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    before = (where / FILE).read_bytes()
    embedder = FakeEmbedder()
    assert counts(build_index([folder], where, embedder)) == (0, 0, 0)
    assert embedder.embedded == 0
    assert (where / FILE).read_bytes() == before


def test_a_changed_file_changes_only_itself(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    before = state(where)
    (folder / "bicycles.txt").write_text(BICYCLES + "\n周以宁说，明年还将增加两座。\n", encoding="utf-8")
    assert counts(build_index([folder], where, FakeEmbedder())) == (0, 1, 0)
    after = state(where)
    assert {name for name in after if after[name] != before[name]} == {"bicycles"}


def test_what_older_code_has_read_is_read_again(folder: Path, where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "reading_of", lambda: "of an older version")
    build_index([folder], where, FakeEmbedder())
    monkeypatch.undo()
    assert counts(build_index([folder], where, FakeEmbedder())) == (0, 3, 0)
    assert counts(build_index([folder], where, FakeEmbedder())) == (0, 0, 0)


def test_an_added_file_adds_only_itself(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    before = state(where)
    (folder / "boats.txt").write_text("Nine boats\n\nNine boats were added to the fleet in May.\n")
    embedder = FakeEmbedder()
    assert counts(build_index([folder], where, embedder)) == (1, 0, 0)
    assert {name: kept for name, kept in state(where).items() if name != "boats"} == before
    assert embedder.embedded == 2  # the one passage and its one sentence


def test_a_file_taken_away_takes_only_itself(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    before = state(where)
    (folder / "islands.txt").unlink()
    assert counts(build_index([folder], where, FakeEmbedder())) == (0, 0, 1)
    assert state(where) == {name: kept for name, kept in before.items() if name != "islands"}


def test_a_moved_file_is_not_read_again(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    (folder / "old").mkdir()
    (folder / "islands.txt").rename(folder / "old" / "islands.txt")
    embedder = FakeEmbedder()
    assert counts(build_index([folder], where, embedder)) == (0, 0, 0)
    assert embedder.embedded == 0
    store = Store(where)
    assert store.digests()["islands"][1] == str(folder / "old" / "islands.txt")
    store.close()


def test_an_unreadable_file_is_skipped_with_its_reason(folder: Path, where: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "marks.txt").write_text("*** --- ***")
    report = build_index([folder], where, FakeEmbedder())
    assert counts(report) == (3, 0, 0)
    assert dict(report.skipped) == {
        str(folder / "empty.txt"): "it is empty",
        str(folder / "marks.txt"): "there is no word in it",
    }


def test_a_file_that_became_unreadable_keeps_what_it_held(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    before = state(where)
    (folder / "islands.txt").write_bytes(b"")
    report = build_index([folder], where, FakeEmbedder())
    assert counts(report) == (0, 0, 0)
    assert [path for path, _ in report.skipped] == [str(folder / "islands.txt")]
    assert state(where) == before


def test_a_folder_of_unreadable_files_makes_an_empty_index(tmp_path: Path, where: Path) -> None:
    (tmp_path / "empty.txt").touch()
    report = build_index([tmp_path / "empty.txt"], where, FakeEmbedder())
    assert (report.bulletins, report.passages) == (0, 0)


def test_a_missing_folder_is_said_before_anything_is_made(tmp_path: Path, where: Path) -> None:
    with pytest.raises(SourceError):
        build_index([tmp_path / "nothing"], where, FakeEmbedder())
    assert not where.exists()


def test_another_model_is_refused_with_both_names(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder("one"))
    before = state(where)
    with pytest.raises(IndexMismatch, match="model one .8 numbers.*two") as caught:
        build_index([folder], where, FakeEmbedder("two"))
    assert "bulletins index" in caught.value.remedy
    assert state(where) == before


def test_an_index_that_another_version_embedded_is_named_with_the_remedy(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder("model/of then"))
    before = state(where)
    with pytest.raises(IndexMismatch, match="another version.*model/of then, now model/of today") as caught:
        build_index([folder], where, FakeEmbedder("model/of today"))
    assert "Delete" in caught.value.remedy and "bulletins index" in caught.value.remedy
    assert state(where) == before


def test_a_second_writer_is_told_to_wait(folder: Path, where: Path) -> None:
    where.mkdir()
    with FileLock(where / "writer.lock"), pytest.raises(IndexingError, match="Another run") as caught:
        build_index([folder], where, FakeEmbedder())
    assert "Wait" in caught.value.remedy
    assert counts(build_index([folder], where, FakeEmbedder())) == (3, 0, 0)


def test_a_damaged_index_is_said_to_be_so(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    data = bytearray((where / FILE).read_bytes())
    data[4096 * 2 :] = b"\xff" * (len(data) - 4096 * 2)
    (where / FILE).write_bytes(data)
    (folder / "bicycles.txt").write_text(BICYCLES + "\n", encoding="utf-8")
    with pytest.raises(IndexDamaged, match="cannot be read") as caught:
        build_index([folder], where, FakeEmbedder())
    assert FILE in caught.value.remedy


class Pulled(FakeEmbedder):
    """An embedder whose plug is pulled at the n-th bulletin."""

    def __init__(self, nth: int) -> None:
        super().__init__()
        self.left = nth

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
        return super().embed_tokens(texts, kind, languages)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_killed_run_loses_the_bulletin_in_hand_and_the_next_completes(
    folder: Path, where: Path, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "GATHERED", 1)
    with pytest.raises(KeyboardInterrupt):
        build_index([folder], where, Pulled(nth))
    assert len(state(where)) == nth - 1
    assert counts(build_index([folder], where, FakeEmbedder())) == (4 - nth, 0, 0)
    whole = where.parent / "whole"
    build_index([folder], whole, FakeEmbedder())
    assert state(where) == state(whole)


class Counting(FakeEmbedder):
    """An embedder that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        self.asked += 1
        return super().embed(texts, kind, languages)


def test_bulletins_are_embedded_together_and_stored_as_if_one_by_one(
    folder: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "copy.txt").write_text(LOCKERS, encoding="utf-8")
    together, one_by_one, alone = Counting(), Counting(), where.parent / "alone"
    build_index([folder], where, together)
    monkeypatch.setattr(build, "GATHERED", 1)
    build_index([folder], alone, one_by_one)
    assert together.asked == 2 < one_by_one.asked  # once for all passages, once for all sentences
    assert together.embedded == one_by_one.embedded  # the copy costs nothing either way
    assert stored(where) == stored(alone)


def stored(where: Path) -> dict[str, list[tuple[str, list[float]]]]:
    """source → its passages, each with the vectors of its sentences."""
    store = Store(where)
    try:
        return {
            entry.source: [
                (p.text, vectors.ravel().tolist()) for p, vectors in store.passages(store.bulletin(entry.id))
            ]
            for entry in store.entries()
        }
    finally:
        store.close()


def test_a_kill_while_a_bulletin_is_stored_leaves_its_former_state(
    folder: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([folder], where, FakeEmbedder())
    before = state(where)
    (folder / "islands.txt").write_text(ISLANDS + "\n巡查組將於五月返回。\n", encoding="utf-8")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):

        def killed(store: Store, keys: object, but: str) -> list[str]:
            raise KeyboardInterrupt

        patch.setattr(Store, "sharing", killed)
        build_index([folder], where, FakeEmbedder())
    assert state(where) == before
    assert counts(build_index([folder], where, FakeEmbedder())) == (0, 1, 0)


def test_versions_of_one_event_are_linked(folder: Path, where: Path) -> None:
    (folder / "copy.txt").write_text(LOCKERS, encoding="utf-8")
    build_index([folder], where, FakeEmbedder())
    store = Store(where)
    sources = {entry.id: entry.source for entry in store.entries()}
    assert [{sources[a], sources[b]} for a, b in store.links()] == [{"copy", "lockers"}]
    store.close()


def test_progress_tells_every_file_and_the_end(folder: Path, where: Path) -> None:
    told: list[tuple[int, int, str]] = []
    build_index([folder], where, FakeEmbedder(), lambda *step: told.append(step))
    assert told == [(0, 3, "bicycles.txt"), (1, 3, "islands.txt"), (2, 3, "lockers.txt"), (3, 3, "")]


# Readers beside a writer


@pytest.fixture
def reader(folder: Path, where: Path, without_dictionary: None) -> Iterator[Index]:
    build_index([folder], where, FakeEmbedder())
    opened = Index(where, FakeEmbedder(), where.parent / "cache")
    yield opened
    opened.close()


def found(index: Index) -> set[str]:
    return {hit.passage.source for hit in index.search("lockers islands bicycles boats", k=50)}


def test_a_reader_goes_on_while_a_writer_changes_everything(folder: Path, where: Path, reader: Index) -> None:
    (folder / "lockers.txt").unlink()
    (folder / "islands.txt").write_text(BICYCLES + "\n又一句。\n", encoding="utf-8")
    (folder / "boats.txt").write_text("Nine boats\n\nNine boats were added to the fleet in May.\n")
    build_index([folder], where, FakeEmbedder())
    assert found(reader) == {"lockers", "islands", "bicycles"}
    assert reader.reload()
    assert found(reader) == {"boats", "islands", "bicycles"}
    assert not reader.reload()


def test_a_reader_that_opens_beside_a_writer_takes_one_state(
    folder: Path, where: Path, reader: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    lanes = Store.lanes

    def and_then_a_writer_comes(store: Store, changed: list[str]) -> object:
        read = lanes(store, changed)
        monkeypatch.setattr(Store, "lanes", lanes)
        (folder / "lockers.txt").unlink()
        build_index([folder], where, FakeEmbedder())
        return read

    (folder / "boats.txt").write_text("Nine boats\n\nNine boats were added to the fleet in May.\n")
    build_index([folder], where, FakeEmbedder())
    monkeypatch.setattr(Store, "lanes", and_then_a_writer_comes)
    assert reader.reload()
    assert found(reader) == {"lockers", "islands", "bicycles", "boats"}
    assert reader.reload()
    assert found(reader) == {"islands", "bicycles", "boats"}


def test_opening_with_another_model_is_refused(where: Path, reader: Index) -> None:
    with pytest.raises(IndexMismatch):
        Index(where, FakeEmbedder("another"), where.parent / "cache")


def test_the_tokens_of_a_passage_are_those_told_in_it() -> None:
    from tests.fakes import bulletin_of

    bulletin = bulletin_of("one", LOCKERS)
    for prepared in build.prepare(bulletin, FakeEmbedder()):
        told = [f.token for f in bulletin.facts if prepared.passage.start <= f.start < prepared.passage.end]
        assert set(told) <= set(prepared.facts)
        assert ("pct:11" in prepared.facts) == ("11%" in prepared.passage.text)
