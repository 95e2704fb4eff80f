"""The Python files of a folder that are a person's to document."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

_SKIPPED = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        ".tox",
        ".nox",
        ".eggs",
        "node_modules",
        "site-packages",
        "__pycache__",
        "__pypackages__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
    }
)
# Names that a package may have as well.
_OUTPUT = frozenset({"build", "dist", "_build"})


def python_files(folder: Path) -> list[Path]:
    """Return a folder's Python files, sorted; what git ignores and what tools made is left out."""
    listed = _from_git(folder)
    found = _walked(folder) if listed is None else listed
    return sorted(path for path in found if not _is_made(folder, path) and path.is_file())


def _from_git(folder: Path) -> list[Path] | None:
    """Ask git, which knows what is ignored; None outside of a repository."""
    command = ["git", "-C", str(folder), "ls-files", "-coz", "--exclude-standard", "--", "*.py"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return [folder / os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _walked(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_skipped(Path(where), name)]
        yield from (Path(where) / name for name in names if name.endswith(".py"))


def _is_made(folder: Path, path: Path) -> bool:
    """Tell whether a file lies in a folder of tools; git lists those that nobody ignored."""
    where = folder
    for name in path.relative_to(folder).parts[:-1]:
        if _is_skipped(where, name):
            return True
        where = where / name
    return False


def _is_skipped(where: Path, name: str) -> bool:
    if name in _SKIPPED or name.endswith(".egg-info"):
        return True
    if name in _OUTPUT:
        return not (where / name / "__init__.py").is_file()
    return (where / name / "pyvenv.cfg").is_file()
