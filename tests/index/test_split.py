"""Bulletins into passages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passage import Passage
from index.split import MAX_WEIGHT, split, weight
from sources.bulletin import Block, Bulletin
from sources.sentences import sentences
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, bulletin_of

HEADED = """Three years of the harbour post

Published: 2022-05-04

The harbour post told on May 3 what it had done. It listed two fields of work.

More boats

Nine boats were added to the fleet. Each of them carries four hundred sacks.

Shorter waits

A letter now waits two hours at the pier. It waited six hours before the new pier was built.
"""


@pytest.mark.parametrize("text", [LOCKERS, ISLANDS, BICYCLES, HEADED])
def test_offsets_point_at_the_text(text: str) -> None:
    bulletin = bulletin_of("one", text)
    passages = split(bulletin)
    assert passages
    for number, passage in enumerate(passages):
        assert bulletin.text[passage.start : passage.end] == passage.text
        assert (passage.number, passage.bulletin, passage.source) == (number, bulletin.id, "one")
        assert (passage.title, passage.language) == (bulletin.title, bulletin.language)


@pytest.mark.parametrize("text", [LOCKERS, ISLANDS, BICYCLES, HEADED])
def test_passages_are_whole_sentences_and_together_all_of_them(text: str) -> None:
    bulletin = bulletin_of("one", text)
    expected = [
        span for b in bulletin.blocks if b.kind == "paragraph" for span in sentences(bulletin.text, b.start, b.end)
    ]
    passages = split(bulletin, max_weight=40)
    assert [span for passage in passages for span in passage.sentences] == expected
    for passage in passages:
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])


def by_heading(passages: list[Passage]) -> dict[str, str]:
    return {passage.heading: passage.text for passage in passages}


def test_no_passage_crosses_a_heading_and_each_knows_its_own() -> None:
    passages = split(bulletin_of("one", HEADED), max_weight=10_000)
    found = by_heading(passages)
    assert list(found) == ["", "More boats", "Shorter waits"]
    assert found["More boats"].startswith("Nine boats") and found["More boats"].endswith("four hundred sacks.")
    assert found["Shorter waits"].startswith("A letter now waits")


def made(text: str, *kinds: str) -> Bulletin:
    """A bulletin with a block for every line of the text, of these kinds."""
    blocks, at = [], 0
    for line, kind in zip(text.split("\n"), kinds, strict=True):
        blocks.append(Block(kind, at, at + len(line)))  # type: ignore[arg-type]
        at += len(line) + 1
    return bulletin_of("made", text, blocks=tuple(blocks))


def test_a_heading_over_text_is_no_passage_of_its_own() -> None:
    text = "Title\nMore boats\nNine boats were added."
    passages = split(made(text, "title", "heading", "paragraph"))
    assert [(p.heading, p.text) for p in passages] == [("More boats", "Nine boats were added.")]


def test_a_heading_with_nothing_under_it_is_kept_as_what_it_says() -> None:
    text = "Title\nMore boats\nShorter waits\nA letter waits two hours."
    passages = split(made(text, "title", "heading", "heading", "paragraph"))
    assert [p.text for p in passages] == ["More boats", "A letter waits two hours."]


def test_captions_are_found_but_date_lines_are_not() -> None:
    text = "Title\nPublished: 2022-05-04\nA boat at the new pier\nNine boats were added."
    passages = split(made(text, "title", "meta", "caption", "paragraph"))
    assert [p.text for p in passages] == ["A boat at the new pier\nNine boats were added."]


def test_a_bulletin_of_a_title_alone_is_its_title() -> None:
    text = "Nine boats for the harbour post\nPublished: 2022-05-04"
    passages = split(made(text, "title", "meta"))
    assert [p.text for p in passages] == ["Nine boats for the harbour post"]


def test_a_bulletin_without_blocks_is_its_text() -> None:
    assert [p.text for p in split(bulletin_of("made", "Nine boats", blocks=()))] == ["Nine boats"]


def test_passages_are_evenly_filled() -> None:
    # Just over one passage's worth: halves, not a full one and a crumb.
    sentence = "巡查组每天清晨从码头出发走访两座海岛。"
    count = int(MAX_WEIGHT / weight(sentence)) + 1
    weights = [weight(p.text) for p in split(made(sentence * count, "paragraph"))]
    assert len(weights) == 2
    assert max(weights) - min(weights) <= weight(sentence)


def test_a_sentence_longer_than_a_passage_stays_whole() -> None:
    long = "The fleet carries " + ", ".join(f"sack number {i}" for i in range(60)) + "."
    passages = split(made(f"Short before. {long} Short after.", "paragraph"))
    assert any(long in p.text for p in passages)
    assert all(p.text == p.text.strip() for p in passages)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=40), st.integers(20, 200))
def test_no_passage_is_overfull_where_sentences_allow(lengths: list[int], limit: int) -> None:
    text = "".join("邮" * length + "。" for length in lengths)
    passages = split(made(text, "paragraph"), max_weight=limit)
    assert "".join(p.text for p in passages) == text
    for passage in passages:
        assert weight(passage.text) <= limit or len(passage.sentences) == 1


def test_latin_letters_weigh_less_than_chinese_characters() -> None:
    assert weight("邮政") == 2
    assert weight("postal") < 3
