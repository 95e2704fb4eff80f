"""Asking for fields, against a real socket."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from tests.fake_answers import LLAMA, MODES, Mode, plausible
from tests.fake_faults import FAULTS, status, streaming
from tests.fake_llm import FakeLLM, Gate, pausing, saying
from tests.unit.llm.asking import FIELDS, HASTY, PROMPT, ask, connect, fill

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.ladder import Rung
from neovim_ai.llm.model import Field, FieldText
from neovim_ai.paths import state_dir

EXPECTED = {f.name: plausible(f.name) for f in FIELDS}
WHOLE = "\n".join(f"{f.label}: {EXPECTED[f.name]}" for f in FIELDS)


@pytest.mark.parametrize(
    ("mode", "rung"),
    [
        ("llama", Rung.GRAMMAR),
        ("openai", Rung.JSON_SCHEMA),
        ("continuing", Rung.CONTINUE),
        ("object", Rung.JSON_OBJECT),
        ("text", Rung.LINES),
        ("stubborn", Rung.PLAIN),
    ],
)
def test_every_server_fills_every_field_on_the_best_rung_it_keeps(mode: str, rung: Rung) -> None:
    with FakeLLM(MODES[mode]) as fake:
        answer = ask(fake)
    assert answer.texts == EXPECTED
    assert answer.finished.rung == rung
    assert answer.finished.missing == ()


def test_what_a_server_can_is_found_once(fake_llm: FakeLLM) -> None:
    ask(fake_llm)
    tried = len(fake_llm.canaries)
    ask(fake_llm)
    assert len(fake_llm.canaries) == tried == 2
    assert len(fake_llm.chats) == 2


def test_nonce_of_the_canary_is_not_in_its_prompt(fake_llm: FakeLLM) -> None:
    ask(fake_llm)
    asked = next(c for c in fake_llm.canaries if "grammar" in c.body)
    nonce = asked.body["grammar"].split('"')[1]
    assert len(nonce) > 6
    assert nonce not in asked.prompt


def test_damaged_memory_only_costs_another_canary(fake_llm: FakeLLM) -> None:
    ask(fake_llm)
    (state_dir() / "capabilities.json").write_bytes(b'{"half')
    assert ask(fake_llm).texts == EXPECTED
    assert len(fake_llm.canaries) == 4
    assert (
        "grammar"
        in json.loads((state_dir() / "capabilities.json").read_text()).popitem()[1].values()
    )


def test_a_grammar_that_is_no_longer_kept_is_forgotten(fake_llm: FakeLLM) -> None:
    ask(fake_llm)
    fake_llm.mode = MODES["stubborn"]
    assert ask(fake_llm).texts == EXPECTED
    fake_llm.mode = LLAMA
    assert ask(fake_llm).finished.rung == Rung.PLAIN


@pytest.mark.parametrize("name", ["temperature", "stream_options", "max_tokens"])
def test_rejected_parameter_is_dropped_and_remembered(name: str) -> None:
    with FakeLLM(Mode(json_schema=True, rejects=(name, "grammar"))) as fake:
        assert ask(fake).texts == EXPECTED
        before = len(fake.requests)
        assert ask(fake).texts == EXPECTED
        again = fake.requests[before:]
    assert all(name not in r.body for r in again)
    if name == "max_tokens":
        assert again[-1].body["max_completion_tokens"] > 0


def test_texts_arrive_while_the_server_still_writes(fake_llm: FakeLLM) -> None:
    gate = Gate()
    fake_llm.script(pausing("summary: Return the", gate, " sum.\ndelim: A.\nValueError: B."))

    async def scene() -> list[FieldText]:
        model = await connect(fake_llm)
        seen: list[FieldText] = []
        async for event in model.fill(PROMPT, FIELDS):
            if isinstance(event, FieldText):
                seen.append(event)
                if event.text == "Return the":
                    assert gate.reached.wait(20)
                    gate.open()
        await model.close()
        return seen

    seen = asyncio.run(scene())
    assert FieldText("summary", "Return the", done=False) in seen
    assert seen[-1] == FieldText("ValueError", "B.", done=True)


@pytest.mark.parametrize("first", ["", "summary: Return the"])
def test_cancelling_closes_the_connection(fake_llm: FakeLLM, first: str) -> None:
    gate = Gate()
    fake_llm.script(pausing(first, gate, ""))

    async def scene() -> None:
        model = await connect(fake_llm)
        task = asyncio.create_task(fill(model))
        await asyncio.to_thread(gate.wait_reached)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert await asyncio.to_thread(fake_llm.chats[0].gone.wait, 20)
        await model.close()

    asyncio.run(scene())


def test_leaving_the_iterator_closes_the_connection(fake_llm: FakeLLM) -> None:
    gate = Gate()
    fake_llm.script(pausing("summary: Return the", gate, ""))

    async def scene() -> None:
        model = await connect(fake_llm)
        events = model.fill(PROMPT, FIELDS)
        async for event in events:
            if isinstance(event, FieldText):
                break
        await events.aclose()
        assert await asyncio.to_thread(fake_llm.chats[0].gone.wait, 20)
        await model.close()

    asyncio.run(scene())


def test_rambling_field_starves_no_other(fake_llm: FakeLLM) -> None:
    words = (f"Sentence number {n} says a new thing." for n in range(400))
    fake_llm.script(saying("summary: " + " ".join(words)))
    answer = ask(fake_llm)
    assert answer.texts["summary"].endswith("says a new thing.")
    assert len(answer.texts["summary"]) <= 60 * 4
    assert answer.texts["delim"] == EXPECTED["delim"]
    assert "summary" not in fake_llm.chats[1].body["grammar"]
    assert answer.finished.usage.requests == 2
    assert answer.finished.usage.estimated


def test_endless_repetition_is_cut(fake_llm: FakeLLM) -> None:
    fake_llm.script(saying("summary: Fine. " + "and so on " * 3000))
    answer = ask(fake_llm)
    assert answer.texts["summary"].startswith("Fine.")
    assert len(answer.texts["summary"]) < 60
    assert answer.finished.missing == ()


def test_answer_at_its_length_limit_goes_on_with_the_rest(fake_llm: FakeLLM) -> None:
    fake_llm.script(saying("summary: A.\ndelim (default ','): Whole one. Half of a", "length"))
    answer = ask(fake_llm)
    assert answer.texts == {**EXPECTED, "summary": "A.", "delim": "Whole one."}


def test_megabyte_of_chatter_is_not_read_to_its_end(fake_llm: FakeLLM) -> None:
    fake_llm.mode = MODES["text"]
    fake_llm.script(saying("Well, " + "let me explain this at length. " * 30_000))
    answer = ask(fake_llm)
    assert answer.finished.missing == ()
    assert fake_llm.chats[0].gone.wait(20)


def test_extra_is_ignored_and_missing_is_named(fake_llm: FakeLLM) -> None:
    fake_llm.script(saying("summary: A.\nbogus: B.\ndelim: C."))
    answer = ask(fake_llm)
    assert answer.texts == {"summary": "A.", "delim": "C."}
    assert answer.finished.missing == ("ValueError",)


def test_reasoning_before_the_answer_is_left_out(fake_llm: FakeLLM) -> None:
    fake_llm.script(saying("<think>summary: not this\n</think>\n" + WHOLE))
    assert ask(fake_llm).texts == EXPECTED


def test_usage_is_what_the_server_counted(fake_llm: FakeLLM) -> None:
    usage = ask(fake_llm).finished.usage
    assert usage.requests == 1
    assert usage.cached_tokens == usage.prompt_tokens // 2 > 0
    assert not usage.estimated


def test_server_that_asks_to_wait_gets_its_time_visibly(fake_llm: FakeLLM) -> None:
    fake_llm.script(status(503, None, Retry_After="3"), status(429, None, Retry_After="1"))
    answer = ask(fake_llm)
    assert answer.texts == EXPECTED
    asked = [w.seconds for w in answer.waits if "asks to wait" in w.why]
    assert asked == [3.0, 2.0, 1.0, 1.0]


def test_server_that_asks_to_wait_three_times_is_given_up(fake_llm: FakeLLM) -> None:
    fake_llm.script(*[status(429, None, Retry_After="1")] * 4)
    with pytest.raises(AiError) as caught:
        ask(fake_llm)
    assert caught.value.kind is Kind.RATE_LIMITED
    assert len(fake_llm.chats) == 3


@pytest.mark.parametrize("fault", ["reset before", "reset mid", "end without finish"])
def test_connection_that_breaks_once_is_tried_once_more(fake_llm: FakeLLM, fault: str) -> None:
    fake_llm.script(FAULTS[fault])
    assert ask(fake_llm).texts == EXPECTED
    assert len(fake_llm.chats) == 2


def test_connection_that_breaks_after_a_finished_field_is_not_tried_again(
    fake_llm: FakeLLM,
) -> None:
    fake_llm.script(streaming("summary: A.\ndelim: B", reset=True))
    with pytest.raises(AiError) as caught:
        ask(fake_llm)
    assert caught.value.kind is Kind.CONNECTION
    assert len(fake_llm.chats) == 1


def test_last_sent_is_the_body_that_left(fake_llm: FakeLLM) -> None:
    async def scene() -> str:
        model = await connect(fake_llm)
        await fill(model)
        await model.close()
        return model.last_sent

    sent = json.loads(asyncio.run(scene()))
    got = fake_llm.chats[0].body
    assert {**sent, "stream": True} == got


@pytest.mark.parametrize("ping", [False, True])
@pytest.mark.parametrize("first", ["", "summary: Return"])
def test_silence_is_ended_by_a_watchdog_that_pings_do_not_reset(
    fake_llm: FakeLLM, first: str, ping: bool
) -> None:
    ask(fake_llm)
    fake_llm.script(pausing(first, Gate(), "", ping=ping))
    with pytest.raises(AiError) as caught:
        ask(fake_llm, timeout=HASTY)
    assert caught.value.kind is Kind.TIMEOUT
    assert fake_llm.chats[-1].gone.wait(20)


def test_nothing_is_written_where_state_cannot_be(fake_llm: FakeLLM, sandboxed_home: Path) -> None:
    state_dir().chmod(0o500)
    try:
        assert ask(fake_llm).texts == EXPECTED
    finally:
        state_dir().chmod(0o700)


def test_a_reply_that_we_begin_has_every_name_written_by_us() -> None:
    with FakeLLM(MODES["continuing"]) as fake:
        answer = ask(fake)
        begun = [str(chat.body["messages"][-1]["content"]) for chat in fake.chats]
    names = list(EXPECTED)
    assert [text.rsplit("\n", 1)[-1].partition(" (")[0].rstrip(":") for text in begun] == names
    for earlier, later in pairwise(begun):
        assert later.startswith(earlier)
    assert answer.texts == EXPECTED


def test_questions_of_one_begun_reply_are_the_same_so_that_the_server_evaluates_them_once() -> None:
    with FakeLLM(MODES["continuing"]) as fake:
        ask(fake)
        questions = {json.dumps(chat.body["messages"][:-1]) for chat in fake.chats}
    assert len(questions) == 1


def test_a_field_with_a_lead_begins_with_it() -> None:
    fields = [Field("ValueError", "when n < 1", lead="If")]
    with FakeLLM(MODES["continuing"], answers=lambda name: "the number is below one.") as fake:
        answer = ask(fake, fields)
        assert str(fake.chats[0].body["messages"][-1]["content"]).endswith("ValueError: If")
    assert answer.texts == {"ValueError": "If the number is below one."}


def test_a_field_that_gets_no_word_is_missing_and_the_next_is_asked() -> None:
    def silent_on_first(name: str) -> str:
        return "" if name == next(iter(EXPECTED)) else EXPECTED[name]

    with FakeLLM(MODES["continuing"], answers=silent_on_first) as fake:
        answer = ask(fake)
    assert answer.finished.missing == (next(iter(EXPECTED)),)
    assert answer.texts == dict(list(EXPECTED.items())[1:])


def test_a_server_that_does_not_go_on_with_a_begun_reply_is_not_asked_to() -> None:
    with FakeLLM(MODES["llama"]) as fake:
        ask(fake)
        assert all(chat.body["messages"][-1]["role"] == "user" for chat in fake.chats)


def test_a_model_that_goes_on_with_no_word_at_all_is_asked_under_a_grammar() -> None:
    blanks = iter([""] * len(EXPECTED))
    with FakeLLM(MODES["continuing"], answers=lambda name: next(blanks, EXPECTED[name])) as fake:
        answer = ask(fake)
    assert answer.texts == EXPECTED
    assert answer.finished.rung == Rung.GRAMMAR


SAID = "summary: Return the size.\ntext: The size with a unit.\nunit: The usual unit.\n"


def test_lines_of_other_fields_are_no_text_of_a_field() -> None:
    with FakeLLM(default=saying(SAID)) as fake:
        with pytest.raises(AiError, match="none of what was asked"):
            ask(fake, [Field("returns"), Field("description")])
        assert ask(fake, [Field("returns"), Field("unit")]).texts == {"unit": "The usual unit."}
        assert fake.chats[-1].prompt.endswith("unit")
