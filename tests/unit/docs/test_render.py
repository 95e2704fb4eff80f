from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neovim_ai.docs import render
from neovim_ai.docs.linters import Linters, Rules
from neovim_ai.docs.model import Filled, House, Slot, SlotKind, Style

SUMMARY = Slot(SlotKind.SUMMARY)
SLOTS = (
    Filled(SUMMARY, "Split a line."),
    Filled(Slot(SlotKind.PARAMETER, "text", "str"), "What is split."),
    Filled(Slot(SlotKind.PARAMETER, "*rest"), "More of it."),
    Filled(Slot(SlotKind.RETURNS, type="list[str]"), "The parts."),
    Filled(Slot(SlotKind.RAISES, "ValueError"), "If it is empty."),
)
GOOGLE = """Split a line.

    Args:
        text: What is split.
        *rest: More of it.

    Returns:
        The parts.

    Raises:
        ValueError: If it is empty.
    """
GOOGLE_TYPED = """Split a line.

    Args:
        text (str): What is split.
        *rest: More of it.

    Returns:
        list[str]: The parts.

    Raises:
        ValueError: If it is empty.
    """
NUMPY = """Split a line.

    Parameters
    ----------
    text
        What is split.
    *rest
        More of it.

    Returns
    -------
    list[str]
        The parts.

    Raises
    ------
    ValueError
        If it is empty.
    """
SPHINX_TYPED = r"""Split a line.

    :param text: What is split.
    :type text: str
    :param \*rest: More of it.
    :returns: The parts.
    :rtype: list[str]
    :raises ValueError: If it is empty.
    """

EPYTEXT_TYPED = """Split a line.

    @param text: What is split.
    @type text: str
    @param rest: More of it.
    @return: The parts.
    @rtype: list[str]
    @raise ValueError: If it is empty.
    """
PLAIN = """Split a line.

    Arguments:
    text -- What is split.
    *rest -- More of it.

    Returns: The parts.

    Raises:
    ValueError -- If it is empty.
    """


@pytest.mark.parametrize(
    ("house", "expected"),
    [
        (House(style=Style.EPYTEXT, types=True), EPYTEXT_TYPED),
        (House(style=Style.PLAIN), PLAIN),
        (House(style=Style.PLAIN, types=True), PLAIN.replace("text --", "text (str) --")),
        (House(), GOOGLE),
        (House(types=True), GOOGLE_TYPED),
        (House(style=Style.NUMPY), NUMPY),
        (House(style=Style.SPHINX, types=True), SPHINX_TYPED),
    ],
)
def test_a_docstring_is_written_as_the_style_writes_it(house: House, expected: str) -> None:
    assert render.docstring(SLOTS, house, indent="    ") == expected


def test_sections_come_in_the_order_of_the_style_whatever_the_order_given() -> None:
    assert render.docstring(SLOTS[3:][::-1] + SLOTS[:3], House(), indent="    ") == GOOGLE


def test_return_types_may_be_written_without_parameter_types() -> None:
    value = render.docstring(SLOTS, House(return_types=True), indent="")
    assert "list[str]: The parts." in value
    assert "text: What" in value


def test_numpy_returns_without_annotation_have_a_type_line_that_is_true() -> None:
    slot = Slot(SlotKind.RETURNS)
    lines = render.entry(slot, "The sum.", House(style=Style.NUMPY), indent="", width=80)
    assert lines == ["object", "    The sum."]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Map {a} to b.", "Map {a} to b."),
        ("Write X{a}.", "Write XE{lb}aE{rb}."),
        ("A }.", "A E{rb}."),
    ],
)
def test_epytext_braces_stay_braces(text: str, written: str) -> None:
    house = House(style=Style.EPYTEXT)
    assert render.docstring([Filled(SUMMARY, text)], house, indent="") == written
    assert render.entry(SLOTS[1].slot, text, house, indent="", width=80)[0].endswith(written)


def test_a_summary_alone_takes_one_line_with_its_quotes() -> None:
    only = [Filled(SUMMARY, "x" * 10)]
    assert render.docstring(only, House(width=20), indent="    ") == "x" * 10
    assert render.docstring(only, House(width=19), indent="    ") == "x" * 10
    assert render.docstring(only, House(first_line=False), indent="    ") == "x" * 10


def test_the_summary_starts_where_the_house_starts_it() -> None:
    value = render.docstring(SLOTS[:2], House(first_line=False), indent="    ")
    assert value.startswith("\n    Split a line.\n\n    Args:")


def test_a_blank_line_stands_last_where_the_house_wants_one() -> None:
    value = render.docstring(SLOTS[:2], House(blank_last=True), indent="    ")
    assert value.endswith("What is split.\n\n    ")


