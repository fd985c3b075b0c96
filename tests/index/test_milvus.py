"""An index on Milvus is the index in a folder, kept elsewhere. Milvus Lite runs for real, as a server of its own."""

from __future__ import annotations

import contextlib
import inspect
import os
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest

import app
import sources
from index import milvus, milvus_client, milvus_search
from index.build import build_index
from index.embed import Kind
from index.errors import IndexHeld, IndexMismatch, IndexMissing, IndexUnusable
from index.milvus import MilvusStore
from index.milvus_search import MilvusIndex
from index.place import MilvusPlace, open_index, open_store, read_place
from index.search import Index
from index.store import Store
from sources.bulletin import Language
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder

SPECIMENS = Path(next(iter(sources.__path__))) / "specimens"
QUESTIONS = (
    "Who took the chair of the meeting?",
    "What was agreed about packaging in 2020?",
    "How many parcels were delivered in 2023?",
    "会议由谁主持？",
    "二〇二〇年的目標是什麼？",
    "綠色包裝的標準有哪些？",
    "Which department was named in January 2024?",
)
ROOT = Path(app.__file__).parent
_names = count()


class HalfVectors(FakeEmbedder):
    """Vectors that tell of every text how often each of some letters occurs, so that similar texts are near."""

    dim = 16

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        self.embedded += len(texts)
        counts = np.array([[hash_of(text, i) for i in range(self.dim)] for text in texts], np.float32)
        counts = counts.reshape(len(texts), self.dim) + 0.1
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), np.float32)


def hash_of(text: str, place: int) -> int:
    return sum(ord(letter) % 16 == place for letter in text)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Milvus Lite as a server; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path_factory.mktemp("milvus")
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def place(server: str) -> MilvusPlace:
    """An address where nothing is yet."""
    found = read_place(f"milvus+{server}/test_{next(_names)}")
    assert isinstance(found, MilvusPlace)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "bulletins"
    path.mkdir()
    for name, text in (("lockers", LOCKERS), ("islands", ISLANDS), ("bicycles", BICYCLES)):
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def specimens(server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MilvusPlace]:
    """The specimens in a folder and on Milvus."""
    there, here = read_place(f"milvus+{server}/specimens"), tmp_path_factory.mktemp("specimens")
    assert isinstance(there, MilvusPlace)
    for one in (here, there):
        build_index([SPECIMENS], one, HalfVectors())
    return here, there


@pytest.fixture
def both(
    specimens: tuple[Path, MilvusPlace], tmp_path: Path, without_dictionary: None
) -> Iterator[tuple[Index, Index]]:
    opened = [open_index(place, HalfVectors(), tmp_path / "cache") for place in specimens]
    yield opened[0], opened[1]
    for index in opened:
        index.close()


def sources_of(place: Path | MilvusPlace) -> dict[str, str]:
    """source → bulletin id, each bulletin whole."""
    store = open_store(place)
    try:
        found = {}
        for entry in store.entries():
            bulletin = store.bulletin(entry.id)
            passages = [passage for passage, _ in store.passages(bulletin)]
            assert [passage.number for passage in passages] == list(range(len(passages)))
            assert len(store.lanes([entry.id]).ids) == len(passages) > 0
            found[entry.source] = entry.id
        return found
    finally:
        store.close()


# The same as in a folder


def test_both_stores_give_the_same_hits(both: tuple[Index, Index]) -> None:
    here, there = both
    assert isinstance(there, MilvusIndex)
    for question in QUESTIONS:
        found = [
            [
                (hit.passage.source, hit.passage.number, hit.context, hit.other_versions)
                for hit in index.search(question)
            ]
            for index in both
        ]
        assert found[0][:3] == found[1][:3], question
        assert len(set(found[0]) & set(found[1])) >= 9, question


def test_both_stores_score_alike(both: tuple[Index, Index]) -> None:
    for question in QUESTIONS:
        here, there = (index.search(question, 5, beside=5) for index in both)
        assert [hit.score for hit in here[:5]] == pytest.approx([hit.score for hit in there[:5]], abs=0.01)
        for name in ("dense", "words", "facts", "bulletin"):
            assert here[0].lanes[name] == pytest.approx(there[0].lanes[name], abs=0.001)


