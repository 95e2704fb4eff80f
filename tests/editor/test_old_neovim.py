"""A Neovim before 0.10, played by a new one without what came later: one line, no stack of calls.

Tried with the real 0.7.2 by hand.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.editor.driver import ROOT, nvim_path

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
