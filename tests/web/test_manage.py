"""Administration: what is kept of uploads, and a run that never takes away what it was not told of."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadInput
from assistant.settings import Settings
from assistant.web.manage import Manager, Order, manage_html
from assistant.web.words import WORDS
from index.build import BuildReport
from index.errors import IndexHeld
from sources.collection import Collection
from tests.fakes import HOSTILE

REPORT = BuildReport(4, 9, 1, 0, 0, (("/x/<b>.txt", "it is empty"),), 0.1)


def done(order: Order, progress: Any) -> BuildReport:
    progress(1, 2, "a.txt")
    (order.folder / "order").write_text("\n".join(map(str, order.collection.paths)), encoding="utf-8")
    return REPORT


def held(order: Order, progress: Any) -> BuildReport:
    raise IndexHeld("Another run is writing the index.", "Wait until it has ended.")


def killed(order: Order, progress: Any) -> BuildReport:
    raise SystemExit(9)


def manager(folder: Path, work: Any = done, sources: Collection | None = None) -> Manager:
    return Manager(Settings(data=folder / "data"), folder, sources or Collection(), work)


def ended(managed: Manager) -> Manager:
    until = time.monotonic() + 60
    while managed.state.running and time.monotonic() < until:
        time.sleep(0.05)
    assert not managed.state.running
    return managed


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a b.txt", "a b.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\evil.txt", "_.._evil.txt"),
        (".hidden.txt", "hidden.txt"),
        ("<b>:|?*.txt", "_b_____.txt"),
        ("公告.pdf", "公告.pdf"),
    ],
)
def test_an_uploaded_file_keeps_its_name_as_far_as_it_is_one(tmp_path: Path, name: str, kept: str) -> None:
    given = tmp_path / "given"
    given.write_bytes(b"words")
    path = manager(tmp_path).add(given, name)
    assert (path.name, path.parent, path.read_bytes()) == (kept, tmp_path / "data/uploads", b"words")


@pytest.mark.parametrize("name", ["", "..", "/", "x" * 300])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        manager(tmp_path).add(tmp_path, name)


@pytest.mark.parametrize("name", ["../index/bulletins.sqlite", "b.txt", ""])
def test_only_uploaded_files_are_taken_away(tmp_path: Path, name: str) -> None:
    managed = manager(tmp_path)
    (tmp_path / "given").write_bytes(b"words")
    managed.add(tmp_path / "given", "a.txt")
    with pytest.raises(BadInput):
        managed.remove(name)
    managed.remove("a.txt")
    assert managed.files() == []


def test_a_run_names_what_the_settings_name_what_was_uploaded_and_what_the_index_holds(tmp_path: Path) -> None:
    managed = manager(tmp_path, sources=Collection(folders=(tmp_path / "own",)))
    (tmp_path / "given").write_bytes(b"words")
    uploaded = managed.add(tmp_path / "given", "a.txt").parent
    known = [
        str(tmp_path / "own/1.txt"),
        "/elsewhere/2.txt",
        "/elsewhere/2.txt",
        str(uploaded / "a.txt"),
        "https://x/3",
    ]
    assert managed.start(known)
    report = ended(managed).state.report
    assert report == REPORT
    named = (tmp_path / "order").read_text(encoding="utf-8").split("\n")
    assert named == [str(tmp_path / "own"), str(uploaded), "/elsewhere/2.txt"]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    managed = manager(tmp_path)
    assert managed.start([])
    assert not managed.start([])
    ended(managed)


def test_what_was_wrong_with_a_run_is_told(tmp_path: Path) -> None:
    managed = manager(tmp_path, held)
    managed.start([])
    assert "Wait until it has ended." in manage_html(ended(managed), WORDS["en"])
    managed = manager(tmp_path, killed)
    managed.start([])
    assert "ended before it was done" in manage_html(ended(managed), WORDS["en"])


def test_names_and_reasons_are_shown_as_they_are(tmp_path: Path) -> None:
    managed = manager(tmp_path)
    (managed.uploads).mkdir(parents=True)
    (managed.uploads / HOSTILE.replace("/", "")).write_bytes(b"x")
    managed.start([])
    html = manage_html(ended(managed), WORDS["en"])
    assert "<script>" not in html and "<b>" not in html and "&lt;b&gt;.txt: it is empty" in html


def test_over_the_specimens_there_is_nothing_to_manage() -> None:
    assert "specimen bulletins" in manage_html(None, WORDS["en"])
