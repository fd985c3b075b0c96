"""Finding passages: vectors, words and facts, each lane scaled so that languages can be compared, then fused."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import lru_cache, reduce
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path

import numpy as np

from sources.bulletin import Bulletin, Language
from sources.facts import facts
from sources.language import language_of
from sources.names import possible_names

from . import gloss, words
from .embed import Embedder
from .kept import as_array, as_texts, keep, read_arrays, whole, write_arrays
from .lanes import FactLane, WordLane, named, under
from .normalise import fold
from .passage import Hit, Passage
from .place import Place, open_store
from .reranker import Reranker, reordered
from .reuse import passage_text
from .split import weight
from .store import Entry, Lanes, Reading, newest_last, trouble
from .token_vectors import met
from .vectors import EXACT, of_earlier, refresh

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
# So many of the best are looked at again, token by token, each with its neighbours: with 12 or 20 next to no other
# passage comes first.
_LOOKED_AT = 16
# Weight of the likeness of tokens beside all the rest; from 1.5 to 3 it makes little difference.
_TOKENS = 2.0
# Tokens of one language are more alike whatever they say: so much is taken from their likeness. With 0.11, 0.13
# and 0.15 .787, .797 and .807 of the questions that only the other language answers find it first, and .967, .963 and
# .960 of those put to a mixed pool.
_ALIKE_IN_LANGUAGE = 0.13
# The mean cosine of a passage's sentences to their nearest in another version, from which on it tells the same. Of two
# translations of one meeting, passages come to .34 to .67.
_TELLS_AGAIN = 0.33
# A folded sentence that speaks of what stands before it, told by its first word; so many characters show it.
_POINTS_BACK = re.compile(r"[这此该其他她它是]|(?:th(?:is|at|ese|ose)|it|its|he|his|she|her|they|their|such)\b")
_OPENING = 16
# A passage is returned with neighbours up to this weight (Chinese characters), which makes about 300 on average.
CONTEXT_WEIGHT = 360.0
BULLETINS_IN_MEMORY = 256
# Of a large collection, so many passages are put forward by each lane and language, and scored in all lanes. Of the ten
# best hits of a million passages .94 are those of scoring all with 300, .96 with 600, .997 with 1,000: some ms more.
FORWARD = 1000
_FEW_BULLETINS = 4000
_BLOCK = 8192  # bulletins read at once
# The lanes of more passages are kept in a file, which serves a start until more than this share of the bulletins has
# changed. _FORM: of the file.
KEPT_FROM, _MUCH_CHANGED, _FORM = 20_000, 0.01, 1
# When so many have changed, or so many rows are of what is gone, reading everything again is no more work.
MANY_CHANGES, _MUCH_GONE = 64, 1000


@dataclass(frozen=True)
class Query:
    """A question as the lanes see it. vector: float32, (dim,); token_vectors: float32, (tokens, dim).

    token_ends: where each token ends in the folded text, in characters.
    """

    text: str
    language: Language
    vector: np.ndarray
    terms: tuple[str, ...]
    glosses: tuple[gloss.Gloss, ...]
    facts: tuple[str, ...]
    token_vectors: np.ndarray
    token_ends: np.ndarray
    # How well each token is met in what stands before the text of a passage and in each of its sentences, by bulletin
    # and number of those looked at so far: one question is often searched for several times.
    met: dict[tuple[str, int], np.ndarray] = field(default_factory=dict, compare=False, repr=False)
    # What the reranker says of passages with their neighbours, by bulletin and span, for the same reason.
    opinions: dict[tuple[str, tuple[int, int]], float] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Scored:
    """Rows, ascending, and the score of each in each lane, not yet scaled."""

    rows: np.ndarray
    dense: np.ndarray
    words: np.ndarray
    facts: np.ndarray
    bulletin: np.ndarray

    def joined(self, others: Scored) -> Scored:
        """With other rows."""
        order = np.argsort(np.concatenate([self.rows, others.rows]), kind="stable")
        of_both = (np.concatenate([getattr(self, f.name), getattr(others, f.name)])[order] for f in fields(self))
        return Scored(*of_both)


class Index:
    """A folder of bulletins, searchable. Opens a consistent state and keeps it until `reload`."""

    def __init__(self, folder: Place, embedder: Embedder, cache: Path, reranker: Reranker | None = None) -> None:
        """reranker: looks last at the best passages of a search."""
        from .build import mismatch

        self.folder, self.embedder, self._reranker = folder, embedder, reranker
        self.exact = EXACT  # up to so many passages all are scored
        words.keep_dictionary_in(cache / "jieba")
        _one_processor_a_product()
        self.glosses = gloss.Glosses(gloss.prepare(cache / "glosses.sqlite"))
        self.store = open_store(folder)
        self.store.snapshot()
        made_with = self.store.meta("model")
        if made_with not in (None, embedder.name):
            raise mismatch(made_with, self.store.meta("dim"), embedder)
        self._load()

    @staticmethod
    def require(folder: Place) -> None:
        """Raises IndexMissing when there is no index in the folder."""
        open_store(folder).close()

    def close(self) -> None:
        self.store.close()
        self.glosses.close()

    def reload(self) -> bool:
        """Takes up what a writer has changed since; False when nothing has."""
        self.store.snapshot()
        if self.store.revision == self.revision:
            return False
        if self.revision:
            self._follow()
        else:  # the last time broke off in the middle
            self._load()
        return True

    def _load(self) -> None:
        """Reads everything, what the lanes hold from their file where that serves."""
        try:
            self.revision, self._seen = self.store.revision, self.store.changes()
            if not self._load_kept():
                self._load_lanes()
            self._entries = {entry.id: entry for entry in self.store.entries()}
            self._in_order = True
        except (sqlite3.DatabaseError, ValueError, KeyError) as problem:
            raise trouble(self.store.folder, problem) from problem
        self._forget()

    def _load_lanes(self) -> None:
        self._vectors = refresh(self.store)
        self.words, self._facts = WordLane(), FactLane()
        self._ids: list[str] = []  # bulletins by number
        self._number_of_bulletin: dict[str, int] = {}
        self._bulletin_of = np.empty(0, np.int32)
        self._number_of = np.empty(0, np.int32)
        self._english = np.empty(0, bool)
        passages = [np.empty(0, np.int64)]
        for lanes in self.store.lanes_in_blocks(_BLOCK):
            self._add(lanes)
            passages.append(lanes.ids)
        self.words.together()
        self._facts.together()
        self.words.settle()
        self._gone = np.zeros(len(self._bulletin_of), bool)
        if len(self._bulletin_of) > KEPT_FROM:
            self._keep_lanes(np.concatenate(passages))

    def _keep_lanes(self, passages: np.ndarray) -> None:
        """Writes the file of the lanes. passages: ids of the rows."""
        arrays = {"form": np.array([_FORM]), "seen": np.array([self._seen]), "passages": passages}
        arrays |= {"bulletins": as_array(self._ids), "bulletin_of": self._bulletin_of}
        arrays |= {"number_of": self._number_of, "english": self._english}
        arrays |= under("words", self.words.kept()) | under("facts", self._facts.kept())
        keep(lambda path: write_arrays(path, arrays), self.store.folder, "lanes", self.revision, "arrays")

    def _load_kept(self) -> bool:
        """Takes the lanes from their file, and what has changed since from the store; False where that does not serve.

        What the file holds is that of a revision, so that a reader never takes it for another or a later one.
        """
        name, _, now = self.revision.rpartition("-")
        for path in self.store.folder.glob(f"lanes-{name}-*.arrays"):
            number = path.stem.split("-")[2]
            if not number.isdigit() or int(number) > int(now) or not whole(path):
                continue
            kept = read_arrays(path)
            if kept["form"][0] != _FORM:
                continue
            self._ids = as_texts(kept["bulletins"])
            changed = self.store.changed(int(kept["seen"][0]))
            if len(changed) > max(MANY_CHANGES, _MUCH_CHANGED * len(self._ids)):
                continue
            vectors = of_earlier(self.store, kept["passages"])
            if vectors is None:
                continue
            self._vectors = vectors
            self._number_of_bulletin = {bulletin: number for number, bulletin in enumerate(self._ids)}
            self._bulletin_of, self._number_of = kept["bulletin_of"], kept["number_of"]
            self._english = kept["english"]
            self.words, self._facts = WordLane.of(named(kept, "words")), FactLane.of(named(kept, "facts"))
            self._gone = np.zeros(len(self._bulletin_of), bool)
            self._exchange(changed)
            return True
        return False

    def _add(self, lanes: Lanes) -> None:
        """Adds passages after the others."""
        # Numbers ascend with rows; a bulletin that holds nothing has no rows.
        for bulletin in dict.fromkeys([*lanes.bulletins, *lanes.bulletin_facts]):
            self._number_of_bulletin[bulletin] = len(self._ids)
            self._ids.append(bulletin)
        numbers = np.array([self._number_of_bulletin[b] for b in lanes.bulletins], np.int32)
        self._bulletin_of = np.concatenate([self._bulletin_of, numbers])
        self._number_of = np.concatenate([self._number_of, lanes.numbers])
        self._english = np.concatenate([self._english, lanes.english])
        self.words.add(lanes)
        self._facts.add(lanes)

    def _exchange(self, changed: Sequence[str]) -> None:
        """Takes bulletins out of the lanes, and takes in what the store holds of them now."""
        known = [self._number_of_bulletin.pop(b) for b in changed if b in self._number_of_bulletin]
        rows = np.flatnonzero(np.isin(self._bulletin_of, known))
        lanes = self.store.lanes(changed)
        self.words.remove(rows)
        self._facts.remove(rows, changed)
        self._add(lanes)
        self.words.settle()
        self._vectors.add(self.store.vectors(lanes.ids.tolist()))
        self._gone = np.concatenate([self._gone, np.zeros(len(lanes.ids), bool)])
        self._gone[rows] = True

    def _follow(self) -> None:
        """Reads what has changed since the last reading: as much work as there are changes."""
        try:
            changed = self.store.changed(self._seen)
            much_gone = np.count_nonzero(self._gone) > max(_MUCH_GONE, 0.2 * len(self._gone))
            if much_gone or len(changed) > max(MANY_CHANGES, 0.1 * len(self._entries)):
                self._load()
                return
            self.revision, self._seen = "", self.store.changes()
            self._exchange(changed)
            for key in changed:
                self._entries.pop(key, None)
            self._entries |= {entry.id: entry for entry in self.store.entries(changed)}
            self._in_order = False
            self.revision = self.store.revision
        except (sqlite3.DatabaseError, ValueError, KeyError) as problem:
            raise trouble(self.store.folder, problem) from problem
        self._forget()

    def _forget(self) -> None:
        self._read: OrderedDict[str, Opened] = OrderedDict()
        self._events: dict[str, tuple[str, ...]] = {}

    # Bulletins

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All of the catalogue by id, newest first. Put in order when it is asked for, not at each change: the work
        grows with the collection."""
        if not self._in_order:
            newest = sorted(self._entries.values(), key=newest_last, reverse=True)
            self._entries, self._in_order = {entry.id: entry for entry in newest}, True
        return self._entries

    def entry(self, bulletin_id: str) -> Entry | None:
        """What the catalogue tells of one bulletin; None when there is none of that id."""
        return self._entries.get(bulletin_id)

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id."""
        opened = self._open(bulletin_id)
        if opened.bulletin is None:
            with self._reading():
                opened.bulletin = self.store.bulletin(bulletin_id)
        return opened.bulletin

    def passages(self, bulletin_id: str) -> list[tuple[Passage, np.ndarray]]:
        """The passages of a bulletin, each with its sentences' vectors, float32, (sentences, dim)."""
        opened = self._open(bulletin_id)
        if opened.sentence_vectors is None:
            with self._reading():
                opened.sentence_vectors = tuple(self.store.sentence_vectors(bulletin_id, opened.passages))
        return list(zip(opened.passages, opened.sentence_vectors, strict=True))

    def forms(self, bulletin_id: str) -> tuple[frozenset[str], list[list[frozenset[str]]]]:
        """The words (`forms_of`) of a bulletin's whole text, and of each sentence of its passages."""
        opened = self._open(bulletin_id)
        if opened.forms is None:
            opened.forms = self.store.forms(bulletin_id)
        return opened.forms

    def versions(self, bulletin_id: str) -> tuple[str, ...]:
        """Ids of the other bulletins that tell the same event."""
        return tuple(other for other in self._event(bulletin_id) if other != bulletin_id)

    def _event(self, bulletin_id: str) -> tuple[str, ...]:
        """All ids that tell the same event, itself included, sorted (links taken as an equivalence)."""
        if bulletin_id not in self._events:
            group, new = {bulletin_id}, [bulletin_id]
            while new:
                found = [other for other in self.store.linked(new.pop()) if other not in group]
                group.update(found)
                new += found
            members = tuple(sorted(group))
            self._events.update(dict.fromkeys(members, members))
        return self._events[bulletin_id]

    def _open(self, bulletin_id: str) -> Opened:
        if bulletin_id not in self._read:
            self._open_all([bulletin_id])
        self._read.move_to_end(bulletin_id)
        return self._read[bulletin_id]

    def _open_all(self, bulletins: Iterable[str]) -> None:
        """Has some bulletins at hand, few against BULLETINS_IN_MEMORY; what is new is read at once."""
        new = []
        for bulletin in dict.fromkeys(bulletins):
            if bulletin in self._read:
                self._read.move_to_end(bulletin)
            else:
                new.append(bulletin)
        if not new:
            return
        with self._reading():
            self._read.update((key, Opened(reading)) for key, reading in self.store.read(new).items())
        while len(self._read) > BULLETINS_IN_MEMORY:
            self._read.popitem(last=False)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Names the folder where its file turns out to be damaged."""
        try:
            yield
        except sqlite3.DatabaseError as problem:
            raise trouble(self.store.folder, problem) from problem

    def holding(self, terms: Sequence[str], tokens: Sequence[str] = ()) -> set[str]:
        """Ids of bulletins of which a passage, with its title, holds all of these terms of the word lane or any of
        these facts: where to look for a literal mention, as both are kept for every passage."""
        found = [self._facts.holding(token) for token in tokens]
        if terms:
            rows = [self.words.holding(term) for term in terms]
            found.append(reduce(lambda a, b: np.intersect1d(a, b, assume_unique=True), rows))
        elif not tokens:
            return set()
        return {self._ids[number] for number in np.unique(self._bulletin_of[np.concatenate(found)]).tolist()}

    def knows(self, token: str) -> bool:
        """Whether any bulletin tells the fact."""
        return self._facts.knows(token)

    # Search

    def query(self, question: str, language: Language | None = None) -> Query:
        language = language or language_of(question)
        told = self._facts_of(question)
        (vector,), (token_vectors,) = self.embedder.embed_tokens([question], "question", [language])
        return Query(
            text=question,
            language=language,
            vector=vector,
            terms=tuple(words.terms(question)),
            glosses=self._across(question, language, told),
            facts=told,
            token_vectors=token_vectors.vectors,
            token_ends=token_vectors.ends,
        )

    def across(self, question: str, language: Language) -> tuple[gloss.Gloss, ...]:
        """The words of a question, and what they may be in the other language."""
        return self._across(question, language, self._facts_of(question))

    def _across(self, question: str, language: Language, told: Sequence[str]) -> tuple[gloss.Gloss, ...]:
        english = language == "en"
        words = self.glosses.of_english(question) if english else self.glosses.of_chinese(question)
        return (*words, *gloss.of_known_terms(told, english=english))

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
        one_voice: bool = False,
    ) -> list[Hit]:
        """The best k passages, best first.

        keep: told a bulletin's id, says whether its passages may be found. favour: ids of bulletins that the
        conversation is about; their passages gain a little. beside: so many further passages follow, the best ones of
        the first hit's bulletin and of its versions: one version may tell what the other leaves out. one_voice: what
        another version of the event, a translation as well, tells again is left out, the first to tell it names that
        version.

        A passage inside the context of a better one is left out, as that one shows it already.
        """
        query = self.query(question) if isinstance(question, str) else question
        rows = self._rows_to_score(query, keep, favour)
        if rows is not None and not len(rows) or not len(self._bulletin_of):
            return []
        scored = self._scored(query, rows)
        middle = self._middle(query, scored)
        ranked = self._ranked(query, scored, middle, favour)
        hits = self._hits(query, *ranked, k, None, one_voice=one_voice)
        if hits and beside:
            event = [b for b in self._event(hits[0].passage.bulletin) if not keep or keep(b)]
            if rows is not None:  # of a large collection not all of them were scored
                ranked = self._ranked(query, self._joined(query, scored, event), middle, favour)
            hits += self._hits(query, *ranked, beside, {self._number_of_bulletin[b] for b in event}, hits)
        return hits

    def _joined(self, query: Query, scored: Scored, bulletins: Collection[str]) -> Scored:
        """The rows that are scored already, and all of these bulletins."""
        rows = self._rows_of({self._number_of_bulletin[b] for b in bulletins})
        return scored.joined(self._scored(query, np.setdiff1d(rows, scored.rows)))

    def _rows_to_score(
        self, query: Query, keep: Callable[[str], bool] | None, favour: Collection[str]
    ) -> np.ndarray | None:
        """The rows that may be found, ascending; None for all.

        Of a large collection, those that some lane puts forward: no other can be among the best.
        """
        if not keep and self.words.passages > self.exact:
            rows = self._put_forward(query, favour)
            return rows[~self._gone[rows]]
        allowed = ~self._gone
        if keep:
            kept = np.zeros(len(self._ids), bool)
            kept[[number for bulletin, number in self._number_of_bulletin.items() if keep(bulletin)]] = True
            allowed &= kept[self._bulletin_of]
        left = int(np.count_nonzero(allowed))
        if left <= self.exact:
            return None if left == len(allowed) else np.flatnonzero(allowed)
        rows = self._put_forward(query, favour)
        return rows[allowed[rows]]

    def _put_forward(self, query: Query, favour: Collection[str]) -> np.ndarray:
        """The rows that are among the best of some lane, ascending; some may be gone."""
        telling, about = self._facts.best(query.facts, FORWARD)
        favoured = (self._number_of_bulletin[b] for b in favour if b in self._number_of_bulletin)
        found = [
            self._vectors.best(query.vector, FORWARD),
            self.words.best(query.terms, query.glosses, FORWARD),
            telling,
            self._rows_of({*about, *favoured})[: 2 * FORWARD],
        ]
        rows = np.sort(np.concatenate(found))  # a tenth of the time of numpy's unique
        return rows[np.diff(rows, prepend=-1) > 0]

    def _rows_of(self, bulletins: Collection[int]) -> np.ndarray:
        """The rows of bulletins, by number, ascending."""
        if len(bulletins) > _FEW_BULLETINS:
            return np.flatnonzero(np.isin(self._bulletin_of, list(bulletins)) & ~self._gone)
        # A bulletin's rows lie together, and numbers ascend with them.
        wanted = np.array(sorted(bulletins), np.int32)
        first = np.searchsorted(self._bulletin_of, wanted)
        last = np.searchsorted(self._bulletin_of, wanted, side="right")
        lengths = last - first
        ends = np.cumsum(lengths)
        return np.repeat(last - ends, lengths) + np.arange(lengths.sum())

    def _scored(self, query: Query, rows: np.ndarray | None) -> Scored:
        """These rows, or all, in each lane. rows: ascending."""
        return Scored(
            rows=np.arange(len(self._bulletin_of)) if rows is None else rows,
            dense=self._vectors.score(query.vector, rows),
            words=self.words.score(query.terms, query.glosses, rows),
            facts=self._facts.score(query.facts, rows),
            bulletin=self._facts.bulletin_score(query.facts, rows),
        )

    def _middle(self, query: Query, scored: Scored) -> float:
        """The median cosine of all passages, of a large collection that of a sample."""
        if len(self._bulletin_of) <= self.exact:
            return float(np.median(scored.dense))
        return self._vectors.median(query.vector)

    def _ranked(
        self, query: Query, scored: Scored, middle: float, favour: Collection[str]
    ) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """(rows, their scores fused, their scores by lane)."""
        rows, needed = scored.rows, self.words.ceiling(query.terms, query.glosses)
        same = self._english[rows] == (query.language == "en")
        fused, worded = _fuse(scored.dense, scored.words, needed, same, middle)
        gains = _FACT_GAIN * scored.facts + _BULLETIN_GAIN * self._facts.apart(query.facts) * scored.bulletin
        fused = (fused + gains) / (1 + _FACT_GAIN + _BULLETIN_GAIN)
        if favour:
            numbers = [self._number_of_bulletin[b] for b in favour if b in self._number_of_bulletin]
            fused = fused + _FAVOUR * np.isin(self._bulletin_of[rows], numbers)
        lanes = {"dense": scored.dense, "words": worded, "facts": scored.facts, "bulletin": scored.bulletin}
        return rows, fused, lanes

    def _best_first(
        self, query: Query, rows: np.ndarray, fused: np.ndarray, there: np.ndarray, rerank: bool
    ) -> Iterator[tuple[int, float, dict[str, float], tuple[int, int]]]:
        """These places, the best first: (place, its score, what looking again told of it by lane, its context).

        The first few are looked at again, a passage with its neighbours: how well each token of the question is met
        tells more than any lane, but is work for each passage. The others follow as they were.
        """
        places = _descending(fused, there)
        few = list(islice(places, _LOOKED_AT))
        passages = [self._passage_of(int(rows[place])) for place in few]
        alike, contexts = self._alike(query, passages)
        same = self._english[rows[few]] == (query.language == "en")
        scores = (fused[few] + _TOKENS * np.maximum(0, alike - _ALIKE_IN_LANGUAGE * same)) / (1 + _TOKENS / 2)
        looked = [{"tokens": round(float(one), 4)} for one in alike]
        order = [(at, float(scores[at])) for at in np.argsort(-scores, kind="stable").tolist()]
        if self._reranker and rerank and few:
            opinions = self._opinions(query, [key for key, _ in passages], contexts)
            order = reordered(scores, opinions)
            for told, opinion in zip(looked, opinions.tolist(), strict=True):
                told["reranker"] = round(opinion, 4)
        for at, score in order:
            yield few[at], max(0.0, min(1.0, score)), looked[at], contexts[at]
        least = float(scores.min(initial=1.0))
        for place in places:
            bulletin, number = self._passage_of(int(rows[place]))
            score = max(0.0, min(least, float(fused[place]) / (1 + _TOKENS / 2)))
            yield place, score, {"tokens": 0.0}, self._open(bulletin).context(number)

    def _opinions(self, query: Query, bulletins: Sequence[str], contexts: Sequence[tuple[int, int]]) -> np.ndarray:
        """What the reranker says of spans of bulletins, each with the title above it: float32, all at once."""
        assert self._reranker
        keys = list(zip(bulletins, contexts, strict=True))
        new = [key for key in dict.fromkeys(keys) if key not in query.opinions]
        texts = [passage_text(self._entries[key].title, "", self._open(key).text[slice(*span)]) for key, span in new]
        if new:
            query.opinions.update(zip(new, self._reranker.scores(query.text, texts).tolist(), strict=True))
        return np.array([query.opinions[key] for key in keys], np.float32)

    def _passage_of(self, row: int) -> tuple[str, int]:
        """(id of its bulletin, its number there)."""
        return self._ids[self._bulletin_of[row]], int(self._number_of[row])

    def _alike(self, query: Query, passages: Sequence[tuple[str, int]]) -> tuple[np.ndarray, list[tuple[int, int]]]:
        """How well passages, each (bulletin, number), meet the question's tokens: float32, and in what context each.

        Of all neighbours that a passage may be shown with, those are taken that meet the question best (`best_run`).
        """
        self._open_all(bulletin for bulletin, _ in passages)
        runs = [self._open(bulletin).runs(number) for bulletin, number in passages]
        spans = [[(b, n) for n in range(*run)] for (b, _), own in zip(passages, runs, strict=True) for run in own]
        found = iter(self._likenesses(query, spans))
        alike, contexts = np.zeros(len(passages), np.float32), []
        for at, ((bulletin, number), own) in enumerate(zip(passages, runs, strict=True)):
            likenesses = [next(found) for _ in own]
            alike[at] = max(likenesses)
            contexts.append(self._open(bulletin).span(self._open(bulletin).best_run(number, likenesses)))
        return alike, contexts

    def _likenesses(self, query: Query, spans: Sequence[Sequence[tuple[str, int]]]) -> list[float]:
        """`likeness` of the question and each of some spans of passages, all at once."""
        if not spans or not len(query.token_vectors):
            return [0.0] * len(spans)
        place = {key: at for at, key in enumerate(dict.fromkeys(chain.from_iterable(spans)))}
        met_in = self.met(query, place)
        best = np.stack([met_in[key].max(axis=0) for key in place])
        begins = [0, *accumulate(map(len, spans))][:-1]
        of_spans = np.maximum.reduceat(best[[place[key] for key in chain.from_iterable(spans)]], begins)
        return [float(one) for one in np.maximum(0, of_spans.mean(axis=1))]

    def met(self, query: Query, passages: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], np.ndarray]:
        """How well the question's tokens are met in passages, each (bulletin, number), and maybe in others.

        Of each float32, (1 + sentences, tokens): the first row is for its title and heading.
        """
        new = [key for key in dict.fromkeys(passages) if key not in query.met]
        if new:
            cuts = [self._open(bulletin).cuts(number) for bulletin, number in new]
            query.met.update(zip(new, met(query.token_vectors, self._token_vectors(new), cuts), strict=True))
        return query.met

    def _token_vectors(self, passages: Sequence[tuple[str, int]]) -> list[bytes]:
        """Those of passages, each (bulletin, number), packed."""
        wanted: dict[str, list[int]] = defaultdict(list)
        for bulletin, number in passages:
            if number not in self._open(bulletin).packed:
                wanted[bulletin].append(number)
        for bulletin, packed in self.store.token_vectors(wanted).items():
            self._open(bulletin).packed |= packed
        return [self._open(bulletin).packed[number] for bulletin, number in passages]

    def _hits(
        self,
        query: Query,
        rows: np.ndarray,
        fused: np.ndarray,
        lanes: dict[str, np.ndarray],
        k: int,
        only: Collection[int] | None,
        after: Sequence[Hit] = (),
        one_voice: bool = False,
    ) -> list[Hit]:
        """The best k of the rows, best first. only: numbers of the bulletins they may be of; after: hits before."""
        hits: list[Hit] = []
        shown: dict[str, list[tuple[int, int]]] = defaultdict(list)
        said: set[tuple[tuple[str, ...], str]] = set()  # what a copy of a bulletin says again is one voice with it
        for hit in after:
            shown[hit.passage.bulletin].append(hit.context)
            said |= self._saying(hit.passage)
        there = np.arange(len(rows)) if only is None else np.flatnonzero(np.isin(self._bulletin_of[rows], list(only)))
        for at, score, looked, context in self._best_first(query, rows, fused, there, rerank=only is None):
            if len(hits) == k:
                break
            bulletin_id, number = self._passage_of(int(rows[at]))
            opened = self._open(bulletin_id)
            passage = opened.passages[number]
            if any(a <= passage.start and passage.end <= b for a, b in shown[bulletin_id]):
                continue
            saying = self._saying(passage)
            if saying & said:
                continue
            if one_voice and any(self._tells_again(passage, hit) for hit in hits):
                continue
            said |= saying
            shown[bulletin_id].append(context)
            hits.append(
                Hit(
                    passage=passage,
                    score=score,
                    lanes={name: round(float(scores[at]), 4) for name, scores in lanes.items()} | looked,
                    context=context,
                    other_versions=tuple(self._entries[other].source for other in self.versions(bulletin_id)),
                    text=opened.text[slice(*context)],
                )
            )
        return hits

    def _saying(self, passage: Passage) -> set[tuple[tuple[str, ...], str]]:
        """What a version of an event says in these very words; nothing where there is no other version."""
        event = self._event(passage.bulletin)
        return {(event, fold(passage.text))} if len(event) > 1 else set()

    def _tells_again(self, passage: Passage, hit: Hit) -> bool:
        """Whether a passage of another version of the hit's event tells what the hit tells, in whatever language.

        It does when, of all sentences of the hit's bulletin, those nearest to its own stand in what the hit shows.
        """
        other = hit.passage.bulletin
        if other == passage.bulletin or other not in self._event(passage.bulletin):
            return False
        _, own = self.passages(passage.bulletin)[passage.number]
        sentences = [
            (span, v) for p, vectors in self.passages(other) for span, v in zip(p.sentences, vectors, strict=True)
        ]
        nearness = own @ np.stack([vector for _, vector in sentences]).T
        nearest = nearness.argmax(axis=1).tolist()
        start, end = hit.context
        shown = [start <= sentences[i][0][0] < end for i in nearest]
        return 2 * sum(shown) >= len(shown) and float(nearness.max(axis=1).mean()) >= _TELLS_AGAIN


class Opened:
    """A bulletin at hand. What only some ask for is None until then: a search looks at more than is shown."""

    def __init__(self, reading: Reading) -> None:
        self.text, self.passages = reading.text, reading.passages
        self.bulletin, self.sentence_vectors = reading.bulletin, reading.sentence_vectors
        self.forms: tuple[frozenset[str], list[list[frozenset[str]]]] | None = None
        self.packed: dict[int, bytes] = {}  # token vectors of passages, by number
        self._runs: dict[int, list[tuple[int, int]]] = {}
        self._cuts: dict[int, list[int]] = {}

    def cuts(self, number: int) -> list[int]:
        """Where a passage's sentences begin in what was embedded for it, in characters."""
        if number not in self._cuts:
            passage = self.passages[number]
            begins = [0, *(start - passage.start for start, _ in passage.sentences[1:])]
            pieces = [passage.text[a:b] for a, b in pairwise(begins)]
            before = passage_text(passage.title, passage.heading, "")
            # Simplifying changes no length, NFKC does.
            lengths = [len(unicodedata.normalize("NFKC", piece)) for piece in (before, *pieces)]
            self._cuts[number] = list(accumulate(lengths))
        return self._cuts[number]

    def context(self, number: int) -> tuple[int, int]:
        """What a passage is shown with where nothing speaks for some of its neighbours: (start, end) in the text."""
        return self.span(self.runs(number)[0])

    def runs(self, number: int) -> list[tuple[int, int]]:
        """All that a passage may be shown with, as (first, last + 1) of passages; about as much on both sides first."""
        if number not in self._runs:
            self._runs[number] = _runs(self.passages, number)
        return self._runs[number]

    def best_run(self, number: int, likenesses: Sequence[float]) -> tuple[int, int]:
        """The run that meets the question best. A passage that points back ("This was the first…") is shown with what
        stands before it, where such a run meets the question about as well: there stands what it speaks of."""
        runs = self.runs(number)
        near: Sequence[int] = range(len(runs))
        if _POINTS_BACK.match(fold(self.passages[number].text[:_OPENING])):
            best = max(likenesses)
            near = [i for i in near if runs[i][0] < number and likenesses[i] >= best - _NOISE] or near
        return runs[max(near, key=likenesses.__getitem__)]

    def span(self, run: tuple[int, int]) -> tuple[int, int]:
        first, end = run
        return self.passages[first].start, self.passages[end - 1].end


