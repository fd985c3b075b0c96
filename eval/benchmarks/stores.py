"""The same questions put to an index in a folder and to one on Milvus: quality first, then time and size.

    python -m eval.benchmarks.stores [--milvus ADDRESS] [--sets DIR] [--tasks NAME ...] [--questions N]
                                     [--timed FOLDER] [--sizes N ...] [--only PART] [--reranker NAME] [--save]

Quality: the gold questions over the specimens, scored as `bulletins eval` does; and, of sets that lie in DIR
(docs/POOL/*.txt, tasks/TASK.jsonl with {"question", "gold": [{"sentence", "answer"}]}, tasks/tasks.json with
{TASK: {"docs": POOL}}), the first N questions of each task: how often the first passage, and one of five, holds the
answer with its sentence. Both stores are to be within one point of each other. With --reranker a cross-encoder looks
last at the best passages of both: run it with and without to see what the model is worth.

Time: passages are synthesised from the first bulletins of FOLDER, their vectors of chance, three in ten of their words
another passage's; reading and embedding are not timed here. Both stores get the same, each in a place of its own, and
gold questions are searched for.

ADDRESS is milvus+http://HOST:PORT/NAME, to which a number is added, or milvus+lite:FOLDER (Milvus Lite in a temporary
folder when none is named).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

import sources
from assistant import Assistant
from assistant.settings import Settings, load_settings
from eval.cases import read_cases
from eval.measures import mean, percentile
from eval.run import GOLD, evaluate
from index.build import build_index, prepare
from index.embed import Embedder, Kind, open_embedder
from index.normalise import fold
from index.place import MilvusPlace, Place, open_index, open_store, read_place
from index.reranker import Reranker, open_reranker
from index.search import Index
from index.store import Prepared, Store
from index.token_vectors import TokenVectors
from sources.bulletin import Language
from sources.files import read_bulletin

from .about import about

_SPECIMENS = Path(next(iter(sources.__path__))) / "specimens"
_TIMED, _SEEDS = 30, 60  # questions, bulletins
_WITHIN = 0.01


class Remembering:
    """The same vectors, each text embedded once: both stores get the same."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dim, self._embedder = embedder.name, embedder.dim, embedder
        self._known: dict[tuple[str, str, str], np.ndarray] = {}
        self._tokens: dict[tuple[str, str, str], tuple[np.ndarray, bytes]] = {}

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        keys = [(text, kind, language) for text, language in zip(texts, languages, strict=True)]
        new = list(dict.fromkeys(key for key in keys if key not in self._known))
        if new:
            vectors = self._embedder.embed([text for text, _, _ in new], kind, [language for _, _, language in new])
            self._known.update(zip(new, vectors.astype(np.float16), strict=True))
        return np.array([self._known[key] for key in keys], np.float32).reshape(len(keys), self.dim)

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        keys = [(text, kind, language) for text, language in zip(texts, languages, strict=True)]
        new = list(dict.fromkeys(key for key in keys if key not in self._tokens))
        if new:
            made = self._embedder.embed_tokens([text for text, _, _ in new], kind, [language for _, _, language in new])
            self._tokens.update((key, (v, own.packed())) for key, v, own in zip(new, *made, strict=True))
        known = [self._tokens[key] for key in keys]
        vectors = np.array([vector for vector, _ in known], np.float32).reshape(len(keys), self.dim)
        return vectors, [TokenVectors.unpacked(packed, self.dim) for _, packed in known]


