"""Questions that a reader may ask next, from what the cited bulletins tell and the answer does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index.normalise import fold
from sources.bulletin import Bulletin, Language

from .answer import Answer
from .layout import event_dates

_LONGEST_NAME, _LONGEST_TITLE = 40, 90  # characters of what a question names
_PEOPLE, _PROGRAMMES = 3, 3  # of one bulletin
_WORDS: Mapping[str, Mapping[Language, str]] = {
    "person": {"en": "What did {} say?", "zh-Hans": "{}强调了什么？", "zh-Hant": "{}強調了什麼？"},
    "programme": {
        "en": "What is said about “{}”?",
        "zh-Hans": "关于“{}”说了什么？",
        "zh-Hant": "關於「{}」說了什麼？",
    },
    "when": {
        "en": "When did the event of “{}” take place?",
        "zh-Hans": "“{}”所说的活动是何时举行的？",
        "zh-Hant": "「{}」所說的活動是何時舉行的？",
    },
}


def questions(answer: Answer, bulletins: Sequence[Bulletin]) -> Iterator[str]:
    """Most promising first, of each bulletin in turn, in the language of the answer. Whether they can be answered is
    for the asker to try.

    bulletins: those that the answer cites. One in another language than the answer's is passed over, since its names
    are written otherwise there.
    """
    said = fold(f"{answer.question} {answer.searched_as} {answer.text}")
    of_each = [list(_of_bulletin(b, answer.language, said)) for b in bulletins if _reads_alike(b, answer.language)]
    asked = set[str]()
    for place in range(max(map(len, of_each), default=0)):
        for listed in of_each:
            if place < len(listed) and fold(listed[place]) not in asked:
                asked.add(fold(listed[place]))
                yield listed[place]


def _reads_alike(bulletin: Bulletin, language: Language) -> bool:
    return (bulletin.language == "en") == (language == "en")


def _of_bulletin(bulletin: Bulletin, language: Language, said: str) -> Iterator[str]:
    people = [p.name for p in bulletin.people if fold(p.name) not in said]
    programmes = [bulletin.text[a:b].strip("“”「」『』《》\"'〈〉 ") for a, b in bulletin.programmes]
    new = [name for name in programmes if name and len(name) <= _LONGEST_NAME and fold(name) not in said]
    kinds: list[list[tuple[str, str]]] = [
        [("person", name) for name in list(dict.fromkeys(people))[:_PEOPLE] if len(name) <= _LONGEST_NAME],
        [("programme", name) for name in list(dict.fromkeys(new))[:_PROGRAMMES]],
    ]
    if event_dates(bulletin) and 0 < len(bulletin.title) <= _LONGEST_TITLE and fold(bulletin.title) not in said:
        kinds.append([("when", " ".join(bulletin.title.split()))])
    for place in range(max(map(len, kinds))):
        for kind in kinds:
            if place < len(kind):
                rule, name = kind[place]
                yield _WORDS[rule][language].format(name)
