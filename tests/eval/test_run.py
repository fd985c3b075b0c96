from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.answer import Answer
from eval.cases import Case
from eval.run import Run, Scored, evaluate, fingerprint, run_eval, score, write_json
from tests.eval.fakes import answer, case, citation, hit, refusal, right_answer, same_words


def _run(*asked: tuple[Case, Answer | Exception]) -> Run:
    """Each case gets its own answer; an exception is raised."""
    answers = iter([reply for _, reply in asked])

    def ask(question: str, history: list[str]) -> Answer:
        reply = next(answers)
        if isinstance(reply, Exception):
            raise reply
        return reply

    return evaluate(ask, [each for each, _ in asked], supports=same_words)


def _scored(asked: Case, reply: Answer | Exception) -> Scored:
    return _run((asked, reply)).cases[0]


def test_a_right_answer_has_no_problem_and_full_marks() -> None:
    scored = _scored(case(), right_answer())
    assert scored.passed and scored.stage is None
    assert scored.values == {
        "language_match": 1,
        "fact_recall": 1,
        "wrong_refusals": 0,
        "citation_precision": 1,
        "citation_recall": 1,
        "supported_sentences": 1,
        "right_bulletin": 1,
        "recall_at_5": 1,
        "recall_at_10": 1,
        "reciprocal_rank": 1 / 2,  # another bulletin's passage came first
        "bulletin_at_5": 1,
        "bulletin_reciprocal_rank": 1 / 2,
        "ndcg_at_10": pytest.approx(1 / math.log2(3)),  # the one right bulletin is second
        "fact_precision": 1,
        "faithfulness": 1,
        "hallucination": 0,
        "self_knowledge": 0,
    }


def test_facts_count_when_only_the_quote_states_them() -> None:
    reply = answer([("Chen Yulan opened", [0])], [citation("depot", "Chen Yulan opened it on June 15")])
    assert _scored(case(), reply).values["fact_recall"] == 1


def test_facts_of_related_passages_do_not_count() -> None:
    near = (citation("depot", "Chen Yulan opened the depot on June 15."),)
    scored = _scored(case(), refusal(related=near))
    assert scored.values["fact_recall"] == 0
    assert scored.citations == ()


def test_the_judge_reads_the_quote_without_its_damage() -> None:
    reply = answer([("啟動海島巡查", [0])], [citation("depot", "啟(qǐ)動海島巡查")], language="zh-Hant")
    chinese = case(language="zh-Hant", facts=(("海島巡查",),))
    assert _scored(chinese, reply).values["citation_recall"] == 1


def test_a_fact_that_only_a_wrong_bulletins_passage_states_is_not_found() -> None:
    found = [hit("other", "Chen Yulan came on June 15."), hit("depot", "It opened on June 15.")]
    values = _scored(case(), refusal(evidence=tuple(found))).values
    assert values["recall_at_5"] == 1 / 2
    assert values["reciprocal_rank"] == 1 / 2


def test_a_heading_is_read_with_its_passage_and_a_title_is_not() -> None:
    found = [hit("depot", "She cut the ribbon.", heading="Opening by Chen Yulan")]
    titled = case(facts=(("Chen Yulan",), ("Title of depot",)))
    assert _scored(titled, refusal(evidence=tuple(found))).values["recall_at_5"] == 1 / 2


def test_a_catalogue_question_has_no_search_to_measure() -> None:
    scored = _scored(case(kind="catalogue", bulletins=()), right_answer())
    assert not {"recall_at_5", "reciprocal_rank", "right_bulletin"} & scored.values.keys()
    assert scored.passed


@pytest.mark.parametrize(
    ("asked", "reply", "problems", "stage"),
    [
        (case(), refusal(), ("wrongly refused",), "search"),
        (case(), refusal(evidence=(hit("depot", "On June 15."),)), ("wrongly refused",), "decision"),
        (case(kind="catalogue"), refusal(), ("wrongly refused",), "decision"),
        (case(kind="unanswerable"), right_answer(), ("answered though unanswerable",), "decision"),
        (
            case(),
            answer([("Chen Yulan", [0])], [citation("depot", "Chen Yulan")], [hit("depot", "by Chen Yulan")]),
            ("facts missing",),
            "search",  # the date was never found
        ),
        (
            case(),
            answer([("Chen Yulan", [0])], [citation("depot", "Chen Yulan")], [hit("depot", "Chen Yulan, June 15")]),
            ("facts missing",),
            "answer",  # found and not used
        ),
        (
            case(),
            answer([("Chen Yulan June 15 slept", [0])], [citation("depot", "Chen Yulan June 15")]),
            ("unsupported sentence",),
            "check",
        ),
        (
            case(),
            answer([("Chen Yulan June 15", [0])], [citation("other", "Chen Yulan June 15")]),
            ("wrong citation",),
            "answer",
        ),
        (
            case(language="zh-Hans"),
            answer([("Chen Yulan June 15", [0])], [citation("depot", "Chen Yulan June 15")]),
            ("wrong language",),
            "answer",
        ),
        (case(), TimeoutError("too slow"), ("broken",), "broken"),
    ],
)
def test_what_went_wrong_is_told_with_the_stage_to_blame(
    asked: Case, reply: Answer | Exception, problems: tuple[str, ...], stage: str
) -> None:
    scored = _scored(asked, reply)
    assert (scored.problems, scored.stage) == (problems, stage)


