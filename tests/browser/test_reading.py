"""A reader reads: sources in their place, the collection, what was asked before; and takes answers along."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import MARKS
from tests.browser.visits import Visit

pytestmark = MARKS


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


def test_the_timeline_is_used_by_keyboard(visit: Visit) -> None:
    visit.page.locator("#panel .dot").nth(1).focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#panel .whole .repair-report")
    assert "pinyin notes ×4" in visit.page.locator(".repair-report").inner_text()


def test_of_two_quick_clicks_none_is_lost(visit: Visit) -> None:
    # Sooner than the server can have answered the first.
    for at, tab in enumerate(("why", "sources", "history")):
        visit.page.evaluate(
            "([tab, ms]) => { setTimeout(() => document.getElementById(tab).click(), ms) }", [f"tab-{tab}", 40 * at]
        )
    visit.page.wait_for_selector("section.panel.history")


# The word that a stream has ended comes late, as through a busy proxy.
LATE_END = """
  const plain = window.fetch.bind(window);
  window.fetch = async (request, options) => {
    const response = await plain(request, options);
    if (!(request.url ?? '').includes('/queue/data')) return response;
    const late = new TransformStream({ async transform(chunk, stream) {
      if (new TextDecoder().decode(chunk).includes('close_stream')) {
        window.ended = (window.ended ?? 0) + 1;
        await new Promise((done) => setTimeout(done, 400));
      }
      stream.enqueue(chunk);
    } });
    return new Response(response.body.pipeThrough(late), { headers: response.headers });
  };
"""


@pytest.mark.parametrize("visit", [{"reduced_motion": "reduce"}], indirect=True)  # a tab of its own
def test_a_click_on_a_stream_that_has_just_ended_is_not_lost(visit: Visit) -> None:
    visit.page.add_init_script(LATE_END)
    visit.page.reload()
    for tab in ("sources", "history", "why"):
        ended = visit.page.evaluate("window.ended ?? 0")
        visit.page.click(f"#tab-{tab}")
        visit.page.wait_for_selector(f"section.panel.{tab}", timeout=20_000)
        visit.page.wait_for_function(f"window.ended > {ended}")


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


@pytest.mark.parametrize("visit", [{"locale": "zh-TW"}], indirect=True)
def test_the_wording_follows_the_browser_and_can_be_changed(visit: Visit) -> None:
    visit.page.wait_for_selector("h1:text('公告問答')")
    visit.page.click('[data-language="zh-Hans"]')
    visit.page.wait_for_selector("h1:text('公告问答')")
    assert visit.page.locator("#question textarea").get_attribute("placeholder") == "以简体、繁體或 English 提问"
