"""The sections docstrings have, under every title people give them, and the order they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from neovim_ai.docs.model import SlotKind


@dataclass(frozen=True)
class SectionKind:
    """What a section is about.

    Attributes:
        slot: What its entries describe; None where they describe nothing of the signature.
        rank: Its place in the conventional order.
    """

    slot: SlotKind | None
    rank: int


RANKS = {
    SlotKind.SUMMARY: 0,
    SlotKind.DESCRIPTION: 1,
    SlotKind.PARAMETER: 2,
    SlotKind.ATTRIBUTE: 3,
    SlotKind.RETURNS: 4,
    SlotKind.YIELDS: 5,
    SlotKind.RAISES: 6,
    SlotKind.EXAMPLES: 7,
}
OTHER = SectionKind(None, 9)

_TITLES: dict[SlotKind | None, str] = {
    SlotKind.PARAMETER: (
        "args, arguments, parameters, params, parameter, argument, keyword args, kwargs,"
        " keyword arguments, keyword parameters, other parameters, other arguments, other params,"
        " optional arguments, optional args, optional parameters, receives, receive"
    ),
    SlotKind.ATTRIBUTE: "attributes, attribute, instance attributes, class attributes",
    SlotKind.RETURNS: "returns, return, return value, return values",
    SlotKind.YIELDS: "yields, yield",
    SlotKind.RAISES: "raises, raise, except, exceptions, exception",
    None: (
        "example, examples, note, notes, todo, references, reference, see also, warning, warnings,"
        " warns, warn, caution, attention, danger, error, hint, important, tip, methods,"
        " deprecated, usage, side effects, functions, classes, modules, license"
    ),
}
_KNOWN = {
    title.strip(): OTHER if slot is None else SectionKind(slot, RANKS[slot])
    for slot, titles in _TITLES.items()
    for title in titles.split(",")
}


def known(title: str) -> SectionKind | None:
    """Return what a section of this title is about; None for a title nobody agreed on."""
    return _KNOWN.get(" ".join(title.casefold().split()))
