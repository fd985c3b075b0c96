"""Who gets in, from where, how much and how often; and what browsers are told."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web.access import User
from assistant.web.accounts import Accounts
from assistant.web.audit import Audit
from assistant.web.forwarded import Proxies
from assistant.web.limits import Bucket, Limits, TooOften
from assistant.web.listen import check_access
from tests.fakes import FakeAssistant, list_answer, not_found
from tests.web.serving import client

PASSWORD = "correct horse battery"
PORTAL = "https://portal.example.org"
QUESTION = {"question": "Which rules?"}


def account(folder: Path, role: Any = "reader") -> str:
    """User wei with the password above, and a key of that role."""
    accounts = Accounts(folder / "accounts.db")
    accounts.set_user("wei", PASSWORD, role)
    key = accounts.add_key("portal", role)
    accounts.close()
    return key


def log_in(browser: TestClient, password: str = PASSWORD, **headers: str) -> Any:
    return browser.post("/login", data={"name": "wei", "password": password, "next": "/?q=1"}, headers=headers)


# ---------------------------------------------------------------- what is listened to


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "assistant.example.org"])
def test_an_open_server_listens_on_this_computer_only(host: str) -> None:
    with pytest.raises(SettingsError, match="without being known"):
        check_access(Settings(host=host))
    check_access(Settings(host=host, access="open-to-all"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_an_open_server_on_this_computer_is_fine(host: str) -> None:
    check_access(Settings(host=host, open_role="admin"))


def test_nobody_becomes_an_administrator_by_reaching_a_server_that_others_reach() -> None:
    with pytest.raises(SettingsError, match="open_role"):
        check_access(Settings(host="0.0.0.0", access="open-to-all", open_role="admin"))


def test_accounts_without_any_and_a_proxy_that_is_not_named_are_slips(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no account"):
        check_access(Settings(access="accounts", data=tmp_path))
    account(tmp_path)
    check_access(Settings(access="accounts", data=tmp_path, host="0.0.0.0"))
    with pytest.raises(SettingsError, match="no proxy"):
        check_access(Settings(access="proxy", host="0.0.0.0"))


# ---------------------------------------------------------------- accounts


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/config"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/data"),
        ("POST", "/api/ask"),
        ("GET", "/api/search?question=a"),
        ("GET", "/api/bulletins"),
        ("GET", "/api/openapi.json"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/mcp"),
        ("GET", "/metrics"),
        ("GET", "//api/bulletins"),
        ("GET", "/healthz/../api/bulletins"),
    ],
)
def test_without_logging_in_nothing_is_told(tmp_path: Path, method: str, path: str) -> None:
    assistant = FakeAssistant()
    with client(tmp_path, assistant, access="accounts") as stranger:
        response = stranger.request(method, path, json=QUESTION if method == "POST" else None)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert not assistant.asked


def test_a_browser_is_led_to_the_login_and_back(tmp_path: Path) -> None:
    account(tmp_path)
    with client(tmp_path, access="accounts") as browser:
        led = browser.get("/?q=1", headers={"Accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2F%3Fq%3D1")
        assert 'value="/?q=1"' in browser.get(led.headers["location"]).text
        assert log_in(browser).headers["location"] == "/?q=1"
        assert browser.post("/api/ask", json=QUESTION).status_code == 200
        browser.post("/logout")
        assert browser.post("/api/ask", json=QUESTION).status_code == 401


def test_a_wrong_password_opens_nothing_and_many_of_them_must_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.login.TRIES_PER_MINUTE", 3)
    account(tmp_path)
    with client(tmp_path, access="accounts") as browser:
        assert [log_in(browser, "wrong password").status_code for _ in range(4)] == [401] * 3 + [429]
        assert log_in(browser).status_code == 429
        assert "set-cookie" not in log_in(browser).headers


@pytest.mark.parametrize("target", ["https://far.example", "//far.example", "/\\far.example", "javascript:x", "/a\nb"])
def test_the_login_leads_nowhere_else(tmp_path: Path, target: str) -> None:
    account(tmp_path)
    with client(tmp_path, access="accounts") as browser:
        given = {"name": "wei", "password": PASSWORD, "next": target}
        assert browser.post("/login", data=given).headers["location"] == "/"


def test_the_login_shows_what_it_is_given_as_text(tmp_path: Path) -> None:
    with client(tmp_path, access="accounts") as browser:
        shown = browser.get("/login", params={"next": '/"><script>window.hacked=1</script>'}).text
    assert "<script" not in shown and "&lt;script" in shown


@pytest.mark.parametrize(
    ("settings", "headers", "wanted", "unwanted"),
    [
        ({}, {}, {"HttpOnly", "SameSite=Lax", "Path=/"}, {"Secure"}),
        ({"proxies": "127.0.0.1"}, {"X-Forwarded-Proto": "https"}, {"HttpOnly", "Secure", "SameSite=Lax"}, set()),
        (
            {"proxies": "127.0.0.1", "origins": PORTAL, "root_path": "/ba"},
            {"X-Forwarded-Proto": "https"},
            {"HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/ba"},
            {"SameSite=Lax"},
        ),
    ],
    ids=["plain", "https", "in a frame"],
)
def test_the_cookie_is_as_closed_as_the_place_allows(
    tmp_path: Path, settings: Any, headers: Any, wanted: set[str], unwanted: set[str]
) -> None:
    account(tmp_path)
    with client(tmp_path, access="accounts", **settings) as browser:
        parts = set(log_in(browser, **headers).headers["set-cookie"].split("; "))
    assert wanted <= parts and not unwanted & parts


def test_a_key_opens_the_api_for_programs(tmp_path: Path) -> None:
    key = account(tmp_path)
    with client(tmp_path, access="accounts") as program:
        for header in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}):
            assert program.post("/api/ask", json=QUESTION, headers=header).status_code == 200
        wrong = program.post("/v1/chat/completions", json={}, headers={"Authorization": "Bearer bk_1_2"})
        assert (wrong.status_code, wrong.json()["error"]["type"]) == (401, "authentication_error")


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("admin", 200)])
def test_what_is_for_administrators_is_for_them_alone(tmp_path: Path, role: str, status: int) -> None:
    key = {"Authorization": f"Bearer {account(tmp_path, role)}"}
    with client(tmp_path, access="accounts", page=True) as program:
        for path in ("/api/feedback", "/metrics"):
            assert program.get(path, headers=key).status_code == status
        uploaded = program.post("/gradio_api/upload", files={"files": ("a.txt", b"text")}, headers=key)
        assert uploaded.status_code == status


# ---------------------------------------------------------------- a proxy that names the user


def test_only_a_trusted_proxy_names_the_user(tmp_path: Path) -> None:
    settings = {"access": "proxy", "proxies": "10.0.0.0/8", "user_header": "X-Remote-User", "admins": "wei"}
    name = {"X-Remote-User": "wei"}
    with client(tmp_path, address="10.1.2.3", **settings) as proxy:
        assert proxy.post("/api/ask", json=QUESTION, headers=name).status_code == 200
        assert proxy.get("/api/feedback", headers=name).status_code == 200
        assert proxy.get("/api/feedback", headers={"X-Remote-User": "ana"}).status_code == 403
        assert proxy.post("/api/ask", json=QUESTION).status_code == 401
    with client(tmp_path, address="192.0.2.1", **settings) as stranger:
        assert stranger.post("/api/ask", json=QUESTION, headers=name).status_code == 401


def test_the_log_tells_who_asked(tmp_path: Path) -> None:
    with client(tmp_path, address="10.1.2.3", access="proxy", proxies="10.0.0.0/8") as proxy:
        proxy.post("/api/ask", json=QUESTION, headers={"X-Forwarded-User": "wei"})
    (entry,) = Audit(tmp_path / "audit.db", 1).all()
    assert (entry.user, entry.via, entry.face, entry.question) == ("wei", "proxy", "api", "Which rules?")


def scope(peer: str, path: str = "/x", **headers: str) -> Any:
    return {
        "type": "http",
        "client": (peer, 1),
        "path": path,
        "raw_path": path.encode(),
        "scheme": "http",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),  # what stands before it was sent by the browser
        ("203.0.113.9, 10.0.0.8", "203.0.113.9"),  # two trusted proxies
        ("nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_browser_is_the_last_address_that_is_no_trusted_proxy(chain: str, address: str) -> None:
    seen, _ = Proxies(["10.0.0.0/8"]).read(scope("10.0.0.1", x_forwarded_for=chain))
    assert seen["client"][0] == address


def test_a_trusted_proxy_tells_scheme_host_and_path_and_nobody_else_does() -> None:
    told = {
        "x_forwarded_proto": "https",
        "x_forwarded_host": "Portal.example",
        "x_forwarded_prefix": "/ba/",
        "host": "in:1",
    }
    proxies = Proxies(["10.0.0.0/8"])
    seen, _ = proxies.read(scope("10.0.0.1", **told))
    assert (seen["scheme"], seen["root_path"], seen["path"], seen["raw_path"]) == ("https", "/ba", "/ba/x", b"/ba/x")
    assert dict(seen["headers"]) == {b"host": b"Portal.example"}
    stranger, _ = proxies.read(scope("192.0.2.1", **told, x_gradio_server="http://far.example"))
    assert (stranger["scheme"], stranger["path"], "root_path" in stranger) == ("http", "/x", False)
    assert dict(stranger["headers"]) == {b"host": b"in:1"}


def test_a_path_that_the_proxy_has_left_on_is_not_put_on_twice() -> None:
    proxies = Proxies([], root_path="/ba")
    assert proxies.read(scope("192.0.2.1", "/ba/x"))[0]["path"] == "/ba/x"
    assert proxies.read(scope("192.0.2.1", "/bag"))[0]["path"] == "/ba/bag"


def test_the_server_works_below_a_path(tmp_path: Path) -> None:
    account(tmp_path)
    with client(tmp_path, access="accounts", root_path="/ba") as browser:
        for prefix in ("", "/ba"):
            led = browser.get(f"{prefix}/", headers={"Accept": "text/html"})
            assert led.headers["location"] == "/ba/login?next=%2F"
        browser.cookies.set("bulletins_session", "none")
        assert 'action="/ba/login"' in browser.get("/ba/login").text
        assert browser.get("/ba/healthz").status_code == 200


# ---------------------------------------------------------------- other origins


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # a program
        ({"Origin": "http://127.0.0.1"}, 200),
        ({"Origin": "https://127.0.0.1", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://far.example", "Host": "127.0.0.1", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": PORTAL}, 200),
        ({"Origin": PORTAL, "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Origin": "https://far.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": f"{PORTAL}.far.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_pages_of_other_origins_ask_only_when_they_are_allowed(tmp_path: Path, headers: Any, status: int) -> None:
    with client(tmp_path, origins=PORTAL) as browser:
        assert browser.post("/api/ask", json=QUESTION, headers=headers).status_code == status


def test_an_allowed_origin_reads_the_api_and_no_other_reads_anything(tmp_path: Path) -> None:
    with client(tmp_path, origins=PORTAL, page=True) as browser:
        preflight = {"Origin": PORTAL, "Access-Control-Request-Method": "POST"}
        allowed = browser.options("/api/ask", headers=preflight)
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, PORTAL)
        assert "access-control-allow-credentials" not in allowed.headers
        for path, origin in (
            ("/api/bulletins", "https://far.example"),
            ("/config", PORTAL),
            ("/config", "https://far.example"),
        ):
            headers = browser.get(path, headers={"Origin": origin}).headers
            assert not [name for name in headers if name.startswith("access-control")]


def test_a_login_does_not_count_for_calls_from_another_origin(tmp_path: Path) -> None:
    key = account(tmp_path)
    with client(tmp_path, access="accounts", origins=PORTAL) as browser:
        # Sent by hand, as only browsers send such a cookie without HTTPS to the same computer.
        browser.headers["Cookie"] = log_in(browser).headers["set-cookie"].split(";")[0]
        portal = {"Origin": PORTAL}
        assert browser.get("/api/bulletins").status_code == 200
        assert browser.get("/api/bulletins", headers=portal).status_code == 401
        assert browser.get("/api/bulletins", headers={**portal, "Authorization": f"Bearer {key}"}).status_code == 200


def test_nobody_is_logged_in_by_another_origin_s_form(tmp_path: Path) -> None:
    account(tmp_path)
    with client(tmp_path, access="accounts", origins=PORTAL) as browser:
        assert log_in(browser, Origin=PORTAL).status_code == 403


@pytest.mark.parametrize(
    ("settings", "host", "status"),
    [
        ({}, "127.0.0.1:7860", 200),
        ({}, "localhost", 200),
        ({}, "[::1]:7860", 200),
        ({}, "far.example", 421),
        ({}, "127.0.0.1.far.example", 421),
        ({"hosts": "assistant.example.org"}, "Assistant.example.org", 200),
        ({"access": "open-to-all"}, "far.example", 200),
        ({"access": "open-to-all", "hosts": "assistant.example.org"}, "far.example", 421),
    ],
)
def test_a_name_that_somebody_points_at_this_computer_is_not_answered(
    tmp_path: Path, settings: Any, host: str, status: int
) -> None:
    with client(tmp_path, **settings) as browser:
        assert browser.get("/api/bulletins", headers={"Host": host}).status_code == status


def test_only_the_portals_that_are_named_may_frame(tmp_path: Path) -> None:
    with client(tmp_path) as browser:
        headers = browser.get("/").headers
        assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
        assert headers["x-frame-options"] == "SAMEORIGIN"
    with client(tmp_path, origins=f"{PORTAL},http://intra:8080") as browser:
        headers = browser.get("/").headers
        assert headers["content-security-policy"].endswith(f"frame-ancestors 'self' {PORTAL} http://intra:8080")
        assert "x-frame-options" not in headers


def test_every_response_has_the_headers_that_protect(tmp_path: Path) -> None:
    with client(tmp_path) as browser:
        for path in ("/", "/login", "/healthz", "/api/bulletins", "/api/none", "/embed.js", "/api/search?question="):
            headers = browser.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert "object-src 'none'" in headers["content-security-policy"]
            assert "server" not in headers
        assert browser.get("/api/bulletins").headers["cache-control"] == "no-store"
        assert browser.get("/embed.js").headers["cross-origin-resource-policy"] == "cross-origin"


# ---------------------------------------------------------------- limits


def test_a_user_waits_after_too_many_questions_and_others_do_not(tmp_path: Path) -> None:
    now = [0.0]
    limits = Limits(2, lambda: now[0])
    limits.take("wei", "192.0.2.1")
    limits.take("wei", "192.0.2.1")
    with pytest.raises(TooOften) as caught:
        limits.take("wei", "192.0.2.1")
    assert caught.value.retry_s == 30
    limits.take("ana", "192.0.2.1")
    now[0] = 30.0
    limits.take("wei", "192.0.2.1")


def test_many_names_at_one_address_are_limited_together() -> None:
    limits = Limits(2, lambda: 0.0)
    for number in range(8):
        limits.take(f"user{number}", "192.0.2.1")
    with pytest.raises(TooOften):
        limits.take("another", "192.0.2.1")
    limits.take("another", "192.0.2.2")


def test_what_is_remembered_of_askers_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.limits._MOST_KEYS", 100)
    bucket = Bucket(10, lambda: 0.0)
    for number in range(1_000):
        bucket.wait_s(str(number))
    assert len(bucket._left) <= 100


def test_the_api_says_when_to_try_again(tmp_path: Path) -> None:
    with client(tmp_path, questions_per_minute=2) as program:
        asked = [program.post("/api/ask", json=QUESTION) for _ in range(2)]
        asked.append(program.get("/api/search", params=QUESTION))
        asked.append(program.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "a"}]}))
        assert [one.status_code for one in asked] == [200, 200, 429, 429]
        assert 0 < int(asked[2].headers["retry-after"]) <= 30
        assert asked[3].json()["error"]["type"] == "rate_limit_error"
        assert program.get("/api/bulletins").status_code == 200


# ---------------------------------------------------------------- the log


def test_the_log_forgets_after_its_days_and_can_be_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Audit(tmp_path / "audit.db", 30)
    monkeypatch.setattr("assistant.web.audit._now", lambda shift=None: "2020-01-01T00:00:00")
    log.answered(User("wei"), "api", list_answer("Which rules?"), 0.1)
    monkeypatch.undo()
    log.answered(User("ana"), "page", not_found("Who?"), 0.1)
    log.close()
    (entry,) = Audit(tmp_path / "audit.db", 30).all()
    assert (entry.user, entry.outcome, entry.sources) == ("ana", "not_found", ())

    off = Audit(tmp_path / "off" / "audit.db", 0)
    off.answered(User("wei"), "api", list_answer("Which rules?"), 0.1)
    assert not list(off.all()) and not (tmp_path / "off").exists()


def test_the_log_keeps_what_failed_without_the_words_of_a_bug(tmp_path: Path) -> None:
    with client(tmp_path) as program:
        program.post("/api/ask", json={"question": "no index"})
        with pytest.raises(ZeroDivisionError):
            program.post("/api/ask", json={"question": "bug"})
    told = [entry.answer for entry in Audit(tmp_path / "audit.db", 1).all()]
    assert told == ["IndexMissing: There is no index in nowhere.", "ZeroDivisionError"]


def test_no_secret_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = account(tmp_path)
    with client(tmp_path, access="accounts") as browser:
        log_in(browser)
        token = browser.cookies["bulletins_session"]
        browser.post("/api/ask", json=QUESTION)
        browser.post("/api/ask", json=QUESTION, headers={"Authorization": f"Bearer {key}"})
        metrics = browser.get("/metrics", headers={"Authorization": f"Bearer {key}"}).text
    kept = caplog.text + metrics + "".join(str(entry) for entry in Audit(tmp_path / "audit.db", 1).all())
    for secret in (PASSWORD, key, key.split("_", 2)[2], token):
        assert secret not in kept
