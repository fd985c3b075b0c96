"""The door of the server. Every request comes through it: who asks, from where, how much; and what browsers are told.

Plain ASGI, so that a stream stays a stream and a reader who has gone is noticed.
"""

from __future__ import annotations

import ipaddress
import json
import re
import time
from urllib.parse import quote, urlsplit

import anyio
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Settings
from .access import User
from .accounts import Accounts
from .forwarded import Proxies
from .metrics import Metrics

COOKIE = "bulletins_session"
# Whoever takes or sends nothing for so long holds a connection for nothing.
SLOW_S = 30.0
# What is open to everybody, because it tells nothing or is there for logging in.
_PUBLIC = frozenset({"/login", "/logout", "/healthz", "/readyz", "/embed.js"})
# Where other origins, when allowed, may call from their pages.
_API = ("/api/", "/v1/", "/mcp")
_ADMIN = ("/gradio_api/upload",)
_ADMIN_OUTSIDE_OPEN = ("/metrics",)
_PROBES = frozenset({"/healthz", "/readyz"})
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

# Everything comes from this server. Gradio's own scripts need inline and eval; nothing may be fetched from elsewhere,
# so that even a slip in escaping could not load or send anything.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class Refused(Exception):
    """status: of the response."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.status, self.remedy = status, remedy


class Guard:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings, accounts: Accounts, metrics: Metrics) -> None:
        self._app, self._settings, self._accounts, self._metrics = app, settings, accounts, metrics
        self._proxies = Proxies(settings.proxies, settings.user_header, settings.root_path)
        self._open = settings.access in ("open", "open-to-all")
        self._hosts = frozenset({*_LOOPBACK, *settings.hosts, _host_name(settings.host)})
        self._policy = " ".join((CONTENT_POLICY, *settings.origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        scope, named = self._proxies.read(scope)
        path = path_below(scope)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, began, over = 0, time.perf_counter(), list[Refused]()
        origin = headers.get("origin", "")
        allowed = origin.lower() in self._settings.origins and path.startswith((*_API, "/embed.js"))

        async def answer(message: Message) -> None:
            nonlocal status
            if over and not status:
                return  # what the application makes of a body that broke off
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": self._headers(message["headers"], path, origin if allowed else "")}
            with anyio.fail_after(SLOW_S):
                await send(message)

        try:
            if _CONTROL.search(path):
                raise Refused(400, "The address has control characters.", "Leave them out.")
            self._check_host(path, headers)
            if allowed and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                return await _respond(answer, 204, b"", [])
            self._check_origin(scope["method"], headers, allowed)
            user = self._user(named, headers, ours=not allowed)
            self._check_user(user, path)
            limit = (
                self._settings.max_upload_bytes + 100_000
                if path.startswith(_ADMIN)
                else self._settings.max_request_bytes
            )
            if int(headers.get("content-length") or 0) > limit:
                raise _too_long(limit)
            address = scope["client"][0] if scope.get("client") else ""
            known = User(user.name, user.role, user.via, address) if user else User(address=address)
            scope["state"] = {**scope.get("state", {}), "user": known}
            await self._app(scope, _bounded(receive, limit, over), answer)
            if over and not status:
                raise over.pop()
        except Refused as error:
            over.clear()
            if status:
                raise
            if error.status == 401 and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
                target = path + (f"?{scope['query_string'].decode('latin-1')}" if scope.get("query_string") else "")
                where = f"{scope.get('root_path', '')}/login?next={quote(target, safe='')}"
                return await _respond(answer, 303, b"", [(b"location", where.encode("ascii"))])
            told = {"error": str(error), "remedy": error.remedy}
            if path.startswith("/v1/"):
                kind = "authentication_error" if error.status == 401 else "invalid_request_error"
                told = {"error": {"message": f"{error} {error.remedy}", "type": kind, "param": None, "code": None}}  # type: ignore[dict-item]
            extra = [(b"www-authenticate", b"Bearer")] if error.status == 401 else []
            body = json.dumps(told, ensure_ascii=False).encode("utf-8")
            await _respond(answer, error.status, body, [(b"content-type", b"application/json"), *extra])
        except (TimeoutError, anyio.BrokenResourceError):
            # A reader that takes nothing: the connection is given up, and what worked for it has been ended.
            status = status or 408
        finally:
            status, route = status or 500, _route(scope, path)
            self._metrics.requests.labels(
                scope["method"] if scope["method"] in _METHODS else "other", route, status
            ).inc()
            self._metrics.request_seconds.labels(route).observe(time.perf_counter() - began)

    # What is checked, in this order

    def _check_host(self, path: str, headers: dict[str, str]) -> None:
        # A page elsewhere can give its own name our address (DNS rebinding) and would then be of our origin.
        if (self._settings.access != "open" and not self._settings.hosts) or path in _PROBES:
            return
        name = _host_name(headers.get("host", ""))
        if name not in self._hosts:
            raise Refused(421, f"This server is not known as {name[:100]!r}.", "Add the name to the setting hosts.")

    def _check_origin(self, method: str, headers: dict[str, str], allowed: bool) -> None:
        """Refuses what a page of another origin makes a browser send (CSRF). Programs send none of these headers."""
        if method not in _UNSAFE or allowed:
            return
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site == "same-origin" or (site is None and origin is None) or (site == "none" and origin is None):
            return
        ours = origin is not None and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
        if not ours or site == "cross-site":
            raise Refused(
                403,
                f"Pages of {(origin or 'another origin')[:200]} may not do this.",
                "Add the origin to the setting origins.",
            )

    def _user(self, named: str, headers: dict[str, str], ours: bool) -> User | None:
        """ours: the request is no call from another origin's page, so that what the browser adds by itself counts."""
        key = headers.get("x-api-key", "")
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            key = credentials.strip()
        if key and (user := self._accounts.of_key(key)):
            return user
        if self._open:
            # Chat clients send some key even where none is asked for.
            return User("", "admin" if self._settings.open_role == "admin" else "reader")
        if key:
            raise Refused(
                401, "The API key is not known.", "Ask an administrator for one: bulletins access add-key NAME"
            )
        if self._settings.access == "proxy" and named and ours:
            return User(named[:200], "admin" if named in self._settings.admins else "reader", "proxy")
        if self._settings.access == "accounts" and ours and (token := session_token(headers)):
            return self._accounts.of_session(token)
        return None

    def _check_user(self, user: User | None, path: str) -> None:
        if path in _PUBLIC:
            return
        if user is None:
            raise Refused(401, "Nobody is logged in.", "Log in, or send an API key: Authorization: Bearer KEY")
        closed = _ADMIN if self._open else (*_ADMIN, *_ADMIN_OUTSIDE_OPEN)
        if path.startswith(closed) and not user.is_admin:
            raise Refused(403, "This is for administrators.", "Ask one of them.")

    # What browsers are told

    def _headers(self, given: list[tuple[bytes, bytes]], path: str, origin: str) -> list[tuple[bytes, bytes]]:
        # Gradio lets any origin read what it answers; who may is decided here.
        kept = [(name, value) for name, value in given if not name.lower().startswith(b"access-control-")]
        names = {name.lower() for name, _ in kept}
        anybody = path == "/embed.js"
        more = {
            "content-security-policy": self._policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "cross-origin-resource-policy": "cross-origin" if anybody else "same-origin",
        }
        if not self._settings.origins:
            more["x-frame-options"] = "SAMEORIGIN"
        if path.startswith(_API):
            more["cache-control"] = "no-store"
        if self._settings.origins:
            more["vary"] = "Origin"
        if origin:
            more |= {
                "access-control-allow-origin": origin,
                "access-control-allow-headers": ", ".join(_SENT_HEADERS),
                "access-control-allow-methods": "GET, POST, DELETE",
                "access-control-expose-headers": "Mcp-Session-Id, Retry-After",
                "access-control-max-age": "600",
            }
        return kept + [
            (n.encode("ascii"), v.encode("ascii")) for n, v in more.items() if n.encode("ascii") not in names
        ]


