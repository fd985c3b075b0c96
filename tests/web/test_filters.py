"""Filters: what they match, what is read from a question, and what is refused from an address."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.web.filters import Filters, filters_of, year_asked
from index.store import Entry


def entry(published: str | None, *events: str, **changes: Any) -> Entry:
    values = {"id": "1", "source": "s", "path": "s.txt", "title": "T", "issuer": "郵政局", "language": "en", **changes}
    return Entry(published=published, ingested="", events=events, **values)


@pytest.mark.parametrize(
    ("filters", "published", "events", "fits"),
    [
        (Filters("2020", "2020"), "2020-03-01", (), True),
        (Filters("2020", "2020"), "2021-03-01", ("2020-12-30",), True),
        (Filters("2020", "2020"), "2021-03-01", (), False),
        (Filters("2020-02-15"), "2020-02-14", (), False),
        (Filters("2020-02-15"), "2020-02-15", (), True),
        (Filters("2020-02-15"), "2020-02", (), True),  # a part of its time may be meant
        (Filters(until="2020-02"), "2020-02-29", (), True),
        (Filters(until="2020-02"), "2020-03-01", (), False),
        (Filters("2019", "2020-06"), "2020-07-01", (), False),
        (Filters("2019"), None, ("--06-15",), False),
        (Filters(issuer="邮政局"), None, (), True),  # in either script
        (Filters(issuer="郵局"), None, (), False),
        (Filters(language="zh-Hant"), None, (), False),
        (Filters(source="s"), None, (), True),
        (Filters(), None, (), True),
    ],
)
def test_what_filters_match(filters: Filters, published: str | None, events: tuple[str, ...], fits: bool) -> None:
    assert filters.match(entry(published, *events)) is fits


def test_no_filter_keeps_everything_and_costs_nothing() -> None:
    assert Filters().keep([entry("2020")]) is None
    keep = Filters("2021", "2021").keep([entry("2020")])
    assert keep and not keep("1")


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("Which tasks were set in 2020?", "2020"),
        ("2020年部署了哪些工作？", "2020"),
        ("二〇二〇年部署了哪些工作?", "2020"),
        ("What changed between 2019 and 2020?", None),
        ("What happened on 28 February 2020?", None),
        ("Which bulletins are from 2020?", None),
        ("Which tasks were set?", None),
    ],
)
def test_the_one_year_that_a_question_of_what_is_said_names_is_read(question: str, year: Any) -> None:
    assert year_asked(question) == year


@pytest.mark.parametrize(
    ("values", "filters"),
    [
        ({"from": "2020-01-01", "to": "2020"}, Filters("2020-01-01", "2020")),
        ({"from": "2020-13", "to": "yesterday", "bulletin_lang": "fr"}, Filters()),
        (
            {"issuer": " 郵政局 ", "source": "<b>", "bulletin_lang": "zh-Hant"},
            Filters(None, None, "郵政局", "zh-Hant", "<b>"),
        ),
        ({"issuer": "x" * 301, "source": ["a"], "since": "2020"}, Filters()),
        ({}, Filters()),
    ],
)
def test_an_address_gives_only_filters_that_make_sense(values: Any, filters: Filters) -> None:
    assert filters_of(values) == filters


def test_no_filter_at_all_keeps_everything() -> None:
    assert not Filters() and filters_of({}) == Filters()
    assert Filters().keep([entry("2020-01-01")]) is None
