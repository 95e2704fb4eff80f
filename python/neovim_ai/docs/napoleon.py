"""Reads what a project's Sphinx configuration says about docstrings; runs nothing of it."""

from __future__ import annotations

import ast
from pathlib import Path

PLACES = ("docs/conf.py", "docs/source/conf.py", "doc/conf.py", "doc/source/conf.py")
_MOST_BYTES = 200_000


def style(path: Path) -> str:
    """Return the section style a `conf.py` leaves: `google`, `numpy`, `sphinx` or nothing.

    Args:
        path: The file; one that is missing or does not parse says nothing.
    """
    values = _assigned(path)
    extensions = values.get("extensions")
    if isinstance(extensions, list) and "numpydoc" in extensions:
        return "numpy"
    google = values.get("napoleon_google_docstring", True)
    numpy = values.get("napoleon_numpy_docstring", True)
    if google and numpy:
        return ""
    return "google" if google else "numpy" if numpy else "sphinx"


def _assigned(path: Path) -> dict[str, object]:
    """Return the module-level names that are given literals."""
    try:
        with path.open("rb") as file:
            tree = ast.parse(file.read(_MOST_BYTES))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = _literal(node.value)
    return found


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError):
        return None
