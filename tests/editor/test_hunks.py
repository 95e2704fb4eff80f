"""An update is taken hunk by hunk; several at once do not cover each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.driver import Editor

CODE = '''\
def cut(text, delim, limit):
    """Cut it.

    Args:
        text: My words.
        gone: What was there once.
    """
    return text.split(delim)[:limit]


def join(parts, delim):
    """Join them.

    Args:
        parts: What I said.
    """
    return delim.join(parts)
'''


@pytest.fixture
def update(editor: Editor, tmp_path: Path) -> Editor:
    """Two documented functions that lack something, an update of the first offered."""
    editor.open(tmp_path / "update.py", CODE)
    propose(editor, 1)
    return editor


def propose(editor: Editor, row: int, count: int = 1) -> None:
    editor.at(row)
    editor.nvim.command("AiDoc")
    editor.offered(count)


def windows(editor: Editor) -> list[str]:
    """Return the texts of windows that can be entered."""
    return [text for text in editor.floats() if "Args:" in text]


def labels(editor: Editor) -> list[str]:
    """Return the hunks that a proposal's window names, from top to bottom."""
    return list(
        editor.lua(
            """
            local namespace, found = vim.api.nvim_create_namespace("neovim_ai_float"), {}
            for _, buf in ipairs(vim.api.nvim_list_bufs()) do
              for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(
                buf, namespace, 0, -1, { details = true })) do
                for _, chunk in ipairs(mark[4].virt_text or {}) do
                  found[#found + 1] = chunk[1]:match("◂ (.*)")
                end
              end
            end
            return found
            """
        )
    )


def marked(editor: Editor) -> list[str]:
    """Return the lines that a mark calls ready."""
    return list(
        editor.lua(
            """
            local namespace, found = vim.api.nvim_create_namespace("neovim_ai_preview"), {}
            local marks = vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })
            for _, mark in ipairs(marks) do
              if vim.inspect(mark[4].virt_text):find("● docstring ready", 1, true) then
                found[#found + 1] = vim.fn.getline(mark[2] + 1)
              end
            end
            return found
            """
        )
    )


def on_hunk(editor: Editor, label: str) -> None:
    """Walk to a hunk in the proposal's window."""
    editor.nvim.command("AiNext")
    for _ in range(labels(editor).index(label)):
        editor.nvim.input("]")
    row = editor.lua("return vim.api.nvim_win_get_cursor(0)[1]")
    assert row > 1


def in_window(editor: Editor) -> bool:
    return bool(editor.lua("return vim.api.nvim_win_get_config(0).relative ~= ''"))


def back(editor: Editor) -> None:
    """Leave the proposal's window for the code."""
    editor.nvim.command("wincmd p")


def code_text(editor: Editor) -> str:
    lines = editor.lua("return vim.api.nvim_buf_get_lines(vim.fn.bufnr('update.py'), 0, -1, false)")
    return "\n".join(lines) + "\n"


def test_each_slot_is_a_hunk_and_removals_are_their_own(update: Editor) -> None:
    assert sorted(labels(update)) == [
        "parameter delim",
        "parameter limit",
        "remove parameter gone",
        "returns",
    ]


def test_one_hunk_is_accepted_and_the_rest_stays_offered(update: Editor) -> None:
    on_hunk(update, "parameter limit")
    update.nvim.input("a")
    update.until(lambda: "        limit: " in code_text(update))
    after = code_text(update)
    assert "delim: " not in after
    assert "gone: What was there once." in after
    assert "Returns:" not in after
    update.until(lambda: "parameter limit" not in labels(update))
    assert sorted(labels(update)) == ["parameter delim", "remove parameter gone", "returns"]
    update.offered(1)


def test_the_window_shows_the_rest_in_the_text_as_it_is_now(update: Editor) -> None:
    on_hunk(update, "parameter limit")
    update.nvim.input("a")
    update.until(lambda: any("\n  " + " " * 8 + "limit: " in text for text in windows(update)))
    (shown,) = windows(update)
    assert "\n+ " + " " * 8 + "delim: " in shown


def test_a_hunk_is_one_undo_step(update: Editor) -> None:
    on_hunk(update, "parameter limit")
    update.nvim.input("a")
    update.until(lambda: "parameter limit" not in labels(update))
    update.nvim.command("AiAccept")
    update.until(lambda: len(labels(update)) == 2)
    back(update)
    update.nvim.command("undo")
    assert code_text(update) != CODE
    update.nvim.command("undo")
    assert code_text(update) == CODE


def test_hunks_one_by_one_make_the_same_as_all_at_once(update: Editor, tmp_path: Path) -> None:
    update.nvim.command("AiNext")
    for left in (3, 2, 1, 0):
        update.nvim.input("a")
        update.until(lambda left=left: len(labels(update)) == left)
    update.offered(0)
    one_by_one = code_text(update)
    update.open(tmp_path / "update.py", CODE)
    propose(update, 1)
    update.nvim.command("AiAccept")
    update.offered(0)
    assert code_text(update) == one_by_one
    assert "gone:" not in one_by_one


