""":AiTest for one thing after another: no test is lost, and `:AiLog` has those that are gone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.editor.played_tests import FIRST, QUESTION, SECOND, SURVIVOR, Played, hunk

DRAFT = {"type": "test_draft", "lines": ["def test_draft():"], "percent": 9, "killed": 0}
CANCELLED = {"kind": "cancelled", "message": "Stopped.", "hint": ""}


@pytest.fixture(autouse=True)
def nothing_is_gone_yet(editor: Editor) -> None:
    editor.lua("require('neovim_ai.offers').past = {}")


def offered(tests: Played) -> list[str]:
    """Return what tests are offered for, in order."""
    code = """
    return vim.tbl_map(function(offer)
      return offer.title
    end, require("neovim_ai.tests.offers").offered())
    """
    return list(tests.editor.lua(code))


def target(qualname: str) -> dict[str, Any]:
    return {"type": "target", "qualname": qualname, "facts": []}


def other(tests: Played) -> None:
    """Ask about another function, which then stands in rows 10 to 12, and propose its test."""
    count = tests.test.count() + 1
    tests.editor.nvim.command("AiTest")
    tests.test.event(target("twice"), count)
    twice = hunk("test_twice", ["def test_twice():", "    assert twice(1) == 2"])
    more = {"qualname": "twice", "targets": ["twice"], "row": 10, "end_row": 12}
    tests.test.answer(tests.message(hunks=[twice], **more), count)


def log(tests: Played) -> list[str]:
    tests.editor.nvim.command("AiLog")
    tests.editor.wait("vim.api.nvim_buf_get_name(0):find('neovim%-ai://log') ~= nil")
    lines = tests.editor.lines()
    tests.editor.nvim.command("close")
    return lines


def test_asking_for_another_function_leaves_what_is_offered(tests: Played) -> None:
    tests.propose()
    other(tests)
    assert offered(tests) == ["code.py", "twice"]
    assert "test_twice" in tests.editor.shown()
    assert len(tests.editor.floats()) == 1


def test_what_waits_is_shown_when_the_other_is_decided(tests: Played) -> None:
    tests.propose()
    other(tests)
    tests.editor.nvim.command("AiReject!")
    assert offered(tests) == ["code.py"]
    tests.editor.until(lambda: "test_zero" in tests.editor.shown())


def test_going_on_leads_through_all_that_is_offered(tests: Played) -> None:
    tests.propose()
    other(tests)
    for name in ("test_twice", "test_zero", "test_negative", "test_twice"):
        tests.into_window()
        assert f"def {name}" in tests.editor.nvim.call("getline", row_of_def(tests))
        assert len(tests.editor.floats()) == 1


def row_of_def(tests: Played) -> int:
    """Return the line of the test's `def` below the cursor."""
    return int(tests.editor.lua("return vim.fn.search('def ', 'nW')"))


def test_a_new_proposal_takes_no_window_that_the_user_is_in(tests: Played) -> None:
    tests.propose()
    tests.into_window()
    tests.editor.lua("vim.cmd.wincmd('p') vim.cmd.AiTest() vim.cmd.AiNext()")
    tests.test.event(target("twice"), 2)
    tests.test.event({**DRAFT, "mutants": 9}, 2)
    tests.test.answer(tests.message(qualname="twice", hunks=[hunk("test_twice", SECOND)]), 2)
    assert "test_zero" in tests.editor.text()
    assert len(tests.editor.floats()) == 1
    tests.editor.said("they wait, :AiNext")


def test_what_is_seen_is_accepted_first(tests: Played) -> None:
    tests.propose()
    other(tests)
    tests.editor.nvim.command("AiAccept!")
    assert tests.apply.asked()["keys"] == ["test_twice"]


def test_a_new_proposal_for_the_same_takes_its_place_when_it_is_there(tests: Played) -> None:
    tests.propose()
    tests.editor.nvim.command("AiTest")
    tests.test.event(target("half"), 2)
    tests.test.event({**DRAFT, "mutants": 9}, 2)
    assert "test_zero" in tests.editor.shown()
    tests.test.answer(tests.message(hunks=[hunk("test_other", SECOND)]), 2)
    assert "test_zero" not in tests.editor.shown()
    assert offered(tests) == ["half"]
    lines = log(tests)
    (at,) = [row for row, line in enumerate(lines) if "replaced: tests of" in line]
    assert lines[at + 1 : at + 3] == FIRST


def test_a_request_that_fails_or_adds_nothing_leaves_what_is_offered(tests: Played) -> None:
    tests.propose()
    tests.editor.nvim.command("AiTest")
    tests.test.fail({"kind": "sandbox", "message": "No sandbox.", "hint": ""}, 2)
    tests.editor.nvim.command("AiTest")
    tests.test.answer(tests.message(status="unchanged", hunks=[], reason="nothing left"), 3)
    assert "test_zero" in tests.editor.shown()
    assert offered(tests) == ["code.py"]


def test_asking_twice_searches_once(tests: Played) -> None:
    for count in (1, 2):
        tests.editor.nvim.command("AiTest")
        tests.test.event(target("half"), count)
    assert tests.editor.lua("return #require('neovim_ai.tests.offers').all()") == 1
    tests.test.fail(CANCELLED)
    tests.test.answer(tests.message(), 2)
    assert offered(tests) == ["half"]


def test_a_test_for_a_mutant_leaves_those_of_its_function(tests: Played) -> None:
    tests.propose(survivors=[SURVIVOR])
    tests.editor.at(2)
    tests.editor.nvim.command("AiTest kill")
    tests.kill.answer(tests.message(hunks=[hunk("test_kill", SECOND)]))
    assert len(offered(tests)) == 2


def test_what_is_rejected_can_be_read_again(tests: Played) -> None:
    tests.propose(disputes=[QUESTION])
    tests.into_window()
    tests.editor.nvim.input("dr")
    tests.editor.until(lambda: "test_zero" not in tests.editor.shown(), what="a rejected test")
    tests.editor.nvim.command("AiReject!")
    said = "\n".join(log(tests))
    for line in ("# possible bug? half(3): expected 1.5, got 1", *FIRST, *SECOND):
        assert line in said
    assert said.count("rejected: tests of code.py") == 3


def test_what_closes_with_its_buffer_can_be_read_again(tests: Played) -> None:
    tests.propose()
    tests.editor.nvim.command("bwipeout!")
    lines = log(tests)
    assert any("buffer closed: tests of" in line for line in lines)
    assert FIRST[1] in lines


def test_what_was_accepted_can_be_read_again(tests: Played) -> None:
    tests.propose()
    tests.into_window()
    tests.editor.nvim.input("a")
    tests.apply.asked()
    tests.applied([(0, [*FIRST, ""])])
    tests.editor.said("now in")
    lines = log(tests)
    (at,) = [row for row, line in enumerate(lines) if "accepted: tests of" in line]
    assert lines[at + 1 : at + 3] == FIRST
