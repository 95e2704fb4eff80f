"""Finds one docstring before and after an edit, with Python's own parser where it can read both."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText, Span

_LINE = re.compile(rb"\r\n|\r|\n")
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Holder = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Parsed:
    """One side of an edit.

    Attributes:
        source: The text.
        tree: Python's syntax tree; None where this Python cannot parse the text.
        error: Why it cannot, in a line.
        holder: The documented node in `tree`.
        docstring: Where its docstring stands now.
        value: The docstring's value.
    """

    source: SourceText
    tree: ast.Module | None = None
    error: str = ""
    holder: Holder | None = None
    docstring: Span | None = None
    value: str | None = None


@dataclass(frozen=True)
class Pair:
    """The text before and after the edit, and what was documented, in offsets of `before`."""

    before: Parsed
    after: Parsed
    definition: Definition


def locate(before: SourceText, after: SourceText, definition: Definition) -> Pair:
    """Parse both sides and find the definition and its docstring in each."""
    old_tree, old_error = parse(before)
    new_tree, new_error = parse(after)
    if old_tree is None:
        old = Parsed(before, None, old_error, docstring=definition.docstring)
        return Pair(old, _by_tree_sitter(after, new_error, definition), definition)
    number = _number(before, old_tree, definition)
    old = _by_number(before, old_tree, number)
    if new_tree is None:
        return Pair(old, Parsed(after, None, new_error), definition)
    return Pair(old, _by_number(after, new_tree, number), definition)


@lru_cache(maxsize=2)
def parse(source: SourceText) -> tuple[ast.Module | None, str]:
    """Return the syntax tree, or None and why this Python cannot read the text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text), ""
    except SyntaxError as error:
        return None, f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return None, str(error) or type(error).__name__


def _holders(tree: ast.Module) -> list[Holder]:
    """List what can carry a docstring; the order is the same with docstrings and without."""
    found: list[Holder] = [tree]
    blocks: list[ast.AST] = [tree]
    while blocks:
        block = blocks.pop()
        # Expressions hold no definitions; leaving them out makes this ten times as fast.
        inner = [node for name in _BLOCKS for node in getattr(block, name, ())]
        found += [node for node in inner if isinstance(node, _DEFINITIONS)]
        blocks += inner
    return found


def _number(source: SourceText, tree: ast.Module, definition: Definition) -> int | None:
    if definition.kind is DefinitionKind.MODULE:
        return 0
    start = definition.header.start
    ends = [match.end() for match in _LINE.finditer(source.utf8, 0, start)]
    position = (len(ends) + 1, start - (ends[-1] if ends else 0))
    for number, node in enumerate(_holders(tree)):
        if not isinstance(node, ast.Module) and (node.lineno, node.col_offset) == position:
            return number
    return None


def _by_number(source: SourceText, tree: ast.Module, number: int | None) -> Parsed:
    holders = _holders(tree)
    if number is None or number >= len(holders):
        return Parsed(source, tree)
    holder = holders[number]
    statement = docstring_of(holder)
    if statement is None:
        return Parsed(source, tree, holder=holder)
    span = _span(source, statement.value)
    return Parsed(source, tree, "", holder, span, ast.get_docstring(holder, clean=False))


def docstring_of(holder: Holder) -> ast.Expr | None:
    """Return the statement that is the docstring."""
    first = holder.body[0] if holder.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first if isinstance(first.value.value, str) else None
    return None


def _span(source: SourceText, node: ast.expr) -> Span:
    starts = [0, *(match.end() for match in _LINE.finditer(source.utf8))]
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    return Span(start, end)


def _by_tree_sitter(source: SourceText, error: str, definition: Definition) -> Parsed:
    try:
        found = target.by_qualname(source, definition.qualname, definition.ordinal)
    except AiError as lost:
        return Parsed(source, None, lost.message)
    value = _evaluated(source.slice(found.docstring)) if found.docstring else None
    return Parsed(source, None, error, None, found.docstring, value)


def _evaluated(literal: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(f"({literal})")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return value if isinstance(value, str) else None
