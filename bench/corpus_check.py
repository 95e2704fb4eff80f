"""What may have changed beside one docstring, found by means that share no code with the gates.

`ast` without the one docstring, and the bytes before and after it, compared with the file before.
"""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

from neovim_ai.source import target
from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText

_WHITE = b" \t\r\n\f"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def complaint(before: SourceText, after: SourceText, definition: Definition) -> str:
    """Say what changed beside the docstring of a definition of `before`; empty when nothing did."""
    now = target.by_qualname(after, definition.qualname, definition.ordinal)
    if now.docstring is None:
        return "no docstring after the edit"
    try:
        same = _outline(before, definition.line) == _outline(after, now.line)
    except SyntaxError as error:
        return f"the text does not parse any more: {error}"
    if not same:
        return "the syntax tree changed"
    return _bytes_outside(before, after, definition, now) or _as_written(before, after)


def lost_words(before: SourceText, after: SourceText, definition: Definition) -> str:
    """Say when a character of the docstring that was there is no longer, in its order."""
    now = target.by_qualname(after, definition.qualname, definition.ordinal)
    if definition.docstring is None or now.docstring is None:
        return ""
    left = iter(after.slice(now.docstring))
    gone = next((c for c in before.slice(definition.docstring) if c not in left), None)
    return "" if gone is None else f"the docstring lost {gone!r}"


def _bytes_outside(before: SourceText, after: SourceText, then: Definition, now: Definition) -> str:
    if now.docstring is None:
        return ""
    old, new = before.utf8, after.utf8
    head, tail = new[: now.docstring.start], new[now.docstring.end :]
    if then.docstring is not None:
        whole = (old[: then.docstring.start], old[then.docstring.end :])
        # The body of a one-liner moves to a line of its own.
        moved = then.body_indent is None
        same = (head.rstrip(), tail) == (whole[0].rstrip(), whole[1]) if moved else False
        return "" if same or (head, tail) == whole else "bytes around the old docstring changed"
    head, tail = head.rstrip(_WHITE), tail.lstrip(_WHITE)
    if not old.startswith(head):
        return "bytes before the docstring changed"
    if not old.endswith(tail):
        return "bytes after the docstring changed"
    if old[len(head) : len(old) - len(tail)].strip(_WHITE):
        return "bytes beside the docstring were lost"
    return ""


def _as_written(before: SourceText, after: SourceText) -> str:
    """Compare what stands on the disk: the mark, and that the encoding holds the new text."""
    try:
        data = after.to_bytes()
    except UnicodeEncodeError as error:
        return f"the file's encoding cannot hold it: {error}"
    if data[:3] != before.to_bytes()[:3]:
        return "the byte-order mark changed"
    return ""


def _outline(source: SourceText, line: int) -> tuple[str, ...]:
    """Return each statement of a module as its tree, without the docstring of the one at a line."""
    tree = _parsed(source)
    for node in tree.body:
        if node.lineno <= line <= (node.end_lineno or line) or _decorated(node) <= line:
            holder = _function_at(node, line)
            if holder is not None:
                return _dumped_without(source, tree, node, holder)
    return _dumps(source)


def _decorated(node: ast.stmt) -> int:
    return min((one.lineno for one in getattr(node, "decorator_list", ())), default=node.lineno)


def _function_at(node: ast.stmt, line: int) -> _Function | None:
    inner = (n for n in ast.walk(node) if isinstance(n, _Function))
    return next((one for one in inner if one.lineno == line), None)


def _dumped_without(
    source: SourceText, tree: ast.Module, node: ast.stmt, holder: _Function
) -> tuple[str, ...]:
    dumps = list(_dumps(source))
    first = holder.body[0]
    is_string = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if is_string and isinstance(ast.literal_eval(first.value), str):  # type: ignore[attr-defined]
        holder.body.remove(first)
        dumps[tree.body.index(node)] = ast.dump(node)
        holder.body.insert(0, first)
    return tuple(dumps)


@lru_cache(maxsize=2)
def _parsed(source: SourceText) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source.text)


@lru_cache(maxsize=2)
def _dumps(source: SourceText) -> tuple[str, ...]:
    return tuple(ast.dump(node) for node in _parsed(source).body)
