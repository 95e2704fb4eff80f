"""Lets the other files of a project vote where a file says nothing itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from neovim_ai.docs.votes import Ballot, ballot

MOST_FILES = 200
_MOST_BYTES = 60_000
_ENOUGH = 60
_LEFT_OUT = frozenset({"node_modules", "site-packages", "build", "dist", "venv", "env"})
# Cheaper than parsing 200 files: a string that starts a line below one ending in a colon.
_LITERAL = re.compile(
    r':[ \t]*(?:#[^\n]*)?\n(?:[ \t]*\n)*[ \t]*([rRuU]?("""|\'\'\')(?:[^\\]|\\.)*?\2)', re.DOTALL
)


def ballots(root: Path, path: Path | None) -> tuple[Ballot, ...]:
    """Read the docstrings of the files nearest to one as votes, until the sections agree.

    Args:
        root: The project's directory; nothing above it is read.
        path: The file that asks, whose own docstrings are left out.
    """
    found: list[Ballot] = []
    own = path.absolute() if path else None
    for entry in _nearest(root, own.parent if own else root):
        if own is not None and entry == own:
            continue
        found += _of_file(entry)
        if sum(one.style is not None for one in found) >= _ENOUGH:
            break
    return tuple(found)


def _of_file(path: Path) -> tuple[Ballot, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return _cast(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4 * MOST_FILES)
def _cast(path: Path, _modified: int, _size: int) -> tuple[Ballot, ...]:
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ()
    read = (ballot(match[1]) for match in _LITERAL.finditer(text))
    return tuple(one for one in read if one)


def _nearest(root: Path, start: Path) -> Iterator[Path]:
    """Yield at most `MOST_FILES` Python files: the folder's own, below it, then further up."""
    root, seen, count = root.absolute(), set[Path](), 0
    folder = start.absolute()
    while folder.is_relative_to(root):
        for file in _below(folder, seen):
            yield file
            count += 1
            if count >= MOST_FILES:
                return
        if folder == folder.parent:
            return
        folder = folder.parent


def _below(top: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield the Python files of a folder and of those inside, folders already seen left out."""
    queue = [top]
    while queue:
        folder = queue.pop(0)
        if folder in seen:
            continue
        seen.add(folder)
        inner: list[Path] = []
        for entry in sorted(_entries(folder), key=lambda one: one.name):
            if entry.is_dir(follow_symlinks=False):
                hidden = entry.name.startswith((".", "__")) or entry.name in _LEFT_OUT
                inner += [] if hidden else [Path(entry.path)]
            elif entry.name.endswith(".py"):
                yield Path(entry.path)
        queue += inner


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
