"""The stock pipeline and ours on the same texts and questions: speed, memory and size.

    python -m eval.benchmarks.stock FOLDER QUESTIONS.jsonl [--files 60] [--work DIR] [--save]

The stock pipeline is what the tutorials of LangChain show: its recursive splitter (500 characters, 50 shared),
sentence-transformers in float32 with the same weights as ours, a flat FAISS index with the texts beside it, both read
whole at start. LangChain's own FAISS store does no more than that (its package is being given up, so it is no
dependency here): what it would add is time. Ours is `bulletins index` and `Index.search`, with all that they do besides
embedding: repair, description, facts, words, versions. Each step runs in a process of its own on the texts' characters,
one after the other. Rates are told by characters, since the two make passages of different sizes.
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


def stock_index(texts: Path, folder: Path) -> dict[str, Any]:
    import faiss
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    model = _stock_model()
    model.encode(["passage: the first run prepares"])
    began = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=_SIZE, chunk_overlap=_SHARED)
    passages = [piece for path in sorted(texts.iterdir()) for piece in splitter.split_text(path.read_text("utf-8"))]
    vectors = model.encode([f"passage: {piece}" for piece in passages], normalize_embeddings=True)
    index = faiss.IndexFlatL2(vectors.shape[1])
    index.add(vectors)
    folder.mkdir()
    faiss.write_index(index, str(folder / "index.faiss"))
    (folder / "passages.json").write_text(json.dumps(passages, ensure_ascii=False), encoding="utf-8")
    return {"seconds": time.perf_counter() - began, "passages": len(passages)}


def stock_ask(folder: Path, questions: list[str]) -> dict[str, Any]:
    began = time.perf_counter()
    import faiss

    model = _stock_model()
    index = faiss.read_index(str(folder / "index.faiss"))
    passages = json.loads((folder / "passages.json").read_text(encoding="utf-8"))

    def search(question: str) -> list[str]:
        rows = index.search(model.encode([f"query: {question}"], normalize_embeddings=True), 10)[1][0]
        return [passages[row] for row in rows if row >= 0]

    return _asked(search, questions, began)


def own_index(texts: Path, folder: Path) -> dict[str, Any]:
    from index.build import build_index
    from index.embed import open_embedder

    settings = load_settings()
    embedder = open_embedder(settings.embedding, settings.cache)
    embedder.embed(["the first run prepares"], "passage", ["en"])
    began = time.perf_counter()
    report = build_index([texts], folder, embedder, cache=settings.cache)
    return {"seconds": time.perf_counter() - began, "passages": report.passages}


def own_ask(folder: Path, questions: list[str]) -> dict[str, Any]:
    began = time.perf_counter()
    from index.embed import open_embedder
    from index.search import Index

    settings = load_settings()
    index = Index(folder, open_embedder(settings.embedding, settings.cache), settings.cache)
    return _asked(lambda question: index.search(question, 10), questions, began)


def _stock_model() -> Any:
    from sentence_transformers import SentenceTransformer

    from index.bundled import NAME, sentence_transformer

    return SentenceTransformer(str(sentence_transformer(load_settings().cache / NAME)), device="cpu")


def _asked(search: Any, questions: list[str], began: float) -> dict[str, Any]:
    search(questions[0])
    first = time.perf_counter() - began
    times = []
    for question in questions[1 : _ASKED + 1]:
        asked = time.perf_counter()
        search(question)
        times.append(1000 * (time.perf_counter() - asked))
    return {"first_s": first, "p50_ms": float(np.quantile(times, 0.5)), "p95_ms": float(np.quantile(times, 0.95))}


def compared(work: Path, texts: Path, questions: Path, files: int) -> dict[str, Any]:
    chosen = work / "texts"
    chosen.mkdir()
    for path in sorted(texts.glob("*.txt"))[:files]:
        shutil.copy(path, chosen)
    characters = sum(len(path.read_text("utf-8")) for path in chosen.iterdir())
    result: dict[str, Any] = {"texts": len(list(chosen.iterdir())), "characters": characters}
    for side in ("stock", "own"):
        folder = work / side
        figures: dict[str, Any] = {}
        for step in ("index", "ask"):
            command = [sys.executable, "-m", "eval.benchmarks.stock", str(chosen), str(questions)]
            run = subprocess.run(
                [*command, "--step", f"{side}_{step}", "--work", str(folder)],
                check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            figures[step] = json.loads(run.stdout.splitlines()[-1])
        figures["index"]["characters_per_s"] = round(characters / figures["index"]["seconds"])
        figures["mb"] = round(sum(f.stat().st_size for f in folder.iterdir()) / 2**20, 2)
        result[side] = figures
    stock, own = result["stock"], result["own"]
    result["own_to_stock"] = {
        "indexing_rate": round(own["index"]["characters_per_s"] / stock["index"]["characters_per_s"], 2),
        "passages_rate": round(
            own["index"]["passages"] / own["index"]["seconds"] * stock["index"]["seconds"] / stock["index"]["passages"],
            2,
        ),
        **{name: round(own["ask"][name] / stock["ask"][name], 2) for name in ("first_s", "p50_ms", "p95_ms")},
        **{f"{step}_peak_mb": round(own[step]["peak_mb"] / stock[step]["peak_mb"], 2) for step in ("index", "ask")},
        "mb": round(own["mb"] / stock["mb"], 2),
    }
    return result


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
        if args.step.endswith("index"):
            done = {"stock_index": stock_index, "own_index": own_index}[args.step](args.texts, args.work)
        else:
            lines = args.questions.read_text(encoding="utf-8").splitlines()
            asked = [json.loads(line)["question"] for line in lines]
            done = {"stock_ask": stock_ask, "own_ask": own_ask}[args.step](args.work, asked)
        done["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(json.dumps({name: round(value, 3) for name, value in done.items()}))
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
