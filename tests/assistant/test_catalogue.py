"""Questions about the collection itself: told from others, answered from the catalogue, worded in the reader's script."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.catalogue import Found, answer_request, describe_collection, describe_found
from assistant.request import read_request, read_requests
from assistant.request_parts import Request
from index.build import build_index
from index.search import Index
from sources.language import language_of
from tests.fakes import FakeEmbedder

COLLECTION = {
    "lockers": """Parcel lockers to follow one standard

Published: 2021-06-02 09:30:00

On May 28, the State Post Bureau met makers of parcel lockers in Hangzhou. Chen Yulan, deputy director of the bureau, took the chair. SF Express and two smaller companies showed lockers that open by voice.

Transfer of parcels between lockers was left for another day.
""",
    "islands": """海島郵路春季巡查啟動

欄目:郵路動態 發布時間:2022-03-09

3月7日,海島郵路巡查組從舟山出發。組長方若水表示,無人機只在風浪大的日子代替小船。順豐派出兩名快遞員同行。
""",
    "bicycles": """三轮车配送试点扩大到九座古城

来源:国家邮政局 2023年11月20日

11月18日,三轮车配送试点在苏州由四座古城扩大到九座。负责试点的副局长陈玉兰介绍,2300辆旧车全部换成电动车,运费降低15%,每车续航120公里,“暖蜂行动”的驿站也设在车库旁。
""",
    "tricycles": """Tricycle delivery grows from four old towns to nine

Published: 2023-11-19

On November 18, a trial of electric tricycles was widened in Suzhou from four old towns to nine. All 2,300 old vehicles were replaced, freight fell by 15%, and each vehicle now runs 120 kilometres. Rest stops for couriers stand beside the garages.
""",
    "undated": """A museum of stamps opens its cellar

