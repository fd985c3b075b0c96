"""Search over an index on Milvus: Milvus puts passages forward, and they are scored and fused as everywhere.

As with a large collection in a folder, each lane names its best, and these alone are scored in all lanes, exactly. In
memory are the catalogue and a sample of passages, which tells how rare a term or a fact is. Up to 20,000 passages the
sample is all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from sources.names import possible_names

from .lanes import NAMING, FactLane, Found, Rows, WordLane
from .milvus import MilvusStore
from .milvus_rows import Row, coded, draw_of, edition_of, passage_id
from .search import MANY_CHANGES, Index, Query, Scored
from .vectors import Vectors

_FORWARD = 300  # passages that each lane and language puts forward: fewer than in a folder, as each is fetched
_SAMPLE = 20_000  # passages that tell how rare a term is
_MEDIAN_OF = 4_096  # and of which cosine half of them are
_ALL = 1 << 32
_AT_HAND = 20_000  # passages kept between questions, some 70 MB
_NAMED = 50_000  # bulletins that Milvus is told to look in, or to pass over; when it is more, what it finds is sifted
_SIFTED = 5
# A gloss stands for a word by a weight in (0, 1]; BM25 counts whole terms, so an own term is asked for so often.
_TIMES = 4
_OPENED = 24  # best passages whose bulletins are read at once


class MilvusIndex(Index):
    """An index on Milvus, searchable. Keeps its state until `reload`."""

    store: MilvusStore

    def _load(self) -> None:
        self._take_up(sure=True)
        total = self.store.counts()[1]
        # A bulletin without passages is told of as well, unless there are many.
        bulletins = list(self._entries) if total <= _SAMPLE else []
        self._below, self._near_below = _share(_SAMPLE, total), _share(_MEDIAN_OF, total)
        lanes = self.store.lanes_of(self.store.sample(self._below, ["words", "facts"]), bulletins)
        self._sampled = list(lanes.bulletins)
        self._words_sample, self._facts_sample = WordLane(lanes), FactLane(lanes)
        self._near = {i: row.vector for i, row in self.store.sample(self._near_below, ["vector"]).items()}
        self._take([])

    def _follow(self) -> None:
        changed = self.store.changed(self._seen)
        self._take_up()
        much = abs(_share(_SAMPLE, self.store.counts()[1]) - self._below) > 0.1 * self._below
        if much or len(changed) > max(MANY_CHANGES, 0.1 * len(self._entries)):
            self._load()
            return
        there = [key for key in changed if key in self._entries]
        new = self.store.rows_of(there)
        gone = set(changed)
        rows = np.array([row for row, key in enumerate(self._sampled) if key in gone], np.int64)
        lanes = self.store.lanes_of({i: row for i, row in new.items() if draw_of(i) < self._below}, there)
        for lane in (self._words_sample, self._facts_sample):
            lane.remove(rows, changed) if isinstance(lane, FactLane) else lane.remove(rows)
            lane.add(lanes)
        self._words_sample.settle()
        self._sampled = ["" if key in gone else key for key in self._sampled] + lanes.bulletins
        self._near = {i: vector for i, vector in self._near.items() if self.store.of_edition(edition_of(i))}
        self._near |= {i: row.vector for i, row in new.items() if draw_of(i) < self._near_below}
        self._take([])

    def _take_up(self, *, sure: bool = False) -> None:
        """The catalogue as it is now."""
        self.exact = -1  # never are all passages scored
        self.revision = self.store.revision
        self._seen = int(self.revision.rpartition("-")[2])
        self.store.catalogue(sure=sure)
        self._entries, self._in_order = {entry.id: entry for entry in self.store.entries()}, True
        self._at_hand: dict[int, Row] = {}
        self._known: dict[str, bool] = {}
        self._forget()

    # Facts and words of the collection

    def _facts_of(self, question: str) -> tuple[str, ...]:
        self._learn(possible_names(question))
        return super()._facts_of(question)

    def _learn(self, tokens: Iterable[str]) -> None:
        """Asks at once which facts any bulletin tells."""
        asked = [token for token in dict.fromkeys(tokens) if token not in self._known]
        known = self.store.known(asked)
        self._known.update((token, token in known) for token in asked)

    def knows(self, token: str) -> bool:
        self._learn([token])
        return self._known[token]

    def holding(self, terms: Sequence[str], tokens: Sequence[str] = ()) -> set[str]:
        return self.store.holding(terms, tokens)

    # Search

    def _rows_to_score(self, query: Query, keep: Callable[[str], bool] | None, favour: Collection[str]) -> np.ndarray:
        there = self.store.catalogue()
        allowed = there.keys() if keep is None else {key for key in there if keep(key)}
        where, k = self._where(allowed), _FORWARD
        if where is None:
            where, k = "", _SIFTED * _FORWARD
        terms = Counter(dict.fromkeys(query.terms, _TIMES))
        for gloss in query.glosses:
            terms.update({term: max(1, round(_TIMES * weight)) for term, weight in gloss.terms})
        telling = {token: self._facts.rarity(token) for token in query.facts}
        about = {t: self._facts.rarity_of_bulletins(t) for t in query.facts if t.startswith(NAMING)}
        ids = [
            *self.store.nearest(query.vector, k, where),
            *self.store.worded(terms, k, _both(where, "english == true")),
            *self.store.worded(terms, k, _both(where, "english == false")),
            *self.store.telling(telling, k, where),
        ]
        told: list[int] = []
        for key in (*favour, *self.store.about(about, k)):
            if len(told) < 2 * k and key in allowed:
                told += self._ids_of(key)
        self._take([i for i in (*ids, *told[: 2 * k]) if self.store.of_edition(edition_of(i)) in allowed])
        return np.arange(len(self._bulletin_of))

    def _where(self, allowed: Collection[str]) -> str | None:
        """What tells Milvus to look in these bulletins only; None when they are too many to name."""
        there = self.store.catalogue()
        if len(allowed) == len(there):
            return ""
        if len(allowed) <= _NAMED:
            return f"edition in {[there[key].edition for key in allowed]}"
        others = [listed.edition for key, listed in there.items() if key not in allowed]
        return f"edition not in {others}" if len(others) <= _NAMED else None

    def _ids_of(self, bulletin: str) -> list[int]:
        listed = self.store.catalogue()[bulletin]
        return [passage_id(listed.edition, number) for number in range(listed.passages)]

    def _joined(self, query: Query, scored: Scored, bulletins: Collection[str]) -> Scored:
        self._take([*self._taken, *(i for key in bulletins for i in self._ids_of(key))])
        return self._scored(query, None)

    def _take(self, ids: Iterable[int]) -> None:
        """From now on these passages are those that are scored."""
        self._taken = sorted(set(ids))
        if len(self._at_hand) > _AT_HAND:
            self._at_hand.clear()
        self._at_hand |= self.store.rows([i for i in self._taken if i not in self._at_hand])
        # What is gone meanwhile, though the catalogue still names it, is passed over.
        found = {i: self._at_hand[i] for i in self._taken if i in self._at_hand}
        passages, bulletins = self.store.counts()[1], len(self._entries)
        self.words = _Words(self._words_sample, passages)
        self._facts = _Facts(self._facts_sample, passages, bulletins, self.knows)
        self._ids, self._number_of_bulletin = [], {}
        self._bulletin_of, self._number_of = np.empty(0, np.int32), np.empty(0, np.int32)
        self._english = np.empty(0, bool)
        lanes = self.store.lanes_of(found)
        self._add(lanes)
        self.words.settle()
        dim = self.embedder.dim
        self._vectors = _Vectors(_stacked([found[i].vector for i in lanes.ids.tolist()], dim), self._median_of(dim))
        self._gone = np.zeros(len(self._bulletin_of), bool)

    def _median_of(self, dim: int) -> np.ndarray:
        return _stacked(list(self._near.values()), dim)

    def _ranked(
        self, query: Query, scored: Scored, middle: float, favour: Collection[str]
    ) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        ranked = super()._ranked(query, scored, middle, favour)
        # The bulletins that will be looked at are read at once, not one by one.
        best = ranked[0][np.argsort(-ranked[1])[:_OPENED]]
        bulletins = {self._ids[number] for number in self._bulletin_of[best]}
        self.store.read_links(bulletins)
        self._open_all(bulletins)
        return ranked


class _Words(WordLane):
    """Some passages, their terms weighed by a sample of all."""

    def __init__(self, sample: WordLane, passages: int) -> None:
        self._sample, self._passages = sample, passages
        self._scale = passages / max(1, sample.passages)
        super().__init__()

    def frequency(self, term: str) -> float:
        return self._scale * self._sample.frequency(term)

    def settle(self) -> None:
        self._settle(self._passages, self._sample.mean_lengths())


class _Facts(FactLane):
    """Some passages and their bulletins, their facts weighed by a sample of all."""

    def __init__(self, sample: FactLane, passages: int, bulletins: int, known: Callable[[str], bool]) -> None:
        self._sample, self._of, self._known = sample, (passages, bulletins), known
        super().__init__()

    def knows(self, token: str) -> bool:
        return self._known(token)

    def frequency(self, token: str) -> tuple[float, float]:
        passages, told = self._sample.frequency(coded(token))
        return self._of[0], told * self._of[0] / max(1.0, passages)

    def frequency_in_bulletins(self, token: str) -> tuple[float, float]:
        bulletins, told = self._sample.frequency_in_bulletins(coded(token))
        return self._of[1], told * self._of[1] / max(1.0, bulletins)

    def _find(self, rows: Rows, token: str) -> Found:
        return super()._find(rows, coded(token))


class _Vectors(Vectors):
    """The vectors of some passages, beside a sample of all."""

    def __init__(self, vectors: np.ndarray, sample: np.ndarray) -> None:
        super().__init__(vectors, vectors[:0])
        self._sample = sample

    def median(self, vector: np.ndarray) -> float:
        return super().median(vector) if len(self._sample) else 0.0


def _share(wanted: int, total: int) -> int:
    """Of draws in [0, 2^32), those below it are so many of the total, about."""
    return _ALL if total <= wanted else _ALL * wanted // total


def _both(first: str, second: str) -> str:
    return f"{first} and {second}" if first else second


def _stacked(vectors: Sequence[np.ndarray], dim: int) -> np.ndarray:
    return np.array(vectors, np.float32).reshape(len(vectors), dim)
