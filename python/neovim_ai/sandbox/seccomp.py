"""Which system calls a job may not make, as a filter program for the kernel.

The kept libraries wrap a shared libseccomp that many machines lack; the filter is a table and
thirty lines, and bubblewrap wants its bytes.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from neovim_ai.errors import AiError, Kind

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into the user's terminal
_FAMILIES = (1, 2, 10, 16)  # UNIX, INET, INET6, NETLINK: what lives in a network namespace
_X32 = 0x40000000

_REFUSED: Mapping[str, tuple[int, int]] = {
    # into other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # keys of the session, which no namespace holds apart
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # large and often broken parts of the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    # memory that no limit counts, and programs that no file holds
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    # new namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
}

_X86_ONLY = (172, 173)  # iopl, ioperm

_SHARED: Mapping[str, tuple[int, int]] = {
    # rights and times of files by name: Landlock does not know them
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    # what processes of one user may do to each other
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    # memory, queues and semaphores of the user's other programs
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
}
"""What is refused besides where a job shares the user's namespaces."""

_SHARED_X86 = (90, 92, 94, 132, 235, 261)  # chmod, chown, lchown, utime, utimes, futimesat

_OF_OTHERS: Mapping[str, tuple[int, int]] = {
    "prlimit64": (302, 261),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
}
"""What a process may do to itself, which it calls 0, and not to others, where they are shared."""


@dataclass(frozen=True)
class _Machine:
    audit: int
    column: int
    socket: int
    clone: int
    ioctl: int
    utimensat: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 0, socket=41, clone=56, ioctl=16, utimensat=280),
    "aarch64": _Machine(0xC00000B7, 1, socket=198, clone=220, ioctl=29, utimensat=88),
}
_CLONE3 = 435


def program(*, shared: bool = False, machine: str = "") -> bytes:
    """Return the filter, an array of `struct sock_filter`.

    Args:
        shared: Whether the job shares the user's namespaces: then it may make no sockets but
            connected pairs, which asyncio needs, and touch no file's rights and no other process.
        machine: As `platform.machine()` names it, which is asked when it is empty.

    Raises:
        AiError: `sandbox` for a machine whose system calls we have no numbers of.
    """
    name = machine or platform.machine()
    known = _MACHINES.get(name)
    if known is None:
        raise AiError(Kind.SANDBOX, f"There is no system call filter for {name}.")
    lines = [*_preamble(known), *_by_number(known), *_by_argument(known, shared)]
    lines += _where_shared(known) if shared else []
    return b"".join([*lines, _line(_RETURN, _ALLOW)])


def _preamble(machine: _Machine) -> Iterator[bytes]:
    yield _line(_LOAD, _ARCHITECTURE)
    yield _line(_EQUAL, machine.audit, then=1)
    yield _line(_RETURN, _KILL)
    yield _line(_LOAD, _NUMBER)
    if machine.column == 0:
        yield from _refuse_if(_AT_LEAST, _X32)


def _by_number(machine: _Machine) -> Iterator[bytes]:
    # The C library falls back to clone, whose flags a filter can see.
    yield from _refuse_if(_EQUAL, _CLONE3, errno.ENOSYS)
    for numbers in _REFUSED.values():
        yield from _refuse_if(_EQUAL, numbers[machine.column])
    for number in _X86_ONLY if machine.column == 0 else ():
        yield from _refuse_if(_EQUAL, number)


def _by_argument(machine: _Machine, shared: bool) -> Iterator[bytes]:
    if not shared:
        allowed = [_line(_EQUAL, f, then=len(_FAMILIES) - i) for i, f in enumerate(_FAMILIES)]
        yield from _when(machine.socket, 0, [*allowed, _refusal(errno.EAFNOSUPPORT)])
    yield from _when(machine.clone, 0, list(_refuse_if(_ANY_BIT, _NEW_NAMESPACES)))
    typing = [line for request in _TERMINAL_INPUT for line in _refuse_if(_EQUAL, request)]
    yield from _when(machine.ioctl, 1, typing)


def _where_shared(machine: _Machine) -> Iterator[bytes]:
    for numbers in ((machine.socket,) * 2, *_SHARED.values()):
        yield from _refuse_if(_EQUAL, numbers[machine.column])
    for number in _SHARED_X86 if machine.column == 0 else ():
        yield from _refuse_if(_EQUAL, number)
    for numbers in _OF_OTHERS.values():
        itself = [_line(_EQUAL, 0, then=1), _refusal(errno.EPERM)]
        yield from _when(numbers[machine.column], 0, itself)
    # By descriptor it has no name, and whoever holds the descriptor could open the file.
    unnamed = [_line(_EQUAL, 0, then=1), _refusal(errno.EPERM)]
    yield from _when(machine.utimensat, 1, unnamed)


def _when(number: int, argument: int, body: list[bytes]) -> Iterator[bytes]:
    """Yield what looks at the low half of one argument of one system call."""
    inside = [_line(_LOAD, _ARGUMENTS + 8 * argument), *body, _line(_LOAD, _NUMBER)]
    yield _line(_EQUAL, number, otherwise=len(inside))
    yield from inside


def _refuse_if(test: int, value: int, with_error: int = errno.EPERM) -> Iterator[bytes]:
    yield _line(test, value, otherwise=1)
    yield _refusal(with_error)


def _refusal(error: int) -> bytes:
    return _line(_RETURN, _ERRNO | error)


def _line(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
