"""The arithmetic of the measurements."""

from __future__ import annotations

import pytest
from bench.table import Row, markdown, percentile
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(("percent", "expected"), [(50, 5), (90, 9), (99, 10), (100, 10), (1, 1)])
def test_percentile_of_one_to_ten(percent: int, expected: int) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_percentile_bounds_its_share_of_the_values(values: list[float], percent: int) -> None:
    bound = percentile(values, percent)
    assert bound in values
    assert sum(value <= bound for value in values) * 100 >= percent * len(values)


def test_missed_limit_stands_out() -> None:
    rows = [Row("a", "≤ 1", "2", "", met=False), Row("b", "≤ 1", "0", "", met=True)]
    missed, met = markdown(rows).splitlines()[2:]
    assert "**no**" in missed
    assert "**no**" not in met
