"""Whatever the bytes are, the door gives bulletins or reasons, and nothing is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import Bulletin, Unreadable
from sources.files import bulletins_of
from tests.sources.making import samples

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.*"))
SAMPLES = samples()
few = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


def hold(data: bytes, name: str) -> None:
    found = list(bulletins_of(data, Path(name), "a"))
    assert found
    for each in found:
        if isinstance(each, Unreadable):
            assert each.reason and each.remedy and each.path.startswith(name)
            continue
        assert isinstance(each, Bulletin)
        assert list(each.pages) == sorted(each.pages) and all(0 <= page <= len(each.text) for page in each.pages)
        last = 0
        for i in range(len(each.text)):
            start, end = each.map.raw_span(i, i + 1)
            assert last <= start <= end <= len(each.raw)
            last = start


@pytest.mark.parametrize("name", SAMPLES)
def test_good_files_hold(name: str) -> None:
    hold(SAMPLES[name], name)
    assert any(isinstance(found, Bulletin) for found in bulletins_of(SAMPLES[name], Path(name), "a"))


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, str]:
    name = draw(st.sampled_from(sorted(SAMPLES)))
    data = bytearray(SAMPLES[name])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(["cut", "flip", "repeat", "insert", "end"])):
            case "cut":
                del data[at : at + length]
            case "flip" if data:
                data[at] = draw(st.integers(0, 255))
            case "repeat":
                data[at:at] = data[at : at + length] * draw(st.integers(1, 30))
            case "insert":
                data[at:at] = draw(
                    st.sampled_from(
                        [b"<", b"<!--", b"{", b"}", b"\x00", b"\xff\xfe", b"&#x110000;", b"\\'", b'"', b"\n\n"]
                    )
                )
            case "end":
                del data[at:]
    return bytes(data), name


@few
@given(damaged())
def test_damaged_files_hold(case: tuple[bytes, str]) -> None:
    hold(*case)


@few
@given(st.binary(max_size=300), st.sampled_from(sorted(SAMPLES)))
def test_random_bytes_under_any_name_hold(data: bytes, name: str) -> None:
    hold(data, name)


@few
@given(
    st.lists(
        st.sampled_from("<table> <tr> <td> </td> </table> <p> </p> <div> </div> <a> </a> <br> <h1> <li> <pre> <!-- --> & &amp; 汉字。 word <b hidden> <script> "
                        "</script> <title> </title> <style> 2024-01-02 来源： 首页 | \n".split(" "))
    ).map("".join)
)  # fmt: skip
def test_pages_of_loose_tags_hold(page: str) -> None:
    hold(page.encode(), "a.html")


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_what_once_broke_a_reader_holds(path: Path) -> None:
    hold(path.read_bytes(), path.name)
