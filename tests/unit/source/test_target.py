"""The definition around a row, of a name, and found again after edits."""

from __future__ import annotations

import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

TEXT = SourceText(
    "import x\n"  # 0
    "class A:\n"  # 1
    "    y = 1\n"  # 2
    "    @p\n"  # 3
    "    # why\n"  # 4
    "    def m(self):\n"  # 5
    "        def n():\n"  # 6
    "            return 1\n"  # 7
    "        return n\n"  # 8
    "        # end\n"  # 9
    "\n"  # 10
    "def f(): pass\n"  # 11
)


@pytest.mark.parametrize(
    ("row", "qualname"),
    [
        (0, None),
        (1, "A"),
        (2, "A"),
        (3, "A.m"),
        (4, "A.m"),
        (5, "A.m"),
        (6, "A.m.n"),
        (7, "A.m.n"),
        (8, "A.m"),
        (9, "A.m"),
        (10, None),
        (11, "f"),
    ],
)
def test_the_innermost_definition_holds_the_row(row: int, qualname: str | None) -> None:
    found = target.at(TEXT, row)
    assert (found.qualname if found else None) == qualname


def test_the_column_decides_where_lone_carriage_returns_make_one_row() -> None:
    source = SourceText("def a(): pass\rdef b(): pass\r")
    first, second = target.at(source, 0, 2), target.at(source, 0, 20)
    assert first and second
    assert (first.qualname, second.qualname) == ("a", "b")


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(AiError) as error:
        target.by_qualname(TEXT, "A.mm")
    assert error.value.kind is Kind.NO_TARGET
    assert "A.m" in error.value.hint


def test_a_bare_method_name_suggests_its_full_one() -> None:
    with pytest.raises(AiError) as error:
        target.by_qualname(SourceText("class Long:\n    def quiet(self): ...\n"), "quiet")
    assert "Long.quiet" in error.value.hint


def test_the_empty_name_is_the_module() -> None:
    assert target.by_qualname(TEXT, "").kind == "module"


OVERLOADED = SourceText(
    "@overload\ndef f(x: int): ...\n@t.overload\ndef f(x: str): ...\ndef f(x): return x\n"
)


def test_a_name_means_the_implementation_not_its_overloads() -> None:
    assert target.by_qualname(OVERLOADED, "f").ordinal == 2
    assert target.by_qualname(OVERLOADED, "f", 1).line == 4


def test_an_ordinal_that_does_not_exist_is_no_target() -> None:
    with pytest.raises(AiError):
        target.by_qualname(OVERLOADED, "f", 3)


def test_a_unique_name_is_found_again_wherever_it_moved() -> None:
    found = target.near(TEXT, "f", 0, 99)
    assert found and found.line == 12


def test_among_equals_the_row_decides() -> None:
    found = target.near(OVERLOADED, "f", 0, 4)
    assert found and found.ordinal == 2


def test_equals_that_moved_cannot_be_told_apart_unless_their_number_held() -> None:
    assert target.near(OVERLOADED, "f", 1, 99) is None
    assert target.near(OVERLOADED, "f", 1, 99, equals=2) is None
    found = target.near(OVERLOADED, "f", 1, 99, equals=3)
    assert found and found.line == 4


def test_a_name_that_is_gone_is_not_found_again() -> None:
    assert target.near(TEXT, "g", 0, 0) is None
