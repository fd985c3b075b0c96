"""A turn of a conversation read as a question that stands on its own. Pure, without a model.

A question that stands on its own comes back as it is: dragging an old topic along spoils the search for a new one.
Otherwise it is completed in one of three ways, the most readable one that is safe:

    a slot of the last question is filled anew    "And in 2024?"       → "What was planned for villages in 2024?"
    what the pronoun stands for takes its place   "Who spoke at it?"   → "Who spoke at the Shenzhen seminar?"
    the topic is added                            "他是什麼職務？"     → "他是什麼職務？（在座談會講話的人）"

The topic is the last one, unless the turn goes back to an earlier one ("Back to the seminar: …", "剛才說的那次會議").
What a turn says besides its question is taken off: courtesy (courtesy.py), a change of topic announced, the language
wished for (wish.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType

from sources.bulletin import Language
from sources.facts import facts
from sources.fold import fold

from . import followup_chinese, followup_english
from .asking import asked
from .courtesy import without_courtesy
from .listed import last_member, list_asked_for, spoken_of
from .topic import Topic, is_event, is_only, kinds_of, naming, with_topic
from .wish import languages, read_wish

_EARLIER_QUESTIONS, _EARLIER_CHARS = 6, 300
# Nobody refers back in a question as long as this, and one that is pasted text has every pronoun there is.
_LONG = 300


@dataclass(frozen=True)
class Turn:
    """question: stand-alone. own: what the turn itself asks, "" when it only wishes for the same in another language.

    asks: the words of the question that tell what is asked for, without a topic that was added.
    written: the language of the question. due: that of the answer. after: the earlier question, stand-alone, that it
    goes on from; None when it takes nothing from an earlier one.
    """

    question: str
    own: str
    asks: str
    written: Language
    due: Language
    after: str | None = None


def read_turn(question: str, history: Sequence[str] = ()) -> Turn:
    """The question with what it takes from earlier ones written out, or unchanged when it stands on its own.

    history: the user's earlier questions, oldest first; the last six count, and 300 characters of each.
    Words taken from a question in another language stay in that language.

    >>> read_turn("Who spoke at it?", ["When was the forum on cold-chain parcels held?"]).question
    'Who spoke at the forum on cold-chain parcels?'
    """
    spoken = languages(question, history)
    if len(question) > _LONG:
        return Turn(question, question, question, spoken.written, spoken.due)
    whole = " ".join(question.split())
    own, made = _read(without_courtesy(whole), spoken.written, _topics(history))
    if made is None:
        alone = question if own in (whole, "") else own
        return Turn(alone, alone, alone, spoken.written, spoken.due)
    plain = _BRACKET.sub("", made.question)
    told = asked(own, spoken.written)
    asks = own if told.kind != "what" or told.wants else plain
    if (told.nth and told.number is None) or (made.listed and made.listed in made.question):
        asks = made.question  # of how many, the topic tells
    return Turn(made.question, own, asks, spoken.written, spoken.due, made.after)


_BRACKET = re.compile(r"(?: \([^()]*\)|（[^（）]*）)$")


def _topics(history: Sequence[str]) -> list[Topic]:
    """What the earlier questions were about, oldest first. One about nothing in particular leaves the topic."""
    texts = [without_courtesy(" ".join(earlier[:_EARLIER_CHARS].split())) for earlier in history[-_EARLIER_QUESTIONS:]]
    topics: list[Topic] = []
    for number, text in enumerate(texts):
        language = languages(text, texts[:number]).written
        own, made = _read(text, language, topics)
        if made is None and own and not _is_small_talk(own):
            made = _about(own, language)
        if made and made.phrases:
            topics.append(made)
    return topics


def _read(text: str, language: Language, topics: Sequence[Topic]) -> tuple[str, Topic | None]:
    """The turn's own question, "" for none, and what it makes of a topic; None when it takes nothing from any."""
    if wish := read_wish(text):
        text = wish.question
        if not text:
            return "", topics[-1] if topics else None
    text = _capital(text[_end(_CHANGE, text) :], text)
    if not text or not topics or _is_small_talk(text):
        return text, None
    if back := _back_to(text):
        about, rest = back
        topic = _nearest(about, topics)
        if topic is None:
            return _with_subject(text, about, rest, language)
        if not rest:
            return "", topic
        rest, words = _capital(rest, text), _shared_words(about)
        # "the directors' meeting" tells more than "the directors" of the question that it goes back to.
        if about not in rest and words and not any(words <= _shared_words(phrase) for phrase in topic.phrases):
            topic = replace(topic, phrases=(*topic.phrases[:1], about, *topic.phrases[1:]))
        made = _completed(rest, topic, language)
        return rest, made or _remade(with_topic(rest, topic), rest, topic, language)
    return text, _completed(text, _meant(text, topics), language)


