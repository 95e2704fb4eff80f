"""The workers of one job: started when first asked, renewed when spoilt, ended together."""

from __future__ import annotations

import asyncio

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox.model import Sandbox
from neovim_ai.testgen.lab.worker import FIRST, Conditions, Worker
from neovim_ai.testgen.model import Subject


class Workers:
    """The workers of a job, one for each conditions, started when they are first asked.

    Attributes:
        subject: What they have imported.
    """

    def __init__(self, sandbox: Sandbox, subject: Subject) -> None:
        self._sandbox = sandbox
        self.subject = subject
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
                found = await Worker.start(self._sandbox, self.subject, conditions)
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
