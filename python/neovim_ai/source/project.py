"""Where a project begins."""

from __future__ import annotations

from pathlib import Path

MARKS = ("pyproject.toml", "setup.cfg", "setup.py", "pytest.ini", "tox.ini", ".git")


def root(path: Path) -> Path:
    """Return the nearest folder above a file that holds a project's mark, else its own folder.

    Args:
        path: A file, or a folder, which is looked at itself; it need not exist.
    """
    start = path if path.is_dir() else path.parent
    start = start.absolute()
    for folder in (start, *start.parents):
        if any((folder / mark).exists() for mark in MARKS):
            return folder
    return start
