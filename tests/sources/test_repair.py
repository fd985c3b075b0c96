from __future__ import annotations

import random
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.benchmarks.repair import specimens
from eval.noise import KINDS, damage
from sources.bulletin import Edit, apply_edits, compose
from sources.repair import repair

PIECES = [
    "業(yè)", "強(qiáng)", "和(he)", "(a)", "啊(a)", "（bó）", "<span>", "</span>", "/span>", "<br>", "<", ">", "&amp;", "&lt;p&gt;",
    "&nbsp;", "&amp;amp;", "&#x4e2d;", "&#0;", "â€œ", "ä¸\xad", "Ã©", "Ã", "\ufffd", "\ufffd\ufffd", "锟斤拷", "?", "?。▍^", "?。ㄗ灾螀^",
    "?！?", "“", "”", "!", "２0２0", "Ａ", "\u3000", "  ", " ", "\t", "\xa0", "\u200b", "\ufeff", "\x07", "\x85", "\r\n", "\r", "\n",
    "\u2028", "國", "家", "省（區、市）", "word", "7", "⽅", "ﬁ", "\ue000", "□", "銆", "锛", "鍥", "。", ",", "(", ")", "yè", "\ud800",
]  # fmt: skip
damaged = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=25).map("".join)


@pytest.mark.parametrize(
    ("raw", "clean", "kinds"),
    [
        # Pinyin notes
        ("行業(yè)發(fā)展增強(qiáng)", "行業發展增強", {"pinyin": 3}),
        ("行業（yè）增強(ye4)", "行業增強(ye4)", {"pinyin": 1}),  # ye is no reading of 強
        ("行業(ye4)", "行業", {"pinyin": 1}),
        ("行業(ye)", "行業", {"pinyin": 1}),
        ("增強(qi?ng)", "增強", {"pinyin": 1}),
        ("農(no\u0301ng)村", "農村", {"pinyin": 1}),  # a combining accent
        ("旅(lǚ)行", "旅行", {"pinyin": 1}),
        # Tags and entities
        ("<p>第一段</p><p>第二段</p>", "第一段\n\n第二段", {"tag": 4}),
        ('甲<span style="color:red">乙</span>丙', "甲乙丙", {"tag": 2}),
        ("工程/span>完善", "工程完善", {"tag": 1}),
        ("工程</span完善", "工程完善", {"tag": 1}),
        ("before<script>var a = '<b>';</script>after", "beforeafter", {"tag": 1}),
        ("a<!-- note -->b", "ab", {"tag": 1}),
        ("AT&amp;T", "AT&T", {"entity": 1}),
        ("&lt;b&gt;fat&lt;/b&gt;", "fat", {"entity": 4, "tag": 2}),
        ("&amp;amp;quot;", '"', {"entity": 1}),
        # What is gone
        ("郵政\ufffd\ufffd業", "郵政□業", {"lost": 1}),
        ("郵政锟斤拷業", "郵政□業", {"lost": 1}),
        # UTF-8 read as Windows-1252, once and twice; as GBK
        ("â€œExpressâ€\x9d cafÃ©", "“Express” café", {"mojibake": 3}),
        ("ä¸\xadå›½", "中国", {"mojibake": 2}),
        ("Ã¢â‚¬Å“", "“", {"mojibake": 4}),
        ("今天启用的中心位于北部。".encode().decode("gb18030", "replace"), "今天启用的中心位于北部□", {"mojibake": 1}),
        # GBK that lost a byte
        ("各?。▍^、市)", "各省（區、市)", {"shifted": 1}),
        ("全國各?。ㄗ灾螀^、直轄市)", "全國各省（自治區、直轄市)", {"shifted": 1}),
        ("推動“快遞出?！?,同時", "推動“快遞出海”,同時", {"shifted": 1}),
        # Width, compatibility forms
        ("２0２0年", "2020年", {"width": 2}),
        ("⽅案和⼯作", "方案和工作", {"compatibility": 2}),
        ("the ﬁrst", "the first", {"compatibility": 1}),
        # Invisible characters, line ends, spaces
        ("郵\u200b政\ufeff", "郵政", {"invisible": 2}),
        ("bell\x07", "bell", {"control": 1}),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", {"line-end": 3}),
        ("\u3000\u3000會議召開。", "會議召開。", {"space": 1}),
        ("Liu\xa0Jun  said \nyes", "Liu Jun said\nyes", {"space": 3}),
        ("通\u3000知", "通知", {"space": 1}),
        ("國 家 郵 政", "國家郵政", {"space": 3}),
        ("主任：劉\u3000君、王明明", "主任：劉君、王明明", {"space": 1}),
        ("欄目：快遞\u3000\u3000時間：今天", "欄目：快遞 時間：今天", {"space": 1}),
        # Marks and letters in the width that the rest of the text does not use
        ("甲,乙，丙，丁，戊。", "甲，乙，丙，丁，戊。", {"width": 1}),
        ("甲，乙,丙,丁,戊。", "甲,乙,丙,丁,戊。", {"width": 1}),
        ("第１期 2020 2021 2022", "第1期 2020 2021 2022", {"width": 1}),
        # Said twice
        ("分揀中心，，今天啟用。。\n居民歡迎", "分揀中心，今天啟用。\n居民歡迎", {"doubled": 2}),
        ("本市第二個包裹分揀中心今天啟用\n" * 3, "本市第二個包裹分揀中心今天啟用\n", {"doubled": 1}),
        # Words broken at the line end: joined, but a compound keeps its hyphen
        ("the develop-\nment of it", "the development\nof it", {"hyphen": 2}),
        ("a green-\nhouse, a greenhouse", "a greenhouse,\na greenhouse", {"hyphen": 2}),
        ("high-\nspeed and high-speed", "high-speed\nand high-speed", {"hyphen": 2}),
    ],
)
def test_damage_is_repaired_and_counted(raw: str, clean: str, kinds: Mapping[str, int]) -> None:
    repaired = repair(raw)
    assert (repaired.text, repaired.counts) == (clean, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "(a) 第一項 (b) 第二項",
        "啊(a)第一項",  # one letter without a tone heads a list
        "順豐(SF)和京東(JD)",
        "是(yes)否(no)",
        "第一期(phase one)；甲(A)；乙(B)",
        "He said (yes) and wrote x < y and z > w.",
        "p>0.05, a<b, R&D, AT&T, http://example.org/a?b=c&d=e",
        "省（區、市）",
        "真的?！他說?",
        "什么?！?",
        "“什麼?！”他問。",
        "２０２０年Ａ級",  # one width throughout: as published
        "甲 乙兩方",
        "男 女",
        "一\n\n\n二",
        "CAFÉ» «ÉLAN»",
        "Über die Änderung",
        "□是 □否",
        "村郵站(二期)",
        "甲,乙，丙。",  # which width is the text's own?
        "什麼。。。",
        "a,,b;;c",
        "| --- | --- | --- | --- | --- |\n" * 2,
        "0\n0\n0",
        "pages 10-\n12",
        "一種叫做木的東西\n另一種",
        "",
    ],
)
def test_sound_text_comes_back_as_it_is(text: str) -> None:
    kept = text if text != "男 女" else "男女"  # alone on its line: a heading set apart
    assert repair(text).text == kept


