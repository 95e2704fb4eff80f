from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, Gate, pausing

FIRST = "summary: Return how many bytes a written size means.\ntext: What to"
REST = (
    " read, digits alone.\nunit: Which measure the digits count.\n"
    "returns: How many there are.\nValueError: If nothing is written there.\n"
)


def without_docstring(lines: list[str]) -> list[str]:
    """Drop the docstring below the first line."""
    start = 1
    assert lines[start].strip().startswith('"""'), lines
    end = next(i for i in range(start, len(lines)) if lines[i].rstrip().endswith('"""') and i)
    return lines[:start] + lines[end + 1 :]


def propose(editor: Editor, row: int = 1, command: str = "AiDoc") -> None:
    editor.at(row)
    editor.nvim.command(command)
    editor.offered()


def start_streaming(editor: Editor, fake: FakeLLM) -> Gate:
    """Ask, and stop the answer in its middle."""
    gate = Gate()
    fake.script(pausing(FIRST, gate, REST))
    editor.nvim.command("AiDoc")
    gate.wait_reached()
    editor.until(lambda: any("What to" in line for line in editor.virtual_lines()))
    return gate


def test_accepting_writes_the_docstring_and_nothing_else(editor: Editor, code: str) -> None:
    propose(editor)
    assert editor.text() == code
    editor.nvim.command("AiAccept")
    editor.offered(0)
    assert without_docstring(editor.lines()) == code.splitlines()
    assert editor.virtual_lines() == []


def test_the_docstring_grows_beside_the_code_while_it_is_written(
    editor: Editor, code: str, fake_llm: FakeLLM
) -> None:
    gate = start_streaming(editor, fake_llm)
    assert editor.text() == code
    assert "How many" not in editor.shown()
    assert "parse_size" in editor.lua("return require('neovim_ai').status()")
    gate.open()
    editor.offered()
    assert "How many there are." in editor.shown()
    assert editor.text() == code
    assert editor.lua("return require('neovim_ai').status()") == ""


def test_the_preview_stands_on_the_screen_between_signature_and_body(
    editor: Editor, code: str
) -> None:
    propose(editor)
    screen = editor.screen()
    assert screen[0].startswith("def parse_size")
    assert screen[1].startswith('    """')
    hint = next(i for i, row in enumerate(screen) if ":AiAccept" in row)
    assert ":AiReject" in screen[hint]
    assert screen[hint + 1] == "    if not text:"
    assert any("checks ✓" in row for row in screen[:hint])


def test_one_undo_takes_the_docstring_back_and_nothing_else(editor: Editor, code: str) -> None:
    editor.nvim.input("Go# typed<Esc>")
    editor.wait("vim.api.nvim_get_mode().mode == 'n'")
    typed = editor.text()
    propose(editor)
    editor.nvim.command("AiAccept")
    editor.offered(0)
    editor.nvim.command("undo")
    assert editor.text() == typed
    editor.nvim.command("undo")
    assert editor.text() == code


def test_the_cursor_stays_on_its_text(editor: Editor, code: str) -> None:
    propose(editor, row=4)
    editor.nvim.command("AiAccept")
    editor.offered(0)
    assert editor.nvim.current.line == "    return int(text)"


def test_rejecting_leaves_nothing_behind(editor: Editor, code: str) -> None:
    propose(editor)
    editor.nvim.command("AiReject")
    editor.offered(0)
    assert editor.text() == code
    assert editor.virtual_lines() == []
    assert not editor.nvim.current.buffer.options["modified"]


def test_stopping_leaves_nothing_behind_and_hangs_up(
    editor: Editor, code: str, fake_llm: FakeLLM
) -> None:
    start_streaming(editor, fake_llm)
    editor.nvim.command("AiStop")
    assert editor.virtual_lines() == []
    assert editor.lua("return require('neovim_ai').status()") == ""
    assert fake_llm.chats[-1].gone.wait(20)
    assert editor.text() == code
    propose(editor)


