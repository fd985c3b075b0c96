"""The page's first screen: the served HTML itself shows where to ask, a second or two before Gradio has loaded."""

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
                # The page is one piece. Whatever else comes instead of it has no head.
                body = message.get("body", b"").replace(b"</head>", self._added + b"</head>", 1)
                message = {**message, "body": body}
                headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                length = [] if message.get("more_body") else [(b"content-length", str(len(body)).encode("ascii"))]
                await send({**start, "headers": [*headers, *length]})
                start = {}
            await send(message)

        await self._app(scope, receive, add)


def _screens(page_language: str) -> str:
    style = _text("first.css")
    screens = {language: f"<style>{style}</style>{_screen(language)}" for language in WORDS}
    told = {"screens": screens, "wanted": page_language}
    data = json.dumps(told, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/json" id="first-screens">{data}</script><script>{_text("first.js")}</script>'


def _screen(language: Language) -> str:
    words = WORDS[language]
    ask = escape(words.ask)
    return (
        f'<main lang="{language}"><header>{EMBLEM}<div><h1>{words.name}</h1><p>{words.tagline}</p></div></header>'
        f'<form><textarea rows="1" placeholder="{ask}" aria-label="{ask}"></textarea></form></main>'
    )


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
