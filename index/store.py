"""Where bulletins and passages are kept: one SQLite file is the truth, the FAISS file beside it a cache of its vectors.

A bulletin, its passages, vectors, words and facts are written in one transaction, so that a killed writer leaves
no part of a bulletin, and readers see whole bulletins only.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import uuid
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from sources.bulletin import (
    Block,
    Bulletin,
    Contradiction,
    Edit,
    Enumeration,
    Fact,
    Item,
    Person,
    TextDate,
    TextMap,
    is_of_year,
)
from sources.versions import Link

from .errors import IndexDamaged, IndexingError, IndexMismatch, IndexMissing, IndexUnusable
from .passage import Passage
from .token_vectors import TokenVectors
from .words import forms_of

FILE = "bulletins.sqlite"
_CACHE_KB = 32_768  # of the file in memory: the tables' upper levels of a million passages
# Vectors have rows of their own: they are ten times as long as what else there is of a passage, which a start reads.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE file (
    name TEXT PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL, origin TEXT NOT NULL, etag TEXT NOT NULL,
    modified TEXT NOT NULL, seen TEXT NOT NULL, failures TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE bulletin (
    id TEXT PRIMARY KEY, source TEXT UNIQUE NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, ingested TEXT NOT NULL,
    title TEXT NOT NULL, issuer TEXT, published TEXT, events TEXT NOT NULL, language TEXT NOT NULL,
    facts TEXT NOT NULL, raw TEXT NOT NULL, clean TEXT NOT NULL, details TEXT NOT NULL, forms TEXT NOT NULL,
    file TEXT NOT NULL REFERENCES file(name) ON DELETE CASCADE, content TEXT NOT NULL
);
CREATE INDEX bulletin_file ON bulletin(file);
CREATE INDEX bulletin_content ON bulletin(content);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bulletin TEXT NOT NULL REFERENCES bulletin(id) ON DELETE CASCADE,
    number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, sentences TEXT NOT NULL,
    heading TEXT NOT NULL, words BLOB NOT NULL, facts TEXT NOT NULL, forms TEXT NOT NULL
);
CREATE INDEX passage_bulletin ON passage(bulletin, number);
CREATE TABLE vectors (
    passage INTEGER PRIMARY KEY REFERENCES passage(id) ON DELETE CASCADE,
    vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL, token_vectors BLOB NOT NULL
);
CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, bulletin TEXT NOT NULL);
CREATE TRIGGER bulletin_in AFTER INSERT ON bulletin BEGIN INSERT INTO change (bulletin) VALUES (NEW.id); END;
CREATE TRIGGER bulletin_out AFTER DELETE ON bulletin BEGIN INSERT INTO change (bulletin) VALUES (OLD.id); END;
CREATE TRIGGER bulletin_moved AFTER UPDATE OF path ON bulletin BEGIN
    INSERT INTO change (bulletin) VALUES (NEW.id);
END;
CREATE TABLE event_key (key TEXT NOT NULL, bulletin TEXT NOT NULL REFERENCES bulletin(id) ON DELETE CASCADE);
CREATE INDEX event_key_key ON event_key(key);
CREATE INDEX event_key_bulletin ON event_key(bulletin);
CREATE TABLE link (
    a TEXT NOT NULL REFERENCES bulletin(id) ON DELETE CASCADE,
    b TEXT NOT NULL REFERENCES bulletin(id) ON DELETE CASCADE,
    kind TEXT NOT NULL, score REAL NOT NULL, reasons TEXT NOT NULL, PRIMARY KEY (a, b)
);
CREATE INDEX link_b ON link(b);
"""
# An index of other tables cannot be read. Taken from the tables themselves, so that no change of them is forgotten.
LAYOUT = f"{zlib.crc32(_TABLES.encode()):08x}"


