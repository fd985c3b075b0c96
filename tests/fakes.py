"""Stand-ins for what is slow or far away. Their texts are made up, in the form of real bulletins.

Processes that tests start import this: what takes half a second to load comes in where it is used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.answer import Answer, Citation, Progress, Sentence
from index.embed import Kind
from index.errors import IndexMissing
from index.passage import Hit, Passage
from index.store import Entry
from index.token_vectors import TokenVectors
from sources.bulletin import Bulletin, Contradiction, Edit, Language, TextDate, apply_edits

if TYPE_CHECKING:
    from assistant.check import Verdict

LOCKERS = """Parcel lockers to follow one standard

Published: 2021-06-02 09:30:00

On June 15, the bureau's standards office met in Hangzhou to settle a common standard for parcel lockers. Chen Yulan, deputy head of the office, took the chair.

Chen Yulan said that lockers now take in 11% of all parcels, up from 7% two years earlier. Three rules were agreed: first, a locker must tell its user the deadline for collecting; second, a parcel may lie there for 24 hours without a fee; third, a courier must ask before using a locker.

Seventeen makers of lockers sent their engineers, and two of them showed doors that open by voice.
"""

ISLANDS = """海島(dǎo)郵路春季巡查啟(qǐ)動

欄目:郵路動態 發布時間:2022-03-09

3月7日,海島郵路巡查組從舟山出發,計劃在四十天內走訪六十三個有人居住的島嶼。組長(zhǎng)方若水表示,巡查有兩項任務:一是查驗碼頭的郵件交接記錄。二是聽取島上居民對投遞時間的意見。

巡查組配備了兩艘補給船,其中一艘為純電動船,續(xù)航一百二十公里。
"""

BICYCLES = """三轮车配送试点扩大到九座古城

来源:邮路周刊 2023年11月20日

本刊11月18日讯 为保护古城街巷,电动三轮车配送试点由四座古城扩大到九座。试点要求车速不超过每小时十五公里,并在每天早晨七点前完成首轮配送。

