"""A reader asks: what is typed, clicked or linked is answered, once, and can be stopped, edited and narrowed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.browser.assistants import Scripted
from tests.browser.chromium import MARKS
from tests.browser.visits import PHONE, WIDE, Tabs, Visit, contrast
from tests.fakes import HOSTILE
from tests.web.proxying import proxying
from tests.web.serving import carrying, made, starting

pytestmark = MARKS


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


def test_an_example_is_asked_by_a_click(visit: Visit) -> None:
    question = visit.page.locator("#chat .example").first
    text = question.get_attribute("data-ask")
    question.click()
    visit.page.wait_for_selector("#chat .turn .tools")
    assert visit.page.locator("#chat .question p").inner_text() == text


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


def test_a_new_conversation_begins_with_the_examples(visit: Visit) -> None:
    visit.ask("Which rules were agreed?")
    visit.page.click('[data-do="clear"]')
    visit.page.wait_for_selector("#chat .example")
    assert visit.page.locator("#panel mark").count() == 0


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


def test_what_is_typed_before_gradio_has_loaded_is_asked_once_it_has(visit: Visit) -> None:
    """Gradio's scripts are held back until the question is entered."""
    held, go = [], []

    def hold(route: Any) -> None:
        if go:
            route.continue_()
        else:
            held.append(route)

    visit.page.route("**/assets/*.js", hold)
    try:
        visit.page.reload(wait_until="commit")
        visit.page.wait_for_function("document.querySelector('#first')?.shadowRoot.activeElement?.matches('textarea')")
        visit.page.keyboard.type("Which rules were agreed?")
        visit.page.keyboard.press("Enter")
        go.append(True)
        for route in held:
            route.continue_()
        visit.page.wait_for_selector("#chat .turn .tools")
    finally:
        visit.page.unroute("**/assets/*.js")
    assert visit.page.locator("#chat .question p").inner_text() == "Which rules were agreed?"
    assert visit.page.locator("#chat .turn").count() == 1 and not visit.page.locator("#first").count()


def test_what_is_half_typed_is_typed_on_in_the_same_place(visit: Visit) -> None:
    visit.page.reload(wait_until="commit")
    visit.page.wait_for_function("document.querySelector('#first')?.shadowRoot.activeElement?.matches('textarea')")
    question = "Which rules were agreed? " * 8
    visit.page.keyboard.type(question, delay=15)  # takes longer than the page takes to load
    assert not visit.page.locator("#first").count()
    assert visit.page.input_value("#question textarea") == question


FIRST = "document.querySelector('#first')?.shadowRoot.querySelector('main')"


def test_what_is_typed_while_the_server_starts_is_typed_on_in_the_page_and_asked_once(
    tabs: Tabs, tmp_path: Path
) -> None:
    """The page comes amid the typing of one visitor, who sees it below a proxy's path, and after the Enter of another."""
    long = "Which rules were agreed, by whom, and on which day? " * 4
    app = made(tmp_path, page=True, proxies="127.0.0.1")
    with (
        starting(tmp_path, proxies="127.0.0.1") as (address, server),
        proxying(address, "/bulletins") as below,
        tabs.new(**WIDE) as typing,
        tabs.new(**WIDE) as entered,
        tabs.new(**PHONE) as linked,
    ):
        entered.goto(f"{address}/?theme=dark")
        assert entered.evaluate(f"{FIRST}.matches('.dark:not(.small)')")
        entered.keyboard.type("Which rules were agreed?")
        entered.keyboard.press("Enter")
        assert entered.evaluate(f"{FIRST}.querySelector('[role=status]').checkVisibility({{visibilityProperty: true}})")
        linked.goto(f"{address}/?q=Which%20rules%3F&lang=zh-Hans&embed=1")
        assert linked.evaluate(f"{FIRST}.matches('.small:lang(zh-Hans)')")
        assert linked.evaluate(f"{FIRST}.querySelector('textarea').value") == "Which rules?"
        typing.goto(f"{below}/")
        typing.keyboard.type(long[:20])
        with carrying(server, app):
            typing.keyboard.type(long[20:], delay=12)
            typing.wait_for_selector("#question textarea:enabled")
            assert typing.input_value("#question textarea") == long
            typing.keyboard.press("Enter")
            for page, question in (
                (typing, long.strip()),
                (entered, "Which rules were agreed?"),
                (linked, "Which rules?"),
            ):
                page.wait_for_selector("#chat .turn .tools")
                assert page.locator("#chat .question p").all_inner_texts() == [question]
                assert not page.locator("#first").count()
