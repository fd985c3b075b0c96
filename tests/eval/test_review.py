from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases import read_cases, read_lines
from eval.review import Review, ReviewRefused, changes_of, form_of
from eval.review_page import ReviewPage, build
from sources.bulletin import Bulletin
from tests.fakes import HOSTILE, bulletin_of

TEXT = (
    f"Depot opened\n\nChen Yulan opened the depot. {HOSTILE} It holds 400 parcels. Once more: it holds 400 parcels.\n"
)
QUOTE = "It holds 400 parcels."
DEPOT = bulletin_of("depot", TEXT)


def _find(source: str) -> Bulletin | None:
    return DEPOT if source == "depot" else None


def _record(name: str, **given: Any) -> dict[str, Any]:
    values = {"id": name, "question": "How many parcels?", "language": "en", "kind": "factoid", "state": "proposed"}
    values |= {"bulletins": ["depot"], "facts": [["400", "four hundred"]]}
    return values | {"evidence": [{"source": "depot", "quote": QUOTE, "start": TEXT.index(QUOTE)}]} | given


def _review(place: Path, *records: dict[str, Any]) -> Review:
    path = place / "gold.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return Review(path, _find)


def _states(review: Review) -> dict[str, str]:
    return {case.id: case.state for case in review.cases()}


def test_a_decision_is_in_the_file_at_once_and_other_lines_stay_to_the_letter(tmp_path: Path) -> None:
    review = _review(tmp_path, _record("a"), _record("b"))
    before = review.path.read_text(encoding="utf-8").split("\n")
    review.path.write_text("\n".join(["", before[0], '{"half": ', before[1], ""]), encoding="utf-8")
    review.decide("b", "accepted")
    after = review.path.read_text(encoding="utf-8").split("\n")
    assert after[:3] == ["", before[0], '{"half": ']
    assert _states(Review(review.path, _find)) == {"a": "proposed", "b": "accepted"}
    assert [path.name for path in tmp_path.iterdir()] == ["gold.jsonl"]


def test_only_what_was_accepted_is_asked(tmp_path: Path) -> None:
    review = _review(tmp_path, _record("a"), _record("b"), _record("c"))
    review.decide("a", "accepted")
    review.decide("b", "rejected")
    assert [case.id for case in read_cases(review.path)] == ["a"]


def test_what_a_person_edits_is_written_and_its_evidence_is_found_anew(tmp_path: Path) -> None:
    review = _review(tmp_path, _record("a"))
    form = form_of(review.case("a"))
    changes = changes_of(form) | {
        "question": "What does it hold?",
        "facts": [["400 parcels"]],
        "evidence": [{"source": "depot", "quote": "400 parcels. Once"}],
    }
    new = review.decide("a", "accepted", changes)
    assert read_cases(review.path) == (new,)
    assert (new.question, new.facts) == ("What does it hold?", (("400 parcels",),))
    assert TEXT[new.evidence[0].start :].startswith("400 parcels. Once")


def test_facts_that_no_right_bulletin_states_are_not_accepted_unless_they_were_proposed_so(tmp_path: Path) -> None:
    review = _review(tmp_path, _record("a"), _record("b", facts=[["900"]]))
    before = review.path.read_text(encoding="utf-8")
    with pytest.raises(ReviewRefused, match="no right bulletin states 900 / nine hundred"):
        review.decide("a", "accepted", {"facts": [["400"], ["900", "nine hundred"]]})
    assert review.path.read_text(encoding="utf-8") == before
    assert review.decide("b", "accepted").facts == (("900",),)  # told by check-gold


def test_of_equal_words_the_evidence_stays_at_its_own(tmp_path: Path) -> None:
    second = TEXT.rindex("t holds 400 parcels.")
    evidence = [{"source": "depot", "quote": "t holds 400 parcels.", "start": second}]
    review = _review(tmp_path, _record("a", evidence=evidence))
    assert review.decide("a", "accepted", changes_of(form_of(review.case("a")))).evidence[0].start == second


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"question": " "}, "question"),
        ({"facts": []}, "at least one fact"),
        ({"kind": "follow-up"}, "history"),
        ({"evidence": [{"source": "depot", "quote": "It holds 500"}]}, "does not stand in 'depot'"),
        ({"evidence": [{"source": "pier", "quote": "It holds"}]}, "index does not hold"),
    ],
)
def test_what_is_no_sound_case_is_refused_and_nothing_is_written(
    changes: dict[str, Any], told: str, tmp_path: Path
) -> None:
    review = _review(tmp_path, _record("a"))
    before = review.path.read_bytes()
    with pytest.raises(ReviewRefused, match=told):
        review.decide("a", "accepted", changes)
    assert review.path.read_bytes() == before


