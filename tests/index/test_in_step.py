"""Keeping an index in step: files of many parts, moved files, pages of the web, sources that fail, runs that end early."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from index import build
from index.build import BuildReport, bring_in_step, build_index
from index.errors import IndexHeld
from index.store import Store
from sources.bulletin import Bulletin
from sources.collection import Collection
from sources.errors import Unreadable
from sources.fetch import Limits, Stop
from sources.files import bulletins_of
from sources.versions import Link
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder
from tests.servers import Reply, Site, serving

LIMITS = Limits(allow_private=True, delay_s=0, timeout_s=2, retries=0)
TEXTS = {"lockers": LOCKERS, "islands": ISLANDS, "bicycles": BICYCLES}
CUT = "\n=====\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "bulletins"
    path.mkdir()
    for name, text in TEXTS.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as served:
        yield served


@pytest.fixture
def parted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is cut into bulletins at a row of "="; a part that says BROKEN cannot be read."""

    def parts(data: bytes, path: Path | str, source: str, **_: object) -> Iterator[Bulletin | Unreadable]:
        texts = data.decode("utf-8").split(CUT)
        for number, text in enumerate(texts, 1):
            if "BROKEN" in text:
                yield Unreadable(f"{path}#{number}", "it is broken")
            else:
                yield from bulletins_of(text.encode("utf-8"), path, f"{source}#{number}" if len(texts) > 1 else source)

    monkeypatch.setattr(build, "bulletins_of", parts)


def sources(where: Path) -> list[str]:
    store = Store(where)
    try:
        return sorted(entry.source for entry in store.entries())
    finally:
        store.close()


def links(where: Path) -> set[frozenset[str]]:
    store = Store(where)
    try:
        named = {entry.id: entry.source for entry in store.entries()}
        return {frozenset((named[a], named[b])) for a, b in store.links()}
    finally:
        store.close()


def counts(report: BuildReport) -> tuple[int, int, int]:
    return report.added, report.updated, report.removed


# Files of many bulletins


def test_a_file_may_hold_many_bulletins_and_loses_and_gains_some(tmp_path: Path, where: Path, parted: None) -> None:
    file = tmp_path / "many.txt"
    file.write_text(CUT.join((LOCKERS, ISLANDS, BICYCLES)))
    assert counts(build_index([file], where, FakeEmbedder())) == (3, 0, 0)
    assert counts(build_index([file], where, FakeEmbedder())) == (0, 0, 0)
    file.write_text(CUT.join((LOCKERS, ISLANDS + "\n又一句。\n")))
    embedder = FakeEmbedder()
    assert counts(build_index([file], where, embedder)) == (0, 1, 1)
    assert sources(where) == ["many#1", "many#2"]
    assert 0 < embedder.embedded <= 2  # the passage and the sentence that are new
    file.unlink()
    (tmp_path / "other.txt").write_text("A boat sails.")
    assert counts(build_index([tmp_path / "other.txt"], where, FakeEmbedder())) == (1, 0, 2)


def test_a_run_that_was_killed_within_a_file_is_taken_up_there(
    tmp_path: Path, where: Path, parted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "GATHERED", 1)
    file = tmp_path / "many.txt"
    file.write_text(CUT.join((LOCKERS, ISLANDS, BICYCLES)))

    class Pulled(FakeEmbedder):
        def embed_tokens(self, *args: object) -> object:  # type: ignore[override]
            if self.embedded > 0:
                raise KeyboardInterrupt
            return super().embed_tokens(*args)  # type: ignore[arg-type]

    with pytest.raises(KeyboardInterrupt):
        build_index([file], where, Pulled())
    assert sources(where) == ["many#1"]
    whole, rest = FakeEmbedder(), FakeEmbedder()
    build_index([file], where.parent / "whole", whole)
    assert counts(build_index([file], where, rest)) == (2, 0, 0)
    assert sources(where) == ["many#1", "many#2", "many#3"]
    assert rest.embedded < whole.embedded
    assert counts(build_index([file], where, FakeEmbedder())) == (0, 0, 0)


