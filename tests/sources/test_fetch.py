"""Fetching: what is allowed, what is polite, and where it stops."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from sources import fetch as fetch_module
from sources.errors import Unreadable
from sources.fetch import PRODUCT, Fetcher, Limits, Stop, Stopped, checked, is_public
from tests.servers import Reply, Site, serving

QUICK = Limits(allow_private=True, delay_s=0, timeout_s=2, retries=2)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as served:
        yield served


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses take no time; the seconds that each would have taken."""
    asked: list[float] = []

    def wait(stop: Stop, seconds: float) -> bool:
        asked.append(seconds)
        return stop.is_set()

    monkeypatch.setattr(Stop, "wait", wait)
    return asked


@pytest.fixture
def fetcher(waits: list[float]) -> Iterator[Fetcher]:
    made = Fetcher(QUICK)
    yield made
    made.close()


def why(fetcher: Fetcher, address: str) -> str:
    with pytest.raises(Unreadable) as caught:
        fetcher.fetch(address)
    assert caught.value.path == address
    return caught.value.reason


def test_a_page_comes_with_what_is_to_be_shown_next_time(site: Site, fetcher: Fetcher) -> None:
    address = site.put("/a", "text", etag='"1"', headers={"Last-Modified": "Mon, 02 Jan 2023 00:00:00 GMT"})
    page = fetcher.fetch(address)
    assert page and (page.data, page.etag) == (b"text", '"1"')
    assert fetcher.fetch(address, page.etag, page.modified) is None
    assert site.headers[-1]["if-modified-since"] == "Mon, 02 Jan 2023 00:00:00 GMT"
    assert PRODUCT in site.headers[-1]["user-agent"]


# What is allowed


@pytest.mark.parametrize(
    "address", ["ftp://example.org/a", "file:///etc/passwd", "javascript:alert(1)", "http://", "", "//x"]
)
def test_only_web_addresses_are_fetched(fetcher: Fetcher, address: str) -> None:
    assert re.search("no (http or https )?address|only http and https are fetched", why(fetcher, address))


