"""Attempts on other processes, and out of the root."""

from __future__ import annotations

from tests.unit.sandbox.hostile.common import *


@attempt
@kernel_may_refuse
def makes_a_user_namespace():
    return call(272, 97, 0x10000000) == 0


@attempt
@kernel_may_refuse
def makes_a_user_namespace_by_clone():
    flags = 0x10000000 | signal.SIGCHLD
    pid = call(56, 220, flags, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return pid > 0


@root_attempt
def mounts_over_a_file():
    place = os.path.dirname(secret()).encode()
    return LIBC.mount(b"tmpfs", place, b"tmpfs", 0, None) == 0 and LIBC.umount(place) == 0


@root_attempt
def leaves_by_a_change_of_root():
    os.mkdir("jail")
    here = os.open(".", os.O_RDONLY)
    os.chroot("jail")
    os.fchdir(here)
    for _ in range(64):
        os.chdir("..")
    os.chroot(".")
    return open(secret()).read() == "secret"


@root_attempt
def enters_another_process_s_namespace():
    space = os.open(f"/proc/{victim()}/ns/net", os.O_RDONLY)
    return call(308, 268, space, 0) == 0


@attempt
def signals_a_process():
    os.kill(victim(), 0)
    return True


@attempt
def continues_a_process():
    os.kill(victim(), signal.SIGCONT)
    return True


@attempt
@kernel_may_refuse
def attaches_to_a_process():
    pid = victim()
    call(101, 117, 16, pid, 0, 0)
    os.waitpid(pid, 0)
    call(101, 117, 17, pid, 0, 0)
    return True


@attempt
@kernel_may_refuse
def traces_its_own_parent():
    parent = os.getppid()
    return call(101, 117, 0x4206, parent, 0, 0) == 0  # PTRACE_SEIZE


@attempt
@kernel_may_refuse
def reads_a_process_s_memory():
    into = ctypes.create_string_buffer(8)
    local = (ctypes.c_void_p * 2)(ctypes.addressof(into), 8)
    remote = (ctypes.c_void_p * 2)(TOLD["address"], 8)
    return call(310, 270, victim(), local, 1, remote, 1, 0) == 8


@attempt
@kernel_may_refuse
def opens_a_process_s_memory():
    return open(f"/proc/{victim()}/mem", "r+b")


@attempt
def reads_a_process_s_environment():
    return b"A_KEY" in open(f"/proc/{victim()}/environ", "rb").read()


@attempt
def reads_a_process_s_command():
    return open(f"/proc/{victim()}/cmdline", "rb").read()


@attempt
@kernel_may_refuse
def takes_a_process_s_file():
    handle = os.pidfd_open(victim())
    return call(438, 438, handle, 0, 0) >= 0


@attempt
def slows_a_process():
    os.setpriority(os.PRIO_PROCESS, victim(), 19)
    return True


@attempt
def limits_a_process():
    pid = victim()
    resource.prlimit(pid, resource.RLIMIT_CORE, resource.prlimit(pid, resource.RLIMIT_CORE))
    return True


@attempt
def binds_a_process_to_a_core():
    pid = victim()
    os.sched_setaffinity(pid, os.sched_getaffinity(pid))
    return True
