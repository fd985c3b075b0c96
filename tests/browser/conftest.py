"""The page on two servers, and visitors to it. All tests that follow each other here share them and the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings
from assistant.web.manage import Manager
from tests.browser.assistants import Managed, Scripted, slow_work
from tests.browser.chromium import browsing
from tests.browser.visits import WIDE, Tabs, Visit
from tests.fakes import FakeAssistant
from tests.web.serving import listening


@pytest.fixture(scope="package")
def tabs() -> Iterator[Tabs]:
    with browsing() as browser:
        yield Tabs(browser)


@pytest.fixture(scope="package")
def assistant() -> Scripted:
    return Scripted()


@pytest.fixture(scope="package")
def address(tabs: Tabs, assistant: Scripted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for readers."""
    yield from _served(tabs, assistant, tmp_path_factory.mktemp("data"))


@pytest.fixture
def visit(request: pytest.FixtureRequest, tabs: Tabs, address: str) -> Iterator[Visit]:
    """A visit with the options of the test's own `parametrize`, or in a wide English window. path: of the address."""
    with tabs.visit(address, **WIDE | getattr(request, "param", {})) as visit:
        yield visit


@pytest.fixture(scope="package")
def managed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The administrators' data, with the index that they add to."""
    folder = tmp_path_factory.mktemp("managed")
    (folder / "index").mkdir()
    return folder


@pytest.fixture(scope="package")
def admin_address(tabs: Tabs, managed: Path) -> Iterator[str]:
    """A server of which everybody is administrator, over an index that can be added to."""
    assistant = Managed(managed / "index")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.web.page.Manager", lambda *given: Manager(*given, work=slow_work))
        patch.setattr("assistant.web.page.TICK_S", 0.2)
        yield from _served(tabs, assistant, managed, open_role="admin")


@pytest.fixture
def admin(tabs: Tabs, admin_address: str) -> Iterator[Visit]:
    with tabs.visit(admin_address, **WIDE) as visit:
        yield visit


def _served(tabs: Tabs, assistant: FakeAssistant, data: Path, **settings: Any) -> Iterator[str]:
    from assistant.web.api import create_app

    chosen = Settings(data=data, questions_per_minute=0, **settings)
    app = create_app(assistant, chosen, specimens=not isinstance(assistant, Managed))  # type: ignore[arg-type]
    with listening(app) as address:
        yield f"{address}/"
        tabs.close()  # a server that ends waits for those who listen to it
