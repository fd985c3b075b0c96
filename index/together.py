"""Two texts read together by the bundled model, tuned for it: one number for the pair (a cross-encoder).

What the tuning changed of the model's matrices is kept as the product of two narrow ones (LoRA; Hu and others 2021):
a megabyte or two instead of forty. They are added to the bundled weights when the graph is made in the cache; layers
above the last one that was tuned are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from .bundled import NAME, made, sentence_transformer
from .encoder import at_once, in_8_bits, prepared
from .errors import ModelUnavailable
from .normalise import one_script

_START, _END = 0, 2  # the tokens "<s>" and "</s>"
_MAX_TOKENS = 512
_GRAPH = "pairs-8bit-2"  # a graph of another form has another name in the cache
# Pairs are filled up to a multiple of so many tokens: OpenVINO keeps what it has prepared for each shape that it met,
# for all lengths 70 MB more, and a pair filled up takes no longer.
_STEP = 16
_NOTHING = -1  # marks what a pair is filled up with
_HIDDEN = -1e4  # is added to the attention that it would be given
# The matrices of a layer that are tuned.
PLACES = (
    *(f"attention.self.{name}" for name in ("query", "key", "value")),
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


class PairReader:
    """Says of two texts what it was tuned to say; ready from the first pair on, which takes a second or two."""

    def __init__(self, cache: Path, changes: Path, exact: bool = False) -> None:
        """changes: what the tuning changed, see `_write`: .npz of float16. exact: see `encoder.at_once`."""
        self._cache, self._changes, self._exact = cache, changes, exact
        self._turn = Lock()
        self._request: Any = None

    def open(self) -> None:
        """Gets ready before the first pair. Raises ModelUnavailable."""
        with self._turn:
            self._request = self._request or self._open()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The model's number (logit) for each pair of a text and its source, which is cut where the model ends.

        Raises ModelUnavailable.
        """
        self.open()
        with self._turn:
            given = [one_script(text) for pair in pairs for text in pair]
            cut = [encoding.ids for encoding in self._tokenizer.encode_batch(given, add_special_tokens=False)]
            ids, own = filled_up([joined(text, source) for text, source in zip(cut[::2], cut[1::2], strict=True)])
            return [float(logit) for logit in self._request.infer({0: self._words[ids].astype(np.float32), 1: own})[0]]

    def _open(self) -> Any:
        import openvino
        from tokenizers import Tokenizer

        made_of = hashlib.sha256(self._changes.read_bytes()).hexdigest()[:8]
        folder = self._cache / f"{NAME}-{_GRAPH}-{made_of}"
        if not (folder / "graph.xml").is_file():
            made(
                folder, "graph.xml", lambda work: _write(sentence_transformer(self._cache / NAME), self._changes, work)
            )
        plain = prepared(self._cache)  # the words and how texts are cut into them are the same
        try:
            self._tokenizer = Tokenizer.from_file(str(plain / "tokenizer.json"))
            self._words = np.load(plain / "words.npy", mmap_mode="r")
            # With both of two processors a pair takes 15 ms for 21, and a third more of their time.
            return openvino.compile_model(folder / "graph.xml", "CPU", at_once(1, self._exact)).create_infer_request()
        except (OSError, RuntimeError, ValueError) as problem:
            raise ModelUnavailable(
                f"The model in {folder} cannot be loaded: {problem}",
                f"Delete the folder {folder}; it is made again at the next start.",
            ) from problem


def joined(text: Sequence[int], source: Sequence[int]) -> tuple[list[int], np.ndarray]:
    """The tokens of the pair, and which are the text's own: float32, (tokens,), 1 or 0."""
    text = text[: _MAX_TOKENS // 2]
    ids = [_START, *text, _END, _END, *source][: _MAX_TOKENS - 1] + [_END]
    own = np.zeros(len(ids), np.float32)
    own[1 : 1 + len(text)] = 1
    return ids, own


def filled_up(pairs: Sequence[tuple[list[int], np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs as `joined` gives them in one shape, (pairs, tokens): tokens, and which are the text's own, -1 past the
    end of a pair."""
    longest = -(-max(len(ids) for ids, _ in pairs) // _STEP) * _STEP
    tokens = np.full((len(pairs), longest), _END)
    whose = np.full((len(pairs), longest), _NOTHING, np.float32)
    for row, (ids, own) in enumerate(pairs):
        tokens[row, : len(ids)], whose[row, : len(ids)] = ids, own
    return tokens, whose


def _write(model: Path, changes: Path, folder: Path) -> None:
    import openvino
    import torch
    from sentence_transformers import SentenceTransformer

    bert: Any = SentenceTransformer(str(model), device="cpu")[0].auto_model.eval().requires_grad_(False)
    with np.load(changes, allow_pickle=False) as stored:
        tuned = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
    numbers = [int(name.split(".")[0]) for name in tuned if "." in name]
    first, last = min(numbers), max(numbers)  # of the layers that are tuned
    layers = bert.encoder.layer[: last + 1]
    for number in range(first, last + 1):
        for place in PLACES:
            name = f"{number}.{place}"
            layers[number].get_submodule(place).weight += tuned[f"{name}.out"] @ tuned[f"{name}.in"]

    class Together(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.layers = bert.embeddings, layers

        def forward(self, words: torch.Tensor, whose: torch.Tensor) -> torch.Tensor:
            hidden = self.embeddings(inputs_embeds=words)
            own, nothing = (whose > 0).float(), (whose < 0).float()
            unseen = (nothing * _HIDDEN)[:, None, None]
            for number, layer in enumerate(self.layers):
                if number == first:  # here the other text is marked
                    hidden = hidden + tuned["other"] * (1 - own).unsqueeze(-1)
                hidden = layer(hidden, unseen)
            mean = (hidden * own.unsqueeze(-1)).sum(1) / own.sum(1, keepdim=True)
            return torch.cat([hidden[:, 0], mean], 1) @ tuned["head"] + tuned["bias"]

    words = bert.get_input_embeddings().weight[:16].view(2, 8, -1)
    whose = torch.tensor([[0.0, 1, 1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, _NOTHING, _NOTHING, _NOTHING]])
    shapes = [openvino.PartialShape([-1, -1, words.shape[2]]), openvino.PartialShape([-1, -1])]
    with torch.no_grad():
        graph = openvino.convert_model(Together(), example_input=(words, whose), input=shapes)
    in_8_bits(graph)
    openvino.save_model(graph, folder / "graph.xml", compress_to_fp16=False)
