"""Asks every gold case and scores what comes back: `run_eval` for the face, `evaluate` for any function that answers.

report.json is `Run.to_json()`. Its keys, stable from format 1 on:

    format                 1
    about                  what the caller told of settings, versions and index revision, as given
    fingerprints           {"gold": sha256, "collection": sha256} of what was asked and what was searched, as known
    summary                measures over all cases (below)
    by_language, by_kind   {"en": measures, …}, {"date": measures, …}
    by_language_and_kind   {"en": {"date": measures, …}, …}
    by_cross               {"same": measures, "cross": measures}: does the answer stand in the question's language?
    seconds_by_step        {"search": {"p50": s, "p95": s}, …}, steps as the answers name them
    cases                  one object a case, fields of `Scored`

Measures of a group; null where no case of the group has one. Averages are over cases, each case weighing the same:

    cases, failed                       how many; how many raised an error
    fact_recall                         answerable cases; a refused or failed one counts 0
    fact_precision                      answerable cases answered or failed: sentences that state a fact
    right_bulletin                      answerable cases with right bulletins named that were answered or failed
    citation_precision, citation_recall, supported_sentences
                                        cases answered or failed, unanswerable ones too when they were answered
    right_refusals                      unanswerable cases
    wrong_refusals                      answerable cases; lower is better
    refusal_precision                   cases refused: those that are unanswerable
    faithfulness, hallucination, self_knowledge
                                        cases answered or failed: sentences that what was found supports, that it does
                                        not, and those of the latter that state a fact all the same (the rest is the
                                        hallucination); the three make 1
    model_answered                      cases put to a chat model: its words are the answer, not quotes in their place
    unsupported_before                  cases for which a chat model wrote: its sentences that the check refused
    unsupported_after                   those of them that its words answer: sentences shown that the judge refuses
    language_match                      cases answered or failed, and refusals
    recall_at_5, recall_at_10, mrr      answerable cases but the catalogue's, which needs no search: passages of a right
                                        bulletin that state a fact, among Answer.evidence, refused cases too
    bulletin_at_5, bulletin_mrr         the same cases: passages of a right bulletin
    ndcg_at_10                          the same cases: bulletins in the order in which they were found, versions of an
                                        event together
    risk_area                           answered cases: mean risk over all thresholds (risk-coverage); lower is better
    passed                              all cases: entirely right
    quoted_chars_median                 answered cases
    answer_chars_median                 answered cases: characters of the answer as shown
    model_tokens_mean                   cases put to a chat model whose cost is metered: tokens to and from it, about
    model_cost_mean                     the same cases, at about.price of a million tokens to and from it; null without
    seconds_p50, seconds_p95            cases that did not fail, seconds of wall clock from question to Answer

A failed case gets the worst value of each measure it would have had: an error must not raise a mean.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from assistant.answer import EXTRACTIVE, Answer, Citation
from eval.cases import KINDS, LANGUAGES, Case, Evidence, read_cases
from eval.collection import with_claims
from eval.cost import cost
from eval.measures import (
    Supports,
    citation_precision,
    citation_recall,
    fact_precision,
    grounded,
    language_match,
    mean,
    percentile,
    quoted_chars,
    recall_at,
    reciprocal_rank,
    right_bulletin,
    risk_area,
    stated_facts,
    success_at,
    supported_sentences,
)
from eval.ranking import ndcg
from sources.repair import repair

GOLD = Path(__file__).parent / "gold" / "specimens.jsonl"
FORMAT = 1

Ask = Callable[[str, list[str]], Answer]
ReadText = Callable[[str], str]
"""The text of a source as it was read, to tell what reading lost; "" for a source that there is not."""

Stage = Literal["broken", "reading", "search", "decision", "answer", "check"]
Measures = dict[str, float | int | None]

# Name of a group's average -> name of the case's own value, where they differ.
_OWN_NAMES = {"mrr": "reciprocal_rank", "bulletin_mrr": "bulletin_reciprocal_rank"}
AVERAGES = (
    "fact_recall",
    "fact_precision",
    "right_bulletin",
    "citation_precision",
    "citation_recall",
    "supported_sentences",
    "right_refusals",
    "wrong_refusals",
    "refusal_precision",
    "faithfulness",
    "hallucination",
    "self_knowledge",
    "model_answered",
    "unsupported_before",
    "unsupported_after",
    "language_match",
    "recall_at_5",
    "recall_at_10",
    "mrr",
    "bulletin_at_5",
    "bulletin_mrr",
    "ndcg_at_10",
)
LOWER_IS_BETTER = frozenset(
    {
        "unsupported_before",
        "unsupported_after",
        "wrong_refusals",
        "hallucination",
        "self_knowledge",
        "risk_area",
        "seconds",
        "failed",
    }
)
_RETRIEVAL = (
    "recall_at_5",
    "recall_at_10",
    "reciprocal_rank",
    "bulletin_at_5",
    "bulletin_reciprocal_rank",
    "ndcg_at_10",
)
_RANKS = 10
_TOP = 5  # passages kept of each case: enough to see by eye why the search missed


class Verdict(Protocol):
    @property
    def verdict(self) -> str: ...


class Assistant(Protocol):
    """What is evaluated."""

    def ask(self, question: str, *, history: Sequence[str]) -> Answer: ...


@dataclass(frozen=True)
class ScoredSentence:
    """supported: what the answer says of it; judged: what the judge says, False when it cites nothing."""

    text: str
    supported: bool
    judged: bool
    citations: tuple[int, ...]


@dataclass(frozen=True)
class ScoredCitation:
    """right: its source is a right bulletin; None when the case names none."""

    source: str
    title: str
    published: str | None
    quote: str
    right: bool | None


@dataclass(frozen=True)
class FoundPassage:
    """facts: positions of the case's facts that it states, right bulletin or not. score, lanes: as the Hit has them."""

    source: str
    heading: str
    text: str
    score: float
    lanes: Mapping[str, float]
    right: bool
    facts: tuple[int, ...]


