"""Addresses of indexes."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import load_settings
from index.place import MilvusPlace, read_place


def test_a_folder_is_a_folder() -> None:
    assert read_place("~/bulletins") == Path.home() / "bulletins"


def test_a_server_and_a_collection() -> None:
    place = read_place("milvus+http://search.example/bulletins")
    assert isinstance(place, MilvusPlace)
    assert (place.uri, place.name, place.folder) == ("http://search.example:19530", "bulletins", None)
    assert str(place) == "milvus+http://search.example:19530/bulletins"


def test_the_vectors_of_a_server_are_kept_as_named() -> None:
    place = read_place("milvus+https://search.example:443/b?vectors=IVF_SQ8")
    assert isinstance(place, MilvusPlace)
    assert (place.uri, place.vectors) == ("https://search.example:443", "IVF_SQ8")


def test_a_password_is_used_and_never_shown() -> None:
    place = read_place("milvus+https://reader:s%40cret@search.example/b")
    assert isinstance(place, MilvusPlace)
    assert place.token == "reader:s@cret"
    assert "cret" not in str(place) + repr(place)


def test_milvus_lite_is_in_a_folder(tmp_path: Path) -> None:
    place = read_place(f"milvus+lite:{tmp_path}")
    assert isinstance(place, MilvusPlace)
    assert place.folder == tmp_path
    assert str(place) == f"milvus+lite:{tmp_path}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("milvus+lite:", "followed by a folder"),
        ("milvus+ftp://host/b", "milvus+http://HOST:PORT/NAME"),
        ("milvus+http:///b", "milvus+http://HOST:PORT/NAME"),
        ("milvus+http://host", "letters, digits"),
        ("milvus+http://host/a-b", "letters, digits"),
        ("milvus+http://host:port/b", "milvus+http://HOST:PORT/NAME"),
        ("milvus+http://host/b?vectors=PQ", "IVF_SQ8"),
        ("milvus+http://host/b?nlist=9", "vectors="),
    ],
)
def test_a_wrong_address_is_refused_with_what_is_right(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says.replace("+", r"\+")):
        read_place(text)


def test_a_wrong_address_in_the_settings_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BULLETINS_INDEX cannot be"):
        load_settings({"BULLETINS_INDEX": "milvus+http://host"}, tmp_path)
