from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.settings import Settings
from eval.compare import compare_runs
from eval.intervals import adjusted, interval, p_value
from eval.report import write_report
from eval.run import Run, evaluate
from eval.runs import RunError, kept, made_with, read_run
from tests.eval.fakes import case, refusal, right_answer, same_words


def _run(*replies: Answer, question: str = "Who opened the depot?") -> Run:
    answers = iter(replies)
    cases = [case(id=f"c{i}", question=question) for i in range(len(replies))]
    return evaluate(lambda asked, history: next(answers), cases, supports=same_words)


def test_an_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = [0.0, 1.0, 1.0, 0.5, 1.0, 0.0]
    low, high = interval(values) or (2, -1)
    assert 0 <= low < sum(values) / 6 < high <= 1
    assert interval(values) == (low, high)
    assert interval([0.25, 0.25]) == (0.25, 0.25)
    assert interval([1.0]) is None


def test_the_p_value_of_few_pairs_is_exact() -> None:
    # Three pairs that all differ the same way: of 8 ways to swap them, 2 are as far apart.
    assert p_value([0, 0, 0], [1, 1, 1]) == pytest.approx(2 / 8)
    assert p_value([0, 0, 0, 0.5, 1], [1, 1, 1, 0.5, 1]) == pytest.approx(2 / 8)  # equal pairs tell nothing
    assert p_value([0.3, 0.4], [0.3, 0.4]) == 1
    assert p_value([0], [1]) == 1


def test_p_values_are_adjusted_as_benjamini_and_hochberg_do() -> None:
    # Sorted .01 .02 .9 of 3: .01 * 3/1 = .03 and .02 * 3/2 = .03, .9.
    assert adjusted([0.9, 0.01, 0.02]) == pytest.approx([0.9, 0.03, 0.03])
    assert adjusted([]) == []


def test_runs_are_compared_case_by_case() -> None:
    found = compare_runs(
        _run(right_answer(), refusal(), right_answer()), _run(right_answer(), right_answer(), refusal())
    )
    assert [each.id for each in found.won] == ["c1"]
    assert [each.id for each in found.lost] == ["c2"]
    assert (found.won[0].a_problems, found.won[0].b_problems) == (("wrongly refused",), ())
    (recall,) = [each for each in found.differences if (each.where, each.measure) == ("overall", "fact_recall")]
    assert (recall.cases, recall.a, recall.b, recall.difference) == (3, 2 / 3, 2 / 3, 0)
    # What a refusal does not have is compared over the one case answered in both.
    (cited,) = [each for each in found.differences if (each.where, each.measure) == ("overall", "citation_recall")]
    assert cited.cases == 1


def test_a_clear_loss_is_called_worse_and_a_small_one_is_not() -> None:
    good = _run(*[right_answer()] * 12)
    clear = compare_runs(good, _run(*[refusal()] * 12))
    by_name = {each.measure: each for each in clear.differences if each.where == "overall"}
    assert by_name["fact_recall"].better is False
    assert by_name["wrong_refusals"].better is False  # more of them is worse
    small = compare_runs(good, _run(*[right_answer()] * 11, refusal()))
    assert {each.better for each in small.differences if each.measure == "fact_recall"} == {None}


def test_cases_asked_otherwise_are_left_out_and_named() -> None:
    found = compare_runs(_run(right_answer()), _run(right_answer(), question="Who shut the depot?"))
    assert (found.cases, found.left_out) == (0, ("c0",))


def test_the_comparison_can_be_read_as_text_and_as_json() -> None:
    found = compare_runs(_run(right_answer(), refusal()), _run(refusal(), right_answer()))
    assert "1 cases won:" in str(found) and "a: [wrongly refused] The bulletins do not say." in str(found)
    record = json.loads(json.dumps(found.to_json()))
    assert record["lost"][0]["id"] == "c0" and record["differences"][0]["where"] == "overall"


def test_a_run_written_is_the_run_read(tmp_path: Path) -> None:
    run = _run(right_answer(), refusal())
    write_report(run, tmp_path)
    assert read_run(tmp_path).to_json() == read_run(tmp_path / "report.json").to_json() == run.to_json()


@pytest.mark.parametrize("content", ["[]", "{", '{"format": 0}', '{"format": 1}'])
def test_what_is_no_run_is_refused_with_a_remedy(content: str, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(content, encoding="utf-8")
    with pytest.raises(RunError) as told:
        read_run(tmp_path)
    assert "--report" in told.value.remedy
    with pytest.raises(RunError, match="cannot be read"):
        read_run(tmp_path / "none")


def test_a_run_that_was_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    cases = [case(id=f"c{i}", question=f"Question {i}?") for i in range(4)]
    asked: list[str] = []

    def ask(question: str, history: list[str]) -> Answer:
        asked.append(question)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return right_answer()

    def go(about: dict[str, str]) -> Run:
        with kept(tmp_path, about, {"gold": "ab"}) as (earlier, keep):
            return evaluate(ask, cases, supports=same_words, earlier=earlier, keep=keep)

    with pytest.raises(KeyboardInterrupt):
        go({"seed": "1"})
    with (tmp_path / "cases.jsonl").open("a", encoding="utf-8") as out:
        out.write('{"id": "c2", "ques')  # the power went
    run = go({"seed": "1"})
    assert asked == ["Question 0?", "Question 1?", "Question 2?", "Question 2?", "Question 3?"]
    assert [each.id for each in run.cases] == ["c0", "c1", "c2", "c3"] and not run.failing
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["finished"] is True
    go({"seed": "1"})  # a finished run is not continued
    assert len(asked) == 9


def test_a_run_of_other_settings_is_not_continued(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), kept(tmp_path, {"seed": 1}, {}) as (_, keep):
        keep(_run(right_answer()).cases[0])
        raise KeyboardInterrupt
    with kept(tmp_path, {"seed": 2}, {}) as (earlier, _):
        assert earlier == {}


def test_what_a_run_was_made_with_holds_every_setting_that_an_answer_depends_on_and_no_secret() -> None:
    settings = replace(Settings(), reply_tokens=77, model_url="http://key@far.example")
    told = made_with(settings, "1", None, 1)["settings"]
    assert {"reply_tokens": 77, "context_tokens": 2_500, "hits": 10, "model": "none"}.items() <= told.items()
    assert not {"model_url", "host", "port", "cache"} & told.keys()
