"""Late interaction: how well each word of a question is met by some word of a passage, in its context.

One vector of a text tells what it is about as a whole, and loses what a single sentence adds. The vectors of its tokens
keep that: the likeness of two texts is the mean, over the question's tokens, of the best cosine with any token of the
passage (MaxSim; Khattab and Zaharia 2020, "ColBERT"). No model was trained for it here, and still it finds the right
passage first for several points more of the questions: docs/search.md. A token is told by a layer in the middle of the
model as well as by the last: there a word and its translation are nearer to each other.

A number of a vector is kept in two bits, after a rotation that spreads what a few dimensions hold over all of them:
96 bytes a token instead of 1,536, and no loss that could be measured.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

_LEVELS = np.array([-1.5, -0.5, 0.5, 1.5], np.float32)
_END = np.dtype("<u2")
# Weight of the last layer beside another, which finds more from Chinese to English and less from English to Chinese.
_LAST_LAYER = 1.5


@dataclass(frozen=True)
class TokenVectors:
    """The tokens of a text. vectors: float32, shape (tokens, dim), unit length, rotated; ends: where each ends in the
    text as it was embedded, in characters."""

    vectors: np.ndarray
    ends: np.ndarray

    @classmethod
    def none(cls, dim: int) -> TokenVectors:
        return cls(np.empty((0, dim), np.float32), np.empty(0, np.int64))

    def packed(self) -> bytes:
        """To be stored. Packing what was unpacked gives the same bytes."""
        dim = self.vectors.shape[1]
        step = 1 / np.sqrt(dim)  # the root mean square of a unit vector's numbers
        levels = np.clip(np.floor(self.vectors / step) + 2, 0, 3).astype(np.uint8)
        levels = np.pad(levels, ((0, 0), (0, -dim % 4))).reshape(len(levels), -(-dim // 4), 4)
        codes = levels[..., 0] | levels[..., 1] << 2 | levels[..., 2] << 4 | levels[..., 3] << 6
        return np.minimum(self.ends, 65_535).astype(_END).tobytes() + codes.astype(np.uint8).tobytes()

    @classmethod
    def unpacked(cls, blob: bytes, dim: int) -> TokenVectors:
        width = -(-dim // 4)
        n = len(blob) // (_END.itemsize + width)
        ends = np.frombuffer(blob, _END, n).astype(np.int64)
        codes = np.frombuffer(blob, np.uint8, n * width, n * _END.itemsize).reshape(n, width)
        return cls(_unit(_numbers()[codes].reshape(n, 4 * width)[:, :dim]), ends)


@lru_cache(1)
def _numbers() -> np.ndarray:
    """The four numbers that each byte stands for, shape (256, 4)."""
    byte = np.arange(256)
    return np.stack([_LEVELS[byte >> shift & 3] for shift in (0, 2, 4, 6)], axis=1)


def layers_joined(states: np.ndarray) -> np.ndarray:
    """What several layers tell of tokens as one vector each, shape (tokens, dim), not of unit length.

    states: shape (layers, tokens, dim), less the means of their language, the last layer last; it counts for more.
    """
    *others, last = _unit(states)
    return np.asarray(sum(others, start=_LAST_LAYER * last), np.float32)


def rotated(vectors: np.ndarray) -> np.ndarray:
    """Unit vectors in other axes, the same for all texts: a cosine transform after fixed changes of sign."""
    from scipy.fft import dct

    return np.asarray(dct(_unit(vectors) * _signs(vectors.shape[1]), norm="ortho", axis=1), np.float32)


@lru_cache(4)
def _signs(dim: int) -> np.ndarray:
    return np.array([1 if zlib.crc32(b"%d" % i) & 1 else -1 for i in range(dim)], np.float32)


def met(
    question: np.ndarray, passages: Sequence[bytes], cuts: Sequence[Sequence[int]] | None = None
) -> list[np.ndarray]:
    """How well each token of a question is met in each part of each passage, by their best cosine.

    Of each passage float32, shape (parts, tokens of the question). question: its token vectors, shape (tokens, dim);
    passages: packed; cuts: for each passage the characters at which all its parts but the first begin, ascending;
    None: each is one part. -1 where a part has no tokens.
    """
    dim = question.shape[1]
    width = -(-dim // 4)
    counts = [len(blob) // (_END.itemsize + width) for blob in passages]
    begins = [np.zeros(1, np.int64)] * len(passages)  # of each passage, the tokens at which its parts begin
    if cuts:
        ends = [np.frombuffer(blob, _END, n) for blob, n in zip(passages, counts, strict=True)]
        begins = [
            np.concatenate([begins[0], e.searchsorted(at, side="right")]) for e, at in zip(ends, cuts, strict=True)
        ]
    codes = np.frombuffer(
        b"".join(blob[n * _END.itemsize :] for blob, n in zip(passages, counts, strict=True)), np.uint8
    )
    codes = codes.reshape(-1, width)
    first = np.cumsum([0, *counts])
    starts = np.concatenate([np.empty(0, np.int64), *(at + own for at, own in zip(first, begins, strict=False))])
    best = np.full((len(starts), len(question)), -1, np.float32)
    filled = np.diff(starts, append=len(codes)) > 0
    if len(codes) and len(question):
        best[filled] = np.maximum.reduceat(_cosines(question, codes), starts[filled], axis=0)
    return np.split(best, np.cumsum([len(own) for own in begins])[:-1]) if passages else []


def _cosines(question: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Of each packed row with each token of the question: float32, (rows, tokens)."""
    dim, width = question.shape[1], codes.shape[1]
    # Each of the four numbers of all bytes at once: nothing is looked up, byte by byte, nor shifted. What only fills
    # the last byte meets zeros.
    asked = np.pad(question, ((0, 0), (0, -dim % 4))).reshape(len(question), width, 4)
    cosines = np.full((len(codes), len(question)), _LEVELS[0] * asked.sum(axis=(1, 2)), np.float32)
    for place in range(4):
        cosines += (codes & np.uint8(3 << 2 * place)).astype(np.float32) @ (asked[:, :, place] / 4**place).T
    cosines /= np.sqrt(_squares(codes, dim))[:, None]
    return cosines


def likeness(met: np.ndarray) -> float:
    """MaxSim of a question and texts that stand together, of which `met` gives rows. 0 when there is nothing.

    About 0.3 for texts that have nothing in common.
    """
    return max(0.0, float(met.max(axis=0).mean())) if met.size else 0.0


def _squares(codes: np.ndarray, dim: int) -> np.ndarray:
    """The squared lengths of what is packed in each row: the outer two levels are those whose two bits are the same."""
    outer = ~(codes ^ codes >> 1) & 0b01010101
    if codes.shape[1] % 8 == 0:
        outer = outer.view(np.uint64)  # eight bytes are counted at once
    # What only fills the last byte is 0, an outer level.
    counted = np.bitwise_count(outer).sum(axis=1, dtype=np.int64) - (-dim % 4)
    return np.asarray(_LEVELS[2] ** 2 * (dim - counted) + _LEVELS[3] ** 2 * counted, np.float32)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)
