""":AiTest in a real Neovim: what is asked, and how proposed tests and survivors are shown."""

from __future__ import annotations

import pytest

from tests.editor.driver import Editor
from tests.editor.played_tests import CODE, COVERAGE, FIRST, SURVIVOR, Played


def test_the_definition_at_the_cursor_is_asked_about(tests: Played) -> None:
    tests.editor.at(3)
    tests.editor.nvim.command("AiTest nomodel budget=60 runs=3")
    asked = tests.test.asked()
    assert (asked["row"], asked["buffer"]["lines"]) == (2, CODE.splitlines())
    assert asked["options"] == {"model": False, "budget": 60, "runs": 3}


def test_a_range_and_the_whole_file_are_asked_about(tests: Played) -> None:
    tests.editor.nvim.command("1,4AiTest")
    assert tests.test.asked()["options"] == {"start_row": 0, "end_row": 3}
    tests.editor.nvim.command("AiTest!")
    assert tests.test.asked(2)["options"] == {"whole": True}


@pytest.mark.parametrize("words", ["budget=soon", "runs=0", "detail=3", "-- zero too"])
def test_arguments_that_are_wrong_are_named(tests: Played, words: str) -> None:
    tests.editor.nvim.command(f"AiTest {words}")
    tests.editor.said(words.split("=")[0].split()[0])
    assert tests.test.count() == 0


def test_that_no_note_is_taken_is_said(tests: Played) -> None:
    tests.editor.nvim.command("AiTest -- mind the empty list")
    tests.editor.said(":AiTest takes no note after '--'")
    tests.editor.said("Known: kill, nomodel,")
    assert len(tests.editor.messages().split("neovim-ai: ")) == 2


def test_other_unsaved_buffers_are_told(tests: Played) -> None:
    tests.write_tests()
    tests.editor.lua("vim.cmd.edit(...)", str(tests.file))
    tests.editor.lua("vim.bo.filetype = 'python' vim.api.nvim_buf_set_lines(0, 0, 0, false, {'#'})")
    tests.editor.lua("vim.cmd.edit(...)", str(tests.code))
    tests.editor.nvim.command("AiTest")
    (other,) = tests.test.asked()["buffers"]
    assert (other["path"], other["lines"][0]) == (str(tests.file), "#")


def test_tests_grow_while_they_are_found(tests: Played) -> None:
    tests.editor.nvim.command("AiTest")
    facts = ["tests/test_code.py"]
    tests.test.event({"type": "target", "qualname": "half", "facts": facts})
    draft = {"type": "test_draft", "lines": FIRST, "percent": 60, "killed": 3, "mutants": 9}
    tests.test.event(draft)
    tests.editor.wait("#vim.api.nvim_list_wins() == 2")
    assert "60% covered so far · 3 of 9 mutants" in tests.editor.shown()
    assert "+ def test_zero():" in tests.editor.shown()


def test_each_test_is_shown_with_its_evidence(tests: Played) -> None:
    tests.propose(notes=["no specification"])
    shown = tests.editor.shown()
    assert "0% → 100% lines and branches · 8 of 9 mutants killed · no specification" in shown
    assert "kills 1 of 9 mutants · 5/5 runs · test_zero\n+ def test_zero():" in shown


def diagnostics(editor: Editor) -> list[tuple[int, str]]:
    found = editor.lua("return vim.diagnostic.get(0)")
    return [(d["lnum"], d["message"]) for d in found]


def test_survivors_are_diagnostics_until_their_line_changes(tests: Played) -> None:
    tests.propose(survivors=[SURVIVOR])
    assert diagnostics(tests.editor) == [(1, "no test notices `<` → `<=` (compare)")]
    tests.editor.at(1)
    tests.editor.nvim.input("jx")
    tests.editor.wait("#vim.diagnostic.get(0) == 0")


def test_a_survivor_is_killed_from_its_line(tests: Played) -> None:
    tests.propose(survivors=[SURVIVOR])
    tests.editor.at(2)
    tests.editor.nvim.command("AiTest kill")
    assert tests.kill.asked()["mutant"] == SURVIVOR


def test_a_test_for_a_mutant_claims_no_coverage(tests: Played) -> None:
    tests.propose(survivors=[SURVIVOR])
    tests.editor.at(2)
    tests.editor.nvim.command("AiReject! | AiTest kill")
    none = {**COVERAGE, "lines": 0, "branches": 0, "percent": 100.0}
    tests.kill.answer(tests.message(before=none, after=none, killed=1, mutants=1))
    assert "1 of 1 mutants killed" in tests.editor.shown()
    assert "%" not in tests.editor.shown()


def test_without_a_survivor_there_is_nothing_to_kill(tests: Played) -> None:
    tests.editor.nvim.command("AiTest kill")
    tests.editor.said("No surviving mutant")
    assert tests.kill.count() == 0


def test_nothing_left_to_add_is_said(tests: Played) -> None:
    reason = "nothing left to add: 100% branches, 9 of 9 mutants"
    tests.propose(status="unchanged", hunks=[], reason=reason)
    tests.editor.said(reason)
    assert tests.editor.floats() == []


def test_stopping_leaves_nothing(tests: Played) -> None:
    tests.editor.nvim.command("AiTest")
    draft = {"type": "test_draft", "lines": FIRST, "percent": 60, "killed": 3, "mutants": 9}
    tests.test.event(draft)
    tests.test.fail({"kind": "cancelled", "message": "Stopped.", "hint": ""})
    tests.editor.wait("#vim.api.nvim_list_wins() == 1")


def test_closing_the_code_drops_its_tests(tests: Played) -> None:
    tests.propose()
    tests.editor.nvim.command("bwipeout!")
    assert tests.editor.lua("return #require('neovim_ai.tests.offers').offered()") == 0


def test_a_buffer_without_a_name_cannot_be_tested(tests: Played) -> None:
    tests.editor.lua("vim.cmd.enew() vim.bo.filetype = 'python'")
    tests.editor.nvim.command("AiTest")
    tests.editor.said("no file name")
    assert tests.test.count() == 0
