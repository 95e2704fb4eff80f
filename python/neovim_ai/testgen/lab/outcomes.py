"""Calls and outcomes as they cross the border of the sandbox, and what two runs agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from neovim_ai.testgen.model import Argument, Call, Ending, Outcome

Told = Mapping[str, Any]

MOST_CHECKS = 6
_ENDINGS = {str(ending.value) for ending in Ending}


def to_wire(call: Call) -> dict[str, Any]:
    """Return a call as plain data."""
    return {
        "target": call.target,
        "callee": call.callee,
        "arguments": [[argument.name, argument.source] for argument in call.arguments],
        "arrange": list(call.arrange),
        "fixtures": list(call.fixtures),
        "imports": list(call.imports),
        "as_written": call.as_written,
    }


def from_wire(told: Told) -> Call:
    """Return the call that plain data describes."""
    return Call(
        target=str(told["target"]),
        callee=str(told["callee"]),
        arguments=tuple(Argument(str(source), str(name)) for name, source in told["arguments"]),
        arrange=tuple(map(str, told.get("arrange", ()))),
        fixtures=tuple(map(str, told.get("fixtures", ()))),
        imports=tuple(map(str, told.get("imports", ()))),
        as_written=bool(told.get("as_written", False)),
    )


def outcome(told: Told) -> Outcome:
    """Return what one run told; what cannot be read of it is a call that died."""
    ending = told.get("ending", "died")
    if ending not in _ENDINGS:
        message = f"cannot be arranged: {told.get('message', '')}"
        return Outcome(Ending.DIED, message=message, stable=False)
    return Outcome(
        ending=Ending(ending),
        value=str(told.get("value", "")),
        type=str(told.get("type", "")),
        message=str(told.get("message", "")),
        checks=tuple(map(str, told.get("checks", ()))),
        stdout=str(told.get("stdout", "")),
        lines=frozenset(map(int, told.get("lines", ()))),
        branches=frozenset((int(a), int(b)) for a, b in told.get("branches", ())),
        seconds=float(told.get("seconds", 0.0)),
        imports=tuple(map(str, told.get("imports", ()))),
        deliberate=bool(told.get("raised_by_subject", False)),
        litter=tuple(map(str, told.get("litter", ()))),
    )


def agreed(first: Told, second: Told) -> Outcome:
    """Return what two runs in fresh conditions have in common.

    A value that differs is dropped in favour of what both say of it (`len(result) == 3`); with
    nothing left in common the outcome is not stable.
    """
    one, other = outcome(first), outcome(second)
    if one.ending is not other.ending or one.type != other.type:
        return replace(one, stable=False)
    checks = tuple(check for check in one.checks if check in other.checks)
    value = one.value if one.value == other.value else ""
    if one.value and not value:
        spare = second.get("spare", ())
        checks += tuple(map(str, (c for c in first.get("spare", ()) if c in spare)))
    message = one.message if one.message == other.message else ""
    stable = bool(value or checks) or one.ending is Ending.RAISED
    return replace(
        one,
        value=value,
        checks=checks[:MOST_CHECKS],
        message=message,
        stdout=one.stdout if one.stdout == other.stdout else "",
        stable=stable and one.ending in (Ending.RETURNED, Ending.RAISED, Ending.YIELDED),
        lines=one.lines & other.lines,
        branches=one.branches & other.branches,
    )
