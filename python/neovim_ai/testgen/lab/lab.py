"""The lab of one job: warm workers, and what `model.Lab` asks of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox.model import Sandbox
from neovim_ai.testgen.lab import outcomes
from neovim_ai.testgen.lab.worker import FIRST, IMPORTING_S, SECOND, Conditions, Worker
from neovim_ai.testgen.model import Call, Outcome, Subject

Progress = Callable[[str], None]

CALL_S = 5.0
"""Seconds that one call may take."""

MOST_DEATHS = 8
"""Workers that one batch of calls may cost before it is given up."""


class Workers:
    """The workers of a job, one for each conditions, started when they are first asked."""

    def __init__(self, sandbox: Sandbox, subject: Subject) -> None:
        self._sandbox = sandbox
        self._subject = subject
        self._workers: dict[Conditions, Worker] = {}
        self._locks: dict[Conditions, asyncio.Lock] = {}
        self._closed = False

    async def get(self, conditions: Conditions = FIRST) -> Worker:
        """Return a living worker; raises AiError where none can be started."""
        async with self._locks.setdefault(conditions, asyncio.Lock()):
            found = self._workers.get(conditions)
            if found is None or not found.alive:
                if found is not None:
                    await found.stop()
                if self._closed:
                    raise AiError(Kind.CANCELLED, "The job is over.")
                found = await Worker.start(self._sandbox, self._subject, conditions)
                self._workers[conditions] = found
            return found

    async def renew(self, conditions: Conditions = FIRST) -> None:
        """End a worker whose copy of the project may be spoilt; the next has a fresh one."""
        found = self._workers.pop(conditions, None)
        if found is not None:
            await found.stop()

    async def close(self) -> None:
        """End them all."""
        self._closed = True
        workers, self._workers = list(self._workers.values()), {}
        await asyncio.gather(*(worker.stop() for worker in workers))


async def observe(
    workers: Workers, calls: Sequence[Call], seconds: float = CALL_S
) -> Sequence[Outcome]:
    """Run each call twice, in fresh conditions, and tell what both runs agree on."""
    if not calls:
        return ()
    first, second = await asyncio.gather(
        told(workers, FIRST, calls, seconds), told(workers, SECOND, calls, seconds)
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
