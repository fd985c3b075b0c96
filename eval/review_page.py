"""The page on which proposed questions are accepted, edited or rejected: Gradio parts over `Review`."""

from __future__ import annotations

import html
import os
from dataclasses import astuple
from typing import Any

# Gradio reads this when it is imported; nothing of ours calls home.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr

from assistant.errors import ERRORS, SettingsError
from eval.cases import KINDS, LANGUAGES, Case, State
from eval.review import Form, Place, Review, changes_of, form_of

STYLE = """
.place { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 26rem; overflow: auto; border: 1px solid #8884;
  border-radius: .5rem; padding: .8rem; font-size: .95rem; line-height: 1.6; }
.place mark { background: #ffe27a; color: #111; padding: .1rem 0; }
.told { padding: .3rem 0; } .told.wrong { color: #b3261e; font-weight: 600; }
"""
_EMPTY = Form("", "en", "factoid", False, "", "", "", "", "")
_STATES = {"proposed": "to be decided", "accepted": "accepted", "rejected": "rejected"}

Shown = tuple[Any, ...]
"""What a callback gives back: the case's name, the line above, the evidence, and the fields of the form."""


class ReviewPage:
    """Callbacks over one review. Each takes the name of the case shown, "" before the first, and what stands in the
    fields; it gives back what is shown next.
    """

    def __init__(self, review: Review) -> None:
        self.review = review

    def open(self, name: str) -> Shown:
        """The first question that is to be decided; when none is left, the first of all."""
        return self._shown(self.review.after(None, proposed=True) or self.review.after(None))

    def forward(self, name: str) -> Shown:
        return self._shown(self.review.after(name))

    def back(self, name: str) -> Shown:
        return self._shown(self.review.after(name, step=-1))

    def accept(self, name: str, *fields: Any) -> Shown:
        """The case as the fields have it now is accepted, and the next to be decided is shown."""
        return self._decided(name, "accepted", fields)

    def reject(self, name: str, *fields: Any) -> Shown:
        return self._decided(name, "rejected", fields)

    def save(self, name: str, *fields: Any) -> Shown:
        """What the fields say is written; the case stays as decided as it was, and stays shown."""
        try:
            return self._shown(
                self.review.decide(name, self.review.case(name).state, changes_of(Form(*fields))), "Saved."
            )
        except ERRORS as error:
            return self._refused(name, error, fields)

    def _decided(self, name: str, state: State, fields: tuple[Any, ...]) -> Shown:
        try:
            # What is rejected need not be sound: it stays as it was proposed.
            changes = changes_of(Form(*fields)) if state == "accepted" else None
            done = self.review.decide(name, state, changes)
        except ERRORS as error:
            return self._refused(name, error, fields)
        following = self.review.after(name, proposed=True)
        told = f"{done.id} is {state}."
        return self._shown(following or done, told if following else f"{told} Nothing is left to decide.")

    def _refused(self, name: str, error: Exception, fields: tuple[Any, ...]) -> Shown:
        """The error above what was typed, which stays."""
        told = f'<div class="told wrong" role="alert">{html.escape(str(error))}</div>'
        return name, self._head() + told, gr.skip(), *fields

    def _shown(self, case: Case | None, told: str = "") -> Shown:
        line = f'<div class="told" role="status">{html.escape(told)}</div>' if told else ""
        if case is None:
            return "", self._head() + line, "", *astuple(_EMPTY)
        title = f'<div class="told"><b>{html.escape(case.id)}</b>: {_STATES[case.state]}</div>'
        places = "".join(place_html(place) for place in self.review.places(case))
        return case.id, self._head() + line + title, places, *astuple(form_of(case))

    def _head(self) -> str:
        counts = self.review.counts()
        wrong = len(self.review.wrong())
        told = f"{counts['proposed']} to decide, {counts['accepted']} accepted, {counts['rejected']} rejected"
        told += f"; {wrong} lines are no case (see: bulletins eval check-gold)" if wrong else ""
        return f'<div class="told">{html.escape(str(self.review.path))}: {told}</div>'


def place_html(place: Place) -> str:
    """Evidence in its place. Everything of a bulletin is escaped."""
    title = html.escape(f"{place.source}: {place.title}" if place.title else place.source)
    before, quote, after = (html.escape(part) for part in (place.before, place.quote, place.after))
    if not place.found:
        gone = "is not in the index" if not place.title else "does not hold these words any more"
        return f'<div class="told wrong">{title} {gone}</div><div class="place"><mark>{quote}</mark>\n\n{before}</div>'
    words = f"<mark>{quote}</mark>" if quote else ""
    return f'<div class="told">{title}</div><div class="place" tabindex="0">…{before}{words}{after}…</div>'


def build(page: ReviewPage) -> gr.Blocks:
    """The page's parts and which callback each event calls."""
    with gr.Blocks(title="Review of questions", fill_width=True, analytics_enabled=False) as blocks:
        name = gr.State("")
        head = gr.HTML(elem_id="head")
        with gr.Row():
            with gr.Column(scale=6, min_width=320):
                question = gr.Textbox(label="Question", lines=2, elem_id="question")
                facts = gr.Textbox(
                    label="Facts, one a line; other wordings of the same fact after |", lines=4, elem_id="facts"
                )
                with gr.Row():
                    language = gr.Dropdown(list(LANGUAGES), label="Language", elem_id="language")
                    kind = gr.Dropdown(list(KINDS), label="Kind", elem_id="kind")
                    cross = gr.Checkbox(label="Answer only in another language", elem_id="cross")
                bulletins = gr.Textbox(label="Right bulletins, one a line", lines=2, elem_id="bulletins")
                history = gr.Textbox(label="Asked before, one a line", lines=2, elem_id="history")
                why = gr.Textbox(label="What the question is there to show", lines=1, elem_id="why")
            with gr.Column(scale=5, min_width=320):
                places = gr.HTML(elem_id="places")
                evidence = gr.Textbox(label="Evidence, one a line, as SOURCE: WORDS", lines=3, elem_id="evidence")
        with gr.Row():
            accept = gr.Button("Accept", variant="primary", elem_id="accept")
            reject = gr.Button("Reject", variant="stop", elem_id="reject")
            save = gr.Button("Save", elem_id="save")
            back = gr.Button("Back", elem_id="back")
            forward = gr.Button("Forward", elem_id="forward")
        # In the order of Form's fields.
        fields = [question, language, kind, cross, history, bulletins, facts, evidence, why]
        shown = [name, head, places, *fields]
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(page.open, [name], shown, **quiet)
        for button, callback in ((forward, page.forward), (back, page.back)):
            button.click(callback, [name], shown, **quiet)
        for button, decide in ((accept, page.accept), (reject, page.reject), (save, page.save)):
            button.click(decide, [name, *fields], shown, **quiet)
    return blocks


def serve(review: Review, host: str, port: int) -> None:
    """Until interrupted. Raises SettingsError when the port is another's."""
    try:
        build(ReviewPage(review)).launch(
            server_name=host, server_port=port, css=STYLE, quiet=True, footer_links=[], ssr_mode=False, share=False,
            show_error=False,
        )  # fmt: skip
    except OSError as error:
        remedy = "Name another in the settings: BULLETINS_PORT=8000"
        raise SettingsError(f"The page cannot be served at {host} port {port}: {error}", remedy) from error
