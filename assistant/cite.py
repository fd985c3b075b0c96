"""From spans of clean text to citations of the raw file. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sources.bulletin import Bulletin

from .answer import Citation, Sentence
from .extract import Part, Span


def citation(span: Span, other_versions: tuple[str, ...]) -> Citation:
    """The citation of a span: its quote is what stands in the raw file, damage included."""
    bulletin = span.bulletin
    start, end = bulletin.map.raw_span(span.start, span.end)
    return Citation(
        source=bulletin.source,
        bulletin=bulletin.id,
        title=bulletin.title,
        published=bulletin.published,
        issuer=bulletin.issuer,
        quote=bulletin.raw[start:end],
        start=start,
        end=end,
        other_versions=other_versions,
        page=bulletin.page_of(span.start),
    )


def cite(
    parts: Sequence[Part], versions: Callable[[Bulletin], tuple[str, ...]], supported: Callable[[Part], bool]
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """The answer's sentences with their citations; a span that several sentences rest on is cited once."""
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    sentences = []
    for part in parts:
        cited = []
        for span in part.spans:
            key = (span.bulletin.id, span.start, span.end)
            if key not in numbers:
                numbers[key] = len(citations)
                citations.append(citation(span, versions(span.bulletin)))
            cited.append(numbers[key])
        sentences.append(Sentence(part.text, supported(part), tuple(dict.fromkeys(cited))))
    return tuple(sentences), tuple(citations)