负责试点的周以宁介绍,过去一年共更换旧车两千三百辆。
"""

# The same hostile text wherever a bulletin or a visitor can put one.
HOSTILE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">[a](javascript:hacked) ![b](http://far.example/b.png) {{x}} ${y} </mark></div>'

_PINYIN = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)")


def bulletin(
    source: str,
    raw: str,
    language: Language,
    published: str | None,
    event: str | None,
    issuer: str | None = None,
    title: str | None = None,
    contradictions: tuple[Contradiction, ...] = (),
) -> Bulletin:
    """A bulletin whose only damage is pinyin in parentheses."""
    edits = [Edit(m.start(), m.end(), "", "pinyin") for m in _PINYIN.finditer(raw)]
    text, where = apply_edits(raw, edits)
    return Bulletin(
        id=f"id-{source}",
        source=source,
        path=f"{source}.txt",
        raw=raw,
        text=text,
        map=where,
        encoding="utf-8",
        repairs={"pinyin": len(edits)} if edits else {},
        language=language,
        title=text.split("\n")[0] if title is None else title,
        issuer=issuer,
        column=None,
        published=published,
        dates=(TextDate(event, "event", 0, 0),) if event else (),
        contradictions=contradictions,
        blocks=(),
        enumerations=(),
        facts=(),
    )


def bulletin_of(source: str, text: str, **changes: Any) -> Bulletin:
    """A bulletin read from its text as from a file; changes: fields to set otherwise afterwards."""
    from sources.files import describe_bytes

    return replace(describe_bytes(text.encode("utf-8"), Path(f"{source}.txt"), source), **changes)


BULLETINS = (
    bulletin(
        "101",
        LOCKERS,
        "en",
        "2021-06-02",
        "--06-15",
        "Standards Office",
        contradictions=(Contradiction("published-before-event", ("2021-06-02", "--06-15"), ((0, 1), (2, 3))),),
    ),
    bulletin("102", ISLANDS, "zh-Hant", "2022-03-09", "2022-03-07", "海島郵路巡查組"),
    bulletin("103", BICYCLES, "zh-Hans", "2023-11-20", "2023-11-18", "邮路周刊"),
)


def citing(source: Bulletin, quote: str, *versions: str) -> Citation:
    """A citation of words that stand in the bulletin as published."""
    start = source.raw.index(quote)
    return Citation(
        source=source.source,
        bulletin=source.id,
        title=source.title,
        published=source.published,
        issuer=source.issuer,
        quote=quote,
        start=start,
        end=start + len(quote),
        other_versions=versions,
    )


def answered(
    question: str,
    language: Language,
    text: str,
    sentences: Sequence[Sentence],
    citations: Sequence[Citation],
    searched_as: str | None = None,
    notes: tuple[str, ...] = (),
) -> Answer:
    return Answer(
        question=question,
        outcome="answered",
        language=language,
        text=text,
        sentences=tuple(sentences),
        citations=tuple(citations),
        searched_as=searched_as or question,
        answerer="extractive",
        seconds={"total": 0.04},
        probability=0.91,
        notes=notes,
    )


def list_answer(question: str) -> Answer:
    """English: a sentence, then a list of three, all of one bulletin."""
    lockers = BULLETINS[0]
    rules = (
        "a locker must tell its user the deadline for collecting",
        "a parcel may lie there for 24 hours without a fee",
        "a courier must ask before using a locker",
    )
    lead = "Three rules were agreed for parcel lockers."
    return answered(
        question,
        "en",
        lead + "\n" + "\n".join(f"- {rule}" for rule in rules),
        [Sentence(lead, True, (0,)), *(Sentence(rule, True, (n,)) for n, rule in enumerate(rules, 1))],
        [citing(lockers, "Three rules were agreed", "104"), *(citing(lockers, rule, "104") for rule in rules)],
    )


def date_answer(question: str) -> Answer:
    """Traditional Chinese: the quote stands on damage, and the question was made stand-alone."""
    islands = BULLETINS[1]
    text = "巡查於2022年3月7日開始,由方若水帶隊。"
    return answered(
        question,
        "zh-Hant",
        text,
        [Sentence(text, True, (0, 1))],
        [citing(islands, "3月7日,海島郵路巡查組從舟山出發"), citing(islands, "組長(zhǎng)方若水表示")],
        searched_as="海島郵路春季巡查何時開始?",
        notes=("公告發布日期與事件日期相差兩天。",),
    )


def number_answer(question: str) -> Answer:
    """Simplified Chinese: one supported sentence and one that its source does not support."""
    bicycles = BULLETINS[2]
    first, second = "试点由四座古城扩大到九座。", "所有旧车都已换完。"
    return answered(
        question,
        "zh-Hans",
        first + second,
        [Sentence(first, True, (0,)), Sentence(second, False, (1,))],
        [citing(bicycles, "试点由四座古城扩大到九座"), citing(bicycles, "过去一年共更换旧车两千三百辆")],
    )


def not_found(question: str) -> Answer:
    text = "The bulletins do not say."
    related = (
        citing(BULLETINS[0], "lockers now take in 11% of all parcels, up from 7% two years earlier"),
        citing(BULLETINS[1], "計劃在四十天內走訪六十三個有人居住的島嶼"),
    )
    return Answer(
        question=question,
        outcome="not_found",
        language="en",
        text=text,
        sentences=(),
        citations=(),
        searched_as=question,
        answerer="extractive",
        seconds={"total": 0.03},
        probability=0.12,
        related=related,
    )


class FakeAssistant:
    """Answers by a word of the question; knows the three bulletins above. asked: every question with its history."""

    def __init__(self, bulletins: Sequence[Bulletin] = BULLETINS) -> None:
        self.stored = {bulletin.id: bulletin for bulletin in bulletins}
        self.asked: list[tuple[str, list[str]]] = []
        self.closed = False

    def ask(self, question: str, history: Sequence[str] = (), keep: Any = None) -> Answer:
        self.asked.append((question, list(history)))
        if "no index" in question:
            raise IndexMissing("There is no index in nowhere.", "Make one: bulletins index FOLDER")
        if "bug" in question:
            raise ZeroDivisionError("division by zero")
        if "rules" in question:
            return list_answer(question)
        if "何時" in question:
            return date_answer(question)
        if "古城" in question:
            return number_answer(question)
        return not_found(question)

    def stream(
        self, question: str, history: Sequence[str] = (), keep: Any = None
    ) -> Generator[Progress | Answer, None, None]:
        yield Progress("search", 0.0)
        answer = self.ask(question, history, keep)
        for count in range(1, len(answer.sentences) + 1):
            sentences = answer.sentences[:count]
            cited = max((number for each in sentences for number in each.citations), default=-1)
            yield Progress(
                "write",
                0.01,
                replace(
                    answer,
                    text=answer.text[: answer.text.index(sentences[-1].text) + len(sentences[-1].text)],
                    sentences=sentences,
                    citations=answer.citations[: cited + 1],
                    notes=(),
                ),
            )
        yield answer

    def search(self, question: str, k: int = 10, one_voice: bool = False) -> list[Hit]:
        hits = []
        for rank, stored in enumerate(list(self.stored.values())[:k]):
            text = stored.text[:40]
            passage = Passage(
                stored.id, stored.source, 0, 0, 40, text, ((0, 40),), stored.language, stored.title, heading=""
            )
            hits.append(Hit(passage, 0.9 - rank / 10, {"dense": 0.5, "words": 0.4}, (0, 40)))
        return hits

    def bulletin(self, bulletin_id: str) -> Bulletin:
        return self.stored[bulletin_id]

    def check(self, sentence: str, spans: Sequence[str]) -> Verdict:
        from assistant.check import Check

        return Check()(sentence, spans)

    def versions(self, bulletin_id: str) -> tuple[str, ...]:
        self.stored[bulletin_id]
        return ()

    def follow_ups(self, answer: Answer, keep: Any = None) -> tuple[str, ...]:
        return ("What did Chen Yulan say?",) if "Lockers" in answer.text or "lockers" in answer.text else ()

    def bulletins(self) -> list[Entry]:
        return [
            Entry(b.id, b.source, b.path, b.title, b.issuer, b.published, b.language, "", b.events)
            for b in self.stored.values()
        ]

    def close(self) -> None:
        self.closed = True


class FakeEmbedder:
    """Vectors that are the same for the same text and mean nothing. embedded: how many texts it was given so far."""

    dim = 8

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.embedded = 0

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        self.embedded += len(texts)
        digests = [hashlib.sha256(text.encode()).digest()[: self.dim] for text in texts]
        vectors = np.array([list(digest) for digest in digests], np.float32).reshape(len(texts), self.dim) - 127.5
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        return self.embed(texts, kind, languages), [TokenVectors.none(self.dim) for _ in texts]
