"""The tier of macOS: its own Seatbelt, by `sandbox-exec`.

Written to Apple's profile language and tested for its text alone: no test of ours has run it on
macOS. There a job's processes are no group of the kernel's: one that leaves its session and its
parent is not ended with the others, though it stays as shut in as they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from neovim_ai.sandbox import environment, mounts, moved, watch
from neovim_ai.sandbox.caged import Caged
from neovim_ai.sandbox.copies import Room
from neovim_ai.sandbox.kept import LONGEST_LINE, Kept
from neovim_ai.sandbox.limits import OPEN_FILES
from neovim_ai.sandbox.model import Job, Limits, Tier

SYSTEM = (
    *("/usr/lib", "/usr/share", "/usr/bin", "/bin", "/System/Library", "/System/Volumes/Preboot"),
    *("/Library/Frameworks", "/opt/homebrew", "/usr/local", "/private/var/db/timezone"),
    *("/private/etc/ssl", "/private/etc/localtime"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def find() -> Path | None:
    """Return `sandbox-exec`, None where there is none."""
    named = shutil.which("sandbox-exec")
    return Path(named) if named else None


def sandbox(program: Path) -> Caged:
    """Return the tier that `sandbox-exec` makes."""

    async def begin(job: Job, room: Room) -> Kept:
        return await _begin(program, job, room)

    return Caged(Tier.SEATBELT, begin)


async def _begin(program: Path, job: Job, room: Room) -> Kept:
    seen = moved.into(job, room)
    for name in ("home", "tmp"):
        (room.path / name).mkdir()
    process = await asyncio.create_subprocess_exec(
        *command(program, seen, room),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=seen.cwd,
        env=environment.completed(seen.env, str(room.path / "home"), str(room.path / "tmp")),
        start_new_session=True,
        limit=LONGEST_LINE,
    )
    shown = room.copy if job.project else None
    return Kept(job, process, process.pid, _ender(process), room, shown)


def command(program: Path, job: Job, room: Room) -> list[str]:
    """Return the whole command: limits by the shell, then the profile, then the job."""
    limited = f'{"; ".join(_shell_limits(job.limits))}; exec "$@"'
    text = profile(mounts.outside_copy(job.readable, room), [room.path])
    return ["/bin/sh", "-c", limited, "sh", str(program), "-p", text, *job.argv]


def profile(readable: Iterable[Path], writable: Iterable[Path]) -> str:
    """Return the profile: everything is denied but reading and writing below these paths.

    Args:
        readable: Files and folders besides the system's.
        writable: Folders.
    """
    read = [*SYSTEM, *map(_real, readable)]
    write = list(map(_real, writable))
    lines = [
        "(version 1)",
        "(deny default)",
        "(allow process-exec process-fork sysctl-read)",
        "(allow signal (target same-sandbox))",
        "(allow file-read-metadata)",
        '(allow file-read* (literal "/"))',
        f"(allow file-read* {_each('subpath', [*read, *write])})",
        f"(allow file-read* {_each('literal', DEVICES)})",
        f'(allow file-write* {_each("subpath", write)} (literal "/dev/null"))',
        # File rules say nothing of connecting to a socket file: it is denied as what it is.
        "(deny network*)",
    ]
    return "\n".join(lines)


def _real(path: Path) -> str:
    """Return a path as the kernel compares it: links resolved (`/tmp` is `/private/tmp`)."""
    return str(path.resolve())


def _each(kind: str, paths: Iterable[str]) -> str:
    return " ".join(f"({kind} {_quoted(path)})" for path in paths)


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shell_limits(limits: Limits) -> Iterator[str]:
    blocks = limits.file_mib * 2048  # the shell counts blocks of 512 bytes
    for letter, most in (("t", limits.cpu_s), ("f", blocks), ("n", OPEN_FILES), ("c", 0)):
        yield f"ulimit -{letter} {most}"


def _ender(process: asyncio.subprocess.Process) -> Callable[[], None]:
    def end() -> None:
        if process.returncode is None:
            for pid in reversed(watch.members(process.pid, most=10_000)):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    return end
