"""How the rest of a project calls a function: inputs worth trying, and results it counts on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.testgen.model import Call, Source, Target
from neovim_ai.testgen.specification.examples import compared
from neovim_ai.testgen.specification.model import Example
from neovim_ai.testgen.specification.session import Session

_MOST_FILES = 300
_MOST_BYTES = 300_000
_MOST_CALLS = 12


@dataclass(frozen=True)
class Callers:
    """Files of a project that mention the subject's module, each parsed once.

    Attributes:
        trees: Name of the file and its tree.
    """

    trees: tuple[tuple[str, ast.Module], ...]


def gather(files: Sequence[Path], module: str, but: Sequence[Path]) -> Callers:
    """Parse the files that import a module.

    Args:
        files: The project's Python files.
        module: The subject's dotted name.
        but: Files that do not count: the subject itself and its test file.
    """
    last = module.rpartition(".")[2]
    mention = re.compile(rf"\b{re.escape(last)}\b")
    found: list[tuple[str, ast.Module]] = []
    for path in files[:_MOST_FILES]:
        if path in but:
            continue
        try:
            data = path.read_bytes()[:_MOST_BYTES]
            text = data.decode("utf-8", "replace")
            if mention.search(text):
                found.append((path.name, ast.parse(text)))
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
    return Callers(tuple(found))


def examples(callers: Callers, target: Target, modules: set[str]) -> tuple[Example, ...]:
    """Return what callers assert of a function's results (`assert f(1) == 2`)."""
    found: list[Example] = []
    for name, tree in callers.trees:
        session = Session(target, modules)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                said = f"{name}: {ast.unparse(node)}"
                found += [
                    Example(e.call, e.wanted, over=e.over, said=said, source=Source.CALLER)
                    for e in compared(node.test, session, said, 0)
                    if _is_literal(e.call)
                ]
    return tuple(found[:_MOST_CALLS])


def calls(callers: Callers, target: Target, modules: set[str]) -> tuple[Call, ...]:
    """Return calls with literal arguments."""
    found = dict.fromkeys(
        call
        for _, tree in callers.trees
        for call in _calls(tree, Session(target, modules))
        if _is_literal(call)
    )
    return tuple(found)[:_MOST_CALLS]


def _calls(tree: ast.Module, session: Session) -> Iterator[Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found = session.find(node)
            if found is not None and found.over == "result":
                yield found.call


def _is_literal(call: Call) -> bool:
    try:
        for argument in call.arguments:
            ast.literal_eval(argument.source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return "." not in call.callee and not call.arrange
