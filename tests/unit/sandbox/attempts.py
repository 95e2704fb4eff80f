"""Programs that try to get out, run inside a sandbox and, as the control, outside of it.

This file runs by itself, with nothing but the library: `python attempts.py < told.json` prints the
names of the attempts that got out. Each runs in a process of its own and has a file of its own to
go for, so that none spoils another's chance.
"""

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


# --- network


def reaches(family: int, address: object) -> bool:
    with socket.socket(family) as client:
        client.settimeout(3)
        client.connect(address)
        return client.recv(5) == b"hello"


@attempt
def connects_by_tcp():
    return reaches(socket.AF_INET, ("127.0.0.1", TOLD["tcp"]))


@attempt
def connects_by_tcp_to_any_address():
    return reaches(socket.AF_INET, ("0.0.0.0", TOLD["tcp"]))


@attempt
def connects_to_a_socket_file():
    return reaches(socket.AF_UNIX, TOLD["unix"])


@attempt
def connects_to_a_socket_file_in_tmp():
    return reaches(socket.AF_UNIX, TOLD["unix_in_tmp"])


@attempt
def connects_to_a_socket_file_by_a_symlink():
    os.symlink(TOLD["unix"], "link-to-socket")
    return reaches(socket.AF_UNIX, "link-to-socket")


@attempt
def connects_to_an_abstract_socket():
    return reaches(socket.AF_UNIX, "\0" + TOLD["abstract"])


@attempt
def sends_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.5)
        client.sendto(b"x", ("127.0.0.1", TOLD["udp"]))
        return client.recv(10)


@attempt
def asks_a_name_server():
    query = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.connect(("127.0.0.1", TOLD["udp"]))
        client.send(query)
        return client.recv(100)


@attempt
def sees_which_ports_are_taken():
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", TOLD["tcp"]))
        except PermissionError:
            return False
        except OSError:
            return True
    return False


@attempt
def sees_the_connections_of_the_machine():
    return f":{TOLD['tcp']:04X} " in open("/proc/net/tcp").read()


@root_attempt
def listens_to_the_wire():
    return socket.socket(17, socket.SOCK_RAW)  # AF_PACKET


@attempt
@kernel_may_refuse
def talks_to_the_hypervisor():
    return socket.socket(40, socket.SOCK_STREAM)  # AF_VSOCK


@attempt
@kernel_may_refuse
def talks_to_the_kernel_s_cryptography():
    return socket.socket(38, socket.SOCK_SEQPACKET)  # AF_ALG


# --- files


@attempt
def reads_a_file():
    return open(secret()).read() == "secret"


@attempt
def lists_a_folder():
    return os.listdir(os.path.dirname(secret()))


@attempt
def reads_a_key_of_the_home():
    return open(os.path.join(TOLD["home"], ".ssh", "id_ed25519")).read()


@attempt
def removes_the_home():
    shutil.rmtree(os.path.join(TOLD["home"], "documents"))
    return True


@attempt
def overwrites_a_file():
    return open(secret(), "w").write("mine")


@attempt
def appends_to_a_file():
    return open(secret(), "a").write("mine")


@attempt
def makes_a_file():
    return open(secret() + "-new", "w").write("mine")


@attempt
def makes_a_folder():
    os.mkdir(secret() + "-folder")
    return True


@attempt
def removes_a_file():
    os.unlink(secret())
    return True


@attempt
def truncates_a_file():
    os.truncate(secret(), 0)
    return True


@attempt
def moves_a_file_in():
    os.rename(secret(), "moved-in")
    return True


@attempt
def moves_a_file_out():
    open("mine", "w").close()
    os.replace("mine", secret())
    return True


@attempt
def reads_by_a_symlink():
    os.symlink(secret(), "link")
    return open("link").read() == "secret"


@attempt
def writes_by_a_symlink():
    os.symlink(secret(), "link-to-write")
    return open("link-to-write", "w").write("mine")


@attempt
def reads_by_a_hard_link():
    os.link(secret(), "hard-link")
    return open("hard-link").read() == "secret"


@attempt
def writes_by_a_link_of_the_project():
    return open("../link-out", "w").write("mine")


@attempt
def reads_beside_the_project():
    return open(os.path.join(TOLD["original"], "..", "beside")).read()


@attempt
def reads_above_by_dots():
    return open("../" * 30 + secret().lstrip("/")).read() == "secret"


@attempt
@kernel_may_refuse
def reads_by_the_first_process_s_root():
    return open("/proc/1/root" + secret()).read() == "secret"


@attempt
def reads_by_another_process_s_folder():
    return os.listdir(f"/proc/{victim()}/cwd")


@attempt
def opens_by_handle():
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + b"\0" * 128)
    mount = ctypes.c_int()
    call(303, 264, -100, secret().encode(), handle, ctypes.byref(mount), 0)
    return True


@attempt
def writes_to_the_project_itself():
    # Whether it came there only the host can tell: see `bait.seen_outside`.
    open(os.path.join(TOLD["original"], "written"), "w").close()


@attempt
def removes_the_project():
    shutil.rmtree(os.path.join(TOLD["original"], "package"))


@attempt
def reads_the_project_s_keys():
    return open(os.path.join(TOLD["original"], ".env")).read()


@attempt
def reads_the_project_s_history():
    return os.listdir(os.path.join(TOLD["original"], ".git"))


@attempt
def writes_to_the_interpreter():
    return open(os.path.join(TOLD["readable"], "site.pth"), "w").write("import evil")


@attempt
def replaces_a_file_of_the_interpreter():
    open("evil.py", "w").close()
    os.replace("evil.py", os.path.join(TOLD["readable"], "module.py"))
    return True


@attempt
def changes_rights():
    os.chmod(os.path.dirname(secret()), 0o777)
    return True


@attempt
def changes_times():
    os.utime(secret(), (0, 0))
    return True


@root_attempt
def changes_owners():
    os.chown(secret(), 1, 1)
    return True


@attempt
def changes_attributes():
    os.setxattr(secret(), "user.mine", b"x")
    return True


@attempt
def reads_shared_memory_files():
    return open("/dev/shm/" + TOLD["shm"]).read()


@attempt
def reads_what_lies_in_tmp():
    return open(TOLD["in_tmp"]).read()


@attempt
def fills_a_folder_of_the_system():
    path = f"/var/tmp/{TOLD['marker']}-{os.getpid()}"
    open(path, "w").close()
    os.unlink(path)
    return True


# --- out of the root


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


# --- other processes


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


# --- keys and privileges


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


# --- the kernel


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


def tries(name: str) -> bool:
    """Run one attempt in a process of its own; it is out when that says so."""
    os.mkdir(name)
    child = os.fork()
    if child == 0:
        TOLD["me"] = name
        signal.alarm(10)
        os.chdir(name)
        out = False
        try:
            out = bool(ATTEMPTS[name]())
        finally:
            os._exit(42 if out else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42


def main() -> None:
    """Make all attempts from the project, where this is started."""
    TOLD.update(json.load(sys.stdin))
    print(json.dumps([name for name in ATTEMPTS if tries(name)]))


if __name__ == "__main__":
    main()
