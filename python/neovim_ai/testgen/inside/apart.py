"""Run something in a fork of this process, under limits, and take what it returns."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from typing import Any, Callable, Dict, Iterator, NamedTuple, Sequence, Tuple

LONGEST = 8 * 1024 * 1024
"""Bytes that one run may return."""

_NO_MEMORY = 77
_TOO_MUCH_MEMORY = "needed too much memory"

Act = Callable[[], Any]


class Limits(NamedTuple):
    """What one run may use: seconds on the clock, MiB of memory more than it began with."""

    seconds: float = 5.0
    memory_mib: int = 700
    file_mib: int = 32


class Ended(NamedTuple):
    """How a run ended: its value, or in words why there is none."""

    value: Any
    why: str
    seconds: float


class _Child(NamedTuple):
    number: int
    pid: int
    reads: int
    began: float
    deadline: float
    taken: bytearray


def run(act: Act, limits: Limits = Limits()) -> Ended:
    """Run one act apart."""
    return next(run_each([act], limits, 1))[1]


def run_each(
    acts: Sequence[Act], limits: Limits = Limits(), width: int = 2
) -> Iterator[Tuple[int, Ended]]:
    """Run acts apart, `width` at a time, and yield `(index, Ended)` as they end."""
    waiting = list(enumerate(acts))[::-1]
    children: Dict[int, _Child] = {}
    try:
        while waiting or children:
            while waiting and len(children) < width:
                index, act = waiting.pop()
                child = _fork(index, act, limits)
                children[child.reads] = child
            soonest = min(child.deadline for child in children.values())
            ready, _, _ = select.select(list(children), [], [], max(0.0, soonest - _now()))
            for reads in ready:
                if not _read(children[reads]):
                    child = children.pop(reads)
                    yield child.number, _finish(child, "")
            for child in [c for c in children.values() if c.deadline <= _now()]:
                del children[child.reads]
                yield child.number, _finish(child, f"ran longer than {limits.seconds:g} s")
    finally:
        for child in children.values():
            _finish(child, "stopped")


def _now() -> float:
    return time.monotonic()


def _fork(index: int, act: Act, limits: Limits) -> _Child:
    reads, writes = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reads)
        _be_child(act, writes, limits)
    os.close(writes)
    began = _now()
    return _Child(index, pid, reads, began, began + limits.seconds, bytearray())


def _be_child(act: Act, writes: int, limits: Limits) -> None:
    """Run the act and write its value; never returns into the parent's code."""
    status = 1
    try:
        os.setsid()
        restrict(limits)
        body = json.dumps(act()).encode("utf-8", "surrogatepass")
        data = memoryview(struct.pack(">I", len(body)) + body)
        while data:
            data = data[os.write(writes, data) :]
        status = 0
    except MemoryError:
        status = _NO_MEMORY
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(status)


def restrict(limits: Limits) -> None:
    """Bound this process: processor time, address space, length of files, no core dump."""
    seconds = int(limits.seconds) + 2
    _lower(resource.RLIMIT_CPU, seconds)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.file_mib * 1024 * 1024)
    if sys.platform.startswith("linux"):
        _lower(resource.RLIMIT_AS, _address_space() + limits.memory_mib * 1024 * 1024)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL if number != signal.SIGXFSZ else signal.SIG_IGN)


def _lower(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, hard))


def _address_space() -> int:
    """Return the bytes of address space in use; a guess where the sandbox hides `/proc`."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30


def _read(child: _Child) -> bool:
    """Take what a child wrote; False when it is whole, or will not become so.

    The end of the pipe is no sign: what the run left behind may hold it open.
    """
    piece = os.read(child.reads, 1 << 16)
    child.taken.extend(piece)
    return bool(piece) and not _whole(child.taken) and len(child.taken) <= LONGEST


def _whole(taken: bytearray) -> bool:
    return len(taken) >= 4 and len(taken) - 4 >= struct.unpack(">I", taken[:4])[0]


def _finish(child: _Child, why: str) -> Ended:
    """Collect a child and kill what it left running."""
    os.close(child.reads)
    if why:
        _kill(child.pid)
    _, status = os.waitpid(child.pid, 0)
    # Processes that the run started are of its group: the session outlives its leader.
    _kill(child.pid)
    seconds = _now() - child.began
    if _whole(child.taken) and not why:
        return Ended(json.loads(bytes(child.taken[4:])), "", seconds)
    if len(child.taken) > LONGEST:
        why = "returned more than can be read"
    return Ended(None, why or _cause(status), seconds)


def _kill(pid: int) -> None:
    """Kill a child's group; before `setsid` it is of ours, then the child alone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "used too much processor time"
        return f"was ended by {signal.Signals(number).name}"
    code = os.WEXITSTATUS(status)
    return _TOO_MUCH_MEMORY if code == _NO_MEMORY else f"ended its process with status {code}"
