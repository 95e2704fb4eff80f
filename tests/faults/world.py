"""One editor with a file, a user who types meanwhile, and what must hold whatever goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, Gate

TYPED = "# typed meanwhile"
LONGEST = 2 * 120
"""Characters of a message: two lines of a usual screen."""


class World:
    """What a cell of the matrix plays in."""

    def __init__(
        self,
        editor: Editor,
        fake: FakeLLM,
        folder: Path,
        file: Path | None = None,
        text: str = CODE,
    ) -> None:
        self.editor, self.fake = editor, fake
        self.file = file or folder / "code.py"
        self.gate = Gate()
        editor.open(self.file, text)
        editor.at(1)
        self.buf = int(editor.lua("return vim.api.nvim_get_current_buf()"))

    def patience(self, seconds: float) -> None:
        """Set the watchdogs; 0 leaves them as they are."""
        timeout = {"first_token": seconds, "idle": seconds} if seconds else {"connect": 10}
        where = {"provider": "url", "base_url": self.fake.base_url}
        self.editor.setup(**where, timeout=timeout, **self.options())

    def options(self) -> dict[str, object]:
        """Return what else is set."""
        return {}

    def type_meanwhile(self) -> None:
        """Add a line at the end with real keys; fails when a key is lost or the editor hangs."""
        self.editor.nvim.input(f"Go{TYPED}<Esc>")
        self.editor.until(lambda: TYPED in self.editor.lines(), what="what was typed")
        self.editor.wait("vim.api.nvim_get_mode().mode == 'n'")

    def text(self) -> str | None:
        """Return the buffer's text; None when there is none any more."""
        code = """
            local buf = ...
            if not vim.api.nvim_buf_is_loaded(buf) then return vim.NIL end
            return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\\n") .. "\\n"
        """
        found: Any = self.editor.lua(code, self.buf)
        return found

    def quiet(self) -> None:
        """Wait until nothing runs."""
        self.editor.wait("require('neovim_ai').status() == ''")

    def said(self) -> list[str]:
        """Return our messages, of which none is long, or shows how the plugin is made."""
        lines = [line for line in self.editor.messages().splitlines() if line]
        assert all(line.startswith("neovim-ai: ") for line in lines if "neovim-ai" in line), lines
        assert all(len(line) <= LONGEST for line in lines), lines
        assert not any("Traceback" in line or "stack traceback" in line for line in lines), lines
        return [line for line in lines if line.startswith("neovim-ai: ")]

    def offered(self) -> int:
        """Return how many docstrings can be accepted."""
        return int(self.editor.lua("return #require('neovim_ai.proposal').offered()"))

    def ended(self) -> None:
        """Wait until a proposal is there or a message says why not."""
        self.quiet()
        self.editor.until(lambda: self.offered() or self.said(), what="an end")

    def leftovers(self) -> list[str]:
        """Return what is shown though nothing is offered."""
        return [] if self.offered() else [*self.editor.virtual_lines(), *self.editor.floats()]

    def works_again(self, folder: Path) -> None:
        """The next command does what it should, in another file, with a sound server."""
        self.fake.default = type(self.fake)().default
        self.patience(30.0)
        self.editor.nvim.command("AiReject!")
        self.editor.nvim.command("messages clear")
        self.editor.open(folder / "next.py", CODE)
        self.editor.at(1)
        self.editor.nvim.command("AiDoc")
        self.editor.wait(
            "#require('neovim_ai.offers').offered(vim.api.nvim_get_current_buf()) == 1"
        )
        self.editor.nvim.command("AiAccept")
        self.editor.until(lambda: '    """' in self.editor.text(), what="the next docstring")
