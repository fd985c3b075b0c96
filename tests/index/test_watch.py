"""Watching: an index follows its folders and lists for as long as it is asked to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.build import BuildReport
from index.errors import IndexHeld
from index.watch import look, watch
from sources.collection import Collection
from sources.fetch import Limits, Stop
from sources.files import find_files

LOOK_S = 0.03


class Watched:
    """A watch in a thread. runs: whether each run fetched; problem: raised by the next run."""

    def __init__(self, collection: Collection) -> None:
        self.runs: list[bool] = []
        self.waited: list[str] = []
        self.problem: Exception | None = None
        self.stop = Stop()
        self.thread = threading.Thread(target=self._watch, args=(collection,))
        self.thread.start()

    def _watch(self, collection: Collection) -> None:
        watch(collection, self._run, self.stop, lambda report: None, self.waited.append, LOOK_S)

    def _run(self, fetch: bool) -> BuildReport:
        if self.problem:
            problem, self.problem = self.problem, None
            raise problem
        self.runs.append(fetch)
        return BuildReport(1, 1, 0, 0, 0, (), 0.0)

    def until(self, true: Callable[[], bool]) -> None:
        ends = time.monotonic() + 10
        while not true():
            assert time.monotonic() < ends, (self.runs, self.waited)
            time.sleep(0.01)

    def quiet(self) -> int:
        """How many runs there were, after time enough for another."""
        time.sleep(LOOK_S * 8)
        return len(self.runs)


@pytest.fixture
def watched() -> Iterator[Callable[[Collection], Watched]]:
    begun: list[Watched] = []

    def begin(collection: Collection) -> Watched:
        begun.append(Watched(collection))
        return begun[-1]

    yield begin
    for one in begun:
        one.stop.set()
        one.thread.join(10)
        assert not one.thread.is_alive()


def test_each_change_of_a_folder_brings_one_run(tmp_path: Path, watched: Callable[[Collection], Watched]) -> None:
    (tmp_path / "a.txt").write_text("one")
    seen = watched(Collection(folders=(tmp_path,)))
    seen.until(lambda: len(seen.runs) == 1)
    assert seen.quiet() == 1
    changes: list[Callable[[], object]] = [
        lambda: (tmp_path / "a.txt").write_text("two and more"),
        lambda: (tmp_path / "b.txt").write_text("one"),
        lambda: (tmp_path / "b.txt").rename(tmp_path / "c.txt"),
        lambda: (tmp_path / "c.txt").unlink(),
    ]
    for number, change in enumerate(changes, 2):
        change()
        seen.until(lambda number=number: len(seen.runs) == number)  # type: ignore[misc]
        assert seen.quiet() == number
    assert seen.runs == [False] * 5


def test_a_file_that_is_still_being_written_is_left_until_it_is(
    tmp_path: Path, watched: Callable[[Collection], Watched]
) -> None:
    (tmp_path / "a.txt").write_text("one")
    seen = watched(Collection(folders=(tmp_path,)))
    seen.until(lambda: len(seen.runs) == 1)
    with open(tmp_path / "b.txt", "w") as file:
        for _ in range(60):
            file.write("a line\n")
            file.flush()
            time.sleep(LOOK_S / 6)
        assert len(seen.runs) <= 2  # a slow machine may pause long enough for one
    seen.until(lambda: len(seen.runs) >= 2)


def test_lists_are_asked_again_when_they_are_due(watched: Callable[[Collection], Watched]) -> None:
    seen = watched(Collection(feeds=("http://example.org/feed",), limits=Limits(interval_s=0.3)))
    seen.until(lambda: len(seen.runs) == 3)
    assert seen.runs == [True] * 3
    rarely = watched(Collection(feeds=("http://example.org/feed",), limits=Limits(interval_s=600)))
    rarely.until(lambda: len(rarely.runs) == 1)
    assert rarely.quiet() == 1


def test_a_change_of_a_folder_fetches_nothing_and_one_of_a_list_of_addresses_does(
    tmp_path: Path, watched: Callable[[Collection], Watched]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("one")
    (tmp_path / "list.txt").write_text("http://example.org/1")
    seen = watched(Collection(folders=(tmp_path / "in",), addresses=(str(tmp_path / "list.txt"),)))
    seen.until(lambda: len(seen.runs) == 1)
    (tmp_path / "in" / "b.txt").write_text("one")
    seen.until(lambda: len(seen.runs) == 2)
    (tmp_path / "list.txt").write_text("http://example.org/1\nhttp://example.org/2")
    seen.until(lambda: len(seen.runs) == 3)
    assert seen.runs == [True, False, True]


def test_an_index_that_another_run_holds_is_tried_again(
    tmp_path: Path, watched: Callable[[Collection], Watched]
) -> None:
    (tmp_path / "a.txt").write_text("one")
    seen = watched(Collection(folders=(tmp_path,)))
    seen.until(lambda: len(seen.runs) == 1)
    seen.problem = IndexHeld("Another run is writing.", "Wait.")
    (tmp_path / "b.txt").write_text("one")
    seen.until(lambda: len(seen.runs) == 2)
    assert seen.waited == ["Another run is writing."]


def test_a_look_sees_the_files_that_a_run_reads(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.txt", "b.TXT", ".hidden.txt", "c.exe", "inner/d.md"):
        (tmp_path / name).write_text("one")
    (tmp_path / "inner" / "loop").symlink_to(tmp_path)
    (tmp_path / "linked.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere.txt")
    seen = look([tmp_path, tmp_path / "c.exe", tmp_path / "gone"])
    assert set(map(str, find_files([tmp_path, tmp_path / "c.exe"]))) <= set(seen)
    assert sorted(Path(path).name for path in seen) == ["a.txt", "b.TXT", "c.exe", "d.md", "linked.txt"]
