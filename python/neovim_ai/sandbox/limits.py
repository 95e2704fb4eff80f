"""The kernel's own limits: they hold for each process, whatever the watch does not see in time."""

from __future__ import annotations

import resource
from collections.abc import Iterator

from neovim_ai.sandbox.model import Limits

OPEN_FILES = 512

_MIB = 2**20


def of_kernel(limits: Limits) -> Iterator[tuple[int, int, int]]:
    """Yield (resource, soft, hard) as `setrlimit` takes them.

    Address space is reserved freely and used sparingly, so its limit only keeps one allocation
    from taking the machine; what is used is watched.
    """
    yield resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1
    for what, most in (
        (resource.RLIMIT_AS, max(4 * limits.memory_mib, 4096) * _MIB),
        (resource.RLIMIT_FSIZE, limits.file_mib * _MIB),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        yield what, most, most


def confine(pid: int, limits: Limits) -> None:
    """Set them for a process that waits to begin, of a user namespace of its own.

    Only there is the number of processes counted apart from the user's other programs.
    """
    for what, soft, hard in of_kernel(limits):
        resource.prlimit(pid, what, (soft, hard))
    resource.prlimit(pid, resource.RLIMIT_NPROC, (limits.processes, limits.processes))
