"""What all attempts have: the registry, what they are told, system calls, the user's program."""

from __future__ import annotations

import ctypes
import glob
import json
import os
import resource
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Callable

TOLD: dict = {}
ATTEMPTS: dict[str, Callable[[], object]] = {}
NEEDS_ROOT: set[str] = set()
MAY_FAIL: set[str] = set()
LIBC = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"


def attempt(function):
    ATTEMPTS[function.__name__] = function
    return function


def root_attempt(function):
    """An attempt that even without a sandbox only root can make."""
    NEEDS_ROOT.add(function.__name__)
    return attempt(function)


def kernel_may_refuse(function):
    """An attempt that some kernels and containers refuse even without a sandbox."""
    MAY_FAIL.add(function.__name__)
    return function


def call(x86: int, arm: int, *arguments) -> int:
    """Make a system call; raises OSError."""
    ctypes.set_errno(0)
    result = LIBC.syscall(x86 if X86 else arm, *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def secret() -> str:
    """Return the file that this attempt goes for."""
    return os.path.join(TOLD["secrets"], TOLD["me"], "secret")


def victim() -> int:
    """Return the process id of the user's program, as it is known here."""
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(folder + "/cmdline", "rb") as line:
                if TOLD["marker"].encode() in line.read():
                    return int(os.path.basename(folder))
        except OSError:
            continue
    if os.path.isdir("/proc/self"):
        raise ProcessLookupError
    return TOLD["victim"]
