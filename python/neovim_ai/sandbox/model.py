"""The nouns of the sandbox: tier, limits, job, and how one ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

Why = Literal["", "wall", "cpu", "memory", "output", "processes", "disk"]
"""Which limit ended a job; empty when it ended by itself."""


class Tier(StrEnum):
    """How a job is kept in, the strongest first."""

    BUBBLEWRAP = "bubblewrap"
    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    SEATBELT = "seatbelt"
    NONE = "none"

    @property
    def label(self) -> str:
        """What it does, in one line for people."""
        return _LABELS[self]


_LABELS = {
    Tier.BUBBLEWRAP: "bubblewrap: own file system, processes and network, no way out",
    Tier.NAMESPACES: "kernel namespaces with Landlock and seccomp: own processes, no network",
    Tier.LANDLOCK: "Landlock and seccomp: no network, no writing outside the copy",
    Tier.SEATBELT: "macOS Seatbelt: no network, no writing outside the copy",
    Tier.NONE: "no sandbox: nothing that a model wrote is run",
}


@dataclass(frozen=True)
class Limits:
    """What one job may use; whoever needs more is stopped, never slowed.

    Attributes:
        wall_s: Seconds on the clock for the whole life of the job; None lets a worker live on.
        cpu_s: Seconds of processor time, of each process.
        memory_mib: MiB in memory, of all its processes together.
        processes: Processes at a time.
        file_mib: MiB of the longest file it may write.
        disk_mib: MiB that it may write in all.
        output_kib: KiB of standard output, and of standard error, that are kept; a job that
            prints more is stopped. Of a started job it bounds standard error alone.
    """

    wall_s: float | None = 60.0
    cpu_s: int = 60
    memory_mib: int = 1024
    processes: int = 64
    file_mib: int = 64
    disk_mib: int = 512
    output_kib: int = 512


@dataclass(frozen=True)
class Job:
    """One program to run.

    Attributes:
        argv: The program, an absolute path, and its arguments.
        cwd: Where it starts; inside `project` or a path that exists in the sandbox (`/tmp`).
        project: A folder shown as a throwaway copy that the job may write to; None for none.
        env: Its whole environment; the sandbox adds HOME, TMPDIR and PATH. See `environment`.
        readable: What it may read besides the system's programs; see `interpreter.readable_for`.
        stdin: What it reads from standard input; a started job gets its own by `write`.
        limits: What it may use.
    """

    argv: tuple[str, ...]
    cwd: Path = Path("/tmp")  # noqa: S108 - the sandbox's own, empty and private
    project: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    readable: tuple[Path, ...] = ()
    stdin: bytes = b""
    limits: Limits = Limits()


@dataclass(frozen=True)
class Ended:
    """How a job ended.

    Attributes:
        returncode: Its exit status; negative: the signal that ended it.
        stdout: What it printed, at most `limits.output_kib`.
        stderr: The same of standard error.
        truncated: Whether it printed more than that.
        why: The limit that ended it, empty when none did.
        seconds: How long it ran, on the clock, in seconds.
    """

    returncode: int
    stdout: bytes
    stderr: bytes
    truncated: bool
    why: Why
    seconds: float


class Running(Protocol):
    """A job that was started and is spoken to."""

    @property
    def project(self) -> Path | None:
        """The throwaway copy's path as the job sees it: the project's own, where mounts exist."""

    @property
    def returncode(self) -> int | None:
        """Its exit status, None while it runs."""

    @property
    def why(self) -> Why:
        """The limit that ended it; empty while it runs and when none did."""

    @property
    def stderr(self) -> bytes:
        """What it has written to standard error, at most `limits.output_kib`."""

    async def write(self, data: bytes) -> None:
        """Send bytes to its standard input; raises AiError when it has ended."""

    async def readline(self) -> bytes:
        """Return the next line of its standard output, empty at its end; raises AiError."""

    async def readexactly(self, count: int) -> bytes:
        """Return so many bytes of its standard output; raises AiError where it ends before."""

    async def stop(self) -> None:
        """End all its processes and throw the copy away; nothing happens when that is done."""


class Sandbox(Protocol):
    """One way to keep a job in."""

    @property
    def tier(self) -> Tier:
        """How strong it is."""

    async def run(self, job: Job) -> Ended:
        """Run a job to its end; raises AiError (`sandbox`) where it cannot be started.

        Cancelling it ends the job and all its processes.
        """

    async def start(self, job: Job) -> Running:
        """Start a job that is spoken to, a worker; whoever starts it stops it."""
