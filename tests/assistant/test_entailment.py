"""The entailment model: loaded by name, refused with a remedy, heard only where facts leave something open."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, doctor
from assistant.check import Check, open_check
from assistant.entailment import Reading, open_entailment
from assistant.settings import Settings
from index.build import build_index
from index.errors import ModelUnavailable
from tests.cache import cache
from tests.cross_encoder import small
from tests.fakes import LOCKERS, FakeEmbedder

NAMED = {0: "entailment", 1: "neutral", 2: "contradiction"}
TEXT = "On May 28, the State Post Bureau met makers of parcel lockers in Hangzhou."


class Says:
    """A model of one opinion. asked: every pair it was given."""

    name = "says"

    def __init__(self, reading: Reading) -> None:
        self._reading, self.asked = reading, list[tuple[str, str]]()

    def reading(self, text: str, sentence: str) -> Reading:
        self.asked.append((text, sentence))
        return self._reading


@pytest.mark.parametrize(
    ("reading", "verdict"), [("entailed", "supported"), ("contradicted", "unsupported"), ("neither", "unsupported")]
)
def test_the_model_decides_what_facts_leave_open(reading: Reading, verdict: str) -> None:
    model = Says(reading)
    found = Check(entailment=model)("Firms that build such cabinets were received in Hangzhou on 28 May.", [TEXT])
    assert found.verdict == verdict and len(model.asked) == 1
    assert bool(found.reasons) is (verdict != "supported")


def test_a_figure_that_stands_nowhere_is_no_matter_of_opinion() -> None:
    model = Says("entailed")
    found = Check(entailment=model)("The bureau met 17 makers of parcel lockers.", [TEXT])
    assert found.verdict == "unsupported" and not model.asked


def test_what_is_quoted_needs_no_opinion() -> None:
    model = Says("contradicted")
    assert Check(entailment=model)(TEXT, [TEXT]).verdict == "supported" and not model.asked


def test_a_doubt_about_a_fact_is_kept() -> None:
    found = Check(entailment=Says("entailed"))("On 28 May 2021 makers of lockers were met in Hangzhou.", [TEXT])
    assert found.verdict == "partly" and "year" in found.reasons[0]


def test_a_cross_encoder_is_loaded_by_its_folder_and_read_by_its_labels(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    names = {0: "CONTRADICTION", 1: "entailment", 2: "neutral"}
    name = small(tmp_path / "model", labels=3, named=names)
    model = open_entailment(name)
    assert model and model.name == name
    pairs = [("海岛邮路有几艘船", "Nine came."), ("Who came?", "海岛邮路"), ("三轮车配送", "Chen Yulan")]
    scores = CrossEncoder(name, device="cpu").predict(pairs)
    readings = {0: "contradicted", 1: "entailed", 2: "neither"}
    assert [model.reading(*pair) for pair in pairs] == [readings[int(row.argmax())] for row in scores]
    assert model.reading("海島郵路有幾艘船", "Nine came.") == model.reading("海岛邮路有几艘船", "Nine came.")


def test_none_is_opened_when_none_is_set() -> None:
    assert open_entailment("") is None


def test_a_model_that_is_not_there_or_names_no_entailment_is_refused_with_the_remedy(tmp_path: Path) -> None:
    missing = str(tmp_path / "nothing")
    unnamed = small(tmp_path / "model", labels=3)
    for name, reason in ((missing, "cannot be loaded"), (unnamed, "does not say which of its scores")):
        with pytest.raises(ModelUnavailable, match=reason) as caught:
            open_entailment(name)
        assert name in str(caught.value) and 'entailment = ""' in caught.value.remedy


def test_the_check_of_files_and_the_assistant_open_the_model_of_the_settings(tmp_path: Path) -> None:
    missing = str(tmp_path / "nothing")
    with pytest.raises(ModelUnavailable, match="nothing"):
        open_check(cache(), None, missing)
    (tmp_path / "bulletins").mkdir()
    (tmp_path / "bulletins" / "lockers.txt").write_text(LOCKERS, encoding="utf-8")
    build_index([tmp_path / "bulletins"], tmp_path / "index", FakeEmbedder())
    with pytest.raises(ModelUnavailable, match="nothing"):
        Assistant.open(tmp_path / "index", Settings(cache=tmp_path / "cache", entailment=missing))


def test_doctor_says_whether_the_model_tells_a_sentence_from_its_contrary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "None is set" in doctor.entailment(Settings()).message
    missing = doctor.entailment(Settings(entailment=str(tmp_path / "nothing")))
    assert not missing.ok and 'entailment = ""' in missing.remedy

    class Reads(Says):
        def reading(self, text: str, sentence: str) -> Reading:
            return "entailed" if "shut" in sentence else self._reading

    readings: tuple[tuple[Reading, bool], ...] = (("contradicted", True), ("entailed", False))
    for reading, sound in readings:
        opened = Reads(reading)
        monkeypatch.setattr("assistant.entailment.open_entailment", lambda model, found=opened: found)
        assert doctor.entailment(Settings(entailment="some")).ok is sound
