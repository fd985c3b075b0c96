"""A visitor's tab: what it shows, and what the browser notices meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

WIDE: dict[str, Any] = {"viewport": {"width": 1400, "height": 900}, "locale": "en-GB"}
PHONE: dict[str, Any] = WIDE | {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}


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


class Tabs:
    """One tab of a browser for each kind of visitor.

    A page is loaded in a tab that has had it before in half the time. What a visit leaves in the browser is
    removed before the next, which is as new to the server as in a browser of its own.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._tabs: dict[str, Any] = {}

    @contextmanager
    def visit(self, address: str, path: str = "", **options: Any) -> Iterator[Visit]:
        """path: of the address. options: of the browser's context. Ends with what the browser had to say."""
        kind = repr(sorted(options.items()))
        if kind not in self._tabs:
            self._tabs[kind] = self._browser.new_context(**options).new_page()
        page = self._tabs[kind]
        page.context.clear_cookies()
        if page.url.startswith(address):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        seen = Visit(page)

        def asked(request: Any) -> None:
            if not request.url.startswith((address, "data:", "blob:")):
                seen.foreign.append(request.url)

        def failed(error: Any) -> None:
            seen.errors.append(str(error))

        page.on("request", asked)
        page.on("pageerror", failed)
        try:
            page.goto(address + path)
            page.wait_for_selector("#chat :is(.example, .turn)")
            # The visit is known to the server.
            page.wait_for_function("sessionStorage.length + localStorage.length > 0")
            yield seen
        finally:
            page.remove_listener("request", asked)
            page.remove_listener("pageerror", failed)
        assert not seen.foreign, "the page asks nobody but its own server"
        assert not seen.errors

    @contextmanager
    def new(self, **options: Any) -> Iterator[Any]:
        """A tab that has never had the page."""
        context = self._browser.new_context(**options)
        yield context.new_page()
        context.close()

    def close(self) -> None:
        for page in self._tabs.values():
            page.context.close()
        self._tabs.clear()


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
