"""What stands in the rows of the collections on Milvus, and how it is written there. Pure."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sources.bulletin import Bulletin

from .store import Entry, Prepared, _spaced, digest_of, word_code
from .words import forms_of

LONGEST = 65_535  # bytes in a text field, Milvus' own limit
_PIECE = 65_000
PASSAGES = 1 << 16  # of one bulletin at most; an edition's number is multiplied by it
NO_FACT = 0  # Milvus takes no empty sparse vector
FLAT = [0.0, 1.0]  # every collection needs a vector, wanted or not
LISTED_FIELDS = ["id", "edition", "passages", "entry"]

Packed = tuple[np.ndarray, np.ndarray]  # codes, ascending, and how often each occurs


@dataclass(frozen=True, slots=True)
class Listed:
    """A bulletin as the catalogue on Milvus has it. edition: which of its passages are its present ones."""

    entry: Entry
    edition: int
    passages: int
    digest: str
    content: str
    file: str


@dataclass(frozen=True)
class Row:
    """A passage as the lanes see it. vector: float32; facts: codes of its tokens."""

    vector: np.ndarray
    words: Packed
    facts: tuple[int, ...]


def listed_of(row: Mapping[str, Any]) -> Listed:
    source, path, title, issuer, published, language, ingested, events, digest, content, file = json.loads(row["entry"])
    entry = Entry(row["id"], source, path, title, issuer, published, language, ingested, tuple(events))
    return Listed(entry, row["edition"], row["passages"], digest, content, file)


def entry_text(listed: Listed) -> str:
    e = listed.entry
    return json.dumps(
        (e.source, e.path, e.title, e.issuer, e.published, e.language, e.ingested, e.events,
         listed.digest, listed.content, listed.file)
    )  # fmt: skip


def note_row(id: str, kind: str, a: str = "", b: str = "", *, number: int = 0, text: str = "") -> dict[str, Any]:
    return {"id": id, "kind": kind, "a": a, "b": b, "number": number, "text": text, "flat": FLAT}


def passage_row(id: int, edition: int, english: bool, prepared: Prepared) -> dict[str, Any]:
    terms = [word_of(word_code(term)) for term, count in prepared.words.items() for _ in range(count)]
    return {
        "id": id,
        "edition": edition,
        "draw": draw_of(id),
        "english": english,
        "words": " ".join(terms[: LONGEST // 9]),
        "vector": prepared.vector.astype(np.float32).tolist(),
        "facts": {word_code(token): 1.0 for token in prepared.facts} or {NO_FACT: 1.0},
    }


def row_of(row: Mapping[str, Any]) -> Row:
    terms = row.get("words", "").split()
    codes, counts = np.unique(np.array([int(term, 16) for term in terms], np.uint32), return_counts=True)
    facts = tuple(int(code) for code in row.get("facts", ()) if int(code) != NO_FACT)
    return Row(np.array(row.get("vector", ()), np.float32), (codes, counts.astype(np.uint16)), facts)


def word_of(code: int) -> str:
    """A term as Milvus' standard tokeniser leaves it alone."""
    return f"{code:08x}"


def words_told(weights: Mapping[int, float], least: float) -> list[str]:
    return [word_of(code) for code, weight in weights.items() if weight >= least]


def coded(token: str) -> str:
    """A fact as the lanes know it here, where only codes are kept."""
    return word_of(word_code(token))


def passage_id(edition: int, number: int) -> int:
    return edition * PASSAGES + number


def edition_of(passage: int) -> int:
    return passage // PASSAGES


def draw_of(passage: int) -> int:
    """A number in [0, 2^32) that is as good as chance, always the same."""
    return zlib.crc32(struct.pack("<q", passage))


def spans_of(bulletin: Bulletin, passages: Sequence[Prepared]) -> dict[str, Any]:
    """What is told of the passages besides their text, as the columns of SQLite have it."""
    return {
        "forms": _spaced(forms_of(bulletin.text)),
        "passages": [
            (
                p.passage.number, p.passage.start, p.passage.end, p.passage.sentences, p.passage.heading,
                "\n".join(_spaced(forms_of(bulletin.text[a:b])) for a, b in p.passage.sentences),
            )
            for p in passages
        ],
    }  # fmt: skip


def vectors_blob(passages: Sequence[Prepared]) -> bytes:
    return b"".join(p.sentence_vectors.astype("<f2").tobytes() for p in passages)


def vectors_in(blob: bytes, sentences: Sequence[int]) -> list[np.ndarray]:
    """The sentences' vectors of each passage, float16."""
    if not sum(sentences):
        return [np.empty((0, 0), np.float16) for _ in sentences]
    together = np.frombuffer(blob, "<f2").reshape(sum(sentences), -1)
    return np.split(together, np.cumsum(sentences)[:-1])


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode("ascii")


def piece_rows(edition: int, kind: str, blob: bytes, number: int = -1) -> list[dict[str, Any]]:
    text = base64.b64encode(zlib.compress(blob)).decode("ascii")
    parts = [text[i : i + _PIECE] for i in range(0, len(text), _PIECE)]
    return [
        {"id": f"{edition}.{kind}.{number}.{i}", "edition": edition, "number": number, "text": part, "flat": FLAT}
        for i, part in enumerate(parts)
    ]


def key_of(event_key: str) -> str:
    return digest_of(event_key.encode("utf-8", "surrogatepass"))[:16]


def file_key(name: str) -> str:
    return f"file:{digest_of(name.encode('utf-8', 'surrogatepass'))[:32]}"


def in_list(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))


def in_chunks(items: Sequence[Any], size: int) -> Iterator[Any]:
    return (items[i : i + size] for i in range(0, len(items), size))
