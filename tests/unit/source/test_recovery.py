"""One broken line loses only its own definition."""

from __future__ import annotations

import pytest

from neovim_ai.source import facts, recovery, target
from neovim_ai.source.text import SourceText

GOOD = (
    '@d\ndef good(a, b=1):\n    """D."""\n    if a:\n        raise ValueError("x")\n    return b\n'
)
BAD = {
    "unclosed call": "x = foo(1,\n",
    "unclosed bracket": "x = [\n",
    "unfinished signature": "def bad(a, b\n",
    "unfinished class": "class Bad(\n",
    "missing colon": "def bad(a)\n    return a\n",
    "body with an unclosed bracket": "def bad(a):\n    x = (\n    return x\n",
    "open string": "x = 'abc\n",
    "open triple quotes": "def bad():\n    '''abc\n    return 1\n",
    "attribute being typed": "def bad(a):\n    a.\n",
    "if without a colon": "def bad(a):\n    if a\n        return 1\n    return 2\n",
    "stray indentation": "x = 1\n        y = 2\n",
    "conflict markers": "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
    "else alone": "else:\n    pass\n",
    "nothing Python": "?? $$ ``\n",
}


def _check_good(text: str) -> None:
    source = SourceText(text)
    one = target.by_qualname(source, "good")
    assert not one.broken
    assert source.slice(one.span) == GOOD.rstrip()
    assert one.docstring is not None and source.slice(one.docstring) == '"""D."""'
    found = facts.collect(source, one)
    assert [p.name for p in found.parameters] == ["a", "b"]
    assert found.escaping == ("ValueError",)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_an_error_after_a_definition_leaves_it_whole(bad: str) -> None:
    _check_good(f"{GOOD}\n{bad}")


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_an_error_before_a_definition_leaves_it_whole(bad: str) -> None:
    _check_good(f"{bad}\n{GOOD}\nx = 1\n")


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_an_error_in_a_method_leaves_its_siblings_whole_and_named(bad: str) -> None:
    def indented(text: str) -> str:
        return "".join(f"    {line}\n" for line in text.splitlines())

    text = f"class A:\n    'C.'\n{indented(bad)}\n{indented(GOOD)}\n"
    one = target.by_qualname(SourceText(text), "A.good")
    assert not one.broken
    assert one.owner == "A"


@pytest.mark.parametrize(
    "bad",
    [BAD[k] for k in BAD if "def bad" in BAD[k]],
    ids=[k for k in BAD if "def bad" in BAD[k]],
)
def test_the_broken_definition_is_there_and_called_broken(bad: str) -> None:
    source = SourceText(f"x = 1\n{bad}\n{GOOD}")
    assert target.by_qualname(source, "bad").broken
    inside = target.at(source, 1)
    assert inside is not None and inside.qualname == "bad"
    facts.collect(source, inside)


def test_a_class_is_not_broken_by_its_broken_method() -> None:
    source = SourceText(
        "class A:\n    def bad(self):\n        self.x = (\n\n"
        "    def ok(self):\n        self.y = 1\n"
    )
    one = target.by_qualname(source, "A")
    assert not one.broken
    assert one.body.start == source.text.index("def bad")
    assert source.slice(one.span).endswith("self.y = 1")


def test_the_module_is_not_broken_by_a_broken_function() -> None:
    source = SourceText("'M.'\ndef bad(a:\n    pass\n")
    module = target.definitions(source)[0]
    assert not module.broken
    assert module.docstring is not None


def test_the_module_is_broken_by_an_error_of_its_own() -> None:
    assert target.definitions(SourceText("'M.'\nx = (\n"))[0].broken


def test_a_definition_cut_short_by_an_error_is_not_taken_for_whole() -> None:
    source = SourceText("def f(a):\n    x = 1\n    if a\n    return x\n\ndef g(): pass\n")
    assert target.by_qualname(source, "f").broken


