"""Runs pydoclint in this process on one definition of a file that is parsed already."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from typing import Any

from neovim_ai.docs.gates.finding import New
from neovim_ai.docs.gates.located import Holder, Pair, Parsed
from neovim_ai.docs.linters import Pydoclint

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_STYLES = ("google", "numpy", "sphinx")


def warm() -> None:
    """Import what a first check would import, which takes a tenth of a second."""
    import pydoclint.visitor  # noqa: F401


def new(pair: Pair, told: Pydoclint) -> New:
    """Return the codes that the edit brings for this definition.

    Args:
        pair: Both sides, each with Python's syntax tree where this Python can parse it.
        told: The project's options.
    """
    if pair.before.tree is None or pair.after.tree is None or pair.after.holder is None:
        return New(label="pydoclint cannot parse this file with this Python")
    if told.options.get("style", "numpy") not in _STYLES:
        return New(label="pydoclint does not know the configured style")
    after = _codes(pair.after, told)
    if not after:
        return New()
    return New.between(_codes(pair.before, told), after)


def _codes(side: Parsed, told: Pydoclint) -> list[str]:
    if side.tree is None or side.holder is None:
        return []
    found = violations(side.holder, parent_of(side.tree, side.holder), told.options)
    if found and "noqa" in side.source.text:
        return _without_silenced(side, found)
    return [violation.fullErrorCode for violation in found]


def violations(holder: Holder, parent: ast.AST, options: Mapping[str, Any]) -> list[Any]:
    """Return pydoclint's violations of one definition, those inside its methods left out.

    Args:
        holder: The definition.
        parent: What it stands in: a class makes it a method.
        options: By the names pydoclint's visitor has for them.
    """
    from pydoclint.visitor import Visitor

    if isinstance(holder, ast.Module):
        return []
    visitor = Visitor(**options)
    visitor.parent = parent
    visitor.visit(_alone(holder) if isinstance(holder, ast.ClassDef) else holder)
    return list(visitor.violations)


def _alone(owner: ast.ClassDef) -> ast.ClassDef:
    """Return a class with its attributes, properties and constructor, which it is judged by."""
    shown = copy.copy(owner)
    shown.body = [one for one in owner.body if _belongs(one)]
    return shown


def _belongs(node: ast.stmt) -> bool:
    if isinstance(node, _FUNCTIONS):
        return node.name == "__init__" or any(
            "property" in ast.unparse(one) for one in node.decorator_list
        )
    return not isinstance(node, ast.ClassDef)


def parent_of(tree: ast.Module, holder: Holder) -> ast.AST:
    """Return the node that directly holds a definition, blocks such as `if` looked through."""
    stack: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while stack:
        owner, node = stack.pop()
        for child in ast.iter_child_nodes(node):
            if child is holder:
                return owner
            if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
                inner = isinstance(child, (*_FUNCTIONS, ast.ClassDef))
                stack.append((child if inner else owner, child))
    return tree


def _without_silenced(side: Parsed, found: list[Any]) -> list[str]:
    from pydoclint.utils.noqa import (
        codeIsSuppressed,
        collectNativeNoqaSuppression,
        collectNoqaCodesByLine,
    )

    if side.tree is None:
        return []
    codes = collectNoqaCodesByLine(side.source.text)
    silenced: dict[int, set[str]] = {}
    for location in ("docstring", "definition"):
        by_line = collectNativeNoqaSuppression(tree=side.tree, codesByLine=codes, location=location)
        for line, names in by_line.items():
            silenced.setdefault(line, set()).update(names)
    return [
        one.fullErrorCode
        for one in found
        if not codeIsSuppressed(one.fullErrorCode, silenced.get(one.line, set()))
    ]
