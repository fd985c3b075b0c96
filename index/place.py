"""Where an index is: a folder, or collections of Milvus. Everything that opens one asks here.

FOLDER                            SQLite and FAISS in a folder; one machine
milvus+http://HOST:PORT/NAME      a Milvus server or cluster; https and USER:PASSWORD@ as usual
milvus+lite:FOLDER                Milvus Lite in a folder, one process at a time: for trying it out, and for tests
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from .embed import Embedder
    from .reranker import Reranker
    from .search import Index
    from .store import Store

_LITE, _SERVER = "milvus+lite:", ("milvus+http", "milvus+https")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
# How Milvus keeps the vectors: its own choice, or what docs/scaling.md compares.
VECTOR_INDEXES = ("AUTOINDEX", "FLAT", "HNSW", "IVF_FLAT", "IVF_SQ8", "DISKANN")


@dataclass(frozen=True)
class MilvusPlace:
    """Collections of Milvus that make one index. uri: what the client is told; name: what their names begin with.

    folder: of Milvus Lite, None for a server. token: USER:PASSWORD or a key, "" for none; never shown.
    """

    uri: str
    name: str
    folder: Path | None = None
    token: str = ""
    vectors: str = VECTOR_INDEXES[0]

    def __str__(self) -> str:
        return f"{_LITE}{self.folder}" if self.folder else f"milvus+{self.uri}/{self.name}"

    def __repr__(self) -> str:
        return f"MilvusPlace({self})"


Place = Path | MilvusPlace


def read_place(text: str) -> Place:
    """
    >>> print(read_place("milvus+http://search.example:19530/bulletins"))
    milvus+http://search.example:19530/bulletins

    Raises ValueError saying what is wrong with an address.
    """
    if text.startswith(_LITE):
        if not (folder := text.removeprefix(_LITE)):
            raise ValueError("milvus+lite: is followed by a folder")
        path = Path(folder).expanduser()
        return MilvusPlace(str(path.absolute() / "milvus.db"), "bulletins", path)
    if not text.startswith("milvus+"):
        return Path(text).expanduser()
    parts = urlsplit(text)
    name, options = parts.path.strip("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        port = parts.port or 19530
    except ValueError:
        port = 0
    if parts.scheme not in _SERVER or not parts.hostname or not port:
        raise ValueError("it takes milvus+http://HOST:PORT/NAME or milvus+lite:FOLDER")
    if not _NAME.fullmatch(name):
        raise ValueError("NAME in milvus+http://HOST:PORT/NAME is of letters, digits and _ only")
    vectors = options.pop("vectors", VECTOR_INDEXES[0])
    if options or vectors not in VECTOR_INDEXES:
        raise ValueError(f"after ? it takes vectors= with one of {', '.join(VECTOR_INDEXES)}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    uri = f"{parts.scheme.removeprefix('milvus+')}://{host}:{port}"
    token = ":".join(unquote(part) for part in (parts.username, parts.password) if part)
    return MilvusPlace(uri, name, None, token, vectors)


def open_store(place: Place, *, writable: bool = False) -> Store:
    """What holds the index there. `writable` makes it when missing; a reader gets IndexMissing."""
    if isinstance(place, MilvusPlace):
        from .milvus import MilvusStore

        return MilvusStore(place, writable=writable)
    from .store import Store

    return Store(place, writable=writable)


def open_index(place: Place, embedder: Embedder, cache: Path, reranker: Reranker | None = None) -> Index:
    """The index there, searchable."""
    if isinstance(place, MilvusPlace):
        from .milvus_search import MilvusIndex

        return MilvusIndex(place, embedder, cache, reranker)
    from .search import Index

    return Index(place, embedder, cache, reranker)
