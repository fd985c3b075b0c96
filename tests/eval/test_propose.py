from __future__ import annotations

from pathlib import Path

import pytest

from eval.cases import read_lines, to_line
from eval.curate import check_gold
from eval.propose import propose
from sources.bulletin import Bulletin
from sources.files import describe_bytes, read_bulletin

SPECIMENS = sorted((Path(__file__).parents[2] / "sources" / "specimens").glob("*.txt"))


@pytest.fixture(scope="module")
def bulletins() -> list[Bulletin]:
    return [read_bulletin(path) for path in SPECIMENS]


def test_what_is_proposed_is_a_sound_gold_file(bulletins: list[Bulletin], tmp_path: Path) -> None:
    cases = propose(bulletins)
    path = tmp_path / "new.jsonl"
    path.write_text("\n".join(map(to_line, cases)), encoding="utf-8")
    assert [case for _, case in read_lines(path)] == cases
    assert {case.state for case in cases} == {"proposed"}
    assert check_gold(path, bulletins) == []
    assert {case.bulletins[0] for case in cases} == {each.source for each in bulletins}
    assert all(case.evidence[0].quote and case.why for case in cases)


def test_a_figure_is_asked_for_with_a_gap_that_does_not_tell_it() -> None:
    text = "Depot opened\n\nThe new depot in the east holds 45,200 parcels.\n\nChen Yulan spoke of plans.\n"
    (case,) = [c for c in propose([describe_bytes(text.encode(), Path("d.txt"), "d")]) if c.id == "d-figure-1"]
    assert "holds ____" in case.question and "45,200" not in case.question
    assert case.facts[0][0].startswith("45,200")
    quote = case.evidence[0]
    assert text[quote.start : quote.start + len(quote.quote)] == quote.quote


def test_at_most_three_of_a_kind_come_from_one_bulletin(bulletins: list[Bulletin]) -> None:
    kinds = [case.id.rsplit("-", 1)[0] for case in propose(bulletins)]
    assert max(map(kinds.count, kinds)) <= 3
