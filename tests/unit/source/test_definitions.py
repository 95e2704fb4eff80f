"""Every way Python lets a definition be written."""

from __future__ import annotations

import pytest

from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText


def found(text: str) -> dict[str, Definition]:
    return {d.qualname: d for d in target.definitions(SourceText(text))}


def docstring(text: str, qualname: str) -> str | None:
    source = SourceText(text)
    span = target.by_qualname(source, qualname).docstring
    return None if span is None else source.slice(span)


SYNTAX = {
    "one-liner": "def f(): return 1\n",
    "one-liner with semicolons": "def f(): 'D.'; x = 1; return x;\n",
    "multi-line signature": "def f(\n    a,\n    b=(1,\n       2),\n) -> (\n    int\n): pass\n",
    "comment after the colon": "def f():  # noqa: D103\n    return 1\n",
    "comments above and inside": "# above\ndef f():\n    # inside\n    return 1\n    # end\n",
    "decorators": "@a\n@b.c(1, x=2)\ndef f(): pass\n",
    "comments between decorators": "@a\n# why\n@b\n# more\ndef f(): pass\n",
    "decorator with a lambda": "@a(lambda x: [y for y in x])\ndef f(): pass\n",
    "tabs": "if x:\n\tdef f():\n\t\treturn 1\n",
    "CRLF": "def f():\r\n    'D.'\r\n    return 1\r\n",
    "lone CR": "x = 1\rdef f():\r    'D.'\r    return 1\r",
    "form feed": "x = 1\n\x0cdef f():\n    return 1\n",
    "byte-order mark left in": "\ufeffdef f():\n    return 1\n",
    "non-ASCII before it": "é = 'ü'\ndef f(größe, *ñ):\n    'Ä.'\n    return größe\n",
    "async": "async def f():\n    await x\n",
    "type parameters": "def f[T: int, *Ts, **P](x: T) -> T:\n    return x\n",
    "type parameter defaults": "def f[T: int = (1, 2), *U = *a[int], **P = [int]](x):\n    pass\n",
    "match": "def f(x):\n    match x:\n        case [1, *y] if y:\n            return 1\n",
    "backslash in the header": "def f(a, \\\n      b): \\\n    return 1\n",
    "walrus and stars": "def f(*a):\n    return *a, (y := 1)\n",
    "type comments": "def f(a,  # type: int\n      ):\n    # type: (...) -> int\n    return 1\n",
    "inside if TYPE_CHECKING": "if TYPE_CHECKING:\n    def f(): ...\nelse:\n    pass\n",
    "inside elif": "if a:\n    pass\nelif b:\n    def f(): ...\n",
    "inside try": "try:\n    import x\nexcept E:\n    def f(): ...\n",
    "inside finally": "try:\n    pass\nfinally:\n    def f(): ...\n",
    "inside with": "with a as b, c:\n    def f(): ...\n",
    "inside match": "match x:\n    case _:\n        def f(): ...\n",
    "inside a loop's else": "for x in y:\n    pass\nelse:\n    def f(): ...\n",
    "soft keywords as names": "match = case = type = 1\ndef f(match, case, type): return match\n",
}


@pytest.mark.parametrize("text", SYNTAX.values(), ids=SYNTAX.keys())
def test_the_function_is_found_whole(text: str) -> None:
    f = found(text)["f"]
    source = SourceText(text)
    assert not f.broken
    assert f.kind is DefinitionKind.FUNCTION
    assert source.slice(f.header).lstrip().startswith(("def f", "async def f"))
    assert source.slice(f.header).endswith(":")
    assert f.span.covers(f.header) and f.span.covers(f.body)
    # What is left of the body after its first statement's start is code, not white space.
    assert source.slice(f.body) == source.slice(f.body).strip()


DOCSTRINGS = {
    "plain": ('"""D."""', '"""D."""'),
    "single quotes": ("'D.'", "'D.'"),
    "raw": (r'r"""\d"""', r'r"""\d"""'),
    "unicode prefix": ("u'D.'", "u'D.'"),
    "concatenated": ("'a' 'b'", "'a' 'b'"),
    "parenthesised": ("('a')", "('a')"),
    "parenthesised and concatenated": (
        "(('a'\n     # c\n     r'b'))",
        "(('a'\n     # c\n     r'b'))",
    ),
    "continued by a backslash": ("'a' \\\n    'b'", "'a' \\\n    'b'"),
    "followed by a semicolon": ("'D.'; x = 1", "'D.'"),
    "after comments": ("# c\n\n    'D.'", "'D.'"),
    "with escapes": (r"'a\'b\n'", r"'a\'b\n'"),
    "f-string": ("f'D.'", None),
    "f-string part": ("'a' f'{b}'", None),
    "bytes": ("b'D.'", None),
    "raw bytes": ("rb'D.'", None),
    "sum": ("'a' + 'b'", None),
    "tuple": ("'a',", None),
    "two in a tuple": ("'a', 'b'", None),
    "method call": ("'a'.strip()", None),
    "assigned": ("x = 'a'", None),
    "second statement": ("pass\n    'a'", None),
    "awaited name": ("...", None),
}


