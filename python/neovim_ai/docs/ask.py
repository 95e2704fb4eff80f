"""Turn missing slots into a question, and a model's lines back into texts of slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.llm.model import Field, Prompt
from neovim_ai.source.context import Context
from neovim_ai.source.model import Definition, DefinitionKind

SYSTEM = (
    "You write Python docstrings. Each text you are asked for is one short, plain sentence that "
    "says what the code does, for a colleague who has not read it. No markup, no code, no types."
)
_BOUNDS = {SlotKind.SUMMARY: 40, SlotKind.DESCRIPTION: 90, SlotKind.RETURNS: 50}
_BOUND = 40
_LEADS = {SlotKind.RAISES: "If"}


def fields(slots: Sequence[Slot]) -> dict[str, Slot]:
    """Name each slot as the model is to write it; names are unique, in the order of the slots."""
    named: dict[str, Slot] = {}
    for slot in slots:
        name = slot.name or str(slot.kind)
        named[name if name not in named else f"{slot.kind} {name}"] = slot
    return named


def as_fields(named: Mapping[str, Slot]) -> tuple[Field, ...]:
    """Give each name its fact and its bound, in tokens."""
    return tuple(
        Field(name, slot.hint, _BOUNDS.get(slot.kind, _BOUND), _LEADS.get(slot.kind, ""))
        for name, slot in named.items()
    )


def prompt(
    definition: Definition, context: Context, named: Mapping[str, Slot], note: str = ""
) -> Prompt:
    """Build the question; what is stable for a file stands before what is not.

    Args:
        definition: What is documented.
        context: What is shown of the code.
        named: The names asked, as `fields` gives them.
        note: What the user wants said, or why a first answer would not do.
    """
    return Prompt(SYSTEM, _stable(context), _task(definition, context, named, note))


def _stable(context: Context) -> str:
    if not context.voices:
        return ""
    return "Docstrings of this file begin like this:\n" + "\n".join(context.voices)


def _task(definition: Definition, context: Context, named: Mapping[str, Slot], note: str) -> str:
    around = [context.owner] if context.owner else []
    around += context.callees
    parts = ["Around it:\n" + "\n".join(around)] if around else []
    parts.append(f"```python\n{context.definition}\n```")
    if any(slot.kind is SlotKind.SUMMARY for slot in named.values()):
        parts.append(_about_the_summary(definition))
    if note:
        parts.append(note)
    return "\n\n".join(parts)


def _about_the_summary(definition: Definition) -> str:
    if definition.kind is DefinitionKind.CLASS:
        return "The summary says what an instance stands for."
    if definition.kind is DefinitionKind.MODULE:
        return "The summary says what the module is for."
    return "The summary says what the caller gets, in the imperative, not how it is done."
