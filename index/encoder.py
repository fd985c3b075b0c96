"""Running the bundled model fast: the same weights as an OpenVINO graph, the word vectors beside it as a memory map.

The graph starts at the word vectors, so neither the 250,000-word table (384 MB as float32) nor torch is loaded to embed
a text: only the rows that occur are read. How it compares with sentence-transformers in float32: docs/search.md.
"""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import LifoQueue
from threading import Lock
from typing import Any

import numpy as np

from .bundled import NAME, made, sentence_transformer
from .errors import ModelUnavailable

# Every new shape of a batch costs the graph some milliseconds of preparation, so lengths are rounded up and batches
# hold a power of two of texts: half as many tokens a second again, on mixed passages and sentences. More tokens in a
# run are slower, the activations leave the cache.
_LENGTH_STEP = 8
_BATCH_TOKENS = 1024
_MAX_TOKENS = 512
# Of the model's 12 layers, those whose token vectors are told: the last, and one in the middle, where a word and its
# translation are nearer to each other (docs/search.md).
LAYERS = (8, 12)
# A question comes alone and is short. Graphs of their own for one text of at most so many tokens, all sizes known
# beforehand, take a quarter less time than the one for texts of all sizes; two questions in three fit into the first.
_LONE = (20, 32)
# Weights are kept in 8 bits, and where the processor multiplies such numbers (VNNI) what they are multiplied with is
# brought to 8 bits as well, so many numbers of a token with a scale of their own: fewer are slower, more less true.
_SHARE_A_SCALE = 128


def compile_model(model: Path, folder: Path) -> Path:
    """Writes `folder` (graph, word vectors, tokeniser) from the sentence-transformers folder `model`, once."""
    return made(folder, "graph.xml", lambda work: _write(model, work))


def open_encoder(cache: Path, exact: bool = False) -> Encoder:
    """The bundled model, made ready in the cache on first use. exact: see `at_once`. Raises ModelUnavailable."""
    return Encoder(prepared(cache), exact)


def prepared(cache: Path) -> Path:
    """The folder of graph, word vectors and tokeniser, written on first use. Raises ModelUnavailable."""
    folder = cache / f"{NAME}-8bit-{'-'.join(map(str, LAYERS))}"
    if not (folder / "graph.xml").is_file():
        compile_model(sentence_transformer(cache / NAME), folder)
    return folder


