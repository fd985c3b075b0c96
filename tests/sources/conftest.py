from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def real_bulletins() -> list[Path]:
    """The bulletins this product was first asked to read; they stay outside the project."""
    files = sorted((Path(__file__).resolve().parents[2] / "../shared/bulletins").glob("*.txt"))
    if not files:
        pytest.skip("the real bulletins are not on this machine")
    return files
