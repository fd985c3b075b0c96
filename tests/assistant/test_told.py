"""Whether a sentence tells what is asked for."""

from __future__ import annotations

import pytest

from assistant.asking import asked
from assistant.told import Sought, told
from index.normalise import fold
from sources.facts import facts
from sources.language import language_of


def tells(question: str, text: str, *words: str, counted: tuple[str, ...] = ()) -> float:
    """words, counted: the question's words in the forms in which they may stand in the text."""
    known = [fact.token for fact in facts(question)]
    sought = Sought(asked(question, language_of(question)), known, frozenset(words), frozenset(counted))
    return told(sought, text, facts(text), language_of(text) == "en")


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When did the depot open?", "The depot opened on 3 May 2021.", 1),
        ("When did the depot open?", "The depot has two gates.", 0),
        ("What share of parcels goes by rail?", "其中12%的快件走鐵路。", 1),
        ("What share of parcels goes by rail?", "鐵路運量持續增長。", 0),
        # A height is told in metres.
        ("How tall does the tree grow?", "它高約5－20米，有12枚葉片。", 1),
        ("How tall does the tree grow?", "It has 12 leaves.", 0.2),
        ("這個省的面積是多少?", "全省面積三千平方公里。", 1),
        ("How big was the pension?", "He was given £100 a year as a pension.", 0.2),
        # Money in coins of another time.
        ("他欠了多少錢?", "他欠下三萬錢，無力償還。", 1),
        ("How much did the bell cost?", "It cost the town 300 silver francs.", 1),
        ("How much did the bell cost?", "It rang 300 times.", 0),
        # The day that the question itself names is no answer.
        ("When on 3 May 2021 was it?", "The depot opened on 3 May 2021.", 0),
        # A set is told by its members.
        ("What are the four gates?", "The four gates are wide.", 0),
        ("What are the four gates?", "They are the east gate, the west gate, the south gate and the mill gate.", 1),
        (
            "What are the four gates?",
            "When it rains in May, the gates of the depot stay shut all day and nobody but the old guard waits.",
            0,
        ),
        ("「五個倉庫」是哪五個?", "做好「五個倉庫」和車隊的建設。", 0),
        ("「五個倉庫」是哪五個?", "設東城、西城、南山、北灣和中港倉庫。", 1),
        # Places that no list knows.
        ("Where was the depot built?", "It was built in Karlsby last year.", 1),
        ("Where was the depot built?", "It was built in March.", 0),
        ("培訓在哪裡舉行?", "培訓在新海會場舉行。", 1),
        ("培訓在哪裡舉行?", "培訓持續三天。", 0),
        ("會議在哪個城市召開?", "會議在臨河市召開。", 1),
        ("會議在哪個城市召開?", "會議研究了城市配送和市場監管。", 0),
        ("In which city was it held?", "全国会议提出了十项任务。", 0),
        # A continent is no city, an office is no place.
        ("In which city is the stamp fair?", "辦好2024亞洲集郵展覽。", 0),
        ("Where did the delegates go?", "代表團訪問了歐洲。", 1),
        ("In which city was it held?", "The office of the State Bureau of Piers met again.", 0),
        ("Who chaired the meeting?", "碼頭管理處負責人主持會議。", 0.9),
        # The day of adoption is not the one from which rules hold.
        ("When do the rules take effect?", "The rules were adopted on 3 May 2021.", 0),
        ("When do the rules take effect?", "這些規定自2021年5月3日起施行。", 1),
        # Who spoke did not therefore chair it; by whom it was written, a picture does not tell.
        ("Who chaired the meeting?", "Ma Junsheng presided over the meeting.", 1),
        ("Who chaired the meeting?", "Ma Junsheng attended the meeting and spoke.", 0.5),
        ("誰主持會議?", "碼頭管理處負責人列席會議。", 0.35),
        ("誰主持會議?", "Ma Junsheng presided over the meeting.", 1),
        ("Which journalist wrote the report?", "Picture: Ma Junsheng", 0.5),
        ("誰主持會議?", "會議以習近平新時代中國特色社會主義思想為指導。", 0),
        ("獻禮是哪一年的事?", "在284年,使者獻上禮物。", 1),
        # A list of cities has more than one.
        ("Which cities take part?", "上海、杭州和廣州參加試點。", 1),
        ("Which cities take part?", "試點從上海開始。", 0.5),
        ("What is the depot's telephone number?", "Call 0571-8888 1234 for help.", 1),
        ("What is the depot's telephone number?", "It was agreed by telephone in 2020.", 0),
        ("What is the name of the care programme?", "持續開展“暖橋行動”。", 1),
        ("What is the name of the care programme?", "持續關心船員。", 0),
        ("這個工程叫什麼?", "The Lantern plan is now “Bright Piers”.", 1),
        # A bare number is no share.
        ("今年增長百分之幾?", "會議部署了十項工作。", 0),
        ("What did Fang Ruoshui say?", "方若水指出,碼頭要修。", 1),
        # Whose name is asked for, an office does not tell.
        ("碼頭管理處的負責人叫什麼名字?", "碼頭管理處負責人主持會議。", 0),
        ("碼頭管理處的負責人叫什麼名字?", "碼頭管理處負責人方若水主持會議。", 1),
        # "The companies" are none by name, and that which the question names is not the answer.
        ("Which contractor built the pier?", "The pier was built by Karlsen Marine in a year.", 1),
        ("Which contractor built the pier?", "The companies shall build piers.", 0),
        ("隱私運單是哪家公司開發的?", "系統由臨河科技公司開發。", 1),
        ("隱私運單是哪家公司開發的?", "快遞企業要推廣隱私運單。", 0),
        ("How long did the meeting last?", "It went on for three days.", 1),
        ("How long did the meeting last?", "The 2020 meeting was held by video.", 0),
        ("會議開了多久?", "會議開了兩個半小時。", 1),
        ("會議開了多久?", "會議於2020年2月28日召開。", 0),
        ("What did Fang Ruoshui say?", "方若水、林守義出席會議。", 0),
    ],
)
def test_what_is_asked_for_is_found_or_missed(question: str, text: str, expected: float) -> None:
    assert tells(question, text) == expected


