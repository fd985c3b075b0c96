"""The word and fact lanes: BM25 over sparse counts, and shared facts weighed by how rare they are.

Both keep their rows in blocks, so that what a changed bulletin adds is a small block of its own. A score is of all rows
or of some: of a large collection only those rows are scored that a lane, asked for its best, has put forward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Any

import numpy as np

from .gloss import Gloss
from .kept import as_array, as_texts
from .store import Lanes, word_code

# Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework": k1 in 1.2-2, b = 0.75.
_K1, _B = 1.2, 0.75
# So many further passages without the term are thought of: in an index of a few, a word that every passage holds would
# count for nothing, and the question's words that none holds for all.
_ELSEWHERE = 30
# To find the best rows, the rarest terms, or facts, are followed until they stand in so many rows together: all the
# others are everywhere, and a row that holds nothing else is not among the best.
_FOLLOWED, _FACTS_FOLLOWED = 60_000, 20_000
_REMEMBERED = 512  # terms whose places are kept at hand between the steps of a question
# Blocks of up to so many entries are put together when the next comes, so that many small changes leave few blocks.
_SMALL = 1 << 20

Found = tuple[np.ndarray, np.ndarray]  # rows, ascending, and what each holds


def named(arrays: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Those whose names begin with a name and a stop, without it."""
    return {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}