@lru_cache(1)
def _one_processor_a_product() -> None:
    """From now on products of matrices are worked out by one processor each.

    Many ask at once, and the products of a question are small: two processors at one spend more on waiting for each
    other than they win, on a busy machine several times as much.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, "blas")


def _descending(scores: np.ndarray, places: np.ndarray) -> Iterator[int]:
    """The places by their scores, highest first, of equals the first: a few at once, as few are looked at."""
    few = 256
    if len(places) > 2 * few:
        edge = np.partition(scores[places], -few)[-few]
        first = places[scores[places] >= edge]
        yield from first[np.argsort(-scores[first], kind="stable")]
        places = places[scores[places] < edge]
    yield from places[np.argsort(-scores[places], kind="stable")]


def _fuse(
    dense: np.ndarray, worded: np.ndarray, needed: tuple[float, float], same: np.ndarray, middle: float
) -> tuple[np.ndarray, np.ndarray]:
    """(vectors and words fused, share of the question's words found), both about in [0, 1].

    Convex fusion. Words are scaled within each passage language, else a match in the question's own language always
    wins; vectors are comparable across languages, their means are taken out. needed: `WordLane.ceiling`. middle: the
    median cosine of all passages.
    """
    # Of a few passages the median says little: it is drawn to what passages that have nothing in common come to.
    sure = len(dense) / (len(dense) + _FEW_PASSAGES)
    middle = sure * middle + (1 - sure) * _UNRELATED
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


def _runs(passages: Sequence[Passage], number: int) -> list[tuple[int, int]]:
    """(first, last + 1) of the runs of passages that hold one, under its heading and up to CONTEXT_WEIGHT, to which no
    neighbour can be added. Before the others, the one that takes in turn the passage after and before it."""
    first, last = _farthest(passages, number, -1), _farthest(passages, number, 1)
    until = [0.0, *accumulate(_weight(passage.text) for passage in passages[first : last + 1])]

    def fits(a: int, b: int) -> bool:
        return first <= a and b <= last and (a == b or until[b + 1 - first] - until[a - first] <= CONTEXT_WEIGHT)

    start = end = number
    after = True
    while fits(start, end + 1) or fits(start - 1, end):
        if fits(start, end + 1) if after else not fits(start - 1, end):
            end += 1
        else:
            start -= 1
        after = not after
    found = [(start, end + 1)]
    for start in range(number, first - 1, -1):
        if not fits(start, number):
            break
        end = max(b for b in range(number, last + 1) if fits(start, b))
        if not fits(start - 1, end) and (start, end + 1) not in found:
            found.append((start, end + 1))
    return found


_weight = lru_cache(4096)(weight)  # neighbours are weighed for each other


def _farthest(passages: Sequence[Passage], number: int, step: int) -> int:
    """The last passage, by steps of 1 or -1, that stands in a context with one."""
    filled, at = _weight(passages[number].text), number
    while 0 <= at + step < len(passages) and passages[at + step].heading == passages[number].heading:
        filled += _weight(passages[at + step].text)
        if filled > CONTEXT_WEIGHT:
            break
        at += step
    return at
