"""The store of an index on Milvus: the same bulletins, passages, words and facts as in SQLite, in four collections.

Milvus holds everything, so that any machine that reaches it can search and answer. It has no transactions, so the order
of writing takes their place: the passages of a bulletin carry the number of their edition and are written first, then
one row of the bulletin names its present edition. Passages of other editions are nobody's: a reader passes over them,
and a later run takes them away, once no reader can be in the middle of them.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import threading
import time
import uuid
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from sources.bulletin import Bulletin
from sources.versions import Link

from .errors import IndexHeld, IndexingError, IndexMismatch, IndexMissing, IndexUnusable
from .milvus_client import Client
from .milvus_rows import (
    FLAT,
    LISTED_FIELDS,
    LONGEST,
    NO_FACT,
    PASSAGES,
    Listed,
    Row,
    as_json,
    edition_of,
    entry_text,
    file_key,
    in_chunks,
    in_list,
    key_of,
    listed_of,
    note_row,
    passage_id,
    passage_row,
    piece_rows,
    row_of,
    spans_of,
    vectors_blob,
    vectors_in,
    word_of,
    words_told,
)
from .passage import Passage
from .place import MilvusPlace
from .store import (
    LAYOUT,
    Embedded,
    Entry,
    File,
    Lanes,
    Prepared,
    Reading,
    Store,
    _details,
    content_of,
    newest_last,
    word_code,
)

_LAYOUT = f"{LAYOUT}-1"  # the second number: of the collections below
_MOST = 16_384  # rows that one search or query may give, Milvus' own limit
_AT_ONCE = 200  # passages written in one request: some megabytes
# How long what was replaced stays readable, for readers that are in the middle of a question.
_GRACE_S = 60
_LEASE_S, _RENEWED_S = 120, 30
_TOLD_AT_HAND = 20_000  # bulletins whose facts are kept between questions


@dataclass
class _Batch:
    """What a transaction will write."""

    passages: list[dict[str, Any]] = field(default_factory=list)
    pieces: list[dict[str, Any]] = field(default_factory=list)
    bulletins: dict[str, tuple[Listed, dict[str, Any]]] = field(default_factory=dict)
    relisted: dict[str, Listed] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)  # bulletin → edition
    stray: dict[int, str] = field(default_factory=dict)  # edition → bulletin
    unlinked: set[str] = field(default_factory=set)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)  # ids of notes


class MilvusStore(Store):
    """One index on Milvus. As `Store`, but that a reader's state is the catalogue that it has read, until `changed`."""

    def __init__(self, place: MilvusPlace, *, writable: bool = False) -> None:
        self.place = place
        self._client = Client(place, writable)
        self._names = {kind: f"{place.name}_{kind}" for kind in ("bulletins", "passages", "pieces", "notes")}
        self._listed: dict[str, Listed] | None = None
        self._of_edition: dict[int, str] = {}
        self._source: dict[str, str] = {}  # source → bulletin, when writing
        self._writable, self._changes, self._life = writable, 0, ""
        self._batch: _Batch | None = None
        self._lease: _Lease | None = None
        self._links: dict[str, set[str]] = {}
        self._told: dict[str, dict[int, float]] = {}
        try:
            self._begin(writable)
        except BaseException:
            self.close()
            raise

    def _begin(self, writable: bool) -> None:
        if not self._client("has_collection", self._names["notes"]):
            if not writable:
                raise IndexMissing(
                    f"There is no index at {self.place}.",
                    f"Build it first: bulletins index FOLDER --index {self.place}",
                )
            self._create()
        elif self.place.folder:  # a server keeps its collections in memory
            for name in self._names.values():
                if self._client("has_collection", name):
                    self._client("load_collection", name)
        layout = self.meta("layout")
        if layout is None and writable:  # made by a run that was killed at once
            self._note("layout", _LAYOUT, "revision", f"{uuid.uuid4().hex[:8]}-0")
            layout = _LAYOUT
        if layout != _LAYOUT:
            raise IndexMismatch(
                f"The index at {self.place} was made by another version of this program (layout {layout}, not "
                f"{_LAYOUT}).",
                "Name another collection and build it: bulletins index FOLDER --index ADDRESS",
            )
        if writable:
            if not self.place.folder:
                self._lease = _Lease(self)
            self._recover()

    def _note(self, *pairs: str) -> None:
        rows = [note_row(f"meta:{key}", "meta", text=text) for key, text in zip(pairs[::2], pairs[1::2], strict=True)]
        self._write("upsert", "notes", rows)

    def close(self) -> None:
        if self._lease:
            self._lease.give_back()
            self._lease = None
        self._client.close()

    # Collections

    def _create(self) -> None:
        kinds = self._client.kinds
        notes = self._schema(id=(kinds.VARCHAR, 128))
        for name in ("kind", "a", "b"):
            notes.add_field(name, kinds.VARCHAR, max_length=128)
        notes.add_field("number", kinds.INT64)
        notes.add_field("text", kinds.VARCHAR, max_length=LONGEST)
        pieces = self._schema(id=(kinds.VARCHAR, 64))
        pieces.add_field("edition", kinds.INT64)
        pieces.add_field("number", kinds.INT64)  # of the passage, -1 for what is of the bulletin
        pieces.add_field("text", kinds.VARCHAR, max_length=LONGEST)
        for schema in (notes, pieces):
            schema.add_field("flat", kinds.FLOAT_VECTOR, dim=len(FLAT))
        bulletins = self._schema(id=(kinds.VARCHAR, 64))
        for name in ("edition", "change", "passages"):
            bulletins.add_field(name, kinds.INT64)
        bulletins.add_field("entry", kinds.VARCHAR, max_length=LONGEST)
        bulletins.add_field("keys", kinds.ARRAY, element_type=kinds.VARCHAR, max_capacity=1024, max_length=16)
        bulletins.add_field("told", kinds.SPARSE_FLOAT_VECTOR)
        flat, sparse = ("flat", "FLAT", "L2"), ("told", "SPARSE_INVERTED_INDEX", "IP")
        self._make("pieces", pieces, flat, "edition")
        self._make("bulletins", bulletins, sparse, "change")
        self._make("notes", notes, flat, "kind")  # last: an index without notes is none

    def _create_passages(self, dim: int) -> None:
        """When the embedder is known."""
        kinds = self._client.kinds
        passages = self._schema(id=(kinds.INT64, 0))
        passages.add_field("edition", kinds.INT64)
        passages.add_field("draw", kinds.INT64)  # by chance, in [0, 2^32): draws samples
        passages.add_field("english", kinds.BOOL)
        # Terms as `word_of` writes them: its tokenisers know neither our segmentation nor our stems.
        passages.add_field(
            "words", kinds.VARCHAR, max_length=LONGEST, enable_analyzer=True, enable_match=True,
            analyzer_params={"tokenizer": "standard"},
        )  # fmt: skip
        passages.add_field("vector", kinds.FLOAT_VECTOR, dim=dim)
        passages.add_field("bm25", kinds.SPARSE_FLOAT_VECTOR)
        passages.add_field("facts", kinds.SPARSE_FLOAT_VECTOR)
        passages.add_function(self._client.bm25("words", "bm25"))
        self._make(
            "passages", passages, ("vector", self.place.vectors, "IP"), ("bm25", "SPARSE_INVERTED_INDEX", "BM25"),
            ("facts", "SPARSE_INVERTED_INDEX", "IP"), "edition", "draw",
        )  # fmt: skip

    def _schema(self, id: tuple[Any, int]) -> Any:
        schema = self._client("create_schema", auto_id=False, enable_dynamic_field=False)
        kind, length = id
        schema.add_field("id", kind, is_primary=True, **({"max_length": length} if length else {}))
        return schema

    def _make(self, kind: str, schema: Any, *indexes: tuple[str, str, str] | str) -> None:
        params = self._client("prepare_index_params")
        for one in indexes:
            if isinstance(one, str):
                params.add_index(one, index_type="INVERTED")
            else:
                name, index_type, metric = one
                # As the word lane has them; lists and links of vectors as Milvus' documents advise.
                more = {
                    "BM25": {"bm25_k1": 1.2, "bm25_b": 0.75},
                    "IVF_SQ8": {"nlist": 1024},
                    "IVF_FLAT": {"nlist": 1024},
                    "HNSW": {"M": 16, "efConstruction": 200},
                }
                chosen = more.get(metric, more.get(index_type, {}))
                params.add_index(name, index_type=index_type, metric_type=metric, params=chosen)
        name = self._names[kind]
        if not self._client("has_collection", name):
            self._client("create_collection", name, schema=schema, consistency_level="Bounded")
        # Not waited for, as nothing is in it yet: half a second an index. Asked for again where a run was killed here.
        self._client("create_index", name, params, sync=False)
        self._client("load_collection", name)

    # One writer at a time, whatever became of the last one

    def _recover(self) -> None:
        """Ends what a killed run began: of two bulletins of one source the newer one stays, strays go."""
        listed = self.catalogue(sure=True)
        older = defaultdict(list)
        for key, one in listed.items():
            older[one.entry.source].append((one.edition, key))
        for found in older.values():
            for edition, key in sorted(found)[:-1]:
                self._delete("bulletins", ids=[key])
                self._write("upsert", "notes", [note_row(f"gone:{key}", "gone", key, number=edition)])
                self._forget(key)
        self._source = {one.entry.source: key for key, one in listed.items()}
        self._life, _, number = self.revision.partition("-")
        rows = self._query("bulletins", f"change > {number}", ["change"], sure=True)
        latest = max((row["change"] for row in rows), default=0)
        self._changes = max(latest, int(number))
        if latest:
            self._note("revision", f"{self._life}-{self._changes}")
        self.sweep()

    def sweep(self) -> None:
        """Takes away passages of editions that are nobody's, the replaced ones when they have been so for a while."""
        strays = self._query("notes", 'kind == "stray"', ["id", "a", "number", "text"], sure=True)
        now = time.time()
        wanted = [row for row in strays if row["number"] not in self._of_edition]
        ripe = [row for row in wanted if not row["text"] or now - float(row["text"]) > _GRACE_S]
        for rows in in_chunks(ripe, 100):
            editions = [int(row["number"]) for row in rows]
            for kind in ("passages", "pieces"):
                if kind == "pieces" or self.meta("dim"):
                    self._delete(kind, filter=f"edition in {editions}")
        done = [row["id"] for row in [*ripe, *(row for row in strays if row["number"] in self._of_edition)]]
        for ids in in_chunks(done, 1000):
            self._delete("notes", ids=ids)

    def settle(self) -> None:
        """At the end of a run: what is written is put into its indexes, and strays go."""
        self.sweep()
        for name in self._names.values() if self.place.folder else ():  # a server does so by itself
            if self._client("has_collection", name):
                self._client("flush", name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All is written at its end, or nothing."""
        if self._lease:
            self._lease.require()
        self._batch = _Batch()
        try:
            yield
            self._commit(self._batch)
        finally:
            self._batch = None

    def _commit(self, batch: _Batch) -> None:
        editions = {listed.edition: key for key, (listed, _) in batch.bulletins.items()}
        # First what a later run has to look after if this one is killed.
        strays = [note_row(f"stray:{e}", "stray", key, number=e) for e, key in editions.items()]
        strays += [note_row(f"stray:{e}", "stray", k, number=e, text=str(time.time())) for e, k in batch.stray.items()]
        self._write("upsert", "notes", strays)
        for ids in in_chunks(sorted(batch.unlinked), 100):
            self._delete("notes", filter=f'kind == "link" and (a in {in_list(ids)} or b in {in_list(ids)})')
        for rows in in_chunks(batch.passages, _AT_ONCE):
            self._write("insert", "passages", rows)
        for rows in in_chunks(batch.pieces, 100):
            self._write("insert", "pieces", rows)
        self._write("upsert", "notes", list(batch.notes.values()))
        # What was listed so far is exchanged by one row, and by it the bulletin is in.
        self._write("upsert", "bulletins", [row for _, row in batch.bulletins.values()])
        for key, (listed, _) in batch.bulletins.items():
            self._list(key, listed)
        for key, listed in batch.relisted.items():
            change = {"id": key, "entry": entry_text(listed), "change": self._next()}
            self._write("upsert", "bulletins", [change], partial_update=True)
            self._list(key, listed)
        if batch.gone:
            self._delete("bulletins", ids=list(batch.gone))
            gone = [note_row(f"gone:{key}", "gone", key, number=self._next()) for key in batch.gone]
            self._write("upsert", "notes", gone)
            for key in batch.gone:
                self._forget(key)
        if batch.dropped:
            self._delete("notes", ids=batch.dropped)
        if batch.bulletins or batch.relisted or batch.gone:
            self._note("revision", f"{self._life}-{self._changes}")

    def _next(self) -> int:
        """The number of the next change: later ones are greater, and no two runs use the same."""
        self._changes = max(self._changes + 1, int(time.time() * 1000))
        return self._changes

    def _list(self, key: str, listed: Listed) -> None:
        self._forget(key)
        assert self._listed is not None
        self._listed[key] = listed
        self._of_edition[listed.edition] = key
        self._source[listed.entry.source] = key

    def _forget(self, key: str) -> None:
        assert self._listed is not None
        if old := self._listed.pop(key, None):
            self._of_edition.pop(old.edition, None)
            if self._source.get(old.entry.source) == key:
                del self._source[old.entry.source]

    # What the index says of itself

    def meta(self, key: str) -> str | None:
        rows = self._query("notes", f'id == "meta:{key}"', ["text"])
        return str(rows[0]["text"]) if rows else None

    def set_meta(self, **values: str) -> None:
        self._note(*(part for pair in values.items() for part in pair))
        if "dim" in values:
            self._create_passages(int(values["dim"]))

    def snapshot(self) -> None:
        """The state of a reader is the catalogue that it has read: there is nothing to fix."""

    # Writing

    def put(
        self,
        bulletin: Bulletin,
        digest: str,
        ingested: str,
        passages: Sequence[Prepared],
        facts: tuple[list[str], list[str]],
        keys: Iterable[str],
        file: File | None = None,
    ) -> None:
        batch = self._writing()
        file = file or File(bulletin.source, bulletin.path, digest, seen=ingested)
        self.put_file(file)
        for old in {self._source.get(bulletin.source, bulletin.id), bulletin.id}:
            self._replace(old, bulletin.id)
        edition = self._next()
        for i, prepared in enumerate(passages[:PASSAGES]):
            batch.passages.append(passage_row(passage_id(edition, i), edition, bulletin.language == "en", prepared))
        batch.pieces += piece_rows(edition, "b", as_json([bulletin.raw, bulletin.text, _details(bulletin)]))
        batch.pieces += piece_rows(edition, "p", as_json({"told": facts[1], **spans_of(bulletin, passages)}))
        batch.pieces += piece_rows(edition, "v", vectors_blob(passages))
        for i, prepared in enumerate(passages[:PASSAGES]):
            batch.pieces += piece_rows(edition, "t", prepared.token_vectors.packed(), i)
        events = tuple(dict.fromkeys(date.value for date in bulletin.dates if date.role == "event"))
        entry = Entry(
            bulletin.id, bulletin.source, bulletin.path, bulletin.title, bulletin.issuer, bulletin.published,
            bulletin.language, ingested, events,
        )  # fmt: skip
        listed = Listed(entry, edition, len(passages), digest, content_of(bulletin), file.name)
        opening, told = facts
        weights = dict.fromkeys(map(word_code, told), 1.0) | dict.fromkeys(map(word_code, opening), 2.0)
        row = {
            "id": bulletin.id, "edition": edition, "change": edition, "passages": len(passages),
            "entry": entry_text(listed), "keys": [key_of(key) for key in keys][:1024],
            "told": weights or {NO_FACT: 1.0},
        }  # fmt: skip
        batch.bulletins[bulletin.id] = (listed, row)

    def _replace(self, old: str, by: str) -> None:
        """The edition of a bulletin that is listed will be nobody's. by: the bulletin that takes its place."""
        batch = self._writing()
        if listed := self.catalogue().get(old):
            batch.stray[listed.edition] = old
            batch.unlinked.add(old)
            if old != by:
                batch.gone[old] = listed.edition

    def _writing(self) -> _Batch:
        if self._batch is None:
            raise RuntimeError("call inside `transaction`")
        return self._batch

    def link(self, a: str, b: str, link: Link) -> None:
        a, b = min(a, b), max(a, b)
        told = json.dumps([link.kind, link.score, link.reasons])
        self._writing().notes[f"link:{a}:{b}"] = note_row(f"link:{a}:{b}", "link", a, b, text=told)

    def put_file(self, file: File) -> None:
        key = file_key(file.name)
        text = json.dumps(asdict(file))
        while len(text) > LONGEST and file.failures:
            file = replace(file, failures=file.failures[: len(file.failures) // 2])
            text = json.dumps(asdict(file))
        self._writing().notes[key] = note_row(key, "file", text=text)

    def move(self, name: str, path: str) -> None:
        for source in self.parts(name):
            self._relist(source, path=path + source.removeprefix(name))

    def keep(self, source: str, digest: str) -> None:
        self._relist(source, digest=digest)

    def _relist(self, source: str, path: str | None = None, digest: str | None = None) -> None:
        key = self._source[source]
        listed = self.catalogue()[key]
        if path is not None:
            listed = replace(listed, entry=replace(listed.entry, path=path))
        if digest is not None:
            listed = replace(listed, digest=digest)
        self._writing().relisted[key] = listed

    def remove(self, source: str) -> None:
        if key := self._source.get(source):
            self._replace(key, by="")

    def remove_file(self, name: str) -> None:
        for source in self.parts(name):
            self.remove(source)
        self._writing().dropped.append(file_key(name))

    # Reading

    def catalogue(self, *, sure: bool = False) -> dict[str, Listed]:
        """Every bulletin by its id, as it was at the last `changed`. sure: reads all anew."""
        if self._listed is None or sure:
            self._listed, self._of_edition = {}, {}
            self._links.clear()
            self._told.clear()
            for row in self._query("bulletins", 'id != ""', LISTED_FIELDS, sure=True):
                self._list(row["id"], listed_of(row))
        return self._listed

    def changed(self, since: int) -> list[str]:
        """As `Store.changed`, and brings the catalogue up to date."""
        rows = self._query("bulletins", f"change > {since}", LISTED_FIELDS, sure=True)
        gone = self._query("notes", f'kind == "gone" and number > {since}', ["a"], sure=True)
        found = {row["id"]: listed_of(row) for row in rows}
        for row in gone:
            if row["a"] not in found:
                self._forget(row["a"])
        for key, listed in found.items():
            self._list(key, listed)
        self._links.clear()
        self._told.clear()
        return list(dict.fromkeys([*found, *(row["a"] for row in gone)]))

    def of_edition(self, edition: int) -> str | None:
        """The bulletin of which that is the present edition."""
        return self._of_edition.get(edition)

    def digests(self) -> dict[str, tuple[str, str]]:
        return {one.entry.source: (one.digest, one.entry.path) for one in self.catalogue().values()}

    def files(self) -> dict[str, File]:
        found = {}
        for row in self._query("notes", 'kind == "file"', ["text"], sure=True):
            values = json.loads(row["text"])
            failures = tuple((where, reason) for where, reason in values.pop("failures"))
            file = File(**values, failures=failures)
            found[file.name] = file
        return found

    def parts(self, name: str) -> dict[str, str]:
        found = [one for one in self.catalogue().values() if one.file == name]
        return {one.entry.source: one.digest for one in sorted(found, key=lambda one: one.edition)}

    def holds(self, bulletin: Bulletin) -> bool:
        listed = self.catalogue().get(bulletin.id)
        if listed is None or listed.entry.source != bulletin.source:
            return False
        entry = listed.entry
        told = (entry.path, entry.title, entry.issuer, entry.published, entry.language)
        wanted = (bulletin.path, bulletin.title, bulletin.issuer, bulletin.published, bulletin.language)
        if told != wanted:
            return False
        _, text, details = json.loads(self._blob(listed.edition, "b"))
        return text == bulletin.text and details == _details(bulletin)

    def embedded(self, source: str, content: str) -> list[Embedded]:
        keys = {self._source.get(source), next((k for k, one in self._listed_of(content)), None)}
        found = []
        for key in filter(None, keys):
            entry = self.catalogue()[key].entry
            reading = self.read([key])[key]
            whole = {row["id"] % PASSAGES: np.array(row["vector"], np.float32) for row in self._of([key], ["vector"])}
            tokens = self.token_vectors({key: [passage.number for passage in reading.passages]})[key]
            for passage, vectors in zip(reading.passages, reading.sentence_vectors or (), strict=True):
                said = tuple(reading.text[a:b] for a, b in passage.sentences)
                found.append(
                    Embedded(
                        entry.language, entry.title, passage.heading, passage.text, whole[passage.number], said,
                        vectors.astype(np.float16), tokens[passage.number],
                    )
                )  # fmt: skip
        return found

    def _listed_of(self, content: str) -> Iterator[tuple[str, Listed]]:
        return ((key, one) for key, one in self.catalogue().items() if one.content == content)

    def tokens(self, bulletin_id: str) -> list[str]:
        listed = self.catalogue().get(bulletin_id)
        return list(json.loads(self._blob(listed.edition, "p"))["told"]) if listed else []

    def counts(self) -> tuple[int, int]:
        listed = self.catalogue().values()
        return len(listed), sum(one.passages for one in listed)

    def entries(self, bulletins: Iterable[str] | None = None) -> list[Entry]:
        listed = self.catalogue()
        keys = listed if bulletins is None else [key for key in bulletins if key in listed]
        return sorted((listed[key].entry for key in keys), key=newest_last, reverse=True)

    def changes(self) -> int:
        return int(self.revision.rpartition("-")[2])

    def bulletin(self, bulletin_id: str) -> Bulletin:
        bulletin = self.read([bulletin_id])[bulletin_id].bulletin
        assert bulletin
        return bulletin

    def sentence_vectors(self, bulletin_id: str, passages: Sequence[Passage]) -> list[np.ndarray]:
        return list(self.read([bulletin_id])[bulletin_id].sentence_vectors or ())

    def read(self, bulletins: Sequence[str]) -> dict[str, Reading]:
        """Everything at once: a request takes longer than what more it brings."""
        listed = self.catalogue()
        editions = {listed[key].edition: key for key in bulletins}
        found = {}
        for edition, blobs in self._blobs(list(editions)).items():
            key = editions[edition]
            raw, clean, details = json.loads(blobs["b"])
            entry = listed[key].entry
            row = (
                key, entry.source, entry.path, raw, clean, entry.title, entry.issuer, entry.published, entry.language,
            )  # fmt: skip
            bulletin = self.described(row, details)
            spans = json.loads(blobs["p"])["passages"]
            halves = vectors_in(blobs["v"], [len(one[3]) for one in spans])
            passages = tuple(
                Passage(
                    key, entry.source, number, start, end, clean[start:end], tuple((a, b) for a, b in sentences),
                    bulletin.language, entry.title, heading,
                )
                for number, start, end, sentences, heading, _ in spans
            )  # fmt: skip
            vectors = tuple(half.astype(np.float32) for half in halves)
            found[key] = Reading(bulletin.text, passages, bulletin, vectors)
        return found

    def token_vectors(self, passages: Mapping[str, Sequence[int]]) -> dict[str, dict[int, bytes]]:
        editions = {self.catalogue()[key].edition: key for key, numbers in passages.items() if numbers}
        found: dict[str, dict[int, bytes]] = {key: {} for key in passages}
        for some in in_chunks(list(editions), 50):
            where = [f"(edition == {e} and number in {list(map(int, passages[editions[e]]))})" for e in some]
            for edition, _, number, blob in self._joined_pieces(" or ".join(where)):
                found[editions[edition]][number] = blob
        return found

    def forms(self, bulletin_id: str) -> tuple[frozenset[str], list[list[frozenset[str]]]]:
        told = json.loads(self._blob(self.catalogue()[bulletin_id].edition, "p"))
        lines = [one[5].split("\n") for one in told["passages"]]
        return frozenset(told["forms"].split()), [[frozenset(line.split()) for line in of] for of in lines]

    def sharing(self, keys: Iterable[str], but: str) -> list[str]:
        asked = [key_of(key) for key in keys]
        if not asked:
            return []
        rows = self._query("bulletins", f"array_contains_any(keys, {in_list(asked)})", ["id", "edition"], sure=True)
        rows.sort(key=lambda row: row["edition"])
        return [row["id"] for row in rows if row["id"] != but and row["id"] in self.catalogue()]

    def links(self) -> list[tuple[str, str]]:
        listed = self.catalogue()
        rows = self._query("notes", 'kind == "link"', ["a", "b"])
        return [(row["a"], row["b"]) for row in rows if row["a"] in listed and row["b"] in listed]

    def linked(self, bulletin_id: str) -> list[str]:
        self.read_links([bulletin_id])
        return sorted(self._links[bulletin_id])

    def read_links(self, bulletins: Iterable[str]) -> None:
        """Reads the links of bulletins at once, and of those that they lead to."""
        new = sorted(set(bulletins) - self._links.keys())
        while new:
            for ids in in_chunks(new, 500):
                self._links.update((key, set()) for key in ids)
                where = f'kind == "link" and (a in {in_list(ids)} or b in {in_list(ids)})'
                for row in self._query("notes", where, ["a", "b"]):
                    for one, other in ((row["a"], row["b"]), (row["b"], row["a"])):
                        if one in self._links and other in self.catalogue():
                            self._links[one].add(other)
            new = sorted({other for key in new for other in self._links[key]} - self._links.keys())

    def lanes(self, bulletins: Iterable[str] | None = None) -> Lanes:
        listed = self.catalogue()
        keys = list(listed) if bulletins is None else [key for key in bulletins if key in listed]
        rows = self._of(keys, ["words", "facts"])
        return self.lanes_of({row["id"]: row_of(row) for row in rows}, keys)

    def lanes_in_blocks(self, bulletins: int) -> Iterator[Lanes]:
        for keys in in_chunks(list(self.catalogue()), bulletins):
            yield self.lanes(keys)

    def lanes_of(self, rows: Mapping[int, Row], bulletins: Iterable[str] = ()) -> Lanes:
        """Passages, by id, as the lanes take them, in the order of their ids. bulletins: told of besides theirs."""
        ids = sorted(rows)
        keys = [self._of_edition[edition_of(i)] for i in ids]
        told = self.told([*dict.fromkeys([*keys, *bulletins])])
        english = {key: self.catalogue()[key].entry.language == "en" for key in set(keys)}
        codes = [rows[i].words for i in ids]
        return Lanes(
            ids=np.array(ids, np.int64),
            bulletins=keys,
            numbers=np.array([i % PASSAGES for i in ids], np.int32),
            english=np.array([english[key] for key in keys], bool),
            bulletin_facts={key: (words_told(weights, 2), words_told(weights, 1)) for key, weights in told.items()},
            word_rows=np.repeat(np.arange(len(ids), dtype=np.int32), [len(c) for c, _ in codes]),
            word_codes=np.concatenate([np.empty(0, np.uint32), *(c for c, _ in codes)]),
            word_counts=np.concatenate([np.empty(0, np.uint16), *(n for _, n in codes)]),
            facts=[[word_of(code) for code in rows[i].facts] for i in ids],
        )

    def passage_ids(self) -> np.ndarray:
        listed = self.catalogue().values()
        return np.sort(np.array([passage_id(one.edition, i) for one in listed for i in range(one.passages)], np.int64))

    def vectors(self, ids: Sequence[int] | None = None) -> np.ndarray:
        wanted = self.passage_ids().tolist() if ids is None else list(ids)
        rows = self.rows(wanted)
        return np.stack([rows[i].vector for i in wanted]) if wanted else np.empty((0, int(self.meta("dim") or 0)), "f4")

    # Searching: what each lane puts forward, as ids of passages

    def nearest(self, vector: np.ndarray, k: int, where: str = "") -> list[int]:
        """Passages near in meaning, nearest first. where: a condition of Milvus."""
        more = {"params": {"nprobe": 64}} if self.place.vectors.startswith("IVF") else {}
        return self._search("passages", "vector", [vector.tolist()], k, where, search_params=more)[0]

    def worded(self, terms: Mapping[str, int], k: int, where: str = "") -> list[int]:
        """Passages that hold these terms, by Milvus' BM25, best first; terms: how often each is asked for."""
        text = " ".join(word_of(word_code(term)) for term, times in terms.items() for _ in range(times))
        return self._search("passages", "bm25", [text], k, where)[0] if text else []

    def telling(self, weights: Mapping[str, float], k: int, where: str = "") -> list[int]:
        """Passages that tell facts, by the sum of their weights."""
        asked = {word_code(token): weight for token, weight in weights.items() if weight > 0}
        return self._search("passages", "facts", [asked], k, where)[0] if asked else []

    def about(self, weights: Mapping[str, float], k: int) -> list[str]:
        """Bulletins that are about facts, by the sum of their weights, ids."""
        asked = {word_code(token): weight for token, weight in weights.items() if weight > 0}
        return (
            [key for key in self._search("bulletins", "told", [asked], k)[0] if key in self.catalogue()]
            if asked
            else []
        )

    def known(self, tokens: Sequence[str]) -> set[str]:
        """Those of the facts that a bulletin tells."""
        if not tokens:
            return set()
        found = self._search("bulletins", "told", [{word_code(token): 1.0} for token in tokens], 1)
        return {token for token, hits in zip(tokens, found, strict=True) if hits}

    def holding(self, terms: Sequence[str], tokens: Sequence[str]) -> set[str]:
        """Bulletins of which a passage holds all of the terms or tells any of the facts."""
        ids: list[int] = []
        if terms:
            where = " and ".join(f"text_match(words, '{word_of(word_code(term))}')" for term in terms)
            ids += [row["id"] for row in self._query("passages", where, ["id"])]
        for found in self._search("passages", "facts", [{word_code(t): 1.0} for t in tokens], _MOST) if tokens else ():
            ids += found
        return {key for i in ids if (key := self._of_edition.get(edition_of(i)))}

    def sample(self, below: int, fields: Sequence[str]) -> dict[int, Row]:
        """Passages, as far as these fields tell, whose draw is below a number, in [0, 2^32]."""
        step = max(1, int((1 << 32) * 4000 / max(4000, self.counts()[1])))  # some 4,000 at once
        found: dict[int, Row] = {}
        for first in range(0, below, step):
            where = f"draw >= {first} and draw < {min(below, first + step)}"
            found.update((row["id"], row_of(row)) for row in self._query("passages", where, [*fields], few=True))
        return {i: row for i, row in found.items() if edition_of(i) in self._of_edition}

    def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        found: dict[int, Row] = {}
        for some in in_chunks(ids, 2000):
            where = f"id in {list(map(int, some))}"
            found.update(
                (row["id"], row_of(row))
                for row in self._query("passages", where, ["words", "facts", "vector"], few=True)
            )
        return found

    def rows_of(self, bulletins: Iterable[str]) -> dict[int, Row]:
        """All passages of bulletins."""
        return {row["id"]: row_of(row) for row in self._of(list(bulletins), ["words", "facts", "vector"])}

    def told(self, bulletins: Sequence[str]) -> dict[str, dict[int, float]]:
        """Of bulletins, the codes of their facts: 2 for those of the opening and the dates, else 1."""
        if len(self._told) > _TOLD_AT_HAND:
            self._told.clear()
        for ids in in_chunks([key for key in bulletins if key not in self._told], 500):
            for row in self._query("bulletins", f"id in {in_list(ids)}", ["told"], few=True):
                self._told[row["id"]] = {int(code): w for code, w in row["told"].items() if int(code) != NO_FACT}
        return {key: self._told.get(key, {}) for key in bulletins}

    # How Milvus is asked

    def _of(self, bulletins: Sequence[str], fields: list[str]) -> list[dict[str, Any]]:
        listed, rows = self.catalogue(), list[dict[str, Any]]()
        for some in in_chunks(bulletins, 100):
            where = f"edition in {[listed[key].edition for key in some]}"
            rows += self._query("passages", where, fields, few=sum(listed[key].passages for key in some) < _MOST)
        return rows

    def _blob(self, edition: int, kind: str) -> bytes:
        return self._blobs([edition])[edition][kind]

    def _blobs(self, editions: Sequence[int]) -> dict[int, dict[str, bytes]]:
        found: dict[int, dict[str, bytes]] = defaultdict(dict)
        for some in in_chunks(editions, 50):
            for edition, kind, _, blob in self._joined_pieces(f"edition in {list(some)} and number == -1"):
                found[edition][kind] = blob
        if any(len(found[edition]) < 3 for edition in editions):
            raise IndexUnusable("A bulletin was replaced while it was read.", "Ask again.")
        return found

    def _joined_pieces(self, where: str) -> Iterator[tuple[int, str, int, bytes]]:
        """(edition, kind, number, what was put in pieces)."""
        pieces: dict[tuple[int, str, int], dict[int, str]] = defaultdict(dict)
        for row in self._query("pieces", where, ["id", "text"]):
            edition, kind, number, piece = row["id"].split(".")
            pieces[int(edition), kind, int(number)][int(piece)] = row["text"]
        for key, texts in pieces.items():
            yield *key, zlib.decompress(base64.b64decode("".join(texts[i] for i in range(len(texts)))))

    def _query(
        self, kind: str, where: str, fields: list[str], *, sure: bool = False, few: bool = False
    ) -> list[dict[str, Any]]:
        """All rows. sure: what has just been written, too. few: not more than one request may give."""
        name = self._names[kind]
        asked: dict[str, Any] = {"filter": where, "output_fields": fields}
        if sure or self._writable:
            asked["consistency_level"] = "Strong"
        rows = self._client("query", name, **asked, limit=_MOST)
        if few or len(rows) < _MOST:
            return list(rows)
        found: list[dict[str, Any]] = []
        pages = self._client("query_iterator", name, **asked, batch_size=_MOST // 4)
        while page := self._client.do(pages.next):
            found += page
        pages.close()
        return found

    def _search(self, kind: str, field: str, asked: list[Any], k: int, where: str = "", **more: Any) -> list[list[Any]]:
        found = self._client(
            "search", self._names[kind], data=asked, anns_field=field, limit=min(k, _MOST), filter=where, **more
        )
        return [[hit["id"] for hit in hits] for hits in found]

    def _write(self, how: str, kind: str, rows: Sequence[dict[str, Any]], **more: Any) -> None:
        if rows:
            self._client(how, self._names[kind], list(rows), **more)

    def _delete(self, kind: str, **which: Any) -> None:
        self._client("delete", self._names[kind], **which)


class _Lease:
    """The right to write an index on a server, renewed as long as it is held; a killed writer's runs out."""

    def __init__(self, store: MilvusStore) -> None:
        self._store, self._mine = store, uuid.uuid4().hex
        self._who = f"process {os.getpid()} on {socket.gethostname()}, since {time.strftime('%Y-%m-%dT%H:%M:%S')}"
        self._over, self._lost = threading.Event(), ""
        self._require_free()
        self._renew()
        self._require_free()  # of two that begin at once, the one that wrote last has it
        self._thread = threading.Thread(target=self._stay, daemon=True)
        self._thread.start()

    def _holder(self) -> dict[str, Any]:
        rows = self._store._query("notes", 'id == "writer"', ["text", "number", "a"], sure=True)
        return rows[0] if rows else {"a": "", "number": 0, "text": ""}

    def _require_free(self) -> None:
        holder = self._holder()
        if holder["a"] not in ("", self._mine) and holder["number"] > time.time():
            raise IndexHeld(
                f"Another run is writing the index at {self._store.place}: {holder['text']}.",
                f"Wait until it has ended, then try again. When it was killed, that takes {_LEASE_S // 60} minutes.",
            )

    def _renew(self) -> None:
        row = note_row("writer", "writer", self._mine, number=int(time.time()) + _LEASE_S, text=self._who)
        self._store._write("upsert", "notes", [row])

    def _stay(self) -> None:
        while not self._over.wait(_RENEWED_S):
            try:
                self._require_free()
                self._renew()
            except IndexingError as problem:
                self._lost = str(problem)
                return

    def require(self) -> None:
        if self._lost:
            raise IndexHeld(self._lost, "Try again when nothing else writes this index.")

    def give_back(self) -> None:
        self._over.set()
        self._thread.join()
        if not self._lost:
            with contextlib.suppress(IndexingError):  # then it runs out
                self._store._delete("notes", ids=["writer"])