@dataclass(frozen=True)
class Scored:
    """One case, what was answered, and what that is worth. Everything in it can be written as JSON.

    outcome: as the Answer's, or "failed". values: measures in [0, 1] that the case has part in.
    missing: positions of facts not stated. problems: in plain words; empty when the case passes.
    stage: a guess at where the first problem arose, None when the case passes. error: message of the exception raised.
    recall_by_rank: facts stated by the first 1, 2, … 10 passages, as a share; () where search is not measured.
    quoted_chars: None unless answered. probability: None when failed. seconds: by step, and "asked" by our own clock.
    model_tokens: what the chat model was sent and sent, about, model_received: what it sent; None where no model is
    metered. evidence: the case's, where it names any.
    """

    id: str
    question: str
    history: tuple[str, ...]
    language: str
    kind: str
    cross: bool
    answerable: bool
    why: str
    bulletins: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    outcome: Literal["answered", "not_found", "failed"]
    values: Mapping[str, float]
    missing: tuple[int, ...]
    problems: tuple[str, ...]
    stage: Stage | None
    error: str | None = None
    text: str = ""
    answer_language: str | None = None
    searched_as: str = ""
    answerer: str = ""
    notes: tuple[str, ...] = ()
    probability: float | None = None
    sentences: tuple[ScoredSentence, ...] = ()
    citations: tuple[ScoredCitation, ...] = ()
    top: tuple[FoundPassage, ...] = ()
    recall_by_rank: tuple[float, ...] = ()
    quoted_chars: int | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    model_tokens: int | None = None
    model_received: int | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems

    @property
    def loss(self) -> float:
        """How wrong it was to answer, in [0, 1]: 1 when nothing could be, else the share of facts missed."""
        return 1.0 - self.values.get("fact_recall", 0.0)


