from __future__ import annotations

import csv
import io
import json

import pytest

from sources import Bulletin, Unreadable
from tests.sources.making import EN, HANS, HANT, TEXTS, read, refusal


def written(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


ROWS = [
    {
        "编号": "B-7",
        "标题": "改造推进会",
        "日期": "2023/6/8",
        "来源": "省邮政管理局",
        "链接": "https://example.gov.cn/7",
        "正文": HANS + "\n" + HANS,
    },
    {"编号": "B-8", "标题": "座談會", "日期": "2019-04-03 10:00", "来源": "", "链接": "", "正文": HANT},
]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", written(ROWS).encode("gb18030")),
        ("a.csv", written(ROWS, ";").encode("utf-8-sig")),
        ("a.tsv", written(ROWS, "\t").encode("utf-16")),
        ("a.jsonl", "\n".join(json.dumps(row) for row in ROWS).encode()),
        ("a.json", json.dumps(ROWS, ensure_ascii=False).encode()),
        ("a.json", json.dumps({"total": 2, "items": ROWS}).encode()),
    ],
)
def test_each_row_is_a_bulletin_with_what_its_columns_tell(name: str, data: bytes) -> None:
    first, second = read(data, name)
    assert isinstance(first, Bulletin) and isinstance(second, Bulletin)
    assert (first.source, second.source) == ("a#B-7", "a#B-8")
    assert first.raw.replace("\r\n", "\n") == HANS + "\n" + HANS and second.text == HANT
    assert dict(first.told) == {
        "title": "改造推进会", "published": "2023-06-08", "url": "https://example.gov.cn/7", "issuer": "省邮政管理局",
    }  # fmt: skip
    assert dict(second.told) == {"title": "座談會", "published": "2019-04-03"}


def test_the_text_column_may_be_named() -> None:
    data = written([{"a": "x", "main": EN}]).encode()
    assert "“text”" in (error := refusal(data, "a.csv")).remedy and "a, main" in error.reason
    (found,) = read(data, "a.csv", text_column="Main")
    assert isinstance(found, Bulletin) and found.text == EN
    assert "no column “other”; its columns are a, main" in refusal(data, "a.csv", text_column="other").reason


def test_rows_without_ids_of_their_own_are_numbered() -> None:
    rows = [{"id": "1", "text": text} for text in TEXTS.values()]
    assert [f.source for f in read(written(rows).encode(), "a.csv") if isinstance(f, Bulletin)] == ["a#1", "a#2", "a#3"]


def test_a_bad_line_takes_no_row_its_id() -> None:
    data = json.dumps({"id": 1, "text": EN}) + "\n" + json.dumps({"id": 2, "text": HANT}) + "\n{broken\n"
    assert [f.source for f in read(data.encode(), "a.jsonl") if isinstance(f, Bulletin)] == ["a#1", "a#2"]
    data = "{broken\n" + data
    assert [f.source for f in read(data.encode(), "a.jsonl") if isinstance(f, Bulletin)] == ["a#1", "a#2"]


def test_a_bad_line_is_named_and_the_others_are_read() -> None:
    data = json.dumps({"text": EN}) + "\n{broken\n[1]\n" + json.dumps({"text": HANT})
    found = read(data.encode(), "a.jsonl")
    assert [f.path if isinstance(f, Unreadable) else f.source for f in found] == [
        "a#1",
        "a.jsonl#2",
        "a.jsonl#3",
        "a#4",
    ]


def test_a_text_that_is_a_page_is_read_as_one() -> None:
    (found,) = read(json.dumps({"content": f"<p>{HANS}</p><script>x()</script><p>{HANT}</p>"}).encode(), "a.json")
    assert isinstance(found, Bulletin) and found.format == "html" and found.text.split() == [HANS, HANT]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.json", b"{", "no JSON"),
        ("a.json", b"[" * 200_000, "no JSON"),
        ("a.json", b"[1, 2]", "no row"),
        ("a.json", b'{"name": "x", "version": 1}', "name, version"),
        ("a.json", b"1" * 10_000, "no JSON"),
        ("a.csv", b"text\n\n", "no row"),
        ("a.csv", b"id,text\n1,\n", "no row has a text"),
        ("a.csv", b"\x00\x01\x02" * 400, "binary"),
    ],
)
def test_what_is_no_table_of_bulletins_is_named(name: str, data: bytes, reason: str) -> None:
    assert reason in refusal(data, name).reason
