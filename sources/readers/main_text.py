"""Which text of a web page is its main text, as trafilatura judges. The only file that meets it."""

from __future__ import annotations


def main_text(source: str) -> str:
    """The lines of the main text, tables as "| cell | cell |"; "" when nothing looks like one.

    It guides the choice of what is read from the page itself, and is not shown to anybody.
    """
    import logging

    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = extract(source, include_comments=False, include_tables=True, favor_recall=True)
    except (RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError):
        # Pages that are broken in ways it does not know; their whole text is read instead.
        return ""
    return found or ""
