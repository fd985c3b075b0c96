"""What is quoted as the answer, and what is said around it."""

from __future__ import annotations

import pytest

from assistant.asking import Asked, asked
from assistant.extract import Part, Span, extract, in_reading_order, lead, without_furniture
from index.split import weight
from sources.bulletin import Bulletin, Language

from .. import fakes
from .candidates import candidate, described, index_of

LOCKERS = described("101", fakes.LOCKERS)
ISLANDS = described("102", fakes.ISLANDS)
BICYCLES = described("103", fakes.BICYCLES)
PATROL = described(
    "105",
    "Spring patrol of the island mail routes begins\n\nPublished: 2022-03-10\n\n"
    "The island mail patrol left Zhoushan on March 7 and will call at 63 inhabited islands within forty days. "
    "It has two tasks: first, it checks how mail is handed over at the piers. Second, it hears what islanders think of "
    "delivery times.\n",
)
UNDATED = described(
    "106", "Notes on a sorting hall\n\nThe hall at the old pier sorts mail for nine villages by hand.\n"
)
INDEX = index_of(LOCKERS, ISLANDS, BICYCLES, PATROL, UNDATED, versions=[("102", "105")])


def quoted(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if part.quoted]


def test_a_question_for_one_fact_gets_one_sentence_with_a_lead() -> None:
    best = candidate(LOCKERS, "Seventeen makers", 0.9)
    lead, said = extract(
        Asked("count"), "How many makers came?", "en", [best, candidate(LOCKERS, "took the chair", 0.1)], INDEX
    )
    assert said.text == best.text and said.spans[0].text == best.text
    assert not lead.quoted and "2 June 2021" in lead.text and LOCKERS.title in lead.text


def test_the_lead_rests_on_the_title_and_the_date_as_published() -> None:
    lead = extract(Asked("count"), "?", "en", [candidate(PATROL, "It has two tasks", 0.9)], INDEX)[0]
    assert lead.text == "“Spring patrol of the island mail routes begins”, dated 10 March 2022, says:"
    assert [span.text for span in lead.spans] == [PATROL.title, "2022-03-10"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "dated 2 June 2021 (its text says 15 June), says:"),
        ("zh-Hant", "（頁面標示2021年6月2日，正文為6月15日）寫道："),
        ("zh-Hans", "（页面标示2021年6月2日，正文为6月15日）写道："),
    ],
)
def test_a_lead_whose_date_the_text_disputes_says_so(language: Language, said: str) -> None:
    told = lead(LOCKERS, language)
    assert told.text.endswith(said)
    assert [span.text for span in told.spans][:2] == [LOCKERS.title, "2021-06-02"]
    assert "June 15" in told.spans[2].text


AGENCY = described(
    "107",
    "Island News Agency, May 4. On May 3, the harbour office held the 2021 island mail conference in Zhoushan. "
    "Fang Ruoshui took the chair.\n\nData picture: a mail boat leaves the pier. Photo by Island News Agency reporter Lu Wei"
    "\n\nThe conference agreed to add two boats.\n",
)
UNNAMED = described("108", "On May 3, 2021, the harbour office counted the mail boats of Zhoushan. It found nine.\n")


@pytest.mark.parametrize(
    ("bulletin", "language", "told"),
    [
        (AGENCY, "en", "The Island News Agency bulletin of 4 May 2021 says:"),
        (AGENCY, "zh-Hant", "Island News Agency 2021年5月4日的公告寫道："),
        (UNNAMED, "en", "The bulletin on the event of 3 May 2021 says:"),
        (UNNAMED, "zh-Hans", "有关2021年（5月3日）一事的公告写道："),
    ],
)
def test_a_bulletin_without_a_title_is_named_by_issuer_and_date(
    bulletin: Bulletin, language: Language, told: str
) -> None:
    said = lead(bulletin, language)
    assert said.text == told
    # A dateline tells no year, so the sentence that does is cited as well.
    assert "2021" in " ".join(span.text for span in said.spans)


def test_words_of_a_picture_and_a_dateline_are_quoted_only_when_they_are_what_was_asked_for() -> None:
    spans = {words: candidate(AGENCY, words, 0.5) for words in ("May 4", "took the chair", "Photo by", "two boats")}
    part = {w: Part(c.text, (Span(AGENCY, c.start, c.end),)) for w, c in spans.items()}
    parts = [lead(AGENCY, "en"), *part.values()]
    told = [p for p in without_furniture(parts, spans["took the chair"]) if p.quoted]
    assert told == [part["took the chair"], part["two boats"]]
    assert part["Photo by"] in without_furniture(parts, spans["Photo by"])
    # A lead goes with its last quote.
    of = lead(ISLANDS, "en")
    assert without_furniture([of, part["May 4"], *parts[:3]], spans["two boats"]) == [parts[0], part["took the chair"]]
    assert without_furniture(parts[:2], spans["two boats"]) == parts[:2], "something is quoted"


