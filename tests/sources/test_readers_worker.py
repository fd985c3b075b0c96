"""Parsers that crash, hang or take all memory cost a child process, a named file and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources import Unreadable
from sources.readers import worker
from sources.readers.worker import Worker
from tests.sources.making import EN, HANS, bulletin, rtf

# A reader that does what the file says: the parsers of others stand behind the same call.
DOER = """
import os, time
from sources.readers import Reading
def read(data):
    exec(data.decode())
    return Reading("done", "x", "x")
"""


@pytest.fixture
def doer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    (tmp_path / "doer.py").write_text(DOER)
    start = "import sys, sources.readers.worker as w; w._READERS['doer'] = ('doer', 'read'); out = sys.stdout.buffer; "
    start += "w._serve(int(sys.argv[1]), sys.stdin.buffer, out)"
    popen = subprocess.Popen
    monkeypatch.setattr(
        worker.subprocess, "Popen", lambda command, **kw: popen([sys.executable, "-c", start, command[-1]], **kw)
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = Worker(limit_s=0.7, limit_bytes=600_000_000)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (b"while True: pass", "does not end"),
        (b"os.abort()", "crashed"),
        (b"os._exit(0)", "crashed"),
        (b"x = bytearray(10**9)", "memory"),
        (b"f = lambda: f()\nexec('def g(): g()', globals())\ng()", "nested"),
        (b"raise KeyError('x')", "KeyError"),
    ],
)
def test_a_parser_that_fails_is_named_in_time_and_the_next_file_is_read(doer: Worker, deed: bytes, reason: str) -> None:
    started = time.monotonic()
    with pytest.raises(Unreadable, match=reason):
        doer.read("doer", deed)
    assert time.monotonic() - started < 5
    reading, _ = doer.read("doer", b"pass")
    assert reading and reading.raw == "done"


def test_one_child_reads_many_files_and_a_killed_one_is_replaced(doer: Worker) -> None:
    doer.read("doer", b"pass")
    first = doer._child
    doer.read("doer", b"pass")
    assert doer._child is first and first
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert doer.read("doer", b"pass")[0]
    assert doer._child is not first


def test_ctrl_c_is_left_to_the_program(doer: Worker) -> None:
    doer.read("doer", b"pass")
    first = doer._child
    assert first
    os.kill(first.pid, signal.SIGINT)
    assert doer.read("doer", b"pass")[0] and doer._child is first


def test_the_child_ends_with_the_program_even_in_the_middle_of_a_file() -> None:
    code = "from sources.readers.worker import _worker as w; w.read('rtf', b'{\\\\rtf1 a}'); print(w._child.pid, flush=True); import os; os._exit(9)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    pid = int(done.stdout)
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.05)
    pytest.fail("the child goes on")


def test_threads_take_turns() -> None:
    found: list[str] = []
    texts = [EN, HANS] * 4
    threads = [
        threading.Thread(target=lambda t=t: found.append(bulletin(rtf([t], 936), "a.rtf").text.strip())) for t in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(texts)
