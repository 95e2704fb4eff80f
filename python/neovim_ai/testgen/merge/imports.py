"""Which imports new tests need beside those a file has, and where they go."""

from __future__ import annotations

import ast
import bisect
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.testgen.merge.existing import Existing

Import = ast.Import | ast.ImportFrom
_FUTURE, _STANDARD, _THIRD_PARTY, _OURS = range(4)


@dataclass(frozen=True)
class Needed:
    """Import lines by the row they go before; names that the file uses for something else."""

    at: tuple[tuple[int, str], ...]
    clashes: frozenset[str]


def needed(existing: Existing, lines: Sequence[str], top: str) -> Needed:
    """Return where missing imports go: after those of the same module, else where they sort.

    Args:
        existing: The file.
        lines: One import each.
        top: The project's own top package, whose imports come last.
    """
    bound, at, clashes = existing.bound(), [], set()
    for line in lines:
        node = ast.parse(line).body[0]
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        name, meant = _meaning(node)
        known = bound.get(name)
        if known is None:
            at.append(_placed(existing, node, line, top))
        elif not _same(known, meant):
            clashes.add(name)
    return Needed(tuple(_together(at)), frozenset(clashes))


def _together(at: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Let imports that go to one place share their blank lines."""
    found: list[tuple[int, str]] = []
    for row, text in at:
        if found and found[-1][0] == row:
            found[-1] = (row, re.sub(r"\n\n$", "\n", found[-1][1]))
            text = text.lstrip("\n")
        found.append((row, text))
    return found


def _meaning(node: Import) -> tuple[str, str]:
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


def _placed(existing: Existing, node: Import, line: str, top: str) -> tuple[int, str]:
    """Return the row before which an import goes, and its text with the blank lines it needs."""
    found = existing.imports()
    if not found:
        return existing.head_row(), f"{line}\n"
    same = [one for one in found if isinstance(node, ast.ImportFrom) and _is_of(one, node)]
    if same:
        return _end(same[-1]), f"{line}\n"
    keys = [_key(one, top) for one in found]
    place = bisect.bisect_right(keys, _key(node, top)) if keys == sorted(keys) else len(found)
    if place == 0:
        below = "" if keys[0][0] == _key(node, top)[0] else "\n"
        return found[0].lineno - 1, f"{line}\n{below}"
    above = "" if keys[place - 1][0] in (_key(node, top)[0], _FUTURE) else "\n"
    return _end(found[place - 1]), f"{above}{line}\n"


def _is_of(one: Import, node: ast.ImportFrom) -> bool:
    return isinstance(one, ast.ImportFrom) and _module(one) == _module(node)


def _end(node: Import) -> int:
    return node.end_lineno or node.lineno


def _key(node: Import, top: str) -> tuple[int, bool, str]:
    """Sort as isort does: by section, plain imports first, then by name."""
    module = _module(node)
    first = module.partition(".")[0]
    section = _THIRD_PARTY
    if first == "__future__":
        section = _FUTURE
    elif first in sys.stdlib_module_names:
        section = _STANDARD
    elif first == top or (isinstance(node, ast.ImportFrom) and node.level):
        section = _OURS
    return section, isinstance(node, ast.ImportFrom), module


def _module(node: Import) -> str:
    return node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
