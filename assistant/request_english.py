"""English requests for bulletins."""

from __future__ import annotations

import re

from sources.bulletin import Language

from .request_dates import IN_ENGLISH, Range, dated, languages_named, take_dates
from .request_parts import NoTopic, Request, Want, Words, make_request, name_of_thing, told_of

BULLETINS = (
    r"(?:the|your|these|this|all(?: of)?(?: the| your| these)?|our)? ?(?:bulletins?|news releases?|"
    r"press releases?|documents?|collection|archive|corpus|"
    r"database|library|articles?|texts?|files?|index)"
)
STRONG = (
    r"(?:news bulletins?|bulletins?|news releases?|press releases?|news articles?|articles?|news items?|"
    r"news stories|news story)"
)
_WEAK = r"(?:documents?|reports?|announcements?|notices?|texts?|files?|releases?|sources?|publications?|pieces|items)"
_NOUN = re.compile(rf"(?i)\b(?:(?P<strong>{STRONG})|(?P<weak>{_WEAK}))\b")
_COLLECTION = re.compile(
    r"(?i)\b(?:in|of|from) (?:the|your|this|our) (?:collection|index|database|archive|catalogue|catalog|library|"
    r"corpus|data ?base|system)\b"
    r"|\b(?:do|did|can) you (?:have|hold|keep|store|cover|search|know|contain)\b|\bhave you (?:got|indexed)?\b|"
    r"\byou (?:have|hold)\b|\b(?:are|were|been) (?:indexed|stored|"
    rf"loaded|ingested|collected)\b|\bindexed\b|\bon file\b|\byour {_WEAK}\b"
)
_ABOUT = (
    r"(?:mention(?:s|ed|ing)?|talk(?:s|ed|ing)? (?:about|of)|speak(?:s|ing)? (?:about|of)|refer(?:s|red|ring)? to|"
    r"discuss(?:es|ed|ing)?|"
    r"say(?:s|ing)? (?:anything|something) (?:about|on)|(?:is|are|was|were) (?:all )?about|about|"
    r"(?:do|does|did|make|makes) (?:any )?mention(?: of)?|name(?:s)? |tell(?:s|ing)? (?:us |me )?about)"
)
_ABOUT_STRONG = (
    r"(?:cover(?:s|ed|ing)?|deal(?:s|ing|t)? with|contain(?:s|ed|ing)?(?: the (?:word|name|phrase|term)s?)?|"
    r"concern(?:s|ed|ing)?|report(?:s|ed|ing)? on|on|"
    r"regarding|touch(?:es|ing)? (?:up)?on|relat(?:ed|ing) to|featur(?:e|es|ing)|describ(?:e|es|ing)|includ(?:e|es|"
    r"ing))"
)
_TOPIC_STRONG = re.compile(rf"(?i)\s+(?:that |which |who )?(?:{_ABOUT}|{_ABOUT_STRONG})\s+(?P<topic>\S.*)$")
_TOPIC_WEAK = re.compile(rf"(?i)\s+(?:that |which )?{_ABOUT}\s+(?P<topic>\S.*)$")
_PASSIVE = re.compile(
    r"(?i)\b(?:is|are|was|were) (?P<topic>\S.*?) (?:mentioned|named|discussed|covered|referred to|talked about|"
    r"brought up)\b(?: in)?(?P<rest>.*)$"
    r"|\b(?:does|do|did) (?P<appears>\S.*?) (?:appear|occur|feature|come up|show up|turn up)\b(?: in)?(?P<after>.*)$"
)
_TAIL = re.compile(
    r"(?i)[,\s]+(?:are there|is there|do you have|have you got|you have|exist|in total|in all|altogether|please|"
    r"if any|there are|"
    r"(?:in|of|from) (?:the|your|this|our) (?:collection|index|database|archive|catalogue|catalog|library|corpus)|"
    r"and (?:what|when|who|which|where)\b.*)$"
)
_ANYTHING = re.compile(
    r"(?i)^(?:(?:so|and|well|ok)[, ]+)?(?:do you have|have you got|have you|is there|"
    r"are there)(?: got)? (?:anything|something|any (?:information|material|news|texts?|coverage))"
    r"(?P<where> (?:in (?:the|your|this) (?:collection|index|database|archive|catalogue|library|"
    r"bulletins?)))? (?:about|on|regarding|concerning|mentioning|that mentions|related to|with) (?P<topic>.+?)"
    r"(?P<there> (?:in (?:the|your|this) (?:collection|index|database|archive|catalogue|library|bulletins?)|on file|"
    r"indexed))?$"
)
_ANYTHING_DATED = re.compile(
    r"(?i)^(?:do you have|have you got|have you|is there|are there)(?: got)? (?:anything|something|any news) "
    r"(?P<dated>(?:from|after|before|since) .*\d.*)$"
)
# "Newer than 2021" counts years; a figure after "than" is elsewhere a quantity.
_NEWER = re.compile(r"(?i)\b(?:newer|later|more recent) than(?= .*\b(?:19|20)\d\d\b)")
_OLDER = re.compile(r"(?i)\b(?:older|earlier) than(?= .*\b(?:19|20)\d\d\b)")
_WHERE = re.compile(r"(?i)^where (?:is|are) (?P<topic>.+?) mentioned$")
_CONTENTS = re.compile(
    r"(?i)^(?:what(?:'s| is| do you have| have you got)|list|show me|show)(?: everything| all)? (?:stored |indexed |"
    r"there )?(?:in|(?:the )?contents of) (?:the|your|this) (?:collection|index|database|archive|catalogue|catalog|"
    r"library|corpus)$"
)
_TOPICS = re.compile(
    rf"(?i)(?:what|which) (?:topics?|subjects?|themes?|events?|meetings?)(?: (?:do|does|are|"
    rf"is))? (?:{BULLETINS} (?:cover|treat|deal with|report(?: on)?|about)|"
    rf"(?:covered|treated|reported)(?: (?:in|by) {BULLETINS})?|(?:in|there in) {BULLETINS})|what (?:are|"
    rf"is) (?:the|your|these|all the) "
    r"(?:bulletins|news releases|press releases) (?:all )?about"
)
_HEAD = re.compile(
    r"(?i)^(?:(?:so|and|well|ok|please|hi|hello)[, ]+)?(?:(?:can|could|would) you (?:please )?|please |i(?:'d|"
    r" would) like (?:to see|to know)? ?|i want (?:to see|to know)? ?|tell me |let me (?:see|know) )?"
    r"(?:(?P<which>(?:in |from )?(?:which|what)\b(?! (?:do|does|did|has|have) )(?!(?:'s|\s+(?:is|are|was|"
    r"were)) (?!the (?:title of the |name of the |date of the )?(?:\w+ )?(?:latest|newest|most recent|last|first|"
    r"oldest|earliest|number)))|what(?:'s| is| was| are| were) the)|(?P<count>how many\b|the number of|"
    r"count(?: all)?(?: the)?)|"
    r"(?P<list>(?:list|show|give|find|name|get)(?: me)?\b)|(?P<any>(?:are|is|were) there\b|do you have\b|"
    r"have you (?:got )?any\b|do any\b|does any\b)|(?P<when>when (?:was|were|is) the (?:latest|newest|most recent|"
    r"last|first|oldest|earliest))|(?P<the>the (?=latest|newest|most recent|oldest|earliest))|"
    r"(?P<bare>(?:all )?(?:bulletins|news releases|press releases) (?=published|issued|released|from|by|since|"
    r"before|about|in )))"
)
LATEST = re.compile(r"(?i)\b(?:latest|newest|most recent(?:ly)?|last)\b")
OLDEST = re.compile(r"(?i)\b(?:oldest|earliest|first)\b")
_ISSUER = re.compile(
    r"(?i)\b(?:(?:(?:published|issued|released|written|put out|posted|made)\s+)?(?:by|"
    r"from)\s+(?P<by>(?:the )?\S.*?)|(?:did|has|have) (?P<did>(?:the )?\S.*?) (?:publish|published|issue|issued|"
    r"release|released|put out))"
    r"(?=$| (?:are|is|were|do|in|since|before|after|between|that|which|from|during|on|about|mention)\b)"
)
_PUBLISHED = re.compile(r"(?i)\b(?:publish(?:ed)?|issued?|released?|put out|posted|came out|come out|dated)\b")
_ALLOWED = frozenset(
    (
        "which what how many much list show give get find name please can could would you i me a an the all any every "
        "each some of in on from by for is are "
        "was were be been there do does did have has had got your our this these those that collection index indexed "
        "database archive catalogue "
        "library corpus stored available here total altogether number count counted published issued released written "
        "dated publish issue release "
        "come came out put posted and also titles title date when ones one it its most recently so far now currently "
        "them they about held loaded included "
        "ingested collected added first last latest newest oldest recent earliest two three four five six seven eight "
        "nine ten s i'd like want to see know "
        "hold keep cover search contain both oldest tell let who different together well ok hi hello them each us "
        "everything full complete whole exist file system "
        "up were only just exactly"
    ).split()
)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
# "Which of your bulletins is the newest?" asks for one.
_ONE_OF = re.compile(
    rf"(?i)\b(?:which|what)(?: one)? of (?:the|your|these|all(?: the| your)?) (?:{STRONG}|{_WEAK}) (?:is|"
    rf"was)\b"
)
_FINITE = re.compile(r"(?i)\b(?:was|were|is|are|did|does|do|has|have|had|will|should|must|would|can|could)\b")


