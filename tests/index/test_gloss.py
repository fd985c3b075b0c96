"""Glosses: a question's words in the other language."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import gloss
from index.errors import ModelUnavailable
from index.normalise import fold
from index.words import chinese_words, english_words, stem
from sources.terms import wordings

GLOSSARY_AS_SHIPPED = gloss._glossary  # before it is a few lines

# In the form of the dictionary: (simplified word, senses in order of use).
ENTRIES = [
    ("邮政", ["postal service", "postal"]),
    ("邮件", ["mail", "post", "email"]),
    ("岗位", ["a post", "a job"]),
    ("监管", ["to supervise", "to oversee (sb)"]),
    ("快递", ["express delivery"]),
    ("递送", ["delivery", "to deliver"]),
    ("快", ["rapid", "fast", "express"]),
    ("绿色", ["green"]),
    ("绿", ["green", "surname Lü"]),
    ("包装", ["to pack", "packaging"]),
    ("件", ["CL:個|个", "item"]),
    ("海岛", ["island"]),
    ("雷克雅未克", ["Reykjavik, capital of Iceland"]),
    ("甲", ["the first of a very long row of many many things here listed"]),
]


NAMES = [("峨嵋山", "Emei Shan"), ("陈玉兰", "Chen Yulan"), ("邮政", "Youzheng")]
# In the form of the glossary: wordings in either language that stand for each other, in order of use.
GLOSSARY = [
    (["chair", "preside"], ["主持"]),
    (["supervise"], ["督导"]),
    (["special campaign"], ["专项行动"]),
    (["locker"], ["快递柜"]),
]


@pytest.fixture(autouse=True)
def few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gloss, "names", lambda: iter(NAMES))
    monkeypatch.setattr(gloss, "_glossary", lambda: iter(GLOSSARY))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[gloss.Glosses]:
    monkeypatch.setattr(gloss, "_entries", lambda: iter(ENTRIES))
    opened = gloss.Glosses(gloss.prepare(tmp_path / "glosses.sqlite"))
    yield opened
    opened.close()


def of(glosses: list[gloss.Gloss], word: str) -> dict[str, float]:
    return next(dict(found.terms) for found in glosses if found.word == word)


def test_an_english_phrase_is_looked_up_before_its_words(small: gloss.Glosses) -> None:
    found = small.of_english("Which express deliveries were late?")
    assert [g.word for g in found] == [" ".join(stem(w) for w in ("express", "delivery"))]
    assert of(found, found[0].word) == {"快递": 1.0}


def test_english_words_are_found_in_any_form(small: gloss.Glosses) -> None:
    assert of(small.of_english("Who supervised it?"), stem("supervised")).keys() == {"监管", "督导"}
    assert of(small.of_english("overseeing"), stem("overseeing")) == {"监管": 1.0}


def test_a_word_of_several_meanings_gives_all_of_them(small: gloss.Glosses) -> None:
    found = of(small.of_english("the post"), "post")
    assert set(found) == {"邮件", "岗位"}
    assert sum(found.values()) == pytest.approx(1)


def test_a_later_sense_counts_less(small: gloss.Glosses) -> None:
    found = of(small.of_chinese("邮件"), "邮件")
    assert found["mail"] > found["post"] > found["email"]
    assert sum(found.values()) == pytest.approx(1)


def test_a_single_character_gives_way_to_words(small: gloss.Glosses) -> None:
    assert set(of(small.of_english("green"), "green")) == {"绿色"}


def test_figures_and_unknown_words_have_no_gloss(small: gloss.Glosses) -> None:
    assert small.of_english("2300 zyzzyvas") == []
    assert small.of_chinese("鑫") == []


def test_chinese_is_glossed_in_either_script(small: gloss.Glosses) -> None:
    assert small.of_chinese("綠色包裝") == small.of_chinese("绿色包装") != []


def test_a_chinese_word_the_dictionary_lacks_is_tried_in_parts(
    small: gloss.Glosses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gloss, "chinese_words", lambda folded: [folded])
    assert [g.word for g in small.of_chinese("海岛邮件鑫监管")] == ["海岛", "邮件", "监管"]


def test_counting_words_asides_and_long_senses_are_no_glosses(small: gloss.Glosses) -> None:
    assert set(of(small.of_chinese("件"), "件")) == {"item"}
    assert small.of_chinese("甲") == []
    assert small.of_english("surname") == []


def test_a_name_is_known_apart_from_what_it_is(small: gloss.Glosses) -> None:
    assert of(small.of_english("Who flies to Reykjavik?"), "reykjavik") == {"雷克雅未克": 1.0}


def test_a_name_is_known_by_its_sound_and_a_place_without_what_it_is(small: gloss.Glosses) -> None:
    assert of(small.of_english("When did Chen Yulan speak?"), "chen yulan") == {"陈玉兰": 1.0}
    assert of(small.of_english("Who climbed Mount Emei?"), "emei") == {"峨嵋山": 1.0}
    assert of(small.of_chinese("峨嵋山"), "峨嵋山").keys() == {"emei", "shan"}


def test_a_word_of_its_own_counts_more_than_the_sound(small: gloss.Glosses) -> None:
    found = of(small.of_chinese("邮政"), "邮政")
    assert found["postal"] > found[stem("youzheng")] > 0


def test_the_glossary_says_more_than_half_of_what_a_word_may_be(small: gloss.Glosses) -> None:
    assert of(small.of_english("Who supervised it?"), stem("supervised")) == pytest.approx({"督导": 0.6, "监管": 0.4})
    assert of(small.of_english("Who chaired it?"), "chair") == {"主持": 1.0}
    into_english = of(small.of_chinese("谁主持会议?"), "主持")
    assert into_english.keys() == {stem("chaired"), stem("presided")}
    assert into_english[stem("chaired")] > into_english[stem("presided")]


def test_a_chinese_phrase_is_looked_up_before_its_words(small: gloss.Glosses) -> None:
    words = chinese_words("专项行动")
    assert len(words) > 1
    assert of(small.of_chinese("专项行动"), " ".join(words)).keys() == {stem("special"), stem("campaign")}
    assert small.of_chinese("专项2018行动") == []


def test_a_phrase_of_several_words_is_searched_for_word_by_word(small: gloss.Glosses) -> None:
    assert set(of(small.of_english("the special campaign"), "special campaign")) == {"专项", "行动"}
    # A single character stands in too many words, so with its neighbour.
    assert set(of(small.of_english("a locker"), "locker")) == {"快递", "递柜"}


def test_prepared_once_and_read_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gloss, "_entries", lambda: iter(ENTRIES))
    path = gloss.prepare(tmp_path / "deep" / "glosses.sqlite")
    monkeypatch.setattr(gloss, "_entries", lambda: pytest.fail("prepared a second time"))
    assert gloss.prepare(tmp_path / "deep" / "glosses.sqlite") == path
    assert list(path.parent.iterdir()) == [path]


def test_a_file_of_another_layout_is_left_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gloss, "_entries", lambda: iter(ENTRIES))
    old = gloss.prepare(tmp_path / "glosses.sqlite")
    monkeypatch.setattr(gloss, "_VERSION", gloss._VERSION + 1)
    assert gloss.prepare(tmp_path / "glosses.sqlite") != old


def test_a_preparation_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[tuple[str, list[str]]]:
        yield ENTRIES[0]
        raise OSError("the disk is gone")

    monkeypatch.setattr(gloss, "_entries", broken)
    with pytest.raises(OSError):
        gloss.prepare(tmp_path / "glosses.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="CC-CEDICT") as caught:
        list(gloss._entries())
    assert "install" in caught.value.remedy


def test_the_real_dictionary_is_read_without_unpickling() -> None:
    found: dict[str, list[str]] = {}
    for word, senses in gloss._entries():
        if word in ("邮政", "包装"):
            found.setdefault(word, []).extend(senses)
    assert any("postal" in sense for sense in found["邮政"])
    assert any("packag" in sense for sense in found["包装"])


def test_the_look_up_file_is_opened_for_reading_only(small: gloss.Glosses) -> None:
    with pytest.raises(sqlite3.OperationalError):
        small._db.execute("DELETE FROM gloss")


def test_known_terms_are_glossed_from_the_list_of_terms() -> None:
    token = "term:kuaidi-jincun"
    assert all(wordings(token))
    into_chinese = of(gloss.of_known_terms([token], english=True), token)
    into_english = of(gloss.of_known_terms([token], english=False), token)
    assert "快递" in into_chinese and stem("villages") in into_english
    assert sum(into_chinese.values()) == pytest.approx(1)


def test_facts_that_are_no_known_terms_have_no_gloss() -> None:
    assert gloss.of_known_terms(["date:2023-11-18", "num:2300"], english=True) == []


@pytest.fixture(scope="module")
def lines() -> list[tuple[list[str], list[str]]]:
    return list(GLOSSARY_AS_SHIPPED())


def test_every_line_of_the_glossary_can_be_looked_up(lines: list[tuple[list[str], list[str]]]) -> None:
    assert len(lines) > 1000
    for english, chinese in lines:
        for wording, words in [(e, english_words(fold(e))) for e in english] + [
            (c, chinese_words(fold(c))) for c in chinese
        ]:
            assert wording == wording.strip() != ""
            assert 0 < len(words) <= gloss._PHRASE_WORDS, wording
        assert all(not wording.isascii() for wording in chinese)


def test_no_two_wordings_of_the_glossary_are_said_twice_to_stand_for_each_other(
    lines: list[tuple[list[str], list[str]]],
) -> None:
    pairs = [
        (tuple(english_words(fold(e))), tuple(chinese_words(fold(c))))
        for english, chinese in lines
        for e in english
        for c in chinese
    ]
    assert [pair for pair, n in Counter(pairs).items() if n > 1] == []
