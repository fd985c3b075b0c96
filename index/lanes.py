"""The word and fact lanes: BM25 over sparse counts, and shared facts weighed by how rare they are.

Both keep their rows in blocks, so that what a changed bulletin adds is a small block of its own. A score is of all rows
or of some: of a large collection only those rows are scored that a lane, asked for its best, has put forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .gloss import Gloss
from .store import Lanes, word_code

# Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework": k1 in 1.2-2, b = 0.75.
_K1, _B = 1.2, 0.75
# So many further passages without the term are thought of: in an index of a few, a word that every passage holds would
# count for nothing, and the question's words that none holds for all.
_ELSEWHERE = 30
# To find the best rows, the rarest terms are followed until they stand in so many rows together: all the others are
# everywhere, and a row that holds nothing else is not among the best.
_FOLLOWED = 400_000
_REMEMBERED = 512  # terms whose rows are kept at hand between the steps of a question

Found = tuple[np.ndarray, np.ndarray]  # rows, ascending, and what each holds


class _Block:
    """Key → rows with a value each, for rows from `offset` on."""

    def __init__(self, keys: np.ndarray, rows: np.ndarray, values: np.ndarray, offset: int) -> None:
        # Sorting numbers that hold all three is several times faster than sorting places. A passage of a few hundred
        # characters holds no word 255 times.
        packed = keys.astype(np.uint64) << np.uint64(32) | rows.astype(np.uint64) << np.uint64(8)
        packed |= np.minimum(values, 255).astype(np.uint64)
        packed.sort()
        codes = (packed >> np.uint64(32)).astype(np.uint32)
        self._starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])) if len(codes) else codes[:0]
        self._keys = codes[self._starts]
        self._ends = np.append(self._starts[1:], len(codes))
        self._rows = ((packed >> np.uint64(8)) & np.uint64(0xFFFFFF)).astype(np.int32) + np.int32(offset)
        self._values = (packed & np.uint64(0xFF)).astype(np.uint8)

    def find(self, key: int) -> Found | None:
        # A Python number would make searchsorted copy all keys to a wider type first.
        at = int(np.searchsorted(self._keys, np.uint32(key)))
        if at == len(self._keys) or self._keys[at] != key:
            return None
        span = slice(self._starts[at], self._ends[at])
        return self._rows[span], self._values[span]


class Rows:
    """Key → rows with a value each, in blocks, without those that are gone."""

    def __init__(self) -> None:
        self.n = 0
        self.gone = np.zeros(0, bool)
        self._blocks: list[_Block] = []
        self._any_gone = False
        self._at_hand: dict[int, Found] = {}

    def add(self, keys: np.ndarray, rows: np.ndarray, values: np.ndarray, n: int) -> None:
        """Adds n rows. rows: from 0, within these."""
        if len(keys):
            self._blocks.append(_Block(keys, rows, values, self.n))
        self.n += n
        self.gone = np.concatenate([self.gone, np.zeros(n, bool)])
        self._at_hand.clear()

    def remove(self, rows: np.ndarray) -> None:
        self.gone[rows] = True
        self._any_gone = bool(self.gone.any())
        self._at_hand.clear()

    @property
    def left(self) -> int:
        return self.n - int(np.count_nonzero(self.gone))

    def find(self, key: int) -> Found:
        if key not in self._at_hand:
            if len(self._at_hand) >= _REMEMBERED:
                self._at_hand.clear()
            self._at_hand[key] = self._find(key)
        return self._at_hand[key]

    def _find(self, key: int) -> Found:
        found = [part for block in self._blocks if (part := block.find(key)) is not None]
        if not found:
            return np.empty(0, np.int32), np.empty(0, np.uint8)
        rows, values = found[0] if len(found) == 1 else (np.concatenate(p) for p in zip(*found, strict=True))
        if self._any_gone:
            left = ~self.gone[rows]
            rows, values = rows[left], values[left]
        return rows, values


def _within(rows: np.ndarray | None, found: np.ndarray) -> tuple[Any, Any]:
    """Where to add what was found: (places in the scores, places in `found`). rows: those scored, None for all."""
    if rows is None:
        return found, slice(None)
    if len(found) < len(rows):
        at = np.searchsorted(rows, found)
        there = np.flatnonzero(rows[np.minimum(at, len(rows) - 1)] == found) if len(rows) else at[:0]
        return at[there], there
    at = np.searchsorted(found, rows)
    there = np.flatnonzero(found[np.minimum(at, len(found) - 1)] == rows) if len(found) else at[:0]
    return there, at[there]


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    """The places of the k best scores above 0, in no order."""
    found = np.flatnonzero(scores > 0)
    return found if len(found) <= k else found[np.argpartition(scores[found], -k)[-k:]]


class WordLane:
    """BM25 scores of passages. Lengths are compared with the mean of the passage's own language."""

    def __init__(self, *blocks: Lanes) -> None:
        self._rows = Rows()
        self._lengths = np.empty(0, np.float32)
        self._english = np.empty(0, bool)
        for lanes in blocks:
            self.add(lanes)
        self.settle()

    def add(self, lanes: Lanes) -> None:
        """Adds passages after the others. `settle` follows."""
        n = len(lanes.ids)
        self._rows.add(lanes.word_codes, lanes.word_rows, lanes.word_counts, n)
        lengths = np.bincount(lanes.word_rows, weights=lanes.word_counts, minlength=n)
        self._lengths = np.concatenate([self._lengths, lengths.astype(np.float32)])
        self._english = np.concatenate([self._english, lanes.english])

    def remove(self, rows: np.ndarray) -> None:
        """Takes passages out; their rows stay, empty. `settle` follows."""
        self._rows.remove(rows)

    @property
    def passages(self) -> int:
        """How many there are."""
        return self._rows.left

    def settle(self) -> None:
        """Compares the lengths anew."""
        self._settle(self._rows.left, self.mean_lengths())

    def mean_lengths(self) -> tuple[float, float]:
        """In terms: of English passages, and of the others."""
        left = (language & ~self._rows.gone for language in (self._english, ~self._english))
        english, other = (float(self._lengths[rows].mean()) if rows.any() else 0.0 for rows in left)
        return english, other

    def _settle(self, passages: int, means: tuple[float, float]) -> None:
        self._n = passages
        relative = self._lengths / np.maximum(1.0, np.where(self._english, *map(np.float32, means)))
        self._damping = _K1 * (1 - _B + _B * relative)

    def rarity(self, term: str) -> float:
        """Inverse passage frequency of a term, in nats; a term that no passage holds gets the highest."""
        return self._idf(self.frequency(term))

    def frequency(self, term: str) -> float:
        """How many passages of the collection hold a term."""
        return len(self._found(term)[0])

    def score(self, terms: Iterable[str], glosses: Sequence[Gloss], rows: np.ndarray | None = None) -> np.ndarray:
        """float32: BM25 of the question's own terms plus that of their glosses, of all passages or of these rows.

        rows: ascending.
        """
        n, damping = (self._rows.n, self._damping) if rows is None else (len(rows), self._damping[rows])
        scores = np.zeros(n, np.float32)
        for term in dict.fromkeys(terms):
            found, counts = self._found(term)
            to, of = _within(rows, found)
            scores[to] += self._saturated(counts[of], damping[to], self.frequency(term))
        for gloss in glosses:
            # All that a word may be in the other language counts as one term (Pirkola 1998), each by its weight.
            count = np.zeros(n, np.float32)
            frequency = 0.0
            for term, weight in gloss.terms:
                found, counts = self._found(term)
                to, of = _within(rows, found)
                count[to] += np.float32(weight) * counts[of]
                frequency += weight * self.frequency(term)
            there = np.flatnonzero(count)
            scores[there] += self._saturated(count[there], damping[there], frequency)
        return scores

    def best(self, terms: Iterable[str], glosses: Sequence[Gloss], k: int) -> np.ndarray:
        """Rows that are among the best k of each language by the rarest terms, in no order."""
        asked: list[tuple[float, float, str]] = [(self.rarity(term), 1.0, term) for term in dict.fromkeys(terms)]
        for gloss in glosses:
            frequency = sum(weight * self.frequency(term) for term, weight in gloss.terms)
            asked += [(self._idf(frequency), weight, term) for term, weight in gloss.terms]
        asked.sort(key=lambda of: len(self._found(of[2])[0]))
        scores = np.zeros(self._rows.n, np.float32)
        followed = 0
        for rarity, weight, term in asked:
            rows, counts = self._found(term)
            if followed and followed + len(rows) > _FOLLOWED:
                break
            followed += len(rows)
            weighed = np.float32(weight) * counts
            scores[rows] += np.float32(rarity * (_K1 + 1)) * weighed / (weighed + self._damping[rows])
        return np.union1d(_best(scores * self._english, k), _best(scores * ~self._english, k))

    def ceiling(self, terms: Iterable[str], glosses: Sequence[Gloss]) -> tuple[float, float]:
        """What a passage of average length scores that holds every term once: by the own terms, by their glosses."""
        own = sum(self.rarity(term) for term in dict.fromkeys(terms))
        across = sum(self._idf(sum(w * self.frequency(t) for t, w in gloss.terms)) for gloss in glosses)
        return own, across

    def holding(self, term: str) -> np.ndarray:
        """The rows that hold a term, ascending."""
        return self._found(term)[0]

    def _found(self, term: str) -> Found:
        return self._rows.find(word_code(term))

    def _idf(self, frequency: float) -> float:
        return float(np.log1p((self._n + _ELSEWHERE - frequency + 0.5) / (frequency + 0.5)))

    def _saturated(self, counts: np.ndarray, damping: np.ndarray, frequency: float) -> np.ndarray:
        counts = counts.astype(np.float32)
        return np.asarray(self._idf(frequency) * counts * (_K1 + 1) / (counts + damping), np.float32)


