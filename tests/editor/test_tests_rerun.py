"""Accepted tests are run by neotest once they are saved, where it is there; else no word of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.played_tests import FIRST, Played

NEOTEST = Path(__file__).parent / "stand_ins" / "neotest.lua"


@pytest.fixture
def neotest(tests: Played) -> Iterator[Played]:
    """The stand-in for neotest, not set up yet."""
    tests.editor.lua("dofile(...)", str(NEOTEST))
    yield tests
    tests.editor.lua("StandIn.leave()")


def set_up(tests: Played) -> None:
    tests.editor.lua("require('neotest').setup()")


def accept(tests: Played) -> None:
    tests.propose()
    tests.editor.nvim.command("AiAccept!")
    tests.applied([(0, [*FIRST, ""])])
    tests.editor.said("now in")


def save(tests: Played) -> None:
    code = "vim.api.nvim_buf_call(vim.fn.bufnr(...), function() vim.cmd('silent write') end)"
    tests.editor.lua(code, str(tests.file))
    assert FIRST[0] in tests.file.read_text()


def ran(tests: Played) -> list[str]:
    return list(tests.editor.lua("return StandIn.ran()"))


def nothing_more_was_said(tests: Played) -> bool:
    """Tell whether what was accepted is the last thing that was told."""
    return tests.editor.messages().splitlines()[-1].endswith("2/2 runs.")


def test_the_file_is_run_when_it_is_saved_and_only_then(neotest: Played) -> None:
    set_up(neotest)
    accept(neotest)
    assert ran(neotest) == []
    save(neotest)
    assert ran(neotest) == [str(neotest.file)]
    save(neotest)
    assert len(ran(neotest)) == 1


def test_what_is_accepted_bit_by_bit_is_run_once(neotest: Played) -> None:
    set_up(neotest)
    neotest.propose()
    neotest.into_window()
    for count in (1, 2):
        neotest.editor.nvim.input("a")
        neotest.applied([(0, [*FIRST, ""])], count)
        neotest.editor.until(lambda: neotest.editor.messages().count("now in") == count)  # noqa: B023
    save(neotest)
    assert ran(neotest) == [str(neotest.file)]


def test_a_neotest_that_is_not_set_up_is_left_alone(neotest: Played) -> None:
    accept(neotest)
    save(neotest)
    assert ran(neotest) == []
    assert nothing_more_was_said(neotest)


def test_a_neotest_that_fails_is_one_line_and_the_file_is_saved(neotest: Played) -> None:
    set_up(neotest)
    neotest.editor.lua("StandIn.break_down()")
    accept(neotest)
    save(neotest)
    neotest.editor.said("neotest could not run the tests:")
    last = neotest.editor.messages().splitlines()[-1]
    assert "no adapter" in last
    assert "traceback" not in neotest.editor.messages()


def test_without_neotest_nothing_is_claimed(tests: Played) -> None:
    assert not tests.editor.lua("return (pcall(require, 'neotest'))")
    accept(tests)
    save(tests)
    assert nothing_more_was_said(tests)