def test_stopping_when_nothing_runs_says_so(editor: Editor, code: str) -> None:
    editor.nvim.command("AiStop")
    editor.said("Nothing is running here.")


def test_typing_goes_on_while_it_is_written(editor: Editor, code: str, fake_llm: FakeLLM) -> None:
    gate = start_streaming(editor, fake_llm)
    editor.nvim.input("ggO# above<CR># and more<Esc>Go# below")
    editor.until(lambda: editor.lines()[-1] == "# below")
    gate.open()
    editor.offered()
    assert editor.mode() == "i"
    editor.nvim.input("!<Esc>")
    editor.wait("vim.api.nvim_get_mode().mode == 'n'")
    assert editor.lines() == ["# above", "# and more", *code.splitlines(), "# below!"]
    editor.nvim.command("AiAccept")
    editor.offered(0)
    lines = editor.lines()
    assert lines[:3] == ["# above", "# and more", code.splitlines()[0]]
    assert without_docstring(lines[2:]) == [*code.splitlines(), "# below!"]


def test_accepting_in_insert_mode_waits_for_normal_mode(editor: Editor, code: str) -> None:
    propose(editor)
    editor.nvim.input("Go# typed<Cmd>AiAccept<CR> on")
    editor.until(lambda: editor.lines()[-1] == "# typed on")
    editor.said("back in Normal mode")
    assert editor.text() == code + "# typed on\n"
    editor.nvim.input("<Esc>")
    editor.offered(0)
    assert without_docstring(editor.lines()) == [*code.splitlines(), "# typed on"]
    editor.nvim.command("undo")
    assert editor.text() == code + "# typed on\n"


def test_two_targets_at_once_do_not_move_each_other(
    editor: Editor, code: str, fake_llm: FakeLLM
) -> None:
    gate = start_streaming(editor, fake_llm)
    editor.at(7)
    editor.nvim.command("AiDoc")
    editor.offered(1)
    gate.open()
    editor.offered(2)
    editor.at(7)
    editor.nvim.command("AiAccept")
    editor.offered(1)
    assert (
        editor.lines()[: code.splitlines().index("def join_all(parts):") + 1]
        == (code.splitlines()[:7])
    )
    editor.at(1)
    editor.nvim.command("AiAccept")
    editor.offered(0)
    lines = editor.lines()
    second = lines.index("def join_all(parts):")
    assert without_docstring(lines[:second]) + without_docstring(lines[second:]) == (
        code.splitlines()
    )


def test_accept_with_bang_takes_all_of_the_buffer(editor: Editor, code: str) -> None:
    propose(editor)
    editor.at(7)
    editor.nvim.command("AiDoc")
    editor.offered(2)
    editor.nvim.command("AiAccept!")
    editor.offered(0)
    assert editor.text().count('"""') >= 4
    editor.nvim.command("undo")
    assert 2 <= editor.text().count('"""') < 4
    editor.nvim.command("undo")
    assert editor.text() == code


def test_accepting_asks_for_the_cursor_when_several_are_meant(editor: Editor, code: str) -> None:
    propose(editor)
    editor.at(7)
    editor.nvim.command("AiDoc")
    editor.offered(2)
    editor.at(5)
    editor.nvim.command("AiAccept")
    editor.said("Move the cursor into its definition.")
    assert editor.text() == code


def test_of_two_requests_for_one_target_the_later_stays(
    editor: Editor, code: str, fake_llm: FakeLLM
) -> None:
    start_streaming(editor, fake_llm)
    editor.nvim.command("AiDoc")
    assert fake_llm.chats[0].gone.wait(20)
    editor.offered(1)
    assert editor.lua("return require('neovim_ai').status()") == ""
    assert len([line for line in editor.virtual_lines() if ":AiAccept" in line]) == 1