def test_the_first_line_leaves_room_for_the_quotes() -> None:
    long = [Filled(SUMMARY, "word " * 30), SLOTS[1]]
    value = render.docstring(long, House(width=40), indent="    ")
    first, *rest = value.split("\n")
    assert len('    """' + first) <= 40
    assert all(len(line) <= 40 for line in rest)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "Read the whole file at once; lines are split at newlines.",
            ["Read the whole file at once.", "", "Lines are split at newlines."],
        ),
        (
            "Read the whole file at once, then close it and forget.",
            ["Read the whole file at once.", "", "Then close it and forget."],
        ),
        (
            "Read the whole file at once. Lines are split at newlines.",
            ["Read the whole file at once.", "", "Lines are split at newlines."],
        ),
        (
            "Read the whole file at once (unless it was read before).",
            ["Read the whole file at once.", "", "(Unless it was read before.)"],
        ),
        (
            "Read (all of it; at once) whatever the file holds now.",
            ["Read (all of it; at once) whatever the file holds now."],
        ),
        (
            "Read the whole file at once, and close it behind you.",
            ["Read the whole file at once.", "", "Close it behind you."],
        ),
        ("Read the given file, and optional ones as well.",) * 2,
        ("Read the whole file, whatever it may hold in there.",) * 2,
        (
            "Read the whole file, whatever it may hold in there, for as long as it takes to read.",
            [
                "Read the whole file, whatever it may",
                "hold in there, for as long as it takes",
                "to read.",
            ],
        ),
    ],
)
def test_a_summary_keeps_its_line_and_its_words(text: str, lines: list[str] | str) -> None:
    value = render.docstring([Filled(SUMMARY, text)], House(width=40), indent="")
    expected = [lines] if isinstance(lines, str) else lines
    assert value.rstrip("\n").split("\n") == expected


def test_where_a_linter_wants_one_line_a_summary_never_wraps() -> None:
    house = House(width=40, linters=Linters(rules=Rules(("D",))))
    value = render.docstring([Filled(SUMMARY, "word " * 30 + "end.")], house, indent="")
    assert "\n" not in value


def test_a_summary_ends_and_starts_as_the_house_has_it() -> None:
    for text, expected in (
        ("Do it.", "do it"),
        ("HTTP it.", "HTTP it"),
        ("A thing.", "a thing"),
        ("Do it...", "do it..."),
        ("Parser.read is it.", "Parser.read is it"),
    ):
        house = House(full_stop=False, capital=False)
        assert render.docstring([Filled(SUMMARY, text)], house, indent="") == expected
        assert render.docstring([Filled(SUMMARY, text)], House(), indent="") == text


def test_no_line_has_trailing_white_space() -> None:
    for style in Style:
        value = render.docstring(SLOTS, House(style=style), indent="\t")
        assert all(line == line.rstrip() for line in value.split("\n")[:-1])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", '"""plain"""'),
        (r"a \d", r'r"""a \d"""'),
        ('say "hi"', r'"""say "hi\""""'),
        ("ends \\", r'"""ends \\"""'),
        ('a """ b', r'"""a \"\"\" b"""'),
        ("a\rb", r'"""a\rb"""'),
    ],
)
def test_a_literal_escapes_only_where_it_must(value: str, expected: str) -> None:
    assert render.literal_text(value, House()) == expected


def test_single_quotes_become_three_for_several_lines() -> None:
    assert render.literal_text("a\nb", House(quotes="'")) == "'''a\nb'''"
    assert render.literal_text("a", House(quotes="'")) == "'a'"


def test_a_raw_house_stays_raw_unless_the_value_needs_escapes() -> None:
    house = House(quotes='r"""')
    assert render.literal_text("a", house) == 'r"""a"""'
    assert render.literal_text('a"', house) == '"""a\\""""'


@given(
    st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from("\\\"'\r\n{}%"), max_size=60
    ),
    st.sampled_from(['"""', "'''", 'r"""', "R'''", '"', "'", 'u"""', "odd"]),
)
@example('\\"""', '"""')
@example("\\\\", 'r"""')
@example("\\N{DASH} \\x", "'''")
def test_a_literal_evaluates_to_its_value(value: str, quotes: str) -> None:
    literal = render.literal_text(value, House(quotes=quotes))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ast.literal_eval(literal) == value


def test_stars_of_sphinx_names_are_escaped_in_a_raw_string() -> None:
    filled = [
        Filled(Slot(SlotKind.SUMMARY), "Call it."),
        Filled(Slot(SlotKind.PARAMETER, "*args", "int"), "What is passed on."),
        Filled(Slot(SlotKind.PARAMETER, "**kw"), "What is named."),
    ]
    house = House(style=Style.SPHINX, types=True)
    literal = render.literal_text(render.docstring(filled, house, indent="    "), house)
    assert literal.startswith('r"""')
    assert r":param \*args: What" in literal
    assert r":type \*args: int" in literal
    assert r":param \*\*kw: What" in literal
