"""What may have changed beside one docstring, found by means that share no code with the gates.

`ast` without the one docstring, and the bytes before and after it, compared with the file before.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText

_WHITE = b" \t\r\n\f"
_LINE = re.compile(rb"\r\n|\r|\n")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Side:
    """A text as Python reads it.

    Attributes:
        data: Its UTF-8 bytes.
        tree: Its syntax tree.
        starts: Where each of its lines starts, by Python's count.
    """

    data: bytes
    tree: ast.Module
    starts: tuple[int, ...]

    def offset(self, line: int, column: int) -> int:
        """Return the byte at a position of the tree."""
        return self.starts[line - 1] + column

    def text(self, node: ast.stmt) -> bytes:
        """Return the lines of a statement, decorators included."""
        above = [one.lineno for one in getattr(node, "decorator_list", ())]
        end = self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return self.data[self.starts[min([node.lineno, *above]) - 1] : end]

    def function(self, line: int) -> tuple[int, _Function] | None:
        """Return the function at a line, and the number of the module's statement it is in."""
        for number, node in enumerate(self.tree.body):
            if (node.end_lineno or node.lineno) >= line:
                inner = (n for n in ast.walk(node) if isinstance(n, _Function))
                found = next((one for one in inner if one.lineno == line), None)
                return (number, found) if found else None
        return None


def complaint(before: SourceText, after: SourceText, definition: Definition) -> str:
    """Say what changed beside the docstring of a definition of `before`; empty when nothing did."""
    old = side(before)
    try:
        new = side(after)
    except SyntaxError as error:
        return f"the text does not parse any more: {error}"
    line = len(_LINE.findall(old.data[: definition.header.start])) + 1
    was, now = old.function(line), new.function(line)
    if was is None or now is None:
        return "the function is not where it was"
    docstring = _docstring(now[1])
    if docstring is None:
        return "no docstring after the edit"
    if not _same_program(old, new, was, now):
        return "the syntax tree changed"
    return (
        _bytes_outside(old, new, definition, _docstring(was[1]), docstring)
        or _words(old, new, _docstring(was[1]), docstring)
        or _as_written(before, after)
    )


@lru_cache(maxsize=2)
def side(source: SourceText) -> Side:
    """Parse a text.

    Raises:
        SyntaxError: When it is no Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source.text)
    starts = (0, *(found.end() for found in _LINE.finditer(source.utf8)))
    return Side(source.utf8, tree, starts)


def _docstring(function: _Function) -> ast.Expr | None:
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first if isinstance(first.value.value, str) else None
    return None


def _same_program(
    old: Side, new: Side, was: tuple[int, _Function], now: tuple[int, _Function]
) -> bool:
    """Compare the trees, that of the one statement as trees and the others by their whole text."""
    if was[0] != now[0] or len(old.tree.body) != len(new.tree.body):
        return False
    pairs = [*zip(old.tree.body, new.tree.body, strict=True)]
    mine = pairs.pop(was[0])
    if any(type(a) is not type(b) or old.text(a) != new.text(b) for a, b in pairs):
        return False
    return _dumped(mine[0], was[1]) == _dumped(mine[1], now[1])


def _dumped(statement: ast.stmt, function: _Function) -> str:
    docstring = _docstring(function)
    if docstring is None:
        return ast.dump(statement)
    function.body.remove(docstring)
    dumped = ast.dump(statement)
    function.body.insert(0, docstring)
    return dumped


def _span(one: Side, node: ast.Expr) -> tuple[int, int]:
    """Return where an expression stands, parentheses around it included."""
    start = one.offset(node.lineno, node.col_offset)
    end = one.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    while one.data[:start].rstrip(_WHITE).endswith(b"(") and one.data[end:].lstrip(
        _WHITE
    ).startswith(b")"):
        start = len(one.data[:start].rstrip(_WHITE)) - 1
        end = len(one.data) - len(one.data[end:].lstrip(_WHITE)) + 1
    return start, end


def _bytes_outside(
    old: Side, new: Side, definition: Definition, was: ast.Expr | None, now: ast.Expr
) -> str:
    start, end = _span(new, now)
    head, tail = new.data[:start], new.data[end:]
    if was is not None:
        first, last = _span(old, was)
        whole = (old.data[:first], old.data[last:])
        # The body of a one-liner moves to a line of its own.
        moved = definition.body_indent is None
        same = moved and (head.rstrip(), tail) == (whole[0].rstrip(), whole[1])
        return "" if same or (head, tail) == whole else "bytes around the old docstring changed"
    head, tail = head.rstrip(_WHITE), tail.lstrip(_WHITE)
    if not old.data.startswith(head):
        return "bytes before the docstring changed"
    if not old.data.endswith(tail):
        return "bytes after the docstring changed"
    if old.data[len(head) : len(old.data) - len(tail)].strip(_WHITE):
        return "bytes beside the docstring were lost"
    return ""


def _words(old: Side, new: Side, was: ast.Expr | None, now: ast.Expr) -> str:
    """Say when a byte of the docstring that was there is no longer, in its order."""
    if was is None:
        return ""
    (first, last), (start, end) = _span(old, was), _span(new, now)
    left = iter(new.data[start:end])
    gone = next((byte for byte in old.data[first:last] if byte not in left), None)
    return "" if gone is None else f"the docstring lost {bytes([gone])!r}"


def _as_written(before: SourceText, after: SourceText) -> str:
    """Compare what stands on the disk: the mark, and that the encoding holds the new text."""
    try:
        data = after.to_bytes()
    except UnicodeEncodeError as error:
        return f"the file's encoding cannot hold it: {error}"
    if data[:3] != before.to_bytes()[:3]:
        return "the byte-order mark changed"
    return ""
