"""For tests of the server."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from assistant.web.accounts import Accounts


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take no time: how slow they ought to be is argon2's own affair."""
    monkeypatch.setattr(Accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
