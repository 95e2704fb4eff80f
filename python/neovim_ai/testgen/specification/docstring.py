"""A definition's docstring as a person wrote it, with the lines of the file it stands on."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText

WrittenByUs = Callable[[str], bool]
"""Tells whether a text was proposed by this tool: such a text specifies nothing."""


@dataclass(frozen=True)
class Docstring:
    """Cleaned text and the 1-based line of the file where its first line stands."""

    text: str
    line: int

    def line_of(self, row: int) -> int:
        """Return the line of the file of a 0-based row of the text."""
        return self.line + row if self.line else 0


EMPTY = Docstring("", 0)


def read(source: SourceText, definition: Definition, written_by_us: WrittenByUs) -> Docstring:
    """Return what a person wrote of a definition; paragraphs and sections of ours are left out."""
    if definition.docstring is None:
        return EMPTY
    try:
        value = ast.literal_eval(source.slice(definition.docstring).strip())
    except (ValueError, SyntaxError):
        return EMPTY
    if not isinstance(value, str) or not value.strip():
        return EMPTY
    leading = len(value) - len(value.lstrip("\n\r\t "))
    skipped = value[:leading].count("\n")
    text = inspect.cleandoc(value)
    kept = _persons_words(text, written_by_us)
    return Docstring(kept, source.line(definition.docstring.start) + skipped) if kept else EMPTY


def _persons_words(text: str, written_by_us: WrittenByUs) -> str:
    """Blank out what the tool wrote, whatever it was wrapped to; rows keep their numbers."""
    lines = text.split("\n")
    row = 0
    while row < min(len(lines), _MOST_ROWS):
        ours = _rows_of_ours(lines[row:], written_by_us)
        lines[row : row + ours] = [""] * ours
        row += max(ours, 1)
    return "\n".join(lines) if any(_says(line) for line in lines) else ""


def _rows_of_ours(lines: Sequence[str], written_by_us: WrittenByUs) -> int:
    """Return how many of the first lines are one text of ours; 0 when they are not."""
    for count in range(1, min(len(lines), _LONGEST) + 1):
        if not lines[count - 1].strip():
            return 0
        joined = " ".join(" ".join(lines[:count]).split())
        # a text stands alone, or behind the name it describes
        if any(one and written_by_us(one) for one in (joined, joined.partition(": ")[2])):
            return count
    return 0


_MOST_ROWS = 60
_LONGEST = 5
_TITLES = ("args", "arguments", "parameters", "returns", "raises", "yields", "attributes", "note")


def _says(line: str) -> bool:
    """Tell whether a line is more than a section's title or its underline."""
    text = line.strip().rstrip(":").lower()
    return bool(text) and text not in _TITLES and set(text) - set("-=~") != set()