def test_a_lost_character_returns_when_the_same_words_stand_elsewhere() -> None:
    # 工 + the first byte of 程, then a tag that lost its bracket
    raw = "推進“快遞進村”工程。實施“快遞出?！惫こ?/span>，完善網絡。"
    repaired = repair(raw)
    assert repaired.text == "推進“快遞進村”工程。實施“快遞出海”工程，完善網絡。"
    assert [reason for _, _, reason in repaired.suspicious] == [
        "a character was restored from one byte and its neighbours"
    ]


def test_without_a_witness_a_lost_character_is_marked_and_not_guessed() -> None:
    repaired = repair("實施“快遞出?！惫こ?/span>，完善網絡。")
    assert repaired.text == "實施“快遞出海”工□，完善網絡。"
    assert [reason for _, _, reason in repaired.suspicious] == ["a character is lost"]


def without_first_byte(text: str, character: str) -> str:
    """The text as it reads when GBK lost the first byte of the character."""
    before, after = text.split(character)
    data = before.encode("gbk") + b"?" + character.encode("gbk")[1:] + after.encode("gbk")
    return data.decode("gbk", "replace").replace("\ufffd", "?")


@pytest.mark.parametrize(
    ("text", "character", "clean"),
    [
        ("共有十二個省（區^", "省", "共有十二個省（區^"),
        ("共有十二個省（自治區^", "省", "共有十二個省（自治區^"),
        ("推动“快递出海”工作<", "海", "推动“快递出海”工□<"),  # a known term; the < took the last byte of 作 along
        ("这次出海”工作<", "海", "这次出□”工□<"),  # 出海 is a word, but so are others
        ("設立“自治省”工作<", "省", "設立“自治□”工□<"),  # 治病 is a word, 自治 a likelier one
        ("全部“小場”工作<", "場", "全部“小□”工□<"),
    ],
)
def test_a_lost_character_is_restored_only_when_one_fits(text: str, character: str, clean: str) -> None:
    raw = without_first_byte(text, character)
    assert "?" in raw and character not in raw
    assert repair(raw).text == clean


