"""Fetches pages from the web, politely and guarded.

Polite: robots.txt is obeyed, requests to one host keep a distance, an unchanged page is not sent again, a server that
is busy is asked again later and less often. Guarded: only http and https, only public addresses, bounded in size and
time.
"""

from __future__ import annotations

import email.utils
import functools
import ipaddress
import random
import re
import socket
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpcore
import httpx
import protego

from sources.errors import Unreadable

PRODUCT = "BulletinAssistant"
_REDIRECTS = 5
_MAX_ROBOTS_BYTES = 500_000  # what RFC 9309 asks a reader to take at least
_MAX_WAIT_S = 120.0  # a server that asks for more is left alone until the next run
_FAILURES_OF_A_HOST = 3  # so many pages in a row, each tried several times, and the host is left alone for this run
_BUSY = {429, 500, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_SLICE_S = 0.1
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Limits:
    """How far fetching goes.

    delay_s: least distance of two requests to one host, in seconds. timeout_s: for one page, from connecting to its
    last byte. max_bytes: of one page, unpacked. max_pages: read from one feed, sitemap or list in one run. retries:
    after the first try. interval_s: how often a watch asks the lists again. contact: told to servers beside the
    product's name.
    """

    allow_private: bool = False
    delay_s: float = 1.0
    timeout_s: float = 30.0
    max_bytes: int = 20_000_000
    max_pages: int = 1_000
    retries: int = 3
    interval_s: float = 1_800.0
    contact: str = ""


@dataclass(frozen=True)
class Page:
    """What a server sent. etag, modified: what to show it next time; charset: the encoding it names; "" when none."""

    address: str
    data: bytes
    etag: str
    modified: str
    charset: str = ""


class Stopped(Exception):
    """The run was asked to end while it fetched or waited."""


class Stop:
    """A wish that a run may end, set from a signal handler; a threading.Event can deadlock there."""

    def __init__(self) -> None:
        self._wanted = False

    def set(self) -> None:
        self._wanted = True

    def is_set(self) -> bool:
        return self._wanted

    def wait(self, seconds: float) -> bool:
        """Sleeps, at most until it is set. Whether it is."""
        until = time.monotonic() + seconds
        while not self._wanted and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_S))
        return self._wanted


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    data: bytes


