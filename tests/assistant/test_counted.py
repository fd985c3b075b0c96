"""How many members an enumeration has."""

from __future__ import annotations

import pytest

from assistant.counted import list_sizes


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("Oslo, Bergen and Tromso were chosen.", {3}),
        ("In June, Oslo, Bergen and Tromso were chosen.", {3}),
        ("They grow wheat, rye, oats, and barley.", {4}),
        ("Ann Bell, Carl Dahl and Eva Frey, and Gus Holm came.", {4}),
        ("It rises in the hills; it crosses the plain; it ends in the lake.", {3}),
        ("分為紅、黃、藍。", {3}),
        ("分为红、黄、蓝和绿。", {4}),
        ("甲、乙、丙，以及丁到會。", {4}),
        ("甲、乙、丙举行和平会谈。", {3}),
        ("Bread and butter were served.", set()),
        ("They grow cereals such as wheat, rye and oats.", set()),
        ("It spread widely, reaching Oslo, Bergen, and Tromso.", {3}),
        ("Ten years after the fire, Oslo, Bergen and Tromso were chosen.", set()),
        ("Long after the great fire, Oslo, Bergen and Tromso were chosen.", {3}),
        ("法、德、意等国。", set()),
        ("四張桌、兩把椅和燈。", set()),
        ("It opened in 1902, after a fire had burnt the barn, and its yard became a garden.", set()),
    ],
)
def test_a_list_is_counted(text: str, sizes: set[int]) -> None:
    assert list_sizes(text) == sizes
