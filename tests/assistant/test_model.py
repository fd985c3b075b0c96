"""A chat model that answers, in every way in which one does: over a scripted endpoint, with the real clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import app
from assistant import Answer, Assistant
from assistant import model as model_file
from assistant.doctor import chat_model
from assistant.errors import SettingsError
from assistant.model import ChatModel, ModelFailed, open_model
from assistant.prompt import SCHEMA, Message
from assistant.settings import Settings
from index.build import build_index
from index.search import Index
from tests import fakes
from tests.cache import cache
from tests.endpoint import Endpoint, Says, passages, scripted, sentences
from tests.fakes import FakeEmbedder

pytest.importorskip("langchain_openai", reason="comes with the extra dev")

TURNS = (Message("system", "Be brief."), Message("user", "When?"))
RULES = "Which rules were agreed for parcel lockers?"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_API_BASE",
        "ANTHROPIC_API_KEY",
        "HTTP_PROXY",
        "http_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(model_file, "_BACKOFF_S", 0.01)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with scripted() as server:
        yield server


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    bulletins = folder / "bulletins"
    bulletins.mkdir()
    for source, text in {"101": fakes.LOCKERS, "102": fakes.ISLANDS, "103": fakes.BICYCLES}.items():
        (bulletins / f"{source}.txt").write_text(text, encoding="utf-8")
    build_index([bulletins], folder / "index", FakeEmbedder(), cache=cache())
    opened = Index(folder / "index", FakeEmbedder(), cache())
    yield opened
    opened.close()


def chat(endpoint: Endpoint, **changes: object) -> ChatModel:
    options = {"timeout_s": 5, "budget_s": 8, "retries": 2, "reply_tokens": 300, "context_tokens": 800} | changes
    return ChatModel("openai:scripted", endpoint.url, **options)  # type: ignore[arg-type]


@pytest.fixture
def ask(endpoint: Endpoint, index: Index) -> Callable[..., Answer]:
    def answer(question: str, unsupported: str = "drop", **changes: object) -> Answer:
        settings = Settings(cache=cache(), threshold=0.0, context_tokens=800, unsupported=unsupported)
        return Assistant(index, settings, chat(endpoint, **changes)).ask(question)

    return answer


def key_of(request: dict[str, object], words: str) -> str:
    return next(key for key, text in passages(request) if words in text)


def quoting(words: str, text: str, key: str = "") -> Callable[[dict[str, object]], Says]:
    """A model that quotes these words under the right key, or under another one."""
    return lambda request: Says(sentences((words, key or key_of(request, words[:12]), text)))


# ---------------------------------------------------------------- the client


def test_a_reply_comes_back_whole_and_the_schema_was_asked_for(endpoint: Endpoint) -> None:
    endpoint.says('{"answerable": false, "sentences": []}')
    assert chat(endpoint).write(TURNS, SCHEMA) == '{"answerable": false, "sentences": []}'
    asked = endpoint.asked[0]
    assert [turn["role"] for turn in asked["messages"]] == ["system", "user"]
    assert asked["response_format"]["json_schema"]["schema"]["required"] == ["answerable", "sentences"]
    assert asked["temperature"] == 0 and 300 in (asked.get("max_tokens"), asked.get("max_completion_tokens"))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_or_ill_is_asked_again(endpoint: Endpoint, status: int) -> None:
    endpoint.says(Says(status=status), "well")
    assert chat(endpoint).write(TURNS, SCHEMA) == "well"
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize(
    ("reply", "why", "tries"),
    [
        (Says(status=429), "busy", 3),
        (Says(status=500), "down", 3),
        (Says(status=401), "refused", 1),
        (Says(status=403), "refused", 1),
        (Says(status=400), "refused", 3),  # each form of a request once
        (Says("half a sen", finish="length"), "cut", 1),
        (Says(""), "broken", 1),
        (Says(body=b"<html>gateway</html>"), "broken", 1),
        (Says(body=b""), "broken", 1),
    ],
)
def test_each_failure_has_its_name(endpoint: Endpoint, reply: Says, why: str, tries: int) -> None:
    endpoint.says(reply)
    with pytest.raises(ModelFailed) as caught:
        chat(endpoint).write(TURNS, SCHEMA)
    assert caught.value.why == why
    assert len(endpoint.asked) == tries


def test_a_server_without_schemas_is_asked_without_one_from_then_on(endpoint: Endpoint) -> None:
    endpoint.script = lambda request: Says(status=400) if "response_format" in request else Says("plain")
    endpoint.asked.clear()
    model = chat(endpoint)
    assert [model.write(TURNS, SCHEMA) for _ in range(2)] == ["plain", "plain"]
    assert ["response_format" in request for request in endpoint.asked] == [True, True, False, False]


def test_a_model_that_fixes_its_temperature_keeps_the_schema(endpoint: Endpoint) -> None:
    endpoint.script = lambda request: Says(status=400) if "temperature" in request else Says("warm")
    endpoint.asked.clear()
    assert chat(endpoint).write(TURNS, SCHEMA) == "warm"
    assert "response_format" in endpoint.asked[-1]


@pytest.mark.parametrize(
    "reply", [Says("late", wait_s=5), Says("drop by drop", drip_s=0.1, piece=1)], ids=["silent", "dripping"]
)
def test_a_late_reply_is_given_up_in_time(endpoint: Endpoint, reply: Says) -> None:
    endpoint.says(reply)
    began = time.monotonic()
    with pytest.raises(ModelFailed) as caught:
        chat(endpoint, timeout_s=0.4, budget_s=0.4).write(TURNS, SCHEMA)
    assert caught.value.why == "time-out"
    assert time.monotonic() - began < 2


def test_the_budget_bounds_all_tries_together(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "_BACKOFF_S", 0.2)
    endpoint.says(Says(status=500))
    began = time.monotonic()
    with pytest.raises(ModelFailed):
        chat(endpoint, budget_s=1, retries=10).write(TURNS, SCHEMA)
    assert time.monotonic() - began < 2 and len(endpoint.asked) < 5


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(ModelFailed) as caught:
        chat(Endpoint("http://127.0.0.1:9/v1"), retries=0).write(TURNS, SCHEMA)
    assert caught.value.why == "unreachable"


# ---------------------------------------------------------------- the settings


def test_without_a_model_none_is_opened() -> None:
    assert open_model(Settings()) is None


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError) as caught:
        open_model(Settings(model=f"{provider}:some"))
    assert f"[{provider}]" in caught.value.remedy


def test_a_missing_key_names_its_variable() -> None:
    with pytest.raises(SettingsError) as caught:
        open_model(Settings(model="openai:gpt-4.1-mini"))
    assert "OPENAI_API_KEY" in caught.value.remedy


def test_an_unknown_provider_is_refused() -> None:
    with pytest.raises(SettingsError, match="nobody:some"):
        open_model(Settings(model="nobody:some"))


def test_doctor_says_whether_the_model_answers(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(model="openai:scripted", model_url=endpoint.url, model_retries=0)
    endpoint.says(sentences(answerable=False), Says(status=401))
    assert chat_model(settings).ok
    ill = chat_model(settings)
    assert not ill.ok and "refused" in ill.message and ill.remedy
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "[openai]" in chat_model(settings).remedy
    assert chat_model(Settings()).ok


def test_an_evaluation_may_name_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["eval", "--model", "gpt"]) == 2
    assert "--model cannot be 'gpt'" in capsys.readouterr().err


# ---------------------------------------------------------------- the whole way


@pytest.mark.parametrize(
    ("question", "words", "text", "source"),
    [
        ("How many makers of lockers sent engineers?", "Seventeen makers of lockers sent their engineers", "Seventeen makers sent engineers.", "101"),
        ("海島郵路巡查組配備了幾艘補給船?", "巡查組配備了兩艘補給船", "巡查組配備了兩艘補給船。", "102"),
        ("过去一年更换了多少旧车?", "过去一年共更换旧车两千三百辆", "过去一年更换旧车两千三百辆。", "103"),
        ("How many old vehicles were replaced in the past year?", "过去一年共更换旧车两千三百辆", "In the past year 2,300 old vehicles were replaced.", "103"),
    ],
)  # fmt: skip
def test_a_written_sentence_cites_the_words_that_it_goes_by(
    ask: Callable[..., Answer], endpoint: Endpoint, question: str, words: str, text: str, source: str
) -> None:
    endpoint.script = quoting(words, text)
    answer = ask(question)
    assert (answer.outcome, answer.answerer, answer.text, answer.notes) == ("answered", "openai:scripted", text, ())
    (cited,) = answer.citations
    assert cited.source == source and words in cited.quote
    assert answer.sentences[0].supported and answer.sentences[0].citations == (0,)


def test_the_quote_decides_against_a_wrong_key(ask: Callable[..., Answer], endpoint: Endpoint) -> None:
    endpoint.script = quoting(
        "Seventeen makers of lockers sent their engineers", "Seventeen makers sent engineers.", "zz9"
    )
    answer = ask("How many makers of lockers sent engineers?")
    assert [cited.source for cited in answer.citations] == ["101"]


def test_a_wrong_quote_gives_way_to_words_that_bear_the_sentence_out(
    ask: Callable[..., Answer], endpoint: Endpoint
) -> None:
    endpoint.script = quoting(
        "Chen Yulan, deputy head of the office, took the chair", "Seventeen makers of lockers sent their engineers."
    )
    answer = ask("How many makers of lockers sent engineers?")
    (cited,) = answer.citations
    assert answer.answerer == "openai:scripted" and cited.quote.startswith("Seventeen makers")


@pytest.mark.parametrize(
    ("question", "words", "false"),
    [
        ("How many makers of lockers sent engineers?", "Seventeen makers of lockers sent their engineers", "Nineteen makers of lockers sent their engineers."),
        ("海島郵路巡查組配備了幾艘補給船?", "巡查組配備了兩艘補給船", "巡查組配備了五艘補給船。"),
        ("过去一年更换了多少旧车?", "过去一年共更换旧车两千三百辆", "过去一年更换旧车九千辆。"),
    ],
)  # fmt: skip
def test_a_false_figure_is_left_out_or_marked(
    ask: Callable[..., Answer], endpoint: Endpoint, question: str, words: str, false: str
) -> None:
    true = words + ("." if words.isascii() else "。")
    endpoint.script = lambda request: Says(sentences((words, "", true), (words, "", false)))
    dropping, marking = ask(question), ask(question, unsupported="mark")
    assert false not in dropping.text and true in dropping.text and len(dropping.notes) == 1
    assert false in marking.text and len(marking.notes) == 1
    assert [s.supported for s in marking.sentences] == [True, False]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Says("I would rather talk about something else."), "cannot be read"),
        (Says(sentences(answerable=False)), "no answer"),
        (Says(sentences(("words that stand nowhere at all", "bq4", "The moon is made of parcels."))), "no answer"),
        (Says('{"answerable": true, "sentences": [{"quote": "Sev', finish="length"), "cut off"),
        (Says(status=429), "too busy"),
        (Says(status=500), "failure"),
        (Says(status=401), "refused"),
        (Says("late", wait_s=5), "in time"),
        (Says("drop by drop by drop", drip_s=0.1, piece=1), "in time"),
    ],
)
def test_when_the_model_fails_the_bulletins_are_quoted_and_the_reader_is_told(
    ask: Callable[..., Answer], endpoint: Endpoint, reply: Says, told: str
) -> None:
    endpoint.says(reply)
    slow = told == "in time"  # the others are to be told as what they are on a busy machine, too
    answer = ask(RULES, timeout_s=0.5 if slow else 5, budget_s=1 if slow else 5)
    assert (answer.outcome, answer.answerer) == ("answered", "extractive")
    assert told in answer.notes[0] and "openai:scripted" in answer.notes[0] and "sk-secret" not in str(answer)
    assert answer.sentences and all(sentence.supported for sentence in answer.sentences)


@pytest.mark.parametrize(
    ("question", "words"), [("巡查組配備了幾艘補給船?", "改為直接引用"), ("更换了多少旧车?", "改为直接引用")]
)
def test_the_note_is_in_the_language_of_the_question(
    ask: Callable[..., Answer], endpoint: Endpoint, question: str, words: str
) -> None:
    endpoint.says(Says(status=401))
    assert words in ask(question).notes[0]


def test_traditional_script_is_given_where_the_model_writes_simplified(
    ask: Callable[..., Answer], endpoint: Endpoint
) -> None:
    endpoint.script = quoting("巡查組配備了兩艘補給船", "巡查组配备了两艘补给船。")
    answer = ask("海島郵路巡查組配備了幾艘補給船?")
    assert answer.text == "巡查組配備了兩艘補給船。" and answer.answerer == "openai:scripted"


def test_what_the_bulletins_do_not_answer_is_never_put_to_the_model(endpoint: Endpoint, index: Index) -> None:
    endpoint.says("never asked")
    answer = Assistant(index, Settings(cache=cache(), threshold=1.0), chat(endpoint)).ask(RULES)
    assert answer.outcome == "not_found" and not endpoint.asked


def test_opening_with_a_model_named_in_the_settings_uses_it(
    endpoint: Endpoint, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.assistant.open_embedder", lambda name, folder: FakeEmbedder())
    settings = Settings(model="openai:scripted", model_url=endpoint.url, cache=cache(), threshold=0.0)
    endpoint.script = quoting("Seventeen makers of lockers sent their engineers", "Seventeen makers sent engineers.")
    assistant = Assistant.open(index.folder, settings)
    assert assistant.ask("How many makers of lockers sent engineers?").answerer == "openai:scripted"
    assistant.close()
