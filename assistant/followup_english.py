"""English follow-up questions completed from a topic: `completed`. Pure, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.words import stem
from sources.facts import facts

from .listed import NTH, ORDINALS, corrected_member, list_asked_for, numbered, spoken_of, with_member
from .request import read_request
from .topic import EVENT_EN, Topic, fill, is_event, is_only, kinds_of, listed, naming, with_topic, without_dates

_TOKEN = re.compile(
    r"“[^”]*”|\"[^\"]*\"|[\u3400-\u9fff]+|[A-Za-z0-9](?:[\w'’.&+%-]*[\w+%])?(?:(?<=s)['’](?= [a-z]))?|\S"
)
_ASKING = listed("who whom whose what when where which why how whether")
_MODAL = listed("do does did will would can could shall should must may might")
_AUXILIARY = _MODAL | listed("is are was were be been being am has have had")
_PRONOUN = listed(
    "it its they them their theirs he him his she her hers i me my you your we us our there here this that these "
    "those one ones"
)
_LITTLE = listed(
    "a an the of in on at to for from by with and or but as about into over under between during before after since "
    "until than "
    "then also too else so not no any some all each every more most very just only still exactly please again if "
    "because while "
    "up out off same such per s"
)
_VERB = listed(
    "held hold holds handle handles handled take took takes taken attend attended attends chaired presided preside "
    "hosted speak spoke "
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
    "organised organized convened convene praised raise raised introduced introduce explained described inspected "
    "tasked expected "
    "accounted done doing planned trained supposed"
)
# Verbs as often as nouns: verbs only after "did", "will" and the like, where a subject went before.
_NOUN_OR_VERB = listed(
    "work plan start end chair host visit stress point report issue list name place call cost cover release support "
    "meet"
)
_SPLITTING = listed("at before after during by when while than if because since until")
_GENERIC = frozenset(
    stem(w)
    for w in (
        f"{EVENT_EN.replace('|', ' ')} document plan task point measure goal target aim requirement people person "
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
_OPENER = re.compile(r"(?i)(?:(?:and|but|so|ok(?:ay)?|then|well|also|plus|or|now|right)\b[,\s]*)+")
_ABOUT = re.compile(
    r"(?i)(?:(?:what|how) about|what of|"
    r"(?:the )?same(?: (?:question|again|thing))?,?(?: but)? (?:for|about|on|with|of)|"
    r"(?:now )?(?:ask|tell me) the same (?:for|about|of|on))\s+"
)
_HAS_VERB = re.compile(
    r"(?i)(?:(?!(?:who|which|that|when|where|whose)\b)[\w'’-]+ )+?(?:is|are|was|were|has|have|will) \w"
)
_CORRECTION = re.compile(
    r"(?i)(?:(?:no|nope|not that|sorry|actually|wait|oh|well|hmm|i'm sorry|apologies|excuse me|my mistake|"
    r"pardon)[,.;:!\s]+)*"
    r"(?:(?:that's |this is |it's )?not (?P<not>[^,;.]+)[,;.]\s*(?:but\s+)?)?"
    r"(?:i (?:meant|mean|was (?:asking|talking|thinking) (?:about|of)|am (?:asking|talking) about|was referring to|"
    r"wanted)|"
    r"i'm (?:asking|talking) about|make that)[:,]?\s+(?P<meant>.+?)(?:,? not (?P<late>[^,;.]+))?[.!]*"
    r"|(?:no|nope|not that|sorry|actually|i'm sorry)[,.;:\s]+(?:rather|i want|the)\s+(?P<other>.+)"
    r"|(?:(?:no|sorry|actually)[,.;:!\s]+)*not (?P<not_>[^,;.]+)[,;.]\s*(?:but\s+)?(?P<instead>[^,;]{2,60})"
)
_EXISTENTIAL = re.compile(
    r"(?i)\b(?:is|are|was|were|will) there (?:be )?(?:an?|any|some|no|other|more|something|anything)\b|"
    r"\bhow (?:many|much)\b.*\bthere\b|^there (?:is|are|was|were)\b|\b(?:which|what)(?: \w+){1,4} (?:is|are) there\b"
)
# Not pointing back: "this year", "those who", "the fact that", "is it true that …".
_NOT_POINTING = re.compile(
    r"(?i)\b(?:this|these|that|those) (?:year|month|week|days?|century|morning|bulletin|collection)s?\b|"
    r"\bthose (?:who|that|which|with|of|from)\b"
    r"|\bit (?:going to |likely to )?(?:rain|snow|freeze)\w*"
    r"|\bit (?:is |was )?(?:true|possible|necessary|important|correct|said|mean(?:s|t)? (?:to|by))\b|\b(?:is|was|"
    r"does) it (?:true|possible|necessary|important|correct|mean to)\b"
    r"|\bthat (?:is|are|was|were|has|have|had|will|can|could|should|must|the|an?|they|he|she|it|we)\b(?!\s*[?.!]*$)"
)
_POINTING = re.compile(
    rf"(?i)(?<![\w'’-])(?:(?P<named>(?:that|this|the same|the|those|these) (?:{EVENT_EN})s?)(?! (?:of|on|in|at|"
    rf"about|for|with|between|to|held|that|where|which|from|by|room)\b)"
    r"|(?P<demonstrative>(?:that|this|those|these)(?= [a-z]))"
    r"|(?P<thing>it|(?:this|that)(?! \d))|(?P<its>its)|(?P<many>they|them|these|those|the others|the rest)"
    r"|(?P<their>their|theirs)"
    r"|(?P<he>he|she|him)|(?P<his>his|her|hers)|(?P<there>there))(?![\w’'-])"
)
# What stands for a member of the list spoken of, or for all of it; what names members of a list in general.
_UNITS = (
    r"(?:ones?|items?|points?|tasks?|goals?|steps?|measures?|areas?|aspects?|parts?|rules?|priorit(?:y|ies)|requirements?|"
    r"documents?|things?)"
)
_ONLY_ORDINAL = re.compile(
    rf"(?i)(?:the )?(?P<nth>{NTH}|next|previous|other|latter|former)(?: {_UNITS})?(?: of (?:them|these|those))?"
)
_MEMBER = re.compile(
    rf"(?i)\bthe (?P<nth>{NTH}|latter|former)\b(?! of (?!them\b|these\b|those\b))"
    r"(?: (?!of\b)(?P<noun>[a-z]+)\b)?(?P<of> of (?:them|these|those)\b)?"
)
_MOST = re.compile(r"(?i)(?P<most>the (?:[a-z]{2,}est|(?:most|least) [a-z]+|worst|best))(?: one)?")
_ALL = re.compile(
    r"(?i)\b(?:(?P<of>(?:(?:any|all|some|which|none|each|one|how many|most) of|of|in|among) )(?:these|those|them)\b"
    r"|(?:these|those)\b)(?! (?:who|whose|that|which|with|of|from|in|at)\b)(?: (?P<noun>[a-z]+)\b)?"
)
_ONE = re.compile(
    rf"(?i)\b(?:that|this) (?:one|project|programme|program|{_UNITS})\b(?! (?:that|which|of|for)\b)|\bit\b"
)
# "the standard" that has nothing after it to tell which.
_DEFINITE = re.compile(
    r"\b(?:[Tt]he|[Tt]hat|[Tt]his|[Tt]he same|[Tt]hose|[Tt]hese) (?P<noun>[a-z]+(?:-[a-z]+)?(?: [a-z]+)?)\b"
)
_TOLD_AFTER = re.compile(
    r"(?i)\W*(?:of|for|in|on|at|from|to|with|that|which|who|whose|where|when|between|about|under|by|as)\b"
)
_SLOT = re.compile(
    r"(?i)(?:the )?(?P<slot>date|time|place|venue|location|topic|theme|agenda|purpose|reason|speakers?|chair|"
    r"chairman|host|participants?|attendees|"
    r"result|outcome|contents?|details?|title|issuer|source|number|goals?|tasks?|measures?|year)"
)
_ENDING_VERB = re.compile(
    r"(?i)\b(?P<verb>attended|chaired|hosted|opened|organi[sz]ed|joined|attend|chair|host|presided|presiding|spoke|"
    r"speak|spoken|took part|take part|"
    r"participated|participate|present)\W*$"
)
_PREPOSITION = {
    "presided": "over", "presiding": "over", "spoke": "at", "speak": "at", "spoken": "at", "took part": "in",
    "take part": "in", "participated": "in", "participate": "in", "present": "at",
}  # fmt: skip


def completed(text: str, topic: Topic) -> str | None:
    """The question with what it takes from the topic; None when it takes nothing."""
    if correction := _CORRECTION.fullmatch(text):
        told = correction.groupdict()
        new = next(told[key] for key in ("meant", "other", "instead") if told[key]).strip()
        old = next((told[key] for key in ("not", "not_", "late", "late_") if told.get(key)), None)
        return _corrected(new.rstrip(" .?!"), old, topic) or with_topic(new, topic)
    opener = _OPENER.match(text)
    rest = text[opener.end() :] if opener else text
    rest = numbered(rest)
    about = _ABOUT.match(rest)
    if about and _HAS_VERB.match(rest[about.end() :]):
        return None  # "What about complaints is to be made public?" asks about them what it says
    fragment = rest[about.end() :] if about else rest
    bare = fragment.strip(" ?.!,")
    if not bare:
        return with_topic(text, topic)
    tokens = [t.lower() for t in _TOKEN.findall(bare)]
    if again := _asked_again(bare, topic):
        return again
    if (nth := _ONLY_ORDINAL.fullmatch(bare)) and (one := _another_member(nth["nth"].lower(), topic)):
        return one
    if of_list := _of_the_list(rest, topic):
        return _capital(of_list, text)
    if topic.listed and (most := _MOST.fullmatch(bare)):
        return f"Which is {most['most'].lower()} of {_the(topic.listed)}?"
    if (
        about
        or (opener and not _has_clause(tokens))
        or (text.endswith("?") and not _has_clause(tokens) and len(tokens) <= 5)
    ):
        made = _fragment(text, bare, topic, sure=bool(about or opener))
        if made or about or opener:
            return made or with_topic(_named_again(text, topic), topic)
    if read_request(rest, "en") and not _pointing(rest):
        return None
    if (named_again := _named_again(rest, topic)) != rest:
        return _capital(_told_who(named_again, topic), text)
    pointing = _pointing(rest)
    if pointing:
        return _capital(_replaced(rest, pointing, topic), text)
    # "Were there any guests?": nobody asks so of the world at large.
    if re.match(r"(?i)how many (?:are|were) (?:there|they)\b", rest) and topic.listed:
        return with_topic(_capital(rest, text), replace(topic, phrases=(topic.listed, *topic.phrases)))
    if re.match(r"(?i)(?:was|were) there\b", rest) and not naming(rest):
        return with_topic(_capital(rest, text), topic)
    # "the third one" is one of those spoken of, whatever else is said.
    if (
        (which := _MEMBER.search(rest))
        and not naming(rest)
        and (_says_nothing(tokens) or which["noun"] == "one" or which["of"])
    ):
        return with_topic(_capital(rest, text), topic)
    asks = bool(_ASKING & set(tokens) or _AUXILIARY & set(tokens[:1]) or opener)
    # "Who from SF attended?": somebody is named, but not what was attended.
    unattended = kinds_of(rest).keys() <= {"org", "name"} and not is_event(rest) and _ENDING_VERB.search(rest)
    named = kinds_of(rest).keys() - {"date"}
    if asks and (_says_nothing(tokens) and not named or naming(rest) and unattended):
        return _capital(_attached(rest, topic), text)
    # "Who must comply?", "So which ministries signed?": the verb has lost what it is said of.
    if not naming(rest) and (_BARE_VERB.fullmatch(bare) or (_LEANING.match(text) and len(content_words(rest)) <= 3)):
        return with_topic(_capital(rest, text), topic)
    return None


_BARE_VERB = re.compile(
    rf"(?i)(?:(?:who|when|where|why|how)(?: (?:{'|'.join(sorted(_MODAL))}))?|(?:which|what) [a-z]+ (?:was|were|is|are))"
    r" (?:be )?[a-z]{3,}(?: so)?"
)
_LEANING = re.compile(r"(?i)(?:and|so|but)\b")


def _another_member(nth: str, topic: Topic) -> str | None:
    """ "And the fourth?": in the place of the third, when that was asked for; else of the list."""
    old = None if topic.chinese else spoken_of(topic.question)
    if old and nth in ("next", "previous") and old["nth"].lower() in ORDINALS:
        at = ORDINALS.index(old["nth"].lower()) + (1 if nth == "next" else -1)
        nth = ORDINALS[at] if 0 <= at < len(ORDINALS) else nth
    if old:
        return with_member(topic.question, nth)
    return f"What is the {nth} of {_the(topic.listed)}?" if topic.listed else None


def _of_the_list(text: str, topic: Topic) -> str | None:
    """The question with the list in the place of "these", "the third" and the like; None when it has none of them."""
    if topic.listed is None:
        return None
    made, whole = text, _the(topic.listed)
    if found := next((m for m in _MEMBER.finditer(made) if _is_of(m["noun"], topic)), None):
        last = "of" if found["of"] else "noun" if _counts(found["noun"], topic) else "nth"
        end = found.end(last)
        made = f"{made[: found.start()]}the {found['nth'].lower()} of {whole}{made[end:]}"
    elif found := next((m for m in _ALL.finditer(made) if (m["of"] or _is_of(m["noun"], topic))), None):
        end = found.end("noun") if _counts(found["noun"], topic) else found.end() - len(found["noun"] or "")
        made = f"{made[: found.start()]}{found['of'] or ''}{whole} {made[end:]}"
        made = re.sub(r" +(?=[?.!,]| )", "", made)
    elif topic.member and (found := _ONE.search(made)):
        made = made[: found.start()] + topic.member + made[found.end() :]
    else:
        return None
    return _told_who(made.rstrip(), topic)


def _is_of(noun: str | None, topic: Topic) -> bool:
    """Whether "the third …" goes on as what was listed would: its noun, none, or a verb."""
    return not noun or _counts(noun, topic) or noun.lower() in _VERB | _AUXILIARY | _LITTLE | _NOUN_OR_VERB | _ASKING


def _counts(noun: str | None, topic: Topic) -> bool:
    """Whether a noun stands for the members of what was listed."""
    return bool(
        noun and (re.fullmatch(_UNITS, noun.lower()) or stem(noun.lower()) in content_words(topic.listed or ""))
    )


def _told_who(text: str, topic: Topic) -> str:
    """A question that the list was put into, with "he" told too; what was put in points to nothing."""
    pointing = _pointing(text)
    return _replaced(text, pointing, topic) if pointing and pointing.lastgroup in ("he", "his") else text


def _named_again(text: str, topic: Topic) -> str:
    """ "the standard" as "the new standard for school buses", when that was spoken of."""
    if topic.chinese:
        return text
    for found in _DEFINITE.finditer(text):
        words = found["noun"].split()
        for noun in dict.fromkeys((" ".join(words), words[0])):
            end = found.start("noun") + len(noun)
            following = re.match(r" (\w+)", text[end:])
            ends = following is None or _ends_here(following[1].lower()) or _AFTER_MODAL.search(text[: found.start()])
            if _TOLD_AFTER.match(text, end) or not ends:
                continue
            whole = next(
                (p for p in (*topic.phrases, *([topic.listed] if topic.listed else [])) if _heads(noun, p)), None
            )
            if whole and whole.lower() not in text.lower():
                return text[: found.start()] + _the(whole) + text[end:]
    return text


_AFTER_MODAL = re.compile(rf"(?i)\b(?:{'|'.join(sorted(_MODAL))})\s$")
# What is called by one of these may be called by another.
_UNDERTAKINGS = listed("project programme program campaign scheme initiative action plan drive")


def _ends_here(word: str) -> bool:
    return word in _VERB | _AUXILIARY | _LITTLE | _NOUN_OR_VERB | _ASKING or word.endswith("ed")


def _heads(noun: str, phrase: str) -> bool:
    """Whether a noun is what a longer phrase is about: "standard" of "the new standard for school buses"."""
    head = re.split(r"(?i)\s(?:of|for|in|on|at|from|to|with|that|which|by|about|deployed|planned|between)\s", phrase)[0]
    own, words = noun.split(), re.findall(r"[\w'’-]+", head.lower())
    if len(re.findall(r"[\w'’-]+", phrase)) <= len(own) + 1 or stem(own[-1]) == stem("part"):
        return False
    if own[-1] in _UNDERTAKINGS and len(own) == 1 and words[-1:] and words[-1] in _UNDERTAKINGS:
        return True
    return [stem(w) for w in own] == [stem(w) for w in words[-len(own) :]]


_EVENT_NUMBER = re.compile(r"(?i)(?:the )?(?P<number>\d{1,3}(?:st|nd|rd|th))(?: one)?")
_OTHER_ONE = re.compile(r"(?i)(?:the )?(?:one|other one) (?=(?:in|of|on|from|at|held) )")


def _corrected(new: str, old: str | None, topic: Topic) -> str | None:
    """The last question with what was meant in the place of what was not; None when that is not clear."""
    if topic.chinese or _ASKING & {t.lower() for t in _TOKEN.findall(new)}:
        return None
    if made := corrected_member(topic.question, new, old):  # not the fourth, the second: of the same list
        return made
    event = next((p for p in topic.phrases if is_event(p) and topic.question.count(p) == 1), None)
    if event and old is None and (other := _OTHER_ONE.match(new)):  # No, the one in December 2018
        return topic.question.replace(event, f"the meeting {new[other.end() :]}")
    words = content_words(old or "")
    wrong = [p for p in topic.phrases if words & content_words(p) and topic.question.count(p) == 1]
    if old and wrong and not is_event(new):
        return topic.question.replace(wrong[0], new)
    if made := fill(new, topic):
        return made
    return _dated_anew(new, topic)


def _dated_anew(new: str, topic: Topic) -> str | None:
    """ "2024 and the whole Bureau": the date takes the old one's place, the rest is added."""
    dates, old = kinds_of(new).get("date", []), kinds_of(topic.question).get("date", [])
    if len(dates) != 1 or not old:
        return None
    (start, end), (at, to) = dates[0], old[-1]
    made = topic.question[:at] + new[start:end] + topic.question[to:]
    rest = re.sub(r"(?i)^\W*(?:and|in|of|for)?\s+|\W+$", "", f"{new[:start]} {new[end:]}")
    return f"{made} ({rest})" if content_words(rest) else made


