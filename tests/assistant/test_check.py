"""The grounding check: what it lets pass, what it catches, and how often, over eval/gold/check.jsonl."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from assistant.check import Check, check, open_check
from index.gloss import Glosses, prepare
from index.token_vectors import TokenVectors
from sources.bulletin import Language
from tests.cache import cache

GOLD = Path(__file__).resolve().parents[2] / "eval" / "gold" / "check.jsonl"

SEMINAR = (
    "On June 3, Qian Wei, deputy director of the Harbour Office, chaired a seminar in Nanjing on the “Blue Crate” project. "
    "The seminar heard that 65% of 18,000 boxes had come back. Operators may lend boxes to shops. "
    "Qian Wei pointed out that paper labels must not be glued on. Fang Lin stressed that crates will be tracked from 2027."
)
MEETING = "6月3日,港务局副局长钱伟在南京主持座谈会。会议指出,18000只箱子中有65%已经收回。不得在箱子上粘贴纸质标签。"


@pytest.fixture(scope="module")
def full() -> Check:
    # Preparing the dictionary takes ten seconds, so the users' cache is shared.
    return Check(Glosses(prepare(cache() / "glosses.sqlite")))


@pytest.fixture(scope="module")
def aligned() -> Check:
    """The check as `bulletins check` has it: with the dictionary and the bundled model."""
    return open_check(cache(), "bundled")


@pytest.fixture(scope="module")
def ruled(aligned: Check) -> Check:
    """The same without the model that reads sentence and source together, as with another embedding model."""
    return Check(aligned._glosses, aligned._alignment._embedder)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "sentence",
    [
        "Operators may lend boxes to shops.",
        "“operators may lend boxes to shops”",
        "Qian Wei chaired the seminar on June 3 in Nanjing.",
        "The seminar heard that 65 percent of the 18 thousand boxes had come back.",
        "More than 60% of the boxes had come back.",
        "Paper labels must not be glued on, Qian Wei pointed out.",
        "From 2027, crates will be tracked.",
    ],
)
def test_a_quotation_or_a_light_paraphrase_is_supported(sentence: str) -> None:
    assert check(sentence, [SEMINAR]).verdict == "supported"


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Qian Wei chaired the seminar on June 13 in Nanjing.", "the date June 13"),
        ("The seminar heard that 56% of 18,000 boxes had come back.", "the figure 56%"),
        ("The seminar heard that less than 65% of 18,000 boxes had come back.", "the figure 65%"),
        ("Qian Ming chaired the seminar on June 3.", "the name Qian Ming"),
        ("Qian Wei chaired the seminar in Wuhan.", "Wuhan"),
        ("Fang Lin chaired the seminar on June 3.", "not who presided"),
        ("Director Qian Wei chaired the seminar on June 3.", "another office"),
        ("The seminar was about the “Red Crate” project.", "“Red Crate”"),
        ("Paper labels must be glued on.", "denies"),
        ("Operators may not lend boxes to shops.", "denies"),
        ("Operators are required to lend boxes to shops, and must do so.", ""),
        ("Fang Lin pointed out that paper labels must not be glued on.", "Qian Wei said it"),
        ("Experts pointed out that paper labels must not be glued on.", "experts"),
        ("Tulips were planted along the canal by volunteers.", "hardly a word"),
    ],
)
def test_an_altered_sentence_is_not_supported_and_the_reason_names_it(sentence: str, reason: str) -> None:
    found = check(sentence, [SEMINAR])

    assert found.verdict != "supported"
    assert any(reason in one for one in found.reasons), found


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("On June 3, deputy director Qian Wei chaired a meeting in Nanjing.", True),
        ("65% of 18,000 boxes have been taken back.", True),
        ("Paper labels must not be stuck on the boxes.", True),
        ("On June 2, deputy director Qian Wei chaired a meeting in Nanjing.", False),
        ("75% of 18,000 boxes have been taken back.", False),
        ("65% of 1,800 boxes have been taken back.", False),
        ("On June 3, deputy director Qiao Wei chaired a meeting in Nanjing.", False),
    ],
)
def test_a_translation_is_judged_like_a_paraphrase(full: Check, sentence: str, supported: bool) -> None:
    assert (full(sentence, [MEETING]).verdict == "supported") is supported


def test_figures_may_be_told_in_the_other_script_and_in_another_unit(full: Check) -> None:
    assert full("全年培訓二十五萬人次。", ["全年培训25万人次。"]).verdict == "supported"
    assert full("The road is 12,000 metres long.", ["The new road is 12 km long."]).verdict == "supported"
    assert full("The road is 13,000 metres long.", ["The new road is 12 km long."]).verdict == "unsupported"


@pytest.mark.parametrize(
    ("sentence", "span", "supported"),
    [
        ("The bridge dates from the 1960s.", "这座桥建于六十年代。", True),
        ("The bridge dates from the 1950s.", "这座桥建于六十年代。", False),
        ("There were 40 ferries at the end of June.", "二季度末共有40艘渡轮。", True),
        ("There were 40 ferries at the end of May.", "二季度末共有40艘渡轮。", False),
        ("At least 35% of the boxes must be lent.", "箱子出借率不应低于35%。", True),
        ("The tide gauges of Hong Kong are checked.", "本港的潮汐仪已检查。", True),
        ("It became a public garden in 1931.", "花园1930年由市政府接收，翌年开放。", True),
        ("It became a public garden in 1932.", "花园1930年由市政府接收，翌年开放。", False),
        ("The pier is open from 6 to 9 pm.", "码头18时至21时开放。", True),
        ("The pier is open from 7 to 9 pm.", "码头18时至21时开放。", False),
        ("The tides rose a tenth of a percent.", "潮位上升0.1%。", True),
        (
            "The county has about 1.3 million people, is the fifth most populous of the country and covers close to "
            "650,000 hectares.",
            "三大縣之一，也是全國人口第五多的縣，估計人口約130萬人。全縣面積649,950公頃。",
            True,
        ),
        ("The tides rose a tenth of a percent.", "潮位上升0.2%。", False),
        ("Crews have never fewer than three men.", "船员不得少于三人。", True),
        ("租金每天不得低于5元。", "The rent must not exceed 5 yuan a day.", False),
        ("1930年代建了一座码头。", "A pier was built in the 1930s.", True),
        ("1940年代建了一座码头。", "A pier was built in the 1930s.", False),
        ("海水带走15亿吨泥沙。", "The sea takes away 1.5 gigatons of mud.", True),
        ("The pier closes late on Sundays.", "码头逢周五、周六延迟关门。", False),
        ("The pier closes late on Saturdays.", "码头逢周五、周六延迟关门。", True),
        ("The pier closes late on Wednesdays.", "码头周一至周五延迟关门。", True),
        ("Chenggong Ying moored the boat.", "成公英停好了船。", True),
        ("罗文海、石一凡、方小江等出席。", "Luo Wenhai, Shi Yifan and Tan Min attended.", False),
        ("罗文海、石一凡、谭敏等出席。", "Luo Wenhai, Shi Yifan and Tan Min attended.", True),
    ],
)
def test_dates_parts_and_bounds_may_be_told_otherwise(full: Check, sentence: str, span: str, supported: bool) -> None:
    reasons = full(sentence, [span]).reasons
    assert any("is not in the cited text" in reason for reason in reasons) is not supported


def test_rounding_needs_a_hedge_and_fewer_digits() -> None:
    span = ["The depot handled 298,400 letters."]

    assert check("The depot handled about 300,000 letters.", span).verdict == "supported"
    assert check("The depot handled 300,000 letters.", span).verdict == "unsupported"
    assert check("The depot handled about 298,700 letters.", span).verdict == "unsupported"


def test_words_in_which_a_denial_only_hides_are_no_denial() -> None:
    span = ["無人機的應用不斷擴大,不僅用於山區,也用於海島。"]

    assert check("無人機的應用在擴大,也用於山區和海島。", span).verdict == "supported"
    assert check("無人機的應用沒有擴大。", span).verdict == "unsupported"


def test_half_a_clause_is_no_quotation() -> None:
    assert check("向农村用户收取费用", ["企业不得向农村用户收取费用。"]).verdict == "unsupported"


def test_a_figure_taken_from_elsewhere_in_the_span_is_caught() -> None:
    span = ["Line 5 carried 900 people. Trains ran every 2 minutes."]

    assert check("Line 2 carried 900 people.", span).verdict == "unsupported"


def test_a_plan_told_as_done_is_caught() -> None:
    assert check("標準已經發布。", ["將發布新的標準。"]).verdict == "unsupported"


def test_items_and_headings_are_judged_without_their_numbers_getting_in_the_way(full: Check) -> None:
    span = ["四是港口安全的监管能力要增强,应急体系要完善。"]

    assert full("四是增强港口安全监管能力", span).verdict == "supported"
    assert full("增强港口安全监管能力", span).verdict == "supported"
    assert full("五是增强港口安全监管能力", span).verdict == "unsupported"


def test_damage_of_the_span_does_not_count_against_a_clean_sentence() -> None:
    assert check("推動港口行業綠色發展。", ["推動港口行業(yè)綠色發(fā)展。"]).verdict == "supported"


def test_a_sentence_of_two_parts_of_which_one_stands_nowhere_is_partly_supported() -> None:
    found = check(
        "The seminar heard that 65% of 18,000 boxes had come back; volunteers planted yellow tulips along quiet canals.",
        [SEMINAR],
    )

    assert found.verdict == "partly"
    assert "tulips" in found.reasons[0]


@pytest.mark.parametrize(("sentence", "spans"), [("Boxes came back.", []), ("Boxes came back.", [" "]), ("…", ["…"])])
def test_without_words_or_without_spans_nothing_is_supported(sentence: str, spans: list[str]) -> None:
    assert check(sentence, spans).verdict == "unsupported"


@pytest.mark.parametrize("sentence", ["12345", "!!! 2 % 第", "a\0b", "½ ② km", "“”", "\ud800 x"])
def test_odd_text_is_judged_and_breaks_nothing(sentence: str) -> None:
    assert check(sentence, [SEMINAR, MEETING]).verdict in ("partly", "unsupported")


class TwoTopics:
    """An Embedder of two directions: texts with "boxes" in them, and all others."""

    name, dim = "two-topics", 2

    def embed(self, texts: list[str], kind: str, languages: list[Language]) -> np.ndarray:
        return np.array([(1.0, 0.0) if "boxes" in text or "箱" in text else (0.0, 1.0) for text in texts], np.float32)

    def embed_tokens(
        self, texts: list[str], kind: str, languages: list[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        return self.embed(texts, kind, languages), [TokenVectors.none(2) for _ in texts]


def test_a_model_that_tells_nothing_of_words_leaves_languages_to_facts_and_the_dictionary(full: Check) -> None:
    assert Check(None, TwoTopics())("Most boxes are back.", ["多数箱子回来了。"]).verdict == "partly"  # type: ignore[arg-type]
    assert Check(full._glosses, TwoTopics())("PWNEDboxes", ["多数箱子回来了。"]).verdict != "supported"  # type: ignore[arg-type]


def test_a_quotation_takes_less_than_a_millisecond_and_any_sentence_a_few(full: Check) -> None:
    full("Qian Wei chaired the seminar.", [SEMINAR])  # the dictionaries of words are loaded once

    def fastest(sentence: str, spans: list[str]) -> float:
        took = []
        for _ in range(5):
            start = time.perf_counter()
            full(sentence, spans)
            took.append(time.perf_counter() - start)
        return min(took)

    assert fastest("Operators may lend boxes to shops.", [SEMINAR]) < 0.001
    assert fastest("Shops may borrow boxes from operators until 2027.", [SEMINAR]) < 0.02


# Shares judged right on the half not used while the check was written, less a little.
FLOORS = {
    "true-verbatim": 1.0, "true-paraphrase": 0.95, "true-translation": 0.95, "figure": 0.94, "date": 1.0, "name": 1.0,
    "negation": 0.8, "attribution": 0.9, "programme": 0.8,
}  # fmt: skip


@pytest.mark.model
def test_labelled_pairs_over_the_specimens_reach_their_floors(aligned: Check) -> None:
    seen: dict[str, int] = defaultdict(int)
    right: dict[str, list[bool]] = defaultdict(list)
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        seen[pair["kind"]] += 1
        if seen[pair["kind"]] % 2 == 0:
            supported = aligned(pair["sentence"], pair["spans"]).verdict == "supported"
            right[pair["kind"]].append(supported == (pair["label"] == "supported"))
    shares = {kind: sum(found) / len(found) for kind, found in right.items()}

    assert shares.keys() == FLOORS.keys()
    assert {kind: share for kind, share in shares.items() if share < FLOORS[kind]} == {}
    altered = [one for kind, found in right.items() if not kind.startswith("true") for one in found]
    assert sum(altered) / len(altered) >= 0.9


def test_the_labelled_pairs_are_well_formed() -> None:
    pairs = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]

    assert len({pair["id"] for pair in pairs}) == len(pairs) >= 300
    for pair in pairs:
        assert pair["kind"] in FLOORS and pair["spans"]
        assert pair["label"] == ("supported" if pair["kind"].startswith("true") else "unsupported")


KILN = (
    "The kiln museum reopened on 9 May; tickets remain free, but photographs are not allowed. Curator Bai Shulan "
    "thanked the donors, while the district head, Yu Kaiming, promised a new car park. The roof was repaired."
)
LOCKS = "閘門管理處處長易立川說，東側船閘將於八月關閉。航運公司抱怨，過閘費上漲了6%。漁民無需繳費。"


@pytest.mark.parametrize(
    ("sentence", "span", "supported"),
    [
        ("窑博物馆于5月9日重新开放，门票依旧免费。", KILN, True),
        ("馆内不允许拍照。", KILN, True),
        ("馆内可以拍照。", KILN, False),
        ("白淑兰感谢了捐赠者。", KILN, True),
        ("于凯明感谢了捐赠者。", KILN, False),
        ("白淑云感谢了捐赠者。", KILN, False),
        ("The east lock will be closed in August, said Yi Lichuan.", LOCKS, True),
        ("The west lock will be closed in August.", LOCKS, False),
        ("Shipping companies complained that lock fees had gone up by 6%.", LOCKS, True),
        ("Lock fees dropped by 6%.", LOCKS, False),
        ("Fishermen have to pay.", LOCKS, False),
    ],
)
def test_words_are_laid_beside_each_other_by_the_model_across_languages(
    aligned: Check, sentence: str, span: str, supported: bool
) -> None:
    assert (aligned(sentence, [span]).verdict == "supported") is supported


@pytest.mark.parametrize(
    ("sentence", "span", "supported"),
    [
        ("十分之七的樹木是橡樹。", "Seven tenths of the trees are oaks.", True),
        ("十分之六的樹木是橡樹。", "Seven tenths of the trees are oaks.", False),
        ("Prices rose by 15%.", "價格上漲一成半。", True),
        ("Prices rose by 25%.", "價格上漲一成半。", False),
        ("In the first three quarters, sales of lamps grew.", "前三季度，燈具銷售增長。", True),
    ],
)
def test_parts_of_a_whole_are_known_however_they_are_told(
    full: Check, sentence: str, span: str, supported: bool
) -> None:
    assert (full(sentence, [span]).verdict == "supported") is supported


@pytest.mark.model
@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("The lamps were stolen by the harbour master.", "The ferry pier replaced forty street lamps on August 2."),
        ("路灯已被港务长偷走。", "东篱渡口船坞更换了四十盏路灯。"),
    ],
)
def test_what_is_made_up_about_a_thing_in_the_text_is_not_supported(aligned: Check, sentence: str, span: str) -> None:
    assert aligned(sentence, [span]).verdict != "supported"


POOL = (
    "The lido is open every day except on Thursdays. Season-ticket holders are exempt from the fee; day visitors must "
    "pay at the gate. “The water has never been cleaner,” said Ruan Qihua, who runs the lido, while swimmers complained "
    "about the cold."
)
KENNEL = "除导盲犬外，不得携带犬只入内。大型犬须佩戴嘴套，小型犬可自行决定。前三季度，约九成犬主已为犬只登记。"


@pytest.mark.model
@pytest.mark.parametrize(
    ("sentence", "span", "supported"),
    [
        ("泳池每天开放，周四除外。", POOL, True),
        ("日票游客必须在入口付费。", POOL, True),
        ("日票游客无需付费。", POOL, False),
        ("阮启华说，水从未如此干净。", POOL, True),
        ("游泳者说，水从未如此干净。", POOL, False),
        ("Large dogs must wear a muzzle.", KENNEL, True),
        ("Large dogs need not wear a muzzle.", KENNEL, False),
        ("In the first nine months, about nine in ten owners registered their dogs.", KENNEL, True),
        ("In the first nine months, about four in five owners registered their dogs.", KENNEL, False),
        ("No dogs may be brought in other than guide dogs.", KENNEL, True),
    ],
)
def test_duties_and_speakers_are_told_apart_across_languages(
    ruled: Check, sentence: str, span: str, supported: bool
) -> None:
    assert (ruled(sentence, [span]).verdict == "supported") is supported


@pytest.mark.parametrize(
    ("sentence", "span", "reason"),
    [
        ("渡轮春季停航。", "The ferries stop in autumn, when the fog is thick.", "春季"),
        ("The siren sounds every morning.", "警报每晚间鸣响一次。", "morning"),
        ("The siren sounds every evening.", "警报每晚间鸣响一次。", ""),
        ("The shrub comes from Madagascar.", "这种灌木原产于巴西。", "Madagascar"),
        ("The shrub comes from Madagascar.", "这种灌木原产于马达加斯加。", ""),
        ("他在苏黎世开办了一所学校。", "He founded a school in Geneva.", "苏黎世"),
        ("他在苏黎世开办了一所学校。", "He founded a school in Zürich.", ""),
        ("Cardiff lies to the west.", "西面是首府卡地夫。", ""),
        ("印度教徒称导师为古鲁。", "Hindus call a teacher guru.", ""),
        ("北京教师增加了。", "Shanghai has more teachers.", "北京"),
    ],
)
def test_another_time_or_name_is_not_in_a_text_of_the_other_language(
    full: Check, sentence: str, span: str, reason: str
) -> None:
    said = " ".join(full(sentence, [span]).reasons)
    assert f"{reason} is not in the cited text" in said if reason else "is not in the cited text" not in said


@pytest.mark.model
def test_pairs_read_together_are_judged_like_single_ones(aligned: Check) -> None:
    pairs = [("泳池周四不开放。", [POOL]), ("Large dogs must wear a muzzle.", [KENNEL]), ("路灯已被偷走。", [POOL])]
    single = open_check(cache(), "bundled")
    alone = [single(*pair).verdict for pair in pairs]
    aligned.read(pairs)

    assert [aligned(*pair).verdict for pair in pairs] == alone


HARBOUR = (
    "Two stowaways were found on the ferry and arrested; both have since been let out on bail. Entry to the dock is "
    "without charge. Tickets may be returned, the shipping line said. Harbour master Lu Yaqin added that the dock opens "
    "at 6 a.m. and closes at 11 p.m. every day."
)
PIER = "違者最高可罰二千萬元。渡輪票價下調兩成，維修時間縮短一半，屬試驗性質。環保團體則主張碼頭停止擴建。"


@pytest.mark.model
@pytest.mark.parametrize(
    ("sentence", "span", "supported"),
    [
        # Opposite words of which each has a translation of its own are no clash.
        ("两名偷渡者被捕，后获保释。", HARBOUR, True),
        ("进入码头免费。", HARBOUR, True),
        ("进入码头须付费。", HARBOUR, False),
        # What is said stands before "the shipping line said" and after "added that".
        ("航运公司表示，船票可以退还。", HARBOUR, True),
        ("港务长卢雅琴补充说，码头每天早上6点开放、晚上11点关闭。", HARBOUR, True),
        # In Traditional script 元 may be dollars; half is no other part.
        ("Offenders can be fined up to HK$20 million.", PIER, True),
        ("Offenders can be fined up to HK$12 million.", PIER, False),
        ("Repairs take half as long as before.", PIER, True),
        ("Ferry fares have been cut by half.", PIER.replace("縮短一半", "縮短三成"), False),
        ("教育部已批准这所学校。", "The Education Ministry has approved the school.", True),
        ("财政部已批准这所学校。", "The Education Ministry has approved the school.", False),
    ],
)
def test_what_two_texts_tell_in_other_words_or_another_order_is_known_across_languages(
    ruled: Check, sentence: str, span: str, supported: bool
) -> None:
    assert (ruled(sentence, [span]).verdict == "supported") is supported


@pytest.mark.model
def test_a_short_true_sentence_is_compared_with_the_clause_that_it_retells(aligned: Check) -> None:
    span = "《渔港通用规范》由港务局组织制定，共七章，对码头材质、照明和系泊作了规定。规范要求灯塔每年检修两次，鼓励安装太阳能浮标。"
    assert aligned("Solar buoys are encouraged.", [span]).verdict == "supported"
    assert aligned("Lighthouses must install the harbour bureau.", [span]).verdict != "supported"
