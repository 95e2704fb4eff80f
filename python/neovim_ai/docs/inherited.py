"""What the docstring of an overridden method says, so that it need not be said again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from neovim_ai.docs import reader
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.errors import AiError
from neovim_ai.source import callees, project
from neovim_ai.source import facts as source_facts
from neovim_ai.source.callees import File
from neovim_ai.source.exceptions import base_names, last_name
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

_PROSE = (str(SlotKind.SUMMARY), str(SlotKind.DESCRIPTION))
_MOST_CLASSES = 16
_Class = tuple[File, Definition]


def overridden(source: SourceText, definition: Definition) -> tuple[File, Definition] | None:
    """Return the documented method of a base class that this one overrides, and its file.

    Bases are looked for in the same file and, where they are imported, in the project's own files,
    which are read and parsed, never imported.

    Args:
        source: The text.
        definition: A method; anything else overrides nothing.
    """
    if definition.kind is not DefinitionKind.METHOD or definition.name == "__init__":
        return None
    here = _parsed(source)
    owner = here.by_qualname.get(definition.owner or "")
    queue: list[_Class] = [(here, owner)] if owner else []
    seen: set[tuple[Path | None, str]] = set()
    while queue and len(seen) < _MOST_CLASSES:
        file, one = queue.pop(0)
        if one.kind is not DefinitionKind.CLASS or (file.source.path, one.qualname) in seen:
            continue
        for method in file.definitions if seen else ():
            same = method.owner == one.qualname and method.name == definition.name
            if same and method.kind is DefinitionKind.METHOD and method.docstring:
                return file, method
        seen.add((file.source.path, one.qualname))
        queue += _bases(file, one, source.path)
    return None


def keys(source: SourceText, definition: Definition, house: House) -> frozenset[str]:
    """Return the keys of the slots that the overridden method's docstring describes.

    Args:
        source: The text.
        definition: What is to be documented.
        house: The project's way, for docstrings that leave their style open.
    """
    base = overridden(source, definition)
    if base is None:
        return frozenset()
    file, method = base
    try:
        docstring = reader.read(file.source, method, house)
    except AiError:
        # What cannot be read describes nothing; that is said when it is asked for itself.
        return frozenset()
    if docstring is None:
        return frozenset()
    facts = source_facts.collect(file.source, method, file.definitions)
    return frozenset(reader.described(docstring, facts)) - {*_PROSE}


def _bases(file: File, one: Definition, asked: Path | None) -> Iterator[_Class]:
    """Yield the classes that one derives from, as far as the project's files tell."""
    for written in base_names(file.source, one):
        name = written.partition("[")[0]
        here = file.by_qualname.get(last_name(name))
        if here is not None:
            yield file, here
        elif asked is not None and (found := _project(project.root(asked)).named(file, name)):
            yield found


@lru_cache(maxsize=2)
def _parsed(source: SourceText) -> File:
    """Keep what a file imports while its methods are looked at one after the other."""
    return callees.parsed(source)


@lru_cache(maxsize=4)
def _project(root: Path) -> callees.Project:
    """Keep the parsed files of a project; each is parsed again when it has changed."""
    return callees.Project(root)
