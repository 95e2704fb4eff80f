"""Attempts on keys, privileges and the kernel."""

from __future__ import annotations

from tests.unit.sandbox.hostile.common import *


@attempt
def sees_a_key_of_the_environment():
    return os.environ.get("A_KEY")


@attempt
def sees_a_key_of_its_parent():
    return b"A_KEY" in open(f"/proc/{os.getppid()}/environ", "rb").read()


@attempt
def has_an_open_file_of_the_user_s():
    for fd in range(3, 256):
        try:
            if os.fstat(fd).st_ino == TOLD["open_file"]:
                return True
        except OSError:
            continue
    return False


@attempt
@kernel_may_refuse
def reads_the_keyring():
    return call(250, 219, 0, -4, 1) > 0  # KEYCTL_GET_KEYRING_ID of the user's keyring


@attempt
@kernel_may_refuse
def adds_a_key():
    return call(248, 217, b"user", TOLD["marker"].encode(), b"x", 1, -2) > 0


@root_attempt
def has_privileges():
    with open("/proc/self/status") as status:
        effective = next(line for line in status if line.startswith("CapEff"))
    return int(effective.split()[1], 16)


@attempt
def may_gain_privileges():
    return LIBC.prctl(39, 0, 0, 0, 0) == 0


@root_attempt
def loads_a_kernel_program():
    attributes = ctypes.create_string_buffer(struct.pack("IIIII", 2, 4, 8, 1, 0) + b"\0" * 100)
    return call(321, 280, 0, attributes, 72) >= 0  # BPF_MAP_CREATE


@attempt
@kernel_may_refuse
def makes_an_io_ring():
    return call(425, 425, 4, ctypes.create_string_buffer(120)) >= 0


@attempt
@kernel_may_refuse
def takes_page_faults():
    return call(323, 282, 1) >= 0  # UFFD_USER_MODE_ONLY


@attempt
@kernel_may_refuse
def counts_events():
    attributes = ctypes.create_string_buffer(struct.pack("IIQ", 1, 112, 0) + b"\0" * 96, 112)
    return call(298, 241, attributes, 0, -1, -1, 0) >= 0


@attempt
def runs_a_program_from_memory():
    memory = os.memfd_create("program")
    with open("/bin/true", "rb") as program:
        os.write(memory, program.read())
    pid = os.fork()
    if pid == 0:
        os.execve(f"/proc/self/fd/{memory}", ["true"], {})
    return os.waitpid(pid, 0)[1] == 0


@attempt
def takes_shared_memory():
    return call(29, 194, 0, 4096, 0o1600) >= 0


@attempt
def reads_another_program_s_shared_memory():
    LIBC.shmat.restype = ctypes.c_void_p
    LIBC.shmat.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
    at = LIBC.shmat(TOLD["shared_memory"], None, 0o10000)
    return at is not None and at != ctypes.c_void_p(-1).value


@root_attempt
def changes_a_setting_of_the_kernel():
    return open("/proc/sys/vm/swappiness", "r+b")


@root_attempt
@kernel_may_refuse
def reads_the_kernel_s_log():
    return call(103, 116, 3, ctypes.create_string_buffer(64), 64) > 0


@root_attempt
@kernel_may_refuse
def reads_the_disk():
    os.mknod("disk", 0o600 | 0o060000, os.makedev(*TOLD["block_device"]))
    return open("disk", "rb").read(512)


@root_attempt
def makes_a_device():
    os.mknod("memory", 0o600 | 0o020000, os.makedev(1, 3))
    return True


@root_attempt
def renames_the_machine():
    socket.sethostname(socket.gethostname())
    return True
