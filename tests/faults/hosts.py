"""What happens to the Python process beside the editor."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.processes import home_of, memory_limits, runs
from tests.faults.world import World

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def _nothing(world: World) -> None:
    return


@dataclass(frozen=True)
class HostFault:
    """One thing that happens.

    Attributes:
        name: For people.
        strike: Makes it happen.
        says: A part of the message, where the request cannot be answered; empty where it goes on.
        later: What commands say until it is mended; empty where the next one works.
        sure: It always strikes; else what is asked for may as well be answered.
        mend: Makes an end of it.
    """

    name: str
    strike: Callable[[World], None]
    says: str = ""
    later: str = ""
    sure: bool = True
    mend: Callable[[World], None] = _nothing

    @property
    def ends(self) -> bool:
        """The process is gone."""
        return bool(self.says) and self.sure


def _killed(world: World) -> None:
    os.kill(world.editor.host_pid(), signal.SIGKILL)


def _crashed(world: World) -> None:
    os.kill(world.editor.host_pid(), signal.SIGSEGV)


def _disk_full(world: World) -> None:
    resource.prlimit(world.editor.host_pid(), resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def _disk_free(world: World) -> None:
    resource.prlimit(world.editor.host_pid(), resource.RLIMIT_FSIZE, UNLIMITED)


def _memory_full(world: World) -> None:
    pid = world.editor.host_pid()
    for kind, used in memory_limits(pid).items():
        resource.prlimit(pid, kind, (used, resource.RLIM_INFINITY))


def _memory_free(world: World) -> None:
    pid = world.editor.host_pid()
    if runs(pid):  # it may have ended of it
        for kind in memory_limits(pid):
            resource.prlimit(pid, kind, UNLIMITED)


def _python_gone(world: World) -> None:
    world.with_python("/nonexistent/python")
    _killed(world)


def _package_gone(world: World) -> None:
    python = home_of(world.editor) / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n', encoding="ascii")
    python.chmod(0o755)
    world.with_python(str(python))
    _killed(world)


def _python_back(world: World) -> None:
    world.with_python("")


ENDED = "ended unexpectedly"
HOSTS: tuple[HostFault, ...] = (
    HostFault("killed", _killed, ENDED),
    HostFault("crashed", _crashed, ENDED),
    HostFault("no space for files", _disk_full, mend=_disk_free),
    HostFault("out of memory", _memory_full, "memory", "memory", False, _memory_free),
    HostFault("interpreter gone", _python_gone, ENDED, "cannot be run", mend=_python_back),
    HostFault("package gone", _package_gone, ENDED, "lacks the package", mend=_python_back),
)


def tells(world: World, fault: HostFault) -> None:
    """See that the next command names what is wrong, changes nothing, and that it can be mended."""
    if fault.later and fault.sure:
        before = world.text()
        world.editor.nvim.command("messages clear")
        world.ask()
        world.editor.said(fault.later)
        world.quiet()
        assert (world.text(), len(world.said())) == (before, 1)
    if fault.later:
        fault.mend(world)
