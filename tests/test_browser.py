"""The chat page in a real browser: it answers, shows sources in their place, stays within itself and fits a phone."""

from __future__ import annotations

import dataclasses
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.answer import Answer, Sentence
from assistant.settings import Settings
from tests.fakes import BULLETINS, HOSTILE, FakeAssistant, answered, bulletin, citing

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here: make browser"),
]

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EVIL = bulletin("evil", f"{HOSTILE}\n\n{HOSTILE} end", "en", "2020-01-01", None, issuer=HOSTILE, title=HOSTILE)
LONG = bulletin("long", "one line\n" * 300 + "the words looked for\n" + "one line\n" * 300, "en", "2019-01-01", None)


class Scripted(FakeAssistant):
    """Also answers with hostile text, and with words far down in a bulletin."""

    def __init__(self) -> None:
        super().__init__((*BULLETINS, EVIL, LONG))

    def ask(self, question: str, history: Any = ()) -> Answer:
        if "hacked" in question:
            return answered(
                question,
                "en",
                HOSTILE,
                [Sentence(HOSTILE, True, (0,))],
                [citing(EVIL, HOSTILE)],
                HOSTILE * 2,
                (HOSTILE,),
            )
        if "far down" in question:
            text = "It stands far down."
            return answered(question, "en", text, [Sentence(text, True, (0,))], [citing(LONG, "the words looked for")])
        return super().ask(question, history)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    import uvicorn

    from assistant.web.api import create_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Scripted(), Settings(port=port), specimens=True)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@dataclasses.dataclass
class Visit:
    """One page and what the browser noticed. foreign: addresses asked for that are not ours."""

    page: Any
    foreign: list[str] = dataclasses.field(default_factory=list)
    errors: list[str] = dataclasses.field(default_factory=list)

    def ask(self, question: str) -> None:
        before = self.page.locator("#chat .turn").count()
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")
        self.page.wait_for_selector(f'#chat .turn[data-turn="{before}"] :is(.foot, [role="alert"])')

    def marked(self) -> list[str]:
        """Texts of the marks that can be seen in the panel."""
        return [mark.inner_text() for mark in self.page.locator("#panel mark").all() if mark.is_visible()]


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Any, address: str) -> Iterator[Visit]:
    """A visit with the options of the test's own `parametrize`, or in a wide English window."""
    options = {"viewport": {"width": 1400, "height": 900}, "locale": "en-GB"} | getattr(request, "param", {})
    context = chromium.new_context(**options)
    seen = Visit(context.new_page())
    seen.page.on(
        "request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else seen.foreign.append(r.url)
    )
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.goto(address)
    seen.page.wait_for_selector("#chat .example")
    yield seen
    context.close()
    assert not seen.foreign, "the page asks nobody but its own server"
    assert not seen.errors


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


def test_a_question_is_answered_with_its_words_marked_in_the_bulletin(visit: Visit) -> None:
    visit.ask("Which rules were agreed?")
    visit.page.wait_for_selector("#panel mark")
    assert visit.page.locator("#chat .answer li").count() == 3
    assert visit.marked()[2].endswith("a parcel may lie there for 24 hours without a fee")


def test_an_example_is_asked_by_a_click(visit: Visit) -> None:
    question = visit.page.locator("#chat .example").first
    text = question.get_attribute("data-question")
    question.click()
    visit.page.wait_for_selector("#chat .turn .foot")
    assert visit.page.locator("#chat .question p").inner_text() == text


def test_a_chip_brings_its_mark_into_view_and_an_earlier_one_its_own_sources(visit: Visit) -> None:
    visit.ask("what stands far down?")
    visit.ask("Which rules were agreed?")
    visit.page.wait_for_selector('#panel [data-turn="1"], #panel .panel[data-turn="1"]')
    visit.page.click('.turn[data-turn="0"] .chip')
    visit.page.wait_for_selector('#panel .panel[data-turn="0"] mark.now')
    visit.page.wait_for_timeout(500)
    mark, excerpt = (visit.page.locator(f"#panel .excerpt.raw {at}").first for at in ("mark", ">> xpath=."))
    inside, around = mark.bounding_box(), excerpt.bounding_box()
    assert around["y"] <= inside["y"] <= around["y"] + around["height"]
    assert 0 <= inside["y"] <= 900


def test_damage_is_shown_as_published_and_goes_with_a_click(visit: Visit) -> None:
    visit.ask("何時開始?")
    visit.page.wait_for_selector("#panel mark")
    assert "組長(zhǎng)方若水表示" in "".join(visit.marked())
    visit.page.click('[data-view="clean"]')
    assert "組長方若水表示" in "".join(visit.marked())
    visit.ask("何時結束?")
    visit.page.wait_for_selector('#panel .panel[data-turn="1"]')
    assert "組長方若水表示" in "".join(visit.marked()), "the choice holds for the next answer"


def test_not_found_is_a_notice(visit: Visit) -> None:
    visit.ask("Who won the cup?")
    assert visit.page.locator("#chat .notice.none h3").inner_text() == "Not in the bulletins"


def test_an_endless_question_is_refused_on_the_page(visit: Visit) -> None:
    visit.ask("x" * 3_000)
    assert "at most 2,000" in visit.page.locator('[role="alert"]').inner_text()


def test_hostile_text_is_shown_and_does_nothing(visit: Visit) -> None:
    visit.ask(HOSTILE)
    visit.page.wait_for_selector("#panel mark")
    assert visit.page.locator("#chat .question p").inner_text() == HOSTILE
    assert "".join(visit.marked()).removeprefix("1") == HOSTILE
    assert visit.page.evaluate("window.hacked") is None
    assert visit.page.locator("#chat img, #panel img, #chat script, #panel script, #chat a, #panel a").count() == 0


@pytest.mark.parametrize("visit", [{"locale": "zh-TW"}], indirect=True)
def test_the_wording_follows_the_browser_and_can_be_changed(visit: Visit) -> None:
    visit.page.wait_for_selector("h1:text('公告問答')")
    visit.page.click('[data-language="zh-Hans"]')
    visit.page.wait_for_selector("h1:text('公告问答')")
    assert visit.page.locator("#question textarea").get_attribute("placeholder") == "以简体、繁體或 English 提问"


def test_a_new_conversation_begins_with_the_examples(visit: Visit) -> None:
    visit.ask("Which rules were agreed?")
    visit.page.click("[data-clear]")
    visit.page.wait_for_selector("#chat .example")
    assert visit.page.locator("#panel mark").count() == 0


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


def contrast(page: Any, selector: str) -> float:
    """WCAG contrast of an element's text with what is behind it, from 1 to 21."""
    return float(
        page.evaluate(
            """selector => {
              const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
              const rgb = colour => {
                canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data];
              };
              const light = ([r, g, b]) => {
                const part = value => { value /= 255; return value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4; };
                return .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
              };
              const element = [...document.querySelectorAll(selector)].find(e => e.offsetParent);
              let behind = element;
              while (rgb(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
              const one = light(rgb(getComputedStyle(element).color));
              const two = light(rgb(getComputedStyle(behind).backgroundColor));
              return (Math.max(one, two) + .05) / (Math.min(one, two) + .05);
            }""",
            selector,
        )
    )
