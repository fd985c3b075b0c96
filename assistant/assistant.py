"""The way of a question: understand, search, decide, answer, check."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.embed import open_embedder
from index.passage import Hit
from index.search import Index, Query
from index.store import Entry
from index.words import keep_dictionary_in, terms
from sources.bulletin import Bulletin
from sources.facts import facts
from sources.language import language_of

from . import catalogue
from .answer import Answer, Citation, Question
from .asking import Asked, asked
from .check import Check
from .cite import citation, cite
from .evidence import Candidate, calibration, confidence, gather, years_of
from .extract import Part, Span, event_spans, extract, naming_spans
from .followup import stand_alone
from .model import ChatModel, ModelFailed, open_model
from .phrases import say
from .prompt import SCHEMA, Evidence, messages, pack
from .settings import Settings
from .voices import voices
from .write import Desk, Written, checked, read_reply

EXTRACTIVE = "extractive"
_RELATED = 3
_HITS = 14  # passages that evidence is gathered from
_BESIDE = 24  # and of the best bulletin's other passages and versions
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Assistant:
    """Answers questions from an index of bulletins. One instance serves one thread at a time."""

    def __init__(self, index: Index, settings: Settings, model: ChatModel | None = None) -> None:
        """model: writes the answers; without one the bulletins are quoted."""
        self.index, self.settings, self._model = index, settings, model
        self._check = Check(index.glosses)
        calibrated = calibration()["threshold"]["probability"]
        self._threshold = calibrated if settings.threshold is None else settings.threshold

    @classmethod
    def open(cls, index_dir: Path | str, settings: Settings | None = None) -> Assistant:
        """Raises IndexMissing, IndexDamaged or IndexMismatch, ModelUnavailable, and SettingsError of the chat model."""
        settings = settings or Settings()
        folder = Path(index_dir)
        Index.require(folder)  # before the model is loaded, which takes a second
        model = open_model(settings)
        with ThreadPoolExecutor(1) as beside:
            # The embedding model is loaded outside of Python, so the dictionaries come in at the same time.
            loading = beside.submit(open_embedder, settings.embedding, settings.cache)
            keep_dictionary_in(settings.cache / "jieba")
            terms("The first question 問題")
            facts("Ma Junsheng 馬軍勝")
            embedder = loading.result()
        return cls(Index(folder, embedder, settings.cache), settings, model)

    def close(self) -> None:
        self.index.close()

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answers from the bulletins, or says that they do not answer.

        history: the user's earlier questions, oldest first.
        Raises QuestionRefused when the question is empty or too long.
        """
        clock = _Clock()
        self.index.reload()
        understood = self.understand(question, history)
        if request := catalogue.read_request(understood.standalone, understood.language):
            return self._from_catalogue(understood, request, clock)
        clock.lap("understand")
        hits, candidates = self.evidence(understood)
        clock.lap("search")
        wanted = asked(understood.text, understood.language)
        probability = confidence(candidates, wanted)
        clock.lap("decide")
        if not candidates or probability < self._threshold:
            return self._not_found(understood, hits, candidates, probability, clock)
        written, notes = self._write(understood, wanted, candidates) if self._model else (None, ())
        parts: Sequence[Part] = written.parts if written else ()
        parts = parts or extract(wanted, understood.standalone, understood.language, candidates, self.index)
        clock.lap("answer")
        return self._answered(understood, parts, hits, probability, clock, written, notes)

    def understand(self, question: str, history: Sequence[str] = ()) -> Question:
        """The question in its language, made stand-alone from the history."""
        text = self.settings.accept(_UNPRINTABLE.sub(" ", question))
        language = language_of(text)
        return Question(text, stand_alone(text, history, language), language, tuple(history))

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The best k passages, best first."""
        self.index.reload()
        return self.index.search(self.settings.accept(question), k)

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id."""
        return self.index.bulletin(bulletin_id)

    def bulletins(self) -> list[Entry]:
        """Every bulletin, newest first."""
        self.index.reload()
        return list(self.index.entries.values())

    # The steps

    def evidence(
        self, question: Question, keep: Callable[[str], bool] | None = None
    ) -> tuple[list[Hit], list[Candidate]]:
        """The passages found, best first, and their sentences, most promising first.

        keep: told a bulletin's id, says whether it may be used.
        """
        query = self.index.query(question.standalone, question.language)
        hits = self._search(query, question, keep)
        wanted = asked(question.text, question.language)
        if wanted.kind == "compare":
            hits += self._of_each_year(query, hits, keep)
        return hits, gather(query, wanted, hits, self.index, calibration()["sentence"])

    def _of_each_year(self, query: Query, hits: Sequence[Hit], keep: Callable[[str], bool] | None) -> list[Hit]:
        """Passages of the years that a comparison names and that none of the hits is from."""
        entries, found = self.index.entries, list[Hit]()
        for year in years_of(query.facts):
            of_year = {key for key, entry in entries.items() if entry.is_of(year) and (keep is None or keep(key))}
            if of_year and not any(hit.passage.bulletin in of_year for hit in hits[:_HITS]):
                found += self.index.search(query, _HITS // 2, of_year.__contains__)
        return found

    def _search(self, query: Query, question: Question, keep: Callable[[str], bool] | None) -> list[Hit]:
        if question.standalone == question.text or not question.history:
            return self.index.search(query, _HITS, keep, beside=_BESIDE)
        # A follow-up most often stays with the bulletin that the last question found, so that bulletin is favoured; and
        # the words asked now are a second query, as no rewriting is sure to have caught them.
        before = self.index.search(stand_alone(question.history[-1], question.history[:-1], question.language), 1)
        near = {before[0].passage.bulletin, *self.index.versions(before[0].passage.bulletin)} if before else set()
        return self.index.search(query, _HITS, keep, near, _BESIDE)

    def _write(
        self, question: Question, wanted: Asked, candidates: Sequence[Candidate]
    ) -> tuple[Written | None, tuple[str, ...]]:
        """What the chat model writes, checked, and remarks on it; None when nothing of it can be shown."""
        assert self._model
        evidence: dict[tuple[str, int], Evidence] = {}
        for candidate in candidates:
            passage, bulletin = candidate.passage, candidate.bulletin
            event = tuple(sorted((bulletin.id, *self.index.versions(bulletin.id))))
            found = Evidence(bulletin, passage.start, passage.end, passage.sentences, event)
            evidence.setdefault((bulletin.id, passage.start), found)
        context = pack(list(evidence.values()), self.settings.context_tokens)
        mark = self.settings.unsupported == "mark"
        language, model = question.language, self._model.name
        try:
            reply = self._model.write(messages(question.standalone, language, context), SCHEMA)
            desk = Desk(question.standalone, language, wanted, context, candidates, self._check, mark)
            written = checked(read_reply(reply), desk)
        except ModelFailed as failed:
            return None, (say(f"model-{failed.why}", language, model=model),)
        counts = {"dropped": written.dropped, "marked": len(written.marked)}
        notes = tuple(say(key, language, count=str(count)) for key, count in counts.items() if count)
        if not written.parts:
            return None, (say("model-silent", language, model=model), *notes)
        return written, notes

    def _from_catalogue(self, question: Question, request: catalogue.Request, clock: _Clock) -> Answer:
        found = catalogue.answer_request(request, self.index)
        clock.lap("search")
        if not found.entries:
            return self._not_found(question, [], [], 0.0, clock)
        lead, *lines = catalogue.describe_found(found, request, question.language)
        places: dict[str, list[Span]] = {}
        for bulletin_id, start, end in found.evidence:
            places.setdefault(bulletin_id, []).append(Span(self.bulletin(bulletin_id), start, end))
        items = [
            # A line names the bulletin and its dates, so it rests on these besides the words that were looked for.
            Part(line, (*naming_spans(bulletin), *event_spans(bulletin), *places.get(bulletin.id, ())), True, False)
            for bulletin, line in zip((self.bulletin(e.id) for e in found.entries), lines, strict=False)
        ]
        parts = [Part(lead, tuple(span for item in items for span in item.spans), quoted=False), *items]
        return self._answered(question, parts, [], 1.0, clock)

    def _answered(
        self,
        question: Question,
        parts: Sequence[Part],
        hits: Sequence[Hit],
        probability: float,
        clock: _Clock,
        written: Written | None = None,
        notes: tuple[str, ...] = (),
    ) -> Answer:
        """written: what the parts are of, when a chat model wrote them; they are checked already."""
        supported = (lambda part: part.text not in written.marked) if written else self._supported
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
            answerer=self._model.name if written and self._model else EXTRACTIVE,
            seconds=clock.seconds(),
            probability=round(probability, 4),
            notes=notes,
            evidence=tuple(hits[:_HITS]),
        )

    def _not_found(
        self,
        question: Question,
        hits: Sequence[Hit],
        candidates: Sequence[Candidate],
        probability: float,
        clock: _Clock,
    ) -> Answer:
        related: dict[str, Citation] = {}
        for candidate in candidates:
            span = Span(candidate.bulletin, candidate.start, candidate.end)
            related.setdefault(candidate.bulletin.id, citation(span, self._other_versions(candidate.bulletin)))
        said = [say("not-found", question.language), *([say("related", question.language)] if related else [])]
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
        others = (one.bulletin for one in voices(bulletin.id, self.index))
        return tuple(other.source for other in others if other.id != bulletin.id)


def _text(parts: Sequence[Part]) -> str:
    """The parts as a reader is shown them: an item or a quote of another bulletin on a line of its own."""
    lines: list[str] = []
    for part in parts:
        if part.item:
            lines.append(f"- {part.text}")
        elif lines and part.quoted and not lines[-1].startswith("- ") and not lines[-1].endswith((":", "：")):
            lines[-1] += part.text if part.text[:1] >= "\u2e80" else f" {part.text}"
        else:
            lines.append(part.text)
    return "\n".join(lines)


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self._laps[step] = round(now - self._last, 5)
        self._last = now

    def seconds(self) -> dict[str, float]:
        return {**self._laps, "total": round(time.perf_counter() - self._began, 5)}
