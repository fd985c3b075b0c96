"""What a question takes from the questions before it, and what it must not take."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.asking import asked
from assistant.followup import read_turn


def made(question: str, *history: str) -> str:
    return read_turn(question, history).question


FORUM = "When did the bureau hold its forum on rural logistics?"
SEMINAR = "Who attended the Hangzhou seminar?"
SAFETY = "Who chaired the safety meeting?"
CHEN = "What did Chen Yulan say about parcel lockers?"
GOALS = "What are the three goals of the cold-chain plan?"
COLD = "2022年冷鏈快遞座談會是什麼時候開的？"
RULES = "郵政普遍服務有哪三項要求？"
SHIELD = "绿盾工程二期由谁负责？"
BEES = "暖蜂行动是什么？"
CHEN_ZH = "陈玉兰在杭州说了什么？"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (FORUM, "Who opened it?", "Who opened the forum on rural logistics?"),
        (FORUM, "Where did it take place?", "Where did the forum on rural logistics take place?"),
        (SEMINAR, "Why was it held?", "Why was the Hangzhou seminar held?"),
        (SAFETY, "Did the meeting mention SF?", "Did the safety meeting mention SF?"),
        (SAFETY, "And what was decided there?", "What was decided at the safety meeting?"),
        (CHEN, "When did she say that?", "When did Chen Yulan say that?"),
        (CHEN, "What is her job?", "What is Chen Yulan's job?"),
        ("What is the Warm Bee programme?", "What are its goals?", "What are the Warm Bee programme's goals?"),
        (GOALS, "What about the second of them?", "What is the second of the three goals of the cold-chain plan?"),
        (COLD, "那次會議通過了什麼？", "2022年冷鏈快遞座談會通過了什麼？"),
        (COLD, "會上誰講話？", "2022年冷鏈快遞座談會上誰講話？"),
        (COLD, "會議的結果如何？", "2022年冷鏈快遞座談會的結果是什麼？"),
        (COLD, "主辦方是誰？", "2022年冷鏈快遞座談會，主辦方是誰？"),
        (BEES, "它什么时候开始的？", "暖蜂行动什么时候开始的？"),
        (BEES, "哪些公告提到它？", "哪些公告提到暖蜂行动？"),
        (SHIELD, "这个工程什么时候完成？", "绿盾工程二期什么时候完成？"),
        (CHEN_ZH, "她还见了谁？", "陈玉兰还见了谁？"),
    ],
)
def test_what_a_pronoun_stands_for_takes_its_place(earlier: str, question: str, expected: str) -> None:
    assert made(question, earlier) == expected


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("How many parcels were delivered in 2021?", "And in 2022?", "How many parcels were delivered in 2022?"),
        ("How many parcels were delivered in 2021?", "What about 2019?", "How many parcels were delivered in 2019?"),
        ("How many parcels were delivered in Hubei?", "And Shandong?", "How many parcels were delivered in Shandong?"),
        ("What was planned for villages?", "And in 2024?", "What was planned for villages in 2024?"),
        (CHEN, "And Zhou Yining?", "What did Zhou Yining say about parcel lockers?"),
        ("Which bulletins mention SF?", "And Yuantong?", "Which bulletins mention Yuantong?"),
        ("Which bulletins mention SF?", "How many are there?", "How many bulletins mention SF?"),
        (SEMINAR, "No, I meant the Nanjing seminar", "Who attended the Nanjing seminar?"),
        (SAFETY, "And who else?", "Who else chaired the safety meeting?"),
        (FORUM, "The date?", "What is the date of the forum on rural logistics?"),
        (COLD, "那2021年的呢？", "2021年冷鏈快遞座談會是什麼時候開的？"),
        (COLD, "地點呢？", "2022年冷鏈快遞座談會的地點是什麼？"),
        ("2020年快遞業務量是多少？", "2021年？", "2021年快遞業務量是多少？"),
        (CHEN_ZH, "那在南京呢？", "陈玉兰在南京说了什么？"),
        (CHEN_ZH, "周以宁呢？", "周以宁在杭州说了什么？"),
        (BEES, "那快递进村呢？", "快递进村是什么？"),
        (BEES, "不是，我问的是绿盾工程", "绿盾工程是什么？"),
        ("绿盾工程二期要做什么？", "那无人机呢？", "无人机要做什么？"),
        ("2023年國際合作有什麼安排？", "香港那邊呢？", "2023年香港有什麼安排？"),
        ("有哪些公告提到順豐？", "那圓通呢？", "有哪些公告提到圓通？"),
        (RULES, "第三項呢？", "郵政普遍服務的三項要求中，第三項是什麼？"),
    ],
)
def test_a_slot_of_the_last_question_is_filled_anew(earlier: str, question: str, expected: str) -> None:
    assert made(question, earlier) == expected


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (SEMINAR, "How many people took part?", "How many people took part in the Hangzhou seminar?"),
        (SAFETY, "Which documents were adopted?", "Which documents were adopted? (the safety meeting)"),
        (
            SEMINAR,
            "How many provinces had to send people?",
            "How many provinces had to send people? (the Hangzhou seminar)",
        ),
        (SEMINAR, "When?", "When? (the Hangzhou seminar)"),
        (GOALS, "Can you explain?", "Can you explain? (the three goals of the cold-chain plan)"),
        (SAFETY, "Were there any foreign guests?", "Were there any foreign guests? (the safety meeting)"),
        (COLD, "誰主持的？", "2022年冷鏈快遞座談會，誰主持的？"),
        (COLD, "那誰主持的？", "2022年冷鏈快遞座談會，誰主持的？"),
        (COLD, "在哪裡？", "2022年冷鏈快遞座談會，在哪裡？"),
        (COLD, "有多少企業參加？", "2022年冷鏈快遞座談會，有多少企業參加？"),
        (BEES, "有哪些具体措施？", "暖蜂行动，有哪些具体措施？"),
        (SHIELD, "投资多少？", "绿盾工程二期，投资多少？"),
        (RULES, "第二項要求是什麼？", "郵政普遍服務的三項要求中，第二項要求是什麼？"),
        (RULES, "其中哪一項最重要？", "郵政普遍服務的三項要求中哪一項最重要？"),
    ],
)
def test_a_question_that_names_nothing_gets_the_topic(earlier: str, question: str, expected: str) -> None:
    assert made(question, earlier) == expected


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (SAFETY, "What did he stress?", "What did he stress? (the person who chaired the safety meeting)"),
        ("谁主持了安全会议？", "他强调了什么？", "他强调了什么？（主持了安全会议的人）"),
        ("會議由誰在南京主持？", "他是什麼職務？", "他是什麼職務？（在南京主持會議的人）"),
    ],
)
def test_a_person_who_was_only_asked_for_is_described(earlier: str, question: str, expected: str) -> None:
    assert made(question, earlier) == expected


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        (SEMINAR, "What is the Universal Postal Union?"),
        (SEMINAR, "How are drones used in delivery?"),
        (SEMINAR, "Which bulletins mention YTO?"),
        (SEMINAR, "What is the latest bulletin?"),
        (SEMINAR, "Who won the world cup?"),
        (SAFETY, "Is it true that drones deliver parcels in Tibet?"),
        (SAFETY, "What did the bureau plan for this year?"),
        (SAFETY, "Which companies must protect the data of their users?"),
        (SAFETY, "What did Chen Yulan say when she visited Nanjing?"),
        (SAFETY, "What documents were adopted by the State Council in 2018?"),
        (FORUM, "How many bulletins are there from 2020?"),
        (FORUM, "Which bulletins are there?"),
        (COLD, "什麼是綠色包裝？"),
        (COLD, "無人機有什麼應用？"),
        (COLD, "2024年郵政工作有哪些重點？"),
        (COLD, "最新的一篇公告是哪一篇？"),
        (BEES, "快递企业如何保护其用户的信息？"),
        (BEES, "其他企业怎么处理投诉？"),
        (SHIELD, "法国的首都是哪里？"),
        (SHIELD, "那个快递绿色包装联盟是哪年成立的？"),
    ],
)
def test_a_new_topic_does_not_drag_the_old_one_along(earlier: str, question: str) -> None:
    assert made(question, earlier) == question
    assert read_turn(question, [earlier]).after is None


@pytest.mark.parametrize(
    "question", ["Hello", "Thank you!", "Who are you?", "What can you do?", "谢谢", "你是谁？", "您好"]
)
def test_small_talk_asks_nothing_of_the_topic(question: str) -> None:
    assert made(question, SEMINAR) == question


def test_small_talk_between_two_questions_leaves_the_topic() -> None:
    assert made("Who chaired it?", SEMINAR, "thank you!") == "Who chaired the Hangzhou seminar?"
    assert made("還有誰參加？", COLD, "謝謝") == "2022年冷鏈快遞座談會，還有誰參加？"


def test_the_topic_comes_through_a_follow_up_in_between() -> None:
    assert made("And what was decided there?", SAFETY, "When was it held?") == "What was decided at the safety meeting?"
    assert made("会议通过了什么？", "2019年安全会议是谁主持的？", "什么时候召开的？") == "2019年安全会议通过了什么？"


def test_a_person_asked_for_is_remembered_through_a_follow_up_in_between() -> None:
    assert (
        made("他还要求什么？", "谁主持了安全会议？", "会议什么时候召开的？") == "他还要求什么？（主持了安全会议的人）"
    )


def test_the_last_topic_counts_not_the_first() -> None:
    assert (
        made("Why was it held?", SAFETY, "Who attended the Hangzhou seminar?") == "Why was the Hangzhou seminar held?"
    )


def test_the_topic_keeps_its_own_words_in_another_language() -> None:
    assert made("Who spoke at it?", COLD) == "Who spoke at 2022年冷鏈快遞座談會?"
    assert made("那是什麼時候？", SAFETY) == "是什麼時候？（the safety meeting）"
    assert made("What about drones?", COLD) == "What about drones? (2022年冷鏈快遞座談會)"


@pytest.mark.parametrize(
    "again", ["in Chinese please", "In English?", "Please say that again", "用英文回答", "請用中文"]
)
def test_asking_for_another_language_asks_the_last_question_again(again: str) -> None:
    assert made(again, SEMINAR) == SEMINAR


@pytest.mark.parametrize("question", ["Who spoke at it?", "那誰主持的？", "他是什么职务？"])
def test_without_a_history_nothing_changes(question: str) -> None:
    assert made(question) == question
    assert made(question, "", "  \n ") == question


def test_a_history_of_any_length_is_read_as_far_as_it_is_bounded() -> None:
    assert made("Why was it held?", "x" * 10_000, SEMINAR) == "Why was the Hangzhou seminar held?"
    assert made("Why was it held?", SEMINAR, *["thanks"] * 6) == "Why was it held?", "six questions back at most"
    assert len(made("Why was it held?", "說" * 10_000)) < 1_000


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (
            "When did the 3rd cold-chain meeting take place in 2019?",
            "And the Nanjing seminar?",
            "When did the Nanjing seminar take place?",
        ),
        (
            "What does the office plan for lockers in 2022?",
            "And night trains?",
            "What does the office plan for night trains in 2022?",
        ),
        ("2019年冷链会议是哪天开的？", "我指的是2021年的海岛座谈会", "2021年的海岛座谈会是哪天开的？"),
        ("2022年對冷鏈有什麼要求？", "那夜間配送呢？", "2022年對夜間配送有什麼要求？"),
        ("2019年冷链会议是谁主持的？", "列席的企业呢？", "2019年冷链会议列席的企业有哪些？"),
        ("周以宁在哪里讲话？", "不是周以宁，是陈玉兰", "陈玉兰在哪里讲话？"),
        ("五項重點任務中第四項是什麼？", "不是第四項，我是說第二項。", "五項重點任務中第二項是什麼？"),
        ("五项重点任务中第四项是什么？", "我问的是第二项", "五项重点任务中第二项是什么？"),
        ("What is the fourth of the five goals?", "No, I meant the second.", "What is the second of the five goals?"),
        (
            "What is planned for 2024 about stamps?",
            "and for ferry crews?",
            "What is planned for 2024 about ferry crews?",
        ),
        ("What did the 12th ferry forum decide?", "And the 13th one?", "What did the 13th ferry forum decide?"),
        ("When was the ferry forum?", "No, the one in May 2018", "When was the meeting in May 2018?"),
        (
            "When was the seminar in Hangzhou held?",
            "Sorry, not the seminar, I meant the 2021 video conference.",
            "When was the 2021 video conference held?",
        ),
    ],
)
def test_another_event_or_thing_takes_the_place_of_the_old_with_its_date(
    earlier: str, question: str, expected: str
) -> None:
    assert made(question, earlier) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Different question: who drew the map?", "Who drew the map?"),
        ("By the way, who drew the map?", "Who drew the map?"),
        ("換個話題，地圖是誰畫的？", "地圖是誰畫的？"),
        ("顺便问一下,地图是谁画的?", "地图是谁画的?"),
        ("先不說這個，地圖是誰畫的？", "地圖是誰畫的？"),
    ],
)
def test_announcing_another_topic_is_no_part_of_the_question(question: str, expected: str) -> None:
    assert made(question, SEMINAR) == made(question) == expected
    assert read_turn(question, [SEMINAR]).after is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Back to the seminar: why was it held?", "Why was the Hangzhou seminar held?"),
        ("As for the seminar you mentioned first, who spoke there?", "Who spoke at the Hangzhou seminar?"),
        ("Why was that seminar held?", "Why was the Hangzhou seminar held?"),
        ("Back to the seminar.", SEMINAR),
    ],
)
def test_a_turn_goes_back_to_the_topic_that_it_names(question: str, expected: str) -> None:
    assert made(question, SEMINAR, "How many lockers were built in 2022?") == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("再說回座談會，誰主持的？", "2022年冷鏈快遞座談會，誰主持的？"),
        ("剛才說的那個座談會，是誰主持的？", "2022年冷鏈快遞座談會，是誰主持的？"),
        ("那次座談會通過了什麼？", "2022年冷鏈快遞座談會通過了什麼？"),
    ],
)
def test_a_chinese_turn_goes_back_too(question: str, expected: str) -> None:
    assert made(question, COLD, "2024年郵票有幾種？") == expected


def test_the_same_again_in_another_language_goes_on_from_what_the_question_went_on_from() -> None:
    turn = read_turn("請用中文", [SEMINAR, "Why was it held?"])
    assert (turn.own, turn.question, turn.written, turn.due) == (
        "",
        "Why was the Hangzhou seminar held?",
        "en",
        "zh-Hant",
    )
    assert turn.after == SEMINAR


def test_what_is_asked_for_is_read_from_the_question_made_when_the_turn_does_not_tell() -> None:
    assert read_turn("And in 2022?", ["How many parcels were delivered in 2021?"]).asks.startswith("How many")
    assert read_turn("What did he stress?", [SAFETY]).asks == "What did he stress?"


@pytest.mark.parametrize(
    "question",
    [
        "Is it going to snow in Harbin?",
        "Which village will get that 2021 night bus?",
        "Do firms that go green pay less tax?",
        "What about old lockers is going to change?",
        "2021年3月那次會議之後開了什麼會？",
        "我兒子在開貨車，公司要替他繳什麼？",
    ],
)
def test_what_explains_itself_takes_nothing_from_before(question: str) -> None:
    assert read_turn(question, [SEMINAR]).after is None


@pytest.mark.parametrize(
    ("earlier", "question", "number", "nth"),
    [
        ("What are the six cold-chain priorities of 2022?", "And the fourth?", 6, 4),
        ("What are the six cold-chain priorities of 2022?", "What does the second one say?", 6, 2),
        ("冷链会议提出的六项重点是什么？", "第五项又是什么？", 6, 5),
        ("冷鏈會議提出的六項重點中，第三項是什麼？", "第四項呢？", 6, 4),
    ],
)
def test_a_member_is_asked_for_of_a_list_as_long_as_the_topic_says(
    earlier: str, question: str, number: int, nth: int
) -> None:
    turn = read_turn(question, [earlier])
    wanted = asked(turn.asks, turn.written)
    assert (wanted.number, wanted.nth) == (number, nth)
    assert "2022" in turn.question or "会议" in turn.question or "會議" in turn.question


TRAMS = "Which four tram lines did the council approve for 2027?"
FERRIES = "2023年公布了哪六項渡輪措施？"
LINES = "the four tram lines that the council approved for 2027"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (TRAMS, "The longest one?", f"Which is the longest of {LINES}?"),
        (TRAMS, "what's the second one?", f"what's the second of {LINES}?"),
        (TRAMS, "And the last?", f"What is the last of {LINES}?"),
        (TRAMS, "Tell me more about number three.", f"Tell me more about the third of {LINES}."),
        (TRAMS, "Is there something on noise in the first?", f"Is there something on noise in the first of {LINES}?"),
        (TRAMS, "Do any of these serve the harbour?", f"Do any of {LINES} serve the harbour?"),
        (TRAMS, "Who builds those lines?", f"Who builds {LINES}?"),
        (FERRIES, "第二項具體說什麼？", "2023年公布的六項渡輪措施中，第二項具體說什麼？"),
        (FERRIES, "這幾項裡哪項講票價？", "2023年公布的六項渡輪措施裡哪項講票價？"),
        (FERRIES, "這些措施誰來落實？", "2023年公布的六項渡輪措施誰來落實？"),
        (FERRIES, "哪一項涉及安全？", "2023年公布的六項渡輪措施中，哪一項涉及安全？"),
        (FERRIES, "票價那項講什麼？", "2023年公布的六項渡輪措施中，票價那項講什麼？"),
    ],
)
def test_a_member_carries_the_list_that_was_asked_for(earlier: str, question: str, expected: str) -> None:
    assert made(question, earlier) == expected


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ((TRAMS, "And the second?"), "and the fourth one", f"What is the fourth of {LINES}?"),
        ((TRAMS, "How much does the first cost?"), "The third?", f"How much does the third of {LINES} cost?"),
        ((TRAMS, "And the second?"), "Explain that one", f"Explain the second of {LINES}"),
        ((FERRIES, "第二項呢？"), "那最後一項呢？", "2023年公布的六項渡輪措施中，最後一項是什麼？"),
        ((FERRIES, "第二項呢？", "第三項講什麼？"), "第五項？", "2023年公布的六項渡輪措施中，第五項講什麼?"),
        ((FERRIES, "第二項呢？"), "它適用於誰？", "2023年公布的六項渡輪措施中的第二項適用於誰？"),
        (("第十二次船员会议通过了哪些规定？", "第二项呢？"), "有谁参加？", "第十二次船员会议，有谁参加？"),
        ((TRAMS, "And the second?"), "What about the next one?", f"What is the third of {LINES}?"),
        (("What is the third goal of 2021?",), "And the fifth?", "What is the fifth goal of 2021?"),
    ],
)
def test_one_number_takes_the_place_of_another(history: tuple[str, ...], question: str, expected: str) -> None:
    assert made(question, *history).replace("？", "?") == expected.replace("？", "?")


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (("When does the new tax law take effect?",), "Who drafted the law?", "Who drafted the new tax law?"),
        (("What is the Clean Rivers campaign?",), "who funds that programme?", "who funds the Clean Rivers campaign?"),
        (("新税法什么时候生效？",), "这部税法是谁起草的？", "新税法是谁起草的？"),
        (("清河行动是什么？",), "行动在哪里开展？", "清河行动在哪里开展？"),
    ],
)
def test_a_noun_that_shortens_what_was_spoken_of_is_told_in_full(
    history: tuple[str, ...], question: str, expected: str
) -> None:
    assert made(question, *history) == expected


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (
            ("What did the mayor say about fees?",),
            "Same question for parking.",
            "What did the mayor say about parking?",
        ),
        (("What did Zhao Min say about fees?",), "And about Hubei?", "What did Zhao Min say about Hubei?"),
        (("Where did they eat before the fair?",), "And after?", "Where did they eat after the fair?"),
        (("What did the mayor say about fees?",), "thanks! and fines?", "What did the mayor say about fines?"),
        (("How many parcels came in 2021?",), "And the year before?", "How many parcels came in 2020?"),
        (
            ("Which mayors attended the 2nd forum?", "Was Zhao Min among them?"),
            "And at the Nanjing seminar?",
            "Was Zhao Min among the mayors that attended the Nanjing seminar?",
        ),
        (("2021年有多少包裹？",), "上一年呢？", "2020年有多少包裹？"),
        (("市長怎麼談停車？",), "同樣的問題，改問罰款。", "市長怎麼談罰款？"),
        (("东山地铁三号线投资多少？",), "二号线呢？", "东山地铁二号线投资多少？"),
        (("东山大桥什么时候通车的？", "造价多少？"), "西山隧道呢？", "西山隧道，造价多少？"),
    ],
)
def test_another_thing_takes_the_place_of_its_like(history: tuple[str, ...], question: str, expected: str) -> None:
    assert made(question, *history) == expected


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("2020年的“兩山計劃”是什麼？", "2024年還有嗎？", "2024年還有嗎？（“兩山計劃”）"),
        ("东山大桥什么时候通车的？", "造价多少？", "东山大桥，造价多少？"),
        ("When does the new tax law take effect?", "Who must comply?", "Who must comply? (the new tax law)"),
        (
            "What is done for couriers' rights in 2024?",
            "How many of them strike?",
            "How many of them strike? (couriers' rights in 2024)",
        ),
        ("What is done about cold parcels?", "Is that standard old?", "Is that standard old? (cold parcels)"),
        (TRAMS, "Name the others.", f"Name the others. ({LINES})"),
        ("When was the museum closed?", "Why was that?", "Why was the museum closed?"),
        ("When was the museum closed?", "Has the museum reopened?", "Has the museum reopened?"),
        ("What was said about cold parcels?", "Who said that?", "Who said that? (cold parcels)"),
        ("Which airlines were fined?", "How much?", "How much? (the airlines fined)"),
        ("新机场什么时候启用？", "有几条跑道？", "新机场，有几条跑道？"),
        ("雨季快递员做了什么？", "山区的呢？", "山区的呢？（雨季快递员）"),
        (TRAMS, "What do they see there?", f"What do they see there? ({LINES})"),
        ("How long did the tunnel take to build?", "What about the bridge?", "How long did the bridge take to build?"),
        (SEMINAR, "His post?", "His post? (the person who attended the Hangzhou seminar)"),
    ],
)
def test_what_lacks_a_noun_gets_the_topic_and_stays_a_sentence(earlier: str, question: str, expected: str) -> None:
    assert made(question, earlier) == expected


@pytest.mark.parametrize(
    "question",
    [
        "When several offices share a depot, what comes first of all?",
        "Where is the final of the ferry cup held?",
        "Which rules are the most important among those whose text is public?",
        "第十二次渡輪大會通過了什麼文件？",
        "2021年那場會談了什麼？",
        "那张地图是哪个记者画的？",
    ],
)
def test_a_number_or_pointer_of_its_own_takes_no_list(question: str) -> None:
    for earlier in (TRAMS, FERRIES):
        assert made(question, earlier) == question


def test_what_something_stands_for_is_no_part_of_its_name() -> None:
    assert made("对它们要守什么原则？", "冷链会上“两冷”指的是什么？").endswith("（冷链会上“两冷”）")


def test_a_long_question_stands_on_its_own() -> None:
    question = "Why did it fail? " * 40
    assert made(question, SEMINAR) == question


_PIECES = st.sampled_from(
    "it its they there that 他 其 那 呢 ？ ? 會上 它 第二項 and what about 2020年 in 2019 Who 誰 Zhao Min 郵政 “ ” ( ） , 的 在 how many no, I meant".split()
) | st.text(max_size=6)
_ANYTHING = st.lists(_PIECES, max_size=9).map(" ".join) | st.lists(_PIECES, max_size=9).map("".join)


@settings(max_examples=150, deadline=None)
@given(_ANYTHING, st.lists(_ANYTHING, max_size=4))
def test_nothing_that_is_typed_raises(question: str, history: list[str]) -> None:
    turn = read_turn(question, history)
    assert turn.after is None or history
    assert turn.due in ("en", "zh-Hant", "zh-Hans")


def test_at_the_meeting_is_the_meeting_spoken_of() -> None:
    assert "海岛邮路会议" in made("是谁在会上讲的话?", "2021年海岛邮路会议讨论了什么?")
