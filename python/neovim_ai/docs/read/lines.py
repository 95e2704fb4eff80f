"""A docstring's value as lines with columns, and which of them are code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FENCE = re.compile(r"(```+|~~~+)")


@dataclass(frozen=True)
class Line:
    """One line of the value.

    Attributes:
        start: Where it starts in the value.
        text: Its text, without the newline.
        column: Columns of white space before it, tabs expanded as Python's `cleandoc` does.
        ended: Whether a newline ends it (the last line has none).
    """

    start: int
    text: str
    column: int
    ended: bool

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.text.strip()

    @property
    def indent(self) -> str:
        """The white space it starts with."""
        return self.text[: len(self.text) - len(self.text.lstrip())]

    @property
    def body(self) -> str:
        """Its text without the white space around it."""
        return self.text.strip()

    @property
    def first(self) -> int:
        """Where its first character that is not white space stands in the value."""
        return self.start + len(self.indent)

    @property
    def last(self) -> int:
        """Where its last character that is not white space ends in the value."""
        return self.start + len(self.text.rstrip())

    @property
    def end(self) -> int:
        """Where the next line starts."""
        return self.start + len(self.text) + self.ended


def split(value: str, base: int) -> list[Line]:
    """Split a value into lines.

    Args:
        value: The docstring's value.
        base: The column its lines are meant to start at; the first line stands behind the quotes
            and has no column of its own.
    """
    texts = value.split("\n")
    lines: list[Line] = []
    at = 0
    for number, text in enumerate(texts):
        lines.append(Line(at, text, column(text), number < len(texts) - 1))
        at = lines[-1].end
    later = [line.column for line in lines[1:] if not line.blank]
    first = lines[0]
    lines[0] = Line(first.start, first.text, min([base, *later]), first.ended)
    return lines


def column(text: str) -> int:
    """Count the columns of white space before a text, tabs expanded."""
    return len(text[: len(text) - len(text.lstrip())].expandtabs())


def code(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the lines that are doctests, literal blocks or fenced code."""
    found: set[int] = set()
    at = 0
    while at < len(lines):
        end = _code_end(lines, at)
        found.update(range(at, end))
        at = max(end, at + 1)
    return frozenset(found)


def _code_end(lines: Sequence[Line], at: int) -> int:
    """Return the number after the last line of the code that starts here; `at` for none."""
    line = lines[at]
    if line.body.startswith(">>>"):
        return next((n for n in range(at, len(lines)) if lines[n].blank), len(lines))
    if fence := _FENCE.match(line.body):
        closing = (n for n in range(at + 1, len(lines)) if lines[n].body == fence.group())
        return next(closing, at - 1) + 1
    opener = _opener(lines, at)
    if opener is not None and line.column > opener.column:
        return _deeper(lines, at, opener.column)
    return at


def _opener(lines: Sequence[Line], at: int) -> Line | None:
    """Return the line ending in `::` that makes this line the first of a literal block."""
    if lines[at].blank:
        return None
    above = next((lines[n] for n in range(at - 1, -1, -1) if not lines[n].blank), None)
    return above if above is not None and _opens_block(above) else None


def _opens_block(line: Line) -> bool:
    body = line.body
    return body.endswith("::") or bool(re.match(r"\.\. [\w:-]+::", body))


def _deeper(lines: Sequence[Line], at: int, column_: int) -> int:
    """Return the number after the last line from `at` on that is deeper than a column."""
    end = at
    for number in range(at, len(lines)):
        if lines[number].blank:
            continue
        if lines[number].column <= column_:
            break
        end = number + 1
    return end
