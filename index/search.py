"""Finding passages: vectors, words and facts, each lane scaled so that languages can be compared, then fused."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sources.bulletin import Bulletin, Language
from sources.facts import facts
from sources.language import language_of
from sources.names import possible_names

from . import gloss, words
from .embed import Embedder
from .lanes import FactLane, WordLane
from .passage import Hit, Passage
from .split import weight
from .store import Entry, Store, trouble
from .vectors import refresh

# Share of the vector lane in the fused score, the rest is words: across languages the dictionary knows less than the
# vectors do. A compromise: .4/.6 ranked the gold and calibration cases
# better than .5/.7, but lost .77 to .71 of public questions whose answer stands only in the other language.
_DENSE_SHARE_SAME, _DENSE_SHARE_ACROSS = 0.45, 0.65
# What a passage gains that holds every fact of the question. Facts confirm, they do not find.
_FACT_GAIN = 0.25
# The same for a bulletin that is about what the question names (its year, its meeting, its people).
_BULLETIN_GAIN = 0.6
# Words are scaled to the best passage of each language, but not where even that one has less than this share of them:
# .71 to .77 of questions whose answer stands only in the other language, nothing lost elsewhere.
_WORDS_NEEDED = 0.35
# The cosine of unrelated texts once the means are taken out, and the number of passages whose median counts as much.
_UNRELATED, _FEW_PASSAGES = 0.02, 8
_NOISE = 0.05  # smaller differences between cosines tell nothing
# What a passage gains whose bulletin the conversation is about.
_FAVOUR = 0.2
# A passage is returned with neighbours up to this weight (Chinese characters), which makes about 300 on average.
CONTEXT_WEIGHT = 360.0
_BULLETINS_IN_MEMORY = 256


@dataclass(frozen=True)
class Query:
    """A question as the lanes see it. vector: float32, (dim,)."""

    text: str
    language: Language
    vector: np.ndarray
    terms: tuple[str, ...]
    glosses: tuple[gloss.Gloss, ...]
    facts: tuple[str, ...]


class Index:
    """A folder of bulletins, searchable. Opens a consistent state and keeps it until `reload`."""

    def __init__(self, folder: Path, embedder: Embedder, cache: Path) -> None:
        from .build import mismatch

        self.folder, self.embedder = folder, embedder
        words.keep_dictionary_in(cache / "jieba")
        self.glosses = gloss.Glosses(gloss.prepare(cache / "glosses.sqlite"))
        self.store = Store(folder)
        self.store.snapshot()
        made_with = self.store.meta("model")
        if made_with not in (None, embedder.name):
            raise mismatch(made_with, self.store.meta("dim"), embedder)
        self._load()

    @staticmethod
    def require(folder: Path) -> None:
        """Raises IndexMissing when there is no index in the folder."""
        Store(folder).close()

    def close(self) -> None:
        self.store.close()
        self.glosses.close()

    def reload(self) -> bool:
        """Takes up what a writer has changed since; False when nothing has."""
        self.store.snapshot()
        if self.store.revision == self.revision:
            return False
        self._load()
        return True

    def _load(self) -> None:
        try:
            self.revision = self.store.revision
            lanes = self.store.lanes()
            self._vectors = refresh(self.store)
            self.entries: dict[str, Entry] = {entry.id: entry for entry in self.store.entries()}
            links = self.store.links()
        except (sqlite3.DatabaseError, ValueError, KeyError) as problem:
            raise trouble(self.folder, problem) from problem
        self._bulletin_of, self._number_of, self._english = lanes.bulletins, lanes.numbers, lanes.english
        self.words = WordLane(lanes)
        self._facts = FactLane(lanes)
        self._events = _groups(self.entries, links)
        self._read: OrderedDict[str, tuple[Bulletin, list[tuple[Passage, np.ndarray]]]] = OrderedDict()

    # Bulletins

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id."""
        return self._open(bulletin_id)[0]

    def passages(self, bulletin_id: str) -> list[tuple[Passage, np.ndarray]]:
        """The passages of a bulletin, each with its sentences' vectors, float32, (sentences, dim)."""
        return self._open(bulletin_id)[1]

    def versions(self, bulletin_id: str) -> tuple[str, ...]:
        """Ids of the other bulletins that tell the same event."""
        return tuple(other for other in self._events[bulletin_id] if other != bulletin_id)

    def _open(self, bulletin_id: str) -> tuple[Bulletin, list[tuple[Passage, np.ndarray]]]:
        if bulletin_id in self._read:
            self._read.move_to_end(bulletin_id)
        else:
            try:
                bulletin = self.store.bulletin(bulletin_id)
                passages = self.store.passages(bulletin)
            except sqlite3.DatabaseError as problem:
                raise trouble(self.folder, problem) from problem
            self._read[bulletin_id] = (bulletin, passages)
            if len(self._read) > _BULLETINS_IN_MEMORY:
                self._read.popitem(last=False)
        return self._read[bulletin_id]

    def holding(self, terms: Sequence[str], tokens: Sequence[str] = ()) -> set[str]:
        """Ids of bulletins of which a passage, with its title, holds all of these terms of the word lane or any of
        these facts: where to look for a literal mention, as both are kept for every passage."""
        rows = np.zeros(len(self._bulletin_of), bool)
        if terms:
            rows = np.logical_and.reduce([self.words.score([term], ()) > 0 for term in terms])
        for token in tokens:
            rows = rows | (self._facts.score([token]) > 0)
        return {self._bulletin_of[row] for row in np.nonzero(rows)[0]}

    def knows(self, token: str) -> bool:
        """Whether any bulletin tells the fact."""
        return self._facts.knows(token)

    # Search

    def query(self, question: str, language: Language | None = None) -> Query:
        language = language or language_of(question)
        across = self.glosses.of_english if language == "en" else self.glosses.of_chinese
        told = self._facts_of(question)
        return Query(
            text=question,
            language=language,
            vector=self.embedder.embed([question], "question", [language])[0],
            terms=tuple(words.terms(question)),
            glosses=(*across(question), *gloss.of_known_terms(told, english=language == "en")),
            facts=told,
        )

    def _facts_of(self, question: str) -> tuple[str, ...]:
        # A name in a question often stands without the title or verb that tells a name in a text, so any stretch that
        # reads like a name of this collection is taken for it.
        named = (token for token in possible_names(question) if self._facts.knows(token))
        return tuple(dict.fromkeys([*(fact.token for fact in facts(question)), *named]))

    def search(
        self,
        question: str | Query,
        k: int = 10,
        keep: Callable[[str], bool] | None = None,
        favour: Collection[str] = (),
        beside: int = 0,
    ) -> list[Hit]:
        """The best k passages, best first.

        keep: told a bulletin's id, says whether its passages may be found. favour: ids of bulletins that the
        conversation is about; their passages gain a little. beside: so many further passages follow, the best ones of
        the first hit's bulletin and of its versions: one version may tell what the other leaves out.

        A passage inside the context of a better one is left out, as that one shows it already.
        """
        query = self.query(question) if isinstance(question, str) else question
        n = len(self._bulletin_of)
        if n == 0:
            return []
        found, rows = self._vectors.search(query.vector[None, :], n)
        dense = np.empty(n, np.float32)
        dense[rows[0]] = found[0]
        worded = self.words.score(query.terms, query.glosses)
        shared = self._facts.score(query.facts)
        about = self._facts.bulletin_score(query.facts)
        needed = self.words.ceiling(query.terms, query.glosses)
        fused, worded = _fuse(dense, worded, needed, self._english == (query.language == "en"))
        fused = (fused + _FACT_GAIN * shared + _BULLETIN_GAIN * about) / (1 + _FACT_GAIN + _BULLETIN_GAIN)
        if keep:
            allowed = {b: keep(b) for b in self.entries}
            fused = np.where([allowed[b] for b in self._bulletin_of], fused, -1)
        if favour:
            fused = fused + _FAVOUR * np.array([b in favour for b in self._bulletin_of])
        return self._hits(fused, {"dense": dense, "words": worded, "facts": shared, "bulletin": about}, k, beside)

    def _hits(self, fused: np.ndarray, lanes: dict[str, np.ndarray], k: int, beside: int) -> list[Hit]:
        hits: list[Hit] = []
        shown: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in np.argsort(-fused, kind="stable"):
            if len(hits) == k + beside or fused[row] < 0:
                break
            bulletin_id, number = self._bulletin_of[row], int(self._number_of[row])
            if len(hits) >= k and bulletin_id not in self._events[hits[0].passage.bulletin]:
                continue
            passages = [passage for passage, _ in self.passages(bulletin_id)]
            passage = passages[number]
            if any(a <= passage.start and passage.end <= b for a, b in shown[bulletin_id]):
                continue
            context = _context(passages, number)
            shown[bulletin_id].append(context)
            hits.append(
                Hit(
                    passage=passage,
                    score=float(min(1.0, fused[row])),
                    lanes={name: round(float(scores[row]), 4) for name, scores in lanes.items()},
                    context=context,
                    other_versions=tuple(self.entries[other].source for other in self.versions(bulletin_id)),
                    text=self.bulletin(bulletin_id).text[slice(*context)],
                )
            )
        return hits


