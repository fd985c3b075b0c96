from __future__ import annotations

import time

import pytest

from sources.readers.page import decode_page, read_fragment
from tests.sources.making import HANS, HANT, bulletin, quoted, refusal

GOVERNMENT = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd">
<!-- saved from url=(0050)https://www.example.gov.cn/art/2023/6/8/a_12.html -->
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>我省推进乡镇网点改造_通知公告_某省邮政管理局</title>
<meta name="ArticleTitle" content="我省推进乡镇网点改造"><meta name="PubDate" content="2023-06-08 09:30">
<meta name="ContentSource" content="某省邮政管理局办公室"><meta name="ColumnName" content="工作动态">
<style>.a{color:red}</style><script>var a = "<p>脚本里的字不是正文</p>";</script></head>
<body><div id="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/a">机构概况</a></li></ul></div>
<div class="position">您现在的位置：<a href="/">首页</a>&nbsp;&gt;&nbsp;<a href="/x">新闻中心</a> &gt; <a>工作动态</a></div>
<div class="wrap"><div class="left"><h1 class="bt">我省推进乡镇网点改造</h1>
<div class="info"><span>来源：某省邮政管理局办公室</span> <span>发布时间：2023-06-08 09:30</span>
<span>浏览次数：<script>hits()</script>128</span> <span>【字体：<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】</span>
<a href="javascript:window.print()">打印</a></div>
<div class="bdsharebuttonbox">分享到：<a href="#">微信</a><a href="#">微博</a></div>
<div class="TRS_Editor"><style>.TRS_Editor P{margin:0}</style><p>　　6月7日，省邮政管理局在省城召开乡镇网点改造推进会，通报上半年进度，\
部署下一步任务。局长<b>陈</b>大同主持会议并提出三点要求。</p>
<p>　　会议指出，截至5月底，全省已经完成改造的乡镇网点共计 1,280 个，占计划的&#54;4%&mdash;&mdash;比去年同期多出
两成。</p><p style="display:none">隐藏的文字不应出现在正文里。</p>
<table border=1><tbody><tr><td><p>地区</p></td><td><p>计划</p></td></tr><tr><td>东部</td><td>700</td></tr>
<tr><td>西部</td><td>1,300</td></tr></tbody></table>
<p>　　陈大同要求，要把质量放在第一位，发现问题立即整改，年底前全部验收完毕，不留尾巴，不走过场。</p>
<p>　　附件：<a href="a.doc">网点改造验收办法.doc</a></p>
<p align="right">某省邮政管理局</p><p align="right">2023年6月8日</p></div>
<div class="xg"><h3>相关链接</h3><ul><li><a href=1>我省召开寄递安全会议部署暑期工作并通报情况</a></li>
<li><a href=2>全省快递业务量五月份统计公报正式发布</a></li></ul></div></div></div>
<div class="footer"><p>版权所有：某省邮政管理局　主办：某省邮政管理局</p><p>京ICP备00000000号-1　网站标识码：0000000000</p></div>
</body></html>"""

PORTAL = """<!doctype html><html lang=en><head><meta charset="utf-8">
<title>Harbour town opens night sorting hall | The Example Courier</title>
<meta property="article:published_time" content="2022-11-03T21:15:00+08:00"/>
<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour town opens night sorting hall",
"publisher":{"@type":"Organization","name":"The Example Courier"}}</script></head>
<body><header><a href="/">The Example Courier</a><nav><a>World</a><a>Business</a><a>Sport</a></nav></header>
<main><article><h1>Harbour town opens night sorting hall</h1><div class="byline">By Ann Lee | November 3, 2022</div>
<div class="share"><button>Share</button><a>Facebook</a><a>X</a></div>
<p>The postal office of the harbour town opened a sorting hall on Thursday that works only at night, the mayor&rsquo;s office
said.</p><p>Some 140 people will handle up to <strong>52,000</strong> parcels a shift, twice what the old hall could take,
and lorries leave before the morning traffic begins.</p>
<aside class="related"><h4>Related stories</h4><ul><li><a href=#>Old depot to become a library, council says</a></li></ul></aside>
<p>Neighbours had asked for quieter lorries. The operator agreed to use electric ones from January.</p></article>
<section id="comments"><h3>Comments</h3><p>Reader One: Great news for us all who live in the old harbour quarter.</p></section>
</main><footer><p>&copy; 2022 The Example Courier. All rights reserved.</p></footer></body></html>"""

OLD_TABLES = f"""<html><head><title>山區投遞座談會</title></head><body><table width=760><tr><td colspan=2><a href=/>回首頁</a>
<a href=/map>網站導覽</a></td></tr><tr><td width=150><a href=1>機關介紹</a><br><a href=2>法規查詢</a></td>
<td><table><tr><td><font size=5>山區投遞座談會紀要</font></td></tr><tr><td>發布日期：2019-04-03　來源：郵政管理處</td></tr>
<tr><td>　　{HANT}<br>　　會中並決定自五月起每週檢查一次路線，結果張貼於各支局門口，供民眾查閱。<br></td></tr></table>
</td></tr><tr><td colspan=2>版權所有 郵政管理處</td></tr></table></body></html>"""


def test_a_government_page_gives_its_text_without_its_furniture() -> None:
    found = bulletin(GOVERNMENT.encode("gb18030"), "a_12.html")
    assert found.format == "html" and found.encoding == "gb18030" and found.language == "zh-Hans"
    assert found.text.splitlines()[0] == "我省推进乡镇网点改造"
    assert "发布时间：2023-06-08" in found.text
    assert "局长陈大同主持会议" in found.text and "占计划的64%——比去年同期多出两成。" in found.text
    assert found.text.rstrip().endswith("附件：网点改造验收办法.doc\n\n某省邮政管理局\n\n2023年6月8日")
    for furniture in (
        "首页",
        "机构概况",
        "字体",
        "打印",
        "微信",
        "浏览",
        "脚本",
        "color",
        "隐藏",
        "统计公报",
        "ICP",
        "版权",
    ):
        assert furniture not in found.text


def test_a_government_page_is_described_by_what_it_says_of_itself() -> None:
    found = bulletin(GOVERNMENT.encode("gb18030"), "a_12.html")
    assert dict(found.told) == {
        "title": "我省推进乡镇网点改造",
        "published": "2023-06-08",
        "issuer": "某省邮政管理局办公室",
        "column": "工作动态",
        "url": "https://www.example.gov.cn/art/2023/6/8/a_12.html",
    }
    assert (found.title, found.published, found.column) == ("我省推进乡镇网点改造", "2023-06-08", "工作动态")


def test_the_column_comes_from_the_path_of_links_where_no_tag_names_it() -> None:
    page = GOVERNMENT.replace('<meta name="ColumnName" content="工作动态">', "")
    assert bulletin(page.encode(), "a.html").told["column"] == "工作动态"


def test_a_quote_leads_back_to_the_page_source_with_the_tags_inside_it() -> None:
    found = bulletin(GOVERNMENT.encode(), "a.html")
    assert found.raw == GOVERNMENT
    assert quoted(found, "局长陈大同主持") == "局长<b>陈</b>大同主持"
    assert quoted(found, "占计划的64%——比") == "占计划的&#54;4%&mdash;&mdash;比"
    assert quoted(found, "多出两成") == "多出\n两成"


def test_a_table_of_data_is_read_as_rows_of_cells() -> None:
    text = bulletin(GOVERNMENT.encode(), "a.html").text
    assert "地区 | 计划\n东部 | 700\n西部 | 1,300\n" in text


def test_a_news_portal_gives_the_article_alone() -> None:
    found = bulletin(PORTAL.encode(), "x.html")
    paragraphs = [line for line in found.text.splitlines() if line]
    assert paragraphs[0] == "Harbour town opens night sorting hall"
    assert paragraphs[1] == "By Ann Lee | November 3, 2022"
    assert paragraphs[2].endswith("the mayor’s office said.")
    assert paragraphs[-1].startswith("Neighbours had asked")
    assert len(paragraphs) == 5
    assert found.told["issuer"] == "The Example Courier" and found.published == "2022-11-03"


def test_a_page_laid_out_by_tables_is_read_as_lines_and_not_as_rows() -> None:
    found = bulletin(OLD_TABLES.encode("big5"), "y.htm")
    assert "|" not in found.text
    assert HANT in found.text and "供民眾查閱。" in found.text
    assert found.published == "2019-04-03" and found.issuer == "郵政管理處"
    assert "首頁" not in found.text and "法規查詢" not in found.text and "版權" not in found.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_text_decides_the_encoding_whatever_the_page_declares(encoding: str) -> None:
    found = bulletin(GOVERNMENT.encode(encoding), "a.html")
    assert found.raw == GOVERNMENT
    assert "乡镇网点" in found.text


def test_a_wrong_declaration_is_overruled_and_scripts_do_not_hide_the_text() -> None:
    page = GOVERNMENT.replace("gb2312", "iso-8859-1").replace(
        "<style>", "<script>" + "x = 1;\n" * 50_000 + "</script><style>"
    )
    assert decode_page(page.encode("gb18030")) == (page, "gb18030")


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- {} -->", "<script>{}</script>", "<style>{}</style>", "<template>{}</template>", "<div hidden>{}</div>",
        "<div style='DISPLAY : none'><p>{}</p></div>", "<noscript>{}</noscript>", "<textarea>{}</textarea>",
        "<select><option>{}</option></select>", "<p title='{}'></p>", "<span style='visibility:hidden'>{}</span>",
    ],
)  # fmt: skip
def test_what_is_hidden_is_no_text(hidden: str) -> None:
    page = f"<html><body><p>{HANS}</p>{hidden.format('此处不可见')}<p>{HANT}</p></body></html>"
    found = bulletin(page.encode(), "a.html")
    assert "此处不可见" not in found.text and HANS in found.text and HANT in found.text


def test_a_page_without_words_is_refused() -> None:
    assert "no word" in refusal(b"<html><body><script>load()</script><div id=app></div></body></html>", "a.html").reason


def test_a_page_is_known_by_its_beginning_and_an_address_needs_no_ending() -> None:
    assert bulletin(PORTAL.encode(), "a.txt").format == "html"
    fragment = f"<div><p>{HANS}</p></div>".encode()
    from sources.files import bulletins_of

    (found,) = bulletins_of(fragment, "https://example.org/show?id=3", "https://example.org/show?id=3")
    assert getattr(found, "format", None) == "html" and getattr(found, "path", None) == "https://example.org/show?id=3"


def test_unclosed_tags_of_old_pages_do_no_harm() -> None:
    page = f"<html><body><div class=nav><p><a href=1>甲<a href=2>乙</div><p>{HANS}<p>{HANT}<ul><li>一<li>二</ul>"
    text = bulletin(page.encode(), "a.html").text
    assert HANS in text and HANT in text and "甲" not in text


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + HANS,
        "<table><tr><td>" * 30_000 + HANS,
        "<b><i>" * 50_000 + f"<p>{HANS}" + "</i></b>" * 50_000,
        f"<p>{HANS}" + "</div>" * 50_000,
        f"<p>{HANS}" * 400,
        f"<p>{HANS}" + "<a href='" * 50_000,
        f"<p>{HANS}</p>" + "<!--" * 100_000,
        f"<ul><li>{HANS}" + "<li><ul>" * 30_000,
        f"<p>{HANS}" + "&#x41;" * 20_000,
        f"<p>{HANS}" + "<p> . </p>" * 5_000,
    ],
    ids=lambda page: page[:12],
)
def test_pages_made_to_hurt_parsers_are_read_in_time(page: str) -> None:
    started = time.perf_counter()
    assert HANS in bulletin(f"<html><body>{page}".encode(), "a.html").text
    assert time.perf_counter() - started < 15


def test_a_fragment_is_read_whole() -> None:
    reading = read_fragment(f"<p>短讯</p><p>{HANS}</p>".encode())
    assert reading.raw.startswith("<p>") and [e.text for e in reading.edits] == ["", "\n\n", ""]