def test_code_in_a_string_is_no_definition_even_beside_errors() -> None:
    source = SourceText("x = '''\ndef fake():\n    pass\n'''\ny = (\n\ndef real(): pass\n")
    assert [d.qualname for d in target.definitions(source)] == ["", "real"]


def test_a_signature_over_several_lines_is_one_definition_beside_errors() -> None:
    source = SourceText("y = (\n\ndef f(\n    a,\n    b,\n):\n    return a\n\nx = 1\n")
    one = target.by_qualname(source, "f")
    assert (one.line, one.end_line, one.broken) == (3, 7, False)


def test_an_open_docstring_does_not_swallow_the_next_function() -> None:
    source = SourceText(f'def bad():\n    """abc\n    return 1\n\n{GOOD}')
    assert target.by_qualname(source, "bad").broken
    _check_good(source.text)


def test_a_closing_bracket_at_the_margin_ends_no_definition() -> None:
    source = SourceText('x = """abc\n\ndef f(\n    a,\n):\n    return a\n')
    one = target.by_qualname(source, "f")
    assert (one.end_line, one.broken) == (6, False)


def test_a_row_below_the_error_still_belongs_to_the_broken_function() -> None:
    source = SourceText("def bad(a):\n    if a\n        return 1\n    return 2\n\nx = 1\n")
    inside = target.at(source, 3)
    assert inside is not None and inside.qualname == "bad" and inside.broken


def test_a_bracket_that_closes_too_late_hides_no_definition() -> None:
    text = f"x = foo(1,\n\n{GOOD}\ny = 2)\n"
    _check_good(text)


# Of each the name, where it starts and ends, and whether it is broken; the module comes first.
BROKEN = {
    "a bracket that closes on a line of its own ends no definition": (
        "def g(\n]\n",
        [("", 0, 9, False), ("g", 0, 8, True)],
    ),
    "what follows a sound line is the definition's error all the same": (
        "\tdef t(): pass\n]\n",
        [("", 0, 17, False), ("t", 1, 16, True)],
    ),
    "a decorator belongs to what stands at its own column": (
        "    @d\ndef g(\n",
        [("", 0, 14, True), ("g", 7, 13, True)],
    ),
    "a decorator belongs to what follows at once": (
        "@dec\npass\ndef g(\n",
        [("", 0, 17, True), ("g", 10, 16, True)],
    ),
    "of several decorators the first is where it starts": (
        "@dec\n\n@dec(\ndef f(a):\n",
        [("", 0, 22, False), ("f", 0, 21, True)],
    ),
    "a bracket with an error inside continues no line": (
        ")\n\ndef g(\n@dec\n)\n",
        [("", 0, 17, True), ("g", 3, 9, True)],
    ),
    "an outer definition never ends before its own last line": (
        "x = {\nclass A:\n    def n(x): return (1\n\n    return 1\npass\n",
        [("", 0, 58, True), ("A", 6, 52, False), ("A.n", 19, 38, True)],
    ),
    "a tab goes to the next column of eight": (
        "\tdef t(): pass\n    @d\n",
        [("", 0, 22, True), ("t", 1, 14, False)],
    ),
    "after a form feed columns count anew": (
        "class A:\n    def n(x): pass\n\f    def h(:\n",
        [("", 0, 41, False), ("A", 0, 40, False), ("A.n", 13, 27, False), ("A.h", 33, 40, True)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_line_loses_only_its_own(
    text: str, expected: list[tuple[str, int, int, bool]]
) -> None:
    found = target.definitions(SourceText(text))
    assert [(d.qualname, d.span.start, d.span.end, d.broken) for d in found] == expected


def test_nesting_that_python_refuses_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "_DEEPEST", 3)
    text = "".join(f"{' ' * depth}def f{depth}(:\n" for depth in range(8))
    found = target.definitions(SourceText(text))
    assert [d.name for d in found] == ["", "f0", "f1", "f2", "f3"]
