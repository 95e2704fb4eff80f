"""What the engines know of a model: they hand over named fields and get text back, line by line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Field:
    """One line the model is to write.

    Attributes:
        name: What stands before the colon; unique in a request (`delim`, `ValueError`, `returns`).
        hint: A fact in parentheses after the name (`default ','`); part of the fixed text.
        max_tokens: Where a rambling text is cut (at a sentence's end) so that it starves no other.
        lead: Words the text begins with (`If`), where the server lets us begin it.
        sentences: The most sentences that are of use.
        choices: The only texts it can have, where it is a choice; its odds are then told too,
            as far as the server tells them.
    """

    name: str
    hint: str = ""
    max_tokens: int = 60
    lead: str = ""
    sentences: int = 1
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The fixed text that opens the field's line, without the colon."""
        return f"{self.name} ({self.hint})" if self.hint else self.name


class Opening(Protocol):
    """Begins a reply up to where the text of one field comes next."""

    def __call__(self, texts: Mapping[str, str], asked: Field) -> str:
        """Return the reply so far.

        Args:
            texts: By name, what earlier requests of the same question brought.
            asked: Whose text comes next.
        """


@dataclass(frozen=True)
class Begun:
    """A question in the form for servers that go on with a reply that we begin.

    Attributes:
        system: The rules.
        task: All that is asked; the fields are not listed besides.
        opening: How the reply begins.
    """

    system: str
    task: str
    opening: Opening


@dataclass(frozen=True)
class Part:
    """A piece of a prompt.

    Attributes:
        text: What would be sent.
        use: How useful it is; higher stays longer.
        needed: It is never left out.
    """

    text: str
    use: float = 0.0
    needed: bool = False


@dataclass(frozen=True)
class Prompt:
    """In the order servers cache: what never changes, what is stable for a file, the question.

    Attributes:
        system: The rules; the same for every request of an engine.
        stable: Context shared by the requests of one file; may be empty.
        task: The definition and what is asked of it.
        files: The files whose text stands in it; private ones are not sent to another machine.
        begun: The question in its form for servers that go on with a reply; None asks for lines.
        around: Lines that help to understand the task; they stand in front of it, as many as
            `max_prompt_tokens` leaves room for, the least useful left out first.
    """

    system: str
    stable: str
    task: str
    files: tuple[Path, ...] = ()
    begun: Begun | None = None
    around: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """Nothing yet: why, and for how long (seconds); shown beside the spinner."""

    why: str
    seconds: float = 0.0


@dataclass(frozen=True)
class FieldText:
    """The text of a field so far; `done` when its line has ended.

    Attributes:
        name: The field's.
        text: One line, or part of it; of a choice nothing but the whole.
        done: Nothing more will come.
        odds: How likely the model held each choice, of 1 in all; empty where it is not told.
    """

    name: str
    text: str
    done: bool
    odds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Usage:
    """Tokens of all requests behind one answer; `estimated` when the server did not count."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    requests: int = 0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
            self.requests + other.requests,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True)
class Finished:
    """The end of an answer: what it cost and the fields that got no text."""

    usage: Usage
    missing: tuple[str, ...] = ()
    rung: str = ""


Event = Waiting | FieldText | Finished


class Model(Protocol):
    """A connected model."""

    @property
    def name(self) -> str:
        """The model's name as the server knows it."""

    @property
    def route(self) -> str:
        """Where it answers, for people: `local`, or a host; never a key."""

    @property
    def last_sent(self) -> str:
        """What the last request sent, exactly; empty before the first."""

    @property
    def alive(self) -> bool:
        """Whether it can still be asked, as far as that is known without asking."""

    @property
    def remote(self) -> bool:
        """Whether it answers on another machine."""

    def left_today(self) -> int | None:
        """Return the tokens that today's budget has left; None where none is set."""

    def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
        """Ask for the fields, in order; ends with `Finished`, or raises `AiError`."""

    async def close(self) -> None:
        """Let go of connections."""
