"""What is asked of the notes and what comes back: frozen, no behaviour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from neovim_ai.llm.model import Usage
from neovim_ai.notes.model import NotesRow, Section


class Passages(Protocol):
    """Where sections come from; `notes.contract.Notes` is one."""

    async def passages(self, question: str, limit: int = 8) -> tuple[Section, ...]:
        """Return the sections likeliest to answer a question, best first."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the thread and what it was answered, struck sentences left out."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence stands.

    Attributes:
        number: What `[n]` means, from 1.
        path: The file.
        row: The quote's first line in it, from 0.
        heading_path: Of its section.
        quote: As it stands there; invisible and reordering characters are written out.
    """

    number: int
    path: str
    row: int
    heading_path: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer; why it is struck out, if it is."""

    text: str
    citations: tuple[Citation, ...]
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a question ended.

    Attributes:
        sentences: In order, struck ones among them.
        in_notes: Something in the notes answers it.
        sections: The sections that fit best, whether or not they answer.
        seconds: What it took.
        usage: What the model was asked.
        model: Who answered; empty when there was none.
    """

    sentences: tuple[Sentence, ...]
    in_notes: bool
    sections: tuple[NotesRow, ...]
    seconds: float
    usage: Usage = field(default_factory=Usage)
    model: str = ""

    @property
    def struck(self) -> int:
        """How many sentences were struck out."""
        return sum(bool(sentence.struck) for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Phase:
    """What is being done, for the spinner."""

    phase: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences so far, each of them checked."""

    sentences: tuple[Sentence, ...]


Show = Callable[[Phase | Said], None]