def scored_from(record: Mapping[str, Any]) -> Scored:
    """The case that `dataclasses.asdict` made this record of, read from JSON. Raises TypeError or KeyError for others.

    What an older report has not kept takes its default.
    """
    several = {"history", "bulletins", "missing", "problems", "notes", "recall_by_rank"}
    made: dict[str, Any] = {key: tuple(value) if key in several else value for key, value in record.items()}
    made["facts"] = tuple(tuple(wordings) for wordings in record["facts"])
    made["sentences"] = tuple(
        ScoredSentence(**{**each, "citations": tuple(each["citations"])}) for each in record["sentences"]
    )
    made["citations"] = tuple(ScoredCitation(**each) for each in record["citations"])
    made["evidence"] = tuple(Evidence(**each) for each in record.get("evidence", ()))
    made["top"] = tuple(FoundPassage(**{**each, "facts": tuple(each["facts"])}) for each in record["top"])
    return Scored(**made)


@dataclass(frozen=True)
class Run:
    """One evaluation. cases: in the gold file's order."""

    cases: tuple[Scored, ...]
    about: Mapping[str, Any]
    fingerprints: Mapping[str, str]

    @property
    def price(self) -> Sequence[float] | None:
        """Of a million tokens to and from the chat model, where it was told."""
        return self.about.get("price")

    @property
    def summary(self) -> Measures:
        return summarise(self.cases, self.price)

    @property
    def by_language(self) -> dict[str, Measures]:
        return {name: summarise(cases, self.price) for name, cases in groups(self.cases, "language").items()}

    @property
    def by_kind(self) -> dict[str, Measures]:
        return {name: summarise(cases, self.price) for name, cases in groups(self.cases, "kind").items()}

    @property
    def by_language_and_kind(self) -> dict[str, dict[str, Measures]]:
        return {
            language: {kind: summarise(some, self.price) for kind, some in groups(cases, "kind").items()}
            for language, cases in groups(self.cases, "language").items()
        }

    @property
    def by_cross(self) -> dict[str, Measures]:
        kinds = {"same": False, "cross": True}
        split = {name: [c for c in self.cases if c.cross is cross] for name, cross in kinds.items()}
        return {name: summarise(cases, self.price) for name, cases in split.items() if cases}

    @property
    def seconds_by_step(self) -> dict[str, dict[str, float | None]]:
        steps = dict.fromkeys(step for case in self.cases for step in case.seconds if step not in ("asked", "total"))
        seconds = {step: [case.seconds[step] for case in self.cases if step in case.seconds] for step in steps}
        return {step: {"p50": percentile(each, 0.5), "p95": percentile(each, 0.95)} for step, each in seconds.items()}

    @property
    def failing(self) -> tuple[Scored, ...]:
        return tuple(case for case in self.cases if not case.passed)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "about": dict(self.about),
            "fingerprints": dict(self.fingerprints),
            "summary": self.summary,
            "by_language": self.by_language,
            "by_kind": self.by_kind,
            "by_language_and_kind": self.by_language_and_kind,
            "by_cross": self.by_cross,
            "seconds_by_step": self.seconds_by_step,
            "cases": [asdict(case) for case in self.cases],
        }


def run_eval(
    assistant: Assistant,
    check: Callable[[str, Sequence[str]], Verdict],
    *,
    gold: Path = GOLD,
    collection: Path | None = None,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
    earlier: Mapping[str, Scored] | None = None,
    keep: Callable[[Scored], None] | None = None,
    score_one: Callable[[Case], Scored] | None = None,
    jobs: int = 1,
    read: ReadText | None = None,
    tokens: Callable[[], tuple[int, int]] | None = None,
    supports: Supports | None = None,
) -> Run:
    """The gold file put to an assistant. Raises GoldError when the file is no gold file.

    check: the grounding check; only "supported" counts as support. supports: a judge in its place. collection: the
    folder (or file) that was indexed, so that the gate can tell when it changed. progress: called with cases done and
    cases in all. jobs: how many are asked at once, by threads. score_one: what asks and scores in other processes
    (`eval.parallel.workers`); this assistant is then asked one at a time, and they the rest. earlier, keep: as
    `evaluate` takes them; read, tokens: as `score` does.
    """
    judge = remembering(supports or (lambda sentence, spans: check(sentence, spans).verdict == "supported"))

    def ask(question: str, history: list[str]) -> Answer:
        return assistant.ask(question, history=history)

    def here(case: Case) -> Scored:
        return score(case, ask, judge, read=read, tokens=tokens)

    return score_all(
        read_cases(gold), _with_this_one(here, score_one) if score_one else here, about=about,
        fingerprints=fingerprints(gold, collection), progress=progress, earlier=earlier, keep=keep, jobs=jobs,
    )  # fmt: skip


