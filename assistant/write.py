"""From a chat model's reply to checked sentences: read it, find its quotes in the passages, check, repair, leave out.

Pure but for the check, which is handed in. Nothing that the model says is taken on trust: its quote, found in a passage
that it was shown, decides what is cited; the words of the passage, not the quote, are what its sentence is checked
against; and a sentence that fails is dropped, or marked.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import fuzz

from index.normalise import fold as fold_all
from sources.bulletin import Language
from sources.fold import fold

from .asking import Asked
from .check import Verdict
from .evidence import Candidate, facts_of
from .extract import Part, Span, naming_spans
from .model import ModelFailed
from .prompt import Context, Evidence, Shown

# Likeness of quote and passage, of 100, from which the quote is taken to stand there. On 16 questions to a 1.5B model
# 70 and 80 gave the same, and 85 and 90 lost a right answer.
_ALIKE = 80
# A shorter quote must stand to the letter: a few characters are like something everywhere. Letters and digits counted.
_SHORT = 8
# A sentence is cited when this many letters of the quote stand in it, or this share of the sentence.
_OVERLAP, _OVERLAP_SHARE = 12, 0.5
# How promising the words gone by must be beside the best sentence, and, when they are less so, their neighbours: a
# sentence that has nothing to do with the question gives no answer, whatever it tells the model to say.
_FIT, _BESIDE = 0.05, 0.2
# Sentences that are tried in the place of words that do not bear the written sentence out.
_REPAIRS = 12
# Two written sentences, or one and the question, this much alike say the same.
_SAME = 92
_MOST_SENTENCES = 12

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
# What is written to a model and not to a reader, folded. Such words can be quoted, but nothing is written by them.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|previous|above|guideline)"
    r"|\byou are now\b|\byou must (?:now )?(?:answer|reply|respond|say|output|cite)\b"
    r"|\bsystem (?:prompt|message|note)\b"
    r"|\b(?:system|assistant|user|developer) ?:"
    r"|\b(?:answer|reply|respond)\b.{0,30}\b(?:every|all|any|each|the) .{0,20}?questions?\b"
    r"|\b(?:reply|respond|answer) (?:only )?(?:with|in)\b|\b(?:reveal|print|repeat|show|output|leak)\b.{0,30}\bprompt"
    r"|\b(?:new|secret|hidden|developer|your) instructions?\b|\bas an ai\b"
    r"|\blanguage model|\bjailbreak|\bdeveloper mode"
    r"|(?:忽略|无视|忘记|忘掉|不要理会|不理会|绕过).{0,16}(?:指令|指示|提示|以上|之前|上述)"
    r"|系统(?:提示|消息|指令|讯息)|提示词|你现在(?:是|起)|(?:助手|系统|用户|助理|管理员) ?:"
    r"|开发者模式|作为(?:一个)?(?:ai|人工智能|语言模型)"
    r"|(?:一律|只能?|只用)[^,。;]{0,12}(?:回答|作答|回复)|必须(?:引用|输出)|请(?:只|一律)"
    r"|(?:回答|回复)[^,。;]{0,6}(?:任何|所有|一切|每个)[^,。;]{0,6}问题"
)
_ADDRESS = re.compile(r"https?:|www\.|javascript:|data:\w+/|\]\(|</?[a-z!]", re.IGNORECASE)
# What is left of JSON where a model lost its way in it.
_DEBRIS = re.compile(r"[{}]|\"\s*:\s*\"")
_MARKS = re.compile(r"[*_`#]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_KEY_MARK = re.compile(
    r"\s*[\[【［(（〔]{1,2}\s*([a-z]{2}\d(?:\s*[,，、;；]\s*[a-z]{2}\d)*)\s*[\]】］)）〕]{1,2}", re.IGNORECASE
)
# A mark of which the end was lost.
_CUT_MARK = re.compile(r"\s*[\[【［〔]{1,2}\s*[a-z]{0,2}\d?[\s,，、;；]*\Z", re.IGNORECASE)
_KEY = re.compile(r"[a-z]{2}\d", re.IGNORECASE)
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_NAMED_WORDS = re.compile(r"“[^”]+”|「[^」]+」|『[^』]+』|《[^》]+》|\"[^\"]+\"")

# Models that are not held to the schema call its keys otherwise.
_QUOTE_KEYS = ("quote", "quotation", "evidence", "引文", "原文", "引用")
_KEY_KEYS = ("key", "keys", "citation", "citations", "source", "sources", "passage", "id", "代号", "代號")
_TEXT_KEYS = ("text", "sentence", "answer", "statement", "content", "句子", "回答")
_ANSWERABLE_KEYS = ("answerable", "answered", "可回答")
_DENIED = re.compile(rf'"(?:{"|".join(_ANSWERABLE_KEYS)})"\s*:\s*"?(?:false|no|否)\b')
# JSON with the signs of Chinese keyboards.
_HALF_WIDTH = str.maketrans("｛｝［］：，＂", '{}[]:,"')


@dataclass(frozen=True)
class Draft:
    """A sentence as the model gave it. quote: "" when it gave none; keys: those it named, known or not."""

    quote: str
    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Written:
    """What is left of a reply.

    marked: texts of the parts that the bulletins do not bear out; dropped: how many sentences were left out for that;
    read: how many the model wrote.
    """

    parts: tuple[Part, ...]
    marked: frozenset[str]
    dropped: int
    read: int


# ---------------------------------------------------------------- reading a reply


def read_reply(reply: str) -> tuple[Draft, ...]:
    """The sentences of a reply; none when it says that the question cannot be answered.

    JSON in code fences, with words around it, with Chinese signs, cut, or with other keys is read as far as it goes;
    without any JSON, sentences with marks such as [bq4] are. Raises ModelFailed ("broken") when there is neither.
    """
    reply = _THOUGHT.sub("", reply)
    for text in (reply, reply.translate(_HALF_WIDTH)):
        found = list(json_objects(text))
        if any(_named(record, _ANSWERABLE_KEYS) in (False, "false", "no", "否") for record in found):
            return ()
        drafts = [_draft(record) for record in _with_sentences(found)]
        if drafts:
            return tuple(draft for draft in drafts if draft.text)[:_MOST_SENTENCES]
        if any(isinstance(record.get("sentences"), list) for record in found):
            return ()
    drafts = list(_marked_sentences(reply))
    if not drafts:
        raise ModelFailed("broken")
    return tuple(drafts)[:_MOST_SENTENCES]


def sentences_so_far(reply: str) -> tuple[Draft, ...]:
    """The sentences that are whole in a reply that is still coming. What is no JSON is read at its end only."""
    reply = _THOUGHT.sub("", reply)
    if _DENIED.search(reply):
        return ()
    drafts = (_draft(record) for record in _with_sentences(list(json_objects(reply))))
    return tuple(draft for draft in drafts if draft.text)[:_MOST_SENTENCES]


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """The outermost JSON objects that are whole; inside one that is cut, those that are whole."""
    decoder = json.JSONDecoder(strict=False)
    at = text.find("{")
    while at >= 0:
        try:
            record, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(record, dict):
                yield record
        at = text.find("{", end)


def _with_sentences(records: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for record in records:
        inner = next((value for value in record.values() if isinstance(value, list) and value), None)
        if inner is not None and all(isinstance(one, dict) for one in inner):
            yield from inner
        elif isinstance(_named(record, _TEXT_KEYS), str):
            yield record


def _named(record: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((record[name] for name in names if name in record), None)


def _draft(record: Mapping[str, Any]) -> Draft:
    quote, named, text = (_named(record, names) for names in (_QUOTE_KEYS, _KEY_KEYS, _TEXT_KEYS))
    keys = _KEY.findall(" ".join(map(str, named)) if isinstance(named, list) else str(named or ""))
    text = text if isinstance(text, str) else ""
    keys += [key for marks in _KEY_MARK.findall(text) for key in _KEY.findall(marks)]
    return Draft(quote if isinstance(quote, str) else "", _lower(keys), _plain(text))


def _marked_sentences(reply: str) -> Iterator[Draft]:
    """Sentences of a reply without JSON, each with the marks after it."""
    at = 0
    for mark in _KEY_MARK.finditer(reply):
        sentence = _plain(re.split(r"(?<=[。！？!?])|(?<=[.])\s|\n", reply[at : mark.start()].rstrip(" .。"))[-1])
        if sentence:
            yield Draft("", _lower(_KEY.findall(mark[1])), sentence)
        at = mark.end()


def _lower(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key.lower() for key in keys))


def _plain(text: str) -> str:
    """A sentence in one line, without key marks, list signs and Markdown's stars."""
    text = _CUT_MARK.sub("", _KEY_MARK.sub("", " ".join(text.split())))
    return _MARKS.sub("", re.sub(r"^(?:[-*•·]|\d{1,2}[.)、])\s+", "", text)).strip()