def _capital(made: str, like: str) -> str:
    return made[:1].upper() + made[1:] if like[:1].isupper() else made


def _has_clause(tokens: Sequence[str]) -> bool:
    return any(t in _AUXILIARY or t in _VERB or t in _ASKING for t in tokens)


def _says_nothing(tokens: Sequence[str]) -> bool:
    """Whether the words ask something of a topic but name none."""
    return all(
        t in _ASKING or t in _AUXILIARY or t in _PRONOUN or t in _LITTLE or stem(t) in _GENERIC or not t[0].isalnum()
        for t in tokens
    )


def _fragment(text: str, bare: str, topic: Topic, sure: bool) -> str | None:
    """ "And in 2024?", "What about Guangzhou?", "The date?" """
    if pointing := _pointing(bare):
        if pointing.lastgroup in ("he", "his"):
            return _replaced(text, pointing, topic)
        return with_topic(text, topic)
    if another := _EVENT_NUMBER.fullmatch(bare):
        named = re.findall(r"\b\d{1,3}(?:st|nd|rd|th)\b", topic.question)
        if len(named) == 1:  # the 13th one, after the 12th meeting
            return topic.question.replace(named[0], another["number"])
    if _ONLY_ORDINAL.fullmatch(bare):
        return with_topic(text, topic)
    if slot := _SLOT.fullmatch(bare):
        if topic.phrases and not topic.chinese:
            asked = slot["slot"].lower()
            return f"What {'are' if asked.endswith('s') else 'is'} the {asked} of {_the(topic.phrases[0])}?"
        return with_topic(text, topic)
    if not topic.chinese:
        if filled := fill(bare, topic) or (_in_place(bare, topic) if sure else None):
            return filled
        kinds = kinds_of(bare)
        if sure and "date" in kinds and is_only(bare, kinds["date"][0]):
            words = bare if re.match(r"(?i)(?:in|on|from|since|before|after|for|during)\b", bare) else f"in {bare}"
            return f"{topic.question.rstrip(' ?.!')} {words}?"
    return None


