"""What the docstring of an overridden method says, so that it need not be said again."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.docs import reader
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.errors import AiError
from neovim_ai.source import facts as source_facts
from neovim_ai.source.exceptions import base_names, last_name
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

_PROSE = (str(SlotKind.SUMMARY), str(SlotKind.DESCRIPTION))


def overridden(
    source: SourceText, definition: Definition, everything: Sequence[Definition]
) -> Definition | None:
    """Return the documented method of a base class in the same file that this one overrides.

    Args:
        source: The text.
        definition: A method; anything else overrides nothing.
        everything: All definitions of the text.
    """
    if definition.kind is not DefinitionKind.METHOD or definition.name == "__init__":
        return None
    classes = {d.qualname: d for d in everything if d.kind is DefinitionKind.CLASS}
    queue, seen = [definition.owner or ""], set[str]()
    while queue:
        owner = classes.get(queue.pop(0))
        if owner is None or owner.qualname in seen:
            continue
        seen.add(owner.qualname)
        for method in everything if len(seen) > 1 else ():
            same = method.owner == owner.qualname and method.name == definition.name
            if same and method.kind is DefinitionKind.METHOD and method.docstring:
                return method
        queue += [last_name(name.partition("[")[0]) for name in base_names(source, owner)]
    return None


def keys(
    source: SourceText, definition: Definition, everything: Sequence[Definition], house: House
) -> frozenset[str]:
    """Return the keys of the slots that the overridden method's docstring describes.

    Args:
        source: The text.
        definition: What is to be documented.
        everything: All definitions of the text.
        house: The project's way, for docstrings that leave their style open.
    """
    base = overridden(source, definition, everything)
    if base is None:
        return frozenset()
    try:
        docstring = reader.read(source, base, house)
    except AiError:
        # What cannot be read describes nothing; that is said when it is asked for itself.
        return frozenset()
    if docstring is None:
        return frozenset()
    facts = source_facts.collect(source, base, everything)
    return frozenset(reader.described(docstring, facts)) - {*_PROSE}
