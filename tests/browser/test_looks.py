"""The page fits wide windows and phones, in light and dark, and can be used by everybody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.chromium import MARKS
from tests.browser.visits import PHONE, Visit, contrast

pytestmark = MARKS


@pytest.mark.parametrize("visit", [{}, PHONE, {"color_scheme": "dark"}], indirect=True, ids=["wide", "phone", "dark"])
def test_nothing_is_cut_off_at_the_side_and_text_can_be_read(visit: Visit) -> None:
    visit.ask("何時開始?")
    visit.page.wait_for_selector("#panel mark")
    width = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    for part in (".masthead", ".question p", ".answer", "#question textarea", ".card"):
        box = visit.page.locator(part).first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, part
    for part in (".answer p", ".excerpt", ".question p", "h1"):
        assert contrast(visit.page, part) >= 4.5, part


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_phone_begins_at_the_top_and_shows_sources_below_the_chat(visit: Visit) -> None:
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.scrollY") == 0
    visit.ask("Which rules were agreed?")
    chat, panel = (visit.page.locator(part).bounding_box() for part in ("#chat", "#panel"))
    assert panel["y"] >= chat["y"] + chat["height"]


def test_everything_is_reached_by_tab_in_the_order_of_the_page(visit: Visit) -> None:
    visit.page.wait_for_function("document.activeElement.matches('#question textarea')")
    visit.page.focus(".skip")
    parts = [".skip", ".switch", ".example", ".filters summary", "#question textarea", "#question button"]
    parts += ["[id^=tab-]", "#browse", ".dot", "#panel .titles .link"]
    reached = []
    for _ in range(30):
        reached.append(
            visit.page.evaluate("parts => parts.find(part => document.activeElement.matches(part)) ?? ''", parts)
        )
        visit.page.keyboard.press("Tab")
    assert [part for part in dict.fromkeys(reached) if part] == parts


@pytest.mark.parametrize("visit", [PHONE, {"color_scheme": "dark"}], indirect=True, ids=["phone", "dark"])
def test_no_view_breaks_a_rule_of_accessibility(visit: Visit) -> None:
    """Those of axe-core for WCAG 2.2, A and AA."""
    page = visit.page
    found = {"begin": broken_rules(page)}
    page.click(".filters summary")
    found["filters"] = broken_rules(page)
    page.keyboard.press("Escape")
    visit.ask("何時開始?")
    page.wait_for_selector("#panel mark")
    found["answer"] = broken_rules(page)
    page.click('#panel [data-reading="clean"]')
    found["repaired"] = broken_rules(page)
    page.click('[data-do="why"]')
    page.wait_for_selector("#panel .bars, #panel .why, #panel table")
    found["why"] = broken_rules(page)
    page.click('button[data-do="report"].tool')
    found["report"] = broken_rules(page)
    visit.ask("Who won the prize?")
    found["not found"] = broken_rules(page)
    page.click("#tab-bulletins")
    page.wait_for_selector("#panel .dot")
    found["collection"] = broken_rules(page)
    page.locator("#panel .titles .link").first.click()
    page.wait_for_selector("#panel .repair-report")
    found["bulletin"] = broken_rules(page)
    page.click("#tab-history")
    page.wait_for_selector("#panel .kept")
    found["history"] = broken_rules(page)
    page.goto(page.url.split("?")[0] + "login")
    found["login"] = broken_rules(page)
    page.evaluate("document.body.append(document.createElement('button'))")
    assert "button-name" in broken_rules(page)[0], "a button without a name is found"
    assert {view: rules for view, rules in found.items() if rules} == {}


def test_administration_breaks_no_rule_of_accessibility(admin: Visit) -> None:
    admin.page.click("#tab-manage")
    admin.page.wait_for_selector(".upload")
    assert broken_rules(admin.page) == []


# What is found is made short in the page: the whole of it takes longer to be handed over than to be found.
BROKEN = """
tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false}).then(found =>
  found.violations.map(({id, nodes}) => `${id}: ${nodes.map(node => node.html.slice(0, 150)).join(' ')}`))
"""


def broken_rules(page: Any) -> list[str]:
    """Each rule that the page breaks, with the elements that break it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(axe.axe_script)
    found: list[str] = page.evaluate(BROKEN, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    return found
