"""The chat page: Gradio parts and the callbacks between them. What the parts show is made by the files beside this."""

from __future__ import annotations

import base64
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..answer import Answer
from ..errors import ERRORS
from ..settings import Settings, load_sources
from . import export
from .access import User, user_of
from .browse import browse_html, within
from .conversation import VIEWS, Conversation, Looking, Turn
from .feedback import Feedback
from .filters import Filters, filters_of
from .gradio_import import gr
from .history import History, history_html
from .manage import Manager, manage_html
from .panel import bulletin_html, cited_in, panel_html
from .render import Collection, chat_html, escape, filters_html, head_html
from .service import Service
from .words import WORDS, browser_language, examples

# Quotes come at once; shown a sentence at a time they can be read as they come, and a long list does not jump.
SENTENCE_S = 0.09
LONGEST_PAUSE_S = 1.2
TICK_S = 1.5
_FOUND = 12  # passages that the source browser shows for a search
_LONGEST_SEARCH = 200
# The parts of the page in the order in which callbacks give them.
PARTS = ("state", "head", "box", "chat", "filters", "panel", "file", "tick")

Shown = dict[str, Any]
_log = logging.getLogger(__name__)


class Page:
    """Callbacks over one service. Each is told the visitor's conversation and gives back the parts that change."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        specimens: bool = False,
        manager: Manager | None = None,
    ) -> None:
        """manager: of an index that is not the settings' own."""
        self.service, self.settings, self.specimens = service, settings, specimens
        self.history = History(settings.data / "history.db", settings.history_days)
        folder = service.index_folder
        if manager is None and folder and not specimens:
            manager = Manager(settings, folder, load_sources())
        self.manager = manager
        self.collection = collection(service, specimens)
        self._running: dict[str, threading.Event] = {}  # by the key of the conversation that is answered

    def refresh(self) -> None:
        """Takes up what was indexed since."""
        now = collection(self.service, self.specimens)
        if now != self.collection:
            self.collection = now

    # Asking

    def ask(
        self,
        conversation: Conversation,
        question: Any,
        request: Any = None,
        reader: str = "",
        filters: Filters | None = None,
    ) -> Iterator[Shown]:
        """The parts as the answer grows. filters: None for the chosen ones and what the question says."""
        key = conversation.key
        if not isinstance(question, str) or not question.strip() or key in self._running:
            return
        self._running[key] = stop = threading.Event()
        try:
            yield from self._answering(conversation.broken_off(), question.strip(), request, reader, filters, stop)
        finally:
            del self._running[key]

    def _answering(
        self,
        before: Conversation,
        question: str,
        request: Any,
        reader: str,
        filters: Filters | None,
        stop: threading.Event,
    ) -> Iterator[Shown]:
        tries = [(before.filters if filters is None else filters, False)]
        conversation = before.asking(question, *tries[0])
        opening = not self.service.ready
        yield self._out(conversation, box=gr.Textbox(value=""), chat=self._chat(conversation))
        try:
            if filters is None and (read := self._read_filters(question, before)):
                # A year is only a hint: where its bulletins do not answer, all of them are asked.
                tries.insert(0, (read, True))
            for within_these, read_here in tries:
                conversation = before.asking(question, within_these, read_here)
                keep = within_these.keep(self.collection.entries)
                steps = self.service.stream(question, before.history, user=user_of(request), keep=keep)
                with closing(steps):
                    for step in steps:
                        if isinstance(step, Answer):
                            conversation = conversation.answered(step)
                        elif step.so_far:
                            conversation = conversation.coming(step.so_far)
                            yield self._out(conversation, chat=self._chat(conversation))
                            time.sleep(min(SENTENCE_S, LONGEST_PAUSE_S / len(step.so_far.sentences)))
                        elif opening and self.service.ready:
                            opening = False
                            yield self._out(conversation, chat=self._chat(conversation))
                        if stop.is_set():
                            break
                answer = conversation.turns[-1].answer
                if stop.is_set() or (answer and answer.outcome == "answered"):
                    break
        except ERRORS as error:
            conversation = conversation.failed(str(error), error.remedy)
        except Exception:
            # A bug of ours must not leave the page waiting for ever.
            _log.exception("A question could not be answered.")
            words = WORDS[conversation.language]
            conversation = conversation.failed(words.bug, words.bug_remedy)
        conversation = conversation.broken_off()
        self._keep(reader, conversation)
        yield self._out(conversation, chat=self._chat(conversation), panel=self._panel(conversation, request, reader))
        answer = conversation.turns[-1].answer
        if answer and answer.outcome == "answered" and (more := self._follow_ups(answer, keep, conversation)):
            conversation = conversation.last(follow_ups=more)
            self._keep(reader, conversation)
            yield self._out(conversation, chat=self._chat(conversation))

    def stop(self, conversation: Conversation) -> None:
        """Ends the answer that is being made. What was shown of it stays; whoever makes it says so."""
        if running := self._running.get(conversation.key):
            running.set()

    def _read_filters(self, question: str, conversation: Conversation) -> Filters | None:
        """The chosen filters with the year that the question names; None with dates chosen or for the catalogue."""
        chosen = conversation.filters
        if chosen.since or chosen.until or (conversation.history and len(question) < 12):
            return None
        year = self.service.year_asked(question)
        if year is None or not any(entry.is_of(year) for entry in filter(chosen.match, self.collection.entries)):
            return None
        return replace(chosen, since=year, until=year)

    def _follow_ups(self, answer: Answer, keep: Any, conversation: Conversation) -> tuple[str, ...]:
        asked = {turn.question for turn in conversation.turns}
        return tuple(question for question in self.service.follow_ups(answer, keep) if question not in asked)

    def retry(
        self, conversation: Conversation, data: Mapping[str, Any], request: Any = None, reader: str = ""
    ) -> Iterator[Shown]:
        """The last question anew: as it was, in other words, or of all bulletins."""
        if not conversation.turns or conversation.key in self._running:
            return
        last, how = conversation.turns[-1], data.get("do")
        question = data.get("question") if how == "edit" else last.question
        # A year that was read from the question is read anew; what was chosen then stays.
        filters = Filters() if how == "wider" else None if last.read or how == "edit" else last.filters
        yield from self.ask(conversation.without_last(), question, request, reader, filters)

    # Everything else

    def open(self, conversation: Conversation, request: Any, reader: str = "") -> Shown:
        """A visitor comes: wording, filters and question follow the address, else the settings or the browser."""
        self.refresh()
        asked = dict(getattr(request, "query_params", None) or {})
        wanted = self.settings.page_language
        if asked.get("lang") in WORDS:
            wanted = asked["lang"]
        headers = getattr(request, "headers", None) or {}
        language: Any = browser_language(headers.get("accept-language", "")) if wanted == "auto" else wanted
        conversation = Conversation(language, filters=filters_of(asked), small=asked.get("embed") == "1")
        return self._out(conversation, **self._all(conversation, request, reader))

    def linked(self, conversation: Conversation, request: Any, reader: str = "") -> Iterator[Shown]:
        """The question of the page's address is asked at once."""
        question = dict(getattr(request, "query_params", None) or {}).get("q", "")
        if not conversation.turns:
            yield from self.ask(conversation, question, request, reader)

    def act(self, conversation: Conversation, data: Mapping[str, Any], request: Any = None, reader: str = "") -> Shown:
        """What a click asks for. data comes from the browser: what makes no sense changes nothing."""
        does: dict[str, Callable[[], tuple[Conversation, tuple[str, ...]]]] = {
            "language": lambda: (self._worded(conversation, data), ("head", "box", "chat", "filters", "panel")),
            "clear": lambda: (self._cleared(conversation), ("chat", "panel")),
            "show": lambda: (self._looking_at(conversation, data, "sources"), ("panel",)),
            "why": lambda: (self._looking_at(conversation, data, "why"), ("panel",)),
            "view": lambda: (self._viewing(conversation, data, request), ("panel",)),
            "open": lambda: (self._opened(conversation, data), ("panel",)),
            "browse": lambda: (self._searched(conversation, data), ("panel",)),
            "within": lambda: (
                _looking(conversation, within=within(data.get("period"), data.get("issuer"))),
                ("panel",),
            ),
            "all": lambda: (_looking(conversation, **{**vars(conversation.looking), "all": True}), ("panel",)),
            "back": lambda: (self._back(conversation), ("panel",)),
            "filter": lambda: (replace(conversation, filters=filters_of(data)), ("filters",)),
            "only": lambda: (self._only(conversation, data), ("filters",)),
            "unfilter": lambda: (self._unfiltered(conversation, data), ("filters",)),
            "verdict": lambda: (self._judged(conversation, data, request, reader), ("chat",)),
            "report": lambda: (self._reported(conversation, data, request, reader), ("chat",)),
            "resume": lambda: (self._resumed(conversation, data, reader), ("chat", "panel")),
            "forget": lambda: (self._forgotten(conversation, data, reader), ("panel",)),
            "add": lambda: (self._managed(conversation, data, request), ("panel", "tick")),
            "remove": lambda: (self._managed(conversation, data, request), ("panel", "tick")),
            "reindex": lambda: (self._managed(conversation, data, request), ("panel", "tick")),
        }
        if data.get("do") == "export":
            return self._out(conversation, file=self._file(conversation, data.get("format")))
        do = does.get(str(data.get("do")))
        if do is None:
            return self._out(conversation)
        conversation = replace(conversation, notice=None)
        try:
            conversation, parts = do()
        except ERRORS as error:
            conversation, parts = replace(conversation, notice=(str(error), error.remedy)), ("panel",)
        made = self._all(conversation, request, reader, _number(data.get("number")))
        return self._out(conversation, **{part: made[part] for part in parts})

    def tick(self, conversation: Conversation, request: Any = None, reader: str = "") -> Shown:
        """While the index is opened or made: how far it has come; at its end, what it holds."""
        running = self._moving
        shown: Shown = {} if running else {"tick": gr.Timer(TICK_S, active=False)}
        if not running:
            self.refresh()
            shown["head"] = head_html(self.collection, conversation, user_of(request))
            shown["filters"] = filters_html(conversation, self.collection)
        # What is searched for in the collection stays as it is typed.
        listed = conversation.view == "bulletins" and conversation.looking == Looking()
        if conversation.view == "manage" or (listed and not running):
            shown["panel"] = self._panel(conversation, request, reader)
        return self._out(conversation, **shown)

    # What clicks do to a conversation

    def _worded(self, conversation: Conversation, data: Mapping[str, Any]) -> Conversation:
        language: Any = data.get("language")
        return replace(conversation, language=language) if language in WORDS else conversation

    def _cleared(self, conversation: Conversation) -> Conversation:
        return Conversation(conversation.language, filters=conversation.filters, small=conversation.small)

    def _looking_at(self, conversation: Conversation, data: Mapping[str, Any], view: Any) -> Conversation:
        turn = _number(data.get("turn"))
        if turn is None or not 0 <= turn < len(conversation.turns):
            return conversation
        return replace(conversation, shown=turn, view=view)

    def _viewing(self, conversation: Conversation, data: Mapping[str, Any], request: Any) -> Conversation:
        view = data.get("view")
        if view not in VIEWS or (view == "manage" and not user_of(request).is_admin):
            return conversation
        looking = replace(conversation.looking, bulletin=None) if conversation.view == view else conversation.looking
        return replace(conversation, view=view, looking=looking)

    def _opened(self, conversation: Conversation, data: Mapping[str, Any]) -> Conversation:
        bulletin = data.get("bulletin")
        if not any(entry.id == bulletin for entry in self.collection.entries):
            return conversation
        return replace(conversation, view="bulletins", looking=replace(conversation.looking, bulletin=bulletin))

    def _searched(self, conversation: Conversation, data: Mapping[str, Any]) -> Conversation:
        query = data.get("query")
        return _looking(conversation, query=query.strip()[:_LONGEST_SEARCH]) if isinstance(query, str) else conversation

    def _back(self, conversation: Conversation) -> Conversation:
        if conversation.looking.bulletin:
            return replace(conversation, looking=replace(conversation.looking, bulletin=None))
        return _looking(conversation)

    def _only(self, conversation: Conversation, data: Mapping[str, Any]) -> Conversation:
        source = data.get("source")
        if source not in self.collection.by_source:
            return conversation
        return replace(conversation, filters=Filters(source=str(source)))

    def _unfiltered(self, conversation: Conversation, data: Mapping[str, Any]) -> Conversation:
        field = data.get("field")
        if field == "all":
            return replace(conversation, filters=Filters())
        if field not in ("dates", "issuer", "language", "source"):
            return conversation
        return replace(conversation, filters=conversation.filters.without(str(field)))

    def _judged(self, conversation: Conversation, data: Mapping[str, Any], request: Any, reader: str) -> Conversation:
        number, verdict = _number(data.get("turn")), data.get("verdict")
        turn = _turn(conversation, number)
        if number is None or turn is None or turn.answer is None or verdict not in ("up", "down"):
            return conversation
        if turn.verdict == verdict:
            return conversation
        self._take(conversation, number, turn, request, verdict=verdict)
        return self._kept(reader, conversation.change(number, verdict=verdict))

    def _reported(self, conversation: Conversation, data: Mapping[str, Any], request: Any, reader: str) -> Conversation:
        number = _number(data.get("turn"))
        turn = _turn(conversation, number)
        expected, comment = (str(data.get(name) or "").strip() for name in ("expected", "comment"))
        if number is None or turn is None or turn.answer is None or not (expected or comment):
            return conversation
        self._take(conversation, number, turn, request, verdict="report", expected=expected, comment=comment)
        return self._kept(reader, conversation.change(number, verdict="report"))

    def _take(self, conversation: Conversation, number: int, turn: Turn, request: Any, **told: Any) -> None:
        earlier = tuple(t.question for t in conversation.turns[:number] if t.answer)
        answer = turn.answer.to_json() if turn.answer else {}
        self.service.take_feedback(
            Feedback(turn.question, answer=answer, history=earlier, user=user_of(request).name, **told)
        )

    def _resumed(self, conversation: Conversation, data: Mapping[str, Any], reader: str) -> Conversation:
        key = data.get("key")
        if not (reader and isinstance(key, str)):
            return conversation
        return self.history.resume(reader, key, conversation) or conversation

    def _forgotten(self, conversation: Conversation, data: Mapping[str, Any], reader: str) -> Conversation:
        key = data.get("key")
        if reader and isinstance(key, str):
            self.history.forget(reader, None if key == "all" else key)
        return conversation

    def _managed(self, conversation: Conversation, data: Mapping[str, Any], request: Any) -> Conversation:
        """Bulletins added, taken away, or all of them brought up to date. Only an administrator's word counts."""
        if self.manager is None or not user_of(request).is_admin or self.manager.state.running:
            return conversation
        if data["do"] == "add":
            for file in _uploaded(data.get("files")):
                self.manager.add(*file)
        elif data["do"] == "remove":
            self.manager.remove(str(data.get("name")))
        self.manager.start([entry.path for entry in self.collection.entries], everything=data["do"] == "reindex")
        return conversation

    # What the parts show

    def _out(self, conversation: Conversation, **parts: Any) -> Shown:
        return {"state": conversation, **parts}

    def _all(
        self, conversation: Conversation, request: Any = None, reader: str = "", focus: int | None = None
    ) -> Shown:
        words = WORDS[conversation.language]
        return {
            "head": head_html(self.collection, conversation, user_of(request)),
            "box": gr.Textbox(placeholder=words.ask, label=words.ask, interactive=True),
            "chat": self._chat(conversation),
            "filters": filters_html(conversation, self.collection),
            "panel": self._panel(conversation, request, reader, focus),
            "tick": gr.Timer(TICK_S, active=self._moving),
        }

    def _chat(self, conversation: Conversation) -> str:
        offered = examples(self.specimens, (self.collection.newest or "")[:4] or None, conversation.language)
        return chat_html(conversation, self.collection, offered, opening=not self.service.ready)

    @property
    def _moving(self) -> bool:
        """Whether what the page says of the collection will soon be another."""
        return not self.service.ready or bool(self.manager and self.manager.state.running)

    def _panel(
        self, conversation: Conversation, request: Any = None, reader: str = "", focus: int | None = None
    ) -> str:
        body = None
        words = WORDS[conversation.language]
        admin = user_of(request).is_admin
        if conversation.view == "bulletins":
            body = self._bulletins(conversation, user_of(request))
        elif conversation.view == "history":
            kept = self.history.listed(reader) if reader else []
            body = history_html(kept, conversation, self.settings.history_days)
        elif conversation.view == "manage" and admin:
            body = manage_html(self.manager, words)
        return panel_html(
            conversation, self.collection, self.service.bulletin, body, focus, admin, self.service.reasons
        )

    def _bulletins(self, conversation: Conversation, user: User) -> str:
        looking = conversation.looking
        if looking.bulletin is None:
            hits = self.service.search(looking.query, _FOUND, user) if len(looking.query) > 1 else []
            return browse_html(conversation, self.collection, hits)
        words = WORDS[conversation.language]
        try:
            bulletin = self.service.bulletin(looking.bulletin)
        except KeyError:
            return f'<p class="hint">{words.gone}</p>'
        answer = conversation.turns[conversation.shown].answer if conversation.shown is not None else None
        cited = list(cited_in(answer, bulletin.id))
        return bulletin_html(bulletin, self.service.versions(bulletin.id), cited, self.collection, words)

    def _file(self, conversation: Conversation, kind: Any) -> str:
        """A file for the browser to save: nothing of it is left on the server."""
        if kind not in ("md", "docx") or not conversation.turns:
            return ""
        data = export.word(conversation) if kind == "docx" else export.markdown(conversation).encode("utf-8")
        name = f"bulletins-{time.strftime('%Y-%m-%d')}.{kind}"
        # The number makes the same file anew another value, which the page's script is told of.
        return (
            f'<i data-name="{name}" data-made="{uuid.uuid4().hex}"'
            f' data-file="{escape(base64.b64encode(data).decode("ascii"))}"></i>'
        )

    def _keep(self, reader: str, conversation: Conversation) -> None:
        if reader:
            self.history.keep(reader, conversation)

    def _kept(self, reader: str, conversation: Conversation) -> Conversation:
        self._keep(reader, conversation)
        return conversation


