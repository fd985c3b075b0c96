"""The folded shadow: what is the same to a reader is the same to search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalise import fold, simplify

# Letters, Chinese of both scripts, full-width forms, and whatever else Unicode holds.
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("郵邮國国髮发裏里ＡａＢ０９İıßﬁ　\u00a0ℌ①㎏")), max_size=60)


@given(TEXTS)
def test_folding_twice_equals_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("郵件投遞員總數", "邮件投递员总数"),
        ("海島郵路巡查啟動", "海岛邮路巡查启动"),
        ("ＰＯＳＴ　２０２３", "post 2023"),
        ("Parcel\n\tLOCKERS ", "parcel lockers"),
        ("裏面", "里面"),
        ("３５％", "35%"),
        ("ﬁle", "file"),
    ],
)
def test_scripts_widths_cases_and_spaces_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_figures_and_dates_survive() -> None:
    assert fold("2023年11月18日，9.5萬件，增長12.4%") == "2023年11月18日,9.5万件,增长12.4%"


def test_what_differs_stays_different() -> None:
    assert fold("九座古城") != fold("四座古城")


def test_simplify_leaves_english_width_and_case_alone() -> None:
    assert simplify("Green  POST ２０ 綠色") == "Green  POST ２０ 绿色"
