from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neovim_ai.docs.clean import clean, is_hollow
from neovim_ai.docs.imperative import imperative
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.source.model import Definition, DefinitionKind, Facts, Parameter, ParameterKind
from neovim_ai.source.text import Span

SUMMARY = Slot(SlotKind.SUMMARY)
DELIM = Slot(SlotKind.PARAMETER, "delim", "str")
RETURNS = Slot(SlotKind.RETURNS, type="list[str]")
ERROR = Slot(SlotKind.RAISES, "ValueError")
FACTS = Facts(
    parameters=(
        Parameter("delim", ParameterKind.POSITIONAL_OR_KEYWORD, "str", "','"),
        Parameter("row", ParameterKind.POSITIONAL_OR_KEYWORD),
    )
)
PROJECT = "def split(row, delim=','): ...\n"


def definition(kind: DefinitionKind, name: str = "split") -> Definition:
    span = Span(0, 1)
    return Definition(kind, name, name, 0, span, span, span, None, "", "    ", 1, 1)


def cleaned(slot: Slot, text: str, kind: DefinitionKind = DefinitionKind.FUNCTION) -> str | None:
    return clean(slot, text, FACTS, PROJECT, definition(kind))


@pytest.mark.parametrize(
    ("slot", "raw", "expected"),
    [
        (DELIM, "separates the cells\nof a row", "Separates the cells of a row."),
        (DELIM, "delim: What parts the cells.", "What parts the cells."),
        (DELIM, "- `delim` (str, optional): What parts the cells.", "What parts the cells."),
        (DELIM, ":param str delim: What parts the cells.", "What parts the cells."),
        (DELIM, "**delim**: What parts the cells.", "What parts the cells."),
        (DELIM, '"What parts the cells."', "What parts the cells."),
        (DELIM, '"""What parts the cells."""', "What parts the cells."),
        (DELIM, "```\nWhat parts the cells.\n```", "What parts the cells."),
        (DELIM, "<think>Hm. A row.</think>What parts the cells.", "What parts the cells."),
        (DELIM, "Hm.</think> What parts the cells.", "What parts the cells."),
        (DELIM, "What **parts** the `cells` of *a* row.", "What parts the cells of a row."),
        (DELIM, "See [the docs](http://x.org) for :class:`~csv.Row`.", "See the docs for csv.Row."),
        (DELIM, "What parts cells, e.g. a comma.", "What parts cells, e.g. a comma."),
        (RETURNS, ":param x: The cells that were read.", "The cells that were read."),
        (RETURNS, "Initializes the table if that has not been done.", None),
        (RETURNS, "Sets of cells, one for each row.", "Sets of cells, one for each row."),
        (DELIM, "Specifies the mark between cells.", "The mark between cells."),
        (DELIM, "Indicates whether cells are parted.", "Whether cells are parted."),
        (DELIM, "Holds cells apart.", "Holds cells apart."),
        (SUMMARY, "Ensures that rows are parted.", "Ensure that rows are parted."),
        (SUMMARY, "Parse rows and returns cells of them.", "Parse rows and return cells of them."),
        (RETURNS, "It returns the cells of a row.", "The cells of a row."),
        (RETURNS, "list[str] | None: The cells of a row.", "The cells of a row."),
        (RETURNS, "Bool: True if a row has cells.", "True if a row has cells."),
        (ERROR, "If the row is empty, a ValueError is raised.", "If the row is empty."),
        (ERROR, "If the row is empty, the function raises an error.", "If the row is empty."),
        (
            ERROR,
            "If the row, which is raised to a power, is odd.",
            "If the row, which is raised to a power, is odd.",
        ),
        (
            DELIM,
            "What parts cells. Defaults to a comma. Third one.",
            "What parts cells. Defaults to a comma.",
        ),
        (DELIM, "row is cut here", "row is cut here."),
        (
            DELIM,
            "The cells\u2019 separator \u2013 one character",
            "The cells' separator - one character.",
        ),
        (DELIM, "Passed on to *args of __init__.", "Passed on to *args of __init__."),
        (DELIM, "the text to split at", "The text to split at."),
        (RETURNS, "Returns: list[str]: The cells in order", "The cells in order."),
        (RETURNS, "list[str] - The cells in order.", "The cells in order."),
        (ERROR, "ValueError: if the row has no cell", "If the row has no cell."),
        (ERROR, "Raises ValueError: If the row has no cell", "If the row has no cell."),
        (SUMMARY, "This function splits a row into cells. It is fast.", "Split a row into cells."),
        (SUMMARY, "A helper method that returns the cells", "Return the cells."),
        (SUMMARY, "Sure! Here is it. Splits a row.", None),
    ],
)
def test_a_models_line_becomes_a_sentence(slot: Slot, raw: str, expected: str | None) -> None:
    if expected is not None:
        assert cleaned(slot, raw) == expected
    else:
        assert cleaned(slot, raw) != raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("The cells of the row. They are in the or", "The cells of the row."),
        ("The cells of the row, in the order of the", "The cells of the row."),
        ("The cells of the row and the", "The cells of the row."),
        ("The cells of the row (in the order", "The cells of the row."),
        ("The cells of the row, " + "as they stand in it " * 8 + "wher", None),
    ],
)
def test_a_text_cut_in_the_middle_ends_where_a_clause_did(raw: str, expected: str | None) -> None:
    text = cleaned(RETURNS, raw)
    assert text is not None
    assert text.endswith(".")
    assert "wher." not in text
    if expected:
        assert text == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   \n ",
        "The delim.",
        "delim",
        "The delim parameter of type str.",
        "Defaults to ','.",
        "What parts \u202e the cells.",
        "What parts\u200b the cells.",
        "Was die \u0437\u0435\u043b parts.",
        "\u7ec6\u80de\u7684\u5206\u9694\u7b26\u3002",
        "def split(row): pass",
        "import csv",
        "return row.split(delim)",
        "delim = ','",
        '{"delim": "x"}',
        ">>> split(1)",
        'What """ parts.',
        "I cannot help with that.",
        "TODO",
        "N/A",
        "<think>Let me see",
        "...",
    ],
)
def test_what_says_nothing_or_is_no_prose_is_refused(raw: str) -> None:
    assert cleaned(DELIM, raw) is None


