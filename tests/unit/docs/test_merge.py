"""Merging adds what is missing and keeps every byte a person wrote."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.docs.samples import values

from neovim_ai.docs import merge, reader, slots
from neovim_ai.docs.linters import Linters, Rules
from neovim_ai.docs.model import Filled, House, Slot, SlotKind, Style
from neovim_ai.errors import AiError, Kind
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.model import Definition
from neovim_ai.source.text import Edit, SourceText

HEADER = "def f(a: int, b=1, *args, **kw):"
BODY = "    if a:\n        raise ValueError('no')\n    return a\n"


def merged(source: SourceText, house: House, text: str) -> tuple[Edit, ...]:
    definition = target.by_qualname(source, "f")
    facts = source_facts.collect(source, definition)
    docstring = reader.read(source, definition, house)
    assert docstring is not None
    told = reader.described(docstring, facts)
    missing = [s for s in slots.wanted(definition, facts) if not s.optional and s.key not in told]
    return merge.merge(
        source, definition, docstring, house, [Filled(s, text) for s in missing], facts
    )


def lines(literal: str, house: House | None = None, header: str = HEADER) -> list[str]:
    """Return the docstring's lines after merging short texts into it."""
    source = SourceText(f"{header}\n    {literal}\n    return a\n")
    after = source.apply(merged(source, house or House(), "Text."))
    definition = target.by_qualname(after, "f")
    assert definition.docstring is not None
    return after.slice(definition.docstring).split("\n")


def without(after: str, edits: Sequence[Edit]) -> str:
    """Take the inserted texts out again."""
    data, shift = after.encode(), 0
    for edit in edits:
        size = len(edit.text.encode())
        at = edit.span.start
        assert edit.span.end == at, "an edit that replaces"
        assert data[at : at + size] == edit.text.encode()
        data = data[:at] + data[at + size :]
        shift += size
    return data.decode()


@given(
    values(),
    st.sampled_from(list(Style)),
    st.sampled_from(['"""', "'''", 'r"""']),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["What it is.", 'Says "hi" and """ho""".', "Has \\d and é.", "Ends in \\"]),
)
def test_every_byte_stays_and_a_second_run_adds_nothing(
    value: str, style: Style, quotes: str, newline: str, text: str
) -> None:
    value = value if quotes.startswith("r") else value.replace("\\", "\\\\")
    whole = f"{HEADER}\n    {quotes}{value}{quotes.lstrip('r')}\n{BODY}"
    source = SourceText(whole.replace("\n", newline))
    ast.parse(source.text)
    edits = merged(source, House(style=style), text)
    after = source.apply(edits)
    assert without(after.text, edits) == source.text
    assert "\n" not in after.text.replace(newline, "")
    ast.parse(after.text)
    assert merged(after, House(style=style), text) == ()


def test_parameter_goes_to_its_place_in_the_signature_and_keeps_the_docstrings_indent() -> None:
    got = lines(
        '"""Do.\n\n    Args:\n      a: one\n      args: rest\n\n    Returns:\n      it\n    """'
    )
    assert got[2:8] == [
        "    Args:",
        "      a: one",
        "      b: Text.",
        "      args: rest",
        "      **kw: Text.",
        "",
    ]


def test_numpy_parameter_goes_between_its_neighbours() -> None:
    got = lines(
        '"""Do.\n\n    Parameters\n    ----------\n    b : int\n        two\n\n'
        '    Notes\n    -----\n    X.\n    """',
        header="def f(a: int, b: int):",
    )
    assert got[2:8] == [
        "    Parameters",
        "    ----------",
        "    a : int",
        "        Text.",
        "    b : int",
        "        two",
    ]
    assert got[8:12] == ["", "    Returns", "    -------", "    object"]
    assert got[-5:] == ["", "    Notes", "    -----", "    X.", '    """']


def test_sphinx_types_stand_as_the_docstring_has_them() -> None:
    own = lines(
        '"""Do.\n\n    :param a: one\n    :type a: int\n    """', header="def f(a: int, b: str):"
    )
    assert own[2:6] == [
        "    :param a: one",
        "    :type a: int",
        "    :param b: Text.",
        "    :type b: str",
    ]
    inline = lines('"""Do.\n\n    :param int a: one\n    """', header="def f(a: int, b: str):")
    assert inline[3] == "    :param str b: Text."


def test_type_field_alone_gets_its_description_above() -> None:
    got = lines('"""Do.\n\n    :type a: int\n    """', header="def f(a: int):")
    assert got[2:4] == ["    :param a: Text.", "    :type a: int"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Args:\n        a (int):", "        a (int): Text."),
        ("Args:\n        a:", "        a: Text."),
        (":param a:", "    :param a: Text."),
        ("Parameters\n    ----------\n    a : int", "        Text."),
    ],
)
def test_entry_without_words_gets_them_and_no_twin(before: str, after: str) -> None:
    got = lines(f'"""Do.\n\n    {before}\n    """', header="def f(a: int):")
    assert after in got
    assert (
        sum("a" in line.split("(")[0].replace("param", "") and ":" in line for line in got[3:4])
        <= 1
    )
    assert "\n".join(got).count("Text.") == 2  # the parameter and the result


