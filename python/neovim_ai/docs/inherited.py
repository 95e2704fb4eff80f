"""What the docstring of an overridden method says already, as far as this file shows it."""

from __future__ import annotations

from collections.abc import Iterator

from neovim_ai.docs import reader
from neovim_ai.docs.model import House
from neovim_ai.errors import AiError, Kind
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.exceptions import base_names
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

_DEEPEST = 8
_OWN = frozenset({"summary", "description"})


def inherited(source: SourceText, definition: Definition, house: House) -> frozenset[str]:
    """Return the keys of what the nearest documented method that this one overrides describes.

    What it does is its own to say: summary and description never count as said. A constructor is
    no override.
    """
    if definition.kind is not DefinitionKind.METHOD or definition.name in ("__init__", "__new__"):
        return frozenset()
    everything = target.definitions(source)
    for owner in _bases(source, everything, definition.owner or "", _DEEPEST):
        names = f"{owner}.{definition.name}"
        for one in everything:
            if one.qualname == names and one.docstring is not None:
                return _said(source, one, house) - _OWN
    return frozenset()


def _bases(
    source: SourceText, everything: tuple[Definition, ...], owner: str, depth: int
) -> Iterator[str]:
    """Yield the qualnames of a class's bases in this file, the nearest first."""
    found = next(
        (d for d in everything if d.qualname == owner and d.kind is DefinitionKind.CLASS), None
    )
    if found is None or not depth:
        return
    names = base_names(source, found)
    yield from names
    for name in names:
        yield from _bases(source, everything, name, depth - 1)


def _said(source: SourceText, definition: Definition, house: House) -> frozenset[str]:
    try:
        docstring = reader.read(source, definition, house)
    except AiError as error:
        if error.kind is not Kind.SYNTAX:
            raise
        return frozenset()
    if docstring is None:
        return frozenset()
    return frozenset(reader.described(docstring, source_facts.collect(source, definition)))
