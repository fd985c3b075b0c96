"""Kills the writer of an index again and again, at random moments, and looks at what it leaves.

Each time a child process brings an index in step with a folder of made-up bulletins, some of which have changed, moved
or gone since, and is killed (SIGKILL) after a random part of the time that such a run takes. After every kill: the
index opens, SQLite finds it sound, it holds whole bulletins only, each as an undisturbed run would have stored it, and
what was stored before is still there unless its file is gone. In the end one undisturbed run must bring it to the state
of an index that was never disturbed, links included.

    python -m eval.benchmarks.kill --times 100 --seed 11 --out eval/benchmarks/kill.json

Vectors are made up here, so that the time goes into reading and writing; POSIX only. Prints one line of JSON, and with
--out writes it there. left_unfinished: kills after which some, but not all, of what was to be done had been.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.benchmarks.about import about
from index import build
from index.build import build_index, prepare
from index.embed import Kind
from index.store import FILE, Store
from index.token_vectors import TokenVectors
from sources.bulletin import Language
from sources.files import read_bulletin

_PLACES = "Harbour Meadow Mill Quarry Orchard Ferry Lantern Granite".split()


class MadeUpEmbedder:
    """Vectors that are the same for the same text and mean nothing."""

    name, dim = "made up", 8

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        digests = [hashlib.sha256(text.encode()).digest()[: self.dim] for text in texts]
        vectors = np.array([list(digest) for digest in digests], np.float32).reshape(len(texts), self.dim) - 127.5
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        vectors = self.embed(texts, kind, languages)
        return vectors, [TokenVectors(vectors[i : i + 1], np.array([len(texts[i])])) for i in range(len(texts))]


def write(folder: Path, number: int, edition: int) -> None:
    """One made-up bulletin; another edition is another text."""
    place = _PLACES[number % len(_PLACES)]
    day = f"2023-0{number % 9 + 1}-1{edition % 9}"
    paragraphs = [
        f"On {day} the {place} office opened counter {number * 7 + i} with {edition * 31 + i * 13 + 20} boxes. "
        f"Its {i + 2} clerks sorted {number * 101 + edition * 17 + i} letters before noon."
        for i in range(4)
    ]
    text = f"{place} counters, note {number}\n\nPublished: {day}\n\n" + "\n\n".join(paragraphs)
    (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")


def change(folder: Path, chance: random.Random, edition: int) -> None:
    """Some bulletins are written anew, some renamed, some taken away, some added."""
    files = sorted(folder.iterdir())
    for path in chance.sample(files, 5):
        write(folder, int(path.stem.split("-")[0]), edition)
    for path in chance.sample(files, 2):
        path.rename(path.with_name(f"{path.stem.split('-')[0]}-{edition}.txt"))
    for path in chance.sample(sorted(folder.iterdir()), 2):
        path.unlink()
    for _ in range(3):
        write(folder, chance.randrange(100, 1000), edition)


def child(folder: Path, index: Path) -> int:
    """The id of a process that brings the index in step."""
    pid = os.fork()
    if pid == 0:
        build.GATHERED = 16  # so that a run of few bulletins, too, is killed between reading and storing
        try:
            build_index([folder], index, MadeUpEmbedder())
        except BaseException as problem:
            print(f"{type(problem).__name__}: {problem}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return pid


def ended(pid: int) -> bool:
    """Waits for a process. Whether it ended of itself and well; False when it was killed."""
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError(f"the writer failed with exit code {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)


def contents(index: Path) -> dict[str, str]:
    """source → a digest of all that is stored of it, "links" → all links.

    Raises AssertionError when a bulletin is not whole.
    """
    if not (index / FILE).is_file():
        return {}
    with sqlite3.connect(index / FILE) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",), "SQLite finds damage"
        assert not db.execute("PRAGMA foreign_key_check").fetchall(), "a row belongs to none"
    db.close()
    store = Store(index)
    try:
        rows = store.lanes().bulletins
        assert len(store.vectors()) == len(rows), "a passage without its vector"
        found, named = {}, {}
        for entry in store.entries():
            bulletin = store.bulletin(entry.id)
            stored = store.passages(bulletin)
            expected = prepare(bulletin, MadeUpEmbedder())
            assert [passage for passage, _ in stored] == [p.passage for p in expected], f"{entry.source} is not whole"
            for (_, vectors), p in zip(stored, expected, strict=True):
                assert np.allclose(vectors, p.sentence_vectors, atol=1e-3), f"a vector of {entry.source} is another's"
            named[entry.id] = entry.source
            found[entry.source] = hashlib.sha256(repr((bulletin, [p for p, _ in stored])).encode()).hexdigest()
        found["links"] = repr(sorted(sorted((named[a], named[b])) for a, b in store.links()))
        return found
    finally:
        store.close()


def kill(times: int, seed: int, bulletins: int) -> dict[str, float]:
    """Raises AssertionError, naming the seed, when an index is not as it should be."""
    chance = random.Random(seed)
    place = Path(tempfile.mkdtemp())
    folder, index, whole = place / "bulletins", place / "index", place / "whole"
    folder.mkdir()
    began = time.monotonic()
    try:
        for number in range(bulletins):
            write(folder, number, 0)
        prepare(read_bulletin(next(folder.iterdir())), MadeUpEmbedder())  # dictionaries are loaded once, before forking
        first = time.monotonic()
        ended(child(folder, whole))
        takes = time.monotonic() - first
        killed = unfinished = 0
        before: dict[str, str] = {}
        for edition in range(1, times + 1):
            # The first runs fill the index; then each finds a few changes and takes a fraction of that time.
            pid = child(folder, index)
            time.sleep(chance.random() * (takes if not killed else takes / 3))
            os.kill(pid, signal.SIGKILL)
            killed += not ended(pid)
            now = contents(index)
            names = {path.stem for path in folder.iterdir()}
            lost = {source for source in before if source in names and source not in now}
            assert not lost, f"bulletins were lost: {sorted(lost)}"
            unfinished += now != before and now.keys() - {"links"} != names
            before = now
            if len(now) > bulletins / 2:
                change(folder, chance, edition)
        assert ended(child(folder, index))
        shutil.rmtree(whole)
        assert ended(child(folder, whole))
        assert contents(index) == contents(whole), "the last run did not complete the index"
    except AssertionError as problem:
        raise AssertionError(f"{problem} (seed {seed})") from problem
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return {
        "times": times,
        "killed_in_time": killed,
        "left_unfinished": unfinished,
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Kill the writer of an index at random moments.")
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--bulletins", type=int, default=40)
    options.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    result = kill(given.times, given.seed, given.bulletins)
    print(json.dumps(result))
    if given.out:
        given.out.write_text(json.dumps({**about(), **result}, indent=1) + "\n", encoding="utf-8")
