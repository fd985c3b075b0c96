from __future__ import annotations

import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eval.measures
from eval.measures import (
    citation_precision,
    citation_recall,
    cohens_kappa,
    fact_precision,
    fact_recall,
    language_match,
    mean,
    percentile,
    quoted_chars,
    recall_at,
    reciprocal_rank,
    right_bulletin,
    risk_coverage,
    stated_facts,
    states,
    success_at,
    supported_sentences,
)
from tests.eval.fakes import same_words


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(eval.measures).failed == 0


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("Chen Yulan", "it was CHEN\n  YULAN's idea"),
        ("陳玉蘭", "副局长陈玉兰表示"),  # script
        ("陈玉兰", "副局長陳 玉蘭表示"),  # script and stray space
        ("４Ａ级", "4A級景點"),  # width
        ("綠色郵路", "推進「綠色」郵路建設"),  # quotation marks
        ("“green mile” plan", "the green mile plan"),
        ("courier's", "the courier’s bag"),
        ("2016-2020", "for 2016–2020,"),
        ("70%", "升至 70 %"),
        ("Hangzhou", "在Hangzhou召開"),  # a Chinese character is a border to a Latin word
        ("15", "共15個城市"),
        ("2021", "12月3日2021.12.03"),  # points that part a date are no decimal points
        ("2018", "December 12,2018"),
        ("10", "under rule 10, all"),
        ("三項規則", "統一三項規則"),  # 一 before 三 makes no number
    ],
)
def test_a_wording_is_stated_whatever_its_script_width_case_space_and_quotation_marks(wording: str, text: str) -> None:
    assert states(wording, text)


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("70%", "a rise of 170%"),
        ("10", "in 2010"),
        ("10", "10,000 couriers"),
        ("10", "10.5 tonnes"),
        ("000", "10,000 couriers"),
        ("5", "10.5 tonnes"),
        ("25", "25萬人次"),
        ("三項", "共十三項"),
        ("十項", "共二十項"),
        ("二十", "共二十三座"),
        ("port", "a report on ports"),
        ("Li Na", "Li Nan spoke"),
        ("陳玉蘭", "陳玉鳳表示"),
        ("劉君", "刘军表示"),  # the same reading is not the same person
        ("6月15日", "6月5日，共15人"),
        ("anything", ""),
    ],
)
def test_a_wording_is_not_stated_by_part_of_a_word_or_number(wording: str, text: str) -> None:
    assert not states(wording, text)


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("25萬", "training for 250,000 people"),
        ("250,000", "培训25万人次"),
        ("February 3", "2月3日开幕"),
        ("2月3日", "opened on February 3, 2021"),  # who gives the year has given the day
        ("2021-02-03", "2021年2月3日"),
        ("2021年2月", "on February 3, 2021"),
        ("百分之七十", "a share of 70%"),
    ],
)
def test_figures_and_dates_are_stated_by_equal_value(wording: str, text: str) -> None:
    assert states(wording, text)


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("2021-02-03", "on February 3"),  # the year is not told
        ("25萬人次", "250,000 parcels"),  # not wholly a figure: what is counted must be said too
        ("70%", "70 vans"),
        ("February 3", "3月2日"),
    ],
)
def test_other_figures_and_dates_are_not_stated_by_value(wording: str, text: str) -> None:
    assert not states(wording, text)


def test_a_wording_that_folds_to_nothing_is_never_stated() -> None:
    assert not states("“”", "anything “”")


def test_pinyin_notes_and_tags_in_a_quote_do_not_hide_a_fact() -> None:
    assert states("啟動海島巡查", "啟(qǐ)動海島(dǎo)巡查")
    assert states("海島巡查", "海島<b>巡查</b>")


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_text_states_itself_between_line_ends(before: str, after: str) -> None:
    assert states("陳玉蘭", f"{before}\n。陳玉蘭。\n{after}")


