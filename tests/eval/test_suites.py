from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer
from eval.cases import Case, GoldError, read_cases
from eval.run import GOLD, Ask
from eval.suites import (
    NAMES,
    Result,
    contradicting,
    counterfactual,
    paraphrase,
    read_reworded,
    run_suite,
    slip,
    swap_script,
    translations,
)
from sources.bulletin import Bulletin
from sources.files import describe_bytes
from sources.language import SIMPLIFIED_ONLY, language_of
from tests.eval.fakes import answer, case, citation, refusal, same_words


def bulletin(source: str, text: str) -> Bulletin:
    return describe_bytes(text.encode(), Path(f"{source}.txt"), source)


class Shelf:
    """Answers with the first bulletin that holds a word asked for: easy to follow, easy to lead astray."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)

    def bulletins(self) -> Sequence[Bulletin]:
        return [bulletin(source, text) for source, text in self.texts.items()]

    def ask(self, question: str, history: list[str]) -> Answer:
        return _answer(self.texts, question)

    @contextmanager
    def over(self, texts: Mapping[str, str]) -> Iterator[Ask]:
        yield lambda question, history: _answer(texts, question)


def _answer(texts: Mapping[str, str], question: str) -> Answer:
    words = [word for word in question.strip("?？").split() if len(word) > 4]
    for source, text in texts.items():
        if any(word in text for word in words):
            return answer([(text, [0])], [citation(source, text)])
    return refusal()


SHELF = Shelf({"depot": "The depot holds 400 parcels.", "fleet": "The fleet drives 80 vans."})
CASES = [
    case(id="depot", question="How full is that depot?", bulletins=("depot",), facts=(("400",),)),
    case(id="fleet", question="How large is that fleet?", bulletins=("fleet",), facts=(("80",),)),
]


def suite(name: str, shelf: Shelf = SHELF, cases: Sequence[Case] = CASES, **more: Any) -> Result:
    return run_suite(name, shelf, cases, supports=same_words, **more)


@pytest.mark.parametrize("name", ["order", "duplicates"])
def test_the_same_answer_is_no_loss(name: str) -> None:
    found = suite(name)
    assert (found.cases, found.due, found.same, found.failing) == (2, 1.0, 1.0, ())
    assert found.loss and all(each.difference == 0 for each in found.loss.differences if each.measure != "seconds")


def test_an_answer_that_turns_with_the_order_is_found_out() -> None:
    both = Shelf({"a": "The depot opened.", "b": "The depot closed.", "c": "The depot moved."})
    asked = [case(id="x", question="Which depot?", bulletins=("a",), facts=(("opened",),))]
    found = [run_suite("order", both, asked, supports=same_words, seed=seed).failing for seed in range(6)]
    assert ("x",) in found


def test_what_damage_costs_is_told_against_the_plain_run() -> None:
    found = suite("dirty")
    assert found.cases == 2
    assert found.to_json()["suite"] == "dirty" and "plain" in str(found)


def test_distractors_must_be_refused() -> None:
    assert suite("distractors").due == 1.0
    eager = Shelf(SHELF.texts | {"other": "Another depot burnt."})
    found = suite("distractors", eager)
    assert (found.due, found.failing) == (0.5, ("depot",))
    assert found.loss is None


def test_a_typo_that_costs_the_answer_is_a_loss() -> None:
    found = suite("typo")
    assert found.cases == 2 and found.failing
    assert found.loss is not None
    (refused,) = [d for d in found.loss.differences if (d.where, d.measure) == ("overall", "wrong_refusals")]
    assert refused.difference == len(found.failing) / 2


def test_the_changed_figure_is_due_and_both_where_versions_disagree() -> None:
    texts = {"a": "共有400件。另有4000件。", "b": "There are 400 parcels."}
    asked = [case(id="x", bulletins=("a", "b"), facts=(("400",),)), case(id="y", facts=(("June 15",),))]
    changed, due = counterfactual([bulletin(*each) for each in texts.items()], asked)
    assert changed == {"a": "共有500件。另有4000件。", "b": "There are 400 parcels."}
    assert [(each.id, each.facts) for each in due] == [("x", (("500",), ("400",)))]


def test_who_tells_a_remembered_figure_fails_the_counterfactual() -> None:
    assert {"depot", "fleet"} <= told_right(suite("counterfactual"))

    class Parrot(Shelf):
        @contextmanager
        def over(self, texts: Mapping[str, str]) -> Iterator[Ask]:
            yield self.ask

    assert suite("counterfactual", Parrot(SHELF.texts)).due == 0.0


def told_right(found: Result) -> set[str]:
    return {each.id for each in found.changed.cases} - {*found.failing}


def test_each_figure_is_told_otherwise_by_a_version_of_its_bulletin_and_both_are_due() -> None:
    texts = {
        "a": "Depot opened\n\nOn June 15 the depot held 400 parcels. The “Two Doors” rule stays.\n",
        "b": "新仓启用\n\n新仓共有十二个站点,占全市的70%。\n",
        "c": "Nothing is counted here.\n",
    }
    gold = case(id="x", question="How many parcels were in the depot?", bulletins=("a",), facts=(("400", "四百"),))
    changed, due = contradicting([bulletin(*each) for each in texts.items()], [gold, case(id="y", bulletins=("c",))])
    assert changed == texts | {
        "a (otherwise)": texts["a"].replace("400", "500"),
        "b (otherwise)": texts["b"].replace("十二", "二十二"),
    }
    assert [(each.id, each.facts) for each in due] == [
        ("a-figure-1", (("500",), ("400",))),
        ("x (a)", (("500",), ("400", "四百"))),
        ("b-figure-1", (("二十二",), ("十二",))),
    ]
    assert due[0].bulletins == ("a", "a (otherwise)") and "____ parcels" in due[0].question
    assert due[2].question == "“新仓启用”：新仓共有多少个站点？"


def test_who_shows_one_of_two_versions_fails_and_who_shows_both_passes() -> None:
    assert {"depot (depot)", "fleet (fleet)"} <= {*suite("counterfactual").failing}  # the shelf takes the first

    class Both(Shelf):
        @contextmanager
        def over(self, texts: Mapping[str, str]) -> Iterator[Ask]:
            yield lambda question, history: answer(
                [(text, [n]) for n, text in enumerate(texts.values())],
                [citation(source, text) for source, text in texts.items()],
            )

    assert suite("counterfactual", Both(SHELF.texts)).due == 1.0


def test_questions_in_two_languages_must_fare_alike() -> None:
    pair = [CASES[0], case(id="hant", language="zh-Hant", question="倉庫?", bulletins=("depot",), facts=(("400",),))]
    assert [[each.id for each in group] for group in translations([*pair, CASES[1]])] == [["depot", "hant"]]
    assert suite("translation", cases=pair).failing == ("depot", "hant")  # the shelf knows no Chinese


def test_the_script_is_swapped_with_the_history() -> None:
    asked = case(language="zh-Hant", question="誰開設了倉庫?", history=("倉庫在哪裡?",))
    swapped = swap_script(asked)
    assert swapped and (swapped.question, swapped.history) == ("谁开设了仓库?", ("仓库在哪里?",))
    assert swapped.language == "zh-Hans" and swapped.facts == asked.facts
    assert swap_script(case()) is None
    assert swap_script(case(language="zh-Hans", question="何人?")) is None


@pytest.mark.parametrize("question", ["Who opened the depot of Harbin in 2019?", "誰在2019年開設了倉庫?"])
def test_a_slip_changes_little_and_is_the_same_for_a_seed(question: str) -> None:
    language = language_of(question)
    slipped = slip(question, language, random.Random(3))
    assert slipped == slip(question, language, random.Random(3)) != question
    assert len(slipped) == len(question)
    assert sum(a != b for a, b in zip(slipped, question, strict=True)) <= 2
    assert "2019" in slipped and ("Harbin" in slipped or "Harbin" not in question)


def test_a_slip_in_chinese_sounds_the_same() -> None:
    from pypinyin import lazy_pinyin

    assert lazy_pinyin(slip("倉庫何時開", "zh-Hant", random.Random(1))) == lazy_pinyin("倉庫何時開")


def test_a_slip_stays_in_the_script() -> None:
    made = {slip("時", "zh-Hant", random.Random(seed)) for seed in range(60)}
    assert "勢" in made and not made & SIMPLIFIED_ONLY
    assert "势" in {slip("时", "zh-Hans", random.Random(seed)) for seed in range(60)}


def test_what_is_no_suite_is_refused() -> None:
    with pytest.raises(ValueError, match="script-swap"):
        suite("nonsense")


def test_each_suite_runs_over_an_index_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    from assistant import Assistant
    from assistant.settings import Settings
    from eval.suites import Indexed
    from index.build import build_index
    from index.search import Index
    from tests.cache import cache
    from tests.fakes import FakeEmbedder

    folder, place = tmp_path / "texts", tmp_path / "index"
    folder.mkdir()
    (folder / "depot.txt").write_text(
        "Depot opened\n\nChen Yulan opened the depot. It holds 400 parcels.\n", encoding="utf-8"
    )
    (folder / "倉.txt").write_text("新倉開幕\n\n陳玉蘭主持倉庫開幕。倉庫可存400件包裹。\n", encoding="utf-8")
    settings, embedder = Settings(cache=cache()), FakeEmbedder()
    build_index([folder], place, embedder, cache=settings.cache)
    assistant = Assistant(Index(place, embedder, settings.cache), settings)
    before = assistant.index.revision
    both = ("depot", "倉")
    chinese = case(id="b", language="zh-Hant", question="倉庫可存多少件?", bulletins=both, facts=(("400",),))
    english = case(id="a", question="How many parcels does the depot hold?", bulletins=both, facts=(("400",),))
    plan = case(id="c", question="Who opened the depot?", bulletins=("depot",), facts=(("Chen Yulan",),))
    for name in NAMES:
        found = run_suite(name, Indexed(assistant), [english, chinese, plan], reworded={"c": "Whose depot opening?"})
        json.dumps(found.to_json())
        assert found.changed.summary["failed"] == 0 and found.cases >= 1, name
        cited = {each.source.split(" (")[0] for one in found.changed.cases for each in one.citations}
        assert cited <= {*both}, name
    assert assistant.index.reload() is False and assistant.index.revision == before
    assistant.close()


@pytest.mark.parametrize(
    ("question", "language", "core"),
    [
        ("When was the depot opened?", "en", "On what date was the depot opened?"),
        ("Name the depots of the whoever.", "en", "List the depots of the whoever."),  # words are replaced whole
        ("站房是什么时候启用的?", "zh-Hans", "站房是何时启用的?"),
        ("站房由誰啟用?", "zh-Hant", "站房由哪個人啟用?"),
        ("Why?", "en", "Why?"),
    ],
)
def test_a_paraphrase_asks_the_same_with_another_word_in_a_frame(question: str, language: Any, core: str) -> None:
    made = {paraphrase(question, language, random.Random(seed)) for seed in range(30)}
    assert len(made) == 4 and all(core in each and each != core for each in made)
    assert paraphrase(question, language, random.Random(3)) == paraphrase(question, language, random.Random(3))


def test_a_suite_asks_what_a_person_has_reworded_and_only_that() -> None:
    found = suite("reworded", reworded={"fleet": "What of the vans of the fleet?", "gone": "?"})
    assert (found.cases, found.same) == (1, 1.0)
    lost = suite("reworded", reworded={"fleet": "What?"})
    assert lost.failing == ("fleet",) and lost.changed.cases[0].outcome == "not_found"
    assert suite("reworded").cases == 0


def test_questions_in_other_words_stand_beside_the_gold_file(tmp_path: Path) -> None:
    gold = tmp_path / "mine.jsonl"
    assert read_reworded(gold) == {}
    beside = tmp_path / "mine.paraphrases.jsonl"
    beside.write_text('{"id": "a", "question": "Who?"}\n\n', encoding="utf-8")
    assert read_reworded(gold) == {"a": "Who?"}
    beside.write_text('{"id": "a", "question": "Who?"}\n{"id": "b"}\n', encoding="utf-8")
    with pytest.raises(GoldError, match="line 2"):
        read_reworded(gold)


def test_ours_are_of_gold_cases_and_none_repeats_its_question() -> None:
    cases = {each.id: each for each in read_cases(GOLD)}
    written = read_reworded(GOLD)
    assert len(written) >= 60 and written.keys() <= cases.keys()
    assert {cases[name].language for name in written} == {"en", "zh-Hant", "zh-Hans"}
    for name, question in written.items():
        assert language_of(question) == cases[name].language, name
        assert question != cases[name].question