def test_a_killed_run_over_a_changed_file_is_taken_up_even_when_the_file_is_put_back(
    tmp_path: Path, where: Path, parted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "many.txt"
    before = CUT.join((LOCKERS, ISLANDS))
    file.write_text(before)
    build_index([file], where, FakeEmbedder())
    file.write_text(CUT.join((BICYCLES, LOCKERS)))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(build._Run, "_finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        build_index([file], where, FakeEmbedder())
    file.write_text(before)
    assert counts(build_index([file], where, FakeEmbedder())) == (0, 2, 0)
    store = Store(where)
    assert {entry.source: store.bulletin(entry.id).raw for entry in store.entries()} == {
        "many#1": LOCKERS,
        "many#2": ISLANDS,
    }
    store.close()


def test_a_part_that_cannot_be_read_keeps_what_it_held_and_is_told_every_time(
    tmp_path: Path, where: Path, parted: None
) -> None:
    file = tmp_path / "many.txt"
    file.write_text(CUT.join((LOCKERS, ISLANDS, BICYCLES)))
    build_index([file], where, FakeEmbedder())
    file.write_text(CUT.join((LOCKERS, "BROKEN")))
    for expected in ((0, 0, 1), (0, 0, 0)):
        report = build_index([file], where, FakeEmbedder())
        assert counts(report) == expected
        assert report.skipped == ((f"{file}#2", "it is broken"),)
        assert sources(where) == ["many#1", "many#2"]
    file.write_text(CUT.join((LOCKERS, BICYCLES)))
    report = build_index([file], where, FakeEmbedder())
    assert (counts(report), report.skipped) == ((0, 1, 0), ())


def test_a_row_on_top_of_a_table_embeds_only_itself(tmp_path: Path, where: Path, parted: None) -> None:
    file = tmp_path / "rows.txt"
    file.write_text(CUT.join((LOCKERS, ISLANDS, BICYCLES)))
    build_index([file], where, FakeEmbedder())
    file.write_text(CUT.join(("Nine boats\n\nNine boats sail.", LOCKERS, ISLANDS, BICYCLES)))
    embedder = FakeEmbedder()
    assert counts(build_index([file], where, embedder)) == (1, 3, 0)
    assert embedder.embedded == 2


def test_a_table_and_an_archive_give_a_bulletin_a_row_and_a_member(tmp_path: Path, where: Path) -> None:
    (tmp_path / "in").mkdir()
    table = tmp_path / "in" / "export.csv"
    table.write_text("id,heading,words\n7,Boats,Nine boats sail.\n9,Piers,Two piers stand.\n")
    with zipfile.ZipFile(tmp_path / "in" / "old.zip", "w") as archive:
        archive.writestr("islands.txt", ISLANDS)
        archive.writestr("empty.txt", "")
    collection = Collection(folders=(tmp_path / "in",), text_column="words")
    report = bring_in_step(collection, where, FakeEmbedder())
    assert sources(where) == ["export#7", "export#9", "old#islands"]
    assert [path for path, _ in report.skipped] == [f"{tmp_path / 'in' / 'old.zip'}#empty"]
    (tmp_path / "in" / "deeper").mkdir()
    table.rename(tmp_path / "in" / "deeper" / "export.csv")
    table = tmp_path / "in" / "deeper" / "export.csv"
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (0, 0, 0)
    store = Store(where)
    assert {e.source: e.path for e in store.entries()}["export#7"] == f"{table}#7"
    store.close()
    table.write_text("id,heading,words\n9,Piers,Two piers stand.\n")
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (0, 0, 1)
    other = replace(collection, text_column="heading")
    assert counts(bring_in_step(other, where, FakeEmbedder()))[1] == 2


# Moved, copied, read again


def test_a_renamed_file_is_updated_without_embedding(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    (folder / "islands.txt").rename(folder / "patrol.txt")
    embedder = FakeEmbedder()
    told: list[tuple[str, str]] = []
    report = bring_in_step(Collection((folder,)), where, embedder, tell=lambda *what: told.append(what))
    assert (counts(report), embedder.embedded) == ((0, 1, 0), 0)
    assert told == [("updated", "patrol")]
    assert sources(where) == ["bicycles", "lockers", "patrol"]
    assert counts(build_index([folder], where, FakeEmbedder())) == (0, 0, 0)


def test_a_copy_is_added_without_embedding(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    (folder / "copy.txt").write_text(LOCKERS)
    embedder = FakeEmbedder()
    assert counts(build_index([folder], where, embedder)) == (1, 0, 0)
    assert embedder.embedded == 0


def test_two_files_that_change_names_are_not_embedded_again(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    (folder / "islands.txt").write_text(LOCKERS)
    (folder / "lockers.txt").write_text(ISLANDS)
    embedder = FakeEmbedder()
    assert counts(build_index([folder], where, embedder)) == (0, 2, 0)
    assert embedder.embedded == 0


def test_what_older_code_has_read_takes_its_vectors(folder: Path, where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(build, "reading_of", lambda: "of an older version")
        build_index([folder], where, FakeEmbedder())
    vectors = Store(where).vectors()
    embedder = FakeEmbedder()
    assert counts(build_index([folder], where, embedder)) == (0, 3, 0)
    assert embedder.embedded == 0
    assert sorted(map(tuple, Store(where).vectors())) == sorted(map(tuple, vectors))


def test_a_sentence_added_embeds_its_passage_and_itself(folder: Path, where: Path) -> None:
    build_index([folder], where, FakeEmbedder())
    (folder / "bicycles.txt").write_text(BICYCLES + "\n周以宁说，明年还将增加两座。\n", encoding="utf-8")
    embedder = FakeEmbedder()
    build_index([folder], where, embedder)
    assert embedder.embedded == 2
    store, whole = Store(where), FakeEmbedder()
    (entry,) = [entry for entry in store.entries() if entry.source == "bicycles"]
    bulletin = store.bulletin(entry.id)
    for (_, stored), prepared in zip(store.passages(bulletin), build.prepare(bulletin, whole), strict=True):
        assert stored == pytest.approx(prepared.sentence_vectors, abs=1e-3)
    store.close()


# What fails keeps its state


def test_a_folder_that_vanished_keeps_its_bulletins_and_is_told(folder: Path, where: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "boats.txt").write_text("Nine boats sail.")
    both = Collection(folders=(folder, tmp_path / "more"))
    bring_in_step(both, where, FakeEmbedder())
    (tmp_path / "more").rename(tmp_path / "away")
    report = bring_in_step(both, where, FakeEmbedder())
    assert counts(report) == (0, 0, 0)
    assert report.skipped == ((str(tmp_path / "more"), "it is not there"),)
    assert "boats" in sources(where)
    (tmp_path / "more").mkdir()  # where a disk is mounted, and it is not
    assert "boats" in sources(where) and bring_in_step(both, where, FakeEmbedder()).removed == 0
    assert bring_in_step(Collection(folders=(folder,)), where, FakeEmbedder()).removed == 1


def test_a_file_of_a_folder_that_vanished_does_not_lose_its_name(folder: Path, where: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "boats.txt").write_text("Nine boats sail.")
    both = Collection(folders=(folder, tmp_path / "more"))
    bring_in_step(both, where, FakeEmbedder())
    (tmp_path / "more").rename(tmp_path / "away")
    (folder / "boats.txt").write_text("Ten boats sail.")
    bring_in_step(both, where, FakeEmbedder())
    assert len(sources(where)) == 5


def test_a_folder_inside_that_may_not_be_listed_keeps_its_bulletins(
    folder: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "boats.txt").write_text("Nine boats sail.")
    build_index([folder], where, FakeEmbedder())
    listing = Path.iterdir

    def refused(path: Path) -> object:
        if path.name == "inner":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", refused)
    report = build_index([folder], where, FakeEmbedder())
    assert counts(report) == (0, 0, 0) and "boats" in sources(where)
    assert [path for path, _ in report.skipped] == [str(folder / "inner")]


# Pages of the web


def feed(site: Site, *paths: str) -> str:
    items = "".join(f"<item><title>{path}</title><link>{site.root}{path}</link></item>" for path in paths)
    return site.put("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>", etag=f'"{"-".join(paths)}"')


def sitemap(site: Site, *paths: str, changed: str = "") -> str:
    urls = "".join(f"<url><loc>{site.root}{path}</loc><lastmod>{changed}</lastmod></url>" for path in paths)
    return site.put("/sitemap.xml", f"<urlset>{urls}</urlset>")


def page(site: Site, path: str, text: str) -> str:
    return site.put(path, text, etag=f'"{hash(text)}"')


def test_a_feed_is_followed_and_what_drops_out_of_it_stays(site: Site, where: Path) -> None:
    one, two = page(site, "/1", LOCKERS), page(site, "/2", ISLANDS)
    collection = Collection(feeds=(feed(site, "/1"),), limits=LIMITS)
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (1, 0, 0)
    feed(site, "/2")
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (1, 0, 0)
    assert sources(where) == [one, two]
    store = Store(where)
    assert store.bulletin(next(e.id for e in store.entries() if e.source == one)).raw == LOCKERS
    store.close()
    assert counts(bring_in_step(Collection(limits=LIMITS), where, FakeEmbedder())) == (0, 0, 2)


def test_nothing_is_sent_twice_when_nothing_has_changed(site: Site, where: Path) -> None:
    page(site, "/1", LOCKERS), page(site, "/2", ISLANDS)
    collection = Collection(feeds=(feed(site, "/1", "/2"),), limits=LIMITS)
    bring_in_step(collection, where, FakeEmbedder())
    site.asked.clear()
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (0, 0, 0)
    assert [asked for asked in site.asked if asked[0] != "/robots.txt"] == [("/feed", 304)]
    # Another item: the page that is known is asked for, and not sent.
    page(site, "/3", BICYCLES)
    feed(site, "/1", "/3")
    site.asked.clear()
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (1, 0, 0)
    assert [asked for asked in site.asked if asked[0] != "/robots.txt"] == [("/feed", 200), ("/3", 200), ("/1", 304)]


def test_the_encoding_that_a_server_names_settles_what_is_nearly_even(site: Site, where: Path) -> None:
    data = "Port Office: 港".encode("big5")
    told = {"big5": {"Content-Type": "text/plain; charset=Big5"}, "gb": {"Content-Type": "text/plain; charset=GB2312"}}
    pages = tuple(site.put(f"/{name}.txt", data, headers=headers) for name, headers in told.items())
    bring_in_step(Collection(addresses=pages, limits=LIMITS), where, FakeEmbedder())
    store = Store(where)
    try:
        read = {entry.source: store.bulletin(entry.id).text for entry in store.entries()}
    finally:
        store.close()
    assert ["港" in read[page] for page in pages] == [True, False]


def test_a_page_that_changed_is_updated(site: Site, where: Path) -> None:
    collection = Collection(addresses=(page(site, "/1", LOCKERS),), limits=LIMITS)
    bring_in_step(collection, where, FakeEmbedder())
    page(site, "/1", LOCKERS + "\nA third door sings.\n")
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (0, 1, 0)
    site.put("/1", LOCKERS + "\nA third door sings.\n")  # the same without an etag
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (0, 0, 0)


def test_pages_that_older_code_has_read_are_sent_again(
    site: Site, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = Collection(feeds=(feed(site, "/1"),), limits=LIMITS)
    page(site, "/1", LOCKERS)
    with monkeypatch.context() as patch:
        patch.setattr(build, "reading_of", lambda: "of an older version")
        bring_in_step(collection, where, FakeEmbedder())
    embedder = FakeEmbedder()
    assert counts(bring_in_step(collection, where, embedder)) == (0, 1, 0)
    assert embedder.embedded == 0


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(b"<html>no feed</html>"), Reply(b"<rss><channel><<")])
def test_a_feed_that_fails_keeps_its_bulletins_and_is_told(site: Site, where: Path, reply: Reply) -> None:
    page(site, "/1", LOCKERS)
    address = feed(site, "/1")
    collection = Collection(feeds=(address,), limits=LIMITS)
    bring_in_step(collection, where, FakeEmbedder())
    site.pages["/feed"] = reply
    report = bring_in_step(collection, where, FakeEmbedder())
    assert counts(report) == (0, 0, 0) and report.bulletins == 1
    assert [path for path, _ in report.skipped] == [address]


def test_a_page_that_failed_is_asked_for_again_though_its_feed_is_the_same(site: Site, where: Path) -> None:
    collection = Collection(feeds=(feed(site, "/1"),), limits=LIMITS)
    report = bring_in_step(collection, where, FakeEmbedder())
    assert report.skipped == ((site.root + "/1", "the server says 404 Not Found"),)
    page(site, "/1", LOCKERS)
    report = bring_in_step(collection, where, FakeEmbedder())
    assert (counts(report), report.skipped) == ((1, 0, 0), ())


def test_a_page_that_is_gone_from_its_server_keeps_its_bulletin(site: Site, where: Path) -> None:
    collection = Collection(addresses=(page(site, "/1", LOCKERS),), limits=LIMITS)
    bring_in_step(collection, where, FakeEmbedder())
    del site.pages["/1"]
    report = bring_in_step(collection, where, FakeEmbedder())
    assert (report.bulletins, report.skipped) == (1, ((site.root + "/1", "the server says 404 Not Found"),))
    page(site, "/1", LOCKERS)
    assert bring_in_step(collection, where, FakeEmbedder()).skipped == ()


def test_a_page_that_left_a_sitemap_is_removed(site: Site, where: Path) -> None:
    page(site, "/1", LOCKERS), page(site, "/2", ISLANDS)
    collection = Collection(sitemaps=(sitemap(site, "/1", "/2"),), limits=LIMITS)
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (2, 0, 0)
    sitemap(site, "/2")
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (0, 0, 1)


def test_a_page_that_a_sitemap_calls_unchanged_is_not_asked_for(site: Site, where: Path) -> None:
    page(site, "/1", LOCKERS)
    collection = Collection(sitemaps=(sitemap(site, "/1", changed="2024-01-01"),), limits=LIMITS)
    bring_in_step(collection, where, FakeEmbedder())
    site.asked.clear()
    bring_in_step(collection, where, FakeEmbedder())
    assert site.paths() == ["/sitemap.xml"]
    sitemap(site, "/1", changed="2099-01-01")
    bring_in_step(collection, where, FakeEmbedder())
    assert site.asked[-1] == ("/1", 304)


def test_a_sitemap_of_sitemaps_is_followed_and_one_that_fails_takes_nothing_along(site: Site, where: Path) -> None:
    page(site, "/1", LOCKERS), page(site, "/2", ISLANDS)
    for name, path in (("a", "/1"), ("b", "/2")):
        site.put(f"/{name}.xml", f"<urlset><url><loc>{site.root}{path}</loc></url></urlset>")
    children = "".join(f"<sitemap><loc>{site.root}/{name}.xml</loc></sitemap>" for name in "ab")
    collection = Collection(sitemaps=(site.put("/all.xml", f"<sitemapindex>{children}</sitemapindex>"),), limits=LIMITS)
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (2, 0, 0)
    site.pages["/b.xml"] = Reply(status=500)
    report = bring_in_step(collection, where, FakeEmbedder())
    assert (counts(report), report.bulletins) == ((0, 0, 0), 2)
    assert [path for path, _ in report.skipped] == [site.root + "/b.xml"]


def test_a_long_list_is_read_over_several_runs(site: Site, where: Path) -> None:
    for number, text in enumerate(TEXTS.values()):
        page(site, f"/{number}", text)
    address = sitemap(site, "/0", "/1", "/2")
    collection = Collection(sitemaps=(address,), limits=replace(LIMITS, max_pages=2))
    report = bring_in_step(collection, where, FakeEmbedder())
    assert (counts(report), report.skipped) == (
        (2, 0, 0),
        ((address, "1 of its pages are left for the next run (max_pages)"),),
    )
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (1, 0, 0)
    assert bring_in_step(collection, where, FakeEmbedder()).bulletins == 3


def test_a_file_of_addresses_adds_and_removes(site: Site, where: Path, tmp_path: Path) -> None:
    one, two = page(site, "/1", LOCKERS), page(site, "/2", ISLANDS)
    file = tmp_path / "list.txt"
    collection = Collection(addresses=(str(file),), limits=LIMITS)
    file.write_text(f"{one}\n{two}\n")
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (2, 0, 0)
    file.write_text(f"{two}\n")
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (0, 0, 1)
    file.unlink()
    report = bring_in_step(collection, where, FakeEmbedder())
    assert report.bulletins == 1 and [path for path, _ in report.skipped] == [str(file)]


def test_an_address_may_turn_out_to_be_a_list(site: Site, where: Path) -> None:
    page(site, "/1", LOCKERS)
    collection = Collection(addresses=(feed(site, "/1"),), limits=LIMITS)
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (1, 0, 0)
    feed(site, "/other")
    assert bring_in_step(collection, where, FakeEmbedder()).bulletins == 1


def test_folders_and_pages_stand_side_by_side_and_pages_may_be_left_alone(
    site: Site, folder: Path, where: Path
) -> None:
    collection = Collection(folders=(folder,), addresses=(page(site, "/1", LOCKERS + "More."),), limits=LIMITS)
    assert counts(bring_in_step(collection, where, FakeEmbedder())) == (4, 0, 0)
    site.asked.clear()
    (folder / "islands.txt").unlink()
    assert counts(bring_in_step(collection, where, FakeEmbedder(), fetch=False)) == (0, 0, 1)
    assert site.asked == []


# One at a time, and ended early


def test_a_second_run_is_told_who_holds_the_index(folder: Path, where: Path) -> None:
    class Second(FakeEmbedder):
        told = ""

        def embed(self, *args: object) -> object:  # type: ignore[override]
            with pytest.raises(IndexHeld) as caught:
                build_index([folder], where, FakeEmbedder())
            self.told = str(caught.value)
            return super().embed(*args)  # type: ignore[arg-type]

    second = Second()
    report: list[BuildReport] = []
    thread = threading.Thread(target=lambda: report.append(build_index([folder], where, second)))
    thread.start()
    thread.join(30)
    assert f"process {os.getpid()} on {socket.gethostname()}, since 20" in second.told
    assert counts(report[0]) == (3, 0, 0)
    assert not (where / "writer.json").exists()


def test_the_note_of_a_killed_run_means_nothing(folder: Path, where: Path) -> None:
    where.mkdir()
    (where / "writer.json").write_text(json.dumps({"pid": 1, "host": "elsewhere", "since": "2020"}))
    assert counts(build_index([folder], where, FakeEmbedder())) == (3, 0, 0)
    (where / "writer.json").write_text("half a no")
    with FileLock(where / "writer.lock"), pytest.raises(IndexHeld, match="Another run is writing the index"):
        build_index([folder], where, FakeEmbedder())


@pytest.mark.parametrize("bulletins", [1, 2])
def test_a_run_that_is_to_end_does_so_after_the_bulletin_in_hand(folder: Path, where: Path, bulletins: int) -> None:
    stop = Stop()
    seen: list[str] = []

    def tell(what: str, name: str) -> None:
        seen.append(name)
        if len(seen) == bulletins:
            stop.set()

    build_index([folder], where, FakeEmbedder())
    for path in folder.iterdir():
        path.write_text(path.read_text() + "\n又一句。\n")
    (folder / "lockers.txt").unlink()
    report = bring_in_step(Collection((folder,)), where, FakeEmbedder(), tell=tell, stop=stop)
    assert counts(report) == (0, bulletins, 0)  # what is gone is only removed by a run that saw everything
    assert report.bulletins == 3
    assert counts(build_index([folder], where, FakeEmbedder())) == (0, 2 - bulletins, 1)


def test_what_fails_while_a_run_is_to_end_is_not_held_against_the_file(
    tmp_path: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ctrl-C in a terminal reaches the process in which the parsers of others run, too.
    stop = Stop()
    file = tmp_path / "many.txt"
    file.write_text(LOCKERS)

    def interrupted(data: bytes, path: Path, source: str, **_: object) -> Iterator[Bulletin | Unreadable]:
        yield from bulletins_of(data, path, f"{source}#1")
        stop.set()
        yield Unreadable(f"{path}#2", "the parser broke off")

    with monkeypatch.context() as patch:
        patch.setattr(build, "bulletins_of", interrupted)
        report = bring_in_step(Collection(files=(file,)), where, FakeEmbedder(), stop=stop)
    assert (counts(report), report.skipped) == ((0, 0, 0), ())
    assert counts(bring_in_step(Collection(files=(file,)), where, FakeEmbedder())) == (1, 0, 0)


# Links


def test_a_link_goes_when_either_of_the_two_changes(folder: Path, where: Path) -> None:
    (folder / "copy.txt").write_text(LOCKERS)
    for changed in ("copy", "lockers"):
        build_index([folder], where, FakeEmbedder())
        assert links(where) == {frozenset(("copy", "lockers"))}
        (folder / f"{changed}.txt").write_text("Nine boats sail.\n")
        build_index([folder], where, FakeEmbedder())
        assert links(where) == set()
        (folder / f"{changed}.txt").write_text(LOCKERS)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every pair that was compared in full."""
    pairs: list[tuple[str, str]] = []
    real: Callable[[Bulletin, Bulletin], Link | None] = build.same_event

    def counted(a: Bulletin, b: Bulletin) -> Link | None:
        pairs.append((a.source, b.source))
        return real(a, b)

    monkeypatch.setattr(build, "same_event", counted)
    return pairs


def test_a_busy_day_does_not_make_indexing_quadratic(
    tmp_path: Path, where: Path, compared: list[tuple[str, str]]
) -> None:
    (tmp_path / "day").mkdir()
    number = 120
    for i in range(number):
        text = (
            f"Harbour note {i}\n\nOn March 7, 2022 pier {i * 37} loaded {i * 1013 + 40} sacks for buoy {i * 77 + 11}.\n"
        )
        (tmp_path / "day" / f"{i:03}.txt").write_text(text)
    (tmp_path / "day" / "copy.txt").write_text((tmp_path / "day" / "003.txt").read_text())
    build_index([tmp_path / "day"], where, FakeEmbedder())
    assert len(compared) <= number * build._COMPARED < number * number / 2
    assert ("copy", "003") in compared
    assert frozenset(("copy", "003")) in links(where)


def test_what_older_code_described_otherwise_is_no_obstacle(folder: Path, where: Path) -> None:
    (folder / "copy.txt").write_text(LOCKERS)
    build_index([folder], where, FakeEmbedder())
    store = Store(where, writable=True)
    store._db.execute("UPDATE bulletin SET details = '{\"dates\": []}', digest = 'x older'")
    store._db.execute("UPDATE file SET digest = 'x older'")
    store.close()
    embedder = FakeEmbedder()
    assert counts(build_index([folder], where, embedder)) == (0, 4, 0)
    assert embedder.embedded == 0
    assert links(where) == {frozenset(("copy", "lockers"))}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_writer_that_is_killed_at_any_moment_leaves_whole_bulletins_and_the_next_run_completes() -> None:
    # In a process of its own: the one that runs the tests has threads, and those do not survive a fork.
    command = [sys.executable, "-m", "eval.benchmarks.kill", "--times", "25", "--seed", "7", "--bulletins", "25"]
    run = subprocess.run(command, cwd=Path(build.__file__).parents[1], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["killed_in_time"] >= 15 and told["left_unfinished"] >= 3
