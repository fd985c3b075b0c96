"""Answers as lines and as plain text."""

from __future__ import annotations

from assistant.answer import Sentence
from assistant.layout import lines, plain, plain_hits
from tests.fakes import (
    BULLETINS,
    FakeAssistant,
    answered,
    citing,
    date_answer,
    list_answer,
    not_found,
    number_answer,
)

STORED = {bulletin.id: bulletin for bulletin in BULLETINS}


def test_list_items_stand_on_lines_of_their_own_without_their_dash() -> None:
    found = lines(list_answer("Which rules?"))
    assert [line.item for line in found] == [False, True, True, True]
    assert found[1].sentences[0].text == "a locker must tell its user the deadline for collecting"


def test_sentences_of_a_paragraph_stay_in_one_line() -> None:
    (line,) = lines(number_answer("古城有几座?"))
    assert [sentence.text for sentence in line.sentences] == ["试点由四座古城扩大到九座。", "所有旧车都已换完。"]


def test_items_whose_sentences_carry_the_dash_are_items_too() -> None:
    answer = answered("?", "en", "- one\n- two", [Sentence("- one", True, ()), Sentence("- two", True, ())], [])
    assert [(line.item, line.sentences[0].text) for line in lines(answer)] == [(True, "one"), (True, "two")]


def test_a_dash_within_a_sentence_makes_no_item() -> None:
    answer = answered("?", "en", "Rain - and wind.", [Sentence("Rain - and wind.", True, ())], [])
    assert [line.item for line in lines(answer)] == [False]


def test_a_sentence_that_the_text_lacks_is_still_shown() -> None:
    answer = answered("?", "en", "One.", [Sentence("One.", True, ()), Sentence("Two.", True, ())], [])
    assert [line.sentences[0].text for line in lines(answer)] == ["One.", "Two."]


def test_plain_text_has_marks_and_numbered_sources_with_dates_and_quotes() -> None:
    text = plain(list_answer("Which rules?"), STORED)
    assert "- a parcel may lie there for 24 hours without a fee [3]\n" in text
    assert "[3] Parcel lockers to follow one standard\n" in text
    assert "101 · Standards Office · published 2021-06-02 · event 06-15 · also reported in 104" in text
    assert "“a parcel may lie there for 24 hours without a fee”" in text


def test_plain_text_speaks_the_language_of_the_answer_and_says_what_was_searched() -> None:
    text = plain(date_answer("何時開始?"), STORED)
    assert "檢索用語: 海島郵路春季巡查何時開始?" in text
    assert "事件 2022-03-07" in text
    assert "「組長(zhǎng)方若水表示」" in text, "the quote is shown as published"
    assert "(公告發布日期與事件日期相差兩天。)" in text


def test_an_unsupported_sentence_is_marked() -> None:
    assert "所有旧车都已换完。 [2] (未获原文支持)" in plain(number_answer("古城?"), STORED)


def test_not_found_offers_what_may_be_related_as_such() -> None:
    text = plain(not_found("Who won?"), STORED)
    assert text.startswith("The bulletins do not say.")
    assert "May be related, but is no answer:\n[1] Parcel lockers" in text


def test_sources_without_a_stored_bulletin_are_shown_all_the_same() -> None:
    answer = answered("?", "en", "One.", [Sentence("One.", True, (0,))], [citing(BULLETINS[0], "Seventeen makers")])
    assert "“Seventeen makers”" in plain(answer, {})


def test_hits_say_which_lane_brought_them() -> None:
    assert plain_hits(FakeAssistant().search("lockers", 1)).startswith("[1] 0.900 (dense 0.50, words 0.40)  101 · ")
