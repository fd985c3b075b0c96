"""Logging in and out: one page without scripts, and the session's cookie."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..settings import Settings
from .access import user_of
from .accounts import Accounts
from .guard import COOKIE, is_loopback, session_token
from .limits import Bucket
from .words import browser_language

if TYPE_CHECKING:
    from fastapi import FastAPI

TRIES_PER_MINUTE = 10

_WORDS = {
    "en": ("Log in", "Name", "Password", "Name or password is wrong.", "Too many tries. Wait a minute."),
    "zh-Hant": ("登入", "名稱", "密碼", "名稱或密碼不正確。", "嘗試次數過多，請稍候一分鐘。"),
    "zh-Hans": ("登录", "名称", "密码", "名称或密码不正确。", "尝试次数过多，请稍候一分钟。"),
}
_PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>$title</title><style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { display: grid; place-items: center; min-height: 90vh; margin: 0 }
form { display: grid; gap: .75rem; width: min(20rem, 90vw) }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem }
[role=alert] { color: light-dark(#a00, #f88); margin: 0 }
</style></head><body><form method="post" action="$action">
<h1>$title</h1>$wrong
<label>$name <input name="name" autocomplete="username" required autofocus></label>
<label>$password <input name="password" type="password" autocomplete="current-password" required></label>
<input type="hidden" name="next" value="$next"><button>$title</button></form></body></html>
""")


def login_page(
    request: Request, target: str | None = None, wrong: int | None = None, status: int = 200
) -> HTMLResponse:
    """target: the path to come back to, by default the one that the address names. wrong: which of the words tells why
    this is asked again."""
    language = browser_language(request.headers.get("accept-language", ""))
    words = _WORDS[language]
    told = f'<p role="alert">{words[wrong]}</p>' if wrong else ""
    shown = _PAGE.substitute(
        language=language, title=words[0], name=words[1], password=words[2], wrong=told,
        next=escape(_inside(request.query_params.get("next", "/") if target is None else target)),
        action=escape(f"{request.scope.get('root_path', '')}/login"),
    )  # fmt: skip
    return HTMLResponse(shown, status, {"Cache-Control": "no-store"})


def add_login(
    app: FastAPI, settings: Settings, accounts: Accounts, clock: Callable[[], float] = time.monotonic
) -> None:
    """GET and POST /login, POST /logout."""
    tries = Bucket(TRIES_PER_MINUTE, clock)

    @app.get("/login", include_in_schema=False)
    def show(request: Request) -> Response:
        return login_page(request)

    @app.post("/login", include_in_schema=False)
    async def log_in(request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10)
        name, password, target = (fields.get(key, [""])[0] for key in ("name", "password", "next"))
        address = user_of(request).address
        if tries.wait_s(f"address {address}") or tries.wait_s(f"name {name}"):
            return login_page(request, target, wrong=4, status=429)
        if settings.access != "accounts" or not (user := await run_sync(accounts.log_in, name, password)):
            return login_page(request, target, wrong=3, status=401)
        token = await run_sync(accounts.begin_session, user.name, settings.session_hours)
        response = RedirectResponse(request.scope.get("root_path", "") + _inside(target), 303)
        response.headers.append("Set-Cookie", _cookie(request, settings, token, settings.session_hours * 3_600))
        return response

    @app.post("/logout", include_in_schema=False)
    def log_out(request: Request) -> Response:
        if token := session_token(dict(request.headers)):
            accounts.end_session(token)
        response = RedirectResponse(f"{request.scope.get('root_path', '')}/login", 303)
        response.headers.append("Set-Cookie", _cookie(request, settings, "", 0))
        return response


def _inside(target: str) -> str:
    """The path, when it is one of this server: nobody may be sent elsewhere by a link to the login."""
    plain = target.isprintable() and "\\" not in target
    return target if plain and target.startswith("/") and not target.startswith("//") else "/"


def _cookie(request: Request, settings: Settings, value: str, seconds: int) -> str:
    secure = request.url.scheme == "https"
    parts = [f"{COOKIE}={value}", f"Path={request.scope.get('root_path') or '/'}", f"Max-Age={seconds}", "HttpOnly"]
    if settings.origins and (secure or is_loopback(request.url.hostname or "")):
        # In the frame of a portal a browser sends only such a cookie; partitioned, it is of no use in any other portal.
        parts += ["Secure", "SameSite=None", "Partitioned"]
    else:
        parts += [*(["Secure"] if secure else []), "SameSite=Lax"]
    return "; ".join(parts)