def test_an_unanswerable_question_that_is_refused_passes() -> None:
    scored = _scored(case(kind="unanswerable"), refusal())
    assert scored.passed
    assert scored.values == {"language_match": 1, "right_refusals": 1, "refusal_precision": 1}


def test_an_error_is_a_failed_case_with_its_message_and_the_others_are_asked() -> None:
    run = _run((case(id="a"), TimeoutError("too slow")), (case(id="b"), right_answer()))
    assert [c.outcome for c in run.cases] == ["failed", "answered"]
    assert run.cases[0].error == "TimeoutError: too slow"
    assert run.summary["failed"] == 1


def test_a_failed_case_lowers_every_measure_that_it_would_have_had() -> None:
    right, lost = case(id="a"), case(id="b")
    without = _run((right, right_answer())).summary
    summary = _run((right, right_answer()), (lost, ValueError("broken"))).summary
    for name in ("fact_recall", "right_bulletin", "citation_precision", "citation_recall", "recall_at_5", "mrr"):
        assert summary[name] == without[name] / 2, name  # type: ignore[operator]
    assert summary["wrong_refusals"] == 1 / 2
    unanswerable = _run((case(kind="unanswerable"), ValueError("broken"))).summary
    assert unanswerable["right_refusals"] == 0


def test_an_error_of_the_judge_is_not_taken_for_a_failed_case() -> None:
    def broken(sentence: str, spans: list[str]) -> bool:
        raise RuntimeError("no judge")

    with pytest.raises(RuntimeError, match="no judge"):
        evaluate(lambda question, history: right_answer(), [case()], supports=broken)


def test_the_summary_is_the_mean_of_the_cases_that_have_the_measure() -> None:
    half = answer([("Chen Yulan", [0])], [citation("depot", "Chen Yulan")])
    run = _run(
        (case(id="a"), right_answer()),
        (case(id="b"), half),
        (case(id="c"), refusal()),
        (case(id="d", kind="unanswerable"), refusal()),
        (case(id="e", kind="unanswerable"), right_answer()),
    )
    summary = run.summary
    assert summary["cases"] == 5
    assert summary["fact_recall"] == (1 + 1 / 2 + 0) / 3  # the refused case counts 0
    assert summary["right_bulletin"] == 1  # of the two answerable cases that were answered
    assert summary["wrong_refusals"] == 1 / 3
    assert summary["right_refusals"] == 1 / 2
    assert summary["recall_at_5"] == 1 / 3
    assert summary["mrr"] == (1 / 2 + 0 + 0) / 3
    assert summary["quoted_chars_median"] == len("Chen Yulan opened the depot on June 15.")


def test_a_measure_that_no_case_has_is_none() -> None:
    summary = _run((case(kind="unanswerable"), refusal())).summary
    assert summary["fact_recall"] is summary["quoted_chars_median"] is None


def test_groups_are_by_language_kind_both_and_cross() -> None:
    run = _run(
        (case(id="a"), right_answer()),
        (case(id="b", kind="date", cross=True), refusal()),
        (case(id="c", language="zh-Hant", kind="date"), refusal(language="zh-Hant")),
    )
    assert {name: each["cases"] for name, each in run.by_language.items()} == {"en": 2, "zh-Hant": 1}
    assert {name: each["fact_recall"] for name, each in run.by_kind.items()} == {"factoid": 1, "date": 0}
    assert run.by_language_and_kind["en"]["date"]["cases"] == 1
    assert {name: each["cases"] for name, each in run.by_cross.items()} == {"same": 2, "cross": 1}


def test_seconds_are_our_own_clock_and_those_of_each_step() -> None:
    ticks = iter([0.0, 0.5, 10.0, 12.0])
    run = evaluate(
        lambda question, history: right_answer(), [case(), case(id="b")], supports=same_words, clock=lambda: next(ticks)
    )
    assert (run.summary["seconds_p50"], run.summary["seconds_p95"]) == (0.5, 2.0)
    assert run.seconds_by_step == {"search": {"p50": 0.004, "p95": 0.004}}


