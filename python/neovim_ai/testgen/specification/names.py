"""Names that a statement takes from around it and those it gives, by Python's own rules."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from functools import lru_cache


@lru_cache(maxsize=2048)
def used(code: str) -> frozenset[str]:
    """Return the names that code reads from outside, those of its inner functions too."""
    table = _table(code)
    if table is None:
        return frozenset(_anyhow(code, ast.Load))
    own = {one.get_name() for one in table.get_symbols() if one.is_referenced()}
    return frozenset(own | set(_from_within(table)))


@lru_cache(maxsize=2048)
def bound(code: str) -> frozenset[str]:
    """Return the names that code gives a value: assigned, defined, imported or deleted ones."""
    table = _table(code)
    if table is None:
        return frozenset(_anyhow(code, ast.Store))
    given = (one for one in table.get_symbols() if one.is_assigned() or one.is_imported())
    return frozenset(one.get_name() for one in given)


def _table(code: str) -> symtable.SymbolTable | None:
    try:
        return symtable.symtable(code, "<example>", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return None


def _from_within(table: symtable.SymbolTable) -> Iterator[str]:
    for inner in table.get_children():
        yield from (one.get_name() for one in inner.get_symbols() if one.is_global())
        yield from _from_within(inner)


def _anyhow(code: str, kind: type[ast.expr_context]) -> Iterator[str]:
    """Yield names where the rules cannot be asked, as for an `await` outside of a function."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, kind):
            yield node.id