def path_below(scope: Scope) -> str:
    """The path without that below which a proxy shows the server."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def session_token(headers: dict[str, str]) -> str:
    """The session's token from the cookie header, or ""."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


_SENT_HEADERS = ("Authorization", "Content-Type", "X-API-Key", "Mcp-Session-Id", "Mcp-Protocol-Version")
# A router's patterns end at a line end, and would hand such an address to the page.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", *_UNSAFE})


def _route(scope: Scope, path: str) -> str:
    """The pattern of the route, so that no address that somebody makes up becomes a label."""
    found = getattr(scope.get("route"), "path", None)
    if isinstance(found, str) and found:
        return found
    return "page" if path == "/" else "other"


def _host_name(host: str) -> str:
    name = host.lower().rpartition("]")[0] + "]" if host.startswith("[") else host.lower().split(":")[0]
    return f"[{host.lower()}]" if host.count(":") > 1 and not host.startswith("[") else name


def _too_long(limit: int) -> Refused:
    return Refused(413, f"The request has more than {limit:,} bytes.", "Send less at a time.")


def _bounded(receive: Receive, limit: int, over: list[Refused]) -> Receive:
    """Counts what comes, and waits only so long for each part. over: gets the refusal of a body too long."""
    taken, whole = 0, False

    async def read() -> Message:
        nonlocal taken, whole
        if whole:
            return await receive()
        with anyio.fail_after(SLOW_S):
            message = await receive()
        taken += len(message.get("body", b""))
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        if taken > limit:
            # Raised for whoever reads, and kept because frameworks make another error of it.
            over.append(_too_long(limit))
            raise over[0]
        return message

    return read


async def _respond(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode("ascii"))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})
