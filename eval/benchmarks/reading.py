"""How fast bulletins are read: bytes to text, text repaired, and the whole way to a described bulletin.

    python -m eval.benchmarks.reading [--mb N] [--json FILE]

The texts are synthesised from the specimen bulletins: their paragraphs in another order, N MB of them (10 at first) in
files of about 8 KB, and one file of all. Each row runs in a process of its own, on one core. Seconds are processor
time; memory is the peak of the process less what it took before the first file. MB of text count it as UTF-8: Chinese
takes two bytes a character in GB18030 and Big5 and three in UTF-8, so the same text is a smaller file there.
The target, 5 MB of text a second, is for reading: decoding and repair ("decode + repair").
"""

from __future__ import annotations

import argparse
import html
import io
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from eval.benchmarks.about import about
from sources.decode import decode
from sources.files import describe_bytes
from sources.readers import Reading
from sources.repair import repair

TARGET_MB_S = 5.0
_FILE_CHARS = 3_000
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_Office</title><style>p{{margin:0}}</style>
<script>var pages = 1; function show(n) {{ return n < pages; }}</script></head>
<body><div class="nav"><ul>{links}</ul></div>
<div class="content"><h1>{title}</h1><div class="info">Source: Office 2024-01-10</div>
{paragraphs}</div>
<div class="related"><ul>{links}</ul></div><div class="footer"><p>&copy; Office</p></div></body></html>"""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="How fast bulletins are read.")
    parser.add_argument("--mb", type=float, default=10.0, metavar="N", help="MB of text (10)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--row", choices=ROWS, help="this row only, as JSON")
    args = parser.parse_args(argv)
    if args.row:
        print(json.dumps(measure(args.row, args.mb)))
        return
    rows = {}
    print(
        f"{'':44} {'text MB':>8} {'MB/s':>7} {'file MB':>8} {'MB/s':>7} {'decode':>8} {'repair':>8} {'memory MB':>10}"
    )
    for name in ROWS:
        command = [sys.executable, "-m", "eval.benchmarks.reading", "--row", name, "--mb", str(args.mb)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rows[name] = row
        parts = "".join(f" {row[p]:7.2f}s" if p in row else " " * 9 for p in ("decode_s", "repair_s"))
        sizes = f"{row['text_mb']:8.1f} {row['text_mb_s']:7.2f} {row['file_mb']:8.1f} {row['file_mb_s']:7.2f}"
        print(f"{name:44} {sizes}{parts} {row['memory_mb']:9.0f}", flush=True)
    slow = [n for n, row in rows.items() if n.startswith("decode + repair") and row["text_mb_s"] < TARGET_MB_S]
    print(f"under {TARGET_MB_S:.0f} MB/s: {', '.join(slow) or 'none'}")
    if args.json:
        args.json.write_text(json.dumps(about() | {"rows": rows}, indent=1) + "\n", encoding="utf-8")


# ---- the texts -------------------------------------------------------------------------------------------------------


def paragraphs(language: str, damaged: bool) -> list[str]:
    """Of the specimens: 000 to 002 are English, 003 and 004 Chinese with pinyin notes and tags."""
    folder = resources.files("sources").joinpath("specimens")
    names = {"en": ("000", "001", "002"), "zh": ("003", "004")}[language]
    texts = [folder.joinpath(f"{name}.txt").read_text(encoding="utf-8") for name in names]
    return [p for t in texts for p in (t if damaged else repair(t).text).splitlines() if p.strip()]


def texts(language: str, damaged: bool, mb: float) -> list[str]:
    """Bulletins of about 3,000 characters, `mb` MB of UTF-8 in all."""
    known, chance = paragraphs(language, damaged), random.Random(7)
    made: list[str] = []
    size = 0
    while size < mb * 1e6:
        lines: list[str] = []
        while sum(map(len, lines)) < _FILE_CHARS:
            lines.append(chance.choice(known))
        made.append("\n\n".join([f"No. {len(made)}", *lines]) + "\n")
        size += len(made[-1].encode())
    return made


def as_page(text: str) -> bytes:
    title, *lines = text.split("\n\n")
    links = "".join(f'<li><a href="/n/{i}.html">Notice {i} of the office</a></li>' for i in range(30))
    body = "\n".join(f'<p style="text-indent:2em"><span>{html.escape(line)}</span></p>' for line in lines)
    return _PAGE.format(title=title, links=links, paragraphs=body).encode()


def as_word(text: str) -> bytes:
    import docx

    document, data = docx.Document(), io.BytesIO()
    for line in text.split("\n\n"):
        document.add_paragraph(line)
    document.save(data)
    return data.getvalue()


# ---- the ways --------------------------------------------------------------------------------------------------------
#
# Each takes all files, so that the clock is asked a few times only: asking for processor time may take a millisecond.


def whole(files: Sequence[bytes]) -> tuple[float, float]:
    for data in files:
        describe_bytes(data, Path("a.txt"), "a")
    return 0.0, 0.0


def text_only(files: Sequence[bytes]) -> tuple[float, float]:
    started = time.process_time()
    decoded = [decode(data).text for data in files]
    between = time.process_time()
    for text in decoded:
        repair(text)
    return between - started, time.process_time() - between


def through(reader: Callable[[bytes], Reading]) -> Callable[[Sequence[bytes]], tuple[float, float]]:
    """The reader as the child process runs it, and the repair of what it gives."""
    from sources.bulletin import apply_edits, compose

    def run(files: Sequence[bytes]) -> tuple[float, float]:
        started = time.process_time()
        readings = [reader(data) for data in files]
        read = time.process_time()
        for reading in readings:
            repaired = repair(apply_edits(reading.raw, reading.edits)[0])
            compose(reading.raw, reading.edits, repaired.map.edits)
        return read - started, time.process_time() - read

    return run


def _page(data: bytes) -> Reading:
    from sources.readers.page import read

    return read(data)


def _page_whole(data: bytes) -> Reading:
    from sources.readers.page import read_page

    return read_page(data, lambda _: "")


def _word(data: bytes) -> Reading:
    from sources.readers.word import read

    return read(data)


Way = tuple[
    Callable[[Sequence[bytes]], tuple[float, float]], Callable[[float], list[str]], Callable[[str], bytes]
]  # fmt: skip


def _texts(language: str, damaged: bool = False) -> Callable[[float], list[str]]:
    return lambda mb: texts(language, damaged, mb)


def _encoded(encoding: str) -> Callable[[str], bytes]:
    return lambda text: text.encode(encoding, "replace")


ROWS: dict[str, Way] = {
    "decode + repair, English": (text_only, _texts("en"), str.encode),
    "decode + repair, Chinese": (text_only, _texts("zh"), str.encode),
    "decode + repair, Chinese in GB18030": (text_only, _texts("zh"), _encoded("gb18030")),
    "decode + repair, Chinese in Big5": (text_only, _texts("zh"), _encoded("big5")),
    "decode + repair, Chinese in UTF-16": (text_only, _texts("zh"), _encoded("utf-16-le")),
    "decode + repair, Chinese as damaged as 003": (text_only, _texts("zh", True), str.encode),
    "decode + repair, one file of all": (
        text_only,
        lambda mb: ["".join(texts("zh", False, mb / 2) + texts("en", False, mb / 2))],
        str.encode,
    ),
    "web pages": (through(_page), lambda mb: texts("zh", False, mb / 4), as_page),
    "web pages without the judge of main text": (
        through(_page_whole),
        lambda mb: texts("zh", False, mb / 4),
        as_page,
    ),
    "Word files": (through(_word), lambda mb: texts("zh", False, mb / 4), as_word),
    "described bulletins, English": (whole, _texts("en"), str.encode),
    "described bulletins, Chinese": (whole, _texts("zh"), str.encode),
}


def measure(name: str, mb: float) -> dict[str, Any]:
    way, make, write = ROWS[name]
    made = make(mb if name.startswith("decode") else mb / 5)
    files = [write(text) for text in made]
    way([files[0][:6000] if "one file" in name else files[0]])  # libraries and tables are loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    first, second = way(files)
    seconds = time.process_time() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    row: dict[str, Any] = {}
    for what, size in (("text", sum(len(text.encode()) for text in made)), ("file", sum(map(len, files)))):
        row |= {f"{what}_mb": round(size / 1e6, 2), f"{what}_mb_s": round(size / 1e6 / seconds, 2)}
    row["memory_mb"] = round((after - before) / 1024)
    if first or second:
        row |= {"decode_s": round(first, 2), "repair_s": round(second, 2)}
    return row


if __name__ == "__main__":
    main()
