"""The language that an answer is due in: the one that the user writes, or has asked for ("In Chinese please").

What is asked for holds until something else is, or until the user plainly writes in another language. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sources.bulletin import Language
from sources.fold import fold
from sources.language import SIMPLIFIED_ONLY, TRADITIONAL_ONLY, language_of

_LONG = 300  # characters; what is longer is no request, and is read for its language only so far


@dataclass(frozen=True)
class Wish:
    """language: "zh" for either script, None for the same again. question: what is asked besides, "" for nothing."""

    language: Language | Literal["zh"] | None
    question: str


@dataclass(frozen=True)
class Languages:
    """written: the language of the question. due: that of the answer."""

    written: Language
    due: Language


_NAME = re.compile(
    r"(?i)\b(?:(?:(?P<script>simplified|traditional) )?(?P<latin>english|chinese|mandarin|putonghua)|"
    r"(?P<only>simplified|traditional))(?: (?:characters?|script|language))?\b"
    r"|(?P<form>[简繁正]体)?(?P<han>英文|英语|中文|汉语|国语|华语|普通话)|(?P<alone>[简繁正]体)[字版]?"
)
# All that a request says besides the language; whatever says more is a question.
_FILLING = re.compile(
    r"(?i)(?:\W|\b(?:please|pls|your|my|do|don't|can't|cannot|not|understand|read|can|could|would|will|you|i|i'd|"
    r"want|like|need|let's|us|me|now|and|but|then|sorry|ok|"
    r"okay|"
    r"again|once|more|instead|thanks?|say|tell|answer|reply|respond|repeat|write|give|show|put|translate|switch|change|"
    r"continue|go|on|speak|talk|use|using|back|that|it|this|the|same|question|one|last|in|to|into|from|so|only|"
    r"always)\b"
    r"|请|麻烦|劳驾|帮|能|可|否|不|以|你|您|我|们|要|想|希望|再|还是|那|就|现在|以后|之后|接下来|都|改|换|成|回|到|"
    r"为|用|使|切|转|"
    r"翻|译|说|讲|写|作|答|案|复|告诉|给|把|它|这|句|段|上面|刚才|的|话|一[遍次下]|个|看|来|字|版本?|吗|好|行|吧|呢|呀|"
    r"啊|嘛|谢谢|"
    r"显示|表达|怎么|懂|会|重|问题|全部|继续)*"
)
# Beside a question the language alone is no request: "Chinese, English and French rules".
_ASKING_FOR = re.compile(r"(?i)\b(?:in|into|to|use|using|speak)\b|[用以换改说讲写译转切]")
_AGAIN = re.compile(
    r"(?i)\W*(?:please )?(?:again|repeat(?: that| it)?|say (?:that|it) again|once more)(?:,? please)?\W*"
    r"|\W*(?:请|麻烦|你|您|能|可以)*(?:再[说讲]一[遍次]|重复一[遍次下])[\W吗吧好]*"
)
_UNWANTED = re.compile(
    r"(?i)(?:不懂|不会|(?:不要|不是|不想|不|别)再?用?|\bnot|\b(?:don't|can't|cannot|not) (?:understand|read|speak|"
    r"know))\W*(?:in |any )?$"
)
# "Tell me in Chinese who chaired it."
_TELL = re.compile(
    r"(?i)(?:please |can you |could you )*(?:tell me|answer|say|explain)(?: me)? in "
    r"(?:(?:simplified|traditional) )?(?:english|chinese|mandarin)\s+(?=wh|how\b|if\b)"
)
_PART = re.compile(r"[^,;:.!?\n]+[,;:.!?\s]*")


def read_wish(text: str) -> Wish | None:
    """What a turn says of the language to answer in; None when it says nothing of it.

    >>> read_wish("In Chinese please."), read_wish("用英文回答：谁主持的？")
    (Wish(language='zh', question=''), Wish(language='en', question='谁主持的？'))
    """
    if len(text) > _LONG:
        return None
    # Full-width marks become ASCII there, and every character stays where it is.
    shadow = re.sub("[，、。]", ",", fold(text))
    if _AGAIN.fullmatch(shadow):
        return Wish(None, "")
    if _says_nothing_else(shadow):
        named = _wanted(shadow)
        return Wish(_named(named), "") if named else None
    if told := _TELL.match(shadow):
        return Wish(_named(_NAME.search(told[0])), text[told.end() :])
    parts = [part.span() for part in _PART.finditer(shadow)]
    for own in (parts[:1], parts[-1:], parts[-2:]):
        (begin, _), (_, end) = own[0], own[-1]
        said = shadow[begin:end]
        named = _wanted(said)
        if len(own) < len(parts) and named and _ASKING_FOR.search(said) and _says_nothing_else(said):
            return Wish(_named(named), f"{text[:begin]}{text[end:]}".strip())
    return None


def _says_nothing_else(shadow: str) -> bool:
    return not _FILLING.sub("", _NAME.sub("", shadow))


def _wanted(shadow: str) -> re.Match[str] | None:
    """The language asked for: "我看不懂英文，請用中文" asks for Chinese."""
    return next((match for match in _NAME.finditer(shadow) if not _UNWANTED.search(shadow[: match.start()])), None)


def _named(match: re.Match[str] | None) -> Language | Literal["zh"] | None:
    if match is None:
        return None
    if (match["latin"] or match["han"] or "").lower() in ("english", "英文", "英语"):
        return "en"
    script = (match["script"] or match["only"] or match["form"] or match["alone"] or "").lower()
    return "zh" if not script else "zh-Hans" if script in ("simplified", "简体") else "zh-Hant"


def languages(question: str, history: Sequence[str] = ()) -> Languages:
    """The language of a question and of its answer. history: the user's earlier questions, oldest first.

    A turn that shows no language ("2024?"), or no script ("那2020年呢？"), is in that of the turns before it. Quoted
    words show the script only where no turn shows it otherwise: the name may be copied from a bulletin.

    >>> languages("那2020年呢？", ["2019年辦了幾場座談會？"])
    Languages(written='zh-Hant', due='zh-Hant')
    >>> languages("And who spoke?", ["Who chaired it?", "in simplified Chinese please"])
    Languages(written='en', due='zh-Hans')
    """
    written: Language | None = None
    script: Language | None = None  # of the Chinese written last
    due: Language | None = None  # what was asked for
    same: set[Language] = set()  # in which it was: to go on in one of these takes nothing back
    for text in (*history, question):
        wish = read_wish(text)
        own = _plain_language(text)
        now = (script or _script_shown(text)) if own == "zh" else own
        if own == "zh" and wish is None and due not in (None, "en") and not script:
            now = due  # Traditional was asked for, and this is in either script
        script = now if now and now != "en" and (own != "zh" or script is None) else script
        if wish and wish.language:
            due = (script or "zh-Hans") if wish.language == "zh" else wish.language
            same = {each for each in (written, now) if each}
        elif wish is None and now:
            # Who writes in the language asked for has changed over, and is answered as anybody from then on.
            due = due if now in same and now != due else None
        if now and not (written and wish and not wish.question):
            written = now  # a request alone says nothing of the question that is asked again
    found = written or language_of(question)
    return Languages(found, due or found)


def _script_shown(text: str) -> Language:
    found = language_of(text)
    return found if found != "en" else "zh-Hans"


_QUOTED = re.compile(r"“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|《[^》\n]*》|\"[^\"\n]*\"")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENGLISH = re.compile(
    r"(?<![A-Za-z])(?:[a-z]{3,}|(?i:and|or|so|in|on|at|of|for|the|is|was|are|were|do|does|did|has|had|can|could|"
    r"will|would|"
    r"what|who|whom|whose|when|where|which|why|how|please|about|tell|give|list|name|show|he|she|it|they|its|"
    r"their))(?![A-Za-z])"
)


def _plain_language(text: str) -> Language | Literal["zh"] | None:
    """What a turn is plainly written in: "zh" when it could be either script, None for a name or figure alone."""
    text = text[:_LONG]
    spoken = _QUOTED.sub(" ", text)
    if not _HAN.search(spoken):
        if not _ENGLISH.search(spoken) and _HAN.search(text):
            return "zh"
        return "en" if _ENGLISH.search(spoken) else None
    found = language_of(text)
    if found == "en" or any(c in TRADITIONAL_ONLY or c in SIMPLIFIED_ONLY for c in spoken):
        return found
    return "zh"
