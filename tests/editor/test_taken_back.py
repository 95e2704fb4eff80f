"""What the user takes back, closes or leaves is not written, and nothing is stuck afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.editor.test_hunks import CODE, propose, propose_all, update, windows

__all__ = ["update"]
GOING = "require('neovim_ai.decide').going()"


def test_a_rejection_in_insert_mode_takes_an_acceptance_back(
    editor: Editor, tmp_path: Path
) -> None:
    propose_all(editor, tmp_path / "update.py", 1)
    before = editor.text()
    editor.nvim.input("i")
    editor.until(lambda: editor.mode() == "i")
    editor.nvim.command("AiAccept")
    editor.said("when you are back in Normal mode")
    editor.nvim.command("AiReject")
    editor.nvim.input("<Esc>")
    editor.wait(f"not {GOING}")
    editor.offered(0)
    assert editor.text() == before


def test_stop_ends_an_acceptance_of_many(editor: Editor, tmp_path: Path) -> None:
    propose_all(editor, tmp_path / "update.py", 3)
    before = editor.text()
    editor.lua("vim.cmd('AiAccept!') vim.cmd('AiStop')")
    editor.wait(f"not {GOING}")
    editor.said("Stopped.")
    assert editor.text() == before
    editor.offered(3)
    editor.nvim.command("AiAccept!")
    editor.offered(0)


def test_a_key_behind_the_last_hunk_decides_on_nothing_that_was_left(update: Editor) -> None:
    propose(update, 11, 2)
    update.at(1)
    update.nvim.command("AiNext")
    first = update.nvim.current.buffer
    update.nvim.command("normal! G")
    update.nvim.input("]a")
    update.until(lambda: update.nvim.current.buffer != first, what="the other proposal")
    update.wait(f"not {GOING}")
    update.offered(2)
    code = update.lua("return vim.api.nvim_buf_get_lines(vim.fn.bufnr('update.py'), 0, -1, true)")
    assert code == CODE.splitlines()


def test_a_window_closed_by_hand_opens_again(update: Editor) -> None:
    for _ in range(3):
        update.nvim.command("AiNext")
        assert windows(update)
        update.nvim.command("close")
        update.until(lambda: not windows(update), what="no window")
        update.nvim.command("AiNext")
        update.nvim.command("AiNext")
        assert windows(update)
    assert "Error" not in update.messages()


def test_saying_what_to_change_in_a_proposal_that_is_gone_is_one_line(update: Editor) -> None:
    update.lua(
        """
        vim.ui.input = function(_, answer)
          Answer = answer
        end
        require("neovim_ai").change()
        vim.cmd("AiReject!")
        Answer("shorter")
        """
    )
    update.said("This proposal is gone. Run :AiDoc again.")
    update.offered(0)
    assert update.lua("return require('neovim_ai').status()") == ""


def test_going_to_a_definition_deleted_with_the_end_of_the_text_is_no_error(
    editor: Editor, tmp_path: Path
) -> None:
    editor.open(tmp_path / "update.py", CODE)
    propose(editor, 11)
    editor.nvim.command("3,$delete")
    editor.at(1)
    editor.nvim.command("AiNext")
    assert editor.nvim.current.window.cursor[0] <= len(editor.lines())


def test_closing_a_scratch_buffer_ends_no_request_of_another(update: Editor) -> None:
    update.lua(
        """
        Ended = nil
        require("neovim_ai.client").request("ping", {}, {
          label = "a download",
          result = function() Ended = "answered" end,
          error = function(err) Ended = err.kind end,
        })
        local buf = vim.api.nvim_create_buf(false, true)
        vim.bo[buf].bufhidden = "wipe"
        vim.cmd("split") vim.api.nvim_win_set_buf(0, buf) vim.cmd("close")
        """
    )
    update.wait("Ended")
    assert update.lua("return Ended") == "answered"


def test_a_notifier_that_is_a_table_is_called(editor: Editor) -> None:
    editor.lua(
        """
        Told = {}
        vim.notify = setmetatable({}, { __call = function(_, text) Told[#Told + 1] = text end })
        require("neovim_ai.notify").info("Something is ready.")
        """
    )
    editor.wait("#Told == 1")


@pytest.mark.parametrize("label", ["docstring", None])
def test_what_waits_for_a_host_that_is_replaced_is_told(editor: Editor, label: str | None) -> None:
    editor.lua(
        """
        Ended = nil
        local client, label = require("neovim_ai.client"), ...
        client.request("ping", {}, {
          label = label ~= vim.NIL and label or nil,
          result = function() Ended = "answered" end,
          error = function(err) Ended = err.kind end,
        })
        client.end_all()
        """,
        label,
    )
    editor.wait("Ended")
    assert editor.lua("return Ended") == "cancelled"
