"""The same search as a LangChain retriever, so that any chain can use it."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from .search import Index


class BulletinRetriever(BaseRetriever):
    """Passages with their neighbours as LangChain documents, best first.

    metadata: source, bulletin, title, published, issuer, score, lanes, other_versions, and start and end of the text
    in the raw file.
    """

    index: Any
    k: int = 10
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def __init__(self, index: Index, k: int = 10, **settings: Any) -> None:
        super().__init__(index=index, k=k, **settings)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        documents = []
        for hit in self.index.search(query, self.k, one_voice=True):
            bulletin = self.index.bulletin(hit.passage.bulletin)
            start, end = bulletin.map.raw_span(*hit.context)
            documents.append(
                Document(
                    page_content=bulletin.text[slice(*hit.context)],
                    metadata={
                        "source": bulletin.source,
                        "bulletin": bulletin.id,
                        "title": bulletin.title,
                        "published": bulletin.published,
                        "issuer": bulletin.issuer,
                        "score": hit.score,
                        "lanes": dict(hit.lanes),
                        "other_versions": list(hit.other_versions),
                        "start": start,
                        "end": end,
                    },
                )
            )
        return documents