def under(name: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The contrary of `named`."""
    return {f"{name}.{key}": array for key, array in arrays.items()}


class _Block:
    """Key → rows with a value each. keys: uint32, ascending, each once; ends: where the rows of each end."""

    def __init__(self, keys: np.ndarray, ends: np.ndarray, rows: np.ndarray, values: np.ndarray) -> None:
        self.keys, self.rows, self.values = keys, rows, values
        self.ends, self.starts = ends, np.concatenate([[0], ends[:-1]]) if len(ends) else ends

    @classmethod
    def of(cls, keys: np.ndarray, rows: np.ndarray, values: np.ndarray, offset: int) -> _Block:
        """keys: uint32, in any order, with a row and a value each; offset: is added to the rows."""
        # Sorting numbers that hold all three is several times faster than sorting places. A passage of a few hundred
        # characters holds no word 255 times.
        packed = keys.astype(np.uint64) << np.uint64(32) | rows.astype(np.uint64) << np.uint64(8)
        packed |= np.minimum(values, 255).astype(np.uint64)
        packed.sort()
        codes = (packed >> np.uint64(32)).astype(np.uint32)
        ends = np.append(np.flatnonzero(codes[1:] != codes[:-1]) + 1, len(codes))
        return cls(
            codes[ends - 1],
            ends,
            ((packed >> np.uint64(8)) & np.uint64(0xFFFFFF)).astype(np.int32) + np.int32(offset),
            (packed & np.uint64(0xFF)).astype(np.uint8),
        )

    @classmethod
    def merged(cls, blocks: list[_Block]) -> _Block:
        """One of several, each with later rows than the one before. Empties the list, so that memory is free again."""
        keys = np.unique(np.concatenate([block.keys for block in blocks]))
        counts = np.zeros(len(keys), np.int64)
        for block in blocks:
            counts[np.searchsorted(keys, block.keys)] += block.ends - block.starts
        ends = np.cumsum(counts)
        rows, values = np.empty(ends[-1], np.int32), np.empty(ends[-1], np.uint8)
        free = ends - counts  # where the next rows of each key go
        while blocks:
            block = blocks.pop(0)
            at, lengths = np.searchsorted(keys, block.keys), block.ends - block.starts
            to = np.repeat(free[at] - block.starts, lengths)
            to += np.arange(len(to))
            rows[to], values[to] = block.rows, block.values
            free[at] += lengths
        return cls(keys, ends, rows, values)

    def find(self, key: int) -> Found | None:
        # A Python number would make searchsorted copy all keys to a wider type first.
        at = int(np.searchsorted(self.keys, np.uint32(key)))
        if at == len(self.keys) or self.keys[at] != key:
            return None
        span = slice(self.starts[at], self.ends[at])
        return self.rows[span], self.values[span]


class Rows:
    """Key → rows with a value each, in blocks. Rows that are gone stay until everything is read anew."""

    def __init__(self) -> None:
        self.n = 0
        self.gone = np.zeros(0, bool)
        self._blocks: list[_Block] = []
        self._gone_rows = np.empty(0, np.int64)
        self._at_hand: dict[int, tuple[list[Found], int]] = {}

    def kept(self) -> dict[str, np.ndarray]:
        """To be given to `of`. Before anything is removed."""
        self.together()
        if not self._blocks:
            return {}
        (block,) = self._blocks
        return {"keys": block.keys, "ends": block.ends, "rows": block.rows, "values": block.values}

    @classmethod
    def of(cls, kept: Mapping[str, np.ndarray], n: int) -> Rows:
        rows = cls()
        rows.n, rows.gone = n, np.zeros(n, bool)
        if kept:
            rows._blocks.append(_Block(**kept))
        return rows

    def add(self, keys: np.ndarray, rows: np.ndarray, values: np.ndarray, n: int) -> None:
        """Adds n rows. rows: from 0, within these."""
        if len(keys):
            self._blocks.append(_Block.of(keys, rows, values, self.n))
            while len(self._blocks) > 1 and len(self._blocks[-2].rows) <= min(_SMALL, 2 * len(self._blocks[-1].rows)):
                last = [self._blocks.pop(), self._blocks.pop()]
                self._blocks.append(_Block.merged(last[::-1]))
        self.n += n
        self.gone = np.concatenate([self.gone, np.zeros(n, bool)])
        self._at_hand.clear()

    def together(self) -> None:
        """All blocks in one, so that the rows of a key stand together: after everything has been read."""
        if len(self._blocks) > 1:
            blocks, self._blocks = self._blocks, []
            self._blocks.append(_Block.merged(blocks))
            self._at_hand.clear()

    def remove(self, rows: np.ndarray) -> None:
        self.gone[rows] = True
        self._gone_rows = np.flatnonzero(self.gone)
        self._at_hand.clear()

    @property
    def any_gone(self) -> bool:
        return len(self._gone_rows) > 0

    @property
    def left(self) -> int:
        return self.n - len(self._gone_rows)

    def find(self, key: int) -> Found:
        """Without those that are gone."""
        parts, _ = self._look_up(key)
        if not parts:
            return np.empty(0, np.int32), np.empty(0, np.uint8)
        rows, values = parts[0] if len(parts) == 1 else (np.concatenate(p) for p in zip(*parts, strict=True))
        if len(self._gone_rows):
            left = ~self.gone[rows]
            rows, values = rows[left], values[left]
        return rows, values

    def parts(self, key: int) -> list[Found]:
        """With those that are gone, block by block: nothing is copied."""
        return self._look_up(key)[0]

    def frequency(self, key: int) -> int:
        """In how many rows, without those that are gone."""
        return self._look_up(key)[1]

    def _look_up(self, key: int) -> tuple[list[Found], int]:
        if key not in self._at_hand:
            if len(self._at_hand) >= _REMEMBERED:
                self._at_hand.clear()
            parts = [part for block in self._blocks if (part := block.find(key)) is not None]
            gone = sum(len(_within(self._gone_rows, rows)[0]) for rows, _ in parts) if len(self._gone_rows) else 0
            self._at_hand[key] = parts, sum(len(rows) for rows, _ in parts) - gone
        return self._at_hand[key]


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


def _summed(gains: Iterable[Found], n: int) -> Found:
    """(rows that gain something, in no order, what each gains in all), from different rows and what each gains, > 0.

    n: rows that there are.
    """
    sums, found = np.zeros(n, np.float32), [np.empty(0, np.int32)]
    for rows, gain in gains:
        before = sums[rows]
        found.append(rows[before == 0])
        sums[rows] = before + gain
    gaining = np.concatenate(found)
    return gaining, sums[gaining]


def _rarest(gains: Iterable[Found], k: int) -> Iterator[Found]:
    """The rows of the rarest facts and what each gains, until enough rows were followed; of one alone that is told
    everywhere, k of them."""
    followed = 0
    for rows, gain in sorted(gains, key=lambda found: len(found[0])):
        if followed + len(rows) > _FACTS_FOLLOWED:
            if not followed:
                yield rows[:k], gain[:k]
            return
        followed += len(rows)
        yield rows, gain


def _best(rows: np.ndarray, scores: np.ndarray, k: int) -> np.ndarray:
    """The rows of the k best scores, in no order; of equal ones the first."""
    if len(rows) <= k:
        return rows
    edge = np.partition(scores, -k)[-k]
    better = rows[scores > edge]
    return np.append(better, rows[scores == edge][: k - len(better)])


class WordLane:
    """BM25 scores of passages. Lengths are compared with the mean of the passage's own language."""

    def __init__(self, *blocks: Lanes) -> None:
        self._rows = Rows()
        self._lengths = np.empty(0, np.float32)
        self._english = np.empty(0, bool)
        for lanes in blocks:
            self.add(lanes)
        self.settle()

    def kept(self) -> dict[str, np.ndarray]:
        """To be given to `of`. Before anything is removed."""
        return {"lengths": self._lengths, "english": self._english} | under("rows", self._rows.kept())

    @classmethod
    def of(cls, kept: Mapping[str, np.ndarray]) -> WordLane:
        """`settle` follows."""
        lane = cls()
        lane._lengths, lane._english = kept["lengths"], kept["english"]
        lane._rows = Rows.of(named(kept, "rows"), len(lane._lengths))
        return lane

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

    def together(self) -> None:
        """For faster answers, once everything has been read."""
        self._rows.together()

    def settle(self) -> None:
        """Compares the lengths anew."""
        self._settle(self._rows.left, self.mean_lengths())

    def mean_lengths(self) -> tuple[float, float]:
        """In terms: of English passages, and of the others."""
        left = (language & ~self._rows.gone for language in (self._english, ~self._english))
        english, other = (float(self._lengths[rows].mean()) if rows.any() else 0.0 for rows in left)
        return english, other

    def _settle(self, passages: int, means: tuple[float, float]) -> None:
        self._n, self._means = passages, means

    def _damping(self, rows: np.ndarray | None) -> np.ndarray:
        own = slice(None) if rows is None else rows
        relative = self._lengths[own] / np.maximum(1.0, np.where(self._english[own], *map(np.float32, self._means)))
        return np.asarray(_K1 * (1 - _B + _B * relative))

    def rarity(self, term: str) -> float:
        """Inverse passage frequency of a term, in nats; a term that no passage holds gets the highest."""
        return self._idf(self.frequency(term))

    def frequency(self, term: str) -> float:
        """How many passages of the collection hold a term."""
        return self._rows.frequency(word_code(term))

    def score(self, terms: Iterable[str], glosses: Sequence[Gloss], rows: np.ndarray | None = None) -> np.ndarray:
        """float32: BM25 of the question's own terms plus that of their glosses, of all passages or of these rows.

        rows: ascending.
        """
        n, damping = self._rows.n if rows is None else len(rows), self._damping(rows)
        scores = np.zeros(n, np.float32)
        for term in dict.fromkeys(terms):
            for found, counts in self._parts(term):
                to, of = _within(rows, found)
                if rows is not None and not len(to):
                    continue
                scores[to] += self._saturated(counts[of], damping[to], self.frequency(term))
        for gloss in glosses:
            # All that a word may be in the other language counts as one term (Pirkola 1998), each by its weight.
            count = np.zeros(n, np.float32)
            frequency = 0.0
            for term, weight in gloss.terms:
                for found, counts in self._parts(term):
                    to, of = _within(rows, found)
                    if rows is not None and not len(to):
                        continue
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
        asked.sort(key=lambda of: self.frequency(of[2]))
        rows, scores = _summed(self._gains(asked), self._rows.n)
        if self._rows.any_gone:
            left = ~self._rows.gone[rows]
            rows, scores = rows[left], scores[left]
        english = self._english[rows]
        return np.concatenate([_best(rows[own], scores[own], k) for own in (english, ~english)])

    def _gains(self, asked: Iterable[tuple[float, float, str]]) -> Iterator[Found]:
        """Rows and what each gains by a term, of (rarity, weight, term), until enough rows were followed.

        As if every passage were of the mean length: they are much alike, and their lengths are slow to look up.
        """
        followed, counts_of = 0, np.arange(256, dtype=np.float32)
        for rarity, weight, term in asked:
            for rows, counts in self._parts(term):
                if followed and followed + len(rows) > _FOLLOWED:
                    return
                followed += len(rows)
                weighed = np.float32(weight) * counts_of
                yield rows, (np.float32(rarity * (_K1 + 1)) * weighed / (weighed + np.float32(_K1)))[counts]

    def ceiling(self, terms: Iterable[str], glosses: Sequence[Gloss]) -> tuple[float, float]:
        """What a passage of average length scores that holds every term once: by the own terms, by their glosses."""
        own = sum(self.rarity(term) for term in dict.fromkeys(terms))
        across = sum(self._idf(sum(w * self.frequency(t) for t, w in gloss.terms)) for gloss in glosses)
        return own, across

    def holding(self, term: str) -> np.ndarray:
        """The rows that hold a term, ascending."""
        return self._rows.find(word_code(term))[0]

    def _parts(self, term: str) -> list[Found]:
        return self._rows.parts(word_code(term))

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
        self._vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
        self._rows, self._told = Rows(), Rows()
        self._place: dict[str, int] = {}  # bulletin id → its number among those told of
        self._bulletin_of = np.empty(0, np.int32)
        for lanes in blocks:
            self.add(lanes)

    def kept(self) -> dict[str, np.ndarray]:
        """To be given to `of`. Before anything is removed."""
        texts = {"vocabulary": as_array(self._vocabulary), "bulletins": as_array(self._place)}
        own = texts | {"bulletin_of": self._bulletin_of}
        return own | under("rows", self._rows.kept()) | under("told", self._told.kept())

    @classmethod
    def of(cls, kept: Mapping[str, np.ndarray]) -> FactLane:
        lane = cls()
        tokens, bulletins = as_texts(kept["vocabulary"]), as_texts(kept["bulletins"])
        lane._vocabulary = defaultdict(count(len(tokens)).__next__, zip(tokens, count()))
        lane._place = dict(zip(bulletins, count()))
        lane._bulletin_of = kept["bulletin_of"]
        lane._rows = Rows.of(named(kept, "rows"), len(lane._bulletin_of))
        lane._told = Rows.of(named(kept, "told"), len(bulletins))
        return lane

    def add(self, lanes: Lanes) -> None:
        """Adds passages after the others, and the bulletins told of with them."""
        number = self._vocabulary.__getitem__
        keys = [*map(number, chain.from_iterable(lanes.facts))]
        rows = np.repeat(np.arange(len(lanes.facts)), [len(tokens) for tokens in lanes.facts])
        self._rows.add(np.array(keys, np.uint32), rows, np.ones(len(keys), np.uint8), len(lanes.ids))
        told: list[tuple[int, int, int]] = []
        for at, (bulletin, (opening, all_of_it)) in enumerate(lanes.bulletin_facts.items()):
            self._place[bulletin] = self._told.n + at
            first = set(opening)
            told += [(number(t), at, 2 if t in first else 1) for t in {*all_of_it, *first}]
        columns = np.array(told, np.int64).reshape(-1, 3).T
        self._told.add(columns[0], columns[1], columns[2], len(lanes.bulletin_facts))
        places = np.array([self._place[b] for b in lanes.bulletins], np.int32)
        self._bulletin_of = np.concatenate([self._bulletin_of, places])

    def together(self) -> None:
        """For faster answers, once everything has been read."""
        self._rows.together()
        self._told.together()

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
        return _rarity_of_bulletins(bulletins, told)

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
        scores = np.zeros(self._told.n, np.float32)
        for told, gain in self._gains_of_bulletins(naming):
            scores[told] += gain
        return scores / max(sum(map(self.rarity_of_bulletins, naming)), _TELLING_BULLETIN)

    def apart(self, tokens: Iterable[str]) -> float:
        """In [0, 1]: how far the question's facts tell some bulletins from the others.

        Of many bulletins a common fact does not: `_TELLING` is needed there, of few what the rarest would weigh.
        """
        bulletins, _ = self.frequency_in_bulletins("")
        needed = min(_TELLING, max(_TELLING_BULLETIN, _rarity_of_bulletins(bulletins, 1)))
        weight = sum(self.rarity_of_bulletins(t) for t in dict.fromkeys(tokens) if t.startswith(NAMING))
        return min(1.0, max(weight, _TELLING_BULLETIN) / needed)

    def _gains_of_bulletins(self, tokens: Iterable[str]) -> Iterator[Found]:
        """The places of bulletins and what each gains by a fact that names something."""
        for token in tokens:
            if token.startswith(NAMING):
                told, shares = self._find(self._told, token)
                weight = self.rarity_of_bulletins(token)
                yield told, np.where(shares == 2, weight, _IN_PASSING * weight).astype(np.float32)

    def best(self, tokens: Sequence[str], k: int) -> tuple[np.ndarray, list[int]]:
        """The k passages that tell most of the facts, and the places of the k bulletins that are most about them."""
        different = list(dict.fromkeys(tokens))
        holding = ((self.holding(token), self.rarity(token)) for token in different)
        gains = ((rows, np.full(len(rows), gain, np.float32)) for rows, gain in holding)
        told = _summed(_rarest(gains, k), self._rows.n)
        about = _summed(_rarest(self._gains_of_bulletins(different), k), self._told.n)
        return _best(*told, k), _best(*about, k).tolist()


def _rarity_of_bulletins(bulletins: float, told: float) -> float:
    return float(np.log((1 + bulletins) / (0.5 + told)))
