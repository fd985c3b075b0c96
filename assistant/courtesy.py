"""What is said around a question out of courtesy: it asks nothing, and its words would be looked for. Pure."""

from __future__ import annotations

import re

from sources.fold import fold

_BEFORE = re.compile(
    r"(?i)(?:(?:hi|hello|hey|dear \w+|good (?:morning|afternoon|evening)|excuse me|sorry to (?:bother|trouble) you)"
    r"(?: there| all)?[,.!:;\s]+)*"
    r"(?:(?:(?:can|could|would|will) (?:you|anyone|somebody|someone) (?:please |kindly |possibly )*"
    r"(?:tell me|let me know|explain to me|help me (?:find out|understand|with this))"
    r"|(?:please |kindly )?(?:tell me|let me know|help me find out)"
    r"|(?:i|we)(?:'d| would)? (?:just |also |really )?(?:like|want|love|need|wish) to (?:know|ask|find out|understand|"
    r"learn)(?: from you)?"
    r"|(?:i|we) (?:was |were |am |are )?wonder(?:ing)?|(?:do|does|might|would) (?:you|anyone) (?:happen to )?know"
    r"|(?:may|might|can|could) i (?:please )?ask(?: you)?"
    r"|(?:i have |here is |here's |just )?(?:a|one|my) (?:short |quick |small |little |simple )?question"
    r"(?: about (?:the|these|your|our) (?:bulletins?|documents?|files?|texts?|news|releases?|articles?|collection))?"
    r"(?: is)?)\b\s*(?:[,:;.!—–-]+\s*|(?=(?:who|whom|whose|what|when|where|which|why|how)\b)))?"
)
_AFTER_EN = re.compile(
    r"(?i)(?<=[.?!,;\s])\s*(?:many |with )?(?:thanks|thank you|thx|cheers|much appreciated|appreciate it)"
    r"(?: (?:very|so) much| a lot| in advance| again| for your help)*[.!\s]*$"
)
_ZH = (
    r"(?:[你您]好|嗨|哈[喽啰罗]|打[扰搅]一?下|不好意思|抱歉|劳驾)[,.!。、;:\s]*",
    r"(?:我|我们)?(?:就|还|也)?(?:很|特别)?(?:想|要|想要|希望|需要)(?:知道|了解|问|请教|咨询|弄清楚|搞清楚|查|查查)"
    r"(?:一?下)?(?:[,:;。\s]+|(?=[谁哪何什怎为多几是在]))",
    r"(?:请|麻烦|烦请|劳驾|拜托)?(?:[你您])?(?:能否|能不能|可不可以|可否|可以|能)?(?:请|麻烦)?(?:[你您])?(?:帮我|帮忙|给我|"
    r"替我)?(?:查|看|问|找|查询|告诉我|说说|讲讲)(?:查|看|找)?(?:一?下)?[,:;。\s]+",
    r"(?:关于|针对)(?:这些|这几篇|你们的|库里的)?(?:公告|通告|文件|文章|新闻稿?|资料)(?:的)?(?:一个)?(?:问题)?[,:;。]\s*",
    r"请问(?:一?下)?[,:;\s]*",
)
_BEFORE_ZH = re.compile(f"(?:{'|'.join(_ZH)})+")
_AFTER_ZH = re.compile(
    r"(?<=[,。.!?;、\s])\s*(?:先|非常|十分|万分)?(?:谢谢|多谢|感谢|谢啦|辛苦)(?:[你您]们?|了|啦|啊|帮忙)*[。.!~\s]*$"
)
# "Thanks! And who paid?"
_THANKED = re.compile(
    r"(?i)(?:(?:many |ok(?:ay)?,? )?(?:thanks|thank you|thx|cheers|great|perfect|got it|i see|ok(?:ay)?)"
    r"(?: (?:very|so) much| a lot)?"
    r"\s*[!.,;]+\s*|(?:非常|十分)?(?:谢谢|多谢|感谢|好的|明白了?|了解了?|知道了)[你您啦了]*\s*[!.。,;、]+\s*)+(?=\S)"
)
_LEAST = 4  # characters that a question has at least; with less left, nothing was taken off rightly


def without_courtesy(question: str) -> str:
    """The question alone; as it is when there is nothing else.

    >>> without_courtesy("I would like to know: who chaired it? Thank you."), without_courtesy("請問,誰主持的?謝謝。")
    ('Who chaired it?', '誰主持的?')
    """
    folded = fold(question)
    thanked = _THANKED.match(folded)
    if thanked and len(question) - thanked.end() >= _LEAST:
        question = question[thanked.end() :]
        folded = folded[thanked.end() :]
    before = max((match.end() for match in (_BEFORE.match(folded), _BEFORE_ZH.match(folded)) if match), default=0)
    ends = [match.start() for pattern in (_AFTER_EN, _AFTER_ZH) if (match := pattern.search(folded, before))]
    end = min(ends, default=len(question))
    # A mark of a question that stood before the thanks belongs to it.
    while end < len(question) and folded[end] in "?.!":
        end += 1
    asked = question[before:end].strip(" ,，、")
    if len(asked) < _LEAST:
        return question
    return asked[:1].upper() + asked[1:] if before and question[:1].isupper() else asked
