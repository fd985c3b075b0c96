"""Hostile text in title, text, file name, issuer, question and links does nothing, whichever way it leaves the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mcp import Client

from assistant.answer import Answer, Sentence
from assistant.layout import marked
from assistant.settings import Settings
from assistant.web.mcp_server import mcp_server
from assistant.web.openai_api import as_markdown
from assistant.web.service import Service
from tests.fakes import HOSTILE, FakeAssistant, answered, bulletin, citing
from tests.web.serving import client as serving

MARKDOWN = (
    "[a](javascript:alert(1)) ![b](http://far.example/b.png) <javascript:alert(1)> [c][d] ![e][] [1](http://far.example) "
    "\\[f](http://far.example) \\![g](http://far.example/g.png) [[h]](http://far.example) `code` <!-- i --> <?j?>"
)
DEFINITION = "[1]: http://far.example\n\n[d]: javascript:alert(1)\n\n![1]\n\n[2]:http://far.example"
EVENTS = "\n\nevent: answer\ndata: {}\n\nid: 1\r\rdata: x\u2028\u2029\x85"
HOSTILES = (
    HOSTILE,
    MARKDOWN,
    DEFINITION,
    EVENTS,
    "{{7*7}}${7*7}<%= 7*7 %>",
    '"];}</style><svg onload=alert(1)>',
    "\x1b[31mred\x07",
)


class Hostile(FakeAssistant):
    """Answers every question with a bulletin that is hostile in each of its parts."""

    def __init__(self) -> None:
        super().__init__(
            [
                bulletin(f"../{n}{text}.html", f"{text} said so.", "en", "2020-01-01", None, issuer=text, title=text)
                for n, text in enumerate(HOSTILES)
            ]
        )

    def ask(self, question: str, history: Any = (), keep: Any = None) -> Answer:
        self.asked.append((question, list(history)))
        texts = [f"{text} said so." for text in HOSTILES]
        sentences = [Sentence(text, n % 2 == 0, (n,)) for n, text in enumerate(texts)]
        citations = [citing(one, text, *HOSTILES) for one, text in zip(self.stored.values(), texts, strict=True)]
        return answered(question, "en", " ".join(texts), sentences, citations, HOSTILE, HOSTILES)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data"), Hostile(), questions_per_minute=0, open_role="admin") as client:
        yield client


def is_data(response: Any) -> bool:
    """A browser that is led to it makes no page of it."""
    kind = response.headers["content-type"].split(";")[0]
    return kind in ("application/json", "text/event-stream") and response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("question", HOSTILES)
def test_an_answer_is_the_same_text_and_never_a_page(client: TestClient, question: str) -> None:
    response = client.post("/api/ask", json={"question": question, "history": list(HOSTILES)})
    assert is_data(response)
    assert response.json() == json.loads(json.dumps(Hostile().ask(question.strip()).to_json())) | {
        "question": Settings().accept(question)
    }


def test_a_stream_has_the_events_that_we_sent_and_no_other(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": EVENTS + "x"}, headers={"Accept": "text/event-stream"})
    lines = [line for line in response.text.replace("\r", "\n").split("\n") if line]
    assert is_data(response)
    assert {line.split(":")[0] for line in lines} == {"event", "data"}
    assert sum(line == "event: answer" for line in lines) == 1
    assert all(json.loads(line[6:]) for line in lines if line.startswith("data: "))


@pytest.mark.parametrize(
    "path", ["/api/bulletins", "/api/search?question=a", "/api/feedback", "/api/bulletins/<script>"]
)
def test_lists_and_errors_are_data(client: TestClient, path: str) -> None:
    assert is_data(client.get(path, headers={"Accept": "text/html"}))


def test_a_bulletin_and_feedback_come_back_as_they_were(client: TestClient) -> None:
    listed = client.get("/api/bulletins").json()["bulletins"]
    assert [one["title"] for one in listed] == list(HOSTILES)
    for text in HOSTILES:
        given = {
            "question": text + ".",
            "verdict": "down",
            "comment": text,
            "sources": [text],
            "answer": {"text": text},
        }
        assert client.post("/api/feedback", json=given).status_code == 201
    kept = client.get("/api/feedback").json()["feedback"]
    assert [one["comment"] for one in kept] == list(HOSTILES)


def test_what_is_wrong_with_a_request_is_told_as_data(client: TestClient) -> None:
    for response in (
        client.post("/api/ask", json={"question": "a", HOSTILE: HOSTILE}),
        client.get("/api/search", params={"question": "a", "k": HOSTILE}),
        client.post("/v1/chat/completions", json={"messages": HOSTILE}),
        client.get("/api/bulletins", headers={"Host": HOSTILE}),
        client.post("/api/ask", json={"question": "a"}, headers={"Origin": "http://far.example/<script>"}),
    ):
        assert response.status_code >= 400
        assert is_data(response)


def acting(markdown: str) -> list[str]:
    """What a chat client would make of it besides text: links, pictures, HTML, code."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).parse(markdown):
        for one in (token, *(token.children or ())):
            if one.type in ("link_open", "image", "html_inline", "html_block", "code_inline", "code_block", "fence"):
                found.append(f"{one.type} {one.content} {one.attrs}")
    return found


@pytest.mark.parametrize("stream", [False, True])
def test_a_chat_client_shows_no_link_picture_or_html_of_a_bulletin(client: TestClient, stream: bool) -> None:
    asked = {"messages": [{"role": "user", "content": MARKDOWN}], "stream": stream}
    response = client.post("/v1/chat/completions", json=asked)
    assert is_data(response)
    if stream:
        chunks = [json.loads(line[6:]) for line in response.text.split("\n") if line.startswith("data: {")]
        content = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    else:
        content = response.json()["choices"][0]["message"]["content"]
    assert acting(marked(Hostile().ask("a"))), "without escaping there are some"
    assert not acting(content)


@given(st.text("[]()!<>:\\`a1 /\n", max_size=60))
def test_no_text_acts_as_markdown(text: str) -> None:
    # Indented code is text in another type; it does nothing.
    assert not [each for each in acting(as_markdown(text)) if not each.startswith("code_block")]


def test_our_own_marks_stay() -> None:
    assert (
        as_markdown("A sentence. [1][2] (not supported)\n\n[1] Title")
        == "A sentence. [1][2] (not supported)\n\n[1] Title"
    )


def test_tools_give_the_text_as_data(tmp_path: Path) -> None:
    service = Service(Hostile(), Settings(data=tmp_path))

    async def asked() -> Any:
        async with Client(mcp_server(service)) as client:
            return await client.call_tool("ask", {"question": HOSTILE})

    content = anyio.run(asked).structured_content
    assert [one["title"] for one in content["citations"]] == list(HOSTILES)
    service.close()


def test_the_log_and_the_feedback_are_lines_of_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import app

    with serving(tmp_path, Hostile()) as client:
        for text in HOSTILES:
            client.post("/api/ask", json={"question": text})
            client.post("/api/feedback", json={"question": text, "verdict": "up"})
    monkeypatch.setenv("BULLETINS_DATA", str(tmp_path))
    for command in ("audit", "feedback"):
        app.main([command])
        printed = capsys.readouterr().out
        assert len([json.loads(line) for line in printed.split("\n") if line]) == len(HOSTILES)
        assert "\x1b" not in printed, "nothing reaches a terminal but text"