def test_scripts_of_the_project_are_at_home() -> None:
    text = "\u0427\u0442\u043e \u0434\u0435\u043b\u0438\u0442 \u0441\u0442\u0440\u043e\u043a\u0443."
    assert clean(DELIM, text, FACTS, "# \u0434\u0430") == text
    assert clean(DELIM, text, FACTS, "# yes") is None


def test_a_summary_that_only_repeats_the_name_is_refused() -> None:
    whole = definition(DefinitionKind.FUNCTION, "load_config")
    assert clean(SUMMARY, "Loads the config.", FACTS, PROJECT, whole) is None
    assert clean(SUMMARY, "Load the user's settings.", FACTS, PROJECT, whole) is not None


def test_a_class_is_a_thing_and_keeps_its_verb() -> None:
    raw = "Represents a row of cells."
    assert cleaned(SUMMARY, raw, DefinitionKind.CLASS) == raw
    assert cleaned(SUMMARY, raw) == "Represent a row of cells."


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Returns the cells.", "Return the cells."),
        ("Tries to open it.", "Try to open it."),
        ("Passes it on.", "Pass it on."),
        ("Fixes the row.", "Fix the row."),
        ("Parses and checks the row.", "Parse and check the row."),
        ("Returning the cells.", "Return the cells."),
        ("Automatically closes the file.", "Automatically close the file."),
        ("Apply the rules.", "Apply the rules."),
        ("Process the row.", "Process the row."),
        ("Access the row.", "Access the row."),
        ("Keys of the row.", "Keys of the row."),
        ("Class of the row.", "Class of the row."),
        ("Checks the row and returns it.", "Check the row and return it."),
        ("Does nothing here.", "Do nothing here."),
        ("Caches the row.", "Cache the row."),
        ("Matches the row.", "Match the row."),
        ("Chooses a row.", "Choose a row."),
        ("Uses a row.", "Use a row."),
        ("Closes it now.", "Close it now."),
        ("Raises an error.", "Raise an error."),
        ("Whether it is done.", "Whether it is done."),
        ("The function computes the sum.", "computes the sum."),
    ],
)
def test_the_third_person_becomes_the_imperative(raw: str, expected: str) -> None:
    found = imperative(raw)
    assert found.lower() == expected.replace("computes", "compute").lower()


@pytest.mark.parametrize(
    ("slot", "text", "hollow"),
    [
        (DELIM, "The delim.", True),
        (DELIM, "The delim to use as str.", True),
        (DELIM, "The delimiter between cells.", False),
        (RETURNS, "The result.", True),
        (RETURNS, "A list of strings.", True),
        (RETURNS, "The cells of the row.", False),
        (ERROR, "If a value error occurs.", True),
        (ERROR, "If the row is empty.", False),
        (Slot(SlotKind.PARAMETER, "max_retries", "int"), "The max retries.", True),
        (
            Slot(SlotKind.PARAMETER, "max_retries", "int"),
            "How often a request is sent anew.",
            False,
        ),
    ],
)
def test_a_hollow_text_only_restates_what_is_known(slot: Slot, text: str, hollow: bool) -> None:
    assert is_hollow(slot, text, FACTS) is hollow


@pytest.mark.parametrize(
    ("slot", "text", "hollow"),
    [
        (SUMMARY, "Split.", True),
        (RETURNS, "The split result.", True),
        (DELIM, "The delim to split at.", False),
    ],
)
def test_the_name_of_the_whole_says_nothing_of_the_whole_but_something_of_a_part(
    slot: Slot, text: str, hollow: bool
) -> None:
    assert is_hollow(slot, text, FACTS, "split") is hollow


@given(st.text(max_size=80), st.sampled_from([SUMMARY, DELIM, RETURNS, ERROR]))
@settings(deadline=None)
def test_whatever_is_kept_is_one_line_that_ends_as_a_sentence(raw: str, slot: Slot) -> None:
    text = cleaned(slot, raw)
    if text is not None:
        assert text == " ".join(text.split())
        assert text[-1] in ".!?\u3002\uff01\uff1f\"')]"
        assert '"""' not in text