# ---------------------------------------------------------------- finding a quote


@dataclass(frozen=True)
class _Compact:
    """The letters and digits of a text, folded to one script, width and case, and where each of them stands."""

    letters: str
    places: tuple[int, ...]


@functools.lru_cache(512)
def _compact(text: str) -> _Compact:
    found = [(c.lower(), i) for i, c in enumerate(fold(text)) if c.isalnum()]
    found = [(c, i) for c, i in found if len(c) == 1]
    return _Compact("".join(c for c, _ in found), tuple(i for _, i in found))


def locate(quote: str, shown: Sequence[Shown], keys: Sequence[str] = ()) -> Span | None:
    """Where the quote stands: whole sentences of a passage that was shown; None when it stands nowhere.

    keys: passages to prefer when it stands in several. Whole sentences, as half of one may have lost its "not".
    """
    wanted = _compact(quote).letters
    if len(wanted) < 2:
        return None
    order = sorted(shown, key=lambda one: one.key not in keys)
    best: tuple[float, Evidence, int, int] | None = None
    for one in order:
        text = _compact(one.evidence.text)
        at = text.letters.find(wanted)
        if at >= 0:
            return _sentences_at(one.evidence, text.places[at], text.places[at + len(wanted) - 1] + 1)
        if len(wanted) < _SHORT or len(text.letters) < len(wanted) / 2:
            continue
        found = fuzz.partial_ratio_alignment(wanted, text.letters, score_cutoff=_ALIKE)
        # A passage that is shorter than the quote is aligned the other way round; little of the quote may stand in it.
        if found and found.dest_end - found.dest_start >= 0.6 * len(wanted) and (not best or found.score > best[0]):
            best = found.score, one.evidence, text.places[found.dest_start], text.places[found.dest_end - 1] + 1
    return _sentences_at(*best[1:]) if best else None


