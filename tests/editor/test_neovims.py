"""Other Neovims than the one at hand, played by it.

One before 0.10 lacks what came later: one line, no stack of calls (tried with the real 0.7.2).
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.editor.driver import ROOT, Editor, nvim_path

OLD = """
vim.opt.runtimepath:prepend(arg[1])
local has, said, reports = vim.fn.has, {}, {}
vim.fn.has = function(what) return what == "nvim-0.10" and 0 or has(what) end
vim.iter, vim.uv, vim.health, vim.system = false, false, false, false -- nil is loaded anew
vim.api.nvim_echo = function(chunks) said[#said + 1] = chunks[1][1] end
for _, name in ipairs({ "start", "error" }) do
  vim.fn["health#report_" .. name] = function(...) reports[#reports + 1] = { ... } end
end
"""
TELL = "io.stdout:write(vim.json.encode({ said = said, reports = reports }))"


def in_an_old_one(lua: str) -> dict[str, Any]:
    """Run Lua and return what was said by then, and what `:checkhealth` was told."""
    command = [nvim_path(), "--clean", "-l", "-", str(ROOT)]
    done = subprocess.run(command, input=OLD + lua + TELL, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_it_says_one_line_and_has_no_commands() -> None:
    load = 'vim.cmd.source(arg[1] .. "/plugin/neovim_ai.lua")\n'
    check = 'assert(vim.fn.exists(":AiDoc") == 0)\n'
    assert in_an_old_one(load + check)["said"] == ["neovim-ai: needs Neovim 0.10 or newer."]


def test_what_an_init_file_sets_up_is_no_error() -> None:
    setup = 'require("neovim_ai").setup({ docs = { style = "numpy" }, keymaps = true })\n'
    assert in_an_old_one(setup)["said"] == []


def test_checkhealth_names_what_is_needed() -> None:
    assert in_an_old_one('require("neovim_ai.health").check()\n')["reports"] == [
        ["neovim-ai: editor"],
        ["This Neovim is too old.", ["Install 0.10 or newer."]],
    ]


def test_a_long_message_asks_for_no_key_where_neovims_own_functions_have_no_name(
    fresh_editor: Editor,
) -> None:
    fresh_editor.nvim.ui_attach(80, 24, rgb=True, ext_linegrid=True)
    fresh_editor.lua(
        """
        local function notify(text) vim.api.nvim_echo({ { text } }, true, {}) end
        vim.notify = loadstring(string.dump(notify, true))
        require("neovim_ai.notify").warn(("word "):rep(40), "Then do this.")
        """
    )
    # The one call that Neovim answers even while it waits for a key.
    fresh_editor.until(lambda: fresh_editor.nvim.api.get_mode()["mode"] == "n")
    fresh_editor.until(lambda: any("Then do this." in text for text in fresh_editor.floats()))
    assert not fresh_editor.nvim.api.get_mode()["blocking"]
