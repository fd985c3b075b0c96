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
# last of them would be waited for by all.
_LONGEST = (
    "test_browser",
    "test_milvus",
    "test_in_step",
    "test_leaving",
    "test_embedding",
    "test_adapter",
    "test_embed",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))
