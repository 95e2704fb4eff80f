"""One question to a model: fields out, texts and odds back, what it waits for told meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from neovim_ai.llm.model import Field, FieldText, Finished, Model, Prompt, Usage, Waiting
from neovim_ai.notes.ask.model import Phase, Show

Take = Callable[[FieldText], None]


@dataclass
class Reply:
    """What came back: finished texts by field, and the cost."""

    fields: dict[str, FieldText] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)

    def text(self, name: str) -> str:
        """Return a field's text; empty when there is none."""
        return self.fields[name].text if name in self.fields else ""

    def odds(self, name: str) -> dict[str, float]:
        """Return the odds of a choice, 1 for what was chosen where the server tells none."""
        if name not in self.fields:
            return {}
        one = self.fields[name]
        return dict(one.odds) or {one.text: 1.0}


async def ask(
    model: Model,
    prompt: Prompt,
    fields: Sequence[Field],
    show: Show,
    take: Take = lambda _: None,
) -> Reply:
    """Ask for some fields.

    Args:
        model: Who is asked.
        prompt: What is asked.
        fields: What is to be filled.
        show: Told what is waited for.
        take: Given each field as it is finished.

    Raises:
        AiError: What the model raised.
    """
    reply = Reply()
    async with aclosing(model.fill(prompt, fields)) as events:
        async for event in events:
            if isinstance(event, Waiting):
                show(Phase(event.why, f"{event.seconds:.0f} s" if event.seconds else ""))
            elif isinstance(event, Finished):
                reply.usage += event.usage
            elif event.done:
                reply.fields[event.name] = event
                take(event)
    return reply
