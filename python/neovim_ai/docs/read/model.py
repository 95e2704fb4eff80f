"""The nouns of reading: ranges of a docstring's value, pieces, entries, sections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from neovim_ai.docs.model import SlotKind, Style
from neovim_ai.docs.sections import SectionKind


@dataclass(frozen=True, order=True)
class Range:
    """A half-open range of characters of a docstring's value."""

    start: int
    end: int

    def of(self, value: str) -> str:
        """Return the text of this range."""
        return value[self.start : self.end]


class PieceKind(StrEnum):
    """What a run of whole lines is."""

    SUMMARY = "summary"
    PROSE = "prose"
    CODE = "code"
    HEADER = "header"
    ENTRY = "entry"
    TEXT = "text"  # inside a section, but no entry of it
    BLANK = "blank"


@dataclass(frozen=True)
class Entry:
    """A description of something of the signature.

    Attributes:
        kind: What it is about.
        names: The names it describes, without stars and markup; several when grouped.
        span: From its first character to the end of its last line's text.
        type: The type as written, where there is one.
        text: The description; empty at the place where it would start when there is none.
        described: Whether there are words that describe, beyond name and type.
        style: How it is written.
        only_type: It gives a type and nothing else (`:type x: int`, `:rtype: int`).
        inline: Title and text share a line (`Returns: the sum`).
        section: The number of its section among the docstring's; None outside of all.
    """

    kind: SlotKind
    names: tuple[str, ...]
    span: Range
    type: Range | None
    text: Range
    described: bool
    style: Style | None
    only_type: bool = False
    inline: bool = False
    section: int | None = None


@dataclass(frozen=True)
class Section:
    """A titled part.

    Attributes:
        kind: What it is about.
        style: Whose way of titling it is.
        header: Its title, with the underline where it has one.
        span: From the title to the end of its last line that is not blank.
        indent: White space before the title.
        blanks_before: Blank lines above the title; None when nothing stands above.
    """

    kind: SectionKind
    style: Style
    header: Range
    span: Range
    indent: str
    blanks_before: int | None = None


@dataclass(frozen=True)
class Piece:
    """A run of whole lines, newline included; the pieces of a docstring tile its value.

    Attributes:
        kind: What it is.
        span: Its lines.
        section: Its number among the docstring's sections; None outside of all.
        entry: What it describes, when it is an entry.
    """

    kind: PieceKind
    span: Range
    section: int | None = None
    entry: Entry | None = None
