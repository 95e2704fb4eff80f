"""A process that belongs to no editor: whichever started it may be killed, the others go on."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from pathlib import Path

from neovim_ai.resident.locks import FileLock

_LOCK_PATIENCE = 2.0


async def start(module: str, config: bytes, log: Path) -> None:
    """Start a module of ours that calls `leave` once it has read its configuration."""
    argv = [sys.executable, "-I", "-m", module]
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=PIPE, stdout=DEVNULL, stderr=out, start_new_session=True
        )
    await process.communicate(config)


def leave() -> None:
    """Leave the program that started us."""
    # It waits for the first of the two processes and has no child of its own left.
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(quiet, 1)


def take(lock: FileLock, is_served: Callable[[], object]) -> bool:
    """Take the lock of a shared process; tell whether we are it now, or another is.

    Someone who asks whether the lock is held holds it for a moment; one that serves says so.
    """
    deadline = time.monotonic() + _LOCK_PATIENCE
    while not lock.acquire():
        if is_served() or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
