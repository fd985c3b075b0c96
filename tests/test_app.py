"""The commands: their output, their exit codes, and that every mistake gets one clear line and a remedy."""

from __future__ import annotations

import _thread
import contextlib
import functools
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import app
from assistant import doctor
from assistant.settings import Settings
from index.errors import IndexMissing, ModelUnavailable
from tests.fakes import BULLETINS, FakeAssistant, FakeEmbedder
from tests.servers import serving

ROOT = Path(app.__file__).parent


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty current folder, an empty cache, and no settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("BULLETINS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BULLETINS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> FakeAssistant:
    """Every command that opens an index gets this assistant. `opened`: the folders."""
    fake: Any = FakeAssistant()
    fake.opened = []

    def opening(folder: Path, settings: Settings) -> FakeAssistant:
        fake.opened.append(folder)
        return fake

    monkeypatch.setattr("assistant.Assistant", SimpleNamespace(open=opening), raising=False)
    return fake


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> FakeEmbedder:
    fake = FakeEmbedder()
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: fake)
    return fake


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The made-up bulletins as files."""
    folder = tmp_path / "bulletins"
    folder.mkdir()
    for one in BULLETINS:
        (folder / one.path).write_text(one.raw, encoding="utf-8")
    return folder


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def batch(tmp_path: Path, *lines: Any) -> str:
    path = tmp_path / "in.jsonl"
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), encoding="utf-8")
    return str(path)


# ---------------------------------------------------------------- the whole


def test_help_comes_at_once_and_loads_none_of_the_heavy_libraries() -> None:
    heavy = "torch, gradio, faiss, numpy, jieba, pydantic".replace(", ", "|")
    script = "import sys, app; app.main(['--help'])\n"
    began = time.monotonic()
    run = subprocess.run([sys.executable, "-X", "importtime", "-c", script], cwd=ROOT, capture_output=True, text=True)
    seconds = time.monotonic() - began
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in run.stderr.splitlines()}
    assert "serve" in run.stdout
    assert not imported & set(heavy.split("|"))
    assert seconds < 3, "0.1 s on an idle machine"


@pytest.mark.parametrize(
    "command", ["index", "ask", "search", "check", "eval", "doctor", "serve", "access", "feedback", "audit", "mcp"]
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app.main([command, "--help"])
    assert left.value.code == 0
    assert "--index DIR" in capsys.readouterr().out


def test_an_unknown_option_is_bad_input() -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["ask", "--jsom", "What?"])
    assert left.value.code == 2


def test_a_bug_is_1_with_its_traceback_and_says_that_it_is_one(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["ask", "bug"]) == 1
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.rstrip().splitlines()[-1].startswith("bulletins: this is a bug (ZeroDivisionError)")


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.Assistant", SimpleNamespace(open=interrupted), raising=False)
    assert app.main(["ask", "What?"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_misspelt_setting_stops_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BULLETINS_IDNEX", "here")
    assert app.main(["ask", "What?"]) == 2
    assert capsys.readouterr().err == (
        "bulletins: BULLETINS_IDNEX is not a known environment variable.\nDid you mean BULLETINS_INDEX?\n"
    )


# ---------------------------------------------------------------- ask


def test_ask_prints_the_answer_then_its_numbered_sources(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["ask", "Which rules were agreed?"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Three rules were agreed for parcel lockers. [1]\n- a locker must tell")
    assert "event 06-15" in out
    assert assistant.closed


def test_ask_json_is_the_answer_of_the_machine_interface(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["ask", "何時開始?", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {
        "question",
        "outcome",
        "language",
        "text",
        "sentences",
        "citations",
        "searched_as",
        "answerer",
        "seconds",
    } <= (answer.keys())
    first = answer["citations"][1]
    assert BULLETINS[1].raw[first["start"] : first["end"]] == first["quote"] == "組長(zhǎng)方若水表示"


@pytest.mark.parametrize(
    ("question", "told"),
    [("", "is empty"), (" \n", "is empty"), ("x" * 100_000, "100,000 characters; at most 2,000")],
)
def test_a_question_that_is_none_is_one_line_and_a_remedy(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], question: str, told: str
) -> None:
    assert app.main(["ask", question]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 2
    assert not assistant.asked


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "What?", "--batch", "in.jsonl"], ["search"]])
def test_a_question_or_a_batch_but_not_both_nor_neither(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert app.main(arguments) == 2
    assert "Give one question, or --batch" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["ask", "search"])
def test_of_an_index_without_bulletins_nothing_is_asked(
    assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setattr(assistant, "bulletins", lambda: [])
    assert app.main([command, "Who came?"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "holds no bulletin.\nPut some in: bulletins index" in told.err


def test_the_index_is_the_one_named_before_the_one_of_the_settings(
    assistant: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app.main(["ask", "rules"])
    monkeypatch.setenv("BULLETINS_INDEX", "set")
    app.main(["ask", "rules"])
    app.main(["ask", "rules", "--index", "named"])
    assert assistant.opened == [Path(".index"), Path("set"), Path("named")]


def test_half_a_surrogate_pair_in_the_arguments_is_no_bug(assistant: FakeAssistant) -> None:
    assert app.main(["ask", "rules \udce9"]) == 0
    assert assistant.asked[0][0] == "rules \ufffd"


# ---------------------------------------------------------------- batches


def test_a_batch_answers_line_by_line_with_history(assistant: FakeAssistant, tmp_path: Path) -> None:
    questions = batch(
        tmp_path,
        "\ufeff" + json.dumps({"id": "a", "question": "Which rules?"}),
        "",
        {"id": 2, "question": "何時?", "history": ["Which rules?"], "kind": "extra keys are left alone"},
    )
    out = tmp_path / "out.jsonl"
    assert app.main(["ask", "--batch", questions, "--out", str(out)]) == 0
    first, second = lines_of(out)
    assert (first["id"], first["outcome"], second["id"]) == ("a", "answered", 2)
    assert second["language"] == "zh-Hant"
    assert assistant.asked[1] == ("何時?", ["Which rules?"])


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{not json", "not JSON in UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        ("[1]", 'an object with an "id"'),
        ({"question": "Which rules?"}, 'an object with an "id"'),
        ({"id": 1}, '"question" is missing or not a text'),
        ({"id": 1, "question": 5}, '"question" is missing or not a text'),
        ({"id": 1, "question": "x", "history": "y"}, '"history" is not a list of texts'),
        ({"id": 1, "question": "x", "history": [None]}, '"history" is not a list of texts'),
        ({"id": 1, "question": "  "}, "The question is empty"),
        ({"id": 1, "question": "x" * 2_001}, "has 2,001 characters"),
    ],
)
def test_a_bad_line_is_named_and_earlier_results_are_kept(
    assistant: FakeAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: Any, told: str
) -> None:
    questions = batch(tmp_path, {"id": "a", "question": "Which rules?"}, bad, {"id": "c", "question": "never asked"})
    out = tmp_path / "out.jsonl"
    assert app.main(["ask", "--batch", questions, "--out", str(out)]) == 2
    assert [record["id"] for record in lines_of(out)] == ["a"]
    message, remedy = capsys.readouterr().err.splitlines()
    assert f"{questions}, line 2: " in message
    assert told in message
    assert remedy


def test_bytes_that_are_no_utf_8_are_a_bad_line(
    assistant: FakeAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_bytes('{"id": 1, "question": "何時"}\n'.encode("gb18030"))
    assert app.main(["ask", "--batch", str(tmp_path / "in.jsonl")]) == 2
    assert "line 1: this is not JSON in UTF-8" in capsys.readouterr().err


def test_a_batch_can_come_and_go_by_pipe(
    assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped = io.BytesIO(b'{"id": 1, "question": "Which rules?"}\n')
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=piped))
    assert app.main(["ask", "--batch", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == 1


def test_a_batch_is_never_written_over_itself(assistant: FakeAssistant, tmp_path: Path) -> None:
    questions = batch(tmp_path, {"id": 1, "question": "Which rules?"})
    assert app.main(["ask", "--batch", questions, "--out", questions]) == 2
    assert lines_of(Path(questions))[0]["question"] == "Which rules?"


def test_a_batch_that_is_not_there_or_cannot_be_written_is_bad_input(
    assistant: FakeAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["ask", "--batch", "nowhere.jsonl"]) == 2
    assert app.main(["ask", "--batch", batch(tmp_path, ""), "--out", str(tmp_path / "no" / "out.jsonl")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 4


# ---------------------------------------------------------------- search, check


def test_search_gives_source_text_and_score(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["search", "lockers", "--k", "2", "--json"]) == 0
    passages = json.loads(capsys.readouterr().out)["passages"]
    assert [(passage["source"], passage["score"]) for passage in passages] == [("101", 0.9), ("102", 0.8)]
    assert passages[0]["text"].startswith("Parcel lockers")


def test_search_in_batches(assistant: FakeAssistant, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert app.main(["search", "--batch", batch(tmp_path, {"id": "s", "question": "x"}), "--out", str(out)]) == 0
    (found,) = lines_of(out)
    assert (found["id"], len(found["passages"])) == ("s", 3)


@pytest.mark.parametrize("k", ["0", "101"])
def test_search_refuses_a_count_out_of_bounds(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], k: str
) -> None:
    assert app.main(["search", "x", "--k", k]) == 2
    assert "from 1 to 100" in capsys.readouterr().err


def test_check_judges_sentences_against_their_spans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead: list[tuple[str, list[str]]] = []

    class Judge:
        def read(self, pairs: Iterable[tuple[str, list[str]]]) -> None:
            ahead.extend(pairs)

        def __call__(self, sentence: str, spans: list[str]) -> Any:
            held = sentence in spans
            return SimpleNamespace(
                verdict="supported" if held else "unsupported", reasons=() if held else ("no such words",)
            )

    monkeypatch.setitem(
        sys.modules, "assistant.check", SimpleNamespace(open_check=lambda cache, model, entailment: Judge())
    )
    lines = batch(
        tmp_path,
        {"id": 1, "sentence": "It rained.", "spans": ["It rained."]},
        {"id": 2, "sentence": "It snowed.", "spans": ["It rained."]},
        {"id": 3, "sentence": "It snowed.", "spans": "It rained."},
    )
    out = tmp_path / "out.jsonl"
    assert app.main(["check", "--batch", lines, "--out", str(out)]) == 2
    assert lines_of(out) == [
        {"id": 1, "verdict": "supported", "reasons": []},
        {"id": 2, "verdict": "unsupported", "reasons": ["no such words"]},
    ]
    assert '"spans" is not a list of texts' in capsys.readouterr().err
    assert ahead == [("It rained.", ["It rained."]), ("It snowed.", ["It rained."])]  # what can be read, together


# ---------------------------------------------------------------- index


def test_index_tells_what_it_did_and_a_second_time_there_is_nothing_to_do(
    embedder: FakeEmbedder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["index", str(folder), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert list(first) == ["bulletins", "passages", "added", "updated", "removed", "skipped", "seconds"]
    assert (first["bulletins"], first["added"], first["skipped"]) == (3, 3, [])
    embedded = embedder.embedded
    assert app.main(["index", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 0
    assert embedder.embedded == embedded


def test_index_names_the_files_it_left_out_and_why(
    embedder: FakeEmbedder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "blank.txt").write_text("", encoding="utf-8")
    assert app.main(["index", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert "3 bulletins in" in out and "1 skipped" in out
    assert "blank.txt: " in err


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["missing", "empty"])
def test_a_missing_or_empty_folder_is_one_line_and_a_remedy(
    embedder: FakeEmbedder, tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    make(tmp_path / "news")
    assert app.main(["index", str(tmp_path / "news")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_index_without_a_source_takes_those_of_the_settings(
    embedder: FakeEmbedder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["index"]) == 2
    assert "Nothing is named" in capsys.readouterr().err
    Path("bulletins.toml").write_text(f'[sources]\nfolders = ["{folder}", "gone"]\n')
    assert app.main(["index", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["bulletins"] == 3
    assert report["skipped"] == [{"path": "gone", "reason": "it is not there"}]
    Path("bulletins.toml").write_text('[sources]\nfolder = ["in"]\n')
    assert app.main(["index"]) == 2
    assert capsys.readouterr().err == (
        "bulletins: folder is not a known key of [sources] in bulletins.toml.\nDid you mean folders?\n"
    )


def test_index_takes_addresses_and_refuses_private_ones_unless_they_are_allowed(
    embedder: FakeEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as site:
        page = site.put("/notice", BULLETINS[0].raw)
        assert app.main(["index", page]) == 2
        assert "127.0.0.1 is a private address" in capsys.readouterr().err
        Path("bulletins.toml").write_text("[sources]\nallow_private = true\ndelay_s = 0\n")
        assert app.main(["index", page, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 1


class Interrupting(FakeEmbedder):
    """Presses Ctrl-C so many times at its second bulletin."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times, self.calls = times, 0

    def embed_tokens(self, *args: Any) -> Any:
        self.calls += 1
        for _ in range(self.times if self.calls == 2 else 0):
            # Not from the system: its frame is large where AMX was used, and a library may have set a small stack for it.
            _thread.interrupt_main(signal.SIGINT)
        return super().embed_tokens(*args)


