"""The chat page in a real browser: it answers, shows sources in their place, stays within itself and fits a phone."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answer import Answer, Progress, Sentence
from assistant.settings import Settings
from assistant.web.manage import Manager, Order
from index.build import BuildReport
from tests.browser import MARKS, browsing
from tests.fakes import BULLETINS, HOSTILE, FakeAssistant, answered, bulletin, citing, list_answer
from tests.web.serving import listening

pytestmark = MARKS
EVIL = bulletin("evil", f"{HOSTILE}\n\n{HOSTILE} end", "en", "2020-01-01", None, issuer=HOSTILE, title=HOSTILE)
LONG = bulletin("long", "one line\n" * 300 + "the words looked for\n" + "one line\n" * 300, "en", "2019-01-01", None)


class Scripted(FakeAssistant):
    """Also answers with hostile text, and with words far down in a bulletin."""

    def __init__(self) -> None:
        super().__init__((*BULLETINS, EVIL, LONG))
        self.closed_streams = 0

    def ask(self, question: str, history: Any = (), keep: Any = None) -> Answer:
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
        return super().ask(question, history, keep)

    def stream(self, question: str, history: Any = (), keep: Any = None) -> Generator[Progress | Answer, None, None]:
        """As told, or, of what takes long, one sentence and then nothing until it is closed."""
        if "takes long" not in question:
            yield from super().stream(question, history, keep)
            return
        try:
            answer = list_answer(question)
            yield Progress("search", 0.0)
            while True:
                first = dataclasses.replace(answer, text=answer.sentences[0].text, sentences=answer.sentences[:1])
                yield Progress("write", 0.1, first)
                time.sleep(0.2)
        finally:
            self.closed_streams += 1


@pytest.fixture(scope="module")
def assistant() -> Scripted:
    return Scripted()


@pytest.fixture(scope="module")
def address(assistant: Scripted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for readers."""
    yield from _served(assistant, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def managed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The administrators' data, with the index that they add to."""
    folder = tmp_path_factory.mktemp("managed")
    (folder / "index").mkdir()
    return folder


@pytest.fixture(scope="module")
def admin_address(managed: Path) -> Iterator[str]:
    """A server of which everybody is administrator, over an index that can be added to."""
    assistant = Managed(managed / "index")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.web.page.Manager", lambda *given: Manager(*given, work=slow_work))
        patch.setattr("assistant.web.page.TICK_S", 0.2)
        yield from _served(assistant, managed, open_role="admin")


class Managed(FakeAssistant):
    """Knows one bulletin more as soon as one was indexed."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.index = SimpleNamespace(folder=folder)

    def bulletins(self) -> list[Any]:
        done = self.index.folder / "done"
        more = [dataclasses.replace(super().bulletins()[0], id="new", source="new", title="Newly added")]
        return super().bulletins() + (more if done.exists() else [])


def slow_work(order: Order, progress: Any) -> BuildReport:
    """Stands in for the making of an index, in a process of its own: says how far it is until it is told to end."""
    until = time.monotonic() + 60
    while not (order.folder / "end").exists() and time.monotonic() < until:
        progress(1, 5, "file 1")
        time.sleep(0.2)
    (order.folder / "done").touch()
    return BuildReport(4, 9, 1, 0, 0, (), 2.0)


def _served(assistant: FakeAssistant, data: Path, **settings: Any) -> Iterator[str]:
    from assistant.web.api import create_app

    chosen = Settings(data=data, questions_per_minute=0, **settings)
    app = create_app(assistant, chosen, specimens=not isinstance(assistant, Managed))  # type: ignore[arg-type]
    with listening(app) as address:
        yield f"{address}/"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browsing() as browser:
        yield browser


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
        self.page.wait_for_selector(f'#chat .turn[data-turn="{before}"] :is(.tools, [role="alert"])')

    def marked(self) -> list[str]:
        """Texts of the marks that can be seen in the panel."""
        return [mark.inner_text() for mark in self.page.locator("#panel mark").all() if mark.is_visible()]


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Any, address: str) -> Iterator[Visit]:
    """A visit with the options of the test's own `parametrize`, or in a wide English window. path: of the address."""
    options = {"viewport": {"width": 1400, "height": 900}, "locale": "en-GB"} | getattr(request, "param", {})
    yield from _visited(chromium, address, options.pop("path", ""), options)


@pytest.fixture
def admin(chromium: Any, admin_address: str) -> Iterator[Visit]:
    yield from _visited(chromium, admin_address, "", {"viewport": {"width": 1400, "height": 900}, "locale": "en-GB"})


def _visited(chromium: Any, address: str, path: str, options: dict[str, Any]) -> Iterator[Visit]:
    context = chromium.new_context(**options)
    seen = Visit(context.new_page())
    seen.page.on(
        "request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else seen.foreign.append(r.url)
    )
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.goto(address + path)
    seen.page.wait_for_selector("#chat :is(.example, .turn)")
    seen.page.wait_for_function("sessionStorage.length + localStorage.length > 0")  # the visit is known to the server
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


def test_the_question_box_has_the_keyboard_as_soon_as_it_takes_questions(visit: Visit) -> None:
    visit.page.wait_for_function("document.activeElement.matches('#question textarea:enabled')")
    visit.page.keyboard.type("Which rules were agreed?")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#chat .turn .tools")


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


def test_an_example_is_asked_by_a_click(visit: Visit) -> None:
    question = visit.page.locator("#chat .example").first
    text = question.get_attribute("data-ask")
    question.click()
    visit.page.wait_for_selector("#chat .turn .tools")
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
    visit.page.click('[data-reading="clean"]')
    assert "組長方若水表示" in "".join(visit.marked())
    visit.ask("何時結束?")
    visit.page.wait_for_selector('#panel .panel[data-turn="1"]')
    assert "組長方若水表示" in "".join(visit.marked()), "the choice holds for the next answer"


def test_not_found_is_a_notice(visit: Visit) -> None:
    visit.ask("Who won the cup?")
    assert visit.page.locator("#chat .notice.none h2").inner_text() == "Not in the bulletins"


def test_a_question_entered_while_an_answer_still_comes_is_asked_after_it(visit: Visit) -> None:
    for question in ("Which rules were agreed?", "Who won the cup?"):
        visit.page.fill("#question textarea", question)
        visit.page.press("#question textarea", "Enter")
        visit.page.wait_for_function("document.querySelector('#question textarea').value === ''")
    visit.page.wait_for_selector('#chat .turn[data-turn="1"] .tools')
    assert visit.page.locator("#chat .turn").count() == 2


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
    visit.page.click('[data-do="clear"]')
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


def test_a_chip_shows_what_it_cites_to_pointer_and_keyboard(visit: Visit) -> None:
    visit.ask("何時開始?")
    visit.page.hover("#chat .chip >> nth=1")
    preview = visit.page.locator("#preview")
    assert "組長(zhǎng)方若水表示" in preview.inner_text()
    visit.page.keyboard.press("Escape")
    assert not preview.is_visible()
    visit.page.locator("#tab-sources").focus()
    visit.page.locator("#chat .chip").first.focus()
    visit.page.keyboard.press("Tab")
    assert preview.is_visible()


def test_an_answer_that_takes_long_is_stopped_and_its_work_ends(visit: Visit, assistant: Scripted) -> None:
    closed = assistant.closed_streams
    visit.page.fill("#question textarea", "what takes long?")
    visit.page.press("#question textarea", "Enter")
    visit.page.wait_for_selector('#chat .answer.found [data-do="stop"]')
    visit.page.click('[data-do="stop"]')
    visit.page.wait_for_selector("#chat .note:text('Stopped')")
    assert "Three rules were agreed" in visit.page.locator("#chat .answer").inner_text()
    until = time.monotonic() + 5
    while assistant.closed_streams == closed and time.monotonic() < until:
        time.sleep(0.1)
    assert assistant.closed_streams == closed + 1
    visit.ask("Which rules were agreed?")
    assert visit.page.locator("#chat .turn").count() == 2


def test_the_last_question_is_edited_in_its_place(visit: Visit) -> None:
    visit.ask("Which riles?")
    visit.page.click('[data-do="edit"]')
    visit.page.fill(".question textarea", "Which rules?")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#chat .answer.found .tools")
    assert visit.page.locator("#chat .question p").all_inner_texts() == ["Which rules?"]


def test_a_year_read_from_the_question_is_shown_and_taken_off(visit: Visit) -> None:
    visit.ask("Which rules were set in 2021?")
    assert "2021, as your question says" in visit.page.locator(".scope").inner_text()
    visit.page.click('[data-do="wider"]')
    visit.page.wait_for_selector("#chat .scope", state="detached")
    visit.page.wait_for_selector("#chat .tools")


def test_filters_are_set_and_removed(visit: Visit) -> None:
    visit.page.click(".filters summary")
    visit.page.select_option('[name="bulletin_lang"]', "zh-Hant")
    visit.page.fill('[name="from"]', "2020-01-01")
    visit.page.click('.filter-form [type="submit"]')
    visit.page.wait_for_selector(".filters .filter >> nth=1")
    assert [text.strip("×\n") for text in visit.page.locator(".filters .filter").all_inner_texts()] == [
        "since 1 January 2020",
        "繁體",
    ]
    visit.page.click('[data-field="dates"]')
    visit.page.wait_for_function("document.querySelectorAll('.filters .filter').length === 1")


def test_the_collection_is_browsed_and_one_bulletin_read(visit: Visit) -> None:
    visit.page.fill("#browse", "三輪車")
    visit.page.press("#browse", "Enter")
    visit.page.wait_for_selector("h3:text('In the text')")
    visit.page.click("#panel .titles .link >> nth=0")
    visit.page.wait_for_selector("#panel .whole")
    assert visit.page.locator("#panel h2").inner_text() == "三轮车配送试点扩大到九座古城"
    visit.page.click('[data-do="back"]')
    visit.page.wait_for_selector("#browse")
    assert visit.page.input_value("#browse") == "三輪車"


def test_of_two_quick_clicks_none_is_lost(visit: Visit) -> None:
    # Sooner than the server can have answered the first.
    for at, tab in enumerate(("why", "sources", "history")):
        visit.page.evaluate(
            "([tab, ms]) => { setTimeout(() => document.getElementById(tab).click(), ms) }", [f"tab-{tab}", 40 * at]
        )
    visit.page.wait_for_selector("section.panel.history", timeout=8_000)


def test_the_timeline_is_used_by_keyboard(visit: Visit) -> None:
    visit.page.locator("#panel .dot").nth(1).focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#panel .whole .repair-report")
    assert "pinyin notes ×4" in visit.page.locator(".repair-report").inner_text()


def test_a_conversation_is_saved_as_markdown_and_as_word(visit: Visit) -> None:
    from docx import Document

    visit.ask("何時開始?")
    with visit.page.expect_download() as download:
        visit.page.click('[data-format="md"]')
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# Bulletin Assistant\n\n## 何時開始?") and "組長(zhǎng)方若水表示" in text
    with visit.page.expect_download() as download:
        visit.page.click('[data-format="docx"]')
    assert download.value.suggested_filename.endswith(".docx")
    assert "何時開始?" in [p.text for p in Document(str(download.value.path())).paragraphs]


def test_a_conversation_is_taken_up_again_after_a_reload(visit: Visit) -> None:
    visit.ask("Which rules were agreed?")
    visit.page.reload()
    visit.page.wait_for_selector("#chat .example")
    visit.page.click("#tab-history")
    visit.page.click("#panel .kept .link >> nth=0")
    visit.page.wait_for_selector("#chat .answer.found")
    assert "a courier must ask before using a locker" in visit.page.locator("#panel").inner_text()


def test_a_thumb_and_a_report_are_given(visit: Visit) -> None:
    visit.ask("Which rules were agreed?")
    visit.page.click('[data-verdict="up"]')
    visit.page.wait_for_selector('[data-verdict="up"][aria-pressed="true"]')
    visit.page.click('button[data-do="report"].tool')
    visit.page.fill('.report [name="expected"]', "48 hours")
    visit.page.click('.report [type="submit"]')
    visit.page.wait_for_selector(".thanks")


@pytest.mark.parametrize(
    "visit",
    [{"path": "?q=Which%20rules%3F&lang=zh-Hans&embed=1&theme=dark&accent=%23ffcc00&issuer=%3Cb%3E"}],
    indirect=True,
)
def test_an_address_asks_its_question_in_its_wording_and_looks(visit: Visit) -> None:
    visit.page.wait_for_selector("#chat .tools")
    assert visit.page.locator("h1").inner_text() == "公告问答"
    assert visit.page.locator("body.dark .masthead.small").count() == 1
    assert "<b>" in visit.page.locator(".filters").inner_text()
    assert contrast(visit.page, ".question p") >= 4.5


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


def broken_rules(page: Any) -> list[str]:
    """Each rule that the page breaks, with the elements that break it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    return [f"{one['id']}: {[node['html'][:150] for node in one['nodes']]}" for one in found.response["violations"]]


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
