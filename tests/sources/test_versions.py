"""Which bulletins are versions of one event, on specimens made up for the purpose."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.bulletin import Bulletin
from sources.describe import describe
from sources.repair import repair
from sources.versions import Link, event_keys, is_correction, machine_signs, ranked, same_event

REAL = Path(__file__).resolve().parents[2] / "../shared/bulletins"


def read(raw: str, source: str) -> Bulletin:
    return describe(raw=raw, repaired=repair(raw), encoding="utf-8", source=source, path=f"{source}.txt")


# One meeting, told in two languages; the English report leaves names out.
SAFETY_ZH = """2021年全國寄遞安全視頻會議召開

欄目:寄遞安全 發布時間:2021-04-12

4月9日，國家郵政局舉辦2021年全國寄遞安全視頻會議，副局長劉君到會講話。會議說，去年全行業查出隱患18600處，整改率達到97.5%，“十四五”開局要穩。

劉君提出，一是壓實企業責任。總部要管到每一個網點。二是抓好“三項制度”。實名收寄率要保持在99%以上。三是辦好“兩進一出”裡的安全事。村裡的站點也要配齊設備。四是守住冬奧會寄遞渠道。河北和北京先行。

會議安排了三件具體的事，一是五月檢查500家網點。二是六月培訓26000人次。三是七月組織演練。
"""
SAFETY_EN = """China News Service, April 11. On April 9, the State Post Bureau convened its 2021 national video conference on delivery safety.

It was said that 18,600 hidden dangers were found in the whole industry last year, of which 97.5% were removed, and that the 14th Five-Year Plan needs a steady start.

The conference asked that the first is to make companies answer for safety. Head offices have to look after each outlet. The second is to keep to the "three systems". Real-name acceptance stays above 99%. The third is safety within the "two-in, one-out" project. Stations in villages get their tools as well. The fourth is to guard the channels of the Winter Olympics. Hebei and Beijing go first.

Three things were set for this year. The first is to inspect 500 outlets in May. The second is to train 26,000 people in June. The third is a drill in July.
"""
# Another meeting of the same office on the same day, under the same man.
GREEN_ZH = """郵政業綠色包裝座談會召開

欄目:行業發展 發布時間:2021-04-12

4月9日，國家郵政局在北京召開綠色包裝座談會，副局長劉君主持。來自12家企業的代表發言。會議說，“十四五”期間要把電子運單用足，循環箱要達到700萬個，膠帶要瘦身。

劉君提出，一是完善標準。二是擴大試點。三是加強宣傳。四是做好回收。

會後代表們看了一家工廠的新材料，其中85%可以降解。
"""
# The same yearly meeting two years earlier.
SAFETY_2019 = """2019年全國寄遞安全視頻會議召開

欄目:寄遞安全 發布時間:2019-04-12

4月9日，國家郵政局舉辦2019年全國寄遞安全視頻會議，副局長劉君到會講話。會議說，去年全行業查出隱患23100處，整改率達到93.2%，“十三五”收尾要穩。

劉君提出，一是壓實企業責任。總部要管到每一個網點。二是抓好“三項制度”。實名收寄率要保持在98%以上。三是抓好數據安全。四是守住大慶寄遞渠道。河北和北京先行。

會議安排了三件具體的事，一是五月檢查420家網點。二是六月培訓19000人次。三是七月組織演練。
"""
# A notice of the same day and office.
NOTICE_ZH = """關于做好五一假期寄遞服務的通知

發布時間:2021-04-12

4月9日，國家郵政局印發通知，要求各地做好五一假期的寄遞服務。通知說，假期日均業務量預計達到3億件，同比增加21%。

一是備足運力。二是安排好輪休。三是公布投訴電話12305。四是做好防疫。
"""
GREEN_EN = """Symposium on green packaging held

April 12, 2021 Source: State Post Bureau

On April 9, the State Post Bureau held a symposium on green packaging in Beijing, chaired by Liu Jun, its deputy director. Delegates of 12 companies spoke. It was said that in the 14th Five-Year Plan period electronic waybills will be used fully and that there will be 7 million reusable boxes.

