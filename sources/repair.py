"""From the text as it came to the text as it was published, and the way back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sources.bulletin import TextMap


@dataclass(frozen=True)
class Repaired:
    """Clean text, the map from each of its characters to the raw ones, and what was done.

    counts: how often each kind of repair was made. suspicious: (start, end, reason) in the clean text, in order:
    places where something is lost or looks wrong and that were left alone.
    """

    text: str
    map: TextMap
    counts: Mapping[str, int]
    suspicious: tuple[tuple[int, int, str], ...] = ()


def repair(raw: str) -> Repaired:
    return Repaired(raw, TextMap(), {})