class Fetcher:
    """Fetches one page after another, for one run. stop: set from elsewhere to end it early."""

    def __init__(self, limits: Limits, stop: Stop | None = None) -> None:
        self.limits = limits
        self._stop = stop or Stop()
        self._network = _Network(limits.allow_private)
        self._pool = httpcore.ConnectionPool(max_connections=4, keepalive_expiry=10, network_backend=self._network)
        self._agent = f"{PRODUCT} ({limits.contact})" if limits.contact else PRODUCT
        self._robots: dict[str, protego.Protego] = {}
        self._asked: dict[str, float] = {}
        self._failures: Counter[str] = Counter()
        self._given_up: dict[str, str] = {}

    def close(self) -> None:
        self._pool.close()

    def fetch(self, address: str, etag: str = "", modified: str = "") -> Page | None:
        """The page at an address, None when it is still the one that etag and modified tell of.

        Raises Unreadable, with the address, when it cannot be had, and Stopped.
        """
        conditions = {"if-none-match": etag, "if-modified-since": modified}
        headers = {name: value for name, value in conditions.items() if value}
        try:
            reply = self._follow(address, headers, self.limits.max_bytes, self._require_welcome)
        except Unreadable as problem:
            raise problem.at(address) from problem
        if reply.status == HTTPStatus.NOT_MODIFIED and headers:
            return None
        if reply.status != HTTPStatus.OK:
            raise Unreadable(address, f"the server says {_named(reply.status)}", "Check the address, or leave it out.")
        charset = _CHARSET.search(reply.headers.get("content-type", ""))
        marks = reply.headers.get("etag", ""), reply.headers.get("last-modified", "")
        return Page(address, reply.data, *marks, charset[1] if charset else "")

    def _follow(
        self, address: str, headers: Mapping[str, str], max_bytes: int, require: Callable[[httpx.URL], None]
    ) -> _Reply:
        """The reply at the end of the redirects; each of them is held to the same rules."""
        url = checked(address)
        for _ in range(_REDIRECTS + 1):
            require(url)
            reply = self._persist(url, headers, max_bytes)
            if reply.status not in _MOVED or "location" not in reply.headers:
                return reply
            try:
                url = checked(str(url.join(reply.headers["location"])))
            except httpx.InvalidURL as problem:
                raise Unreadable(address, "it leads to something that is no address") from problem
        raise Unreadable(address, f"it leads on more than {_REDIRECTS} times", "Name the page it leads to.")

    def _persist(self, url: httpx.URL, headers: Mapping[str, str], max_bytes: int) -> _Reply:
        """One reply, asked for again when the server is busy or does not answer."""
        host = url.netloc.decode()
        if host in self._given_up:
            raise Unreadable(str(url), self._given_up[host], "Index again later.")
        for attempt in range(self.limits.retries + 1):
            wait = 2.0**attempt * random.uniform(0.75, 1.25)
            try:
                self._keep_distance(url)
                reply = self._once(url, headers, max_bytes)
            except httpcore.TimeoutException:
                reason = f"there was no answer within {self.limits.timeout_s:g} s"
            except (httpcore.NetworkError, httpcore.ProtocolError) as problem:
                reason = f"the connection failed ({problem})" if str(problem) else "the connection failed"
            else:
                if reply.status not in _BUSY:
                    self._failures[host] = 0
                    return reply
                reason = f"the server says {_named(reply.status)}"
                asked = _seconds(reply.headers.get("retry-after", ""))
                if asked > _MAX_WAIT_S:
                    self._given_up[host] = f"{reason} and wants to be left alone for {asked:.0f} s"
                    break
                wait = max(wait, asked)
            if attempt < self.limits.retries:
                self._pause(wait)
        else:
            self._failures[host] += 1
            if self._failures[host] >= _FAILURES_OF_A_HOST:
                self._given_up[host] = f"{host} failed {_FAILURES_OF_A_HOST} times in a row, last: {reason}"
        raise Unreadable(str(url), self._given_up.get(host, reason), "Index again later.")

    def _once(self, url: httpx.URL, headers: Mapping[str, str], max_bytes: int) -> _Reply:
        self._network.deadline = time.monotonic() + self.limits.timeout_s
        told = {"host": url.netloc.decode(), "user-agent": self._agent, "accept-encoding": "gzip", **headers}
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with self._pool.stream("GET", target, headers=list(told.items())) as response:
            got = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            data = b""
            if response.status == HTTPStatus.OK:
                data = self._body(str(url), response.iter_stream(), got.get("content-encoding", ""), max_bytes)
            return _Reply(response.status, got, data)

    def _body(self, address: str, chunks: Iterable[bytes], coding: str, max_bytes: int) -> bytes:
        """The bytes of a reply, unpacked piece by piece, so that a bomb is seen before it is whole."""
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if coding.lower() in ("gzip", "x-gzip") else None
        if unpacker is None and coding.lower() not in ("", "identity"):
            raise Unreadable(address, f"it is packed as {coding[:20]}, which was not asked for")
        data = bytearray()
        for chunk in chunks:
            if self._stop.is_set():
                raise Stopped
            try:
                data += unpacker.decompress(chunk, max_bytes + 1 - len(data)) if unpacker else chunk
            except zlib.error as problem:
                raise Unreadable(address, "what came is damaged") from problem
            if len(data) > max_bytes:
                limit = f"it has more than the {max_bytes / 1e6:,.1f} MB allowed"
                raise Unreadable(address, limit, "Leave it out, or raise max_bytes.")
        if unpacker and not unpacker.eof:
            raise Unreadable(address, "its end did not come", "Index again later.")
        return bytes(data)

    # Politeness

    def _require_welcome(self, url: httpx.URL) -> None:
        if not self._rules(url).can_fetch(str(url), PRODUCT):
            raise Unreadable(str(url), "robots.txt does not allow it", "Ask the publisher, or leave it out.")

    def _rules(self, url: httpx.URL) -> protego.Protego:
        """The robots.txt of a host. As RFC 9309 has it: none allows everything, one that cannot be had nothing."""
        origin = f"{url.scheme}://{url.netloc.decode()}"
        if origin not in self._robots:
            reply = self._follow(f"{origin}/robots.txt", {}, _MAX_ROBOTS_BYTES, lambda _: None)
            if reply.status >= 500:
                raise Unreadable(str(url), f"robots.txt cannot be had, the server says {_named(reply.status)}")
            text = reply.data.decode("utf-8-sig", "replace") if reply.status == 200 else ""
            self._robots[origin] = protego.Protego.parse(text)
        return self._robots[origin]

    def _keep_distance(self, url: httpx.URL) -> None:
        host = url.netloc.decode()
        rules = self._robots.get(f"{url.scheme}://{host}")
        wanted = float((rules and rules.crawl_delay(PRODUCT)) or 0)
        delay = max(self.limits.delay_s, min(wanted, _MAX_WAIT_S))
        self._pause(self._asked.get(host, -delay) + delay - time.monotonic())
        self._asked[host] = time.monotonic()

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(max(seconds, 0)):
            raise Stopped


