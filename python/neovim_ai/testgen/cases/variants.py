"""Neighbours of a call: arguments changed a little, where a fault would show."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from neovim_ai.source.model import ParameterKind
from neovim_ai.testgen.model import Argument, Call, Target
from neovim_ai.testgen.scaffold import values

_MOST_EACH = 40
_NAMED = frozenset({ParameterKind.POSITIONAL_OR_KEYWORD, ParameterKind.KEYWORD_ONLY})


def variants(call: Call, target: Target) -> tuple[Call, ...]:
    """Return calls that differ from one in a single argument."""
    found = list(_with_defaults(call, target))
    for place, argument in enumerate(call.arguments):
        for source in _changed(argument.source):
            arguments = list(call.arguments)
            arguments[place] = replace(argument, source=source)
            found.append(replace(call, arguments=tuple(arguments)))
    found += _with_options(call, target)
    return tuple(dict.fromkeys(found))[:_MOST_EACH]


def _with_defaults(call: Call, target: Target) -> Iterator[Call]:
    """Leave out an argument that has a default: the last one, or one by name."""
    parameters = target.facts.parameters
    for place, argument in enumerate(call.arguments):
        last = place == len(call.arguments) - 1
        optional = place < len(parameters) and parameters[place].default is not None
        if argument.name or (last and optional):
            yield replace(call, arguments=call.arguments[:place] + call.arguments[place + 1 :])


def _with_options(call: Call, target: Target) -> Iterator[Call]:
    """Set an option that the call leaves at its default to something else."""
    given = {a.name for a in call.arguments}
    plain = sum(not a.name for a in call.arguments)
    for place, parameter in enumerate(target.facts.parameters):
        set_already = parameter.name in given or place < plain
        if set_already or parameter.default is None or parameter.kind not in _NAMED:
            continue
        for source in _changed(parameter.default):
            argument = Argument(source, parameter.name)
            yield replace(call, arguments=(*call.arguments, argument))


def _changed(source: str) -> list[str]:
    if not values.is_literal(source):
        return []
    value = values.literal(source)
    return [repr(one) for one in _neighbours(value) if repr(one) != repr(value)]


def _neighbours(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, 0, 1, 2, 10, value * 2)
    elif isinstance(value, float):
        yield from (value + 1.0, -value, 0.0, value / 2)
    elif isinstance(value, str):
        yield from _texts(value)
    elif isinstance(value, bytes):
        yield from (b"", value[:-1], value + b"x", value * 2)
    elif isinstance(value, list | tuple):
        yield from _sequences(value)
    elif isinstance(value, dict):
        yield {}
        yield from ({k: v for k, v in value.items() if k != one} for one in list(value)[:3])
    elif value is None:
        yield from ("a", 1, 0, True)


def _texts(value: str) -> Iterator[str]:
    yield from ("", value.upper(), value.lower(), value.swapcase(), value[::-1])
    yield from (value[1:], value[:-1], f" {value}", f"{value} ", f"{value}a", f"{value}1")
    yield from (f"{value}_b", f"{value}-B", f"{value}\n", value * 2, value.replace(" ", ""))
    middle = len(value) // 2
    yield from (f"{value[:middle]} {value[middle:]}", f"{value[:middle]}é{value[middle:]}")
    # where code looks at characters one by one: controls, the ends of Latin-1, beyond it
    yield from (f"{value}\x01", f"{value}\xff", f"{value}\u0100", f"{value}\t", value.title())


def _sequences(value: list[object] | tuple[object, ...]) -> Iterator[object]:
    kind = type(value)
    yield from (kind(), kind(reversed(value)), kind([*value, *value]), value[1:], value[:-1])
    for place, inner in enumerate(value[:3]):
        for other in list(_neighbours(inner))[:4]:
            changed = list(value)
            changed[place] = other
            yield kind(changed)


def chosen(
    calls: Sequence[Call], targets: dict[str, Target], seen: set[Call], most: int
) -> list[Call]:
    """Return neighbours of calls that were not made yet, a few of each in turn."""
    queues = [
        [one for one in variants(call, targets[call.target]) if one not in seen]
        for call in calls
        if call.target in targets
    ]
    found: dict[Call, None] = {}
    for place in range(max(map(len, queues), default=0)):
        for queue in queues:
            if place < len(queue) and len(found) < most:
                found.setdefault(queue[place])
    return list(found)


def parsed(text: str, target: Target) -> Call | None:
    """Read a call of a function with literal arguments, as a model writes it."""
    try:
        node = ast.parse(text.strip().rstrip("."), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(node, ast.Call) or target.definition.owner is not None:
        return None
    if ast.unparse(node.func).rpartition(".")[2] != target.definition.name:
        return None
    arguments = [Argument(ast.unparse(one)) for one in node.args]
    arguments += [Argument(ast.unparse(k.value), k.arg or "**") for k in node.keywords]
    sound = all(values.is_literal(a.source) and a.name != "**" for a in arguments)
    return Call(target.qualname, target.definition.name, tuple(arguments)) if sound else None