def test_what_is_lost_or_odd_is_listed_in_clean_offsets() -> None:
    repaired = repair("行業(yè)\ufffd發展，全市?縣參加，the indus?try \ue123")
    found = {repaired.text[start:end]: reason for start, end, reason in repaired.suspicious}
    assert list(found) == ["□", "?", "\ue123"]
    assert len(repaired.suspicious) == 4


def test_a_question_in_chinese_is_not_suspicious() -> None:
    assert repair("今天去哪里?明天呢?好的。see http://example.org/a?b").suspicious == ()


def test_a_highlight_lands_on_the_raw_characters() -> None:
    raw = "　　行業(yè)綠色&nbsp;發展"
    repaired = repair(raw)
    start = repaired.text.index("業綠")
    low, high = repaired.map.raw_span(start, start + 2)
    assert raw[low:high] == "業(yè)綠"


@settings(max_examples=150, deadline=None)
@given(damaged)
def test_repairing_twice_changes_nothing_more(raw: str) -> None:
    once = repair(raw)
    again = repair(once.text)
    assert again.text == once.text
    assert again.counts == {}


@settings(max_examples=150, deadline=None)
@given(damaged)
def test_the_map_is_monotone_and_complete(raw: str) -> None:
    repaired = repair(raw)
    clean, where = apply_edits(raw, repaired.map.edits)
    assert clean == repaired.text
    spans = [where.raw_span(i, i + 1) for i in range(len(clean))]
    assert all(0 <= low < high <= len(raw) for low, high in spans)
    for (low, high), (next_low, next_high) in zip(spans, spans[1:], strict=False):
        assert (low, high) == (next_low, next_high) or high <= next_low
    changed = {i for e in where.edits for i in range(e.raw_start, e.raw_end)}
    assert all(raw[low] == c for c, (low, high) in zip(clean, spans, strict=True) if low not in changed)


@pytest.fixture(scope="module")
def specimen_texts() -> list[str]:
    return [text for _, text in specimens()]


