"""New tests in a file of the user's: insertions only, each where it belongs."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.testgen.small import call, subject_of

from neovim_ai.errors import AiError
from neovim_ai.source.text import Edit
from neovim_ai.testgen.merge.existing import Existing
from neovim_ai.testgen.merge.join import Joined, join
from neovim_ai.testgen.model import (
    Case,
    Ending,
    Expectation,
    Provenance,
    Source,
    Subject,
    TestText,
)
from neovim_ai.testgen.scaffold.house import TestHouse
from neovim_ai.testgen.scaffold.render import Scaffold

CODE = "def f(x):\n    return x\n\n\ndef g(x):\n    return x\n"
SUBJECT = subject_of(CODE, Path(__file__).parent)
HOUSE = TestHouse()


def test_of(callee: str, name: str, *arguments: str, raises: bool = False) -> TestText:
    wanted = Expectation(Provenance.OBSERVED, Source.RUN, Ending.RETURNED, value="1")
    if raises:
        wanted = replace(wanted, ending=Ending.RAISED, type="builtins.ValueError", value="")
    case = Case("", "", call(callee, *(arguments or ("1",))), wanted)
    return Scaffold(SUBJECT, HOUSE).single(case, name)


test_of.__test__ = False  # type: ignore[attr-defined]
TESTS = (test_of("f", "test_f_new"), test_of("g", "test_g_new", raises=True))


def joined(text: str | None, *tests: TestText, house: TestHouse = HOUSE) -> Joined:
    subject = replace(SUBJECT, existing=text)
    return join(text, tests or TESTS, subject, house)


def undone(after: Joined, text: str) -> str:
    """Take the insertions out of a text again."""
    data, shift = after.text.encode(), 0
    for edit in sorted(after.edits, key=lambda e: e.span.start):
        inserted = edit.text.encode()
        start = edit.span.start + shift
        assert data[start : start + len(inserted)] == inserted
        data = data[:start] + data[start + len(inserted) :]
    return data.decode()


def names(text: str) -> list[str]:
    return [n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]


def test_a_new_file_holds_imports_and_tests() -> None:
    assert joined(None).text == (
        "import pytest\n\nfrom words import f, g\n\n\n"
        "def test_f_new():\n    assert f(1) == 1\n\n\n"
        "def test_g_new():\n    with pytest.raises(ValueError):\n        g(1)\n"
    )


FILE = '''\
"""Tests."""

import re

from words import f


def test_f_old():
    assert f(2) == 2


# something else


def test_h():
    assert re


if __name__ == "__main__":
    print(1)
'''


def test_tests_go_behind_those_of_the_same_function_else_to_the_end() -> None:
    after = joined(FILE)
    assert names(after.text) == ["test_f_old", "test_f_new", "test_h", "test_g_new"]
    assert undone(after, FILE) == FILE
    assert after.text.index("test_g_new") < after.text.index("__main__")
    assert "\n\n\ndef test_f_new" in after.text
    assert "import re\n\nimport pytest\n\nfrom words" in after.text
    assert "from words import f\nfrom words import g\n" in after.text


def test_rows_tell_where_each_test_stands() -> None:
    after = joined(FILE)
    first, last = after.rows["test_f_new"]
    lines = after.text.split("\n")[first : last + 1]
    assert lines == ["def test_f_new():", "    assert f(1) == 1"]


def test_an_import_that_is_there_is_not_repeated() -> None:
    text = "import pytest\nfrom words import f, g\n"
    assert joined(text).text.count("import") == 2


def test_imports_that_sort_to_one_place_share_their_blank_lines() -> None:
    one = replace(TESTS[0], imports=("import asyncio", "import re", *TESTS[0].imports))
    text = one.text.replace("assert f(1)", "assert asyncio and re and f(1)")
    after = joined("import pytest\n\nfrom words import f\n", replace(one, text=text))
    assert after.text.startswith("import asyncio\nimport re\n\nimport pytest\n")


def test_a_name_that_means_something_else_there_is_a_clash() -> None:
    assert joined("from other import f\n\n\nx = f\n").clashes == {"f"}
    assert joined("def f():\n    return 2\n").clashes == {"f"}
    assert joined("from words import f\n").clashes == frozenset()


def test_what_a_package_hands_on_is_the_same_name() -> None:
    subject = replace(SUBJECT, module="pkg.words")
    case = TESTS[0].cases[0]
    one = Scaffold(subject, HOUSE).single(case, "test_f_new")
    after = join("from pkg import f\n", (one,), subject, HOUSE)
    assert after.clashes == frozenset()
    assert "pkg.words" not in after.text


CLASSES = """\
from words import f


