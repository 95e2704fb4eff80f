"""A model that answers by a function of the field's name, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence

from neovim_ai.llm.model import Event, Field, FieldText, Finished, Prompt, Usage

Answer = Callable[[Prompt, Field], str]


class ScriptedModel:
    """Answers each field with a text; an empty one leaves the field out."""

    name = "scripted"
    route = "test"
    last_sent = ""
    alive = True

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.prompts: list[Prompt] = []
        self.closed = False

    async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
        self.prompts.append(prompt)
        for field in fields:
            text = self._answer(prompt, field)
            if text:
                yield FieldText(field.name, text, done=True)
        yield Finished(Usage(10, 5, 0, 1))

    async def close(self) -> None:
        self.closed = True
