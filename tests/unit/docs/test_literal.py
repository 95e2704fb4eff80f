"""The literal's value is Python's own, and what is inserted leaves every other byte alone."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neovim_ai.docs.literal import Literal, escape
from neovim_ai.errors import AiError, Kind
from neovim_ai.source.text import SourceText, Span

ESCAPED = ["\\", "n", "x41", "N{BULLET}", "u00e9", "U0001f600", "17", "ud800", "r"]
PLAIN = ["a", '"', "'", "\n", "\r\n", "\r", "é", "😀", " ", '"""', "'''", "\t", "\x0c"]
PIECES = st.sampled_from([*ESCAPED, *PLAIN])
QUOTES = st.sampled_from(['"""', "'''", '"', "'"])
PREFIXES = st.sampled_from(["", "r", "R", "u", "U"])


@st.composite
def strings(draw: st.DrawFn) -> str:
    quotes = draw(QUOTES)
    return draw(PREFIXES) + quotes + "".join(draw(st.lists(PIECES, max_size=8))) + quotes


@st.composite
def expressions(draw: st.DrawFn) -> str:
    parts = draw(st.lists(strings(), min_size=1, max_size=3))
    between = draw(st.sampled_from([" ", "", "\n", "\\\n", " # note\n    ", "\r\n\t"]))
    return "(" + between.join(parts) + ")"


def evaluated(expression: str) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = ast.literal_eval(ast.parse(expression, mode="eval").body)
        except (SyntaxError, ValueError):
            return None
    return value if isinstance(value, str) else None


def read(expression: str) -> Literal:
    source = SourceText(expression)
    return Literal.read(source, Span(0, len(source.utf8)))


@given(expressions())
def test_value_is_what_python_evaluates(expression: str) -> None:
    wanted = evaluated(expression)
    if wanted is None:
        with pytest.raises(AiError) as caught:
            read(expression)
        assert caught.value.kind is Kind.SYNTAX
    else:
        assert read(expression).value == wanted


@given(expressions(), st.data())
def test_insertion_changes_the_value_there_and_no_byte_elsewhere(
    expression: str, data: st.DataObject
) -> None:
    # Two kinds of line ends side by side can join into one, which merging finds by reading again.
    expression = expression.replace("\r\n", "\n").replace("\r", "\n")
    if evaluated(expression) is None:
        return
    source, literal = SourceText(expression), read(expression)
    offset = data.draw(st.integers(0, len(literal.value)))
    text = data.draw(st.sampled_from(['\nwords "here"\n', "\nC:\\dir\n", '\n"""x"""\n']))
    fitted = literal.fitted([(offset, text)])
    try:
        edits = literal.inserted(fitted, "\n")
    except AiError as error:
        assert error.kind is Kind.GATE
        assert literal.value[offset - 1] == "\\"
        return
    assert all(edit.span.start == edit.span.end for edit in edits)
    value = literal.value[:offset] + fitted[0][1] + literal.value[offset:]
    if offset and literal.value[offset - 1] in "01234567\\":
        return  # between the halves of what the source spells in one go: covered by merge's re-read
    assert evaluated(source.apply(edits).text) == value


@pytest.mark.parametrize("expression", ['f"x"', 'b"x"', "x", "", '"x', '"\\N{NO SUCH NAME}"'])
def test_what_is_no_plain_string_is_refused_by_kind(expression: str) -> None:
    with pytest.raises(AiError) as caught:
        read(expression)
    assert caught.value.kind is Kind.SYNTAX


def test_one_line_quotes_become_triple_when_lines_are_added() -> None:
    source = SourceText("'It\\'s \"x\".'")
    literal = Literal.read(source, Span(0, len(source.utf8)))
    edits = literal.inserted([(len(literal.value), "\nMore.\n")], "\n")
    assert source.apply(edits).text == "'''It\\'s \"x\".\nMore.\n'''"


def test_only_the_part_that_grows_gets_triple_quotes() -> None:
    source = SourceText('("One.\\n"\n "Two.")')
    literal = Literal.read(source, Span(0, len(source.utf8)))
    edits = literal.inserted([(len(literal.value), "\nThree.")], "\n")
    assert source.apply(edits).text == '("One.\\n"\n """Two.\nThree.""")'


def test_text_in_a_raw_string_is_written_as_it_is() -> None:
    assert escape("\\d+", read('r"""x"""').parts[0]) == "\\d+"
    assert escape("\\d+", read('"""x"""').parts[0]) == "\\\\d+"


@pytest.mark.parametrize("text", ['a """ b', 'ends "', "ends \\", "bell \a"])
def test_raw_string_says_what_it_cannot_hold(text: str) -> None:
    assert escape(text, read('r"""x"""').parts[0]) is None


@pytest.mark.parametrize("expression", ['r"""a\\"b"""', '"""a\\db"""'])
def test_no_text_goes_between_a_backslash_and_what_it_stands_before(expression: str) -> None:
    literal = read(expression)
    with pytest.raises(AiError) as caught:
        literal.inserted([(2, "x")], "\n")
    assert caught.value.kind is Kind.GATE


def test_what_is_added_behind_a_character_follows_its_folded_line_break() -> None:
    source = SourceText('"""ab\\\ncd"""')
    (edit,) = Literal.read(source, Span(0, len(source.utf8))).inserted([(2, "X")], "\n")
    assert source.apply([edit]).text == '"""ab\\\nXcd"""'
    (edit,) = Literal.read(source, Span(0, len(source.utf8))).inserted([(1, "X")], "\n")
    assert source.apply([edit]).text == '"""aXb\\\ncd"""'
