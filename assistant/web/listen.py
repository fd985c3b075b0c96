"""The port of the server, which is taken only when the settings let in those who were meant."""

from __future__ import annotations

import socket

from ..errors import SettingsError
from ..settings import Settings
from .accounts import Accounts
from .guard import is_loopback


def check_access(settings: Settings) -> None:
    """Raises SettingsError when the server would be open to people whom nobody meant."""
    local = is_loopback(settings.host)
    if settings.access == "open" and not local:
        raise SettingsError(
            f"At {settings.host} other computers could ask without being known.",
            'Set access to "accounts" or "proxy", or to "open-to-all" when everybody may read the bulletins.',
        )
    if settings.open_role == "admin" and not (local and settings.access == "open"):
        raise SettingsError(
            "open_role is admin, but others than you could reach the server.",
            'Leave open_role out, or serve this computer only: host 127.0.0.1 with access "open".',
        )
    if settings.access == "proxy" and not settings.proxies:
        raise SettingsError(
            "access is proxy, but no proxy is named.", "Set proxies to the address of the reverse proxy."
        )
    if settings.access == "accounts":
        accounts = Accounts(settings.data / "accounts.db")
        try:
            if not accounts.listed():
                raise SettingsError("There is no account yet.", "Make one: bulletins access add-user NAME --role admin")
        finally:
            accounts.close()


def listen(settings: Settings) -> socket.socket:
    """The port of the settings, taken. Raises SettingsError when it is another's or there is no such address."""
    check_access(settings)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise SettingsError(
            f"The page cannot be served at {settings.host} port {settings.port}: {error.strerror or error}.",
            "Name another: bulletins serve --port 8000",
        ) from error
