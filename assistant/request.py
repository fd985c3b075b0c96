"""Questions about the collection itself are read: which bulletins mention X, the latest one, how many of 2020.

Precision first: a question of which any word is left unread ("Which documents were adopted?") is about what the
bulletins say, and None comes back.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sources.bulletin import Language
from sources.fold import fold

from .request_chinese import ASKED, WHICH, read_chinese
from .request_english import read_english
from .request_itself import asks_for_collection, without_issuer
from .request_parts import Request

_LONG = 300  # characters; nobody asks for a list of bulletins at such length


def read_requests(question: str, language: Language) -> tuple[Request, ...]:
    """The requests that a question makes one after the other; () for a question of what the bulletins say.

    >>> [request.topic for request in read_requests("Which bulletins mention drones, and which mention vans?", "en")]
    ['drones', 'vans']
    """
    if len(question) > _LONG:
        return ()
    text = " ".join(question.split())
    chinese = language != "en"
    first, *more = _clauses(text, chinese)
    requests = [request] if (request := read_request(first, language)) else []
    for clause in more if requests else ():
        if _ADDS_NOTHING.fullmatch(fold(clause)):
            continue
        if not (request := _further(clause, requests[-1], language)):
            requests = []
            break
        if request not in requests:
            requests.append(request)
    if not requests and (request := read_request(text, language)):
        requests = [request]
    return tuple(requests)


_NEXT_EN = re.compile(
    r"(?i)\s*[?;!]+\s*|\s*,?\s+and (?:also )?(?=(?:which|what|who|how many)\b)|\s*,\s+(?=(?:which|how many)\b)"
)
_NEXT_ZH = re.compile(r"[?;!。]+\s*|[,、]?(?:以及|还有|另外|和|,)(?=哪[些几一篇份]|有?多少|有?几[篇份则条]|有没有)")
_ADDS_NOTHING = re.compile(
    r"(?i)(?:and )?(?:what are they(?: about)?|which ones(?: are they)?|which are they|what else|anything else|"
    r"any others?|"
    r"any more|who else)\W*|(?:还有|其他|其它|别的|另外|那么?)*(?:呢|吗|有吗|哪些|是哪些|有哪些)?\W*"
)


def _clauses(text: str, chinese: bool) -> list[str]:
    found, at = [], 0
    for match in (_NEXT_ZH if chinese else _NEXT_EN).finditer(fold(text)):
        found.append(text[at : match.start()])
        at = match.end()
    return [clause for clause in (*found, text[at:]) if clause.strip()] or [text]


def _further(clause: str, before: Request, language: Language) -> Request | None:
    """What a later clause asks, which may leave out what the one before said: 「還有趙民？」, "and which mention X"."""
    if request := read_request(clause, language):
        return request
    if language == "en":
        whole = re.sub(r"(?i)^(?:and |also )*(which|how many)(?: of them| ones)?\b", r"\1 bulletins", clause.strip())
        named = re.fullmatch(r"(?i)(?:and |also |what about |how about )+(\w[\w .&'’-]{1,40})", clause.strip(" ?"))
    else:
        shadow = fold(clause)
        lead = re.match(r"(?:还有|以及|另外|那么?|,|\s)*", shadow)
        clause = clause[lead.end() if lead else 0 :]
        which = re.match(rf"{WHICH}", fold(clause))
        at = which.end() if which else 0
        whole = f"{clause[:at]}公告{clause[at:]}" if which else clause
        named = (
            re.fullmatch(r"([^?？,，。]{2,15}?)(?:的?呢|的)?", clause.strip(" ?？"))
            if not ASKED.search(fold(clause))
            else None
        )
    if request := read_request(whole, language):
        return request
    return replace(before, topic=named[1].strip()) if named and before.topic else None


def read_request(question: str, language: Language) -> Request | None:
    """The request that a question makes of the catalogue; None for a question of what the bulletins say.

    >>> read_request("Which bulletins mention drones?", "en") == Request("list", "drones")
    True
    """
    if len(question) > _LONG:
        return None
    text = " ".join(question.split())
    if asks_for_collection(fold(text)):
        return Request("collection")
    if of_issuer := without_issuer(text, language):
        text = of_issuer
    request = read_english(text) if language == "en" else read_chinese(text)
    return replace(request, issuers=True) if request and of_issuer else request
