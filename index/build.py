"""From a collection to an index, or an index brought in step with it: only what changed is read and embedded again.

A source that fails (a folder that is not there, a feed that does not answer) keeps what was read from it earlier.
"""

from __future__ import annotations

import functools
import heapq
import json
import os
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from sources.bulletin import Bulletin, Fact
from sources.collection import Collection, Listed, PageList, addresses_in, find, named, read_list
from sources.errors import Unreadable
from sources.facts import implied
from sources.fetch import Fetcher, Page, Stop, Stopped, checked, is_address
from sources.files import bulletins_of, find_files, read_bytes, source_names
from sources.sentences import sentences
from sources.versions import event_keys, same_event

from .ahead import FILES_AHEAD, Ahead
from .embed import Embedder
from .errors import IndexHeld, IndexMismatch
from .passage import Passage
from .place import Place, open_store
from .reuse import Reuse, embedded_texts
from .split import split
from .store import File, Prepared, Store, digest_of, replace_file, trouble, word_code
from .words import keep_dictionary_in, terms

# Called with (files done, files, name of the next), and with ("added" | "updated" | "removed" | "skipped", name).
Progress = Callable[[int, int, str], None]
Tell = Callable[[str, str], None]
# In full, comparing two bulletins takes some 3 ms: hundreds of releases of one day would make indexing quadratic.
_COMPARED = 40
# A sitemap's dates are the publisher's word. After so long a page is asked for again whatever they say.
_TRUSTED = timedelta(days=7)
# Bulletins are embedded together, so many passages at a time: texts of one length then fill whole batches. Bulletin by
# bulletin, a third of what the model worked at only filled them. They take some 40 MB meanwhile.
GATHERED = 128
_SITEMAPS, _NESTED = 200, 2  # sitemaps of one index, and how deep indexes may list indexes
_LOCK, _HOLDER = "writer.lock", "writer.json"


@dataclass(frozen=True)
class BuildReport:
    """What a run did, in bulletins. skipped: (path, reason) of what was left out; what it held before stays."""

    bulletins: int
    passages: int
    added: int
    updated: int
    removed: int
    skipped: tuple[tuple[str, str], ...]
    seconds: float


