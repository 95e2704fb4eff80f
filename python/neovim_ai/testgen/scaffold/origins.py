"""Where the names come from that a module has imported itself: tests take them from there too."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

_Import = ast.Import | ast.ImportFrom


def origins(text: str, module: str, *, package: bool = False) -> dict[str, str]:
    """Return by name the import line that binds it in a module.

    Names that are bound under a condition, more than once, or come from a private module are left
    out: those the module itself hands on.

    Args:
        text: The module's source.
        module: Its dotted name, from which relative imports count.
        package: It is the `__init__` of its package.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    counts = Counter(_bound(tree))
    parts = module.split(".") if package else module.split(".")[:-1]
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, _Import):
            found.update((name, line) for name, line in _lines(node, parts) if counts[name] == 1)
    return found


def bound(text: str) -> frozenset[str]:
    """Return every name that a module's own statements bind; `*` where it takes all of another."""
    try:
        return frozenset(_bound(ast.parse(text)))
    except (SyntaxError, ValueError):
        return frozenset()


def _lines(node: _Import, package: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each name of a statement with the line that imports it alone."""
    for alias in node.names:
        renamed = f" as {alias.asname}" if alias.asname else ""
        name = alias.asname or alias.name.partition(".")[0]
        if isinstance(node, ast.Import):
            if not _is_private(alias.name):
                yield name, f"import {alias.name}{renamed}"
            continue
        base = package[: max(len(package) - node.level + 1, 0)] if node.level else []
        if node.level and not base:
            continue  # outside of any package
        origin = ".".join([*base, *([node.module] if node.module else [])])
        if origin and alias.name != "*" and not _is_private(origin):
            yield alias.asname or alias.name, f"from {origin} import {alias.name}{renamed}"


def _is_private(module: str) -> bool:
    return any(part.startswith("_") for part in module.split("."))


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield every name that the module's own statements bind, as often as they do."""
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, _Import):
            yield from (a.asname or a.name.partition(".")[0] for a in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue  # what is bound inside of it is its own
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        todo += ast.iter_child_nodes(node)
