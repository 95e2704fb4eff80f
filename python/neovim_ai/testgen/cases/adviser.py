"""A model whose failing ends its advice and nothing else: what search found stays."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

from neovim_ai import log
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Event, Field, Model, Prompt

UNMENDED = frozenset({Kind.CANCELLED, Kind.USAGE})
"""Failures to connect that end a request: the user's wish, a setting that means nothing."""


class Fills(Protocol):
    """Whoever can be asked for texts."""

    def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
        """Ask for the fields, in order."""

    def cut_off(self, seconds: float, kept: int, asked: int) -> None:
        """Hear that an answer took longer than its share of the time.

        Args:
            seconds: That share.
            kept: Texts that had come by then.
            asked: Texts that were asked for.
        """


def without(why: object) -> str:
    """Say for people that a model told nothing, and why."""
    return f"Without the model's advice: {log.redact(str(why))}"


class Adviser:
    """Asks a model until it fails once.

    Attributes:
        failure: Why it is asked no more; None while it answers.
    """

    def __init__(self, model: Model) -> None:
        self.failure: AiError | None = None
        self._model = model
        self._cuts: list[tuple[float, int, int]] = []

    @property
    def note(self) -> str:
        """What people should know of the advice: that it failed or was cut off; else empty."""
        if self.failure is not None:
            return without(self.failure)
        if not self._cuts:
            return ""
        seconds, kept, asked = map(sum, zip(*self._cuts, strict=True))
        share = f"it was cut off after {seconds:.0f} s, its share of the time"
        return without(f"{share}; {kept} of {asked} answers were kept.")

    def cut_off(self, seconds: float, kept: int, asked: int) -> None:
        """Remember that an answer took longer than its share of the time."""
        self._cuts.append((seconds, kept, asked))

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
