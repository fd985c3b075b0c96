"""For administrators: bulletins added and taken away, and the index brought in step, while the page goes on."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sources.collection import Collection

from ..errors import ERRORS, BadInput
from ..settings import Settings
from .render import button, escape
from .words import Words

if TYPE_CHECKING:
    from index.build import BuildReport

_SHOWN = 200  # uploaded files listed
_SKIPPED = 20
_UNSAFE = set('/\\\0:*?"<>|\r\n\t')

Work = Callable[["Order", Callable[[int, int, str], None]], "BuildReport"]


@dataclass(frozen=True)
class Order:
    """What a run is to do: bring the index in `folder` in step with the collection. fetch: pages of the web too."""

    collection: Collection
    folder: Path
    embedding: str
    cache: Path
    fetch: bool


@dataclass(frozen=True)
class State:
    """How far the last run has come. report, error: of its end; error is (message, remedy)."""

    running: bool = False
    done: int = 0
    total: int = 0
    name: str = ""
    report: BuildReport | None = None
    error: tuple[str, str] | None = None


def bring_in_step(order: Order, progress: Callable[[int, int, str], None]) -> BuildReport:
    """The run itself; loads the embedding model."""
    from index.build import bring_in_step as bring
    from index.embed import open_embedder

    embedder = open_embedder(order.embedding, order.cache)
    return bring(order.collection, order.folder, embedder, progress, order.cache, fetch=order.fetch)


class Manager:
    """The uploaded files, and the one run that may be under way.

    The work is done by a process of its own at low priority, so that questions are answered meanwhile; this one takes
    up what was indexed at the next question.
    """

    def __init__(self, settings: Settings, index_folder: Path, sources: Collection, work: Work = bring_in_step) -> None:
        """sources: what `[sources]` of the settings' file names."""
        self.uploads = settings.data / "uploads"
        self._settings, self._folder, self._sources, self._work = settings, index_folder, sources, work
        self._turn = threading.Lock()
        self._state = State()

    @property
    def state(self) -> State:
        with self._turn:
            return self._state

    def files(self) -> list[Path]:
        """Uploaded files, by name."""
        return sorted(self.uploads.iterdir()) if self.uploads.is_dir() else []

    def add(self, path: Path, name: str) -> Path:
        """Keeps an uploaded file under its own name. Raises BadInput when that is no name of a file."""
        name = "".join("_" if c in _UNSAFE or not c.isprintable() else c for c in Path(name).name).strip(". ")
        if not name or len(name.encode()) > 200:
            raise BadInput(
                "The file has no name that can be kept.", "Give it a short name with an ending, as in a.txt."
            )
        self.uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = self.uploads / name
        work = kept.with_name(f".{os.getpid()}-{name}")
        try:
            work.write_bytes(path.read_bytes())
            os.replace(work, kept)
        finally:
            work.unlink(missing_ok=True)
        return kept

    def remove(self, name: str) -> None:
        """Takes an uploaded file away. Raises BadInput when there is none of that name."""
        if name not in {path.name for path in self.files()}:
            raise BadInput(
                f"There is no uploaded file {name}.", "Files of other folders are taken away in their folder."
            )
        (self.uploads / name).unlink()

    def start(self, known: Iterable[str], everything: bool = False) -> bool:
        """Begins a run; False when one is under way.

        known: paths of the files that the index holds, which stay in it while they are there. everything: also asks
        again for the pages of the web that the settings' file names.
        """
        with self._turn:
            if self._state.running:
                return False
            self._state = State(running=True)
        named = self._sources
        uploaded = (self.uploads,) if self.files() else ()
        order = Order(
            replace(
                named,
                folders=(*named.folders, *uploaded),
                files=(*named.files, *_others(known, (*named.folders, self.uploads))),
            ),
            self._folder,
            self._settings.embedding,
            self._settings.cache,
            fetch=everything,
        )
        threading.Thread(target=self._run, args=(order,), daemon=True).start()
        return True

    def _run(self, order: Order) -> None:
        receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
        process = multiprocessing.get_context("spawn").Process(
            target=_child, args=(self._work, order, sender), daemon=True
        )
        try:
            process.start()
            sender.close()
            while True:
                self._note(*receiver.recv())
        except EOFError:
            pass
        except Exception as error:
            self._note("error", (str(error), "See the server's log."))
        finally:
            process.join()
            with self._turn:
                if not (self._state.report or self._state.error):
                    stopped = ("Indexing ended before it was done.", "Start it again: what it stored by then stays.")
                    self._state = replace(self._state, error=stopped)
                self._state = replace(self._state, running=False)

    def _note(self, kind: Literal["progress", "report", "error"], value: Any) -> None:
        with self._turn:
            if kind == "progress":
                done, total, name = value
                self._state = replace(self._state, done=done, total=total, name=name)
            else:
                self._state = replace(self._state, **{kind: value})


