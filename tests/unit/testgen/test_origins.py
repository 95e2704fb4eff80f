"""A test imports what its subject has imported itself from where that has it from."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.unit.testgen.small import call, subject_of
from tests.unit.testgen.test_engine import run

from neovim_ai.testgen.scaffold.origins import origins

CODE = """
    from datetime import date, timedelta

    def later(days):
        return timedelta(days=days)

    def longest(gaps):
        return max(gaps) if gaps else None
"""
CALLS = (
    call("longest", "[timedelta(days=2), timedelta(days=1)]"),
    call("longest", "[]"),
    call("later", "1"),
)


def imported(text: str) -> set[tuple[str, str]]:
    return {
        (node.module or "", alias.name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_a_name_that_the_subject_imports_comes_from_where_it_is_defined(tmp_path: Path) -> None:
    found = imported(run(subject_of(CODE, tmp_path), CALLS).new_source)
    assert ("datetime", "timedelta") in found
    assert ("words", "longest") in found
    assert ("words", "timedelta") not in found


def test_a_test_file_that_takes_it_from_the_subject_goes_on_doing_so(tmp_path: Path) -> None:
    existing = "from words import timedelta\n\n\ndef test_mine():\n    assert timedelta(1)\n"
    found = run(subject_of(CODE, tmp_path, existing), CALLS)
    assert "longest" in found.new_source
    assert ("datetime", "timedelta") not in imported(found.new_source)
    assert not any("for something else" in one.reason for one in found.refused)


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("from datetime import timedelta", "timedelta", "from datetime import timedelta"),
        ("from datetime import timedelta as gap", "gap", "from datetime import timedelta as gap"),
        ("import numpy as np", "np", "import numpy as np"),
        ("import os", "os", "import os"),
        ("import os.path", "os", "import os.path"),
        ("from .table import FACTORS", "FACTORS", "from sizes.table import FACTORS"),
        ("from . import table", "table", "from sizes import table"),
        ("from ..shared import ONE", "ONE", None),
        ("from _private import ONE", "ONE", None),
        ("from ._table import ONE", "ONE", None),
        ("from table import *", "*", None),
        ("from __future__ import annotations", "annotations", None),
        ("try:\n    from fast import f\nexcept ImportError:\n    f = None", "f", None),
        ("if True:\n    from fast import f", "f", None),
        ("from fast import f\nf = f or None", "f", None),
        ("from fast import f\ndef f(): pass", "f", None),
        ("from fast import f\ndef g():\n    f = 1", "f", "from fast import f"),
        ("def g():\n    from fast import f", "f", None),
        ("from fast import (", "f", None),
    ],
)
def test_only_what_is_bound_once_and_for_all_has_an_origin(
    text: str, name: str, line: str | None
) -> None:
    assert origins(text, "sizes.units").get(name) == line


def test_relative_imports_count_from_the_package_itself() -> None:
    found = origins("from .table import ONE\nfrom ..shared import TWO", "a.b", package=True)
    assert found == {"ONE": "from a.b.table import ONE", "TWO": "from a.shared import TWO"}
