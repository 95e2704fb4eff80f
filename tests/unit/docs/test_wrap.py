from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neovim_ai.docs.wrap import columns, wrapped

WORDS = st.text(st.characters(codec="ascii", exclude_characters="`[]<>:\n\r"), max_size=200)


def test_lines_stay_within_the_width() -> None:
    lines = wrapped("word " * 60, first="    x: ", rest="        ", width=40)
    assert len(lines) > 1
    assert all(len(line) <= 40 for line in lines)
    assert lines[0].startswith("    x: word")
    assert lines[1].startswith("        word")


def test_code_spans_links_and_roles_are_never_broken() -> None:
    spans = [
        "``a b c d``",
        "`text here <http://example.org/x>`_",
        "[some link text](http://example.org)",
        ":class:`a long title <mod.Name>`",
        "`x = y + z`",
    ]
    for span in spans:
        for before in range(1, 30):
            lines = wrapped("z" * before + " " + span + " end", first="", rest="", width=30)
            assert any(span in line for line in lines), (before, lines)


def test_a_bare_address_longer_than_a_line_stays_whole() -> None:
    address = "https://example.org/" + "a" * 100
    assert address in wrapped(f"See {address} for more.", first="", rest="  ", width=40)[1]


def test_doctests_keep_their_lines() -> None:
    text = "Some words.\n\n>>> f(1,    2)\n3\n>>> g()  # " + "x" * 90
    lines = wrapped(text, first="    ", rest="    ", width=40)
    assert lines[2:] == ["    >>> f(1,    2)", "    3", "    >>> g()  # " + "x" * 90]


def test_wide_characters_take_two_columns() -> None:
    assert columns("漢字a") == 5
    assert columns("e\u0301") == 1
    assert all(columns(line) <= 20 for line in wrapped("漢字 " * 20, first="", rest="", width=20))


def test_no_line_starts_with_what_readers_take_for_structure() -> None:
    text = "alpha beta Returns: gamma - delta 1. epsilon :param x: zeta >>> eta -------- theta"
    for width in range(8, 60):
        for line in wrapped(text, first="", rest="", width=width)[1:]:
            assert not line.startswith(("Returns:", "- ", "1.", ":param", ">>>", "---")), line


@given(WORDS, st.integers(1, 60))
def test_wrapping_loses_and_adds_no_word(text: str, width: int) -> None:
    if ">>>" in text:
        return
    lines = wrapped(text, first="", rest="", width=width)
    assert " ".join(lines).split() == text.split()
    assert all(line == line.rstrip() for line in lines)
