"""Servers as they really answer, the silent ones too: the right answer or a clear error.

Played from their documentation and issues, not from the servers themselves.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.fake_answers import LLAMA, Mode
from tests.fake_llm import Asked, FakeLLM, Wire, saying
from tests.unit.docs.test_engine import subject
from tests.unit.llm.asking import FIELDS, ask
from tests.unit.llm.test_choosing import ANSWERS, LINE, STATED, texts

from neovim_ai.docs.engine import Outcome, document
from neovim_ai.docs.model import Status
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Field
from neovim_ai.settings import Settings
from neovim_ai.source import target

SERVERS = {
    "openai": Mode(json_schema=True, json_object=True, rejects=("grammar",)),
    "openai, a reasoning model": Mode(
        json_schema=True,
        rejects=("grammar", "max_tokens", "temperature", "logprobs", "top_logprobs"),
    ),
    "llama.cpp": LLAMA,
    "llama.cpp that cannot read the grammar": replace(LLAMA, grammar=False),
    "ollama": Mode(json_schema=True, json_object=True),
    "ollama cloud, nothing enforced": Mode(),
    "vllm": Mode(json_schema=True, json_object=True),
    "lm studio": Mode(json_schema=True, rejects=("logprobs",)),
    "a model that follows nothing": Mode(follows=False),
}
"""By name, what each enforces; what is ignored in silence is simply not enforced."""

CODE = "def f(first, second=1):\n    if first:\n        raise ValueError\n    return second\n"
LONG = "def f(first):\n" + "".join(f"    first += {n}\n" for n in range(900)) + "    return first\n"


def documented(fake: FakeLLM, code: str = CODE) -> Outcome:
    async def scene() -> Outcome:
        model = await providers.connect(Settings(base_url=fake.base_url), lambda _: None)
        one = subject(code, "f")
        try:
            return await document(one, target.definitions(one.source), model, lambda _: None)
        finally:
            await model.close()

    return asyncio.run(scene())


@pytest.mark.parametrize("server", SERVERS)
def test_a_docstring_is_whole_at_every_server(server: str) -> None:
    with FakeLLM(SERVERS[server]) as fake:
        outcome = documented(fake)
    assert outcome.proposal.status is Status.PROPOSED
    assert outcome.proposal.fallbacks == ()
    assert "ask" in outcome.proposal.texts["summary"]


@pytest.mark.parametrize("server", SERVERS)
def test_a_choice_is_made_at_every_server(server: str) -> None:
    with FakeLLM(SERVERS[server], answers=ANSWERS.__getitem__) as fake:
        answer = ask(fake, (STATED, LINE))
    assert answer.texts == ANSWERS
    assert [one.odds for one in texts(answer).values()] == [(), ()]


@pytest.mark.parametrize("server", SERVERS)
def test_values_of_calls_are_said_at_every_server(server: str) -> None:
    calls = (Field("f(1, 2)", max_tokens=24), Field('f("a: b")', max_tokens=24))
    with FakeLLM(SERVERS[server], answers=lambda _: "'x: y'") as fake:
        assert ask(fake, calls).texts == {call.name: "'x: y'" for call in calls}


@pytest.mark.parametrize("server", SERVERS)
def test_what_was_found_out_is_not_tried_again(server: str) -> None:
    with FakeLLM(SERVERS[server]) as fake:
        ask(fake)
        tried = len(fake.canaries)
        before = len(fake.chats)
        ask(fake)
        assert len(fake.canaries) == tried
        rejected = {name for name in SERVERS[server].rejects if name != "grammar"}
        assert not any(rejected & chat.body.keys() for chat in fake.chats[before:])


def test_another_model_at_the_same_address_is_found_out_anew() -> None:
    with FakeLLM(LLAMA) as fake:
        ask(fake)
        tried = len(fake.canaries)
        fake.models = ["another-model"]
        ask(fake)
        assert len(fake.canaries) > tried


@pytest.mark.parametrize("server", ["ollama", "lm studio"])
def test_a_prompt_that_was_cut_in_silence_is_no_success(server: str) -> None:
    async def cut(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        await wire.text("summary: Return it.\nfirst: What is added to.\nreturns: The sum.\n")
        await wire.finish("stop", {"prompt_tokens": 100, "completion_tokens": 9})

    with FakeLLM(SERVERS[server]) as fake:
        fake.script(*[cut] * 6)
        with pytest.raises(AiError) as caught:
            ask_long(fake)
    assert caught.value.kind is Kind.CONTEXT
    assert "read 100 of about" in caught.value.message


def ask_long(fake: FakeLLM) -> None:
    async def scene() -> None:
        from neovim_ai.llm.model import Prompt

        model = await providers.connect(Settings(base_url=fake.base_url), lambda _: None)
        try:
            async for _ in model.fill(Prompt("Rules.", "", LONG), FIELDS):
                pass
        finally:
            await model.close()

    asyncio.run(scene())


def test_a_docstring_is_asked_for_once_more_with_less_where_a_prompt_was_cut() -> None:
    async def cut(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        await wire.text("summary: Return it.\n")
        await wire.finish("stop", {"prompt_tokens": 64, "completion_tokens": 9})

    wide = "".join(f"    first += {n} + some_longer_name_of_a_constant_{n}\n" for n in range(115))
    with FakeLLM(SERVERS["ollama"]) as fake:
        fake.script(cut)
        outcome = documented(fake, f"def f(first):\n{wide}    return first\n")
        assert outcome.proposal.status is Status.PROPOSED
        assert len(fake.chats[1].prompt) < len(fake.chats[0].prompt) / 2


@pytest.mark.parametrize("reason", ["length", "content_filter"])
@pytest.mark.parametrize("server", SERVERS)
def test_an_answer_that_did_not_end_is_never_taken_as_whole(server: str, reason: str) -> None:
    with FakeLLM(SERVERS[server]) as fake:
        fake.script(*[saying("summary: Return the half of a", reason)] * 12)
        try:
            finished = ask(fake).texts
        except AiError as error:
            assert error.kind in (Kind.TRUNCATED, Kind.FILTERED, Kind.BAD_REPLY)
        else:
            assert reason == "length"
            assert "Return the half of a" not in finished.values()
