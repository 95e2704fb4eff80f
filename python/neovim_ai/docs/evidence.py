"""What the code alone told, in short phrases with their lines."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.source.model import Facts, Raise, Value

_LONGEST = 60


def evidence(facts: Facts, through: Sequence[Raise] = ()) -> tuple[str, ...]:
    """Say what was found: `3 params`, `raises ValueError (line 12, if n < 1)`, `prints (line 4)`.

    Args:
        facts: What the code says.
        through: Exceptions that come from what it calls; the way they come is said.
    """
    count = len(facts.parameters)
    said = [f"{count} param{'s' if count != 1 else ''}"] if count else []
    said += [_raised(name, facts) for name in facts.escaping]
    said += [_caught(one) for one in facts.raises if not one.escapes]
    said += [_passing(one) for one in through if one.exception not in facts.escaping]
    if facts.is_generator:
        said.append(f"yields ({_lines(facts.yields)})" if facts.yields else "yields")
    elif facts.returns:
        nothing = " or None" if facts.returns_none else ""
        said.append(f"returns{nothing} ({_lines(facts.returns)})")
    said += [f"awaits ({_lines(facts.awaits)})"] if facts.awaits else []
    return (*dict.fromkeys(said), *facts.in_use, *facts.side_effects)


def _raised(name: str, facts: Facts) -> str:
    places = [r for r in facts.raises if r.exception == name and r.escapes]
    condition = places[0].condition
    if len(places) > 1 or not condition or len(condition) > _LONGEST:
        return f"raises {name} ({_numbers([r.line for r in places])})"
    caught = condition.removeprefix("except ")
    when = f"if {condition}" if caught == condition else f"after {caught}"
    return f"raises {name} (line {places[0].line}, {when})"


def _caught(one: Raise) -> str:
    if one.dead:
        return f"never reaches its {one.exception} (line {one.line})"
    return f"catches its own {one.exception} (line {one.line})"


def _passing(one: Raise) -> str:
    return f"may raise {one.exception} (via {' → '.join(one.via)})"


def _lines(values: Sequence[Value]) -> str:
    return _numbers([value.line for value in values])


def _numbers(lines: Sequence[int]) -> str:
    distinct = list(dict.fromkeys(lines))
    more = f" and {len(distinct) - 3} more" if len(distinct) > 3 else ""
    word = "line" if len(distinct) == 1 else "lines"
    return f"{word} {', '.join(map(str, distinct[:3]))}{more}"