def evaluate(
    ask: Ask,
    cases: Sequence[Case],
    *,
    supports: Supports | None = None,
    about: Mapping[str, Any] | None = None,
    fingerprints: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
    earlier: Mapping[str, Scored] | None = None,
    keep: Callable[[Scored], None] | None = None,
    jobs: int = 1,
) -> Run:
    """Asks the cases. An exception of `ask` is a failed case; one of the judge is raised.

    supports: the judge; None is the grounding check. earlier: by id, cases scored before, which are not asked again.
    keep: told each case as soon as it is scored, so that a run that is cut can be continued. jobs: how many are asked
    at once, each by a thread, which `ask` must bear; for an assistant that waits for others, as for a model's server.
    """
    supports = remembering(supports or grounding_check)
    return score_all(
        cases, lambda case: score(case, ask, supports, clock), about=about, fingerprints=fingerprints,
        progress=progress, earlier=earlier, keep=keep, jobs=jobs,
    )  # fmt: skip


def score_all(
    cases: Sequence[Case],
    score_one: Callable[[Case], Scored],
    *,
    about: Mapping[str, Any] | None = None,
    fingerprints: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    earlier: Mapping[str, Scored] | None = None,
    keep: Callable[[Scored], None] | None = None,
    jobs: int = 1,
) -> Run:
    """Every case scored by the function given, `jobs` at once; a run in the order of the cases, however they end.

    progress and keep are called by the caller's thread.
    """
    scored = {case.id: earlier[case.id] for case in cases if earlier and case.id in earlier}
    left = [case for case in cases if case.id not in scored]
    with _each(score_one, left, jobs) as ended:
        for one in ended:
            scored[one.id] = one
            if keep is not None:
                keep(one)
            if progress is not None:
                progress(len(scored), len(cases))
    return Run(tuple(scored[case.id] for case in cases), dict(about or {}), dict(fingerprints or {}))


def _with_this_one(here: Callable[[Case], Scored], there: Callable[[Case], Scored]) -> Callable[[Case], Scored]:
    """Scores a case here while nothing else is scored here, else there: no processor waits for others to load."""
    free = threading.Lock()

    def score_one(case: Case) -> Scored:
        if not free.acquire(blocking=False):
            return there(case)
        try:
            return here(case)
        finally:
            free.release()

    return score_one


@contextmanager
def _each(score_one: Callable[[Case], Scored], cases: Sequence[Case], jobs: int) -> Iterator[Iterator[Scored]]:
    """What is scored, as it is; what has not begun is not begun any more when the block ends."""
    if jobs <= 1:
        yield map(score_one, cases)
        return
    threads = ThreadPoolExecutor(jobs)
    try:
        yield (done.result() for done in as_completed([threads.submit(score_one, case) for case in cases]))
    finally:
        threads.shutdown(wait=True, cancel_futures=True)


def score(
    case: Case,
    ask: Ask,
    supports: Supports,
    clock: Callable[[], float] = time.perf_counter,
    *,
    read: ReadText | None = None,
    tokens: Callable[[], tuple[int, int]] | None = None,
) -> Scored:
    """One case asked and scored. An exception of `ask` is a failed case.

    read: lets the stage of a failure be told as reading. tokens: to and from a chat model until now, by this thread.
    """
    began, before = clock(), tokens() if tokens else (0, 0)
    try:
        answer = ask(case.question, list(case.history))
    except Exception as error:  # whatever it is, the other cases are asked and this one counts as lost
        return _failed(case, f"{type(error).__name__}: {error}")
    scored = _score(case, answer, clock() - began, supports, read)
    if tokens is None:
        return scored
    sent, received = (now - then for now, then in zip(tokens(), before, strict=True))
    return replace(scored, model_tokens=sent + received, model_received=received)


