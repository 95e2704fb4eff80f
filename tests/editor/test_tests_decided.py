""":AiTest in a real Neovim: tests accepted, rejected, questions answered; nothing else changes."""

from __future__ import annotations

import pytest

from tests.editor.played_tests import FIRST, QUESTION, TESTS, Played


def test_one_test_is_accepted_and_the_other_stays(tests: Played) -> None:
    tests.write_tests()
    tests.propose()
    tests.into_window()
    tests.editor.nvim.input("a")
    asked = tests.apply.asked()
    assert (asked["keys"], asked["answers"]) == (["test_zero"], {})
    assert asked["test_buffer"]["lines"] == TESTS.splitlines()
    tests.applied([(5, ["", "", *FIRST, ""]), (0, ["import pytest", ""])])
    tests.editor.said("1 test is now in")
    both = ["import pytest", *TESTS.splitlines(), "", "", *FIRST]
    assert tests.in_file() == both
    assert "test_negative" in tests.editor.shown()
    assert "test_zero():" not in tests.editor.shown()
    assert tests.file.read_text() == TESTS


def test_going_to_a_test_and_taking_it_may_be_typed_in_one_go(tests: Played) -> None:
    tests.propose()
    tests.into_window()
    tests.editor.nvim.input("]a")
    assert tests.apply.asked()["keys"] == ["test_negative"]


def test_accepting_is_one_undo_step(tests: Played) -> None:
    tests.write_tests()
    tests.propose()
    tests.editor.nvim.command("AiAccept!")
    assert tests.apply.asked()["keys"] == ["test_zero", "test_negative"]
    tests.applied([(5, ["", "", *FIRST, ""]), (0, ["import pytest", ""])])
    tests.editor.said("now in")
    tests.editor.lua("vim.api.nvim_buf_call(vim.fn.bufnr(...), vim.cmd.undo)", str(tests.file))
    assert tests.in_file() == TESTS.splitlines()


def test_a_new_file_is_shown_and_its_folder_made_when_it_is_saved(tests: Played) -> None:
    tests.propose()
    tests.editor.nvim.command("AiAccept!")
    assert tests.apply.asked()["test_buffer"]["lines"] == []
    tests.applied([(0, [*FIRST, ""])])
    tests.editor.said("(not saved)")
    assert not tests.file.parent.exists()
    assert tests.editor.lua("return vim.fn.bufwinid(...) ~= -1", str(tests.file))
    tests.editor.lua("vim.api.nvim_buf_call(vim.fn.bufnr(...), vim.cmd.write)", str(tests.file))
    assert tests.file.read_text() == "\n".join([*FIRST, ""])


def test_a_test_file_changed_meanwhile_is_not_written(tests: Played) -> None:
    tests.write_tests()
    tests.propose()
    tests.editor.nvim.command("AiAccept!")
    tests.apply.asked()
    code = "vim.api.nvim_buf_set_lines(vim.fn.bufnr(...), 0, 0, false, { '# mine' })"
    tests.editor.lua(code, str(tests.file))
    tests.applied([(5, ["", "", *FIRST, ""])])
    tests.editor.said("changed meanwhile")
    assert tests.in_file() == ["# mine", *TESTS.splitlines()]
    assert "test_zero" in tests.editor.shown()


def test_a_read_only_test_file_is_named(tests: Played) -> None:
    tests.write_tests()
    tests.propose()
    tests.editor.lua("vim.bo[vim.fn.bufadd(...)].readonly = true", str(tests.file))
    tests.editor.lua(
        "vim.fn.bufload(...) vim.bo[vim.fn.bufnr(...)].readonly = true", str(tests.file)
    )
    tests.editor.nvim.command("AiAccept!")
    tests.editor.said("read-only")
    assert tests.apply.count() == 0


def test_rejecting_the_last_closes_the_window(tests: Played) -> None:
    tests.propose()
    tests.into_window()
    tests.editor.nvim.input("rr")
    tests.editor.wait("#vim.api.nvim_list_wins() == 1")
    assert tests.apply.count() == 0


def test_a_question_shows_both_values_and_the_sentence(tests: Played) -> None:
    tests.propose(status="disputed", hunks=[], disputes=[QUESTION])
    shown = tests.editor.shown()
    assert "possible bug, or wrong expectation?  half(3)" in shown
    assert "expected 1.5  (documented, line 1)" in shown
    assert "got      1" in shown
    assert "“Half of a number.”" in shown


@pytest.mark.parametrize(("key", "answer"), [("b", "bug"), ("i", "intended")])
def test_an_answer_is_sent_with_its_question(tests: Played, key: str, answer: str) -> None:
    tests.propose(disputes=[QUESTION])
    tests.into_window()
    tests.editor.nvim.input(key)
    asked = tests.apply.asked()
    assert (asked["keys"], asked["answers"]) == ([], {"d1": answer})


def test_a_confirmed_bug_is_in_the_quickfix_list(tests: Played) -> None:
    tests.propose(disputes=[QUESTION])
    tests.into_window()
    tests.editor.nvim.input("b")
    tests.apply.asked()
    bug = {"path": str(tests.code), "row": 3, "message": "half(3): expected 1.5, got 1"}
    tests.applied([(0, [*FIRST, ""])], bugs=[bug])
    tests.editor.wait("#vim.fn.getqflist() == 1")
    (item,) = tests.editor.lua("return vim.fn.getqflist()")
    assert (item["lnum"], item["text"]) == (4, bug["message"])
    assert "possible bug" not in tests.editor.shown()


def test_what_cannot_be_pinned_is_not_intended(tests: Played) -> None:
    tests.propose(disputes=[{**QUESTION, "can_be_pinned": False}])
    tests.into_window()
    tests.editor.nvim.input("i")
    tests.editor.said("cannot be written as a test")
    assert tests.apply.count() == 0


def test_dropping_a_question_asks_nobody(tests: Played) -> None:
    tests.propose(disputes=[QUESTION])
    tests.into_window()
    tests.editor.nvim.input("d")
    tests.editor.until(lambda: "possible bug" not in tests.editor.shown())
    assert tests.apply.count() == 0


def test_taking_all_leaves_the_questions(tests: Played) -> None:
    tests.propose(disputes=[QUESTION])
    tests.editor.nvim.command("AiAccept!")
    asked = tests.apply.asked()
    assert (asked["keys"], asked["answers"]) == (["test_zero", "test_negative"], {})
