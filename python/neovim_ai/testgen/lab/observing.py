"""Run calls, each in a fork of its own and in fresh conditions twice, and tell what they did."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen.lab import outcomes
from neovim_ai.testgen.lab.together import together
from neovim_ai.testgen.lab.worker import FIRST, IMPORTING_S, SECOND, Conditions, Worker
from neovim_ai.testgen.lab.workers import Workers
from neovim_ai.testgen.model import Call, Outcome

CALL_S = 5.0
"""Seconds that one call may take."""

MOST_DEATHS = 8
"""Workers that one batch of calls may cost before it is given up."""


async def observe(
    workers: Workers, calls: Sequence[Call], seconds: float = CALL_S
) -> Sequence[Outcome]:
    """Run each call twice, in fresh conditions, and tell what both runs agree on."""
    if not calls:
        return ()
    first, second = await together(
        [told(workers, conditions, calls, seconds) for conditions in (FIRST, SECOND)]
    )
    return tuple(outcomes.agreed(one, other) for one, other in zip(first, second, strict=True))


async def told(
    workers: Workers, conditions: Conditions, calls: Sequence[Call], seconds: float
) -> Sequence[outcomes.Told]:
    """Run each call once; a call that ends the worker is told as one that died.

    Raises:
        AiError: If the subject cannot be imported, or nothing can be run at all.
    """
    found: dict[int, outcomes.Told] = {}
    wire = [outcomes.to_wire(call) for call in calls]
    for _ in range(MOST_DEATHS):
        waiting = [index for index in range(len(calls)) if index not in found]
        if not waiting:
            break
        worker = await workers.get(conditions)
        try:
            await _run(worker, conditions, wire, waiting, seconds, found)
        except AiError as error:
            if error.kind is not Kind.SANDBOX or worker.alive:
                raise
            # One run at a time, so it is the first that has not answered.
            lost = next(index for index in waiting if index not in found)
            found[lost] = {"ending": "died", "message": worker.why or "ended the sandbox"}
    missing = {"ending": "died", "message": "was not run: the calls before it ended the sandbox"}
    return [found.get(index, missing) for index in range(len(calls))]


async def _run(
    worker: Worker,
    conditions: Conditions,
    wire: Sequence[dict[str, Any]],
    waiting: Sequence[int],
    seconds: float,
    found: dict[int, outcomes.Told],
) -> None:
    request = {
        "calls": [wire[index] for index in waiting],
        "seed": conditions.seed,
        "seconds": seconds,
        "width": 1,
    }
    within = IMPORTING_S + len(waiting) * (seconds + 1.0)
    async with aclosing(worker.ask("observe", within, **request)) as messages:
        async for message in messages:
            found[waiting[int(message["index"])]] = message["outcome"]