class OfChance:
    """Vectors that mean nothing."""

    name, dim = "of chance", 384

    def __init__(self) -> None:
        self._chance = np.random.default_rng(0)

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        return self._vectors(len(texts))

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        lengths = [max(1, len(text) // 2) for text in texts]
        return self._vectors(len(texts)), [TokenVectors(self._vectors(n), 2 * np.arange(1, n + 1)) for n in lengths]

    def _vectors(self, n: int) -> np.ndarray:
        found = self._chance.standard_normal((n, self.dim), np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


class Places:
    """Places for indexes, two at a time: a folder and Milvus."""

    def __init__(self, work: Path, address: str) -> None:
        self._work, self._address, self._numbers = work, address, count()

    @contextmanager
    def pair(self) -> Iterator[dict[str, Place]]:
        number = next(self._numbers)
        folder = self._work / f"folder-{number}"
        given = read_place(self._address or f"milvus+lite:{self._work / 'lite'}")
        assert isinstance(given, MilvusPlace)
        if given.folder:
            lite = given.folder / str(number)
            there = read_place(f"milvus+lite:{lite}")
        else:
            there = replace(given, name=f"{given.name}_{number}")
        try:
            yield {"folder": folder, "milvus": there}
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if given.folder:
                shutil.rmtree(lite, ignore_errors=True)


def gold(places: Places, embedder: Embedder, reranker: Reranker | None, settings: Settings) -> dict[str, Any]:
    """The measures of both stores over the gold questions, and by how much they differ at most."""
    cases, found = read_cases(GOLD), {}
    with places.pair() as pair:
        for name, place in pair.items():
            build_index([_SPECIMENS], place, embedder, cache=settings.cache)
            index = open_index(place, embedder, settings.cache, reranker)
            try:
                summary = evaluate(Assistant(index, settings).ask, cases).summary
                found[name] = {key: value for key, value in flat(summary).items() if value is not None}
            finally:
                index.close()
    return _compared(found) | {"cases": len(cases)}


def flat(summary: Any, prefix: str = "") -> dict[str, float | None]:
    """The shares in a summary by their names; what is no share (seconds, counts) is left out."""
    found: dict[str, float | None] = {}
    for key, value in summary.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        elif isinstance(value, float) and 0 <= value <= 1 and "seconds" not in key:
            found[prefix + key] = value
    return found


def task(
    places: Places, embedder: Embedder, reranker: Reranker | None, settings: Settings, docs: Path, asked: list[Any]
) -> dict[str, Any]:
    """How often the first passage, and one of the first five, holds the answer with its sentence."""
    found: dict[str, dict[str, float | None]] = {}
    milliseconds: dict[str, list[float]] = {}
    same: dict[str, list[Any]] = {}
    with places.pair() as pair:
        for name, place in pair.items():
            build_index([docs], place, embedder, cache=settings.cache)
            index = open_index(place, embedder, settings.cache, reranker)
            try:
                ranked, milliseconds[name] = _searched(index, [one["question"] for one in asked])
                right = [_first(texts, one["gold"]) for (_, texts), one in zip(ranked, asked, strict=True)]
                found[name] = {
                    "first": mean(float(at == 0) for at in right),
                    "among_five": mean(float(at is not None and at < 5) for at in right),
                    "reciprocal_rank": mean(0.0 if at is None else 1 / (1 + at) for at in right),
                }
                same[name] = [ids for ids, _ in ranked]
            finally:
                index.close()
    pairs = list(zip(same["folder"], same["milvus"], strict=True))
    return _compared(found) | {
        "questions": len(asked),
        "same_first": mean(float(a[:1] == b[:1]) for a, b in pairs),
        "shared_of_ten": mean(len(set(a) & set(b)) / max(1, len(a)) for a, b in pairs),
        "search_ms": {name: _spread(times) for name, times in milliseconds.items()},
    }


def _searched(index: Index, questions: Sequence[str]) -> tuple[list[tuple[list[Any], list[str]]], list[float]]:
    found, times = [], []
    for question in questions:
        began = time.perf_counter()
        hits = index.search(question, 10)
        times.append(1000 * (time.perf_counter() - began))
        ids = [(hit.passage.source, hit.passage.number) for hit in hits]
        found.append((ids, [hit.text for hit in hits]))
    return found, times


def _first(texts: Sequence[str], golds: Sequence[dict[str, str]]) -> int | None:
    """The place of the first text that holds a gold answer with its sentence."""
    wanted = [(_plain(one["answer"]), _plain(one["sentence"])) for one in golds]
    for place, text in enumerate(map(_plain, texts)):
        if any(answer in text and sentence in text for answer, sentence in wanted):
            return place
    return None


def _plain(text: str) -> str:
    return fold(text).replace(" ", "")


def _compared(found: dict[str, Any]) -> dict[str, Any]:
    apart = {key: round(found["milvus"][key] - value, 4) for key, value in found["folder"].items()}
    worst = max((abs(value) for value in apart.values()), default=0.0)
    return {**found, "apart": {k: v for k, v in apart.items() if v}, "worst": worst, "within": worst <= _WITHIN}


class Synthesis:
    """Bulletins in any number, made of some."""

    def __init__(self, folder: Path) -> None:
        self._chance, embedder = random.Random(0), OfChance()
        bulletins = [read_bulletin(path) for path in sorted(folder.glob("*.txt"))[:_SEEDS]]
        self._seeds = [(bulletin, prepare(bulletin, embedder)) for bulletin in bulletins]
        self._words = [one.words for _, prepared in self._seeds for one in prepared]
        self._vectors = np.random.default_rng(1)

    def put(self, store: Store, number: int, version: int = 0) -> int:
        """Stores the bulletin of that number, in a transaction of its own as a run does; how many passages it has."""
        seed, prepared = self._seeds[number % len(self._seeds)]
        bulletin = replace(seed, id=f"{number:012x}{version:04x}", source=f"{number:08d}", path=f"{number:08d}.txt")
        made = []
        for one in prepared:
            passage = replace(one.passage, bulletin=bulletin.id, source=bulletin.source)
            vector = one.vector + 0.5 * self._vectors.standard_normal(len(one.vector), np.float32)
            made.append(
                replace(one, passage=passage, vector=vector / np.linalg.norm(vector), words=self._words_of(one))
            )
        told = list(dict.fromkeys(token for one in prepared for token in one.facts))
        with store.transaction():
            store.put(bulletin, f"{version}", "2026-01-01T00:00:00+00:00", made, (told[:20], told), [f"day:{number}"])
        return len(made)

    def _words_of(self, one: Prepared) -> Counter[str]:
        others = self._chance.choice(self._words)
        kept = Counter({word: n for word, n in one.words.items() if self._chance.random() < 0.7})
        return kept + Counter({word: n for word, n in others.items() if self._chance.random() < 0.3})


def timed(places: Places, settings: Settings, folder: Path, size: int) -> dict[str, Any]:
    """Seconds and bytes of both stores: filling, opening, searching, and following a changed bulletin."""
    questions = [case.question for case in read_cases(GOLD)][:_TIMED]
    embedder, result = OfChance(), dict[str, Any]()
    with places.pair() as pair:
        for name, place in pair.items():
            made, figures = Synthesis(folder), dict[str, Any]()
            store = open_store(place, writable=True)
            store.set_meta(model=embedder.name, dim=str(embedder.dim))
            began, bulletins, passages = time.perf_counter(), 0, 0
            while passages < size:
                passages += made.put(store, bulletins)
                bulletins += 1
            figures |= {"bulletins": bulletins, "passages": passages}
            figures["fill_s"] = round(time.perf_counter() - began, 2)
            _timed(figures, "settle_s", store.settle)
            index = _timed(figures, "open_s", partial(open_index, place, embedder, settings.cache))
            _searched(index, questions[:2])
            figures["search_ms"] = _spread(_searched(index, questions)[1])
            _timed(figures, "change_s", partial(made.put, store, 1, 1))
            _timed(figures, "follow_s", index.reload)
            index.close()
            store.close()
            where = place if isinstance(place, Path) else place.folder
            if where:
                figures["bytes"] = sum(file.stat().st_size for file in where.rglob("*") if file.is_file())
            figures["load"] = round(os.getloadavg()[0], 1)
            result[name] = figures
    return result


def _timed(figures: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    found = work()
    figures[name] = round(time.perf_counter() - began, 2)
    return found


def _spread(milliseconds: Sequence[float]) -> dict[str, float]:
    return {f"p{share * 100:.0f}": round(percentile(milliseconds, share) or 0, 1) for share in (0.5, 0.95)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--milvus", default="", metavar="ADDRESS")
    parser.add_argument("--sets", type=Path, metavar="DIR")
    parser.add_argument("--tasks", nargs="+", metavar="NAME", help="default: all of the sets")
    parser.add_argument("--questions", type=int, default=100, metavar="N")
    parser.add_argument("--timed", type=Path, metavar="FOLDER")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], metavar="N", help="passages")
    parser.add_argument("--only", choices=("gold", "tasks", "timed"), help="this part, the others as they were")
    parser.add_argument("--reranker", default="", metavar="NAME", help="a cross-encoder of sentence-transformers")
    parser.add_argument("--save", action="store_true", help="write stores.json beside this file")
    args = parser.parse_args()
    settings = load_settings()
    made_with = about() | {"pymilvus": version("pymilvus"), "on": args.milvus or f"Lite {version('milvus-lite')}"}
    reranker = open_reranker(args.reranker)
    if reranker:
        made_with["reranker"] = reranker.name
    file = Path(__file__).with_suffix(".json")
    result = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def keep(part: str, found: dict[str, Any]) -> None:
        print(part, json.dumps({key: value for key, value in found.items() if key not in ("folder", "milvus")}))
        result[part] = {"about": made_with} | found
        if args.save:
            file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")

    with tempfile.TemporaryDirectory(prefix="stores") as folder:
        work = Path(folder)
        places = Places(work, args.milvus)
        if args.timed and args.only in (None, "timed"):
            for size in args.sizes:
                found = timed(places, settings, args.timed, size)
                keep(f"timed-{size}", {"stores": found})
        embedder = Remembering(open_embedder(settings.embedding, settings.cache))
        if args.only in (None, "gold"):
            keep("gold", gold(places, embedder, reranker, settings))
        if args.sets and args.only in (None, "tasks"):
            told = json.loads((args.sets / "tasks" / "tasks.json").read_text(encoding="utf-8"))
            for name in args.tasks or sorted(told):
                lines = (args.sets / "tasks" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
                asked = [json.loads(line) for line in lines[: args.questions]]
                docs = args.sets / "docs" / told[name]["docs"]
                keep(name, task(places, embedder, reranker, settings, docs, asked))


if __name__ == "__main__":
    main()
