from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import gloss

# In the form of the dictionary; preparing the real one takes most of ten seconds.
ENTRIES = [
    ("古城", ["old town"]),
    ("船", ["boat"]),
    ("海岛", ["island"]),
    ("快递柜", ["locker"]),
    ("三轮车", ["tricycle"]),
]


@pytest.fixture
def without_dictionary(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The dictionary is a few words, so that opening an index takes no time."""
    monkeypatch.setattr(gloss, "_entries", lambda: iter(ENTRIES))
    monkeypatch.setattr(gloss, "_glossary", lambda: iter([]))
    monkeypatch.setattr(gloss, "_readings", lambda: iter([]))
    yield
