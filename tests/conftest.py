"""For all tests: what a server keeps goes into a folder of the test run, and what takes long to make is made once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

# Where tests share processors, torch's threads waiting for each other awake took four to eight times the work.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def specimen_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The specimens' index by the real model, made by the first process of the run that wants it. Only to be read."""
    import sources
    from index.build import build_index
    from index.embed import open_embedder
    from tests.cache import cache

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "specimen-index"
    with FileLock(shared / "specimen-index.lock"):
        if not folder.exists():
            embedder = open_embedder("bundled", cache())
            build_index([Path(sources.__file__).parent / "specimens"], own / "specimens-made", embedder, cache=cache())
            (own / "specimens-made").rename(folder)
    return folder


# Whole modules go to one process each, so that what they share is made once. Those that take longest go first, or the
# last of them would be waited for by all; those of the browser one after the other, as they share it.
_LONGEST = (
    "index/test_milvus",
    "browser/test_looks",
    "browser/test_asking",
    "browser/test_reading",
    "browser/test_administration",
    "web/test_embedding",
    "index/test_embed",
    "index/test_in_step",
    "index/test_ahead",
    "eval/test_adapter",
    "eval/test_parallel",
    "assistant/test_orders",
    "assistant/test_check",
    "assistant/test_assistant",
    "web/test_leaving",
    "web/test_opening",
    "web/test_manage",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get("/".join(item.path.with_suffix("").parts[-2:]), len(places)))
