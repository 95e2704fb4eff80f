from __future__ import annotations

import ast

import pytest

from neovim_ai.docs import place
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

LITERAL = '"""Say."""'


def insert(text: str, name: str, literal: str = LITERAL) -> str:
    source = SourceText(text)
    definition = target.by_qualname(source, name)
    return source.apply([place.insert(source, definition, literal)]).text


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("f", "def f():\n    return 1\n", 'def f():\n    """Say."""\n    return 1\n'),
        ("f", "def f():  # noqa\n  return 1\n", 'def f():  # noqa\n  """Say."""\n  return 1\n'),
        (
            "f",
            "def f(\n    a,\n):\n    # why\n\n    return a\n",
            'def f(\n    a,\n):\n    """Say."""\n    # why\n\n    return a\n',
        ),
        ("f", "def f(): return 1\n", 'def f():\n    """Say."""\n    return 1\n'),
        (
            "f",
            "def f(): a; b  # c\nx = 1\n",
            'def f():\n    """Say."""\n    a; b  # c\nx = 1\n',
        ),
        ("A", "class A: pass", 'class A:\n    """Say."""\n    pass'),
        (
            "A.f",
            "class A:\n  def f(self): ...\n",
            'class A:\n  def f(self):\n    """Say."""\n    ...\n',
        ),
        ("f", "def f():\r\n\treturn 1\r\n", 'def f():\r\n\t"""Say."""\r\n\treturn 1\r\n'),
        ("f", "def f(): \\\n    return 1\n", 'def f():\n    """Say."""\n    return 1\n'),
        (
            "f",
            "@d(\n  1)\nasync def f[T](x: T) -> T:\n\n\n    return x\n",
            '@d(\n  1)\nasync def f[T](x: T) -> T:\n    """Say."""\n\n\n    return x\n',
        ),
        ("f", "def f():\n\f    return 1\n", 'def f():\n    """Say."""\n\f    return 1\n'),
        ("ñ", "def ñ():\n    return 'é'\n", 'def ñ():\n    """Say."""\n    return \'é\'\n'),
    ],
)
def test_the_docstring_stands_right_below_the_header(name: str, before: str, after: str) -> None:
    assert insert(before, name) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '"""Say."""\n'),
        ("import a\n", '"""Say."""\n\nimport a\n'),
        (
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nimport a\n",
            '#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"""Say."""\n\nimport a\n',
        ),
        (
            "# Copyright 2020 A\n# MIT\n\nfrom __future__ import b\n",
            '# Copyright 2020 A\n# MIT\n\n"""Say."""\n\nfrom __future__ import b\n',
        ),
        (
            "# Licence: MIT\n\n# About the constant.\nX = 1\n",
            '# Licence: MIT\n\n"""Say."""\n\n# About the constant.\nX = 1\n',
        ),
        ("# only a comment", '# only a comment\n"""Say."""\n'),
        ("# about x\r\nx = 1\r\n", '"""Say."""\r\n\r\n# about x\r\nx = 1\r\n'),
    ],
)
def test_a_module_docstring_stands_below_what_speaks_of_the_file(before: str, after: str) -> None:
    assert insert(before, "") == after
    assert ast.get_docstring(ast.parse(after)) == "Say."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("class A:\n    x = 1\n", 'class A:\n    """Say."""\n\n    x = 1\n'),
        ("class A:\r\n    x = 1\r\n", 'class A:\r\n    """Say."""\r\n\r\n    x = 1\r\n'),
        ("class A:\n\n    x = 1\n", 'class A:\n    """Say."""\n\n    x = 1\n'),
        ("class A: x = 1\n", 'class A:\n    """Say."""\n\n    x = 1\n'),
        ("def A():\n    x = 1\n", 'def A():\n    """Say."""\n    x = 1\n'),
    ],
)
def test_a_blank_line_stands_below_a_class_docstring_where_the_house_wants_it(
    before: str, after: str
) -> None:
    source = SourceText(before)
    edit = place.insert(source, target.by_qualname(source, "A"), LITERAL, class_gap=True)
    assert source.apply([edit]).text == after


def test_a_literal_of_several_lines_takes_the_files_newlines() -> None:
    after = insert("def f():\r\n    pass\r\n", "f", '"""Say.\n\n    More.\n    """')
    assert after == 'def f():\r\n    """Say.\r\n\r\n    More.\r\n    """\r\n    pass\r\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f():\n    'old'\n    pass\n", 'def f():\n    """Say."""\n    pass\n'),
        ("def f():\n    ('a' 'b'); pass\n", 'def f():\n    """Say."""; pass\n'),
        ("def f(): 'old'\n", 'def f():\n    """Say."""\n'),
    ],
)
def test_replacing_takes_the_whole_old_literal(before: str, after: str) -> None:
    source = SourceText(before)
    edit = place.replace(source, target.by_qualname(source, "f"), LITERAL)
    assert source.apply([edit]).text == after


def test_replacing_needs_a_docstring() -> None:
    source = SourceText("def f(): pass\n")
    with pytest.raises(ValueError, match="existing"):
        place.replace(source, target.by_qualname(source, "f"), LITERAL)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("x = 1\n", "    "),
        ("if x:\n\ty\n", "\t"),
        ("if x:\n  y\n  if z:\n    w\n", "  "),
        ("if x:\n    y\n    if z:\n        w(a,\n          b)\n" + "    q\n" * 9, "    "),
    ],
)
def test_the_indent_unit_is_the_files_own(text: str, unit: str) -> None:
    assert place.indent_unit(SourceText(text)) == unit
