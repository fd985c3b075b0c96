"""The specimens tell the facts of the public bulletins, in words of their own and with the same kinds of damage."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPECIMENS = ROOT / "sources" / "specimens"
PUBLIC = ROOT / "../shared/bulletins"
STEMS = ("000", "001", "002", "003", "004")

# Separated by " | ". Each stands in the specimen and in the public bulletin of the same stem, white space and pinyin
# notes aside.
FACTS: dict[str, str] = {
    "000": (
        "December 12 | 12th Office meeting | Ma Junsheng | Dai Yingjun | Liu Jun | Yang Chunguang | Zhao Min | "
        "Guidelines on Green Packaging | verification and Identification | online government service | "
        "four aspects | millennium project | ten departments | structural tax reduction | electronic waybills | "
        "multimodal transport | extended producer responsibility | Green Post Action | "
        "Interim Regulations on Express Delivery | competent department | inclusiveness and prudence | "
        "one network | decentralization service"
    ),
    "001": (
        "发布日期: 2017-12-20 11:29:00 | March 20th | Shenzhen | seven | Jiangsu | Fujian | Hainan | 70% | "
        "9751 | Development Research Center | China Post Express Newspaper | China Express Association | "
        "four consciousnesses | two maintenance | Guangdong Tengen Industrial Group Co.,Ltd | "
        "SF Packaging Lab | Zhang Guangjun | Lin Shaochun | Yuantong Shenzhen Distribution Center | "
        "SF Futian Branch | Guangzhou | Guangdong, Hong Kong, Macao District"
    ),
    "002": (
        "China News Service, March 1. | February 28 | 2020 national video conference | Wei Liang | "
        "six stability | green channel | lifeline | Hubei and Wuhan | Thirteenth Five-Year Plan | "
        "two-in, one-out | five systems | four governance | two safeguards | Postal Law | bull nose | "
        "real-name acceptance | group standards | Express Delivery to Village | Express Delivery to Factory | "
        "Express Delivery to the Sea | Double random, one open"
    ),
    "003": (
        "1月9日 | 十項工作 | 十四五 | 十五五 | 高鐵運快件 | 多式聯運 | 快遞進村 | 村郵站 | 客貨郵 | 快遞進廠 | "
        "4A級以上景區 | 無人機 | 無人倉 | 綠盾 | (二期) | 三項制度 | 四個機制 | 七大行動 | 15個城市 | "
        "應簽盡簽 | 25萬人次 | 第九屆 | 暖蜂行動 | 暖蜂驛站 | 三年行動 | 一案雙查 | 一帶一路 | RCEP | "
        "萬國郵聯 | 粵港澳大灣區 | 中國2024亞洲國際集郵展覽"
    ),
    "004": (
        "2月28日 | 2020年全國郵政市場監管工作電視電話會議 | 劉君 | 副局長 | 六穩 | 生命線 | 十三五 | 兩進一出 | "
        "五個體系 | 四個治理 | 兩個維護 | 《郵政法》 | 牛鼻子 | 放管服 | 政權安全 | 互聯網+ | 五個方面 | "
        "快遞進村 | 快遞進廠 | 雙隨機、一公開 | 市場監管司 | 內蒙古、山東、上海等12個 | 中國郵政集團有限公司"
    ),
}

_PINYIN_NOTE = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}\)")
_COPIED = 40


def read(folder: Path, stem: str) -> str:
    # newline="": line ends and indentation are part of what a specimen shows.
    with open(folder / f"{stem}.txt", encoding="utf-8", newline="") as file:
        return file.read()


def bare(text: str) -> str:
    """Without white space and pinyin notes, in lower case."""
    return re.sub(r"\s", "", _PINYIN_NOTE.sub("", text)).lower()


def stretches(text: str, length: int) -> set[str]:
    return {text[i : i + length] for i in range(len(text) - length + 1)}


def public(stem: str) -> str:
    if not PUBLIC.is_dir():
        pytest.skip("the public bulletins are not at hand")
    return read(PUBLIC, stem)


def paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("stem", STEMS)
def test_a_specimen_tells_the_key_facts(stem: str) -> None:
    text = bare(read(SPECIMENS, stem))
    assert [fact for fact in FACTS[stem].split(" | ") if bare(fact) not in text] == []


@pytest.mark.parametrize("stem", STEMS)
def test_the_public_bulletin_tells_them_too(stem: str) -> None:
    text = bare(public(stem))
    assert [fact for fact in FACTS[stem].split(" | ") if bare(fact) not in text] == []


@pytest.mark.parametrize("stem", STEMS)
def test_every_figure_of_the_public_bulletin_is_in_the_specimen(stem: str) -> None:
    figure = re.compile(r"\d+(?:st|nd|rd|th)?%?")
    assert set(figure.findall(public(stem))) == set(figure.findall(read(SPECIMENS, stem)))


@pytest.mark.parametrize("stem", STEMS)
def test_quoted_names_of_the_public_bulletin_are_in_the_specimen(stem: str) -> None:
    # Only short ones: what stands between a closing and the next opening mark is no name.
    quoted = re.compile(r"[\"“]([^\"“”,.。,]{2,30})[\"”]")
    names = {bare(name) for name in quoted.findall(public(stem))}
    text = bare(read(SPECIMENS, stem))
    assert {name for name in names if name not in text} == set()


@pytest.mark.parametrize("stem", STEMS)
def test_a_specimen_has_the_form_and_length_of_the_public_bulletin(stem: str) -> None:
    told, restated = public(stem), read(SPECIMENS, stem)
    assert restated.count("\n") == told.count("\n")
    assert [not line.strip() for line in restated.split("\n")] == [not line.strip() for line in told.split("\n")]
    assert 0.8 < len(restated) / len(told) < 1.2
    ends = re.compile(r"。|\.(?=\s|$|[A-Z])")
    assert 0.8 < len(ends.findall(restated)) / len(ends.findall(told)) < 1.2


@pytest.mark.parametrize("stem", STEMS)
def test_no_stretch_is_copied(stem: str) -> None:
    restated = re.sub(r"\s", "", read(SPECIMENS, stem))
    for other in STEMS:
        told = re.sub(r"\s", "", public(other))
        assert stretches(restated, _COPIED) & stretches(told, _COPIED) == set()


@pytest.mark.parametrize("stem", ("003", "004"))
def test_no_twenty_chinese_characters_are_copied(stem: str) -> None:
    """Pinyin notes lengthen a stretch, so Chinese is compared without them and without punctuation as well."""

    def han(text: str) -> str:
        return "".join(re.findall(r"[\u4e00-\u9fff]", text))

    assert stretches(han(read(SPECIMENS, stem)), 20) & stretches(han(public(stem)), 20) == set()


def test_000_has_no_title_and_no_date_line() -> None:
    first = paragraphs(read(SPECIMENS, "000"))[0]
    assert len(first) > 400 and first.endswith(".")


def test_001_has_a_date_line_a_later_event_and_glued_sentences() -> None:
    text = read(SPECIMENS, "001")
    assert paragraphs(text)[1] == "发布日期: 2017-12-20 11:29:00"
    assert "March 20th" in text
    assert "Shenzhen.And organized" in text
    assert len(re.findall(r"[a-z]\.[A-Z]", text)) >= 2


def test_002_has_a_dateline_a_caption_four_requirements_and_five_tasks() -> None:
    lines = paragraphs(read(SPECIMENS, "002"))
    assert lines[0].startswith("China News Service, March 1.")
    assert lines[1].startswith("Data sheet:") and "Photo" in lines[1]
    assert [line.split(" is ")[0] for line in lines[6:9]] == ["The second", "The third", "The fourth"]
    assert [word for word in ("The first", "The second", "The third", "The fourth", "Fifth") if word in lines[9]] == [
        "The first", "The second", "The third", "The fourth", "Fifth",
    ]  # fmt: skip


def test_003_has_a_label_ten_headings_and_conversion_damage() -> None:
    text = read(SPECIMENS, "003")
    lines = paragraphs(text)
    assert lines[0] == "科技信息"
    assert bare(lines[2]) == "2024年01月10日來源:國家郵政局"
    headings = lines[4::2]
    assert len(headings) == 10
    assert all(len(bare(heading)) < 20 and "。" not in heading for heading in headings)
    assert "“快遞出?!惫こ?/span>" in text
    assert "," in text and "，" not in text
    # Punctuation lost between two clauses, as the converter of such pages loses it.
    assert "機制推動" in bare(text)


def test_004_has_a_column_line_indents_and_lost_characters() -> None:
    text = read(SPECIMENS, "004")
    assert bare(paragraphs(text)[1]) == "欄目:快遞監管發布時間:2020-03-02"
    assert "\n\xa0 \xa0 \xa0 \xa0" in text
    assert text.count("\n  ") == 9
    assert text.count("?。▍^(qū)、市)") == 2
    assert "“快遞出?!?," in text


@pytest.mark.parametrize(("stem", "least"), [("003", 250), ("004", 180)])
def test_pinyin_notes_are_as_dense_as_in_the_public_bulletin(stem: str, least: int) -> None:
    notes = len(_PINYIN_NOTE.findall(read(SPECIMENS, stem)))
    assert notes >= least
    assert 0.8 < notes / len(_PINYIN_NOTE.findall(public(stem))) < 1.2
