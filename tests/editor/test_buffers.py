"""The buffer changes between asking and applying: what was accepted is applied, or nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, saying


def propose(editor: Editor, row: int = 1) -> None:
    editor.at(row)
    editor.nvim.command("AiDoc")
    editor.offered()


def accept(editor: Editor) -> None:
    editor.nvim.command("AiAccept")
    editor.offered(0)


def refused(editor: Editor, message: str) -> None:
    """Accept, and see it refused with the proposal kept and the text as it was."""
    before = editor.text()
    editor.nvim.command("AiAccept")
    editor.said(message)
    assert editor.text() == before
    editor.offered(1)


def docstring_of(editor: Editor, header: str) -> str:
    lines = editor.lines()
    return lines[next(i for i, line in enumerate(lines) if line.startswith(header)) + 1]


def test_a_formatter_on_save_between_asking_and_accepting(editor: Editor, code: str) -> None:
    editor.lua(
        """
        vim.api.nvim_create_autocmd("BufWritePre", {
          buffer = 0,
          callback = function()
            local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
            for i, line in ipairs(lines) do
              lines[i] = line:gsub("^    ", "\\t"):gsub("^\\t    ", "\\t\\t")
            end
            table.insert(lines, 1, "import os")
            table.insert(lines, 2, "")
            vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
          end,
        })
        """
    )
    propose(editor)
    editor.nvim.command("silent write")
    formatted = editor.lines()
    assert formatted[0] == "import os"
    editor.at(3)
    accept(editor)
    assert docstring_of(editor, "def parse_size").startswith('\t"""')
    after = editor.lines()
    added = len(after) - len(formatted)
    assert after[:3] + after[3 + added :] == formatted


def test_a_change_between_asking_to_apply_and_the_reply_asks_again(
    editor: Editor, code: str
) -> None:
    propose(editor)
    editor.lua(
        """
        vim.cmd.AiAccept()
        vim.api.nvim_buf_set_lines(0, 0, 0, false, { "# one", "# two" })
        """
    )
    editor.offered(0)
    lines = editor.lines()
    assert lines[:3] == ["# one", "# two", code.splitlines()[0]]
    assert lines[3].startswith('    """')
    assert lines[-2:] == code.splitlines()[-2:]


def test_a_buffer_that_never_holds_still_is_left_alone(editor: Editor, code: str) -> None:
    propose(editor)
    editor.lua(
        """
        local client = require("neovim_ai.client")
        Original = client.request
        client.request = function(method, params, handlers)
          local id = Original(method, params, handlers)
          vim.api.nvim_buf_set_lines(0, -1, -1, false, { "# again" })
          return id
        end
        """
    )
    try:
        editor.nvim.command("AiAccept")
        editor.said("changes faster than")
    finally:
        editor.lua("require('neovim_ai.client').request = Original")
    assert '"""' not in editor.text()
    accept(editor)
    assert '"""' in editor.text()


def test_reloading_the_file_keeps_the_proposal(editor: Editor, code: str) -> None:
    editor.nvim.command("silent write")
    propose(editor)
    editor.nvim.command("edit!")
    editor.until(lambda: '"""' in editor.shown())
    accept(editor)
    assert docstring_of(editor, "def parse_size").startswith('    """')


def test_a_definition_that_moved_is_found_by_its_name(editor: Editor, code: str) -> None:
    propose(editor)
    editor.nvim.command("1,4delete | $put")
    editor.at(len(editor.lines()))
    accept(editor)
    lines = editor.lines()
    assert docstring_of(editor, "def parse_size").startswith('    """')
    assert lines[lines.index("def join_all(parts):") + 1] == '    return "".join(parts)'


def test_a_changed_signature_makes_it_stale(editor: Editor, code: str) -> None:
    propose(editor)
    editor.nvim.command("1substitute/text,/text, limit,/")
    refused(editor, "has changed since it was asked for")


def test_a_renamed_definition_makes_it_stale(editor: Editor, code: str) -> None:
    propose(editor)
    editor.nvim.command("1substitute/parse_size/read_size/")
    refused(editor, "is gone or there are several")


def test_a_deleted_definition_makes_it_stale_until_it_comes_back(editor: Editor, code: str) -> None:
    propose(editor)
    editor.nvim.command("1,6delete")
    refused(editor, "is gone or there are several")
    editor.nvim.command("undo")
    accept(editor)
    assert docstring_of(editor, "def parse_size").startswith('    """')


def test_a_change_of_the_body_alone_does_not_matter(editor: Editor, code: str) -> None:
    propose(editor)
    editor.nvim.command("4substitute/int(text)/int(text) * 2/")
    accept(editor)
    assert "return int(text) * 2" in editor.text()


