"""What a user may set, and how a slip is named."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from assistant.errors import QuestionRefused, SettingsError
from assistant.settings import Settings, load_settings, load_sources
from sources.collection import Collection
from sources.fetch import Limits


def written(folder: Path, toml: str) -> Path:
    (folder / "bulletins.toml").write_text(toml, encoding="utf-8")
    return folder


def test_without_file_or_environment_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path) == Settings()


def test_index_folder_has_a_default_but_is_known_to_be_unnamed() -> None:
    assert Settings().index is None
    assert Settings().index_folder == Path(".index")


def test_the_file_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    folder = written(tmp_path, 'index = "news"\nport = 8000\nthreshold = 0.4\n')
    settings = load_settings({"BULLETINS_PORT": "9000", "HOME": "elsewhere"}, folder)
    assert (settings.index, settings.port, settings.threshold) == (Path("news"), 9000, 0.4)


def test_what_was_typed_goes_before_everything_and_what_was_not_changes_nothing() -> None:
    settings = Settings(port=8000, index=Path("a")).but(port=9000, index=None, host=None)
    assert (settings.port, settings.index, settings.host) == (9000, Path("a"), "127.0.0.1")


def test_a_misspelt_variable_is_named_with_the_nearest_right_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BULLETINS_TRESHOLD") as caught:
        load_settings({"BULLETINS_TRESHOLD": "0.5"}, tmp_path)
    assert caught.value.remedy == "Did you mean BULLETINS_THRESHOLD?"


def test_a_misspelt_key_is_named_with_the_nearest_right_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="indx") as caught:
        load_settings({}, written(tmp_path, 'indx = "news"'))
    assert caught.value.remedy == "Did you mean index?"


def test_a_variable_must_be_in_capitals(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BULLETINS_port"):
        load_settings({"BULLETINS_port": "8000"}, tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BULLETINS_PORT", "0"),
        ("BULLETINS_PORT", "65536"),
        ("BULLETINS_PORT", "many"),
        ("BULLETINS_THRESHOLD", "1.01"),
        ("BULLETINS_THRESHOLD", "nan"),
        ("BULLETINS_HITS", "0"),
        ("BULLETINS_HITS", "2.5"),
        ("BULLETINS_EMBEDDING", " "),
        ("BULLETINS_MODEL", "bundled"),
        ("BULLETINS_MODEL", ":gpt"),
        ("BULLETINS_MODEL_URL", "localhost:8101"),
        ("BULLETINS_MODEL_BUDGET_S", "0"),
        ("BULLETINS_UNSUPPORTED", "hide"),
        ("BULLETINS_PAGE_LANGUAGE", "fr"),
        ("BULLETINS_ACCESS", "closed"),
        ("BULLETINS_OPEN_ROLE", "root"),
        ("BULLETINS_PROXIES", "10.0.0.0/8,proxy"),
        ("BULLETINS_USER_HEADER", "X User"),
        ("BULLETINS_ROOT_PATH", "bulletins"),
        ("BULLETINS_ROOT_PATH", "/../x y"),
        ("BULLETINS_HOSTS", "portal:80"),
        ("BULLETINS_ORIGINS", "*"),
        ("BULLETINS_ORIGINS", "https://*.example.org"),
        ("BULLETINS_ORIGINS", "https://a.example; script-src *"),
        ("BULLETINS_AUDIT_DAYS", "-1"),
    ],
)
def test_values_out_of_bounds_are_refused_with_the_value_seen(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value}, tmp_path)
    assert variable in str(caught.value)
    assert repr(value) in str(caught.value)


def test_several_values_are_a_list_in_the_file_and_have_commas_in_a_variable(tmp_path: Path) -> None:
    folder = written(tmp_path, 'origins = ["https://Portal.example.org", "http://intra:8080"]\nroot_path = "/ba/"\n')
    settings = load_settings({"BULLETINS_PROXIES": "10.0.0.7, 192.168.0.0/16,"}, folder)
    assert settings.origins == ("https://portal.example.org", "http://intra:8080")
    assert settings.proxies == ("10.0.0.7/32", "192.168.0.0/16")
    assert settings.root_path == "/ba"


def test_true_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="hits"):
        load_settings({}, written(tmp_path, "hits = true"))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="bulletins.toml"):
        load_settings({}, written(tmp_path, "index = = 3"))


def test_a_question_is_trimmed_and_an_empty_or_endless_one_is_refused() -> None:
    settings = Settings(max_question_chars=10)
    assert settings.accept("  When?\n") == "When?"
    assert settings.accept("0123456789") == "0123456789"
    for question in ("", " \n\u3000", "0123456789a", "x" * 100_000):
        with pytest.raises(QuestionRefused):
            settings.accept(question)


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


# The [sources] table


def test_without_a_table_there_are_no_sources(tmp_path: Path) -> None:
    assert load_sources(tmp_path) == Collection()
    assert load_sources(written(tmp_path, "hits = 5\n")) == Collection()


def test_the_table_names_the_collection_below_its_own_folder(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        'hits = 5\n[sources]\nfolders = ["in", "/data/old"]\nfiles = "one.txt"\nfeeds = ["https://example.org/feed"]\n'
        'sitemaps = ["https://example.org/sitemap.xml"]\naddresses = ["https://example.org/1", "list.txt"]\n'
        'text_column = "words"\nallow_private = true\ndelay_s = 2\nmax_pages = 50\n',
    )
    assert load_sources(folder) == Collection(
        folders=(tmp_path / "in", Path("/data/old")),
        files=(tmp_path / "one.txt",),
        feeds=("https://example.org/feed",),
        sitemaps=("https://example.org/sitemap.xml",),
        addresses=("https://example.org/1", str(tmp_path / "list.txt")),
        text_column="words",
        limits=Limits(allow_private=True, delay_s=2, max_pages=50),
    )
    assert load_settings({}, folder).hits == 5


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("[sources]\nfolder = []", "folder is not a known key of [sources]"),
        ("[source]\nfolders = []", "source is not a known key"),
        ("sources = 1", "sources in bulletins.toml is no table"),
        ("[sources]\nfolders = [1]", "folders of [sources]"),
        ("[sources]\nfolders = {}", "folders of [sources]"),
        ('[sources]\nfeeds = ["feed.xml"]', "feed.xml is no http or https address"),
        ("[sources]\nallow_private = 1", "allow_private of [sources]"),
        ("[sources]\ndelay_s = -1", "delay_s of [sources]"),
        ("[sources]\ntimeout_s = true", "timeout_s of [sources]"),
        ("[sources]\nmax_pages = 0", "max_pages of [sources]"),
        ("[sources]\nmax_bytes = 1.5", "max_bytes of [sources]"),
    ],
)
def test_a_slip_in_the_table_is_named(tmp_path: Path, toml: str, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_sources(written(tmp_path, toml))
    assert named in str(caught.value)
    assert caught.value.remedy


def test_each_key_of_the_table_is_documented_with_its_default() -> None:
    import assistant

    page = (Path(assistant.__file__).parents[1] / "docs/sources.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE))
    limits = {key.name: key.default for key in dataclasses.fields(Limits)}
    lists = {key.name for key in dataclasses.fields(Collection)} - {"limits"}
    assert {*limits, *lists} <= rows.keys()
    for name, default in limits.items():
        assert rows[name] == f"`{json.dumps(default)}`"
