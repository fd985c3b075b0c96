"""The word and fact lanes: BM25 over sparse counts, and shared facts weighed by how rare they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse

from .gloss import Gloss
from .store import Lanes, word_code

# Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework": k1 in 1.2-2, b = 0.75.
_K1, _B = 1.2, 0.75
# So many further passages without the term are thought of: in an index of a few, a word that every passage holds would
# count for nothing, and the question's words that none holds for all.
_ELSEWHERE = 30


class WordLane:
    """BM25 scores of every passage. Lengths are compared with the mean of the passage's own language."""

    def __init__(self, lanes: Lanes) -> None:
        self._n = len(lanes.ids)
        self._codes, columns = np.unique(lanes.word_codes, return_inverse=True)
        self._counts = sparse.csc_matrix(
            (lanes.word_counts, (lanes.word_rows, columns)), shape=(self._n, len(self._codes)), dtype=np.float32
        )
        lengths = np.asarray(self._counts.sum(1)).ravel()
        relative = np.ones(self._n, np.float32)
        for language in (lanes.english, ~lanes.english):
            if language.any():
                relative[language] = lengths[language] / max(1.0, float(lengths[language].mean()))
        self._damping = _K1 * (1 - _B + _B * relative)

    def rarity(self, term: str) -> float:
        """Inverse passage frequency of a term, in nats; a term that no passage holds gets the highest."""
        return self._idf(len(self._column(term)[0]))

    def score(self, terms: Iterable[str], glosses: Sequence[Gloss]) -> np.ndarray:
        """float32, shape (passages,): BM25 of the question's own terms plus that of their glosses."""
        scores = np.zeros(self._n, np.float32)
        for term in dict.fromkeys(terms):
            rows, counts = self._column(term)
            scores[rows] += self._saturated(rows, counts, len(rows))
        for gloss in glosses:
            # All that a word may be in the other language counts as one term (Pirkola 1998), each by its weight.
            count = np.zeros(self._n, np.float32)
            frequency = 0.0
            for term, weight in gloss.terms:
                rows, counts = self._column(term)
                count[rows] += weight * counts
                frequency += weight * len(rows)
            rows = np.nonzero(count)[0]
            scores[rows] += self._saturated(rows, count[rows], frequency)
        return scores

    def ceiling(self, terms: Iterable[str], glosses: Sequence[Gloss]) -> tuple[float, float]:
        """What a passage of average length scores that holds every term once: by the own terms, by their glosses."""
        own = sum(self.rarity(term) for term in dict.fromkeys(terms))
        across = sum(self._idf(sum(w * len(self._column(t)[0]) for t, w in gloss.terms)) for gloss in glosses)
        return own, across

    def _column(self, term: str) -> tuple[np.ndarray, np.ndarray]:
        code = word_code(term)
        at = int(np.searchsorted(self._codes, code))
        if at == len(self._codes) or self._codes[at] != code:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        begin, end = self._counts.indptr[at], self._counts.indptr[at + 1]
        return self._counts.indices[begin:end], self._counts.data[begin:end]

    def _idf(self, frequency: float) -> float:
        return float(np.log1p((self._n + _ELSEWHERE - frequency + 0.5) / (frequency + 0.5)))

    def _saturated(self, rows: np.ndarray, counts: np.ndarray, frequency: float) -> np.ndarray:
        return np.asarray(self._idf(frequency) * counts * (_K1 + 1) / (counts + self._damping[rows]), np.float32)


# Facts of a bulletin's opening and dates say what it is about; one told in passing says half as much.
_IN_PASSING = 0.5
# Facts that weigh less than this together (nats) confirm little: a common term shared is no proof.
_TELLING = 4.0
_TELLING_BULLETIN = 2.0
# Facts that name a thing, a person or a time; a bare figure names nothing.
_NAMING = ("date:", "name:", "org:", "place:", "term:", "quote:", "prog:", "code:")


class FactLane:
    """Facts shared with the question, each weighed by its rarity: passage by passage, and bulletin by bulletin."""

    def __init__(self, lanes: Lanes) -> None:
        self._passages, self._bulletins = len(lanes.ids), len(lanes.bulletin_facts)
        rows: dict[str, list[int]] = defaultdict(list)
        for row, tokens in enumerate(lanes.facts):
            for token in tokens:
                rows[token].append(row)
        self._rows = {token: np.array(found, np.int32) for token, found in rows.items()}
        place = {bulletin: i for i, bulletin in enumerate(lanes.bulletin_facts)}
        self._bulletin_of = np.array([place[b] for b in lanes.bulletins], np.int32)
        self._told: dict[str, dict[int, float]] = defaultdict(dict)
        for bulletin, (opening, all_of_it) in lanes.bulletin_facts.items():
            for token in all_of_it:
                self._told[token][place[bulletin]] = _IN_PASSING
            for token in opening:
                self._told[token][place[bulletin]] = 1.0

    def knows(self, token: str) -> bool:
        """Whether any bulletin tells the fact."""
        return token in self._told

    def score(self, tokens: Iterable[str]) -> np.ndarray:
        """float32, shape (passages,), in [0, 1]: the share of the question's facts, by rarity, that a passage tells."""
        weights = {t: float(np.log1p(self._passages / (1 + len(self._rows.get(t, ()))))) for t in dict.fromkeys(tokens)}
        scores = np.zeros(self._passages, np.float32)
        for token, weight in weights.items():
            scores[self._rows.get(token, [])] += weight
        return scores / max(sum(weights.values()), _TELLING)

    def bulletin_score(self, tokens: Iterable[str]) -> np.ndarray:
        """float32, shape (passages,), in [0, 1]: the same share for what the passage's bulletin as a whole is about.

        "The 2018 meeting" is told in the opening of a bulletin, not in the passage that says what the meeting decided.
        """
        naming = [t for t in dict.fromkeys(tokens) if t.startswith(_NAMING)]
        weights = {t: float(np.log((1 + self._bulletins) / (0.5 + len(self._told.get(t, ()))))) for t in naming}
        scores = np.zeros(self._bulletins, np.float32)
        for token, weight in weights.items():
            for bulletin, share in self._told.get(token, {}).items():
                scores[bulletin] += share * weight
        return (scores / max(sum(weights.values()), _TELLING_BULLETIN))[self._bulletin_of]