def reader_of(request: Any, browser: object) -> str:
    """Whose conversations these are: a user by name, else a browser by the secret that it keeps; "" for neither."""
    name = user_of(request).name
    return f"user {name}" if name else f"browser {browser}" if isinstance(browser, str) and browser else ""


def _number(value: object) -> int | None:
    """A number that the browser sent, as a number or as its digits."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 9:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _turn(conversation: Conversation, number: int | None) -> Turn | None:
    return conversation.turns[number] if number is not None and 0 <= number < len(conversation.turns) else None


def _looking(conversation: Conversation, **changes: Any) -> Conversation:
    """The collection as a whole, or what these leave of it."""
    return replace(conversation, view="bulletins", looking=Looking(**changes))


def _uploaded(listed: object) -> Iterator[tuple[Path, str]]:
    """(path, name) of files that were uploaded just now. A path that the browser made up is none of them."""
    from gradio.utils import get_upload_folder

    folder = Path(get_upload_folder()).resolve()
    for file in listed if isinstance(listed, list) else []:
        path, name = (file.get("path"), file.get("name")) if isinstance(file, dict) else (None, None)
        if not (isinstance(path, str) and isinstance(name, str)):
            continue
        where = Path(path).resolve()
        if where.is_relative_to(folder) and where.is_file():
            yield where, name


def collection(service: Service, specimens: bool) -> Collection:
    """What is in the index now."""
    entries = tuple(service.bulletins())
    return Collection(entries, specimens, opening=not entries and not service.ready)


# ---------------------------------------------------------------- Gradio


def build(page: Page) -> gr.Blocks:
    """The page's parts and which callback each event calls.

    They are empty, and nothing can be typed, until the visitor's language is known: what was clicked or typed
    before would be lost when it comes.
    """
    script = _text("page.js")
    first = Conversation()
    words = WORDS[first.language]
    with gr.Blocks(title=words.name, fill_width=True, analytics_enabled=False) as blocks:
        state = gr.State(first)
        browser = gr.BrowserState("", storage_key="bulletins-reader", secret="bulletins")
        tick = gr.Timer(TICK_S, active=False)
        head = _part("head", script)
        with gr.Row(elem_id="columns", equal_height=False):
            with gr.Column(elem_id="left", scale=6, min_width=320):
                chat = _part("chat", script)
                with gr.Column(elem_id="asking"):
                    filters = _part("filters", script)
                    box = gr.Textbox(
                        elem_id="question",
                        placeholder=words.ask,
                        label=words.ask,
                        show_label=False,
                        container=False,
                        lines=1,
                        max_lines=6,
                        submit_btn=True,
                        interactive=False,
                    )
            with gr.Column(elem_id="right", scale=5, min_width=320):
                panel = _part("panel", script)
        file = _part("file", script)

        parts = dict(zip(PARTS, (state, head, box, chat, filters, panel, file, tick), strict=True))
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        all_parts = {**quiet, "outputs": list(parts.values())}
        answering = {**all_parts, "concurrency_limit": 8}

        def shown(made: Shown) -> tuple[Any, ...]:
            return tuple(made.get(name, gr.skip()) for name in PARTS)

        def steps(made: Iterator[Shown]) -> Iterator[tuple[Any, ...]]:
            none = True
            for each in made:
                none = False
                yield shown(each)
            if none:  # Gradio takes an iterator without anything for one that empties every part
                yield shown({})

        def on_open(conversation: Conversation, kept: Any, request: gr.Request) -> tuple[Any, ...]:
            kept = kept if isinstance(kept, str) and kept else uuid.uuid4().hex
            return kept, *shown(page.open(conversation, request, reader_of(request, kept)))

        def on_link(conversation: Conversation, kept: Any, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            yield from steps(page.linked(conversation, request, reader_of(request, kept)))

        def on_ask(conversation: Conversation, kept: Any, text: Any, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            yield from steps(page.ask(conversation, text, request, reader_of(request, kept)))

        def on_click(
            conversation: Conversation, kept: Any, request: gr.Request, event: gr.EventData
        ) -> Iterator[tuple[Any, ...]]:
            data, reader = event._data, reader_of(request, kept)
            if data.get("do") == "ask":
                yield from steps(page.ask(conversation, data.get("question"), request, reader))
            else:
                yield from steps(page.retry(conversation, data, request, reader))

        def on_act(conversation: Conversation, kept: Any, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
            return shown(page.act(conversation, event._data, request, reader_of(request, kept)))

        def on_stop(conversation: Conversation) -> None:
            page.stop(conversation)

        def on_tick(conversation: Conversation, kept: Any, request: gr.Request) -> tuple[Any, ...]:
            return shown(page.tick(conversation, request, reader_of(request, kept)))

        known = [state, browser]
        opened = blocks.load(on_open, known, [browser, *parts.values()], **quiet)
        opened.then(on_link, known, **answering)
        # Entered while an answer is still coming, it is asked after that, not lost.
        box.submit(on_ask, [*known, box], trigger_mode="always_last", **answering)
        chat.ask(on_click, known, **answering)
        # Not by Gradio's own cancelling: what it cancels may still write its state after whoever took over.
        chat.stop_answer(on_stop, [state], None, concurrency_limit=None, **quiet)
        # One after the other, and none is lost: each begins with the state that the one before left.
        in_turn = {**all_parts, "concurrency_id": "clicks", "concurrency_limit": 1}
        for part in (head, chat, filters, panel):
            part.act(on_act, known, trigger_mode="multiple", **in_turn)
        tick.tick(on_tick, known, **in_turn)
    return blocks


def _part(name: str, script: str) -> Any:
    return gr.HTML("", elem_id=name, js_on_load=script, apply_default_css=False, padding=False)


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def look() -> dict[str, Any]:
    """Theme, style sheet and what runs before Gradio's own, as it takes them when mounted. No font is fetched."""
    fonts = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    theme = gr.themes.Base(
        primary_hue="slate", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"]
    )
    return {"theme": theme, "css": _text("page.css"), "head": f"<script>{_text('stream.js')}</script>"}
