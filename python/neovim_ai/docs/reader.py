"""Reads an existing docstring, in its own style, without losing a character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from neovim_ai.docs.literal import Literal
from neovim_ai.docs.model import House, Style
from neovim_ai.docs.read.assemble import pieces
from neovim_ai.docs.read.coverage import described, explains, stale
from neovim_ai.docs.read.document import Docstring
from neovim_ai.docs.read.lines import column
from neovim_ai.docs.read.model import Entry, Piece, PieceKind, Range, Section
from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText

__all__ = [
    "Docstring",
    "Entry",
    "Piece",
    "PieceKind",
    "Range",
    "Section",
    "described",
    "explains",
    "read",
    "stale",
]


def read(source: SourceText, definition: Definition, house: House) -> Docstring | None:
    """Read the docstring of a definition.

    Args:
        source: The text it stands in.
        definition: Whose docstring.
        house: Decides between two styles that a docstring mixes equally.

    Returns:
        The docstring; None when the definition has none.

    Raises:
        AiError: `syntax` when it is not made of plain string literals.
    """
    if definition.docstring is None:
        return None
    literal = Literal.read(source, definition.docstring)
    indent = _indent(definition)
    cut, sections = pieces(literal.value, column(indent + "."))
    style = _style(cut, sections, house)
    margin = _margin(literal.value, indent, cut)
    return Docstring(literal, style, cut, sections, margin, indent, definition.kind)


def _indent(definition: Definition) -> str:
    if definition.body_indent is not None:
        return definition.body_indent
    if definition.kind == "module":
        return ""
    return definition.indent + ("\t" if "\t" in definition.indent else "    ")


def _style(cut: Sequence[Piece], sections: Sequence[Section], house: House) -> Style | None:
    """Return the style most of the sections and fields are in."""
    votes = Counter(section.style for section in sections)
    loose = (piece.entry for piece in cut if piece.section is None and piece.entry is not None)
    styles = (_own_style(entry, house) for entry in loose)
    votes.update(style for style in styles if style is not None)
    if not votes:
        return None
    most = max(votes.values())
    first = [style for style in votes if votes[style] == most]
    return house.style if house.style in first else first[0]


def _own_style(entry: Entry, house: House) -> Style | None:
    # `Returns: the sum` is a person's shorthand in Google style and the way of the plain one.
    return Style.PLAIN if entry.inline and house.style is Style.PLAIN else entry.style


def _margin(value: str, indent: str, cut: Sequence[Piece]) -> str:
    """Return the white space that lines of this docstring start with; code stands deeper."""
    spoken = [piece for piece in cut if piece.kind not in (PieceKind.BLANK, PieceKind.CODE)]
    opening = spoken[0] if spoken else None
    titled = opening is not None and opening.kind in (PieceKind.HEADER, PieceKind.ENTRY)
    lines = [line for piece in spoken for line in _later_lines(piece, value)]
    if not lines or (titled and opening is not None and opening.span.start == 0):
        return indent
    shallowest = min(lines, key=column)
    return shallowest[: len(shallowest) - len(shallowest.lstrip())]


def _later_lines(piece: Piece, value: str) -> list[str]:
    """Return the lines of a piece that stand behind white space, not behind the quotes."""
    lines = piece.span.of(value).split("\n")
    return [line for line in lines[piece.span.start == 0 :] if line.strip()]
