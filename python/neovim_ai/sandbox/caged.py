"""What all tiers do alike: make a room, start the job in it, leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import copies, rooms
from neovim_ai.sandbox.copies import Room
from neovim_ai.sandbox.kept import Kept
from neovim_ai.sandbox.model import Ended, Job, Tier

Begin = Callable[[Job, Room], Awaitable[Kept]]


class Caged:
    """A `model.Sandbox`, made of the function that starts a job.

    Attributes:
        tier: How strong it is.
    """

    def __init__(self, tier: Tier, begin: Begin) -> None:
        self.tier = tier
        self._begin = begin

    async def run(self, job: Job) -> Ended:
        """Run a job to its end; raises AiError (`sandbox`) where it cannot be started."""
        return await (await self.start(job)).finish()

    async def start(self, job: Job) -> Kept:
        """Start a job that is spoken to; whoever starts it stops it.

        A start is never broken off in the middle: asyncio waits forever for a process that it was
        making when it was cancelled, and a room half made would stay. It is ended right after.
        """
        starting = asyncio.ensure_future(self._start(job))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            with contextlib.suppress(AiError):
                await (await starting).stop()
            raise

    async def _start(self, job: Job) -> Kept:
        room = await asyncio.to_thread(copies.make_room, job.project)
        try:
            return await self._begin(job, room)
        except BaseException:
            rooms.throw_away(room.path)
            raise


async def never_began(
    who: str, process: asyncio.subprocess.Process, error: BaseException
) -> BaseException:
    """Return what to raise when a job did not begin: what was said, unless it was a stop.

    Args:
        who: Who was to start it.
        process: Its process, which has been ended.
        error: What kept it from beginning.
    """
    _, said = await process.communicate()
    if not isinstance(error, ValueError | OSError):
        return error
    why = (said.decode("utf-8", "replace").strip() or str(error)).splitlines()[-1]
    return AiError(Kind.SANDBOX, f"{who} could not start a job ({why}).")