def test_a_reranker_orders_both_alike(
    specimens: tuple[Path, MilvusPlace], tmp_path: Path, without_dictionary: None
) -> None:
    class Shortest:
        name = "shortest"

        def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
            return -np.array([len(text) for text in texts], np.float32)

    opened = [open_index(place, HalfVectors(), tmp_path / "cache", Shortest()) for place in specimens]
    try:
        here, there = (index.search(QUESTIONS[0], 5) for index in opened)
        assert [hit.passage.source for hit in here[:3]] == [hit.passage.source for hit in there[:3]]
        assert [hit.lanes["reranker"] for hit in here[:3]] == [hit.lanes["reranker"] for hit in there[:3]]
        assert max(hit.lanes["reranker"] for hit in here) == here[0].lanes["reranker"]
    finally:
        for index in opened:
            index.close()


def test_both_stores_hold_the_same(specimens: tuple[Path, MilvusPlace]) -> None:
    stores = [open_store(place) for place in specimens]
    try:
        told = []
        for store in stores:
            ids = [entry.id for entry in store.entries()]
            bulletins = [store.bulletin(key) for key in ids]
            passages = [store.passages(bulletin) for bulletin in bulletins]
            told.append(
                {
                    "counts": store.counts(),
                    "model": (store.meta("model"), store.meta("dim")),
                    "entries": [(e.id, e.source, e.title, e.published, e.language, e.events) for e in store.entries()],
                    "bulletins": bulletins,
                    "passages": [[passage for passage, _ in of] for of in passages],
                    "sentences": [[vectors.tolist() for _, vectors in of] for of in passages],
                    "forms": [store.forms(key) for key in ids],
                    "tokens": [store.tokens(key) for key in ids],
                    "linked": [sorted(store.linked(key)) for key in ids],
                    "links": sorted(store.links()),
                    "digests": store.digests(),
                    "files": [(f.name, f.digest, f.path) for f in store.files().values()],
                    "embedded": [
                        [(e.text, e.sentences, e.vector.tolist(), e.sentence_vectors.tolist()) for e in found]
                        for found in (store.embedded(b.source, "") for b in bulletins)
                    ],
                }
            )
        for key, here in told[0].items():
            assert told[1][key] == here, key
    finally:
        for store in stores:
            store.close()


def test_both_indexes_know_and_hold_the_same(both: tuple[Index, Index]) -> None:
    here, there = both
    for term in ("packag", "标准", "meet", "unheard"):
        assert there.holding([term]) == here.holding([term])
        assert there.words.rarity(term) == pytest.approx(here.words.rarity(term), abs=0.001)
    for token in ("date:2020", "date:2020-02-28", "date:1901"):
        assert there.knows(token) == here.knows(token)
        assert there.holding([], [token]) == here.holding([], [token])


def test_a_follow_up_favours_and_filters_look_where_they_are_told(both: tuple[Index, Index]) -> None:
    for index in both:
        entries = index.entries
        chinese = {key for key, entry in entries.items() if entry.language != "en"}
        of_2024 = {key for key, entry in entries.items() if entry.is_of("2024")}
        one = next(iter(entries))
        for wanted in (chinese, of_2024, {one}, set(entries) - {one}):
            hits = index.search("Who took the chair of the meeting?", 10, wanted.__contains__)
            assert {hit.passage.bulletin for hit in hits} <= wanted
            assert hits
        assert index.search("Who took the chair?", 10, lambda key: False) == []
        favoured = index.search("Who took the chair?", 1, favour=[one])[0]
        plain = index.search("Who took the chair?", 10)
        assert favoured.score >= max(hit.score for hit in plain if hit.passage.bulletin != one)


def test_of_a_large_collection_a_sample_tells_how_rare_terms_are(
    specimens: tuple[Path, MilvusPlace], both: tuple[Index, Index], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_search, "_SAMPLE", 40)
    monkeypatch.setattr(milvus_search, "_MEDIAN_OF", 30)
    monkeypatch.setattr(milvus_search, "_FORWARD", 20)
    index = open_index(specimens[1], HalfVectors(), tmp_path / "cache")
    try:
        assert isinstance(index, MilvusIndex)
        assert 10 < index._words_sample.passages < 80
        found = [index.search(question, 1)[0].passage for question in QUESTIONS]
        exact = [both[0].search(question, 1)[0].passage for question in QUESTIONS]
        assert sum(a == b for a, b in zip(found, exact, strict=True)) >= len(QUESTIONS) - 2
    finally:
        index.close()


def test_what_a_store_does_this_one_does_in_its_own_way() -> None:
    shared = {"described", "passages", "revision"}  # these ask others
    for name, of_store in inspect.getmembers(Store):
        if not name.startswith("_") and name not in shared:
            assert getattr(MilvusStore, name) is not of_store, name


# In step


