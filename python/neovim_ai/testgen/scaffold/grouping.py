"""Which cases become one `parametrize`: those of one shape, from one kind of source."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.testgen.model import Case, Ending, Source
from neovim_ai.testgen.scaffold import values

_MOST_ROWS = 25
_LONGEST_CELL = 160


def groups(cases: Sequence[Case]) -> list[tuple[Case, ...]]:
    """Put cases of one shape together, in the order their first one came."""
    found: dict[object, list[Case]] = {}
    for place, case in enumerate(cases):
        key: object = _shape(case) if _is_tabular(case) else place
        while len(found.get(key, ())) >= _MOST_ROWS:
            key = (key, "more")
        found.setdefault(key, []).append(case)
    return [tuple(one) for one in found.values()]


def _is_tabular(case: Case) -> bool:
    """Only literals go into a table: it is evaluated when tests are collected."""
    cells = [argument.source for argument in case.call.arguments]
    wanted = case.expectation
    if wanted.value:
        cells.append(wanted.value)
    if not case.call.arguments or case.call.fixtures or case.call.arrange:
        return False
    return all(values.is_literal(one) and len(one) <= _LONGEST_CELL for one in cells)


def _shape(case: Case) -> tuple[object, ...]:
    call, wanted = case.call, case.expectation
    return (
        call.target,
        call.callee,
        tuple(argument.name for argument in call.arguments),
        call.imports,
        wanted.ending,
        wanted.source if wanted.provenance != "observed" else Source.RUN,
        wanted.type if wanted.ending is Ending.RAISED else "",
        bool(wanted.match),
        wanted.checks,
        wanted.stdout is None,
        _form(wanted.value),
    )


def _form(value: str) -> str:
    """Cases share how they compare: `is`, `approx` or `==`."""
    if not value:
        return ""
    if values.is_singleton(value):
        return "is"
    if values.is_literal(value) and values.can_approx(value):
        kind = values.literal(value)
        return "number" if isinstance(kind, int | float) else "numbers"
    return "equal"