def test_fact_recall_is_the_share_of_facts_with_some_wording_in_some_text() -> None:
    facts = [["Chen Yulan", "陳玉蘭"], ["June 15"], ["Hangzhou", "杭州"], ["never told"]]
    assert fact_recall(facts, ["Opened on June 15.", "陈玉兰在杭州表示"]) == 3 / 4
    assert stated_facts(facts, ["Opened on June 15.", "陈玉兰在杭州表示"]) == {0, 1, 2}


def test_a_wording_is_not_pieced_together_from_two_texts() -> None:
    assert fact_recall([["Chen Yulan"]], ["by Chen", "Yulan said"]) == 0


def test_fact_recall_without_facts_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one fact"):
        fact_recall([], ["text"])


def test_right_bulletin_is_the_share_of_citations_on_a_right_source() -> None:
    assert right_bulletin(["a", "b", "a", "c"], {"a", "b"}) == 3 / 4
    assert right_bulletin([], {"a"}) == 0


# Sentences with their quotes: supported by both together only; by the first alone; by none; cites nothing.
CITED = [
    ("red blue", ["red", "blue"]),
    ("green", ["green leaf", "brown leaf"]),
    ("white", ["black"]),
    ("and so on", []),
]


def test_citation_recall_counts_sentences_that_all_their_citations_together_support() -> None:
    assert citation_recall(CITED, same_words) == 2 / 4
    assert citation_recall([], same_words) == 0


def test_supported_sentences_leaves_out_sentences_that_cite_nothing() -> None:
    assert supported_sentences(CITED, same_words) == 2 / 3
    assert supported_sentences([("and so on", [])], same_words) == 0


def test_citation_precision_counts_citations_that_their_sentence_needs() -> None:
    # red and blue are both needed; green leaf suffices, so brown leaf is idle; black supports nothing: 3 of 5.
    assert citation_precision(CITED, same_words) == 3 / 5
    assert citation_precision([("and so on", [])], same_words) == 0


def test_quoted_characters_that_two_citations_share_count_once() -> None:
    assert quoted_chars([("a", 0, 10), ("a", 5, 20), ("a", 6, 8), ("b", 5, 20)]) == 20 + 15
    assert quoted_chars([]) == 0


@pytest.mark.parametrize(
    ("expected", "declared", "lead", "match"),
    [
        ("en", "en", "Chen Yulan opened it.", 1.0),
        ("en", "zh-Hans", "Chen Yulan opened it.", 0.0),
        ("zh-Hant", "zh-Hans", "由她開幕。", 0.0),
        ("en", "en", "由陳玉蘭開幕。", 0.0),  # declared, but written otherwise
        ("zh-Hant", "zh-Hant", "The depot was opened.", 0.0),
        ("en", "en", "It says so in 《海島郵路春季巡查啟動工作會議召開》.", 1.0),  # titles stay as published
        ("zh-Hans", "zh-Hans", "RCEP成员国达成共识。", 1.0),
        ("en", "en", "15", 1.0),
        ("zh-Hant", "zh-Hant", "由陈玉兰开幕。", 0.0),  # the other script
        ("zh-Hans", "zh-Hans", "由陳玉蘭開幕。", 0.0),
        ("zh-Hans", "zh-Hans", "陈玉兰（《陳玉蘭訪談錄》）开幕。", 1.0),
        ("zh-Hant", "zh-Hant", "由主任主持。", 1.0),  # written alike in both
    ],
)
def test_an_answer_keeps_the_language_when_its_lead_does(expected: str, declared: str, lead: str, match: float) -> None:
    assert language_match(expected, declared, lead) == match  # type: ignore[arg-type]


def test_fact_precision_is_the_share_of_sentences_that_state_a_fact() -> None:
    facts = [["Chen Yulan", "陳玉蘭"], ["June 15", "6月15日"]]
    said = ["陈玉兰剪彩。", "The day was sunny.", "It opened on 15 June.", "Many came."]
    assert fact_precision(facts, said) == 2 / 4
    assert fact_precision(facts, []) == 0


