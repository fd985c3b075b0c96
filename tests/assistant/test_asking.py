"""What a question asks for, read from its wording in three languages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asking import FAMILIES, Asked, asked, compares_years, without_publication
from index.normalise import simplify
from sources.bulletin import Language
from sources.language import language_of


def read(question: str) -> Asked:
    return asked(question, language_of(question))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who opened the depot in Lanzhou?", "who"),
        ("Which official spoke last?", "who"),
        ("是誰主持會議?", "who"),
        ("哪位记者拍的照片？", "who"),
        ("When does the new rule take effect?", "when"),
        ("On what date was the notice issued?", "when"),
        ("新規定何時生效?", "when"),
        ("会议是哪一天开的", "when"),
        ("Where was the training held?", "where"),
        ("In which city did they meet?", "where"),
        ("培訓在哪裡舉行?", "where"),
        ("会议在哪座城市召开?", "where"),
        ("How many lockers were installed?", "count"),
        ("How old is the director?", "count"),
        ("一共裝了多少個快遞櫃?", "count"),
        ("这是第几届大赛?", "count"),
        ("What percentage of parcels goes by rail?", "share"),
        ("鐵路運輸的比例是多少?", "share"),
        ("冷链快件占百分之几?", "share"),
        ("How much was the operator fined?", "money"),
        ("公司被罰多少錢?", "money"),
        ("去年的预算是多少?", "money"),
        ("Which measures were announced?", "list"),
        ("List the members of the group.", "list"),
        ("有哪些措施?", "list"),
        ("哪五项任务?", "list"),
        ("How does the plan of 2021 differ from that of 2022?", "compare"),
        ("兩年的計劃有何不同?", "compare"),
        ("两份方案相比有什么变化?", "compare"),
        ("Why was the route closed?", "why"),
        ("為什麼停運?", "why"),
        ("停运的原因?", "why"),
        ("How are couriers trained?", "how"),
        ("如何培訓快遞員?", "how"),
        ("怎样申请补贴?", "how"),
        ("Are drones allowed on islands?", "yes-no"),
        ("是否允許無人機上島?", "yes-no"),
        ("海岛能通邮吗?", "yes-no"),
        ("What is the Green Lane scheme?", "what"),
        ("綠色通道是什麼?", "what"),
        ("绿色通道是什么?", "what"),
    ],
)
def test_the_kind_is_read_from_the_wording(question: str, kind: str) -> None:
    assert read(question).kind == kind


@pytest.mark.parametrize(
    ("question", "number", "nth"),
    [
        ("What are the four goals?", 4, None),
        ("四項目標是什麼?", 4, None),
        ("请列出十项工作", 10, None),
        ("What is the second goal?", None, 2),
        ("What is the third of the five key tasks?", 5, 3),
        ("What does the first one say?", None, 1),
        ("第三項任務是什麼?", None, 3),
        ("五项任务中的第二项是什么？", 5, 2),
        # An ordinal or a number that counts no member of a list.
        ("What happened in the first quarter?", None, None),
        ("Who was first to sign?", None, None),
        ("第二次會議何時召開?", None, None),
        ("What is the three-year action plan?", None, None),
        ("What must be ready in 30 days?", None, None),
        ("三年行動是什麼?", None, None),
        ("两个月内要办完什么?", None, None),
        ("What was decided in 2021?", None, None),
    ],
)
def test_a_list_is_asked_for_by_its_count_or_by_a_place_in_it(
    question: str, number: int | None, nth: int | None
) -> None:
    found = read(question)
    assert (found.number, found.nth) == (number, nth)


@pytest.mark.parametrize(
    ("question", "many"),
    [
        ("Which cities took part?", True),
        ("Compare the plans of 2021 and 2022.", True),
        ("Who attended the opening?", True),
        ("哪幾位副局長出席?", True),
        ("Who opened the depot?", False),
        ("When was it opened?", False),
        ("谁主持会议?", False),
    ],
)
def test_more_than_one_thing_may_be_asked_for(question: str, many: bool) -> None:
    assert read(question).many is many


@pytest.mark.parametrize(
    "question", ["會議在哪天召開？", "罰款是多少錢？", "有哪幾項任務？", "誰主持會議？", "為何停運？"]
)
def test_traditional_and_simplified_wordings_ask_the_same(question: str) -> None:
    assert asked(question, "zh-Hant") == asked(simplify(question), "zh-Hans")


def test_every_kind_that_wants_a_fact_names_its_families() -> None:
    assert set(FAMILIES) == {"who", "person", "when", "where", "count", "share", "money"}
    assert all(family.endswith(":") for families in FAMILIES.values() for family in families)


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("Who chaired the meeting?", "person"),
        ("Who is the director of the laboratory?", "person"),
        ("實驗室的主任叫什麼名字?", "person"),
        ("誰主持會議?", "person"),
        ("Who is to pay for the training?", "who"),
        ("這項制度由誰承擔?", "who"),
        ("這個專項行動叫什麼名字?", "title"),
        ("How quickly does it act when swallowed?", None),
        ("Do you know when it begins?", "when"),
        ("And when was the depot opened?", "when"),
        ("驛站現在有幾間?", "count"),
        ("比賽的冠軍獎金多少?", "money"),
        ("投訴該打哪個電話?", "contact"),
        ("電視電話會議在哪天召開?", "when"),
        ("Which contractor built the platform?", "company"),
        ("高鐵運快件是哪家鐵路公司負責?", "company"),
        ("What company policy applies?", None),
        ("How long did the meeting last?", "duration"),
        ("那場會議一共開了多久?", "duration"),
        ("How long is the bridge?", "duration"),  # a length is told in the same way
        ("冠軍可以拿多少獎金?", "money"),
        ("快遞員平均月薪多少?", "money"),
    ],
)
def test_what_an_answer_must_tell_is_read_from_the_wording(question: str, wants: str | None) -> None:
    assert read(question).wants == wants


@pytest.mark.parametrize(
    ("question", "nth"),
    [
        ("What is the last of the five tasks?", -1),
        ("五項任務的最後一項是什麼?", -1),
        ("What is the last one of the 12th meeting's tasks?", -1),
        ("最后一个月有多少?", None),
        ("How many came last year?", None),
        ("What is the second of the five tasks?", 2),
    ],
)
def test_the_member_asked_for_is_read(question: str, nth: int | None) -> None:
    assert read(question).nth == nth


@pytest.mark.parametrize(
    ("question", "ahead"),
    [
        ("Will the depot be open tomorrow?", True),
        ("明天開會嗎?", True),
        ("下周有什么安排?", True),
        ("When is the depot open?", False),
        ("What was planned for the next year?", False),
    ],
)
def test_a_day_to_come_is_no_bulletins_day(question: str, ahead: bool) -> None:
    assert read(question).ahead is ahead


@given(st.text(max_size=200), st.sampled_from(["en", "zh-Hans", "zh-Hant"]))
def test_any_text_is_read_without_error(question: str, language: str) -> None:
    found = asked(question, language)  # type: ignore[arg-type]
    assert found.number is None or 0 <= found.number < 100
    assert found.nth is None or 0 <= found.nth < 100


@pytest.mark.parametrize(
    ("question", "language", "compares"),
    [
        ("How many boats were built between 2015 and 2019?", "en", False),
        ("How many boats were built from 2015 to 2019?", "en", False),
        ("How many boats were built in 2015 and in 2019?", "en", True),
        ("2015到2019年间一共造了多少艘船？", "zh-Hans", False),
        ("2015年至2019年造了多少艘船？", "zh-Hans", False),
        ("2015年和2019年之間造了多少艘船？", "zh-Hant", False),
        ("2015年和2019年造了多少艘船？", "zh-Hans", True),
    ],
)
def test_the_ends_of_a_span_of_years_are_not_compared(question: str, language: Any, compares: bool) -> None:
    assert (asked(question, language).kind == "compare") is compares


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("What are the five systems?", "members"),
        ("「七大行動」是哪七個?", "members"),
        ("五个体系包括哪些?", "members"),
        ("What is the fourth of the five tasks?", None),  # one of them is told without the others
        ("Which two systems are meant?", None),
        ("Where did the paper take its report from?", None),
    ],
)
def test_a_set_wants_its_members_and_a_source_no_place(question: str, wants: str | None) -> None:
    assert read(question).wants == wants


@pytest.mark.parametrize(
    ("question", "published"),
    [
        ("When was the bulletin on lockers published?", True),
        ("這則消息是哪天登出的?", True),
        ("When was the law on lockers published?", False),
        ("強制性標準何時發布?", False),
        ("When was the meeting held?", False),
    ],
)
def test_a_page_is_published_and_so_is_what_it_tells_of(question: str, published: bool) -> None:
    assert read(question).published == published


@pytest.mark.parametrize(
    ("question", "language", "holding"),
    [
        ("Which of the five goals covers parcel lockers?", "en", "parcel lockers"),
        ("Which point is about ferries?", "en", "ferries"),
        ("第幾項講綠色包裝？", "zh-Hant", "绿色包装"),
        ("哪一项跟渡轮有关？", "zh-Hans", "渡轮有关"),
        ("無人機屬於十項工作的哪一項？", "zh-Hant", "无人机"),
        ("Which of the five goals come first?", "en", ""),
        ("Which goals were set?", "en", ""),
        ("哪项任务完成了？", "zh-Hans", ""),
    ],
)
def test_one_member_of_a_list_may_be_asked_for_by_what_it_holds(question: str, language: Any, holding: str) -> None:
    assert asked(question, language).holding == holding


@pytest.mark.parametrize(
    ("question", "language", "role"),
    [
        ("Who actually chaired the forum?", "en", "chair"),
        ("论坛是由谁主持的？", "zh-Hans", "chair"),
        ("主持論壇的是誰？", "zh-Hant", "chair"),
        ("Who gave the opening speech?", "en", "speak"),
        ("照片是谁拍的？", "zh-Hans", "picture"),
        ("Who attended the forum that Lu Hai chaired last?", "en", ""),
        ("Which towns sent written papers?", "en", ""),
    ],
)
def test_what_the_person_asked_for_did_is_read(question: str, language: Any, role: str) -> None:
    assert asked(question, language).role == role


@pytest.mark.parametrize(
    ("question", "compares"),
    [
        ("Compare 2018 and 2024 on ferries", True),
        ("2018年和2024年在渡轮方面有什么不同？", True),
        ("What was started in 2018, and what was different about the plan of 2024?", False),
        ("2018年的論壇和2024年的展覽分別在哪裡舉行？", False),
    ],
)
def test_years_are_compared_where_one_thing_is_asked_of_both(question: str, compares: bool) -> None:
    assert compares_years(question) is compares


def test_of_a_question_for_a_bulletins_own_date_what_is_said_of_the_bulletin_is_left() -> None:
    assert without_publication("When was the news about the ferry fair published?", "en") == "ferry fair"
    assert without_publication("2024年那則渡輪展的消息是哪天刊登的？", "zh-Hant") == "2024年 渡轮展"
    assert without_publication("When was it published?", "en") == "it"


@pytest.mark.parametrize(
    ("question", "language", "wants"),
    [
        ("length of the border", "en", "count"),
        ("Acme's founder", "en", "who"),
        ("Which painter did the ceiling?", "en", "who"),
        ("Which order was given?", "en", None),
        ("What is the single fare on the route?", "en", "money"),
        ("Turnout in the election of July 1965?", "en", "share"),
        ("Why did it close?", "en", "reason"),
        ("兩國的邊界長度", "zh-Hant", "count"),
        ("這家公司的創辦人", "zh-Hant", "who"),
        ("雙方各多少兵力", "zh-Hant", "count"),
        ("吉祥物叫什麼名字?", "zh-Hant", "title"),
        ("銀行後來改名為什麼?", "zh-Hant", "title"),
        ("他為什麼離開?", "zh-Hant", "reason"),
        ("他在哪一本著作裡提出?", "zh-Hant", None),
    ],
)
def test_what_is_asked_for_is_read_without_a_question_word_too(
    question: str, language: Language, wants: str | None
) -> None:
    assert asked(question, language).wants == wants


def test_which_edition_is_asked_for_by_its_counter() -> None:
    assert asked("大賽是第幾屆?", "zh-Hant").counted == ("届",)


@pytest.mark.parametrize(
    ("question", "bare"), [("What did Liu Jun say?", True), ("What did Liu Jun say about drones?", False)]
)
def test_somebodys_words_may_be_asked_for_whatever_they_are_about(question: str, bare: bool) -> None:
    assert asked(question, "en").bare is bare
