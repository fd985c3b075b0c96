"""The page's first screen: the served HTML itself shows where to ask, seconds before Gradio has loaded."""

from __future__ import annotations

import json
from importlib.resources import files

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sources.bulletin import Language

from .render import EMBLEM, escape
from .words import WORDS


class FirstScreen:
    """Wraps Gradio's application, whose page at / it adds to."""

    def __init__(self, app: ASGIApp, page_language: str) -> None:
        """page_language: the setting."""
        self._app = app
        self._added = _screens(page_language).encode("utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if path not in ("", "/") or scope["method"] != "GET":
            return await self._app(scope, receive, send)
        start: Message = {}

        async def add(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start:
                # The page is one piece; whatever else comes instead of it has no style. This stands before the first
                # sheet that is to be fetched, as scripts wait for those before them.
                body = message.get("body", b"").replace(b"<style>", self._added + b"<style>", 1)
                message = {**message, "body": body}
                headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                length = [] if message.get("more_body") else [(b"content-length", str(len(body)).encode("ascii"))]
                await send({**start, "headers": [*headers, *length]})
                start = {}
            await send(message)

        await self._app(scope, receive, add)


def first_page(page_language: str) -> str:
    """The first screen alone, while the server is starting. It becomes the page when that is served."""
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{WORDS['en'].name}</title>{_screens(page_language, starting=True)}</head><body></body></html>"
    )


def _screens(page_language: str, starting: bool = False) -> str:
    style = _text("first.css")
    screens = {language: f"<style>{style}</style>{_screen(language, starting)}" for language in WORDS}
    told = {"screens": screens, "wanted": page_language, "starting": starting}
    data = json.dumps(told, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/json" id="first-screens">{data}</script><script>{_text("first.js")}</script>'


def _screen(language: Language, starting: bool) -> str:
    words = WORDS[language]
    ask = escape(words.ask)
    waiting = f'<p role="status">{words.opening}</p>' if starting else ""
    return (
        f'<main lang="{language}"><header>{EMBLEM}<div><h1>{words.name}</h1><p>{words.tagline}</p></div></header>'
        f"<div><section><h2>{words.welcome}</h2><p>{words.welcome_more}</p></section>"
        f'<form>{waiting}<textarea rows="1" placeholder="{ask}" aria-label="{ask}"></textarea></form></div></main>'
    )


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
