"""A run as a folder that can be read again, continued when it was cut, and compared with another.

    run.json      what was asked and with what (below), whether it is finished, when it began and ended
    cases.jsonl   one scored case a line, written as soon as it is scored
    report.json   measures and cases, as described at the top of `eval/run.py`; only of a finished run
    report.html   the same for people; summary.md and junit.xml the same for CI

A run is continued when everything that run.json tells of it is as it was: versions of the program and of what it runs
on, settings, the program's own files, calibration, index revision, gold file, collection, seed. Otherwise, and when it
had finished, it begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from assistant.errors import BadInput
from assistant.settings import Settings
from eval.run import FORMAT, Run, Scored, fingerprint, scored_from

_REMEDY = "Name the folder that `bulletins eval --report` wrote, or its report.json."
# Words of a setting's name; "token" is a secret, while reply_tokens counts.
_PRIVATE = frozenset({"host", "port", "key", "token", "secret", "password", "url"})
_LIBRARIES = ("faiss-cpu", "jieba", "numpy", "opencc", "openvino", "sentence-transformers", "torch")


class RunError(BadInput):
    """What should be a run cannot be read as one."""


def made_with(settings: Settings, version: str, revision: str | None, seed: int) -> dict[str, Any]:
    """What a run depends on beside its questions and bulletins, for `about`."""
    import platform
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    import assistant

    room = Path(next(iter(assistant.__path__)))
    libraries = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = version_of(name)
        except PackageNotFoundError:
            libraries[name] = "not installed"
    return {
        "version": version,
        "program": _code_digest(room.parent),
        "calibration": fingerprint(room / "calibration.json"),
        "index_revision": revision,
        "settings": _told(settings),
        "seed": seed,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": libraries,
    }


def _told(settings: Settings) -> dict[str, Any]:
    """The settings that an answer can depend on; no places of this machine, and nothing that may be a secret."""
    values = {each.name: getattr(settings, each.name) for each in fields(settings)}
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, str | int | float) and not _PRIVATE & {*name.split("_")}
    }


def _code_digest(root: Path) -> str:
    """One digest of the rooms' own files: a changed program must not continue another's run."""
    import hashlib

    digest = hashlib.sha256()
    for room in ("assistant", "eval", "index", "sources"):
        for file in sorted((root / room).rglob("*.*")):
            if file.suffix in (".py", ".tsv", ".json") and "specimens" not in file.parts:
                digest.update(file.relative_to(root).as_posix().encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def kept(folder: Path, about: Mapping[str, Any], prints: Mapping[str, str]) -> Iterator[tuple[dict[str, Scored], Any]]:
    """The folder of a run that goes on while the block does: (cases scored earlier, what keeps a case).

    The block ends well only when every case is scored: then the run is marked as finished.
    """
    folder.mkdir(parents=True, exist_ok=True)
    note, lines = folder / "run.json", folder / "cases.jsonl"
    told = {"format": FORMAT, "about": dict(about), "fingerprints": dict(prints)}
    told = json.loads(json.dumps(told))  # as it will be read again
    before = _note(note)
    earlier: dict[str, Scored] = {}
    began = _now()
    if before and not before.get("finished") and {key: before.get(key) for key in told} == told:
        earlier, began = _lines(lines), before.get("began", began)
    _write(note, told | {"finished": False, "began": began})
    # Rewritten, so that the half line on which a run was cut does not stay.
    with lines.open("w", encoding="utf-8") as out:
        for scored in earlier.values():
            _keep(out, scored)
        yield earlier, lambda scored: _keep(out, scored)
    _write(note, told | {"finished": True, "began": began, "ended": _now()})


def _keep(out: TextIO, scored: Scored) -> None:
    print(json.dumps(asdict(scored), ensure_ascii=False), file=out, flush=True)


def _write(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _note(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _lines(path: Path) -> dict[str, Scored]:
    """The cases of a run that was cut, up to the first line that is not whole."""
    found: dict[str, Scored] = {}
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return found
    for line in text.split("\n"):
        try:
            scored = scored_from(json.loads(line))
        except (ValueError, TypeError, KeyError):
            break
        found[scored.id] = scored
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_run(path: Path) -> Run:
    """A finished run from its folder or its report.json. Raises RunError when there is none."""
    file = path / "report.json" if path.is_dir() else path
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record.get("format") != FORMAT:
            raise RunError(f"{file} is not a report of format {FORMAT}.", _REMEDY)
        cases = tuple(scored_from(each) for each in record["cases"])
        return Run(cases, record["about"], record["fingerprints"])
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror or error}.", _REMEDY) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f"{file} is no report of a run ({type(error).__name__}: {error}).", _REMEDY) from error
