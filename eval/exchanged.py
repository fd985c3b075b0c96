"""Questions that nothing answers, made of questions that something does: one thing that is named is exchanged.

"Who won at Harbin in 2018?" becomes "Who won at Nanjing in 2018?". All other words still fit the bulletin, so such
questions teach the decision what unrelated ones cannot: that a name which is nowhere told outweighs the rest. The idea
is that of the entity swaps of SQuAD 2.0 (Rajpurkar, Jia and Liang 2018), where people wrote them.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from index.normalise import fold
from sources.facts import facts

from .cases import Case

_KINDS = ("date", "name", "place", "org", "quote", "num", "pct")
_EVERYWHERE = ("place:china",)
_CAPITALISED = re.compile(r"(?<=[a-z,] )(?:the )?([A-Z][\w’'-]+(?: (?:of |the |de |von )?[A-Z][\w’'-]+)*)")
_YEAR = re.compile(r"date:(\d{4})")
_APART = (3, 4, 7, -3, -4, -7, 8, -8, 11, -11)  # years


def exchanged(cases: Sequence[Case], seed: int = 0) -> list[Case]:
    """One for each case that answers and names something, as far as another case names a thing of the same kind.

    What takes its place is named by a case of other bulletins, and a year is one that no case names.
    """
    pick = random.Random(seed)
    alone = [case for case in cases if case.answerable and not case.history and case.bulletins]
    named = {case.id: _named(case.question) for case in alone}
    years = {token for things in named.values() for token, _, _ in things if _YEAR.fullmatch(token)}
    pool: dict[tuple[str, str], list[tuple[str, str, Case]]] = defaultdict(list)
    for case in alone:
        for token, start, end in named[case.id]:
            pool[case.language, token.partition(":")[0]].append((token, case.question[start:end], case))
    found = []
    for case in alone:
        things = named[case.id]
        pick.shuffle(things)
        for token, start, end in things:
            own = case.question[start:end]
            if year := _YEAR.fullmatch(token):
                others = [str(int(year[1]) + n) for n in _APART if f"date:{int(year[1]) + n}" not in years][:3]
                others = [own.replace(year[1], other) for other in others if year[1] in own]
            else:
                others = [
                    words
                    for other, words, case_of in pool[case.language, token.partition(":")[0]]
                    if other != token and not set(case_of.bulletins) & set(case.bulletins)
                    and fold(words) not in fold(case.question)
                ]  # fmt: skip
            if others:
                question = case.question[:start] + pick.choice(others) + case.question[end:]
                found.append(replace(case, id=f"{case.id}-exchanged", question=question, kind="unanswerable", facts=()))
                break
    return found


def _named(question: str) -> list[tuple[str, int, int]]:
    """(token, start, end) of the things that a question names; those that overlap another only once, the longest."""
    things = [(f.token, f.start, f.end) for f in facts(question) if f.token.startswith(tuple(f"{k}:" for k in _KINDS))]
    things = [t for t in things if t[0] not in _EVERYWHERE and not re.fullmatch(r"num:\d", t[0])]
    for match in _CAPITALISED.finditer(question):
        things.append((f"proper:{match[1].lower()}", *match.span(1)))
    for match in re.finditer(r"[\u3400-\u9fff]{2,4}·[\u3400-\u9fff·]{1,8}", question):
        things.append((f"proper:{match[0]}", *match.span()))
    kept: list[tuple[str, int, int]] = []
    for token, start, end in sorted(things, key=lambda t: t[1] - t[2]):
        if not any(start < e and s < end for _, s, e in kept) and end - start < len(question) - 4:
            kept.append((token, start, end))
    return kept
