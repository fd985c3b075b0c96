"""A question beside a text of the other language, with what that tells put as it writes it."""

from __future__ import annotations

from assistant.glossed import glossed
from index.gloss import Gloss
from index.words import stem

CHINESE = "塞尔科克港扩建。市长陈兰芝与哈洛伦船长签署协议，港口基金会出资四百万元。"
ENGLISH = "Selkirk Harbour. Mayor Chen Lanzhi signed with Captain Halloran; the port fund pays four million yuan."
PAYS = Gloss(stem("pay"), (("出资", 0.6), ("支付", 0.4)))
FUND = Gloss("fund", (("资金", 0.7), ("基金", 0.2), ("经费", 0.1)))


def test_words_that_the_text_tells_stand_as_it_writes_them() -> None:
    asked = glossed("How much does the port fund pay?", [FUND, PAYS], CHINESE, english=True)
    assert asked == "How much does the port 基金 出资?"


def test_words_that_the_text_does_not_tell_stay() -> None:
    assert glossed("Who funds the museum?", [Gloss("museum", (("博物馆", 1.0),))], CHINESE, english=True) == (
        "Who funds the museum?"
    )


def test_a_rare_sense_is_no_sense() -> None:
    assert glossed(
        "What does it pay?", [Gloss(stem("pay"), (("支付", 0.95), ("港口", 0.05)))], CHINESE, english=True
    ) == ("What does it pay?")


def test_a_name_that_the_dictionary_knows_and_the_text_lacks_is_seen_to_be_another() -> None:
    named = [Gloss("kosovo", (("科索沃", 1.0),))]
    assert glossed("What did they sign in Kosovo?", named, CHINESE, english=True) == "What did they sign in 科索沃?"


def test_a_person_is_found_by_the_spelling_of_the_name() -> None:
    glosses = [Gloss("chen", (("陈", 1.0),))]  # the dictionary's: no part of a name
    assert glossed("What did Chen Lanzhi sign?", glosses, CHINESE, english=True) == "What did 陈兰芝 sign?"


def test_a_surname_of_two_characters_and_a_roman_numeral_are_found() -> None:
    asked = glossed(
        "What did Chenggong Ying tell Karl XIV and Otto II?", [], "成公英告诉卡尔十四和奥托二世。", english=True
    )
    assert asked == "What did 成公英 tell Karl 十四 and Otto 二世?"


def test_a_foreign_name_is_found_by_its_sound() -> None:
    assert glossed("What did Halloran sign?", [], CHINESE, english=True) == "What did 哈洛伦 sign?"
    assert glossed("哈洛伦船长签了什么？", [], ENGLISH, english=False) == " Halloran 船长签了什么？"


def test_chinese_words_are_put_as_the_english_text_spells_them() -> None:
    glosses = [Gloss("港口", (("harbor", 0.5), ("port", 0.3))), Gloss("基金", (("fund", 1.0),))]
    assert glossed("港口基金出多少？", glosses, ENGLISH, english=False) == " port  fund 出多少？"


def test_a_name_of_this_trade_is_put_as_the_text_has_it() -> None:
    told = "国家邮政局昨日开会。"
    assert glossed("When did the State Post Bureau meet?", [], told, english=True) == "When did the 国家邮政局 meet?"
    assert "State Post Bureau" in glossed("國家郵政局何時開會？", [], "The State Post Bureau met.", english=False)
