"""For all tests: what a server keeps goes into a folder of the test run, never into that of whoever runs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


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
    "assistant/test_assistant",
    "web/test_leaving",
    "web/test_opening",
    "web/test_manage",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get("/".join(item.path.with_suffix("").parts[-2:]), len(places)))
