"""Which definitions of a file lack something, for a range, a buffer or a project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from neovim_ai.docs.compose import Subject, study
from neovim_ai.docs.memory import Memory
from neovim_ai.docs.model import House
from neovim_ai.docs.slots import documented_elsewhere
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError, Kind
from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText


@dataclass(frozen=True)
class Lacking:
    """A definition that lacks something, and how many parts would be offered for it."""

    subject: Subject
    missing: int

    @property
    def definition(self) -> Definition:
        """What lacks it."""
        return self.subject.definition


def lacking(
    source: SourceText,
    house: House,
    wishes: Wishes,
    rows: tuple[int, int] | None = None,
    *,
    module: bool = False,
    memory: Memory | None = None,
) -> tuple[Lacking, ...]:
    """Return the definitions whose docstring is to be written or completed, in file order.

    Overloads are left to their implementation, and a constructor without docstring to its class.
    What has a syntax error of its own, or a docstring that is no plain string, is left out.

    Args:
        source: The file.
        house: How its docstrings are written.
        wishes: How much a docstring is to say.
        rows: 0-based and inclusive; what starts there, else the innermost around the first.
        module: Whether the module itself counts.
        memory: As for `study`.
    """
    found: list[Lacking] = []
    for definition in _within(source, rows):
        if definition.broken or not _on_its_own(definition, module):
            continue
        subject = _studied(source, definition, house, wishes, memory)
        if subject is None or documented_elsewhere(definition, subject.facts, house):
            continue
        missing = len(subject.missing) + len(subject.changes)
        if missing:
            found.append(Lacking(subject, missing))
    return tuple(found)


def _within(source: SourceText, rows: tuple[int, int] | None) -> Iterator[Definition]:
    everything = target.definitions(source)
    if rows is None:
        yield from everything
        return
    first, last = rows
    inside = [
        d
        for d in everything[1:]
        if source.row(d.span.start) <= last and first <= source.row(d.header.end)
    ]
    around = target.at(source, first)
    yield from inside or ([around] if around else [])


def _on_its_own(definition: Definition, module: bool) -> bool:
    if definition.kind is DefinitionKind.MODULE:
        return module
    return True


def _studied(
    source: SourceText,
    definition: Definition,
    house: House,
    wishes: Wishes,
    memory: Memory | None,
) -> Subject | None:
    try:
        return study(source, definition, house, wishes, memory)
    except AiError as error:
        if error.kind is not Kind.SYNTAX:
            raise
        return None
