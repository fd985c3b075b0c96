"""Questions that nothing answers, made of questions that something does."""

from __future__ import annotations

from eval.cases import Case
from eval.exchanged import exchanged


def case(name: str, question: str, bulletin: str, language: str = "en", kind: str = "factoid") -> Case:
    return Case(name, question, language, kind, bulletins=(bulletin,), facts=(("x",),))  # type: ignore[arg-type]


def test_a_name_gives_way_to_one_of_its_kind_from_a_case_of_another_bulletin() -> None:
    made = exchanged([case("a", "What was built in Harbin?", "1"), case("b", "Who met in Nanjing?", "2")])
    assert [(one.id, one.question) for one in made] == [
        ("a-exchanged", "What was built in Nanjing?"),
        ("b-exchanged", "Who met in Harbin?"),
    ]
    assert all(one.kind == "unanswerable" and not one.facts for one in made)


def test_what_the_same_bulletin_tells_takes_no_place() -> None:
    assert not exchanged([case("a", "What was built in Harbin?", "1"), case("b", "Who met in Nanjing?", "1")])


def test_a_year_gives_way_to_one_that_no_case_names() -> None:
    years = ["2018", "2021", "2022", "2025"]
    made = exchanged([case(year, f"What was built in {year}?", year) for year in years])
    assert len(made) == len(years)
    assert not any(year in one.question for one in made for year in years)


def test_names_that_no_fact_is_made_of_are_known_by_their_capitals() -> None:
    made = exchanged([case("a", "How high is the Karlsby tower?", "1"), case("b", "How old is the Molde wall?", "2")])
    assert [one.question for one in made] == ["How high is the Molde tower?", "How old is the Karlsby wall?"]


def test_a_case_that_names_nothing_or_has_no_answer_makes_none() -> None:
    asked = [case("a", "What was built there?", "1"), case("b", "Who met in Nanjing?", "2", kind="unanswerable")]
    assert not exchanged([*asked, case("c", "誰在哈爾濱開會?", "3", "zh-Hant")])
