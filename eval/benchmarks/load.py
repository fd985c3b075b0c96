"""Many users asking at once: how long they wait, what fails, and whether the server's memory stays where it is.

    python -m eval.benchmarks.load INDEX QUESTIONS.jsonl [--users 50] [--seconds 60] [--questions N] [--pause S]
                                                         [--json FILE]

Starts `bulletins serve` over the index on a free port of this computer, asks each question of the file once so that
what is loaded at the first use is loaded, and then lets every user ask one question after the other over
POST /api/ask, with --pause seconds between an answer and the next question (0: as fast as answers come, which no
people do). It ends after --seconds, or after --questions when that comes first. QUESTIONS holds one
{"question": ...} a line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
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

from .about import about

_ROOT = Path(__file__).parents[2]
_START_S, _END_S, _SAMPLE_S = 180, 10, 1.0
_METRIC = r"^process_{} (\S+)"


@dataclass
class Load:
    """What was measured. seconds: of each answer. memory_mb: of the server, each second; cpu_s: its processor time."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    took_s: float = 0.0
    ended_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        p50, p95, p99 = (round(float(np.percentile(self.seconds, share)), 3) for share in (50, 95, 99))
        # The first tenth is left out: threads and caches grow with the first questions.
        settled = self.memory_mb[len(self.memory_mb) // 10 :] or self.memory_mb
        return {
            "questions": len(self.seconds) + len(self.errors),
            "errors": len(self.errors),
            "first_errors": self.errors[:5],
            "per_second": round(len(self.seconds) / self.took_s, 1),
            # Tells what an answer costs on a machine that others use too, where waiting tells more of them.
            "cpu_s_per_answer": round(self.cpu_s / max(1, len(self.seconds)), 3),
            "p50_s": p50,
            "p95_s": p95,
            "p99_s": p99,
            "longest_s": round(max(self.seconds), 3),
            "memory_mb": {"begin": settled[0], "end": settled[-1], "most": max(settled)},
            "ended_s": round(self.ended_s, 1),
        }


async def load(address: str, questions: list[str], users: int, seconds: float, at_most: int, pause_s: float) -> Load:
    """at_most: questions in all, 0 for no bound."""
    found, begun = Load(), 0
    limits = httpx.Limits(max_connections=users + 5, max_keepalive_connections=users + 5)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        for question in questions:
            (await client.post("/api/ask", json={"question": question})).raise_for_status()
        start, cpu_s = time.monotonic(), await _told(client, "cpu_seconds_total")

        async def ask(user: int) -> None:
            nonlocal begun
            while time.monotonic() - start < seconds and (not at_most or begun < at_most):
                question, began = questions[begun % len(questions)], time.perf_counter()
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
                found.memory_mb.append(round(await _told(client, "resident_memory_bytes") / 1e6, 1))
                await asyncio.sleep(_SAMPLE_S)

        watching = asyncio.create_task(watch())
        await asyncio.gather(*(ask(user) for user in range(users)))
        found.took_s = time.monotonic() - start
        watching.cancel()
        found.cpu_s = await _told(client, "cpu_seconds_total") - cpu_s
    return found


async def _told(client: httpx.AsyncClient, name: str) -> float:
    """A metric of the server's process."""
    (value,) = re.findall(_METRIC.format(name), (await client.get("/metrics")).text, re.MULTILINE)
    return float(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions_file", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--questions", type=int, default=0)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the result there")
    args = parser.parse_args()
    lines = args.questions_file.read_text(encoding="utf-8").split("\n")
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        settings = {"BULLETINS_DATA": data, "BULLETINS_QUESTIONS_PER_MINUTE": "0"}
        command = [sys.executable, str(_ROOT / "app.py"), "serve", "--index", str(args.index), "--port", str(port)]
        server = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        try:
            ready_s = _until_ready(f"http://127.0.0.1:{port}", server)
            found = asyncio.run(
                load(f"http://127.0.0.1:{port}", questions, args.users, args.seconds, args.questions, args.pause)
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
        "ready_s": round(ready_s, 1),
        **found.to_json(),
    }
    print(json.dumps(told, indent=1))
    if args.json:
        args.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _until_ready(address: str, server: subprocess.Popen[bytes]) -> float:
    began = time.monotonic()
    while time.monotonic() - began < _START_S:
        if server.poll() is not None:
            sys.exit("the server ended")
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return time.monotonic() - began
        except httpx.HTTPError:
            time.sleep(0.1)
    sys.exit("the server does not begin")


if __name__ == "__main__":
    main()
