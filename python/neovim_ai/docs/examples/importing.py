"""Under which name a file is imported, from which folders, by which interpreter."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.source import project
from neovim_ai.source.text import SourceText


@dataclass(frozen=True)
class Module:
    """A file as a module of its project.

    Attributes:
        name: Its dotted name.
        path: Where it is, seen from the project.
        text: Its text, saved or not.
        project: The folder of its project; None for a text without a file.
        folders: What must be on the path, seen from the project.
    """

    name: str
    path: str
    text: str
    project: Path | None
    folders: tuple[str, ...]


def module_of(source: SourceText) -> Module:
    """Say how a text is imported: by the packages around it, from `src` where there is one."""
    if source.path is None:
        return Module("module", "module.py", source.text, None, ("",))
    path = Path(os.path.abspath(source.path))  # noqa: PTH100 - links keep their names
    root = project.root(path)
    base = _base(path, root)
    parts = path.relative_to(base).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
    folders = dict.fromkeys([_seen(base, root), "", "src"])
    return Module(".".join(parts), _seen(path, root), source.text, root, tuple(folders))


def _base(path: Path, root: Path) -> Path:
    """Return the folder that the first package is in."""
    folder = path.parent
    sources = root / "src"
    if sources in path.parents and sources != folder:
        return sources
    while folder != root and (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def _seen(path: Path, root: Path) -> str:
    told = str(path.relative_to(root))
    return "" if told == "." else told


def interpreter(root: Path | None) -> Path:
    """Return the project's interpreter: the active environment's, its own, else any."""
    named = os.environ.get("VIRTUAL_ENV")
    places = [Path(named)] if named else []
    places += [root / name for name in (".venv", "venv")] if root else []
    for place in places:
        if (place / "bin" / "python").exists():
            return place / "bin" / "python"
    found = shutil.which("python3")
    return Path(found) if found else Path(sys.executable)