@pytest.mark.parametrize("kind", KINDS)
def test_noisy_bulletins_keep_every_promise(kind: str, specimen_texts: list[str]) -> None:
    """What hypothesis checks on scraps holds on whole bulletins with each kind of noise."""
    chance = random.Random(kind)
    for seed, text in enumerate(specimen_texts):
        raw = damage(text, kind, share=0.1, seed=seed)
        repaired = repair(raw)
        clean, edits = repaired.text, repaired.map.edits
        assert apply_edits(raw, edits)[0] == clean  # complete, in order, without overlaps
        assert repair(clean).counts == {}
        for _ in range(20):
            start = chance.randrange(len(clean))
            end = min(len(clean), start + chance.randrange(1, 60))
            low, high = repaired.map.raw_span(start, end)
            inside = [e for e in edits if low <= e.raw_start and e.raw_end <= high]
            assert not any(e.raw_start < high < e.raw_end or e.raw_start < low < e.raw_end for e in edits)
            moved = [Edit(e.raw_start - low, e.raw_end - low, e.text, e.kind) for e in inside]
            assert clean[start:end] in apply_edits(raw[low:high], moved)[0]


@settings(max_examples=100, deadline=None)
@given(damaged, st.data())
def test_a_highlight_lands_on_raw_characters_that_hold_the_words(raw: str, data: st.DataObject) -> None:
    repaired = repair(raw)
    if not repaired.text:
        return
    start = data.draw(st.integers(0, len(repaired.text) - 1))
    end = data.draw(st.integers(start + 1, len(repaired.text)))
    low, high = repaired.map.raw_span(start, end)
    inside = [e for e in repaired.map.edits if low <= e.raw_start and e.raw_end <= high]
    moved = [Edit(e.raw_start - low, e.raw_end - low, e.text, e.kind) for e in inside]
    assert repaired.text[start:end] in apply_edits(raw[low:high], moved)[0]


def test_text_broken_at_one_width_is_joined_again() -> None:
    english = "The city opened its second sorting centre for parcels last week and the first shift began at dawn. " * 6
    chinese = "本市上周启用了第二个包裹分拣中心，首批员工清晨上岗，预计每天可以处理三万件邮件，居民对此表示欢迎，" * 5
    wrapped = "\n".join(chinese[i : i + 30] for i in range(0, len(chinese), 30))
    assert repair(wrapped).text == chinese
    assert "\n" not in repair(textwrap.fill(english, 70)).text.strip().replace(".\n", ". ")


def test_text_cut_after_every_so_many_characters_is_joined_even_inside_a_note() -> None:
    noted = (
        "本市上周啟用了第二個包裹分揀中心，首批員(yuán)工清晨上崗，預(yù)計(jì)每天可以處理三萬件郵件，居民對(duì)此表示歡迎，"
        "市長(cháng)說(shuō)，今年還會(huì)再開(kāi)兩個這樣的中心，總(zǒng)投資達到八億元，明年春天以前全部建成投產(chǎn)，屆時全市"
        "每天可以處理(lǐ)的郵件將達到十萬件以上，比現在多出兩倍。"
    )
    lines = [noted[i : i + 22] for i in range(0, len(noted), 22)]
    assert any(line.count("(") > line.count(")") for line in lines)
    for line_end in ("\n", "\r\n"):
        assert repair(line_end.join(["分揀中心啟用", *lines])).text == f"分揀中心啟用\n{repair(noted).text}"


def test_lines_broken_at_one_width_are_joined_though_damage_made_them_unequal() -> None:
    clean = (
        "本市上週啟用了第二個包裹分揀中心，首批員工清晨上崗，預計每天可以處理三萬件郵件，居民對此表示歡迎，市長說，今年還會再開"
        "兩個這樣的中心，總投資達到八億元，明年春天以前全部建成投產，屆時全市每天可以處理的郵件將達到十萬件以上，比現在多出兩倍，"
        "鄉下的村民也能在家門口寄取包裹，不必再走遠路，送貨的三輪車也要換成電動的，預計後年底完成，費用由市裡承擔。"
    )
    noted = clean.replace("員工", "員(yuán)工").replace("預計", "預(yù)計")
    lines = [noted[i : i + 24] for i in range(0, len(noted), 24)]
    assert lines[0].endswith("員(yuá")
    damage = {"，": "&#65292;", "的": "的\u200b", "八": "<b>八</b>"}
    broken = "\n".join("".join(damage.get(c, c) for c in line) for line in ("分揀中心啟用", *lines))
    assert repair(broken).text == f"分揀中心啟用\n{clean}"