def grounding_check(sentence: str, spans: list[str]) -> bool:
    """The judge that needs no model: whether our own check finds the sentence supported."""
    from assistant.check import check

    return check(sentence, spans).verdict == "supported"


def remembering(supports: Supports) -> Supports:
    """The same judge, asked once for each sentence and spans: several measures want the same judgement."""
    known: dict[tuple[str, tuple[str, ...]], bool] = {}

    def judge(sentence: str, spans: list[str]) -> bool:
        key = sentence, tuple(spans)
        if key not in known:
            known[key] = supports(sentence, spans)
        return known[key]

    return judge


def _failed(case: Case, message: str) -> Scored:
    worst = dict.fromkeys(("citation_precision", "citation_recall", "supported_sentences", "language_match"), 0.0)
    worst |= {"faithfulness": 0.0, "hallucination": 1.0, "self_knowledge": 0.0}
    if case.answerable:
        worst |= {"fact_recall": 0.0, "fact_precision": 0.0, "wrong_refusals": 1.0}
        worst |= {"right_bulletin": 0.0} if case.bulletins else {}
        worst |= dict.fromkeys(_RETRIEVAL, 0.0) if _is_searched(case) else {}
    else:
        worst |= {"right_refusals": 0.0}
    return Scored(
        **_asked(case),
        outcome="failed",
        values=worst,
        missing=tuple(range(len(case.facts))),
        problems=("broken",),
        stage="broken",
        error=message,
    )


def _score(case: Case, answer: Answer, asked_s: float, supports: Supports, read: ReadText | None) -> Scored:
    answered = answer.outcome == "answered"
    citations = answer.citations if answered else ()
    clean_quotes = [repair(citation.quote).text for citation in citations]
    cited = [(s.text, [clean_quotes[i] for i in s.citations]) for s in answer.sentences] if answered else []
    supports = with_claims(supports, citations)
    texts = [answer.text, *(citation.quote for citation in citations)] if answered else []
    stated = stated_facts(case.facts, texts)
    passages = _found(case, answer)

    lead = answer.text.split("\n", 1)[0]
    values = {"language_match": language_match(case.language, answer.language, lead)}
    if case.answerable:
        values["fact_recall"] = len(stated) / len(case.facts)
        values["wrong_refusals"] = float(not answered)
    else:
        values["right_refusals"] = float(not answered)
    if not answered:
        values["refusal_precision"] = float(not case.answerable)
    if answered:
        context = [repair(hit.text or hit.passage.text).text for hit in answer.evidence]
        values |= grounded(cited, context, case.facts, supports)
        values["citation_precision"] = citation_precision(cited, supports)
        values["citation_recall"] = citation_recall(cited, supports)
        values["supported_sentences"] = supported_sentences(cited, supports)
        if case.answerable:
            values["fact_precision"] = fact_precision(case.facts, [text for text, _ in cited])
        if case.bulletins and case.answerable:
            values["right_bulletin"] = right_bulletin([c.source for c in citations], case.bulletins)
    values |= _of_model(answer, values)
    if _is_searched(case):
        values |= _retrieval(case, passages, _bulletins_found(answer))

    missing = tuple(i for i in range(len(case.facts)) if i not in stated)
    problems = _problems(case, answered, missing, values)
    return Scored(
        **_asked(case),
        outcome=answer.outcome,
        values=values,
        missing=missing,
        problems=problems,
        stage=_stage(case, answered, missing, passages, problems, read),
        text=answer.text,
        answer_language=answer.language,
        searched_as=answer.searched_as,
        answerer=answer.answerer,
        notes=tuple(answer.notes),
        probability=answer.probability,
        sentences=tuple(
            ScoredSentence(s.text, s.supported, bool(quotes) and supports(text, quotes), tuple(s.citations))
            for s, (text, quotes) in zip(answer.sentences, cited, strict=False)
        ),
        citations=tuple(_citation(c, case) for c in citations),
        top=passages[:_TOP],
        recall_by_rank=_recall_by_rank(case, passages),
        quoted_chars=quoted_chars((c.source, c.start, c.end) for c in citations) if answered else None,
        seconds={**answer.seconds, "asked": asked_s},
    )