def test_ctrl_c_ends_index_after_the_bulletin_in_hand_and_the_next_run_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: Interrupting(1))
    monkeypatch.setattr("index.build.GATHERED", 1)
    assert app.main(["index", str(folder), "--json"]) == 130
    out, err = capsys.readouterr()
    assert "ending after the bulletin in hand" in err
    assert json.loads(out)["added"] == 2
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: FakeEmbedder())
    assert app.main(["index", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 1


def test_ctrl_c_twice_ends_index_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: Interrupting(2))
    monkeypatch.setattr("index.build.GATHERED", 1)
    before = signal.getsignal(signal.SIGINT)  # a shell's background job ignores it
    assert app.main(["index", str(folder), "--json"]) == 130
    assert capsys.readouterr().out == ""
    assert signal.getsignal(signal.SIGINT) is before


def test_index_beside_another_run_says_who_it_is(
    embedder: FakeEmbedder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from index.build import _held

    with _held(Path(".index")):
        assert app.main(["index", str(folder)]) == 2
    assert f"process {os.getpid()} on " in capsys.readouterr().err


def test_a_long_run_tells_how_far_it_is_where_there_is_no_terminal(
    embedder: FakeEmbedder, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app.main(["index", str(folder)])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(app, "LINE_S", 0.0)
    app.main(["index", str(folder)])
    assert "bulletins: 1 of 3 files, " in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_index_watch_follows_its_folder_until_it_is_told_to_end(
    embedder: FakeEmbedder,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
) -> None:
    from index.store import Store
    from index.watch import watch

    monkeypatch.setattr("index.watch.watch", functools.partial(watch, look_s=0.03))

    def until(true: Callable[[], bool]) -> None:
        ends = time.monotonic() + 10
        while time.monotonic() < ends and not true():
            time.sleep(0.02)

    def bulletins() -> int:
        try:
            return Store(Path(".index")).counts()[0]
        except IndexMissing:
            return 0

    def meanwhile() -> None:
        try:
            until(lambda: bulletins() == 3)
            (folder / "boats.txt").write_text("Nine boats sail.")
            until(lambda: bulletins() == 4)
            (folder / "102.txt").unlink()
            until(lambda: bulletins() == 3)
            time.sleep(0.2)
        finally:
            _thread.interrupt_main(number)

    visitor = threading.Thread(target=meanwhile)
    visitor.start()
    assert app.main(["index", str(folder), "--watch"]) == 0
    visitor.join()
    out = capsys.readouterr().out
    assert [line.split(maxsplit=1)[1] for line in out.splitlines() if line[2] == ":"] == [
        *("added 101", "added 102", "added 103", "added boats", "removed 102"),
    ]


# ---------------------------------------------------------------- serve


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, bool]]:
    """What was served instead of waiting for visitors."""
    pages: list[tuple[Settings, bool]] = []
    monkeypatch.setattr(
        "assistant.web.api.serve", lambda fake, settings, at, specimens: pages.append((settings, specimens))
    )
    monkeypatch.setattr("assistant.web.listen.listen", lambda settings: contextlib.nullcontext())
    monkeypatch.setattr("assistant.web.server.Server", lambda settings, at: contextlib.nullcontext())
    monkeypatch.setenv("BULLETINS_WORKERS", "0")  # fakes are known to this process alone
    return pages


def test_without_any_index_the_specimens_are_served_and_it_says_so(
    assistant: Any, embedder: FakeEmbedder, served: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main([]) == 0
    assert served[0][1] is True
    assert assistant.opened == [tmp_path / "cache" / "specimen-index"]
    assert "the specimen bulletins: http://127.0.0.1:7860" in capsys.readouterr().out


def test_a_verdict_of_the_gate_does_not_depend_on_the_processor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    embeddings: list[str] = []

    def opening(model: str, cache: Path) -> None:
        embeddings.append(model)
        raise ModelUnavailable("Not here.", "Nothing.")

    monkeypatch.setattr("index.embed.open_embedder", opening)
    for words in ([], ["--gate"], ["--set-baseline"], ["--gate", "--index", str(tmp_path)]):
        assert app.main(["eval", *words]) == 2
    assert embeddings == ["bundled", "bundled-exact", "bundled-exact"]  # a named index is of the model that made it
    monkeypatch.setenv("BULLETINS_EMBEDDING", "another")
    assert app.main(["eval", "--gate"]) == 2
    assert embeddings[3:] == ["another"]


def test_the_specimens_index_of_another_model_is_made_anew(
    assistant: Any, embedder: FakeEmbedder, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.main(["serve"]) == 0
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: FakeEmbedder("another"))
    assert app.main(["serve"]) == 0
    assert len(served) == 2


def test_an_index_of_ones_own_is_served_instead(assistant: Any, served: Any) -> None:
    Path(".index").mkdir()
    assert app.main(["serve", "--port", "8001", "--host", "::1"]) == 0
    (settings, specimens) = served[0]
    assert (settings.port, settings.host, specimens) == (8001, "::1", False)
    assert assistant.opened == [Path(".index")]


def test_an_index_that_was_named_but_is_missing_is_never_replaced_by_specimens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], served: Any
) -> None:
    def missing(folder: Path, settings: Settings) -> Any:
        raise IndexMissing(f"There is no index in {folder}.", "Build it first.")

    monkeypatch.setattr("assistant.Assistant", SimpleNamespace(open=missing), raising=False)
    assert app.main(["serve", "--index", "gone"]) == 2
    assert capsys.readouterr().err == "bulletins: There is no index in gone.\nBuild it first.\n"
    assert not served


