"""From texts of slots to one edit of the source, checked: the half of `:AiDoc` without a model.

Accepting runs this again on the buffer as it then stands, so it must need nothing but the texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neovim_ai.docs import merge, place, reader, render, slots, verify
from neovim_ai.docs.model import Filled, Gate, House, Slot
from neovim_ai.docs.reader import Docstring
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.model import Definition, Facts
from neovim_ai.source.text import Edit, SourceText


@dataclass(frozen=True)
class Subject:
    """One definition with all that is known of it before a model is asked.

    Attributes:
        source: The text it stands in.
        definition: Where it stands.
        facts: What its code says.
        house: How its docstring is to be written.
        existing: Its docstring, read; None without one.
        missing: The slots it lacks, required ones only.
    """

    source: SourceText
    definition: Definition
    facts: Facts
    house: House
    existing: Docstring | None
    missing: tuple[Slot, ...]


@dataclass(frozen=True)
class Composed:
    """An edit, the docstring as it then stands in the source, and what the gates say of it."""

    edit: Edit
    literal: str
    gates: tuple[Gate, ...]

    @property
    def failed(self) -> tuple[Gate, ...]:
        """The gates that did not hold."""
        return tuple(gate for gate in self.gates if not gate.held)


def study(source: SourceText, definition: Definition, house: House) -> Subject:
    """Find out what a definition's docstring lacks."""
    facts = source_facts.collect(source, definition)
    existing = reader.read(source, definition, house)
    told = reader.described(existing, facts) if existing else set()
    wanted = (s for s in slots.wanted(definition, facts) if not s.optional)
    missing = tuple(s for s in wanted if s.key not in told)
    return Subject(source, definition, facts, house, existing, missing)


def draft(subject: Subject, texts: Mapping[str, str]) -> Edit | None:
    """Return the edit for the texts there are so far, unchecked; None while there are none."""
    filled = [Filled(s, texts[s.key]) for s in subject.missing if texts.get(s.key)]
    if not filled:
        return None
    if subject.existing is not None:
        edits = _merged(subject, subject.existing, filled)
        return subject.source.combine(edits) if edits else None
    indent = place.docstring_indent(subject.source, subject.definition)
    value = render.docstring(filled, subject.house, indent=indent)
    literal = render.literal_text(value, subject.house)
    return place.insert(subject.source, subject.definition, literal)


def compose(subject: Subject, texts: Mapping[str, str]) -> Composed | None:
    """Return the checked edit for the texts; None when they change nothing."""
    edit = draft(subject, texts)
    if edit is None:
        return None
    after = subject.source.apply([edit])
    gates = verify.verify(
        subject.source, after, subject.definition, subject.missing, texts, subject.house
    )
    return Composed(edit, _literal(after, subject.definition), gates)


def _merged(subject: Subject, existing: Docstring, filled: Sequence[Filled]) -> tuple[Edit, ...]:
    return merge.merge(
        subject.source, subject.definition, existing, subject.house, filled, subject.facts
    )


def _literal(after: SourceText, definition: Definition) -> str:
    found = target.by_qualname(after, definition.qualname, definition.ordinal)
    return after.slice(found.docstring) if found.docstring else ""
