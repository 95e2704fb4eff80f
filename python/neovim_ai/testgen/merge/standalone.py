"""New tests as a file of their own: formatted once, and taken apart again for joining."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.testgen.model import Subject, TestText
from neovim_ai.testgen.scaffold.formatter import formatted
from neovim_ai.testgen.scaffold.house import TestHouse

_HEAD = re.compile(r"^((?:async )?def \w+\()(?=(\)?))", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """Tests that stand together: functions of a module, or methods of one class.

    Attributes:
        owner: The class's name; empty for functions.
        tests: Their formatted texts by name, in order; methods keep their indent.
    """

    owner: str
    tests: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Standalone:
    """A whole file of new tests.

    Attributes:
        text: All of it.
        imports: Its import statements, one a line each.
        blocks: Its tests.
    """

    text: str
    imports: tuple[str, ...]
    blocks: tuple[Block, ...]


def write(tests: Sequence[TestText], subject: Subject, house: TestHouse) -> Standalone:
    """Write tests as a file that can stand alone, in the project's format."""
    imports = sorted({line for test in tests for line in test.imports})
    if house.future:
        imports.insert(0, "from __future__ import annotations")
    parts = ["\n".join(imports), *_bodies(tests, house)]
    text = formatted("\n\n\n".join(part for part in parts if part) + "\n", subject, house)
    return _apart(text)


def _bodies(tests: Sequence[TestText], house: TestHouse) -> list[str]:
    if not house.classes:
        return [test.text for test in tests]
    owners: dict[str, list[str]] = {}
    for test in tests:
        owners.setdefault(class_name(test), []).append(as_method(test.text))
    return [f"class {name}:\n" + "\n\n".join(methods) for name, methods in owners.items()]


def class_name(test: TestText) -> str:
    """Name the class that the tests of a function or a class stand in."""
    qualname = test.cases[0].call.target if test.cases else test.name
    first = qualname.split(".")[0].strip("_")
    words = [word for word in first.split("_") if word]
    return "Test" + "".join(word[:1].upper() + word[1:] for word in words)


def as_method(text: str) -> str:
    """Turn a function's text into a method's; it holds no string over several lines."""
    with_self = _HEAD.sub(lambda m: f"{m[1]}self" + ("" if m[2] else ", "), text, count=1)
    return "\n".join(f"    {line}" if line else line for line in with_self.split("\n"))


def _apart(text: str) -> Standalone:
    lines = text.split("\n")
    tree = ast.parse(text)
    imports: list[str] = []
    blocks: list[Block] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports += _one_a_line(node)
        elif isinstance(node, ast.ClassDef):
            methods = [n for n in node.body if isinstance(n, _FUNCTIONS)]
            tests = tuple((one.name, _lines_of(one, lines)) for one in methods)
            blocks.append(Block(node.name, tests))
        elif isinstance(node, _FUNCTIONS):
            blocks.append(Block("", ((node.name, _lines_of(node, lines)),)))
    return Standalone(text, tuple(imports), tuple(blocks))


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _one_a_line(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [ast.unparse(ast.Import([alias])) for alias in node.names]
    return [ast.unparse(ast.ImportFrom(node.module, [alias], node.level)) for alias in node.names]


def _lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[str]) -> str:
    start = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return "\n".join(lines[start - 1 : node.end_lineno])
