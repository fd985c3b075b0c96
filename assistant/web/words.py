"""The wording of the chat page in its three languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sources.bulletin import Language

# In the order in which `Words.lanes` and `Words.steps` name them.
LANES = ("dense", "words", "facts", "bulletin", "tokens")
STEPS = ("wait", "understand", "search", "decide", "answer", "check")


@dataclass(frozen=True)
class Words:
    """Fields with {} are filled in with str.format."""

    code: Language
    name: str
    tagline: str
    ask: str
    clear: str
    copy: str
    copied: str
    welcome: str
    welcome_more: str
    try_one: str
    specimens: str
    bulletins: str
    one_bulletin: str
    newest: str
    opening: str
    searching: str
    searched_as: str
    not_found: str
    related: str
    related_note: str
    unsupported: str
    source_number: str
    sources: str
    sources_empty: str
    collection: str
    published: str
    event: str
    period: str
    no_date: str
    as_published: str
    repaired: str
    repairs: str
    versions: str
    contradiction: str
    page: str
    left_out: str
    gone: str
    show_sources: str
    broken: str
    seconds: str
    page_language: str
    skip: str
    log_out: str
    stop: str
    stopped: str
    bug: str
    bug_remedy: str
    again: str
    edit: str
    ask_edited: str
    cancel: str
    as_markdown: str
    as_word: str
    follow_ups: str
    read_from_question: str
    ask_everything: str
    good: str
    bad: str
    report: str
    reported: str
    report_more: str
    expected: str
    comment: str
    send_report: str
    filter: str
    remove_filter: str
    no_filter: str
    apply: str
    any: str
    from_date: str
    to_date: str
    since: str
    until: str
    issuer: str
    bulletin_language: str
    bulletin: str
    why: str
    history: str
    manage: str
    panel: str
    sources_none: str
    reading: str
    text_of: str
    open_bulletin: str
    all_bulletins: str
    only_this: str
    encoding: str
    repair_report: str
    no_repairs: str
    question_asked: str
    as_asked: str
    looked_in: str
    everything: str
    enough: str
    evidence_enough: str
    evidence_short: str
    written_by: str
    quoted: str
    check: str
    check_count: str
    time: str
    borne_out: str
    sentences_checked: str
    from_catalogue: str
    cited: str
    passages: str
    lanes_note: str
    nothing_here: str
    search_collection: str
    search: str
    show_all: str
    no_title: str
    listed: str
    in_the_text: str
    timeline: str
    other_issuers: str
    no_issuer: str
    several: str
    undated: str
    history_off: str
    history_kept: str
    history_empty: str
    forget: str
    forget_all: str
    manage_more: str
    manage_specimens: str
    add_files: str
    reindex: str
    uploaded: str
    no_uploads: str
    remove_file: str
    indexing: str
    indexing_starts: str
    indexed: str
    progress: str
    lanes: str
    steps: str

    @property
    def colon(self) -> str:
        """What stands between a name and what it names."""
        return ": " if self.code == "en" else "："

    def lane(self, name: str) -> str:
        """A lane of search by its own name, or by that of the index when it is a new one."""
        return dict(zip(LANES, self.lanes.split(), strict=True)).get(name, name)

    def step(self, name: str) -> str:
        """A step of answering, likewise."""
        return dict(zip(STEPS, self.steps.split(), strict=True)).get(name, name)


WORDS: Mapping[Language, Words] = {
    "en": Words(
        code="en",
        name="Bulletin Assistant",
        tagline="Answers from official bulletins, each sentence with its source",
        ask="Ask in English, 繁體 or 简体",
        clear="New conversation",
        copy="Copy",
        copied="Copied",
        welcome="What would you like to know?",
        welcome_more="Every answer quotes the bulletins and shows where the words stand. "
        "When the bulletins do not say, you are told so.",
        try_one="For example",
        specimens="These are the specimen bulletins that come with the program. "
        "For your own: bulletins index FOLDER, then start again.",
        bulletins="{} bulletins",
        one_bulletin="1 bulletin",
        newest="newest {}",
        opening="Opening the bulletins, which takes a minute the first time",
        searching="Searching the bulletins",
        searched_as="Searched as",
        not_found="Not in the bulletins",
        related="May be related",
        related_note="Near to the question, but no answer to it",
        unsupported="The cited words do not fully support this sentence",
        source_number="Show source {}",
        sources="Sources",
        sources_empty="The bulletins that an answer cites appear here, with the cited words marked.",
        collection="Bulletins",
        published="Published",
        event="Event",
        period="Period",
        no_date="no date given",
        as_published="As published",
        repaired="Repaired",
        repairs="Damage repaired for reading",
        versions="Also reported in",
        contradiction="The dates in this bulletin disagree",
        page="page {}",
        left_out="{} characters left out",
        gone="This bulletin was changed or removed after it was cited.",
        show_sources="Sources",
        broken="That did not work",
        seconds="{} s",
        page_language="Language of the page",
        skip="Skip to the question",
        log_out="Log out",
        stop="Stop",
        stopped="Stopped before the answer was whole.",
        bug="An error of the program.",
        bug_remedy="It is in the log of the server. Ask again, or in other words.",
        again="Ask again",
        edit="Edit this question",
        ask_edited="Ask",
        cancel="Cancel",
        as_markdown="Save as Markdown",
        as_word="Save as Word",
        follow_ups="You may also ask",
        read_from_question="{}, as your question says",
        ask_everything="Ask all bulletins",
        good="Good answer",
        bad="Bad answer",
        report="Report a problem",
        reported="Reported, thank you",
        report_more="What is wrong? It is kept with this answer and its sources.",
        expected="A right answer says (one fact a line)",
        comment="Remark",
        send_report="Send",
        filter="Filter",
        remove_filter="Remove the filter {}",
        no_filter="Clear",
        apply="Apply",
        any="any",
        from_date="From",
        to_date="To",
        since="since {}",
        until="until {}",
        issuer="Issuer",
        bulletin_language="Written in",
        bulletin="Bulletin",
        why="Why this answer",
        history="History",
        manage="Manage",
        panel="Beside the chat",
        sources_none="This answer cites nothing.",
        reading="Reading of the text",
        text_of="Text of {}",
        open_bulletin="Open whole",
        all_bulletins="All bulletins",
        only_this="Ask only this bulletin",
        encoding="Read as",
        repair_report="Repair report",
        no_repairs="Nothing had to be repaired.",
        question_asked="Asked",
        as_asked="as asked",
        looked_in="Looked in",
        everything="all bulletins",
        enough="Evidence",
        evidence_enough="enough to answer",
        evidence_short="not enough to answer",
        written_by="Written by",
        quoted="nobody: the bulletins are quoted",
        check="Check",
        check_count="{} of {} sentences borne out by what they cite",
        time="Time",
        borne_out="The cited words support this sentence",
        sentences_checked="Each sentence held against what it cites",
        from_catalogue="This answer comes from the catalogue: titles, dates and issuers, not a search of the text.",
        cited="cited bulletin",
        passages="Passages found",
        lanes_note="Best first. The score, and what each way of searching "
        "found: meaning, words, facts, the bulletin as a whole; and, of the best, a closer look word by word.",
        nothing_here="There is no bulletin here yet. To put some in: bulletins index FOLDER.",
        search_collection="Search the bulletins",
        search="Search",
        show_all="Show all {}",
        no_title="No title, issuer or date holds these words.",
        listed="Bulletins: {}",
        in_the_text="In the text",
        timeline="Bulletins by date and issuer",
        other_issuers="others",
        no_issuer="no issuer named",
        several="several languages",
        undated="{} without a date",
        history_off="Conversations are not kept on this server.",
        history_kept="Kept for you alone, {} days after the last question.",
        history_empty="Nothing has been asked yet.",
        forget="Delete {}",
        forget_all="Delete all",
        manage_more="Added files are kept by the server and indexed beside what is there. "
        "Questions are answered meanwhile.",
        manage_specimens="These are the specimen bulletins that come with the program. "
        "Index bulletins of your own first: bulletins index FOLDER",
        add_files="Add files",
        reindex="Bring up to date",
        uploaded="Added files",
        no_uploads="No file has been added here.",
        remove_file="Remove {}",
        indexing="Indexing: {} of {} files",
        indexing_starts="Indexing begins",
        indexed="Done: {} added, {} updated, {} removed; {} bulletins now",
        progress="Progress",
        lanes="meaning words facts bulletin closely",
        steps="wait understand search decide answer check",
    ),
    "zh-Hant": Words(
        code="zh-Hant",
        name="公告問答",
        tagline="依官方公告作答，句句附出處",
        ask="以繁體、简体或 English 提問",
        clear="新對話",
        copy="複製",
        copied="已複製",
        welcome="您想了解什麼？",
        welcome_more="每個回答都引用公告原文，並標出原文所在。公告沒有寫的，會直接告訴您。",
        try_one="例如",
        specimens="目前使用的是隨程式附帶的樣例公告。要使用自己的公告，請執行 bulletins index 資料夾，再重新啟動。",
        bulletins="{} 篇公告",
        one_bulletin="1 篇公告",
        newest="最新 {}",
        opening="正在開啟公告庫，第一次約需一分鐘",
        searching="正在檢索公告",
        searched_as="檢索用語",
        not_found="公告中沒有答案",
        related="或有關聯",
        related_note="與問題相近，但不足以回答",
        unsupported="所引原文未能完全支持這一句",
        source_number="查看出處 {}",
        sources="出處",
        sources_empty="回答所引用的公告會顯示在這裡，並標出所引的文字。",
        collection="公告庫",
        published="發布",
        event="事件",
        period="所述時期",
        no_date="未註明日期",
        as_published="原貌",
        repaired="修復後",
        repairs="為便於閱讀而修復的損壞",
        versions="另見",
        contradiction="這篇公告中的日期互相矛盾",
        page="第 {} 頁",
        left_out="略去 {} 字",
        gone="這篇公告在引用之後已被修改或移除。",
        show_sources="出處",
        broken="未能完成",
        seconds="{} 秒",
        page_language="頁面語言",
        skip="跳到提問欄",
        log_out="登出",
        stop="停止",
        stopped="回答未完即已停止。",
        bug="程式出錯。",
        bug_remedy="已記入伺服器日誌。請再問一次，或換個說法。",
        again="再問一次",
        edit="修改這個問題",
        ask_edited="提問",
        cancel="取消",
        as_markdown="存為 Markdown",
        as_word="存為 Word",
        follow_ups="還可以問",
        read_from_question="依問題所述：{}",
        ask_everything="改問全部公告",
        good="回答得好",
        bad="回答不好",
        report="回報問題",
        reported="已回報，謝謝",
        report_more="哪裡不對？您的說明會連同此回答及其出處一併保存。",
        expected="正確的回答應寫明（一行一項）",
        comment="說明",
        send_report="送出",
        filter="篩選",
        remove_filter="移除篩選 {}",
        no_filter="清除",
        apply="套用",
        any="不限",
        from_date="起",
        to_date="迄",
        since="{} 起",
        until="至 {}",
        issuer="發布機構",
        bulletin_language="公告語言",
        bulletin="公告",
        why="回答依據",
        history="歷史",
        manage="管理",
        panel="側欄",
        sources_none="此回答沒有引用。",
        reading="文字版本",
        text_of="{} 的全文",
        open_bulletin="看全文",
        all_bulletins="所有公告",
        only_this="只問這篇公告",
        encoding="讀作編碼",
        repair_report="修復報告",
        no_repairs="無須修復。",
        question_asked="所問",
        as_asked="與所問相同",
        looked_in="檢索範圍",
        everything="全部公告",
        enough="證據",
        evidence_enough="足以回答",
        evidence_short="不足以回答",
        written_by="撰寫",
        quoted="無；直接引用公告",
        check="核對",
        check_count="{}／{} 句有所引原文支持",
        time="用時",
        borne_out="所引原文支持這一句",
        sentences_checked="逐句核對",
        from_catalogue="此回答取自目錄（標題、日期、機構），並非全文檢索。",
        cited="所引公告",
        passages="檢索到的段落",
        lanes_note="依分數排序；並列出語意、字詞、事實與整篇公告各自的得分，以及逐詞細看最佳各段的得分。",
        nothing_here="這裡還沒有公告。要加入公告，請執行 bulletins index 資料夾。",
        search_collection="搜尋公告",
        search="搜尋",
        show_all="顯示全部 {} 篇",
        no_title="沒有標題、機構或日期含有這些字詞。",
        listed="公告：{} 篇",
        in_the_text="內文提及",
        timeline="公告：按日期與機構",
        other_issuers="其他",
        no_issuer="未載明機構",
        several="多種語言",
        undated="{} 篇無日期",
        history_off="此伺服器不保存對話。",
        history_kept="只有您看得到；自最後一問起保存 {} 天。",
        history_empty="還沒有提問。",
        forget="刪除 {}",
        forget_all="全部刪除",
        manage_more="所加檔案由伺服器保存，並與原有公告一併建立索引；其間仍可提問。",
        manage_specimens="目前是隨程式附帶的樣例公告。請先為自己的公告建立索引：bulletins index 資料夾",
        add_files="加入檔案",
        reindex="更新索引",
        uploaded="所加檔案",
        no_uploads="尚未加入檔案。",
        remove_file="移除 {}",
        indexing="建立索引：{}／{} 個檔案",
        indexing_starts="開始建立索引",
        indexed="完成：新增 {}、更新 {}、移除 {}；現有 {} 篇",
        progress="進度",
        lanes="語意 字詞 事實 整篇 細看",
        steps="等候 理解 檢索 判斷 作答 核對",
    ),
    "zh-Hans": Words(
        code="zh-Hans",
        name="公告问答",
        tagline="依官方公告作答，句句附出处",
        ask="以简体、繁體或 English 提问",
        clear="新对话",
        copy="复制",
        copied="已复制",
        welcome="您想了解什么？",
        welcome_more="每个回答都引用公告原文，并标出原文所在。公告没有写的，会直接告诉您。",
        try_one="例如",
        specimens="目前使用的是随程序附带的样例公告。要使用自己的公告，请运行 bulletins index 文件夹，再重新启动。",
        bulletins="{} 篇公告",
        one_bulletin="1 篇公告",
        newest="最新 {}",
        opening="正在打开公告库，第一次约需一分钟",
        searching="正在检索公告",
        searched_as="检索用语",
        not_found="公告中没有答案",
        related="或有关联",
        related_note="与问题相近，但不足以回答",
        unsupported="所引原文未能完全支持这一句",
        source_number="查看出处 {}",
        sources="出处",
        sources_empty="回答所引用的公告会显示在这里，并标出所引的文字。",
        collection="公告库",
        published="发布",
        event="事件",
        period="所述时期",
        no_date="未注明日期",
        as_published="原貌",
        repaired="修复后",
        repairs="为便于阅读而修复的损坏",
        versions="另见",
        contradiction="这篇公告中的日期互相矛盾",
        page="第 {} 页",
        left_out="略去 {} 字",
        gone="这篇公告在引用之后已被修改或移除。",
        show_sources="出处",
        broken="未能完成",
        seconds="{} 秒",
        page_language="页面语言",
        skip="跳到提问栏",
        log_out="退出",
        stop="停止",
        stopped="回答未完即已停止。",
        bug="程序出错。",
        bug_remedy="已记入服务器日志。请再问一次，或换个说法。",
        again="再问一次",
        edit="修改这个问题",
        ask_edited="提问",
        cancel="取消",
        as_markdown="存为 Markdown",
        as_word="存为 Word",
        follow_ups="还可以问",
        read_from_question="按问题所述：{}",
        ask_everything="改问全部公告",
        good="回答得好",
        bad="回答不好",
        report="反馈问题",
        reported="已反馈，谢谢",
        report_more="哪里不对？您的说明会连同此回答及其出处一并保存。",
        expected="正确的回答应写明（一行一项）",
        comment="说明",
        send_report="提交",
        filter="筛选",
        remove_filter="移除筛选 {}",
        no_filter="清除",
        apply="应用",
        any="不限",
        from_date="起",
        to_date="止",
        since="{} 起",
        until="至 {}",
        issuer="发布机构",
        bulletin_language="公告语言",
        bulletin="公告",
        why="回答依据",
        history="历史",
        manage="管理",
        panel="侧栏",
        sources_none="此回答没有引用。",
        reading="文字版本",
        text_of="{} 的全文",
        open_bulletin="看全文",
        all_bulletins="所有公告",
        only_this="只问这篇公告",
        encoding="读作编码",
        repair_report="修复报告",
        no_repairs="无须修复。",
        question_asked="所问",
        as_asked="与所问相同",
        looked_in="检索范围",
        everything="全部公告",
        enough="证据",
        evidence_enough="足以回答",
        evidence_short="不足以回答",
        written_by="撰写",
        quoted="无；直接引用公告",
        check="核对",
        check_count="{}／{} 句有所引原文支持",
        time="用时",
        borne_out="所引原文支持这一句",
        sentences_checked="逐句核对",
        from_catalogue="此回答取自目录（标题、日期、机构），并非全文检索。",
        cited="所引公告",
        passages="检索到的段落",
        lanes_note="按分数排序；并列出语义、字词、事实与整篇公告各自的得分，以及逐词细看最佳各段的得分。",
        nothing_here="这里还没有公告。要加入公告，请运行 bulletins index 文件夹。",
        search_collection="搜索公告",
        search="搜索",
        show_all="显示全部 {} 篇",
        no_title="没有标题、机构或日期含有这些字词。",
        listed="公告：{} 篇",
        in_the_text="正文提及",
        timeline="公告：按日期与机构",
        other_issuers="其他",
        no_issuer="未注明机构",
        several="多种语言",
        undated="{} 篇无日期",
        history_off="此服务器不保存对话。",
        history_kept="只有您看得到；自最后一问起保存 {} 天。",
        history_empty="还没有提问。",
        forget="删除 {}",
        forget_all="全部删除",
        manage_more="所加文件由服务器保存，并与原有公告一并建立索引；其间仍可提问。",
        manage_specimens="目前是随程序附带的样例公告。请先为自己的公告建立索引：bulletins index 文件夹",
        add_files="加入文件",
        reindex="更新索引",
        uploaded="所加文件",
        no_uploads="尚未加入文件。",
        remove_file="移除 {}",
        indexing="建立索引：{}／{} 个文件",
        indexing_starts="开始建立索引",
        indexed="完成：新增 {}、更新 {}、移除 {}；现有 {} 篇",
        progress="进度",
        lanes="语义 字词 事实 整篇 细看",
        steps="等候 理解 检索 判断 作答 核对",
    ),
}

NAMES: Mapping[Language, str] = {"en": "English", "zh-Hant": "繁體", "zh-Hans": "简体"}

# The same things are asked in each language, so that a reader sees that any of the three will do.
SPECIMEN_EXAMPLES: tuple[tuple[Language, str], ...] = (
    ("en", "What share of the country's express volume do the seven key provinces handle?"),
    ("en", "Which five tasks were set for market supervision in 2020?"),
    ("zh-Hant", "2024年國家郵政局將開展哪十項工作？"),
    ("zh-Hant", "2020年郵政市場監管工作會議是何時召開的？"),
    ("zh-Hans", "2024年计划培训多少名快递从业人员？"),
    ("zh-Hans", "谁主持了2018年第12次局长办公会议？"),
)

_ISO = re.compile(r"(?:(\d{4})|-)(?:-(\d{2}))?(?:-(\d{2}))?$")
_MONTHS = ("January", "February", "March", "April", "May", "June") + (
    ("July", "August", "September", "October", "November", "December")
)


# In words that are not written alike in both scripts: the script of the question is that of the answer.
_COLLECTION_EXAMPLES: tuple[tuple[Language, str], ...] = (
    ("en", "What is the latest bulletin?"),
    ("zh-Hant", "最新發布的公告是哪一篇？"),
    ("zh-Hans", "最新发布的公告是哪一篇？"),
)
_HOW_MANY: Mapping[Language, str] = {
    "en": "How many bulletins are from {}?",
    "zh-Hant": "{}年發布了多少篇公告？",
    "zh-Hans": "{}年发布了多少篇公告？",
}
# What a process asks itself before it takes part: one of each language.
WARMING = tuple(question for _, question in SPECIMEN_EXAMPLES[::2])


def examples(specimens: bool, newest_year: str | None, language: Language) -> tuple[tuple[Language, str], ...]:
    """Questions to begin with, those in the page's language first. Of a collection that we do not know, only questions
    about the collection are safe."""
    asked = list(SPECIMEN_EXAMPLES if specimens else _COLLECTION_EXAMPLES)
    if newest_year and not specimens:
        asked.append((language, _HOW_MANY[language].format(newest_year)))
    return tuple(sorted(asked, key=lambda example: example[0] != language))


def date_words(iso: str, language: Language) -> str:
    """A date as people write it; partial ones stay partial, and what is no ISO date comes back as it is.

    >>> date_words("2024-01-09", "en"), date_words("--01-09", "zh-Hant"), date_words("2024-01", "en")
    ('9 January 2024', '1月9日', 'January 2024')
    """
    match = _ISO.match(iso)
    if not match or (match[2] and not 1 <= int(match[2]) <= 12):
        return iso
    year, month, day = match[1], match[2] and int(match[2]), match[3] and int(match[3])
    if language == "en":
        return " ".join(str(part) for part in (day, month and _MONTHS[month - 1], year) if part)
    return (f"{year}年" if year else "") + (f"{month}月" if month else "") + (f"{day}日" if day else "")


def browser_language(accepted: str) -> Language:
    """The page's language from an Accept-Language header.

    >>> browser_language("zh-TW,zh;q=0.9,en;q=0.8"), browser_language("zh-CN"), browser_language("fr")
    ('zh-Hant', 'zh-Hans', 'en')
    """
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-Hant" if re.search(r"hant|tw|hk|mo", tag) else "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "en"


# What a repair is called. Another kind is shown by its own name.
REPAIRS: Mapping[str, Mapping[Language, str]] = {
    "pinyin": {"en": "pinyin notes", "zh-Hant": "拼音註", "zh-Hans": "拼音注"},
    "tag": {"en": "stray tags", "zh-Hant": "多餘標籤", "zh-Hans": "多余标签"},
    "entity": {"en": "HTML entities", "zh-Hant": "HTML 實體", "zh-Hans": "HTML 实体"},
    "lost": {"en": "lost characters", "zh-Hant": "缺字", "zh-Hans": "缺字"},
    "mojibake": {"en": "misread encoding", "zh-Hant": "亂碼", "zh-Hans": "乱码"},
    "width": {"en": "character widths", "zh-Hant": "全形半形", "zh-Hans": "全角半角"},
    "space": {"en": "odd spaces", "zh-Hant": "多餘空格", "zh-Hans": "多余空格"},
    "doubled": {"en": "doubled lines and marks", "zh-Hant": "重複的行與標點", "zh-Hans": "重复的行与标点"},
    "hyphen": {"en": "line-end hyphens", "zh-Hant": "行末連字號", "zh-Hans": "行末连字符"},
    "wrap": {"en": "broken lines", "zh-Hant": "斷行", "zh-Hans": "断行"},
    "invisible": {"en": "invisible characters", "zh-Hant": "不可見字元", "zh-Hans": "不可见字符"},
    "control": {"en": "control characters", "zh-Hant": "控制字元", "zh-Hans": "控制字符"},
    "compatibility": {"en": "compatibility characters", "zh-Hant": "相容字元", "zh-Hans": "兼容字符"},
    "shifted": {"en": "shifted bytes", "zh-Hant": "錯位字節", "zh-Hans": "错位字节"},
    "block": {"en": "garbled stretches", "zh-Hant": "錯亂段落", "zh-Hans": "错乱段落"},
    "line-end": {"en": "line ends", "zh-Hant": "換行符", "zh-Hans": "换行符"},
}
