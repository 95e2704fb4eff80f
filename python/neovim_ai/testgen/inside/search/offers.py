"""What the subject's own code offers as input: literals, patterns, examples in docstrings."""

from __future__ import annotations

import ast
import inspect
import re
from types import CodeType, FunctionType
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from .usage import Usage
from .values import Pool

_PLAIN = (str, int, float, bytes)


def pool_of(qualnames: Sequence[str], usage: Usage, package: str) -> Pool:
    """Return what some functions and those they call offer.

    Args:
        qualnames: Where to begin.
        usage: Of the subject's module.
        package: The top package: functions imported from there are looked into as well.
    """
    pool = Pool()
    for qualname in _reached(qualnames, usage):
        node = usage.functions[qualname]
        for value in _literals(node):
            pool.add(value)
        for name in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
            _offer(usage.names.get(name), pool, package, 0)
    for qualname in qualnames:
        _offer_class(usage.value(_name(qualname.rpartition(".")[0])), pool, package)
    return pool


def _name(dotted: str) -> ast.expr:
    return ast.parse(dotted or "_", mode="eval").body


def _reached(qualnames: Sequence[str], usage: Usage) -> List[str]:
    """Return the functions of the module that some functions come to, themselves included."""
    found: List[str] = []
    waiting = [name for name in qualnames if name in usage.functions]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.append(name)
        for node in ast.walk(usage.functions[name]):
            if isinstance(node, ast.Call):
                called = usage.called(node.func, name)
                if called:
                    waiting.append(called)
                # What is made is used: any of its methods may be called on it.
                made = f"{node.func.id}." if isinstance(node.func, ast.Name) else "."
                waiting += [one for one in usage.functions if one.startswith(made)]
            elif isinstance(node, ast.Attribute):
                owner = name.rpartition(".")[0]
                if f"{owner}.{node.attr}" in usage.functions and owner:
                    waiting.append(f"{owner}.{node.attr}")
    return found


def _literals(node: ast.AST) -> Iterator[Any]:
    """Yield the literals of a function, its docstrings left out."""
    skipped = {id(n.value) for n in ast.walk(node) if isinstance(n, ast.Expr)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and id(inner) not in skipped:
            if type(inner.value) in _PLAIN:
                yield inner.value


def _offer(value: Any, pool: Pool, package: str, depth: int) -> None:
    if isinstance(value, re.Pattern):
        if value not in pool.patterns and len(pool.patterns) < 60:
            pool.patterns.append(value)
    elif type(value) in _PLAIN:
        pool.add(value)
    elif isinstance(value, (list, tuple, set, frozenset)) and depth < 2:
        for item in list(value)[:60]:
            _offer(item, pool, package, depth + 1)
    elif isinstance(value, dict) and depth < 2:
        for key, item in list(value.items())[:60]:
            _offer(key, pool, package, depth + 1)
            _offer(item, pool, package, depth + 1)
    elif isinstance(value, FunctionType) and depth < 3:
        if (value.__module__ or "").split(".")[0] == package:
            _offer_code(value.__code__, value.__globals__, pool, package, depth)


def _offer_code(
    code: CodeType, space: Mapping[str, Any], pool: Pool, package: str, depth: int
) -> None:
    document = code.co_consts[:1] if code.co_consts and isinstance(code.co_consts[0], str) else ()
    for value in code.co_consts:
        if value not in document:
            _offer(value, pool, package, depth + 1)
    for name in code.co_names:
        _offer(space.get(name), pool, package, depth + 1)


def _offer_class(kind: Any, pool: Pool, package: str) -> None:
    if isinstance(kind, type):
        for name, value in vars(kind).items():
            if not name.startswith("__") and not isinstance(value, FunctionType):
                _offer(value, pool, package, 0)


def callers(usage: Usage) -> Iterator[Example]:
    """Yield the calls in the module whose arguments are all literals, but for names of its own."""
    for qualname, node in usage.functions.items():
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call):
                called = usage.called(inner.func, qualname)
                plain = {str(k.arg): _literal(k.value) for k in inner.keywords if k.arg}
                given = [_literal(a) for a in inner.args]
                if called and (any(given) or any(plain.values())):
                    yield called, given, plain


Example = Tuple[str, List[str], Dict[str, str]]
"""Name of what is called, sources of its positional arguments and of its named ones."""


def examples(document: Optional[str]) -> Iterator[Example]:
    """Yield the calls in the interactive examples of a docstring; results are not looked at."""
    known: Dict[str, ast.expr] = {}
    for source in _statements(inspect.cleandoc(document or "")):
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        for statement in tree.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                known[statement.targets[0].id] = statement.value
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _example(node, source, known)


def _example(node: ast.Call, source: str, known: Mapping[str, ast.expr]) -> Iterator[Example]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    starred = any(isinstance(a, ast.Starred) for a in node.args)
    if not name or starred or any(k.arg is None for k in node.keywords):
        return
    positional = [_source(a, source, known) for a in node.args]
    named = {str(k.arg): _source(k.value, source, known) for k in node.keywords}
    if all(positional) and all(named.values()):
        yield name, positional, named


def _source(node: ast.expr, source: str, known: Mapping[str, ast.expr]) -> str:
    if isinstance(node, ast.Name) and node.id in known:
        node = known[node.id]
        found = _literal(node)
    else:
        found = _literal(node) or ast.get_source_segment(source, node) or ""
    return found if "\n" not in found else ""


def _literal(node: ast.expr) -> str:
    try:
        return repr(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError):
        return ""


def _statements(text: str) -> List[str]:
    """Return the statements after `>>>`, joined with what follows after `...`."""
    found: List[str] = []
    for line in text.splitlines():
        begun = re.match(r"\s*>>> ?(.*)", line)
        more = re.match(r"\s*\.\.\. ?(.*)", line)
        if begun:
            found.append(begun[1])
        elif more and found:
            found[-1] += "\n" + more[1]
    return found


def constants_in(source: str) -> Set[Any]:
    """Return the plain literals of an expression."""
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError):
        return set()
    return {
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) in _PLAIN
    }
