"""Questions that may come next: of what the cited bulletins tell and the answer does not say."""

from __future__ import annotations

import dataclasses

from assistant.suggest import questions
from sources.bulletin import Person, TextDate
from tests.fakes import BULLETINS, date_answer, list_answer

LOCKERS = dataclasses.replace(
    BULLETINS[0], people=(Person("Chen Yulan", "deputy head", 0, 0), Person("Wu Heng", "engineer", 0, 0))
)


def test_people_of_the_cited_bulletin_who_are_not_named_yet_are_asked_about() -> None:
    answer = dataclasses.replace(list_answer("What did Chen Yulan say?"), text="Three rules.")
    assert "What did Wu Heng say?" in list(questions(answer, [LOCKERS]))
    assert "What did Chen Yulan say?" not in list(questions(answer, [LOCKERS]))


def test_a_bulletin_in_another_language_gives_none_as_its_names_are_written_otherwise() -> None:
    assert list(questions(date_answer("何時?"), [LOCKERS])) == []


def test_an_event_whose_date_is_known_may_be_asked_for() -> None:
    dated = dataclasses.replace(BULLETINS[1], dates=(TextDate("2022-03-07", "event", 0, 0),))
    assert any(q.endswith("是何時舉行的？") for q in questions(date_answer("何時?"), [dated]))
