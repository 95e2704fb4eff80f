"""NumPy style: underlined `Parameters` with `name : type` above the text."""

from __future__ import annotations

from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.docs.wrap import wrapped

STEP = "    "

TITLES = {
    SlotKind.PARAMETER: "Parameters",
    SlotKind.RETURNS: "Returns",
    SlotKind.YIELDS: "Yields",
    SlotKind.RAISES: "Raises",
    SlotKind.ATTRIBUTE: "Attributes",
}


def section(kind: SlotKind, *, indent: str) -> list[str]:
    """Return the title and its underline; nothing for prose."""
    if kind not in TITLES:
        return []
    title = TITLES[kind]
    return [indent + title, indent + "-" * len(title)]


def entry(slot: Slot, text: str, house: House, *, indent: str, width: int) -> list[str]:
    """Return the name (and type) line and the text below it."""
    body = wrapped(text, first=indent + STEP, rest=indent + STEP, width=width)
    return [indent + _term(slot, house), *body]


def _term(slot: Slot, house: House) -> str:
    if slot.kind in (SlotKind.RETURNS, SlotKind.YIELDS):
        # Every reader of this style takes the first line for the type, so a text alone would be
        # one. Of a value without annotation `object` is all that is certain.
        return slot.type or "object"
    return f"{slot.name} : {slot.type}" if house.shows_type(slot) else slot.name
