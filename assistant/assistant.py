"""The way of a question: understand, search, decide, answer, check."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from index.embed import EXACT, is_bundled, open_embedder
from index.passage import Hit
from index.place import Place, open_index, read_place
from index.reranker import open_reranker
from index.search import Index, Query
from index.store import Entry
from index.together import PairReader
from index.words import keep_dictionary_in, terms
from sources.bulletin import Bulletin
from sources.facts import facts
from sources.language import language_of

from . import catalogue
from .answer import EXTRACTIVE, Answer, Citation, Progress, Question
from .asking import Asked, asked, compares_years, without_publication
from .check import Check, Verdict, open_reader
from .cite import citation, cite
from .divide import divide
from .entailment import Entailment, open_entailment
from .evidence import Candidate, calibration, confidence, gather, is_of, says_little, without_years, years_of
from .extract import Part, Span, event_spans, extract, in_reading_order, naming_spans, without_furniture
from .followup import read_turn
from .model import BEAT_S, ChatModel, ModelFailed, open_model
from .phrases import say
from .prompt import SCHEMA, Evidence, messages, pack
from .reading import Reader
from .request import read_requests
from .request_parts import Request
from .rewrite import REWRITE_S, read_rewriting, rewrite_messages
from .rewrite import SCHEMA as REWRITE_SCHEMA
from .settings import Settings
from .several import Asking, covers, in_turn, joined
from .spelling import spelled
from .suggest import questions
from .voices import voices
from .within import Keep, within
from .write import Checking, Desk, Draft, Written, read_reply, sentences_so_far

_RELATED = 3
_HITS = 14  # passages that evidence is gathered from
_BESIDE = 24  # and of the best bulletin's other passages and versions
_CITED, _TRIED = 3, 8  # bulletins of an answer that further questions are taken from, and questions tried
# Below this probability the bulletins of one of the years that are compared say nothing on what is compared.
_SILENT = 0.2
# Above this probability no reading of one sentence turns the decision, at the threshold and weight that are shipped.
_SURE = 0.59
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class _Found:
    """What an answer is made from.

    quotes: the answer in the bulletins' own words. missing: what is said of the parts of the question that have none.
    """

    question: Question
    hits: Sequence[Hit]
    probability: float
    desk: Desk
    quotes: Sequence[Part]
    missing: tuple[str, ...]


class Assistant:
    """Answers questions from an index of bulletins. One instance may serve several threads.

    They take turns at the index, which is soon done; a chat model writes for all of them at once.
    """

    def __init__(
        self,
        index: Index,
        settings: Settings,
        model: ChatModel | None = None,
        entailment: Entailment | None = None,
        reader: PairReader | None = None,
        answering: Reader | None = None,
    ) -> None:
        """model: writes the answers; without one the bulletins are quoted. entailment, reader: see `Check`. answering:
        says how surely the best sentences answer."""
        self.index, self.settings, self._model, self._answering = index, settings, model, answering
        # What is quoted is known by its words; only what a chat model writes is laid beside its source by meaning.
        self._check = Check(index.glosses)
        self._check_written = Check(index.glosses, index.embedder, entailment, reader)
        self._turn = threading.RLock()
        calibrated = calibration()["threshold"]["probability"]
        self._threshold = calibrated if settings.threshold is None else settings.threshold

    @classmethod
    def open(cls, index_dir: Place | str, settings: Settings | None = None) -> Assistant:
        """Raises IndexMissing, IndexDamaged or IndexMismatch, ModelUnavailable, and SettingsError of the chat model."""
        settings = settings or Settings()
        folder = read_place(index_dir) if isinstance(index_dir, str) else index_dir
        Index.require(folder)  # before the model is loaded, which takes a second
        model, reranker = open_model(settings), open_reranker(settings.reranker)
        entailment = open_entailment(settings.entailment)
        exact = settings.embedding == EXACT
        answering = Reader(settings.cache, exact) if is_bundled(settings.embedding) else None
        with ThreadPoolExecutor(1) as beside:
            # The embedding model is loaded outside of Python, so the dictionaries come in at the same time.
            loading = beside.submit(open_embedder, settings.embedding, settings.cache)
            reading = beside.submit(answering.open) if answering else None
            keep_dictionary_in(settings.cache / "jieba")
            terms("The first question 問題")
            facts("Ma Junsheng 馬軍勝")
            embedder = loading.result()
            if reading:
                reading.result()
        reader = open_reader(settings.cache, settings.embedding) if model else None
        index = open_index(folder, embedder, settings.cache, reranker)
        return cls(index, settings, model, entailment, reader, answering)

    def close(self) -> None:
        self.index.close()

    def ask(self, question: str, history: Sequence[str] = (), keep: Keep | None = None) -> Answer:
        """Answers from the bulletins, or says that they do not answer.

        history: the user's earlier questions, oldest first. keep: told a bulletin's id, says whether it may be used.
        Raises QuestionRefused when the question is empty or too long.
        """
        *_, answer = self.stream(question, history, keep)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[str] = (), keep: Keep | None = None
    ) -> Generator[Progress | Answer, None, None]:
        """As `ask`, telling how far the answer has come; the Answer comes last, and is what counts.

        First, at once, a Progress. Then one each time that a sentence is written and checked, and at least one a second
        while a chat model writes, so that whoever waits can close the stream; closing it ends the model's work. Nothing
        is held between two of them. A refused question is raised in place of the first.
        """
        clock = _Clock()
        text = self.settings.accept(_UNPRINTABLE.sub(" ", question))
        yield Progress("search", clock.elapsed())
        rewritten = (yield from self._rewrite(text, history, clock)) if self._model and history else None
        with self._turn:
            found = self._find(text, history, rewritten, keep, clock)
        if isinstance(found, Answer):
            yield from _told(found, clock)
            yield found
            return
        written, notes = (yield from self._write(found, clock)) if self._model else (None, ())
        clock.lap("answer")
        with self._turn:
            parts = written.parts if written and written.parts else found.quotes
            answer = self._answered(found.question, parts, found.hits, found.probability, clock, written)
        # What a reader is shown ends with what is missing; a face that shows the sentences one by one shows the notes.
        text = "\n".join([answer.text, *found.missing])
        answer = replace(answer, text=text, notes=(*found.missing, *notes))
        if answer.answerer == EXTRACTIVE:
            yield from _told(answer, clock)
        yield answer

    def _rewrite(self, text: str, history: Sequence[str], clock: _Clock) -> Generator[Progress, None, str | None]:
        """The question as the chat model makes it stand-alone; None when it fails, is late or brings things in."""
        assert self._model
        turn = read_turn(text, history)
        if not turn.own:
            return None  # the same question again, in another language: nothing is to be found out
        reply = ""
        told = clock.elapsed()
        try:
            with closing(
                self._model.stream(rewrite_messages(turn.own, history, turn.written), REWRITE_SCHEMA, REWRITE_S)
            ) as pieces:
                for piece in pieces:
                    reply += piece
                    if clock.elapsed() >= told + BEAT_S:
                        told = clock.elapsed()
                        yield Progress("search", told)
        except ModelFailed:
            return None  # the rules understand it, and if the model is ill its answer will tell
        return read_rewriting(reply, turn.own, history, turn.written)

    def _find(
        self, text: str, history: Sequence[str], rewritten: str | None, keep: Keep | None, clock: _Clock
    ) -> _Found | Answer:
        """What there is to answer from; the Answer itself when that needs no writing."""
        self.index.reload()
        understood = self._rewritten(self.understand(text, history), rewritten)
        if requests := read_requests(understood.standalone, understood.written):
            return self._from_catalogue(understood, requests, keep, clock)
        clock.lap("understand")
        whole = self._look_up(understood, keep)
        whole, silent = self._without_silent_years(whole, keep)
        clock.lap("search")
        parts = self._parts(understood, whole, keep)
        told = [part for part in parts if self._is_enough(part)]
        clock.lap("decide")
        if not told and not self._is_enough(whole):
            return self._not_found(understood, whole.hits, whole.candidates, whole.probability, clock)
        found = self._found(whole, parts, told, keep)
        missing = tuple(say("silent", understood.language, year=year) for year in silent)
        return replace(found, missing=(*found.missing, *missing))

    def _without_silent_years(self, whole: Asking, keep: Keep | None) -> tuple[Asking, list[str]]:
        """A comparison of years without the sentences of those whose bulletins say nothing on it, and these years.

        It is answered as surely as the surest of its years: of the two together neither need tell much.
        """
        question = whole.question
        if whole.wanted.kind != "compare" or not whole.candidates or not compares_years(question.standalone):
            return whole, []
        query = self._query(question)
        rest = without_years(query, self.index)
        if rest is None:
            return whole, []
        of_it = replace(question, standalone=rest.text, asks=rest.text, after=None, beside="")
        surely: dict[str, float] = {}
        for year in years_of(query.facts):
            of_year = self._of_year(year, keep)
            surely[year] = self._look_up(of_it, of_year.__contains__).probability if of_year else 0.0
        silent = [year for year, probability in surely.items() if probability < _SILENT]
        if len(silent) == len(surely):
            return replace(whole, probability=0.0), silent
        told = [c for c in whole.candidates if not any(is_of(c.bulletin, year) for year in silent)]
        return replace(whole, candidates=told, probability=max(whole.probability, *surely.values())), silent

    def _rewritten(self, understood: Question, rewritten: str | None) -> Question:
        """The question as a chat model has made it stand-alone, beside what the rules made of it."""
        if not rewritten or rewritten == understood.standalone:
            return understood
        *earlier, last = understood.history
        after = understood.after or read_turn(last, earlier).question
        return replace(understood, standalone=rewritten, beside=understood.standalone, after=after)

    def _found(self, whole: Asking, parts: Sequence[Asking], told: Sequence[Asking], keep: Keep | None) -> _Found:
        """The answer in quotes: of the question as a whole, or of those of its parts that are told.

        At least one of them is told.
        """
        enough, understood = self._is_enough(whole), whole.question
        # A part is surely not answered when what it wants, a figure or a person, would be known if it were there.
        untold = [part for part in parts if told and part not in told and (part.wanted.wants or not enough)]
        missing = tuple(say("missing", understood.language, asked=part.question.text) for part in untold)
        # Made before a model is asked: while it writes, the index may take up other bulletins.
        quotes = self._quotes(whole, keep) if enough else []
        if told and (untold or not covers(quotes, told)):
            answers = [self._quotes(part, keep) for part in told]
            quotes = joined(answers if len(told) + len(untold) == len(parts) else [quotes, *answers])
        probability = whole.probability if enough and not untold else min(part.probability for part in told)
        candidates = in_turn([*told, whole]) if told else whole.candidates
        desk = self._desk(understood, whole.wanted, candidates)
        return _Found(understood, whole.hits, probability, desk, quotes, missing)

    def _parts(self, question: Question, whole: Asking, keep: Keep | None) -> list[Asking]:
        """The several things that a question asks, looked up one by one; empty when it asks one thing.

        What is compared is set side by side as it is. A part that leans on the one before it, or says hardly anything
        itself ("What is their attitude?"), and is told of something else was no question of its own.
        """
        if self._is_enough(whole) and whole.wanted.kind == "compare" and not whole.wanted.nth:
            return []
        parts = [self._look_up(one, keep) for one in _divided(question)]
        for before, one in pairwise(parts):
            if not before.candidates or not one.candidates:
                continue
            told_in = before.candidates[0].bulletin.id
            elsewhere = one.candidates[0].bulletin.id not in (told_in, *self.index.versions(told_in))
            if elsewhere and (one.question.after or says_little(self._query(one.question), self.index)):
                return []
        return parts

    def _query(self, question: Question) -> Query:
        return self.index.query(question.standalone, question.written)

    def _look_up(self, question: Question, keep: Keep | None) -> Asking:
        hits, candidates = self.evidence(question, keep)
        wanted = asked(question.asks, question.written)
        candidates = self.read(question, wanted, candidates)
        return Asking(question, wanted, hits, candidates, confidence(candidates, wanted))

    def _is_enough(self, asking: Asking) -> bool:
        return bool(asking.candidates) and asking.probability >= self._threshold

    def _quotes(self, asking: Asking, keep: Keep | None) -> list[Part]:
        question = asking.question
        index = within(self.index, keep)
        parts = extract(asking.wanted, question.standalone, question.language, asking.candidates, index)
        if asking.wanted.kind != "when":  # a dateline tells a date
            parts = without_furniture(parts, asking.candidates[0])
        return in_reading_order(parts)

    def understand(self, question: str, history: Sequence[str] = ()) -> Question:
        """The question in its language, its slips put right, made stand-alone from the history."""
        text = self.settings.accept(_UNPRINTABLE.sub(" ", question))
        with self._turn:
            turn = read_turn(self._spelled(text), [self._spelled(earlier) for earlier in history])
        return Question(text, turn.question, turn.asks, turn.due, turn.written, tuple(history), turn.after)

    def _spelled(self, text: str) -> str:
        return spelled(text, language_of(text), self._passages_with)

    def _passages_with(self, term: str) -> float:
        """How many passages hold a term; a little for one that only the dictionary knows: the bulletins may tell it in
        the other language."""
        return self.index.words.frequency(term) or 0.3 * self.index.glosses.knows(term)

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The best k passages, best first. Slips of the hand in the question are put right."""
        with self._turn:
            self.index.reload()
            return self.index.search(self._spelled(self.settings.accept(question)), k, one_voice=True)

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id."""
        with self._turn:
            return self.index.bulletin(bulletin_id)

    def bulletins(self) -> list[Entry]:
        """Every bulletin, newest first."""
        with self._turn:
            self.index.reload()
            return list(self.index.entries.values())

    def follow_ups(self, answer: Answer, keep: Keep | None = None, at_most: int = 3) -> tuple[str, ...]:
        """Questions that may come next and that the bulletins which the answer cites can answer. No model is asked."""
        with self._turn:
            cited = [b for b in dict.fromkeys(c.bulletin for c in answer.citations) if self.index.entry(b)]
            near = {*cited, *(other for bulletin in cited for other in self.index.versions(bulletin))}
            tried = islice(questions(answer, [self.index.bulletin(b) for b in cited[:_CITED]]), _TRIED)
            return tuple(islice((q for q in tried if self._answered_by(q, keep) in near), at_most))

    def _answered_by(self, question: str, keep: Keep | None) -> str | None:
        """The bulletin in which the answer stands; None when the evidence is not enough."""
        understood = self.understand(question)
        found = self._look_up(understood, keep)
        return found.candidates[0].bulletin.id if self._is_enough(found) else None

    def check(self, sentence: str, spans: Sequence[str]) -> Verdict:
        """What the grounding check says of a sentence and the words that it cites."""
        with self._turn:
            return self._check(sentence, spans)

    def versions(self, bulletin_id: str) -> tuple[str, ...]:
        """Sources of the other bulletins that tell the same event, the best to quote first. Raises KeyError."""
        with self._turn:
            return self._other_versions(self.index.bulletin(bulletin_id))

    # The steps

    def evidence(self, question: Question, keep: Keep | None = None) -> tuple[list[Hit], list[Candidate]]:
        """The passages found, best first, and their sentences, most promising first. keep: as for `ask`."""
        query = self._query(question)
        hits = found = self._search(query, question, keep)
        wanted = asked(question.asks, question.written)
        if wanted.kind == "compare":
            hits = found = hits + self._of_each_year(query, hits, keep)
        of_its_day = wanted.published and wanted.kind == "when"
        if of_its_day and (meant := without_publication(question.standalone, question.written)):
            # Its own date is no part of what a bulletin tells: what is said of it says which one is meant.
            query = self.index.query(meant, question.written)
            found = self._search(query, question, keep)
        return hits, gather(query, wanted, found, within(self.index, keep), calibration()["sentence"])

    def read(
        self, question: Question, wanted: Asked, candidates: list[Candidate], *, always: bool = False
    ) -> list[Candidate]:
        """The candidates in the order that results when the best of them are read beside the question.

        Not where somebody's words are asked for: they are ordered by who speaks. Nor, unless `always`, where it could
        change nothing: no other sentence comes near to the first, and that the evidence is enough is sure without.
        """
        if self._answering is None or wanted.wants == "said" or not candidates:
            return candidates
        if not always and not self._answering.chooses(candidates) and confidence(candidates, wanted) > _SURE:
            return candidates
        asked_as = question.standalone
        return self._answering(asked_as, question.written, self.index.across(asked_as, question.written), candidates)

    def _of_each_year(self, query: Query, hits: Sequence[Hit], keep: Keep | None) -> list[Hit]:
        """Passages of the years that a comparison names and that none of the hits is from."""
        found = list[Hit]()
        for year in years_of(query.facts):
            of_year = self._of_year(year, keep)
            if of_year and not any(hit.passage.bulletin in of_year for hit in hits[:_HITS]):
                found += self.index.search(query, _HITS // 2, of_year.__contains__)
        return found

    def _of_year(self, year: str, keep: Keep | None) -> set[str]:
        """The bulletins of a year that may be used."""
        return {key for key, entry in self.index.entries.items() if entry.is_of(year) and (keep is None or keep(key))}

    def _search(self, query: Query, question: Question, keep: Keep | None) -> list[Hit]:
        if question.after is None:
            return self.index.search(query, _HITS, keep, beside=_BESIDE)
        # A follow-up most often stays with the bulletin that the last question found, so that bulletin is favoured; and
        # the words asked now are a second query, as no rewriting is sure to have caught them.
        before = self.index.search(question.after, 1, keep)
        near = {before[0].passage.bulletin, *self.index.versions(before[0].passage.bulletin)} if before else set()
        hits = self.index.search(query, _HITS, keep, near, _BESIDE)
        if question.beside:
            known = {hit.passage for hit in hits}
            hits += [hit for hit in self.index.search(question.beside, _HITS // 2, keep) if hit.passage not in known]
        return hits

    def _desk(self, question: Question, wanted: Asked, candidates: Sequence[Candidate]) -> Desk:
        """What a chat model is shown and held to."""
        evidence: dict[tuple[str, int], Evidence] = {}
        for candidate in candidates if self._model else ():
            passage, bulletin = candidate.passage, candidate.bulletin
            event = tuple(sorted((bulletin.id, *self.index.versions(bulletin.id))))
            found = Evidence(bulletin, passage.start, passage.end, passage.sentences, event)
            evidence.setdefault((bulletin.id, passage.start), found)
        context = pack(list(evidence.values()), self.settings.context_tokens)
        mark = self.settings.unsupported == "mark"
        return Desk(question.standalone, question.language, wanted, context, candidates, self._check_written, mark)

    def _write(self, found: _Found, clock: _Clock) -> Generator[Progress, None, tuple[Written, tuple[str, ...]]]:
        """What the chat model writes, checked, and remarks on it."""
        assert self._model
        language, model = found.question.language, self._model.name
        prompt = messages(found.question.standalone, language, found.desk.context)
        checking, reply = Checking(found.desk), ""
        so_far: Answer | None = None
        told = clock.elapsed()
        failed: ModelFailed | None = None
        try:
            with closing(self._model.stream(prompt, SCHEMA)) as pieces:
                for piece in pieces:
                    reply += piece
                    if grown := "}" in piece and self._take(checking, sentences_so_far(reply)):
                        so_far = self._so_far(found, checking.written()) or so_far
                    if grown or clock.elapsed() >= told + BEAT_S:
                        told = clock.elapsed()
                        yield Progress("write", told, so_far)
            if self._take(checking, read_reply(reply)) and (more := self._so_far(found, checking.written())):
                yield Progress("write", clock.elapsed(), more)
        except ModelFailed as failure:
            failed = failure
        written = checking.written()
        counts = {"dropped": written.dropped, "marked": len(written.marked)}
        notes = tuple(say(key, language, count=str(count)) for key, count in counts.items() if count)
        if failed:
            # What it wrote until then is borne out, but not whole: quotes answer more of what was asked.
            written = replace(written, parts=(), marked=frozenset())
            notes = (say(f"model-{failed.why}", language, model=model),)
        elif not written.parts:
            notes = (say("model-silent", language, model=model), *notes)
        return written, notes

    def _take(self, checking: Checking, drafts: Sequence[Draft]) -> bool:
        with self._turn:
            return checking.take(drafts)

    def _so_far(self, found: _Found, written: Written) -> Answer | None:
        if not written.parts:
            return None
        with self._turn:
            answer = self._answered(found.question, written.parts, (), found.probability, _Clock(), written)
        return replace(answer, seconds={})

    def _from_catalogue(
        self, question: Question, requests: Sequence[Request], keep: Keep | None, clock: _Clock
    ) -> Answer:
        index = within(self.index, keep)
        parts: list[Part] = []
        told: list[str] = []  # also what has nothing to rest on: that no bulletin mentions a thing
        for request in requests:
            if request.want == "collection":
                answer = self._collection(question, list(index.entries.values()))
            else:
                found = catalogue.answer_request(request, index)
                answer = self._catalogued(found, catalogue.describe_found(found, request, question.language))
            parts += [part for part in answer if part.spans]
            told += [part.text for part in answer if not part.spans]
        clock.lap("search")
        if not parts:
            return self._not_found(question, [], [], 0.0, clock, told)
        answered = self._answered(question, parts, [], 1.0, clock)
        return replace(answered, text="\n".join([answered.text, *told]), notes=tuple(told)) if told else answered

    def _catalogued(self, found: catalogue.Found, lines: Sequence[str]) -> list[Part]:
        """The lead and a part for each bulletin; the lead rests on all that they rest on."""
        lead, *rest = lines
        places: dict[str, list[Span]] = {}
        for bulletin_id, start, end in found.evidence:
            places.setdefault(bulletin_id, []).append(Span(self.bulletin(bulletin_id), start, end))
        bulletins = (self.bulletin(entry.id) for entry in found.entries or found.instead)
        items = [
            # A line names the bulletin and its dates, so it rests on these besides the words that were looked for.
            Part(line, (*naming_spans(bulletin), *event_spans(bulletin), *places.get(bulletin.id, ())), True, False)
            for bulletin, line in zip(bulletins, rest, strict=False)
        ]
        return [Part(lead, tuple(span for item in items for span in item.spans), quoted=False), *items]

    def _collection(self, question: Question, entries: Sequence[Entry]) -> list[Part]:
        """What there is as a whole; it rests on its two ends."""
        bulletins = [self.bulletin(entry.id) for entry in catalogue.ends_of(entries)]
        spans = tuple(span for one in bulletins for span in (*naming_spans(one), *event_spans(one)))
        lines = catalogue.describe_collection(entries, question.language)
        return [Part(line, spans, quoted=False) for line in lines]

    def _answered(
        self,
        question: Question,
        parts: Sequence[Part],
        hits: Sequence[Hit],
        probability: float,
        clock: _Clock,
        written: Written | None = None,
    ) -> Answer:
        """written: what came of asking a chat model; its parts, when it has any, are those given, checked already."""
        by_model = written is not None and bool(written.parts)
        marked = written.marked if written else frozenset[str]()
        supported = (lambda part: part.text not in marked) if by_model else self._supported
        sentences, citations = cite(parts, self._other_versions, supported)
        clock.lap("check")
        return Answer(
            question=question.text,
            outcome="answered",
            language=question.language,
            text=_text(parts),
            sentences=sentences,
            citations=citations,
            searched_as=question.standalone,
            answerer=self._model.name if by_model and self._model else EXTRACTIVE,
            seconds=clock.seconds(),
            probability=round(probability, 4),
            evidence=tuple(hits[:_HITS]),
            written=written.read if written else None,
            unsupported=written.dropped + len(written.marked) if written else 0,
        )

    def _not_found(
        self,
        question: Question,
        hits: Sequence[Hit],
        candidates: Sequence[Candidate],
        probability: float,
        clock: _Clock,
        none: Sequence[str] = (),
    ) -> Answer:
        """none: says what there is none of, where that is known."""
        related: dict[str, Citation] = {}
        for candidate in candidates:
            span = Span(candidate.bulletin, candidate.start, candidate.end)
            related.setdefault(candidate.bulletin.id, citation(span, self._other_versions(candidate.bulletin)))
        said = [
            *(none or [say("not-found", question.language)]),
            *([say("related", question.language)] if related else []),
        ]
        return Answer(
            question=question.text,
            outcome="not_found",
            language=question.language,
            text=(" " if question.language == "en" else "").join(said),
            sentences=(),
            citations=(),
            searched_as=question.standalone,
            answerer=EXTRACTIVE,
            seconds=clock.seconds(),
            probability=round(probability, 4),
            related=tuple(related.values())[:_RELATED],
            evidence=tuple(hits[:_HITS]),
        )

    def _supported(self, part: Part) -> bool:
        # What is said of a bulletin as a whole rests on what the catalogue read from it; its words are checked all the
        # same.
        return self._check(part.text, [span.text for span in part.spans]).verdict != "unsupported" or not part.quoted

    def _other_versions(self, bulletin: Bulletin) -> tuple[str, ...]:
        try:
            others = [one.bulletin for one in voices(bulletin.id, self.index)]
        except KeyError:  # it was taken out of the index while a chat model wrote
            return ()
        return tuple(other.source for other in others if other.id != bulletin.id)


def _divided(question: Question) -> list[Question]:
    """The several things that a question asks, each a question of its own; none when it asks one."""
    turns = divide(question.text, question.written, question.history)
    if any(read_requests(turn.question, question.written) for turn in turns):
        return []
    return [
        replace(question, text=turn.own, standalone=turn.question, asks=turn.asks, after=turn.after or question.after)
        for turn in turns
    ]


def _text(parts: Sequence[Part]) -> str:
    """The parts as a reader is shown them: an item or a quote of another bulletin on a line of its own."""
    lines: list[str] = []
    for part in parts:
        if part.item:
            lines.append(f"- {part.text}")
        elif lines and part.quoted and not lines[-1].startswith("- ") and not lines[-1].endswith((":", "：")):
            # Chinese sentences follow each other without a space, also where one begins with a figure.
            lines[-1] += part.text if max(part.text[:1], lines[-1][-1:]) >= "\u2e80" else f" {part.text}"
        else:
            lines.append(part.text)
    return "\n".join(lines)


def _told(answer: Answer, clock: _Clock) -> Iterator[Progress]:
    """An Answer that is there at once, as the stream tells it: a sentence at a time."""
    at = cited = 0
    for count, sentence in enumerate(answer.sentences, start=1):
        at = max(at, answer.text.find(sentence.text, at) + len(sentence.text))
        cited = max((cited, *(number + 1 for number in sentence.citations)))
        so_far = replace(
            answer,
            text=answer.text[:at],
            sentences=answer.sentences[:count],
            citations=answer.citations[:cited],
            seconds={},
            notes=(),
            evidence=(),
        )
        yield Progress("write", clock.elapsed(), so_far)


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self._laps[step] = round(now - self._last, 5)
        self._last = now

    def elapsed(self) -> float:
        return round(time.perf_counter() - self._began, 5)

    def seconds(self) -> dict[str, float]:
        return {**self._laps, "total": self.elapsed()}
