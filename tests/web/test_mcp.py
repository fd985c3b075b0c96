"""The tools `ask` and `search`, used by the client of the Model Context Protocol."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from assistant.settings import Settings
from assistant.web.mcp_server import mcp_server
from assistant.web.service import Service
from tests.fakes import FakeAssistant
from tests.web.serving import listening, made

ROOT = Path(__file__).parents[2]


async def used(server: Any, *calls: tuple[str, dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """The tools there are, and the result of each call."""
    async with Client(server) as client:
        return (await client.list_tools()).tools, [await client.call_tool(name, given) for name, given in calls]


def content(result: Any) -> dict[str, Any]:
    return result.structured_content or json.loads(result.content[0].text)


def check(tools: list[Any], results: list[Any]) -> None:
    ask, search, refused = results
    assert {tool.name for tool in tools} == {"ask", "search"}
    assert all(tool.description and tool.input_schema["properties"]["question"]["description"] for tool in tools)
    assert content(ask)["citations"][1]["source"] == "101"
    assert [one["source"] for one in content(search)["passages"]] == ["101", "102"]
    assert refused.is_error and "The question is empty. Ask in a sentence" in refused.content[0].text


CALLS = (
    ("ask", {"question": "Which rules?", "history": ["When?"]}),
    ("search", {"question": "lockers", "k": 2}),
    ("ask", {"question": " "}),
)


def test_the_tools_answer_search_and_say_what_was_wrong(tmp_path: Path) -> None:
    service = Service(FakeAssistant(), Settings(data=tmp_path))
    check(*anyio.run(used, mcp_server(service), *CALLS))
    (entry,) = service.audit.all()
    assert (entry.face, entry.question) == ("mcp", "Which rules?")
    service.close()


def test_the_server_carries_them_beside_the_page(tmp_path: Path) -> None:
    with listening(made(tmp_path)) as address:
        check(*anyio.run(used, f"{address}/mcp", *CALLS))


def test_a_bug_is_told_without_its_inside(tmp_path: Path) -> None:
    service = Service(FakeAssistant(), Settings(data=tmp_path))
    _, (result,) = anyio.run(used, mcp_server(service), ("ask", {"question": "bug"}))
    assert result.is_error
    assert "bug of the server" in result.content[0].text and "zero" not in result.content[0].text
    service.close()


_COMMAND = """
from types import SimpleNamespace
import app, assistant
from tests.fakes import FakeAssistant
assistant.Assistant = SimpleNamespace(open=lambda folder, settings: FakeAssistant())
app.main(["mcp"])
"""


def test_a_command_serves_them_over_stdin_and_stdout(tmp_path: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-c", _COMMAND], cwd=ROOT, env={**os.environ, "BULLETINS_DATA": str(tmp_path)}
    )
    check(*anyio.run(used, stdio_client(command), *CALLS))


@pytest.mark.parametrize("k", [0, 101, "many"])
def test_a_number_of_passages_out_of_bounds_is_refused(tmp_path: Path, k: Any) -> None:
    service = Service(FakeAssistant(), Settings(data=tmp_path))
    _, (result,) = anyio.run(used, mcp_server(service), ("search", {"question": "lockers", "k": k}))
    assert result.is_error
    service.close()
