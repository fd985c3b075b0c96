"""Search in collections of ten thousand, a hundred thousand and a million passages: time, memory, and what is missed.

    python -m eval.benchmarks.growth INDEX QUESTIONS.jsonl [--sizes 10000 100000 1000000] [--work DIR] [--save]

INDEX is any index of real bulletins, from which passages are synthesised: the vector of each lies between those of two
real passages, with noise; of its words and facts three in ten are drawn anew from all of the index. QUESTIONS holds one
{"question": ...} a line. Reading, cleaning and embedding are not measured here (stock.py does): their cost is the same
for every bulletin. Each step runs in a process of its own, so that its memory can be told. A million passages take
20 GB of disk, most of it vectors of tokens. Times are told by the clock and by the processor.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import load_settings
from index import vectors
from index.embed import open_embedder
from index.search import FORWARD, Index
from index.store import Store

from .about import about

_PASSAGES = 10  # of each bulletin
_FIRST, _ASKED, _COMPARED = 20, 140, 30  # questions for what is loaded at first use, timed, compared with exact search
_PROBES = (16, 32, 64, 96, 128, 192)
_DETAILS = json.dumps(
    {
        **{name: [] for name in ("edits", "dates", "contradictions", "blocks", "enumerations", "facts", "pages")},
        **{name: {} for name in ("repairs", "told", "evidence")},
        **{"encoding": "utf-8", "column": None, "format": "text", "document_number": None, "people": []},
        "programmes": [],
    }
)
_WORD = np.dtype([("code", "<u4"), ("count", "<u2")])


class Synthesis:
    """Bulletins made of the passages of a real index."""

    def __init__(self, seeds: Path) -> None:
        db = Store(seeds)._db
        self.meta = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('model', 'dim')"))
        self._rows = db.execute(
            "SELECT bulletin.language, title, substr(clean, start + 1, end - start), words, passage.facts, vector,"
            " passage.forms, sentence_vectors, token_vectors, sentences, start"
            " FROM passage JOIN bulletin ON bulletin.id = bulletin JOIN vectors ON passage = passage.id"
        ).fetchall()
        self._vectors = np.stack([np.frombuffer(row[5], "<f4") for row in self._rows])
        self._words = [np.frombuffer(row[3], _WORD) for row in self._rows]
        self._all_words = np.ascontiguousarray(np.concatenate(self._words)["code"])
        self._facts = [json.loads(row[4]) for row in self._rows]
        self._all_facts = [token for tokens in self._facts for token in tokens]

    def bulletin(self, number: int) -> tuple[tuple[Any, ...], list[tuple[Any, Any]]]:
        """The row of a bulletin and those of its passages, each with its vectors; the same for the same number."""
        rng = np.random.default_rng(number)
        key = f"{number:064x}"
        chosen = rng.integers(0, len(self._rows), (2, _PASSAGES))
        mixed = self._vectors[chosen[0]] + rng.uniform(0.2, 0.8, (_PASSAGES, 1)) * self._vectors[chosen[1]]
        mixed += rng.normal(0, 0.3 / self._vectors.shape[1] ** 0.5, mixed.shape)
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        passages, texts, told, at = [], [], [], 0
        for place, seed in enumerate(chosen[0]):
            _, _, text, _, _, _, forms, sentence_vectors, token_vectors, spans, start = self._rows[seed]
            words = self._words[seed].copy()
            anew = rng.random(len(words)) < 0.3
            words["code"][anew] = self._all_words[rng.integers(len(self._all_words), size=int(anew.sum()))]
            facts = [
                token if rng.random() < 0.7 else self._all_facts[rng.integers(len(self._all_facts))]
                for token in self._facts[seed]
            ]
            spans = json.dumps([(a - start + at, b - start + at) for a, b in json.loads(spans)])
            passages.append(
                ((key, place, at, at + len(text), spans, "", words.tobytes(), json.dumps(facts), forms),
                 (mixed[place].astype("<f4").tobytes(), sentence_vectors, token_vectors))
            )  # fmt: skip
            told += facts
            texts.append(text)
            at += len(text) + 1
        clean, language, title = "\n".join(texts), self._rows[chosen[0, 0]][0], self._rows[chosen[0, 0]][1]
        all_told = json.dumps((told[:6], list(dict.fromkeys(told))))
        told_of = (key, key, key, "d", "2024-01-01T00:00:00+00:00", title, None, None, "[]", language)
        return (*told_of, all_told, clean, clean, _DETAILS, "", "f", key), passages

    def write(self, store: Store, numbers: range) -> None:
        """Call inside `transaction`."""
        for number in numbers:
            row, passages = self.bulletin(number)
            store._db.execute(f"INSERT INTO bulletin VALUES ({','.join('?' * len(row))})", row)
            query = (
                "INSERT INTO passage (bulletin, number, start, end, sentences, heading, words, facts, forms)"
                " VALUES (?,?,?,?,?,?,?,?,?)"
            )
            for passage, own in passages:
                at = store._db.execute(query, passage).lastrowid
                store._db.execute("INSERT INTO vectors VALUES (?,?,?,?)", (at, *own))
        store._advance()


def fill(seeds: Path, folder: Path, size: int) -> dict[str, Any]:
    synthesis, store = Synthesis(seeds), Store(folder, writable=True)
    store._db.execute("PRAGMA synchronous = OFF")
    with store.transaction():
        store.set_meta(**synthesis.meta)
        store._db.execute("INSERT INTO file VALUES ('f', 'f', '', '', '', '', '', '[]')")
    for first in range(0, size // _PASSAGES, 10_000):
        with store.transaction():
            synthesis.write(store, range(first, min(first + 10_000, size // _PASSAGES)))
    store.close()
    return {}


def build(seeds: Path, folder: Path, size: int) -> dict[str, Any]:
    """The FAISS files of a collection that has none."""
    store = Store(folder)
    seconds = _seconds(lambda: vectors.refresh(store))
    files = {
        kind: sum(p.stat().st_size for p in folder.glob(f"{kind}*")) for kind in ("bulletins", "vectors", "nearest")
    }
    return {"vectors_built_s": seconds, "peak_mb": _peak_mb(), "mb": {k: v >> 20 for k, v in files.items()}}


def ask(seeds: Path, folder: Path, size: int, questions: list[str]) -> dict[str, Any]:
    settings = load_settings()
    embedder = open_embedder(settings.embedding, settings.cache)
    began = time.perf_counter()
    index = Index(folder, embedder, settings.cache)
    found: dict[str, Any] = {"start_s": round(time.perf_counter() - began, 2)}
    first, asked, others = np.split(np.array(questions[: _FIRST + 2 * _ASKED]), [_FIRST, _FIRST + _ASKED])
    for question in first.tolist():
        index.search(question)
    spent = []
    for question in asked.tolist():
        clocks = [_clocks()]
        query = index.query(question)
        clocks.append(_clocks())
        index.search(query, 14, beside=24)
        spent.append(np.diff([*clocks, _clocks()], axis=0))
    # By question, step (making the query, searching) and clock (time gone by, the processor's). What an answer is
    # made from is many passages; ten hits are what `bulletins search` and the stock pipelines of stock.py give: they
    # are timed with the making of the query, for questions of their own: what was asked before is in memory.
    times = np.array(spent)
    plain = []
    for question in others.tolist():
        before = _clocks()
        index.search(question, 10)
        plain.append(np.subtract(_clocks(), before))
    for clock, unit in enumerate(("ms", "processor_ms")):
        for name, seconds in (("question", times[:, 0]), ("search", times[:, 1]), ("query", times.sum(axis=1))):
            found[f"{name}_{unit}"] = _percentiles(seconds[:, clock])
        found[f"ten_hits_{unit}"] = _percentiles(np.array(plain)[:, clock])
    found["memory_mb"], found["peak_mb"] = _now_mb(), _peak_mb()
    found |= update(index, seeds, folder, size, questions)
    if size > vectors.EXACT:
        found |= missed(index, questions[:_COMPARED])
    return found


def update(index: Index, seeds: Path, folder: Path, size: int, questions: list[str]) -> dict[str, Any]:
    """One changed bulletin of ten passages: written, then followed by a reader."""
    synthesis, store = Synthesis(seeds), Store(folder, writable=True)
    writing, following = [], []
    for number in range(5):
        with store.transaction():
            began = time.perf_counter()
            store._db.execute("DELETE FROM bulletin WHERE id = ?", (f"{number:064x}",))
            synthesis.write(store, range(size + number, size + number + 1))
        writing.append(time.perf_counter() - began)
        following.append(_seconds(index.reload))
    store.close()
    return {"update_written_ms": _percentiles(writing), "update_followed_ms": _percentiles(following)}


def missed(index: Index, questions: list[str]) -> dict[str, Any]:
    """How much of what exact search finds is found, in [0, 1]: of the nearest ten vectors, and of the ten best hits."""
    base, nearest = index._vectors._base, index._vectors._nearest
    queries = [index.query(question) for question in questions]
    exact = [set(np.argpartition(-(base @ query.vector), 10)[:10].tolist()) for query in queries]
    curve = {}
    for probes in _PROBES:
        nearest.nprobe = probes
        times, shares = [], []
        for query, best in zip(queries, exact, strict=True):
            began = time.perf_counter()
            rows = index._vectors.best(query.vector, FORWARD)
            times.append(time.perf_counter() - began)
            scores = index._vectors.score(query.vector, rows)
            shares.append(len(best & set(rows[np.argsort(-scores)[:10]].tolist())) / 10)
        curve[probes] = {"recall_at_10": round(float(np.mean(shares)), 4), "ms": _percentiles(times)}
    nearest.nprobe = vectors.LISTS_READ
    shares = []
    for query in queries:
        quick = {(hit.passage.bulletin, hit.passage.number) for hit in index.search(query, 10)}
        index.exact = 1 << 60
        whole = {(hit.passage.bulletin, hit.passage.number) for hit in index.search(query, 10)}
        index.exact = vectors.EXACT
        shares.append(len(quick & whole) / max(1, len(whole)))
    return {"lists_read": curve, "hits_as_exact_at_10": round(float(np.mean(shares)), 4)}


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return round(time.perf_counter() - began, 4)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _percentiles(seconds: Any) -> dict[str, float]:
    return {name: round(1000 * float(np.quantile(seconds, q)), 1) for name, q in (("p50", 0.5), ("p95", 0.95))}


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _now_mb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--work", type=Path)
    parser.add_argument("--save", action="store_true", help="write these sizes into growth.json beside this file")
    parser.add_argument("--step", choices=["fill", "build", "ask"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    questions = [json.loads(line)["question"] for line in args.questions.read_text(encoding="utf-8").splitlines()]
    if args.step:
        size = args.sizes[0]
        if args.step == "ask":
            done = ask(args.seeds, args.work, size, questions)
        else:
            done = {"fill": fill, "build": build}[args.step](args.seeds, args.work, size)
        print(json.dumps(done))
        return
    file = Path(__file__).with_suffix(".json")
    result = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for size in args.sizes:
        head = {"about": about(), "load_before": round(os.getloadavg()[0], 2)}
        if args.work:
            args.work.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="growth", dir=args.work))
        figures: dict[str, Any] = {}
        try:
            for name in ("fill", "build", "ask"):
                command = [sys.executable, "-m", "eval.benchmarks.growth", str(args.seeds), str(args.questions)]
                began = time.perf_counter()
                run = subprocess.run(
                    [*command, "--step", name, "--sizes", str(size), "--work", str(folder)],
                    check=True, stdout=subprocess.PIPE, text=True,
                )  # fmt: skip
                figures[name] = json.loads(run.stdout.splitlines()[-1]) | {
                    "step_s": round(time.perf_counter() - began, 1)
                }
                print(size, name, json.dumps(figures[name]), f"load {os.getloadavg()[0]:.1f}", flush=True)
        finally:
            shutil.rmtree(folder)
        result[str(size)] = head | figures | {"load_after": round(os.getloadavg()[0], 2)}
        if args.save:
            file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
