"""The tiers without bubblewrap: a program of ours shuts itself in and becomes the job."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import sys
from pathlib import Path
from typing import Any

from neovim_ai.sandbox import environment, limits, mounts, moved, seccomp
from neovim_ai.sandbox.bubblewrap import SCRATCH_MIB
from neovim_ai.sandbox.caged import Caged, never_began
from neovim_ai.sandbox.copies import Room
from neovim_ai.sandbox.kept import LONGEST_LINE, Kept
from neovim_ai.sandbox.model import Job, Tier

PROGRAM = "neovim_ai.sandbox.inside"

_READABLE_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def namespaces() -> Caged:
    """Return the tier of namespaces, Landlock and seccomp: a root, processes and network anew."""

    async def begin(job: Job, room: Room) -> Kept:
        return await _begin(job, job, room, _in_namespaces(job, room))

    return Caged(Tier.NAMESPACES, begin)


def landlock() -> Caged:
    """Return the tier of Landlock and seccomp: the user's own root, where little may be touched."""

    async def begin(job: Job, room: Room) -> Kept:
        seen = moved.into(job, room)
        return await _begin(job, seen, room, _in_the_open(seen, room))

    return Caged(Tier.LANDLOCK, begin)


async def _begin(job: Job, seen: Job, room: Room, plan: dict[str, Any]) -> Kept:
    """Start the program, tell it the plan, and wait until it is shut in.

    Args:
        job: What is to run.
        seen: The same with the paths that the job sees.
        room: Its folder.
        plan: What the program needs to know.
    """
    (plan_out, line), (told, tell) = os.pipe(), os.pipe()
    lifeline = os.fdopen(line, "wb", buffering=0)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", PROGRAM, str(plan_out), str(tell)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": environment.PATH},
            pass_fds=(plan_out, tell),
            start_new_session=True,
            limit=LONGEST_LINE,
        )
    except BaseException:
        lifeline.close()
        os.close(told)
        raise
    finally:
        os.close(plan_out)
        os.close(tell)
    try:
        await asyncio.to_thread(_tell, lifeline, plan)
        await _until_shut_in(told)
    except BaseException as error:
        lifeline.close()
        raise await never_began("The sandbox", process, error) from error
    return Kept(job, process, process.pid, lifeline.close, room, _place(job, seen, room))


def _place(job: Job, seen: Job, room: Room) -> Path | None:
    return None if job.project is None else job.project if seen is job else room.copy


def _tell(lifeline: Any, plan: dict[str, Any]) -> None:
    body = json.dumps(plan).encode()
    message = struct.pack("=I", len(body)) + body
    while message:
        message = message[lifeline.write(message) :]


async def _until_shut_in(told: int) -> None:
    """Wait until the program has become the job; raises ValueError with what kept it from that."""
    with os.fdopen(told, "rb") as stream:
        if problem := await asyncio.to_thread(stream.read):
            raise ValueError(problem.decode("utf-8", "replace"))


def _common(job: Job, env: dict[str, str]) -> dict[str, Any]:
    return {
        "argv": job.argv,
        "cwd": str(job.cwd),
        "env": env,
        "limits": list(limits.of_kernel(job.limits)),
    }


def _in_namespaces(job: Job, room: Room) -> dict[str, Any]:
    links = [path for path in map(Path, mounts.SYSTEM) if path.is_symlink()]
    system = [Path(name) for name in (*mounts.SYSTEM, *mounts.SETTINGS)]
    shown = [(str(p), str(p), False) for p in system if p.exists() and p not in links]
    planned = mounts.plan(job.readable, room)
    shown += [(str(mount.source), str(mount.at), mount.writable) for mount in planned]
    root = room.path / "root"
    root.mkdir()
    return {
        **_common(job, environment.completed(job.env)),
        "root": str(root),
        "shown": shown,
        "links": {str(path): str(path.readlink()) for path in links},
        "scratch_mib": min(job.limits.disk_mib, SCRATCH_MIB),
        "processes": job.limits.processes,
        "readable": ["/"],
        "writable": [*_written(job), "/tmp", "/dev/shm", "/dev/null", "/dev/zero", "/dev/full"],  # noqa: S108
        "filter": seccomp.program().hex(),
    }


def _written(job: Job) -> list[str]:
    return [str(job.project)] if job.project else []


def _in_the_open(job: Job, room: Room) -> dict[str, Any]:
    env = environment.completed(job.env, str(room.path / "home"), str(room.path / "tmp"))
    for name in ("home", "tmp"):
        (room.path / name).mkdir()
    readable = [Path(name) for name in (*mounts.SYSTEM, *mounts.SETTINGS, *_READABLE_DEVICES)]
    readable += mounts.outside_copy(job.readable, room)
    return {
        **_common(job, env),
        "root": "",
        "readable": [str(path) for path in readable],
        "writable": [str(room.path), "/dev/null"],
        "filter": seccomp.program(shared=True).hex(),
    }
