"""The whole way of a question over the specimen bulletins, with the real model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sources
from assistant import Answer, Assistant
from assistant.errors import QuestionRefused
from assistant.settings import Settings
from index.build import build_index
from sources.files import read_bulletin
from tests import fakes
from tests.cache import cache
from tests.fakes import FakeEmbedder

SPECIMENS = Path(sources.__file__).parent / "specimens"
# What the machine interface promises, and the documented extras.
KEYS = set("question outcome language text sentences citations searched_as answerer seconds".split())
EXTRAS = {"probability", "notes", "related"}
CITATION = set("source bulletin title published issuer quote start end other_versions".split())


@pytest.fixture(scope="module")
def assistant(specimen_index: Path) -> Iterator[Assistant]:
    opened = Assistant.open(specimen_index, Settings(cache=cache()))
    yield opened
    opened.close()


def sound(answer: Answer) -> Answer:
    """The answer, after everything that must hold of any answer."""
    record = answer.to_json()
    assert set(record) == KEYS | EXTRAS
    json.dumps(record, ensure_ascii=False, allow_nan=False)
    for cited in [*record["citations"], *record["related"]]:
        assert set(cited) == CITATION
        raw = read_bulletin(SPECIMENS / f"{cited['source']}.txt").raw
        assert raw[cited["start"] : cited["end"]] == cited["quote"] != ""
    for sentence in answer.sentences:
        assert sentence.supported and sentence.citations and sentence.text in answer.text
        assert all(0 <= n < len(answer.citations) for n in sentence.citations)
    assert {n for s in answer.sentences for n in s.citations} == set(range(len(answer.citations)))
    assert 0 <= answer.probability <= 1 and answer.seconds["total"] > 0
    if answer.outcome == "answered":
        assert answer.citations and answer.sentences and not answer.related
    else:
        assert not answer.citations and not answer.sentences
    return answer


def in_one_line(answer: Answer) -> str:
    return re.sub(r"\s+", " ", answer.text)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "language", "source", "facts"),
    [
        # one fact, in the language of the bulletin
        ("Who chaired the 12th directors' office meeting of 2018?", "en", "000", ["Ma Junsheng"]),
        ("What share of the national volume did the seven key provinces have?", "en", "001", ["70%"]),
        ("有多少個省份的郵政管理部門在會上書面交流了經驗?", "zh-Hant", "004", ["12個"]),
        ("2020年全國郵政市場監管工作會議是哪天開的？", "zh-Hant", "004", ["2月28日"]),
        # asked in the other script
        ("2024年要培训多少一线从业人员？", "zh-Hans", "003", ["25萬人次"]),
        ("什么是暖蜂行动?", "zh-Hans", "003", ["暖蜂行動"]),
        # asked in the other language
        ("七個重點省份的快遞業務量占全國多少?", "zh-Hant", "001", ["70%"]),
        ("How many people are to be trained in vocational skills?", "en", "003", ["25萬人次"]),
        ("2018年第12次局长办公会是什么时候开的?", "zh-Hans", "000", ["December 12"]),
        # of two versions the one in the language of the question
        ("When was the 2020 market supervision conference held?", "en", "002", ["February 28"]),
    ],
)
def test_a_fact_is_quoted_from_the_right_bulletin(
    assistant: Assistant, question: str, language: str, source: str, facts: list[str]
) -> None:
    answer = sound(assistant.ask(question))
    assert (answer.outcome, answer.language) == ("answered", language)
    first = answer.citations[0]
    assert first.source == source
    assert {cited.source for cited in answer.citations} <= {source, *first.other_versions}
    assert all(fact in in_one_line(answer) for fact in facts)
    lead = answer.sentences[0].text
    if source not in ("000", "002"):  # these have no title, and are named by issuer and date
        assert lead.startswith("“" if language == "en" else "《")
    assert {"en": "says:", "zh-Hant": "寫道：", "zh-Hans": "写道："}[language] in lead


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "source", "items", "first", "last"),
    [
        ("2024年國家郵政局要抓好哪十項工作?", "003", 10, "交通強國", "黨的領導"),
        ("What five key tasks were deployed for 2020?", "002", 5, "supply of policy", "market order"),
        ("2020年的五項重點任務是什麼?", "004", 5, "政策供給", "市場秩序"),
        ("2020年的五项重点任务是什么?", "004", 5, "政策供給", "市場秩序"),
    ],
)
def test_a_list_is_given_whole_and_in_order(
    assistant: Assistant, question: str, source: str, items: int, first: str, last: str
) -> None:
    answer = sound(assistant.ask(question))
    listed = [line for line in answer.text.split("\n") if line.startswith("- ")]
    assert len(listed) == items and first in listed[0] and last in listed[-1]
    assert {cited.source for cited in answer.citations} == {source}


@pytest.mark.model
def test_one_of_a_list_is_given_alone(assistant: Assistant) -> None:
    answer = sound(assistant.ask("What is the third of the five key tasks of 2020?"))
    assert "packaging" in answer.text and "market order" not in answer.text and "two-in" not in answer.text


@pytest.mark.model
def test_dates_that_disagree_are_both_told(assistant: Assistant) -> None:
    text = sound(assistant.ask("When was the seminar in Shenzhen held?")).text
    assert "March 20th" in text and "20 December 2017" in text and "do not agree" in text


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "language"),
    [("Which bulletins mention Liu Jun?", "en"), ("哪些公告提到劉君?", "zh-Hant"), ("哪些公告提到刘君?", "zh-Hans")],
)
def test_the_catalogue_is_asked_in_any_language(assistant: Assistant, question: str, language: str) -> None:
    answer = sound(assistant.ask(question))
    assert answer.language == language
    assert {cited.source for cited in answer.citations} == {"000", "002", "004"}


@pytest.mark.model
def test_a_follow_up_is_searched_as_a_question_of_its_own(assistant: Assistant) -> None:
    earlier = "When was the 12th directors' office meeting of 2018?"
    answer = sound(assistant.ask("Who chaired it?", history=[earlier]))
    assert "office meeting of 2018" in answer.searched_as and answer.question == "Who chaired it?"
    assert "Ma Junsheng" in answer.text


def test_an_answer_is_in_the_language_asked_for_and_quotes_as_published(assistant: Assistant) -> None:
    earlier = "2020年的監管會議是哪天開的?"
    own, english = assistant.ask(earlier), sound(assistant.ask("請用英文回答", [earlier]))
    assert (english.language, english.searched_as) == ("en", earlier)
    assert "says:" in english.text
    assert {c.source for c in english.citations} <= {c.source for c in own.citations} | set(
        own.citations[0].other_versions
    )
    assert sound(assistant.ask("誰講話的?", [earlier, "請用英文回答"])).language == "en"
    assert sound(assistant.ask("那2024年呢?", [earlier])).language == "zh-Hant"


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Who won the football world cup in 2018?", "The bulletins do not answer this question."),
        ("明天深圳天气怎么样?", "这些公告没有回答这个问题。"),
        ("一碗拉麵有多少卡路里?", "這些公告沒有回答這個問題。"),
        # near misses: he is named, his pay is not
        ("What salary does Liu Jun earn?", "The bulletins do not answer this question."),
    ],
)
def test_what_the_bulletins_do_not_say_is_not_answered(assistant: Assistant, question: str, says: str) -> None:
    answer = sound(assistant.ask(question))
    assert answer.outcome == "not_found" and answer.text.startswith(says)


@pytest.mark.model
@pytest.mark.parametrize("question", ["", "   \n\t", "\0\0", "字" * 100_000, "\x01\x02\x1f"])
def test_a_question_that_is_none_is_refused_with_a_remedy(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionRefused) as refused:
        assistant.ask(question)
    assert refused.value.remedy


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "Who chaired\x00 the 12th\x07 directors' \x1b[31moffice meeting of 2018?",
        "Who chaired the 12th directors' office meeting of 2018? \ud800",
        "\udc80Who chaired the 12th directors' office meeting of 2018?",
    ],
)
def test_control_characters_and_half_characters_change_no_answer(assistant: Assistant, question: str) -> None:
    answer = sound(assistant.ask(question))
    assert "Ma Junsheng" in answer.text
    answer.text.encode("utf-8"), answer.searched_as.encode("utf-8"), answer.question.encode("utf-8")


@pytest.mark.model
@pytest.mark.parametrize("question", ["?", "。", "the", "的", "😀", "12", "a" * 1_900, "?? who when 谁 何時 ??"])
def test_a_question_that_says_little_gets_an_answer_of_some_kind(assistant: Assistant, question: str) -> None:
    sound(assistant.ask(question))


def test_what_was_indexed_since_is_answered_from_without_opening_anew(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    folder, index = tmp_path / "bulletins", tmp_path / "index"
    folder.mkdir()
    (folder / "101.txt").write_text(fakes.LOCKERS, encoding="utf-8")
    build_index([folder], index, embedder, cache=cache())
    from index.search import Index

    assistant = Assistant(Index(index, embedder, cache()), Settings(cache=cache(), threshold=0.0))
    assert "Seventeen" in assistant.ask("How many makers of lockers sent their engineers?").text
    (folder / "101.txt").write_text(fakes.LOCKERS.replace("Seventeen", "Nineteen"), encoding="utf-8")
    (folder / "102.txt").write_text(fakes.ISLANDS, encoding="utf-8")
    build_index([folder], index, embedder, cache=cache())
    assert "Nineteen" in assistant.ask("How many makers of lockers sent their engineers?").text
    assert "兩艘補給船" in assistant.ask("巡查組配備了幾艘補給船?").text
    assert {entry.source for entry in assistant.bulletins()} == {"101", "102"}
    assistant.close()


def test_a_filtered_answer_rests_only_on_what_may_be_used(assistant: Assistant) -> None:
    question = "Who presided over the meeting?"
    for entry in assistant.bulletins():
        answer = assistant.ask(question, keep={entry.id}.__contains__)
        used = {c.bulletin for c in (*answer.citations, *answer.related)} | {
            h.passage.bulletin for h in answer.evidence
        }
        assert used <= {entry.id}


def test_bulletins_are_counted_within_the_filters(assistant: Assistant) -> None:
    entries = assistant.bulletins()
    english = {entry.id for entry in entries if entry.language == "en"}
    assert 0 < len(english) < len(entries)
    answer = assistant.ask("Which bulletins are there?", keep=english.__contains__)
    assert {citation.bulletin for citation in answer.citations} == english


def test_where_nothing_may_be_used_nothing_is_found(assistant: Assistant) -> None:
    assert assistant.ask("Who presided over the meeting?", keep=lambda _: False).outcome == "not_found"


def test_follow_ups_can_be_answered_from_the_bulletins_that_the_answer_cites(assistant: Assistant) -> None:
    offered = 0
    for question in ("Which five tasks were set for market supervision in 2020?", "2024年國家郵政局將開展哪十項工作？"):
        answer = assistant.ask(question)
        near = {c.source for c in answer.citations} | {v for c in answer.citations for v in c.other_versions}
        for follow_up in assistant.follow_ups(answer):
            offered += 1
            given = assistant.ask(follow_up)
            assert given.outcome == "answered" and {c.source for c in given.citations} & near
    assert offered


def test_an_item_asked_for_by_what_it_holds_is_given_alone_with_its_number(assistant: Assistant) -> None:
    answer = sound(assistant.ask("2024年的十項工作中，哪一項跟快遞員的權益有關？"))
    assert answer.text.endswith("這是第7項，共10項。") and answer.text.count("\n") == 3
    answer = sound(assistant.ask("Which of the five key tasks of 2020 is about emergency management?"))
    assert "The fourth" in answer.text and "The third" not in answer.text


def test_who_chaired_is_told_in_whichever_language_it_stands(assistant: Assistant) -> None:
    answer = sound(assistant.ask("Who chaired the 2020 video conference on supervision of the postal market?"))
    assert "主持" in answer.text and "講話" not in answer.text
    # Whoever asks without the subject of the conference is told, too: the other report of it names who did.
    assert "主持" in sound(assistant.ask("Who chaired the 2020 video conference?")).text


def test_who_holds_an_office_is_not_told_by_a_deputy(assistant: Assistant) -> None:
    assert "Ma Junsheng" in sound(assistant.ask("Who is the director of the State Post Bureau?")).text


def test_what_somebody_said_is_quoted_from_where_that_person_speaks(assistant: Assistant) -> None:
    assert "劉君要求" in sound(assistant.ask("What did Liu Jun say?")).text


def test_a_year_whose_bulletins_say_nothing_on_what_is_compared_is_named(assistant: Assistant) -> None:
    answer = sound(assistant.ask("Compare 2018 and 2024 on drones"))
    assert answer.notes == ("The bulletins of 2018 say nothing on it.",) and answer.text.endswith(answer.notes[0])
    assert {citation.source for citation in answer.citations} == {"003"}
    assert not assistant.ask("Compare 2018 and 2024 on green packaging").notes
    assert assistant.ask("2018年和2020年在无人机方面有什么不同？").outcome == "not_found"


def test_the_day_of_publication_is_found_by_what_is_said_of_the_bulletin(assistant: Assistant) -> None:
    answer = sound(assistant.ask("2024年那則消息是哪天刊登的？"))
    assert "2024年1月10日" in answer.text