The museum shows printing plates that nobody has seen since they were made. Drones filmed the cellar for visitors who cannot climb stairs.
""",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("collection")
    for name, text in COLLECTION.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    where = tmp_path_factory.mktemp("index")
    build_index([folder], where, FakeEmbedder())

    def none(text: str) -> tuple[str, ...]:
        return ()

    with pytest.MonkeyPatch.context() as patch:
        # Nothing here needs the dictionary, and preparing it takes most of ten seconds.
        patch.setattr("index.search.gloss.prepare", lambda path: path)
        patch.setattr(
            "index.search.gloss.Glosses",
            lambda path: SimpleNamespace(close=lambda: None, of_english=none, of_chinese=none),
        )
        opened = Index(where, FakeEmbedder(), tmp_path_factory.mktemp("cache"))
        yield opened
        opened.close()


def ask(question: str, index: Index) -> tuple[Request, Found]:
    request = read_request(question, language_of(question))
    assert request is not None
    return request, answer_request(request, index)


def sources(found: Found) -> list[str]:
    return [entry.source for entry in found.entries]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which bulletins mention SF?", Request("list", "SF")),
        ("Which documents mention Chen Yulan?", Request("list", "Chen Yulan")),
        ("In which bulletins is Liu Jun mentioned?", Request("list", "Liu Jun")),
        ("Which bulletins does YTO appear in?", Request("list", "YTO")),
        ("Is SF mentioned in any bulletin?", Request("list", "SF")),
        ("Which bulletins are newer than 2021?", Request("list", dates=("2022", None))),
        ("Do you have anything older than 2021?", Request("list", dates=(None, "2020"))),
        ("Which of your documents are in Chinese?", Request("list", languages=("zh-Hans", "zh-Hant"))),
        ("Do you have anything about cold chain logistics?", Request("list", "cold chain logistics", about=True)),
        ("What bulletins do you have on parcel lockers?", Request("list", "parcel lockers", about=True)),
        ("Which press releases discuss the “Warm Bee” programme?", Request("list", "“Warm Bee” programme", about=True)),
        (
            "Which Chinese bulletins talk about drones?",
            Request("list", "drones", languages=("zh-Hans", "zh-Hant"), about=True),
        ),
        ("Are there any bulletins about lockers from 2018?", Request("list", "lockers", ("2018", "2018"), about=True)),
        ("How many bulletins mention drones?", Request("count", "drones")),
        ("How many bulletins are there?", Request("count")),
        ("How many documents are in the collection?", Request("count")),
        ("How many bulletins from 2020 are there, and what are they about?", Request("count", None, ("2020", "2020"))),
        ("How many bulletins are in English?", Request("count", languages=("en",))),
        ("What is the most recent bulletin you have?", Request("latest")),
        ("Which bulletin is the oldest?", Request("oldest")),
        ("Who issued the bulletins you hold?", Request("list", issuers=True)),
        ("Which publishers are in your collection?", Request("list", issuers=True)),
        ("Show me the three latest bulletins", Request("latest", number=3)),
        ("List all bulletins", Request("list")),
        ("Which bulletins were published before 2019?", Request("list", None, (None, "2018"), True)),
        ("List the bulletins published between 2018 and 2020", Request("list", None, ("2018", "2020"), True)),
        ("List the bulletins since March 2021", Request("list", None, ("2021-03", None))),
        (
            "Which bulletins were issued by the State Post Bureau?",
            Request("list", None, (None, None), True, "State Post Bureau"),
        ),
        ("有哪些公告提到劉君?", Request("list", "劉君")),
        ("哪几篇公告提到“绿盾”工程?", Request("list", "“绿盾”工程")),
        ("提到無人機的公告有哪些?", Request("list", "無人機")),
        ("順豐出現在哪些公告裡?", Request("list", "順豐")),
        ("跟绿色包装有关的公告有哪些?", Request("list", "绿色包装", about=True)),
        ("有没有关于冷链的公告？", Request("list", "冷链", about=True)),
        ("哪些文件提到深圳?", Request("list", "深圳")),
        ("哪幾篇講到快遞員權益?", Request("list", "快遞員權益", about=True)),
        ("關於快遞包裝的公告有幾篇?", Request("count", "快遞包裝", about=True)),
        ("一共有几篇公告？", Request("count")),
        ("庫裡有多少篇英文公告?", Request("count", languages=("en",))),
        ("收錄了哪些公告?", Request("list")),
        ("列出所有公告", Request("list")),
        ("最新的一篇公告是哪一篇?", Request("latest")),
        ("最新三篇公告", Request("latest", number=3)),
        ("最早的公告是哪篇?", Request("oldest")),
        ("你手上最早的一篇公告是什麼時候發布的？", Request("oldest")),
        ("最新的公告是哪天的?", Request("latest")),
        ("最新的公告講了什麼?", Request("latest")),
        ("最新一篇公告主要说什么?", Request("latest")),
        ("What does the latest bulletin say?", Request("latest")),
        ("What is in the newest bulletin?", Request("latest")),
        ("2017年发布的公告有哪些?", Request("list", None, ("2017", "2017"), True)),
        ("2018年到2020年之间发布了哪些公告?", Request("list", None, ("2018", "2020"), True)),
        ("2020年3月以後的公告有幾篇?", Request("count", None, ("2020-04", None))),
        ("2020年及以前的公告有幾篇?", Request("count", None, (None, "2020"))),
        ("2020年及以后发布的公告有哪些?", Request("list", None, ("2020", None), True)),
        ("2020年以前的公告有哪些?", Request("list", None, (None, "2019"))),
        ("由国家邮政局发布的公告有哪些?", Request("list", None, (None, None), True, "国家邮政局")),
    ],
)
def test_a_question_about_the_collection_is_read(question: str, expected: Request) -> None:
    assert read_request(question, language_of(question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Which documents were adopted?",
        "What did the latest meeting decide?",
        "How many provinces attended?",
        "What do the bulletins say about drones?",
        "What does the latest bulletin say about drones?",
        "最新的公告對無人機說了什麼?",
        "What documents on green packaging were adopted?",
        "How many reports did the meeting listen to?",
        "What is a bulletin?",
        "Which report was delivered at the meeting?",
        "Which companies mention drones?",
        "What articles are prohibited in parcels?",
        "How many articles does the Postal Law have?",
        "What is the latest news about drones?",
        "What notices did the bureau issue about safety?",
        "Is there anything about drones that the bureau forbids?",
        "What was announced in 2020?",
        "Who published the bulletin?",
        "Which agencies are in the group?",
        "最早的快递柜是哪天装的?",
        "哪些文件",
        "會議通過了哪些文件?",
        "通过了哪些文件",
        "最新的会议决定了什么?",
        "国家邮政局发布了什么文件?",
        "最新的无人机政策是什么?",
        "关于快递包装有哪些要求?",
        "公告里说了什么?",
        "哪些省份提到了困难?",
        "會上提到了哪些公司?",
        "会议听取了哪些报告?",
        "有多少份文件獲得通過?",
        "第一条要求是什么?",
        "有几条措施?",
        "新闻发布会何时召开?",
    ],
)
def test_a_question_of_what_the_bulletins_say_is_left_alone(question: str) -> None:
    assert read_request(question, language_of(question)) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which bulletins mention SF?", ["islands", "lockers"]),
        ("哪些公告提到順豐?", ["islands", "lockers"]),
        ("哪些公告提到陈玉兰?", ["bicycles", "tricycles", "lockers"]),
        ("Which bulletins mention Chen Yulan?", ["bicycles", "tricycles", "lockers"]),
        ("Which bulletins mention drones?", ["islands", "undated"]),
        ("有哪些公告提到無人機?", ["islands", "undated"]),
        ("Which bulletins mention Hangzhou?", ["lockers"]),
        ("Which bulletins mention a locker?", ["lockers"]),
        ("Which bulletins mention electric tricycles in old towns?", ["tricycles", "bicycles"]),
    ],
)
def test_a_mention_is_found_in_any_script_and_language(question: str, expected: list[str], index: Index) -> None:
    assert sorted(sources(ask(question, index)[1])) == sorted(expected)


def test_every_mention_is_shown_where_it_stands(index: Index) -> None:
    _, found = ask("哪些公告提到順豐?", index)
    shown = {index.entries[i].source: index.bulletin(i).text[a:b] for i, a, b in found.evidence}
    assert shown["islands"].startswith("順豐派出")
    assert shown["lockers"].startswith("SF Express")


def test_part_of_a_word_is_no_mention(index: Index) -> None:
    assert sources(ask("Which bulletins mention an?", index)[1]) == []
    assert "lockers" not in sources(ask("Which bulletins mention fer?", index)[1]), "Transfer does not mention it"


def test_a_word_alike_in_meaning_is_no_mention(index: Index) -> None:
    assert sources(ask("Which bulletins mention postboxes?", index)[1]) == []


def test_another_version_of_the_event_is_listed_and_marked(index: Index) -> None:
    request, found = ask("哪些公告提到暖蜂行动?", index)
    by_id = {entry.id: entry.source for entry in found.entries}
    assert sorted(by_id.values()) == ["bicycles", "tricycles"]
    assert [by_id[i] for i in found.versions] == ["tricycles"]
    assert found.count == 1
    lead, *lines = describe_found(found, request, "zh-Hans")
    assert lead == "有一篇公告提到“暖蜂行动”，另有一篇报道同一事件："
    assert [("同一事件" in line) for line in lines] == [entry.source == "tricycles" for entry in found.entries]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the latest bulletin?", ["bicycles"]),
        ("What is the oldest bulletin?", ["lockers"]),
        ("最新兩篇公告", ["bicycles", "tricycles"]),
        ("What is the latest bulletin in English?", ["tricycles"]),
        ("Which bulletins were published in 2022?", ["islands"]),
        ("Which bulletins were published before 2022?", ["lockers"]),
        ("2022年3月以后的公告有哪些?", ["bicycles", "tricycles"]),
        ("英文的公告有哪些？", ["lockers", "tricycles", "undated"]),
        ("What is the first bulletin that mentions drones?", ["islands"]),
        ("国家邮政局发布的公告有哪些?", ["bicycles"]),
    ],
)
def test_dates_languages_and_issuers_choose(question: str, expected: list[str], index: Index) -> None:
    assert sorted(sources(ask(question, index)[1])) == sorted(expected)


def test_entries_come_newest_first_and_undated_ones_last(index: Index) -> None:
    assert sources(ask("List all bulletins", index)[1]) == ["bicycles", "tricycles", "islands", "lockers", "undated"]


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Which bulletins mention SF?", "Two bulletins mention “SF”:"),
        ("哪些公告提到順豐?", "有兩篇公告提到「順豐」："),
        ("哪些公告提到顺丰?", "有两篇公告提到“顺丰”："),
        ("How many bulletins are there?", "There are five bulletins:"),
        ("2022年的公告有幾篇?", "共有一篇2022年的公告："),
        ("What is the latest bulletin?", "The latest bulletin:"),
        ("Which bulletins mention zebras?", "None of the five bulletins mentions “zebras”."),
        ("哪些公告提到斑馬?", "五篇公告中沒有一篇提到「斑馬」。"),
    ],
)
def test_the_lead_is_in_the_language_and_script_asked(question: str, lead: str, index: Index) -> None:
    request, found = ask(question, index)
    assert describe_found(found, request, language_of(question))[0] == lead


@pytest.mark.parametrize(
    ("question", "lead", "shown"),
    [
        # What the catalogue knows of every bulletin it can deny, and shows what there is instead.
        (
            "Which bulletins are from 2019?",
            "None of the five bulletins is dated in 2019; one has no date. The nearest in date:",
            ["lockers"],
        ),
        ("有2024年發布的公告嗎?", "五篇公告中沒有2024年發布的公告；一篇未註明日期。日期最接近的是：", ["bicycles"]),
        (
            "Which bulletins were published by the Harbour Gazette?",
            "None of the five bulletins names Harbour Gazette as its issuer. There are, for example:",
            ["bicycles"],
        ),
        # That a text has no word for a thing cannot be shown by a quote.
        ("哪些公告提到斑马?", "五篇公告中没有一篇提到“斑马”。", []),
    ],
)
def test_none_is_an_answer_and_comes_with_what_there_is(
    question: str, lead: str, shown: list[str], index: Index
) -> None:
    request, found = ask(question, index)
    assert not found.entries and found.count == 0
    assert describe_found(found, request, language_of(question))[0] == lead
    assert [entry.source for entry in found.instead] == shown
    assert {index.entries[i].source for i, _, _ in found.evidence} == set(shown)


@pytest.mark.parametrize(
    ("question", "requests"),
    [
        ("Which bulletins mention SF, and which mention YTO?", [Request("list", "SF"), Request("list", "YTO")]),
        (
            "How many bulletins are from 2021 and how many from 2022?",
            [Request("count", None, ("2021", "2021")), Request("count", None, ("2022", "2022"))],
        ),
        ("哪些公告提到順豐?哪些提到圓通?", [Request("list", "順豐"), Request("list", "圓通")]),
        ("哪些公告提到顺丰?还有圆通?", [Request("list", "顺丰"), Request("list", "圆通")]),
        ("哪些公告提到顺丰?还有呢?", [Request("list", "顺丰")]),
        (
            "How many bulletins from 2020 are there, and what are they about?",
            [Request("count", None, ("2020", "2020"))],
        ),
        ("哪些公告提到順豐?它說了什麼?", []),
    ],
)
def test_several_requests_in_one_question_are_read_one_by_one(question: str, requests: list[Request]) -> None:
    assert list(read_requests(question, language_of(question))) == requests


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which bulletins mention SF and drones?", ["islands"]),
        ("Which bulletins mention both Chen Yulan and Suzhou?", ["bicycles"]),
        ("Which bulletins mention Hangzhou or Suzhou?", ["lockers", "bicycles", "tricycles"]),
        ("哪些公告提到順豐和無人機?", ["islands"]),
    ],
)
def test_of_two_things_both_must_be_mentioned_or_any(question: str, expected: list[str], index: Index) -> None:
    _, found = ask(question, index)
    assert sorted(set(sources(found)) - {index.entries[i].source for i in found.versions}) == sorted(
        set(expected) - {index.entries[i].source for i in found.versions}
    )


@pytest.mark.parametrize(
    "question",
    [
        "What can you do?", "Who are you?", "what can i ask you", "What period do your bulletins cover?",
        "How long is the collection's time span?", "Which languages are the bulletins in?", "Who are you and what can you do?",
        "你是誰?", "你能做什麼?", "你会做什么", "我可以問些什麼?", "這些公告的時間跨度是多久?", "公告涵盖哪些年份?", "公告都是用什么语言写的?",
    ],
)  # fmt: skip
def test_what_the_assistant_is_and_holds_is_a_question_of_its_own(question: str) -> None:
    assert read_requests(question, language_of(question)) == (Request("collection"),)


@pytest.mark.parametrize(
    "question",
    ["是谁?", "叫什么名字?", "可以做什么?", "會議能做什麼?", "文件的日期是什麼?", "What can couriers do?", "What period does the plan cover?",
     "Who is he?", "这个计划的时间范围是什么?", "What languages do couriers speak?"],
)  # fmt: skip
def test_a_question_of_somebody_else_is_not_taken_for_one_of_the_assistant(question: str) -> None:
    assert read_requests(question, language_of(question)) == ()


def test_the_collection_is_described_by_number_dates_and_languages(index: Index) -> None:
    entries = list(index.entries.values())
    assert describe_collection(entries, "en") == [
        "I answer questions from the five bulletins held here, in their own words, and show where these stand.",
        "Their dates run from 2 June 2021 to 20 November 2023 (one without): three in English, one in Simplified Chinese, "
        "one in Traditional Chinese.",
    ]
    assert describe_collection(entries, "zh-Hans")[1].startswith("公告的日期从2021年6月2日到2023年11月20日")


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Who published the newest bulletin?", ["三轮车配送试点扩大到九座古城 (from 国家邮政局, published 2023-11-20, event 2023-11-18)"]),
        ("2022年的公告是誰發布的?", ["海島郵路春季巡查啟動（未註明發布機構，2022-03-09發布，事件日期2022-03-07）"]),
    ],
)  # fmt: skip
def test_who_published_it_is_told_or_said_to_be_untold(question: str, lines: list[str], index: Index) -> None:
    request, found = ask(question, index)
    assert describe_found(found, request, language_of(question))[1:] == lines


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Which of your bulletins is the newest?", 1),
        ("Which bulletins are the newest?", 3),
        ("Which of the bulletins are the oldest two?", 2),
    ],
)
def test_the_newest_of_the_bulletins_is_one(question: str, number: int) -> None:
    (request,) = read_requests(question, "en")
    assert request.number == number


def test_what_is_looked_for_stays_as_it_is_typed(index: Index) -> None:
    request, found = ask("哪些公告提到順豐?", index)
    assert describe_found(found, request, "zh-Hans")[0] == "有两篇公告提到“順豐”："


def test_of_bulletins_about_a_thing_those_in_other_words_are_told_from_those_that_mention_it(index: Index) -> None:
    request = Request("list", "drones", about=True)
    found = answer_request(request, index)
    mentioning = {e.source for e in found.entries} - {index.entries[i].source for i in found.near | found.versions}
    assert mentioning == {"islands", "undated"} and found.count == 2
    lines = describe_found(found, request, "en")[1:]
    assert [("in other words" in line) for line in lines] == [e.id in found.near for e in found.entries]


def test_a_line_gives_title_and_dates(index: Index) -> None:
    request, found = ask("2022年的公告有哪些?", index)
    assert describe_found(found, request, "zh-Hant")[1:] == [
        "海島郵路春季巡查啟動（2022-03-09發布，事件日期2022-03-07）"
    ]
    request, found = ask("Which bulletins mention the museum?", index)
    assert describe_found(found, request, "en")[1:] == ["A museum of stamps opens its cellar (undated)"]


def test_a_long_list_is_cut_and_says_so(index: Index) -> None:
    request, found = ask("List all bulletins", index)
    assert describe_found(found, request, "en", at_most=2)[-1] == "… and 3 more"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "which bulletins mention how many 公告 哪些 提到 2020年 2019 between and before 最新 篇 in English “ ” ( ) * [ 的 \0".split(
                " "
            )
        )
        | st.text(max_size=5),
        max_size=9,
    ).map(" ".join),
    st.sampled_from(["en", "zh-Hant", "zh-Hans"]),
)
def test_whatever_is_typed_is_read_and_answered(index: Index, question: str, language: str) -> None:
    request = read_request(question, language)  # type: ignore[arg-type]
    if request:
        found = answer_request(request, index)
        assert found.count <= len(found.entries) + len(found.versions)
        assert describe_found(found, request, language)[0]  # type: ignore[arg-type]
