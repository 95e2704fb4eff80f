"""The Markdown files of a vault, by git's ignore rules, with what tells whether they changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from neovim_ai.errors import AiError, Kind

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd")
LARGEST = 64 * 1024 * 1024
"""Bytes; a larger file is no note."""
_IGNORE_FILES = (".gitignore", ".ignore")


class Stamp(NamedTuple):
    """What tells, without reading a file, that it is as it was; a tuple, being made so often."""

    mtime_ns: int
    size: int


@dataclass(frozen=True)
class _Rules:
    """The ignore files that hold in a folder, innermost first, each with where it stands."""

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    def ignores(self, path: str, is_folder: bool) -> bool:
        for base, spec in self.specs:
            inside = path[len(base) + 1 :] + ("/" if is_folder else "")
            decided = spec.check_file(inside).include
            if decided is not None:
                return decided
        return False

    def within(self, folder: str, names: set[str]) -> _Rules:
        found = [name for name in _IGNORE_FILES if name in names]
        specs = tuple((folder, spec) for name in reversed(found) if (spec := _spec(folder, name)))
        return _Rules(specs + self.specs) if specs else self


def stamps(root: Path) -> dict[str, Stamp]:
    """Return the notes of a vault by path.

    Raises:
        AiError: `usage` when the vault is not there.
    """
    try:
        status = root.stat()
        if not root.is_dir():
            return {str(root): Stamp(status.st_mtime_ns, status.st_size)}
        with os.scandir(root):
            return dict(_walk(str(root), _outer_rules(root)))
    except OSError as error:
        raise missing(root) from error


def missing(root: Path) -> AiError:
    """Return the one line about a vault that cannot be read."""
    return AiError(Kind.USAGE, f"The vault {root} cannot be read.", "See the option notes.vaults.")


def is_note(root: Path, path: Path) -> bool:
    """Tell whether a path, there or not, belongs to the vault."""
    if root == path:
        return True
    if root not in path.parents or path.suffix.lower() not in SUFFIXES:
        return False
    inner = path.relative_to(root).parts
    if any(name.startswith(".") for name in inner):
        return False
    rules, folder = _outer_rules(root), root
    for name in inner:
        rules = rules.within(str(folder), set(_IGNORE_FILES))
        folder = folder / name
        if rules.ignores(str(folder), folder != path):
            return False
    return True


def _walk(folder: str, rules: _Rules) -> Iterator[tuple[str, Stamp]]:
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except OSError:
        # A folder that may not be read, or went away just now, holds nothing to be found.
        return
    if any(entry.name in _IGNORE_FILES for entry in entries):
        rules = rules.within(folder, {entry.name for entry in entries})
    for entry in entries:
        name = entry.name
        if name[0] == ".":
            continue
        if entry.is_dir(follow_symlinks=False):
            if not (rules.specs and rules.ignores(entry.path, True)):
                yield from _walk(entry.path, rules)
        elif name.lower().endswith(SUFFIXES) and not (
            rules.specs and rules.ignores(entry.path, False)
        ):
            stamp = _stamp(entry)
            if stamp:
                yield entry.path, stamp


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        status = entry.stat()
    except OSError:
        # A dangling link.
        return None
    if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST:
        return Stamp(status.st_mtime_ns, status.st_size)
    return None


def _outer_rules(root: Path) -> _Rules:
    """Return the rules of the repository around the vault, from its top down to the vault."""
    folder = root if root.is_dir() else root.parent
    above = [folder, *folder.parents]
    top = next((at for at, one in enumerate(above) if (one / ".git").exists()), None)
    if top is None:
        return _Rules()
    rules = _Rules()
    exclude = _spec(str(above[top] / ".git" / "info"), "exclude")
    if exclude:
        rules = _Rules(((str(above[top]), exclude),))
    for one in reversed(above[1 : top + 1]):
        rules = rules.within(str(one), set(_IGNORE_FILES))
    return rules


def _spec(folder: str, name: str) -> GitIgnoreSpec | None:
    from pathspec import GitIgnoreSpec

    try:
        lines = (Path(folder) / name).read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    return GitIgnoreSpec.from_lines(lines)