def test_a_proposal_whose_evidence_is_gone_can_be_rejected(tmp_path: Path) -> None:
    gone = [{"source": "pier", "quote": "It floats.", "start": 3}]
    review = _review(tmp_path, _record("a", bulletins=["pier"], evidence=gone))
    assert review.decide("a", "rejected").state == "rejected"
    (place,) = review.places(review.case("a"))
    assert not place.found and place.quote == "It floats."


def test_a_case_is_the_same_after_it_was_a_form(tmp_path: Path) -> None:
    evidence = [{"source": "depot", "quote": "opened\n\nChen Yulan", "start": TEXT.index("opened\n")}]
    given = {"kind": "follow-up", "history": ["Which depot?", "Who?"], "cross": True, "why": "a pronoun"}
    review = _review(tmp_path, _record("a", evidence=evidence, **given))
    old = review.case("a")
    assert review.decide("a", "proposed", changes_of(form_of(old))) == old


# ---------------------------------------------------------------- the page


def test_the_page_goes_on_where_the_review_was_left_and_from_decision_to_decision(tmp_path: Path) -> None:
    review = _review(
        tmp_path, _record("a", state="accepted"), _record("b"), _record("c", state="rejected"), _record("d")
    )
    page = ReviewPage(review)
    name, head, _, *fields = page.open("")
    assert name == "b" and "2 to decide, 1 accepted, 1 rejected" in head
    name, head, _, *fields = page.accept(name, *fields)
    assert name == "d" and "b is accepted" in head
    name, head, _, *_ = page.reject(name, *fields)
    assert "Nothing is left to decide" in head
    assert _states(review) == {"a": "accepted", "b": "accepted", "c": "rejected", "d": "rejected"}


def test_the_page_shows_the_evidence_in_its_place_and_escapes_the_bulletin(tmp_path: Path) -> None:
    page = ReviewPage(_review(tmp_path, _record("a")))
    places = page.open("")[2]
    assert f"&lt;/mark&gt;&lt;/div&gt; <mark>{QUOTE}</mark> Once more" in places
    assert "<script" not in places and "<img" not in places


def test_what_is_refused_is_told_and_what_was_typed_stays(tmp_path: Path) -> None:
    page = ReviewPage(_review(tmp_path, _record("a", question=HOSTILE)))
    name, _, _, *fields = page.open("")
    fields[0] = "  "
    again, head, _, *kept = page.accept(name, *fields)
    assert again == "a" and "nothing" not in _states(page.review).values() and kept == fields
    assert 'role="alert"' in head
    assert _states(page.review) == {"a": "proposed"}


def test_saving_keeps_the_state_and_walking_goes_round(tmp_path: Path) -> None:
    page = ReviewPage(_review(tmp_path, _record("a"), _record("b")))
    name, _, _, *fields = page.open("")
    name, _, _, *fields = page.save(name, "How many fit?", *fields[1:])
    assert (name, fields[0], _states(page.review)["a"]) == ("a", "How many fit?", "proposed")
    assert page.forward("a")[0] == "b" and page.forward("b")[0] == "a" and page.back("a")[0] == "b"


def test_a_file_edited_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    review = _review(tmp_path, _record("a"), _record("b"))
    page = ReviewPage(review)
    name, _, _, *fields = page.open("")
    review.path.write_text(json.dumps(_record("b", question="By hand?")) + "\n", encoding="utf-8")
    _, head, *_ = page.accept(name, *fields)
    assert "no case &#x27;a&#x27; any more" in head
    assert [case.question for _, case in read_lines(review.path)] == ["By hand?"]  # type: ignore[union-attr]


def test_the_parts_of_the_page_are_wired_to_the_fields_in_their_order(tmp_path: Path) -> None:
    blocks = build(ReviewPage(_review(tmp_path, _record("a"))))
    events = {each.fn.__name__: each for each in blocks.fns.values()}  # type: ignore[union-attr]
    assert set(events) == {"open", "forward", "back", "accept", "reject", "save"}
    names = [part.elem_id for part in events["accept"].inputs[1:]]
    assert names == ["question", "language", "kind", "cross", "history", "bulletins", "facts", "evidence", "why"]
    assert [part.elem_id for part in events["accept"].outputs[3:]] == names
