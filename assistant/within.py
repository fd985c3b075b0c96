"""An index as if it held only some of its bulletins: what the filters of a question leave of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from index.passage import Hit
from index.search import Index, Query
from index.store import Entry

Keep = Callable[[str], bool]  # told a bulletin's id, says whether it may be used


def within(index: Index, keep: Keep | None) -> Index:
    """The index itself when everything may be used."""
    return cast(Index, _Within(index, keep)) if keep else index


class _Within:
    def __init__(self, index: Index, keep: Keep) -> None:
        self._index, self._keep = index, keep

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    @property
    def entries(self) -> dict[str, Entry]:
        return {key: entry for key, entry in self._index.entries.items() if self._keep(key)}

    def search(self, query: Query, k: int) -> list[Hit]:
        return self._index.search(query, k, self._keep)

    def versions(self, bulletin_id: str) -> tuple[str, ...]:
        return tuple(other for other in self._index.versions(bulletin_id) if self._keep(other))

    def holding(self, *args: Any) -> set[str]:
        return {key for key in self._index.holding(*args) if self._keep(key)}
