"""What people said of a function, read apart from its body."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.testgen.small import said_of, subject_of

from neovim_ai.testgen.model import Source
from neovim_ai.testgen.specification import callers, conditions, docstring, entries
from neovim_ai.testgen.specification.collect import specification
from neovim_ai.testgen.specification.docstring import Docstring
from neovim_ai.testgen.specification.model import Example, Specification


def said(docs: str, header: str = "def f(x, y=1):", more: str = "") -> Specification:
    body = "\n".join(f"    {line}" if line else "" for line in docs.split("\n"))
    code = f'{header}\n    r"""{body.strip()}\n    """\n    return x\n{more}'
    return said_of(subject_of(code, Path("/p")))["f"]


def told(example: Example) -> tuple[str, ...]:
    """Write an example as `f(1)`, what is compared, what is wanted."""
    inner = ", ".join(
        f"{a.name}={a.source}" if a.name else a.source for a in example.call.arguments
    )
    lines = [*example.call.arrange, f"{example.call.callee}({inner})"]
    return ("; ".join(lines), example.over, example.wanted or example.exception)


@pytest.mark.parametrize(
    ("docs", "found"),
    [
        (">>> f(1)\n2", ("f(1)", "result", "2")),
        (">>> f('a', y=2)\n'b'", ("f('a', y=2)", "result", "'b'")),
        (">>> x = [1]\n>>> f(x)\n[2]", ("x = [1]; f(x)", "result", "[2]")),
        (">>> r = f(1)\n>>> r\n2", ("f(1)", "result", "2")),
        (">>> r = f(1)\n>>> len(r)\n2", ("f(1)", "len(result)", "2")),
        (">>> sorted(f(1))\n[1, 2]", ("f(1)", "sorted(result)", "[1, 2]")),
        (">>> print(f(1))\na b", ("f(1)", "str(result)", "'a b'")),
        (">>> f(1) == 3\nTrue", ("f(1)", "result == 3", "True")),
        (
            ">>> f(-1)\nTraceback (most recent call last):\n  ...\nValueError: no",
            ("f(-1)", "result", "ValueError"),
        ),
        (">>> f('hi') # returns 'ih'", ("f('hi')", "result", "'ih'")),
        (">>> f('hi') # returns: 'ih'", ("f('hi')", "result", "'ih'")),
        (">>> f('hi') # true", ("f('hi')", "result", "True")),
        (">>> f('hi') # raises KeyError", ("f('hi')", "result", "KeyError")),
        (">>> f('hi')\n>>> # -> 'ih'", ("f('hi')", "result", "'ih'")),
        ("So `f(2)` returns `4`.", ("f(2)", "result", "4")),
        ("For example f(2) -> [4, 5], always.", ("f(2)", "result", "[4, 5]")),
        ("Use it so::\n\n    f(2)  # 4", ("f(2)", "result", "4")),
        ("    assert f(2) == 4", ("f(2)", "result", "4")),
        ("    import words\n    words.f(2)  # 4", ("f(2)", "result", "4")),
    ],
)
def test_examples_are_found_however_a_person_wrote_them(docs: str, found: tuple[str, ...]) -> None:
    assert [told(one) for one in said(f"Do it.\n\n{docs}").examples] == [found]


@pytest.mark.parametrize(
    "docs",
    [
        ">>> f(1) # possible output: 'lw'",
        ">>> f(1) # doctest: +SKIP",
        ">>> g(1)\n2",
        ">>> f(1)",
        "f(x) is true when x is",
        ">>> f(",
    ],
)
def test_what_is_no_example_is_not_taken_for_one(docs: str) -> None:
    assert said(f"Do it.\n\n{docs}").examples == ()


def test_the_text_of_an_exception_counts_unless_the_doctest_says_to_ignore_it() -> None:
    raised = "\nTraceback (most recent call last):\n  ...\nValueError: no"
    ignored = ">>> f(-1)  # doctest: +IGNORE_EXCEPTION_DETAIL"
    assert [e.message for e in said(f"Do it.\n\n>>> f(-1){raised}").examples] == ["no"]
    assert [e.message for e in said(f"Do it.\n\n{ignored}{raised}").examples] == [""]


def test_an_example_knows_its_line_in_the_file() -> None:
    example = said("Do it.\n\nMore.\n\n>>> f(1)\n2").examples[0]
    assert example.line == 6
    assert "f(1)" in example.said


def test_only_statements_that_an_example_needs_prepare_it() -> None:
    docs = "Do.\n\n>>> a = [1]\n>>> b = [2]\n>>> a.append(3)\n>>> f(b)\n5\n>>> f(a)\n6"
    found = [one.call.arrange for one in said(docs).examples]
    assert found == [("b = [2]",), ("a = [1]", "a.append(3)")]


def test_examples_of_methods_are_found_in_the_class_too() -> None:
    code = '''
        class Box:
            """Hold things.

            >>> box = Box([1])
            >>> box.size()
            1
            """

            def __init__(self, items):
                self.items = items

            def size(self):
                return len(self.items)
    '''
    found = said_of(subject_of(code, Path("/p")))["Box.size"].examples
    assert [told(one) for one in found] == [("box = Box([1]); box.size()", "result", "1")]


@pytest.mark.parametrize(
    "section",
    [
        "Raises:\n    ValueError: If x is negative.\n    KeyError: Now and then.",
        "Raises\n------\nValueError\n    If x is negative.\nKeyError\n    Now and then.",
        ":raises ValueError: If x is negative.\n:raises KeyError: Now and then.",
        "@raise ValueError: If x is negative.\n@raise KeyError: Now and then.",
    ],
)
def test_documented_exceptions_are_read_in_each_style(section: str) -> None:
    found = said(f"Do it.\n\n{section}").raises
    assert [(one.exception, one.test) for one in found] == [
        ("ValueError", "x < 0"),
        ("KeyError", ""),
    ]


@pytest.mark.parametrize(
    ("sentence", "test"),
    [
        ("If `x` is negative.", "x < 0"),
        ("if x < 0", "x < 0"),
        ("When y is less than 1.", "y < 1"),
        ("If x is empty.", "len(x) == 0"),
        ("If x is not a string.", "not isinstance(x, str)"),
        ("If x is None", "x is None"),
        ("If x is zero.", "x == 0"),
        ("If something is odd.", ""),
        ("If x is negative or y is odd.", ""),
        ("Always.", ""),
    ],
)
def test_a_condition_is_read_whole_or_not_at_all(sentence: str, test: str) -> None:
    assert conditions.condition(sentence, ["x", "y"]) == test


def test_a_condition_holds_only_for_arguments_that_are_known() -> None:
    assert conditions.holds("x < 0", {"x": "-1"}) is True
    assert conditions.holds("x < 0", {"x": "1"}) is False
    assert conditions.holds("x < 0", {"x": "Thing()"}) is None
    assert conditions.holds("x < 0", {}) is None
    assert conditions.holds("x < 0", {"x": "'a'"}) is None


@pytest.mark.parametrize(
    ("header", "docs", "result"),
    [
        ("def f(x) -> str:", "Do.", {"str"}),
        ("def f(x) -> int | None:", "Do.", {"int", "None"}),
        ("def f(x) -> Optional[List[int]]:", "Do.", {"list", "None"}),
        ("def f(x) -> Thing:", "Do.", set()),
        ("def f(x) -> int | Thing:", "Do.", set()),
        ("def f(x):", "Do.\n\n:rtype: bool", {"bool"}),
        ("def f(x):", "Do.\n\nReturns:\n    bool: Whether.", {"bool"}),
        ("def f(x):", "Do.\n\nReturns\n-------\nint\n    How many.", {"int"}),
        ("def f(x):", "Do.\n\nReturns:\n    Whether it did.", set()),
        ("async def f(x) -> int:", "Do.", set()),
    ],
)
def test_result_type_is_said_by_annotation_or_docstring(
    header: str, docs: str, result: set[str]
) -> None:
    assert said(docs, header).result == result


@pytest.mark.parametrize(
    ("docs", "check"),
    [
        ("Return a list of the same length.", "len(result) == len(x)"),
        ("Return a new string with the same characters.", "sorted(result) == sorted(x)"),
        ("It is idempotent.", "f(result) == result"),
        ("The inverse of `g`.", "g(result) == x"),
        ("Return the names in ascending order.", "list(result) == sorted(result)"),
        ("Cut to at most `y` characters.", "len(result) <= y"),
    ],
)
def test_properties_are_read_from_sentences(docs: str, check: str) -> None:
    found = said(docs, more="\n\ndef g(x):\n    return x\n").properties
    assert [one.check for one in found] == [check]


def test_a_sentence_with_an_exception_in_it_states_no_property() -> None:
    assert said("Return a list of the same length unless x is empty.").properties == ()


def test_names_that_are_a_pair_suggest_a_round_trip_but_state_none() -> None:
    code = "def encode(text):\n    return text\n\n\ndef decode(text):\n    return text\n"
    found = said_of(subject_of(code, Path("/p")))["encode"].properties
    assert [(one.check, one.stated) for one in found] == [("decode(result) == text", False)]


def test_what_the_tool_wrote_itself_specifies_nothing() -> None:
    code = '''
        def f(x):
            """Return the number doubled and
            nothing else.

            Kept by a person: `f(2)` returns `4`.

            Args:
                x: The number.

            Raises:
                ValueError: If x is negative.
            """
            return x
    '''
    ours = {
        "Return the number doubled and nothing else.",
        "The number.",
        "If x is negative.",
    }
    subject = subject_of(code, Path("/p"))
    mine = said_of(subject, lambda text: text in ours)["f"]
    assert mine.raises == ()
    assert "doubled" not in mine.text
    assert [one.wanted for one in mine.examples] == ["4"]
    everything = ours | {"Kept by a person: `f(2)` returns `4`."}
    assert not said_of(subject, lambda text: text in everything)["f"].is_human
    assert said_of(subject)["f"].raises


def test_callers_give_inputs_and_what_they_count_on(tmp_path: Path) -> None:
    use = tmp_path / "use.py"
    use.write_text("from words import f\n\nf('a', y=2)\nassert f('b') == 'c'\nf(use)\n")
    subject = subject_of("def f(x, y=1):\n    return x\n", tmp_path)
    around = callers.gather([use], "words", [])
    found = specification(subject, subject.targets[0], around)
    assert [told(one) for one in found.examples] == [("f('b')", "result", "'c'")]
    assert found.examples[0].source is Source.CALLER
    assert [len(one.arguments) for one in found.calls] == [2, 1]
    assert not found.is_human


@given(st.text(max_size=300))
def test_any_docstring_can_be_read(text: str) -> None:
    one = Docstring(text, 1)
    assert isinstance(entries.raised(one), tuple)
    assert isinstance(entries.returned(one), tuple)
    subject = subject_of(f"def f(x):\n    {text!r}\n    return x\n", Path("/p"))
    if subject.targets[0].definition.docstring is not None:
        read = docstring.read(subject.source, subject.targets[0].definition, lambda _: False)
        assert read.text.strip() in __import__("inspect").cleandoc(ast.literal_eval(repr(text)))
        assert isinstance(said_of(subject)["f"], Specification)
