from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import app
from eval.cases import GoldError, read_cases
from eval.curate import check_gold, split
from sources.bulletin import Bulletin
from sources.files import describe_bytes

TEXT = "Depot opened\n\nChen Yulan opened the depot. It holds 400 parcels.\n"
QUOTE = "It holds 400 parcels."


def bulletin(text: str) -> Bulletin:
    return describe_bytes(text.encode(), Path("depot.txt"), "depot")


def gold(place: Path, *records: dict[str, Any]) -> Path:
    path = place / "gold.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path


def record(**given: Any) -> dict[str, Any]:
    values = {"id": "a", "question": "How many?", "language": "en", "kind": "factoid"}
    return values | {"bulletins": ["depot"], "facts": [["400"]]} | given


EVIDENCE = [{"source": "depot", "quote": QUOTE, "start": TEXT.index(QUOTE)}]


def test_a_gold_file_that_fits_its_bulletins_has_nothing_wrong(tmp_path: Path) -> None:
    assert check_gold(gold(tmp_path, record(evidence=EVIDENCE)), [bulletin(TEXT)]) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("New: " + TEXT, "moved from 43 to 48"),
        (TEXT.replace("It holds", "It keeps"), "is gone: It holds 400 parcels."),
        (TEXT.replace("400", "900"), "no right bulletin states 400"),
    ],
)
def test_what_a_new_version_of_a_bulletin_breaks_is_told_with_its_line(text: str, told: str, tmp_path: Path) -> None:
    (first, *_) = check_gold(gold(tmp_path, record(evidence=EVIDENCE)), [bulletin(text)])
    assert told in first and "line 1 (a)" in first


def test_an_evaluation_says_where_its_gold_file_does_not_fit_the_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def index_of(text: str) -> Any:
        other = bulletin("Nothing\n")
        entries = [SimpleNamespace(id="1", source="depot"), SimpleNamespace(id="2", source="other")]
        return SimpleNamespace(bulletins=lambda: entries, bulletin={"1": bulletin(text), "2": other}.__getitem__)

    path = gold(tmp_path, record(evidence=EVIDENCE))
    app._hold_to(path, index_of(TEXT))
    assert capsys.readouterr().err == ""
    app._hold_to(path, index_of(TEXT.replace("400", "900")))
    told = capsys.readouterr().err
    assert "no right bulletin states 400 and 1 more" in told and "bulletins eval check-gold" in told


def test_all_lines_are_looked_at(tmp_path: Path) -> None:
    path = gold(tmp_path, record(kind="riddle"), record(id="b"), record(id="c", bulletins=["gone"]), record(id="b"))
    found = check_gold(path, [bulletin(TEXT)])
    assert ["line 1" in found[0], "line 3 (c)" in found[1], "line 4" in found[2]] == [True] * 3
    assert "'gone' is not in the index" in found[1] and len(found) == 3


@pytest.mark.parametrize("evidence", [{}, ["x"], [{"source": "depot"}], [EVIDENCE[0] | {"start": -1}]])
def test_evidence_must_say_where_it_stands(evidence: object, tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="line 1"):
        read_cases(gold(tmp_path, record(evidence=evidence)))


def test_no_event_is_asked_about_in_both_halves(tmp_path: Path) -> None:
    rows = [record(id=f"{source}{i}", bulletins=[source]) for source in "abcdef" for i in range(4)]
    rows += [record(id=f"u{i}", kind="unanswerable", bulletins=[], facts=[]) for i in range(4)]
    rows += [record(id="both", bulletins=["c", "d"])]
    path = gold(tmp_path, *rows)
    dev, held = split(path, [["a", "b"]])
    assert sorted(dev + held) == sorted(json.dumps(row) for row in rows)
    sources = [{source for line in half for source in json.loads(line)["bulletins"]} for half in (dev, held)]
    assert not sources[0] & sources[1]
    assert any({"a", "b"} <= half for half in sources) and any({"c", "d"} <= half for half in sources)
    assert 10 <= len(held) <= 19
    assert split(path, [["a", "b"]]) == (dev, held)


SOURCES = "abcdefgh"
NAMED = st.lists(st.sampled_from(SOURCES), max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(
    asked=st.lists(NAMED, min_size=1, max_size=25),
    versions=st.lists(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True), max_size=4),
    share=st.sampled_from([0.0, 0.2, 0.5, 1.0]),
    seed=st.integers(0, 3),
)
def test_whatever_is_asked_no_event_is_in_both_halves_and_nothing_is_lost(
    asked: list[list[str]], versions: list[list[str]], share: float, seed: int
) -> None:
    rows = [
        record(id=str(i), bulletins=named) if named else record(id=str(i), kind="unanswerable", bulletins=[], facts=[])
        for i, named in enumerate(asked)
    ]
    with TemporaryDirectory() as place:
        dev, held = split(gold(Path(place), *rows), versions, share, seed)
    assert sorted(dev + held) == sorted(json.dumps(row) for row in rows)
    # Whatever can be reached from a case of one half through versions and cases naming several is not in the other.
    links = [*versions, *asked]
    reached = {source for line in dev for source in json.loads(line)["bulletins"]}
    while more := {source for link in links if reached & {*link} for source in link} - reached:
        reached |= more
    assert not reached & {source for line in held for source in json.loads(line)["bulletins"]}
    assert abs(len(held) - share * len(rows)) <= max(1, _largest(rows, links)) / 2


def _largest(rows: list[dict[str, Any]], links: list[list[str]]) -> int:
    """Cases of the event that most are asked about."""
    sizes = [0]
    for start in SOURCES:
        reached = {start}
        while more := {source for link in links if reached & {*link} for source in link} - reached:
            reached |= more
        sizes.append(sum(bool(reached & {*row["bulletins"]}) for row in rows))
    return max(sizes)
