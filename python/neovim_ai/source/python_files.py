"""The Python files that are meant by a path: a file itself, a folder's own ones."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from neovim_ai.errors import AiError, Kind

_SKIPPED = frozenset(
    {"__pycache__", "node_modules", "site-packages", "venv", "env", "build", "dist"}
)


def python_files(paths: Sequence[Path], exclude: Sequence[str] = ()) -> Iterator[Path]:
    """Yield the files to look at, each once.

    A file that is named is always meant. Of a folder, what Git ignores is left out, and where there
    is no Git: hidden folders, virtual environments and build folders.

    Args:
        paths: Files and folders.
        exclude: Patterns as `fnmatch` has them, for paths inside folders.

    Raises:
        AiError: `usage` when a path does not exist.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise AiError(Kind.USAGE, f"There is no file {path}.")
        listed = _inside(path) if path.is_dir() else iter([path])
        for one in listed:
            dropped = one != path and any(fnmatch(str(one), pattern) for pattern in exclude)
            if one not in seen and not dropped:
                seen.add(one)
                yield one


def _inside(folder: Path) -> Iterator[Path]:
    listed = _kept_by_git(folder)
    yield from _walked(folder) if listed is None else listed


def _kept_by_git(folder: Path) -> list[Path] | None:
    """List what Git knows or would take; None outside of Git and in an ignored folder."""
    try:
        ignored = _git(folder, "check-ignore", "-q", ".").returncode == 0
        listed = _git(folder, "ls-files", "-coz", "--exclude-standard", "--", "*.py")
    except OSError:
        return None
    if ignored or listed.returncode != 0:
        return None
    names = sorted({os.fsdecode(name) for name in listed.stdout.split(b"\0") if name})
    return [folder / name for name in names if (folder / name).is_file()]


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)


def _walked(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder):
        if "pyvenv.cfg" in names and Path(top) != folder:
            folders.clear()
            continue
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        yield from (Path(top) / name for name in sorted(names) if name.endswith(".py"))
