"""Epytext style: `@param name: text` fields."""

from __future__ import annotations

import re

from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.docs.wrap import wrapped

STEP = "    "

FIELDS = {
    SlotKind.PARAMETER: ("param", "type"),
    SlotKind.RETURNS: ("return", "rtype"),
    SlotKind.YIELDS: ("yield", "ytype"),
    SlotKind.RAISES: ("raise", ""),
    SlotKind.ATTRIBUTE: ("ivar", "type"),
}
_BRACES = {"{": "E{lb}", "}": "E{rb}"}


def entry(slot: Slot, text: str, house: House, *, indent: str, width: int) -> list[str]:
    """Return the field's lines and, where the house repeats types, its type field.

    Names carry no stars: readers of this style ask for the bare name.
    """
    word, type_word = FIELDS[slot.kind]
    name = f" {slot.name.lstrip('*')}" if slot.name else ""
    first = f"{indent}@{word}{name}: "
    lines = wrapped(spoken(text), first=first, rest=indent + STEP, width=width)
    if type_word and house.shows_type(slot):
        lines.append(f"{indent}@{type_word}{name}: {slot.type}")
    return lines


def spoken(text: str) -> str:
    """Write braces so that they stay braces: alone or after a capital they would be markup."""
    if text.count("{") == text.count("}") and not re.search(r"[A-Z]\{", text):
        return text
    return re.sub(r"[{}]", lambda brace: _BRACES[brace.group()], text)