def test_what_is_plainly_no_index_is_said_before_a_process_is_begun(
    served: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BULLETINS_WORKERS", "2")
    monkeypatch.setattr("assistant.web.crew.Crew", None)
    assert app.main(["serve", "--index", str(tmp_path / "gone")]) == 2
    assert capsys.readouterr().err.startswith(f"bulletins: There is no index in {tmp_path / 'gone'}.\n")
    assert not served


def test_a_port_that_is_taken_is_said_before_anything_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert app.main(["serve", "--port", str(port)]) == 2
    message, remedy = capsys.readouterr().err.splitlines()
    assert f"cannot be served at 127.0.0.1 port {port}" in message
    assert "--port" in remedy


def test_an_open_server_is_not_served_to_others_unless_told_so(
    assistant: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Any] = []
    monkeypatch.setattr("assistant.web.api.serve", lambda *given: served.append(given))
    Path(".index").mkdir()
    monkeypatch.setenv("BULLETINS_WORKERS", "0")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    assert app.main(["serve", "--host", "0.0.0.0", "--port", port]) == 2
    assert "without being known" in capsys.readouterr().err
    assert not served
    assert app.main(["serve", "--host", "0.0.0.0", "--port", port, "--access", "open-to-all"]) == 0


def test_accounts_are_made_listed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BULLETINS_DATA", str(tmp_path / "kept"))
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    assert app.main(["access", "add-user", "wei", "--role", "admin"]) == 0
    assert app.main(["access", "add-key", "portal"]) == 0
    assert capsys.readouterr().out.startswith("bk_")
    assert app.main(["access", "list", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["kind"], one["name"], one["role"]) for one in listed] == [
        ("user", "wei", "admin"),
        ("key", "portal", "reader"),
    ]
    assert app.main(["access", "remove", "portal"]) == 0
    assert app.main(["access", "remove", "portal"]) == 2
    assert app.main(["access", "add-user"]) == 2


def test_feedback_is_printed_and_becomes_gold_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.web.feedback import Feedback, FeedbackStore
    from eval.cases import read_lines
    from tests.fakes import list_answer

    monkeypatch.setenv("BULLETINS_DATA", str(tmp_path))
    shown = list_answer("Which rules?").to_json()
    store = FeedbackStore(tmp_path / "feedback.db")
    store.add(Feedback("Which rules?", "up", shown))
    store.add(Feedback("And who took the chair?", "report", shown, ("Which rules?",), "wrong", "Chen Yulan", ("101",)))
    store.add(Feedback("Who won the cup?", "report", shown))
    store.add(Feedback("Which rules?", "down", shown))
    store.add(Feedback("Which rules?", "up", {"citations": 7, "sentences": [7]}))
    store.close()
    assert app.main(["feedback"]) == 0
    assert [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()] == [
        "up", "report", "report", "down", "up",
    ]  # fmt: skip
    assert app.main(["feedback", "--gold"]) == 0
    printed = capsys.readouterr()
    assert "2 of 5 tell too little for a case" in printed.err
    (tmp_path / "gold.jsonl").write_text(printed.out, encoding="utf-8")
    praised, chair, none = (case for _, case in read_lines(tmp_path / "gold.jsonl"))
    assert {each.state for each in (praised, chair, none)} == {"proposed"}  # a person is to review them
    assert {each.source for each in praised.evidence} == {"101"}
    assert (praised.kind, praised.bulletins, len(praised.facts)) == ("factoid", ("101",), 4)
    assert (chair.kind, chair.history, chair.facts) == ("follow-up", ("Which rules?",), (("Chen Yulan",),))
    assert none.kind == "unanswerable"


def test_the_log_of_questions_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.web.access import User
    from assistant.web.audit import Audit
    from tests.fakes import list_answer

    monkeypatch.setenv("BULLETINS_DATA", str(tmp_path))
    Audit(tmp_path / "audit.db", 1).answered(User("wei"), "api", list_answer("Which rules?"), 0.1)
    assert app.main(["audit"]) == 0
    assert json.loads(capsys.readouterr().out)["user"] == "wei"


def test_a_port_that_is_none_is_refused(assistant: Any, served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".index").mkdir()
    assert app.main(["serve", "--port", "http"]) == 2
    assert "--port cannot be 'http'" in capsys.readouterr().err


# ---------------------------------------------------------------- doctor


class TwoTongues(FakeEmbedder):
    """Gives a sentence and its translation one vector, as a sound model nearly does."""

    def embed(self, texts: Any, kind: Any, languages: Any) -> Any:
        vectors = super().embed(texts, kind, languages)
        vectors[1] = vectors[0]
        return vectors


def checks(settings: Settings) -> dict[str, doctor.Check]:
    return {check.name: check for check in doctor.examine(settings)}


def test_sources_check_tells_how_each_bulletin_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "bulletins"
    folder.mkdir()
    (folder / "a.txt").write_bytes("分拣中心今天启(qǐ)用，首批员工清晨上岗。".encode("gb18030"))
    (folder / "b.txt").touch()
    assert app.main(["sources", "check", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "a.txt: text, gb18030 (100% sure), zh-Hans, 18 characters\n    repairs: pinyin 1\n" in out
    assert "b.txt: skipped, it is empty\n" in out
    assert out.endswith("1 bulletins, 1 skipped; 1 repairs, 0 places stay suspicious\n")
    assert app.main(["sources", "check", str(folder), "--json"]) == 0
    *each, total = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one.get("encoding") for one in each] == ["gb18030", None]
    assert total["repairs"] == {"pinyin": 1}
    assert app.main(["sources", "check", str(tmp_path / "none")]) == 2


def test_doctor_finds_a_sound_set_up_sound(
    embedder: FakeEmbedder, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["index", str(folder)]) == 0
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: TwoTongues())
    found = checks(Settings(cache=Path("cache")))
    assert [name for name, check in found.items() if not check.ok and name not in ("packages", "disk space")] == []
    assert "3 bulletins" in found["index"].message
    assert found["newest bulletin"].message == "Published 2023-11-20."


def test_doctor_without_an_index_says_how_to_make_one_and_exits_1(
    embedder: FakeEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["doctor", "--json"]) == 1
    found = {one["name"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert not found["index"]["ok"]
    assert "bulletins index FOLDER" in found["index"]["remedy"]


def test_doctor_sees_an_index_of_another_model(
    embedder: FakeEmbedder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.main(["index", str(folder)]) == 0
    other = TwoTongues("another")
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: other)
    assert not checks(Settings(cache=Path("cache")))["index and model"].ok


def test_doctor_sees_vectors_that_mean_nothing(embedder: FakeEmbedder) -> None:
    found = checks(Settings(cache=Path("cache")))["embedding model"]
    assert not found.ok
    assert "do not tell meanings apart" in found.remedy


def test_doctor_sees_a_damaged_index(embedder: FakeEmbedder, folder: Path) -> None:
    assert app.main(["index", str(folder)]) == 0
    for file in Path(".index").iterdir():
        if file.is_file():
            file.write_bytes(b"no database" * 1000)
    assert not checks(Settings(cache=Path("cache")))["index"].ok


def test_doctor_sees_who_could_not_be_kept_out_and_where_nothing_can_be_kept(
    embedder: FakeEmbedder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    found = checks(Settings(cache=Path("cache"), host="0.0.0.0", data=tmp_path / "file"))
    assert not found["data folder"].ok and not found["access"].ok
    assert "open-to-all" in found["access"].remedy
    nobody = checks(Settings(cache=Path("cache"), access="accounts", data=tmp_path / "data"))["access"]
    assert not nobody.ok and "add-user" in nobody.remedy
    found = checks(Settings(cache=Path("cache"), data=tmp_path / "data"))
    assert found["data folder"].ok and found["access"].ok


def test_doctor_sees_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    found = doctor.writable("cache", tmp_path / "file" / "cache")
    assert not found.ok
    assert "is a file" in found.message


# ---------------------------------------------------------------- packaging


def test_what_the_makefile_constrains_satisfies_what_the_project_asks_for() -> None:
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    pinned = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = line.split("==")
            pinned[canonicalize_name(name)] = version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]
    for requirement in wanted:
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_every_folder_of_code_and_data_is_packaged() -> None:
    import tomllib

    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    rooms = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in ROOT.glob("[!.]*/**/__init__.py")}
    data = {room for room, files in found["package-data"].items() if files == ["*"]}
    assert {room for room in rooms if not room.startswith(("tests", "build"))} | data == set(found["packages"])
    assert all(any((ROOT / room.replace(".", "/")).iterdir()) for room in data)
    assert data == {"eval.gold", "index.data", "sources.specimens"}