def test_quotes_stand_in_reading_order_under_their_lead() -> None:
    first, second = (
        Part(c.text, (Span(AGENCY, c.start, c.end),))
        for c in (candidate(AGENCY, "took the chair", 0.5), candidate(AGENCY, "two boats", 0.5))
    )
    of = lead(AGENCY, "en")
    assert in_reading_order([of, second, first]) == [of, first, second]
    assert in_reading_order([of, second, of, first]) == [of, second, of, first]


def test_a_bulletin_without_a_date_is_given_none() -> None:
    lead = extract(Asked("count"), "?", "en", [candidate(UNDATED, "nine villages", 0.9)], INDEX)[0]
    assert lead.text == "“Notes on a sorting hall” says:" and len(lead.spans) == 1


@pytest.mark.parametrize(("language", "begins"), [("en", "“"), ("zh-Hant", "《"), ("zh-Hans", "《")])
def test_the_lead_speaks_the_language_of_the_question(language: str, begins: str) -> None:
    parts = extract(Asked("what"), "?", language, [candidate(BICYCLES, "周以宁", 0.9)], INDEX)  # type: ignore[arg-type]
    assert parts[0].text.startswith(begins) and BICYCLES.title in parts[0].text


def test_a_list_is_given_item_by_item() -> None:
    parts = extract(
        Asked("list", 3, many=True), "Which three rules?", "en", [candidate(LOCKERS, "Three rules", 0.9)], INDEX
    )
    assert [part.item for part in parts] == [False, True, True, True]
    assert [part.spans[0].text == part.text for part in parts[1:]] == [True] * 3
    assert parts[2].text.startswith("second, a parcel may lie there")


def test_one_member_of_a_list_is_given_alone() -> None:
    parts = extract(
        Asked("what", 3, nth=2, many=False),
        "What is the second rule?",
        "en",
        [candidate(LOCKERS, "Three rules", 0.9)],
        INDEX,
    )
    assert len(parts) == 2 and parts[1].text.startswith("second, a parcel")


@pytest.mark.parametrize(("language", "source"), [("en", "105"), ("zh-Hant", "102"), ("zh-Hans", "102")])
def test_of_two_versions_the_one_in_the_language_of_the_question_is_quoted(language: str, source: str) -> None:
    candidates = [candidate(PATROL, "63 inhabited", 0.82), candidate(ISLANDS, "六十三個", 0.8)]
    if language == "en":  # the other version a little better each time
        candidates = [candidate(ISLANDS, "六十三個", 0.82), candidate(PATROL, "63 inhabited", 0.8)]
    parts = extract(Asked("count"), "?", language, candidates, INDEX)  # type: ignore[arg-type]
    assert [span.bulletin.source for part in parts if part.quoted for span in part.spans] == [source]


@pytest.mark.parametrize(("language", "source"), [("en", "105"), ("zh-Hant", "102"), ("zh-Hans", "102")])
def test_of_two_versions_of_a_list_the_one_in_the_language_of_the_question_is_given(language: str, source: str) -> None:
    candidates = [candidate(PATROL, "It has two tasks", 0.82), candidate(ISLANDS, "兩項任務", 0.8)]
    parts = extract(Asked("list", 2, many=True), "?", language, candidates, INDEX)  # type: ignore[arg-type]
    assert {span.bulletin.source for part in parts for span in part.spans} == {source}
    assert sum(part.item for part in parts) == 2


def test_a_much_better_sentence_is_quoted_in_whatever_language() -> None:
    candidates = [candidate(PATROL, "63 inhabited", 0.9), candidate(ISLANDS, "六十三個", 0.3)]
    parts = extract(Asked("count"), "?", "zh-Hant", candidates, INDEX)
    assert quoted(parts)[0] == candidates[0].text


def test_a_date_that_the_page_and_the_text_disagree_on_is_said() -> None:
    met = candidate(LOCKERS, "June 15", 0.9)
    *_, note = extract(Asked("when"), "When did the office meet?", "en", [met], INDEX)
    assert "2 June 2021" in note.text and "15 June" in note.text and not note.quoted
    page, sentence = (span.text for span in note.spans)
    assert page == "2021-06-02" and sentence.startswith("On June 15, the bureau")
    assert len(extract(Asked("who"), "Who met?", "en", [met], INDEX)) == 2


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("When was the notice on islands published?", "en", "9 March 2022"),
        ("海島巡查的消息是何時發布的?", "zh-Hant", "2022年3月9日"),
        ("海岛巡查的消息是哪天刊登的?", "zh-Hans", "2022年3月9日"),
    ],
)
def test_asked_for_the_date_of_publication_the_page_is_believed(question: str, language: str, expected: str) -> None:
    parts = extract(asked(question, language), question, language, [candidate(ISLANDS, "3月7日", 0.9)], INDEX)  # type: ignore[arg-type]
    assert len(parts) == 1 and expected in parts[0].text
    assert parts[0].spans[-1].text == "2022-03-09"


