"""Inputs that a documented condition speaks of: `n < 0` is met by -1."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from neovim_ai.source.model import ParameterKind
from neovim_ai.testgen.model import Argument, Call, Target
from neovim_ai.testgen.oracle import documented
from neovim_ai.testgen.specification.conditions import holds
from neovim_ai.testgen.specification.session import bound_arguments

_IN_ORDER = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL_OR_KEYWORD)
_VARIADIC = (ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD)
_NUMBERS = ("-1", "0", "1")
_OTHERS = ("None", "'a'", "1")
_FILLED = {"str": "'{}'", "bytes": "b'{}'", "list": "[{}]", "tuple": "({})"}
_LONGEST = 20


def calls(test: str, target: Target, known: Sequence[Call]) -> Iterator[Call]:
    """Yield calls whose arguments meet a condition: known ones, then those with one value changed.

    Args:
        test: An expression of `specification.conditions`; nothing fits an empty one.
        target: What is called.
        known: Calls that people made, whose other arguments are taken over.
    """
    names = [p.name for p in target.facts.parameters if p.name in _names(test)]
    if len(names) != 1:
        return
    starts = [*known, *_bare(target, names[0])]
    changed = (
        _with(call, target, names[0], value)
        for call in starts
        for value in _values(test, names[0], call, target)
    )
    for call in (*known, *changed):
        if holds(test, documented.given(call, target)):
            yield call


def _names(test: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(test)) if isinstance(n, ast.Name)}


def _bare(target: Target, name: str) -> Iterator[Call]:
    """Yield the call that gives nothing yet, where a function needs no other argument."""
    needed = {
        p.name for p in target.facts.parameters if p.default is None and p.kind not in _VARIADIC
    }
    if needed <= {name} and target.definition.owner is None:
        yield Call(target.qualname, target.definition.name)


def _with(call: Call, target: Target, name: str, source: str) -> Call:
    """Return a call with one argument given another value."""
    order = [p.name for p in target.facts.parameters if p.kind in _IN_ORDER]
    arguments, found = [], False
    for place, one in enumerate(call.arguments):
        called = one.name or (order[place] if place < len(order) else "")
        arguments.append(replace(one, source=source) if called == name else one)
        found = found or called == name
    if not found:
        leads = not arguments and order[:1] == [name]
        arguments.append(Argument(source, "" if leads else name))
    return replace(call, arguments=tuple(arguments))


def _values(test: str, name: str, call: Call, target: Target) -> Iterator[str]:
    """Yield values that may meet a condition, of the type that the argument is known to have."""
    numbers = [n.value for n in ast.walk(ast.parse(test)) if isinstance(n, ast.Constant)]
    bounds = [sign * n for n in numbers if isinstance(n, int | float) for sign in (1, -1)]
    if "len(" in test:
        kind = _kind(name, call, target)
        lengths = [0, *(int(n) + more for n in bounds for more in (-1, 0, 1))]
        yield from (_of_length(kind, n) for n in lengths if kind and 0 <= n <= _LONGEST)
    elif bounds:
        yield from (repr(n + more) for n in bounds for more in (-1, 1, 0))
        yield from _NUMBERS
    else:
        yield from _OTHERS


def _kind(name: str, call: Call, target: Target) -> str:
    """Name the type of an argument by what a known call gives, else by its annotation."""
    given = bound_arguments(target, call).get(name, "")
    try:
        return type(ast.literal_eval(given)).__name__ if given else _annotated(name, target)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ""


def _annotated(name: str, target: Target) -> str:
    notes = {p.name: p.annotation for p in target.facts.parameters}
    return (notes.get(name) or "").strip("'\"").partition("[")[0].lower()


def _of_length(kind: str, length: int) -> str:
    """Write a value of a type and a length; an empty dict or set has no length but 0."""
    if kind == "dict" and length == 0:
        return "{}"
    if kind not in _FILLED:
        return "None"
    if kind in ("str", "bytes"):
        return _FILLED[kind].format("a" * length)
    items = ", ".join(["0"] * length) + ("," if kind == "tuple" and length == 1 else "")
    return _FILLED[kind].format(items)
