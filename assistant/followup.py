"""Follow-up questions made stand-alone from the questions before them. Pure, without a model.

A question that stands on its own comes back as it is: dragging an old topic along spoils the search for a new one.
Otherwise it is completed in one of three ways, the most readable one that is safe:

    a slot of the last question is filled anew    "And in 2024?"       → "What was planned for villages in 2024?"
    what the pronoun stands for takes its place   "Who spoke at it?"   → "Who spoke at the Shenzhen seminar?"
    the topic is added                            "他是什麼職務？"       → "他是什麼職務？（在座談會上講話的人）"
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.words import segment, stem
from sources.bulletin import Fact, Language
from sources.facts import facts
from sources.fold import fold
from sources.language import language_of

from .catalogue import read_request

_EARLIER_QUESTIONS, _EARLIER_CHARS = 6, 300
# Nobody refers back in a question as long as this, and one that is pasted text has every pronoun there is.
_LONG = 300
_PHRASES_ADDED = 3
_SHORT_PHRASE = 20  # characters; a longer one before a Chinese question makes it unreadable
# Facts that say which thing, person or time is meant; a bare number or "the third" does not.
_NAMING = ("date", "name", "org", "place", "term", "quote", "prog", "code")


@dataclass(frozen=True)
class _Topic:
    """What an earlier question was about, in its own words.

    question: as made stand-alone. phrases: noun phrases, the main one first. person: the last one named.
    unknown: who "he" is when the question asked for a person ("the person who chaired …").
    """

    question: str
    chinese: bool
    phrases: tuple[str, ...]
    person: str | None
    unknown: str | None


def stand_alone(question: str, history: Sequence[str], language: Language) -> str:
    """The question with what it takes from earlier ones written out, or unchanged when it stands on its own.

    history: the user's earlier questions, oldest first; the last six count, and 300 characters of each.
    Words taken from a question in another language stay in that language.

    >>> stand_alone("Who spoke at it?", ["When was the forum on cold-chain parcels held?"], "en")
    'Who spoke at the forum on cold-chain parcels?'
    """
    made = _completed(question, _last_topic(history), language)
    return question if made is None else made.question


def is_follow_up(question: str, history: Sequence[str], language: Language) -> bool:
    """Whether the question takes something from an earlier one."""
    return _completed(question, _last_topic(history), language) is not None


def _last_topic(history: Sequence[str]) -> _Topic | None:
    topic: _Topic | None = None
    for earlier in history[-_EARLIER_QUESTIONS:]:
        text = " ".join(earlier[:_EARLIER_CHARS].split())
        if not text:
            continue
        language = language_of(text)
        made = _completed(text, topic, language)
        if made is None and _is_small_talk(text):
            continue
        made = made or _about(text, language)
        # A question about nothing in particular leaves the topic where it was.
        topic = made if made.phrases else topic
    return topic


def _completed(question: str, topic: _Topic | None, language: Language) -> _Topic | None:
    """The question with what it takes from the topic; None when it takes nothing."""
    text = " ".join(question[: _LONG + 1].split())
    if topic is None or not text or len(question) > _LONG or _is_small_talk(text):
        return None
    made = _completed_english(text, topic) if language == "en" else _completed_chinese(text, topic)
    if made is None:
        return None
    if made.endswith((")", "）")):
        # The topic was only added: it goes on, and persons newly named are those that "he" means next.
        own = _about(text, language)
        phrases = tuple(dict.fromkeys((*topic.phrases, *(p for p in own.phrases if _naming(p)))))
        unknown = own.unknown and (topic.unknown or own.unknown)
        return replace(topic, question=made, phrases=phrases, person=own.person or topic.person, unknown=unknown)
    about = _about(made, language_of(made))
    if about.person is None and about.unknown is None:
        return replace(about, person=topic.person, unknown=topic.unknown)
    return about


def _about(text: str, language: Language) -> _Topic:
    chinese = language != "en"
    phrases = _chinese_phrases(text) if chinese else _english_phrases(text)
    names = [f for f in facts(text) if f.token.startswith("name:")]
    person = text[names[-1].start : names[-1].end] if names else None
    things = [p for p in phrases if p != person]
    # The thing that names something, and of those the longest, is what "it" means; a person only when there is nothing.
    things.sort(key=lambda p: (bool(_event(p)), bool(_naming(p)), len(p)), reverse=True)
    ordered = (*things, *([person] if person else []))
    return _Topic(text, chinese, ordered, person, _unknown_person(text, chinese))


def _naming(text: str) -> list[Fact]:
    return [f for f in facts(text) if f.token.partition(":")[0] in _NAMING]


# Small talk, and asking for the same again

_SMALL_TALK = re.compile(
    r"(?i)\W*(?:hi|hello|hey|thanks?|thank you|thx|ok(?:ay)?|good|great|bye|help|yes|no|sure|cool|nice|"
    r"(?:who|what) are you|what can you do|how are you|您?你?好|謝謝|谢谢|多謝|多谢|好的?|是的?|嗯|再見|再见|"
    r"[你您](?:是[誰谁]|能做什[麼么]|[會会]什[麼么]|叫什[麼么])|幫助|帮助)(?:\s+(?:very much|so much|you|there|"
    r"again))?[\W啊了呀吧嗎吗]*"
)
_IN_LANGUAGE = re.compile(
    r"(?i)\W*(?:and |now |please |sorry,? )*(?:(?:say|answer|repeat|tell me|write|give me|show me)(?: that| it|"
    r" this)?(?: again)? )?"
    r"(?:in|to|into) (?:simplified |traditional )?(?:english|chinese|mandarin)(?: please|, please)?\W*"
    r"|\W*(?:[请請]|能否|可以|麻[煩烦])*(?:[再]?[用以换換]|[說说]|翻[譯译]成)(?:[简簡繁][体體])?(?:英文|英[語语]|"
    r"中文|[漢汉][語语]|[简簡][体體]|繁[体體])字?"
    r"(?:回答|再?[說说]|[講讲]|[寫写])?(?:一[遍次下])?(?:好[嗎吗]|[嗎吗]|吧)?\W*"
    r"|\W*(?:please )?(?:again|repeat(?: that)?|say (?:that|it) again|once more|再[說说]一[遍次]|"
    r"重[復复]一[遍次下])(?: please)?\W*"
)


def _is_small_talk(text: str) -> bool:
    return bool(_SMALL_TALK.fullmatch(text))


# What both languages share: a slot of the last question filled anew


def _filled(new: str, topic: _Topic) -> str | None:
    """The last question with the one thing of the same kind as `new` replaced by it; None when that is not clear."""
    new = _PLACING.sub("", new)
    kinds, old = _kinds(new), _kinds(topic.question)
    for kind in ("date", "name", "org", "place", "term", "quote"):
        if kind not in kinds or kind not in old:
            continue
        # Two of a kind: which of them is meant, nobody said. Of dates the last one counts, nearest to what was asked.
        if len(old[kind]) > 1 and kind != "date":
            return None
        start, end = old[kind][-1]
        if kind in ("date", "name"):
            if kind == "date" and not _is_only(new, kinds[kind][0]):
                return None
            new = new[slice(*kinds[kind][0])]
        elif new != new[slice(*kinds[kind][0])]:
            # "the Nanjing seminar" takes the place of all of "the Hangzhou seminar".
            around = next((p for p in topic.phrases if topic.question[start:end] in p), None)
            if around is None or topic.question.count(around) != 1:
                return None
            start = topic.question.index(around)
            end = start + len(around)
        filled = topic.question[:start] + new + topic.question[end:]
        return filled if filled != topic.question else None
    return None


_PLACING = re.compile(r"(?i)^(?:(?:in|at|on|for|by|to|from|with|of)\s+|[在于於对對到从從由])")


def _kinds(text: str) -> dict[str, list[tuple[int, int]]]:
    """Spans of what a text names, by kind; of those that overlap the longest."""
    spans: list[tuple[int, int, str]] = []
    for fact in sorted(_naming(text), key=lambda f: f.start - f.end):
        if not any(fact.start < end and start < fact.end for start, end, _ in spans):
            spans.append((fact.start, fact.end, fact.token.partition(":")[0]))
    kinds: dict[str, list[tuple[int, int]]] = {}
    for start, end, kind in sorted(spans):
        kinds.setdefault(kind, []).append((start, end))
    return kinds


_ROUND_A_DATE = re.compile(r"(?i)(?:in|on|for|during|of|from|the|year|at|也|在|到|于|於|[的份里裡]|\W)*")


def _is_only(text: str, span: tuple[int, int]) -> bool:
    """Whether the text is a date and little words around it."""
    return bool(_ROUND_A_DATE.fullmatch(text[: span[0]]) and _ROUND_A_DATE.fullmatch(text[span[1] :]))


def _with_topic(question: str, topic: _Topic, first: str | None = None) -> str:
    """The question with the topic after it in brackets, without what it says already."""
    said = fold(question).lower()
    phrases = [p for p in dict.fromkeys((*([first] if first else []), *topic.phrases)) if fold(p).lower() not in said]
    kept: list[str] = []
    for phrase in phrases[:_PHRASES_ADDED]:
        if not any(phrase in other for other in kept):
            kept.append(phrase)
    if not kept:
        return question
    chinese = any("\u3400" <= c <= "\u9fff" for c in question)
    return f"{question}（{'，'.join(kept)}）" if chinese else f"{question} ({', '.join(kept)})"


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# English

_TOKEN_EN = re.compile(r"“[^”]*”|\"[^\"]*\"|[\u3400-\u9fff]+|[A-Za-z0-9](?:[\w'’.&+%-]*[\w+%])?|\S")
_ASKING_EN = _words("who whom whose what when where which why how whether")
_MODAL_EN = _words("do does did will would can could shall should must may might")
_AUXILIARY_EN = _MODAL_EN | _words("is are was were be been being am has have had")
_PRONOUN_EN = _words(
    "it its they them their theirs he him his she her hers i me my you your we us our there here this that these "
    "those one ones"
)
_LITTLE_EN = _words(
    "a an the of in on at to for from by with and or but as about into over under between during before after since "
    "until than "
    "then also too else so not no any some all each every more most very just only still exactly please again if "
    "because while "
    "up out off same such per s"
)
_VERB_EN = _words(
    "held hold holds take took takes taken attend attended attends chaired presided preside hosted speak spoke "
    "spoken speaks say said "
    "says stressed emphasised emphasized emphasize emphasise decided decide adopted adopt approved approve "
    "discussed discuss happen "
    "happened happens published publish released issued met visited go went gone goes asked ask want wanted wants "
    "need needed needs "
    "mean means meant include included includes contain contained cover covered costs began begin begun started "
    "ended give gave given "
    "get got make made makes announced announce required require demanded called mentioned mention mentions talked "
    "talk told tell "
    "listed named planned deployed sent send came come become became won participated participate joined opened "
    "took agreed proposed "
    "propose suggested suggest encouraged invited exchanged learn learned represented wrote signed became launched "
    "launch promised "
    "know think thought see seen saw find found explain describe summarise summarize compare show happened belong "
    "join shared share "
    "organised organized praised raise raised introduced introduce explained described inspected tasked expected "
    "accounted"
)
# Verbs as often as nouns: verbs only after "did", "will" and the like, where a subject went before.
_NOUN_OR_VERB_EN = _words(
    "work plan start end chair host visit stress point report issue list name place call cost cover release support "
    "meet"
)
_SPLITTING_EN = _words("at before after during by when while than if because since until")
_EVENT_EN = (
    "meeting|conference|seminar|session|forum|summit|symposium|workshop|talks|gathering|event|exhibition|competition|"
    "ceremony|congress|inspection|visit"
)
_GENERIC_EN = frozenset(
    stem(w)
    for w in (
        f"{_EVENT_EN.replace('|', ' ')} document plan task point measure goal target aim requirement people person "
        f"participant attendee "
        "delegate representative official leader speaker director deputy department province city company "
        "enterprise organisation "
        "organization agency place venue date time day year month week reason result outcome topic subject agenda "
        "detail example number "
        "name title position post role job purpose theme content item part rest step thing speech list summary "
        "sentence word "
        "attend hold held chair preside host speak spoke say said stress emphasise emphasize point decide adopt "
        "approve discuss happen "
        "publish release issue met visit go went come came ask send sent want need call mention talk tell told take "
        "took give gave get "
        "got make made announce require do done begin began start end finish last join present open close "
        "participate involve work mean "
        "set agree become became propose suggest deploy arrange responsible invite represent sign long many big "
        "full whole same "
        "different important key main other first second third fourth fifth sixth seventh eighth ninth tenth next "
        "final specific "
        "particular one two three four five six seven eight nine ten explain describe detailed elaborate expand "
        "further else name "
        "conclude order demand put forward contribute member actually really exact late early later earlier "
        "afterwards beforehand "
        "leading head lead led government authority region country organise organize supposed have guest bulletin "
        "article release foreign cost price long last money spend spent "
        "increase rise grow fall percent percentage share total amount average background scope deadline effect "
        "impact condition".split()
    )
)
_OPENER_EN = re.compile(r"(?i)(?:(?:and|but|so|ok(?:ay)?|then|well|also|plus|or|now|right)\b[,\s]*)+")
_ABOUT_EN = re.compile(r"(?i)(?:what|how) about\s+|what of\s+|same for\s+|the same for\s+")
_CORRECTION_EN = re.compile(
    r"(?i)(?:no|nope|not that|sorry|actually|i'm sorry)[,.;:\s]+(?:i (?:meant|mean|was asking about|am asking about|"
    r"want)|i'm asking about|rather|the)\s+(?P<new>.+)"
    r"|i (?:meant|mean)\s+(?P<other>.+)"
)
_EXISTENTIAL_EN = re.compile(
    r"(?i)\b(?:is|are|was|were|will) there (?:be )?(?:an?|any|some|no|other|more|something|anything)\b|"
    r"\bhow (?:many|much)\b.*\bthere\b|^there (?:is|are|was|were)\b"
)
# Not pointing back: "this year", "those who", "the fact that", "is it true that …".
_NOT_POINTING_EN = re.compile(
    r"(?i)\b(?:this|these|that|those) (?:year|month|week|days?|century|morning|bulletin|collection)s?\b|"
    r"\bthose (?:who|that|which|with|of|from)\b"
    r"|\bit (?:is |was )?(?:true|possible|necessary|important|correct|said|mean(?:s|t)? (?:to|by))\b|\b(?:is|was|"
    r"does) it (?:true|possible|necessary|important|correct|mean to)\b"
    r"|\bthat (?:is|are|was|were|has|have|had|will|can|could|should|must|the|an?|they|he|she|it|we)\b(?!\s*[?.!]*$)"
)
_POINTING_EN = re.compile(
    rf"(?i)(?<![\w'’-])(?:(?P<named>(?:that|this|the same|the|those|these) (?:{_EVENT_EN})s?)(?! (?:of|on|in|at|"
    rf"about|for|with|between|to|held|that|where|which|from|by|room)\b)"
    r"|(?P<demonstrative>(?:that|this|those|these)(?= [a-z]))"
    r"|(?P<thing>it|this|that)|(?P<its>its)|(?P<many>they|them|these|those)|(?P<their>their|theirs)"
    r"|(?P<he>he|she|him)|(?P<his>his|her|hers)|(?P<there>there))(?![\w’'-])"
)
_ORDINAL_EN = re.compile(
    r"(?i)\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|other|latter|"
    r"former)\b(?: (?:one|of)\b|\W*$)"
)
_SLOT_EN = re.compile(
    r"(?i)(?:the )?(?P<slot>date|time|place|venue|location|topic|theme|agenda|purpose|reason|speakers?|chair|"
    r"chairman|host|participants?|attendees|"
    r"result|outcome|contents?|details?|title|issuer|source|number|goals?|tasks?|measures?|year)"
)
_ENDING_VERB_EN = re.compile(
    r"(?i)\b(?P<verb>attended|chaired|hosted|opened|organi[sz]ed|joined|attend|chair|host|presided|presiding|spoke|"
    r"speak|spoken|took part|take part|"
    r"participated|participate|present)\W*$"
)
_PREPOSITION_EN = {
    "presided": "over", "presiding": "over", "spoke": "at", "speak": "at", "spoken": "at", "took part": "in",
    "take part": "in", "participated": "in", "participate": "in", "present": "at",
}  # fmt: skip


def _completed_english(text: str, topic: _Topic) -> str | None:
    if _IN_LANGUAGE.fullmatch(text):
        return topic.question
    if correction := _CORRECTION_EN.fullmatch(text):
        new = (correction["new"] or correction["other"]).strip()
        filled = None if topic.chinese else _filled(new.rstrip(" .?!"), topic)
        return filled or _with_topic(new, topic)
    opener = _OPENER_EN.match(text)
    rest = text[opener.end() :] if opener else text
    about = _ABOUT_EN.match(rest)
    fragment = rest[about.end() :] if about else rest
    bare = fragment.strip(" ?.!,")
    if not bare:
        return _with_topic(text, topic)
    tokens = [t.lower() for t in _TOKEN_EN.findall(bare)]
    if again := _asked_again_english(bare, topic):
        return again
    if (
        about
        or (opener and not _has_clause(tokens))
        or (text.endswith("?") and not _has_clause(tokens) and len(tokens) <= 5)
    ):
        made = _fragment_english(text, bare, topic, sure=bool(about or opener))
        if made or about or opener:
            return made or _with_topic(text, topic)
    if read_request(rest, "en") and not _pointing(rest):
        return None
    pointing = _pointing(rest)
    if pointing:
        return _capital(_replaced_english(rest, pointing, topic), text)
    # "Were there any guests?": nobody asks so of the world at large.
    if re.match(r"(?i)(?:was|were) there\b", rest) and not _naming(rest):
        return _with_topic(_capital(rest, text), topic)
    if _ORDINAL_EN.search(rest) and not _naming(rest) and _says_nothing(tokens):
        return _with_topic(_capital(rest, text), topic)
    if (
        not _naming(rest)
        and _says_nothing(tokens)
        and (_ASKING_EN & set(tokens) or _AUXILIARY_EN & set(tokens[:1]) or opener)
    ):
        return _capital(_attached_english(rest, topic), text)
    return None


def _capital(made: str, like: str) -> str:
    return made[:1].upper() + made[1:] if like[:1].isupper() else made


def _has_clause(tokens: Sequence[str]) -> bool:
    return any(t in _AUXILIARY_EN or t in _VERB_EN or t in _ASKING_EN for t in tokens)


def _says_nothing(tokens: Sequence[str]) -> bool:
    """Whether the words ask something of a topic but name none."""
    return all(
        t in _ASKING_EN
        or t in _AUXILIARY_EN
        or t in _PRONOUN_EN
        or t in _LITTLE_EN
        or stem(t) in _GENERIC_EN
        or not t[0].isalnum()
        for t in tokens
    )


def _fragment_english(text: str, bare: str, topic: _Topic, sure: bool) -> str | None:
    """ "And in 2024?", "What about Guangzhou?", "The date?" """
    if pointing := _pointing(bare):
        if _ORDINAL_EN.search(bare) and pointing.lastgroup in ("many", "thing") and topic.phrases:
            of = _replaced_english(bare, pointing, topic)
            return f"What is {of}?" if "(" not in of else _with_topic(text, topic)
        return _with_topic(text, topic)
    if slot := _SLOT_EN.fullmatch(bare):
        if topic.phrases and not topic.chinese:
            asked = slot["slot"].lower()
            return f"What {'are' if asked.endswith('s') else 'is'} the {asked} of {_the(topic.phrases[0])}?"
        return _with_topic(text, topic)
    if not topic.chinese:
        if filled := _filled(bare, topic):
            return filled
        kinds = _kinds(bare)
        if sure and "date" in kinds and _is_only(bare, kinds["date"][0]):
            words = bare if re.match(r"(?i)(?:in|on|from|since|before|after|for|during)\b", bare) else f"in {bare}"
            return f"{topic.question.rstrip(' ?.!')} {words}?"
    return None


def _asked_again_english(bare: str, topic: _Topic) -> str | None:
    """ "And who else?" and, of a list of bulletins, "How many?" """
    first = topic.question.split(" ", 1)[0].lower()
    if (same := re.fullmatch(r"(?i)(who|what|where) else", bare)) and first == same[1].lower():
        return f"{topic.question[: len(first)]} else{topic.question[len(first) :]}"
    if re.fullmatch(r"(?i)how many(?: are there| of them| are they| is that)*", bare) and first in ("which", "what"):
        counted = f"How many{topic.question[len(first) :]}"
        return counted if read_request(topic.question, "en") and read_request(counted, "en") else None
    return None


def _the(phrase: str) -> str:
    return (
        phrase
        if re.match(r"(?i)(?:the|a|an|its|their|his|her|\d|[\"“\u3400-\u9fff])", phrase)
        or _naming(phrase[:40])[:1]
        and not _event(phrase)
        else f"the {phrase}"
    )


def _event(phrase: str) -> bool:
    folded = fold(phrase).lower()
    return bool(re.search(rf"\b(?:{_EVENT_EN})s?\b|{_EVENT_ZH}", folded))


def _pointing(text: str) -> re.Match[str] | None:
    """The first word that points outside the question."""
    blocked = [m.span() for m in _NOT_POINTING_EN.finditer(text)]
    existential = _EXISTENTIAL_EN.search(text)
    for match in _POINTING_EN.finditer(text):
        if any(a <= match.start() < b for a, b in blocked):
            continue
        kind = match.lastgroup or ""
        if kind == "there" and existential:
            continue
        if kind == "demonstrative":
            # "that green alliance that was founded" describes itself; "that plan" does not.
            following = [t.lower() for t in _TOKEN_EN.findall(text[match.end() :])][:2]
            if not following or stem(following[0]) not in _GENERIC_EN:
                continue
        if (
            kind == "named"
            and match[0].lower().startswith("the ")
            and not match[0].lower().startswith("the same")
            and _naming(text[: match.start()])
            and not text[match.end() :].strip(" ?.!")
        ):
            # "What did Zhao Min say at the meeting?" still points, "Zhao Min … the talks" as an object too.
            return match
        before = text[: match.start()]
        if kind in ("he", "his") and any(f.token.startswith("name:") for f in facts(before)):
            continue
        if kind in ("its", "their") and _content(before):
            continue
        if (
            kind in ("thing", "many")
            and _content(before)
            and re.search(r"(?i)[,;]|\b(?:and|but|when|if|before|after|because|while|that)\b", before)
        ):
            continue
        return match
    return None


def _content(text: str) -> bool:
    """Whether a text names something that a pronoun after it may stand for."""
    return any(
        t.lower() not in _ASKING_EN | _AUXILIARY_EN | _PRONOUN_EN | _LITTLE_EN | _VERB_EN and t[0].isalnum()
        for t in _TOKEN_EN.findall(text)
    )


def _replaced_english(text: str, match: re.Match[str], topic: _Topic) -> str:
    kind = match.lastgroup
    if not topic.phrases:
        return text
    main = _the(topic.phrases[0]) if not topic.chinese else topic.phrases[0]
    put: str | None = None
    if kind in ("he", "his"):
        if topic.person is None or topic.unknown:
            return _with_topic(text, topic, topic.unknown)
        put = topic.person if kind == "he" else f"{topic.person}'s"
    elif kind == "named":
        put = main if _event(main) else None
    elif kind == "thing":
        put = main
    elif kind == "many":
        put = main if re.search(r"(?i)\bof $", text[: match.start()]) else None
    elif kind == "its":
        put = f"{main}'s" if len(main.split()) <= 4 and not topic.chinese and " of " not in main else None
    elif kind == "there" and _event(main):
        put = f"at {main}"
    if put is None:
        return _with_topic(text, topic)
    made = text[: match.start()] + put + text[match.end() :]
    return _capital(made, text)


def _attached_english(text: str, topic: _Topic) -> str:
    ending = _ENDING_VERB_EN.search(text)
    if ending and topic.phrases and not topic.chinese and _event(topic.phrases[0]):
        preposition = _PREPOSITION_EN.get(ending["verb"].lower(), "")
        return f"{text.rstrip(' ?.!')} {preposition + ' ' if preposition else ''}{_the(topic.phrases[0])}?"
    return _with_topic(text, topic)


def _english_phrases(text: str) -> list[str]:
    """Noun phrases of a question, in order: what stands between question words, auxiliaries, verbs and the like."""
    tokens = [(m[0], m.start(), m.end()) for m in _TOKEN_EN.finditer(text)]
    runs: list[list[tuple[str, int, int]]] = [[]]
    asked: list[bool] = [False]
    modal = False
    for word, start, end in tokens:
        low = word.lower()
        modal = modal or low in _MODAL_EN
        begun = any(t[0].lower() not in _LITTLE_EN for t in runs[-1])
        verb = low in _VERB_EN or (low in _NOUN_OR_VERB_EN and modal and begun)
        if (
            low in _ASKING_EN
            or low in _AUXILIARY_EN
            or verb
            or low in _PRONOUN_EN
            or low in _SPLITTING_EN
            or not (word[0].isalnum() or word[0] in '“"')
        ):
            runs.append([])
            # "which companies", "how many provinces": the noun that is asked for is no topic.
            asked.append(low in ("which", "what", "whose", "how"))
        else:
            runs[-1].append((word, start, end))
    found: list[tuple[bool, str]] = []
    for run, is_asked in zip(runs, asked, strict=True):
        while run and run[0][0].lower() in _LITTLE_EN - {"the", "a", "an"}:
            run = run[1:]
        while run and run[-1][0].lower() in _LITTLE_EN:
            run = run[:-1]
        if run:
            found.append((is_asked, text[run[0][1] : run[-1][2]]))
    kept = [p for is_asked, p in found if not is_asked] or [p for _, p in found]
    said = [p for p in kept if _naming(p) or not _says_nothing([t.lower() for t in _TOKEN_EN.findall(p)])]
    return said or [p for p in kept if _event(p)]


# Chinese: read on the folded shadow, which has every character where the question has it

_EVENT_ZH = (
    "会议|会上|座谈会|研讨会|工作会|大会|论坛|例会|办公会|电视电话会|培训班|展览|比赛|大赛|活动|仪式|峰会|年会|发布会|"
    "推进会|调研|[^机社开]会$"
)
_ASKING_ZH = re.compile(
    r"(?:在|是|由|于|从|到)?(?:什么(?:时候|时间|地方|地点)|何时|何地|何处|哪一?[天年]|几月几?[日号]?|哪个?月|哪里|"
    r"哪儿|哪[一几]?[位名个项些家份篇种款届次类条方]|几[个位名项家次份条成点月天年日号]"
    r"|哪些|哪|谁|什么|啥|多少|怎么样|怎样|怎么|如何|为什么|为何|为啥|是否|有没有|是不是|会不会|能不能|要不要|"
    r"多[大长久高远重快])|[吗呢吧]"
)
_GENERIC_ZH = _words(
    "会议 大会 座谈会 研讨会 论坛 会上 活动 会 文件 计划 任务 重点 措施 目标 要求 人 人员 代表 领导 官员 负责人 "
    "主持人 副局长 局长 主任 部门 单位 省 市 "
    "省份 城市 省市 地方 地区 企业 公司 国家 地点 时间 日期 日子 天 年 月 日 原因 理由 结果 成果 主题 议题 议程 "
    "内容 细节 详情 例子 数字 数量 人数 名字 名称 "
    "姓名 标题 职务 职位 身份 目的 意义 作用 部分 方面 步骤 事情 事 工作 问题 建议 意见 项 点 条 个 名 位 家 份 篇 "
    "次 项目 工程 行动 "
    "出席 参加 主持 召开 举行 举办 召集 讲话 发言 讲 说 说到 说了 讲了 强调 指出 提出 提到 要求 表示 部署 安排 通过 "
    "审议 决定 讨论 发布 公布 印发 出台 见 会见 参观 "
    "考察 走访 调研 去 来 派 派人 派人参加 做 干 办 开 通过了 介绍 负责 需要 开始 结束 完成 实施 落实 推进 进行 "
    "包括 包含 涉及 列席 参会 与会 邀请 认为 回应 回答 "
    "具体 主要 详细 分别 一共 总共 共 总计 最后 首先 其次 然后 接着 之后 之前 后来 随后 当时 那时 同时 另外 此外 还 "
    "还有 又 再 也 都 就 才 已经 曾 曾经 只 更 最 "
    "第一 第二 第三 第四 第五 第六 第七 第八 第九 第十 前者 后者 最后一 一个 其中 其 它 它们 他 她 他们 她们 这 那 "
    "该 此 这个 那个 这些 那些 这里 那里 那边 "
    "的 了 在 是 有 要 和 与 及 或 对 为 于 由 从 到 被 把 将 给 向 跟 让 使 以 等 吗 呢 吧 啊 呀 得 着 过 地 上 下 "
    "里 中 内 外 前 后 会不会 请 请问 一下 说说 谈谈 告诉 我 "
    "什么样 样 能 可以 应该 想 打算 准备 叫 叫做 称 属于 多 少 大 小 哪 几 谁 不 没 没有 所 之 而 并 但 那么 好 "
    "具体内容 讲的 说的 人士 一些 各 各自 每 时 时候 解释 展开 "
    "多 点 更多 详细说明 说明 总结 谁 项任务 项工作 大任务 大重点 任务是 重点是 派出 出席者 参会者 参加者 来自 增长 "
    "增加 下降 减少 上升 投资 投入 花 花费 费用 用 公告 报道 文章 新闻稿 嘉宾 多少钱 钱 效果 影响 期限 截止 持续 "
    "建 建设 设立 扩大 覆盖 投入 一线 最终 最重要 重要 关键 核心 分工 第几 又是 是从 开始时 达到 达成 对象 范围 "
    "条件 标准 流程 程序 依据 背景"
)
_COUNTED_ZH = re.compile(r"[第一二三四五六七八九十两百千万\d]+[个名位项家省市次条点大份篇种届]?")
# Verbs and helpers that end a noun phrase, unless 的 makes them part of one (会议部署的五个重点).
_VERB_ZH = _words(
    "要 将 是 说 讲 通过 审议 部署 强调 要求 指出 提出 提到 表示 召开 举行 举办 参观 考察 占 有 打算 准备 能 可以 "
    "应该 需要 包括 出席 参加 主持 讲话 发言 发布 印发 出台 "
    "会见 见 去 派 派人参加 做 开 说了 讲了 决定 讨论 对 把 被 让 为 给 由 在 关于 介绍 认为 列席 想 宣布 计划 负责 "
    "安排 属于 获 达到 达 增长 下降 完成 又 还 也 都 就 说说 谈谈 "
    "告诉 我 请 请问 解释 总结 列出 一下 列举"
)
_EDGE_ZH = _words(
    "的 了 上 里 中 下 时 内 和 与 跟 及 从 到 向 于 以 等 之 具体 主要 分别 一共 总共 共 那 那么 请问 请 会 过 着 "
    "所 并 ， , 、 ： : ? 。 ！ ! ； “ ”"
) - {"“", "”"}
_OPENER_ZH = re.compile(
    r"(?:那么|那(?![个些次里儿边场位项份天年种届时条家]|么)|还有(?!谁|哪|什么|多少|几|没有|人)|另外|此外|然后|接着|"
    r"以及|至于|再说|好的?[,，]|再问|还想问)[,，:：\s]*"
)
_FRAGMENT_ZH = re.compile(r"(?P<new>.{0,40}?)(?:那边|这边|方面|的话|那里)?(?:呢|又?如何|怎么样|又怎么样|又?怎么说)\W*")
_CORRECTION_ZH = re.compile(
    r"(?:不是|不对|不|错了)[,，。!\s]*(?:我)?(?:想|要)?(?:问|说|指|讲)的?(?:是|的是)?[,，:：\s]*(?P<new>.+)|我(?:想|"
    r"要)?(?:问|说|指)的是(?P<other>.+)"
)
_NOUN_ZH = (
    "(?:工程|项目|行动|计划|文件|工作|任务|措施|目标|要求|办法|规定|意见|方案|数字|人|公司|企业|机构|部门|平台|联盟|"
    "协会|问题|事|局|省|地方)"
)
_POINTING_ZH = re.compile(
    r"(?P<event>(?:[这那此该本]一?(?:次|场|届|个)?|上述|前述|[这那]一)(?:会议|大会|座谈会|研讨会|论坛|活动|会|展览|"
    r"比赛|调研))"
    r"|(?P<meeting>(?<![^\W在于])会上|(?<![^\W在于])会议上|(?<![\w])会中)"
    r"|(?P<thing>(?<!其)它们?)"
    r"|(?P<its>(?<![尤极与何任更])其(?![他它中次实余间后前]))|(?P<among>其中)"
    r"|(?P<he>(?<!其)[他她]们?)"
    r"|(?P<then>当时|那时候?|[那这][里儿边]|同一?天)"
    rf"|(?P<that>(?:这|那|上述|前述|该|此)[些几一]?(?:个|项|份|位|件|条|种|家|篇|天|年|名)?(?={_NOUN_ZH}|是|有|怎|"
    rf"为什么|什么|又))"
)
_BARE_EVENT_ZH = re.compile(
    r"(?P<event>会议|大会|座谈会|研讨会|论坛|活动|展览)(?=[是由在上有什何谁哪几多通讲开召举部强要提决到参怎为])"
)
_ORDINAL_ZH = re.compile(
    r"(?:第[一二三四五六七八九十\d]+(?:个|项|条|点|类|种|步|方面)?|最后一?[个项条点]|前[两三二\d]+[个项条点]|"
    r"后[两三二\d]+[个项条点]|前者|后者)"
)
_SLOT_ZH = re.compile(
    r"(?:具体)?(?:时间|日期|地点|主持人|主持|参加者|参会人员|出席者|主题|议题|内容|目的|原因|结果|职务|人数|任务|"
    r"措施|目标|要求|来源|标题)"
)


def _completed_chinese(text: str, topic: _Topic) -> str | None:
    if _IN_LANGUAGE.fullmatch(text):
        return topic.question
    folded = fold(text)
    if correction := _CORRECTION_ZH.fullmatch(folded):
        new = text[slice(*correction.span("new" if correction["new"] else "other"))].strip()
        return (
            _fragment_chinese(new.rstrip("？?。！!，, "), topic) if not _ASKING_ZH.search(fold(new)) else None
        ) or _with_topic(new, topic)
    opener = _OPENER_ZH.match(folded)
    begin = opener.end() if opener else 0
    rest, shadow = text[begin:], folded[begin:]
    # "那2020年呢", "無人機呢？", and after an opener also "那2020年？"
    fragment = _FRAGMENT_ZH.fullmatch(shadow)
    if fragment and not _ASKING_ZH.search(fragment["new"]):
        new = rest[slice(*fragment.span("new"))].strip(" ，,、")
        return (_fragment_chinese(new, topic) if new else None) or _with_topic(text, topic)
    bare = rest.strip("？?。！!，, ")
    if not _ASKING_ZH.search(shadow):
        kinds = _kinds(bare)
        is_date = "date" in kinds and _is_only(bare, kinds["date"][0])
        if bare and (opener or is_date or (len(bare) <= 8 and text.endswith(("?", "？")) and _filled(bare, topic))):
            return _fragment_chinese(bare, topic) or _with_topic(text, topic)
    if read_request(rest, "zh-Hans") and not _pointing_chinese(shadow):
        return None
    if pointing := _pointing_chinese(shadow):
        return _replaced_chinese(rest, shadow, pointing, topic)
    if _naming(rest):
        # "圓通那邊去的是哪個點？": the new subject stands within the old scene.
        return _with_topic(text, topic) if re.search(r"[那这]边", shadow) else None
    if not (_ASKING_ZH.search(shadow) or _ORDINAL_ZH.match(shadow)) or not _says_nothing_chinese(shadow):
        return None
    if topic.chinese and topic.phrases:
        joint = "的" if _ORDINAL_ZH.match(shadow) else "，"
        more = [p for p in topic.phrases[1:2] if joint == "，" and len(p) <= _SHORT_PHRASE and p != topic.person]
        return "，".join([topic.phrases[0], *more]) + joint + rest
    return _with_topic(rest, topic)


def _says_nothing_chinese(shadow: str) -> bool:
    return not any(_specific(word) for part in _ASKING_ZH.split(shadow) for word in segment(part))


@functools.lru_cache(10_000)
def _specific(word: str) -> bool:
    """Whether a word tells what a question is about. 具體措施 tells no more than its halves."""
    if word in _GENERIC_ZH or not word[0].isalnum() or _COUNTED_ZH.fullmatch(word):
        return False
    if len(word) > 2 or word[0] in "要会能想再又也还都":
        return not any(word[:i] in _GENERIC_ZH and word[i:] in _GENERIC_ZH for i in range(1, len(word)))
    # A single character tells little; a Latin word or a figure of any length does.
    return len(word) > 1 or word.isascii()


def _fragment_chinese(new: str, topic: _Topic) -> str | None:
    if not topic.chinese or not topic.phrases:
        return None
    folded = fold(new)
    if _pointing_chinese(folded):
        return None
    main = topic.phrases[0]
    if _SLOT_ZH.fullmatch(folded):
        return f"{main}的{new}是{_what(topic.question)}？"
    if _ORDINAL_ZH.match(folded):
        return f"{main}的{new}是{_what(topic.question)}？"
    kinds = _kinds(new)
    # 綠盾 is only a part of 綠盾工程二期: of terms and quoted names the whole subject gives way, below.
    if not kinds.keys() <= {"term", "quote"} and (filled := _filled(new, topic)):
        return filled
    if "date" in kinds and _is_only(new, kinds["date"][0]):
        return f"{new}{topic.question}"
    if topic.person and topic.question.startswith(topic.person) and 2 <= len(new) <= 4 and not kinds.keys() - {"name"}:
        return new + topic.question[len(topic.person) :]
    # The subject gives way when the question begins with it: 綠盾工程二期｜要做什麼.
    subject, at = _without_date(main)
    where = topic.question.find(main)
    if where in (0, 1, 2, 3) and subject and topic.person is None:
        start = where + at
        after = topic.question[start + len(subject) :]
        if _ASKING_ZH.search(fold(after)) and _says_nothing_chinese(fold(after)):
            return topic.question[:start] + new + after
    return _filled(new, topic)


def _what(like: str) -> str:
    return "什麼" if language_of(like) == "zh-Hant" else "什么"


def _without_date(phrase: str) -> tuple[str, int]:
    """A phrase without the date, and the preposition, that it begins with, and where the rest begins."""
    dates = [f for f in facts(phrase) if f.token.startswith("date:")]
    at = max((f.end for f in dates if f.start == 0), default=0)
    while at < len(phrase) and fold(phrase[at]) in "的对在就":
        at += 1
    return phrase[at:], at


def _pointing_chinese(shadow: str) -> re.Match[str] | None:
    for match in _POINTING_ZH.finditer(shadow):
        before = shadow[: match.start()]
        kind = match.lastgroup
        if kind == "he" and any(f.token.startswith("name:") for f in facts(before)):
            continue
        if kind in ("its", "among", "that") and not _says_nothing_chinese(before):
            continue
        # 企業及它的用戶 explains itself, 哪些公告提到它 does not.
        explained = shadow.startswith("的", match.end()) or re.search(r"[，,、；和与及并]", before)
        if kind == "thing" and explained and not _says_nothing_chinese(before):
            continue
        if kind == "then" and re.search(r"\w$", before) and not _says_nothing_chinese(before):
            continue
        if kind == "meeting" and _naming(before):
            continue
        return match
    # A bare 會議 at the beginning is the one that was spoken of.
    return _BARE_EVENT_ZH.match(shadow)


def _replaced_chinese(text: str, shadow: str, match: re.Match[str], topic: _Topic) -> str:
    if not topic.phrases:
        return text
    main, kind = topic.phrases[0], match.lastgroup
    put: str | None = None
    if not topic.chinese:
        put = topic.person if kind == "he" and not topic.unknown else None
    elif kind == "he" and not match[0].endswith("们"):
        if topic.person is None or topic.unknown:
            return _with_topic(text, topic, topic.unknown)
        put = topic.person
    elif kind == "event":
        put = main if _event(main) else None
    elif kind == "meeting":
        put = f"{main}上" if _event(main) else None
    elif kind == "thing" and match[0] == "它":
        put = main
    elif kind == "its":
        put = f"{main}的"
    elif kind == "that" and (noun := re.match(_NOUN_ZH, shadow[match.end() :])) and noun[0] in fold(main):
        return text[: match.start()] + main + text[match.end() + noun.end() :]
    if put is None:
        return _with_topic(text, topic)
    return text[: match.start()] + put + text[match.end() :]


def _chinese_phrases(text: str) -> list[str]:
    """Noun phrases of a question, in order: what stands between question words, verbs and commas."""
    folded = fold(text)
    phrases: list[str] = []
    at = 0
    cuts = [m.span() for m in _ASKING_ZH.finditer(folded)]
    for number, (begin, end) in enumerate([*cuts, (len(folded), len(folded))]):
        phrases += _noun_phrases(text, folded, at, begin, asked=number > 0)
        at = end
    return phrases


def _noun_phrases(text: str, folded: str, begin: int, end: int, asked: bool) -> list[str]:
    runs: list[list[tuple[str, int, int]]] = [[]]
    at = begin
    words = segment(folded[begin:end])
    for i, word in enumerate(words):
        span = (word, at, at + len(word))
        at += len(word)
        relative = i + 1 < len(words) and words[i + 1] == "的" and i > 0
        if word in "，,。;；：:()（）?？!！ " or (word in _VERB_ZH and not relative):
            runs.append([])
        else:
            runs[-1].append(span)
    found = []
    for run in runs:
        while run and run[0][0] in _EDGE_ZH:
            run = run[1:]
        while run and run[-1][0] in _EDGE_ZH:
            run = run[:-1]
        if not run:
            continue
        phrase = text[run[0][1] : run[-1][2]]
        if any(_specific(word) for word, *_ in run) or _naming(phrase):
            found.append(phrase)
    return found


# The person that a question asked for


def _unknown_person(text: str, chinese: bool) -> str | None:
    """ "the person who chaired the meeting" for "Who chaired the meeting?" """
    if not chinese:
        asked = re.match(
            r"(?i)(?P<who>who|which (?:[a-z]+ )?(?:official|leader|director|person|minister|speaker|deputy director|"
            r"deputy))\s+(?!else|is |are )(?P<rest>.+?)\W*$",
            text,
        )
        if not asked:
            return None
        who = "person" if asked["who"].lower() == "who" else asked["who"].split(" ", 1)[1]
        return f"the {who} who {asked['rest']}"
    folded = fold(text)
    asked = re.search(
        r"(?P<by>是|由)?(?:谁|哪[一几]?[位名个](?:领导|官员|负责人|副局长|局长|人)?)(?P<did>.*?)\W*$", folded
    )
    if not asked or not folded:
        return None
    before, did = text[: asked.start()].strip("，, 是由"), text[slice(*asked.span("did"))].strip("的了")
    if not did:
        return None
    if not before:
        return f"{did}的人"
    if asked["by"]:
        return f"{did}{before}的人"
    return f"{before.rstrip('的')}，{did}的人"