def test_only_what_changed_is_done_again(folder: Path, place: MilvusPlace) -> None:
    build_index([folder], place, FakeEmbedder())
    before, embedder = sources_of(place), FakeEmbedder()
    report = build_index([folder], place, embedder)
    assert (report.added, report.updated, report.removed, embedder.embedded) == (0, 0, 0, 0)
    (folder / "bicycles.txt").write_text(BICYCLES + "\n周以宁说，明年还将增加两座。\n", encoding="utf-8")
    report = build_index([folder], place, embedder)
    assert (report.added, report.updated, report.removed) == (0, 1, 0)
    assert 0 < embedder.embedded <= 4  # the passage that grew, and its new sentence
    after = sources_of(place)
    assert {name for name in after if after[name] != before[name]} == {"bicycles"}


def test_what_is_gone_goes_and_what_moved_is_found(
    folder: Path, place: MilvusPlace, tmp_path: Path, without_dictionary: None
) -> None:
    build_index([folder], place, FakeEmbedder())
    (folder / "lockers.txt").unlink()
    (folder / "islands.txt").rename(folder / "harbours.txt")
    report = build_index([folder], place, FakeEmbedder())
    assert (report.added, report.updated, report.removed) == (0, 1, 1)
    assert sources_of(place).keys() == {"harbours", "bicycles"}
    index = open_index(place, FakeEmbedder(), tmp_path / "cache")
    try:
        hits = index.search("How long may a parcel lie in a locker?")
        assert {hit.passage.source for hit in hits} <= {"harbours", "bicycles"}
        assert not index.holding(["locker"])
    finally:
        index.close()


def test_what_was_replaced_is_taken_away_once_nobody_reads_it(
    folder: Path, place: MilvusPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([folder], place, FakeEmbedder())
    (folder / "lockers.txt").unlink()
    build_index([folder], place, FakeEmbedder())
    store = open_store(place, writable=True)
    try:
        assert isinstance(store, MilvusStore)
        stored = store._query("passages", "id > 0", ["id"], sure=True)
        assert len(stored) > store.counts()[1]
        monkeypatch.setattr(milvus, "_GRACE_S", 0)
        store.sweep()
        stored = store._query("passages", "id > 0", ["id"], sure=True)
        assert sorted(row["id"] for row in stored) == store.passage_ids().tolist()
    finally:
        store.close()


def test_a_reader_follows_what_another_process_writes(
    folder: Path, place: MilvusPlace, tmp_path: Path, without_dictionary: None
) -> None:
    build_index([folder], place, FakeEmbedder())
    index = open_index(place, FakeEmbedder(), tmp_path / "cache")
    try:
        assert "lockers" in {hit.passage.source for hit in index.search("lockers")}
        (folder / "boats.txt").write_text("Nine boats\n\nNine boats were added to the fleet in May.\n")
        (folder / "lockers.txt").unlink()
        program = textwrap.dedent(f"""
            from pathlib import Path
            from index.build import build_index
            from index.place import read_place
            from tests.fakes import FakeEmbedder
            build_index([Path({str(folder)!r})], read_place({str(place)!r}), FakeEmbedder())
        """)
        subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
        # The state that it opened, until it is told to look.
        held = next(hit for hit in index.search("lockers") if hit.passage.source == "lockers")
        assert index.bulletin(held.passage.bulletin).title == "Parcel lockers to follow one standard"
        assert index.reload()
        assert not index.reload()
        assert "boats" in {hit.passage.source for hit in index.search("boats of the fleet")}
        assert "lockers" not in {hit.passage.source for hit in index.search("lockers")}
        fresh = open_index(place, FakeEmbedder(), tmp_path / "cache")
        try:
            for question in ("boats", "三轮车", "海岛邮路"):
                one, other = index.search(question), fresh.search(question)
                assert [hit.passage for hit in one] == [hit.passage for hit in other]
                assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=1e-4)
        finally:
            fresh.close()
    finally:
        index.close()


class Killed(BaseException):
    """What no code catches."""


