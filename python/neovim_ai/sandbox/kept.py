"""A job that runs: spoken to, watched, and ended with all its processes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import rooms, watch
from neovim_ai.sandbox.copies import Room
from neovim_ai.sandbox.model import Ended, Job, Why

LOOK_EVERY = 0.05
"""Seconds between two looks at what a job uses."""

OWN_PROCESSES = 2
"""Processes of the sandbox itself, which are not the job's."""

LONGEST_LINE = 16 * 2**20
"""Bytes of the longest line a started job may answer."""

_CHUNK = 65536


class Kept:
    """A `model.Running`, whatever tier keeps it.

    Attributes:
        project: The copy's path as the job sees it.
    """

    def __init__(
        self,
        job: Job,
        process: asyncio.subprocess.Process,
        leader: int,
        end: Callable[[], None],
        room: Room,
        project: Path | None,
        gone: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Watch a process from now on.

        Args:
            job: What runs.
            process: The process whose end is the job's.
            leader: The process id whose descendants are the job's processes.
            end: Ends all of them at once; may be called again.
            room: What is thrown away at the end.
            project: The copy's path as the job sees it.
            gone: Waits until all have ended, where the process's own end does not say that.
        """
        self.project = project
        self._job = job
        self._process = process
        self._leader = leader
        self._end = end
        self._all_gone = gone
        self._room = room
        self._why: Why = ""
        self._stderr = bytearray()
        self._truncated = False
        self._started = asyncio.get_running_loop().time()
        self._watchers = [
            asyncio.create_task(self._look()),
            asyncio.create_task(self._drain_stderr()),
        ]

    @property
    def returncode(self) -> int | None:
        """Its exit status, None while it runs."""
        code = self._process.returncode
        if code is None or code <= 128 or code - 128 not in set(signal.Signals):
            return code
        return 128 - code

    @property
    def why(self) -> Why:
        """The limit that ended it; empty while it runs and when none did."""
        if not self._why and self._process.returncode is not None and self._spent_its_time():
            self._why = "cpu"
        return self._why

    @property
    def stderr(self) -> bytes:
        """What it has written to standard error, at most `limits.output_kib`."""
        return bytes(self._stderr)

    async def write(self, data: bytes) -> None:
        """Send bytes to its standard input; raises AiError when it has ended."""
        if self._process.stdin is None or self._process.stdin.is_closing():
            raise self._gone()
        try:
            self._process.stdin.write(data)
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise self._gone() from error

    async def readline(self) -> bytes:
        """Return the next line of its standard output, empty at its end; raises AiError."""
        try:
            return await self._stdout.readline()
        except ValueError as error:
            self._stop_for("output")
            raise AiError(
                Kind.SANDBOX, f"The job answered a line of over {LONGEST_LINE >> 20} MiB."
            ) from error

    async def readexactly(self, count: int) -> bytes:
        """Return so many bytes of its standard output; raises AiError where it ends before."""
        try:
            return await self._stdout.readexactly(count)
        except asyncio.IncompleteReadError as error:
            raise self._gone() from error

    async def stop(self) -> None:
        """End all its processes and throw the copy away; nothing happens when that is done."""
        self._end()
        await self._close_stdin()
        await self._discard_stdout()
        await self._process.wait()
        if self._all_gone is not None:
            await self._all_gone()
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await asyncio.to_thread(rooms.throw_away, self._room.path)

    async def finish(self) -> Ended:
        """Feed it, wait for its end, and tell how it ended; nothing of it is left then."""
        feeding = asyncio.create_task(self._feed())
        try:
            stdout = await self._capped(self._stdout)
            await self._process.wait()
            await self._watchers[1]
        finally:
            feeding.cancel()
            await self.stop()
        return Ended(
            returncode=self.returncode if self.returncode is not None else -signal.SIGKILL,
            stdout=stdout,
            stderr=self.stderr,
            truncated=self._truncated,
            why=self.why,
            seconds=asyncio.get_running_loop().time() - self._started,
        )

    @property
    def _stdout(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None  # noqa: S101 - every tier makes the pipe
        return self._process.stdout

    async def _feed(self) -> None:
        if self._process.stdin is None:
            return
        # A job that ends without reading all of it is no error.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._process.stdin.write(self._job.stdin)
            await self._process.stdin.drain()
            self._process.stdin.close()

    async def _capped(self, stream: asyncio.StreamReader) -> bytes:
        """Read to the end, keep as much as is allowed, and stop a job that prints more."""
        kept = bytearray()
        await self._drain_into(kept, stream)
        return bytes(kept)

    async def _drain_stderr(self) -> None:
        if self._process.stderr is not None:
            await self._drain_into(self._stderr, self._process.stderr)

    async def _drain_into(self, kept: bytearray, stream: asyncio.StreamReader) -> None:
        most = self._job.limits.output_kib * 1024
        while chunk := await stream.read(_CHUNK):
            if len(kept) + len(chunk) > most:
                self._truncated = True
                self._stop_for("output")
            kept += chunk[: most - len(kept)]

    async def _close_stdin(self) -> None:
        """Let go of the pipe; one that is left to the collector outlives its loop."""
        if self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                await self._process.stdin.wait_closed()

    async def _discard_stdout(self) -> None:
        while await self._stdout.read(_CHUNK):
            continue

    async def _look(self) -> None:
        """Compare what it uses with what it may use until it ends."""
        while self._process.returncode is None:
            if why := await self._broken_limit():
                self._stop_for(why)
                return
            await asyncio.sleep(LOOK_EVERY if watch.HAS_PROC else 10 * LOOK_EVERY)

    async def _broken_limit(self) -> Why:
        limits = self._job.limits
        pids = watch.members(self._leader, limits.processes + OWN_PROCESSES)
        if len(pids) > limits.processes + OWN_PROCESSES:
            return "processes"
        if watch.memory_mib(pids, limits.memory_mib) > limits.memory_mib:
            return "memory"
        lived = asyncio.get_running_loop().time() - self._started
        if limits.wall_s is not None and lived > limits.wall_s:
            return "wall"
        return "disk" if await self._fills_the_disk() else ""

    async def _fills_the_disk(self) -> bool:
        most = self._job.limits.disk_mib
        if self._room.written_mib() <= most:
            return False
        # The disk fills; only a walk tells whether it was this job.
        return await asyncio.to_thread(self._room.holds_mib) > most

    def _stop_for(self, why: Why) -> None:
        if not self._why and self._process.returncode is None:
            self._why = why
            self._end()

    def _spent_its_time(self) -> bool:
        lived = asyncio.get_running_loop().time() - self._started
        code = self.returncode
        if code == -signal.SIGXCPU:
            return True
        return code == -signal.SIGKILL and lived >= self._job.limits.cpu_s

    def _gone(self) -> AiError:
        last = self.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        said = f": {last[0]}" if last else ""
        limit = f" (limit: {self._why})" if self._why else ""
        return AiError(Kind.SANDBOX, f"The job in the sandbox ended{limit}{said}.")