def build_index(
    folders: Sequence[Path],
    index_dir: Place,
    embedder: Embedder,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> BuildReport:
    """Brings the index in index_dir in step with the bulletins in these folders and files, all of which must be there.

    Raises SourceError when a folder is missing or all hold nothing, and what `bring_in_step` raises.
    """
    find_files(folders)
    return bring_in_step(named(folders), index_dir, embedder, progress, cache)


def bring_in_step(
    collection: Collection,
    index_dir: Place,
    embedder: Embedder,
    progress: Progress | None = None,
    cache: Path | None = None,
    *,
    tell: Tell | None = None,
    stop: Stop | None = None,
    fetch: bool = True,
) -> BuildReport:
    """Brings the index in index_dir in step with a collection. What cannot be read is told in `skipped`.

    cache: where prepared dictionaries are kept between runs; None keeps none. stop: set from elsewhere, ends the run
    after the bulletin in hand; the next run goes on from there. fetch: False leaves pages of the web as they are.
    Raises IndexMismatch when the index was made with another model, IndexHeld when another run is writing it.
    """
    began = time.monotonic()
    if cache:
        keep_dictionary_in(cache / "jieba")
    with _held(index_dir) if isinstance(index_dir, Path) else nullcontext():  # Milvus knows its writer
        store = open_store(index_dir, writable=True)
        try:
            _claim(store, embedder)
            run = _Run(collection, store, embedder, progress, tell or _nobody, stop or Stop())
            run.everything(fetch)
            store.settle()
            bulletins, passages = store.counts()
        except sqlite3.DatabaseError as problem:
            raise trouble(store.folder, problem) from problem
        finally:
            store.close()
    counts = run.counts
    return BuildReport(
        bulletins, passages, counts["added"], counts["updated"], counts["removed"], tuple(run.skipped),
        round(time.monotonic() - began, 3),
    )  # fmt: skip


def _nobody(what: str, name: str) -> None:
    """Nobody listens."""


# ---------------------------------------------------------------- one writer at a time


@contextmanager
def _held(index_dir: Path) -> Iterator[None]:
    """Holds the index for this run. A note beside the lock says who does, for the others; a killed run leaves a stale
    note, which nobody reads, since the lock itself is gone with its process.
    """
    lock = FileLock(index_dir / _LOCK, timeout=0)
    note = index_dir / _HOLDER
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as problem:
        raise IndexHeld(
            f"Another run is writing the index in {index_dir}{_holder(note)}.",
            "Wait until it has ended, then try again.",
        ) from problem
    except OSError as problem:
        raise trouble(index_dir, problem) from problem
    try:
        who = {"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}
        try:
            replace_file(note, lambda work: work.write_text(json.dumps(who), encoding="utf-8"))
        except OSError as problem:
            raise trouble(index_dir, problem) from problem
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> str:
    """Who holds the index, in words; "" when the run has not said so yet."""
    try:
        who = json.loads(note.read_text(encoding="utf-8"))
        return f": process {who['pid']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _claim(store: Store, embedder: Embedder) -> None:
    """Notes the embedder in a new index; refuses one that another embedder filled."""
    made_with, dim = store.meta("model"), store.meta("dim")
    if made_with is None:
        with store.transaction():
            store.set_meta(model=embedder.name, dim=str(embedder.dim))
    elif made_with != embedder.name:
        raise mismatch(made_with, dim, embedder)


def mismatch(made_with: str | None, dim: str | None, embedder: Embedder) -> IndexMismatch:
    again = "build an index of its own: bulletins index FOLDER --index DIR"
    # Behind the last slash stands what the program itself adds to a model's name.
    if made_with and "" != made_with.rpartition("/")[0] == embedder.name.rpartition("/")[0]:
        return IndexMismatch(
            f"The index was made by another version of this program, which embeds otherwise ({made_with}, now "
            f"{embedder.name}).",
            f"Delete the index folder and build it again, or {again}",
        )
    return IndexMismatch(
        f"The index was built with the model {made_with} ({dim} numbers per passage) but the settings name "
        f"{embedder.name} ({embedder.dim}).",
        f"Set the model back, or {again}",
    )


@functools.lru_cache(1)
def reading_of() -> str:
    """A digest of the code and tables that turn bytes into passages: another one reads the same file differently.

    Kept with every file, so that a new version of the program reads again what an older one has read.
    """
    import sources

    from . import normalise, split, words

    room = Path(next(iter(sources.__path__)))
    # What finds and fetches files does not change what stands in them.
    apart = {room / "collection.py", room / "fetch.py", room / "errors.py", room / "versions.py"}
    files = [
        *(f for f in room.rglob("*.*") if f.suffix in (".py", ".tsv", ".json") and f not in apart),
        *(Path(m.__file__ or "") for m in (normalise, split, words)),
    ]
    return digest_of(b"".join(file.read_bytes() for file in sorted(files)))[:16]


# ---------------------------------------------------------------- one run


class _Run:
    """One pass over a collection: every file and page that changed, then what is gone."""

    def __init__(
        self,
        collection: Collection,
        store: Store,
        embedder: Embedder,
        progress: Progress | None,
        tell: Tell,
        stop: Stop,
    ) -> None:
        self.counts = Counter[str]()
        self.skipped: list[tuple[str, str]] = []
        self._collection, self._store, self._tell, self._stop = collection, store, tell, stop
        self._progress = progress or (lambda done, total, name: None)
        self._reuse = Reuse(store, embedder)
        self._ahead = embedder if isinstance(embedder, Ahead) else None
        self._links = _Links(store)
        self._files = store.files()
        column = collection.text_column
        self._reading = f"{reading_of()} {column}" if column else reading_of()
        self._done = self._total = 0
        self._present: set[str] = set()
        self._kept_origins: set[str] = set()
        self._kept_paths: list[str] = []
        self._moved: dict[str, str] = {}
        self._waiting: list[tuple[Bulletin, list[Passage]]] = []
        self._steps: list[Callable[[], None]] = []  # what is left to be done, in order, once these are embedded

    def everything(self, fetch: bool) -> None:
        try:
            self._local()
            self._store_gathered()
            if fetch and self._collection.remote:
                self._remote()
            self._remove_gone(fetch)
        except Stopped:
            return
        self._progress(self._total, self._total, "")

    def _next(self, name: str) -> None:
        """Before each file or page: says so, and ends the run when it was asked to."""
        if self._stop.is_set():
            raise Stopped
        self._progress(self._done, self._total, name)
        self._done += 1

    def _skip(self, path: str, reason: str) -> None:
        self.skipped.append((path, reason))
        self._tell("skipped", f"{path}: {reason}")

    def _note(self, file: File) -> None:
        """Stores a file's row when it says anything new."""
        if self._files.get(file.name) != file:
            with self._store.transaction():
                self._store.put_file(file)
            self._files[file.name] = file

    def _failed(self, file: File, shown: str, reason: str) -> None:
        """What cannot be read keeps its bulletins, and its reason is noted."""
        self._skip(shown, reason)
        self._note(replace(file, failures=((file.path, reason),)))

    def _unchanged(self, file: File) -> None:
        """What could not be read in it is told again; that the whole could not be read is over."""
        failures = tuple((where, reason) for where, reason in file.failures if where != file.path)
        for where, reason in failures:
            self._skip(where, reason)
        self._note(replace(file, failures=failures))

    def _digest(self, data: bytes) -> str:
        return f"{digest_of(data)} {self._reading}"

    # Files

    def _local(self) -> None:
        found = find(self._collection.paths)
        for problem in found.failed:
            self._skip(problem.path, problem.reason)
            self._kept_paths.append(os.path.abspath(problem.path))
        # A file that is not known to be gone keeps its name, so that no other takes it.
        kept = [Path(f.path) for f in self._files.values() if not is_address(f.path) and self._is_kept(f.path)]
        names = source_names([*found.files, *kept])
        self._present |= set(names.values())
        gone = [f for f in self._files.values() if not is_address(f.path) and f.name not in self._present]
        self._moved = {_content(file.digest): file.name for file in gone if file.digest}
        self._total += len(found.files)
        for number, path in enumerate(found.files):
            if self._ahead and number % FILES_AHEAD == 0:
                self._store_gathered()
                new = [p for p in found.files[number : number + FILES_AHEAD] if self._is_new(p, names[p])]
                self._ahead.ahead(new, self._collection.text_column)
            self._next(path.name)
            self._file(path, names[path])

    def _is_new(self, path: Path, name: str) -> bool:
        """Whether a file has to be read. What cannot be read is met later."""
        try:
            return name not in self._files or self._files[name].digest != self._digest(read_bytes(path))
        except Unreadable:
            return False

    def _is_kept(self, path: str) -> bool:
        return any(path == kept or path.startswith(kept.rstrip(os.sep) + os.sep) for kept in self._kept_paths)

    def _file(self, path: Path, name: str) -> None:
        where = os.path.abspath(path)
        old = self._files.get(name, File(name, where))
        try:
            data = read_bytes(path)
        except Unreadable as problem:
            self._failed(old, str(path), problem.reason)
            return
        if old.digest == self._digest(data):
            if old.path != where:
                with self._store.transaction():
                    self._store.move(name, str(path))
            self._unchanged(replace(old, path=where))
        else:
            self._read(data, path, File(name, where, self._digest(data), seen=_now()))

    def _read(self, data: bytes, path: Path | str, file: File, charset: str = "") -> bool:
        """Gathers the bulletins in the bytes of a file or page, to be stored one by one and noted when all are in.

        False when something in them could not be read.
        """
        stored = self._store.parts(file.name)
        # Until all are in, the file counts as unread: a run that is killed meanwhile is taken up here.
        unfinished = replace(file, digest="", etag="", modified="", failures=())
        parts: set[str] = set()
        failures: list[tuple[str, str]] = []
        for part in bulletins_of(data, path, file.name, text_column=self._collection.text_column, charset=charset):
            if isinstance(part, Unreadable):
                if self._stop.is_set():  # Ctrl-C ends the parsers' process, too: that says nothing of the file
                    raise Stopped
                failures.append((part.path or str(path), part.reason))
                continue
            parts.add(part.source)
            known = stored.get(part.source)
            # A part with this digest was stored by a run that was killed before it was through with the file.
            if known != file.digest:
                self._part(part, file.digest, known, unfinished)
            if self._stop.is_set():
                raise Stopped
        if not parts:
            reason = failures[0][1] if failures else "there is no bulletin in it"
            self._failed(self._files.get(file.name, unfinished), str(path), reason)
            return False
        for where, reason in failures:
            self._skip(where, reason)
        vanished = _vanished(stored.keys() - parts, file.name, path, failures)
        self._steps.append(functools.partial(self._finish, replace(file, failures=tuple(failures)), vanished))
        if not self._waiting:  # nothing in it, nor before it, is new
            self._store_gathered()
        return not failures

    def _part(self, bulletin: Bulletin, digest: str, known: str | None, unfinished: File) -> None:
        """Gathers one bulletin unless the very same is stored already. known: the digest it is stored with."""
        if known is not None and _reading_in(known) == self._reading and self._store.holds(bulletin):
            with self._store.transaction():
                self._store.put_file(unfinished)
                self._store.keep(bulletin.source, digest)
            return
        self._reuse.recall(bulletin)
        passages = split(bulletin)
        self._waiting.append((bulletin, passages))
        self._steps.append(functools.partial(self._put, bulletin, passages, digest, known is not None, unfinished))
        if sum(len(passages) for _, passages in self._waiting) >= GATHERED:
            self._store_gathered()

    def _store_gathered(self) -> None:
        """Embeds what is gathered and stores it. A run that is to end stores what it had begun to and no more."""
        if self._stop.is_set():
            raise Stopped
        self._reuse.ahead(self._waiting)
        self._waiting.clear()
        steps, self._steps = self._steps, []
        for step in steps:
            step()

    def _put(
        self, bulletin: Bulletin, passages: Sequence[Passage], digest: str, is_known: bool, unfinished: File
    ) -> None:
        """Stores one bulletin."""
        prepared = prepare(bulletin, self._reuse, passages)
        keys, tokens = event_keys(bulletin), _tokens(bulletin.facts)
        with self._store.transaction():
            self._store.put(bulletin, digest, _now(), prepared, (_opening(bulletin), tokens), keys, unfinished)
            self._links.make(bulletin, keys, tokens)
        what = "updated" if is_known or _content(digest) in self._moved else "added"
        self.counts[what] += 1
        self._tell(what, bulletin.source)
        if self._stop.is_set():
            raise Stopped

    def _finish(self, file: File, vanished: Iterable[str]) -> None:
        """Notes that a file is in; takes away what is not in it any more, and the file under its former name."""
        former = self._moved.pop(_content(file.digest), "")
        with self._store.transaction():
            for source in vanished:
                self._store.remove(source)
            if former:
                self._store.remove_file(former)
            self._store.put_file(file)
        self._files.pop(former, None)
        self._files[file.name] = file
        for source in vanished:
            self.counts["removed"] += 1
            self._tell("removed", source)

    def _remove_gone(self, fetch: bool) -> None:
        for file in [file for file in self._files.values() if file.name not in self._present]:
            if not self._to_be_kept(file, fetch):
                sources = self._store.parts(file.name)
                with self._store.transaction():
                    self._store.remove_file(file.name)
                for source in sources:
                    self.counts["removed"] += 1
                    self._tell("removed", source)

    def _to_be_kept(self, file: File, fetch: bool) -> bool:
        """Whether a file or page that this run did not meet may still be there."""
        if is_address(file.path):
            return not fetch or file.origin in self._kept_origins
        return self._is_kept(file.path)

    # Pages

    def _remote(self) -> None:
        collection = self._collection
        wanted = [(a, "feed") for a in collection.feeds] + [(a, "sitemap") for a in collection.sitemaps]
        self._fetcher = Fetcher(collection.limits, self._stop)
        try:
            for address, kind in [*wanted, *((a, "") for a in collection.addresses)]:
                if is_address(address):
                    self._address(address, kind)
                else:
                    self._address_file(Path(address))
        finally:
            self._fetcher.close()

    def _address_file(self, path: Path) -> None:
        """A file of addresses. When it cannot be read, the pages that it named stay."""
        origin = os.path.abspath(path)
        try:
            listed = addresses_in(path)
        except Unreadable as problem:
            self._skip(str(path), problem.reason)
            self._kept_origins.add(origin)
        else:
            self._pages(listed, origin)

    def _address(self, address: str, wanted: str) -> None:
        """An address of the collection: a feed, a sitemap or a page. wanted: what it has to be, "" for any."""
        self._total += 1
        self._next(address)
        try:
            name = str(checked(address))
        except Unreadable as problem:
            self._skip(address, problem.reason)
            return
        self._present.add(name)
        old = self._files.get(name, File(name, name))
        try:
            page = self._fetch(old)
            found = read_list(page.data, name) if page else None
            if page and wanted and (found is None or found.kind.rstrip("s") != wanted):
                raise Unreadable(name, f"it is no {wanted}", "Name it under addresses when it is a page.")
        except Unreadable as problem:
            self._kept_origins.add(name)
            self._failed(old, name, problem.reason)
            return
        if page is None:  # a list is remembered as unchanged only when all of its pages were in
            self._kept_origins.add(name)
            self._unchanged(replace(old, seen=_now()))
        elif found is None:
            self._page_data(page, "")
        else:
            if found.kind == "feed":  # it shows the latest only: what dropped out of it stays
                self._kept_origins.add(name)
            listed, complete = self._gathered(found, name)
            row = File(name, name, self._digest(page.data), seen=_now())
            if self._pages(listed, name) and complete:
                row = replace(row, etag=page.etag, modified=page.modified)
            self._note(row)

    def _gathered(self, found: PageList, origin: str, depth: int = 0) -> tuple[list[Listed], bool]:
        """The pages of a list, those of the sitemaps that it lists included; False when one of these failed."""
        if found.kind != "sitemaps":
            return list(found.entries), True
        pages: list[Listed] = []
        complete = True
        for child in found.entries[:_SITEMAPS] if depth < _NESTED else ():
            try:
                page = self._fetcher.fetch(child.address)
                inner = read_list(page.data, child.address) if page else None
                if inner is None or inner.kind == "feed":
                    raise Unreadable(child.address, "it is no sitemap")
                more, whole = self._gathered(inner, origin, depth + 1)
                pages += more
                complete = complete and whole
            except Unreadable as problem:
                self._skip(problem.path, problem.reason)
                self._kept_origins.add(origin)
                complete = False
        return pages, complete

    def _pages(self, listed: Sequence[Listed], origin: str) -> bool:
        """Fetches the pages of a list, never seen ones first; False when something of them is left to be done."""
        new = [page for page in listed if page.address not in self._present]
        self._present |= {page.address for page in new}
        new.sort(key=lambda page: self._files[page.address].seen if page.address in self._files else "")
        self._total += len(new)
        complete, left = True, self._collection.limits.max_pages
        for number, page in enumerate(new):
            old = self._files.get(page.address, File(page.address, page.address))
            if left <= 0 and not self._fresh(old, page):
                self._total -= len(new) - number
                self._skip(origin, f"{len(new) - number:,} of its pages are left for the next run (max_pages)")
                return False
            self._next(page.address)
            if self._fresh(old, page):
                self._unchanged(replace(old, origin=origin))
                continue
            left -= 1
            complete = self._page(old, origin) and complete
        return complete

    def _page(self, old: File, origin: str) -> bool:
        try:
            page = self._fetch(old)
        except Unreadable as problem:
            self._failed(replace(old, origin=origin), old.path, problem.reason)
            return False
        if page is None:
            self._unchanged(replace(old, origin=origin, seen=_now()))
            return True
        return self._page_data(page, origin)

    def _page_data(self, page: Page, origin: str) -> bool:
        name = page.address
        file = File(name, name, self._digest(page.data), origin, page.etag, page.modified, _now())
        old = self._files.get(name)
        if old and old.digest == file.digest:
            self._unchanged(replace(file, failures=old.failures))
            return True
        whole = self._read(page.data, name, file, page.charset)
        self._store_gathered()  # who sends pages takes longer than who embeds them
        return whole

    def _fetch(self, old: File) -> Page | None:
        """The page, None when it is unchanged since this very code read it whole."""
        if _reading_in(old.digest) == self._reading:
            return self._fetcher.fetch(old.path, old.etag, old.modified)
        return self._fetcher.fetch(old.path)

    def _fresh(self, old: File, page: Listed) -> bool:
        """Whether the sitemap says that a page is as it was when it was last read."""
        if page.changed is None or _reading_in(old.digest) != self._reading or not old.seen:
            return False
        if any(where == old.path for where, _ in old.failures):
            return False
        seen = datetime.fromisoformat(old.seen)
        return page.changed < seen and datetime.now(UTC) - seen < _TRUSTED


def _content(digest: str) -> str:
    """Of the digest of a file, what stands for its bytes."""
    return digest.partition(" ")[0]


def _reading_in(digest: str) -> str:
    """Of the digest of a file, what stands for the code that read them."""
    return digest.partition(" ")[2]


def _vanished(missing: Iterable[str], name: str, path: Path | str, failures: Sequence[tuple[str, str]]) -> list[str]:
    """Those of the missing parts that are gone for sure; a part that could not be read keeps what it held."""
    failed = [name + where.removeprefix(str(path)) for where, _ in failures if where.startswith(f"{path}#")]
    if len(failed) < len(failures):  # it is not known which part
        return []
    return sorted(
        source for source in missing if not any(source == part or source.startswith(f"{part}#") for part in failed)
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


# ---------------------------------------------------------------- one bulletin


def prepare(bulletin: Bulletin, embedder: Embedder, passages: Sequence[Passage] | None = None) -> list[Prepared]:
    """The passages of a bulletin with vectors, words and facts. passages: those that `split` gave, when it has."""
    if passages is None:
        passages = split(bulletin)
    texts, sentences = embedded_texts(bulletin, passages)
    vectors, token_vectors = embedder.embed_tokens(texts, "passage", [bulletin.language] * len(texts))
    of_sentences = embedder.embed(sentences, "passage", [bulletin.language] * len(sentences))
    prepared, at = [], 0
    for i, passage in enumerate(passages):
        until = at + len(passage.sentences)
        tokens = _tokens(fact for fact in bulletin.facts if passage.start <= fact.start < passage.end)
        counts = Counter(terms(texts[i]))
        prepared.append(Prepared(passage, vectors[i], of_sentences[at:until], counts, tuple(tokens), token_vectors[i]))
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


class _Links:
    """Links a bulletin with the stored ones that tell its event."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._codes: dict[str, frozenset[int]] = {}

    def make(self, bulletin: Bulletin, keys: Iterable[str], tokens: Iterable[str]) -> None:
        """Call inside `transaction`, after the bulletin is stored, which took back its earlier links."""
        self._codes[bulletin.id] = frozenset(map(word_code, tokens))
        for other in self._candidates(bulletin.id, list(keys)):
            try:
                stored = self._store.bulletin(other)
            except IndexMismatch:  # of older code: it is compared when this run has read it again
                continue
            if link := same_event(bulletin, stored):
                self._store.link(bulletin.id, other, link)

    def _candidates(self, bulletin_id: str, keys: list[str]) -> list[str]:
        """Those to compare in full: of too many, those alike in title or text, then those that share most facts."""
        found = self._store.sharing(keys, but=bulletin_id)
        if len(found) <= _COMPARED:
            return found
        alike = set(self._store.sharing([key for key in keys if not key.startswith("day:")], but=bulletin_id))
        mine = self._codes[bulletin_id]
        return heapq.nlargest(_COMPARED, found, key=lambda other: (other in alike, len(mine & self._told_by(other))))

    def _told_by(self, bulletin_id: str) -> frozenset[int]:
        if bulletin_id not in self._codes:
            self._codes[bulletin_id] = frozenset(map(word_code, self._store.tokens(bulletin_id)))
        return self._codes[bulletin_id]
