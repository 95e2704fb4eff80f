"""`max_prompt_tokens`: what stands around a task gives way first, and nothing longer is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fake_llm import FakeLLM, saying

from neovim_ai.docs.compose import study
from neovim_ai.docs.engine import Outcome, document
from neovim_ai.docs.model import House, Status
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.budget import within
from neovim_ai.llm.model import Field, Part, Prompt
from neovim_ai.llm.tokens import guess
from neovim_ai.settings import Settings
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

ASKED = (Field("summary"), Field("first"))
BODY = "\n".join(f"    first = first + {n}" for n in range(110))
CODE = f'''
def called(first):
    """Return it doubled, as the callers of this want it."""
    return first * 2


def work(first):
    first = called(first)
{BODY}
    return first
'''


def documented(fake: FakeLLM, limit: int, code: str = CODE) -> Outcome:
    async def scene() -> Outcome:
        settings = Settings(base_url=fake.base_url, max_prompt_tokens=limit)
        model = await providers.connect(settings, lambda _: None)
        source = SourceText(code)
        subject = study(source, target.by_qualname(source, "work"), House())
        try:
            return await document(subject, target.definitions(source), model, lambda _: None)
        finally:
            await model.close()

    return asyncio.run(scene())


def test_what_fits_is_sent_whole(fake_llm: FakeLLM) -> None:
    documented(fake_llm, 6000)
    (chat,) = fake_llm.chats
    assert "as the callers of this want it" in chat.prompt
    assert "first + 60" in chat.prompt


def test_what_stands_around_the_code_gives_way_before_the_code(fake_llm: FakeLLM) -> None:
    documented(fake_llm, 6000)
    around = "as the callers of this want it"
    limit = guess(fake_llm.chats[0].prompt).tokens
    while around in fake_llm.chats[-1].prompt:
        limit -= 12
        documented(fake_llm, limit)
    assert "first + 60" in fake_llm.chats[-1].prompt


def test_code_that_is_too_long_is_cut_before_anything_is_sent(fake_llm: FakeLLM) -> None:
    outcome = documented(fake_llm, 700)
    assert outcome.proposal.status is Status.PROPOSED
    (chat,) = fake_llm.chats
    assert "first + 60" not in chat.prompt
    assert guess(chat.prompt).tokens <= 750  # the form of the answer is not counted


def test_what_cannot_be_cut_enough_is_refused_with_the_option_named(fake_llm: FakeLLM) -> None:
    with pytest.raises(AiError) as caught:
        documented(fake_llm, 60)
    assert caught.value.kind is Kind.CONTEXT
    assert "max_prompt_tokens allows 60" in caught.value.message
    assert fake_llm.chats == []


def test_a_server_whose_context_is_smaller_is_asked_once_more_with_less(fake_llm: FakeLLM) -> None:
    from tests.fake_faults import FAULTS

    fake_llm.script(FAULTS["context"], saying("summary: Return the sum.\nfirst: A.\nreturns: B.\n"))
    documented(fake_llm, 6000)
    long, short = fake_llm.chats[:2]
    assert len(short.prompt) < len(long.prompt) / 1.5


@given(st.lists(st.tuples(st.integers(0, 90), st.floats(0, 9)), max_size=6), st.integers(1, 200))
def test_a_prompt_never_passes_its_limit(sizes: list[tuple[int, float]], limit: int) -> None:
    around = tuple(Part(f"<{n}>" + "x" * size, use) for n, (size, use) in enumerate(sizes))
    prompt = Prompt("Rules.", "", "The task.", around=around)
    try:
        kept = within(prompt, ASKED, limit)
    except AiError:
        with pytest.raises(AiError):
            within(replace(prompt, around=()), ASKED, limit)
        return
    labels = "\n".join(field.label for field in ASKED)
    assert kept.task.endswith("The task.")
    assert guess(kept.system + kept.task + labels).tokens <= limit
    left_out = [part for part in around if part.text not in kept.task]
    room = limit - guess(f"{kept.system}{kept.task}{labels}").tokens
    assert all(guess(part.text).tokens + 10 > room for part in left_out)
