"""Google style: `Args:` with `name (type): text`."""

from __future__ import annotations

from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.docs.wrap import wrapped

STEP = "    "

TITLES = {
    SlotKind.PARAMETER: "Args",
    SlotKind.RETURNS: "Returns",
    SlotKind.YIELDS: "Yields",
    SlotKind.RAISES: "Raises",
    SlotKind.ATTRIBUTE: "Attributes",
}


def section(kind: SlotKind, *, indent: str) -> list[str]:
    """Return the line that opens a section; none for prose."""
    return [f"{indent}{TITLES[kind]}:"] if kind in TITLES else []


def entry(slot: Slot, text: str, house: House, *, indent: str, width: int) -> list[str]:
    """Return the lines of one entry of a section.

    The lines of a return value align, as the style's guide shows them: indented ones would
    become a definition list in Sphinx.
    """
    inner = indent + STEP
    if slot.kind in (SlotKind.RETURNS, SlotKind.YIELDS):
        opening = f"{inner}{slot.type}: " if house.shows_type(slot) else inner
        return wrapped(text, first=opening, rest=inner, width=width)
    shown = f" ({slot.type})" if house.shows_type(slot) else ""
    return wrapped(text, first=f"{inner}{slot.name}{shown}: ", rest=inner + STEP, width=width)