# Facts of a bulletin's opening and dates say what it is about; one told in passing says half as much.
_IN_PASSING = 0.5
# Facts that weigh less than this together (nats) confirm little: a common term shared is no proof.
_TELLING = 4.0
_TELLING_BULLETIN = 2.0
# Facts that name a thing, a person or a time; a bare figure names nothing.
NAMING = ("date:", "name:", "org:", "place:", "term:", "quote:", "prog:", "code:")


class FactLane:
    """Facts shared with the question, each weighed by its rarity: passage by passage, and bulletin by bulletin."""

    def __init__(self, *blocks: Lanes) -> None:
        self._vocabulary: dict[str, int] = {}
        self._rows, self._told = Rows(), Rows()
        self._place: dict[str, int] = {}  # bulletin id → its number among those told of
        self._bulletin_of = np.empty(0, np.int32)
        self._left = 0
        for lanes in blocks:
            self.add(lanes)

    def add(self, lanes: Lanes) -> None:
        """Adds passages after the others, and the bulletins told of with them."""
        number = self._vocabulary.setdefault
        keys = [number(token, len(self._vocabulary)) for tokens in lanes.facts for token in tokens]
        rows = np.repeat(np.arange(len(lanes.facts)), [len(tokens) for tokens in lanes.facts])
        self._rows.add(np.array(keys, np.uint32), rows, np.ones(len(keys), np.uint8), len(lanes.ids))
        told: list[tuple[int, int, int]] = []
        for at, (bulletin, (opening, all_of_it)) in enumerate(lanes.bulletin_facts.items()):
            self._place[bulletin] = self._told.n + at
            first = set(opening)
            told += [(number(t, len(self._vocabulary)), at, 2 if t in first else 1) for t in {*all_of_it, *first}]
        columns = np.array(told, np.int64).reshape(-1, 3).T
        self._told.add(columns[0], columns[1], columns[2], len(lanes.bulletin_facts))
        places = np.array([self._place[b] for b in lanes.bulletins], np.int32)
        self._bulletin_of = np.concatenate([self._bulletin_of, places])

    def remove(self, rows: np.ndarray, bulletins: Iterable[str]) -> None:
        """Takes passages and bulletins out; their rows stay, empty."""
        self._rows.remove(rows)
        self._told.remove(np.array([self._place.pop(b) for b in bulletins if b in self._place], np.int64))

    def knows(self, token: str) -> bool:
        """Whether any bulletin tells the fact."""
        return len(self._find(self._told, token)[0]) > 0

    def holding(self, token: str) -> np.ndarray:
        """The rows that tell a fact, ascending."""
        return self._find(self._rows, token)[0]

    def rarity(self, token: str) -> float:
        """In nats, by the passages that tell a fact."""
        passages, told = self.frequency(token)
        return float(np.log1p(passages / (1 + told)))

    def rarity_of_bulletins(self, token: str) -> float:
        """In nats, by the bulletins that tell a fact."""
        bulletins, told = self.frequency_in_bulletins(token)
        return float(np.log((1 + bulletins) / (0.5 + told)))

    def frequency(self, token: str) -> tuple[float, float]:
        """(passages of the collection, those that tell a fact)."""
        return self._rows.left, len(self.holding(token))

    def frequency_in_bulletins(self, token: str) -> tuple[float, float]:
        """(bulletins of the collection, those that tell a fact)."""
        return self._told.left, len(self._find(self._told, token)[0])

    def _find(self, rows: Rows, token: str) -> Found:
        number = self._vocabulary.get(token)
        return (np.empty(0, np.int32), np.empty(0, np.uint8)) if number is None else rows.find(number)

    def score(self, tokens: Iterable[str], rows: np.ndarray | None = None) -> np.ndarray:
        """float32, in [0, 1]: the share of the question's facts, by rarity, that a passage tells; rows: ascending."""
        weights = {t: self.rarity(t) for t in dict.fromkeys(tokens)}
        scores = np.zeros(self._rows.n if rows is None else len(rows), np.float32)
        for token, weight in weights.items():
            scores[_within(rows, self.holding(token))[0]] += weight
        return scores / max(sum(weights.values()), _TELLING)

    def bulletin_score(self, tokens: Iterable[str], rows: np.ndarray | None = None) -> np.ndarray:
        """float32, in [0, 1]: the same share for what the passage's bulletin as a whole is about.

        "The 2018 meeting" is told in the opening of a bulletin, not in the passage that says what the meeting decided.
        """
        return self._about(tokens)[self._bulletin_of if rows is None else self._bulletin_of[rows]]

    def _about(self, tokens: Iterable[str]) -> np.ndarray:
        naming = [t for t in dict.fromkeys(tokens) if t.startswith(NAMING)]
        weights = {t: self.rarity_of_bulletins(t) for t in naming}
        scores = np.zeros(self._told.n, np.float32)
        for token, weight in weights.items():
            told, shares = self._find(self._told, token)
            scores[told] += np.where(shares == 2, 1.0, _IN_PASSING) * weight
        return scores / max(sum(weights.values()), _TELLING_BULLETIN)

    def best(self, tokens: Sequence[str], k: int) -> tuple[np.ndarray, list[int]]:
        """The k passages that tell most of the facts, and the places of the k bulletins that are most about them."""
        return _best(self.score(tokens), k), _best(self._about(tokens), k).tolist()