def _fuse(
    dense: np.ndarray, worded: np.ndarray, needed: tuple[float, float], same: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(vectors and words fused, share of the question's words found), both about in [0, 1].

    Convex fusion. Words are scaled within each passage language, else a match in the question's own language always
    wins; vectors are comparable across languages, their means are taken out. needed: `WordLane.ceiling`.
    """
    # Of a few passages the median says little: it is drawn to what passages that have nothing in common come to.
    sure = len(dense) / (len(dense) + _FEW_PASSAGES)
    middle = sure * float(np.median(dense)) + (1 - sure) * _UNRELATED
    scaled = (dense - middle) / max(float(dense.max()) - middle, _NOISE)
    fused, share_found = np.empty_like(dense), np.zeros_like(dense)
    for language, share, ceiling in (
        (same, _DENSE_SHARE_SAME, needed[0]),
        (~same, _DENSE_SHARE_ACROSS, needed[1]),
    ):
        if language.any():
            top = max(float(worded[language].max()), _WORDS_NEEDED * ceiling, 1e-6)
            share_found[language] = np.minimum(1.0, worded[language] / max(ceiling, 1e-6))
            fused[language] = share * scaled[language] + (1 - share) * worded[language] / top
    return np.maximum(fused, 0), share_found


def _context(passages: Sequence[Passage], number: int) -> tuple[int, int]:
    """The passage and its neighbours under the same heading, in turn after and before it, up to CONTEXT_WEIGHT."""
    first = last = number
    filled = weight(passages[number].text)
    after = True
    while True:
        sides = [
            i
            for i in ((last + 1, first - 1) if after else (first - 1, last + 1))
            if 0 <= i < len(passages)
            and passages[i].heading == passages[number].heading
            and filled + weight(passages[i].text) <= CONTEXT_WEIGHT
        ]
        if not sides:
            return passages[first].start, passages[last].end
        filled += weight(passages[sides[0]].text)
        first, last, after = min(first, sides[0]), max(last, sides[0]), not after


def _groups(ids: Any, links: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """id → all ids that tell the same event, itself included (links taken as an equivalence)."""
    group = {i: {i} for i in ids}
    for a, b in links:
        if group[a] is not group[b]:
            merged = group[a] | group[b]
            for i in merged:
                group[i] = merged
    return {i: tuple(sorted(members)) for i, members in group.items()}
