"""Which statements of an example's session an expression needs: what binds or changes its names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from neovim_ai.testgen.specification import names

_READING = frozenset(
    {"bool", "callable", "float", "hasattr", "hash", "id", "int", "isinstance", "issubclass", "len"}
    | {"pp", "pprint", "print", "repr", "str", "type"}
)
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CHANGING = (
    *(ast.AugAssign, ast.Delete, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith),
    *(ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Try),
    # they use up what they go through, where that is an iterator
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


@dataclass(frozen=True)
class Line:
    """One statement of a session.

    Attributes:
        node: The statement.
    """

    node: ast.stmt

    @cached_property
    def text(self) -> str:
        """It as source; a compound statement keeps its lines."""
        return ast.unparse(self.node)

    @property
    def used(self) -> frozenset[str]:
        """Names it takes from around it."""
        return names.used(self.text)

    @property
    def bound(self) -> frozenset[str]:
        """Names it gives."""
        return names.bound(self.text)

    @cached_property
    def changes(self) -> bool:
        """Whether it may change what its names hold."""
        if isinstance(self.node, _DEFINING):
            return False
        return any(_may_change(node) for node in ast.walk(self.node))

    @cached_property
    def rebinds(self) -> bool:
        """Whether its names hold nothing any more of what they held."""
        node = self.node
        plain = isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets)
        return plain or isinstance(node, _DEFINING)

    @property
    def fixed(self) -> bool:
        """Whether what it binds can only change through names it uses: a number, a function."""
        if isinstance(self.node, _DEFINING):
            return not self.node.decorator_list
        return isinstance(self.node, ast.Assign) and _is_fixed(self.node.value)

    def without_names(self) -> Line:
        """Return it as an expression alone, where its names are of no use."""
        node = self.node
        if isinstance(node, ast.Assign) and self.rebinds:
            return Line(ast.Expr(node.value))
        return self


def _may_change(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return not (isinstance(node.func, ast.Name) and node.func.id in _READING)
    if isinstance(node, ast.Attribute | ast.Subscript):
        return not isinstance(node.ctx, ast.Load)
    return isinstance(node, _CHANGING)


def _is_fixed(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple):
        return all(map(_is_fixed, value.elts))
    if isinstance(value, ast.UnaryOp):
        return _is_fixed(value.operand)
    return isinstance(value, ast.Constant | ast.Lambda)


def needed(lines: Sequence[Line], wanted: Iterable[str]) -> tuple[Line, ...]:
    """Return the statements that must run before names hold what they hold at the end, in order.

    A statement counts that binds a wanted name, or may change what one holds; names that may hold
    the same object (`b = a`) are changed together.

    Args:
        lines: What was said so far.
        wanted: The names.
    """
    kin = _kin(lines)
    open_, kept = set(wanted), list[Line]()
    for line in reversed(lines):
        binds = bool(line.bound & open_)
        changed = {one for name in line.used for one in kin.get(name, ())}
        akin = {one for name in open_ for one in kin.get(name, ())}
        if not binds and not (line.changes and changed & akin):
            continue
        if binds and line.rebinds:
            open_ -= line.bound
        kept.append(line if binds else line.without_names())
        open_ |= line.used
    return tuple(kept[::-1])


def quiet(lines: Sequence[Line], name: str) -> bool:
    """Tell whether no statement may have changed what a name holds, nor bound it anew.

    Args:
        lines: The statements since it was bound.
        name: The name; what it was bound to counts as held by it alone.
    """
    kin = _kin(lines)
    akin = set(kin.get(name, ())) | {name}
    return not any(
        name in line.bound or (line.changes and (line.used | line.bound) & akin) for line in lines
    )


def _kin(lines: Sequence[Line]) -> Mapping[str, frozenset[str]]:
    """Return by name the names that may hold the same objects; none for what cannot change."""
    fixed = _fixed(lines)
    loose = {name for line in lines for name in line.bound} - fixed
    found: dict[str, set[str]] = {name: {name} for name in loose}
    for line in lines:
        together = (line.bound | line.used) & loose
        if not together or not (line.bound or line.changes):
            continue
        whole = set().union(*(found[name] for name in together))
        found.update(dict.fromkeys(whole, whole))
    for line in lines:
        held = line.used & found.keys()
        # calling a function may change what it holds on to
        for name in line.bound & fixed if held else ():
            found[name] = set().union(*(found[one] for one in held))
    return {name: frozenset(whole) for name, whole in found.items()}


def _fixed(lines: Sequence[Line]) -> set[str]:
    """Return the names that only ever hold numbers, texts, functions and the like."""
    every = {name for line in lines for name in line.bound}
    return every - {name for line in lines if not line.fixed for name in line.bound}
