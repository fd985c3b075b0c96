"""An administrator adds and removes bulletins while readers go on asking."""

from __future__ import annotations

from pathlib import Path

from tests.browser.chromium import MARKS
from tests.browser.visits import Visit

pytestmark = MARKS


def test_a_reader_has_no_administration(visit: Visit) -> None:
    assert visit.page.locator("#tab-manage").count() == 0


def test_files_are_added_while_questions_are_answered(admin: Visit, managed: Path, tmp_path: Path) -> None:
    file = tmp_path / "News <b>.txt"
    file.write_text("A new bulletin about parcels.\n", encoding="utf-8")
    admin.page.click("#tab-manage")
    admin.page.set_input_files('.upload [type="file"]', file)
    admin.page.wait_for_selector(".run progress")
    admin.ask("Which rules were agreed?")
    admin.page.click("#tab-manage")
    admin.page.wait_for_selector(".run progress")  # the work goes on, and the answer is there
    (managed / "index" / "end").touch()
    admin.page.wait_for_selector(".run p:text('Done: 1 added')", timeout=60_000)
    assert "4 bulletins" in admin.page.locator(".summary").inner_text()
    assert "News _b_.txt" in admin.page.locator(".uploads").inner_text()
    admin.page.click('[data-do="remove"]')
    admin.page.wait_for_selector(".uploads", state="detached")
