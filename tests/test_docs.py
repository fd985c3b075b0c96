"""The documents say what the program does: every setting, command, key and file is in them, and the examples run."""

from __future__ import annotations

import argparse
import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import app
from assistant.answer import Answer, Citation, Sentence
from assistant.layout import hit_json
from assistant.settings import PREFIX, Settings
from eval.run import AVERAGES
from index import lanes, search
from index.build import BuildReport
from tests.fakes import BULLETINS, FakeAssistant, FakeEmbedder, list_answer, not_found

ROOT = Path(app.__file__).parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
ROOMS = ("sources", "index", "assistant", "eval")


def rows(page: str) -> Iterator[list[str]]:
    """The cells of every table row."""
    for line in page.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = [a for a in app.parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(found.choices)


def options(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings if name.startswith("--")}


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize("setting", dataclasses.fields(Settings), ids=lambda setting: setting.name)
def test_each_setting_is_in_the_readme_with_its_variable_and_default(setting: dataclasses.Field[Any]) -> None:
    (row,) = [row for row in rows(README) if row[0] == f"`{setting.name}`"]
    assert row[1] == f"`{PREFIX}{setting.name.upper()}`"
    # What is worked out when the program runs is told in words.
    default = {"index": Settings().index_folder}.get(setting.name, setting.default)
    if default not in (None, dataclasses.MISSING):
        assert row[2].strip("`") == str(default)


def test_the_readme_names_no_setting_that_is_none() -> None:
    known = {PREFIX + setting.name.upper() for setting in dataclasses.fields(Settings)}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", README)) <= known


# ---------------------------------------------------------------- commands


@pytest.mark.parametrize("name", commands())
def test_each_command_is_in_the_readme_with_all_its_options(name: str) -> None:
    (row,) = [row for row in rows(README) if len(row) == 3 and re.match(rf"`bulletins {name}\b(?! --batch)", row[0])]
    assert set(re.findall(r"--[a-z][a-z-]*", row[2])) == options(commands()[name]) - {"--help"}


def test_the_readme_names_no_option_that_is_none() -> None:
    known = options(app.parser()).union(*map(options, commands().values()))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README)) <= known


