"""Sphinx (reST) style: `:param name: text` fields."""

from __future__ import annotations

from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.docs.wrap import wrapped

STEP = "    "

FIELDS = {
    SlotKind.PARAMETER: ("param", "type"),
    SlotKind.RETURNS: ("returns", "rtype"),
    SlotKind.YIELDS: ("yields", "ytype"),
    SlotKind.RAISES: ("raises", ""),
    SlotKind.ATTRIBUTE: ("ivar", "vartype"),
}


def entry(slot: Slot, text: str, house: House, *, indent: str, width: int) -> list[str]:
    """Return the field's lines and, where the house repeats types, its type field."""
    word, type_word = FIELDS[slot.kind]
    name = f" {spelled(slot.name)}" if slot.name else ""
    lines = wrapped(text, first=f"{indent}:{word}{name}: ", rest=indent + STEP, width=width)
    if type_word and house.shows_type(slot):
        lines.append(f"{indent}:{type_word}{name}: {slot.type}")
    return lines


def spelled(name: str) -> str:
    r"""Write a name as reST reads it: `\*args`, because a lone star would open emphasis."""
    return name.replace("*", "\\*")