@dataclass(frozen=True)
class Entry:
    """What the catalogue tells of one bulletin without reading it. ingested: ISO date and time, UTC."""

    id: str
    source: str
    path: str
    title: str
    issuer: str | None
    published: str | None
    language: str
    ingested: str
    events: tuple[str, ...]

    def is_of(self, year: str) -> bool:
        """As `sources.bulletin.is_of_year`."""
        return is_of_year(year, self.title, (self.published or "", *self.events))


@dataclass(frozen=True)
class File:
    """A file, page or list of pages as it was last read.

    name: what the sources of its bulletins are, or begin with before a "#". path: absolute, or the address. digest: of
    its bytes and of the code that read them, "" until all of its bulletins are stored. origin: the feed, sitemap or
    list of addresses that told of a page. etag, modified: as the server told them. seen: ISO date and time, UTC, when
    it was last read or found unchanged. failures: (path, reason) of the whole or of parts of it.
    """

    name: str
    path: str
    digest: str = ""
    origin: str = ""
    etag: str = ""
    modified: str = ""
    seen: str = ""
    failures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A passage with all that the lanes need. vector: float32, (dim,); sentence_vectors: (sentences, dim).

    token_vectors: of the passage as it was embedded, its title and heading included.
    """

    passage: Passage
    vector: np.ndarray
    sentence_vectors: np.ndarray
    words: Counter[str]
    facts: tuple[str, ...]
    token_vectors: TokenVectors


@dataclass(frozen=True)
class Embedded:
    """A stored passage and its sentences with their vectors; sentence_vectors: float16, shape (sentences, dim).

    token_vectors: packed.
    """

    language: str
    title: str
    heading: str
    text: str
    vector: np.ndarray
    sentences: tuple[str, ...]
    sentence_vectors: np.ndarray
    token_vectors: bytes


@dataclass(frozen=True)
class Reading:
    """What a search reads of a bulletin: its clean text and its passages in order; the rest only where it comes along.

    sentence_vectors: of each passage, float32, (sentences, dim).
    """

    text: str
    passages: tuple[Passage, ...]
    bulletin: Bulletin | None = None
    sentence_vectors: tuple[np.ndarray, ...] | None = None


@dataclass(frozen=True)
class Lanes:
    """Passages as the lanes see them, row by row. word_*: coordinates (row, term code) with their counts.
    bulletin_facts: bulletin id → (tokens of its opening and its dates, all its tokens); also of bulletins that have no
    passage.
    """

    ids: np.ndarray
    bulletins: list[str]
    numbers: np.ndarray
    english: np.ndarray
    bulletin_facts: dict[str, tuple[list[str], list[str]]]
    word_rows: np.ndarray
    word_codes: np.ndarray
    word_counts: np.ndarray
    facts: list[list[str]]


def word_code(term: str) -> int:
    """A term as 32 bits. Two terms of a million-word collection share a code once in some thousand questions."""
    return zlib.crc32(term.encode("utf-8"))


class Store:
    """One index folder. `writable` makes it when missing; a reader gets IndexMissing."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self.folder = folder
        path = folder / FILE
        if not writable and not path.is_file():
            raise IndexMissing(f"There is no index in {folder}.", "Build it first: bulletins index FOLDER --index DIR")
        try:
            if writable:
                folder.mkdir(parents=True, exist_ok=True)
                if not path.exists():
                    replace_file(path, _create)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            layout = self.meta("layout")
        except (sqlite3.DatabaseError, OSError) as problem:
            raise trouble(folder, problem) from problem
        if layout != LAYOUT:
            self._db.close()
            raise IndexMismatch(
                f"The index in {folder} was made by another version of this program (layout {layout}, not {LAYOUT}).",
                f"Delete the folder {folder} and build it again: bulletins index FOLDER",
            )

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite itself rolls back when the disk is full
                self._db.execute("ROLLBACK")
            raise

    def settle(self) -> None:
        """At the end of a run: what is kept beside the rows for searching is brought up to date."""
        from .vectors import refresh

        refresh(self)

    def snapshot(self) -> None:
        """What is read from here on is the store as it is now, whatever a writer does, until the next call."""
        try:
            if self._db.in_transaction:
                self._db.execute("COMMIT")
            self._db.execute("BEGIN")
            self._db.execute("SELECT count(*) FROM meta").fetchone()  # only the first reading fixes the state
        except sqlite3.DatabaseError as problem:
            raise trouble(self.folder, problem) from problem

    # What the index says of itself

    def meta(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_meta(self, **values: str) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    @property
    def revision(self) -> str:
        """Another string after every change."""
        return self.meta("revision") or ""

    def _advance(self) -> None:
        name, count = self.revision.split("-")
        self.set_meta(revision=f"{name}-{int(count) + 1}")

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
        """Stores a bulletin whole, in place of the one of the same source. Call inside `transaction`.

        facts: tokens of its opening and dates, and all its tokens. file: what it was read from, as it is to be noted
        now; None for a file that holds this bulletin and no other.
        """
        file = file or File(bulletin.source, bulletin.path, digest, seen=ingested)
        self.put_file(file)
        self._db.execute("DELETE FROM bulletin WHERE source = ? OR id = ?", (bulletin.source, bulletin.id))
        self._db.execute(
            "INSERT INTO bulletin VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                bulletin.id, bulletin.source, bulletin.path, digest, ingested, bulletin.title, bulletin.issuer,
                bulletin.published, json.dumps(_events(bulletin)), bulletin.language, json.dumps(facts), bulletin.raw,
                bulletin.text, _details(bulletin), _spaced(forms_of(bulletin.text)), file.name, content_of(bulletin),
            ),
        )  # fmt: skip
        for prepared in passages:
            passage = prepared.passage
            row = self._db.execute(
                "INSERT INTO passage (bulletin, number, start, end, sentences, heading, words, facts, forms)"
                " VALUES (?,?,?,?,?,?,?,?,?)",
                (
                    passage.bulletin, passage.number, passage.start, passage.end, json.dumps(passage.sentences),
                    passage.heading, _pack(prepared.words), json.dumps(prepared.facts),
                    "\n".join(_spaced(forms_of(bulletin.text[a:b])) for a, b in passage.sentences),
                ),
            ).lastrowid  # fmt: skip
            # Row by row. Where all passages of a bulletin stand before all of their vectors in the file, the system
            # reads ahead into the vectors: at a million passages a start then reads 16 GB in two minutes, not 4 in one.
            vectors = (prepared.vector.astype("<f4").tobytes(), prepared.sentence_vectors.astype("<f2").tobytes())
            self._db.execute("INSERT INTO vectors VALUES (?,?,?,?)", (row, *vectors, prepared.token_vectors.packed()))
        self._db.executemany("INSERT INTO event_key VALUES (?, ?)", ((key, bulletin.id) for key in keys))
        self._advance()

    def link(self, a: str, b: str, link: Link) -> None:
        """Says that two bulletins tell one event. Call inside `transaction`."""
        self._db.execute(
            "INSERT OR REPLACE INTO link VALUES (?,?,?,?,?)",
            (min(a, b), max(a, b), link.kind, link.score, json.dumps(link.reasons, ensure_ascii=False)),
        )

    def put_file(self, file: File) -> None:
        """Notes a file as it was read, in place of the one of the same name. Call inside `transaction`."""
        values = (
            file.name, file.path, file.digest, file.origin, file.etag, file.modified, file.seen,
            json.dumps(file.failures, ensure_ascii=False),
        )  # fmt: skip
        self._db.execute(
            "INSERT INTO file VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (name) DO UPDATE SET path = excluded.path,"
            " digest = excluded.digest, origin = excluded.origin, etag = excluded.etag, modified = excluded.modified,"
            " seen = excluded.seen, failures = excluded.failures",
            values,
        )

    def move(self, name: str, path: str) -> None:
        """Notes that a file stands elsewhere now, and its parts with it. Call inside `transaction`."""
        self._db.execute(
            "UPDATE bulletin SET path = ? || substr(source, length(file) + 1) WHERE file = ?", (path, name)
        )

    def keep(self, source: str, digest: str) -> None:
        """Notes that a bulletin is the same in another state of its file. Call inside `transaction`."""
        self._db.execute("UPDATE bulletin SET digest = ? WHERE source = ?", (digest, source))

    def remove(self, source: str) -> None:
        """Call inside `transaction`."""
        self._db.execute("DELETE FROM bulletin WHERE source = ?", (source,))
        self._advance()

    def remove_file(self, name: str) -> None:
        """Removes a file with all of its bulletins. Call inside `transaction`."""
        if self.parts(name):
            self._advance()
        self._db.execute("DELETE FROM file WHERE name = ?", (name,))

    # Reading

    def digests(self) -> dict[str, tuple[str, str]]:
        """source → (digest of the bytes it was read from, path)."""
        return {row[0]: (row[1], row[2]) for row in self._db.execute("SELECT source, digest, path FROM bulletin")}

    def files(self) -> dict[str, File]:
        """Every file, page and list of pages by its name."""
        rows = self._db.execute("SELECT name, path, digest, origin, etag, modified, seen, failures FROM file")
        return {row[0]: _file(row) for row in rows}

    def parts(self, name: str) -> dict[str, str]:
        """The bulletins of a file: source → digest."""
        return dict(self._db.execute("SELECT source, digest FROM bulletin WHERE file = ? ORDER BY rowid", (name,)))

    def holds(self, bulletin: Bulletin) -> bool:
        """Whether this very bulletin, all that is known of it included, is stored."""
        row = self._db.execute(
            "SELECT path, title, issuer, published, language, clean, details FROM bulletin WHERE id = ? AND source = ?",
            (bulletin.id, bulletin.source),
        ).fetchone()
        return row is not None and row == (
            bulletin.path, bulletin.title, bulletin.issuer, bulletin.published, bulletin.language, bulletin.text,
            _details(bulletin),
        )  # fmt: skip

    def embedded(self, source: str, content: str) -> list[Embedded]:
        """The passages of the bulletin of that source and of one with that content, with all that was embedded of them.

        Read from the tables' own columns, so that what older code has described otherwise is of use as well.
        """
        rows = self._db.execute(
            "SELECT language, title, clean, heading, start, end, sentences, vector, sentence_vectors, token_vectors"
            " FROM bulletin JOIN passage ON passage.bulletin = bulletin.id JOIN vectors ON passage = passage.id"
            " WHERE bulletin.id IN"
            " (SELECT id FROM bulletin WHERE source = ? UNION"
            " SELECT * FROM (SELECT id FROM bulletin WHERE content = ? LIMIT 1))",
            (source, content),
        )
        found = []
        for language, title, clean, heading, start, end, spans, vector, sentence_vectors, token_vectors in rows:
            sentences = tuple(clean[a:b] for a, b in json.loads(spans))
            halves = np.frombuffer(sentence_vectors, "<f2").reshape(len(sentences), -1)
            whole = np.frombuffer(vector, "<f4")
            found.append(Embedded(language, title, heading, clean[start:end], whole, sentences, halves, token_vectors))
        return found

    def tokens(self, bulletin_id: str) -> list[str]:
        """All fact tokens of a bulletin."""
        row = self._db.execute("SELECT facts FROM bulletin WHERE id = ?", (bulletin_id,)).fetchone()
        return list(json.loads(row[0])[1]) if row else []

    def counts(self) -> tuple[int, int]:
        """(bulletins, passages)."""
        row = self._db.execute("SELECT (SELECT count(*) FROM bulletin), (SELECT count(*) FROM passage)").fetchone()
        return int(row[0]), int(row[1])

    def entries(self, bulletins: Iterable[str] | None = None) -> list[Entry]:
        """Every bulletin, or those of these ids that there are, newest first; those without a date last."""
        columns = "id, source, path, title, issuer, published, language, ingested, events"
        rows = list(self._select(f"SELECT {columns} FROM bulletin", bulletins))
        told = _read_together(row[8] for row in rows)
        entries = [
            Entry(key, source, path, title, issuer, published, language, ingested, tuple(events))
            for (key, source, path, title, issuer, published, language, ingested, _), events in zip(
                rows, told, strict=True
            )
        ]
        return sorted(entries, key=newest_last, reverse=True)

    def _select(self, query: str, bulletins: Iterable[str] | None) -> Iterator[Any]:
        """The rows of a query of bulletins: of all of them, or of these ids."""
        if bulletins is None:
            yield from self._db.execute(query)
            return
        for bulletin in bulletins:
            yield from self._db.execute(f"{query} WHERE bulletin.id = ?", (bulletin,))

    def changes(self) -> int:
        """The number of the last change of a bulletin."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM change").fetchone()[0])

    def changed(self, since: int) -> list[str]:
        """Ids of the bulletins that came, went or moved after that change."""
        return [key for (key,) in self._db.execute("SELECT DISTINCT bulletin FROM change WHERE number > ?", (since,))]

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id, IndexMismatch when other code has described it otherwise."""
        row = self._db.execute(
            "SELECT id, source, path, raw, clean, title, issuer, published, language, details"
            " FROM bulletin WHERE id = ?",
            (bulletin_id,),
        ).fetchone()
        if row is None:
            raise KeyError(bulletin_id)
        return self.described(row, row[9])

    def described(self, row: Sequence[Any], details: str) -> Bulletin:
        """The bulletin of a row; details: as `put` stores them. Raises IndexMismatch."""
        try:
            return self._bulletin(row, json.loads(details))
        except (KeyError, TypeError) as problem:
            raise IndexMismatch(
                f"The bulletin {row[1]} was described by another version of this program.",
                "Bring the index up to date: bulletins index FOLDER",
            ) from problem

    @staticmethod
    def _bulletin(row: Sequence[Any], details: dict[str, Any]) -> Bulletin:
        return Bulletin(
            id=row[0], source=row[1], path=row[2], raw=row[3], text=row[4], title=row[5], issuer=row[6],
            published=row[7], language=row[8],
            map=TextMap(tuple(Edit(*e) for e in details["edits"])),
            encoding=details["encoding"], repairs=details["repairs"], column=details["column"],
            dates=tuple(TextDate(*d) for d in details["dates"]),
            contradictions=tuple(
                Contradiction(kind, tuple(values), tuple((a, b) for a, b in spans))
                for kind, values, spans in details["contradictions"]
            ),
            blocks=tuple(Block(*b) for b in details["blocks"]),
            enumerations=tuple(
                Enumeration(kind, tuple(Item(*i) for i in items), tuple(lead) if lead else None, announced)
                for kind, items, lead, announced in details["enumerations"]
            ),
            facts=tuple(Fact(*f) for f in details["facts"]),
            format=details["format"],
            pages=tuple(details["pages"]),
            told=details["told"], told_by=details.get("told_by", {}), origins=details.get("origins", {}),
            evidence={key: (a, b) for key, (a, b) in details["evidence"].items()},
            document_number=details["document_number"],
            people=tuple(Person(*p) for p in details["people"]),
            programmes=tuple((a, b) for a, b in details["programmes"]),
        )  # fmt: skip

    def sharing(self, keys: Iterable[str], but: str) -> list[str]:
        """Ids of bulletins with one of these event keys, `but` left out."""
        found: dict[str, None] = {}
        for key in keys:
            for (other,) in self._db.execute("SELECT bulletin FROM event_key WHERE key = ?", (key,)):
                if other != but:
                    found[other] = None
        return list(found)

    def links(self) -> list[tuple[str, str]]:
        """Pairs of bulletin ids that tell one event."""
        return [(a, b) for a, b in self._db.execute("SELECT a, b FROM link")]

    def linked(self, bulletin_id: str) -> list[str]:
        """Ids of the bulletins that are linked with this one."""
        rows = self._db.execute("SELECT b FROM link WHERE a = ?1 UNION SELECT a FROM link WHERE b = ?1", (bulletin_id,))
        return [row[0] for row in rows]

    def lanes(self, bulletins: Iterable[str] | None = None) -> Lanes:
        """All passages in the order of their ids, or those of these bulletins."""
        query = f"SELECT {_LANE_COLUMNS} FROM passage JOIN bulletin ON bulletin.id = bulletin"
        told = self._select("SELECT id, facts FROM bulletin", bulletins)
        return _lanes(list(self._select(query, bulletins)), list(told))

    def lanes_in_blocks(self, bulletins: int) -> Iterator[Lanes]:
        """All passages in the order of their ids, so many bulletins at a time, as all take much memory."""
        last = -1
        # Bulletins and their passages are numbered alike, in the order in which they were stored.
        while (
            row := self._db.execute(
                "SELECT max(rowid) FROM (SELECT rowid FROM bulletin WHERE rowid > ? ORDER BY rowid LIMIT ?)",
                (last, bulletins),
            ).fetchone()
        )[0] is not None:
            span = (last, row[0])
            rows = self._db.execute(
                f"SELECT {_LANE_COLUMNS} FROM bulletin JOIN passage ON passage.bulletin = bulletin.id"
                " WHERE bulletin.rowid > ? AND bulletin.rowid <= ?",
                span,
            ).fetchall()
            told = self._db.execute("SELECT id, facts FROM bulletin WHERE rowid > ? AND rowid <= ?", span)
            yield _lanes(rows, told.fetchall())
            last = row[0]

    def passage_ids(self) -> np.ndarray:
        """int64, ascending."""
        return np.fromiter((row[0] for row in self._db.execute("SELECT id FROM passage ORDER BY id")), np.int64)

    def vectors(self, ids: Sequence[int] | None = None) -> np.ndarray:
        """float32, shape (passages, dim), of all passages in the order of `lanes`, or of these; 0 where one is gone."""
        if ids is None:
            found: Iterable[Any] = self._db.execute("SELECT vector FROM vectors ORDER BY passage")
        else:
            # One by one: SQLite allows only so many values in a query.
            one, gone = "SELECT vector FROM vectors WHERE passage = ?", (bytes(4 * int(self.meta("dim") or 0)),)
            found = (self._db.execute(one, (int(i),)).fetchone() or gone for i in ids)
        joined, rows = bytearray(), 0
        for row in found:
            joined += row[0]
            rows += 1
        dim = len(joined) // (4 * rows) if rows else int(self.meta("dim") or 0)
        return np.frombuffer(joined, "<f4").reshape(rows, dim)

    def forms(self, bulletin_id: str) -> tuple[frozenset[str], list[list[frozenset[str]]]]:
        """The words of the whole text of a bulletin and of each sentence of its passages, as `forms_of` gives them."""
        row = self._db.execute("SELECT forms FROM bulletin WHERE id = ?", (bulletin_id,)).fetchone()
        passages = self._db.execute("SELECT forms FROM passage WHERE bulletin = ? ORDER BY number", (bulletin_id,))
        return frozenset(row[0].split()), [
            [frozenset(line.split()) for line in lines.split("\n")] for (lines,) in passages
        ]

    def token_vectors(self, passages: Mapping[str, Sequence[int]]) -> dict[str, dict[int, bytes]]:
        """The packed token vectors of passages of several bulletins, by bulletin and number."""
        found: dict[str, dict[int, bytes]] = {}
        for bulletin, numbers in passages.items():
            query = (
                "SELECT number, token_vectors FROM passage JOIN vectors ON passage = passage.id"
                f" WHERE bulletin = ? AND number IN ({_marks(numbers)})"
            )
            found[bulletin] = dict(self._db.execute(query, (bulletin, *numbers)))
        return found

    def passages(self, bulletin: Bulletin) -> list[tuple[Passage, np.ndarray]]:
        """The passages of a bulletin in order, each with its sentences' vectors, float32, shape (sentences, dim)."""
        passages = self.read([bulletin.id])[bulletin.id].passages
        return list(zip(passages, self.sentence_vectors(bulletin.id, passages), strict=True))

    def read(self, bulletins: Sequence[str]) -> dict[str, Reading]:
        """What a search reads of some bulletins, by id. Raises KeyError for an unknown one."""
        marks = _marks(bulletins)
        told = {
            row[0]: row[1:]
            for row in self._db.execute(
                f"SELECT id, source, clean, language, title FROM bulletin WHERE id IN ({marks})", bulletins
            )
        }
        rows = self._db.execute(
            f"SELECT bulletin, number, start, end, sentences, heading FROM passage WHERE bulletin IN ({marks})"
            " ORDER BY bulletin, number",
            bulletins,
        ).fetchall()
        all_spans = _read_together(row[4] for row in rows)
        passages: dict[str, list[Passage]] = {bulletin: [] for bulletin in bulletins}
        for (bulletin, number, start, end, _, heading), spans in zip(rows, all_spans, strict=True):
            source, text, language, title = told[bulletin]
            passages[bulletin].append(
                Passage(
                    bulletin, source, number, start, end, text[start:end], tuple(map(tuple, spans)), language, title,
                    heading,
                )
            )  # fmt: skip
        return {key: Reading(told[key][1], tuple(own)) for key, own in passages.items()}

    def sentence_vectors(self, bulletin_id: str, passages: Sequence[Passage]) -> list[np.ndarray]:
        """Those of each passage of a bulletin, float32, shape (sentences, dim). passages: all of it, in order."""
        query = (
            "SELECT sentence_vectors FROM passage JOIN vectors ON passage = passage.id"
            " WHERE bulletin = ? ORDER BY number"
        )
        packed = b"".join(blob for (blob,) in self._db.execute(query, (bulletin_id,)))
        counts = [len(passage.sentences) for passage in passages]
        vectors = np.frombuffer(packed, "<f2").astype(np.float32)
        vectors = vectors.reshape(sum(counts), -1) if len(vectors) else vectors.reshape(0, 0)
        return np.split(vectors, np.cumsum(counts)[:-1]) if counts else []


