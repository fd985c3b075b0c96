"""The stock pipeline and ours on the same texts and questions: speed, memory and size.

    python -m eval.benchmarks.stock FOLDER QUESTIONS.jsonl [--files 60] [--work DIR] [--save]

The stock pipeline is what the tutorials of LangChain show: its recursive splitter (500 characters, 50 shared),
sentence-transformers in float32 with the same weights as ours, a flat FAISS index with the texts beside it, both read
whole at start. LangChain's own FAISS store does no more than that (its package is being given up, so it is no
dependency here): what it would add is time. Ours is `bulletins index` and `Index.search`, with all that they do besides
embedding: repair, description, facts, words, versions. Each step runs in a process of its own on the texts' characters,
one after the other; questions are put to all in turn, also to the stock pipeline held to one processor, so that all
meet the same other work of the machine. Rates are told by characters too, since the two make passages of different
sizes, and in seconds of a processor besides those of the clock: on a machine with other work only the former can be
compared. And how alike the vectors of both are, of the same texts.
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
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import load_settings

from .about import about

_SIZE, _SHARED = 500, 50
_ASKED = 100
_UNITS = ("seconds", "processor_s")
# Those asked: how, and what they are given of the environment. The threads of torch wait for each other on a busy
# machine and spend a multiple of what one spends.
_ASKED_IN_TURN = {"own": ("own", {}), "stock": ("stock", {}), "stock_one": ("stock", {"OMP_NUM_THREADS": "1"})}


def stock_index(texts: Path, folder: Path) -> dict[str, Any]:
    import faiss
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    model = _stock_model()
    model.encode(["passage: the first run prepares"])
    began, worked = time.perf_counter(), time.process_time()
    splitter = RecursiveCharacterTextSplitter(chunk_size=_SIZE, chunk_overlap=_SHARED)
    passages = [piece for path in sorted(texts.iterdir()) for piece in splitter.split_text(path.read_text("utf-8"))]
    vectors = model.encode([f"passage: {piece}" for piece in passages], normalize_embeddings=True)
    index = faiss.IndexFlatL2(vectors.shape[1])
    index.add(vectors)
    folder.mkdir()
    faiss.write_index(index, str(folder / "index.faiss"))
    (folder / "passages.json").write_text(json.dumps(passages, ensure_ascii=False), encoding="utf-8")
    return _spent(began, worked) | {"passages": len(passages)}


def stock_ask(folder: Path) -> dict[str, Any]:
    began = time.perf_counter()
    import faiss

    model = _stock_model()
    index = faiss.read_index(str(folder / "index.faiss"))
    passages = json.loads((folder / "passages.json").read_text(encoding="utf-8"))

    def search(question: str) -> list[str]:
        rows = index.search(model.encode([f"query: {question}"], normalize_embeddings=True), 10)[1][0]
        return [passages[row] for row in rows if row >= 0]

    return _answering(search, began)


def own_index(texts: Path, folder: Path) -> dict[str, Any]:
    from index.build import build_index
    from index.embed import open_embedder

    settings = load_settings()
    embedder = open_embedder(settings.embedding, settings.cache)
    embedder.embed(["the first run prepares"], "passage", ["en"])
    began, worked = time.perf_counter(), time.process_time()
    report = build_index([texts], folder, embedder, cache=settings.cache)
    return _spent(began, worked) | {"passages": report.passages}


def own_ask(folder: Path) -> dict[str, Any]:
    began = time.perf_counter()
    from index.embed import open_embedder
    from index.search import Index

    settings = load_settings()
    index = Index(folder, open_embedder(settings.embedding, settings.cache), settings.cache)
    return _answering(lambda question: index.search(question, 10), began)


def cosine(texts: Path) -> dict[str, Any]:
    """Of the vectors that both give of one text: the least, and the mean."""
    from index.encoder import open_encoder

    starts = [f"passage: {path.read_text('utf-8')[:_SIZE]}" for path in sorted(texts.iterdir())]
    stock = _stock_model().encode(starts, normalize_embeddings=True)
    cosines = (stock * open_encoder(load_settings().cache).encode(starts)).sum(axis=1)
    return {"least": float(cosines.min()), "mean": float(cosines.mean()), "texts": len(starts)}


def _spent(began: float, worked: float) -> dict[str, float]:
    return {"seconds": time.perf_counter() - began, "processor_s": time.process_time() - worked}


def _stock_model() -> Any:
    from sentence_transformers import SentenceTransformer

    from index.bundled import NAME, sentence_transformer

    return SentenceTransformer(str(sentence_transformer(load_settings().cache / NAME)), device="cpu")


def _answering(search: Any, began: float) -> dict[str, Any]:
    """Searches for each line of stdin and says when it is done; what it took, at the end."""
    first: dict[str, float] = {}
    times, work = [], []
    for line in sys.stdin:
        asked, worked = time.perf_counter(), time.process_time()
        search(json.loads(line))
        if first:
            times.append(1000 * (time.perf_counter() - asked))
            work.append(1000 * (time.process_time() - worked))
        else:
            first = {"first_s": time.perf_counter() - began, "first_processor_s": time.process_time()}
        print("{}", flush=True)
    found = {
        "p50_ms": np.quantile(times, 0.5),
        "p95_ms": np.quantile(times, 0.95),
        "processor_ms": np.mean(work),  # with what is loaded when it is first needed, ours the dictionary of English
        "processor_p50_ms": np.quantile(work, 0.5),
    }
    return first | {name: float(value) for name, value in found.items()}


def _asked(work: Path, texts: Path, questions: Path) -> dict[str, dict[str, Any]]:
    """What the questions took each of those asked, one question of all before the next."""
    asked = questions.read_text(encoding="utf-8").splitlines()[: _ASKED + 1]
    running: dict[str, Any] = {}
    for name, (side, given) in _ASKED_IN_TURN.items():
        command = [sys.executable, "-m", "eval.benchmarks.stock", str(texts), str(questions)]
        running[name] = subprocess.Popen(
            [*command, "--step", f"{side}_ask", "--work", str(work / side)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | given,
        )  # fmt: skip
        _ask(running[name], asked[0])  # alone: the first takes its start with it
    for number, line in enumerate(asked[1:]):
        names = list(running)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            _ask(running[name], line)
    return {name: json.loads(run.communicate()[0]) for name, run in running.items()}


def _ask(run: Any, line: str) -> None:
    run.stdin.write(json.dumps(json.loads(line)["question"]) + "\n")
    run.stdin.flush()
    run.stdout.readline()


def compared(work: Path, texts: Path, questions: Path, files: int) -> dict[str, Any]:
    chosen = work / "texts"
    chosen.mkdir()
    for path in sorted(texts.glob("*.txt"))[:files]:
        shutil.copy(path, chosen)
    characters = sum(len(path.read_text("utf-8")) for path in chosen.iterdir())
    result: dict[str, Any] = {"texts": len(list(chosen.iterdir())), "characters": characters}
    for side in ("stock", "own"):
        folder = work / side
        command = [sys.executable, "-m", "eval.benchmarks.stock", str(chosen), str(questions)]
        run = subprocess.run(
            [*command, "--step", f"{side}_index", "--work", str(folder)],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        figures: dict[str, Any] = {"index": json.loads(run.stdout.splitlines()[-1])}
        for unit in _UNITS:
            figures["index"][f"characters_by_{unit}"] = round(characters / figures["index"][unit])
        figures["mb"] = round(sum(f.stat().st_size for f in folder.iterdir()) / 2**20, 2)
        result[side] = figures
    for name, figures in _asked(work, chosen, questions).items():
        result.setdefault(name, {})["ask"] = figures
    stock, own = result["stock"], result["own"]
    asking = ("first_s", "first_processor_s", "p50_ms", "p95_ms", "processor_ms", "processor_p50_ms")
    result["own_to_stock"] = {
        **{f"characters_by_{unit}": _ratio(stock, own, "index", f"characters_by_{unit}") for unit in _UNITS},
        **{
            f"passages_by_{unit}": round(_ratio(stock, own, "index", "passages") / _ratio(stock, own, "index", unit), 2)
            for unit in _UNITS
        },
        **{name: _ratio(stock, own, "ask", name) for name in asking},
        **{f"{step}_peak_mb": _ratio(stock, own, step, "peak_mb") for step in ("index", "ask")},
        "mb": round(own["mb"] / stock["mb"], 2),
    }
    result["own_to_stock_one"] = {name: _ratio(result["stock_one"], own, "ask", name) for name in asking}
    command = [sys.executable, "-m", "eval.benchmarks.stock", str(chosen), str(questions), "--step", "cosine"]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result["cosine"] = json.loads(run.stdout.splitlines()[-1])
    return result


def _ratio(stock: dict[str, Any], own: dict[str, Any], step: str, name: str) -> float:
    return round(own[step][name] / stock[step][name], 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--save", action="store_true", help="write stock.json beside this file")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        if args.step == "cosine":
            done = cosine(args.texts)
        elif args.step.endswith("index"):
            done = {"stock_index": stock_index, "own_index": own_index}[args.step](args.texts, args.work)
        else:
            done = {"stock_ask": stock_ask, "own_ask": own_ask}[args.step](args.work)
        done["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(json.dumps({name: round(value, 4) for name, value in done.items()}))
        return
    load = round(os.getloadavg()[0], 2)
    with tempfile.TemporaryDirectory(prefix="stock", dir=args.work) as work:
        result = {"about": about(), "load_before": load} | compared(Path(work), args.texts, args.questions, args.files)
    result["load_after"] = round(os.getloadavg()[0], 2)
    print(json.dumps(result, indent=1))
    if args.save:
        Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
