"""Many users asking at once: how long they wait, what fails, and whether the server's memory stays where it is.

    python -m eval.benchmarks.load INDEX QUESTIONS.jsonl [--users 50] [--seconds 60] [--questions N] [--pause S]
                                                         [--workers N] [--json FILE]

Starts `bulletins serve` over the index on a free port of this computer, waits until all its processes answer, asks the
last questions of the file so that what is loaded at the first use is loaded, and then lets every user ask one question
after the other over POST /api/ask, with --pause seconds between an answer and the next question (0: as fast as answers
come, which no people do). It ends after --seconds, or after --questions when that comes first. QUESTIONS holds one
{"question": ...} a line; they are asked in that order, and again from the first when there are too few: `repeated` says
how often a question was asked that had been asked before. Linux only: memory (that of shared files divided among those
who share it) and processor time are those of the server with all its processes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from assistant.web.crew import processes

from .about import about

_ROOT = Path(__file__).parents[2]
_START_S, _END_S, _SAMPLE_S = 180, 10, 1.0
_FIRST = 40  # questions asked before
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Load:
    """What was measured. seconds: of each answer. memory_mb: (questions answered by then, of the server), each second;
    cpu_s: its processor time, own_cpu_s: that of whoever asks."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory_mb: list[tuple[int, float]] = field(default_factory=list)
    repeated: int = 0
    cpu_s: float = 0.0
    own_cpu_s: float = 0.0
    took_s: float = 0.0
    ended_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        p50, p95, p99 = (round(float(np.percentile(self.seconds, share)), 3) for share in (50, 95, 99))
        return {
            "questions": len(self.seconds) + len(self.errors),
            "errors": len(self.errors),
            "first_errors": self.errors[:5],
            "repeated": self.repeated,
            "per_second": round(len(self.seconds) / self.took_s, 1),
            # Tells what an answer costs on a machine that others use too, where waiting tells more of them.
            "cpu_s_per_answer": round(self.cpu_s / max(1, len(self.seconds)), 3),
            "asking_cpu_s_per_answer": round(self.own_cpu_s / max(1, len(self.seconds)), 3),
            "p50_s": p50,
            "p95_s": p95,
            "p99_s": p99,
            "longest_s": round(max(self.seconds), 3),
            "memory_mb": self.by_tenths(),
            "ended_s": round(self.ended_s, 1),
        }

    def by_tenths(self) -> list[float]:
        """The memory after each tenth of the questions, the median of its last few seconds."""
        found = []
        for tenth in range(1, 11):
            by_then = [mb for answered, mb in self.memory_mb if answered <= tenth * len(self.seconds) / 10]
            found.append(round(float(np.median(by_then[-5:])), 1) if by_then else 0.0)
        return found


async def load(
    address: str, server: int, questions: list[str], users: int, seconds: float, at_most: int, pause_s: float
) -> Load:
    """server: its process. at_most: questions in all, 0 for no bound."""
    found, begun = Load(), 0
    limits = httpx.Limits(max_connections=users + 5, max_keepalive_connections=users + 5)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        first = [client.post("/api/ask", json={"question": question}) for question in questions[-_FIRST:]]
        for answer in await asyncio.gather(*first):
            answer.raise_for_status()
        start, cpu_s, own_cpu_s = time.monotonic(), _cpu_s(server), time.process_time()

        async def ask(user: int) -> None:
            nonlocal begun
            while time.monotonic() - start < seconds and (not at_most or begun < at_most):
                question, began = questions[begun % len(questions)], time.perf_counter()
                found.repeated += begun >= len(questions)
                begun += 1
                try:
                    answer = await client.post("/api/ask", json={"question": question})
                    if answer.status_code == 200 and "outcome" in answer.json():
                        found.seconds.append(time.perf_counter() - began)
                    else:
                        found.errors.append(f"{answer.status_code}: {answer.text[:200]}")
                except httpx.HTTPError as error:
                    found.errors.append(f"{type(error).__name__}: {error}")
                await asyncio.sleep(pause_s)

        async def watch() -> None:
            while True:
                found.memory_mb.append((len(found.seconds), _memory_mb(server)))
                await asyncio.sleep(_SAMPLE_S)

        watching = asyncio.create_task(watch())
        await asyncio.gather(*(ask(user) for user in range(users)))
        found.took_s = time.monotonic() - start
        watching.cancel()
        found.memory_mb.append((len(found.seconds), _memory_mb(server)))
        found.cpu_s, found.own_cpu_s = _cpu_s(server) - cpu_s, time.process_time() - own_cpu_s
    return found


def _with_children(process: int) -> list[int]:
    found = [process]
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _with_children(int(child))
    return found


def _memory_mb(server: int) -> float:
    """A page of a file that several processes hold counts once."""
    found = 0
    for process in _with_children(server):
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        found += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return round(found / 1_000, 1)


def _cpu_s(server: int) -> float:
    found = 0
    for process in _with_children(server):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        found += int(fields[11]) + int(fields[12])
    return found * _TICK_S


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions_file", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--questions", type=int, default=0)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--workers", type=int, help="the setting of that name")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the result there")
    args = parser.parse_args()
    lines = args.questions_file.read_text(encoding="utf-8").split("\n")
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        settings = {"BULLETINS_DATA": data, "BULLETINS_QUESTIONS_PER_MINUTE": "0"}
        if args.workers is not None:
            settings["BULLETINS_WORKERS"] = str(args.workers)
        command = [sys.executable, str(_ROOT / "app.py"), "serve", "--index", str(args.index), "--port", str(port)]
        server = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            ready_s, all_s = _until_ready(address, server, processes(args.workers) or 1)
            found = asyncio.run(
                load(address, server.pid, questions, args.users, args.seconds, args.questions, args.pause)
            )
            began = time.monotonic()
            server.send_signal(signal.SIGTERM)
            server.wait(_END_S)
            found.ended_s = time.monotonic() - began
        finally:
            server.kill()
            server.wait()
    told = {
        **about(),
        "load_of_the_machine": os.getloadavg()[1],
        "users": args.users,
        "pause_s": args.pause,
        "processes": processes(args.workers) or 1,
        "ready_s": round(ready_s, 1),
        "all_ready_s": round(all_s, 1),
        **found.to_json(),
    }
    print(json.dumps(told, indent=1))
    if args.json:
        args.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _until_ready(address: str, server: subprocess.Popen[bytes], processes: int) -> tuple[float, float]:
    """Seconds until it answers, and until all its processes do."""
    began, ready_s = time.monotonic(), 0.0
    while time.monotonic() - began < _START_S:
        if server.poll() is not None:
            sys.exit("the server ended")
        time.sleep(0.1)
        try:
            if not ready_s and httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                ready_s = time.monotonic() - began
            if ready_s and f"bulletins_processes {processes}.0\n" in httpx.get(f"{address}/metrics", timeout=5).text:
                return ready_s, time.monotonic() - began
        except httpx.HTTPError:
            continue
    sys.exit("the server does not begin")


if __name__ == "__main__":
    main()