def _of_model(answer: Answer, values: Mapping[str, float]) -> dict[str, float]:
    """What a chat model's part in the answer is worth; nothing when none was asked."""
    if answer.written is None:
        return {}
    by_model = answer.answerer != EXTRACTIVE
    found = {"model_answered": float(by_model)}
    if answer.written:
        found["unsupported_before"] = answer.unsupported / answer.written
        if by_model and "supported_sentences" in values:
            found["unsupported_after"] = 1.0 - values["supported_sentences"]
    return found


def _asked(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "question": case.question,
        "history": case.history,
        "language": case.language,
        "kind": case.kind,
        "cross": case.cross,
        "answerable": case.answerable,
        "why": case.why,
        "bulletins": case.bulletins,
        "facts": case.facts,
        "evidence": case.evidence,
    }


def _is_searched(case: Case) -> bool:
    return case.answerable and case.kind != "catalogue"


def _citation(citation: Citation, case: Case) -> ScoredCitation:
    right = citation.source in case.bulletins if case.bulletins else None
    return ScoredCitation(citation.source, citation.title, citation.published, citation.quote, right)


def _found(case: Case, answer: Answer) -> tuple[FoundPassage, ...]:
    return tuple(
        FoundPassage(
            source=hit.passage.source,
            heading=hit.passage.heading,
            text=hit.passage.text,
            score=hit.score,
            lanes=dict(hit.lanes),
            right=hit.passage.source in case.bulletins,
            # The heading is read with its passage; the title is not, or each passage of the bulletin would be relevant.
            facts=tuple(sorted(stated_facts(case.facts, [hit.passage.heading, hit.passage.text]))),
        )
        for hit in answer.evidence
    )


def _bulletins_found(answer: Answer) -> list[str]:
    """Sources in the order in which they were found; the versions of an event come together, as a reader sees them."""
    return list(dict.fromkeys(s for hit in answer.evidence for s in (hit.passage.source, *hit.other_versions)))


def _retrieval(case: Case, passages: Sequence[FoundPassage], bulletins: Sequence[str]) -> dict[str, float]:
    found = [passage.facts if passage.right else () for passage in passages]
    right = [passage.right for passage in passages]
    return {
        "recall_at_5": recall_at(5, found, len(case.facts)),
        "recall_at_10": recall_at(10, found, len(case.facts)),
        "reciprocal_rank": reciprocal_rank([bool(facts) for facts in found]),
        "bulletin_at_5": success_at(5, right),
        "bulletin_reciprocal_rank": reciprocal_rank(right),
        "ndcg_at_10": ndcg(10, bulletins, dict.fromkeys(case.bulletins, 1)),
    }


def _recall_by_rank(case: Case, passages: Sequence[FoundPassage]) -> tuple[float, ...]:
    if not _is_searched(case):
        return ()
    found = [passage.facts if passage.right else () for passage in passages]
    return tuple(recall_at(k, found, len(case.facts)) for k in range(1, _RANKS + 1))


def _problems(case: Case, answered: bool, missing: Sequence[int], values: Mapping[str, float]) -> tuple[str, ...]:
    if not case.answerable:
        return ("answered though unanswerable",) if answered else ()
    if not answered:
        return ("wrongly refused",)
    told = {
        "facts missing": bool(missing),
        "wrong citation": values.get("right_bulletin", 1.0) < 1,
        "unsupported sentence": values["citation_recall"] < 1,
        "wrong language": values["language_match"] < 1,
    }
    return tuple(problem for problem, is_so in told.items() if is_so)


