"""What a sentence claims that its source must have a word for: only, first, all, never, not; and up or down.

Translations tell most things in words of their own, but hardly these: "the only one" is no translation of a text
without any word for so. Word tables of both languages stand side by side. Pure: texts as `Prepared.plain`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sources.facts import compatible

from .contrast import denials
from .prepared import Prepared, clauses


@dataclass(frozen=True)
class _Claim:
    """said: what claims it in a sentence, English and Chinese; like: whatever may tell it in another text."""

    said: tuple[re.Pattern[str], re.Pattern[str]]
    like: re.Pattern[str]


def _claim(english: str, chinese: str, like_english: str, like_chinese: str) -> _Claim:
    word = r"(?<![a-z])(?:{})(?![a-z])"
    said = re.compile(word.format(english)), re.compile(chinese)
    return _Claim(said, re.compile(f"{word.format(like_english)}|{like_chinese}"))


_CLAIMS = (
    _claim(
        r"only(?! (?:just|recently))|sole(?:ly)?|exclusively|nothing but",
        r"只[有能是]|仅(?![次\d一二两三四五六七八九十]|为[\d一二两三四五六七八九十])|唯[一独]|独家",
        r"only|sole(?:ly)?|alone|exclusive\w*|just|mere(?:ly)?|nothing but|single|unique\w*|no other|except\w*|but|"
        r"unless|until|limit\w*|restrict\w*|confin\w*|apart from|other than|itself|(?:no|not) more than|simply|"
        r"barely|hardly|lone|must|not|no|never",
        r"只|仅|唯|单|独|才|限|除|就|不过|以外|之外|不超过|尚|须|非|不得|方[可能]|未",
    ),
    _claim(
        r"(?:the|its|their|his|her|a|world['’]s) (?:very )?first(?!-| (?:of|half|quarter|class|time|aid|few|two|three|"
        r"four|five|six|seven|eight|nine|ten|\d+|\w+ty|months|days|weeks|years|grade|and|to|step|phase|stage|place)(?![a-z])"
        r")|first[- ]ever|(?:for )?the first time",
        r"首[个次家位例创届]|第一[次家位例届]|史无前例|前所未有|有史以来",
        r"first\w*|earliest|pioneer\w*|initial\w*|1st|never before|no \w+ (?:has |had )?(?:ever|before)|"
        r"unprecedented|new|newly|beg[aiu]n\w*|start\w*|inaugura\w*|original\w*|prim\w*|earl\w*|introduc\w*|"
        r"maiden|debut\w*|one|found\w*|invent\w*|once",
        r"首|(?<![码带])头[一二两三四五六七八九十几\d次回]|第一|最早|初|开创|先|史无前例|前所未有|有史以来|一号|始|创|新|处女|其一|一是|一[、,，.]|发明|曾",
    ),
    _claim(
        r"every|each|everyone|everybody|everything|everywhere|the entire|the whole|entirely|wholly|unanimous(?:ly)?|"
        r"without exception|all (?:of |the |its |their )",
        r"所有|全体|一切|每一?[个名位家]|一律|全部|无一例外|毫无例外",
        r"all|every\w*|each|entire\w*|whol\w*|complet\w*|full\w*|throughout|any\w*|unanim\w*|both|exception|"
        r"nationwide|total\w*|always|no|none|nobody|not|never|whatever|whoever|across|overall|universal\w*|general\w*|"
        r"per|whichever|nothing|respective\w*|comprehensive\w*|various|those|they|together|wherever|as one",
        r"所有|全|一切|每|一律|均|都|完全|彻底|各|任何|一致|凡|总|无|皆|统|满|整|普|不论|不管|一概|尽|遍|共|俱|两|双|"
        r"逐|不|未|没|者|须|等|群|众|们|诸|逢|户户|人人",
    ),
    _claim(
        r"never|always|forever|permanently|for good|once and for all",
        r"从[未不]|从来|永[远久]|始终|一直|总是|再也不",
        r"never|always|ever|forever|permanent\w*|good|constant\w*|continu\w*|remain\w*|still|keep\w*|kept|no|not|"
        r"none|nobody|without|any|lasting|persist\w*|since|consistent\w*|all|throughout|every|until|through|yet|"
        r"usual\w*|invariabl\w*|first|already|long|stay\w*|\w+ing|refus\w*|den(?:y|ie)\w*|ban\w*|cannot|last\w*",
        r"从|永|始终|一直|总|一向|再也|向来|历来|都|未|不|没|无|仍|持续|长期|至今|每|常|连续|直到|首|皆|一律|切勿|"
        r"绝|禁|拒|久|终身|以来|否",
    ),
    _claim(
        r"voluntar\w+|optional(?:ly)?|if (?:they|it|he|she) (?:wish\w*|likes?|wants?|chooses?)|"
        r"at (?:their|its) (?:own )?discretion",
        r"自愿|自行决定|自主决定|酌情|随意|任选",
        r"volunt\w*|option\w*|wish\w*|likes?|wants?|choos\w*|choice|chose\w*|free\w*|discretion\w*|decid\w*|may|can|"
        r"could|might|allow\w*|permit\w*|encourag\w*|prefer\w*|not|need|depend\w*|request\w*|will(?:ing\w*)?|appl\w+",
        r"自|愿|选|可|能|酌|随|任|允|准|鼓励|不强制|不必|无需|视|意|志|因地制宜|根据|申请|免",
    ),
    _claim(
        r"mandatory|compulsory|obligatory",
        r"强制(?!执行)|务必|硬性",
        r"mandat\w*|compul\w*|oblig\w*|requir\w*|must|shall|should|ha(?:s|ve|d) to|need\w*|forc\w*|order\w*|bound|"
        r"binding|demand\w*|necessar\w*|duty|duties|rule\w*|law\w*|legal\w*|strict\w*|sure|ensure\w*|fail|cannot|"
        r"may not|enforce\w*|impos\w*",
        r"强|须|应|必|得|要|务|责令|义务|一律|规定|法|禁|严|硬性|命令|准|迫|令",
    ),
)
# Without "not" a translation may deny by such words; besides those of `denials`.
_DENIES = re.compile(
    r"(?<![a-z])(?:only|in[a-z]{4,}|im[a-z]{4,}|dis[a-z]{4,}|ir[a-z]{5,}|absen\w*|miss\w*|los[est]\w*|end(?:s|ed)?|"
    r"former\w*|nowhere|short\w*|less|yet|out|against|stay\w*|same|waiv\w*|spar\w*|other|else|than|difficult\w*|hard\w*|"
    r"still|remain\w*|away|off|down|too|until|before|declin\w*|give\w* up|gave up|free|ceas\w*|suspend\w*|halt\w*|"
    r"stop\w*|but|rather|surviv\w*|unchanged|nor|escape\w*|leav\w*|left|remov\w*|if|mis[a-z]{4,})(?![a-z])|"
    r"否|异|罕|鲜|零|毫|匿|弱|低|仍|废|短|空|闲|才|少|难|失|例外|之前|以前|脱|离|另|只|仅|除|终|反|违|误|虚|假|谢绝|落|漏|"
    r"欠|罢|莫|别|维持|保持|保留|原|照"
)


def unshared(said: Prepared, near: str) -> Iterator[str]:
    """Claims of a sentence for which what tells of the same in the other language has no word at all."""
    for claim in _CLAIMS:
        found = claim.said[said.chinese].search(said.plain)
        if found and not claim.like.search(near):
            yield f"for “{found[0].strip()}” the cited text has no word"
    denied = denials(said.plain)
    if denied and not denials(near, hidden=True) and not _DENIES.search(near):
        yield f"the sentence denies (“{said.plain[slice(*denied[0])].strip()}”), the cited text denies nothing"


def denied_there(said: Prepared, clause: str) -> Iterator[str]:
    """Why a sentence that denies nothing is not told by a clause that does."""
    denied = denials(clause)
    if denied and not denials(said.plain, hidden=True):
        yield f"the cited text denies (“{clause[slice(*denied[0])].strip()}”), the sentence denies nothing"


_FIGURES = ("pct:", "num:", "pp:", "cny:", "usd:")
_UP = re.compile(
    r"(?<![a-z])(?:increas\w*|rais\w+|ris(?:e[sn]?|ing)|rose|gr[eo]w\w*|expan\w+|higher|more(?! than)|up|"
    r"surg\w*|soar\w*|climb\w*|gain\w*)(?![a-z])|增|上[升涨调]|提高|提升|扩大|涨"
)
_DOWN = re.compile(
    r"(?<![a-z])(?:decreas\w*|reduc\w+|lower\w*|declin\w+|f[ae]ll(?:en|s|ing)?|shr[aiu]nk\w*|cut(?:s|ting)?|down|lost|"
    r"drop(?:s|ped|ping)?|slump\w*|plung\w*|contract(?:ed|s|ing)|fewer|less(?! than))(?![a-z])|"
    r"减|降|下[滑跌调]|缩|回落|跌"
)


def _directions(text: Prepared) -> dict[str, set[bool]]:
    """Of figures, by token, whether their clauses go up; one that goes both ways, or neither, counts as both."""
    found: dict[str, set[bool]] = {}
    for start, end in clauses(text.plain):
        up, down = (bool(words.search(text.plain, start, end)) for words in (_UP, _DOWN))
        for figure in text.facts:
            if start <= figure.start and figure.end <= end and figure.token.startswith(_FIGURES):
                found.setdefault(figure.token, set()).update({up} if up != down else {True, False})
    return found


def _of_a_kind(one: str, other: str) -> bool:
    """Whether two figures may be the same; "two yuan" and "twice" are not, though a bare number bears out an amount."""
    return compatible(one, other) and (
        one.partition(":")[0] == other.partition(":")[0] or float(one.partition(":")[2]) > 12
    )


def turned(said: Prepared, source: Prepared) -> Iterator[str]:
    """Figures that go up in one text and down in the other."""
    there = _directions(source)
    for token, ways in _directions(said).items():
        others = set[bool]().union(*(found for other, found in there.items() if _of_a_kind(token, other)))
        if others and ways.isdisjoint(others):
            way, figure = "up" if True in ways else "down", token.partition(":")[2]
            yield f"{figure} goes {way} in the sentence, and not in the cited text"
