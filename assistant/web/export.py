"""A conversation as a file to keep: Markdown, or a Word document whose Chinese is set in Chinese fonts."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sources.bulletin import Language

from ..answer import Answer, Citation, Sentence
from ..layout import lines
from .conversation import Conversation, Turn
from .render import filter_words
from .words import WORDS, Words, date_words

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

# What Word sets Chinese in; each is replaced by the nearest there is where it is missing.
_FONTS: dict[Language, str] = {"en": "Microsoft YaHei", "zh-Hans": "Microsoft YaHei", "zh-Hant": "Microsoft JhengHei"}
_TAGS: dict[Language, str] = {"en": "zh-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
# Signs that mean something to Markdown anywhere, and those that do at the beginning of a line.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>|~$])")
_LINE_SIGNS = re.compile(r"^(\s*)([#+=-]|\d+[.)])", re.MULTILINE)


def is_link(source: str) -> bool:
    return source.startswith(("https://", "http://"))


def about(citation: Citation, words: Words) -> str:
    """Issuer, date, page and other versions of what is cited."""
    facts = [citation.issuer]
    facts.append(f"{words.published} {date_words(citation.published, words.code)}" if citation.published else None)
    facts.append(words.page.format(citation.page) if citation.page is not None else None)
    if citation.other_versions:
        facts.append(f"{words.versions} {', '.join(citation.other_versions)}")
    return " · ".join(fact for fact in facts if fact)


# ---------------------------------------------------------------- Markdown


def markdown(conversation: Conversation) -> str:
    """The conversation, each answer with its numbered sources. Nothing of a text is taken for Markdown."""
    words = WORDS[conversation.language]
    parts = [f"# {words.name}"]
    for turn in conversation.turns:
        parts.append(f"## {_md(turn.question)}")
        if turn.filters:
            parts.append(f"*{_md(words.looked_in)}{words.colon}{_md(' · '.join(filter_words(turn.filters, words)))}*")
        if turn.answer:
            parts += _answer_markdown(turn.answer, words)
        elif turn.error:
            parts += [_md(f"{words.broken}{words.colon}{turn.error[0]}")]
    return "\n\n".join(parts) + "\n"


def _answer_markdown(answer: Answer, words: Words) -> list[str]:
    parts = []
    if answer.outcome == "not_found":
        parts.append(f"**{_md(words.not_found)}**")
    rows = []
    for line in lines(answer):
        text = " ".join(
            _md(s.text) + "".join(f" \\[{n + 1}\\]" for n in s.citations) + _doubt(s, words) for s in line.sentences
        )
        rows.append(f"- {text}" if line.item else text)
    block = ""
    for row in rows:
        # A list stays together; everything else is a paragraph.
        block += ("\n" if row.startswith("- ") and block.rsplit("\n", 1)[-1].startswith("- ") else "\n\n") + row
    parts.append(block.strip("\n") or _md(answer.text))
    parts += [f"> {_md(note)}" for note in answer.notes]
    cited = answer.citations or answer.related
    if cited:
        parts.append(f"**{_md(words.sources if answer.citations else words.related)}**")
        parts.append("\n".join(_source_markdown(n, c, words) for n, c in enumerate(cited, 1)))
    return parts


def _doubt(sentence: Sentence, words: Words) -> str:
    return "" if sentence.supported else f" ({_md(words.unsupported)})"


def _source_markdown(number: int, citation: Citation, words: Words) -> str:
    title = _md(citation.title or citation.source)
    if is_link(citation.source):
        title = f"[{title}](<{_address(citation.source)}>)"
        where = ""
    else:
        where = f" · {_md(citation.source)}"
    facts = about(citation, words)
    quote = _md(" ".join(citation.quote.split()))
    return f"{number}. {title}{f' · {_md(facts)}' if facts else ''}{where}\n   > {quote}"


def _md(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    text = _SIGNS.sub(r"\\\1", " ".join(text.split())).replace("://", ":\u200b//")
    return _LINE_SIGNS.sub(
        lambda m: f"{m[1]}\\{m[2]}" if not m[2][0].isdigit() else f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", text
    )


def _address(source: str) -> str:
    """An address that cannot end the <…> in which a link's address stands."""
    return re.sub(r"[\s<>\\`]", lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), source)


# ---------------------------------------------------------------- Word


