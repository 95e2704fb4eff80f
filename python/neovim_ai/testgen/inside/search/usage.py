"""What is done with a parameter, read from the function's syntax: it must be able to do that."""

from __future__ import annotations

import ast
import builtins
from typing import Any, Dict, Iterator, List, Mapping, Optional, Set, Tuple

from .hints import Hint
from .reading import Reader, dotted

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Usage:
    """Reads what a module's functions do with their parameters.

    Attributes:
        functions: Syntax of each function by its qualname.
        names: What stands bare in the module, to look classes up.
    """

    def __init__(self, tree: ast.Module, names: Mapping[str, Any]) -> None:
        self.names = names
        self.functions = dict(_functions(tree))
        self._known: Dict[Tuple[str, str], Hint] = {}

    def of(self, qualname: str, parameter: str) -> Hint:
        """Return what a function does with a parameter; other functions it goes to are followed."""
        key = (qualname, parameter)
        if key not in self._known:
            # Set first: functions that call each other end here.
            self._known[key] = Hint()
            node = self.functions.get(qualname)
            if node is not None:
                reader = Reader(self, qualname, node)
                self._known[key] = reader.read({parameter})
                self._follow(qualname, reader.names, self._known[key])
        return self._known[key]

    def _follow(self, qualname: str, names: Set[str], hint: Hint) -> None:
        """Read on in the other methods what is kept as an attribute of the object."""
        owner = qualname.rpartition(".")[0]
        kept = {name for name in names if name.startswith("self.")}
        for other, node in self.functions.items():
            if kept and owner and other.rpartition(".")[0] == owner and other != qualname:
                hint.join(Reader(self, other, node).read(set(kept)))

    def touches(self, qualname: str) -> Set[str]:
        """Return the names of attributes that a method speaks of, as names or as texts."""
        node = self.functions.get(qualname)
        found = {qualname.rpartition(".")[2]}
        for inner in ast.walk(node) if node is not None else ():
            if isinstance(inner, ast.Attribute) and dotted(inner.value) == "self":
                found.add(inner.attr)
            elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                found.add(inner.value)
        return found

    def called(self, expression: ast.expr, inside: str) -> Optional[str]:
        """Return the qualname of the module's function that an expression calls."""
        if isinstance(expression, ast.Name):
            made = f"{expression.id}.__init__"
            return next((n for n in (expression.id, made) if n in self.functions), None)
        if isinstance(expression, ast.Attribute) and isinstance(expression.value, ast.Name):
            owner = expression.value.id
            if owner in ("self", "cls"):
                owner = inside.rpartition(".")[0]
            for name in (expression.attr, f"_{owner.lstrip('_')}{expression.attr}"):
                if f"{owner}.{name}" in self.functions:
                    return f"{owner}.{name}"
        return None

    def parameters(self, qualname: str) -> List[str]:
        """Return a function's parameters as a caller counts them."""
        node = self.functions[qualname]
        names = [a.arg for a in (*getattr(node.args, "posonlyargs", ()), *node.args.args)]
        return names[1:] if "." in qualname and names[:1] in (["self"], ["cls"]) else names

    def value(self, expression: ast.expr) -> Any:
        """Return what an expression of names stands for in the module; None when unknown."""
        if isinstance(expression, ast.Name):
            return self.names.get(expression.id, getattr(builtins, expression.id, None))
        if isinstance(expression, ast.Attribute):
            return getattr(self.value(expression.value), expression.attr, None)
        if isinstance(expression, ast.Tuple):
            return tuple(self.value(item) for item in expression.elts)
        return None


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[Tuple[str, Any]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, FUNCTIONS):
            yield prefix + node.name, node
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield from _functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from _functions(node, prefix)