@pytest.mark.parametrize(
    "number",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1"),
        # An IPv4 address in another dress.
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "2002:0a00:0001::1"),
    ],
)
def test_private_addresses_are_known(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_public_addresses_are_known(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_a_private_address_is_refused_however_it_is_written(site: Site, waits: list[float], host: str) -> None:
    site.put("/a", "secret")
    port = site.root.rpartition(":")[2]
    assert "private address" in why(Fetcher(Limits(delay_s=0, retries=0)), f"http://{host}:{port}/a")
    assert site.asked == []


def test_the_address_that_was_looked_at_is_the_one_connected_to(
    site: Site, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name server that tells a public address first and a private one ever after.
    connected: list[Any] = []
    answers = iter(["93.184.216.34"])

    def lookup(host: str, port: int, *_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers, "127.0.0.1"), port))]

    def connect(address: Any, *_: Any, **__: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert "connection failed" in why(Fetcher(Limits(delay_s=0, retries=0)), "http://rebinding.example/a")
    assert connected == [("93.184.216.34", 80)]
    assert "private address" in why(Fetcher(Limits(delay_s=0, retries=0)), "http://rebinding.example/a")
    assert len(connected) == 1


def test_a_redirect_is_followed_and_held_to_the_same_rules(site: Site, fetcher: Fetcher) -> None:
    site.put("/new", "text")
    old = site.put("/old", "", status=301, headers={"Location": "/new"})
    page = fetcher.fetch(old)
    assert page and (page.data, page.address) == (b"text", old)
    out = site.put("/out", "", status=302, headers={"Location": "file:///etc/passwd"})
    assert why(fetcher, out).endswith("only http and https are fetched")
    site.put("/robots.txt", "User-agent: *\nDisallow: /new")
    assert why(Fetcher(QUICK), old) == "robots.txt does not allow it"


def test_a_redirect_to_a_private_address_is_refused(
    site: Site, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.root.rpartition(":")[2])
    site.put("/out", "", status=302, headers={"Location": f"http://inner.example:{port}/secret"})
    site.put("/secret", "secret")
    monkeypatch.setattr(fetch_module, "is_public", lambda number: number == "127.0.0.1")  # the site plays the web

    def lookup(host: str, port: int, *_: Any, **__: Any) -> Any:
        number = "10.0.0.1" if host == "inner.example" else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert "private address (10.0.0.1)" in why(Fetcher(Limits(delay_s=0)), f"http://outer.example:{port}/out")
    assert "/secret" not in site.paths()


def test_a_ring_of_redirects_ends(site: Site, fetcher: Fetcher) -> None:
    ring = site.put("/ring", "", status=302, headers={"Location": "/ring"})
    assert "leads on more than" in why(fetcher, ring)
    assert len(site.paths()) <= 7


# What is polite


def test_robots_txt_is_obeyed_and_asked_for_once(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", f"User-agent: {PRODUCT}\nDisallow: /inner/\n\nUser-agent: *\nDisallow: /")
    inner, outer = site.put("/inner/a", "a"), site.put("/b", "b")
    assert why(fetcher, inner) == "robots.txt does not allow it"
    assert fetcher.fetch(outer)
    assert [path for path, _ in site.asked] == ["/robots.txt", "/b"]


def test_patterns_in_robots_txt_are_understood_and_the_longest_rule_counts(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /*.pdf$\nDisallow: /drafts/\nAllow: /drafts/open/")
    for path in ("/new/a.pdf", "/drafts/b"):
        assert why(fetcher, site.put(path, "a")) == "robots.txt does not allow it"
    for path in ("/a.pdf.html", "/drafts/open/c"):
        assert fetcher.fetch(site.put(path, "a"))


def test_a_host_whose_robots_txt_cannot_be_had_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "", status=500)
    assert "500" in why(fetcher, site.put("/a", "a"))
    assert "/a" not in site.paths()


def test_requests_to_one_host_keep_their_distance(site: Site, waits: list[float]) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7")
    fetcher = Fetcher(Limits(allow_private=True, delay_s=3))
    fetcher.fetch(site.put("/a", "a"))
    fetcher.fetch(site.put("/b", "b"))
    assert [round(seconds) for seconds in waits] == [0, 7, 7]  # robots.txt at once, then as it asks


def test_a_busy_server_is_asked_again_and_later(site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    site.pages["/a"] = [Reply(status=503), Reply(status=429, headers={"Retry-After": "9"}), Reply(b"at last")]
    page = fetcher.fetch(site.root + "/a")
    assert page and page.data == b"at last"
    pauses = [seconds for seconds in waits if seconds > 0.1]
    assert 0.7 < pauses[0] < 1.3 and pauses[1] == 9


def test_a_date_may_say_when_to_come_again(site: Site, fetcher: Fetcher, waits: list[float]) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    site.pages["/a"] = [Reply(status=503, headers={"Retry-After": until}), Reply(b"at last")]
    assert fetcher.fetch(site.root + "/a")
    assert 25 < max(waits) <= 30


def test_a_server_that_asks_for_long_is_left_alone_for_this_run(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "", status=429, headers={"Retry-After": "86400"})
    site.put("/b", "b")
    assert "left alone for 86400 s" in why(fetcher, site.root + "/a")
    assert "left alone" in why(fetcher, site.root + "/b")
    assert site.paths() == ["/a"]


def test_a_server_that_stays_busy_is_given_up(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "", status=503)
    assert why(fetcher, site.root + "/a") == "the server says 503 Service Unavailable"
    assert site.paths() == ["/a"] * 3


def test_a_host_that_is_down_does_not_cost_the_time_of_all_its_pages(waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    fetcher = Fetcher(QUICK)
    reasons = [why(fetcher, f"http://127.0.0.1:{port}/{i}") for i in range(5)]
    assert "connection failed" in reasons[0]
    assert "3 times in a row" in reasons[-1]
    assert sum(seconds > 0.1 for seconds in waits) == 6  # two pauses for each of three, none after


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "404 Not Found"), (403, "403 Forbidden"), (204, "204 No Content")]
)
def test_a_page_that_is_not_there_says_so(site: Site, fetcher: Fetcher, status: int, reason: str) -> None:
    assert why(fetcher, site.put("/a", "", status=status)) == f"the server says {reason}"
    assert site.paths() == ["/a"]


# Where it stops


def test_a_page_larger_than_allowed_is_left_whether_it_says_so_or_not(site: Site, waits: list[float]) -> None:
    fetcher = Fetcher(Limits(allow_private=True, delay_s=0, max_bytes=100_000))
    assert "more than the 0.1 MB" in why(fetcher, site.put("/a", b"x" * 100_001))
    sent: list[int] = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            for _ in range(10_000):
                sent.append(handler.wfile.write(b"x" * 10_000))
        except OSError:
            handler.close_connection = True

    site.pages["/b"] = Reply(act=endless)
    assert "more than the 0.1 MB" in why(fetcher, site.root + "/b")
    assert fetcher.fetch(site.put("/c", b"x" * 100_000))


def test_a_packed_page_is_unpacked_and_a_bomb_is_not(site: Site, waits: list[float]) -> None:
    fetcher = Fetcher(Limits(allow_private=True, delay_s=0, max_bytes=1_000_000))
    packed = {"Content-Encoding": "gzip"}
    page = fetcher.fetch(site.put("/a", gzip.compress(b"text" * 1000), headers=packed))
    assert page and page.data == b"text" * 1000
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    began = time.monotonic()
    assert "more than the 1.0 MB" in why(fetcher, site.put("/b", bomb, headers=packed))
    assert time.monotonic() - began < 1
    assert why(fetcher, site.put("/c", b"not packed", headers=packed)) == "what came is damaged"
    assert why(fetcher, site.put("/d", gzip.compress(b"text" * 1000)[:-9], headers=packed)) == "its end did not come"
    assert "packed as br" in why(fetcher, site.put("/e", b"x", headers={"Content-Encoding": "br"}))


@pytest.mark.parametrize("in_headers", [True, False])
def test_a_server_that_drips_is_left_at_the_limit(site: Site, waits: list[float], in_headers: bool) -> None:
    gone = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if in_headers else b"Content-Length: 1000\r\n\r\n"))
        try:
            while not gone.wait(0.05):
                handler.wfile.write(b"X-A: b\r\n" if in_headers else b"x")
        except OSError:
            handler.close_connection = True

    site.pages["/a"] = Reply(act=drip)
    began = time.monotonic()
    assert "no answer within 1 s" in why(
        Fetcher(Limits(allow_private=True, delay_s=0, timeout_s=1, retries=0)), site.root + "/a"
    )
    assert time.monotonic() - began < 2
    gone.set()


def test_a_connection_that_breaks_off_is_no_page(site: Site, fetcher: Fetcher) -> None:
    def part(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    site.pages["/a"] = Reply(act=part)
    assert "connection failed" in why(fetcher, site.root + "/a")


def test_a_run_that_is_to_end_does_not_wait(site: Site) -> None:
    stop = Stop()
    fetcher = Fetcher(Limits(allow_private=True, delay_s=60), stop)
    site.put("/robots.txt", "")
    threading.Timer(0.2, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        fetcher.fetch(site.put("/a", "a"))
    assert time.monotonic() - began < 2


def test_an_address_loses_what_only_a_browser_needs() -> None:
    assert (
        str(checked(" http://user:word@Example.org/新闻/一#part ")) == "http://example.org/%E6%96%B0%E9%97%BB/%E4%B8%80"
    )


@pytest.mark.parametrize(
    ("told", "charset"),
    [
        ("text/html; charset=Big5", "Big5"),
        ('text/html;charset="gb2312"', "gb2312"),
        ("text/html", ""),
        ("text/html; charset=", ""),
        ("text/html; boundary=x; CHARSET = 'utf-8'", "utf-8"),
    ],
)
def test_the_encoding_that_the_server_names_comes_along(site: Site, fetcher: Fetcher, told: str, charset: str) -> None:
    page = fetcher.fetch(site.put("/a", "text", headers={"Content-Type": told}))
    assert page and page.charset == charset
