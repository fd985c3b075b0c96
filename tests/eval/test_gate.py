from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.errors import ERRORS
from eval.cases import Case
from eval.gate import BaselineError, Gate, compare, gate, read_baseline, write_baseline
from eval.run import Run, evaluate
from tests.eval.fakes import answer, case, citation, hit, refusal, right_answer, same_words

CASES = [
    *(case(id=f"en-{i}") for i in range(4)),
    *(case(id=f"zh-{i}", language="zh-Hans", kind="date") for i in range(4)),
    *(case(id=f"no-{i}", kind="unanswerable") for i in range(3)),
]
PRINTS = {"gold": "g", "collection": "c"}


def _right(asked: Case) -> Answer:
    if not asked.answerable:
        return refusal()
    quote = "Chen Yulan June 15" if asked.language == "en" else "陈玉兰6月15日"
    return answer([(quote, [0])], [citation("depot", quote)], [hit("depot", quote)], language=asked.language)


def _run(cases: list[Case] | None = None, prints: dict[str, str] | None = None, **instead: Answer | Exception) -> Run:
    """All cases right but those answered otherwise, by id with _ for -."""
    cases = CASES if cases is None else cases
    current = iter(cases)

    def ask(question: str, history: list[str]) -> Answer:
        asked = next(current)
        reply = instead.get(asked.id.replace("-", "_"), _right(asked))
        if isinstance(reply, Exception):
            raise reply
        return reply

    return evaluate(ask, cases, supports=same_words, fingerprints=PRINTS if prints is None else prints)


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    write_baseline(_run(), path)
    return path


def _failed(verdict: Gate) -> set[tuple[str, str]]:
    return {(failure.where, failure.measure) for failure in verdict.failures}


def test_the_run_that_made_the_baseline_passes_it(baseline: Path) -> None:
    verdict = gate(_run(), baseline)
    assert verdict.passed and verdict.lost == verdict.won == ()
    assert str(verdict) == "No floor of the baseline is broken."


def test_two_lost_cases_are_tolerated_and_named(baseline: Path) -> None:
    verdict = gate(_run(en_1=refusal(), en_2=refusal()), baseline)
    assert verdict.passed
    assert verdict.lost == ("en-1", "en-2")
    assert "fail now: en-1, en-2" in str(verdict)


def test_three_lost_cases_break_the_floors_of_each_group_that_they_are_in(baseline: Path) -> None:
    verdict = gate(_run(en_1=refusal(), en_2=refusal(), en_3=refusal()), baseline)
    assert {("overall", "fact_recall"), ("language en", "fact_recall"), ("kind factoid", "fact_recall")} <= _failed(
        verdict
    )
    assert ("overall", "wrong_refusals") in _failed(verdict)
    assert not any("zh" in where or "date" in where for where, _ in _failed(verdict))


def test_a_failure_names_the_cases_that_passed_before(baseline: Path) -> None:
    (failure,) = [
        f
        for f in gate(_run(en_1=refusal(), en_2=refusal(), en_3=refusal()), baseline).failures
        if f.where == "kind factoid"
    ][:1]
    assert failure.cases == ("en-1", "en-2", "en-3")
    assert str(failure) == "kind factoid: fact_recall is 0.25, the baseline wants at least 1; cases: en-1, en-2, en-3"


def test_an_unanswerable_question_answered_is_not_blamed_for_lost_facts(baseline: Path) -> None:
    verdict = gate(_run(en_1=refusal(), en_2=refusal(), en_3=refusal(), no_0=right_answer()), baseline)
    (facts,) = [f for f in verdict.failures if (f.where, f.measure) == ("overall", "fact_recall")]
    assert facts.cases == ("en-1", "en-2", "en-3")


def test_a_single_error_breaks_the_gate(baseline: Path) -> None:
    assert ("overall", "failed") in _failed(gate(_run(zh_0=ValueError("broken")), baseline))


def test_answers_that_grow_by_more_than_a_tenth_break_the_gate(baseline: Path) -> None:
    long = "Chen Yulan June 15 " * 5
    longer = answer([("Chen Yulan June 15", [0])], [citation("depot", long)], [hit("depot", long)])
    four = {"en_0": longer, "en_1": longer, "en_2": longer, "en_3": longer}
    assert gate(_run(**four), baseline).passed  # the median of all eight answers is still one of the short Chinese ones
    assert _failed(gate(_run(**four, zh_0=longer), baseline)) == {("overall", "quoted_chars_median")}


def test_better_is_not_a_failure_and_is_told(tmp_path: Path) -> None:
    write_baseline(_run(en_1=refusal()), tmp_path / "baseline.json")
    verdict = gate(_run(), tmp_path / "baseline.json")
    assert verdict.passed and verdict.won == ("en-1",)


def test_a_changed_gold_file_or_collection_is_reported(baseline: Path) -> None:
    verdict = gate(_run(prints={"gold": "g2", "collection": "c"}), baseline)
    assert _failed(verdict) == {("fingerprint", "gold")}
    assert "the gold is not what the baseline was made with" in str(verdict)
    assert _failed(gate(_run(prints={"gold": "g"}), baseline)) == {("fingerprint", "collection")}


def test_a_group_or_measure_that_is_gone_is_a_failure(baseline: Path) -> None:
    failed = _failed(gate(_run(cases=CASES[:8]), baseline))
    assert ("kind unanswerable", "right_refusals") in failed
    assert ("overall", "right_refusals") in failed


def test_cases_that_are_no_longer_asked_are_not_called_lost(baseline: Path) -> None:
    assert gate(_run(cases=CASES[1:]), baseline).lost == ()


