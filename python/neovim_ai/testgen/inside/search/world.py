"""What of the world around a function reads, and lines that set it for a test."""

from __future__ import annotations

import ast
import random
from typing import Dict, List, Mapping, Set, Tuple

from .hints import Hint
from .reading import dotted
from .usage import Usage
from .values import Maker


class World:
    """What the code that an entry reaches touches.

    Attributes:
        variables: Environment variables by name.
        asks: It calls `input`.
        reads: It reads `sys.stdin`.
        arguments: It reads `sys.argv`.
        attributes: Attributes that the class's methods set, with what is known of them.
        imports: Import lines that the lines need, by the name they give.
    """

    def __init__(self) -> None:
        self.variables: Set[str] = set()
        self.asks = False
        self.reads = False
        self.arguments = False
        self.attributes: Dict[str, Hint] = {}
        self.imports: Dict[str, str] = {}

    @property
    def touched(self) -> bool:
        """Whether there is anything to set."""
        return bool(self.variables or self.asks or self.reads or self.arguments)

    def lines(self, chance: random.Random, maker: Maker) -> Tuple[str, ...]:
        """Return lines that set the world, some of it or none."""
        lines: List[str] = []
        for name in sorted(self.variables):
            roll = chance.random()
            if roll < 0.6:
                lines.append(f"monkeypatch.setenv({name!r}, {_printable(maker.text())!r})")
            elif roll < 0.75:
                lines.append(f"monkeypatch.delenv({name!r}, raising=False)")
        if self.asks:
            answer = _printable(maker.text())
            lines.append(f"monkeypatch.setattr('builtins.input', lambda *args: {answer!r})")
        if self.reads:
            self.imports["io"] = "import io"
            lines.append(f"monkeypatch.setattr('sys.stdin', io.StringIO({maker.text()!r}))")
        if self.arguments:
            words = [_printable(maker.text()) for _ in range(chance.randint(0, 3))]
            lines.append(f"monkeypatch.setattr('sys.argv', {['program', *words]!r})")
        return tuple(lines)


def _printable(text: str) -> str:
    return text.replace("\x00", "").split("\n")[0]


def world_of(qualnames: List[str], usage: Usage, constants: Mapping[str, object]) -> World:
    """Return what some functions touch.

    Args:
        qualnames: The functions, those they call included.
        usage: Of the module.
        constants: What stands bare, to look up names of variables.
    """
    world = World()
    for qualname in qualnames:
        for node in ast.walk(usage.functions[qualname]):
            if isinstance(node, ast.Call):
                _call(world, node, constants)
            elif isinstance(node, ast.Subscript) and dotted(node.value).endswith("environ"):
                index = getattr(node.slice, "value", node.slice)
                _variable(world, index if isinstance(index, ast.AST) else node.slice, constants)
            elif isinstance(node, ast.Attribute):
                world.reads |= dotted(node) == "sys.stdin"
                world.arguments |= dotted(node) == "sys.argv"
            elif isinstance(node, ast.Compare) and dotted(node.comparators[-1]).endswith("environ"):
                _variable(world, node.left, constants)
    return world


def _call(world: World, node: ast.Call, constants: Mapping[str, object]) -> None:
    name = dotted(node.func)
    world.asks |= name == "input"
    if name.endswith(("getenv", "environ.get", "environ.pop")) and node.args:
        _variable(world, node.args[0], constants)


def _variable(world: World, node: ast.AST, constants: Mapping[str, object]) -> None:
    value = constants.get(node.id) if isinstance(node, ast.Name) else getattr(node, "value", None)
    if isinstance(node, ast.Constant):
        value = node.value
    if isinstance(value, str):
        world.variables.add(value)


def attributes_of(owner: str, usage: Usage) -> Dict[str, Hint]:
    """Return the public attributes that a class's constructor sets, and what fits them."""
    found: Dict[str, Hint] = {}
    node = usage.functions.get(f"{owner}.__init__")
    for statement in ast.walk(node) if node is not None else ():
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            for target in targets:
                name = dotted(target)
                if name.startswith("self.") and name.count(".") == 1 and name[5] != "_":
                    hint = Hint()
                    usage._follow(f"{owner}.__init__", {name}, hint)
                    _from_value(hint, statement.value)
                    found[name[5:]] = hint
    return found


def _from_value(hint: Hint, value: object) -> None:
    from .hints import from_default

    if isinstance(value, ast.Constant) and value.value is not None:
        hint.join(from_default(value.value))
