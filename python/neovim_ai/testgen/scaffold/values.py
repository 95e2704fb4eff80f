"""Values as a test writes them: the house's quotes, `approx` for floats, `is` for `True`."""

from __future__ import annotations

import ast
import builtins
import io
import math
import tokenize
from collections.abc import Iterator

_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SINGLES = frozenset({"True", "False", "None", "...", "NotImplemented"})


def quoted(source: str, quote: str) -> str:
    """Write the strings of an expression with a kind of quotes, where that needs no backslash."""
    other = "'" if quote == '"' else '"'
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return source
    pieces, at = [], 0
    for token in tokens:
        if token.type != tokenize.STRING or "\n" in token.string:
            continue
        prefix = token.string[: len(token.string) - len(token.string.lstrip("rRbBuU"))]
        text = token.string[len(prefix) :]
        plain = text.startswith(other) and not text.startswith(other * 3)
        if not plain or quote in text or f"\\{other}" in text:
            continue
        start = _offset(source, token.start)
        pieces += [source[at:start], prefix, quote, text[1:-1], quote]
        at = start + len(token.string)
    return "".join([*pieces, source[at:]])


def _offset(source: str, place: tuple[int, int]) -> int:
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[: place[0] - 1])) + place[1]


def literal(source: str) -> object:
    """Return the value of a literal.

    Raises:
        ValueError: If it is none.
    """
    try:
        return ast.literal_eval(source)
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(str(error)) from error


def is_literal(source: str) -> bool:
    """Tell whether a source is a literal."""
    try:
        literal(source)
    except ValueError:
        return False
    return True


def is_singleton(source: str) -> bool:
    """Tell whether tests compare it by `is`."""
    return source in _SINGLES


def needs_approx(source: str) -> bool:
    """Tell whether a value is a float, or holds one, that arithmetic may miss by a last digit."""
    try:
        value = literal(source)
    except ValueError:
        return False
    inner = list(_numbers(value))
    return any(isinstance(one, float) and _odd(one) for one in inner)


def can_approx(source: str) -> bool:
    """Tell whether `pytest.approx` takes the value: numbers, in one flat list, tuple or dict."""
    try:
        value = literal(source)
    except ValueError:
        return False
    flat = list(value.values()) if isinstance(value, dict) else value
    members = list(flat) if isinstance(flat, list | tuple) else [flat]
    return all(isinstance(one, int | float) and not isinstance(one, bool) for one in members)


def _odd(value: float) -> bool:
    return math.isfinite(value) and value != int(value)


def _numbers(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(key)
            yield from _numbers(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _numbers(inner)
    else:
        yield value


def free_names(source: str) -> frozenset[str]:
    """Return the names a piece of code takes from outside, builtins left out."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return frozenset()
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not _stores(n)}
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _stores(n)}
    bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    bound |= {n.name for n in ast.walk(tree) if isinstance(n, _DEFINING)}
    return frozenset(read - bound - set(dir(builtins)))


def bound_names(source: str) -> frozenset[str]:
    """Return the names a piece of code binds."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return frozenset()
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _stores(n)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {a.asname or a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, _DEFINING):
            names.add(node.name)
    return frozenset(names)


def _stores(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)
