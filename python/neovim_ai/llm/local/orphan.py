"""A child that dies with its parent, also when that is killed without a word."""

from __future__ import annotations

import os
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, pipe: int) -> None:
    """Arrange that this process ends when its parent does.

    Args:
        parent: The parent's pid, as it told us: it may have died before we came to ask.
        pipe: A file descriptor whose other end only the parent holds.
    """
    if sys.platform == "linux":
        die_by_signal(parent)
    else:
        die_by_pipe(pipe)


def die_by_signal(parent: int) -> None:
    """Ask Linux for SIGKILL at the parent's death.

    It means the parent's thread that started us: the supervisor starts its child from its main one.
    """
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os._exit(1)


def die_by_pipe(pipe: int) -> None:
    """Watch a pipe from the parent in a thread, and end the process when it closes."""

    def watch() -> None:
        while os.read(pipe, 4096):
            continue
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
