"""Exceptions that come from what a function calls: whether a docstring names them too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum

from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.source.exceptions import INCIDENTAL, is_builtin_exception, last_name
from neovim_ai.source.model import Facts, Raise

MOST = 3
"""More of them would bury what the function itself does."""

_UNTOLD = INCIDENTAL | {"SystemExit"}


class Callees(StrEnum):
    """When exceptions of callees are offered.

    AUTO leaves alone a docstring that a person wrote, until a description is asked for, and offers
    nothing where a linter forbids it. What is not offered is evidence all the same.
    """

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def forbidden_by(house: House) -> str:
    """Name the linter that allows only what a function raises itself (DOC502); empty for none."""
    told = house.linters.pydoclint
    if told is not None and not told.on("skipCheckingRaises", False):
        return "pydoclint"
    return "ruff" if house.linters.rules.active("DOC502") else ""


def offers(chosen: Callees, house: House, *, whole: bool, described: bool) -> bool:
    """Tell whether they are offered.

    Args:
        chosen: The option.
        house: Its linters.
        whole: The docstring is new, or asked for anew.
        described: A description or more is asked for.
    """
    if chosen is Callees.AUTO:
        return (whole or described) and not forbidden_by(house)
    return chosen is Callees.ALWAYS


def slots(passing: Sequence[Raise], facts: Facts, known: Collection[Slot]) -> Iterator[Slot]:
    """Yield a slot for each exception of callees that the function does not raise or catch itself.

    Args:
        passing: As `callees.raises` found them.
        facts: What the function does itself.
        known: The slots there are already.
    """
    own = {last_name(r.exception) for r in facts.raises}
    own |= {last_name(s.name) for s in known if s.kind is SlotKind.RAISES}
    found = [r for r in passing if _is_telling(r) and last_name(r.exception) not in own]
    for one in sorted(found, key=lambda r: len(r.via))[:MOST]:
        yield Slot(SlotKind.RAISES, one.exception, hint=_hint(one), via=" → ".join(one.via))


def _is_telling(one: Raise) -> bool:
    name = last_name(one.exception)
    hidden = name.startswith("_") or name in _UNTOLD or one.exception.startswith("self.")
    named = one.exception.replace(".", "").isidentifier()
    return named and not hidden and (is_builtin_exception(name) or name[:1].isupper())


def _hint(one: Raise) -> str:
    caller = one.via[0].partition(":")[0] if one.via else ""
    said = f', "{one.message}"' if one.message else ""
    return f"raised by {caller}{said}" if caller else ""
