from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eval.cases import Evidence
from eval.intervals import interval
from eval.report import MEASURES, junit, markdown, render, summary_text, write_report
from eval.run import Run, evaluate
from eval.runs import read_run
from tests.eval.fakes import answer, case, citation, hit, refusal, right_answer, same_words

HOSTILE = '<script>alert(1)</script> & "quoted" {{ 7 * 7 }}'


@pytest.fixture(scope="module")
def run() -> Run:
    half = answer(
        [(f"Chen Yulan {HOSTILE}", [0])], [citation("other", HOSTILE)], [hit("depot", HOSTILE)], notes=(HOSTILE,)
    )
    asked = [
        (case(id="right"), right_answer()),
        (case(id="half", why=HOSTILE, question=HOSTILE, history=(HOSTILE,), kind="follow-up"), half),
        (case(id="refused", language="zh-Hant", kind="date", cross=True), refusal(language="zh-Hant", text="未提及。")),
        (case(id="unknown", kind="unanswerable"), refusal()),
        (case(id="crashed"), None),
    ]
    replies = iter([reply for _, reply in asked])

    def ask(question: str, history: list[str]) -> object:
        reply = next(replies)
        if reply is None:
            raise ValueError(HOSTILE)
        return reply

    about = {"settings": {"model": HOSTILE}, "revision": 3}
    return evaluate(ask, [each for each, _ in asked], supports=same_words, about=about, fingerprints={"gold": "ab12"})  # type: ignore[arg-type]


class _Page(HTMLParser):
    """Tags opened with their attributes, and the text between them; notes what was never closed."""

    void = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_is_well_formed_and_loads_nothing(run: Run) -> None:
    page = _Page(render(run))
    assert page.open == []
    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in page.tags)
    addresses = [v for _, attributes in page.tags for k, v in attributes.items() if k in ("src", "href")]
    assert all(str(address).startswith("#") for address in addresses)
    assert "@import" not in render(run) and "url(" not in render(run)


def test_what_came_from_outside_is_escaped_wherever_it_is_shown(run: Run) -> None:
    html = render(run)
    assert "<script" not in html
    # question (and as asked before), reason, answer, citation, passage, note, unsupported sentence, error, settings
    assert html.count("&lt;script&gt;") >= 9
    assert "49" not in re.findall(r"&lt;/script&gt;[^<]{0,40}", html)[0]


def test_each_failing_case_is_shown_with_what_was_expected_and_given(run: Run) -> None:
    page = _Page(render(run))
    shown = [attributes.get("id") for tag, attributes in page.tags if tag == "details" and attributes]
    assert shown == ["case-half", "case-refused", "case-crashed"]
    text = " ".join(" ".join(page.words).split())
    assert "stated: Chen Yulan / 陳玉蘭" in text
    assert "missing: June 15 / 6月15日" in text
    assert "wrong citation" in text and "other (not a right bulletin)" in text
    assert "probability 0.900, answered" in text
    assert "decision: whether the evidence" not in text  # no stage is listed that is not to blame


def test_the_first_screen_tells_in_words_what_came_of_the_questions(run: Run) -> None:
    text = " ".join(" ".join(_Page(render(run)).words).split())
    assert "Of 4 that the bulletins answer, 1 got a complete and right answer, 1 an incomplete" in text
    assert "1 a refusal and 1 an error." in text
    assert "Of 1 that they do not answer, 1 were refused and 0 answered all the same." in text
    assert "model tokens" not in text  # no model was asked


def test_the_evidence_of_a_failing_case_is_shown_and_read_back(tmp_path: Path) -> None:
    where = Evidence("depot", "The depot was opened on <June 15>.", 40)
    run = evaluate(lambda question, history: refusal(), [case(evidence=(where,))], supports=same_words)
    assert "Where it stands" in render(run) and "on &lt;June 15&gt;." in render(run)
    write_report(run, tmp_path)
    (found,) = read_run(tmp_path).cases
    assert found.evidence == (where,)


def test_tiles_show_value_target_and_whether_it_is_reached(run: Run) -> None:
    text = " ".join(" ".join(_Page(render(run)).words).split())
    assert "facts stated 37.5 % at least 85.0 % wanted: missed" in text  # (1 + 1/2 + 0 + 0) / 4
    assert "right refusals 100.0 % at least 80.0 % wanted: reached" in text


def test_the_curve_ends_at_the_share_of_questions_answered(run: Run) -> None:
    assert "this run: 40.0 % answered, 25.0 % wrong" in render(run)


def test_a_run_without_any_answer_or_any_trouble_is_shown_too() -> None:
    refused = evaluate(lambda question, history: refusal(), [case(kind="unanswerable")], supports=same_words)
    text = render(refused)
    assert "No question was answered." in text
    assert "every question came out right" in text
    broken = evaluate(lambda question, history: 1 / 0, [case()], supports=same_words)  # type: ignore[arg-type, return-value]
    assert "ZeroDivisionError" in render(broken)