def _child(work: Work, order: Order, sender: Connection) -> None:
    """In the process of its own."""
    os.nice(5)
    try:
        report = work(order, lambda done, total, name: sender.send(("progress", (done, total, name))))
        sender.send(("report", report))
    except ERRORS as error:
        sender.send(("error", (str(error), error.remedy)))
    finally:
        sender.close()


def _others(known: Iterable[str], folders: Iterable[Path]) -> tuple[Path, ...]:
    """The files in none of these folders that are there: they stay as they are in the index."""
    roots = [os.path.join(os.path.abspath(folder), "") for folder in folders]
    return tuple(
        Path(path) for path in dict.fromkeys(known) if "://" not in path and not any(path.startswith(r) for r in roots)
    )


# ---------------------------------------------------------------- the tab


def manage_html(manager: Manager | None, words: Words) -> str:
    """manager: None where the collection is not the administrator's, as with the specimens."""
    if manager is None:
        return f'<p class="hint">{words.manage_specimens}</p>'
    state = manager.state
    held = ' disabled=""' if state.running else ""
    files = "".join(
        f"<li><span>{escape(path.name)}</span><small>{path.stat().st_size / 1000:,.1f} kB</small>"
        f"{button('remove', '×', words.remove_file.format(path.name), 'x', name=path.name)}</li>"
        for path in manager.files()[:_SHOWN]
    )
    listed = f'<ul class="titles uploads">{files}</ul>' if files else f'<p class="hint">{words.no_uploads}</p>'
    return (
        f'<div class="panel-head"><h2>{words.manage}</h2></div><p class="hint">{words.manage_more}</p>'
        f'<form class="upload"><label class="drop">{words.add_files}'
        f'<input type="file" name="files" multiple{held}></label>'
        f"{button('reindex', words.reindex, kind='action').replace(' data-do', held + ' data-do', 1)}</form>"
        f'<div class="run" role="status">{_state_html(state, words)}</div>'
        f"<h3>{words.uploaded}</h3>{listed}"
    )


def _state_html(state: State, words: Words) -> str:
    if state.running:
        told = words.indexing.format(f"{state.done:,}", f"{state.total:,}") if state.total else words.indexing_starts
        value = f' value="{state.done}" max="{max(1, state.total)}"' if state.total else ""
        bar = f'<progress{value} aria-label="{escape(words.progress)}"></progress>'
        return f"<p>{told} <small>{escape(state.name)}</small></p>{bar}"
    if state.error:
        message, remedy = state.error
        return f'<div class="notice broken"><p>{escape(message)}</p><p>{escape(remedy)}</p></div>'
    if state.report:
        report = state.report
        told = words.indexed.format(report.added, report.updated, report.removed, f"{report.bulletins:,}")
        skipped = "".join(
            f"<li>{escape(Path(path).name)}: {escape(reason)}</li>" for path, reason in report.skipped[:_SKIPPED]
        )
        return f"<p>{told}</p>" + (f'<ul class="skipped">{skipped}</ul>' if skipped else "")
    return ""