def test_a_figure_counts_what_stands_beside_it() -> None:
    question, text = "How many vans does the depot have?", "The depot has 36 heated vans and was opened by Fang."
    assert tells(question, text, "van", "depot", counted=("van",)) == 1
    other = tells(question, "The depot covers 9000 square metres.", "van", "depot", counted=("van",))
    none = tells(question, "Seven officials signed the paper.", "van", "depot", counted=("van",))
    assert 0 < none < other < 1


def test_a_figure_with_a_unit_of_its_own_counts_nothing_else() -> None:
    years = "How many years does an otter live?"
    assert tells(years, "水獭每年捕鱼6000多公斤。", "水獭", counted=("年",)) < 0.5
    assert tells(years, "水獭可活12年。", "水獭", counted=("年",)) == 1
    medals = "How many medals did Rena Holt win?"
    assert tells(medals, "她以3分33秒赢得金牌。", "金牌", counted=("金牌",)) < 0.5
    assert tells(medals, "她赢得4枚金牌。", "金牌", counted=("金牌",)) == 1


def test_people_are_counted_under_many_names() -> None:
    assert tells("有多少人參加?", "共有52名代表參加會議。", "参加", counted=("人",)) == 1
    assert tells("有多少人參加?", "会议部署12项任务。", "参加", counted=("人",)) < 0.5


def test_a_question_that_wants_no_certain_fact_is_told_nothing() -> None:
    assert tells("What is the plan about?", "The plan of 3 May 2021 names 12 tasks.") == 0


def test_a_question_names_what_it_counts() -> None:
    assert asked("How many provincial offices were opened in May?", "en").counted == ("provincial", "offices")
    assert asked("共有多少名快递员受训?", "zh-Hans").counted[0].startswith(fold("快遞員"))


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        # What happened on the day is told beside it, or may be in the sentence before.
        ("When did the museum open?", "The museum was opened to visitors on 3 May 2021.", 1),
        ("When did the meeting open?", "The meeting was convened on 3 May 2021.", 1),
        ("When did the museum open?", "The town was founded on 3 May 1921.", 0.3),
        ("博物館哪一年開館?", "該館2021年正式開放。", 1),
        ("他哪年當上館長的?", "館長於2021年召開會議。", 0.3),
        ("他哪年當上館長的?", "2021年，他出任館長。", 1),
        # A mayor is no governor, a governor no deputy governor.
        ("Which mayor did the delegates meet?", "The delegates met deputy governor Li Ming.", 0.5),
        ("Which deputy governor did the delegates meet?", "代表團會見了副省長李明。", 1),
        ("Which governor did the delegates meet?", "代表團會見了副省長李明。", 0.5),
        ("What did the mayor say about the depots?", "The mayor said that depots were to be opened.", 1),
        ("市長對倉庫說了什麼?", "副市長指出倉庫要開放。", 0),
        ("市長對倉庫說了什麼?", "市長指出倉庫要開放。", 1),
    ],
)  # fmt: skip
def test_another_event_or_office_is_not_what_is_asked_for(question: str, text: str, expected: float) -> None:
    assert tells(question, text) == expected


def test_a_reason_wants_a_word_for_one() -> None:
    assert tells("Why did the depot close?", "The depot closed because of the flood.") == 1
    assert tells("Why did the depot close?", "The depot closed on 3 May 2021.") == 0


def test_an_age_is_told_in_years_of_age() -> None:
    assert tells("他享年多少歲?", "享年73歲。") == 1
    assert tells("他享年多少歲?", "1540年戰死的是另一人，共9人。") < 1


def test_a_group_of_countries_answers_only_for_countries() -> None:
    assert tells("哪些國家達成了共識?", "與RCEP成員國達成的共識。") == 1
    assert tells("會議在哪個城市召開?", "與RCEP成員國達成的共識。") == 0


def test_who_it_was_is_looked_for_thoroughly_where_it_matters() -> None:
    text = "網易公司於1997年由丁磊在廣州創立。"
    sought = Sought(asked("誰創立了網易?", "zh-Hant"), [], frozenset(("网易", "创立")), frozenset())
    told_of = [told(sought, text, facts(text), False, thoroughly=how) for how in (False, True)]
    assert told_of == [0, 0.8]
    # Whom the question names is no answer, in the letters of the other language neither.
    named = Sought(asked("誰和丁磊創立了網易?", "zh-Hant"), [], frozenset(("网易", "丁磊")), frozenset())
    assert told(named, text, facts(text), False, thoroughly=True) == 0
