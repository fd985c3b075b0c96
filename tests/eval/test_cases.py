from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ERRORS
from eval.cases import Case, GoldError, read_cases

GOOD: dict[str, Any] = {
    "id": "a",
    "question": "Who opened the depot?",
    "language": "en",
    "kind": "factoid",
    "bulletins": ["depot"],
    "facts": [["Chen Yulan", "陳玉蘭"]],
}


def _file(tmp_path: Path, *records: object) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def test_a_case_is_read_with_its_defaults(tmp_path: Path) -> None:
    (case,) = read_cases(_file(tmp_path, GOOD))
    assert case == Case("a", GOOD["question"], "en", "factoid", bulletins=("depot",), facts=(("Chen Yulan", "陳玉蘭"),))
    assert (case.history, case.cross, case.why) == ((), False, "")


def test_every_key_is_read(tmp_path: Path) -> None:
    more = {"kind": "follow-up", "history": ["And who is she?"], "cross": True, "why": "carries the name over"}
    (case,) = read_cases(_file(tmp_path, GOOD | more))
    assert (case.kind, case.history, case.cross, case.why) == (
        "follow-up",
        ("And who is she?",),
        True,
        "carries the name over",
    )


def test_blank_lines_a_byte_order_mark_and_line_separators_inside_a_text_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    lines = [json.dumps(GOOD | {"id": name, "why": "one\u2028two"}, ensure_ascii=False) for name in "ab"]
    path.write_text("\ufeff" + "\n\n".join(lines) + "\n", encoding="utf-8")
    assert [case.id for case in read_cases(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "\"id\" is ''"),
        ({"question": 3}, '"question" is 3'),
        ({"language": "zh"}, "expected one of en, zh-Hans, zh-Hant"),
        ({"kind": "factual"}, "expected one of factoid"),
        ({"kind": ["list"]}, "expected one of factoid"),
        ({"history": "earlier"}, "\"history\" is 'earlier'"),
        ({"cross": 1}, '"cross" is 1'),
        ({"bulletins": []}, '"bulletins" is empty'),
        ({"facts": []}, '"facts" is empty'),
        ({"facts": [[]]}, "a fact without any wording"),
        ({"facts": [["  "]]}, '"facts" is'),
        ({"facts": ["Chen Yulan"]}, '"facts" is'),
        ({"kind": "unanswerable"}, 'has no "facts"'),
        ({"kind": "follow-up"}, 'needs the earlier questions in "history"'),
        ({"fact": []}, "unknown key fact"),
    ],
)
def test_a_wrong_value_is_named_with_file_and_line(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = _file(tmp_path, GOOD, GOOD | {"id": "b"} | change)
    with pytest.raises(GoldError) as error:
        read_cases(path)
    assert str(error.value).startswith(f"{path}, line 2: ")
    assert message in str(error.value)
    assert error.value.remedy


def test_missing_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="line 1: lacks kind, language"):
        read_cases(_file(tmp_path, {"id": "a", "question": "?"}))


def test_a_second_use_of_an_id_names_the_first(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="line 2: .*'a' was used on line 1"):
        read_cases(_file(tmp_path, GOOD, GOOD))


def test_a_line_that_is_not_json_or_no_object_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n{broken\n", encoding="utf-8")
    with pytest.raises(GoldError, match="line 2: is not JSON"):
        read_cases(path)
    with pytest.raises(GoldError, match="line 1: is not a JSON object"):
        read_cases(_file(tmp_path, ["a"]))


def test_a_missing_empty_or_undecodable_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")
    with pytest.raises(GoldError, match="holds no case"):
        read_cases(_file(tmp_path))
    (tmp_path / "big5.jsonl").write_bytes("題".encode("big5"))
    with pytest.raises(GoldError, match="is not UTF-8"):
        read_cases(tmp_path / "big5.jsonl")


def test_a_face_that_catches_our_errors_catches_this_one() -> None:
    assert issubclass(GoldError, ERRORS)
