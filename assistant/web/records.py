"""An SQLite file that must be kept: accounts, feedback, the log of questions. One connection, for many threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import SettingsError


class Records:
    """Each call to `run` is a transaction of its own, on the disk when it returns. Other processes may write too."""

    def __init__(self, path: Path, schema: str) -> None:
        """schema: CREATE … IF NOT EXISTS statements. Raises SettingsError when the file cannot be used."""
        self.path = path
        self._turn = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Only its owner may read what people asked and how they log in.
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.executescript(schema)
        except (OSError, sqlite3.Error) as error:
            raise SettingsError(
                f"{path} cannot be used: {error}.", "Name a folder that may be written with the setting data."
            ) from error

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        with self._turn:
            return self._connection.execute(sql, values).fetchall()

    def close(self) -> None:
        with self._turn:
            self._connection.close()
