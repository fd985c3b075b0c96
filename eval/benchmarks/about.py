"""What a benchmark's figures must be read with: when, and on what they were measured."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version


def about() -> dict[str, str | int]:
    """Date, versions and number of processors, for the head of a result file."""
    try:
        own = version("bulletin-assistant")
    except PackageNotFoundError:
        own = "of a checkout"
    return {
        "date": date.today().isoformat(),
        "version": own,
        "python": platform.python_version(),
        "processors": os.cpu_count() or 1,
    }