Liu Jun asked that the first is better standards. The second is more pilots. The third is publicity. The fourth is recycling.

Afterwards they saw the new materials of a factory, 85% of which break down.
"""
# Two short visits of one day.
VISIT_A = "On April 9, Liu Jun, deputy director of the State Post Bureau, inspected an express company in Beijing. He asked it to keep couriers safe and to pay them on time. Zhao Min went with him."
VISIT_B = "On April 9, Liu Jun, deputy director of the State Post Bureau, met guests from abroad in Beijing. They talked about parcels that cross borders and about stamps. Zhao Min was there too."
# A form filled in each day.
DAILY = (
    "{title}\n\n发布时间：2021-04-{day:02d}\n\n4月{day}日，全国揽收快递包裹{a}万件，同比增长{p}%；投递快递包裹{b}万件，"
    "同比增长{q}%。各地寄递网络运行平稳，未发生重大安全事件，国家邮政局将继续做好监测。"
)
DAY_9 = DAILY.format(title="快递业务量监测", day=9, a=28140, p=12.5, b=27760, q=11.8)
DAY_10 = DAILY.format(title="快递业务量监测", day=10, a=29333, p=14.1, b=28801, q=12.2)
WIKI_A = "Old Harbour\n\nThe Old Harbour is a part of the city with 12,000 people and 40 depots. Anna Berg drew it in 1890. Parcels came in from 1901 on, and 70% of them by boat."
WIKI_B = "Harbour office\n\nThe harbour office keeps 40 depots for 12,000 people. It was drawn by Anna Berg in 1890 and opened in 1901. Of what it handles, 70% comes by boat."

ALL = {
    "safety-zh": SAFETY_ZH, "safety-en": SAFETY_EN, "green-zh": GREEN_ZH, "green-en": GREEN_EN, "safety-2019": SAFETY_2019,
    "notice-zh": NOTICE_ZH, "visit-a": VISIT_A, "visit-b": VISIT_B, "day-9": DAY_9, "day-10": DAY_10, "wiki-a": WIKI_A, "wiki-b": WIKI_B,
}  # fmt: skip
SAME = {frozenset({"safety-zh", "safety-en"}), frozenset({"green-zh", "green-en"})}


@pytest.fixture(scope="module")
def bulletins() -> dict[str, Bulletin]:
    return {name: read(raw, name) for name, raw in ALL.items()}


@pytest.mark.parametrize("pair", [p for p in itertools.combinations(ALL, 2) if frozenset(p) not in SAME])
def test_different_events_do_not_link(pair: tuple[str, str], bulletins: dict[str, Bulletin]) -> None:
    assert same_event(bulletins[pair[0]], bulletins[pair[1]]) is None


@pytest.mark.parametrize("pair", sorted(tuple(sorted(p)) for p in SAME))
def test_a_translation_links_and_says_why(pair: tuple[str, str], bulletins: dict[str, Bulletin]) -> None:
    link = same_event(bulletins[pair[0]], bulletins[pair[1]])
    assert link and link.kind == "translation" and 0.5 <= link.score <= 1
    assert any(r.startswith(("num:", "pct:")) for r in link.reasons)


def test_links_go_both_ways(bulletins: dict[str, Bulletin]) -> None:
    a, b = bulletins["safety-zh"], bulletins["safety-en"]
    assert same_event(a, b) == same_event(b, a)


def test_versions_share_a_key(bulletins: dict[str, Bulletin]) -> None:
    for one, other in SAME:
        assert event_keys(bulletins[one]) & event_keys(bulletins[other])


def test_bulletins_with_nothing_in_common_share_no_key(bulletins: dict[str, Bulletin]) -> None:
    assert not event_keys(bulletins["wiki-a"]) & event_keys(bulletins["safety-zh"])


def test_the_same_text_elsewhere_is_a_copy_whatever_the_script() -> None:
    import opencc

    simplified = opencc.OpenCC("t2s").convert(SAFETY_ZH)
    link = same_event(read(SAFETY_ZH, "a"), read(simplified, "b"))
    assert link and link.kind == "copy" and link.score == 1


@pytest.mark.parametrize("raw", [WIKI_A * 3, SAFETY_EN])
def test_a_text_with_some_words_changed_is_a_near_copy(raw: str) -> None:
    changed = raw.replace("people", "persons").replace("It was said", "It is told") + " This was added by an editor."
    a, b = read(raw, "a"), read(changed, "b")
    link = same_event(a, b)
    assert link and link.kind == "near-copy" and link.reasons == ("similarity",)
    assert event_keys(a) & event_keys(b)


def test_an_excerpt_is_a_near_copy() -> None:
    excerpt = SAFETY_EN.split("\n\n")[2]
    link = same_event(read(SAFETY_EN, "a"), read(excerpt, "b"))
    assert link and link.kind == "near-copy"


def test_another_report_in_the_same_language_links() -> None:
    report = (
        "Delivery safety on the agenda\n\nApril 10, 2021\n\nDelivery safety was what the State Post Bureau spoke about on April 9, by "
        "video, with offices all over China. Of 18,600 dangers found a year before, 97.5% are gone. With the 14th Five-Year Plan begun, "
        "26,000 people are to be trained and 500 outlets seen. The \"two-in, one-out\" project and real-name acceptance, now at 99%, go on, "
        "and Hebei and Beijing prepare for the Winter Olympics."
    )  # fmt: skip
    link = same_event(read(SAFETY_EN, "a"), read(report, "b"))
    assert link and link.kind == "same-event"


def test_days_without_a_year_do_not_join_two_years() -> None:
    a = read(SAFETY_ZH.replace("發布時間:2021-04-12", ""), "a")
    b = read(SAFETY_2019.replace("發布時間:2019-04-12", ""), "b")
    assert same_event(a, b) is None


PARTS = st.lists(
    st.sampled_from(
        [*SAFETY_ZH.split("\n\n"), *SAFETY_EN.split("\n\n"), *GREEN_ZH.split("\n\n"), "更正", "\n", "12%", "4月", "x"]
    ),
    max_size=6,
).map("\n\n".join)


@settings(max_examples=60, deadline=None)
@given(st.one_of(PARTS, st.text(max_size=80)), PARTS)
def test_any_two_texts_are_compared_and_the_order_is_the_same_both_ways(one: str, other: str) -> None:
    a, b = read(one, "a"), read(other, "b")
    assert same_event(a, b) == same_event(b, a)
    assert [r.bulletin.source for r in ranked([a, b])] == [r.bulletin.source for r in ranked([b, a])]
    copy = same_event(a, read(one, "c"))
    if any(c.isalnum() for c in a.text):
        assert copy and copy.kind == "copy" and event_keys(a) & event_keys(read(one, "c"))
    else:
        assert copy is None


def test_stock_phrases_make_no_version() -> None:
    """Two short releases of one day, one man and one office that share most of their words."""
    form = (
        "{title}\n\n2021-05-19\n\n5月18日，市消防局副局长陈大志在港口{what}。他强调，要把安全放在第一位，坚持预防为主，坚持稳字当头，"
        "推动消防工作再上台阶。他要求，一是认识要到位。二是责任要到人。三是配合要紧密。{end}"
    )
    one = form.format(title="青年论坛举行", what="出席消防青年论坛", end="论坛由学会主办，来自二十家企业的代表参加。")
    other = form.format(title="仓库夜间检查", what="夜查三号仓库", end="他看了分拣线，慰问了值班员工。")
    assert same_event(read(one, "a"), read(other, "b")) is None


def test_two_headlines_without_a_text_are_no_copies() -> None:
    one, other = read("市消防局公告\n\n2022-05-06", "a"), read("港口管理局公告\n\n2022-05-06", "b")
    assert same_event(one, other) is None


# Corrections


def test_a_text_with_one_figure_put_right_is_a_correction_and_says_what_changed() -> None:
    link = same_event(read(SAFETY_ZH, "a"), read(SAFETY_ZH.replace("18600", "18900"), "b"))
    assert link and link.kind == "correction" and "18600/18900" in link.reasons


def test_a_wrong_day_put_right_is_a_correction() -> None:
    a, b = read(SAFETY_ZH, "a"), read(SAFETY_ZH.replace("4月9日", "4月8日"), "b")
    link = same_event(a, b)
    assert link and link.kind == "correction" and event_keys(a) & event_keys(b)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (SAFETY_ZH + "\n更正：前稿隱患數有誤，特此更正。\n", True),
        ("（更正）" + SAFETY_ZH, True),
        (SAFETY_EN + "\nCorrection: the number of outlets was wrong.\n", True),
        (SAFETY_ZH.replace("總部要管到每一個網點。", "總部要更正每一個網點的帳目。"), False),
        (SAFETY_EN.replace("get their tools", "get the correct tools"), False),
    ],
)
def test_a_note_makes_a_correction(text: str, note: bool) -> None:
    assert is_correction(read(text, "a")) == note
    link = same_event(read(SAFETY_EN if "Hebei" in text else SAFETY_ZH, "b"), read(text, "a"))
    assert link and (link.kind == "correction") == note


def test_the_form_of_another_year_or_another_place_is_no_version() -> None:
    later = SAFETY_ZH.replace("2021", "2022")
    assert same_event(read(SAFETY_ZH, "a"), read(later, "b")) is None
    form = "{place}管理局公布五月检查情况\n\n2021-06-02\n\n6月1日，{place}管理局公布五月检查情况。{place}共检查网点{n}处，合格率{p}%，与上月持平。"
    one, other = form.format(place="河南省", n=318, p=97), form.format(place="四川省", n=442, p=95)
    assert same_event(read(one, "a"), read(other, "b")) is None


# Which to quote


def order(*bulletins: Bulletin) -> list[tuple[str, str]]:
    return [(r.bulletin.source, r.role) for r in ranked(bulletins)]


def test_the_offices_own_text_comes_before_reposts_and_translations() -> None:
    own = read(SAFETY_ZH.replace("欄目:寄遞安全", "來源:國家郵政局"), "own")
    repost = read(SAFETY_ZH.replace("欄目:寄遞安全", "來源:港口日報"), "repost")
    excerpt = read("安全會議\n\n2021-04-10\n\n" + SAFETY_ZH.split("\n\n")[2], "excerpt")
    english = read(SAFETY_EN, "english")
    found = order(english, excerpt, repost, own)
    assert found[0] == ("own", "original")
    assert dict(found) == {
        "own": "original",
        "repost": "repost",
        "excerpt": "repost",
        "english": "official-translation",
    }
    assert found.index(("repost", "repost")) < found.index(("excerpt", "repost"))


def test_a_corrected_text_comes_before_the_one_it_corrects() -> None:
    first, right = read(SAFETY_ZH, "first"), read("（更正）" + SAFETY_ZH.replace("18600", "18900"), "right")
    found = ranked([first, right])
    assert found[0].bulletin.source == "right" and "corrected" in found[0].reasons


MACHINE = (
    "Fire work seminar\n\nOn April 9, the fire office held a seminar on fire work of depots.And organized seven towns to "
    "Discuss the next work. Wang Wei stressed that it is necessary to adhere to safety, vigorously do a good job in "
    "checks, and The companies must act. Strengthen the source. Promote the co-governance. Fully implement the plan."
)


def test_english_that_only_a_machine_leaves_standing_is_known() -> None:
    assert "glued-sentences" in machine_signs(read(MACHINE, "a"))
    assert machine_signs(read(SAFETY_EN, "b")) == () and machine_signs(read(GREEN_EN, "c")) == ()
    assert machine_signs(read(SAFETY_ZH, "d")) == ()


def test_without_a_better_text_a_machines_is_ranked_as_such() -> None:
    assert order(read(MACHINE, "a")) == [("a", "machine-translation")]


@pytest.mark.skipif(not REAL.exists(), reason="the five public bulletins are not here")
def test_of_the_public_bulletins_only_two_tell_one_event() -> None:
    read_all = {p.stem: read(p.read_text("utf-8"), p.stem) for p in sorted(REAL.glob("*.txt"))}
    linked = {
        (a, b): link.kind
        for a, b in itertools.combinations(read_all, 2)
        if (link := same_event(read_all[a], read_all[b]))
    }
    assert linked == {("002", "004"): "translation"}


# Translations that tell no day and few figures

CRANE_ZH = """港口裝卸工的新幫手