def _rules(language: Language) -> ModuleType:
    return followup_english if language == "en" else followup_chinese


def _completed(text: str, topic: Topic, language: Language) -> Topic | None:
    """The question with what it takes from the topic; None when it takes nothing."""
    made = _rules(language).completed(text, topic)
    return None if made is None else _remade(made, text, topic, language)


def _remade(made: str, text: str, topic: Topic, language: Language) -> Topic:
    """What the conversation is about once a question was made from a topic."""
    if made.endswith((")", "）")):
        # The topic was only added: it goes on, and persons newly named are those that "he" means next.
        own = _about(text, language)
        phrases = tuple(dict.fromkeys((*topic.phrases, *(p for p in own.phrases if naming(p)))))
        unknown = own.unknown and (topic.unknown or own.unknown)
        person = own.person or topic.person
        made_of = replace(topic, question=made, phrases=phrases, person=person, unknown=unknown, after=topic.question)
        return replace(made_of, listed=own.listed or topic.listed)
    about = replace(_about(made, languages(made).written), after=topic.question)
    # What the pronoun stood for is spoken of still, with what was told of it.
    if topic.phrases and topic.phrases[0] in made and not (topic.listed and topic.listed in made):
        about = replace(
            about, phrases=tuple(dict.fromkeys((*about.phrases, *(p for p in topic.phrases if p not in made))))
        )
    # What was listed is spoken of until another list is asked for.
    if topic.listed and (about.listed is None or topic.listed in made):
        member = last_member(made, topic.listed)
        main = (member or topic.listed, *topic.phrases) if topic.listed in made else about.phrases
        about = replace(about, phrases=tuple(dict.fromkeys(main)), listed=topic.listed, member=member)
    if about.person is None and about.unknown is None:
        return replace(about, person=topic.person, unknown=topic.unknown)
    return about


def _about(text: str, language: Language) -> Topic:
    rules = _rules(language)
    phrases = rules.phrases(text)
    names = [f for f in facts(text) if f.token.startswith("name:")]
    person = text[names[-1].start : names[-1].end] if names else None
    things = [p for p in phrases if p != person]
    # The thing that names something, and of those the longest, is what "it" means; a person only when there is nothing.
    things.sort(key=lambda p: (is_event(p), bool(naming(p)), len(p)), reverse=True)
    listed = list_asked_for(text)
    if listed and language == "en":  # "the four aspects Ma Junsheng" breaks off before the verb
        things = [listed if _begins(listed, p) and not is_event(p) else p for p in things]
    if listed and all(map(_is_date, things)):
        things.insert(0, listed)
    ordered = (*things, *([person] if person else []))
    member = last_member(text, listed) if listed else None
    return Topic(text, language != "en", ordered, person, rules.unknown_person(text), None, listed, member)


def _begins(listed: str, phrase: str) -> bool:
    return listed.removeprefix("the ").startswith(phrase.removeprefix("the "))


def _is_date(phrase: str) -> bool:
    dates = kinds_of(phrase).get("date")
    return bool(dates and is_only(phrase, dates[0]))


_SMALL_TALK = re.compile(
    r"(?i)\W*(?:hi|hello|hey|thanks?|thank you|thx|ok(?:ay)?|good|great|bye|help|yes|no|sure|cool|nice|"
    r"(?:who|what) are you|what can you do|how are you|您?你?好|謝謝|谢谢|多謝|多谢|好的?|是的?|嗯|再見|再见|"
    r"[你您](?:是[誰谁]|能做什[麼么]|[會会]什[麼么]|叫什[麼么])|幫助|帮助)(?:\s+(?:very much|so much|you|there|"
    r"again))?[\W啊了呀吧嗎吗]*"
)


