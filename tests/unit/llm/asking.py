"""How these tests ask the fake server: connected as users are, collected into lists."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fake_llm import FakeLLM

from neovim_ai.llm import providers
from neovim_ai.llm.filling import ServerModel
from neovim_ai.llm.model import Event, Field, FieldText, Finished, Prompt, Waiting
from neovim_ai.settings import Settings, Timeouts

PROMPT = Prompt("Rules.", "The file.", "The definition.")
FIELDS = (Field("summary"), Field("delim", "default ','"), Field("ValueError", "when n < 1"))
HASTY = Timeouts(connect=5.0, first_token=0.3, idle=0.3)
PATIENT = Timeouts(connect=30.0, first_token=30.0, idle=30.0)


@dataclass
class Answer:
    """All events of one `fill`."""

    events: list[Event] = field(default_factory=list)

    @property
    def texts(self) -> dict[str, str]:
        return {e.name: e.text for e in self.events if isinstance(e, FieldText) and e.done}

    @property
    def waits(self) -> list[Waiting]:
        return [e for e in self.events if isinstance(e, Waiting)]

    @property
    def finished(self) -> Finished:
        last = self.events[-1]
        assert isinstance(last, Finished)
        return last


async def connect(fake: FakeLLM, timeout: Timeouts = PATIENT) -> ServerModel:
    """Connect as a user with `base_url` does; seconds the server wants pass at once."""
    settings = Settings(base_url=fake.base_url, timeout=timeout)
    model = await providers.connect(settings, lambda _: None)
    model._chat.pause = _at_once
    return model


async def _at_once(_: float) -> None:
    return


async def fill(model: ServerModel, fields: Sequence[Field] = FIELDS) -> Answer:
    """Collect one answer."""
    return Answer([event async for event in model.fill(PROMPT, fields)])


def ask(fake: FakeLLM, fields: Sequence[Field] = FIELDS, timeout: Timeouts = PATIENT) -> Answer:
    """Connect, ask once and let go."""

    async def once() -> Answer:
        model = await connect(fake, timeout)
        try:
            return await fill(model, fields)
        finally:
            await model.close()

    return asyncio.run(once())
