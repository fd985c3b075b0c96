"""Two texts read together by the bundled model, tuned for it: one number for the pair (a cross-encoder).

What the tuning changed of the model's matrices is kept as the product of two narrow ones (LoRA; Hu and others 2021):
two megabytes instead of forty. They are added to the bundled weights when the graph is made in the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from .bundled import NAME, made, sentence_transformer
from .encoder import SHARE_A_SCALE, in_8_bits, prepared
from .errors import ModelUnavailable
from .normalise import one_script

_START, _END = 0, 2  # the tokens "<s>" and "</s>"
_MAX_TOKENS = 512
# The matrices of a layer that are tuned.
PLACES = (
    *(f"attention.self.{name}" for name in ("query", "key", "value")),
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


class PairReader:
    """Says of two texts what it was tuned to say; ready from the first pair on, which takes a second or two."""

    def __init__(self, cache: Path, changes: Path) -> None:
        """changes: what the tuning changed, see `_write`: .npz of float16."""
        self._cache, self._changes = cache, changes
        self._turn = Lock()
        self._request: Any = None

    def open(self) -> None:
        """Gets ready before the first pair. Raises ModelUnavailable."""
        with self._turn:
            self._request = self._request or self._open()

    def __call__(self, text: str, source: str) -> float:
        """The model's number (logit) for the pair; the source is cut where the model ends. Raises ModelUnavailable."""
        self.open()
        with self._turn:
            encodings = self._tokenizer.encode_batch([one_script(text), one_script(source)], add_special_tokens=False)
            ids, own = joined(*(encoding.ids for encoding in encodings))
            outputs = self._request.infer({0: self._words[ids][None].astype(np.float32), 1: own[None]})
            return float(outputs[0].item())

    def _open(self) -> Any:
        import openvino
        from tokenizers import Tokenizer

        made_of = hashlib.sha256(self._changes.read_bytes()).hexdigest()[:8]
        folder = self._cache / f"{NAME}-pairs-8bit-{made_of}"
        if not (folder / "graph.xml").is_file():
            made(
                folder, "graph.xml", lambda work: _write(sentence_transformer(self._cache / NAME), self._changes, work)
            )
        plain = prepared(self._cache)  # the words and how texts are cut into them are the same
        try:
            self._tokenizer = Tokenizer.from_file(str(plain / "tokenizer.json"))
            self._words = np.load(plain / "words.npy", mmap_mode="r")
            # With both of two processors a pair takes 15 ms for 21, and a third more of their time.
            how = {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": 1, "DYNAMIC_QUANTIZATION_GROUP_SIZE": SHARE_A_SCALE}
            return openvino.compile_model(folder / "graph.xml", "CPU", how).create_infer_request()
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


def _write(model: Path, changes: Path, folder: Path) -> None:
    import openvino
    import torch
    from sentence_transformers import SentenceTransformer

    bert: Any = SentenceTransformer(str(model), device="cpu")[0].auto_model.eval().requires_grad_(False)
    with np.load(changes, allow_pickle=False) as stored:
        tuned = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
    first = len(bert.encoder.layer)  # of the layers that are tuned; what marks the other text is added before it
    for number, layer in enumerate(bert.encoder.layer):
        for place in PLACES:
            if (name := f"{number}.{place}") + ".in" in tuned:
                layer.get_submodule(place).weight += tuned[f"{name}.out"] @ tuned[f"{name}.in"]
                first = min(first, number)

    class Together(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, words: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
            hidden = self.bert.embeddings(inputs_embeds=words)
            for number, layer in enumerate(self.bert.encoder.layer):
                if number == first:
                    hidden = hidden + tuned["other"] * (1 - own).unsqueeze(-1)
                hidden = layer(hidden)
            mean = (hidden * own.unsqueeze(-1)).sum(1) / own.sum(1, keepdim=True)
            return torch.cat([hidden[:, 0], mean], 1) @ tuned["head"] + tuned["bias"]

    words = bert.get_input_embeddings().weight[:8].unsqueeze(0)
    own = torch.tensor([[0.0, 1, 1, 0, 0, 0, 0, 0]])
    wide = [openvino.PartialShape([1, -1, words.shape[2]]), openvino.PartialShape([1, -1])]
    with torch.no_grad():
        graph = openvino.convert_model(Together(), example_input=(words, own), input=wide)
    in_8_bits(graph)
    openvino.save_model(graph, folder / "graph.xml", compress_to_fp16=False)