def _issuer(rest: str) -> tuple[str | None, str]:
    issued = _ISSUER.search(rest)
    if not issued:
        return None, rest
    name = "by" if issued["by"] else "did"
    issuer = re.sub(r"(?i)^the ", "", rest[slice(*issued.span(name))].strip())
    rest = rest[: issued.start()] + " " + rest[issued.end() :]
    if issuer.lower() in ("collection", "you", "index") or set(issuer.lower().split()) <= _ALLOWED:
        return None, rest
    return issuer, rest


def _topic(topic: str) -> tuple[str, Range, tuple[Language, ...]]:
    languages: tuple[Language, ...] = ()
    dates: Range = (None, None)
    topic = topic.strip(" ,，、?？.。!！")
    while cut := _TAIL.search(topic):
        topic = topic[: cut.start()]
    if match := re.search(
        r"(?i)\s+(?:and (?:are|were) )?(?:written )?in (?P<script>simplified |"
        r"traditional )?(?P<language>english|chinese)$",
        topic,
    ):
        languages, topic = languages_named(match), topic[: match.start()]
    trailing = re.search(
        r"(?i)[\s,]+(?:(?:and |that |which )*(?:were |was |are )?(?:published|issued|released|dated) )?(?:in|"
        r"from|since|before|after|until|between|during|on)\s+\S.{2,40}$",
        topic,
    )
    if trailing and (found := dated(trailing[0])):
        taken, left = take_dates(trailing[0], chinese=False)
        if found and not re.sub(
            r"(?i)\b(?:and|that|which|were|was|are|published|issued|released|dated)\b", "", left
        ).strip(" ,"):
            dates, topic = taken, topic[: trailing.start()]
    topic = re.sub(r"(?i)^(?:both|either) (?=.+ (?:and|or) )", "", topic)
    topic = re.sub(r"(?i)^(?:the (?:word|name|term|phrase|topic|subject)s? |a |an |the )", "", topic)
    if _FINITE.search(topic) or re.fullmatch(r"(?i)(?:what|it|them|that|this|these|those|him|her|you|me)", topic):
        raise NoTopic(topic)
    return name_of_thing(topic), dates, languages


