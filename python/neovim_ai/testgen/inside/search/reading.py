"""What is done with one value in a function, read from its syntax."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Set, Tuple

from .hints import KINDS, Hint, classes_of, fits

if TYPE_CHECKING:
    from .usage import Usage

_TAKES: Dict[str, Tuple[str, ...]] = {
    "len": ("str", "list", "dict"),
    "sum": ("list",),
    "sorted": ("list",),
    "enumerate": ("list", "str"),
    "zip": ("list",),
    "map": ("list",),
    "filter": ("list",),
    "min": ("list",),
    "max": ("list",),
    "list": ("list", "str"),
    "tuple": ("list", "tuple"),
    "set": ("list",),
    "dict": ("dict",),
    "reversed": ("list", "str"),
    "any": ("list",),
    "all": ("list",),
    "iter": ("list",),
    "next": ("iterator",),
    "int": ("str", "int"),
    "float": ("str", "float"),
    "ord": ("str",),
    "chr": ("int",),
    "abs": ("int", "float"),
    "round": ("float",),
    "range": ("int",),
    "divmod": ("int",),
    "hex": ("int",),
    "bin": ("int",),
    "open": ("path",),
    "Path": ("path", "str"),
    "callable": ("callable",),
    "issubclass": ("type",),
    "compile": ("str",),
    "join": ("list",),
    "loads": ("str",),
    "StringIO": ("str",),
    "search": ("str",),
    "match": ("str",),
    "fullmatch": ("str",),
    "finditer": ("str",),
    "findall": ("str",),
    "sub": ("str",),
    "split": ("str",),
    "exists": ("path",),
    "isfile": ("path",),
    "isdir": ("path",),
    "dirname": ("path",),
    "basename": ("path",),
    "splitext": ("path",),
    "listdir": ("path",),
    "escape": ("str",),
    "fsum": ("list",),
    "sqrt": ("float",),
    "floor": ("float",),
    "ceil": ("float",),
    "normalize": ("str",),
    "quote": ("str",),
    "urlparse": ("str",),
    "urlsplit": ("str",),
}
_NUMERIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow, ast.Mod, ast.LShift, ast.BitAnd)


class Reader(ast.NodeVisitor):
    """Walks one function for one value, under all the names it goes by."""

    def __init__(self, usage: Usage, qualname: str, node: ast.AST, depth: int = 0) -> None:
        self.usage = usage
        self.qualname = qualname
        self.node = node
        self.depth = depth
        self.names: Set[str] = set()
        self.hint = Hint()
        self.seen: Set[str] = set()

    def read(self, names: Set[str]) -> Hint:
        """Return what is known of the value after the walk."""
        self.names = set(names) | self._aliases(names)
        self.visit(self.node)
        self._by_attributes()
        return self.hint

    def _aliases(self, names: Set[str]) -> Set[str]:
        """Return names that the value is given to as it is: `y = x`, `self.x = x`."""
        found = set()
        for node in ast.walk(self.node):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if isinstance(node.value, ast.Name) and node.value.id in names:
                    found |= {dotted(target) for target in targets}
        return found - {""}

    def _is(self, node: Any) -> bool:
        return dotted(node) in self.names and isinstance(getattr(node, "ctx", None), ast.Load)

    def _by_attributes(self) -> None:
        if not self.seen:
            return
        kinds = fits(self.seen)
        for kind in kinds:
            self.hint.add(kind, 3.0 / len(kinds))
        if not kinds:
            for name in self.seen:
                self.hint.attributes.setdefault(name, Hint())
            self.hint.add("object", 2)

    def _inner(self, target: ast.AST, body: ast.AST) -> None:
        """Read on what the value holds, under the name a loop gives to it."""
        inner = self.hint.inner()
        if self.depth > 2:
            return
        if isinstance(target, ast.Name):
            inner.join(Reader(self.usage, self.qualname, body, self.depth + 1).read({target.id}))
            if inner.kinds.get("str"):
                self.hint.add("str", 2)
        elif isinstance(target, ast.Tuple) and not inner.parts:
            inner.add("tuple", 3)
            inner.parts = [
                Reader(self.usage, self.qualname, body, self.depth + 1).read({dotted(item)})
                for item in target.elts
            ]

    def visit_For(self, node: ast.For) -> Any:
        """Take what a loop over it does with its members."""
        self._iterated(node.target, node.iter, node)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        """The same of a comprehension."""
        # The element is used in the whole expression, whose node is not known here.
        self._iterated(node.target, node.iter, self.node)
        self.generic_visit(node)

    def _iterated(self, target: ast.AST, iterated: ast.AST, body: ast.AST) -> None:
        if self._is(iterated):
            self.hint.add("list", 1.5)
            self._inner(target, body)
        elif isinstance(iterated, ast.Call) and iterated.args and self._is(iterated.args[-1]):
            if dotted(iterated.func) == "enumerate" and isinstance(target, ast.Tuple):
                self._inner(target.elts[-1], body)
        elif isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute):
            if self._is(iterated.func.value) and iterated.func.attr == "items":
                self._items(target, body)

    def _items(self, target: ast.AST, body: ast.AST) -> None:
        if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            self.hint.add("dict", 2)
            self.hint.key = self.hint.key or Hint()
            read = [
                Reader(self.usage, self.qualname, body, self.depth + 1).read({dotted(item)})
                for item in target.elts
            ]
            self.hint.key.join(read[0])
            self.hint.inner().join(read[1])

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Take the attributes that it must have."""
        if self._is(node.value):
            self.seen.add(node.attr)
            if self.depth < 2:
                path = f"{dotted(node.value)}.{node.attr}"
                reader = Reader(self.usage, self.qualname, self.node, self.depth + 1)
                found = reader.read({path})
                self.hint.attributes.setdefault(node.attr, Hint()).join(found)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """Take how it is indexed."""
        if self._is(node.value):
            index = getattr(node.slice, "value", node.slice)
            constant = index if isinstance(index, (str, int)) else getattr(index, "value", None)
            if isinstance(constant, str):
                self.hint.add("dict", 3)
                self.hint.key = self.hint.key or Hint()
                self.hint.key.members.append(constant)
            elif isinstance(constant, int) or isinstance(node.slice, ast.Slice):
                for kind in ("list", "str", "tuple"):
                    self.hint.add(kind, 0.7)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """Take what it is reckoned with."""
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if self._is(one):
                kind = type(getattr(other, "value", None)).__name__
                if isinstance(other, ast.Constant) and kind in KINDS:
                    self.hint.add(kind, 2)
                elif isinstance(node.op, _NUMERIC):
                    self.hint.add("int", 0.7)
                    self.hint.add("float", 0.7)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> Any:
        """Take what it is compared with."""
        operands = [node.left, *node.comparators]
        for one, operation, other in zip(operands, node.ops, operands[1:]):
            self._compared(one, operation, other)
            self._compared(other, operation, one, turned=True)
        self.generic_visit(node)

    def _compared(
        self, one: ast.AST, operation: ast.AST, other: ast.AST, turned: bool = False
    ) -> None:
        if not self._is(one):
            return
        contains = isinstance(operation, (ast.In, ast.NotIn))
        if contains and turned:
            for kind in ("list", "str", "dict"):
                self.hint.add(kind, 0.7)
            return
        for constant in _constants(other):
            kind = "none" if constant is None else type(constant).__name__
            if kind in KINDS or kind == "none":
                self.hint.add(kind, 1.5)
                self.hint.members.append(constant)
        if isinstance(operation, (ast.Lt, ast.Gt, ast.LtE, ast.GtE)) and not list(
            _constants(other)
        ):
            self.hint.add("int", 0.7)

    def visit_Call(self, node: ast.Call) -> Any:
        """Take that it is called, and what it is given to."""
        if self._is(node.func):
            self.hint.add("callable", 4)
            self.hint.arity = len(node.args)
        for position, argument in enumerate(node.args):
            if self._is(argument):
                self._given(node, position, None)
        for keyword in node.keywords:
            if keyword.arg and self._is(keyword.value):
                self._given(node, -1, keyword.arg)
        self.generic_visit(node)

    def _given(self, node: ast.Call, position: int, keyword: Optional[str]) -> None:
        name = dotted(node.func).rpartition(".")[2]
        if name == "isinstance" and position == 0 and len(node.args) == 2:
            self._tested(self.usage.value(node.args[1]))
            return
        if name in ("hasattr", "getattr") and position == 0 and len(node.args) > 1:
            attribute = getattr(node.args[1], "value", None)
            if isinstance(attribute, str):
                for kind in fits({attribute}):
                    self.hint.add(kind, 1)
            return
        called = self.usage.called(node.func, self.qualname)
        if called:
            parameters = self.usage.parameters(called)
            parameter = keyword or (parameters[position] if position < len(parameters) else "")
            if parameter:
                self.hint.join(self.usage.of(called, parameter))
            return
        weighed = name in ("min", "max") and len(node.args) > 1
        for kind in ("int", "float") if weighed else _TAKES.get(name, ()):
            self.hint.add(kind, 1.5)
        if name == "join":
            self.hint.inner().add("str", 2)
        elif name in ("sum", "fsum"):
            self.hint.inner().add("int", 2)

    def _tested(self, value: Any) -> None:
        """Take an `isinstance` test: both what passes and what does not is wanted."""
        for found in classes_of(value):
            kind = next((k for k, c in KINDS.items() if c is found), None)
            if kind:
                self.hint.add(kind, 2)
            elif found is type:
                self.hint.add("type", 2)
            elif found.__name__ in ("Iterable", "Sequence", "Mapping", "Callable"):
                named = {"Mapping": "dict", "Callable": "callable"}
                self.hint.add(named.get(found.__name__, "list"), 2)
            else:
                self.hint.classes.append(found)


def dotted(node: Any) -> str:
    """Return the dotted name that an expression is; empty where it is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def _constants(node: ast.AST) -> Iterator[Any]:
    if isinstance(node, ast.Constant):
        yield node.value
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for item in node.elts:
            yield from _constants(item)