def test_the_documents_name_no_command_that_is_none() -> None:
    for page in PAGES:
        for name in re.findall(r"(?:`|^    )bulletins ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert name in commands(), f"{page.name}: bulletins {name}"


def test_each_path_of_the_http_api_is_in_the_readme() -> None:
    source = (ROOT / "assistant/web/api.py").read_text(encoding="utf-8")
    paths = re.findall(r"@app\.(get|post)\(\"([^\"]+)\"", source)
    assert len(paths) >= 3
    for method, path in paths:
        assert re.search(rf"`{method.upper()} {path}[`?]", README)


# ---------------------------------------------------------------- JSON


def block(after: str) -> str:
    """The first indented block after these words."""
    return re.split(r"\n(?=[^\s])", README[README.index(after) :].partition("\n\n")[2], maxsplit=1)[0]


def test_the_readme_shows_the_keys_of_an_answer_and_no_others() -> None:
    written = dataclasses.replace(list_answer("Which rules?"), written=2, unsupported=1)
    answer = written.to_json() | {"related": not_found("Who?").to_json()["related"]}
    shown = re.findall(r'"([a-z_]+)"(?=:|,|\}| *\n)', block("`bulletins ask QUESTION --json` prints"))
    steps = {"understand", "search", "decide", "answer", "check", "total"}
    keys = {*answer, *(f.name for kind in (Sentence, Citation) for f in dataclasses.fields(kind))}
    values = {"answered", "not_found", "en", "extractive"}
    assert keys <= set(shown)
    assert set(shown) - keys <= steps | values
    assert "evidence" not in keys and {f.name for f in dataclasses.fields(Answer)} == {*answer, "evidence"}


def test_the_readme_shows_the_keys_of_a_passage_found_and_of_an_index_run() -> None:
    (hit,) = FakeAssistant().search("lockers", 1)
    for key in hit_json(hit):
        assert f'"{key}"' in block("`bulletins search QUESTION --json` prints")
    for key in dataclasses.fields(BuildReport):
        assert f'"{key.name}"' in block("`bulletins index FOLDER --json` prints")


# ---------------------------------------------------------------- examples


def test_the_readme_has_an_example_of_the_assistant_and_of_the_retriever() -> None:
    assert len(EXAMPLES) == 2


@pytest.mark.parametrize(
    ("example", "prints"),
    [
        (EXAMPLES[0], "a parcel may lie there for 24 hours without a fee | 101 "),
        (EXAMPLES[1], f"101 0 {BULLETINS[0].text[:40]}"),
    ],
    ids=["assistant", "retriever"],
)
def test_the_examples_in_python_run(
    example: str, prints: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fake = FakeAssistant()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("assistant.Assistant", SimpleNamespace(open=lambda folder: fake))
    monkeypatch.setattr("index.embed.open_embedder", lambda model, cache: FakeEmbedder())
    monkeypatch.setattr("index.search.Index", lambda folder, embedder, cache: fake)
    exec(compile(example, "README.md", "exec"), {})
    assert prints in capsys.readouterr().out


def test_the_example_of_start_and_end_gives_the_quote(tmp_path: Path) -> None:
    assert '.read_bytes().decode("utf-8-sig", "replace")[start:end]' in README
    path = tmp_path / BULLETINS[1].path
    path.write_bytes(BULLETINS[1].raw.encode("utf-8-sig"))
    (citation, _) = FakeAssistant().ask("何時?").citations
    assert path.read_bytes().decode("utf-8-sig", "replace")[citation.start : citation.end] == citation.quote


# ---------------------------------------------------------------- files and figures


def test_the_reading_order_numbers_every_file_once() -> None:
    numbered = re.findall(r"^(\d+)\. `([^`]+\.py)`: \S", README, re.MULTILINE)
    assert [int(number) for number, _ in numbered] == list(range(1, len(numbered) + 1))
    files = {p.relative_to(ROOT).as_posix() for room in ROOMS for p in (ROOT / room).rglob("*.py")}
    files = {f for f in files if not f.endswith("__init__.py") and not f.startswith("eval/benchmarks/")} | {"app.py"}
    assert sorted(file for _, file in numbered) == sorted(files)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_document_links_to_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", text):
        assert (page.parent / "".join(target)).is_file(), target
    for name in re.findall(r"`((?:sources|index|assistant|eval|tests)/[\w./-]+\.\w+)`", text):
        assert (ROOT / name).is_file() or name == "eval/baseline.json", name


def test_pictures_are_small_and_used() -> None:
    pictures = sorted((ROOT / "docs/images").iterdir())
    assert pictures
    for picture in pictures:
        assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size < 400_000
        assert f"docs/images/{picture.name}" in README


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("share of vectors, question and passage in one language", (search._DENSE_SHARE_SAME,)),
        ("share of vectors, across languages", (search._DENSE_SHARE_ACROSS,)),
        ("gain of a passage that holds every fact", (search._FACT_GAIN,)),
        ("gain of a bulletin that is about", (search._BULLETIN_GAIN,)),
        ("least share of the best possible word score", (search._WORDS_NEEDED,)),
        ("gain of a passage whose bulletin", (search._FAVOUR,)),
        ("cosine of unrelated texts", (search._UNRELATED, search._FEW_PASSAGES)),
        ("passages without the term", (lanes._ELSEWHERE,)),
        ("facts count in full from", (lanes._TELLING, lanes._TELLING_BULLETIN)),
        ("a fact told in passing", (lanes._IN_PASSING,)),
    ],
)
def test_the_constants_of_the_fusion_are_those_of_the_code(what: str, values: tuple[float, ...]) -> None:
    page = (ROOT / "docs/search.md").read_text(encoding="utf-8")
    (row,) = [row for row in rows(page) if row[0].startswith(what)]
    assert tuple(float(value) for value in row[1].split(" / ")) == values


def test_each_measure_is_explained() -> None:
    page = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    explained = {name for row in rows(page) for name in re.findall(r"`([a-z0-9_]+)`", row[0])}
    assert {*AVERAGES, "quoted_chars_median", "seconds_p50", "seconds_p95"} <= explained


def test_the_newest_entry_of_the_changelog_is_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest and newest[1] == version