def test_wherever_a_writer_is_killed_bulletins_are_whole_and_the_next_run_ends_it(
    folder: Path, place: MilvusPlace, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus, "_LEASE_S", 0)  # a killed writer is not waited for
    build_index([folder], place, FakeEmbedder())
    wanted = {**sources_of(place)}
    (folder / "lockers.txt").write_text(LOCKERS + "\nA third door opens by itself.\n", encoding="utf-8")
    (folder / "islands.txt").unlink()
    old = wanted.pop("islands")
    other = tmp_path / "other"
    build_index([folder], other, FakeEmbedder())
    new = sources_of(other)
    real = milvus_client.Client.__call__

    def dying(after: int) -> None:
        calls = count()

        def call(self: milvus_client.Client, what: str, *args: object, **options: object) -> object:
            if what in ("insert", "upsert", "delete") and next(calls) == after:
                raise Killed
            return real(self, what, *args, **options)

        monkeypatch.setattr(milvus_client.Client, "__call__", call)

    for after in (*range(2, 16), 1000):
        dying(after)
        with contextlib.suppress(Killed):
            build_index([folder], place, FakeEmbedder())
        monkeypatch.setattr(milvus_client.Client, "__call__", real)
        found = sources_of(place)
        assert found["bicycles"] == wanted["bicycles"]
        assert found["lockers"] in (wanted["lockers"], new["lockers"])
        assert found.get("islands", old) == old
    assert sources_of(place) == new
    report = build_index([folder], place, FakeEmbedder())
    assert (report.added, report.updated, report.removed) == (0, 0, 0)


# What can go wrong


def test_two_writers_at_once_are_one_too_many(folder: Path, place: MilvusPlace) -> None:
    store = open_store(place, writable=True)
    try:
        with pytest.raises(IndexHeld, match=f"process {os.getpid()} on"):
            build_index([folder], place, FakeEmbedder())
    finally:
        store.close()
    assert build_index([folder], place, FakeEmbedder()).added == 3


def test_a_reader_of_nothing_is_told_to_build(place: MilvusPlace, tmp_path: Path) -> None:
    for nothing in (place, read_place(f"milvus+lite:{tmp_path / 'nothing'}")):
        with pytest.raises(IndexMissing) as found:
            open_store(nothing)
        assert f"--index {nothing}" in found.value.remedy
    assert not (tmp_path / "nothing").exists()


def test_another_model_is_refused(folder: Path, place: MilvusPlace, tmp_path: Path, without_dictionary: None) -> None:
    build_index([folder], place, FakeEmbedder())
    with pytest.raises(IndexMismatch, match="another"):
        build_index([folder], place, FakeEmbedder("another"))
    with pytest.raises(IndexMismatch, match="another"):
        open_index(place, FakeEmbedder("another"), tmp_path / "cache")


def test_another_layout_is_refused(folder: Path, place: MilvusPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index([folder], place, FakeEmbedder())
    monkeypatch.setattr(milvus, "_LAYOUT", "another")
    for writable in (False, True):
        with pytest.raises(IndexMismatch, match="another version"):
            open_store(place, writable=writable)


def test_a_server_that_is_away_is_told_with_its_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listening: nobody answers there
        place = read_place(f"milvus+http://127.0.0.1:{taken.getsockname()[1]}/b")
        began = time.monotonic()
        with pytest.raises(IndexUnusable, match=str(place).replace("+", r"\+")) as found:
            open_store(place)
    assert "runs" in found.value.remedy
    assert time.monotonic() - began < 15


def test_without_the_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, place: MilvusPlace) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(IndexUnusable, match="pymilvus") as found:
        open_store(place)
    assert "bulletin-assistant[milvus]" in found.value.remedy


# Milvus Lite in a folder


def test_milvus_lite_in_a_folder_serves_the_commands(
    folder: Path, tmp_path: Path, without_dictionary: None, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BULLETINS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("BULLETINS_EMBEDDING", "fake")  # the bundled one would be written into that cache, to read with
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: FakeEmbedder())
    monkeypatch.setattr("assistant.assistant.open_embedder", lambda model, cache: FakeEmbedder())
    at = ["--index", f"milvus+lite:{tmp_path / 'lite'}"]
    assert app.main(["index", str(folder), *at]) == 0
    assert f"3 bulletins in 4 passages in milvus+lite:{tmp_path / 'lite'}" in capsys.readouterr().out
    assert app.main(["search", "How long may a parcel lie in a locker?", *at]) == 0
    assert "24 hours without a fee" in capsys.readouterr().out
    assert app.main(["ask", "Which bulletins are from 2021?", *at]) == 0
    assert "Parcel lockers to follow one standard" in capsys.readouterr().out


def test_a_second_process_in_the_folder_is_told_how_to_share_it(folder: Path, tmp_path: Path) -> None:
    place = read_place(f"milvus+lite:{tmp_path / 'lite'}")
    build_index([folder], place, FakeEmbedder())
    program = (
        f"from index.place import *; s = open_store(read_place({str(place)!r})); print('open', flush=True); input()"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdin
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(IndexUnusable) as found:
            open_store(place)
        assert "milvus-lite server" in found.value.remedy
        other.stdin.write(b"\n")
    assert sources_of(place).keys() == {"lockers", "islands", "bicycles"}  # type: ignore[arg-type]