def test_the_report_is_one_page_and_its_data(run: Run, tmp_path: Path) -> None:
    page = write_report(run, tmp_path / "new" / "report")
    assert sorted(p.name for p in page.parent.iterdir()) == ["junit.xml", "report.html", "report.json", "summary.md"]
    assert page.name == "report.html"
    assert json.loads((page.parent / "report.json").read_text(encoding="utf-8"))["summary"]["cases"] == 5


def test_the_table_for_the_terminal_is_aligned_and_names_the_failing_cases(run: Run) -> None:
    table, failing = summary_text(run).split("\n\n")
    rows = table.splitlines()
    assert len({len(row) for row in rows}) == 1
    assert [row[:24].strip() for row in rows[2:6]] == ["all", "English", "Traditional Chinese", "factoid"]
    assert failing.splitlines()[0] == "3 of 5 cases fail:"
    assert "  refused  wrongly refused [search]" in failing
    assert "  crashed  broken (ValueError: " in failing


def test_the_table_shows_chosen_measures_only_when_asked(run: Run) -> None:
    first, second, overall = summary_text(run, ["right_refusals", "failed"]).splitlines()[:3]
    assert (first.split(), second.split()) == (["right", "failed"], ["refusals"])
    assert overall.split() == ["all", "100.0", "%", "1"]


def test_every_measure_shown_is_in_the_summary(run: Run) -> None:
    assert {measure.name for measure in MEASURES} <= run.summary.keys()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("fact_recall", 0.93333, "93.3 %"),
        ("fact_recall", 0.9999, "99.9 %"),  # not all is not 100 %
        ("fact_recall", 1.0, "100.0 %"),
        ("fact_recall", None, "–"),
        ("seconds_p50", 0.0482, "48 ms"),
        ("seconds_p50", 0.0042, "4.2 ms"),
        ("mrr", 0.43111, "0.431"),
        ("seconds_p50", 2.34, "2.3 s"),
        ("quoted_chars_median", 1234, "1,234"),
    ],
)
def test_a_value_is_shown_in_its_unit(name: str, value: float | None, shown: str) -> None:
    measure = next(each for each in MEASURES if each.name == name)
    assert measure.show(value) == shown


def test_junit_has_a_test_for_each_case_and_tells_errors_from_failures(run: Run) -> None:
    top = ElementTree.fromstring(junit(run))
    suites = {suite.get("name"): (suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in top}
    assert suites == {"en": ("4", "1", "1"), "zh-Hant": ("1", "1", "0")}
    (refused,) = [test for test in top.iter("testcase") if test.get("name") == "refused"]
    assert refused.get("classname") == "zh-Hant.date"
    assert refused[0].get("message") == "wrongly refused [search]"
    assert "missing: Chen Yulan / 陳玉蘭" in (refused[0].text or "")


def test_junit_drops_characters_that_xml_cannot_carry() -> None:
    broken = evaluate(lambda question, history: refusal(text="a\x00b\x1b"), [case()], supports=same_words)
    (failure,) = ElementTree.fromstring(junit(broken)).iter("failure")
    assert "given: a\ufffdb\ufffd" in (failure.text or "")


def test_the_summary_in_markdown_has_values_intervals_and_failing_cases(run: Run) -> None:
    text = markdown(run)
    assert "2 of 5 questions entirely right" in text
    assert re.search(r"\| facts stated \| 37\.5 % \| .+ – .+ \| at least 85\.0 % \| \*\*missed\*\* \|", text)
    assert "- `crashed` broken (ValueError: \\<script\\>" in text


def test_the_pictures_are_drawn_from_the_cases(run: Run) -> None:
    page = _Page(render(run))
    pictures = [attributes.get("aria-label") for tag, attributes in page.tags if tag == "svg"]
    assert pictures == [
        "Risk by coverage",
        "Probability of each question by outcome",
        "Calibration of the probability",
        "Recall by number of passages",
        "Seconds by step",
    ]
    text = " ".join(" ".join(page.words).split())
    # Three answers of .9 and two refusals of .1 but one case broke: .9 for two with an answer, .1 for one of two.
    assert "2 questions: probability 0.90, 100 % had an answer" in text
    assert "2 questions: probability 0.10, 50 % had an answer" in text
    # Found at rank 2, nothing, nothing, broken: the broken case has no ranks.
    assert "all (unbroken): 0.0 % in the first, 33.3 % in the first 10" in text


def test_each_group_shows_the_interval_of_its_averages(run: Run) -> None:
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', render(run), re.DOTALL)
    of_english = next(cells for name, cells in rows if name == "English")
    english = [case.values["fact_recall"] for case in run.cases if case.language == "en" and case.answerable]
    low, high = interval(english) or (0, 0)
    assert low < high and f'<small class="between">{100 * low:.1f} % – {100 * high:.1f} %</small>' in of_english
    alone = next(cells for name, cells in rows if name == "English, follow-up")
    assert "between" not in alone  # of a single case nothing can be told
