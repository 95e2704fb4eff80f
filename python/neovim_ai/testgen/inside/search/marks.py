"""Marks in the subject's syntax tree: blocks count their runs, decisions tell their side."""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

HITS = "__neovim_ai_hits__"
TRACE = "__neovim_ai_trace__"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*FUNCTIONS, ast.ClassDef)


class Mark(NamedTuple):
    """One marked place.

    Attributes:
        kind: `block`, `loop` (its body), `choice` (a truth) or `compare`.
        line: 1-based line.
        function: Qualname of the function it is in.
        before: Of a loop, the number of the block that leads to it.
    """

    kind: str
    line: int
    function: str
    before: int = -1


class Marked(NamedTuple):
    """A marked module: its code and what the numbers mean."""

    code: CodeType
    marks: List[Mark]


def mark(text: str, path: str) -> Marked:
    """Compile a text with marks; it does the same, a little slower."""
    tree = ast.parse(text, path)
    marker = _Marker()
    marked = ast.fix_missing_locations(marker.visit(tree))
    return Marked(compile(marked, path, "exec", dont_inherit=True), marker.marks)


class _Marker(ast.NodeTransformer):
    def __init__(self) -> None:
        self.marks: List[Mark] = []
        self.scope: List[str] = []
        self.depth = 0

    def _new(self, kind: str, node: ast.AST, before: int = -1) -> int:
        line = getattr(node, "lineno", 0)
        self.marks.append(Mark(kind, line, ".".join(self.scope), before))
        return len(self.marks) - 1

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        return self._scoped(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        return self._function(node)

    def _scoped(self, node: Any) -> Any:
        self.scope.append(node.name)
        self.generic_visit(node)
        self.scope.pop()
        return node

    def _function(self, node: Any) -> Any:
        self.scope.append(node.name)
        self.depth += 1
        number = self._new("block", node)
        node.body = self._visited(node.body)
        self.depth -= 1
        self.scope.pop()
        at = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body.insert(at, _count(number, node.body[-1]))
        return node

    def _visited(self, body: Sequence[ast.stmt]) -> List[Any]:
        done: List[Any] = []
        for statement in body:
            found = self.visit(statement)
            done.extend(found if isinstance(found, list) else [found])
        return done

    def visit_For(self, node: ast.For) -> Any:
        return self._loop(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        return self._loop(node)

    def visit_While(self, node: ast.While) -> Any:
        return self._loop(node)

    def _loop(self, node: Any) -> Any:
        """Count how often a loop is come to and its body runs: not at all, once, more."""
        if not self.depth:
            return self.generic_visit(node)
        before = self._new("block", node)
        inside = self._new("loop", node, before)
        after = self._new("block", node) if node.orelse else -1
        self.generic_visit(node)
        if isinstance(node, ast.While) and not isinstance(node.test, ast.Constant):
            node.test = self._choice(node.test)
        node.body.insert(0, _count(inside, node.body[0]))
        if node.orelse:
            node.orelse.insert(0, _count(after, node.orelse[0]))
        return [_count(before, node), node]

    def visit_If(self, node: ast.If) -> Any:
        return self._tested(node)

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        return self._tested(node)

    def visit_Assert(self, node: ast.Assert) -> Any:
        return self._tested(node)

    def _tested(self, node: Any) -> Any:
        self.generic_visit(node)
        if self.depth:
            node.test = self._choice(node.test)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if self.depth:
            node.ifs = [self._choice(test) for test in node.ifs]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        if self.depth:
            node.values = [self._choice(value) for value in node.values]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        return self._block(node)

    def visit_match_case(self, node: Any) -> Any:
        if not self.depth:
            return self.generic_visit(node)
        number = self._new("block", node.body[0])
        self.generic_visit(node)
        if node.guard is not None:
            node.guard = self._choice(node.guard)
        node.body.insert(0, _count(number, node.body[0]))
        return node

    def _block(self, node: Any) -> Any:
        if not self.depth:
            return self.generic_visit(node)
        number = self._new("block", node)
        self.generic_visit(node)
        node.body.insert(0, _count(number, node.body[0]))
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        if not self.depth:
            return node
        if len(node.ops) > 1:
            split = _unchained(node)
            return self.visit(split) if split else self.generic_visit(node)
        self.generic_visit(node)
        number = self._new("compare", node)
        operation = ast.Constant(type(node.ops[0]).__name__)
        return _call("compare", node, number, operation, node.left, node.comparators[0])

    def _choice(self, test: ast.expr) -> ast.expr:
        """Let a truth be told; a comparison tells its own."""
        if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute):
            if getattr(test.func.value, "id", "") == TRACE:
                return test
        return _call("see", test, self._new("choice", test), test)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> Any:
        return node


def _unchained(node: ast.Compare) -> Optional[ast.BoolOp]:
    """Return `a < b and b < c` for `a < b < c` where evaluating `b` twice changes nothing."""
    middle = node.comparators[:-1]
    if not all(isinstance(part, (ast.Name, ast.Constant)) for part in middle):
        return None
    lefts = [node.left, *middle]
    parts: List[ast.expr] = [
        ast.copy_location(ast.Compare(left=left, ops=[op], comparators=[right]), node)
        for left, op, right in zip(lefts, node.ops, node.comparators)
    ]
    return ast.copy_location(ast.BoolOp(op=ast.And(), values=parts), node)


def _count(number: int, where: ast.AST) -> ast.stmt:
    """Return `hits[number] += 1`."""
    place = ast.Subscript(
        value=ast.Name(id=HITS, ctx=ast.Load()), slice=_index(number), ctx=ast.Store()
    )
    node = ast.AugAssign(target=place, op=ast.Add(), value=ast.Constant(1))
    return ast.fix_missing_locations(ast.copy_location(node, where))


def _index(number: int) -> Any:
    import sys

    value = ast.Constant(number)
    return value if sys.version_info >= (3, 9) else ast.Index(value=value)


def _call(method: str, where: ast.AST, number: int, *arguments: ast.expr) -> ast.expr:
    function = ast.Attribute(value=ast.Name(id=TRACE, ctx=ast.Load()), attr=method, ctx=ast.Load())
    call = ast.Call(func=function, args=[ast.Constant(number), *arguments], keywords=[])
    return ast.copy_location(call, where)


Goals = Dict[int, Tuple[Mark, str]]
