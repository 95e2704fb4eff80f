"""The few calls to the kernel that Python has no names for."""

from __future__ import annotations

import ctypes
import os
import platform

NEW_MOUNTS, NEW_CGROUP, NEW_HOST, NEW_IPC = 0x20000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000

NO_SUID, NO_DEVICES, NO_PROGRAMS = 2, 4, 8
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
_DETACH = 2

_PARENT_DEATH, _SECCOMP, _DROP_BOUND, _NO_NEW_PRIVILEGES = 1, 22, 24, 38
_SUBREAPER, _AMBIENT = 36, 47
_FILTER_MODE, _CLEAR_ALL = 2, 4


class _Attributes(ctypes.Structure):
    """`struct mount_attr`."""

    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def leave(namespaces: int) -> None:
    """Enter new namespaces; raises OSError where the system allows none."""
    _check(_libc().unshare(namespaces), "unshare")


def mount(source: str, at: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount; raises OSError."""
    names = [text.encode() or None for text in (source, at, kind)]
    _check(_libc().mount(*names, ctypes.c_ulong(flags), options.encode() or None), f"mount {at}")


def freeze(at: str) -> None:
    """Make a mount and all below it read-only, without devices and set-uid programs."""
    # MOUNT_ATTR_RDONLY, NOSUID and NODEV happen to be 1, 2 and 4.
    attributes = _Attributes(7, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    done = _libc().syscall(
        _MOUNT_SETATTR, -100, at.encode(), 0x8000, ctypes.byref(attributes), size
    )
    _check(done, f"read-only {at}")


def move_into(root: str) -> None:
    """Make a mounted folder the root, and let the old root go."""
    os.chdir(root)
    _check(_libc().syscall(_PIVOT_ROOT[platform.machine()], b".", b"."), "pivot_root")
    _check(_libc().umount2(b".", _DETACH), "umount")
    os.chdir("/")


def die_with_parent() -> None:
    """End when the parent ends."""
    _prctl(_PARENT_DEATH, 9)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _prctl(_SUBREAPER, 1)


def give_up_privileges() -> None:
    """Let no program gain what this process has: neither root's rights nor a set-uid file's."""
    _prctl(_AMBIENT, _CLEAR_ALL)
    capability = 0
    while _libc().prctl(_DROP_BOUND, capability, 0, 0, 0) == 0:
        capability += 1
    _prctl(_NO_NEW_PRIVILEGES, 1)


def filter_calls(program: bytes) -> None:
    """Refuse system calls from now on, as `seccomp.program` says."""
    whole = _Program(len(program) // 8, program)
    _check(_libc().prctl(_SECCOMP, _FILTER_MODE, ctypes.byref(whole), 0, 0), "seccomp")


def _prctl(what: int, value: int) -> None:
    _check(_libc().prctl(what, value, 0, 0, 0), f"prctl {what}")
