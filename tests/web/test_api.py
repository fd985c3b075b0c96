"""The HTTP API: answers, streams, search, the collection, feedback, and what is said when something is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from schemathesis.openapi import from_asgi
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from tests.fakes import BULLETINS, FakeAssistant
from tests.web.serving import client as serving
from tests.web.serving import made


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data"), questions_per_minute=0) as client:
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    """(name, data) of each server-sent event."""
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_the_api_answers_with_the_machine_interface(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "Which rules?"}).json()
    assert answer["outcome"] == "answered"
    assert answer["citations"][0]["source"] == "101"
    assert "evidence" not in answer


def test_a_stream_tells_sentences_as_they_come_and_the_answer_last(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "Which rules?"}, headers={"Accept": "text/event-stream"})
    told = events(response.text)
    whole = client.post("/api/ask", json={"question": "Which rules?"}).json()
    assert response.headers["content-type"].startswith("text/event-stream")
    assert told[0][0] == "progress"
    assert told[-1] == ("answer", whole)
    assert [one for name, data in told if name == "sentences" for one in data["sentences"]] == whole["sentences"]
    assert [one for name, data in told if name == "sentences" for one in data["citations"]] == whole["citations"]


def test_what_fails_on_the_way_ends_a_stream_with_an_error(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "no index"}, headers={"Accept": "text/event-stream"})
    name, data = events(response.text)[-1]
    assert (response.status_code, name) == (200, "error")
    assert data["remedy"] == "Make one: bulletins index FOLDER"


def test_a_refused_question_is_no_stream(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": " "}, headers={"Accept": "text/event-stream"})
    assert response.status_code == 400
    assert response.json()["error"] == "The question is empty."


def test_the_api_searches(client: TestClient) -> None:
    passages = client.get("/api/search", params={"question": "lockers", "k": 2}).json()["passages"]
    assert [passage["source"] for passage in passages] == ["101", "102"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": " "}, 400),
        ({"question": "x" * 100_000}, 400),
        ({"question": "no index"}, 503),
        ({"question": 7}, 400),
        ({"question": "a", "histroy": []}, 400),
        ({"question": "a", "history": ["b"] * 1_001}, 400),
        ({"question": "a", "history": ["b" * 2_000_000]}, 413),
        ([], 400),
    ],
)
def test_the_api_says_what_was_wrong(client: TestClient, body: Any, status: int) -> None:
    response = client.post("/api/ask", json=body)
    assert response.status_code == status
    assert response.json()["error"] and response.json()["remedy"]


def test_a_body_whose_length_is_not_told_is_counted(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 50_000

    response = client.post("/api/ask", content=endless(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("", ["101", "102", "103"]),
        ("limit=1&offset=1", ["102"]),
        ("language=zh-Hans", ["103"]),
        ("issuer=standards%20office", ["101"]),
        ("source=102", ["102"]),
        ("since=2022", ["102", "103"]),
        ("until=2022", ["101", "102"]),
        ("since=2022-03-09&until=2022-03", ["102"]),
        ("issuer=nobody", []),
    ],
)
def test_the_collection_is_listed_and_filtered(client: TestClient, query: str, sources: list[str]) -> None:
    listed = client.get(f"/api/bulletins?{query}").json()
    assert [one["source"] for one in listed["bulletins"]] == sources
    assert listed["total"] == (3 if query.startswith("limit") else len(sources))


def test_a_bulletin_comes_as_published_and_as_read(client: TestClient) -> None:
    islands = BULLETINS[1]
    one = client.get(f"/api/bulletins/{islands.id}").json()
    assert (one["raw"], one["text"], one["repairs"]) == (islands.raw, islands.text, dict(islands.repairs))
    assert client.get("/api/bulletins/none").status_code == 404


def test_feedback_is_kept_beyond_the_server_and_told_to_administrators(tmp_path: Path) -> None:
    given = {"question": "Who chaired?", "verdict": "report", "expected": "Chen Yulan", "sources": ["101"]}
    with serving(tmp_path) as reader:
        kept = reader.post("/api/feedback", json=given)
        assert kept.status_code == 201 and kept.json()["id"]
        assert reader.get("/api/feedback").status_code == 403
        assert 'bulletins_feedback_total{verdict="report"} 1.0' in reader.get("/metrics").text
    with serving(tmp_path, open_role="admin") as admin:
        (one,) = admin.get("/api/feedback").json()["feedback"]
        assert {key: one[key] for key in given} == given


@pytest.mark.parametrize(
    "body",
    [
        {"question": "Who?", "verdict": "sideways"},
        {"question": " ", "verdict": "up"},
        {"question": "Who?", "verdict": "up", "comment": "x" * 4_001},
        {"question": "Who?", "verdict": "up", "answer": {"text": "x" * 600_000}},
        {"question": "Who?", "verdict": "up", "user": "somebody else"},
    ],
)
def test_feedback_that_is_none_is_refused(client: TestClient, body: Any) -> None:
    assert client.post("/api/feedback", json=body).status_code == 400


def test_state_is_told_to_probes_whatever_name_they_use(tmp_path: Path) -> None:
    class Ill(FakeAssistant):
        ill = False

        def bulletins(self) -> Any:
            if self.ill:
                self.ask("no index")
            return super().bulletins()

    assistant = Ill()
    with serving(tmp_path, assistant) as client:
        probe = {"Host": "10.0.0.7:7860"}
        assert client.get("/readyz", headers=probe).status_code == 200
        assistant.ill = True
        assert client.get("/readyz", headers=probe).status_code == 503
        assert client.get("/healthz", headers=probe).json() == {"status": "alive"}
        assert client.get("/api/health").status_code == 503


def test_metrics_count_answers_and_requests_without_telling_what_was_asked(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        client.post("/api/ask", json={"question": "Which rules of 7a3f?"})
        client.post("/api/ask", json={"question": "no index"})
        client.get("/made/up/7a3f")
        text = client.get("/metrics").text
    assert 'bulletins_answers_total{answerer="extractive",face="api",outcome="answered"} 1.0' in text
    assert 'bulletins_http_requests_total{method="POST",route="/api/ask",status="200"} 1.0' in text
    assert 'bulletins_failures_total{error="IndexMissing",face="api"} 1.0' in text
    assert "bulletins_answers_running 0.0" in text
    assert "bulletins_indexed 3.0" in text
    assert "process_resident_memory_bytes" in text
    assert "7a3f" not in text


def test_nothing_may_be_fetched_from_elsewhere(tmp_path: Path) -> None:
    with serving(tmp_path, page=True) as client:
        response = client.get("/")
    policy = response.headers["content-security-policy"]
    assert response.status_code == 200
    assert "default-src 'self'" in policy and "connect-src 'self'" in policy
    assert not re.search(r"https?:", policy)


def test_each_operation_of_the_description_has_its_errors_and_no_error_that_is_never_sent(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/search", "/api/bulletins", "/api/feedback", "/v1/chat/completions"} <= paths.keys()
    assert "/login" not in paths
    for path, operations in paths.items():
        for operation in operations.values():
            assert "422" not in operation["responses"], path
            assert operation["description"]
    assert paths["/api/search"]["get"]["parameters"][0]["schema"]["examples"] == ["parcel lockers"]


def test_a_question_is_put_to_the_bulletins_that_its_filters_leave(tmp_path: Path) -> None:
    class Keeping(FakeAssistant):
        kept: tuple[str, ...] = ()

        def ask(self, question: str, history: Any = (), keep: Any = None) -> Any:
            self.kept = tuple(key for key in self.stored if keep is None or keep(key))
            return super().ask(question, history)

    assistant = Keeping()
    with serving(tmp_path, assistant) as client:
        for filters, kept in (
            ({}, ("id-101", "id-102", "id-103")),
            ({"since": "2022", "until": "2022"}, ("id-102",)),
            ({"language": "zh-Hans"}, ("id-103",)),
            ({"issuer": "nobody"}, ()),
        ):
            assert client.post("/api/ask", json={"question": "Who?", "filters": filters}).status_code == 200
            assert assistant.kept == kept
        assert client.post("/api/ask", json={"question": "Who?", "filters": {"since": "soon"}}).status_code == 400
        assert client.post("/api/ask", json={"question": "Who?", "filters": {"author": "a"}}).status_code == 400


def test_a_question_is_asked_as_it_was_sent(tmp_path: Path) -> None:
    assistant = FakeAssistant()
    with serving(tmp_path, assistant) as client:
        client.post("/api/ask", json={"question": " 何時? ", "history": ["Which rules?"]})
    assert assistant.asked == [("何時?", ["Which rules?"])]


# ---------------------------------------------------------------- whatever is sent


def test_whatever_is_sent_gets_a_response_that_is_described(tmp_path: Path) -> None:
    app = made(tmp_path, questions_per_minute=0, hosts="testserver")
    schema = from_asgi("/api/openapi.json", app)
    seen = []

    for found in schema.get_all_operations():
        operation = found.ok()
        seen.append(operation.label)

        @given(case=operation.as_strategy())
        @hypothesis.settings(max_examples=8, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
        def holds(case: Any) -> None:
            # A question of spaces only, a k of 0 and the like have the right shape and are refused all the same.
            case.call_and_validate(excluded_checks=[positive_data_acceptance, unsupported_method])

        holds()
    assert {"POST /api/ask", "GET /api/search", "POST /v1/chat/completions", "GET /metrics"} <= set(seen)
