"""Which imports new tests need beside those a file has, and where they go."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.testgen.merge.existing import Existing


@dataclass(frozen=True)
class Needed:
    """Import lines by the row they are inserted before; names the file uses for something else."""

    at: tuple[tuple[int, str], ...]
    clashes: frozenset[str]


def needed(existing: Existing, lines: Sequence[str]) -> Needed:
    """Return where missing imports go: after those of the same module, else after the last."""
    bound, at, clashes = existing.bound(), [], set()
    for line in lines:
        node = ast.parse(line).body[0]
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        name, meant = _meaning(node)
        known = bound.get(name)
        if known is None:
            at.append((_row(existing, node), line))
        elif not _same(known, meant):
            clashes.add(name)
    return Needed(tuple(at), frozenset(clashes))


def _meaning(node: ast.Import | ast.ImportFrom) -> tuple[str, str]:
    alias = node.names[0]
    if isinstance(node, ast.ImportFrom):
        return alias.asname or alias.name, f"{node.module or ''}:{alias.name}"
    return alias.asname or alias.name.partition(".")[0], f"{alias.name}:"


def _same(known: str, meant: str) -> bool:
    """Tell whether two imports mean the same: a package may hand on what its module defines."""
    if known == meant:
        return True
    module, _, name = known.partition(":")
    other, _, wanted = meant.partition(":")
    within = other.startswith(f"{module}.") or module.startswith(f"{other}.")
    return bool(name) and name == wanted and within


def _row(existing: Existing, node: ast.Import | ast.ImportFrom) -> int:
    """Return the row before which an import goes."""
    found = existing.imports()
    if not found:
        return existing.head_row()
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return found[0].lineno - 1
    same = [
        one for one in found if isinstance(one, ast.ImportFrom) and _module(one) == _module(node)
    ]
    last = (same or _of_kind(found, node) or found)[-1]
    return last.end_lineno or last.lineno


def _of_kind(
    found: Sequence[ast.Import | ast.ImportFrom], node: ast.Import | ast.ImportFrom
) -> list[ast.Import | ast.ImportFrom]:
    """Return the imports that sort before a new one within its block, by what sorters do."""
    top = _module(node).partition(".")[0]
    near = [one for one in found if _module(one).partition(".")[0] == top]
    return [one for one in near if _module(one) <= _module(node)] or near


def _module(node: ast.Import | ast.ImportFrom) -> str:
    return node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
