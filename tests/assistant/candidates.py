"""Candidates made by hand, for the tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.evidence import Candidate
from index.passage import Passage
from sources.bulletin import Bulletin
from sources.files import describe_bytes
from sources.sentences import sentences

_FEATURES = "same year_told ordinals_told names_told spelled_told spelled_across facts_told dense least_met word_met next_word_met length words told typed about hit size cover".split()


def described(source: str, text: str) -> Bulletin:
    return describe_bytes(text.encode("utf-8"), Path(f"{source}.txt"), source)


def candidate(bulletin: Bulletin, holding: str, score: float, **features: float) -> Candidate:
    """The sentence of the bulletin's clean text in which these words stand. Features not given are .5, typed is 1."""
    at = bulletin.text.index(holding)
    start, end = next(span for span in sentences(bulletin.text) if span[0] <= at < span[1])
    text = bulletin.text[start:end]
    passage = Passage(
        bulletin.id, bulletin.source, 0, start, end, text, ((start, end),), bulletin.language, bulletin.title, ""
    )
    found = {name: 0.5 for name in _FEATURES} | {"typed": 1.0, "same": 1.0} | features
    return Candidate(bulletin, passage, start, end, found, score)


def index_of(*bulletins: Bulletin, versions: Sequence[tuple[str, str]] = ()) -> Any:
    """An index that knows these bulletins; versions: pairs of sources that tell one event."""
    by_id: Mapping[str, Bulletin] = {one.id: one for one in bulletins}
    linked = [{a, b} for a, b in versions]

    def others(bulletin_id: str) -> tuple[str, ...]:
        source = by_id[bulletin_id].source
        return tuple(o.id for o in bulletins if o.source != source and {o.source, source} in linked)

    return SimpleNamespace(bulletin=by_id.__getitem__, versions=others)