@pytest.mark.parametrize(("written", "expected"), DOCSTRINGS.values(), ids=DOCSTRINGS.keys())
def test_the_docstring_is_what_python_takes_for_it(written: str, expected: str | None) -> None:
    for head in ("def f():", "class f:", "async def f():"):
        assert docstring(f"{head}\n    {written}\n", "f") == expected


@pytest.mark.parametrize(("written", "expected"), DOCSTRINGS.values(), ids=DOCSTRINGS.keys())
def test_the_modules_docstring_is_what_python_takes_for_it(
    written: str, expected: str | None
) -> None:
    dedented = written.replace("\n    ", "\n")
    wanted = expected.replace("\n    ", "\n") if expected else None
    assert docstring(f"#!/usr/bin/python\n# c\n\n{dedented}\n", "") == wanted


def test_a_one_liners_docstring_counts_and_its_body_has_no_line_of_its_own() -> None:
    text = 'def f(): "doc"; return 1\n'
    assert docstring(text, "f") == '"doc"'
    assert found(text)["f"].body_indent is None


@pytest.mark.parametrize(
    ("text", "indent", "body_indent"),
    [
        ("def f():\n  return 1\n", "", "  "),
        ("if x:\n\tdef f():\n\t\treturn 1\n", "\t", "\t\t"),
        ("def f(): return 1\n", "", None),
        ("def f():  # c\n\n    # c\n    return 1\n", "", "    "),
        ("def f(): \\\n    return 1\n", "", None),
        ("def f():\r\n   return 1\r\n", "", "   "),
        ("\x0cdef f():\n\x0c    return 1\n", "", "    "),
    ],
)
def test_indentation_is_as_written(text: str, indent: str, body_indent: str | None) -> None:
    f = found(text)["f"]
    assert (f.indent, f.body_indent) == (indent, body_indent)


def test_names_kinds_and_owners_follow_the_nesting() -> None:
    text = (
        "class A:\n"
        "    class B:\n"
        "        def m(self):\n"
        "            def inner(): ...\n"
        "            class C: ...\n"
        "    if x:\n"
        "        async def n(self): ...\n"
        "def f(): ...\n"
    )
    assert [(d.qualname, d.kind.value, d.owner) for d in target.definitions(SourceText(text))] == [
        ("", "module", None),
        ("A", "class", None),
        ("A.B", "class", "A"),
        ("A.B.m", "method", "A.B"),
        ("A.B.m.inner", "function", "A.B"),
        ("A.B.m.C", "class", "A.B"),
        ("A.n", "method", "A"),
        ("f", "function", None),
    ]


def test_equals_are_told_apart_by_ordinal() -> None:
    text = (
        "class A:\n"
        "    @property\n    def x(self): ...\n"
        "    @x.setter\n    def x(self, v): ...\n"
        "if a:\n    def f(): ...\nelse:\n    def f(): ...\n"
    )
    names = [(d.qualname, d.ordinal, d.line) for d in target.definitions(SourceText(text))]
    assert names[2:] == [("A.x", 0, 3), ("A.x", 1, 5), ("f", 0, 7), ("f", 1, 9)]


def test_decorators_are_kept_as_written_and_belong_to_the_span() -> None:
    text = "@a\n# why\n@b(1,\n   2)  # c\ndef f():\n    pass\n"
    f = found(text)["f"]
    assert f.decorators == ("a", "b(1, 2)")
    assert (f.span.start, f.line, f.end_line) == (0, 5, 6)


def test_the_span_ends_with_the_last_statement_not_with_a_comment() -> None:
    text = "def f():\n    return 1\n    # trailing\n\nx = 1\n"
    assert SourceText(text).slice(found(text)["f"].span) == "def f():\n    return 1"


@pytest.mark.parametrize(
    "text", ["def f():\n", "def f():\n    # c\nx = 1\n", "class f:\n\n\nx = 1\n"]
)
def test_a_definition_without_a_body_is_broken(text: str) -> None:
    assert found(text)["f"].broken


def test_byte_offsets_count_utf8() -> None:
    text = "# äöü€\U0001d518\ndef größe(ä):\n    'ß'\n"
    source = SourceText(text)
    one = target.by_qualname(source, "größe")
    assert source.slice(one.header) == "def größe(ä):"
    assert one.docstring is not None and source.slice(one.docstring) == "'ß'"
