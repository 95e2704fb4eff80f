"""The filter refuses what it names and nothing else, for each machine; run by a small reader."""

from __future__ import annotations

import errno
import struct

import pytest

from neovim_ai.errors import AiError
from neovim_ai.sandbox import seccomp

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
ALLOWED = 0x7FFF0000
REFUSED = 0x00050000 | errno.EPERM
READ, OPENAT, FUTEX = (0, 63), (257, 56), (202, 98)
SOCKET, CLONE, IOCTL, PRLIMIT, UTIMENSAT, CLONE3 = (
    (41, 198),
    (56, 220),
    (16, 29),
    (302, 261),
    (280, 88),
    (435, 435),
)


def verdict(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """Run a filter on one system call."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    call = struct.pack("=IIQ6Q", number, audit, 0, *padded)
    lines = list(struct.iter_unpack("=HBBI", program))
    at, value = 0, 0
    while True:
        code, then, otherwise, k = lines[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("=I", call, k)
        elif code == 0x06:
            return int(k)
        else:
            holds = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[code]
            at += then if holds else otherwise


def judged(name: str, call: tuple[int, int], *arguments: int, shared: bool = False) -> int:
    audit, column = MACHINES[name]
    program = seccomp.program(shared=shared, machine=name)
    return verdict(program, audit, call[column], *arguments)


@pytest.mark.parametrize("name", MACHINES)
def test_what_it_names_is_refused(name: str) -> None:
    audit, column = MACHINES[name]
    program, shared = (seccomp.program(shared=s, machine=name) for s in (False, True))
    for numbers in seccomp._REFUSED.values():
        assert verdict(program, audit, numbers[column]) == REFUSED
    for numbers in (*seccomp._SHARED.values(), SOCKET):
        assert verdict(shared, audit, numbers[column], 1) == REFUSED
        assert verdict(program, audit, numbers[column], 1) == ALLOWED


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("shared", [False, True])
def test_what_every_program_does_is_allowed(name: str, shared: bool) -> None:
    for call in (READ, OPENAT, FUTEX):
        assert judged(name, call, shared=shared) == ALLOWED
    assert judged(name, CLONE, 0x11, shared=shared) == ALLOWED
    assert judged(name, IOCTL, 0, 0x5401, shared=shared) == ALLOWED
    assert judged(name, PRLIMIT, 0, 7, shared=shared) == ALLOWED
    assert judged(name, UTIMENSAT, 5, 0, shared=shared) == ALLOWED


@pytest.mark.parametrize("name", MACHINES)
def test_arguments_decide_where_the_call_alone_does_not(name: str) -> None:
    assert judged(name, SOCKET, 1) == ALLOWED
    assert judged(name, SOCKET, 40) == 0x00050000 | errno.EAFNOSUPPORT
    assert judged(name, CLONE, 0x10000000) == REFUSED
    assert judged(name, CLONE, 0x00020011) == REFUSED
    assert judged(name, IOCTL, 0, 0x5412) == REFUSED
    assert judged(name, CLONE3) == 0x00050000 | errno.ENOSYS
    assert judged(name, PRLIMIT, 77, 7, shared=True) == REFUSED
    assert judged(name, UTIMENSAT, 5, 0x7FFF0000, shared=True) == REFUSED


def test_calls_of_another_architecture_end_the_program() -> None:
    program = seccomp.program(machine="x86_64")
    assert verdict(program, 0x40000003, 1) == 0x80000000
    assert verdict(program, MACHINES["x86_64"][0], 0x40000000 | 101) == REFUSED


def test_unknown_machine_has_no_filter_and_so_no_tier() -> None:
    with pytest.raises(AiError, match="riscv64"):
        seccomp.program(machine="riscv64")
