"""What can be quoted of a section."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neovim_ai.notes.ask.excerpt import LETTERS, excerpt, joined
from neovim_ai.notes.ask.units import LONGEST, units
from neovim_ai.notes.ask.words import stems
from neovim_ai.notes.model import Section

BLOCKS = ["# Head", "", "- item one. And two.", "  more", "```sh", "```", "~~~", "> quoted. Yes."]
BLOCKS += ["|a|b|", "|---|---|", "text with `a. b` in it. Next!", "1. first", "---", "x" * 900]
BLOCKS += ["\u4e2d\u6587\u3002\u597d\u3002", "a\u2028b", "    indented"]
MARKDOWN = st.lists(st.sampled_from(BLOCKS), max_size=14).map("\n".join)


def texts(text: str) -> list[str]:
    return [unit.text for unit in units(text)]


@settings(deadline=None)
@given(MARKDOWN | st.text(max_size=300))
def test_every_unit_stands_in_the_text_at_its_line(text: str) -> None:
    lines = text.split("\n")
    for unit in units(text):
        assert unit.text.split("\n")[0] in lines[unit.line]
        assert unit.text in text
        assert len(unit.text) <= LONGEST


@settings(deadline=None)
@given(st.text(alphabet="ab .\n-", max_size=200))
def test_no_word_of_plain_text_is_lost(text: str) -> None:
    found = "".join("".join(unit.text.split()) for unit in units(text))
    assert found.count("a") == text.count("a")


def test_sentences_end_where_they_end() -> None:
    assert texts(
        "It is fast, e.g. here. See v1.2 now! `a. b` is code? [A. B](http://c. d) too."
    ) == [
        "It is fast, e.g. here.",
        "See v1.2 now!",
        "`a. b` is code?",
        "[A. B](http://c. d) too.",
    ]


def test_marks_of_lists_quotes_headings_and_rules_are_left_out() -> None:
    assert texts("# Head\n\n- one\n- two\n  goes on\n\n> said\n\n---\n\n1. first") == [
        "one",
        "two\n  goes on",
        "said",
        "first",
    ]


def test_code_is_kept_as_it_is_written() -> None:
    found = units("Run:\n\n```sh\n# not a heading\nmake  all\n```\nAfter.")
    assert [(u.text, u.line, u.code) for u in found] == [
        ("Run:", 0, False),
        ("# not a heading\nmake  all", 3, True),
        ("After.", 6, False),
    ]


def test_a_fence_that_never_closes_is_code_to_the_end() -> None:
    assert [(u.text, u.code) for u in units("```\na\n\nb")] == [("a\n\nb", True)]


def test_rows_of_a_table_are_quoted_alone() -> None:
    assert texts("| a | b |\n|---|---|\n| 1 | 2 |") == ["| a | b |", "| 1 | 2 |"]


def test_a_link_joins_the_sentence_that_says_what_it_is() -> None:
    found = joined(
        units("[Flex](https://e.org). Uses speculation.\n\n[Alone](https://e.org)\n\nNext.")
    )
    assert [u.text for u in found] == [
        "[Flex](https://e.org). Uses speculation.",
        "[Alone](https://e.org)",
        "Next.",
    ]


@pytest.mark.parametrize("count", [3, 40])
def test_a_model_sees_at_most_a_letter_a_line_and_the_likeliest(count: int) -> None:
    lines = [f"Fact {n} is about nothing." for n in range(count)]
    lines[count - 2] = "The port of the proxy is 8080."
    section = Section(0, "/n.md", 0, count, ("Facts",), "\n\n".join(lines))
    one = excerpt(section, stems("port proxy"))
    assert len(one.lines) == min(count, len(LETTERS))
    assert [u.line for u in one.lines] == sorted(u.line for u in one.lines)
    assert "The port of the proxy is 8080." in one.shown


def test_a_model_sees_one_line_a_unit_without_the_targets_of_links() -> None:
    section = Section(0, "/n.md", 0, 9, ("A\nB",), "See [this](https://e.org/x).\nAnd\nmore")
    shown = excerpt(section, stems("")).shown
    assert shown == 'Note "A B":\nA: See [this].\nB: And more'


def test_pictures_and_badges_say_nothing() -> None:
    text = "[![CI](https://e.org/b.svg)](https://e.org) ![x](y.png)\n\n![a][b]\n\nIt is fast.\n"
    found = excerpt(Section(0, "/n.md", 0, 5, ("A",), text), stems("fast"))
    assert [unit.text for unit in found.lines] == ["It is fast."]
