"""A docstring that has been read."""

from __future__ import annotations

from dataclasses import dataclass

from neovim_ai.docs.literal import Literal
from neovim_ai.docs.model import Style
from neovim_ai.docs.read.model import Entry, Piece, Section
from neovim_ai.source.model import DefinitionKind


@dataclass(frozen=True)
class Docstring:
    """A docstring as a person wrote it.

    Attributes:
        literal: Its place in the source.
        style: The style of its sections and fields; None when it is prose alone.
        pieces: Runs of lines which joined give the value back.
        sections: Its titled parts, in order.
        margin: White space that its lines start with.
        indent: White space before the statement it is; its closing quotes stand there.
        of: What it documents.
    """

    literal: Literal
    style: Style | None
    pieces: tuple[Piece, ...]
    sections: tuple[Section, ...]
    margin: str
    indent: str
    of: DefinitionKind

    @property
    def value(self) -> str:
        """What Python makes of the literal."""
        return self.literal.value

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What it describes, in order."""
        return tuple(piece.entry for piece in self.pieces if piece.entry is not None)
