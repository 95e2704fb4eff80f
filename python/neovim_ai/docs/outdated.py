"""Makes room for a new text where one of ours describes a code that has changed since."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.docs import reader
from neovim_ai.docs.memory import Memory
from neovim_ai.docs.model import House, Slot
from neovim_ai.docs.read.document import Docstring
from neovim_ai.docs.read.model import Entry
from neovim_ai.source import target
from neovim_ai.source.model import Definition, Facts
from neovim_ai.source.text import Edit, SourceText


def rooms(
    source: SourceText,
    definition: Definition,
    house: House,
    facts: Facts,
    docstring: Docstring,
    wanted: Sequence[Slot],
    memory: Memory,
) -> dict[str, Edit]:
    """Return, for each slot whose text is ours and outdated, the edit that takes that text out.

    Only where the slot then counts as missing, so that the new text goes to the same place.
    """
    entries = {slot: entry for slot in wanted if (entry := _entry(docstring, slot)) is not None}
    said = [(slot, entry.text.of(docstring.value)) for slot, entry in entries.items()]
    found: dict[str, Edit] = {}
    for slot in memory.outdated(source.path, definition.qualname, facts, said):
        edit = _room(docstring, entries[slot])
        if edit is not None and _is_missing(source, definition, house, facts, slot, edit):
            found[slot.key] = edit
    return found


def _entry(docstring: Docstring, slot: Slot) -> Entry | None:
    """Return the one entry about a slot alone; None where there is none or more."""
    name = slot.name.lstrip("*")
    about = [
        entry
        for entry in docstring.entries
        if entry.kind is slot.kind
        and entry.described
        and not entry.only_type
        and (entry.names == (name,) or not (name or entry.names))
    ]
    return about[0] if len(about) == 1 else None


def _room(docstring: Docstring, entry: Entry) -> Edit | None:
    value, text = docstring.value, entry.text
    start = max(len(value[: text.start].rstrip()), entry.span.start)
    if start > entry.span.start:
        return docstring.literal.removed(start, text.end)
    first = value.rfind("\n", 0, entry.span.start) + 1
    last = value.find("\n", text.end)
    return docstring.literal.removed(first, last + 1) if first and last >= 0 else None


def _is_missing(
    source: SourceText, definition: Definition, house: House, facts: Facts, slot: Slot, edit: Edit
) -> bool:
    after = source.apply([edit])
    found = target.by_qualname(after, definition.qualname, definition.ordinal)
    docstring = reader.read(after, found, house)
    return docstring is not None and slot.key not in reader.described(docstring, facts)
