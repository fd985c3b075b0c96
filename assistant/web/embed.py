"""What a portal loads: the script that puts the chat into its pages, and a made-up portal to try it on."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response


def add_embed(app: FastAPI) -> None:
    """GET /embed.js and /demo."""
    script, demo = _text("embed.js"), _text("demo.html")

    @app.get("/embed.js", include_in_schema=False)
    async def embed() -> Response:
        return Response(script, media_type="text/javascript", headers={"Cache-Control": "public, max-age=3600"})

    @app.get("/demo", include_in_schema=False)
    async def portal() -> Response:
        return HTMLResponse(demo)


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
