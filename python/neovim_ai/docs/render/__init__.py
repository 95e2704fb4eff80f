"""Turns filled slots into the value of a docstring, and the value into a literal."""

from __future__ import annotations

from neovim_ai.docs.model import House, Slot, SlotKind, Style
from neovim_ai.docs.render import google, numpy, sphinx
from neovim_ai.docs.wrap import wrapped

PROSE = (SlotKind.SUMMARY, SlotKind.DESCRIPTION)


def section(kind: SlotKind, house: House, *, indent: str) -> list[str]:
    """Return the lines that open a section of this kind.

    Args:
        kind: What the section's entries are about.
        house: The style to write in.
        indent: White space before each line.

    Returns:
        The title lines; none for prose and in Sphinx style, which has no sections.
    """
    if house.style is Style.GOOGLE:
        return google.section(kind, indent=indent)
    if house.style is Style.NUMPY:
        return numpy.section(kind, indent=indent)
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
        return wrapped(text, first=indent, rest=indent, width=width)
    writers = {Style.GOOGLE: google.entry, Style.NUMPY: numpy.entry, Style.SPHINX: sphinx.entry}
    return writers[house.style](slot, text, house, indent=indent, width=width)
