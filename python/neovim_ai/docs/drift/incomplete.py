"""What a docstring leaves out without contradicting the code: no drift, shown when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neovim_ai.docs import reader, slots
from neovim_ai.docs.drift.model import Finding, FindingKind, Severity
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.errors import AiError, Kind
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

_KINDS = {
    SlotKind.PARAMETER: FindingKind.PARAMETER_MISSING,
    SlotKind.RETURNS: FindingKind.RETURNS_MISSING,
    SlotKind.YIELDS: FindingKind.YIELDS_MISSING,
    SlotKind.RAISES: FindingKind.RAISES_MISSING,
}


def incomplete(
    source: SourceText,
    definitions: Sequence[Definition] | None = None,
    house: House | None = None,
) -> tuple[Finding, ...]:
    """Return a hint for each parameter, result and exception that a docstring does not describe.

    Definitions without any docstring are left out.

    Args:
        source: The text.
        definitions: All its definitions, when the caller has them.
        house: Decides between two styles that a docstring mixes equally.
    """
    everything = target.definitions(source) if definitions is None else definitions
    told = [d for d in everything if d.docstring and not d.broken]
    spoken = [d for d in told if d.kind is not DefinitionKind.MODULE]
    return tuple(f for d in spoken for f in _of(source, d, everything, house or House()))


def _of(
    source: SourceText, definition: Definition, everything: Sequence[Definition], house: House
) -> Iterator[Finding]:
    try:
        docstring = reader.read(source, definition, house)
    except AiError as error:
        if error.kind is not Kind.SYNTAX:
            raise
        return
    if docstring is None:
        return
    facts = source_facts.collect(source, definition, everything)
    told = reader.described(docstring, facts)
    for slot in slots.wanted(definition, facts):
        kind = _KINDS.get(slot.kind)
        if kind is None or slot.optional or slot.key in told:
            continue
        what = f"'{slot.name}'" if slot.name else f"what is {_VERBS[slot.kind]}"
        yield Finding(
            kind,
            definition.qualname,
            definition.ordinal,
            source.line(docstring.literal.span.start),
            slot.key,
            f"The docstring does not describe {what}.",
            Severity.HINT,
            now=slot.name,
            mendable=True,
        )


_VERBS = {SlotKind.RETURNS: "returned", SlotKind.YIELDS: "yielded"}