發布時間：2021-05-19

江蘇省郵政管理局副局長沈國梁近日到連雲港碼頭看望裝卸工。碼頭新裝的吊臂會自己認出郵袋，輕拿輕放，不再把木箱摔破。

沈國梁說，機器省了力氣，人還要看得準。雨天要給吊臂的眼睛擦水，夜裡要多開一排燈，師傅們輪著歇。

老工人何寶山幹了一輩子，他把手上的繭子給客人看，笑著說徒弟們用不著了。
"""
CRANE_EN = """A new hand for the dockers

May 20, 2021

Shen Guoliang, deputy director of the Jiangsu Postal Administration, recently called on the dockers of Lianyungang. A crane newly installed on the quay tells mailbags by itself, handles them gently and breaks no more wooden cases.

The machine saves strength, but people must still look sharp, Shen Guoliang said. In rain the eyes of the crane need wiping, at night another row of lamps has to be lit, and the men should rest by turns.

He Baoshan, who has worked here all his life, showed the guests the calluses on his hands and laughed that his apprentices would not need them.
"""
# The same man, the same port, another errand.
CUSTOMS_EN = """Customs and post sit down together

May 20, 2021

Shen Guoliang, deputy director of the Jiangsu Postal Administration, recently talked with customs officers in Lianyungang about parcels that wait too long for their papers.

