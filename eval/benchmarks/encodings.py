"""Which encoding the reader chooses: the same texts written in each encoding that can hold them, whole and in excerpts.

    python -m eval.benchmarks.encodings [FOLDER ...] [--json FILE]

The texts are the specimen bulletins, repaired, the Chinese ones in both scripts; and .txt files of the folders named.
Right means that the text read is the text written. "damaged" leaves out one byte in about a thousand, at least one, and
is right when the bytes are read in the encoding that they were written in, losses included. "labelled" gives the reader
a name for the encoding, as a server's header does: the right one, or one of the others, which must change nothing.
The exit code is 1 when a sound text of more than 200 characters is read wrongly.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.benchmarks.about import about
from eval.benchmarks.repair import read_folder, specimens
from eval.noise import is_chinese, other_script
from sources.decode import decode
from sources.errors import Unreadable

ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gb2312", "big5", "cp950", "big5hkscs",
    "cp1252",
)  # fmt: skip
LENGTHS = (8, 12, 20, 50, 100, 200, 201, 500, None)  # characters; None is the whole text
# In UTF-16 all that follows a lost byte is gone; GB2312 is GB18030 with fewer characters.
_DAMAGED = ("utf-8", "gb18030", "cp950", "big5hkscs", "cp1252")
# What servers call them; "named wrongly" takes the name of another.
_LABELS = {
    "utf-8": "utf-8", "utf-16-le": "utf-16le", "gb18030": "gb2312", "cp950": "big5", "cp1252": "iso-8859-1",
}  # fmt: skip
EXCERPTS = 60  # of one text and length, at most


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Which encoding the reader chooses.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="more texts: .txt files in UTF-8")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    args = parser.parse_args(argv)
    texts = dict(specimens())
    for name, text in read_folder(args.folders):
        texts[name] = text
        if is_chinese(text):
            texts[f"{name}, other script"] = other_script(text)
    report = measure(texts)
    for part in ("sound", "damaged"):
        print(f"{part}: right / written")
        print(" " * 8 + "".join(f"{encoding:>12}" for encoding in ENCODINGS) + f"{'all':>14}")
        for length, row in report[part].items():
            cells = [row.get(encoding, [0, 0]) for encoding in ENCODINGS]
            cells.append([sum(column) for column in zip(*cells, strict=True)])
            print(f"{length:>8}" + "".join(f"{f'{right}/{written}':>12}" for right, written in cells))
    print("labelled: right / written")
    for length, row in report["labelled"].items():
        print(f"{length:>8}", *(f"{name} {right}/{written}" for name, (right, written) in row.items()), sep="  ")
    print(f"more than 200 characters: {report['right_over_200']} of {report['written_over_200']} right")
    for failure in report["failures"][:20]:
        print("wrong:", *failure)
    if args.json:
        args.json.write_text(json.dumps(about() | report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(report["right_over_200"] < report["written_over_200"])


def measure(texts: Mapping[str, str]) -> dict[str, Any]:
    """{"sound", "damaged": {length: {encoding: [right, written]}}, "labelled": {length: {"rightly": [right, written],
    "wrongly", "damaged, rightly", "damaged, wrongly"}}, "right_over_200", "written_over_200", "failures"}.

    failures: [text, encoding, the encoding chosen, length, the excerpt's beginning] of sound excerpts.
    """
    chance = random.Random(1)
    report: dict[str, Any] = {"sound": {}, "damaged": {}, "labelled": {}, "failures": []}
    over: Counter[bool] = Counter()
    for length in LENGTHS:
        sound: dict[str, list[int]] = {}
        damaged: dict[str, list[int]] = {}
        labelled: dict[str, list[int]] = {}
        for name, text in texts.items():
            for excerpt in _excerpts(text, length, chance):
                for encoding in ENCODINGS:
                    data = _written(excerpt, encoding)
                    if data is None:
                        continue
                    chosen = _read(data)
                    right = _same(chosen, excerpt, data)
                    _count(sound, encoding, right)
                    if len(excerpt) > 200:
                        over[right] += 1
                    if not right:
                        report["failures"].append([name, encoding, chosen[0], len(excerpt), excerpt[:20]])
                    less = _with_bytes_lost(data, chance) if encoding in _DAMAGED else b""
                    if less:
                        _count(damaged, encoding, _same(_read(less), less.decode(encoding, "replace"), less))
                    if encoding in _LABELS:
                        others = [name for of, name in _LABELS.items() if of != encoding]
                        for how, name in (("rightly", _LABELS[encoding]), ("wrongly", chance.choice(others))):
                            _count(labelled, how, _same(_read(data, name), excerpt, data))
                            if less:
                                text_left = less.decode(encoding, "replace")
                                _count(labelled, f"damaged, {how}", _same(_read(less, name), text_left, less))
        key = "whole" if length is None else str(length)
        report["sound"][key], report["damaged"][key], report["labelled"][key] = sound, damaged, labelled
    return report | {"right_over_200": over[True], "written_over_200": over.total()}


def _excerpts(text: str, length: int | None, chance: random.Random) -> Iterator[str]:
    if length is None or length >= len(text):
        if length is None:
            yield text
        return
    starts = list(range(0, len(text) - length + 1, length))
    for start in sorted(chance.sample(starts, min(EXCERPTS, len(starts)))):
        if text[start : start + length].strip():
            yield text[start : start + length]


def _written(text: str, encoding: str) -> bytes | None:
    """None when the encoding cannot hold the text."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return None
    return data if data.decode(encoding) == text else None


def _read(data: bytes, *named: str) -> tuple[str, str]:
    try:
        found = decode(data, *named)
    except Unreadable:
        return "none", ""
    return found.encoding, found.text


def _same(chosen: tuple[str, str], text: str, data: bytes) -> bool:
    # The tables of Big5 differ in a few signs, ∕ for ／: the bytes do not say which was used.
    return chosen[1] == text or any(
        chosen[0] in family and text in (data.decode(e, "replace") for e in family)
        for family in (("big5", "cp950", "big5hkscs"),)
    )


def _with_bytes_lost(data: bytes, chance: random.Random) -> bytes:
    lost = set(chance.sample(range(len(data)), max(1, len(data) // 1000)))
    return bytes(byte for at, byte in enumerate(data) if at not in lost)


def _count(row: dict[str, list[int]], encoding: str, right: bool) -> None:
    cell = row.setdefault(encoding, [0, 0])
    cell[0] += right
    cell[1] += 1


if __name__ == "__main__":
    raise SystemExit(main())