def _stage(
    case: Case,
    answered: bool,
    missing: Sequence[int],
    passages: Sequence[FoundPassage],
    problems: Sequence[str],
    read: ReadText | None,
) -> Stage | None:
    """A guess: the first stage after which the case could not come out right any more."""
    if not problems:
        return None
    if not case.answerable:
        return "decision"
    found = {fact for passage in passages if passage.right for fact in passage.facts}
    if _is_searched(case) and missing and not found & set(missing):
        texts = [read(source) for source in case.bulletins] if read else []
        # Nobody can find what did not come out of the file.
        is_read = not read or bool(stated_facts(case.facts, texts) & set(missing))
        return "search" if is_read else "reading"
    if not answered:
        return "decision"
    if missing:
        return "answer"
    return "check" if "unsupported sentence" in problems else "answer"


def groups(cases: Iterable[Scored], by: Literal["language", "kind"]) -> dict[str, list[Scored]]:
    """Cases by language or kind, in the order in which those are declared; groups without cases are left out."""
    split: dict[str, list[Scored]] = {name: [] for name in (LANGUAGES if by == "language" else KINDS)}
    for case in cases:
        split[getattr(case, by)].append(case)
    return {name: some for name, some in split.items() if some}


def own_value(case: Scored, average: str) -> float | None:
    """What the case contributes to one of AVERAGES; None when it has no part in it."""
    return case.values.get(_OWN_NAMES.get(average, average))


def _cost(case: Scored, price: Sequence[float]) -> float | None:
    if case.model_tokens is None or case.model_received is None:
        return None
    return cost(case.model_tokens - case.model_received, case.model_received, price)


def summarise(cases: Sequence[Scored], price: Sequence[float] | None = None) -> Measures:
    """The measures of a group, by the names at the top of this file. price: see `eval.cost.cost`."""
    seconds = [case.seconds["asked"] for case in cases if "asked" in case.seconds]
    quoted = [case.quoted_chars for case in cases if case.quoted_chars is not None]
    averages: Measures = {name: mean(own_value(case, name) for case in cases) for name in AVERAGES}
    return {
        "cases": len(cases),
        "failed": sum(case.outcome == "failed" for case in cases),
        "passed": mean(float(case.passed) for case in cases),
        **averages,
        "risk_area": risk_area((c.probability or 0.0, c.loss) for c in cases if c.outcome == "answered"),
        "quoted_chars_median": percentile(quoted, 0.5),
        "answer_chars_median": percentile([len(c.text) for c in cases if c.outcome == "answered"], 0.5),
        "model_tokens_mean": mean(c.model_tokens for c in cases),
        "model_cost_mean": mean(_cost(c, price) for c in cases) if price else None,
        "seconds_p50": percentile(seconds, 0.5),
        "seconds_p95": percentile(seconds, 0.95),
    }


def text_reader(assistant: Any) -> ReadText:
    """What an Assistant's index holds of a source."""
    ids = {entry.source: entry.id for entry in assistant.bulletins()}

    def read(source: str) -> str:
        if source not in ids:
            return ""
        bulletin = assistant.bulletin(ids[source])
        # What is told of a bulletin as a whole, its date for one, need not stand in its text.
        return "\n".join((bulletin.title, bulletin.issuer or "", bulletin.published or "", bulletin.text))

    return read


def fingerprints(gold: Path, collection: Path | None) -> dict[str, str]:
    """Of what is asked and what is searched, as far as that is known."""
    return {"gold": fingerprint(gold)} | ({"collection": fingerprint(collection)} if collection else {})


def fingerprint(path: Path) -> str:
    """sha256 of a file's bytes, or of the names and bytes of all files under a folder. Raises OSError without any."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    if not path.exists():
        raise FileNotFoundError(path)
    digest = hashlib.sha256()
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{content}  {file.relative_to(path).as_posix()}\n".encode())
    return digest.hexdigest()


def write_json(run: Run, path: Path) -> None:
    """report.json, readable by eye and by `diff`: keys in the order described above, text not escaped."""
    path.write_text(json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
