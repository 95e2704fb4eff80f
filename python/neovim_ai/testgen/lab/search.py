"""Search for calls in the sandbox, and what they are found to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from neovim_ai.source.model import DefinitionKind
from neovim_ai.testgen.lab import outcomes
from neovim_ai.testgen.lab.observing import observe
from neovim_ai.testgen.lab.worker import FIRST, IMPORTING_S
from neovim_ai.testgen.lab.workers import Workers
from neovim_ai.testgen.model import Call, Ending, Observation, Target

Report = Callable[[str], None]

SETTLING_S = 30.0
"""Seconds beyond its budget that a search may take to choose and to shrink what it found."""

_TOLD = (Ending.RETURNED, Ending.RAISED, Ending.YIELDED)


async def explore(
    workers: Workers,
    targets: Sequence[Target],
    seconds: float,
    seeds: Sequence[Call] = (),
    report: Report | None = None,
) -> Sequence[Observation]:
    """Search for calls that reach what no call reached yet, and observe those kept."""
    calls = await search(workers, targets, seconds, seeds, report)
    # What the search ran may have spoilt the copy of the project.
    await workers.renew(FIRST)
    found = await observe(workers, calls)
    seen = [Observation(call, outcome) for call, outcome in zip(calls, found, strict=True)]
    return tuple(one for one in seen if one.outcome.ending in _TOLD)


async def search(
    workers: Workers,
    targets: Sequence[Target],
    seconds: float,
    seeds: Sequence[Call],
    report: Report | None,
) -> Sequence[Call]:
    """Return the calls that a search chose, the plainest of each kind."""
    worker = await workers.get()
    request = {
        "targets": [_target(target) for target in targets],
        "seconds": seconds,
        "seeds": [outcomes.to_wire(call) for call in seeds],
    }
    within = seconds + SETTLING_S + IMPORTING_S
    found: Sequence[Any] = ()
    async with aclosing(worker.ask("explore", within, **request)) as messages:
        async for message in messages:
            if "progress" in message and report is not None:
                told = message["progress"]
                report(f"searching: {told['reached']} of {told['goals']} branches")
            found = message.get("calls", found)
    return [outcomes.from_wire(call) for call in found]


def _target(target: Target) -> dict[str, Any]:
    is_module = target.definition.kind is DefinitionKind.MODULE
    return {"qualname": "" if is_module else target.qualname, "private": target.private}
