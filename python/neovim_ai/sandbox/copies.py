"""A throwaway copy of a project: what a job may write to, and of which nothing is left.

A copy per job, not an overlay over the living folder: under an overlay that stays, files that are
renamed or new stay hidden.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import rooms

LEFT_OUT = frozenset(
    {
        *(".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", "__pypackages__"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".tox", ".nox", ".cache"),
        *(".ssh", ".gnupg", ".aws", ".netrc", ".pypirc", ".git-credentials"),
    }
)
_SECRET = re.compile(
    r"\.env(?!\.(?:example|sample|template|dist)$)(?:\..*)?|id_(?:rsa|ecdsa|ed25519)"
)


@dataclass(frozen=True)
class Bounds:
    """How much of a project is copied.

    Attributes:
        files: Files and folders in all; a project with more is refused.
        mib: MiB in all; a project with more is refused.
        file_mib: MiB of one file; a longer one (weights, recordings) is left out.
    """

    files: int = 30_000
    mib: int = 512
    file_mib: int = 32


@dataclass(frozen=True)
class Room:
    """One job's folder on the disk.

    Attributes:
        path: The folder, private to the user.
        of: The project that is copied into it; None for none.
        copy: Where the copy lies.
        free: Bytes that were free on its disk when the job began.
    """

    path: Path
    of: Path | None
    copy: Path
    free: int

    def written_mib(self) -> float:
        """Return how much the disk has filled since, in MiB: at least what the job wrote."""
        now = os.statvfs(self.path)
        return (self.free - now.f_bavail * now.f_frsize) / 2**20

    def holds_mib(self) -> float:
        """Return how much the room holds, in MiB; walks it, so ask `written_mib` first."""
        total = 0
        for folder, _, files in os.walk(self.path):
            for name in files:
                try:
                    total += os.lstat(Path(folder, name)).st_blocks * 512
                except OSError:  # it may go meanwhile
                    continue
        return total / 2**20


def make_room(project: Path | None, bounds: Bounds | None = None) -> Room:
    """Make a job's private folder with a copy of its project; what it must not hold is left out.

    Version control, environments, caches and keys are left out; a folder that is the user's home
    or above it gives its own files alone. Links stay links, blocks are shared where the disk can.

    Raises:
        AiError: `sandbox` when the project is too large, `disk` when it cannot be written.
    """
    bounds = bounds or Bounds()
    if project is not None and rooms.in_memory() is not None:
        quick = replace(bounds, mib=min(bounds.mib, rooms.MOST_IN_MEMORY_MIB))
        with contextlib.suppress(AiError, OSError):
            return _made(project, quick, rooms.in_memory())
    try:
        return _made(project, bounds, None)
    except OSError as error:
        raise AiError(
            Kind.DISK, f"The project could not be copied: {error}.", "Free some disk space."
        ) from error


def _made(project: Path | None, bounds: Bounds, memory: Path | None) -> Room:
    path = rooms.new(memory or rooms.on_disk())
    copy = path / "copy" / (project.name if project else "")
    try:
        if project is not None:
            copy.parent.mkdir()
            _fill(project, copy, bounds)
    except BaseException:
        rooms.throw_away(path)
        raise
    disk = os.statvfs(path)
    return Room(path, project, copy, disk.f_bavail * disk.f_frsize)


def _fill(project: Path, at: Path, bounds: Bounds) -> None:
    at.mkdir(mode=0o700)
    size = 0
    wanted = _wanted(project, at, deep=not is_too_wide(project))
    for count, (entry, where) in enumerate(wanted, 1):
        size += _copied(entry, where, bounds)
        if count > bounds.files or size > bounds.mib * 2**20:
            limit = f"{bounds.files:,} files or {bounds.mib} MiB"
            raise AiError(
                Kind.SANDBOX,
                f"The project {project} is too large to be copied for a run (over {limit}).",
                "Open the file from a smaller project, one with its own pyproject.toml.",
            )


def is_too_wide(folder: Path) -> bool:
    """Whether a folder is the user's home, holds it, or is one that all programs share."""
    home = Path.home()
    shared = {Path(p) for p in ("/tmp", "/var/tmp", "/usr", "/etc", "/opt", "/srv", "/run")}  # noqa: S108
    both = {folder, folder.resolve()}
    return bool(both & {home, *home.parents, home.resolve(), *home.resolve().parents, *shared})


def _wanted(folder: Path, at: Path, deep: bool) -> Iterator[tuple[os.DirEntry[str], Path]]:
    """Yield entries to copy and where to; a folder comes before what it holds."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if entry.name in LEFT_OUT or _SECRET.fullmatch(entry.name):
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and (not deep or Path(entry.path, "pyvenv.cfg").exists()):
                continue
            yield entry, at / entry.name
            if is_folder and os.access(entry.path, os.R_OK | os.X_OK):
                yield from _wanted(Path(entry.path), at / entry.name, deep)


def _copied(entry: os.DirEntry[str], where: Path, bounds: Bounds) -> int:
    """Copy one entry and return its bytes; pipes, sockets and what we may not read are left out."""
    info = entry.stat(follow_symlinks=False)
    if stat.S_ISLNK(info.st_mode):
        where.symlink_to(Path(entry.path).readlink())
    elif stat.S_ISDIR(info.st_mode):
        where.mkdir(mode=0o700)
    elif _is_copied(entry, info, bounds):
        _copy_file(entry.path, where, info)
        return info.st_size
    return 0


def _is_copied(entry: os.DirEntry[str], info: os.stat_result, bounds: Bounds) -> bool:
    short = info.st_size <= bounds.file_mib * 2**20
    return stat.S_ISREG(info.st_mode) and short and os.access(entry.path, os.R_OK)


def _copy_file(source: str, where: Path, info: os.stat_result) -> None:
    with open(source, "rb") as old, where.open("wb") as new:  # noqa: PTH123 - a name from scandir
        if not _shared_blocks(old.fileno(), new.fileno(), info.st_size):
            shutil.copyfileobj(old, new)
            new.flush()
        # Import caches compare times; a copy whose every file is new looks changed to them.
        os.utime(new.fileno(), ns=(info.st_atime_ns, info.st_mtime_ns))
        os.fchmod(new.fileno(), stat.S_IMODE(info.st_mode) & 0o777 | 0o600)


def _shared_blocks(old: int, new: int, size: int) -> bool:
    """Copy within the kernel, which shares blocks where the file system can; False: it cannot."""
    if not hasattr(os, "copy_file_range"):
        return False
    done = 0
    while done < size:
        try:
            count = os.copy_file_range(old, new, size - done)
        except OSError as error:
            if done == 0 and error.errno in (
                errno.EXDEV,
                errno.EINVAL,
                errno.ENOSYS,
                errno.EOPNOTSUPP,
            ):
                return False
            raise
        if count == 0:
            break
        done += count
    return True
