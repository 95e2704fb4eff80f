"""The Python files of a folder that are a person's to document."""

from __future__ import annotations

from pathlib import Path

from neovim_ai.source.python_files import python_files

_MADE = frozenset({"venv", "node_modules", "site-packages", "__pycache__", "__pypackages__"})
_OUTPUT = frozenset({"build", "dist"})


def documentable(folder: Path) -> list[Path]:
    """Return a folder's Python files, sorted; what git ignores and what tools made is left out.

    Git lists an environment that nobody thought of ignoring: writing there would be worse than
    reading there.
    """
    return sorted(path for path in python_files([folder]) if not _is_made(folder, path))


def _is_made(folder: Path, path: Path) -> bool:
    where = folder
    for name in path.relative_to(folder).parts[:-1]:
        where = where / name
        hidden = name.startswith(".") or name.endswith(".egg-info")
        output = name in _OUTPUT and not (where / "__init__.py").is_file()
        if hidden or output or name in _MADE or (where / "pyvenv.cfg").is_file():
            return True
    return False
