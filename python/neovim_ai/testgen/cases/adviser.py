"""A model whose failing ends its advice and nothing else: what search found stays."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

from neovim_ai import log
from neovim_ai.errors import AiError
from neovim_ai.llm.model import Event, Field, Model, Prompt


class Fills(Protocol):
    """Whoever can be asked for texts."""

    def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
        """Ask for the fields, in order."""


class Adviser:
    """Asks a model until it fails once.

    Attributes:
        failure: Why it is asked no more; None while it answers.
    """

    def __init__(self, model: Model) -> None:
        self.failure: AiError | None = None
        self._model = model

    async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
        """Ask for the fields, in order; ends early where the model fails, never raises for it."""
        if self.failure is not None:
            return
        try:
            async with aclosing(self._model.fill(prompt, fields)) as events:
                async for event in events:
                    yield event
        except AiError as error:
            log.warn(f"the model is asked no more: {error}")
            self.failure = error