def _is_small_talk(text: str) -> bool:
    return bool(_SMALL_TALK.fullmatch(text))


# What a turn says before its question

_CHANGE = re.compile(
    r"(?i)(?:(?:ok(?:ay)?|so|now|well|and|thanks?|thank you|great|right|fine)\b[,.!]?\s+)*"
    r"(?:(?:here's |i have )?(?:an?|one|the)?\s*"
    r"(?:different|another|new|separate|next|unrelated|quick|other|second|further) (?:question|topic|subject|thing|"
    r"matter|point|issue)"
    r"|(?:on|about|to|turning to) (?:another|a different|an unrelated|a new|a separate) "
    r"(?:note|matter|topic|subject|question|thing|point)"
    r"|(?:let me |let's |let us |to |i'd like to )?(?:chang|switch)(?:e|ing|)(?: the| to another| to a different)? ?"
    r"(?:topic|subject|theme)s?|change of (?:topic|subject)|by the way|btw|incidentally"
    r"|(?:let me ask (?:you )?(?:about )?|i want to ask (?:you )?(?:about )?)?something (?:else|different)"
    r"|(?:let's )?(?:leave|forget)(?: about)? (?:that|this|it)(?: aside)?|never ?mind(?: that)?|moving on|that aside)"
    r"\s*[,:;.!—–-]+\s*(?=\S)"
    r"|(?:(?:好的?|嗯|谢谢|那么?|对了)[,.!、。\s]*)*"
    r"(?:(?:我们?|咱们?)?(?:想|来)?(?:换|转|改)(?:一?[个下])?(?:新)?(?:话题|问题|主题|题目)(?:吧|说|问)?"
    r"|(?:我)?(?:想)?(?:问|说|聊|谈|讲)(?:一?[点个些])?(?:别的|其他的?|另外的?|另一个)(?:事情?|问题|话题)?吧?"
    r"|(?:顺便|另外|顺带|再|还)(?:再|还)?(?:想)?(?:请教|请问|问)(?:一下|一句|一个问题|个问题|您|你|下)*"
    r"|(?:另外|再|还有)(?:一个|有个|有一个|问个|问一个)(?:新的?|不同的?|别的)?(?:问题|话题|事)"
    r"|(?:先|暂且|暂时)?不(?:说|谈|聊|讲|管)(?:这个|那个|它|这些|这|那)?了?|题外话|话说|对了"
    r"|(?:新|另一个|别的|下一个|换个)(?:问题|话题))"
    r"\s*[,:;.!。、]+\s*(?=\S)"
)
_BACK_EN = re.compile(
    r"(?i)(?:(?:and|so|but|ok(?:ay)?|now|well|right|then|thanks)\b[,\s]*)*"
    r"(?:(?:(?:let's|let us|let me|i'd like to|can we|could we|to) )?(?:go(?:ing)?|com(?:e|ing)|get(?:ting)?|"
    r"turn(?:ing)?|"
    r"jump(?:ing)?) back to|back to|(?:to |let's )?return(?:ing)? to|as (?:for|to)|(?:once more|again|still) (?:on|"
    r"about)|"
    r"(?:(?:what|how) )?about(?=.*[,:;—–].*\b(?:who|what|when|where|which|why|how)\b)|regarding|concerning)"
    r"\s+(?P<about>[^,:;?]{2,80}?)\s*(?:[,:;—–]+\s*(?P<rest>\S.*)|[.!]*$)"
)
_BACK_ZH = re.compile(
    r"(?:那么?|好的?|嗯|我们|咱们|让我们|现在|再|还是|还|就|先)*"
    r"(?:(?:再|还是|回头|接着|继续)(?:说|谈|问|讲|看|聊)(?:回|到)?|(?:说|谈|聊|问|讲|看|转|返)回到?|回到|"
    r"回过?头来?(?:再)?(?:说|看|问|谈|讲)?(?:到)?|关于|至于)"
    r"(?P<about>[^,:;?。]{2,40}?)(?:的?(?:话题|问题|事情?))?(?:吧|来说|来看)?\s*(?:[,:;]+\s*(?P<rest>\S.*)|[。.!]*$)"
    r"|那?(?P<instead>[^,:;?。谁什哪几多怎]{2,30}?)呢[,?]\s*(?P<then>\S.*)"
)
# "the seminar you mentioned earlier", "剛才說的那個會議"
_SAID_BEFORE = re.compile(
    r"(?i)\s*\b(?:that |which )?(?:you|we|i)(?: just|'ve| have| had)* (?:mentioned|named|talked about|spoke of|"
    r"asked about|"
    r"discussed|said)\b(?: earlier| before| first| just now| at first| previously| above)?"
    r"|\s*\b(?:mentioned|named|asked about) (?:earlier|above|before|first|previously)\b"
    r"|(?:刚才|刚刚|方才|之前|前面|上面|先前|早先|最初|一开始|最早)(?:我们?|你|您)?(?:所)?(?:说|提|讲|谈|问|"
    r"聊)(?:到|过|及)?的?"
    r"|(?:刚才|刚刚|方才|先前)的?(?=[那这])"
)


