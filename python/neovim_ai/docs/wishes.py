"""What the user wants of one docstring: how much, for whom, what must be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.through import Callees
from neovim_ai.errors import AiError, Kind
from neovim_ai.source.model import DefinitionKind, Facts

SUMMARY, REQUIRED, DESCRIBED, ATTRIBUTES, EXAMPLES = DETAILS = range(1, 6)
AUDIENCES = range(1, 6)
COLLEAGUE = 3


@dataclass(frozen=True)
class Wishes:
    """How a docstring is to be.

    Attributes:
        detail: 1 the summary alone; 2 what completeness needs; 3 a description too; 4 attributes
            and side effects; 5 examples that were run.
        audience: 1 a newcomer, 3 a colleague, 5 an expert.
        rewrite: The whole docstring anew, instead of what it lacks.
        note: What is to be said, or changed.
        kept: Texts by slot key that stay; only the other slots are asked for.
        removals: Offer to remove what the code no longer has.
        callees: When exceptions of what it calls are offered.
    """

    detail: int = REQUIRED
    audience: int = COLLEAGUE
    rewrite: bool = False
    note: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    removals: bool = True
    callees: Callees = Callees.NEVER


def from_options(options: Mapping[str, Any]) -> Wishes:
    """Read a request's options; what is not named is as usual.

    Raises:
        AiError: `usage` when detail or audience is no number of its range.
    """
    usual = Wishes()
    return Wishes(
        _level("detail", options.get("detail"), usual.detail, DETAILS),
        _level("audience", options.get("audience"), usual.audience, AUDIENCES),
        bool(options.get("rewrite")),
        str(options.get("note") or "").strip(),
        # An empty Lua table arrives as a list.
        dict(options.get("kept") or {}),
    )


def as_options(wishes: Wishes, style: str) -> dict[str, Any]:
    """Say how a docstring was made, in the words of a request; the style only where it was asked.

    What `from_options` makes of it is what it was made of.
    """
    options: dict[str, Any] = {"detail": wishes.detail, "audience": wishes.audience}
    if style:
        options["style"] = style
    if wishes.rewrite:
        options["rewrite"] = True
    if wishes.note:
        options["note"] = wishes.note
    return options


def _level(name: str, value: object, usual: int, known: range) -> int:
    if value is None:
        return usual
    if isinstance(value, int | float) and value in known:
        return int(value)
    raise AiError(Kind.USAGE, f"'{name}' is {value!r}.", f"Use a number from 1 to {known[-1]}.")


def chosen(
    wanted: tuple[Slot, ...],
    kind: DefinitionKind,
    facts: Facts,
    wishes: Wishes,
    examples: bool = False,
) -> tuple[Slot, ...]:
    """Return the slots that a docstring of this detail has, of all that could be.

    Args:
        wanted: What the facts offer, optional slots among them.
        kind: What is documented.
        facts: Their side effects are a fact for the description.
        wishes: How much is wanted.
        examples: Whether an expression can call it, for examples to show.
    """
    if wishes.detail <= SUMMARY:
        return tuple(s for s in wanted if s.kind is SlotKind.SUMMARY and not s.optional)
    full = wishes.detail >= ATTRIBUTES
    slots = [s for s in wanted if not s.optional or (full and _is_attribute(s, kind))]
    if wishes.detail >= DESCRIBED and slots and not facts.is_overload:
        effects = ", ".join(facts.side_effects) if full else ""
        description = Slot(SlotKind.DESCRIPTION, hint=effects, optional=True)
        after = 1 if slots[0].kind is SlotKind.SUMMARY else 0
        if not any(s.kind is SlotKind.DESCRIPTION for s in slots):
            slots.insert(after, description)
    if wishes.detail >= EXAMPLES and slots and examples:
        slots.append(Slot(SlotKind.EXAMPLES, optional=True))
    return tuple(slots)


def _is_attribute(slot: Slot, kind: DefinitionKind) -> bool:
    return slot.kind is SlotKind.ATTRIBUTE and kind is DefinitionKind.CLASS
