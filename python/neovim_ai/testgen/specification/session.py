"""Statements of an example: which of them is the call, which prepare it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from neovim_ai.source.model import ParameterKind
from neovim_ai.testgen.model import Argument, Call, Target

_COMPOUND = (
    ast.For,
    ast.While,
    ast.With,
    ast.If,
    ast.Try,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.AsyncFor,
    ast.AsyncWith,
)


@dataclass(frozen=True)
class Found:
    """A call of the target within an expression, and the expression with `result` in its place."""

    call: Call
    over: str


class Session:
    """What was said so far in one example, statement by statement."""

    def __init__(self, target: Target, modules: Collection[str]) -> None:
        """Begin.

        Args:
            target: What is called.
            modules: Names and dotted names that stand for the subject's module or its packages.
        """
        self._target = target
        self._modules = set(modules)
        self._before: list[ast.stmt] = []
        self._imports: list[str] = []
        self._results: dict[str, ast.Call | ast.Attribute] = {}

    def take(self, statement: ast.stmt) -> None:
        """Remember a statement that prepares what comes."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._import(statement)
            return
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            name, value = statement.targets[0], statement.value
            if isinstance(name, ast.Name) and (called := self._is_target(value)):
                self._results[name.id] = called
                return
        self._before.append(statement)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        module = getattr(statement, "module", None) or statement.names[0].name
        ours = module in self._modules or any(one.startswith(f"{module}.") for one in self._modules)
        if ours:
            self._modules |= {alias.asname or alias.name for alias in statement.names}
        else:
            self._imports.append(ast.unparse(statement))

    def find(self, expression: ast.expr) -> Found | None:
        """Return the call of the target in an expression; None where there is none, or several."""
        inside = [called for node in ast.walk(expression) if (called := self._is_target(node))]
        named = [n for n in ast.walk(expression) if isinstance(n, ast.Name)]
        through = [n for n in named if n.id in self._results]
        if len(inside) == 1 and not through:
            return self._found(expression, inside[0], inside[0])
        if through and not inside and len({n.id for n in through}) == 1:
            return self._found(expression, self._results[through[0].id], *through)
        return None

    def _is_target(self, node: ast.AST) -> ast.Call | ast.Attribute | None:
        name, method = self._target.definition.name, self._target.definition.owner is not None
        if self._target.facts.is_property:
            return node if isinstance(node, ast.Attribute) and node.attr == name else None
        if not isinstance(node, ast.Call):
            return None
        func = node.func
        if isinstance(func, ast.Name):
            return node if func.id == name and not method else None
        if not isinstance(func, ast.Attribute) or func.attr != name:
            return None
        held = ast.unparse(func.value)
        return node if method != (held in self._modules) else None

    def _found(
        self, expression: ast.expr, called: ast.Call | ast.Attribute, *places: ast.AST
    ) -> Found | None:
        over = ast.unparse(_Replaced(places).visit(_copy(expression)))
        before = self._needed(called)
        if any(isinstance(one, _COMPOUND) for one in before):
            return None
        call = Call(
            target=self._target.qualname,
            callee=self._callee(called),
            arguments=_arguments(called),
            arrange=tuple(ast.unparse(one) for one in before),
            imports=tuple(self._imports),
        )
        return Found(call, over)

    def _callee(self, called: ast.Call | ast.Attribute) -> str:
        func = called.func if isinstance(called, ast.Call) else called
        if isinstance(func, ast.Attribute) and ast.unparse(func.value) in self._modules:
            return func.attr
        return ast.unparse(func)

    def _needed(self, called: ast.AST) -> list[ast.stmt]:
        """Return the statements before that bind or change what the call uses."""
        bound = {name for statement in self._before for name in _bound(statement)}
        wanted, kept = _names(called) & bound, []
        for statement in reversed(self._before):
            named = _names(statement) & bound
            if named & wanted and (_bound(statement) & wanted or isinstance(statement, ast.Expr)):
                wanted |= named
                kept.append(statement)
        return kept[::-1]


class _Replaced(ast.NodeTransformer):
    """Writes `result` where the call stood."""

    def __init__(self, places: Sequence[ast.AST]) -> None:
        self._texts = {ast.unparse(one) for one in places}

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and ast.unparse(node) in self._texts:
            return ast.Name("result", ast.Load())
        visited = self.generic_visit(node)
        return visited if isinstance(visited, ast.AST) else node


def _copy(expression: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(expression), mode="eval").body


def _arguments(called: ast.Call | ast.Attribute) -> tuple[Argument, ...]:
    if not isinstance(called, ast.Call):
        return ()
    plain = [Argument(ast.unparse(one)) for one in called.args]
    named = [Argument(ast.unparse(k.value), k.arg or "**") for k in called.keywords]
    return (*plain, *(one for one in named if one.name != "**"))


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _bound(statement: ast.stmt) -> set[str]:
    stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
    held = {n.id for n in stored if isinstance(n.ctx, ast.Store)}
    # `items[0] = 1` and `reader.x = 1` change what the name holds
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            held |= _names(node.value)
    return held


def bound_arguments(target: Target, call: Call) -> dict[str, str]:
    """Return what each parameter is given by a call, as source; variadic ones are left out."""
    given: dict[str, str] = {}
    positional = {ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL_OR_KEYWORD}
    in_order = [p.name for p in target.facts.parameters if p.kind in positional]
    plain = [a for a in call.arguments if not a.name]
    if any(a.source.startswith("*") for a in plain):
        return {}
    given.update({name: a.source for name, a in zip(in_order, plain, strict=False)})
    given.update({a.name: a.source for a in call.arguments if a.name})
    return given
