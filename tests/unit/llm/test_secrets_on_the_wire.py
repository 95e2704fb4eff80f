"""What leaves for another machine holds no secret; what stays on this one is sent as it is.

The fake server stands in for another machine as its proxy.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from tests.fake_answers import CONTINUING
from tests.fake_llm import Asked, FakeLLM, Wire, saying
from tests.unit.llm.asking import Answer
from tests.unit.llm.test_choosing import told
from tests.unit.redaction.planted import planted

from neovim_ai.errors import AiError
from neovim_ai.llm import providers
from neovim_ai.llm.embeddings import Embedder
from neovim_ai.llm.model import Field, FieldText, Prompt
from neovim_ai.settings import Settings

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
FIELDS = (Field("summary"), Field("token", f"default '{TOKEN}'"))


async def _ask(
    settings: Settings, prompt: Prompt, fields: tuple[Field, ...] = FIELDS
) -> tuple[Answer, str]:
    model = await providers.connect(settings, lambda _: None)
    try:
        return Answer([event async for event in model.fill(prompt, fields)]), model.last_sent
    finally:
        await model.close()


def remote(fake: FakeLLM) -> Settings:
    proxy = f"http://127.0.0.1:{fake.port}"
    return Settings(base_url="http://models.example/v1", proxy=proxy)


def received(fake: FakeLLM) -> str:
    return json.dumps([[r.headers, r.body] for r in fake.requests])


def test_code_leaves_for_another_machine_without_its_secrets(fake_llm: FakeLLM) -> None:
    code = "\n".join(text for _, text in planted(300))
    _, sent = asyncio.run(_ask(remote(fake_llm), Prompt("Rules.", code, f"call(key={TOKEN!r})")))
    assert fake_llm.chats
    assert [secret for secret, _ in planted(300) if secret in received(fake_llm)] == []
    assert TOKEN not in received(fake_llm)
    assert TOKEN not in sent


def test_a_secret_comes_back_in_its_place(fake_llm: FakeLLM) -> None:
    def play_back(name: str) -> str:
        asked = fake_llm.chats[-1].prompt
        word = asked.split("call(key='")[1].split("'")[0]
        return f"Return what {word} opens."

    fake_llm.answers = play_back
    answer, _ = asyncio.run(_ask(remote(fake_llm), Prompt("Rules.", "", f"call(key={TOKEN!r})")))
    assert answer.texts["summary"] == f"Return what {TOKEN} opens."


def test_odds_of_choices_come_back_with_the_answer(fake_llm: FakeLLM) -> None:
    async def play(wire: Wire, _: Asked) -> None:
        likely = told((" yes", 0.6), (" no", 0.2))
        choice = {"index": 0, "delta": {"content": " yes"}, "finish_reason": None}
        await wire.stream()
        await wire.event(choices=[{**choice, "logprobs": likely}])
        await wire.finish()

    fake_llm.mode = CONTINUING
    fake_llm.script(play)
    field = Field("stated", "yes or no", 3, choices=("yes", "no"))
    answer, _ = asyncio.run(_ask(remote(fake_llm), Prompt("Rules.", "", TOKEN), (field,)))
    (text,) = [e for e in answer.events if isinstance(e, FieldText)]
    assert TOKEN not in received(fake_llm)
    assert dict(text.odds) == {"yes": pytest.approx(0.75), "no": pytest.approx(0.25)}


def test_notes_are_turned_into_vectors_without_their_secrets(
    fake_llm: FakeLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def vectors(address: str) -> None:
        embedder = Embedder(address, "m")
        with suppress(AiError):  # the fake has no embeddings
            await embedder.vectors([f"The door opens with {TOKEN}."], "document")
        await embedder.close()

    asyncio.run(vectors(fake_llm.base_url))
    assert TOKEN in received(fake_llm)
    fake_llm.requests.clear()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{fake_llm.port}")
    asyncio.run(vectors("http://vectors.example/v1"))
    assert "The door opens with" in received(fake_llm)
    assert TOKEN not in received(fake_llm)


def test_this_machine_is_told_everything(fake_llm: FakeLLM) -> None:
    fake_llm.script(saying("summary: Return it.\ntoken: The key.\n"))
    settings = Settings(base_url=fake_llm.base_url)
    asyncio.run(_ask(settings, Prompt("Rules.", "", f"call(key={TOKEN!r})")))
    assert TOKEN in received(fake_llm)


@pytest.mark.parametrize("address", ["https://api.openai.com/v1", "http://192.168.1.5:8000/v1"])
def test_every_other_machine_gets_placeholders(address: str) -> None:
    from neovim_ai.llm.client import open_chat
    from neovim_ai.llm.errors import Where

    assert open_chat(address, "", Where(address), Settings()).placeholders is not None
