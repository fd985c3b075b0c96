"""Runs the readers that meet parsers written by others in a child process, with a limit of time and of memory.

A file made to hurt its parser (one that never ends, takes all memory or crashes the interpreter) then costs one child
and is named; the program goes on. The child stays for the next file: it starts once, not once a file. What goes through
the pipes is JSON and bytes, never pickle.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import dataclasses
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import sources
from sources.bulletin import Edit
from sources.errors import Unreadable
from sources.readers import Part, Reading, Told

LIMIT_S = 60.0  # a PDF of 1,000 pages takes 10 s
LIMIT_BYTES = 2_000_000_000  # of address space, of which the libraries take a third
_WATCHDOG = 1  # exit code of a child that took too long, as faulthandler sets it
_RECYCLE = 300  # files after which a fresh child takes over: the libraries keep caches
# format → (module, function): data → Reading, or Reading or None and Parts.
_READERS = {
    "html": ("sources.readers.page", "read"),
    "pdf": ("sources.readers.pdf", "read"),
    "docx": ("sources.readers.word", "read"),
    "odt": ("sources.readers.odt", "read"),
    "rtf": ("sources.readers.rtf", "read"),
    "eml": ("sources.readers.mail", "read"),
}
Found = tuple[Reading | None, tuple[Part, ...]]


class Worker:
    """A child process that reads files, started when first needed. Threads take turns."""

    def __init__(self, limit_s: float = LIMIT_S, limit_bytes: int = LIMIT_BYTES) -> None:
        self.limit_s, self.limit_bytes = limit_s, limit_bytes
        self._child: subprocess.Popen[bytes] | None = None
        self._owner, self._done = 0, 0
        self._lock = threading.Lock()

    def read(self, kind: str, data: bytes, charset: str = "") -> Found:
        """What the file holds: a bulletin, or parts, or both. Raises Unreadable, also when a parser does not end.

        charset: as in `Part`; only the reader of web pages asks for it.
        """
        with self._lock:
            if self._owner != os.getpid():  # a fork: the child belongs to the process that started it
                self._child, self._owner = None, os.getpid()
            started = time.monotonic()
            try:
                answer = self._ask(kind, data, charset)
            except (OSError, ValueError) as error:
                ended = self._exit_code()
                self._stop(kill=True)
                if ended == _WATCHDOG and time.monotonic() - started >= self.limit_s:
                    raise Unreadable("", f"its parser does not end within {self.limit_s:.0f} seconds") from error
                raise Unreadable("", "its parser crashed on it") from error
            except BaseException:  # an interrupt leaves half an answer in the pipe
                self._stop(kill=True)
                raise
            self._done += 1
            if self._done >= _RECYCLE or answer.get("spent"):
                self._stop()
        if "reason" in answer:
            remedy = answer.get("remedy")
            raise Unreadable("", answer["reason"], remedy) if remedy else Unreadable("", answer["reason"])
        return _found(answer)

    def _ask(self, kind: str, data: bytes, charset: str) -> dict[str, Any]:
        child = self._child
        if child is None or child.poll() is not None:
            child = self._child = self._start()
            self._done = 0
        assert child.stdin and child.stdout
        question = {"kind": kind, "size": len(data), "limit_s": self.limit_s, "charset": charset}
        child.stdin.write(json.dumps(question).encode() + b"\n")
        child.stdin.write(data)
        child.stdin.flush()
        line = child.stdout.readline()
        answer = json.loads(child.stdout.read(int(line)))
        return dict(answer)

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(next(iter(sources.__path__))).parent)
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(
            [sys.executable, "-m", "sources.readers.worker", str(self.limit_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Each thread of a library reserves address space; none of them needs more than one.
            env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    def _exit_code(self) -> int | None:
        """How the child ended; None while it has not."""
        try:
            return self._child.wait(1) if self._child else None
        except subprocess.TimeoutExpired:
            return None

    def _stop(self, kill: bool = False) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if kill:
            child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def close(self) -> None:
        """Ends the child. It ends by itself too when this process does."""
        with self._lock:
            if self._owner == os.getpid():
                self._stop()


_worker = Worker()
atexit.register(_worker.close)


def read_apart(kind: str, data: bytes, charset: str = "") -> Found:
    """Reads the file in the child process that this process shares. Raises Unreadable."""
    return _worker.read(kind, data, charset)


def _found(answer: dict[str, Any]) -> Found:
    reading, parts = answer["reading"], answer["parts"]
    if reading is not None:
        edits = tuple(Edit(*edit) for edit in reading.pop("edits"))
        told = _told(reading.pop("told"))
        reading = Reading(edits=edits, page_starts=tuple(reading.pop("page_starts")), told=told, **reading)
    for part in parts:
        part |= {"data": base64.b64decode(part["data"]), "told": _told(part["told"])}
    return reading, tuple(Part(**part) for part in parts)


def _told(found: dict[str, list[str]]) -> dict[str, Told]:
    return {name: Told(*told) for name, told in found.items()}


# ---- in the child ----------------------------------------------------------------------------------------------------


def _answer(kind: str, data: bytes, charset: str) -> dict[str, Any]:
    try:
        module, function = _READERS[kind]
        read = getattr(importlib.import_module(module), function)
        found = read(data, charset) if kind == "html" else read(data)
        reading, parts = found if isinstance(found, tuple) else (found, ())
        plain = None
        if reading is not None:
            edits = [(e.raw_start, e.raw_end, e.text, e.kind) for e in reading.edits]
            plain = {**vars(reading), "told": dict(reading.told), "edits": edits}
        return {
            "reading": plain,
            "parts": [{**dataclasses.asdict(p), "data": base64.b64encode(p.data).decode("ascii")} for p in parts],
        }
    except Unreadable as error:
        return {"reason": error.reason, "remedy": error.remedy}
    except MemoryError:
        return {"reason": "its parser takes more memory than allowed", "spent": True}
    except RecursionError:
        return {"reason": "it is nested too deeply"}
    except ImportError as error:  # nothing is wrong with the file
        return {
            "reason": f"a package that reads it is not installed ({error.name or error})",
            "remedy": "Install the program again with its packages: pip install -e .",
        }
    except Exception as error:  # parsers of others raise anything; the file is named and skipped, the type told
        return {"reason": f"it is damaged (its parser says {type(error).__name__})"}


def _serve(limit_bytes: int, questions: IO[bytes], answers: IO[bytes]) -> None:
    import faulthandler
    import signal

    # Ctrl-C reaches every process of a terminal; the program that asked decides when the work ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with open(os.devnull, "wb") as nowhere:
        while line := questions.readline():
            question = json.loads(line)
            data = questions.read(question["size"])
            # Ends the process from a thread of its own, even while a parser written in C holds the interpreter, and
            # even when the program that asked is gone.
            faulthandler.dump_traceback_later(question["limit_s"], exit=True, file=nowhere)
            answer = _answer(question["kind"], data, question["charset"])
            text = json.dumps(answer).encode("ascii")
            faulthandler.cancel_dump_traceback_later()
            answers.write(b"%d\n" % len(text))
            answers.write(text)
            answers.flush()


if __name__ == "__main__":
    # The pipe belongs to the answers alone: what a library prints goes to where standard error goes.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(int(sys.argv[1]), sys.stdin.buffer, out)
