"""The chat page: Gradio parts and the small callbacks between them. What the parts show is made in render.py."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import gradio as gr

from ..errors import ERRORS
from ..settings import Settings
from .conversation import Conversation
from .render import Collection, chat_html, head_html, panel_html
from .service import Service
from .words import WORDS, browser_language, examples

# Answers come at once; shown a sentence at a time they can be read as they come, and a long list does not jump.
SENTENCE_S = 0.09
LONGEST_STREAM_S = 1.2


class Page:
    """Callbacks over one assistant. Each takes the visitor's conversation and gives it back with what changed."""

    def __init__(self, assistant: Service, settings: Settings, specimens: bool = False) -> None:
        self.assistant = assistant
        self.settings = settings
        self.collection = collection(assistant, specimens)
        self.examples = examples(specimens, (self.collection.newest or "")[:4] or None)

    def open(self, conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        """A visitor comes: the wording follows the settings or the browser, the head the index as it is now."""
        self.collection = collection(self.assistant, self.collection.specimens)
        wanted = self.settings.page_language
        language = browser_language(request.headers.get("accept-language", "")) if wanted == "auto" else wanted
        return self.language(conversation, language)

    def language(self, conversation: Conversation, language: Any) -> tuple[Any, ...]:
        """Another wording of the page; answers stay as they are."""
        if language in WORDS:
            conversation = Conversation(language, conversation.turns, conversation.shown)
        return conversation, *self._all(conversation)

    def clear(self, conversation: Conversation) -> tuple[Any, ...]:
        conversation = Conversation(conversation.language)
        return conversation, *self._all(conversation)

    def show(self, conversation: Conversation, turn: Any, number: Any) -> tuple[Conversation, Any]:
        """The sources of an earlier turn. turn and number come from the browser: what is no turn changes nothing."""
        if not isinstance(turn, int) or not isinstance(number, int) or not 0 <= turn < len(conversation.turns):
            return conversation, gr.skip()
        conversation = Conversation(conversation.language, conversation.turns, turn)
        return conversation, self._panel(conversation, number)

    def ask(self, conversation: Conversation, question: Any) -> Iterator[tuple[Any, ...]]:
        """Yields (conversation, question box, chat, panel) as the answer grows."""
        if not isinstance(question, str) or not question.strip():
            yield conversation, gr.skip(), gr.skip(), gr.skip()
            return
        history = conversation.history
        conversation = conversation.asking(question.strip())
        yield conversation, "", self._chat(conversation), gr.skip()
        try:
            answer = self.assistant.ask(self.settings.accept(question), history)
        except ERRORS as error:
            conversation = conversation.failed(str(error), error.remedy)
            yield conversation, gr.skip(), self._chat(conversation), gr.skip()
            return
        conversation = conversation.answered(answer)
        panel = self._panel(conversation)
        pause_s = min(SENTENCE_S, LONGEST_STREAM_S / max(1, len(answer.sentences)))
        for count in range(1, len(answer.sentences)):
            yield conversation, gr.skip(), self._chat(conversation, count), panel
            panel = gr.skip()
            time.sleep(pause_s)
        yield conversation, gr.skip(), self._chat(conversation), panel

    def _all(self, conversation: Conversation) -> tuple[Any, ...]:
        words = WORDS[conversation.language]
        box = gr.Textbox(placeholder=words.ask, label=words.ask)
        head = head_html(self.collection, conversation.language)
        return head, box, self._chat(conversation), self._panel(conversation)

    def _chat(self, conversation: Conversation, sentences: int | None = None) -> str:
        return chat_html(conversation, self.collection, self.examples, sentences)

    def _panel(self, conversation: Conversation, focus: int | None = None) -> str:
        return panel_html(conversation, self.collection, self.assistant.bulletin, focus)


def collection(assistant: Service, specimens: bool, listed: int = 12) -> Collection:
    """What the page's head says of the index: counts and the newest bulletins."""
    records = assistant.bulletins()
    newest = sorted(records, key=lambda record: record.published or "", reverse=True)
    dates = [record.published for record in records if record.published and record.published[0].isdigit()]
    titles = tuple((record.title or record.source, record.published, record.language) for record in newest[:listed])
    return Collection(len(records), max(dates, default=None), titles, specimens)


def build(page: Page) -> gr.Blocks:
    """The page's parts and which callback each event calls."""
    script = _text("page.js")
    first = Conversation()
    words = WORDS[first.language]
    with gr.Blocks(title=words.name, fill_width=True, analytics_enabled=False) as blocks:
        state = gr.State(first)
        head = _part("head", head_html(page.collection, first.language), script)
        with gr.Row(elem_id="columns", equal_height=False):
            with gr.Column(elem_id="left", scale=6, min_width=320):
                chat = _part("chat", page._chat(first), script)
                box = gr.Textbox(
                    elem_id="question",
                    placeholder=words.ask,
                    label=words.ask,
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=6,
                    submit_btn=True,
                )
            with gr.Column(elem_id="right", scale=5, min_width=320):
                panel = _part("panel", page._panel(first), script)

        everything = [state, head, box, chat, panel]
        answering: dict[str, Any] = {
            "outputs": [state, box, chat, panel],
            "show_progress": "hidden",
            "concurrency_limit": 4,
        }

        def on_example(conversation: Conversation, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
            yield from page.ask(conversation, event._data.get("question"))

        def on_show(conversation: Conversation, event: gr.EventData) -> tuple[Conversation, Any]:
            return page.show(conversation, event._data.get("turn"), event._data.get("number"))

        def on_language(conversation: Conversation, event: gr.EventData) -> tuple[Any, ...]:
            return page.language(conversation, event._data.get("language"))

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(page.open, [state], everything, **private)
        box.submit(page.ask, [state, box], api_visibility="private", **answering)
        chat.ask(on_example, [state], api_visibility="private", **answering)
        chat.show(on_show, [state], [state, panel], **private)
        chat.clear_all(page.clear, [state], everything, **private)
        head.language(on_language, [state], everything, **private)
    return blocks


def _part(name: str, value: str, script: str) -> Any:
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False, padding=False)


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def look() -> dict[str, Any]:
    """Theme and style sheet, as Gradio takes them where the page is mounted. No font is fetched from anywhere."""
    fonts = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    theme = gr.themes.Base(
        primary_hue="slate", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"]
    )
    return {"theme": theme, "css": _text("page.css")}