def test_kappa_is_agreement_beyond_chance() -> None:
    # Cohen's own form of table: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; agreed .7, by chance .5 * .6 + .5 * .4 = .5
    a = ["yes"] * 25 + ["no"] * 25
    b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohens_kappa(a, b) == pytest.approx(0.4)
    assert cohens_kappa([1, 0], [0, 1]) == -1
    assert cohens_kappa(a, a) == 1
    assert cohens_kappa([], []) is None and cohens_kappa([1, 1], [1, 1]) is None


FOUND: list[set[int]] = [set(), {0}, {0, 2}, set(), {1}]


@pytest.mark.parametrize(("k", "recall"), [(1, 0), (2, 1 / 4), (3, 2 / 4), (5, 3 / 4), (50, 3 / 4)])
def test_recall_is_the_share_of_facts_in_the_first_k_passages(k: int, recall: float) -> None:
    assert recall_at(k, FOUND, 4) == recall


def test_recall_of_no_passage_is_zero_and_of_no_fact_refused() -> None:
    assert recall_at(5, [], 4) == 0
    with pytest.raises(ValueError, match="at least one fact"):
        recall_at(5, FOUND, 0)


def test_rank_and_success_look_at_the_first_relevant_one() -> None:
    relevant = [bool(facts) for facts in FOUND]
    assert reciprocal_rank(relevant) == 1 / 2
    assert (success_at(1, relevant), success_at(2, relevant)) == (0, 1)
    assert reciprocal_rank([False, False]) == reciprocal_rank([]) == success_at(5, []) == 0


def test_mean_leaves_out_what_has_no_value() -> None:
    assert mean([1.0, None, 0.0]) == 0.5
    assert mean([None]) is None


@pytest.mark.parametrize(("share", "value"), [(0.05, 1), (0.5, 10), (0.95, 19), (0.951, 20), (1.0, 20), (0.0, 1)])
def test_percentile_is_a_value_that_occurs(share: float, value: int) -> None:
    assert percentile(range(20, 0, -1), share) == value
    assert percentile([], share) is None


def test_risk_rises_with_coverage_when_the_least_probable_answers_are_the_wrong_ones() -> None:
    assert risk_coverage([(0.6, 1.0), (0.9, 0.0), (0.8, 0.5)], cases=4) == [(1 / 4, 0), (2 / 4, 1 / 4), (3 / 4, 1 / 2)]


def test_equal_probabilities_make_one_point_of_the_curve() -> None:
    assert risk_coverage([(0.9, 0.0), (0.9, 1.0)], cases=2) == [(1.0, 0.5)]
    assert risk_coverage([], cases=2) == []


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=20))
def test_coverage_rises_and_risk_stays_a_share(answered: list[tuple[float, float]]) -> None:
    points = risk_coverage(answered, cases=20)
    assert all(a[0] < b[0] for a, b in pairwise(points))
    assert all(0 <= coverage <= 1 and 0 <= risk <= 1 + 1e-9 for coverage, risk in points)


def test_grounding_splits_sentences_as_ragchecker_does() -> None:
    cited = [
        ("the depot opened", ["the depot opened in June"]),  # its quote supports it
        ("snow fell", ["the depot opened in June"]),  # only another passage found supports it
        ("Chen came", []),  # nothing found says so, and it is a fact of the case: known otherwise
        ("lions came", []),  # nothing found says so
    ]
    found = ["snow fell all day"]
    shares = eval.measures.grounded(cited, found, [["Chen"]], same_words)
    assert shares == {"faithfulness": 0.5, "hallucination": 0.25, "self_knowledge": 0.25}
    nothing = {"faithfulness": 0.0, "hallucination": 1.0, "self_knowledge": 0.0}
    assert eval.measures.grounded([], found, [["Chen"]], same_words) == nothing


def test_the_area_of_risk_is_the_mean_over_thresholds() -> None:
    # Risks as answers are added, most probable first: 0/1, 1/2, 1/3; their mean is 5/18.
    assert eval.measures.risk_area([(0.2, 0.0), (0.9, 0.0), (0.5, 1.0)]) == pytest.approx(5 / 18)
    assert eval.measures.risk_area([]) is None
