"""Plain PEP 257: prose, with lists `name -- text` as its own example has them."""

from __future__ import annotations

from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.docs.wrap import wrapped

STEP = "    "

TITLES = {
    SlotKind.PARAMETER: "Arguments",
    SlotKind.RAISES: "Raises",
    SlotKind.ATTRIBUTE: "Attributes",
}
PARAGRAPHS = {SlotKind.RETURNS: "Returns", SlotKind.YIELDS: "Yields"}


def section(kind: SlotKind, *, indent: str) -> list[str]:
    """Return the line that opens a list; none for what is a paragraph of its own."""
    return [f"{indent}{TITLES[kind]}:"] if kind in TITLES else []


def entry(slot: Slot, text: str, house: House, *, indent: str, width: int) -> list[str]:
    """Return the lines of one item of a list, or of the paragraph about a result."""
    if slot.kind in PARAGRAPHS:
        return wrapped(text, first=f"{indent}{PARAGRAPHS[slot.kind]}: ", rest=indent, width=width)
    shown = f" ({slot.type})" if house.shows_type(slot) else ""
    return wrapped(text, first=f"{indent}{slot.name}{shown} -- ", rest=indent + STEP, width=width)