def test_a_rejected_hunk_is_left_out_of_what_is_accepted_later(update: Editor) -> None:
    on_hunk(update, "remove parameter gone")
    update.nvim.input("r")
    update.until(lambda: len(labels(update)) == 3)
    assert code_text(update) == CODE
    back(update)
    update.nvim.command("AiAccept")
    update.offered(0)
    after = code_text(update)
    assert "gone: What was there once." in after
    assert "limit: " in after
    assert "text: My words." in after


def test_a_second_key_press_waits_until_the_rest_is_shown(update: Editor) -> None:
    update.lua(
        """
        vim.api.nvim_create_autocmd("User", {
          pattern = "NeovimAiAccepted",
          once = true,
          callback = function() vim.cmd("normal gga") end,
        })
        """
    )
    on_hunk(update, "parameter limit")
    update.nvim.input("a")
    update.until(lambda: len(labels(update)) == 3)
    update.offered(1)
    assert "delim: " not in code_text(update)


def test_rejecting_every_hunk_drops_the_proposal(update: Editor) -> None:
    update.nvim.command("AiNext")
    for left in (3, 2, 1, 0):
        update.nvim.input("r")
        update.until(lambda left=left: len(labels(update)) == left)
    update.offered(0)
    assert code_text(update) == CODE
    assert not windows(update)


def test_off_a_hunk_all_of_it_is_accepted(update: Editor) -> None:
    update.nvim.command("AiNext")
    update.nvim.input("gg")
    update.nvim.input("a")
    update.offered(0)
    after = code_text(update)
    assert "delim: " in after
    assert "limit: " in after


def test_an_event_names_the_hunk(update: Editor) -> None:
    update.lua(
        """
        Seen = {}
        vim.api.nvim_create_autocmd("User", {
          pattern = { "NeovimAiAccepted", "NeovimAiRejected" },
          callback = function(event) Seen[#Seen + 1] = event.match .. " " .. event.data.hunk end,
        })
        """
    )
    on_hunk(update, "parameter delim")
    update.nvim.input("a")
    update.until(lambda: update.lua("return Seen[1]"))
    update.until(lambda: len(labels(update)) == 3)
    update.nvim.command("AiReject")
    seen = update.lua("return Seen")
    update.nvim.command("autocmd! User NeovimAiAccepted,NeovimAiRejected")
    assert seen[0] == "NeovimAiAccepted parameter:delim"
    assert seen[1].startswith("NeovimAiRejected ")


def test_next_and_prev_walk_hunks_then_proposals_and_round(update: Editor) -> None:
    propose(update, 11, 2)
    update.at(1)
    update.until(lambda: "parameter limit" in labels(update))
    names, seen = len(labels(update)), []
    for _ in range(names + 2):
        update.nvim.command("AiNext")
        seen.append(update.lua("return vim.api.nvim_win_get_config(0).title[1][1]").strip())
    assert seen == ["cut"] * names + ["join"] * 2
    update.nvim.command("AiPrev | AiPrev")
    title = update.lua("return vim.api.nvim_win_get_config(0).title[1][1]").strip()
    assert title == "cut"
    assert in_window(update)


def test_the_second_update_takes_the_window_and_marks_the_first(update: Editor) -> None:
    propose(update, 11, 2)
    (shown,) = windows(update)
    assert "What I said." in shown
    assert marked(update) == ["def cut(text, delim, limit):"]
    update.at(2)
    update.until(lambda: "My words." in windows(update)[0])
    assert len(windows(update)) == 1
    assert marked(update) == ["def join(parts, delim):"]


def test_a_window_that_the_user_is_in_is_not_taken_away(update: Editor) -> None:
    update.nvim.command("AiNext")
    assert in_window(update)
    update.lua(
        """
        local buf = vim.fn.bufnr("update.py")
        local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
        require("neovim_ai.proposal").ask({ buf = buf, row = 10, col = 0, lines = lines }, {})
        """
    )
    update.offered(2)
    assert in_window(update)
    (shown,) = windows(update)
    assert "My words." in shown
    update.nvim.input("q")


def propose_all(editor: Editor, path: Path, count: int) -> None:
    functions = (f"def f{n}(a, b):\n    return a + b + {n}" for n in range(count))
    editor.open(path, "\n\n\n".join(functions) + "\n")
    for number in range(count):
        propose(editor, 1 + 4 * number, number + 1)


def test_accepting_all_of_many_applies_each(editor: Editor, tmp_path: Path) -> None:
    propose_all(editor, tmp_path / "update.py", 8)
    editor.nvim.command("AiAccept!")
    editor.offered(0)
    assert editor.text().count("Args:") == 8


def test_what_is_rejected_while_many_are_accepted_is_not_written(
    editor: Editor, tmp_path: Path
) -> None:
    propose_all(editor, tmp_path / "update.py", 3)
    before = editor.text()
    editor.lua("vim.cmd('AiAccept!') vim.cmd('AiReject!')")
    editor.wait("not require('neovim_ai.decide').going()")
    editor.offered(0)
    assert editor.text() == before


def test_a_file_opened_from_the_window_does_not_replace_the_proposal(
    update: Editor, tmp_path: Path
) -> None:
    update.nvim.command("AiNext")
    title = "return vim.api.nvim_win_get_config(0).title"
    assert update.lua(title)
    update.nvim.command(f"silent! edit {tmp_path}/other.py")
    assert "My words." in windows(update)[0]
