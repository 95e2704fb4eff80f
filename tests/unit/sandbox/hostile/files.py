"""Attempts to read and change the user's files."""

from __future__ import annotations

from tests.unit.sandbox.hostile.common import *


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
