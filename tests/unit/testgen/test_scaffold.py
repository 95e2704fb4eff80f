"""The text of tests: each form, in the house's style, and formatted by the project's rules."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.testgen.small import call, subject_of

from neovim_ai.testgen.model import (
    Call,
    Case,
    Ending,
    Expectation,
    Outcome,
    Provenance,
    Source,
    TestText,
)
from neovim_ai.testgen.scaffold import grouping, naming, values
from neovim_ai.testgen.scaffold.formatter import formatted
from neovim_ai.testgen.scaffold.house import TestHouse, detect
from neovim_ai.testgen.scaffold.render import Scaffold

CODE = """
    class Box:
        def __init__(self, items):
            self.items = items

        @property
        def size(self):
            return len(self.items)


    def f(x, y=1):
        return x


    def items(values):
        yield from values


    async def later(x):
        return x


    async def ticks(x):
        yield x
"""
SUBJECT = subject_of(CODE, Path("/p"))


def case(one: Call, value: str = "", **more: object) -> Case:
    wanted = Expectation(Provenance.OBSERVED, Source.RUN, Ending.RETURNED, value=value)
    return Case("", "", one, replace(wanted, **more))  # type: ignore[arg-type]


def text(*cases: Case, asynchronous: str | None = None, house: TestHouse | None = None) -> str:
    subject = replace(SUBJECT, asynchronous=asynchronous)
    return Scaffold(subject, house or TestHouse()).parametrized(cases, "test_it").text


RAISED = {"ending": Ending.RAISED, "type": "builtins.ValueError"}


@pytest.mark.parametrize(
    ("one", "body"),
    [
        (case(call("f", "'a'"), "'b'"), 'assert f("a") == "b"'),
        (case(call("f", "1", "y=2"), "None"), "assert f(1, y=2) is None"),
        (case(call("f", "1"), "0.1"), "assert f(1) == pytest.approx(0.1)"),
        (case(call("f", "1"), "[0.1, 2]"), "assert f(1) == pytest.approx([0.1, 2])"),
        (case(call("f", "1"), "2.0"), "assert f(1) == 2.0"),
        (
            case(call("f", "1"), stdout="hi\n"),
            'f(1)\n    assert capsys.readouterr().out == "hi\\n"',
        ),
        (case(call("f", "1"), **RAISED), "with pytest.raises(ValueError):\n        f(1)"),
        (
            case(call("f", "1"), **RAISED, match="no such x"),
            'with pytest.raises(ValueError, match="no such x"):\n        f(1)',
        ),
        (
            case(call("f", "1"), **RAISED, match="what (now)?"),
            'with pytest.raises(ValueError, match=re.escape("what (now)?")):\n        f(1)',
        ),
        (
            case(call("f", "[1]"), checks=("len(result) == 1", "result[0] == 1")),
            "result = f([1])\n    assert len(result) == 1\n    assert result[0] == 1",
        ),
        (
            case(call("f", "[1]"), checks=("x == [1, 2]",)),
            "x = [1]\n    result = f(x)\n    assert x == [1, 2]",
        ),
        (case(call("f", "1"), checks=("isinstance(result, Box)",)), "assert isinstance(f(1), Box)"),
        (
            case(call("box.size", arrange=["box = Box([1])"], target="Box.size"), "1"),
            "box = Box([1])\n    assert box.size == 1",
        ),
        (
            case(call("items", "[1]"), "[1]", ending=Ending.YIELDED),
            "assert list(items([1])) == [1]",
        ),
        (
            case(call("f", "1"), checks=("result.on == True", "len(result) == 1")),
            "result = f(1)\n    assert result.on is True\n    assert len(result) == 1",
        ),
        (case(call("f(1).__call__", "2", target="f"), "3"), "assert f(1)(2) == 3"),
        (case(call("later", "1"), "1"), "assert asyncio.run(later(1)) == 1"),
        (
            case(call("ticks", "1"), "[1]", ending=Ending.YIELDED),
            "async def collect():\n        return [item async for item in ticks(1)]\n"
            "    assert asyncio.run(collect()) == [1]",
        ),
    ],
)
def test_each_form_has_its_statements(one: Case, body: str) -> None:
    written = Scaffold(SUBJECT, TestHouse()).single(one, "test_it")
    # what is written inside of a nested block keeps its own indent
    assert written.text.split("\n", 1)[1].replace("\n    ", "\n").lstrip() == body.replace(
        "\n    ", "\n"
    )
    ast.parse("\n".join([*written.imports, written.text]))


def test_async_tests_are_coroutines_where_a_plugin_runs_them() -> None:
    one = case(call("later", "1"), "1")
    assert text(one, asynchronous="@pytest.mark.asyncio") == (
        "@pytest.mark.asyncio\nasync def test_it():\n    assert await later(1) == 1"
    )
    assert text(one, asynchronous="") == "async def test_it():\n    assert await later(1) == 1"


def test_fixtures_become_parameters() -> None:
    one = replace(call("f", "tmp_path"), fixtures=("tmp_path",))
    assert text(case(one, "1")).startswith("def test_it(tmp_path):")


def test_an_expected_failure_is_strict_and_says_why() -> None:
    written = Scaffold(SUBJECT, TestHouse()).single(case(call("f", "1"), "2"), "test_it", "a bug")
    assert written.text.startswith('@pytest.mark.xfail(strict=True, reason="a bug")\n')
    assert "import pytest" in written.imports


def test_imports_are_those_that_the_text_speaks_of() -> None:
    one = case(call("f", "Box([1])"), "", **{**RAISED, "type": "other.errors.Bad"})
    written = Scaffold(SUBJECT, TestHouse()).single(one, "test_it")
    assert set(written.imports) == {
        "import pytest",
        "from other.errors import Bad",
        "from words import Box",
        "from words import f",
    }
    seen = replace(one, outcome=Outcome(Ending.RETURNED, imports=("import decimal", "import os")))
    seen = replace(seen, expectation=case(call("f"), "decimal.Decimal('1')").expectation)
    assert "import decimal" in Scaffold(SUBJECT, TestHouse()).single(seen, "test_it").imports
    assert "import os" not in Scaffold(SUBJECT, TestHouse()).single(seen, "test_it").imports


def test_cases_of_one_shape_become_a_table_of_what_differs() -> None:
    cases = [case(call("f", "1", "y=2"), "3"), case(call("f", "2", "y=2"), "4")]
    (group,) = grouping.groups(cases)
    assert text(*group) == (
        '@pytest.mark.parametrize(("x", "expected"), [(1, 3), (2, 4),])\n'
        "def test_it(x, expected):\n    assert f(x, y=2) == expected"
    )


def test_a_column_never_hides_the_function_or_a_fixture() -> None:
    subject = subject_of("def x(x):\n    return x\n", Path("/p"))
    cases = [case(call("x", "1"), "1"), case(call("x", "2"), "2")]
    written = Scaffold(subject, TestHouse()).parametrized(cases, "test_it").text
    assert "assert x(x_) == expected" in written


@pytest.mark.parametrize(
    ("cases", "count"),
    [
        ([case(call("f", "1"), "1"), case(call("f", "2"), "'a'")], 1),
        ([case(call("f", "1"), "1"), case(call("f", "2"), "None")], 2),
        ([case(call("f", "1"), "1"), case(call("f", "2"), "0.5")], 1),
        ([case(call("f", "1"), "'a'"), case(call("f", "2"), "0.5")], 2),
        ([case(call("f", "1"), "1"), case(call("f", "2", "y=1"), "1")], 2),
        ([case(call("f", "1"), "1"), case(call("f", "2"), **RAISED)], 2),
        ([case(call("f", "Box(1)"), "1"), case(call("f", "Box(2)"), "1")], 2),
        ([case(call("f", "1"), **RAISED, match="a"), case(call("f", "2"), **RAISED, match="b")], 1),
        (
            [
                case(call("f", "1"), "1"),
                case(call("f", "2"), "2", provenance=Provenance.SPEC, source=Source.EXAMPLE),
            ],
            2,
        ),
    ],
)
def test_only_cases_of_one_shape_and_source_share_a_table(cases: list[Case], count: int) -> None:
    assert len(grouping.groups(cases)) == count


def test_a_table_of_messages_escapes_each_of_them() -> None:
    cases = [case(call("f", str(n)), **RAISED, match=f"a({n})") for n in (1, 2)]
    assert "match=re.escape(message)" in text(*cases)
    assert "'a(1)'" in text(*cases, house=TestHouse(quote="'"))


@given(
    st.lists(
        st.text(max_size=12) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        min_size=1,
    )
)
def test_quotes_never_change_a_value(value: list[object]) -> None:
    for quote in "'\"":
        assert ast.literal_eval(values.quoted(repr(value), quote)) == value


@given(st.text(max_size=40))
def test_any_text_of_a_model_makes_a_name_or_none(text_: str) -> None:
    words = naming.words(text_)
    assert words == "" or f"test_{words}".isidentifier()


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (case(call("f", "''"), "1"), "with_empty_str"),
        (case(call("f", "None", "2"), "1"), "with_x_none_and_y_2"),
        (case(call("f", "'a b'"), "1"), "with_x_a_b"),
        (case(call("f", "'a.b!'"), "True"), "is_true"),
        (case(call("f", "-3"), "1"), "with_x_minus_3"),
        (case(call("f", "1"), **RAISED), "raises_value_error_for_int"),
        (case(call("f", "''"), **RAISED), "raises_value_error_for_empty_str"),
        (case(call("f", "1", "2"), **RAISED), "raises_value_error"),
    ],
)
def test_names_without_a_model_say_what_is_particular(one: Case, words: str) -> None:
    assert naming.case_words(one, ["x", "y"]) == words


def test_names_are_unique_and_short_enough_to_read() -> None:
    first = naming.unique("test_" + "a" * 100, ())
    assert len(first) <= 70
    assert naming.unique(first, {first}) == f"{first}_2"


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ("def test_a():\n    assert f('x') == 'y'\n", {"quote": "'", "classes": False}),
        ('class TestF:\n    def test_a(self) -> None:\n        f("x")\n', {"classes": True}),
        (
            "class TestF(unittest.TestCase):\n    def test_a(self):\n        pass\n",
            {"classes": False},
        ),
        ("def test_a() -> None:\n    pass\n", {"annotated": True, "width": 79}),
    ],
)
def test_house_is_read_off_the_tests_there_are(existing: str, expected: dict[str, object]) -> None:
    house = detect(replace(SUBJECT, existing=existing))
    assert {name: getattr(house, name) for name in expected} == expected


def test_configuration_of_the_project_decides_where_it_says_something(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 70\n")
    subject = subject_of(CODE, tmp_path)
    assert detect(subject).width == 70
    assert not detect(subject).configured
    (tmp_path / "ruff.toml").write_text('line-length = 60\n[format]\nquote-style = "single"\n')
    house = detect(subject)
    assert (house.width, house.quote, house.configured) == (60, "'", True)


def test_new_tests_are_formatted_and_their_imports_sorted(tmp_path: Path) -> None:
    subject = subject_of(CODE, tmp_path)
    rough = (
        "from words import f\nimport pytest\nimport re\n\n\ndef test_it():\n    assert f(1,2)==3\n"
    )
    assert formatted(rough, subject, TestHouse()) == (
        "import re\n\nimport pytest\n\nfrom words import f\n\n\n"
        "def test_it():\n    assert f(1, 2) == 3\n"
    )
    (tmp_path / "ruff.toml").write_text("indent-width = 2\n")
    assert "\n  assert" in formatted(rough, subject, TestHouse(configured=True))


def test_text_that_cannot_be_formatted_stays_as_it_is(tmp_path: Path) -> None:
    assert formatted("def (", subject_of(CODE, tmp_path), TestHouse()) == "def ("


def test_test_text_is_not_collected_as_a_test() -> None:
    assert TestText.__test__ is False