class TestF:
    def test_old(self):
        assert f(2) == 2


class TestOther:
    pass
"""


def test_classes_get_methods_at_their_end_and_new_ones_where_there_is_none() -> None:
    after = joined(CLASSES, house=TestHouse(classes=True))
    tree = ast.parse(after.text)
    found = {
        n.name: [m.name for m in n.body if isinstance(m, ast.FunctionDef)]
        for n in tree.body
        if isinstance(n, ast.ClassDef)
    }
    assert found == {"TestF": ["test_old", "test_f_new"], "TestOther": [], "TestG": ["test_g_new"]}
    assert "def test_f_new(self):" in after.text
    assert undone(after, CLASSES) == CLASSES


def test_no_method_is_put_into_a_unittest_class() -> None:
    text = CLASSES.replace("class TestF:", "class TestF(unittest.TestCase):").replace(
        "from words", "import unittest\nfrom words"
    )
    after = joined(text, TESTS[0])
    assert "\ndef test_f_new():" in after.text
    assert after.text.index("test_f_new") < after.text.index("class TestOther")


def test_a_unittest_class_of_the_same_name_is_not_hidden_by_a_second_one() -> None:
    text = CLASSES.replace("class TestF:", "class TestF(unittest.TestCase):").replace(
        "from words", "import unittest\nfrom words"
    )
    after = joined(text, TESTS[0], house=TestHouse(classes=True))
    classes = [n.name for n in ast.parse(after.text).body if isinstance(n, ast.ClassDef)]
    assert classes == ["TestF", "TestOther", "TestFCases"]
    assert undone(after, text) == text


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "x = 1", "'''docs'''\n"])
def test_short_files_are_joined_too(text: str) -> None:
    after = joined(text)
    assert undone(after, text) == text
    assert names(after.text) == ["test_f_new", "test_g_new"]


def test_line_endings_of_the_file_are_kept() -> None:
    text = FILE.replace("\n", "\r\n")
    after = joined(text)
    assert "\n" not in after.text.replace("\r\n", "")
    assert undone(after, text) == text


@pytest.mark.parametrize(
    ("text", "says"), [("def broken(:\n", "syntax error"), ("x = 1\ry = 2\n", "carriage returns")]
)
def test_a_file_that_cannot_be_joined_is_one_clear_line(text: str, says: str) -> None:
    with pytest.raises(AiError, match=says):
        joined(text)


LINES = st.sampled_from(
    [
        "",
        "# a comment",
        "import os",
        "import pytest",
        "from words import f",
        "from other import thing  # why",
        "x = 1",
        "def test_f_a():\n    assert True",
        "@mark\ndef test_g():\n    '''doc'''\n    pass  # end",
        "class TestF:\n    def test_x(self):\n        pass",
        "async def helper():\n    return 1",
        "TEXT = '''\n  many\n\nlines\n'''",
        "if x:\n    import late",
        "\t",
        "é = 'ü'",
    ]
)


@settings(max_examples=60)
@given(st.lists(LINES, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_bytes_outside_of_the_insertions_are_the_users(
    lines: list[str], newline: str, ends: bool, classes: bool
) -> None:
    text = "\n".join(lines) + ("\n" if ends else "")
    text = text.replace("\n", newline)
    after = joined(text, house=TestHouse(classes=classes))
    assert all(isinstance(e, Edit) and e.span.start == e.span.end for e in after.edits)
    assert undone(after, text) == text
    assert ast.parse(after.text)
    assert {"test_f_new", "test_g_new"} <= set(names(after.text))
    kept = [name for name in Existing(text).names() if name.startswith("test")]
    assert set(kept) <= set(names(after.text)) | {"TestF"}


def test_a_second_time_joins_into_what_the_first_one_made() -> None:
    first = joined(None, TESTS[0]).text
    after = joined(first, TESTS[1])
    assert after.text.startswith("import pytest\n\nfrom words import f\nfrom words import g\n\n\n")
    assert names(after.text) == ["test_f_new", "test_g_new"]
    assert undone(after, first) == first


def test_subject_of_a_text_is_dedented() -> None:
    assert isinstance(SUBJECT, Subject)
    assert SUBJECT.source.text == textwrap.dedent(CODE)
