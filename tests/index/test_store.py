"""The store: whole bulletins in, whole bulletins out, and clear words when the file is missing or broken."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import store as store_module
from index.build import prepare
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnusable
from index.store import FILE, LAYOUT, Store, trouble, word_code
from sources.bulletin import Bulletin
from sources.versions import Link, event_keys
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder, bulletin_of

LISTED = """海岛邮路五件事

2023年5月6日 来源：邮路周刊

5月4日，海岛邮路会议部署五项任务：一是添船九艘。二是修码头两座。三是开夜班。四是聘船员。五是设救生艇。

添船 九艘新船将于9月下水。
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "index", writable=True)
    yield opened
    opened.close()


def put(store: Store, bulletin: Bulletin, digest: str = "d", ingested: str = "2024-01-01T00:00:00+00:00") -> None:
    told = [fact.token for fact in bulletin.facts]
    with store.transaction():
        store.put(bulletin, digest, ingested, prepare(bulletin, FakeEmbedder()), (told[:2], told), event_keys(bulletin))


@pytest.mark.parametrize("text", [LOCKERS, ISLANDS, BICYCLES, LISTED, "A title alone"])
def test_a_bulletin_comes_back_as_it_went_in(store: Store, text: str) -> None:
    bulletin = bulletin_of("one", text)
    put(store, bulletin)
    assert store.bulletin(bulletin.id) == bulletin


def test_the_samples_hold_every_kind_of_detail() -> None:
    # Else the round trip above would prove less than it says.
    samples = [bulletin_of("one", text) for text in (LOCKERS, ISLANDS, BICYCLES, LISTED)]
    for field in ("repairs", "dates", "contradictions", "blocks", "enumerations", "facts", "issuer", "column"):
        assert any(getattr(sample, field) for sample in samples), field
    assert any(sample.map.edits for sample in samples)
    assert any(e.lead for sample in samples for e in sample.enumerations)


def test_passages_come_back_with_their_sentences_vectors(store: Store) -> None:
    bulletin = bulletin_of("one", ISLANDS)
    put(store, bulletin)
    expected = prepare(bulletin, FakeEmbedder())
    found = store.passages(bulletin)
    assert [passage for passage, _ in found] == [p.passage for p in expected]
    for (_, vectors), p in zip(found, expected, strict=True):
        assert vectors == pytest.approx(p.sentence_vectors, abs=1e-3)  # kept in half precision
    assert np.array_equal(store.vectors(), np.stack([p.vector for p in expected]))


def test_vectors_go_with_their_passages_and_the_lanes_are_read_without_them(store: Store) -> None:
    one, two = bulletin_of("one", LOCKERS), bulletin_of("two", ISLANDS)
    for bulletin in (one, two, one):
        put(store, bulletin)
    assert len(store.vectors()) == len(store.passage_ids()) == len(store.passages(one)) + len(store.passages(two))
    expected = [lanes.ids.tolist() for lanes in store.lanes_in_blocks(1)]
    store._db.execute("DROP TABLE vectors")
    assert [lanes.ids.tolist() for lanes in store.lanes_in_blocks(1)] == expected


def test_the_catalogue_tells_the_events_that_a_bulletin_tells(store: Store) -> None:
    bulletin = bulletin_of("one", LISTED)
    put(store, bulletin)
    (entry,) = store.entries()
    assert entry.events == tuple(dict.fromkeys(date.value for date in bulletin.dates if date.role == "event")) != ()


def test_lanes_are_the_rows_of_all_passages(store: Store) -> None:
    english, chinese = bulletin_of("one", LOCKERS), bulletin_of("two", ISLANDS)
    put(store, english)
    put(store, chinese)
    expected = prepare(english, FakeEmbedder()) + prepare(chinese, FakeEmbedder())
    lanes = store.lanes()
    assert lanes.bulletins == [p.passage.bulletin for p in expected]
    assert lanes.numbers.tolist() == [p.passage.number for p in expected]
    assert lanes.english.tolist() == [p.passage.language == "en" for p in expected]
    assert lanes.facts == [list(p.facts) for p in expected]
    for row, p in enumerate(expected):
        mine = lanes.word_rows == row
        found = dict(zip(lanes.word_codes[mine].tolist(), lanes.word_counts[mine].tolist(), strict=True))
        codes = Counter[int]()
        for term, count in p.words.items():
            codes[word_code(term)] += count
        assert found == codes


def test_an_empty_store_has_empty_lanes(store: Store) -> None:
    assert store.counts() == (0, 0)
    assert store.lanes().bulletins == [] and store.vectors().shape[0] == 0 and store.entries() == []


def test_another_bulletin_of_one_source_takes_its_place(store: Store) -> None:
    old, new = bulletin_of("one", LOCKERS), bulletin_of("one", BICYCLES)
    put(store, old)
    put(store, new, digest="other")
    assert [entry.id for entry in store.entries()] == [new.id]
    assert store.digests() == {"one": ("other", "one.txt")}
    assert set(store.lanes().bulletins) == {new.id}
    with pytest.raises(KeyError):
        store.bulletin(old.id)


def test_removing_takes_passages_keys_and_links_along(store: Store) -> None:
    one, two = bulletin_of("one", LOCKERS), bulletin_of("two", LOCKERS)
    put(store, one)
    put(store, two)
    with store.transaction():
        store.link(one.id, two.id, Link("copy", 1.0, ("similarity",)))
    with store.transaction():
        store.remove("one")
    assert store.links() == []
    assert set(store.lanes().bulletins) == {two.id}
    assert store.sharing(event_keys(one), but=two.id) == []


