"""What a sentence claims of the collection, and whether the bulletins that it cites show it."""

from __future__ import annotations

import pytest

from assistant.answer import Citation
from eval.collection import Claim, read_claim, with_claims
from eval.run import grounding_check, score
from tests.eval.fakes import answer, case, citation

DRONES = citation("lockers", "Drones will carry parcels to the lockers.")
UAVS = Citation(
    "islands", "islands", "t", "2022-03-09", "海島郵報", "無人機只在風浪大的日子代替小船。", 40, 56, ("ferries",)
)
FERRY = citation("ferries", "A ferry sails to the islands on March 7, 2022.")
BIKES = citation("bicycles", "Two thousand bicycles were given away.")
NEWS = citation("news", "Published: 2020-11-20")


def judged(sentence: str, *cited: Citation) -> bool:
    return with_claims(grounding_check, cited)(sentence, [each.quote for each in cited])


def test_a_claim_is_read_with_its_number_and_what_comes_beside() -> None:
    claim = read_claim(
        "Two bulletins mention “drones”; three more may be about it in other words; one more reports the same event:"
    )
    assert isinstance(claim, Claim)
    assert (claim.request.topic, claim.count, claim.others, claim.versions) == ("drones", 2, 3, 1)
    chinese = read_claim("有兩篇公告提到「無人機」，另有一篇報道同一事件：")
    assert chinese is not None and (chinese.request.topic, chinese.count, chinese.versions) == ("無人機", 2, 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "Two bulletins mention drones and all of them were recalled.",
        "Drones are mentioned.",
        "Two bulletins were withdrawn.",
        "The bulletins say that drones fly.",
        "公告提到無人機已經停飛。",
        "無人機有兩架。",
        "",
    ],
)
def test_a_sentence_of_what_bulletins_say_is_no_claim_about_the_collection(sentence: str) -> None:
    assert read_claim(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "cited", "expected"),
    [
        ("One bulletin mentions “drones”:", [DRONES], True),
        ("One bulletin mentions “drones”:", [BIKES], False),  # the words cited are of something else
        ("Two bulletins mention “drones”:", [DRONES], False),  # one is shown
        ("Two bulletins mention “drones”:", [DRONES, BIKES], False),
        (
            "Two bulletins mention “drones”:",
            [DRONES, citation("lockers", "Drones again.", 90)],
            False,
        ),  # of one bulletin
        ("Two bulletins mention “drones”:", [DRONES, citation("other", "Drones again.")], True),
        ("有一篇公告提到「無人機」：", [UAVS], True),
        ("有一篇公告提到「小船」：", [UAVS], True),
        ("有两篇公告提到“无人机”：", [UAVS], False),
        ("有一篇公告提到「無人機」，另有一篇報道同一事件：", [UAVS, FERRY], True),
        ("有一篇公告提到「無人機」，另有一篇報道同一事件：", [UAVS, BIKES], False),  # of another event
        ("One bulletin mentions “lockers and drones”:", [DRONES], True),
        ("One bulletin mentions “lockers and boats”:", [DRONES], False),
        ("No bulletins mention “boats”; one may be about it in other words:", [FERRY], True),
        ("No bulletins mention “boats”; two may be about it in other words:", [FERRY], False),
    ],
)
def test_as_many_bulletins_must_hold_the_topic_as_the_sentence_tells(
    sentence: str, cited: list[Citation], expected: bool
) -> None:
    assert judged(sentence, *cited) is expected


@pytest.mark.parametrize(
    ("sentence", "cited", "expected"),
    [
        ("There is one bulletin published in 2020:", [NEWS], True),
        ("There is one bulletin published in 2019:", [NEWS], False),
        ("There is one bulletin published since 2019:", [NEWS], True),
        ("There is one bulletin published from 2021 to 2022:", [NEWS], False),
        ("There are two bulletins dated in 2020:", [NEWS, FERRY], False),
        ("None of the nine bulletins is dated in 2019. The nearest in date:", [NEWS, FERRY], True),
        ("None of the nine bulletins is dated in 2020. The nearest in date:", [NEWS, FERRY], False),
        ("The latest bulletin:", [NEWS], True),
        ("The latest bulletin:", [BIKES], False),  # nothing cited is a date
        ("The two latest bulletins:", [NEWS, FERRY], True),
        ("The three latest bulletins:", [NEWS, FERRY], False),
        ("共有一篇2020年發布的公告：", [NEWS], True),
        ("共有一篇2018年发布的公告：", [NEWS], False),
        ("共有一篇2020年及以前发布的公告：", [NEWS], True),
        ("九篇公告中没有2019年的公告。日期最接近的是：", [NEWS], True),
        ("九篇公告中没有2020年的公告。日期最接近的是：", [NEWS], False),
        ("最新的公告：", [NEWS], True),
    ],
)
def test_the_dates_cited_must_have_the_values_told(sentence: str, cited: list[Citation], expected: bool) -> None:
    assert judged(sentence, *cited) is expected


def test_a_date_that_the_page_is_said_to_have_counts_only_where_its_words_are_cited() -> None:
    told = Citation("a", "a", "t", "2021-06-02", None, "On June 2 the depot opened.", 0, 27)
    untold = Citation("a", "a", "t", "2021-06-02", None, "The depot opened.", 0, 17)
    assert judged("There is one bulletin dated in 2021:", told)
    assert not judged("There is one bulletin dated in 2021:", untold)


def test_languages_and_issuers_are_those_of_the_cited_bulletins() -> None:
    assert judged("There is one English bulletin:", NEWS) and not judged("There is one Chinese bulletin:", NEWS)
    assert judged("共有一篇繁體中文公告：", UAVS) and not judged("共有一篇英文公告：", UAVS)
    assert judged("There is one bulletin from 海島郵報:", UAVS)
    assert not judged("There is one bulletin from the Harbour Gazette:", UAVS)
    posted = Citation("a", "a", "t", None, "國家郵政局", "郵站開放。", 0, 5)
    assert judged("There is one bulletin from State Post Bureau:", posted)


def test_that_an_issuer_is_not_named_is_held_against_the_citation() -> None:
    line = "Drones will carry parcels to the lockers (names no issuer, undated)"
    issued = Citation("lockers", "lockers", "t", None, "Harbour Gazette", DRONES.quote, 0, len(DRONES.quote))
    said: list[str] = []

    def words_stand(sentence: str, spans: list[str]) -> bool:
        said.append(sentence)
        return "names no issuer" not in sentence

    for cited, expected in ((DRONES, True), (issued, False)):
        assert with_claims(words_stand, [cited])(line, [cited.quote]) is expected
    assert said == ["Drones will carry parcels to the lockers (undated)"]


def test_an_answer_from_the_catalogue_is_scored_by_its_claim() -> None:
    right = answer(
        [("One bulletin mentions “drones”:", [0]), ("Drones will carry parcels to the lockers.", [0])], [DRONES]
    )
    wrong = answer(
        [("Two bulletins mention “drones”:", [0]), ("Drones will carry parcels to the lockers.", [0])], [DRONES]
    )
    asked = case(kind="catalogue", bulletins=("lockers",), facts=(("lockers",),))
    values = [score(asked, lambda q, h, a=a: a, grounding_check).values for a in (right, wrong)]  # type: ignore[misc]
    assert [each["citation_recall"] for each in values] == [1.0, 0.5]
    assert [each["faithfulness"] for each in values] == [1.0, 0.5]
    assert [each["citation_precision"] for each in values] == [1.0, 0.5]
