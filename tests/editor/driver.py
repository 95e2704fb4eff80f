"""A real Neovim in a child process, driven over its API; waits have deadlines and never sleep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pynvim

from neovim_ai.neovim import find_neovim

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 30.0
SOONEST, LATEST = 0.001, 0.05
"""Seconds between two looks at what is waited for: a tenth of what it has taken, within these."""


def nvim_path() -> str:
    """Return the Neovim under test: the first of `$PATH`, where it is new enough, else ours."""
    return str(find_neovim())


class Editor:
    """One Neovim with the plugin on its runtime path and nothing else."""

    def __init__(self, *extra: str) -> None:
        argv = [nvim_path(), "-u", "NONE", "-i", "NONE", "-n", "--embed", "--headless"]
        argv += ["--cmd", f"set rtp^={ROOT} noautoindent", "--cmd", "filetype on", *extra]
        self.nvim = pynvim.attach("child", argv=argv)
        self._open = True
        self.nvim.command("runtime plugin/neovim_ai.lua")

    def close(self) -> None:
        """End it; nothing happens when it has been ended already."""
        if self._open:
            self._open = False
            with suppress(EOFError, OSError):
                self.nvim.command("qall!")
            self.nvim.close()

    def lua(self, code: str, *args: Any) -> Any:
        """Run Lua with arguments and return its value."""
        return self.nvim.exec_lua(code, *args)

    def wait(self, condition: str, seconds: float = DEADLINE) -> None:
        """Wait until a Lua expression is true."""
        code = f"return ({condition}) and true or false"
        self.until(lambda: self.lua(code), seconds, condition)

    def until(
        self, condition: Callable[[], Any], seconds: float = DEADLINE, what: str = "the condition"
    ) -> None:
        """Wait until a Python condition is true.

        Polled from here: inside a `vim.wait` Neovim would take no keys.
        """
        pause, began = threading.Event(), time.monotonic()
        while not condition():
            waited = time.monotonic() - began
            assert waited < seconds, f"never true: {what}\n{self.messages()}"
            pause.wait(min(max(waited / 10, SOONEST), LATEST))

    def setup(self, **options: Any) -> None:
        self.lua("require('neovim_ai').setup(...)", options or {"docs": {}})

    def open(self, path: Path, text: str) -> None:
        """Write a file and edit it."""
        path.write_text(text, encoding="utf-8")
        self.lua("vim.cmd.edit({ args = { ... }, bang = true })", str(path))
        self.lua("vim.bo.filetype = 'python'")

    def lines(self) -> list[str]:
        found: list[str] = self.nvim.current.buffer[:]
        return found

    def text(self) -> str:
        return "\n".join(self.lines()) + "\n"

    def at(self, row: int, col: int = 0) -> None:
        """Put the cursor on a 1-based line."""
        self.nvim.current.window.cursor = (row, col)

    def messages(self) -> str:
        return str(self.lua("return vim.fn.execute('messages')"))

    def said(self, part: str) -> None:
        """Wait until a message holds a text."""
        self.until(lambda: part in self.messages(), what=part)

    def offered(self, count: int = 1) -> None:
        """Wait until that many proposals can be accepted."""
        self.wait(f"#require('neovim_ai.proposal').offered() == {count}")

    def mode(self) -> str:
        return str(self.nvim.api.get_mode()["mode"])

    def virtual_lines(self) -> list[str]:
        """Return the virtual lines of the current buffer, in order."""
        return list(
            self.lua(
                """
                local ns, lines = vim.api.nvim_create_namespace("neovim_ai_preview"), {}
                local marks = vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, { details = true })
                for _, mark in ipairs(marks) do
                  for _, line in ipairs(mark[4].virt_lines or {}) do
                    lines[#lines + 1] = line[1][1]
                  end
                end
                return lines
                """
            )
        )

    def floats(self) -> list[str]:
        """Return the text of each floating window."""
        return list(
            self.lua(
                """
                local texts = {}
                for _, win in ipairs(vim.api.nvim_list_wins()) do
                  if vim.api.nvim_win_get_config(win).relative ~= "" then
                    local buf = vim.api.nvim_win_get_buf(win)
                    local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
                    texts[#texts + 1] = table.concat(lines, "\\n")
                  end
                end
                return texts
                """
            )
        )

    def shown(self) -> str:
        """Return all that previews show, inline and in windows."""
        return "\n".join([*self.virtual_lines(), *self.floats()])

    def screen(self) -> list[str]:
        """Return the screen, row by row, as it stands after a redraw."""
        return list(
            self.lua(
                """
                vim.cmd.redraw({ bang = true })
                local rows = {}
                for row = 1, vim.o.lines do
                  local cells = {}
                  for col = 1, vim.o.columns do
                    cells[col] = vim.fn.screenstring(row, col)
                  end
                  rows[row] = (table.concat(cells):gsub("%s+$", ""))
                end
                return rows
                """
            )
        )

    def host_pid(self) -> int:
        return int(self.lua("return require('neovim_ai.client').hello_result.pid"))