def test_a_link_is_one_whichever_way_it_is_told(store: Store) -> None:
    one, two = bulletin_of("one", LOCKERS), bulletin_of("two", LOCKERS)
    put(store, one)
    put(store, two)
    with store.transaction():
        store.link(one.id, two.id, Link("copy", 1.0, ("similarity",)))
        store.link(two.id, one.id, Link("copy", 1.0, ("similarity",)))
    assert store.links() == [(min(one.id, two.id), max(one.id, two.id))]


def test_bulletins_that_share_a_key_are_found(store: Store) -> None:
    one, two, three = bulletin_of("one", LOCKERS), bulletin_of("two", LOCKERS), bulletin_of("three", BICYCLES)
    for bulletin in (one, two, three):
        put(store, bulletin)
    assert store.sharing(event_keys(one), but=one.id) == [two.id]


def test_an_error_rolls_everything_back(store: Store) -> None:
    bulletin = bulletin_of("one", LOCKERS)
    put(store, bulletin)
    before = list(store._db.iterdump())
    with pytest.raises(RuntimeError), store.transaction():
        store.remove("one")
        put_inside = prepare(bulletin_of("two", BICYCLES), FakeEmbedder())
        store.put(bulletin_of("two", BICYCLES), "d", "now", put_inside, ([], []), ["key"])
        raise RuntimeError("the plug was pulled")
    assert list(store._db.iterdump()) == before


def test_every_change_makes_another_revision(store: Store) -> None:
    seen = [store.revision]
    for text in (LOCKERS, BICYCLES):
        put(store, bulletin_of("one", text))
        seen.append(store.revision)
    with store.transaction():
        store.remove("one")
    seen.append(store.revision)
    assert len(set(seen)) == 4


def test_two_stores_never_have_one_revision(tmp_path: Path) -> None:
    # A folder deleted and built again must not take up the FAISS file of its former life.
    revisions = set()
    for name in "ab":
        made = Store(tmp_path / name, writable=True)
        revisions.add(made.revision)
        made.close()
    assert len(revisions) == 2


def test_entries_are_newest_first_and_undated_last(store: Store) -> None:
    for name, published in (("old", "2020-01-02"), ("none", None), ("new", "2024-01-02"), ("partial", "2022")):
        put(store, dataclasses.replace(bulletin_of(name, "A boat\n\nIt sails."), published=published, dates=()))
    assert [entry.source for entry in store.entries()] == ["new", "partial", "old", "none"]


def test_an_entry_tells_what_the_bulletin_tells(store: Store) -> None:
    bulletin = bulletin_of("one", ISLANDS)
    put(store, bulletin, ingested="2024-05-06T07:08:09+00:00")
    entry = store.entries()[0]
    for field in ("id", "source", "path", "title", "issuer", "published", "language", "events"):
        assert getattr(entry, field) == getattr(bulletin, field), field
    assert entry.ingested == "2024-05-06T07:08:09+00:00"


# Missing, of another version, broken


def test_a_reader_of_nothing_is_told_to_build(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="no index") as caught:
        Store(tmp_path / "nothing")
    assert "bulletins index" in caught.value.remedy
    assert not (tmp_path / "nothing").exists()


def test_an_index_of_another_layout_is_refused(tmp_path: Path) -> None:
    made = Store(tmp_path, writable=True)
    with made.transaction():
        made.set_meta(layout="0")
    made.close()
    for writable in (False, True):
        with pytest.raises(IndexMismatch, match="another version") as caught:
            Store(tmp_path, writable=writable)
        assert "Delete" in caught.value.remedy


@pytest.mark.parametrize("writable", [False, True])
@pytest.mark.parametrize("data", [os.urandom(9000), b"not a database, but long enough to be read as one" * 50])
def test_a_file_of_anything_else_is_damaged(tmp_path: Path, data: bytes, writable: bool) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(IndexDamaged, match="cannot be read") as caught:
        Store(tmp_path, writable=writable)
    assert FILE in caught.value.remedy and "bulletins index" in caught.value.remedy
    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)
    assert (tmp_path / FILE).read_bytes() == data


def test_an_empty_file_is_damaged_for_a_reader(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(IndexDamaged):
        Store(tmp_path)


def test_the_layout_is_read_from_the_tables_so_that_no_change_is_forgotten() -> None:
    assert f"{zlib.crc32(store_module._TABLES.encode()):08x}" == LAYOUT


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "may not be written"),
        (sqlite3.SQLITE_CANTOPEN, "may not be opened"),
        (sqlite3.SQLITE_BUSY, "another program"),
    ],
)
def test_a_full_disk_or_a_missing_right_is_not_called_damage(tmp_path: Path, code: int, reason: str) -> None:
    problem = sqlite3.OperationalError("as SQLite says it")
    problem.sqlite_errorcode = code
    told = trouble(tmp_path, problem)
    assert isinstance(told, IndexUnusable) and reason in str(told) and "still stands" in str(told)


def test_a_full_disk_leaves_the_old_state(store: Store) -> None:
    before = store.digests()
    store._db.execute(f"PRAGMA max_page_count = {store._db.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(sqlite3.OperationalError, match="full"), store.transaction():
        store.set_meta(**{f"key{i}": "x" * 4000 for i in range(200)})
    assert store.digests() == before and store.meta("key0") is None
    store._db.execute("PRAGMA max_page_count = 1000000")
    with store.transaction():
        store.set_meta(key0="x")


def test_a_folder_that_is_a_file_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(IndexUnusable, match="exists") as caught:
        Store(tmp_path / "taken", writable=True)
    assert "--index" in caught.value.remedy


def test_an_entry_is_of_the_year_it_was_published_in_or_tells_of(store: Store) -> None:
    put(store, bulletin_of("102", ISLANDS))
    (entry,) = store.entries()
    assert entry.is_of("2022") and not entry.is_of("2023")