def _in_place(bare: str, topic: Topic) -> str | None:
    """ "And solar power?" in the place of what was asked about last: a thing without a name of its own, for its "
    like."""
    if topic.question.endswith((")", "）")) and not re.search(rf"(?i)\b(?:{_ON}) ", topic.question):
        if not re.search(rf"(?i)\b(?:{_ON}) ", topic.after or ""):
            return None  # what stands in the brackets is no place for it
        topic = replace(topic, question=topic.after or "")
    # "And about Hubei?" goes where the last question said "about".
    if (placed := re.match(r"(?i)(?P<at>about|on|for|regarding|concerning) (?P<thing>.+)", bare)) and (
        old := re.search(rf"(?i)\b(?:{_ON}) (?P<thing>{_UP_TO})", topic.question)
    ):
        return topic.question[: old.start("thing")] + placed["thing"] + topic.question[old.end("thing") :]
    bare = re.sub(r"(?i)^(?:for|about|on|to|with|of|at|in) ", "", bare)
    # "How long did the tunnel take to build?": the tunnel, not what was done to it.
    things = [p for p in phrases(topic.question) if " " in p or f"to {p}" not in topic.question]
    last = (things or [""])[-1]
    dated = without_dates(last)
    thing = dated if last.startswith(dated) else last
    if (kinds_of(bare) | kinds_of(thing)).keys() - {"term"} or is_event(thing) or not content_words(bare):
        old = re.search(rf"(?i)\b(?:{_ON}) (?P<thing>{_UP_TO})", topic.question)
        named = kinds_of(bare).keys() - {"term"} or not content_words(bare)
        if old is None or named or (topic.listed and topic.listed in topic.question):
            return None
        return topic.question[: old.start("thing")] + bare + topic.question[old.end("thing") :]
    return topic.question.replace(thing, bare) if topic.question.count(thing) == 1 else None