def _back_to(text: str) -> tuple[str, str] | None:
    """What a turn goes back to and what it asks of it, "" for the same again; None when it goes back to nothing."""
    shadow = fold(text)
    said = _SAID_BEFORE.search(shadow)
    if said:
        text, shadow = (whole[: said.start()] + whole[said.end() :] for whole in (text, shadow))
    for pattern in (_BACK_EN, _BACK_ZH):
        if match := pattern.fullmatch(shadow):
            about, rest = ("about", "rest") if match["about"] else ("instead", "then")
            return text[slice(*match.span(about))], text[slice(*match.span(rest))] if match[rest] else ""
    return (text, text) if said else None


def _with_subject(text: str, about: str, rest: str, language: Language) -> tuple[str, Topic | None]:
    """A subject named before the question ("As for drones, what is planned?") that was not spoken of before."""
    if about == rest or not rest:
        return text, None
    subject, rest = _about(about, language), _capital(rest, text)
    made = _completed(rest, replace(subject, phrases=subject.phrases or (about,)), language)
    return (rest, replace(made, after=None)) if made else (text, None)


def _meant(text: str, topics: Sequence[Topic]) -> Topic:
    """The last topic; an earlier one when "that seminar" is spoken of and the last has none."""
    last = topics[-1]
    if last.listed is None and (spoken_of(text) or _THESE.search(fold(text))):
        last = next((topic for topic in reversed(topics) if topic.listed), last)
    pointed = _POINTED.search(fold(text))
    noun = pointed and (pointed["english"] or pointed["chinese"])
    return last if not noun or _share(noun, last) else _nearest(noun, topics) or last


_THESE = re.compile(r"(?i)\b(?:of|among) (?:these|those|them)\b|其中|[这那](?:些|几[个项条点])|^哪一?[个项条点]")
_POINTED = re.compile(
    r"(?i)\b(?:that|this|those|these|the same|said) (?P<english>[a-z-]{4,}(?: [a-z-]{4,})?)"
    r"|[那这该][一二两三四五六七八九十几\d]*(?:个|次|场|届|位|名|项|条|份|家|件|些|座|点|"
    r"种)?(?P<chinese>[\u4e00-\u9fff]{2,6})"
)


def _nearest(about: str, topics: Sequence[Topic]) -> Topic | None:
    """The topic that shares most with the words, of several the last; None when none shares anything."""
    best = max(reversed(topics), key=lambda topic: _share(about, topic))
    return best if _share(about, best) else None


def _share(about: str, topic: Topic) -> float:
    """Share of the words that the topic has."""
    words = _shared_words(about)
    known = _shared_words(topic.question)
    return len(words & known) / len(words) if words else 0.0


def _shared_words(text: str) -> set[str]:
    """English words that say something, stemmed, and pairs of Chinese characters."""
    return followup_english.content_words(text) | followup_chinese.pairs(text)


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(fold(text))
    return match.end() if match else 0


def _capital(made: str, like: str) -> str:
    return made[:1].upper() + made[1:] if like[:1].isupper() else made
