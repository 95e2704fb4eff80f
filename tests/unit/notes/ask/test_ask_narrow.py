"""Long sections, cut down to where the words stand."""

from __future__ import annotations

import pytest

from neovim_ai.notes.ask.narrow import LONGEST, narrow
from neovim_ai.notes.ask.units import units
from neovim_ai.notes.model import Section

FACT = "The port of the proxy is 8080."


@pytest.mark.parametrize("before", [3, 9_000])
def test_a_long_section_keeps_the_part_that_holds_the_words(before: int) -> None:
    lines = ["Nothing to see in this line."] * 20_000
    lines[before] = FACT
    found = narrow(Section(1, "/n.md", 7, 20_007, ("A",), "\n".join(lines)), ("port", "proxy"))
    assert len(found.text) <= LONGEST
    (unit,) = [unit for unit in units(found.text) if FACT in unit.text]
    assert found.row + unit.line == 7 + before


def test_one_endless_line_is_cut_and_keeps_its_row() -> None:
    text = "word " * 50_000 + FACT
    found = narrow(Section(1, "/n.md", 7, 7, ("A",), text), ("port", "proxy"))
    assert FACT in found.text
    assert (found.row, found.end_row) == (7, 7)


def test_a_section_of_usual_length_is_left_alone() -> None:
    section = Section(1, "/n.md", 7, 8, ("A",), FACT)
    assert narrow(section, ("x",)) is section
