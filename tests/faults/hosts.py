"""What happens to the Python process beside the editor."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class HostFault:
    """One thing that happens.

    Attributes:
        name: For people.
        strike: Makes it happen to a process.
        says: A part of the message, where the request cannot be answered; empty where it goes on.
    """

    name: str
    strike: Callable[[int], None]
    says: str = ""


def _killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _crashed(pid: int) -> None:
    os.kill(pid, signal.SIGSEGV)


def _disk_full(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


HOSTS: tuple[HostFault, ...] = (
    HostFault("killed", _killed, "ended unexpectedly"),
    HostFault("crashed", _crashed, "ended unexpectedly"),
    HostFault("no space for files", _disk_full),
)
