"""Which bulletins are taken for versions of one event: pairs made to order, and pairs that must not be linked.

Run with `python -m eval.benchmarks.versions`. The originals are the specimens, four short bulletins in two languages
(bilingual.jsonl, written for this, with ten more that are mostly stock phrases) and, where they are at hand, the
public bulletins; all are dated to one day, so that the day tells nothing apart. Eight more in two languages tell no day
of the event and few figures, and seven tell of the same people, towns and offices on other occasions. Of each are made:
a copy with other furniture, an excerpt, a re-issue with corrected figures (with and without a note), the text in the
other script. Every pair of different events is held against every link. `--texts FOLDER` links the texts of a folder as
well and shows what it links. The result goes to versions.json.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks.about import about
from sources.bulletin import Bulletin
from sources.describe import describe
from sources.repair import repair
from sources.versions import event_keys, ranked, same_event

_HERE = Path(__file__).resolve().parent
_SPECIMENS = _HERE.parents[1] / "sources" / "specimens"
_PUBLIC = _HERE.parents[2] / "shared" / "bulletins"
_SEED = 20210519
# Of the specimens, and of the public bulletins that they restate, two tell one meeting.
_TRANSLATED = ("002", "004")
_DAY = {"en": ("May 18", "May 19, 2021"), "zh": ("5月18日", "2021-05-19")}


@dataclass(frozen=True)
class Original:
    """event: what it tells; bulletins of one event are versions of each other.

    form: a text whose words are mostly those of others of its kind (monthly figures, a leader's day), or that tells of
    the same people, towns and office on another occasion. Only held against the rest. undated: it tells no day of the
    event and few figures.
    """

    event: str
    bulletin: Bulletin
    form: bool = False
    undated: bool = False


@dataclass(frozen=True)
class Pair:
    """kind: how the second was made from the first; "unrelated" pairs must not be linked."""

    kind: str
    a: Bulletin
    b: Bulletin

    @property
    def expected(self) -> frozenset[str]:
        return _EXPECTED[self.kind]


_EXPECTED = {
    "furniture": frozenset({"copy", "near-copy"}),
    "excerpt": frozenset({"near-copy"}),
    "corrected": frozenset({"correction"}),
    "corrected with a note": frozenset({"correction"}),
    "other script": frozenset({"copy", "near-copy"}),
    "translation": frozenset({"translation"}),
    "translation, undated": frozenset({"translation"}),
    "unrelated": frozenset[str](),
}


def read(text: str, source: str) -> Bulletin:
    return describe(raw=text, repaired=repair(text), encoding="utf-8", source=source, path=f"{source}.txt")


def of_one_day(bulletin: Bulletin) -> Bulletin:
    """The bulletin with its event and its page dated to the common day."""
    event, page = _DAY["en" if bulletin.language == "en" else "zh"]
    text = bulletin.text
    for date in sorted(bulletin.dates, key=lambda d: -d.start):
        # A dateline tells no year, so the page's day is written as the text writes its own.
        told = text[date.start : date.end]
        day = {"event": event, "published": page if re.search(r"\d{4}", told) else page.split(",")[0]}.get(date.role)
        if day:
            text = text[: date.start] + day + text[date.end :]
    return read(re.sub(r"(?<!\d)20(?:1\d|2[0-4])(?!\d|-\d\d|年\d)", "2021", text), bulletin.source)


def originals() -> list[Original]:
    found = []
    for folder in (_SPECIMENS, _PUBLIC):
        for path in sorted(folder.glob("*.txt")):
            event = f"{folder.name}-{_TRANSLATED[0] if path.stem in _TRANSLATED else path.stem}"
            text = path.read_text(encoding="utf-8")
            found.append(Original(event, of_one_day(read(text, f"{folder.name}-{path.stem}"))))
    with open(_HERE / "bilingual.jsonl", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for language in ("zh", "en"):
                if language in row:
                    bulletin = read(row[language], f"{row['name']}-{language}")
                    more = row.get("form", False), row.get("undated", False)
                    found.append(Original(row["name"], bulletin, *more))
    return found


# Versions made to order -----------------------------------------------------------------------------------------------


def _paragraphs(b: Bulletin) -> list[str]:
    return [b.text[x.start : x.end] for x in b.blocks if x.kind in ("heading", "paragraph")]


def with_other_furniture(b: Bulletin) -> Bulletin:
    """As a portal reposts it: its own title, source line, credits and buttons."""
    body = "\n\n".join(_paragraphs(b))
    if b.language == "en":
        head = "Home\n\nFrom the capital: post and parcels\n\nMay 20, 2021 Source: Harbour Daily"
        foot = "Editor: Ann Lee\n\nPrint this page"
    else:
        head = "首页\n\n邮政快递业要闻\n\n2021-05-20 10:20  来源：港口日报  【字体：大 中 小】"
        foot = "责任编辑：李明\n\n【打印】【关闭】"
    text = f"{head}\n\n{body}\n\n{foot}"
    return read(text, b.source + "+furniture")


def excerpt(b: Bulletin) -> Bulletin:
    """The beginning, about a third of it and not less than two sentences' worth."""
    body = "\n\n".join(_paragraphs(b))
    stops = [m.end() for m in re.finditer(r"[。.!?](?=\s|$|[\u4e00-\u9fff])", body)]
    enough = [at for at in stops if at >= len(body) / 3] or [len(body)]
    return read(f"{b.title}\n\n2021-05-20\n\n{body[: enough[0]]}", b.source + "+excerpt")


def corrected(b: Bulletin, note: bool, choose: random.Random) -> Bulletin | None:
    """The text with two figures changed; None where it has not as many as that."""
    figures = [
        f for f in b.facts if f.token.startswith(("num:", "pct:")) and b.text[f.start : f.end].strip()[0].isdigit()
    ]
    spans = [m.span() for f in figures if (m := re.compile(r"\d[\d,.]*\d").search(b.text, f.start, f.end))]
    spans = [s for s in dict.fromkeys(spans) if len(re.sub(r"\D", "", b.text[slice(*s)])) > 1]
    if len(spans) < 2:
        return None
    text = b.text
    for _, end in sorted(choose.sample(spans, 2), reverse=True):
        digit = text[end - 1]
        text = text[: end - 1] + str((int(digit) + 3) % 10) + text[end:]
    if note:
        text += "\n\n" + (
            "Correction: an earlier version gave two wrong figures."
            if b.language == "en"
            else "更正：此前所发稿件有两处数字有误。"
        )
    return read(text, b.source + ("+note" if note else "+corrected"))


def in_other_script(b: Bulletin) -> Bulletin | None:
    if b.language == "en":
        return None
    import opencc

    converted = opencc.OpenCC("t2s" if b.language == "zh-Hant" else "s2twp").convert(b.text)
    return read(converted, b.source + "+script")


def pairs(found: Sequence[Original]) -> Iterator[Pair]:
    choose = random.Random(_SEED)
    made: list[Original] = []
    for original in found:
        b = original.bulletin
        if original.form:
            continue
        versions = {
            "furniture": with_other_furniture(b),
            "excerpt": excerpt(b),
            "corrected": corrected(b, False, choose),
            "corrected with a note": corrected(b, True, choose),
            "other script": in_other_script(b),
        }
        for kind, version in versions.items():
            if version:
                made.append(Original(original.event, version))
                yield Pair(kind, b, version)
    for one, other in itertools.combinations(found, 2):
        if one.event == other.event:
            yield Pair("translation, undated" if one.undated else "translation", one.bulletin, other.bulletin)
    everything = [*found, *made]
    for one, other in itertools.combinations(everything, 2):
        # A specimen restates its public bulletin in other words: neither a version nor unrelated.
        restated = {one.event.split("-")[-1], other.event.split("-")[-1]}
        if one.event != other.event and len(restated) > 1:
            yield Pair("unrelated", one.bulletin, other.bulletin)


# Counting -------------------------------------------------------------------------------------------------------------


@dataclass
class Count:
    pairs: int = 0
    linked: int = 0
    right_kind: int = 0


def count(found: Sequence[Original]) -> tuple[dict[str, Count], list[str]]:
    counts: dict[str, Count] = defaultdict(Count)
    failures = []
    keys = {}
    for pair in pairs(found):
        tally = counts[pair.kind]
        tally.pairs += 1
        for b in (pair.a, pair.b):
            if b.source not in keys:
                keys[b.source] = event_keys(b)
        link = same_event(pair.a, pair.b)
        # The index compares only bulletins that share a key.
        reached = bool(keys[pair.a.source] & keys[pair.b.source])
        kept = link if reached else None
        tally.linked += kept is not None
        tally.right_kind += kept is not None and kept.kind in pair.expected
        if (kept is None) == bool(pair.expected) or (kept and kept.kind not in pair.expected):
            what = kept.kind + " " + " ".join(kept.reasons[:6]) if kept else "no link" if reached else "no common key"
            failures.append(f"{pair.kind}: {pair.a.source} | {pair.b.source}: {what}")
    return counts, failures


def firsts(found: Sequence[Original]) -> Iterator[str]:
    """How the two-language events are ranked, for the eye."""
    events: dict[str, list[Bulletin]] = defaultdict(list)
    for original in found:
        events[original.event].append(original.bulletin)
    for event, versions in events.items():
        if len(versions) > 1:
            yield f"{event}: " + ", ".join(f"{r.bulletin.source} {r.role}" for r in ranked(versions))


def links_within(folder: Path) -> list[str]:
    """Links among the texts of a folder, each with its reasons."""
    read_all = [read(p.read_text(encoding="utf-8", errors="replace"), p.stem) for p in sorted(folder.glob("*.txt"))]
    by_key: dict[str, list[int]] = defaultdict(list)
    for i, b in enumerate(read_all):
        for key in event_keys(b):
            by_key[key].append(i)
    candidates = {p for group in by_key.values() for p in itertools.combinations(group, 2)}
    shown = []
    for i, j in sorted(candidates):
        if link := same_event(read_all[i], read_all[j]):
            shown.append(
                f"{read_all[i].source} | {read_all[j].source}: {link.kind} {link.score} {' '.join(link.reasons[:6])}"
            )
    return [f"{len(read_all)} texts, {len(candidates)} candidates, {len(shown)} links", *shown]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--texts", type=Path, action="append", default=[], help="a folder of texts to link as well")
    parser.add_argument("--out", type=Path, default=_HERE / "versions.json")
    options = parser.parse_args()
    began = time.perf_counter()
    found = originals()
    counts, failures = count(found)
    true = sum(c.linked for kind, c in counts.items() if kind != "unrelated")
    false = counts["unrelated"].linked
    wanted = sum(c.pairs for kind, c in counts.items() if kind != "unrelated")
    for kind, tally in counts.items():
        share = f"recall {tally.linked / tally.pairs:.3f}, kind right {tally.right_kind / tally.pairs:.3f}"
        print(
            f"{kind:22} {tally.pairs:5} pairs, {tally.linked:4} linked" + ("" if kind == "unrelated" else f", {share}")
        )
    print(f"precision {true / max(true + false, 1):.4f}, recall {true / max(wanted, 1):.4f}")
    print("\n".join(["failures:", *failures]) if failures else "no failures")
    print("\n".join(["ranked, best first:", *firsts(found)]))
    for folder in options.texts:
        print("\n".join([folder.name + ":", *links_within(folder)]))
    result = {
        **about(),
        "seconds": round(time.perf_counter() - began, 1),
        "public_bulletins": _PUBLIC.exists(),
        "precision": round(true / max(true + false, 1), 4),
        "recall": round(true / max(wanted, 1), 4),
        "kinds": {kind: vars(tally) for kind, tally in counts.items()},
        "failures": failures,
    }
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
