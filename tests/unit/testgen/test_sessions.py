"""Examples of several lines: which lines the last one needs, and how it is read."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.testgen.small import said_of, subject_of
from tests.unit.testgen.test_specification import said

from neovim_ai.testgen import plain
from neovim_ai.testgen.inside import act
from neovim_ai.testgen.lab import outcomes
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification import names, slicing
from neovim_ai.testgen.specification.slicing import Line

ISEVEN = "def iseven(n):\n    return n % 2 == 0"


@pytest.mark.parametrize(
    ("docs", "found"),
    [
        (
            ">>> iseven = lambda n: n % 2 == 0\n>>> isodd = f(iseven)\n>>> isodd(2)\nFalse",
            (f"{ISEVEN}; isodd = f(iseven); isodd(2)", "False"),
        ),
        (
            ">>> def iseven(n): return n % 2 == 0\n>>> iseven(4)\nTrue\n>>> f(iseven)(2)\nFalse",
            (f"{ISEVEN}; f(iseven)(2)", "False"),
        ),
        (
            ">>> data = [1, 'a']\n>>> only = list(filter(f(isinstance, int), data))\n>>> only\n[1]",
            ("data = [1, 'a']; only = list(filter(f(isinstance, int), data)); only", "[1]"),
        ),
        (
            ">>> items = [2, 1]\n>>> f(items)\n>>> items\n[1, 2]",
            ("items = [2, 1]; f(items); items", "[1, 2]"),
        ),
        (">>> f(1) + f(2)\n3", ("f(1) + f(2)", "3")),
        (">>> r = f([1])\n>>> r.pop()\n>>> r\n[]", ("r = f([1]); r.pop(); r", "[]")),
        (">>> a = f(1)\n>>> f(a)\n3", ("a = f(1); f(a)", "3")),
        (">>> n = 5\n>>> f(1) + n\n6", ("n = 5; f(1) + n", "6")),
        (">>> it = f(1)\n>>> next(it)\n1\n>>> next(it)\n2", ("it = f(1); next(it)", "1")),
        (">>> list(map(f, [1, 2]))\n[1, 2]", ("list(map(f, [1, 2]))", "[1, 2]")),
        (">>> @f\n... def g(): return 1\n>>> g()\n2", ("@f\ndef g():\n    return 1; g()", "2")),
        (
            ">>> for one in f(2):\n...     print(one)\n1\n2",
            ("for one in f(2):\n    print(one)", "1\n2"),
        ),
        (">>> print(f(1), 2)\n1 2", ("print(f(1), 2)", "1 2")),
        (
            ">>> x = f(-1)\nTraceback (most recent call last):\n  ...\nValueError: no",
            ("x = f(-1)", "ValueError"),
        ),
    ],
)
def test_what_a_line_needs_stands_before_it(docs: str, found: tuple[str, str]) -> None:
    example = said(f"Do it.\n\n{docs}").examples[0]
    assert example.call.as_written
    assert example.call.arguments == ()
    lines = "; ".join([*example.call.arrange, example.call.act])
    assert (lines, example.wanted or example.exception) == found


def test_a_line_is_compared_after_what_changed_its_names_meanwhile() -> None:
    docs = "Do.\n\n>>> it = f(1)\n>>> next(it)\n1\n>>> len(it)\n3\n>>> next(it)\n2"
    second = [one.call for one in said(docs).examples if one.wanted == "2"]
    assert [(one.arrange, one.act) for one in second] == [(("it = f(1)", "next(it)"), "next(it)")]


def test_a_name_that_is_bound_anew_is_no_result_any_more() -> None:
    docs = "Do.\n\n>>> r = f(1)\n>>> r = [3]\n>>> r\n[3]"
    assert said(docs).examples == ()


def test_imports_are_taken_along_where_they_are_used() -> None:
    docs = "Do.\n\n>>> import os, json\n>>> from words import f\n"
    more = ">>> from operator import add as plus\n>>> f(plus(1, 2))\n3\n"
    first, second = said(f"{docs}{more}>>> json.loads(f('1'))\n1").examples
    assert first.call.imports == ("from operator import add as plus",)
    assert second.call.imports == ("import json",)


def test_what_raises_or_is_skipped_prepares_nothing() -> None:
    docs = "Do.\n\n>>> x = [1]\n>>> f(x, 2)\nTraceback (most recent call last):\nValueError\n"
    skipped = ">>> x.append(f(x))  # doctest: +SKIP\n"
    last = said(f"{docs}{skipped}>>> f(x)\n1").examples[-1]
    assert last.call.arrange == ("x = [1]",)


@pytest.mark.parametrize(
    ("code", "wanted", "kept"),
    [
        ("a = 1\nb = 2\nc = a", {"c"}, "a = 1\nc = a"),
        ("a = []\nb = a\nb.append(1)", {"a"}, "a = []\nb = a\nb.append(1)"),
        ("a = []\nb = []\nb.append(1)", {"a"}, "a = []"),
        ("a = 1\na = 2", {"a"}, "a = 2"),
        ("a = 1\na += 1", {"a"}, "a = 1\na += 1"),
        ("a = []\nlen(a)\nprint(a)", {"a"}, "a = []"),
        ("a = []\nn = a.pop()", {"a"}, "a = []\na.pop()"),
        (
            "f = []\ndef g(x):\n    f.append(x)\ng(1)",
            {"f"},
            "f = []\n\ndef g(x):\n    f.append(x)\ng(1)",
        ),
        ("def g(x):\n    return x\ng(1)", {"g"}, "def g(x):\n    return x"),
        ("x = 1\ng = lambda x: x", {"g"}, "g = lambda x: x"),
        ("d = {}\nd['a'] = 1\ndel d['a']", {"d"}, "d = {}\nd['a'] = 1\ndel d['a']"),
        (
            "a = []\nfor n in (1, 2):\n    a.append(n)",
            {"a"},
            "a = []\nfor n in (1, 2):\n    a.append(n)",
        ),
    ],
)
def test_only_what_binds_or_changes_a_name_is_needed(
    code: str, wanted: set[str], kept: str
) -> None:
    lines = [Line(node) for node in ast.parse(code).body]
    found = [line.node for line in slicing.needed(lines, wanted)]
    assert ast.unparse(ast.Module(found, [])).split("\n") == kept.split("\n")


_NAMES = st.sampled_from("abc")
_STATEMENTS = st.one_of(
    st.builds("{} = [{}]".format, _NAMES, st.integers(0, 9)),
    st.builds("{} = {}".format, _NAMES, st.integers(0, 9)),
    st.builds("{} = {}".format, _NAMES, _NAMES),
    st.builds("{}.append({})".format, _NAMES, _NAMES),
    st.builds("{} = [{}, {}]".format, _NAMES, _NAMES, _NAMES),
    st.builds("{} = {}.pop()".format, _NAMES, _NAMES),
    st.builds("{}[0] = {}".format, _NAMES, _NAMES),
    st.builds("{} += [{}]".format, _NAMES, _NAMES),
    st.builds("{0} = lambda: {1}.append(1)".format, _NAMES, _NAMES),
    st.builds("{}()".format, _NAMES),
    st.builds("len({})".format, _NAMES),
    st.builds("for {} in {}: {}.append({})".format, _NAMES, _NAMES, _NAMES, _NAMES),
)


def _ran(statements: Sequence[str]) -> dict[str, object] | None:
    found: dict[str, object] = {}
    for one in statements:
        try:
            exec(one, found)
        except (NameError, TypeError, AttributeError, IndexError, RecursionError):
            return None
        if any(len(repr(found.get(name))) > 500 for name in "abc"):
            return None
    return found


@given(st.lists(_STATEMENTS.filter(lambda s: not _endless(s)), max_size=8), _NAMES)
def test_a_name_holds_the_same_after_what_is_needed_alone(statements: list[str], name: str) -> None:
    whole = _ran(statements)
    if whole is None or name not in whole:
        return
    lines = [Line(ast.parse(one).body[0]) for one in statements]
    kept = _ran([one.text for one in slicing.needed(lines, {name})])
    assert kept is not None
    assert _shown(kept[name]) == _shown(whole[name])


def _shown(value: object) -> str:
    return re.sub(r" at 0x\w+", "", repr(value))


def _endless(statement: str) -> bool:
    """Tell whether a loop feeds what it goes through."""
    node = ast.parse(statement).body[0]
    return isinstance(node, ast.For)


@given(st.text(alphabet="abf(x)=:.,[]1 \n>#'+", max_size=120))
def test_any_session_can_be_read_and_written(text: str) -> None:
    docs = "\n".join(f">>> {line}\n1" for line in text.split("\n"))
    subject = subject_of(f"def f(x):\n    {docs!r}\n    return x\n", Path("/p"))
    for one in said_of(subject)["f"].examples:
        assert plain.call_from_plain(plain.call_to_plain(one.call)) == one.call
        assert outcomes.from_wire(outcomes.to_wire(one.call)) == one.call
        if not one.unread:
            ast.parse("\n".join([*one.call.arrange, one.call.act]))


@given(st.text(alphabet="ab=()[]:1 \nlmd,", max_size=60))
def test_names_of_any_code_are_told_or_none(text: str) -> None:
    assert names.used(text) | names.bound(text) <= set(_words(text))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def test_a_line_that_stands_as_written_is_run_whole() -> None:
    found: dict[str, object] = {"n": 2}
    assert act.as_it_stands("n + 1", found) == 3
    assert act.as_it_stands("for m in range(3):\n    n = m", found) is None
    assert found["n"] == 2
    with pytest.raises(ZeroDivisionError):
        act.as_it_stands("n / 0", found)


def test_functions_and_classes_within_a_test_are_its_own_names() -> None:
    assert values.free_names("def g(x):\n    return x\nclass C: pass\nf(g, C)") == {"f"}