def test_lines_that_are_lines_are_not_joined() -> None:
    text = "各中心处理量\n" + "".join(f"第{n}分拣中心今年上半年处理的邮件和包裹总数\n" for n in "一二三四五六七")
    assert repair(text).text == text


@settings(max_examples=100, deadline=None)
@given(damaged)
def test_nothing_counted_means_nothing_changed(raw: str) -> None:
    repaired = repair(raw)
    assert (repaired.text == raw) == (not repaired.counts)


@settings(max_examples=100, deadline=None)
@given(damaged)
def test_suspicious_places_are_in_order_and_inside_the_text(raw: str) -> None:
    repaired = repair(raw)
    assert list(repaired.suspicious) == sorted(repaired.suspicious)
    assert all(0 <= start < end <= len(repaired.text) for start, end, _ in repaired.suspicious)


@st.composite
def edits_of(draw: st.DrawFn, length: int) -> list[Edit]:
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    pairs = [pair for pair in zip(cuts, cuts[1:], strict=False) if draw(st.booleans())]
    return [Edit(a, b, draw(st.text("xyz", max_size=3)), "k") for a, b in pairs]


@settings(max_examples=150, deadline=None)
@given(st.data(), st.text("abcdef", min_size=1, max_size=12))
def test_two_rounds_of_edits_compose_into_one(data: st.DataObject, raw: str) -> None:
    first = data.draw(edits_of(len(raw)))
    middle, _ = apply_edits(raw, first)
    second = data.draw(edits_of(len(middle)))
    assert apply_edits(raw, compose(raw, first, second))[0] == apply_edits(middle, second)[0]


def test_hostile_nesting_ends_soon() -> None:
    started = time.perf_counter()
    for raw in (
        "&" + "amp;" * 20_000, "<" * 5_000 + "b>" * 5_000, "業" + "(yè)" * 2_000, "<!--" * 2_000, " " * 100_000 + "x",
        "<a " + "b=c " * 20_000, "國 " * 10_000, "?" * 50_000, "?。▍" * 5_000, "(" * 100_000, "<script>" * 300, "&" * 99_000,
        "“好?！?" * 500, "好?！惫こ?" * 500,
    ):  # fmt: skip
        repair(raw)
    assert time.perf_counter() - started < 15


@pytest.mark.parametrize(
    "line", ["首批员工清晨上岗（一期），预计每天可以处理三万件邮件。\n", "The first shift began (at dawn) today.\n"]
)
def test_the_time_of_clean_text_grows_with_its_length(line: str) -> None:
    def seconds(lines: int) -> float:
        text = "".join(f"{n} {line}" for n in range(lines))
        started = time.process_time()  # other tests may run beside it
        assert repair(text).text == text
        return time.process_time() - started

    # Eight times the text; what looks back from each place to the beginning would take sixty-four times as long, each
    # time; a processor that others slow down does so now and then.
    short = min(seconds(5_000) for _ in range(3))
    assert any(seconds(40_000) < 24 * short for _ in range(3))


def test_no_damage_is_left_in_the_real_bulletins(real_bulletins: list[Path]) -> None:
    for path in real_bulletins:
        repaired = repair(path.read_text(encoding="utf-8"))
        assert not set(repaired.text) & set("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ<>▍^こ□\u3000\xa0")
        assert repair(repaired.text).text == repaired.text


def test_a_stray_closing_tag_in_a_sentence_does_not_end_it() -> None:
    assert repair("昨天，郵局的</span></p>新樓開張了。").text == "昨天，郵局的新樓開張了。"
    assert (
        repair("新樓開張</p>昨天，郵局的新樓開張了。</p>今天休息。").text
        == "新樓開張\n昨天，郵局的新樓開張了。\n今天休息。"
    )
    assert repair("<p>昨天，新樓開張</p><p>今天，郵局休息</p>").text == "昨天，新樓開張\n\n今天，郵局休息"
