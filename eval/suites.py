"""Robustness: the gold cases asked under worse conditions, and what is lost against asking them plainly.

    script-swap     Chinese questions in the other script: the same answer is due
    typo            one slip of the hand in each question: letters swapped, or a character of the same sound
    paraphrase      each question asked otherwise by rule: another question word, a polite frame
    reworded        questions as a person has reworded them, from the file beside the gold file
    dirty           every bulletin damaged as conversions damage them (`eval/noise.py`)
    order           the bulletins indexed in another order: the same answer is due
    duplicates      every bulletin there twice: the same answer is due
    distractors     the right bulletins taken away: what is left must not be answered from, so a refusal is due
    counterfactual  a figure changed in one version of its bulletin: the bulletins' figure is due, not a remembered one,
                    and where another version keeps the old one, both (after RGB's counterfactual robustness, Chen et
                    al. 2023). Then every bulletin that tells figures gets a version that tells them otherwise, and
                    each is asked for: both are due
    translation     nothing is changed: cases that ask for the same facts in several languages must fare alike

Chance is seeded; nothing is kept of the indexes made, and the index that is measured is never written to.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from eval.cases import Case, GoldError
from eval.compare import Comparison, compare_runs
from eval.measures import Supports
from eval.noise import damage, other_script, to_traditional
from eval.propose import figure_questions
from eval.run import Ask, Run, Scored, evaluate
from index.normalise import fold
from sources.bulletin import Bulletin, Fact, Language
from sources.facts import facts as read_facts
from sources.repair import repair

if TYPE_CHECKING:
    import numpy as np

    from assistant import Assistant
    from index.embed import Embedder, Kind
    from index.token_vectors import TokenVectors

NAMES = (
    "script-swap", "typo", "paraphrase", "reworded", "dirty", "order", "duplicates", "distractors", "counterfactual",
    "translation",
)  # fmt: skip
# What a reader can still make out: the kinds of damage that repair undoes, a twentieth of the places each.
# In this order, so that none damages what another has put in.
DAMAGE = ("doubled lines", "wraps", "widths", "zero-width", "spaces", "entities", "pinyin", "tags")
DAMAGE_SHARE = 0.05


class Collection(Protocol):
    """What is measured, and how to get the same over other bulletins."""

    def ask(self, question: str, history: list[str]) -> Any: ...
    def bulletins(self) -> Sequence[Bulletin]: ...
    def over(self, texts: Mapping[str, str]) -> AbstractContextManager[Ask]:
        """What answers from these texts, by source, indexed in this order, while the block lasts."""
        ...


@dataclass(frozen=True)
class Result:
    """One suite. cases: asked changed. same: share that fared as when asked plainly, with the same words quoted or as
    wrong; None where another answer is due. loss: what changed, plain against changed; None where the measures have
    no equal to be compared with. due: share of what this suite wants, in words in `wants`.
    """

    name: str
    wants: str
    cases: int
    due: float | None
    same: float | None
    loss: Comparison | None
    changed: Run
    failing: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        rows = self.loss.to_json()["differences"] if self.loss else []
        return {
            "suite": self.name,
            "wants": self.wants,
            "cases": self.cases,
            "due": self.due,
            "same": self.same,
            "differences": [row for row in rows if row["where"] == "overall"],
            "failing": list(self.failing),
        }

    def __str__(self) -> str:
        due = "no case" if self.due is None else f"{100 * self.due:.1f} % of {self.cases} cases"
        lines = [f"{self.name}: {self.wants}: {due}"]
        for row in self.loss.differences if self.loss else ():
            if row.where == "overall" and row.measure in _SHOWN:
                verdict = {True: ", better", False: ", WORSE", None: ""}[row.better]
                told = (
                    f"{row.a:.3f} plain, {row.b:.3f} changed, {row.difference:+.3f} (p {row.p_adjusted:.3f}{verdict})"
                )
                lines.append(f"  {row.measure:<16} {told}")
        if self.failing:
            lines.append(f"  not so: {', '.join(self.failing)}")
        return "\n".join(lines)


_SHOWN = ("passed", "fact_recall", "right_bulletin", "right_refusals", "wrong_refusals", "recall_at_10")


def run_suite(
    name: str,
    collection: Collection,
    cases: Sequence[Case],
    *,
    supports: Supports | None = None,
    seed: int = 1,
    plain: Run | None = None,
    reworded: Mapping[str, str] | None = None,
) -> Result:
    """Raises ValueError for a name that is none of NAMES.

    plain: the same cases asked plainly, when that was done. reworded: by a case's id, its question in other words.
    """
    if name not in NAMES:
        raise ValueError(f"{name!r} is no suite; there are {', '.join(NAMES)}")
    plain = plain or evaluate(collection.ask, cases, supports=supports)
    suite = _Suite(name, collection, cases, plain, supports, random.Random(f"{name} {seed}"), seed, reworded or {})
    return cast(Callable[[_Suite], Result], getattr(_Suite, name.replace("-", "_")))(suite)


@dataclass(frozen=True)
class _Suite:
    name: str
    collection: Collection
    cases: Sequence[Case]
    plain: Run
    supports: Supports | None
    chance: random.Random
    seed: int
    reworded_as: Mapping[str, str]

    # Other questions

    def script_swap(self) -> Result:
        swapped = [each for case in self.cases if (each := swap_script(case))]
        return self._same("the same answer in the other script", self._ask(self.collection.ask, swapped))

    def typo(self) -> Result:
        slipped = [replace(case, question=slip(case.question, case.language, self.chance)) for case in self.cases]
        changed = [case for case, plain in zip(slipped, self.cases, strict=True) if case.question != plain.question]
        return self._same("the same answer despite a slip", self._ask(self.collection.ask, changed))

    def paraphrase(self) -> Result:
        changed = [
            replace(case, question=question)
            for case in self.cases
            if (question := paraphrase(case.question, case.language, self.chance)) != case.question
        ]
        return self._same("the same answer to the question otherwise put", self._ask(self.collection.ask, changed))

    def reworded(self) -> Result:
        known = [
            replace(case, question=self.reworded_as[case.id]) for case in self.cases if case.id in self.reworded_as
        ]
        return self._same("the same answer to the question in other words", self._ask(self.collection.ask, known))

    # Other bulletins

    def dirty(self) -> Result:
        texts: dict[str, str] = {}
        for number, bulletin in enumerate(self.collection.bulletins()):
            text = _words(bulletin)
            for kind in DAMAGE:
                text = damage(text, kind, share=DAMAGE_SHARE, seed=self.seed + number)
            texts[bulletin.source] = text
        return self._over(texts, "the same answer from damaged bulletins")

    def order(self) -> Result:
        bulletins = list(self.collection.bulletins())
        self.chance.shuffle(bulletins)
        return self._over({each.source: _words(each) for each in bulletins}, "the same answer in another order")

    def duplicates(self) -> Result:
        texts: dict[str, str] = {}
        for bulletin in self.collection.bulletins():
            texts |= {bulletin.source: _words(bulletin), f"{bulletin.source} (again)": _words(bulletin)}
        twice = [
            replace(case, bulletins=(*case.bulletins, *(f"{source} (again)" for source in case.bulletins)))
            for case in self.cases
            if case.kind != "catalogue"  # to them a bulletin that is there twice is two
        ]
        return self._over(texts, "the same answer with every bulletin twice", twice)

    def distractors(self) -> Result:
        bulletins = self.collection.bulletins()
        by_sources: dict[frozenset[str], list[Case]] = {}
        for case in self.cases:
            if case.answerable and case.kind != "catalogue":
                by_sources.setdefault(frozenset(case.bulletins), []).append(case)
        scored: list[Scored] = []
        for hidden, cases in by_sources.items():
            left = {each.source: _words(each) for each in bulletins if each.source not in hidden}
            if left:
                with self.collection.over(left) as ask:
                    unanswerable = [replace(each, kind="unanswerable", bulletins=(), facts=()) for each in cases]
                    scored += self._ask(ask, unanswerable).cases
        place = {case.id: number for number, case in enumerate(self.cases)}
        changed = Run(tuple(sorted(scored, key=lambda each: place[each.id])), {}, {})
        return self._due("a refusal where the right bulletins are missing", changed, None)

    def counterfactual(self) -> Result:
        scored: list[Scored] = []
        for make in (counterfactual, contradicting):
            texts, cases = make(self.collection.bulletins(), self.cases)
            if cases:
                with self.collection.over(texts) as ask:
                    scored += self._ask(ask, cases).cases
        wants = "the figure that the bulletins now tell, and both where versions disagree"
        told = {case.id for case in scored if not case.missing and case.outcome == "answered"}
        return self._due(wants, Run(tuple(scored), {}, {}), told)

    def translation(self) -> Result:
        groups = translations(self.cases)
        known = {case.id: case for case in self.plain.cases}
        grouped = [[known[case.id] for case in group] for group in groups]
        apart = [group for group in grouped if len({(each.outcome, each.missing) for each in group}) > 1]
        asked = {each.id for group in grouped for each in group}
        changed = Run(tuple(case for case in self.plain.cases if case.id in asked), {}, {})
        failing = {each.id for group in apart for each in group}
        return self._due("the same facts stated in each language", changed, asked - failing)

    # What they share

    def _ask(self, ask: Ask, cases: Sequence[Case]) -> Run:
        return evaluate(ask, cases, supports=self.supports)

    def _over(self, texts: Mapping[str, str], wants: str, cases: Sequence[Case] | None = None) -> Result:
        with self.collection.over(texts) as ask:
            return self._same(wants, self._ask(ask, self.cases if cases is None else cases))

    def _same(self, wants: str, changed: Run) -> Result:
        before = {case.id: case for case in self.plain.cases}
        differing = tuple(case.id for case in changed.cases if _fared(case) != _fared(before[case.id]))
        share = 1 - len(differing) / len(changed.cases) if changed.cases else None
        loss = compare_runs(self.plain, changed, self.seed, same_questions=False)
        return Result(self.name, wants, len(changed.cases), share, share, loss, changed, differing)

    def _due(self, wants: str, changed: Run, right: set[str] | None) -> Result:
        right = {case.id for case in changed.cases if case.outcome == "not_found"} if right is None else right
        failing = tuple(case.id for case in changed.cases if case.id not in right)
        share = 1 - len(failing) / len(changed.cases) if changed.cases else None
        return Result(self.name, wants, len(changed.cases), share, None, None, changed, failing)


def _fared(case: Scored) -> tuple[str, frozenset[str]]:
    """The outcome and the words quoted, damage and script aside."""
    return case.outcome, frozenset(re.sub(r"\s+", "", fold(repair(each.quote).text)) for each in case.citations)


def _words(bulletin: Bulletin) -> str:
    return bulletin.raw if bulletin.format == "text" else bulletin.text


# ------------------------------------------------------------------------------------------------ changes, all pure


def swap_script(case: Case) -> Case | None:
    """The case asked in the other Chinese script; None for English and where both scripts write the question alike."""
    if case.language == "en":
        return None
    question = other_script(case.question)
    if question == case.question:
        return None
    language: Language = "zh-Hans" if case.language == "zh-Hant" else "zh-Hant"
    return replace(case, question=question, history=tuple(map(other_script, case.history)), language=language)


_LONG_WORD = re.compile(r"\b[a-z]{5,}\b")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FIRST_HAN, _LAST_HAN = 0xB0A1, 0xD7F9  # the common characters of GB 2312, in the order of their sound


def slip(question: str, language: Language, chance: random.Random) -> str:
    """One slip: two letters inside a long small-letter word swapped, or a character replaced by one of its sound and
    script.

    Names and figures stay as they are where they can be told: capitals and digits are not touched.
    """
    words = [word for word in _LONG_WORD.finditer(question) if len(set(word.group()[1:-1])) > 1]
    if words:
        word = chance.choice(words)
        inside = [i for i in range(word.start() + 1, word.end() - 2) if question[i] != question[i + 1]]
        at = chance.choice(inside)
        return f"{question[:at]}{question[at + 1]}{question[at]}{question[at + 2 :]}"
    places = [(m.start(), others) for m in _HAN.finditer(question) if (others := _same_sound(m.group(), language))]
    if not places:
        return question
    at, others = chance.choice(places)
    return question[:at] + chance.choice(others) + question[at + 1 :]


# Ways to put the same question, each said of the whole question; then words that ask the same.
_FRAMES = {
    "en": ("Could you tell me: {}", "I would like to know: {}", "A question about the bulletins: {}", "{} Thank you."),
    "zh-Hans": ("请问{}", "我想知道:{}", "麻烦查一下,{}", "{}谢谢。"),
    "zh-Hant": ("請問{}", "我想知道:{}", "麻煩查一下,{}", "{}謝謝。"),
}
_ASKED_ALSO = {
    "en": (
        ("when did", "on what date did"), ("when was", "on what date was"), ("how many", "what number of"),
        ("who", "which person"), ("where", "in what place"), ("give me", "list"), ("name the", "list the"),
        ("on which day", "when"), ("on what day", "when"), ("what is", "what's"),
    ),
    "zh-Hans": (
        ("什么时候", "何时"), ("哪天", "什么日子"), ("几号", "哪一天"), ("哪些", "什么"), ("谁", "哪个人"),
        ("怎么", "如何"), ("什么", "啥"), ("哪位", "哪一位"), ("哪几", "哪些"),
    ),
    "zh-Hant": (
        ("什麼時候", "何時"), ("哪天", "什麼日子"), ("哪些", "什麼"), ("誰", "哪個人"), ("怎麼", "如何"),
        ("哪位", "哪一位"), ("哪幾", "哪些"),
    ),
}  # fmt: skip


def paraphrase(question: str, language: Language, chance: random.Random) -> str:
    """The question with another question word where it has one of those known, and in a frame of courtesy."""
    asked = question
    for old, new in _ASKED_ALSO[language]:
        pattern = rf"\b{old}\b" if language == "en" else old
        if found := re.search(pattern, question, re.IGNORECASE):
            new = new.capitalize() if found.group()[0].isupper() else new
            asked = question[: found.start()] + new + question[found.end() :]
            break
    return chance.choice(_FRAMES[language]).format(asked)


def read_reworded(gold: Path) -> dict[str, str]:
    """Questions in other words by the id of their case, from the file beside the gold file; none when there is no such.

    specimens.jsonl has specimens.paraphrases.jsonl, one {"id", "question"} a line. Raises GoldError.
    """
    path = gold.with_name(f"{gold.stem}.paraphrases.jsonl")
    found: dict[str, str] = {}
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
                found[record["id"]] = str(record["question"])
            except (ValueError, KeyError, TypeError) as error:
                wrong = f"{path}, line {number}: is no object of id and question ({type(error).__name__})."
                raise GoldError(wrong, "Correct that line.") from error
    return found


def _same_sound(character: str, language: Language) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    others = _by_sound().get(lazy_pinyin(character)[0], ())
    # The list is of Simplified characters, and whoever writes Traditional slips in Traditional.
    written = map(to_traditional, others) if language == "zh-Hant" else others
    return tuple(each for each in written if each != character)


@cache
def _by_sound() -> Mapping[str, tuple[str, ...]]:
    from pypinyin import lazy_pinyin

    found: dict[str, list[str]] = {}
    for code in range(_FIRST_HAN, _LAST_HAN + 1):
        if code & 0xFF >= 0xA1:
            character = code.to_bytes(2, "big").decode("gb2312", "ignore")
            if character:
                found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return {sound: tuple(characters) for sound, characters in found.items()}


_FIGURE = re.compile(r"\d[\d,.]*\s*(?:%|percent|per cent|万|萬|亿|億|million|billion)?")


def counterfactual(bulletins: Sequence[Bulletin], cases: Sequence[Case]) -> tuple[dict[str, str], list[Case]]:
    """The texts by source, with figures changed that cases ask for, and those cases with what is due now.

    A figure changes in one version only, wherever it stands there; a version that keeps the old one makes both due.
    """
    texts = {each.source: _words(each) for each in bulletins}
    changed: dict[str, tuple[str, str]] = {}  # figure -> (where it was changed, what to)
    due: list[Case] = []
    for case in cases:
        for wording in (w for fact in case.facts for w in fact if _is_figure(w)):
            if wording not in changed:
                holding = [source for source in case.bulletins if _holds(texts.get(source, ""), wording)]
                if not holding:
                    continue
                new = _other_figure(wording, {wording})
                changed[wording] = (holding[0], new)
                texts[holding[0]] = _figure_pattern(wording).sub(new, texts[holding[0]])
            source, new = changed[wording]
            if source not in case.bulletins or not _holds(texts[source], new):
                continue
            facts = [(new,)]
            if any(_holds(texts.get(each, ""), wording) for each in case.bulletins if each != source):
                facts.append((wording,))
            due.append(replace(case, facts=tuple(facts), why=f"{wording} was changed to {new} in {source}"))
            break
    return texts, due


def _is_figure(wording: str) -> bool:
    if not _FIGURE.fullmatch(wording):
        return False
    return any((f.start, f.end) == (0, len(wording)) and not f.token.startswith("date:") for f in read_facts(wording))


def _figure_pattern(wording: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,]){re.escape(wording)}(?![\d]|[.,]\d)")


def _holds(text: str, wording: str) -> bool:
    return bool(_figure_pattern(wording).search(text))


def contradicting(bulletins: Sequence[Bulletin], cases: Sequence[Case]) -> tuple[dict[str, str], list[Case]]:
    """The texts by source and, for each bulletin that tells figures, a version that tells them otherwise; with the
    cases that ask for such a figure, those given and one for each sentence that tells one. Both figures are due.
    """
    texts = {each.source: _words(each) for each in bulletins}
    due: list[Case] = []
    for bulletin in bulletins:
        version, words = f"{bulletin.source} (otherwise)", {f: bulletin.text[f.start : f.end] for f in bulletin.facts}
        asked = [(replace(case, id=f"{bulletin.source}-figure-{number}"), words[fact])
                 for number, (case, fact) in enumerate(figure_questions(bulletin), 1)]  # fmt: skip
        asked += [
            (replace(case, id=f"{case.id} ({bulletin.source})"), wording)
            for case in cases
            if bulletin.source in case.bulletins and not case.history
            for wording in [w for fact in case.facts for w in fact if w in words.values() and _is_figure(w)][:1]
        ]
        changes = {old: new for _, old in asked if (new := _other_figure(old, set(words.values())))}
        if not changes:
            continue
        edits = {fact: changes[old] for fact, old in words.items() if old in changes and _counts(fact)}
        texts[version] = _rewritten(bulletin, edits)
        for case, old in asked:
            if old not in changes:
                continue
            why = f"{version} tells {changes[old]} for {old}"
            facts = ((changes[old],), *(fact for fact in case.facts if old in fact))
            sources = (*case.bulletins, version)
            due.append(replace(case, facts=facts, bulletins=sources, evidence=(), why=why, state="accepted"))
    return texts, due


def _counts(fact: Fact) -> bool:
    return not fact.token.startswith(("date:", "quote:", "prog:", "name:", "code:", "ord:"))


def _rewritten(bulletin: Bulletin, edits: Mapping[Fact, str]) -> str:
    """The bulletin's words with other words in the place of some facts."""
    text, raw = _words(bulletin), bulletin.format == "text"
    places = {(bulletin.map.raw_span(f.start, f.end) if raw else (f.start, f.end)): new for f, new in edits.items()}
    for (start, end), new in sorted(places.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text


_COUNT_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_NEXT_DIGIT = str.maketrans("123456789一二三四五六七八九两兩", "234567891二三四五六七八九一三三")


def _other_figure(wording: str, known: Container[str]) -> str:
    """Another figure of the same form that is none of those known: its first digit higher, 9 becoming 1. "" where none
    can be told.

    >>> _other_figure("9,751", ["9,751"]), _other_figure("十二", ["十二"]), _other_figure("Five", ["Five", "Six"])
    ('1,751', '二十二', 'Seven')
    """
    new = wording
    for _ in range(len(_COUNT_WORDS)):
        new = _next_figure(new)
        if new not in known:
            return new
    return ""


def _next_figure(wording: str) -> str:
    if wording.lower() in _COUNT_WORDS:
        word = _COUNT_WORDS[(_COUNT_WORDS.index(wording.lower()) + 1) % len(_COUNT_WORDS)]
        return word.capitalize() if wording[:1].isupper() else word
    if wording[:1] in ("十", "百", "千"):
        return f"二{wording}"
    return wording[:1].translate(_NEXT_DIGIT) + wording[1:]


def translations(cases: Sequence[Case]) -> list[list[Case]]:
    """Cases without history that ask for the same facts of the same bulletins in more than one language."""
    groups: dict[object, list[Case]] = {}
    for case in cases:
        if case.answerable and not case.history:
            facts = frozenset(frozenset(fact) for fact in case.facts)
            groups.setdefault((case.kind, frozenset(case.bulletins), facts), []).append(case)
    return [group for group in groups.values() if len({case.language for case in group}) > 1]


# ------------------------------------------------------------------------------------------------- over an Assistant


_Key = tuple[str, "Kind", "Language"]


class Remembering:
    """The same vectors, each text embedded once: suites index the same words again and again."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[_Key, np.ndarray] = {}
        self._tokens: dict[_Key, tuple[np.ndarray, TokenVectors]] = {}
        self.name, self.dim = embedder.name, embedder.dim

    def embed(self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]) -> np.ndarray:
        keys = [(text, kind, language) for text, language in zip(texts, languages, strict=True)]
        if new := [key for key in dict.fromkeys(keys) if key not in self._vectors]:
            vectors = self._embedder.embed([text for text, _, _ in new], kind, [language for _, _, language in new])
            self._vectors.update(zip(new, vectors, strict=True))
        return self._stacked([self._vectors[key] for key in keys])

    def embed_tokens(
        self, texts: Sequence[str], kind: Kind, languages: Sequence[Language]
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        keys = [(text, kind, language) for text, language in zip(texts, languages, strict=True)]
        if new := [key for key in dict.fromkeys(keys) if key not in self._tokens]:
            asked = [text for text, _, _ in new], kind, [language for _, _, language in new]
            self._tokens.update(zip(new, zip(*self._embedder.embed_tokens(*asked), strict=True), strict=True))
        known = [self._tokens[key] for key in keys]
        return self._stacked([vector for vector, _ in known]), [tokens for _, tokens in known]

    def _stacked(self, vectors: Sequence[np.ndarray]) -> np.ndarray:
        import numpy as np

        return np.stack(vectors) if vectors else np.empty((0, self.dim), np.float32)


class Indexed:
    """An Assistant and its bulletins as a Collection."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._embedder = Remembering(assistant.index.embedder)

    def ask(self, question: str, history: list[str]) -> Any:
        return self._assistant.ask(question, history=history)

    def bulletins(self) -> list[Bulletin]:
        found = [self._assistant.bulletin(entry.id) for entry in self._assistant.bulletins()]
        return sorted(found, key=lambda each: each.source)

    @contextmanager
    def over(self, texts: Mapping[str, str]) -> Any:
        with self.opened(texts) as (assistant, sources):
            yield lambda question, history: _renamed(assistant.ask(question, history=history), sources)

    @contextmanager
    def opened(self, texts: Mapping[str, str]) -> Iterator[tuple[Assistant, Mapping[str, str]]]:
        """An Assistant of the same settings over these texts, and what the names of its sources stand for."""
        from tempfile import TemporaryDirectory

        from assistant import Assistant
        from index.build import build_index
        from index.search import Index

        settings = self._assistant.settings
        with TemporaryDirectory() as place:
            folder, index = Path(place) / "bulletins", Path(place) / "index"
            folder.mkdir()
            # Sources may be addresses; files are read in the order of their names, which is the order given.
            sources = {f"{number:06}": source for number, source in enumerate(texts)}
            for stem, source in sources.items():
                (folder / f"{stem}.txt").write_bytes(texts[source].encode("utf-8", "replace"))
            build_index([folder], index, self._embedder, cache=settings.cache)
            model = self._assistant._model
            assistant = Assistant(Index(index, self._embedder, settings.cache), settings, model)
            try:
                yield assistant, sources
            finally:
                assistant.close()


def _renamed(answer: Any, sources: Mapping[str, str]) -> Any:
    """The answer with the sources that its bulletins stand for."""
    return replace(
        answer,
        citations=tuple(replace(each, source=sources[each.source]) for each in answer.citations),
        evidence=tuple(
            replace(
                hit,
                passage=replace(hit.passage, source=sources[hit.passage.source]),
                other_versions=tuple(sources[each] for each in hit.other_versions),
            )
            for hit in answer.evidence
        ),
    )
