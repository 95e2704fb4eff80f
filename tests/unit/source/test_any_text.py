"""No text, however broken, brings the reading down or yields a span outside it."""

from __future__ import annotations

from itertools import combinations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from neovim_ai.source import facts, target, type_defaults
from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText

PIECES = st.sampled_from(
    [
        *("def f(a, b=1):", "async def g(*, c):", "class A(B):", "@d(", "@e", "def h[T = int](x):"),
        *("    ", "        ", "\t", "\n", "\n", "\r\n", "\r", "\x0c", "\\\n", "# c", "é", "\ufeff"),
        *('"""D."""', "'''", '"""', "'", "(", ")", "[", "]", "{", "}", ":", ";", ",", "*", "= 1"),
        *(
            "if x:",
            "else:",
            "try:",
            "except X as e:",
            "except:",
            "finally:",
            "with a as b:",
            "raise",
        ),
        *(
            "raise X(1)",
            "return x",
            "return",
            "yield",
            "pass",
            "self.x = 1",
            "lambda: 0",
            "match x:",
        ),
        *(
            "case _:",
            "while 1:",
            "x = 1",
            "global x",
            "\x00",
            "f'{a}'",
            "await b",
            "print(a)",
            "\ud800",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


def _nested_or_apart(one: Definition, other: Definition) -> bool:
    a, b = one.span, other.span
    return a.covers(b) or b.covers(a) or a.end <= b.start or b.end <= a.start


def _check(text: str) -> None:
    source = SourceText(text)
    found = target.definitions(source)
    size = len(source.utf8)
    assert found[0].qualname == "" and found[0].kind == "module"
    for one in found:
        parts = [one.span, one.header, one.body, *([one.docstring] if one.docstring else [])]
        assert all(0 <= part.start <= part.end <= size for part in parts)
        assert all(one.span.covers(part) for part in parts)
        assert one.end_line >= one.line >= 1
        facts.collect(source, one, found)
    assert all(_nested_or_apart(a, b) for a, b in combinations(found, 2))
    names = [(d.qualname, d.ordinal) for d in found]
    assert len(names) == len(set(names))
    assert [d.span.start for d in found[1:]] == sorted(d.span.start for d in found[1:])


@given(TEXTS)
@settings(max_examples=300, deadline=None)
@example("def f(a:\n  def g(): pass\n   x = (\n")
@example("class A:\n  def f(self): '''\n  def g(self): pass\n")
@example("@a\n@b\ndef f(:\n")
@example("def f():\n\\\n")
def test_any_text_is_read(text: str) -> None:
    _check(text)


def test_nesting_deeper_than_python_allows_is_read() -> None:
    lines = [f"{' ' * depth}def f{depth}():" for depth in range(300)]
    _check("\n".join([*lines, " " * 300 + "x = ("]))


@given(TEXTS, st.integers(0, 60), st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_any_position_has_an_answer(text: str, row: int, col: int) -> None:
    source = SourceText(text)
    row = min(row, text.count("\n"))
    found = target.at(source, row, col)
    assert found is None or source.row(found.span.start) <= row


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_hiding_type_defaults_moves_no_byte(text: str) -> None:
    data = SourceText(text).utf8
    hidden = type_defaults.blanked(data)
    assert len(hidden) == len(data)
    assert all(a == b or b == 0x20 for a, b in zip(data, hidden, strict=True))
