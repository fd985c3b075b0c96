"""The cross-encoder that looks last: loaded by name, refused with a remedy, and heard without being obeyed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant, doctor
from assistant.settings import Settings
from index.build import build_index
from index.errors import ModelUnavailable
from index.reranker import open_reranker, reordered
from index.search import Index
from tests.cross_encoder import small
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder


class Prefers:
    """A reranker to which only one word matters. seen: every text it was given."""

    name = "prefers"

    def __init__(self, word: str) -> None:
        self.word, self.seen, self.calls = word, list[str](), 0

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        self.calls += 1
        self.seen += texts
        return np.array([9.0 if self.word in text else -9.0 for text in texts], np.float32)


def index_of(where: Path, reranker: Prefers | None) -> Index:
    folder = where / "bulletins"
    if not folder.exists():
        folder.mkdir()
        for name, text in {"lockers": LOCKERS, "islands": ISLANDS, "bicycles": BICYCLES}.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        build_index([folder], where / "index", FakeEmbedder())
    return Index(where / "index", FakeEmbedder(), where / "cache", reranker)


def test_none_is_opened_when_none_is_set() -> None:
    assert open_reranker("") is None


def test_a_passage_that_the_reranker_prefers_comes_first(tmp_path: Path, without_dictionary: None) -> None:
    question = "Which rules for lockers were agreed?"
    plain = index_of(tmp_path, None).search(question, 10)
    hits = index_of(tmp_path, Prefers("三轮车")).search(question, 10)
    assert (plain[0].passage.source, hits[0].passage.source) == ("lockers", "bicycles")
    # The scores are those of the search, dealt out anew: the threshold of an answer still means what it did.
    assert hits[0].score == pytest.approx(plain[0].score)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].lanes["reranker"] == 9 and "reranker" not in plain[0].lanes


def test_it_reads_a_passage_with_its_title_and_neighbours_once_for_a_question(
    tmp_path: Path, without_dictionary: None
) -> None:
    reranker = Prefers("locker")
    index = index_of(tmp_path, reranker)
    query = index.query("What is known of lockers?")
    hits = index.search(query, 3, beside=5)
    assert any(text == f"{hits[0].passage.title}\n{hits[0].text}" for text in reranker.seen)
    assert reranker.calls == 1  # all at once, and what stands beside the hits is not looked at
    index.search(query, 2)
    assert reranker.calls == 1


def test_a_clear_lead_of_the_search_outweighs_a_doubtful_opinion() -> None:
    scores, opinions = np.array([0.9, 0.2, 0.1], np.float32), np.array([0.5, 0.6, 0.1], np.float32)
    assert [place for place, _ in reordered(scores, opinions)] == [0, 1, 2]
    opinions[1] = 0.99
    assert [place for place, _ in reordered(scores, opinions)] == [1, 0, 2]


def test_scores_are_dealt_out_best_first_and_opinions_that_do_not_differ_change_nothing() -> None:
    scores = np.array([0.2, 0.8, 0.5], np.float32)
    assert reordered(scores, np.ones(3, np.float32)) == [(1, scores[1]), (2, scores[2]), (0, scores[0])]
    told = reordered(scores, np.array([5.0, -5.0, -4.0], np.float32))
    assert [place for place, _ in told] == [0, 1, 2]
    assert [score for _, score in told] == pytest.approx([0.8, 0.5, 0.2])


def test_a_cross_encoder_is_loaded_by_its_folder_and_reads_both_scripts_alike(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    name = small(tmp_path / "model")
    reranker = open_reranker(name)
    assert reranker and reranker.name == name
    texts = ["三轮车配送试点", "补给船其中一艘为纯电动船", "Chen Yulan"]
    told = reranker.scores("海岛邮路有几艘船？", texts)
    expected = CrossEncoder(name, device="cpu").predict([("海岛邮路有几艘船?", text) for text in texts])
    assert told == pytest.approx(expected, abs=1e-5) and len(set(told.round(4).tolist())) == 3
    swapped = reranker.scores("海島郵路有幾艘船？", ["三輪車配送試點", "補給船其中一艘為純電動船", "Chen Yulan"])
    assert swapped == pytest.approx(told, abs=1e-5)


def test_a_reranker_that_is_not_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        open_reranker(str(tmp_path / "nothing"))
    assert str(tmp_path / "nothing") in str(caught.value) and 'reranker = ""' in caught.value.remedy


@pytest.mark.parametrize(
    ("head", "labels", "reason"),
    [("BertModel", 1, "was not trained to score pairs"), ("BertForSequenceClassification", 3, "gives 3 scores")],
)
def test_a_model_that_scores_no_pairs_is_refused(tmp_path: Path, head: str, labels: int, reason: str) -> None:
    name = small(tmp_path / "model", head, labels)
    with pytest.raises(ModelUnavailable, match=reason) as caught:
        open_reranker(name)
    assert 'reranker = ""' in caught.value.remedy


def test_doctor_says_whether_the_reranker_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "None is set" in doctor.reranker(Settings()).message
    missing = doctor.reranker(Settings(reranker=str(tmp_path / "nothing")))
    assert not missing.ok and 'reranker = ""' in missing.remedy
    for word, sound in (("post office", True), ("violin", False)):
        prefers = Prefers(word)
        monkeypatch.setattr("index.reranker.open_reranker", lambda model, found=prefers: found)
        assert doctor.reranker(Settings(reranker="some")).ok is sound


def test_the_assistant_opens_the_reranker_of_the_settings(tmp_path: Path, without_dictionary: None) -> None:
    index_of(tmp_path, None).close()
    with pytest.raises(ModelUnavailable, match="nothing"):
        Assistant.open(tmp_path / "index", Settings(cache=tmp_path / "cache", reranker=str(tmp_path / "nothing")))