@pytest.mark.parametrize("option", ["nomodifiable", "readonly"])
def test_a_buffer_locked_since_is_left_alone(editor: Editor, code: str, option: str) -> None:
    propose(editor)
    editor.nvim.command(f"setlocal {option}")
    refused(editor, "read-only" if option == "readonly" else "cannot be changed")
    editor.nvim.command(f"setlocal no{option}" if option == "readonly" else "setlocal modifiable")
    accept(editor)


def test_wiping_the_buffer_drops_its_proposals_and_requests(
    editor: Editor, code: str, fake_llm: FakeLLM
) -> None:
    propose(editor)
    editor.nvim.command("bwipeout!")
    editor.offered(0)
    editor.nvim.command("AiAccept")
    editor.said("There is no proposal here.")


def test_a_closed_window_shows_the_proposal_again_when_it_comes_back(
    editor: Editor, code: str
) -> None:
    editor.nvim.command("set hidden")
    propose(editor)
    editor.nvim.command("enew")
    editor.nvim.command("buffer #")
    editor.until(lambda: '"""' in editor.shown())
    accept(editor)


def test_text_that_the_files_encoding_lacks_is_refused(
    editor: Editor, code: str, fake_llm: FakeLLM
) -> None:
    editor.nvim.command("setlocal fileencoding=latin1")
    arrow = "Read a size → bytes, as people write it."
    names = ("summary", "text", "unit", "returns", "ValueError")
    fake_llm.default = saying("".join(f"{name}: {arrow}\n" for name in names))
    editor.nvim.command("AiDoc")
    editor.said("does not exist in latin1")
    assert editor.text() == code
    assert editor.shown() == ""


def test_dos_line_ends_are_kept(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "dos.py"
    editor.open(path, "x = 1\n")
    path.write_bytes(CODE.replace("\n", "\r\n").encode())
    editor.nvim.command("edit!")
    assert editor.nvim.current.buffer.options["fileformat"] == "dos"
    propose(editor)
    accept(editor)
    editor.nvim.command("silent write")
    written = path.read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n")
    assert b'"""' in written


def test_a_function_at_the_very_end_of_the_buffer(editor: Editor, tmp_path: Path) -> None:
    editor.open(tmp_path / "end.py", "def last(): return 1")
    propose(editor)
    accept(editor)
    lines = editor.lines()
    assert (lines[0], lines[-1]) == ("def last():", "    return 1")
    editor.nvim.command("undo")
    assert editor.lines() == ["def last(): return 1"]


def test_text_outside_ascii_before_the_definition_does_not_shift_it(
    editor: Editor, tmp_path: Path
) -> None:
    text = "# żółć 🎉\nclass Ü:\n    def größe(self, länge):\n        return länge\n"
    editor.open(tmp_path / "uni.py", text)
    propose(editor, row=4)
    accept(editor)
    lines = editor.lines()
    assert lines[:3] == text.splitlines()[:3]
    assert lines[3].startswith('        """')
    assert lines[-1] == "        return länge"


def test_an_edit_behind_the_last_line_is_taken_at_its_end(editor: Editor, code: str) -> None:
    propose(editor)
    rows = len(editor.lines())
    editor.lua(
        """
        local client, row = require("neovim_ai.client"), ...
        Original = client.request
        client.request = function(_, _, handlers)
          client.request = Original
          handlers.result({ edit = {
            start_row = row, start_col = 0, end_row = row, end_col = 0, lines = { "# end", "" },
          } })
        end
        """,
        rows,
    )
    accept(editor)
    assert editor.lines() == [*code.splitlines(), "# end"]


AROUND = """
local apply, buf = require("neovim_ai.apply"), vim.api.nvim_get_current_buf()
local function line(text)
  vim.api.nvim_buf_set_lines(buf, 0, 0, true, { text })
end
line("# before")
local edit = { start_row = 0, start_col = 0, end_row = 0, end_col = 0, lines = { "# ours", "" } }
apply.edit(buf, edit, vim.api.nvim_buf_get_changedtick(buf), function(err)
  assert(not err)
  line("# after")
end)
"""


def test_what_happens_in_the_same_moment_is_another_undo_step(editor: Editor, code: str) -> None:
    """As an autocommand of `NeovimAiAccepted` that formats the buffer would."""
    editor.lua(AROUND)
    above = []
    for _ in range(4):
        above.append([line for line in editor.lines() if line.startswith("#")])
        editor.nvim.command("undo")
    assert above == [["# after", "# ours", "# before"], ["# ours", "# before"], ["# before"], []]
    assert editor.text() == code