def test_each_judgement_is_asked_for_once() -> None:
    asked: list[tuple[str, ...]] = []

    def judge(sentence: str, spans: list[str]) -> bool:
        asked.append((sentence, *spans))
        return True

    evaluate(lambda question, history: right_answer(), [case()], supports=judge)
    assert len(asked) == len(set(asked)) == 1


def test_the_report_is_plain_json_with_the_documented_keys(tmp_path: Path) -> None:
    run = _run((case(), right_answer()), (case(id="b"), ValueError("broken")))
    write_json(run, tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert list(report) == [
        "format",
        "about",
        "fingerprints",
        "summary",
        "by_language",
        "by_kind",
        "by_language_and_kind",
        "by_cross",
        "seconds_by_step",
        "cases",
    ]
    assert report["cases"][0]["facts"] == [["Chen Yulan", "陳玉蘭"], ["June 15", "6月15日"]]
    assert report["cases"][0]["citations"][0]["right"] is True
    assert report["cases"][0]["top"][1]["facts"] == [0, 1]
    assert "陳玉蘭" in (tmp_path / "report.json").read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Verdict:
    verdict: str


class _Assistant:
    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def ask(self, question: str, *, history: Sequence[str]) -> Answer:
        self.asked.append((question, list(history)))
        return right_answer()


def test_an_assistant_is_asked_the_gold_file_with_its_histories(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    record = {"id": "a", "question": "When?", "history": ["Who?"], "language": "en", "kind": "follow-up"}
    record |= {"bulletins": ["depot"], "facts": [["June 15"]]}
    gold.write_text(json.dumps(record), encoding="utf-8")
    assistant, done = _Assistant(), list[tuple[int, int]]()
    run = run_eval(
        assistant,
        lambda sentence, spans: _Verdict("partly"),
        gold=gold,
        collection=tmp_path,
        about={"model": "bundled"},
        progress=lambda number, total: done.append((number, total)),
    )
    assert assistant.asked == [("When?", ["Who?"])]
    assert done == [(1, 1)]
    assert run.summary["citation_recall"] == 0  # partly is not supported
    assert run.about == {"model": "bundled"}
    assert run.fingerprints == {"gold": fingerprint(gold), "collection": fingerprint(tmp_path)}


def test_a_fingerprint_changes_with_names_and_bytes_and_with_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    first = fingerprint(tmp_path)
    (tmp_path / "a.txt").touch()
    assert fingerprint(tmp_path) == first
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    renamed = fingerprint(tmp_path)
    (tmp_path / "b.txt").write_text("two", encoding="utf-8")
    assert len({first, renamed, fingerprint(tmp_path)}) == 3
    with pytest.raises(FileNotFoundError):
        fingerprint(tmp_path / "none")


@pytest.mark.parametrize(
    ("read", "stage"), [("Chen Yulan came on June 15.", "search"), ("Ch#n Yul@n came.", "reading")]
)
def test_what_nobody_could_find_for_it_was_not_read_is_told_from_what_was_not_found(read: str, stage: str) -> None:
    reply = answer([("Chen came", [0])], [citation("depot", "Chen came")], [hit("depot", "Chen came")])
    scored = score(case(), lambda question, history: reply, same_words, read={"depot": read}.__getitem__)
    assert (scored.problems, scored.stage) == (("facts missing",), stage)
    refused = score(case(), lambda question, history: refusal(), same_words, read={"depot": read}.__getitem__)
    assert refused.stage == stage


def test_the_cost_of_a_case_is_what_the_meter_went_up_by() -> None:
    meter = iter([(90, 10), (110, 20), (110, 20), (150, 20)])
    cases = [
        score(case(), lambda question, history: right_answer(), same_words, tokens=meter.__next__) for _ in range(2)
    ]
    assert [(each.model_tokens, each.model_received) for each in cases] == [(30, 10), (40, 0)]
    run = Run(tuple(cases), {}, {})
    assert (run.summary["model_tokens_mean"], run.summary["model_cost_mean"]) == (35, None)
    priced = Run(tuple(cases), {"price": [1.0, 5.0]}, {})  # 20 to and 10 from, then 40 to the model
    assert priced.summary["model_cost_mean"] == pytest.approx((20 + 10 * 5 + 40) / 2 / 1_000_000)
    assert priced.by_language["en"]["model_cost_mean"] == priced.summary["model_cost_mean"]
    assert _run((case(), right_answer())).summary["model_tokens_mean"] is None
