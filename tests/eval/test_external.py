from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.external import ExternalError, QuestionSet, SearchSet, measure_search, read_external
from tests.eval.fakes import hit

SQUAD: dict[str, Any] = {
    "data": [
        {
            "title": "渡輪",
            "paragraphs": [
                {
                    "context": "渡輪每日開六班。",
                    "qas": [
                        {
                            "id": "q1",
                            "question": "渡輪每日開幾班?",
                            "answers": [{"text": "六班"}, {"text": "六班"}, {"text": "六"}],
                        },
                        {"id": "q2", "question": "票價是多少?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ]
}


def test_a_squad_file_becomes_texts_and_cases(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps(SQUAD), encoding="utf-8")
    found = read_external(path)
    assert isinstance(found, QuestionSet)
    assert found.texts == {"0000-0000": "渡輪\n\n渡輪每日開六班。\n"}
    answerable, impossible = found.cases
    assert (answerable.language, answerable.facts, answerable.bulletins) == (
        "zh-Hant",
        (("六班", "六"),),
        ("0000-0000",),
    )
    assert impossible.kind == "unanswerable"


@pytest.mark.parametrize("content", ["[]", "{", '{"data": []}', '{"data": [{"paragraphs": [{"qas": []}]}]}'])
def test_what_is_no_squad_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ExternalError, match=r"set\.json"):
        read_external(path)
    with pytest.raises(ExternalError, match="cannot be read"):
        read_external(tmp_path / "none.json")


def folder(place: Path, qrels: str, name: str = "qrels/test.tsv") -> Path:
    corpus = [{"_id": "d1", "title": "Ferry", "text": "Six boats a day."}, {"_id": "d2", "text": "A train."}]
    queries = [{"_id": "q1", "text": "How many boats?"}, {"_id": "q2", "text": "Which bus?"}]
    for file, rows in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        (place / file).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).write_text(qrels, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("qrels", "name"),
    [
        ("query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t0\n", "qrels/test.tsv"),
        ("q1 0 d1 2\nq2 0 d2 0\n", "qrels.txt"),
    ],
)
def test_a_beir_folder_has_queries_with_something_relevant(qrels: str, name: str, tmp_path: Path) -> None:
    found = read_external(folder(tmp_path, qrels, name))
    assert isinstance(found, SearchSet)
    assert found.texts == {"d1": "Ferry\n\nSix boats a day.\n", "d2": "A train.\n"}
    assert found.questions == {"q1": "How many boats?"}
    assert found.gains["q1"] == {"d1": 2}


@pytest.mark.parametrize(
    ("qrels", "told"), [("q1 d1\n", "line 1"), ("q1\td9\t1\n", "'d9'"), ("q1\td1\t0\n", "no query has")]
)
def test_what_is_wrong_with_judgements_is_told(qrels: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ExternalError, match=told):
        read_external(folder(tmp_path, qrels))


def test_a_bulletin_ranks_where_its_best_passage_does() -> None:
    class Searcher:
        def search(self, question: str, k: int) -> list[Any]:
            return [hit("s2", "A train."), hit("s2", "Another."), hit("s1", "Six boats a day.")]

    given = SearchSet({"d1": "", "d2": ""}, {"q1": "How many boats?"}, {"q1": {"d1": 1}})
    means = measure_search(Searcher(), given, {"s1": "d1", "s2": "d2"})  # type: ignore[arg-type]
    assert (means["RR@10"], means["R@10"]) == (0.5, 1.0)


RGB = [
    {"id": 0, "query": "Who opened the depot?", "answer": ["Chen Yulan"], "positive": ["Chen Yulan opened it."], "negative": ["A ferry sank.", ""]},
    {"id": 1, "query": "Who sank, and when?", "answer": [["the ferry", "a boat"], "June"], "positive": [["A boat sank."], ["In June."]], "negative": ["It rained."]},
]  # fmt: skip


def test_an_rgb_file_is_measured_with_noise_and_for_rejection(tmp_path: Path) -> None:
    path = tmp_path / "en.json"
    path.write_text("".join(json.dumps(row) + "\n" for row in RGB), encoding="utf-8")
    found = read_external(path)
    assert isinstance(found, QuestionSet) and found.rejection
    assert sorted(found.texts.values()) == [
        "A boat sank.",
        "A ferry sank.",
        "Chen Yulan opened it.",
        "In June.",
        "It rained.",
    ]
    first, second = found.cases
    assert [found.texts[source] for source in second.bulletins] == ["A boat sank.", "In June."]
    assert (first.facts, second.facts) == ((("Chen Yulan",),), (("the ferry", "a boat"), ("June",)))
    assert sorted(found.rejection.texts.values()) == ["A ferry sank.", "It rained."]
    assert {each.kind for each in found.rejection.cases} == {"unanswerable"} and len(found.rejection.cases) == 2


def test_a_task_file_is_read_with_the_texts_that_its_tasks_json_names(tmp_path: Path) -> None:
    for name in ("tasks", "docs/boats"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "docs/boats/ferry.txt").write_text("渡輪每日開六班。", encoding="utf-8")
    row = {"id": "q1", "question": "渡輪每日開幾班?", "gold": [{"source": "ferry", "sentence": "…", "answer": "六班"}]}
    task = tmp_path / "tasks/trad.jsonl"
    task.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(ExternalError, match=r"tasks\.json"):
        read_external(task)
    (tmp_path / "tasks/tasks.json").write_text(json.dumps({"trad": {"docs": "boats"}}), encoding="utf-8")
    found = read_external(task)
    assert isinstance(found, QuestionSet) and found.texts == {"ferry": "渡輪每日開六班。"}
    assert (found.cases[0].bulletins, found.cases[0].facts) == (("ferry",), (("六班",),))
    task.write_text(json.dumps(row | {"gold": [{}]}) + "\n", encoding="utf-8")
    with pytest.raises(ExternalError, match="q1"):
        read_external(task)


@pytest.mark.parametrize("change", [{"positive": []}, {"answer": []}])
def test_an_rgb_file_without_an_answer_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "en.json"
    path.write_text(json.dumps(RGB[0] | change) + "\n", encoding="utf-8")
    with pytest.raises(ExternalError, match="holds no question"):
        read_external(path)