Forms should be filled in before the ship lands, Shen Guoliang said. Officers will take samples by X-ray rather than open every case, and He Baoshan of the dockers' union asked for a shed against the wind.
"""


def test_a_translation_without_a_day_is_linked_by_its_words_and_names() -> None:
    link = same_event(read(CRANE_ZH, "zh"), read(CRANE_EN, "en"))
    assert link and link.kind == "translation"
    assert {"words", "name:shen-guoliang", "name:he-baoshan"} <= set(link.reasons)
    assert event_keys(read(CRANE_ZH, "zh")) & event_keys(read(CRANE_EN, "en"))
    assert same_event(read(CRANE_EN, "en"), read(CRANE_ZH, "zh")) == link


def test_the_same_people_in_the_same_town_are_no_translation() -> None:
    assert same_event(read(CRANE_ZH, "zh"), read(CUSTOMS_EN, "en")) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("May 20, 2021", "November 20, 2021"),  # the words of another time
        ("May 20, 2021", ""),  # of no known time
        ("A crane newly", "On May 3, 2021, the crane was opened with 412 lamps and 77 wheels. A crane newly"),
    ],
)
def test_words_alone_make_no_link_across_times_or_other_figures(old: str, new: str) -> None:
    chinese = CRANE_ZH.replace("近日", "5月17日").replace("木箱", "木箱（先前每月打碎136箱、漏掉58袋）")
    english = CRANE_EN.replace(old, new)
    assert same_event(read(chinese, "zh"), read(CRANE_EN, "en"))  # but for that they are linked
    assert same_event(read(chinese, "zh"), read(english, "en")) is None


def test_an_excerpt_under_the_same_title_is_linked_however_short() -> None:
    title, day, first, *_ = CRANE_EN.split("\n\n")
    excerpt = "\n\n".join((title, day, first))
    found = same_event(read(CRANE_EN, "en"), read(excerpt, "excerpt"))
    assert isinstance(found, Link) and found.kind == "near-copy"
