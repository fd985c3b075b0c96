"""Users, keys and sessions: what opens, what does not, and that no secret is kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import BadInput
from assistant.web.access import User
from assistant.web.accounts import Accounts

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    accounts = Accounts(tmp_path / "data" / "accounts.db")
    yield accounts
    accounts.close()


def test_a_password_opens_for_its_user_alone(accounts: Accounts) -> None:
    accounts.set_user("wei", PASSWORD, "admin")
    accounts.set_user("ana", PASSWORD + "!", "reader")
    assert accounts.log_in("wei", PASSWORD) == User("wei", "admin", "session")
    for name, password in (("wei", PASSWORD + "!"), ("ana", PASSWORD), ("nobody", PASSWORD), ("wei", ""), ("", "")):
        assert accounts.log_in(name, password) is None


def test_a_session_ends_by_time_by_logging_out_and_with_a_new_password(accounts: Accounts) -> None:
    accounts.set_user("wei", PASSWORD, "reader")
    tokens = [accounts.begin_session("wei", 1) for _ in range(2)]
    assert accounts.of_session(tokens[0]) == User("wei", "reader", "session")
    accounts.end_session(tokens[0])
    assert accounts.of_session(tokens[0]) is None
    assert accounts.of_session(accounts.begin_session("wei", -1)) is None
    accounts.set_user("wei", PASSWORD * 2, "reader")
    assert accounts.of_session(tokens[1]) is None


def test_a_key_opens_until_it_is_removed_by_its_id_or_name(accounts: Accounts) -> None:
    keys = [accounts.add_key("portal", "reader") for _ in range(3)]
    assert accounts.of_key(keys[0]) == User("portal", "reader", "key")
    assert accounts.remove(keys[0].split("_")[1]) == 1
    assert [accounts.of_key(key) is None for key in keys] == [True, False, False]
    assert accounts.remove("portal") == 2
    assert accounts.remove("portal") == 0
    assert not accounts.listed()


@pytest.mark.parametrize(
    "key", ["", "bk", "bk__", "bk_00000000_", "sk_{id}_{secret}", "bk_{id}_", "bk_{id}_{secret}x", "\ud800"]
)
def test_a_made_up_key_opens_nothing(accounts: Accounts, key: str) -> None:
    _, identifier, secret = accounts.add_key("portal", "admin").split("_", 2)
    assert accounts.of_key(key.format(id=identifier, secret=secret)) is None


def test_removing_a_user_ends_their_session(accounts: Accounts) -> None:
    accounts.set_user("wei", PASSWORD, "reader")
    token = accounts.begin_session("wei", 1)
    assert accounts.remove("wei") == 1
    assert accounts.of_session(token) is None


def test_another_process_s_change_counts_at_once(accounts: Accounts, tmp_path: Path) -> None:
    other = Accounts(tmp_path / "data" / "accounts.db")
    key = other.add_key("portal", "reader")
    assert accounts.of_key(key)
    other.close()


def test_neither_password_nor_key_nor_token_is_in_the_file_and_only_its_owner_reads_it(
    accounts: Accounts, tmp_path: Path
) -> None:
    accounts.set_user("wei", PASSWORD, "reader")
    key, token = accounts.add_key("portal", "reader"), accounts.begin_session("wei", 1)
    accounts.close()
    for path in (tmp_path / "data").iterdir():
        kept = path.read_bytes()
        for secret in (PASSWORD, key, key.split("_", 2)[2], token):
            assert secret.encode() not in kept
        if os.name == "posix":
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077


@pytest.mark.parametrize(
    ("name", "password"), [("wei", "short"), ("wei", "x" * 1_001), ("", PASSWORD), ("a b", PASSWORD), ("<b>", PASSWORD)]
)
def test_a_poor_password_or_name_is_refused(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(BadInput):
        accounts.set_user(name, password, "reader")
