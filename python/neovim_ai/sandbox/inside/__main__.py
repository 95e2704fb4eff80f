"""Shut this process in as a plan says, then become the job.

    python -I -m neovim_ai.sandbox.inside PLAN_FD TOLD_FD

The plan comes through PLAN_FD, which stays open as the line that the job's life hangs on: when its
other end closes, by a stop or because whoever held it was killed, all processes end. What goes
wrong before the job begins is told through TOLD_FD.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from neovim_ai.sandbox.inside import kernel, root, rules

_FAILED = 125


def main(plan_fd: int, told_fd: int) -> NoReturn:
    """Read the plan and follow it; ends as the job ends."""
    for fd in (plan_fd, told_fd):
        os.set_inheritable(fd, False)
    try:
        (size,) = struct.unpack("=I", _exactly(plan_fd, 4))
        plan = json.loads(_exactly(plan_fd, size))
        _offer_to_the_oom_killer()
        keep = _in_namespaces if plan["root"] else _in_the_open
        keep(plan, plan_fd, told_fd)
    except Exception as error:  # noqa: BLE001 - whatever it is, the job must not begin
        os.write(told_fd, f"{type(error).__name__}: {error}".encode())
    os._exit(_FAILED)


def _in_namespaces(plan: dict[str, Any], line: int, told: int) -> None:
    kernel.die_with_parent()
    _enter_namespaces()
    first = os.fork()
    if first == 0:
        _first_process(plan, line, told)
    os.close(told)
    _wait_for_either(line, first)
    # The first process's end is that of all others in its namespace.
    os.kill(first, signal.SIGKILL)
    os._exit(_status(os.waitpid(first, 0)[1]))


def _first_process(plan: dict[str, Any], line: int, told: int) -> NoReturn:
    try:
        kernel.die_with_parent()
        os.close(line)
        root.build(plan["root"], plan["shown"], plan["links"], plan["scratch_mib"])
        _loopback_up()
        socket.sethostname("sandbox")
        job = os.fork()
    except Exception as error:  # noqa: BLE001
        os.write(told, f"{type(error).__name__}: {error}".encode())
        os._exit(_FAILED)
    if job == 0:
        _become(plan, told, network=True)
    os.close(told)
    os._exit(_reaped(job))


def _in_the_open(plan: dict[str, Any], line: int, told: int) -> None:
    kernel.adopt_orphans()
    rules.hold_signals()
    job = os.fork()
    if job == 0:
        _become(plan, told, network=False)
    os.close(told)
    _when_cut(line, _end_all)
    status = _reaped(job)
    _end_all()
    while _any_left():
        continue
    os._exit(status)


def _end_all() -> None:
    # All that this process may signal is what it started; without that rule, all of the user's.
    if rules.signals_are_held():
        try:
            os.kill(-1, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # there is none left


def _any_left() -> bool:
    try:
        os.wait()
    except ChildProcessError:
        return False
    return True


def _become(plan: dict[str, Any], told: int, *, network: bool) -> NoReturn:
    try:
        os.setsid()
        for what, soft, hard in plan["limits"]:
            resource.setrlimit(what, (soft, hard))
        if network:
            most = plan["processes"] + 2
            resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        os.chdir(plan["cwd"])
        kernel.give_up_privileges()
        rules.shut_in(plan["readable"], plan["writable"], network=network)
        kernel.filter_calls(bytes.fromhex(plan["filter"]))
        os.execve(plan["argv"][0], plan["argv"], plan["env"])  # noqa: S606
    except Exception as error:  # noqa: BLE001 - whatever it is, the job must not begin
        os.write(told, f"{type(error).__name__}: {error}".encode())
    os._exit(_FAILED)


def _enter_namespaces() -> None:
    user, group = os.geteuid(), os.getegid()
    kernel.leave(
        (kernel.NEW_USER | kernel.NEW_MOUNTS | kernel.NEW_PROCESSES | kernel.NEW_NETWORK)
        | (kernel.NEW_IPC | kernel.NEW_HOST | kernel.NEW_CGROUP)
    )
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def _loopback_up() -> None:
    """Let servers of the job itself be reached, as tests like to do."""
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, get_flags, struct.pack("16sH14x", b"lo", 0))
        (flags,) = struct.unpack("16xH14x", request)
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sH14x", b"lo", flags | up))


def _offer_to_the_oom_killer() -> None:
    """Where memory runs out before the watch sees it, let this go and not the user's editor."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    except OSError:
        return  # a container that has no such thing


def _wait_for_either(line: int, child: int) -> None:
    """Wait until the other end of the line closes or the child ends.

    Who has left a process namespace can start no threads.
    """
    waiting = select.poll()
    waiting.register(line, select.POLLIN)
    waiting.register(os.pidfd_open(child), select.POLLIN)
    waiting.poll()


def _when_cut(line: int, end: Callable[[], None]) -> None:
    """End everything when the other end of the line closes."""

    def wait() -> None:
        while os.read(line, 1):
            continue
        end()

    threading.Thread(target=wait, daemon=True).start()


def _reaped(job: int) -> int:
    """Wait for the job, burying what it left behind meanwhile, and return its exit status."""
    while True:
        pid, status = os.wait()
        if pid == job:
            return _status(status)


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _exactly(fd: int, count: int) -> bytes:
    found = b""
    while len(found) < count:
        chunk = os.read(fd, count - len(found))
        if not chunk:
            raise EOFError("the plan ends too soon")
        found += chunk
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
