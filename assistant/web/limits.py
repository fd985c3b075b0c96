"""How often somebody may ask."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from ..errors import AssistantError

# Several people share an address behind a company's gateway.
ADDRESS_SHARE = 4
_MOST_KEYS = 50_000


class TooOften(AssistantError):
    """retry_s: whole seconds after which the next try is allowed."""

    def __init__(self, message: str, retry_s: int) -> None:
        super().__init__(message, f"Try again in {retry_s} s.")
        self.retry_s = retry_s


class Bucket:
    """A token bucket for each key: `per_minute` at once, then one more every 60 / per_minute seconds."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        """per_minute: 0 for no limit."""
        self._most, self._clock = per_minute, clock
        self._turn = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def wait_s(self, key: str) -> float:
        """0 when the key may go on, and one token is taken; else the seconds until it may."""
        if not self._most:
            return 0.0
        rate = self._most / 60
        with self._turn:
            now = self._clock()
            if len(self._left) >= _MOST_KEYS:
                self._forget(now, rate)
            left, since = self._left.pop(key, (self._most, now))
            left = min(self._most, left + (now - since) * rate)
            # The key goes to the end, so that the one longest unused stands first.
            self._left[key] = (left - 1, now) if left >= 1 else (left, now)
            return 0.0 if left >= 1 else (1 - left) / rate

    def _forget(self, now: float, rate: float) -> None:
        full = [key for key, (left, since) in self._left.items() if left + (now - since) * rate >= self._most]
        for key in full or [next(iter(self._left))]:
            del self._left[key]


class Limits:
    """Of one user, and four times as much of one address."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._users, self._addresses = Bucket(per_minute, clock), Bucket(per_minute * ADDRESS_SHARE, clock)

    def take(self, name: str, address: str) -> None:
        """Raises TooOften. Whoever has no name is known by the address alone."""
        wait_s = self._users.wait_s(f"user {name}" if name else f"address {address}")
        wait_s = wait_s or (self._addresses.wait_s(address) if address else 0.0)
        if wait_s:
            raise TooOften("Too many questions in a short time.", math.ceil(wait_s))
