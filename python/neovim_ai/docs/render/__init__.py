"""Turns filled slots into the value of a docstring, and the value into a literal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from neovim_ai.docs.model import Filled, House, Slot, SlotKind, Style
from neovim_ai.docs.render import epytext, examples, google, numpy, plain, sphinx, summary
from neovim_ai.docs.render.text import literal_text
from neovim_ai.docs.wrap import wrapped

__all__ = ["docstring", "entry", "literal_text", "section"]

PROSE = (SlotKind.SUMMARY, SlotKind.DESCRIPTION)
ORDER = (
    SlotKind.SUMMARY,
    SlotKind.DESCRIPTION,
    SlotKind.PARAMETER,
    SlotKind.ATTRIBUTE,
    SlotKind.RETURNS,
    SlotKind.YIELDS,
    SlotKind.RAISES,
    SlotKind.EXAMPLES,
)
_WRITERS = {
    Style.GOOGLE: google.entry,
    Style.NUMPY: numpy.entry,
    Style.SPHINX: sphinx.entry,
    Style.EPYTEXT: epytext.entry,
    Style.PLAIN: plain.entry,
}


def section(kind: SlotKind, house: House, *, indent: str) -> list[str]:
    """Return the lines that open a section of this kind.

    Args:
        kind: What the section's entries are about.
        house: The style to write in.
        indent: White space before each line.

    Returns:
        The title lines; none for prose and in styles of fields, which have no sections.
    """
    if house.style is Style.GOOGLE:
        return google.section(kind, indent=indent)
    if house.style is Style.NUMPY:
        return numpy.section(kind, indent=indent)
    if house.style is Style.PLAIN:
        return plain.section(kind, indent=indent)
    return []


def entry(slot: Slot, text: str, house: House, *, indent: str, width: int) -> list[str]:
    """Return the lines of one slot, its section's title not included.

    Args:
        slot: What the text is about.
        text: One paragraph without markup.
        house: The style to write in.
        indent: White space before the docstring's lines; entries add their own.
        width: Longest line in columns, indent included.

    Returns:
        Lines without newlines and without trailing white space; at least one.
    """
    if slot.kind in PROSE:
        said = epytext.spoken(text) if house.style is Style.EPYTEXT else text
        return wrapped(said, first=indent, rest=indent, width=width)
    return _WRITERS[house.style](slot, text, house, indent=indent, width=width)


def docstring(
    filled: Sequence[Filled],
    house: House,
    *,
    indent: str,
    loose: Sequence[list[str]] = (),
    sections: Sequence[list[str]] = (),
) -> str:
    r"""Return the value of a new docstring: the text between its quotes.

    Lines after the first carry `indent`; the last line is `indent` alone when the closing quotes
    have a line of their own. No line has other trailing white space.

    Args:
        filled: Slots with their texts; sections come out in the style's order, entries in theirs.
        house: The style to write in.
        indent: White space before the docstring.
        loose: Blocks of lines that stay, to stand below the prose.
        sections: Sections that stay, to stand last, or above the fields of a style of fields.
    """
    opening = house.quotes.lstrip("uU")
    prose, parts = _blocks(filled, house, indent, opening)
    titled = [*sections, *parts] if house.style.has_fields else [*parts, *sections]
    blocks = [*prose, *loose, *titled]
    if len(blocks) == 1 and len(blocks[0]) == 1:
        # On one line even where the closing quotes stand out: linters insist (D200).
        return blocks[0][0].strip()
    lines = [line for number, block in enumerate(blocks) for line in ([""] * (number > 0)) + block]
    if house.blank_last:
        lines.append("")
    text = "\n".join([*lines, indent])
    return text.removeprefix(indent) if house.first_line else f"\n{text}"


def _blocks(
    filled: Sequence[Filled], house: House, indent: str, opening: str
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the paragraphs and the sections, each as its lines; fields are one block."""
    prose: list[list[str]] = []
    parts: list[list[str]] = []
    shown: list[list[str]] = []
    ordered = sorted(filled, key=lambda f: ORDER.index(f.slot.kind))
    for kind, group in groupby(ordered, key=lambda f: f.slot.kind):
        members = list(group)
        if kind is SlotKind.SUMMARY:
            prose += _summary(members[0], house, indent, opening)
        elif kind is SlotKind.DESCRIPTION:
            prose += [_prose(f, house, indent) for f in members]
        elif kind is SlotKind.EXAMPLES:
            shown += [examples.block(f.text, house.style, indent=indent) for f in members]
        else:
            parts.append(_entries(kind, members, house, indent))
    if house.style.has_fields and parts:
        # Field lists stand together, as reST writers do.
        parts = [[line for block in parts for line in block]]
    return prose, [*parts, *shown]


def _prose(filled: Filled, house: House, indent: str) -> list[str]:
    return entry(filled.slot, filled.text, house, indent=indent, width=house.width)


def _summary(filled: Filled, house: House, indent: str, opening: str) -> list[list[str]]:
    """Fit the summary; on the line of the opening quotes it has so much less room."""
    before = indent + opening if house.first_line else indent
    found = summary.paragraphs(
        _summary_text(filled.text, house), house, opening=before, indent=indent
    )
    found[0][0] = indent + found[0][0][len(before) :]
    return found


def _summary_text(text: str, house: House) -> str:
    said = summary.said(text, house)
    return epytext.spoken(said) if house.style is Style.EPYTEXT else said


def _entries(kind: SlotKind, members: Sequence[Filled], house: House, indent: str) -> list[str]:
    lines = section(kind, house, indent=indent)
    for filled in members:
        lines += entry(filled.slot, filled.text, house, indent=indent, width=house.width)
    return lines
