from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.readers.markup import tokens


def shown(source: str) -> list[tuple[str, str]]:
    return [(t.kind, t.name or source[t.start : t.end]) for t in tokens(source)]


def test_tags_and_texts_come_in_order_with_their_places() -> None:
    assert shown("<P class=x>a<br/>b</p>") == [
        ("start", "p"),
        ("text", "a"),
        ("start", "br"),
        ("text", "b"),
        ("end", "p"),
    ]


def test_attributes_are_read_in_every_way_of_writing_them() -> None:
    (tag, *_) = tokens("<a href=\"x>y\" ID='z' checked n=5 t=a&amp;b>")
    assert tag.attributes == {"href": "x>y", "id": "z", "checked": "", "n": "5", "t": "a&b"}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("1 < 2 <b>x</b>", ["1 < 2 ", "x"]),
        ("a<!-- <p>b</p> -->c", ["a", "c"]),
        ("a<!-- never closed <p>b", ["a"]),
        ("a<script>if (b < c) '<p>'</script>d", ["a", "if (b < c) '<p>'", "d"]),
        ("<title>a <b> c</title>d", ["a <b> c", "d"]),
        ("a<?php x ?>b<!doctype html>c", ["a", "b", "c"]),
        ('a<p title="never closed', ["a"]),
        ("a</>b</ x>c", ["a", "b", "c"]),
    ],
)
def test_what_is_no_tag_is_told_from_what_is(source: str, texts: list[str]) -> None:
    assert [source[t.start : t.end] for t in tokens(source) if t.kind == "text"] == texts


@given(
    st.lists(st.sampled_from(["<", ">", "/", "!", "--", "a", "script", " ", "=", '"', "'", "&", "?", "汉", "\n"])).map(
        "".join
    )
)
def test_tokens_never_overlap_and_stay_in_the_page(source: str) -> None:
    at = 0
    for token in tokens(source):
        assert at <= token.start < token.end <= len(source)
        at = token.end


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<!--",
        "<a ",
        '<a href="',
        "<script>",
        "<!",
        "</a",
        "<a x='\"",
        "<a =",
        "&",
        "<a/",
        "<![CDATA[",
        "<a x",
        "</script ",
    ],
)
def test_time_is_in_proportion_to_the_page(piece: str) -> None:
    started = time.perf_counter()
    for _ in tokens("<script>" * (piece == "</script ") + piece * 60_000):
        pass
    assert time.perf_counter() - started < 3