def word(conversation: Conversation) -> bytes:
    """A .docx: a mark leads to its source, a source that is a page of the web to that page."""
    from docx import Document
    from docx.shared import Pt, RGBColor

    words = WORDS[conversation.language]
    document = Document()
    document.core_properties.title = words.name
    document.core_properties.author = words.name
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        _set_font(document.styles[name], conversation.language)
    document.styles["Normal"].font.size = Pt(11)
    for name in ("Title", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = RGBColor(0x1F, 0x44, 0x68)
    document.add_heading(words.name, 0)
    for number, turn in enumerate(conversation.turns):
        _turn_word(document, turn, number, words)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _turn_word(document: Any, turn: Turn, number: int, words: Words) -> None:
    document.add_heading(_xml(turn.question), 1)
    if turn.filters:
        scope = document.add_paragraph()
        scope.add_run(
            _xml(f"{words.looked_in}{words.colon}{' · '.join(filter_words(turn.filters, words))}")
        ).italic = True
    if turn.error:
        document.add_paragraph(_xml(f"{words.broken}{words.colon}{turn.error[0]}"))
    if (answer := turn.answer) is None:
        return
    if answer.outcome == "not_found":
        document.add_paragraph().add_run(words.not_found).bold = True
    for line in lines(answer):
        paragraph = document.add_paragraph(style="List Bullet" if line.item else None)
        _sentences_word(paragraph, line.sentences, number, words)
    if not answer.sentences:
        document.add_paragraph(_xml(answer.text))
    for note in answer.notes:
        document.add_paragraph().add_run(_xml(note)).italic = True
    if cited := answer.citations or answer.related:
        document.add_heading(words.sources if answer.citations else words.related, 2)
        for n, citation in enumerate(cited, 1):
            _source_word(document.add_paragraph(), n, citation, number, words)


def _sentences_word(paragraph: Paragraph, sentences: Sequence[Sentence], turn: int, words: Words) -> None:
    for n, sentence in enumerate(sentences):
        paragraph.add_run(_xml((" " if n and sentence.text[:1] < "\u2e80" else "") + sentence.text))
        for cited in sentence.citations:
            _link(paragraph, f"[{cited + 1}]", anchor=_bookmark(turn, cited + 1))
        if not sentence.supported:
            paragraph.add_run(f" ({words.unsupported})").italic = True


def _source_word(paragraph: Paragraph, number: int, citation: Citation, turn: int, words: Words) -> None:
    _anchor(paragraph, _bookmark(turn, number), turn * 10_000 + number)
    paragraph.add_run(f"[{number}] ").bold = True
    title = _xml(citation.title or citation.source)
    if is_link(citation.source):
        _link(paragraph, title, address=citation.source)
    else:
        paragraph.add_run(title).bold = True
        paragraph.add_run(_xml(f" · {citation.source}"))
    if facts := about(citation, words):
        paragraph.add_run(_xml(f" · {facts}"))
    paragraph.add_run().add_break()
    paragraph.add_run(_xml(" ".join(citation.quote.split()))).italic = True


def _bookmark(turn: int, number: int) -> str:
    return f"source_{turn + 1}_{number}"


def _set_font(style: Any, language: Language) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    style.font.name = "Calibri"
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    # A theme's font would win over the named one.
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), _FONTS[language])
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), _TAGS[language])
    properties.append(spoken)


def _link(paragraph: Paragraph, text: str, address: str | None = None, anchor: str | None = None) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    if address:
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    if anchor:
        link.set(qn("w:anchor"), anchor)
    run = OxmlElement("w:r")
    looks, colour, written = OxmlElement("w:rPr"), OxmlElement("w:color"), OxmlElement("w:t")
    colour.set(qn("w:val"), "1F4468")
    looks.append(colour)
    if address:
        line = OxmlElement("w:u")
        line.set(qn("w:val"), "single")
        looks.append(line)
    else:
        raised = OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), "superscript")
        looks.append(raised)
    written.text = text
    run.append(looks)
    run.append(written)
    link.append(run)
    paragraph._p.append(link)


def _anchor(paragraph: Paragraph, name: str, number: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        made = OxmlElement(tag)
        made.set(qn("w:id"), str(number))
        if tag == "w:bookmarkStart":
            made.set(qn("w:name"), name)
        paragraph._p.append(made)


def _xml(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
