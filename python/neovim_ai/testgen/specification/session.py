"""Statements of an example: which of them is the call, which prepare it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from neovim_ai.source.model import ParameterKind
from neovim_ai.testgen.model import Argument, Call, Target
from neovim_ai.testgen.specification import names
from neovim_ai.testgen.specification.slicing import Line, needed, quiet


@dataclass(frozen=True)
class Found:
    """A call of the target within an expression, and the expression with `result` in its place.

    Attributes:
        call: The call, or the whole expression as it is written.
        over: What is compared.
        calls: Calls of the target that it goes through.
    """

    call: Call
    over: str = "result"
    calls: tuple[Call, ...] = ()


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
        self._module = max(modules, key=len, default="")
        self._names = {target.definition.name}
        self._lines: list[Line] = []
        self._imports: list[str] = []
        self._results: dict[str, tuple[ast.Call | ast.Attribute, int]] = {}

    @property
    def returns_at_once(self) -> bool:
        """Whether a call of the target gives its result itself, not what yields or awaits it."""
        return not self._target.facts.is_generator and not self._target.definition.is_async

    @property
    def yields(self) -> bool:
        """Whether the target is a plain generator."""
        return self._target.facts.is_generator and not self._target.definition.is_async

    def take(self, statement: ast.stmt) -> None:
        """Remember a statement that prepares what comes."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._import(statement)
            return
        self._lines.append(Line(_as_function(statement)))
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            value = statement.value
            value = value.value if isinstance(value, ast.Await) else value
            name_, called = statement.targets[0], self._is_target(value)
            if isinstance(name_, ast.Name) and called:
                self._results[name_.id] = called, len(self._lines)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        module = getattr(statement, "module", None) or statement.names[0].name
        ours = module in self._modules or any(one.startswith(f"{module}.") for one in self._modules)
        for alias in statement.names:
            name = alias.asname or alias.name
            if ours:
                self._modules.add(name)
            if ours and isinstance(statement, ast.ImportFrom):
                if alias.name in self._names:
                    self._names.add(name)
                # what stands in the subject's module is known by its name there
                if name == self._target.definition.name or (
                    module == self._module and not alias.asname
                ):
                    continue
            if alias.name == "*" and ours:
                continue
            self._imports += _one_import(statement, alias)

    def find(self, expression: ast.expr) -> Found | None:
        """Return the call of the target in an expression; None where it is not one call alone.

        An expression that speaks of other names of the session than the call does, or that calls
        what the target returned, is said whole, by `written`.
        """
        inside = [called for node in ast.walk(expression) if (called := self._is_target(node))]
        named = [n for n in ast.walk(expression) if isinstance(n, ast.Name)]
        through = [n for n in named if n.id in self._results]
        if len(inside) == 1 and not through:
            return self._found(expression, inside[0], len(self._lines), inside[0])
        if not through or inside or len({n.id for n in through}) > 1:
            return None
        name = through[0].id
        called, at = self._results[name]
        if not quiet(self._lines[at:], name):
            return None
        return self._found(expression, called, at - 1, *through)

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
        self,
        expression: ast.expr,
        called: ast.Call | ast.Attribute,
        at: int,
        *places: ast.AST,
    ) -> Found | None:
        over = _Replaced(places, "result").visit(_copy(expression))
        rest = _Replaced(places, "None").visit(_copy(expression))
        text, said = ast.unparse(over), {name for line in self._lines for name in line.bound}
        if names.used(ast.unparse(rest)) & said or _is_called(over):
            return None
        before = needed(self._lines[:at], names.used(ast.unparse(called)))
        call = self._call(called, before, text)
        return Found(call, text, (call,))

    def _call(
        self, called: ast.Call | ast.Attribute, before: Sequence[Line], over: str = ""
    ) -> Call:
        callee, arguments = self._callee(called), _arguments(called)
        texts = [one.text for one in before]
        spoken = [callee, over, *texts, *(a.source.lstrip("*") for a in arguments)]
        return Call(
            target=self._target.qualname,
            callee=callee,
            arguments=arguments,
            arrange=tuple(texts),
            imports=self._needed_imports(spoken),
        )

    def written(self, statement: ast.stmt, *, whole: bool = False) -> Found | None:
        """Return a statement as it is written, what it needs before it; None without the target.

        Args:
            statement: The line of a session whose outcome is told.
            whole: All that was said before stands before it, needed or not.
        """
        text = ast.unparse(statement)
        lines = tuple(self._lines) if whole else needed(self._lines, names.used(text))
        nodes = [*(one.node for one in lines), statement]
        if not any(self._is_spoken_of(n) for node in nodes for n in ast.walk(node)):
            return None
        texts = [one.text for one in lines]
        call = Call(
            target=self._target.qualname,
            callee=text,
            arrange=tuple(texts),
            imports=self._needed_imports([*texts, text]),
            as_written=True,
        )
        inner = [c for node in nodes for n in ast.walk(node) if (c := self._is_target(n))]
        return Found(call, calls=tuple(dict.fromkeys(self._call(c, ()) for c in inner)))

    def _is_spoken_of(self, node: ast.AST) -> bool:
        """Tell whether a node names the target, called or handed on (`map(f, items)`)."""
        method = self._target.definition.owner is not None
        if isinstance(node, ast.Name):
            return node.id in self._names and not method
        if not isinstance(node, ast.Attribute) or node.attr not in self._names:
            return False
        return method or ast.unparse(node.value) in self._modules

    def _needed_imports(self, spoken: Sequence[str]) -> tuple[str, ...]:
        used = {name for text in spoken if text for name in names.used(text)}
        return tuple(one for one in dict.fromkeys(self._imports) if names.bound(one) & used)

    def _callee(self, called: ast.Call | ast.Attribute) -> str:
        func = called.func if isinstance(called, ast.Call) else called
        if isinstance(func, ast.Attribute) and ast.unparse(func.value) in self._modules:
            return func.attr
        return ast.unparse(func)


def _one_import(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> list[str]:
    if isinstance(statement, ast.Import):
        return [ast.unparse(ast.Import([alias]))]
    if statement.level:
        return []
    return [ast.unparse(ast.ImportFrom(statement.module, [alias], 0))]


def _as_function(statement: ast.stmt) -> ast.stmt:
    """Write `double = lambda n: 2 * n` as tests do, as a function."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Lambda):
        return statement
    name, value = statement.targets[0], statement.value
    if len(statement.targets) > 1 or not isinstance(name, ast.Name):
        return statement
    text = f"def {name.id}({ast.unparse(value.args)}):\n    return {ast.unparse(value.body)}"
    return ast.parse(text).body[0]


def _is_called(over: ast.AST) -> bool:
    """Tell whether what the target returned is called, or taken on by `next`."""
    calls = [node for node in ast.walk(over) if isinstance(node, ast.Call)]
    taken = [c.func for c in calls] + [
        a for c in calls if ast.unparse(c.func) == "next" for a in c.args
    ]
    return any(isinstance(one, ast.Name) and one.id == "result" for one in taken)


class _Replaced(ast.NodeTransformer):
    """Writes a name where the call stood."""

    def __init__(self, places: Sequence[ast.AST], name: str) -> None:
        self._texts = {ast.unparse(one) for one in places}
        self._name = name

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and ast.unparse(node) in self._texts:
            return ast.Name(self._name, ast.Load())
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