_ON = "about|on|regarding|concerning"
_UP_TO = r".+?(?=\s(?:in|at|during|by|for|of|before|after|on) |\W*$)"


def _asked_again(bare: str, topic: Topic) -> str | None:
    """ "And who else?" and, of a list of bulletins, "How many?" """
    first = topic.question.split(" ", 1)[0].lower()
    if re.fullmatch(r"(?i)why (?:is|was) (?:that|this)", bare) and re.match(
        rf"(?:When|Where|How) (?:{'|'.join(sorted(_AUXILIARY))}) ", topic.question
    ):
        return f"Why {topic.question.split(' ', 1)[1]}"
    # "And after?" of a question that asked what was before.
    if (turn := re.fullmatch(r"(?i)(before|after)(?:wards?|ward| that| it)?", bare)) and not topic.chinese:
        for question in (topic.question, topic.after or ""):
            old = re.findall(r"(?i)\b(?:before|after)\b", question)
            if len(old) == 1 and old[0].lower() != turn[1].lower():
                return question.replace(old[0], turn[1].lower())
    if (same := re.fullmatch(r"(?i)(who|what|where) else", bare)) and first == same[1].lower():
        return f"{topic.question[: len(first)]} else{topic.question[len(first) :]}"
    if re.fullmatch(r"(?i)how many(?: are there| of them| are they| is that)*", bare) and first in ("which", "what"):
        counted = f"How many{topic.question[len(first) :]}"
        return counted if read_request(topic.question, "en") and read_request(counted, "en") else None
    return None