@pytest.mark.parametrize(
    ("question", "language"), [("When will the patrol rules be published?", "en"), ("巡查條例何時發布?", "zh-Hant")]
)
def test_the_page_is_not_believed_for_what_it_only_tells_of(question: str, language: str) -> None:
    parts = extract(asked(question, language), question, language, [candidate(ISLANDS, "3月7日", 0.9)], INDEX)  # type: ignore[arg-type]
    assert "3月7日" in " ".join(quoted(parts))


def test_two_events_are_set_side_by_side_each_under_its_own_lead() -> None:
    candidates = [candidate(ISLANDS, "六十三個", 0.8), candidate(BICYCLES, "扩大到九座。", 0.7)]
    parts = extract(Asked("compare", many=True), "兩者有何不同?", "zh-Hant", candidates, INDEX)
    assert [part.quoted for part in parts] == [False, True, False, True]
    assert [part.spans[0].bulletin.source for part in parts] == ["102", "102", "103", "103"]


def test_no_more_is_quoted_than_a_reader_takes_in() -> None:
    long = described(
        "107", "Long notice\n\n" + " ".join(f"Depot {n} received new scales and lamps." for n in range(40))
    )
    candidates = [candidate(long, f"Depot {n} received", 0.9) for n in range(40)]
    said = quoted(extract(Asked("list", many=True), "?", "en", candidates, index_of(long)))
    assert len(said) > 1 and sum(map(weight, said)) <= 300


def test_quotes_stand_in_reading_order() -> None:
    candidates = [candidate(LOCKERS, "Seventeen makers", 0.9), candidate(LOCKERS, "11% of all parcels", 0.8)]
    spans = [part.spans[0] for part in extract(Asked("why"), "?", "en", candidates, INDEX) if part.quoted]
    assert [span.start for span in spans] == sorted(span.start for span in spans) and len(spans) == 2


@pytest.mark.parametrize(("rival", "sentences"), [(0.75, 1), (0.3, 2)])
def test_little_is_quoted_of_an_event_that_another_comes_near_to(rival: float, sentences: int) -> None:
    best = [candidate(LOCKERS, "Seventeen makers", 0.8), candidate(LOCKERS, "11% of all parcels", 0.7)]
    candidates = [*best, candidate(BICYCLES, "扩大到九座。", rival)]
    said = quoted(extract(Asked("why"), "?", "en", sorted(candidates, key=lambda c: -c.score), INDEX))
    assert len(said) == sentences and best[0].text in said


@pytest.mark.parametrize(("share", "versions"), [(0.3, {"105"}), (0.6, {"102", "105"})])
def test_another_version_is_quoted_beside_the_best_one_when_it_tells_nearly_as_well(
    share: float, versions: set[str]
) -> None:
    best = candidate(PATROL, "checks how mail is handed over", 0.5)
    other = candidate(ISLANDS, "六十三個", 0.5 * share)
    parts = extract(Asked("what"), "?", "en", [best, other], INDEX)
    assert {part.spans[0].bulletin.source for part in parts} == versions


def test_what_only_names_a_member_of_a_list_is_followed_by_what_it_says() -> None:
    plan = described(
        "107",
        "Depot plan settled\n\nPublished: 2023-04-01\n\nThe meeting set three tasks. First, open the night market. "
        "Stalls will trade until two in the morning. Second, carry out the Lantern project. "
        "It brings lamps to every pier. It brings boats to every island. Third, train the crews.\n",
    )
    if not any(item.head_end < item.end for e in plan.enumerations for item in e.items):
        pytest.fail("the list of the example is not read as one")
    named = candidate(plan, "carry out the Lantern", 0.9, typed=0.0)
    body = [candidate(plan, words, 0.01, typed=0.0) for words in ("lamps to every", "boats to every")]
    said = quoted(extract(Asked("what"), "What is the Lantern project?", "en", [named, *body], index_of(plan)))
    assert any("lamps" in text for text in said) and any("boats" in text for text in said)
    assert len(quoted(extract(Asked("who", wants="who"), "?", "en", [named, *body], index_of(plan)))) == 1


def test_the_sentence_that_tells_the_person_asked_for_is_quoted_too() -> None:
    best = candidate(LOCKERS, "Seventeen makers", 0.9, typed=0.0)
    chair = candidate(LOCKERS, "took the chair", 0.08)
    said = quoted(extract(Asked("who", wants="who"), "Who chaired it?", "en", [best, chair], index_of(LOCKERS)))
    assert len(said) == 2
    said = quoted(extract(Asked("what"), "What was it?", "en", [best, chair], index_of(LOCKERS)))
    assert len(said) == 1
