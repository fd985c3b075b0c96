"""What a reverse proxy says of a request, believed only of the proxies that are named in the settings."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from starlette.types import Scope

# Headers that say who asks or under which address we are seen. Of anybody but a trusted proxy they are taken away, and
# of a trusted one too once they are read: Gradio would believe them of everybody. x-gradio-server is one of its own.
_TOLD = frozenset(
    b"forwarded x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-prefix x-forwarded-proto "
    b"x-forwarded-server x-real-ip x-gradio-server".split()
)
_HOST = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.IGNORECASE)
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


class Proxies:
    """networks: of the trusted proxies. user_header: in which they name the user. root_path: the fixed one, or ""."""

    def __init__(self, networks: Sequence[str], user_header: str = "", root_path: str = "") -> None:
        self._networks = [ipaddress.ip_network(one) for one in networks]
        self._user_header = user_header.lower().encode("ascii")
        self._root_path = root_path

    def read(self, scope: Scope) -> tuple[Scope, str]:
        """The request as the browser sent it, and the name of the user that a trusted proxy gives, or ""."""
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        told = {name: value.decode("latin-1") for name, value in headers if name in _TOLD}
        # A proxy puts its own header last; one that it passed on from the browser stands before it.
        name = next((v.decode("utf-8", "replace") for n, v in reversed(headers) if n == self._user_header), "").strip()
        headers = [(n, v) for n, v in headers if n not in _TOLD and n != self._user_header]
        client = scope.get("client")
        peer = client[0] if client else ""
        seen = {**scope, "headers": headers}
        root_path = self._root_path
        if not self._trusts(peer):
            name = ""
        else:
            seen["client"] = (self._browser(peer, told.get(b"x-forwarded-for", "")), 0)
            if (scheme := _first(told.get(b"x-forwarded-proto", ""))) in ("http", "https"):
                seen["scheme"] = scheme
            if _HOST.fullmatch(host := _first(told.get(b"x-forwarded-host", ""))):
                seen["headers"] = [*((n, v) for n, v in headers if n != b"host"), (b"host", host.encode("ascii"))]
            prefix = told.get(b"x-forwarded-prefix", "").strip().rstrip("/")
            if not root_path and _PREFIX.fullmatch(prefix):
                root_path = prefix
        return _below(seen, root_path), name

    def _trusts(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)

    def _browser(self, peer: str, forwarded_for: str) -> str:
        """Of the chain of addresses the last that is no trusted proxy. What stands before it may be forged."""
        for address in reversed([each.strip() for each in forwarded_for.split(",") if each.strip()]):
            try:
                ipaddress.ip_address(address)
            except ValueError:
                return peer
            peer = address
            if not self._trusts(address):
                break
        return peer


def _first(value: str) -> str:
    return value.split(",")[0].strip()


def _below(scope: Scope, root_path: str) -> Scope:
    """The scope below that path, whether or not the proxy has cut it off."""
    path = scope["path"]
    if not root_path:
        return scope
    if path != root_path and not path.startswith(f"{root_path}/"):
        raw = scope.get("raw_path") or path.encode("utf-8")
        return {**scope, "root_path": root_path, "path": root_path + path, "raw_path": root_path.encode("ascii") + raw}
    return {**scope, "root_path": root_path}
