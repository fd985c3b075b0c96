"""What XML files declare for themselves: read where it is harmless, refused where it is not."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.errors import Unreadable
from sources.readers.entities import written_out

A = "<a>The &b; met.</a>"


@pytest.mark.parametrize(
    ("declared", "meant"),
    [
        ('<!ENTITY b "Canal Board">', "Canal Board"),
        ("<!ENTITY b 'Canal \"Board\"'>", 'Canal "Board"'),
        ('<!ENTITY b "運河局">', "運河局"),
        ('<!ENTITY b "Lock &#38; Canal &amp; Co">', "Lock &#38; Canal &amp; Co"),
        ('<!ENTITY b "Lock &#38;amp; Canal">', "Lock &amp; Canal"),
        ('<!ENTITY c "Canal"> <!-- a name --> <!ENTITY b "&c; Board">', "Canal Board"),
        ('<!ENTITY b "first"><!ENTITY b "second">', "first"),
        ("<!ELEMENT a (#PCDATA)><!ATTLIST a x CDATA 'y>z'><!ENTITY b \"Board\">", "Board"),
    ],
)
def test_a_harmless_entity_is_read_as_what_it_stands_for(declared: str, meant: str) -> None:
    for head in ("", '<?xml version="1.0"?>\n<!-- made by hand -->\n'):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            xml = f"{head}<!DOCTYPE a [{declared}]>{A}".encode(encoding)
            assert written_out(xml).decode(encoding) == head + A.replace("&b;", meant)


def test_comments_and_character_data_stay_as_they_are() -> None:
    xml = b'<!DOCTYPE a [<!ENTITY b "c">]><a><!-- &b; --><![CDATA[&b;]]>&b; &d;</a>'
    assert written_out(xml) == b"<a><!-- &b; --><![CDATA[&b;]]>c &d;</a>"


def test_a_document_type_without_entities_goes_and_other_files_stay() -> None:
    assert written_out(b'<!DOCTYPE a PUBLIC "-//x//y" "http://a.example/b.dtd"><a/>') == b"<a/>"
    for xml in (b"<a/>", b"", b"\xff\xfe\x00", "<?xml version='1.0'?><a>邮</a>".encode(), b"<a>&lt;!DOCTYPE</a>"):
        assert written_out(xml) is xml


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))


@pytest.mark.parametrize(
    "xml",
    [
        f"<!DOCTYPE a [{LAUGHS}]><a>&l9;</a>",
        f"<!DOCTYPE a [{LAUGHS}]><a>nobody laughs</a>",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b PUBLIC "x" "http://a.example/b">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://a.example/b"> %p;]><a/>',
        "<!DOCTYPE a [<!ENTITY % p \"<!ENTITY b 'c'>\"> %p;]><a>&b;</a>",
        '<!DOCTYPE a [<!ENTITY b "&b;">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b "<a>&c;</a>"><!ENTITY c "d">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b "&c;"><!ENTITY c "d">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b "' + "x" * 100_000 + '">]><a>' + "&b;" * 10_000 + "</a>",
        '<!DOCTYPE a [<!ENTITY b "' + "x" * 900 + '">]><a>' + "&b;" * 10_000 + "</a>",
        '<a><!DOCTYPE a [<!ENTITY b "c">]>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b "c"',
    ],
)  # fmt: skip
def test_what_could_do_harm_is_refused(xml: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(Unreadable, match="entities"):
            written_out(xml.encode(encoding))


@pytest.mark.parametrize(
    "part", ["<![CDATA[", "<!--", "&b;", "&b", "<!DOCTYPE a [", "<?", '"', "<!ENTITY b 'c'>", "]>"]
)
def test_a_file_made_to_hurt_is_read_or_refused_in_time(part: str) -> None:
    for head in ("<!DOCTYPE a [<!ENTITY b ''>]>", "<!DOCTYPE a [", ""):
        started = time.perf_counter()
        with contextlib.suppress(Unreadable):
            written_out((head + part * 200_000).encode())
        assert time.perf_counter() - started < 3


PIECES = st.sampled_from(["<!DOCTYPE a", " [", "<!ENTITY ", "b ", "'c'", '"&b;"', ">", "]>", "<a>", "&b;", "<!--", "-->", "<?", "?>", " ", "\x00", "é"])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=30).map(lambda p: "".join(p).encode())))
def test_any_bytes_are_written_out_or_refused(xml: bytes) -> None:
    try:
        plain = written_out(xml)
    except Unreadable:
        return
    assert b"<!ENTITY" not in plain
    assert written_out(plain) == plain
