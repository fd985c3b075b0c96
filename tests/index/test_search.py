"""Finding passages: three lanes, one ranking."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index import search, vectors
from index.build import build_index
from index.embed import Kind
from index.errors import IndexMissing
from index.passage import Hit
from index.search import CONTEXT_WEIGHT, Index, Opened, _fuse, _runs
from index.split import split, weight
from index.store import Reading
from index.token_vectors import TokenVectors, met, rotated
from sources.bulletin import Language
from sources.versions import Link
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder, bulletin_of

LONG = "Nine boats for the harbour post\n\nPublished: 2022-05-04\n\n" + "\n\n".join(
    f"Boat number {n} carries four hundred sacks to pier {n}. Its crew of six works from dawn until the {n}th hour."
    for n in range(11, 41)
)


class SameVectors(FakeEmbedder):
    """Every passage is the same to it, and no question like one, so that words and facts decide."""

    def embed(self, texts: list[str], kind: Kind, languages: list[Language]) -> np.ndarray:  # type: ignore[override]
        vectors = np.zeros((len(texts), self.dim), np.float32)
        vectors[:, int(kind == "question")] = 1
        return vectors


class WithTokens(FakeEmbedder):
    """A vector for every word as well; the same word has the same."""

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        words = [text.split() or ["-"] for text in texts]
        tokens = [
            TokenVectors(rotated(super(WithTokens, self).embed(w, kind, ["en"])), np.arange(len(w))) for w in words
        ]
        return self.embed(texts, kind, languages), tokens


Opener = Callable[..., Index]


@pytest.fixture
def open_index(tmp_path: Path, without_dictionary: None) -> Iterator[Opener]:
    opened: list[Index] = []

    def make(embedder: FakeEmbedder | None = None, **texts: str) -> Index:
        folder = tmp_path / "bulletins"
        folder.mkdir()
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        embedder = embedder or SameVectors()
        build_index([folder], tmp_path / "index", embedder)
        opened.append(Index(tmp_path / "index", embedder, tmp_path / "cache"))
        return opened[-1]

    yield make
    for index in opened:
        index.close()


@pytest.fixture
def three(open_index: Opener) -> Index:
    return open_index(lockers=LOCKERS, islands=ISLANDS, bicycles=BICYCLES)


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("How long may a parcel lie in a locker?", "lockers"),
        ("海岛邮路巡查有几项任务？", "islands"),  # asked in Simplified, told in Traditional
        ("三輪車試點要求的車速是多少？", "bicycles"),  # the other way round
        ("What happened to the tricycles?", "bicycles"),  # through the dictionary
        ("What did Fang Ruoshui say?", "islands"),  # a name in the other script
        ("What happened on 7 March 2022?", "islands"),  # a date in the other language
    ],
)
def test_the_passage_that_answers_is_first(three: Index, question: str, source: str) -> None:
    assert three.search(question)[0].passage.source == source


def test_vectors_find_what_shares_no_word(open_index: Opener) -> None:
    index = open_index(FakeEmbedder(), lockers=LOCKERS, islands=ISLANDS, bicycles=BICYCLES)
    query = index.query("zyzzyva")
    query = dataclasses.replace(query, vector=index.store.vectors()[0])
    best = index.search(query, 1)[0]
    assert best.passage.bulletin == index.store.lanes().bulletins[0]
    assert best.lanes["dense"] == pytest.approx(1, abs=1e-3)


def test_hits_come_best_first_with_scores_and_lanes_in_bounds(three: Index) -> None:
    hits = three.search("Which rules for lockers were agreed on June 15?", k=20)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for hit in hits:
        assert set(hit.lanes) == {"dense", "words", "facts", "bulletin", "tokens"}
        assert all(0 <= share <= 1 for share in hit.lanes.values())


def test_no_more_hits_than_asked_for(three: Index) -> None:
    assert len(three.search("parcel", k=2)) == 2
    assert three.search("parcel", k=0) == []


def test_only_bulletins_that_are_kept_are_found(three: Index) -> None:
    kept = next(entry.id for entry in three.entries.values() if entry.source == "bicycles")
    hits = three.search("lockers", k=20, keep=lambda bulletin: bulletin == kept)
    assert {hit.passage.source for hit in hits} == {"bicycles"}
    assert three.search("lockers", k=20, keep=lambda bulletin: False) == []


def test_keeping_none_is_stronger_than_favouring(three: Index) -> None:
    assert three.search("lockers", keep=lambda bulletin: False, favour=list(three.entries)) == []


def test_a_favoured_bulletin_gains(open_index: Opener) -> None:
    index = open_index(one=LOCKERS, two=LOCKERS.replace("Hangzhou", "Suzhou"))
    for favoured in index.entries:
        assert index.search("deadline for collecting", 1, favour=[favoured])[0].passage.bulletin == favoured


def test_a_favour_does_not_outweigh_an_answer(three: Index) -> None:
    other = next(entry.id for entry in three.entries.values() if entry.source == "bicycles")
    hits = three.search("Which deadline for collecting from a locker was agreed?", 1, favour=[other])
    assert hits[0].passage.source == "lockers"


def test_a_hit_inside_the_context_of_a_better_one_is_left_out(open_index: Opener) -> None:
    hits = open_index(long=LONG).search("Which boat carries sacks to pier 20?", k=50)
    assert len(hits) > 1
    for i, hit in enumerate(hits):
        for better in hits[:i]:
            a, b = better.context
            assert not (a <= hit.passage.start and hit.passage.end <= b)


def test_a_context_holds_the_passage_and_neighbours_up_to_its_weight(open_index: Opener) -> None:
    index = open_index(long=LONG)
    for hit in index.search("Which boat carries sacks to pier 20?", k=50):
        text = index.bulletin(hit.passage.bulletin).text[slice(*hit.context)]
        assert hit.passage.text in text
        assert len(text) > len(hit.passage.text)
        assert weight(text) <= CONTEXT_WEIGHT * 1.05  # the breaks between passages come on top


def test_a_context_stays_under_its_heading() -> None:
    passages = split(bulletin_of("long", LONG))
    headed = [dataclasses.replace(p, heading="one" if p.number < 3 else "two") for p in passages]
    assert {end for _, end in _runs(headed, 2)} == {3}
    assert {start for start, _ in _runs(headed, 3)} == {3}


def test_what_a_passage_may_be_shown_with_holds_it_and_has_room_for_no_more() -> None:
    passages = split(bulletin_of("long", LONG))
    weights = [weight(passage.text) for passage in passages]
    for number in range(len(passages)):
        runs = _runs(passages, number)
        assert len(runs) == len(set(runs)) > (0 < number < len(passages) - 1)
        for start, end in runs:
            assert start <= number < end
            assert sum(weights[start:end]) <= CONTEXT_WEIGHT
            assert start == 0 or sum(weights[start - 1 : end]) > CONTEXT_WEIGHT
            assert end == len(passages) or sum(weights[start : end + 1]) > CONTEXT_WEIGHT


def test_a_passage_too_long_for_any_neighbour_is_shown_alone() -> None:
    long = [dataclasses.replace(p, text=p.text * 9) for p in split(bulletin_of("long", LONG))]
    assert _runs(long, 2) == [(2, 3)]


@pytest.mark.parametrize("side", [-1, 1])
def test_a_passage_is_shown_with_the_neighbour_that_meets_the_question(open_index: Opener, side: int) -> None:
    index = open_index(WithTokens(), boats=LONG)
    (bulletin,) = index.entries
    passages = [passage for passage, _ in index.passages(bulletin)]
    for own in passages[2:-2]:
        neighbour = passages[own.number + side]
        query = index.query(f"{own.text.split('.')[0]}. {neighbour.text.split('.')[0]}.")
        alike, [(start, end)] = index._alike(query, [(bulletin, own.number)])
        assert start <= min(own.start, neighbour.start) and max(own.end, neighbour.end) <= end
        assert alike[0] > 0.9


@pytest.mark.parametrize(
    ("opening", "points_back"),
    [
        ("This was the first", True),
        ("They carry", True),
        ("這是第一艘", True),
        ("The crew", False),
        ("第一艘船", False),
    ],
)
def test_a_passage_that_points_back_is_shown_with_what_stands_before_it(opening: str, points_back: bool) -> None:
    bulletin = bulletin_of("long", LONG)
    passages = split(bulletin)
    passages[4] = dataclasses.replace(passages[4], text=f"{opening} {passages[4].text}")
    opened = Opened(Reading(bulletin.text, tuple(passages)))
    alone = next(i for i, (first, _) in enumerate(opened.runs(4)) if first == 4)
    for gain, expected in ((0.01, points_back), (0.2, False)):
        likenesses = [0.5] * len(opened.runs(4))
        likenesses[alone] += gain
        assert (opened.best_run(4, likenesses)[0] < 4) == expected


def test_a_search_reads_no_description_until_somebody_asks(open_index: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    index = open_index(one=LOCKERS, other=BICYCLES)
    described: list[str] = []
    read = index.store.bulletin
    monkeypatch.setattr(index.store, "bulletin", lambda key: described.append(key) or read(key))
    hit = index.search("lockers")[0]
    assert not described
    assert index.bulletin(hit.passage.bulletin).text[slice(*hit.context)] == hit.text
    index.bulletin(hit.passage.bulletin)
    assert described == [hit.passage.bulletin]


def test_versions_of_the_event_are_told_with_a_hit(open_index: Opener) -> None:
    index = open_index(one=LOCKERS, two=LOCKERS, other=BICYCLES)
    for hit in index.search("lockers", k=20):
        expected = {"one": ("two",), "two": ("one",), "other": ()}[hit.passage.source]
        assert hit.other_versions == expected


def test_versions_of_versions_are_versions(open_index: Opener) -> None:
    index = open_index(**{name: f"{LOCKERS}\n\nEdition {name}." for name in "abcd"})
    named = {entry.source: entry.id for entry in index.entries.values()}
    index.store.snapshot()
    index.store._db.execute("DELETE FROM link")
    for one, two in ("ab", "bc"):
        index.store.link(named[one], named[two], Link("copy", 1.0, ()))
    index._events.clear()
    assert set(index.versions(named["a"])) == {named["b"], named["c"]}
    assert index.versions(named["d"]) == ()


def test_words_of_either_language_are_scaled_for_themselves() -> None:
    # The best passage of the other language is not buried because the question's own words suit its own language.
    same = np.array([True, True, False, False])
    fused, _ = _fuse(np.zeros(4, np.float32), np.array([9, 3, 2, 1], np.float32), (9.0, 2.0), same, 0.0)
    assert fused[2] > fused[1] > 0


def test_one_passage_is_scored_by_how_near_it_is_and_not_against_itself() -> None:
    near, far = (
        _fuse(np.array([cosine], np.float32), np.zeros(1, np.float32), (1.0, 1.0), np.array([True]), cosine)[0][0]
        for cosine in (0.5, 0.0)
    )
    assert near > 0.3 and far == 0


def test_passages_beside_the_best_ones_are_of_its_bulletin(open_index: Opener) -> None:
    index = open_index(long=LONG, lockers=LOCKERS)
    hits = index.search("Which boat carries sacks to pier 20?", 1, beside=3)
    assert len(hits) == 4 and {hit.passage.source for hit in hits} == {"long"}


def test_the_best_of_a_language_without_the_words_is_not_made_great() -> None:
    same = np.array([True, False])
    fused, _ = _fuse(np.zeros(2, np.float32), np.array([9, 0.1], np.float32), (9.0, 9.0), same, 0.0)
    assert fused[1] < 0.05


def test_holding_finds_literal_mentions_and_facts(three: Index) -> None:
    sources = {entry.id: entry.source for entry in three.entries.values()}
    assert {sources[i] for i in three.holding(["locker"])} == {"lockers"}
    assert {sources[i] for i in three.holding(["locker", "drone"])} == set()
    assert {sources[i] for i in three.holding([], ["name:fang-ruoshui"])} == {"islands"}


@pytest.mark.parametrize("question", ["", " ", "?", "是什么", "\x00", "🦆", "a" * 5000])
def test_a_question_of_nothing_is_searched_without_harm(three: Index, question: str) -> None:
    assert all(np.isfinite(hit.score) for hit in three.search(question))


def test_a_single_passage_is_found(open_index: Opener) -> None:
    index = open_index(one="Nine boats\n\nNine boats were added to the fleet in May.")
    assert [hit.passage.text for hit in index.search("boats")] == ["Nine boats were added to the fleet in May."]


def test_an_empty_index_finds_nothing(open_index: Opener) -> None:
    index = open_index(empty="")
    assert index.search("boats") == []
    assert index.holding(["boat"]) == set()


def test_no_index_no_search(tmp_path: Path, without_dictionary: None) -> None:
    with pytest.raises(IndexMissing):
        Index.require(tmp_path)
    with pytest.raises(IndexMissing):
        Index(tmp_path, FakeEmbedder(), tmp_path / "cache")


QUESTIONS = (
    "Which boat carries sacks to pier 20?",
    "海島郵路巡查有幾項任務？",
    "What did Fang Ruoshui say?",
    "lockers",
)


def told(hits: list[Hit]) -> list[tuple[str, int, float]]:
    return [(hit.passage.source, hit.passage.start, round(hit.score, 5)) for hit in hits]


def test_what_is_read_after_changes_is_what_is_read_at_once(open_index: Opener, tmp_path: Path) -> None:
    index = open_index(FakeEmbedder(), long=LONG, lockers=LOCKERS, bicycles=BICYCLES)
    folder, before = tmp_path / "bulletins", list(index.entries)
    for name, text in (("islands", ISLANDS), ("lockers", LOCKERS.replace("15", "16")), ("bicycles", None)):
        (folder / f"{name}.txt").write_text(text) if text else (folder / f"{name}.txt").unlink()
        build_index([folder], tmp_path / "index", FakeEmbedder())
        assert index.reload()
        fresh = Index(tmp_path / "index", FakeEmbedder(), tmp_path / "cache")
        for question in QUESTIONS:
            assert told(index.search(question, 8, beside=4)) == told(fresh.search(question, 8, beside=4))
            assert index.holding(["locker"]) == fresh.holding(["locker"])
        assert list(index.entries) == list(fresh.entries)  # newest first
        fresh.close()
    gone = [key for key in before if key not in index.entries]
    assert (
        gone and index.entry(gone[0]) is None and index.entry(min(index.entries)) == index.entries[min(index.entries)]
    )


def file_of_lanes(folder: Path) -> Path:
    (path,) = folder.glob("lanes-*")
    return path


@pytest.mark.parametrize("later", ["nothing", "the lanes", "the vectors"])
def test_a_start_takes_the_lanes_from_their_file_and_what_has_changed_since(
    open_index: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    for constant, value in (("_WRITTEN_ANEW", 0), ("_STALE", 2)):  # as large collections are kept
        monkeypatch.setattr(vectors, constant, value)
    monkeypatch.setattr(search, "KEPT_FROM", 0)
    open_index(FakeEmbedder(), long=LONG, lockers=LOCKERS, bicycles=BICYCLES)
    texts, folder = tmp_path / "bulletins", tmp_path / "index"
    kept = file_of_lanes(folder)
    for name, text in (("islands", ISLANDS), ("lockers", LOCKERS.replace("15", "16")), ("bicycles", "")):
        (texts / f"{name}.txt").write_text(text)
        build_index([texts], folder, FakeEmbedder())
        if later == "the lanes" and name == "islands":  # as if their file had been lost: that of the vectors is older
            kept.unlink()
            Index(folder, FakeEmbedder(), tmp_path / "cache").close()
            kept = file_of_lanes(folder)
        if later == "the vectors" and name == "lockers":  # their file knows nothing of what is gone since
            next(folder.glob("vectors-*")).unlink()
            build_index([texts], folder, FakeEmbedder())
        with monkeypatch.context() as starting:
            if later != "the vectors":
                starting.setattr(Index, "_load_lanes", lambda self: pytest.fail("read although they are kept"))
            quick = Index(folder, FakeEmbedder(), tmp_path / "cache")
        with monkeypatch.context() as starting:
            starting.setattr(Index, "_load_kept", lambda self: False)
            starting.setattr(search, "KEPT_FROM", 1 << 60)
            fresh = Index(folder, FakeEmbedder(), tmp_path / "cache")
        for question in QUESTIONS:
            assert told(quick.search(question, 8, beside=4)) == told(fresh.search(question, 8, beside=4))
            assert quick.holding(["locker"], ["name:fang-ruoshui"]) == fresh.holding(["locker"], ["name:fang-ruoshui"])
        assert list(quick.entries) == list(fresh.entries)
        quick.close()
        fresh.close()
    assert (file_of_lanes(folder) == kept) == (later != "the vectors")


def test_a_damaged_file_of_lanes_is_made_again(
    open_index: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(search, "KEPT_FROM", 0)
    before = told(open_index(FakeEmbedder(), long=LONG, lockers=LOCKERS).search(QUESTIONS[0]))
    path = file_of_lanes(tmp_path / "index")
    written = path.read_bytes()
    path.write_bytes(written[:-1] + bytes([written[-1] ^ 1]))
    index = Index(tmp_path / "index", FakeEmbedder(), tmp_path / "cache")
    assert told(index.search(QUESTIONS[0])) == before
    assert "damaged" in caplog.text and path.read_bytes() == written
    index.close()


def test_a_large_collection_is_searched_through_what_each_lane_puts_forward(
    open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = open_index(FakeEmbedder(), long=LONG, lockers=LOCKERS, islands=ISLANDS, bicycles=BICYCLES)
    for favour in ((), list(index.entries)[:1]):
        for question in QUESTIONS:
            exact = told(index.search(question, 5, favour=favour, beside=3))
            with monkeypatch.context() as large:
                large.setattr(index, "exact", 0)
                assert told(index.search(question, 5, favour=favour, beside=3)) == exact


def test_of_a_large_collection_only_what_is_kept_is_found(three: Index) -> None:
    three.exact = 0
    kept = next(entry.id for entry in three.entries.values() if entry.source == "bicycles")
    assert {hit.passage.bulletin for hit in three.search("lockers", keep=kept.__eq__)} == {kept}


def test_what_a_copy_says_again_is_one_hit_that_names_the_other(open_index: Opener) -> None:
    index = open_index(first=LOCKERS, copy=LOCKERS + "\n")
    hits = index.search("Which deadline for collecting from a locker was agreed?", k=20)
    texts = [hit.passage.text for hit in hits]
    assert len(texts) == len(set(texts))
    assert hits[0].other_versions in (("first",), ("copy",))


ENGLISH_TIDE = """Harbour tide rules