def test_tolerance_is_of_the_cases_that_have_the_measure(baseline: Path) -> None:
    # Three unanswerable cases: two may go wrong, all may not, though eleven cases were asked.
    short = answer([("June", [0])], [citation("depot", "June")])
    assert gate(_run(no_0=short, no_1=short), baseline).passed
    failed = _failed(gate(_run(no_0=short, no_1=short, no_2=short), baseline))
    assert ("overall", "right_refusals") in failed


def test_ranks_may_be_worse_by_two_cases(baseline: Path) -> None:
    def second(quote: str) -> Answer:
        hits = [hit("other", "Nothing."), hit("depot", quote)]
        return answer([(quote, [0])], [citation("depot", quote)], hits)

    moved = {f"en_{i}": second("Chen Yulan June 15") for i in range(4)}  # each at half of what it was, two in all
    assert ("overall", "mrr") not in _failed(gate(_run(**moved), baseline))
    fifth = replace(second("陈玉兰6月15日"), language="zh-Hans")
    assert ("overall", "mrr") in _failed(gate(_run(**moved, zh_0=fifth), baseline))


def test_a_floor_is_not_lowered_unless_told_so(baseline: Path) -> None:
    before = baseline.read_text(encoding="utf-8")
    worse = _run(en_1=refusal())
    with pytest.raises(BaselineError, match="overall: fact_recall from 1 to 0.875") as error:
        write_baseline(worse, baseline)
    assert error.value.remedy
    assert baseline.read_text(encoding="utf-8") == before
    told = write_baseline(worse, baseline, lower=True)
    assert "overall: fact_recall from 1 to 0.875" in told
    assert read_baseline(baseline)["lowered"] == told
    assert write_baseline(worse, baseline) == read_baseline(baseline)["lowered"] == []
    assert read_baseline(baseline)["floors"]["overall"]["fact_recall"] == 0.875


def test_answers_a_little_longer_leave_the_ceiling_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"

    def quoting(characters: int) -> Run:
        run = _run()
        return replace(run, cases=tuple(replace(c, quoted_chars=c.quoted_chars and characters) for c in run.cases))

    write_baseline(quoting(100), path)
    assert write_baseline(quoting(109), path) == []
    assert read_baseline(path)["floors"]["overall"]["quoted_chars_median"] == 100
    with pytest.raises(BaselineError, match="quoted_chars_median from 100 to 120"):
        write_baseline(quoting(120), path)


def test_losing_a_group_is_lowering_too(baseline: Path) -> None:
    with pytest.raises(BaselineError, match="kind unanswerable: right_refusals from 1 to nothing"):
        write_baseline(_run(cases=CASES[:8]), baseline)


def test_floors_are_raised_without_being_told(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(_run(en_1=refusal()), path)
    write_baseline(_run(), path)
    assert compare(_run(), read_baseline(path)) == []
    assert "en-1" in read_baseline(path)["passing"]
    assert read_baseline(path)["fingerprints"] == PRINTS


def test_a_baseline_written_again_from_the_same_run_is_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    third = _run(en_0=refusal())  # 7/8 and thirds do not print exactly
    write_baseline(third, path)
    before = path.read_bytes()
    write_baseline(third, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{broken", "cannot be read"),
        ("[]", "not a baseline of format 2"),
        (json.dumps({"format": 1}), "not a baseline of format 2"),
        (json.dumps({"format": 2, "floors": {}}), "lacks fingerprints, passing, values"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused_with_a_remedy(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BaselineError, match=message) as error:
        gate(_run(), path)
    assert "--set-baseline" in error.value.remedy


def test_a_missing_baseline_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="There is no baseline"):
        gate(_run(), tmp_path / "none.json")
    assert issubclass(BaselineError, ERRORS)


# Forty cases of ten facts each; an answer states as many of them as told.
_WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa".split()
_MANY = [case(id=f"m{i:02}", facts=tuple((word,) for word in _WORDS)) for i in range(40)]


def _stating(counts: list[int]) -> Run:
    left = iter(counts)

    def ask(question: str, history: list[str]) -> Answer:
        quote = " ".join(_WORDS[: next(left)])
        return answer([(quote, [0])], [citation("depot", quote)], [hit("depot", " ".join(_WORDS))])

    return evaluate(ask, _MANY, supports=same_words, fingerprints=PRINTS)


def test_many_small_losses_that_break_no_floor_fail_by_the_paired_test(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(_stating([9] * 31 + [10] * 9), path)
    # Nine cases lose a tenth each: less than one case, so no floor breaks. Of 2^9 signs 2 are as extreme.
    run = _stating([9] * 40)
    assert compare(run, read_baseline(path)) == []
    (overall, *_) = gate(run, path).failures
    assert (overall.where, overall.measure) == ("overall", "fact_recall")
    tested = len([name for name in read_baseline(path)["values"]["m00"]])
    assert overall.p == pytest.approx(2 / 2**9 * tested)
    assert overall.cases == tuple(f"m{i}" for i in range(31, 40))
    assert "no chance" in str(overall) and not gate(run, path).passed


def test_few_small_losses_may_be_chance(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(_stating([9] * 36 + [10] * 4), path)
    assert gate(_stating([9] * 40), path).passed


def test_as_many_small_gains_are_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(_stating([9] * 40), path)
    assert gate(_stating([9] * 31 + [10] * 9), path).passed


def test_a_case_that_the_baseline_does_not_know_is_not_compared(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(_run(cases=CASES[:5]), path)
    assert not [each for each in gate(_run(), path).failures if each.p is not None]


def test_the_values_of_a_case_stand_in_one_line(baseline: Path) -> None:
    (line,) = [line for line in baseline.read_text(encoding="utf-8").split("\n") if line.startswith('  "en-1": ')]
    assert json.loads("{" + line.rstrip(",") + "}")["en-1"]["fact_recall"] == 1
