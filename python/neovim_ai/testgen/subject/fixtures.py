"""Which fixtures a project's conftest files offer to a test file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from neovim_ai.testgen.subject import pytest_config


def offered(test_path: Path, root: Path, existing: str | None) -> frozenset[str]:
    """Return the names of fixtures that a test file may ask for.

    Args:
        test_path: The file, which need not exist.
        root: The project's folder; conftest files above it do not count.
        existing: The text of the test file, whose own fixtures count too.
    """
    texts = [existing or ""]
    for folder in test_path.parents:
        texts.append(pytest_config.text(folder / "conftest.py"))
        if folder == root:
            break
    return frozenset(name for text in texts for name in _defined(text))


def _defined(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if ast.unparse(called).rpartition(".")[2] == "fixture":
                    yield _renamed(decorator) or node.name


def _renamed(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return ""
