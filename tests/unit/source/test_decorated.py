"""Decorators that may give another function than the one they decorate are told."""

from __future__ import annotations

import pytest
from tests.unit.source.test_facts import facts_of

DOUBT = "decorated by @x: the signature may differ at run time (line {})"
SURE = [
    "staticmethod", "classmethod", "property", "functools.cached_property", "f.setter",
    "functools.wraps(g)", "cache", "functools.lru_cache(maxsize=1)", "singledispatch",
    "abc.abstractmethod", "override", "typing.final", "overload", "contextlib.contextmanager",
    "asynccontextmanager", "pytest.fixture(scope='module')", "pytest.mark.slow", "hybrid_property",
]  # fmt: skip


@pytest.mark.parametrize("decorator", SURE)
def test_a_decorator_that_is_known_leaves_no_doubt(decorator: str) -> None:
    assert not any("differ" in said for said in facts_of(f"@{decorator}\ndef f(a): pass").in_use)


@pytest.mark.parametrize(
    ("before", "decorator", "doubted"),
    [
        ("", "x", True),
        ("", "x(1)", True),
        ("def x(f):\n    return f\n", "x", False),
        ("def x(f: Callable):\n    KNOWN.append(f)\n    return f\n", "x", False),
        ("def x(f):\n    return g(f)\n", "x", True),
        ("def x(f):\n    if a: return f\n    return g(f)\n", "x", True),
        ("def x(f):\n    print(f)\n", "x", True),
        ("def x(f):\n    return f\n", "x(1)", True),
        ("def x(a):\n    def y(f):\n        return f\n    return y\n", "x(1)", False),
        ("def x(a):\n    def y(f):\n        return g(f)\n    return y\n", "x(1)", True),
        ("def x(f):\n    @wraps(f)\n    def y(*a): return f(*a)\n    return y\n", "x", False),
        ("def x(f):\n    def y(*a): return f(*a)\n    return y\n", "x", True),
        ("def x(f): return f\ndef x(f): return g(f)\n", "x", True),
    ],
)
def test_a_decorator_that_may_give_another_function_is_said(
    before: str, decorator: str, doubted: bool
) -> None:
    line = before.count("\n") + 1
    told = facts_of(f"{before}@{decorator}\ndef f(a): pass").in_use
    assert told == ((DOUBT.format(line),) if doubted else ())
