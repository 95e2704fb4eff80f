"""Where jobs have their folders: in memory where there is plenty, which is ten times faster."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from neovim_ai import paths

MOST_IN_MEMORY_MIB = 64
"""MiB of the largest project that is copied into memory."""

PREFIX = "neovim-ai-"

_MEMORY = Path("/dev/shm")  # noqa: S108 - each room there is private
_ENOUGH_MIB = 4096


def in_memory() -> Path | None:
    """Return the folder of rooms in memory; None where it is short or takes no programs."""
    if not os.access(_MEMORY, os.W_OK | os.X_OK):
        return None
    disk = os.statvfs(_MEMORY)
    free = disk.f_bavail * disk.f_frsize // 2**20
    programs = not disk.f_flag & getattr(os, "ST_NOEXEC", 0)
    return _MEMORY if programs and min(free, _available_mib()) >= _ENOUGH_MIB else None


def on_disk() -> Path:
    """Return the folder of rooms on the disk."""
    root = paths.cache_dir() / "jobs"
    root.mkdir(mode=0o700, exist_ok=True)
    return root


def new(root: Path) -> Path:
    """Make a room, private to the user; those of processes that were killed go."""
    for left in of_ours(root):
        if not _lives(left):
            throw_away(left)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))


def of_ours(root: Path) -> Iterator[Path]:
    """Yield the rooms of this user's processes below a folder that others may write to, too."""
    for path in root.glob(f"{PREFIX}*-*"):
        if path.lstat().st_uid == os.getuid() and not path.is_symlink():
            yield path


def throw_away(folder: Path) -> None:
    """Remove a folder whatever a job left in it: no rights, depths that no recursion reaches."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf", "--one-file-system"]):
            subprocess.run([*command, "--", str(folder)], check=False, capture_output=True)


def _lives(room: Path) -> bool:
    pid = room.name.removeprefix(PREFIX).partition("-")[0]
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _available_mib() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    told = next((line.split()[1] for line in lines if line.startswith("MemAvailable:")), "0")
    return int(told) // 1024
