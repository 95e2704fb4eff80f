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
        found.setdefault(key, []).append(case)
    return [part for one in found.values() for part in _alike(one)]


def _alike(cases: Sequence[Case]) -> list[tuple[Case, ...]]:
    """Part cases of one shape by how they compare (`is`, `approx`, `==`) and by length."""
    forms: dict[str, list[Case]] = {}
    floats = any(values.needs_approx(case.expectation.value) for case in cases)
    for case in cases:
        forms.setdefault(_form(case.expectation.value, floats), []).append(case)
    return [
        tuple(one[start : start + _MOST_ROWS])
        for one in forms.values()
        for start in range(0, len(one), _MOST_ROWS)
    ]


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
        bool(wanted.value),
    )


def _form(value: str, floats: bool) -> str:
    """Say how a value is compared; where floats are about, all numbers are compared like them."""
    if values.is_singleton(value):
        return "is"
    number = value and values.is_literal(value) and values.can_approx(value)
    return "approx" if floats and number else "equal"
