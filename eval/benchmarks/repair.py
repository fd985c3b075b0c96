"""How much of a sound text comes back after damage, kind by kind, and how much sound text repair changes.

    python -m eval.benchmarks.repair [FOLDER ...] [--json FILE]

The texts are the specimen bulletins, repaired, the Chinese ones in both scripts; and .txt files of the folders named.
Each is damaged (`eval/noise.py`), repaired, and compared with what it was: the share of its characters that stand in
their places is 1 - edits / characters (Levenshtein). "before" is the same without repair. "wrong" counts characters
that differ from the sound text and are not listed as suspicious: what looks right and is not.
Sound texts go through repair as well: each edit there is a false repair.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from eval.benchmarks.about import about
from eval.noise import KINDS, damage, is_chinese, other_script
from sources.repair import repair

SHARES = {
    "lost bytes": 0.0005, "lost characters": 0.01, "hyphens": 0.5, "wraps": 1.0, "doubled marks": 0.1, "scripts": 0.1,
}  # fmt: skip
SHARE = 0.2  # of the places that can be damaged; real bulletins have a pinyin note at every eighth character
ENGLISH_ONLY = {"hyphens"}
CHINESE_ONLY = {"pinyin", "tags", "compatibility", "misread as gbk", "lost characters", "lost bytes", "scripts"}


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="How much of a sound text comes back after damage.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="more texts: .txt files in UTF-8")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    args = parser.parse_args(argv)
    texts = dict(specimens()) | dict(read_folder(args.folders))
    report = measure(texts)
    print(f"{len(texts)} texts, {sum(map(len, texts.values())):,} characters")
    print(f"{'damage':20} {'before':>8} {'after':>8} {'wrong per 1,000':>16}")
    for kind, row in report["kinds"].items():
        print(f"{kind:20} {row['before']:8.2%} {row['after']:8.2%} {row['wrong_per_1000']:16.2f}")
    print(f"false repairs in sound texts: {report['false_repairs'] or 'none'}")
    if args.json:
        args.json.write_text(json.dumps(about() | report, indent=1) + "\n", encoding="utf-8")


def specimens() -> Iterator[tuple[str, str]]:
    """Name and sound text of each specimen bulletin, the Chinese ones in both scripts."""
    for file in sorted(resources.files("sources").joinpath("specimens").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".txt"):
            text = repair(file.read_text(encoding="utf-8")).text
            yield file.name, text
            if is_chinese(text):
                yield f"{file.name}, other script", other_script(text)


def measure(texts: dict[str, str]) -> dict[str, Any]:
    """{"kinds": {kind: {"before", "after", "wrong_per_1000"}}, "false_repairs": {kind of repair: count}}."""
    kinds = {}
    for kind in KINDS:
        rows = [_one(text, kind) for text in texts.values() if _suits(text, kind)]
        if rows:
            length, before, after, wrong = map(sum, zip(*rows, strict=True))
            kinds[kind] = {
                "before": round(1 - before / length, 5),
                "after": round(1 - after / length, 5),
                "wrong_per_1000": round(1000 * wrong / length, 3),
            }
    false: Counter[str] = Counter()
    for text in texts.values():
        false.update(repair(text).counts)
    return {"kinds": kinds, "false_repairs": dict(false)}


def _suits(text: str, kind: str) -> bool:
    chinese = is_chinese(text)
    return not (chinese and kind in ENGLISH_ONLY or not chinese and kind in CHINESE_ONLY)


def _one(text: str, kind: str) -> tuple[int, int, int, int]:
    """Characters, edits away from the sound text before and after repair, and of the latter those not listed."""
    from rapidfuzz.distance import Levenshtein

    damaged = damage(text, kind, share=SHARES.get(kind, SHARE), seed=1)
    meant = repair(text).text  # what repair does to sound text is counted apart
    repaired = repair(damaged)
    clean = repaired.text
    marked = {i for start, end, _ in repaired.suspicious for i in range(start, end)}
    wrong = sum(
        max(step.src_end - step.src_start, step.dest_end - step.dest_start)
        for step in Levenshtein.opcodes(meant, clean)
        if step.tag != "equal" and marked.isdisjoint(range(step.dest_start, max(step.dest_end, step.dest_start + 1)))
    )
    return len(meant), Levenshtein.distance(meant, damaged), Levenshtein.distance(meant, clean), wrong


def read_folder(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Path and repaired text of each .txt file below the folders."""
    for folder in folders:
        for file in sorted(folder.glob("**/*.txt")):
            yield str(file), repair(file.read_text(encoding="utf-8", errors="replace")).text


if __name__ == "__main__":
    main()