def test_a_definition_with_a_docstring_is_shown_as_a_diff_and_keeps_its_words(
    editor: Editor, tmp_path: Path
) -> None:
    code = 'def f(a, b):\n    """Do it.\n\n    Args:\n        a: My words.\n    """\n    return a\n'
    editor.open(tmp_path / "update.py", code)
    propose(editor)
    assert editor.virtual_lines() == []
    shown = next(text for text in editor.floats() if "b:" in text)
    assert re.search(r"^\+ +b:", shown, re.MULTILINE)
    assert re.search(r"^  +a: My words\.", shown, re.MULTILINE)
    editor.nvim.command("AiAccept")
    editor.offered(0)
    assert "        a: My words.\n        b: " in editor.text()
    assert not [text for text in editor.floats() if "b:" in text]


@pytest.mark.parametrize(("key", "left", "changed"), [("a", 0, True), ("r", 0, False)])
def test_single_keys_hold_in_the_window_alone(
    editor: Editor, tmp_path: Path, key: str, left: int, changed: bool
) -> None:
    code = "def f(a): return a + 1\n"
    editor.open(tmp_path / "one.py", code)
    propose(editor)
    assert editor.lua("return vim.fn.maparg(..., 'n', false, true).buffer", key) is None
    enter_float(editor)
    editor.nvim.input(key)
    editor.offered(left)
    assert (editor.text() != code) == changed


def enter_float(editor: Editor) -> None:
    editor.lua(
        """
        for _, win in ipairs(vim.api.nvim_list_wins()) do
          if vim.api.nvim_win_get_config(win).focusable and
            vim.api.nvim_win_get_config(win).relative ~= "" then
            vim.api.nvim_set_current_win(win)
          end
        end
        """
    )


def test_closing_the_window_keeps_the_proposal_and_marks_its_place(
    editor: Editor, tmp_path: Path
) -> None:
    editor.open(tmp_path / "one.py", "def f(a): return a + 1\n")
    propose(editor)
    enter_float(editor)
    editor.nvim.input("q")
    editor.until(lambda: not editor.floats())
    assert "● docstring ready" in editor.screen()[0]
    editor.nvim.command("AiAccept")
    editor.offered(0)
    assert '"""' in editor.text()


def test_what_does_not_fit_on_the_screen_gets_a_window(editor: Editor, tmp_path: Path) -> None:
    editor.open(tmp_path / "low.py", "\n" * 30 + "def f(a):\n    return a + 1\n")
    propose(editor, row=31)
    assert editor.virtual_lines() == []
    assert any('"""' in text for text in editor.floats())
    assert not any("def f" in row for row in editor.screen() if row.startswith("│"))


def test_a_folded_definition_gets_a_window(editor: Editor, code: str) -> None:
    editor.nvim.command("setlocal foldmethod=manual | 1,4fold")
    propose(editor)
    assert editor.virtual_lines() == []
    assert any('"""' in text for text in editor.floats())


def test_the_hint_names_the_users_own_mapping(editor: Editor, code: str) -> None:
    editor.nvim.command("nmap <buffer> gya <Plug>(neovim-ai-accept)")
    propose(editor)
    assert any("accept gya" in line for line in editor.virtual_lines())
    editor.nvim.input("gya")
    editor.offered(0)
    assert '"""' in editor.text()


def test_the_style_may_be_given(editor: Editor, code: str) -> None:
    propose(editor, command="AiDoc style=numpy")
    assert "----" in editor.shown()


def test_events_tell_of_proposal_and_acceptance(editor: Editor, code: str) -> None:
    editor.lua(
        """
        Seen = {}
        vim.api.nvim_create_autocmd("User", {
          pattern = "NeovimAi*",
          callback = function(event)
            Seen[#Seen + 1] = event.match .. " " .. event.data.qualname
          end,
        })
        """
    )
    propose(editor)
    editor.nvim.command("AiAccept")
    editor.offered(0)
    propose(editor, row=len(editor.lines()))
    editor.nvim.command("AiReject")
    assert editor.lua("return Seen") == [
        "NeovimAiProposal parse_size",
        "NeovimAiAccepted parse_size",
        "NeovimAiProposal join_all",
        "NeovimAiRejected join_all",
    ]
    editor.nvim.command("autocmd! User NeovimAi*")