def _write(model: Path, folder: Path) -> None:
    import openvino
    import torch
    from sentence_transformers import SentenceTransformer

    bert: Any = SentenceTransformer(str(model), device="cpu")[0].auto_model.eval()

    class FromWordVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert.requires_grad_(False)

        def forward(self, words: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
            hidden = self.bert(inputs_embeds=words, attention_mask=mask, output_hidden_states=True).hidden_states
            weights = mask.unsqueeze(-1).to(hidden[-1].dtype)
            pooled = (hidden[-1] * weights).sum(1) / weights.sum(1)
            return torch.nn.functional.normalize(pooled, dim=-1), *(hidden[layer] for layer in LAYERS)

    words = bert.get_input_embeddings().weight.detach()
    example = (words[:8].unsqueeze(0), torch.ones(1, 8, dtype=torch.long))
    wide = [openvino.PartialShape([-1, -1, words.shape[1]]), openvino.PartialShape([-1, -1])]
    with torch.no_grad():
        graph = openvino.convert_model(FromWordVectors(), example_input=example, input=wide)
    in_8_bits(graph)
    openvino.save_model(graph, folder / "graph.xml", compress_to_fp16=False)
    # Half precision: the weights were 4-bit numbers times a 16-bit scale, so next to nothing is lost.
    np.save(folder / "words.npy", words.numpy().astype(np.float16))
    shutil.copy(model / "tokenizer.json", folder / "tokenizer.json")


def in_8_bits(graph: Any) -> None:
    """Writes the weights of a graph's products as whole numbers up to 127, with a scale for each number that comes out.

    In a form that OpenVINO multiplies as it stands: Constant → Convert → Multiply.
    """
    from openvino import opset13

    for product in graph.get_ordered_ops():
        if product.get_type_name() != "MatMul" or product.input_value(1).get_node().get_type_name() != "Constant":
            continue
        weights = product.input_value(1).get_node().data  # (outputs, inputs)
        if weights.ndim != 2:
            continue
        scales = np.abs(weights).max(axis=1, keepdims=True) / 127
        whole = opset13.convert(opset13.constant(np.rint(weights / scales).astype(np.int8)), "f32")
        product.input(1).replace_source_output(opset13.multiply(whole, opset13.constant(scales)).output(0))


class Encoder:
    """Texts to unit vectors, float32, shape (texts, dim)."""

    def __init__(self, folder: Path, exact: bool = False) -> None:
        self._folder, self._exact, self._compiling = folder, exact, Lock()
        self._free: dict[int, LifoQueue[Any]] = {}
        self._model: Any = None
        try:
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.enable_truncation(_MAX_TOKENS)
            self._words = np.load(folder / "words.npy", mmap_mode="r")
            self._requests(_LONE[0])
        except (OSError, RuntimeError, ValueError) as problem:
            raise ModelUnavailable(
                f"The embedding model in {folder} cannot be loaded: {problem}",
                f"Delete the folder {folder}; it is made again at the next start.",
            ) from problem

    @property
    def dim(self) -> int:
        return int(self._words.shape[1])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.empty((len(texts), self.dim), np.float32)
        for batch, pooled, _ in self._run(self._tokenizer.encode_batch_fast(list(texts))):
            vectors[batch] = pooled
        return vectors

    def encode_tokens(self, texts: Sequence[str], skip: int) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
        """The vectors, and of each text its tokens': (float32, (layers, tokens, dim), where each ends in the text).

        Without the first `skip` characters of each text, and what the model puts around it.
        """
        vectors = np.empty((len(texts), self.dim), np.float32)
        tokens = [(vectors[None, :0], np.empty(0, np.int64))] * len(texts)
        encodings = self._tokenizer.encode_batch(list(texts))
        for batch, pooled, hidden in self._run(encodings):
            vectors[batch] = pooled
            for row, i in enumerate(batch):
                ends = np.array([end for _, end in encodings[i].offsets], np.int64)
                own = np.flatnonzero((ends > skip) & ~np.array(encodings[i].special_tokens_mask, bool))
                tokens[i] = np.stack([layer[row, own] for layer in hidden]), ends[own] - skip
        return vectors, tokens

    def _run(self, encodings: Sequence[Any]) -> Iterator[tuple[list[int], np.ndarray, list[np.ndarray]]]:
        """Batches: (places of their texts, vectors of the texts, vectors of their tokens by layer).

        What is given is good until the next batch is asked for.
        """
        alone = len(encodings[0].ids) if len(encodings) == 1 else _MAX_TOKENS
        lone = next((length for length in _LONE if alone <= length), 0)
        free = self._requests(lone)
        running: deque[_Batch] = deque()
        try:
            for places, words, mask in self._batches(encodings, lone or _LENGTH_STEP):
                if running and free.empty():
                    yield running[0].made()
                    free.put(running.popleft().request)
                request = free.get()
                running.append(_Batch(request, places, words, mask))
                request.start_async({0: words, 1: mask}, share_inputs=True)
            while running:
                yield running[0].made()
                free.put(running.popleft().request)
        finally:
            for batch in running:
                batch.request.wait()
                free.put(batch.request)

    def _requests(self, lone: int) -> LifoQueue[Any]:
        """Requests that are free, for all threads; the one used last first, its memory is at hand. lone: for one text
        of so many tokens, 0 for any texts. What is never asked for takes no memory."""
        with self._compiling:
            if lone not in self._free:
                self._free[lone] = self._compile(lone)
            return self._free[lone]

    def _compile(self, lone: int) -> LifoQueue[Any]:
        import openvino

        # A batch is one processor's work, and so many run at once. Two processors at one batch take as long as one
        # does, and so twice its time: 8,000 tokens for a second of a processor's time against 4,800.
        streams = processors()
        # All graphs are made of one model, so that each further one takes 40 MB and a third of a second.
        self._model = self._model or openvino.Core().read_model(self._folder / "graph.xml")
        graph = self._model.clone()
        if lone:
            graph.reshape({0: [1, lone, self.dim], 1: [1, lone]})
        compiled = openvino.compile_model(graph, "CPU", at_once(streams, self._exact))
        free: LifoQueue[Any] = LifoQueue()
        for _ in range(streams):
            free.put(compiled.create_infer_request())
        return free

    def _batches(self, encodings: Sequence[Any], step: int) -> Iterator[tuple[list[int], np.ndarray, np.ndarray]]:
        """(places of the texts, their word vectors, which of them are there). step: lengths are rounded up to it."""
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
        while order:
            # Longest first; the batch's longest is the last of the order.
            length = -(-len(encodings[order[-1]].ids) // step) * step
            size = 1
            while 2 * size * length <= _BATCH_TOKENS and size < len(order):
                size *= 2
            batch, order = order[-size:], order[:-size]
            words = np.zeros((size, length, self.dim), np.float32)
            mask = np.zeros((size, length), np.int64)
            mask[len(batch) :, 0] = 1  # rows that only fill the batch; a mean over nothing would divide by zero
            for row, i in enumerate(batch):
                ids = encodings[i].ids
                words[row, : len(ids)] = self._words[ids]
                mask[row, : len(ids)] = 1
            yield batch, words, mask


@dataclass(frozen=True)
class _Batch:
    """Texts on their way through the graph; what goes in is kept until it is through."""

    request: Any
    places: list[int]
    words: np.ndarray
    mask: np.ndarray

    def made(self) -> tuple[list[int], np.ndarray, list[np.ndarray]]:
        self.request.wait()
        vectors, *tokens = (self.request.get_output_tensor(i).data[: len(self.places)] for i in range(1 + len(LAYERS)))
        return self.places, vectors, tokens


def at_once(inferences: int, exact: bool = False) -> dict[str, Any]:
    """OpenVINO's settings for so many inferences at once, each the work of one processor.

    It ties each to a processor of its own unless told not to; in several processes, all to the same one. And it counts
    in 16 bits where the processor can, for a tenth less time: the same bulletins then have other vectors, and some
    questions another answer, on another processor. Bringing what is multiplied to 8 bits does so too, by less: a last
    digit that another processor adds up otherwise decides how a number is rounded, and grows from layer to layer.
    exact: leave that out, for 2.4 times the time. Processors then differ by 1e-7.
    """
    return {
        "NUM_STREAMS": inferences,
        "INFERENCE_NUM_THREADS": inferences,
        "ENABLE_CPU_PINNING": False,
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0 if exact else _SHARE_A_SCALE,
    }


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """What the model runs on, as OpenVINO names it, with the kinds of numbers that it multiplies."""
    import openvino

    core = openvino.Core()
    kinds = ", ".join(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    return f"{core.get_property('CPU', 'FULL_DEVICE_NAME')} ({kinds}), {processors()} of them"