def content_words(text: str) -> set[str]:
    """Words that say something, as stems."""
    return {
        stem(word)
        for word in (token.lower() for token in _TOKEN.findall(text))
        if word[0].isascii() and word[0].isalnum() and len(word) > 1
        and word not in _ASKING | _AUXILIARY | _PRONOUN | _LITTLE | _VERB
    }  # fmt: skip


def _the(phrase: str) -> str:
    return (
        phrase
        if re.match(r"(?i)(?:the|a|an|its|their|his|her|\d|[\"“\u3400-\u9fff])", phrase)
        or naming(phrase[:40])[:1]
        and not is_event(phrase)
        else f"the {phrase}"
    )


# "that green alliance that was founded", "that 2021 night bus"
_DESCRIBED = re.compile(
    r" (?:[a-z-]*\d|[A-Z]|\S+(?: [\w'-]+){0,2} "
    r"(?:that|which|who|whose|where|of|for|in|on|at|from|with|to|between|by)\b)"
)
_AUXILIARY_ALONE = re.compile(rf"(?i)(?:{'|'.join(sorted(_AUXILIARY))}) ")


def _pointing(text: str) -> re.Match[str] | None:
    """The first word that points outside the question."""
    blocked = [m.span() for m in _NOT_POINTING.finditer(text)]
    existential = _EXISTENTIAL.search(text)
    for match in _POINTING.finditer(text):
        if any(a <= match.start() < b for a, b in blocked):
            continue
        kind = match.lastgroup or ""
        if kind == "there" and existential:
            continue
        before = text[: match.start()]
        if kind == "demonstrative":
            following = next(iter(_TOKEN.findall(text[match.end() :])), "").lower()
            if following in _VERB | _AUXILIARY:
                # "how many of those came"; but "firms that go green" describes the firms.
                if (said := _TOKEN.findall(before)) and _content(said[-1]):
                    continue
                kind = "many"
            # "that green alliance that was founded" describes itself; "that plan" and "compare that with …" do not.
            # "Is that standard compulsory?" asks of one that was spoken of, unless it goes on to say which.
            elif (
                stem(following) not in _GENERIC
                and following not in ("with", "to", "and")
                and (not _AUXILIARY_ALONE.fullmatch(before) or _DESCRIBED.match(text, match.end()))
            ):
                continue
        if kind in ("he", "his") and any(f.token.startswith("name:") for f in facts(before)):
            continue
        if kind in ("its", "their") and _content(before):
            continue
        if kind in ("thing", "many", "demonstrative") and _content(before) and _ENDED.search(before):
            continue
        return match
    return None


