"""Contraries of a sentence, which its source must be less like than the sentence."""

from __future__ import annotations

import pytest

from assistant.contrary import contraries
from assistant.prepared import prepare


@pytest.mark.parametrize(
    ("sentence", "kind", "contrary"),
    [
        ("Boats may not moor here.", "denied", "Boats may moor here."),
        ("The ferry isn't late.", "denied", "The ferry is late."),
        ("The ferry is late.", "denied", "The ferry is not late."),
        ("The crew repaired it.", "denied", "The crew did not repaired it."),
        ("Boats must moor here.", "duty", "Boats may moor here."),
        ("Since 1 May boats may moor here.", "duty", "Since 1 May boats must moor here."),
        ("船只不得停靠。", "denied", "船只可以停靠。"),
        ("碼頭尚未修好。", "denied", "碼頭已修好。"),
        ("渡輪將停航。", "denied", "渡輪将不停航。"),
        ("船只必须停靠。", "duty", "船只可以停靠。"),
        ("无需登记。", "denied", "须登记。"),
        ("The tide rises.", "opposed", "The tide falls."),
        ("Most of the boats left.", "opposed", "all of the boats left."),
        ("所有船只都已靠岸。", "opposed", "部分船只都已靠岸。"),
        ("水位上升。", "opposed", "水位下降。"),
    ],
)
def test_a_denial_a_duty_or_a_word_is_turned_into_its_contrary(sentence: str, kind: str, contrary: str) -> None:
    assert (kind, contrary) in [(one.kind, one.text) for one in contraries(prepare(sentence))]


def test_every_clause_has_contraries_of_its_own() -> None:
    found = [one for one in contraries(prepare("The pier is open, but the lock is not.")) if one.kind == "denied"]

    assert [one.at for one in found] == [9, 34]
    assert [one.text for one in found] == [
        "The pier is not open, but the lock is not.",
        "The pier is open, but the lock is .",
    ]


@pytest.mark.parametrize("sentence", ["无人机不断增加。", "未来五年。", "Tea.", "In May tea.", "应急。", "反应迅速。"])
def test_words_in_which_a_denial_or_a_choice_only_hides_are_left_alone(sentence: str) -> None:
    assert not [one for one in contraries(prepare(sentence)) if one.kind != "opposed"]


def test_a_long_sentence_has_few_contraries_of_its_words() -> None:
    words = "more all higher before after most every first only large east north rural domestic upper male wet rich "

    assert len([one for one in contraries(prepare(words * 20)) if one.kind == "opposed"]) == 8