@pytest.mark.parametrize("style", list(Style))
def test_prose_gets_the_house_style_and_closing_quotes_on_their_own_line(style: Style) -> None:
    got = lines("'Do.'", House(style=style), header="def f(a):")
    assert got[0] == "'''Do."
    assert got[-1] == "    '''"
    opens = {
        Style.GOOGLE: "    Args:",
        Style.NUMPY: "    Parameters",
        Style.SPHINX: "    :param a: Text.",
        Style.EPYTEXT: "    @param a: Text.",
        Style.PLAIN: "    Arguments:",
    }
    assert got[2] == opens[style]


def test_new_sections_come_in_order_and_before_examples() -> None:
    got = lines('"""Do.\n\n    Example:\n        >>> f()\n    """', header="def f(a):")
    assert [line for line in got if line.endswith(":")] == [
        "    Args:",
        "    Returns:",
        "    Example:",
    ]


def test_missing_summary_comes_first() -> None:
    assert lines('"""Args:\n        a: one\n    """', header="def f(a):")[:3] == [
        '"""Text.',
        "",
        "    Args:",
    ]
    assert lines('""""""', header="def f(a):")[:3] == ['"""Text.', "", "    Args:"]


def test_sections_without_blank_lines_between_stay_close() -> None:
    got = lines(
        '"""Do.\n    Args:\n        a: one\n    Raises:\n        KeyError: x\n    """',
        header="def f(a):",
    )
    assert got[1:6] == [
        "    Args:",
        "        a: one",
        "    Returns:",
        "        Text.",
        "    Raises:",
    ]


def test_tabs_are_followed() -> None:
    source = SourceText('def f(a, b):\n\t"""Do.\n\n\tArgs:\n\t\ta: one\n\t"""\n\treturn a\n')
    after = source.apply(merged(source, House(), "Text.")).text
    assert "\n\t\tb: Text.\n\n\tReturns:\n\t\tText.\n" in after


def test_nothing_to_add_gives_no_edits() -> None:
    source = SourceText('def f():\n    """Do."""\n')
    assert merged(source, House(), "Text.") == ()


def test_raw_docstring_gets_the_words_it_can_hold() -> None:
    source = SourceText('def f(a):\n    r"""Match \\d."""\n    return a\n')
    after = source.apply(merged(source, House(), 'A \\w and """more""".')).text
    assert 'r"""Match \\d.\n' in after
    assert "a: A \\w and '''more'''." in after


def test_lines_deeper_than_the_statement_keep_their_margin_and_code_has_none() -> None:
    got = lines('"""Do, as in::\n\n            f(1)\n    """', header="def f(a):")
    assert got[2:6] == ["            f(1)", "", "    Args:", "        a: Text."]


def test_doctest_at_the_end_of_an_entry_does_not_swallow_the_next() -> None:
    got = lines(
        '"""Do.\n\n    Args:\n        a: as in\n            >>> f(1)\n            1\n    """',
        header="def f(a, b):",
    )
    assert got[5:8] == ["            1", "", "        b: Text."]


def test_what_cannot_be_added_safely_is_refused() -> None:
    source = SourceText('def f(a):\n    r"""Do.\r\\\r\n    x"""\n    return a\n')
    text = "Text with a bell \a and more."
    with pytest.raises(AiError) as caught:
        merge.merge(*_parts_of(source), [Filled(Slot(SlotKind.PARAMETER, "a"), text)])
    assert caught.value.kind is Kind.GATE


def _parts_of(source: SourceText) -> tuple[SourceText, Definition, reader.Docstring, House]:
    definition = target.by_qualname(source, "f")
    docstring = reader.read(source, definition, House())
    assert docstring is not None
    return source, definition, docstring, House()


def test_line_ends_that_would_join_with_the_new_ones_are_refused() -> None:
    text = 'def f(a):\n    """Do.\r\r    Args:\r        a: one\n    Prose.\n    """\n    return a\n'
    with pytest.raises(AiError) as caught:
        merged(SourceText(text), House(), "Text.")
    assert caught.value.kind is Kind.GATE


STARRED = '"""Do.\n\n    :param a: A.\n    :param b: B.\n    """'


@pytest.mark.parametrize(
    ("literal", "rules", "args", "kw"),
    [
        (f"r{STARRED}", Rules(select=("D",)), r":param \*args: ", r":param \*\*kw: "),
        (STARRED, Rules(), r":param \\*args: ", r":param \\*\\*kw: "),
        (STARRED, Rules(select=("D",)), ":param *args: ", ":param **kw: "),
    ],
)
def test_stars_are_escaped_for_rest_unless_a_linter_forbids_the_backslash(
    literal: str, rules: Rules, args: str, kw: str
) -> None:
    told = lines(literal, House(linters=Linters(rules=rules)))
    assert [line.strip() for line in told if "args" in line] == [f"{args}Text."]
    assert [line.strip() for line in told if "kw" in line] == [f"{kw}Text."]