# What a pronoun stands for may have been named before it in the question when a clause has ended there.
_ENDED = re.compile(r"(?i)[,;.?!:]|\b(?:and|but|so|when|if|before|after|because|while|that)\b")


def _content(text: str) -> bool:
    """Whether a text names something that a pronoun after it may stand for."""
    return any(
        t.lower() not in _ASKING | _AUXILIARY | _PRONOUN | _LITTLE | _VERB and t[0].isalnum()
        for t in _TOKEN.findall(text)
    )


def _replaced(text: str, match: re.Match[str], topic: Topic) -> str:
    kind = match.lastgroup
    if not topic.phrases:
        return text
    main = _the(topic.phrases[0]) if not topic.chinese else topic.phrases[0]
    put: str | None = None
    if kind in ("thing", "its") and topic.phrases[0] == topic.person:
        return with_topic(text, topic)
    if kind in ("he", "his"):
        if topic.person is None or topic.unknown:
            return with_topic(text, topic, topic.unknown)
        put = topic.person if kind == "he" else f"{topic.person}'s"
        if spoken_of(text):  # "his second point" was made somewhere
            made = text[: match.start()] + put + text[match.end() :]
            return with_topic(_capital(made, text), replace(topic, phrases=(*topic.phrases, topic.listed or "")))
    elif kind == "named":
        put = main if is_event(main) else None
    elif kind == "thing":
        # "do about that": about the matter, not about the meeting that it came up at.
        if re.search(r"(?i)\b(?:say|says|said|claim|claimed|think|mean) $", text[: match.start()]):
            return with_topic(text, topic)  # a saying, and no thing
        matter = match[0].lower() in ("that", "this") and re.search(rf"(?i)\b(?:{_ON}) $", text[: match.start()])
        put = _the(next((p for p in topic.phrases if not is_event(p)), main)) if matter else main
    elif kind == "many":
        # "how many of them": of what can be counted.
        put = main if list_asked_for(f"What are {main}?") and re.search(r"(?i)\bof $", text[: match.start()]) else None
    elif kind == "its":
        put = f"{main}'s" if len(main.split()) <= 4 and not topic.chinese and " of " not in main else None
    elif kind == "there" and (event := _event(topic)) and (is_event(main) or topic.member):
        put = f"at {_the(event)}"
    if put is None:
        if topic.listed and kind in ("many", "there") and not topic.chinese:
            topic = replace(topic, phrases=(topic.listed, *topic.phrases))
        return with_topic(text, topic)
    made = text[: match.start()] + put + text[match.end() :]
    return _capital(made, text)