def _all_read(rest: str, noun: str) -> bool:
    words = re.findall(r"[\w']+|[\u3400-\u9fff]", rest.lower().replace(noun.lower(), " "))
    return all(w in _ALLOWED or w.rstrip("'s") in _ALLOWED or re.fullmatch(r"\d{1,2}", w) for w in words)


_WORDS = Words(False, _PUBLISHED, IN_ENGLISH, _issuer, _topic, _all_read)


# "What does the latest bulletin say?": its title is told with it.
_WHAT_IT_SAYS = re.compile(
    r"(?i)^what(?: does|'s| is)(?: there)?(?: in)? (?P<it>the (?:latest|newest|most recent|oldest|earliest) [\w ]+?)"
    r"(?: (?:say|tell(?: us| me)?|report|cover))?$"
)


def read_english(text: str) -> Request | None:
    text = text.strip(" ?.!")
    text = _WHAT_IT_SAYS.sub(r"what is \g<it>", _OLDER.sub("before", _NEWER.sub("after", text)))
    if match := _ANYTHING.match(text):
        about_collection = (
            re.match(r"(?i)\W*(?:\w+[, ]+)?(?:do you have|have you)", text) or match["where"] or match["there"]
        )
        return told_of(make_request("list", match["topic"], text, _WORDS), text) if about_collection else None
    if (anything := _ANYTHING_DATED.match(text)) and dated(anything["dated"]):
        return make_request("list", None, anything["dated"], _WORDS, noun="anything")
    if match := _WHERE.match(text):
        return make_request("list", match["topic"], text, _WORDS)
    if _CONTENTS.match(text) or _TOPICS.fullmatch(text):
        return Request("list")
    head, noun = _HEAD.match(text), _NOUN.search(text)
    if re.match(r"(?i)(?:is|are|was|were) (?!there)", text):
        # "Is SF mentioned in any bulletin?"
        asked = re.fullmatch(
            rf"(?i)(?:is|are) (?P<topic>.+?) (?:mentioned|named|discussed) in any (?:of the )?(?:{STRONG}|"
            rf"{_WEAK})",
            text,
        )
        return make_request("list", asked["topic"], text, _WORDS) if asked else None
    if not head or not noun or re.match(r"(?i)\s*(?:of|on) the (?:law|code|charter)", text[noun.end() :]):
        return None
    strong = bool(noun["strong"])
    rest, topic = text, None
    tail = text[noun.end() :]
    while cut := _TAIL.search(tail):
        tail = tail[: cut.start()]
    if passive := _PASSIVE.search(tail):
        topic = passive["topic"] or passive["appears"]
        rest = f"{text[: noun.end()]} {passive['rest'] or passive['after'] or ''}"
    elif about := (_TOPIC_STRONG if strong else _TOPIC_WEAK).search(tail):
        try:
            only_date = not re.search(r"\w", take_dates(" in " + about["topic"], chinese=False)[1])
        except ValueError:
            only_date = False
        preposition = re.match(r"(?i)\s+on\s", about[0])
        if not (only_date and preposition):
            topic = about["topic"]
            rest = text[: noun.end()] + tail[: about.start()]
    else:
        rest = text[: noun.end()] + tail
    if not strong and re.search(r"(?i)\b(?:did|has|have) (?!you\b)\w", tail):
        return None
    if not strong and topic is None and not _COLLECTION.search(text) and not re.search(r"(?i)\bare there$", text):
        return None
    if (
        topic is None
        and head["which"]
        and not LATEST.search(text)
        and not OLDEST.search(text)
        and re.match(r"(?i)what(?:'s| is| was) the", text)
        and "number of" not in text
    ):
        return None
    want: Want = "list"
    around = rest[: noun.end()]
    predicate = re.search(
        r"(?i)(?:is|was|are|were) (?:the )?(?:latest|newest|most recent|oldest|earliest|first|last)(?: ones?)?\b", rest
    )
    if head["count"] or re.search(r"(?i)\b(?:number|count) of\b", around):
        want = "count"
    elif LATEST.search(around) or (predicate and LATEST.search(predicate[0])):
        want = "latest"
    elif OLDEST.search(around) or (predicate and OLDEST.search(predicate[0])):
        want = "oldest"
    number = 1
    how_many = re.search(r"(?i)\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b", rest)
    if want in ("latest", "oldest") and how_many and (how_many.start() < noun.end() or predicate):
        number = _NUMBERS.get(how_many[1].lower()) or int(how_many[1])
        rest = rest[: how_many.start()] + rest[how_many.end() :]
    elif want in ("latest", "oldest") and noun[0].lower().endswith("s") and not _ONE_OF.search(rest):
        number = 3
    return told_of(make_request(want, topic, rest, _WORDS, number=number, noun=noun[0]), text)
