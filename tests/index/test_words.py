"""The terms of the word lane: both scripts give the same, stop words give none."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import words
from index.normalise import fold


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("海島郵路巡查組從舟山出發", "海岛邮路巡查组从舟山出发"),
        ("為保護古城街巷,試點擴大", "为保护古城街巷,试点扩大"),
    ],
)
def test_terms_of_the_two_scripts_agree(traditional: str, simplified: str) -> None:
    assert words.terms(traditional) == words.terms(simplified) != []


def test_english_words_are_stemmed_and_stop_words_left_out() -> None:
    assert words.terms("What are the couriers asking about lockers?") == words.terms("courier asks locker")


def test_forms_of_one_word_share_a_term() -> None:
    assert len(set(words.terms("deliver delivers delivered delivering"))) == 1


def test_a_possessive_is_its_word() -> None:
    assert words.terms("the bureau's office") == words.terms("bureau’s offices")


def test_an_asking_word_with_an_apostrophe_is_a_stop_word_too() -> None:
    assert words.terms("What's new? Who’s there? It's late.") == words.terms("new late")


def test_a_question_of_stop_words_alone_has_no_terms() -> None:
    assert words.terms("who is it, and what was that?") == []
    assert words.terms("什么？为何？") == []


def test_figures_stay_whole() -> None:
    assert words.terms("9.5 percent of 2,300") == ["9.5", "percent", "2,300"]


def test_chinese_gives_words_and_pairs_of_characters() -> None:
    found = words.terms("配送试点")
    assert {"配送", "试点", "送试"} <= set(found)


def test_pairs_find_what_is_cut_differently() -> None:
    # Whatever the segmenter takes for words, a phrase and the sentence that holds it share every pair.
    phrase = "新邮路"
    pairs = {phrase[:2], phrase[1:]}
    assert pairs <= set(words.terms(phrase)) & set(words.terms("巡查组开通了新邮路两条"))


def test_pairs_do_not_reach_over_a_mark() -> None:
    assert "邮岛" not in words.terms("海邮,岛上")


def test_a_mixed_text_gives_both_kinds() -> None:
    found = words.terms("电动车 GPS 定位")
    assert "gps" in found and "定位" in found


def test_frequency_tells_common_words_from_unknown_ones() -> None:
    assert words.frequency("城市") > words.frequency("古城") > 0
    assert words.frequency("邮鲸犇") == 0


def test_chinese_words_leave_stop_words_out() -> None:
    assert words.chinese_words(fold("為了什麼")) == ["为了"]


def test_the_prepared_dictionary_is_kept_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_cache_folder", None)
    words.keep_dictionary_in(tmp_path / "deep" / "jieba")
    words._segmenter.cache_clear()
    words.segment.cache_clear()
    try:
        assert words.segment("邮件投递") == ("邮件", "投递")
        assert list((tmp_path / "deep" / "jieba").iterdir())
    finally:
        words._segmenter.cache_clear()


def test_names_are_told_from_words() -> None:
    assert words.is_named("科索沃") and words.is_named("霍布斯")
    assert not words.is_named("码头") and not words.is_named("规划")
