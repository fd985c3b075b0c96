"""From the clean text to what stands in the file, damage included."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.cite import citation, cite
from assistant.extract import Part, Span

from .. import fakes
from .candidates import described

DAMAGED = described("102", fakes.ISLANDS)  # pinyin in parentheses
SPANS_OF_FONT = described(
    "110",
    "邮船航线\u200b秋季调整\n\n发布时间:2022-09-01\n\n邮船自九月起加开</span>两班,&nbsp;每周四停靠。沿途&amp;码头　共八处。\n",
)


def span(bulletin, words):  # type: ignore[no-untyped-def]
    at = bulletin.text.index(words)
    return Span(bulletin, at, at + len(words))


def test_the_quote_holds_the_damage_that_reading_repaired() -> None:
    found = citation(span(DAMAGED, "組長方若水表示"), ("104",))
    assert found.quote == "組長(zhǎng)方若水表示"
    assert DAMAGED.raw[found.start : found.end] == found.quote
    assert (found.source, found.published, found.other_versions) == ("102", "2022-03-09", ("104",))


@given(st.sampled_from([DAMAGED, SPANS_OF_FONT]), st.data())
def test_any_span_of_the_clean_text_is_found_in_the_file(bulletin, data) -> None:  # type: ignore[no-untyped-def]
    start = data.draw(st.integers(0, len(bulletin.text) - 1))
    end = data.draw(st.integers(start + 1, len(bulletin.text)))
    found = citation(Span(bulletin, start, end), ())
    assert 0 <= found.start < found.end <= len(bulletin.raw)
    assert bulletin.raw[found.start : found.end] == found.quote


def test_a_span_that_two_sentences_rest_on_is_cited_once() -> None:
    title, boats = span(DAMAGED, "海島郵路春季巡查"), span(DAMAGED, "兩艘補給船")
    parts = [Part("lead", (title,), quoted=False), Part("a", (boats, title, boats)), Part("b", (boats,))]
    sentences, citations = cite(parts, lambda bulletin: (), lambda part: True)
    assert [s.citations for s in sentences] == [(0,), (1, 0), (1,)]
    assert [c.quote for c in citations] == ["海島(dǎo)郵路春季巡查", "兩艘補給船"]


def test_a_sentence_that_fails_the_check_is_marked() -> None:
    parts = [Part("said", (span(DAMAGED, "兩艘補給船"),)), Part("made up", (span(DAMAGED, "純電動船"),))]
    sentences, _ = cite(parts, lambda bulletin: (), lambda part: part.text == "said")
    assert [s.supported for s in sentences] == [True, False]
