"""What speaks for a sentence, and when it is enough."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asking import WANTED, Asked, Kind, asked
from assistant.evidence import (
    Wanted,
    by_event,
    calibration,
    confidence,
    facts_of,
    forms_of,
    gather,
    least_met,
    signals,
    weigh,
    without_years,
)
from index.build import build_index
from index.search import Index

from .. import fakes
from ..cache import cache
from ..fakes import FakeEmbedder
from .candidates import candidate, described, index_of

LOCKERS = described("101", fakes.LOCKERS)
ISLANDS = described("102", fakes.ISLANDS)
MAKERS = "Seventeen makers"
SHARES = st.floats(0, 1)

LOCKER = Wanted(((3.0, "locker", {"快递": 0.6, "柜子": 0.3}), (1.0, "deadlin", {"期限": 0.9})), facts=(), rarity=4.0)


def test_words_of_the_question_count_by_their_rarity() -> None:
    assert LOCKER.covered(frozenset({"locker"}), same_language=True) == pytest.approx(0.75)
    assert LOCKER.covered(frozenset({"deadlin", "locker"}), same_language=True) == pytest.approx(1)
    assert LOCKER.covered(frozenset(), same_language=True) == 0


def test_across_languages_a_word_is_met_by_its_renderings_and_within_one_it_is_not() -> None:
    across = LOCKER.covered(forms_of("请在期限内打开快递柜"), same_language=False)
    assert 0.7 < across <= 1
    assert LOCKER.covered(forms_of("请在期限内打开快递柜"), same_language=True) == 0


def test_a_rare_meaning_of_a_word_does_not_meet_it() -> None:
    rare = Wanted(((2.0, "post", {"柱子": 0.02}),), facts=(), rarity=2.0)
    assert rare.covered(frozenset({"柱子"}), same_language=False) == 0


def test_a_question_without_words_is_covered_by_nothing() -> None:
    assert Wanted((), (), 0.0).covered(forms_of("any words at all"), same_language=True) == 0


def test_forms_are_the_same_in_both_scripts() -> None:
    assert forms_of("快遞櫃的期限") == forms_of("快递柜的期限")


def test_a_sentence_tells_what_its_facts_entail() -> None:
    assert {"date:2021-06-02", "date:2021-06", "date:2021"} <= set(facts_of("on June 2, 2021"))


@pytest.fixture(scope="module")
def of_2022(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("of_2022")
    text = "New rules for lockers\n2022-05-03\nThe lockers open at seven. The year 2022 is one of lockers for all.\n"
    (folder / "news").mkdir()
    (folder / "news" / "1.txt").write_text(text, encoding="utf-8")
    build_index([folder / "news"], folder / "index", FakeEmbedder(), cache=cache())
    with closing(Index(folder / "index", FakeEmbedder(), cache())) as index:
        yield index


def test_the_year_of_a_bulletin_is_told_by_each_of_its_sentences(of_2022: Index) -> None:
    question = "When did lockers open in 2022?"
    query = of_2022.query(question)
    found = gather(query, asked(question, "en"), of_2022.search(query), of_2022, calibration()["sentence"])
    assert found[0].text.strip() == "The lockers open at seven."


@pytest.mark.parametrize(
    ("question", "year_is_left"),
    [
        ("What did lockers cost in the year 2022?", False),
        ("2022年的快递柜什么时候开放?", False),
        ("Why is 2022 called a year of lockers?", True),
        ("为什么说2022年特别重要?", True),
        ("What opened on 3 May 2022?", True),
        ("And in 2022?", True),  # hardly anything else is asked
    ],
)
def test_a_question_is_asked_without_its_year_unless_the_year_is_what_it_asks_about(
    of_2022: Index, question: str, year_is_left: bool
) -> None:
    without = without_years(of_2022.query(question), of_2022)
    assert (without is None) == year_is_left
    assert without is None or "2022" not in without.text


def test_candidates_are_grouped_by_event_in_order_of_score() -> None:
    index = index_of(
        LOCKERS, ISLANDS, described("104", fakes.LOCKERS + "\nIt closes at nine.\n"), versions=[("101", "104")]
    )
    twin = index.bulletin(index.versions(LOCKERS.id)[0])
    ranked = [candidate(LOCKERS, MAKERS, 0.9), candidate(ISLANDS, "補給船", 0.8), candidate(twin, MAKERS, 0.7)]
    groups = list(by_event(ranked, index).values())
    assert [[c.bulletin.source for c in group] for group in groups] == [["101", "104"], ["102"]]


@given(
    st.dictionaries(st.sampled_from("abc"), SHARES, min_size=3), st.lists(st.floats(-50, 50), min_size=4, max_size=4)
)
def test_weighing_gives_a_probability(features: dict[str, float], values: list[float]) -> None:
    weights = dict(zip(["intercept", "a", "b", "c"], values, strict=True))
    assert 0 <= weigh(features, weights) <= 1


@given(st.sampled_from(get_args(Kind)), SHARES, SHARES, SHARES, st.booleans(), st.booleans())
def test_confidence_is_a_probability(
    kind: Kind, dense: float, cover: float, told: float, same: bool, typed: bool
) -> None:
    best = candidate(
        LOCKERS, MAKERS, 0.5, dense=dense, least_met=cover, told=told, same=float(same), typed=float(typed)
    )
    assert 0 <= confidence([best], Asked(kind)) <= 1
    assert all(0 <= value <= 1 for value in signals([best], Asked(kind)).values())


def test_without_candidates_there_is_no_confidence() -> None:
    assert confidence([], Asked("what")) == 0


def test_one_of_so_many_is_told_by_the_list_that_has_so_many_and_by_nothing_else() -> None:
    rules = candidate(LOCKERS, "Three rules were agreed", 0.8, dense=0.9, cover=1, told=1, same=1, hit=1, words=1)
    assert confidence([rules], Asked("what", number=3, nth=3)) >= 0.5
    for nth, number in ((3, 9), (4, 3)):
        asked = Asked("what", number=number, nth=nth)
        assert confidence([rules], asked) < 0.5 * confidence([rules], Asked("what"))


@given(
    st.sampled_from(
        ("dense least_met words hit told names_told spelled_told spelled_across facts_told year_told typed").split()
    ),
    SHARES,
    SHARES,
    st.booleans(),
    st.sampled_from(["when", "count", "money", "what"]),
)
def test_more_of_what_speaks_for_an_answer_never_lowers_confidence(
    name: str, a: float, b: float, same: bool, kind: Kind
) -> None:
    less, more = sorted((a, b))
    if name == "typed":
        less, more = float(less > 0.5), float(more > 0.5)
    below = candidate(LOCKERS, MAKERS, 0.5, **{"same": float(same), name: less})  # type: ignore[arg-type]
    above = candidate(LOCKERS, MAKERS, 0.5, **{"same": float(same), name: more})  # type: ignore[arg-type]
    asked = Asked(kind, wants=kind if kind in WANTED else None)
    assert confidence([above], asked) >= confidence([below], asked) - 1e-12


def test_the_shipped_weights_have_the_signs_of_their_meaning() -> None:
    shipped = calibration()
    assert all(weight >= 0 for name, weight in shipped["sentence"].items() if name not in ("intercept", "across"))
    for name, weight in shipped["answer"].items():
        if name.startswith(("lacks_", "size_")):
            assert weight <= 0, name
        elif name not in ("intercept", "same"):
            assert weight >= 0, name
    assert all(math.isfinite(weight) for part in shipped.values() for weight in part.values())
    assert 0 < shipped["threshold"]["probability"] < 1


def test_every_shipped_weight_weighs_a_signal_that_is_made() -> None:
    best = candidate(LOCKERS, MAKERS, 0.5)
    assert set(calibration()["answer"]) - {"intercept"} <= set(signals([best], Asked("what")))


@pytest.mark.parametrize("wants", WANTED)
def test_a_fact_that_no_sentence_tells_is_counted_as_lacking(wants: str) -> None:
    untold, told = (candidate(LOCKERS, MAKERS, 0.5, typed=typed) for typed in (0.0, 1.0))
    asked = Asked("what", wants=wants)
    assert signals([untold], asked)[f"lacks_{wants}"] == 1
    assert signals([told], asked)[f"lacks_{wants}"] == 0
    assert confidence([untold], asked) <= confidence([told], asked)


def test_what_only_a_far_worse_sentence_tells_is_lacking() -> None:
    best = candidate(LOCKERS, "took the chair", 0.9, typed=0.0)
    asked = Asked("count", wants="count")
    assert signals([best, candidate(LOCKERS, MAKERS, 0.8)], asked)["lacks_count"] == 0
    assert signals([best, candidate(LOCKERS, MAKERS, 0.03)], asked)["lacks_count"] > 0.8


def test_a_place_in_another_sentence_is_another_things() -> None:
    asked = Asked("where", wants="where")
    untold, told = candidate(LOCKERS, "took the chair", 0.9, typed=0.0), candidate(LOCKERS, MAKERS, 0.3, typed=1.0)
    assert confidence([untold, told], asked) < 0.7 * confidence([told, untold], asked)


@pytest.mark.parametrize("name", ["names_told", "spelled_told", "year_told", "ordinals_told"])
def test_bulletins_that_never_name_the_place_person_year_or_session_are_weaker_evidence(name: str) -> None:
    named, unnamed = (candidate(LOCKERS, MAKERS, 0.5, **{name: share}) for share in (1.0, 0.0))  # type: ignore[arg-type]
    assert confidence([unnamed], Asked("what")) < 0.5 * confidence([named], Asked("what"))


def test_of_two_years_that_are_compared_each_may_have_a_bulletin_of_its_own() -> None:
    halves = [
        candidate(bulletin, words, 0.5, year_told=0.5) for bulletin, words in ((LOCKERS, MAKERS), (ISLANDS, "補給船"))
    ]
    assert signals(halves, Asked("compare"))["year_told"] == 1
    assert signals(halves[:1] * 2, Asked("compare"))["year_told"] == 0.5
    assert signals([candidate(LOCKERS, MAKERS, 0.5, year_told=0.0), halves[1]], Asked("what"))["year_told"] == 0


def test_no_bulletin_tells_of_tomorrow() -> None:
    best = candidate(LOCKERS, MAKERS, 0.5)
    assert confidence([best], Asked("what", ahead=True)) < 0.5 * confidence([best], Asked("what"))


def test_among_more_passages_the_same_evidence_tells_less() -> None:
    few, many = (candidate(LOCKERS, MAKERS, 0.5, size=size) for size in (0.0, 1.0))
    assert confidence([many], Asked("what")) < confidence([few], Asked("what"))


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("When did the lockers of Reykjavik open?", 0.0),
        ("When did the lockers open?", 1.0),
        ("Reykjavik lockers: when?", 1.0),  # a first word is written so whatever it is
    ],
)
def test_a_name_is_known_by_its_capital(of_2022: Index, question: str, share: float) -> None:
    query = of_2022.query(question)
    found = gather(query, asked(question, "en"), of_2022.search(query), of_2022, calibration()["sentence"])
    assert found[0].features["spelled_told"] == share


def test_a_foreign_name_is_known_across_languages_by_a_gloss_or_its_sound(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "1.txt").write_text(
        "新的快遞櫃\n2022-05-03\n快遞櫃在伯明翰七點開放，校長嚴范孫特來參觀。\n", encoding="utf-8"
    )
    build_index([tmp_path / "news"], tmp_path / "index", FakeEmbedder(), cache=cache())
    with closing(Index(tmp_path / "index", FakeEmbedder(), cache())) as index:

        def told(question: str, feature: str) -> float:
            query = index.query(question)
            found = gather(query, asked(question, "en"), index.search(query), index, calibration()["sentence"])
            return found[0].features[feature]

        assert told("When do the lockers of Birmingham open?", "spelled_across") == 1
        assert told("When do the lockers of Reykjavik open?", "spelled_across") == 0
        assert told("Did Yan Fansun visit the lockers?", "names_told") == 1
        assert told("Did Zhou Enlai visit the lockers?", "names_told") == 0


def test_the_tokens_that_are_met_least_are_those_of_what_is_told_nowhere() -> None:
    rows = np.array([[0.9, 0.8, 0.1, 0.9], [0.2, 0.9, 0.2, 0.7]], np.float32)
    assert least_met(rows) == pytest.approx(0.2)
    assert least_met(rows[:, :2]) == pytest.approx(0.9)
    assert least_met(rows[:0]) == least_met(rows[:, :0]) > 0  # a model that gives no tokens tells nothing by it
