"""HTML as a row of tokens that know where in the source they stand. Pure.

Written here because a quote must lead back to its place in the page source, which tree-building parsers forget, and
because html.parser takes time in proportion to the square of the page for pages that are made to hurt it. Every branch
moves on, so the time is in proportion to the page. What is done with errors follows the tokeniser of the HTML standard.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# Their content is text up to their end tag, whatever it looks like.
RAW_TEXT = frozenset("script style textarea title xmp iframe noembed noframes noscript".split())
_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(
    r"[\s/]*(?P<name>[^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)(?P<d>\"?)|'(?P<single>[^']*+)(?P<s>'?)"
    r"|(?P<bare>[^\s>\"'][^\s>]*+))?)?"
)
_REST = re.compile(r"[\s/=]*+>?")


@dataclass(frozen=True, slots=True)
class Token:
    """source[start:end] is a text, a start tag or an end tag. name: of the tag, in small letters."""

    kind: Literal["text", "start", "end"]
    start: int
    end: int
    name: str = ""
    attributes: dict[str, str] | None = None

    def get(self, attribute: str) -> str:
        return (self.attributes or {}).get(attribute, "")


def tokens(source: str) -> Iterator[Token]:
    """The tags and texts of a page in order; comments and declarations are left out.

    >>> [(t.kind, t.name or "a <b"[t.start:t.end]) for t in tokens("a <b")]
    [('text', 'a ')]
    """
    at, text, length = 0, 0, len(source)  # text: where the text that is not yet given begins
    while (opening := source.find("<", at)) >= 0:
        after = source[opening + 1 : opening + 2]
        name = _NAME.match(source, opening + (2 if after == "/" else 1))
        if not name and after not in ("!", "/", "?"):
            at = opening + 1
            continue
        if text < opening:
            yield Token("text", text, opening)
        if not name:
            comment = source.startswith("<!--", opening)
            closing = source.find("-->" if comment else ">", opening + (2 if comment else 1))
            at = text = length if closing < 0 else closing + (3 if comment else 1)
        elif after == "/":
            closing = source.find(">", name.end())
            at = text = length if closing < 0 else closing + 1
            yield Token("end", opening, at, name.group().lower())
        else:
            tag = _start_tag(source, opening, name)
            if tag is None:  # the page ends inside it
                at = text = length
                break
            yield tag
            at = text = tag.end
            if tag.name in RAW_TEXT:
                end = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(source, at)
                stop = end.start() if end else length
                if at < stop:
                    yield Token("text", at, stop)
                at = text = stop
    if text < length:
        yield Token("text", text, length)


def _start_tag(source: str, opening: int, name: re.Match[str]) -> Token | None:
    attributes: dict[str, str] = {}
    at = name.end()
    while True:
        match = _ATTRIBUTE.match(source, at)
        if not match:
            break
        if match["double"] is not None and not match["d"] or match["single"] is not None and not match["s"]:
            return None
        value = match["double"] or match["single"] or match["bare"] or ""
        if len(attributes) < 100:
            attributes.setdefault(match["name"].lower(), html.unescape(value) if "&" in value else value)
        at = match.end()
    rest = _REST.match(source, at)
    at = rest.end() if rest else at
    if at >= len(source) and not source.endswith(">"):
        return None
    return Token("start", opening, at, name.group().lower(), attributes or None)
