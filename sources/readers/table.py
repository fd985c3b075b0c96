"""Exports: CSV, TSV, JSON and JSON Lines, one bulletin a row, with a column for the text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sources.decode import decode
from sources.errors import Unreadable
from sources.fold import fold
from sources.readers import Part, Told, known
from sources.readers.page import day_of

MAX_ROWS = 200_000
_MAX_FIELD = 20_000_000  # characters
# Names of columns as `_plain` gives them: in small letters, Simplified.
_TEXT = (
    "text content body full_text fulltext article main_text content_text html content_html "
    "正文 正文内容 内容 文章内容 全文 文本 原文"
).split()
_TOLD = {
    "title": "title headline subject name 标题 题目 题名 主题".split(),
    "published": (
        "published publish_date published_at publication_date pubdate pub_date date datetime publish_time pubtime time "
        "发布日期 发布时间 发文日期 日期 时间"
    ).split(),
    "url": "url link href address 网址 链接 原文链接 地址".split(),
    "issuer": "issuer source publisher agency 来源 发布机构 发文机关 发布单位 发文单位 信息来源 单位".split(),
    "column": "column category section 栏目 类别 分类 频道".split(),
    "author": "author 作者 记者".split(),
}
_ID = "id _id uid uuid doc_id docid key 编号 序号 文号".split()
_PAGE = re.compile(r"<(?:!doctype|html|body|p|div|br|span|table)\b[^<>]*>", re.I)
_SAVE = "Give each bulletin a row with a column for its text, or name that column."


def rows_of(data: bytes, kind: str, text_column: str | None = None, charset: str = "") -> Iterator[Part]:
    """A part for each row that has a text: its name is the row's id where ids differ, else its number from 1.

    kind: "csv", "tsv", "json", "jsonl". charset: as in `Part`. A row that is no row is a part with a problem. Raises
    Unreadable when the file is no table, or when no column is known to hold texts.
    """
    text = decode(data, charset).text
    if kind in ("csv", "tsv"):
        rows = _separated(text, "\t" if kind == "tsv" else None)
    elif kind == "jsonl":
        rows = list(_lines(text))
    else:
        rows = _json(text)
    if len(rows) > MAX_ROWS:
        raise Unreadable("", f"it has more than {MAX_ROWS:,} rows", "Split it.")
    columns = list(dict.fromkeys(str(key) for row in rows[:1000] if isinstance(row, Mapping) for key in row))
    if not columns:
        raise Unreadable("", "there is no row with named columns in it", _SAVE)
    column = _text_column(columns, text_column)
    told = {what: found for what, names in _TOLD.items() if (found := _first(columns, names, column))}
    key = _first(columns, _ID, column)
    ids = Counter(_cell(row.get(key)) for row in rows if key and isinstance(row, Mapping))
    numbers = {str(n) for n in range(1, len(rows) + 1)}
    each = len(ids) == sum(isinstance(row, Mapping) for row in rows)  # has an id of its own
    any_text = False
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            yield Part(str(number), "row.txt", b"", problem=(str(row), "Mend the line, or leave it out."))
            continue
        value = row.get(column)
        content = value if isinstance(value, str) else "\n".join(map(str, value)) if isinstance(value, list) else ""
        name = " ".join(_cell(row.get(key)).split())[:120] if key else ""
        # An id that is another row's number would name two.
        if not name or ids[_cell(row.get(key))] > 1 or name in numbers and not each:
            name = str(number)
        if not content.strip():
            continue
        any_text = True
        values = {what: _line(_cell(row.get(c))) for what, c in told.items()}
        values["published"] = day_of(values.get("published", ""))
        says = known({what: Told(value, f"column {told.get(what, '')}") for what, value in values.items()})
        file = "row.fragment" if _PAGE.search(content[:20_000]) else "row.txt"
        yield Part(name, file, content.encode("utf-8", "replace"), says)
    if not any_text and all(isinstance(row, Mapping) for row in rows):
        raise Unreadable("", f"no row has a text in its column “{column}”", _SAVE)


def _text_column(columns: Sequence[str], named: str | None) -> str:
    shown = ", ".join(columns[:20]) + (", …" if len(columns) > 20 else "")
    if named is not None:
        for column in columns:
            if column.strip().lower() == named.strip().lower():
                return column
        raise Unreadable(
            "", f"it has no column “{named}”; its columns are {shown}", "Name one of these as the text column."
        )
    found = _first(columns, _TEXT, "")
    if not found:
        remedy = "Name the column of the text, or call it “text”."
        raise Unreadable("", f"none of its columns is known to hold a text: {shown}", remedy)
    return found


def _first(columns: Sequence[str], names: Iterable[str], other_than: str) -> str | None:
    plain = {_plain(c): c for c in reversed(columns) if c != other_than}
    return next((plain[name] for name in names if name in plain), None)


def _plain(column: str) -> str:
    return re.sub(r"[\s-]+", "_", fold(column[:100]).strip().lower())


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("name", "")
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:500]


def _separated(text: str, delimiter: str | None) -> list[Any]:
    head = text[: text.find("\n") + 1] or text
    if delimiter is None:
        delimiter = max(",;\t|", key=lambda sign: (head.count(sign), sign == ","))
    previous = csv.field_size_limit(_MAX_FIELD)
    try:
        reader = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter, restkey="")
        rows = []
        for row in reader:
            row.pop("", None)
            rows.append({k: v for k, v in row.items() if k is not None})
            if len(rows) > MAX_ROWS:
                break
        return rows
    except csv.Error as error:
        raise Unreadable("", f"it is no table that can be read ({error})", "Save it again as CSV in UTF-8.") from error
    finally:
        csv.field_size_limit(previous)


def _lines(text: str) -> Iterator[Any]:
    """A row for each line that is not empty; for one that is no JSON object, what is wrong with it."""
    count = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        count += 1
        if count > MAX_ROWS + 1:
            return
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield "the line is no JSON"
            continue
        yield row if isinstance(row, Mapping) else "the line is no JSON object"


def _json(text: str) -> list[Any]:
    try:
        known = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = list(_lines(text))
        if len(lines) > 1 and sum(isinstance(row, Mapping) for row in lines) > len(lines) / 2:
            return lines  # JSON Lines under the other name
        raise Unreadable("", "it is no JSON", "Save it again, or leave it out.") from error
    if isinstance(known, Mapping):
        lists = [v for v in known.values() if isinstance(v, list) and v and all(isinstance(i, Mapping) for i in v)]
        own = [c for c in map(str, known) if _plain(c) in _TEXT and isinstance(known[c], str)]
        known = [known] if own or not lists else max(lists, key=len)
    if not isinstance(known, list):
        raise Unreadable("", "there is no row with named columns in it", _SAVE)
    return [row if isinstance(row, Mapping) else "the row is no JSON object" for row in known]
