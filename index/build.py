"""From folders to an index, or an index brought up to date: only what changed is read, split and embedded again."""

from __future__ import annotations

import functools
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from sources.bulletin import Bulletin, Fact
from sources.errors import Unreadable
from sources.facts import implied
from sources.files import describe_bytes, find_files, read_bytes, source_names
from sources.sentences import sentences
from sources.versions import event_keys, same_event

from .embed import Embedder
from .errors import IndexingError, IndexMismatch
from .split import split
from .store import Prepared, Store, digest_of, trouble
from .vectors import refresh
from .words import keep_dictionary_in, terms

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class BuildReport:
    """What a run did. skipped: (path, reason) of files that were left out; what they held before stays."""

    bulletins: int
    passages: int
    added: int
    updated: int
    removed: int
    skipped: tuple[tuple[str, str], ...]
    seconds: float


def build_index(
    folders: Sequence[Path],
    index_dir: Path,
    embedder: Embedder,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> BuildReport:
    """Brings the index in index_dir in step with the bulletins in folders.

    cache: where prepared dictionaries are kept between runs; None keeps none.
    progress is called with (files done, files, name of the next). Raises SourceError when a folder is missing or holds
    nothing, IndexMismatch when the index was made with another model, IndexingError when another run holds the index.
    """
    began = time.monotonic()
    if cache:
        keep_dictionary_in(cache / "jieba")
    files = list(find_files(folders))
    lock = FileLock(index_dir / "writer.lock", timeout=0)
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as problem:
        raise IndexingError(
            f"Another run is writing the index in {index_dir}.", "Wait until it has ended, then try again."
        ) from problem
    except OSError as problem:
        raise trouble(index_dir, problem) from problem
    try:
        store = Store(index_dir, writable=True)
        try:
            return _bring_up_to_date(files, store, embedder, progress, began)
        except sqlite3.DatabaseError as problem:
            raise trouble(index_dir, problem) from problem
        finally:
            store.close()
    finally:
        lock.release()


def _bring_up_to_date(
    files: Sequence[Path], store: Store, embedder: Embedder, progress: Progress | None, began: float
) -> BuildReport:
    _claim(store, embedder)
    known = store.digests()
    reading = reading_of()
    counts = Counter[str]()
    skipped: list[tuple[str, str]] = []
    names = source_names(files)
    for done, path in enumerate(files):
        source = names[path]
        if progress:
            progress(done, len(files), path.name)
        try:
            data = read_bytes(path)
            digest = f"{digest_of(data)} {reading}"
            if source in known and known[source][0] == digest:
                if known[source][1] != str(path):
                    with store.transaction():
                        store.move(source, str(path))
                continue
            bulletin = describe_bytes(data, path, source)
        except Unreadable as problem:
            skipped.append((str(path), problem.reason))
            continue
        _write(bulletin, digest, store, embedder)
        counts["updated" if source in known else "added"] += 1
    for source in known.keys() - set(names.values()):
        with store.transaction():
            store.remove(source)
        counts["removed"] += 1
    if progress:
        progress(len(files), len(files), "")
    refresh(store)
    bulletins, passages = store.counts()
    return BuildReport(
        bulletins, passages, counts["added"], counts["updated"], counts["removed"], tuple(skipped),
        round(time.monotonic() - began, 3),
    )  # fmt: skip


@functools.lru_cache(1)
def reading_of() -> str:
    """A digest of the code and tables that turn bytes into passages: another one reads the same file differently.

    Kept with every bulletin, so that a new version of the program reads again what an older one has read.
    """
    import sources

    from . import split, words

    files = [*Path(next(iter(sources.__path__))).glob("*.*"), *(Path(m.__file__ or "") for m in (split, words))]
    return digest_of(b"".join(file.read_bytes() for file in sorted(files)))[:16]


def _claim(store: Store, embedder: Embedder) -> None:
    """Notes the embedder in a new index; refuses one that another embedder filled."""
    made_with, dim = store.meta("model"), store.meta("dim")
    if made_with is None:
        with store.transaction():
            store.set_meta(model=embedder.name, dim=str(embedder.dim))
    elif made_with != embedder.name:
        raise mismatch(made_with, dim, embedder)


def mismatch(made_with: str | None, dim: str | None, embedder: Embedder) -> IndexMismatch:
    return IndexMismatch(
        f"The index was built with the model {made_with} ({dim} numbers per passage) but the settings name "
        f"{embedder.name} ({embedder.dim}).",
        "Set the model back, or build an index of its own: bulletins index FOLDER --index DIR",
    )


def prepare(bulletin: Bulletin, embedder: Embedder) -> list[Prepared]:
    """The passages of a bulletin with vectors, words and facts."""
    passages = split(bulletin)
    sentences = [bulletin.text[a:b] for passage in passages for a, b in passage.sentences]
    contexts = ["\n".join(filter(None, (passage.title, passage.heading))) for passage in passages]
    texts = [f"{context}\n{passage.text}" for context, passage in zip(contexts, passages, strict=True)]
    vectors = embedder.embed(texts + sentences, "passage", [bulletin.language] * (len(texts) + len(sentences)))
    prepared, at = [], len(texts)
    for i, passage in enumerate(passages):
        until = at + len(passage.sentences)
        tokens = _tokens(fact for fact in bulletin.facts if passage.start <= fact.start < passage.end)
        prepared.append(Prepared(passage, vectors[i], vectors[at:until], Counter(terms(texts[i])), tuple(tokens)))
        at = until
    return prepared


def _tokens(facts: Iterable[Fact]) -> list[str]:
    """The tokens of facts and the coarser ones they entail."""
    return list(dict.fromkeys(token for fact in facts for token in (fact.token, *implied(fact.token))))


def _opening(bulletin: Bulletin) -> list[str]:
    """Tokens that say what the bulletin is about: all up to its first paragraph's second sentence, and its dates."""
    first = next((block for block in bulletin.blocks if block.kind == "paragraph"), None)
    end = sentences(bulletin.text, first.start, first.end)[:2][-1][1] if first else len(bulletin.text)
    dates = (Fact(f"date:{date.value}", date.start, date.end) for date in bulletin.dates if date.role != "period")
    return _tokens((*(fact for fact in bulletin.facts if fact.start < end), *dates))


def _write(bulletin: Bulletin, digest: str, store: Store, embedder: Embedder) -> None:
    prepared = prepare(bulletin, embedder)
    keys = event_keys(bulletin)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with store.transaction():
        store.put(bulletin, digest, now, prepared, (_opening(bulletin), _tokens(bulletin.facts)), keys)
        for other in store.sharing(keys, but=bulletin.id):
            if link := same_event(bulletin, store.bulletin(other)):
                store.link(bulletin.id, other, link)
