"""The chat in the pages of a portal, in a real browser: the portal is another site (localhost, the server 127.0.0.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.web.accounts import Accounts
from tests.browser.chromium import MARKS, browsing
from tests.servers import Site, serving
from tests.web.proxying import proxying
from tests.web.serving import listening, made

pytestmark = MARKS
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One visitor's browser, which has loaded before what all pages share."""
    with browsing() as browser:
        context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-GB")
        context.new_page()  # keeps its window, in which the others are tabs
        yield context


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    browser.clear_cookies()
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def portal() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture(scope="module")
def stranger() -> Iterator[Site]:
    """A portal that the server does not know."""
    with serving() as site:
        yield site


def elsewhere(site: Site) -> str:
    """The portal by a name of another site than the server's."""
    return site.root.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def server(portal: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("data")
    with listening(made(folder, page=True, origins=elsewhere(portal), questions_per_minute=0)) as address:
        yield address


def shows(site: Site, body: str, **headers: str) -> str:
    """The address of a page of the portal with that body."""
    site.put(
        "/page",
        f"<!doctype html><meta charset=utf-8><title>Portal</title><h1>Portal</h1>{body}",
        headers={"Content-Type": "text/html", **headers},
    )
    return elsewhere(site) + "/page"


def script(server: str, attributes: str = "") -> str:
    return f'<script src="{server}/embed.js" {attributes}></script>'


def ask(frame: Any, question: str) -> None:
    frame.locator("#question textarea").fill(question)
    frame.locator("#question textarea").press("Enter")
    frame.locator("#chat .turn .foot").first.wait_for()


def test_the_button_opens_the_chat_which_answers(page: Any, portal: Site, server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shows(portal, script(server)))
    button = page.get_by_role("button", name="Ask the bulletins")
    assert button.get_attribute("aria-expanded") == "false"
    assert [url for url in asked if url.startswith(server)] == [f"{server}/embed.js"]
    button.click()
    frame = page.frame_locator("iframe")
    ask(frame, "Which rules were agreed?")
    frame.locator("#chat .answer li").nth(2).wait_for()
    assert page.locator("#chat").count() == 0, "the portal's own page has nothing of the chat"


def test_it_is_closed_by_button_and_key_and_the_focus_comes_back(page: Any, portal: Site, server: str) -> None:
    page.goto(shows(portal, script(server)))
    button = page.get_by_role("button", name="Ask the bulletins")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Bulletin Assistant")
    dialog.wait_for()
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "launch"
    page.evaluate("BulletinAssistant.open()")
    dialog.wait_for()
    page.get_by_role("button", name="Close").click()
    dialog.wait_for(state="hidden")


def test_a_portal_that_forbids_styles_and_scripts_of_others_can_still_have_it(
    page: Any, portal: Site, server: str
) -> None:
    policy = f"default-src 'none'; script-src {server}; frame-src {server}; style-src 'none'"
    page.goto(shows(portal, script(server, 'data-accent="#7a1f3d"'), **{"Content-Security-Policy": policy}))
    button = page.get_by_role("button", name="Ask the bulletins")
    assert button.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(122, 31, 61)"
    assert button.evaluate("e => getComputedStyle(e).color") == "rgb(255, 255, 255)"
    button.click()
    page.frame_locator("iframe").locator("#chat").wait_for()


def test_attributes_choose_language_side_colour_and_theme(page: Any, portal: Site, server: str) -> None:
    attributes = 'data-lang="zh-Hant" data-position="left" data-accent="#ffee00" data-theme="dark" data-label="問"'
    page.goto(shows(portal, script(server, attributes)))
    button = page.get_by_role("button", name="問")
    assert button.bounding_box()["x"] < 100
    assert button.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    button.click()
    address = page.locator("iframe").get_attribute("src")
    assert "lang=zh-Hant" in address and "theme=dark" in address and "accent=%23ffee00" in address
    frame = page.frame_locator("iframe")
    frame.locator("#chat").wait_for()
    assert "dark" in (frame.locator("body").get_attribute("class") or "")


@pytest.mark.parametrize(
    "attributes",
    [
        'data-accent="red;} body{display:none" data-label="&lt;img src=x onerror=window.hacked=1&gt;"',
        'data-lang="javascript:window.hacked=1" data-theme="&quot;&gt;&lt;script&gt;window.hacked=1&lt;/script&gt;"',
        'data-position="left:0} *{display:none" data-q="&lt;script&gt;window.hacked=1&lt;/script&gt;"',
    ],
)
def test_attributes_are_text_whatever_they_hold(page: Any, portal: Site, server: str, attributes: str) -> None:
    page.goto(shows(portal, script(server, attributes)))
    page.locator("button.launch").click()
    frame = page.frame_locator("iframe")
    frame.locator("#chat").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert frame.locator("body").evaluate("() => window.hacked") is None
    assert page.get_by_role("heading", name="Portal").is_visible()


def test_a_frame_stands_where_the_page_wants_it(page: Any, portal: Site, server: str) -> None:
    inline = script(server, 'data-mode="inline" data-target="#here"')
    page.goto(shows(portal, f'{inline}<main id="here" style="height: 600px"></main>'))
    frame = page.frame_locator("#here iframe")
    ask(frame, "Which rules were agreed?")
    assert page.locator("#here iframe").bounding_box()["height"] == 600


def test_a_plain_frame_needs_no_script(page: Any, portal: Site, server: str) -> None:
    page.goto(shows(portal, f'<iframe src="{server}/?embed=1" width=800 height=600></iframe>'))
    ask(page.frame_locator("iframe"), "Which rules were agreed?")


def test_a_question_in_the_link_is_asked_at_once_within_its_filters(page: Any, portal: Site, server: str) -> None:
    attributes = (
        'data-q="Which rules were agreed?" data-from="2021-01-01" data-issuer="Standards Office" data-lang="en"'
    )
    page.goto(shows(portal, script(server, attributes)))
    page.get_by_role("button", name="Ask the bulletins").click()
    frame = page.frame_locator("iframe")
    frame.locator("#chat .turn .foot").first.wait_for()
    assert frame.locator("#chat .turn .question p").inner_text() == "Which rules were agreed?"
    assert "Standards Office" in frame.locator("body").inner_text()


def test_a_link_in_a_question_s_place_is_text(page: Any, portal: Site, server: str) -> None:
    page.goto(
        f"{server}/?q=%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E%20rules&lang=%22%3E&issuer=%3Cb%3Ebold"
    )
    page.locator("#chat .turn .foot").first.wait_for()
    assert page.locator("#chat .turn .question p").inner_text() == '<img src=x onerror="window.hacked=1"> rules'
    assert page.evaluate("window.hacked") is None


def test_a_portal_that_is_not_named_gets_no_frame(page: Any, stranger: Site, server: str) -> None:
    page.goto(shows(stranger, f'<iframe src="{server}/?embed=1"></iframe>'))
    page.wait_for_timeout(500)
    (frame,) = page.frames[1:]
    assert frame.url.startswith("chrome-error:") or frame.locator("#chat").count() == 0


def test_a_portal_s_script_asks_the_api_only_when_the_portal_is_named(
    page: Any, portal: Site, stranger: Site, server: str
) -> None:
    call = """async url => {
      const given = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"question": "Which rules?"}' };
      try { return (await (await fetch(url, given)).json()).outcome } catch (error) { return 'refused' }
    }"""
    page.goto(shows(portal, ""))
    assert page.evaluate(call, f"{server}/api/ask") == "answered"
    page.goto(shows(stranger, ""))
    assert page.evaluate(call, f"{server}/api/ask") == "refused"


def test_the_chat_in_a_frame_can_be_logged_in_to(page: Any, portal: Site, tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    accounts.set_user("wei", PASSWORD, "reader")
    accounts.close()
    with listening(made(tmp_path, page=True, access="accounts", origins=elsewhere(portal))) as server:
        page.goto(shows(portal, script(server)))
        page.get_by_role("button", name="Ask the bulletins").click()
        frame = page.frame_locator("iframe")
        frame.get_by_label("Name").fill("wei")
        frame.get_by_label("Password").fill("wrong password")
        frame.get_by_role("button", name="Log in").click()
        assert frame.get_by_role("alert").inner_text() == "Name or password is wrong."
        frame.get_by_label("Name").fill("wei")
        frame.get_by_label("Password").fill(PASSWORD)
        frame.get_by_role("button", name="Log in").click()
        ask(frame, "Which rules were agreed?")
        (cookie,) = page.context.cookies(server)
        assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "None")


def test_everything_works_below_the_path_of_a_reverse_proxy(page: Any, portal: Site, tmp_path: Path) -> None:
    app = made(tmp_path, page=True, origins=elsewhere(portal), proxies="127.0.0.1")
    with listening(app) as server, proxying(server, "/intra/bulletins") as shown:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{shown}/")
        ask(page, "Which rules were agreed?")
        page.goto(shows(portal, script(shown)))
        page.get_by_role("button", name="Ask the bulletins").click()
        ask(page.frame_locator("iframe"), "Which rules were agreed?")
        outside = [url for url in asked if not url.startswith((shown, elsewhere(portal), "data:", "blob:"))]
        assert not outside, "everything is asked for below the path"


def test_the_demo_portal_shows_both_ways(page: Any, server: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server}/demo")
    page.frame_locator("#beside iframe").locator("#chat").wait_for()
    page.get_by_role("button", name="Ask the bulletins").click()
    page.get_by_role("dialog").wait_for()
    assert not errors


def test_the_frame_may_close_the_box_and_nobody_else(page: Any, portal: Site, server: str) -> None:
    page.goto(shows(portal, script(server)))
    page.get_by_role("button", name="Ask the bulletins").click()
    dialog = page.get_by_role("dialog")
    page.frame_locator("iframe").locator("#chat").wait_for()
    page.evaluate("window.postMessage({ bulletins: 'close' }, '*')")
    page.wait_for_timeout(200)
    assert dialog.is_visible()
    message = json.dumps({"bulletins": "close"})
    page.frame_locator("iframe").locator("body").evaluate(f"() => parent.postMessage({message}, '*')")
    dialog.wait_for(state="hidden")