def _sentences_at(evidence: Evidence, start: int, end: int) -> Span:
    """The sentences of the passage that hold [start, end) of its text."""
    start, end = start + evidence.start, end + evidence.start
    held = [
        (a, b)
        for a, b in evidence.sentences
        if (shared := min(b, end) - max(a, start)) > 0
        and (shared >= min(_OVERLAP, end - start) or shared >= _OVERLAP_SHARE * (b - a))
    ]
    if not held:
        held = [max(evidence.sentences, key=lambda s: min(s[1], end) - max(s[0], start))]
    return Span(evidence.bulletin, held[0][0], held[-1][1])


# ---------------------------------------------------------------- checking


@dataclass(frozen=True)
class Desk:
    """What written sentences are checked with. candidates: sentences of the bulletins, most promising first."""

    question: str
    language: Language
    asked: Asked
    context: Context
    candidates: Sequence[Candidate]
    check: Callable[[str, Sequence[str]], Verdict]
    mark: bool = False


class Checking:
    """Takes sentences one after the other as they come, and keeps those that are borne out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._taken: list[Draft] = []
        self._parts: list[Part] = []
        self._marked: set[str] = set()
        self._dropped = 0

    def take(self, drafts: Sequence[Draft]) -> bool:
        """Checks those of the drafts that were not taken before. True when there is more to show for it."""
        shown = len(self._parts)
        for draft in drafts:
            if draft not in self._taken:
                self._taken.append(draft)
                self._take(draft)
        return len(self._parts) > shown

    def _take(self, draft: Draft) -> None:
        desk = self._desk
        text = in_script(draft.text, desk.language, [one.evidence.text for one in desk.context.shown])
        if not text or any(_same(text, said) for said in (desk.question, *(part.text for part in self._parts))):
            return  # nothing is lost with an echo
        spans = _borne_out(replace(draft, text=text), desk)
        if spans:
            self._parts.append(Part(_ended(text, desk.language), spans))
        elif desk.mark and (span := _gone_by(draft, desk)) and _is_shown(text, desk.language):
            self._parts.append(Part(_ended(text, desk.language), (span,)))
            self._marked.add(self._parts[-1].text)
        else:
            self._dropped += 1

    def written(self) -> Written:
        """What stands so far; nothing while not one sentence is borne out."""
        parts = self._parts
        if self._marked.issuperset(part.text for part in parts):
            return Written((), frozenset(), self._dropped + len(parts), len(self._taken))
        if self._desk.asked.many and len(parts) > 2:
            parts = [replace(part, item=True) for part in parts]
        return Written(tuple(parts), frozenset(self._marked), self._dropped, len(self._taken))


def checked(drafts: Sequence[Draft], desk: Desk) -> Written:
    """The sentences that are borne out, each with what it rests on; the others dropped, or marked, and counted."""
    checking = Checking(desk)
    checking.take(drafts)
    return checking.written()


def _borne_out(draft: Draft, desk: Desk) -> tuple[Span, ...]:
    """What the sentence is supported by: the words quoted, or those together with others, or others; else nothing."""
    if not _is_shown(draft.text, desk.language):
        return ()
    quoted = _gone_by(draft, desk)
    if quoted and _may_answer(quoted, desk):
        # The year of a date is often told by the page's date or the title alone.
        for spans in ((quoted,), (quoted, *naming_spans(quoted.bulletin))):
            if _supports(draft.text, spans, desk):
                return spans
    else:
        quoted = None
        if not draft.keys:
            return ()  # a model that can name nothing it goes by has made it up
    others = [other for other in _shown_sentences(desk) if other != quoted and _may_answer(other, desk)][:_REPAIRS]
    tries: list[tuple[Span, ...]] = [(other,) for other in others]
    if quoted:
        beside = [other for other in others if other.bulletin.id == quoted.bulletin.id]
        tries += [(quoted, other) for other in beside if not quoted.start <= other.start < quoted.end]
    # Across languages the check finds too little to choose by: there the model's own quote must do.
    within = (spans for spans in tries if _within_language(spans, desk))
    return next((spans for spans in within if _supports(draft.text, spans, desk)), ())


def _shown_sentences(desk: Desk) -> Iterator[Span]:
    """Sentences of the passages that the model was shown, most promising first."""
    shown = [one.evidence for one in desk.context.shown]
    for c in desk.candidates:
        if any(one.bulletin.id == c.bulletin.id and one.start <= c.start < one.end for one in shown):
            yield Span(c.bulletin, c.start, c.end)


def _within_language(spans: Sequence[Span], desk: Desk) -> bool:
    return all((span.bulletin.language == "en") == (desk.language == "en") for span in spans)


def _supports(text: str, spans: Sequence[Span], desk: Desk) -> bool:
    verdict = desk.check(text, [span.text for span in spans]).verdict
    if verdict == "partly" and not any(_within_language([span], desk) for span in spans):
        # A dictionary finds only a part of the words, but then the facts, of which none is missing, must speak for it.
        return bool(facts_of(text))
    return verdict == "supported"


def _gone_by(draft: Draft, desk: Desk) -> Span | None:
    """The words that the sentence goes by: where its quote stands, else the best sentence of a passage it names."""
    if draft.quote:
        return locate(draft.quote, desk.context.shown, draft.keys)
    named = [one.evidence for one in desk.context.shown if one.key in draft.keys]
    inside = (
        Span(c.bulletin, c.start, c.end)
        for c in desk.candidates
        if any(one.bulletin.id == c.bulletin.id and one.start <= c.start < one.end for one in named)
    )
    return next(inside, None)


def _may_answer(span: Span, desk: Desk) -> bool:
    """Whether the words have to do with the question, and are written to readers rather than to a model."""
    if _ORDERS.search(fold_all(span.text)):
        return False
    best = desk.candidates[0].score if desk.candidates else 0.0
    own = [c for c in desk.candidates if c.bulletin.id == span.bulletin.id and span.start <= c.start < span.end]
    if any(c.score >= _FIT * best for c in own):
        return True
    beside = {(c.bulletin.id, c.passage.number) for c in desk.candidates if c.score >= _BESIDE * best}
    return any((c.bulletin.id, c.passage.number) in beside for c in own)


def is_order(text: str) -> bool:
    """Whether words are written to a model rather than to a reader, or lead elsewhere."""
    return bool(_ADDRESS.search(text) or _ORDERS.search(fold_all(text)))


def _is_shown(text: str, language: Language) -> bool:
    """Whether a sentence of the model may be shown at all: in the language asked for, without addresses and orders."""
    if is_order(text) or _DEBRIS.search(text):
        return False
    han, latin = len(_HAN.findall(_NAMED_WORDS.sub("", text))), len(_LATIN.findall(text))
    return han * 3 <= latin if language == "en" else han > 0 or latin < 12


def _same(text: str, other: str) -> bool:
    one, two = _compact(text).letters, _compact(other).letters
    # Two items of a list may differ by a figure alone.
    return (one == two) if _digits(one) != _digits(two) else fuzz.ratio(one, two) >= _SAME


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _ended(text: str, language: Language) -> str:
    return text if text[-1:] in ".。!！?？…;；:：”」』)）" else text + ("." if language == "en" else "。")


# ---------------------------------------------------------------- script


def in_script(text: str, language: Language, published: Sequence[str] = ()) -> str:
    """Chinese words in the script of the language; a name in quotation marks stays as one of the texts published it.

    >>> in_script("邮政局发布“蓝灯行动”", "zh-Hant", ["启动“蓝灯行动”。"])
    '郵政局發佈“蓝灯行动”'
    """
    if language == "en" or not _HAN.search(text):
        return text
    parts: list[str] = []
    at = 0
    for named in _NAMED_WORDS.finditer(text):
        kept = any(named[0][1:-1] in each for each in published)
        parts += [_converted(text[at : named.start()], language), named[0] if kept else _converted(named[0], language)]
        at = named.end()
    return "".join([*parts, _converted(text[at:], language)])


def _converted(text: str, language: Language) -> str:
    return "".join(
        str(_converter(language).convert(clause)) if _is_other_script(clause, language) else clause
        for clause in re.split(r"(?<=[，。；：、,.;:!?！？])", text)
    )


def _is_other_script(clause: str, language: Language) -> bool:
    """Whether a clause has more characters of the other script alone than of its own: what is right is left alone."""
    own, other = ("s2t", "t2s") if language == "zh-Hant" else ("t2s", "s2t")
    foreign = sum(_character(own, c) != c for c in clause)
    return foreign > sum(_character(other, c) != c for c in clause)


@functools.lru_cache(20_000)
def _character(change: str, character: str) -> str:
    return str(_changes(change).convert(character)) if _HAN.match(character) else character


def _converter(language: Language) -> Any:
    # Script alone, in the forms that Taiwan and Hong Kong write; other words for things would no longer be those cited.
    return _changes("s2tw" if language == "zh-Hant" else "t2s")


@functools.cache
def _changes(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)