Published: 2022-05-04

Ferries wait for the tide. Sailors eat bread.

The moon decides. Nobody asks the fishermen.
"""
CHINESE_TIDE = """港口潮汐规定

发布时间：2022-05-05

渡轮等待潮汐。水手吃面包。

谁也不问渔民。灯塔在夜里点亮。
"""


class Bilingual(FakeEmbedder):
    """A sentence and its translation are the same to it."""

    TOPICS = ("tide", "bread", "moon", "fishermen", "night"), ("潮汐", "面包", "月亮", "渔民", "夜里")

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        vectors = np.full((len(texts), self.dim), 0.01, np.float32)
        for row, text in enumerate(texts):
            for topic, words in enumerate(zip(*self.TOPICS, strict=True)):
                vectors[row, topic] += any(word in text.lower() for word in words)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_what_a_translation_tells_again_is_left_out_and_what_it_alone_tells_is_not(open_index: Opener) -> None:
    index = open_index(Bilingual(), english=ENGLISH_TIDE, chinese=CHINESE_TIDE)
    named = {entry.source: entry.id for entry in index.entries.values()}
    index.store.snapshot()
    index.store.link(named["english"], named["chinese"], Link("translation", 0.9, ()))
    index._events.clear()
    both = index.search("When do ferries sail with the tide?", k=20)
    assert {hit.passage.source for hit in both} == {"english", "chinese"}
    first, *others = index.search("When do ferries sail with the tide?", k=20, one_voice=True)
    assert (first.passage.source, first.other_versions) == ("english", ("chinese",))
    # The English text is told whole by the first hit; of the Chinese one the lighthouse is not in it.
    assert all(hit.passage.source == "english" for hit in others)


def test_a_question_looks_at_the_tokens_of_a_passage_once(open_index: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    index = open_index(WithTokens(), boats=LONG, lockers=LOCKERS)
    looked_at: list[bytes] = []

    def counted(question: np.ndarray, passages: Sequence[bytes], cuts: Sequence[Sequence[int]]) -> list[np.ndarray]:
        looked_at.extend(passages)
        return met(question, passages, cuts)

    monkeypatch.setattr("index.search.met", counted)
    query = index.query("Which boat carries sacks to pier 17?")
    first = index.search(query, 5, beside=5)
    number_at_first = len(looked_at)
    assert number_at_first == len(set(looked_at)) > 5
    assert index.search(query, 5, beside=5) == first
    assert len(looked_at) == number_at_first
