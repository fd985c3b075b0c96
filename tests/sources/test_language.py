from __future__ import annotations

import subprocess
import sys
import time

import pytest

from sources.language import SIMPLIFIED_ONLY, TRADITIONAL_ONLY, language_of

PROSE = {
    "en": "The city opened a second sorting centre for parcels last week, and its first shift began at dawn. ",
    "zh-Hans": "本市上周启用了第二个包裹分拣中心，首批员工清晨上岗，预计每天可以处理三万件邮件。",
    "zh-Hant": "本市上週啟用了第二個包裹分揀中心，首批員工清晨上崗，預計每天可以處理三萬件郵件。",
}


@pytest.mark.parametrize("language", PROSE)
@pytest.mark.parametrize("times", [1, 50])
def test_prose_is_recognised_short_and_long(language: str, times: int) -> None:
    assert language_of(PROSE[language] * times) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("劉君說了什麼", "zh-Hant"),
        ("快递进村", "zh-Hans"),
        ("what is 綠盾 project", "en"),
        ("what does 快遞進村 mean", "en"),
        ("Ma Junsheng是谁", "zh-Hans"),
        ("Ma Junsheng是誰？", "zh-Hant"),
        ("Zhao Min 在哪里开会", "zh-Hans"),
        ("tell me about 劉君", "en"),
        ("Who is 马军胜?", "en"),
        ("how many 快递员", "en"),
        ("二月有什么会", "zh-Hans"),  # 么 is Simplified
        ("何人主持", "zh-Hans"),  # nothing of either script
        ("RCEP 成员国有哪些", "zh-Hans"),
        ("《Green Post Action》是什么", "zh-Hans"),
        ("“快遞進村”是什么意思", "zh-Hans"),  # the quoted name is not the reader's own script
        ("「快递进村」是什麼意思", "zh-Hant"),
        ("what is “快遞進村”?", "en"),
        ("“綠盾”", "zh-Hant"),
        ("哪一篇提到「燈塔」?", "zh-Hant"),  # nothing else shows the script
        ("哪一篇提到“灯塔”?", "zh-Hans"),
        ("哪一篇提到「七化」?", "zh-Hant"),  # the quotation marks do
        ("哪一篇提到“七化”?", "zh-Hans"),
        ("哪一篇提到「灯塔」?", "zh-Hans"),  # characters tell more than marks
        ("劉君是谁", "zh-Hans"),
        ("解释 two-in one-out", "zh-Hans"),
        ("Explain 两进一出", "en"),
        ("2020?", "en"),
        ("", "en"),
        ("“”", "en"),
        ("Où est l’entrepôt ?", "en"),  # no Chinese: answered in English
        ("SF Express 和 JD 的區別", "zh-Hant"),
    ],
)
def test_a_question_is_in_the_language_that_asks(question: str, language: str) -> None:
    assert language_of(question) == language


def test_an_english_bulletin_that_names_chinese_terms_stays_english() -> None:
    assert language_of((PROSE["en"] + "It is called 第二分揀中心. ") * 20) == "en"


def test_a_traditional_bulletin_with_a_few_simplified_characters_stays_traditional() -> None:
    assert language_of((PROSE["zh-Hant"] * 3 + "么") * 10) == "zh-Hant"


def test_no_character_belongs_to_both_scripts() -> None:
    assert not TRADITIONAL_ONLY & SIMPLIFIED_ONLY
    assert not (TRADITIONAL_ONLY | SIMPLIFIED_ONLY) & set("后里台干面只系松余著乾")


def test_opencc_agrees_with_the_tables() -> None:
    opencc = pytest.importorskip("opencc")
    to_simplified, to_traditional = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    assert [c for c in TRADITIONAL_ONLY if to_simplified.convert(c) == c] == []
    assert [c for c in SIMPLIFIED_ONLY if to_traditional.convert(c) == c] == []


def test_a_million_characters_take_well_under_a_second() -> None:
    text = PROSE["zh-Hans"] * 25_000
    started = time.perf_counter()
    assert language_of(text) == "zh-Hans"
    assert time.perf_counter() - started < 2


def test_importing_it_loads_nothing_heavy() -> None:
    program = "import sys, sources; print([m for m in ('opencc', 'jieba', 'pypinyin', 'torch') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
