"""Users with passwords, API keys and sessions. No secret is kept in a form in which it could be used.

Passwords are hashed with argon2id. Keys and session tokens are 256 random bits, which nobody can guess, so that a plain
SHA-256 of them is enough and each request stays cheap.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import BadInput
from .access import Role, User
from .records import Records

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1_000
KEY_PREFIX = "bk"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL, made REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (hash TEXT PRIMARY KEY, name TEXT NOT NULL, ends REAL NOT NULL);
"""


@dataclass(frozen=True)
class Listed:
    """An account as it is listed. id: of a key, the name of a user."""

    kind: Literal["user", "key"]
    id: str
    name: str
    role: Role


class Accounts:
    """The file of accounts. Another process may change it at any time: nothing of it is remembered here."""

    def __init__(self, path: Path) -> None:
        self._records = Records(path, _SCHEMA)
        # One hash takes 64 MB and a twentieth of a second: many at once would be a way to bring the server down.
        self._hashing = threading.Lock()

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())

    # Users

    def set_user(self, name: str, password: str, role: Role) -> None:
        """A new user, or a new password and role of one, who is then logged out. Raises BadInput."""
        _check_name(name)
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise BadInput(
                f"The password has {len(password):,} characters.",
                f"Choose one of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters.",
            )
        with self._hashing:
            hashed = self._hasher.hash(password)
        self._records.run(
            "INSERT OR REPLACE INTO users VALUES (?, ?, ?)",
            (name, role, hashed),
        )
        self._records.run("DELETE FROM sessions WHERE name = ?", (name,))

    def log_in(self, name: str, password: str) -> User | None:
        """The user, when the password is right. It takes as long for a name that there is not."""
        from argon2.exceptions import InvalidHashError, VerificationError

        rows = self._records.run("SELECT role, hash FROM users WHERE name = ?", (name,))
        role, hashed = rows[0] if rows else ("reader", self._nobodys_hash)
        try:
            with self._hashing:
                self._hasher.verify(hashed, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        return User(name, role, "session") if rows else None

    # Sessions

    def begin_session(self, name: str, hours: float) -> str:
        """A token for the browser's cookie. Sessions that have ended are forgotten on the way."""
        token = secrets.token_urlsafe(32)
        now = time.time()
        self._records.run("DELETE FROM sessions WHERE ends < ?", (now,))
        self._records.run("INSERT INTO sessions VALUES (?, ?, ?)", (_digest(token), name, now + hours * 3_600))
        return token

    def of_session(self, token: str) -> User | None:
        rows = self._records.run(
            "SELECT name, role FROM sessions JOIN users USING (name) WHERE sessions.hash = ? AND ends > ?",
            (_digest(token), time.time()),
        )
        return User(rows[0][0], rows[0][1], "session") if rows else None

    def end_session(self, token: str) -> None:
        self._records.run("DELETE FROM sessions WHERE hash = ?", (_digest(token),))

    # Keys

    def add_key(self, name: str, role: Role) -> str:
        """A new key, shown this once. name: of the program or person it is for."""
        _check_name(name)
        identifier, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        self._records.run(
            "INSERT INTO keys VALUES (?, ?, ?, ?, ?)", (identifier, name, role, _digest(secret), time.time())
        )
        return f"{KEY_PREFIX}_{identifier}_{secret}"

    def of_key(self, key: str) -> User | None:
        prefix, _, rest = key.partition("_")
        identifier, _, secret = rest.partition("_")
        if prefix != KEY_PREFIX:
            return None
        rows = self._records.run("SELECT name, role, hash FROM keys WHERE id = ?", (identifier,))
        if not rows or not hmac.compare_digest(rows[0][2], _digest(secret)):
            return None
        return User(rows[0][0], rows[0][1], "key")

    # Both

    def remove(self, name_or_id: str) -> int:
        """How many users and keys of that name or id there were; their sessions end."""
        self._records.run("DELETE FROM sessions WHERE name = ?", (name_or_id,))
        gone = self._records.run("DELETE FROM users WHERE name = ? RETURNING name", (name_or_id,))
        return len(gone) + len(
            self._records.run("DELETE FROM keys WHERE id = ? OR name = ? RETURNING id", (name_or_id, name_or_id))
        )

    def listed(self) -> list[Listed]:
        users = self._records.run("SELECT 'user', name, name, role FROM users ORDER BY name")
        return [
            Listed(*row) for row in users + self._records.run("SELECT 'key', id, name, role FROM keys ORDER BY made")
        ]

    def close(self) -> None:
        self._records.close()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[\w.@+-]{1,100}", name):
        raise BadInput(f"{name!r} cannot be a name.", "Use letters, digits and . _ @ + - only.")
