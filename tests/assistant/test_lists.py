"""Which enumeration of a bulletin a question asks for."""

from __future__ import annotations

from assistant.asking import Asked
from assistant.lists import fitting_lists, member_asked_for

from .. import fakes
from .candidates import candidate, described

LOCKERS = described("101", fakes.LOCKERS)  # three rules
ISLANDS = described("102", fakes.ISLANDS)  # two tasks
RULES = candidate(LOCKERS, "Three rules were agreed", 0.8)
TASKS = candidate(ISLANDS, "兩項任務", 0.6)
MAKERS = candidate(LOCKERS, "Seventeen makers", 0.9)


def test_the_count_chooses_the_list_though_another_one_ranks_higher() -> None:
    (found,) = fitting_lists(Asked("list", number=2, many=True), [RULES, TASKS])
    assert found.bulletin == ISLANDS and found.counted and found.score > 1


def test_a_list_of_another_count_does_not_fit() -> None:
    assert fitting_lists(Asked("list", number=7, many=True), [RULES, TASKS]) == []


def test_a_list_of_other_things_does_not_fit_though_it_has_the_number_asked_for() -> None:
    far = candidate(LOCKERS, "Three rules were agreed", 0.3)
    for members, fits in (("rules", True), ("systems", False)):
        asked = Asked("list", number=3, many=True, members=members)
        assert bool(fitting_lists(asked, [candidate(ISLANDS, "兩項任務", 0.9), far])) is fits


def test_without_a_count_the_sentence_that_announces_the_list_must_be_about_the_best() -> None:
    asked = Asked("list", many=True)
    assert [fit.bulletin for fit in fitting_lists(asked, [RULES, TASKS])] == [LOCKERS]
    assert fitting_lists(asked, [candidate(LOCKERS, "Seventeen makers", 1.0), TASKS]) == []


def test_a_list_that_no_candidate_points_to_does_not_fit_even_with_the_right_count() -> None:
    assert fitting_lists(Asked("list", number=3, many=True), [MAKERS]) == []


def test_one_member_is_taken_from_the_list_that_the_candidates_point_to() -> None:
    (found,) = fitting_lists(Asked("what", nth=2), [RULES])
    assert found.bulletin == LOCKERS and not found.counted


def test_a_question_for_one_thing_asks_for_no_list() -> None:
    assert fitting_lists(Asked("when"), [RULES, TASKS]) == []
    assert fitting_lists(Asked("list", number=3, many=True), []) == []


def test_the_member_that_holds_what_the_question_says_is_the_one_in_which_the_best_sentence_stands() -> None:
    lead, task = candidate(ISLANDS, "兩項任務", 0.9, headed=0), candidate(ISLANDS, "二是", 0.8, headed=0)
    found = member_asked_for(Asked("what", holding="冷鏈"), [lead, task])
    assert found and (found.number, found.candidate) == (1, task)
    assert member_asked_for(Asked("what", number=5, holding="冷鏈"), [lead, task]) is None
    faint = candidate(ISLANDS, "二是", 0.3, headed=0)
    assert member_asked_for(Asked("what", holding="冷鏈"), [lead, faint]) is None