def checked(address: str) -> httpx.URL:
    """The address without what only a browser needs. Raises Unreadable when it is none of the web."""
    try:
        url = httpx.URL(address.strip())
        port = url.port
    except (httpx.InvalidURL, ValueError, TypeError) as problem:
        raise Unreadable(address, "it is no address", "Check the spelling.") from problem
    if url.scheme not in ("", "http", "https"):
        reason = f"it is an address of the kind {url.scheme}, and only http and https are fetched"
        remedy = "Name the file or folder itself." if url.scheme == "file" else "Save it, and name the file."
        raise Unreadable(address, reason, remedy)
    if not url.scheme or not url.host:
        raise Unreadable(address, "it is no http or https address", "Only pages of the web are fetched.")
    return url.copy_with(fragment=None, username=None, password=None, port=port)


_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]+://|(?:file|mailto|javascript|data|news|urn):)", re.IGNORECASE)


def is_address(name: str) -> bool:
    """Whether a name means something elsewhere rather than a file here; whether it can be had, `checked` tells.

    >>> is_address("https://a.example/b"), is_address("ftp://a.example/b"), is_address("C:/b")
    (True, True, False)
    """
    return bool(_SCHEME.match(name))


def is_web_address(name: str) -> bool:
    """Whether a name is an address of a kind that is fetched."""
    return name[:8].lower().startswith(("http://", "https://"))


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _seconds(retry_after: str) -> float:
    """How long a server asks to wait: a number of seconds or a date; 0 when it says nothing that can be read."""
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = email.utils.parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


# ---------------------------------------------------------------- the wire


class _Network(httpcore.NetworkBackend):
    """Looks a host up, refuses addresses that are not public, and connects to the very address it looked at.

    Checking a name first and letting the connection look it up again would leave a gap: a name server may tell a public
    address the first time and this computer's own the second. deadline: time.monotonic() at which the page in hand must
    be in, headers included.
    """

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()
        self.deadline = float("inf")

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *more: Any, **options: Any) -> Any:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"no address of {host} is known") from problem
        numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [number for number in numbers if self._allow_private or is_public(number)]
        if not allowed:
            raise Unreadable(
                f"{host}:{port}",
                f"{_shown(host, numbers[0])} (allow_private is off)",
                "Set allow_private = true to allow it.",
            )
        for number in allowed:
            try:
                stream = self._plain.connect_tcp(number, port, self.left(), *more, **options)
                return _Stream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                last = problem
        raise last

    def left(self) -> float:
        """Seconds until the deadline. Raises a time-out when it is past."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds


class _Stream(httpcore.NetworkStream):
    """A connection on which every wait ends at the deadline of the page, however slowly single bytes drip in."""

    def __init__(self, stream: httpcore.NetworkStream, network: _Network) -> None:
        self._stream, self._network = stream, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._network.left()), self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _shown(host: str, number: str) -> str:
    return f"{host} is a private address" if host == number else f"{host} is a private address ({number})"


@functools.lru_cache(1024)
def is_public(number: str) -> bool:
    """Whether an IP address may be anybody's on the internet, seen through the forms that wrap an IPv4 address."""
    ip = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast
