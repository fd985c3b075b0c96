"""A fact that the other language tells in another form; and the same, altered."""

from __future__ import annotations

import pytest

from assistant.check import check
from assistant.contrast import actions
from assistant.parties import _is_pronoun, _Statement
from assistant.prepared import prepare
from sources.facts import facts


def _doubted(sentence: str, source: str) -> bool:
    return any("is not in the cited text" in reason for reason in check(sentence, [source]).reasons)


@pytest.mark.parametrize(
    ("sentence", "source", "altered"),
    [
        ("五名隊員獲獎。", "Ann, Bea, Cid, Dan and Eve won prizes.", "Ann, Bea, Cid and Dan won prizes."),
        ("They visited four towns.", "他們走訪了甲鎮、乙鎮、丙鎮和丁鎮。", "他們走訪了甲鎮、乙鎮和丙鎮。"),
        ("三天後返回。", "They came back after three days.", "Ann, Bea and Cid came back."),  # days are measured
        ("挪威人建了教堂。", "Norwegians built the church.", "Swedes built the church."),
        ("館內有上海話導賞。", "There are tours in Shanghainese.", "There are tours in Cantonese."),
        ("Nigeria sent a team.", "奈及利亞派隊參加。", "肯亞派隊參加。"),
        (
            "「舊街（三）」今天開幕。",
            'The show "Old Streets (III)" opened today.',
            'The show "Old Streets (IV)" opened today.',
        ),
        ("The law of 1B applies here.", "此處適用IB類。", "此處適用IIB類。"),
        ("财政部长致辞。", "The finance minister spoke.", "The education minister spoke."),
    ],
)
def test_another_form_bears_it_out(sentence: str, source: str, altered: str) -> None:
    assert not _doubted(sentence, source)
    assert _doubted(sentence, altered)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("She was in her second year of high school.", "她當時讀高二。"),
        ("He was crowned in the first year of the reign.", "他於元年加冕。"),
        ("The hall had first been built of stone.", "禮堂原為石砌。"),
        ("Prince De spoke to the crowd.", "德王向群眾講話。"),
    ],
)
def test_ordinals_and_titles_of_custom(sentence: str, source: str) -> None:
    assert not _doubted(sentence, source)


@pytest.mark.parametrize(("party", "told"), [('" she', True), ("他也", True), ("the mayor", False), ("她母親", False)])
def test_a_pronoun_is_somebody(party: str, told: bool) -> None:
    assert _is_pronoun(_Statement(prepare(party), (0, len(prepare(party).plain)), ())) is told


def test_the_one_who_presides_is_named_after_it() -> None:
    text = "周敏在典禮上致詞，主持人是王強。"
    (chaired,) = [act for act in actions(prepare(text).plain, facts(text)) if act.kind == "chair"]
    assert chaired.actors == {"name:wang-qiang"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("露西·卡兰德博士说不行。", []),
        ("卢·卡尔和王强局长出席。", ["name:wang-qiang"]),
        ("照片由记者韦亮拍摄。", ["name:wei-liang"]),
    ],
)
def test_no_name_is_cut_from_a_foreign_one(text: str, names: list[str]) -> None:
    assert [fact.token for fact in facts(text) if fact.token.startswith("name:")] == names
