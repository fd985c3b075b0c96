"""The cache of whoever runs the tests, so that the model is prepared once and not for every run."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.settings import Settings


def cache() -> Path:
    named = os.environ.get("BULLETINS_CACHE")
    return Path(named) if named else Settings().cache
