"""A root of the job's own: what it may see, mounted anew, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from neovim_ai.sandbox.inside import kernel

DEVICES = ("null", "zero", "full", "random", "urandom")

_LINKS = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1"}


def build(
    root: str, shown: Sequence[tuple[str, str, bool]], links: dict[str, str], mib: int
) -> None:
    """Mount a new root and move into it.

    Args:
        root: An empty folder to build at.
        shown: What is shown: where it is, where the job sees it, whether it may write there.
        links: Symbolic links of the root (`/bin` where that is one).
        mib: MiB of `/tmp`, and of `/dev/shm`.
    """
    kernel.mount("", "/", flags=kernel.RECURSIVE | kernel.PRIVATE)
    kernel.mount("tmpfs", root, "tmpfs", kernel.NO_SUID | kernel.NO_DEVICES, "mode=755")
    for name, target in links.items():
        Path(root + name).symlink_to(target)
    _scratch(root + "/tmp", mib)  # noqa: S108 - the job's own
    Path(root + "/tmp/home").mkdir()  # noqa: S108
    _devices(root, mib)
    for source, at, writable in shown:
        _show(source, root + at, writable)
    _processes(root)
    kernel.move_into(root)


def _show(source: str, at: str, writable: bool) -> None:
    if Path(source).is_dir():
        Path(at).mkdir(parents=True, exist_ok=True)
    else:
        Path(at).parent.mkdir(parents=True, exist_ok=True)
        Path(at).touch(exist_ok=True)
    kernel.mount(source, at, flags=kernel.BIND | kernel.RECURSIVE)
    if not writable:
        kernel.freeze(at)


def _scratch(at: str, mib: int) -> None:
    Path(at).mkdir(parents=True)
    kernel.mount("tmpfs", at, "tmpfs", kernel.NO_SUID | kernel.NO_DEVICES, f"mode=1777,size={mib}m")


def _devices(root: str, mib: int) -> None:
    _scratch(root + "/dev/shm", mib)  # noqa: S108
    for name in DEVICES:
        Path(f"{root}/dev/{name}").touch()
        kernel.mount(f"/dev/{name}", f"{root}/dev/{name}", flags=kernel.BIND)
    for name, target in _LINKS.items():
        Path(f"{root}/dev/{name}").symlink_to(target)


def _processes(root: str) -> None:
    """Show the job its own processes, where a container allows it."""
    Path(root + "/proc").mkdir()
    flags = kernel.NO_SUID | kernel.NO_DEVICES | kernel.NO_PROGRAMS
    try:
        kernel.mount("proc", root + "/proc", "proc", flags)
    except PermissionError:
        os.rmdir(root + "/proc")  # noqa: PTH106 - most programs do without
