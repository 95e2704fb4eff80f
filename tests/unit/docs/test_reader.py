"""Reading loses nothing and sees what each style describes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.docs.samples import values

from neovim_ai.docs import reader
from neovim_ai.docs.model import House, SlotKind, Style
from neovim_ai.docs.read.assemble import pieces
from neovim_ai.docs.reader import Docstring
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.model import Facts
from neovim_ai.source.text import SourceText

BODY = "    if a:\n        raise ValueError('no')\n    return a\n"


def read(docstring: str, header: str = "def f(a, b=1, *args, **kw):") -> tuple[Docstring, Facts]:
    source = SourceText(f'{header}\n    """{docstring}"""\n{BODY}')
    definition = target.by_qualname(source, "f")
    found = reader.read(source, definition, House())
    assert found is not None
    return found, source_facts.collect(source, definition)


def told(docstring: str, header: str = "def f(a, b=1, *args, **kw):") -> set[str]:
    return reader.described(*read(docstring, header))


@given(st.one_of(values(), st.text(alphabet="ab:-=>.`*\n\t (),@", max_size=80), st.text()))
def test_pieces_join_to_the_value(value: str) -> None:
    cut, _ = pieces(value, 4)
    assert "".join(piece.span.of(value) for piece in cut) == value
    for piece in cut:
        if piece.entry is not None:
            assert piece.span.start <= piece.entry.span.start <= piece.entry.span.end
            assert piece.entry.span.end <= piece.span.end


@pytest.mark.parametrize(
    ("docstring", "style"),
    [
        ("Do.\n\n    Args:\n        a: text\n    ", Style.GOOGLE),
        ("Do.\n\n    Keyword Arguments:\n        a (int, optional): text\n    ", Style.GOOGLE),
        ("Do.\n\n    Parameters\n    ----\n    a : int\n        text\n    ", Style.NUMPY),
        ("Do.\n\n    Other Parameters\n    ==========\n    b, a\n        text\n    ", Style.NUMPY),
        ("Do.\n\n    :param int a: text\n    ", Style.SPHINX),
        ("Do.\n\n    :arg a:\n        text\n    ", Style.SPHINX),
        ("Do.\n\n    @param a: text\n    ", Style.EPYTEXT),
        ("Do.\n\n    @param[in] a text\n    @return b\n    ", Style.EPYTEXT),
        ("Do.\n\n    @param[in,out] a: text\n    ", Style.EPYTEXT),
        ("Do.\n\n    @param b text\n    @param[out] a: text\n    ", Style.EPYTEXT),
        ("Do.\n\n    \\param a text\n    ", Style.EPYTEXT),
        ("Do.\n\n    Arguments:\n    a -- text\n    ", Style.PLAIN),
        ("Do.\n\n    a -- text\n    ", None),
        ("Do ``a`` well.", None),
        ("Do *a* well.", None),
    ],
)
def test_each_way_to_describe_a_parameter_counts(docstring: str, style: Style | None) -> None:
    found, facts = read(docstring)
    assert found.style is style
    assert "parameter:a" in reader.described(found, facts)
    assert "parameter:**kw" not in reader.described(found, facts)


@pytest.mark.parametrize(
    "docstring",
    [
        "Do.\n\n    >>> f()\n    Args:\n        a: text\n    ",
        "Do::\n\n        Args:\n            a: text\n    ",
        "Do.\n\n    ```\n    Args:\n        a: text\n    ```\n    ",
        "Do a thing.",
        "Do.\n\n    Args:\n        a:\n        b: text\n    ",
        "Do.\n\n    :type a: int\n    ",
        "Do.\n\n    @param[in] a\n    @param b text\n    ",
    ],
)
def test_code_and_wordless_entries_describe_nothing(docstring: str) -> None:
    assert "parameter:a" not in told(docstring)


def test_stars_are_found_however_they_are_written() -> None:
    keys = told("Do.\n\n    Args:\n        \\*args: rest\n        kw: more\n    ")
    assert {"parameter:*args", "parameter:**kw"} <= keys


@pytest.mark.parametrize(
    "docstring",
    [
        "Do.\n\n    Raises:\n        ValueError: if so\n    ",
        "Do.\n\n    Raises\n    ------\n    ValueError\n        If so.\n    ",
        "Do.\n\n    :raises ValueError: if so\n    ",
        "Do.\n\n    @throws ValueError if so\n    ",
        "Do.\n\n    Raises ValueError if so.\n    ",
    ],
)
def test_each_way_to_describe_an_exception_counts(docstring: str) -> None:
    assert "raises:ValueError" in told(docstring)


@pytest.mark.parametrize(
    "docstring",
    [
        "Do.\n\n    Returns:\n        int: the sum\n    ",
        "Do.\n\n    Returns: the sum\n    ",
        "Do.\n\n    Returns\n    -------\n    total : int\n        The sum.\n    ",
        "Do.\n\n    :return: the sum\n    ",
        "Do.\n\n    @return the sum\n    ",
    ],
)
def test_each_way_to_describe_the_result_counts(docstring: str) -> None:
    assert "returns" in told(docstring)


def test_a_lone_return_sentence_describes_the_result_only_where_nothing_else_is_missing() -> None:
    source = SourceText('def f():\n    """Return it."""\n    return 1\n')
    definition = target.by_qualname(source, "f")
    alone = reader.read(source, definition, House())
    assert alone is not None
    assert "returns" in reader.described(alone, source_facts.collect(source, definition))
    assert "returns" not in told("Return it.")


def test_summary_is_missing_where_a_section_comes_first() -> None:
    assert "summary" not in told("Args:\n        a: text\n    ")
    assert "summary" not in told("")
    assert "summary" in told("Do.")
    assert "summary" in told("\n    A heading\n    ~~~~~~~~~\n\n    Text.\n    ")


def test_grouped_names_are_one_entry_with_several_names() -> None:
    found, _ = read("Do.\n\n    Parameters\n    ----------\n    a, b : int\n        Both.\n    ")
    (entry,) = found.entries
    assert entry.names == ("a", "b")
    assert entry.kind is SlotKind.PARAMETER
    assert entry.type is not None
    assert entry.type.of(found.value) == "int"
    assert entry.text.of(found.value).strip() == "Both."


def test_entries_that_the_code_no_longer_has_are_reported() -> None:
    found, facts = read(
        "Do.\n\n    Args:\n        a: text\n        gone: text\n\n"
        "    Raises:\n        KeyError: x\n    ",
        "def f(a):",
    )
    assert [entry.names for entry in reader.stale(found, facts)] == [("gone",), ("KeyError",)]


def test_text_below_a_title_at_its_own_column_is_a_description() -> None:
    assert "returns" in told("Do.\n\n    Returns:\n    The key for this.\n    ")
    assert "returns" not in told("Do.\n\n    Returns:\n\n    More.\n    ")


def test_an_exception_inside_a_class_is_known_by_its_whole_name() -> None:
    found, _ = read("Do.\n\n    Raises:\n        IMAP4.error: If it fails.\n    ")
    assert found.entries[0].names == ("IMAP4.error",)