def _attached(text: str, topic: Topic) -> str:
    ending = _ENDING_VERB.search(text)
    event = _event(topic)
    if ending and event and not topic.chinese and (is_event(topic.phrases[0]) or topic.member):
        preposition = _PREPOSITION.get(ending["verb"].lower(), "")
        return f"{text.rstrip(' ?.!')} {preposition + ' ' if preposition else ''}{_the(event)}?"
    return with_topic(text, topic)


def _event(topic: Topic) -> str | None:
    """The event spoken of, not what was listed of it."""
    listed = topic.listed
    return next((p for p in topic.phrases if is_event(p) and not (listed and listed in p)), None)


_BEFORE_A_VERB = re.compile(r"(?i)\b(?:who|which|what|was|were|is|are|been|be) $")


def phrases(text: str) -> list[str]:
    """Noun phrases of a question, in order: what stands between question words, auxiliaries, verbs and the like."""
    tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    runs: list[list[tuple[str, int, int]]] = [[]]
    asked: list[bool] = [False]
    modal = False
    persons = [f for f in facts(text) if f.token.startswith("name:")]
    names, name_ends = {f.start for f in persons}, {f.end for f in persons}
    inverted = False
    for word, start, end in tokens:
        low = word.lower()
        low = re.sub("['’]s$", "", low) if re.sub("['’]s$", "", low) in _ASKING else low
        if start in names and runs[-1] and runs[-1][-1][0].islower() and runs[-1][-1][0] not in _LITTLE:
            runs.append([])  # "the project Zhao Min named"
            asked.append(False)
        modal = modal or low in _MODAL
        begun = any(t[0].lower() not in _LITTLE for t in runs[-1])
        verb = low in _VERB or (low in _NOUN_OR_VERB and modal and begun)
        # "was the museum closed", "did Zhao Min demand": a verb, whichever it is.
        inverted = inverted or low in _AUXILIARY
        named = bool(runs[-1]) and runs[-1][-1][2] in name_ends and word.islower() and low not in _LITTLE
        verb = verb or (inverted and begun and low.endswith("ed") and len(low) > 4) or (modal and named)
        # "who drafted", "were fined": whatever the verb is.
        verb = verb or bool(low.endswith("ed") and len(low) > 4 and _BEFORE_A_VERB.search(text[:start]))
        if (
            low in _ASKING
            or low in _AUXILIARY
            or verb
            or low in _PRONOUN
            or low in _SPLITTING
            or (low in _ON.split("|") and runs[-1] and runs[-1][-1][0].isdecimal())  # "2024 about stamps"
            or not (word[0].isalnum() or word[0] in '“"')
        ):
            runs.append([])
            # "which companies", "how many provinces": the noun that is asked for is no topic.
            asked.append(low in ("which", "what", "whose", "how"))
        else:
            runs[-1].append((word, start, end))
    found: list[tuple[bool, str]] = []
    for run, is_asked in zip(runs, asked, strict=True):
        while run and run[0][0].lower() in _LITTLE - {"the", "a", "an"}:
            run = run[1:]
        while run and run[-1][0].lower() in _LITTLE:
            run = run[:-1]
        if run:
            found.append((is_asked, text[run[0][1] : run[-1][2]]))
    kept = [p for is_asked, p in found if not is_asked] or [p for _, p in found]
    said = [p for p in kept if naming(p) or not _says_nothing([t.lower() for t in _TOKEN.findall(p)])]
    return said or [p for p in kept if is_event(p)]


def unknown_person(text: str) -> str | None:
    """ "the person who chaired the meeting" for "Who chaired the meeting?" """
    asked = re.match(
        r"(?i)(?P<who>who|which (?:[a-z]+ )?(?:official|leader|director|person|minister|speaker|deputy director|"
        r"deputy))\s+(?!else|is |are )(?P<rest>.+?)\W*$",
        text,
    )
    if not asked:
        return None
    who = "person" if asked["who"].lower() == "who" else asked["who"].split(" ", 1)[1]
    return f"the {who} who {asked['rest']}"
