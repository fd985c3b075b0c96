"""What a figure or a date of one language is told as in the other, and what is another figure."""

from __future__ import annotations

import pytest

from assistant.borne_out import date_stands, figure_stands
from assistant.prepared import prepare

_FIGURES = frozenset("num pct pp ord frac time cny usd hkd eur gbp".split())


def doubted(sentence: str, source: str) -> list[str]:
    """Figures and dates of the sentence that the source does not bear out."""
    said, there = prepare(sentence), prepare(source)
    kinds = {fact: fact.token.partition(":")[0] for fact in said.facts}
    return [
        fact.token
        for fact, kind in kinds.items()
        if kind in _FIGURES
        and not figure_stands(fact, said, there)
        or kind == "date"
        and date_stands(fact.token, there, said.plain) == "no"
    ]


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The operator may cancel no more than twelve runs.", "營運者最多可取消十二班。"),
        ("Members may not vote after March.", "成員於三月後不得投票。"),
        ("About 35% of letters came late.", "約三成五的信件遲到。"),
        ("約三成五的信件遲到。", "Some 35 per cent of letters came late."),
        ("八成九的郵局已開放。", "Of the offices, 89% have opened."),
        ("A tenth of the parcels were lost.", "一成包裹遺失。"),
        ("A tenth of the parcels were lost.", "10%的包裹遺失。"),
        ("過半信件已送達。", "55% of letters have been delivered."),
        ("Nearly half of the letters were delivered.", "46%的信件已送達。"),
        ("Less than half of the letters were delivered.", "有41.5%的信件送達。"),
        ("近一半的信件已送達。", "46% of letters have been delivered."),
        ("More than half of the letters were delivered.", "56.3%的信件已送達。"),
        ("全市有71万多名居民。", "The city has 711,988 residents."),
        ("共有一千四百多名員工。", "The firm has 1,442 employees."),
        ("兩百多人參加。", "A total of 233 people took part."),
        ("运河长一百多公里。", "The canal is 117 km long."),
        ("两成多的商店关闭。", "22.1% of shops closed."),
        ("六十余家商店关闭。", "63 shops closed."),
        ("近二十家商店关闭。", "Nineteen shops closed."),
        ("他在那里工作了十多年。", "He worked there for 13 years."),
        ("將近三百人參加。", "Some 296 people took part."),
        ("票價為一元七角。", "The fare is 1.70 yuan."),
        ("票價為一元七角。", "The fare is $1.70."),
        ("The fare rose from $1.70 to $4.10.", "票價由一元七角加至四元一角。"),
        ("Children pay sixty cents.", "小童收費六角。"),
        ("小童收費六角。", "Children pay sixty cents."),
        ("月票每張三十八元五角。", "A monthly ticket costs $38.50."),
        ("工程耗資2,900萬元。", "The works cost 29 million dollars."),
        ("工程耗資2,900萬元。", "The works cost $29 million."),
        ("工程耗資三千萬英鎊。", "The works cost £30m."),
        ("The works cost £30m.", "工程耗資三千萬英鎊。"),
        ("The works cost 30 million pounds.", "工程耗資三千萬英鎊。"),
        ("新線長七點四公里。", "The new 7.4-kilometre line opened."),
        ("The new 7.4-kilometre line opened.", "新線長七點四公里。"),
        ("The mast is 82 feet tall.", "桅杆高25米。"),
        ("It grows 16 to 66 feet high.", "樹高5至20公尺。"),
        ("The hall measures 85 by 53 feet.", "大厅长25.8米、宽16.25米。"),
        ("The pier lies about 25 miles away.", "碼頭距離約41公里。"),
        ("軌距為1.6米。", "The gauge is 1,600 mm wide."),
        ("The park covers 215 acres.", "公園面積870,000平方公尺。"),
        ("The county covers some 41,600 square miles.", "全縣面積107,771平方公里。"),
        ("Wind took up 1.5 gigatons of coal.", "風電替代15億噸煤。"),
        ("The quay cost $66 million.", "碼頭耗資6千6百多萬美元。"),
        ("增長百分之二點三，去年為百分之一點九。", "Growth was 2.3, against 1.9 per cent last year."),
        ("會議下午五時半結束。", "The meeting ended at 5.30 p.m."),
        ("The meeting ended at 5.30 p.m.", "會議下午五時半結束。"),
        ("下午三時二十分開會。", "They met at 3.20 in the afternoon."),
        ("They met at 3.20 in the afternoon.", "下午三時二十分開會。"),
        ("早上六時四十五分開出首班車。", "The first train leaves at 6.45 am."),
        ("建于二十世纪九十年代。", "It was built in the 1990s."),
        ("建于三十年代。", "It was built in the 1930s."),
        ("It was built in the 1990s.", "建于二十世纪九十年代。"),
        ("建于17世纪。", "It was built in the 1600s."),
        ("It was built in the 1600s.", "建于17世纪。"),
        ("建于17世纪。", "It was built in 1643."),
        ("Four decades ago it closed.", "四十年前關閉。"),
        ("四十年前關閉。", "It closed four decades ago."),
        ("A tram leaves every quarter of an hour.", "電車每十五分鐘一班。"),
        ("電車每十五分鐘一班。", "A tram leaves every quarter of an hour."),
        ("紅十字會派出車輛。", "The Red Cross sent vehicles."),
        ("她走到十字路口。", "She walked to the crossroads."),
        ("It opens this September.", "今年9月開放。"),
        ("今年9月開放。", "It opens this September."),
        ("From this September to May 2021 the hall is shut.", "今年9月至2021年5月，大堂關閉。"),
        ("今年9月至2021年5月，大堂關閉。", "From this September to May 2021 the hall is shut."),
        ("The trip was cut by 17 minutes.", "車程由55分鐘縮短至38分鐘。"),
        ("等候時間少了四天。", "The wait fell from 16 days to 12."),
        ("少了四天。", "The wait fell from 16 days to 12 days."),
        ("There were 21 fewer accidents than last year.", "意外由52宗減至31宗。"),
        ("It took on 150 extra drivers.", "司機由300人增至450人。"),
        ("It employs 750 drivers in all.", "該公司日間有300名司機，夜間有450名司機。"),
        ("共聘用750名司機。", "It employs 300 drivers by day and 450 drivers by night."),
        ("After some seven years it closed.", "該廠1972年啟用，1979年關閉。"),
        ("該廠營運了約七年後關閉。", "The works opened in 1972 and closed in 1979."),
        ("It cost 846,000 yuan.", "造價84萬6千元。"),
        ("The house cost 50,000 taels.", "大宅耗銀五萬兩。"),
        ("About a third of the 112 were hurt.", "一百一十二人中有三十七人受傷。"),
        ("More than half of the money goes to roads.", "撥款二十億元，其中道路十一億元。"),
        ("Nearly nine in ten were pleased.", "八成九的人滿意。"),
        ("More than nine tenths were pleased.", "九成以上的人滿意。"),
        ("It is a fifth cheaper.", "價格便宜兩成。"),
        ("The final edition came three years later.", "初版於1808年刊行，定本於1811年出版。"),
        ("The town had 1.31 million people.", "全鎮人口1,313,222人。"),
        ("The line was back on August 20.", "該線8月9日中斷，20日恢復。"),
        ("There were 92 stalls last year.", "今年有112個攤位，比去年多二十個。"),
        ("A magnitude 7.1 earthquake struck.", "當地發生規模七點一地震。"),
        ("Almost a third of the town died.", "鎮上近三成三的人死亡。"),
        ("鎮上近三成三的人死亡。", "Almost a third of the town died."),
        ("He was the first to see it.", "他最早看到。"),
        ("Up to 24% comes from it.", "其中24%之多由此而來。"),
        ("The earliest swallow came eleven days sooner.", "最早一隻燕子由4月19日提前至4月8日到達。"),
        ("The plan is to reach a quarter of a million households.", "計劃覆蓋25萬戶。"),
        ("Invoices of over a hundred million yuan were issued.", "開出上億元發票。"),
        ("回應率下降六個百分點。", "The response rate was 82 per cent, a drop of six points."),
        ("The temple stood for over a hundred years until 1975.", "寺廟1855年建成，1975年拆卸。"),
        ("There are 86 teams in all.", "甲組有六十六隊，乙組有二十隊。"),
        ("A twentieth of the parcels were lost.", "百分之五的包裹遺失。"),
        ("A mere tenth of the parcels were lost.", "一成包裹遺失。"),
        ("The harbour was dug early in the twentieth century.", "港口於二十世紀初開挖。"),
    ],
)
def test_an_amount_may_be_told_in_another_form(sentence: str, source: str) -> None:
    assert doubted(sentence, source) == []


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("About 38% of letters came late.", "約三成五的信件遲到。"),
        ("約三成五的信件遲到。", "Some 30 per cent of letters came late."),
        ("A tenth of the parcels were lost.", "二成包裹遺失。"),
        ("A twentieth of the parcels were lost.", "百分之二的包裹遺失。"),
        ("過半信件已送達。", "45% of letters have been delivered."),
        ("Nearly half of the letters were delivered.", "36%的信件已送達。"),
        ("More than half of the letters were delivered.", "46.3%的信件已送達。"),
        ("全市有72万多名居民。", "The city has 711,988 residents."),
        ("共有一千五百多名員工。", "The firm has 1,442 employees."),
        ("三百多人參加。", "A total of 233 people took part."),
        ("A total of 233 people took part.", "兩百多人參加。"),
        ("A total of 333 people took part.", "兩百多人參加。"),
        ("两成多的商店关闭。", "32.1% of shops closed."),
        ("近二十家商店关闭。", "Twelve shops closed."),
        ("票價為一元八角。", "The fare is $1.70."),
        ("The fare rose from $1.70 to $4.20.", "票價由一元七角加至四元一角。"),
        ("工程耗資2,800萬元。", "The works cost $29 million."),
        ("工程耗資三千萬英鎊。", "The works cost £40m."),
        ("新線長七點五公里。", "The new 7.4-kilometre line opened."),
        ("The new 7.6-kilometre line opened.", "新線長七點四公里。"),
        ("The mast is 25 feet tall.", "桅杆高25米。"),
        ("The mast is 95 feet tall.", "桅杆高25米。"),
        ("城墙长73公里。", "The wall is 73 miles long."),
        ("The park covers 215 miles.", "公園面積870,000平方公尺。"),
        ("增長百分之二點四，去年為百分之一點九。", "Growth was 2.3, against 1.9 per cent last year."),
        ("會議下午四時半結束。", "The meeting ended at 5.30 p.m."),
        ("下午三時四十分開會。", "They met at 3.20 in the afternoon."),
        ("They met at 3.40 in the afternoon.", "下午三時二十分開會。"),
        ("早上七時四十五分開出首班車。", "The first train leaves at 6.45 am."),
        ("建于二十世纪八十年代。", "It was built in the 1990s."),
        ("It was built in the 1980s.", "建于二十世纪九十年代。"),
        ("建于18世纪。", "It was built in the 1600s."),
        ("Four decades ago it closed.", "三十年前關閉。"),
        ("電車每二十分鐘一班。", "A tram leaves every quarter of an hour."),
        ("今年8月開放。", "It opens this September."),
        ("The trip was cut by 19 minutes.", "車程由55分鐘縮短至38分鐘。"),
        ("等候時間少了五天。", "The wait fell from 16 days to 12."),
        ("There were 25 fewer accidents than last year.", "意外由52宗減至31宗。"),
        ("It took on 180 extra drivers.", "司機由300人增至450人。"),
        ("共聘用850名司機。", "It employs 300 drivers by day and 450 drivers by night."),
        ("After some nine years it closed.", "該廠1972年啟用，1979年關閉。"),
        ("After some seven days it closed.", "該廠1972年啟用，1979年關閉。"),
        ("The letter weighs 150 grams.", "司機由300人增至450人。"),
        ("About half of the 112 were hurt.", "一百一十二人中有三十七人受傷。"),
        ("More than half of the money goes to roads.", "撥款二十億元，其中道路七億元。"),
        ("Nearly seven in ten were pleased.", "八成九的人滿意。"),
        ("More than eight tenths were pleased.", "九成以上的人滿意。"),
        ("It is a third cheaper.", "價格便宜兩成。"),
        ("The final edition came five years later.", "初版於1808年刊行，定本於1811年出版。"),
        ("The town had 1.41 million people.", "全鎮人口1,313,222人。"),
        ("The town had 1.32 million people.", "全鎮人口1,313,222人。"),
        ("The line was back on August 21.", "該線8月9日中斷，20日恢復。"),
        ("There were 93 stalls last year.", "今年有112個攤位，比去年多二十個。"),
        ("A magnitude 7.3 earthquake struck.", "當地發生規模七點一地震。"),
        ("鎮上近四成三的人死亡。", "Almost a third of the town died."),
        ("The earliest swallow came nine days sooner.", "最早一隻燕子由4月19日提前至4月8日到達。"),
        ("There are 96 teams in all.", "甲組有六十六隊，乙組有二十隊。"),
    ],
)
def test_another_amount_is_none_of_its_forms(sentence: str, source: str) -> None:
    assert doubted(sentence, source)


def test_a_list_is_counted() -> None:
    source = "The fair is open to growers from Aldham, Corby Hill, and Wenlow."
    assert doubted("農墟開放予三個地區的農戶參加。", source) == []
    assert doubted("農墟開放予四個地區的農戶參加。", source)
