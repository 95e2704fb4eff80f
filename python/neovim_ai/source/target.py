"""Find the definitions of a source: all of them, the one around a row, the one of a name."""

from __future__ import annotations

import difflib
import itertools
from functools import lru_cache

from tree_sitter import Node, Tree

from neovim_ai.errors import AiError, Kind
from neovim_ai.source import outline, recovery, syntax
from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText


def definitions(source: SourceText, tree: Tree | None = None) -> tuple[Definition, ...]:
    """Return every definition in file order, the module first."""
    return _parsed(source) if tree is None else _found(source, tree.root_node)


@lru_cache(maxsize=4)
def _parsed(source: SourceText) -> tuple[Definition, ...]:
    """Parse a text once, however many questions are asked of it; equal texts are one.

    Few are kept: a tree takes much more room than its text.
    """
    return _found(source, syntax.parse(source).root_node)


def _found(source: SourceText, root: Node) -> tuple[Definition, ...]:
    if root.has_error:
        return recovery.definitions(source, root)
    found = outline.below(source, root, outline.Place())
    return outline.numbered([outline.module(source, root), *found])


def at(source: SourceText, row: int, col: int = 0) -> Definition | None:
    """Return the innermost function or class whose lines, decorators included, hold a position.

    Args:
        source: The text.
        row: 0-based row.
        col: 0-based column in UTF-8 bytes; decides only between definitions that share the row.
    """
    held = [d for d in definitions(source)[1:] if _holds_row(source, d, row)]
    if not held:
        return None
    offset = source.row_start(row) + col
    exact = [d for d in held if d.span.start <= offset <= d.span.end]
    alone = all(outer.span.covers(inner.span) for outer, inner in itertools.pairwise(held))
    return held[-1] if alone or not exact else exact[-1]


def by_qualname(source: SourceText, qualname: str, ordinal: int | None = None) -> Definition:
    """Return the definition of a name.

    Args:
        source: The text.
        qualname: `Class.method`, `outer.inner`; empty for the module.
        ordinal: Which of several equals; None for the first that is no `@overload`.

    Raises:
        AiError: `no_target` when there is none, with the nearest names.
    """
    everything = definitions(source)
    equals = [d for d in everything if d.qualname == qualname]
    if ordinal is not None:
        equals = [d for d in equals if d.ordinal == ordinal]
    if not equals:
        hint = _near(qualname, everything)
        raise AiError(Kind.NO_TARGET, f"There is no '{qualname}' here.", hint)
    return next((d for d in equals if not _is_overload(d)), equals[0])


def near(
    source: SourceText, qualname: str, ordinal: int, row: int, equals: int | None = None
) -> Definition | None:
    """Find a definition again after edits; None when it cannot be told from its equals.

    Args:
        source: The text as it stands now.
        qualname: The name it had.
        ordinal: Its place among equals when it was asked for.
        row: 0-based row where its `def` or `class` is believed to stand now.
        equals: How many of that name there were then; None when that is not known.
    """
    now = [d for d in definitions(source) if d.qualname == qualname]
    if len(now) == 1:
        return now[0]
    there = next((d for d in now if d.line == row + 1), None)
    return there or (now[ordinal] if equals == len(now) and ordinal < len(now) else None)


def _near(qualname: str, everything: tuple[Definition, ...]) -> str:
    names = list(dict.fromkeys(d.qualname for d in everything[1:]))
    close = difflib.get_close_matches(qualname, names, n=3, cutoff=0.5)
    last = qualname.rpartition(".")[2]
    close += [n for n in names if n.rpartition(".")[2] == last and n not in close]
    return f"Did you mean {' or '.join(close[:3])}?" if close else ""


def _is_overload(definition: Definition) -> bool:
    return any(d.rpartition(".")[2] == "overload" for d in definition.decorators)


def _holds_row(source: SourceText, definition: Definition, row: int) -> bool:
    # A comment that ends the body is no statement, yet a cursor on it is inside the function.
    end = max(definition.span.end, definition.node.end_byte if definition.node else 0)
    return source.row(definition.span.start) <= row <= source.row(max(end - 1, 0))
