"""Where a sentence ends."""

import pytest

from sources.sentences import sentences, wrapped_lines


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("會議開始。代表發言！有問題嗎？", ["會議開始。", "代表發言！", "有問題嗎？"]),
        ("He came.She left.", ["He came.", "She left."]),  # a lost space
        ("Mr. Li paid 3.5 yuan. He left.", ["Mr. Li paid 3.5 yuan.", "He left."]),
        ("See http://a.cn/list?page=2 for more. Done.", ["See http://a.cn/list?page=2 for more.", "Done."]),
        ("1. Open the box. 2. Close it.", ["1. Open the box.", "2. Close it."]),  # "1." is no sentence
        ('他說:"好。"然後走了。', ['他說:"好。"', "然後走了。"]),
        ('他來了。"請坐。"她說。', ["他來了。", '"請坐。"', "她說。"]),  # the mark opens the next sentence
        ("“好！”他說。「行。」她說。", ["“好！”他說。", "「行。」她說。"]),
        ("Well… he waited. Then he went.", ["Well… he waited.", "Then he went."]),
        ("甲；乙；丙。", ["甲；乙；丙。"]),  # semicolons join clauses
        ("雨量充沛,空氣?新,氣候宜人。", ["雨量充沛,空氣?新,氣候宜人。"]),  # a lost character
        ("你們去哪裡?我們去港口。", ["你們去哪裡?", "我們去港口。"]),
        ("Title\n\nText here", ["Title", "Text here"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_sentence_ends_where_a_reader_stops(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


def test_a_line_broken_by_its_width_does_not_end_a_sentence() -> None:
    text = "The inspectors went to all of the depots in the\nharbour and wrote down what they had found in\nthem. Then they left."
    assert len(cut(text)) == 2


def test_a_heading_above_a_paragraph_is_not_a_broken_line() -> None:
    text = "Inspectors visit all of the depots in the harbour\n" + "They wrote down what they had found. " * 8
    assert wrapped_lines(text) == frozenset()


def test_spans_can_be_asked_of_a_part_of_the_text() -> None:
    text = "First one. Second one. Third one."
    assert [text[a:b] for a, b in sentences(text, 11, 22)] == ["Second one."]
