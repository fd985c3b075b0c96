"""What a user may set, and how a slip is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assistant.errors import QuestionRefused, SettingsError
from assistant.settings import Settings, load_settings


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
        ("BULLETINS_MODEL", " "),
        ("BULLETINS_PAGE_LANGUAGE", "fr"),
    ],
)
def test_values_out_of_bounds_are_refused_with_the_value_seen(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value}, tmp_path)
    assert variable in str(caught.value)
    assert repr(value) in str(caught.value)


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