def _marks(values: Sequence[object]) -> str:
    """As many question marks for a query."""
    return ",".join("?" * len(values))


_LANE_COLUMNS = "passage.id, bulletin.id, number, language = 'en', words, passage.facts"


def _read_together(texts: Iterable[str]) -> list[Any]:
    """What each text of JSON tells: all at once, which takes half as long as one by one."""
    return list(json.loads(f"[{','.join(texts)}]"))


def _lanes(rows: list[Any], bulletin_facts: Sequence[Any]) -> Lanes:
    rows.sort(key=itemgetter(0))
    packed = np.dtype([("code", "<u4"), ("count", "<u2")])
    together = np.frombuffer(b"".join(row[4] for row in rows), packed)
    keys, texts = zip(*bulletin_facts, strict=True) if bulletin_facts else ((), ())
    return Lanes(
        ids=np.array([row[0] for row in rows], np.int64),
        bulletins=[row[1] for row in rows],
        numbers=np.array([row[2] for row in rows], np.int32),
        english=np.array([bool(row[3]) for row in rows], bool),
        bulletin_facts={key: (opening, told) for key, (opening, told) in zip(keys, _read_together(texts), strict=True)},
        word_rows=np.repeat(np.arange(len(rows), dtype=np.int32), [len(row[4]) // packed.itemsize for row in rows]),
        word_codes=together["code"],
        word_counts=together["count"],
        facts=_read_together(row[5] for row in rows),
    )


# What SQLite calls the disk's or the system's fault. The file itself is whole, so nothing must be moved or rebuilt.
_OUTSIDE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_CANTOPEN: "it may not be opened or made",
    sqlite3.SQLITE_PERM: "it may not be opened",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_BUSY: "another program holds it",
    sqlite3.SQLITE_LOCKED: "another program holds it",
}


def trouble(folder: Path, problem: Exception) -> IndexingError:
    """What to tell about a failure of the store: what is damaged, or what is full, held or forbidden."""
    code = getattr(problem, "sqlite_errorcode", None)
    reason = _OUTSIDE.get(code & 0xFF) if code is not None else None  # the low byte is the kind, the rest its detail
    if isinstance(problem, OSError):
        reason = (problem.strerror or str(problem)).lower()
    if reason:
        return IndexUnusable(
            f"The index in {folder} cannot be used now: {reason}. What it held still stands.",
            "See to free space and rights there, then try again; or name another folder with --index.",
        )
    return IndexDamaged(
        f"The index in {folder} cannot be read: {problem}.",
        f"Move {folder / FILE} out of the way and build it again: bulletins index FOLDER",
    )


def _create(path: Path) -> None:
    """An empty store. Made aside and put in place whole, so that a reader never meets one without its tables."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(f"BEGIN; {_TABLES} COMMIT;")
        db.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("layout", LAYOUT), ("revision", f"{uuid.uuid4().hex[:8]}-0")]
        )
    finally:
        db.close()


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def content_of(bulletin: Bulletin) -> str:
    """The same for the same clean text, whatever file it stands in."""
    return digest_of(bulletin.text.encode("utf-8", "surrogatepass"))


def replace_file(path: Path, write: Any) -> None:
    """Calls write(temporary path) and puts the result in place of `path` at once."""
    work = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(work)
        os.replace(work, path)
    finally:
        work.unlink(missing_ok=True)


def _pack(words: Counter[str]) -> bytes:
    codes: Counter[int] = Counter()
    for term, count in words.items():
        codes[word_code(term)] += count
    return np.array(
        [(code, min(count, 65_535)) for code, count in codes.items()], np.dtype([("code", "<u4"), ("count", "<u2")])
    ).tobytes()


def _details(bulletin: Bulletin) -> str:
    def rows(values: Iterable[Any]) -> list[list[Any]]:
        return [list(asdict(value).values()) for value in values]

    return json.dumps(
        {
            "edits": [(e.raw_start, e.raw_end, e.text, e.kind) for e in bulletin.map.edits],
            "encoding": bulletin.encoding,
            "repairs": dict(bulletin.repairs),
            "column": bulletin.column,
            "dates": rows(bulletin.dates),
            "contradictions": [(c.kind, c.values, c.spans) for c in bulletin.contradictions],
            "blocks": rows(bulletin.blocks),
            "enumerations": [(e.kind, rows(e.items), e.lead, e.announced) for e in bulletin.enumerations],
            "facts": rows(bulletin.facts),
            "format": bulletin.format,
            "pages": bulletin.pages,
            "told": dict(bulletin.told),
            "told_by": dict(bulletin.told_by),
            "origins": dict(bulletin.origins),
            "evidence": dict(bulletin.evidence),
            "document_number": bulletin.document_number,
            "people": rows(bulletin.people),
            "programmes": bulletin.programmes,
        },
        ensure_ascii=False,
    )


def _file(row: Sequence[str]) -> File:
    name, path, digest, origin, etag, modified, seen, failures = row
    told = tuple((where, reason) for where, reason in json.loads(failures))
    return File(name, path, digest, origin, etag, modified, seen, told)


def _events(bulletin: Bulletin) -> list[str]:
    return list(dict.fromkeys(date.value for date in bulletin.dates if date.role == "event"))


def newest_last(entry: Entry) -> tuple[str, str]:
    """What to sort bulletins by; those without a date come first."""
    return _sortable(entry.published, entry.events), entry.source


def _spaced(forms: frozenset[str]) -> str:
    return " ".join(sorted(forms))


def _sortable(published: str | None, events: Sequence[str]) -> str:
    """A date to sort by: the published one, else the first event with a year, else nothing."""
    return next((d for d in (published, *events) if d and not d.startswith("--")), "")
