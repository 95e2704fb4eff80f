"""What a model is shown of a long function."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neovim_ai.source.context import essence

LINES = st.lists(
    st.sampled_from(
        ["    x = 1", "    if x:", "        raise ValueError(x)", "    return x", "    yield x"]
    ),
    max_size=90,
)


def long(*tail: str) -> str:
    return "\n".join(["def long(x):", *[f"    step({n})" for n in range(40)], *tail])


def test_short_function_is_shown_whole() -> None:
    assert essence("def f():\n    return 1") == "def f():\n    return 1"


def test_long_one_keeps_its_beginning_and_its_results() -> None:
    shown = essence(long("    return x")).splitlines()
    assert shown[:3] == ["def long(x):", "    step(0)", "    step(1)"]
    assert shown[-2:] == ["    ...", "    return x"]
    assert len(shown) < 20


def test_errors_stay_with_their_reasons() -> None:
    shown = essence(long("    if x < 0:", "        raise ValueError(x)", "    last()"))
    assert shown.endswith("    ...\n    if x < 0:\n        raise ValueError(x)\n    ...")


@given(LINES)
def test_no_error_is_lost_and_nothing_is_invented(body: list[str]) -> None:
    code = "\n".join(["def f(x):", *body])
    shown = essence(code).splitlines()
    assert shown.count("        raise ValueError(x)") == body.count("        raise ValueError(x)")
    left = iter(code.splitlines())
    assert all(line in left for line in shown if line.strip() != "..."), "in the code's order"
    assert len(shown) <= len(code.splitlines())
