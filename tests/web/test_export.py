"""A conversation as a file: everything in it, its links alive, and nothing in it taken for Markdown."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from typing import Any

import pytest
from docx import Document

from assistant.answer import Sentence
from assistant.web.conversation import Conversation
from assistant.web.export import markdown, word
from assistant.web.filters import Filters
from tests.fakes import HOSTILE, answered, bulletin, citing, date_answer, list_answer, not_found

ADDRESS = "https://post.example/a?b=1&c=(2)"
PAGE = bulletin(ADDRESS, "Lockers open by voice.", "en", "2021-06-02", None, "Standards Office", title="Doors [new]")


def talk(*answers: Any) -> Conversation:
    conversation = Conversation()
    for answer in answers:
        conversation = conversation.asking(answer.question).answered(answer)
    return conversation


def of_page(said: str = "Lockers open by voice.") -> Any:
    return answered("Doors?", "en", said, [Sentence(said, True, (0,))], [citing(PAGE, "Lockers open by voice.", "104")])


def test_markdown_has_each_sentence_with_its_marks_and_each_source_with_its_facts() -> None:
    text = markdown(talk(list_answer("Which rules?")))
    assert "## Which rules?" in text
    assert "\n- a courier must ask before using a locker \\[4\\]\n" in text
    assert (
        "1. Parcel lockers to follow one standard · Standards Office · Published 2 June 2021 · Also reported in 104"
        in text
    )
    assert "> Three rules were agreed" in text


def test_a_source_on_the_web_is_a_link_in_markdown() -> None:
    assert f"1. [Doors \\[new\\]](<{ADDRESS}>)" in markdown(talk(of_page()))


def test_nothing_is_taken_for_markdown() -> None:
    hostile = dataclasses.replace(of_page(), text=HOSTILE, sentences=(Sentence(HOSTILE, True, (0,)),), question=HOSTILE)
    text = markdown(talk(hostile))
    assert "[a](javascript:hacked)" not in text and "![b](" not in text
    assert "\\<script\\>" in text and "<script>" not in text
    evil = dataclasses.replace(of_page().citations[0], source="https://x.example/> <script>", title="> # - 1. x")
    text = markdown(talk(dataclasses.replace(of_page(), citations=(evil,))))
    assert "(<https://x.example/%3E%20%3Cscript%3E>)" in text


def test_what_was_not_found_and_within_what_it_was_looked_for_is_told() -> None:
    text = markdown(talk(not_found("Who won?")).last(filters=Filters("2021", "2021")))
    assert "**Not in the bulletins**" in text and "*Looked in: 2021*" in text


def read(conversation: Conversation) -> tuple[Any, str]:
    data = word(conversation)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return Document(io.BytesIO(data)), parts.read("word/styles.xml").decode() + parts.read(
            "word/document.xml"
        ).decode()


def test_word_has_the_conversation_its_marks_and_its_sources() -> None:
    document, xml = read(talk(date_answer("何時?"), list_answer("Which rules?")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "何時?" in texts and "巡查於2022年3月7日開始,由方若水帶隊。[1][2]" in texts
    assert any("組長(zhǎng)方若水表示" in text for text in texts)
    assert 'w:anchor="source_1_2"' in xml and 'w:name="source_1_2"' in xml


@pytest.mark.parametrize(("language", "font"), [("zh-Hant", "Microsoft JhengHei"), ("zh-Hans", "Microsoft YaHei")])
def test_word_sets_chinese_in_a_chinese_font(language: Any, font: str) -> None:
    _, xml = read(dataclasses.replace(talk(date_answer("何時?")), language=language))
    assert f'w:eastAsia="{font}"' in xml


def test_a_source_on_the_web_is_a_link_in_word() -> None:
    document, _ = read(talk(of_page()))
    assert ADDRESS in {relation.target_ref for relation in document.part.rels.values() if relation.is_external}


def test_word_takes_characters_that_xml_cannot_hold() -> None:
    document, _ = read(talk(dataclasses.replace(of_page(), question="a\x00b\x0b\ud800c")))
    assert "a\ufffdb\ufffd\ufffdc" in [paragraph.text for paragraph in document.paragraphs]
