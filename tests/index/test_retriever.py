"""The search as a LangChain retriever."""

from __future__ import annotations

from pathlib import Path

from langchain_core.runnables import RunnableLambda

from index.build import build_index
from index.retriever import BulletinRetriever
from index.search import Index
from tests.fakes import BICYCLES, ISLANDS, LOCKERS, FakeEmbedder


def test_documents_hold_the_text_and_where_it_stands(tmp_path: Path, without_dictionary: None) -> None:
    folder = tmp_path / "bulletins"
    folder.mkdir()
    for name, text in (("lockers", LOCKERS), ("islands", ISLANDS), ("bicycles", BICYCLES)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build_index([folder], tmp_path / "index", FakeEmbedder())
    index = Index(tmp_path / "index", FakeEmbedder(), tmp_path / "cache")
    retriever = BulletinRetriever(index, k=9)
    question = "海岛邮路巡查有几项任务？"
    documents = retriever.invoke(question)
    hits = index.search(question, 9)
    assert [d.metadata["score"] for d in documents] == [hit.score for hit in hits]
    for document, hit in zip(documents, hits, strict=True):
        told = document.metadata
        bulletin = index.bulletin(told["bulletin"])
        published = bulletin.raw[told["start"] : told["end"]]
        # As published, damage included: pinyin in parentheses stands in the one and not in the other.
        for edit in bulletin.map.edits:
            published = published.replace(bulletin.raw[edit.raw_start : edit.raw_end], edit.text)
        assert published == document.page_content == bulletin.text[slice(*hit.context)]
        assert (told["source"], told["title"], told["published"], told["issuer"]) == (
            bulletin.source, bulletin.title, bulletin.published, bulletin.issuer,
        )  # fmt: skip
        assert told["lanes"] == hit.lanes and told["other_versions"] == []
    assert any(index.bulletin(d.metadata["bulletin"]).map.edits for d in documents)
    # It is a link of a chain like any other.
    assert (BulletinRetriever(index, k=1) | RunnableLambda(len)).invoke(question) == 1
    index.close()
