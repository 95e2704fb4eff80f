"""Search for calls in the sandbox, and what they are found to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from neovim_ai.source.model import DefinitionKind
from neovim_ai.testgen.lab import outcomes
from neovim_ai.testgen.lab.mutants import Change
from neovim_ai.testgen.lab.observing import observe
from neovim_ai.testgen.lab.worker import FIRST, IMPORTING_S
from neovim_ai.testgen.lab.workers import Workers
from neovim_ai.testgen.model import Call, Ending, Observation, Target

Report = Callable[[str], None]

SETTLING_S = 30.0
"""Seconds beyond its budget that a search may take to choose and to shrink what it found."""


@dataclass(frozen=True)
class Found:
    """What a search brought: the calls chosen, and all it knows, in the worker's own words."""

    calls: Sequence[Call]
    genes: Sequence[Any]


_TOLD = (Ending.RETURNED, Ending.RAISED, Ending.YIELDED)


async def explore(
    workers: Workers,
    targets: Sequence[Target],
    seconds: float,
    seeds: Sequence[Call] = (),
    changes: Sequence[Change] = (),
    report: Report | None = None,
) -> Sequence[Observation]:
    """Search for calls that reach what no call reached yet, and observe those kept.

    Args:
        workers: Where.
        targets: What to call.
        seconds: For the whole search.
        seeds: Calls to try first.
        changes: Mutants that the calls should tell from the subject, once branches are reached.
        report: Takes a line of progress now and then.
    """
    began = asyncio.get_running_loop().time()
    found = await search(workers, targets, seconds * (0.65 if changes else 1.0), seeds, report)
    # What the search ran may have spoilt the copy of the project.
    await workers.renew(FIRST)
    left = seconds - (asyncio.get_running_loop().time() - began)
    calls = found.calls
    if changes and found.calls and left > 1.0:
        calls = [*calls, *await strengthen(workers, targets, left, found, changes, report)]
        await workers.renew(FIRST)
    told = await observe(workers, calls)
    seen = [Observation(call, outcome) for call, outcome in zip(calls, told, strict=True)]
    return tuple(one for one in seen if one.outcome.ending in _TOLD)


async def search(
    workers: Workers,
    targets: Sequence[Target],
    seconds: float,
    seeds: Sequence[Call],
    report: Report | None,
) -> Found:
    """Return the calls that a search chose, the plainest of each kind."""
    worker = await workers.get()
    request = {
        "targets": [_target(target) for target in targets],
        "goals": [_target(target)["qualname"] for target in workers.subject.targets],
        "seconds": seconds,
        "seeds": [outcomes.to_wire(call) for call in seeds],
    }
    within = seconds + SETTLING_S + IMPORTING_S
    found = Found((), ())
    async with aclosing(worker.ask("explore", within, **request)) as messages:
        async for message in messages:
            if "progress" in message and report is not None:
                told = message["progress"]
                report(f"searching: {told['reached']} of {told['goals']} branches")
            if "calls" in message:
                found = Found(tuple(map(outcomes.from_wire, message["calls"])), message["genes"])
    return found


async def strengthen(
    workers: Workers,
    targets: Sequence[Target],
    seconds: float,
    found: Found,
    changes: Sequence[Change],
    report: Report | None,
) -> Sequence[Call]:
    """Return more calls, each of which tells some mutant from the subject that no other does."""
    worker = await workers.get()
    request = {
        "targets": [_target(target) for target in targets],
        "goals": [_target(target)["qualname"] for target in workers.subject.targets],
        "seconds": seconds,
        "genes": list(found.genes),
        "chosen": len(found.calls),
        "mutants": [change.to_wire() for change in changes],
    }
    calls: Sequence[Any] = ()
    within = seconds + SETTLING_S + IMPORTING_S
    async with aclosing(worker.ask("strengthen", within, **request)) as messages:
        async for message in messages:
            if "progress" in message and report is not None:
                told = message["progress"]
                report(f"searching: {told['killed']} of {told['seen']} mutants noticed")
            calls = message.get("calls", calls)
    return [outcomes.from_wire(call) for call in calls]


def _target(target: Target) -> dict[str, Any]:
    is_module = target.definition.kind is DefinitionKind.MODULE
    return {"qualname": "" if is_module else target.qualname, "private": target.private}
