"""Notes in memory, and models that say what they are told to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from neovim_ai.errors import AiError
from neovim_ai.llm.model import Event, Field, FieldText, Finished, Prompt, Usage
from neovim_ai.notes.ask.words import shared, stems
from neovim_ai.notes.model import Section
from neovim_ai.notes.parse import parse

NOTES = """\
# Server

## nginx

Restart the web server: `systemctl restart nginx`

Logs are in /var/log/nginx. They are kept for 14 days.

## Backups

The backup runs every night at 3 and is not encrypted.

## Memory

[Maths of models](https://example.org/maths)

A 70b model at fp16 needs about 168 GB of memory.
"""


class Shelf:
    """Notes by path, found by the words they share with a question."""

    def __init__(self, notes: Mapping[str, str] | str = NOTES) -> None:
        texts = {"/n/notes.md": notes} if isinstance(notes, str) else notes
        self.asked: list[str] = []
        self.sections: list[Section] = []
        for path, text in texts.items():
            for one in parse(text.encode(), path).sections:
                place = (len(self.sections), path, one.row, one.end_row)
                self.sections.append(Section(*place, one.heading_path, one.text))

    async def passages(self, question: str, limit: int = 8) -> tuple[Section, ...]:
        self.asked.append(question)
        words = stems(question)
        scored = [(shared(words, f"{' '.join(s.heading_path)} {s.text}"), s) for s in self.sections]
        return tuple(s for n, s in sorted(scored, key=lambda pair: -pair[0]) if n)[:limit]


Says = Callable[[Prompt, Field], str | AiError | tuple[str, float] | None]


@dataclass
class Told:
    """A model that answers each field by a function; a pair is a choice with its odds."""

    says: Says
    route: str = "local"
    name: str = "told"
    last_sent: str = ""
    alive: bool = True
    asked: list[tuple[Prompt, str]] = field(default_factory=list)

    async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
        for one in fields:
            self.asked.append((prompt, one.name))
            said = self.says(prompt, one)
            if isinstance(said, AiError):
                raise said
            text, odds = said if isinstance(said, tuple) else (said, None)
            if text:
                yield FieldText(one.name, text, True, _odds(one, text, odds))
        yield Finished(Usage(100, 10, requests=1))

    async def close(self) -> None:
        return

    def count(self, name: str) -> int:
        return sum(asked == name for _, asked in self.asked)


def _odds(one: Field, text: str, odds: float | None) -> tuple[tuple[str, float], ...]:
    if odds is None:
        return ()
    rest = (1 - odds) / max(len(one.choices) - 1, 1)
    return tuple((choice, odds if choice == text else rest) for choice in one.choices)


def line_with(prompt: Prompt, text: str) -> str:
    """Return the letter of the line that holds a text, in what a model was shown."""
    for line in prompt.task.splitlines():
        letter, colon, rest = line.partition(": ")
        if colon and len(letter) == 1 and text in rest:
            return letter
    return ""


def reader(text: str, sure: float = 0.95) -> Says:
    """Return what a model says that finds the answer in the line with a text, and nowhere else."""

    def says(prompt: Prompt, one: Field) -> tuple[str, float] | str | None:
        letter = line_with(prompt, text)
        if one.name == "stated":
            return ("yes", sure) if letter else ("no", 0.9)
        if one.name == "line":
            return (letter, 0.9) if letter else one.choices[0]
        return None

    return says
